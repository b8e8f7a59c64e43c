"""Presenting: what stands in the URL, which screens there are, what the hands may do, and every screen in its place."""

import html
import json
import logging
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as strategies
from streamlit.testing.v1 import AppTest

from data.uploads.store import Store
from report import addresses, registry
from report.filters import Filters
from tests.office import NOW, fill, reading
from tests.test_pages import ENGLISH, RAW_KEY, TECHNICAL
from ui.frame import session
from ui.frame.page_list import PAGES
from ui.meeting import presented_screens, presented_slide, presenting, presenting_keys
from ui.meeting.presented_screens import OF_PAGE, SCREENS, Slide, slides
from ui.meeting.presenting import EVERYTHING, Show
from words import names, texts

ROOT = Path(__file__).parent.parent
GOODS = ("rice", "eggs", "vegetables", "fruit", "meat", "fish", "milk")
TEXT = strategies.text(max_size=12) | strategies.sampled_from(["20", "-1", "999999999999", "dark", "²", "stock,goods"])


@pytest.fixture(scope="module", autouse=True)
def quiet():
    """Outside of a running page Streamlit warns at every call."""
    logging.getLogger("streamlit").setLevel(logging.CRITICAL)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store that is filled once, and copied for every test."""
    folder = tmp_path_factory.mktemp("filled") / "store"
    fill(Store(folder))
    return folder


@pytest.fixture
def store(filled, tmp_path, monkeypatch):
    shutil.copytree(filled, tmp_path / "store")
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    return Store()


def view():
    st.session_state.filters = Filters()
    return session.view()


def many_goods(store: Store) -> None:
    """Seven goods, more than stand on one screen."""
    values = {"good": list(GOODS), "quantity": [10.0] * 7, "unit": ["kg"] * 7, "commune": ["24649"] * 7}
    values |= {"base_quantity": [10.0] * 7, "base_unit": ["kg"] * 7}
    part = reading("donations", "nhieu.xlsx", "1", values)
    told = {"who": session.who(), "received_at": NOW, "now": NOW}
    store.accept(name="nhieu.xlsx", content=b"nhieu", parts=[part], **told)


# in the URL
@given(strategies.dictionaries(strategies.sampled_from(presenting.PARAMETERS), TEXT))
def test_whatever_stands_in_the_url_is_a_show(query):
    shown = Show.from_query(query)
    assert shown.screens and all(presented_screens.is_known(code) for code in shown.screens)
    assert 0 <= shown.step_seconds <= 3600 and 5 <= shown.refresh_seconds <= 3600 and shown.at >= 1
    assert shown.theme in ("", "light", "dark")
    assert Show.from_query(shown.to_query()) == shown


def test_the_url_says_everything_and_no_more():
    query = {"screens": "overview,by_week.rice_received,sites", "step": "20", "theme": "dark", "at": "2"}
    shown = Show.from_query(query)
    assert shown == Show(("overview", "by_week.rice_received", "sites"), 20, 60, "dark", 2)
    assert shown.to_query() == query
    assert Show.from_query({"screens": "nothing,, ,stock"}).screens == ("stock",)
    assert Show.from_query({}).screens == EVERYTHING and Show().to_query() == {"screens": ",".join(EVERYTHING)}


# which screens
def test_every_screen_has_a_page_a_name_and_a_place(store):
    assert [code for codes in OF_PAGE.values() for code in codes] + ["conclusions"] == list(SCREENS)
    assert {screen.page for screen in SCREENS.values()} <= set(PAGES)
    assert not set(OF_PAGE) & set(SCREENS)  # a code means one thing
    for language in texts.LANGUAGES:
        texts.use(language)
        found = [presented_screens.screen_name(code) for code in (*OF_PAGE, *presented_screens.all_codes(view()))]
        assert len(set(found)) == len(found) > 25
    texts.use("vi")


def test_a_page_stands_for_its_screens_and_a_choice_that_is_none_for_the_first(store):
    found = slides(("goods", "by_week.rice_received", "by_week.nonsense"), view())
    assert [slide.code for slide in found] == [*OF_PAGE["goods"], "by_week", "by_week"]
    assert [slide.choice for slide in found[-2:]] == ["rice_received", "cash_received"]


def test_what_is_too_much_for_one_screen_stands_on_several(store):
    assert [slide.parts for slide in slides(("stock",), view())] == [1]
    many_goods(store)
    time.sleep(session.LOOK_SECONDS)
    found = slides(("stock",), view())
    assert [(slide.part, slide.parts) for slide in found] == [(1, 2), (2, 2)]
    goods = [slide.screen.make(slide.view, "").frame["good"].tolist() for slide in found]
    assert [len(part) for part in goods] == [4, 4]
    whole = SCREENS["stock"].make(view(), "").frame
    assert sum(goods, []) == whole["good"].tolist() and {*GOODS, "water"} == set(whole["good"])
    # each number is the one of the whole, and opens to the same rows
    parts = [slide.screen.make(slide.view, "") for slide in found]
    assert sum([part.frame["stock"].tolist() for part in parts], []) == whole["stock"].tolist()


def test_every_mark_that_can_be_clicked_opens_something(store):
    opened = 0
    for slide in slides(EVERYTHING, view()):
        figure = slide.screen.make(slide.view, slide.choice) if slide.screen.make else None
        if figure is None or figure.chart is None or figure.frame.empty:
            continue
        for trace in figure.chart("vi", "dark").data:
            for data in trace.customdata if trace.customdata is not None else ():
                address = presented_slide.opened_by(list(data))
                if address:
                    opened += 1
                    assert addresses.parse(address) is not None, (slide.code, list(data))
    assert opened > 30


def test_sites_that_nobody_visited_are_on_one_of_the_screens(store, monkeypatch):
    sites = list(registry._sites(view()))
    monkeypatch.setitem(SCREENS, "timeline", replace(SCREENS["timeline"], split=("sites", 5, registry._sites)))
    found = slides(("timeline",), view())
    assert [site for slide in found for site in slide.view.filters.sites] == sites and len(found) == 3
    drawn = [slide.screen.make(slide.view, "").chart("vi", "light") for slide in found]
    words = " ".join(str(chart.layout.annotations) for chart in drawn)
    assert all(names.site(site) in words for site in sites)


# the hands
@pytest.fixture
def state():
    st.session_state.clear()
    st.session_state.show = Show(("tiles", "story"), at=1)
    yield st.session_state
    st.session_state.clear()


@pytest.mark.parametrize(
    ("act", "shown"),
    [
        ("go:2", Show(("tiles", "story"), at=2)),
        ("go:x", Show(("tiles", "story"), at=1)),
        ("theme:dark", Show(("tiles", "story"), theme="dark")),
        ("theme:red", Show(("tiles", "story"))),
        ("refresh", Show(("tiles", "story"))),
        ("", Show(("tiles", "story"))),
        ("drop:all", Show(("tiles", "story"))),
    ],
)
def test_the_hands_do_what_they_may(state, act, shown):
    presenting.take(act)
    assert presenting.show() == shown and "show_left" not in state


# on the screen
def presented(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()
    app.switch_page(PAGES["present"].script)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def protos(app: AppTest) -> list:
    return [element.proto for element in app if hasattr(element, "proto")]


def component(app: AppTest, name: str) -> list[dict]:
    """What the components of a name were told."""
    return [json.loads(proto.json) for proto in protos(app) if getattr(proto, "component_name", "") == name]


def hands(app: AppTest) -> dict:
    """What the foot of the screen was told."""
    return component(app, "presenting")[0]


def said(app: AppTest) -> str:
    """Everything that a person can read on the screen."""
    found = [part for proto in protos(app) for part in (getattr(proto, "body", ""), getattr(proto, "label", ""))]
    found += [told["html"] for told in component(app, "live_html")]
    found += [hands(app)["standing"], *hands(app)["words"].values()]
    shown = [part for part in found if isinstance(part, str) and not re.search("<style>|<script>", part)]
    return html.unescape(re.sub(r"<[^>]+>", " ", "\n".join(shown)))


def title(app: AppTest) -> str:
    return next(m[1] for p in protos(app) if (m := re.search(r"<h1>(.*?)</h1>", str(getattr(p, "body", "")))))


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_screen_is_drawn_in_both_languages(store, language):
    app = presented(lang=language)
    count = hands(app)["count"]
    assert count == len(SCREENS)
    titles = set()
    for at in range(1, count + 1):
        app.query_params["at"] = str(at)
        app.run()
        assert not app.exception and not app.error and hands(app)["at"] == at
        text = TECHNICAL.sub("", said(app))
        assert RAW_KEY.findall(text) == []
        if language == "vi":
            assert ENGLISH.findall(text) == []
        titles.add(title(app))
    assert len(titles) == count


def test_no_menus_no_filters_no_names(store):
    app = presented(screens="tiles,by_commune", communes="24649")
    labels = [element.label for element in app if getattr(element, "label", None)]
    assert labels == []
    assert "Xã Nam Dong" in hands(app)["standing"] and "1/1 xã" in hands(app)["standing"]
    assert hands(app)["standing"].count("Tất cả các tuần") == 1


def test_a_place_behind_the_last_is_the_last(store):
    assert hands(presented(screens="tiles,story", at="99"))["at"] == 2


def test_what_is_accepted_meanwhile_is_there_at_the_next_look(store):
    app = presented(screens="story,tiles", at="2")
    before = said(app)
    many_goods(store)
    time.sleep(session.LOOK_SECONDS)
    app.run()
    assert "470 kg" in said(app) and "470 kg" not in before and hands(app)["at"] == 2


def test_an_empty_store_has_screens_too(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    app = presented()
    for at in range(1, hands(app)["count"] + 1):
        app.query_params["at"] = str(at)
        app.run()
        assert not app.exception and not app.error, at


def test_one_that_fails_leaves_the_others(store, monkeypatch):
    def broken(*_, **__):
        raise ValueError("Trần Thị Bí Mật")

    monkeypatch.setattr("report.sentences.headlines.tiles", broken)
    monkeypatch.setattr("ui.overview.draw_headlines.tiles_html", broken)
    monkeypatch.setattr("report.figures.goods.cash_figure", broken)
    app = presented(screens="cash,story")
    assert "mã" in app.error[0].value and "Bí Mật" not in said(app)
    assert hands(app)["count"] == 2
    app.query_params["at"] = "2"
    app.run()
    assert not app.error


def test_the_button_takes_the_screens_of_the_page_as_they_are_chosen(store):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()
    app.segmented_control(key="measure_week_vi").set_value("rice_received").run()
    link = next(proto for proto in protos(app) if getattr(proto, "label", "") == "Trình chiếu")
    codes = ["tiles", "story", "attention", "by_week.rice_received", "by_commune.cash_received", "by_good"]
    assert parse_qs(link.query_string) == {"screens": [",".join(codes)]}


def test_slides_know_where_they_live():
    assert Slide("stock", "", None).screen.page == "goods"


def test_an_act_counts_once_and_none_is_lost(state):
    """Escape pressed while the change of theme is on its way: the browser sends both, and both again until heard."""
    acts: list[str] = []
    for sent in ("3=go:2", "3=go:2 7=theme:dark", "7=theme:dark 9=leave", "", "x= =leave"):
        presenting_keys.heard(sent, acts.append)
    assert acts == ["go:2", "theme:dark", "leave"]
