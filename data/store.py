"""The store: accept, undo, restore, and what is in force, now or at a moment. Nothing is ever overwritten.

Rows are written first, the record of their upload last; rows count only through a record that is in force.
How uploads of one kind meet: a weekly report or a target is replaced by the later one for the same commune and week
(indicator); equal lines of lists count once, unless the clerk said that all of them count (`again`).
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol
from uuid import uuid4

import pandas as pd
import pyarrow.compute as pc

from data import schemas, store_views
from data.store_files import Place, StoreError
from data.store_log import Log
from data.store_rows import check, content_keys, join_small_files, keyed, read, to_pandas, write
from data.store_select import ORIGIN, known_rows, report_keys, rows_in_force, select
from data.store_state import Event, State, moment

Again = Literal["add_new", "replace", "all"]
TEXT_TABLES = ("remarks", "waiting")
TIDY_EVERY = 25  # uploads between two looks whether small files should be joined


class Part(Protocol):
    """One table of one sheet, as the loaders give it (loaders.reading.Reading); the store does not know them."""

    kind: str
    file: str
    sheet: str
    frame: pd.DataFrame
    waiting: pd.DataFrame
    remarks: pd.DataFrame
    problems: Sequence  # each with .code and .severity
    columns: Mapping[str, str]
    layout: str
    area: str
    communes: tuple[str, ...]
    week_start_date: date | None
    is_urgent: bool
    is_nil: bool


@dataclass(frozen=True)
class PartComparison:
    """What a part brings. related: earlier lists in force with equal lines, as (number, its lines met again, its lines)."""

    kind: str
    rows_known: int
    rows_new: int
    related: list[tuple[int, int, int]] = field(default_factory=list)
    replaces: list[tuple[str, str, int]] = field(default_factory=list)  # (commune, week or indicator, number)


@dataclass(frozen=True)
class Comparison:
    already: int | None
    parts: tuple[PartComparison, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What an accept did. `already`: the upload that says the same and is in force; then nothing was added."""

    number: int
    batch_id: str
    already: int | None = None
    rows_by_kind: dict[str, int] = field(default_factory=dict)
    rows_known: int = 0
    rows_new: int = 0
    waiting: int = 0
    replaced: list[tuple[str, str, int]] = field(default_factory=list)  # (commune, week, number of the earlier upload)


