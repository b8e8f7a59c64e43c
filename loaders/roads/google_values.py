"""A Google Sheet whose export is refused: its values and what the metadata tells, made into a workbook.

So that it takes the same road as an export. Values come unformatted and are written as they come: a number as a number,
a text as a text, be it "01" or "=1+1". Dates come as serial numbers; the metadata tells which cells show dates.
"""

import io
from collections.abc import Iterator

from gspread.http_client import HTTPClient
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from loaders.roads.google_links import GoogleError

OF_BOOK = "properties.title,sheets(properties(title,hidden,sheetType),merges"
OF_CELLS = ",data(rowMetadata(hiddenByUser,hiddenByFilter),columnMetadata(hiddenByUser)"
OF_DATES = ",rowData.values.effectiveFormat.numberFormat(type,pattern)"
# what is asked for, the most telling first: of a very large sheet, less and less
FIELDS = (f"{OF_BOOK}{OF_CELLS}{OF_DATES}))", f"{OF_BOOK})")
FORMATS = {"DATE": "dd/mm/yyyy", "DATE_TIME": "dd/mm/yyyy hh:mm:ss", "TIME": "hh:mm:ss"}
DURATION = "[h]:mm:ss"
SHEETS_AT_ONCE = 40  # their names stand in the address of the call, which may not grow without end
VALUES_AS_TYPED = {
    "valueRenderOption": "UNFORMATTED_VALUE",
    "dateTimeRenderOption": "SERIAL_NUMBER",
    "majorDimension": "ROWS",
}


def read_values(client: HTTPClient, id: str) -> bytes:
    """An xlsx with the same cells, merged areas, hidden sheets, rows and columns as the Google Sheet."""
    sheets = [sheet for sheet in _metadata(client, id)["sheets"] if _is_grid(sheet)]
    if not sheets:
        raise GoogleError("not_a_sheet")
    values = []
    for first in range(0, len(sheets), SHEETS_AT_ONCE):
        ranges = [_quoted(sheet["properties"]["title"]) for sheet in sheets[first : first + SHEETS_AT_ONCE]]
        answer = client.values_batch_get(id, ranges, dict(VALUES_AS_TYPED))
        values += [found.get("values", []) for found in answer["valueRanges"]]
    book = Workbook(write_only=True)
    for sheet, rows in zip(sheets, values, strict=True):
        _write_sheet(book, sheet, rows)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _metadata(client: HTTPClient, id: str) -> dict:
    """With the kinds of the cells where they fit; without them dates stay serial numbers, which the loaders know."""
    try:
        return client.fetch_sheet_metadata(id, {"fields": FIELDS[0]})
    except GoogleError as error:
        if error.code not in ("too_large", "google_down"):
            raise
    return client.fetch_sheet_metadata(id, {"fields": FIELDS[1]})


def _is_grid(sheet: dict) -> bool:
    """A sheet of cells: one that is only a chart has no values, and asking for them fails for all."""
    return sheet["properties"].get("sheetType", "GRID") == "GRID"


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def _write_sheet(book: Workbook, sheet: dict, rows: list[list]) -> None:
    written = book.create_sheet(sheet["properties"]["title"])
    if sheet["properties"].get("hidden"):
        written.sheet_state = "hidden"
    data = (sheet.get("data") or [{}])[0]
    for number, row in enumerate(data.get("rowMetadata", []), 1):
        if row.get("hiddenByUser") or row.get("hiddenByFilter"):
            written.row_dimensions[number].hidden = True
    for number, column in enumerate(data.get("columnMetadata", []), 1):
        if column.get("hiddenByUser"):
            written.column_dimensions[get_column_letter(number)].hidden = True
    for area in sheet.get("merges", []):
        written.merged_cells.add(_area(area))
    kinds = data.get("rowData", [])
    for number, row in enumerate(rows):
        cells = kinds[number].get("values", []) if number < len(kinds) else []
        written.append(_cells(written, row, cells))


def _area(merge: dict) -> str:
    """Google counts from 0 and leaves out a 0 and the end of an area that has none."""
    first = f"{get_column_letter(merge.get('startColumnIndex', 0) + 1)}{merge.get('startRowIndex', 0) + 1}"
    return f"{first}:{get_column_letter(merge['endColumnIndex'])}{merge['endRowIndex']}"


def _cells(written: WriteOnlyWorksheet, row: list, kinds: list[dict]) -> Iterator[Cell | None]:
    for column, value in enumerate(row):
        if value is None or value == "":
            yield None
            continue
        cell = WriteOnlyCell(written)
        if isinstance(value, str):
            # a text stays a text, also one that begins with "=" or looks like an error
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
            cell.data_type = "s"
        else:
            cell.value = value
            if not isinstance(value, bool) and column < len(kinds):
                cell.number_format = _format(kinds[column]) or cell.number_format
        yield cell


def _format(kind: dict) -> str | None:
    shown = kind.get("effectiveFormat", {}).get("numberFormat", {})
    return DURATION if "[h" in shown.get("pattern", "").lower() else FORMATS.get(shown.get("type", ""))
