"""One cell -> one value: the names that the readers use. Pure: no I/O, no clock.

Numbers are read in digits.py and numbers.py, quantities and goods in quantities.py and goods.py.
"""

from datetime import date, datetime

from data.reference.names import tidy
from loaders.cells.digits import BLANK, Parsed, Style, clean, number_style, special
from loaders.cells.goods import GoodsPart, parse_goods
from loaders.cells.numbers import parse_money, parse_number, parse_scaled_money
from loaders.cells.quantities import parse_quantity

__all__ = [
    "GoodsPart",
    "Parsed",
    "Style",
    "number_style",
    "parse_flag",
    "parse_goods",
    "parse_money",
    "parse_number",
    "parse_scaled_money",
    "parse_quantity",
    "parse_text",
]

YES = frozenset("có co c x v ✓ ✔ √ ☑ ☒ 1 yes y true đúng ok được duoc".split()) | {
    "đồng ý",
    "dong y",
    "cho phép",
    "có đồng ý",
}
NO = frozenset("không khong ko k kg no n false 0 sai ☐ chưa".split()) | {
    "không đồng ý",
    "khong dong y",
    "không cho phép",
}


def parse_flag(cell: object) -> Parsed:
    """Yes or no: có, x, ✓, đồng ý, 1 -> True; không, ko, 0 -> False."""
    if isinstance(cell, bool):
        return Parsed(cell)
    text = parse_text(cell)
    if text.value is None:
        return text
    word = clean(text.value).strip(" .!")
    if word in YES or word in NO:
        return Parsed(word in YES)
    return Parsed(code="flag_unreadable")


def parse_text(cell: object) -> Parsed:
    """Tidy text; a code that Excel keeps as a number has no ".0", a date is written the Vietnamese way."""
    if cell is None:
        return BLANK
    if isinstance(cell, float) and cell.is_integer():
        return Parsed(str(int(cell)))
    if isinstance(cell, datetime) and (cell.hour or cell.minute):
        return Parsed(f"{cell:%d/%m/%Y %H:%M}")
    if isinstance(cell, date):
        return Parsed(f"{cell:%d/%m/%Y}")
    text = tidy(cell)
    found = special(clean(text))
    return Parsed(text) if found is None else found
