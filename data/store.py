"""The store: accept, undo, restore, and what is in force, now or at a moment. Nothing is ever overwritten.

Rows are written first, the record of their upload last; rows count only through a record that is in force.
How uploads of one kind meet: a weekly report or a target is replaced by the later one for the same commune and week
(indicator); equal lines of lists count once, unless the clerk said that all of them count (`again`).
"""

import hashlib
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pandas as pd

from data import journal, schemas, store_effect, store_views
from data.access import Person, need
from data.conclusions import Conclusions
from data.decisions import Decisions
from data.disclosures import Disclosures
from data.inbox import Inbox, Item
from data.links import Links
from data.number_questions import NumberQuestions
from data.sheet_sources import SheetSources
from data.store_files import ROW_TABLES, Place, StoreError
from data.store_log import Log
from data.store_parts import (
    Comparison,
    Part,
    PartComparison,
    Receipt,
    check_parts,
    content_key,
    count_known,
    described,
    find_known,
    find_overlaps,
    keyed_rows,
    replaces,
)
from data.store_rows import join_small_files, write
from data.store_select import ORIGIN, rows_in_force
from data.store_state import Event, State, moment

Again = Literal["add_new", "replace", "all"]

__all__ = ["Again", "Comparison", "Part", "PartComparison", "Receipt", "Store", "StoreError"]


