"""Numbers, money, dates and weeks as people write them in each language, through Babel."""

from datetime import date, datetime, timedelta

import pandas as pd
from babel.numbers import format_decimal

LOCALES = {"vi": "vi_VN", "en": "en_US"}
MISSING = "—"  # not reported is not zero
# the largest first: 1.250.000.000 is "1,25 tỷ"
LARGE_VND = {
    "vi": ((1_000_000_000, "tỷ"), (1_000_000, "triệu")),
    "en": ((1_000_000_000, "billion"), (1_000_000, "million")),
}
CURRENCY = {"vi": "đồng", "en": "VND"}


def is_missing(value: object) -> bool:
    return value is None or bool(pd.isna(value))


def number(value: object, language: str, *, decimals: int = 2) -> str:
    """1234567.5 -> "1.234.567,5" or "1,234,567.5"; missing is a dash."""
    if is_missing(value):
        return MISSING
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=LOCALES[language])


def money(value: object, language: str) -> str:
    """1500000 -> "1.500.000 đồng"."""
    return MISSING if is_missing(value) else f"{number(value, language, decimals=0)} {CURRENCY[language]}"


def money_short(value: object, language: str) -> str:
    """1250000000 -> "1,25 tỷ đồng"; below a million the exact number."""
    if is_missing(value):
        return MISSING
    size, name = money_scale(value, language)
    return money(value, language) if size == 1 else f"{number(round(float(value) / size, 2), language)} {name}"


def money_scale(value: float, language: str) -> tuple[int, str]:
    """In what an amount is best told: (1000000, "triệu đồng")."""
    for size, name in LARGE_VND[language]:
        if abs(value) >= size:
            return size, f"{name} {CURRENCY[language]}"
    return 1, CURRENCY[language]


def with_unit(value: object, unit: str, language: str) -> str:
    """(1500, "kg") -> "1.500 kg"; missing has no unit."""
    return MISSING if is_missing(value) else f"{number(value, language)} {unit}"


def ratio(numerator: object, denominator: object) -> str:
    """ "7/8"; a missing side is a dash."""
    sides = [MISSING if is_missing(side) else str(int(side)) for side in (numerator, denominator)]
    return "/".join(sides)


def percent(value: object, language: str) -> str:
    """87.5 -> "87,5%"."""
    return MISSING if is_missing(value) else f"{number(value, language, decimals=1)}%"


def day(value: object, language: str) -> str:
    """28/07/2021 in Vietnamese, 28 Jul 2021 in English (where 07/08 could be read both ways)."""
    if is_missing(value):
        return MISSING
    return value.strftime("%d/%m/%Y") if language == "vi" else f"{value.day} {value.strftime('%b %Y')}"


def moment(value: object, language: str) -> str:
    """A time with its day: "16:05 28/07/2021"."""
    return MISSING if is_missing(value) else f"{value.strftime('%H:%M')} {day(value, language)}"


def monday(value: date) -> date:
    """The Monday of the week of a day."""
    return value - timedelta(days=value.weekday())


def week_number(week_start_date: date) -> int:
    """The ISO week, as campaign.toml says (week_numbering)."""
    return week_start_date.isocalendar().week


def week(week_start_date: object, language: str) -> str:
    """2021-08-09 -> "Tuần 32 (09/8–15/8/2021)"."""
    if is_missing(week_start_date):
        return MISSING
    start = week_start_date.date() if isinstance(week_start_date, datetime) else week_start_date
    end = start + timedelta(days=6)
    if language == "en":
        return f"Week {week_number(start)} ({start.day} {start:%b} – {end.day} {end:%b %Y})"
    return f"Tuần {week_number(start)} ({start:%d}/{start.month}–{end:%d}/{end.month}/{end.year})"


def week_short(week_start_date: object, language: str) -> str:
    """ "Tuần 32", for the axis of a chart."""
    if is_missing(week_start_date):
        return MISSING
    return f"{'Tuần' if language == 'vi' else 'Week'} {week_number(pd.Timestamp(week_start_date).date())}"
