"""The amounts of a list: cash, goods as columns, good-quantity-unit, several goods in a cell -> Lines."""

import re

from loaders.cells.digits import TOO_LARGE, is_too_large
from loaders.cells.values import Parsed, Style, number_style, parse_goods, parse_money, parse_number, parse_quantity
from loaders.evidence.columns import Wide, column_keys, good_named, unit_of
from loaders.evidence.context import each_once, show
from loaders.evidence.profile import is_debit_sign
from loaders.kinds import money_columns
from loaders.kinds.list_table import Line, ListTable
from loaders.tables.find_tables import is_blank

DONG = ("vnd", 1.0)
PLAIN_UNITS = frozenset(("kg", "litre", "piece", "pack", "box", "bag", "bottle", "tray"))


def _debit_of(sheet: ListTable, position: int, value: Parsed) -> float | None:
    """Money that left the account: a minus in the only amount column, or a sign in a column of its own."""
    sign = sheet.roles.index("sign")
    if sign is not None and is_debit_sign(sheet.grid.rows[sheet.data[position]][sign], sheet.reference):
        likely = value.proposed if value.value is None else value.value
        return None if likely is None else abs(likely)
    is_signed = sheet.is_statement and "debit" not in sheet.roles.fields and value.code == "number_negative"
    return -value.proposed if is_signed else None


def read_cash(sheet: ListTable) -> None:
    for column in sheet.roles.cash:
        if not money_columns.is_read(sheet, column):
            continue
        cells = sheet.cells(column.index)
        style = number_style(cells)
        numbers = sheet.numbers.setdefault(column.index, {})
        parsed = each_once(cells, lambda cell, c=column.index, s=style: sheet.money(cell, c, s))
        for position, value in enumerate(_as_shown(sheet, column.index, parsed)):
            if value is None:
                continue
            amount = value.value
            debit = _debit_of(sheet, position, value)
            if debit:
                sheet.debits[sheet.data[position]] = debit
                sheet.book.note("debit_row", sheet.data[position], column.index, show(debit))
                continue
            if value.code is not None and sheet.data[position] in sheet.no_gift:
                amount = value.proposed
            elif value.code is not None:
                amount = _money_or_goods(sheet, value, position, column.index)
            if amount and sheet.data[position] in sheet.no_gift:
                numbers[sheet.data[position]] = amount  # it is in the balance and in the totals
            elif amount:
                numbers[sheet.data[position]] = amount
                sheet.lines.append(Line(position, "cash", float(amount), "vnd", 1.0, column.index, int(amount)))
            elif amount == 0 and not sheet.is_statement:
                numbers[sheet.data[position]] = 0


def _as_shown(sheet: ListTable, column: int, parsed: list[Parsed]) -> list[Parsed | None]:
    """Amounts as their number format shows them: "5 triệu"; None for one in another currency, which waits."""
    if not sheet.grid.shown:
        return parsed
    seen: list[Parsed | None] = list(parsed)
    for position, row in enumerate(sheet.data):
        factor = money_columns.shown_factor(sheet, row, column)
        cell = sheet.grid.rows[row][column]
        if factor == 0 and not is_blank(cell):
            sheet.book.note("currency_other", row, column, f"{show(cell)} {sheet.grid.shown[row, column][0]}")
            sheet.book.wait(row, column, "currency_other")
            seen[position] = None
        elif factor not in (None, sheet.money_factor(column)) and isinstance(cell, int | float):
            seen[position] = parse_money(cell, factor=factor)
    return seen


def _money_or_goods(sheet: ListTable, value: Parsed, position: int, column: int) -> int | None:
    """A money column with "50kg gạo" in it: the goods are read; anything else is a problem."""
    cell = sheet.grid.rows[sheet.data[position]][column]
    if value.code == "number_unreadable" and isinstance(cell, str) and re.search(r"[^\W\d]{2}", cell):
        parts, faults = parse_goods(cell, style=Style.VI, reference=sheet.reference)
        if parts and not faults and all(p.unit for p in parts):
            _take_goods(sheet, parts, position, column)
            return None
    return sheet.book.settle(value, sheet.data[position], column)


