"""What is accepted: the parts of an upload as the loaders give them, and how they meet what is there already."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data import schemas
from data.store_files import Place
from data.store_rows import check, content_keys, keyed, read
from data.store_select import known_rows, report_keys, select
from data.store_state import State

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
    """What an accept did. `already`: the upload that says the same and is in force; then nothing was added."""

    number: int
    batch_id: str
    already: int | None = None
    rows_by_kind: dict[str, int] = field(default_factory=dict)
    rows_known: int = 0
    rows_new: int = 0
    waiting: int = 0
    replaced: list[tuple[str, str, int]] = field(default_factory=list)  # (commune, week, number of the earlier upload)


def check_parts(parts: Sequence[Part]) -> None:
    for part in parts:
        for kind, frame in ((part.kind, part.frame), ("waiting", part.waiting), ("remarks", part.remarks)):
            check(kind, frame)


def keyed_rows(parts: Sequence[Part], batch_id: str) -> dict[str, pd.DataFrame]:
    """Table → the rows of all parts for it, with their keys; a table without rows is left out."""
    frames: dict[str, list[tuple[int, pd.DataFrame]]] = {}
    for number, part in enumerate(parts):
        for kind, frame in ((part.kind, _frame(part)), ("waiting", part.waiting), ("remarks", part.remarks)):
            if len(frame):
                frames.setdefault(kind, []).append((number, frame))
    return {kind: keyed(kind, numbered, batch_id) for kind, numbered in frames.items()}


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


def count_known(place: Place, state: State, rows: dict[str, pd.DataFrame]) -> Counter[int]:
    """Number of the part → how many of its rows are in force already; equal rows as often as they stand there."""
    return Counter({number: int(known.sum()) for number, known in find_known(place, state, rows).items()})


def find_known(place: Place, state: State, rows: dict[str, pd.DataFrame]) -> dict[int, np.ndarray]:
    """Number of the part → for each of its rows, whether it is in force already."""
    found: dict[int, np.ndarray] = {}
    for kind in [kind for kind in rows if kind in schemas.KINDS]:
        counted = select(place, kind, state, REPORT_COLUMNS.get(kind, []))
        known = known_rows(counted, rows[kind])
        numbers = rows[kind]["reading_no"].to_numpy()
        found |= {int(number): known[numbers == number] for number in np.unique(numbers)}
    return found


def find_overlaps(place: Place, state: State, rows: dict[str, pd.DataFrame], met: dict) -> dict[str, list[list[int]]]:
    """List kind → the earlier uploads, in force or not, with equal lines: [number, its lines met again, its lines].

    `met` keeps what was found, so that a second try after a lost race only reads what is new.
    """
    found = {}
    for kind in [kind for kind in rows if kind in schemas.LINE_KINDS]:
        uploads = [upload for upload in state.uploads.values() if upload.rows(kind)]
        unread = [upload for upload in uploads if (kind, upload.number) not in met]
        data = read(place, kind, [upload.batch_id for upload in unread], ["batch_id", "row_key"])
        keys = pa.array(rows[kind]["row_key"].unique())
        batches = data["batch_id"].filter(pc.is_in(data["row_key"], keys))
        counts = {entry["values"]: entry["counts"] for entry in pc.value_counts(batches).to_pylist()}
        met |= {(kind, upload.number): counts.get(upload.batch_id, 0) for upload in unread}
        found[kind] = [[u.number, met[kind, u.number], u.rows(kind)] for u in uploads if met[kind, u.number]]
    return {kind: entries for kind, entries in found.items() if entries}
