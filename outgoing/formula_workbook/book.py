"""The living workbook as plain data: screens of tables with their formulas, and the rows that these speak of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data.reference.names import fold

TABLE_LINES = 2  # of a table: its title and what it rests on, above the names of its columns


@dataclass(frozen=True)
class Column:
    """A column of a row sheet.

    kind:   "text", "date", "moment" or "number"; values: of each row, None where nothing is
    key:    by which formulas ask for it; "" when none does, and its cells have no name
    """

    header: str
    kind: str
    values: Sequence[object]
    key: str = ""


@dataclass(frozen=True)
class RowSheet:
    """The rows that numbers are made of. notes: at most two lines above them."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def length(self) -> int:
        return len(self.columns[0].values)

    def ranges(self) -> dict[str, str]:
        """Key of a column -> the name of its cells: "UngHo_TienMatDong"."""
        return {column.key: f"{camel(self.title)}_{camel(column.header)}" for column in self.columns if column.key}


@dataclass(frozen=True)
class Cell:
    """value: what the page shows, None for nothing; formula: what gives it, "" for none.

    kind:  "text", "date", "moment", "number", "percent", or "week:…", a Monday under the name of its week
    span:  over how many columns a long text goes; is_copied: a number that is no formula
    link:  the sheet that a text leads to
    """

    value: object = None
    formula: str = ""
    kind: str = "text"
    span: int = 1
    is_copied: bool = False
    link: str = ""


@dataclass(frozen=True)
class Table:
    """first_row: of its title, as Excel counts; header: names of its columns; notes: lines below it."""

    title: str
    coverage: str
    first_row: int
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def first_data_row(self) -> int:
        return self.first_row + TABLE_LINES + 1

    @property
    def next_row(self) -> int:
        """Where the next table may begin."""
        return self.first_data_row + len(self.rows) + bool(self.total) + len(self.notes) + 1


@dataclass(frozen=True)
class Screen:
    """A sheet of tables. lines: below its title; the last one may be a label with a value that has a name."""

    title: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...]
    named: tuple[str, str, date] | None = None  # a label, the name of the cell beside it, its value

    @staticmethod
    def first_row(lines: tuple[str, ...]) -> int:
        """Where the first table begins: below the title, the lines, the link back or the named value, and a gap."""
        return len(lines) + 4


@dataclass(frozen=True)
class Book:
    """title, author: of the file; back: the words of the link from every sheet to the first; page: at the foot."""

    title: str
    author: str
    made_at: datetime
    back: str
    page: str
    screens: tuple[Screen, ...]
    rows: tuple[RowSheet, ...]


def camel(text: str) -> str:
    """ "Tiền mặt (đồng)" -> "TienMatDong": a name that every program takes."""
    return "".join(word.capitalize() for word in re.findall(r"[a-z0-9]+", fold(text)))
