"""Looks through a whole store: whether events, originals, lines, sums and what counts are those that were written.

Changes nothing, and sees one state of the store, whatever others write meanwhile.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import pandas as pd
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from data import schemas
from data.chain import Chain, look_through
from data.database import tables
from data.database.engine import Database
from data.database.errors import told
from data.database.events import INBOX, JOURNALS, UPLOADS, said
from data.database.groups import Groups, in_force
from data.database.parts import joined_key, part_key
from data.database.state import Event, State
from data.database.sums import dtypes_of, framed
from data.database.verify import TOLERANCE
from data.database.writing import plain, rows_hash
from data.summing import summed_lines

MOST_WAYS = 10_000
NOTHING = hashlib.sha256(b"").hexdigest()
WRONG = (
    "database_damaged",  # the database itself says that its pages do not fit together
    "record_unreadable",  # what an event says cannot be read
    "original_missing",
    "original_changed",
    "upload_changed",  # what outside tools read of an upload is not what its event says
    "rows_count",  # another number of lines than were accepted; `found`: "12/13"
    "rows_changed",
    "sums_changed",  # the summed lines are not the sums of the lines
    "states_changed",  # other lines count than the events say; `number`: after which event
)


@dataclass(frozen=True)
class Wrong:
    """One thing that is not as it was written.

    table:   where it belongs: a journal for events and originals, a kind for lines and sums
    number:  of the upload, of the item of the inbox, or of the event
    """

    code: str
    table: str
    number: int | str | None = None
    found: str = ""


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
        wrong += [one for upload in uploads for one in _wrong_upload(connection, upload)]
        wrong += _wrong_states(connection, read[UPLOADS])
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
    table = tables.events
    asked = select(table).where(table.c.journal == name).order_by(table.c.event_no)
    return list(connection.execute(asked).mappings())


def _read(events: Sequence[Mapping], name: str, wrong: list[Wrong]) -> list[dict]:
    """What the events say; one that cannot be read is told and left out."""
    found = []
    for event in events:
        try:
            found.append(said(event["record"]))
        except (TypeError, ValueError, KeyError, AttributeError):
            wrong.append(Wrong("record_unreadable", name, event["event_no"]))
    return found


# originals
def _owners(uploads: Sequence[Mapping], arrivals: Sequence[Mapping]) -> dict[str, tuple[str, int | str]]:
    """SHA-256 -> what it belongs to first; an item of the inbox that was refused has none."""
    owners: dict[str, tuple[str, int | str]] = {}
    for upload in uploads:
        owners.setdefault(upload["sha256"], (UPLOADS, upload["number"]))
    for item in [one for one in arrivals if one["act"] == "arrive" and one["details"].get("sha256")]:
        owners.setdefault(item["details"]["sha256"], (INBOX, item["subject"]))
    return owners


def _wrong_originals(connection: Connection, owners: Mapping[str, tuple]) -> Iterator[Wrong]:
    table = tables.originals
    for digest, where in owners.items():
        content = connection.execute(select(table.c.content).where(table.c.sha256 == digest)).scalar()
        if content is None or (not content and digest != NOTHING):  # missing already where it was taken over from
            yield Wrong("original_missing", *where)
        elif hashlib.sha256(content).hexdigest() != digest:
            yield Wrong("original_changed", *where)


# lines and sums
def _wrong_upload(connection: Connection, upload: dict) -> list[Wrong]:
    number = upload["number"]
    try:
        rows = {kind: _rows(connection, kind, number) for kind in tables.ROW_KINDS}
        return [*_wrong_row(connection, upload), *_wrong_rows(upload, rows), *_wrong_sums(connection, number, rows)]
    except (KeyError, TypeError, AttributeError, ValueError):  # an event that was changed by hand
        return [Wrong("record_unreadable", UPLOADS, number)]


def _wrong_row(connection: Connection, upload: dict) -> list[Wrong]:
    """The row of the table of uploads, which outside tools read, and whether its lines stand in its groups."""
    found = connection.execute(select(tables.uploads).where(tables.uploads.c.number == upload["number"])).first()
    told = (upload["event_no"], upload["file"], upload["sha256"], upload["who"], upload["details"].get("item"))
    if found is None or (found.event_no, found.file, found.sha256, found.who, found.item) != told:
        return [Wrong("upload_changed", UPLOADS, upload["number"])]
    return []


def _rows(connection: Connection, kind: str, number: int) -> pd.DataFrame:
    """The lines of an upload in their order, as parts.keyed_rows made them; of those of its groups and no others."""
    table, groups = tables.lines[kind], tables.groups
    own = ("group_id", "upload_number", "reading_no", "line", "row_key", "row_occurrence")
    names = [*own, *(column.name for column in schemas.columns(kind))]
    of_upload = select(groups.c.id).where(groups.c.upload_number == number, groups.c.kind == kind)
    asked = select(*(table.c[name] for name in names)).where(table.c.group_id.in_(of_upload)).order_by(table.c.line)
    return framed(dtypes_of(kind), connection.execute(asked).all(), names)


def _wrong_rows(upload: dict, rows: Mapping[str, pd.DataFrame]) -> list[Wrong]:
    number, details, wrong = upload["number"], upload["details"], []
    counts = {kind: (len(of_kind), _accepted(details, kind)) for kind, of_kind in rows.items()}
    miscounted = [kind for kind, (found, accepted) in counts.items() if found != accepted]
    wrong += [Wrong("rows_count", kind, number, f"{counts[kind][0]}/{counts[kind][1]}") for kind in miscounted]
    changed = [
        kind for kind, of_kind in rows.items() if kind not in miscounted and of_kind["upload_number"].ne(number).any()
    ]
    if "row_hashes" in details:
        for kind in [kind for kind in rows if len(rows[kind]) and kind not in (*miscounted, *changed)]:
            if rows_hash(plain(kind, rows[kind]), upload["batch_id"]) != details["row_hashes"].get(kind):
                changed.append(kind)
    elif not miscounted and not changed and not _says_the_same(upload, rows):
        changed += [kind for kind, of_kind in rows.items() if len(of_kind)]
    return wrong + [Wrong("rows_changed", kind, number) for kind in changed]


def _accepted(details: dict, kind: str) -> int:
    """How many lines of a kind the event of an upload tells."""
    if kind in schemas.KINDS:
        return sum(part["rows"] for part in details["parts"] if part["kind"] == kind)
    return sum(part[kind] for part in details["parts"])


def _wrong_sums(connection: Connection, number: int, rows: Mapping[str, pd.DataFrame]) -> Iterator[Wrong]:
    """The summed lines of an upload against its lines added up anew."""
    groups = tables.groups
    for kind in schemas.KINDS:
        table, (keys, fields) = tables.summed[kind], schemas.SUMMED[kind]
        names = ("group_id", *keys, *fields, "lines")
        of_upload = select(groups.c.id).where(groups.c.upload_number == number, groups.c.kind == kind)
        asked = select(*(table.c[name] for name in names)).where(table.c.group_id.in_(of_upload))
        stored = framed(dtypes_of(kind), connection.execute(asked).all(), names)
        if not _same(stored, summed_lines(kind, rows[kind], by=("group_id",)), ("group_id", *keys), (*fields, "lines")):
            yield Wrong("sums_changed", kind, number)


def _same(one: pd.DataFrame, other: pd.DataFrame, keys: tuple[str, ...], fields: tuple[str, ...]) -> bool:
    if len(one) != len(other):
        return False
    both = [_sorted(frame, keys, fields) for frame in (one, other)]
    for name in (*keys, *fields):
        for left, right in zip(*(frame[name].tolist() for frame in both), strict=True):
            if pd.isna(left) or pd.isna(right):
                if not (pd.isna(left) and pd.isna(right)):
                    return False
            elif name in fields and not math.isclose(left, right, rel_tol=TOLERANCE, abs_tol=1e-6):
                return False
            elif name in keys and left != right:
                return False
    return True


def _sorted(frame: pd.DataFrame, keys: tuple[str, ...], fields: tuple[str, ...]) -> pd.DataFrame:
    given = {f"given_{name}": frame[name].isna() for name in fields}
    order = frame[list(keys)].astype(str).assign(**given)
    return frame.loc[order.sort_values(list(order)).index].reset_index(drop=True)


# uploads of a release before the hashes
def _says_the_same(upload: dict, rows: Mapping[str, pd.DataFrame]) -> bool:
    """Whether the lines still give the content_key.

    The key tells all that a row says, not the cell it came from. The week of a report of several weeks was not
    recorded: each is tried, and where there are too many ways only the count of the rows is known.
    """
    keys = [_possible_keys(part, rows) for part in upload["details"]["parts"]]
    if prod(len(ways) for ways in keys) > MOST_WAYS:
        return True
    return upload["content_key"] in {joined_key(ways) for ways in product(*keys)}


def _possible_keys(part: dict, rows: Mapping[str, pd.DataFrame]) -> list[str]:
    of_part = {}
    for kind in (part["kind"], "waiting", "remarks"):
        of_part[kind] = rows[kind][rows[kind]["reading_no"] == part["reading_no"]]
    weeks = part["weeks"] if len(part["weeks"]) == 1 else ["", *part["weeks"]]
    return [part_key(of_part, part["communes"], week, part["is_urgent"], part["is_nil"]) for week in weeks]


# what counts
def _wrong_states(connection: Connection, records: Sequence[dict]) -> list[Wrong]:
    """Whether after each event the groups count that its events make count; the first event where others do."""
    changes: dict[int, dict[int, bool]] = {}
    for group, event_no, counts in connection.execute(select(tables.group_states)):
        changes.setdefault(event_no, {})[group] = counts
    try:
        groups, counting = Groups().refresh(connection), set()
        events = tuple(Event(**record) for record in records)
        for number, event in enumerate(events, 1):
            state = State(events[:number])
            known = [group for group in groups.values() if group.upload_number in state.uploads]
            now = in_force(state, known)
            wanted = {group: group in now for group in counting ^ now}
            if changes.pop(event.event_no, {}) != wanted:
                return [Wrong("states_changed", UPLOADS, event.event_no)]
            counting = now
    except (KeyError, TypeError, AttributeError, ValueError, StopIteration, json.JSONDecodeError):
        return [Wrong("states_changed", UPLOADS, None)]
    return [Wrong("states_changed", UPLOADS, min(changes))] if changes else []
