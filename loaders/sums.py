"""Rows recognised by their sums: subtotals above their rows, totals without a word, headings that are data."""

import re

from loaders.rows import Rows, Section, Total, is_number
from loaders.tables import Table, is_blank
from loaders.values import parse_money

MOST_TOTALS = 40  # more such rows in one table are no totals
MIN_ROWS = 2  # a sum of a single row proves nothing


class Amounts:
    """The amounts of a table's rows as plain numbers, read once."""

    def __init__(self, table: Table, columns: list[int]):
        self.table, self.columns = table, columns
        self.seen: dict[int, dict[int, float]] = {}

    def of(self, row: int) -> dict[int, float]:
        if row not in self.seen:
            cells = self.table.grid.rows[row]
            parsed = {c: parse_money(cells[c]).value for c in self.columns if not is_blank(cells[c])}
            self.seen[row] = {column: value for column, value in parsed.items() if value is not None}
        return self.seen[row]

    def are_sum(self, row: int, others: list[int]) -> bool:
        """Whether every amount of a row is the sum of that column over the others."""
        amounts = self.of(row)
        sums = {column: sum(self.of(other).get(column, 0) for other in others) for column in amounts}
        return bool(amounts) and any(amounts.values()) and all(abs(sums[c] - v) < 1e-6 for c, v in amounts.items())


def settle(table: Table, kinds: Rows, serial: int | None, columns: list[int], identity: list[int]) -> None:
    """Moves rows that only their sums explain to where they belong; `kinds` is changed."""
    amounts = Amounts(table, columns)
    _headings_that_are_data(kinds, amounts)
    _subtotals_above(table, kinds, serial, amounts)
    _totals_without_words(table, kinds, serial, amounts, identity)
    kinds.data.sort()
    kinds.sections.sort(key=lambda section: section.row)


def _headings_that_are_data(kinds: Rows, amounts: Amounts) -> None:
    """Rows numbered I, II, III that carry amounts and have no rows under them are data, not headings."""
    data = sorted(kinds.data)
    for section in [s for s in kinds.sections if amounts.of(s.row)]:
        stop = kinds.stop_of(section, amounts.table.stop)
        if not any(section.row < row < stop for row in data):
            kinds.sections.remove(section)
            kinds.data.append(section.row)


def _subtotals_above(table: Table, kinds: Rows, serial: int | None, amounts: Amounts) -> None:
    """ "Khối cơ quan | 5.000.000" without a number over its numbered rows is their sum, no gift of its own."""
    if serial is None:
        candidates = [r for r in kinds.data if _lead(table, r)]
    else:
        candidates = [r for r in kinds.data if not is_number(table.grid.rows[r][serial])]
    if not candidates or len(candidates) > MOST_TOTALS or len(candidates) * 2 > len(kinds.data):
        return
    marks = sorted([*candidates, *(s.row for s in kinds.sections), *(t.row for t in kinds.totals), table.stop])
    under = {
        row: [r for r in kinds.data if row < r < next(m for m in marks if m > row) and r not in candidates]
        for row in candidates
    }
    fitting = [row for row in candidates if under[row] and amounts.are_sum(row, under[row])]
    if not any(len(under[row]) >= MIN_ROWS for row in fitting):
        return
    for row in fitting:
        kinds.data.remove(row)
        text = next((str(c) for c in table.grid.rows[row] if isinstance(c, str) and c.strip()), "")
        kinds.sections.append(Section(row, text.strip(), "text"))


def _lead(table: Table, row: int) -> bool:
    first = next((str(c) for c in table.grid.rows[row] if not is_blank(c)), "")
    return bool(re.match(r"([IVX]{1,5}|[A-H])\s*[.)/-]\s*\S", first.strip()))


def _totals_without_words(table: Table, kinds: Rows, serial: int | None, amounts: Amounts, identity: list[int]) -> None:
    """A row that names nobody and nothing and equals the sum of the rows above it is their total; it is told."""
    nameless = [r for r in sorted(kinds.data) if _is_nameless(table, r, serial, identity)]
    if len(nameless) > MOST_TOTALS or not identity:  # a list without names
        return
    for row in nameless:
        marks = [s.row for s in kinds.sections] + [t.row for t in kinds.totals]
        start = max([-1, *(mark for mark in marks if mark < row)])
        above = [r for r in kinds.data if r < row and not kinds.is_assumed(r)]
        of_section = [r for r in above if r > start]
        for rows in (above, of_section):
            if len(rows) >= MIN_ROWS and amounts.are_sum(row, rows):
                kinds.data.remove(row)
                kinds.totals.append(Total(row, "", rows is above))
                break
    kinds.totals.sort(key=lambda total: total.row)


def _is_nameless(table: Table, row: int, serial: int | None, identity: list[int]) -> bool:
    cells = table.grid.rows[row]
    numbered = serial is not None and is_number(cells[serial])
    named = [c for c in identity if c != serial and not is_blank(cells[c]) and isinstance(cells[c], str)]
    return not numbered and not named
