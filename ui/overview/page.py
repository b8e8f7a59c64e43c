"""The overview: what stands, what changed, what needs attention, and the campaign's course."""

import streamlit as st

from report import exhibits
from report import headlines as tiles
from report.figures.overview import KINDS, goods_exhibit, split_exhibit
from report.view import View
from ui.frame import demo, session
from ui.frame.draw_exhibit import draw_exhibit
from ui.meeting import conclusions
from ui.overview import draw_attention as attention
from ui.overview import draw_headlines
from ui.overview import draw_story as story
from words import names
from words.texts import language, t


def draw_page() -> None:
    """The overview; on an empty store what to do next."""
    st.title(t("overview.title"), anchor=False)
    if session.source().is_empty:
        demo.draw_empty()
        return
    view = session.view()
    st.markdown(exhibits.standing(view, KINDS))
    draw_headlines.draw_tiles(view)
    conclusions.draw_line(view)
    left, right = st.columns(2, gap="medium")
    with left:
        attention.draw_attention(view)
    with right:
        story.draw_story(view)
    for by in ("week", "commune"):
        draw_split(by, view)
    draw_exhibit(goods_exhibit(view), view)


# charts
def draw_split(by: str, view: View) -> None:
    """A headline number by week or by commune, whichever number a person chooses."""
    key, codes = f"measure_{by}_{language()}", tiles.headline_codes()

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
    draw_exhibit(split_exhibit(by, code, view), view, choose)
