"""The living workbook of the meeting pack: screens whose numbers are formulas over listed rows; no Streamlit here.

What stands in which cell is decided before: here it is written, with XlsxWriter, which can keep the value of a formula
beside it, for protected views and other programs that do not calculate.
"""

import io
import textwrap
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from outgoing.formula_workbook.book import TABLE_LINES, Book, Cell, Column, RowSheet, Screen, Table, camel
from outgoing.formula_workbook.look import Look
from report.exports import escaped

ROWS_HEADER = 6  # the row of a row sheet in which its columns are named
FIRST_DAY = datetime(1899, 12, 30)  # from which spreadsheets count days
MOST_IN_MEMORY = 20_000  # rows; a sheet with more is written line by line, and has a filter but no table around it
MOST_LETTERS = 2_000  # of one cell; Excel holds 32,767
NARROW, WIDE = 14, 46  # widths of the columns of a screen
LINE_HEIGHT = 14
DAYS_WIDE = {"date": 12, "moment": 17}


def write(book: Book, tell: Callable[[float], None] = lambda share: None) -> bytes:
    """The .xlsx. tell: hears how much of it is written, from 0 to 1."""
    file, whole = io.BytesIO(), sum(sheet.length for sheet in book.rows)
    is_large = whole > MOST_IN_MEMORY
    workbook = xlsxwriter.Workbook(file, {"constant_memory": is_large, "default_date_format": "dd/mm/yyyy"})
    made_at = book.made_at.replace(tzinfo=None)
    workbook.set_properties({"title": book.title, "author": book.author, "created": made_at})
    look = Look(workbook)
    for screen in book.screens:
        _Page(workbook, look, book, screen.title).write_screen(screen)
    done = 0
    for sheet in book.rows:
        page = _Page(workbook, look, book, sheet.title)
        page.write_rows(sheet, is_large, lambda rows, before=done: tell((before + rows) / whole))
        done += sheet.length
    workbook.close()
    tell(1.0)
    return file.getvalue()


