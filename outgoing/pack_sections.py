"""Which figures of each screen a meeting sees on slides, and how a figure of a page becomes plain data."""

from collections.abc import Iterable
from html import unescape
from re import sub

from metrics.measures import MEASURES
from outgoing import pack_charts
from outgoing.slides.content import Chart, Section, SlideFigure, Table
from report import exports, rows_behind
from report.charts.heatmap import COLORS, LEGEND, SIGNS, URGENT
from report.figure import SIGNS as MARKS
from report.figure import Figure
from report.figures import progress, reports
from report.registry import PAGES, figures
from report.sentences import coverage
from report.view import View
from words import names, numbers
from words.texts import language, t

PLACES = ["site_type", "site_commune"]  # the name of a site says both


def sections(view: View) -> tuple[Section, ...]:
    """The screens in the order of the navigation; what has no row has no slide."""
    if view.source.is_empty:
        return ()
    found = []
    for page in PAGES:
        shown = figures(view, "on_slides", page)
        of_page = [SLIDES.get(entry.code, _as_table)(figure, choice, view) for entry, choice, figure in shown]
        of_page = tuple(slide for slide in of_page if len(slide.frame))
        if of_page:
            found.append(Section(t(f"frame.nav.{page}"), of_page))
    return tuple(found)


# one figure
def slide_of(
    figure: Figure, view: View, charts: Iterable[Chart] = (), note: str = "", table: Table | None = None
) -> SlideFigure:
    """A figure of a page; without charts as its table."""
    charts = tuple(charts)
    lines = [*figure.note.split("  \n"), note]
    return SlideFigure(
        key=figure.key,
        title=figure.title,
        meaning=figure.meaning,
        frame=figure.frame,
        addresses={place: address.text() for place, address in figure.addresses().items()},
        subject=figure.subject,
        coverage=coverage.sentence(view, figure.kinds, figure.coverage),
        note=tuple(line for line in lines if line),
        charts=charts,
        table=table or (None if charts else table_of(figure)),
    )


def table_of(figure: Figure, without: Iterable[str] = ()) -> Table:
    """The table as the page writes it: names, numbers, signs at what is marked, the last row; no small lines."""
    frame = figure.frame.drop(columns=list(without))
    frame = frame[[column for column in frame if not (len(frame) and isinstance(frame[column].iloc[0], tuple))]]
    titles, rows, are_numbers = exports.shown(frame, language())
    for (number, column), (kind, _) in figure.marks.items():
        if column in frame:
            place = frame.columns.get_loc(column)
            rows[number][place] = f"{MARKS[kind]} {rows[number][place]}"
    total = [figure.total.get(column, "") for column in frame]
    if any(total) and not total[0]:
        total[0] = names.field("sum")
    shown = tuple(total) if any(total) and len(frame) > 1 else ()
    return Table(tuple(titles), tuple(map(tuple, rows)), tuple(are_numbers), shown)


# what stands on a slide in place of the table
def _as_table(figure: Figure, choice: str, view: View) -> SlideFigure:
    return slide_of(figure, view)


def _by_week(figure: Figure, code: str, view: View) -> SlideFigure:
    return slide_of(figure, view, pack_charts.by_week(figure, names.number(code), MEASURES[code].unit))


def _by_commune(figure: Figure, code: str, view: View) -> SlideFigure:
    charts = pack_charts.by_commune(figure, view.communes, names.number(code), MEASURES[code].unit)
    longest, values = charts[0].longest, charts[0].series[0].values
    is_cut = longest is not None and max(value for value in values if value is not None) > longest
    return slide_of(figure, view, charts, note=t("pack.slide.cut", name=names.commune(None)) if is_cut else "")


def _by_good(figure: Figure, choice: str, view: View) -> SlideFigure:
    return slide_of(figure, view, pack_charts.by_good(figure))


def _targets(figure: Figure, code: str, view: View) -> SlideFigure:
    line = unescape(sub(r"<[^>]+>", "", progress.line(code, view)))
    return slide_of(figure, view, pack_charts.against_targets(figure, progress.unit_of(code)), note=line)


def _stock(figure: Figure, choice: str, view: View) -> SlideFigure:
    return slide_of(figure, view, pack_charts.in_and_out(figure), table=table_of(figure))


def _categories(figure: Figure, code: str, view: View) -> SlideFigure:
    return slide_of(figure, view, pack_charts.by_category(figure, names.number(code), MEASURES[code].unit))


def _sites(figure: Figure, choice: str, view: View) -> SlideFigure:
    return slide_of(figure, view, pack_charts.since_visit(figure), table=table_of(figure, without=PLACES))


def _covered(figure: Figure, place: str, view: View) -> SlideFigure:
    return slide_of(figure, view, pack_charts.covered(figure, place))


def _reports_week(figure: Figure, choice: str, view: View) -> SlideFigure:
    return slide_of(figure, view, pack_charts.reports_by_week(figure))


def _reports_so_far(figure: Figure, choice: str, view: View) -> SlideFigure:
    return slide_of(figure, view, pack_charts.reports_so_far(figure))


def _map(figure: Figure, choice: str, view: View) -> SlideFigure:
    """Communes down, weeks across, each cell with the sign and the colour of its report."""
    status = reports.latest(rows_behind.status_of(view))
    weeks = sorted(status["week_start_date"].unique())
    codes = [code for code in view.communes if status["commune"].eq(code).any()]
    cells, fills = {}, {}
    for row in status.to_dict("records"):
        if row["commune"] in codes:
            place = codes.index(row["commune"]), 1 + weeks.index(row["week_start_date"])
            cells[place] = SIGNS[row["status"]] + (URGENT if row["has_urgent"] else "")
            fills[place] = COLORS[row["status"]]
    rows = tuple(
        (names.commune(code), *(cells.get((line, column + 1), "") for column in range(len(weeks))))
        for line, code in enumerate(codes)
    )
    titles = (names.field("commune"), *(numbers.week_short(week, language()) for week in weeks))
    legend = [f"{SIGNS[code]} {t(f'reports.status.{code}')}" for code in LEGEND if status["status"].eq(code).any()]
    legend += [f"{URGENT} {t('reports.map.urgent')}"] if status["has_urgent"].any() else []
    return SlideFigure(
        key="reports_map",
        title=t("reports.map.title"),
        meaning=t("reports.map.meaning"),
        frame=status[["commune", "week_start_date", "status", "has_urgent"]].reset_index(drop=True),
        subject=t("reports.map.subject"),
        coverage=coverage.sentence(view, reports.KINDS),
        note=(" · ".join(legend),),
        table=Table(titles, rows, (False,) * len(titles), fills=fills, is_grid=True),
    )


SLIDES = {
    "by_week": _by_week,
    "by_commune": _by_commune,
    "by_good": _by_good,
    "targets": _targets,
    "stock": _stock,
    "categories": _categories,
    "sites": _sites,
    "covered": _covered,
    "reports_week": _reports_week,
    "reports_so_far": _reports_so_far,
    "reports_map": _map,
}
