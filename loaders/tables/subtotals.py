"""Rows recognised by their sums: subtotals above their rows, totals without a word, headings that are data."""

import re
from dataclasses import dataclass

from data.reference.names import fold
from loaders.cells.values import parse_money
from loaders.tables.find_tables import Table, is_blank
from loaders.tables.rows import Rows, Section, Total, is_number

MOST_TOTALS = 40  # more such rows in one table are no totals
FEW = 4
MIN_ROWS = 2  # a sum of a single row proves nothing
CONVINCING = 3  # rows whose sum a row with a name of its own must be
SUM_WORD = re.compile(r"\W*(tieu|tong|cong|t/c|tc|grand|sub)?\W*(tong|cong|total|sum)", re.IGNORECASE)


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


@dataclass(frozen=True)
class Columns:
    """The columns that tell what a row is: its number, its amounts, what names anything, what names a party."""

    serial: int | None
    amounts: list[int]
    identity: list[int]
    parties: list[int]
    good: int | None = None


def settle(table: Table, kinds: Rows, columns: Columns) -> None:
    """Moves rows that only their sums explain to where they belong; `kinds` is changed."""
    amounts, serial = Amounts(table, columns.amounts), columns.serial
    _headings_that_are_data(kinds, amounts)
    if serial is not None and all(type(table.grid.rows[row][serial]) is int for row in kinds.data):
        kinds.data.sort()
        return  # every row has its number: nothing is left to explain
    declared = any(amounts.are_sum(total.row, kinds.data) for total in kinds.totals)
    if serial is not None and not declared:
        _parents(table, kinds, amounts, columns)
    _after_the_total(table, kinds, serial, amounts)
    if columns.good is None:
        _subtotals_above(table, kinds, serial, amounts)
    _totals_without_words(table, kinds, serial, amounts, columns.identity)
    kinds.data.sort()
    kinds.sections.sort(key=lambda section: section.row)


def settle_statement(table: Table, kinds: Rows, columns: Columns) -> None:
    """Sums under the columns of an account, with or without a word; rows of a balance alone, without a day."""
    amounts, day = Amounts(table, columns.amounts), columns.identity[:1]
    still = [r for r in kinds.data if not amounts.of(r) and all(is_blank(table.grid.rows[r][c]) for c in day)]
    kinds.aside += still
    kinds.data = [row for row in kinds.data if row not in set(still)]
    _totals_without_words(table, kinds, None, amounts, columns.identity)
    kinds.data.sort()


def _headings_that_are_data(kinds: Rows, amounts: Amounts) -> None:
    """Rows numbered I, II, III that carry amounts and have no rows under them are data, not headings."""
    data = sorted(kinds.data)
    for section in [s for s in kinds.sections if amounts.of(s.row)]:
        stop = kinds.stop_of(section, amounts.table.stop)
        if not any(section.row < row < stop for row in data):
            kinds.sections.remove(section)
            kinds.data.append(section.row)


def _parents(table: Table, kinds: Rows, amounts: Amounts, columns: Columns) -> None:
    """A numbered row over rows numbered 1.1, 1.2, or over rows with dashes, is their heading: its amount is their sum.

    Rows without number and dash are its parts only when they add up to it exactly.
    """
    rows, serial, parties = table.grid.rows, columns.serial, columns.parties
    data = sorted(kinds.data)
    parents = [i for i, row in enumerate(data) if _whole_number(rows[row][serial]) is not None]
    if len(parents) == len(data):
        return
    marks = sorted([*(s.row for s in kinds.sections), *(t.row for t in kinds.totals), table.stop])
    for place, start in enumerate(parents):
        parent, stop = data[start], parents[place + 1] if place + 1 < len(parents) else len(data)
        mark = next(mark for mark in marks if mark > parent)
        children = [row for row in data[start + 1 : stop] if row < mark]
        if not children or not all(_names(table, row, parties) for row in children):
            continue
        parts = all(_is_part(table, row, serial, parent, parties) for row in children)
        one_good = columns.good is None or len({str(rows[row][columns.good]) for row in (parent, *children)}) == 1
        if parts or (one_good and len(children) >= MIN_ROWS and amounts.are_sum(parent, children)):
            kinds.data.remove(parent)
            kinds.sections.append(Section(parent, " ".join(_names(table, parent, parties)), "parent"))


