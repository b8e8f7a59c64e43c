"""Where the store lies: what is missing, refused, read-only, full, locked or damaged is told as what it is."""

import itertools
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from data.access import Person
from data.database.engine import BUSY_SECONDS, FILE, WRITE_LOCK, Database
from data.database.errors import STORE_ERRORS
from data.records.inbox import Arrival
from data.uploads.store import Store, StoreError
from tests.ports import free_port
from tests.test_store_parts import NOW, accept, donors, gifts, report

WHO = {"who": Person("van_phong", "editor"), "now": NOW}
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kho dữ liệu Đắk Nông"


@pytest.fixture
def store(folder):
    return Store(folder)


@pytest.fixture
def server(postgres_address):
    """A store on PostgreSQL with one upload."""
    store = Store(postgres_address)
    accept(store, gifts(["A"]))
    return store


def refusal(act, *arguments, **more) -> str:
    """The code of the StoreError that an act ends with; its words hold no password."""
    with pytest.raises(StoreError) as refused:
        act(*arguments, **more)
    assert "%40" not in str(refused.value) and "%@" not in str(refused.value)
    return refused.value.code


def file_of(store: Store) -> Path:
    """Its file, whole and alone: nothing is left in what SQLite keeps beside it."""
    store.database.close()
    with closing(sqlite3.connect(store.database.file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return store.database.file


def say(store: Store, statement: str, *values: object) -> None:
    """What somebody does to the file of a store behind its back."""
    with closing(sqlite3.connect(store.database.file)) as connection, connection:
        connection.execute(statement, values)


# folders
def test_place_is_given_by_store_url_also_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORE_URL", "kho Cư Jút")
    accept(Store(), gifts(["A"]))
    monkeypatch.chdir(Path(__file__).parent)
    assert donors(Store(tmp_path / "kho Cư Jút")) == ["A"]
    assert donors(Store((tmp_path / "kho Cư Jút").as_posix())) == ["A"]
    assert all(p.name.startswith(FILE) for p in (tmp_path / "kho Cư Jút").iterdir())


@pytest.mark.parametrize("name", ["kho 100%", "kho #1?", "kho & 'kho'", "kho+kho", "kho%20kho"])
def test_a_folder_may_have_any_name(tmp_path, name):
    accept(Store(tmp_path / name), gifts(["A"]))
    assert donors(Store(tmp_path / name)) == ["A"]
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_nothing_is_made_by_looking(tmp_path, store):
    store.look()
    assert (store.version(), donors(store), store.items(), store.history().empty) == (0, [], {}, True)
    assert list(tmp_path.iterdir()) == []


def test_foreign_folder_and_file_are_refused(tmp_path):
    (tmp_path / "Ảnh.jpg").write_bytes(b"x")
    assert refusal(Store, tmp_path) == "foreign_folder"
    assert refusal(Store, tmp_path / "Ảnh.jpg") == "not_a_folder"
    assert refusal(Store, tmp_path / "Ảnh.jpg" / "kho") == "not_a_folder"


def test_a_disk_that_is_not_connected(tmp_path):
    """A folder that will be made may be missing; where it would be made may not."""
    assert refusal(Store, tmp_path / "không có" / "kho") == "store_missing"


def test_a_store_of_another_release(store, folder, tmp_path):
    (tmp_path / "cũ" / "batches" / "_delta_log").mkdir(parents=True)
    assert refusal(Store, tmp_path / "cũ") == "store_old"
    accept(store, gifts(["A"]))
    file_of(store)
    say(store, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError) as refused:
        Store(folder)
    assert (refused.value.code, refused.value.found) == ("store_newer", str(folder))


def test_a_folder_that_vanishes_is_noticed_at_the_next_look_and_so_is_its_return(store, folder):
    accept(store, gifts(["A"]))
    folder.rename(folder.with_name("mang đi"))
    assert refusal(store.version) == "store_missing"
    assert refusal(donors, store) == "store_missing"
    assert refusal(store.look) == "store_missing"
    assert refusal(accept, store, gifts(["B"])) == "store_missing"
    assert not folder.exists()  # nor is an empty one made in its place
    folder.with_name("mang đi").rename(folder)
    assert donors(store) == ["A"]
    shutil.rmtree(folder)
    assert refusal(store.version) == "store_missing"
    folder.write_text("một tệp")
    assert refusal(store.version) == "not_a_folder"


def test_the_file_alone_is_gone(store, folder):
    accept(store, gifts(["A"]))  # what SQLite keeps beside it is still there
    store.database.file.rename(folder.with_name("mang đi"))
    assert refusal(store.version) == refusal(Store, folder) == "store_missing"


@pytest.mark.parametrize("by", ["folder", "file", "content"])
def test_another_store_in_its_place_is_read_anew(store, folder, by):
    """As many records as before, but others: nothing that was kept of the first one may be shown."""
    other, far = Store(folder.with_name("khác")), NOW.replace(year=2031)
    for one, name in ((store, "A"), (other, "B")):
        accept(one, gifts([name]))
        one.links.make(page="overview", query={}, scope="full", expires_at=far, note=name, **WHO | {"who": ADMIN})
        one.inbox.arrive([Arrival(key=name, road="upload", file=name, received_at=NOW, content=b"a")], **WHO)
    seen = [(donors(store), store.links.all()[1].note, store.items()[1].arrival.file)]
    source = file_of(other)
    if by == "folder":
        shutil.rmtree(folder)
        source.parent.rename(folder)
    elif by == "file":
        shutil.copy(source, folder / "mới")
        for path in folder.glob(f"{FILE}-*"):
            path.unlink()
        os.replace(folder / "mới", folder / FILE)
    else:
        file_of(store)
        shutil.copy(source, folder / FILE)
    seen.append((donors(store), store.links.all()[1].note, store.items()[1].arrival.file))
    assert seen == [(["A"], "A", "A"), (["B"], "B", "B")]
    accept(store, gifts(["C"]))
    assert donors(Store(folder)) == donors(store) == ["B", "C"]
    store.undo(1, **WHO)
    assert donors(Store(folder)) == donors(store) == ["C"]


def test_an_older_copy_in_its_place_is_read_anew(store, folder, tmp_path):
    accept(store, gifts(["A"]))
    shutil.copy(file_of(store), tmp_path / "sao")
    accept(store, gifts(["B"]))
    assert donors(store) == ["A", "B"]
    shutil.copy(tmp_path / "sao", file_of(store))
    assert store.version() == 1
    assert accept(store, gifts(["C"])).number == 2
    assert donors(Store(folder)) == donors(store) == ["A", "C"]


ADMIN = Person("quản trị", "admin")


# no right to write, no room, locked by others
@contextmanager
def unchangeable(*paths: Path):
    """Nobody may change these: not even root, who needs chattr for it."""
    if os.geteuid():
        for path in paths:
            path.chmod(0o500 if path.is_dir() else 0o400)
    elif subprocess.run(["chattr", "+i", *paths], capture_output=True, check=False).returncode:
        pytest.skip("chattr +i does not work here")
    try:
        yield
    finally:
        for path in paths:
            path.chmod(0o700) if os.geteuid() else subprocess.run(["chattr", "-i", path], check=False)


def test_place_that_cannot_be_written_is_told(store, folder, tmp_path):
    shut = tmp_path / "chỉ đọc"
    shut.mkdir()
    with unchangeable(shut):
        assert refusal(accept, Store(shut / "kho"), gifts(["A"])) == "store_not_writable"
        assert refusal(accept, Store(shut), gifts(["A"])) == "store_not_writable"
        assert refusal(Store(shut).look) == "store_not_writable"
        assert Store(shut).version() == 0
    accept(store, gifts(["A"]))
    file_of(store)
    with unchangeable(folder, folder / FILE):
        assert refusal(Store, folder) == "store_not_writable"
        assert refusal(store.look) == "store_not_writable"
    assert donors(store) == donors(Store(folder)) == ["A"]


@contextmanager
def small_disk(place: Path, size: str):
    """A disk of a few MB."""
    place.mkdir()
    told = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(told, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk(tmp_path):
    with small_disk(tmp_path / "đĩa", "4m") as disk:
        store = Store(disk / "kho")
        accept(store, gifts(["A"]))
        store.look()
        assert refusal(accept, store, gifts(["B"]), content=b"x" * 8_000_000) == "store_full"
        assert donors(store) == ["A"]
        with (disk / "phim").open("wb") as film, pytest.raises(OSError, match="space"):
            while True:
                film.write(b"x" * 100_000)
                film.flush()
        assert refusal(store.look) == "store_full"
        assert donors(store) == donors(Store(disk / "kho")) == ["A"]  # what is there can still be read
        (disk / "phim").unlink()
        accept(store, gifts(["C"]))
        assert donors(Store(disk / "kho")) == ["A", "C"]
        store.database.close()


def test_a_database_without_room(store):
    """The same where no disk can be made small."""
    accept(store, gifts(["A"]))
    with store.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # of this connection, which is used again
    assert refusal(accept, store, gifts(["B"] * 50), content=b"x" * 1_000_000) == "store_full"
    assert donors(store) == ["A"]


def test_a_busy_store_gives_up_and_counts_nothing(store, folder, monkeypatch):
    accept(store, gifts(["A"]))
    monkeypatch.setattr("data.database.engine.BUSY_SECONDS", 0.3)
    waiting = Store(folder)
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert refusal(accept, waiting, gifts(["B"])) == "store_busy"
        assert 0.2 < time.monotonic() - began < BUSY_SECONDS  # by itself it would wait for so long
        assert donors(waiting) == ["A"]  # who reads does not wait
        waiting.look()
        other.execute("ROLLBACK")
    accept(waiting, gifts(["C"]))
    assert donors(Store(folder)) == ["A", "C"]


def test_threads_share_one_store(store):
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda name: accept(store, gifts([name])), "ABCDEF"))
    assert sorted(receipt.number for receipt in receipts) == [1, 2, 3, 4, 5, 6]
    assert donors(store) == list("ABCDEF")


@pytest.mark.parametrize("by", ["thread", "process"])
@pytest.mark.parametrize("seen", ["nothing", "an empty file"])
def test_a_store_made_by_another_while_one_looks_is_not_missing(store, folder, monkeypatch, by, seen):
    """Whatever another does between two looks of ours, the store that it made is the one both write to."""
    other, looks, stat = store if by == "thread" else Store(folder), [], Path.stat

    def stat_before_the_other_writes(path, **given):
        if path == store.database.file and not looks:
            looks.append(path)
            accept(other, gifts(["A"]))
            if seen == "nothing":
                raise FileNotFoundError(path)
            return os.stat_result((0,) * 10)
        return stat(path, **given)

    monkeypatch.setattr(Path, "stat", stat_before_the_other_writes)
    accept(store, gifts(["B"]), content=b"b")
    assert looks and donors(Store(folder)) == ["A", "B"]


def test_processes_that_make_the_same_store_at_once(folder):
    code = "import sys; from tests.test_store_parts import *; from data.uploads.store import Store\n"
    code += "store = Store(sys.argv[1]); sys.stdin.read(1); accept(store, gifts([sys.argv[2]]))"
    command = [sys.executable, "-c", code, str(folder)]
    running = [subprocess.Popen([*command, name], cwd=ROOT, stdin=subprocess.PIPE) for name in "ABC"]
    for process in running:
        process.communicate(b"\n")  # the last one is already at work when the first one ends
    assert [process.returncode for process in running] == [0, 0, 0]
    assert donors(Store(folder)) == ["A", "B", "C"]


# damage
def test_an_empty_file_is_not_an_empty_store(store, folder, monkeypatch):
    accept(store, gifts(["A"]))
    monkeypatch.setattr("data.database.engine.BIRTH_SECONDS", 0.1)
    file_of(store).write_bytes(b"")
    assert refusal(store.version) == refusal(Store, folder) == "store_damaged"
    assert refusal(accept, store, gifts(["B"])) == "store_damaged"


def test_a_file_that_is_only_just_being_made(store, folder):
    """Between its name and its first page: whoever looks waits a moment."""
    folder.mkdir()
    store.database.file.touch()
    threading.Timer(0.3, store.database.file.unlink).start()
    assert store.version() == 0


def test_a_text_file_is_no_store(store, folder):
    accept(store, gifts(["A"]))
    file_of(store).write_text("Xin chào\n" * 1000)
    assert refusal(store.version) == refusal(Store, folder) == "store_damaged"


def test_whatever_is_written_over_is_one_clear_error_or_does_no_harm(store, folder):
    accept(store, gifts([f"Hộ {number}" for number in range(60)]), report({"donors": 3}, said="Đường trơn"))
    store.inbox.arrive([Arrival(key="a", road="upload", file="a", received_at=NOW, content=b"a" * 9000)], **WHO)
    whole, told = file_of(store).read_bytes(), set()
    acts = (donors, Store.look, Store.items, Store.history, lambda one: one.summed("donations"), Store.remarks)
    for seed in range(30):
        random = Random(seed)
        broken = bytearray(whole)
        for _ in range(random.choice([1, 4])):
            at, length = random.randrange(len(whole) - 400), random.choice([1, 8, 400])
            broken[at : at + length] = random.randbytes(length)
        file = folder / FILE
        file.write_bytes(broken[: len(whole) if seed % 4 else random.randrange(4096, len(whole))])
        for act in acts:
            try:
                act(Store(folder))
            except StoreError as error:
                told.add(error.code)
        for beside in folder.glob(f"{FILE}-*"):
            beside.unlink()
    assert told == {"store_damaged"}


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("DELETE FROM donations WHERE line = 2", ("upload", 1, "donations", 2, 3)),
        ("DELETE FROM waiting", ("upload", 1, "waiting", 0, 1)),
        ("UPDATE summed_donations SET base_quantity = 7", ("sums", 1, "donations")),
        ("DELETE FROM events WHERE journal = 'batches' AND event_no = 1", ("journal", "batches")),
        ("UPDATE events SET record = substr(record, 5) WHERE journal = 'batches'", ("journal", "batches")),
        ("DROP TABLE donations", ()),
        ("UPDATE events SET record = CAST(X'ff7b' AS TEXT) WHERE journal = 'batches'", ()),
    ],
)
def test_damage_says_what_is_damaged(store, folder, statement, part):
    accept(store, gifts(["A", "B", "C"], waits=1))
    store.undo(1, **WHO)
    file_of(store)
    say(store, statement)
    with pytest.raises(StoreError) as refused:
        Store(folder).current("donations")
    told = refused.value
    assert (told.code, told.found, told.part) == ("store_damaged", str(folder), part)


