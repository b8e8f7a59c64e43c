"""The copy of a store: whole while others write, and whenever it is stopped; a good copy is never written over.

Every command of docs/backup.md, and what docs/deploy.md says of PostgreSQL, is done as it stands there. Run as a
script, this file is one who writes without an end.
"""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest

from commands import store as command
from data.access import Person
from data.database.engine import FILE
from data.upkeep import backup
from data.upkeep.backup import HALF, IntoItself, NotThisStore, OnServer, back_up
from data.upkeep.check import check_store
from data.uploads.store import Store, StoreError
from tests.machine import find_postgres
from tests.test_store_laws import assert_same, everything
from tests.test_store_parts import NOW, accept, donors, gifts, report

ROOT = Path(__file__).resolve().parent.parent
WHO = {"who": Person("van_phong", "editor"), "now": NOW}
PAPERS = {name: (ROOT / "docs" / name).read_text("utf-8") for name in ("backup.md", "deploy.md")}
SECONDS = 120
PASSWORD = "m@t khau"
LARGE = 12_000_000  # bytes of an original: so a copy takes long enough to be stopped


def fill(store: Store) -> None:
    for number in range(3):
        accept(store, gifts([f"Hộ {number}"], waits=1), report({"donors": number}, said=f"{number}"))
    store.undo(2, **WHO)
    store.questions.ask("stock", "?", commune=None, shown=None, **WHO)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "kho")
    fill(store)
    return store


def copied(store: Store, folder: Path) -> Store:
    path, report = back_up(store.database, folder)
    assert path == folder / FILE and report.is_whole
    return Store(folder)


def digest(folder: Path) -> str:
    return sha256((folder / FILE).read_bytes()).hexdigest()


# a copy
def test_a_copy_is_a_store_that_goes_on(store, tmp_path):
    copy = copied(store, tmp_path / "sao")
    assert copy.log.head() == store.log.head()
    assert_same(everything(copy), everything(store))
    assert copy.original(2) == store.original(2)
    assert len(copy.questions.all()) == 1
    accept(copy, gifts(["Hộ mới"]))
    copy.undo(1, **WHO)
    assert check_store(copy.database).is_whole


def test_the_next_copy_takes_the_place_of_the_one_before(store, tmp_path):
    folder = tmp_path / "sao"
    copied(store, folder).database.close()
    accept(store, gifts(["Hộ D"]))
    store.undo(1, **WHO)
    assert copied(store, folder).log.head() == store.log.head()


def test_a_copy_stands_alone(store, tmp_path):
    """One file, in a form that can be read where nobody may write; also after one that was used as a store."""
    folder = tmp_path / "sao"
    for _ in range(2):
        back_up(store.database, folder)
        assert [path.name for path in folder.iterdir()] == [FILE]
        assert (folder / FILE).read_bytes()[18:20] == b"\1\1"  # no WAL
        copy = Store(folder)
        assert copy.version() == store.version() and (folder / f"{FILE}-wal").exists()


def test_a_copy_is_not_overwritten_by_another_store_or_one_that_was_cut(store, tmp_path):
    folder = tmp_path / "sao"
    copied(store, folder).database.close()
    other = Store(tmp_path / "khác")
    for name in "ABCD":
        accept(other, gifts([name]))
    older = copied(store, tmp_path / "cũ")
    accept(store, gifts(["Hộ D"]))
    copied(store, folder).database.close()
    for source in (other, older, Store(tmp_path / "trống")):
        with pytest.raises(NotThisStore):
            back_up(source.database, folder)
    assert Store(folder).log.head() == store.log.head()


