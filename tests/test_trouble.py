"""What the store as a whole cannot do: one calm page in the chosen language, wherever it is met; a line in the log."""

import ast
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import streamlit as st

from commands import files as loaders_command
from commands import publish as ui_command
from data.access import Person
from data.database.engine import Database
from data.database.errors import OF_THE_STORE, StoreError
from data.uploads.store import Store
from tests.test_inbox_page import busy, known, store  # noqa: F401
from tests.test_pages import ENGLISH, NOW, PAGES, RAW_KEY, ROOT, TECHNICAL, opened, readings, words
from ui.frame import session, timer, trouble, trouble_page
from words.texts import LANGUAGES, entries, say_store, store_sentence, t

PLACE = "/noi/dat/kho"
ALL = [StoreError(code, PLACE) for code in OF_THE_STORE]
PARTS = [("upload", 3, "donations", 12, 13), ("sums", 3, "remarks"), ("journal", "inbox"), ("original", "0123456789ab")]


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """What an earlier test has met is over; what a page saw just now, the next one sees anew."""
    monkeypatch.setattr(trouble, "_met", {})
    monkeypatch.setattr(session, "LOOK_SECONDS", 0)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store that is filled once, and copied for every test."""
    kho, who = Store(tmp_path_factory.mktemp("filled") / "kho"), Person("An", "admin")
    kho.accept(name="a.xlsx", content=b"1", parts=readings(), who=who, received_at=NOW, now=NOW)
    kho.conclusions.add("Bổ sung gạo", who=who, now=NOW)
    kho.database.close()
    return kho.url


@pytest.fixture
def full(filled, tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(shutil.copytree(filled, tmp_path / "kho")))
    return Store()


def told(app) -> str:
    """What the page says; nothing of it is Streamlit's own, or a fault of ours."""
    assert not app.exception and not app.error and not app.title
    return words(app).replace("\\", "")


def tells_of(app, error: StoreError, language: str = "vi") -> bool:
    text, said = told(app), say_store(error, language)
    return all(part in text for part in (said.name, said.what, said.do)) and t("store.again", language) in text


# the words
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_own_words(language):
    assert {key.split(".")[1] for key in entries() if key.startswith("store.") and key.endswith(".do")} == {
        *OF_THE_STORE
    }
    said = [say_store(error, language) for error in ALL]
    for parts in zip(*said, strict=True):
        assert len({*parts}) == len(ALL) or parts == (PLACE,) * len(ALL)
    assert all(said in store_sentence(error, language) for error, said in zip(ALL, (s.what for s in said), strict=True))


def test_only_what_is_damaged_asks_for_a_backup():
    advice = re.compile("sao lưu|khôi phục|phục hồi|backup|restore", re.IGNORECASE)
    said = [
        (one.code, store_sentence(one, spoken).replace("docs/backup.md", "")) for one in ALL for spoken in LANGUAGES
    ]
    found = {code for code, sentence in said if advice.search(sentence)}
    assert found == {"store_damaged"}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part[0])
def test_damage_is_named(part):
    for spoken in LANGUAGES:
        sentence = store_sentence(StoreError("store_damaged", PLACE, part), spoken)
        assert PLACE in sentence and "{" not in sentence
        assert all(str(one) in sentence for one in part[1:] if isinstance(one, int) or one.isdigit())
    assert "Danh sách ủng hộ: có 12 dòng, lúc nhận là 13 dòng" in store_sentence(
        StoreError("store_damaged", PLACE, PARTS[0]), "vi"
    )