class Store:
    """The store at a folder or an s3:// address; default STORE_URL, else data/store. May be shared by threads."""

    def __init__(self, url: str | Path | None = None):
        self.place = Place(url)
        self.log = Log(self.place)
        self._frames: dict[str, tuple[int, pd.DataFrame]] = {}

    def version(self) -> int:
        """Grows with every accept, undo and restore, of whatever process; 0 when empty."""
        return self.log.state().event_no

    # --- before accepting
    def compare(self, parts: Sequence[Part], content: bytes) -> Comparison:
        """What an accept would meet; nothing is written."""
        state = self.log.state()
        already = state.same_content(hashlib.sha256(content).hexdigest(), content_key(parts))
        known, overlaps = self._known(state, parts), self._overlaps(state, _keyed(parts, ""), {})
        compared = []
        for number, part in enumerate(parts):
            related = [tuple(e) for e in overlaps.get(part.kind, []) if e[0] in state.in_force]
            replaces = _replaces(state, part.kind, _keys(part))
            new = len(part.frame) - known.get(number, 0)
            compared.append(PartComparison(part.kind, known.get(number, 0), new, related, replaces))
        return Comparison(already, tuple(compared))

    def _known(self, state: State, parts: Sequence[Part]) -> dict[int, int]:
        """Number of the part → how many of its rows are in force already."""
        known: Counter[int] = Counter()
        for kind, rows in _keyed(parts, "").items():
            if kind in schemas.KINDS and len(rows):
                needed = _reported_on(kind)
                counted = select(self.place, kind, state, needed)
                known.update(rows["reading_no"][known_rows(counted, rows)])
        return known

    def _overlaps(self, state: State, rows: dict[str, pd.DataFrame], known: dict) -> dict[str, list[list[int]]]:
        """Per list kind the earlier uploads, in force or not, with equal lines; `known` saves reading them again."""
        found: dict[str, list[list[int]]] = {}
        for kind in [k for k in rows if k in schemas.LINE_KINDS]:
            earlier = [u for u in state.uploads.values() if u.rows(kind) and (kind, u.number) not in known]
            data = read(self.place, kind, [u.batch_id for u in earlier], ["batch_id", "row_key"])
            batches = data["batch_id"].filter(pc.is_in(data["row_key"], pc.unique(_arrow_keys(rows[kind]))))
            met = {entry["values"]: entry["counts"] for entry in pc.value_counts(batches).to_pylist()}
            known.update({(kind, u.number): met.get(u.batch_id, 0) for u in earlier})
            of_kind = [u for u in state.uploads.values() if known.get((kind, u.number))]
            found[kind] = [[u.number, known[kind, u.number], u.rows(kind)] for u in of_kind]
        return {kind: entries for kind, entries in found.items() if entries}

    # --- the acts
    def accept(
        self,
        *,
        name: str,
        content: bytes,
        parts: Sequence[Part],
        who: str,
        received_at: datetime,
        now: datetime,
        again: Again = "add_new",
        is_demo: bool = False,
    ) -> Receipt:
        """Keep all parts of one upload in one act; the same content again adds nothing.

        again: what happens to lines that an earlier upload in force also has. "add_new": they count once;
               "replace": the earlier lists that share lines no longer count; "all": they count beside the earlier ones
        """
        if not parts:
            raise StoreError("nothing_to_accept", name)
        for part in parts:
            for kind, frame in ((part.kind, part.frame), ("waiting", part.waiting), ("remarks", part.remarks)):
                check(kind, frame)
        key = content_key(parts)
        already = self.log.state().same_content(hashlib.sha256(content).hexdigest(), key)
        if already is not None:
            return self._receipt_already(already)
        record = {"act": "accept", "file": name, "received_at": moment(received_at), "again": again, "is_demo": is_demo}
        record |= {"sha256": self.place.keep_original(content), "content_key": key, "batch_id": uuid4().hex[:16]}
        rows = _keyed(parts, record["batch_id"])
        for kind, of_kind in rows.items():
            write(self.place, kind, of_kind)
        event = self._record(record, parts, rows, now=now, who=who)
        if event is None:  # someone else accepted the same content meanwhile; our rows stay without a record
            return self._receipt_already(self.log.state().same_content(record["sha256"], key))
        if event.number % TIDY_EVERY == 0:
            for table in (*rows, "batches"):
                join_small_files(self.place, table)
        return self._receipt(event, parts, rows)

    def _record(self, record: dict, parts: Sequence[Part], rows: dict, *, now: datetime, who: str) -> Event | None:
        described, overlaps_known = [_described(number, part) for number, part in enumerate(parts)], {}

        def make(state: State) -> dict | None:
            if state.same_content(record["sha256"], record["content_key"]) is not None:
                return None
            details = {"parts": described, "overlaps": self._overlaps(state, rows, overlaps_known)}
            return record | {"number": max(state.uploads, default=0) + 1, "details": details}

        return self.log.append(make, now=now, who=who)

    def _receipt_already(self, number: int) -> Receipt:
        return Receipt(number, self.log.state().upload(number).batch_id, already=number)

    def _receipt(self, event: Event, parts: Sequence[Part], rows: dict[str, pd.DataFrame]) -> Receipt:
        before = State(self.log.state().events[: event.event_no - 1])
        known = sum(self._known(before, parts).values())
        by_kind = {kind: len(of_kind) for kind, of_kind in rows.items() if kind in schemas.KINDS}
        keys = [key for part in parts if part.kind == "weekly_reports" for key in _keys(part)]
        return Receipt(
            event.number,
            event.batch_id,
            rows_by_kind=by_kind,
            rows_known=known,
            rows_new=sum(by_kind.values()) - known,
            waiting=sum(len(part.waiting) for part in parts),
            replaced=_replaces(before, "weekly_reports", keys),
        )
