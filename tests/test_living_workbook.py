"""The living workbook: LibreOffice calculates every formula to the page's number, over demo and random data."""

import io
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from defusedxml import ElementTree
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from data.uploads.store import Store
from loaders.evidence.context import show
from loaders.formats.sources import open_grids
from loaders.reading import Source
from metrics.measures import MEASURES
from outgoing.formula_workbook import row_sheets, workbook, writer
from outgoing.formula_workbook.book import Book, Column, RowSheet, Screen
from outgoing.formula_workbook.writer import ROWS_HEADER
from report import frames as summary
from report import rows_behind
from report.addresses import Address
from report.filters import Filters
from report.sentences.headlines import headline_codes
from report.view import View
from tests.amounts import IS_NIGHTLY
from tests.machine import find_office
from tests.random_store import accept_random
from tests.views import FILTERS, MONDAY, view_of
from ui.frame import session
from words import texts
from words.names import number as number_name

# LibreOffice takes a while for each file: by day one of each sort
DEMO = tuple(FILTERS) if IS_NIGHTLY else ("all",)
RANDOM = {  # seed, rows of a kind, filters
    "random_11": (11, 40, Filters(first_week=MONDAY, last_week=MONDAY + timedelta(days=14), goods=("rice", "eggs"))),
    "random_99": (99, 25, Filters(last_week=date(2021, 8, 30), communes=("24640", "24649"))),
    "random_none": (5, 1, Filters(last_week=date(2021, 8, 2), communes=("24661",))),
}
if not IS_NIGHTLY:
    RANDOM = {"random_11": RANDOM["random_11"]}
SPECIAL = ("english", "line_by_line", "added_up", "changed")
CASES = (*DEMO, *RANDOM, *SPECIAL)
MORE = 1_000_000


@dataclass
class Made:
    """One file: as it was written, what LibreOffice calculates of it, and the page that it must equal."""

    content: bytes
    book: Book
    page: dict  # screen -> its figures
    headlines: dict  # address -> its value
    calculated: bytes = b""

    @cached_property
    def sheets(self) -> tuple:
        """(formulas, values that were written beside them, values that LibreOffice finds)."""
        return (
            load_workbook(io.BytesIO(self.content)),
            load_workbook(io.BytesIO(self.content), data_only=True),
            load_workbook(io.BytesIO(self.calculated), data_only=True),
        )


def make(view: View) -> Made:
    numbers = [Address(code) for code in (*MEASURES, "reports_received", "reports_on_time", "reports_expected")]
    headlines = {made.code: rows_behind.number_at(made, view) for made in [*numbers, Address("stock:cash:vnd")]}
    book = workbook.book(view)
    return Made(writer.write(book), book, workbook.figures_of(view), headlines)


@pytest.fixture(scope="module")
def made(demo_store, tmp_path_factory):
    """Every file, calculated by one run of LibreOffice."""
    folder, found = tmp_path_factory.mktemp("living"), {}
    with pytest.MonkeyPatch.context() as patch:
        for name in DEMO:
            found[name] = make(view_of(demo_store, FILTERS[name], patch))
        for name, (seed, rows, filters) in RANDOM.items():
            url = str(folder / name)
            accept_random(Store(url), (seed, rows))
            found[name] = make(view_of(url, filters, patch))
        texts.use("en")
        found["english"] = make(view_of(demo_store, FILTERS["weeks"], patch))
        texts.use("vi")
        patch.setattr(writer, "MOST_IN_MEMORY", 10)
        found["line_by_line"] = make(view_of(demo_store, FILTERS["goods"], patch))
        patch.setattr(row_sheets, "MOST_ROWS", 20)
        found["added_up"] = make(view_of(demo_store, FILTERS["commune"], patch))
    found["changed"] = Made(with_more_cash(found["all"].content), found["all"].book, {}, found["all"].headlines)
    calculate(found, folder)
    return found


