"""Digits and separators -> a number, in Vietnamese and English style. What allows two readings is never guessed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from unicodedata import normalize

from data.schemas import MOST


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one cell gave: a value, or blank, or a problem code (loaders/problems.py).

    proposed: the repaired value where it can be computed, of the type that `value` would have
    text:     the part of the cell that is meant, where a cell holds several
    part:     the GoodsPart that holds once a person agrees to `proposed`
    """

    value: object = None
    code: str | None = None
    proposed: object = None
    text: str = ""
    part: object = None

    @property
    def is_blank(self) -> bool:
        return self.value is None and self.code is None


class Style(StrEnum):
    """How a column writes its numbers: VI 1.234.567,5 · EN 1,234,567.5 · MIXED both · UNKNOWN no cell tells."""

    VI = "vi"
    EN = "en"
    UNKNOWN = "unknown"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Digits:
    """A number as written: certain (value), or with a code and perhaps a likely value."""

    value: Decimal | None = None
    code: str | None = None
    proposed: Decimal | None = None

    @property
    def likely(self) -> Decimal | None:
        return self.proposed if self.value is None else self.value


BLANK = Parsed()
CELL_ERROR = Parsed(code="cell_error")
TOO_LARGE = Parsed(code="amount_too_large")

LONGEST = 13  # digits without any separator; longer ones are account or card numbers
LONGEST_TEXT = 200  # no number, quantity or date is longer; a hostile cell must not cost time
ENDLESS = re.compile(r"[-–+(]? ?[1-9](?:[0-9]{15}|[0-9]{0,2}(?:[., '][0-9]{3}){5})")  # how a number beyond MOST begins
ASK_SCALE = 1_000_000  # "10.531 tỷ", "806,407 tỷ": the press writes both, with opposite meanings
ROUNDED = 5  # Excel shows six digits of a long number: the text 1.23457E+11 has lost the others

SPACES = "\t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
CHARACTERS = str.maketrans(
    SPACES + "０１２３４５６７８９．，（）－−’‘`´ʼ＇",
    " " * len(SPACES) + "0123456789.,()--''''''",
    "\u00ad\u200b\u200e\u200f\ufeff",
)
BLANK_TEXT = re.compile(r"[-–—…_ ]*|\.{2,}")
ERROR_TEXT = re.compile(r"#(ref|value|div/0|n/a|name|num|null|spill|calc|field|getting_data)[!?]?|#{2,}|err:[0-9]+")

NUMBER = r"(?:[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]+(?:[.,'][0-9]+)*)"
PLAIN = re.compile(r"[0-9]+")
GROUPED = re.compile(
    r"([1-9][0-9]{0,2})((?:\.[0-9]{3})+|(?:,[0-9]{3})+|(?: [0-9]{3})+|(?:'[0-9]{3})+)(?:([.,])([0-9]+))?"
)
DECIMAL = re.compile(r"([0-9]*)([.,])([0-9]+)")
SCIENTIFIC = re.compile(r"([1-9])(?:[.,]([0-9]+))?e([+-]?[0-9]{1,2}|\+?[0-9]{3,5})")
FRACTION = re.compile(r"(?:([0-9]{1,4}) ?)?(?:([½¼¾⅓⅔⅛⅜⅝⅞])|(?<![0-9])([1-9])/([2-9]))")
VULGAR = dict(zip("½¼¾⅓⅔⅛⅜⅝⅞", ((1, 2), (1, 4), (3, 4), (1, 3), (2, 3), (1, 8), (3, 8), (5, 8), (7, 8)), strict=True))


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
    found = re.match(rf"[-+(]? ?({NUMBER})(?![0-9.,/-])", clean(cell))
    if not found:
        return None
    head, groups, point, decimals = "", " ", None, ""
    if grouped := GROUPED.fullmatch(found[1]):
        head, groups, point, decimals = grouped.groups()
    elif decimal := DECIMAL.fullmatch(found[1]):
        head, point, decimals = decimal.groups()
    if point == groups[0]:
        return None
    if groups[0] in ".," and (len(groups) > 4 or (point and len(decimals) != 3)):
        return Style.VI if groups[0] == "." else Style.EN
    is_certain = point and (len(decimals) != 3 or head == "0")
    return {",": Style.VI, ".": Style.EN}[point] if is_certain else None


def read_digits(text: str, *, whole: bool, style: Style, scale: float = 1) -> Digits | None:
    """A cleaned text of digits and separators -> a number; None when there are other signs in it.

    scale: what the number will be multiplied with; "1.500" triệu may be 1,5 triệu even where đồng are whole
    """
    if PLAIN.fullmatch(text):
        value = Decimal(text)
        is_code = (text[0] == "0" and len(text) > 2) or (len(text) > LONGEST and not is_too_large(value))
        # a phone, an account, a code; but "05" is written for 5
        return Digits(code="number_unreadable") if is_code else Digits(value)
    if grouped := GROUPED.fullmatch(text):
        head, groups, point, decimals = grouped.groups()
        if point is None:
            return _thousands(head, groups, whole, style, scale)
        if point != groups[0]:
            return _grouped_decimals(head + re.sub(r"[^0-9]", "", groups), point, decimals, whole, style)
    elif decimal := DECIMAL.fullmatch(text):
        return _decimals(*decimal.groups(), whole, style)
    elif found := SCIENTIFIC.fullmatch(text):
        value = Decimal(f"{found[1]}.{found[2] or 0}e{found[3]}")
        is_rounded = len(found[2] or "") >= ROUNDED
        return Digits(None, "number_ambiguous", value) if is_rounded else Digits(value)
    elif found := FRACTION.fullmatch(text):
        return _fraction(*found.groups())
    return _malformed(text)


