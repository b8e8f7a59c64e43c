"""Who looks: by a link's cookie, by the office's sign-in (OIDC), by a passcode, or because it is this computer."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from data import reference
from data.access import ADMIN, PUBLIC, ROLES, Person
from data.links import Link
from ui import keys, passcodes
from ui.texts import t
from ui.tokens import SIGNED_IN, VISIT, Signer

LINK_COOKIE, SIGNED_IN_COOKIE = "xem", "phien"
SIGNED_IN_HOURS = 12
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
# whoever passes a request on for somebody else says so in one of these
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via", "Cf-Connecting-Ip")


@dataclass(frozen=True)
class Visitor:
    """Who looks in this session, and how it is known.

    road:  local, sign_in, passcode, link, nobody (not signed in), unknown (signed in, but nobody gave this e-mail a
           role), link_revoked, link_expired (what the cookie speaks of is over: nothing is shown)
    link:  the one it came through
    """

    person: Person
    road: str
    link: Link | None = None

    @property
    def is_shut_out(self) -> bool:
        return self.road in ("link_revoked", "link_expired")


# what is set up
def secrets_of(name: str) -> dict:
    """A table of secrets.toml; empty when there is none."""
    try:
        return dict(st.secrets[name].to_dict())
    except (FileNotFoundError, KeyError, AttributeError):
        return {}


def has_sign_in() -> bool:
    return bool(secrets_of("auth"))


def role_passcodes() -> dict[str, str]:
    """role -> argon2 hash."""
    kept = secrets_of("passcodes")
    return {role: kept[role] for role in ROLES[1:] if isinstance(kept.get(role), str)}


def is_set_up() -> bool:
    """Whether anyone has to say who he or she is; else this computer may everything and others see the board alone."""
    return has_sign_in() or bool(role_passcodes())


@st.cache_resource(show_spinner=False)
def _signer(path: str) -> Signer | None:
    key = keys.read_or_make(keys.secrets_path())
    return Signer(key) if key else None


def signer() -> Signer | None:
    """Signs links and cookies; None where no key can be kept: then there are none."""
    return _signer(str(keys.secrets_path()))


# who it is
def visitor(now: datetime, links: Mapping[int, Link], local_name: str) -> Visitor:
    """Who looks, from what came with the connection: nothing that a page or a widget says has a part in it.

    now:  of the server; links: of the store, by number; local_name: how a person at this computer calls himself
    """
    if get_script_run_ctx() is None:  # no browser: a script on this computer, but never a thread of the server
        return (
            Visitor(Person("", PUBLIC), "nobody") if runtime.exists() else Visitor(Person(local_name, ADMIN), "local")
        )
    through_link = _through_link(now, links)
    if through_link:
        return through_link
    if is_set_up():
        return _signed_in(now)
    ip = st.context.ip_address
    if is_this_computer(st.context.headers, ip if isinstance(ip, str) else None):
        return Visitor(Person(local_name, ADMIN), "local")
    return Visitor(Person("", PUBLIC), "nobody")


def is_this_computer(headers: Mapping[str, str], ip: str | None) -> bool:
    """Whether the browser runs on the computer that serves, and nobody passes it on.

    headers: of the WebSocket; ip: of whom it comes from, None for this computer (st.context.ip_address). A request
    without a host comes from no network at all: a test in this process.
    """
    if any(name in headers for name in FORWARDED) or not (ip is None or _is_loopback(ip)):
        return False
    host, origin = headers.get("Host"), headers.get("Origin")
    if host is None:
        return True
    # another name that leads here belongs to a server in front of us, or to somebody else's page
    return all(_is_loopback(urlsplit(url).hostname) for url in (f"//{host}", origin) if url)


def _is_loopback(host: str | None) -> bool:
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _cookie_text(name: str) -> str:
    text = st.context.cookies.get(name)
    return text if isinstance(text, str) else ""  # under AppTest everything that came with a connection is a mock


def _cookie(name: str, purpose: str, now: datetime) -> dict | None:
    text, made_by = _cookie_text(name), signer()
    return made_by.read(purpose, text, now) if text and made_by else None


def _through_link(now: datetime, links: Mapping[int, Link]) -> Visitor | None:
    """A cookie that is there but not good any more shuts out: a leader must not see less, or more, in silence."""
    if not _cookie_text(LINK_COOKIE):
        return None
    told = _cookie(LINK_COOKIE, VISIT, now)
    link = links.get(told["n"]) if told else None
    if link is None or link.state(now) != "valid":
        state = "revoked" if link is not None and link.state(now) == "revoked" else "expired"
        return Visitor(Person("", PUBLIC), f"link_{state}", link)
    return Visitor(link.visitor(t("access.link_visitor", "vi", number=link.number)), "link", link)


def _signed_in(now: datetime) -> Visitor:
    nobody = Visitor(Person("", PUBLIC), "nobody")
    if has_sign_in() and st.user.get("is_logged_in"):
        return _of_email(st.user.to_dict())
    told = _cookie(SIGNED_IN_COOKIE, SIGNED_IN, now) or st.session_state.get("passcode_of")
    if told:
        kept = role_passcodes().get(told["role"])
        if kept and told["mark"] == passcodes.mark(kept):
            return Visitor(Person(told["name"], told["role"]), "passcode")
    return nobody


def _of_email(user: dict) -> Visitor:
    """The role that secrets.toml ([people]) or people.csv gives to an e-mail; an unverified one has none."""
    email = str(user.get("email") or "").strip().casefold()
    row = people().get(email) if email and user.get("email_verified") is not False else None
    if row is None:
        return Visitor(Person("", PUBLIC), "unknown")
    name = row.get("name") or str(user.get("name") or "") or email
    return Visitor(Person(f"{name} ({email})", row["role"], row.get("commune") or None), "sign_in")


def people() -> dict[str, dict[str, str]]:
    """E-mail -> name, role, commune; secrets.toml goes before people.csv. Who has no known role is left out."""
    told = {email.strip().casefold(): _row(row) for email, row in secrets_of("people").items()}
    known = {c.code for c in reference.load().all_communes}
    return {
        email: row
        for email, row in (reference.load().people | told).items()
        if row.get("role") in ROLES[1:] and (not row.get("commune") or row["commune"] in known)
    }


def _row(row: object) -> dict:
    """ "editor" alone, or a table with name, role, commune."""
    return {"role": row} if isinstance(row, str) else dict(row) if isinstance(row, Mapping) else {}


# a passcode
def check_passcode(passcode: str, name: str) -> dict | None:
    """What is signed for whoever knows a role's passcode: the highest role that it is of."""
    for role in reversed(ROLES[1:]):
        kept = role_passcodes().get(role)
        if kept and passcodes.is_right(passcode, kept):
            return {"role": role, "name": name, "mark": passcodes.mark(kept)}
    return None


def place() -> str:
    """Where tries come from: the address of the connection; behind a server of our own, what that one says."""
    forwarded = st.context.headers.get("X-Forwarded-For") or ""
    return forwarded.rsplit(",", 1)[-1].strip() or st.context.ip_address or os.environ.get("HOSTNAME", "")


def named(found: Visitor, name: str) -> Visitor:
    """The same under another name, as a person at this computer may call himself."""
    return replace(found, person=replace(found.person, name=name)) if found.road == "local" else found
