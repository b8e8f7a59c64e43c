"""The weekly report out of a view: which weeks, and what is said of the communes' reports and remarks."""

from datetime import date, timedelta

import pandas as pd

from data import reference
from metrics.reports import PENDING, completeness, timeliness
from outgoing.papers.paper import Block, Heading, Paragraph, Room
from outgoing.papers.week_report import SPOKEN, Report, framed, paragraph
from outgoing.papers.week_report_numbers import Spans, counted
from outgoing.papers.week_report_tables import coordination, mobilising, resources
from report import rows_behind
from report.filters import Filters
from report.sentences import remarks
from report.view import View
from words import names, numbers
from words.texts import t

WEEK = timedelta(days=7)
ROOM_LINES = 3
ROOM_NEXT_WEEK = 6


def report(view: View, stamp: str) -> Report:
    """The report of the weeks of the view, or of the last full week; stamp: at the foot of every page.

    Of the filters the period, the communes and the moment count: a report of the office speaks of all goods, donors and
    sites. Every number has the filters that its address is read with.
    """
    campaign = reference.load().campaign
    first, last = period(view)
    spans = Spans.of(view, first, last)
    blocks = [
        *_scope(view),
        *mobilising(spans),
        *resources(spans),
        *coordination(spans),
        *_reporting(spans),
        *_remarks("difficulties", spans),
        *_remarks("proposals", spans),
        Heading(t("report_form.section.next_week", SPOKEN)),
        Room(ROOM_NEXT_WEEK),
    ]
    return framed(campaign, blocks, first_week=first, last_week=last, day=view.day, stamp=stamp)


def period(view: View) -> tuple[date, date]:
    """The Mondays of the first and the last week: of the filters, else the last week that is over and has data."""
    chosen: Filters = view.filters
    weeks = view.source.weeks()
    full = [week for week in weeks if week + WEEK - timedelta(days=1) <= view.day]
    last = chosen.last_week or (full or weeks)[-1]
    first = chosen.first_week or (weeks[0] if chosen.last_week else last)
    return min(first, last), max(first, last)


def _scope(view: View) -> list[Block]:
    chosen = view.filters.chosen_communes()
    if not chosen:
        return []
    communes = ", ".join(_inside(code) for code in chosen)
    return [paragraph("report_form.scope", communes=communes)]


def _inside(commune: str) -> str:
    return names.inside(names.commune(commune, SPOKEN), SPOKEN)


# IV: who reported
def _reporting(spans: Spans) -> list[Block]:
    status = rows_behind.status_of(spans.period)
    lines = [Heading(t("report_form.section.reports", SPOKEN)), _received_line("reports_week", spans.period)]
    missing = _missing(status[~status["is_received"]], spans)
    if missing:
        lines.append(paragraph("report_form.line.missing", communes=", ".join(missing)))
    elif len(status) > 0:
        lines.append(paragraph("report_form.line.none_missing"))
    lines.append(_received_line("reports_so_far", spans.so_far))
    others = _listed("other", spans)
    return [*lines, *([paragraph("report_form.line.others"), *others] if others else [])]


def _received_line(key: str, view: View) -> Block:
    found = rows_behind.status_of(view)
    values = {
        "received": counted(completeness(found).numerator, "reports_received", view),
        "on_time": counted(timeliness(found).numerator, "reports_on_time", view),
        "expected": counted(len(found), "reports_expected", view),
    }
    return paragraph(f"report_form.line.{key}", **values)


def _missing(status: pd.DataFrame, spans: Spans) -> list[str]:
    """ "xã Nam Dong", with the weeks where the report is of several, and what has come of it where it waits."""
    told = []
    for code in dict.fromkeys(status["commune"]):
        own = status[status["commune"] == code].to_dict("records")
        notes = []
        for row in own:
            week = [numbers.week_short(row["week_start_date"], SPOKEN)] if not spans.is_one_week else []
            state = [t(f"reports.status.{row['status']}", SPOKEN)] if row["status"] in PENDING else []
            notes += [names.inside(" ".join([*week, *state]), SPOKEN)] if week or state else []
        name = _inside(code)
        told.append(t("report_form.line.missing_week", SPOKEN, commune=name, weeks=", ".join(notes)) if notes else name)
    return told


# V, VI: what the communes wrote
def _remarks(topic: str, spans: Spans) -> list[Block]:
    """What was written about it, and room to write."""
    lines = _listed(topic, spans) or [paragraph("report_form.line.no_remarks")]
    return [Heading(t(f"report_form.section.{topic}", SPOKEN)), *lines, Room(ROOM_LINES)]


def _listed(topic: str, spans: Spans) -> list[Paragraph]:
    found = remarks.remarks(spans.period)
    lines = []
    for row in found[found["topic"] == topic].to_dict("records"):
        week = names.inside(numbers.week_short(row["week_start_date"], SPOKEN), SPOKEN)
        key = "report_form.line.remark_urgent" if row["is_urgent"] else "report_form.line.remark"
        values = {"commune": names.commune(row["commune"], SPOKEN), "week": week, "text": " ".join(row["text"].split())}
        lines.append(paragraph(key, **values))
    return lines
