"""What is written in the weekly reports besides numbers, and what is written back: remarks, reminders."""

from html import escape

import pandas as pd
import streamlit as st

from report.charts.heatmap import URGENT
from report.sentences import reminders
from report.sentences.remarks import file_of, remarks, remarks_table, topic_name
from report.view import View
from ui.frame import session
from ui.frame.blocks import draw_downloads, draw_paged
from ui.frame.draw_figure import draw_heading
from ui.frame.tables import draw_live
from words import names, numbers
from words.texts import language, t

PAGE_REMARKS = 8


def draw_remarks(found: pd.DataFrame, view: View) -> None:
    """Remarks as a list: whose, which week, about what, the text, and where it stands."""
    lines = []
    for row in found.to_dict("records"):
        week = "" if numbers.is_missing(row["week_start_date"]) else numbers.week(row["week_start_date"], language())
        parts = [names.commune(row["commune"]), week, topic_name(row["topic"])]
        sign = f"<b>{URGENT} {escape(t('reports.remarks.urgent'))}</b> · " if row["is_urgent"] else ""
        cell = f"{row['source_column']}{row['source_row']}"
        place = t(
            "reports.remarks.place", file=file_of(row["upload_number"], view), sheet=row["source_sheet"], cell=cell
        )
        lines.append(
            f'<li>{sign}<span class="where">{escape(" · ".join(part for part in parts if part))}</span>'
            f'<div>{escape(row["text"])}</div><div class="place">{escape(place)}</div></li>'
        )
    st.html(f'<ul class="mt-problems mt-remarks">{"".join(lines)}</ul>')


def draw_all_remarks(view: View) -> None:
    """Every remark of the period."""
    draw_heading(t("reports.remarks.title"), t("reports.remarks.meaning"), "remarks")
    found = remarks(view)
    if found.empty:
        st.caption(t("reports.remarks.none"))
        return
    shown = draw_paged(len(found), PAGE_REMARKS, "page_remarks")
    draw_remarks(found.iloc[shown], view)
    table = remarks_table(found)  # a download is made in another thread, which knows no language
    draw_downloads(lambda: table, title=t("reports.remarks.title"), key="remarks")


# reminders
def draw_reminders(letters: list[reminders.Reminder], key: str) -> None:
    """Each text with the button that copies it."""
    done, copy = escape(t("reports.reminders.copied")), escape(t("reports.reminders.copy"))
    cards = []
    for letter in letters:
        to = names.commune(letter.commune) if letter.commune else t("reports.reminders.all")
        text = escape(letter.text)
        label = escape(f"{t('reports.reminders.copy')}: {to}")
        cards.append(
            f'<div class="mt-letter"><h3>{escape(to)}</h3><div class="text">{text}</div>'
            f'<button type="button" class="plain" aria-label="{label}" data-copy="{text}" data-done="{done}">{copy}'
            "</button></div>"
        )
    draw_live(f'<div class="mt-letters">{"".join(cards)}</div>', key)


def draw_all_reminders(status: pd.DataFrame) -> None:
    """The texts to send; one calm sentence when nothing is late."""
    draw_heading(t("reports.reminders.title"), t("reports.reminders.meaning"), "reminders")
    letters = reminders.reminders(status, session.moment())
    if letters:
        draw_reminders(letters, f"reminders_{language()}")
    else:
        st.markdown(t("reports.reminders.none"))
