"""The journeys of the district's clerk: from a dropped file to a number, to its cell, and back out again."""

import re
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.e2e.conftest import at_rest, open_part

expect.set_options(timeout=20_000)
FAULTY = "Nam Dong co loi.xlsx"
RIGHT = "Nam Dong.xlsx"
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
# every text that is seen; an icon is a letter of a font, whatever its name
READ = """() => { const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) { const parent = walker.currentNode.parentElement;
        if (parent.checkVisibility() && !parent.closest("style, script, [data-testid=stIconMaterial]"))
            found.push(walker.currentNode.data); }
    return found; }"""
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de")


def gifts(path: Path, amounts: list[object]) -> Path:
    """An invented list of gifts with these amounts in E6, E7, …"""
    book = Workbook()
    sheet = book.active
    sheet.title = "Danh sách"
    sheet["A1"], sheet["A3"] = "UBMTTQ XÃ NAM DONG", "DANH SÁCH ỦNG HỘ PHÒNG, CHỐNG DỊCH"
    sheet.append([])
    sheet.append(["STT", "Họ và tên", "Địa chỉ", "Ngày", "Số tiền (đồng)", "Ghi chú"])
    for number, amount in enumerate(amounts, start=1):
        sheet.append([number, f"Nguyễn Văn Mẫu {number:02}", "Thôn 1", f"{number + 1:02}/08/2021", amount, ""])
    book.save(path)
    return path


@pytest.fixture
def files(tmp_path) -> dict[str, Path]:
    return {
        FAULTY: gifts(tmp_path / FAULTY, [500_000, "chưa nộp", 1_250_000]),
        RIGHT: gifts(tmp_path / RIGHT, [500_000, 300_000, 1_250_000]),
    }


def go(page: Page, title: str) -> None:
    """To another page, by the navigation."""
    page.get_by_role("link", name=title, exact=True).first.click()
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    at_rest(page)


def drop(page: Page, *paths: Path) -> None:
    page.locator("input[type=file]").set_input_files(paths)
    for path in paths:
        expect(page.get_by_role("heading", name=path.name, exact=True)).to_be_visible()
    at_rest(page)


def accept(page: Page, number: int, name: str) -> None:
    at_rest(page).get_by_role("button", name="Nhận", exact=True).first.click()
    expect(page.get_by_text(f"Đã nhận “{name}”: lần số {number}")).to_be_visible()


def take_off_the_screen(page: Page, name: str) -> None:
    page.get_by_role("button", name="Xong, bỏ các tệp này khỏi màn hình").click()
    expect(page.get_by_role("heading", name=name, exact=True)).not_to_be_visible()


def tile(page: Page, name: str):
    return page.locator(".mt-tile").filter(has_text=name)


def test_from_a_faulty_file_to_a_number_and_back(page: Page, files):
    go(page, "Nhập số liệu")
    drop(page, files[FAULTY])
    expect(page.get_by_text("Ô E7, tờ “Danh sách”").first).to_be_visible()
    expect(page.get_by_text("“chưa nộp”. Cần một số.").first).to_be_visible()
    expect(page.get_by_text("2 dòng đọc được, 1 dòng chờ xử lý")).to_be_visible()

    page.get_by_role("button", name=re.compile(FAULTY)).click()  # taken away again
    expect(page.get_by_role("heading", name=FAULTY, exact=True)).not_to_be_visible()
    drop(page, files[RIGHT])
    expect(page.get_by_text("3 dòng đọc được").first).to_be_visible()
    accept(page, 1, RIGHT)

    page.get_by_role("link", name="Xem ở Tổng quan").click()
    expect(tile(page, "Tiền mặt đã nhận")).to_contain_text("2.050.000 đồng")
    tile(page, "Tiền mặt đã nhận").get_by_role("button", name="Xem từng dòng").click()
    rows = page.get_by_role("region", name="Các dòng làm nên số: Tiền mặt đã nhận")
    line = rows.get_by_role("row").filter(has_text="E8")
    expect(line).to_contain_text(RIGHT)
    expect(line).to_contain_text("Danh sách")
    expect(line).to_contain_text("1.250.000")
    expect(page.get_by_text("Cộng 3 dòng = 2.050.000")).to_be_visible()
    with page.expect_download() as table:
        page.locator(".st-key-csv_opened").get_by_role("button").click()
    assert "1250000" in Path(table.value.path()).read_text("utf-8-sig")
    page.get_by_role("dialog").get_by_role("button", name="Đóng").click()
    expect(rows).not_to_be_visible()

    go(page, "Lịch sử")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải tệp gốc").click()
    assert Path(download.value.path()).read_bytes() == files[RIGHT].read_bytes()
    page.get_by_role("button", name="Rút lại").click()
    expect(page.get_by_role("region", name="Những số liệu này sẽ không còn được tính")).to_contain_text("2.050.000")
    page.get_by_role("button", name="Đúng, rút lại lần số 1").click()
    expect(page.get_by_text("Đã rút lại lần số 1.")).to_be_visible()

    go(page, "Tổng quan")
    expect(page.get_by_text("Chưa có số liệu nào được nhận")).to_be_visible()
    expect(page.get_by_text("2.050.000")).not_to_be_visible()  # the number is gone


