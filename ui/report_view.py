"""One weekly report in full: when it came, from which file, its figures and cells, remarks, and the lists beside it."""

from dataclasses import dataclass
from datetime import date
from html import escape

import pandas as pd
import streamlit as st

from data import reference
from metrics.measures import total
from metrics.reconciliation import compared, reconciliation
from metrics.reports import PENDING
from metrics.selection import Selection, selected
from ui import behind, names, numbers, reminders, report_remarks, session, summary
from ui.addresses import Address
from ui.blocks import draw_page_link
from ui.exhibits import Exhibit, draw_exhibit
from ui.figures.heatmap import SIGNS, URGENT
from ui.originals import draw_original
from ui.report_remarks import file_of
from ui.tables import draw_table
from ui.texts import language, t
from ui.view import View

MISSING = ("overdue", "due", "not_due", *PENDING)
# what is compared -> the number whose rows are the lines of the lists; goods follow from the reference table
LISTED = {
    "cash_vnd": "cash_received",
    "goods_value_vnd": "goods_value",
    "households_supported": "households_supported",
    "support_value_vnd": "support_value",
    "frontline_visits": "frontline_visits",
    "frontline_gift_value_vnd": "frontline_value",
}


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


def draw_report(report: Report, status: pd.DataFrame, view: View) -> None:
    """One report from top to bottom; of one that is missing, what to do."""
    row = rows_of(status, report).to_dict("records")[0]
    _draw_facts(report, row)
    if row["status"] in MISSING:
        st.info(t(f"reports.one.missing_{row['status']}"))
        if row["status"] in PENDING and session.may("read.store"):
            draw_page_link("inbox", t("reports.one.see_inbox"))
        letters = reminders.reminders(rows_of(status, report), session.moment())
        report_remarks.draw_reminders([letter for letter in letters if letter.commune], f"reminder_one_{language()}")
    _draw_urgent(report, view)
    figures = figures_exhibit(report, view)
    if not figures.frame.empty:
        draw_exhibit(figures, view)
    elif row["is_received"]:
        st.info(t("reports.one.is_nil" if row["is_nil"] else "reports.one.no_figures"))
    found = rows_of(report_remarks.remarks(view), report)
    if len(found):
        st.header(t("reports.one.remarks"), anchor=False)
        report_remarks.draw_remarks(found)
    beside = compared_exhibit(report, view)
    if not beside.frame.empty:
        draw_exhibit(beside, view)


def _draw_facts(report: Report, row: dict) -> None:
    spoken, file = language(), file_of(row["last_upload"])
    facts = [
        ("status", f"{SIGNS[row['status']]} {says(row, with_moment=False)}"),
        ("due", numbers.moment(row["due_at"], spoken)),
    ]
    if row["is_received"]:
        corrected = row["last_corrected_at"]
        never = t("reports.one.never_corrected")
        facts += [
            ("first", numbers.moment(row["first_received_at"], spoken)),
            ("corrected", never if numbers.is_missing(corrected) else numbers.moment(corrected, spoken)),
            ("upload", t("reports.one.upload_of", number=int(row["last_upload"]), file=file)),
        ]
    lines = [f"<dt>{escape(t(f'reports.one.{name}'))}</dt><dd>{escape(value)}</dd>" for name, value in facts]
    st.html(f'<dl class="mt-facts">{"".join(lines)}</dl>')
    if row["is_received"]:
        number = int(row["last_upload"])
        draw_original(number, file, f"report_original_{number}")


# figures
def figures_exhibit(report: Report, view: View) -> Exhibit:
    """Every indicator of the report: in the week, cumulated, its target and how much of it is reached."""
    frame = report_figures(report, view)
    opens = {
        "value": lambda row: Address.of(f"indicator:{row['indicator']}", **report.part),
        "target": lambda row: Address.of(f"target:{row['indicator']}", commune=report.commune),
    }
    return Exhibit(
        key="report_figures",
        title=t("reports.one.figures"),
        meaning=t("reports.one.figures_meaning"),
        frame=frame,
        opens={column: address for column, address in opens.items() if column in frame},
        subject=report.title,
        standing=t("exhibit.up_to", day=numbers.day(pd.Timestamp(report.week) + pd.Timedelta(days=6), language())),
        bars={"reached_pct": 100.0},
    )


