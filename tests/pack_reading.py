"""What stands in the four files of a meeting pack, read back with other programs than those that wrote it."""

import io
import re
import shutil
import subprocess
from dataclasses import dataclass, field

from docx import Document
from openpyxl import load_workbook
from pptx import Presentation
from pptx.oxml.ns import qn

C15 = "{http://schemas.microsoft.com/office/drawing/2012/chart}"


@dataclass
class DrawnChart:
    """A chart as it lies in the file: its data, the same in the embedded workbook, and what stands at its bars."""

    number: int
    categories: list[str]
    series: dict[str, list[float | None]]
    workbook: dict[str, list[float | None]]
    labels: dict[str, list[str]]
    beside: dict[str, list[str]]  # the labels as the embedded workbook has them


@dataclass
class Slide:
    """texts: name of the shape -> its paragraphs; charts and tables by the key of their figure."""

    title: str
    notes: str
    texts: dict[str, list[str]] = field(default_factory=dict)
    charts: list[tuple[str, DrawnChart]] = field(default_factory=list)
    tables: list[tuple[str, list[list[str]]]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def slides_of(content: bytes) -> list[Slide]:
    return [_slide(slide) for slide in Presentation(io.BytesIO(content)).slides]


def _slide(slide) -> Slide:
    found = Slide(
        slide.shapes.title.text_frame.text, slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""
    )
    for shape in slide.shapes:
        if shape.has_chart:
            _, key, number, _ = shape.name.split(" ")
            found.charts.append((key, _chart(shape.chart, int(number))))
        elif shape.has_table:
            cells = [[cell.text_frame.text for cell in row.cells] for row in shape.table.rows]
            found.tables.append((shape.name.split(" ")[1], cells))
        elif shape.has_text_frame:
            found.texts[shape.name] = [paragraph.text for paragraph in shape.text_frame.paragraphs]
        else:
            found.links.append(shape.click_action.hyperlink.address)
    return found


def _chart(chart, number: int) -> DrawnChart:
    plot = chart.plots[0]
    sheet = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    columns = {column[0].value: [cell.value for cell in column[1:]] for column in sheet.iter_cols(min_col=2)}
    series = {one.name: list(one.values) for one in plot.series}
    made = DrawnChart(number, [str(name) for name in plot.categories], series, {}, {}, {})
    made.workbook = {name: columns[name] for name in series}
    named = [cell.value for cell in next(sheet.iter_cols(min_col=1, max_col=1))[1:]]
    assert named == made.categories
    for one in plot.series:
        made.labels[one.name], column = _labels(one._element, len(made.categories))
        if column:
            cells = [sheet[f"{column}{row}"].value for row in range(2, 2 + len(named))]
            made.beside[one.name] = [value or "" for value in cells]
    return made


def _labels(element, count: int) -> tuple[list[str], str]:
    """(what stands at each bar, the column of the embedded workbook that it is taken from)."""
    shown, kept = [""] * count, [""] * count
    for label in element.iter(qn("c:dLbl")):
        shown[int(label.find(qn("c:idx")).get("val"))] = "".join(text.text for text in label.iter(qn("a:t")))
    cells = element.find(f".//{C15}datalabelsRange/{C15}f")
    if cells is None:
        return shown, ""
    for point in element.find(f".//{C15}dlblRangeCache").iter(qn("c:pt")):
        kept[int(point.get("idx"))] = point.find(qn("c:v")).text
    assert all(one in ("", other) for one, other in zip(shown, kept, strict=True))
    return kept, re.fullmatch(r"Sheet1!\$([A-Z]+)\$2:.*", cells.text)[1]


def tables_of(content: bytes) -> dict[str, list[list]]:
    """Sheet -> its rows, with the numbers that were kept beside the formulas."""
    book = load_workbook(io.BytesIO(content), data_only=True)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


def words_of_docx(content: bytes) -> list[str]:
    """Every word of the paper, in the order in which it is read."""
    document, found = Document(io.BytesIO(content)), []
    for text in document.element.body.iter(qn("w:t"), qn("w:p"), qn("w:br")):
        found.append(text.text if text.tag == qn("w:t") else " ")
    return "".join(part or "" for part in found).split()


def feet_of_docx(content: bytes) -> str:
    sections = Document(io.BytesIO(content)).sections
    places = [place for section in sections for place in (section.footer, section.first_page_footer)]
    return "\n".join(paragraph.text for place in places for paragraph in place.paragraphs)


def pages_of_pdf(content: bytes) -> list[str]:
    """The text of each page, as a reader would copy it."""
    program = shutil.which("pdftotext")
    assert program, "pdftotext (poppler-utils) is needed for this test"
    made = subprocess.run([program, "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return made.stdout.decode("utf-8").rstrip("\f").split("\f")
