"""How a figure is drawn: heading, meaning, chart or table, downloads, and the ways to its rows."""

import pickle
from collections.abc import Callable
from functools import partial
from zlib import crc32

import streamlit as st

from report import filters as ui_filters
from report.addresses import Address
from report.charts.look import config, titled
from report.exhibits import Exhibit, made_at, standing
from report.exports import file_name
from report.view import View
from ui.frame import session
from ui.frame.blocks import draw_downloads
from ui.frame.tables import draw_table
from ui.meeting import conclusions
from words import numbers
from words.texts import language, t

KEYS = {View: lambda view: view.key}
# charts are shared by all who ask and must not be changed
shared = partial(st.cache_resource, show_spinner=False, max_entries=400, hash_funcs=KEYS)


def draw_exhibit(exhibit: Exhibit, view: View, controls: Callable[[], None] | None = None) -> None:
    """One exhibit from top to bottom. controls: widgets of its own, drawn under the heading."""
    draw_heading(exhibit.title, exhibit.meaning, exhibit.key, exhibit.whole)
    if controls:
        controls()
    if exhibit.frame.empty:
        st.info(exhibit.empty or t("exhibit.nothing"))
        return
    stands = standing(view, exhibit.kinds, exhibit.standing)
    shown = _draw_view_choice(exhibit)
    if shown == "chart":
        _draw_chart(exhibit, view, stands)
    else:
        st.caption(" · ".join(part for part in (exhibit.subject, stands) if part))
        _draw_table(exhibit)
    if exhibit.note:
        st.caption(exhibit.note)
    _draw_ways_on(exhibit, view, stands)


def draw_heading(title: str, meaning: str, key: str, whole: Address | None = None) -> None:
    """A section of a page, what it means, and what a meeting concluded on it. whole: the number of all of it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(title, anchor=False, width="content")
        with st.popover(t("exhibit.meaning"), key=f"meaning_{key}_{language()}", type="tertiary"):
            st.markdown(meaning)
        conclusions.draw_about(key, title, whole)


def _draw_view_choice(exhibit: Exhibit) -> str:
    if exhibit.figure is None:
        return "table"
    return st.segmented_control(
        t("exhibit.choose_view"),
        ["chart", "table"],
        format_func=lambda name: t(f"exhibit.view.{name}"),
        default="chart",
        required=True,
        key=f"view_{exhibit.key}_{language()}",
        label_visibility="collapsed",
    )


@shared()
def _figure(view: View, key: str, subject: str, stands: str, content: int, language: str, theme: str, _make):
    """The chart of an exhibit; whatever it is made of is in the frame (its content), the view or the subject."""
    return titled(_make(language, theme), subject, stands)


def _draw_chart(exhibit: Exhibit, view: View, stands: str) -> None:
    subject = exhibit.subject or exhibit.title
    content = crc32(pickle.dumps(exhibit.frame))
    figure = _figure(view, exhibit.key, subject, stands, content, language(), session.theme(), exhibit.figure)
    # another filter makes another chart: what was chosen in the old one is not carried over
    state = crc32(repr(view.filters).encode())
    key = f"chart_{exhibit.key}_{language()}_{state}"

    def take() -> None:
        points = st.session_state[key].selection.points
        picks = tuple(dict.fromkeys(point["customdata"][2] for point in points if point.get("customdata")))
        if exhibit.picks and any(picks):
            session.pick(exhibit.picks, tuple(code for code in picks if code))

    can_click = {"on_select": take, "selection_mode": "points"} if exhibit.picks else {}
    alt = t("exhibit.alt", title=subject, standing=stands)
    st.plotly_chart(figure, theme=None, config=config(language(), file_name(subject)), key=key, alt=alt, **can_click)


def _draw_table(exhibit: Exhibit) -> None:
    clicks = {place: f"rows:{address.text()}" for place, address in exhibit.addresses().items()}
    for column, part in exhibit.names.items():
        for number, code in enumerate(exhibit.frame[column]):
            if not numbers.is_missing(code):
                code = code.date().isoformat() if hasattr(code, "date") else code
                clicks[number, column] = f"pick:{part}:{code}"
    draw_table(
        exhibit.frame,
        caption=exhibit.subject or exhibit.title,
        key=f"table_{exhibit.key}_{language()}",
        marks=exhibit.marks,
        total=exhibit.total,
        clicks=clicks,
        bars=exhibit.bars,
    )


def _draw_ways_on(exhibit: Exhibit, view: View, stands: str) -> None:
    """To the rows, and to the files."""
    with st.container(horizontal=True):
        if exhibit.whole:
            address = exhibit.whole.text()
            st.button(t("exhibit.rows"), key=f"rows_{exhibit.key}", on_click=session.open_rows, args=(address,))
        notes = (exhibit.subject, stands, ui_filters.summary(view.filters), made_at(view))
        title = exhibit.title
        notes = [note for note in notes if note]
        draw_downloads(lambda: exhibit.frame, title=title, key=exhibit.key, notes=notes, is_inside=True)