def test_an_original_that_was_changed(store, folder):
    accept(store, gifts(["A"]), content=b"one")
    digest = store.log.state().upload(1).sha256
    file_of(store)
    say(store, "UPDATE originals SET content = X'00'")
    with pytest.raises(StoreError) as refused:
        store.original(1)
    assert (refused.value.code, refused.value.part) == ("store_damaged", ("original", digest[:12]))
    assert donors(Store(folder)) == ["A"]  # the numbers do not need it


# servers
def other_url(store: Store, **parts: object) -> str:
    return make_url(store.url).set(**parts).render_as_string(hide_password=False)


@pytest.mark.parametrize("url", ["mysql://a@localhost/kho", "s3://kho", "postgresql://a@b:c/d", "postgresql+x://a/b"])
def test_an_address_that_nobody_knows(url):
    assert refusal(Store, url) == "address_unknown"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://a:secret@b:5/c", "postgresql://a:***@b:5/c"),
        ("postgresql://a:se@cret@b/c", "postgresql://…"),
        ("postgresql://a:se/cret@b/c", "postgresql://a:***@b/c"),
        ("postgresql://a:/secret", "postgresql://…"),
        ("postgresql://a@b/c?password=secret", "postgresql://a@b/c"),
    ],
)
def test_no_password_is_told(url, told):
    try:
        name = Database(url).name
    except StoreError as error:
        name = error.found
    assert (name, "cret" in name) == (told, False)


