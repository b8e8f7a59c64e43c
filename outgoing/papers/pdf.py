"""Papers as .pdf in the form of Decree 30/2020/NĐ-CP: text that can be selected and searched, with its own typeface."""

import logging
from datetime import UTC, datetime, time
from itertools import pairwise

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from fpdf.prefs import ViewerPreferences

from outgoing.papers import paper_layout as layout
from outgoing.papers.paper import MOTTO, NATION, Block, Heading, Paper, Paragraph, Room, Table
from outgoing.papers.pdf_tables import draw_table, together_mm
from outgoing.papers.typeface import FACES, FOLDER, POINT_MM, printable
from outgoing.papers.word_styles import LANGUAGES, LINE, PARAGRAPH_PT

NAME = "Tinos"
GAP_MM = PARAGRAPH_PT * POINT_MM
HEADING_MM, FOLLOWING_MM = 10, 25
# fontTools tells of every table that it leaves out of a subset
logging.getLogger("fontTools.subset").setLevel(logging.ERROR)


def as_pdf(*papers: Paper) -> bytes:
    """The papers in one file, each on pages of its own that are counted from 1."""
    sheets = Sheets()
    sheets.set_title(papers[0].title)
    sheets.set_author(papers[0].author)
    sheets.set_lang(LANGUAGES[papers[0].language])
    sheets.set_creation_date(datetime.combine(papers[0].day, time(12), UTC))
    for paper in papers:
        sheets.begin(paper)
        _draw_paper(sheets, paper)
    return bytes(sheets.output())


class Sheets(FPDF):
    """A4 pages with the number in the middle above, not on a paper's first page, and the stamp below."""

    def __init__(self) -> None:
        super().__init__("portrait", "mm", "A4")
        for style, file in FACES.items():
            self.add_font(NAME, style, FOLDER / file)
        self.set_margins(layout.LEFT_MM, layout.TOP_MM, layout.RIGHT_MM)
        self.set_auto_page_break(True, layout.BOTTOM_MM)
        self.c_margin = 0
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.stamp, self.first_page = "", 1

    def begin(self, paper: Paper) -> None:
        """A new page; the page before still gets its own stamp below."""
        self.first_page = self.page + 1
        self.add_page()
        self.stamp = printable(paper.stamp)

    def header(self) -> None:
        number = self.page - self.first_page + 1
        if number > 1:
            self.face(layout.PAGE_PT)
            self.set_y(10)
            self.cell(0, 6, str(number), align="C")
            self.set_y(layout.TOP_MM)

    def footer(self) -> None:
        self.set_y(-14)
        self.face(layout.STAMP_PT, "I")
        self.cell(0, 4, self.stamp)

    def face(self, size: float, style: str = "") -> None:
        self.set_font(NAME, style, size)

    def line_mm(self, size: float, spacing: float = 1.0) -> float:
        """How high a line of Times New Roman stands."""
        return size * POINT_MM * 1.15 * spacing

    def text_line(
        self, text: str, size: float, style: str = "", *, left: float, width: float, align: str = "C"
    ) -> None:
        """A line of the head or the foot, over several lines where it is too long."""
        self.face(size, style)
        self.set_x(left)
        self.multi_cell(width, self.line_mm(size), printable(text), align=align, new_x=XPos.LEFT, new_y=YPos.NEXT)

    def rule(self, length: float, *, left: float, width: float) -> None:
        """A line of some length in the middle of a width."""
        start, y = left + (width - length) / 2, self.get_y() + 1
        self.set_line_width(0.25)
        self.line(start, y, start + length, y)
        self.set_y(y + 1)

    def keep(self, height: float) -> None:
        """A new page where so much does not fit."""
        if self.will_page_break(height):
            self.add_page()


def _draw_paper(sheets: Sheets, paper: Paper) -> None:
    _draw_head(sheets, paper)
    for line in filter(None, (paper.kind, *paper.subject.split("\n"))):
        sheets.text_line(line, layout.TITLE_PT, "B", left=layout.LEFT_MM, width=layout.TEXT_MM)
    last = paper.subject.split("\n")[-1] or paper.kind
    length = layout.rule_mm(last, layout.TITLE_PT, layout.TITLE_RULE, layout.TEXT_MM)
    sheets.rule(length, left=layout.LEFT_MM, width=layout.TEXT_MM)
    sheets.ln(4)
    if paper.to:
        sheets.text_line(paper.to, layout.BODY_PT, "B", left=layout.LEFT_MM, width=layout.TEXT_MM)
        sheets.ln(4)
    for block, after in pairwise((*paper.blocks, None)):
        if after is None:  # nobody signs an empty page
            sheets.keep(_least_mm(sheets, block) + _foot_mm(sheets, paper))
        elif isinstance(block, Heading):  # a heading stands with what follows
            inner = isinstance(after, Heading)
            sheets.keep(HEADING_MM * (1 + inner) + (FOLLOWING_MM if inner else _least_mm(sheets, after)))
        _draw_block(sheets, block)
    _draw_foot(sheets, paper)


