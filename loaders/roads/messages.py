"""One mail message as it arrived -> a Letter: who, when, what about, and its attachments. Nothing in it is ever run."""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.parser import BytesParser

from loaders.cells.urgency import says_urgent
from loaders.formats.limits import MEGABYTE
from loaders.roads.attachments import OF_TYPE, SIGNATURES, Attachment, clean_name, ending, numbered, reason_to_refuse
from loaders.roads.mail_text import file_name, header, message_ids, moment, raw_header, sender

DEEPEST = 10  # messages within messages
MOST_PARTS = 500
LOGO_BYTES = 150_000  # a picture within the text: below it is a signature's, above it may be a photographed report
LARGEST_MESSAGE = 120 * MEGABYTE  # base64 makes a file a third larger


@dataclass(frozen=True)
class Letter:
    """A message.

    id:          its Message-ID, else "sha256:" and the hash of its bytes
    sender:      address in lower case; "" when there is none
    sent_at:     of the Date header, aware; None when it is missing or cannot be read
    arrived_at:  when the server received it; None for a file
    replies_to:  ids of the messages that it answers
    """

    id: str
    sender: str
    subject: str
    sent_at: datetime | None
    arrived_at: datetime | None
    attachments: tuple[Attachment, ...] = ()
    replies_to: tuple[str, ...] = ()

    @property
    def is_urgent(self) -> bool:
        return says_urgent(self.subject)


def read_message(content: bytes, *, arrived_at: datetime | None = None) -> Letter:
    """The letter of a raw message; a damaged one is a letter too, with the reason in the place of its attachments."""
    try:
        message = message_from_bytes(content)
        attachments = numbered(list(_attachments(message)))
    except RecursionError:  # parts within parts without end
        message = BytesParser().parsebytes(content, headersonly=True)
        attachments = (_damaged(message),)
    return _letter(message, hashlib.sha256(content).hexdigest(), arrived_at, attachments)


def read_headers(content: bytes, *, arrived_at: datetime | None = None) -> Letter:
    """The letter of a message that is too large to be fetched: its head alone, and that it was too large."""
    message = message_from_bytes(content)
    too_large = Attachment(_named_by_subject(message), refused="mail_too_large")
    return _letter(message, hashlib.sha256(content).hexdigest(), arrived_at, (too_large,))


def message_id(message: Message) -> str:
    ids = message_ids(raw_header(message, "Message-ID"))
    return ids[0] if ids else raw_header(message, "Message-ID")


def _letter(message: Message, digest: str, arrived_at: datetime | None, attachments: tuple) -> Letter:
    answered = message_ids(raw_header(message, "In-Reply-To") + " " + raw_header(message, "References"))
    return Letter(
        id=message_id(message)[:500] or f"sha256:{digest}",
        sender=sender(message),
        subject=header(message, "Subject")[:500],
        sent_at=moment(raw_header(message, "Date")),
        arrived_at=arrived_at,
        attachments=attachments,
        replies_to=answered[:50],
    )


def _named_by_subject(message: Message) -> str:
    return (clean_name(header(message, "Subject").replace("/", "-"))[:100] or "thu") + ".eml"


def _damaged(message: Message) -> Attachment:
    return Attachment(_named_by_subject(message), refused="mail_unreadable")


def _attachments(message: Message, depth: int = 0) -> Iterator[Attachment]:
    """The files of a message, and of the messages forwarded in it."""
    if depth > DEEPEST:
        yield _damaged(message)
        return
    for count, part in enumerate(_leaves(message)):
        if count >= MOST_PARTS:
            yield _damaged(message)
            return
        if part.get_content_type() == "message/rfc822":
            yield from _forwarded(part, depth)
        elif found := _attachment(part, depth):
            yield from found


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, without what a mail server says about a letter that it could not deliver."""
    kind = message.get_content_type()
    if kind in ("multipart/report", "message/partial", "message/external-body"):
        return  # our own letters come back in reports: their attachments are no news
    if kind == "multipart/encrypted":
        yield message
    elif message.is_multipart() and kind != "message/rfc822":
        for part in message.get_payload():
            yield from _leaves(part)
    else:
        yield message


def _forwarded(part: Message, depth: int) -> Iterator[Attachment]:
    for inner in part.get_payload() if part.is_multipart() else []:
        if not inner.keys() and part.get("Content-Transfer-Encoding", "").strip().lower() == "base64":
            # against the rules, and met: the whole message as base64
            inner = message_from_bytes(_of_base64(str(inner.get_payload())))
        yield from _attachments(inner, depth + 1)


def _of_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _attachment(part: Message, depth: int) -> list[Attachment]:
    """What one part gives: mostly nothing (text, logos, signatures) or one file."""
    kind = part.get_content_type()
    if kind == "multipart/encrypted":
        return [Attachment("thu.eml", refused="mail_encrypted")]
    if kind in SIGNATURES or part.get_content_maintype() == "message":
        return []
    name = clean_name(file_name(part))
    is_attached = part.get_content_disposition() == "attachment"
    if not name and not is_attached and part.get_content_maintype() in ("text", "multipart") and kind not in OF_TYPE:
        return []
    content = part.get_payload(decode=True) or b""
    if ending(name) in (".p7s", ".sig"):
        return []
    if ending(name) == ".eml":
        return list(_attachments(message_from_bytes(content), depth + 1))
    if part.get_content_maintype() == "image" and len(content) < LOGO_BYTES and not _is_file(part):
        return []
    name = name or "tep" + OF_TYPE.get(kind, "")
    reason = reason_to_refuse(name, kind, content)
    return [Attachment(name, b"" if reason else content, reason)]


def _is_file(part: Message) -> bool:
    """Attached as a file of its own, not shown within the text."""
    return part.get_content_disposition() == "attachment" and "Content-ID" not in part
