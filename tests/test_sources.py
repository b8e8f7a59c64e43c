"""Bytes -> Grids: every format gives the same rows, and hostile files are refused in bounded time and memory."""

import io
import struct
import subprocess
import sys
import textwrap
import unicodedata
import warnings
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from xlwt import Formula

from loaders.formats.limits import LIMITS
from loaders.formats.sources import open_grids
from loaders.problems import CODES, SHEET_ERRORS
from loaders.reading import Source
from tests import hostile

ROOT = Path(__file__).resolve().parent.parent
ROWS = [
    ["", "", "", ""],
    ["", "STT", "Họ và tên", "Số tiền"],
    ["", 1, "Nguyễn Văn Mẫu", 1500000],
    ["", "", "", ""],
    ["", 2, "Trần Thị Thử\n(dòng hai)", 0.5],
    ["", True, "007", -3],
]
FORMATS = {
    "xlsx": hostile.xlsx_of,
    "xlsm": hostile.xlsm_of,
    "xls": hostile.xls_of,
    "xlsb": hostile.xlsb_of,
}


def read(name: str, content: bytes, **limits):
    return open_grids(Source(name, content), replace(LIMITS, **limits))


def one(name: str, content: bytes, **limits):
    """The only grid of a file that must open without a fault."""
    grids, errors = read(name, content, **limits)
    assert not errors, errors
    assert len(grids) == 1
    return grids[0]


def refusal(name: str, content: bytes, **limits):
    """The only error of a file that must give nothing."""
    grids, errors = read(name, content, **limits)
    assert not grids
    assert len(errors) == 1
    return errors[0]


def told(grid) -> list[tuple[str, str | None, str]]:
    return [(problem.code, problem.where.cell, problem.found) for problem in grid.problems]


# every format


@pytest.mark.parametrize("extension", FORMATS)
def test_same_table_gives_identical_rows_at_identical_addresses(extension):
    grid = one(f"xa Nam Dong.{extension}", FORMATS[extension](ROWS))
    assert grid.rows == ROWS
    assert [[type(cell) for cell in row] for row in grid.rows] == [[type(cell) for cell in row] for row in ROWS]
    assert (grid.sheet, grid.is_hidden) == ("Sheet1", False)


def test_ods_gives_identical_rows():
    # odfpy writes a line break inside a paragraph as a space, so this one cell is compared without it
    rows = [[cell.replace("\n", " ") if isinstance(cell, str) else cell for cell in row] for row in ROWS]
    assert one("xa Nam Dong.ods", hostile.ods_of(rows)).rows == rows


def test_csv_gives_the_same_rows_as_text():
    grid = one("tuần 33/xa Nam Dong.csv", hostile.csv_of(ROWS))
    assert grid.rows == [[str(cell) for cell in row] for row in ROWS]
    assert grid.sheet == "xa Nam Dong"


@pytest.mark.parametrize("write", [hostile.xlsx_of, hostile.xls_of, hostile.ods_of])
def test_dates_come_as_dates(write):
    assert one("a", write([["Ngày"], [date(2021, 8, 1)]])).rows == [["Ngày"], [date(2021, 8, 1)]]


def test_dates_of_the_1904_calendar():
    def change(workbook):
        workbook.epoch = CALENDAR_MAC_1904
        workbook.active["A1"] = date(2021, 8, 1)

    assert one("a.xlsx", hostile.xlsx_of([], change=change)).rows == [[date(2021, 8, 1)]]


def test_the_content_decides_not_the_extension():
    assert one("a.xls", hostile.xlsx_of(ROWS)).rows == ROWS
    assert one("a.csv", hostile.xls_of(ROWS)).rows == ROWS
    assert one("a.xlsx", hostile.csv_of([["a", "b"], ["1", "2"]])).rows == [["a", "b"], ["1", "2"]]