def test_a_server_that_is_not_there_or_lets_nobody_in(server):
    assert refusal(Store, other_url(server, port=free_port())) == "store_not_reachable"
    assert refusal(Store, other_url(server, host="khong-co.invalid")) == "store_not_reachable"
    assert refusal(Store, other_url(server, password="sai")) == "store_refused"
    assert refusal(Store, re.sub(r":[^:@]+@", "@", server.url)) == "store_refused"  # with no password at all
    assert refusal(Store, other_url(server, username="ai đó")) == "store_refused"
    assert refusal(Store, other_url(server, database="không có")) == "store_missing"
    assert donors(Store(server.url)) == ["A"]
    assert "%" not in server.database.name.replace("***", "") and "***" in server.database.name


def test_a_server_that_stops_and_comes_back(server, postgres_server):
    postgres_server.crash()
    try:
        assert refusal(server.version) == "store_not_reachable"
        assert refusal(accept, server, gifts(["B"])) == "store_not_reachable"
        assert refusal(Store, server.url) == "store_not_reachable"
        assert refusal(server.look) == "store_not_reachable"
    finally:
        postgres_server.start()
    assert donors(server) == ["A"]
    accept(server, gifts(["C"]))
    assert donors(Store(server.url)) == ["A", "C"]


def test_a_connection_that_is_cut_in_the_middle_of_an_act(server, postgres_server, monkeypatch):
    """Nothing of the act is kept, and the next one finds a new connection."""

    def cut(*_):
        postgres_server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'van_phong'")

    with monkeypatch.context() as patch:
        patch.setattr("data.uploads.store.content_key", cut)  # before it
        accept(server, gifts(["B"]))
    with monkeypatch.context() as patch:
        patch.setattr("data.uploads.writing.Writer.states", cut)  # at its end
        assert refusal(accept, server, gifts(["C"])) == "store_not_reachable"
    assert donors(server) == ["A", "B"]


