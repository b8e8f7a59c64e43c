"""xlsb: the records of the binary sheets (MS-XLSB 2.1.4), for what calamine leaves out: merges, errors, hidden rows."""

import struct
import zipfile
from collections.abc import Iterator

from loaders.formats.limits import COLUMN_BITS, BookFacts, Budget, Cells, SheetFacts, TooMuch, cells_outside, without
from loaders.formats.relations import elements, facts_by_name, part_path
from loaders.formats.zips import repack
from loaders.problems import Where

ROW_HEADER, BLANK_CELL, ERROR_CELL, ERROR_FORMULA, LAST_CELL = 0, 1, 3, 11, 11
SHORTEST = {True: 12, False: 8}  # bytes of a row header, and of any cell
COLUMN_INFO, BUNDLE_SHEET, MERGE_CELL = 60, 156, 176
DYNAMIC_ZERO_HEIGHT = 0x10  # of the byte after the row's flags: the row is hidden
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


def scan(archive: zipfile.ZipFile, where: Where, budget: Budget) -> BookFacts:
    """The facts of the workbook's sheets and the repacked bytes for calamine."""
    by_part: dict[str, SheetFacts] = {}
    small: dict[str, bytes] = {}

    def read(name: str, data: bytes) -> bytes:
        lower = name.lower()
        if lower in ("xl/workbook.bin", "xl/_rels/workbook.bin.rels"):
            small[lower] = data
        elif lower.startswith("xl/worksheets/") and lower.endswith(".bin"):
            by_part[lower], data = scan_sheet(data, budget)
        return data

    content = repack(archive, where, budget, read)
    names = [name.lower() for name in archive.namelist()]
    relations = elements(small.get("xl/_rels/workbook.bin.rels", b""), where)
    targets = {a.get("Id"): part_path(a.get("Target", "")) for name, a in relations if name == "Relationship"}
    listed = _bundle_sheets(small.get("xl/workbook.bin", b""))
    return BookFacts(
        content,
        facts_by_name(((name, targets.get(number, "")) for number, name in listed if number), by_part, where),
        has_macros=any(name.endswith("vbaproject.bin") for name in names),
        has_external_links=any(name.startswith("xl/externallinks/") for name in names),
    )


def records(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """(type, start of the record, start and end of its body), as far as the bytes are whole."""
    position, size = 0, len(data)
    while position < size:
        start, kind = position, data[position]
        position += 1
        if kind & 0x80 and position < size:
            kind = (kind & 0x7F) | (data[position] & 0x7F) << 7
            position += 1
        length = shift = 0
        while position < size and shift < 28:
            byte = data[position]
            position += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if position + length > size:
            return
        yield kind, start, position, position + length
        position += length


def scan_sheet(data: bytes, budget: Budget) -> tuple[SheetFacts, bytes]:
    """The facts of one sheet, and its records as calamine may read them."""
    facts, cells, row = SheetFacts(merged=[]), Cells(budget.limits.max_cells), 0
    for kind, start, body, end in records(data):
        if kind <= LAST_CELL and end - body < SHORTEST[kind == ROW_HEADER]:
            # calamine takes what is missing from the record before, and may lay out billions of cells
            return SheetFacts(refused=TooMuch("truncated", (row, 0))), b""
        if kind == ROW_HEADER and end - body >= 12:
            row = int.from_bytes(data[body : body + 4], "little")
            if data[body + 11] & DYNAMIC_ZERO_HEIGHT:
                facts.hidden_rows.append((row, row))
        elif kind <= LAST_CELL and end - body >= 8:
            column = int.from_bytes(data[body : body + 4], "little")
            if kind != BLANK_CELL:
                cells.add(row, column, start, end)
            if kind in (ERROR_CELL, ERROR_FORMULA) and end - body >= 9:
                facts.errors[row, column] = ERRORS.get(data[body + 8], "#VALUE!")
        elif kind == MERGE_CELL and end - body >= 16:
            first_row, last_row, first_column, last_column = struct.unpack_from("<4I", data, body)
            facts.merged.append((first_row, first_column, last_row, last_column))
        elif kind == COLUMN_INFO and end - body >= 18 and data[body + 16] & 1:
            facts.hidden_columns.append(struct.unpack_from("<2I", data, body))
    try:
        outside = cells_outside(cells, budget.limits)
    except TooMuch as refused:
        facts.refused = refused
        return facts, without(data, list(zip(cells.starts, cells.ends, strict=True)))
    facts.strays = [(*divmod(cells.positions[index], 1 << COLUMN_BITS), "") for index in outside]
    facts.errors = {cell: text for cell, text in facts.errors.items() if cell not in {s[:2] for s in facts.strays}}
    return facts, without(data, [(cells.starts[index], cells.ends[index]) for index in outside])


def _bundle_sheets(workbook: bytes) -> Iterator[tuple[str, str]]:
    """(relation id, sheet name) in workbook order."""
    for kind, _, body, end in records(workbook):
        if kind == BUNDLE_SHEET:
            identifier, after = _wide_string(workbook, body + 8, end)
            yield identifier, _wide_string(workbook, after, end)[0]


def _wide_string(data: bytes, start: int, end: int) -> tuple[str, int]:
    characters = int.from_bytes(data[start : start + 4], "little")
    stop = min(start + 4 + characters * 2, end)
    return data[start + 4 : stop].decode("utf-16-le", "replace"), stop
