"""A real browser in front of the real application, each journey on a store of its own."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

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
START_SECONDS = 60
WAIT_MS = 20_000
expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        path = os.environ.get("BROWSER_PATH") or "/usr/bin/chromium"
        started = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield started
        started.close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


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


@pytest.fixture
def app_url(tmp_path):
    """The address of an application with an empty store."""
    with running_app(tmp_path / "store", tmp_path / "app.log") as url:
        yield url


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
    expect(part).to_have_attribute("open", re.compile(""))


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
    SHOTS.mkdir(exist_ok=True)
    opened.screenshot(path=SHOTS / (re.sub(r"\W+", "_", request.node.name) + ".png"), full_page=True)
    context.close()
    assert errors == []
