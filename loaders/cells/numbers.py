"""One cell -> one number or one amount of money. Pure: no I/O, no clock."""

import math
import re
from dataclasses import replace
from decimal import Decimal

from data.schemas import MOST
from loaders.cells.digits import (
    BLANK,
    CELL_ERROR,
    LONGEST_TEXT,
    NUMBER,
    PLAIN,
    TOO_LARGE,
    Digits,
    Parsed,
    Style,
    bounded,
    clean,
    finish,
    is_too_large,
    plain,
    read_digits,
    special,
    unread_long,
)

UNREADABLE = Parsed(code="number_unreadable")
# more thousands or millions than any gift of a commune has
MOST_UNITS = {1_000: 1_000_000, 1_000_000: 10_000, 1_000_000_000: 100}
NOISE = 1e-6  # a formula's 1499999.9999999998 is 1500000

FAST = re.compile(r"0|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){2,4}|(?:,[0-9]{3}){2,4})?|[1-9][0-9]{3,12}")
FAST_WHOLE = re.compile(r"0|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){1,4}|(?:,[0-9]{3}){1,4})?|[1-9][0-9]{3,12}")

CURRENCY = r"(?:vnđ|vnd|đồng|dong|đ|₫|d)"
CURRENCY_AFTER = re.compile(rf"(?<=[0-9 .,-]){CURRENCY}\.?$")
CURRENCY_BEFORE = re.compile(r"^(?:vnđ|vnd|₫|đ)[ :.]*(?=[0-9])")
ABOUT = re.compile(
    r"(?:(?:khoảng|hơn|trên|gần|độ|chừng|dưới|tầm|ước tính|ước|tối thiểu|tối đa|ít nhất|khoang|~|≈|≥|≤|[<>]=?)[ :]*)+"
)
# a number before words, but not the first half of "50-60" or "50/60"
LEADING = re.compile(rf"({NUMBER})(?![0-9.,'/]| ?[-–~x+*] ?[0-9])")
INFINITE = re.compile(r"[-–+]?inf")  # a number of a file that no computer can hold
NONE_AT_ALL = re.compile(r"không( có| phát sinh)?|ko|kps|nil|none")
NOT_YET = re.compile(r"chưa( có)?")
# "500.000 (năm trăm nghìn đồng)", "200.000 đồng chẵn"
IN_WORDS = re.compile(r"(?<=[0-9đg]) ?(\([^0-9()]*(đồng|nghìn|ngàn|triệu|trăm)[^0-9()]*\)|chẵn)$")
OTHER_UNIT = re.compile(r"[0-9] +[^\W\d_]{2,}|[0-9](usd|eur|kg|lít|thùng|gói)|[$€£¥₩]")
LOOKALIKES = str.maketrans("oil", "011")

SCALES = {
    **dict.fromkeys(("tỷ", "tỉ", "ty", "ti"), 1_000_000_000),
    **dict.fromkeys(("triệu", "trieu", "tr"), 1_000_000),
    **dict.fromkeys(("nghìn", "ngàn", "nghin", "ngan", "ng", "k"), 1_000),
}
SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
SCALE_END = r"(?:(?![^\W\d_])|(?=đ(?:ồng)?\b))"
HALF = r"(?:rưỡi|rưởi|ruoi)"
MONEY_STEP = re.compile(rf"({NUMBER}) ?({SCALE}){SCALE_END}\.?[ ,]*")
MONEY_TAIL = re.compile(rf"(?:({HALF})|({NUMBER}))? ?({CURRENCY}\.?)?(?:,?-)?")


def parse_number(cell: object, *, whole: bool = False, style: Style = Style.UNKNOWN, factor: float = 1) -> Parsed:
    """One cell -> one number.

    whole:  đồng, people, households, pieces: a lone group of three ("1.500", "1,500") can only be thousands
    factor: of the header ("ĐVT: nghìn đồng"); a cell that names đồng itself is not multiplied
    """
    if isinstance(cell, str):
        if factor == 1 and (FAST_WHOLE if whole else FAST).fullmatch(cell):
            return Parsed(int(cell.replace(".", "").replace(",", "")))
        text = clean(cell)
        return special(text) or _text_number(text, whole, style, factor)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _numeric(cell, whole, factor)
    return BLANK if cell is None else UNREADABLE