def _thousands(head: str, groups: str, whole: bool, style: Style, scale: float) -> Digits:
    thousands, is_lone = Decimal(head + re.sub(r"[^0-9]", "", groups)), len(groups) == 4
    if not is_lone or groups[0] in " '" or (whole and scale < ASK_SCALE):
        return Digits(thousands)
    decimal = Decimal(f"{head}.{groups[1:]}")
    if groups[0] == ".":
        if style is Style.VI or (style is Style.UNKNOWN and scale < ASK_SCALE):
            return Digits(thousands)
        return Digits(None, "number_ambiguous", decimal if style is Style.EN else thousands)
    return Digits(thousands) if style is Style.EN else Digits(None, "number_ambiguous", decimal)


def _grouped_decimals(head: str, point: str, decimals: str, whole: bool, style: Style) -> Digits:
    value = Decimal(f"{head}.{decimals}")
    agrees = style is (Style.VI if point == "," else Style.EN)
    if len(decimals) == 3 and (whole or not agrees):  # "1.500,000": 1500, or a slip for 1.500.000
        return Digits(None, "number_ambiguous", Decimal(head + decimals) if whole else value)
    return Digits(value)


def _decimals(head: str, point: str, decimals: str, whole: bool, style: Style) -> Digits:
    value = Decimal(f"{head or 0}.{decimals}")
    if len(head) > 1 and head[0] == "0":
        return Digits(None, "number_unreadable", value)
    if whole and len(decimals) > 3 and not int(decimals):  # "10.0000": a slip of the finger
        return Digits(code="number_unreadable")
    if not head and len(decimals) == 3:
        return Digits(code="number_unreadable")  # ".500" has lost its first digits
    agrees = style is (Style.VI if point == "," else Style.EN)
    if len(decimals) == 3 and head != "0" and (whole or not agrees):  # "1500.500": 1500,5, or a slip for 1.500.500
        return Digits(None, "number_ambiguous", Decimal(head + decimals) if whole else value)
    return Digits(value)


def _fraction(head: str | None, sign: str | None, top: str | None, bottom: str | None) -> Digits:
    above, below = VULGAR[sign] if sign else (int(top), int(bottom))
    if above >= below:
        return Digits(code="number_unreadable")
    value = Decimal(head or 0) + Decimal(repr(above / below))
    return Digits(value) if sign or head else Digits(None, "number_ambiguous", value)  # a lone "1/2" may be a date


def _malformed(text: str) -> Digits | None:
    """Wrongly grouped: proposed when the first group has one to three digits and every other has three."""
    if not re.fullmatch(r"[0-9., ']*[0-9][0-9., ']*", text):
        return None
    parts = [part for part in re.split(r"[., ']+", text) if part]
    fits = len(parts[0]) <= 3 and parts[0][0] != "0" and all(len(part) == 3 for part in parts[1:])
    return Digits(None, "number_unreadable", Decimal("".join(parts)) if fits else None)


def is_too_large(number: int | float | Decimal | None) -> bool:
    """Whether a number is beyond what a line may carry, infinity too."""
    return number is not None and abs(number) > MOST


def bounded(parsed: Parsed) -> Parsed:
    """A number as it was read or proposed; one that no line may carry is nothing but too large."""
    return TOO_LARGE if is_too_large(parsed.proposed if parsed.value is None else parsed.value) else parsed


def unread_long(text: str) -> Parsed:
    """Of a text longer than any number, only how it begins is looked at."""
    return TOO_LARGE if ENDLESS.match(text) else Parsed(code="number_unreadable")


def plain(value: Decimal) -> int | float:
    """int when whole, else float."""
    return int(value) if value == value.to_integral_value() else float(value)


def finish(digits: Digits, *, whole: bool, factor: float = 1) -> Parsed:
    """Multiply without float noise, then check: not too large, whole, not negative."""
    if digits.likely is not None and is_too_large(_times(digits.likely, factor)):
        return TOO_LARGE
    if digits.value is None:
        proposed = None if digits.proposed is None else plain(_times(digits.proposed, factor))
        return Parsed(code=digits.code, proposed=proposed)
    value = _times(digits.value, factor)
    if whole and value != value.to_integral_value():
        thousandfold = value * 1000  # Excel took "1.500" for 1.5
        is_whole = 0 < thousandfold <= MOST and value < 1000 and thousandfold == thousandfold.to_integral_value()
        return Parsed(code="fraction_of_whole", proposed=int(thousandfold) if is_whole else None)
    if value < 0:
        return Parsed(code="number_negative", proposed=plain(value))
    return Parsed(plain(value))


def _times(value: Decimal, factor: float) -> Decimal:
    return value if factor == 1 else value * Decimal(str(factor))
