"""The overview: what stands, what changed, what needs attention, and the campaign's course."""

import streamlit as st

from report.figures.overview import KINDS, goods_figure, split_figure
from report.sentences import coverage, headlines
from report.view import View
from ui.frame import demo, session
from ui.frame.draw_figure import draw_figure
from ui.meeting import conclusions
from ui.overview import draw_attention as attention
from ui.overview import draw_headlines, draw_paragraph
from words import names
from words.texts import language, t


def draw_page() -> None:
    """The overview; on an empty store what to do next."""
    st.title(t("overview.title"), anchor=False)
    if session.source().is_empty:
        demo.draw_empty()
        return
    view = session.view()
    st.markdown(coverage.sentence(view, KINDS))
    draw_headlines.draw_tiles(view)
    conclusions.draw_line(view)
    left, right = st.columns(2, gap="medium")
    with left:
        attention.draw_attention(view)
    with right:
        draw_paragraph.draw_story(view)
    for by in ("week", "commune"):
        draw_split(by, view)
    draw_figure(goods_figure(view), view)


# charts
def draw_split(by: str, view: View) -> None:
    """A headline number by week or by commune, whichever number a person chooses."""
    key, codes = f"measure_{by}_{language()}", headlines.headline_codes()

    def choose() -> None:
        st.segmented_control(
            t("overview.choose_measure"),
            codes,
            format_func=names.number,
            default=codes[0],
            required=True,
            key=key,
            label_visibility="collapsed",
            wrap=True,
        )

    code = st.session_state.get(key) or codes[0]
    draw_figure(split_figure(by, code, view), view, choose)
