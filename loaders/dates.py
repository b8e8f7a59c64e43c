"""One cell -> one date, day first; texts around a table -> the Monday of the week they report on. Pure: no clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from data.reference import Campaign, fold
from loaders.digits import BLANK, Parsed, clean, special

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
    r"([0-9]{1,2})[ ,/-]*(?:tháng|thang|thg\.?) ?([0-9]{1,2}|[^\W\d]+(?: một| hai)?)(?:[ ,/-]*(?:năm|nam)? ?([0-9]{4}|[0-9]{2}))?"
)
IN_ENGLISH = re.compile(r"([0-9]{1,2})[ -]([a-z]{3})[a-z]*[ ,-]+([0-9]{4}|[0-9]{2})")
TWO_DAYS = re.compile(r"(?:từ )?(?:ngày )?([0-9]{1,2})(?:[./]([0-9]{1,2}))?(?:[./]([0-9]{4}))? ?(?:-|–|đến|và|,|~) ?(?:ngày )?([0-9]{1,2}.*)")


def parse_date(cell: object, *, year: int | None = None) -> Parsed:
    """One cell -> one date. Text is day first; `year` fills in "5/8"; what has two readings is asked about."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return Parsed(cell) if FIRST_YEAR <= cell.year <= LAST_YEAR else UNREADABLE
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _digits(str(int(cell)), cell == cell // 1 or cell < LAST_SERIAL + 1) if cell == cell else UNREADABLE
    if not isinstance(cell, str):
        return BLANK if cell is None else UNREADABLE
    text = clean(cell)
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


def _digits(text: str, is_certain: bool = True) -> Parsed:
    """An Excel serial, 20210728 or 28072021."""
    if len(text) == 5 and is_certain and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return Parsed(date.fromordinal(SERIAL_ZERO + int(text)))
    if len(text) == 8 and is_certain:
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
        if parsed is None or (sign == "-" and int(day) <= int(month) and parsed.value):  # "5-8": 5 August, or the 5th to the 8th
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


@dataclass(frozen=True)
class Week:
    """The Monday of a week; or a code of loaders/problems.py, and the Monday that is likely."""

    start: date | None
    code: str | None = None
    proposed: date | None = None
    found: str = ""


MISSING = Week(None, "week_missing")
LONGEST_DAYS = 14  # a longer period is a month's or a quarter's report

POINT = r"(?<![0-9/.])([0-9]{1,2})(?: ?[/.] ?([0-9]{1,2}))?(?: ?[/.] ?(20[0-9]{2}|[0-9]{2}))?(?![0-9])"
PERIOD = re.compile(rf"{POINT}(?: ?(?:den het|den|toi|->|-|–|—|→|~) ?(?:het )?(?:ngay )?| (?=[0-9/.]+20[0-9]{{2}})){POINT}")
REWRITES = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"(?:thu ?(?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)[ ,(]*(?:ngay )?(?=[0-9])", ""),
        (r"(?<![0-9])(20[0-9]{2})[-.](0?[1-9]|1[0-2])[-.]([0-9]{1,2})(?![0-9])", r"\3/\2/\1"),
        (r"(?<![0-9])(20[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])(?![0-9])", r"\3/\2/\1"),
        (r"(?<![0-9-])([0-9]{1,2})-([0-9]{1,2})-(20[0-9]{2})(?![0-9])", r"\1/\2/\3"),
        (r"(?<=[0-9])[ ,]*(?:thang|thg) ?(?=[0-9])", "/"),
        (r"(?<=[0-9])[ ,]*nam ?(?=20[0-9]{2})", "/"),
    )
)
OF_MONTH = re.compile(r"tuan[ _.-]*(?:thu )?([1-5])[ ,_/-]*(?:cua )?thang ?([0-9]{1,2})(?:[ ,/-]*(?:nam ?)?(20[0-9]{2}))?")
NUMBERED = re.compile(
    r"(?<!trong )(?:(?<![a-z])(?:tuan|week)[ _.-]*(?:bao cao |thu |so |:)*|(?<![a-z0-9])(?:(20[0-9]{2})-?)?w)0?([0-9]{1,2})(?![0-9])"
    r"(?: ?[/.-] ?(20[0-9]{2})| (20[0-9]{2}))?(?P<more>[ ]?(?:[-–,+&/.]|va) ?(?:tuan )?[0-9])?"
)


