"""The letter to a commune: what it says of a file, and that it never asks for what only the office can do."""

from datetime import UTC, datetime

import pytest

from data import schemas
from loaders import Outcome, Reading
from loaders.problems import SheetNotRecognised, SourceUnreadable, Where, problem
from outgoing.marked_copy.letter import MOST_POINTS, letter
from tests.fixtures import golden

FILE = "ủng hộ tuần 33.xlsx"
RECEIVED = datetime(2021, 8, 13, 8, 5, tzinfo=UTC)


def written(outcome, **how):
    given = {"file": FILE, "commune": "24649", "received_at": RECEIVED, "item": 12}
    return letter(outcome, **(given | how))


def reading(*problems, sheet="Danh sách", rows=0):
    frame = golden.outcome_of("donations_units_mixed.xlsx").readings[0].frame.head(rows)
    others = {"waiting": schemas.empty("waiting"), "remarks": schemas.empty("remarks")}
    return Reading("donations", FILE, sheet, frame, problems=tuple(problems), **others)


def fault(code, cell, found="x", proposed=None, sheet="Danh sách"):
    return problem(code, Where(FILE, sheet, cell), found, proposed)


def test_a_letter_to_a_commune():
    outcome = Outcome(
        (
            reading(
                fault("number_ambiguous", "D9", "1,500", "1,5"),
                fault("good_unknown", "C9", "Bếp ga"),
                fault("commune_missing", None),
                rows=8,
            ),
        )
    )
    made = written(outcome, send_by=datetime(2021, 8, 16, 9, tzinfo=UTC), questions=["Có đúng là 5 tấn gạo không?"])
    assert made.subject == "Đề nghị bổ sung, chỉnh sửa: ủng hộ tuần 33.xlsx (số 12)"
    assert made.body == (
        "Kính gửi: Ủy ban MTTQ Việt Nam xã Nam Dong,\n"
        "\n"
        "Ủy ban MTTQ Việt Nam huyện Cư Jút đã nhận được tệp “ủng hộ tuần 33.xlsx” lúc 15:05 ngày 13/08/2021.\n"
        "Đã đọc được 8 dòng ở các tờ: “Danh sách” (8 dòng).\n"
        "\n"
        "Đề nghị xem lại các điểm sau:\n"
        "1. Tờ “Danh sách”: Không thấy tên xã trên tờ, tên tờ hay tên tệp. Ghi tên xã ở đầu tờ.\n"
        "2. Tờ “Danh sách”, ô C9: Chưa biết mặt hàng “Bếp ga”. Ghi tên thường dùng, hoặc “Hàng hóa khác”.\n"
        "3. Tờ “Danh sách”, ô D9: “1,500” có thể hiểu theo hai cách. Ghi lại cho rõ, ví dụ 1500 hoặc 1,5. "
        "Giá trị đề nghị: 1,5.\n"
        "\n"
        "Ngoài ra, đề nghị cho biết:\n"
        "1. Có đúng là 5 tấn gạo không?\n"
        "\n"
        "Trong tệp gửi kèm, những ô này đã được tô màu và có ghi chú. Đề nghị sửa vào các ô tô màu, lưu tệp và gửi lại "
        "bằng cách trả lời thư này trước 16:00 ngày 16/08/2021.\n"
        "\n"
        "Trân trọng cảm ơn.\n"
        "\n"
        "Ủy ban MTTQ Việt Nam huyện Cư Jút\n"
    )


def test_the_same_fault_is_said_once():
    faults = [fault("good_unknown", f"C{row}") for row in range(5, 25)]
    body = written(Outcome((reading(*faults),))).body
    assert "1. Tờ “Danh sách”, 20 ô (C5, C6, C7, C8, C9, C10…): mặt hàng lạ." in body
    assert "\n2. " not in body


def test_a_long_list_ends_with_where_the_rest_is():
    faults = [fault("good_unknown", "C5", sheet=f"Tờ {number}") for number in range(20)]
    faults += [fault("unit_unknown", f"D{row}", sheet="Tờ 19") for row in (5, 6)]
    body = written(Outcome((reading(*faults),))).body
    assert f"\n{MOST_POINTS}. " in body and f"\n{MOST_POINTS + 1}. " not in body
    assert "Và 7 điểm khác, xem tờ “Cần sửa” trong tệp gửi kèm." in body


def test_what_must_be_mended_comes_first_and_notes_do_not_come():
    found = [fault("date_ambiguous", "B3"), fault("outside_table", "Z9"), fault("good_unknown", "C9")]
    body = written(Outcome((reading(*found),))).body
    assert body.index("ô C9") < body.index("ô B3") and "Z9" not in body


def test_a_clean_file_is_thanked_for():
    made = written(Outcome((reading(rows=3),)))
    assert made.subject == "Đã nhận: ủng hộ tuần 33.xlsx"
    assert "Không có chỗ nào phải sửa." in made.body and "tô màu" not in made.body
    asked = written(Outcome((reading(rows=3),)), questions=["Vì sao?"])
    assert asked.subject.startswith("Đề nghị") and "1. Vì sao?" in asked.body and "tô màu" not in asked.body


def test_an_unreadable_file():
    errors = (SourceUnreadable("password_protected", Where(FILE)),)
    body = written(Outcome((), errors), is_marked=False, commune=None, received_at=None).body
    assert "Kính gửi: Quý đơn vị," in body and "chưa đọc được dòng số liệu nào" in body
    assert "1. Tệp được đặt mật khẩu" in body and "tô màu" not in body and "lúc" not in body


def test_a_sheet_of_another_sort_is_no_fault():
    unread = SheetNotRecognised("sheet_not_recognised", Where(FILE, "Danh bạ"))
    assert "Danh bạ" not in written(Outcome((reading(rows=3),), (unread,))).body


def test_files_of_a_zip_are_named():
    inside = problem("good_unknown", Where("các xã.zip/nam dong.xlsx", "Tờ 1", "C5"), "x")
    body = written(Outcome((reading(inside),)), file="các xã.zip").body
    assert "1. nam dong.xlsx – Tờ “Tờ 1”, ô C5:" in body


def test_settled_questions_are_not_asked_again():
    asked = fault("date_ambiguous", "B3")
    assert "B3" not in written(Outcome((reading(asked, rows=1),)), ticked={asked.key}).body


def test_a_subject_is_one_line():
    made = written(Outcome((reading(fault("good_unknown", "C9")),)), file="a\r\nBcc: b.xlsx", item=None)
    assert made.subject == "Đề nghị bổ sung, chỉnh sửa: a Bcc: b.xlsx"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_fixture_gets_a_letter(language):
    foreign = ("chỗ", "Đề nghị") if language == "en" else ("Please", "mended")
    for name in (
        "bundle.zip",
        "statement_balance_broken.csv",
        "weekly_unknown_indicator.xlsx",
        "donations_unknown_good.xlsx",
    ):
        made = written(golden.outcome_of(name), file=name, language=language)
        assert name in made.subject and "{" not in made.body
        assert not any(word in made.body for word in foreign)
