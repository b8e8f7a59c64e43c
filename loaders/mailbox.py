"""The office's mailbox over IMAP and TLS, or a folder of .eml files -> Letters, each once. Nothing is deleted or moved.

A message that was taken gets a keyword of ours; it stays unread, where it is. imap_tools signs in and names folders;
its own `flag` also expunges, which would delete what a person only marked for deletion, so STORE is said directly.
"""

import imaplib
import re
import ssl
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import mktime

from imap_tools import MailBox
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from loaders.messages import LARGEST_MESSAGE, Letter, read_headers, read_message

KEYWORD = "MTTQ-DaDoc"
SECONDS = 60  # without an answer
MAIL_ERRORS = (
    "mail_not_set",  # found: which setting is missing or wrong
    "mail_no_network",
    "mail_sign_in",
    "mail_certificate",
    "mail_no_folder",
    "mail_cut",  # what was taken stays taken; the rest comes the next time
)
REQUIRED = ("host", "user", "password")
INTERNALDATE = re.compile(rb'INTERNALDATE "[^"]*"')
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
Take = Callable[[Letter], object]


class MailError(Exception):
    """The mailbox cannot be read; `code` is one of MAIL_ERRORS. Never holds a password or an address of a letter."""

    def __init__(self, code: str, found: str = ""):
        assert code in MAIL_ERRORS, code
        super().__init__(code)
        self.code, self.found = code, found


@dataclass(frozen=True)
class MailSettings:
    """Where the mailbox is. ca_file: a certificate of the office's own server, beside those that the system trusts."""

    host: str
    user: str
    password: str
    port: int = 993
    folder: str = "INBOX"
    ca_file: str | None = None


@dataclass(frozen=True)
class MailOutcome:
    """seen: messages without our keyword; taken: those that were handed on; attachments: of these."""

    seen: int = 0
    taken: int = 0
    attachments: int = 0

    def with_letter(self, letter: Letter) -> "MailOutcome":
        return MailOutcome(self.seen, self.taken + 1, self.attachments + len(letter.attachments))


def from_secrets(told: Mapping[str, object]) -> MailSettings:
    """The settings as .streamlit/secrets.toml has them under [mailbox].

    errors: MailError mail_not_set with the name of what is missing or wrong
    """
    for name in REQUIRED:
        if not isinstance(told.get(name), str) or not str(told[name]).strip():
            raise MailError("mail_not_set", name)
    given = {name: told[name] for name in ("port", "folder", "ca_file") if told.get(name) not in (None, "")}
    port = given.get("port", 993)
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
        raise MailError("mail_not_set", "port")
    if "ca_file" in given and not Path(str(given["ca_file"])).is_file():
        raise MailError("mail_not_set", "ca_file")
    return MailSettings(str(told["host"]).strip(), str(told["user"]).strip(), str(told["password"]), **given)


def read_mailbox(settings: MailSettings, take: Take) -> MailOutcome:
    """Hand on every message without our keyword, one at a time; it gets the keyword once `take` has returned.

    Where the server keeps no keywords of ours, nothing is marked: the receiver must know what it has already.
    errors: MailError; what was taken until then stays taken. Whatever `take` raises ends the reading
    """
    with _signed_in(settings) as box:
        may_mark = _may_mark(box)
        with _in_our_words():
            uids = box.uids(f"UNKEYWORD {KEYWORD}" if may_mark else "ALL", charset=None)
        outcome = MailOutcome(seen=len(uids))
        for uid in uids:
            with _in_our_words():
                letter = _fetch(box, uid)
            if letter is None:  # someone deleted it meanwhile
                continue
            take(letter)
            outcome = outcome.with_letter(letter)
            if may_mark:
                with _in_our_words():
                    _checked(box.client.uid("STORE", uid, "+FLAGS.SILENT", f"({KEYWORD})"))
        return outcome


@contextmanager
def _signed_in(settings: MailSettings):
    """The folder, opened; the certificate of the server is always looked at."""
    with _in_our_words():
        context = ssl.create_default_context()
        if settings.ca_file:
            context.load_verify_locations(settings.ca_file)
        box = MailBox(settings.host, settings.port, timeout=SECONDS, ssl_context=context)
    try:
        with _in_our_words():
            box.login(settings.user, settings.password, initial_folder=None)
            box.folder.set(settings.folder)
        yield box
    finally:
        try:
            box.client.logout()  # no CLOSE: it would expunge
        except (imaplib.IMAP4.error, OSError):
            pass


@contextmanager
def _in_our_words():
    """What the libraries raise as one MailError, without what they quote."""
    try:
        yield
    except MailError:
        raise
    except MailboxLoginError:
        raise MailError("mail_sign_in") from None
    except MailboxFolderSelectError:
        raise MailError("mail_no_folder") from None
    except ssl.SSLCertVerificationError:
        raise MailError("mail_certificate") from None
    except (ConnectionResetError, BrokenPipeError, EOFError, imaplib.IMAP4.abort, ssl.SSLEOFError):
        raise MailError("mail_cut") from None
    except TimeoutError:
        raise MailError("mail_no_network") from None
    except (OSError, ssl.SSLError, UnicodeError):
        raise MailError("mail_no_network") from None
    except (imaplib.IMAP4.error, ImapToolsError):
        raise MailError("mail_cut") from None


def _may_mark(box: MailBox) -> bool:
    r"""Whether the folder takes keywords: PERMANENTFLAGS has \* or ours, and it is not read-only."""
    told = b" ".join(line for line in box.client.untagged_responses.get("PERMANENTFLAGS", []) if line)
    return not box.client.is_readonly and (rb"\*" in told or KEYWORD.encode().lower() in told.lower())


def _checked(answer: tuple) -> list:
    status, data = answer
    if status != "OK":
        raise MailError("mail_cut")
    return data


def _fetch(box: MailBox, uid: str) -> Letter | None:
    """One message; of one that is too large only its head."""
    head = _checked(box.client.uid("FETCH", uid, "(INTERNALDATE RFC822.SIZE)"))
    told = b" ".join(part for part in head if isinstance(part, bytes))
    size = SIZE.search(told)
    if size is None:
        return None
    is_too_large = int(size[1]) > LARGEST_MESSAGE
    what = "BODY.PEEK[HEADER]" if is_too_large else "BODY.PEEK[]"
    data = _checked(box.client.uid("FETCH", uid, f"({what})"))
    content = next((part[1] for part in data if isinstance(part, tuple)), None)
    if content is None:
        return None
    return (read_headers if is_too_large else read_message)(content, arrived_at=_arrived_at(told))


def _arrived_at(told: bytes) -> datetime | None:
    found = INTERNALDATE.search(told)
    moment = imaplib.Internaldate2tuple(found[0]) if found else None
    return datetime.fromtimestamp(mktime(moment)).astimezone() if moment else None


def read_folder(path: Path, take: Take) -> MailOutcome:
    """The same of saved mail: one .eml file, or a folder with its sub-folders, in order of their names.

    errors: MailError mail_no_folder when there is no such file or folder
    """
    if not path.exists():
        raise MailError("mail_no_folder", path.name)
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix.lower() == ".eml")
    outcome = MailOutcome(seen=len(files))
    for file in files:
        letter = read_message(file.read_bytes())
        take(letter)
        outcome = outcome.with_letter(letter)
    return outcome
