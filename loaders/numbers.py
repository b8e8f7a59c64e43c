"""One cell -> one number or one amount of money. Pure: no I/O, no clock. What is not certain is never guessed."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from unicodedata import normalize


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one cell gave: a value, or blank, or a problem code (loaders/problems.py).

    proposed: the repaired value where it can be computed, of the type that `value` would have
    text:     the part of the cell that is meant, where a cell holds several
    """

    value: object = None
    code: str | None = None
    proposed: object = None
    text: str = ""

    @property
    def is_blank(self) -> bool:
        return self.value is None and self.code is None


class Style(StrEnum):
    """How a column writes its numbers: VI 1.234.567,5 · EN 1,234,567.5 · MIXED both · UNKNOWN no cell tells."""

    VI = "vi"
    EN = "en"
    UNKNOWN = "unknown"
    MIXED = "mixed"


BLANK = Parsed()
UNREADABLE = Parsed(code="number_unreadable")
CELL_ERROR = Parsed(code="cell_error")

LIMIT = 10**15  # above it a float loses digits: such a cell is an account number, not an amount
LONGEST = 13  # digits without any separator; longer ones are account or card numbers
ASK_SCALE = 1_000_000  # "10.531 tỷ", "806,407 tỷ": the press writes both, with opposite meanings

SPACES = "\t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
CHARACTERS = str.maketrans(
    SPACES + "０１２３４５６７８９．，（）－−’‘`´ʼ＇", " " * len(SPACES) + "0123456789.,()--''''''", "\u00ad\u200b\u200e\u200f\ufeff"
)
BLANK_TEXT = re.compile(r"[-–—…_ ]*|\.{2,}")
ERROR_TEXT = re.compile(r"#(ref|value|div/0|n/a|name|num|null|spill|calc|field|getting_data)[!?]?|#{2,}|err:\d+", re.I)

FAST = re.compile(r"0|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){2,}|(?:,[0-9]{3}){2,})?|[1-9][0-9]{3,12}")
FAST_WHOLE = re.compile(r"0|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?:,[0-9]{3})+)?|[1-9][0-9]{3,12}")
PLAIN = re.compile(r"[0-9]+")
GROUPED = re.compile(
    r"([1-9][0-9]{0,2})((?:\.[0-9]{3})+|(?:,[0-9]{3})+|(?: [0-9]{3})+|(?:'[0-9]{3})+)(?:([.,])([0-9]+))?"
)
DECIMAL = re.compile(r"([0-9]*)([.,])([0-9]+)")
SCIENTIFIC = re.compile(r"([1-9])(?:[.,]([0-9]+))?e([+-]?[0-9]{1,2})")
FRACTION = re.compile(r"(?:([0-9]{1,4}) ?)?(?:([½¼¾⅓⅔⅛⅜⅝⅞])|(?<![0-9])([1-9])/([2-9]))")
VULGAR = {"½": (1, 2), "¼": (1, 4), "¾": (3, 4), "⅓": (1, 3), "⅔": (2, 3), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8)}

CURRENCY = r"(?:vnđ|vnd|đồng|đông|dong|đ|₫|d)"
CURRENCY_AFTER = re.compile(rf"(?<=[0-9 .,-]){CURRENCY}\.?$")
CURRENCY_BEFORE = re.compile(r"^(?:vnđ|vnd|₫|đ)[ :.]*(?=[0-9])")
ABOUT = re.compile(
    r"(?:khoảng|hơn|trên|gần|độ|chừng|dưới|tầm|ước|ước tính|ước khoảng|tối thiểu|tối đa|ít nhất|khoang|~|≈|≥|≤|>=?|<=?)[ :]*"
)
LEADING = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]+(?:[.,'][0-9]+)*)(?=\s*[^0-9.,'/])(?!\s*[-–~]\s*[0-9])")
NOTHING = re.compile(r"không( có| phát sinh)?|ko|kps|chưa( có)?|nil|none")
LOOKALIKES = str.maketrans("oil", "011")

SCALES = {
    **dict.fromkeys(("tỷ", "tỉ", "ty", "ti"), 1_000_000_000),
    **dict.fromkeys(("triệu", "trieu", "tr"), 1_000_000),
    **dict.fromkeys(("nghìn", "ngàn", "nghin", "ngan", "ng", "k"), 1_000),
}
SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
NUMBER = r"(?:[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]+(?:[.,'][0-9]+)*)"
MONEY_STEP = re.compile(rf"({NUMBER}) *({SCALE})(?![^\W\d_])[ .,]*")
MONEY_TAIL = re.compile(rf"(?:(rưỡi|rưởi|ruoi)|({NUMBER}))? *({CURRENCY}\.?)?")


def clean(cell: str) -> str:
    """The same text with plain spaces, digits and signs, in lower case, without ends."""
    text = cell.translate(CHARACTERS)
    if not text.isascii():
        text = normalize("NFC", text)
    return " ".join(text.casefold().split())


