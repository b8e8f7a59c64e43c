"""Chia sẻ: a link for leaders without an account, its QR code, the list of links, and taking one back."""

from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlsplit

import segno
import streamlit as st

from data import reference
from data.records.links import BOARD, FULL, Link, commune_of
from report.filters import Filters
from report.view import View
from ui.doors import passcodes, routes, sign_in
from ui.frame import session, trouble
from ui.frame.tables import draw_live
from words import names, numbers, texts
from words.texts import language, plain, t

SCOPES = (FULL, "commune", BOARD)
LASTS = {"hours": timedelta(hours=2), "day": timedelta(days=1), "month": timedelta(days=30)}
SHOWN_LINKS = 20


def address_of(link: Link) -> str:
    """The whole address, as a browser elsewhere opens it: from secrets.toml, else where this page was opened."""
    told = sign_in.secrets_of("links").get("address")
    here = urlsplit(st.context.url or "")
    base = str(told).rstrip("/") if told else f"{here.scheme}://{here.netloc}"
    return f"{base}{routes.DOOR}/{routes.link_token(link)}"


def qr_svg(address: str) -> str:
    """The QR code of an address, dark on white whatever the theme, with the quiet zone that a camera needs."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(scale=8, border=4, dark="#000000", light="#FFFFFF", omitsize=True)


def draw_share_button(page: str) -> None:
    if st.button(t("share.title"), key=f"share_{language()}", type="tertiary", icon=":material/qr_code_2:"):
        draw_share(page)


def draw_share(page: str) -> None:
    """The window: a new link for what is on screen, then the links that there are."""

    @st.dialog(t("share.title"), width="large")
    @trouble.calm
    def window() -> None:
        texts.use(st.session_state.language)
        if sign_in.signer() is None or not routes.answering:
            st.warning(t("share.not_served" if sign_in.signer() else "share.no_key"))
            return
        if made := session.shared_store().links.all().get(st.session_state.get("link_made") or 0):
            _draw_made(made)
        else:
            _draw_form(page)
        draw_links()

    window()


def address_as_of(view: View, note: str) -> str | None:
    """The address of a frozen link to the overview as a view shows it, for a QR code on paper; None where there is
    none to be had: without a key, without the routes, or without the right to make links."""
    if sign_in.signer() is None or not routes.answering or not session.may("links.make"):
        return None
    return address_of(make("overview", FULL, LASTS["month"], is_frozen=True, note=note, filters=view.filters))


# a new one
def _draw_form(page: str) -> None:
    spoken = language()
    st.markdown(t("share.intro"))
    scope = st.selectbox(
        t("share.scope"), SCOPES, format_func=lambda s: t(f"share.scopes.{s}"), key=f"share_scope_{spoken}"
    )
    if scope == "commune":
        communes = list(reference.load().communes())
        chosen = session.filters().chosen_communes()
        commune = st.selectbox(
            t("share.commune"),
            communes,
            index=communes.index(chosen[0]) if len(chosen) == 1 and chosen[0] in communes else 0,
            format_func=names.commune,
            key=f"share_commune_{spoken}",
        )
        scope = f"commune:{commune}"
    lasts = _choice("lasts", list(LASTS), "day")
    kind = _choice("kind", ["live", "frozen"], "live")
    st.caption(t(f"share.kind_meaning.{kind}"))
    passcode = st.text_input(t("share.passcode"), key=f"share_passcode_{spoken}", max_chars=40)
    note = st.text_input(t("share.note"), key=f"share_note_{spoken}", max_chars=120)
    is_short = bool(passcode.strip()) and len(passcode.strip()) < passcodes.SHORTEST_OF_LINK
    if is_short:
        st.caption(t("share.passcode_short", least=passcodes.SHORTEST_OF_LINK))
    if st.button(t("share.make"), type="primary", key="share_make", disabled=is_short):
        made = make(page, scope, LASTS[lasts], is_frozen=kind == "frozen", passcode=passcode.strip(), note=note.strip())
        st.session_state.link_made = made.number
        st.rerun(scope="fragment")


def _choice(name: str, options: list[str], default: str) -> str:
    return st.segmented_control(
        t(f"share.{name}"),
        options,
        format_func=lambda option: t(f"share.{name}_choice.{option}"),
        default=default,
        required=True,
        key=f"share_{name}_{language()}",
    )


def make(
    page: str,
    scope: str,
    lasts: timedelta,
    *,
    is_frozen: bool,
    passcode: str = "",
    note: str = "",
    filters: Filters | None = None,
) -> Link:
    """A link for a page with these filters, those of now when none are given. Raises NotAllowed: the store checks."""
    now, chosen = session.now(), filters or session.filters()
    frozen_at = (chosen.as_of or now) if is_frozen else None
    if is_frozen:
        chosen = replace(chosen, as_of=None)
    if commune_of(scope):
        chosen = replace(chosen, communes=(), member=None)
    query = chosen.to_query() | ({"lang": language()} if language() != "vi" else {})
    return session.shared_store().links.make(
        page=page,
        query=query,
        scope=scope,
        expires_at=now + lasts,
        who=session.who(),
        now=now,
        frozen_at=frozen_at,
        passcode_hash=passcodes.hashed(passcode) if passcode else "",
        note=note,
    )


def _draw_made(link: Link) -> None:
    """The address, to copy; its QR code, large enough for the back of a room."""
    address = address_of(link)
    picture = f'<div class="mt-qr" role="img" aria-label="{escape(t("share.qr"))}">{qr_svg(address)}</div>'
    button = (
        f'<button type="button" class="plain" data-copy="{escape(address)}" data-done="{escape(t("share.copied"))}">'
        f"{escape(t('share.copy'))}</button>"
    )
    draw_live(f'{picture}<p class="mt-address">{escape(address)}</p>{button}', f"address_{link.number}")
    st.caption(_told(link, session.now()))
    if sign_in.is_loopback(sign_in.hostname(address)):
        st.warning(t("share.only_here"))
    if st.button(t("share.another"), key="share_another"):
        st.session_state.link_made = None
        st.rerun(scope="fragment")


# those that there are
def draw_links() -> None:
    """The links, newest first, with their openings; one click takes one back."""
    links = list(session.store().links.all().values())
    if not links:
        return
    st.subheader(t("share.list"), anchor=False)
    now = session.now()
    for link in list(reversed(links))[:SHOWN_LINKS]:
        with st.container(key=f"link_{link.number}", horizontal=True, vertical_alignment="center"):
            state = link.state(now)
            title = plain(link.note or t(f"frame.nav.{link.page}"))
            st.markdown(
                f"**{link.number} · {title}** · {t(f'share.state.{state}')}  \n{_told(link, now)}", width="stretch"
            )
            if state == "valid":
                show, revoke = (f"link_{act}_{link.number}" for act in ("show", "revoke"))
                st.button(t("share.show"), key=show, type="tertiary", on_click=_show, args=(link.number,))
                st.button(t("share.revoke"), key=revoke, type="tertiary", on_click=_revoke, args=(link.number,))
    if len(links) > SHOWN_LINKS:
        st.caption(t("frame.table.more", shown=SHOWN_LINKS, total=len(links)))


def _show(number: int) -> None:
    st.session_state.link_made = number


@trouble.calm
def _revoke(number: int) -> None:
    session.store().links.revoke(number, who=session.who(), now=session.now())
    if st.session_state.get("link_made") == number:
        st.session_state.link_made = None


def _told(link: Link, now: datetime) -> str:
    """ "Toàn bộ số liệu · đến 21:40 29/11/2026 · trực tiếp · đã mở 3 lần, lần cuối 20:15 · Nguyễn Văn Mẫu"."""
    spoken, commune = language(), commune_of(link.scope)
    parts = [names.commune(commune) if commune else t(f"share.scopes.{link.scope}")]
    parts.append(t("share.until", moment=numbers.moment(link.expires_at, spoken)))
    frozen = link.frozen_at and t("share.frozen_at", moment=numbers.moment(link.frozen_at, spoken))
    parts.append(frozen or t("share.kind_choice.live"))
    if link.passcode_hash:
        parts.append(t("share.has_passcode"))
    if link.openings:
        last = numbers.moment(link.openings[-1], spoken)
        parts.append(t("share.opened", times=numbers.number(len(link.openings), spoken), last=last))
    else:
        parts.append(t("share.never_opened"))
    return plain(" · ".join([*parts, link.who]))
