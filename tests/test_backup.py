"""The copy of a store: whole while others write, and whenever it is stopped; a good copy is never written over."""

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from data import backup
from data.access import Person
from data.backup import NotThisStore, back_up
from data.store import Store
from data.store_check import check_store
from data.store_files import Place
from tests.test_store_parts import NOW, accept, donors, gifts, report

ROOT = Path(__file__).resolve().parent.parent
WHO = {"who": Person("van_phong", "editor")}


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "kho")
    for number in range(3):
        accept(store, gifts([f"Hộ {number}"], waits=1), report({"donors": number}, said=f"{number}"))
    store.questions.ask("stock", "?", commune=None, shown=None, now=NOW, **WHO)
    return store


def copy_of(store, folder: Path) -> Place:
    target = Place(folder)
    back_up(store.place, target)
    return target


def test_a_copy_is_a_store_that_goes_on(store, tmp_path):
    copy = Store(copy_of(store, tmp_path / "sao").url)
    assert check_store(copy.place).is_whole
    assert copy.log.head() == store.log.head()
    assert donors(copy) == donors(store) and copy.original(2) == store.original(2)
    assert len(copy.questions.all()) == 1
    accept(copy, gifts(["Hộ mới"]))
    copy.undo(1, now=NOW, **WHO)
    assert check_store(copy.place).is_whole


def test_the_next_copy_takes_only_what_is_new(store, tmp_path):
    target = copy_of(store, tmp_path / "sao")
    assert back_up(store.place, target)[0] == 0
    accept(store, gifts(["Hộ D"]))
    store.undo(1, now=NOW + timedelta(days=1), **WHO)
    assert back_up(store.place, target)[0] == 7  # an original; rows and two records, each with its entry in a log
    assert Store(target.url).log.head() == store.log.head()


def test_files_joined_since_the_last_copy(store, tmp_path, monkeypatch):
    monkeypatch.setattr("data.journal.TIDY_EVERY", 4)
    monkeypatch.setattr("data.store_rows.MANY_FILES", 4)
    target = copy_of(store, tmp_path / "sao")
    for number in range(6):
        accept(store, gifts([f"Hộ mới {number}"]))
    back_up(store.place, target)
    assert check_store(target).is_whole and donors(Store(target.url)) == donors(store)


@pytest.mark.parametrize("is_first", [True, False])
def test_stopped_at_any_file_the_copy_is_whole_as_far_as_it_goes(store, tmp_path, monkeypatch, is_first):
    earlier, really = copy_of(store, tmp_path / "sao").url, backup._copy
    for number in range(2):
        accept(store, gifts([f"Hộ sau {number}"], waits=1))
    files, left = sum(back_up(store.place, Place(tmp_path / "đủ"))), [0]

    def copy(file: Path, to: Path) -> bool:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return really(file, to)

    heads = {store.log.journal.head(number) for number in range(0 if is_first else 3, 6)}
    monkeypatch.setattr(backup, "_copy", copy)
    for stop in range(0, files, 4):
        folder, left[0] = tmp_path / f"dở {stop}", stop
        target = Place(folder if is_first else shutil.copytree(earlier, folder))
        with pytest.raises(KeyboardInterrupt):
            back_up(store.place, target)
        found = check_store(target)
        assert found.is_whole and found.chains["batches"].head in heads
        left[0] = files
        back_up(store.place, target)
        assert Store(target.url).log.head() == store.log.head()


def test_a_copy_is_not_overwritten_by_another_store_or_one_that_was_cut(store, tmp_path):
    target = copy_of(store, tmp_path / "sao")
    other = Store(tmp_path / "khác")
    for name in "ABCD":
        accept(other, gifts([name]))
    older = Store(copy_of(store, tmp_path / "cũ").url)
    accept(store, gifts(["Hộ D"]))
    back_up(store.place, target)
    for source in (other, older, Store(tmp_path / "trống")):
        with pytest.raises(NotThisStore):
            back_up(source.place, target)
    assert Store(target.url).log.head() == store.log.head()


def test_a_copy_taken_while_others_write_is_whole(tmp_path):
    command = [sys.executable, "-m", "tests.test_store_kill", "write", str(tmp_path / "kho")]
    writers = [subprocess.Popen([*command, name], cwd=ROOT, stdout=subprocess.DEVNULL) for name in ("w0", "w1")]
    try:
        source, target = Store(tmp_path / "kho"), Place(tmp_path / "sao")
        while source.version() < 3:
            assert all(writer.poll() is None for writer in writers)
        before, copies = source.version(), 0
        while source.version() < before + 8:
            back_up(source.place, target)
            copies += 1
            found = check_store(target)
            assert found.is_whole and found.uploads
        assert copies
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    back_up(source.place, target)
    assert Store(target.url).log.head() == Store(source.place.url).log.head()
    assert check_store(target).is_whole


def test_half_an_original_is_not_taken_for_one(store, tmp_path):
    Path(store.url, "originals", f"{'ab' * 32}.{'c' * 32}").write_bytes(b"half")
    target = copy_of(store, tmp_path / "sao")
    assert sorted(os.listdir(Path(target.url, "originals"))) == sorted(
        name for name in os.listdir(Path(store.url, "originals")) if len(name) == 64
    )
