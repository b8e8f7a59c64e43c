"""A real PostgreSQL for the tests: a server of its own in a folder, on loopback, gone with whoever started it."""

import atexit
import itertools
import os
import secrets
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.machine import find_postgres
from tests.ports import free_port

ROLE = "van_phong"  # owns the databases and may do no more, as an office's account: no superuser
# what is waited for ends, with an error: by itself PostgreSQL would wait for a lock for ever
SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
fsync = {fsync}
shared_buffers = 32MB
wal_level = minimal
max_wal_senders = 0
lock_timeout = 30s
statement_timeout = 120s
idle_in_transaction_session_timeout = 120s
"""
# The input of this script is a pipe that we alone hold: it ends with us, even by kill -9, and then the server ends too.
GUARD = 'read -r _; "$1/pg_ctl" stop -s -m immediate -t 20 -D "$2/data"; rm -rf "$2"'
STOP_SECONDS = 40


def _ordinary_user() -> dict:
    """Whom PostgreSQL runs as, as subprocess is told: it refuses root."""
    if os.geteuid() != 0:
        return {}
    import pwd  # not there on Windows

    names = {person.pw_name for person in pwd.getpwall()}
    person = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


class PostgresServer:
    """`database()` is a fresh one, `new_database` and `drop` its two halves; `run` says something as the superuser.

    `crash` and `start` are the server's sudden end and the morning after: what was under way is lost, addresses stay.
    The disk is waited for as in an office. `fsync=False`, or TEST_POSTGRES_FSYNC=off, is faster, most of all after a
    crash (0.2 s for 5 s), and as safe while the machine stays up.
    """

    def __init__(self, fsync: bool | None = None):
        self.programs, self.user = find_postgres(), _ordinary_user()
        assert self.programs, "PostgreSQL is not here: sudo apt install postgresql"
        if fsync is None:
            fsync = os.environ.get("TEST_POSTGRES_FSYNC", "on") != "off"
        self.fsync, self.port = fsync, None
        # a password that nobody can use unquoted: in a URL, in alembic's settings, in a connection string
        self.password = "%@:/'" + secrets.token_hex(8)
        self._numbers = itertools.count(1)
        # not in pytest's folder, which another user may not look into; and the path of a socket has 107 letters at most
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
        if self.user:
            os.chown(self.folder, self.user["user"], self.user["group"])
        self._guard = subprocess.Popen(
            ["sh", "-c", GUARD, "guard", self.programs, self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl+C ends the tests first
            **self._options(),
        )
        atexit.register(self.stop)
        try:
            self._initialise()
            self.start()
            self.run(sql.SQL("create role {} login password {}").format(sql.Identifier(ROLE), self.password))
        except BaseException:
            self.stop()
            raise

    def _options(self) -> dict:
        # the variables PG… of whoever tests would speak of another server
        env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {"cwd": self.folder, "env": env | {"LC_ALL": "C.UTF-8"}, **self.user}

    def _call(self, program: str, *arguments: str) -> subprocess.CompletedProcess:
        command = [f"{self.programs}/{program}", "-D", f"{self.folder}/data", *arguments]
        return subprocess.run(
            command, capture_output=True, encoding="utf-8", timeout=300, stdin=subprocess.DEVNULL, **self._options()
        )

    def _initialise(self) -> None:
        # over the socket, in a folder of our own, everyone is believed; over the network a password is needed
        told = ["--username=postgres", "--auth-local=trust", "--auth-host=scram-sha-256"]
        done = self._call("initdb", *told, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        fixed = self.port
        for _ in range(3):  # somebody may take the port between the question and the start
            self.port = fixed or free_port()
            told = SETTINGS.format(port=self.port, folder=self.folder, fsync="on" if self.fsync else "off")
            with (self.folder / "data" / "postgresql.conf").open("a") as settings:
                settings.write(told)  # the last line of a name counts
            done = self._call("pg_ctl", "start", "-s", "-w", "-t", "120", "-l", f"{self.folder}/log")
            if done.returncode == 0:
                return
        raise AssertionError((self.folder / "log").read_text("utf-8", errors="replace")[-3000:])

    def crash(self) -> None:
        """Everything ends at once, in the middle of what it does."""
        done = self._call("pg_ctl", "stop", "-s", "-m", "immediate", "-t", "20")
        assert done.returncode == 0, done.stderr

    def stop(self) -> None:
        """Ends the server and removes its folder; again: nothing."""
        atexit.unregister(self.stop)
        if self._guard.poll() is None:
            self._guard.stdin.close()
            self._guard.wait(timeout=STOP_SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def run(self, statement, database: str = "postgres") -> list[tuple]:
        """What the superuser says in a database, by name; the rows of the answer."""
        told = {"host": str(self.folder), "port": self.port, "user": "postgres", "dbname": database}
        with psycopg.connect(**told, connect_timeout=10, autocommit=True) as connection:
            answer = connection.execute(statement)
            return answer.fetchall() if answer.description else []

    def new_database(self, like: str | None = None) -> str:
        """The address of a new database: empty, or a copy of another, to which nobody is connected just now."""
        name, template = f"kho_{next(self._numbers)}", make_url(like).database if like else "template0"
        statement = sql.SQL("create database {} owner {} template {}")
        self.run(statement.format(*map(sql.Identifier, (name, ROLE, template))))
        url = URL.create("postgresql+psycopg", ROLE, self.password, "127.0.0.1", self.port, name)
        return url.render_as_string(hide_password=False)

    def drop(self, address: str) -> None:
        """Removes a database, whoever is still connected to it."""
        name = sql.Identifier(make_url(address).database)
        self.run(sql.SQL("drop database if exists {} with (force)").format(name))

    @contextmanager
    def database(self, like: str | None = None):
        address = self.new_database(like)
        yield address
        self.drop(address)
