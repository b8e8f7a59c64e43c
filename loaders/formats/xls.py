"""xls: the records of the BIFF stream inside its OLE container, for what calamine leaves out or must not meet.

calamine follows a chain of sectors that runs in a circle for ever, and decodes the UTF-16 of BIFF8 by the code page
that some programs write into it: circles are refused here, and the code page is set to what Excel writes.
"""

import struct
from collections.abc import Iterator
from io import BytesIO

from loaders.formats.grid import address
from loaders.formats.limits import (
    COLUMN_BITS,
    COLUMN_MASK,
    BookFacts,
    Budget,
    Cells,
    SheetFacts,
    TooMuch,
    cells_outside,
)
from loaders.formats.xlsb import ERRORS
from loaders.problems import SourceUnreadable, Where

FREE_SECTORS = 0xFFFFFFFA  # this and above are no sector numbers
SECTOR_SHIFTS = (9, 12)  # sectors of 512 or 4,096 bytes
ROOT = 5  # the type of the entry that holds the others
MINI_SECTOR_BYTES = 64
DIRECTORY_ENTRY_BYTES = 128
MINI_STREAM_BELOW_BYTES = 4096
FORMULA, BOUND_SHEET, FILE_PASS, BEGIN, EXTERNAL_BOOK = 0x0006, 0x0085, 0x002F, 0x0809, 0x01AE
CODE_PAGE, END, BIFF8, UTF_16 = 0x0042, 0x000A, 0x0600, b"\xb0\x04"
DIMENSIONS, MAX_ROWS, MAX_COLUMNS = 0x0200, 65_536, 256
ROW, COLUMN_INFO, BOOLEAN_OR_ERROR, MANY_NUMBERS = 0x0208, 0x007D, 0x0205, 0x00BD
CELLS = {FORMULA, BOOLEAN_OR_ERROR, MANY_NUMBERS, 0x0203, 0x0204, 0x00FD, 0x027E, 0x00D6}
OWN_BOOK, ADD_INS = 0x0401, 0x3A01
ROW_IS_HIDDEN, COLUMN_IS_HIDDEN = 0x20, 0x01


class Damaged(Exception):
    """The container contradicts itself."""


class Container:
    """An OLE file, read just far enough to have its streams by name.

    The root is the first entry, whatever its name: Excel for Mac calls it "R", others leave it without one.
    """

    def __init__(self, content: bytes):
        self.content = content
        shift = struct.unpack_from("<H", content, 30)[0]
        if shift not in SECTOR_SHIFTS:
            raise Damaged
        self.sector_bytes = 1 << shift
        first_directory = struct.unpack_from("<I", content, 48)[0]
        self.fat = self._fat()
        entries = list(self._entries(self._bytes(self._chain(self.fat, first_directory))))
        if not entries or entries[0][1] != ROOT:
            raise Damaged
        self.entries = {name: entry for name, *entry in entries[1:]}
        self.mini_fat = _integers(self._bytes(self._chain(self.fat, struct.unpack_from("<I", content, 60)[0])))
        if _has_circle(self.fat) or _has_circle(self.mini_fat):
            raise Damaged
        self.mini_sectors = self._chain(self.fat, entries[0][2])

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.sector_bytes
        return self.content[start : start + self.sector_bytes]

    def _fat(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self.content, 76))
        following, seen = struct.unpack_from("<I", self.content, 68)[0], set()
        while following < FREE_SECTORS:
            if following in seen:
                raise Damaged
            seen.add(following)
            numbers = _integers(self._sector(following))
            sectors += numbers[:-1]
            following = numbers[-1] if numbers else FREE_SECTORS
        sectors = [sector for sector in sectors if sector < FREE_SECTORS]
        if len(set(sectors)) != len(sectors):
            raise Damaged
        return [number for sector in sectors for number in _integers(self._sector(sector))]

    def _chain(self, following: list[int], first: int) -> list[int]:
        """The numbers of a chain of sectors."""
        numbers, seen, number = [], set(), first
        while number < len(following):
            if number in seen:
                raise Damaged
            seen.add(number)
            numbers.append(number)
            number = following[number]
        return numbers

    def _bytes(self, sectors: list[int]) -> bytes:
        return b"".join(map(self._sector, sectors))

    def _entries(self, directory: bytes) -> Iterator[tuple[str, int, int, int]]:
        for start in range(0, len(directory) - DIRECTORY_ENTRY_BYTES + 1, DIRECTORY_ENTRY_BYTES):
            entry = directory[start : start + DIRECTORY_ENTRY_BYTES]
            length = struct.unpack_from("<H", entry, 64)[0]
            name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<2I", entry, 116)
            yield name, entry[66], first, size

    def places(self, name: str) -> tuple[list[int], int]:
        """Where the pieces of a stream begin in the file, and how long each is."""
        _, first, size = self.entries[name]
        if size >= MINI_STREAM_BELOW_BYTES:
            return [(number + 1) * self.sector_bytes for number in self._chain(self.fat, first)], self.sector_bytes
        starts, of_sector = [], self.sector_bytes // MINI_SECTOR_BYTES
        for number in self._chain(self.mini_fat, first):
            sector, rest = divmod(number, of_sector)
            starts.append((self.mini_sectors[sector] + 1) * self.sector_bytes + rest * MINI_SECTOR_BYTES)
        return starts, MINI_SECTOR_BYTES

    def stream(self, name: str) -> bytes:
        starts, length = self.places(name)
        return b"".join(self.content[start : start + length] for start in starts)[: self.entries[name][2]]