# the page
@pytest.mark.parametrize("code", OF_THE_STORE)
def test_a_store_that_cannot_be_opened(full, monkeypatch, code):
    error = StoreError(code, PLACE)

    def broken(_):
        raise error

    session._store.clear()
    with monkeypatch.context() as patch:
        patch.setattr(session, "Store", broken)
        app = opened()
        assert tells_of(app, error) and PLACE in told(app)
        said = TECHNICAL.sub("", told(app)).replace("English", "")
        assert RAW_KEY.findall(said) == [] and ENGLISH.findall(said) == []
        app.button(key="language_en").click().run()
        assert tells_of(app, error, "en") and PLACE in told(app)
        assert tells_of(app.switch_page(PAGES["goods"]).run(), error, "en")  # the choice stays
    app.button(key="trouble_again").click().run()
    assert not app.exception and app.title[0].value == t("frame.nav.goods", "en")


def test_a_language_in_the_address_can_be_left(full):
    Path(full.url).rename(Path(full.url).with_name("mang đi"))
    Path(full.url).write_text("một tệp")
    session._store.clear()
    app = opened(lang="en", communes="24649")
    assert tells_of(app, StoreError("not_a_folder", full.url), "en")
    app.button(key="language_vi").click().run()
    assert tells_of(app.run(), StoreError("not_a_folder", full.url), "vi")
    assert app.query_params == {"communes": "24649"}


@pytest.mark.parametrize("page", PAGES)
def test_a_folder_that_vanishes_shows_on_every_page_at_the_next_look(full, page):
    """Also where everything that is shown is kept since the last run."""
    app, folder = opened(page), Path(full.url)
    assert not app.exception
    folder.rename(folder.with_name("mang đi"))
    assert tells_of(app.run(), StoreError("store_missing", full.url))
    assert (t("store.again_by_itself", "vi") in told(app)) == (page == "present")
    folder.with_name("mang đi").rename(folder)
    app.run()
    assert not app.exception and "Thử lại" not in words(app)


def test_numbers_of_another_store_in_its_place_are_shown_at_once(full, tmp_path):
    """As many records as before, so that nothing that was kept may be taken for those of the new one."""
    assert "1.750.000 đồng" in words(opened(rows="cash_received"))
    other = Store(tmp_path / "khác")
    gifts = readings()[0]
    gifts.frame["cash_vnd"] = gifts.frame["cash_vnd"] * 2
    other.accept(name="a.xlsx", content=b"1", parts=[gifts], who=Person("An", "admin"), received_at=NOW, now=NOW)
    other.database.close()
    Path(full.url).rename(tmp_path / "mang đi")
    Path(other.url).rename(full.url)
    assert "3.500.000 đồng" in words(opened(rows="cash_received"))


def test_where_it_lies_is_not_told_to_the_public(full, monkeypatch):
    monkeypatch.setattr("ui.doors.sign_in.serves_here_alone", lambda: False)
    app = opened()
    Path(full.url).rename(Path(full.url).with_name("mang đi"))
    assert tells_of(app.run(), StoreError("store_missing")) and full.url not in told(app)
    assert tells_of(opened("public"), StoreError("store_missing")) and full.url not in told(app)


# whatever was being done
def refusing(monkeypatch, code: str) -> StoreError:
    """From now on nothing can be written."""
    error = StoreError(code, PLACE)

    def writing(_):
        raise error

    monkeypatch.setattr(Database, "writing", writing)
    return error


@pytest.mark.parametrize("code", ["store_full", "store_busy", "store_not_writable", "store_not_reachable"])
def test_an_act_of_a_page(full, monkeypatch, code):
    app = opened("history")
    app.button(key="undo_1").click().run()
    with monkeypatch.context() as patch:
        error = refusing(patch, code)
        app.button(key="confirm_1").click().run()
        assert tells_of(app, error) and t("store.not_done", "vi") in told(app)
    assert list(full.log.state().in_force) == [1]
    app.button(key="trouble_again").click().run()
    assert app.title[0].value == "Lịch sử" and not app.exception
    app.button(key="undo_1").click().run()
    app.button(key="confirm_1").click().run()
    assert list(full.log.state().in_force) == []


