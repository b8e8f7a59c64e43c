"""Bytes as they arrived -> Grids: xlsx, xlsm, xls, xlsb, ods, csv, or a zip of them. First version."""

import io
from pathlib import PurePath

import python_calamine

from loaders.delimited import decode_text, read_rows
from loaders.grid import Grid
from loaders.problems import SheetError, SourceUnreadable, Where
from loaders.reading import Source


def open_grids(source: Source) -> tuple[list[Grid], list[SheetError]]:
    """The sheets of one file, in workbook order, and what could not be opened."""
    where = Where(source.name)
    if not source.content:
        return [], [SourceUnreadable("empty_file", where)]
    if not source.content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        text = decode_text(source.content)
        return [Grid(source.name, PurePath(source.name).stem, read_rows(text))], []
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.content))
    except python_calamine.PasswordError:
        return [], [SourceUnreadable("password_protected", where)]
    except python_calamine.CalamineError as error:
        return [], [SourceUnreadable("not_a_spreadsheet", where, str(error))]
    grids = []
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        rows = sheet.to_python(skip_empty_area=False)
        merged = tuple((a, b, c, d) for (a, b), (c, d) in sheet.merged_cell_ranges or ())
        is_hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
        grids.append(Grid(source.name, meta.name, rows, merged, is_hidden))
    return grids, []