def _numeric(cell: int | float, whole: bool, factor: float) -> Parsed:
    if factor == 1 and 0 <= cell <= MOST and (not whole or isinstance(cell, int)):
        return Parsed(cell)
    if factor == 1 and 0 <= cell <= MOST and cell == int(cell):
        return Parsed(int(cell))
    if is_too_large(cell):
        return TOO_LARGE
    if math.isnan(cell):
        return CELL_ERROR
    nearest = round(cell)
    if whole and nearest and abs(cell - nearest) < NOISE:
        cell = nearest
    return finish(Digits(Decimal(str(cell))), whole=whole, factor=factor)


def _text_number(text: str, whole: bool, style: Style, factor: float) -> Parsed:
    """`text` is cleaned and not blank."""
    if len(text) > LONGEST_TEXT:
        return unread_long(text)
    bare, is_negative = _unsigned(text)
    bare, is_money = _without_currency(bare)
    factor, whole = (1, True) if is_money else (factor, whole)
    digits = read_digits(bare, whole=whole, style=style, scale=factor)
    if digits is None:
        return _words(text, whole, style, factor)
    if is_negative:
        digits = Digits(
            *(-part if isinstance(part, Decimal) else part for part in (digits.value, digits.code, digits.proposed))
        )
    return finish(digits, whole=whole, factor=factor)


def _unsigned(text: str) -> tuple[str, bool]:
    """ "-500", "(500)", "500-" are negative in accounts; "1.500.000,-" is not."""
    if text[0] == "(" and text[-1] == ")":
        return text[1:-1].strip(), True
    if text[0] in "-–" and text[1:]:
        return text[1:].lstrip(), True
    if re.fullmatch(r".*[0-9] ?-", text):
        return text[:-1].rstrip(), True
    return text.removeprefix("+").lstrip(), False


def _without_currency(text: str) -> tuple[str, bool]:
    text = IN_WORDS.sub("", text.removeprefix("'"))  # "'500": typed so that Excel keeps it as text
    closed = re.sub(
        r"(?<=[0-9đ])(/-|[.,]-)$|(?<=[.][0-9]{3})[.]$", "", text
    )  # accountants close an amount: "500.000,-"
    bare = CURRENCY_BEFORE.sub("", CURRENCY_AFTER.sub("", closed)).rstrip()
    return bare, bare != closed or text.endswith("-")


def _words(text: str, whole: bool, style: Style, factor: float) -> Parsed:
    """A text with other signs is never a number; but "khoảng 50", "1.500kg", "1.5OO.000" allow a proposal."""
    if INFINITE.fullmatch(text):
        return TOO_LARGE
    if "%" in text:
        return UNREADABLE
    if NONE_AT_ALL.fullmatch(text):
        return Parsed(0)  # said in words
    if NOT_YET.fullmatch(text):
        return UNREADABLE
    bare = ABOUT.sub("", text, count=1) if ABOUT.match(text) else text
    if MONEY_STEP.match(bare):
        money = _money_words(bare, style)
        likely = money.proposed if money.value is None else money.value
        return money if money is TOO_LARGE else Parsed(code="number_unreadable", proposed=likely)
    swapped = bare.translate(LOOKALIKES)
    leading = LEADING.match(bare)
    written = swapped if PLAIN.match(bare) and re.fullmatch(r"[0-9., ']+", swapped) else leading and leading[1]
    digits = read_digits(written, whole=whole, style=style, scale=factor) if written else None
    if digits is None or digits.likely is None:
        return UNREADABLE
    return finish(Digits(None, "number_unreadable", digits.likely), whole=whole, factor=factor)


