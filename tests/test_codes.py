"""Every code of a problem is produced by a fixture or by a small sheet here; a code that nothing produces fails."""

import io
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from loaders import Source, read
from loaders.problems import CODES, SHEET_ERRORS
from tests.test_reader_traps import CASES, HEAD, LIST, WEEK, outcome_of

GOLDEN = Path(__file__).parent / "fixtures" / "golden"
GOODS = ["STT", "Đơn vị ủng hộ", "Mặt hàng", "Số lượng", "ĐVT"]
VISITS = [["DANH SÁCH THĂM HỎI, TẶNG QUÀ TUYẾN ĐẦU"], ["STT", "Nơi được thăm", "Quà tặng", "Số lượng", "ĐVT"]]
SMALL = {
    "category_unknown": [*HEAD, ["STT", "Họ tên", "Đối tượng", "Số tiền"], [1, "Ông Thử", "Khách vãng lai", 100_000]],
    "column_missing": [*WEEK, ["TT", "Nội dung", "Loại A", "Loại B"], [1, "Gạo", 5, 6], [2, "Số tiền ủng hộ", 7, 8]],
    "column_twice": [*HEAD, [*LIST, "Số tiền"], [1, "Ông Thử", 100_000, 200_000]],
    "commune_missing": [["BÁO CÁO TUẦN 32 NĂM 2021"], ["TT", "Nội dung", "ĐVT", "Trong tuần"], [1, "Gạo", "kg", 5]],
    "count_differs": [*HEAD, LIST, [1, "Ông Thử", 100_000], ["", "Tổng cộng: 3 người", 100_000]],
    "date_unreadable": [*HEAD, ["STT", "Ngày", "Họ tên", "Số tiền"], [1, "31/2/2021", "Ông Thử", 100_000]],
    "empty_table": [*HEAD, LIST],
    "flag_unreadable": [*HEAD, [*LIST, "Đồng ý công khai"], [1, "Ông Thử", 100_000, "để hỏi lại"]],
    "fraction_of_whole": [*HEAD, LIST, [1, "Ông Thử", 1.5]],
    "good_missing": [*HEAD, GOODS, [1, "Chùa Mẫu", "", 10, "kg"]],
    "kind_unsure": [["STT", "Họ tên", "Số tiền", "Gạo (kg)"], [1, "Ông Thử", 100_000, 5]],
    "column_unknown": [*HEAD, [*LIST, "Bnbn"], [1, "Ông Thử", 100_000, "xanh"], [2, "Bà Mẫu", 100_000, "đỏ"]],
    "column_unsure": [*HEAD, [*LIST, "Bnbn"], [1, "Ông Thử", 100_000, 7_000]],
    "not_happened": [["XÃ EA PÔ"], ["DANH SÁCH ĐỀ NGHỊ HỖ TRỢ"], LIST, [1, "Ông Thử", 100_000]],
    "row_in_doubt": [*HEAD, [*LIST, "Ghi chú"], [1, "Ông Thử", 100_000, "hứa tháng sau nộp"]],
    "row_undone": [*HEAD, [*LIST, "Trạng thái"], [1, "Ông Thử", 100_000, "Thất bại"]],
    "amounts_in_thousands": [*HEAD, LIST, [1, "Ông Thử", 350], [2, "Bà Mẫu", 500]],
    "currency_other": [*HEAD, [*LIST[:-1], "Số tiền (USD)"], [1, "Ông Thử", 50]],
    "unit_conflict": [*HEAD, ["ĐVT: triệu đồng"], [*LIST[:-1], "Số tiền (nghìn đồng)"], [1, "Ông Thử", 50]],
    "not_a_gift": [*HEAD, ["Ngày", "Ghi có", "Số dư", "Nội dung"], ["2/8/2021", 1_666, 9_000, "TRA LAI TIEN GUI"]],
    "site_missing": [*VISITS, [1, "", "Gạo", 10, "kg"]],
}

TEXTS = {
    "row_too_long": "DANH SÁCH ỦNG HỘ\nSTT,Họ tên,Địa chỉ,Số tiền\n1,Ông Thử,Thôn 1, xã Ea Pô,100000\n",
    "row_too_short": "DANH SÁCH ỦNG HỘ\nSTT,Họ tên,Số tiền,Ghi chú\n1,Ông Thử,100000\n",
    "thousands_joined": "DANH SÁCH ỦNG HỘ\nSTT,Họ tên,Số tiền\n1,Ông Thử,100,000\n",
}


def codes_of_goldens() -> set[str]:
    lines = [line for path in GOLDEN.glob("*.problems.txt") for line in path.read_text("utf-8").splitlines()]
    return {match[1] for line in lines if (match := re.match(r"\S+ (\w+)", line))}


def codes_of(outcome) -> set[str]:
    return {problem.code for reading in outcome.readings for problem in reading.problems}


@pytest.mark.parametrize("code", SMALL)
def test_small_sheet(code):
    assert code in codes_of(outcome_of({"Sheet1": SMALL[code]}))


@pytest.mark.parametrize("code", TEXTS)
def test_small_text(code):
    assert code in codes_of(read(Source("danh sach.csv", TEXTS[code].encode()), as_of=date(2021, 9, 15)))


def with_parts(**parts: bytes) -> bytes:
    """A workbook with further parts in its zip, as Excel writes them for macros and links."""
    import zipfile

    book = openpyxl.Workbook()
    for row in [*HEAD, LIST, [1, "Ông Thử", 100_000]]:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content, "a") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


@pytest.mark.parametrize(
    "code, part",
    [("macros_not_run", "xl/vbaProject.bin"), ("external_links_not_followed", "xl/externalLinks/link1.xml")],
)
def test_parts_that_are_never_run_or_followed(code, part):
    content = with_parts(**{part: b"<externalLink/>"})
    outcome = read(Source("danh sach.xlsx", content), as_of=date(2021, 9, 15))
    assert code in codes_of(outcome)
    assert sum(len(reading.frame) for reading in outcome.readings) == 1


def test_every_code_is_produced():
    of_traps = {code for _, _, expected in CASES.values() for code in expected}
    of_tests = {
        "macros_not_run",
        "external_links_not_followed",
        "repeats_other_sheets",
        "balance_proposes",
        "debit_row",
        "row_struck",
        "page_is_picture",  # tests/test_documents.py
    }
    assert set(CODES) - codes_of_goldens() - of_traps - of_tests - set(SMALL) - set(TEXTS) == set()


def test_every_error_is_produced_by_a_test():
    texts = "".join(p.read_text("utf-8") for p in Path(__file__).parent.glob("test_*.py") if p != Path(__file__))
    assert [code for code in SHEET_ERRORS if f'"{code}"' not in texts] == []
