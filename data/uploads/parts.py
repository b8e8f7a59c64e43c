"""What is accepted: the parts of an upload as the loaders give them, and how they meet what is there already."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

import numpy as np
import pandas as pd

from data import schemas
from data.database.errors import StoreError
from data.database.state import State
from data.uploads.keys import content_keys, row_keys

REPORT_COLUMNS = {"weekly_reports": ["commune", "week_start_date", "is_urgent"], "targets": ["commune", "indicator"]}


class Part(Protocol):
    """One table of one sheet, as the loaders give it (loaders.reading.Reading); the store does not know them."""

    kind: str
    file: str
    sheet: str
    frame: pd.DataFrame
    waiting: pd.DataFrame
    remarks: pd.DataFrame
    problems: Sequence  # each with .code and .severity
    columns: Mapping[str, str]
    layout: str
    area: str
    communes: tuple[str, ...]
    week_start_date: date | None
    is_urgent: bool
    is_nil: bool


@dataclass(frozen=True)
class PartComparison:
    """What one part brings.

    related:   earlier lists in force with equal lines, as (number, its lines met again, its lines)
    replaces:  (commune, week or indicator, number of the earlier upload)
    is_known:  for each row of the part, in order, whether an equal one is in force already
    """

    kind: str
    rows_known: int
    rows_new: int
    related: list[tuple[int, int, int]] = field(default_factory=list)
    replaces: list[tuple[str, str, int]] = field(default_factory=list)
    is_known: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Comparison:
    already: int | None
    parts: tuple[PartComparison, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What an accept did.

    already: the upload that says the same and is in force, then nothing was added; who, time: by whom and when
    """

    number: int
    batch_id: str
    already: int | None = None
    rows_by_kind: dict[str, int] = field(default_factory=dict)
    rows_known: int = 0
    rows_new: int = 0
    waiting: int = 0
    replaced: list[tuple[str, str, int]] = field(default_factory=list)  # (commune, week, number of the earlier upload)
    who: str = ""
    time: datetime | None = None


def check_parts(parts: Sequence[Part]) -> None:
    """Refuse frames that do not follow their schema, and amounts that do not add up within a number.

    errors: StoreError frame_not_tidy, amount_too_large; names of columns only: an error may reach a log
    """
    for part in parts:
        for kind, frame in ((part.kind, part.frame), ("waiting", part.waiting), ("remarks", part.remarks)):
            if wrong := schemas.check(kind, frame):
                raise StoreError("frame_not_tidy", f"{kind}: {', '.join(wrong)}")
            for column in schemas.COLUMNS[kind]:
                if column.dtype in (schemas.WHOLE, schemas.NUMBER):
                    amounts = frame[column.name].astype("Float64").to_numpy("float64", na_value=0.0)
                    if not np.abs(amounts).sum() <= schemas.MOST_IN_SUM:  # also what is no number
                        raise StoreError("amount_too_large", f"{kind}: {column.name}")


def keyed_rows(parts: Sequence[Part]) -> dict[str, pd.DataFrame]:
    """Kind -> the rows of all parts of it, each with reading_no, line, row_key and row_occurrence; equal rows are
    numbered across the parts. A kind without rows is left out."""
    frames: dict[str, list[pd.DataFrame]] = {}
    for number, part in enumerate(parts):
        for kind, frame in ((part.kind, _frame(part)), ("waiting", part.waiting), ("remarks", part.remarks)):
            if len(frame):
                frames.setdefault(kind, []).append(frame.assign(reading_no=number))
    return {kind: _keyed(kind, pd.concat(of_kind, ignore_index=True)) for kind, of_kind in frames.items()}


def _keyed(kind: str, rows: pd.DataFrame) -> pd.DataFrame:
    told = {c.name: _storable(rows[c.name]) for c in schemas.columns(kind) if c.dtype == schemas.TEXT}
    # SQLite knows no -0.0: what is hashed must be what comes back
    told |= {c.name: rows[c.name] + 0.0 for c in schemas.columns(kind) if c.dtype == schemas.NUMBER}
    keys = row_keys(kind, rows)
    occurrence = pd.Series(keys).groupby(keys).cumcount().to_numpy()
    return rows.assign(**told, line=np.arange(len(rows)), row_key=keys, row_occurrence=occurrence)


