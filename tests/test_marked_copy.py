"""The marked-up copy: the faults are marked and nothing else of the file has changed, compared part by part."""

import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from PIL import Image as Picture

from data import schemas
from loaders import Outcome, Reading, Source, read
from loaders.formats.grid import Grid
from loaders.problems import CODES, Severity, SheetNotRecognised, SourceUnreadable, Where, problem
from loaders.tables import our_sheets
from outgoing.marked_copy.cell_styles import COLOURS
from outgoing.marked_copy.copy import MOST_COMMENTS, marked_copy
from outgoing.marked_copy.problem_list import WORTH_TELLING, findings
from tests.fixtures import golden

NAME = "danh sách.xlsx"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# what a marked copy may write anew or change; everything else must be the same bytes
CHANGED = re.compile(
    r"\[Content_Types\]\.xml|xl/(workbook|styles)\.xml|xl/_rels/workbook\.xml\.rels|xl/comments/?[a-zA-Z]*\d+\.xml|"
    r"xl/(drawings/)?[a-zA-Z]*[dD]rawing\d+\.vml|xl/worksheets/sheet\d+\.xml|xl/worksheets/_rels/sheet\d+\.xml\.rels|"
    r"xl/chartsheets/sheet\d+\.xml"
)
BOOKS = [name for name in golden.names() if name.endswith(".xlsx") and not name.startswith("~$")]


def outcome_with(*problems, sheet="Danh sách", unread=()):
    """An outcome with the given problems, whatever the file holds."""
    empty = schemas.empty("donations")
    reading = Reading(
        "donations", NAME, sheet, empty, schemas.empty("waiting"), schemas.empty("remarks"), tuple(problems)
    )
    return Outcome((reading,), tuple(unread))


