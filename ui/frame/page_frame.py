"""What stands above every page: who looks, the pages that are open to them, ways to share and to present, filters."""

from functools import partial
from html import escape

import streamlit as st

from data.records.links import Link
from ui.doors import routes, sign_in
from ui.doors.share import draw_share_button
from ui.frame import blocks, demo, session
from ui.frame.page_list import PAGES
from ui.history import page as history
from ui.meeting import presenting
from words import names, numbers, texts
from words.texts import language, plain, t


def stop_when_shut_out() -> None:
    """Whoever comes with a link that is over gets one sentence, and nothing else of this run."""
    found = session.visitor()
    if not found.is_shut_out:
        return
    st.warning(t(f"access.banner.{found.road.removeprefix('link_')}"))
    _draw_leave(t("access.leave"))
    st.stop()


def may_open(name: str) -> bool:
    need = PAGES[name].need
    return not need or session.may(need)


def draw_above(name: str, home: object | None) -> bool:
    """Everything above a page; whether the page itself may be drawn. home: the first page under its other address."""
    if name == "present" and may_open(name):
        return True
    _draw_navigation(name, home)
    _draw_link_banner(session.visitor().link)
    if not may_open(name):
        st.info(t("access.link_page" if session.visitor().link else "access.needs_sign_in"))
        if session.visitor().link is None and sign_in.is_set_up():
            blocks.draw_page_link("sign_in", t("access.sign_in.title"))
        return False
    demo.draw_banner()
    session.draw_said()
    if session.may("read.numbers"):
        history.draw_as_of_notice(session.view())
        if PAGES[name].has_filters and not session.source().is_empty:
            session.draw_filters()
    return True


def _draw_navigation(name: str, home: object | None) -> None:
    """The pages and the two languages, on every page."""
    with st.container(horizontal=True, key="navigation", vertical_alignment="center"):
        first = "overview" if may_open("overview") else "public"
        for other, page in PAGES.items():
            if page.is_listed and may_open(other):
                blocks.draw_page_link(other, t(f"frame.nav.{other}"), at=home if other == first else None)
        with st.container(horizontal=True, key="tools", vertical_alignment="center", width="content"):
            if may_open("present"):
                presenting.draw_present_button(name)
            if session.may("links.make"):
                draw_share_button(name)
            _draw_sign_in()
            for code, spoken in texts.LANGUAGE_NAMES.items():
                kind = "primary" if code == language() else "tertiary"
                st.button(spoken, key=f"language_{code}", type=kind, on_click=session.set_language, args=(code,))


def _draw_sign_in() -> None:
    found = session.visitor()
    if found.road in ("nobody", "unknown") and sign_in.is_set_up():
        blocks.draw_page_link("sign_in", t("access.sign_in.title"))
    if found.road in ("sign_in", "passcode"):
        with st.popover(found.person.name, type="tertiary", key=f"signed_in_{language()}"):
            role = t(f"access.role.{found.person.role}")
            st.markdown(plain(t("access.sign_in.as", name=found.person.name, role=role)))
            draw_sign_out("above")


def draw_sign_out(place: str) -> None:
    """place: where on the page it stands."""
    leave = None
    if session.visitor().road == "sign_in":
        leave = st.logout
    elif "passcode_of" in st.session_state:  # known to this session alone (ui/doors/sign_in_page.py)
        leave = partial(st.session_state.pop, "passcode_of")
    if leave:
        st.button(t("access.sign_in.out"), on_click=leave, key=f"sign_out_{place}")
    else:
        _draw_leave(t("access.sign_in.out"))


def _draw_leave(label: str) -> None:
    st.html(f'<a class="mt-leave" href="{routes.LEAVE}" target="_self">{escape(label)}</a>')


def _draw_link_banner(link: Link | None) -> None:
    """Through a link: what it shows, until when, and of which moment its numbers are."""
    if link is None:
        return
    until = numbers.moment(link.expires_at, language())
    commune = session.who().commune
    said = t("access.banner.commune", commune=names.inside(names.commune(commune)), until=until)
    said = said if commune else t("access.banner.full", until=until)
    if link.frozen_at:
        said += " " + t("access.banner.frozen", moment=numbers.moment(link.frozen_at, language()))
    with st.container(key="link_banner", horizontal=True, vertical_alignment="center"):
        st.caption(f"◷ {said}" if link.frozen_at else said, width="stretch")
        _draw_leave(t("access.leave"))
