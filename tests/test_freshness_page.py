"""How fresh the data are, as a page tells it: the order, the words, the links."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data import reference, schemas
from data.access import Person
from data.uploads.store import Store
from loaders import Reading
from metrics.freshness import FRESHNESS
from report.filters import Filters
from report.sentences import freshness
from report.view import View
from ui.frame import session
from words import texts

ROOT = Path(__file__).parent.parent
ZONE = reference.load().campaign.zone
TODAY = date(2021, 8, 30)
DAYS = {"24640": 6, "24643": 7, "24646": 14, "24649": 21, "24652": 0}  # of the others nothing ever came


def gifts(commune: str) -> Reading:
    values = {"date": [date(2021, 8, 2)], "commune": [commune], "good": ["cash"], "quantity": [1000], "unit": ["vnd"]}
    values |= {"cash_vnd": [1000], "source_sheet": ["Tờ"], "source_row": [5], "source_column": ["D"]}
    return Reading(
        kind="donations",
        file="a.xlsx",
        sheet="Tờ",
        frame=schemas.frame("donations", values),
        waiting=schemas.empty("waiting"),
        remarks=schemas.empty("remarks"),
        problems=(),
        columns={},
        communes=(commune,),
    )


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    store = Store()
    for commune, days in sorted(DAYS.items(), key=lambda item: -item[1]):
        at = datetime(2021, 8, 30, 15, 40, tzinfo=ZONE) - timedelta(days=days)
        content = commune.encode()
        store.accept(
            name=f"{commune}.xlsx",
            content=content,
            parts=[gifts(commune)],
            who=Person("văn phòng", "editor"),
            received_at=at,
            now=at,
        )
    return store


def test_the_most_urgent_first_each_with_its_sign_and_words(store, monkeypatch):
    monkeypatch.setattr(st, "session_state", {"filters": Filters(), "language": "vi"})
    found = freshness.of_communes(View(session.source(), Filters(), TODAY))
    assert found["level"].tolist() == ["never"] * 3 + ["lost", "overdue", "due", "fresh", "fresh"]
    assert found["commune"].tolist()[3:] == ["24649", "24646", "24643", "24640", "24652"]
    lines = [freshness.told(row) for row in found.to_dict("records")]
    assert lines[3] == "✕ **Xã Nam Dong**: 21 ngày, mất liên lạc · nhận 15:40 09/08/2021"
    assert lines[5].startswith("△") and "7 ngày, đến hạn" in lines[5]
    assert lines[4].startswith("▲") and "14 ngày, quá hạn" in lines[4]
    assert lines[7].startswith("✓") and "hôm nay, mới" in lines[7]
    assert "chưa gửi gì" in lines[0]


def test_a_page_without_filters_shows_every_commune_at_the_same_moment(store, monkeypatch):
    as_of = datetime(2021, 8, 20, tzinfo=ZONE)
    chosen = Filters(communes=("24640",), as_of=as_of)
    monkeypatch.setattr(st, "session_state", {"filters": chosen, "language": "vi"})
    everything = freshness.of_all(View(session.source(), chosen, as_of.date()))
    found = freshness.of_communes(everything)
    assert len(found) == 8 and everything.filters.as_of == as_of
    # by 20 August only two communes had sent anything
    assert dict(found[["commune", "days"]].dropna().values) == {"24649": 11, "24646": 4}


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("page", ["nhap_so_lieu", "lich_su"])
def test_both_pages_show_it_with_links_to_the_reports(store, page, language):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    app.query_params["lang"] = language
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception and not app.error
    assert texts.t("freshness.title", language) in [heading.value for heading in app.header]
    protos = [element.proto for element in app.get("page_link")]
    links = [proto for proto in protos if re.match("[✓△▲✕]", proto.label)]
    assert len(links) == 8 and all("communes=246" in link.query_string for link in links)


def test_an_empty_store_says_nothing_about_it(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()
    app.switch_page("pages/nhap_so_lieu.py").run()
    assert not app.exception and len(app.header) == 0


def test_levels_have_their_signs():
    assert set(freshness.SIGNS) == set(pd.Index(FRESHNESS))
