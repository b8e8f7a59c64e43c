"""Bytes as they arrived -> Grids: workbooks, csv, html, docx, pdf, or a zip of them; what it is, the content says.

The only importer of calamine. Every format is scanned first (loaders/formats), so that calamine meets only what fits
the limits, and so that what it does not tell (errors, formulas without a value, hidden rows) is known.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isfinite
from pathlib import PurePosixPath
from typing import TypeVar

import python_calamine

from loaders.formats import delimited, docx, html, ods, pdf, xls, xlsb, xlsx
from loaders.formats.grid import Grid, address
from loaders.formats.legacy_text import decode
from loaders.formats.limits import LIMITS, MEGABYTE, BookFacts, Budget, Limits, SheetFacts
from loaders.formats.row_widths import fit_rows
from loaders.formats.texts_and_tables import Piece, lay_out
from loaders.formats.zips import files_in, open_archive, read_part
from loaders.problems import Problem, SheetError, SourceUnreadable, Where, problem
from loaders.reading import Source

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
NOT_SHEETS = (
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
)
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
PDF_START, PDF_WITHIN = b"%PDF-", 1024  # readers allow some bytes before it
HEIC = re.compile(rb"....ftyp(?:hei|mif|avif)", re.DOTALL)
MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|\?xml)", re.IGNORECASE)
OTHER_OFFICE = (("word/", "Word"), ("ppt/", "PowerPoint"), ("meta-inf/manifest.mf", "Java"))
LONGEST_CELL = 32_767  # characters, in Excel
LARGEST_EXACT_FLOAT = 1e15
Answer = TypeVar("Answer")


def open_grids(source: Source, limits: Limits = LIMITS) -> tuple[list[Grid], list[SheetError]]:
    """The sheets of one file in workbook order, and what could not be opened, each with its reason."""
    grids, errors = _open_file(source, Budget.of(limits), is_in_bundle=False)
    return grids, errors


def _open_file(source: Source, budget: Budget, is_in_bundle: bool) -> tuple[list[Grid], list[SheetError]]:
    where, content = Where(source.name), source.content
    try:
        if PurePosixPath(source.name.replace("\\", "/")).name.startswith("~$"):
            raise SourceUnreadable("lock_file", where)
        if not content:
            raise SourceUnreadable("empty_file", where)
        if len(content) > budget.limits.max_bytes:
            raise SourceUnreadable("too_large", where, f"{len(content) / MEGABYTE:.0f} MB")
        if content.startswith(ZIP_STARTS):
            return _open_zip(source, budget, is_in_bundle)
        if content.startswith(OLE):
            return _open_book(source, xls.scan(content, where, budget), budget)
        return _open_text(source, budget)
    except SheetError as error:
        return [], [error]


def _open_zip(source: Source, budget: Budget, is_in_bundle: bool) -> tuple[list[Grid], list[SheetError]]:
    where = Where(source.name)
    archive = open_archive(source.content, where, budget)
    names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    if "xl/workbook.bin" in names:
        return _open_book(source, xlsb.scan(archive, where, budget), budget)
    if any(name.endswith("/workbook.xml") or name == "workbook.xml" for name in names):
        return _open_book(source, xlsx.scan(archive, where, budget), budget)
    if "content.xml" in names:
        return _open_book(source, ods.scan(archive, where, budget), budget)
    if docx.is_document(names):
        return _sheets(source, [docx.read_document(archive, where, budget)], budget)
    for start, kind in OTHER_OFFICE:
        if any(name.startswith(start) for name in names):
            raise SourceUnreadable("not_a_spreadsheet", where, kind)
    if is_in_bundle:
        raise SourceUnreadable("zip_bomb", where, "zip in zip")
    return _open_bundle(source, archive, budget)


def _open_bundle(source: Source, archive, budget: Budget) -> tuple[list[Grid], list[SheetError]]:
    """A zip of files: each as if it had come alone, all within one budget."""
    grids, errors = [], []
    for name, part in files_in(archive, Where(source.name), budget):
        full_name = f"{source.name}/{name}"
        try:
            content = read_part(archive, part, Where(full_name), budget)
        except SheetError as error:
            errors.append(error)
            continue
        found, failed = _open_file(Source(full_name, content), budget, is_in_bundle=True)
        grids += found
        errors += failed
    if not grids and not errors:
        raise SourceUnreadable("empty_file", Where(source.name))
    return grids, errors


def _open_text(source: Source, budget: Budget) -> tuple[list[Grid], list[SheetError]]:
    where, content = Where(source.name), source.content
    kind = next((kind for start, kind in NOT_SHEETS if content.startswith(start)), None)
    if content.startswith(PICTURES) and b"\0" in content[:100] or HEIC.match(content):
        raise SourceUnreadable("picture", where)
    if PDF_START in content[:PDF_WITHIN]:
        pieces, pictures = pdf.read_pdf(content, where)
        return _sheets(source, [pieces], budget, pictures)
    if html.is_html(content):
        return _sheets(source, html.read_pages(content, where), budget)
    kind = "XML" if MARKUP.match(content) else kind
    text = None if kind else delimited.decode_text(content)
    if text is None:
        raise SourceUnreadable("not_a_spreadsheet", where, kind or "")
    rows, separator = delimited.read_rows(text)
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise SourceUnreadable("empty_file", where)
    name = _stem(source.name)
    rows, told = fit_rows(_within_limits(rows, budget, where), separator, Where(source.name, name))
    return [_grid(source.name, name, _rectangle(rows), False, SheetFacts(merged=[]), told)], []


def _stem(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).stem


def _sheets(
    source: Source, documents: list[list[Piece]], budget: Budget, pictures: Sequence[int] = ()
) -> tuple[list[Grid], list[SheetError]]:
    """The grids of documents that are no workbooks: one sheet each, named like the file; some pages may be pictures."""
    grids, name = [], _stem(source.name)
    for number, pieces in enumerate(documents, 1):
        sheet = name if len(documents) == 1 else f"{name} ({number})"
        where = Where(source.name, sheet)
        rows, facts = lay_out(pieces, where, budget)
        told = [problem("page_is_picture", where, ", ".join(map(str, pictures)))] if pictures else []
        grids.append(_grid(source.name, sheet, rows, False, facts, told))
    if not any(grid.rows for grid in grids):
        raise SourceUnreadable("empty_file", Where(source.name))
    return grids, []


def _within_limits(rows: list[list], budget: Budget, where: Where) -> list[list]:
    """Rows of a text, once the rectangle that they need fits."""
    limits, height, width = budget.limits, len(rows), max(map(len, rows), default=0)
    for code, is_over in (
        ("too_many_rows", height > limits.max_rows),
        ("too_many_columns", width > limits.max_columns),
    ):
        if is_over:
            raise SourceUnreadable(code, where, address(height - 1, width - 1))
    budget.spend_cells(height * width, where)
    return rows


def _rectangle(rows: list[list]) -> list[list]:
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _open_book(source: Source, facts: BookFacts, budget: Budget) -> tuple[list[Grid], list[SheetError]]:
    where = Where(source.name)
    book = _ask_calamine(lambda: python_calamine.CalamineWorkbook.from_filelike(facts.content), where)
    facts.content.close()
    grids, errors = [], []
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ == python_calamine.SheetTypeEnum.WorkSheet:
            of_sheet = facts.sheets.get(meta.name) or facts.sheets.get(index) or SheetFacts()
            try:
                grids.append(_read_sheet(source.name, book, index, meta, of_sheet, budget))
            except SheetError as error:
                errors.append(error)
    if not errors and not any(grid.rows for grid in grids):
        raise SourceUnreadable("empty_workbook", where)
    return _with_book_problems(grids, facts), errors


def _read_sheet(file: str, book, index: int, meta, facts: SheetFacts, budget: Budget) -> Grid:
    where = Where(file, meta.name)
    if facts.refused:
        raise SheetError(facts.refused.code, where, address(*facts.refused.cell))
    sheet = _ask_calamine(lambda: book.get_sheet_by_index(index), where)
    height, width = (last + 1 for last in sheet.end) if sheet.end else (0, 0)
    budget.spend_cells(height * width, where)
    rows = _ask_calamine(lambda: sheet.to_python(skip_empty_area=False), where)
    if facts.merged is None:
        facts.merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    is_hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    _make_whole(rows)
    return _grid(file, meta.name, rows, is_hidden, facts, [])


def _ask_calamine(question: Callable[[], Answer], where: Where) -> Answer:
    """calamine's many errors as ours. A panic of its Rust side comes as a BaseException of a hidden class."""
    try:
        return question()
    except python_calamine.PasswordError as error:
        raise SourceUnreadable("password_protected", where) from error
    except (python_calamine.CalamineError, ValueError, OverflowError, OSError) as error:
        raise SourceUnreadable("truncated", where) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise SourceUnreadable("truncated", where) from None


