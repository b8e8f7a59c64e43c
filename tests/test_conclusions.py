"""Conclusions of the meeting: kept with who and when, listed until done, done and not done after all, as they were."""

import logging
import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.access import NotAllowed, Person
from data.records.conclusions import Conclusion
from data.uploads.store import Store, StoreError
from report.filters import Filters
from report.sentences import conclusions
from tests.office import OTHER, OWN, fill
from ui.doors.sign_in import Visitor
from ui.frame import session
from ui.frame.page_list import PAGES
from words import texts

AT = datetime(2021, 8, 20, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
HOUR = timedelta(hours=1)
ROOT = Path(__file__).parent.parent
WHO = {"who": Person("An", "editor"), "now": AT}


@pytest.fixture(scope="module", autouse=True)
def quiet():
    """Outside of a running page Streamlit warns at every call."""
    logging.getLogger("streamlit").setLevel(logging.CRITICAL)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "kho")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store with one conclusion on a figure of the commune OTHER: filled once, and copied for every test."""
    folder = tmp_path_factory.mktemp("filled") / "store"
    fill(Store(folder))
    return folder


@pytest.fixture
def office(filled, tmp_path, monkeypatch):
    shutil.copytree(filled, tmp_path / "store")
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    st.session_state.clear()
    yield Store()
    st.session_state.clear()


def view(**filters):
    st.session_state.filters = Filters(**filters)
    return session.view()


def looks(monkeypatch, role: str, commune: str | None = None) -> None:
    monkeypatch.setattr("ui.doors.sign_in.visitor", lambda *_: Visitor(Person("khách", role, commune), "passcode"))


def test_one_is_kept_as_it_was_said(store):
    told = {"assignee": "Bà Mẫu", "due_date": date(2021, 8, 27), "page": "goods", "exhibit": "stock", "title": "Tồn"}
    told |= {"query": {"communes": "24649"}, "address": "stock:rice:kg", "shown": 12.5}
    assert store.conclusions.add("Cấp thêm gạo", **told, **WHO) == 1
    again = Store(store.url).conclusions.all()[1]
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
    Store(store.url).conclusions.add("Một", **WHO)
    assert [one.text for one in store.conclusions.all().values()] == ["Một"]


# on the screen
def test_what_was_due_first_comes_first(office):
    for text, due in (("Ba", None), ("Hai", date(2021, 8, 27)), ("Một", date(2021, 8, 20))):
        office.conclusions.add(text, due_date=due, **WHO)
    office.conclusions.done(2, **WHO)
    assert [one.text for one in conclusions.open_ones(view())] == ["Một", "Hai", "Đắk Wil gửi lại danh sách"]
    assert conclusions.line(view()) == "3 kết luận cuộc họp chưa xong, 2 quá hạn."
    assert conclusions.line(view(as_of=AT - timedelta(days=30))) == ""


def test_who_may_read_which(office, monkeypatch):
    office.conclusions.add("Toàn huyện", **WHO)
    for role, commune, wanted in (
        ("editor", None, 2),
        ("viewer", None, 2),
        ("viewer", OTHER, 1),
        ("viewer", OWN, 0),
        ("public", None, 0),
        ("public", OTHER, 0),
    ):
        looks(monkeypatch, role, commune)
        assert len(conclusions.known(view())) == wanted, (role, commune)


@pytest.mark.parametrize(
    ("due", "day", "vi", "en"),
    [
        (None, date(2021, 8, 20), "không hẹn ngày", "no day is set"),
        (date(2021, 8, 20), date(2021, 8, 20), "hạn 20/08/2021", "due 20 Aug 2021"),
        (
            date(2021, 8, 20),
            date(2021, 8, 23),
            "▲ quá hạn 3 ngày (hạn 20/08/2021)",
            "▲ overdue since 20 Aug 2021 (days: 3)",
        ),
    ],
)
def test_the_day_in_words(due, day, vi, en):
    one = Conclusion(1, "x", "An", AT, due_date=due)
    for language, said in (("en", en), ("vi", vi)):
        texts.use(language)
        assert conclusions.due_text(one, day) == said


def test_the_number_as_it_was_and_as_it_is(office):
    told = {"page": "overview", "address": "cash_received", "query": {"communes": OWN}, "shown": 1_000_000.0}
    office.conclusions.add("Vận động thêm", **told, **WHO)
    one = office.conclusions.all()[2]
    said = "Tiền mặt đã nhận: khi kết luận 1.000.000 đồng, nay 6.500.000 đồng."
    assert conclusions.number_text(one, view(communes=(OTHER,))) == said  # of its own filters, not of those now
    assert conclusions.place_text(one) == "Tổng quan (Xã Nam Dong · Tất cả các tuần)"
    assert conclusions.number_text(office.conclusions.all()[1], view()) == ""


def meeting() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()
    return app.switch_page(PAGES["meeting"].script).run()


def said(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def test_ticked_off_with_one_click_and_taken_back_with_one(office):
    app = meeting()
    assert "1 kết luận cuộc họp chưa xong." in said(app) and "**Đắk Wil gửi lại danh sách**" in said(app)
    app.button(key="done_1").click().run()
    assert "Không còn kết luận nào chưa xong." in said(app) and not office.conclusions.all()[1].is_open
    app.button(key="reopen_1").click().run()
    assert "1 kết luận cuộc họp chưa xong." in said(app) and office.conclusions.all()[1].is_open
    app.button(key="done_1").click().run()
    again = meeting()  # at the next meeting it is folded away
    assert [expander.label for expander in again.expander if "Đã xong" in expander.label] == ["Đã xong (1)"]


def test_who_only_looks_finds_no_button(office, monkeypatch):
    looks(monkeypatch, "viewer")
    app = meeting()
    assert "**Đắk Wil gửi lại danh sách**" in said(app)
    assert [button.key for button in app.button if button.key and re.match("done_|reopen_", button.key)] == []
    assert app.text_area == [] or len(app.text_area) == 0


def test_the_past_is_not_written_in(office):
    app = meeting()
    app.query_params["as_of"] = "2030-01-01"
    app.run()
    assert "**Đắk Wil gửi lại danh sách**" in said(app)
    assert [button.key for button in app.button if button.key == "done_1"] == []


def test_one_is_written_down_on_a_figure(office):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()
    app.session_state["conclusions_by_good_0_vi"] = True
    app.run()
    form = "form_conclusions_by_good_0_vi"
    app.text_input(key="due_conclusions_by_good_0_vi").set_value("mai")
    submit = next(button for button in app.button if button.form_id == form)
    submit.click().run()
    assert "Chưa có nội dung" in app.warning[0].value
    app.text_area(key="text_conclusions_by_good_0_vi").set_value(" Cân lại gạo ")
    next(button for button in app.button if button.form_id == form).click().run()
    assert "“mai” không phải là ngày" in app.warning[0].value and len(office.conclusions.all()) == 1
    app.text_input(key="due_conclusions_by_good_0_vi").set_value("30/8/2021")
    app.text_input(key="name_conclusions_by_good_0_vi").set_value("Ông Thử")
    next(button for button in app.button if button.form_id == form).click().run()
    one = office.conclusions.all()[2]
    assert (one.text, one.assignee, one.due_date) == ("Cân lại gạo", "Ông Thử", date(2021, 8, 30))
    assert (one.page, one.exhibit, one.title) == ("overview", "by_good", "Hàng hóa đã nhận")
    assert app.success[0].value == "Đã ghi kết luận."
