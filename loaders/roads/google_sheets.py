"""A Google Sheet, or a workbook in Drive, as a file that the loaders read like any other.

With the key of a service account through the Sheets and Drive APIs, without one as anyone with the link. Fetched as one
xlsx, so that merged areas, hidden sheets and types arrive as in Excel.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

import requests
from gspread.urls import DRIVE_FILES_API_V3_URL, SPREADSHEET_DRIVE_URL
from gspread.utils import ExportFormat

from loaders.formats.limits import LIMITS
from loaders.formats.sources import open_grids
from loaders.reading import Source
from loaders.roads.google_client import GoogleClient, in_our_words, read_key, robot_address, session_of
from loaders.roads.google_links import REASONS, GoogleError, Link, find_link
from loaders.roads.google_transport import PATIENCE, QUOTA, Patience, Quota, confined
from loaders.roads.google_values import read_values

__all__ = ["REASONS", "Fetched", "GoogleError", "Link", "fetch", "find_link", "fingerprint", "robot_address"]

OPEN_DOWNLOAD_URL = "https://drive.google.com/uc"
GOOGLE_SHEET = "application/vnd.google-apps.spreadsheet"
SHORTCUT = "application/vnd.google-apps.shortcut"
ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv")
# the name of a workbook in Drive need not say what it is
TYPES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.12": ".xlsm",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-excel.sheet.binary.macroenabled.12": ".xlsb",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "text/csv": ".csv",
}
TRIES_OF_AN_EXPORT = 2  # Google breaks down over a large sheet again and again, each time after a minute or more
NAME_ENCODED = re.compile(r"filename\*=UTF-8''([^;]+)", re.IGNORECASE)
NAME_PLAIN = re.compile(r'filename="([^"]*)"', re.IGNORECASE)


@dataclass(frozen=True)
class Fetched:
    """A sheet as it was at one moment.

    fingerprint:     of what its grids say; two exports of an unchanged sheet differ in their bytes, never in this
    is_values_only:  made of values because Google refused the export
    """

    name: str
    content: bytes
    fingerprint: str
    is_values_only: bool = False


def fetch(
    link: Link | str,
    credentials: Mapping | None = None,
    *,
    patience: Patience = PATIENCE,
    quota: Quota = QUOTA,
    max_bytes: int = LIMITS.max_bytes,
) -> Fetched:
    """The sheet that a link or an id means; credentials: the JSON of a service account, None for link-shared sheets.

    errors: GoogleError with one of REASONS
    """
    id = (find_link(link) if isinstance(link, str) else link).id
    road = _Road(credentials, patience, quota, max_bytes)
    with in_our_words():
        name, content, is_values_only = _with_key(road, id) if road.key else _without_key(road, id)
    return Fetched(name, content, fingerprint(name, content), is_values_only)


def fingerprint(name: str, content: bytes) -> str:
    """SHA-256 of the names, hidden states, merged areas and cells of all sheets."""
    grids, errors = open_grids(Source(name, content))
    digest = hashlib.sha256()
    for grid in grids:
        digest.update(repr((grid.sheet, grid.is_hidden, grid.merged, sorted(grid.uncalculated))).encode())
        for row in grid.rows:
            digest.update(repr(row).encode())
    digest.update(repr([(error.code, error.where.sheet) for error in errors]).encode())
    if not grids:  # nothing to compare by but the file itself
        digest.update(content)
    return digest.hexdigest()


class _Road:
    """What makes the clients of one fetch; all together have until `until`."""

    def __init__(self, credentials: Mapping | None, patience: Patience, quota: Quota, max_bytes: int):
        self.key = read_key(credentials) if credentials else None
        self.patience, self.quota, self.max_bytes = patience, quota, max_bytes
        self.until = quota.clock() + patience.total

    def client(self) -> GoogleClient:
        return self._client(self.patience, self.until)

    def hurried_client(self) -> GoogleClient:
        """One that leaves at least half of the time to another road."""
        tries_again = min(self.patience.tries_again, TRIES_OF_AN_EXPORT)
        return self._client(replace(self.patience, tries_again=tries_again), (self.quota.clock() + self.until) / 2)

    def _client(self, patience: Patience, until: float) -> GoogleClient:
        session = confined(requests.Session(), patience, self.quota, until, self.max_bytes)
        if not self.key:
            return GoogleClient(session)
        signing = confined(session_of(self.key, session), patience, self.quota, until, self.max_bytes)
        return GoogleClient(signing, self.key.service_account_email)


# with the key of a service account
def _with_key(road: _Road, id: str) -> tuple[str, bytes, bool]:
    client = road.client()
    about = _about(client, id)
    if about.get("mimeType") == SHORTCUT and "targetId" in about.get("shortcutDetails", {}):
        about = _about(client, find_link(about["shortcutDetails"]["targetId"]).id)
    id, kind, title = about["id"], about.get("mimeType", ""), _file_name(about.get("name", ""))
    if kind == GOOGLE_SHEET:
        content, is_values_only = _export(road, id)
        return _ending(title, ".xlsx"), content, is_values_only
    if kind.lower() not in TYPES and not title.lower().endswith(ENDINGS):
        raise GoogleError("not_a_sheet", title)
    response = client.request("get", f"{DRIVE_FILES_API_V3_URL}/{id}", {"alt": "media", "supportsAllDrives": "true"})
    return _ending(title, TYPES.get(kind.lower(), "")), response.content, False


def _about(client: GoogleClient, id: str) -> dict:
    """What Drive says about a file. It denies all that the robot may not see, so Sheets is asked whether it exists."""
    fields = {"fields": "id,name,mimeType,trashed,shortcutDetails(targetId)", "supportsAllDrives": "true"}
    try:
        about = client.request("get", f"{DRIVE_FILES_API_V3_URL}/{id}", fields).json()
    except GoogleError as error:
        if error.code != "not_found":
            raise
    else:
        if about.get("trashed"):
            raise GoogleError("not_found")
        return about
    try:
        client.fetch_sheet_metadata(id, {"fields": "spreadsheetId"})
    except GoogleError as error:
        if error.code != "not_a_sheet":
            raise
    raise GoogleError("no_access", client.robot)


def _export(road: _Road, id: str) -> tuple[bytes, bool]:
    """The export; where Google refuses it, or breaks down over it as it does with large sheets, the values."""
    try:
        return road.hurried_client().export(id, ExportFormat.EXCEL), False
    except GoogleError as error:
        if error.code not in ("too_large", "google_down", "no_network"):
            raise
    return read_values(road.client(), id), True


# as anyone with the link
def _without_key(road: _Road, id: str) -> tuple[str, bytes, bool]:
    """A Google Sheet, and when it is none, a workbook that lies in Drive: their ids look the same."""
    client = road.client()
    try:
        response = client.request("get", f"{SPREADSHEET_DRIVE_URL % id}/export", {"format": "xlsx"})
    except GoogleError as error:
        if error.code not in ("not_found", "not_a_sheet"):
            raise
        response = client.request("get", OPEN_DOWNLOAD_URL, {"export": "download", "id": id})
    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind == "text/html":  # a page that asks to sign in
        raise GoogleError("not_shared")
    said = response.headers.get("Content-Disposition", "")
    encoded, plain = NAME_ENCODED.search(said), NAME_PLAIN.search(said)
    title = _file_name(unquote(encoded[1]) if encoded else plain[1] if plain else "")
    if kind not in TYPES and not title.lower().endswith(ENDINGS):
        raise GoogleError("not_a_sheet", title)
    return _ending(title, TYPES.get(kind, "")), response.content, False


def _file_name(title: str) -> str:
    """The title of a sheet as the name of a file: without what would make a folder of it."""
    return re.sub(r"[/\\\x00-\x1f]", "-", title).strip().lstrip("~$") or "Google Sheet"


def _ending(title: str, ending: str) -> str:
    return title if title.lower().endswith(ENDINGS) else title + ending
