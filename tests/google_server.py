"""A small Google on loopback: the used part of Sheets v4, Drive v3, docs.google.com and the token endpoint.

Everything above the connection stays real (gspread, google-auth, requests, our adapter): only where requests' own
adapter would connect to a Google host over TLS, `talk_to` sends it here, with the host as the first part of the path.
"""

import json
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch
from urllib.parse import parse_qs, quote, unquote, urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from tests.google_answers import metadata_of, values_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET = "application/vnd.google-apps.spreadsheet"
ROBOT = "nhap-so-lieu@mat-tran-mau.iam.gserviceaccount.com"
EXPORT_HOST = "doc-0k-sheets.googleusercontent.com"
FOREVER = 10**6


@dataclass
class Kept:
    """One file in this Google; shared: with the robot, with anyone who has the link."""

    title: str
    content: bytes
    mime: str = SHEET
    is_shared_with_robot: bool = True
    is_link_shared: bool = True
    is_trashed: bool = False
    target: str = ""


@dataclass
class Fault:
    """What one road answers instead, so many times.

    reason:  of the error in Google's words; service: that it speaks of
    seconds: of silence before the answer; cut: the connection ends in the middle of the body
    """

    status: int = 200
    times: int = FOREVER
    reason: str = ""
    service: str = ""
    headers: dict = field(default_factory=dict)
    body: bytes | None = None
    seconds: float = 0
    is_cut: bool = False

    def body_or_error(self) -> bytes:
        if self.body is not None:
            return self.body
        told = {"code": self.status, "message": f"refused by {self.service}", "errors": [{"reason": self.reason}]}
        return json.dumps({"error": told}).encode()


class GoogleServer:
    """files: id -> Kept; calls: every (road, path) that came; faults: road -> what goes wrong there.

    roads: token, about, metadata, values, export, media, open_export, open_answer, open_download
    """

    def __init__(self):
        self.files: dict[str, Kept] = {}
        self.calls: list[tuple[str, str]] = []
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.token = "a-token-of-this-server"
        self.web = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.web.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.web.server_port}"

    def __enter__(self) -> "GoogleServer":
        threading.Thread(target=self.web.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self.web.shutdown()
        self.web.server_close()

    def roads(self) -> list[str]:
        return [road for road, _ in self.calls]

    def credentials(self) -> dict:
        """The JSON of a service account, as Google gives it, with a key made just now."""
        private = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "type": "service_account",
            "project_id": "mat-tran-mau",
            "private_key_id": "0123456789abcdef",
            "private_key": private.decode(),
            "client_email": ROBOT,
            "client_id": "100000000000000000000",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": "https://oauth2.googleapis.com/token",
            "universe_domain": "googleapis.com",
        }

    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


@contextmanager
def talk_to(url: str):
    """Every call to a Google host in this process goes to the server at this address; others stay as they are."""
    really_send = requests.adapters.HTTPAdapter.send

    def send(self, request, **how):
        address = urlsplit(request.url)
        if address.scheme != "https":
            return really_send(self, request, **how)
        moved = request.copy()
        moved.url = f"{url}/{address.hostname}{address.path}" + (f"?{address.query}" if address.query else "")
        response = really_send(self, moved, **how | {"proxies": {}})
        response.url, response.request = request.url, request
        return response

    with patch.object(requests.adapters.HTTPAdapter, "send", send):
        yield


