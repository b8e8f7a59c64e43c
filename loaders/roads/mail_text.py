"""Text of mail headers as Vietnamese senders' programs write it: RFC 2047, RFC 2231, raw bytes, old encodings."""

import base64
import binascii
import quopri
import re
import unicodedata
from datetime import UTC, datetime
from email.message import Message
from email.utils import collapse_rfc2231_value, parsedate_to_datetime

from loaders.formats.legacy_text import decode as decode_legacy

ENCODED_WORD = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")
IN_BRACKETS = re.compile(rf"<\s*({ADDRESS.pattern})\s*>")
QUOTED = re.compile(r'"(\\.|[^"\\])*"')
MESSAGE_ID = re.compile(r"<[^<>\s]+>")


def raw_header(message: Message, name: str) -> str:
    """A header as it stands, in one line, its raw bytes decoded; "" without one."""
    value = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return " ".join(_from_bytes(str(value)).split())


def header(message: Message, name: str) -> str:
    """A header as a person reads it."""
    return clean_text(decode_words(raw_header(message, name)))


def clean_text(text: str) -> str:
    """NFC, old fonts decoded, without characters that cannot be shown; the soft hyphen only after the old fonts."""
    rows, _, _ = decode_legacy([[unicodedata.normalize("NFC", text)]])
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u00ad\ud800-\udfff]", " ", rows[0][0]).split())


def _from_bytes(text: str) -> str:
    """What the parser kept as raw bytes, decoded: UTF-8, else the old Vietnamese encodings."""
    if not any("\udc80" <= letter <= "\udcff" for letter in text):
        return text
    return _decode(text.encode("utf-8", "surrogateescape"), "utf-8")


def _decode(content: bytes, charset: str) -> str:
    """Bytes in the encoding they claim, else in the one that fits them."""
    for name in (charset, "utf-8"):
        try:
            return content.decode(name)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    latin = content.decode("latin-1")
    rows, encoding, _ = decode_legacy([[latin]])
    return rows[0][0] if encoding else content.decode("cp1258", "replace")


def decode_words(text: str) -> str:
    """RFC 2047; a letter cut in two by adjacent words is put together again, words within quotes are decoded too."""
    parts, position = [], 0
    waiting, charset = b"", ""
    for word in ENCODED_WORD.finditer(text):
        between = text[position : word.start()]
        is_next = position and not between.strip()
        if waiting and not (is_next and word[1].lower() == charset):
            parts.append(_decode(waiting, charset))
            waiting = b""
        parts.append("" if is_next else between)
        charset, position = word[1].lower(), word.end()
        waiting += _bytes_of(word[2].lower(), word[3])
    return "".join([*parts, _decode(waiting, charset) if waiting else "", text[position:]])


def _bytes_of(form: str, text: str) -> bytes:
    content = text.encode("utf-8", "surrogateescape")
    if form == "q":
        return quopri.decodestring(content, header=True)
    content = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    try:
        return base64.b64decode(content + b"=" * (-len(content) % 4))
    except binascii.Error:  # one letter too many
        return base64.b64decode(content[:-1] + b"=" * (-len(content[:-1]) % 4))


def file_name(part: Message) -> str:
    """The name of an attachment as its sender saw it; "" without one."""
    for place, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        raw = raw_header(part, place)
        if not raw:
            continue
        alone = Message()
        alone[place] = raw
        found = [value for key, value in alone.get_params([], place) if key.lower() == parameter]
        # the RFC 2231 form, where both are there, is the one with accents
        for value in sorted(found, key=lambda value: not isinstance(value, tuple)):
            try:
                text = decode_words(collapse_rfc2231_value(value))
            except (LookupError, ValueError, TypeError):
                continue
            if name := clean_text(text):
                return name
    return ""


def sender(message: Message) -> str:
    """The address of From in lower case, of several the first; "" without one. The name before it is no proof."""
    raw = QUOTED.sub("", raw_header(message, "From"))
    found = IN_BRACKETS.findall(raw) or ADDRESS.findall(raw)
    return found[0].lower() if found else ""


def message_ids(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(MESSAGE_ID.findall(text)))


def moment(text: str) -> datetime | None:
    """An aware moment of a mail header or of INTERNALDATE; None when it cannot be read."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
