"""One cell -> one date, day first. Pure: no clock. The week of a report (find_week) is read in weeks.py."""

import re
from datetime import date, datetime

from loaders.cells.digits import BLANK, LONGEST_TEXT, Parsed, clean, special
from loaders.cells.weeks import Week, find_week

__all__ = ["Week", "find_week", "parse_date"]

UNREADABLE = Parsed(code="date_unreadable")
FIRST_YEAR, LAST_YEAR = 2000, 2050
FIRST_SERIAL, LAST_SERIAL = 36526, 55153  # Excel's 01/01/2000 and 31/12/2050
SERIAL_ZERO = date(1899, 12, 30).toordinal()

MONTH_WORDS = {
    **dict(zip("giêng hai ba tư năm sáu bảy tám chín mười".split(), range(1, 11), strict=True)),
    **{"một": 1, "bốn": 4, "mười một": 11, "mười hai": 12},
}
ENGLISH = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}

TIME = r"(?:lúc )?[0-9]{1,2} ?(?:[:h]|giờ) ?[0-9]{0,2}(?: ?phút)?(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?(?:am|pm|sa|ch|z))?"
TIME_AFTER = re.compile(rf"(?:[ ,;-]+|(?<=[0-9])t){TIME}$")
TIME_BEFORE = re.compile(rf"^{TIME}[ ,;-]+(?=[0-9n])")
WEEKDAY = re.compile(r"^\(?(?:thứ ?(?:hai|ba|tư|bốn|năm|sáu|bảy|bẩy|[2-7])|chủ nhật|cn|t[2-7])\b\)?[ ,.:-]*(?=[0-9n])")
DAY_WORD = re.compile(r"^(?:ngày|ngay)[ :]*(?:mùng|mồng)?\s*|^(?:mùng|mồng) ")
DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2}) ?[./-] ?([0-9]{1,2}) ?[./-] ?([0-9]{4}|[0-9]{2})")
YEAR_MONTH_DAY = re.compile(r"([0-9]{4}) ?[./-] ?([0-9]{1,2}) ?[./-] ?([0-9]{1,2})")
DAY_MONTH = re.compile(r"([0-9]{1,2}) ?([./-]) ?([0-9]{1,2})")
IN_WORDS = re.compile(
    r"([0-9]{1,2})[ ,/-]*(?:tháng|thang|thg\.?) ?([0-9]{1,2}|[^\W\d]+(?: một| hai)?)"
    r"(?:[ ,/-]*(?:năm|nam)? ?([0-9]{4}|[0-9]{2}))?"
)
IN_ENGLISH = re.compile(r"([0-9]{1,2})[ -]([a-z]{3})[a-z]*[ ,-]+([0-9]{4}|[0-9]{2})")
TWO_DAYS = re.compile(
    r"(?:từ )?(?:ngày )?([0-9]{1,2})(?:[./]([0-9]{1,2}))?(?:[./]([0-9]{4}))?"
    r" ?(?:-|–|đến|và|,|~) ?(?:ngày )?([0-9]{1,2}.*)"
)


def parse_date(cell: object, *, year: int | None = None) -> Parsed:
    """One cell -> one date. Text is day first; `year` fills in "5/8"; what has two readings is asked about."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return Parsed(cell) if FIRST_YEAR <= cell.year <= LAST_YEAR else UNREADABLE
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _digits(str(int(cell))) if 0 <= cell < 10**8 else UNREADABLE
    if not isinstance(cell, str):
        return BLANK if cell is None else UNREADABLE
    text = clean(cell)
    if len(text) > LONGEST_TEXT:
        return UNREADABLE
    return special(text) or _text_date(_bare(text), year)


def _bare(text: str) -> str:
    """Without weekday, time of day and the word "ngày"."""
    for noise in (TIME_BEFORE, WEEKDAY, TIME_AFTER, DAY_WORD):
        text = noise.sub("", text).strip(" .,;")
    return text


def _made(day: int, month: int, year: int) -> Parsed:
    if year < 100:
        year += 2000
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return UNREADABLE
    try:
        return Parsed(date(year, month, day))
    except ValueError:
        pass
    try:  # "08/13/2021": the month first
        return Parsed(code="date_ambiguous", proposed=date(year, day, month))
    except ValueError:
        return UNREADABLE


def _digits(text: str) -> Parsed:
    """An Excel serial, 20210728 or 28072021."""
    if len(text) == 5 and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return Parsed(date.fromordinal(SERIAL_ZERO + int(text)))
    if len(text) == 8:
        for day, month, year in ((text[6:], text[4:6], text[:4]), (text[:2], text[2:4], text[4:])):
            parsed = _made(int(day), int(month), int(year))
            if parsed.value:
                return parsed
    return UNREADABLE


def _text_date(text: str, year: int | None) -> Parsed:
    if found := DAY_MONTH_YEAR.fullmatch(text):
        return _day_first(*found.groups(), year)
    if found := YEAR_MONTH_DAY.fullmatch(text):
        return _made(int(found[3]), int(found[2]), int(found[1]))
    if found := DAY_MONTH.fullmatch(text):
        day, sign, month = found.groups()
        parsed = _made(int(day), int(month), year) if year else None
        if parsed is None or (
            sign == "-" and int(day) <= int(month) and parsed.value
        ):  # "5-8": 5 August, or the 5th to the 8th
            return Parsed(code="date_ambiguous", proposed=parsed.value if parsed else None)
        return parsed
    if found := IN_WORDS.fullmatch(text):
        month = int(found[2]) if found[2].isdigit() else MONTH_WORDS.get(found[2], 0)
        own_year = int(found[3]) if found[3] else year
        if own_year is None:
            return Parsed(code="date_ambiguous")
        return _made(int(found[1]), month, own_year) if 1 <= month <= 12 else UNREADABLE
    if found := IN_ENGLISH.fullmatch(text):
        return _made(int(found[1]), ENGLISH.get(found[2], 0), int(found[3]))
    if found := re.fullmatch(r"([0-9]+)(?:\.0+)?", text):
        return _digits(found[1])
    return _first_of_two(text, year)


def _day_first(day: str, month: str, written: str, year: int | None) -> Parsed:
    parsed = _made(int(day), int(month), int(written))
    if len(written) == 2 and year and 2000 + int(written) != year and 2000 + int(day) == year:
        return Parsed(code="date_ambiguous", proposed=_made(int(written), int(month), year).value)  # "21/07/28"
    return parsed


def _first_of_two(text: str, year: int | None) -> Parsed:
    """ "28-29/7/2021", "từ 28/7 đến 30/7/2021": two days; the first is proposed."""
    found = TWO_DAYS.fullmatch(text)
    if not found:
        return UNREADABLE
    last = _text_date(_bare(found[4]), year).value
    if last is None:
        return UNREADABLE
    first = _made(int(found[1]), int(found[2] or last.month), int(found[3] or last.year)).value
    return Parsed(code="date_ambiguous", proposed=first) if first and first <= last else UNREADABLE
