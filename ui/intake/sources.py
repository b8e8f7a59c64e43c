"""Where sheets come from by themselves: Google Sheets that are followed, the mailbox; and the memory of layouts."""

from datetime import datetime

import streamlit as st

from data import reference
from data.records.sheet_sources import DEFAULT_MINUTES, SheetSource
from data.reference import senders
from loaders.roads.google_links import GoogleError, find_link
from loaders.roads.google_sheets import robot_address
from loaders.roads.mailbox import MailError
from loaders.roads.refresh import Look
from ui.frame import session, timer, trouble
from ui.frame.blocks import draw_page_link
from ui.intake.layout_memory import draw_memory
from words import names, numbers
from words.texts import language, plain, t

MINUTES = (5, 15, 30, 60, 240)


def draw_sources() -> None:
    """The Google Sheets, the mailbox, and what is remembered."""
    st.markdown(t("sources.intro"))
    _draw_google()
    _draw_mailbox()
    decisions = session.store().decisions
    draw_memory(decisions.history(), revoke)


@trouble.calm
def revoke(number: int) -> None:
    session.store().decisions.revoke(number, who=session.who(), now=session.now())


# Google Sheets
def _draw_google() -> None:
    st.header(t("sources.google.title"), anchor=False)
    _draw_key()
    sources = session.store().sheets.all()
    if not sources:
        st.info(t("sources.google.none"))
    for source in sources.values():
        _draw_source(source)
    if session.may("sheets.add"):
        with st.expander(t("sources.add.title"), expanded=not sources):
            _draw_add()


def _draw_key() -> None:
    """The address to share sheets with; or exactly what is missing."""
    key = timer.secret("google_service_account")
    try:
        robot = robot_address(key)
    except GoogleError as error:
        what, do = reason(error.code, error.found)
        st.error(f"{what} {do}")
        return
    if robot is None:
        st.caption(t("sources.google.no_key"))
        return
    st.markdown(t("sources.google.robot"))
    st.code(robot, language=None)


def reason(code: str, found: str = "") -> tuple[str, str]:
    """(what, what to do) of why a sheet could not be fetched."""
    return plain(t(f"google.{code}.what", found=found)), plain(t(f"google.{code}.do", found=found))


def _draw_add() -> None:
    spoken = language()
    with st.form(f"add_sheet_{spoken}", border=False, clear_on_submit=False):
        text = st.text_input(t("sources.add.link"), key=f"sheet_link_{spoken}", max_chars=500)
        commune = _draw_commune(None, f"sheet_commune_{spoken}")
        is_trusted = st.checkbox(t("sources.trusted"), key=f"sheet_trusted_{spoken}", help=None)
        st.caption(t("sources.trusted_meaning"))
        is_sent = st.form_submit_button(t("sources.add.do"), type="primary")
    if not is_sent:
        return
    try:
        link = find_link(text)
    except GoogleError as error:
        what, do = reason(error.code, error.found)
        st.error(f"{what} {do}")
        return
    store, now = session.store(), session.now()
    told = {"commune": commune, "is_trusted": is_trusted, "minutes": DEFAULT_MINUTES}
    number = store.sheets.add(link.id, name=link.id, who=session.who(), now=now, **told)
    with st.spinner(t("sources.fetching")):
        _fetch(store.sheets.all()[number])
    st.rerun()


def _draw_commune(given: str | None, key: str) -> str | None:
    codes = [None, *reference.load().communes()]
    return st.selectbox(
        t("sources.commune"),
        codes,
        index=codes.index(given) if given in codes else 0,
        format_func=lambda code: t("sources.no_commune") if code is None else names.commune(code),
        key=key,
        filter_mode=None,
        width=360,
    )


