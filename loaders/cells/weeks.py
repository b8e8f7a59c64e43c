"""Texts around a table -> the Monday of the reported week. Pure: no clock; what disagrees is asked about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from data.reference import Campaign
from data.reference.names import fold, tidy


@dataclass(frozen=True)
class Week:
    """The Monday of a week; or a code of loaders/problems.py, and the Monday that is likely."""

    start: date | None
    code: str | None = None
    proposed: date | None = None
    found: str = ""


MISSING = Week(None, "week_missing")
LONGEST_TEXT = 500  # a title is shorter; a hostile cell must not cost time
LONGEST_DAYS = 14  # a longer period is a month's or a quarter's report

POINT = r"(?<![0-9/.])([0-9]{1,2})(?: ?[/.] ?([0-9]{1,2}))?(?: ?[/.] ?(20[0-9]{2}|[0-9]{2}))?(?![0-9])"
PERIOD = re.compile(
    rf"{POINT}(?: ?(?:den het|den|toi|->|-|–|—|→|~) ?(?:het )?(?:ngay )?| (?=[0-9/.]+20[0-9]{{2}})){POINT}"
)
REWRITES = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"\(([0-9]{1,2}[/.][0-9/.]+)\)", r"\1"),
        (r"(?<!tuan )(?:thu ?(?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)(?![0-9])[ ,(]*(?:ngay )?(?=[0-9])", ""),
        (r"(?<![0-9])(20[0-9]{2})[-.](0?[1-9]|1[0-2])[-.]([0-9]{1,2})(?![0-9])", r"\3/\2/\1"),
        (r"(?<![0-9])(20[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])(?![0-9])", r"\3/\2/\1"),
        (r"(?<![0-9-])([0-9]{1,2})-([0-9]{1,2})-(20[0-9]{2})(?![0-9])", r"\1/\2/\3"),
        (r"(?<![0-9-])([0-9]{1,2})-([0-9]{1,2})(?= ?(?:den|toi) ?[0-9])", r"\1/\2"),
        (r"(?<=[0-9])[ ,]*(?:thang|thg) ?(?=[0-9])", "/"),
        (r"(?<=[0-9])[ ,]*nam ?(?=20[0-9]{2})", "/"),
    )
)
OF_MONTH = re.compile(
    r"tuan[ _.-]*(?:thu )?([1-5])[ ,_/-]*(?:cua )?thang ?([0-9]{1,2})(?:[ ,/-]*(?:nam ?)?(20[0-9]{2}))?"
)
NUMBERED = re.compile(
    r"(?<!trong )(?:(?<![a-z])(?:tuan|week)[ _.-]*(?:bao cao |le |thu |so |:)*|(?<![a-z0-9])(?:(20[0-9]{2})-?)?w)"
    r"0?([0-9]{1,2})(?![0-9])"
    r"(?: ?[/.-] ?(20[0-9]{2})| (20[0-9]{2}))?(?P<more>[ ]?(?:[-–,+&/.]|va) ?(?:tuan )?[0-9])?"
)


def find_week(texts: Iterable[tuple[str, str]], *, year: int | None, campaign: Campaign) -> tuple[Week, str]:
    """The week that title, letterhead, sheet and file name tell, and the label of the text that told it.

    texts: (label, text) in order of trust; dates are trusted before a number, and what disagrees is asked about
    """
    default = year or campaign.start_date.year
    dated: list[tuple[Week, str]] = []
    numbered: list[tuple[Week, str]] = []
    for label, whole in texts:
        text = tidy(whole)[:LONGEST_TEXT]
        week, rest = _from_dates(" ".join(fold(text).replace("_", " ").split()), default)
        if week:
            dated.append((replace(week, found=text), label))
        week = _from_number(rest, year, campaign)
        if week:
            numbered.append((replace(week, found=text), label))
    return _agreed(dated, numbered)


def _agreed(dated: list[tuple[Week, str]], numbered: list[tuple[Week, str]]) -> tuple[Week, str]:
    """The first date, else the first number; when two of them disagree, a question."""
    certain = [(w, label) for w, label in dated + numbered if w.start or w.code == "week_not_monday"]
    likely = [(w, label) for w, label in dated + numbered if w.proposed and not w.start]
    # "Tuần 3" counts as evidence only where no dates stand: every office counts in its own way
    told = {w.start or w.proposed for w, _ in (certain if dated else certain + likely)}
    best, label = next(iter(certain + likely + dated + numbered), (MISSING, ""))
    # "từ 29/7 đến 15/8" over numbers that a file's name calls week 33: perhaps the numbers since the start
    is_since_start = best.start and any(w.code == "week_missing" and at != label for w, at in dated)
    if len(told) > 1 or is_since_start:
        best = Week(None, "week_conflict", best.start or best.proposed, best.found)
    return best, label


def _from_dates(text: str, default: int) -> tuple[Week | None, str]:
    """The first period from one day to another, and the text without it; a single date is no period."""
    if of_month := OF_MONTH.search(text):  # kept out of "tháng" -> "/"
        week, rest = _from_dates(text[: of_month.start()] + " " + text[of_month.end() :], default)
        return week, rest + " " + of_month[0]
    for pattern, to in REWRITES:
        text = pattern.sub(to, text)
    periods = [(hit, days) for hit in PERIOD.finditer(text) if (days := _period(*hit.groups(), default))]
    if not periods:
        return None, text
    # beside the week, a title may name the time since the start ("lũy kế từ 29/7 đến 15/8")
    found, days = next((p for p in periods if (p[1][1] - p[1][0]).days < 7), periods[0])
    return _week_of(*days), text[: found.start()] + " " + text[found.end() :]


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


def _week_of(first: date, last: date) -> Week:
    """A period inside one week from Monday to Sunday; else the week that holds most of its days, the later of two."""
    monday = first - timedelta(days=first.weekday())
    if last <= monday + timedelta(days=6):
        return Week(monday)
    if (last - first).days >= LONGEST_DAYS:
        return MISSING
    mondays = [monday + timedelta(days=7 * n) for n in range((last - monday).days // 7 + 1)]
    days = [min(last, m + timedelta(days=6)).toordinal() - max(first, m).toordinal() + 1 for m in mondays]
    most = max(zip(days, mondays, strict=True))[1]
    return Week(None, "week_not_monday", most)


def _from_number(text: str, year: int | None, campaign: Campaign) -> Week | None:
    """ "Tuần 33", "W33", "tuan33"; "Tuần 3" and "Tuần 3 tháng 8" are only proposed."""
    start_year = campaign.start_date.year
    if found := OF_MONTH.search(text):
        first = date(int(found[3] or year or start_year), min(int(found[2]), 12) or 1, 1)
        monday = first + timedelta(days=-first.weekday() % 7 + 7 * (int(found[1]) - 1))
        return Week(None, "week_missing", monday)
    found = NUMBERED.search(text)
    if not found:
        return None
    number = int(found[2])
    own_year = next((int(y) for y in (found[1], found[3], found[4]) if y), None)
    if found["more"] or not 1 <= number <= 53:  # "tuần 32-33"
        return MISSING
    first_monday = campaign.start_date - timedelta(days=campaign.start_date.weekday())
    counted = first_monday + timedelta(days=7 * (number - 1))
    if campaign.week_numbering != "iso":
        return Week(counted)
    try:
        monday = date.fromisocalendar(own_year or year or start_year, number, 1)
    except ValueError:
        return MISSING
    if monday < first_monday:  # before the campaign: probably its own counting
        return Week(None, "week_missing", counted)
    return Week(monday)
