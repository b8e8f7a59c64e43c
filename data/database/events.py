"""Events: what people did, in the order in which they did it, each numbered once in its journal and never changed.

Each event carries a hash over itself and the one before it (data/database/chain.py), written in the same transaction.
Reading does not look through them: `python -m commands check` does.
"""

import json
import threading
import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Row, insert, select

from data.access import Person, need
from data.database import chain
from data.database.chain import Head
from data.database.engine import Database
from data.database.errors import StoreError
from data.database.moments import moment
from data.database.tables import events

UPLOADS = "batches"  # the journal of accepts, undos and restores; its name is in hashes and in heads that people keep
INBOX, SHEETS, DECISIONS, QUESTIONS = "inbox", "sheets", "decisions", "questions"
LINKS, DISCLOSURES, CONCLUSIONS = "links", "disclosures", "conclusions"
JOURNALS = (UPLOADS, INBOX, SHEETS, DECISIONS, QUESTIONS, LINKS, DISCLOSURES, CONCLUSIONS)
TIMES = ("time", "received_at")


@dataclass(frozen=True)
class Record:
    """One event of a journal with nothing of its own beside what every journal has."""

    event_no: int
    time: datetime
    who: str
    act: str
    subject: str = ""
    details: dict = field(default_factory=dict)
    hash: str | None = None  # of a release before the hashes: none


class Journal:
    """The events of one journal, read once and then only what is new. Threads may share it.

    make: what a record says -> the record; it has event_no, time, who, act, details, and what its journal has beside
    """

    def __init__(self, database: Database, name: str, make: Callable = Record):
        assert name in JOURNALS, name  # else no check would look through it
        self.database, self.name, self.make = database, name, make
        self.lock = threading.RLock()
        self._records: tuple = ()
        self._hashes: list[str] = []
        self._generation = database.generation
        self._looked_at = -float("inf")

    def records(self) -> tuple:
        """Every record, oldest first; looks whether others wrote."""
        with self.lock:
            if self.database.exists():
                with self.database.reading() as connection:
                    self.refresh(connection)
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
            if number is None or number > len(self._records):  # others may have written it
                last = len(self.records())
                number = last if number is None else number
            return Head(number, self._hashes[number - 1] if number else chain.START)

    def refresh(self, connection: Connection) -> tuple:
        """The records as one transaction sees them: one that writes, or through which nothing was read yet.

        errors: StoreError store_damaged with the journal
        """
        with self.lock:
            if self._generation != self.database.generation:  # another file stands where the one we read stood
                self._forget()
            rows = self._rows(connection)
            if self._records and not self._is_last(rows[:1]):  # an older copy or another store in the same place
                self.database.note_other()
                self._forget()
                rows = self._rows(connection)
            self._take(rows[1:] if self._records else rows)
            return self._records

    def _forget(self) -> None:
        self._records, self._hashes, self._generation = (), [], self.database.generation

    def _rows(self, connection: Connection) -> Sequence[Row]:
        """The last record that is known, and those after it."""
        asked = select(events.c.event_no, events.c.record, events.c.hash).where(events.c.journal == self.name)
        return connection.execute(
            asked.where(events.c.event_no >= len(self._records)).order_by(events.c.event_no)
        ).all()

    def _is_last(self, rows: Sequence[Row]) -> bool:
        """Whether a row is the last record that is known."""
        before = self._hashes[-2] if len(self._hashes) > 1 else chain.START
        return any((row.hash or chain.hash_of(before, row.record)) == self._hashes[-1] for row in rows)

    def _take(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        hashes, news = list(self._hashes), []
        try:
            for row in rows:
                if row.event_no != len(hashes) + 1:
                    raise ValueError("a record is missing")
                # a record of a release before the hashes gets none; the first that follows seals them all
                hashes.append(row.hash or chain.hash_of(hashes[-1] if hashes else chain.START, row.record))
                news.append(self.make(**said(row.record), hash=row.hash))
        except (ValueError, KeyError) as error:
            raise StoreError("store_damaged", self.database.name, ("journal", self.name)) from error
        self._hashes = hashes
        self._records += tuple(news)

    def append(
        self,
        make: Callable[[tuple], list[dict] | None],
        *,
        now: datetime,
        who: Person,
        beside: Callable[[Connection, list], None] | None = None,
    ) -> list:
        """Add what `make` makes out of the records so far, and in the same transaction what is written `beside` it.

        make:   the records -> a dict a new record (act, subject, details, …), or nothing when nothing is to be said
        beside: what else this act writes, with the records as they were added
        errors: NotAllowed; StoreError
        """
        if not self.database.exists():  # nothing is created for who may not, or has nothing to say
            made = make(())
            self._may(made or [], who)
            if not made:
                return []
        with self.database.writing() as connection:
            added = self.add_to(connection, make, now=now, who=who)
            if added and beside:
                beside(connection, added)
        self.records()
        return added

    def add_to(
        self, connection: Connection, make: Callable[[tuple], list[dict] | None], *, now: datetime, who: Person
    ) -> list:
        """The same inside a transaction of the caller, who looks at `records` after it."""
        known = self.refresh(connection)
        made = make(known)
        if not made:
            return []
        self._may(made, who)
        shared = {"time": moment(now).astimezone(UTC), "who": who.name}
        before, rows, added = self._hashes[-1] if self._hashes else chain.START, [], []
        for number, one in enumerate(made, len(known) + 1):
            record = {"event_no": number, **shared, **one, "details": json.dumps(one.get("details", {}))}
            text = chain.canonical({name: value for name, value in record.items() if value is not None}).decode()
            before = chain.hash_of(before, text)
            rows.append(
                {
                    "journal": self.name,
                    "event_no": number,
                    "time": shared["time"],
                    "who": who.name,
                    "act": one["act"],
                    "subject": str(one.get("subject") or one.get("number") or ""),
                    "record": text,
                    "hash": before,
                }
            )
            added.append(self.make(**said(text), hash=before))
        connection.execute(insert(events), rows)
        return added

    def _may(self, made: list[dict], who: Person) -> None:
        for one in made:
            need(who, f"{self.name}.{one['act']}")

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


def said(text: str) -> dict:
    """What a stored record says: its moments in the campaign's time zone, its details as a dict."""
    record = json.loads(text)
    times = {name: moment(datetime.fromisoformat(record[name])) for name in TIMES if record.get(name)}
    return record | times | {"details": json.loads(record["details"])}
