"""A leader gets a link by QR code: sees the meeting's numbers without an account, until it is revoked or expires."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from data.access import Person
from data.uploads.store import Store
from tests.e2e.conftest import WAIT_MS, over
from tests.test_pages import NOW, readings
from ui.frame import session

OFFICE = Person("văn phòng", "editor")
CASH = "1,75 triệu đồng"


@pytest.fixture
def office(browser: Browser, application: str, tmp_path):
    """(the store, the office's own page on the overview): one upload of three gifts."""
    store = Store(tmp_path / "store")
    told = {"name": "Nam Dong.xlsx", "content": b"1", "received_at": NOW, "now": NOW}
    store.accept(parts=readings(), who=OFFICE, **told)
    page = new_visitor(browser, over(application, tmp_path / "store"))
    page.goto("/")
    expect(page.get_by_role("heading", name="Tổng quan")).to_be_visible()
    yield store, page
    page.context.close()


def new_visitor(browser: Browser, url: str, width: int = 1366) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN", base_url=url)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    return page


def share(page: Page, *, frozen: bool = False, passcode: str = "", scope: str = "") -> str:
    """What the clerk does: Chia sẻ, choose, make; the address that stands under the QR code."""
    page.get_by_role("button", name="Chia sẻ").click()
    window = page.get_by_role("dialog")
    if scope:
        window.get_by_role("combobox", name="Người nhận xem được").click()
        page.get_by_role("option", name=scope).click()
    if frozen:
        window.get_by_text("giữ nguyên lúc này", exact=True).click()
        expect(window.get_by_text("Số liệu giữ nguyên như lúc này")).to_be_visible()
    if passcode:
        window.get_by_label("Mã mở").fill(passcode)
        window.get_by_label("Mã mở").press("Tab")
    window.get_by_role("button", name="Tạo đường dẫn").click()
    expect(window.get_by_role("img", name="Mã QR")).to_be_visible()
    address = window.locator(".mt-address").inner_text()
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()
    return address


def test_a_link_shows_the_page_without_names_and_ends_at_once_when_it_is_revoked(office, browser):
    store, page = office
    address = share(page)
    leader = new_visitor(browser, "http://127.0.0.1", width=360)
    leader.goto(address)
    expect(leader.get_by_role("heading", name="Tổng quan")).to_be_visible()
    expect(leader.get_by_text("Đang xem qua đường dẫn chia sẻ")).to_be_visible()
    expect(leader.locator("[data-measure=cash_received] .big")).to_have_text(CASH)
    assert leader.get_by_role("button", name="Chia sẻ").count() == 0
    assert leader.get_by_role("link", name="Nhập số liệu").count() == 0
    assert address.rsplit("/", 1)[1] not in leader.url  # whoever looks over a shoulder cannot take it along
    # a number still opens to its cells; a private donor is named nowhere
    leader.locator("[data-measure=cash_received] .big").click()
    expect(leader.get_by_role("dialog").get_by_text("E8")).to_be_visible()
    leader.keyboard.press("Escape")
    leader.get_by_role("link", name="Hàng hóa và tiền").click()
    expect(leader.get_by_role("heading", name="Từng dòng ủng hộ")).to_be_visible()
    assert "Nguyễn" not in leader.content() and "Mẫu" not in leader.content()
    # an address of the clerk's pages shows nothing of them
    leader.goto(re.sub(r"(//[^/]+/).*", r"\1nhap-so-lieu", leader.url))
    expect(leader.get_by_text("Trang này không thuộc phạm vi của đường dẫn")).to_be_visible()
    (link,) = store.links.all().values()
    assert len(link.openings) == 1
    store.links.revoke(link.number, who=OFFICE, now=session.now())
    leader.reload()
    expect(leader.get_by_text("Đường dẫn này đã bị thu hồi.")).to_be_visible()
    assert leader.locator("[data-measure]").count() == 0
    assert leader.goto(address).status == 403
    leader.context.close()


def test_a_frozen_link_keeps_its_numbers_and_a_live_one_follows(office, browser):
    store, page = office
    frozen, live = share(page, frozen=True), share_again(page)
    store.undo(1, who=OFFICE, now=session.now())
    for address, shown in ((frozen, CASH), (live, None)):
        leader = new_visitor(browser, "http://127.0.0.1")
        leader.goto(address)
        if shown:
            expect(leader.locator("[data-measure=cash_received] .big")).to_have_text(shown)
            expect(leader.get_by_text("Số liệu giữ nguyên như lúc")).to_be_visible()
        else:
            expect(leader.get_by_text("Chưa có số liệu nào")).to_be_visible()
        leader.context.close()


def share_again(page: Page) -> str:
    """A second link, of the other sort, in a fresh window."""
    page.reload()
    expect(page.get_by_role("heading", name="Tổng quan")).to_be_visible()
    return share(page)


def test_a_passcode_is_asked_and_guessing_is_slow(office, browser):
    _, page = office
    address = share(page, passcode="hop2021", scope="Chỉ một xã, thị trấn")
    leader = new_visitor(browser, "http://127.0.0.1")
    leader.goto(address)
    assert leader.locator("[data-measure]").count() == 0
    for number in range(3):
        leader.get_by_label("Mã mở").fill(f"sai{number}")
        leader.get_by_role("button").click()
        expect(leader.get_by_text("Mã mở chưa đúng.")).to_be_visible()
    expect(leader.get_by_text("giây rồi thử lại")).to_be_visible()
    leader.wait_for_timeout(2100)
    leader.get_by_label("Mã mở").fill("hop2021")
    leader.get_by_role("button").click()
    expect(leader.get_by_text("Đang xem riêng số liệu của")).to_be_visible()
    leader.context.close()
