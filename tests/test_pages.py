"""Every page in both languages, on an empty store and on one with accepted parts: no fault, no raw key, no English."""

import html
import json
import re
import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from data import schemas
from data.access import Person
from data.uploads.store import Store
from loaders import Answers, Reading
from loaders.problems import Where, problem
from loaders.reading import open_questions
from ui.frame import page_list
from words import texts

ROOT = Path(__file__).parent.parent
PAGES = {name: page.script for name, page in page_list.PAGES.items()}
NOW = datetime(2021, 8, 10, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
ENGLISH = re.compile(
    r"\b(the|and|of|is|are|to|not|file|sheet|rows?|upload|cell|week|choose|clear|select)\b", re.IGNORECASE
)
RAW_KEY = re.compile(
    r"\b(" + "|".join(sorted({key.split(".")[0] for key in texts.entries()})) + r")\.[a-z_]+(\.[a-z_]+)*\b"
)
TECHNICAL = re.compile(r"[\w.-]+\.(xlsx|csv)")


def reading(kind: str, values: dict, **rest) -> Reading:
    length = len(values["good" if "good" in values else "indicator"])
    provenance = {
        "source_sheet": ["Danh sách"] * length,
        "source_row": list(range(8, 8 + length)),
        "source_column": ["E"] * length,
        "source_text": ["=1+1"] * length,
    }
    return Reading(
        kind=kind,
        file="Nam Dong.xlsx",
        sheet="Danh sách",
        frame=schemas.frame(kind, values | provenance),
        waiting=rest.pop("waiting", schemas.empty("waiting")),
        remarks=schemas.empty("remarks"),
        problems=(),
        columns={"households": "C"},
        **rest,
    )


def readings() -> list[Reading]:
    waiting = {"kind": ["donations"], "codes": ["number_unreadable"], "source_sheet": ["Danh sách"], "source_row": [11]}
    waiting |= {"source_column": ["E"], "source_text": ["chưa nộp"]}
    gifts = {
        "date": [date(2021, 8, 2), date(2021, 8, 3), None],
        "donor_name": ["Nguyễn Văn Mẫu <b>", "Trần Thị Thử", None],
        "commune": ["24649", "24649", None],
        "good": ["cash", "rice", "cash"],
        "quantity": [1_500_000, 200, 250_000],
        "unit": ["vnd", "kg", "vnd"],
        "base_quantity": [1_500_000, 200, 250_000],
        "base_unit": ["vnd", "kg", "vnd"],
        "cash_vnd": [1_500_000, None, 250_000],
        "value_vnd": [None, 3_000_000, None],
    }
    given = {"good": ["rice"], "quantity": [250], "unit": ["kg"], "base_quantity": [250], "base_unit": ["kg"]}
    given |= {"households": [20], "commune": ["24649"], "date": [date(2021, 8, 5)]}
    reported = {"indicator": ["rice_kg"], "commune": ["24649"], "value": [200], "week_start_date": [date(2021, 8, 2)]}
    return [
        reading("donations", gifts, waiting=schemas.frame("waiting", waiting), communes=("24649",)),
        reading("distributions", given, communes=("24649",)),
        reading("weekly_reports", reported, communes=("24649",), week_start_date=date(2021, 8, 2)),
    ]


@pytest.fixture
def empty_store(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    return Store()


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store that is filled once, and copied for every test."""
    store, who = Store(tmp_path_factory.mktemp("filled") / "store"), Person("văn phòng", "editor")
    store.accept(name="Nam Dong.xlsx", content=b"1", parts=readings(), who=who, received_at=NOW, now=NOW)
    store.database.close()
    return store.url


@pytest.fixture
def full_store(filled, tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(shutil.copytree(filled, tmp_path / "store")))
    return Store()


def opened(page: str = "overview", **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page(PAGES[page]).run() if page != "overview" else app


def words(app: AppTest) -> str:
    """Everything that a person can read on the page."""
    found = []
    for element in app:
        proto = getattr(element, "proto", None)
        parts = [getattr(proto, name, "") for name in ("body", "label", "placeholder", "help", "text", "value")]
        parts += list(getattr(proto, "options", []))
        parts.append(json.loads(proto.json)["html"] if getattr(proto, "component_name", "") == "live_html" else "")
        found += [part for part in parts if isinstance(part, str) and "<style>" not in part]
    return html.unescape(re.sub(r"<[^>]+>", " ", "\n".join(found)))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("state", ["empty_store", "full_store"])
def test_every_page_opens(page, language, state, request):
    request.getfixturevalue(state)
    app = opened(page, **({"lang": language} if language == "en" else {}))
    assert not app.exception and not app.error
    said = words(app)
    if page == "present":  # a screen has no title of its own, but the heading of what it shows
        assert not app.title and said.strip()
    else:
        assert texts.t(f"frame.nav.{page}", language) == app.title[0].value
    assert RAW_KEY.findall(TECHNICAL.sub("", said)) == []
    if language == "vi":
        assert ENGLISH.findall(TECHNICAL.sub("", said).replace("English", "")) == []


def test_an_empty_store_says_what_to_do_and_offers_the_demo(empty_store):
    said = words(opened())
    assert "Chưa có số liệu nào được nhận" in said and "Xem thử với số liệu minh họa" in said


def test_the_numbers_and_the_rows_behind_them(full_store):
    app = opened(rows="cash_received")
    said = words(app)
    assert "1.750.000 đồng" in said and "200 kg" in said and "20 hộ" in said
    assert "1 dòng chờ xử lý" in said
    assert "Cộng 2 dòng = 1.750.000" in said
    assert "E8" in said and "Nam Dong.xlsx" in said and "Danh sách" in said and "=1+1" in said
    assert "Nguyễn Văn Mẫu" not in said  # the rows behind a number name no donor


def test_households_are_followed_to_their_own_column(full_store):
    assert "C8" in words(opened(rows="households_supported"))


def test_filters_in_the_address_limit_the_numbers(full_store):
    assert "1,5 triệu đồng" in words(opened(communes="24649"))
    other = words(opened(communes="24643"))
    assert "chưa có số liệu" in other and "1,5 triệu đồng" not in other
    assert not opened(communes="%%", rows="x", to="9999-99-99", lang="xx").exception


def test_filters_and_language_stay_from_page_to_page(full_store):
    app = opened(communes="24649", lang="en")
    app.switch_page(PAGES["history"]).run()
    assert app.title[0].value == "History"
    app.switch_page(PAGES["overview"]).run()
    assert app.query_params["communes"] == ["24649"] or app.query_params["communes"] == "24649"
    assert "Nam Dong" in words(app)


def test_the_negative_stock_is_shown_and_marked(full_store):
    said = words(opened("goods"))
    assert "▼" in said and "-50" in said


def test_undo_tells_what_goes_away_and_takes_it_away(full_store):
    app = opened("history")
    app.button(key="undo_1").click().run()
    assert "Những số liệu này sẽ không còn được tính" in words(app)
    app.button(key="confirm_1").click().run()
    assert not app.exception and app.success[0].value == "Đã rút lại lần số 1."
    assert full_store.current("donations").empty
    app.button(key="restore_1").click().run()
    app.button(key="confirm_1").click().run()
    assert len(full_store.current("donations")) == 3


def test_a_fault_becomes_a_sentence_with_a_code_and_the_log_has_no_data(full_store, monkeypatch, caplog):
    name, phone = "Nguyễn Văn Mẫu", "0900000000"

    def broken(*_, **__):
        raise ValueError(f"{name} {phone}")

    monkeypatch.setattr("ui.overview.draw_headlines.draw_tiles", broken)
    app = opened()
    assert not app.exception
    code = re.search(r"mã ([0-9A-F]{6})", app.error[0].value)[1]
    assert code in caplog.text and "ValueError" in caplog.text
    assert f"{name} {phone}" not in caplog.text


def asked(cell: str | None, code: str = "total_differs"):
    return problem(code, Where("Nam Dong.xlsx", "Danh sách", cell), "9", "8")


def test_a_question_hinders_unless_its_row_waits_or_it_was_ticked():
    waiting = readings()[0].waiting  # of row 11
    part = replace(
        readings()[0], waiting=waiting, problems=(asked("E20"), asked("E11"), asked(None, "commune_conflict"))
    )
    assert [p.where.cell for p in open_questions(part, Answers())] == ["E20", None]
    ticked = Answers(ticked=frozenset({asked("E20").key, asked(None, "commune_conflict").key}))
    assert open_questions(part, ticked) == []


def test_pages_are_warm_in_time(full_store):
    """A second run reads nothing and computes nothing; the limit is wide, so that a busy machine is no fault."""
    app = opened()
    before = full_store.version()
    app.run(timeout=2)
    assert not app.exception and full_store.version() == before
