"""Each patch on Streamlit's inside: why it is there, whether what it stands on is still so, that there are no others.

A test that fails here after a newer Streamlit says that a patch broke or can go: read its head, then mend or drop it.
"""

import ast
import asyncio
import inspect
import logging
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path, PurePosixPath
from types import ModuleType, SimpleNamespace

import pytest
import streamlit as st
from streamlit import config
from streamlit.errors import StreamlitAPIException
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime import Runtime, backend_operation_handler
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.session_manager import ActiveSessionInfo, SessionManager
from streamlit.testing.v1 import AppTest

from tests.test_architecture import OUTSIDE, imports, our_files, part_of
from ui.patches import download_log, in_browser, page_routes, script_runs, secrets_files
from words.texts import entries, t

ROOM = "ui/patches/"
PATCHES = {
    path.removeprefix(ROOM): text
    for path, text in our_files({".py", ".css", ".js"}).items()
    if path.startswith(ROOM) and path != f"{ROOM}__init__.py"
}
VERSION = ".".join(st.__version__.split(".")[:2])


@cache
def front() -> str:
    """All JavaScript that Streamlit sends to a browser."""
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.js")))


def is_in_front(text: str) -> bool:
    """Whether it stands there as a text of its own."""
    return any(f"{quote}{text}{quote}" in front() for quote in "`'\"")


# every patch
@pytest.mark.parametrize("name", PATCHES)
def test_head_says_version_reason_and_end(name):
    head = PATCHES[name][:1000]
    for line in (f"Seen with: Streamlit {VERSION}\n", "Why: ", "Can go when: "):
        assert line in head, f"{name}: look whether it is needed with Streamlit {VERSION}, then say so"


@pytest.mark.parametrize("name", PATCHES)
def test_patch_is_used(name):
    path = PurePosixPath(name)
    used = {".css": in_browser.STYLES, ".js": (*in_browser.SCRIPTS, "theme")}
    if path.suffix == ".py":
        others = [source for file, source in our_files({".py"}).items() if file.split("/")[0] != "tests"]
        assert any(re.search(rf"from ui\.patches import .*\b{path.stem}\b", source) for source in others)
    else:
        assert path.stem in used[path.suffix]


# what is in the page
TEST_ID = re.compile(r"""data-testid=["']?([\w-]+)""")
ATTRIBUTE = re.compile(r"\[(data-(?!testid)[\w-]+)")
TEST_IDS = sorted({(name, test_id) for name, text in PATCHES.items() for test_id in TEST_ID.findall(text)})
ATTRIBUTES = sorted({(name, word) for name, text in PATCHES.items() for word in ATTRIBUTE.findall(text)})


def has_test_id(test_id: str) -> bool:
    kind, _, rest = test_id.partition("-")  # `stBaseButton-${kind}` is put together
    return is_in_front(test_id) or (f"`{kind}-${{" in front() and is_in_front(rest))


@pytest.mark.parametrize(("name", "test_id"), TEST_IDS)
def test_streamlit_has_the_test_id(name, test_id):
    assert has_test_id(test_id), f"{name}: nothing has this test id any more"


@pytest.mark.parametrize(("name", "attribute"), ATTRIBUTES)
def test_streamlit_has_the_attribute(name, attribute):
    assert is_in_front(attribute), f"{name}: nothing has this attribute any more"


def test_what_is_not_there_is_seen():
    assert len(TEST_IDS) > 20 and {attribute for _, attribute in ATTRIBUTES} == {"data-test-script-state", "data-stale"}
    assert not has_test_id("stNoSuchPart") and not has_test_id("stBaseButton-noSuchKind") and not is_in_front("Mở")


# widget -> its parameters when its patch was written: a new one may do what the patch does
PARAMETERS = {
    "file_uploader": "label type accept_multiple_files key help on_change args kwargs max_upload_size disabled "
    "label_visibility width",
    "page_link": "page label icon icon_position help disabled use_container_width width query_params",
    "button": "label key help on_click args kwargs type icon icon_position disabled use_container_width width shortcut "
    "wrap",
    "download_button": "label data file_name mime key help on_click args kwargs type icon icon_position disabled "
    "use_container_width width shortcut wrap",
    "plotly_chart": "figure_or_data use_container_width width height theme key on_select selection_mode config alt",
    "set_page_config": "page_title page_icon layout initial_sidebar_state menu_items",
    "rerun": "scope",
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_no_parameter_does_what_a_patch_does(name):
    known = list(inspect.signature(getattr(st, name)).parameters)
    assert known == PARAMETERS[name].split(), f"st.{name}: see whether a patch can go for what is new"


REPLACED = ("Upload", "Add files", "Drag and drop files here", "Download failed", "Skip to main content")


@pytest.mark.parametrize("english", [*REPLACED, *(t(key, "en") for key in entries() if key.startswith("builtin."))])
def test_streamlit_says_it_in_english(english):
    assert is_in_front(english)


def test_theme_is_asked_of_the_system_after_printing():
    asks = r"matchMedia\(`\(prefers-color-scheme: dark\)`\);return \w+\.addEventListener\(`change`,(\w+)\)"
    assert re.search(asks + r",window\.addEventListener\(`afterprint`,\1\)", front())
    assert [name for name in dir(st) if "theme" in name.lower()] == []  # no call of its own


def test_chart_that_takes_clicks_is_set_to_pan():
    assert re.search(r"\.layout\.dragmode\|\|\(\w+=\w+\?`pan`", front()) and is_in_front("js-plotly-plot")


def test_javascript_in_a_file_needs_a_manifest():
    """Why `browser_file` reads it: a path is refused to what is no installed package."""
    with pytest.raises(StreamlitAPIException):
        st.components.v2.component("of_a_path", js="theme.js")


# what is in the server
@pytest.fixture
def no_flag(monkeypatch):
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)