def test_errors_of_cells_come_as_text():
    def change(workbook):
        for cell, error in (("A1", "#REF!"), ("B2", "#DIV/0!"), ("C3", "#N/A")):
            workbook.active[cell] = error
            workbook.active[cell].data_type = "e"

    expected = [["#REF!", "", ""], ["", "#DIV/0!", ""], ["", "", "#N/A"]]
    assert one("a.xlsx", hostile.xlsx_of([], change=change)).rows == expected
    assert one("a.xlsb", hostile.xlsb_of([[b"\x17"], ["", b"\x07"], ["", "", b"\x2a"]])).rows == expected
    xls = hostile.xls_of([["a"]], lambda book: book.get_sheet(0).row(1).set_cell_error(2, "#REF!"))
    assert one("a.xls", xls).rows == [["a", "", ""], ["", "", "#REF!"]]


def test_error_word_in_a_text_stays_as_typed():
    rows = [['ghi t="e" #1', "#REF!x"]]
    assert one("a.xlsx", hostile.xlsx_of(rows)).rows == rows


def test_rich_inline_and_phonetic_text():
    text = "<is><r><t xml:space='preserve'>Nguyễn </t></r><r><t>Văn Mẫu</t></r><rPh sb='0' eb='1'><t>zz</t></rPh></is>"
    assert one("a.xlsx", hostile.raw_xlsx(f'<row r="1"><c r="A1" t="inlineStr">{text}</c></row>')).rows == [
        ["Nguyễn Văn Mẫu"]
    ]


def test_not_a_number_comes_as_text():
    assert one("a.xlsx", hostile.raw_xlsx('<row r="1"><c r="A1"><v>NaN</v></c></row>')).rows == [["nan"]]


