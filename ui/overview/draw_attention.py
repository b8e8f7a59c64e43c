"""What needs attention, as a list of ways to the pages where it is seen."""

import streamlit as st

from report.sentences.attention import matters
from report.view import View
from ui.frame.blocks import draw_page_link
from ui.frame.draw_figure import draw_heading
from words.texts import language, t


def draw_attention(view: View) -> None:
    """The list; when there is nothing, one calm sentence."""
    draw_heading(t("overview.attention.title"), t("overview.attention.meaning"), "attention")
    found = sorted(matters(view, language()), key=lambda matter: not matter.is_urgent)
    if not found:
        st.markdown("✓ " + t("overview.attention.nothing"))
    with st.container(key="attention", gap="small"):
        for matter in found:
            sign = "▲" if matter.is_urgent else "•"
            draw_page_link(matter.page, f"{sign} {matter.text}", query=matter.filters.to_query())
