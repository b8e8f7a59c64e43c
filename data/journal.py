"""Append-only records in a table of the store, each numbered once, whoever writes at once: its log, the inbox, …

Each record carries a hash over itself and the one before it (data/chain.py), written in the same commit. Reading does
not look through them: `python -m data check` does.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError

from data import chain
from data.access import Person, need
from data.chain import HASH, Head
from data.store_files import JOURNALS, Place, StoreError, reading, writing
from data.store_rows import NO_CLEANING, join_small_files
from data.store_state import moment

TEXT, WHOLE, TIME = pa.string(), pa.int64(), pa.timestamp("us", "UTC")
COLUMNS = {
    "event_no": WHOLE,
    "time": TIME,  # the server's own
    "who": TEXT,
    "act": TEXT,
    "subject": TEXT,  # what the record is about: the number of an item, of a source, …
    "details": TEXT,  # JSON
}
ATTEMPTS = 200
TIDY_EVERY = 25  # records between two looks whether small files should be joined


@dataclass(frozen=True)
class Record:
    """One record of a journal with nothing of its own beside what every journal has."""

    event_no: int
    time: datetime
    who: str
    act: str
    subject: str = ""
    details: dict = field(default_factory=dict)
    hash: str | None = None  # of a version before the hashes: none


class Journal:
    """The records of one table, read once and then only what is new. Threads may share it.

    make: a row of the table -> a record; a record has event_no, time, who, act, details and the other columns
    """

    def __init__(self, place: Place, name: str, columns: Mapping[str, pa.DataType] = COLUMNS, make: Callable = Record):
        assert name in JOURNALS, name  # else no check would look through it
        self.place, self.name, self.columns, self.make = place, name, {**columns, HASH: TEXT}, make
        self.lock = threading.RLock()
        self._table: DeltaTable | None = None
        self._read_version = -1
        self._records: tuple = ()
        self._computed: list[str] = []  # the hashes of the records that have none
        self._looked_at = -float("inf")

    @property
    def address(self) -> str:
        return self.place.address(self.name)

    def records(self) -> tuple:
        """Every record, oldest first; looks whether others wrote."""
        with self.lock:
            self._refresh()
            return self._records

    def version(self, *, max_age_seconds: float = 0) -> int:
        """How many records there are; what other processes wrote may go unseen for a while, our own never."""
        now = time.monotonic()
        if now - self._looked_at >= max_age_seconds:
            self.records()
            self._looked_at = now
        return len(self._records)

    def known(self) -> tuple:
        """The records as they were read last, without looking whether others wrote."""
        return self._records

    def head(self, number: int | None = None) -> Head:
        """The last record, or an earlier one, with its hash."""
        with self.lock:
            number = len(self.records()) if number is None else number
            return Head(number, self._hash_of(number))

    def _hash_of(self, number: int) -> str:
        """A record of a version before the hashes gets none; the first that follows seals them all."""
        if not number:
            return chain.START
        if self._records[number - 1].hash:
            return self._records[number - 1].hash
        if len(self._computed) < number:
            with reading(self.address):
                rows = self._table.to_pyarrow_dataset().to_table().sort_by("event_no")
                self._computed = chain.hashes_after(chain.START, rows.to_pylist())
        return self._computed[number - 1]

    def _refresh(self) -> None:
        if self._table is None:
            self._table = self.place.table(self.name)
            if self._table is None:
                return
        with reading(self.address):
            self._table.update_incremental()
            if self._table.version() == self._read_version:
                return
            is_new, there = pc.field("event_no") > len(self._records), self._names()
            rows = self._table.to_pyarrow_dataset().to_table(there, filter=is_new).sort_by("event_no")
            self._records += tuple(self._record(row) for row in rows.to_pylist())
        if [record.event_no for record in self._records] != list(range(1, len(self._records) + 1)):
            raise StoreError("store_damaged", self.address)
        self._read_version = self._table.version()

    def _names(self) -> list[str]:
        """The columns that the table has: one of a version before the hashes has no such column."""
        there = {field.name for field in self._table.schema().fields}
        return [name for name in self.columns if name in there]

    def _record(self, row: dict):
        times = {n: moment(row[n]) for n, kind in self.columns.items() if kind == TIME and row[n] is not None}
        return self.make(**(row | times | {"details": json.loads(row["details"])}))

    def append(self, make: Callable[[tuple], list[dict] | None], *, now: datetime, who: Person) -> list:
        """Add what `make` makes out of the records so far; when someone else was faster, make it again.

        make:   the records -> a dict a new record (act, subject, details, …), or nothing when nothing is to be said
        out:    the records as they were added, in one commit: all of them or none
        errors: NotAllowed; StoreError store_busy, store_not_writable, store_damaged

        With max_commit_retries=0 deltalake 1.6 commits exactly on the version that was read or fails (tried with four
        processes: no number given twice, none left out).
        """
        for attempt in range(ATTEMPTS):
            with self.lock:
                added = self._attempt(make, now, who)
            if added is not None:
                if any(record.event_no % TIDY_EVERY == 0 for record in added):
                    join_small_files(self.place, self.name)
                return added
            # each process waits a little differently, so that they do not meet again
            time.sleep(min(0.2, 0.003 * (attempt + 1)) * (1 + os.getpid() % 7 / 7))
        raise StoreError("store_busy", self.address)

    def _attempt(self, make: Callable[[tuple], list[dict] | None], now: datetime, who: Person) -> list | None:
        """None when someone else was faster."""
        first = len(self.records())
        made = make(self._records)
        if not made:
            return []
        for one in made:
            need(who, f"{self.name}.{one['act']}")
        told = {"time": moment(now).astimezone(UTC), "who": who.name}
        rows = [self.make(event_no=first + number, **told, **one) for number, one in enumerate(made, 1)]
        return list(self.records()[first : first + len(rows)]) if self._commit(rows) else None

    def add(
        self,
        act: str,
        number: int,
        details: dict,
        *,
        known: Callable[[tuple], Container[int]],
        error: str,
        who: Person,
        now: datetime,
    ) -> None:
        """Add one record about something that is there already.

        known:  the records -> the numbers of what is there; error: code of the StoreError for any other number
        """

        need(who, f"{self.name}.{act}")  # who may not do it is not told either whether it is there

        def make(records: tuple) -> list[dict]:
            if number not in known(records):
                raise StoreError(error, number)
            return [{"act": act, "subject": str(number), "details": details}]

        self.append(make, now=now, who=who)

    def _commit(self, records: list) -> bool:
        rows = [
            {name: getattr(record, name) for name in self.columns} | {"details": json.dumps(record.details)}
            for record in records
        ]
        data = self._hashed(pa.Table.from_pylist(rows, schema=pa.schema(list(self.columns.items()))))
        try:
            with writing(self.address):
                if self._table is None:
                    options = self.place.options
                    DeltaTable.create(self.address, data.schema, mode="ignore", storage_options=options)
                    self._refresh()
                    if self._records:
                        return False
                write_deltalake(
                    self._table,
                    data,
                    mode="append",
                    schema_mode=None if HASH in self._names() else "merge",
                    commit_properties=CommitProperties(max_commit_retries=0),
                    post_commithook_properties=NO_CLEANING,
                )
            return True
        except CommitFailedError:
            return False

    def _hashed(self, data: pa.Table) -> pa.Table:
        """New records with their hashes, which follow on the last one that was read."""
        hashes = chain.hashes_after(self._hash_of(len(self._records)), data.to_pylist())
        return data.set_column(data.column_names.index(HASH), HASH, pa.array(hashes, TEXT))
