"""The paragraph styles of papers as .docx: Times New Roman, sizes and spacing of Decree 30/2020/NĐ-CP."""

from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from outgoing.papers import paper_layout as layout

TYPEFACE = "Times New Roman"
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
PARAGRAPH_PT = 6  # at least, between paragraphs
LINE = 1.15  # allowed: 1 to 1.5 lines


def define(document: Docx, language: str) -> None:
    """Every style that a paper uses; an office changes the look of a whole paper by changing one."""
    normal = document.styles["Normal"]
    _set_face(normal, layout.BODY_PT)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), LANGUAGES[language])
    normal.element.get_or_add_rPr().append(spoken)
    _set(normal, after=0)
    text = {"align": Align.JUSTIFY, "after": PARAGRAPH_PT, "line": LINE}
    _set(_new(document, "Text"), indent=layout.INDENT_MM, **text)
    _set(_new(document, "Note", layout.RECIPIENT_PT, is_italic=True), before=2, after=PARAGRAPH_PT)
    _set(_new(document, "To", is_bold=True), align=Align.CENTER, before=6, after=12)
    for level in (1, 2):
        heading = document.styles[f"Heading {level}"]
        _set_face(heading, layout.BODY_PT, is_bold=True)
        _set(heading, indent=layout.INDENT_MM, before=6, keeps_next=True, **text)
    _set(_new(document, "Title line", layout.TITLE_PT, is_bold=True), align=Align.CENTER, keeps_next=True)
    _set(_new(document, "Line"))
    rule = _new(document, "Rule", 4)
    _set(rule, before=2, after=8)
    _add_border_above(rule)
    _set(
        _new(document, "Caption line", layout.NOTE_PT, is_bold=True),
        align=Align.CENTER,
        before=6,
        after=4,
        keeps_next=True,
    )
    _set(_new(document, "After table", 6))
    room = _new(document, "Room")
    _set(room, after=4)
    room.paragraph_format.tab_stops.add_tab_stop(Mm(layout.TEXT_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    _set(_new(document, "Page number", layout.PAGE_PT), align=Align.CENTER)
    _set(_new(document, "Stamp", layout.STAMP_PT, is_italic=True), align=Align.LEFT)
    for name, align in (("Cell", Align.LEFT), ("Cell number", Align.RIGHT), ("Cell head", Align.CENTER)):
        _set(_new(document, name, layout.NOTE_PT, is_bold=name == "Cell head"), align=align, before=1, after=1)


def dress(line, name: str) -> None:
    """Give a paragraph a style. `paragraph.style =` of python-docx 1.2 looks through all styles each time, which was
    most of the time of a thousand letters."""
    line._p.style = name.replace(" ", "")  # the id that add_style made of the name


def _new(document: Docx, name: str, size: float = layout.BODY_PT, *, is_bold: bool = False, is_italic: bool = False):
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    _set_face(style, size, is_bold=is_bold, is_italic=is_italic)
    return style


def _set_face(style, size: float, *, is_bold: bool = False, is_italic: bool = False) -> None:
    """One typeface for all scripts: the template's theme names others, and those win where they stand."""
    font = style.font
    font.name, font.size, font.bold, font.italic = TYPEFACE, Pt(size), is_bold, is_italic
    font.color.rgb = RGBColor(0, 0, 0)
    names = style.element.rPr.rFonts
    for name in list(names.attrib):
        del names.attrib[name]
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        names.set(qn(f"w:{name}"), TYPEFACE)


def _set(style, *, align=None, before=0, after=0, line=1.0, indent=None, keeps_next=False) -> None:
    form = style.paragraph_format
    form.alignment, form.space_before, form.space_after, form.line_spacing = align, Pt(before), Pt(after), line
    form.first_line_indent = Mm(indent) if indent else None
    form.keep_with_next = keeps_next


def _add_border_above(style) -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:top")
    for name, value in {"val": "single", "sz": "6", "space": "1", "color": "000000"}.items():
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    style.element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )
