"""The weekly report as an administrative paper (Decree 30/2020/NĐ-CP, Appendix I): what is filled into its template."""

from datetime import date, timedelta

import pandas as pd

from data import reference
from data.reference import Campaign
from metrics.frontline import sites_covered
from metrics.reports import PENDING, completeness, timeliness
from outgoing.papers.paper import Paper, Value, head, written_month
from outgoing.papers.week_report_numbers import SPOKEN, Spans, counted, figure, tables
from report import rows_behind
from report.addresses import Address
from report.figures import frontline
from report.filters import Filters
from report.sentences import remarks
from report.view import View
from words import names, numbers
from words.texts import t

WEEK = timedelta(days=7)
RECEIVED = ("cash_received", "goods_value", "gifts")
TOPICS = {"difficulties": "difficulties", "proposals": "proposals", "other_remarks": "other"}


def report(view: View, stamp: str) -> Paper:
    """The report of the weeks of the view, or of the last full week; stamp: at the foot of every page.

    Of the filters the period, the communes and the moment count: a report of the office speaks of all goods, donors and
    sites. Every number has the filters that its address is read with.
    """
    campaign, spans = reference.load().campaign, Spans.of(view, *period(view))
    values = about(campaign, spans.first_week, spans.last_week, view.day)
    values |= {"stamp": stamp, "communes": ", ".join(map(_inside, view.filters.chosen_communes())) or None}
    values |= _received(spans) | _sites(spans) | _reports(spans.period) | _reports(spans.so_far, "_so_far")
    values |= _missing(spans) | _remarks(spans) | tables(spans)
    return Paper("week_report", values, view.day, author=campaign.body_vi)


def period(view: View) -> tuple[date, date]:
    """The Mondays of the first and the last week: of the filters, else the last week that is over and has data."""
    chosen: Filters = view.filters
    weeks = view.source.weeks()
    full = [week for week in weeks if week + WEEK - timedelta(days=1) <= view.day]
    last = chosen.last_week or (full or weeks)[-1]
    first = chosen.first_week or (weeks[0] if chosen.last_week else last)
    return min(first, last), max(first, last)


# what it is about
def about(campaign: Campaign, first_week: date, last_week: date, day: date) -> dict[str, Value]:
    """The office, the plan and the weeks."""
    period, plan = period_name(first_week, last_week), campaign.plan
    if campaign.plan_date:
        plan = t("report_form.plan_dated", SPOKEN, plan=plan, day=short_day(campaign.plan_date))
    last = len(campaign.recipients_vi) - 1
    return head(campaign, day) | {
        "symbol": campaign.report_symbol,
        "plan": plan,
        "plan_title": campaign.plan_title_vi or campaign.name_vi,
        "period": period,
        "period_title": period[:1].upper() + period[1:],
        "recipients": tuple(f"{line}{'.' if n == last else ';'}" for n, line in enumerate(campaign.recipients_vi)),
    }


def short_day(day: date) -> str:
    return f"{day:%d}/{written_month(day)}/{day.year}"


def period_name(first_week: date, last_week: date) -> str:
    """ "tuần 35 (từ ngày 30/8/2021 đến ngày 05/9/2021)"."""
    key = "report_form.period" if first_week == last_week else "report_form.period_weeks"
    values = {
        "week": numbers.week_number(first_week),
        "first": short_day(first_week),
        "last": short_day(last_week + timedelta(days=6)),
    }
    if first_week != last_week:
        values["last_week"] = numbers.week_number(last_week)
    return t(key, SPOKEN, **values)


def _inside(commune: str) -> str:
    return names.inside(names.commune(commune, SPOKEN), SPOKEN)


# its sentences
def _received(spans: Spans) -> dict[str, Value]:
    values = {"in_period": t("report_form.in_week" if spans.is_one_week else "report_form.in_period", SPOKEN)}
    for code in RECEIVED:
        values[code], values[f"{code}_so_far"] = spans.both(code, names.unit_of(Address(code), SPOKEN))
    return values


def _sites(spans: Spans) -> dict[str, Value]:
    """How many sites were visited, which ones now, and which never."""
    so_far, now = frontline.coverage(spans.so_far), frontline.coverage(spans.period)
    ratio = sites_covered(so_far)
    return {
        "sites": figure(ratio.denominator, None, spans.so_far),
        "sites_visited": counted(ratio.numerator, "sites_visited", spans.so_far),
        "sites_visited_now": _named(now[now["visits"] > 0]),
        "sites_not_visited": _named(so_far[so_far["visits"] == 0]),
    }


def _named(coverage: pd.DataFrame) -> str | None:
    order = list(reference.load().sites)
    return "; ".join(names.site(site, SPOKEN) for site in sorted(coverage["site"], key=order.index)) or None


def _reports(view: View, ending: str = "") -> dict[str, Value]:
    status = rows_behind.status_of(view)
    return {
        f"reports_received{ending}": counted(completeness(status).numerator, "reports_received", view),
        f"reports_on_time{ending}": counted(timeliness(status).numerator, "reports_on_time", view),
        f"reports_expected{ending}": counted(len(status), "reports_expected", view),
    }


def _missing(spans: Spans) -> dict[str, Value]:
    """ "xã Nam Dong", with the weeks where the report is of several, and what has come of it where it waits."""
    status, told = rows_behind.status_of(spans.period), []
    missing = status[~status["is_received"]]
    for code in dict.fromkeys(missing["commune"]):
        notes = []
        for row in missing[missing["commune"] == code].to_dict("records"):
            week = [numbers.week_short(row["week_start_date"], SPOKEN)] if not spans.is_one_week else []
            state = [t(f"reports.status.{row['status']}", SPOKEN)] if row["status"] in PENDING else []
            notes += [names.inside(" ".join([*week, *state]), SPOKEN)] if week or state else []
        told.append(f"{_inside(code)} ({', '.join(notes)})" if notes else _inside(code))
    return {"missing_communes": ", ".join(told) or None, "all_reported": None if told or status.empty else ""}


def _remarks(spans: Spans) -> dict[str, Value]:
    """What the communes wrote, word for word."""
    lines: dict[str, list[str]] = {topic: [] for topic in TOPICS.values()}
    for row in remarks.remarks(spans.period).to_dict("records"):
        key = "report_form.remark_urgent" if row["is_urgent"] else "report_form.remark"
        week = names.inside(numbers.week_short(row["week_start_date"], SPOKEN), SPOKEN)
        values = {"commune": names.commune(row["commune"], SPOKEN), "week": week, "text": " ".join(row["text"].split())}
        lines.setdefault(row["topic"], []).append(t(key, SPOKEN, **values))
    return {name: tuple(lines[topic]) for name, topic in TOPICS.items()}
