"""What the sheet says around its tables, and the book in which problems are written while reading one table."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from data.reference import Reference
from data.reference.names import fold
from loaders.cells.values import Parsed
from loaders.evidence.columns import said_columns
from loaders.formats.grid import Grid, column_letter
from loaders.problems import Problem, problem
from loaders.reading import Answers
from loaders.tables.find_tables import Table, is_blank


@dataclass(frozen=True)
class Context:
    """What holds for a whole sheet: found around the table, or answered by a person.

    day:      the day for which names are looked up
    unit:     "ĐVT: triệu đồng" above the table as (unit code, factor); unit_text: as it is written, known or not
    texts:    (place, cell, text) of letterhead, title, sheet name, file name, in order of trust
    """

    reference: Reference
    as_of: date
    answers: Answers
    year: int
    commune: str | None = None
    week_start_date: date | None = None
    unit: tuple[str, float] | None = None
    unit_text: str = ""
    is_urgent: bool = False
    texts: tuple[tuple[str, str, str], ...] = ()
    found_in: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def day(self) -> date:
        return self.week_start_date or self.reference.campaign.start_date

    def said_columns(self, table: Table) -> dict[int, str]:
        """Column index -> the field that a person gave it."""
        return said_columns(table.columns, self.answers.columns)

    def said_units(self) -> dict[str, tuple[str, float]]:
        """What says no unit itself -> the unit that a person gave it."""
        return {key: (unit, 1.0) for key, unit in self.answers.units if unit in self.reference.units}


NO_LONGER = 10**21  # a larger number is shown as 1e+308, not with hundreds of digits


class Book:
    """Collects the problems of one table, and says whether a person has already answered one."""

    def __init__(self, grid: Grid, context: Context):
        self.grid, self.context = grid, context
        self.problems: list[Problem] = list(context.problems)
        self.ticked: dict[tuple, bool] = {}  # (code, row, column, found) -> a person's answer
        self.waiting: dict[tuple[int, int], set[str]] = {}  # (row, column) of a value -> codes
        self.unitless: dict[str, str] = {}  # what says no unit -> the unit proposed (Reading.unitless)

    def note(
        self, code: str, row: int | None = None, column: int | None = None, found: object = "", proposed: object = None
    ) -> bool:
        """Writes a problem down, once; True when a person ticked exactly this one before."""
        noted = (code, row, column, str(found))
        if noted not in self.ticked:
            entry = problem(code, self.grid.where(row, column), found, proposed)
            self.problems.append(entry)
            self.ticked[noted] = entry.key in self.context.answers.ticked
        return self.ticked[noted]

    def settle(self, parsed: Parsed, row: int, column: int) -> object:
        """The value of a cell: as read; or, once a person agreed, as proposed; or None, and the problem is noted."""
        if parsed.code is None:
            return parsed.value
        cell = self.grid.rows[row][column]
        code = "formula_without_value" if (row, column) in self.grid.uncalculated else parsed.code
        if self.note(code, row, column, show(cell), show(parsed.proposed) if parsed.proposed is not None else None):
            return parsed.proposed
        self.wait(row, column, code)
        return None

    def wait(self, row: int, column: int, code: str) -> None:
        """The line whose value stands in this cell waits."""
        self.waiting.setdefault((row, column), set()).add(code)


def show(value: object) -> str:
    """A value as a person would type it in Vietnam; numbers without needless digits."""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < NO_LONGER else repr(value).replace(".", ",")
    return str(value)


def each_once(cells: Sequence[object], parse: Callable[[object], object]) -> list:
    """parse(cell) for every cell; each distinct value is parsed once."""
    if bool in set(map(type, cells)):  # True and 1 are one key of a dict
        return [parse(cell) for cell in cells]
    seen = dict.fromkeys(cells)
    for cell in seen:
        seen[cell] = parse(cell)
    return list(map(seen.__getitem__, cells))


def blank_positions(cells: Sequence[object]) -> list[int]:
    """Where a column is empty."""
    blank = {cell for cell in dict.fromkeys(cells) if is_blank(cell)}
    return [position for position, cell in enumerate(cells) if cell in blank] if blank else []


def spread_down(grid: Grid, column: int, cells: list[object], rows: Sequence[int]) -> list[object]:
    """The cells of a column with vertically merged areas repeated: a site over several gifts."""
    areas = [a for a in grid.merged if a[1] <= column <= a[3] and a[2] > a[0]]
    if not areas:
        return cells
    filled = dict(zip(rows, cells, strict=True))
    for first, left, last, _ in areas:
        for row in range(first + 1, last + 1):
            if row in filled:
                filled[row] = grid.rows[first][left]
    return [filled[row] for row in rows]


UNIT_NOTE = re.compile(r"(?:đvt|đơn vị tính|don vi tinh|dvt|đơn vị)\s*[:.]\s*\(?([^)]+)\)?", re.IGNORECASE)


def unit_note(texts: Sequence[str], reference: Reference) -> tuple[tuple[str, float] | None, str]:
    """ "ĐVT: triệu đồng" anywhere above a table -> ("vnd", 1000000) and what is written."""
    written = ""
    for text in reversed(texts):  # the one nearest to the table
        hit = UNIT_NOTE.search(text)
        written = written or (hit[1].strip(" .") if hit else "")
        if hit and (unit := reference.unit(hit[1].strip(" ."))):
            return unit, hit[1].strip(" .")
    return None, written


def years_in(texts: Sequence[str]) -> list[int]:
    return [int(y) for text in texts for y in re.findall(r"(?<!\d)(20[1-4]\d)(?!\d)", fold(text))]


def letters(columns: dict[str, int]) -> dict[str, str]:
    return {name: column_letter(index) for name, index in columns.items()}
