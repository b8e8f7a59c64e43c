"""Decisions on layouts at rest: kept once, found by sender and header, replaced, taken back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data.access import Person
from data.database.engine import Database
from data.database.errors import StoreError
from data.records.decisions import Decisions, Layout

NOW = datetime(2021, 8, 16, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
QUANTITY = Layout(columns=(("slg", "quantity"),))
UNIT = Layout(units=(("good:rice", "kg"),))


@pytest.fixture
def decisions(tmp_path):
    return Decisions(Database(tmp_path / "store"))


OFFICE = Person("văn phòng", "editor")


def keep(decisions, layout, sender="mail:a@x.vn", header="h1", who=OFFICE, now=NOW, **rest):
    return decisions.keep(sender, header, layout, file="a.xlsx", sheet="1", who=who, now=now, **rest)


def test_a_decision_is_found_by_its_sender_and_header_only(decisions):
    assert keep(decisions, QUANTITY, labels={"slg": "SLg"}) == 1
    found = Decisions(decisions.journal.database).find("mail:a@x.vn", "h1")
    assert (found.number, found.layout, found.who, found.file, found.sheet) == (1, QUANTITY, "văn phòng", "a.xlsx", "1")
    assert found.time == NOW and found.labels == {"slg": "SLg"} and found.state == "in_force"
    assert decisions.find("mail:b@x.vn", "h1") is None and decisions.find("mail:a@x.vn", "h2") is None


def test_the_same_again_and_nothing_are_not_kept(decisions):
    keep(decisions, QUANTITY)
    assert keep(decisions, QUANTITY) is None
    assert keep(decisions, Layout(), header="h2") is None and keep(decisions, QUANTITY, header="") is None
    assert len(decisions.history()) == 1


def test_what_is_added_stands_beside_what_was_there_and_the_earlier_is_shown_as_replaced(decisions):
    keep(decisions, QUANTITY)
    assert keep(decisions, UNIT, who=Person("người khác", "editor"), now=NOW + timedelta(days=7)) == 2
    (now,) = decisions.in_force()
    assert (now.number, now.layout) == (2, Layout(columns=QUANTITY.columns, units=UNIT.units))
    earlier = decisions.history()[1]
    assert (earlier.number, earlier.state, earlier.ended_by) == (1, "replaced", "người khác")
    assert earlier.ended_at == NOW + timedelta(days=7)


def test_of_two_that_contradict_the_later_is_in_force(decisions):
    keep(decisions, QUANTITY)
    keep(decisions, Layout(columns=(("slg", "unused"),)))
    assert decisions.find("mail:a@x.vn", "h1").layout.columns == (("slg", "unused"),)


def test_a_commune_and_the_tick_that_there_is_none_exclude_each_other(decisions):
    of_district = Layout(ticks=(("column_twice", "sl"), ("commune_not_stated", "")))
    keep(decisions, Layout(commune="24646"))
    keep(decisions, of_district)
    assert decisions.find("mail:a@x.vn", "h1").layout == of_district
    keep(decisions, Layout(commune="24649"))
    assert decisions.find("mail:a@x.vn", "h1").layout == Layout(commune="24649", ticks=(("column_twice", "sl"),))


def test_taken_back_it_is_gone_and_the_one_before_does_not_come_back(decisions):
    keep(decisions, QUANTITY)
    keep(decisions, UNIT)
    decisions.revoke(2, who=Person("chủ nhiệm", "editor"), now=NOW, why="nhầm cột")
    assert decisions.find("mail:a@x.vn", "h1") is None and decisions.in_force() == []
    last = decisions.history()[0]
    assert (last.state, last.ended_by, last.why) == ("revoked", "chủ nhiệm", "nhầm cột")
    decisions.revoke(2, who=Person("ai đó", "editor"), now=NOW)
    assert decisions.history()[0].ended_by == "chủ nhiệm"
    with pytest.raises(StoreError, match="decision_unknown"):
        decisions.revoke(9, who=Person("ai đó", "editor"), now=NOW)
    assert keep(decisions, QUANTITY) == 3
    assert decisions.find("mail:a@x.vn", "h1").layout == QUANTITY


def test_two_writers_never_give_one_number_twice(tmp_path):
    first, second = Decisions(Database(tmp_path / "store")), Decisions(Database(tmp_path / "store"))
    numbers = [keep(d, QUANTITY, header=f"h{n}") for n, d in enumerate([first, second, first, second])]
    assert numbers == [1, 2, 3, 4]
    assert keep(second, QUANTITY, header="h0") is None
    assert first.version() == 4