def test_a_picture_named_as_a_workbook_is_refused_in_words(page: Page, tmp_path):
    picture = tmp_path / "anh chup.xlsx"
    picture.write_bytes(PNG)
    go(page, "Nhập số liệu")
    drop(page, picture)
    expect(page.get_by_text("Tệp là ảnh chụp hoặc bản quét")).to_be_visible()
    expect(page.get_by_role("button", name="Nhận", exact=True)).not_to_be_visible()
    expect(page.get_by_text("Traceback")).not_to_be_visible()


def test_questions_are_answered_on_the_page(page: Page):
    """A period from Friday to Thursday: nothing is guessed, and a tick or a choice settles it."""
    go(page, "Nhập số liệu")
    drop(page, FIXTURES / "weekly_from_friday_to_thursday.xlsx")
    button = page.get_by_role("button", name="Nhận", exact=True)
    expect(button).to_be_disabled()
    expect(page.get_by_text("Chưa nhận được")).to_be_visible()
    page.get_by_text("Tính vào tuần bắt đầu 09/08/2021").click()
    expect(page.get_by_text("Tuần 32 (09/8–15/8/2021)").first).to_be_visible()
    expect(button).to_be_enabled()
    option = page.get_by_role("option", name="Tuần 31 (02/8–08/8/2021)")
    for _ in range(5):  # a run of the page that is still under way closes the list: a person opens it again
        page.get_by_role("combobox", name="Tuần của tờ").press("ArrowDown")
        page.wait_for_timeout(1500)
        if option.is_visible():
            break
    option.click()
    expect(page.get_by_text("Tuần 31 (02/8–08/8/2021) (theo người nhận chọn)")).to_be_visible()
    button.click()
    expect(page.get_by_text("Báo cáo tuần: 12 dòng được tính")).to_be_visible()


def test_the_same_file_twice_counts_once_and_a_longer_list_adds_its_new_rows(page: Page, files, tmp_path):
    go(page, "Nhập số liệu")
    drop(page, files[RIGHT])
    accept(page, 1, RIGHT)
    take_off_the_screen(page, RIGHT)
    drop(page, files[RIGHT])
    expect(page.get_by_text("Tệp này đã nhận ở lần số 1.")).to_be_visible()
    page.get_by_role("button", name="Nhận", exact=True).click()
    expect(page.get_by_text("lần số 1; không thêm gì")).to_be_visible()
    take_off_the_screen(page, RIGHT)

    longer = gifts(tmp_path / "Nam Dong them.xlsx", [500_000, 300_000, 1_250_000, 100_000, 50_000])
    drop(page, longer)
    expect(page.get_by_text("3 dòng đã có, 2 dòng mới.")).to_be_visible()
    expect(page.get_by_role("radio", name="Chỉ thêm dòng mới")).to_be_checked()
    accept(page, 2, longer.name)
    go(page, "Tổng quan")
    expect(tile(page, "Tiền mặt đã nhận")).to_contain_text("2.200.000 đồng")


