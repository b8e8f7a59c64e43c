"""The log of the store: one record per accept, undo, restore; and the state that a run of records makes."""

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError

from data import reference, schemas
from data.store_files import BATCHES, Place, StoreError, reading, writing
from data.store_rows import NO_CLEANING

TEXT, WHOLE, TIME = pa.string(), pa.int64(), pa.timestamp("us", "UTC")
COLUMNS = {
    "event_no": WHOLE,
    "time": TIME,  # the server's own
    "who": TEXT,
    "act": TEXT,
    "number": WHOLE,  # of the upload that is accepted, undone or restored; missing for clear_demo
    "why": TEXT,
    "batch_id": TEXT,
    "file": TEXT,
    "received_at": TIME,
    "sha256": TEXT,
    "content_key": TEXT,
    "again": TEXT,
    "is_demo": pa.bool_(),
    "details": TEXT,  # JSON
}
ATTEMPTS = 200
SETTLES_SHARE = 0.5  # a list settles an earlier one that it contains at least by half; a chance meeting of rows does not


@dataclass(frozen=True)
class Event:
    """One record. details of an accept: parts, overlaps {kind: [[earlier number, its rows met again, its rows]]}."""

    event_no: int
    time: datetime
    who: str
    act: str
    number: int | None = None
    why: str = ""
    batch_id: str | None = None
    file: str | None = None
    received_at: datetime | None = None
    sha256: str | None = None
    content_key: str | None = None
    again: str | None = None
    is_demo: bool = False
    details: dict = field(default_factory=dict)

    def parts(self, kind: str) -> list[dict]:
        return [part for part in self.details["parts"] if part["kind"] == kind]

    def keys(self, kind: str) -> set[tuple]:
        """What this upload reports on: (commune, week, is_urgent), or (commune, indicator) for targets."""
        return {tuple(key) for part in self.parts(kind) for key in part["keys"]}

    def rows(self, kind: str) -> int:
        return sum(part["rows"] for part in self.parts(kind))

    def overlaps(self, kind: str) -> list[tuple[int, int, int]]:
        return [tuple(entry) for entry in self.details["overlaps"].get(kind, [])]


def moment(value: datetime) -> datetime:
    """A moment in the campaign's time zone; one without a zone is meant there."""
    zone = ZoneInfo(reference.load().campaign.timezone)
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)


class State:
    """Which uploads are in force after some events, and what replaces what."""

    def __init__(self, events: tuple[Event, ...]):
        self.events = events
        self.uploads = {event.number: event for event in events if event.act == "accept"}
        in_force: dict[int, bool] = {}
        for event in events:
            numbers = event.details["numbers"] if event.act == "clear_demo" else [event.number]
            in_force.update(dict.fromkeys(numbers, event.act in ("accept", "restore")))
        self.in_force = [number for number in sorted(in_force) if in_force[number]]

    @property
    def event_no(self) -> int:
        return self.events[-1].event_no if self.events else 0

    def upload(self, number: int) -> Event:
        if number not in self.uploads:
            raise StoreError("upload_unknown", number)
        return self.uploads[number]

    def same_content(self, sha256: str, content_key: str) -> int | None:
        """The upload in force that says the same, by its bytes or by what can be read in it."""
        for number in self.in_force:
            upload = self.uploads[number]
            if sha256 == upload.sha256 or content_key == upload.content_key:
                return number
        return None

    @cached_property
    def owners(self) -> dict[str, dict[tuple, int]]:
        """For weekly reports and targets: what is reported on → the latest upload in force, which counts."""
        owners: dict[str, dict[tuple, int]] = {"weekly_reports": {}, "targets": {}}
        for number in self.in_force:
            for kind, of_kind in owners.items():
                of_kind.update(dict.fromkeys(self.uploads[number].keys(kind), number))
        return owners

    @cached_property
    def replaced(self) -> dict[tuple[str, int], set[int]]:
        """(kind, earlier number) → the uploads in force that were accepted to replace its list."""
        return self._earlier(lambda upload, met, rows: upload.again == "replace")

    @cached_property
    def settled(self) -> dict[tuple[str, int], set[int]]:
        """(kind, earlier number) → the uploads in force that settle its waiting rows and remarks."""
        return self._earlier(lambda upload, met, rows: upload.again == "replace" or met >= rows * SETTLES_SHARE)

    def _earlier(self, is_meant: Callable[[Event, int, int], bool]) -> dict[tuple[str, int], set[int]]:
        found: dict[tuple[str, int], set[int]] = {}
        for number in self.in_force:
            upload = self.uploads[number]
            for kind in upload.details["overlaps"]:
                for earlier, met, rows in upload.overlaps(kind):
                    if is_meant(upload, met, rows):
                        found.setdefault((kind, earlier), set()).add(number)
        return found

    def counting(self, kind: str) -> list[Event]:
        """The uploads in force with rows of a kind, without lists that a later upload replaces."""
        uploads = [self.uploads[number] for number in self.in_force if self.uploads[number].rows(kind)]
        return [upload for upload in uploads if (kind, upload.number) not in self.replaced]

    def repeating(self, kind: str) -> set[int]:
        """The uploads whose rows may repeat each other: only these need to be compared."""
        numbers = {upload.number for upload in self.counting(kind)}
        pairs = [(n, earlier) for n in numbers for earlier, _, _ in self.uploads[n].overlaps(kind) if earlier in numbers]
        return {number for pair in pairs for number in pair}

    def replaced_by(self, number: int) -> tuple[int, ...]:
        """The later uploads in force because of which something of this one does not count."""
        upload, found = self.uploads[number], set()
        for kind in schemas.LINE_KINDS:
            found |= self.replaced.get((kind, number), set())
        for kind, owners in self.owners.items():
            found |= {owners[key] for key in upload.keys(kind) if owners.get(key, 0) > number}
        return tuple(sorted(found))

    def is_settled(self, number: int, part: dict) -> bool:
        """Waiting rows and remarks of a part stand until a later upload tells the same again."""
        if part["kind"] in schemas.LINE_KINDS:
            return (part["kind"], number) in self.settled
        owners = self.owners[part["kind"]]
        keys = {tuple(key) for key in part["keys"] or part["received"]}
        return bool(keys) and all(owners.get(key, 0) > number for key in keys)