class _Page:
    """One sheet while it is written, from top to bottom: of a large workbook only the row at hand is in memory."""

    def __init__(self, workbook: xlsxwriter.Workbook, look: Look, book: Book, title: str):
        self.workbook, self.look, self.book, self.title = workbook, look, book, title
        self.sheet = workbook.add_worksheet(title)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.hide_gridlines(2)
        self.sheet.set_footer(f"&L{book.title.replace('&', '&&')}&R{book.page} &P/&N")

    def _title(self) -> None:
        self.sheet.set_row(0, 22)
        self._text(0, 0, self.title, "title")

    def _text(self, row: int, column: int, text: object, name: str) -> None:
        """Never a formula, whatever it begins with."""
        self.sheet.write_string(row, column, _short(escaped(str(text))), self.look.plain(name))

    def _back(self, row: int) -> None:
        first = self.book.screens[0].title
        if self.title != first:
            self._link(row, 0, first, f"← {self.book.back}", self.look.plain("link"))

    def _link(self, row: int, column: int, sheet: str, text: str, look: object) -> None:
        self.sheet.write_url(row, column, f"internal:'{sheet}'!A1", look, string=text)

    # a screen
    def write_screen(self, screen: Screen) -> None:
        self._widths(screen)
        self._title()
        for number, line in enumerate(screen.lines, start=1):
            self._text(number, 0, line, "line")
        row = len(screen.lines) + 1
        if screen.named:
            label, name, value = screen.named
            self._text(row, 0, label, "line")
            self.sheet.write_datetime(row, 1, value, self.look.of("date"))
            self.workbook.define_name(name, f"='{self.title}'!$B${row + 1}")
        self._back(row)
        for table in screen.tables:
            self._write_table(table)

    def _widths(self, screen: Screen) -> None:
        """As wide as the longest text that is not spread over several columns; what is longer is broken into lines."""
        widths: dict[int, int] = {0: 2 * NARROW}
        for table in screen.tables:
            for row in table.rows:
                for column, cell in enumerate(row):
                    length = len(cell.value) + 2 if isinstance(cell.value, str) and cell.span == 1 else 0
                    widths[column] = max(widths.get(column, NARROW), min(length, WIDE))
        for column, width in widths.items():
            self.sheet.set_column(column, column, width)

    def _write_table(self, table: Table) -> None:
        row = table.first_row - 1
        self._text(row, 0, table.title, "heading")
        if table.coverage:
            self._text(row + 1, 0, table.coverage, "line")
        self._write_header(row + TABLE_LINES, table)
        row += TABLE_LINES + 1
        for cells in table.rows:
            self._write_cells(row, cells)
            row += 1
        if table.total:
            self._write_cells(row, table.total, is_total=True)
            row += 1
        for number, note in enumerate(table.notes):
            self._text(row + number, 0, note, "line")

    def _write_header(self, row: int, table: Table) -> None:
        spans = [cell.span for cell in table.rows[0]] if table.rows else [1] * len(table.header)
        lines = max(len(_lines(name, NARROW * span)) for name, span in zip(table.header, spans, strict=True))
        self.sheet.set_row(row, LINE_HEIGHT * lines + 2)
        column = 0
        for name, span in zip(table.header, spans, strict=True):
            if span > 1:
                self.sheet.merge_range(row, column, row, column + span - 1, name, self.look.plain("header"))
            else:
                self._text(row, column, name, "header")
            column += span

    def _write_cells(self, row: int, cells: Sequence[Cell], *, is_total: bool = False) -> None:
        column = 0
        for cell in cells:
            look = self.look.of(cell.kind, cell.value, is_copied=cell.is_copied, is_total=is_total)
            if cell.span > 1:
                text = _short(escaped(str(cell.value)))
                lines = _lines(text, cell.span * NARROW)
                self.sheet.set_row(row, LINE_HEIGHT * len(lines) + 2)  # merged cells do not grow by themselves
                self.sheet.merge_range(row, column, row, column + cell.span - 1, text, look)
            elif cell.link:
                self._link(row, column, cell.link, str(cell.value), look)
            elif cell.formula:
                self.sheet.write_formula(row, column, cell.formula, look, _kept(cell.value))
            else:
                self._put(row, column, cell.kind, cell.value, look)
            column += cell.span

    def _put(self, row: int, column: int, kind: str, value: object, look: object) -> None:
        if value is None:
            self.sheet.write_blank(row, column, None, look)
        elif isinstance(value, str):
            self.sheet.write_string(row, column, _short(escaped(value)), look)
        elif kind in ("number", "percent"):
            self.sheet.write_number(row, column, value, look)
        else:
            self.sheet.write_datetime(row, column, value, look)

    # rows
    def write_rows(self, sheet: RowSheet, is_large: bool, tell: Callable[[int], None]) -> None:
        """The rows; of no row at all one empty line is left, so that every formula has cells to look at."""
        self._title()
        for number, note in enumerate(sheet.notes, start=1):
            self._text(number, 0, note, "line")
        self._back(3)
        last, width = ROWS_HEADER + max(sheet.length, 1), len(sheet.columns)
        for column, one in enumerate(sheet.columns):
            self.sheet.set_column(column, column, _width(one))
        self.sheet.set_row(ROWS_HEADER - 1, 4 * LINE_HEIGHT)
        if is_large:
            for column, one in enumerate(sheet.columns):
                self._text(ROWS_HEADER - 1, column, one.header, "header")
            self.sheet.autofilter(ROWS_HEADER - 1, 0, last - 1, width - 1)
        else:
            self._frame_rows(sheet, last)
        self.sheet.freeze_panes(ROWS_HEADER, 0)
        self.sheet.repeat_rows(ROWS_HEADER - 1)
        self._name_columns(sheet, last)
        self._write_lines(sheet, tell)

    def _frame_rows(self, sheet: RowSheet, last: int) -> None:
        header = self.look.plain("header")
        columns = [{"header": column.header, "header_format": header} for column in sheet.columns]
        options = {"name": camel(sheet.title), "columns": columns, "style": "Table Style Light 1"}
        self.sheet.add_table(ROWS_HEADER - 1, 0, last - 1, len(columns) - 1, options)

    def _name_columns(self, sheet: RowSheet, last: int) -> None:
        """Bounded ranges with names: every program knows them, tables are known by fewer."""
        names = sheet.ranges()
        for number, column in enumerate(sheet.columns):
            if column.key:
                letter = xl_col_to_name(number)
                cells = f"='{self.title}'!${letter}${ROWS_HEADER + 1}:${letter}${last}"
                self.workbook.define_name(names[column.key], cells)

    def _write_lines(self, sheet: RowSheet, tell: Callable[[int], None]) -> None:
        put = [self._listed(column.kind) for column in sheet.columns]
        for number, values in enumerate(zip(*(column.values for column in sheet.columns), strict=True)):
            for column, value in enumerate(values):
                if value is not None:
                    put[column](ROWS_HEADER + number, column, value)
            if number % 5_000 == 0:
                tell(number)

    def _listed(self, kind: str) -> Callable[[int, int, object], None]:
        """How a value of a column is written: there may be millions, so nothing is asked twice."""
        text, number, string = self.look.listed("text"), self.sheet.write_number, self.sheet.write_string
        if kind == "text":
            return lambda row, column, value: string(row, column, _short(escaped(value)), text)
        if kind == "number":
            whole, fraction = self.look.listed(kind, 1), self.look.listed(kind, 0.5)
            return lambda row, column, value: number(row, column, value, fraction if value % 1 else whole)
        day, known = self.look.listed(kind), {}

        def put_day(row: int, column: int, value: object) -> None:
            if isinstance(value, str):
                string(row, column, value, text)
            else:
                if value not in known:
                    known[value] = _kept(value)
                number(row, column, known[value], day)

        return put_day


def _lines(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width) or [""]


def _width(column: Column) -> int:
    """Of a column of rows: as wide as what stands in it, so that a page of paper holds all of them."""
    if column.kind in DAYS_WIDE:
        return DAYS_WIDE[column.kind]
    shown = [
        value if isinstance(value, str) else f"{value:,.0f}" for value in column.values[:1_000] if value is not None
    ]
    longest = max([*map(len, column.header.split()), *map(len, shown)])
    return min(longest + 2, 34)


def _kept(value: object) -> object:
    """What a formula gives, as a file keeps it: a day is a number, an empty text is nothing."""
    if isinstance(value, datetime):
        return (value - FIRST_DAY) / timedelta(days=1)
    return "" if value is None else value


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