@st.cache_data(show_spinner=False, max_entries=400)
def report_figures(report: Report, view: View) -> pd.DataFrame:
    """One row an indicator of the report, in the order of the form.

    out:     indicator, value, cumulative, and when there are targets: target, reached_pct
    missing: what the report does not say; a target that is not set, and then the percentage
    """
    frame = session.frame("weekly_reports", view.filters.as_of)
    weekly = frame[~frame["is_urgent"].fillna(False).astype(bool)]
    own = rows_of(weekly, report)
    sums = own.groupby("indicator")[["value", "cumulative"]].sum(min_count=1)
    table = sums[sums["value"].notna() | sums["cumulative"].notna()].reset_index()
    targets = session.frame("targets", view.filters.as_of)
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
    return summary.in_order(table, "indicator", reference.load().indicators)


def _draw_urgent(report: Report, view: View) -> None:
    """Urgent figures stand beside the weekly ones, each with its cell; they are added to nothing."""
    frame = rows_of(session.frame("weekly_reports", view.filters.as_of), report)
    urgent = frame[frame["is_urgent"].fillna(False).astype(bool)]
    if urgent.empty:
        return
    st.header(f"{URGENT} {t('reports.one.urgent')}", anchor=False)
    st.caption(t("reports.one.urgent_note"))
    cell = urgent["source_column"] + urgent["source_row"].astype(str)
    table = urgent.assign(file=urgent["upload_number"].map(file_of).astype("str"), cell=cell)
    draw_table(
        table[["indicator", "value", "file", "source_sheet", "cell", "source_text"]].reset_index(drop=True),
        caption=t("reports.one.urgent"),
    )


# against the lists
@st.cache_data(show_spinner=False, max_entries=100)
def all_compared(view: View) -> pd.DataFrame:
    """metrics.reconciliation of every commune and week of the view; goods, donors and sites do not limit it."""
    limited = Selection(view.selection.first_day, view.selection.last_day, view.selection.communes)
    kinds = ("weekly_reports", "donations", "distributions", "frontline_support")
    return reconciliation(*(selected(summary.frames(view)(kind), limited) for kind in kinds))


def compared_exhibit(report: Report, view: View) -> Exhibit:
    """What the report says against what the lists of its commune and week add up to."""
    found = rows_of(all_compared(view), report)
    words = found["state"].map({state: t(f"reports.compared.{state}") for state in found["state"].unique()})
    table = found[["indicator", "reported", "listed", "difference"]].assign(finding=words.astype("str"))
    table = table.reset_index(drop=True)
    differs = [number for number, state in enumerate(found["state"]) if state == "differs"]
    return Exhibit(
        key="report_compared",
        title=t("reports.one.compared"),
        meaning=t("reports.one.compared_meaning"),
        frame=table,
        opens={
            "reported": lambda row: Address.of(f"indicator:{row['indicator']}", **report.part),
            "listed": lambda row: _listed_address(row, report, view),
        },
        subject=report.title,
        standing=t("exhibit.up_to", day=numbers.day(view.day, language())),
        marks={(number, "finding"): ("asks", t("reports.compared.differs")) for number in differs},
    )


def _listed_address(row: dict, report: Report, view: View) -> Address | None:
    """The lines of the lists behind a sum; none where they are not all in one number, or a filter leaves some out."""
    what = compared()[row["indicator"]]
    code = LISTED.get(row["indicator"]) or f"good:{what.good}:{what.unit}"
    address = Address.of(code, **report.part)
    number = _number(address, view)
    return address if number is not None and abs(number - row["listed"]) < 0.005 else None


@st.cache_data(show_spinner=False, max_entries=2000)
def _number(address: Address, view: View) -> float | None:
    return total(behind.rows_of(address, view))
