"""Rows at rest: the key that makes two rows the same line, and one Delta table per kind."""

import hashlib
import time
import unicodedata
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from data import schemas
from data.chain import rows_hash
from data.store_files import Place, StoreError, reading, writing

# batch_id ties a row to its upload; line is its place in the upload; row_occurrence numbers equal rows in one upload
OWN_COLUMNS = ("batch_id", "reading_no", "line", "row_key", "row_occurrence")
ARROW = {
    schemas.TEXT: pa.string(),
    schemas.WHOLE: pa.int64(),
    schemas.NUMBER: pa.float64(),
    schemas.DATE: pa.timestamp("us"),
    schemas.FLAG: pa.bool_(),
}
PANDAS = {pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype(), pa.bool_(): pd.BooleanDtype()}
MANY_FILES = 50  # so many small files are joined into one
NO_CLEANING = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)


def check(kind: str, frame: pd.DataFrame) -> None:
    """Refuse a frame that does not follow its schema; schemas.schema says the same, but takes 10 ms a frame."""
    columns = schemas.columns(kind)
    wrong = [] if list(frame.columns) == [column.name for column in columns] else ["columns"]
    for column in columns if not wrong else ():
        values = frame[column.name]
        if str(values.dtype) != column.dtype or (column.required and values.hasnans):
            wrong.append(column.name)
    if wrong:  # names of columns only: an error may reach a log
        raise StoreError("frame_not_tidy", f"{kind}: {', '.join(wrong)}")


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """The finisher of splitmix64: near numbers become far ones."""
    x = numbers.astype("uint64")
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _text_number(text: str) -> int:
    """Equal for texts that a person reads as equal: case, spaces and Unicode form do not count."""
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    return int.from_bytes(hashlib.blake2b(plain.encode(), digest_size=8).digest(), "little")


def _hashed(column: pd.Series, dtype: str) -> np.ndarray:
    if dtype == schemas.TEXT:
        codes, uniques = pd.factorize(column)
        numbers = np.array([_text_number(text) for text in uniques] + [0], dtype="uint64")
        return numbers[codes]  # the code of a missing text is -1: the 0 at the end
    if dtype == schemas.DATE:
        return _mixed(column.to_numpy("datetime64[us]").view("uint64"))
    numbers = column.astype("Float64").to_numpy("float64", na_value=np.nan) + 0.0  # -0.0 becomes 0.0
    numbers[np.isnan(numbers)] = np.nan
    return _mixed(numbers.view("uint64"))


def row_keys(kind: str, frame: pd.DataFrame, names: Iterable[str] | None = None) -> np.ndarray:
    """One number a row, equal for the same line; our own hash, as it is stored and must never change.

    pandas.util.hash_pandas_object is not used: its numbers depend on dtypes and on the release of pandas.
    """
    dtypes = {column.name: column.dtype for column in schemas.columns(kind)}
    total = np.full(len(frame), 0x9E3779B97F4A7C15, dtype="uint64")
    for name in schemas.key(kind) if names is None else names:
        total = _mixed(total * np.uint64(0x100000001B3) ^ _hashed(frame[name], dtypes[name]))
    return total.view("int64")


def keyed(kind: str, numbered: list[tuple[int, pd.DataFrame]], batch_id: str) -> pd.DataFrame:
    """The rows of one kind of an upload, with OWN_COLUMNS; equal rows are numbered across its parts."""
    frames = [frame.assign(reading_no=number) for number, frame in numbered]
    rows = pd.concat(frames, ignore_index=True)
    keys = row_keys(kind, rows)
    occurrence = pd.Series(keys).groupby(keys).cumcount().to_numpy()
    own = {"batch_id": batch_id, "line": np.arange(len(rows)), "row_key": keys, "row_occurrence": occurrence}
    return rows.assign(**own)


def content_keys(kind: str, frame: pd.DataFrame) -> np.ndarray:
    """Like row_keys, over all that the row says; the cell it stands in does not count, its text only where it waits."""
    names = [column.name for column in schemas.COLUMNS[kind]] + (["source_text"] if kind == "waiting" else [])
    return np.sort(row_keys(kind, frame, names))


def _arrow(kind: str, rows: pd.DataFrame) -> pa.Table:
    fields = [pa.field(c.name, ARROW[c.dtype]) for c in schemas.columns(kind)]
    fields += [pa.field(name, pa.string() if name == "batch_id" else pa.int64()) for name in OWN_COLUMNS]
    return pa.Table.from_pandas(rows, schema=pa.schema(fields), preserve_index=False)


def write(place: Place, kind: str, rows: pd.DataFrame) -> str:
    """Append rows; they count only once a record of their batch_id stands in the log. Their hash (chain.rows_hash)."""
    table, address = _arrow(kind, rows), place.address(kind)
    for attempt in range(30):
        try:
            with writing(address):
                known = place.table(kind)
                # "ignore" only makes the table: of two makers one wins, and both then append
                if known is None:
                    DeltaTable.create(address, table.schema, mode="ignore", storage_options=place.options)
                    known = place.table(kind)
                is_wider = set(table.column_names) - {f.name for f in known.schema().fields}
                write_deltalake(
                    known,
                    table,
                    mode="append",
                    schema_mode="merge" if is_wider else None,
                    post_commithook_properties=NO_CLEANING,
                )
            return rows_hash(table)
        except CommitFailedError:
            time.sleep(0.01 * (attempt + 1))
    raise StoreError("store_busy", address)


def join_small_files(place: Place, name: str) -> None:
    """Join many small files into one; a reader of the older version still finds its files for a week."""
    try:
        table = place.table(name)
        if table is not None and len(table.file_uris()) >= MANY_FILES:
            table.optimize.compact(commit_properties=CommitProperties(max_commit_retries=0))  # two at once would double
            table.vacuum(dry_run=False)
            table.create_checkpoint()
    except (DeltaError, OSError, StoreError):
        return  # housekeeping only: someone else did it at the same moment, or the next accept will


def read(place: Place, kind: str, batch_ids: list[str], columns: Iterable[str] | None = None) -> pa.Table:
    """The stored rows of some batches."""
    wanted = list(columns or [*(c.name for c in schemas.columns(kind)), *OWN_COLUMNS])
    table = place.table(kind) if batch_ids else None
    if table is None:
        return _arrow(kind, keyed(kind, [(0, schemas.empty(kind))], "")).select(wanted)
    with reading(place.address(kind)):
        there = {field.name for field in table.schema().fields}
        is_ours = pc.field("batch_id").isin(pa.array(batch_ids))
        data = table.to_pyarrow_dataset().to_table([n for n in wanted if n in there], filter=is_ours)
        return completed(kind, data).select(wanted)


def completed(kind: str, data: pa.Table) -> pa.Table:
    """With every column of the kind: one that an older table does not have is missing everywhere."""
    for column in schemas.columns(kind):
        if column.name not in data.column_names:
            data = data.append_column(column.name, pa.nulls(len(data), ARROW[column.dtype]))
    return data


def to_pandas(kind: str, data: pa.Table) -> pd.DataFrame:
    """Arrow → the dtypes of the schema."""
    frame = data.to_pandas(types_mapper=PANDAS.get)
    wanted = {c.name: c.dtype for c in schemas.columns(kind)}
    return frame.astype({n: t for n, t in wanted.items() if str(frame[n].dtype) != t})
