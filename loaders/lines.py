"""A table of goods and cash -> tidy lines: long (a good a row), wide (a good a column), several goods in a cell."""

import re
from operator import itemgetter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from data import schemas
from data.reference import fold, tidy, tidy_all
from loaders import checks
from loaders.columns import Resolver, Roles, Wide, unit_of
from loaders.context import Book, Context, blank_positions, each_once, show, spread_down
from loaders.dates import parse_date
from loaders.grid import column_letter
from loaders.headers import Lexicon
from loaders.reading import Reading
from loaders.rows import Rows, classify
from loaders.tables import Table, is_blank
from loaders.values import Parsed, Style, number_style, parse_flag, parse_goods, parse_money, parse_number, parse_quantity

DISTRICT = re.compile(r"(cap |ub ?mttq |mttq |uy ban mttq |van phong |toan )*huyen( cu jut)?")
PLAIN_UNITS = frozenset(("kg", "litre", "piece", "pack", "box", "bag", "bottle", "tray"))


@dataclass(frozen=True)
class Spec:
    """What is special about one kind of lines.

    party:    the column of a name: donor_name, supplier, recipient_group, giver
    money:    the column of money that is not cash: value_vnd or cost_vnd
    counts:   columns that count people; merged over several rows they count once
    """

    kind: str
    lexicon: Lexicon
    party: str
    distinctive: tuple[str, ...]
    merged_text: tuple[str, ...]
    has_cash: bool
    money: str
    counts: tuple[str, ...] = ()
    has_site: bool = False
    commune_code: str | None = None


class Line(NamedTuple):
    """One amount: position of its row, what it is, and the column its number stands in."""

    position: int
    good: str
    quantity: float
    unit: str
    factor: float
    column: int
    cash: int | None = None


def read(table: Table, context: Context, spec: Spec) -> Reading:
    """A table of one of the four line kinds -> a Reading with one row a line of goods or cash."""
    return LineReader(table, context, spec).reading()


