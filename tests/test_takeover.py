"""An old store of Delta tables is taken over: every number, every moment and every seal stays; or nothing happens.

The old stores, and all that they said to the old code, are in tests/fixtures (made by making/old_store.py).
"""

import json
import runpy
import shutil
import signal
import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from commands import store as command
from data import schemas
from data.access import Person
from data.database import tables
from data.database.engine import FILE, Database
from data.database.errors import StoreError
from data.database.events import JOURNALS, UPLOADS
from data.database.old_tables import JOURNALS as OLD_JOURNALS
from data.database.old_tables import LOG, OldTable
from data.upkeep import takeover
from data.upkeep.check import check_store
from data.upkeep.takeover import BACKUP, take_over
from data.uploads.lines import LineQuery
from data.uploads.receipt_codes import receipt_code
from data.uploads.store import Store
from tests.fixtures.making.old_store import SECRET, everything

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
EXPECTED = json.loads((FIXTURES / "old_store.expected.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def old_stores(tmp_path_factory):
    """Both old stores, not to be changed."""
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(FIXTURES / "old_store.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.fixture
def small(old_stores, tmp_path):
    """A copy of the small one, of which most records have no hash."""
    return shutil.copytree(old_stores / "before_hashes", tmp_path / "kho số liệu")


@pytest.fixture(scope="module", params=list(EXPECTED))
def taken(request, old_stores, tmp_path_factory):
    """The name of an old store, what it said, what came of it, and itself as it is now."""
    folder = shutil.copytree(old_stores / request.param, tmp_path_factory.mktemp("taken") / request.param)
    return request.param, EXPECTED[request.param], take_over(folder), Store(folder)


def files(folder: Path) -> dict[str, str]:
    """Path -> hash of every file below a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in found}


# every number
def test_everything_is_as_before_now_and_at_every_moment(taken):
    name, before, _, store = taken
    after = everything(store)
    for part in before.keys() - {"receipts"}:
        for key in before[part].keys() | after[part].keys():
            assert after[part].get(key) == before[part].get(key), (name, part, key)
    assert len(before["moments"]) >= 5


def test_what_the_pages_add_up_is_as_before_at_every_moment(taken):
    _, before, _, store = taken
    for event in store.log.state().events:
        said = before["moments"][event.time.astimezone(takeover.UTC).isoformat()]
        for kind in schemas.KINDS:
            summed = store.summed(kind, as_of=event.time)
            assert int(summed["lines"].sum()) == said[kind]["rows"]
            for name in schemas.SUMMED[kind][1]:
                assert summed[name].sum() == pytest.approx(said[kind]["sums"][name])


def test_every_seal_and_every_line_is_as_it_was_written(taken):
    name, before, made, store = taken
    report = check_store(store.database)
    assert report.is_whole and report == made.report
    for journal, chain in report.chains.items():
        assert str(chain.head) == before["heads"][journal][-1]
    is_sealed_late = name == "before_hashes"
    assert report.chains[UPLOADS].sealed_from == (4 if is_sealed_late else 1)
    assert is_sealed_late or all("row_hashes" in upload.details for upload in store.log.state().uploads.values())


def test_receipt_codes_of_letters_that_are_out_are_those_of_the_same_gifts(taken):
    _, before, _, store = taken
    with store.lines() as reader:
        gifts = pd.concat(reader.pages(LineQuery("donations")))
    gifts["place"] = gifts.groupby("row_key").cumcount()
    codes = {receipt_code(SECRET, f"{int(g.row_key) & (1 << 64) - 1:016x}:{g.place}"): g for g in gifts.itertuples()}
    told = {code: gift for code, *gift, is_counted in before["receipts"] if is_counted}
    assert codes.keys() == told.keys()
    for code, (day, commune, good, quantity, *_) in told.items():
        gift = codes[code]
        assert (None if pd.isna(gift.date) else gift.date.date().isoformat()) == day
        assert (gift.good, gift.quantity) == (good, quantity) and (gift.commune == commune or pd.isna(gift.commune))


def test_what_was_taken_is_told_and_the_old_store_is_kept_whole(taken, old_stores):
    name, before, made, store = taken
    folder = Path(store.url)
    assert made.events == sum(len(records) for records in before["records"].values())
    assert made.uploads == len(before["originals"]) and made.lines > 8
    assert made.originals == len(list((old_stores / name / "originals").iterdir()))
    assert made.backup == folder / BACKUP and files(made.backup) == files(old_stores / name)
    assert {path.name for path in folder.iterdir()} <= {FILE, f"{FILE}-wal", f"{FILE}-shm", BACKUP}


def test_rows_without_a_record_are_left_behind(taken, old_stores):
    name, _, _, store = taken
    stray = {b for t in ("donations", "waiting") for b in OldTable(old_stores / name / t)._look_for_batches()}
    assert ("0123456789abcdef" in stray) == (name == "whole")
    table = tables.lines["donations"]
    names = {row.donor_name for row in store.database.rows(select(table.c.donor_name))}
    assert "Hộ A" in names and "Hộ không ghi" not in names


def test_the_new_store_goes_on_where_the_old_one_ended(small):
    take_over(small)
    store = Store(small)
    head, number = store.log.head(), len(store.log.state().uploads)
    store.undo(number, who=Person("văn phòng", "admin"), now=store.log.state().events[-1].time)
    assert store.log.head().number == head.number + 1 and check_store(store.database).is_whole


# again
def test_taken_twice_does_nothing(small):
    assert take_over(small).uploads == 2
    before = files(small)
    assert take_over(small) is None and files(small) == before


def test_where_there_is_no_old_store_nothing_is_made(tmp_path):
    assert take_over(tmp_path / "nowhere") is None and take_over(tmp_path) is None
    assert not any(tmp_path.iterdir())


def test_an_old_store_is_not_opened_as_it_is(small):
    with pytest.raises(StoreError, match="store_old"):
        Database(small)
    shutil.rmtree(small / UPLOADS)  # only a question was ever asked
    with pytest.raises(StoreError, match="store_old"):
        Database(small)


def test_a_store_in_which_nothing_was_ever_written(tmp_path):
    (tmp_path / UPLOADS / LOG).mkdir(parents=True)
    made = take_over(tmp_path)
    assert (made.events, made.uploads, made.lines, made.originals) == (0, 0, 0, 0)
    assert Store(tmp_path).version() == 0


def test_two_at_once(small):
    told = [sys.executable, "-m", "commands", "takeover", str(small)]
    running = [subprocess.Popen(told, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(2)]
    said = [process.communicate(timeout=300)[0].decode("utf-8") for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    assert sum("Đã chuyển 2 lần nhận" in one for one in said) == 1
    assert check_store(Database(small)).is_whole


# stopped on the way
STEPS = ("Writer.states", "keep_original", "check_store", "_backup", "os.replace")


@pytest.mark.parametrize("step", STEPS)
def test_stopped_on_the_way_the_old_store_is_as_it_was(small, monkeypatch, step):
    before = files(small)
    owner, _, name = step.rpartition(".")
    with monkeypatch.context() as patch:
        patch.setattr(getattr(takeover, owner) if owner else takeover, name, stop)
        with pytest.raises(KeyboardInterrupt):
            take_over(small)
    assert files(small) == before and not (small / FILE).exists()
    with pytest.raises(StoreError, match="store_old"):
        Database(small)
    assert take_over(small).report.is_whole and files(small / BACKUP) == before


def stop(*_arguments, **_more):
    raise KeyboardInterrupt


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_killed_on_the_way_the_next_start_begins_anew(small):
    before, half = files(small), small / takeover.NEW / "store" / FILE
    code = """if True:
        import os, pathlib, signal, sys
        from data.upkeep import takeover
        takeover.check_store = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        takeover.take_over(pathlib.Path(sys.argv[1]))
    """
    assert subprocess.call([sys.executable, "-c", code, small], cwd=ROOT) == -signal.SIGKILL
    assert half.exists() and not (small / FILE).exists()
    assert {name: known for name, known in files(small).items() if name in before} == before
    assert take_over(small).report.is_whole and files(small / BACKUP) == before
    assert not (small / takeover.NEW).exists()


def test_stopped_while_the_old_tables_are_moved_the_new_store_is_there(small, monkeypatch):
    before, really, moved = files(small), Path.rename, []

    def rename(path, target):
        if len(moved) == 2:
            raise KeyboardInterrupt
        moved.append(path.name)
        return really(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        with pytest.raises(KeyboardInterrupt):
            take_over(small)
    assert moved == ["originals", UPLOADS]
    assert check_store(Database(small)).is_whole and len(Store(small).history()) == 4
    assert take_over(small) is None and files(small / BACKUP) == before
    assert not [path for path in small.iterdir() if (path / LOG).exists()]


def test_a_backup_of_before_is_never_mixed_with_another(small):
    (small / BACKUP).mkdir()
    (small / BACKUP / "giữ lại.txt").write_text("x", "utf-8")
    before = files(small)
    made = take_over(small)
    assert made.backup.name == f"{BACKUP}-2" and files(small / BACKUP) == {"giữ lại.txt": sha256(b"x").hexdigest()}
    assert files(made.backup) == {name: known for name, known in before.items() if not name.startswith(BACKUP)}


def test_an_old_release_that_goes_on_writing_is_noticed(small, monkeypatch):
    really = takeover.check_store

    def look_while_others_write(database):
        (small / "questions" / LOG / f"{99:020}.json").write_text("", "utf-8")
        return really(database)

    monkeypatch.setattr(takeover, "check_store", look_while_others_write)
    with pytest.raises(StoreError, match="store_busy"):
        take_over(small)
    assert not (small / FILE).exists() and not (small / BACKUP).exists()


# damaged
def newest(folder: Path, pattern: str) -> Path:
    return sorted(folder.glob(pattern))[-1]


def rewrite(file: Path, change) -> None:
    """What someone with the right tools does: rows changed, and the log made to agree."""
    rows = pq.read_table(file)
    pq.write_table(change(rows), file)
    for entry in (file.parent / LOG).glob("*.json"):
        lines = [json.loads(line) for line in entry.read_text("utf-8").splitlines()]
        for line in lines:
            if line.get("add", {}).get("path") == file.name:
                line["add"]["size"] = file.stat().st_size
        entry.write_text("\n".join(map(json.dumps, lines)), "utf-8")


def lost_rows(folder):
    newest(folder, "donations/*.parquet").unlink()


def cut_rows(folder):
    file = newest(folder, "donations/*.parquet")
    file.write_bytes(file.read_bytes()[:-20])


def other_bytes(folder):
    file = newest(folder, "weekly_reports/*.parquet")
    file.write_bytes(bytes(reversed(file.read_bytes())))


def lost_entry(folder):
    newest(folder, f"{UPLOADS}/{LOG}/*1.json").unlink()


def rotten_entry(folder):
    newest(folder, f"questions/{LOG}/*.json").write_text('{"add": {"pa', "utf-8")


def lost_log(folder):
    shutil.rmtree(folder / "donations" / LOG)


def fewer_rows(folder):
    rewrite(newest(folder, "donations/*.parquet"), lambda rows: rows.slice(1))


def lost_record(folder):
    """The first; that the last are missing, only a seal noted elsewhere can tell."""
    parts = (folder / UPLOADS).glob("*.parquet")
    rewrite(max(parts, key=lambda file: pq.read_metadata(file).num_rows), lambda rows: rows.slice(1))


DAMAGES = (lost_rows, cut_rows, other_bytes, lost_entry, rotten_entry, lost_log, fewer_rows, lost_record)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_refused_in_words_and_stays_as_it_is(small, capsys, damage):
    damage(small)
    before, place = files(small), set(small.iterdir())
    assert command.main(["takeover", str(small)]) == 2
    said = capsys.readouterr().err
    assert "kho cũ vẫn nguyên" in said and "it is as it was" in said and str(small) in said
    assert files(small) == before and set(small.iterdir()) == place
    if damage is fewer_rows:
        assert "có 2 dòng, lúc nhận là 3 dòng" in said and "Traceback" not in said


def test_an_original_that_is_gone_is_told_and_the_numbers_stay(small, capsys):
    gone, changed = (small / "originals" / digest for digest in originals_of(small))
    gone.unlink()
    changed.write_bytes(b"rotten")
    assert command.main(["takeover", str(small)]) == 1
    said = capsys.readouterr().out
    assert "Tệp gốc không còn: lần nhận số 1" in said and "Tệp gốc đã bị sửa: lần nhận số 2" in said
    store = Store(small)
    found = everything(Without(store))
    assert {k: v for k, v in found.items() if k != "originals"} == {
        k: v for k, v in EXPECTED["before_hashes"].items() if k not in ("originals", "receipts")
    }
    for number in (1, 2):
        with pytest.raises(StoreError, match="store_damaged"):
            store.original(number)


def test_amounts_that_no_sum_can_hold_are_refused_in_words(small, capsys):
    def change(rows):
        return rows.set_column(rows.column_names.index("cash_vnd"), "cash_vnd", pa.array([9 * 10**18] * len(rows)))

    for file in (small / "donations").glob("*.parquet"):
        rewrite(file, change)
    before = files(small)
    assert command.main(["takeover", str(small)]) == 2
    assert "số quá lớn" in capsys.readouterr().err and files(small) == before


def originals_of(folder: Path) -> list[str]:
    """The SHA-256 of the originals of the uploads, in order."""
    records = OldTable(folder / UPLOADS).records()
    return [record["sha256"] for record in records if record["act"] == "accept"]


class Without:
    """A store whose originals are not asked for."""

    def __init__(self, store):
        self._store = store

    def __getattr__(self, name):
        return getattr(self._store, name)

    def original(self, number):
        return "", b""


def test_a_record_that_was_changed_before_is_still_told(small, capsys):
    def change(rows):
        return rows.set_column(rows.column_names.index("who"), "who", pa.array(["người khác"] * len(rows)))

    rewrite(newest(small, f"{UPLOADS}/*.parquet"), change)
    assert command.main(["takeover", str(small)]) == 1
    assert "đứt ở bản ghi" in capsys.readouterr().out
    assert check_store(Database(small)).chains[UPLOADS].broken.number == 4


# the command and the start
def test_the_command_says_what_it_did(small, capsys):
    assert command.main(["takeover", str(small)]) == 0
    said = capsys.readouterr().out
    assert "Đã chuyển 2 lần nhận với 9 dòng, 2 tệp gốc, 5 bản ghi nhật ký" in said
    assert "Taken over: 2 upload(s)" in said and "kho còn nguyên vẹn" in said
    assert EXPECTED["before_hashes"]["heads"][UPLOADS][-1] in said
    assert command.main(["takeover", str(small)]) == 0
    assert "đã ở dạng mới" in capsys.readouterr().out


@pytest.mark.parametrize(
    "url, words",
    [("s3://kho/cu-jut", "s3://"), ("postgresql://ai:bimat@db/x", "thư mục"), ("khong-co", "Không có kho")],
)
def test_what_cannot_be_taken_over_is_told(url, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command.main(["takeover", url]) == 2
    said = capsys.readouterr().err
    assert words in said and "bimat" not in said


@pytest.fixture
def start():
    """start.py as a module, with this Python in the place of the .venv's; what it serves is kept and not served."""
    module = runpy.run_path(str(ROOT / "start.py"))
    inside = module["command_run"].__globals__
    served = []
    inside |= {"VENV_PYTHON": sys.executable, "prepare": lambda names: None, "check_port": lambda port: None}
    inside["serve"] = lambda options: served.append(options) or 0
    return module, served


def test_start_takes_an_old_store_over_before_it_serves(start, small, monkeypatch, capfd):
    module, served = start
    monkeypatch.setenv("STORE_URL", str(small))
    options = module["read_arguments"]([])
    assert module["command_run"](options) == 0 and len(served) == 1
    assert "Đã chuyển 2 lần nhận" in capfd.readouterr().out
    assert Store(small).version() == 4
    assert module["command_run"](options) == 0 and len(served) == 2
    assert capfd.readouterr().out == ""


def test_start_serves_nothing_where_the_old_store_is_damaged(start, small, monkeypatch, capfd):
    module, served = start
    monkeypatch.setenv("STORE_URL", f"file://{small}")
    lost_rows(small)
    assert module["command_run"](module["read_arguments"]([])) == 1 and not served
    assert "kho cũ vẫn nguyên" in capfd.readouterr().err


def test_the_doctor_mentions_it(start, small, monkeypatch, capfd):
    module, _ = start
    monkeypatch.setenv("STORE_URL", str(small))
    module["command_doctor"].__globals__["run_to_end"] = lambda arguments: 0
    assert module["command_doctor"](module["read_arguments"](["doctor"])) == 0
    assert "phiên bản trước" in capfd.readouterr().out


# old tables by themselves
def table(folder: Path, entries: list[list[dict]]) -> Path:
    """A table whose log says this."""
    (folder / LOG).mkdir(parents=True)
    for version, actions in enumerate(entries):
        (folder / LOG / f"{version:020}.json").write_text("\n".join(map(json.dumps, actions)), "utf-8")
    return folder


def added(folder: Path, name: str, rows: dict) -> dict:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(rows), file)
    return {"add": {"path": quote(name), "size": file.stat().st_size, "partitionValues": {}, "dataChange": True}}


def checkpoint(folder: Path, version: int, actions: list[dict], parts: int = 1) -> None:
    names = [f".{number:010}.{parts:010}" if parts > 1 else "" for number in range(1, parts + 1)]
    kinds = pa.schema(
        [
            ("protocol", pa.struct([("minReaderVersion", pa.int32()), ("readerFeatures", pa.list_(pa.string()))])),
            ("add", pa.struct([("path", pa.string()), ("size", pa.int64())])),
            ("remove", pa.struct([("path", pa.string())])),
        ]
    )
    for number, name in enumerate(names):
        said = pa.Table.from_pylist(actions[number::parts], schema=kinds)
        pq.write_table(said, folder / LOG / f"{version:020}.checkpoint{name}.parquet")


def numbers_of(folder: Path) -> list[int]:
    return [record["event_no"] for record in OldTable(folder).records()]


def test_paths_are_decoded_and_removed_files_do_not_count(tmp_path):
    first = added(tmp_path, "thư mục=1/a b%.parquet", {"event_no": [9]})
    second = added(tmp_path, "thư mục=1/c.parquet", {"event_no": [1, 2]})
    folder = table(tmp_path, [[first], [second, {"remove": {"path": first["add"]["path"]}}]])
    assert numbers_of(folder) == [1, 2] and OldTable(folder).version == 1
    shutil.rmtree(folder / LOG)
    assert numbers_of(table(folder, [[first], [{"remove": {"path": first["add"]["path"]}}]])) == []


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("last_checkpoint", [None, '{"version": 99, "size": 3}', "rotten"])
def test_a_checkpoint_stands_for_the_entries_before_it(tmp_path, parts, last_checkpoint):
    adds = [added(tmp_path, f"{number}.parquet", {"event_no": [number]}) for number in (1, 2, 3, 4)]
    folder = table(tmp_path, [[adds[0]], [adds[1]], [adds[2]], [adds[3]]])
    actions = [{"protocol": {"minReaderVersion": 1}}, *adds[:3], {"remove": {"path": "gone.parquet"}}]
    checkpoint(folder, 2, actions, parts)
    if last_checkpoint is not None:
        (folder / LOG / "_last_checkpoint").write_text(last_checkpoint, "utf-8")
    assert numbers_of(folder) == [1, 2, 3, 4]
    for version in (0, 1, 2):
        (folder / LOG / f"{version:020}.json").unlink()
    assert numbers_of(folder) == [1, 2, 3, 4] and OldTable(folder).version == 3


def test_a_checkpoint_of_which_a_part_is_missing_is_none(tmp_path):
    adds = [added(tmp_path, f"{number}.parquet", {"event_no": [number]}) for number in (1, 2)]
    folder = table(tmp_path, [[adds[0]], [adds[1]]])
    checkpoint(folder, 1, adds, 2)
    newest(folder / LOG, "*.checkpoint.*").unlink()
    assert numbers_of(folder) == [1, 2]
    (folder / LOG / f"{0:020}.json").unlink()
    with pytest.raises(StoreError, match="store_damaged"):
        OldTable(folder)


def test_a_column_that_came_later_is_missing_before(tmp_path):
    folder = tmp_path / "t"
    first = added(folder, "1.parquet", {"batch_id": ["a", "b"], "line": [1, 0]})
    second = added(folder, "2.parquet", {"batch_id": ["a"], "line": [0], "note": ["x"]})
    table(folder, [[first], [second]])
    schema = pa.schema([("batch_id", pa.string()), ("line", pa.int64()), ("note", pa.string())])
    found = OldTable(folder).rows("a", schema).to_pylist()
    assert found == [{"batch_id": "a", "line": 0, "note": "x"}, {"batch_id": "a", "line": 1, "note": None}]
    assert OldTable(folder).rows("c", schema).num_rows == 0


@pytest.mark.parametrize(
    "action",
    [
        {"add": {"path": "../1.parquet", "size": 1}},
        {"add": {"path": "/etc/hosts", "size": 1}},
        {"add": {"path": "1.parquet", "size": 1, "deletionVector": {"storageType": "u"}}},
        {"protocol": {"minReaderVersion": 3, "readerFeatures": ["deletionVectors"]}},
        {"add": {}},
    ],
)
def test_a_table_that_our_releases_never_wrote_is_refused(tmp_path, action):
    with pytest.raises(StoreError, match="store_damaged"):
        OldTable(table(tmp_path, [[action]]))


def test_the_names_of_the_journals_are_those_of_before():
    assert OLD_JOURNALS == JOURNALS
