"""Nobody sees more than his role and scope: rows, pages, rows behind numbers, downloads, caches that all share."""

import ast
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from time import sleep
from zipfile import ZipFile

import pandas as pd
import pytest
import streamlit as st
from hypothesis import given
from streamlit.testing.v1 import AppTest

from data import reference, schemas
from data.access import NotAllowed, Person
from data.access.readable import rows_for, scope_of, text_for
from data.records.links import Link
from data.uploads.store import Store
from metrics.measures import FLOWS, MEASURES, VALUES
from report import addresses, kept
from report.filters import Filters
from report.source import Source
from report.view import View
from tests.amounts import examples
from tests.office import COMPANY, EDITOR, FILES, NOW, OF_DISTRICT, OF_OTHER, OTHER, OWN, PRIVATE, PUBLISHED, fill, told
from tests.random_store import accept_random, random_lists
from ui.doors import sign_in
from ui.doors.sign_in import Visitor
from ui.frame import session
from ui.frame.page_list import PAGES
from words import texts

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


@examples(2, 20)
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
    monkeypatch.setenv("STORE_URL", store.url)
    told = {"visitor": Visitor(PUBLIC, "nobody")}
    monkeypatch.setattr(sign_in, "visitor", lambda now, links, local_name: told["visitor"])
    monkeypatch.setattr(sign_in, "is_set_up", lambda: True)
    monkeypatch.setattr(session, "now", lambda: NOW + timedelta(days=20))  # stands still: pages say what time it is

    def look(who: Person, page: str = "overview", road: str = "sign_in", link: Link | None = None, **query: str):
        told["visitor"] = Visitor(who, road, link)
        texts.use(query.get("lang", "vi"))  # AppTest asks for the names of choices in this thread
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        return app.switch_page(PAGES[page].script).run() if page != "overview" else app

    yield look
    texts.use("vi")


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


SAID_BY_COMMUNES = (*OF_OTHER[:2], OF_OTHER[4], "Nam Dong cần thêm khẩu trang")
HIDDEN_FROM = {
    # totals are published, also by commune: tests/test_public_board.py says which
    "public": (PUBLIC, (*PRIVATE, *SAID_BY_COMMUNES, *FILES, OF_DISTRICT[2])),
    "viewer": (VIEWER, (*PRIVATE, OF_DISTRICT[2], FILES[3])),
    "of_commune": (OF_COMMUNE, (*PRIVATE, *OF_OTHER, *OF_DISTRICT, FILES[2], FILES[3], "7,654,321", "4,321,000")),
}


@pytest.mark.parametrize(
    ("name", "language"), [("public", "vi"), ("viewer", "vi"), ("of_commune", "vi"), ("of_commune", "en")]
)
def test_every_page_says_nothing_that_is_hidden(name, language, looking):
    who, hidden = HIDDEN_FROM[name]
    app = looking(who, **({"lang": language} if language != "vi" else {}))
    for page in PAGES:
        words = hidden if page != "public" else HIDDEN_FROM["public"][1]
        assert leaks(app.switch_page(PAGES[page].script).run(), words) == [], page


def test_the_search_for_what_is_hidden_is_not_blind(looking):
    app = looking(EDITOR, rows="cash_received")
    assert set(leaks(app, OF_OTHER)) >= {OF_OTHER[1], OF_OTHER[2]}
    found = {
        word
        for page in ("reports", "history", "inbox")
        for word in leaks(app.switch_page(PAGES[page].script).run(), FILES)
    }
    assert found == set(FILES)
    goods = looking(EDITOR, "goods")
    of_lines = {PRIVATE[3], PRIVATE[5]}  # donors by first words and initials, until a person asks for the names
    assert set(leaks(goods, PRIVATE)) == of_lines
    goods.toggle(key="gift_names_vi").set_value(True).run()
    assert set(leaks(goods, PRIVATE)) == {*of_lines, *PRIVATE[:2], PRIVATE[4]}


def every_address() -> list[str]:
    """Every number that an address can mean; of goods and indicators some."""
    codes = [*MEASURES, *VALUES, "value_left", "frontline_worth", *addresses.REPORTS]
    codes += [f"{family}:{pair}" for family in (*FLOWS, "stock", "good", "given") for pair in ("rice:kg", "cash:vnd")]
    codes += ["indicator:cash_vnd", "target:cash_vnd", "change:cash_received", "change:reports_on_time"]
    return [*codes, f"cash_received;commune={OTHER}", f"reports_received;commune={OTHER}"]


