"""A copy of a store, taken while others write to it: one file, whole at every moment."""

import contextlib
import os
import sqlite3
from pathlib import Path

from data.database.engine import FILE, Database
from data.database.errors import StoreError, told
from data.database.log import Log

PAGES_AT_ONCE = 2000  # between two lots others may write


class NotThisStore(Exception):
    """The folder holds the copy of another store, or of a longer one than this: a good copy is not overwritten."""


class OnServer(Exception):
    """A store on PostgreSQL is copied with PostgreSQL's own tools (docs/backup.md)."""


def back_up(database: Database, folder: Path) -> Path:
    """Copy the store into a folder, as a store of its own; the path of its file.

    The copy of before is there until the new one is whole. errors: NotThisStore, OnServer; StoreError
    """
    if database.file is None:
        raise OnServer(database.name)
    check_same_store(database, Database(folder))
    target, half = folder / FILE, folder / f".{FILE}.half"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        half.unlink(missing_ok=True)
        with told(folder), contextlib.closing(sqlite3.connect(half)) as copy:
            with contextlib.closing(sqlite3.connect(f"{database.file.as_uri()}?mode=ro", uri=True)) as source:
                source.backup(copy, pages=PAGES_AT_ONCE)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        for beside in ("-wal", "-shm"):  # of the copy of before
            target.with_name(FILE + beside).unlink(missing_ok=True)
        os.replace(half, target)
    except OSError as error:
        raise StoreError("store_not_writable", folder) from error
    return target


def check_same_store(database: Database, target: Database) -> None:
    """Raises NotThisStore unless what the target holds is an earlier state of this store."""
    there, source = Log(target).head(), Log(database).journal
    target.close()
    if there.number > len(source.records()) or source.head(there.number) != there:
        raise NotThisStore(target.url)
