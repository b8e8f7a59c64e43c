"""Looks through a whole store: whether records, originals and rows are still those that were written. Changes nothing.

The log is read before the rows, so that it may be looked through while others write: the rows of an upload are there
before its record is.
"""

import json
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import ArrowException

from data import schemas
from data.chain import Chain, look_through, rows_hash
from data.store_files import BATCHES, INBOX, JOURNALS, ROW_TABLES, Place, StoreError, reading
from data.store_parts import joined_key, part_key
from data.store_rows import completed, to_pandas

MOST_WAYS = 10_000
WRONG = (
    "file_unreadable",  # a file of a table is gone or is no table any more; `table` and `found`: its name
    "record_unreadable",  # what a record of the log or the inbox says cannot be read
    "original_missing",
    "original_changed",
    "rows_count",  # another number of rows than were accepted; `found`: "12/13"
    "rows_changed",
)


@dataclass(frozen=True)
class Wrong:
    """One thing that is not as it was written.

    table:   where it belongs: a journal for originals, a table of rows for rows
    number:  of the upload, of the item of the inbox, or of the record
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


def check_store(place: Place) -> Report:
    """Look through everything.

    errors: StoreError store_damaged when what there is cannot even be listed
    """
    wrong: list[Wrong] = []
    journals = {name: _records(place, name, wrong) for name in JOURNALS}
    chains = {name: look_through(of_one or ()) for name, of_one in journals.items() if of_one or name == BATCHES}
    uploads = _with_details(journals, BATCHES, "accept", wrong)  # in force or not
    items = _with_details(journals, INBOX, "arrive", wrong)
    originals = {}  # SHA-256 -> what it belongs to first
    for upload in uploads:
        originals.setdefault(upload["sha256"], (BATCHES, upload["number"]))
    for item in [item for item in items if item["details"].get("sha256")]:  # one that was refused has none
        originals.setdefault(item["details"]["sha256"], (INBOX, item["subject"]))
    wrong += _wrong_originals(place, originals)
    rows = {table: _rows_by_upload(place, table, wrong) for table in ROW_TABLES}
    for upload in uploads:
        own = {table: rows[table][upload["batch_id"]] for table in rows if upload["batch_id"] in rows[table]}
        try:
            wrong += _wrong_rows(upload, own)
        except (KeyError, TypeError, AttributeError):  # details that were changed by hand
            wrong.append(Wrong("record_unreadable", BATCHES, upload["number"]))
    return Report(chains, tuple(wrong), len(uploads), len(originals))


# records
def _records(place: Place, name: str, wrong: list[Wrong]) -> list[dict] | None:
    """Every record as it is stored, with all columns that the table has, ordered by its number."""
    data = _read(place, name, wrong)
    return None if data is None else data.sort_by("event_no").to_pylist()


def _read(place: Place, name: str, wrong: list[Wrong]) -> pa.Table | None:
    """All rows of a table, file by file: one that was changed by hand often has another length than the table says."""
    table = place.table(name)
    if table is None:
        return None
    with reading(place.address(name)):
        data = table.to_pyarrow_dataset()
        parts = [data.schema.empty_table()]
        for fragment in data.get_fragments():
            try:
                parts.append(fragment.to_table(schema=data.schema))
            except (ArrowException, OSError):
                wrong.append(Wrong("file_unreadable", name, found=fragment.path.rsplit("/", 1)[-1]))
        return pa.concat_tables(parts)


def _with_details(journals: dict, name: str, act: str, wrong: list[Wrong]) -> list[dict]:
    """The records of an act, with what their details say."""
    found = []
    for record in [record for record in journals[name] or () if record["act"] == act]:
        try:
            found.append(record | {"details": dict(json.loads(record["details"]))})
        except (TypeError, ValueError):
            wrong.append(Wrong("record_unreadable", name, record["event_no"]))
    return found


# originals
def _wrong_originals(place: Place, originals: dict[str, tuple[str, int]]) -> list[Wrong]:
    found = {digest: _original(place, digest) for digest in originals}
    return [Wrong(f"original_{found[digest]}", *where) for digest, where in originals.items() if found[digest]]


def _original(place: Place, digest: str) -> str:
    """ "missing", "changed", or "" when it is as it came."""
    try:
        place.original(digest)
    except StoreError as error:
        return "missing" if isinstance(error.__cause__, FileNotFoundError) else "changed"
    return ""


# rows
def _rows_by_upload(place: Place, table: str, wrong: list[Wrong]) -> dict[str, pa.Table]:
    """batch_id -> its rows, in their order."""
    rows = _read(place, table, wrong)
    if rows is None or not len(rows):
        return {}
    rows = rows.sort_by([("batch_id", "ascending"), ("line", "ascending")])
    batch_ids = rows["batch_id"].to_numpy()
    starts = [0, *(np.flatnonzero(batch_ids[1:] != batch_ids[:-1]) + 1).tolist()]
    ends = [*starts[1:], len(rows)]
    return {batch_ids[start]: rows.slice(start, end - start) for start, end in zip(starts, ends, strict=True)}


def _wrong_rows(upload: dict, own: dict[str, pa.Table]) -> list[Wrong]:
    """own: table -> the rows of this upload, where there are any."""
    number, details = upload["number"], upload["details"]
    counts = {table: (len(own.get(table, ())), _accepted(details, table)) for table in ROW_TABLES}
    miscounted = {table: f"{n}/{accepted}" for table, (n, accepted) in counts.items() if n != accepted}
    if "row_hashes" in details:
        hashes = details["row_hashes"]
        changed = [table for table in own if table not in miscounted and rows_hash(own[table]) != hashes.get(table)]
    else:
        changed = [] if miscounted or _says_the_same(upload, own) else list(own)
    wrong = [Wrong("rows_count", table, number, found) for table, found in miscounted.items()]
    return wrong + [Wrong("rows_changed", table, number) for table in changed]


def _accepted(details: dict, table: str) -> int:
    """How many rows of a table the record of an upload tells."""
    if table in schemas.KINDS:
        return sum(part["rows"] for part in details["parts"] if part["kind"] == table)
    return sum(part[table] for part in details["parts"])


def _says_the_same(upload: dict, own: dict[str, pa.Table]) -> bool:
    """Of an upload of a version before the hashes: whether its rows still give its content_key.

    The key tells all that a row says, not the cell it came from. The week of a report of several weeks was not
    recorded: each is tried, and where there are too many ways only the count of the rows is known.
    """
    frames = {table: to_pandas(table, completed(table, rows)) for table, rows in own.items()}
    keys = [_possible_keys(part, frames) for part in upload["details"]["parts"]]
    if prod(len(ways) for ways in keys) > MOST_WAYS:
        return True
    return upload["content_key"] in {joined_key(ways) for ways in product(*keys)}


def _possible_keys(part: dict, frames: dict[str, pd.DataFrame]) -> list[str]:
    of_part = {}
    for table in (part["kind"], "waiting", "remarks"):
        rows = frames.get(table, schemas.empty(table).assign(reading_no=0))
        of_part[table] = rows[rows["reading_no"] == part["reading_no"]]
    weeks = part["weeks"] if len(part["weeks"]) == 1 else ["", *part["weeks"]]
    return [part_key(of_part, part["communes"], week, part["is_urgent"], part["is_nil"]) for week in weeks]