def parse_money(cell: object, *, factor: float = 1, style: Style = Style.UNKNOWN) -> Parsed:
    """One cell -> whole đồng. A cell with a word of its own (triệu, k, đồng) ignores `factor`."""
    if not isinstance(cell, str):
        return parse_number(cell, whole=True, style=style, factor=factor)
    if factor == 1 and FAST_WHOLE.fullmatch(cell):
        return Parsed(int(cell.replace(".", "").replace(",", "")))
    text = clean(cell)
    if (found := special(text)) is not None:
        return found
    if len(text) <= LONGEST_TEXT and MONEY_STEP.match(text):
        return _money_words(text, style)
    if factor == 1 and style is not Style.EN and (cut := re.fullmatch(r"([1-9][0-9]{0,2})[.,]00", text)):
        return Parsed(
            code="number_ambiguous", proposed=int(cut[1]) * 1000
        )  # "15.00": a lost zero, nobody gives 15 đồng
    parsed = _text_number(text, True, style, factor)
    if parsed.code == "number_unreadable" and OTHER_UNIT.search(text) and not MONEY_STEP.search(text):
        return Parsed(code=parsed.code)  # "50 USD", "5 lít": without its unit the number is another amount
    return parsed


def _money_words(text: str, style: Style) -> Parsed:
    """ "1tr5", "2 triệu 500 nghìn", "1 tỷ 200", "1 triệu rưỡi" -> đồng."""
    position, total, scale, code = 0, Decimal(0), None, None
    while step := MONEY_STEP.match(text, position):
        if scale and SCALES[step[2]] >= scale:
            return _words_unread(text)
        scale, position = SCALES[step[2]], step.end()
        # with "triệu" and "tỷ" not even the column's style tells what a lone group of three means
        own_style = Style.UNKNOWN if re.fullmatch(r"[0-9]{1,3}[.,][0-9]{3}", step[1]) else style
        digits = read_digits(step[1], whole=scale == 1000, style=own_style, scale=scale)
        if digits is None or digits.likely is None:
            return UNREADABLE
        code, total = code or digits.code, total + digits.likely * scale
    tail = MONEY_TAIL.fullmatch(text, position)
    if not tail:
        return _words_unread(text, plain(total))
    added = _money_tail(tail, scale, style, is_apart=text[position - 1] == " ")
    if added.likely is None:
        return UNREADABLE
    code, total = code or added.code, total + added.likely
    parsed = finish(Digits(total), whole=True)
    return replace(parsed, value=None, code=code, proposed=parsed.value) if code and parsed is not TOO_LARGE else parsed


def _words_unread(text: str, likely: int | float | None = None) -> Parsed:
    """ "2 triệu/hộ", "500 nghìn 2 triệu": the first amount is proposed only when words, not numbers, follow it."""
    return bounded(Parsed(code="number_unreadable", proposed=likely if len(re.findall(NUMBER, text)) == 1 else None))


def _money_tail(tail: re.Match, scale: int, style: Style, is_apart: bool) -> Digits:
    """What follows the last word: "1tr5" -> 500.000, "2 triệu 500" -> 500.000, "2 triệu 500.000đ" -> 500.000."""
    half, number, currency = tail.groups()
    if half:
        return Digits(Decimal(scale) / 2)
    if number is None:
        return Digits(Decimal(0))
    if re.fullmatch(r"[0-9]{1,3}", number):
        short = Decimal(number) * scale / 10 ** (1 if len(number) == 1 else 3)
        # "1tr50": 1.500.000 or 1.050.000; "2 triệu 500 đồng": 500 nghìn or 500 đồng
        is_certain = len(number) != 2 and not (currency and is_apart and len(number) == 3)
        return Digits(short) if is_certain else Digits(None, "number_ambiguous", short)
    digits = read_digits(number, whole=True, style=style)
    return digits if digits and digits.likely is not None and digits.likely < scale else Digits()


def parse_scaled_money(cell: object, *, factor: float, style: Style = Style.UNKNOWN) -> Parsed:
    """An amount under a header that names thousands or millions; one that cannot be meant so is asked about.

    20.000.000 under "triệu đồng" is an amount in đồng already: the commonest slip with units
    """
    value = parse_money(cell, factor=factor, style=style)
    if factor not in MOST_UNITS or value is not TOO_LARGE and (value.value or 0) < factor * MOST_UNITS[factor]:
        return value
    in_dong = parse_money(cell, style=style)
    return value if in_dong.value == value.value else Parsed(code="number_ambiguous", proposed=in_dong.value)