def connections(listening: socket.socket) -> int:
    """How many are waiting to be taken."""
    listening.setblocking(False)
    for count in itertools.count():
        try:
            listening.accept()[0].close()
        except BlockingIOError:
            return count


def test_a_server_that_is_silent_does_not_make_everybody_wait_in_line(server, monkeypatch):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)  # takes every connection, and says nothing
        monkeypatch.setattr("data.database.engine.CONNECT_SECONDS", 2)
        url = other_url(server, port=silent.getsockname()[1])
        lock = threading.Lock()

        def look(_) -> str:
            with lock:  # as the cache of ui/frame/session.py has it, and each journal
                return refusal(Store, url)

        with ThreadPoolExecutor(10) as pool:
            assert set(pool.map(look, range(10))) == {"store_not_reachable"}
        assert 0 < connections(silent) < 5  # the others were told at once what one of them had waited for


def test_a_database_that_may_only_be_read(server, postgres_server):
    name = sql.Identifier(make_url(server.url).database)
    postgres_server.run(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
    server.database.close()  # the setting is of new connections
    assert donors(server) == ["A"]
    assert refusal(accept, server, gifts(["B"])) == "store_not_writable"
    assert refusal(server.undo, 1, **WHO) == "store_not_writable"
    assert refusal(server.look) == "store_not_writable"
    postgres_server.run(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name))
    server.database.close()
    accept(server, gifts(["C"]))
    server.look()
    assert donors(server) == ["A", "C"]


