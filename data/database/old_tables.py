"""A Delta table of a store of a release before the database, read with pyarrow alone: its rows in the last version.

A folder with Parquet files and a log. Each entry of the log adds files and removes others; a checkpoint says all that
count up to its version. What `_last_checkpoint` says is not needed: the names of the checkpoints say it too.
"""

import errno
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from data.database.errors import StoreError
from data.database.tables import ROW_KINDS

JOURNALS = ("batches", "inbox", "sheets", "decisions", "questions", "links", "disclosures", "conclusions")
NAMES = (*JOURNALS, *ROW_KINDS)  # of the tables of an old store
LOG = "_delta_log"
ENTRY = re.compile(r"(\d{20})\.json")
CHECKPOINT = re.compile(r"(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet")
KNOWN_FEATURES = {"timestampNtz"}  # what the tables of our releases ask of a reader


@contextmanager
def reading(place: Path) -> Iterator[None]:
    """Whatever goes wrong while a file is read becomes one clear error; a disk that does not answer is no damage."""
    try:
        yield
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError, AttributeError) as error:
        is_unreachable = isinstance(error, OSError) and error.errno not in (None, errno.ENOENT, errno.EISDIR)
        raise StoreError("store_not_reachable" if is_unreachable else "store_damaged", place) from error


class OldTable:
    """The table in a folder; without a version where nothing was ever written.

    version: of the last entry of its log, -1 without one; files: those whose rows count
    errors:  StoreError store_damaged, store_not_reachable, with the file
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.version, sizes = _last_version(folder)
        self.files = [folder / name for name in sorted(sizes)]
        for file in self.files:
            with reading(file):
                if file.stat().st_size != sizes[file.relative_to(folder).as_posix()]:
                    raise ValueError("another file than the log says")
        self._files_of: dict[str, list[Path]] | None = None

    def records(self) -> list[dict]:
        """Every row with all that its file says, ordered by event_no: of a journal.

        errors: StoreError store_damaged also when their numbers have gaps
        """
        rows = []
        for file in self.files:
            with reading(file):
                rows += pq.ParquetFile(file).read().to_pylist()
        with reading(self.folder):
            rows.sort(key=lambda row: row["event_no"])
            if [row["event_no"] for row in rows] != list(range(1, len(rows) + 1)):
                raise ValueError("a record is missing or doubled")
        return rows

    def rows(self, batch_id: str, schema: pa.Schema) -> pa.Table:
        """The rows of one upload, in the order of their lines; a column that a file does not have is missing there."""
        if self._files_of is None:
            self._files_of = self._look_for_batches()
        parts = [schema.empty_table()]
        for file in self._files_of.get(batch_id, ()):
            with reading(file):
                data = ds.dataset(file, schema=schema, format="parquet")
                parts.append(data.to_table(filter=ds.field("batch_id") == batch_id))
        return pa.concat_tables(parts).sort_by("line")

    def _look_for_batches(self) -> dict[str, list[Path]]:
        """batch_id -> the files with rows of it, so that each is not opened for every upload."""
        found: dict[str, list[Path]] = {}
        for file in self.files:
            with reading(file):
                batches: set[str] = set()
                for part in pq.ParquetFile(file).iter_batches(columns=["batch_id"]):
                    batches |= set(part["batch_id"].unique().to_pylist())
            for batch_id in batches:
                found.setdefault(batch_id, []).append(file)
        return found


def is_old(folder: Path) -> bool:
    """Whether a folder holds tables of a release before the database, also where the database is there already."""
    return any((folder / name / LOG).exists() for name in NAMES)


def last_version(folder: Path) -> int:
    """The number of the last entry in the log of a table, -1 without one."""
    entries, checkpoints = _entries(folder)
    return max([*entries, *checkpoints], default=-1)


def _last_version(folder: Path) -> tuple[int, dict[str, int]]:
    """The version, and the path in the folder and the size of each file that counts in it."""
    entries, checkpoints = _entries(folder)
    first, files = max(checkpoints, default=-1), {}
    for path in checkpoints.get(first, ()):
        with reading(path):
            for name in ("protocol", "add"):
                for said in pq.ParquetFile(path).read(columns=[name]).column(name).to_pylist():
                    _follow({name: said}, files)
    last = max([*entries, first])
    for version in range(first + 1, last + 1):
        path = entries.get(version, folder / LOG / f"{version:020}.json")
        with reading(path):
            for line in path.read_text("utf-8").splitlines():
                if line.strip():
                    _follow(json.loads(line), files)
    return last, files


def _entries(folder: Path) -> tuple[dict[int, Path], dict[int, list[Path]]]:
    """version -> its entry in the log; version -> the parts of its checkpoint, where all of them are there."""
    log, entries, parts = folder / LOG, {}, {}
    with reading(folder):
        if not log.is_dir():
            if folder.is_dir() and any(folder.glob("*.parquet")):
                raise ValueError("rows without a log")
            return {}, {}
        for path in sorted(log.iterdir()):
            if found := ENTRY.fullmatch(path.name):
                entries[int(found[1])] = path
            elif found := CHECKPOINT.fullmatch(path.name):
                parts.setdefault((int(found[1]), int(found[3] or 1)), []).append(path)
    return entries, {version: paths for (version, count), paths in parts.items() if len(paths) == count}


def _follow(action: dict, files: dict[str, int]) -> None:
    """What one entry changes about the files that count."""
    add, remove, protocol = (action.get(name) for name in ("add", "remove", "protocol"))
    if add is not None:
        name = unquote(add["path"])
        if add.get("deletionVector") or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise ValueError("no table of ours")
        files[name] = add["size"]
    elif remove is not None:
        files.pop(unquote(remove["path"]), None)
    elif protocol is not None and set(protocol.get("readerFeatures") or ()) - KNOWN_FEATURES:
        raise ValueError("no table of ours")