def read_wide(sheet: ListTable) -> None:
    for wide in sheet.roles.wide:
        cells = sheet.cells(wide.column.index)
        if all(is_blank(c) for c in cells):
            continue
        style = number_style(cells)
        parsed = each_once(cells, lambda cell, s=style: parse_quantity(cell, style=s, reference=sheet.reference))
        unit = _wide_unit(sheet, wide, parsed)
        for position, (value, own_unit, own_factor) in enumerate(parsed):
            if value.is_blank:
                continue
            code, factor = (own_unit, own_factor) if own_unit else unit or (None, 1.0)
            _quantity_line(sheet, position, wide.good, value, code, factor, wide.column.index, style)
            numbers, row = sheet.numbers.get(wide.column.index, {}), sheet.data[position]
            if own_unit and unit and own_unit == unit[0] and row in numbers:  # "1,5 tấn" in a column of kg
                numbers[row] = round(numbers[row] * own_factor / unit[1], 6)


def _wide_unit(sheet: ListTable, wide: Wide, parsed: list) -> tuple[str, float] | None:
    """The unit of a goods column: from the header, the sheet's ĐVT; else it is asked once for the column."""
    sheet_unit = sheet.context.unit if sheet.context.unit and sheet.context.unit[0] != "vnd" else None
    key = f"column:{column_keys(sheet.table.columns)[wide.column.index]}"
    unit = wide.unit or sheet_unit or sheet.units.get(key)
    if unit is None and any(not value.is_blank and own is None for value, own, _ in parsed):
        base = sheet.reference.goods[wide.good]["base_unit"]
        sheet.book.unitless[key] = base
        if sheet.book.note("unit_missing", wide.column.row, wide.column.index, wide.column.label, base):
            return base, 1.0
    return _meal_unit(sheet, wide.good, *unit) if unit else None


def _meal_unit(sheet: ListTable, good: str, unit: str, factor: float) -> tuple[str, float]:
    """A "suất" of a cooked meal is a meal, any other "suất" a set."""
    return ("meal", factor) if good in sheet.meals and unit in ("set", "carton") else (unit, factor)


def read_long(sheet: ListTable) -> None:
    """Good, quantity and unit in columns of their own."""
    fields = sheet.roles.fields
    column = fields["quantity"].index
    cells = sheet.cells(column)
    style = number_style(cells)
    quantities = each_once(cells, lambda cell: parse_quantity(cell, style=style, reference=sheet.reference))
    goods = _long_goods(sheet)
    units = _long_units(sheet, unit_of(fields["quantity"], sheet.reference))
    numbers, rows, add = sheet.numbers.setdefault(column, {}), sheet.data, sheet.lines.append
    for position, (value, own_unit, own_factor) in enumerate(quantities):
        good, good_unit = goods[position]
        amount, unit = value.value, (own_unit, own_factor) if own_unit else units[position]
        if type(amount) is int and amount > 0 and unit and good:  # nothing to ask: most lines of a large sheet
            if good in sheet.plain_goods and unit[0] in PLAIN_UNITS:
                numbers[rows[position]] = amount
                add(Line(position, good, float(amount), unit[0], unit[1], column))
                continue
            if good == "cash" and unit == DONG and not own_unit:
                numbers[rows[position]] = amount
                add(Line(position, good, float(amount), "vnd", 1.0, column, amount))
                continue
        if value.is_blank:
            if good == "cash":
                _cash_in_value(sheet, position)
            continue
        if value.code in ("unit_unknown", "number_unreadable") and good is None:
            parts, faults = parse_goods(cells[position], style=style, reference=sheet.reference)
            if parts and not faults:
                _take_goods(sheet, parts, position, column)
                continue
        unit = (own_unit, own_factor) if own_unit else units[position] or good_unit or sheet.units.get(f"good:{good}")
        if good is None:
            _unknown_good(sheet, position, column)
            continue
        if unit is None and good == "cash":
            unit = ("vnd", 1.0)
        _quantity_line(sheet, position, good, value, *(unit or (None, 1.0)), column, style)


