"""Hashes by which a change of what is kept is found: one over each record and the one before it, one over rows."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import pyarrow as pa

HASH = "hash"  # the column of a record's own hash
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
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value)


def record_hash(before: str, record: Mapping) -> str:
    """SHA-256 over the hash of the record before and every cell of this one, as it is stored.

    A cell without a value is left out, so that a column which a later version adds changes no hash of before.
    """
    said = {name: value for name, value in record.items() if value is not None and name != HASH}
    return hashlib.sha256(before.encode() + b"\n" + canonical(said)).hexdigest()


def hashes_after(before: str, records: Iterable[Mapping]) -> list[str]:
    """The hash of each record that follows on `before`."""
    hashes = []
    for record in records:
        before = record_hash(before, record)
        hashes.append(before)
    return hashes


def rows_hash(rows: pa.Table) -> str:
    """SHA-256 over every cell of the rows in their order; a column without a single value is left out, as above."""
    digest = hashlib.sha256(canonical(len(rows)))
    for name in sorted(rows.column_names):
        column = rows[name]
        if column.null_count < len(column):
            values = column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
            digest.update(canonical([name, values.to_pylist()]))
    return digest.hexdigest()


def look_through(records: Sequence[Mapping]) -> Chain:
    """Follow the hashes from the first record to the last, or to the first that is not as it was written.

    records: as they are stored, ordered by event_no
    """
    hashes, sealed_from = [], None
    for number, record in enumerate(records, 1):
        computed = record_hash(hashes[-1] if hashes else START, record)
        fault = _fault(number, record, computed, sealed_from)
        if fault:
            told = (None, None) if fault == "missing" else (record["time"], record["act"])
            return Chain(tuple(hashes), len(records), sealed_from, Break(number, fault, *told))
        if sealed_from is None and record.get(HASH):
            sealed_from = number
        hashes.append(computed)
    return Chain(tuple(hashes), len(records), sealed_from)


def _fault(number: int, record: Mapping, computed: str, sealed_from: int | None) -> str | None:
    if record["event_no"] != number:
        return "missing" if (record["event_no"] or 0) > number else "inserted"
    if not record.get(HASH):
        return "hash_missing" if sealed_from else None
    if record[HASH] == computed:
        return None
    return "unsealed_changed" if sealed_from is None and number > 1 else "changed"
