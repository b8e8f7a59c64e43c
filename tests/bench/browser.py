"""How long a person waits for the last chart of each page, in a real browser: cold, warm, after a filter click.

A page without charts is there when its script has finished. Cold: a browser that has been nowhere yet; warm: a new tab
of one that knows the application. Warm visits take turns with a page of one chart and nothing else, which tells how
much of the wait is Streamlit, Plotly, and how busy the machine was. Without a browser nothing is measured.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice

from playwright.sync_api import sync_playwright

from data import reference
from data.uploads.store import Store
from tests.bench.empty_page import TITLE_AND_CHART, running_page
from tests.bench.measures import Measure, median
from tests.bench.pages import MANY, UPLOADS, accept_demo, accept_lists
from tests.bench.viewer import Viewer, running_application
from tests.bench.visitor import Visitor, new_visitor
from tests.machine import BROWSER, install

ROUNDS = 3
Page = tuple[int, str]  # the port of the server, the address of the page


@dataclass(frozen=True)
class Case:
    """A store and how long its viewers may wait, in seconds."""

    title: str
    fill: Callable[[Store], None]
    warm_aim: float
    click_aim: float


CASES = (
    Case("demo", accept_demo, warm_aim=1.5, click_aim=1.0),
    Case(f"{UPLOADS * MANY:,} rows", partial(accept_lists, rows_per_upload=MANY), warm_aim=2.0, click_aim=2.5),
)


def bench_browser() -> list[Measure]:
    install(BROWSER)
    path = BROWSER.find()
    if path is None:
        return [Measure(f"{case.title}: the last chart in a browser", None, "s") for case in CASES]
    measures = []
    with sync_playwright() as playwright:
        newcomer = partial(new_visitor, playwright, path)
        for case in CASES:
            with tempfile.TemporaryDirectory() as folder:
                case.fill(Store(folder))
                measures += [first_visit(newcomer, case, folder), *measure_pages(newcomer, case, folder)]
    return measures


def first_visit(newcomer: Callable, case: Case, store_url: str) -> Measure:
    """The very first page after the start of the server, in a browser that has been nowhere."""
    seconds = []
    for _ in range(ROUNDS):
        with running_application(store_url) as port, newcomer() as visitor:
            seconds.append(visitor.visit(port))
    return Measure(f"{case.title}: first visit after the server's start, cold", median(seconds), "s")


def measure_pages(newcomer: Callable, case: Case, store_url: str) -> list[Measure]:
    """Every page that the application names."""
    measures = []
    with running_application(store_url) as port, running_page(TITLE_AND_CHART) as empty_port, newcomer() as regular:
        with Viewer(port) as viewer:
            viewer.run()
            addresses = [address for address in viewer.pages if address]  # "" is one of them under a second name
        for _ in range(2):  # at the first visit a browser keeps scripts, at the second it keeps them compiled
            regular.visit(empty_port)
        for number, address in enumerate(addresses):
            page, title = (port, address), f"{case.title}: /{address}"
            measures += measure_cold(newcomer, title, page)
            measures += measure_warm(regular, case, title, page, empty_port)
            measures += measure_clicks(regular, case, title, page, number)
    return measures


def measure_cold(newcomer: Callable, title: str, page: Page) -> list[Measure]:
    seconds = []
    for _ in range(ROUNDS):
        with newcomer() as visitor:
            seconds.append(visitor.visit(*page))
    return [Measure(f"{title}, cold", median(seconds), "s")]


def measure_warm(regular: Visitor, case: Case, title: str, page: Page, empty_port: int) -> list[Measure]:
    regular.visit(*page)
    turns = [(regular.visit(*page), regular.visit(empty_port)) for _ in range(ROUNDS)]
    warm, empty = (median(list(seconds)) for seconds in zip(*turns, strict=True))
    return [
        Measure(f"{title}, warm", warm, "s", case.warm_aim),
        Measure("  against a page of one chart", warm / empty, "times"),
    ]


def measure_clicks(regular: Visitor, case: Case, title: str, page: Page, number: int) -> list[Measure]:
    """Each click makes a choice that nobody made before: every page begins with another commune."""
    codes = list(reference.load().communes())
    with regular.tab(*page) as tab:
        clicks = tab.click_communes(list(islice(cycle(codes), number, number + ROUNDS)))
    return [Measure(f"{title}, after a filter click", median(clicks), "s", case.click_aim)] if clicks else []
