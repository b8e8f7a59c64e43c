"""Looks through a whole store: whether events, originals, lines, sums and what counts are those that were written.

Changes nothing, and sees one state of the store, whatever others write meanwhile.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Text, case, select, text, type_coerce
from sqlalchemy.exc import DBAPIError

from data.database import tables
from data.database.chain import Chain, look_through
from data.database.engine import Database
from data.database.errors import StoreError, told
from data.database.events import INBOX, JOURNALS, UPLOADS, said
from data.database.state import Event, State
from data.upkeep.check_uploads import wrong_uploads
from data.upkeep.wrong import WRONG, Wrong
from data.uploads.groups import Groups, in_force
from data.uploads.verify import UNREADABLE

__all__ = ["WRONG", "Report", "Wrong", "check_store"]

NEEDED = {  # what a record says without which it cannot be looked at further
    (UPLOADS, "accept"): {
        **dict.fromkeys(("event_no", "number"), int),
        **dict.fromkeys(("time", "received_at"), datetime),
        **dict.fromkeys(("file", "sha256", "who", "batch_id", "content_key"), str),
    },
    (INBOX, "arrive"): {"subject": str},
}
NOTHING = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Report:
    """chains: journal -> what was found, the log and those that exist; the counts say how much was looked at."""

    chains: dict[str, Chain]
    wrong: tuple[Wrong, ...]
    uploads: int
    originals: int

    @property
    def is_whole(self) -> bool:
        return not self.wrong and not any(chain.broken for chain in self.chains.values())


def check_store(database: Database) -> Report:
    """Look through everything.

    errors: StoreError when what there is cannot even be listed
    """
    if not database.exists():
        return Report({UPLOADS: look_through(())}, (), 0, 0)
    with told(database.name), database.reading() as connection:
        if fault := _pages(connection, is_server=database.is_server):
            return Report({}, (fault,), 0, 0)
        journals = {name: _events(connection, name) for name in JOURNALS}
        chains = {name: look_through(events) for name, events in journals.items() if events or name == UPLOADS}
        wrong: list[Wrong] = []
        read = {name: _read(events, name, wrong) for name, events in journals.items()}
        uploads = [event for event in read[UPLOADS] if event["act"] == "accept"]
        originals = _owners(uploads, read[INBOX])
        wrong += _wrong_originals(connection, originals)
        wrong += wrong_uploads(connection, uploads)
        wrong += [one for one in _wrong_states(connection, read[UPLOADS]) if one not in wrong]
        return Report(chains, tuple(wrong), len(uploads), len(originals))


def _pages(connection: Connection, *, is_server: bool) -> Wrong | None:
    """SQLite's own look through its file; PostgreSQL looks at each page when it reads it."""
    if is_server:
        return None
    try:
        answer = connection.execute(text("PRAGMA quick_check(1)")).scalar()
    except DBAPIError as error:
        answer = str(error.orig)
    return None if answer == "ok" else Wrong("database_damaged", UPLOADS, found=str(answer)[:200])


# events
def _events(connection: Connection, name: str) -> list[Mapping]:
    """As they stand there: SQLite keeps whatever is written, also a moment or a text that is none."""
    table = tables.events
    is_file = connection.dialect.name == "sqlite"
    time = type_coerce(table.c.time, Text).label("time") if is_file else table.c.time
    asked = select(time, *(column for column in table.c if column.name != "time"))
    found = connection.execute(asked.where(table.c.journal == name).order_by(table.c.event_no)).mappings()
    return [row | {"time": _moment(row["time"]), "record": _text(row["record"])} for row in map(dict, found)]


def _moment(value: object) -> datetime | None:
    try:
        return value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _read(events: Sequence[Mapping], name: str, wrong: list[Wrong]) -> list[dict]:
    """What the events say; one that cannot be read is told and left out."""
    found = []
    for event in events:
        try:
            record = said(event["record"])
            needed = {"details": dict} | NEEDED.get((name, record["act"]), {})
            if not all(isinstance(record.get(one), needed[one]) for one in needed):
                raise ValueError("a record that says less than it must")
            found.append(record)
        except UNREADABLE:
            wrong.append(Wrong("record_unreadable", name, event["event_no"]))
    return found


# originals
def _owners(uploads: Sequence[Mapping], arrivals: Sequence[Mapping]) -> dict[str, tuple[str, int | str]]:
    """SHA-256 -> what it belongs to first; an item of the inbox that was refused has none."""
    owners: dict[str, tuple[str, int | str]] = {}
    for upload in uploads:
        owners.setdefault(upload["sha256"], (UPLOADS, upload["number"]))
    for item in [one for one in arrivals if one["act"] == "arrive"]:
        digest = item["details"].get("sha256")
        if digest and isinstance(digest, str):  # else changed by hand, which the chain tells
            owners.setdefault(digest, (INBOX, item["subject"]))
    return owners


def _wrong_originals(connection: Connection, owners: Mapping[str, tuple]) -> Iterator[Wrong]:
    table = tables.originals
    for digest, where in owners.items():
        content = connection.execute(select(table.c.content).where(table.c.sha256 == digest)).scalar()
        if content is None or (not content and digest != NOTHING):  # missing already where it was taken over from
            yield Wrong("original_missing", *where)
        elif not isinstance(content, bytes) or hashlib.sha256(content).hexdigest() != digest:
            yield Wrong("original_changed", *where)


# what counts
def _wrong_states(connection: Connection, records: Sequence[dict]) -> list[Wrong]:
    """Whether after each event the groups count that its events make count; the first event where others do."""
    changes: dict[int, dict[int, bool]] = {}
    table = tables.group_states
    counts = case((table.c.is_in_force, 1), else_=0)  # as the database itself takes what stands there
    for group, event_no, is_in_force in connection.execute(select(table.c.group_id, table.c.event_no, counts)):
        changes.setdefault(event_no, {})[group] = bool(is_in_force)
    events, counting, last = [], set(), 0
    try:
        groups = Groups().refresh(connection)
        for record in records:
            last = record["event_no"]
            events.append(Event(**record))
            now = in_force(State(tuple(events)), groups.values())
            wanted = {group: group in now for group in counting ^ now}
            if changes.pop(last, {}) != wanted:
                return [Wrong("states_changed", UPLOADS, last)]
            counting = now
    except StoreError as error:
        return [Wrong("groups_changed", error.part[2], error.part[1])]
    except UNREADABLE:
        return [Wrong("states_changed", UPLOADS, last)]
    return [Wrong("states_changed", UPLOADS, min(changes, key=str))] if changes else []
