"""The journeys of a leader in a meeting: filters, clicks, earlier moments, no internet, a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import open_part
from tests.e2e.test_upload_to_undo import READ, accept, drop, gifts, go, take_off_the_screen, tile

PAGES = {
    "tong-quan": "Tổng quan",
    "tien-do": "Tiến độ theo xã",
    "hang-hoa": "Hàng hóa và tiền",
    "tuyen-dau": "Tuyến đầu",
    "bao-cao": "Báo cáo tuần",
    "cuoc-hop": "Họp",
    "nhap-so-lieu": "Nhập số liệu",
    "hop-cho": "Hộp chờ",
    "nguon-du-lieu": "Nguồn dữ liệu",
    "lich-su": "Lịch sử",
    "cong-khai": "Công khai",
}
WITH_CHARTS = ("tong-quan", "tien-do", "hang-hoa", "tuyen-dau", "bao-cao", "cong-khai")
WITH_FILTERS = (*WITH_CHARTS[:5], "cuoc-hop", "lich-su")
SETTLED = """() => document.querySelector('[data-testid="stApp"]').dataset.testScriptState === "notRunning"
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stSpinner"]')"""
# what a browser shows or reads out besides the text: labels, tooltips, hints
SPOKEN = """() => [...document.querySelectorAll("[aria-label], [title], [placeholder], [alt], [data-title]")]
    .filter(e => e.checkVisibility())
    .flatMap(e => ["aria-label", "title", "placeholder", "alt"].map(n => e.getAttribute(n)).filter(Boolean))"""
LEVELS = "() => [...document.querySelectorAll('h1,h2,h3,h4')].map(heading => Number(heading.tagName[1]))"
LABEL = "e => (e.closest('[aria-label]') || e.querySelector('[aria-label]'))?.getAttribute('aria-label')"
# a table may be scrolled sideways, and says so; Plotly's layers are as wide as their chart
TOO_WIDE = """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
    .filter(e => e.checkVisibility() && !e.closest('.mt-table, svg, .modebar, [hidden]'))
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && e.getBoundingClientRect().width > 0)
    .map(e => e.className?.toString().slice(0, 60) + ': ' + e.textContent.slice(0, 40))"""
SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"
BUILT_IN = re.compile(
    r"\b(upload|browse|drag|drop|limit|per file|choose|select|search|download|deploy|rerun|option|error|allowed|open"
    r"|close|fullscreen|show|hide|help|chart|plot|zoom|reset|clear|view|menu|settings|page|press|enter|the|copy|none)\b",
    re.I,
)


@pytest.fixture
def shown(browser: Browser, demo_url: str, request) -> Iterator[Page]:
    """A page over the demo, on a screen of the given size; nothing but the application may be asked for."""
    width, height = getattr(request, "param", (1366, 900))
    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN", base_url=demo_url)
    asked: list[str] = []

    def only_ours(route) -> None:
        if route.request.url.startswith((demo_url, "data:", "blob:")):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    context.route("**/*", only_ours)
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == [] and asked == []


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    settle(page)
    return page


def settle(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_function(SETTLED)
    page.wait_for_timeout(400)
    page.wait_for_function(SETTLED)


def bars(page: Page, key: str):
    """The bars of a chart."""
    return page.locator(f"[class*='st-key-chart_{key}'] .barlayer .point path")


# one set of filters
def test_a_filter_survives_page_language_reload_and_another_browser(shown: Page, browser: Browser):
    page = opened(shown, "/tong-quan?communes=24649&from=2021-08-09&to=2021-08-16")
    cash = page.locator(".mt-tile[data-measure=cash_received] .big").inner_text()
    for name in list(PAGES.values())[1:5]:
        go(page, name)
        expect(page.get_by_text("Bộ lọc: Xã Nam Dong · Tuần 32 → Tuần 33")).to_be_visible()
        expect(page).to_have_url(re.compile(r"communes=24649"))
    go(page, "Tổng quan")
    page.reload()
    settle(page)
    expect(page.locator(".mt-tile[data-measure=cash_received] .big")).to_have_text(cash)
    page.get_by_role("button", name="English", exact=True).click()
    expect(page.get_by_text("Filters: Nam Dong · Week 32 → Week 33")).to_be_visible()

    elsewhere = browser.new_context(locale="en-US").new_page()
    opened(elsewhere, page.url)
    for code in ("cash_received", "rice_received", "households_supported", "frontline_visits", "reports_on_time"):
        here, there = (p.locator(f".mt-tile[data-measure={code}] .big").inner_text() for p in (page, elsewhere))
        assert here == there
    elsewhere.context.close()


def test_a_click_on_a_commune_filters_and_another_click_lets_go(shown: Page):
    page = opened(shown, "/tong-quan")
    whole = page.locator(".mt-tile[data-measure=cash_received] .big").inner_text()
    bars(page, "by_commune").last.click(force=True)  # drawn from the bottom: the last is the largest
    expect(page.get_by_text("Bộ lọc: Thị trấn Ea T'Ling · Tất cả các tuần")).to_be_visible()
    expect(page).to_have_url(re.compile("communes=24640"))
    expect(page.locator(".mt-tile[data-measure=cash_received] .big")).not_to_have_text(whole)
    settle(page)
    bars(page, "by_commune").last.click(force=True)
    expect(page.get_by_text("Bộ lọc: Tất cả các xã · Tất cả các tuần")).to_be_visible()
    expect(page.locator(".mt-tile[data-measure=cash_received] .big")).to_have_text(whole)


def test_a_click_on_a_week_filters(shown: Page):
    page = opened(shown, "/tong-quan")
    bars(page, "by_week").nth(2).click(force=True)
    expect(page.get_by_text("Bộ lọc: Tất cả các xã · Tuần 32 → Tuần 32")).to_be_visible()


def test_from_a_number_in_a_table_to_its_cells(shown: Page):
    page = opened(shown, "/tong-quan")
    page.get_by_text("Bảng", exact=True).nth(1).click()
    row = page.get_by_role("row").filter(has_text="Xã Nam Dong").first
    number = row.get_by_role("button").last
    amount = number.inner_text()
    number.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"= {amount} đồng")).to_be_visible()
    expect(dialog.get_by_role("row").nth(1)).to_contain_text(".xlsx")
    expect(page).to_have_url(re.compile("rows=cash_received"))
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(page).not_to_have_url(re.compile("rows="))


