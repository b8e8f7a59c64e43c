"""A figure as a table of the living workbook: every number of it with the formula that gives it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from data import reference
from metrics.frontline import NOT_FOR_DAYS
from outgoing.formula_workbook.book import TABLE_LINES, Cell, Table
from outgoing.formula_workbook.formulas import difference, share, unless_nothing
from outgoing.formula_workbook.number_formulas import DAYS, Formulas, Place, is_known, undated
from report import rows_behind
from report.addresses import PARTS, Address
from report.figure import Figure
from report.sentences import coverage
from report.view import View
from words import names, numbers
from words.texts import language, t

# percentages -> the two columns that they are made of
SHARES = {
    "progress_pct": ("reported", "target"),
    "completeness_pct": ("received", "expected"),
    "timeliness_pct": ("on_time", "expected"),
    "visited_pct": ("visited", "sites"),
}
SO_FAR = {"completeness_so_far_pct": "reports_received", "timeliness_so_far_pct": "reports_on_time"}


@dataclass
class Sheet:
    """What the tables of one sheet know of each other. day: the name of the cell with the day up to which we look;
    columns: (key of a figure, column) -> its cells, of the tables above."""

    formulas: Formulas
    view: View
    day: str
    columns: dict[tuple[str, str], str] = field(default_factory=dict)


def table(figure: Figure, title: str, first_row: int, sheet: Sheet) -> Table:
    """first_row: of the title of the table."""
    made = _Rows(figure, first_row, sheet)
    stands = coverage.sentence(sheet.view, figure.kinds, figure.coverage)
    notes = tuple(line.strip() for line in figure.note.splitlines() if line.strip())
    rows = tuple(made.cells(number) for number in range(len(figure.frame)))
    if any(cell.is_copied for row in rows for cell in row):
        notes += (t("living.copied"),)
    shown = Table(title, stands, first_row, made.header, rows, made.total(), notes)
    sheet.columns |= {(figure.key, column): made.cells_of(column) for column in made.letters}
    return shown


class _Rows:
    """The cells of one figure."""

    def __init__(self, figure: Figure, first_row: int, sheet: Sheet):
        self.figure, self.sheet, self.formulas = figure, sheet, sheet.formulas
        self.first = first_row + TABLE_LINES + 1
        self.frame = figure.frame[[c for c in figure.frame if not _is_trend(figure.frame[c])]]
        self.records = self.frame.to_dict("records")
        self.letters = {column: xl_col_to_name(number) for number, column in enumerate(self.frame)}
        self.header = tuple(names.field(column) for column in self.frame)
        self.addresses = {
            (number, column): made
            for column in figure.opens
            if column in self.letters
            for number, row in enumerate(self.records)
            if (made := _address(figure.opens[column], row, column))
        }
        self.numbers = {made.text(): self.at(*place) for place, made in self.addresses.items()}

    def at(self, number: int, column: str) -> str:
        return f"{self.letters[column]}{self.first + number}"

    def cells_of(self, column: str) -> str:
        """All cells of a column: "$C$8:$C$15"."""
        letter = self.letters[column]
        return f"${letter}${self.first}:${letter}${self.first + max(len(self.frame), 1) - 1}"

    def cells(self, number: int) -> tuple[Cell, ...]:
        return tuple(self._cell(number, column) for column in self.frame)

    # one cell
    def _cell(self, number: int, column: str) -> Cell:
        value, values = self.records[number][column], self.frame[column]
        if column in names.BY_COLUMN:
            return Cell(self.formulas.labels.of(column, None if numbers.is_missing(value) else value))
        if column == "week_start_date":
            return _week(value)
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            return Cell(None if pd.isna(value) else value.tz_localize(None).to_pydatetime(), kind="moment")
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            return self._day(number, column, value)
        if pd.api.types.is_bool_dtype(values.dtype):
            return Cell(None if pd.isna(value) else t("frame.yes" if value else "frame.no"))
        if pd.api.types.is_numeric_dtype(values.dtype):
            return self._number(number, column, value)
        return Cell(None if numbers.is_missing(value) else str(value))

    def _number(self, number: int, column: str, value: object) -> Cell:
        is_share = column.endswith("_pct")
        shown = None if pd.isna(value) else float(value) / (100 if is_share else 1)
        address, rule = self.addresses.get((number, column)), RULES.get(column)
        if address:
            formula = self.formulas.of(address, self.place(number, column), is_missing=shown is None)
        else:
            formula = rule(self, number, column) if rule else ""
        is_copied = not formula and shown is not None
        return Cell(shown, formula, "percent" if is_share else "number", is_copied=is_copied)

    def _day(self, number: int, column: str, value: object) -> Cell:
        rule = RULES.get(column)
        day = None if pd.isna(value) else value.to_pydatetime()
        if rule is None:
            return Cell(undated() if day is None else day, kind="date")
        return Cell(day, rule(self, number, column), "date")

    def place(self, number: int, column: str) -> Place:
        """What the other cells of the row say, and which numbers stand elsewhere in the table."""
        row, cells = self.records[number], {}
        for name in (*PARTS, "indicator"):
            told = DAYS.get(name, name)
            if told in self.letters:
                value = row[told]
                code = None if numbers.is_missing(value) else value.date() if hasattr(value, "date") else value
                cells[told, code] = "$" + self.at(number, told)
        own = self.at(number, column)
        return Place(cells, {address: cell for address, cell in self.numbers.items() if cell != own})

    # the last row
    def total(self) -> tuple[Cell, ...]:
        if not self.figure.total:
            return ()
        first = next(iter(self.letters))
        cells = {first: Cell(t("living.sum"))}
        for column, text in self.figure.total.items():
            if column in self.letters:
                cells[column] = self._total(column, text)
        return tuple(cells.get(column, Cell()) for column in self.letters)

    def _total(self, column: str, text: str) -> Cell:
        values = self.frame[column]
        if not pd.api.types.is_numeric_dtype(values.dtype):
            return Cell(text)
        if column in SHARES:  # of those that have both
            part, whole = (f'SUMIFS({self.cells_of(side)},{self.cells_of(column)},">=0")' for side in SHARES[column])
            both = self.frame[values.notna()]
            sums = [float(both[side].sum()) for side in SHARES[column]]
            return Cell(sums[0] / sums[1], f"={part}/{whole}", "percent")
        cells = self.cells_of(column)
        if numbers.number(values.sum(), language()) == text:
            return Cell(float(values.sum()), f"=SUM({cells})", "number")
        if text == numbers.MISSING:
            return Cell(None, unless_nothing(f"COUNT({cells})", f"SUM({cells})"), "number")
        code = next(made.code for (_, of), made in self.addresses.items() if of == column)
        whole = Address(code)  # of rows too that stand in no line of the table
        return Cell(rows_behind.number_at(whole, self.sheet.view), self.formulas.of(whole, Place()), "number")


def _address(opener: Callable[[dict], Address | None], row: dict, column: str) -> Address | None:
    """Zero has no rows that could be opened, and what is missing neither, but both have a formula."""
    if numbers.is_missing(row[column]) or not row[column]:
        row = row | {column: 1}
    made = opener(row)
    return made if made and is_known(made) else None


def _week(value: object) -> Cell:
    """A Monday under the name of its week."""
    if pd.isna(value):
        return Cell(undated())
    return Cell(value.to_pydatetime(), kind=f"week:{numbers.week_short(value, language())}")


def _is_trend(values: pd.Series) -> bool:
    return values.dtype == object and len(values) > 0 and isinstance(values.iloc[0], tuple)


# numbers that have no address: column -> the formula, "" when there is none
def _share(rows: _Rows, number: int, column: str) -> str:
    part, whole = SHARES[column]
    return share(rows.at(number, part), rows.at(number, whole)) if {part, whole} <= set(rows.letters) else ""


def _so_far(rows: _Rows, number: int, column: str) -> str:
    week, place = rows.records[number]["week_start_date"], rows.place(number, column)
    part, whole = (
        rows.formulas.of(Address.of(code, until=week), place)[1:] for code in (SO_FAR[column], "reports_expected")
    )
    return f"={part}/{whole}"


def _lines(rows: _Rows, number: int, column: str) -> str:
    return rows.formulas.rows(rows.addresses[number, "counted"], rows.place(number, column))


def _difference(rows: _Rows, number: int, column: str) -> str:
    return difference(rows.at(number, "reported"), rows.at(number, "listed"))


def _per_head(rows: _Rows, number: int, column: str) -> str:
    commune = reference.load().communes().get(rows.records[number]["commune"])
    return f"={rows.at(number, 'reported')}/{commune.population}" if commune and commune.population else ""


def _last_visit(rows: _Rows, number: int, column: str) -> str:
    """The largest day of the visits in the period; MAXIFS is not in Excel 2010."""
    name = rows.formulas.ranges
    site, day, flag = (name["frontline_support", c] for c in ("site", "date", "in_filter"))
    last = f"SUMPRODUCT(MAX(({site}=${rows.at(number, 'site')})*({flag}=1)*{day}))"
    return f'=IF({last}=0,"",{last})'


def _days_since(rows: _Rows, number: int, column: str) -> str:
    last = rows.at(number, "last_visit_date")
    return f'=IF(COUNT({last})=0,"",{rows.sheet.day}-{last})'


def _sites(rows: _Rows, number: int, column: str) -> str:
    """How many sites of this sort, or of this commune, stand in the table of the sites above."""
    of_sort = next(name for name in ("site_type", "site_commune") if name in rows.letters)
    listed = rows.sheet.columns.get(("sites", of_sort))
    if listed is None:
        return ""
    criteria = f"{listed},${rows.at(number, of_sort)}"
    if column != "sites":
        criteria += f',{rows.sheet.columns["sites", "days_since"]},">={NOT_FOR_DAYS}"'
    return f"=COUNTIFS({criteria})"


RULES: dict[str, Callable[[_Rows, int, str], str]] = {
    **dict.fromkeys(SHARES, _share),
    **dict.fromkeys(SO_FAR, _so_far),
    "rows": _lines,
    "difference": _difference,
    "per_head": _per_head,
    "last_visit_date": _last_visit,
    "days_since": _days_since,
    "sites": _sites,
    f"not_for_{NOT_FOR_DAYS}_days": _sites,
}