def test_a_copy_is_not_overwritten_by_a_damaged_store(store, tmp_path, capsys):
    """What was damaged since is told; the copy of before, which is whole, stays. The first copy is better than none."""
    folder = tmp_path / "sao"
    copied(store, folder).database.close()
    before = digest(folder)
    accept(store, gifts(["Hộ D"]))
    with closing(sqlite3.connect(store.database.file)) as connection, connection:
        connection.execute("UPDATE donations SET quantity = 99 WHERE donor_name = 'Hộ D'")
    path, found = back_up(store.database, folder)
    assert path is None and not found.is_whole and digest(folder) == before
    assert command.main(["backup", str(folder), store.url]) == 1
    said = capsys.readouterr().out
    assert "Bản sao trước ở đó được giữ nguyên" in said and "✗ Danh sách ủng hộ, lần nhận số 4" in said
    assert digest(folder) == before
    assert command.main(["backup", str(tmp_path / "đầu"), store.url]) == 1
    assert Store(tmp_path / "đầu").version() == store.version()


def test_a_copy_is_never_put_over_the_store_itself(store, tmp_path, capsys):
    (tmp_path / "lối khác").symlink_to(store.url)
    for folder in (Path(store.url), tmp_path / "lối khác", tmp_path / "sao" / ".." / "kho"):
        with pytest.raises(IntoItself):
            back_up(store.database, folder)
    assert command.main(["backup", store.url, store.url]) == 2
    assert "chính là nơi của kho" in capsys.readouterr().err
    assert donors(store) == donors(Store(store.url))


def test_two_who_copy_at_once_do_not_mix(store, tmp_path, monkeypatch, capsys):
    folder, really, second = tmp_path / "sao", backup._look_through, []

    def look_through(file: Path):
        if not second:
            second.append(command.main(["backup", str(folder), store.url]))
        return really(file)

    monkeypatch.setattr(backup, "_look_through", look_through)
    assert back_up(store.database, folder)[1].is_whole
    assert second == [2] and "Traceback" not in capsys.readouterr().err
    assert Store(folder).log.head() == store.log.head()


# stopped
@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("step", ["_copy", "_look_through", "os.replace"])
def test_stopped_in_the_middle_the_earlier_copy_is_there(store, tmp_path, monkeypatch, step, is_first):
    folder = tmp_path / "sao"
    if not is_first:
        copied(store, folder).database.close()
        accept(store, gifts(["Hộ D"]))
        before = digest(folder)

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"data.upkeep.backup.{step}", stop)
        with pytest.raises(KeyboardInterrupt):
            back_up(store.database, folder)
    assert (folder / FILE).exists() != is_first
    assert is_first or digest(folder) == before
    assert copied(store, folder).log.head() == store.log.head()


def test_killed_in_the_middle_the_earlier_copy_is_there(store, tmp_path):
    folder = tmp_path / "sao"
    copied(store, folder).database.close()
    before, half = digest(folder), folder / HALF / FILE
    accept(store, gifts(["Hộ D"]), content=os.urandom(LARGE))
    code = """if True:
        import os, signal, sys, threading
        from commands.store import main
        from data.upkeep import backup
        def killed(*_): os.kill(os.getpid(), signal.SIGKILL)
        def killed_when_there(file):
            while not file.exists(): pass
            killed()
        def copy_and_die(file, half):
            threading.Thread(target=killed_when_there, args=[half]).start()
            copy(file, half)
            killed()
        if sys.argv[3] == "half":  # as soon as the copy has begun, at the latest when it is made
            copy, backup._copy = backup._copy, copy_and_die
        else:
            backup.os.replace = killed
        main(["backup", *sys.argv[1:3]])
    """
    for moment in ("half", "whole"):
        killed = subprocess.call([sys.executable, "-c", code, folder, store.url, moment], cwd=ROOT)
        assert killed == -signal.SIGKILL and half.exists() and digest(folder) == before, moment
    copy = copied(store, folder)
    assert copy.log.head() == store.log.head() and not half.parent.exists()


# while others write
@contextmanager
def writers(address: str):
    """Two processes that write until the end of this."""
    arguments = [sys.executable, "-m", "tests.test_backup", address]
    running = [subprocess.Popen([*arguments, name], cwd=ROOT, stdout=subprocess.DEVNULL) for name in ("w0", "w1")]
    try:
        store, until = Store(address), time.monotonic() + SECONDS
        while store.version() < 4:
            assert all(writer.poll() is None for writer in running) and time.monotonic() < until
            time.sleep(0.05)
        yield store
    finally:
        for writer in running:
            writer.kill()
            writer.wait()


