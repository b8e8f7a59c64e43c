"""The screen of the weekly reports: who reported what and when, one report in full, remarks, reminders."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import streamlit as st

from metrics.reports import completeness_by, completeness_so_far
from ui import behind, demo, names, numbers, report_map, report_remarks, report_view, session
from ui.addresses import Address
from ui.exhibits import Exhibit, draw_exhibit, draw_heading
from ui.figures import reports as figures
from ui.report_view import Report
from ui.texts import language, t
from ui.view import View

KINDS = ("weekly_reports",)


def draw_page() -> None:
    """The screen; on an empty store what to do next."""
    st.title(t("reports.title"), anchor=False)
    if session.is_empty():
        demo.draw_empty()
        return
    view = session.view()
    status = behind.status_of(view)
    if status.empty:
        st.info(t("exhibit.nothing"))
        return
    left, right = st.columns(2, gap="medium")
    with left:
        draw_weeks(status, view)
    with right:
        draw_exhibit(communes_exhibit(status), view)
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

    draw_exhibit(weeks_exhibit(status, st.session_state.get(key) or "week"), view, choose)


def weeks_exhibit(status: pd.DataFrame, mode: str) -> Exhibit:
    """mode: "week", or "so_far" for the shares of all weeks up to each."""
    shares = completeness_so_far(status)
    columns = {
        "week": ["expected", "received", "completeness_pct", "on_time", "timeliness_pct"],
        "so_far": ["completeness_so_far_pct", "timeliness_so_far_pct"],
    }
    shown = shares[["week_start_date", *columns[mode]]]
    draw = figures.by_week if mode == "week" else figures.so_far
    return Exhibit(
        key=f"reports_{mode}",
        title=t("reports.by_week.title"),
        meaning=t("reports.by_week.meaning"),
        frame=shown[::-1].reset_index(drop=True),
        opens=_opens(lambda row: {"week": row["week_start_date"]}) if mode == "week" else {},
        subject=t(f"reports.by_week.subject.{mode}"),
        figure=lambda language, theme: draw(shares, language=language, theme=theme),
        whole=Address("reports_received"),
        picks="week",
        names={"week_start_date": "week"},
        kinds=KINDS,
    )


def communes_exhibit(status: pd.DataFrame) -> Exhibit:
    """The commune with the most missing first."""
    shares = completeness_by(status, "commune")
    columns = ["commune", "expected", "received", "completeness_pct", "on_time", "timeliness_pct"]
    order = ["completeness_pct", "timeliness_pct", "commune"]
    return Exhibit(
        key="reports_by_commune",
        title=t("reports.by_commune.title"),
        meaning=t("reports.by_commune.meaning"),
        frame=shares.sort_values(order, ignore_index=True)[columns],
        opens=_opens(lambda row: {"commune": row["commune"]}),
        subject=t("reports.by_commune.subject"),
        names={"commune": "communes"},
        whole=Address("reports_on_time"),
        kinds=KINDS,
        bars={"completeness_pct": 100.0, "timeliness_pct": 100.0},
    )


def _opens(part: Callable[[dict], dict]) -> dict[str, Callable[[dict], Address | None]]:
    """Where no report came there is no row to open."""
    return {
        "expected": lambda row: Address.of("reports_expected", **part(row)),
        "received": lambda row: Address.of("reports_received", **part(row)) if row["received"] else None,
        "on_time": lambda row: Address.of("reports_on_time", **part(row)) if row["on_time"] else None,
    }


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


def all_exhibits(view: View) -> list[Exhibit]:
    """Every figure of this screen, for every choice that a person can make on it; reports of the latest weeks."""
    status = behind.status_of(view)
    if status.empty:
        return []
    keys = report_map.latest(status)[["commune", "week_start_date"]].itertuples(index=False)
    reports = [Report(commune, week.date()) for commune, week in keys]
    found = [weeks_exhibit(status, mode) for mode in ("week", "so_far")] + [communes_exhibit(status)]
    found += [
        make(report, view) for report in reports for make in (report_view.figures_exhibit, report_view.compared_exhibit)
    ]
    return [exhibit for exhibit in found if not exhibit.frame.empty]
