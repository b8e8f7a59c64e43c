"""The figures of Báo cáo: what came in, when, and from whom."""

from collections.abc import Callable

import pandas as pd

from metrics.reports import completeness_by, completeness_so_far
from report import rows_behind
from report.addresses import Address
from report.charts import heatmap
from report.charts import reports as charts
from report.figure import Figure
from report.figures import one_report as report_view
from report.view import View
from words.texts import t

KINDS = ("weekly_reports",)


def weeks_figure(status: pd.DataFrame, mode: str) -> Figure:
    """mode: "week", or "so_far" for the shares of all weeks up to each."""
    shares = completeness_so_far(status)
    columns = {
        "week": ["expected", "received", "completeness_pct", "on_time", "timeliness_pct"],
        "so_far": ["completeness_so_far_pct", "timeliness_so_far_pct"],
    }
    shown = shares[["week_start_date", *columns[mode]]]
    draw = charts.by_week if mode == "week" else charts.so_far
    return Figure(
        key=f"reports_{mode}",
        title=t("reports.by_week.title"),
        meaning=t("reports.by_week.meaning"),
        frame=shown[::-1].reset_index(drop=True),
        opens=_opens(lambda row: {"week": row["week_start_date"]}) if mode == "week" else {},
        subject=t(f"reports.by_week.subject.{mode}"),
        chart=lambda language, theme: draw(shares, language=language, theme=theme),
        whole=Address("reports_received"),
        picks="week",
        names={"week_start_date": "week"},
        kinds=KINDS,
    )


def communes_figure(status: pd.DataFrame) -> Figure:
    """The commune with the most missing first."""
    shares = completeness_by(status, "commune")
    columns = ["commune", "expected", "received", "completeness_pct", "on_time", "timeliness_pct"]
    order = ["completeness_pct", "timeliness_pct", "commune"]
    return Figure(
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


LATEST_WEEKS = 12


def _weeks_name(choice: str) -> str:
    return t("reports.map.all") if choice == "all" else t("reports.map.latest", number=LATEST_WEEKS)


def latest(status: pd.DataFrame) -> pd.DataFrame:
    """The last weeks only, as many as are read at a glance."""
    weeks = sorted(status["week_start_date"].unique())[-LATEST_WEEKS:]
    return status[status["week_start_date"].isin(weeks)]


def map_table(status: pd.DataFrame) -> pd.DataFrame:
    """The map as rows, the latest week first, the status in words."""
    rows = status.sort_values(["week_start_date", "commune"], ascending=[False, True], ignore_index=True)
    words = [t(f"reports.status.{code}") for code in rows["status"]]
    table = rows[["week_start_date", "commune"]].assign(status=pd.Series(words, index=rows.index, dtype="str"))
    return table.assign(first_received_at=rows["first_received_at"], has_urgent=rows["has_urgent"])


def map_chart(status: pd.DataFrame, view: View, language: str, theme: str, opened=None):
    """The map; every row of the status has its cell. opened: (commune, week) of the report that is framed."""
    codes = [code for code in view.communes if status["commune"].eq(code).any()]
    codes += sorted(set(status["commune"]) - set(codes))
    return heatmap.status_map(status, codes, report_view.says, opened=opened, language=language, theme=theme)


def map_figure(view: View, choice: str) -> Figure:
    """The map of the weekly reports, of the last weeks."""
    status = latest(rows_behind.status_of(view))
    return Figure(
        key="reports_map",
        title=t("reports.map.title"),
        meaning=t("reports.map.meaning"),
        frame=map_table(status),
        subject=t("reports.map.subject"),
        chart=lambda language, theme: map_chart(status, view, language, theme),
        kinds=KINDS,
    )
