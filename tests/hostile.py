"""Workbooks of every format, and files nobody should send: built in memory, by hand where no library writes them."""

import csv
import io
import struct
import zipfile
from datetime import date

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def zip_of(files: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


# the same rows in every format


def xlsx_of(rows, sheet="Sheet1", change=None) -> bytes:
    """`change(workbook)` may do whatever openpyxl can before it is saved."""
    workbook = openpyxl.Workbook()
    workbook.active.title = sheet
    for row in rows:
        workbook.active.append(list(row))
    if change:
        change(workbook)
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def xlsm_of(rows) -> bytes:
    """The same with a project of macros, which nobody here can run."""
    with zipfile.ZipFile(io.BytesIO(xlsx_of(rows))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    macro = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(plain, macro)
    return zip_of(parts | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macros"})


def xls_of(rows, change=None) -> bytes:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Sheet1")
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            style = xlwt.easyxf(num_format_str="DD/MM/YYYY") if isinstance(value, date) else xlwt.Style.default_style
            if value != "":
                sheet.write(y, x, value, style)
    if change:
        change(workbook)
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def ods_cell(value="", **attributes) -> TableCell:
    if isinstance(value, bool):
        attributes |= {"valuetype": "boolean", "booleanvalue": str(value).lower()}
    elif isinstance(value, date):
        attributes |= {"valuetype": "date", "datevalue": value.isoformat()}
    elif isinstance(value, int | float):
        attributes |= {"valuetype": "float", "value": str(value)}
    elif value:
        attributes |= {"valuetype": "string"}
    cell = TableCell(**attributes)
    if value != "":
        cell.addElement(P(text=str(value)))
    return cell


def ods_of(rows, change=None) -> bytes:
    """`change(table)` may add rows of ods_cell before the document is saved."""
    document, table = OpenDocumentSpreadsheet(), Table(name="Sheet1")
    for row in rows:
        written = TableRow()
        for value in row:
            written.addElement(ods_cell(value))
        table.addElement(written)
    if change:
        change(table)
    document.spreadsheet.addElement(table)
    saved = io.BytesIO()
    document.write(saved)
    return saved.getvalue()


def ods_row(*cells, **attributes) -> TableRow:
    row = TableRow(**attributes)
    for cell in cells:
        row.addElement(cell)
    return row


def covered() -> CoveredTableCell:
    return CoveredTableCell()


def csv_of(rows, separator=",", encoding="utf-8") -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(rows)
    return written.getvalue().encode(encoding)


# xlsb: no library writes it, so its records are written here (MS-XLSB 2.1.4)


def record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(body)
    while length > 0x7F:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb_cell(column: int, value) -> bytes:
    at = struct.pack("<2I", column, 0)
    if isinstance(value, bool):
        return record(4, at + bytes([value]))
    if isinstance(value, bytes):  # the code of an error
        return record(3, at + value)
    if isinstance(value, int | float):
        return record(5, at + struct.pack("<d", value))
    return record(6, at + wide(value))


def xlsb_sheet(rows: dict[int, dict[int, object]], after: bytes = b"", hidden_rows=()) -> bytes:
    cells = b""
    for y, row in rows.items():
        flags = b"\x00" + (b"\x10" if y in hidden_rows else b"\x00") + b"\x00"
        cells += record(0, struct.pack("<2IH", y, 0, 300) + flags + struct.pack("<I", 0))
        cells += b"".join(xlsb_cell(x, value) for x, value in row.items() if value != "")
    dimension = record(148, struct.pack("<4I", 0, 0, 0, 0))
    return record(129) + dimension + record(145) + cells + record(146) + after + record(130)


def xlsb_of(rows, merged=(), hidden_rows=()) -> bytes:
    merges = b"".join(record(176, struct.pack("<4I", r1, r2, c1, c2)) for r1, c1, r2, c2 in merged)
    sparse = rows if isinstance(rows, dict) else {y: dict(enumerate(row)) for y, row in enumerate(rows)}
    sheet = xlsb_sheet(sparse, record(177, struct.pack("<I", len(merged))) + merges + record(178), hidden_rows)
    bundle = record(156, struct.pack("<2I", 0, 1) + wide("rId1") + wide("Sheet1"))
    book = record(131) + record(153, struct.pack("<2I", 0, 0) + wide("")) + record(143) + bundle + record(144)
    return zip_of(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
            "_rels/.rels": _relations(("rId1", "officeDocument", "xl/workbook.bin")),
            "xl/workbook.bin": book + record(132),
            "xl/_rels/workbook.bin.rels": _relations(("rId1", "worksheet", "worksheets/sheet1.bin")),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def _relations(*relations: tuple[str, str, str]) -> str:
    items = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{to}"/>' for i, kind, to in relations)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'


def raw_xlsx(sheet_data: str, before: str = "", extra: dict[str, bytes | str] | None = None) -> bytes:
    """An xlsx whose sheetData is written as given; `before` stands in front of it (dimension, cols)."""
    sheet = f'<worksheet xmlns="{SPREADSHEET}">{before}<sheetData>{sheet_data}</sheetData></worksheet>'
    return sheet_xlsx(sheet, extra)


def sheet_xlsx(sheet: str | bytes, extra: dict[str, bytes | str] | None = None) -> bytes:
    sheets = '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets>'
    return zip_of(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
            "_rels/.rels": _relations(("rId1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}">{sheets}</workbook>',
            "xl/_rels/workbook.xml.rels": _relations(("rId1", "worksheet", "worksheets/sheet1.xml")),
            "xl/worksheets/sheet1.xml": sheet,
        }
        | (extra or {})
    )


def raw_ods(table: str) -> bytes:
    """An ods whose only table is written as given."""
    names = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table"))
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    return zip_of(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": f"<office:document-content{names}>{body}</office:document-content>",
        }
    )


# files that must be refused


def lying_zip(name: str, content: bytes, declared: int) -> bytes:
    """A zip that says its file is smaller than what comes out of it."""
    packed = bytearray(zip_of({name: content}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", packed, packed.index(signature) + offset, declared)
    return bytes(packed)


def dense_zip(name: str, megabytes: int) -> bytes:
    """Zeros: a thousand times smaller when zipped."""
    return zip_of({name: bytes(megabytes * 1024 * 1024)})


def claiming_zip(name: str, declared: int) -> bytes:
    """A small zip that only claims a giant content."""
    return lying_zip(name, b"x", declared)


def encrypted_zip(name: str) -> bytes:
    packed = bytearray(zip_of({name: b"x"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + offset] |= 1
    return bytes(packed)


def ole_with(stream_name: str, stream: bytes = bytes(8192)) -> bytes:
    """An OLE file with one stream: xlwt's own container, its stream renamed."""
    saved = io.BytesIO()
    xlwt.CompoundDoc.XlsDoc().save(saved, stream)
    content = bytearray(saved.getvalue())
    start = content.index("Workbook".encode("utf-16-le") + b"\0\0")
    name = stream_name.encode("utf-16-le")
    content[start : start + 64] = name + bytes(64 - len(name))
    struct.pack_into("<H", content, start + 64, len(name) + 2)
    return bytes(content)


def password_xls() -> bytes:
    """A BIFF8 stream that begins as Excel's encrypted ones do: BOF, then FILEPASS."""
    begin = struct.pack("<2H", 0x0809, 16) + struct.pack("<2H3I", 0x0600, 0x0005, 0, 0, 0)
    password = struct.pack("<3H", 0x002F, 2, 1) + struct.pack("<2H", 0x000A, 0)
    return ole_with("Workbook", begin + password + bytes(8192))
