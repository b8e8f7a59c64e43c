"""The hashes of records and rows: whatever is changed by hand afterwards is found, and the first place is named."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake
from hypothesis import given, settings

from data import chain
from data.access import Person
from data.chain import look_through
from data.database.events import JOURNALS
from data.inbox import Arrival
from data.store import Store
from data.store_check import Wrong, check_store
from tests.test_store_laws import STEPS, take
from tests.test_store_parts import MONDAY, NOW, accept, donors, gifts, report, targets

WHO = {"who": Person("van_phong", "editor")}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Uploads 1 to 4, of which 2 is undone, and restored; an item of the inbox; a question. Six records in the log."""
    store = Store(tmp_path_factory.mktemp("made") / "kho")
    accept(store, gifts(["Hộ A", "Hộ B", "Hộ C"], waits=1))
    accept(store, report({"donors": 3, "rice_kg": 20}, said="Đường trơn"), targets({"donors": 7}))
    store.undo(2, now=NOW + timedelta(hours=1), why="nhầm xã", **WHO)
    store.restore(2, now=NOW + timedelta(hours=2), **WHO)
    arrival = Arrival(key="a", road="upload", file="a.xlsx", received_at=NOW, content=b"in the inbox")
    (item,) = store.inbox.arrive([arrival], now=NOW, **WHO)
    later = NOW + timedelta(hours=3)
    accept(store, gifts(["Hộ D"]), item=item, content=b"in the inbox", at=later)
    accept(store, report({"donors": 9}, week=MONDAY + timedelta(weeks=1)), at=later)
    store.questions.ask("stock", "Còn bao nhiêu?", commune=None, shown=1.5, now=NOW, **WHO)
    return store.url


@pytest.fixture
def store(made, tmp_path):
    """A copy of it, to be forged."""
    return Store(shutil.copytree(made, tmp_path / "kho"))


def stored(store, name: str = "batches") -> list[dict]:
    return store.place.table(name).to_pyarrow_dataset().to_table().sort_by("event_no").to_pylist()


def rewrite(store, name: str, change) -> None:
    """What someone with the right tools does: the whole table written anew, with `change` done to its rows."""
    data = store.place.table(name).to_pyarrow_dataset().to_table()
    rows = data.sort_by("event_no" if name in JOURNALS else "line").to_pylist()
    rows = change(rows) or rows
    write_deltalake(store.place.address(name), pa.Table.from_pylist(rows, schema=data.schema), mode="overwrite")


def as_old(store) -> None:
    """The store as a version before the hashes left it."""
    for name in [name for name in JOURNALS if store.place.table(name)]:
        data = store.place.table(name).to_pyarrow_dataset().to_table().drop_columns(["hash"])
        rows = data.to_pylist()
        for row in rows:
            details = json.loads(row["details"])
            details.pop("row_hashes", None)
            row["details"] = json.dumps(details)
        old = pa.Table.from_pylist(rows, schema=data.schema)
        write_deltalake(store.place.address(name), old, mode="overwrite", schema_mode="overwrite")


def first_broken(store, name: str = "batches") -> tuple[int, str]:
    broken = check_store(store.place).chains[name].broken
    return broken.number, broken.fault


# what is as it was written
def test_a_store_that_nobody_changed_is_whole(store):
    report = check_store(store.place)
    assert report.is_whole and report.wrong == ()
    assert {name: found.records for name, found in report.chains.items()} == {"batches": 6, "inbox": 1, "questions": 1}
    assert all(found.sealed_from == 1 for found in report.chains.values())
    assert (report.uploads, report.originals) == (4, 4)
    assert report.chains["batches"].head == store.log.head() == Store(store.url).log.head()
    assert [store.log.journal.head(n).hash for n in range(1, 7)] == list(report.chains["batches"].hashes)
    assert store.log.head(NOW + timedelta(minutes=90)).number == 3  # as it was after the undo


@settings(max_examples=10)
@given(STEPS)
def test_whatever_is_done_the_chain_is_whole(steps):
    with TemporaryDirectory() as folder:
        store, heads = Store(folder), []
        for number, step in enumerate(steps):
            take(store, step, number)
            heads.append(store.log.head())
        found = check_store(store.place)
        assert found.is_whole
        assert all((chain.START, *found.chains["batches"].hashes)[head.number] == head.hash for head in heads)