def test_the_demo_and_clearing_it(page: Page):
    page.get_by_role("button", name="Xem thử với số liệu minh họa").click()
    expect(page.get_by_text("Số liệu minh họa, không phải số liệu thật.")).to_be_visible(timeout=90_000)
    expect(tile(page, "Tiền mặt đã nhận")).to_contain_text("đồng")
    expect(tile(page, "Báo cáo tuần đúng hạn")).to_contain_text("/48")
    for title in ("Nhập số liệu", "Lịch sử"):
        go(page, title)
        expect(page.get_by_text("Số liệu minh họa, không phải số liệu thật.")).to_be_visible()
    page.get_by_role("button", name="Xóa số liệu minh họa").click()
    expect(page.get_by_text("Đã xóa số liệu minh họa.")).to_be_visible()
    go(page, "Tổng quan")
    expect(page.get_by_text("Chưa có số liệu nào được nhận")).to_be_visible()
    expect(page.get_by_text("Số liệu minh họa, không phải số liệu thật.")).not_to_be_visible()


def test_filters_live_in_the_address_as_codes(page: Page, files):
    go(page, "Nhập số liệu")
    drop(page, files[RIGHT])
    accept(page, 1, RIGHT)
    go(page, "Tổng quan")
    open_part(page, "Bộ lọc:")
    page.get_by_role("button", name="Xã Đắk Wil", exact=True).click()
    expect(tile(page, "Tiền mặt đã nhận")).to_contain_text("chưa có số liệu")
    expect(page).to_have_url(re.compile(r"communes=24643"))
    page.get_by_role("button", name="Xã Nam Dong", exact=True).click()
    expect(page).to_have_url(re.compile(r"communes=24643(,|%2C)24649"))
    page.get_by_role("button", name="English", exact=True).click()
    expect(tile(page, "Cash received")).to_contain_text("2,050,000 VND")
    expect(page).to_have_url(re.compile(r"communes=24643(,|%2C)24649.*lang=en"))

    page.reload()
    expect(page.get_by_text("Filters: Đắk Wil, Nam Dong")).to_be_visible()
    go(page, "History")
    expect(page).to_have_url(re.compile(r"lich-su\?.*24649.*lang=en"))
    go(page, "Overview")
    expect(page.get_by_text("Filters: Đắk Wil, Nam Dong")).to_be_visible()


@pytest.mark.parametrize("address", ["/tong-quan", "/nhap-so-lieu", "/lich-su?communes=xx&lang=zz&from=now"])
def test_every_address_opens_even_as_the_first_one(page: Page, address, app_url):
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Page not found")).not_to_be_visible()


def test_no_english_word_of_streamlit_is_seen(page: Page, files, tmp_path):
    """What the browser really shows on the Vietnamese pages, the built-in words included."""
    built_in = re.compile(
        r"\b(upload|browse|drag|drop|limit|per file|choose|select|search|download|deploy|rerun|option|error|allowed)\b",
        re.I,
    )
    seen = ["\n".join(page.evaluate(READ))]
    go(page, "Nhập số liệu")
    seen.append("\n".join(page.evaluate(READ)))
    letter = tmp_path / "thu.docx"
    letter.write_bytes(b"PK")
    page.locator("input[type=file]").set_input_files([letter, files[FAULTY]])
    expect(page.get_by_role("heading", name=FAULTY, exact=True)).to_be_visible()
    seen.append("\n".join(page.evaluate(READ)))
    accept(page, 1, FAULTY)
    go(page, "Tổng quan")
    open_part(page, "Bộ lọc:")
    seen.append("\n".join(page.evaluate(READ)))
    go(page, "Lịch sử")
    seen.append("\n".join(page.evaluate(READ)))
    assert [found for text in seen for found in built_in.findall(text)] == []
