"""Columns of a list -> roles: which one is the date, the good, the quantity; which are goods beside each other."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from data.reference import Reference
from data.reference.names import fold, tidy
from loaders.cells.values import Style, parse_goods
from loaders.evidence.headers import bracketed
from loaders.tables.find_tables import Column

UNUSED = "unused"  # a person said that a column is not to be read


@dataclass(frozen=True)
class Wide:
    """A good as a column: its quantity, the unit its header names, and the column of its value, if any."""

    column: Column
    good: str
    unit: tuple[str, float] | None
    value: Column | None = None


@dataclass
class Roles:
    """field -> column; cash may stand in two columns (in hand, by transfer)."""

    fields: dict[str, Column] = field(default_factory=dict)
    cash: list[Column] = field(default_factory=list)
    wide: list[Wide] = field(default_factory=list)
    unknown: list[Column] = field(default_factory=list)
    twice: list[Column] = field(default_factory=list)
    more: list[dict[str, Column]] = field(default_factory=list)  # further groups "good | quantity | unit" across
    unsure: list[Column] = field(default_factory=list)  # read, but a person has to say whether rightly
    words: set[str] = field(default_factory=set)  # what the columns are by words and cells, before a kind decides

    def index(self, name: str) -> int | None:
        column = self.fields.get(name)
        return column.index if column else None

    @property
    def amounts(self) -> list[int]:
        """Columns whose cells make lines."""
        named = [self.index(n) for n in ("quantity", "goods", "money", "row_total")]
        return sorted(
            {c for c in named if c is not None}
            | {c.index for c in self.cash}
            | {w.column.index for w in self.wide}
            | {group["quantity"].index for group in self.more}
        )


def written_key(text: object) -> str:
    """A label without what changes from week to week: "SL tuần 33 (kg)" -> "sl tuan 0 kg"."""
    return " ".join(re.sub(r"[^a-z0-9#%]+", " ", re.sub(r"\d+", "0", fold(text))).split())


def column_keys(columns: Sequence[Column]) -> dict[int, str]:
    """Column index -> the key by which a person's answer knows it: its labels, never its letter."""
    keys: dict[int, str] = {}
    met: Counter[str] = Counter()
    for column in columns:
        key = " › ".join(written_key(part) for part in column.parts)
        met[key] += 1
        keys[column.index] = key if met[key] == 1 else f"{key} #{met[key]}"
    return keys


def said_columns(columns: Sequence[Column], said: Iterable[tuple[str, str]]) -> dict[int, str]:
    """Column index -> the field that a person gave it."""
    fields = dict(said)
    return {i: fields[key] for i, key in column_keys(columns).items() if key in fields} if fields else {}


def unit_of(column: Column, reference: Reference) -> tuple[str, float] | None:
    """The unit that a header names: "Số tiền (nghìn đồng)", "Gạo" above "kg"."""
    for part in reversed(column.parts):
        for text in (bracketed(part), part.strip("() "), part.split()[-1]):
            unit = reference.unit(text) if text else None
            if unit:
                return unit
    return None


def good_named(text: str, reference: Reference) -> tuple[str, tuple[str, float] | None] | None:
    """A label that names one good: "Gạo (kg)", "Số lượng gạo", "Số thùng mì" -> (good, unit of the name)."""
    bare = tidy(re.sub(r"[(\[].*", "", text.split("\n")[0])) or tidy(text)
    pieces = [piece.strip(" :.-+") for piece in re.split(r"\s?:\s|\s[-–/]\s?|,\s", bare)]
    bare = next((piece for piece in pieces if reference.good_names.find(piece)), pieces[0])
    bare = re.sub(r"^(chi mua|mua|tiền mua)\s+(?=\S)", "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"^(tổng\s+)?(số lượng|so luong|sl|số|so|tổng|khối lượng)\s+(?=\S)", "", bare, flags=re.IGNORECASE)
    code = reference.good_names.find(bare)
    if code:
        return code, reference.unit(bare)  # "suất quà" is a good and its unit
    if len(bare) < 30 and not re.search(r"\d", bare):
        parts, faults = parse_goods(f"1 {bare}", style=Style.VI, reference=reference)
        if len(parts) == 1 and not faults and parts[0].unit and parts[0].good != "cash":
            return parts[0].good, (parts[0].unit, parts[0].factor)
    return None
