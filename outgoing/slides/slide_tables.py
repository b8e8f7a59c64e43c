"""Tables on slides, of the program's own: as many slides as they need, the header on each, nothing cut off."""

from collections.abc import Sequence
from dataclasses import dataclass

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from outgoing.slides.content import Table
from outgoing.slides.lettering import INCH_POINTS, LINE, lines_of, width_inches

SIZES = (28, 24, 22, 20, 18, 16, 14, 13, 12)  # points, the largest that fits is taken
SMALL = (14, 13, 12)  # of tables that need several slides
BESIDE_TEXT, ABOVE_TEXT = 0.24, 0.12  # inches of a cell that are not text
WIDEST = 1.35  # a small table is not drawn out over the whole slide
GRID_COLUMN = 0.85


@dataclass(frozen=True)
class Sheet:
    """What of a table stands on one slide: rows from first to last, with their heights in inches."""

    first: int
    heights: tuple[float, ...]
    has_total: bool = False


@dataclass(frozen=True)
class Plan:
    """How a table is set: letters in points, widths of its columns, height of the header, one sheet a slide."""

    points: float
    widths: tuple[float, ...]
    header: float
    sheets: tuple[Sheet, ...]


def plan_of(table: Table, width: float, height: float) -> Plan:
    """The largest letters with which a table stands on one slide; else the smallest, on several."""
    for points in SIZES:
        plan = _plan(table, width, height, points)
        if len(plan.sheets) == 1 and sum(plan.widths) <= width + 0.01 and not _is_crowded(table, plan):
            return plan
    return min((_plan(table, width, height, points) for points in SMALL), key=lambda plan: len(plan.sheets))


def _plan(table: Table, width: float, height: float, points: float) -> Plan:
    widths = _widths(table, width, points)
    header = _height(table.titles, widths, points, True)
    rows = [_height(row, widths, points, False) for row in table.rows]
    total = _height(table.total, widths, points, True) if table.total else 0.0
    sheets, first, used = [], 0, header
    for number, row in enumerate(rows):
        last = total if number == len(rows) - 1 else 0.0
        if used + row + last > height and number > first:
            sheets.append(Sheet(first, tuple(rows[first:number])))
            first, used = number, header
        used += row
    sheets.append(Sheet(first, tuple(rows[first:]), has_total=bool(table.total)))
    return Plan(points, widths, header, tuple(sheets))


def _is_crowded(table: Table, plan: Plan) -> bool:
    """Whether numbers are broken into lines, or most of the rows are."""
    many = sum(height > plan.points * LINE / INCH_POINTS * 1.5 + ABOVE_TEXT for height in plan.sheets[0].heights)
    return many > len(table.rows) / 3


def _widths(table: Table, width: float, points: float) -> tuple[float, ...]:
    """As wide as the longest cell; texts give way to each other when that is too much, numbers never."""
    columns = list(zip(*table.rows, table.total or table.rows[0], strict=True))
    needed = [max(width_inches(text, points, True) for text in column) + BESIDE_TEXT for column in columns]
    words = [max(width_inches(word, points, True) for word in title.split()) + BESIDE_TEXT for title in table.titles]
    wished = [max(pair) for pair in zip(needed, words, strict=True)]
    if table.is_grid:
        wished[1:] = [max(GRID_COLUMN, *wished[1:])] * len(wished[1:])
    if sum(wished) <= width:
        titles = [width_inches(title, points, True) + BESIDE_TEXT for title in table.titles]
        roomy = [max(pair) for pair in zip(wished, titles, strict=True)]
        wished = roomy if sum(roomy) <= width else wished
        return tuple(part * min(WIDEST, width / sum(wished)) for part in wished)
    fixed = sum(part for part, is_number in zip(wished, table.are_numbers, strict=True) if is_number)
    texts = sum(wished) - fixed
    share = max((width - fixed) / texts, 0.2) if texts else 1
    given = [part if is_number else part * share for part, is_number in zip(wished, table.are_numbers, strict=True)]
    return tuple(part * min(1, width / sum(given)) for part in given)


def _height(texts: Sequence[str], widths: Sequence[float], points: float, is_bold: bool) -> float:
    lines = max(lines_of(text, part - BESIDE_TEXT, points, is_bold) for text, part in zip(texts, widths, strict=True))
    return lines * points * LINE / INCH_POINTS + ABOVE_TEXT


def add_table(slide, table: Table, plan: Plan, sheet: Sheet, place: Sequence[float], look: dict) -> None:
    """Draw one sheet of a table. place: left and top in inches; look: name and alt of the shape, colours."""
    count = len(sheet.heights)
    height = plan.header + sum(sheet.heights)
    made = slide.shapes.add_table(
        count + 1 + sheet.has_total,
        len(plan.widths),
        *map(Inches, (*place, sum(plan.widths), height)),
    )
    made.name = look["name"]
    made._element.nvGraphicFramePr.cNvPr.set("descr", look["alt"])
    native = made.table
    native.horz_banding = not table.fills
    for column, part in zip(native.columns, plan.widths, strict=True):
        column.width = Inches(part)
    rows = [table.titles, *table.rows[sheet.first : sheet.first + count]]
    heights = [plan.header, *sheet.heights]
    if sheet.has_total:
        rows.append(table.total)
        heights.append(_height(table.total, plan.widths, plan.points, True))
    for number, (texts, tall) in enumerate(zip(rows, heights, strict=True)):
        native.rows[number].height = Inches(tall)
        is_edge = number == 0 or (sheet.has_total and number == count + 1)
        for column, text in enumerate(texts):
            cell = native.cell(number, column)
            fill = look["total"] if is_edge else table.fills.get((sheet.first + number - 1, column))
            _write(cell, text, plan.points, _side(table, column), is_edge, look["paper" if number == 0 else "ink"])
            if fill:
                cell.fill.solid()
                shade = look["head"] if number == 0 else fill
                cell.fill.fore_color.rgb = RGBColor.from_string(shade.lstrip("#"))


def _side(table: Table, column: int) -> PP_ALIGN:
    if table.is_grid and column:
        return PP_ALIGN.CENTER
    return PP_ALIGN.RIGHT if table.are_numbers[column] else PP_ALIGN.LEFT


def _write(cell, text: str, points: float, side: PP_ALIGN, is_bold: bool, ink: str) -> None:
    cell.margin_left = cell.margin_right = Inches(BESIDE_TEXT / 2 - 0.01)
    cell.margin_top = cell.margin_bottom = Inches(ABOVE_TEXT / 2 - 0.01)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.text = text
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = side
    font = paragraph.font
    font.size, font.bold, font.name = Pt(points), is_bold, "Arial"
    font.color.rgb = RGBColor.from_string(ink.lstrip("#"))
