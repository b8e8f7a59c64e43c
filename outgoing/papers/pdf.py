"""Papers as .pdf: the filled Word document drawn on pages, as text that can be searched, with a typeface of its own.

Drawn is what papers have: paragraphs, tables, heads and feet of pages; data/reference/templates.py refuses the rest.
"""

import logging

from docx.document import Document as Docx
from docx.oxml.ns import qn
from docx.oxml.section import CT_SectPr
from docx.oxml.xmlchemy import BaseOxmlElement as Element
from fpdf import FPDF
from fpdf.prefs import ViewerPreferences

from outgoing.papers.boxes import FACE, Box, paragraph_boxes, table_boxes
from outgoing.papers.looks import Looks
from outgoing.papers.paper import Paper
from outgoing.papers.typeface import FACES, FOLDER
from outgoing.papers.word import filled, telling

EMU_MM = 36_000
# fontTools tells of every table that it leaves out of a subset
logging.getLogger("fontTools.subset").setLevel(logging.ERROR)


def as_pdf(*papers: Paper) -> bytes:
    """The papers in one file, as they stand in the Word file.

    errors: TemplateUnusable
    """
    with telling(papers[0].template):
        document = filled(*papers)
        sheets, elements = Sheets(document), []
        for element in document.element.body:
            end = element if isinstance(element, CT_SectPr) else element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
            if end is None or element is not end and "".join(element.itertext()):
                elements.append(element)
            if end is not None:
                sheets.add_section(end, elements)
                elements = []
        return bytes(sheets.output())


class Sheets(FPDF):
    """The pages of a document."""

    def __init__(self, document: Docx) -> None:
        super().__init__("portrait", "mm", "A4")
        for style, file in FACES.items():
            self.add_font(FACE, style, FOLDER / file)
        self.set_auto_page_break(False)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        about, self.looks = document.core_properties, Looks(document)
        self.set_title(about.title)
        self.set_author(about.author)
        self.set_lang(str(self.looks.of_style(self.looks.normal).get("lang", "vi-VN")))
        self.set_creation_date(about.created)
        self.parts = {
            name: part.element for name, part in document.part.related_parts.items() if hasattr(part, "element")
        }
        self.named: dict[tuple[str, str], str] = {}  # (header or footer, of which pages) -> its part
        self.number, self.level = 0, -1

    def add_section(self, section: CT_SectPr, elements: list[Element]) -> None:
        """A section on pages of its own."""
        self.section = section
        for name in ("header", "footer"):
            for named in section.findall(qn(f"w:{name}Reference")):
                self.named[name, named.get(qn("w:type"))] = named.get(qn("r:id"))
        start = section.xpath("w:pgNumType/@w:start")
        self.number = int(start[0]) - 1 if start else self.number
        self.left, self.top = section.left_margin / EMU_MM, section.top_margin / EMU_MM
        self.bottom = (section.page_height - section.bottom_margin) / EMU_MM
        self._add_sheet(is_first=True)
        boxes = self._boxes(elements)
        for number, box in enumerate(boxes):
            self._place(box, _together(boxes, number))

    def mark_section(self, title: str, level: int) -> None:
        """A heading in the outline, at most one level below the one before."""
        self.level = min(level, self.level + 1)
        self.start_section(title, self.level)

    def _boxes(self, elements: list[Element]) -> list[Box]:
        width = (self.section.page_width - self.section.right_margin) / EMU_MM - self.left
        boxes: list[Box] = []
        for element in elements:
            if element.tag == qn("w:p"):
                boxes += paragraph_boxes(element, self.looks, width, self.number)
            elif element.tag == qn("w:tbl"):
                boxes += table_boxes(element, self.looks, width)
        return boxes

    def _place(self, box: Box, together: float) -> None:
        """Draws a box where the one before ended, or on a new page where it and what it keeps with do not fit."""
        left, whole = self.bottom - self.at, self.bottom - self.begun
        is_full = left < box.height - 0.01 or left < together - 0.01 and together <= whole
        if self.at > self.begun and (is_full or box.starts_page):
            self._add_sheet()
            if box.head:
                box.head.draw(self, self.left, self.at)
                self.at += box.head.height
        box.draw(self, self.left, self.at)
        self.at += box.height

    def _add_sheet(self, *, is_first: bool = False) -> None:
        """A page with its head and its foot."""
        self.add_page(format=(self.section.page_width / EMU_MM, self.section.page_height / EMU_MM))
        self.number += 1
        kind = "first" if is_first and self.section.titlePg_val else "default"
        head, foot = (self._boxes(self._lines(name, kind)) for name in ("header", "footer"))
        at = (self.section.header or 0) / EMU_MM
        for box in head:
            box.draw(self, self.left, at)
            at += box.height
        self.at = self.begun = max(self.top, at)
        at = (self.section.page_height - (self.section.footer or 0)) / EMU_MM - sum(box.height for box in foot)
        for box in foot:
            box.draw(self, self.left, at)
            at += box.height

    def _lines(self, name: str, kind: str) -> list[Element]:
        part = self.parts.get(self.named.get((name, kind), ""))
        return [] if part is None else list(part)


def _together(boxes: list[Box], number: int) -> float:
    """How high a box is with those that stand on its page."""
    height = boxes[number].height
    while boxes[number].keeps and number + 1 < len(boxes):
        number += 1
        height += boxes[number].height
    return height