def test_a_copy_taken_while_others_write_is_whole(tmp_path):
    folder, copies = tmp_path / "sao", 0
    accept(Store(tmp_path / "kho"), gifts(["lớn"]), content=os.urandom(LARGE))
    with writers(str(tmp_path / "kho")) as source:
        last = 0
        while copies < 3:
            path, found = back_up(source.database, folder)
            assert path and found.is_whole and found.chains["batches"].records > last
            last, copies = found.chains["batches"].records, copies + 1
            now = source.version()
            assert source.log.journal.head(last) == found.chains["batches"].head
            while source.version() == now:  # they were not stopped by it
                time.sleep(0.01)
    copy = copied(source, folder)
    assert copy.log.head() == Store(source.url).log.head()
    assert_same(everything(copy), everything(source))


# as the documents say
def told_in(paper: str, beginning: str) -> str:
    """The one block of commands that begins so."""
    blocks = [block.split("\n", 1)[1] for block in PAPERS[paper].split("```")[1::2]]
    (found,) = [block for block in blocks if block.startswith(beginning)]
    return found


def replaced(told: str, here: dict[str, str]) -> str:
    for name, value in here.items():
        assert name in told, name
        told = told.replace(name, value)
    return told


def shell(commands: str, folder: Path, **more: str) -> str:
    """In a folder that looks like that of the program; what was said."""
    python = f"python() {{ (cd '{ROOT}' && '{sys.executable}' \"$@\"); }}\n"
    done = subprocess.run(
        ["sh", "-e", "-c", python + commands],
        cwd=folder,
        env=os.environ | more,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_copy_is_put_back_as_the_document_tells(tmp_path):
    for name in ("data", "sao"):
        (tmp_path / name).mkdir()
    store = Store(tmp_path / "data" / "store")
    fill(store)
    (daily,) = re.findall(r"`(python -m commands backup \"[^`]+)`", PAPERS["backup.md"])[:1]
    shell(replaced(daily, {"/mnt/sao-luu/": f"{tmp_path}/sao/"}), tmp_path, STORE_URL=store.url)
    (folder,) = (tmp_path / "sao").iterdir()
    assert folder.name in "1234567"
    before, seal = everything(store), store.log.head()
    accept(store, gifts(["Sau bản sao"]))
    with store.database.reading():  # as after a power cut: something of the old store lies beside its file
        assert Path(store.url, f"{FILE}-wal").exists()
        told = told_in("backup.md", "mv data/store")
        shell(replaced(told, {"THƯ_MỤC": f"'{folder}'"}), tmp_path)
    (check,) = re.findall(r"3\. `(python -m commands check[^`]+)`", PAPERS["backup.md"])
    said = shell(replaced(check, {"SỐ:DẤU": str(seal)}), tmp_path, STORE_URL=store.url)
    assert "vẫn đúng" in said and "kho còn nguyên vẹn" in said
    back = Store(tmp_path / "data" / "store")
    assert_same(everything(back), before)
    accept(back, gifts(["Hộ mới"]))
    assert (tmp_path / "data" / "store-cu" / FILE).exists()


@pytest.fixture
def office(postgres_server, tmp_path):
    """The server as docs/deploy.md makes it; what the documents call it -> what it is called here."""
    made = replaced(told_in("deploy.md", "CREATE ROLE cujut"), {"MẬT_KHẨU": PASSWORD})
    for statement in filter(str.strip, made.split(";\n")):
        postgres_server.run(statement)
    pgpass = tmp_path / "pgpass"
    pgpass.write_text(f"127.0.0.1:{postgres_server.port}:*:cujut:{PASSWORD}\n", "utf-8")
    pgpass.chmod(0o600)
    yield {"db.example.vn": f"127.0.0.1:{postgres_server.port}"}
    for statement in ("database cujut with (force)", "database if exists cujut_moi with (force)", "role cujut"):
        postgres_server.run(f"drop {statement}")


def test_postgres_is_copied_and_restored_as_the_document_tells(office, postgres_server, tmp_path):
    """Also the address of the store is the one of docs/deploy.md, whatever stands in the password."""
    (address,) = re.findall(r"^echo 'STORE_URL=(.+)' >", PAPERS["deploy.md"], re.M)
    port = {"db.example.vn:5432": office["db.example.vn"], "MẬT_KHẨU": quote(PASSWORD)}
    address = replaced(address, port)
    path = {"PATH": f"{find_postgres()}:{os.environ['PATH']}", "PGPASSFILE": str(tmp_path / "pgpass")}
    dump = replaced(told_in("backup.md", "pg_dump"), office)
    restore = replaced(
        told_in("backup.md", "pg_restore"), {**office, "MẬT_KHẨU": quote(PASSWORD), " --head SỐ:DẤU": ""}
    )
    empty = told_in("backup.md", "CREATE DATABASE cujut_moi").strip().rstrip(";")
    restored = f"{address}_moi"
    fill(Store(address))
    with writers(address) as source:
        before = source.version()
        while source.version() < before + 3:
            time.sleep(0.05)
        shell(dump, tmp_path, **path)  # a moment in which two are writing
        postgres_server.run(empty)
        assert "kho còn nguyên vẹn" in shell(restore, tmp_path, **path)
        head = Store(restored).log.head()
        assert head == source.log.journal.head(head.number) and before < head.number <= source.version()
        postgres_server.run("drop database cujut_moi with (force)")
    shell(dump, tmp_path, **path)
    postgres_server.run(empty)
    assert "kho còn nguyên vẹn" in shell(restore, tmp_path, **path)
    copy = Store(restored)
    assert copy.log.head() == source.log.head()
    assert_same(everything(copy), everything(source))
    assert copy.original(1) == source.original(1)
    accept(copy, gifts(["Hộ mới"]))  # it goes on: numbers, views, the index of words
    assert max(copy.log.state().uploads) in copy.uploads_with("Hộ mới")
    with copy.database.reading() as connection:
        counted = connection.exec_driver_sql("SELECT count(*) FROM in_force_donations").scalar()
    assert counted == copy.count("donations")
    for one in (copy, source):
        one.database.close()


def test_the_command_does_not_copy_a_server(postgres_address, tmp_path, capsys):
    accept(Store(postgres_address), gifts(["A"]))
    with pytest.raises(OnServer):
        back_up(Store(postgres_address).database, tmp_path / "sao")
    assert command.main(["backup", str(tmp_path / "sao"), postgres_address]) == 2
    assert "công cụ của PostgreSQL (docs/backup.md)" in capsys.readouterr().err
    assert not (tmp_path / "sao").exists()


def test_what_stops_a_copy_is_told_in_words(store, tmp_path, monkeypatch, capsys):
    def full(*_):
        raise StoreError("store_full", tmp_path / "sao")

    monkeypatch.setattr(backup, "_copy", full)
    assert command.main(["backup", str(tmp_path / "sao"), store.url]) == 2
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 2 and "Traceback" not in said
    shutil.rmtree(store.url)
    assert command.main(["backup", str(tmp_path / "sao"), store.url]) == 2
    assert "Không có kho số liệu nào" in capsys.readouterr().err


def write_without_end(address: str, name: str) -> None:
    store = Store(address)
    for count in range(10_000):
        receipt = accept(store, gifts([f"{name} {count} {line}" for line in range(3)], waits=1))
        if count % 4 == 3:
            store.undo(receipt.number, **WHO)
        time.sleep(0.2)  # to look through a store takes a while for each of its uploads


if __name__ == "__main__":
    write_without_end(*sys.argv[1:])
