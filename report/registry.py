"""Every figure, once: how it is made, of what it can be shown, and where it appears."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from data import reference
from report import frames
from report.figure import Figure
from report.figures import commune, frontline, goods, money_way, one_report, overview, progress, reports, stock_card
from report.rows_behind import status_of
from report.sentences.headlines import headline_codes
from report.view import View
from words import names
from words.texts import t

Choices = Callable[[View], list[str]]
PAGES = ("overview", "progress", "goods", "frontline", "reports")


def _once(view: View) -> list[str]:
    return [""]


def nowhere(view: View) -> list[str]:
    return []


@dataclass(frozen=True)
class Entry:
    """A figure.

    code:        in the address of a show and in conclusions of meetings
    page:        on which it lives
    make:        (view, choice) -> the figure; large: the same for the back of a hall
    on_page, in_show, on_slides, in_workbook: view -> of what it is shown there, the first by itself; none: not there
    name:        how one of these choices is called
    split:       (part of the filters, most, view -> codes): what is too much for one screen of a show stands on several
    of_district: speaks of the whole district, and is not shown to whoever sees one commune alone
    """

    code: str
    page: str
    make: Callable[[View, str], Figure]
    on_page: Choices = _once
    in_show: Choices = nowhere
    on_slides: Choices = nowhere
    in_workbook: Choices = nowhere
    large: Callable[[View, str], Figure] | None = None
    name: Callable[[str], str] = lambda choice: ""
    split: tuple[str, int, Callable[[View], Iterable[str]]] | None = None
    of_district: bool = False

    def is_for(self, view: View) -> bool:
        return view.source.sees_district or not self.of_district


# of what a figure can be shown
def _headlines(view: View) -> list[str]:
    return list(headline_codes())


def _first_headline(view: View) -> list[str]:
    return [headline_codes()[0]]


def _indicators(view: View) -> list[str]:
    """Those that have data, the one that the page opens with first."""
    known = progress.with_data(view)
    first = progress.first_choice(known)
    return [first, *(code for code in known if code != first)]


def _with_numbers(view: View) -> list[str]:
    return [code for code in reference.load().indicators if progress.has_numbers(progress.progress(view, code))]


def _of_each_sort(view: View) -> list[str]:
    """One indicator of each unit, with targets and without: the others are drawn alike."""
    found = {code: progress.progress(view, code) for code in _with_numbers(view)}
    return list({(progress.unit_of(code), bool(f["target"].notna().any())): code for code, f in found.items()}.values())


def _against_targets(view: View) -> list[str]:
    """Every indicator that has targets; without any, the one that the page opens with."""
    codes = [code for code in _with_numbers(view) if progress.progress(view, code)["target"].notna().any()]
    first = progress.first_choice(progress.with_data(view))
    return codes or ([first] if progress.has_numbers(progress.progress(view, first)) else [])


def _indicator_tables(view: View) -> list[str]:
    return _with_numbers(view) if len(view.communes) > 1 else []


def _of_one_commune(view: View) -> list[str]:
    return [""] if len(view.communes) == 1 else []


def _goods_of_one_commune(view: View) -> list[str]:
    return ["donations", "distributions"] if len(view.communes) == 1 else []


def _splits(view: View) -> list[str]:
    return [f"{by}:{code}" for code in goods.split_codes(view) for by in goods.splits_of(code)]


def _cards(view: View) -> list[str]:
    return [f"{good}:{unit}" for good, unit in stock_card.cards(view)]


def _places(view: View) -> list[str]:
    return list(frontline.PLACES)


def _with_reports(view: View) -> list[str]:
    return [] if status_of(view).empty else [""]


def _latest_reports(view: View) -> list[str]:
    status = status_of(view)
    if status.empty:
        return []
    keys = reports.latest(status)[["commune", "week_start_date"]].itertuples(index=False)
    return [f"{code}:{week.date()}" for code, week in keys]


def _stocked(view: View) -> list[str]:
    return [good for good in frames.stock(view)["good"] if good != "cash"]


def _sites(view: View) -> list[str]:
    return list(frontline.coverage(view)["site"])


def _report(choice: str) -> one_report.Report:
    code, _, monday = choice.partition(":")
    return one_report.Report(code, date.fromisoformat(monday))


def _indicator_table(view: View, code: str) -> Figure:
    return (progress.table_figure if len(view.communes) > 1 else progress.targets_figure)(code, view)


EVERYWHERE = {"in_show": _once, "on_slides": _once, "in_workbook": _once}
OF_ONE = {"on_page": _of_one_commune, "on_slides": _of_one_commune, "in_workbook": _of_one_commune}
REPORTS = {"on_page": _with_reports, "on_slides": _with_reports, "in_workbook": _with_reports}

ENTRIES = {
    entry.code: entry
    for entry in (
        Entry(
            "by_week",
            "overview",
            lambda view, code: overview.split_figure("week", code, view),
            on_page=_headlines,
            in_show=_headlines,
            on_slides=_first_headline,
            in_workbook=_headlines,
            name=names.number,
        ),
        Entry(
            "by_commune",
            "overview",
            lambda view, code: overview.split_figure("commune", code, view),
            on_page=_headlines,
            in_show=_headlines,
            on_slides=_first_headline,
            in_workbook=_headlines,
            name=names.number,
        ),
        Entry(
            "by_good",
            "overview",
            lambda view, _: overview.goods_figure(view),
            **EVERYWHERE,
            split=("goods", 8, lambda view: frames.goods_received(view)["good"]),
        ),
        Entry(
            "targets",
            "progress",
            lambda view, code: progress.targets_figure(code, view),
            on_page=_of_each_sort,
            in_show=_indicators,
            on_slides=_against_targets,
            large=lambda view, code: progress.targets_figure(code, view, is_short=True),
            name=names.indicator,
            split=("communes", 8, lambda view: view.communes),
        ),
        Entry(
            "map",
            "progress",
            lambda view, code: progress.map_figure(code, view),
            on_page=_of_each_sort,
            in_show=_indicators,
            name=names.indicator,
        ),
        Entry("indicator", "progress", _indicator_table, on_page=_indicator_tables, in_workbook=_with_numbers),
        Entry("commune_weeks", "progress", lambda view, _: commune.weeks_figure(view), **OF_ONE),
        Entry(
            "commune_indicators",
            "progress",
            lambda view, _: commune.indicators_figure(view),
            on_page=_of_one_commune,
            in_workbook=_of_one_commune,
        ),
        Entry("commune_differences", "progress", lambda view, _: commune.differences_figure(view), **OF_ONE),
        Entry("commune_sites", "progress", lambda view, _: commune.sites_figure(view), on_page=_of_one_commune),
        Entry(
            "commune_goods",
            "progress",
            lambda view, kind: commune.goods_figure(kind, view),
            on_page=_goods_of_one_commune,
            on_slides=_goods_of_one_commune,
            in_workbook=_goods_of_one_commune,
        ),
        Entry(
            "stock",
            "goods",
            lambda view, _: goods.stock_figure(view),
            **EVERYWHERE,
            split=("goods", 5, _stocked),
            of_district=True,
        ),
        Entry("cash", "goods", lambda view, _: goods.cash_figure(view), **EVERYWHERE, of_district=True),
        Entry("way", "goods", lambda view, _: money_way.way_figure(view), **EVERYWHERE, of_district=True),
        Entry(
            "purchases",
            "goods",
            lambda view, _: money_way.purchases_figure(view),
            on_slides=_once,
            in_workbook=_once,
            of_district=True,
        ),
        Entry(
            "card",
            "goods",
            lambda view, choice: stock_card.weeks_figure(*choice.split(":"), view),
            on_page=_cards,
            in_workbook=_cards,
            of_district=True,
        ),
        Entry(
            "categories",
            "goods",
            lambda view, code: goods.split_figure("donor_category", code, view),
            on_page=nowhere,
            in_show=lambda view: list(goods.RECEIVED),
            on_slides=_first_headline,
            name=names.number,
        ),
        Entry(
            "split",
            "goods",
            lambda view, choice: goods.split_figure(*choice.split(":", 1), view),
            on_page=_splits,
            in_workbook=_splits,
        ),
        Entry(
            "sites",
            "frontline",
            lambda view, _: frontline.sites_figure(view),
            **EVERYWHERE,
            split=("sites", 12, _sites),
        ),
        Entry(
            "covered",
            "frontline",
            lambda view, place: frontline.covered_figure(place, view),
            on_page=_places,
            in_show=_places,
            on_slides=lambda view: [frontline.PLACES[0]],
            in_workbook=_places,
            name=lambda place: t(f"frontline.covered.by.{place}"),
        ),
        Entry(
            "timeline",
            "frontline",
            lambda view, _: frontline.timeline_figure(view),
            in_show=_once,
            in_workbook=_once,
            split=("sites", 12, _sites),
        ),
        Entry(
            "reports_week",
            "reports",
            lambda view, _: reports.weeks_figure(status_of(view), "week"),
            **REPORTS,
            in_show=_once,
        ),
        Entry("reports_so_far", "reports", lambda view, _: reports.weeks_figure(status_of(view), "so_far"), **REPORTS),
        Entry(
            "reports_communes",
            "reports",
            lambda view, _: reports.communes_figure(status_of(view)),
            **REPORTS,
            in_show=_once,
        ),
        Entry("reports_map", "reports", reports.map_figure, on_page=nowhere, in_show=_once, on_slides=_with_reports),
        Entry(
            "report",
            "reports",
            lambda view, choice: one_report.reported_figure(_report(choice), view),
            on_page=_latest_reports,
        ),
        Entry(
            "report_compared",
            "reports",
            lambda view, choice: one_report.compared_figure(_report(choice), view),
            on_page=_latest_reports,
        ),
    )
}


def figures(view: View, place: str = "on_page", page: str = "") -> Iterator[tuple[Entry, str, Figure]]:
    """(entry, choice, figure) of everything that this view shows at a place, in the order of the pages.

    place: on_page, on_slides or in_workbook; page: of one page alone
    """
    for entry in ENTRIES.values():
        if page in ("", entry.page) and entry.is_for(view):
            for choice in getattr(entry, place)(view):
                yield entry, choice, entry.make(view, choice)


def figures_of(view: View, page: str, place: str = "on_page") -> list[Figure]:
    """The figures of a page, for every choice that a person can make on it."""
    return [figure for _, _, figure in figures(view, place, page)]