@pytest.mark.parametrize("folder", ["pages", "others"])
def test_folder_of_pages_makes_an_app_of_the_old_style(no_flag, tmp_path, folder):
    (tmp_path / folder).mkdir()
    PagesManager(str(tmp_path / "app.py"))
    assert page_routes.is_taken_for_old_style() is (folder == "pages")
    assert "if PagesManager.uses_pages_directory:" in inspect.getsource(script_runner)


def test_addresses_are_known_from_the_start(no_flag, tmp_path):
    (tmp_path / "pages").mkdir()
    page_routes.know_addresses()
    PagesManager(str(tmp_path / "app.py"))
    assert not page_routes.is_taken_for_old_style()


def _note_marks():
    import streamlit as st

    from ui.patches import script_runs

    marks = [script_runs.run_mark(), script_runs.run_mark()]
    st.session_state.runs = [*st.session_state.get("runs", []), marks]
    st.session_state.is_running = script_runs.is_running()


def test_each_run_has_a_mark_of_its_own():
    app = AppTest.from_function(_note_marks).run().run()
    first, second = app.session_state.runs
    assert first[0] is first[1] and second[0] is second[1] and first[0] is not second[0]
    assert None not in (first[0], second[0]) and app.session_state.is_running
    assert script_runs.run_mark() is None and not script_runs.is_running() and not script_runs.is_serving()


def test_session_is_run_again_from_outside(monkeypatch):
    assert "self._session_mgr = " in inspect.getsource(Runtime)
    assert "self._client_state = " in inspect.getsource(AppSession)
    assert hasattr(SessionManager, "get_active_session_info") and "session" in ActiveSessionInfo.__annotations__
    assert list(inspect.signature(AppSession.request_rerun).parameters) == ["self", "client_state"]
    asked = []
    session = SimpleNamespace(_client_state="state", request_rerun=asked.append)
    known = {"mine": SimpleNamespace(session=session)}
    server = SimpleNamespace(_session_mgr=SimpleNamespace(get_active_session_info=known.get))
    monkeypatch.setattr(script_runs.runtime, "get_instance", lambda: server)
    for run, is_server in [("mine", True), ("gone", True), ("mine", False), (None, True)]:
        context = run and SimpleNamespace(session_id=run)
        monkeypatch.setattr(script_runs, "get_script_run_ctx", lambda suppress_warning, context=context: context)
        monkeypatch.setattr(script_runs.runtime, "exists", lambda is_server=is_server: is_server)
        script_runs.rerunner()()
    assert asked == ["state"]


class FailingDownload:
    async def handle(self, request, session_id):
        raise OSError("no bytes")


@pytest.fixture
def log_of_downloads():
    """What Streamlit writes when a download cannot be made; and the filters that were there are put back."""
    records, logger = [], logging.getLogger(download_log.LOGGER)
    heard = logging.Handler()
    heard.emit = records.append
    before = logger.filters[:]
    logger.filters[:] = []
    logger.addHandler(heard)
    yield records
    logger.removeHandler(heard)
    logger.filters[:] = before


def test_traceback_of_a_download_passes_the_filter(log_of_downloads):
    request = BackendOperationRequest()
    request.deferred_file.SetInParent()
    dispatcher = backend_operation_handler.BackendOperationDispatcher()
    dispatcher.register(request.WhichOneof("payload"), FailingDownload())
    asyncio.run(dispatcher.dispatch(request, "session"))
    assert [type(record.exc_info[1]) for record in log_of_downloads] == [OSError]
    download_log.filter_download_log(lambda record: False)
    asyncio.run(dispatcher.dispatch(request, "session"))
    assert len(log_of_downloads) == 1


