"""How much is read at most, what a scan finds, and the block of a sheet that is worth reading.

calamine lays every sheet out as one full rectangle: a single forgotten cell at XFD1048576 asks it for 17 billion
cells, and a failed allocation in it kills the whole process. So every format is scanned first, and a sheet reaches
calamine only when its rectangle fits. A few far cells are cut away and reported one by one: the table is what the
commune meant, the far cell is a slip of the hand. More than a few are data, and the sheet is refused.
"""

from array import array
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np

from loaders.problems import SourceUnreadable, Where

MEGABYTE = 1024 * 1024
COLUMN_BITS = 32  # ods may claim any number; xlsx ends at 16,384
COLUMN_MASK = (1 << COLUMN_BITS) - 1
FARTHEST = 1 << 30


@dataclass(frozen=True)
class Limits:
    """A district's largest sheet has some ten thousand rows; the limits are far above that, far below the machine."""

    max_bytes: int = 50 * MEGABYTE
    max_unzipped_bytes: int = 600 * MEGABYTE
    max_ratio: int = 200  # unzipped to zipped; formatted empty rows reach about 60
    ratio_counts_from_bytes: int = 20 * MEGABYTE  # small files of zeros are harmless
    max_files_in_zip: int = 200
    max_parts_in_workbook: int = 5_000
    max_rows: int = 300_000
    max_columns: int = 400  # used ones
    max_cells: int = 10_000_000  # of all sheets of one upload
    max_stray_cells: int = 20


LIMITS = Limits()


@dataclass
class Budget:
    """What one upload may still cost, over all files and sheets in it."""

    limits: Limits
    bytes_left: int
    cells_left: int

    @classmethod
    def of(cls, limits: Limits) -> "Budget":
        return cls(limits, limits.max_unzipped_bytes, limits.max_cells)

    def spend_bytes(self, count: int, where: Where) -> None:
        if count > self.bytes_left:
            raise SourceUnreadable("zip_bomb", where, f"> {self.limits.max_unzipped_bytes // MEGABYTE} MB")
        self.bytes_left -= count

    def spend_cells(self, count: int, where: Where) -> None:
        if count > self.cells_left:
            raise SourceUnreadable("too_large", where, f"> {self.limits.max_cells} cells")
        self.cells_left -= count


class TooMuch(Exception):
    """The sheet does not fit the limits: a code of SHEET_ERRORS and the (row, column) that goes beyond them."""

    def __init__(self, code: str, cell: tuple[int, int]):
        super().__init__(code)
        self.code, self.cell = code, cell


@dataclass
class SheetFacts:
    """What a scan found in one sheet; positions are 0-based (row, column).

    struck:   cells struck through; shown: what a number format says beside the number (loaders.formats.styles.Shown)
    merged:   None where calamine tells it
    pages:    row -> its page, in a document with pages
    strays:   far cells that were cut away, with their text
    refused:  why the sheet is not read
    """

    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    struck: set[tuple[int, int]] = field(default_factory=set)
    shown: dict[tuple[int, int], tuple[str, int]] = field(default_factory=dict)
    pages: dict[int, int] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] | None = None
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    strays: list[tuple[int, int, str]] = field(default_factory=list)
    refused: TooMuch | None = None


@dataclass
class BookFacts:
    """The bytes that calamine may read, and the facts of its sheets by name, or by position in an xls."""

    content: BytesIO
    sheets: dict[str | int, SheetFacts] = field(default_factory=dict)
    has_macros: bool = False
    has_external_links: bool = False


@dataclass
class Cells:
    """The used cells of one sheet: where they are, and from which to which byte of the sheet's part they stand.

    most:      cells beyond that many are not kept; the sheet is refused then
    repeated:  entries that stand for many cells (ods), at their far corner: they are never cut
    """

    most: int
    positions: array = field(default_factory=lambda: array("q"))
    starts: array = field(default_factory=lambda: array("q"))
    ends: array = field(default_factory=lambda: array("q"))
    repeated: list[int] = field(default_factory=list)

    def add(self, row: int, column: int, start: int, end: int, is_repeated: bool = False) -> None:
        if len(self.positions) > self.most:
            return
        if is_repeated:
            self.repeated.append(len(self.positions))
        self.positions.append((min(row, FARTHEST) << COLUMN_BITS) | min(column, FARTHEST))
        self.starts.append(start)
        self.ends.append(end)


def cells_outside(cells: Cells, limits: Limits) -> list[int]:
    """The few far cells to cut, as indices into `cells`, so that the rest fits the limits; else TooMuch."""
    packed = np.array(cells.positions, dtype=np.int64)
    rows, columns = packed >> COLUMN_BITS, packed & COLUMN_MASK
    if len(packed) > cells.most:
        raise TooMuch("too_large", (int(rows[-1]), int(columns[-1])))
    may_cut = np.ones(len(packed), dtype=bool)
    may_cut[cells.repeated] = False
    kept = np.ones(len(packed), dtype=bool)
    while kept.any():
        last_row, last_column = int(rows[kept].max()), int(columns[kept].max())
        code = _exceeded(last_row + 1, last_column + 1, limits)
        if code is None:
            break
        in_row, in_column = kept & (rows == last_row), kept & (columns == last_column)
        gone = in_row if _cuts_row(code, int(in_row.sum()), int(in_column.sum())) else in_column
        kept = kept & ~gone
        # where nothing is left, the far cell is no slip but all there is
        if not kept.any() or (~kept).sum() > limits.max_stray_cells or not may_cut[gone].all():
            farthest = int(np.argmax(columns if code == "too_many_columns" else rows))
            raise TooMuch(code, (int(rows[farthest]), int(columns[farthest])))
    return np.flatnonzero(~kept).tolist()


def _exceeded(height: int, width: int, limits: Limits) -> str | None:
    if width > limits.max_columns:
        return "too_many_columns"
    if height > limits.max_rows:
        return "too_many_rows"
    return "too_large" if height * width > limits.max_cells else None


def _cuts_row(code: str, cells_in_last_row: int, cells_in_last_column: int) -> bool:
    """When the rectangle as a whole is too large, the side with fewer cells is the slip."""
    return code == "too_many_rows" or (code == "too_large" and cells_in_last_row < cells_in_last_column)


def without(data: bytes, spans: list[tuple[int, int]]) -> bytes:
    """The bytes without the given pieces; the very same object where there are none."""
    if not spans:
        return data
    kept, position = [], 0
    for start, end in sorted(spans):
        kept.append(data[position:start])
        position = end
    return b"".join([*kept, data[position:]])
