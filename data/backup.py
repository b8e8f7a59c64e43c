"""A copy of a store in a folder, taken while others write to it; what the copy has already is not copied again."""

import os
import re
import shutil
from pathlib import Path

from data.journal import Journal
from data.store_files import BATCHES, JOURNALS, ORIGINALS, ROW_TABLES, Place, reading, writing

VERSION_OF_LOG = re.compile(r"(\d{20})\.(?:json|checkpoint(?:\.[\w-]+)*\.parquet)")
SHA256 = re.compile(r"[0-9a-f]{64}")


class NotThisStore(Exception):
    """The folder holds the copy of another store, or of a longer one than this: a good copy is not overwritten."""


def back_up(place: Place, target: Place) -> tuple[int, int]:
    """Copy what is not there yet; how many files were copied, how many were there.

    Journals are looked at first and written last: the rows and originals that a record speaks of are there before it
    is, in the store and, whenever this is stopped, in the copy. A file of the store never changes once it has its name.
    errors: NotThisStore; StoreError
    """
    check_same_store(place, target)
    seen = {name: _files(place, name) for name in (*JOURNALS, *ROW_TABLES)} | {ORIGINALS: _originals(place)}
    for name in [name for name, files in seen.items() if files and name != ORIGINALS]:
        with writing(target.address(name)):  # while it is empty the table is not there; without it, it looks damaged
            Path(target.address(name), "_delta_log").mkdir(parents=True, exist_ok=True)
    new = [_copy(Path(place.url, file), Path(target.url, file)) for files in reversed(seen.values()) for file in files]
    return sum(new), len(new) - sum(new)


def check_same_store(place: Place, target: Place) -> None:
    there = Journal(target, BATCHES).head()
    source = Journal(place, BATCHES)
    if there.number > len(source.records()) or source.head(there.number) != there:
        raise NotThisStore(target.url)


def _files(place: Place, name: str) -> list[str]:
    """The files of a table as it is now, rows before the entries of its log that speak of them."""
    table = place.table(name)
    if table is None:
        return []
    with reading(place.address(name)):
        rows = [f"{name}/{path.rsplit('/', 1)[-1]}" for path in table.file_uris()]
        entries = [path.name for path in Path(place.address(name), "_delta_log").iterdir()]
        entries = [entry for entry in entries if _is_of(entry, table.version())]
        # checkpoints first: entries long before the last one may be gone from the log
        return rows + [f"{name}/_delta_log/{entry}" for entry in sorted(entries, key=lambda e: (e.endswith("json"), e))]


def _is_of(entry: str, version: int) -> bool:
    """`_last_checkpoint` is left out: it may speak of a later version, and a reader does without it."""
    found = VERSION_OF_LOG.fullmatch(entry)
    return found is not None and int(found[1]) <= version


def _originals(place: Place) -> list[str]:
    """Those that are there as a whole; one that is being written has a longer name."""
    folder = Path(place.address(ORIGINALS))
    return sorted(f"{ORIGINALS}/{path.name}" for path in folder.glob("*") if SHA256.fullmatch(path.name))


def _copy(file: Path, copy: Path) -> bool:
    """Copy unless it is there: what was copied in good time is better than what became of it in the store.

    Its name appears only when all of it is there.
    """
    with writing(copy):
        if copy.exists():
            return False
        copy.parent.mkdir(parents=True, exist_ok=True)
        half = copy.with_name(f".{copy.name}.half")
        shutil.copyfile(file, half)
        os.replace(half, copy)
        return True