def _make_whole(rows: list[list]) -> None:
    """3.0 -> 3, in place: a spreadsheet has only one kind of number, and people typed 3. NaN is no number to count."""
    for row in rows:
        for column, value in enumerate(row):
            if value.__class__ is not float:
                continue
            if value.is_integer() and abs(value) < LARGEST_EXACT_FLOAT:
                row[column] = int(value)
            elif not isfinite(value):
                row[column] = str(value)


def _grid(file: str, sheet: str, rows: list, is_hidden: bool, facts: SheetFacts, problems: list[Problem]) -> Grid:
    """The grid with errors as text, a rectangle without empty edges, and legacy fonts decoded."""
    if too_long := _too_long(rows):
        raise SheetError("cell_too_long", Where(file, sheet), address(*too_long))
    for (row, column), text in facts.errors.items():
        _reach(rows, row, column)
        rows[row][column] = text
    for row, column in facts.uncalculated:
        _reach(rows, row, column)
    rows = _without_empty_edges(rows, facts.uncalculated)
    rows, encoding, example = decode(rows)
    where = Where(file, sheet)
    if encoding:
        problems.append(problem("legacy_font_decoded", where, encoding, example))
    if hidden := _count_hidden(facts, len(rows), len(rows[0]) if rows else 0):
        problems.append(problem("hidden_rows", where, hidden))
    for row, column, text in facts.strays:
        problems.append(problem("outside_table", Where(file, sheet, address(row, column)), text))
    merged = _clipped(facts.merged or [], len(rows), len(rows[0]) if rows else 0)
    return Grid(
        file,
        sheet,
        rows,
        merged,
        is_hidden,
        frozenset(facts.uncalculated),
        tuple(problems),
        frozenset(facts.struck),
        facts.shown,
        facts.pages,
    )


