"""The screen of the weekly reports: who reported what and when, one report in full, remarks, reminders."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import streamlit as st

from report import rows_behind
from report.figures.one_report import Report
from report.figures.reports import communes_figure, weeks_figure
from report.view import View
from ui.frame import demo, session
from ui.frame.draw_figure import draw_figure, draw_heading
from ui.reports import report_map, report_remarks, report_view
from words import names, numbers
from words.texts import language, t


def draw_page() -> None:
    """The screen; on an empty store what to do next."""
    st.title(t("reports.title"), anchor=False)
    if session.source().is_empty:
        demo.draw_empty()
        return
    view = session.view()
    status = rows_behind.status_of(view)
    if status.empty:
        st.info(t("figure.nothing"))
        return
    left, right = st.columns(2, gap="medium")
    with left:
        draw_weeks(status, view)
    with right:
        draw_figure(communes_figure(status), view)
    report_map.draw_map(status, view)
    draw_one(status, view)
    report_remarks.draw_all_remarks(view)
    report_remarks.draw_all_reminders(status)


# completeness and timeliness
def draw_weeks(status: pd.DataFrame, view: View) -> None:
    """By week, or cumulated."""
    key = f"reports_mode_{language()}"

    def choose() -> None:
        st.segmented_control(
            t("reports.by_week.choose"),
            ["week", "so_far"],
            format_func=lambda mode: t(f"reports.by_week.mode.{mode}"),
            default="week",
            required=True,
            key=key,
            label_visibility="collapsed",
        )

    draw_figure(weeks_figure(status, st.session_state.get(key) or "week"), view, choose)


# one report
def draw_one(status: pd.DataFrame, view: View) -> None:
    """The report that was clicked or chosen; filters that leave one report show it at once."""
    report = _chosen(status)
    title = report.title if report else t("reports.one.choose_title")
    draw_heading(title, t("reports.one.meaning"), "report_one")
    weeks = sorted(set(status["week_start_date"].dt.date), reverse=True)
    communes = [code for code in view.communes if status["commune"].eq(code).any()]
    left, right = st.columns(2)
    with left:
        _draw_select("commune", communes, names.commune, report and report.commune)
    with right:
        _draw_select("week", weeks, lambda day: numbers.week(day, language()), report and report.week)
    if not report:
        st.caption(t("reports.one.hint"))
        return
    report_view.draw_report(report, status, view)


def _chosen(status: pd.DataFrame) -> Report | None:
    commune, week = st.session_state.get("report") or (None, None)
    if commune and not status[status["commune"].eq(commune) & status["week_start_date"].eq(pd.Timestamp(week))].empty:
        return Report(commune, date.fromisoformat(week))
    if len(status) == 1:
        return Report(status["commune"].iloc[0], status["week_start_date"].iloc[0].date())
    return None


def _draw_select(part: str, options: list, say: Callable[[object], str], chosen: object) -> None:
    """A choice that shows what is opened, however it was opened."""
    key = f"report_{part}_{language()}"
    kept = st.session_state.get(key)  # one side may be chosen before the other
    st.session_state[key] = chosen if chosen in options else kept if kept in options and not chosen else None

    def take() -> None:
        sides = [st.session_state.get(f"report_{name}_{language()}") for name in ("commune", "week")]
        report_map.open_report(sides[0], sides[1].isoformat() if sides[1] else None)

    st.selectbox(
        t(f"reports.one.{part}"),
        options,
        index=None,
        format_func=say,
        placeholder=t(f"reports.one.any_{part}"),
        key=key,
        on_change=take,
        filter_mode=None,
    )
