"""gspread's HTTP client with our sessions under it, and whatever goes wrong there as a GoogleError."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import service_account
from gspread.http_client import HTTPClient
from urllib3.exceptions import HTTPError

from loaders.roads.google_links import GoogleError
from loaders.roads.google_transport import TOKEN_HOST, code_of_status

SCOPES = (
    "https://www.googleapis.com/auth/spreadsheets.readonly",
    "https://www.googleapis.com/auth/drive.readonly",
)
TEXT_FIELDS = ("client_email", "private_key_id", "private_key")
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
SERVICES = {"sheets.googleapis.com": "Google Sheets API", "drive.googleapis.com": "Google Drive API"}
# what Google calls the reason of a refusal -> our code; all else goes by the status
OFF = {"accessNotConfigured", "SERVICE_DISABLED"}
TOO_MANY = {"rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED"}
TOO_LARGE_TO_EXPORT = {"exportSizeLimitExceeded"}
EXPORT_LIMIT = "10 MB"


class GoogleClient(HTTPClient):
    """robot: the address of the service account, "" without a key."""

    def __init__(self, session: requests.Session, robot: str = ""):
        super().__init__(None, session)
        self.robot = robot

    def request(self, method, endpoint, params=None, data=None, json=None, files=None, headers=None):
        """As gspread's, but a refusal is a GoogleError; the time to wait is the adapter's affair."""
        with in_our_words(self.robot):
            response = self.session.request(
                method, endpoint, params=params, data=data, json=json, files=files, headers=headers
            )
        if not response.ok:
            raise why_refused(response, self.robot)
        return response


@contextmanager
def in_our_words(robot: str = "") -> Iterator[None]:
    """The errors of requests and google-auth as GoogleErrors, without what they quote: it may hold a token."""
    try:
        yield
    except TransportError:
        raise GoogleError("no_network") from None
    except RefreshError as error:
        raise (GoogleError("google_down") if error.retryable else GoogleError("key_refused", robot)) from None
    except GoogleAuthError:
        raise GoogleError("key_refused", robot) from None
    except requests.exceptions.JSONDecodeError:
        raise GoogleError("google_down") from None
    except requests.exceptions.TooManyRedirects:
        raise GoogleError("google_down") from None
    except (requests.exceptions.RequestException, HTTPError):
        raise GoogleError("no_network") from None


def why_refused(response: requests.Response, robot: str) -> GoogleError:
    """What an answer that is no success means."""
    reasons, service = _reasons(response)
    if reasons & OFF:
        return GoogleError("api_off", service)
    if reasons & TOO_MANY:
        return GoogleError("quota")
    if reasons & TOO_LARGE_TO_EXPORT:
        return GoogleError("too_large", EXPORT_LIMIT)
    error = code_of_status(response.status_code)
    if error.code != "no_access":
        return error
    if not robot:
        return GoogleError("not_shared")
    return GoogleError("key_refused" if response.status_code == 401 else "no_access", robot)


def _reasons(response: requests.Response) -> tuple[set[str], str]:
    """The words that Drive and Sheets use for a reason, each in its own place, and the service they speak of."""
    try:
        error = response.json()["error"]
        listed = [*error.get("errors", []), *error.get("details", [])]
        reasons = {str(entry["reason"]) for entry in listed if "reason" in entry}
        services = [name for host, name in SERVICES.items() if host in str(error)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return set(), ""
    return reasons, " + ".join(services or SERVICES.values())


def robot_address(credentials: Mapping | None) -> str | None:
    """The address to share a sheet with; None when no key was put in.

    errors: GoogleError bad_credentials, found: the fields that are missing or wrong
    """
    return read_key(credentials).service_account_email if credentials else None


def read_key(credentials: Mapping) -> service_account.Credentials:
    """The JSON of a service account -> what signs for it; only to read.

    Only what identifies the robot is taken from it: where the token is asked for is fixed, for whoever could change
    the address there could have the signature sent to himself.
    """
    info = {name: str(credentials.get(name) or "").strip() for name in TEXT_FIELDS}
    wrong = [name for name, text in info.items() if not text]
    if credentials.get("type") != "service_account":  # the key of another sort of account was saved
        wrong.insert(0, "type")
    if info["client_email"] and not EMAIL.fullmatch(info["client_email"]):
        wrong.append("client_email")
    if wrong:
        raise GoogleError("bad_credentials", ", ".join(wrong))
    # between single quotes TOML leaves \n as it is
    info["private_key"] = info["private_key"].replace("\\n", "\n") + "\n"
    info |= {"type": "service_account", "token_uri": f"https://{TOKEN_HOST}/token"}
    try:
        return service_account.Credentials.from_service_account_info(info, scopes=SCOPES)
    except Exception:  # cryptography and google-auth raise many things; what they say may quote the key
        raise GoogleError("bad_credentials", "private_key") from None


def session_of(key: service_account.Credentials, tokens: requests.Session) -> AuthorizedSession:
    """A session that signs; tokens: the session over which its tokens are asked for."""
    return AuthorizedSession(key, auth_request=Request(tokens))
