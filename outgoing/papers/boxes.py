"""Paragraphs and tables of a Word document as boxes for the pages of a PDF: each of a height, never torn apart."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, groupby, pairwise, takewhile

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element
from fpdf import FPDF

from outgoing.papers.looks import TWIP_MM, Look, Looks, Piece, mm
from outgoing.papers.typeface import POINT_MM, width_mm

FACE = "Tinos"
LINE = 1.15  # how high a line of Times New Roman stands, of its size
BELOW = 0.26  # what of it is below the letters
TAB_MM = 12.7
WORDS = re.compile(r"[\t\n]|[^ \t\n]+ *| +")
CELL_MM = 1.9  # beside the text of a cell, where a table says nothing


@dataclass
class Box:
    """draw: at its left upper corner; keeps: on the page of the next; head: repeated over it on a new page."""

    height: float
    draw: Callable[[FPDF, float, float], None]
    keeps: bool = False
    starts_page: bool = False
    head: "Box | None" = None
    is_head: bool = False


# paragraphs
@dataclass
class Line:
    """Words (each of one or several pieces) beside each other; goes_on: as a text that is even at both sides does."""

    words: list[list[Piece]] = field(default_factory=list)
    left: float = 0.0
    room: float = 0.0
    used: float = 0.0
    goes_on: bool = False

    def add(self, word: list[Piece], width: float) -> None:
        self.words.append(word)
        self.used += width


def paragraph_boxes(paragraph: Element, looks: Looks, width: float, page: int = 1) -> list[Box]:
    """One box for each line of the text."""
    look, lines, boxes = looks.of_line(paragraph), [], []
    begins = {0} if look.get("pageBreakBefore") else set()  # which lines begin a page
    pieces = [piece for piece in looks.pieces(paragraph, look, page) if piece.text]
    breaks = [number for number, piece in enumerate(pieces) if piece.text == "\f"]
    for start, end in pairwise((-1, *breaks, len(pieces))):
        begins |= {len(lines)} if lines else set()
        lines += _lines(_words(pieces[start + 1 : end]), look, width, is_first=not lines)
    for number, line in enumerate(lines):
        is_first, is_last = number == 0, number == len(lines) - 1
        size = max((piece.size for word in line.words for piece in word), default=looks.mark_size(paragraph, look))
        above, high = mm(look, "spacing.before") if is_first else 0.0, _line_mm(look, size)
        below = mm(look, "spacing.after") if is_last else 0.0
        draw = partial(_draw_line, line, look, above + high - BELOW * size * POINT_MM)
        rules = ({"top": above} if is_first else {}) | ({"bottom": above + high} if is_last else {})
        if heights := [rules[side] for side in look.get("rules", set()) & set(rules)]:
            draw = partial(_draw_rules, heights, line, draw)
        if is_first and line.words and int(look.get("outlineLvl", 9)) < 9:
            title = "".join(piece.text for piece in pieces).strip()
            draw = partial(_draw_heading, title, int(look["outlineLvl"]), draw)
        keeps = bool(look.get("keepNext")) if is_last else is_first or number == len(lines) - 2
        boxes.append(Box(above + high + below, draw, keeps, number in begins))
    return boxes


def _words(pieces: list[Piece]) -> list[list[Piece]]:
    """What no line breaks in: a piece ends where a space does."""
    words: list[list[Piece]] = [[]]
    for piece in pieces:
        for text in WORDS.findall(piece.text):
            if text in "\t\n" and words[-1]:
                words.append([])
            words[-1].append(piece._replace(text=text))
            if text[-1] in " \t\n":
                words.append([])
    return [word for word in words if word]


def _lines(words: list[list[Piece]], look: Look, width: float, *, is_first: bool) -> list[Line]:
    """The words on lines that are no longer than the paragraph is wide."""
    left, right = mm(look, "ind.left") or mm(look, "ind.start"), mm(look, "ind.right") or mm(look, "ind.end")
    first = mm(look, "ind.firstLine") - mm(look, "ind.hanging") if is_first else 0.0
    lines = [Line(left=left + first, room=width - left - right - first)]
    waiting = words[::-1]
    while waiting:
        line, word = lines[-1], waiting.pop()
        wide, bare = _width(word), _width([*word[:-1], word[-1]._replace(text=word[-1].text.rstrip(" "))])
        if word[0].text == "\n":
            lines.append(Line(left=left, room=width - left - right))
        elif word[0].text == "\t":
            line.add(word, _tab_mm(look, line))
        elif line.used + bare <= line.room + 0.01 or not line.words and len(word[0].text) == len(word) == 1:
            line.add(word, wide)
        elif line.words:
            line.goes_on = True
            lines.append(Line(left=left, room=width - left - right))
            waiting.append(word)
        else:
            waiting += reversed(_cut(word, line.room))
    return lines


def _cut(word: list[Piece], room: float) -> list[list[Piece]]:
    """A word that is longer than a line in two; a single letter stands, however narrow the place."""
    letters = [piece._replace(text=letter) for piece in word for letter in piece.text]
    count = next((n for n in range(len(letters), 1, -1) if _width(letters[:n]) <= room), 1)
    return [part for part in (letters[:count], letters[count:]) if part]


def _width(word: list[Piece]) -> float:
    return sum(width_mm(piece.text, piece.size, piece.style) for piece in word)


def _tab_mm(look: Look, line: Line) -> float:
    """How far it is to the next stop."""
    at = line.left + line.used
    stops = [stop for stop, _ in look.get("tabs", ()) if stop > at + 0.1] or [(at // TAB_MM + 1) * TAB_MM]
    return max(min(stops[0] - at, line.room - line.used), 0)


def _line_mm(look: Look, size: float) -> float:
    told, rule = float(look.get("spacing.line", 240)), look.get("spacing.lineRule", "auto")
    single = size * POINT_MM * LINE
    if rule == "auto":
        return single * told / 240
    return told * TWIP_MM if rule == "exact" else max(single, told * TWIP_MM)


def _draw_line(line: Line, look: Look, base: float, sheets: FPDF, x: float, y: float) -> None:
    ends = line.words[-1][-1].text if line.words else ""
    spare = max(line.room - line.used + width_mm(" ", look["size"]) * ends.endswith(" "), 0)
    align, gaps = look.get("align", "L"), len(line.words) - 1
    x += line.left + {"C": spare / 2, "R": spare}.get(align, 0)
    start, gap = x, spare / gaps if align == "J" and line.goes_on and gaps else 0
    for word in line.words if gap else [list(chain(*line.words))]:
        for (size, style), pieces in groupby(word, key=lambda piece: (piece.size, piece.style)):
            sheets.set_font(FACE, style, size)
            text = "".join(piece.text for piece in pieces)
            for part in re.split(r"(\t)", text):
                if part == "\t":
                    wide = _tab_mm(look, replace(line, used=x - start))
                    _draw_leader(look, sheets, x, y + base, wide)
                    x += wide
                elif part:
                    sheets.text(x, y + base, part)
                    x += width_mm(part, size, style)
        x += gap


def _draw_leader(look: Look, sheets: FPDF, x: float, y: float, wide: float) -> None:
    """Dotted lines are drawn, so that no reader of the text meets a hundred full stops."""
    if any(leader not in (None, "none") for _, leader in look.get("tabs", ())):
        sheets.set_line_width(0.25)
        sheets.set_dash_pattern(dash=0.25, gap=1.0)
        sheets.line(x, y, x + wide, y)
        sheets.set_dash_pattern()


def _draw_rules(heights: list[float], line: Line, draw: Callable, sheets: FPDF, x: float, y: float) -> None:
    """With the borders above and below the paragraph."""
    draw(sheets, x, y)
    sheets.set_line_width(0.25)
    for height in heights:
        sheets.line(x + line.left, y + height, x + line.left + line.room, y + height)


def _draw_heading(title: str, level: int, draw: Callable, sheets: FPDF, x: float, y: float) -> None:
    """With a mark, by which a reader of the PDF goes there."""
    sheets.set_y(y)
    sheets.mark_section(title, level)
    draw(sheets, x, y)


# tables
@dataclass
class Cell:
    left: float
    width: float
    boxes: list[Box]
    align: str
    goes_on: bool  # the one above it reaches down to here
    rows: int = 1

    @property
    def height(self) -> float:
        return sum(box.height for box in self.boxes)


def table_boxes(table: Element, looks: Looks, width: float) -> list[Box]:
    """One box for each row, or for those that a cell reaches over; the heading is one."""
    has_lines, beside = _borders(table, looks), _beside(table, looks)
    grid = [float(column.get(qn("w:w")) or 0) * TWIP_MM for column in table.tblGrid.gridCol_lst]
    centred = next(iter(table.xpath("w:tblPr/w:jc/@w:val")), "") == "center"
    start = (width - sum(grid)) / 2 if centred else 0.0
    groups: list[list[tuple[Element, list[Cell]]]] = []
    for row in table.tr_lst:
        cells = list(_cells(row, looks, grid, start, beside))
        is_joined = groups and (_is_head(row) or any(cell.goes_on for cell in cells))
        groups[-1 if is_joined else len(groups) :] = [[*(groups[-1] if is_joined else []), (row, cells)]]
    boxes: list[Box] = []
    for rows in groups:
        heights = _heights(rows)
        keeps = any(box.keeps for _, cells in rows[-1:] for cell in cells[:1] for box in cell.boxes[-1:])
        draw = partial(_draw_rows, [cells for _, cells in rows], heights, has_lines, beside)
        is_head = _is_head(rows[0][0])
        head = boxes[0] if boxes and boxes[0].is_head else None
        boxes.append(Box(sum(heights), draw, keeps or is_head, head=head, is_head=is_head))
    return boxes


def _is_head(row: Element) -> bool:
    return bool(row.xpath("w:trPr/w:tblHeader[not(@w:val) or (@w:val!='0' and @w:val!='false')]"))


def _cells(row: Element, looks: Looks, grid: list[float], left: float, beside: float) -> Iterator[Cell]:
    first = 0
    for cell in row.tc_lst:
        width = sum(grid[first : first + cell.grid_span])
        goes_on = cell.vMerge == "continue"
        lines = [] if goes_on else cell.p_lst
        boxes = [box for line in lines for box in paragraph_boxes(line, looks, width - 2 * beside)]
        align = next(iter(cell.xpath("w:tcPr/w:vAlign/@w:val")), "top")
        yield Cell(left, width, boxes, align, goes_on)
        first, left = first + cell.grid_span, left + width


def _heights(rows: list[tuple[Element, list[Cell]]]) -> list[float]:
    """Of each row; a cell over several is heard last. Tells the cells over how many rows they reach."""
    for number, (_, cells) in enumerate(rows):
        for cell in cells:
            below = (any(one.goes_on and one.left == cell.left for one in own) for _, own in rows[number + 1 :])
            cell.rows = 1 if cell.goes_on else 1 + len(list(takewhile(bool, below)))
    told = [next(iter(row.xpath("w:trPr/w:trHeight/@w:val")), 0) for row, _ in rows]
    single = [[cell.height for cell in cells if cell.rows == 1] for _, cells in rows]
    heights = [max([float(least) * TWIP_MM, *own]) for least, own in zip(told, single, strict=True)]
    for number, (_, cells) in enumerate(rows):
        for cell in cells:
            end = number + cell.rows - 1
            heights[end] += max(cell.height - sum(heights[number : end + 1]), 0)
    return heights


def _draw_rows(
    rows: list[list[Cell]], heights: list[float], has_lines: bool, beside: float, sheets: FPDF, x: float, y: float
) -> None:
    for number, cells in enumerate(rows):
        for cell in (cell for cell in cells if not cell.goes_on):
            high = sum(heights[number : number + cell.rows])
            if has_lines:
                sheets.set_line_width(0.2)
                sheets.rect(x + cell.left, y, cell.width, high)
            at = y + {"center": (high - cell.height) / 2, "bottom": high - cell.height}.get(cell.align, 0)
            for box in cell.boxes:
                box.draw(sheets, x + cell.left + beside, at)
                at += box.height
        y += heights[number]


def _table_properties(table: Element, looks: Looks) -> Iterator[Element]:
    """Of the table, of its style, of what that is based on."""
    yield table.tblPr
    style = looks.styles.get(table.tblStyle_val)
    while style is not None:
        yield from style.findall(qn("w:tblPr"))
        below = style.find(qn("w:basedOn"))
        style = looks.styles.get(below.get(qn("w:val"))) if below is not None else None


def _borders(table: Element, looks: Looks) -> bool:
    for properties in _table_properties(table, looks):
        if (borders := properties.find(qn("w:tblBorders"))) is not None:
            return any(side.get(qn("w:val")) not in ("nil", "none") for side in borders)
    return False


def _beside(table: Element, looks: Looks) -> float:
    for properties in _table_properties(table, looks):
        for name in ("left", "start"):
            if (margin := properties.find(f"{qn('w:tblCellMar')}/{qn(f'w:{name}')}")) is not None:
                return float(margin.get(qn("w:w")) or 0) * TWIP_MM
    return CELL_MM
