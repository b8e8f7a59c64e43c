"""Turns away a WebSocket that a page of another site opens, before Streamlit looks for a reason to let it in."""

import logging

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from ui.doors.sign_in import hostname

log = logging.getLogger(__name__)


class SameOrigin:
    """For `st.App(middleware=…)`.

    Streamlit 1.67 lets in pages of localhost, of this computer's own addresses and of `browser.serverAddress`, whatever
    name we were called by; and for any other it first asks a server on the internet, twice for a second each, what our
    address is, while nobody else is answered (server_util.is_url_from_allowed_origins).
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not is_same(headers := Headers(scope=scope)):
            named = [headers.get(name, "")[:100] for name in ("origin", "host")]
            log.warning("a page of %r was turned away: here it called us %r", *named)
            await WebSocketClose(1008)(scope, receive, send)  # refused with 403: it was never accepted
        else:
            await self.app(scope, receive, send)


def is_same(headers: Headers) -> bool:
    """Whether the page that asks was called by the name that we are; no browser leaves its origin out."""
    origin = headers.get("origin")
    return origin is None or hostname(origin) == hostname(f"//{headers.get('host', '')}")
