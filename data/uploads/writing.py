"""What an accept writes beside its event: the upload, its lines in groups, their sums, their words; and, after every
event, which groups count."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, insert, select, text

from data import reference, schemas
from data.database import chain, tables
from data.database.engine import Database
from data.database.originals import keep_original
from data.database.state import Event, State
from data.summing import summed_lines
from data.uploads import search_text
from data.uploads.groups import Groups, grouped, in_force

KEYS_AT_ONCE = 5000
OF_LINE = ("reading_no", "line", "row_key", "row_occurrence")
EPOCH, MICROSECONDS_A_DAY = date(1970, 1, 1), 86_400_000_000


def met_lines(connection: Connection, kind: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The lines of earlier uploads that are equal to new ones: row_key, group_id, upload_number, lines (how many)."""
    table, found = tables.lines[kind], []
    keys = np.unique(rows["row_key"].to_numpy()).tolist()
    for start in range(0, len(keys), KEYS_AT_ONCE):
        equal = table.c.row_key.in_(keys[start : start + KEYS_AT_ONCE])
        asked = select(table.c.row_key, table.c.group_id, func.count()).where(equal)
        found += connection.execute(asked.group_by(table.c.row_key, table.c.group_id)).all()
    met = pd.DataFrame(found, columns=["row_key", "group_id", "lines"]).astype("int64")
    uploads = dict(connection.execute(select(tables.groups.c.id, tables.groups.c.upload_number)).all()) if found else {}
    return met.assign(upload_number=met["group_id"].map(uploads).astype("int64"))


def overlaps(met: Mapping[str, pd.DataFrame], state: State) -> dict[str, list[list[int]]]:
    """List kind -> the earlier uploads, in force or not, with equal lines: [number, its lines met again, its lines]."""
    found = {}
    for kind in [kind for kind in met if kind in schemas.LINE_KINDS and len(met[kind])]:
        lines = met[kind].groupby("upload_number")["lines"].sum()
        found[kind] = [[int(n), int(count), state.uploads[n].rows(kind)] for n, count in lines.items()]
    return found


def known(rows: pd.DataFrame, met: pd.DataFrame, counting: set[int]) -> np.ndarray:
    """For each new row, whether as many equal ones are in force already; counting: the groups in force."""
    counts = met[met["group_id"].isin(counting)].groupby("row_key")["lines"].sum()
    return (rows["row_occurrence"] < rows["row_key"].map(counts).fillna(0)).to_numpy(dtype=bool)


def totals(rows: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, float]]:
    """Kind -> how many lines an upload has, and what each of their amounts adds up to: kept in its event."""
    found: dict[str, dict[str, float]] = {}
    for kind in [kind for kind in rows if kind in schemas.KINDS]:
        sums = {name: rows[kind][name].astype("Float64").sum(min_count=1) for name in schemas.SUMMED[kind][1]}
        found[kind] = {"lines": len(rows[kind])} | {n: float(value) for n, value in sums.items() if not pd.isna(value)}
    return found


def plain(kind: str, rows: pd.DataFrame) -> dict[str, list]:
    """The rows of parts.keyed_rows as columns of plain values, missing ones as None, days as datetime.date."""
    columns = {name: rows[name].to_numpy("int64").tolist() for name in OF_LINE}
    return columns | {c.name: cells(rows[c.name], c.dtype) for c in schemas.columns(kind)}


def cells(values: pd.Series, dtype: str) -> list:
    """A column as plain values, missing ones as None, days as datetime.date."""
    if dtype == schemas.DATE:
        return values.to_numpy("datetime64[D]").astype(object).tolist()
    return values.array.to_numpy(dtype=object, na_value=None).tolist()


def hashes(lines: Mapping[str, dict[str, list]], batch_id: str) -> dict[str, str]:
    """Kind -> the hash over all lines of an upload; lines: of `plain`."""
    return {kind: rows_hash(columns, batch_id) for kind, columns in lines.items()}


def rows_hash(columns: Mapping[str, list], batch_id: str) -> str:
    """columns: of `plain`, in the order of the lines; days are hashed as microseconds, as they always were"""
    count = len(columns["line"])
    said = {name: _microseconds(values) for name, values in columns.items()} | {"batch_id": [batch_id] * count}
    return chain.rows_hash(count, said)


def _microseconds(values: list) -> list:
    if not any(isinstance(value, date) for value in values):
        return values
    return [None if value is None else (value - EPOCH).days * MICROSECONDS_A_DAY for value in values]