def test_a_callback(full, monkeypatch):
    app = opened("meeting", lang="en")
    with monkeypatch.context() as patch:
        error = refusing(patch, "store_full")
        app.button(key="done_1").click().run()
        assert tells_of(app, error, "en")
    app.button(key="trouble_again").click().run()
    assert not app.exception and full.conclusions.all()[1].is_open
    app.button(key="done_1").click().run()
    assert not full.conclusions.all()[1].is_open


def test_a_callback_that_only_looks(full):
    """A click on a filter asks who looks, and that is in the store."""
    app, folder = opened(), Path(full.url)
    folder.rename(folder.with_name("mang đi"))
    app.button(key="filters_clear").click().run() if not app.button(key="filters_clear").disabled else app.run()
    assert tells_of(app, StoreError("store_missing", full.url))


def test_names_in_a_fragment(full, monkeypatch):
    app = opened("goods")
    error = refusing(monkeypatch, "store_not_writable")
    app.toggle(key="gift_names_vi").set_value(True).run()
    assert tells_of(app, error)


def test_accepting(busy, monkeypatch):  # noqa: F811
    app = opened("inbox")
    app.button(key="look_5").click().run()
    with monkeypatch.context() as patch:
        error = refusing(patch, "store_full")
        app.button(key="accept_item_5").click().run()
        assert tells_of(app, error)
    assert busy.items()[5].status == "waiting"
    app.button(key="trouble_again").click().run()
    app.button(key="accept_item_5").click().run()
    assert not app.exception and busy.items()[5].status == "accepted"


def test_an_item_whose_file_is_damaged_leaves_the_others_alone(busy):  # noqa: F811
    app = opened("inbox")
    with busy.database.writing() as connection:
        connection.exec_driver_sql("UPDATE originals SET content = ?", (b"x",))
    app.button(key="look_1").click().run()
    assert [error.value for error in app.error] == [t("inbox.lost", "vi")] and app.title


def test_a_download_is_told_in_the_next_run(full, monkeypatch):
    """It is made in a thread that has no session."""

    class State(dict):
        __getattr__, __setattr__ = dict.__getitem__, dict.__setitem__

    monkeypatch.setattr(st, "session_state", State())
    session.start()
    make = session.for_later(lambda: b"made", "names", {"page": "goods", "rows": 1})
    assert make() == b"made"
    error = refusing(monkeypatch, "store_full")
    with pytest.raises(StoreError):
        make()
    session.start()
    assert session.trouble() is error
    session.start()
    assert session.trouble() is None


# the log
def test_the_log_has_one_line_for_each_change(full, monkeypatch, caplog):
    app, folder = opened(), Path(full.url)

    def lines() -> list[str]:
        return [record.getMessage() for record in caplog.records if record.name == trouble.__name__]

    folder.rename(folder.with_name("mang đi"))
    for _ in range(3):
        app.run()
    assert lines() == [f"the store: store_missing: {folder}"]
    folder.with_name("mang đi").rename(folder)
    app.run()
    assert len(lines()) == 1  # it may only have come and gone
    monkeypatch.setattr(trouble, "QUIET_SECONDS", 0)
    for _ in range(2):
        app.run()
    assert lines()[1:] == [f"the store does what is asked again, after store_missing: {folder}"]
    refusing(monkeypatch, "store_full")
    app = opened("history")
    app.button(key="undo_1").click().run()
    app.button(key="confirm_1").click().run()
    assert lines()[2:] == [f"the store: store_full: {PLACE}"]
    assert "Traceback" not in caplog.text


def test_a_thread_that_looks_by_itself_goes_on(full, monkeypatch, caplog):
    stopped, steps = threading.Event(), []

    def step(*_):
        steps.append(time.monotonic())
        if len(steps) == 3:
            stopped.set()
        raise StoreError("store_not_reachable", PLACE)

    monkeypatch.setattr(timer, "STEP_SECONDS", 0.01)
    monkeypatch.setattr(timer, "step", step)
    timer._run(stopped, full, timer.Looks(), None, None)
    assert len(steps) == 3 and caplog.text.count("store_not_reachable") == 1


