"""Tables of numbers for Word: no word and no number is broken, the heading repeats, no row is torn apart."""

from itertools import groupby
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from outgoing.papers.paper import Column, Figure, Run, Table
from outgoing.papers.typeface import width_mm, writable

SIZES_PT = (12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0)  # the largest in which no word and no number is broken
NOTE_PT = 11
CELL_MM = 1.0  # beside the text of a cell
MOST_ROWS_TOGETHER = 12  # a table of no more rows stands on one page
TWIPS = 1440 / 25.4  # to a millimetre
BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def as_elements(table: Table, most_mm: float) -> list[Element]:
    """The table and the paragraph below it."""
    size, widths = table_layout(table, most_mm)
    twips = [round(width * TWIPS) for width in widths]
    margin = f'w:w="{round(CELL_MM * TWIPS)}" w:type="dxa"'
    rows = [_row(cells, is_head=True) for cells in _heads(table.columns, twips, size)]
    is_short = len(table.rows) <= MOST_ROWS_TOGETHER
    for number, texts in enumerate(table.rows, start=1):
        is_last = number == len(table.rows)
        cells = []
        for text, column, width in zip(texts, table.columns, twips, strict=True):
            look = {
                "align": "right" if column.is_number else "left",
                "keeps": is_short and (not is_last or bool(table.note)),
            }
            look |= {"is_bold": table.has_total and is_last, "is_italic": is_missing(text)}
            cells.append(_cell(_line(str(text), size, **look), width))
        rows.append(_row(cells))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    made = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(twips)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblBorders>{BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar><w:left {margin}/><w:right {margin}/></w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    below = _line(table.note, NOTE_PT if table.note else 6, after=120 if table.note else 0, is_italic=True)
    return [parse_xml(made), parse_xml(below.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1))]


def is_missing(cell: Run) -> bool:
    return isinstance(cell, Figure) and cell.value is None


def _heads(columns: tuple[Column, ...], twips: list[int], size: float) -> list[list[str]]:
    """The heading rows: one, or two where columns stand in groups."""
    top, below = [], []
    look = {"align": "center", "is_bold": True, "keeps": True}
    for group, members in groupby(zip(columns, twips, strict=True), key=lambda member: member[0].group):
        own = list(members)
        titles = [(_line(column.title, size, **look), width) for column, width in own]
        if group:
            span = f'<w:gridSpan w:val="{len(own)}"/>'
            top.append(_cell(_line(group, size, **look), sum(width for _, width in own), span))
            below += [_cell(title, width) for title, width in titles]
        else:
            top += [_cell(title, width, '<w:vMerge w:val="restart"/>') for title, width in titles]
            below += [_cell(_line("", size, **look), width, "<w:vMerge/>") for _, width in titles]
    return [top, below] if any(column.group for column in columns) else [top]


def _row(cells: list[str], *, is_head: bool = False) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * is_head}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(line: str, twips: int, spans: str = "") -> str:
    properties = f'<w:tcW w:w="{twips}" w:type="dxa"/>{spans}<w:vAlign w:val="center"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{line}</w:tc>"


def _line(text: str, size: float, *, align="left", is_bold=False, is_italic=False, keeps=False, after: int = 20) -> str:
    """A paragraph that is written out in full: the styles of the template are the office's."""
    face = f'{"<w:b/>" * is_bold}{"<w:i/>" * is_italic}<w:sz w:val="{round(size * 2)}"/>'
    form = f'<w:spacing w:before="20" w:after="{after}" w:line="240" w:lineRule="auto"/>'
    form += f'<w:ind w:left="0" w:right="0" w:firstLine="0"/><w:jc w:val="{align}"/><w:rPr>{face}</w:rPr>'
    run = f'<w:r><w:rPr>{face}</w:rPr><w:t xml:space="preserve">{escape(writable(text))}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{'<w:keepNext/>' * keeps}{form}</w:pPr>{run}</w:p>"


def table_layout(table: Table, most_mm: float) -> tuple[float, list[float]]:
    """(size of the letters, width of each column in mm): no word or number is broken, what is left goes to words."""
    for size in SIZES_PT:
        least = [_least_mm(number, table, size) for number in range(len(table.columns))]
        if sum(least) <= most_mm:
            break
    wanted = [max(_wanted_mm(number, table, size), low) for number, low in enumerate(least)]
    spare, asked = most_mm - sum(least), sum(wanted) - sum(least)
    share = min(spare / asked, 1) if asked else 0
    widths = [low + (want - low) * share for low, want in zip(least, wanted, strict=True)]
    left = most_mm - sum(widths)  # what nobody needs, and what too narrow a page lacks
    growing = len(widths) - 1 or 1  # all but the first, which counts the rows
    return size, [
        width + (left / growing if number or growing == len(widths) else 0) for number, width in enumerate(widths)
    ]


def _least_mm(number: int, table: Table, size: float) -> float:
    """The longest word of a column."""
    style = "B" if table.has_total else ""
    words = [width_mm(word, size, style) for row in table.rows for word in str(row[number]).split()]
    head = [width_mm(word, size, "B") for word in table.columns[number].title.split()]
    return max(words + head, default=0) + 2 * CELL_MM + 0.4


def _wanted_mm(number: int, table: Table, size: float) -> float:
    """The longest text of a column, as far as it is worth a line of its own."""
    texts = [str(row[number]) for row in table.rows if not is_missing(row[number])]
    return max([width_mm(text, size) for text in texts], default=0) + 2 * CELL_MM + 0.4
