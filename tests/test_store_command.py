"""The command line of the store: exit codes, both languages, what is broken in words, seals kept elsewhere."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from data import __main__ as command
from data.access import LEAST, OF_MACHINE, Person
from data.chain import FAULTS
from data.database.events import JOURNALS, ROW_TABLES
from data.inbox import Arrival
from data.schemas import KINDS
from data.store import Store
from data.store_check import WRONG
from tests.test_chain import as_old, rewrite
from tests.test_store_parts import NOW, accept, gifts, report
from ui.texts import entries

ROOT = Path(__file__).resolve().parent.parent
WHO = {"who": Person("van_phong", "editor")}
NAME = "Nguyễn Văn Mẫu"


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "kho")
    accept(store, gifts([NAME], waits=1))
    accept(store, report({"donors": 3}, said="Đường trơn"))
    store.undo(1, now=NOW + timedelta(hours=1), **WHO)
    arrival = Arrival(key="a", road="upload", file="a.xlsx", received_at=NOW, content=b"a")
    store.inbox.arrive([arrival], now=NOW, **WHO)
    return store


@pytest.fixture
def run(capsys):
    """Arguments -> exit code, what is said in Vietnamese, what in English."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = command.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        vietnamese, _, english = (said.out or said.err).partition("\n\n" if said.out else "\n")
        assert NAME not in said.out + said.err
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
    rewrite(store, "batches", lambda rows: rows[2].update(who="khác"))
    code, vietnamese, english = run("check", store.url)
    assert code == 1
    line = "✗ Nhật ký nhận số liệu: 3 bản ghi, đứt ở bản ghi 3 (lúc 10:00 10/08/2021, rút lại): không khớp"
    assert line in vietnamese
    assert "broken at record 3" in english and "undo" in english
    rewrite(store, "batches", lambda rows: [row for row in rows if row["event_no"] != 2])
    assert "đứt ở bản ghi 2: không còn bản ghi này." in run("check", store.url)[1]


def test_changed_rows_and_originals_in_words(store, run):
    rewrite(store, "donations", lambda rows: rows[0].update(quantity=99.0))
    rewrite(store, "weekly_reports", lambda rows: [*rows, rows[0]])
    Path(store.url, "originals", store.log.state().upload(2).sha256).unlink()
    Path(store.url, "originals", store.items()[1].sha256).write_bytes(b"b")
    code, vietnamese, english = run("check", store.url)
    assert code == 1
    assert "✗ Danh sách ủng hộ, lần nhận số 1: đủ số dòng, nhưng nội dung đã bị sửa." in vietnamese
    assert "✗ Báo cáo tuần, lần nhận số 2: có 2 dòng, lúc nhận là 1 dòng." in vietnamese
    assert "✗ Tệp gốc không còn: lần nhận số 2." in vietnamese
    assert "✗ Tệp gốc đã bị sửa: tệp số 1 trong Hộp chờ." in vietnamese
    assert english.count("✗ ") == vietnamese.count("✗ ") == 4


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
    rewrite(store, "batches", lambda rows: rows[:2])
    assert run("check", url)[0] == 0  # from inside nobody can tell
    code, vietnamese, english = run("check", url, "--head", head)
    assert (code, "đã bị cắt" in vietnamese, "does not reach record 3" in english) == (1, True, True)
    code, vietnamese, _ = run("check", url, "--head", f"1:{'0' * 12}")
    assert (code, "mang dấu khác" in vietnamese) == (1, True)
    rewrite(store, "batches", lambda rows: rows[0].update(why="x"))
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
    said = {
        tmp_path / "không có": "Không có kho số liệu nào",
        tmp_path / "khác": "không phải kho số liệu",
        tmp_path / "khác" / "ảnh.jpg": "không phải là thư mục",
    }
    for place, sentence in said.items():
        code, vietnamese, english = run("check", place)
        assert (code, sentence in vietnamese, bool(english)) == (2, True, True)
    for path in Path(store.url, "donations", "_delta_log").iterdir():
        path.write_bytes(b"garbage")
    code, vietnamese, _ = run("check", store.url)
    assert code == 2 and "donations" in vietnamese and "bản sao lưu" in vietnamese


def test_backup_and_what_it_refuses(store, run, tmp_path):
    code, vietnamese, english = run("backup", tmp_path / "sao", store.url)
    assert code == 0 and "tệp mới" in vietnamese and "whole" in english
    assert run("check", tmp_path / "sao", "--head", store.log.head())[0] == 0
    other = Store(tmp_path / "khác")
    accept(other, gifts(["Hộ X"]))
    code, vietnamese, _ = run("backup", tmp_path / "sao", other.place.url)
    assert code == 2 and vietnamese.startswith("Chưa sao:")
    (tmp_path / "tệp").write_bytes(b"x")
    assert run("backup", tmp_path / "tệp", store.url)[0] == 2
    name = store.log.state().upload(1).sha256
    Path(store.url, "originals", name).write_bytes(b"rotten")
    assert run("backup", tmp_path / "sao", store.url)[0] == 0  # the copy stays good
    Path(tmp_path / "sao", "originals", name).write_bytes(b"rotten")
    code, _, rest = run("backup", tmp_path / "sao", store.url)
    assert code == 1 and "Tệp gốc đã bị sửa" in rest


def test_as_a_process_with_the_store_of_the_environment(store):
    environment = os.environ | {"STORE_URL": store.url, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "data", "check"], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0 and "nguyên vẹn" in done.stdout.decode("utf-8") and not done.stderr


def test_everything_has_its_words():
    acts = {act.partition(".")[2] for act in {*LEAST, *OF_MACHINE} if act.partition(".")[0] in JOURNALS}
    keys = {f"chain.act.{act}" for act in acts} | {f"chain.table.{name}" for name in JOURNALS}
    keys |= {f"chain.fault.{fault}" for fault in FAULTS} | {f"chain.wrong.{code}" for code in WRONG}
    keys |= {f"chain.error.{code}" for code in command.SAID_OF_STORES}
    keys |= {f"kind.{name}" for name in KINDS} | {f"chain.table.{name}" for name in {*ROW_TABLES} - {*KINDS}}
    assert keys - set(entries()) == set()
