"""Papers as .docx: a Word template of the office (data/reference/templates.py) with the values of papers in it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, time

from docx import Document
from docx.document import Document as Docx
from docx.oxml import OxmlElement
from docx.oxml.exceptions import InvalidXmlError
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from data import reference
from data.reference.tables import Fault
from data.reference.templates import BRACES, CONDITION, FOLDER, TemplateUnusable, sound_template
from outgoing.papers.paper import Paper, Table, Value
from outgoing.papers.tables import as_elements
from outgoing.papers.typeface import writable

TITLE = "Titleline"  # the style of what a paper is called


def as_docx(*papers: Paper) -> bytes:
    """The papers in one file, each on pages of its own."""
    with telling(papers[0].template):
        file = io.BytesIO()
        filled(*papers).save(file)
        return file.getvalue()


@contextmanager
def telling(template: str) -> Iterator[None]:
    """What stands in no file that Word writes is a fault of the template, told as those that a look at it finds."""
    try:
        yield
    except InvalidXmlError as error:
        file = f"{FOLDER}/{template}.docx"
        raise TemplateUnusable(reference.folder(), [Fault("template_unreadable", file, found=str(error))]) from error


def filled(*papers: Paper) -> Docx:
    """The template of the first paper, once for each of them.

    errors: TemplateUnusable
    """
    document = Document(sound_template(reference.folder(), papers[0].template))
    body, end = document.element.body, document.element.body.sectPr
    blank = OxmlElement("w:body")
    for element in body[:-1]:
        blank.append(element)
    _tidy(blank)
    width_mm = (end.page_width - end.left_margin - end.right_margin) / 36000
    for number, paper in enumerate(papers):
        if number:
            section = OxmlElement("w:p")
            section.get_or_add_pPr().append(deepcopy(end))
            end.addprevious(section)
        copy = deepcopy(blank)
        _fill(copy, paper.values, width_mm)
        for element in copy[:]:
            end.addprevious(element)
    for part in document.part.related_parts.values():
        if part.partname.startswith(("/word/header", "/word/footer")):
            _tidy(part.element)
            _fill(part.element, papers[0].values, width_mm)
    _set_properties(document, papers[0])
    return document


def _tidy(place: Element) -> None:
    """What Word puts around text by itself: bookmarks, of which none may be there twice, and controls."""
    for control in list(place.iter(qn("w:sdt"))):
        for node in control.findall(f"{qn('w:sdtContent')}/*"):
            control.addprevious(node)
    for node in list(place.iter(qn("w:sdt"), qn("w:bookmarkStart"), qn("w:bookmarkEnd"))):
        node.getparent().remove(node)


def _set_properties(document: Docx, paper: Paper) -> None:
    about, lines = document.core_properties, []
    for line in document.element.body.p_lst:
        lines += [line.text] if line.style == TITLE else []
        if lines and line.style != TITLE:
            break
    about.title = ": ".join(filter(None, (lines[0] if lines else "", ", ".join(lines[1:])))) or about.title
    about.author = about.last_modified_by = paper.author
    about.created = about.modified = datetime.combine(paper.day, time(12), UTC)


def _fill(place: Element, values: dict[str, Value], width_mm: float) -> None:
    """Every paragraph with its values: left out where one of them is nothing, repeated where one is a list."""
    for line in list(place.iter(qn("w:p"))):
        names = [match[1] for match in BRACES.finditer(_text(line))]
        if not names:
            continue
        if not all(_holds(name, values) for name in names):
            _leave_out(line)
            continue
        table = values[names[0]] if names[0].startswith("table_") else None
        if isinstance(table, Table):
            for element in as_elements(table, width_mm):
                line.addprevious(element)
            line.getparent().remove(line)
            continue
        written = {name: "" if CONDITION.match(name) else values[name] for name in names}
        repeated = next((name for name, value in written.items() if isinstance(value, tuple)), "")
        for item in written[repeated] if repeated else ("",):
            copy = deepcopy(line)
            line.addprevious(copy)
            _write(copy, written | {repeated: item})
        line.getparent().remove(line)


def _text(line: Element) -> str:
    return "".join(node.text or "" for node in line.iter(qn("w:t")))


def _holds(name: str, values: dict[str, Value]) -> bool:
    has_value = values[CONDITION.sub("", name)] not in (None, ())
    return has_value != name.startswith("if_no_")


def _leave_out(line: Element) -> None:
    """A cell keeps its last paragraph, empty."""
    place = line.getparent()
    if place.tag != qn("w:body") and len(place.findall(qn("w:p"))) == 1:
        for run in line.findall(qn("w:r")):
            line.remove(run)
    else:
        place.remove(line)


def _write(line: Element, values: dict[str, object]) -> None:
    """Put values into the text; a placeholder may lie in several runs, its value looks like the first of them."""
    nodes = list(line.iter(qn("w:t")))
    lengths = [len(node.text or "") for node in nodes]
    for match in reversed(list(BRACES.finditer(_text(line)))):
        first = 0
        for node, length in zip(nodes, lengths, strict=True):
            begin, end = max(match.start() - first, 0), min(match.end() - first, length)
            if begin < end:
                value = writable(str(values[match[1]])) if match.start() >= first else ""
                node.text = node.text[:begin] + value + node.text[end:]
                node.set(qn("xml:space"), "preserve")
            first += length
