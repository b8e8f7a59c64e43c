"""Papers as .docx in the form of Decree 30/2020/NĐ-CP: real styles, tables, fields, so that an office can write on."""

import io
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, time

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from outgoing.papers import paper_layout as layout
from outgoing.papers import word_styles as styles
from outgoing.papers.paper import MOTTO, NATION, Block, Heading, Paper, Paragraph, Table
from outgoing.papers.typeface import writable
from outgoing.papers.word_tables import add_grid, add_table


def as_docx(*papers: Paper) -> bytes:
    """The papers in one file, each on pages of its own that are counted from 1."""
    document = Document()
    styles.define(document, papers[0].language)
    _set_properties(document, papers[0])
    _set_page(document.sections[0], papers[0])
    body, same, done = document.element.body, Repeated(document), []
    for number, paper in enumerate(papers):
        if number:
            document.add_section(WD_SECTION.NEW_PAGE)
        _add_paper(document, paper, same)
        # what is added looks for its place from the start of the text: a thousand letters are put aside one by one
        done += body[:-1]
        for element in body[:-1]:
            body.remove(element)
    for element in done:
        body[-1].addprevious(element)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_properties(document: Docx, paper: Paper) -> None:
    about = document.core_properties
    about.title, about.author, about.last_modified_by = paper.title, paper.author, paper.author
    about.comments, about.language = "", paper.language
    about.created = about.modified = datetime.combine(paper.day, time(12), UTC)


def _set_page(section, paper: Paper) -> None:
    """A4; the number of the page in the middle above, not on the first one; the moment of the numbers below."""
    section.page_width, section.page_height = (Mm(side) for side in layout.PAGE_MM)
    section.top_margin, section.bottom_margin = Mm(layout.TOP_MM), Mm(layout.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(layout.LEFT_MM), Mm(layout.RIGHT_MM)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    counting = OxmlElement("w:pgNumType")
    counting.set(qn("w:start"), "1")
    section._sectPr.insert_element_before(counting, "w:cols", "w:titlePg", "w:docGrid")
    top = section.header.paragraphs[0]
    styles.dress(top, "Page number")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    top._p.append(field)
    for footer in (section.first_page_footer, section.footer):
        styles.dress(footer.paragraphs[0], "Stamp")
        footer.paragraphs[0].add_run(writable(paper.stamp))


class Repeated:
    """Heads and feet are the same in a thousand letters: made once, then copied."""

    def __init__(self, document: Docx):
        self.document, self.made = document, {}

    def add(self, make: Callable[[Docx, Paper], None], paper: Paper) -> None:
        said = replace(paper, blocks=(), subject="", to="")
        key = (make.__name__, said)
        body = self.document.element.body
        if key in self.made:
            body.sectPr.addprevious(deepcopy(self.made[key]))
            return
        before = len(body)
        make(self.document, paper)
        self.made[key] = body[before - 1]  # the table, before the properties of the section


def _add_paper(document: Docx, paper: Paper, same: Repeated) -> None:
    same.add(_add_head, paper)
    for number, line in enumerate(filter(None, (paper.kind, *paper.subject.split("\n")))):
        document.add_paragraph(writable(line), style="Title line").paragraph_format.space_before = Pt(
            0 if number else 12
        )
    last = paper.subject.split("\n")[-1] or paper.kind
    _add_rule(document, layout.rule_mm(last, layout.TITLE_PT, layout.TITLE_RULE, layout.TEXT_MM), layout.TEXT_MM)
    if paper.to:
        _add_text(document, paper.to, "To")
    for block in paper.blocks:
        last = _add_block(document, block)
    last.paragraph_format.keep_with_next = True  # nobody signs an empty page
    same.add(_add_foot, paper)


def _add_text(place, text: str, style: str):
    line = place.add_paragraph(writable(text))
    styles.dress(line, style)
    return line


def _add_block(document: Docx, block: Block):
    """The last paragraph of what was added."""
    if isinstance(block, Heading):
        return _add_text(document, block.text, f"Heading {block.level}")
    if isinstance(block, Paragraph):
        return _add_text(document, block.text, "Text")
    if isinstance(block, Table):
        return add_table(document, block)
    for _ in range(block.lines):
        last = document.add_paragraph("\t")
        styles.dress(last, "Room")
    return last


def _add_head(document: Docx, paper: Paper) -> None:
    """The office on the left, the nation on the right; each with its line below."""
    (office, nation), (number, day) = add_grid(document, layout.HEAD_MM, 2)
    room = layout.HEAD_MM[0]
    for line in paper.superior:
        size = layout.fitting_pt(line.upper(), room, layout.OFFICE_PT, "")
        _add_line(office, line.upper(), size)
    issuer = paper.issuer.upper()
    size = layout.fitting_pt(issuer, room, layout.OFFICE_PT, "B")
    _add_line(office, issuer, size, is_bold=True)
    _add_rule(office, layout.rule_mm(issuer, size, layout.OFFICE_RULE, room), room)
    _add_line(nation, NATION.upper(), layout.NATION_PT, is_bold=True)
    _add_line(nation, MOTTO, layout.MOTTO_PT, is_bold=True)
    _add_rule(nation, layout.motto_rule_mm(), layout.HEAD_MM[1])
    _add_line(number, paper.number, layout.NUMBER_PT)
    _add_line(day, paper.place_date, layout.DATE_PT, is_italic=True)


def _add_foot(document: Docx, paper: Paper) -> None:
    """Who receives it on the left, who signs on the right; on one page."""
    ((left, right),) = add_grid(document, layout.FOOT_MM, 1)
    if paper.recipients:
        _add_line(left, paper.recipients_title, layout.RECIPIENTS_PT, is_bold=True, is_italic=True, align=Align.LEFT)
        for line in paper.recipient_lines():
            _add_line(left, line, layout.RECIPIENT_PT, align=Align.LEFT)
    for line in layout.signature_lines(paper):
        _add_line(right, line, layout.SIGNER_PT, is_bold=True)
    _add_line(right, "", layout.SIGNER_PT).paragraph_format.space_before = Mm(layout.SIGNING_MM)
    _add_line(right, layout.NAME_LINE, layout.SIGNER_PT)


def _add_line(place, text: str, size: float, *, is_bold=False, is_italic=False, align=Align.CENTER):
    """A line of the head or the foot, in the first empty paragraph of its cell or a new one."""
    known = place.paragraphs
    line = known[0] if len(known) == 1 and not known[0].text else place.add_paragraph()
    styles.dress(line, "Line")
    line.alignment = align
    run = line.add_run(writable(text))
    run.font.size, run.bold, run.italic = Pt(size), is_bold or None, is_italic or None
    return line


def _add_rule(place, length_mm: float, room_mm: float) -> None:
    """A line of some length in the middle: an empty paragraph, drawn in at both sides, with a border above."""
    rule = _add_text(place, "", "Rule")
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = Mm((room_mm - length_mm) / 2)
