"""The headline numbers: each with its change, its course, what it means and the way to its rows."""

from dataclasses import dataclass

import pandas as pd

from data import reference
from metrics.changes import OF_THE_DISTRICT, Change
from metrics.measures import MEASURES
from metrics.reports import completeness, timeliness
from report import frames, rows_behind
from report.figures import frontline
from report.sentences import coverage
from report.view import View
from words import names, numbers
from words.texts import language, t

REPORTS = "reports_on_time"


@dataclass(frozen=True)
class Tile:
    """One headline number in words: the number, what stands small beneath it, its change and its course over weeks."""

    code: str
    big: str
    small: tuple[str, ...]
    change: str
    weeks: tuple[float, ...]


def tiles(view: View) -> list[Tile]:
    week = rows_behind.due_week(view)
    return [
        _of_reports(view) if code == REPORTS else _of_measure(code, frames.headline(view, code, week), view)
        for code in (headline.code for headline in reference.load().headlines)
    ]


def headline_codes() -> tuple[str, ...]:
    """The headline numbers of the campaign that are sums of lines: all but that of the reports."""
    return tuple(headline.code for headline in reference.load().headlines if headline.code != REPORTS)


def _of_measure(code: str, found: frames.Headline, view: View) -> Tile:
    spoken, small = language(), []
    if MEASURES[code].unit == "vnd":
        big, exact = numbers.money_short(found.value, spoken), numbers.money(found.value, spoken)
        small += [exact] if exact != big else []
    else:
        big = numbers.with_unit(found.value, names.measure_unit(code), spoken)
    if found.value is None:
        small.append(t("frame.no_value"))
    if code == "cash_received" and view.is_whole:
        left = frames.cash(view)["left"].iloc[0]
        small.append(t("overview.left", amount=numbers.money_short(left, spoken)))
    if code == "frontline_visits":
        sites = frontline.coverage(view)
        small.append(t("overview.sites", ratio=numbers.ratio(sites["visits"].gt(0).sum(), len(sites))))
    if MEASURES[code].kind not in OF_THE_DISTRICT:
        ratio = coverage.of_communes(view, (MEASURES[code].kind,))
        small.append(t("overview.coverage", communes=numbers.ratio(ratio.numerator, ratio.denominator)))
    return Tile(code, big, tuple(small), change_text(code, found.change, view), found.weeks)


def _of_reports(view: View) -> Tile:
    spoken, status = language(), rows_behind.status_of(view)
    on_time, received = timeliness(status), completeness(status)
    share = numbers.ratio(received.numerator, received.denominator)
    small = (
        numbers.percent(on_time.pct, spoken),
        t("overview.received", ratio=f"{share} ({numbers.percent(received.pct, spoken)})"),
    )
    weeks = tuple(status.groupby("week_start_date")["is_timely"].mean())
    big = numbers.ratio(on_time.numerator, on_time.denominator)
    return Tile(REPORTS, big, small, change_text(REPORTS, rows_behind.reports_change(view), view), weeks)


def change_text(code: str, changed: Change | None, view: View) -> str:
    """ "▲ +12,3 triệu đồng (tuần 35 so với tuần 34, cùng 7 xã)"; nothing when there is nothing to compare."""
    if changed is None or changed.amount is None:
        return ""
    spoken, amount = language(), abs(changed.amount)
    is_money = code in MEASURES and MEASURES[code].unit == "vnd"
    told = numbers.money_short(amount, spoken) if is_money else numbers.number(amount, spoken)
    week, before = (numbers.week_short(day, spoken) for day in (changed.week, changed.week - pd.Timedelta(days=7)))
    over = t("overview.change.all") if view.is_whole else ""
    if changed.communes:
        over = t("overview.change.same", number=len(changed.communes))
    words = {"week": names.inside(week), "before": names.inside(before), "over": over}
    if not amount:
        return t("overview.change.none", **words)
    return ("▲ +" if changed.amount > 0 else "▼ −") + t("overview.change.text", amount=told, **words)