def _too_long(rows: list[list]) -> tuple[int, int] | None:
    """The first cell with more text than Excel can hold: no table, and each search through it would take minutes."""
    return next(
        (
            (number, column)
            for number, row in enumerate(rows)
            for column, cell in enumerate(row)
            if cell.__class__ is str and len(cell) > LONGEST_CELL
        ),
        None,
    )


def _reach(rows: list[list], row: int, column: int) -> None:
    """Makes the rectangle large enough to hold a cell that calamine took for empty."""
    width = max(len(rows[0]) if rows else 0, column + 1)
    if rows and len(rows[0]) < width:
        for cells in rows:
            cells.extend([""] * (width - len(cells)))
    while len(rows) <= row:
        rows.append([""] * width)


def _without_empty_edges(rows: list[list], kept: set[tuple[int, int]]) -> list[list]:
    """Without trailing rows and columns that hold nothing; leading ones stay, so that addresses hold."""
    height = max((row + 1 for row, _ in kept), default=0)
    while len(rows) > height and not any(cell != "" for cell in rows[-1]):
        rows.pop()
    width = full = len(rows[0]) if rows else 0
    least = max((column + 1 for _, column in kept), default=0)
    while width > least and not any(row[width - 1] != "" for row in rows):
        width -= 1
    return rows if width == full else [row[:width] for row in rows]


def _clipped(areas: list[tuple[int, int, int, int]], height: int, width: int) -> tuple[tuple[int, int, int, int], ...]:
    """Merged areas within the rectangle: titles are often merged to the end of the sheet."""
    inside = [
        (r1, c1, min(r2, height - 1), min(c2, width - 1)) for r1, c1, r2, c2 in areas if r1 < height and c1 < width
    ]
    return tuple((r1, c1, r2, c2) for r1, c1, r2, c2 in inside if (r1, c1) != (r2, c2))


def _count_hidden(facts: SheetFacts, height: int, width: int) -> int:
    """Hidden rows and columns within the table; people hide the empty rest of a sheet, which is no news."""
    spans = [(first, min(last, height - 1)) for first, last in facts.hidden_rows]
    spans += [(first, min(last, width - 1)) for first, last in facts.hidden_columns]
    return sum(max(last - first + 1, 0) for first, last in spans)


def _with_book_problems(grids: list[Grid], facts: BookFacts) -> list[Grid]:
    """Macros and external links belong to the workbook: said once, at its first sheet that is seen."""
    codes = [("macros_not_run", facts.has_macros), ("external_links_not_followed", facts.has_external_links)]
    first = next((grid for grid in grids if grid.rows and not grid.is_hidden), None) or next(iter(grids), None)
    if first is None:
        return grids
    told = tuple(problem(code, Where(first.file)) for code, is_there in codes if is_there)
    return [replace(grid, problems=told + grid.problems) if grid is first else grid for grid in grids]