class Log:
    """The records of one store, read once and then only what is new."""

    def __init__(self, place: Place):
        self.place = place
        self.lock = threading.RLock()
        self._table: DeltaTable | None = None
        self._read_version = -1
        self._events: tuple[Event, ...] = ()
        self._state = State(())

    def state(self, as_of: datetime | None = None) -> State:
        """The state now, or as the records up to a moment made it."""
        with self.lock:
            self._refresh()
            if as_of is None:
                return self._state
            until = max((e.event_no for e in self._events if e.time <= moment(as_of)), default=0)
            return self._state if until == self._state.event_no else State(self._events[:until])

    def _refresh(self) -> None:
        if self._table is None:
            self._table = self.place.table(BATCHES)
            if self._table is None:
                return
        address = self.place.address(BATCHES)
        with reading(address):
            self._table.update_incremental()
            if self._table.version() == self._read_version:
                return
            is_new = pc.field("event_no") > len(self._events)
            rows = self._table.to_pyarrow_dataset().to_table(list(COLUMNS), filter=is_new).sort_by("event_no")
            self._events += tuple(self._event(row) for row in rows.to_pylist())
        if [event.event_no for event in self._events] != list(range(1, len(self._events) + 1)):
            raise StoreError("store_damaged", address)
        self._read_version = self._table.version()
        if self._state.event_no != len(self._events):
            self._state = State(self._events)

    @staticmethod
    def _event(row: dict) -> Event:
        times = {name: moment(row[name]) for name in ("time", "received_at") if row[name] is not None}
        return Event(**(row | times | {"details": json.loads(row["details"])}))

    def append(self, make: Callable[[State], dict | None], *, now: datetime, who: str) -> Event | None:
        """Add the record that `make` makes out of the state; when someone else was faster, make it again.

        With max_commit_retries=0 deltalake 1.6 commits exactly on the version that was read or fails (tried with four
        processes: no number given twice, none left out). `make` returns None when there is nothing to record.
        """
        for attempt in range(ATTEMPTS):
            with self.lock:
                state = self.state()
                made = make(state)
                if made is None:
                    return None
                event = Event(event_no=state.event_no + 1, time=now.astimezone(UTC), who=who, **made)
                if self._commit(event):
                    return self.state().events[event.event_no - 1]
            # each process waits a little differently, so that they do not meet again
            time.sleep(min(0.2, 0.003 * (attempt + 1)) * (1 + os.getpid() % 7 / 7))
        raise StoreError("store_busy", self.place.address(BATCHES))

    def _commit(self, event: Event) -> bool:
        row = {name: getattr(event, name) for name in COLUMNS} | {"details": json.dumps(event.details)}
        record = pa.Table.from_pylist([row], schema=pa.schema(list(COLUMNS.items())))
        address = self.place.address(BATCHES)
        try:
            with writing(address):
                if self._table is None:
                    options = self.place.options
                    DeltaTable.create(address, record.schema, mode="ignore", storage_options=options)
                    self._refresh()
                    if self._events:
                        return False
                write_deltalake(
                    self._table,
                    record,
                    mode="append",
                    commit_properties=CommitProperties(max_commit_retries=0),
                    post_commithook_properties=NO_CLEANING,
                )
            return True
        except CommitFailedError:
            return False
