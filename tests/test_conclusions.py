"""Conclusions of the meeting: kept with who and when, listed until done, done and not done after all, as they were."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data.access import NotAllowed, Person
from data.conclusions import Conclusion
from data.store import Store, StoreError

AT = datetime(2021, 8, 20, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
HOUR = timedelta(hours=1)
WHO = {"who": Person("An", "editor"), "now": AT}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "kho")


def test_one_is_kept_as_it_was_said(store):
    told = {"assignee": "Bà Mẫu", "due_date": date(2021, 8, 27), "page": "goods", "exhibit": "stock", "title": "Tồn"}
    told |= {"query": {"communes": "24649"}, "address": "stock:rice:kg", "shown": 12.5}
    assert store.conclusions.add("Cấp thêm gạo", **told, **WHO) == 1
    again = Store(store.place.url).conclusions.all()[1]
    assert again == Conclusion(1, "Cấp thêm gạo", "An", AT, **told)
    assert again.is_open and (again.done_by, again.done_at) == ("", None)


def test_ticked_off_and_taken_back(store):
    for text in ("Một", "Hai"):
        store.conclusions.add(text, **WHO)
    store.conclusions.done(2, who=Person("Bình", "editor"), now=AT + HOUR)
    store.conclusions.done(2, who=Person("Chi", "editor"), now=AT + 2 * HOUR)  # two people tick at once
    found = store.conclusions.all()
    assert [one.is_open for one in found.values()] == [True, False]
    assert (found[2].done_by, found[2].done_at) == ("Bình", AT + HOUR)
    store.conclusions.reopen(2, **WHO)
    assert store.conclusions.all()[2] == Conclusion(2, "Hai", "An", AT)


def test_they_are_shown_as_they_were(store):
    store.conclusions.add("Một", **WHO)
    store.conclusions.done(1, who=WHO["who"], now=AT + 2 * HOUR)
    assert store.conclusions.all(as_of=AT - HOUR) == {}
    assert store.conclusions.all(as_of=AT + HOUR)[1].is_open
    assert not store.conclusions.all(as_of=AT + 3 * HOUR)[1].is_open


def test_the_last_day_itself_is_in_time(store):
    one = Conclusion(1, "x", "An", AT, due_date=date(2021, 8, 27))
    assert [one.is_overdue(date(2021, 8, day)) for day in (26, 27, 28)] == [False, False, True]
    assert not Conclusion(1, "x", "An", AT).is_overdue(date(2099, 1, 1))
    assert not Conclusion(1, "x", "An", AT, due_date=AT.date(), done_at=AT).is_overdue(date(2099, 1, 1))


@pytest.mark.parametrize("role", ["public", "viewer", "machine"])
def test_who_only_looks_writes_none(store, role):
    store.conclusions.add("Một", **WHO)
    told = {"who": Person("khách", role), "now": AT}
    for act in (
        lambda: store.conclusions.add("Hai", **told),
        lambda: store.conclusions.done(1, **told),
        lambda: store.conclusions.reopen(1, **told),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert len(store.conclusions.journal.records()) == 1


def test_an_unknown_number_is_refused(store):
    with pytest.raises(StoreError) as refused:
        store.conclusions.done(7, **WHO)
    assert refused.value.code == "conclusion_unknown"


def test_another_process_is_seen(store):
    assert store.conclusions.all() == {}
    Store(store.place.url).conclusions.add("Một", **WHO)
    assert [one.text for one in store.conclusions.all().values()] == ["Một"]
