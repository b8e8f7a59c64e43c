"""The command line of the store: exit codes, both languages, what is broken in words, seals kept elsewhere."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from commands import store as command
from data.access import LEAST, OF_MACHINE, Person
from data.database.chain import FAULTS
from data.database.engine import FILE
from data.database.errors import OF_THE_STORE, StoreError
from data.database.events import JOURNALS
from data.database.tables import ROW_KINDS
from data.records.inbox import Arrival
from data.schemas import KINDS
from data.upkeep.check import WRONG
from data.uploads.store import Store
from tests.test_chain import FORGED, as_old, as_said, cut, damage, forge, rewrite
from tests.test_chain import fill as fill_forged
from tests.test_store_parts import NOW, accept, gifts, report
from words.texts import LANGUAGES, entries, say_store

ROOT = Path(__file__).resolve().parent.parent
WHO = {"who": Person("van_phong", "editor")}
NAME = "Nguyễn Văn Mẫu"


def fill(store: Store) -> None:
    accept(store, gifts([NAME], waits=1))
    accept(store, report({"donors": 3}, said="Đường trơn"))
    store.undo(1, now=NOW + timedelta(hours=1), **WHO)
    arrival = Arrival(key="a", road="upload", file="a.xlsx", received_at=NOW, content=b"a")
    store.inbox.arrive([arrival], now=NOW, **WHO)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "kho")
    fill(store)
    return store


@pytest.fixture
def run(capsys):
    """Arguments -> exit code, what is said in Vietnamese, what in English."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = command.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        vietnamese, _, english = (said.out or said.err).partition("\n\n" if said.out else "\n")
        assert NAME not in said.out + said.err and "Hộ A" not in said.out + said.err
        return code, vietnamese, english

    return run


def test_a_whole_store(store, run):
    code, vietnamese, english = run("check", store.url)
    assert code == 0
    assert f"✓ Nhật ký nhận số liệu: 3 bản ghi, liền nhau, đúng như lúc ghi. Dấu cuối: {store.log.head()}" in vietnamese
    assert f"inbox={store.inbox.journal.head()}" in vietnamese
    assert "✓ Tệp gốc: 3 tệp" in vietnamese and "mọi dòng của 2 lần nhận" in vietnamese
    assert english.startswith("Store: ") and "the store is whole" in english
    assert "✗" not in vietnamese + english


def test_the_first_broken_record_in_words(store, run):
    forge(store, "UPDATE events SET who = 'khác' WHERE journal = 'batches' AND event_no = 3")
    code, vietnamese, english = run("check", store.url)
    assert code == 1
    line = "✗ Nhật ký nhận số liệu: 3 bản ghi, đứt ở bản ghi 3 (lúc 10:00 10/08/2021, rút lại): không khớp"
    assert line in vietnamese
    assert "broken at record 3" in english and "undo" in english
    forge(store, "UPDATE events SET time = 'hôm qua' WHERE journal = 'batches' AND event_no = 3")
    assert "đứt ở bản ghi 3: không khớp" in run("check", store.url)[1]
    forge(store, "DELETE FROM events WHERE journal = 'batches' AND event_no = 2")
    assert "đứt ở bản ghi 2: không còn bản ghi này." in run("check", store.url)[1]


def test_changed_rows_and_originals_in_words(store, run):
    digests = [store.log.state().upload(2).sha256, store.items()[1].sha256]
    forge(
        store,
        "UPDATE donations SET quantity = 99",
        "DELETE FROM weekly_reports",
        "DELETE FROM originals WHERE sha256 = :gone",
        "UPDATE originals SET content = x'62' WHERE sha256 = :changed",
        gone=digests[0],
        changed=digests[1],
    )
    code, vietnamese, english = run("check", store.url)
    assert code == 1
    assert "✗ Danh sách ủng hộ, lần nhận số 1: đủ số dòng, nhưng nội dung đã bị sửa." in vietnamese
    assert "✗ Báo cáo tuần, lần nhận số 2: có 0 dòng, lúc nhận là 1 dòng." in vietnamese
    assert "✗ Tệp gốc không còn: lần nhận số 2." in vietnamese
    assert "✗ Tệp gốc đã bị sửa: tệp số 1 trong Hộp chờ." in vietnamese
    assert english.count("✗ ") == vietnamese.count("✗ ") == 4


def test_sums_and_what_counts_in_words(store, run):
    forge(
        store,
        "UPDATE summed_donations SET base_quantity = 7",
        "DELETE FROM group_states WHERE event_no = 3",
        "UPDATE uploads SET file = 'khác.xlsx' WHERE number = 2",
        "UPDATE line_groups SET counts_when = '{\"place\": 0}' WHERE kind = 'donations'",
        "UPDATE events SET record = '{' WHERE journal = 'inbox'",
    )
    code, vietnamese, english = run("check", store.url)
    assert code == 1
    assert "✗ Danh sách ủng hộ, lần nhận số 1: số cộng sẵn không bằng tổng các dòng." in vietnamese
    assert "✗ Sau bản ghi 3, những dòng đang tính không phải là những dòng mà nhật ký nói là tính." in vietnamese
    assert "✗ Lần nhận số 2: phần tóm tắt dành cho công cụ bên ngoài không khớp với nhật ký." in vietnamese
    assert "✗ Danh sách ủng hộ, lần nhận số 1: phần ghi những dòng trùng" in vietnamese
    assert "✗ Nhật ký Hộp chờ, bản ghi 1: không đọc được nội dung." in vietnamese
    assert english.count("✗ ") == vietnamese.count("✗ ") == 6  # the journal of the inbox is broken there, too


