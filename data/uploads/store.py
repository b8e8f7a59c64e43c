"""The store: accept, undo, restore, and what is in force, now or at a moment. Nothing is ever changed or deleted.

Each act is one transaction: the lines of an upload, their sums, its original bytes, its event, the item of the inbox.
How uploads of one kind meet: a weekly report or a target is replaced by the later one for the same commune and week
(indicator); equal lines of lists count once, unless the clerk said that all of them count (`again`).
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pandas as pd
from sqlalchemy import Connection, func, select

from data import schemas
from data.access import Person, need
from data.conditions import Condition, clause
from data.database import tables
from data.database.engine import Database
from data.database.errors import StoreError
from data.database.moments import moment
from data.database.originals import digest_of, original
from data.database.state import Event, State
from data.records.conclusions import Conclusions
from data.records.decisions import Decisions
from data.records.disclosures import Disclosures
from data.records.inbox import Inbox, Item
from data.records.links import Links
from data.records.number_questions import NumberQuestions
from data.records.sheet_sources import SheetSources
from data.uploads import views
from data.uploads.effect import Effect, effect
from data.uploads.groups import Groups
from data.uploads.lines import LineQuery, LineReader
from data.uploads.log import Log
from data.uploads.parts import (
    Comparison,
    Part,
    PartComparison,
    Receipt,
    check_parts,
    content_key,
    described,
    keyed_rows,
    replaces,
    storable,
)
from data.uploads.search_text import matches
from data.uploads.sums import dtypes_of, framed, summed
from data.uploads.verify import Verified
from data.uploads.writing import Writer, hashes, known, met_lines, overlaps, plain, totals

Again = Literal["add_new", "replace", "all"]

__all__ = ["Again", "Comparison", "LineQuery", "Part", "PartComparison", "Receipt", "Store", "StoreError"]


class Store:
    """The store in a folder or a PostgreSQL database; default STORE_URL, else data/store. Threads may share it."""

    def __init__(self, url: str | Path | None = None):
        self.database = Database(url)
        self.log = Log(self.database)
        self.log.state()  # what is wrong with the store is told at once
        self.inbox = Inbox(self.database)
        self.sheets = SheetSources(self.database)
        self.questions = NumberQuestions(self.database)
        self.decisions = Decisions(self.database)
        self.links = Links(self.database)
        self.disclosures = Disclosures(self.database)
        self.conclusions = Conclusions(self.database)
        self._groups, self._verified, self._generation = Groups(), Verified(), self.database.generation
        self._items: tuple[tuple, dict[int, Item]] = ((), {})
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it lies: what STORE_URL says of it."""
        return self.database.url

    def version(self, *, max_age_seconds: float = 0) -> int:
        """Grows with every accept, undo and restore, whoever made it; 0 when empty.

        max_age_seconds: for how long what other processes wrote may go unseen; what this one wrote is seen at once
        """
        return self.log.state(max_age_seconds=max_age_seconds).event_no

    def look(self) -> None:
        """Whether all of it can be read and written: as far as that shows without writing, and without reading all.

        errors: StoreError, those OF_THE_STORE
        """
        self.log.state()
        if self.database.exists():
            with self._reading():
                pass
        self.database.check_writable()

    # accepting
    def compare(self, parts: Sequence[Part], content: bytes) -> Comparison:
        """What an accept would meet; nothing is written."""
        check_parts(parts)
        state, rows = self.log.state(), keyed_rows(parts)
        met, counting = {}, set()
        if self.database.exists():
            with self.database.reading() as connection:
                state = self._seen_by(connection)
                met = {kind: met_lines(connection, kind, rows[kind]) for kind in rows if kind in schemas.KINDS}
                counting = set(connection.execute(tables.in_force()).scalars())
        found, compared = overlaps(met, state), []
        for number, part in enumerate(parts):
            related = [tuple(entry) for entry in found.get(part.kind, []) if entry[0] in state.in_force]
            marks: tuple[bool, ...] = (False,) * len(part.frame)
            if part.kind in met:
                of_kind = rows[part.kind]
                is_known = known(of_kind, met[part.kind], counting)
                marks = tuple(is_known[(of_kind["reading_no"] == number).to_numpy()].tolist())
            new = len(part.frame) - sum(marks)
            compared.append(PartComparison(part.kind, sum(marks), new, related, replaces(state, part), marks))
        already = state.same_content(digest_of(content), content_key(parts))
        return Comparison(already, tuple(compared))

    def accept(
        self,
        *,
        name: str,
        content: bytes,
        parts: Sequence[Part],
        who: Person,
        received_at: datetime,
        now: datetime,
        again: Again = "add_new",
        is_demo: bool = False,
        item: int | None = None,
        supersedes: Sequence[int] = (),
        is_correction: bool = False,
    ) -> Receipt:
        """Keep all parts of one upload in one act; the same content again adds nothing.

        again:       what happens to lines that an earlier upload in force also has. "add_new": they count once;
                     "replace": the earlier lists that share lines no longer count; "all": they count beside them
        item:        what of the inbox is accepted by this; undoing the upload makes it wait again. Where the content
                     counts already, the item is told to be known through the other upload
        supersedes:  earlier uploads whose lists no longer count while this one does: it is their newer state
        is_correction: it mends what came first at received_at, so it was corrected, at `now`
        errors: NotAllowed; StoreError nothing_to_accept, frame_not_tidy, amount_too_large, and those OF_THE_STORE
        """
        need(who, "batches.accept")
        if not parts:
            raise StoreError("nothing_to_accept", name)
        check_parts(parts)
        digest, key, rows = digest_of(content), content_key(parts), keyed_rows(parts)
        record = {"act": "accept", "file": storable(name), "again": again, "is_demo": is_demo, "sha256": digest}
        record |= {"received_at": moment(received_at).astimezone(UTC), "content_key": key, "batch_id": uuid4().hex[:16]}
        details = {"parts": [described(number, part) for number, part in enumerate(parts)]}
        about = {"item": item, "supersedes": list(supersedes), "is_correction": is_correction}
        details |= {name: value for name, value in about.items() if value}
        lines = {kind: plain(kind, of_kind) for kind, of_kind in rows.items()}
        details |= {"row_hashes": hashes(lines, record["batch_id"]), "totals": totals(rows)}
        with self.database.writing() as connection:
            state = self._seen_by(connection)
            already = state.same_content(digest, key)
            if already is not None:
                if item is not None:
                    self.inbox.tell_known(connection, item, already, who=who, now=now)
                receipt = _already(state.upload(already))
            else:
                met = {kind: met_lines(connection, kind, rows[kind]) for kind in rows if kind in schemas.KINDS}
                counting = set(connection.execute(tables.in_force()).scalars())
                record |= {"number": max(state.uploads, default=0) + 1}
                record["details"] = details | {"overlaps": overlaps(met, state)}
                (event,) = self.log.journal.add_to(connection, lambda _: [record], now=now, who=who)
                writer = Writer(self.database, connection, self._groups)
                writer.upload(event, content)
                writer.lines(event, rows, lines, met, state)
                writer.states(event, State((*state.events, event)))
                is_known = [known(rows[kind], met[kind], counting).sum() for kind in met]
                receipt = _receipt(event, parts, rows, state, rows_known=int(sum(is_known)))
        self.log.state()
        return receipt

    # undoing
    def undo(self, number: int, *, who: Person, now: datetime, why: str = "") -> None:
        """Nothing of an upload counts any more; what it had replaced counts again."""
        self._switch("undo", number, who=who, now=now, why=why)

    def restore(self, number: int, *, who: Person, now: datetime, why: str = "") -> None:
        """An undone upload counts again, in its old place among the others."""
        self._switch("restore", number, who=who, now=now, why=why)

    def _switch(self, act: str, number: int, *, who: Person, now: datetime, why: str) -> None:
        number = int(number)  # of a frame it is a number of numpy, which no record takes

        def make(state: State) -> dict:
            upload = state.upload(number)
            if (number in state.in_force) == (act == "restore"):
                raise StoreError("already_in_force" if act == "restore" else "already_undone", number)
            same = state.same_content(upload.sha256, upload.content_key)
            if act == "restore" and same is not None:
                raise StoreError("same_content_in_force", same)
            return {"act": act, "number": number, "why": why}

        need(who, f"batches.{act}")
        self._act(make, who=who, now=now)

    def clear_demo(self, *, who: Person, now: datetime) -> list[int]:
        """Undo every demo upload in one act; return their numbers."""

        def make(state: State) -> dict | None:
            return {"act": "clear_demo", "details": {"numbers": state.demo}} if state.demo else None

        need(who, "batches.clear_demo")
        event = self._act(make, who=who, now=now)
        return event.details["numbers"] if event else []

    def _act(self, make, *, who: Person, now: datetime) -> Event | None:
        """One event without lines, and which groups count after it; None when there is nothing to record."""
        if not self.database.exists():
            made = make(State(()))
            assert made is None, made  # without any upload there is nothing to undo
            return None
        with self.database.writing() as connection:
            state = self._seen_by(connection)
            made = make(state)
            if made is None:
                return None
            (event,) = self.log.journal.add_to(connection, lambda _: [made], now=now, who=who)
            Writer(self.database, connection, self._groups).states(event, State((*state.events, event)))
        self.log.state()
        return event

    def effect(self, number: int) -> Effect:
        """What undoing an upload takes away and brings back, or, when it is undone, what restoring does."""
        self.log.state().upload(number)
        with self._reading() as (connection, state):
            return effect(connection, state, self._groups.refresh(connection), number)

    # reading
    @contextmanager
    def _reading(self, as_of: datetime | None = None) -> Iterator:
        """A connection and the state that is asked for, once every upload and what counts has been looked at."""
        asked = None if as_of is None else self.log.state(as_of)
        with self.database.reading() as connection:
            now = self._seen_by(connection)
            state = now if asked is None else asked
            self._verified.look(connection, now, state, self._groups, self.database.name)
            yield connection, state

    def _seen_by(self, connection: Connection) -> State:
        state = self.log.seen_by(connection)
        if self._generation != self.database.generation:  # nothing that was read of another store holds
            self._groups, self._generation = Groups(), self.database.generation
            self._verified.forget()
        return state

    @contextmanager
    def lines(self, *, as_of: datetime | None = None) -> Iterator[LineReader | None]:
        """The lines in force, now or at a moment, to be read by pages (data.uploads.lines); None in an empty store."""
        if not self.database.exists():
            yield None
            return
        with self._reading(as_of) as (connection, state):
            yield LineReader(connection, state.event_no, is_server=self.database.is_server)

    def summed(self, kind: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """The lines of a kind in force, added up where no filter tells them apart (data.uploads.sums)."""
        keys, fields = schemas.SUMMED[kind]
        if not self.database.exists():
            return framed(dtypes_of(kind), [], (*keys, *fields, "lines"))
        with self._reading(as_of) as (connection, state):
            return summed(connection, kind, state.event_no)

    def current(self, kind: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """All lines in force of a kind, now or at a moment, in one frame: for kinds of few lines, and for tests.

        out: the columns of schemas.columns(kind), then upload_number, reading_no; ordered by upload and line
        """
        names = [column.name for column in schemas.columns(kind)]
        with self.lines(as_of=as_of) as reader:
            if reader is None:
                return schemas.empty(kind).assign(**dict.fromkeys(("upload_number", "reading_no"), _no_numbers()))
            found = reader.page(LineQuery(kind), order=("upload_number", "line"))
        return found[[*names, "upload_number", "reading_no"]]

    def remarks(self, *, as_of: datetime | None = None) -> pd.DataFrame:
        """The texts of the reports in force."""
        return self.current("remarks", as_of=as_of)

    def waiting(self, *, as_of: datetime | None = None) -> pd.DataFrame:
        """The rows that could not be read and that no later upload has settled."""
        return self.current("waiting", as_of=as_of)

    def count(self, kind: str, *, as_of: datetime | None = None) -> int:
        """How many lines of a kind are in force."""
        if not self.database.exists():
            return 0
        with self._reading(as_of) as (connection, state):
            wanted = tables.groups.c.id.in_(tables.in_force(state.event_no))
            asked = select(func.sum(tables.groups.c.lines)).where(tables.groups.c.kind == kind, wanted)
            return int(connection.execute(asked).scalar() or 0)

    def receptions(self, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Per (commune, week) when its report came first and when it was corrected last (views.receptions)."""
        return views.receptions(self.log.state(as_of))

    def history(self, *, as_of: datetime | None = None, with_demo: bool = True) -> pd.DataFrame:
        """Every accept, undo and restore, oldest first (views.history)."""
        return views.history(self.log.state(as_of), with_demo=with_demo)

    def uploads_of(self, kind: str, where: Sequence[Condition], *, as_of: datetime | None = None) -> set[int]:
        """The numbers of the uploads with summed lines in force that fulfil some conditions."""
        if not self.database.exists():
            return set()
        table, groups = tables.summed[kind], tables.groups
        asked = select(groups.c.upload_number).join_from(groups, table, table.c.group_id == groups.c.id).distinct()
        wanted = groups.c.id.in_(tables.in_force(self.log.state(as_of).event_no)) & clause(table.c, where)
        return {row.upload_number for row in self.database.rows(asked.where(wanted))}

    def uploads_with(self, query: str) -> set[int]:
        """The uploads in whose name, sender and communes, or in one of whose lines, every word of a query occurs; where
        there is none, those in which each word occurs somewhere."""
        if not self.database.exists() or not query.strip():
            return set()
        with self._reading() as (connection, _):
            found = self._uploads_with(connection, query)
            if found or len(words := query.split()) < 2:
                return found
            return set.intersection(*(self._uploads_with(connection, word) for word in words))

    def _uploads_with(self, connection: Connection, query: str) -> set[int]:
        found = set()
        for table in (tables.uploads, *(tables.lines[kind] for kind in tables.SEARCHED)):
            number = table.c.number if table is tables.uploads else table.c.upload_number
            wanted = matches(table, query, is_server=self.database.is_server)
            found |= set(connection.execute(select(number).where(wanted).distinct()).scalars())
        return found

    def items(self, *, as_of: datetime | None = None) -> dict[int, Item]:
        """What is and was in the inbox (data.records.inbox.Item), by number, now or at a moment: not to be changed."""
        state = self.log.state(as_of)
        if as_of is not None:
            return self.inbox.items(state, as_of=as_of)
        key = (self.database.generation, state.event_no, self.inbox.version())
        with self._lock:
            if self._items[0] != key:
                self._items = (key, self.inbox.items(state))
            return self._items[1]

    def rows_of(self, number: int, kind: str) -> int:
        """How many rows of a kind an upload brought."""
        return self.log.state().upload(number).rows(kind)

    def original(self, number: int) -> tuple[str, bytes]:
        """The file of an upload as it arrived: its name and its bytes."""
        upload = self.log.state().upload(number)
        return upload.file, original(self.database, upload.sha256)

    def where(
        self, number: int, reading_no: int, row: int, field: str, source_column: str | None = None
    ) -> tuple[str, str, str | None]:
        """(file, sheet, cell) of a field of a row; the cell is None when the sheet has no column for it.

        source_column: the row's own; it decides where goods or indicators stand side by side
        """
        upload = self.log.state().upload(number)
        with self.database.reading() as connection:
            return views.where(connection, upload, reading_no, row, field, source_column)


def _no_numbers() -> pd.Series:
    return pd.Series(dtype=schemas.WHOLE)


def _already(upload: Event) -> Receipt:
    return Receipt(upload.number, upload.batch_id, already=upload.number, who=upload.who, time=upload.time)


def _receipt(event: Event, parts: Sequence[Part], rows: dict, before: State, *, rows_known: int) -> Receipt:
    by_kind = {kind: len(of_kind) for kind, of_kind in rows.items() if kind in schemas.KINDS}
    return Receipt(
        event.number,
        event.batch_id,
        rows_by_kind=by_kind,
        rows_known=rows_known,
        rows_new=sum(by_kind.values()) - rows_known,
        waiting=sum(len(part.waiting) for part in parts),
        replaced=[entry for p in parts if p.kind == "weekly_reports" for entry in replaces(before, p)],
        who=event.who,
        time=event.time,
    )
