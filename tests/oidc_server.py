"""A small provider of accounts on loopback (OpenID Connect): whoever comes is `user`, and consents at once.

Discovery, authorisation code, a token with an RS256 id_token, its keys, signing out. The keys are made at the start.
"""

import base64
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


@dataclass
class Provider:
    """The provider; `user` is what its id_token says of whoever signs in next.

    signed_in, signed_out: how often; codes: given out and not yet used
    """

    user: dict = field(default_factory=dict)
    client_id: str = field(default_factory=lambda: os.urandom(8).hex())
    client_secret: str = field(default_factory=lambda: os.urandom(16).hex())
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))
    url: str = ""
    codes: dict[str, dict] = field(default_factory=dict)
    signed_in: int = 0
    signed_out: int = 0

    def secrets(self, app_url: str) -> str:
        """The table [auth] of the application's secrets.toml."""
        told = {
            "redirect_uri": f"{app_url}/oauth2callback",
            "cookie_secret": os.urandom(32).hex(),
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "server_metadata_url": f"{self.url}/.well-known/openid-configuration",
        }
        return "[auth]\n" + "".join(f'{name} = "{value}"\n' for name, value in told.items())

    # what is asked: path -> (status, headers, body)
    def configuration(self, asked: dict) -> dict:
        named = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        ends = {name: f"{self.url}/{path}" for name, path in (named | {"end_session_endpoint": "leave"}).items()}
        how = {"response_types_supported": ["code"], "subject_types_supported": ["public"]}
        return {"issuer": self.url, "id_token_signing_alg_values_supported": ["RS256"]} | ends | how

    def keys(self, asked: dict) -> dict:
        return {"keys": [self.key.as_dict(private=False)]}

    def authorize(self, asked: dict) -> str:
        """Where the browser is sent: back, with a code."""
        assert (asked["client_id"], asked["response_type"]) == (self.client_id, "code")
        code = os.urandom(8).hex()
        self.codes[code] = {name: asked.get(name) for name in ("nonce", "redirect_uri")} | {"user": dict(self.user)}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict) -> dict:
        """A code is good once, for the application that has the secret."""
        assert (asked.get("client_id"), asked.get("client_secret")) == (self.client_id, self.client_secret)
        given = self.codes.pop(asked["code"])
        assert given["redirect_uri"] == asked["redirect_uri"]
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.client_id, "sub": "1", "iat": now, "exp": now + 300}
        claims |= given["user"] | ({"nonce": given["nonce"]} if given["nonce"] else {})
        self.signed_in += 1
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return {"access_token": os.urandom(8).hex(), "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def leave(self, asked: dict) -> str:
        self.signed_out += 1
        return asked["post_logout_redirect_uri"]


class _Answers(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        self._answer(parse_qs(urlsplit(self.path).query))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        kind, _, credentials = self.headers.get("Authorization", "").partition(" ")
        asked = parse_qs(body)
        if kind == "Basic":
            name, _, secret = base64.b64decode(credentials).decode().partition(":")
            asked |= {"client_id": [unquote(name)], "client_secret": [unquote(secret)]}
        self._answer(asked)

    def _answer(self, asked: dict) -> None:
        name = urlsplit(self.path).path.rpartition("/")[2]
        name = "configuration" if name == "openid-configuration" else name
        if name not in ("configuration", "keys", "authorize", "token", "leave"):
            self.send_error(404)
            return
        try:
            answer = getattr(self.provider, name)({key: values[0] for key, values in asked.items()})
        except (AssertionError, KeyError):
            self.send_error(400)
            return
        is_redirect = isinstance(answer, str)
        body = b"" if is_redirect else json.dumps(answer).encode()
        self.send_response(302 if is_redirect else 200)
        self.send_header(*(("Location", answer) if is_redirect else ("Content-Type", "application/json")))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answers", (_Answers,), {"provider": provider}))
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
