"""An old store of Delta tables becomes a database in the same folder: every number and every moment stays what it was.

The database is made beside the old tables and put in place as a whole; only then are the tables moved, as they are,
into a folder of their own. Whenever this is stopped, either the old store is there as it was, or the new one.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pandas as pd
import pyarrow as pa
from sqlalchemy import insert

from data import schemas
from data.database import chain, tables
from data.database.engine import FILE, Database
from data.database.errors import StoreError, told
from data.database.events import JOURNALS, UPLOADS, said
from data.database.old_tables import NAMES, OldTable, is_old, last_version, reading
from data.database.originals import keep_original
from data.database.state import Event, State
from data.upkeep.check import Report, check_store
from data.uploads.groups import Groups
from data.uploads.writing import Writer, met_lines, plain

NEW = ".takeover"  # what is being made, until it is whole
BACKUP = "truoc-khi-chuyen"  # where the old tables are kept
ORIGINALS = "originals"
SHA256 = re.compile(r"[0-9a-f]{64}")
WAIT_SECONDS = 900  # for another process that takes the same store over
AT_ONCE = 1000
MISSING = b""  # stands for a file that is not there any more: a look through the store tells it
ARROW = {
    schemas.TEXT: pa.string(),
    schemas.WHOLE: pa.int64(),
    schemas.NUMBER: pa.float64(),
    schemas.DATE: pa.timestamp("us"),
    schemas.FLAG: pa.bool_(),
}
PANDAS = {pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype(), pa.bool_(): pd.BooleanDtype()}
OWN = ("reading_no", "line", "row_key", "row_occurrence")


# what may have been wrong in the old store already, and is then told; anything else would be a fault of the take-over
OF_BEFORE = ("record_unreadable", "original_missing", "original_changed", "rows_changed")


@dataclass(frozen=True)
class Taken:
    """How much was taken over, where the old tables are kept now, and what a look through the new store found."""

    events: int
    uploads: int
    lines: int
    originals: int
    backup: Path
    database: Database
    report: Report


def take_over(folder: Path) -> Taken | None:
    """Make the database of the old store in a folder; None where there is none, or not any more.

    errors: StoreError store_damaged with what cannot be read, amount_too_large with the upload, store_busy,
            store_not_writable, …; the old store is then as it was
    """
    if not is_old(folder):
        return None
    try:
        with _alone(folder):
            taken = None if (folder / FILE).exists() else _take(folder)
            _set_aside(folder)
        return taken
    except StoreError:
        if (folder / FILE).exists():  # another process has done it, and taken its lock away while we waited for it
            return None
        raise
    finally:
        shutil.rmtree(folder / NEW, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time: a second one waits, and then finds nothing to do. A killed one leaves nothing locked."""
    with _writing(folder):
        (folder / NEW).mkdir(exist_ok=True)
    with told(folder):
        lock = sqlite3.connect(folder / NEW / "lock", timeout=WAIT_SECONDS, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        lock.close()


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError("store_not_writable", folder) from error


def _take(folder: Path) -> Taken:
    half = folder / NEW / "store"
    shutil.rmtree(half, ignore_errors=True)  # of one that was stopped
    before = _versions(folder)
    database = Database(half)
    try:
        with database.writing():  # also of a store without a record
            pass
        counts = _Takeover(folder, database).all()
        report = check_store(database)
    finally:
        database.close()
    if wrong := [one for one in report.wrong if one.code not in OF_BEFORE]:
        raise StoreError("store_damaged", f"{folder}: {wrong[0]}")
    if _versions(folder) != before or database.file.with_name(f"{FILE}-wal").exists():  # others are writing there
        raise StoreError("store_busy", folder)
    with _writing(folder):
        backup = _backup(folder)
        os.replace(database.file, folder / FILE)
    return Taken(*counts, backup, Database(folder), report)


def _versions(folder: Path) -> list[int]:
    return [last_version(folder / name) for name in NAMES]


def _backup(folder: Path) -> Path:
    """The folder for the old tables, made now: where it is, the database beside it was made of them."""
    number = 1
    while True:
        place = folder / (BACKUP if number == 1 else f"{BACKUP}-{number}")
        place.mkdir(exist_ok=True)
        if not any(place.iterdir()):
            return place
        number += 1


def _set_aside(folder: Path) -> None:
    """Move the old tables into the last folder that was made for them; a table last, by which the rest is noticed.

    What another program holds open stays for the next start: nobody reads it any more.
    """
    places = [place for place in folder.glob(f"{BACKUP}*") if place.is_dir()]
    with suppress(OSError):
        for name in (ORIGINALS, *NAMES) if places else ():
            if (folder / name).exists():
                (folder / name).rename(max(places, key=lambda place: (len(place.name), place.name)) / name)


class _Takeover:
    """The old store of a folder on its way into a database: one upload at a time."""

    def __init__(self, folder: Path, database: Database):
        self.folder, self.database = folder, database
        self.rows = {kind: OldTable(folder / kind) for kind in tables.ROW_KINDS}
        journals = {name: OldTable(folder / name).records() for name in JOURNALS}
        self.events = {name: [_event(folder / name, name, record) for record in journals[name]] for name in JOURNALS}

    def all(self) -> tuple[int, int, int, int]:
        """How many events, uploads, lines and originals there are."""
        originals = self._originals()
        for name in JOURNALS[1:]:
            for start in range(0, len(self.events[name]), AT_ONCE):
                with self.database.writing() as connection:
                    connection.execute(insert(tables.events), self.events[name][start : start + AT_ONCE])
        uploads, lines = self._uploads()
        return sum(map(len, self.events.values())), uploads, lines, originals

    def _originals(self) -> int:
        """Copy the files whose names say what they are; one that was being written when a process ended has another."""
        place = self.folder / ORIGINALS
        with reading(place):
            paths = sorted(p for p in place.iterdir() if SHA256.fullmatch(p.name)) if place.exists() else []
        for path in paths:
            with reading(path):
                content = path.read_bytes()
            with self.database.writing() as connection:
                keep_original(connection, path.name, content)
        return len(paths)

    def _uploads(self) -> tuple[int, int]:
        """Every event of the log in its order, so that after each one the same lines count as then."""
        groups, state, lines = Groups(), State(()), 0
        for row in self.events[UPLOADS]:
            with reading(self.folder / UPLOADS):
                event = Event(**said(row["record"]), hash=row["hash"])
                after = State((*state.events, event))
            with self.database.writing() as connection:
                connection.execute(insert(tables.events), [row])
                writer = Writer(self.database, connection, groups)
                if event.act == "accept":
                    rows = self._rows_of(event)
                    lines += sum(map(len, rows.values()))
                    lists = [kind for kind in rows if kind in schemas.LINE_KINDS]
                    met = {kind: met_lines(connection, kind, rows[kind]) for kind in lists}
                    writer.upload(event, MISSING)  # its file was copied before, unless it is not there any more
                    try:
                        writer.lines(event, rows, {kind: plain(kind, rows[kind]) for kind in rows}, met, state)
                    except OverflowError as error:  # the releases before this one let anything in
                        raise StoreError("amount_too_large", f"{event.number}, {error}") from error
                writer.states(event, after)
            state = after
        return len(state.uploads), lines

    def _rows_of(self, event: Event) -> dict[str, pd.DataFrame]:
        """Kind -> the lines of an upload, with their own numbers and keys.

        errors: StoreError store_damaged where there are more or fewer than were accepted
        """
        found = {}
        for kind, table in self.rows.items():
            with reading(self.folder / UPLOADS):
                parts = event.details["parts"]
                accepted = event.rows(kind) if kind in schemas.KINDS else sum(part[kind] for part in parts)
            rows = table.rows(event.batch_id, _schema(kind))
            if len(rows) != accepted:
                raise StoreError("store_damaged", table.folder, ("upload", event.number, kind, len(rows), accepted))
            if accepted:
                found[kind] = _frame(kind, rows)
        return found


def _event(place: Path, journal: str, record: Mapping) -> dict:
    """A record of a journal as an event: its text is what its hash was made over."""
    with reading(place):
        kept = {name: value for name, value in record.items() if value is not None and name != "hash"}
        return {
            "journal": journal,
            "event_no": record["event_no"],
            "time": record["time"].astimezone(UTC),
            "who": record["who"],
            "act": record["act"],
            "subject": str(record.get("subject") or record.get("number") or ""),
            "record": chain.canonical(kept).decode(),
            "hash": record.get("hash") or None,
        }


def _schema(kind: str) -> pa.Schema:
    columns = {column.name: ARROW[column.dtype] for column in schemas.columns(kind)}
    return pa.schema({**columns, **dict.fromkeys(OWN, pa.int64()), "batch_id": pa.string()})


def _frame(kind: str, rows: pa.Table) -> pd.DataFrame:
    """Arrow -> the dtypes of the schema."""
    frame = rows.drop_columns("batch_id").to_pandas(types_mapper=PANDAS.get)
    wanted = {c.name: c.dtype for c in schemas.columns(kind)} | dict.fromkeys(OWN, "int64")
    return frame.astype({name: dtype for name, dtype in wanted.items() if str(frame[name].dtype) != dtype})