def test_an_empty_database_that_may_only_be_read(postgres_address, postgres_server):
    name = sql.Identifier(make_url(postgres_address).database)
    postgres_server.run(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
    store = Store(postgres_address)
    assert store.version() == 0
    assert refusal(accept, store, gifts(["A"])) == "store_not_writable"


@pytest.mark.parametrize(
    ("right", "at_once", "at_look", "at_accept"),
    [
        ("INSERT ON events FROM {}", None, "store_not_writable", "store_not_writable"),
        ("SELECT ON events FROM {}", "store_not_writable", "store_not_writable", "store_not_writable"),
        ("ALL ON donations FROM {}", None, "store_not_writable", "store_not_writable"),
        ("USAGE ON SCHEMA public FROM PUBLIC, {}", "store_not_writable", "store_not_writable", "store_not_writable"),
    ],
)
def test_a_right_that_is_missing(server, postgres_server, right, at_once, at_look, at_accept):
    """Above all: whoever may not see the tables is not told that the store is empty."""
    database, owner = make_url(server.url).database, sql.Identifier("chủ")
    server.database.close()
    if not postgres_server.run("SELECT 1 FROM pg_roles WHERE rolname = 'chủ'"):
        postgres_server.run(sql.SQL("CREATE ROLE {}").format(owner))
    postgres_server.run(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), owner))
    tables = postgres_server.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database)
    for (table,) in tables:
        postgres_server.run(sql.SQL("ALTER TABLE {} OWNER TO {}").format(sql.Identifier(table), owner), database)
    postgres_server.run("GRANT ALL ON ALL TABLES IN SCHEMA public TO van_phong", database)
    assert donors(Store(server.url)) == ["A"]
    postgres_server.run(f"REVOKE {right.format('van_phong')}", database)
    if at_once:
        assert refusal(Store, server.url) == at_once
    else:
        assert Store(server.url).version() == 1
        assert refusal(Store(server.url).look) == at_look
        assert refusal(accept, Store(server.url), gifts(["B"])) == at_accept