def test_a_damaged_file_in_words(run, tmp_path):
    store = Store(tmp_path / "kho")
    fill_forged(store)
    damage(store)
    code, vietnamese, english = run("check", store.url)
    assert code == 1 and "✗ Tệp của kho bị hỏng: " in vietnamese and "✗ The file of the store is damaged: " in english
    assert english.count("✗ ") == vietnamese.count("✗ ") == 1 and "✓" not in vietnamese + english


ONE_OF_EACH = {code: name for name, (_, found) in FORGED.items() for code, *_ in sorted(found, key=str)}


@pytest.mark.parametrize("name", [*ONE_OF_EACH.values(), "a waiting row doubled"])
def test_whatever_is_found_has_its_words_in_both_languages(name, tmp_path, run):
    """And no word of what was found is a name of ours, or nothing."""
    store = Store(tmp_path / "kho")
    fill_forged(store)
    forge(store, *FORGED[name][0])
    code, vietnamese, english = run("check", store.url)
    assert code == 1 and vietnamese.count("✗ ") == english.count("✗ ") >= len(FORGED[name][1])
    assert not re.search(r"\bNone\b|\bbatches\b(?!=)|_[a-z]", (vietnamese + english).replace(store.url, ""))


def test_a_seal_kept_elsewhere(store, run):
    url, head = store.url, store.log.head()
    inbox = f"inbox={store.inbox.journal.head()}"
    for seal in (
        str(head),
        f"{head.number}:{head.hash[:12]}",
        str(head).upper(),
        inbox,
        str(store.log.journal.head(1)),
    ):
        code, vietnamese, _ = run("check", url, "--head", seal)
        assert (code, "vẫn đúng" in vietnamese) == (0, True)
    accept(store, gifts(["Hộ B"]))
    assert run("check", url, "--head", head, "--head", inbox)[0] == 0
    cut(store, 2)
    assert run("check", url)[0] == 0  # from inside nobody can tell
    code, vietnamese, english = run("check", url, "--head", head)
    assert (code, "đã bị cắt" in vietnamese, "does not reach record 3" in english) == (1, True, True)
    code, vietnamese, _ = run("check", url, "--head", f"1:{'0' * 12}")
    assert (code, "mang dấu khác" in vietnamese) == (1, True)
    rewrite(store, lambda rows: rows[0].update(as_said(rows[0], why="x")))
    code, vietnamese, _ = run("check", url, "--head", "2:" + "0" * 64)
    assert (code, "không so được" in vietnamese) == (1, True)
    assert run("check", url, "--head", "questions=1:" + "0" * 64)[0] == 1


@pytest.mark.parametrize("wrong", ["58", "58:3f9a", "58:không", "a b"])
def test_a_seal_of_another_form_is_refused(store, wrong, capsys):
    with pytest.raises(SystemExit) as stopped:
        command.main(["check", store.url, "--head", wrong])
    assert stopped.value.code == 2 and "SỐ:DẤU" in capsys.readouterr().err


def test_an_old_store(store, run):
    as_old(store)
    code, vietnamese, english = run("check", store.url)
    assert code == 0 and "3 bản ghi do phiên bản cũ ghi, chưa được niêm phong" in vietnamese
    seal = Store(store.url).log.head()
    accept(Store(store.url), gifts(["Hộ B"]))
    code, vietnamese, english = run("check", store.url, "--head", seal)
    assert code == 0 and "Bản ghi 1–3 do phiên bản cũ ghi, được niêm phong từ bản ghi 4." in vietnamese
    assert "sealed from record 4 on" in english


def test_what_cannot_be_read_is_2(store, run, tmp_path):
    (tmp_path / "khác").mkdir()
    (tmp_path / "khác" / "ảnh.jpg").write_bytes(b"x")
    (tmp_path / "cũ" / "batches" / "_delta_log").mkdir(parents=True)
    said = {
        tmp_path / "không có": "Không có kho số liệu nào",
        tmp_path / "khác": "đang chứa những thứ khác",
        tmp_path / "khác" / "ảnh.jpg": "không phải thư mục",
        tmp_path / "cũ": "phiên bản trước",
        "mysql://ai:bimat@may/kho": "không phải là thư mục, cũng không phải cơ sở dữ liệu",
        "postgresql://ai:bimat@127.0.0.1:1/kho": "không trả lời",
    }
    for place, sentence in said.items():
        code, vietnamese, english = run("check", place)
        assert (code, sentence in vietnamese, bool(english)) == (2, True, True)
        assert (str(place) if isinstance(place, Path) else "mysql" if "mysql" in place else "127.0.0.1") in vietnamese
        assert "bimat" not in vietnamese + english
    store.database.close()
    store.database.file.write_bytes(b"garbage" * 1000)
    code, vietnamese, _ = run("check", store.url)
    assert code == 2 and store.url in vietnamese and "bản sao lưu" in vietnamese


