"""Tables of papers as .pdf: their heading repeats on every page, no row is torn apart, numbers stand to the right."""

from fpdf import FPDF
from fpdf.enums import Align, TableCellFillMode, VAlign
from fpdf.fonts import FontFace

from outgoing.papers import paper_layout as layout
from outgoing.papers.paper import Table
from outgoing.papers.typeface import POINT_MM, printable

PADDING_MM = (0.5, layout.CELL_MM)


def draw_table(sheets: FPDF, table: Table) -> None:
    """A table with its caption above and its note below, whole on a page when it is short."""
    size, widths = layout.table_layout(table)
    heads, line = layout.head_rows(table.columns), size * POINT_MM * 1.15
    sheets.keep(together_mm(table))
    sheets.ln(1)
    text = {"left": layout.LEFT_MM, "width": layout.TEXT_MM}
    sheets.text_line(table.caption, layout.NOTE_PT, "B", **text)
    sheets.ln(1)
    sheets.face(size)
    sheets.set_line_width(0.2)
    _draw_rows(sheets, table, widths, heads, line)
    if table.note:
        sheets.ln(0.5)
        sheets.text_line(table.note, layout.RECIPIENT_PT, "I", align="L", **text)
    sheets.ln(3)


def together_mm(table: Table) -> float:
    """How high it is about: all of a short table; of a long one its caption, its head and the first rows."""
    size, _ = layout.table_layout(table)
    rows = len(table.rows) if len(table.rows) <= layout.MOST_ROWS_TOGETHER else 3
    lines = 2 * len(layout.head_rows(table.columns)) + rows  # most heads take two lines
    return 12 + lines * (size * POINT_MM * 1.15 + 2 * PADDING_MM[0])


def _draw_rows(sheets: FPDF, table: Table, widths: list[float], heads: list, line: float) -> None:
    bold, italic = FontFace(emphasis="BOLD"), FontFace(emphasis="ITALICS")
    form = {"col_widths": widths, "width": layout.TEXT_MM, "line_height": line, "padding": PADDING_MM}
    look = {"headings_style": bold, "num_heading_rows": len(heads), "cell_fill_mode": TableCellFillMode.NONE}
    with sheets.table(align=Align.L, v_align=VAlign.M, **form, **look) as made:
        for texts in heads:
            row = made.row()
            for text, width, height in texts:
                row.cell(printable(text), align=Align.C, colspan=width, rowspan=height)
        for number, texts in enumerate(table.rows):
            is_total = table.has_total and number == len(table.rows) - 1
            row = made.row(style=bold if is_total else None)
            for text, column in zip(texts, table.columns, strict=True):
                style = italic if layout.is_missing(text) else None
                row.cell(printable(str(text)), align=Align.R if column.is_number else Align.L, style=style)
