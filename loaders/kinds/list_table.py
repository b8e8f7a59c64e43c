"""One table of goods and cash while it is read: its columns by role, its rows by kind, the lines found so far."""

from dataclasses import dataclass
from typing import NamedTuple

from data import schemas
from loaders.cells.values import Parsed, Style, parse_money, parse_scaled_money
from loaders.evidence.assignment import Resolver
from loaders.evidence.columns import UNUSED, Roles, unit_of
from loaders.evidence.context import Book, Context, spread_down
from loaders.evidence.profile import SOME_SAY, Profile
from loaders.kinds import states
from loaders.tables import subtotals
from loaders.tables.find_tables import Table
from loaders.tables.rows import Rows, classify

SIGNED = 500  # cells that are looked at for a minus


@dataclass(frozen=True)
class Spec:
    """What is special about one kind of lines.

    party:    the column of a name: donor_name, supplier, recipient_group, giver
    neutral:  what a column is that says no more than "Họ và tên"
    money:    the column of money that is not cash: value_vnd or cost_vnd
    counts:   columns that count people; merged over several rows they count once
    """

    kind: str
    party: str
    neutral: str
    distinctive: tuple[str, ...]
    has_cash: bool
    money: str
    counts: tuple[str, ...] = ()
    has_site: bool = False
    commune_code: str | None = None


def is_field(kind: str, field: str) -> bool:
    """Whether a column of a list of this kind can be that."""
    named = {column.name for column in schemas.COLUMNS[kind]} | {"goods", UNUSED}
    return field in named or field.startswith("good:")


class Line(NamedTuple):
    """One amount: position of its row, what it is, and the column its number stands in."""

    position: int
    good: str
    quantity: float
    unit: str
    factor: float
    column: int
    cash: int | None = None
    value: int | None = None  # declared beside it in the same cell


class ListTable:
    """The state of reading one table; positions count its data rows from 0."""

    def __init__(self, table: Table, context: Context, spec: Spec):
        self.table, self.context, self.spec = table, context, spec
        self.grid, self.reference = table.grid, context.reference
        self.book = Book(table.grid, context)
        self.units = context.said_units()
        said = {i: field for i, field in context.said_columns(table).items() if is_field(spec.kind, field)}
        resolver = Resolver(
            table, spec.kind, self.reference, spec.party, spec.neutral, spec.has_site, not spec.has_cash, said
        )
        self.roles: Roles = resolver.resolve()
        self.is_statement = self._is_statement()
        names = (spec.party, "recipient_name", "good", "goods", "site", "commune", "households", "people", "date")
        identity = [i for name in names if (i := self.roles.index(name)) is not None]
        amounts = self.roles.amounts + [i for name in ("debit",) if (i := self.roles.index(name)) is not None]
        self.rows: Rows = classify(table, self.roles.index("serial"), amounts, identity)
        if self.is_statement:
            texts = [i for n in ("date", "note", "document") if (i := self.roles.index(n)) is not None]
            subtotals.settle_statement(table, self.rows, subtotals.Columns(None, amounts, texts, texts))
        else:
            people = [
                i for n in (spec.party, "recipient_name", "site", "address") if (i := self.roles.index(n)) is not None
            ]
            good = self.roles.index("good")
            columns = subtotals.Columns(self.roles.index("serial"), self.roles.amounts, identity + people, people, good)
            subtotals.settle(table, self.rows, columns)
        self.data = self.rows.data
        undone = states.undone_rows(self, self.data)
        self.data = [row for row in self.data if row not in undone]
        self.numbers: dict[int, dict[int, float]] = {}  # amount column -> row -> number as written, for the totals
        self.factors: dict[int, float] = {}  # money column -> đồng a unit
        self.lines: list[Line] = []
        self.meals = {code for code, row in self.reference.goods.items() if row["base_unit"] == "meal"}
        self.plain_goods = set(self.reference.goods) - self.meals - {"cash"}
        self.unmoved: set[int] = set()  # rows of a statement on which the balance stays as it was
        self.debits: dict[int, float] = {}  # rows of a statement whose signed amount is negative
        self.seen_cells: dict[int, list[object]] = {}
        self.bad: set[int] = set()  # positions whose name, date, commune or site is unreadable
        self.no_gift = states.rows_without_gift(self)  # rows
        self.bad |= states.rows_in_doubt(self) | states.rows_of_unknown_state(self)
        if self.grid.struck:
            self.bad |= states.struck_rows(self)

    def _is_statement(self) -> bool:
        """An account's list: in and out, a running balance, a sign; or money with a minus beside its day."""
        fields = self.roles.fields
        if self.spec.kind != "donations":
            return False
        if {"balance", "debit", "credit", "sign"} & (set(fields) | self.roles.words):
            return True
        if len(self.roles.cash) != 1 or "date" not in fields or "donor_name" in fields:
            return False
        if "note" in fields and Profile(self.table, fields["note"].index, self.reference).gifts >= SOME_SAY:
            return True
        cells = self.table.sample(self.roles.cash[0].index, SIGNED)
        return any(parse_money(cell).code == "number_negative" for cell in cells)

    def cells(self, column: int) -> list[object]:
        if column not in self.seen_cells:
            rows = self.grid.rows
            self.seen_cells[column] = [rows[row][column] for row in self.data]
        return self.seen_cells[column]

    def identity_cells(self, column: int) -> list[object]:
        """Cells of a name column, merged areas repeated."""
        return spread_down(self.grid, column, self.cells(column), self.data)

    def money_factor(self, column: int) -> float:
        """đồng a unit of a money column: from its header, else the sheet's ĐVT."""
        if column not in self.factors:
            header = next((c for c in self.table.columns if c.index == column), None)
            unit = (unit_of(header, self.reference) if header else None) or self.context.unit
            self.factors[column] = unit[1] if unit and unit[0] == "vnd" else 1.0
        return self.factors[column]

    def money(self, cell: object, column: int, style: Style = Style.UNKNOWN) -> Parsed:
        """An amount of a money column in đồng."""
        return parse_scaled_money(cell, factor=self.money_factor(column), style=style)

    def take_cash(self, row: int, column: int, amount: int) -> None:
        """A gift of cash that stands in a row."""
        self.numbers.setdefault(column, {})[row] = amount
        self.lines.append(Line(self.data.index(row), "cash", float(amount), "vnd", 1.0, column, amount))

    def section_texts(self) -> list[str]:
        """The heading that stands over each data row."""
        texts, current, heads = [], "", iter(self.rows.sections)
        head = next(heads, None)
        for row in self.data:
            while head and head.row < row:
                current, head = head.label, next(heads, None)
            texts.append(current)
        return texts
