"""Tables of papers as .docx: their heading repeats on every page, no row is torn apart, numbers stand to the right."""

from docx.document import Document as Docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell

from outgoing.papers import paper_layout as layout
from outgoing.papers.paper import Run, Table
from outgoing.papers.typeface import writable
from outgoing.papers.word_styles import dress


def add_grid(document: Docx, widths_mm: tuple[float, ...], rows: int) -> list[list[_Cell]]:
    """A table without lines that only puts things side by side."""
    made = _new(document, rows, list(widths_mm))
    for row in made.rows:
        _keep_whole(row)
    return [list(row.cells) for row in made.rows]


def add_table(document: Docx, table: Table):
    """A table with its caption above; out: the paragraph below it."""
    dress(document.add_paragraph(writable(table.caption)), "Caption line")
    size, widths = layout.table_layout(table)
    heads = layout.head_rows(table.columns)
    made = _new(document, len(heads) + len(table.rows), widths, has_lines=True)
    rows = list(made.rows)
    _write_heads(rows[: len(heads)], heads, size)
    for number, (row, texts) in enumerate(zip(rows[len(heads) :], table.rows, strict=True)):
        is_total = table.has_total and number == len(table.rows) - 1
        _keep_whole(row)
        for cell, text, column in zip(row.cells, texts, table.columns, strict=True):
            _write(cell, text, size, "Cell number" if column.is_number else "Cell", is_bold=is_total)
    if len(table.rows) <= layout.MOST_ROWS_TOGETHER:
        for row in rows[:-1]:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
    below = document.add_paragraph(writable(table.note))
    dress(below, "Note" if table.note else "After table")
    return below


def _new(document: Docx, rows: int, widths_mm: list[float], *, has_lines: bool = False):
    made = document.add_table(rows, len(widths_mm))
    if has_lines:
        made._tbl.tblStyle_val = "TableGrid"  # as in word_styles.dress: by its id, without looking for it
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(made.columns, widths_mm, strict=True):
        column.width = Mm(width)  # LibreOffice goes by the columns, Word by the cells
    for row in made._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths_mm, strict=True):
            cell.width = Mm(width)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(Mm(layout.CELL_MM if has_lines else 0) / 635)))  # in twentieths of a point
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    made._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    return made


def _write_heads(rows: list, heads: list[list[tuple[str, int, int]]], size: float) -> None:
    """The heading rows, with cells over several columns or rows."""
    taken: set[tuple[int, int]] = set()
    for y, (row, texts) in enumerate(zip(rows, heads, strict=True)):
        _keep_whole(row)
        repeats = OxmlElement("w:tblHeader")
        row._tr.get_or_add_trPr().append(repeats)
        free = [x for x in range(len(row.cells)) if (y, x) not in taken]
        for text, width, height in texts:
            x, free = free[0], free[width:]
            taken |= {(y + below, x + right) for below in range(height) for right in range(width)}
            cell = row.cells[x]
            if width > 1 or height > 1:
                cell = cell.merge(rows[y + height - 1].cells[x + width - 1])
            _write(cell, text, size, "Cell head", is_bold=True)
            cell.vertical_alignment = 1  # in the middle


def _write(cell: _Cell, text: Run, size: float, style: str, *, is_bold: bool) -> None:
    line = cell.paragraphs[0]
    dress(line, style)
    run = line.add_run(writable(str(text)))
    run.font.size, run.bold = Pt(size), is_bold or None
    if layout.is_missing(text):
        run.italic = True


def _keep_whole(row) -> None:
    """A row stays on one page."""
    whole = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(whole)
