"""What the store can say when it cannot do what was asked; not reachable is never told as damaged."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError

STORE_ERRORS = (
    "address_unknown",  # STORE_URL is neither a folder nor a database that is known
    "not_a_folder",  # a file stands where the store should be
    "foreign_folder",  # the folder holds other things
    "store_missing",  # the folder or the database is not there, or not any more
    "store_not_reachable",  # the server does not answer, or the disk does not
    "store_refused",  # the server does not let this user in
    "store_not_writable",  # read-only, or no right to write
    "store_full",  # no room on the disk
    "store_busy",  # locked for too long by others; try again
    "store_damaged",  # what is there is not what was written
    "store_newer",  # made by a newer release than this
    "store_old",  # a store of Delta tables, of a release before the database, that is not taken over yet
    "frame_not_tidy",  # a part does not follow data/schemas.py
    "amount_too_large",  # amounts that do not add up within what a number can hold
    "nothing_to_accept",
    "upload_unknown",
    "item_unknown",
    "source_unknown",
    "question_unknown",
    "decision_unknown",
    "link_unknown",
    "conclusion_unknown",
    "not_allowed",  # the person who asks may not do this
    "already_undone",
    "already_in_force",
    "same_content_in_force",  # restoring would count the same file twice
)
# of the whole store: told on every page, in the log, by /healthz and by the doctor
OF_THE_STORE = STORE_ERRORS[:12]


class StoreError(Exception):
    """The store cannot do what was asked; `code` is one of STORE_ERRORS, `found` says where or which.

    part: what of a damaged store, where that is known: ("upload", number, kind, lines there, lines told),
          ("sums", number, kind), ("journal", name) or ("original", beginning of its SHA-256)
    """

    def __init__(self, code: str, found: object = "", part: tuple = ()):
        assert code in STORE_ERRORS, code
        super().__init__(f"{code}: {found}{', ' * bool(part)}{' '.join(map(str, part))}")
        self.code, self.found, self.part = code, str(found), part

    @property
    def is_of_the_store(self) -> bool:
        return self.code in OF_THE_STORE


# the beginning of SQLite's own names of errors
_SQLITE = {
    "SQLITE_READONLY_DBMOVED": "store_missing",
    "SQLITE_BUSY": "store_busy",
    "SQLITE_LOCKED": "store_busy",
    "SQLITE_FULL": "store_full",
    "SQLITE_READONLY": "store_not_writable",
    "SQLITE_PERM": "store_not_writable",
    "SQLITE_AUTH": "store_not_writable",
    "SQLITE_CANTOPEN": "store_not_writable",  # a folder that is gone is seen before (Database.exists)
    "SQLITE_CORRUPT": "store_damaged",
    "SQLITE_NOTADB": "store_damaged",
    "SQLITE_IOERR": "store_not_reachable",
}
# SQLSTATE of PostgreSQL, or the beginning of it
_POSTGRES = {
    "28": "store_refused",
    "3D": "store_missing",
    "3F": "store_not_writable",  # no right on the schema: it is not even seen
    "42501": "store_not_writable",
    "25006": "store_not_writable",
    "53100": "store_full",
    "55P03": "store_busy",
    "40": "store_busy",
    "57": "store_not_reachable",
    "08": "store_not_reachable",
    "53": "store_not_reachable",
    "42P01": "store_damaged",  # a table is gone
    "XX001": "store_damaged",
    "XX002": "store_damaged",
}
# where the server has not said a SQLSTATE, for libpq has only its sentence
_SENTENCES = (
    ("password authentication failed", "store_refused"),
    ("no password supplied", "store_refused"),
    ("no pg_hba.conf entry", "store_refused"),
    ("permission denied", "store_refused"),
    ("not currently accepting connections", "store_not_reachable"),
    ('role "', "store_refused"),
    ('database "', "store_missing"),
)


class Unreadable(ValueError):
    """A value that cannot stand in its column: the database does not hold what was written."""


@contextmanager
def values_read() -> Iterator[None]:
    """While values become those of a schema."""
    try:
        yield
    except (ValueError, TypeError, OverflowError) as error:
        raise Unreadable from error


@contextmanager
def told(place: object) -> Iterator[None]:
    """Whatever the database raises becomes one of STORE_ERRORS; a fault of our own code stays what it is."""
    try:
        yield
    except DBAPIError as error:
        code = _code(error)
        if code is None:
            raise
        raise StoreError(code, place) from error
    except (Unreadable, UnicodeDecodeError) as error:  # the other: not even what SQLite says of it can be read
        raise StoreError("store_damaged", place) from error
    except sqlite3.Error as error:  # while a connection is opened
        code = _of_sqlite(error)
        if code is None:
            raise
        raise StoreError(code, place) from error
    except TimeoutError as error:  # no free connection for half a minute
        raise StoreError("store_busy", place) from error


def _code(error: DBAPIError) -> str | None:
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    if state:
        starts = sorted((s for s in _POSTGRES if state.startswith(s)), key=len)
        return _POSTGRES[starts[-1]] if starts else None
    if isinstance(error, OperationalError):
        sentence = str(error.orig)
        return next((code for words, code in _SENTENCES if words in sentence), "store_not_reachable")
    return None


def _of_sqlite(error: sqlite3.Error) -> str | None:
    name = getattr(error, "sqlite_errorname", None) or ""
    # Python's own complaint of a text that is none; and of a schema that lost what it had
    if "Could not decode to UTF-8" in str(error) or "no such table" in str(error):
        return "store_damaged"
    return next((code for start, code in _SQLITE.items() if name.startswith(start)), None)