def special(text: str) -> Parsed | None:
    """Blank or a spreadsheet error; None for anything else. `text` is cleaned."""
    if BLANK_TEXT.fullmatch(text):
        return BLANK
    return CELL_ERROR if ERROR_TEXT.fullmatch(text) else None


def number_style(cells: Iterable[object]) -> Style:
    """How a column writes numbers, told only by the text cells that allow one reading."""
    votes = {certain_style(cell) for cell in cells if isinstance(cell, str)} - {None}
    if len(votes) == 2:
        return Style.MIXED
    return votes.pop() if votes else Style.UNKNOWN


@lru_cache(maxsize=50_000)
def certain_style(cell: str) -> Style | None:
    """ "1.500.000", "1.234,5", "12,5" -> VI; "1,500,000", "1,234.5", "12.5" -> EN; "1.500", "x" -> None."""
    found = re.match(rf"-?\(?({NUMBER})", clean(cell))
    if not found:
        return None
    if grouped := GROUPED.fullmatch(found[1]):
        _, groups, point, decimals = grouped.groups()
        if groups[0] in ".," and point != groups[0] and (len(groups) > 4 or (point and len(decimals) != 3)):
            return Style.VI if groups[0] == "." else Style.EN
        point = point if groups[0] in " '" and point and len(decimals) != 3 else None
    elif decimal := DECIMAL.fullmatch(found[1]):
        point = decimal[2] if len(decimal[3]) != 3 or decimal[1] == "0" else None
    else:
        return None
    return {",": Style.VI, ".": Style.EN}.get(point)


def parse_number(cell: object, *, whole: bool = False, style: Style = Style.UNKNOWN, factor: float = 1) -> Parsed:
    """One cell -> one number.

    whole:  đồng, people, households, pieces: a lone group of three ("1.500", "1,500") can only be thousands
    factor: of the header ("ĐVT: nghìn đồng"); a cell that names đồng itself is not multiplied
    """
    if isinstance(cell, str):
        if factor == 1 and (FAST_WHOLE if whole else FAST).fullmatch(cell):
            return Parsed(int(cell.replace(".", "").replace(",", "")))
        return _text_number(cell, whole, style, factor)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _numeric(cell, whole, factor)
    return BLANK if cell is None else UNREADABLE


def _numeric(cell: int | float, whole: bool, factor: float) -> Parsed:
    if not math.isfinite(cell):
        return CELL_ERROR
    if abs(cell) >= LIMIT:
        return UNREADABLE
    if factor == 1 and cell >= 0 and (not whole or isinstance(cell, int)):
        return Parsed(cell)
    nearest = round(cell)
    if whole and abs(cell - nearest) < 1e-6 and nearest:
        cell = nearest  # a formula's 1499999.9999999998
    return finish(Decimal(repr(cell)), whole, factor)


def finish(value: Decimal, whole: bool, factor: float, code: str | None = None) -> Parsed:
    """Multiply without float noise, then check: whole, not negative. With a code the value is only proposed."""
    product = value * Decimal(repr(factor)) if factor != 1 else value
    if code:
        return Parsed(code=code, proposed=plain(product))
    if whole and product != product.to_integral_value():
        thousandfold = product * 1000  # Excel took "1.500" for 1.5
        is_whole = thousandfold == thousandfold.to_integral_value() and thousandfold > 0
        return Parsed(code="fraction_of_whole", proposed=int(thousandfold) if is_whole else None)
    if product < 0:
        return Parsed(code="number_negative", proposed=plain(product))
    return Parsed(plain(product))


def plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _text_number(cell: str, whole: bool, style: Style, factor: float) -> Parsed:
    text = clean(cell)
    if (found := special(text)) is not None:
        return found
    bare, is_negative = _unsigned(text)
    bare, is_money = _without_currency(bare)
    value, code, proposed = read_digits(bare, whole or is_money, style, 1 if is_money else factor)
    if value is None and proposed is None and code is None:
        return _words(text, whole, style, factor)
    sign = -1 if is_negative else 1
    if value is None:
        repaired = None if proposed is None else finish(proposed * sign, whole, 1 if is_money else factor, code)
        return repaired or Parsed(code=code)
    return finish(value * sign, whole, 1 if is_money else factor)


def _unsigned(text: str) -> tuple[str, bool]:
    """ "-500", "(500)", "500-" are negative in accounts; "1.500.000,-" is not."""
    if text[0] == "(" and text[-1] == ")":
        return text[1:-1].strip(), True
    if text[0] in "-–" and text[1:2]:
        return text[1:].lstrip(), True
    if re.fullmatch(r".*[0-9] ?-", text):
        return text[:-1].rstrip(), True
    return text.removeprefix("+").lstrip(), False


def _without_currency(text: str) -> tuple[str, bool]:
    bare = CURRENCY_BEFORE.sub("", CURRENCY_AFTER.sub("", text)).rstrip()
    is_money = bare != text
    if bare[-2:] in (",-", ".-"):
        return bare[:-2].rstrip(), True
    return bare, is_money


