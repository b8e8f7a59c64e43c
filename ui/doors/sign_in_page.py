"""The page Đăng nhập: the office's account, or a role's passcode with a name for the log."""

import math

import streamlit as st

from ui.doors import routes, sign_in
from ui.doors.guessing_limit import GuessingLimit
from ui.frame import page_frame as frame
from ui.frame import session
from words.texts import language, plain, t

guesses = GuessingLimit()  # no cached resource: every browser may ask Streamlit to clear those (BackMsg.clear_cache)


def draw_page() -> None:
    st.title(t("access.sign_in.title"), anchor=False)
    found = session.visitor()
    if found.road in ("sign_in", "passcode"):
        role = t(f"access.role.{found.person.role}")
        st.markdown(plain(t("access.sign_in.as", name=found.person.name, role=role)))
        frame.draw_sign_out("page")
        return
    if not sign_in.is_set_up():
        st.info(t("access.sign_in.none"))
        return
    if found.road == "unknown":
        st.warning(plain(t("access.sign_in.unknown", email=st.user.get("email") or "")))
        st.button(t("access.sign_in.out"), on_click=st.logout, key="sign_out")
    elif sign_in.has_sign_in():
        _draw_providers()
    if sign_in.role_passcodes():
        _draw_passcode()


def _draw_providers() -> None:
    """One button a provider: [auth.google] and the like in secrets.toml, or the only one of [auth]."""
    told = sign_in.secrets_of("auth")
    named = [name for name, value in told.items() if isinstance(value, dict)]
    for name in named or [""]:
        provider = name.capitalize() or t("access.sign_in.of_office")
        label = t("access.sign_in.with", provider=provider)
        st.button(label, on_click=st.login, args=(name,) if name else (), type="primary", key=f"sign_in_{name}")


def _draw_passcode() -> None:
    spoken = language()
    with st.form("passcode", border=True):
        name = st.text_input(t("access.sign_in.name"), key=f"sign_in_name_{spoken}", max_chars=80)
        passcode = st.text_input(
            t("access.sign_in.passcode"), type="password", key=f"sign_in_passcode_{spoken}", max_chars=80
        )
        is_sent = st.form_submit_button(t("access.sign_in.do"), type="primary")
        st.caption(t("access.sign_in.hour"))
    if is_sent:
        _try(name.strip(), passcode)


def _try(name: str, passcode: str) -> None:
    if not name:
        st.warning(t("access.sign_in.no_name"))
        return
    found: dict = {}

    def check() -> bool:
        found.update(sign_in.check_passcode(passcode, name) or {})
        return bool(found)

    is_right, wait = guesses.attempt(sign_in.place(), check)
    if not is_right:
        told = t("access.sign_in.wrong") + (f" {t('access.sign_in.wait', seconds=math.ceil(wait))}" if wait else "")
        st.error(told)
        return
    if address := routes.ticket(found, session.now()):
        # the cookie comes from an address of its own, so that a reload is still signed in
        st.html(f"<script>window.location.assign({address!r})</script>", unsafe_allow_javascript=True)
    else:
        st.session_state.passcode_of = found
        st.rerun()
