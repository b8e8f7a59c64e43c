"""Workbooks of other writers and damaged ones: read as Excel shows them, or told in words, at once."""

import struct
import time
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.formats.relations import plain_xml
from tests import hostile
from tests.amounts import examples
from tests.test_sources import ROWS, one, read, refusal, told

some = examples(30, 300)
XLS = hostile.xls_of(ROWS)
ROOT_NAME = "Root Entry".encode("utf-16-le")
SECTOR = 512


def with_root(name: str) -> bytes:
    at, written = XLS.index(ROOT_NAME), name.encode("utf-16-le")
    length = struct.pack("<H", len(written) + 2 if name else 0)
    return XLS[:at] + written + bytes(64 - len(written)) + length + XLS[at + 66 :]


def with_code_page(number: int) -> bytes:
    old = b"\x42\x00\x02\x00\xb0\x04"
    assert XLS.count(old) == 1
    return XLS.replace(old, old[:4] + struct.pack("<H", number))


@pytest.mark.parametrize("name", ["R", "", "Root", "root entry"])
def test_the_root_of_an_xls_has_any_name(name):
    assert one("a.xls", with_root(name)).rows == ROWS


@pytest.mark.parametrize("number", [1252, 1258, 1250, 10000, 367, 0, 65535])
def test_the_code_page_of_an_xls_means_nothing_for_its_text(number):
    assert one("a.xls", with_code_page(number)).rows == ROWS


def fat_of(content: bytes) -> int:
    """Where the first sector of the table of sectors begins."""
    return (struct.unpack_from("<I", content, 76)[0] + 1) * SECTOR