def _handler(google: GoogleServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            address = urlsplit(self.path)
            _, host, *parts = [unquote(part) for part in address.path.split("/")]
            query = {name: values for name, values in parse_qs(address.query).items()}
            self.answer(*_route(google, host, parts, query))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer("token", lambda _: _token(google, parse_qs(body)))

        def answer(self, road, give):
            google.calls.append((road, self.path))
            fault = next((fault for fault in google.faults[road] if fault.times > 0), None)
            if fault:
                fault.times -= 1
                time.sleep(fault.seconds)
            if fault and (fault.status != 200 or fault.body is not None):
                self.send(fault.status, fault.headers, fault.body_or_error())
                return
            self.send(*give(self.headers.get("Authorization")), is_cut=bool(fault and fault.is_cut))

        def send(self, status, headers, body, is_cut=False):
            try:
                self.send_response(status)
                for name, value in ({"Content-Type": "application/json"} | headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if is_cut else body)
            except OSError:
                pass  # the client had enough

        def log_message(self, *_):
            pass

    return Handler


def _route(google, host, parts, query):
    """(road, what it answers to an Authorization header)."""
    if host == "docs.google.com":
        return "open_export", lambda _: _open_export(google, parts[2])
    if host == EXPORT_HOST:
        return "open_answer", lambda _: _file(google.files[parts[1]])
    if host == "drive.google.com":
        return "open_download", lambda _: _open_download(google, query["id"][0])
    if host == "sheets.googleapis.com":
        id, _, verb = "/".join(parts[2:]).partition("/values:")
        return ("values", _sheets(google, id, query)) if verb else ("metadata", _sheets(google, id, query))
    id = parts[3]
    road = "export" if parts[4:] == ["export"] else "media" if query.get("alt") == ["media"] else "about"
    return road, _drive(google, road, id)


def _error(status, reason):
    return Fault(status=status, reason=reason)


def _refusal(fault):
    return fault.status, {}, fault.body_or_error()


def _file(kept):
    name = quote(kept.title + ("" if kept.title.endswith(".xlsx") else ".xlsx"))
    said = f"attachment; filename=\"x.xlsx\"; filename*=UTF-8''{name}"
    return 200, {"Content-Type": XLSX, "Content-Disposition": said}, kept.content


def _sign_in():
    return 302, {"Location": "https://accounts.google.com/ServiceLogin?continue=x"}, b""


def _open_export(google, id):
    kept = google.files.get(id)
    if kept is None or kept.is_trashed or kept.mime != SHEET:
        return 404, {"Content-Type": "text/html"}, b"<html>Not found</html>"
    if not kept.is_link_shared:
        return _sign_in()
    return 307, {"Location": f"https://{EXPORT_HOST}/export/{id}"}, b""


def _open_download(google, id):
    kept = google.files.get(id)
    if kept is None or kept.is_trashed or kept.mime == SHEET:
        return 404, {"Content-Type": "text/html"}, b"<html>Not found</html>"
    return _file(kept) if kept.is_link_shared else _sign_in()


def _token(google, form):
    claims = jwt.decode(form["assertion"][0], certs=google.public_key())
    scopes = set(claims["scope"].split())
    assert all(scope.endswith(".readonly") for scope in scopes), scopes
    assert claims["iss"] == ROBOT and claims["aud"] == "https://oauth2.googleapis.com/token"
    return 200, {}, json.dumps({"access_token": google.token, "expires_in": 3600, "token_type": "Bearer"}).encode()


def _drive(google, road, id):
    def give(authorization):
        if authorization != f"Bearer {google.token}":
            return _refusal(_error(401, "authError"))
        kept = google.files.get(id)
        if kept is None or not kept.is_shared_with_robot:
            return _refusal(_error(404, "notFound"))
        if road != "about":
            return _file(kept)
        told = {"id": id, "name": kept.title, "mimeType": kept.mime, "trashed": kept.is_trashed}
        if kept.target:
            told["shortcutDetails"] = {"targetId": kept.target}
        return 200, {}, json.dumps(told).encode()

    return give


def _sheets(google, id, query):
    def give(authorization):
        if authorization != f"Bearer {google.token}":
            return _refusal(_error(401, "UNAUTHENTICATED"))
        kept = google.files.get(id)
        if kept is None:
            return _refusal(_error(404, "NOT_FOUND"))
        if not kept.is_shared_with_robot:
            return _refusal(_error(403, "PERMISSION_DENIED"))
        if kept.mime != SHEET:
            return _refusal(_error(400, "FAILED_PRECONDITION"))
        if "ranges" in query:
            return 200, {}, json.dumps(values_of(kept.content, query)).encode()
        return 200, {}, json.dumps(metadata_of(kept.content, kept.title, query["fields"][0])).encode()

    return give
