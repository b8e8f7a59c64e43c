"""The hashes of records and rows: whatever is changed by hand afterwards is found, and the first place is named."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given
from sqlalchemy import select, text

from data.access import Person
from data.database import chain, tables
from data.database.chain import look_through
from data.database.events import UPLOADS
from data.records.inbox import Arrival
from data.upkeep.check import WRONG, Wrong, check_store
from data.uploads.store import Store, StoreError
from tests.amounts import amount, examples
from tests.test_store_laws import STEPS, take
from tests.test_store_parts import MONDAY, NOW, accept, donors, gifts, report, targets

WHO = {"who": Person("van_phong", "editor")}
OF_EVENT = "SELECT * FROM events WHERE journal = :journal ORDER BY event_no"


def fill(store: Store) -> None:
    """Uploads 1 to 5: 2 is undone, and restored; 3 was in the inbox; 5 has a line of 1 again. Seven records in the log,
    one of the inbox, one question."""
    accept(store, gifts(["Hộ A", "Hộ B", "Hộ C"], waits=1))
    accept(store, report({"donors": 3, "rice_kg": 20}, said="Đường trơn"), targets({"donors": 7}))
    store.undo(2, now=NOW + timedelta(hours=1), why="nhầm xã", **WHO)
    store.restore(2, now=NOW + timedelta(hours=2), **WHO)
    arrival = Arrival(key="a", road="upload", file="a.xlsx", received_at=NOW, content=b"in the inbox")
    (item,) = store.inbox.arrive([arrival], now=NOW, **WHO)
    later = NOW + timedelta(hours=3)
    accept(store, gifts(["Hộ D"]), item=item, content=b"in the inbox", at=later)
    accept(store, report({"donors": 9}, week=MONDAY + timedelta(weeks=1)), at=later)
    accept(store, gifts(["Hộ A", "Hộ E"]), at=later)
    store.questions.ask("stock", "Còn bao nhiêu?", commune=None, shown=1.5, now=NOW, **WHO)


def filled(folder: Path) -> str:
    """The same in a folder that can be copied."""
    store = Store(folder)
    fill(store)
    store.database.close()  # what SQLite keeps beside the file is in it then
    return store.url


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("made") / "kho")


@pytest.fixture
def store(made, tmp_path):
    """A copy of it, to be forged."""
    return Store(shutil.copytree(made, tmp_path / "kho"))


@pytest.fixture
def anywhere(store_address):
    """The same on SQLite and on PostgreSQL."""
    store = Store(store_address)
    fill(store)
    return store


# what someone with the right tools does
def forge(store: Store, *statements: str, **values: object) -> None:
    """Statements that go past the store; on SQLite nothing holds the tables together then."""
    if store.database.is_server:
        with store.database.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement), values)
        return
    with closing(sqlite3.connect(store.database.file)) as connection, connection:
        for statement in statements:
            connection.execute(statement, values)


def stored(store: Store, name: str = UPLOADS) -> list[dict]:
    """The rows of a journal, as a look through the store sees them."""
    asked = select(tables.events).where(tables.events.c.journal == name).order_by(tables.events.c.event_no)
    return [dict(row._mapping) for row in store.database.rows(asked)]


def rewrite(store: Store, change, name: str = UPLOADS) -> None:
    """All rows of a journal written anew, with `change` done to them; into a table that lets everything pass."""
    with closing(sqlite3.connect(store.database.file)) as connection, connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(OF_EVENT, {"journal": name})]
        rows = change(rows) or rows
        connection.execute("DELETE FROM events WHERE journal = ?", (name,))
        connection.execute("CREATE TABLE loose AS SELECT * FROM events")
        connection.execute("DROP TABLE events")
        connection.execute("ALTER TABLE loose RENAME TO events")
        marks = ", ".join(f":{name}" for name in tables.events.c.keys())
        connection.executemany(f"INSERT INTO events VALUES ({marks})", rows)


def as_old(store: Store) -> None:
    """The store as a version before the hashes left it."""
    for name in ("batches", "inbox", "questions"):
        rewrite(store, lambda rows: [_as_old(row) for row in rows], name)


def _as_old(row: dict) -> dict:
    record = json.loads(row["record"])
    details = json.loads(record["details"])
    record["details"] = json.dumps({key: details[key] for key in details if key not in ("row_hashes", "totals")})
    return row | {"record": chain.canonical(record).decode(), "hash": None}


def as_said(row: dict, **changes: object) -> dict:
    """A row with another record; its hash stays."""
    record = json.loads(row["record"]) | changes
    beside = {name: changes[name] for name in ("who", "act", "event_no") if name in changes}
    return row | beside | {"record": chain.canonical(record).decode()}


def found_in(store: Store) -> set[tuple]:
    """(code, table, number) of all that is wrong beside the chains."""
    return {(wrong.code, wrong.table, wrong.number) for wrong in check_store(store.database).wrong}


def first_broken(store: Store, name: str = UPLOADS) -> tuple[int, str]:
    broken = check_store(store.database).chains[name].broken
    return broken.number, broken.fault


# what is as it was written
def test_a_store_that_nobody_changed_is_whole(anywhere):
    store = anywhere
    found = check_store(store.database)
    assert found.is_whole and found.wrong == ()
    assert {name: one.records for name, one in found.chains.items()} == {"batches": 7, "inbox": 1, "questions": 1}
    assert all(one.sealed_from == 1 for one in found.chains.values())
    assert (found.uploads, found.originals) == (5, 5)
    assert found.chains["batches"].head == store.log.head() == Store(store.url).log.head()
    assert [store.log.journal.head(n).hash for n in range(1, 8)] == list(found.chains["batches"].hashes)
    assert store.log.head(NOW + timedelta(minutes=90)).number == 3  # as it was after the undo


def test_where_nothing_was_ever_written_nothing_is_wrong(tmp_path):
    found = check_store(Store(tmp_path / "kho").database)
    assert found.is_whole and (found.uploads, found.originals, list(found.chains)) == (0, 0, ["batches"])
    assert list(tmp_path.iterdir()) == []


@examples(3, 50)
@given(STEPS)
def test_whatever_is_done_the_chain_is_whole(steps):
    with TemporaryDirectory() as folder:
        store, heads = Store(folder), []
        for number, step in enumerate(steps):
            take(store, step, number)
            heads.append(store.log.head())
        found = check_store(store.database)
        assert found.is_whole
        assert all((chain.START, *found.chains["batches"].hashes)[head.number] == head.hash for head in heads)
        store.database.close()


def test_what_a_database_tidies_up_keeps_all_of_it(tmp_path):
    store = Store(tmp_path)
    for number in range(12):
        accept(store, gifts([f"Hộ {number}", "Hộ A"], waits=1))
        store.questions.ask("stock", f"{number}?", commune=None, shown=None, now=NOW, **WHO)
    head = store.log.head()
    with closing(sqlite3.connect(store.database.file, isolation_level=None)) as connection:
        for statement in ("VACUUM", "REINDEX", "ANALYZE"):
            connection.execute(statement)
    found = check_store(Store(tmp_path).database)
    assert found.is_whole and found.chains["batches"].head == head
    assert Store(tmp_path).uploads_with("Hộ 7") == {8}


def test_reading_looks_through_nothing_and_one_record_more_costs_one_hash(store, monkeypatch):
    made, really = [], chain.hash_of
    monkeypatch.setattr(chain, "hash_of", lambda before, record: made.append(1) or really(before, record))
    again = Store(store.url)
    assert len(again.history()) == 7 and again.log.head().number == 7 and donors(again)
    assert made == []
    again.undo(1, now=NOW + timedelta(days=1), **WHO)
    assert made == [1]


def test_a_negative_zero_of_a_formula_is_no_change(tmp_path):
    """SQLite keeps -0.0 as 0.0."""
    part = gifts(["Hộ A", "Hộ B"])
    part.frame["quantity"] = part.frame["base_quantity"] = -part.frame["quantity"] * 0.0
    accept(Store(tmp_path), part)
    assert check_store(Store(tmp_path).database).is_whole


# records that are not
def test_every_cell_of_every_record_is_sealed(store):
    """Each cell changed, taken out, or filled where nothing was: the record that was touched is the one that is named.

    But the first hash of all, taken away: then this is a store whose second record seals the first.
    """
    records, unfound = stored(store), []
    assert {"time", "who", "act", "subject", "record", "hash"} == records[0].keys() - {"journal", "event_no"}
    for number, row in enumerate(records, 1):
        other = dict.fromkeys(row, "khác") | {"time": row["time"] + timedelta(microseconds=1)}
        for name in row.keys() - {"journal", "event_no"}:
            for value in (other[name], None):
                changed = [*records[: number - 1], row | {name: value}, *records[number:]]
                broken = look_through(changed).broken
                if broken is None or broken.number != number:
                    unfound.append((number, name, value))
    assert unfound == [(1, "hash", None)]


def test_every_word_of_every_record_is_sealed(store):
    """The same of what the record itself says, also where the columns beside it say the same."""
    records, unfound = stored(store), []
    for number, row in enumerate(records, 1):
        for name in json.loads(row["record"]):
            changed = [*records[: number - 1], as_said(row, **{name: "khác"}), *records[number:]]
            broken = look_through(changed).broken
            if broken is None or broken.number != number:
                unfound.append((number, name))
    assert unfound == []


def test_a_changed_record_is_named_with_its_time_and_act(anywhere):
    before = stored(anywhere)[2]["time"]
    forge(anywhere, "UPDATE events SET who = 'người khác' WHERE journal = 'batches' AND event_no = 3")
    found = check_store(anywhere.database)
    broken = found.chains["batches"].broken
    assert (broken.number, broken.fault, broken.act) == (3, "changed", "undo")
    assert broken.time == chain.in_utc(before) == (NOW + timedelta(hours=1 - 7)).replace(tzinfo=broken.time.tzinfo)
    assert found.chains["questions"].broken is None and not found.is_whole


def _without(rows, number):
    return [row for row in rows if row["event_no"] != number]


def _closed_up(rows):
    return [as_said(row, event_no=number) for number, row in enumerate(rows, 1)]


def _sealed_anew(rows):
    """With hashes that fit each other from a record on, made by someone who knows how."""
    before, made = chain.START, []
    for row in rows:
        before = chain.hash_of(before, row["record"])
        made.append(row | {"hash": before})
    return made


FORGERIES = {
    "taken out": (lambda rows: _without(rows, 3), (3, "missing")),
    "taken out, numbers closed up": (lambda rows: _closed_up(_without(rows, 3)), (3, "changed")),
    "first taken out": (lambda rows: _closed_up(rows[1:]), (1, "changed")),
    "inserted again": (lambda rows: [*rows, rows[3]], (5, "inserted")),
    "inserted, numbers moved on": (lambda rows: _closed_up([*rows[:2], rows[0], *rows[2:]]), (3, "changed")),
    "without a number": (lambda rows: [*rows, rows[3] | {"event_no": None}], (1, "inserted")),
    "with a number that is none": (lambda rows: [*rows, rows[3] | {"event_no": "x"}], (8, "inserted")),
    "two exchanged": (lambda rows: _closed_up([rows[0], rows[1], rows[3], rows[2], *rows[4:]]), (3, "changed")),
    "hash taken away": (lambda rows: [*rows[:3], rows[3] | {"hash": None}, *rows[4:]], (4, "hash_missing")),
    "changed, its own hash too": (
        lambda rows: [*_sealed_anew([as_said(rows[0], file="x")]), *rows[1:]],
        (2, "changed"),
    ),
    "changed, hashes before taken away": (
        lambda rows: [as_said(row, who="khác") | {"hash": None} for row in rows[:3]] + rows[3:],
        (4, "unsealed_changed"),
    ),
    "what the columns say alone": (lambda rows: rows[1].update(subject="9"), (2, "changed")),
    "what the record says alone": (lambda rows: rows[2].update(as_said(rows[2], why="x")), (3, "changed")),
    "a time that is none": (lambda rows: rows[2].update(time="hôm qua"), (3, "changed")),
    "a record that is no text": (lambda rows: rows[2].update(record=b"\xff"), (3, "changed")),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_log_is_found_and_the_first_place_named(store, name):
    change, found = FORGERIES[name]
    rewrite(store, change)
    assert first_broken(store) == found


def test_rewriting_alone_is_no_forgery(store):
    """Else the tests above would find what `rewrite` does."""
    rewrite(store, lambda rows: rows)
    assert check_store(store.database).is_whole


def test_a_forged_question_is_found(anywhere):
    record = stored(anywhere, "questions")[0]["record"]
    change = "UPDATE events SET record = :record WHERE journal = 'questions'"
    forge(anywhere, change, record=record.replace("1.5", "2.5"))
    assert first_broken(anywhere, "questions") == (1, "changed")


def cut(store: Store, last: int) -> None:
    """Everything after an event, as if it had never been."""
    uploads = f"(SELECT number FROM uploads WHERE event_no > {last})"
    groups = f"(SELECT id FROM line_groups WHERE upload_number IN {uploads})"
    lines = [*tables.ROW_KINDS, *(f"summed_{kind}" for kind in tables.summed)]
    forge(
        store,
        f"DELETE FROM events WHERE journal = 'batches' AND event_no > {last}",
        f"DELETE FROM group_states WHERE event_no > {last}",
        *(f"DELETE FROM {name} WHERE group_id IN {groups}" for name in lines),
        f"DELETE FROM line_groups WHERE upload_number IN {uploads}",
        f"DELETE FROM uploads WHERE event_no > {last}",
    )


def written_anew(store: Store) -> None:
    """Every record of the log by somebody else, with hashes that fit."""
    rows = _sealed_anew([as_said(row, who="khác") for row in stored(store)])
    change = "UPDATE events SET who = :who, record = :record, hash = :hash WHERE journal = 'batches' AND event_no = :n"
    for row in rows:
        forge(store, change, who=row["who"], record=row["record"], hash=row["hash"], n=row["event_no"])
    forge(store, "UPDATE uploads SET who = 'khác'")


@pytest.mark.parametrize("change", [lambda store: cut(store, 4), written_anew], ids=["cut off", "written anew"])
def test_cut_off_or_all_written_anew_only_a_head_kept_elsewhere_tells(anywhere, change):
    head = anywhere.log.head()
    change(anywhere)
    report = check_store(anywhere.database)
    found = report.chains["batches"]
    assert report.is_whole and Store(anywhere.url).summed("donations")["lines"].sum() > 0
    assert len(found.hashes) < head.number or found.hashes[head.number - 1] != head.hash


def edit_file(store: Store, old: str, new: str) -> None:
    """Bytes of the file itself, wherever a text stands in it."""
    store.database.close()
    content = store.database.file.read_bytes()
    assert content.count(old.encode()) and len(old.encode()) == len(new.encode())
    store.database.file.write_bytes(content.replace(old.encode(), new.encode()))


def test_the_log_edited_in_the_file_itself(store):
    edit_file(store, "nhầm xã", "nhầm xá")
    assert first_broken(store) == (3, "changed")


def test_lines_edited_in_the_file_itself(store):
    edit_file(store, "Hộ D", "Hộ X")
    assert found_in(store) == {("rows_changed", "donations", 3)}


def damage(store: Store) -> None:
    """A page in the middle of the file is written over."""
    store.database.close()
    content = store.database.file.read_bytes()
    half = len(content) // 2 // 4096 * 4096
    store.database.file.write_bytes(content[:half] + b"\x07" * 4096 + content[half + 4096 :])


def test_a_file_that_is_damaged_is_told_and_nothing_else(store):
    damage(store)
    found = check_store(store.database)
    assert [(wrong.code, wrong.table) for wrong in found.wrong] == [("database_damaged", "batches")]
    assert found.wrong[0].found and found.chains == {} and not found.is_whole


def test_a_file_that_cannot_even_be_opened(store):
    store.database.close()
    store.database.file.write_bytes(store.database.file.read_bytes()[:100_000])
    with pytest.raises(StoreError) as refused:
        check_store(store.database)
    assert refused.value.code == "store_damaged"


# originals
def test_an_original_with_one_byte_changed_or_gone_is_named(anywhere):
    of = {number: anywhere.log.state().upload(number).sha256 for number in (1, 4)}
    content = bytes([anywhere.original(1)[1][0] ^ 1]) + anywhere.original(1)[1][1:]
    forge(anywhere, "UPDATE originals SET content = :content WHERE sha256 = :digest", content=content, digest=of[1])
    gone = "UPDATE originals SET content = :content WHERE sha256 = :digest"  # as where it was gone at the take-over
    forge(anywhere, gone, content=b"", digest=of[4])
    assert check_store(anywhere.database).wrong == (
        Wrong("original_changed", "batches", 1),
        Wrong("original_missing", "batches", 4),
    )


def test_an_original_that_is_gone_altogether(store):
    forge(store, "DELETE FROM originals WHERE sha256 = :digest", digest=store.log.state().upload(4).sha256)
    assert check_store(store.database).wrong == (Wrong("original_missing", "batches", 4),)


def test_an_original_of_the_inbox_is_looked_at_too(anywhere):
    arrival = Arrival(key="b", road="upload", file="b.xlsx", received_at=NOW, content=b"waits")
    (item,) = anywhere.inbox.arrive([arrival], now=NOW, **WHO)
    change = "UPDATE originals SET content = :content WHERE sha256 = :digest"
    forge(anywhere, change, content=b"other", digest=anywhere.items()[item].sha256)
    assert check_store(anywhere.database).wrong == (Wrong("original_changed", "inbox", str(item)),)


# lines, their sums, their groups, what counts
def group_of(number: int, kind: str = "donations", place: int = 0) -> str:
    """The group of an upload, the first or a later one."""
    asked = f"SELECT id FROM line_groups WHERE upload_number = {number} AND kind = '{kind}'"
    return f"({asked} ORDER BY id LIMIT 1 OFFSET {place})"


def again(table: str, where: str, **cells: object) -> str:
    """A row of a table once more, with other cells."""
    names = tables.metadata.tables[table].c.keys()
    told = {name: name for name in names} | {"id": f"(SELECT max(id) + 1 FROM {table})"} | cells
    chosen = ", ".join(str(told[name]) for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {chosen} FROM {table} WHERE {where}"


LINE, SUM = "upload_number = 1 AND line = 0", f"group_id = {group_of(1)}"
MET = f"id = {group_of(5)}"  # the group of the line that stands in upload 1 too
MOVED = f"UPDATE donations SET group_id = {group_of(5, place=1)} WHERE upload_number = 5 AND line = 0"
# what is changed -> the statements, what a look through the store finds
FORGED: dict[str, tuple[list[str], set[tuple]]] = {
    # lines
    "a number": ([f"UPDATE donations SET quantity = 1000 WHERE {LINE}"], {("rows_changed", "donations", 1)}),
    "an amount": ([f"UPDATE donations SET base_quantity = 1000 WHERE {LINE}"], {("rows_changed", "donations", 1)}),
    "a name in capitals": (
        [f"UPDATE donations SET donor_name = 'HỘ A' WHERE {LINE}"],
        {("rows_changed", "donations", 1)},
    ),
    "the cell it came from": (
        [f"UPDATE donations SET source_row = 99 WHERE {LINE}"],
        {("rows_changed", "donations", 1)},
    ),
    "its key": ([f"UPDATE donations SET row_key = 1 WHERE {LINE}"], {("rows_changed", "donations", 1)}),
    "two exchanged": (
        ["UPDATE donations SET line = (line + 1) % 3 WHERE upload_number = 1"],
        {("rows_changed", "donations", 1)},
    ),
    "one taken out": ([f"DELETE FROM donations WHERE {LINE}"], {("rows_count", "donations", 1)}),
    "one added": ([again("donations", LINE, line=7)], {("rows_count", "donations", 1)}),
    "one doubled": ([again("donations", LINE)], {("rows_count", "donations", 1)}),
    "one taken out, another doubled": (
        [f"DELETE FROM donations WHERE {LINE}", again("donations", "upload_number = 1 AND line = 1")],
        {("rows_changed", "donations", 1)},
    ),
    "one added to a group of another kind": (
        [again("donations", LINE, group_id=group_of(2, "weekly_reports"), upload_number=2)],
        {("rows_count", "donations", 2)},
    ),
    "one added to a group of another kind of its upload": (
        [again("donations", LINE, group_id=group_of(1, "waiting"))],
        {("rows_count", "donations", 1)},
    ),
    "a report": (
        ["UPDATE weekly_reports SET value = 4 WHERE upload_number = 2 AND line = 0"],
        {("rows_changed", "weekly_reports", 2)},
    ),
    "a target": (["UPDATE targets SET target = 8"], {("rows_changed", "targets", 2)}),
    "a remark": (["UPDATE remarks SET text = 'Đường tốt'"], {("rows_changed", "remarks", 2)}),
    "a remark taken out": (["DELETE FROM remarks"], {("rows_count", "remarks", 2)}),
    "a waiting row": (["UPDATE waiting SET source_text = '12'"], {("rows_changed", "waiting", 1)}),
    "a waiting row doubled": ([again("waiting", "line = 0")], {("rows_count", "waiting", 1)}),
    "moved to another upload": (
        [f"UPDATE donations SET upload_number = 3, group_id = {group_of(3)} WHERE {LINE}"],
        {("rows_count", "donations", 1), ("rows_count", "donations", 3)},
    ),
    "all moved to another upload": (
        [f"UPDATE donations SET upload_number = 3, group_id = {group_of(3)} WHERE upload_number = 1"],
        {("rows_count", "donations", 1), ("rows_count", "donations", 3)},
    ),
    "told to be of another upload": (
        [f"UPDATE donations SET upload_number = 3 WHERE {LINE}"],
        {("rows_changed", "donations", 1)},
    ),
    "moved to another group": ([MOVED], {("groups_changed", "donations", 5), ("sums_changed", "donations", 5)}),
    "moved to another group, and its sum": (
        [MOVED, f"UPDATE summed_donations SET group_id = {group_of(5, place=1)} WHERE group_id = {group_of(5)}"],
        {("groups_changed", "donations", 5), ("sums_changed", "donations", 5)},
    ),
    "exchanged with one of another group": (
        [f"UPDATE donations SET group_id = 2 * {group_of(5)} + 1 - group_id WHERE upload_number = 5"],
        {("groups_changed", "donations", 5)},
    ),
    # summed lines
    "a sum": ([f"UPDATE summed_donations SET base_quantity = 7 WHERE {SUM}"], {("sums_changed", "donations", 1)}),
    "a sum of what nobody told": (
        [f"UPDATE summed_donations SET value_vnd = 0 WHERE {SUM}"],
        {("sums_changed", "donations", 1)},
    ),
    "a sum deleted": ([f"DELETE FROM summed_donations WHERE {SUM}"], {("sums_changed", "donations", 1)}),
    "a sum doubled": ([again("summed_donations", SUM)], {("sums_changed", "donations", 1)}),
    "how many lines a sum is of": (
        [f"UPDATE summed_donations SET lines = 4 WHERE {SUM}"],
        {("sums_changed", "donations", 1)},
    ),
    "the commune of a sum": (
        [f"UPDATE summed_donations SET commune = '24655' WHERE {SUM}"],
        {("sums_changed", "donations", 1)},
    ),
    "a sum moved to another group": (
        [f"UPDATE summed_donations SET group_id = {group_of(5, place=1)} WHERE group_id = {group_of(5)}"],
        {("sums_changed", "donations", 5)},
    ),
    "a sum moved to another upload": (
        [f"UPDATE summed_donations SET group_id = {group_of(3)} WHERE {SUM}"],
        {("sums_changed", "donations", 1), ("sums_changed", "donations", 3)},
    ),
    "a sum added to a group of another kind": (
        [again("summed_donations", SUM, group_id=group_of(2, "weekly_reports"))],
        {("sums_changed", "donations", 2)},
    ),
    "the sum of a report": (
        ["UPDATE summed_weekly_reports SET value = value + 1"],
        {("sums_changed", "weekly_reports", 2), ("sums_changed", "weekly_reports", 4)},
    ),
    "the sum of a target": (["DELETE FROM summed_targets"], {("sums_changed", "targets", 2)}),
    # groups, and which of them count
    "when a group counts": (
        [f"UPDATE line_groups SET counts_when = '{{}}' WHERE {MET}"],
        {("groups_changed", "donations", 5), ("states_changed", "batches", 7)},
    ),
    "when a group counts, and that it does": (
        [
            f"UPDATE line_groups SET counts_when = '{{}}' WHERE {MET}",
            f"INSERT INTO group_states VALUES ({group_of(5)}, 7, true)",
        ],
        {("groups_changed", "donations", 5)},
    ),
    "a group that cannot be read": (
        [f"UPDATE line_groups SET counts_when = '{{' WHERE {MET}"],
        {("groups_changed", "donations", 5)},
    ),
    "how many lines a group has": (
        [f"UPDATE line_groups SET lines = 2 WHERE {MET}"],
        {("groups_changed", "donations", 5)},
    ),
    "a group of another number": (
        [f"UPDATE line_groups SET id = 99 WHERE {MET}"],
        {("rows_count", "donations", 5)},
    ),
    "a group more": (
        [again("line_groups", MET, lines=0)],
        {("groups_changed", "donations", 5)},
    ),
    "a group that counts": (
        ["UPDATE group_states SET is_in_force = false WHERE event_no = 1"],
        {("states_changed", "batches", 1)},
    ),
    "a state taken out": (["DELETE FROM group_states WHERE event_no = 4"], {("states_changed", "batches", 4)}),
    "a state taken out of the middle": (
        ["DELETE FROM group_states WHERE event_no = 3"],
        {("states_changed", "batches", 3)},
    ),
    "a state added": (
        [f"INSERT INTO group_states VALUES ({group_of(5)}, 7, true)"],
        {("states_changed", "batches", 7)},
    ),
    "a state after the last event": (
        [f"INSERT INTO group_states VALUES ({group_of(5)}, 8, true)"],
        {("states_changed", "batches", 8)},
    ),
    "lines and sums of no upload that count": (
        [
            "INSERT INTO group_states VALUES (999, 7, true)",
            again("donations", LINE, group_id=999),
            again("summed_donations", SUM, group_id=999),
        ],
        {("states_changed", "batches", 7)},
    ),
    # uploads
    "an upload more": (
        [again("uploads", "number = 1", number=9, event_no=9)],
        {("upload_changed", "batches", 9)},
    ),
    "an upload taken out": (["DELETE FROM uploads WHERE number = 1"], {("upload_changed", "batches", 1)}),
    # events and originals
    "an event that cannot be read": (
        ["UPDATE events SET record = '{' WHERE journal = 'questions'"],
        {("record_unreadable", "questions", 1)},
    ),
    "an event that says less": (
        ["UPDATE events SET record = '{}' WHERE journal = 'inbox'"],
        {("record_unreadable", "inbox", 1)},
    ),
    "the last events cut off": (
        ["DELETE FROM events WHERE journal = 'batches' AND event_no > 5"],
        {("upload_changed", "batches", 4), ("upload_changed", "batches", 5), ("states_changed", "batches", 6)},
    ),
    "an original": (
        ["UPDATE originals SET content = 'khác' WHERE sha256 = (SELECT sha256 FROM uploads WHERE number = 2)"],
        {("original_changed", "batches", 2)},
    ),
    "an original taken out": (
        ["DELETE FROM originals WHERE sha256 = (SELECT sha256 FROM uploads WHERE number = 2)"],
        {("original_missing", "batches", 2)},
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_changed_by_hand_is_named_by_kind_and_upload(store, name):
    statements, found = FORGED[name]
    forge(store, *statements)
    assert found_in(store) == found


@pytest.mark.parametrize("name", ["one taken out", "a number", "a sum", "a group that counts", "when a group counts"])
def test_what_is_changed_by_hand_on_a_server(postgres_address, name):
    store, (statements, found) = Store(postgres_address), FORGED[name]
    fill(store)
    forge(store, *statements)
    assert found_in(store) == found
    assert not any(chain.broken for chain in check_store(store.database).chains.values())


def test_lines_moved_to_another_upload_are_missed_there_and_too_many_here(store):
    forge(store, *FORGED["all moved to another upload"][0])
    assert {(wrong.number, wrong.found) for wrong in check_store(store.database).wrong} == {(1, "0/3"), (3, "4/1")}


def test_lines_and_sums_of_no_upload_count_nowhere_and_are_no_fault(store):
    before = donors(store), store.summed("donations").to_csv()
    forge(store, again("donations", LINE, group_id=999), again("summed_donations", SUM, group_id=999))
    assert (donors(Store(store.url)), Store(store.url).summed("donations").to_csv()) == before
    assert check_store(store.database).is_whole


def test_whatever_a_look_through_can_find_is_found_above(store):
    damage(store)
    assert {code for _, found in FORGED.values() for code, *_ in found} | {one[0] for one in found_in(store)} == {
        *WRONG
    }


@pytest.fixture
def small(tmp_path):
    """One upload with rows of every sort, undone and restored: to be looked through hundreds of times."""
    store = Store(tmp_path / "kho")
    accept(store, gifts(["Hộ A"], waits=1), report({"donors": 3}, said="Đường trơn"), targets({"donors": 7}))
    store.undo(1, now=NOW + timedelta(hours=1), **WHO)
    store.restore(1, now=NOW + timedelta(hours=2), **WHO)
    store.database.close()
    return store


# a line's own number; words, made of the lines and of the names of goods, which a release may change
NOT_SEALED = {"id", "search_text"}
NOT_LOOKED_AT = {"receipts", "receipt_uploads"}  # made anew with the office's key


def _another(column, value: object) -> object:
    """What another row could say."""
    if isinstance(value, bytes):
        return value + b"x"
    if str(column.type) == "DATE":
        return "2021-08-09"
    if str(column.type) == "DATETIME":
        return "2021-08-09 00:00:00.000000"
    return f"{value or ''}x" if str(column.type) == "TEXT" else 1 - (value or 0)


def _others(store: Store) -> Iterator[tuple[str, str, int, object, object]]:
    """Of the first row of every table each cell in turn: another value; of each sort of cell, what is none at all."""
    seen = {*NOT_SEALED}
    for table in [table for table in tables.metadata.sorted_tables if table.name not in NOT_LOOKED_AT]:
        with closing(sqlite3.connect(store.database.file)) as connection:
            connection.row_factory = sqlite3.Row
            row = connection.execute(f"SELECT rowid AS place, * FROM {table.name} LIMIT 1").fetchone()
        for column in [column for column in table.c if row and column.name not in NOT_SEALED]:
            others = [_another(column, row[column.name])]
            if str(column.type) != "TEXT" and column.name not in seen:
                others.append("không")
            seen.add(column.name)
            yield from ((table.name, column.name, row["place"], row[column.name], other) for other in others)


def test_every_cell_of_every_table_is_looked_at(small):
    """What it says is found to be changed, and nothing ends in a fault of ours."""
    unfound, looked_at, cells = [], set(), list(_others(small))
    assert len(cells) > 100
    for name, column, place, before, other in cells[:: amount(4, 1)]:  # by day every fourth
        change = f"UPDATE {name} SET {column} = :value WHERE rowid = :place"
        with suppress(sqlite3.IntegrityError):  # another of the same number is there
            forge(small, change, value=other, place=place)
            looked_at.add((name, column))
            if check_store(small.database).is_whole:
                unfound.append((name, column, other))
            forge(small, change, value=before, place=place)
    assert unfound == [] and check_store(small.database).is_whole
    assert len(looked_at) > amount(25, 100)
    assert {name for name, _ in looked_at} > {"events", "originals", "uploads", "line_groups"}


@pytest.mark.parametrize("number", [1, 2])
def test_whatever_is_left_out_of_a_record_the_look_through_goes_on(small, number):
    """Its columns and its hash stay: only what it says is another."""
    record = json.loads(stored(small)[number - 1]["record"])
    details = json.loads(record["details"])
    others = [{name: record[name] for name in record if name != without} for without in record]
    others += [record | {name: [1]} for name in record]
    others += [record | {"details": json.dumps({n: details[n] for n in details if n != one})} for one in details]
    others += [record | {"details": json.dumps(details | {name: "khác"})} for name in details] + [[], 7, None]
    change = "UPDATE events SET record = :record WHERE journal = 'batches' AND event_no = :number"
    for other in others:
        forge(small, change, record=json.dumps(other), number=number)
        assert first_broken(small) == (number, "changed")


@pytest.mark.parametrize("digest", [[1], 7, {"a": 1}, None, "khác"])
def test_whatever_an_arrival_says_of_its_file_the_look_through_goes_on(store, digest):
    record = json.loads(stored(store, "inbox")[0]["record"])
    details = json.loads(record["details"]) | {"sha256": digest}
    change = "UPDATE events SET record = :record WHERE journal = 'inbox'"
    forge(store, change, record=json.dumps(record | {"details": json.dumps(details)}))
    assert first_broken(store, "inbox") == (1, "changed")


# a store of a version before the hashes
def test_an_old_store_goes_on_and_its_records_are_sealed_by_the_next(store):
    as_old(store)
    head = Store(store.url).log.head()
    before = check_store(store.database)
    assert before.is_whole and before.chains["batches"].sealed_from is None
    assert before.chains["batches"].head == head
    later = Store(store.url)
    assert len(later.history()) == 7 and donors(later) == ["Hộ A", "Hộ B", "Hộ C", "Hộ D", "Hộ E"]
    accept(later, gifts(["Hộ G"]))
    later.undo(1, now=NOW + timedelta(days=1), **WHO)
    later.questions.close(1, now=NOW, **WHO)
    found = check_store(store.database)
    assert found.is_whole
    assert {name: of_one.sealed_from for name, of_one in found.chains.items()} == {
        "batches": 8,
        "inbox": None,
        "questions": 2,
    }
    assert found.chains["batches"].hashes[6] == head.hash
    store.log.state()  # one that was open all the time sees the new records
    assert store.log.head() == found.chains["batches"].head
    rewrite(store, lambda rows: rows[1].update(as_said(rows[1], who="khác")))
    assert first_broken(store) == (8, "unsealed_changed")


NOT_TOLD_OF_OLD = ("a name in capitals", "the cell it came from", "its key", "two exchanged")
OF_LINES = [name for name in FORGED if {code for code, *_ in FORGED[name][1]} <= {"rows_changed", "rows_count"}]


@pytest.mark.parametrize("name", OF_LINES)
def test_lines_of_an_old_upload_are_held_against_its_content_key(store, name):
    """The key tells what lines say, not in which order, in which letters and from which cell."""
    as_old(store)
    assert check_store(store.database).is_whole
    statements, found = FORGED[name]
    forge(store, *statements)
    told = {number for code, _, number in found_in(store) if code in ("rows_changed", "rows_count")}
    assert told == (set() if name in NOT_TOLD_OF_OLD else {number for *_, number in found})


def test_an_old_report_of_several_weeks_is_recognised(tmp_path):
    store = Store(tmp_path)
    weeks = [report({"donors": n}, week=MONDAY + timedelta(weeks=n)) for n in range(3)]
    frame = pd.concat([part.frame for part in weeks], ignore_index=True)
    accept(store, type(weeks[0])("weekly_reports", frame, communes=("24649",), week_start_date=MONDAY))
    as_old(store)
    assert check_store(store.database).is_whole
    forge(store, "UPDATE weekly_reports SET value = 9 WHERE line = 1")
    assert found_in(store) == {("rows_changed", "weekly_reports", 1)}


def test_the_head_of_a_record_that_another_process_has_just_written(tmp_path):
    """A copy may know of a record that this process has not yet looked for."""
    here, other = Store(tmp_path / "store"), Store(tmp_path / "store")
    accept(here, gifts(["Hộ A"]))
    assert here.log.head().number == 1
    accept(other, gifts(["Hộ B"]), name="b.xlsx", content=b"b")
    assert here.log.journal.head(2) == other.log.head()
