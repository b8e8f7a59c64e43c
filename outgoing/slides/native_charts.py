"""Charts that PowerPoint edits: bars, columns and lines out of the data of an embedded workbook."""

import io
from collections.abc import Sequence
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from pptx.chart.chart import Chart as Native
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.dml.fill import FillFormat
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from outgoing.slides.content import BEFORE, BESIDE, STACKED, Chart, Series
from outgoing.slides.lettering import width_inches
from words.texts import t

TYPES = {
    ("bars", BESIDE): XL_CHART_TYPE.BAR_CLUSTERED,
    ("bars", BEFORE): XL_CHART_TYPE.BAR_CLUSTERED,
    ("bars", STACKED): XL_CHART_TYPE.BAR_STACKED,
    ("columns", BESIDE): XL_CHART_TYPE.COLUMN_CLUSTERED,
    ("columns", BEFORE): XL_CHART_TYPE.COLUMN_CLUSTERED,
    ("lines", BESIDE): XL_CHART_TYPE.LINE_MARKERS,
}
LARGEST, SMALLEST = 16, 11  # points of the letters
NAMES_SHARE = 0.44  # of the width, at most, for the names of the bars
LEGEND_INCHES = 0.42
FEW = 4  # so few columns would be as wide as walls


def color(text: str) -> RGBColor:
    return RGBColor.from_string(text.lstrip("#"))


def bars_of(chart: Chart) -> float:
    """How many bars lie below each other; those of one name lie closer than others."""
    return len(chart.categories) * (1 + 0.6 * (len(chart.series) - 1) if chart.together == BESIDE else 1)


def has_legend(chart: Chart) -> bool:
    """A series of many colours has no one that a legend could show; a single one needs none."""
    return len(chart.series) > 1 and all(len(series.colors) == 1 for series in chart.series)


def names_inches(chart: Chart, width: float, height: float) -> float:
    """The room that the names of its bars need, beside a chart of this size."""
    points = _letters(chart, height)[0]
    return min(max(width_inches(name, points) for name in chart.categories) + 0.25, width * NAMES_SHARE)


def part_of(chart: Chart, places: slice) -> Chart:
    """Some of the bars of a chart that is too long for one slide."""

    def of(series: Series) -> Series:
        colors = series.colors[places] if len(series.colors) > 1 else series.colors
        return replace(series, values=series.values[places], labels=series.labels[places], colors=colors)

    return replace(chart, categories=chart.categories[places], series=tuple(map(of, chart.series)))


def add_chart(slide, chart: Chart, whole: Chart, place: Sequence[float], look: dict) -> None:
    """Draw a chart on a slide.

    whole: the chart of which this is a part, for one scale; place: left, top, width, height in inches;
    look:  name (of the shape), alt (what it is, for those who do not see it), ink, language, and names: the inches that
           the names of the bars take, the same for all charts of a slide
    """
    data = CategoryChartData(number_format="General")
    data.categories = chart.categories
    for series in chart.series:
        data.add_series(series.name, series.values)
    frame = slide.shapes.add_chart(TYPES[chart.form, chart.together], *map(Inches, place), data)
    frame.name = look["name"]
    frame._element.nvGraphicFramePr.cNvPr.set("descr", look["alt"])
    native, (_, _, width, height) = frame.chart, place
    name_points, points = _letters(chart, height)
    native.font.size, native.font.name, native.font.color.rgb = Pt(name_points), "Arial", color(look["ink"])
    native.has_title = False
    _draw_legend(native, chart)
    names = look["names"]
    limit = _limit(whole, width - names, points)
    _draw_axes(native, chart, limit, look["ink"])
    for series, drawn in zip(chart.series, native.plots[0].series, strict=True):
        _draw_series(drawn, series, chart.form)
    if chart.form == "bars":
        legend = LEGEND_INCHES if native.has_legend else 0
        _lay_out(native, names / width, 1 - legend / height)
    draw_labels(native, chart, limit, width - names, points, look["language"])


def _letters(chart: Chart, height: float) -> tuple[float, float]:
    """(points of the names, points of what stands at the bars)."""
    if chart.form != "bars":
        return LARGEST, LARGEST
    each = (height - 0.1) / max(len(chart.categories), 1)
    bars = len(chart.series) if chart.together == BESIDE else 1
    return _within(each * 72 * 0.62), _within(each * 72 * 0.66 / bars)


