"""Charts that PowerPoint edits: bars, columns and lines out of the data of an embedded workbook."""

from collections.abc import Sequence
from dataclasses import replace

from pptx.chart.chart import Chart as Native
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.dml.fill import FillFormat
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from ui.outgoing.lettering import width_inches
from ui.outgoing.native_labels import SPACES, draw_labels
from ui.outgoing.pack import BEFORE, BESIDE, STACKED, Chart, Series

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