def _draw_block(sheets: Sheets, block: Block) -> None:
    if isinstance(block, Heading):
        sheets.ln(GAP_MM / 2)
        sheets.start_section(printable(block.text), block.level - 1)
        _draw_text(sheets, block.text, "B")
    elif isinstance(block, Paragraph):
        _draw_text(sheets, block.text, "")
    elif isinstance(block, Table):
        draw_table(sheets, block)
    elif isinstance(block, Room):
        _draw_room(sheets, block.lines)


def _draw_text(sheets: Sheets, text: str, style: str) -> None:
    """A paragraph, its first line drawn in, even at both sides."""
    sheets.face(layout.BODY_PT, style)
    with sheets.text_columns(text_align="J", line_height=1.15 * LINE) as column:
        with column.paragraph(first_line_indent=layout.INDENT_MM, wrapmode=WrapMode.WORD) as paragraph:
            paragraph.write(printable(text))
    sheets.ln(GAP_MM)


def _draw_room(sheets: Sheets, lines: int) -> None:
    """Dotted lines: drawn, so that no reader of the text meets a hundred full stops."""
    height = sheets.line_mm(layout.BODY_PT) + 1.5
    sheets.keep(lines * height)
    sheets.set_line_width(0.25)
    sheets.set_dash_pattern(dash=0.25, gap=1.0)
    for _ in range(lines):
        y = sheets.get_y() + height - 1.5
        sheets.line(layout.LEFT_MM, y, layout.LEFT_MM + layout.TEXT_MM, y)
        sheets.set_y(sheets.get_y() + height)
    sheets.set_dash_pattern()
    sheets.ln(GAP_MM / 2)


def _draw_head(sheets: Sheets, paper: Paper) -> None:
    """The office on the left, the nation on the right; each with its line below."""
    top, right = sheets.get_y(), layout.LEFT_MM + layout.HEAD_MM[0]
    office = {"left": layout.LEFT_MM, "width": layout.HEAD_MM[0]}
    nation = {"left": right, "width": layout.HEAD_MM[1]}
    for line in paper.superior:
        size = layout.fitting_pt(line.upper(), layout.HEAD_MM[0], layout.OFFICE_PT, "")
        sheets.text_line(line.upper(), size, **office)
    issuer = paper.issuer.upper()
    size = layout.fitting_pt(issuer, layout.HEAD_MM[0], layout.OFFICE_PT, "B")
    sheets.text_line(issuer, size, "B", **office)
    sheets.rule(layout.rule_mm(issuer, size, layout.OFFICE_RULE, layout.HEAD_MM[0]), **office)
    below = sheets.get_y()
    sheets.set_y(top)
    sheets.text_line(NATION.upper(), layout.NATION_PT, "B", **nation)
    sheets.text_line(MOTTO, layout.MOTTO_PT, "B", **nation)
    sheets.rule(layout.motto_rule_mm(), **nation)
    row = max(below, sheets.get_y()) + 2
    sheets.set_y(row)
    sheets.text_line(paper.number, layout.NUMBER_PT, **office)
    sheets.set_y(row)
    sheets.text_line(paper.place_date, layout.DATE_PT, "I", **nation)
    sheets.ln(5)


def _draw_foot(sheets: Sheets, paper: Paper) -> None:
    """Who receives it on the left, who signs on the right."""
    sheets.ln(2)
    top, right = sheets.get_y(), layout.LEFT_MM + layout.FOOT_MM[0]
    left = {"left": layout.LEFT_MM, "width": layout.FOOT_MM[0], "align": "L"}
    if paper.recipients:
        sheets.text_line(paper.recipients_title, layout.RECIPIENTS_PT, "BI", **left)
        for line in paper.recipient_lines():
            sheets.text_line(line, layout.RECIPIENT_PT, **left)
    sheets.set_y(top)
    for line in layout.signature_lines(paper):
        sheets.text_line(line, layout.SIGNER_PT, "B", left=right, width=layout.FOOT_MM[1])
    sheets.ln(layout.SIGNING_MM + sheets.line_mm(layout.SIGNER_PT))
    sheets.text_line(layout.NAME_LINE, layout.SIGNER_PT, left=right, width=layout.FOOT_MM[1])


def _foot_mm(sheets: Sheets, paper: Paper) -> float:
    signing = layout.SIGNING_MM + (len(paper.signer) + 2) * sheets.line_mm(layout.SIGNER_PT)
    # a long line of the recipients takes two
    return max(signing, (len(paper.recipients) + 2) * sheets.line_mm(layout.RECIPIENT_PT)) + 4


def _least_mm(sheets: Sheets, block: Block) -> float:
    """How much of a block stands together: all lines of a text, a short table or the head of a long one."""
    if isinstance(block, Table):
        return together_mm(block)
    if isinstance(block, Room):
        return block.lines * (sheets.line_mm(layout.BODY_PT) + 1.5)
    sheets.face(layout.BODY_PT)
    lines = (sheets.get_string_width(printable(block.text)) + layout.INDENT_MM) // layout.TEXT_MM + 2
    return lines * sheets.line_mm(layout.BODY_PT, LINE)
