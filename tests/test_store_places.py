"""Where the store lies: folders of any name, folders of others, damage, no room to write, many threads."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data.access import Person
from data.store import Store, StoreError
from data.store_files import OWN_NAMES, STORE_ERRORS
from tests.test_store_parts import NOW, accept, donors, gifts

WHO = {"who": Person("van_phong", "editor"), "now": NOW}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "kho dữ liệu Đắk Nông")


def test_place_is_given_by_store_url_also_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORE_URL", "kho Cư Jút")
    accept(Store(), gifts(["A"]))
    monkeypatch.chdir(Path(__file__).parent)
    assert donors(Store(tmp_path / "kho Cư Jút")) == ["A"]
    assert {p.name for p in (tmp_path / "kho Cư Jút").iterdir()} <= OWN_NAMES


def test_foreign_folder_and_file_are_refused(tmp_path):
    (tmp_path / "Ảnh.jpg").write_bytes(b"x")
    for url, code in ((tmp_path, "foreign_folder"), (tmp_path / "Ảnh.jpg", "not_a_folder")):
        with pytest.raises(StoreError) as refused:
            Store(url)
        assert refused.value.code == code


def test_place_that_cannot_be_written_is_told(store):
    Path(store.place.url).mkdir()
    Path(store.place.url, "originals").write_text("a file where a folder is needed")
    with pytest.raises(StoreError) as refused:
        accept(store, gifts(["A"]))
    assert refused.value.code == "store_not_writable"
    assert Store(store.place.url).version() == 0


def test_threads_share_one_store(store):
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda name: accept(store, gifts([name])), "ABCDEF"))
    assert sorted(receipt.number for receipt in receipts) == [1, 2, 3, 4, 5, 6]
    assert donors(store) == list("ABCDEF")


def test_busy_store_gives_up_and_counts_nothing(store, monkeypatch):
    monkeypatch.setattr("data.journal.ATTEMPTS", 2)
    monkeypatch.setattr("data.journal.Journal._commit", lambda journal, records: False)
    with pytest.raises(StoreError) as refused:
        accept(store, gifts(["A"]))
    assert refused.value.code == "store_busy"
    assert donors(store) == []


@pytest.mark.parametrize("name", ["batches", "donations"])
@pytest.mark.parametrize("damage", ["log", "rows", "no_log"])
def test_damage_is_one_clear_error(store, name, damage):
    accept(store, gifts(["A"]))
    table = Path(store.place.url, name)
    if damage == "no_log":
        (table / "_delta_log").rename(table.with_name(".lost"))
    for path in table.glob({"log": "_delta_log/*.json", "rows": "*.parquet", "no_log": "_none"}[damage]):
        path.write_bytes(b"garbage")
    with pytest.raises(StoreError) as refused:
        Store(store.place.url).current("donations")
    assert refused.value.code == "store_damaged"


def test_small_files_are_joined_and_nothing_changes(store, monkeypatch):
    monkeypatch.setattr("data.journal.TIDY_EVERY", 4)
    monkeypatch.setattr("data.store_rows.MANY_FILES", 8)
    names = [f"Hộ {number:02}" for number in range(17)]
    for name in names:
        accept(store, gifts([name]))
    assert len(store.place.table("donations").file_uris()) < 8
    assert len(store.place.table("batches").file_uris()) < 8
    assert donors(Store(store.place.url)) == names
    assert store.current("donations")["upload_number"].tolist() == list(range(1, 18))
    assert Store(store.place.url).history()["number"].tolist() == list(range(1, 18))


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
