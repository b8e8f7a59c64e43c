"""Nobody does more than his role: every act of the store and every file that goes out, tried by all sorts of people."""

import ast
import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from data import schemas
from data.access import LEAST, MACHINE, OF_MACHINE, ROLES, NotAllowed, Person, need
from data.database.events import JOURNALS
from data.database.tables import ROW_KINDS
from data.records.decisions import Layout
from data.records.disclosures import ACTS
from data.uploads.lines import LineQuery
from data.uploads.store import Store
from loaders.roads import arrivals
from outgoing import pack
from report.source import FEW
from report.view import View
from tests.office import ADMIN, EDITOR, FILES, NOW, OWN, fill, reading, records, workbook
from ui.doors import sign_in
from ui.doors.sign_in import Visitor
from ui.frame import session
from ui.frame.page_list import PAGES
from ui.meeting import thank_you

ROOT = Path(__file__).parent.parent
PERSONS = {
    "public": Person("", "public"),
    "viewer": Person("An", "viewer"),
    "editor": Person("Bình", "editor"),
    "admin": Person("Chi", "admin"),
    "machine": Person("hộp thư", MACHINE),
    "of_commune": Person("đường dẫn số 1", "viewer", OWN),
    "editor_of_commune": Person("Dung", "editor", OWN),
}
LATER = NOW + timedelta(hours=1)
TOLD = {"now": LATER}
OFFICE = {"who": EDITOR} | TOLD


# what each act is, for whoever tries it
def accept(store: Store, who: Person, *, is_demo: bool = False) -> None:
    values = {"good": ["cash"], "quantity": [1.0], "unit": ["vnd"], "commune": [OWN], "date": [date(2021, 8, 2)]}
    part = reading("distributions", "x.xlsx", "x", values, communes=(OWN,))
    store.accept(name="x.xlsx", content=b"x", parts=[part], who=who, received_at=NOW, now=LATER, is_demo=is_demo)


def arrive(store: Store, who: Person) -> None:
    arrivals.arrive(store, [arrivals.dropped("y.xlsx", workbook("Tờ khác"), NOW)], who=who, now=LATER)


def make_link(store: Store, who: Person) -> None:
    store.links.make(page="overview", query={}, scope="full", expires_at=LATER, who=who, now=NOW)


def add_sheet(store: Store, who: Person) -> None:
    store.sheets.add("ID", name="Ủng hộ", is_trusted=True, who=who, **TOLD)


def undo(store: Store, who: Person) -> None:
    store.undo(1, who=who, **TOLD)


def set_aside(store: Store, who: Person) -> None:
    store.inbox.set_aside(1, why="trùng", who=who, **TOLD)


def done(store: Store, who: Person) -> None:
    store.conclusions.done(1, who=who, **TOLD)


