"""The small frames and figures of the overview, cached by store version and filters; full frames stay in session."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import streamlit as st

from data import reference, schemas
from metrics.frontline import frontline_coverage, sites_covered
from metrics.measures import (
    MEASURES,
    Measure,
    counted_rows,
    good_received,
    indicator_reported,
    total,
    totals_by,
    totals_by_week,
)
from metrics.ratios import Ratio
from metrics.received import received_by_good
from metrics.reports import (
    communes_with_data,
    completeness,
    expected_reports,
    report_status,
    reported_totals,
    timeliness,
)
from metrics.selection import Selection, selected
from metrics.stock import Lines, cash_left, stock_by_good, unconverted
from ui import figures, session
from ui.filters import Filters

Version = tuple[str, int]


@dataclass(frozen=True)
class Summary:
    """What the overview shows besides the charts; all of it small."""

    numbers: dict[str, float | None]
    communes: Ratio
    reports: Ratio
    timely: Ratio
    sites: Ratio
    waiting: int
    stock: pd.DataFrame
    unconverted: int
    cash: pd.DataFrame
    reported: pd.DataFrame


def limits(measure: Measure, filters: Filters) -> Selection:
    """The selection for one number: goods do not limit what belongs to a whole row."""
    selection = filters.selection()
    return replace(selection, goods=()) if measure.whole_row else selection


def rows_of(measure: Measure, filters: Filters) -> pd.DataFrame:
    """The rows that a number is made of; full size, so never cached here."""
    frame = session.frame(measure.kind, filters.as_of)
    return counted_rows(measure, selected(frame, limits(measure, filters)))


def measure_of(code: str) -> Measure | None:
    """The measure that a code in a URL or a widget means."""
    if code in MEASURES:
        return MEASURES[code]
    family, _, rest = code.partition(":")
    known = reference.load()
    if family == "good" and rest.partition(":")[0] in known.goods:
        return good_received(*rest.split(":", 1)) if ":" in rest else None
    if family == "indicator" and rest in known.indicators:
        return indicator_reported(rest, known.indicators[rest]["unit"])
    return None


@st.cache_data(show_spinner=False, max_entries=200)
def summary(version: Version, filters: Filters, day: date) -> Summary:
    """All numbers of the overview for one choice of filters."""
    frames = {kind: session.frame(kind, filters.as_of) for kind in schemas.KINDS if kind != "targets"}
    selection = filters.selection()
    chosen = {kind: selected(frame, selection) for kind, frame in frames.items()}
    status = _report_status(filters, day)
    lines = _lines_up_to(frames, filters)
    sites = frontline_coverage(chosen["frontline_support"], reference.load().sites, as_of=day)
    return Summary(
        numbers={code: total(rows_of(measure, filters)) for code, measure in MEASURES.items()},
        communes=communes_with_data(chosen.values(), filters.chosen_communes() or _communes()),
        reports=completeness(status),
        timely=timeliness(status),
        sites=sites_covered(sites),
        waiting=len(session.frame("waiting", filters.as_of)),
        stock=_in_order(stock_by_good(lines), "good", reference.load().goods),
        unconverted=unconverted(lines),
        cash=cash_left(lines),
        reported=_reported(chosen["weekly_reports"]),
    )


def _communes() -> list[str]:
    return list(reference.load().communes())


def _lines_up_to(frames: dict[str, pd.DataFrame], filters: Filters) -> Lines:
    """Stock is of the whole district up to a day: purchases belong to no commune, earlier goods are still there."""
    up_to = Selection(last_day=filters.selection().last_day, goods=filters.goods)
    return Lines(*(selected(frames[kind], up_to) for kind in schemas.LINE_KINDS))


def _report_status(filters: Filters, day: date) -> pd.DataFrame:
    known, selection = reference.load(), filters.selection()
    last = min(day, selection.last_day or day)
    expected = expected_reports(known.campaign, known.all_communes, last)
    limited = replace(selection, goods=(), donor_categories=())
    return report_status(selected(expected, limited), session.receptions(filters.as_of))


def _reported(reports: pd.DataFrame) -> pd.DataFrame:
    """The totals of the weekly reports in the order of the report form."""
    return _in_order(reported_totals(reports), "indicator", reference.load().indicators)


def _in_order(frame: pd.DataFrame, column: str, table: dict) -> pd.DataFrame:
    """A small frame in the order of a reference table, whatever the language."""
    order = {code: number for number, code in enumerate(table)}
    return frame.sort_values(column, key=lambda codes: codes.map(order), kind="stable", ignore_index=True)


@st.cache_data(show_spinner=False, max_entries=200)
def received_reports(version: Version, filters: Filters, day: date) -> pd.DataFrame:
    """The reports that were received, as rows behind their number."""
    status = _report_status(filters, day)
    rows = status[status["is_received"]].sort_values(["week_start_date", "commune"], ignore_index=True)
    return rows[["commune", "week_start_date", "first_received_at", "last_corrected_at", "is_timely"]]


@st.cache_data(show_spinner=False, max_entries=300)
def split(version: Version, filters: Filters, code: str, by: str) -> pd.DataFrame:
    """A number split by commune or week, or what was received by good."""
    if by == "good":
        donations = session.frame("donations", filters.as_of)
        return received_by_good(selected(donations, filters.selection()))
    rows = rows_of(MEASURES[code], filters)
    return totals_by(rows, "commune") if by == "commune" else totals_by_week(rows)


@st.cache_data(show_spinner=False, max_entries=300)
def figure(version: Version, filters: Filters, code: str, by: str, language: str, theme: str):
    """The chart of `split`; the same frame, so that chart and table cannot differ."""
    frame = split(version, filters, code, by)
    look = {"language": language, "theme": theme}
    if by == "good":
        return figures.by_good(frame, **look)
    unit = MEASURES[code].unit
    if by == "week":
        return figures.by_week(frame, unit, **look)
    return figures.by_commune(frame, list(filters.chosen_communes() or _communes()), unit, **look)


def part_rows(measure: Measure, filters: Filters, by: str, part: object) -> Callable[[], pd.DataFrame]:
    """The rows behind one bar."""

    def rows() -> pd.DataFrame:
        found = rows_of(measure, filters)
        if by == "commune" and part is not None:
            return found[found["commune"].isna()] if part == "" else found[found["commune"] == part]
        if by == "week" and part is not None:
            return (
                found[found["date"].isna()]
                if part == ""
                else selected(found, Selection(part, part + pd.Timedelta(days=6)))
            )
        return found

    return rows
