"""How a figure is drawn: heading, meaning, chart or table, downloads, and the ways to its rows."""

import pickle
from collections.abc import Callable
from functools import partial
from zlib import crc32

import streamlit as st

from report import filters as ui_filters
from report.addresses import Address
from report.charts.look import config, titled
from report.exports import file_name
from report.figure import Figure
from report.sentences.coverage import made_at, sentence
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


def draw_figure(figure: Figure, view: View, controls: Callable[[], None] | None = None) -> None:
    """One figure from top to bottom. controls: widgets of its own, drawn under the heading."""
    draw_heading(figure.title, figure.meaning, figure.key, figure.whole)
    if controls:
        controls()
    if figure.frame.empty:
        st.info(figure.empty or t("figure.nothing"))
        return
    stands = sentence(view, figure.kinds, figure.coverage)
    shown = _draw_view_choice(figure)
    if shown == "chart":
        _draw_chart(figure, view, stands)
    else:
        st.caption(" · ".join(part for part in (figure.subject, stands) if part))
        _draw_table(figure)
    if figure.note:
        st.caption(figure.note)
    _draw_ways_on(figure, view, stands)


def draw_heading(title: str, meaning: str, key: str, whole: Address | None = None) -> None:
    """A section of a page, what it means, and what a meeting concluded on it. whole: the number of all of it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(title, anchor=False, width="content")
        with st.popover(t("figure.meaning"), key=f"meaning_{key}_{language()}", type="tertiary"):
            st.markdown(meaning)
        conclusions.draw_about(key, title, whole)


def _draw_view_choice(figure: Figure) -> str:
    if figure.chart is None:
        return "table"
    return st.segmented_control(
        t("figure.choose_view"),
        ["chart", "table"],
        format_func=lambda name: t(f"figure.view.{name}"),
        default="chart",
        required=True,
        key=f"view_{figure.key}_{language()}",
        label_visibility="collapsed",
    )


@shared()
def _chart(view: View, key: str, subject: str, stands: str, content: int, language: str, theme: str, _make):
    """The chart of a figure; whatever it is made of is in the frame (its content), the view or the subject."""
    return titled(_make(language, theme), subject, stands)


def _draw_chart(figure: Figure, view: View, stands: str) -> None:
    subject = figure.subject or figure.title
    content = crc32(pickle.dumps(figure.frame))
    chart = _chart(view, figure.key, subject, stands, content, language(), session.theme(), figure.chart)
    # another filter makes another chart: what was chosen in the old one is not carried over
    state = crc32(repr(view.filters).encode())
    key = f"chart_{figure.key}_{language()}_{state}"

    def take() -> None:
        points = st.session_state[key].selection.points
        picks = tuple(dict.fromkeys(point["customdata"][2] for point in points if point.get("customdata")))
        if figure.picks and any(picks):
            session.pick(figure.picks, tuple(code for code in picks if code))

    can_click = {"on_select": take, "selection_mode": "points"} if figure.picks else {}
    alt = t("figure.alt", title=subject, standing=stands)
    st.plotly_chart(chart, theme=None, config=config(language(), file_name(subject)), key=key, alt=alt, **can_click)


def _draw_table(figure: Figure) -> None:
    clicks = {place: f"rows:{address.text()}" for place, address in figure.addresses().items()}
    for column, part in figure.names.items():
        for number, code in enumerate(figure.frame[column]):
            if not numbers.is_missing(code):
                code = code.date().isoformat() if hasattr(code, "date") else code
                clicks[number, column] = f"pick:{part}:{code}"
    draw_table(
        figure.frame,
        caption=figure.subject or figure.title,
        key=f"table_{figure.key}_{language()}",
        marks=figure.marks,
        total=figure.total,
        clicks=clicks,
        bars=figure.bars,
    )


def _draw_ways_on(figure: Figure, view: View, stands: str) -> None:
    """To the rows, and to the files."""
    with st.container(horizontal=True):
        if figure.whole:
            address = figure.whole.text()
            st.button(t("figure.rows"), key=f"rows_{figure.key}", on_click=session.open_rows, args=(address,))
        notes = (figure.subject, stands, ui_filters.summary(view.filters), made_at(view))
        title = figure.title
        notes = [note for note in notes if note]
        draw_downloads(lambda: figure.frame, title=title, key=figure.key, notes=notes, is_inside=True)