class Store:
    """The store at a folder or an s3:// address; default STORE_URL, else data/store. Threads may share it."""

    def __init__(self, url: str | Path | None = None):
        self.place = Place(url)
        self.log = Log(self.place)
        self.log.state()  # a damaged store is told at once
        self.inbox = Inbox(self.place)
        self.sheets = SheetSources(self.place)
        self.questions = NumberQuestions(self.place)
        self.decisions = Decisions(self.place)
        self.links = Links(self.place)
        self.disclosures = Disclosures(self.place)
        self.conclusions = Conclusions(self.place)
        self._frames: dict[tuple[str, bool], tuple[int, pd.DataFrame]] = {}
        self._items: tuple[tuple, dict[int, Item]] = ((), {})
        self._lock = threading.Lock()

    def version(self, *, max_age_seconds: float = 0) -> int:
        """Grows with every accept, undo and restore, whoever made it; 0 when empty.

        max_age_seconds: for how long what other processes wrote may go unseen; what this one wrote is seen at once
        """
        return self.log.state(max_age_seconds=max_age_seconds).event_no

    def compare(self, parts: Sequence[Part], content: bytes) -> Comparison:
        """What an accept would meet; nothing is written."""
        check_parts(parts)
        state, rows = self.log.state(), keyed_rows(parts, "")
        known = find_known(self.place, state, rows)
        overlaps = find_overlaps(self.place, state, rows, {})
        compared = []
        for number, part in enumerate(parts):
            related = [tuple(entry) for entry in overlaps.get(part.kind, []) if entry[0] in state.in_force]
            marks = tuple(map(bool, known.get(number, ())))
            new = len(part.frame) - sum(marks)
            compared.append(PartComparison(part.kind, sum(marks), new, related, replaces(state, part), marks))
        already = state.same_content(hashlib.sha256(content).hexdigest(), content_key(parts))
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
        item:        what of the inbox is accepted by this; undoing the upload makes it wait again
        supersedes:  earlier uploads whose lists no longer count while this one does: it is their newer state
        is_correction: it mends what came first at received_at, so it was corrected, at `now`
        errors: NotAllowed; StoreError nothing_to_accept, frame_not_tidy, store_not_writable, store_busy, store_damaged
        """
        need(who, "batches.accept")
        if not parts:
            raise StoreError("nothing_to_accept", name)
        check_parts(parts)
        digest, key = hashlib.sha256(content).hexdigest(), content_key(parts)
        already = self.log.state().same_content(digest, key)
        if already is not None:
            return self._receipt_already(already)
        self.place.keep_original(content)
        received_at = moment(received_at).astimezone(UTC)
        record = {"act": "accept", "file": name, "received_at": received_at, "again": again, "is_demo": is_demo}
        about = {"item": item, "supersedes": list(supersedes), "is_correction": is_correction}
        record |= {"sha256": digest, "content_key": key, "batch_id": uuid4().hex[:16]}
        rows = keyed_rows(parts, record["batch_id"])
        about["row_hashes"] = {kind: write(self.place, kind, of_kind) for kind, of_kind in rows.items()}
        event = self._record(record, parts, rows, about, now=now, who=who)
        if event is None:  # someone else accepted the same at this moment; our rows stay without a record
            return self._receipt_already(self.log.state().same_content(digest, key))
        self._tidy(event)
        return self._receipt(event, parts, rows)

    def _record(
        self, record: dict, parts: Sequence[Part], rows: dict, about: dict, *, now: datetime, who: str
    ) -> Event | None:
        parts_described, met = [described(number, part) for number, part in enumerate(parts)], {}
        find_overlaps(self.place, self.log.state(), rows, met)  # the long reading, before others have to wait for us

        def make(state: State) -> dict | None:
            if state.same_content(record["sha256"], record["content_key"]) is not None:
                return None
            overlaps = find_overlaps(self.place, state, rows, met)
            details = {"parts": parts_described, "overlaps": overlaps} | {n: v for n, v in about.items() if v}
            return record | {"number": max(state.uploads, default=0) + 1, "details": details}

        return self.log.append(make, now=now, who=who)

    def _receipt_already(self, number: int) -> Receipt:
        return Receipt(number, self.log.state().upload(number).batch_id, already=number)

    def _receipt(self, event: Event, parts: Sequence[Part], rows: dict[str, pd.DataFrame]) -> Receipt:
        before = State(self.log.state().events[: event.event_no - 1])
        known = count_known(self.place, before, rows).total()
        by_kind = {kind: len(of_kind) for kind, of_kind in rows.items() if kind in schemas.KINDS}
        return Receipt(
            event.number,
            event.batch_id,
            rows_by_kind=by_kind,
            rows_known=known,
            rows_new=sum(by_kind.values()) - known,
            waiting=sum(len(part.waiting) for part in parts),
            replaced=[entry for p in parts if p.kind == "weekly_reports" for entry in replaces(before, p)],
        )

    def _tidy(self, event: Event) -> None:
        if event.event_no % journal.TIDY_EVERY == 0:
            for table in ROW_TABLES:
                join_small_files(self.place, table)

    def undo(self, number: int, *, who: Person, now: datetime, why: str = "") -> None:
        """Nothing of an upload counts any more; what it had replaced counts again."""
        self._switch("undo", number, who=who, now=now, why=why)

    def restore(self, number: int, *, who: Person, now: datetime, why: str = "") -> None:
        """An undone upload counts again, in its old place among the others."""
        self._switch("restore", number, who=who, now=now, why=why)

    def _switch(self, act: str, number: int, *, who: Person, now: datetime, why: str) -> None:
        def make(state: State) -> dict:
            upload = state.upload(number)
            if (number in state.in_force) == (act == "restore"):
                raise StoreError("already_in_force" if act == "restore" else "already_undone", number)
            same = state.same_content(upload.sha256, upload.content_key)
            if act == "restore" and same is not None:
                raise StoreError("same_content_in_force", same)
            return {"act": act, "number": number, "why": why}

        self._tidy(self.log.append(make, now=now, who=who))

    def clear_demo(self, *, who: Person, now: datetime) -> list[int]:
        """Undo every demo upload in one act; return their numbers."""

        def make(state: State) -> dict | None:
            return {"act": "clear_demo", "details": {"numbers": state.demo}} if state.demo else None

        event = self.log.append(make, now=now, who=who)
        return event.details["numbers"] if event else []

    def effect(self, number: int) -> store_effect.Effect:
        """What undoing an upload takes away and brings back, or, when it is undone, what restoring does."""
        return store_effect.effect(self.place, self.log.state(), number)

    def current(self, kind: str, *, as_of: datetime | None = None, max_age_seconds: float = 0) -> pd.DataFrame:
        """The rows in force, now or at a moment; one frame per process: it must not be changed.

        max_age_seconds: for so long what other processes wrote may go unseen (Journal.version)
        out: the columns of schemas.columns(kind), then batch_id, upload_number, reading_no; ordered by upload and line
        """
        state = self.log.state(as_of, max_age_seconds=max_age_seconds)
        latest = self.log.known()
        slot = (kind, state.event_no >= latest.event_no)  # one frame of now and one of the past
        with self._lock:
            event_no, frame = self._frames.get(slot, (-1, None))
            if event_no != state.event_no:
                names = [column.name for column in schemas.columns(kind)]
                frame = rows_in_force(self.place, kind, state)[[*names, *ORIGIN]]
                self._frames[slot] = (state.event_no, frame)
            return frame

    def remarks(self, *, as_of: datetime | None = None) -> pd.DataFrame:
        """The texts of the reports in force."""
        return self.current("remarks", as_of=as_of)

    def waiting(self, *, as_of: datetime | None = None) -> pd.DataFrame:
        """The rows that could not be read and that no later upload has settled."""
        return self.current("waiting", as_of=as_of)

    def receptions(self, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Per (commune, week) when its report came first and when it was corrected last (store_views.receptions)."""
        return store_views.receptions(self.log.state(as_of))

    def history(self, *, as_of: datetime | None = None, with_demo: bool = True) -> pd.DataFrame:
        """Every accept, undo and restore, oldest first (store_views.history)."""
        return store_views.history(self.log.state(as_of), with_demo=with_demo)

    def items(self, *, as_of: datetime | None = None) -> dict[int, Item]:
        """What is and was in the inbox (data.inbox.Item), by number, now or at a moment: not to be changed."""
        state = self.log.state(as_of)
        if as_of is not None:
            return self.inbox.items(state, as_of=as_of)
        key = (state.event_no, self.inbox.version())
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
        return upload.file, self.place.original(upload.sha256)

    def where(
        self, number: int, reading_no: int, row: int, field: str, source_column: str | None = None
    ) -> tuple[str, str, str | None]:
        """(file, sheet, cell) of a field of a row; the cell is None when the sheet has no column for it.

        source_column: the row's own; it decides where goods or indicators stand side by side
        """
        upload = self.log.state().upload(number)
        return store_views.where(self.place, upload, reading_no, row, field, source_column)
