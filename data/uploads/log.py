"""The log of the store: one event per accept, undo, restore and clearing; what is in force follows from it."""

from datetime import datetime

from sqlalchemy import Connection

from data.database.chain import Head
from data.database.engine import Database
from data.database.events import UPLOADS, Journal
from data.database.moments import moment
from data.database.state import Event, State


class Log:
    """The events of one store and the state that they make."""

    def __init__(self, database: Database):
        self.journal = Journal(database, UPLOADS, Event)
        self._state = State(())

    def state(self, as_of: datetime | None = None, *, max_age_seconds: float = 0) -> State:
        """The state now, or as the events up to a moment made it; looks whether others wrote (Journal.version)."""
        self.journal.version(max_age_seconds=max_age_seconds)
        now = self.known()
        if as_of is None:
            return now
        until = max((e.event_no for e in now.events if e.time <= moment(as_of)), default=0)
        return now if until == now.event_no else State(now.events[:until])

    def seen_by(self, connection: Connection) -> State:
        """The state as one transaction sees it."""
        return self._of(self.journal.refresh(connection))

    def known(self) -> State:
        """The state as it was read last, without looking whether others wrote."""
        return self._of(self.journal.known())

    def head(self, as_of: datetime | None = None) -> Head:
        """The last event, now or at a moment, with its hash."""
        return self.journal.head(self.state(as_of).event_no)

    def _of(self, events: tuple[Event, ...]) -> State:
        if self._state.events is not events and self._state.events != events:
            self._state = State(events)
        return self._state