def fault(cell, code="good_unknown", sheet="Danh sách", found="Bếp ga", proposed=None):
    return problem(code, Where(NAME, sheet, cell), found, proposed)


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_part(content, name):
    """The part of a sheet, found as a spreadsheet program finds it."""
    found = parts(content)
    book, links = (ElementTree.fromstring(found[p]) for p in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    key = next(
        value
        for sheet in book.iter(f"{MAIN}sheet")
        if sheet.get("name") == name
        for attribute, value in sheet.items()
        if attribute.endswith("}id")
    )
    target = next(e.get("Target") for e in links if e.get("Id") == key)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def cells_of(xml):
    """Cell -> (format, all the rest of it), and the sheet without its cells."""
    root = ElementTree.fromstring(xml)
    cells = {}
    for cell in root.iter(f"{MAIN}c"):
        look = cell.attrib.pop("s", "0")
        cells[cell.get("r")] = (look, ElementTree.tostring(cell))
    for row in root.iter(f"{MAIN}row"):
        row.attrib.pop("spans", None)
        for cell in list(row):
            row.remove(cell)
    data = root.find(f"{MAIN}sheetData")
    for row in list(data):
        if not row.attrib.keys() - {"r"}:
            data.remove(row)
    for view in root.iter(f"{MAIN}sheetView"):
        view.attrib.pop("tabSelected", None)
    for drawing in root.findall(f"{MAIN}legacyDrawing"):
        root.remove(drawing)
    return cells, ElementTree.tostring(root)


def formats_of(xml):
    return [ElementTree.tostring(xf) for xf in ElementTree.fromstring(xml).find(f"{MAIN}cellXfs")]


def assert_only_marks(before, after, faulty):
    """Every part the same bytes, but for the few that must change; in those only what is meant to.

    faulty:  sheet -> its faulty cells (of merged areas the first)
    """
    old, new = parts(before), parts(after)
    assert old.keys() <= new.keys()
    changed = {name for name in old if old[name] != new[name]}
    assert {name for name in changed if not CHANGED.fullmatch(name)} == set()
    look_before, look_after = formats_of(old["xl/styles.xml"]), formats_of(new["xl/styles.xml"])
    assert look_after[: len(look_before)] == look_before
    for sheet in openpyxl.load_workbook(io.BytesIO(before)).worksheets:
        part = sheet_part(before, sheet.title)
        assert sheet_part(after, sheet.title) == part
        cells, rest = cells_of(old[part])
        cells_now, rest_now = cells_of(new[part])
        assert rest_now == rest
        for cell in cells.keys() | cells_now.keys():
            look, body = cells.get(cell, ("0", ElementTree.tostring(ElementTree.Element(f"{MAIN}c", r=cell))))
            look_now, body_now = cells_now[cell]
            assert body_now == body
            assert (look_now == look) == (cell not in faulty.get(sheet.title, ())), (sheet.title, cell)


def seen(sheet):
    """What openpyxl sees of a sheet, without colours and comments."""
    return {
        "cells": [
            (c.coordinate, c.value, c.number_format, c.font.b, c.font.name, c.border.left.style, c.protection.locked)
            for row in sheet.iter_rows()
            for c in row
            if c.has_style or c.value is not None
        ],
        "merged": sorted(map(str, sheet.merged_cells.ranges)),
        "lists": [(str(v.sqref), v.formula1) for v in sheet.data_validations.dataValidation],
        "rules": [(str(area.sqref), [r.type for r in area.rules]) for area in sheet.conditional_formatting],
        "pictures": len(sheet._images),
        "charts": len(sheet._charts),
        "tables": {table.name: table.ref for table in sheet.tables.values()},
        "locked": (sheet.protection.sheet, sheet.protection.password),
        "state": sheet.sheet_state,
        "widths": {key: column.width for key, column in sheet.column_dimensions.items()},
        "frozen": sheet.freeze_panes,
    }


def with_results(content, **results):
    """openpyxl saves formulas without results: put them in as Excel does."""
    made = parts(content)
    for name, xml in made.items():
        for formula, value in results.items():
            old = (
                f"<f>{formula}</f><v></v>".encode(),
                f"<f>{formula}</f><v/>".encode(),
                f"<f>{formula}</f><v />".encode(),
            )
            for written in old:
                xml = xml.replace(written, f"<f>{formula}</f><v>{value}</v>".encode())
        made[name] = xml
    return zipped(made)


def zipped(made):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in made.items():
            archive.writestr(name, data)
    return packed.getvalue()


def saved(book):
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.fixture(scope="module")
def rich():
    """A workbook with everything that an openpyxl round trip would lose or change."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Danh sách"
    sheet.append(["STT", "Tên", "Số lượng", "Tổng"])
    for number in range(1, 6):
        sheet.append([number, f"Hộ {number}", number * 10])
    sheet["D2"] = "=SUM(C2:C6)"
    sheet["C3"].fill = PatternFill("solid", fgColor="FFFFFF00")
    sheet["C3"].font, sheet["C3"].number_format = Font(bold=True, name="Arial"), "#,##0.00"
    sheet["B2"].protection = Protection(locked=False)
    sheet["B4"].comment = Comment("Của xã", "Cán bộ xã")
    sheet.merge_cells("B8:C9")
    sheet["B8"] = "gộp"
    sheet.add_data_validation(DataValidation(type="list", formula1='"kg,thùng"', sqref="C2:C6"))
    sheet.conditional_formatting.add("C2:C6", CellIsRule("greaterThan", ["30"], font=Font(bold=True)))
    sheet.protection.set_password("bí mật")
    sheet.freeze_panes = "A2"
    picture = io.BytesIO()
    Picture.new("RGB", (4, 4), "red").save(picture, "PNG")
    sheet.add_image(Image(picture), "F2")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=6), titles_from_data=True)
    sheet.add_chart(chart, "H2")
    sheet.print_title_rows = "1:1"
    other = book.create_sheet("Xã Đắk D'rông")
    other.append(["mã", "tên"])
    other.append(["a", "b"])
    other.add_table(Table(displayName="Bang1", ref="A1:B2"))
    other.sheet_view.tabSelected = True
    other.defined_names["cua_to"] = DefinedName("cua_to", attr_text="'Xã Đắk D''rông'!$A$1")
    hidden = book.create_sheet("ẩn")
    hidden.sheet_state, hidden["A1"] = "hidden", 1
    book.create_chartsheet("Biểu đồ").add_chart(BarChart())
    book.defined_names["ca_tep"] = DefinedName("ca_tep", attr_text="'Danh sách'!$C$2")
    book.active = 1
    return with_results(saved(book), **{"SUM(C2:C6)": 150})


@pytest.fixture(scope="module")
def marked(rich):
    problems = [
        fault("C3"),
        fault("C3", "number_ambiguous", found="1,500", proposed="1,5"),
        fault("B4", "repeats_above", proposed="Hội Phụ nữ"),
        fault("C9"),
        fault("E5", "amount_missing"),
        fault("C12", "date_ambiguous"),
        fault("D2", "column_unknown"),
        fault("B2", sheet="Xã Đắk D'rông"),
        fault("B1", "cell_error", sheet="ẩn", found="#REF!"),
        fault(None, "commune_missing"),
    ]
    returned = marked_copy(Source(NAME, rich), outcome_with(*problems), item=12)
    assert returned.is_marked
    return returned


MARKED_CELLS = {"Danh sách": {"C3", "B4", "B8", "E5", "C12"}, "Xã Đắk D'rông": {"B2"}, "ẩn": {"B1"}}


def test_nothing_but_the_marks_changes(rich, marked):
    assert_only_marks(rich, marked.content, MARKED_CELLS)


def test_openpyxl_sees_the_same_book(rich, marked):
    before, after = (openpyxl.load_workbook(io.BytesIO(c)) for c in (rich, marked.content))
    assert after.sheetnames == ["Cần sửa", *before.sheetnames]
    for sheet in before.worksheets:
        was, now = seen(sheet), seen(after[sheet.title])
        new = [cell for cell in now["cells"] if cell[0] in ("E5", "C12", "B1") and cell not in was["cells"]]
        now["cells"] = [cell for cell in now["cells"] if cell not in new]
        assert now == was
    assert after["Danh sách"].print_title_rows == before["Danh sách"].print_title_rows
    assert after["Xã Đắk D'rông"].defined_names["cua_to"].attr_text == "'Xã Đắk D''rông'!$A$1"
    assert after.defined_names.keys() == before.defined_names.keys()


def test_results_of_formulas_are_still_there(marked):
    values = openpyxl.load_workbook(io.BytesIO(marked.content), data_only=True)
    assert values["Danh sách"]["D2"].value == 150


def test_colours_say_how_bad_it_is(marked):
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content))["Danh sách"]
    colours = {cell: sheet[cell].fill.fgColor.rgb for cell in ("C3", "B4", "B8", "C12", "D2")}
    red, amber = COLOURS[Severity.BLOCKS], COLOURS[Severity.ASKS]
    assert colours == {"C3": red, "B4": amber, "B8": red, "C12": amber, "D2": "00000000"}
    assert sheet["C3"].font.b and sheet["C3"].number_format == "#,##0.00"


def test_one_comment_a_cell_and_old_ones_stay(marked):
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content))["Danh sách"]
    comments = {c.coordinate: c.comment for row in sheet.iter_rows() for c in row if c.comment}
    assert comments.keys() == {"C3", "B4", "B8", "E5", "C12"}
    assert comments["B4"].text == "Của xã" and comments["B4"].author == "Cán bộ xã"
    text = comments["C3"].text
    assert comments["C3"].author == "MTTQ huyện"
    assert "Phải sửa: Chưa biết mặt hàng “Bếp ga”" in text and "Cần xác nhận: “1,500”" in text
    assert "Giá trị đề nghị: 1,5" in text


def test_every_comment_has_its_box(marked):
    boxes = [data for name, data in parts(marked.content).items() if name.endswith(".vml")]
    assert sorted(data.count(b'ObjectType="Note"') for data in boxes) == [1, 1, 5]
    for data in boxes:
        ElementTree.fromstring(data)
        assert len(re.findall(rb"<\w+:shapetype\s", data)) == 1
        ids = re.findall(rb'<\w+:shape\s[^>]*?\bid="([^"]+)"', data)
        assert len(ids) == len(set(ids)) == data.count(b'ObjectType="Note"')


def test_the_list_is_first_and_alone_chosen(marked):
    made = parts(marked.content)
    book = openpyxl.load_workbook(io.BytesIO(marked.content))
    assert book.sheetnames[0] == our_sheets.LIST_SHEET and book.active.title == our_sheets.LIST_SHEET
    chosen = [name for name, data in made.items() if b'tabSelected="1"' in data or b'tabSelected="true"' in data]
    assert len(chosen) == 1 and chosen[0] == sheet_part(marked.content, our_sheets.LIST_SHEET)


def test_the_list_names_every_place_and_links_to_it(marked):
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content))[our_sheets.LIST_SHEET]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=1)]
    top = next(number for number, row in enumerate(rows) if row[0] == "STT")
    assert our_sheets.marked_item(rows[0][0]) == 12 and [row[0] for row in rows[top + 1 :]] == list(range(1, 11))
    places = [(row[1], row[2], row[3]) for row in rows[top + 1 :]]
    assert places[0] == ("Phải sửa", "Danh sách", None)
    assert ("Cần xác nhận", "Danh sách", "C12") in places and ("Để biết", "Danh sách", "D2") in places
    links = {link.ref: link.location for link in sheet._hyperlinks} or {
        c.coordinate: c.hyperlink.location for row in sheet.iter_rows() for c in row if c.hyperlink
    }
    assert "'Xã Đắk D''rông'!B2" in links.values() and len(links) == 9


@pytest.mark.parametrize("name", BOOKS)
def test_fixture_comes_back_the_same(name):
    """Of every messy workbook: only marks are new, and reading it again gives what the original gave."""
    content = (golden.FOLDER / name).read_bytes()
    before = golden.outcome_of(name)
    returned = marked_copy(Source(name, content), before, item=7)
    after = read(Source(name, returned.content), as_of=golden.AS_OF)
    assert returned.is_marked and after.marked == 7
    assert golden.rows_text(after) == golden.rows_text(before)
    assert golden.problems_text(after) == golden.problems_text(before)
    book = openpyxl.load_workbook(io.BytesIO(content))
    faulty = {}
    for one in findings(before):
        if one.cell and one.severity is not Severity.NOTES:
            areas = [a for a in book[one.sheet].merged_cells.ranges if one.cell in a]
            faulty.setdefault(one.sheet, set()).add(areas[0].start_cell.coordinate if areas else one.cell)
    assert_only_marks(content, returned.content, faulty)


def test_fixtures_have_faults_to_mark():
    found = [one for name in BOOKS for one in findings(golden.outcome_of(name))]
    assert len([one for one in found if one.cell]) > 20


def test_a_copy_that_comes_back_is_marked_anew(rich):
    """Old marks are taken off first: the cell that was mended is as it was, the list is there once."""
    first = outcome_with(fault("C3"), fault("B2"), fault("E5"))
    once = marked_copy(Source(NAME, rich), first, item=3)
    assert read(Source(NAME, once.content), as_of=date(2021, 9, 15)).marked == 3
    twice = marked_copy(Source(once.name, once.content), outcome_with(fault("B2")), item=4)
    direct = marked_copy(Source(NAME, rich), outcome_with(fault("B2")), item=4)
    assert twice.name == direct.name
    book = openpyxl.load_workbook(io.BytesIO(twice.content))
    assert [name for name in book.sheetnames if our_sheets.LIST_SHEET in name] == [our_sheets.LIST_SHEET]
    sheet = book["Danh sách"]
    assert sheet["C3"].fill.fgColor.rgb == "FFFFFF00" and sheet["E5"].fill.fill_type is None
    assert {c.coordinate for row in sheet.iter_rows() for c in row if c.comment} == {"B2", "B4"}
    assert our_sheets.marked_item(book[our_sheets.LIST_SHEET]["A1"].value) == 4
    assert book["Xã Đắk D'rông"].defined_names.keys() == {"cua_to"}


def test_marking_twice_is_marking_once(rich):
    outcome = outcome_with(fault("C3"), fault("B8"))
    once = marked_copy(Source(NAME, rich), outcome, item=3)
    twice = marked_copy(Source(NAME, once.content), outcome, item=3)
    old, new = parts(once.content), parts(twice.content)
    part = sheet_part(rich, "Danh sách")
    assert new[part] == old[part] and new["xl/styles.xml"] == old["xl/styles.xml"]
    assert [new[n] for n in new if n.endswith(".vml")] == [old[n] for n in old if n.endswith(".vml")]


def test_a_copy_saved_by_another_program_is_cleaned_too(rich):
    """LibreOffice drops the authors of comments and makes up the colour behind ours; Google Sheets repeats ours."""
    once = parts(marked_copy(Source(NAME, rich), outcome_with(fault("C3"), fault("E5")), item=3).content)
    red = f'rgb="{COLOURS[Severity.BLOCKS]}"'.encode()
    for behind, program in ((b'rgb="FFD9D9D9"', b"LibreOffice/7.4"), (red, b"")):
        made = {n: d.replace("MTTQ huyện".encode(), b" ") if "comment" in n else d for n, d in once.items()}
        front = b"<fgColor " + red + b"/>"
        made["xl/styles.xml"] = re.sub(
            front + b"<bgColor [^/]*/>", front + b"<bgColor " + behind + b"/>", made["xl/styles.xml"]
        )
        made["docProps/app.xml"] = made["docProps/app.xml"].replace(b"Microsoft Excel", program)
        sheet = openpyxl.load_workbook(
            io.BytesIO(marked_copy(Source(NAME, zipped(made)), outcome_with(), item=4).content)
        )["Danh sách"]
        assert sheet["C3"].fill.fill_type is None and sheet["E5"].fill.fill_type is None
        assert {c.coordinate for row in sheet.iter_rows() for c in row if c.comment} == {"B4"}


def test_a_sheet_of_the_commune_with_our_name_stays():
    book = openpyxl.Workbook()
    book.active.title, book.active["A1"] = "Cần sửa", "của xã"
    returned = marked_copy(Source(NAME, saved(book)), outcome_with(fault("A1", sheet="Cần sửa")), item=None)
    assert openpyxl.load_workbook(io.BytesIO(returned.content)).sheetnames == ["Cần sửa (2)", "Cần sửa"]


def test_macros_stay(rich):
    made = parts(rich)
    made["xl/vbaProject.bin"] = bytes(range(256)) * 9
    types = made["[Content_Types].xml"].decode()
    types = types.replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    extra = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    made["[Content_Types].xml"] = types.replace("</Types>", extra).encode()
    returned = marked_copy(Source("mẫu.xlsm", zipped(made)), outcome_with(fault("C3")), item=1)
    assert returned.is_marked and returned.name.endswith(".xlsm")
    assert parts(returned.content)["xl/vbaProject.bin"] == made["xl/vbaProject.bin"]


def prefixed(sheet_xml):
    """A workbook as other libraries write it: every name with a prefix, absolute targets, no formats at all."""
    x = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships {links}><Relationship Id="R1" Type="{office}/officeDocument" '
            'Target="/xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<x:workbook {x}><x:sheets><x:sheet xmlns:d="{office}" name="T1" sheetId="4" '
            'd:id="R9"/>'
            "</x:sheets></x:workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships {links}><Relationship Id="R9" Type="{office}/worksheet" '
            'Target="/xl/worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f"<x:worksheet {x}>{sheet_xml}</x:worksheet>",
        }
    )


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        ("<x:sheetData/>", ["A1", "C5"]),
        ("<x:sheetData><x:row/><x:row><x:c><x:v>1</x:v></x:c><x:c/></x:row></x:sheetData>", ["B1", "A2", "B2", "C2"]),
        (
            '<x:sheetData><x:row r="3"><x:c r="D3"><x:v>1</x:v></x:c></x:row></x:sheetData>',
            ["A1", "B3", "D3", "E3", "A9"],
        ),
        ('<x:sheetData><x:row r="2" spans="1:2"/></x:sheetData><x:tableParts count="0"/>', ["F2", "A2"]),
    ],
)
def test_cells_that_are_not_written_are_put_in_their_place(rows, cells):
    content = prefixed(rows)
    returned = marked_copy(Source(NAME, content), outcome_with(*(fault(c, sheet="T1") for c in cells)), item=1)
    assert returned.is_marked
    sheet = openpyxl.load_workbook(io.BytesIO(returned.content))["T1"]
    red = {c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fgColor.rgb == COLOURS[Severity.BLOCKS]}
    assert red == set(cells)
    assert {c.coordinate for row in sheet.iter_rows() for c in row if c.comment} == set(cells)
    xml = ElementTree.fromstring(parts(returned.content)["xl/worksheets/sheet1.xml"])
    assert [e.tag.partition("}")[2] for e in xml][:2] == ["sheetData", "legacyDrawing"]
    written = [c.get("r") for c in xml.iter(f"{MAIN}c") if c.get("r")]
    assert written == sorted(written, key=lambda cell: (int(cell[1:]), cell[0]))


HOSTILE = {
    "doctype": lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml,
    "utf16": lambda xml: xml.decode().encode("utf-16"),
    "strict": lambda xml: xml.replace(
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/x"
    ),
    "broken": lambda xml: xml[:-9],
    "rows twice": lambda xml: xml.replace(b"<x:sheetData>", b'<x:sheetData><x:row r="5"/><x:row r="5"/>'),
}


@pytest.mark.parametrize("how", HOSTILE)
def test_what_cannot_be_edited_goes_back_as_the_list(how):
    made = parts(prefixed('<x:sheetData><x:row r="7"/></x:sheetData>'))
    name = "xl/workbook.xml" if how == "strict" else "xl/worksheets/sheet1.xml"
    made[name] = HOSTILE[how](made[name])
    returned = marked_copy(Source(NAME, zipped(made)), outcome_with(fault("C9", sheet="T1")), item=5)
    assert not returned.is_marked and returned.name == "danh sách - danh sách cần sửa.xlsx"
    assert openpyxl.load_workbook(io.BytesIO(returned.content)).sheetnames == [our_sheets.LIST_SHEET]
    assert read(Source(returned.name, returned.content), as_of=date(2021, 9, 15)) == Outcome((), (), 5)


def test_a_zip_bomb_is_not_unpacked(rich):
    """Whatever reading made of it: no part of it is unpacked to be packed again."""
    made = parts(rich)
    made["xl/media/bomb.png"] = bytes(30_000_000)
    returned = marked_copy(Source(NAME, zipped(made)), outcome_with(fault("C3")), item=5)
    assert not returned.is_marked and len(returned.content) < 20_000


def test_rows_stay_as_they_are_written():
    """CDATA, attributes of other namespaces, texts that look like XML: what is read again is the same."""
    more = 'xmlns:more="urn:more"'
    rows = (
        f'<x:sheetData><x:row r="1" more:height="3" {more}><x:c r="A1" t="inlineStr"><x:is><x:t><![CDATA[ <a> ]]></x:t>'
        f'</x:is></x:c><x:c r="B1" t="str"><x:v> {more} xmlns:x="{MAIN[1:-1]}"</x:v></x:c></x:row></x:sheetData>'
    )
    content = prefixed(rows)
    for cell in ("C1", "A2"):
        returned = marked_copy(Source(NAME, content), outcome_with(fault(cell, sheet="T1")), item=1)
        xml = parts(returned.content)["xl/worksheets/sheet1.xml"]
        assert returned.is_marked and b"<![CDATA[ <a> ]]>" in xml and b'more:height="3"' in xml
        now, before = (openpyxl.load_workbook(io.BytesIO(c))["T1"] for c in (returned.content, content))
        assert [now[c].value for c in ("A1", "B1")] == [before[c].value for c in ("A1", "B1")]


def test_comments_are_shown_from_their_place_in_the_sheet():
    """<legacyDrawing> stands behind what is wrapped for newer programs and before the tables."""
    wrapped = '<m:AlternateContent xmlns:m="http://schemas.openxmlformats.org/markup-compatibility/2006"/>'
    rest = f'{wrapped}<x:pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/><x:tableParts/>'
    returned = marked_copy(
        Source(NAME, prefixed(f"<x:sheetData/>{rest}")), outcome_with(fault("A1", sheet="T1")), item=1
    )
    xml = ElementTree.fromstring(parts(returned.content)["xl/worksheets/sheet1.xml"])
    names = ["sheetData", "AlternateContent", "pageMargins", "legacyDrawing", "tableParts"]
    assert [e.tag.partition("}")[2] for e in xml] == names


@pytest.mark.parametrize("name", ["donations.xls", "donations.ods", "statement_balance_broken.csv"])
def test_other_formats_get_the_list_alone(name):
    returned = marked_copy(Source(name, (golden.FOLDER / name).read_bytes()), golden.outcome_of(name), item=9)
    sheet = openpyxl.load_workbook(io.BytesIO(returned.content)).active
    assert not returned.is_marked and returned.name.endswith(".xlsx") and sheet.title == our_sheets.LIST_SHEET
    assert not any(c.hyperlink for row in sheet.iter_rows() for c in row)


def test_a_locked_file_gets_the_list_with_the_reason():
    errors = [
        SourceUnreadable("password_protected", Where(NAME)),
        SheetNotRecognised("sheet_not_recognised", Where(NAME, "X")),
    ]
    returned = marked_copy(Source(NAME, b"\xd0\xcf\x11\xe0"), Outcome((), tuple(errors)), item=None)
    rows = list(openpyxl.load_workbook(io.BytesIO(returned.content)).active.iter_rows(values_only=True))
    assert not returned.is_marked and rows[0][0] == "MTTQ-CAN-SUA"
    assert [(row[1], row[2]) for row in rows[-2:]] == [("Phải sửa", NAME), ("Để biết", "X")]


def test_a_zip_comes_back_as_a_zip():
    names = ["donations_unknown_good.xlsx", "statement_balance_broken.csv", "donations_units_mixed.xlsx"]
    packed = zipped(
        {f"Tuần 33/{name}": (golden.FOLDER / name).read_bytes() for name in names} | {"anh.pdf": b"%PDF-1.4"}
    )
    source = Source("các xã.zip", packed)
    returned = marked_copy(source, read(source, as_of=golden.AS_OF), item=8)
    made = parts(returned.content)
    assert returned.is_marked and returned.name == "các xã - cần sửa.zip"
    assert set(made) == {
        "Tuần 33/donations_unknown_good - cần sửa.xlsx",
        "Tuần 33/statement_balance_broken - danh sách cần sửa.xlsx",
        "anh - danh sách cần sửa.xlsx",
    }
    again = read(Source("về.zip", returned.content), as_of=golden.AS_OF)
    assert again.marked == 8 and [r.file for r in again.readings] == [
        "về.zip/Tuần 33/donations_unknown_good - cần sửa.xlsx"
    ]


def test_texts_of_a_sheet_are_never_calculated(rich):
    evil = '=HYPERLINK("http://example.invalid")\x0b<&>"\''
    problems = [fault("C3", found=evil, proposed="=1+1"), fault("C4", found="@SUM(A1)")]
    returned = marked_copy(Source(NAME, rich), outcome_with(*problems), item=1)
    book = openpyxl.load_workbook(io.BytesIO(returned.content))
    cells = [c for row in book[our_sheets.LIST_SHEET].iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in cells} == {"s", "n", "inlineStr"} - {"inlineStr"} and "f" not in {
        c.data_type for c in cells
    }
    assert any("<&>\"'" in str(c.value) for c in cells)
    assert "<&>" in book["Danh sách"]["C3"].comment.text
    assert all(c.number_format == "@" for c in cells if c.data_type == "s")


def test_ten_thousand_faults():
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    for row in range(10_000):
        sheet.append([row, "x", 1])
    content = saved(book)
    problems = [fault(f"C{row}") for row in range(1, 10_001)]
    returned = marked_copy(Source(NAME, content), outcome_with(*problems), item=1)
    made = parts(returned.content)
    cells, _ = cells_of(made[sheet_part(returned.content, "Danh sách")])
    assert len({look for look, _ in cells.values()}) == 2
    assert sum(look != "0" for look, _ in cells.values()) == 10_000
    comments = next(data for name, data in made.items() if "comments" in name)
    assert comments.count(b"<comment ") == MOST_COMMENTS
    listed = made[sheet_part(returned.content, our_sheets.LIST_SHEET)].decode()
    assert listed.count("<hyperlink ") == 10_000 and "ghi chú ở 500 ô đầu" in listed


def test_settled_questions_are_left_out(rich):
    asked = fault("C3", "number_ambiguous", found="1,500", proposed="1,5")
    outcome = outcome_with(asked, fault("C4"))
    assert [one.cell for one in findings(outcome, ticked={asked.key})] == ["C4"]


def test_a_commune_is_never_told_to_tick_a_box():
    """The screens of the office offer a tick or a choice below; a file has neither."""
    screen = re.compile("bên dưới|[Đđ]ánh dấu|Xác nhận nếu|[Tt]ick|below|Confirm if")
    for code in CODES:
        for proposed in (None, "1"):
            for language in ("vi", "en"):
                (one,) = findings(outcome_with(fault("C3", code, proposed=proposed)), language) or [None]
                assert one is None or not screen.search(one.do), code
                assert (one is None) == (CODES[code] is Severity.NOTES and code not in WORTH_TELLING)


def test_a_list_is_known_by_name_and_marker():
    def grid(sheet, text):
        return Grid("a.xlsx", sheet, [[text]])

    assert our_sheets.is_list(grid("Cần sửa (2)", "MTTQ-CAN-SUA/12 ")) and our_sheets.is_list(
        grid("Cần sửa", "MTTQ-CAN-SUA")
    )
    assert not our_sheets.is_list(grid("Tuần 33", "MTTQ-CAN-SUA/12")) and not our_sheets.is_list(grid("Cần sửa", "STT"))
    assert not our_sheets.is_list(Grid("a.xlsx", "Cần sửa", []))
    assert our_sheets.item_of([grid("Cần sửa", "x"), grid("Cần sửa", our_sheets.marker(7))]) == 7
    assert our_sheets.item_of([grid("Cần sửa", our_sheets.marker(None))]) is None


def test_what_is_told_of_a_workbook_stays_told(rich):
    """Macros are told at the first sheet; where that is our list, at the next."""
    made = parts(rich)
    made["xl/vbaProject.bin"] = b"x"
    source = Source(NAME, zipped(made))
    before = read(source, as_of=golden.AS_OF)
    returned = marked_copy(source, before, item=1)
    after = read(Source(NAME, returned.content), as_of=golden.AS_OF)
    assert golden.problems_text(after) == golden.problems_text(before) and after.unread[0].code == before.unread[0].code