def test_joined_files_keep_the_chain(tmp_path, monkeypatch):
    monkeypatch.setattr("data.journal.TIDY_EVERY", 4)
    monkeypatch.setattr("data.store_rows.MANY_FILES", 8)
    store = Store(tmp_path)
    for number in range(12):
        accept(store, gifts([f"Hộ {number}", "Hộ A"], waits=1))
        store.questions.ask("stock", f"{number}?", commune=None, shown=None, now=NOW, **WHO)
    for name in ("batches", "questions", "donations", "waiting"):
        assert len(store.place.table(name).file_uris()) < 8
    assert check_store(store.place).is_whole


def test_reading_looks_through_nothing_and_one_record_more_costs_one_hash(store, monkeypatch):
    made, really = [], chain.record_hash
    monkeypatch.setattr(chain, "record_hash", lambda before, record: made.append(1) or really(before, record))
    again = Store(store.url)
    assert len(again.history()) == 6 and again.log.head().number == 6 and donors(again)
    assert made == []
    again.undo(1, now=NOW + timedelta(days=1), **WHO)
    assert made == [1]


# records that are not
def test_every_cell_of_every_record_is_sealed(store):
    """Each cell changed, taken out, or filled where nothing was: the record that was touched is the one that is named.

    But the first hash of all, taken away: then this is a store whose second record seals the first.
    """
    records, unfound = stored(store), []
    for number, record in enumerate(records, 1):
        for name in record.keys() - {"event_no"}:
            for value in {"khác", None} - {record[name]}:
                changed = [*records[: number - 1], record | {name: value}, *records[number:]]
                broken = look_through(changed).broken
                if broken is None or broken.number != number:
                    unfound.append((number, name, value))
    assert unfound == [(1, "hash", None)]


def test_a_changed_record_is_named_with_its_time_and_act(store):
    rewrite(store, "batches", lambda rows: rows[2].update(who="người khác"))
    broken = check_store(store.place).chains["batches"].broken
    assert (broken.number, broken.fault, broken.act) == (3, "changed", "undo")
    assert broken.time == stored(store)[2]["time"]
    assert check_store(store.place).chains["questions"].broken is None


def _without(rows, number):
    return [row for row in rows if row["event_no"] != number]


def _closed_up(rows):
    return [row | {"event_no": number} for number, row in enumerate(rows, 1)]


def _sealed_anew(rows):
    """With hashes that fit each other from a record on, made by someone who knows how."""
    before, made = chain.START, []
    for row in rows:
        before = chain.record_hash(before, row)
        made.append(row | {"hash": before})
    return made


