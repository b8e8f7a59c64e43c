"""The journeys of a presentation and of what a meeting concludes: keys, timer, fresh numbers, themes, a phone."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from data.uploads.store import Store
from tests.e2e.conftest import over
from tests.e2e.test_screens import SETTLED
from tests.e2e.test_upload_to_undo import READ, go
from tests.test_store_parts import NOW
from tests.test_store_parts import accept as accept_here
from tests.test_store_parts import gifts as list_of

DARK, LIGHT = "rgb(18, 22, 27)", "rgb(255, 255, 255)"
PAPER = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
CHART_PAPER = "() => document.querySelector('.js-plotly-plot .main-svg')?.style.background"
# what does not fit: anything that could be scrolled, and the letters that are too small for the back of the hall
TOO_MUCH = """() => [document.documentElement,
        ...document.querySelectorAll('.st-key-show, [class*=st-key-show_body], .st-key-show_chart, .mt-table')]
    .filter(e => e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2)
    .map(e => `${e.className}: ${e.scrollWidth}x${e.scrollHeight} in ${e.clientWidth}x${e.clientHeight}`)"""
LETTERS_PX = """() => Number(getComputedStyle(document.documentElement).getPropertyValue('--show-scale')) * 15"""
SWIPE = """([from, to]) => {
    const at = x => new Touch({identifier: 1, target: document.body, clientX: x, clientY: 300});
    const fire = (type, x, touches) => document.body.dispatchEvent(
        new TouchEvent(type, {touches, changedTouches: [at(x)], bubbles: true}));
    fire('touchstart', from, [at(from)]); fire('touchend', to, []); }"""


@pytest.fixture
def wall(browser: Browser, demo_url: str, request) -> Iterator[Page]:
    """A projector (or a screen of another size) over the demo."""
    width, height = getattr(request, "param", (1920, 1080))
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=demo_url, has_touch=width < 600)
    page = context.new_page()
    page.set_default_timeout(40_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def shown(page: Page, query: str) -> Page:
    page.goto(f"/trinh-chieu?{query}")
    expect(page.locator(".mt-show-foot .place")).to_have_text(re.compile(r"\d"))
    return page


def title(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def place(page: Page, text: str) -> None:
    expect(page.locator(".mt-show-foot .place")).to_have_text(text)


def standing_still(part: Locator) -> Locator:
    """A chart takes its size a moment after its place has: a click before that would meet something else."""
    part.page.wait_for_function(SETTLED)
    before = None
    while (now := part.bounding_box()) != before:
        before = now
        part.page.wait_for_timeout(500)
    return part


def test_keys_lead_through_the_screens_and_a_reload_stays(wall: Page):
    page = shown(wall, "screens=tiles,story,by_commune&communes=24649")
    title(page, "Sáu con số chính")
    expect(page.get_by_text("Bộ lọc:")).to_have_count(0)
    expect(page.get_by_role("link")).to_have_count(0)  # no menus
    for key, name, at in (
        ("ArrowRight", "Tóm tắt", "2/3"),
        ("PageDown", "Theo xã, thị trấn", "3/3"),
        ("ArrowRight", "Theo xã, thị trấn", "3/3"),  # the end is the end
        ("PageUp", "Tóm tắt", "2/3"),
        ("Home", "Sáu con số chính", "1/3"),
        ("End", "Theo xã, thị trấn", "3/3"),
    ):
        page.keyboard.press(key)
        title(page, name)
        place(page, at)
    expect(page).to_have_url(re.compile("at=3"))
    is_full = page.evaluate("() => !!document.fullscreenElement")
    page.keyboard.press("f")
    page.wait_for_function(f"() => !!document.fullscreenElement === {str(not is_full).lower()}")
    page.reload()
    title(page, "Theo xã, thị trấn")
    expect(page.locator(".standing")).to_contain_text("Xã Nam Dong")
    expect(page.locator(".standing")).to_contain_text("1/1 xã, thị trấn · đến hết ngày 05/09/2021")
    page.get_by_role("button", name="Thoát trình chiếu").click()
    title(page, "Tổng quan")
    expect(page.get_by_text("Bộ lọc: Xã Nam Dong")).to_be_visible()
    expect(page).not_to_have_url(re.compile("screens="))


def test_the_timer_goes_on_and_the_space_bar_holds_it(wall: Page):
    page = shown(wall, "screens=story,attention&step=2")
    title(page, "Cần chú ý")
    title(page, "Tóm tắt")  # and from the last to the first
    page.keyboard.press(" ")
    expect(page.get_by_text("❚❚ Đang tạm dừng")).to_be_visible()
    page.wait_for_function(SETTLED)  # whatever the timer had asked for before
    held = page.get_by_role("heading", level=1).inner_text()
    page.wait_for_timeout(3000)
    title(page, held)
    page.keyboard.press(" ")
    title(page, "Cần chú ý" if held == "Tóm tắt" else "Tóm tắt")


def test_a_click_opens_the_rows_and_the_timer_waits(wall: Page):
    page = shown(wall, "screens=by_commune,story&step=10")
    page.keyboard.press(" ")  # a slow machine must not turn the screen before the click
    largest = standing_still(page.locator(".barlayer .point path").nth(8))  # drawn from the bottom
    page.keyboard.press(" ")
    largest.click(force=True)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Tiền mặt đã nhận, Thị trấn Ea T'Ling").first).to_be_visible()
    page.wait_for_timeout(10_500)
    place(page, "1/2")
    page.keyboard.press("ArrowRight")  # keys belong to the rows now
    place(page, "1/2")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    title(page, "Tóm tắt")  # the timer goes on, and the show is still there
    page.locator(".mt-story button").first.click()
    expect(dialog.get_by_role("row").nth(1)).to_contain_text(".xlsx")


def test_dark_and_light(wall: Page):
    page = shown(wall, "screens=by_week&theme=dark")
    page.wait_for_function(f"({PAPER})() === '{DARK}' && ({CHART_PAPER})() === '{DARK}'")
    page.keyboard.press("d")
    page.wait_for_function(f"({PAPER})() === '{LIGHT}' && ({CHART_PAPER})() === '{LIGHT}'")
    expect(page).to_have_url(re.compile("theme=light"))
    page.keyboard.press("d")
    page.wait_for_function(f"({PAPER})() === '{DARK}' && ({CHART_PAPER})() === '{DARK}'")
    page.keyboard.press("Escape")
    title(page, "Tổng quan")
    page.wait_for_function(f"({PAPER})() === '{LIGHT}'")  # the theme was of the show alone


def test_every_screen_fits_a_projector_and_is_read_from_the_back(wall: Page):
    page = shown(wall, "lang=vi")
    count = int(page.locator(".mt-show-foot .place").inner_text().partition("/")[2])
    assert count >= 19
    small, cut, english = [], [], set()
    for at in range(1, count + 1):
        expect(page.locator(f".mt-show-foot[data-shown='{at}']")).to_be_visible()  # what the server has sent, too
        page.wait_for_function(SETTLED)
        name = page.get_by_role("heading", level=1).inner_text()
        for _ in range(40):  # a chart takes its size a moment after its place has
            page.wait_for_timeout(150)
            if not page.evaluate(TOO_MUCH):
                break
        cut += [f"{name}: {what}" for what in page.evaluate(TOO_MUCH)]
        if page.locator(".js-plotly-plot").count() and page.evaluate(LETTERS_PX) < 26:
            small.append(name)
        english |= {word for text in page.evaluate(READ) for word in re.findall(r"\b(?:the|of|and|close)\b", text)}
        page.keyboard.press("ArrowRight")
    assert (cut, small, english) == ([], [], set())
    assert float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")) >= 28


@pytest.mark.parametrize("wall", [(360, 640)], indirect=True)
def test_on_a_phone_one_swipes_and_nothing_is_too_wide(wall: Page):
    page = shown(wall, "screens=tiles,by_commune,sites&lang=en")
    for name in ("The six main numbers", "By commune", "Every site"):
        title(page, name)
        page.wait_for_timeout(500)
        wide = page.evaluate("() => document.scrollingElement.scrollWidth - innerWidth")
        inside = page.evaluate("() => { const e = document.querySelector('.st-key-show'); return e.scrollWidth - 360 }")
        assert (wide, inside) == (0, 0)
        page.evaluate(SWIPE, [300, 100])
    page.evaluate(SWIPE, [100, 300])
    title(page, "By commune")


def test_what_another_accepts_is_shown_without_a_hand(browser: Browser, application: str, tmp_path: Path):
    store = Store(tmp_path / "store")
    accept_here(store, list_of(["a", "b"]))
    url = over(application, tmp_path / "store")
    page = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=url).new_page()
    page.set_default_timeout(40_000)
    shown(page, "screens=story,tiles&at=2&refresh=5")
    rice = page.locator(".mt-tile[data-measure=rice_received] .big")
    expect(rice).to_have_text("20 kg", timeout=20_000)
    page.evaluate("() => { window.sameDocument = true }")
    accept_here(store, list_of(["c", "d", "e"]), at=NOW + timedelta(hours=1))
    expect(rice).to_have_text("50 kg", timeout=15_000)
    place(page, "2/2")
    assert page.evaluate("() => window.sameDocument") is True
    conclude(page, url)
    page.context.close()


def conclude(page: Page, url: str) -> None:
    """A conclusion made on a figure is listed, shown while presenting, ticked off, and taken back."""
    page.goto(url)
    title(page, "Tổng quan")
    page.wait_for_function(SETTLED)
    page.locator("[class*='st-key-conclusions_by_commune'] button").first.click()
    page.get_by_label("Nội dung kết luận, việc phải làm").fill("Xã nhập lại danh sách")
    page.get_by_label("Giao cho").fill("Bà Mẫu")
    page.get_by_label("Hạn xong").fill("20/8/2021")
    page.get_by_role("button", name="Ghi kết luận").click()
    expect(page.get_by_text("Đã ghi kết luận.")).to_be_visible()
    page.get_by_text("1 kết luận cuộc họp chưa xong, 1 quá hạn.").click()
    title(page, "Họp")
    one = page.locator(".st-key-conclusion_1")
    expect(one).to_contain_text("Xã nhập lại danh sách")
    expect(one).to_contain_text("Bà Mẫu · ▲ quá hạn")
    expect(one.get_by_role("link", name="Tổng quan: Theo xã, thị trấn")).to_be_visible()
    one.get_by_role("button", name="Đã xong").click()
    expect(page.get_by_text("Không còn kết luận nào chưa xong.")).to_be_visible()
    one.get_by_role("button", name="Chưa xong, đưa lại vào danh sách").click()
    expect(page.get_by_text("1 kết luận cuộc họp chưa xong, 1 quá hạn.").first).to_be_visible()
    one.get_by_role("link", name="Tổng quan: Theo xã, thị trấn").click()
    title(page, "Tổng quan")
    page.goto(f"{url}/trinh-chieu?screens=conclusions")
    expect(page.get_by_text("Xã nhập lại danh sách")).to_be_visible()
    go_back = page.get_by_role("button", name="Thoát trình chiếu")
    go_back.click()
    title(page, "Họp")
    go(page, "Tổng quan")
