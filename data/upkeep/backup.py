"""A copy of a store, taken while others write to it: one file, whole at every moment."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from data.database.engine import FILE, Database
from data.database.errors import StoreError, told
from data.upkeep.check import Report, check_store
from data.uploads.log import Log

HALF = ".half"  # where the copy is made, until it is whole
BESIDE = ("-wal", "-shm")  # what SQLite keeps beside a file in use


class NotThisStore(Exception):
    """The folder holds the copy of another store, or of a longer one than this: a good copy is not overwritten."""


class IntoItself(Exception):
    """The folder is that of the store: a copy there would take the place of what others write meanwhile."""


class OnServer(Exception):
    """A store on PostgreSQL is copied with PostgreSQL's own tools (docs/backup.md)."""


def back_up(database: Database, folder: Path) -> tuple[Path | None, Report]:
    """Copy the store into a folder, as a store of its own.

    out:    the path of the copy, and what a look through it found. The copy of before is there until the new one is
            whole; where it is not, because the store is damaged, the one of before stays and the path is None
    errors: NotThisStore, IntoItself, OnServer; StoreError
    """
    if database.file is None:
        raise OnServer(database.name)
    folder = folder.resolve()
    if folder == database.file.parent:
        raise IntoItself(folder)
    check_same_store(database, Database(folder))
    target = folder / FILE
    try:
        with _alone(folder / HALF) as half:
            report = _copy(database.file, half)
            if not report.is_whole and target.exists():
                return None, report
            for name in BESIDE:  # of the copy of before
                target.with_name(target.name + name).unlink(missing_ok=True)
            os.replace(half, target)
    except OSError as error:
        raise StoreError("store_not_writable", folder) from error
    return target, report


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """Where the copy is made, by one process at a time; whatever one that was stopped left there is gone.

    errors: StoreError store_busy while another is at it
    """
    folder.mkdir(parents=True, exist_ok=True)
    with told(folder.parent), closing(sqlite3.connect(folder / "lock", timeout=0, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        for name in ("", *BESIDE, "-journal"):
            (folder / (FILE + name)).unlink(missing_ok=True)
        try:
            yield folder / FILE
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _copy(file: Path, half: Path) -> Report:
    """What a look through the copy finds."""
    with told(half), closing(sqlite3.connect(half)) as copy:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as source:
            # in one go: others write meanwhile, into the WAL; in lots it would begin anew whenever they do
            source.backup(copy, pages=-1)
    return _look_through(half)


def _look_through(file: Path) -> Report:
    """Then the file stands alone: nothing beside it, not even while it is read, so that it needs no right to write."""
    database = Database(file.parent)
    report = check_store(database)
    database.close()
    with told(file), closing(sqlite3.connect(file)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
    return report


def check_same_store(database: Database, target: Database) -> None:
    """Raises NotThisStore unless what the target holds is an earlier state of this store."""
    there, source = Log(target).head(), Log(database).journal
    target.close()
    if there.number > len(source.records()) or source.head(there.number) != there:
        raise NotThisStore(target.url)
