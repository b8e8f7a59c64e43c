"""The log of the store: one record per accept, undo, restore and clearing; what is in force follows from it."""

from collections.abc import Callable
from datetime import datetime

import pyarrow as pa

from data.access import Person
from data.chain import Head
from data.journal import TEXT, TIME, WHOLE, Journal
from data.store_files import BATCHES, Place
from data.store_state import Event, State, moment

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


class Log:
    """The records of one store and the state that they make."""

    def __init__(self, place: Place):
        self.journal = Journal(place, BATCHES, COLUMNS, Event)
        self._state = State(())

    def state(self, as_of: datetime | None = None, *, max_age_seconds: float = 0) -> State:
        """The state now, or as the records up to a moment made it; looks whether others wrote (Journal.version)."""
        self.journal.version(max_age_seconds=max_age_seconds)
        now = self.known()
        if as_of is None:
            return now
        until = max((e.event_no for e in now.events if e.time <= moment(as_of)), default=0)
        return now if until == now.event_no else State(now.events[:until])

    def known(self) -> State:
        """The state as it was read last, without looking whether others wrote."""
        return self._now(self.journal.known())

    def head(self, as_of: datetime | None = None) -> Head:
        """The last record, now or at a moment, with its hash."""
        return self.journal.head(self.state(as_of).event_no)

    def _now(self, events: tuple[Event, ...]) -> State:
        if self._state.event_no < len(events):
            self._state = State(events)
        return self._state

    def append(self, make: Callable[[State], dict | None], *, now: datetime, who: Person) -> Event | None:
        """Add the record that `make` makes out of the state (Journal.append); None when there is nothing to record."""

        def made(events: tuple[Event, ...]) -> list[dict] | None:
            one = make(self._now(events))
            return None if one is None else [one]

        added = self.journal.append(made, now=now, who=who)
        return added[0] if added else None
