"""One weekly report: its figures, and the same numbers in the lists."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from data import reference
from metrics.measures import total
from metrics.reconciliation import reconciliation
from metrics.reports import PENDING
from metrics.selection import Selection, selected
from report import frames, rows_behind
from report.addresses import Address
from report.figure import Figure
from report.kept import cached
from report.view import View
from words import names, numbers
from words.texts import language, t

MISSING = ("overdue", "due", "not_due", *PENDING)


@dataclass(frozen=True)
class Report:
    """Which report: its commune and the Monday of its week."""

    commune: str
    week: date

    @property
    def title(self) -> str:
        week = names.inside(numbers.week(pd.Timestamp(self.week), language()))
        return t("reports.one.title", commune=names.inside(names.commune(self.commune)), week=week)

    @property
    def part(self) -> dict[str, object]:
        return {"commune": self.commune, "week": self.week}


def listed_number(indicator: str) -> str:
    """The number whose rows are the lines of the lists that an indicator is compared with."""
    row = reference.load().indicators[indicator]
    if row["good"]:
        return "cash_received" if row["good"] == "cash" else f"good:{row['good']}:{row['unit']}"
    return row["compared_with"]


def rows_of(frame: pd.DataFrame, report: Report) -> pd.DataFrame:
    """The rows of a frame that belong to the commune and week of a report."""
    return frame[frame["commune"].eq(report.commune) & frame["week_start_date"].eq(pd.Timestamp(report.week))]


def says(row: dict, *, with_moment: bool = True) -> str:
    """The status of a report in words: "nộp muộn, nhận lúc 08:40 09/08/2021; có báo cáo khẩn"."""
    is_late_nil = row["status"] == "nil" and not row["is_timely"]
    text = t("reports.map.late_nil" if is_late_nil else f"reports.status.{row['status']}")
    if row["is_received"] and with_moment:
        text = t("reports.map.received_at", status=text, moment=numbers.moment(row["first_received_at"], language()))
    return t("reports.map.with_urgent", status=text) if row["has_urgent"] else text


# figures
def reported_figure(report: Report, view: View) -> Figure:
    """Every indicator of the report: in the week, cumulated, its target and how much of it is reached."""
    frame = report_figures(report, view)
    opens = {
        "value": lambda row: Address.of(f"indicator:{row['indicator']}", **report.part),
        "target": lambda row: Address.of(f"target:{row['indicator']}", commune=report.commune),
    }
    return Figure(
        key="report_figures",
        title=t("reports.one.figures"),
        meaning=t("reports.one.figures_meaning"),
        frame=frame,
        opens={column: address for column, address in opens.items() if column in frame},
        subject=report.title,
        coverage=t("figure.up_to", day=numbers.day(pd.Timestamp(report.week) + pd.Timedelta(days=6), language())),
        bars={"reached_pct": 100.0},
    )


@cached(400)
def report_figures(report: Report, view: View) -> pd.DataFrame:
    """One row an indicator of the report, in the order of the form.

    out:     indicator, value, cumulative, and when there are targets: target, reached_pct
    missing: what the report does not say; a target that is not set, and then the percentage
    """
    frame = view.frame("weekly_reports")
    weekly = frame[~frame["is_urgent"].fillna(False).astype(bool)]
    own = rows_of(weekly, report)
    sums = own.groupby("indicator")[["value", "cumulative"]].sum(min_count=1)
    table = sums[sums["value"].notna() | sums["cumulative"].notna()].reset_index()
    targets = view.frame("targets")
    target = targets[targets["commune"] == report.commune].groupby("indicator")["target"].sum(min_count=1)
    if table["indicator"].isin(target.index).any():
        up_to = selected(weekly, Selection(last_day=report.week, communes=(report.commune,)))
        so_far = up_to.groupby("indicator")["value"].sum(min_count=1)
        table = table.assign(target=table["indicator"].map(target).astype("Float64"))
        reached = table["indicator"].map(so_far).astype("Float64")
        table = table.assign(reached_pct=100 * reached / table["target"].where(table["target"] > 0))
    table = table.astype({"value": "Float64", "cumulative": "Float64"})
    if table["cumulative"].isna().all():
        table = table.drop(columns="cumulative")
    return frames.in_order(table, "indicator", reference.load().indicators)


# against the lists
@cached(100)
def all_compared(view: View) -> pd.DataFrame:
    """metrics.reconciliation of every commune and week of the view; goods, donors and sites do not limit it."""
    limited = Selection(view.selection.first_day, view.selection.last_day, view.selection.communes)
    kinds = ("weekly_reports", "donations", "distributions", "frontline_support")
    return reconciliation(*(selected(frames.frames(view)(kind), limited) for kind in kinds))


def compared_figure(report: Report, view: View) -> Figure:
    """What the report says against what the lists of its commune and week add up to."""
    found = rows_of(all_compared(view), report)
    words = found["state"].map({state: t(f"reports.compared.{state}") for state in found["state"].unique()})
    table = found[["indicator", "reported", "listed", "difference"]].assign(finding=words.astype("str"))
    table = table.reset_index(drop=True)
    differs = [number for number, state in enumerate(found["state"]) if state == "differs"]
    return Figure(
        key="report_compared",
        title=t("reports.one.compared"),
        meaning=t("reports.one.compared_meaning"),
        frame=table,
        opens={
            "reported": lambda row: Address.of(f"indicator:{row['indicator']}", **report.part),
            "listed": lambda row: _listed_address(row, report, view),
        },
        subject=report.title,
        coverage=t("figure.up_to", day=numbers.day(view.day, language())),
        marks={(number, "finding"): ("asks", t("reports.compared.differs")) for number in differs},
    )


def _listed_address(row: dict, report: Report, view: View) -> Address | None:
    """The lines of the lists behind a sum; none where they are not all in one number, or a filter leaves some out."""
    address = Address.of(listed_number(row["indicator"]), **report.part)
    number = _number(address, view)
    return address if number is not None and abs(number - row["listed"]) < 0.005 else None


@cached(2000)
def _number(address: Address, view: View) -> float | None:
    return total(rows_behind.rows_of(address, view))