def _has_circle(following: list[int]) -> bool:
    """Whether any chain comes back to a sector of its own; each number is looked at once."""
    met_by = [0] * len(following)
    for first in range(len(following)):
        number = first
        while number < len(following) and not met_by[number]:
            met_by[number] = first + 1
            number = following[number]
        if number < len(following) and met_by[number] == first + 1:
            return True
    return False


def _integers(sector: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))


def scan(content: bytes, where: Where, budget: Budget) -> BookFacts:
    """The facts of the workbook's sheets, by their position in the workbook."""
    try:
        container = Container(content)
        names = container.entries.keys()
        if "EncryptedPackage" in names:
            raise SourceUnreadable("password_protected", where)
        name = next((name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in names), None)
        if name is None:
            if "WordDocument" in names:
                raise SourceUnreadable("old_word", where)
            raise SourceUnreadable("not_a_spreadsheet", where, "OLE")
        stream = container.stream(name)
        if len(stream) < container.entries[name][2]:
            raise SourceUnreadable("truncated", where)
    except (Damaged, struct.error, KeyError, IndexError) as error:
        raise SourceUnreadable("truncated", where) from error
    book = BookFacts(BytesIO(_with_code_page(container, name, stream)), has_macros="_VBA_PROJECT_CUR" in names)
    calculated: set[tuple[int, int]] = set()
    for index, start in enumerate(_read_globals(stream, book, where)):
        book.sheets[index] = _scan_sheet(stream, start, where, budget, calculated)
    if calculated:
        # an empty result is how xlwt writes "never calculated", but also how Excel writes =IF(A1="";"";…);
        # where one formula has a value, Excel or its like has calculated them all
        for facts in book.sheets.values():
            facts.uncalculated.clear()
    return book


def records(stream: bytes, position: int = 0) -> Iterator[tuple[int, int, int]]:
    """(type, start and length of the body), as far as the bytes are whole."""
    size = len(stream)
    while position + 4 <= size:
        kind, length = struct.unpack_from("<2H", stream, position)
        position += 4
        if position + length > size:
            return
        yield kind, position, length
        position += length


