"""The inbox of the store: what arrives waits, is accepted, sent back, set aside; undoing makes it wait again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from data.access import Person
from data.records.inbox import Arrival
from data.records.sheet_sources import SheetSources
from data.uploads.store import Store, StoreError
from tests.test_store_parts import MONDAY, NOW, accept, donors, gifts, report

WHO = {"who": Person("văn phòng", "admin"), "now": NOW}
DAY = timedelta(days=1)


@pytest.fixture
def store(store_address):
    """Everything here is asked of both databases."""
    store = Store(store_address)
    yield store
    store.database.close()


def mail(file: str, **more) -> Arrival:
    given = {"key": f"mail:{file}", "road": "mail", "received_at": NOW - DAY, "content": file.encode()}
    return Arrival(file=file, **(given | more))


def statuses(store) -> dict[int, str]:
    return {number: item.status for number, item in store.items().items()}


def test_what_arrives_waits_and_comes_back_as_it_was(store):
    part = {"kind": "donations", "sheet": "1", "communes": ["24649"], "weeks": [], "rows": 2, "waiting": 0}
    sent = mail("a.xlsx", sender="xa@vi.du", subject="KHẨN: báo cáo", commune="24649", parts=(part,), is_urgent=True)
    assert store.inbox.arrive([sent], **WHO) == [1]
    item = Store(store.url).items()[1]
    assert (item.status, item.number, item.is_open, item.upload) == ("waiting", 1, True, None)
    assert item.arrival.received_at == store.items()[1].arrival.received_at
    assert {name: getattr(item.arrival, name) for name in ("sender", "subject", "commune", "parts", "is_urgent")} == {
        name: getattr(sent, name) for name in ("sender", "subject", "commune", "parts", "is_urgent")
    }
    assert store.inbox.content(item) == b"a.xlsx"
    assert store.version() == 0 and donors(store) == []


def test_the_same_never_arrives_twice(store):
    assert store.inbox.arrive([mail("a.xlsx"), mail("b.xlsx")], **WHO) == [1, 2]
    assert store.inbox.arrive([mail("b.xlsx"), mail("c.xlsx"), mail("c.xlsx")], **WHO) == [2, 3, 3]
    assert list(store.items()) == [1, 2, 3]
    store.inbox.arrive([mail("d.xlsx", key="mail:<1@vi.du>:1")], **WHO)
    assert store.inbox.has_message("<1@vi.du>") and not store.inbox.has_message("<2@vi.du>")


def test_many_at_once_each_get_a_number_of_their_own(store):
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda n: store.inbox.arrive([mail(f"{n % 4}.xlsx")], **WHO)[0], range(12)))
    assert sorted(set(numbers)) == [1, 2, 3, 4] and len(store.items()) == 4


def test_accepting_undoing_and_restoring_moves_it(store):
    store.inbox.arrive([mail("a.xlsx")], **WHO)
    receipt = accept(store, gifts(["A"]), item=1)
    assert (statuses(store), store.items()[1].upload) == ({1: "accepted"}, receipt.number)
    store.undo(receipt.number, **WHO)
    item = store.items()[1]
    assert (item.status, item.upload, item.undone) == ("waiting", None, receipt.number)
    store.restore(receipt.number, **WHO)
    assert statuses(store) == {1: "accepted"}


def test_content_that_counts_already_is_accepted_through_the_other_upload(store):
    first = accept(store, gifts(["A"]), content="one")
    store.inbox.arrive([mail("a.xlsx")], **WHO)
    receipt = accept(store, gifts(["A"]), content="one", item=1, who=Person("người khác", "editor"))
    assert (receipt.already, receipt.who) == (first.number, "van_phong")  # told by whom it was accepted
    assert statuses(store) == {1: "accepted"} and donors(store) == ["A"]
    accept(store, gifts(["A"]), content="one", item=1)
    assert [record.act for record in store.items()[1].records] == ["arrive", "known"]
    store.undo(first.number, **WHO)
    assert statuses(store) == {1: "waiting"}


def test_sent_back_set_aside_and_taken_up_again(store):
    store.inbox.arrive([mail("a.xlsx"), mail("b.xlsx")], **WHO)
    store.inbox.send_back(1, why="ô D7", **WHO)
    store.inbox.set_aside(2, why="gửi nhầm", **WHO)
    assert statuses(store) == {1: "sent_back", 2: "set_aside"}
    assert [store.items()[n].why for n in (1, 2)] == ["ô D7", "gửi nhầm"]
    store.inbox.take_up(2, **WHO)
    assert statuses(store) == {1: "sent_back", 2: "waiting"}
    assert [record.act for record in store.items()[2].records] == ["arrive", "set_aside", "take_up"]


def test_a_correction_takes_the_place_of_what_was_sent_back(store):
    store.inbox.arrive([mail("a.xlsx")], **WHO)
    store.inbox.send_back(1, **WHO)
    store.inbox.arrive([mail("a sửa.xlsx", corrects=1)], **WHO)
    assert statuses(store) == {1: "corrected", 2: "waiting"} and store.items()[1].corrected_by == (2,)
    store.inbox.link(2, None, **WHO)
    assert statuses(store) == {1: "sent_back", 2: "waiting"}
    store.inbox.link(2, 1, **WHO)
    store.inbox.set_aside(2, why="gửi nhầm", **WHO)
    assert statuses(store) == {1: "sent_back", 2: "set_aside"}


def test_a_dropped_file_that_was_set_aside_waits_again_and_mail_does_not(store):
    arrivals = [mail("a.xlsx"), Arrival(key="upload:x", road="upload", file="x.xlsx", received_at=NOW, content=b"x")]
    store.inbox.arrive(arrivals, **WHO)
    for number in (1, 2):
        store.inbox.set_aside(number, why="gửi nhầm", **WHO)
    assert store.inbox.arrive(arrivals, **WHO) == [1, 2]
    assert statuses(store) == {1: "set_aside", 2: "waiting"}


def test_an_attachment_that_is_only_listed_keeps_no_bytes(store):
    store.inbox.arrive([mail("virus.exe", refused="mail_dangerous", content=b"")], **WHO)
    assert statuses(store) == {1: "refused"} and store.items()[1].is_open
    store.inbox.set_aside(1, why="đã xem", **WHO)
    assert statuses(store) == {1: "set_aside"}


def test_the_inbox_as_it_was(store):
    store.inbox.arrive([mail("a.xlsx")], **WHO)
    store.inbox.send_back(1, who=Person("văn phòng", "editor"), now=NOW + DAY)
    assert [i.status for i in store.items(as_of=NOW + DAY / 2).values()] == ["waiting"]
    assert store.items(as_of=NOW - DAY) == {}


def test_unknown_numbers_are_refused(store):
    for act in (store.inbox.send_back, store.inbox.take_up):
        with pytest.raises(StoreError) as refused:
            act(7, **WHO)
        assert refused.value.code == "item_unknown"
    with pytest.raises(StoreError) as refused:
        store.sheets.change(7, name="x", **WHO)
    assert refused.value.code == "source_unknown"
    with pytest.raises(StoreError) as refused:
        store.questions.answer(7, "x", **WHO)
    assert refused.value.code == "question_unknown"


# --- how a newer state meets the older one
def test_a_newer_state_takes_the_place_of_the_older_one_and_undoing_brings_it_back(store):
    accept(store, gifts(["A", "B", "C"]))
    newer = accept(store, gifts(["A", "B", "D"]), supersedes=[1])
    assert donors(store) == ["A", "B", "D"]
    store.undo(newer.number, **WHO)
    assert donors(store) == ["A", "B", "C"]


def test_a_newer_state_of_one_kind_leaves_the_other_kind_alone(store):
    accept(store, gifts(["A"]), report({"donors": 3}))
    accept(store, report({"donors": 4}), supersedes=[1])
    assert donors(store) == ["A"]


def test_the_first_state_sent_again_after_a_wrong_correction_counts_again(store):
    accept(store, report({"donors": 3}), content="right")
    accept(store, report({"donors": 9}), content="wrong")
    receipt = accept(store, report({"donors": 3}), content="right")
    assert receipt.already is None
    assert store.current("weekly_reports")["value"].tolist() == [3.0]


def test_a_report_accepted_as_a_correction_is_in_time_and_corrected(store):
    later = NOW + 5 * DAY
    accept(store, report({"donors": 3}), at=later, received=NOW, is_correction=True)
    (reception,) = store.receptions().to_dict("records")
    assert reception["week_start_date"].date() == MONDAY
    assert reception["first_received_at"].replace(tzinfo=None) == NOW
    assert reception["last_corrected_at"].replace(tzinfo=None) == later
    accept(store, report({"donors": 4}), at=later + DAY)
    (reception,) = store.receptions().to_dict("records")
    assert reception["last_corrected_at"].replace(tzinfo=None) == later + DAY


# --- the sources
def test_a_source_is_followed_changed_and_left(store):
    number = store.sheets.add("ID1", name="Ủng hộ Ea Pô", commune="24646", minutes=15, **WHO)
    assert store.sheets.add("ID1", name="lần hai", **WHO) == number == 1
    store.sheets.change(number, is_trusted=True, **WHO)
    source = SheetSources(store.database).all()[1]
    assert (source.name, source.commune, source.is_trusted, source.minutes) == ("Ủng hộ Ea Pô", "24646", True, 15)
    assert source.is_due(None, NOW) and not source.is_due(NOW, NOW + timedelta(minutes=14))
    store.sheets.remove(number, **WHO)
    assert store.sheets.all() == {}
    assert store.sheets.add("ID1", name="lại theo", **WHO) == 2


def test_a_failure_keeps_the_last_good_state_with_its_time_and_reason(store):
    store.sheets.add("ID1", name="a", **WHO)
    store.sheets.say_fetched(1, "f1", name="Tờ A", **WHO)
    for hours in (1, 2):
        store.sheets.say_failed(1, "no_access", "", who=Person("máy", "editor"), now=NOW + timedelta(hours=hours))
    source = store.sheets.all()[1]
    assert (source.fingerprint, source.name, source.reason) == ("f1", "Tờ A", "no_access")
    assert source.changed_at.replace(tzinfo=None) == NOW
    assert source.failed_at.replace(tzinfo=None) == NOW + timedelta(hours=1)
    assert len(store.sheets.journal.records()) == 3  # the same failure again is no news
    store.sheets.say_fetched(1, "f1", name="Tờ A", who=Person("máy", "editor"), now=NOW + DAY)
    store.sheets.say_fetched(1, "f1", name="Tờ A", who=Person("máy", "editor"), now=NOW + 2 * DAY)
    source = store.sheets.all()[1]
    assert (source.reason, source.failed_at, source.changed_at.replace(tzinfo=None)) == ("", None, NOW)
    assert len(store.sheets.journal.records()) == 4


# --- questions on a number
def test_question_and_answer_stay_with_the_number(store):
    accept(store, report({"donors": 3}))
    asked = store.questions.ask("donors@x", "Sao lại 3?", commune="24649", shown=3.0, **WHO)
    assert [q.is_open for q in store.questions.about("donors@x")] == [True]
    store.undo(1, **WHO)
    accept(store, report({"donors": 4}))
    store.questions.answer(asked, "Ghi thiếu một người", who=Person("xã", "editor"), now=NOW + DAY)
    (question,) = Store(store.url).questions.about("donors@x")
    assert (question.text, question.shown, question.is_open) == ("Sao lại 3?", 3.0, False)
    assert [(text, who) for text, who, _ in question.answers] == [("Ghi thiếu một người", "xã")]
    assert store.questions.about("khác") == []
    other = store.questions.ask("khác", "?", commune=None, shown=None, **WHO)
    store.questions.close(other, **WHO)
    assert not store.questions.all()[other].is_open
