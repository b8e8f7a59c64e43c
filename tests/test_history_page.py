"""The history: which uploads concern the filters, going back to a moment and returning, two moments compared."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data import reference, schemas
from data.access import Person
from data.uploads.store import Store
from loaders import Reading
from report.filters import Filters
from report.sentences import comparison
from report.view import View
from ui.frame import session
from ui.history import page as history
from words import texts

ROOT = Path(__file__).parent.parent
ZONE = reference.load().campaign.zone
FIRST = datetime(2021, 8, 10, 9, 0, 0, 123456, tzinfo=ZONE)
MONDAY = date(2021, 8, 2)


def part(kind: str, commune: str, **values) -> Reading:
    rows = {"commune": [commune], "source_sheet": ["Tờ"], "source_row": [5], "source_column": ["D"]}
    return Reading(
        kind=kind,
        file="a.xlsx",
        sheet="Tờ",
        frame=schemas.frame(kind, rows | {name: [value] for name, value in values.items()}),
        waiting=schemas.empty("waiting"),
        remarks=schemas.empty("remarks"),
        problems=(),
        columns={},
        communes=(commune,),
        week_start_date=values.get("week_start_date"),
    )


def cash(commune: str, day: date, amount: int) -> Reading:
    money = {"good": "cash", "quantity": amount, "unit": "vnd", "cash_vnd": amount}
    return part("donations", commune, date=day, **money)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """1: cash of Nam Dong in week 31; 2: cash of Đắk Wil in week 33; 3: a report of Nam Dong of week 31."""
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    store = Store()
    report = {"indicator": "rice_kg", "value": 200.0, "week_start_date": MONDAY}
    parts = [
        cash("24649", date(2021, 8, 3), 1_500_000),
        cash("24643", date(2021, 8, 17), 2_000_000),
        part("weekly_reports", "24649", **report),
    ]
    for number, one in enumerate(parts, start=1):
        at = FIRST + timedelta(days=number - 1)
        content = str(number).encode()
        store.accept(
            name=f"{number}.xlsx",
            content=content,
            parts=[one],
            who=Person("văn phòng", "editor"),
            received_at=at,
            now=at,
        )
    return store


def view_of(monkeypatch, filters: Filters = Filters()) -> View:  # noqa: B008  frozen
    monkeypatch.setattr(st, "session_state", {"filters": filters, "language": "vi"})
    return View(session.source(), filters, date(2021, 8, 30))


def uploads():
    events = session.source().history()
    return events[events["act"] == "accept"].sort_values("number", ascending=False, ignore_index=True)


def opened(page: str = "lich_su", **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page(f"pages/{page}.py").run()


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (Filters(communes=("24649",)), [3, 1]),
        (Filters(communes=("24640",)), []),
        (Filters(first_week=MONDAY, last_week=MONDAY), [3, 1]),
        (Filters(first_week=date(2021, 8, 9)), [2]),
        (Filters(communes=("24649",), first_week=date(2021, 8, 16)), []),
    ],
)
def test_uploads_that_concern_communes_and_weeks(store, monkeypatch, filters, numbers):
    assert history.concerning(uploads(), view_of(monkeypatch, filters))["number"].tolist() == numbers


def test_a_list_that_was_undone_stays_whatever_the_weeks(store, monkeypatch):
    store.undo(1, who=Person("văn phòng", "editor"), now=FIRST + timedelta(days=9))
    later = Filters(first_week=date(2021, 8, 9))
    assert history.concerning(uploads(), view_of(monkeypatch, later))["number"].tolist() == [2, 1]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_page_says_what_is_filtered(store, language):
    app = opened(communes="24649", lang=language)
    assert not app.exception and not app.error
    said = " ".join(caption.value for caption in app.caption)
    assert ("2 trong 3 lần nhận" if language == "vi" else "2 of 3 uploads") in said and "Nam Dong" in said
    assert [key for key in ("undo_3", "undo_2", "undo_1") if has_button(app, key)] == ["undo_3", "undo_1"]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_words_find_an_upload_by_its_file_and_by_what_stands_in_it(store, language):
    app = opened(lang=language)
    for words, numbers in (("2.xlsx", [2]), ("văn phòng", [3, 2, 1]), ("1.500.000", [1]), ("khong co", [])):
        app.text_input(key=f"history_query_{language}").set_value(words).run()
        assert not app.exception and not app.error
        assert [n for n in (3, 2, 1) if has_button(app, f"undo_{n}")] == numbers, words
    assert texts.t("history.nothing_found", language) in [info.value for info in app.info]


def has_button(app: AppTest, key: str) -> bool:
    return any(button.key == key for button in app.button)


def test_right_after_an_upload_the_figures_are_those_of_then(store):
    app = opened()
    app.button(key="as_after_1").click().run()
    assert not app.exception
    assert app.session_state.filters.as_of == FIRST  # to the microsecond: the second upload is not in it
    assert session.store().history(as_of=FIRST)["number"].tolist() == [1]


def test_a_past_history_can_be_looked_at_but_not_changed(store):
    app = opened(as_of=(FIRST + timedelta(days=1)).replace(tzinfo=None).isoformat())
    assert not app.exception and not has_button(app, "undo_1") and has_button(app, "as_after_2")
    assert not has_button(app, "as_after_3")
    assert "hãy về hiện tại trước" in " ".join(caption.value for caption in app.caption)


def test_a_filter_that_leaves_nothing_says_what_to_do(store):
    app = opened(communes="24640")
    assert not app.exception and "Hãy bỏ bớt bộ lọc" in app.info[0].value


def notice() -> None:
    from ui.frame import session
    from ui.history import page as history

    session.start()
    session.write_query()
    history.draw_as_of_notice(session.view())


def test_the_notice_of_an_earlier_moment_leads_back_to_now(store):
    app = AppTest.from_function(notice)
    app.query_params["as_of"] = "2021-08-10T12:00:00"
    app.run()
    assert "12:00 10/08/2021" in app.markdown[0].value
    app.button(key="as_of_leave").click().run()
    assert not app.exception and app.session_state.filters.as_of is None and len(app.markdown) == 0


def test_two_moments_and_their_difference(store, monkeypatch):
    view = view_of(monkeypatch)
    known = uploads().set_index("number")
    before = comparison.moment_before(2, known, None)
    table = comparison.compared(view, before, comparison.moment_before(comparison.NOW, known, None)).set_index("code")
    assert table.loc["cash_received"].tolist() == [1_500_000, 3_500_000, 2_000_000]
    assert table.loc["reports_received"].tolist() == [0, 1, 1]
    assert table.loc["rice_received"].isna().all()  # nobody has reported any: a difference of nothing is no zero
    words = comparison.in_words(table.reset_index())
    assert words.loc[0].tolist() == ["Tiền mặt đã nhận", "1,5 triệu đồng", "3,5 triệu đồng", "+2 triệu đồng"]


def test_the_comparison_stays_within_the_filters(store, monkeypatch):
    filters = Filters(communes=("24643",))
    view, known = view_of(monkeypatch, filters), uploads().set_index("number")
    table = comparison.compared(view, comparison.moment_before(2, known, None), None).set_index("code")
    assert table.loc["cash_received", "after"] == 2_000_000 and table["before"].isna()["cash_received"]
    assert replace(filters, as_of=None) == view.filters


def test_choosing_a_moment_shows_the_table(store):
    app = opened()
    app.selectbox(key="compare_first_vi").select(2).run()
    assert not app.exception
    assert "Tiền mặt đã nhận" in " ".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_last_seal_of_the_log_stands_at_the_end(store, language):
    app = opened(lang=language)
    assert not app.exception
    head = store.log.head()
    (seal,) = [box for box in app.expander if head.hash[:12] in box.label]
    assert ("3 bản ghi, dấu cuối" if language == "vi" else "3 records, last seal") in seal.label
    assert seal.code[0].value == str(head)
    assert f"python -m commands check --head 3:{head.hash[:12]}" in seal.markdown[-1].value