Act = Callable[[Store, Person], object]
# act -> (what an editor or administrator did before, what is tried)
TRIED: dict[str, tuple[Act | None, Act]] = {
    "batches.accept": (None, accept),
    "batches.undo": (None, undo),
    "batches.restore": (undo, lambda store, who: store.restore(1, who=who, **TOLD)),
    "batches.clear_demo": (
        lambda store, who: accept(store, who, is_demo=True),
        lambda store, who: store.clear_demo(who=who, **TOLD),
    ),
    "inbox.arrive": (None, arrive),
    "inbox.send_back": (None, lambda store, who: store.inbox.send_back(1, who=who, **TOLD)),
    "inbox.set_aside": (None, set_aside),
    "inbox.take_up": (set_aside, lambda store, who: store.inbox.take_up(1, who=who, **TOLD)),
    "inbox.known": (None, lambda store, who: store.inbox.say_known(1, 1, who=who, **TOLD)),
    "inbox.link": (None, lambda store, who: store.inbox.link(1, None, who=who, **TOLD)),
    "sheets.add": (None, add_sheet),
    "sheets.change": (add_sheet, lambda store, who: store.sheets.change(1, is_trusted=True, who=who, **TOLD)),
    "sheets.remove": (add_sheet, lambda store, who: store.sheets.remove(1, who=who, **TOLD)),
    "sheets.fetched": (add_sheet, lambda store, who: store.sheets.say_fetched(1, "f", name="Tờ", who=who, **TOLD)),
    "sheets.failed": (add_sheet, lambda store, who: store.sheets.say_failed(1, "google_gone", "", who=who, **TOLD)),
    "decisions.keep": (
        None,
        lambda store, who: store.decisions.keep("a", "b", Layout(kind="targets"), file="c", sheet="d", who=who, **TOLD),
    ),
    "decisions.revoke": (None, lambda store, who: store.decisions.revoke(1, who=who, **TOLD)),
    "questions.ask": (
        None,
        lambda store, who: store.questions.ask("gifts", "?", commune=None, shown=None, who=who, **TOLD),
    ),
    "questions.answer": (None, lambda store, who: store.questions.answer(1, "!", who=who, **TOLD)),
    "questions.close": (None, lambda store, who: store.questions.close(1, who=who, **TOLD)),
    "links.make": (None, make_link),
    "links.open": (make_link, lambda store, who: store.links.open(1, who=who, **TOLD)),
    "links.revoke": (make_link, lambda store, who: store.links.revoke(1, who=who, **TOLD)),
    "conclusions.add": (None, lambda store, who: store.conclusions.add("làm", who=who, **TOLD)),
    "conclusions.done": (None, done),
    "conclusions.reopen": (done, lambda store, who: store.conclusions.reopen(1, who=who, **TOLD)),
} | {
    f"disclosures.{act}": (None, lambda store, who, act=act: store.disclosures.record(act, {}, who=who, **TOLD))
    for act in ACTS
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("office") / "store"
    fill(Store(folder))
    return folder


def copied(filled: Path, to: Path, before: Act | None) -> Store:
    store = Store(shutil.copytree(filled, to))
    if before:
        before(store, ADMIN)
    return store


@pytest.mark.parametrize("name", PERSONS)
def test_whoever_may_not_changes_nothing(name, filled, tmp_path):
    who, untouched = PERSONS[name], copied(filled, tmp_path / "untouched", None)
    for act, (before, tried) in TRIED.items():
        store = copied(filled, tmp_path / act, before) if before or who.may(act) else untouched
        count, files = records(store), set(Path(store.url).rglob("*"))
        table = act.partition(".")[0]
        if who.may(act):
            tried(store, who)
            assert records(store) == count | {table: count[table] + 1}, act
            continue
        with pytest.raises(NotAllowed, match=re.escape(act)):
            tried(store, who)
        assert records(store) == count and set(Path(store.url).rglob("*")) == files, act


def test_every_act_that_can_be_written_is_tried_and_has_its_least_role():
    assert set(TRIED) == {act for act in {*LEAST, *OF_MACHINE} if not act.startswith("read.")}


def written_acts() -> set[str]:
    """table.act of everything that the code writes into a journal, found in the code itself."""
    found = set()
    for path in sorted((ROOT / "data").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        tables = [
            call.args[1].id.lower()
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Journal" and len(call.args) > 1
        ]
        tables = ["batches"] if path.name == "store.py" else tables
        acts = {act for node in ast.walk(tree) for act in _acts_of(node)}
        found |= {f"{table}.{act}" for table in tables for act in acts}
    return found


def _acts_of(node: ast.AST) -> list[str]:
    """The act of a record that is written out as a dict, or that is given to one of the functions that write it."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        given = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "act"]
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("_act", "_switch"):
        given = node.args[:1]
    else:
        return []
    return [value.value for value in given if isinstance(value, ast.Constant)]


def test_no_code_writes_an_act_that_nobody_was_named_for():
    found = written_acts() | {f"disclosures.{act}" for act in ACTS}
    assert found == set(TRIED) and {act.partition(".")[0] for act in found} == set(JOURNALS)


def test_every_act_that_is_asked_for_is_known():
    """A misspelled act would be nobody's: the button would be missing for all."""
    asked = {page.need for page in PAGES.values() if page.need}
    for path in [
        *ROOT.glob("*.py"),
        *(p for part in ("data", "outgoing", "report", "ui", "pages") for p in (ROOT / part).rglob("*.py")),
    ]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", ""))
            if isinstance(node, ast.Call) and name in ("may", "need", "NotAllowed"):
                asked |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    assert len(asked) > 10 and asked <= {*LEAST, *OF_MACHINE}


# persons
def test_each_role_may_all_that_those_before_it_may():
    may = [{act for act in LEAST if Person("x", role).may(act)} for role in ROLES]
    assert may[0] == set() and all(less < more for less, more in zip(may, may[1:], strict=False))
    assert may[1] == {"read.numbers"} and may[3] == set(LEAST)
    of_admins = {"sheets.add", "sheets.change", "sheets.remove", "disclosures.publish", "read.chain"}
    assert may[3] - may[2] == of_admins


def test_an_act_that_nobody_has_named_is_nobodys():
    for who in PERSONS.values():
        assert not who.may("batches.erase")
    with pytest.raises(NotAllowed):
        need("admin", "read.numbers")  # a name is no person
    with pytest.raises(AssertionError):
        Person("x", "root")


def test_whoever_has_one_commune_looks_and_changes_nothing():
    looked = {act for act in LEAST if PERSONS["editor_of_commune"].may(act)}
    assert looked == {act for act in LEAST if PERSONS["of_commune"].may(act)} == {"read.numbers"}
    assert not Person("x", "admin", OWN).may("links.make")


# what is asked of a session, and what leaves the house
@pytest.fixture
def acting(filled, tmp_path, monkeypatch):
    """Makes this thread act for a person, over a store of its own."""
    store = copied(filled, tmp_path / "store", None)
    monkeypatch.setenv("STORE_URL", store.url)

    def act_for(name: str) -> Person:
        who = PERSONS[name]
        monkeypatch.setattr(sign_in, "visitor", lambda now, links, local_name: Visitor(who, "sign_in"))
        return who

    yield act_for
    session.shared_store.__globals__["_store"].clear()


def made_pack(who: Person) -> object:
    return pack.make(View(session.source(), session.Filters(), date(2021, 8, 10)), lambda v: None, print, session.now)


def made_letters(who: Person) -> bytes:
    return thank_you.letters(who, None, ending="docx", spoken="vi", day=date(2021, 8, 10))


REFUSED = {
    "the whole store": ("read.store", lambda who: session.store()),
    "a cell": ("read.numbers", lambda who: session.source().where(1, 0, 8, "cash_vnd")),
    "names": ("disclosures.names", lambda who: session.log_disclosure("names", {})),
    "letters": ("disclosures.letters", made_letters),
    "the meeting pack": ("read.numbers", made_pack),
    "an original": ("read.store", lambda who: session.for_later(lambda: session.store().original(1)[1], "original")()),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("name", ["public", "viewer", "of_commune", "editor_of_commune", "machine"])
def test_whoever_may_not_gets_nothing(what, name, acting):
    act, ask = REFUSED[what]
    who = acting(name)
    if who.may(act) and not (what == "the meeting pack" and who.commune):
        return
    before = records(session.shared_store())
    with pytest.raises(NotAllowed):
        ask(who)
    assert records(session.shared_store()) == before


def test_whoever_takes_names_or_a_file_stands_in_the_log_before(acting):
    who = acting("editor")
    download = session.for_later(lambda: session.store().original(1)[1], "original", {"upload": 1})
    assert session.shared_store().disclosures.all() == ()  # the button was drawn, and not pressed
    assert download() == FILES[0].encode()
    (written,) = session.shared_store().disclosures.all()
    assert (written.act, written.who, written.details) == ("original", who.name, {"upload": 1})


def test_the_public_reads_nothing_of_the_store(acting):
    acting("public")
    assert all(session.source().frame(name).empty for name in FEW)
    assert all(session.source().summed(name).empty for name in schemas.SUMMED)
    with session.source().lines() as reader, session.shared_store().lines() as unlimited:
        for kind in ROW_KINDS:
            query, order = LineQuery(kind), ("upload_number", "line")
            assert reader.count(query)[0] == reader.sums(query, [])[0] == 0 and list(reader.pages(query)) == []
            assert reader.page(query, order=order).empty
        assert unlimited.count(*map(LineQuery, schemas.KINDS))[0] > 0
    assert session.source().history().empty and session.source().receptions().empty and session.source().pending().empty
    assert not session.source().is_empty  # that there is something, the board says too
