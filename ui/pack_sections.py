"""Which figures of each screen a meeting sees on slides, and how a figure of a page becomes plain data."""

from collections.abc import Iterable
from html import unescape
from re import sub

import pandas as pd

from data import reference
from metrics.measures import MEASURES
from ui import (
    behind,
    commune_profile,
    exhibits,
    exports,
    frontline,
    goods,
    names,
    numbers,
    overview,
    pack_charts,
    progress,
    report_map,
    reports,
    session,
)
from ui.exhibits import Exhibit
from ui.figures.heatmap import COLORS, LEGEND, SIGNS, URGENT
from ui.outgoing.pack import Chart, Figure, Section, Table
from ui.tables import SIGNS as MARKS
from ui.texts import language, t
from ui.view import View

SHOWN = "cash_received"  # the number whose course and parts the overview opens with
PLACES = ["site_type", "site_commune"]  # the name of a site says both


def sections(view: View) -> tuple[Section, ...]:
    """The screens in the order of the navigation; what has no row has no slide."""
    if session.is_empty():
        return ()
    made = {
        t("frame.nav.overview"): _overview(view),
        t("frame.nav.progress"): _progress(view),
        t("frame.nav.goods"): _goods(view),
        t("frame.nav.frontline"): _frontline(view),
        t("frame.nav.reports"): _reports(view),
    }
    found = {title: tuple(figure for figure in figures if len(figure.frame)) for title, figures in made.items()}
    return tuple(Section(title, figures) for title, figures in found.items() if figures)


# one figure
def figure(
    exhibit: Exhibit, view: View, charts: Iterable[Chart] = (), note: str = "", table: Table | None = None
) -> Figure:
    """A figure of a page; without charts as its table."""
    charts = tuple(charts)
    lines = [*exhibit.note.split("  \n"), note]
    return Figure(
        key=exhibit.key,
        title=exhibit.title,
        meaning=exhibit.meaning,
        frame=exhibit.frame,
        addresses={place: address.text() for place, address in exhibit.addresses().items()},
        subject=exhibit.subject,
        standing=exhibits.standing(view, exhibit.kinds, exhibit.standing),
        note=tuple(line for line in lines if line),
        charts=charts,
        table=table or (None if charts else table_of(exhibit)),
    )


def table_of(exhibit: Exhibit, without: Iterable[str] = ()) -> Table:
    """The table as the page writes it: names, numbers, signs at what is marked, the last row; no small lines."""
    frame = exhibit.frame.drop(columns=list(without))
    frame = frame[[column for column in frame if not (len(frame) and isinstance(frame[column].iloc[0], tuple))]]
    titles, rows, are_numbers = exports.shown(frame, language())
    for (number, column), (kind, _) in exhibit.marks.items():
        if column in frame:
            place = frame.columns.get_loc(column)
            rows[number][place] = f"{MARKS[kind]} {rows[number][place]}"
    total = [exhibit.total.get(column, "") for column in frame]
    if any(total) and not total[0]:
        total[0] = names.field("sum")
    shown = tuple(total) if any(total) and len(frame) > 1 else ()
    return Table(tuple(titles), tuple(map(tuple, rows)), tuple(are_numbers), shown)


# the screens
def _overview(view: View) -> list[Figure]:
    name, unit = names.number(SHOWN), MEASURES[SHOWN].unit
    week, commune = (overview.split_exhibit(by, SHOWN, view) for by in ("week", "commune"))
    good = overview.goods_exhibit(view)
    communes = pack_charts.by_commune(commune, view.communes, name, unit)
    longest, values = communes[0].longest, communes[0].series[0].values
    is_cut = longest is not None and max(value for value in values if value is not None) > longest
    return [
        figure(week, view, pack_charts.by_week(week, name, unit)),
        figure(commune, view, communes, note=t("pack.slide.cut", name=names.commune(None)) if is_cut else ""),
        figure(good, view, pack_charts.by_good(good)),
    ]


def _progress(view: View) -> list[Figure]:
    """Every indicator that has targets; without any, the one that the screen opens with. One commune in full."""
    found = {code: progress.progress(view, code) for code in reference.load().indicators}
    codes = [code for code, frame in found.items() if frame["target"].notna().any() and progress.has_numbers(frame)]
    made = []
    for code in codes or [progress.first_choice(progress.with_data(view))]:
        exhibit, line = progress.targets_exhibit(code, view), unescape(sub(r"<[^>]+>", "", progress.line(code, view)))
        if progress.has_numbers(exhibit.frame if "target" in exhibit.frame else found[code]):
            made.append(figure(exhibit, view, pack_charts.against_targets(exhibit, progress.unit_of(code)), note=line))
    return made + _of_one_commune(view)


def _of_one_commune(view: View) -> list[Figure]:
    if len(view.communes) != 1:
        return []
    made = [commune_profile.weeks_exhibit(view), commune_profile.differences_exhibit(view)]
    made += [commune_profile.goods_exhibit(kind, view) for kind in ("donations", "distributions")]
    return [figure(exhibit, view) for exhibit in made]


def _goods(view: View) -> list[Figure]:
    stock = goods.stock_exhibit(view)
    by_category = goods.split_exhibit("donor_category", SHOWN, view)
    categories = pack_charts.by_category(by_category, names.number(SHOWN), MEASURES[SHOWN].unit)
    return [
        figure(stock, view, pack_charts.in_and_out(stock), table=table_of(stock)),
        figure(goods.cash_exhibit(view), view),
        figure(goods.way_exhibit(view), view),
        figure(goods.purchases_exhibit(view), view),
        figure(by_category, view, categories),
    ]


def _frontline(view: View) -> list[Figure]:
    sites, covered = frontline.sites_exhibit(view), frontline.covered_exhibit("site_type", view)
    return [
        figure(sites, view, pack_charts.since_visit(sites), table=table_of(sites, without=PLACES)),
        figure(covered, view, pack_charts.covered(covered, "site_type")),
    ]


def _reports(view: View) -> list[Figure]:
    status = behind.status_of(view)
    if status.empty:
        return []
    week, so_far = (reports.weeks_exhibit(status, mode) for mode in ("week", "so_far"))
    return [
        figure(week, view, pack_charts.reports_by_week(week)),
        figure(so_far, view, pack_charts.reports_so_far(so_far)),
        figure(reports.communes_exhibit(status), view),
        _map(report_map.latest(status), view),
    ]


def _map(status: pd.DataFrame, view: View) -> Figure:
    """Communes down, weeks across, each cell with the sign and the colour of its report."""
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
    return Figure(
        key="reports_map",
        title=t("reports.map.title"),
        meaning=t("reports.map.meaning"),
        frame=status[["commune", "week_start_date", "status", "has_urgent"]].reset_index(drop=True),
        subject=t("reports.map.subject"),
        standing=exhibits.standing(view, report_map.KINDS),
        note=(" · ".join(legend),),
        table=Table(titles, rows, (False,) * len(titles), fills=fills, is_grid=True),
    )
