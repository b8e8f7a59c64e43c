"""Who looks: by a link's cookie, by the office's sign-in (OIDC), by a passcode, or because it is this computer."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st

from data import reference
from data.access import ADMIN, PUBLIC, ROLES, Person
from data.records.links import Link
from ui.doors import passcodes, signing_key
from ui.doors.tokens import SIGNED_IN, VISIT, Signer
from ui.patches import script_runs
from words.texts import t

LINK_COOKIE, SIGNED_IN_COOKIE = "xem", "phien"
SIGNED_IN_HOURS = 12
# whoever passes a request on for somebody else says so in headers that begin like these
FORWARDED = ("x-forwarded", "x-real-ip", "forwarded", "via", "cf-connecting-ip", "true-client-ip")


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

    def is_same(self, other: "Visitor") -> bool:
        """Whether both may see and do the same, under whatever name."""
        mine, others = (
            (one.road, one.person.role, one.person.commune, one.link and one.link.number) for one in (self, other)
        )
        return mine == others


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
    key = signing_key.read_or_make(signing_key.secrets_path())
    return Signer(key) if key else None


def signer() -> Signer | None:
    """Signs links and cookies; None where no key can be kept: then there are none."""
    return _signer(str(signing_key.secrets_path()))


# who it is
def visitor(now: datetime, links: Mapping[int, Link], local_name: str) -> Visitor:
    """Who looks, from what came with the connection: nothing that a page or a widget says has a part in it.

    now:  of the server; links: of the store, by number; local_name: how a person at this computer calls himself
    """
    if not script_runs.is_running():  # no browser: a script on this computer, but never a thread of the server
        is_thread = script_runs.is_serving()
        return Visitor(Person("", PUBLIC), "nobody") if is_thread else Visitor(Person(local_name, ADMIN), "local")
    through_link = _through_link(now, links)
    if through_link:
        return through_link
    if is_set_up():
        return _signed_in(now)
    came = (st.context.ip_address, st.context.url)
    ip, page_url = (part if isinstance(part, str) else None for part in came)  # under AppTest they are mocks
    if serves_here_alone() and is_this_computer(st.context.headers, ip, page_url):
        return Visitor(Person(local_name, ADMIN), "local")
    return Visitor(Person("", PUBLIC), "nobody")


def serves_here_alone() -> bool:
    """Whether the settings let no browser of another computer in: `start.py --host` and `--address` say otherwise.

    What comes with a connection can be made up by whoever reaches us through a server in front that does not tell of
    itself (nginx, when it is not told to). That it is local is therefore believed only while no such server can be of
    use to anybody: under any name but ours Streamlit, and ui/doors/same_origin.py, turn every browser away.
    """
    names = [st.get_option("server.address"), st.get_option("browser.serverAddress")]
    names += st.get_option("server.allowedHosts") or ["*"]
    is_open = st.get_option("server.corsAllowedOrigins") or not st.get_option("server.enableCORS")
    return not is_open and all(is_loopback(name) for name in names)


def is_this_computer(headers: Mapping[str, str], ip: str | None, page_url: str | None) -> bool:
    """Whether a browser on the computer that serves has a page of ours open, and nobody passes it on.

    headers:   of the WebSocket; ip: of whom it comes from, None for this computer (st.context.ip_address)
    page_url:  what the browser shows as the address of the page; None when it has not said so
    A request without a host comes from no network at all: a test in this process.
    """
    if any(name.lower().startswith(FORWARDED) for name in headers) or not (ip is None or is_loopback(ip)):
        return False
    host = headers.get("Host")
    if host is None:
        return True
    # another name that leads here belongs to a server in front of us, or to somebody else's page; without an origin
    # it is no browser, and the page of another program of this computer has another port
    is_ours = headers.get("Origin") in (f"http://{host}", f"https://{host}") and is_loopback(hostname(f"//{host}"))
    return is_ours and (page_url is None or is_loopback(hostname(page_url)))


def hostname(url: str) -> str | None:
    """The name in an address, without the port; None where there is none."""
    try:
        return urlsplit(url).hostname
    except ValueError:  # brackets that do not close
        return None


def is_loopback(name: str | None) -> bool:
    """Whether a name or an IP means this computer."""
    if name == "localhost":
        return True
    try:
        return ip_address((name or "").strip("[]")).is_loopback
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
    found = Visitor(Person("", PUBLIC), "nobody")
    if has_sign_in() and st.user.get("is_logged_in"):
        found = _of_email(st.user.to_dict())
        if found.road == "sign_in":
            return found
    told = _cookie(SIGNED_IN_COOKIE, SIGNED_IN, now) or st.session_state.get("passcode_of")
    if told:
        kept = role_passcodes().get(told["role"])
        if kept and told["mark"] == passcodes.mark(kept):
            return Visitor(Person(told["name"], told["role"]), "passcode")
    return found


def _of_email(user: dict) -> Visitor:
    """The role that secrets.toml ([people]) or people.csv gives to an e-mail; an unverified one has none."""
    email = str(user.get("email") or "").strip().casefold()
    is_verified = str(user.get("email_verified", True)).casefold() == "true"  # some say it as a text, some not at all
    row = people().get(email) if email and is_verified else None
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
    """Where tries come from. Behind a server of our own it is what that one says (uvicorn reads X-Forwarded-For of
    this computer, and of FORWARDED_ALLOW_IPS), never what a visitor writes into the header himself."""
    return st.context.ip_address or os.environ.get("HOSTNAME", "")


def named(found: Visitor, name: str) -> Visitor:
    """The same under another name, as a person at this computer may call himself."""
    return replace(found, person=replace(found.person, name=name)) if found.road == "local" else found
