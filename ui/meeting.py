"""The page Họp: present, the meeting pack, conclusions, links, letters to donors."""

import streamlit as st

from ui import demo, session, share
from ui.texts import t


def draw_page() -> None:
    """The screen; on an empty store what to do next."""
    st.title(t("frame.nav.meeting"), anchor=False)
    if session.is_empty():
        demo.draw_empty()
        return
    if session.may("read.store"):
        share.draw_links()
