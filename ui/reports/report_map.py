"""The map of the weekly reports: communes and weeks with their status; a click on a cell opens the report."""

from collections.abc import Callable
from html import escape
from zlib import crc32

import pandas as pd
import streamlit as st

from report.charts import heatmap
from report.charts.look import config, titled
from report.exports import file_name
from report.figures import reports
from report.figures.reports import LATEST_WEEKS, _weeks_name, latest, map_chart, map_table
from report.sentences import coverage
from report.view import View
from ui.frame import session
from ui.frame.blocks import draw_downloads
from ui.frame.draw_figure import draw_heading
from ui.frame.tables import draw_table
from words.texts import language, t


def draw_map(status: pd.DataFrame, view: View) -> None:
    """Communes and weeks; a click on a cell opens the report."""
    draw_heading(t("reports.map.title"), t("reports.map.meaning"), "reports_map")
    with st.container(horizontal=True):
        shown = _draw_choice("map_view", ["chart", "table"], lambda name: t(f"figure.view.{name}"))
        is_long = status["week_start_date"].nunique() > LATEST_WEEKS
        choice = _draw_choice("map_weeks", ["latest", "all"], _weeks_name) if is_long else "all"
    part = latest(status) if choice == "latest" else status
    stands = coverage.sentence(view, reports.KINDS)
    if shown == "chart":
        draw_legend()
        _draw_map_chart(part, view, stands)
    else:
        with st.container(key="reports_map_table"):
            draw_table(map_table(part), caption=t("reports.map.subject"))
    notes = [t("reports.map.subject"), stands, coverage.made_at(view)]
    table = map_table(status)  # a download is made in another thread, which knows no language
    draw_downloads(lambda: table, title=t("reports.map.title"), key="reports_map", notes=notes)


def _draw_choice(name: str, options: list[str], say: Callable[[str], str]) -> str:
    return st.segmented_control(
        t("figure.choose_view" if name == "map_view" else "reports.map.weeks"),
        options,
        format_func=say,
        default=options[0],
        required=True,
        key=f"reports_{name}_{language()}",
        label_visibility="collapsed",
    )


def _draw_map_chart(status: pd.DataFrame, view: View, stands: str) -> None:
    chart = map_chart(status, view, language(), session.theme(), st.session_state.get("report"))
    chart = heatmap.under_title(titled(chart, t("reports.map.subject"), stands))
    # what is opened is framed, which makes another chart without a selection of its own
    state = crc32(repr((view.filters, st.session_state.get("report"))).encode())
    key = f"chart_reports_map_{language()}_{state}"

    def take() -> None:
        points = st.session_state[key].selection.points
        if points:
            commune, _, week = points[-1]["customdata"][2].partition("|")
            open_report(commune, week)

    st.plotly_chart(
        chart,
        theme=None,
        key=key,
        alt=t("figure.alt", title=t("reports.map.subject"), standing=stands),
        config=config(language(), file_name(t("reports.map.title"))),
        on_select=take,
        selection_mode="points",
    )


def draw_legend() -> None:
    """Sign, colour and word of each status; beside each other, in lines of their own on a phone."""
    items = [
        f'<li><span class="cell" style="background:{heatmap.COLORS[code]}" aria-hidden="true">'
        f"{heatmap.SIGNS[code]}</span> {escape(t(f'reports.status.{code}'))}</li>"
        for code in heatmap.LEGEND
    ]
    urgent = f'<span class="cell" aria-hidden="true">{heatmap.URGENT}</span> {escape(t("reports.map.urgent"))}'
    st.html(f'<ul class="mt-legend">{"".join(items)}<li>{urgent}</li></ul>')


def open_report(commune: str | None, week: str | None) -> None:
    """Which report is shown below; None for none."""
    st.session_state.report = (commune, week) if commune and week else None
