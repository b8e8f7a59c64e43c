"""Our own sheets in a file that comes back: guidance and lists of a form; a marked-up copy's list of faults."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from loaders.formats.grid import Grid

LIST_SHEET = "Cần sửa"
GUIDE_SHEET, CHOICES_SHEET = "Hướng dẫn", "Danh mục"  # beside the table of a form: how to fill it in, the drop-downs
FORM_MARKER = "MTTQ-BIEU-MAU"  # in A1 of both
MARKER = re.compile(r"MTTQ-CAN-SUA(?:/(\d{1,9}))?")


def marker(item: int | None) -> str:
    """What stands in A1 of our list; item: its number in the inbox."""
    return "MTTQ-CAN-SUA" if item is None else f"MTTQ-CAN-SUA/{item}"


def marked_item(text: object) -> int | None:
    """The number that a marker carries."""
    found = MARKER.fullmatch(text.strip()) if isinstance(text, str) else None
    return int(found[1]) if found and found[1] else None


def is_list(grid: Grid) -> bool:
    """Whether a sheet is ours: by its name and its marker, so that no table of the commune is passed over."""
    name = unicodedata.normalize("NFC", grid.sheet)
    first = grid.rows[0][0] if grid.width else None
    if not isinstance(first, str):
        return False
    of_form = any(own in name for own in (GUIDE_SHEET, CHOICES_SHEET)) and first.strip() == FORM_MARKER
    return of_form or (LIST_SHEET in name and MARKER.fullmatch(first.strip()) is not None)


def item_of(grids: Sequence[Grid]) -> int | None:
    """The item that the lists among the sheets of a file name."""
    items = (marked_item(grid.rows[0][0]) for grid in grids if is_list(grid))
    return next((item for item in items if item is not None), None)


def without_lists(grids: Sequence[Grid]) -> list[Grid]:
    """The sheets without our lists; what was told of a whole workbook at its first sheet stays told, at the next."""
    kept = [grid for grid in grids if not is_list(grid)]
    for ours in grids:
        told = tuple(p for p in ours.problems if p.where.sheet is None) if is_list(ours) else ()
        same = [grid for grid in kept if grid.file == ours.file] if told else []
        if same:
            first = next((grid for grid in same if grid.rows and not grid.is_hidden), same[0])
            kept[kept.index(first)] = replace(first, problems=told + first.problems)
    return kept
