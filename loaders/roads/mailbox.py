"""The office's mailbox over IMAP, or a folder of .eml files: each message becomes a Letter, once.

Nothing is ever deleted, moved or marked as read: a message that was taken gets a keyword of ours, where the server
keeps keywords; elsewhere the caller's own memory of ids decides. imap_tools' own `flag` and `delete` end in EXPUNGE,
which would remove what other programs have marked for deletion: they are never called here.
The only importer of imap_tools. No address, subject or content reaches a log or an error.
"""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes
from pathlib import Path
from typing import NamedTuple

from imap_tools import MailBox
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError

from loaders.roads.mail_text import moment
from loaders.roads.messages import LARGEST_MESSAGE, Letter, message_id, read_headers, read_message

KEYWORD = "MTTQ-DaDoc"
TIMEOUT_SECONDS = 60
AT_ONCE = 100  # heads asked for together
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
MAIL_ERRORS = (
    "mail_not_set",  # found: the setting that is missing or wrong
    "mail_no_network",
    "mail_certificate",
    "mail_sign_in",
    "mail_no_folder",
    "mail_cut",
)


class MailOutcome(NamedTuple):
    """seen: messages that were not marked yet; taken: of them, those that were given on; attachments: of the taken."""

    seen: int = 0
    taken: int = 0
    attachments: int = 0


class MailError(Exception):
    """The mailbox cannot be read, or no further; `code` is one of MAIL_ERRORS, `outcome` what was taken before."""

    def __init__(self, code: str, found: str = "", outcome: MailOutcome | None = None):
        assert code in MAIL_ERRORS, code
        super().__init__(code)
        self.code, self.found, self.outcome = code, found, outcome or MailOutcome()


@dataclass(frozen=True)
class MailSettings:
    """Where the mailbox is.

    ca_file:  certificates to trust besides the system's, for an office with an authority of its own
    since:    messages that came before this day are left alone
    """

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    folder: str = "INBOX"
    ca_file: str | None = None
    since: date | None = None


def from_secrets(told: dict) -> MailSettings:
    """The settings of the section [mailbox] of secrets.toml.

    errors: MailError mail_not_set, with the first setting that is missing or wrong
    """
    kinds = {"host": str, "user": str, "password": str, "port": int, "folder": str, "ca_file": str, "since": date}
    values = {name: value.strip() if isinstance(value, str) else value for name, value in told.items() if name in kinds}
    values = {name: value for name, value in values.items() if value != ""}
    for name, kind in kinds.items():
        is_missing = name in ("host", "user", "password") and name not in values
        if is_missing or (name in values and not isinstance(values[name], kind)):
            raise MailError("mail_not_set", name)
    if isinstance(since := values.get("since"), datetime):
        values["since"] = since.date()
    if "ca_file" in values and not Path(values["ca_file"]).is_file():
        raise MailError("mail_not_set", "ca_file")
    return MailSettings(**values)


def read_mailbox(
    settings: MailSettings, take: Callable[[Letter], None], *, is_known: Callable[[str], bool] = lambda _: False
) -> MailOutcome:
    """Give every message that is not marked yet to `take`, oldest first; mark each as soon as `take` has returned.

    is_known: the caller's memory of ids; asked only where the server keeps no keyword, so that the same messages are
              not fetched at every run
    errors:   MailError; what `take` raises goes through, and the message stays unmarked
    """
    box = _sign_in(settings)
    try:
        return _take_all(box, settings, take, is_known)
    finally:
        with contextlib.suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
            box.logout()


def _sign_in(settings: MailSettings) -> MailBox:
    context = ssl.create_default_context()
    try:
        if settings.ca_file:
            context.load_verify_locations(cafile=settings.ca_file)
        box = MailBox(settings.host, settings.port, timeout=TIMEOUT_SECONDS, ssl_context=context)
    except ssl.SSLCertVerificationError as error:
        raise MailError("mail_certificate") from error
    except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
        raise MailError("mail_no_network") from error
    is_plain = (settings.user + settings.password).isascii()
    try:
        (box.login if is_plain else box.login_utf8)(settings.user, settings.password, initial_folder=None)
    except (imaplib.IMAP4.abort, OSError) as error:
        raise MailError("mail_cut") from error
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        with contextlib.suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
            box.logout()
        raise MailError("mail_sign_in") from error
    return box


@contextlib.contextmanager
def _cut_is_told(count: Callable[[], MailOutcome]) -> Iterator[None]:
    """What goes wrong on the line, as our error; only around the commands, never around what the caller does."""
    try:
        yield
    except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
        raise MailError("mail_cut", outcome=count()) from error