def read_digits(text: str, whole: bool, style: Style, scale: float) -> tuple[Decimal | None, str | None, Decimal | None]:
    """Digits and separators -> (value, code, proposed); (None, None, None) when there are other signs in it."""
    if PLAIN.fullmatch(text):
        if len(text) > LONGEST or (text[0] == "0" and len(text) > 2):
            return None, "number_unreadable", None  # a phone, an account, a code
        return Decimal(text), None, None
    if grouped := GROUPED.fullmatch(text):
        head, groups, point, decimals = grouped.groups()
        if point is None:
            return _thousands(head, groups, whole, style, scale)
        if point != groups[0]:
            return _thousands_and_decimals(head + re.sub(r"[^0-9]", "", groups), point, decimals, whole, style)
    elif decimal := DECIMAL.fullmatch(text):
        return _decimals(*decimal.groups(), whole, style)
    elif found := SCIENTIFIC.fullmatch(text):
        value = Decimal(f"{found[1]}.{found[2] or 0}e{found[3]}")
        # Excel shows six digits: 1.23457E+11 was rounded
        return (None, "number_ambiguous", value) if len(found[2] or "") >= 5 else (value, None, None)
    elif found := FRACTION.fullmatch(text):
        return _fraction(*found.groups())
    return _malformed(text)


def _thousands(head: str, groups: str, whole: bool, style: Style, scale: float):
    thousands, lone = Decimal(head + re.sub(r"[^0-9]", "", groups)), len(groups) == 4
    if not lone or groups[0] in " '" or (whole and scale < ASK_SCALE):
        return thousands, None, None
    decimal = Decimal(f"{head}.{groups[1:]}")
    if groups[0] == ".":
        if style is Style.VI or (style is Style.UNKNOWN and scale < ASK_SCALE):
            return thousands, None, None
        return None, "number_ambiguous", decimal if style is Style.EN else thousands
    return (thousands, None, None) if style is Style.EN else (None, "number_ambiguous", decimal)


def _thousands_and_decimals(head: str, point: str, decimals: str, whole: bool, style: Style):
    value = Decimal(f"{head}.{decimals}")
    agrees = style is (Style.VI if point == "," else Style.EN)
    if len(decimals) == 3 and (whole or not agrees):  # "1.500,000": 1500, or a slip for 1.500.000
        return None, "number_ambiguous", Decimal(head + decimals) if whole else value
    return value, None, None


def _decimals(head: str, point: str, decimals: str, whole: bool, style: Style):
    value = Decimal(f"{head or 0}.{decimals}")
    if len(head) > 1 and head[0] == "0":
        return None, "number_unreadable", value
    if len(decimals) == 3 and head != "0":
        agrees = style is (Style.VI if point == "," else Style.EN)
        if not head:
            return None, "number_unreadable", None  # ".500" has lost its first digits
        if whole or not agrees:  # "1500.500": 1500,5, or a slip for 1.500.500
            return None, "number_ambiguous", Decimal(head + decimals) if whole else value
    return value, None, None


def _fraction(head: str | None, sign: str | None, top: str | None, bottom: str | None):
    above, below = VULGAR[sign] if sign else (int(top), int(bottom))
    value = Decimal(head or 0) + Decimal(str(above / below))
    if above >= below:
        return None, "number_unreadable", None
    return (value, None, None) if sign or head else (None, "number_ambiguous", value)  # a lone "1/2" may be a date


def _malformed(text: str):
    """Only digits and separators, wrongly grouped: proposed when every group but the first has three digits."""
    if not re.fullmatch(r"[0-9., ']+", text):
        return None, None, None
    parts = [part for part in re.split(r"[., ']+", text) if part]
    fits = parts and len(parts[0]) <= 3 and parts[0][0] != "0" and all(len(part) == 3 for part in parts[1:])
    return None, "number_unreadable", Decimal("".join(parts)) if fits else None


def _words(text: str, whole: bool, style: Style, factor: float) -> Parsed:
    """A text with other signs is never a number; but "khoảng 50", "1.500kg", "1.5OO.000" allow a proposal."""
    if "%" in text:
        return UNREADABLE
    if NOTHING.fullmatch(text):
        return Parsed(code="number_unreadable", proposed=0)
    if MONEY_STEP.match(text):
        money = parse_money(text, style=style)
        return Parsed(code="number_unreadable", proposed=money.proposed if money.value is None else money.value)
    bare = ABOUT.sub("", text, count=1) if ABOUT.match(text) else text
    swapped = bare.translate(LOOKALIKES)
    found = PLAIN.match(bare) and LEADING.match(bare + " ;")
    digits = swapped if re.fullmatch(r"[0-9., ']+", swapped) and re.search(r"[0-9]", bare) else found and found[1]
    value, _, proposed = read_digits(digits, whole, style, factor) if digits else (None, None, None)
    repaired = proposed if value is None else value
    return UNREADABLE if repaired is None else finish(repaired, whole, factor, "number_unreadable")
