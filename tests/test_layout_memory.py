"""The questions on a layout on screen, the line that a decision was used, and the list of decisions."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from data.access import Person
from data.database.engine import Database
from data.records.decisions import Decision, Decisions, Layout
from loaders import Answers, Source, read
from loaders.roads import arrivals
from tests.test_layouts import AS_OF, GIFTS, HEAD, KEY, MAIL, NOW, ROWS, book, decision, taken
from tests.test_pages import ENGLISH, RAW_KEY
from ui.intake.incoming_files import IncomingFile
from ui.intake.layout_memory import applied, described, found_text, sender_name
from ui.intake.layout_questions import asked_columns, asked_units, field_name, fields_of
from words import texts

LANGUAGES = texts.LANGUAGES


@pytest.fixture(autouse=True)
def vietnamese():
    yield
    texts.use("vi")


def draw_sheet() -> None:
    import streamlit as st

    from ui.intake import layout_memory, questions
    from words import texts

    texts.use(st.session_state.language)
    drop = st.session_state.drop
    drop.read()
    for number, reading in enumerate(drop.outcome.readings):
        questions.draw_questions(drop, reading, str(number))
        if st.session_state.get("decision"):
            layout_memory.draw_applied(reading, st.session_state.decision, st.session_state.revoked.append)


def draw_list() -> None:
    import streamlit as st

    from ui.intake import layout_memory
    from words import texts

    texts.use(st.session_state.language)
    layout_memory.draw_memory(st.session_state.decisions, st.session_state.revoked.append)


def shown(app: AppTest) -> str:
    assert not app.exception, app.exception
    texts_of = [e.value for kind in ("markdown", "caption", "header", "info") for e in app.get(kind)]
    labels = [e.label for kind in ("selectbox", "button", "expander") for e in app.get(kind)]
    return "\n".join([*texts_of, *labels, *(o for e in app.selectbox for o in e.options)]).replace("\\", "")


def app_of(function, language="vi", **state) -> AppTest:
    app = AppTest.from_function(function, default_timeout=20)
    for name, value in (state | {"language": language, "revoked": []}).items():
        app.session_state[name] = value
    return app


def drop_of(head, rows) -> IncomingFile:
    content = book({"Tuần 32": [["ỦY BAN MTTQ XÃ EA PÔ"], [GIFTS], [], head, *rows]})
    return IncomingFile(arrivals.dropped("a.xlsx", content, NOW), content)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_column_is_named_with_the_box_and_can_be_unnamed(language):
    drop = drop_of(HEAD, ROWS)
    app = app_of(draw_sheet, language, drop=drop).run()
    said = shown(app)
    assert "SLg (mới)" in said and not RAW_KEY.search(said)
    if language == "vi":
        assert not ENGLISH.search(said.replace("SLg", "")), said
    (box,) = [b for b in app.selectbox if "SLg" in b.label]
    texts.use(language)
    box.select(field_name("quantity")).run()
    assert drop.answer("a.xlsx/Tuần 32").columns == ((KEY, "quantity"),)
    assert drop.outcome.readings[0].frame["quantity"].tolist() == [50, 4]
    app.run()
    (box,) = [b for b in app.selectbox if "SLg" in b.label]
    assert box.value == "quantity"
    box.select(texts.t("upload.ask.choose", language)).run()
    assert drop.answer("a.xlsx/Tuần 32").columns == ()


def test_units_are_given_for_one_good_or_for_all():
    head = ["STT", "Họ và tên", "Mặt hàng", "Số lượng"]
    drop = drop_of(head, [[1, "Bà Mẫu", "Gạo", 50], [2, "Ông Thử", "Mì tôm", 20]])
    app = app_of(draw_sheet, drop=drop).run()
    labels = [b.label for b in app.selectbox]
    assert labels[0] == "Đơn vị tính của cả 2 mặt hàng này"
    assert labels[1:] == ["Đơn vị tính của mặt hàng Mì ăn liền", "Đơn vị tính của mặt hàng Gạo"]
    app.selectbox[0].select("kg").run()
    app.run()
    assert {b.value for b in app.selectbox} == {"kg"}
    assert drop.outcome.readings[0].frame["unit"].tolist() == ["kg", "kg"]
    app.selectbox[1].select("thùng").run()
    assert dict(drop.answer("a.xlsx/Tuần 32").units)["good:rice"] == "kg"
    assert sorted(drop.outcome.readings[0].frame["unit"]) == ["box", "kg"]


@pytest.mark.parametrize("kind", ["donations", "purchases", "distributions", "frontline_support"])
def test_every_field_has_a_name_and_is_understood(kind):
    from loaders.kinds.list_table import is_field

    reading = taken(ROWS, Answers(kind=kind))
    fields = fields_of(reading)
    for language in LANGUAGES:
        texts.use(language)
        names = [field_name(field) for field in fields]
        assert len(set(names)) == len(names)
    assert all(is_field(kind, field) for field in fields)


def test_a_sheet_on_which_nothing_is_asked_shows_no_box():
    head = ["STT", "Họ và tên", "Mặt hàng", "ĐVT", "Số lượng"]
    drop = drop_of(head, ROWS)
    app = app_of(draw_sheet, drop=drop).run()
    assert not app.exception and not app.selectbox
    reading = drop.outcome.readings[0]
    assert asked_columns(drop, reading) == [] and asked_units(drop, reading) == {}


def test_the_line_says_which_decision_was_used_and_takes_it_back():
    kept = decision(Layout(columns=((KEY, "quantity"),)), taken(ROWS))
    reading = taken(ROWS, decisions=kept)
    (made,) = kept.values()
    line = "Theo quyết định số 3 ngày 16/08/2021 của văn phòng: cột “SLg (mới)” là Số lượng."
    assert applied(reading, made) == line
    drop = drop_of(HEAD, ROWS)
    drop.outcome, drop.read_with = read(Source("a.xlsx", drop.content), as_of=AS_OF, decisions=kept), ({}, 0)
    app = app_of(draw_sheet, drop=drop, decision=made).run()
    assert line in shown(app)
    (button,) = app.button
    button.click().run()
    assert app.session_state.revoked == [3]


def test_a_sheet_without_a_decision_shows_no_line():
    (made,) = decision(Layout(columns=((KEY, "quantity"),)), taken(ROWS)).values()
    app = app_of(draw_sheet, drop=drop_of(HEAD, ROWS), decision=made).run()
    assert not app.exception and not app.button


EVERY = Layout(
    kind="donations",
    commune="24649",
    columns=(("sl", "unused"), (KEY, "quantity"), ("st0", "good:rice"), ("x", "indicator:rice_kg"), ("y", "goods")),
    units=(("column:st0", "kg"), ("good:rice", "kg"), ("indicator:rice_kg", "kg")),
    ticks=(("column_twice", "so tien"), ("commune_not_stated", ""), ("unit_missing", "gao")),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_decisions(language, tmp_path):
    store = Decisions(Database(tmp_path / "store"))
    place = {"file": "Báo cáo *Ea Pô*.xlsx", "sheet": "Tuần 32", "who": Person("văn phòng", "editor"), "now": NOW}
    store.keep(MAIL, "h1", Layout(columns=((KEY, "quantity"),)), labels={KEY: "SLg (mới)"}, **place)
    store.keep(MAIL, "h1", EVERY, labels={"so tien": "Số tiền"}, **place)
    store.keep("file:bao cao ea po", "h2", Layout(units=(("good:rice", "kg"),)), **place)
    store.keep("google:4", "h3", Layout(commune="24649"), **place)
    store.revoke(4, who=Person("chủ nhiệm", "editor"), now=NOW, why="nhầm xã")
    app = app_of(draw_list, language, decisions=store.history()).run()
    said = shown(app)
    assert not RAW_KEY.search(said)
    buttons = [button.label for button in app.button]
    assert [re.sub(r"\D", "", label) for label in buttons] == ["3", "2"]
    assert "SLg (mới)" in said and "Nam Dong" in said and "nhầm xã" in said and "09:00" in said
    app.button[0].click().run()
    assert app.session_state.revoked == [3]


def test_nothing_decided_yet():
    app = app_of(draw_list, decisions=[]).run()
    assert "Chưa có quyết định nào." in shown(app) and not app.button


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_a_layout_is_said(language):
    texts.use(language)
    parts = described(EVERY, {})
    assert len(parts) == 2 + len(EVERY.columns) + len(EVERY.units) + len(EVERY.ticks)
    assert len(set(parts)) == len(parts) and not any(RAW_KEY.search(part) for part in parts)


def test_senders_and_found_values_in_words():
    assert sender_name("google:4") == "Google Sheets, nguồn số 4" and sender_name("file:") == "tệp không có tên riêng"
    assert found_text("Xã Nam Dong", "3") == "Xã Nam Dong (theo quyết định số 3)"
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    assert Decision(1, MAIL, "h", EVERY, "a", "b", "c", datetime(2021, 8, 16, tzinfo=zone)).labels == {}
