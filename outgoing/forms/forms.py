"""The forms that communes fill in: an .xlsx a kind with letterhead, drop-downs and checks; a zip of all for a week."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import date, timedelta

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from data.reference import Reference, load
from data.schemas import LINE_KINDS
from outgoing.forms import form_checks as checks
from outgoing.forms import form_sheet as look
from outgoing.forms.form_columns import (
    DAY_FORMAT,
    LANGUAGE,
    WHOLE_FORMAT,
    columns_of,
    is_number,
    number_format,
    section_heading,
    sections,
    unit_of_indicator,
    week_column,
)
from outgoing.forms.form_guide import add_guide, add_lists
from words import names
from words.numbers import monday
from words.texts import t

ROWS = 200  # of a list: more than a commune gathers in a week
MAILED = ("weekly_reports", "donations", "distributions", "frontline_support")
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
REMARK_HEIGHT = 90


def form(
    kind: str, *, commune: str | None = None, week: date | None = None, reference: Reference | None = None
) -> bytes:
    """An empty form of a kind, for one commune or for any, for one week or for any: the bytes of an .xlsx.

    in:      kind: one of data.schemas.KINDS; commune: a code in force in that week; week: any day of it
    out:     a workbook that the reader understands without a question once it is filled in
    missing: without a commune or a week, a cell to fill in with a check
    errors:  KeyError for a kind or a commune that does not exist
    """
    return _Form(kind, commune, week, reference or load()).bytes()


def form_name(
    kind: str, commune: str | None = None, week: date | None = None, reference: Reference | None = None
) -> str:
    """ "Bao cao tuan 33 - Xa Nam Dong.xlsx": no accents, safe on every system, and readable by the loaders."""
    known = reference or load()
    name, start = names.kind(kind, LANGUAGE), monday(week) if week else None
    if start and kind != "targets":
        name = t("forms.week.file", LANGUAGE, kind=name.removesuffix(" tuần"), week=_week_number(start, known))
    parts = [name] + ([known.communes(start)[commune].name] if commune else [])
    return " - ".join(_plain(part) for part in parts) + ".xlsx"


def all_forms(week: date, reference: Reference | None = None, kinds: Sequence[str] = MAILED) -> bytes:
    """A zip, ready to mail: for every commune in force in the week a folder with its forms."""
    known, packed, start = reference or load(), io.BytesIO(), monday(week)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for code, commune in known.communes(start).items():
            for kind in kinds:
                path = f"{_plain(commune.name)}/{form_name(kind, code, start, known)}"
                entry = zipfile.ZipInfo(path, (start.year, start.month, start.day, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, form(kind, commune=code, week=start, reference=known))
    return packed.getvalue()


def all_forms_name(week: date, reference: Reference | None = None) -> str:
    """ "Bieu mau tuan 33.zip"."""
    known = reference or load()
    whose = t("forms.week.all", LANGUAGE)
    return _plain(t("forms.week.file", LANGUAGE, kind=whose, week=_week_number(monday(week), known))) + ".zip"


def _week_number(start: date, reference: Reference) -> str:
    """The week as campaign.toml counts it; with its year where the number alone could mean another one."""
    campaign = reference.campaign
    if campaign.week_numbering != "iso":
        return str((start - monday(campaign.start_date)).days // 7 + 1)
    year, number, _ = start.isocalendar()
    return f"{number}" if year == start.year == campaign.start_date.year else f"{number}-{year}"


def _plain(text: str) -> str:
    """Without accents and signs: "Thị trấn Ea T'Ling" -> "Thi tran Ea TLing"."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return " ".join(re.sub(r"[^A-Za-z0-9 -]", "", bare).split())