# the command lines
@pytest.mark.parametrize("error", ALL, ids=lambda error: error.code)
def test_a_command_line_says_it_in_both_languages(monkeypatch, tmp_path, capsys, error):
    def broken(*_):
        raise error

    monkeypatch.setattr("data.uploads.store.Store.__init__", broken)
    file = tmp_path / "a.csv"
    file.write_text("a;b\n", "utf-8")
    for main, arguments in (
        (loaders_command.main, ["import", str(file)]),
        (loaders_command.main, ["mailbox", "--eml", str(tmp_path)]),
        (ui_command.main, ["publish", str(tmp_path)]),
    ):
        assert main(arguments) == 2
        said = capsys.readouterr()
        assert said.err == f"{store_sentence(error, 'vi')}\n{store_sentence(error, 'en')}\n" and said.out == ""


def test_a_command_line_as_a_process(tmp_path):
    (tmp_path / "tệp").write_text("x")
    (tmp_path / "a.csv").write_text("a;b\n")
    told = {"env": os.environ | {"STORE_URL": str(tmp_path / "tệp")}, "cwd": ROOT, "capture_output": True}
    command = [sys.executable, "-m", "loaders", "import", str(tmp_path / "a.csv")]
    done = subprocess.run(command, check=False, encoding="utf-8", **told)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "đang có một tệp, không phải thư mục" in done.stderr and "A file stands where" in done.stderr


# whoever adds a callback or a fragment
SOURCES = {path: path.read_text("utf-8") for name in ("ui", "pages") for path in (ROOT / name).rglob("*.py")}
TOUCHES = re.compile(r"\bstore\(\)|_store\(\)|\bstore\.|decisions\.")


def decorators(function: ast.FunctionDef) -> list[str]:
    return [ast.unparse(one) for one in function.decorator_list]


def not_calm(source: str) -> list[str]:
    """Functions that run without app.py and may meet the store, but are not `trouble.calm`."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    called = [
        keyword.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in ("on_click", "on_change", "on_dismiss")
    ]
    names = {node.id for node in called if isinstance(node, ast.Name)}
    found = [ast.unparse(node) for node in called if isinstance(node, ast.Lambda) and TOUCHES.search(ast.unparse(node))]
    for function in functions:
        told = decorators(function)
        runs_alone = any(one.startswith(("st.fragment", "st.dialog")) for one in told)
        is_met = function.name in names and TOUCHES.search(ast.unparse(function))
        # st.fragment outside, so that the page is told before Streamlit hears of the error
        if (runs_alone or is_met) and told[-1:] != ["trouble.calm"]:
            found.append(function.name)
    return found


def test_whatever_runs_without_the_page_is_calm():
    wrong = {str(path.relative_to(ROOT)): not_calm(source) for path, source in SOURCES.items()}
    assert {path: names for path, names in wrong.items() if names} == {"ui/frame/trouble_page.py": ["_try_again"]}
    breach = "def act(): session.store().undo(1)\nst.button('x', on_click=act)\n@st.fragment\ndef part(): pass"
    assert not_calm(breach) == ["act", "part"]
    assert not_calm("@trouble.calm\n" + breach.replace("@st.fragment", "@st.fragment\n@trouble.calm")) == []


def test_the_projector_tries_again_by_itself(full, monkeypatch):
    app, folder = opened("present"), Path(full.url)
    folder.rename(folder.with_name("mang đi"))
    app.run()
    assert t("store.again_by_itself", "vi") in told(app)
    folder.with_name("mang đi").rename(folder)
    later, reruns = session.now() + timedelta(seconds=20), []
    monkeypatch.setattr("ui.frame.trouble_page.st.rerun", lambda: reruns.append(1))
    monkeypatch.setattr(session, "now", lambda: later)
    trouble_page._try_again.__wrapped__(later)
    assert reruns == []
    trouble_page._try_again.__wrapped__(later - timedelta(seconds=20))
    assert reruns == [1]
