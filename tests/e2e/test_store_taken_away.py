"""The store is taken away while people work: each way to meet that leads to the calm page, and back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.access import Person
from data.uploads.store import Store
from tests.e2e.conftest import running_app
from tests.test_pages import NOW, readings

GONE = "Không thấy kho số liệu"


@pytest.fixture
def store(tmp_path):
    made, who = Store(tmp_path / "store"), Person("An", "admin")
    made.accept(name="a.xlsx", content=b"1", parts=readings(), who=who, received_at=NOW, now=NOW)
    made.conclusions.add("Bổ sung gạo", who=who, now=NOW)
    return made


@pytest.fixture
def app_url(store, tmp_path):
    with running_app(Path(store.url), tmp_path / "app.log") as url:
        yield url
    log = (tmp_path / "app.log").read_text("utf-8")
    assert log.count("the store: store_missing") == 1  # all of it within half a minute
    assert "Traceback" not in log and "Uncaught" not in log and "Nguyễn" not in log


def settle(page: Page) -> None:
    """Nothing runs any more."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()


class Folder:
    """Of the store, and the page of whoever looks at it."""

    def __init__(self, path: Path, page: Page):
        self.path, self.page = path, page

    def take_away(self) -> None:
        settle(self.page)
        self.path.rename(self.path.with_name("away"))

    def bring_back(self) -> None:
        page = self.page
        expect(page.get_by_role("heading", name=GONE)).to_be_visible()
        expect(page.get_by_text(re.compile("encountered|error|failed|Traceback", re.IGNORECASE))).to_have_count(0)
        expect(page.locator("[data-testid=stHeading]")).to_have_count(1)  # and nothing else of any page
        self.path.with_name("away").rename(self.path)
        page.get_by_role("button", name="Thử lại").click()
        expect(page.get_by_role("heading", name=GONE)).to_have_count(0)


def test_the_store_is_taken_away_and_brought_back(page: Page, store):
    folder = Folder(Path(store.url), page)
    expect(page.get_by_role("heading", name="Tổng quan", exact=True)).to_be_visible()

    # another page, and another language
    folder.take_away()
    page.get_by_role("link", name="Hàng hóa và tiền").click()
    expect(page.get_by_role("heading", name=GONE)).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="The store is not where it should be")).to_be_visible()
    page.get_by_role("button", name="Tiếng Việt").click()
    folder.bring_back()
    expect(page.get_by_role("heading", name="Hàng hóa và tiền", exact=True)).to_be_visible()

    # what runs alone while a person types
    search = page.locator(".st-key-gift_query_vi input")
    expect(search).to_be_visible()
    folder.take_away()
    search.fill("Thử")
    search.press("Enter")
    folder.bring_back()

    # a file that is made when its button is pressed
    button = page.locator(".st-key-csv_gift_lines button")
    expect(button).to_be_visible()
    page.locator(".st-key-gift_names_vi label").click()
    expect(page.get_by_text("Trần Thị Thử")).to_be_visible()
    folder.take_away()
    button.click()
    folder.bring_back()

    # a click that writes
    page.get_by_role("link", name="Họp").click()
    done = page.locator(".st-key-done_1 button")
    expect(done).to_be_visible()
    folder.take_away()
    done.click()
    folder.bring_back()
    assert store.conclusions.all()[1].is_open
    page.locator(".st-key-done_1 button").click()
    expect(page.locator(".st-key-reopen_1 button")).to_be_visible()
    assert not store.conclusions.all()[1].is_open