def test_cells_without_references_and_with_prefixes():
    plain = "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/><c><v>3</v></c></row>"
    assert one("a.xlsx", hostile.raw_xlsx(plain)).rows == [[1, 2], ["", ""], ["", 3]]
    prefixed = (
        f'<x:worksheet xmlns:x="{hostile.SPREADSHEET}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>5</x:v></x:c>'
        '<x:c r="B1"><x:f>A1</x:f></x:c><x:c r="C1" t="e"><x:v>#REF!</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    grid = one("a.xlsx", hostile.sheet_xlsx(prefixed))
    assert grid.rows == [[5, "", "#REF!"]]
    assert grid.uncalculated == {(0, 1)}


# merges, formulas, hidden parts, macros


def test_merged_areas_of_every_format():
    def merge(workbook):
        workbook.active.merge_cells("A1:B1")
        workbook.active.merge_cells("A2:A3")

    rows, areas = [["Tiền mặt", "", "x"], ["Nam Dong", 1, 2], ["", 3, 4]], {(0, 0, 0, 1), (1, 0, 2, 0)}
    assert set(one("a.xlsx", hostile.xlsx_of(rows, change=merge)).merged) == areas
    assert set(one("a.xlsb", hostile.xlsb_of(rows, merged=areas)).merged) == areas

    def merge_xls(workbook):
        workbook.get_sheet(0).merge(0, 0, 0, 1)
        workbook.get_sheet(0).merge(1, 2, 0, 0)

    assert set(one("a.xls", hostile.xls_of(rows, merge_xls)).merged) == areas

    def merge_ods(table):
        table.addElement(
            hostile.ods_row(
                hostile.ods_cell("Tiền mặt", numbercolumnsspanned=2), hostile.covered(), hostile.ods_cell("x")
            )
        )
        table.addElement(hostile.ods_row(hostile.ods_cell("Nam Dong", numberrowsspanned=2), hostile.ods_cell(1)))
        table.addElement(hostile.ods_row(hostile.covered(), hostile.ods_cell(3)))

    assert set(one("a.ods", hostile.ods_of([], merge_ods)).merged) == areas


def test_title_merged_to_the_end_of_the_sheet_is_clipped():
    grid = one("a.xlsx", hostile.xlsx_of([["a"], ["b", "c"]], change=lambda book: book.active.merge_cells("A1:XFD1")))
    assert grid.merged == ((0, 0, 0, 1),)


def test_formulas_without_a_saved_value():
    grid = one("a.xlsx", hostile.xlsx_of([["x", "=1+1"], ["", ""], ["", "", "=A1"]]))
    assert grid.uncalculated == {(0, 1), (2, 2)}
    assert grid.rows == [["x", "", ""], ["", "", ""], ["", "", ""]]


def test_formulas_with_a_saved_value_are_calculated():
    cells = '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c><c r="C1"><f t="shared" si="0"/></c>'
    grid = one("a.xlsx", hostile.raw_xlsx(f'<row r="1">{cells}<c r="D1"><f>1</f><v/></c></row>'))
    assert grid.rows[0][0] == 2
    assert grid.uncalculated == {(0, 2), (0, 3)}


def test_formulas_never_calculated_in_xls_and_ods():
    xls = hostile.xls_of([["x"]], lambda book: book.get_sheet(0).write(3, 2, Formula("1+1")))
    grid = one("a.xls", xls)
    assert grid.uncalculated == {(3, 2)}
    assert len(grid.rows) == 4
    ods = hostile.ods_of(
        [["x"]], lambda table: table.addElement(hostile.ods_row(hostile.ods_cell("", formula="of:=1+1")))
    )
    assert one("a.ods", ods).uncalculated == {(1, 0)}


def test_hidden_rows_and_columns_are_counted_within_the_table():
    def hide(workbook):
        sheet = workbook.active
        sheet.row_dimensions[2].hidden = True
        sheet.row_dimensions[900].hidden = True
        sheet.column_dimensions["B"].hidden = True

    rows = [["a", "b"], ["c", "d"], ["e", "f"]]
    assert told(one("a.xlsx", hostile.xlsx_of(rows, change=hide))) == [("hidden_rows", None, "2")]
    assert told(one("a.xlsb", hostile.xlsb_of(rows, hidden_rows=(1,)))) == [("hidden_rows", None, "1")]

    def hide_xls(workbook):
        workbook.get_sheet(0).row(1).hidden = True
        workbook.get_sheet(0).col(1).hidden = True

    assert told(one("a.xls", hostile.xls_of(rows, hide_xls))) == [("hidden_rows", None, "2")]

    def hide_ods(table):
        table.addElement(hostile.ods_row(hostile.ods_cell("x"), visibility="filter", numberrowsrepeated=3))

    assert told(one("a.ods", hostile.ods_of([["a"]], hide_ods))) == [("hidden_rows", None, "3")]


def test_hidden_sheets_are_marked_and_chart_sheets_left_out():
    def change(workbook):
        workbook.create_chartsheet("Biểu đồ")
        workbook.create_sheet("bản nháp").sheet_state = "veryHidden"
        workbook["bản nháp"]["A1"] = "cũ"

    grids, errors = read("a.xlsx", hostile.xlsx_of([["a"]], change=change))
    assert not errors
    assert [(grid.sheet, grid.is_hidden) for grid in grids] == [("Sheet1", False), ("bản nháp", True)]


def test_macros_and_external_links_are_told_and_left_alone():
    assert told(one("a.xlsm", hostile.xlsm_of([["a"]]))) == [("macros_not_run", None, "")]
    linked = hostile.raw_xlsx(
        '<row r="1"><c r="A1"><v>1</v></c></row>', extra={"xl/externalLinks/externalLink1.xml": "<a/>"}
    )
    assert told(one("a.xlsx", linked)) == [("external_links_not_followed", None, "")]


# csv

TABLE = [["Họ tên", "Số tiền"], ["Nguyễn Thị Thử", "1.500.000"], ["Đỗ Mẫu, xã Ea Pô", "1,5 triệu"], ["hai\ndòng", "ộ"]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_encodings_and_separators(encoding, separator):
    assert one("a.csv", hostile.csv_of(TABLE, separator, encoding)).rows == TABLE


def windows_1258(text: str) -> bytes:
    """As Windows writes it: ă â ê ô ơ ư stay whole, every tone is a byte of its own after its letter."""
    written = ""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
        written += unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones)) + tones
    return written.encode("cp1258")


