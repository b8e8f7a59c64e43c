"""How a form looks: letterhead, title, borders, print set-up, locked and unlocked cells."""

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from outgoing.forms.form_columns import LANGUAGE, split
from words.texts import t

FONT = "Times New Roman"
SIZE = 12
LINE = Side(style="thin", color="808080")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEADER = PatternFill("solid", fgColor="DCE6F1")
TO_FILL = PatternFill("solid", fgColor="FFF8DC")
OPEN = Protection(locked=False)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
TOP = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
RIGHT = Alignment(horizontal="right", vertical="center")
NATION_WIDTH = 46  # of "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in bold
MARGIN, EDGE, FOOT = 0.4, 0.5, 0.3  # inches
ROW_HEIGHT = 19.5  # of an empty row; one with more text grows


def font(*, bold: bool = False, italic: bool = False, underline: str | None = None, size: int = SIZE, color=None):
    return Font(name=FONT, size=size, bold=bold, italic=italic, underline=underline, color=color)


def put(sheet: Worksheet, row: int, first: int, last: int, text: object, *, look: Font, align=CENTRE):
    """A text over the columns first to last of a row, merged."""
    cell = sheet.cell(row, first, text)
    cell.font, cell.alignment = look, align
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    return cell


def draw_letterhead(sheet: Worksheet, widths: list[float], office: str, title: str, plan: str) -> int:
    """The committee left, the nation right, the title below; the number of the next row."""
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    last, left = len(widths), split(widths, NATION_WIDTH)
    put(sheet, 1, 1, left, t("forms.letterhead.front", LANGUAGE), look=font(bold=not office))
    put(sheet, 1, left + 1, last, t("forms.letterhead.nation", LANGUAGE), look=font(bold=True))
    put(sheet, 2, 1, left, office, look=font(bold=True, underline="single"))
    put(sheet, 2, left + 1, last, t("forms.letterhead.motto", LANGUAGE), look=font(bold=True, underline="single"))
    put(sheet, 4, 1, last, title, look=font(bold=True, size=15))
    put(sheet, 5, 1, last, t("forms.letterhead.plan", LANGUAGE, plan=plan), look=font(italic=True))
    sheet.row_dimensions[3].height = 8
    sheet.row_dimensions[4].height = 24
    return 6


def to_fill(cell, *, number_format: str | None = None, align=LEFT):
    """A cell of its own that a clerk fills in: yellow, unlocked."""
    cell.fill, cell.border, cell.protection, cell.font, cell.alignment = TO_FILL, BOX, OPEN, font(), align
    if number_format:
        cell.number_format = number_format
    return cell


def fill_area(sheet: Worksheet, row: int, first: int, last: int, *, align=LEFT, number_format: str | None = None):
    """A cell to fill in that is merged over several columns: each part carries the border and is unlocked."""
    for column in range(first, last + 1):
        to_fill(sheet.cell(row, column), align=align, number_format=number_format)
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    return sheet.cell(row, first)


def draw_header(sheet: Worksheet, row: int, labels: list[str]) -> None:
    """The header of the table: repeated on each page, frozen on screen."""
    for number, label in enumerate(labels, 1):
        cell = sheet.cell(row, number, label)
        cell.font, cell.fill, cell.border, cell.alignment = font(bold=True), HEADER, BOX, CENTRE
    sheet.row_dimensions[row].height = 34
    sheet.freeze_panes = sheet.cell(row + 1, 1)
    sheet.print_title_rows = f"{row}:{row}"


def set_print(sheet: Worksheet, *, landscape: bool) -> None:
    """A4, one page wide, with page numbers."""
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = ROW_HEIGHT, True
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = MARGIN
    margins.top = margins.bottom = EDGE
    margins.header = margins.footer = FOOT
    sheet.oddFooter.center.text = t("forms.letterhead.page", LANGUAGE)


def lock(sheet: Worksheet) -> None:
    """Protected without a password, so that the office can lift it; columns, rows and looks may be changed."""
    protection = sheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = protection.formatCells = False  # False: allowed
    protection.insertRows = protection.autoFilter = False
