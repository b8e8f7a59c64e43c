"""Grid: the cells of one sheet with their addresses, exactly as they were typed."""

from dataclasses import dataclass, field

from loaders.problems import Problem, Where


def column_letter(column: int) -> str:
    """0 -> "A", 25 -> "Z", 26 -> "AA"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """0-based (row, column) -> "C14"."""
    return f"{column_letter(column)}{row + 1}"


@dataclass(frozen=True)
class Grid:
    """One sheet. Rows and columns are 0-based here; people see 1-based addresses.

    rows:          a rectangle of raw values (str, int, float, bool, date, datetime, time, timedelta); "" is empty
    merged:        merged areas as (first_row, first_column, last_row, last_column), inclusive
    uncalculated:  cells that hold a formula whose value was never saved
    struck:        cells that are struck through
    shown:         cell -> the words its number format shows beside it, and how many thousands it leaves out
    problems:      what reading the file already showed (legacy font, hidden rows, macros)
    pages:         row -> the page on which it stands, in a document with pages
    envelope:      what was said around the file (loaders.reading.Source)
    """

    file: str
    sheet: str
    rows: list[list[object]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    is_hidden: bool = False
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    problems: tuple[Problem, ...] = field(default=())
    struck: frozenset[tuple[int, int]] = frozenset()
    shown: dict[tuple[int, int], tuple[str, int]] = field(default_factory=dict)
    pages: dict[int, int] = field(default_factory=dict)
    envelope: tuple[tuple[str, str], ...] = ()

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def where(self, row: int | None = None, column: int | None = None) -> Where:
        cell = None if row is None or column is None else address(row, column)
        return Where(self.file, self.sheet, cell, self.pages.get(row) if cell else None)
