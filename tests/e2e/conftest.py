"""A real browser in front of the real application: one application a worker, each journey on a store of its own."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.any_store import STORE
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SHOTS = Path(__file__).parent / ".shots"  # what a failed journey saw last; git-ignored
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HAS_FAILED = pytest.StashKey[bool]()
START_SECONDS = WAIT_SECONDS = 180  # of a busy machine
WAIT_MS = 20_000
expect.set_options(timeout=WAIT_MS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    item.stash[HAS_FAILED] = item.stash.get(HAS_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        path = os.environ.get("BROWSER_PATH") or "/usr/bin/chromium"
        started = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield started
        started.close()


@contextmanager
def running_app(store: Path, log_path: Path, launcher: list[str] | None = None) -> Iterator[str]:
    """The address of an application over a store; launcher: what runs Streamlit's command line, itself by default."""
    port = free_port()
    command = [*(launcher or [sys.executable, "-m", "streamlit"]), "run", "serve.py", "--server.port", str(port)]
    with open(log_path, "wb") as log:
        environment = os.environ | {"STORE_URL": str(store)}
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(url, server)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="session")
def application(tmp_path_factory):
    """The address of the one application of this worker; `over` says which store it has."""
    folder = tmp_path_factory.mktemp("application")
    with running_app(folder / "store", folder / "app.log", [sys.executable, "-m", "tests.e2e.any_store"]) as url:
        yield url


def over(url: str, store: Path) -> str:
    """The same address; from now on the application there has this store, of which it knew nothing before."""
    urllib.request.urlopen(
        urllib.request.Request(f"{url}{STORE}", str(store).encode(), method="PUT"), timeout=WAIT_SECONDS
    )
    return url


@pytest.fixture
def app_url(application, tmp_path):
    """The address of an application with an empty store."""
    return over(application, tmp_path / "store")


@pytest.fixture(scope="session")
def demo_url(demo_store, tmp_path_factory):
    """The address of an application with the demo, for all journeys that change nothing in it."""
    with running_app(Path(demo_store), tmp_path_factory.mktemp("app") / "app.log") as url:
        yield url


def wait_for(url: str, server: subprocess.Popen) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "the application stopped while starting"
        try:
            if urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the application did not start")


def at_rest(page: Page) -> Page:
    """Waits until no run of the page is under way: what a click met before would be drawn anew under the finger."""
    for _ in range(2):  # a run may ask for another one
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", state="attached")
        page.wait_for_timeout(150)
    return page


def open_part(page: Page, name: str) -> None:
    """A part that is folded (an expander), by a click on its line."""
    at_rest(page)
    part = page.locator("details").filter(has=page.locator("summary", has_text=name)).first
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    expect(part).to_have_js_property("open", True)


@pytest.fixture
def page(browser: Browser, app_url: str, request):
    """A Vietnamese visitor's page on the overview; whatever goes wrong in the browser fails the journey."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="vi-VN", base_url=app_url)
    opened = context.new_page()
    opened.set_default_timeout(WAIT_MS)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto("/")
    yield opened
    if request.node.stash.get(HAS_FAILED, False):
        SHOTS.mkdir(exist_ok=True)
        opened.screenshot(path=SHOTS / (re.sub(r"\W+", "_", request.node.name) + ".png"), full_page=True)
    context.close()
    assert errors == []
