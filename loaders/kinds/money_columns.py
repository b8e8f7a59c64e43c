"""In what a column of money is written: đồng, thousands, another currency; asked once a column where it is not sure."""

from statistics import median

from loaders.cells.values import parse_money
from loaders.evidence.columns import column_keys, unit_of
from loaders.evidence.context import show
from loaders.tables.find_tables import Column, is_blank

THOUSAND, LEAST_GIFT = 1_000, 5_000  # đồng; hardly anybody gives less
MOST_IN_THOUSANDS = 100_000  # a hundred million, written in thousands
SHOWN, FEWEST, LOOKED_AT = 3, 2, 500


def is_read(sheet, column: Column) -> bool:
    """Whether the amounts of a column of money may be read; what is not sure is asked, and its cells wait."""
    code = _other_currency(sheet, column)
    _conflicting_units(sheet, column)
    if code is None and column in sheet.roles.cash and not _in_dong(sheet, column):
        code = "amounts_in_thousands"
    if code is not None:
        for position, cell in enumerate(sheet.cells(column.index)):
            if not is_blank(cell):
                sheet.book.wait(sheet.data[position], column.index, code)
    return code is None


def shown_factor(sheet, row: int, column: int) -> float | None:
    """đồng a unit as the number format of a cell shows it; None where it says nothing, 0 for another currency."""
    text, thousands = sheet.grid.shown.get((row, column), ("", 0))
    if not text and not thousands:
        return None
    if text and sheet.reference.lexicon.says(text, "currency"):
        return 0.0
    unit = sheet.reference.unit(text) if text else ("vnd", 1.0)
    factor = unit[1] / 1000**thousands if unit and unit[0] == "vnd" else None
    return None if factor == 1 else factor  # "đ" says nothing that a header would not say better


def _other_currency(sheet, column: Column) -> str | None:
    """USD in the header, or in the line of the unit above a header that says nothing itself."""
    lexicon = sheet.reference.lexicon
    own = unit_of(column, sheet.reference)
    found = next((p for p in column.parts if lexicon.says(p.replace("(", " ").replace(")", " "), "currency")), None)
    if not found and not own and lexicon.says(sheet.context.unit_text, "currency"):
        found = sheet.context.unit_text
    if found:
        sheet.book.note("currency_other", column.row, column.index, found)
    return "currency_other" if found else None


def _conflicting_units(sheet, column: Column) -> None:
    own, above = unit_of(column, sheet.reference), sheet.context.unit
    if own and above and own[0] == above[0] == "vnd" and own != above:
        found = f"{column.label}; {sheet.context.unit_text}"
        sheet.book.note("unit_conflict", column.row, column.index, found, column.label)


def _in_dong(sheet, column: Column) -> bool:
    """Whether the amounts may be đồng; 350 and 500 are thousands, unless a person says otherwise."""
    key = f"column:{column_keys(sheet.table.columns)[column.index]}"
    if any(shown_factor(sheet, row, column.index) for row in sheet.data):
        return True
    if sheet.is_statement or sheet.money_factor(column.index) != 1 or key in sheet.units:
        return True
    cells = [
        cell for cell in sheet.cells(column.index)[:LOOKED_AT] if not isinstance(cell, str) or cell.strip().isdigit()
    ]
    amounts = [value for cell in cells if (value := parse_money(cell).value)]
    if len(amounts) < FEWEST or median(amounts) >= LEAST_GIFT or max(amounts) >= MOST_IN_THOUSANDS:
        return True
    first, shown = amounts[0], "; ".join(map(show, amounts[:SHOWN]))
    sheet.book.unitless[key] = "vnd"
    in_thousands = f"{show(first)} = {show(first * THOUSAND)} đ"
    if not sheet.book.note("amounts_in_thousands", column.row, column.index, shown, in_thousands):
        return False
    sheet.factors[column.index] = THOUSAND
    return True