def test_windows_1258_is_composed():
    text = "Họ tên;Số tiền\nNguyễn Thị Thử;1.500.000\nĐỗ Mẫu, xã Ea Pô;ủng hộ\n"
    assert one("a.csv", windows_1258(text)).rows == [line.split(";") for line in text.splitlines()]


def test_a_bank_statement_in_cp1252_stays_french():
    text = "Nom;Montant\nRené Maçon;1.500\nÉcole élémentaire;20\n"
    assert one("a.csv", text.encode("cp1252")).rows[1:] == [["René Maçon", "1.500"], ["École élémentaire", "20"]]


def test_undecodable_bytes_are_never_dropped():
    grid = one("a.csv", b"a;b\n\x81\x8d;caf\xe9\n")
    assert grid.rows[1] == ["\x81\x8d", "café"]


def test_quote_that_is_never_closed_does_not_swallow_the_rest():
    lines = ["a,b"] + [f'{n},"x' if n == 3 else f"{n},y" for n in range(1000)]
    assert len(one("a.csv", "\n".join(lines).encode()).rows) == 1001


def test_separator_named_in_the_first_line():
    assert one("a.csv", b"sep=|\r\na,b|c\r\n").rows == [["sep=", ""], ["a,b", "c"]]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1), min_size=2, max_size=2
        ),
        min_size=2,
    )
)
def test_no_character_of_a_csv_is_lost(rows):
    content = (
        "sep=;\n" + "\n".join(";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    ).encode()
    grids, _ = read("a.csv", content)
    assert (
        not grids
        or any(problem.code == "legacy_font_decoded" for problem in grids[0].problems)
        or grids[0].rows[1:] == rows
    )


# a zip of workbooks


def test_zip_of_workbooks():
    bundle = hostile.zip_of(
        {
            "xã Nam Dong.xlsx": hostile.xlsx_of(ROWS),
            "tuần 33/Ea Pô.csv": hostile.csv_of([["a", "b"]]),
            "~$xã Nam Dong.xlsx": b"x",
            "__MACOSX/._xã Nam Dong.xlsx": b"x",
            ".DS_Store": b"x",
            "thư.pdf": b"%PDF-1.7",
        }
    )
    grids, errors = read("bundle.zip", bundle)
    assert [(grid.file, grid.sheet) for grid in grids] == [
        ("bundle.zip/xã Nam Dong.xlsx", "Sheet1"),
        ("bundle.zip/tuần 33/Ea Pô.csv", "Ea Pô"),
    ]
    assert [(error.code, error.where.file) for error in errors] == [
        ("lock_file", "bundle.zip/~$xã Nam Dong.xlsx"),
        ("truncated", "bundle.zip/thư.pdf"),
    ]


# files that are refused, each with its code

NORMAL_XLSX, NORMAL_XLS = hostile.xlsx_of(ROWS * 50), hostile.xls_of(ROWS * 50)
REFUSED = {
    "empty.csv": ("empty_file", b""),
    "blank.csv": ("empty_file", b" \r\n;;\r\n"),
    "nothing.zip": ("empty_file", hostile.zip_of({})),
    "~$a.xlsx": ("lock_file", b"\x05Nguyen"),
    "empty.xlsx": ("empty_workbook", hostile.xlsx_of([])),
    "empty.xls": ("empty_workbook", hostile.xls_of([])),
    "empty.ods": ("empty_workbook", hostile.ods_of([])),
    "half.xlsx": ("truncated", NORMAL_XLSX[: len(NORMAL_XLSX) // 2]),
    "tail_missing.xlsx": ("truncated", NORMAL_XLSX[:-30]),
    "half.xls": ("truncated", NORMAL_XLS[: len(NORMAL_XLS) // 2]),
    "head.xls": ("truncated", NORMAL_XLS[:600]),
    "letter.pdf": ("truncated", b"%PDF-1.7 \x00\x01"),
    "photo.xlsx": ("picture", b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "letter.xlsx": ("truncated", hostile.zip_of({"[Content_Types].xml": "", "word/document.xml": "<a/>"})),
    "letter.xls": ("old_word", hostile.ole_with("WordDocument")),
    "page.xls": ("empty_file", b"\r\n<html><table><tr><td> </td></tr></table></html>"),
    "slides.xlsx": ("not_a_spreadsheet", hostile.zip_of({"ppt/presentation.xml": "<a/>"})),
    "data.xls": ("not_a_spreadsheet", b"<?xml version='1.0'?><data/>"),
    "noise.xlsx": ("not_a_spreadsheet", bytes(range(256)) * 20),
    "password.xlsx": ("password_protected", hostile.ole_with("EncryptedPackage")),
    "password.xls": ("password_protected", hostile.password_xls()),
    "password.zip": ("password_protected", hostile.encrypted_zip("a.xlsx")),
    "dense.zip": ("zip_bomb", hostile.dense_zip("a.csv", 30)),
    "dense.xlsx": ("zip_bomb", hostile.dense_zip("xl/workbook.xml", 30)),
    "claims.zip": ("zip_bomb", hostile.claiming_zip("a.csv", 2**31)),
    "lies.zip": ("zip_bomb", hostile.lying_zip("a.csv", b"a,b\n" * 100_000, 50)),
    "nested.zip": ("zip_bomb", hostile.zip_of({"inner.zip": hostile.zip_of({"a.csv": "a,b"})})),
    "many.zip": ("zip_bomb", hostile.zip_of({f"{n}.csv": "a,b" for n in range(201)})),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    code, content = REFUSED[name]
    assert refusal(name, content).code == code


def test_archive_that_can_be_understood_in_two_ways():
    far = hostile.raw_xlsx('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>')
    assert one("a.xlsx", far + hostile.xlsx_of(ROWS)).rows == ROWS
    packed = io.BytesIO(hostile.xlsx_of(ROWS))
    with zipfile.ZipFile(packed, "a") as archive, zipfile.ZipFile(io.BytesIO(far)) as other, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("xl/worksheets/sheet1.xml", other.read("xl/worksheets/sheet1.xml"))
    assert one("a.xlsx", packed.getvalue()).rows == [[1]]


def test_xls_that_claims_four_billion_rows():
    content = bytearray(hostile.xls_of(ROWS))
    at = content.index(struct.pack("<2H", 0x0200, 14)) + 4
    struct.pack_into("<2I2H", content, at, 0, 65_536, 0, 256)
    assert one("a.xls", bytes(content)).rows == ROWS
    struct.pack_into("<2I2H", content, at, 0, 0xFFFFFFF0, 0, 256)
    assert refusal("a.xls", bytes(content)).code == "truncated"


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE a [<!ENTITY b "bb">]><workbook>&b;</workbook>'
    content = hostile.raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row>', extra={"xl/workbook.xml": bomb})
    assert refusal("a.xlsx", content).code == "zip_bomb"


def test_limits_of_size_rows_columns_and_cells():
    assert refusal("a.csv", b"a,b\n" * 100, max_bytes=100).code == "too_large"
    assert refusal("a.csv", b"a,b\n" * 100, max_rows=99).code == "too_many_rows"
    assert refusal("a.csv", b"a,b,c\n", max_columns=2).code == "too_many_columns"
    assert refusal("a.csv", b"a,b\n" * 100, max_cells=199).code == "too_large"
    assert refusal("a.zip", hostile.zip_of({"a.csv": "a,b\n" * 100}), max_unzipped_bytes=100).code == "zip_bomb"
    long = hostile.xlsx_of([[1, 2]] * 60)
    assert refusal("a.xlsx", long, max_rows=30).code == "too_many_rows"
    assert refusal("a.xlsx", long, max_cells=60).code == "too_large"
    assert refusal("a.xls", hostile.xls_of([[1, 2]] * 60), max_rows=30).code == "too_many_rows"
    assert refusal("a.xlsb", hostile.xlsb_of([[1, 2]] * 60), max_rows=30).code == "too_many_rows"
    assert refusal("a.ods", hostile.ods_of([[1, 2]] * 60), max_rows=30).code == "too_many_rows"


def test_cells_are_counted_over_all_sheets_and_files():
    files = {f"{n}.csv": "a,b\n" * 100 for n in range(5)}
    grids, errors = read("a.zip", hostile.zip_of(files), max_cells=600)
    assert len(grids) == 3
    assert {error.code for error in errors} == {"too_large"}


# far cells and endless sheets


def test_stray_far_cell_is_reported_and_the_table_is_read():
    def change(workbook):
        workbook.active["XFD1048576"] = 5
        workbook.active["XFC3"] = "lỡ tay"

    grid = one("a.xlsx", hostile.xlsx_of(ROWS, change=change))
    assert grid.rows == ROWS
    assert told(grid) == [("outside_table", "XFC3", "lỡ tay"), ("outside_table", "XFD1048576", "5")]


def test_stray_far_cell_in_xlsb_and_ods():
    grid = one("a.xlsb", hostile.xlsb_of({0: {0: "a", 16383: "x"}, 1: {0: "b"}, 1048575: {2: 1}}))
    assert grid.rows == [["a"], ["b"]]
    assert [cell for _, cell, _ in told(grid)] == ["XFD1", "C1048576"]

    def add(table):
        empty = hostile.ods_cell(numbercolumnsrepeated=16000)
        table.addElement(hostile.ods_row(hostile.ods_cell("b"), empty, hostile.ods_cell("x")))

    grid = one("a.ods", hostile.ods_of([["a"]], add))
    assert grid.rows == [["a"], ["b"]]
    assert [cell for _, cell, _ in told(grid)] == ["WQL2"]


def test_wide_sheets_within_the_limits_are_read():
    rows = [[*range(100)], ["x"] * 100]
    assert one("a.xlsx", hostile.xlsx_of(rows)).rows == rows


def test_many_far_cells_are_data_and_refused():
    error = refusal("a.xlsx", hostile.xlsx_of([list(range(1000))]))
    assert (error.code, error.where.sheet, error.found) == ("too_many_columns", "Sheet1", "ALL1")


def test_refused_sheet_does_not_take_the_others_with_it():
    def change(workbook):
        workbook.create_sheet("rộng").append(list(range(1000)))

    grids, errors = read("a.xlsx", hostile.xlsx_of(ROWS, change=change))
    assert [grid.rows for grid in grids] == [ROWS]
    assert [(error.code, error.where.sheet) for error in errors] == [("too_many_columns", "rộng")]


def test_ods_that_repeats_a_filled_row_a_million_times_is_refused():
    def add(table):
        table.addElement(
            hostile.ods_row(hostile.ods_cell("kg", numbercolumnsrepeated=300), numberrowsrepeated=1_000_000)
        )

    assert refusal("a.ods", hostile.ods_of([["a"]], add)).code == "too_many_rows"


def test_formatting_to_the_end_of_the_sheet_is_nothing():
    def change(workbook):
        workbook.active["XFD1048576"].fill = PatternFill("solid", fgColor="FFFF00")

    assert one("a.xlsx", hostile.xlsx_of(ROWS, change=change)).rows == ROWS

    def add(table):
        table.addElement(hostile.ods_row(hostile.ods_cell(numbercolumnsrepeated=16384), numberrowsrepeated=1_048_000))

    assert one("a.ods", hostile.ods_of([["a", "b"]], add)).rows == [["a", "b"]]


TRICKS = {
    "attribute_before": '<c x=">" r="XFD1048576"><v>1</v></c>',
    "single_quotes": "<c r='XFD1048576'><v>1</v></c>",
    "other_letters": '<c é="1" r="XFD1048576"><v>1</v></c>',
    "line_break": '<c\nr="XFD1048576"><v>1</v></c>',
    "prefix": '<é:c r="XFD1048576"><v>1</v></é:c>',
    "spaces": '<c r = "XFD1048576"><v>1</v></c>',
    "small_letters": '<c r="xfd1048576"><v>1</v></c>',
    "no_quotes": "<c r=XFD1048576><v>1</v></c>",
    "twice": '<c r="A1" r="XFD1048576"><v>1</v></c>',
    "hidden_in_another": """</row><row r="1048576"><c x=" r='A1'"><v>1</v></c></row><row r="2"><c r="XFD2"/>""",
    "row_without_cells": '</row><row r="1048576"><c><v>1</v></c>',
}


ODS_CELL = '<table:table-cell office:value-type="float" office:value="1"{}/>'
ODS_TRICKS = {
    "rows_and_columns": ('table:number-rows-repeated="1000000"', ' table:number-columns-repeated="16384"'),
    "entity": ('table:number-rows-repeated="1&#48;00000000"', ""),
    "no_quotes_after": ('table:number-rows-repeated="1000000000" x=y', ""),
    "twice": ('table:number-rows-repeated="1000000000" table:number-rows-repeated="1"', ""),
    "sign": ('table:number-rows-repeated="+1000000000"', ""),
}


def test_bounded_memory():
    """Each trick would make calamine ask for billions of cells; here a process with 500 MB to spare reads them all."""
    program = """
        import resource
        from tests import hostile, test_sources as tests
        mapped = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + 500 * 1024 * 1024,) * 2)
        for name, cell in tests.TRICKS.items():
            content = hostile.raw_xlsx(f'<row r="1"><c r="A1"><v>7</v></c>{cell}</row>')
            grids, errors = tests.read(name, content)
            height = max((len(grid.rows) for grid in grids), default=0)
            print(name, height, [error.code for error in errors])
        for name, (row, cell) in tests.ODS_TRICKS.items():
            row = f"<table:table-row {row}>{tests.ODS_CELL.format(cell)}</table:table-row>"
            grids, errors = tests.read(name, hostile.raw_ods(f'<table:table table:name="a">{row}</table:table>'))
            assert errors and not grids, name
        rows = "".join(f'<row r="{n}" s="3" customFormat="1"/>' for n in range(2, 1_048_577))
        content = hostile.raw_xlsx('<row r="1"><c r="A1"><v>7</v></c></row>' + rows)
        print("million", len(tests.one("a.xlsx", content).rows))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.split("\n")
    assert lines[len(TRICKS)] == "million 1"
    assert [line.split()[0] for line in lines[: len(TRICKS)]] == list(TRICKS)
    assert all(line.split()[1] in ("0", "1") for line in lines[: len(TRICKS)])


def test_hostile_markup_takes_linear_time():
    pieces = ("<c ", '<c r="', '<c r="XFD1"><v>1</v>', '<c r="A1"><f>', '<row hidden="', '# t="e"<c r="A1" ')
    for piece in pieces:
        grids, errors = read("a.xlsx", hostile.raw_xlsx('<row r="1">' + piece * 200_000 + "</row>"))
        assert errors and not grids


def test_every_code_used_here_is_known():
    used = {code for code, _ in REFUSED.values()}
    assert used <= set(SHEET_ERRORS)
    assert {"hidden_rows", "macros_not_run", "external_links_not_followed", "outside_table"} <= set(CODES)


@given(st.binary(max_size=300), st.sampled_from(["", "PK\x03\x04", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "\xff\xfe"]))
def test_any_bytes_end_in_grids_or_errors(content, start):
    grids, errors = read("a.xlsx", start.encode("latin-1") + content)
    assert grids or errors


WHOLE = {extension: write(ROWS) for extension, write in FORMATS.items()} | {"ods": hostile.ods_of(ROWS)}


@given(st.data())
def test_damaged_files_end_in_grids_or_errors(data):
    content = bytearray(WHOLE[data.draw(st.sampled_from(sorted(WHOLE)))])
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    grids, errors = read("a.xlsx", bytes(content))
    assert grids or errors