class LineReader:
    """Reads one table; positions count its data rows from 0."""

    def __init__(self, table: Table, context: Context, spec: Spec):
        self.table, self.context, self.spec = table, context, spec
        self.grid, self.reference = table.grid, context.reference
        self.book = Book(table.grid, context)
        resolver = Resolver(table, spec.lexicon, self.reference, spec.party, spec.has_site, not spec.has_cash)
        self.roles: Roles = resolver.resolve()
        self.is_statement = "balance" in self.roles.fields or "debit" in self.roles.fields
        names = (spec.party, "recipient_name", "good", "goods", "site", "commune", "households", "people", "date")
        identity = [i for name in names if (i := self.roles.index(name)) is not None]
        amounts = self.roles.amounts + [i for name in ("debit",) if (i := self.roles.index(name)) is not None]
        self.rows: Rows = classify(table, self.roles.index("serial"), amounts, identity)
        self.data = self.rows.data
        self.numbers: dict[int, dict[int, float]] = {}  # amount column -> row -> number as written, for the totals
        self.lines: list[Line] = []
        self.plain_goods = set(self.reference.goods) - {"cash", "meals"}
        self.debits: dict[int, float] = {}  # rows of a statement whose signed amount is negative
        self.seen_cells: dict[int, list[object]] = {}
        self.bad: set[int] = set()  # positions whose name, date, commune or site is unreadable

    # --- the way through ---
    def reading(self) -> Reading:
        self._note_columns()
        self._read_cash()
        self._read_wide()
        if "quantity" in self.roles.fields and ("good" in self.roles.fields or not self.roles.wide):
            self._read_long()
        if "goods" in self.roles.fields:
            self._read_goods_cells()
        money = self._money()
        if self.is_statement:
            checks.balances(self)
        names = self._names()
        self._note_without_amount()
        frame, waiting = self._frame(names, money)
        declared = checks.totals(self)
        checks.row_totals(self, frame)
        checks.duplicates(self, frame)
        checks.outside(self)
        return self._made(frame, waiting, declared)

    def cells(self, column: int) -> list[object]:
        if column not in self.seen_cells:
            rows = self.grid.rows
            self.seen_cells[column] = [rows[row][column] for row in self.data]
        return self.seen_cells[column]

    def identity_cells(self, column: int) -> list[object]:
        """Cells of a name column, merged areas repeated."""
        return spread_down(self.grid, column, self.cells(column), self.data)

    def _note_columns(self) -> None:
        for column in self.roles.twice:
            self.book.note("column_twice", column.row, column.index, column.label)
        for column in self.roles.unknown:
            if any(not is_blank(cell) for cell in self.cells(column.index)):
                self.book.note("column_unknown", column.row, column.index, column.label)

    def money_factor(self, column: int) -> float:
        """đồng a unit of a money column: from its header, else the sheet's ĐVT."""
        header = next((c for c in self.table.columns if c.index == column), None)
        unit = (unit_of(header, self.reference) if header else None) or self.context.unit
        return unit[1] if unit and unit[0] == "vnd" else 1.0

    def take_cash(self, row: int, column: int, amount: int) -> None:
        """A gift of cash that stands in a row."""
        self.numbers.setdefault(column, {})[row] = amount
        self.lines.append(Line(self.data.index(row), "cash", float(amount), "vnd", 1.0, column, amount))

    # --- amounts ---
    def _read_cash(self) -> None:
        for column in self.roles.cash:
            factor = self.money_factor(column.index)
            cells = self.cells(column.index)
            style = number_style(cells)
            numbers = self.numbers.setdefault(column.index, {})
            parsed = each_once(cells, lambda cell, f=factor, s=style: parse_money(cell, factor=f, style=s))
            for position, value in enumerate(parsed):
                amount = value.value
                if value.code == "number_negative" and self.is_statement:
                    self.debits[self.data[position]] = -value.proposed
                    self.book.note("debit_row", self.data[position], column.index, show(value.proposed))
                    continue
                if value.code is not None:
                    amount = self._money_or_goods(value, position, column.index)
                if amount:
                    numbers[self.data[position]] = amount
                    self.lines.append(Line(position, "cash", float(amount), "vnd", 1.0, column.index, int(amount)))
                elif amount == 0 and not self.is_statement:
                    numbers[self.data[position]] = 0

    def _money_or_goods(self, value: Parsed, position: int, column: int) -> int | None:
        """A money column with "50kg gạo" in it: the goods are read; anything else is a problem."""
        cell = self.grid.rows[self.data[position]][column]
        if value.code == "number_unreadable" and isinstance(cell, str) and re.search(r"[^\W\d]{2}", cell):
            parts, faults = parse_goods(cell, style=Style.VI, reference=self.reference)
            if parts and not faults and all(p.unit for p in parts):
                self._take_goods(parts, position, column)
                return None
        return self.book.settle(value, self.data[position], column)

    def _read_wide(self) -> None:
        for wide in self.roles.wide:
            cells = self.cells(wide.column.index)
            if all(is_blank(c) for c in cells):
                continue
            style = number_style(cells)
            parsed = each_once(cells, lambda cell, s=style: parse_quantity(cell, style=s, reference=self.reference))
            unit = self._wide_unit(wide, parsed)
            for position, (value, own_unit, own_factor) in enumerate(parsed):
                if value.is_blank:
                    continue
                code, factor = (own_unit, own_factor) if own_unit else unit or (None, 1.0)
                self._quantity_line(position, wide.good, value, code, factor, wide.column.index, style)

    def _wide_unit(self, wide: Wide, parsed: list) -> tuple[str, float] | None:
        """The unit of a goods column: from the header, the sheet's ĐVT; else it is asked once for the column."""
        sheet_unit = self.context.unit if self.context.unit and self.context.unit[0] != "vnd" else None
        unit = wide.unit or sheet_unit
        if unit is None and any(not value.is_blank and own is None for value, own, _ in parsed):
            base = self.reference.goods[wide.good]["base_unit"]
            if self.book.note("unit_missing", wide.column.row, wide.column.index, wide.column.label, base):
                return base, 1.0
        return self._meal_unit(wide.good, *unit) if unit else None

    def _meal_unit(self, good: str, unit: str, factor: float) -> tuple[str, float]:
        """A "suất" of a cooked meal is a meal, any other "suất" a set."""
        return ("meal", factor) if good == "meals" and unit in ("set", "carton") else (unit, factor)

    def _read_long(self) -> None:
        """Good, quantity and unit in columns of their own."""
        fields = self.roles.fields
        column = fields["quantity"].index
        cells = self.cells(column)
        style = number_style(cells)
        quantities = each_once(cells, lambda cell: parse_quantity(cell, style=style, reference=self.reference))
        goods = self._long_goods()
        units = self._long_units(unit_of(fields["quantity"], self.reference))
        numbers, rows, add = self.numbers.setdefault(column, {}), self.data, self.lines.append
        for position, (value, own_unit, own_factor) in enumerate(quantities):
            good, good_unit = goods[position]
            amount, unit = value.value, (own_unit, own_factor) if own_unit else units[position]
            if type(amount) is int and amount > 0 and unit and unit[0] in PLAIN_UNITS and good in self.plain_goods:
                numbers[rows[position]] = amount  # nothing to ask: most lines of a large sheet
                add(Line(position, good, float(amount), unit[0], unit[1], column))
                continue
            if value.is_blank:
                if good == "cash":
                    self._cash_in_value(position)
                continue
            if value.code in ("unit_unknown", "number_unreadable") and good is None:
                parts, faults = parse_goods(cells[position], style=style, reference=self.reference)
                if parts and not faults:
                    self._take_goods(parts, position, column)
                    continue
            unit = (own_unit, own_factor) if own_unit else units[position] or good_unit
            if good is None:
                self._unknown_good(position, column)
                continue
            if unit is None and good == "cash":
                unit = ("vnd", 1.0)
            self._quantity_line(position, good, value, *(unit or (None, 1.0)), column, style)

    def _long_goods(self) -> list[tuple[str | None, tuple[str, float] | None]]:
        """The good of every row as (code, unit in its name)."""
        from loaders.columns import good_named

        good_column = self.roles.fields.get("good")
        if good_column is None:
            named = good_named(self.roles.fields["quantity"].label, self.reference)
            return [named or (None, None)] * len(self.data)

        def parse(cell: object) -> tuple[str | None, tuple[str, float] | None]:
            if is_blank(cell):
                return None, None
            code = self.reference.good_names.find(cell)
            if code:
                return code, None
            named = good_named(str(cell), self.reference)
            if not named:
                return None, None
            return named[0], named[1] or unit_in_brackets(str(cell), self.reference)

        return each_once(self.identity_cells(good_column.index), parse)

    def _long_units(self, header_unit: tuple[str, float] | None) -> list[tuple[str, float] | None]:
        column = self.roles.fields.get("unit")
        fallback = header_unit or (self.context.unit if self.context.unit and self.context.unit[0] != "vnd" else None)
        if column is None:
            return [fallback] * len(self.data)

        def parse(cell: object):
            if is_blank(cell):
                return fallback
            return self.reference.unit(cell) or ("?", 1.0)

        return each_once(self.identity_cells(column.index), parse)

    def _unknown_good(self, position: int, column: int) -> None:
        good_column = self.roles.fields.get("good")
        row = self.data[position]
        cell = self.identity_cells(good_column.index)[position] if good_column else ""
        if is_blank(cell):
            self.book.note("good_missing", row, good_column.index if good_column else column)
            self.book.wait(row, column, "good_missing")
        else:
            candidates = "; ".join(self.reference.good(cell).candidates)
            self.book.note("good_unknown", row, good_column.index, cell, candidates or None)
            self.book.wait(row, column, "good_unknown")

    def _quantity_line(self, position, good, value: Parsed, unit, factor, column, style) -> None:
        """One line of a good; its number is checked against the unit: no half box, no half đồng."""
        row = self.data[position]
        cell = self.grid.rows[row][column]
        if unit == "?":
            unit_column = self.roles.index("unit")
            self.book.note("unit_unknown", row, unit_column, self.grid.rows[row][unit_column])
            self.book.wait(row, column, "unit_unknown")
            return
        if unit is not None:
            unit, factor = self._meal_unit(good, unit, factor)
            whole = self.reference.units[unit]["is_whole"] == "true" and factor == 1
            if unit == "vnd" or good == "cash":
                value = parse_money(cell, factor=factor if unit == "vnd" else 1.0, style=style)
                factor = 1.0
            elif value.code == "number_ambiguous" or (whole and isinstance(value.value, float)):
                value = self._whole_again(cell, value, whole, style)
        amount = self.book.settle(value, row, column)
        if amount is None or (amount == 0 and value.code is None):
            return
        self.numbers.setdefault(column, {})[row] = amount
        if unit is None:
            known = any(p.code == "unit_missing" and p.where.cell and p.where.row <= self.table.body_start for p in self.book.problems)
            base = self.reference.goods[good]["base_unit"]
            if known and any(w.column.index == column for w in self.roles.wide):
                self.book.wait(row, column, "unit_missing")
                return
            if not self.book.note("unit_missing", row, column, show(cell), base):
                self.book.wait(row, column, "unit_missing")
                return
            unit, factor = base, 1.0
        cash = int(amount) if good == "cash" else None
        self.lines.append(Line(position, good, float(amount), "vnd" if cash is not None else unit, factor, column, cash))

    def _whole_again(self, cell: object, value: Parsed, whole: bool, style: Style) -> Parsed:
        """Things that come whole decide what "1,500" means: pieces, boxes, bags."""
        if not whole:
            return value
        text = re.sub(r"\s*[^\W\d_]+\s*$", "", cell) if isinstance(cell, str) else cell
        return parse_number(text, whole=True, style=style)

    def _cash_in_value(self, position: int) -> None:
        """A row "Tiền mặt" whose amount stands in the money column."""
        column = self.roles.index("money")
        if column is None or self.spec.kind == "purchases":
            return
        cell = self.grid.rows[self.data[position]][column]
        parsed = parse_money(cell, factor=self.money_factor(column))
        amount = self.book.settle(parsed, self.data[position], column)
        if amount:
            self.lines.append(Line(position, "cash", float(amount), "vnd", 1.0, column, int(amount)))

    def _read_goods_cells(self) -> None:
        """ "50kg gạo, 10 thùng mì và 2 triệu đồng" in one cell."""
        column = self.roles.fields["goods"].index
        cells = self.cells(column)
        style = number_style(cells)
        parsed = each_once(cells, lambda cell: parse_goods(cell, style=style, reference=self.reference))
        money = self.roles.index("money")
        for position, (parts, faults) in enumerate(parsed):
            if is_blank(cells[position]):
                continue
            row = self.data[position]
            for fault in faults:
                if self.book.settle(fault, row, column) is not None and fault.part:
                    parts = [*parts, fault.part]  # a person agreed to what was proposed
            if not parts and not faults and isinstance(cells[position], int | float) and money is None:
                self.book.note("good_missing", row, column, show(cells[position]))
                self.book.wait(row, column, "good_missing")
            self._take_goods(parts, position, column)

    def _take_goods(self, parts, position: int, column: int) -> None:
        row = self.data[position]
        for part in parts:
            unit, factor = part.unit, part.factor
            if part.good == "cash":
                self.lines.append(Line(position, "cash", float(part.quantity), "vnd", 1.0, column, int(part.quantity)))
                continue
            if unit is None:
                unit = self.reference.goods[part.good]["base_unit"]
                counts_itself = unit in ("piece", "set", "meal")  # "200 khẩu trang" are 200 of them
                if not counts_itself and not self.book.note("unit_missing", row, column, part.text, unit):
                    self.book.wait(row, column, "unit_missing")
                    continue
            unit, factor = self._meal_unit(part.good, unit, factor)
            self.lines.append(Line(position, part.good, float(part.quantity), unit, factor, column))

    def _money(self) -> dict[int, tuple[int, int]]:
        """Declared value (or cost) of the goods of a row: position -> (đồng, column)."""
        found: dict[int, tuple[int, int]] = {}
        named = [self.roles.fields["money"]] if "money" in self.roles.fields else []
        for column in named + [w.value for w in self.roles.wide if w.value]:
            factor = self.money_factor(column.index)
            cells = self.cells(column.index)
            style = number_style(cells)
            parsed = each_once(cells, lambda cell, f=factor, s=style: parse_money(cell, factor=f, style=s))
            for position, value in enumerate(parsed):
                if value.value is None and value.code is None:
                    continue
                amount = self.book.settle(value, self.data[position], column.index)
                if amount is None:
                    self.bad.add(position)
                    continue
                self.numbers.setdefault(column.index, {})[self.data[position]] = amount
                found[position] = (found.get(position, (0, 0))[0] + int(amount), column.index)
        return found

    # --- names ---
    def _names(self) -> dict[str, list]:
        """The name columns of every data row, tidy; an unreadable one makes the lines of its row wait."""
        names: dict[str, list] = {}
        names["date"] = self._dates()
        if self.spec.has_site:
            names["site"] = self._sites()
        if self.spec.kind != "purchases":
            names["commune"] = self._communes(names)
        for name in (self.spec.party, "note"):
            column = self.roles.index(name)
            has = any(c.name == name for c in schemas.COLUMNS[self.spec.kind])
            if has and column is not None:
                cells = self.identity_cells(column)
                names[name] = texts_of(cells)
                if name != "note":
                    names[name] = self._continued(column, cells, names[name], name)
        if self.spec.kind == "donations":
            names["donor_category"] = self._categories()
            names["may_publish"] = self._flags()
        for name in self.spec.counts:
            names[name] = self._under_merges(self._counts(name))
        return names

    def _under_merges(self, counts: list[int | None]) -> list[int | None]:
        """The households that share one merged amount are counted together, on its line."""
        place = {row: position for position, row in enumerate(self.data)}
        for first, left, last, right in self.grid.merged:
            shared = [place[row] for row in range(first, last + 1) if row in place]
            is_amount = last > first and any(left <= column <= right for column in self.roles.amounts)
            if is_amount and len(shared) > 1 and any(line.position == shared[0] for line in self.lines):
                others = [p for p in shared[1:] if not any(line.position == p for line in self.lines)]
                found = [counts[p] for p in (shared[0], *others) if counts[p] is not None]
                counts[shared[0]] = sum(found) if found else None
        return counts

    def _dates(self) -> list[date | None]:
        column = self.roles.index("date")
        if column is None:  # "Ngày 03/8/2021" as a heading over its rows
            return each_once(self._section_texts(), lambda text: self._day_of(text))
        cells = self.identity_cells(column)
        parsed = each_once(cells, self._date)
        out: list[date | None] = []
        for position, value in enumerate(parsed):
            if value.code is None:
                out.append(value.value)
                continue
            settled = self.book.settle(value, self.data[position], column)
            if settled is None:
                self.bad.add(position)
            out.append(settled)
        out = self._repeated(column, cells, out, "date")
        return checks.dates_outside(self, column, cells, out)

    def _date(self, cell: object) -> Parsed:
        """A date; in a cell of several lines ("01/08/2021", then a number) the first line."""
        parsed = parse_date(cell, year=self.context.year)
        if parsed.code and isinstance(cell, str) and "\n" in cell.strip():
            first = parse_date(cell.strip().split("\n")[0], year=self.context.year)
            return parsed if first.code else first
        return parsed

    def _day_of(self, heading: str) -> date | None:
        hit = re.search(r"\d{1,2}\s*[/.-]\s*\d{1,2}(\s*[/.-]\s*\d{2,4})?|\d+ tháng \d+( năm \d+)?", heading)
        is_day = hit and not re.search(r"\b(từ|đến|tuần)\b", heading.casefold())
        return parse_date(hit[0], year=self.context.year).value if is_day else None

    def _repeated(self, column: int, cells: list[object], values: list, name: str) -> list:
        """Empty cells under a filled one: asked once for the column, filled down after the tick."""
        blanks = [p for p in blank_positions(cells) if p not in self.bad]
        after = [p for p in blanks if any(v is not None for v in values[max(0, p - 200) : p])]
        if not after or len(blanks) == len(cells):
            return values
        if len(after) > checks.MANY:
            above = next(v for v in reversed(values[: after[0]]) if v is not None)
            found = f"(+{len(after) - 1})"
            ticked = set(after) if self.book.note("repeats_above", self.data[after[0]], column, found, self._name_of(name, above)) else set()
        else:
            ticked = set()
        filled, last = list(values), None
        for position, value in enumerate(values):
            last = value if value is not None else last
            if position in after and len(after) <= checks.MANY:
                if self.book.note("repeats_above", self.data[position], column, "", self._name_of(name, last)):
                    ticked.add(position)
            if position in ticked:
                filled[position] = last
        return filled

    def _continued(self, column: int, cells: list, values: list, name: str) -> list:
        """A row without number and name under a numbered one goes on with its name: asked, not assumed."""
        serial = self.roles.index("serial")
        if serial is None:
            return values
        numbers = self.cells(serial)
        numbers = spread_down(self.grid, serial, numbers, self.data)
        if not blank_positions(numbers) or not blank_positions(cells):
            return values
        hidden = [c if is_blank(n) else c or "?" for c, n in zip(cells, numbers, strict=True)]
        return self._repeated(column, hidden, values, name)

    def _name_of(self, name: str, value: object) -> str:
        return self.reference.sites[value].name if name == "site" else show(value)

    def _sites(self) -> list[str | None]:
        column = self.roles.index("site")
        if column is None:
            of_section = each_once(self._section_texts(), lambda text: self.reference.site(unnumbered(text)).code if text else None)
            if any(of_section):
                self.bad |= {p for p, site in enumerate(of_section) if site is None}
                for p in sorted(p for p, site in enumerate(of_section) if site is None):
                    self.book.note("site_missing", self.data[p], self.table.columns[0].index, self._section_texts()[p])
                return of_section
            self.book.note("column_missing", self.table.header_start, self.table.columns[0].index, proposed="site")
            return [None] * len(self.data)
        cells = self.identity_cells(column)
        commune_column = self.roles.index("commune")
        communes = self.identity_cells(commune_column) if commune_column is not None else [""] * len(cells)
        pairs = list(zip(cells, communes, strict=True))

        def parse(pair):
            commune = self.reference.commune(pair[1], self.context.day).code if not is_blank(pair[1]) else None
            return self.reference.site(pair[0], commune) if not is_blank(pair[0]) else None

        matches = each_once(pairs, parse)
        sites = [m.code if m else None for m in matches]
        sites = self._repeated(column, cells, sites, "site")
        repeats = any(p.code == "repeats_above" and p.where.cell and p.where.cell.startswith(column_letter(column)) for p in self.book.problems)
        for position, match in enumerate(matches):
            row = self.data[position]
            if match is not None and match.code is None:
                self.book.note("site_unknown", row, column, text_of(cells[position]), "; ".join(match.candidates) or None)
                self.bad.add(position)
            elif sites[position] is None:
                if not repeats:
                    self.book.note("site_missing", row, column)
                self.bad.add(position)
        return sites

    def _communes(self, names: dict[str, list]) -> list[str | None]:
        if self.spec.has_site:
            of_site = [self.reference.sites[s]["commune"] or None if s else None for s in names["site"]]
            if "commune" not in self.roles.fields:
                return of_site
        sections = self._section_communes()
        column = self.roles.index("commune")
        if column is None:
            found = self._from_addresses() if not any(sections) and not self.context.commune else [None] * len(self.data)
            out = [s or f or self.context.commune for s, f in zip(sections, found, strict=True)]
            if self.spec.commune_code and self.data and not any(out) and not self.is_statement:
                self.book.note(self.spec.commune_code)
            return out
        cells = self.identity_cells(column)

        def parse(cell: object):
            if is_blank(cell) or DISTRICT.fullmatch(fold(cell).strip()):
                return None
            return self.reference.commune(cell, self.context.day)

        out = []
        for position, match in enumerate(each_once(cells, parse)):
            if match is not None and match.code is None:
                candidates = "; ".join(match.candidates)
                self.book.note("commune_unknown", self.data[position], column, text_of(cells[position]), candidates or None)
                self.bad.add(position)
            blank = is_blank(cells[position])
            fallback = sections[position] or self.context.commune if blank else None
            if self.spec.has_site and match is None:
                fallback = of_site[position]
            out.append(match.code if match else fallback)
        return out

    def _section_texts(self) -> list[str]:
        """The heading that stands over each data row."""
        texts, current, heads = [], "", iter(self.rows.sections)
        head = next(heads, None)
        for row in self.data:
            while head and head[0] < row:
                current, head = head[1], next(heads, None)
            texts.append(current)
        return texts

    def _section_communes(self) -> list[str | None]:
        def parse(text: str):
            codes = self.reference.communes_in(text, self.context.day) if text else []
            return codes[0] if len(codes) == 1 else None

        return each_once(self._section_texts(), parse)

    def _from_addresses(self) -> list[str | None]:
        column = self.roles.index("address")
        if column is None:
            return [None] * len(self.data)

        def parse(cell: object):
            codes = self.reference.communes_in(cell, self.context.day)
            return codes[0] if len(codes) == 1 else None

        return each_once(self.identity_cells(column), parse)

    def _categories(self) -> list[str | None]:
        column = self.roles.index("donor_category")
        if column is None:
            find = self.reference.donor_category_names.find
            return each_once(self._section_texts(), lambda text: find(unnumbered(text)))
        cells = self.identity_cells(column)
        codes = each_once(cells, lambda c: None if is_blank(c) else self.reference.donor_category(c).code)
        for position, code in enumerate(codes):
            if code is None and not is_blank(cells[position]):
                self.book.note("category_unknown", self.data[position], column, text_of(cells[position]))
        return codes

    def _flags(self) -> list[bool | None]:
        column = self.roles.index("may_publish")
        if column is None:
            return [None] * len(self.data)
        return [p.value for p in each_once(self.cells(column), parse_flag)]

    def _counts(self, name: str) -> list[int | None]:
        column = self.roles.index(name)
        if column is None:
            return [None] * len(self.data)
        cells = self.cells(column)
        style = number_style(cells)
        parsed = each_once(cells, lambda cell: parse_quantity(cell, style=style, reference=self.reference)[0])
        out = []
        for position, value in enumerate(parsed):
            if value.code in ("unit_unknown", "number_ambiguous") or isinstance(value.value, float):
                text = re.sub(r"\s*(hộ|người|khẩu|nhân khẩu)\s*$", "", str(cells[position]), flags=re.I)
                value = parse_number(text if isinstance(cells[position], str) else cells[position], whole=True, style=style)
            settled = self.book.settle(value, self.data[position], column)
            if settled is None and value.code:
                self.bad.add(position)
            if settled is not None:
                self.numbers.setdefault(column, {})[self.data[position]] = settled
            out.append(None if settled is None else int(settled))
        return out

    # --- the frame ---
    def _note_without_amount(self) -> None:
        """A named row without any amount is never dropped in silence."""
        having = {line.position for line in self.lines}
        waiting = {row for row, _ in self.book.waiting}
        amounts = [i for i in self.roles.amounts if i != self.roles.index("row_total")]
        for position, row in enumerate(self.data):
            if position in having or row in waiting or position in self.bad:
                continue
            column = amounts[0] if amounts else self.table.columns[-1].index
            if (self.is_statement and checks.is_debit(self, row)) or self._is_under_merge(row, amounts):
                continue
            uncalculated = next((c for c in amounts if (row, c) in self.grid.uncalculated), None)
            code = "amount_missing" if uncalculated is None else "formula_without_value"
            column = column if uncalculated is None else uncalculated
            self.book.note(code, row, column, show(self.grid.rows[row][column]))
            self.book.wait(row, column, code)

    def _is_under_merge(self, row: int, amounts: list[int]) -> bool:
        """An amount merged over several rows is counted once, in its first row."""
        for first, left, last, right in self.grid.merged:
            if first < row <= last and any(left <= column <= right for column in amounts):
                if not any(p.code == "amount_merged" and p.where.row == first + 1 for p in self.book.problems):
                    self.book.note("amount_merged", first, left, f"{first + 1}-{last + 1}")
                return True
        return False

    def _frame(self, names: dict[str, list], money: dict[int, tuple[int, int]]) -> tuple[pd.DataFrame, pd.DataFrame]:
        lines = sorted(self.lines, key=itemgetter(0, 5))
        for line in lines if self.bad else ():
            if line.position in self.bad:
                self.book.wait(self.data[line.position], line.column, self._code_of(line.position))
        waiting, data = self.book.waiting, self.data
        good_lines = [line for line in lines if (data[line.position], line.column) not in waiting] if waiting else lines
        at = [line.position for line in good_lines]
        base = each_once([(line.unit, line.good) for line in good_lines], lambda pair: self.reference.to_base(1.0, *pair))
        first = ~pd.Series(at).duplicated().to_numpy()
        is_goods = np.array([line.good != "cash" for line in good_lines], dtype=bool)
        first_goods = is_goods & ~pd.Series(np.where(is_goods, at, -1)).duplicated().to_numpy() if at else first
        values = {name: [column[p] for p in at] for name, column in names.items()}
        for name in self.spec.counts:
            values[name] = [v if is_first else None for v, is_first in zip(values[name], first, strict=True)]
        values |= {
            "good": [line.good for line in good_lines],
            "quantity": [line.quantity for line in good_lines],
            "unit": [line.unit for line in good_lines],
            "base_quantity": np.round([line.quantity * line.factor * pack for line, (pack, _) in zip(good_lines, base, strict=True)], 6),
            "base_unit": [unit for _, unit in base],
            self.spec.money: [
                money[p][0] if is_first and p in money else None
                for p, is_first in zip(at, first_goods, strict=True)
            ],
            "source_sheet": [self.grid.sheet] * len(at),
            "source_row": [self.data[p] + 1 for p in at],
            "source_column": each_once([line.column for line in good_lines], column_letter),
            "source_text": each_text([self.grid.rows[data[line.position]][line.column] for line in good_lines]),
        }
        if self.spec.has_cash:
            values["cash_vnd"] = [line.cash for line in good_lines]
        return schemas.frame(self.spec.kind, values), waiting_frame(self.book, self.spec.kind)

    def _code_of(self, position: int) -> str:
        row = self.data[position] + 1
        return next((p.code for p in reversed(self.book.problems) if p.where.row == row), "number_unreadable")

    def _made(self, frame: pd.DataFrame, waiting: pd.DataFrame, declared: dict | None) -> Reading:
        codes = tuple(sorted(frame["commune"].dropna().unique())) if "commune" in frame else ()
        fields = {name: column.letter for name, column in self.roles.fields.items() if name not in ("private", "document", "recipient_name", "pledged")}
        fields |= {"cash_vnd": self.roles.cash[0].letter} if self.roles.cash else {}
        if "money" in fields:
            fields[self.spec.money] = fields.pop("money")
        layout: Callable[[], str] = lambda: "statement" if self.is_statement else "wide" if self.roles.wide else "long"  # noqa: E731
        return Reading(
            kind=self.spec.kind,
            file=self.grid.file,
            sheet=self.grid.sheet,
            frame=frame,
            waiting=waiting,
            remarks=schemas.empty("remarks"),
            problems=tuple(self.book.problems),
            columns=fields,
            layout=layout(),
            area=self.table.area,
            communes=codes or ((self.context.commune,) if self.context.commune else ()),
            week_start_date=self.context.week_start_date,
            found_in=self.context.found_in,
            declared=declared,
            is_urgent=self.context.is_urgent,
            is_hidden=self.grid.is_hidden,
        )


