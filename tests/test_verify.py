"""A missing, doubled or wrong line is told when an upload is loaded, before any number of it is on the screen."""

import shutil
from datetime import timedelta
from random import Random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from data import schemas
from data.database import tables
from data.upkeep.check import check_store
from data.uploads.store import LineQuery, Store, StoreError
from tests.amounts import examples
from tests.random_store import accept_random, random_lists
from tests.test_chain import FORGED, LINE, WHO, again, as_old, fill, filled, forge
from tests.test_store_parts import NOW, accept, donors, gifts, report

READS = {
    "lines": lambda store, **more: _lines(store, **more),
    "current": lambda store, **more: store.current("donations", **more),
    "summed": lambda store, **more: store.summed("donations", **more),
    "count": lambda store, **more: store.count("waiting", **more),
    "effect": lambda store: store.effect(1),
    "search": lambda store: store.uploads_with("Hộ"),
    "look": Store.look,
}
# of what is forged: what is told. Of the rest (a cell of a line, of a summed line, of an upload) nothing is at once:
# `python -m commands check` finds it
TOLD: dict[str, tuple] = {
    "one taken out": ("upload", 1, "donations", 2, 3),
    "one added": ("upload", 1, "donations", 4, 3),
    "one doubled": ("upload", 1, "donations", 4, 3),
    "one added to a group of another kind": ("upload", 2, "donations", 1, 0),
    "one added to a group of another kind of its upload": ("upload", 1, "donations", 4, 3),
    "a remark taken out": ("upload", 2, "remarks", 0, 1),
    "a waiting row doubled": ("upload", 1, "waiting", 2, 1),
    "moved to another upload": ("upload", 1, "donations", 2, 3),
    "all moved to another upload": ("upload", 1, "donations", 0, 3),
    "moved to another group": ("sums", 5, "donations"),
    "moved to another group, and its sum": ("sums", 5, "donations"),
    "a sum": ("sums", 1, "donations"),
    "a sum of what nobody told": ("sums", 1, "donations"),
    "a sum deleted": ("sums", 1, "donations"),
    "a sum doubled": ("sums", 1, "donations"),
    "how many lines a sum is of": ("sums", 1, "donations"),
    "a sum moved to another group": ("sums", 5, "donations"),
    "a sum moved to another upload": ("sums", 1, "donations"),
    "a sum added to a group of another kind": ("sums", 2, "donations"),
    "the sum of a report": ("sums", 2, "weekly_reports"),
    "the sum of a target": ("sums", 2, "targets"),
    "when a group counts": ("sums", 5, "donations"),
    "a group that cannot be read": ("sums", 5, "donations"),
    "how many lines a group has": ("sums", 5, "donations"),
    "a group of another number": ("upload", 5, "donations", 1, 2),
    "a group more": ("sums", 5, "donations"),
    "a group that counts": ("sums", 1, "donations"),
    "a state taken out": ("sums", 2, "weekly_reports"),
    "a state added": ("sums", 5, "donations"),
    "a state after the last event": ("journal", "batches"),
    "lines and sums of no upload that count": (),
    "an upload more": ("journal", "batches"),
    "the last events cut off": ("journal", "batches"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("made") / "kho")


@pytest.fixture
def store(made, tmp_path):
    return Store(shutil.copytree(made, tmp_path / "kho"))


def _lines(store: Store, **more) -> int:
    with store.lines(**more) as reader:
        return reader.count(LineQuery("donations"))[0]


def told(act, *arguments, **more) -> tuple:
    """What is told to be damaged; and where."""
    with pytest.raises(StoreError) as refused:
        act(*arguments, **more)
    assert refused.value.code == "store_damaged" and refused.value.found
    return refused.value.part


def test_what_is_told_is_one_of_what_is_forged():
    assert TOLD.keys() < FORGED.keys()


@pytest.mark.parametrize("name", FORGED)
def test_what_is_forged_is_told_by_a_store_that_is_opened_now(store, name):
    forge(store, *FORGED[name][0])
    for act in READS.values():
        if name in TOLD:
            assert told(act, Store(store.url)) == TOLD[name]
        else:
            act(Store(store.url))


@pytest.mark.parametrize("name", ["one taken out", "one doubled", "a sum deleted", "a sum", "a group that counts"])
def test_what_is_forged_on_a_server_is_told(postgres_address, name):
    store = Store(postgres_address)
    fill(store)
    forge(store, *FORGED[name][0])
    assert told(Store(store.url).summed, "donations") == told(Store(store.url).look) == TOLD[name]


def test_what_counted_at_another_moment_is_looked_at_when_it_is_asked_for(store):
    forge(store, *FORGED["a state taken out of the middle"][0])
    opened, undone = Store(store.url), {"as_of": NOW + timedelta(minutes=90)}
    assert len(donors(opened)) == 5
    for name in ("lines", "current", "summed", "count"):
        assert told(READS[name], opened, **undone) == ("sums", 2, "weekly_reports")
    assert len(donors(opened)) == 5


def test_a_store_that_is_open_looks_at_what_comes_new(store_address):
    reader, writer = Store(store_address), Store(store_address)
    fill(writer)
    assert len(donors(reader)) == 5
    accept(writer, gifts(["Hộ G", "Hộ H"]))
    forge(writer, "DELETE FROM donations WHERE upload_number = 6 AND line = 0")
    assert told(donors, reader) == told(reader.summed, "donations") == ("upload", 6, "donations", 1, 2)
    forge(writer, again("donations", "upload_number = 6 AND line = 1", line=0))  # as many, and it adds up
    assert len(donors(reader)) == 7
    accept(writer, report({"donors": 1}))
    forge(writer, "DELETE FROM summed_weekly_reports WHERE id = (SELECT max(id) FROM summed_weekly_reports)")
    assert told(donors, reader) == ("sums", 7, "weekly_reports")


def test_each_upload_is_looked_at_once(store):
    """What is changed behind the back of a running application, the next start finds."""
    opened = Store(store.url)
    assert len(donors(opened)) == 5
    forge(store, f"DELETE FROM donations WHERE {LINE}")
    assert len(donors(opened)) == 4
    opened.database.note_other()  # as when the file was replaced
    assert told(donors, opened) == told(donors, Store(store.url)) == ("upload", 1, "donations", 2, 3)


def test_a_nil_report_has_nothing_to_look_at(tmp_path):
    store, reader = Store(tmp_path), Store(tmp_path)
    accept(store, report({}, is_nil=True))
    assert len(reader.receptions()) == 1 and donors(reader) == []
    accept(store, report({}, is_nil=True, commune="24655"))
    assert donors(reader) == [] and donors(Store(tmp_path)) == []


def test_amounts_are_held_against_the_event_to_the_last_dong(tmp_path):
    store, part = Store(tmp_path), gifts(["Hộ A", "Hộ B"])
    part.frame["cash_vnd"] = pd.array([4_999_999_999_999, 1], dtype="Int64")
    accept(store, part)
    assert Store(tmp_path).summed("donations")["cash_vnd"].sum() == 5 * 10**12
    forge(store, "UPDATE summed_donations SET cash_vnd = cash_vnd + 1")
    assert told(Store(tmp_path).summed, "donations") == ("sums", 1, "donations")


def test_sums_of_fractions_in_another_order_are_the_same(store_address):
    store = Store(store_address)
    for number in range(3):
        part = gifts([f"Hộ {number}.{line}" for line in range(300)])
        part.frame["base_quantity"] = pd.array([0.1 * 3**line % 1e7 for line in range(300)], dtype="Float64")
        part.frame["commune"] = [("24649", "24655", None)[line % 3] for line in range(300)]
        accept(store, part)
    fresh = Store(store_address)
    assert fresh.summed("donations")["lines"].sum() == 900


@examples(3, 40)
@given(random_lists(), st.integers(0, 10**6))
def test_whatever_line_or_sum_is_missing_or_doubled_is_told(tmp_path_factory, lists, seed):
    folder, dice = tmp_path_factory.mktemp("random"), Random(seed)
    full = Store(folder / "kho")
    accept_random(full, lists)
    every = {name: tables.metadata.tables[name] for kind in schemas.KINDS for name in (kind, f"summed_{kind}")}
    counts = {name: full.database.rows(select(func.count(table.c.id))) for name, table in every.items()}
    filled = [name for name in counts if counts[name] and counts[name][0][0]]
    full.database.close()
    for name in dice.sample(filled, k=min(3, len(filled))):
        copy = Store(shutil.copytree(folder / "kho", folder / name))
        copy.look()
        where = f"id = {dice.randint(1, counts[name][0][0])}"
        forge(copy, dice.choice((f"DELETE FROM {name} WHERE {where}", again(name, where))))
        assert told(Store(copy.url).look)[1:3] == (1, name.removeprefix("summed_"))


def test_an_old_store_is_held_against_what_its_events_tell(store):
    """How many lines there are; what they add up to was not told then."""
    as_old(store)
    assert len(donors(Store(store.url))) == 5
    forge(store, *FORGED["a sum"][0])
    assert len(donors(Store(store.url))) == 5
    forge(store, *FORGED["a sum deleted"][0])
    assert told(Store(store.url).look) == ("sums", 1, "donations")
    forge(store, *FORGED["one doubled"][0])
    assert told(Store(store.url).look) == ("upload", 1, "donations", 4, 3)


def test_looking_costs_as_many_questions_for_a_hundred_uploads_as_for_one(tmp_path, monkeypatch):
    store = Store(tmp_path)
    asked = []
    for count in (2, 30):
        while store.log.state().event_no < count:
            accept(store, gifts([f"Hộ {store.log.state().event_no}"]))
        opened = Store(tmp_path)
        event.listen(opened.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
        assert len(opened.summed("donations"))
        asked.append(None)
    first = asked.index(None)
    assert first < 60 and len(asked) == 2 * (first + 1)


def test_an_accept_that_failed_at_last_leaves_nothing_behind(tmp_path, monkeypatch):
    """The disk is full when all is written already: the groups of what comes then have the same numbers."""
    store = Store(tmp_path)
    accept(store, gifts(["Hộ A"]))
    with monkeypatch.context() as patch:
        patch.setattr("data.uploads.store._receipt", _full)
        with pytest.raises(StoreError, match="store_full"):
            accept(store, gifts(["Hộ B"]))
    accept(store, gifts(["Hộ A", "Hộ C"]))
    assert donors(store) == donors(Store(tmp_path)) == ["Hộ A", "Hộ C"]
    assert check_store(store.database).is_whole
    store.undo(1, now=NOW, **WHO)
    assert donors(store) == donors(Store(tmp_path)) == ["Hộ A", "Hộ C"]


def _full(*_, **__):
    raise StoreError("store_full")
