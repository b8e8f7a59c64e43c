"""The formula of a number on screen: which column is added up over which rows (metrics.measures, as a spreadsheet)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.measures import Balance, Measure, number_of
from outgoing.formula_workbook.formulas import Criterion, balance, count_of, is_plain, sum_of, unless_nothing
from report.addresses import REPORTS, Address
from words import names
from words.texts import t

EXPECTED = "expected_reports"  # the row sheet of what REPORTS count
OF_REPORTS = {"reports_received": "is_received", "reports_on_time": "is_timely", "reports_expected": "rows"}
IN_FILTER, IN_PERIOD = "in_filter", "in_period"  # columns with 1 for the rows that are looked at: with, without goods
# parts of an address -> the column of the row sheet, and of a table
DAYS = {"week": "week_start_date", "until": "week_start_date", "day": "date"}


class Labels:
    """Codes as the names that rows and tables show: of one column, two codes never have one name."""

    def __init__(self) -> None:
        self.taken: dict[tuple[str, str], object] = {}
        self.known: dict[tuple[str, object], str] = {}

    def of(self, column: str, code: object) -> str:
        """code: None for what is not stated."""
        if (column, code) not in self.known:
            name = names.BY_COLUMN[column](code)
            is_new = self.taken.setdefault((column, name.casefold()), code) == code
            self.known[column, code] = name if is_new else f"{name} ({code})"
        return self.known[column, code]


def undated() -> str:
    """What stands for the week of a line without a date."""
    return t("figure.undated")


def is_known(address: Address) -> bool:
    """Whether there is such a number: of a good whose unit is missing there is none."""
    return address.code in REPORTS or number_of(address.code) is not None


@dataclass
class Place:
    """Where a formula stands. cells: (column, code or day) -> the cell of the same table row that says it;
    numbers: text of an address -> the cell of the same table that holds that number."""

    cells: Mapping[tuple[str, object], str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)


class Formulas:
    """ranges: (kind, column) -> the name of that column in the row sheet of the kind."""

    def __init__(self, ranges: Mapping[tuple[str, str], str], labels: Labels):
        self.ranges, self.labels = ranges, labels

    def of(self, address: Address, place: Place, *, is_missing: bool = False) -> str:
        """The formula of a number; is_missing: it says nothing, as long as there is no row."""
        terms = self._terms(address)
        parts = [
            (sign, place.numbers.get(name) or sum_of(*self._of_term(m, address, place))) for sign, m, name in terms
        ]
        is_sum = len(parts) == 1
        text = parts[0][1] if is_sum else balance(*([part for s, part in parts if s == sign] for sign in (1, -1)))
        return unless_nothing(self._counted(terms, address, place), text) if is_missing else f"={text}"

    def rows(self, address: Address, place: Place) -> str:
        """The formula of how many lines of the sheets a number is made of."""
        (_, measure, _), *_ = self._terms(address)
        amount, criteria = self._of_term(measure, address, place)
        if not measure.field or measure.once_per:
            return f"={sum_of(amount, criteria)}"
        filled = Criterion(amount, "<>")
        return f"={sum_of(self.ranges[measure.kind, 'rows'], [*criteria, filled])}"

    def _counted(self, terms: list, address: Address, place: Place) -> str:
        found = []
        for _, measure, name in terms:
            cell = place.numbers.get(name)
            found.append(f"COUNT({cell})" if cell else count_of(*self._of_term(measure, address, place)))
        return "+".join(found)

    def _terms(self, address: Address) -> list[tuple[int, Measure, str]]:
        """Sign, measure and, for a part of a balance, the address under which it may stand in the same table."""
        if address.code in REPORTS:
            return [(1, Measure(address.code, EXPECTED, OF_REPORTS[address.code], "report"), "")]
        number = number_of(address.code)
        is_whole = not isinstance(number, Balance)
        return [(s, m, "" if is_whole else Address(m.code, address.part).text()) for s, m in number.terms]

    def _of_term(self, measure: Measure, address: Address, place: Place) -> tuple[str, list[Criterion]]:
        """(the column that is added up, what a row must meet)."""
        wanted: dict[tuple[str, object, bool], None] = {}
        if measure.good:
            wanted["good", measure.good, False] = None
            if measure.field == "base_quantity":
                wanted["base_unit", measure.unit, False] = None
        if measure.indicator:
            wanted["indicator", measure.indicator, False] = None
        for name, code in address.part:
            wanted[_day(name, code)] = None
        if measure.kind == "weekly_reports":
            wanted["is_urgent", 0, False] = None
        if flag := self._flag(measure):
            wanted[flag, 1, False] = None
        column = measure.code if measure.once_per else measure.field or "rows"
        criteria = [self._criterion(measure.kind, *one, place) for one in wanted]
        return self.ranges[measure.kind, column], criteria

    def _flag(self, measure: Measure) -> str:
        """What limits a number (metrics.measures.limits): what stands is of all listed rows."""
        if measure.is_of_district or (measure.kind, IN_FILTER) not in self.ranges:
            return ""
        return IN_PERIOD if measure.whole_row and (measure.kind, IN_PERIOD) in self.ranges else IN_FILTER

    def _criterion(self, kind: str, column: str, value: object, is_most: bool, place: Place) -> Criterion:
        cell = place.cells.get((column, value), "")
        if column in DAYS.values():
            value = undated() if value is None else value
        elif column in names.BY_COLUMN:
            value = self.labels.of(column, value)
            cell = cell if is_plain(value) else ""
        return Criterion(self.ranges[kind, column], value, cell, is_most)


def _day(name: str, code: object) -> tuple[str, object, bool]:
    """A line without a date is known by its week, whatever was asked for."""
    column = DAYS.get(name, name)
    return ("week_start_date" if column == "date" and code is None else column), code, name == "until"
