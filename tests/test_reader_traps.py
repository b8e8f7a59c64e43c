"""Traps in which a wrong total would be silent: each small sheet is read right, or a question stands beside it."""

import io
from datetime import date

import openpyxl
import pytest

from loaders import Source, read

HEAD = [["ỦY BAN MTTQ XÃ EA PÔ"], ["DANH SÁCH ỦNG HỘ PHÒNG, CHỐNG DỊCH"], []]
WEEK = [["ỦY BAN MTTQ XÃ NAM DONG"], ["BÁO CÁO TUẦN 32 NĂM 2021"], []]
LIST = ["STT", "Họ tên", "Số tiền (đ)"]


def outcome_of(sheets: dict[str, list[list]]):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return read(Source("danh sach.xlsx", content.getvalue()), as_of=date(2021, 9, 15))


def sums(outcome) -> dict[str, float]:
    """Cash and base quantity of each good, or the value of each indicator."""
    found: dict[str, float] = {}
    for reading in outcome.readings:
        column = "indicator" if "indicator" in reading.frame else "good"
        value = "value" if column == "indicator" else "base_quantity"
        for name, number in reading.frame.groupby(column)[value].sum().items():
            found[name] = found.get(name, 0) + float(number)
    return found


def codes(outcome) -> set[str]:
    return {problem.code for reading in outcome.readings for problem in reading.problems}


