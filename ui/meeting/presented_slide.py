"""How one screen of a presentation is drawn: its heading, and its figure as large as the wall lets it be."""

import pickle
from html import escape
from zlib import crc32

import streamlit as st

from report.charts.look import config
from report.figure import Figure
from report.figures import overview
from report.sentences import coverage
from report.view import View
from ui.frame import session
from ui.frame.draw_figure import shared
from ui.frame.tables import draw_table
from ui.meeting.presented_screens import Slide
from ui.reports import report_map
from words.texts import language, t


def draw_slide(slide: Slide) -> tuple[str, int]:
    """Heading and body. Gives (how much it rests on, how high the chart wants to be at letters of 15 px, or 0)."""
    screen = slide.screen
    if screen.make is None:
        _draw_heading(t(f"presenting.screen.{slide.code}"), "")
        with st.container(key=f"show_body_{slide.code}"):
            screen.draw(slide.view)
        kinds = () if slide.code == "conclusions" else overview.KINDS
        return coverage.sentence(slide.view, kinds), 0
    figure = screen.make(slide.view, slide.choice)
    part = f" ({slide.part}/{slide.parts})" if slide.parts > 1 else ""
    _draw_heading(figure.title + part, figure.subject)
    with st.container(key=f"show_body_{slide.code}"):
        height = _draw_figure(figure, slide)
    return coverage.sentence(slide.view, figure.kinds, figure.coverage), height


def _draw_heading(title: str, subject: str) -> None:
    below = f"<p>{escape(subject)}</p>" if subject else ""
    st.html(f'<div class="mt-show-head"><h1>{escape(title)}</h1>{below}</div>')


def _draw_figure(figure: Figure, slide: Slide) -> int:
    if figure.frame.empty:
        st.html(f'<p class="mt-story">{escape(figure.empty or t("figure.nothing"))}</p>')
        return 0
    if figure.chart is None:
        # names do not filter here: there would be no way back
        clicks = {place: f"rows:{address.text()}" for place, address in figure.addresses().items()}
        look = {"marks": figure.marks, "total": figure.total, "clicks": clicks, "bars": figure.bars}
        key = f"table_{figure.key}_show_{language()}"
        draw_table(figure.frame, caption=figure.subject or figure.title, key=key, **look)
        return 0
    if slide.code == "reports_map":
        report_map.draw_legend()
    content = crc32(pickle.dumps(figure.frame))
    chart = _chart(slide.view, figure.key, slide.choice, content, language(), session.theme(), figure.chart)
    with st.container(key="show_chart"):
        _draw_chart(chart, figure, slide)
    if figure.note and "\n" not in figure.note:
        st.caption(figure.note)
    return int(chart.layout.height)


@shared()
def _chart(view: View, key: str, choice: str, content: int, language: str, theme: str, _make):
    """The chart without a title of its own: the screen has one. Words stay as large where bars become thinner."""
    return _make(language, theme).update_traces(constraintext="none", selector={"type": "bar"})


def _draw_chart(chart, figure: Figure, slide: Slide) -> None:
    """A click on a mark opens its rows; the chart is a new one after each, with nothing chosen in it."""
    opened = st.session_state.get("show_opened", 0)
    key = f"show_{slide.code}_{slide.choice}_{slide.part}_{opened}_{language()}"

    def take() -> None:
        points = st.session_state[key].selection.points
        found = [opened_by(list(point["customdata"])) for point in points if point.get("customdata")]
        if any(found):
            session.open_rows(next(address for address in found if address))
        st.session_state.show_opened = opened + 1

    alt = t("presenting.alt", title=figure.subject or figure.title)
    look = config(language(), "") | {"displayModeBar": False}
    chosen = {"on_select": take, "selection_mode": "points"}
    st.plotly_chart(chart, theme=None, height="stretch", config=look, key=key, alt=alt, **chosen)


def opened_by(data: list) -> str:
    """The address that a mark carries; a cell of the map of reports carries its report."""
    _, _, pick, address = data
    commune, _, week = str(pick).partition("|")
    return address or (f"reports_expected;commune={commune};week={week}" if week else "")
