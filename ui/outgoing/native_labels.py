"""What stands at the bars of a native chart: the words of the page, kept beside its data in the embedded workbook."""

import io
from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from pptx.chart.chart import Chart as Native
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from ui.outgoing.lettering import width_inches
from ui.outgoing.pack import STACKED, Chart, Series
from ui.texts import t

SPACES = " ".join(
    f'xmlns:{name}="http://schemas.openxmlformats.org/drawingml/2006/{part}"'
    for name, part in (("c", "chart"), ("a", "main"))
)
C15 = 'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"'
NOTHING_ELSE = "".join(
    f'<c:show{what} val="0"/>' for what in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
)


def draw_labels(native: Native, chart: Chart, limit: float, room: float, points: float, language: str) -> None:
    """The words of the page at each bar, as cells of the embedded workbook ("value from cells"): a number format would
    be written in the way of whichever machine shows it, and fixed words could not be found beside the data."""
    columns = []
    for number, (series, drawn) in enumerate(zip(chart.series, native.plots[0].series, strict=True)):
        if not any(series.labels):
            continue
        columns.append((t("pack.slide.labels", language, series=series.name), series.labels))
        letter = get_column_letter(1 + len(chart.series) + len(columns))
        shown = [_place(chart, series, at, limit, room, points, number) for at in range(len(series.values))]
        _add_labels(
            drawn._element, series.labels, shown, f"Sheet1!${letter}$2:${letter}${len(series.labels) + 1}", points
        )
    _write_beside(native, 1 + len(chart.series), columns)


def _place(chart: Chart, series: Series, at: int, limit: float, room: float, points: float, number: int) -> str:
    """Where a label stands; "" when there is no room for it in its part of a bar."""
    value, label = series.values[at], series.labels[at]
    if value is None or not label:
        return ""
    if chart.together == STACKED:
        return "ctr" if width_inches(label, points) + 0.1 < abs(value) / limit * room else ""
    if chart.form == "lines":
        return "b" if number else "t"
    return "inBase" if value > limit else "outEnd"


def _add_labels(element, texts: Sequence[str], places: Sequence[str], cells: str, points: float) -> None:
    """python-pptx knows no "value from cells"; written as LibreOffice and PowerPoint write it."""
    shown = [(at, escape(text), place) for at, (text, place) in enumerate(zip(texts, places, strict=True)) if place]
    is_inside = any(place == "ctr" for _, _, place in shown)
    letters = f'sz="{points * 100:.0f}" b="{0 if is_inside else 1}"'
    each = "".join(_one_label(at, text, place, cells, letters) for at, text, place in shown)
    paper = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>' if is_inside else "<a:noFill/>"
    look = (
        f"<c:spPr>{paper}<a:ln><a:noFill/></a:ln></c:spPr>"
        f'<c:txPr><a:bodyPr wrap="none"/><a:lstStyle/><a:p><a:pPr><a:defRPr {letters}/></a:pPr>'
        '<a:endParaRPr lang="vi-VN"/></a:p></c:txPr>'
    )
    of_all = _extension("CE6537A1-D6FC-4f65-9D91-7224C49458BB", '<c15:showDataLabelsRange val="1"/>')
    element.find(qn("c:cat")).addprevious(parse_xml(f"<c:dLbls {SPACES}>{each}{look}{NOTHING_ELSE}{of_all}</c:dLbls>"))
    kept = "".join(f'<c:pt idx="{at}"><c:v>{escape(text)}</c:v></c:pt>' for at, text in enumerate(texts) if text)
    cache = f'<c15:dlblRangeCache><c:ptCount val="{len(texts)}"/>{kept}</c15:dlblRangeCache>'
    inside = f"<c15:datalabelsRange><c15:f>{cells}</c15:f>{cache}</c15:datalabelsRange>"
    whole = _extension("02D57815-91ED-43cb-92C2-25804820EDAC", inside)
    element.append(parse_xml(whole.replace("<c:extLst>", f"<c:extLst {SPACES}>", 1)))


def _one_label(at: int, text: str, place: str, cells: str, letters: str) -> str:
    """The text stands in the field too, for programs that know no cells behind labels."""
    key = str(uuid5(NAMESPACE_URL, f"{cells} {at} {text}")).upper()
    inside = '<c15:dlblFieldTable/><c15:showDataLabelsRange val="1"/>'
    return (
        f'<c:dLbl><c:idx val="{at}"/><c:tx><c:rich><a:bodyPr wrap="none"/><a:lstStyle/><a:p>'
        f'<a:fld id="{{{key}}}" type="CELLRANGE"><a:rPr lang="vi-VN" {letters}/><a:pPr/><a:t>{text}</a:t></a:fld>'
        f'<a:endParaRPr lang="vi-VN"/></a:p></c:rich></c:tx><c:dLblPos val="{place}"/>{NOTHING_ELSE}'
        f"{_extension('CE6537A1-D6FC-4f65-9D91-7224C49458BB', inside)}</c:dLbl>"
    )


def _extension(uri: str, inside: str) -> str:
    return f'<c:extLst><c:ext uri="{{{uri}}}" {C15}>{inside}</c:ext></c:extLst>'


def _write_beside(native: Native, after: int, columns: Sequence[tuple[str, Sequence[str]]]) -> None:
    """The labels as columns of the embedded workbook, right of the data."""
    book = native.part.chart_workbook
    workbook = load_workbook(io.BytesIO(book.xlsx_part.blob))
    sheet = workbook.active
    for column, (title, texts) in enumerate(columns, start=after + 1):
        for row, text in enumerate([title, *texts], start=1):
            sheet.cell(row, column, text or None)
    for cell in (cell for row in sheet for cell in row if isinstance(cell.value, str)):
        cell.data_type = "s"  # no text is a formula
    content = io.BytesIO()
    workbook.save(content)
    book.update_from_xlsx_blob(content.getvalue())
