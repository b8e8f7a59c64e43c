"""The addresses beside the pages: a link's door, signing in and out by cookie, and whether the store can be read."""

import math
from datetime import datetime, timedelta
from html import escape
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from data.access import MACHINE, Person
from data.database.errors import StoreError
from data.records.links import BOARD, Link
from ui.doors import passcodes
from ui.doors.guessing_limit import GuessingLimit
from ui.doors.sign_in import LINK_COOKIE, SIGNED_IN_COOKIE, SIGNED_IN_HOURS, signer
from ui.doors.tokens import LINK, SIGNED_IN, TICKET, VISIT
from ui.frame import session, trouble
from ui.frame.browser_files import browser_file
from ui.frame.page_list import PAGES
from words.texts import t

DOOR, ENTER, LEAVE, HEALTH = "/x", "/vao", "/ra", "/healthz"
LONGEST_VISIT = timedelta(hours=12)
LONGEST_FORM_BYTES = 2000
OPENED = Person("link", MACHINE)
guesses = GuessingLimit()
answering: list[Route] = []  # empty when the application runs without them: `streamlit run app.py`

# of every plain page of ours: nothing from elsewhere, its address given to nobody, kept by nobody
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}


def routes() -> list[Route]:
    """For `st.App(routes=…)`."""
    answering[:] = [
        Route(DOOR + "/{token}", _door, methods=["GET", "POST"]),
        Route(ENTER, _enter),
        Route(LEAVE, _leave),
        Route(HEALTH, _health),
    ]
    return answering


# a link
def link_token(link: Link) -> str:
    """What stands in the address of a link: its number, scope and moment, and until when; signed."""
    return signer().sign(LINK, {"n": link.number, "s": link.scope, "f": _frozen(link)}, link.expires_at)


def link_of(token: str, now: datetime) -> Link | None:
    """The link that an address means; None when it is not ours, is past or revoked, or says more than was given."""
    made_by = signer()
    told = made_by.read(LINK, token, now) if made_by else None
    link = session.shared_store().links.all().get(told["n"]) if told else None
    if link is None or link.state(now) != "valid":
        return None
    return link if (told["s"], told["f"]) == (link.scope, _frozen(link)) else None


def _frozen(link: Link) -> str:
    return link.frozen_at.isoformat() if link.frozen_at else ""


async def _door(request: Request) -> Response:
    return await run_in_threadpool(_open, request, await _passcode(request))


async def _passcode(request: Request) -> str:
    """What was typed into the field; anybody may send anything here, so only the length of a passcode is read."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM_BYTES:
            return ""
    return parse_qs(body.decode("utf-8", "replace")).get("passcode", [""])[0]


def _open(request: Request, passcode: str) -> Response:
    now = session.now()
    try:
        link = link_of(request.path_params["token"], now)
        if link is None:
            return _plain("closed", 403)
        if link.passcode_hash:
            place = ("link", link.number)
            if request.method != "POST":
                return _ask("ask", 200)
            is_right, wait = guesses.attempt(place, lambda: passcodes.is_right(passcode, link.passcode_hash))
            if not is_right:
                return _ask("wrong", 403, seconds=math.ceil(wait))
        session.shared_store().links.open(link.number, who=OPENED, now=now)
    except StoreError as error:
        if error.is_of_the_store:
            trouble.note(error)
        return _plain("busy", 503)
    lasts = min(link.expires_at - now, LONGEST_VISIT)
    response = RedirectResponse(_first_page(link), 303, HEADERS)
    _give(request, response, LINK_COOKIE, signer().sign(VISIT, {"n": link.number}, now + lasts), lasts)
    return response


def _first_page(link: Link) -> str:
    page = PAGES["public" if link.scope == BOARD or link.page not in PAGES else link.page]
    query = urlencode(link.query)
    return f"/{page.address}?{query}" if query else f"/{page.address}"


# signing in and out
def ticket(told: dict, now: datetime) -> str | None:
    """Where to send a browser that has just given the right passcode; None where nothing can be signed."""
    if not answering or signer() is None:
        return None
    return f"{ENTER}?ve={signer().sign(TICKET, told, now + timedelta(seconds=60))}"


def _enter(request: Request) -> Response:
    now, made_by = session.now(), signer()
    told = made_by.read(TICKET, request.query_params.get("ve", ""), now) if made_by else None
    if told is None:
        return _plain("closed", 403)
    lasts = timedelta(hours=SIGNED_IN_HOURS)
    response = RedirectResponse("/", 303, HEADERS)
    kept = {name: told[name] for name in ("role", "name", "mark")}
    _give(request, response, SIGNED_IN_COOKIE, made_by.sign(SIGNED_IN, kept, now + lasts), lasts)
    response.delete_cookie(LINK_COOKIE)
    return response


def _leave(request: Request) -> Response:
    """Out of a link; or, without one, signed out."""
    response = RedirectResponse("/", 303, HEADERS)
    response.delete_cookie(LINK_COOKIE if LINK_COOKIE in request.cookies else SIGNED_IN_COOKIE)
    return response


def _give(request: Request, response: Response, name: str, text: str, lasts: timedelta) -> None:
    is_https = "https" in (request.url.scheme, request.headers.get("x-forwarded-proto"))
    seconds = int(lasts.total_seconds())
    response.set_cookie(name, text, max_age=seconds, httponly=True, samesite="lax", secure=is_https)


# is it well
def _health(request: Request) -> Response:
    """200 when the store can be read and written, as far as that shows without writing; 503 when not, with the code and
    nothing else."""
    try:
        session.shared_store().look()
    except StoreError as error:
        trouble.note(error)
        return JSONResponse({"status": error.code}, 503, HEADERS)
    trouble.note_well()
    return JSONResponse({"status": "ok"}, 200, HEADERS)


# plain pages
def _plain(name: str, status: int) -> HTMLResponse:
    """One sentence in two languages, and nothing else."""
    told = "".join(f'<p lang="{one}">{escape(t(f"access.door.{name}", one))}</p>' for one in ("vi", "en"))
    return _page(told, status)


def _ask(name: str, status: int, seconds: int = 0) -> HTMLResponse:
    told = "".join(f'<p lang="{one}">{escape(t(f"access.door.{name}", one))}</p>' for one in ("vi", "en"))
    if seconds:
        told += "".join(
            f'<p lang="{one}">{escape(t("access.door.wait", one, seconds=seconds))}</p>' for one in ("vi", "en")
        )
    field = '<input name="passcode" type="password" autocomplete="off" autofocus required maxlength="80"'
    label = escape(t("access.door.label", "vi"))
    return _page(f'{told}<form method="post">{field} aria-label="{label}"><button>→</button></form>', status)


def _page(body: str, status: int) -> HTMLResponse:
    style = browser_file(__file__, "plain_page.css")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{style}</style>'
    title = f"<title>{escape(t('frame.title', 'vi'))}</title>"
    return HTMLResponse(f'<!doctype html><html lang="vi">{head}{title}<body>{body}</body></html>', status, HEADERS)