def _take_all(box: MailBox, settings: MailSettings, take, is_known) -> MailOutcome:
    seen = taken = attachments = 0

    def count() -> MailOutcome:
        return MailOutcome(seen, taken, attachments)

    with _cut_is_told(count):
        marks = _open_folder(box, settings.folder)
        uids = box.uids(_wanted(settings.since), charset=None)
    for chunk in (uids[start : start + AT_ONCE] for start in range(0, len(uids), AT_ONCE)):
        with _cut_is_told(count):
            heads = _heads(box, chunk)
        for uid, head in heads.items():
            if not marks and head.id and is_known(head.id):
                continue
            seen += 1
            with _cut_is_told(count):
                letter = _fetch(box, uid, head)
            if letter is None:
                continue
            take(letter)
            taken, attachments = taken + 1, attachments + len(letter.attachments)
            if marks:
                with _cut_is_told(count):
                    box.client.uid("STORE", uid, "+FLAGS.SILENT", f"({KEYWORD})")
    return count()


def _open_folder(box: MailBox, folder: str) -> bool:
    """Opens the folder; whether a keyword of ours would be kept in it."""
    try:
        box.folder.set(folder)
    except imaplib.IMAP4.readonly:
        box.folder.set(folder, readonly=True)
        return False
    except MailboxFolderSelectError as error:
        raise MailError("mail_no_folder", folder) from error
    _, told = box.client.response("PERMANENTFLAGS")
    if not told or told[-1] is None:
        return True  # a server that does not say keeps all flags (RFC 3501, 7.1)
    flags = told[-1].decode("ascii", "replace").lower()
    return "\\*" in flags or KEYWORD.lower() in flags


def _wanted(since: date | None) -> str:
    day = f" SINCE {since.day}-{MONTHS[since.month - 1]}-{since.year}" if since else ""
    return f"UNKEYWORD {KEYWORD}{day}"


class Head(NamedTuple):
    """What is asked of a message before it is fetched."""

    size: int
    arrived_at: datetime | None
    id: str


def _heads(box: MailBox, uids: list[str]) -> dict[str, Head]:
    asked = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
    status, answer = box.client.uid("FETCH", ",".join(uids), asked)
    if status != "OK":
        raise imaplib.IMAP4.error("heads")
    heads = {}
    for place, piece in enumerate(answer):
        if not isinstance(piece, tuple):
            continue
        # what stands behind the literal comes as the next piece, in whatever order the server likes
        behind = answer[place + 1] if place + 1 < len(answer) and isinstance(answer[place + 1], bytes) else b""
        told = (piece[0] + b" " + behind).decode("ascii", "replace")
        uid, size = re.search(r"\bUID (\d+)", told), re.search(r"\bRFC822\.SIZE (\d+)", told)
        day = re.search(r'\bINTERNALDATE "([^"]+)"', told)
        if uid:
            at = moment(day[1]) if day else None
            heads[uid[1]] = Head(int(size[1]) if size else 0, at, message_id(message_from_bytes(piece[1])))
    return {uid: heads[uid] for uid in uids if uid in heads}  # one that has gone meanwhile is none


def _fetch(box: MailBox, uid: str, head: Head) -> Letter | None:
    """The message, or only its head when it is too large; None when the server does not give it."""
    is_large = head.size > LARGEST_MESSAGE
    status, answer = box.client.uid("FETCH", uid, f"(BODY.PEEK[{'HEADER' if is_large else ''}])")
    content = next((piece[1] for piece in answer if isinstance(piece, tuple)), None)
    if status != "OK" or content is None:
        return None
    return (read_headers if is_large else read_message)(content, arrived_at=head.arrived_at)


# --- a folder of messages ---


def read_folder(path: Path, take: Callable[[Letter], None]) -> MailOutcome:
    """Give the messages of a folder (its sub-folders too), of one .eml or one .mbox file to `take`, in order of name.

    errors: MailError mail_no_folder when there is no such folder or file
    """
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix.lower() in (".eml", ".mbox") and p.is_file())
    elif path.is_file():
        files = [path]
    else:
        raise MailError("mail_no_folder", path.name)
    seen = taken = attachments = 0
    for content in (content for file in files for content in _messages_in(file)):
        seen += 1
        if content.strip():
            letter = read_message(content)
            take(letter)
            taken, attachments = taken + 1, attachments + len(letter.attachments)
    return MailOutcome(seen, taken, attachments)


def _messages_in(file: Path) -> Iterable[bytes]:
    """The raw messages of a file; one that cannot be opened counts as an empty one: seen and not taken."""
    try:
        content = file.read_bytes()
    except OSError:
        return [b""]
    if file.suffix.lower() == ".mbox" or content.startswith(b"From "):
        parts = re.split(rb"(?:^|(?<=\n\n)|(?<=\r\n\r\n))From [^\r\n]*\r?\n", content)
        return [re.sub(rb"(?m)^>(>*From )", rb"\1", part) for part in parts if part.strip()]
    return [content]
