"""The page Họp: present, the meeting pack, conclusions, links, letters to donors."""

import streamlit as st

from report.view import View
from ui.doors import share
from ui.frame import demo, session
from ui.meeting import conclusions, pack_panel, presenting, thank_you
from words.texts import t


def draw_page() -> None:
    """The screen; on an empty store what to do next."""
    st.title(t("frame.nav.meeting"), anchor=False)
    if session.source().is_empty:
        demo.draw_empty()
        return
    view = session.view()
    presenting.draw_chooser(view)
    pack_panel.draw_pack(view, _link_of)
    conclusions.draw_all(view)
    if session.may("links.make"):
        share.draw_links()
    if session.may("disclosures.letters"):
        thank_you.draw_letters(view)


def _link_of(view: View) -> str | None:
    return share.address_as_of(view, t("share.note_of_pack"))