def test_secrets_of_the_environment_are_read_by_the_server_alone(monkeypatch, tmp_path):
    before, own = config.get_option("secrets.files"), str(tmp_path / "secrets.toml")
    with pytest.raises(StreamlitAPIException):
        st.set_option("secrets.files", [own])
    asked = "from streamlit import config; print(config.get_option('secrets.files'))"
    environment = os.environ | {"STREAMLIT_SECRETS_FILES": own}
    answer = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert own not in answer.stdout
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", own)
    try:
        secrets_files.read_same_as_server()
        assert config.get_option("secrets.files") == [own]
    finally:
        config.set_option("secrets.files", before)


# nothing else touches the inside
PUBLIC_MODULES = {"components", "column_config"}
INSIDE = re.compile(r"data-testid|data-stale|test-script-state|afterprint|MutationObserver|\bst[A-Z][A-Za-z]+\b")
SCRIPT = re.compile(r"export default|addEventListener|querySelector")


def is_checked(path: str) -> bool:
    return not path.startswith(ROOM) and part_of(path) not in OUTSIDE


def check_imports(path, source):
    """Streamlit is `import streamlit as st`, and nothing of its modules."""
    if not (is_checked(path) and path.endswith(".py")):
        return []
    modules = [module for module in imports(path, source) if module.startswith("streamlit.")]
    return [f"{path}: {module} is imported in {ROOM} alone" for module in modules]


def check_attributes(path, source):
    """No module of Streamlit by way of `st`, and nothing private of whatever object."""
    if not (is_checked(path) and path.endswith(".py") and part_of(path) in {"app", "serve", "pages", "ui"}):
        return []
    wrong = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Attribute):
            continue
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        is_private = node.attr.startswith("_") and not node.attr.startswith("__") and owner not in ("self", "cls")
        is_module = owner == "st" and isinstance(getattr(st, node.attr, None), ModuleType)
        if is_private or (is_module and node.attr not in PUBLIC_MODULES):
            wrong.append(f"{path}: {owner}.{node.attr} is touched in {ROOM} alone")
    return wrong


def check_page_inside(path, source):
    """No test id, no attribute and no trick of the page as Streamlit builds it."""
    words = INSIDE.findall(source) if is_checked(path) else []
    return [f"{path}: {word} is touched in {ROOM} alone" for word in words]


def check_scripts(path, source):
    """JavaScript stands in .js files."""
    is_wrong = is_checked(path) and path.endswith(".py") and SCRIPT.search(source)
    return [f"{path}: JavaScript stands in a file of its own"] if is_wrong else []


CHECKS = [check_imports, check_attributes, check_page_inside, check_scripts]
BREACHES = [
    (check_imports, "ui/frame/session.py", "from streamlit.runtime.scriptrunner import get_script_run_ctx"),
    (check_imports, "app.py", "from streamlit.runtime.pages_manager import PagesManager"),
    (check_imports, "ui/doors/sign_in.py", "from streamlit import config, runtime"),
    (check_attributes, "pages/hang_hoa.py", "import streamlit as st\nst.runtime.exists()"),
    (check_attributes, "ui/frame/session.py", "import streamlit as st\nst.config.get_option('x')"),
    (check_attributes, "ui/frame/trouble.py", "manager()._session_mgr"),
    (check_page_inside, "ui/frame/style.css", '[data-testid="stApp"] { color: red; }'),
    (check_page_inside, "ui/meeting/presenting_keys.js", 'document.querySelector(".stApp")'),
    (check_page_inside, "ui/goods/page.py", "st.html('<style>.stButton{}</style>')"),
    (check_page_inside, "ui/frame/tables.js", "new MutationObserver(look)"),
    (check_scripts, "ui/frame/tables.py", "js = 'export default function () {}'"),
]
ALLOWED = [
    (check_imports, "ui/patches/script_runs.py", "from streamlit import runtime"),
    (check_imports, "tests/test_x.py", "from streamlit.testing.v1 import AppTest"),
    (check_attributes, "ui/frame/tables.py", "import streamlit as st\nst.components.v2.component('x')\nself._x = 1"),
    (check_page_inside, "ui/frame/style.css", ".st-key-show { color: var(--st-primary-color); }"),
    (check_page_inside, "ui/patches/theme.js", "window.dispatchEvent(new Event('afterprint'))"),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_inside_is_touched_by_patches_alone(check):
    files = our_files({".py", ".css", ".js"})
    assert [breach for path, source in files.items() for breach in check(path, source)] == []


@pytest.mark.parametrize(("check", "path", "source"), BREACHES)
def test_breach_is_caught(check, path, source):
    assert check(path, source) != []


@pytest.mark.parametrize(("check", "path", "source"), ALLOWED)
def test_allowed_passes(check, path, source):
    assert check(path, source) == []