def _storable(texts: pd.Series) -> pd.Series:
    """Without the character 0, which PostgreSQL does not keep."""
    return texts.str.replace("\x00", "") if texts.str.contains("\x00", regex=False).any() else texts


def storable(text: str) -> str:
    """The text as every database can keep it."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _frame(part: Part) -> pd.DataFrame:
    """An urgent report is urgent in each of its rows."""
    if part.kind != "weekly_reports":
        return part.frame
    return part.frame.assign(is_urgent=part.frame["is_urgent"].fillna(part.is_urgent))


def content_key(parts: Sequence[Part]) -> str:
    """Equal for two uploads that say the same, however their files are saved."""
    keys = []
    for part in parts:
        frames = {part.kind: _frame(part), "waiting": part.waiting, "remarks": part.remarks}
        keys.append(part_key(frames, part.communes, _text(part.week_start_date), part.is_urgent, part.is_nil))
    return joined_key(keys)


def part_key(
    frames: Mapping[str, pd.DataFrame], communes: Sequence[str], week: str, is_urgent: bool, is_nil: bool
) -> str:
    """frames: of its kind, then waiting and remarks."""
    head = (next(iter(frames)), sorted(communes), week, is_urgent, is_nil)
    digest = hashlib.sha256(repr(head).encode())
    for kind, frame in frames.items():
        digest.update(kind.encode() + content_keys(kind, frame).tobytes())
    return digest.hexdigest()


def joined_key(keys: Sequence[str]) -> str:
    """The content_key of an upload out of the keys of its parts."""
    return hashlib.sha256(" ".join(sorted(keys)).encode()).hexdigest()


def described(number: int, part: Part) -> dict:
    """What the record of an upload says about a part."""
    codes = Counter(str(problem.code) for problem in part.problems)
    return {
        "reading_no": number,
        "kind": part.kind,
        "file": part.file,
        "sheet": part.sheet,
        "columns": dict(part.columns),
        "layout": part.layout,
        "area": part.area,
        "communes": sorted({*part.communes, *_distinct(part.frame, "commune")}),
        "weeks": sorted({_text(part.week_start_date), *_distinct(part.frame, "week_start_date")} - {""}),
        "is_urgent": bool(part.is_urgent),
        "is_nil": bool(part.is_nil),
        "rows": len(part.frame),
        "waiting": len(part.waiting),
        "remarks": len(part.remarks),
        "problems": dict(codes),
        "severities": dict(Counter(str(problem.severity) for problem in part.problems)),
        "keys": reported_on(part),
        "received": _received(part),
    }


def _distinct(frame: pd.DataFrame, name: str) -> list[str]:
    if name not in frame:
        return []
    values = frame[name].dropna().drop_duplicates()
    return [_text(value) for value in values]


def _text(value: object) -> str:
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else "" if value is None else str(value)


def reported_on(part: Part) -> list[tuple]:
    """What a weekly report or targets report on, and so replace: where there are rows, or "nothing happened"."""
    if part.kind not in REPORT_COLUMNS:
        return []
    keys = set(report_keys(part.kind, _frame(part)[REPORT_COLUMNS[part.kind]].drop_duplicates()))
    return sorted(keys | (set(_named(part)) if part.is_nil else set()))


def _received(part: Part) -> list[tuple]:
    """What counts as received: also a report of which no row could be read yet."""
    if part.kind != "weekly_reports":
        return []
    return reported_on(part) or (_named(part) if len(part.waiting) else [])


def _named(part: Part) -> list[tuple]:
    if part.kind != "weekly_reports" or part.week_start_date is None:
        return []
    return [(commune, _text(part.week_start_date), bool(part.is_urgent)) for commune in part.communes]


def replaces(state: State, part: Part) -> list[tuple[str, str, int]]:
    """(commune, week or indicator, number) of the earlier uploads whose report a part replaces."""
    owners = state.owners.get(part.kind, {})
    return [(key[0], key[1], owners[key]) for key in reported_on(part) if key in owners]


def report_keys(kind: str, frame: pd.DataFrame) -> list[tuple]:
    """For each row of a weekly report or of targets, what it reports on (Event.keys)."""
    if kind == "targets":
        return list(zip(frame["commune"], frame["indicator"], strict=True))
    weeks = frame["week_start_date"].dt.strftime("%Y-%m-%d")
    return list(zip(frame["commune"], weeks, frame["is_urgent"].fillna(False).astype(bool), strict=True))
