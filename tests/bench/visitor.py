"""A person with a browser in front of the running application: opens pages, clicks filters, and how long each took.

All times are taken inside the page (watch.js): Playwright only opens, clicks and fetches them.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, BrowserType, Locator, Page, Playwright

from data import reference
from tests.bench.viewer import FAULT
from words import names
from words.texts import t

WAIT_MS = 60_000
PANEL_OPENS_MS = 800  # it grows for a while: a click on what still moves misses
PANEL = t("filters.title").partition("{")[0].strip()  # how the panel of the filters begins
WATCH = (Path(__file__).parent / "watch.js").read_text("utf-8")
# nothing but the application is asked for
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update"]


class Visitor:
    """A browser with a profile of its own, empty at first; it keeps what a browser of the office keeps."""

    def __init__(self, context: BrowserContext):
        self.context = context

    @contextmanager
    def tab(self, port: int, address: str = "") -> Iterator["Tab"]:
        """A new tab in which a page is fully there."""
        page = self.context.new_page()
        page.goto(f"http://127.0.0.1:{port}/{address}", wait_until="commit")
        tab = Tab(page)
        tab.waited()
        yield tab
        page.close()

    def visit(self, port: int, address: str = "") -> float:
        """Seconds from asking for the address to the last chart."""
        with self.tab(port, address) as tab:
            return tab.waited()


@contextmanager
def new_visitor(playwright: Playwright, browser_path: str) -> Iterator[Visitor]:
    """A visitor who has been nowhere yet."""
    chromium: BrowserType = playwright.chromium
    look = {"viewport": {"width": 1366, "height": 900}, "locale": "vi-VN"}
    look["timezone_id"] = reference.load().campaign.zone.key
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        context = chromium.launch_persistent_context(profile, executable_path=browser_path, args=ARGUMENTS, **look)
        context.set_default_timeout(WAIT_MS)
        context.add_init_script(WATCH)
        try:
            yield Visitor(context)
        finally:
            context.close()


class Tab:
    """A page that is open."""

    def __init__(self, page: Page):
        self.page = page

    def waited(self) -> float:
        """Waits for the end of the wait that began last; its seconds. An error on the page is raised, not measured."""
        milliseconds = self.page.wait_for_function("() => window.bench?.waited()").json_value()
        if self.page.get_by_test_id("stException").or_(self.page.get_by_text(FAULT)).count():
            raise RuntimeError(f"the page shows an error: {self.page.url}")
        return milliseconds / 1000

    def click_communes(self, codes: list[str]) -> list[float]:
        """Seconds from each click on a commune among the filters to the last chart; none where there are no filters."""
        panel = self.page.get_by_test_id("stExpander").filter(has_text=PANEL)
        return [self._click(panel, names.commune(code)) for code in codes] if panel.count() else []

    def _click(self, panel: Locator, name: str) -> float:
        pill = panel.get_by_role("button", name=name, exact=True)
        if not pill.is_visible():
            panel.locator("summary").click()
            pill.wait_for()
            self.page.wait_for_timeout(PANEL_OPENS_MS)
            self.waited()
        pill.evaluate("button => window.bench.awaitClick(button)")
        pill.click()
        return self.waited()