@pytest.mark.parametrize("error", OF_THE_STORE)
@pytest.mark.parametrize("arguments", [["check"], ["backup", "sao"]])
def test_whatever_the_store_cannot_do_is_told_in_both_languages(error, arguments, run, monkeypatch):
    def refuse(_):
        raise StoreError(error, "/noi/dat/kho")

    monkeypatch.setattr(command, "Database", refuse)
    code, vietnamese, english = run(*arguments)
    assert code == 2
    for language, told in zip(LANGUAGES, (vietnamese, english), strict=True):
        said = say_store(StoreError(error, "/noi/dat/kho"), language)
        assert said.what in told and said.do in told and "/noi/dat/kho" in told and said.name


def test_what_of_a_store_is_damaged_is_told(store, run, monkeypatch):
    """Where it shows already when it is opened."""
    with closing(sqlite3.connect(store.database.file)) as connection:
        connection.execute("DROP TABLE donations")
    code, vietnamese, english = run("check", store.url)
    assert code == 2 and "tệp dữ liệu của kho" in vietnamese and "the data file of the store" in english


def test_backup_and_what_it_refuses(store, run, tmp_path):
    code, vietnamese, english = run("backup", tmp_path / "sao", store.url)
    assert code == 0 and "Đã sao vào một tệp" in vietnamese and str(tmp_path / "sao" / FILE) in vietnamese
    assert "whole" in english and [path.name for path in (tmp_path / "sao").iterdir()] == [FILE]
    assert run("check", tmp_path / "sao", "--head", store.log.head())[0] == 0
    other = Store(tmp_path / "khác")
    accept(other, gifts(["Hộ X"]))
    code, vietnamese, english = run("backup", tmp_path / "sao", other.url)
    assert code == 2 and vietnamese.startswith("Chưa sao:") and english.startswith("Nothing was copied:")
    (tmp_path / "tệp").write_bytes(b"x")
    assert run("backup", tmp_path / "tệp", store.url)[0] == 2
    assert run("backup", tmp_path / "sao", tmp_path / "không có")[0] == 2
    forge(store, "UPDATE originals SET content = x'00'")
    code, vietnamese, rest = run("backup", tmp_path / "sao", store.url)
    assert code == 1 and "Tệp gốc đã bị sửa" in vietnamese + rest
    assert run("check", tmp_path / "sao")[0] == 0  # the copy stays good
    assert run("backup", tmp_path / "mới", store.url)[0] == 1
    assert "Tệp gốc đã bị sửa" in run("check", tmp_path / "mới")[1]


def test_a_store_on_a_server(postgres_address, run, tmp_path):
    store = Store(postgres_address)
    assert run("check", postgres_address)[0] == 2  # nothing is there yet
    fill(store)
    code, vietnamese, english = run("check", postgres_address, "--head", store.log.head())
    assert code == 0 and "nguyên vẹn" in vietnamese and "the store is whole" in english
    password = store.database.engine.url.password
    assert len(password) > 6 and password not in vietnamese + english and "***" in vietnamese
    code, vietnamese, english = run("backup", tmp_path / "sao", postgres_address)
    assert code == 2 and "bằng công cụ của PostgreSQL" in vietnamese and "PostgreSQL's own tools" in english
    assert password not in vietnamese + english and not (tmp_path / "sao").exists()
    forge(store, "UPDATE donations SET quantity = 99")
    code, vietnamese, _ = run("check", postgres_address)
    assert code == 1 and "✗ Danh sách ủng hộ, lần nhận số 1" in vietnamese


def test_as_a_process_with_the_store_of_the_environment(store):
    environment = os.environ | {"STORE_URL": store.url, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "commands", "check"], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0 and "nguyên vẹn" in done.stdout.decode("utf-8") and not done.stderr


def test_everything_has_its_words():
    acts = {act.partition(".")[2] for act in {*LEAST, *OF_MACHINE} if act.partition(".")[0] in JOURNALS}
    keys = {f"chain.act.{act}" for act in acts} | {f"chain.table.{name}" for name in JOURNALS}
    keys |= {f"chain.fault.{fault}" for fault in FAULTS} | {f"chain.wrong.{code}" for code in WRONG}
    keys |= {f"store.{code}.{part}" for code in OF_THE_STORE for part in ("name", "what", "do")}
    keys |= {f"kind.{name}" for name in KINDS} | {f"chain.table.{name}" for name in {*ROW_KINDS} - {*KINDS}}
    assert keys - set(entries()) == set()