class _Form:
    """One form while it is drawn."""

    def __init__(self, kind: str, commune: str | None, week: date | None, reference: Reference):
        self.kind, self.commune, self.reference = kind, commune, reference
        self.week = monday(week) if week and kind != "targets" else None
        self.named = reference.communes(monday(week) if week else None)[commune].name if commune else ""
        self.columns = columns_of(kind, commune)
        self.days = checks.days_of(self.week, reference)
        self.book = Workbook()
        self.sheet: Worksheet = self.book.active
        self.sheet.title = names.kind(kind, LANGUAGE)

    def bytes(self) -> bytes:
        wanted = [c.name for c in self.columns if c.check == "list"] + ["fractional_unit"] * (self.kind in LINE_KINDS)
        wanted += ["commune"] * (not self.commune and "commune" not in wanted)
        self.lists = add_lists(self.book, wanted, self.commune, self.week, self.reference)
        row = self._head()
        look.draw_header(self.sheet, row, [column.header for column in self.columns])
        last = self._lines(row + 1) if self.kind in LINE_KINDS else self._indicators(row + 1)
        self.sheet.print_area = f"A1:{get_column_letter(len(self.columns))}{last}"
        look.set_print(self.sheet, landscape=len(self.columns) > 7)
        look.lock(self.sheet)
        add_guide(self.book, self.kind, self.columns, self.days, self.reference)
        self.book.move_sheet(self.book.worksheets[-1], offset=-1)
        self.book.properties.creator = self.reference.campaign.office_vi
        self.book.calculation.fullCalcOnLoad = True  # the numbers of the rows are formulas
        packed = io.BytesIO()
        self.book.save(packed)
        return packed.getvalue()

    def _head(self) -> int:
        """Letterhead, title, week, commune, "nothing happened"; the row of the header."""
        widths = [column.width for column in self.columns]
        title = t(f"forms.title.{self.kind}", LANGUAGE)
        row = look.draw_letterhead(self.sheet, widths, self._office(), title, self.reference.campaign.plan)
        if self.kind != "targets":
            self._draw_week(row)
            row += 1
        if not self.commune and self.kind not in LINE_KINDS:
            label, prompt = t("forms.letterhead.commune", LANGUAGE), t("forms.prompt.whose", LANGUAGE)
            self._draw_choice(row, label, self.lists["commune"], prompt)
            row += 1
        if self.kind != "targets":
            label, prompt = t("forms.letterhead.nil", LANGUAGE), t("forms.prompt.nil", LANGUAGE)
            self._draw_choice(row, label, f'"{t("forms.choice.nil", LANGUAGE)}"', prompt)
            row += 1
        self.sheet.row_dimensions[row].height = 6
        return row + 1

    def _office(self) -> str:
        """Whose form it is, under "ỦY BAN MTTQ VIỆT NAM"."""
        if self.commune:
            return self.named.upper()
        office, front = self.reference.campaign.office_vi, t("forms.letterhead.front", LANGUAGE)
        own = office[len(front) :] if office.upper().startswith(front) else office
        # a district may share its name with a commune of later years: the reader would take one for the other
        return "" if self.reference.communes_in(own, self.week) else own.strip().upper()

    def _draw_week(self, row: int) -> None:
        last = len(self.columns)
        if self.week:
            first, end = (f"{day:%d/%m/%Y}" for day in (self.week, self.week + timedelta(days=6)))
            text = t("forms.week.whole", LANGUAGE, first=first, last=end)
            look.put(self.sheet, row, 1, last, text, look=look.font(bold=True, italic=True))
            return
        middle, label = week_column([column.width for column in self.columns]), t("forms.week.from", LANGUAGE)
        look.put(self.sheet, row, 1, middle - 1, label, look=look.font(bold=True), align=look.RIGHT)
        monday_cell = look.to_fill(self.sheet.cell(row, middle), number_format=DAY_FORMAT, align=look.CENTRE)
        look.put(self.sheet, row, middle + 1, middle + 1, t("forms.week.to", LANGUAGE), look=look.font(bold=True))
        sunday = f'=IF({monday_cell.coordinate}="","",{monday_cell.coordinate}+6)'
        end = min(middle + 3, last)
        look.put(self.sheet, row, middle + 2, end, sunday, look=look.font(), align=look.LEFT).number_format = DAY_FORMAT
        first = self.reference.campaign.start_date
        self._check(checks.monday_check(monday_cell.coordinate, first, label), monday_cell.coordinate)

    def _draw_choice(self, row: int, label: str, source: str, prompt: str) -> None:
        """A label at the left, and a cell with a drop-down beside it."""
        middle = len(self.columns) // 2
        look.put(self.sheet, row, 1, middle, label, look=look.font(italic=True), align=look.RIGHT)
        cell = look.fill_area(self.sheet, row, middle + 1, min(middle + 2, len(self.columns)))
        self._check(checks.list_check(source, label, prompt), cell.coordinate)

    def _check(self, check, area: str) -> None:
        check.add(area)
        self.sheet.add_data_validation(check)

    def _lines(self, first: int) -> int:
        """The rows of a list; their numbers appear by themselves. The last row."""
        last, end = first + ROWS - 1, get_column_letter(len(self.columns))
        for row in range(first, last + 1):
            own = f"B{row}:{end}{row}"
            self._cell(row, 1, f'=IF(COUNTA({own})=0,"",MAX(A${first - 1}:A{row - 1})+1)', look.CENTRE)
            for number, column in enumerate(self.columns[1:], 2):
                cell = self._cell(row, number, None, look.RIGHT if is_number(column) else look.LEFT)
                cell.protection = look.OPEN
                cell.number_format = number_format(column)
        for number, column in enumerate(self.columns[1:], 2):
            letter = get_column_letter(number)
            check = checks.check_of(column, letter, first, self.lists, self.days)
            self._check(check, f"{letter}{first}:{letter}{last}")
        return last

    def _cell(self, row: int, column: int, value: object, align):
        cell = self.sheet.cell(row, column, value)
        cell.font, cell.border, cell.alignment = look.font(), look.BOX, align
        return cell

    def _indicators(self, row: int) -> int:
        """The indicators under the sections of the plan, then the remarks of a report; the last row."""
        width = len(self.columns)
        for number, (section, codes) in enumerate(sections(self.reference).items(), 1):
            if heading := section_heading(section, self.reference):
                look.put(self.sheet, row, 2, width, heading, look=look.font(bold=True), align=look.LEFT)
                self._cell(row, 1, ROMAN[number], look.CENTRE).font = look.font(bold=True)
                for column in range(2, width + 1):
                    self.sheet.cell(row, column).border = look.BOX
                row += 1
            for place, code in enumerate(codes, 1):
                self._indicator(row, place, code)
                row += 1
        return self._remarks(row + 1) if self.kind == "weekly_reports" else row - 1

    def _indicator(self, row: int, place: int, code: str) -> None:
        known = self.reference.indicators[code]
        unit = unit_of_indicator(code, self.reference)
        for column, text in enumerate((place, known.name, unit), 1):
            self._cell(row, column, text, look.LEFT if column == 2 else look.CENTRE)
        is_whole = known["is_whole"] == "true"
        for number, column in enumerate(self.columns[3:], 4):
            cell = self._cell(row, number, None, look.RIGHT)
            cell.protection, cell.number_format = look.OPEN, WHOLE_FORMAT if is_whole else "General"
            check = checks.indicator_check(column, get_column_letter(number), row, is_whole)
            self._check(check, cell.coordinate)

    def _remarks(self, row: int) -> int:
        """Difficulties and proposals as text, then who signs."""
        width = len(self.columns)
        for topic in ("difficulties", "proposals"):
            label = t(f"forms.remark.{topic}", LANGUAGE)
            look.put(self.sheet, row, 1, width, label, look=look.font(bold=True), align=look.LEFT)
            cell = look.fill_area(self.sheet, row + 1, 1, width, align=look.TOP)
            self.sheet.row_dimensions[row + 1].height = REMARK_HEIGHT
            self._check(checks.remark_check(label), cell.coordinate)
            row += 2
        author, committee = t("forms.remark.author", LANGUAGE), t("forms.remark.committee", LANGUAGE)
        look.put(self.sheet, row + 1, 1, 2, author, look=look.font(bold=True))
        look.put(self.sheet, row + 1, 3, width, committee, look=look.font(bold=True))
        return row + 6
