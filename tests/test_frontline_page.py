"""The screen of the frontline: numbers worked out by hand, figures as pure functions, the page in both languages."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data import schemas
from data.access import Person
from data.uploads.store import Store
from loaders import Reading
from metrics.frontline import frontline_coverage
from report import addresses, rows_behind
from report.charts import sites as site_figures
from report.charts import timeline
from report.figures import frontline
from report.filters import Filters
from report.registry import figures_of
from report.view import View
from ui.frame import session
from words import texts

ROOT = Path(__file__).parent.parent
NOW = datetime(2021, 8, 30, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
LOOK = {"language": "vi", "theme": "light"}
CHECKPOINT, STATION, QUARANTINE = "checkpoint_24655", "health_station_24655", "quarantine_area"
ENGLISH = re.compile(r"\b(the|and|of|sites?|visits?|never|days?|gifts?)\b", re.IGNORECASE)


def visits_list() -> Reading:
    """Two gifts on one day are one visit; one gift without a day; cash counts with the value."""
    rows = {
        "date": [date(2021, 8, 2), date(2021, 8, 2), date(2021, 8, 15), None],
        "site": [CHECKPOINT, CHECKPOINT, QUARANTINE, CHECKPOINT],
        "commune": ["24655", "24655", None, "24655"],
        "good": ["water", "cash", "rice", "masks"],
        "quantity": [5, 500_000, 20, 100],
        "unit": ["box", "vnd", "kg", "piece"],
        "base_quantity": [5, 500_000, 20, 100],
        "base_unit": ["box", "vnd", "kg", "piece"],
        "cash_vnd": [None, 500_000, None, None],
        "value_vnd": [450_000, None, 300_000, None],
        "giver": ["MTTQ huyện"] * 4,
        "source_sheet": ["Thăm hỏi"] * 4,
        "source_row": [8, 9, 10, 11],
        "source_column": ["E"] * 4,
        "source_text": ["x"] * 4,
    }
    return Reading(
        kind="frontline_support",
        file="Tham hoi.xlsx",
        sheet="Thăm hỏi",
        frame=schemas.frame("frontline_support", rows),
        waiting=schemas.empty("waiting"),
        remarks=schemas.empty("remarks"),
        problems=(),
        columns={"value_vnd": "G"},
        communes=("24655",),
    )


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    store = Store()
    parts = [visits_list()]
    store.accept(
        name="Tham hoi.xlsx", content=b"1", parts=parts, who=Person("văn phòng", "editor"), received_at=NOW, now=NOW
    )
    return store


def view_of(monkeypatch, filters: Filters = Filters()) -> View:  # noqa: B008  frozen
    monkeypatch.setattr(st, "session_state", {"filters": filters, "language": "vi"})
    return View(session.source(), filters, date(2021, 8, 30))


def row_of(frame: pd.DataFrame, column: str, code: str) -> dict:
    return frame[frame[column] == code].iloc[0].to_dict()


# the numbers
def test_every_site_stands_in_the_table_the_forgotten_first(store, monkeypatch):
    figure = frontline.sites_figure(view_of(monkeypatch))
    frame = figure.frame
    assert len(frame) == 12 and frame["visits"].tolist()[:10] == [0] * 10
    checkpoint, quarantine = row_of(frame, "site", CHECKPOINT), row_of(frame, "site", QUARANTINE)
    assert (checkpoint["visits"], checkpoint["frontline_gifts"], checkpoint["frontline_worth"]) == (2, 3, 950_000)
    assert (checkpoint["days_since"], quarantine["days_since"]) == (28, 15)
    assert checkpoint["visit_state"] == "△ 14 ngày trở lên" and frame["visit_state"][0] == "Chưa được thăm"
    assert figure.marks[0, "visit_state"][0] == "bad" and len(figure.marks) == 10
    assert figure.total["visits"] == "3"


def test_a_day_decides_whether_a_visit_was_long_ago():
    assert [frontline.state(1, days) for days in (13, 14)] == ["✓ dưới 14 ngày", "△ 14 ngày trở lên"]
    assert frontline.state(1, None) == "Không rõ ngày"


def test_each_number_opens_to_its_rows(store, monkeypatch):
    view = view_of(monkeypatch)
    seen = 0
    for figure in figures_of(view, "frontline"):
        for (row, column), address in figure.addresses().items():
            assert addresses.parse(address.text()) == address
            assert rows_behind.number_at(address, view) == figure.frame[column].iat[row], address.text()
            seen += 1
    # sites: (visits, gifts, worth) of 2; by type and by commune 2 each; timeline: 3 visits, 2 of them with a worth
    assert seen == 6 + 4 + 5


def test_coverage_by_type_and_by_commune(store, monkeypatch):
    view = view_of(monkeypatch)
    by_type = frontline.covered_figure("site_type", view).frame
    assert row_of(by_type, "site_type", "checkpoint")["visited_pct"] == 50
    by_commune = frontline.covered_figure("site_commune", view).frame
    assert row_of(by_commune, "site_commune", "24655")["sites"] == 2
    assert pd.isna(by_commune["site_commune"].iat[-1]) and by_commune["visited"].iat[-1] == 1
    assert by_commune["sites"].sum() == 12


def test_days_are_counted_up_to_the_end_of_the_period(store, monkeypatch):
    week = Filters(first_week=date(2021, 8, 2), last_week=date(2021, 8, 2))
    frame = frontline.sites_figure(view_of(monkeypatch, week)).frame
    assert row_of(frame, "site", CHECKPOINT)["days_since"] == 6  # up to Sunday 8 August


def test_a_filter_that_leaves_no_visit_keeps_the_sites(store, monkeypatch):
    view = view_of(monkeypatch, Filters(communes=("24643",)))
    frame = frontline.sites_figure(view).frame
    assert frame["site"].tolist() == ["health_station_24643"] and frame["visits"].tolist() == [0]
    assert frontline.timeline_figure(view).frame.empty


def test_a_gift_is_followed_to_the_cell_of_its_quantity(store, monkeypatch):
    view = view_of(monkeypatch)
    table = frontline.gift_lines(session.shared_store().current("frontline_support").iloc[:2], view)
    assert table["cell"].tolist() == ["E8", "E9"] and table["file"].tolist() == ["Tham hoi.xlsx"] * 2
    assert table["giver"].tolist() == ["MTTQ huyện"] * 2 and view.is_whole


# the figures
def coverage() -> pd.DataFrame:
    rows = schemas.frame("frontline_support", {"date": [date(2021, 8, 2)], "site": [CHECKPOINT], "good": ["rice"]})
    return frontline_coverage(rows, [CHECKPOINT, STATION], as_of=date(2021, 8, 22))


def test_the_bars_tell_the_never_visited_in_words_and_by_a_pattern():
    bars = site_figures.since_visit(coverage(), **LOOK).data[1]
    assert [list(mark) for mark in bars.customdata] == [
        ["Trạm Y tế xã Tâm Thắng", "chưa được thăm", STATION, ""],
        ["Chốt kiểm dịch xã Tâm Thắng", "20 ngày · 1 lượt thăm", CHECKPOINT, f"frontline_visits;site={CHECKPOINT}"],
    ]
    assert list(bars.marker.pattern.shape) == ["/", ""] and list(bars.x) == [20, 20]
    names = [note.text for note in site_figures.since_visit(coverage(), **LOOK).layout.annotations]
    assert "Trạm Y tế xã Tâm Thắng" in names and "mốc 14 ngày" in names


def test_the_timeline_has_a_row_for_every_site_and_a_mark_for_every_visit():
    visits = pd.DataFrame(
        {
            "date": pd.to_datetime(["2021-08-15", "2021-08-02", None]),
            "site": [QUARANTINE, CHECKPOINT, CHECKPOINT],
            "frontline_gifts": pd.array([1, 4, 1], "Int64"),
        }
    )
    sites = [STATION, CHECKPOINT, QUARANTINE]
    chart = timeline.of_visits(visits, sites, date(2021, 7, 26), date(2021, 8, 30), **LOOK)
    trace, notes = chart.data[0], [note.text for note in chart.layout.annotations]
    assert list(trace.customdata[1]) == [
        "Chốt kiểm dịch xã Tâm Thắng, 02/08/2021",
        "4 món quà",
        CHECKPOINT,
        f"frontline_gifts;site={CHECKPOINT};day=2021-08-02",
    ]
    assert trace.customdata[2][3] == f"frontline_gifts;site={CHECKPOINT};day="
    assert list(trace.marker.symbol) == ["circle", "circle", "diamond"] and trace.marker.size[1] > trace.marker.size[0]
    assert trace.y[0] < trace.y[1] and "▲ chưa được thăm" in notes and "Khu cách ly (chung)" in notes
    assert "Không<br>ghi ngày" in chart.layout.xaxis.ticktext


def test_a_long_campaign_keeps_few_days_on_its_axis():
    empty = pd.DataFrame({"date": pd.to_datetime([]), "site": [], "frontline_gifts": pd.array([], "Int64")})
    chart = timeline.of_visits(empty, [STATION], date(2021, 7, 26), date(2022, 9, 18), language="en", theme="dark")
    assert len(chart.layout.xaxis.ticktext) <= 4 and chart.layout.xaxis.ticktext[0] == "26 Jul<br>2021"


def test_an_empty_frame_is_no_fault():
    nothing = frontline_coverage(schemas.empty("frontline_support"), [], as_of=date(2021, 8, 22))
    assert len(site_figures.since_visit(nothing, **LOOK).data) == 2


# the page
def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page("pages/tuyen_dau.py").run()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_page_opens_with_every_site_chosen_or_not(store, language):
    for query in ({}, {"sites": CHECKPOINT}, {"sites": STATION}):
        app = opened(lang=language, **query)
        assert not app.exception and not app.error
        headings = [heading.value for heading in app.header]
        assert texts.t("frontline.sites.title", language) in headings
        assert len(headings) == (4 if query else 3)
        if language == "vi":
            assert ENGLISH.findall(" ".join(headings)) == []


def test_an_empty_store_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    app = opened()
    assert not app.exception and app.subheader[0].value == "Chưa có số liệu nào được nhận"
