"""The page that stands instead of every other while the store cannot do what was asked; it needs no store itself."""

import logging
from datetime import datetime, timedelta

import streamlit as st

from data import reference
from data.database.errors import StoreError
from data.reference.tables import ReferenceUnusable
from data.reference.templates import sound_template
from ui.doors import sign_in
from ui.frame import session
from words import texts
from words.texts import language, plain, say_store, t

log = logging.getLogger(__name__)
AGAIN_SECONDS = 20


def draw_page(error: StoreError, *, is_shown_to_all: bool) -> None:
    """One of OF_THE_STORE in words, and the two languages. is_shown_to_all: on a projector, where nobody clicks."""
    session.write_language()
    said = say_store(error)
    with st.container(horizontal=True, key="trouble_tools", horizontal_alignment="right"):
        for code, spoken in texts.LANGUAGE_NAMES.items():
            kind = "primary" if code == language() else "tertiary"
            st.button(spoken, key=f"language_{code}", type=kind, on_click=session.set_language, args=(code,))
    with st.container(border=True, key="trouble"):
        st.subheader(said.name, anchor=False)
        st.markdown(plain(said.what))
        st.markdown(plain(said.do))
        st.markdown(t("store.not_done"))
        if said.place and _may_know_place():
            st.caption(plain(t("store.place", place=said.place)))
        if is_shown_to_all:
            st.caption(t("store.again_by_itself"))
            _try_again(session.now())
        st.button(t("store.again"), key="trouble_again", type="primary")  # whatever is clicked looks anew


def stop_without_tables() -> None:
    """Where the reference tables cannot be used there is no page: what is wrong in them, in both languages."""
    try:
        reference.load()
    except ReferenceUnusable as error:
        _tell_tables(error)
        st.stop()


def draw_template_faults(name: str) -> bool:
    """What is wrong in the Word template of a paper, in both languages; whether there was anything."""
    try:
        sound_template(reference.folder(), name)
    except ReferenceUnusable as error:
        _tell_tables(error)
        return True
    return False


def _tell_tables(error: ReferenceUnusable) -> None:
    log.error("the reference tables: %s", error)
    st.error(plain(texts.say_reference(error, error.folder.name)).replace("\n", "\n\n"))  # where it lies is in the log


def tell_uncaught(error: Exception) -> bool:
    """For `st.App(on_script_error=…)`: what nobody caught, in a callback, say, is told in our words."""
    texts.use(st.session_state.get("language", "vi"))
    if isinstance(error, StoreError) and error.is_of_the_store:
        draw_page(error, is_shown_to_all=False)
    else:
        st.error(t("frame.unexpected", code=session.fault_code(error)))
    return True


def _may_know_place() -> bool:
    """Where the store lies is for whoever works with it, as far as that is known without the store."""
    return sign_in.visitor(session.now(), {}, "").person.may("read.store")  # who came through a link is nobody now


@st.fragment(run_every=AGAIN_SECONDS)
def _try_again(since: datetime) -> None:
    if session.now() - since > timedelta(seconds=AGAIN_SECONDS / 2):
        st.rerun()