def with_more_cash(content: bytes) -> bytes:
    """The file as a person changes it: the first cash gift is a million more."""
    book = load_workbook(io.BytesIO(content))
    sheet = book["Ủng hộ"]
    header = [cell.value for cell in sheet[ROWS_HEADER]]
    column = header.index("Tiền mặt (đồng)")
    cell = next(row[column] for row in sheet.iter_rows(min_row=ROWS_HEADER + 1) if row[column].value)
    cell.value += MORE
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def without_values(content: bytes) -> bytes:
    """The same file with formulas alone: whatever stands there afterwards was calculated."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"</f><v>[^<]*</v>", b"</f>", part)
                assert b"</f><v>" not in part
            new.writestr(name, part)
    return file.getvalue()


def calculate(found: dict[str, Made], folder: Path) -> None:
    office = find_office()
    if office is None and sys.platform != "linux":
        pytest.skip("LibreOffice is looked for on Linux")
    assert office, "LibreOffice is not installed: python3 start.py test says how"
    for name, one in found.items():
        (folder / f"{name}.xlsx").write_bytes(without_values(one.content))
    files = [str(folder / f"{name}.xlsx") for name in found]
    profile = (
        f"-env:UserInstallation={(folder / 'profile').as_uri()}"  # of its own: one that runs already takes no work
    )
    order = [office, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    order += [str(folder / "calculated"), *files]
    subprocess.run(order, check=True, capture_output=True, timeout=1_800)
    for name, one in found.items():
        one.calculated = (folder / "calculated" / f"{name}.xlsx").read_bytes()


def is_same(first: object, second: object) -> bool:
    """An empty text is nothing; numbers are compared as numbers."""
    first, second = (None if value == "" else value for value in (first, second))
    if isinstance(first, int | float) and isinstance(second, int | float):
        return first == pytest.approx(second, abs=1e-6, rel=1e-12)
    return first == second


@pytest.mark.parametrize("name", [name for name in CASES if name != "changed"])
def test_every_formula_is_calculated_to_the_value_beside_it(made, name):
    formulas, written, calculated = made[name].sheets
    count = 0
    for sheet in formulas:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            beside, found = (book[sheet.title][cell.coordinate].value for book in (written, calculated))
            assert is_same(beside, found), (sheet.title, cell.coordinate, cell.value, beside, found)
            assert not str(found).startswith("#"), (sheet.title, cell.coordinate, cell.value)
            count += 1
    assert count > (1000 if name == "all" else 40)


def shown(value: object, column: str) -> object:
    """A number or a day of a frame as a cell holds it."""
    if pd.isna(value):
        return None
    return (
        value.to_pydatetime() if hasattr(value, "to_pydatetime") else float(value) / (1 + 99 * column.endswith("_pct"))
    )


@pytest.mark.parametrize("name", [name for name in CASES if name != "changed"])
def test_every_number_is_that_of_the_page_and_a_formula(made, name):
    one = made[name]
    formulas, written, _ = one.sheets
    count = copied = 0
    for screen, figures in zip(one.book.screens, one.page.values(), strict=True):
        assert len(screen.tables) == len(figures) + 2 * (screen is one.book.screens[0])
        for table, figure in zip(screen.tables[-len(figures) :] if figures else (), figures, strict=True):
            trends = [c for c in figure.frame if figure.frame[c].map(lambda value: isinstance(value, tuple)).any()]
            frame = figure.frame.drop(columns=trends)
            for column, of_frame in enumerate(frame, start=1):
                if not pd.api.types.is_numeric_dtype(frame[of_frame]) or frame[of_frame].dtype == "boolean":
                    continue
                for number, value in enumerate(frame[of_frame]):
                    place = (table.first_data_row + number, column)
                    assert is_same(written[screen.title].cell(*place).value, shown(value, of_frame)), (
                        figure.key,
                        place,
                    )
                    is_formula = formulas[screen.title].cell(*place).data_type == "f"
                    copied += not is_formula and not pd.isna(value)
                    count += 1
    assert count > 30 and copied <= 0.02 * count


@pytest.mark.parametrize("name", DEMO)
def test_the_headline_numbers_are_those_of_the_tiles(made, name):
    one = made[name]
    _, written, _ = one.sheets
    sheet, table = written["Tổng quan"], one.book.screens[0].tables[0]
    codes = (*headline_codes(), *workbook.OF_REPORTS)
    names = {number_name(code): code for code in codes} | {"Còn lại: Tiền mặt (đồng)": "stock:cash:vnd"}
    for row in range(table.first_data_row, table.first_data_row + len(table.rows)):
        code = names.pop(sheet.cell(row, 1).value)
        value = one.headlines[code]
        assert is_same(sheet.cell(row, 2).value, value), code
        assert sheet.cell(row, 3).value and sheet.cell(row, 4).value
    assert set(names.values()) <= {"stock:cash:vnd"}


def test_tiles_and_file_say_the_same(made, demo_store, monkeypatch):
    view = view_of(demo_store, Filters(), monkeypatch)
    for code in headline_codes():
        assert summary.headline(view, code, None).value == made["all"].headlines[code]


def test_a_number_that_is_changed_by_hand_changes_its_totals(made):
    _, before, _ = made["all"].sheets
    after = load_workbook(io.BytesIO(made["changed"].calculated), data_only=True)
    more = [
        (sheet.title, sheet.cell(cell.row, 1).value)
        for sheet in before
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float))
        if after[sheet.title][cell.coordinate].value == pytest.approx(cell.value + MORE)
    ]
    told = {label for sheet, label in more if sheet == "Tổng quan"}
    assert {"Tiền mặt đã nhận", "Còn lại: Tiền mặt (đồng)", "Cộng"} <= told
    assert len({label for label in told if str(label).startswith(("Xã", "Thị trấn", "Không ghi xã"))}) == 1
    assert {"Đã nhận", "Còn lại", "Tiền mặt"} <= {label for sheet, label in more if sheet == "Hàng hóa và tiền"}


# the rows
def test_each_row_has_its_file_sheet_and_cell(made, demo_store, monkeypatch):
    monkeypatch.setenv("STORE_URL", demo_store)
    book, files = load_workbook(io.BytesIO(made["all"].content)), {}
    uploads = session.shared_store().history().query("act == 'accept'").set_index("number")["file"]
    looked_at = 0
    for sheet in made["all"].book.rows[:-1]:
        rows = book[sheet.title].iter_rows(min_row=ROWS_HEADER, values_only=True)
        header = next(rows)
        others = [n for n, name in enumerate(header) if name.startswith("Ô: ")]
        for number, file, of_sheet, *cells in (row for row in rows if row[0]):
            if number not in files:
                files[number] = open_grids(Source(*session.shared_store().original(number)))[0]
            assert file == uploads[number]
            row = (number, file, of_sheet, *cells)
            for cell, text in [(row[3], row[4]), *((row[n], row[n + 1]) for n in others)]:
                if cell is not None:
                    assert text_at(files[number], of_sheet, cell) == text, (sheet.title, row)
                    looked_at += 1
    assert looked_at > 1200


def text_at(grids: list, sheet: str, cell: str) -> str | None:
    """What stands in a cell of the original, escaped as in every file of ours."""
    column, row, _, _ = range_boundaries(cell)
    (grid,) = [grid for grid in grids if grid.sheet == sheet]
    value = grid.rows[row - 1][column - 1]
    return None if value is None else writer.escaped(show(value))


def test_no_row_names_a_donor(made, demo_store, monkeypatch):
    monkeypatch.setenv("STORE_URL", demo_store)
    frames = [(kind, session.shared_store().current(kind)) for kind in ("donations", "frontline_support", "purchases")]
    column_of = {"donations": "donor_name", "frontline_support": "giver", "purchases": "supplier"}
    names = {name for kind, frame in frames for name in frame[column_of[kind]].dropna().unique()}
    assert len(names) > 50
    book = load_workbook(io.BytesIO(made["all"].content), read_only=True)
    told = {value for sheet in book for row in sheet.iter_rows(values_only=True) for value in row}
    assert not names & told


def test_rows_that_are_too_many_are_added_up_and_that_is_said(made):
    book = load_workbook(io.BytesIO(made["added_up"].content), read_only=True)
    sheet = book["Ủng hộ"]
    assert "325 dòng, nhiều hơn 20" in sheet["A2"].value
    header = [cell.value for cell in sheet[ROWS_HEADER]]
    lines = [row[header.index("Số dòng")] for row in sheet.iter_rows(min_row=ROWS_HEADER + 1, values_only=True)]
    assert sum(lines) == 325 and len(lines) < 325 and "Tệp" not in header


# what Excel asks of a file
@pytest.mark.parametrize("name", CASES[:-1])
def test_the_file_is_sound(made, name):
    with zipfile.ZipFile(io.BytesIO(made[name].content)) as package:
        assert package.testzip() is None
        for part in package.namelist():
            ElementTree.fromstring(package.read(part))
    book = load_workbook(io.BytesIO(made[name].content))
    assert all(len(title) <= 31 for title in book.sheetnames)
    for sheet in book:
        is_rows = sheet.title in [rows.title for rows in made[name].book.rows]
        assert (sheet.freeze_panes is not None) == is_rows
        assert sheet.page_setup.orientation == "landscape" and int(sheet.page_setup.paperSize) == 9
        for table in sheet.tables.values():
            first, top, last, bottom = range_boundaries(table.ref)
            header = [cell.value for cell in sheet[top]][first - 1 : last]
            assert header == [column.name for column in table.tableColumns]
            assert len({text.casefold() for text in header}) == len(header) and bottom == max(sheet.max_row, top + 1)
        is_framed = bool(sheet.tables) or sheet.auto_filter.ref
        assert bool(is_framed) == is_rows
    for named in book.defined_names.values():
        title, cells = next(named.destinations)
        assert title in book.sheetnames and range_boundaries(cells.replace("$", ""))[3] <= book[title].max_row + 1


def hostile_book(texts_: list[str]) -> Book:
    rows = RowSheet("Tờ", ("=1+1",), (Column("A", "text", texts_), Column("B", "number", [1.0] * len(texts_))))
    return Book("+1", "@x", datetime(2021, 9, 1), "=back", "Trang", (Screen("Đầu", ("=2",), ()),), (rows,))


@pytest.mark.parametrize("most", [0, 10_000])
def test_no_text_becomes_a_formula(most, monkeypatch):
    monkeypatch.setattr(writer, "MOST_IN_MEMORY", most)
    words = ["=1+1", "+84", "-5", "@SUM(A1)", "\t=1", "a\x0bb", "<r>x</r>", "&<>", "{=1}", "x" * 40_000, "http://a.b"]
    book = load_workbook(io.BytesIO(writer.write(hostile_book(words))))
    cells = [row[0] for row in book["Tờ"].iter_rows(min_row=ROWS_HEADER + 1)]
    assert len(cells) == len(words)
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)
    assert [cell.value for cell in cells[:4]] == ["'=1+1", "'+84", "'-5", "'@SUM(A1)"]
    assert cells[9].value.endswith("…") and len(cells[9].value) == writer.MOST_LETTERS


def test_the_share_that_is_done_grows_to_the_whole(demo_store, monkeypatch):
    heard: list[float] = []
    workbook.workbook(view_of(demo_store, FILTERS["sites"], monkeypatch), heard.append)
    assert all(later > earlier - 1e-9 for earlier, later in pairwise(heard)) and 0 < heard[0] < 0.5 and heard[-1] == 1


def test_a_store_without_anything_gives_a_file_too(tmp_path, monkeypatch):
    filters = Filters(last_week=MONDAY)
    content = workbook.workbook(view_of(str(tmp_path / "store"), filters, monkeypatch))
    book = load_workbook(io.BytesIO(content), data_only=True)
    assert book["Tổng quan"]["B12"].value is None
