"""Hashes by which a change of what is kept is found: one over each record and the one before it, one over rows."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

START = ""  # the hash before the first record

FAULTS = (
    "missing",  # there is no record of this number
    "inserted",  # a record of a number that is there already, or of none
    "changed",  # its hash is not that of what it says after the record before it
    "unsealed_changed",  # the same, of the first one with a hash: it or one of those that it seals was changed
    "hash_missing",  # a record after one with a hash has none
)


class Head(NamedTuple):
    """A record's number and its hash: who keeps them elsewhere sees whether the records up to it are still those."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True)
class Break:
    """The first record that is not as it was written; time and act as it says now, None when it is not there."""

    number: int
    fault: str
    time: datetime | None = None
    act: str | None = None


@dataclass(frozen=True)
class Chain:
    """What a look through all records found.

    hashes:  of the records up to the first break, in order; those of a version before the hashes are computed
    records: how many there are; sealed_from: the number of the first with a hash, which seals all before it
    """

    hashes: tuple[str, ...]
    records: int
    sealed_from: int | None = None
    broken: Break | None = None

    @property
    def head(self) -> Head:
        return Head(len(self.hashes), self.hashes[-1] if self.hashes else START)


def canonical(value: object) -> bytes:
    """The one way in which a value is written for hashing: JSON, keys in order, moments in UTC to the microsecond."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_moment)
    return text.encode()


def _moment(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"a record holds no {type(value).__name__}")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def hash_of(before: str, text: str) -> str:
    """SHA-256 over the hash of the record before and the text of this one, as it is stored (`canonical`)."""
    return hashlib.sha256(before.encode() + b"\n" + text.encode()).hexdigest()


def rows_hash(count: int, columns: Mapping[str, list]) -> str:
    """SHA-256 over every cell of some rows in their order; a column without a single value is left out, so that a
    column which a later release adds changes no hash of before."""
    digest = hashlib.sha256(canonical(count))
    for name in sorted(columns):
        if any(value is not None for value in columns[name]):
            digest.update(canonical([name, columns[name]]))
    return digest.hexdigest()


def look_through(events: Sequence[Mapping]) -> Chain:
    """Follow the hashes from the first event to the last, or to the first that is not as it was written.

    events: rows of the table of one journal, ordered by event_no
    """
    hashes, sealed_from = [], None
    for number, event in enumerate(events, 1):
        computed = hash_of(hashes[-1] if hashes else START, event["record"] or "")
        fault = _fault(number, event, computed, sealed_from)
        if fault:
            told = (None, None) if fault == "missing" else (in_utc(event["time"]), event["act"])
            return Chain(tuple(hashes), len(events), sealed_from, Break(number, fault, *told))
        if sealed_from is None and event["hash"]:
            sealed_from = number
        hashes.append(computed)
    return Chain(tuple(hashes), len(events), sealed_from)


def _fault(number: int, event: Mapping, computed: str, sealed_from: int | None) -> str | None:
    if event["event_no"] != number:
        is_later = isinstance(event["event_no"], int) and event["event_no"] > number
        return "missing" if is_later else "inserted"
    if not _says_the_same(event):
        return "changed"
    if not event["hash"]:
        return "hash_missing" if sealed_from else None
    if event["hash"] == computed:
        return None
    return "unsealed_changed" if sealed_from is None and number > 1 else "changed"


def _says_the_same(event: Mapping) -> bool:
    """Whether the columns beside the record, which outside tools read, are those of the record."""
    try:
        record = json.loads(event["record"])
        subject = str(record.get("subject") or record.get("number") or "")
        moment = datetime.fromisoformat(record["time"]).astimezone(UTC)
        own = (in_utc(event["time"]), event["who"], event["act"], event["subject"])
        return own == (moment, record["who"], record["act"], subject)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def in_utc(time: datetime | None) -> datetime | None:
    """SQLite keeps moments without their zone, which is UTC."""
    return time and (time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC))
