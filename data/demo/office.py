"""Pages drawn as an office draws them: letterhead, title, header, rows, signature; and xlsx bytes that never vary."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side

COMMUNES = {
    "24640": "thị trấn Ea T'Ling",
    "24643": "xã Đắk Wil",
    "24646": "xã Ea Pô",
    "24649": "xã Nam Dong",
    "24652": "xã Đắk DRông",
    "24655": "xã Tâm Thắng",
    "24658": "xã Cư Knia",
    "24661": "xã Trúc Sơn",
}
FIXED_MOMENT = (2021, 8, 2, 8, 0, 0)  # in every made file, so that making it again changes no byte
STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
THIN = Border(*[Side(style="thin")] * 4)


@dataclass(frozen=True)
class Saved:
    """A formula together with the value that the spreadsheet program saved for it."""

    formula: str
    value: int


@dataclass
class Page:
    """One sheet, written from top to bottom. Rows are 1-based as people see them; columns count from 0 = A."""

    name: str = "Sheet1"
    cells: dict[tuple[int, int], object] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    bold: set[int] = field(default_factory=set)
    boxed: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    is_hidden: bool = False
    next_row: int = 1
    first_column: int = 0

    def row(self, *values: object, at: int | None = None, boxed: bool = True) -> int:
        """Writes one row from the first column (or from `at`), and returns its number."""
        number = self.next_row
        for offset, value in enumerate(values):
            if value is not None:
                self.cells[number, (self.first_column if at is None else at) + offset] = value
        if boxed:
            self.boxed.add(number)
        self.next_row += 1
        return number

    def gap(self, rows: int = 1) -> None:
        self.next_row += rows

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        self.merges.append((first_row, first_column, last_row, last_column))

    def letterhead(self, office: str, place: str, day: str = "16 tháng 8", width: int = 6, number: int = 12) -> None:
        """Left: the office and the number of the paper; right: the national motto, place and date."""
        right = max(width // 2, 3)
        for left, motto in (
            ("ỦY BAN MTTQ VIỆT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            (office.upper(), "Độc lập - Tự do - Hạnh phúc"),
            (f"Số: {number}/BC-MTTQ-BTT", f"{place}, ngày {day} năm 2021"),
        ):
            written = self.row(left, boxed=False)
            self.cells[written, self.first_column + right] = motto
            self.merge(written, self.first_column, written, self.first_column + 1)
            self.merge(written, self.first_column + right, written, self.first_column + max(width, right + 2) - 1)
        self.gap()

    def commune_letterhead(self, code: str, **options: object) -> None:
        name = COMMUNES[code]
        self.letterhead(name, name.removeprefix("xã ").removeprefix("thị trấn "), **options)

    def title(self, *lines: str, width: int = 6) -> None:
        for line in lines:
            written = self.row(line, boxed=False)
            self.bold.add(written)
            self.merge(written, self.first_column, written, self.first_column + width - 1)

    def header(self, *labels: str | None, at: int | None = None) -> int:
        written = self.row(*labels, at=at)
        self.bold.add(written)
        return written

    def two_header_rows(self, *groups: str | tuple[str, ...]) -> None:
        """A text is one column merged over both rows; a tuple is a group label followed by its columns."""
        upper, column = self.next_row, self.first_column
        for group in groups:
            if isinstance(group, str):
                self.cells[upper, column] = group
                self.merge(upper, column, upper + 1, column)
                column += 1
                continue
            self.cells[upper, column] = group[0]
            self.merge(upper, column, upper, column + len(group) - 2)
            for offset, label in enumerate(group[1:]):
                self.cells[upper + 1, column + offset] = label
            column += len(group) - 1
        self.bold |= {upper, upper + 1}
        self.boxed |= {upper, upper + 1}
        self.next_row += 2

    def sign(self, width: int = 6, left: str = "Người lập biểu", right: str = "TM. BAN THƯỜNG TRỰC") -> None:
        """The signature block under a table."""
        self.gap()
        written = self.row(left, boxed=False)
        self.cells[written, self.first_column + max(width - 3, 2)] = right
        written = self.row("(Ký, ghi rõ họ tên)", boxed=False)
        self.cells[written, self.first_column + max(width - 3, 2)] = "CHỦ TỊCH"
        self.gap(2)


def pack(entries: list[tuple[str, bytes]], stored: tuple[str, ...] = ()) -> bytes:
    """A zip whose bytes depend on nothing but its entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, FIXED_MOMENT)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def repacked(content: bytes, change=lambda name, body: body, stored: tuple[str, ...] = ()) -> bytes:
    """The same package without the clock of the machine that wrote it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        bodies = [(name, STAMP.sub(rb"\g<1>2021-08-02T08:00:00Z\2", archive.read(name))) for name in archive.namelist()]
    return pack([(name, change(name, body)) for name, body in bodies], stored)


def xlsx(*pages: Page) -> bytes:
    """The pages as one workbook."""
    book = Workbook()
    book.remove(book.active)
    saved = {}
    for number, page in enumerate(pages, 1):
        _fill(book.create_sheet(page.name), page)
        values = {(r, c): v.value for (r, c), v in page.cells.items() if isinstance(v, Saved)}
        saved[f"xl/worksheets/sheet{number}.xml"] = values
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue(), lambda name, body: _with_saved_values(body, saved.get(name, {})))


def _fill(sheet, page: Page) -> None:
    for (row, column), value in page.cells.items():
        cell = sheet.cell(row, column + 1, value.formula if isinstance(value, Saved) else value)
        if isinstance(value, datetime | date):
            cell.number_format = "dd/mm/yyyy"
        elif isinstance(value, int) and value >= 1000:
            cell.number_format = "#,##0"
        cell.font = Font(name="Times New Roman", size=12, bold=row in page.bold)
        if row in page.bold:
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        if row in page.boxed:
            cell.border = THIN
    for first_row, first_column, last_row, last_column in page.merges:
        if (first_row, first_column) != (last_row, last_column):
            sheet.merge_cells(None, first_row, first_column + 1, last_row, last_column + 1)
    for row in page.hidden_rows:
        sheet.row_dimensions[row].hidden = True
    for letter, width in zip("BCDEFGHI", (26, 20, 16, 16, 16, 16, 16, 16), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.sheet_state = "hidden" if page.is_hidden else "visible"


def _with_saved_values(body: bytes, values: dict[tuple[int, int], int]) -> bytes:
    """openpyxl writes formulas without their value; a spreadsheet program saves both."""
    for (row, column), value in values.items():
        cell = rb'(<c r="%c%d"[^>]*><f>[^<]*</f>)<v\s*/>|(<c r="%c%d"[^>]*><f>[^<]*</f>)<v></v>'
        pattern = cell % (65 + column, row, 65 + column, row)
        body = re.sub(pattern, lambda hit, v=value: (hit[1] or hit[2]) + b"<v>%d</v>" % v, body)
    return body