def waiting_frame(book: Book, kind: str) -> pd.DataFrame:
    """The cells whose line could not be read, one row each."""
    cells = sorted(book.waiting)
    return schemas.frame(
        "waiting",
        {
            "kind": [kind] * len(cells),
            "codes": [" ".join(sorted(book.waiting[cell])) for cell in cells],
            "source_sheet": [book.grid.sheet] * len(cells),
            "source_row": [row + 1 for row, _ in cells],
            "source_column": [column_letter(column) for _, column in cells],
            "source_text": [show(book.grid.rows[row][column]) for row, column in cells],
        },
    )


def unnumbered(heading: str) -> str:
    """ "I. Cơ quan, đơn vị" -> "Cơ quan, đơn vị"."""
    return re.sub(r"^\W*([ivx]+|[a-h]|\d+)\s*[.)/-]\s*", "", heading, flags=re.IGNORECASE)


def unit_in_brackets(text: str, reference) -> tuple[str, float] | None:
    hit = re.search(r"[(\[]([^)\]]+)[)\]]", text)
    return reference.unit(hit[1]) if hit else None


def text_of(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else tidy(cell)


def texts_of(cells: list[object]) -> list[str | None]:
    """The tidy text of each cell; None where it is blank."""
    distinct = [cell for cell in dict.fromkeys(cells) if not is_blank(cell)]
    made = dict(zip(distinct, tidy_all([c if isinstance(c, str) else text_of(c) for c in distinct]), strict=True)) if distinct else {}
    return [made.get(cell) for cell in cells]


def each_text(cells: list[object]) -> list[str]:
    return each_once(cells, lambda cell: cell if isinstance(cell, str) else show(cell))