def test_an_earlier_moment_shows_what_was_shown_then(page: Page, tmp_path):
    def all_numbers() -> list[str]:
        settle(page)
        return page.locator(".mt-tile").all_inner_texts()

    first, second = gifts(tmp_path / "a.xlsx", [500_000, 300_000]), gifts(tmp_path / "b.xlsx", [1_000_000] * 3)
    go(page, "Nhập số liệu")
    drop(page, first)
    accept(page, 1, first.name)
    take_off_the_screen(page, first.name)
    go(page, "Tổng quan")
    then = all_numbers()
    go(page, "Nhập số liệu")
    drop(page, second)
    accept(page, 2, second.name)
    go(page, "Tổng quan")
    expect(tile(page, "Tiền mặt đã nhận")).to_contain_text("3,8 triệu đồng")
    go(page, "Lịch sử")
    page.locator(".st-key-upload_1").get_by_text("Xem số liệu như ngay sau lần này").click()
    expect(page.get_by_role("heading", name="Tổng quan", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile("as_of="))
    assert all_numbers() == then
    page.get_by_role("button", name="Bỏ mọi bộ lọc").click()
    expect(tile(page, "Tiền mặt đã nhận")).to_contain_text("3,8 triệu đồng")


# every screen
@pytest.mark.parametrize("address", PAGES)
def test_every_page(shown: Page, address: str):
    """In one visit: the charts, the order of headings, words of others, and then, on a phone, both languages."""
    page = opened(shown, f"/{address}")
    expect(page.get_by_role("heading", level=1)).to_have_text(PAGES[address])
    if address in WITH_CHARTS:
        no_chart_is_missing(page)
    headings_are_in_order(page)
    if address in WITH_FILTERS:
        open_part(page, "Bộ lọc:")
        settle(page)
    no_english_word_is_seen_or_read_out(page)
    page.set_viewport_size({"width": 360, "height": 780})
    settle(page)
    assert page.evaluate(TOO_WIDE) == []
    page.get_by_role("button", name="English", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(PAGES[address])
    settle(page)
    assert page.evaluate(TOO_WIDE) == []


def no_chart_is_missing(page: Page) -> None:
    """Without internet: nothing but the application answers."""
    charts = page.locator("[data-testid=stPlotlyChart]")
    expect(charts.first).to_be_visible()
    for chart in charts.all():
        expect(chart.locator(".main-svg").first).to_be_visible()
        assert chart.locator(".trace, .point, .sankey-link, .hm, .cell").count() > 0
        spoken = chart.evaluate(LABEL)
        assert spoken and spoken.startswith("Biểu đồ")
    fonts = page.evaluate("() => [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert any("Be Vietnam Pro" in family for family in fonts)


def headings_are_in_order(page: Page) -> None:
    levels = page.evaluate(LEVELS)
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def no_english_word_is_seen_or_read_out(page: Page) -> None:
    texts = [*page.evaluate(READ), *page.evaluate(SPOKEN)]
    number = page.locator(".mt-live button[data-click^=rows]:visible").first
    if number.count():
        number.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        texts += [*page.evaluate(READ), *page.evaluate(SPOKEN)]
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).not_to_be_visible()
    found = {word for text in texts for word in BUILT_IN.findall(re.sub(r"English|[\w -]+\.xlsx", "", text))}
    assert found == set()


def test_a_finger_on_a_chart_scrolls_the_page_and_a_tap_still_filters(browser: Browser, demo_url: str):
    size = {"width": 360, "height": 780}
    context = browser.new_context(viewport=size, has_touch=True, is_mobile=True, base_url=demo_url)
    page = opened(context.new_page(), "/tong-quan")
    bar = bars(page, "by_commune").last
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    x, y = box["x"] + 20, box["y"] + box["height"] / 2
    touch = context.new_cdp_session(page)
    before = page.evaluate(SCROLLED)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 16):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 15 * step}]})
        page.wait_for_timeout(20)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)
    assert page.evaluate(SCROLLED) > before + 100
    expect(page.get_by_text("Bộ lọc: Tất cả các xã")).to_be_visible()  # a swipe is no choice

    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    page.touchscreen.tap(box["x"] + 20, box["y"] + box["height"] / 2)
    expect(page.get_by_text("Bộ lọc: Thị trấn Ea T'Ling")).to_be_visible()
    context.close()