def _with_code_page(container: Container, name: str, stream: bytes) -> bytes:
    """The file with UTF-16 as the code page of its BIFF8 texts, as Excel writes it; the same bytes where it says so."""
    content, (starts, length) = container.content, container.places(name)
    for kind, body, size in records(stream):
        if kind == BEGIN and size >= 2 and struct.unpack_from("<H", stream, body)[0] != BIFF8:
            break
        if kind == CODE_PAGE and size >= 2 and stream[body : body + 2] != UTF_16:
            if content is container.content:
                content = bytearray(content)
            for offset, byte in enumerate(UTF_16, body):
                content[starts[offset // length] + offset % length] = byte
        if kind == END:
            break
    return content


def _read_globals(stream: bytes, book: BookFacts, where: Where) -> list[int]:
    """Where each sheet begins in the stream."""
    starts = []
    for kind, body, length in records(stream):
        if kind == FILE_PASS:
            raise SourceUnreadable("password_protected", where)
        if kind == BOUND_SHEET and length >= 8:
            starts.append(struct.unpack_from("<I", stream, body)[0])
        elif kind == EXTERNAL_BOOK and length >= 4:
            book.has_external_links |= struct.unpack_from("<H", stream, body + 2)[0] not in (OWN_BOOK, ADD_INS)
        elif kind == END:  # of the globals
            break
    return starts


def _scan_sheet(stream: bytes, start: int, where: Where, budget: Budget, calculated: set) -> SheetFacts:
    facts, cells, depth = SheetFacts(), Cells(budget.limits.max_cells), 0
    for kind, body, length in records(stream, start):
        if kind == BEGIN:
            depth += 1
        elif kind == END:
            depth -= 1
            if depth <= 0:
                break
        elif kind in CELLS and depth == 1 and length >= 6:
            _cell(kind, stream, body, length, facts, cells, calculated)
        elif kind == DIMENSIONS and depth == 1:
            _check_dimensions(stream[body : body + length], where)
        elif kind == ROW and length >= 16 and stream[body + 12] & ROW_IS_HIDDEN:
            row = struct.unpack_from("<H", stream, body)[0]
            facts.hidden_rows.append((row, row))
        elif kind == COLUMN_INFO and length >= 10 and stream[body + 8] & COLUMN_IS_HIDDEN:
            facts.hidden_columns.append(struct.unpack_from("<2H", stream, body))
    try:
        # calamine reads all sheets of an xls at once and from these same bytes: nothing can be cut out of them
        if cells_outside(cells, budget.limits):
            far = max(cells.positions, key=lambda position: position & COLUMN_MASK)
            raise TooMuch("too_large", divmod(far, 1 << COLUMN_BITS))
    except TooMuch as refused:
        row, column = refused.cell
        raise SourceUnreadable(refused.code, Where(where.file), address(row, column)) from refused
    return facts


def _check_dimensions(body: bytes, where: Where) -> None:
    """calamine reserves memory for what the sheet claims here, and a claim beyond the format kills the process."""
    if len(body) >= 12:
        first_row, stop_row, first_column, stop_column = struct.unpack_from("<2I2H", body)
        if max(first_row, stop_row) > MAX_ROWS or max(first_column, stop_column) > MAX_COLUMNS:
            raise SourceUnreadable("truncated", where)


def _cell(
    kind: int, stream: bytes, body: int, length: int, facts: SheetFacts, cells: Cells, calculated: set[tuple[int, int]]
) -> None:
    row, column = struct.unpack_from("<2H", stream, body)
    last = struct.unpack_from("<H", stream, body + length - 2)[0] if kind == MANY_NUMBERS else column
    cells.add(row, last, body - 4, body + length)
    if kind == BOOLEAN_OR_ERROR and length >= 8 and stream[body + 7] == 1:
        facts.errors[row, column] = ERRORS.get(stream[body + 6], "#VALUE!")
    elif kind == FORMULA and length >= 14 and stream[body + 12 : body + 14] == b"\xff\xff" and stream[body + 6] == 2:
        facts.errors[row, column] = ERRORS.get(stream[body + 8], "#VALUE!")
    elif kind == FORMULA and length >= 14:
        is_empty_text = stream[body + 12 : body + 14] == b"\xff\xff" and stream[body + 6] == 3
        (facts.uncalculated if is_empty_text else calculated).add((row, column))
