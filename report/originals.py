"""What is written in a cell of a file as it came, where no row keeps its text."""

from openpyxl.utils.cell import column_index_from_string

from data.uploads.store import Store
from loaders import reading
from loaders.evidence.context import show
from loaders.formats.grid import Grid
from loaders.formats.sources import open_grids
from loaders.problems import SheetError
from report.kept import cached
from report.source import Source


@cached(8)
def _grids(store: Store, number: int) -> dict[tuple[str, str], Grid]:
    """The sheets of an upload by file and name; an original never changes, so its number is key enough."""
    name, content = store.original(number)
    grids, _ = open_grids(reading.Source(name, content))
    return {(grid.file, grid.sheet): grid for grid in grids}


def sheet_of(source: Source, number: int, file: str, sheet: str) -> Grid | None:
    """A sheet of an upload as it came; None where the file cannot be opened any more.

    number: of the upload; file: inside a zip the workbook's own
    """
    try:
        return _grids(source.store, number).get((file, sheet))
    except SheetError:
        return None


def text_in(grid: Grid | None, letter: str, row: int) -> str | None:
    """The text of a cell; None when nothing stands there. letter, row: as Excel names them, "F", 12."""
    if grid is None or row > len(grid.rows):
        return None
    cells = grid.rows[row - 1]
    column = column_index_from_string(letter) - 1
    return show(cells[column]) if column < len(cells) and cells[column] is not None else None
