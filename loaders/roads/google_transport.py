"""How Google is called: only its own hosts, over TLS, within its quota, never too much and never for ever.

requests, urllib3 and google-auth do the work; this module holds them to that.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry, parse_url
from urllib3.util.retry import RequestHistory

from loaders.formats.limits import LIMITS, MEGABYTE
from loaders.roads.google_links import GoogleError

# The only hosts that are ever called. The address of every call is made by us or by gspread; a redirect is followed
# only to these.
TOKEN_HOST = "oauth2.googleapis.com"
HOSTS = frozenset(
    {"www.googleapis.com", "sheets.googleapis.com", TOKEN_HOST, "docs.google.com"}
    | {"drive.google.com", "drive.usercontent.google.com"}
)
HOST_ENDINGS = (".googleusercontent.com",)  # an export without a key is answered by doc-….googleusercontent.com
# Where Google sends people instead of an answer: to sign in, or to prove that they are no robot. Never called.
SENT_AWAY = {"accounts.google.com": "not_shared", "www.google.com": "quota"}
BUSY = (429, 500, 502, 503, 504)
CHUNK = 64 * 1024
MOST_REDIRECTS = 5


@dataclass(frozen=True)
class Patience:
    """How long is waited, in seconds; total: for one sheet, all its calls, pauses and tries together."""

    connect: float = 10
    read: float = 60
    total: float = 180
    tries_again: int = 4
    first_pause: float = 1
    longest_pause: float = 60
    jitter: float = 1


class Quota:
    """At most so many reads in any stretch of so many seconds, over all threads; who comes too early waits.

    Google allows 60 reads a minute for each robot, and tells of an excess only afterwards, with 429.
    """

    def __init__(
        self,
        reads: int = 60,
        seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self.reads, self.seconds, self.clock, self.sleep = reads, seconds, clock, sleep
        self._taken: deque[float] = deque()
        self._lock = Lock()

    def take(self, until: float) -> None:
        """Wait for a free place; GoogleError quota when none becomes free in time."""
        while (wait := self._try_take()) > 0:
            if self.clock() + wait > until:
                raise GoogleError("quota")
            self.sleep(wait)

    def _try_take(self) -> float:
        with self._lock:
            now = self.clock()
            # the same sum decides and tells the wait: of two that differ by a rounding, one read too many would slip in
            while self._taken and (wait := self._taken[0] + self.seconds - now) <= 0:
                self._taken.popleft()
            if len(self._taken) >= self.reads:
                return wait
            self._taken.append(now)
            return 0.0


PATIENCE = Patience()
QUOTA = Quota()  # of this process, however many people look


class PatientRetry(Retry):
    """urllib3's Retry, which waits through the quota and gives up when the time for the sheet is over."""

    quota: Quota
    until: float
    is_counted: bool

    @classmethod
    def of(cls, patience: Patience, quota: Quota, until: float, is_counted: bool) -> "PatientRetry":
        retry = cls(
            total=patience.tries_again,
            connect=1,
            read=1,
            other=1,  # no such host, nobody listens
            allowed_methods=None,  # all that is posted is the request for a token
            status_forcelist=BUSY,
            raise_on_status=False,
            backoff_factor=patience.first_pause / 2,
            backoff_max=patience.longest_pause,
            backoff_jitter=patience.jitter,
            retry_after_max=int(patience.longest_pause),
            # urllib3 makes no pause before the second try; with one entry in the history it does
            history=(RequestHistory(None, None, None, None, None),),
        )
        retry.quota, retry.until, retry.is_counted = quota, until, is_counted
        return retry

    def new(self, **changes) -> "PatientRetry":
        again = super().new(**changes)
        again.quota, again.until, again.is_counted = self.quota, self.until, self.is_counted
        return again

    def sleep(self, response=None) -> None:
        pause = self._asked_for(response) or self.get_backoff_time()
        if self.quota.clock() + pause > self.until:
            raise code_of_status(response.status) if response else GoogleError("no_network")
        self.quota.sleep(pause)
        if self.is_counted:
            self.quota.take(self.until)

    def _asked_for(self, response) -> float | None:
        try:
            return self.get_retry_after(response) if response else None
        except InvalidHeader:
            return None


class GoogleAdapter(HTTPAdapter):
    """Sends only to Google's own hosts, and takes no more bytes and time than there are."""

    def __init__(self, patience: Patience, quota: Quota, until: float, max_bytes: int):
        self.patience, self.quota, self.until, self.max_bytes = patience, quota, until, max_bytes
        super().__init__()

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        host = allowed_host(request.url)
        is_counted = host != TOKEN_HOST
        if is_counted:
            self.quota.take(self.until)
        self.max_retries = PatientRetry.of(self.patience, self.quota, self.until, is_counted)
        timeout = (self.patience.connect, self.patience.read)
        response = super().send(request, stream=True, timeout=timeout, verify=True, cert=cert, proxies=proxies)
        self._receive(response)
        return response

    def _receive(self, response: requests.Response) -> None:
        """The whole body, unless it is too large or comes too slowly; requests then finds it read."""
        pieces, size = [], 0
        try:
            for piece in response.iter_content(CHUNK):
                size += len(piece)
                if size > self.max_bytes:
                    raise GoogleError("too_large", f"{self.max_bytes / MEGABYTE:.0f} MB")
                if self.quota.clock() > self.until:
                    raise GoogleError("no_network")
                pieces.append(piece)
        except BaseException:
            response.close()
            raise
        response._content = b"".join(pieces)


def allowed_host(url: str) -> str:
    """The host of an address that may be called; read with urllib3, which is what would connect to it."""
    address = parse_url(url)
    host = (address.host or "").lower()
    if host in SENT_AWAY:
        raise GoogleError(SENT_AWAY[host])
    is_ours = host in HOSTS or host.endswith(HOST_ENDINGS)
    if not is_ours or address.scheme != "https" or address.port not in (None, 443) or address.auth:
        raise GoogleError("other_host", host)
    return host


def confined(
    session: requests.Session, patience: Patience, quota: Quota, until: float, max_bytes: int = LIMITS.max_bytes
) -> requests.Session:
    """The session, unable to call anything but Google, or anything at all after `until` (of the quota's clock)."""
    session.adapters.clear()
    adapter = GoogleAdapter(patience, quota, until, max_bytes)
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    session.max_redirects = MOST_REDIRECTS
    return session


def code_of_status(status: int) -> GoogleError:
    """A status that says all by itself, as an error."""
    if status == 429:
        return GoogleError("quota")
    if status >= 500:
        return GoogleError("google_down", str(status))
    if status in (404, 410):
        return GoogleError("not_found")
    return GoogleError("no_access" if status in (401, 403) else "not_a_sheet")