def test_a_user_who_may_not_connect(server, postgres_server):
    name = sql.Identifier(make_url(server.url).database)
    server.database.close()
    postgres_server.run(sql.SQL("ALTER DATABASE {} OWNER TO postgres").format(name))
    postgres_server.run(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(name))
    assert refusal(Store, server.url) == "store_refused"


def test_a_server_that_is_locked_for_long(server, postgres_server, monkeypatch):
    monkeypatch.setattr("data.database.engine.BUSY_SECONDS", 1)
    waiting = Store(server.url)
    with psycopg.connect(server.url.replace("+psycopg", "")) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
        assert refusal(accept, waiting, gifts(["B"])) == "store_busy"
        assert donors(waiting) == ["A"]
    accept(waiting, gifts(["C"]))
    assert donors(waiting) == ["A", "C"]


def test_a_server_without_room(postgres_server, tmp_path):
    disk = postgres_server.folder / "small"
    with small_disk(disk, "24m"):
        shutil.chown(disk, *(postgres_server.user[name] for name in ("user", "group")))
        postgres_server.run(f"CREATE TABLESPACE small LOCATION '{disk}'")
        try:
            address = postgres_server.new_database()
            name = sql.Identifier(make_url(address).database)
            postgres_server.run(sql.SQL("ALTER DATABASE {} SET TABLESPACE small").format(name))
            store = Store(address)
            accept(store, gifts(["A"]))
            content = Random(1).randbytes(30_000_000)  # it cannot be compressed
            assert refusal(accept, store, gifts(["B"]), content=content) == "store_full"
            assert donors(store) == ["A"]
            store.database.close()
            postgres_server.drop(address)
        finally:
            postgres_server.run("DROP TABLESPACE small")


def test_another_database_of_the_same_name_is_read_anew(server, postgres_server):
    """As after a backup was brought back while the software ran on."""
    server.links.make(page="", query={}, scope="full", expires_at=NOW, note="A", **WHO | {"who": ADMIN})
    copy = postgres_server.new_database()
    other = Store(copy)
    accept(other, gifts(["B"]))
    other.links.make(page="", query={}, scope="full", expires_at=NOW, note="B", **WHO | {"who": ADMIN})
    other.database.close()
    assert (donors(server), server.links.all()[1].note) == (["A"], "A")
    postgres_server.drop(server.url)
    assert refusal(server.version) == "store_missing"
    names = (sql.Identifier(make_url(url).database) for url in (copy, server.url))
    postgres_server.run(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
    assert (donors(server), server.links.all()[1].note) == (["B"], "B")
    accept(server, gifts(["C"]))
    assert donors(server) == ["B", "C"]


# what errors hold
def test_an_error_holds_nothing_of_what_was_asked_for(store, server):
    """It may reach a log: neither a name nor a password stands in it, nor in what it was made of."""
    secret = "Nguyễn Văn Mẫu"
    for one in (store, server):
        accept(one, gifts(["A"]))
        with pytest.raises(Exception) as raised, one.database.reading() as connection:  # noqa: PT011
            asked = "SELECT nothing FROM events WHERE who = " + ("%s" if one is server else "?")
            connection.exec_driver_sql(asked, (secret,))
        assert secret not in str(raised.value) and "hidden" in str(raised.value)


def test_a_link_that_is_not_there_and_an_act_that_is_not_allowed(store):
    with pytest.raises(StoreError) as unknown:
        store.links.revoke(9, **WHO)
    assert (unknown.value.code, unknown.value.found) == ("link_unknown", "9")
    with pytest.raises(StoreError) as refused:
        store.links.revoke(9, who=Person("lãnh đạo", "viewer"), now=NOW)
    assert (refused.value.code, refused.value.found) == ("not_allowed", "links.revoke")


def test_every_error_code_is_met_in_these_tests():
    text = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [code for code in STORE_ERRORS if f'"{code}"' not in text] == []


def test_every_error_code_is_raised_somewhere():
    text = "".join(path.read_text("utf-8") for path in (ROOT / "data").rglob("*.py"))
    text = re.sub(r"STORE_ERRORS = \(.*?\n\)", "", text, flags=re.DOTALL)
    assert [code for code in STORE_ERRORS if f'"{code}"' not in text] == []