def _names(table: Table, row: int, identity: list[int]) -> list[str]:
    cells = table.grid.rows[row]
    return [cells[c].strip() for c in identity if isinstance(cells[c], str) and cells[c].strip()]


def _whole_number(cell: object) -> int | None:
    """The number of a row of a numbered list; None for 1.1 and for no number."""
    text = str(cell).strip(" .)").removesuffix(".0")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _is_part(table: Table, row: int, serial: int, parent: int, identity: list[int]) -> bool:
    cells = table.grid.rows[row]
    number = str(cells[serial]).strip()
    if number.startswith(f"{_whole_number(table.grid.rows[parent][serial])}."):
        return True
    return not number and any(re.match(r"[-+*•]\s*\S", name) for name in _names(table, row, identity))


def _after_the_total(table: Table, kinds: Rows, serial: int | None, amounts: Amounts) -> None:
    """Rows behind the grand total ("Đã chi", "Đã nộp về huyện") are no gifts: those without a number in a numbered
    list; in a list without numbers the few behind a total that agrees."""
    whole = [t for t in kinds.totals if t.is_grand or not kinds.sections]
    above = [t.row for t in whole if any(row < t.row for row in kinds.data)]
    last = max(above, default=table.stop)
    heads = [s.row for s in kinds.sections if s.row > last]
    later = [row for row in kinds.data if last < row < min(heads, default=table.stop)]
    if not later:
        return
    if serial is None:
        before = [row for row in kinds.data if row < last]
        numbered = len(later) > FEW or not amounts.are_sum(last, before)
    else:
        numbered = any(is_number(table.grid.rows[row][serial]) for row in later)
    if not numbered and not any(row > max(later) for row in kinds.data):
        kinds.data = [row for row in kinds.data if row not in later]
        kinds.after += later


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
    """A row that equals the sum of the rows above it is their total, whatever it is called: it is told.

    Without a word for a sum it must name nobody, or lack the number that other rows have, or be the last one.
    """
    candidates = [row for row in sorted(kinds.data) if _may_be_total(table, kinds, row, serial, identity)]
    if len(candidates) > MOST_TOTALS or not identity:  # a list without names
        return
    for row in candidates:
        marks = [s.row for s in kinds.sections] + [t.row for t in kinds.totals]
        start = max([-1, *(mark for mark in marks if mark < row)])
        above = [r for r in kinds.data if r < row and not kinds.is_assumed(r)]
        of_section = [r for r in above if r > start]
        below = [r for r in kinds.data if r > row]
        label = _sum_label(table, row)
        for rows in (above, of_section, below):
            if len(rows) >= _least(table, row, serial, amounts, identity) and amounts.are_sum(row, rows):
                kinds.data.remove(row)
                kinds.totals.append(Total(row, label, rows is not of_section))
                break
    kinds.totals.sort(key=lambda total: total.row)


def _least(table: Table, row: int, serial: int | None, amounts: Amounts, identity: list[int]) -> int:
    """Of how many rows a row must be the sum: one alone says little, several amounts that all agree say more."""
    if serial is not None and sum(bool(amount) for amount in amounts.of(row).values()) >= MIN_ROWS:
        return 1
    return MIN_ROWS if _sum_label(table, row) or _is_nameless(table, row, serial, identity) else CONVINCING


def _may_be_total(table: Table, kinds: Rows, row: int, serial: int | None, identity: list[int]) -> bool:
    if serial is not None:
        return not is_number(table.grid.rows[row][serial])
    is_at_end = row in (min(kinds.data), max(kinds.data))
    return is_at_end or bool(_sum_label(table, row)) or _is_nameless(table, row, serial, identity)


def _sum_label(table: Table, row: int) -> str:
    """The words of a row that begin like a sum: "Tổng ủng hộ", "CONG CHUNG", "Total"."""
    texts = (str(cell) for cell in table.grid.rows[row] if isinstance(cell, str))
    return next((text.strip() for text in texts if SUM_WORD.match(fold(text))), "")


def _is_nameless(table: Table, row: int, serial: int | None, identity: list[int]) -> bool:
    cells = table.grid.rows[row]
    numbered = serial is not None and is_number(cells[serial])
    named = [c for c in identity if c != serial and not is_blank(cells[c]) and isinstance(cells[c], str)]
    return not numbered and not named