CASES = {
    "rows 1.1 and 1.2 are parts of row 1": (
        [
            *HEAD,
            LIST,
            [1, "Thôn 1", 300_000],
            ["1.1", "Ông Thử", 100_000],
            ["1.2", "Bà Mẫu", 200_000],
            [2, "Thôn 2", 50_000],
        ],
        {"cash": 350_000},
        set(),
    ),
    "rows with dashes are parts of the row above": (
        [*HEAD, LIST, [1, "Trường Mẫu", 300_000], ["", "- Giáo viên", 100_000], ["", "- Học sinh", 200_000]],
        {"cash": 300_000},
        set(),
    ),
    "a total row without a word": (
        [*HEAD, LIST, [1, "Ông Thử", 100_000], [2, "Bà Mẫu", 200_000], ["", "", 300_000]],
        {"cash": 300_000},
        {"total_assumed"},
    ),
    "a row behind the total": (
        [
            *HEAD,
            LIST,
            [1, "Ông Thử", 100_000],
            [2, "Bà Mẫu", 200_000],
            ["", "Tổng cộng", 300_000],
            ["", "Nộp huyện", 250_000],
        ],
        {"cash": 300_000},
        {"after_total"},
    ),
    "a first good that equals the sum of the next ones": (
        [
            *HEAD,
            ["STT", "Họ tên", "Mặt hàng", "Số lượng", "ĐVT"],
            [1, "Ông Thử", "Gạo", 30, "kg"],
            ["", "Bà Mẫu", "Muối", 10, "kg"],
            ["", "Cô Ví", "Rau", 20, "kg"],
        ],
        {"rice": 30, "salt": 10, "vegetables": 20},
        set(),
    ),
    "received, given and left are not three gifts": (
        [
            *HEAD,
            ["STT", "Thôn", "Gạo (kg)", "", ""],
            ["", "", "Nhận", "Phát", "Tồn"],
            [1, "Thôn 1", 100, 60, 40],
            [2, "Thôn 2", 50, 50, 0],
        ],
        {"rice": 150},
        set(),
    ),
    "đồng under a header of millions": (
        [*HEAD, ["STT", "Họ tên", "Số tiền (triệu đồng)"], [1, "Ông Thử", 20_000_000], [2, "Bà Mẫu", 1.5]],
        {"cash": 1_500_000},
        {"number_ambiguous"},
    ),
    "a rate for each household is no amount": (
        [
            *HEAD,
            ["STT", "Tên đơn vị", "Mức đóng góp (đồng/người)", "Tổng số tiền (đồng)"],
            [1, "Chi hội 1", 20_000, 220_000],
        ],
        {"cash": 220_000},
        set(),
    ),
    "a row of units under the header": (
        [
            *HEAD,
            ["STT", "Đơn vị ủng hộ", "Tiền mặt", "Gạo", "Mì tôm"],
            ["", "Đơn vị tính", "nghìn đồng", "tạ", "thùng"],
            [1, "Chùa Mẫu", 500, 2, 10],
        ],
        {"cash": 500_000, "rice": 200, "instant_noodles": 10},
        set(),
    ),
    "hamlets of one commune add up": (
        [*WEEK, ["TT", "Thôn", "Gạo (kg)", "Tiền mặt (đồng)"], [1, "Thôn 1", 10, 100_000], [2, "Thôn 2", 20, 200_000]],
        {"rice_kg": 30, "cash_vnd": 300_000},
        set(),
    ),
    "rice that was given is not rice that was received": (
        [
            *WEEK,
            ["TT", "Nội dung", "ĐVT", "Trong tuần"],
            ["I", "Tiếp nhận ủng hộ", "", ""],
            [1, "Gạo", "kg", 500],
            ["II", "Hỗ trợ người dân", "", ""],
            [1, "Gạo", "kg", 300],
        ],
        {"rice_kg": 500},
        {"indicator_unknown"},
    ),
    "a forgotten commune is not the letterhead's": (
        [
            *WEEK,
            ["TT", "Xã, thị trấn", "Số buổi tuyên truyền", "Tiền mặt (đồng)"],
            [1, "Xã Ea Pô", 2, 100_000],
            [2, "", 5, 900_000],
            [3, "Xã Cư Knia", 1, 300_000],
        ],
        {"communication_sessions": 3, "cash_vnd": 400_000},
        {"commune_unknown"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_sheet(name):
    rows, expected, questions = CASES[name]
    outcome = outcome_of({"Sheet1": rows})
    assert sums(outcome) == expected
    assert questions <= codes(outcome)


STATEMENTS = {
    "headers Nợ and Có": [["Ngày", "Nợ", "Có", "Số dư", "Nội dung"], ["01/8/2021", "", 500_000, 500_000, "a"]]
    + [["02/8/2021", 11_000, "", 489_000, "phí"], ["03/8/2021", "", 100_000, 589_000, "b"]],
    "a sign in a column of its own": [
        ["Ngày giao dịch", "Loại GD", "Số tiền", "Diễn giải"],
        ["01/8/2021", "C", 500_000, "a"],
    ]
    + [["02/8/2021", "D", 11_000, "phí"], ["03/8/2021", "C", 100_000, "b"]],
    "one signed column": [["Ngày giao dịch", "Số tiền", "Số dư", "Diễn giải"], ["01/8/2021", 500_000, 500_000, "a"]]
    + [["02/8/2021", -11_000, 489_000, "phí"], ["03/8/2021", 100_000, 589_000, "b"]],
    "newest first": [
        ["Ngày giao dịch", "Ghi nợ", "Ghi có", "Số dư", "Diễn giải"],
        ["03/8/2021", "", 100_000, 589_000, "b"],
    ]
    + [["02/8/2021", 11_000, "", 489_000, "phí"], ["01/8/2021", "", 500_000, 500_000, "a"]],
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_debit_is_told_and_no_gift(name):
    outcome = outcome_of({"Sao kê": STATEMENTS[name]})
    assert sums(outcome) == {"cash": 600_000}
    assert codes(outcome) == {"debit_row"}


def test_a_blank_amount_between_two_balances_is_proposed_and_taken_after_a_tick():
    rows = [
        ["Ngày", "Ghi có", "Số dư", "Nội dung"],
        ["01/8/2021", 500_000, 500_000, "a"],
        ["02/8/2021", "", 700_000, "b"],
    ]
    asked = [p for r in outcome_of({"Sao kê": rows}).readings for p in r.problems]
    assert [(p.code, p.where.cell, p.proposed) for p in asked] == [("balance_proposes", "B3", "200000")]


def test_a_summary_of_the_other_sheets_is_not_counted_before_a_tick():
    rows = [*HEAD, LIST, [1, "Ông Thử", 100_000], [2, "Bà Mẫu", 200_000]]
    outcome = outcome_of({"Chi tiết": rows, "Tổng hợp": [*HEAD, LIST, [1, "Xã Ea Pô", 300_000]]})
    assert sums(outcome) == {"cash": 300_000}
    assert "repeats_other_sheets" in codes(outcome)


def test_two_communes_with_equal_sums_both_count():
    rows = {xa: [[f"DANH SÁCH ỦNG HỘ XÃ {xa}"], LIST, [1, f"Ông {xa}", 300_000]] for xa in ("EA PÔ", "NAM DONG")}
    outcome = outcome_of(rows)
    assert sums(outcome) == {"cash": 600_000}
    assert codes(outcome) == set()


@pytest.mark.parametrize(
    "title, header",
    [
        ("DANH SÁCH NỘP ĐẢNG PHÍ", ["STT", "Họ và tên", "Mức lương", "Số tiền"]),
        ("BIÊN BẢN KIỂM KÊ TÀI SẢN", ["STT", "Tên tài sản", "ĐVT", "Số lượng"]),
        ("DỰ TOÁN KINH PHÍ", ["STT", "Nội dung chi", "Số tiền", "Ghi chú"]),
    ],
)
def test_sheets_that_are_none_of_ours_are_refused(title, header):
    outcome = outcome_of(
        {"Sheet1": [[title], header, [1, "Nguyễn Văn Mẫu", 5_000, 100], [2, "Trần Thị Thử", 6_000, 200]]}
    )
    assert outcome.readings == ()
    assert [error.code for error in outcome.unread] == ["sheet_not_recognised"]