@some
@given(st.data())
def test_sectors_that_run_in_a_circle_end_at_once(data):
    content = bytearray(XLS)
    used = [n for n in range(SECTOR // 4) if struct.unpack_from("<I", content, fat_of(content) + 4 * n)[0] < 0xFFFFFFFA]
    sector = data.draw(st.sampled_from(used))
    struct.pack_into(
        "<I", content, fat_of(content) + 4 * sector, data.draw(st.sampled_from([s for s in used if s <= sector]))
    )
    assert refusal("a.xls", bytes(content)).code == "truncated"


def test_a_circle_of_the_sectors_that_list_the_sectors_ends_at_once():
    content = bytearray(XLS)
    struct.pack_into("<I", content, 68, 0)  # the list goes on in sector 0 ...
    struct.pack_into("<I", content, 2 * SECTOR - 4, 0)  # ... whose last number leads back to it
    assert refusal("a.xls", bytes(content)).code == "truncated"


# what stands inside the XML of a cell

PIECES = st.sampled_from(["<!-- -->", "<!--5-->", "<?x 7?>", "<!---->"])


def spelled(text: str, data) -> str:
    """The same text, cut by comments and instructions, some of it as CDATA or with numbers for its letters."""
    written = ""
    for letter in text:
        way = data.draw(st.sampled_from(["plain", "plain", "piece", "cdata", "entity"]))
        written += {
            "plain": letter,
            "piece": data.draw(PIECES) + letter,
            "cdata": f"<![CDATA[{letter}]]>",
            "entity": f"&#{ord(letter)};",
        }[way]
    return written


@some
@given(st.data(), st.integers(0, 10**12))
def test_a_number_reads_as_excel_shows_it_whatever_stands_inside_its_cell(data, number):
    cells = f'<row r="1"><c r="A1"><v>{spelled(str(number), data)}</v></c></row>'
    assert one("a.xlsx", hostile.raw_xlsx(cells)).rows == [[number]]


@some
@given(st.data(), st.sampled_from(["Ông Mẫu", "a < b & c", "5.000.000 đ"]))
def test_a_text_reads_as_excel_shows_it_whatever_stands_inside_its_cell(data, text):
    letters = spelled(text, data) if "<" not in text else f"<![CDATA[{text}]]><!-- -->"
    inline = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{letters}</t></is></c></row>'
    assert one("a.xlsx", hostile.raw_xlsx(inline)).rows == [[text]]
    shared = {"xl/sharedStrings.xml": f'<sst xmlns="{hostile.SPREADSHEET}"><si><t>{letters}</t></si></sst>'}
    relations = hostile._relations(
        ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "sharedStrings.xml")
    )
    content = hostile.raw_xlsx(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', extra=shared | {"xl/_rels/workbook.xml.rels": relations}
    )
    assert one("a.xlsx", content).rows == [[text]]


def test_plain_xml_changes_nothing_that_has_nothing_to_take_out():
    for data in (
        b"<a/>",
        b'<?xml version="1.0"?><a>1</a>',
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<a/>',
        b"<a><!-- open",
    ):
        assert plain_xml(data) is data


def renamed(content: bytes, **names: str) -> bytes:
    """The archive with a second copy of some parts under other names."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return hostile.zip_of(parts | {new: parts[old] for new, old in names.items()})


def test_two_parts_whose_names_differ_only_in_capitals_are_told():
    content = renamed(hostile.raw_xlsx("<row/>"), **{"xl/worksheets/SHEET1.XML": "xl/worksheets/sheet1.xml"})
    assert refusal("a.xlsx", content).code == "truncated"


def test_a_sheet_that_is_listed_twice_is_read_once():
    sheets = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId1"/>' for n, name in enumerate("ab", 1))
    book = f'<workbook xmlns="{hostile.SPREADSHEET}" xmlns:r="{hostile.OFFICE}"><sheets>{sheets}</sheets></workbook>'
    content = hostile.raw_xlsx('<row r="1"><c r="A1"><v>7</v></c></row>', extra={"xl/workbook.xml": book})
    grids, errors = read("a.xlsx", content)
    assert [(grid.sheet, grid.rows) for grid in grids] == [("a", [[7]])]
    assert [(error.code, error.where.sheet) for error in errors] == [("sheet_twice", "b")]


@pytest.mark.parametrize("kind", [0, 2, 6])
def test_records_of_an_xlsb_that_are_too_short_are_told(kind):
    good = hostile.xlsb_of([[1, 2]])
    with zipfile.ZipFile(BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.bin"]
    parts["xl/worksheets/sheet1.bin"] = sheet.replace(
        hostile.record(146), hostile.record(kind, b"\xff") + hostile.record(146)
    )
    assert refusal("a.xlsb", hostile.zip_of(parts)).code == "truncated"


# more text than a cell can hold

LONG = "9" * 2_000_000
LONG_FILES = {
    "a.xlsx": hostile.raw_xlsx(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{LONG}</t></is></c></row>'),
    "a.csv": f"a,b\n1,{LONG}\n".encode(),
    "line.csv": ("x" * 20_000_000).encode(),
    "quoted.csv": ('a,b\n1,"' + "x\n" * 100_000 + '"').encode(),
    "words.csv": ("x y z ; " * 1_000_000).encode(),
}


@pytest.mark.parametrize("name", LONG_FILES)
def test_more_text_than_a_cell_can_hold_is_told_at_once(name):
    started = time.process_time()
    grids, errors = read(name, LONG_FILES[name])
    assert time.process_time() - started < 10
    assert {error.code for error in errors} <= {"cell_too_long", "too_many_columns"}
    assert errors or name == "quoted.csv"


def test_a_csv_of_one_line_of_commas_is_told_before_it_is_laid_out():
    assert refusal("a.csv", b"a,b\n" * 1000 + b"," * 186_000).code == "too_many_columns"


# csv: rows that are longer than their header

HEADER = ["STT", "Họ và tên", "Số tiền", "Số dư", "Ghi chú"]
amounts = st.integers(1, 10**10)


def unquoted(rows: list[list[object]]) -> bytes:
    """As careless programs write it: commas between thousands, and no quotation marks."""
    return "\n".join(",".join(f"{c:,}" if isinstance(c, int) else c for c in row) for row in rows).encode()


@some
@given(
    st.lists(
        st.tuples(amounts, st.one_of(amounts, st.just("")), st.sampled_from(["", "ủng hộ"])), min_size=1, max_size=6
    )
)
def test_thousands_without_quotation_marks_are_joined_and_asked_or_the_file_is_not_accepted(drawn):
    rows = [HEADER, *([str(n), "Ông Mẫu", *row] for n, row in enumerate(drawn, 1))]
    grid = one("a.csv", unquoted(rows))
    found = {code for code, *_ in told(grid)}
    if any(cell >= 1000 for row in drawn for cell in row[:2] if cell != ""):
        assert found in ({"thousands_joined"}, {"row_too_long"})
    else:
        assert not found
    if found == {"thousands_joined"}:
        assert [row[: len(HEADER)] for row in grid.rows] == [[str(cell) for cell in row] for row in rows]


def test_rows_that_fit_in_two_ways_are_not_joined():
    grid = one("a.csv", unquoted([["STT", "Gạo", "Tiền"], ["1", "250", "500", "120"], ["2", "300", "500", "120"]]))
    assert [(code, found) for code, _, found in told(grid)] == [("row_too_long", "2: 4; 3: 4")]
    assert grid.rows[1] == ["1", "250", "500", "120"]


def test_a_row_with_a_comma_in_its_text_is_told_once_for_all_rows():
    rows = [HEADER[:3], *([str(n), "Thôn 1", "xã Ea Pô", "50000"] for n in range(20))]
    (found,) = told(one("a.csv", unquoted(rows)))
    assert found[0] == "row_too_long" and found[2].endswith("… (20)")


@pytest.mark.parametrize(
    "text",
    [
        "STT,Tên,Tiền\n1,An,500,,,\n2,Bình,600,,\n",
        "DANH SÁCH, TUẦN 33\nSTT,Tên,Tiền\n1,An,500\n",
        "STT;Tên;Tiền\n1;An;350,000\n",
        'STT,Tên,Tiền\n1,An,"350,000"\n',
        "STT,Tên,Tiền,Ghi chú\n1,An,500,\nTổng,500\n",
    ],
)
def test_rows_that_are_no_fault(text):
    assert not told(one("a.csv", text.encode()))


def test_rows_shorter_than_their_header_are_told():
    assert told(one("a.csv", b"STT,Name,Place,Money\n1,An,500\n"))[0][:2] == ("row_too_short", None)
