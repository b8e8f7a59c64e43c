"""The number in a slot, in the unit of its indicator: "2 tấn" of rice is 2000 kg; what does not convert waits."""

from loaders.digits import TOO_LARGE, bounded
from loaders.indicator_names import COUNT_WORDS, header_of
from loaders.slots import IndicatorTable, Slot
from loaders.tables import is_blank
from loaders.values import Parsed, Style, number_style, parse_money, parse_number, parse_quantity, parse_scaled_money

PHYSICAL = ("vnd", "kg", "litre", "box", "piece", "set")


def number_of(sheet: IndicatorTable, slot: Slot) -> float | None:
    """The number of a slot in the unit of its indicator; None when blank, unreadable or waiting."""
    cell = sheet.grid.rows[slot.row][slot.column]
    if is_blank(cell):
        if (slot.row, slot.column) in sheet.grid.uncalculated:
            sheet.book.note("formula_without_value", slot.row, slot.column)
            sheet.book.wait(slot.row, slot.column, "formula_without_value")
        return None
    row = sheet.reference.indicators[slot.indicator]
    target_unit, whole = row["unit"], row["is_whole"] == "true"
    factor = _factor(sheet, slot, target_unit)
    if factor is None:
        return None
    style = _style(sheet, slot.column)
    if target_unit == "vnd":
        parsed = parse_scaled_money(cell, factor=factor, style=style)
    elif target_unit in PHYSICAL:
        parsed = _physical(sheet, cell, slot, target_unit, factor, whole, style)
    else:
        text = COUNT_WORDS.sub("", cell) if isinstance(cell, str) else cell
        parsed = parse_number(text, whole=whole, style=style, factor=factor)
    settled = sheet.book.settle(parsed, slot.row, slot.column)
    return None if settled is None else float(settled)


def _style(sheet: IndicatorTable, column: int) -> Style:
    if column not in sheet.styles:
        sheet.styles[column] = number_style(sheet.table.cells(column))
    return sheet.styles[column]


def _physical(sheet: IndicatorTable, cell, slot: Slot, target: str, factor: float, whole: bool, style: Style) -> Parsed:
    """Kilograms, boxes, pieces: a unit in the cell itself wins over the header's."""
    value, own, own_factor = parse_quantity(cell, style=style, reference=sheet.reference)
    if own and own != target:
        return Parsed(code="unit_not_convertible")
    if own:
        scale = own_factor
        return value if value.code or value.value is None else bounded(Parsed(value=value.value * scale))
    if value.code == "unit_unknown" and isinstance(cell, str) and COUNT_WORDS.search(cell):
        cell = COUNT_WORDS.sub("", cell)
    elif value.code == "unit_unknown":
        return value
    return parse_number(cell, whole=whole and factor == 1, style=style, factor=factor)


def _factor(sheet: IndicatorTable, slot: Slot, target: str) -> float | None:
    """How many of the indicator's unit one written unit is; None when they do not convert."""
    unit = slot.unit
    if target not in PHYSICAL:
        return unit[1] if unit and unit[0] in ("piece", "set", "meal") else 1.0
    if unit is None:
        if target == "vnd" or target in ("set", "piece"):
            return (
                sheet.context.unit[1]
                if target == "vnd" and sheet.context.unit and sheet.context.unit[0] == "vnd"
                else 1.0
            )
        return 1.0 if _unit_asked(sheet, slot, target) else None
    if unit[0] == target:
        return unit[1]
    if unit[0].startswith("?"):
        if target in ("set", "piece"):  # "tờ", "suất": words for pieces that are no units of goods
            return 1.0
        _once(sheet, "unit_unknown", slot, unit[0][1:])
        return None
    _once(sheet, "unit_not_convertible", slot, unit[0], target)
    return None


def _unit_asked(sheet: IndicatorTable, slot: Slot, target: str) -> bool:
    cell = sheet.grid.rows[slot.row][slot.column]
    own = parse_quantity(cell, style=Style.VI, reference=sheet.reference)[1] if isinstance(cell, str) else None
    if own:
        return True
    key = f"indicator:{slot.indicator}"
    if sheet.units.get(key) == (target, 1.0):
        return True
    sheet.book.unitless[key] = target
    ticked = _once(sheet, "unit_missing", slot, sheet.reference.indicators[slot.indicator].name, target)
    return ticked


def _once(sheet: IndicatorTable, code: str, slot: Slot, found: str, proposed: str | None = None) -> bool:
    """One question for a column of a matrix or a row of a vertical report; its cells wait until it is ticked."""
    by_column = sheet.layout == "matrix"
    column = slot.column if by_column else _label_index(sheet)
    row = header_of(sheet.table, slot.column).row if by_column else slot.row
    ticked = sheet.book.note(code, row, column, found, proposed)
    if not ticked:
        sheet.book.wait(slot.row, slot.column, code)
    return ticked


def _label_index(sheet: IndicatorTable) -> int:
    letter = sheet.columns.get("indicator", "A")
    return next((c.index for c in sheet.table.columns if c.letter == letter), 0)


def number_quietly(sheet: IndicatorTable, slot: Slot) -> float | None:
    """The number of a slot without noting its problems a second time."""
    problems, waiting = list(sheet.book.problems), {k: set(v) for k, v in sheet.book.waiting.items()}
    number = number_of(sheet, slot)
    sheet.book.problems, sheet.book.waiting = problems, waiting
    return number


def is_beyond(sheet: IndicatorTable, slot: Slot) -> bool:
    """Whether the number of a slot is more than any line may carry."""
    factor = slot.unit[1] if slot.unit else 1.0
    return parse_money(sheet.grid.rows[slot.row][slot.column], factor=factor).code == TOO_LARGE.code
