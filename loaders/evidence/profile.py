"""What the cells of a column are: the shares of numbers, dates, units, names … among the first filled ones."""

import re
from collections.abc import Callable
from functools import cached_property

from data.reference import Reference
from loaders.cells.dates import parse_date
from loaders.cells.values import Style, parse_flag, parse_goods, parse_money
from loaders.tables.find_tables import Table, is_number_like
from loaders.tables.rows import is_total

SAMPLE = 60
SOME_SAY = 0.2  # of the remarks; then an account's list is one of gifts
MANY_SAY = 0.5  # of the cells; then they may name a column that its header does not
CREDITS, DEBITS = {"c", "+", "cr"}, {"d", "-", "dr"}
MONEY = re.compile(r"\d\s*(đ|đồng|vnđ|vnd|k|tr|triệu|nghìn|ngàn|tỷ)\b", re.IGNORECASE)
SHORT_NUMBER = re.compile(r"[0-9]{1,6}")
PHONE = re.compile(r"\+?(84|0)\d{8,10}")
LEAST_MONEY = 1_000
MOST_STATES = 5
MOST_SIGNS = 8  # different words in a column of signs
CERTAIN = 0.9  # a cell is a sign only when all of it says so


class Profile:
    """One column of a table, without the rows that are totals or headings of their own."""

    def __init__(self, table: Table, column: int, reference: Reference):
        self.reference = reference
        cells = table.sample(column, SAMPLE)
        self.cells = [cell for cell in cells if not (isinstance(cell, str) and is_total(cell))]

    def share(self, test: Callable[[object], object]) -> float:
        """Which share of the filled cells passes a test."""
        return sum(bool(test(cell)) for cell in self.cells) / len(self.cells) if self.cells else 0.0

    @cached_property
    def numbers(self) -> float:
        return self.share(is_number_like) - self.dates if self.dates > MANY_SAY else self.share(is_number_like)

    @cached_property
    def plain_numbers(self) -> float:
        """Numbers without words: no address, no "5 kg", no phone."""
        has_digit = re.compile(r"\d").search
        return self.share(lambda c: has_digit(str(c)) and not _is_phone(c) and parse_money(c).value is not None)

    @cached_property
    def money(self) -> float:
        """Numbers as large as money, or said to be money."""
        return self.share(_is_money)

    @cached_property
    def round_money(self) -> float:
        """Whole thousands, as gifts are: no phone, no number of a paper."""
        return self.share(lambda cell: not _is_phone(cell) and _is_round(parse_money(cell).value))

    @cached_property
    def is_names(self) -> bool:
        """Texts that mostly differ: names of people or places."""
        filled = [str(cell) for cell in self.cells]
        return len(filled) > 2 and self.texts >= 0.8 and len(set(filled)) >= len(filled) * 0.7

    @cached_property
    def are_states(self) -> bool:
        """A few words that come again and again, as states of a payment do."""
        different = {str(cell) for cell in self.cells}
        return self.texts >= 0.8 and 1 < len(different) <= MOST_STATES < len(self.cells)

    @cached_property
    def dates(self) -> float:
        year = self.reference.campaign.start_date.year
        first = (str(cell).strip().split("\n")[0] if isinstance(cell, str) else cell for cell in self.cells)
        found = [not isinstance(cell, int | float) and parse_date(cell, year=year).value for cell in first]
        return sum(map(bool, found)) / len(found) if found else 0.0

    @cached_property
    def recent_days(self) -> float:
        """Days since the year in which the campaign began: no birthdays."""
        year = self.reference.campaign.start_date.year
        return self.share(lambda cell: (day := parse_date(cell, year=year).value) and day.year >= year)

    @cached_property
    def texts(self) -> float:
        return self.share(lambda cell: isinstance(cell, str) and sum(map(str.isalpha, cell)) > len(cell) / 2)

    @cached_property
    def units(self) -> float:
        return self.share(lambda cell: isinstance(cell, str) and self.reference.unit(cell))

    @cached_property
    def communes(self) -> float:
        keys = self.reference.commune_keys()
        return self.share(lambda cell: isinstance(cell, str) and self.reference.commune_key(cell) in keys)

    @cached_property
    def sites(self) -> float:
        return self.share(lambda cell: isinstance(cell, str) and self.reference.site(cell, None).code)

    @cached_property
    def goods(self) -> float:
        """Names of one good."""
        find = self.reference.good_names.find
        return self.share(lambda cell: isinstance(cell, str) and find(re.sub(r"[(\[].*", "", cell)))

    @cached_property
    def goods_cells(self) -> float:
        """Goods with their quantities: "50kg gạo, 10 thùng mì"."""
        return self.share(lambda cell: isinstance(cell, str) and self._names_goods(cell))

    def _names_goods(self, cell: str) -> bool:
        if not any(map(str.isdigit, cell)) or cell.strip().isdigit():
            return False
        parts, faults = parse_goods(cell, style=Style.VI, reference=self.reference)
        return bool(parts) and not faults and any(part.good != "cash" for part in parts)

    @cached_property
    def signs(self) -> float:
        """Words that say whether money came or went."""
        if len({str(cell) for cell in self.cells}) > MOST_SIGNS:
            return 0.0
        return self.share(lambda cell: _direction(cell, self.reference))

    @cached_property
    def gifts(self) -> float:
        """Remarks that speak of a gift."""
        says = self.reference.lexicon.says
        return self.share(lambda cell: isinstance(cell, str) and says(cell, "gift"))

    @cached_property
    def phones(self) -> float:
        return self.share(_is_phone)

    @cached_property
    def is_serial(self) -> bool:
        numbers = [int(str(cell).strip()) for cell in self.cells if SHORT_NUMBER.fullmatch(str(cell).strip())]
        return len(numbers) >= 2 and numbers == list(range(1, len(numbers) + 1))


def _is_phone(cell: object) -> bool:
    text = re.sub(r"[\s.]", "", str(cell))
    return isinstance(cell, str) and bool(PHONE.fullmatch(text))


def _is_round(value: object) -> bool:
    return isinstance(value, int | float) and value >= LEAST_MONEY and value % LEAST_MONEY == 0


def _is_money(cell: object) -> bool:
    if isinstance(cell, str) and MONEY.search(cell):
        return True
    return not _is_phone(cell) and abs(parse_money(cell).value or 0) >= LEAST_MONEY


def is_debit_sign(cell: object, reference: Reference) -> bool:
    """Whether a sign in a column of its own says that money went out."""
    return _direction(cell, reference) == "debit"


def is_tick(cell: object) -> bool:
    """A mark that says yes or no, and no number."""
    return isinstance(cell, bool | str) and not str(cell).strip().isdigit() and parse_flag(cell).value is not None


def _direction(cell: object, reference: Reference) -> str | None:
    text = str(cell).strip().casefold()
    if text in CREDITS | DEBITS:
        return "credit" if text in CREDITS else "debit"
    return reference.lexicon.field(text, ("credit", "debit"), least=CERTAIN) if isinstance(cell, str) else None