def find_week(texts: Iterable[tuple[str, str]], *, year: int | None, campaign: Campaign) -> tuple[Week, str]:
    """The week that title, letterhead, sheet and file name tell, and the label of the text that told it.

    texts: (label, text) in order of trust; dates are trusted before a number, and what disagrees is asked about
    """
    default = year or campaign.start_date.year
    dated: list[tuple[Week, str]] = []
    numbered: list[tuple[Week, str]] = []
    for label, text in texts:
        week, rest = _from_dates(_folded(text), default)
        if week:
            dated.append((week, label))
        week = _from_number(rest, year, campaign)
        if week:
            numbered.append((week, label))
    if not dated and not numbered:
        return MISSING, ""
    best, label = (dated or numbered)[0]
    told = {week.start or week.proposed for week, _ in dated + numbered if week.start or week.code == "week_not_monday"}
    if len(told) > 1:
        return Week(None, "week_conflict", best.start or best.proposed, best.found), label
    if best.start is None and numbered and dated:
        best, label = next(((w, where) for w, where in numbered if w.start), (best, label))
    return best, label


def _folded(text: str) -> str:
    return " ".join(fold(text).replace("_", " ").split())


def _from_dates(text: str, default: int) -> tuple[Week | None, str]:
    """The first period from one day to another, and the text without it; a single date is no period."""
    if of_month := OF_MONTH.search(text):  # kept out of "tháng" -> "/"
        week, rest = _from_dates(text[: of_month.start()] + " " + text[of_month.end() :], default)
        return week, rest + " " + of_month[0]
    for pattern, to in REWRITES:
        text = pattern.sub(to, text)
    for found in PERIOD.finditer(text):
        days = _period(*found.groups(), default)
        if days:
            return _week_of(*days, found[0]), text[: found.start()] + " " + text[found.end() :]
    return None, text


def _period(day, month, year, last_day, last_month, last_year, default) -> tuple[date, date] | None:
    """Both ends, with what one of them leaves out taken from the other."""
    if not (month or last_month):
        return None
    end_year = _century(last_year or year or default)
    try:
        last = date(end_year, int(last_month or month), int(last_day))
        first_month = int(month or last.month)
        first_year = _century(year) if year else end_year
        if not month and int(day) > int(last_day):  # "từ 30 đến 05/8"
            first_month = last.month - 1 or 12
        if not year and first_month > last.month:
            first_year -= 1
        first = date(first_year, first_month, int(day))
    except ValueError:
        return None
    return (first, last) if first <= last else None


def _century(year: str | int) -> int:
    return int(year) + (2000 if int(year) < 100 else 0)


def _week_of(first: date, last: date, found: str) -> Week:
    """A period inside one week from Monday to Sunday; else the week that holds most of its days, the later of two."""
    monday = first - timedelta(days=first.weekday())
    if last <= monday + timedelta(days=6):
        return Week(monday, found=found)
    if (last - first).days >= LONGEST_DAYS:
        return replace(MISSING, found=found)
    mondays = [monday + timedelta(days=7 * n) for n in range((last - monday).days // 7 + 1)]
    days = [min(last, m + timedelta(days=6)).toordinal() - max(first, m).toordinal() + 1 for m in mondays]
    most = max(zip(days, mondays, strict=True))[1]
    return Week(None, "week_not_monday", most, found)


def _from_number(text: str, year: int | None, campaign: Campaign) -> Week | None:
    """ "Tuần 33", "W33", "tuan33"; "Tuần 3" and "Tuần 3 tháng 8" are only proposed."""
    start_year = campaign.start_date.year
    if found := OF_MONTH.search(text):
        first = date(int(found[3] or year or start_year), min(int(found[2]), 12) or 1, 1)
        monday = first + timedelta(days=-first.weekday() % 7 + 7 * (int(found[1]) - 1))
        return Week(None, "week_missing", monday, found[0])
    found = NUMBERED.search(text)
    if not found:
        return None
    number = int(found[2])
    own_year = next((int(y) for y in (found[1], found[3], found[4]) if y), None)
    if found["more"] or not 1 <= number <= 53:  # "tuần 32-33"
        return replace(MISSING, found=found[0].strip())
    first_monday = campaign.start_date - timedelta(days=campaign.start_date.weekday())
    counted = first_monday + timedelta(days=7 * (number - 1))
    if campaign.week_numbering != "iso":
        return Week(counted, found=found[0].strip())
    try:
        monday = date.fromisocalendar(own_year or year or start_year, number, 1)
    except ValueError:
        return replace(MISSING, found=found[0].strip())
    if monday < first_monday:  # before the campaign: probably its own counting
        return Week(None, "week_missing", counted, found[0].strip())
    return Week(monday, found=found[0].strip())
