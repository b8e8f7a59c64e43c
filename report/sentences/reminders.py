"""Reminders about missing weekly reports: a text for each commune and one for all, ready to be sent; pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pandas as pd

from data import reference
from words import names, numbers
from words.texts import language as current_language
from words.texts import t

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SATURDAY = 5
MOST_WEEKS = 6  # of a commune that owes more, the latest are named and the others counted
TIME_TO_SEND = timedelta(hours=4)  # who is reminded later in the day is asked for the next working day


@dataclass(frozen=True)
class Reminder:
    """commune: to which it goes, None for all of them together; text: as it is sent."""

    commune: str | None
    text: str


def reminders(status: pd.DataFrame, now: datetime, language: str | None = None) -> list[Reminder]:
    """What to send about reports that are overdue, or due today: first to all, then to each commune.

    in:      status: of metrics.reports.report_status with `status`; now: with its time zone
    out:     nothing when nothing is missing; several missing weeks of a commune stand in one text, the oldest first
    missing: a report that is not due yet is not asked for
    """
    spoken = language or current_language()
    missing = status[status["status"].isin(["overdue", "due"])].sort_values(["week_start_date", "commune"])
    if missing.empty:
        return []
    now = now.astimezone(missing["due_at"].dt.tz)
    known = list(reference.load().communes())
    codes = sorted(
        missing["commune"].unique(), key=lambda code: (code not in known, known.index(code) if code in known else 0)
    )
    own = [Reminder(code, _letter(missing[missing["commune"] == code], now, spoken)) for code in codes]
    return [Reminder(None, _letter_to_all(missing, codes, now, spoken)), *own]


def _letter(missing: pd.DataFrame, now: datetime, spoken: str) -> str:
    """To one commune."""
    overdue, today = _parts(missing)
    body = []
    if len(overdue) == 1:
        (row,) = overdue
        body.append(_t("one", spoken, now=_now(now, spoken), week=_week(row, spoken), due=_at(row["due_at"], spoken)))
    elif overdue:
        named = overdue[-MOST_WEEKS:]
        lines = [_t("line", spoken, week=_week(row, spoken), due=_at(row["due_at"], spoken)) for row in named]
        lines += [f"- {text}" for text in _earlier(overdue, spoken)]
        body.append("\n".join([_t("many", spoken, now=_now(now, spoken), number=len(overdue)), *lines]))
    body += [_t("today", spoken, **_due_today(row, spoken)) for row in today]
    to = _t("to", spoken, commune=names.inside(names.commune(missing["commune"].iloc[0], spoken), spoken))
    return _finished(to, body, missing, now, spoken)


def _letter_to_all(missing: pd.DataFrame, codes: list[str], now: datetime, spoken: str) -> str:
    """To all communes: which of them owe which weeks."""
    overdue, today = _parts(missing)
    body = []
    if overdue:
        owed = {code: [row for row in overdue if row["commune"] == code] for code in codes}
        lines = [_commune_line(code, rows, spoken) for code, rows in owed.items() if rows]
        body.append("\n".join([_t("of_all", spoken, now=_now(now, spoken)), *lines]))
    if today:
        owing = [row["commune"] for row in today]
        communes = ", ".join(names.inside(names.commune(code, spoken), spoken) for code in codes if code in owing)
        body.append(_t("today_all", spoken, communes=communes, **_due_today(today[0], spoken)))
    return _finished(_t("to_all", spoken), body, missing, now, spoken)


def _commune_line(code: str, overdue: list[dict], spoken: str) -> str:
    weeks = [*(_week(row, spoken) for row in overdue[-MOST_WEEKS:]), *_earlier(overdue, spoken)]
    return _t("commune_line", spoken, commune=names.commune(code, spoken), weeks=", ".join(weeks))


def _earlier(overdue: list[dict], spoken: str) -> list[str]:
    more = len(overdue) - MOST_WEEKS
    return [_t("earlier", spoken, number=more)] if more > 0 else []


def _finished(to: str, body: list[str], missing: pd.DataFrame, now: datetime, spoken: str) -> str:
    """The greeting, what is missing, what is asked for with thanks, and who writes: a line each."""
    is_late = missing["status"].eq("overdue").any()
    by = send_by(now, missing["due_at"].iloc[0].time())
    asked = [_t("send_by", spoken, moment=_at(by, spoken)) if is_late else _t("send_today", spoken)]
    asked += [_t("urgent", spoken)] if missing["has_urgent"].any() else []
    asked += [_t("nil", spoken), _t("thanks", spoken)]
    campaign = reference.load().campaign
    office = campaign.office_en if spoken == "en" else campaign.office_vi
    first, *rest = body
    return "\n".join([f"{to} {first}", *(part[0].upper() + part[1:] for part in rest), " ".join(asked), office])


def send_by(now: datetime, hour: time) -> datetime:
    """Until when it is asked for: the due hour of this day, or of the next working day when too little time is left."""
    asked = datetime.combine(now.date(), hour, now.tzinfo)
    if asked - now < TIME_TO_SEND:
        asked += timedelta(days=1)
    while asked.weekday() >= SATURDAY:
        asked += timedelta(days=1)
    return asked


# words
def _t(key: str, spoken: str, **values: object) -> str:
    return t(f"reports.letter.{key}", spoken, **values)


def _parts(missing: pd.DataFrame) -> tuple[list[dict], list[dict]]:
    """(overdue, due today), the oldest week first."""
    rows = missing.to_dict("records")
    return [row for row in rows if row["status"] == "overdue"], [row for row in rows if row["status"] == "due"]


def _due_today(row: dict, spoken: str) -> dict[str, str]:
    due = row["due_at"]
    return {"week": _week(row, spoken), "hour": _hour(due, spoken), "day": _weekday(due, spoken)}


def _week(row: dict, spoken: str) -> str:
    """ "tuần 35 (30/8–05/9/2021)"."""
    name = numbers.week(row["week_start_date"], spoken)
    return name[0].lower() + name[1:]


def _hour(moment: datetime, spoken: str) -> str:
    if moment.minute:
        return _t("hour_minute", spoken, hour=moment.hour, minute=f"{moment.minute:02d}")
    return _t("hour", spoken, hour=moment.hour)


def _day(day: date, spoken: str) -> str:
    """03/9/2021: the office writes a zero before days below 10 and before the months 1 and 2 only."""
    if spoken == "en":
        return numbers.day(day, spoken)
    return f"{day:%d}/{day.month:02d}/{day.year}" if day.month < 3 else f"{day:%d}/{day.month}/{day.year}"


def _weekday(moment: datetime, spoken: str) -> str:
    """ "thứ Sáu 03/9/2021"."""
    weekday = WEEKDAYS[moment.weekday()]
    return f"{t(f'reports.weekday.{weekday}', spoken)} {_day(moment, spoken)}"


def _at(moment: datetime, spoken: str) -> str:
    return _t("at", spoken, hour=_hour(moment, spoken), day=_weekday(moment, spoken))


def _now(moment: datetime, spoken: str) -> str:
    if moment.time() >= time(23, 59):  # an as-of day means its end
        return _t("end_of_day", spoken, day=_day(moment, spoken))
    return _t("now", spoken, hour=_hour(moment, spoken), day=_day(moment, spoken))
