"""The journeys of what comes in and goes back: the inbox, a marked copy and its correction, a Google Sheet, memory."""

import io
import re
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from tests.e2e.conftest import WAIT_MS, at_rest, open_part, running_app
from tests.e2e.test_upload_to_undo import FAULTY, accept, drop, gifts, go, take_off_the_screen
from tests.google_server import Fault, GoogleServer, Kept

expect.set_options(timeout=20_000)
SHEET_ID = "1mauKhongCoThat_0123456789-abcdefghijklmnop"


def download(page: Page, name: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        at_rest(page).get_by_role("button", name=name, exact=True).first.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_sent_back_mended_and_accepted(page: Page, tmp_path):
    go(page, "Nhập số liệu")
    drop(page, gifts(tmp_path / FAULTY, [500_000, "chưa nộp", 1_250_000]))
    go(page, "Hộp chờ")  # nothing was accepted, and nothing is lost
    expect(page.get_by_text("1 · Nam Dong co loi.xlsx")).to_be_visible()
    expect(page.get_by_text("1 chỗ phải sửa")).to_be_visible()
    page.get_by_role("button", name="Mở", exact=True).click()
    page.get_by_text("Trả lại xã để sửa", exact=True).click()
    letter = page.get_by_label("Thư gửi xã (chép được)")
    expect(letter).to_have_value(re.compile("xã Nam Dong"))
    assert "E7" in letter.input_value() and "Kính gửi" in letter.input_value()
    name, content = download(page, "Tải tệp đã đánh dấu")
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Cần sửa", "Danh sách"]
    assert book["Danh sách"]["E7"].comment is not None
    page.get_by_role("button", name="Đã gửi trả lại", exact=True).click()
    expect(page.get_by_text("đã ghi là trả lại")).to_be_visible()
    # the commune mends the coloured cell and sends its file again
    book["Danh sách"]["E7"] = 300_000
    mended = tmp_path / name
    book.save(mended)
    go(page, "Nhập số liệu")
    drop(page, mended)
    expect(page.get_by_text("Bản sửa của tệp số 1")).to_be_visible()
    expect(page.get_by_text("Đã xử lý 1/1 điểm đã nêu.")).to_be_visible()
    accept(page, 1, mended.name)
    go(page, "Hộp chờ")
    expect(page.get_by_text("Đã trả lại (1)")).to_be_visible()
    expect(page.get_by_text("Đã nhận (1)")).to_be_visible()
    # undone, it waits again
    go(page, "Lịch sử")
    page.get_by_role("button", name="Rút lại", exact=True).click()
    page.get_by_role("button", name="Đúng, rút lại lần số 1", exact=True).click()
    expect(page.get_by_text("Đã rút lại lần số 1")).to_be_visible()
    go(page, "Hộp chờ")
    expect(page.get_by_text("Đang chờ (1)")).to_be_visible()


def test_set_aside_with_a_reason_and_taken_up_again(page: Page, tmp_path):
    go(page, "Nhập số liệu")
    drop(page, gifts(tmp_path / "nhap.xlsx", [1_000]))
    go(page, "Hộp chờ")
    page.get_by_role("button", name="Mở", exact=True).click()
    page.get_by_role("button", name="Để riêng", exact=True).click()
    page.get_by_label("Lý do (gửi nhầm, bản nháp …)").fill("bản nháp")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Để riêng tệp này", exact=True).click()
    expect(page.get_by_text("Để riêng (1)")).to_be_visible()
    expect(page.get_by_text("bản nháp").first).to_be_visible()
    page.get_by_role("button", name="Đưa lại vào danh sách chờ", exact=True).first.click()
    expect(page.get_by_text("Đang chờ (1)")).to_be_visible()


def test_a_form_is_downloaded_filled_in_and_read_without_a_question(page: Page, tmp_path):
    go(page, "Nhập số liệu")
    open_part(page, "Mẫu biểu cho xã")
    name, content = download(page, "Tải mẫu này")
    assert name.endswith(".xlsx") and load_workbook(io.BytesIO(content)).sheetnames
    name, content = download(page, "Tải mẫu của mọi xã trong tuần (ZIP)")
    assert name.endswith(".zip") and content.startswith(b"PK")


def choose(page: Page, label: str, name: str) -> None:
    option = page.get_by_role("option", name=name, exact=True)
    for _ in range(5):  # a run of the page that is still under way closes the list: a person opens it again
        page.get_by_role("combobox", name=label).press("ArrowDown")
        page.wait_for_timeout(1500)
        if option.is_visible():
            break
    option.click()


def unnamed_quantity(path: Path, week: int) -> Path:
    """A list whose column of quantities has a name that nobody knows."""
    book = Workbook()
    sheet = book.active
    sheet.append(["UBMTTQ XÃ EA PÔ"])
    sheet.append([f"DANH SÁCH ỦNG HỘ TUẦN {week}"])
    sheet.append([])
    sheet.append(["STT", "Họ và tên", "Ngày", "Mặt hàng", "Cân được nay", "ĐVT"])
    for number in range(1, 4):
        sheet.append(
            [number, f"Người Mẫu {number}", f"{week - 30 + number:02}/08/2021", "Gạo", 10 * number + week, "kg"]
        )
    book.save(path)
    return path


def test_a_layout_is_asked_once_and_the_decision_can_be_taken_back(page: Page, tmp_path):
    go(page, "Nhập số liệu")
    drop(page, unnamed_quantity(tmp_path / "Ea Po tuan 32.xlsx", 32))
    choose(page, "Cột “Cân được nay” là gì?", "Số lượng")
    accept(page, 1, "Ea Po tuan 32.xlsx")
    take_off_the_screen(page, "Ea Po tuan 32.xlsx")
    drop(page, unnamed_quantity(tmp_path / "Ea Po tuan 33.xlsx", 33))
    expect(page.get_by_text("Theo quyết định số 1")).to_be_visible()
    expect(page.get_by_role("button", name="Nhận", exact=True)).to_be_enabled()
    go(page, "Nguồn dữ liệu")
    page.get_by_role("button", name="Bỏ quyết định số 1", exact=True).click()
    expect(page.get_by_text("Chưa có quyết định nào")).to_be_visible()
    go(page, "Hộp chờ")
    page.get_by_role("button", name="Mở", exact=True).click()
    expect(page.get_by_text("Cột “Cân được nay” là gì?").first).to_be_visible()


@pytest.fixture
def google(tmp_path):
    with GoogleServer() as server:
        content = gifts(tmp_path / "a.xlsx", [500_000, 300_000]).read_bytes()
        server.files[SHEET_ID] = Kept("Ủng hộ Nam Dong", content)
        yield server


def test_a_google_sheet_is_followed_and_its_last_good_state_stays(browser, google, tmp_path):
    launcher = [sys.executable, "-m", "tests.e2e.google_app", google.url]
    with running_app(tmp_path / "store", tmp_path / "app.log", launcher) as url:
        page = browser.new_context(viewport={"width": 1366, "height": 900}, locale="vi-VN", base_url=url).new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto("/")
        go(page, "Nguồn dữ liệu")
        link = page.get_by_label("Đường dẫn của bảng tính")
        link.fill("https://example.org/spreadsheets/d/abc")
        page.get_by_role("button", name="Thêm", exact=True).click()
        expect(page.get_by_text("không phải Google")).to_be_visible()
        link.fill(f"https://docs.google.com/spreadsheets/d/{SHEET_ID}/edit#gid=0")
        page.get_by_role("button", name="Thêm", exact=True).click()
        expect(page.get_by_text("1 · Ủng hộ Nam Dong")).to_be_visible()
        go(page, "Hộp chờ")
        page.get_by_role("button", name="Mở", exact=True).click()
        accept(page, 1, "Ủng hộ Nam Dong.xlsx")
        go(page, "Nguồn dữ liệu")
        page.get_by_role("button", name="Lấy lại", exact=True).click()
        expect(page.get_by_text("không có gì mới").first).to_be_visible()
        google.faults["open_export"] = [Fault(404)]
        page.get_by_role("button", name="Lấy lại", exact=True).click()
        expect(page.get_by_text("Google không thấy bảng tính này")).to_be_visible()
        expect(page.get_by_text("vẫn giữ nguyên.")).to_be_visible()
        go(page, "Tổng quan")
        expect(page.get_by_text("800.000").or_(page.get_by_text("0,8 triệu")).first).to_be_visible()
        page.context.close()
