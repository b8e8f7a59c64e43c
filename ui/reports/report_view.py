"""One weekly report in full: when it came, from which file, its figures and cells, remarks, and the lists beside it."""

from html import escape

import pandas as pd
import streamlit as st

from metrics.reports import PENDING
from report.charts.heatmap import SIGNS, URGENT
from report.figures.one_report import MISSING, Report, compared_figure, reported_figure, rows_of, says
from report.sentences import remarks, reminders
from report.sentences.remarks import file_of
from report.view import View
from ui.frame import session
from ui.frame.blocks import draw_page_link
from ui.frame.draw_figure import draw_figure
from ui.frame.draw_original import draw_original
from ui.frame.tables import draw_table
from ui.reports import report_remarks
from words import numbers
from words.texts import language, t


def draw_report(report: Report, status: pd.DataFrame, view: View) -> None:
    """One report from top to bottom; of one that is missing, what to do."""
    row = rows_of(status, report).to_dict("records")[0]
    _draw_facts(report, row, view)
    if row["status"] in MISSING:
        st.info(t(f"reports.one.missing_{row['status']}"))
        if row["status"] in PENDING and session.may("read.store"):
            draw_page_link("inbox", t("reports.one.see_inbox"))
        letters = reminders.reminders(rows_of(status, report), session.moment())
        report_remarks.draw_reminders([letter for letter in letters if letter.commune], f"reminder_one_{language()}")
    _draw_urgent(report, view)
    charts = reported_figure(report, view)
    if not charts.frame.empty:
        draw_figure(charts, view)
    elif row["is_received"]:
        st.info(t("reports.one.is_nil" if row["is_nil"] else "reports.one.no_figures"))
    found = rows_of(remarks.remarks(view), report)
    if len(found):
        st.header(t("reports.one.remarks"), anchor=False)
        report_remarks.draw_remarks(found, view)
    beside = compared_figure(report, view)
    if not beside.frame.empty:
        draw_figure(beside, view)


def _draw_facts(report: Report, row: dict, view: View) -> None:
    spoken, file = language(), file_of(row["last_upload"], view)
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


def _draw_urgent(report: Report, view: View) -> None:
    """Urgent figures stand beside the weekly ones, each with its cell; they are added to nothing."""
    frame = rows_of(view.frame("weekly_reports"), report)
    urgent = frame[frame["is_urgent"].fillna(False).astype(bool)]
    if urgent.empty:
        return
    st.header(f"{URGENT} {t('reports.one.urgent')}", anchor=False)
    st.caption(t("reports.one.urgent_note"))
    cell = urgent["source_column"] + urgent["source_row"].astype(str)
    table = urgent.assign(
        file=urgent["upload_number"].map(lambda number: file_of(number, view)).astype("str"), cell=cell
    )
    draw_table(
        table[["indicator", "value", "file", "source_sheet", "cell", "source_text"]].reset_index(drop=True),
        caption=t("reports.one.urgent"),
    )
