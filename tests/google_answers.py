"""What the Sheets API says about a workbook: its metadata and its values, made from the xlsx that the export gives."""

import io
from datetime import date, datetime, time, timedelta

import openpyxl
from openpyxl.utils.datetime import to_excel


def metadata_of(content: bytes, title: str, fields: str) -> dict:
    """spreadsheets.get; cells only when they are asked for, as a mask of fields does."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheets = [_sheet(sheet, "rowMetadata" in fields, "numberFormat" in fields) for sheet in book]
    chart = {"properties": {"title": "Biểu đồ", "sheetType": "OBJECT"}}  # has no cells: asking for them is a fault
    return {"properties": {"title": title}, "sheets": [*sheets, chart]}


def _sheet(sheet, has_data, has_formats) -> dict:
    properties = {"title": sheet.title, "sheetType": "GRID"}
    if sheet.sheet_state != "visible":
        properties["hidden"] = True
    told = {"properties": properties}
    if sheet.merged_cells.ranges:
        told["merges"] = [_merge(area) for area in sheet.merged_cells.ranges]
    if has_data:
        told["data"] = [
            {
                "rowMetadata": [_hidden(sheet.row_dimensions, row) for row in range(1, sheet.max_row + 1)],
                "columnMetadata": [_hidden(sheet.column_dimensions, "A")],
            }
        ]
    if has_formats:
        told["data"][0]["rowData"] = [{"values": [_format(cell) for cell in row]} for row in sheet.iter_rows()]
    return told


def _merge(area) -> dict:
    told = {
        "startRowIndex": area.min_row - 1,
        "endRowIndex": area.max_row,
        "startColumnIndex": area.min_col - 1,
        "endColumnIndex": area.max_col,
    }
    return {name: number for name, number in told.items() if number}  # Google leaves out a 0


def _hidden(dimensions, key) -> dict:
    return {"hiddenByUser": True} if key in dimensions and dimensions[key].hidden else {}


def _format(cell) -> dict:
    kinds = {datetime: "DATE_TIME", date: "DATE", time: "TIME", timedelta: "TIME"}
    kind = kinds.get(type(cell.value))
    if kind == "DATE_TIME" and cell.value.time() == time():
        kind = "DATE"
    return {"effectiveFormat": {"numberFormat": {"type": kind, "pattern": cell.number_format}}} if kind else {}


def values_of(content: bytes, query: dict) -> dict:
    """values:batchGet, unformatted and with serial dates, which is what has to be asked for."""
    assert query["valueRenderOption"] == ["UNFORMATTED_VALUE"] and query["dateTimeRenderOption"] == ["SERIAL_NUMBER"]
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    found = []
    for asked in query["ranges"]:
        sheet = book[asked[1:-1].replace("''", "'")]
        rows = [_trimmed([_value(cell) for cell in row]) for row in sheet.iter_rows()]
        while rows and not rows[-1]:
            rows.pop()
        found.append({"range": asked, "majorDimension": "ROWS"} | ({"values": rows} if rows else {}))
    return {"valueRanges": found}


def _value(cell):
    if isinstance(cell.value, datetime | date | time | timedelta):
        return to_excel(cell.value)
    return "" if cell.value is None else cell.value


def _trimmed(row: list) -> list:
    while row and row[-1] == "":
        row.pop()
    return row
