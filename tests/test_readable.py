"""Nobody sees more than his role and scope: rows, pages, rows behind numbers, downloads, caches that all share."""

import ast
import json
import threading
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from hypothesis import given, settings
from streamlit.testing.v1 import AppTest

from data import reference, schemas
from data.access import NotAllowed, Person
from data.links import Link
from data.readable import rows_for, scope_of, text_for
from data.store import Store
from metrics.measures import FLOWS, MEASURES, VALUES
from tests.office import COMPANY, EDITOR, FILES, NOW, OF_DISTRICT, OF_OTHER, OTHER, OWN, PRIVATE, PUBLISHED, fill, told
from tests.random_store import accept_random, random_lists
from ui import addresses, session, sign_in, texts
from ui.page_list import PAGES
from ui.sign_in import Visitor

ROOT = Path(__file__).parent.parent
PUBLIC, VIEWER = Person("", "public"), Person("An", "viewer")
OF_COMMUNE = Person("đường dẫn số 1", "viewer", OWN)
FRAMES = (*schemas.KINDS, "remarks", "waiting")


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    return fill(Store(tmp_path_factory.mktemp("office") / "store"))


# rows
@pytest.mark.parametrize("kind", FRAMES)
def test_rows_of_each_kind_for_each_scope(kind, store):
    whole = store.current(kind)
    before = whole.copy()
    found = {who: rows_for(who, kind, whole) for who in (PUBLIC, VIEWER, OF_COMMUNE, EDITOR)}
    assert found[PUBLIC].empty and found[EDITOR] is whole
    assert len(found[VIEWER]) == len(whole) > 0
    own = whole[whole["commune"] == OWN] if "commune" in whole else whole[:0]
    assert len(found[OF_COMMUNE]) == len(own) == (0 if kind in ("purchases", "waiting") else len(whole) // 2)
    for frame in found.values():
        assert list(frame.dtypes.items()) == list(whole.dtypes.items())
    assert [word for who in (PUBLIC, VIEWER, OF_COMMUNE) for word in PRIVATE if word in told(found[who])] == []
    pd.testing.assert_frame_equal(whole, before)


def test_names_of_private_persons_are_missing_and_those_who_may_be_named_stay(store):
    whole = store.current("donations")
    assert all(name in told(whole) for name in (*PRIVATE[:2], PRIVATE[4], PRIVATE[5]))
    rows = rows_for(VIEWER, "donations", whole)
    assert set(rows["donor_name"].dropna()) == {PUBLISHED, COMPANY} and rows["note"].isna().all()
    assert rows["source_text"].tolist()[1] == "200 kg …"  # what was measured stays, who else was named does not
    assert rows["base_quantity"].equals(whole["base_quantity"])


def test_a_cell_says_its_amount_and_nobody(store):
    assert text_for(VIEWER, "10 phần quà, gồm gạo của bà Thử") == "10 phần quà …"
    assert text_for(VIEWER, "3 hộ\n(ông Thử\nvà bà Kín)") == "3 hộ\n …"
    assert text_for(VIEWER, "1.500.000đ") == "1.500.000đ" and text_for(VIEWER, None) is None
    assert text_for(EDITOR, "200 kg (bà Thử)") == "200 kg (bà Thử)"


def test_scopes_are_kept_apart_and_what_is_the_same_is_shared():
    scopes = [scope_of(who) for who in (PUBLIC, VIEWER, OF_COMMUNE, Person("x", "viewer", OTHER), EDITOR)]
    assert len(set(scopes)) == 5
    assert scope_of(Person("x", "admin")) == scope_of(EDITOR) == "all"
    assert scope_of(Person("x", "editor", OWN)) == scope_of(OF_COMMUNE)


@settings(max_examples=20)
@given(lists=random_lists())
def test_over_random_lists_one_commune_never_has_a_row_of_another(lists, tmp_path_factory):
    random = Store(tmp_path_factory.mktemp("random") / "store")
    accept_random(random, lists)
    for kind in schemas.KINDS:
        whole = random.current(kind)
        parts = [rows_for(Person("x", "viewer", code), kind, whole) for code in reference.load().communes()]
        if "commune" in whole:
            assert sum(map(len, parts)) == whole["commune"].notna().sum()
            assert all(part["commune"].nunique() <= 1 for part in parts)
        else:
            assert all(part.empty for part in parts)
        if kind == "donations":
            named = rows_for(VIEWER, kind, whole).dropna(subset="donor_name")
            assert named["donor_category"].isin(("agency", "armed_forces", "religious", "business", "group")).all()


# pages
@pytest.fixture
def looking(store, monkeypatch):
    """Opens pages as somebody; the store is not changed by it."""
    monkeypatch.setenv("STORE_URL", store.place.url)
    told = {"visitor": Visitor(PUBLIC, "nobody")}
    monkeypatch.setattr(sign_in, "visitor", lambda now, links, local_name: told["visitor"])
    monkeypatch.setattr(sign_in, "is_set_up", lambda: True)

    def look(who: Person, page: str = "overview", road: str = "sign_in", link: Link | None = None, **query: str):
        told["visitor"] = Visitor(who, road, link)
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        return app.switch_page(PAGES[page].script).run() if page != "overview" else app

    return look


def sent(app: AppTest) -> str:
    """Everything that the browser got: each element whole, figures with their hover texts, tables, pages of dialogs."""
    found = []
    for element in app:
        proto = getattr(element, "proto", None)
        if proto is not None and hasattr(proto, "SerializeToString"):
            raw = proto.SerializeToString().decode("utf-8", "replace")
            found += [raw, _unescaped(raw)]
    return "\n".join(found)


def _unescaped(raw: str) -> str:
    """Plotly's JSON writes what is not ASCII as an escape."""
    return raw.encode("ascii", "backslashreplace").decode("unicode_escape", "replace") if "\\u" in raw else ""


def leaks(app: AppTest, words) -> list[str]:
    assert not app.exception and not app.error, [one.value for one in app.error]
    text = sent(app)
    return [word for word in words if word in text]


HIDDEN_FROM = {
    "public": (PUBLIC, (*PRIVATE, *OF_OTHER, *OF_DISTRICT, *FILES, "Nam Dong cần thêm khẩu trang")),
    "viewer": (VIEWER, (*PRIVATE, OF_DISTRICT[2], FILES[3])),
    "of_commune": (OF_COMMUNE, (*PRIVATE, *OF_OTHER, *OF_DISTRICT, FILES[2], FILES[3], "2.678.", "-50")),
}


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("name", HIDDEN_FROM)
def test_every_page_says_nothing_that_is_hidden(name, language, looking):
    who, hidden = HIDDEN_FROM[name]
    for page in PAGES:
        found = leaks(looking(who, page, **({"lang": language} if language != "vi" else {})), hidden)
        if name == "public" and page == "public":
            continue  # totals by commune are published: tests/test_public_board.py says which
        assert found == [], (page, found)


def test_the_test_can_fail(looking):
    """An editor's pages have all of it, so that the search is not blind."""
    names = {word for page in ("goods", "reports", "history", "inbox") for word in leaks(looking(EDITOR, page), FILES)}
    assert names == set(FILES)
    goods = looking(EDITOR, "goods", lang="en")
    assert leaks(goods, ["-50", "Stock"]) or "stock" in sent(goods).lower()
    goods.toggle(key="gift_names_en").set_value(True).run()
    assert set(leaks(goods, PRIVATE)) == {*PRIVATE[:2], PRIVATE[4], PRIVATE[5]}
    assert set(leaks(looking(EDITOR, rows="cash_received"), OF_OTHER)) >= {OF_OTHER[1], OF_OTHER[2]}


def every_address() -> list[str]:
    """Every number that an address can mean, and the changes of those that have one."""
    known = reference.load()
    codes = [*MEASURES, *VALUES, "value_left", "frontline_worth", *addresses.REPORTS]
    codes += [f"{family}:{pair}" for family in (*FLOWS, "stock", "good", "given") for pair in ("rice:kg", "cash:vnd")]
    codes += [f"indicator:{code}" for code in ("cash_vnd", "rice_kg")] + [f"target:{code}" for code in known.indicators]
    codes += [f"change:{code}" for code in ("cash_received", "reports_on_time")]
    return [code for code in codes if addresses.parse(code)]


ROWS = [
    code for code in every_address() if not code.startswith("target:") or code in ("target:cash_vnd", "target:rice_kg")
]


@pytest.mark.parametrize("name", HIDDEN_FROM)
def test_no_address_of_rows_opens_what_is_hidden(name, looking):
    """By URL, whatever the page shows: also parts of another commune, and with every other parameter set."""
    who, hidden = HIDDEN_FROM[name]
    page = "public" if name == "public" else "overview"
    hidden = [word for word in hidden if name != "public" or word not in OF_OTHER[2:4]]
    app = looking(who, page)
    for rows in [*ROWS, f"cash_received;commune={OTHER}", f"reports_received;commune={OTHER}", "gifts;donor_category="]:
        for more in ({}, {"communes": OTHER, "member": "x", "as_of": "2021-09-01", "lang": "en"}):
            app.query_params.clear()
            for key, value in ({"rows": rows} | more).items():
                app.query_params[key] = value
            app.run()
            assert leaks(app, hidden) == [], (rows, more)
            if name == "public":
                assert "FILES" not in sent(app) and "reports_received" not in sent(app)


def test_the_public_opens_no_rows_at_all(looking):
    for rows in ("reports_received", "cash_received", "reports_expected"):
        assert "Nam Dong thang 8" not in sent(looking(PUBLIC, "public", rows=rows))
        assert _dialogs(looking(PUBLIC, "public", rows=rows)) == 0 < _dialogs(looking(VIEWER, rows=rows))


def _dialogs(app: AppTest) -> int:
    return sent(app).count(texts.t("behind.title", "vi").partition("{")[0])


def test_stock_and_cash_left_are_no_numbers_of_one_commune(looking):
    """They would be sums of its own rows alone under the name of the whole district's."""
    for rows in ("stock:rice:kg", "stock:cash:vnd", "value_left", "bought:cash:vnd", "received:rice:kg"):
        assert _dialogs(looking(OF_COMMUNE, rows=rows)) == 0 < _dialogs(looking(VIEWER, rows=rows)), rows
    goods = sent(looking(OF_COMMUNE, "goods"))
    for key in ("goods.stock.title", "goods.cash.title", "goods.card.title", "goods.way.title", "goods.purchases.title"):
        assert texts.t(key, "vi") not in goods, key
        assert texts.t(key, "vi") in sent(looking(VIEWER, "goods")), key
    assert "1.500.000" in goods  # its own gifts are there
    show = looking(OF_COMMUNE, "present", screens="stock,cash,way,goods")
    assert leaks(show, [texts.t("goods.stock.title", "vi"), texts.t("goods.cash.title", "vi")]) == []


def test_a_search_finds_nothing_that_is_hidden(looking):
    """Nor says by the number of hits whether a name is there."""
    for who in (VIEWER, OF_COMMUNE):
        goods = looking(who, "goods")
        assert [one for one in goods.toggle if one.key == "gift_names_vi"] == []
        for words in ("bí mật", "thử góp", "0900"):
            goods.text_input(key="gift_query_vi").set_value(words).run()
            assert leaks(goods, PRIVATE) == []
            assert texts.t("goods.gifts.nothing", "vi") in sent(goods), words
        goods.text_input(key="gift_query_vi").set_value("thử nghiệm").run()
        assert COMPANY in sent(goods)
    own, whole = (looking(who, "goods") for who in (OF_COMMUNE, VIEWER))
    counts = [next(line.value for line in app.markdown if "dòng" in line.value) for app in (own, whole)]
    assert "4 dòng" in counts[0] and "8 dòng" in counts[1]


def frozen(at) -> Link:
    return Link(1, "overview", {}, "full", NOW + timedelta(days=900_000), "x", NOW, frozen_at=at)


def test_a_frozen_link_stays_at_its_moment_whatever_the_address_says(looking):
    link = frozen(NOW + timedelta(seconds=30))  # after the first upload, before the second
    for query in ({}, {"as_of": "2030-01-01"}, {"as_of": "2021-08-10T08:59:59"}, {"as_of": ""}):
        app = looking(VIEWER, road="link", link=link, **query)
        assert "6,5 triệu đồng" in sent(app), query
        assert leaks(app, [*OF_OTHER[2:4], "7,65", "19,15"]) == [], query
        assert leaks(looking(VIEWER, "reports", road="link", link=link, **query), OF_OTHER[:1]) == []
        assert leaks(looking(VIEWER, "goods", road="link", link=link, **query), OF_DISTRICT) == []


def test_a_session_that_is_over_ends_within_a_fragment_too(looking, monkeypatch):
    """A fragment or a callback runs without app.py; a revoked link must end there as well."""
    link = frozen(None)
    app = looking(VIEWER, "goods", road="link", link=link)
    assert COMPANY in sent(app)
    monkeypatch.setattr(sign_in, "visitor", lambda *_: Visitor(PUBLIC, "link_revoked", link))
    app.text_input(key="gift_query_vi").set_value("thử").run()
    assert texts.t("access.banner.revoked", "vi") in sent(app) and COMPANY not in sent(app)


# caches
def test_what_one_session_computed_is_never_shown_to_another_scope(looking):
    """An editor looks at everything first, then others in the same process: they see what they saw with empty caches."""
    pages = [name for name, page in PAGES.items() if page.need == "read.numbers" and name != "present"]
    for who in (VIEWER, OF_COMMUNE):
        st.cache_data.clear(), st.cache_resource.clear()
        alone = {page: _bare(looking(who, page)) for page in pages}
        st.cache_data.clear(), st.cache_resource.clear()
        for page in pages:
            looking(EDITOR, page, communes=OWN)
            looking(EDITOR, page)
        assert {page: _bare(looking(who, page)) for page in pages} == alone


def _bare(app: AppTest) -> list[str]:
    """The texts of a page, without what differs in every session."""
    return [line for line in sent(app).splitlines() if "reports_map" not in line]


# what a cached function may be keyed by instead of a view or a version, and why
OTHER_KEYS = {
    "session._store": "the store itself, for this process",
    "sign_in._signer": "the key of the office",
    "exhibits._figure": "a view",
}


def cached_functions():
    for path in sorted((ROOT / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    name = ast.unparse(decorator).partition("(")[0]
                    if name in ("st.cache_data", "st.cache_resource", "cached", "shared", "view.cached", "view.shared"):
                        yield f"{path.stem}.{node.name}", [ast.unparse(a.annotation or ast.Constant(None)) for a in node.args.args]


def test_every_cache_is_keyed_by_a_scope():
    """Everything cached takes a view or a version: both carry the scope. Whatever else there is must be named here."""
    found = dict(cached_functions())
    assert len(found) > 30
    keyed = {name for name, kinds in found.items() if "View" in kinds or any(k.startswith("tuple[str, int") for k in kinds)}
    assert set(found) - keyed == KEYED_OTHERWISE


KEYED_OTHERWISE = {
    "session._store",  # the store itself, once a process
    "sign_in._signer",  # the key of the office
    "originals._grids",  # sheets by number of upload: asked for cells of rows that are readable (session.where)
    "send_back._before",  # editors alone: session.store()
}