def _within(points: float) -> float:
    return min(LARGEST, max(SMALLEST, round(points)))


def _limit(chart: Chart, room: float, points: float) -> float:
    """The end of the value axis: behind the longest bar there is room for what stands at it."""
    if chart.percent:
        return 115.0
    rows = zip(*(series.values for series in chart.series), strict=True)
    if chart.together == STACKED:
        return max((sum(v or 0 for v in row) for row in rows), default=0) * 1.02 or 1
    found = [0.0]
    for series in chart.series:
        for value, label in zip(series.values, series.labels or [""] * len(series.values), strict=True):
            if value is None or (chart.longest is not None and value > chart.longest):
                continue
            taken = (width_inches(label, points, True) + 0.15) / room if chart.form == "bars" else 0.1
            found.append(value / (1 - min(taken, 0.7)))
    return max(found) or 1


def _draw_legend(native: Native, chart: Chart) -> None:
    native.has_legend = has_legend(chart)
    if native.has_legend:
        native.legend.position, native.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False


def _draw_axes(native: Native, chart: Chart, limit: float, ink: str) -> None:
    names, values = native.category_axis, native.value_axis
    lowest = min([0.0, *(v for series in chart.series for v in series.values if v is not None)])
    values.maximum_scale, values.minimum_scale = limit, lowest * 1.15
    values.has_major_gridlines = chart.percent
    values.visible = chart.percent
    if chart.percent:
        values.major_unit, values.tick_labels.number_format = 25, '0"%"'
        values.tick_labels.number_format_is_linked = False
        values.major_gridlines.format.line.color.rgb = values.format.line.color.rgb = color("#D5DCE3")
    names.major_tick_mark, names.tick_label_position = XL_TICK_MARK.NONE, XL_TICK_LABEL_POSITION.LOW
    names.format.line.color.rgb = color(ink)
    names.has_major_gridlines = False
    plot = native.plots[0]
    if chart.form == "bars":
        names.reverse_order = True  # the first name on top
    if chart.form != "lines":
        plot.gap_width = 35 if chart.form == "bars" else 60 if len(chart.categories) > FEW else 250
        plot.overlap = 0 if chart.together == BESIDE else 100
    plot.vary_by_categories = False


def _draw_series(drawn, series: Series, form: str) -> None:
    if form == "lines":
        drawn.smooth = False
        drawn.format.line.width, drawn.format.line.color.rgb = Pt(3), color(series.colors[0])
        drawn.format.line.dash_style = MSO_LINE.DASH if series.is_square else MSO_LINE.SOLID
        drawn.marker.style = XL_MARKER_STYLE.SQUARE if series.is_square else XL_MARKER_STYLE.CIRCLE
        drawn.marker.size = 9
        _fill(drawn.marker.format.fill, series.colors[0], False)
        return
    drawn.invert_if_negative = False
    if len(series.colors) == 1:
        _fill(drawn.format.fill, series.colors[0], series.is_hatched)
        drawn.format.line.color.rgb, drawn.format.line.width = color("#8A949E"), Pt(0.75)
        return
    for number, (value, shade) in enumerate(zip(series.values, series.colors, strict=True)):
        if value is not None:
            _fill(drawn.points[number].format.fill, shade, series.is_hatched)
            # a point with a look of its own says for itself that it does not turn white below zero
            own = drawn._element.get_or_add_dPt_for_point(number)
            own.find(qn("c:idx")).addnext(parse_xml(f'<c:invertIfNegative {SPACES} val="0"/>'))


def _fill(fill: FillFormat, shade: str, is_hatched: bool) -> None:
    if not is_hatched:
        fill.solid()
        fill.fore_color.rgb = color(shade)
        return
    fill.patterned()
    fill.pattern = MSO_PATTERN.DARK_UPWARD_DIAGONAL
    fill.fore_color.rgb, fill.back_color.rgb = color(shade), color("#FFFFFF")


def _lay_out(native: Native, left: float, height: float) -> None:
    """Bars of several charts begin on one line, below each other."""
    area = native._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    places = {"x": left, "y": 0.01, "w": 0.995 - left, "h": height - 0.02}
    inside = "".join(f'<c:{name} val="{value:.4f}"/>' for name, value in places.items())
    modes = '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
    area.insert(0, parse_xml(f"<c:layout {SPACES}><c:manualLayout>{modes}{inside}</c:manualLayout></c:layout>"))


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