@pytest.mark.parametrize("name", ["viewer", "of_commune"])
def test_no_address_of_rows_opens_what_is_hidden(name, looking):
    """By URL, whatever the page shows: also parts of another commune, and with every other parameter set."""
    who, hidden = HIDDEN_FROM[name]
    app = looking(who)
    more = {"communes": OTHER, "member": "x", "as_of": "2021-09-01", "lang": "en"}
    opened = 0
    for number, rows in enumerate(every_address()):
        assert addresses.parse(rows) is not None, rows
        app.query_params.clear()
        for key, value in ({"rows": rows} | (more if number % 2 else {})).items():
            app.query_params[key] = value
        app.run()
        assert leaks(app, hidden) == [], rows
        opened += has_dialog(app)
    assert opened > 15


def test_no_filter_leaves_the_commune_of_a_link(looking):
    """Else it would tell of reports that other communes have not sent, and of their sites as never visited."""
    for query in ({}, {"communes": OTHER}, {"communes": f"{OWN},{OTHER}"}):
        app = looking(OF_COMMUNE, **query)
        assert "1/1 xã" in sent(app) and "/8 xã" not in sent(app), query
        assert app.query_params["communes"] in (OWN, [OWN])
        app.switch_page(PAGES["frontline"].script).run()
        assert "1/1 điểm" in sent(app)


def has_dialog(app: AppTest) -> bool:
    """Whether the rows behind a number are open."""
    text = sent(app)
    return any(texts.t("behind.title", one).partition("{")[0] in text for one in texts.LANGUAGES)


def test_the_public_opens_no_rows_at_all(looking):
    for rows in ("reports_received", "cash_received"):
        app = looking(PUBLIC, "public", rows=rows)
        assert not has_dialog(app) and leaks(app, HIDDEN_FROM["public"][1]) == []
    assert has_dialog(looking(VIEWER, rows="reports_received"))


STANDING = ("stock", "cash", "card", "way", "purchases")


def test_stock_and_cash_left_are_no_numbers_of_one_commune(looking):
    """They would be sums of its own rows alone under the name of the whole district's."""
    for rows in ("stock:rice:kg", "stock:cash:vnd", "value_left", "bought:cash:vnd", "received:rice:kg"):
        assert not has_dialog(looking(OF_COMMUNE, rows=rows)), rows
    assert has_dialog(looking(VIEWER, rows="stock:rice:kg"))
    titles = {texts.t(f"goods.{part}.title", "vi") for part in STANDING}
    goods, whole = (looking(who, "goods") for who in (OF_COMMUNE, VIEWER))
    assert titles <= {header.value for header in whole.header}
    assert titles & {header.value for header in goods.header} == set()
    assert "1.500.000" in sent(goods)  # its own gifts are there
    show = looking(OF_COMMUNE, "present", screens="stock,cash,way")
    assert leaks(show, titles - {"Tiền mặt"}) == []


def test_names_are_never_shown_without_standing_in_the_log(looking, store):
    """Also when the choice comes with the first run of a session, where no callback is called."""
    before = len(store.disclosures.all())
    app = looking(EDITOR)
    app.session_state["gift_names_vi"] = True
    for _ in range(2):
        app.switch_page(PAGES["goods"].script).run()
        assert PRIVATE[0] in sent(app)
    (written,) = store.disclosures.all()[before:]
    assert (written.act, written.who, written.details["page"]) == ("names", EDITOR.name, "goods")


def test_a_search_finds_nothing_that_is_hidden(looking):
    """Nor says by the number of hits whether a name is there."""
    for who, count in ((VIEWER, 8), (OF_COMMUNE, 4)):
        goods = looking(who, "goods")
        assert f"**{count} dòng" in sent(goods)
        assert [one for one in goods.toggle if one.key == "gift_names_vi"] == []
        for words in ("bí mật", "thử góp"):
            goods.text_input(key="gift_query_vi").set_value(words).run()
            assert leaks(goods, PRIVATE) == [] and texts.t("goods.gifts.nothing", "vi") in sent(goods), words
        goods.text_input(key="gift_query_vi").set_value("thử nghiệm").run()
        assert f"**{count // 4} dòng" in sent(goods)


def link_of(frozen_at) -> Link:
    return Link(1, "overview", {}, "full", NOW + timedelta(days=90_000), "x", NOW, frozen_at=frozen_at)


def test_a_frozen_link_stays_at_its_moment_whatever_the_address_says(looking):
    link = link_of(NOW + timedelta(seconds=30))  # after the first upload, before the second
    for query in ({"as_of": "2030-01-01"}, {"as_of": "2021-08-10T08:59:59"}, {"as_of": ""}):
        app = looking(VIEWER, road="link", link=link, **query)
        assert "6,5 triệu đồng" in sent(app) and leaks(app, OF_OTHER[2:4]) == [], query
    assert leaks(app.switch_page(PAGES["reports"].script).run(), OF_OTHER[:1]) == []
    assert leaks(app.switch_page(PAGES["goods"].script).run(), OF_DISTRICT) == []