class Writer:
    """Writes what belongs to an event, inside its transaction; to be made before any of it is written."""

    def __init__(self, database: Database, connection: Connection, groups: Groups):
        self.database, self.connection, self.groups = database, connection, groups
        groups.refresh(connection)

    def upload(self, event: Event, content: bytes) -> None:
        """The upload itself and the bytes that came."""
        keep_original(self.connection, event.sha256, content)
        parts = event.details["parts"]
        names = {commune.code: commune.name for commune in reference.load().all_communes}
        communes = {names[code] for part in parts for code in part["communes"] if code in names}
        told = {*(part["file"] for part in parts), *communes}
        found_by = search_text.of_texts([event.file, event.who, *sorted(told)])
        self.connection.execute(
            insert(tables.uploads).values(
                number=event.number,
                event_no=event.event_no,
                file=event.file,
                sha256=event.sha256,
                who=event.who,
                accepted_at=event.time.astimezone(UTC),
                received_at=event.received_at.astimezone(UTC),
                is_demo=bool(event.is_demo),
                item=event.details.get("item"),
                search_text=found_by,
            )
        )
        self._index("uploads", event.number, event.number)

    def lines(
        self, event: Event, rows: Mapping[str, pd.DataFrame], lines: Mapping[str, dict], met: Mapping, state: State
    ) -> None:
        """The lines of an upload with their groups, sums and words. lines: the rows as `plain`; state: before it."""
        ways = {number: upload.again for number, upload in state.uploads.items()}
        for kind, of_kind in rows.items():
            whens, codes = grouped(kind, of_kind, met.get(kind), ways, event.again)
            first = self._next(tables.groups)
            counts = np.bincount(codes, minlength=len(whens)).tolist()
            made = [
                (first + place, event.number, kind, json.dumps(when), counts[place]) for place, when in enumerate(whens)
            ]
            self._insert(tables.groups, ("id", "upload_number", "kind", "counts_when", "lines"), made)
            of_kind = of_kind.assign(group_id=codes + first)
            self._insert_lines(kind, of_kind, lines[kind], event.number)
            if kind in schemas.KINDS:
                self._insert_sums(kind, of_kind)

    def _insert_lines(self, kind: str, rows: pd.DataFrame, lines: dict[str, list], number: int) -> None:
        table, first, count = tables.lines[kind], self._next(tables.lines[kind]), len(rows)
        columns = {"id": list(range(first, first + count)), "group_id": rows["group_id"].tolist()}
        columns |= {"upload_number": [number] * count} | {name: self._days(values) for name, values in lines.items()}
        if kind in tables.SEARCHED:
            columns["search_text"] = search_text.of_rows(kind, rows)
        self._insert(table, tuple(columns), zip(*columns.values(), strict=True))
        self._index(kind, first, first + count - 1)

    def _insert_sums(self, kind: str, rows: pd.DataFrame) -> None:
        small, table = summed_lines(kind, rows, by=("group_id",)), tables.summed[kind]
        first, dtypes = self._next(table), {c.name: c.dtype for c in schemas.columns(kind)}
        columns = {"id": list(range(first, first + len(small)))}
        for name in small.columns:
            columns[name] = self._days(cells(small[name], dtypes.get(name, schemas.WHOLE)))
        self._insert(table, tuple(columns), zip(*columns.values(), strict=True))

    def _days(self, values: list) -> list:
        """SQLite keeps days as texts."""
        if self.database.is_server or not any(isinstance(value, date) for value in values):
            return values
        return [None if value is None else value.isoformat() for value in values]

    def states(self, event: Event, state: State) -> None:
        """Which groups count after an event: what differs from before. state: after it."""
        before = set(self.connection.execute(tables.in_force()).scalars())
        after = in_force(state, self.groups.seen_by(self.connection).values())
        changed = [(group, event.event_no, group in after) for group in sorted(before ^ after)]
        self._insert(tables.group_states, ("group_id", "event_no", "is_in_force"), changed)

    def _insert(self, table, columns: Sequence[str], rows) -> None:
        self.database.insert(self.connection, table, columns, rows)

    def _next(self, table) -> int:
        return (self.connection.execute(select(func.max(table.c.id))).scalar() or 0) + 1

    def _index(self, name: str, first: int, last: int) -> None:
        """On PostgreSQL the index follows by itself."""
        if self.database.is_server or not (name in tables.SEARCHED or name == "uploads"):
            return
        key = "number" if name == "uploads" else "id"
        self.connection.execute(
            text(
                f"INSERT INTO {name}_search (rowid, search_text) "
                f"SELECT {key}, search_text FROM {name} WHERE {key} BETWEEN :first AND :last"
            ),
            {"first": first, "last": last},
        )