def _draw_source(source: SheetSource) -> None:
    """One sheet: where it stands, when it changed, and what can be done."""
    with st.container(border=True, key=f"source_{source.number}", gap="small"):
        st.markdown(f"**{source.number} · {plain(title(source.name))}**")
        for text in _stands(source):
            st.caption(plain(text))
        if source.reason:
            what, do = reason(source.reason, source.found)
            kept = t("sources.kept", when=_when(source.changed_at)) if source.changed_at else ""
            st.warning(f"{t('sources.failed', when=_when(source.failed_at))} {what} {do} {kept}".strip())
        with st.container(horizontal=True, vertical_alignment="center", key=f"source_ways_{source.number}"):
            if st.button(t("sources.fetch"), key=f"fetch_{source.number}"):
                with st.spinner(t("sources.fetching")):
                    _fetch(source)
                st.rerun()
            st.link_button(t("sources.open"), f"https://docs.google.com/spreadsheets/d/{source.link}/", type="tertiary")
            if session.may("sheets.change"):
                with st.popover(t("sources.change"), type="tertiary", key=f"change_{source.number}_{language()}"):
                    _draw_change(source)


def title(name: str) -> str:
    """The sheet's name without the ending that its fetched file has."""
    return name.removesuffix(".xlsx")


def _stands(source: SheetSource) -> list[str]:
    spoken = language()
    looked = timer.looks().sheets.get(source.number)
    whose = names.commune(source.commune) if source.commune else t("sources.no_commune")
    trust = t("sources.is_trusted" if source.is_trusted else "sources.is_not_trusted")
    told = [" · ".join([whose, trust, t("sources.every", minutes=numbers.number(source.minutes, spoken))])]
    if source.changed_at:
        told.append(t("sources.changed", when=_when(source.changed_at)))
    if looked:
        when, found = looked
        told.append(t("sources.looked", when=numbers.moment(when, spoken), result=result(found)))
    return told


def result(found: Look) -> str:
    return t(f"sources.result.{found.state}", number=found.upload or found.item or 0)


def _when(moment: datetime | None) -> str:
    return numbers.moment(moment.astimezone(reference.load().campaign.zone), language()) if moment else ""


def _fetch(source: SheetSource) -> None:
    key = timer.secret("google_service_account")
    found = timer.look_at(session.store(), timer.looks(), source, key, session.now)
    if found.state != "failed":
        session.say_once(result(found))


def _draw_change(source: SheetSource) -> None:
    spoken, number = language(), source.number
    commune = _draw_commune(source.commune, f"commune_{number}_{spoken}")
    is_trusted = st.checkbox(t("sources.trusted"), source.is_trusted, key=f"trusted_{number}_{spoken}")
    options = sorted({*MINUTES, source.minutes})
    minutes = st.selectbox(
        t("sources.minutes"), options, options.index(source.minutes), key=f"minutes_{number}_{spoken}", filter_mode=None
    )
    told = {"who": session.who(), "now": session.now()}
    with st.container(horizontal=True):
        if st.button(t("sources.save"), key=f"save_{number}", type="primary"):
            session.store().sheets.change(number, commune=commune, is_trusted=is_trusted, minutes=minutes, **told)
            st.rerun()
        if st.button(t("sources.remove"), key=f"remove_{number}"):
            session.store().sheets.remove(number, **told)
            session.say_once(t("sources.removed", name=plain(title(source.name))))
            st.rerun()


# the mailbox
def _draw_mailbox() -> None:
    st.header(t("sources.mail.title"), anchor=False)
    try:
        settings = timer.mail_settings()
    except MailError as error:
        st.error(mail_reason(error.code, error.found))
        return
    if settings is None:
        st.caption(t("sources.mail.none"))
        return
    if wrong := senders.load().wrong_lines:
        st.warning(t("sources.mail.wrong_lines", lines=", ".join(map(str, wrong))))
    st.markdown(t("sources.mail.of", user=plain(settings.user), host=plain(settings.host)))
    if told := timer.looks().mail:
        when, found = told
        moment = numbers.moment(when, language())
        if isinstance(found, str):
            st.warning(f"{t('sources.failed', when=moment)} {mail_reason(found)}")
        else:
            st.caption(t("sources.mail.looked", when=moment, taken=found.taken, attachments=found.attachments))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(t("sources.mail.look"), key="look_mail"):
            with st.spinner(t("sources.mail.looking")):
                secret = timer.secret("mailbox")
                timer.look_into_mail(session.store(), timer.looks(), secret, session.now)
            st.rerun()
        draw_page_link("inbox", t("frame.nav.inbox"))


def mail_reason(code: str, found: str = "") -> str:
    return plain(f"{t(f'mailbox.{code}.what', found=found)} {t(f'mailbox.{code}.do', found=found)}")
