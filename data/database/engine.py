"""Where the store lies and how one reads and writes there: one transaction an act, on SQLite or on PostgreSQL."""

import errno
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, Executable, Row, Table, create_engine, event, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from data.database import migrate
from data.database.errors import StoreError, told
from data.database.old_tables import is_old

FOLDER = Path(__file__).parent.parent / "store"
FILE = "store.sqlite"
BUSY_SECONDS = 20  # as long as an accept of a million lines may keep others waiting, and longer
WRITE_LOCK = 0x6D747471  # one writer at a time, as on SQLite; "mttq"
CONNECT_SECONDS = 5
ROOM_BYTES = 1_000_000  # with less on its disk a store counts as full
BIRTH_SECONDS = 8  # as long as another process may need, on a busy machine, until the file it makes has any content
# a server whose computer is gone is noticed, also by a connection that is open already (the first is of Linux alone)
ALIVE = {"tcp_user_timeout": 10_000, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
# url of a server -> until when nobody asks it again, for it has not answered: while a hundred people wait in line for
# one question that takes five seconds, those behind get the same answer
_silent: dict[str, float] = {}


class Database:
    """A folder with one SQLite file, or a PostgreSQL database; default STORE_URL, else data/store.

    Nothing is created before the first write. Threads may share it.
    errors: StoreError address_unknown, not_a_folder, foreign_folder, store_old; then whatever errors.told makes
    """

    def __init__(self, url: str | Path | None = None):
        url = str(url or os.environ.get("STORE_URL") or FOLDER)
        self.is_server = "://" in url and not url.startswith("file://")
        self.file: Path | None = None
        if not self.is_server:
            folder = Path(url.removeprefix("file://")).expanduser().resolve()
            self.url, self.file = str(folder), folder / FILE
            _check_folder(folder)
        else:
            self.url = url.rstrip("/")
        self.name = self.url if self.file else _without_password(self.url)  # what may be told
        self.lock = threading.RLock()
        self._engine: Engine | None = None
        self._seen: tuple[int, int] | None = None  # the file that was opened
        self._is_made = False
        self.generation = 0  # grows when another file has taken the place of the one that was opened

    # the connection
    @property
    def engine(self) -> Engine:
        with self.lock:
            if self._engine is None:
                self._engine = _sqlite_engine(self.file) if self.file else _server_engine(self.url)
            return self._engine

    def exists(self) -> bool:
        """Whether anything was ever written here.

        errors: StoreError store_missing when what was here is gone, store_newer, store_not_reachable, …
        """
        if self.file is not None and not self._look_at_file():
            return False
        if not self._is_made:
            with self._connected() as connection:
                state = migrate.state(connection)
                if state == "none" and self.is_server and connection.scalar(select(func.current_schema())) is None:
                    raise StoreError("store_not_writable", self.name)  # without a right on the schema nothing is seen
            if state == "newer":
                raise StoreError("store_newer", self.name)
            if state == "older":
                self._make()
            self._is_made = state != "none"
        return self._is_made

    def _look_at_file(self) -> bool:
        """A folder that vanished, or another file in its place, is noticed here: an open file would go on silently."""
        was_made, found, until = self._is_made, self._stat(), time.monotonic() + BIRTH_SECONDS
        while found and not found.st_size:  # cut off; or another process is just making it
            if was_made or time.monotonic() > until:
                raise StoreError("store_damaged", self.name)
            time.sleep(0.05)
            was_made, found = self._is_made, self._stat()
        if found is None:
            return False
        now = (found.st_dev, found.st_ino)
        with self.lock:
            if now != self._seen:
                if self._seen is not None:
                    self.note_other()
                    self.close()
                self._seen, self._is_made = now, False
        return True

    def _stat(self) -> os.stat_result | None:
        """Of the file; None where none was made yet.

        What shows that there was one is looked at before the file itself: after it, another may just have made it.
        """
        # what SQLite keeps beside a file never stands alone
        was_there = self._seen is not None or self.file.with_name(f"{FILE}-wal").exists()
        try:
            return self.file.stat()
        except FileNotFoundError as error:
            if was_there or not self.file.parent.parent.exists():
                raise StoreError("store_missing", self.name) from error
            return None
        except OSError as error:
            raise StoreError(_of_disk(error), self.name) from error

    def note_other(self) -> None:
        """Another store stands in the place of the one that was read: nothing that was kept of that one holds."""
        with self.lock:
            self.generation += 1

    def close(self) -> None:
        """Let go of every connection; the next use opens anew."""
        with self.lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None

    # reading
    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A look at one state of the store, whatever others write meanwhile; only where it `exists`."""
        with self._connected() as connection, connection.begin():
            yield connection

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with told(self.name), self._connect() as connection:
            yield connection

    def _connect(self) -> Connection:
        asked = time.monotonic()
        if asked < _silent.get(self.url, 0):
            raise StoreError("store_not_reachable", self.name)
        try:
            with told(self.name):
                return self.engine.connect()
        except StoreError as error:
            if self.is_server and error.code == "store_not_reachable":
                now = time.monotonic()
                _silent[self.url] = now + (now - asked)
            raise

    def rows(self, statement: Executable) -> Sequence[Row]:
        """All rows that a question gives; none where nothing was ever written."""
        if not self.exists():
            return []
        with self.reading() as connection:
            return connection.execute(statement).all()

    # writing
    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One act: all of it or nothing; others who write wait for it, others who read do not see it before its end."""
        if not self.exists():
            self._make()
        with self._connected() as connection, self._alone(connection) as writer:
            yield writer

    def check_writable(self) -> None:
        """Whether something could be written now, as far as that shows without writing.

        errors: StoreError store_not_writable, store_full, and what reading meets
        """
        if self.file is not None:
            place = next(path for path in (self.file.parent, *self.file.parents) if path.exists())
            if shutil.disk_usage(place).free < ROOM_BYTES:
                raise StoreError("store_full", self.name)
            if not os.access(place, os.W_OK) or (self.file.exists() and not os.access(self.file, os.W_OK)):
                raise StoreError("store_not_writable", self.name)
        elif self.exists():
            may = "current_setting('transaction_read_only') = 'off' AND has_table_privilege('events', 'INSERT')"
            with self.reading() as connection:
                if not connection.scalar(text(f"SELECT {may}")):
                    raise StoreError("store_not_writable", self.name)

    @contextmanager
    def _alone(self, connection: Connection) -> Iterator[Connection]:
        if not self.is_server:
            writer = connection.execution_options(is_writing=True)
            with writer.begin():
                yield writer
            return
        # what is seen after the wait is what the one before has written, so not REPEATABLE READ
        writer = connection.execution_options(isolation_level="READ COMMITTED")
        with writer.begin():
            writer.execute(select(func.pg_advisory_xact_lock(WRITE_LOCK)))
            yield writer

    def _make(self) -> None:
        """The tables, as this release knows them."""
        if self.file is not None:
            try:
                self.file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(_of_disk(error, "store_not_writable"), self.name) from error
            if not self.file.exists():
                self._make_file()
        with self._connected() as connection, self._alone(connection) as writer:
            migrate.upgrade(writer)
        if self.file is not None:
            self._look_at_file()
        self._is_made = True

    def _make_file(self) -> None:
        """The file with its first page, under another name until it has it: of two who make it at once, one wins."""
        own = self.file.with_name(f".{FILE}.{os.getpid()}.{threading.get_ident()}")
        try:
            with told(self.name), closing(sqlite3.connect(own, timeout=BUSY_SECONDS)) as connection:
                _prepare_sqlite(connection)
            os.link(own, self.file)
        except FileExistsError:
            pass  # the other one has won
        except OSError:  # a disk that knows no links: then in its place, where others wait for the first page
            with told(self.name), closing(sqlite3.connect(self.file, timeout=BUSY_SECONDS)) as connection:
                _prepare_sqlite(connection)
        finally:
            own.unlink(missing_ok=True)

    def insert(self, connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
        """Add many rows at the speed of the driver: cells as the driver takes them, in the order of the columns."""
        names = ", ".join(f'"{name}"' for name in columns)
        raw = connection.connection.cursor()
        try:
            if self.is_server:
                with raw.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" for _ in columns)
                raw.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)
        except Exception as error:
            if isinstance(error, connection.dialect.loaded_dbapi.Error):
                raise DBAPIError.instance(
                    f"insert into {table.name}", None, error, connection.dialect.loaded_dbapi.Error
                ) from error
            raise
        finally:
            raw.close()


def _check_folder(folder: Path) -> None:
    try:
        if folder.exists() and not folder.is_dir():
            raise StoreError("not_a_folder", folder)
        names = {p.name for p in folder.iterdir() if not p.name.startswith(".")} if folder.exists() else set()
    except OSError as error:
        raise StoreError(_of_disk(error), folder) from error
    if FILE not in names and is_old(folder):
        raise StoreError("store_old", folder)
    if names and not any(name.startswith(FILE) for name in names):
        raise StoreError("foreign_folder", folder)


def _of_disk(error: OSError, code: str = "store_not_reachable") -> str:
    """Which of STORE_ERRORS it is that a file or a folder cannot be looked at; code: where nothing closer is known."""
    if isinstance(error, NotADirectoryError | FileExistsError):
        return "not_a_folder"
    if isinstance(error, PermissionError):
        return "store_not_writable"
    return "store_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else code


def _without_password(url: str) -> str:
    """What may be told of an address: nothing where it is not written as it should be, for that may be its password."""
    try:
        parsed = make_url(url)
        if "@" not in f"{parsed.host}{parsed.database}":  # one that belongs to a password and is not written %40
            return parsed.set(query={}).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        pass
    return url.split("://")[0] + "://…"


def _sqlite_engine(file: Path) -> Engine:
    engine = create_engine(
        # a file that was taken away since it was looked for is not made anew
        URL.create("sqlite", database=file.as_uri(), query={"mode": "rw", "uri": "true"}),
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
        pool_size=5,
        max_overflow=20,
        hide_parameters=True,  # an error may reach a log; what was asked for may be a name
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object = None) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Who writes takes the lock at once: one who had to wait for it later could not know what was written meanwhile."""
    is_writing = connection.get_execution_options().get("is_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _server_engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername not in ("postgresql+psycopg", "postgresql"):
            raise StoreError("address_unknown", _without_password(url))
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            isolation_level="REPEATABLE READ",
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=20,
            hide_parameters=True,
            connect_args={"connect_timeout": CONNECT_SECONDS, "options": f"-c lock_timeout={BUSY_SECONDS}s", **ALIVE},
        )
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise StoreError("address_unknown", _without_password(url)) from error