# downloads: made in a thread without a session, when they are pressed
@pytest.fixture
def buttons(monkeypatch):
    """key of a download button -> what makes its file, of all pages that are opened."""
    found = {}
    really_draw = st.download_button

    def draw(label, data, **rest):
        found[rest["key"]] = data
        return really_draw(label, data, **rest)

    monkeypatch.setattr(st, "download_button", draw)
    return found


def pressed(make) -> bytes | type:
    """What a press gives, as Streamlit presses: in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        try:
            return pool.submit(make).result()
        except Exception as error:
            return type(error)


def readable(content: bytes) -> str:
    """A file as text; a workbook unpacked."""
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with ZipFile(BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


@pytest.mark.parametrize("name", ["viewer", "of_commune"])
def test_every_download_gives_what_its_person_may_see_and_nothing_once_the_link_is_over(name, looking, buttons, store):
    who, hidden = HIDDEN_FROM[name]
    by = {"who": EDITOR, "now": session.now()}
    made = store.links.make(page="overview", query={}, scope="full", expires_at=by["now"] + timedelta(days=1), **by)
    app = looking(who, road="link", link=made, rows="cash_received")
    for page in ("goods", "progress", "frontline", "reports"):
        app.switch_page(PAGES[page].script).run()
    makers = dict(buttons)
    assert len(makers) > 20
    looking(EDITOR)  # whoever looks in this process now is not whose file this is
    files = {key: pressed(make) for key, make in makers.items()}
    assert [key for key, content in files.items() if not isinstance(content, bytes)] == []
    leaked = {key: [w for w in hidden if w in readable(content)] for key, content in files.items()}
    assert {key: words for key, words in leaked.items() if words} == {}
    store.links.revoke(made.number, **by)
    sleep(session.LOOK_SECONDS)  # for so long another process, which `store` is here, may go unseen
    assert {pressed(make) for make in makers.values()} == {NotAllowed}


def test_every_download_button_is_made_later_for_whoever_was_shown_it():
    """No file waits ready at an address, and none is made for whoever happens to look."""
    wrong = []
    for path in sorted([*(ROOT / "report").rglob("*.py"), *(ROOT / "ui").rglob("*.py")]):
        tree = ast.parse(path.read_text("utf-8"))
        wrappers = {"session.for_later"} | {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and "session.for_later" in ast.unparse(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("download_button"):
                given = ast.unparse(node.args[1]).partition("(")[0]
                wrong += [] if given in wrappers else [f"{path.name}:{node.lineno}"]
    assert wrong == []


# caches
@pytest.mark.parametrize("name", ["viewer", "of_commune"])
def test_what_one_session_computed_is_never_shown_to_another_scope(name, looking):
    """An editor looks first, with the same filters, in the same process: others see what they see with empty caches."""
    who, query = HIDDEN_FROM[name][0], {"communes": OWN} if name == "of_commune" else {}

    def look(who: Person) -> dict[str, list[str]]:
        app = looking(who, **query)
        return {
            page: _bare(app.switch_page(PAGES[page].script).run())
            for page in ("overview", "goods", "progress", "reports")
        }

    def forget() -> None:
        kept.forget()
        st.cache_resource.clear()

    forget()
    alone = look(who)
    forget()
    assert look(EDITOR) != alone
    assert look(who) == alone


def _bare(app: AppTest) -> list[str]:
    """What a page says, without the names that differ in every session."""
    return [re.sub(r"[0-9a-f]{32,}", "", line) for line in sent(app).splitlines()]


# cached by something else than a view or a version, and why that is no way around
KEYED_OTHERWISE = {
    "session._store",  # the store itself, once a process
    "sign_in._signer",  # the key of the office
    "originals._grids",  # sheets by number of upload: asked for cells of rows that are readable (Source.where)
    "send_back._before",  # editors alone: session.store()
}


def cached_functions() -> dict[str, list[str]]:
    """Function -> the types of what it is cached by."""
    found = {}
    for path in sorted([*(ROOT / "report").rglob("*.py"), *(ROOT / "ui").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            names = {ast.unparse(decorator).partition("(")[0] for decorator in node.decorator_list}
            if names & {"st.cache_data", "st.cache_resource", "cached", "shared"}:
                found[f"{path.stem}.{node.name}"] = [ast.unparse(a.annotation) for a in node.args.args if a.annotation]
    return found


def test_every_cache_is_keyed_by_a_scope(store):
    """A view and a source carry the scope; whatever else is cached has its reason above."""
    found = cached_functions()
    keyed = {name for name, kinds in found.items() if {"View", "Source"} & set(kinds)}
    assert len(keyed) > 30 and set(found) - keyed == KEYED_OTHERWISE
    view = View(Source(store, EDITOR, 1), Filters(), date(2021, 8, 10))
    assert view.key != replace(view, source=replace(view.source, person=VIEWER)).key
