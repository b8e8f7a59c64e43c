"""The files as they came: a download, and what is written in a cell whose text no row keeps."""

import streamlit as st
from openpyxl.utils.cell import column_index_from_string

from loaders.context import show
from loaders.grid import Grid
from loaders.problems import SheetError
from loaders.reading import Source
from loaders.sources import open_grids
from ui import session
from ui.texts import t


@st.cache_resource(show_spinner=False, max_entries=8)
def _grids(store_url: str, number: int) -> dict[tuple[str, str], Grid]:
    """The sheets of an upload by file and name; an original never changes, so its number is key enough."""
    name, content = session.shared_store().original(number)
    grids, _ = open_grids(Source(name, content))
    return {(grid.file, grid.sheet): grid for grid in grids}


def sheet_of(number: int, file: str, sheet: str) -> Grid | None:
    """A sheet of an upload as it came; None where the file cannot be opened any more.

    number: of the upload; file: inside a zip the workbook's own
    """
    try:
        return _grids(session.version()[0], number).get((file, sheet))
    except SheetError:
        return None


def text_in(grid: Grid | None, letter: str, row: int) -> str | None:
    """The text of a cell; None when nothing stands there. letter, row: as Excel names them, "F", 12."""
    if grid is None or row > len(grid.rows):
        return None
    cells = grid.rows[row - 1]
    column = column_index_from_string(letter) - 1
    return show(cells[column]) if column < len(cells) and cells[column] is not None else None


def draw_original(number: int, file: str, key: str) -> None:
    """The file of an upload as it arrived, for whoever may have it; fetched only when asked for."""
    if not session.may("disclosures.original"):
        return
    st.download_button(
        t("history.download"),
        session.for_later(lambda: session.store().original(number)[1], "original", {"upload": number}),
        file_name=file,
        mime="application/octet-stream",
        key=key,
        on_click="ignore",
        type="tertiary",
    )
