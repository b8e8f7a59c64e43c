"""The XML of one sheet: its faulty cells get our colour, and what it needs to show comments; nothing else changes."""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from loaders.problems import Severity
from outgoing.marked_copy.cell_styles import Styles
from outgoing.marked_copy.splicing import (
    TAG,
    Edit,
    NotEditable,
    head_at,
    head_end_of_closing,
    local,
    open_parser,
    opened,
    parse,
    with_attributes,
)

REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
AREA = re.compile(rb"""<(?:[^\s<>/:]+:)?mergeCell\s+ref\s*=\s*["']([A-Z]+[0-9]+):([A-Z]+[0-9]+)["']""")
VIEW = re.compile(rb"<(?:[^\s<>/:]+:)?sheetView\s[^<>]*>")
SELECTED = re.compile(rb"""\stabSelected\s*=\s*["'](?:1|true)["']""")
IDENTIFIER = re.compile(r"""\s[^\s:=]+:id\s*=\s*["']([^"']*)["']""")
HEAD_BYTES = 100_000  # the views of a sheet stand at its beginning
# what stands behind <legacyDrawing> in a sheet
BEHIND = {
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
}
BEHIND |= {"AlternateContent"}  # wraps oleObjects or controls there
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Position = tuple[int, int]


def position(cell: str) -> Position:
    """ "C14" -> (14, 3)."""
    found = REFERENCE.fullmatch(cell)
    if not found:
        raise NotEditable(f"cell {cell!r}")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def letters(column: int) -> str:
    """3 -> "C"."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def seen_at(data: bytes, cells: set[Position]) -> dict[Position, Position]:
    """Where each cell is seen: itself, or the first cell of the merged area that covers it."""
    seen = {cell: cell for cell in cells}
    by_row: dict[int, list[int]] = {}
    for row, column in cells:
        by_row.setdefault(row, []).append(column)
    for found in AREA.finditer(data, max(data.rfind(b"</sheetData"), 0)):
        (top, left), (bottom, right) = position(found[1].decode()), position(found[2].decode())
        rows = range(top, bottom + 1) if bottom - top < len(by_row) else [r for r in by_row if top <= r <= bottom]
        for row in rows:
            seen |= {(row, column): (top, left) for column in by_row.get(row, ()) if left <= column <= right}
    return seen


def unselected(data: bytes) -> list[Edit]:
    """The sheet is no longer the chosen one: two chosen sheets would be written in together."""
    head = data[:HEAD_BYTES]
    views = [view for view in VIEW.finditer(head) if SELECTED.search(view[0])]
    return [Edit(view.start(), view.end(), with_attributes(view[0], tabSelected=None)) for view in views]


class SheetEdits:
    """One pass over a sheet: the edits that colour its cells, and where a <legacyDrawing> goes.

    wanted:  the cells to colour
    anew:    True when the copy was marked before: our old colour is taken off all cells
    drawing: the r:id of the <legacyDrawing> there is, and its place in the bytes
    """

    def __init__(self, data: bytes, wanted: Mapping[Position, Severity], styles: Styles, *, anew: bool):
        self.data, self.styles, self.anew = data, styles, anew
        by_row: dict[int, dict[int, Severity]] = {}
        for (row, column), severity in wanted.items():
            by_row.setdefault(row, {})[column] = severity
        self.wanted = deque(sorted(by_row.items()))
        self.edits: list[Edit] = []
        self.columns: list[tuple[int, int, int]] = []
        self.drawing: tuple[str, int, int] | None = None
        self.behind, self.prefix, self.section, self.depth = 0, "", "", 0
        self.row = Row(0)
        self.parser = open_parser(data)
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        parse(self.parser, data)

    def legacy_drawing(self, identifier: str) -> Edit:
        """The element that shows the comments, for a sheet that has none yet."""
        made = f'<{self.prefix}legacyDrawing xmlns:r="{RELATIONS}" r:id="{identifier}"/>'
        return Edit(self.behind, self.behind, made.encode())

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.section == "sheetData" and self.depth == 4:
            if (self.row.wanted or self.anew) and local(name) == "c":
                self._cell(attributes)
        elif self.section == "sheetData" and self.depth == 3:
            self._open_row(attributes)
        elif self.section == "cols" and self.depth == 3:
            self._column(attributes)
        elif self.depth == 2:
            self.section, self.start = local(name), self.parser.CurrentByteIndex
        elif self.depth == 1:
            self.prefix = name[: -len(local(name))]
            if local(name) != "worksheet":
                raise NotEditable(name)

    def _end(self, name: str) -> None:
        if self.section == "sheetData" and self.depth == 3:
            self._close_row()
        elif self.depth == 2:
            self._close_section()
            self.section = ""
        self.depth -= 1

    def _close_section(self) -> None:
        head_end, is_empty = head_at(self.data, self.start)
        end = head_end if is_empty else self.parser.CurrentByteIndex
        if self.section == "sheetData":
            rows = b"".join(self._new_row(row, cells) for row, cells in self.wanted)
            if is_empty and rows:
                head = opened(self.data[self.start : head_end])
                closing = f"</{self.prefix}sheetData>".encode()
                self.edits.append(Edit(self.start, head_end, head + rows + closing))
            elif rows:
                self.edits.append(Edit(end, end, rows))
        if self.section == "legacyDrawing":
            found = IDENTIFIER.search(self.data[self.start : head_end].decode())
            self.drawing = (found[1] if found else "", self.start, head_end)
        if self.section not in BEHIND:
            self.behind = head_end if is_empty else head_end_of_closing(self.data, end)

    def _column(self, attributes: dict[str, str]) -> None:
        style = int(attributes.get("style", 0))
        plain = self._plain(style)
        self.columns.append((int(attributes["min"]), int(attributes["max"]), plain))
        if plain != style:
            self._set(self.parser.CurrentByteIndex, style=plain)

    def _open_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes["r"]) if "r" in attributes else self.row.number + 1
        if number <= self.row.number and self.wanted:
            raise NotEditable("rows")
        start = self.parser.CurrentByteIndex
        while self.wanted and self.wanted[0][0] < number:
            self.edits.append(Edit(start, start, self._new_row(*self.wanted.popleft())))
        found = self.wanted.popleft()[1] if self.wanted and self.wanted[0][0] == number else {}
        self.row = Row(number, start, found)
        if attributes.get("customFormat") in ("1", "true"):
            style = int(attributes.get("s", 0))
            self.row.style = self._plain(style)
            if self.row.style != style:
                self.row.changes["s"] = self.row.style

    def _cell(self, attributes: dict[str, str]) -> None:
        row, start = self.row, self.parser.CurrentByteIndex
        column = position(attributes["r"])[1] if "r" in attributes else row.column + 1
        if column <= row.column and row.wanted:
            raise NotEditable("cells")
        missing = {c: row.wanted.pop(c) for c in sorted(row.wanted) if c < column}
        if missing:
            self.edits.append(Edit(start, start, self._new_cells(row, missing)))
        style = int(attributes.get("s", 0))
        new = self._plain(style)
        if column in row.wanted:
            new = self.styles.marked(new, row.wanted.pop(column))
        if new != style:
            self._set(start, s=new)
        row.column = column

    def _close_row(self) -> None:
        row = self.row
        if not row.wanted and not row.changes:
            return
        head_end, is_empty = head_at(self.data, row.start)
        cells = self._new_cells(row, row.wanted)
        head = self.data[row.start : head_end]
        new = with_attributes(head, **row.changes)
        if is_empty and cells:
            new = opened(new) + cells + b"</" + TAG.match(head)[1] + b">"
        elif cells:
            end = self.parser.CurrentByteIndex
            self.edits.append(Edit(end, end, cells))
        if new != head:
            self.edits.append(Edit(row.start, head_end, new))
        row.wanted = {}

    def _new_row(self, number: int, cells: Mapping[int, Severity]) -> bytes:
        name = f"{self.prefix}row".encode()
        return b'<%s r="%d">%s</%s>' % (name, number, self._new_cells(Row(number), cells), name)

    def _new_cells(self, row: "Row", cells: Mapping[int, Severity]) -> bytes:
        """Empty cells that are not written in the sheet yet, with the format that is seen there."""
        made = []
        for column, severity in sorted(cells.items()):
            beneath = next((style for first, last, style in self.columns if first <= column <= last), 0)
            style = self.styles.marked(beneath if row.style is None else row.style, severity)
            made.append(f'<{self.prefix}c r="{letters(column)}{row.number}" s="{style}"/>')
        if cells:
            row.changes["spans"] = None  # only a hint for reading; it might end before the new cells
        return "".join(made).encode()

    def _plain(self, style: int) -> int:
        return self.styles.plain(style) if self.anew else style

    def _set(self, start: int, **values: int) -> None:
        end, _ = head_at(self.data, start)
        self.edits.append(Edit(start, end, with_attributes(self.data[start:end], **values)))


@dataclass
class Row:
    """The row that is being passed: its number, the cells still to be coloured in it, its own format."""

    number: int
    start: int = 0
    wanted: dict[int, Severity] = field(default_factory=dict)
    style: int | None = None
    column: int = 0
    changes: dict[str, object] = field(default_factory=dict)
