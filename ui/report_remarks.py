"""What is written in the weekly reports besides numbers, and what is written back: remarks, reminders."""

from html import escape

import pandas as pd
import streamlit as st

from metrics.selection import Selection, selected
from ui import names, numbers, reminders, session
from ui.blocks import draw_downloads, draw_paged
from ui.exhibits import draw_heading
from ui.figures.heatmap import URGENT
from ui.tables import draw_live
from ui.texts import language, t
from ui.view import View

PAGE_REMARKS = 8


# remarks
@st.cache_data(show_spinner=False, max_entries=20)
def _files(version: tuple[str, int]) -> dict[int, str]:
    uploads = session.history()
    accepted = uploads[uploads["act"] == "accept"]
    return dict(zip(accepted["number"].astype(int), accepted["file"], strict=True))


def file_of(number: object) -> str:
    """The name of the file of an upload."""
    return "" if numbers.is_missing(number) else _files(session.version()).get(int(number), "")


@st.cache_data(show_spinner=False, max_entries=100)
def remarks(view: View) -> pd.DataFrame:
    """The remarks of the period: urgent ones first, then the newest week, in the order of the communes.

    out: the columns of the frame, and is_urgent: it stands in a sheet that is an urgent report
    """
    limited = Selection(view.selection.first_day, view.selection.last_day, view.selection.communes)
    found = selected(session.frame("remarks", view.filters.as_of), limited)
    reports = session.frame("weekly_reports", view.filters.as_of)
    sheet = ["upload_number", "reading_no"]
    is_weekly = ~reports["is_urgent"].fillna(False).astype(bool)
    urgent = set(map(tuple, reports.loc[~is_weekly, sheet].values)) - set(
        map(tuple, reports.loc[is_weekly, sheet].values)
    )
    flags = [place in urgent for place in map(tuple, found[sheet].values)]
    found = found.assign(is_urgent=pd.Series(flags, index=found.index, dtype=bool))
    order = ["is_urgent", "week_start_date", "commune", "source_row"]
    return found.sort_values(order, ascending=[False, False, True, True], ignore_index=True)


def draw_remarks(found: pd.DataFrame) -> None:
    """Remarks as a list: whose, which week, about what, the text, and where it stands."""
    lines = []
    for row in found.to_dict("records"):
        week = "" if numbers.is_missing(row["week_start_date"]) else numbers.week(row["week_start_date"], language())
        parts = [names.commune(row["commune"]), week, topic_name(row["topic"])]
        sign = f"<b>{URGENT} {escape(t('reports.remarks.urgent'))}</b> · " if row["is_urgent"] else ""
        cell = f"{row['source_column']}{row['source_row']}"
        place = t("reports.remarks.place", file=file_of(row["upload_number"]), sheet=row["source_sheet"], cell=cell)
        lines.append(
            f'<li>{sign}<span class="where">{escape(" · ".join(part for part in parts if part))}</span>'
            f'<div>{escape(row["text"])}</div><div class="place">{escape(place)}</div></li>'
        )
    st.html(f'<ul class="mt-problems mt-remarks">{"".join(lines)}</ul>')


def topic_name(code: str) -> str:
    return t(f"reports.remarks.topic.{code}")


def draw_all_remarks(view: View) -> None:
    """Every remark of the period."""
    draw_heading(t("reports.remarks.title"), t("reports.remarks.meaning"), "remarks")
    found = remarks(view)
    if found.empty:
        st.caption(t("reports.remarks.none"))
        return
    shown = draw_paged(len(found), PAGE_REMARKS, "page_remarks")
    draw_remarks(found.iloc[shown])
    table = remarks_table(found)  # a download is made in another thread, which knows no language
    draw_downloads(lambda: table, title=t("reports.remarks.title"), key="remarks")


def remarks_table(found: pd.DataFrame) -> pd.DataFrame:
    """The remarks as a file: with the topic in words."""
    words = found["topic"].map({code: topic_name(code) for code in found["topic"].unique()})
    cell = found["source_column"] + found["source_row"].astype(str)
    table = found.assign(topic=words.astype("str"), cell=cell)
    return table[["is_urgent", "week_start_date", "commune", "topic", "text", "upload_number", "source_sheet", "cell"]]


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