def _long_goods(sheet: ListTable) -> list[tuple[str | None, tuple[str, float] | None]]:
    """The good of every row as (code, unit in its name)."""

    good_column = sheet.roles.fields.get("good")
    if good_column is None:
        named = good_named(sheet.roles.fields["quantity"].label, sheet.reference)
        return [named or (None, None)] * len(sheet.data)

    def parse(cell: object) -> tuple[str | None, tuple[str, float] | None]:
        if is_blank(cell):
            return None, None
        code = sheet.reference.good_names.find(cell)
        if code:
            return code, None
        named = good_named(str(cell), sheet.reference)
        if not named:
            return None, None
        return named[0], named[1] or unit_in_brackets(str(cell), sheet.reference)

    return each_once(sheet.identity_cells(good_column.index), parse)


def _long_units(sheet: ListTable, header_unit: tuple[str, float] | None) -> list[tuple[str, float] | None]:
    column = sheet.roles.fields.get("unit")
    fallback = header_unit or (sheet.context.unit if sheet.context.unit and sheet.context.unit[0] != "vnd" else None)
    if column is None:
        return [fallback] * len(sheet.data)

    def parse(cell: object):
        if is_blank(cell):
            return fallback
        return sheet.reference.unit(cell) or ("?", 1.0)

    return each_once(sheet.identity_cells(column.index), parse)


def _unknown_good(sheet: ListTable, position: int, column: int) -> None:
    good_column = sheet.roles.fields.get("good")
    row = sheet.data[position]
    cell = sheet.identity_cells(good_column.index)[position] if good_column else ""
    if is_blank(cell):
        sheet.book.note(
            "good_missing", row, good_column.index if good_column else column, show(sheet.grid.rows[row][column])
        )
        sheet.book.wait(row, column, "good_missing")
    else:
        candidates = "; ".join(sheet.reference.good(cell).candidates)
        sheet.book.note("good_unknown", row, good_column.index, cell, candidates or None)
        sheet.book.wait(row, column, "good_unknown")


def _quantity_line(sheet: ListTable, position, good, value: Parsed, unit, factor, column, style) -> None:
    """One line of a good; its number is checked against the unit: no half box, no half đồng."""
    row = sheet.data[position]
    cell = sheet.grid.rows[row][column]
    if unit == "?":
        unit_column = sheet.roles.index("unit")
        sheet.book.note("unit_unknown", row, unit_column, sheet.grid.rows[row][unit_column])
        sheet.book.wait(row, column, "unit_unknown")
        return
    if unit is not None:
        unit, factor = _meal_unit(sheet, good, unit, factor)
        whole = sheet.reference.units[unit]["is_whole"] == "true" and factor == 1
        if unit == "vnd" or good == "cash":
            value = parse_money(cell, factor=factor if unit == "vnd" else 1.0, style=style)
            factor = 1.0
        elif value.code == "number_ambiguous" or (whole and isinstance(value.value, float)):
            value = _whole_again(sheet, cell, value, whole, style)
    amount = sheet.book.settle(value, row, column)
    if amount is None or (amount == 0 and value.code is None):
        return
    sheet.numbers.setdefault(column, {})[row] = amount
    if unit is None:
        base = sheet.reference.goods[good]["base_unit"]
        if any(w.column.index == column for w in sheet.roles.wide):  # asked once for the whole column
            sheet.book.wait(row, column, "unit_missing")
            return
        sheet.book.unitless[f"good:{good}"] = base
        if not sheet.book.note("unit_missing", row, column, show(cell), base):
            sheet.book.wait(row, column, "unit_missing")
            return
        unit, factor = base, 1.0
    cash = int(amount) if good == "cash" else None
    sheet.lines.append(Line(position, good, float(amount), "vnd" if cash is not None else unit, factor, column, cash))


def _whole_again(sheet: ListTable, cell: object, value: Parsed, whole: bool, style: Style) -> Parsed:
    """Things that come whole decide what "1,500" means: pieces, boxes, bags."""
    if not whole:
        return value
    text = re.sub(r"\s*[^\W\d_]+\s*$", "", cell) if isinstance(cell, str) else cell
    return parse_number(text, whole=True, style=style)


