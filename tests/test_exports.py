"""Downloads: the same rows in both files, names for codes, and no text that a spreadsheet would run."""

import csv
import io

import openpyxl
import pandas as pd
import pytest

from report import exports

FRAME = pd.DataFrame(
    {
        "commune": pd.array(["24649", None], "str"),
        "good": pd.array(["rice", "cash"], "str"),
        "source_text": pd.array(['=HYPERLINK("http://x")', "@SUM(A1)"], "str"),
        "counted": pd.array([1234.5, -50], "Float64"),
        "date": pd.to_datetime(["2021-08-02", None]),
        "first_received_at": pd.to_datetime(["2021-08-02 09:00+07:00"] * 2).tz_convert("Asia/Ho_Chi_Minh"),
    }
)


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1 thùng", "@x", "\tx"])
def test_a_text_never_becomes_a_formula(text):
    assert exports.escaped(text) == "'" + text


@pytest.mark.parametrize("value", [-50, 1.5, None, "50kg", ""])
def test_numbers_and_plain_texts_stay(value):
    assert exports.escaped(value) == value


def test_csv_opens_in_excel_with_its_accents():
    content = exports.as_csv(FRAME, "vi")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0]["Xã"] == "Xã Nam Dong" and rows[1]["Xã"] == "Không ghi xã"
    assert rows[0]["Ghi trên tờ"].startswith("'=") and rows[1]["Ghi trên tờ"].startswith("'@")
    assert float(rows[1]["Được tính"]) == -50


def test_xlsx_keeps_numbers_as_numbers_and_texts_as_texts():
    book = openpyxl.load_workbook(io.BytesIO(exports.as_xlsx(FRAME, "en", "Rows: [all] / 1", ["=All communes"])))
    sheet = book.active
    header = [cell.value for cell in sheet[4]]
    first = dict(zip(header, sheet[5], strict=True))
    assert [sheet["A1"].value, sheet["A2"].value] == ["Rows: [all] / 1", "'=All communes"]
    assert first["Counted"].value == 1234.5 and first["Commune"].value == "Nam Dong"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_what_a_page_shows_is_written_in_its_language():
    titles, rows, are_numbers = exports.shown(FRAME, "vi")
    assert titles[:4] == ["Xã", "Mặt hàng", "Ghi trên tờ", "Được tính"]
    assert rows[0][3] == "1.234,5" and rows[1][4] == "—"
    assert rows[0][5] == "09:00 02/08/2021"
    assert are_numbers == [False, False, False, True, False, False]