FORGERIES = {
    "taken out": (lambda rows: _without(rows, 3), (3, "missing")),
    "taken out, numbers closed up": (lambda rows: _closed_up(_without(rows, 3)), (3, "changed")),
    "first taken out": (lambda rows: _closed_up(rows[1:]), (1, "changed")),
    "inserted again": (lambda rows: [*rows, rows[3]], (5, "inserted")),
    "inserted, numbers moved on": (lambda rows: _closed_up([*rows[:2], rows[0], *rows[2:]]), (3, "changed")),
    "without a number": (lambda rows: [*rows, rows[3] | {"event_no": None}], (7, "inserted")),
    "two exchanged": (lambda rows: _closed_up([rows[0], rows[1], rows[3], rows[2], *rows[4:]]), (3, "changed")),
    "hash taken away": (lambda rows: [*rows[:3], rows[3] | {"hash": None}, *rows[4:]], (4, "hash_missing")),
    "changed, its own hash too": (lambda rows: [*_sealed_anew([rows[0] | {"why": "x"}]), *rows[1:]], (2, "changed")),
    "changed, hashes before taken away": (
        lambda rows: [row | {"hash": None, "who": "khác"} for row in rows[:3]] + rows[3:],
        (4, "unsealed_changed"),
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_log_is_found_and_the_first_place_named(store, name):
    change, found = FORGERIES[name]
    rewrite(store, "batches", change)
    assert first_broken(store) == found


def test_a_forged_question_is_found(store):
    rewrite(store, "questions", lambda rows: rows[0].update(details=rows[0]["details"].replace("1.5", "2.5")))
    assert first_broken(store, "questions") == (1, "changed")


@pytest.mark.parametrize(
    "change", [lambda rows: rows[:4], lambda rows: _sealed_anew([row | {"who": "khác"} for row in rows])]
)
def test_cut_off_or_all_written_anew_only_a_head_kept_elsewhere_tells(store, change):
    head = store.log.head()
    rewrite(store, "batches", change)
    found = check_store(store.place).chains["batches"]
    assert found.broken is None
    assert len(found.hashes) < head.number or found.hashes[head.number - 1] != head.hash


def _edit_file(store, name: str, change, *, in_log: bool) -> None:
    """Edit the Parquet file that holds the first row; `in_log` also makes the table's log say the new length."""
    table = store.place.table(name)
    path = next(p for p in map(Path, table.file_uris()) if change(pq.read_table(p)) is not None)
    pq.write_table(change(pq.read_table(path)), path)
    for entry in Path(store.place.address(name), "_delta_log").glob("*.json"):
        lines = [json.loads(line) for line in entry.read_text("utf-8").splitlines()]
        for line in lines:
            if in_log and line.get("add", {}).get("path") == path.name:
                line["add"]["size"] = path.stat().st_size
        entry.write_text("\n".join(map(json.dumps, lines)) + "\n", "utf-8")


def _with(column: str, value):
    """The file with its first value of a column changed, if it is the file of number or line 1."""

    def change(data: pa.Table) -> pa.Table | None:
        first = data["event_no"][0].as_py() == 1 if "event_no" in data.column_names else data["line"][0].as_py() == 0
        values = [value, *data[column].to_pylist()[1:]]
        index = data.column_names.index(column)
        return data.set_column(index, data.schema.field(index), pa.array(values, data[column].type)) if first else None

    return change


def test_a_parquet_file_of_the_log_edited_by_hand(store):
    _edit_file(store, "batches", _with("why", "khác"), in_log=True)
    assert first_broken(store) == (1, "changed")


def test_a_parquet_file_of_another_length_is_named_and_what_was_in_it(store):
    _edit_file(store, "batches", _with("why", "khác" * 50), in_log=False)
    found = check_store(store.place)
    assert first_broken(store) == (1, "missing")
    assert [wrong.code for wrong in found.wrong if wrong.table == "batches"] == ["file_unreadable"]


# originals
def test_an_original_with_one_byte_changed_or_gone_is_named(store):
    folder = Path(store.url, "originals")
    of = {number: folder / store.log.state().upload(number).sha256 for number in (1, 3, 4)}
    content = of[1].read_bytes()
    of[1].write_bytes(bytes([content[0] ^ 1]) + content[1:])
    of[4].unlink()
    assert check_store(store.place).wrong == (
        Wrong("original_changed", "batches", 1),
        Wrong("original_missing", "batches", 4),
    )


def test_an_original_of_the_inbox_is_looked_at_too(store):
    arrival = Arrival(key="b", road="upload", file="b.xlsx", received_at=NOW, content=b"waits")
    (item,) = store.inbox.arrive([arrival], now=NOW, **WHO)
    Path(store.url, "originals", store.items()[item].sha256).write_bytes(b"other")
    assert check_store(store.place).wrong == (Wrong("original_changed", "inbox", str(item)),)


# rows
def _first(**cells):
    return lambda rows: next(row for row in rows if row["line"] == 0).update(cells)


ROWS = {
    "a number": ("donations", _first(quantity=1000.0), "rows_changed"),
    "a name in capitals": ("donations", _first(donor_name="HỘ A"), "rows_changed"),
    "the cell it came from": ("donations", _first(source_row=99), "rows_changed"),
    "its key": ("donations", _first(row_key=1), "rows_changed"),
    "two exchanged": ("donations", lambda rows: [r | {"line": (r["line"] + 1) % 3} for r in rows], "rows_changed"),
    "one taken out": ("donations", lambda rows: rows[1:], "rows_count"),
    "one added": ("donations", lambda rows: [*rows, rows[-1] | {"line": 7}], "rows_count"),
    "a report": ("weekly_reports", _first(value=4.0), "rows_changed"),
    "a target": ("targets", _first(target=8.0), "rows_changed"),
    "a remark": ("remarks", _first(text="Đường tốt"), "rows_changed"),
    "a waiting row": ("waiting", _first(source_text="12"), "rows_changed"),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_changed_by_hand_are_named_by_kind_and_upload(store, name):
    table, change, code = ROWS[name]
    number = 2 if table in ("weekly_reports", "targets", "remarks") else 1
    others = [row for row in store.place.table(table).to_pyarrow_dataset().to_table().to_pylist()]
    mine = store.log.state().upload(number).batch_id
    others = [row for row in others if row["batch_id"] != mine]
    rewrite(store, table, lambda rows: _changed([r for r in rows if r["batch_id"] == mine], change) + others)
    found = check_store(store.place)
    assert [(wrong.code, wrong.table, wrong.number) for wrong in found.wrong] == [(code, table, number)]
    assert not any(of_one.broken for of_one in found.chains.values())


def _changed(rows, change):
    return change(rows) or rows


def test_rows_moved_to_another_upload_are_missed_there_and_too_many_here(store):
    first, third = (store.log.state().upload(number).batch_id for number in (1, 3))
    rewrite(store, "donations", lambda rows: [r | {"batch_id": third} for r in rows if r["batch_id"] in (first, third)])
    assert {(wrong.number, wrong.found) for wrong in check_store(store.place).wrong} == {(1, "0/3"), (3, "4/1")}


@pytest.mark.parametrize("in_log", [True, False])
def test_a_parquet_file_of_rows_edited_by_hand(store, in_log):
    _edit_file(store, "donations", _with("quantity", 77.0), in_log=in_log)
    found = [(wrong.code, wrong.table, wrong.number) for wrong in check_store(store.place).wrong]
    code = "rows_changed" if in_log else "rows_count"
    named = {entry for entry in found if entry[0] == code}
    assert named and all(table == "donations" for _, table, _ in named)
    assert (("file_unreadable", "donations", None) in found) == (not in_log)


def test_rows_of_an_accept_that_was_cut_short_count_nowhere_and_are_no_fault(store):
    rewrite(store, "donations", lambda rows: [*rows, rows[0] | {"batch_id": "ab" * 8}])
    assert check_store(store.place).is_whole


# a store of a version before the hashes
def test_an_old_store_goes_on_and_its_records_are_sealed_by_the_next(store):
    as_old(store)
    head = Store(store.url).log.head()
    before = check_store(store.place)
    assert before.is_whole and before.chains["batches"].sealed_from is None
    assert before.chains["batches"].head == head
    again = Store(store.url)
    assert len(again.history()) == 6
    accept(again, gifts(["Hộ E"]))
    again.undo(1, now=NOW + timedelta(days=1), **WHO)
    again.questions.close(1, now=NOW, **WHO)
    found = check_store(store.place)
    assert found.is_whole
    assert {name: of_one.sealed_from for name, of_one in found.chains.items()} == {
        "batches": 7,
        "inbox": None,
        "questions": 2,
    }
    assert found.chains["batches"].hashes[5] == head.hash
    store.log.state()  # one that was open all the time sees the new records
    assert store.log.head() == found.chains["batches"].head
    rewrite(store, "batches", lambda rows: rows[1].update(who="khác"))
    assert first_broken(store) == (7, "unsealed_changed")


@pytest.mark.parametrize("name", [name for name in ROWS if name not in ("a name in capitals", "the cell it came from")])
def test_rows_of_an_old_upload_are_held_against_its_content_key(store, name):
    """The key tells what rows say, not in which order, in which letters and from which cell."""
    table, change, _ = ROWS[name]
    as_old(store)
    assert check_store(store.place).is_whole
    number = 2 if table in ("weekly_reports", "targets", "remarks") else 1
    mine = store.log.state().upload(number).batch_id

    def of_mine(rows):
        others = [row for row in rows if row["batch_id"] != mine]
        return _changed([row for row in rows if row["batch_id"] == mine], change) + others

    rewrite(store, table, of_mine)
    is_told = name not in ("its key", "two exchanged")
    found = check_store(store.place)
    assert {wrong.number for wrong in found.wrong} == ({number} if is_told else set())


def test_an_old_report_of_several_weeks_is_recognised(tmp_path):
    store = Store(tmp_path)
    weeks = [report({"donors": n}, week=MONDAY + timedelta(weeks=n)) for n in range(3)]
    frames = pa.concat_tables([pa.Table.from_pandas(part.frame, preserve_index=False) for part in weeks])
    frame = frames.to_pandas().astype(weeks[0].frame.dtypes.to_dict())
    part = type(weeks[0])("weekly_reports", frame, communes=("24649",), week_start_date=MONDAY)
    accept(store, part)
    as_old(store)
    assert check_store(store.place).is_whole