def _cash_in_value(sheet: ListTable, position: int) -> None:
    """A row "Tiền mặt" whose amount stands in the money column."""
    column = sheet.roles.index("money")
    if column is None or sheet.spec.kind == "purchases":
        return
    cell = sheet.grid.rows[sheet.data[position]][column]
    parsed = sheet.money(cell, column)
    amount = sheet.book.settle(parsed, sheet.data[position], column)
    if amount:
        sheet.lines.append(Line(position, "cash", float(amount), "vnd", 1.0, column, int(amount)))


def read_goods_cells(sheet: ListTable) -> None:
    """ "50kg gạo, 10 thùng mì và 2 triệu đồng" in one cell."""
    column = sheet.roles.fields["goods"].index
    cells = sheet.cells(column)
    style = number_style(cells)
    parsed = each_once(cells, lambda cell: parse_goods(cell, style=style, reference=sheet.reference))
    money = sheet.roles.index("money")
    for position, (parts, faults) in enumerate(parsed):
        if is_blank(cells[position]):
            continue
        row = sheet.data[position]
        for fault in faults:
            if sheet.book.settle(fault, row, column) is not None and fault.part:
                parts = [*parts, fault.part]  # a person agreed to what was proposed
        if not parts and not faults and isinstance(cells[position], int | float) and money is None:
            sheet.book.note("good_missing", row, column, show(cells[position]))
            sheet.book.wait(row, column, "good_missing")
        _take_goods(sheet, parts, position, column)


def _take_goods(sheet: ListTable, parts, position: int, column: int) -> None:
    row = sheet.data[position]
    for part in parts:
        unit, factor = part.unit, part.factor
        if part.good == "cash":
            sheet.lines.append(Line(position, "cash", float(part.quantity), "vnd", 1.0, column, int(part.quantity)))
            continue
        said = sheet.units.get(f"good:{part.good}") if unit is None else None
        if said:
            unit, factor = said
        elif unit is None:
            unit = sheet.reference.goods[part.good]["base_unit"]
            counts_itself = unit in ("piece", "set", "meal")  # "200 khẩu trang" are 200 of them
            if not counts_itself:
                sheet.book.unitless[f"good:{part.good}"] = unit
            if not counts_itself and not sheet.book.note("unit_missing", row, column, part.text, unit):
                sheet.book.wait(row, column, "unit_missing")
                continue
        unit, factor = _meal_unit(sheet, part.good, unit, factor)
        line = Line(position, part.good, float(part.quantity), unit, factor, column, value=part.value_vnd)
        sheet.lines.append(line)


def money_of_rows(sheet: ListTable) -> dict[int, tuple[int, int]]:
    """Declared value (or cost) of the goods of a row: position -> (đồng, column)."""
    found: dict[int, tuple[int, int]] = {}
    named = [sheet.roles.fields["money"]] if "money" in sheet.roles.fields else []
    for column in named + [w.value for w in sheet.roles.wide if w.value]:
        if not money_columns.is_read(sheet, column):
            continue
        cells = sheet.cells(column.index)
        style = number_style(cells)
        parsed = each_once(cells, lambda cell, c=column.index, s=style: sheet.money(cell, c, s))
        for position, value in enumerate(parsed):
            if value.value is None and value.code is None:
                continue
            amount = sheet.book.settle(value, sheet.data[position], column.index)
            if amount is None:
                sheet.bad.add(position)
                continue
            sheet.numbers.setdefault(column.index, {})[sheet.data[position]] = amount
            found[position] = (found.get(position, (0, 0))[0] + int(amount), column.index)
            if is_too_large(found[position][0]):  # the values of several goods of a row together
                sheet.book.note(TOO_LARGE.code, sheet.data[position], column.index, show(found[position][0]))
                sheet.bad.add(position)
    return found


def unit_in_brackets(text: str, reference) -> tuple[str, float] | None:
    hit = re.search(r"[(\[]([^)\]]+)[)\]]", text)
    return reference.unit(hit[1]) if hit else None
