"""The log of the store: one record per accept, undo and restore, each numbered once, whoever writes at once."""

import json
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError

from data.store_files import BATCHES, Place, StoreError, reading, writing
from data.store_rows import NO_CLEANING
from data.store_state import Event, State, moment

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

    def known(self) -> State:
        """The state as it was read last, without looking whether others wrote."""
        return self._state

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
                event = Event(event_no=state.event_no + 1, time=moment(now).astimezone(UTC), who=who, **made)
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
