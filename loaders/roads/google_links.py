"""What a person pastes -> the id of a Google Sheet. Nothing is called here, and no address out of a link ever is."""

import re
from dataclasses import dataclass

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

# reason -> what GoogleError.found holds for its sentences, which are in words/texts/google.toml
REASONS: dict[str, str] = {
    "bad_link": "what was pasted",
    "other_host": "the host",
    "published_link": "",
    "not_shared": "",  # without a key: only link-shared sheets can be read
    "no_access": "the robot's address",
    "not_found": "",
    "not_a_sheet": "",
    "quota": "",
    "google_down": "",
    "no_network": "",
    "too_large": "the limit",
    "bad_credentials": "the fields that are missing or wrong",
    "key_refused": "the robot's address",
    "api_off": "the name of the service",
}
LINK_HOSTS = ("docs.google.com", "drive.google.com", "sheets.google.com", "spreadsheets.google.com")
ID = re.compile(r"[A-Za-z0-9_-]{20,100}")
ID_IN_PATH = re.compile(r"(?:/a/[\w.-]+)?/(spreadsheets|file|document|presentation|forms)(?:/u/\d+)?/d/([^/]+)(?:/.*)?")
ID_IN_QUERY = re.compile(r"(?:^|&)(?:id|key)=([^&]*)")
GID = re.compile(r"(?:^|[&?#])gid=(\d{1,20})(?:&|$)")
PUBLISHED = re.compile(r"(?:/a/[\w.-]+)?/spreadsheets(?:/u/\d+)?/d/e/.*|.*/pubhtml/?")
LONGEST_LINK = 2_000
LONGEST_SHOWN = 80


class GoogleError(Exception):
    """A sheet of Google that cannot be had; `code` is one of REASONS, `found` never holds anything secret."""

    def __init__(self, code: str, found: str = ""):
        assert code in REASONS, code
        super().__init__(code)
        self.code, self.found = code, found


@dataclass(frozen=True)
class Link:
    """One spreadsheet of Google; gid: the tab that the link points to, for showing only: every tab is read."""

    id: str
    gid: str | None = None

    @property
    def url(self) -> str:
        """The address for a person's browser, made by us and not as it was pasted."""
        return f"https://docs.google.com/spreadsheets/d/{self.id}/edit" + (f"#gid={self.gid}" if self.gid else "")


def find_link(text: str) -> Link:
    """The sheet that a pasted link or id means: any usual form, with or without https:// and what follows.

    errors: GoogleError bad_link, other_host, published_link, not_a_sheet (a Google Docs document, a form)
    """
    pasted = text.strip().strip("<>\"'“”").strip()
    if ID.fullmatch(pasted):
        return Link(pasted)
    try:
        url = parse_url(pasted if "://" in pasted else f"https://{pasted}")
    except LocationParseError:
        raise _bad_link(pasted) from None
    if len(pasted) > LONGEST_LINK or url.scheme not in ("https", "http") or not url.host or re.search(r"\s", pasted):
        raise _bad_link(pasted)
    host = url.host.lower().rstrip(".")
    if host not in LINK_HOSTS:
        raise GoogleError("other_host", host[:LONGEST_SHOWN]) if "." in host else _bad_link(pasted)
    if url.auth or url.port not in (None, 80, 443):
        raise _bad_link(pasted)
    path, query, fragment = url.path or "", url.query or "", url.fragment or ""
    if PUBLISHED.fullmatch(path):
        raise GoogleError("published_link")
    kind, found = _id_in(path, query)
    if kind not in ("spreadsheets", "file"):
        raise GoogleError("not_a_sheet", kind)
    if not ID.fullmatch(found):
        raise _bad_link(pasted)
    gid = GID.search(fragment) or GID.search(query)
    return Link(found, gid[1] if gid else None)


def _id_in(path: str, query: str) -> tuple[str, str]:
    """(what it is, its id); an id in the query may be a sheet or a file."""
    if in_path := ID_IN_PATH.fullmatch(path):
        return in_path[1], in_path[2]
    in_query = ID_IN_QUERY.search(query)
    return "file", in_query[1] if in_query else ""


def _bad_link(pasted: str) -> GoogleError:
    return GoogleError("bad_link", pasted[:LONGEST_SHOWN])
