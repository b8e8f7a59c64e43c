"""The recipes of CONTRIBUTING that are rows of a table: each is followed on a copy, and what it promises then holds."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from data import reference
from loaders import Source, read
from tests.test_layouts import book

AS_OF = date(2021, 9, 15)
LETTERHEAD = ["ỦY BAN MTTQ VIỆT NAM XÃ NAM DONG"]


@pytest.fixture
def folder(tmp_path) -> Path:
    """The shipped tables, to be edited."""
    return Path(shutil.copytree(reference.FOLDER, tmp_path / "reference"))


def add(folder: Path, table: str, **row: str) -> None:
    """One row at the end of a table, as an office adds it."""
    path = folder / f"{table}.csv"
    with open(path, encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    with open(path, "a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow([row.get(column, "") for column in columns])


def taken(folder: Path, rows: list[list]):
    outcome = read(Source("a.xlsx", book({"Sheet1": rows})), as_of=AS_OF, reference=reference.Reference(folder))
    (reading,) = outcome.readings
    return reading


def asked(reading) -> list[str]:
    return [p.code for p in reading.problems if p.severity != "NOTES"]


def test_a_commune_is_one_row_and_its_spelling_another(folder):
    place = {"valid_from": "1990-06-19", "tile_row": "4", "tile_column": "1", "color": "#000000"}
    add(folder, "communes", code="99001", name="Xã Thử Nghiệm", name_en="Thử Nghiệm", kind="commune", **place)
    add(folder, "commune_aliases", spelling="Thử N.", code="99001")
    head = ["STT", "Họ và tên", "Xã", "Số tiền"]
    rows = [["DANH SÁCH ỦNG HỘ"], head, [1, "Bà Mẫu", "Thử Nghiệm", 100_000], [2, "Ông Thử", "xã Thử N.", 200_000]]
    reading = taken(folder, rows)
    assert reading.frame["commune"].tolist() == ["99001", "99001"] and asked(reading) == []


def test_a_good_and_a_unit_are_one_row_each(folder):
    add(folder, "units", code="roll", name="cuộn", name_en="rolls", dimension="count", factor="1", is_whole="true")
    add(folder, "unit_aliases", spelling="cuộn", code="roll", factor="1")
    add(folder, "unit_aliases", spelling="lốc", code="roll", factor="6")
    add(folder, "goods", code="tarpaulin", name="Bạt che", name_en="Tarpaulin", base_unit="roll", color="#123456")
    head = ["STT", "Đơn vị ủng hộ", "Mặt hàng", "Số lượng", "ĐVT"]
    rows = [
        LETTERHEAD,
        ["DANH SÁCH ỦNG HỘ"],
        head,
        [1, "Chùa Mẫu", "Bạt che", 4, "cuộn"],
        [2, "Y Thử", "bạt che", 2, "lốc"],
    ]
    reading = taken(folder, rows)
    assert reading.frame["base_quantity"].tolist() == [4, 12] and set(reading.frame["good"]) == {"tarpaulin"}
    assert asked(reading) == []


def test_an_indicator_is_one_row_and_its_spellings(folder):
    of_section = {"section": "1", "unit": "session", "is_whole": "true"}
    add(folder, "indicators", code="drills", name="Số buổi diễn tập", name_en="Drills", **of_section)
    add(folder, "indicator_aliases", spelling="diễn tập phòng dịch", code="drills")
    week = ["BÁO CÁO TUẦN (từ ngày 09/8/2021 đến ngày 15/8/2021)"]
    rows = [LETTERHEAD, week, ["TT", "Nội dung", "Trong tuần"], [1, "Số buổi diễn tập", 3], [2, "Gạo (kg)", 50]]
    reading = taken(folder, rows)
    assert dict(zip(reading.frame["indicator"], reading.frame["value"], strict=True)) == {"drills": 3, "rice_kg": 50}
    assert asked(reading) == []


def test_a_site_is_one_row(folder):
    names = {"name": "Chốt kiểm dịch Nam Dong", "name_en": "Nam Dong checkpoint"}
    add(folder, "sites", code="checkpoint_24649", type="checkpoint", commune="24649", **names)
    head = ["STT", "Nơi được thăm", "Quà tặng", "Số lượng", "ĐVT"]
    rows = [["DANH SÁCH THĂM HỎI, TẶNG QUÀ TUYẾN ĐẦU"], head, [1, "Chốt kiểm dịch Nam Dong", "Gạo", 10, "kg"]]
    reading = taken(folder, rows)
    assert reading.frame["site"].tolist() == ["checkpoint_24649"] and asked(reading) == []


def test_a_wording_is_one_row(folder):
    head = ["STT", "Họ và tên", "Lộc thảo"]
    rows = [LETTERHEAD, ["DANH SÁCH ỦNG HỘ"], head, [1, "Bà Mẫu", 100_000], [2, "Ông Thử", 200_000]]
    before = taken(reference.FOLDER, rows)
    assert before.frame.empty and "column_unsure" in asked(before)
    add(folder, "lexicon", field="cash", phrase="lộc thảo", met_in="xã Nam Dong, tuần 33")
    reading = taken(folder, rows)
    assert reading.frame["cash_vnd"].sum() == 300_000 and asked(reading) == []


def test_a_state_is_one_row(folder):
    head = ["STT", "Họ và tên", "Số tiền", "Trạng thái"]
    rows = [
        LETTERHEAD,
        ["DANH SÁCH ỦNG HỘ"],
        head,
        [1, "Bà Mẫu", 100_000, "Thành công"],
        [2, "Y Thử", 200_000, "Bị kẹt"],
    ]
    assert "row_in_doubt" in asked(taken(reference.FOLDER, rows))
    add(folder, "lexicon", field="says:undone", phrase="bị kẹt")
    reading = taken(folder, rows)
    assert reading.frame["cash_vnd"].sum() == 100_000 and asked(reading) == []
