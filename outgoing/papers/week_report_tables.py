"""Sections I to III of the weekly report: what the screens show of informing, resources, support, the frontline."""

from collections.abc import Iterable

import pandas as pd

from data import reference
from metrics.frontline import sites_covered
from metrics.measures import FLOWS, number_of
from metrics.reports import completeness
from outgoing.papers.paper import Block, Column, Figure, Paragraph, Table
from outgoing.papers.week_report import SPOKEN, paragraph
from outgoing.papers.week_report_layout import (
    caption,
    column,
    heading,
    line,
    note,
    numbered,
    since_start,
    this_period,
    two_columns,
)
from outgoing.papers.week_report_numbers import Spans, at, counted, figure
from report import frames, rows_behind
from report.addresses import Address
from report.figures import frontline
from words import names
from words.texts import t

MOBILISING = "1"  # the section of the plan, in indicators.csv
RECEIVED = ("cash_received", "goods_value", "gifts")
SUPPORT = ("households_supported", "people_supported", "support_value")
# of the plan's section 3 help to sell produce stands before the visits, where a campaign counts it
COORDINATION = (
    "indicator:produce_sold_kg",
    "frontline_visits",
    "sites_visited",
    "frontline_gifts",
    "frontline_worth",
)
BY_COMMUNE = ("cash_received", "goods_value", "households_supported")
BY_CATEGORY = ("gifts", "cash_received", "goods_value")


def mobilising(spans: Spans) -> list[Block]:
    status = rows_behind.status_of(spans.period)
    values = {
        "received": counted(completeness(status).numerator, "reports_received", spans.period),
        "expected": counted(len(status), "reports_expected", spans.period),
    }
    codes = [code for code, row in reference.load().indicators.items() if row["section"] == MOBILISING]
    lines = [(names.indicator(code, SPOKEN), *spans.both(f"indicator:{code}")) for code in codes]
    return [
        heading("mobilising"),
        paragraph("report_form.line.reports_used", **values),
        two_columns(1, "mobilising", lines, spans),
    ]


def resources(spans: Spans) -> list[Block]:
    return [
        heading("resources"),
        heading("received", 2),
        *_received(spans),
        heading("cash", 2),
        _cash(spans),
        heading("stock", 2),
        *_stock(spans),
        heading("communes", 2),
        _communes(spans),
        heading("categories", 2),
        *_categories(spans),
        heading("support", 2),
        two_columns(6, "support", [line(code, spans) for code in SUPPORT], spans),
    ]


def coordination(spans: Spans) -> list[Block]:
    return [
        heading("frontline"),
        two_columns(7, "frontline", [line(code, spans) for code in COORDINATION if number_of(code)], spans),
        *_sites(spans),
    ]


# II
def _received(spans: Spans) -> list[Paragraph]:
    key = "report_form.line.received" if spans.is_one_week else "report_form.line.received_period"
    found = []
    for code in RECEIVED:
        in_week, so_far = spans.both(code, names.unit_of(Address(code), SPOKEN))
        name = t(f"report_form.received.{code}", SPOKEN)
        found.append(paragraph(key, name=name, in_week=in_week, so_far=so_far))
    return found


def _flows_in_week(good: str, unit: str, flows: Iterable[str], spans: Spans) -> list[Figure]:
    """What moved in the one week of the report, as on the stock card; over several weeks only the lists tell it."""
    if not spans.is_one_week:
        return []
    is_narrow = good != "cash"
    addresses = [Address.of(f"{flow}:{good}:{unit}", week=spans.last_week) for flow in flows]
    return [at(address, spans.so_far, is_narrow=is_narrow) for address in addresses]


def _cash(spans: Spans) -> Table:
    """The short account of the screen; what moved in the week beside it."""
    account = frames.cash(spans.so_far).iloc[0]
    lines = []
    for name in (*FLOWS, "stock"):
        so_far = figure(account["left" if name == "stock" else name], Address(f"{name}:cash:vnd"), spans.so_far)
        in_week = _flows_in_week("cash", "vnd", [name] if name in FLOWS else [], spans)
        if spans.is_one_week and not in_week:
            in_week = [""]  # what is left stands, it does not move
        lines.append((t(f"report_form.cash.{name}", SPOKEN), *in_week, so_far))
    columns = [column("row", is_number=False), column("what", is_number=False)]
    columns += [Column(this_period(spans), is_number=True)] if spans.is_one_week else []
    columns.append(Column(since_start(), is_number=True))
    return Table(caption(2, "cash"), tuple(columns), numbered(lines))


def _stock(spans: Spans) -> list[Block]:
    frame = frames.stock(spans.so_far)
    lines = []
    for row in frame[frame["good"] != "cash"].to_dict("records"):
        good, unit = row["good"], row["base_unit"]
        in_week = _flows_in_week(good, unit, ("received", "distributed"), spans)
        so_far = [
            figure(row[name], Address(f"{name}:{good}:{unit}"), spans.so_far, is_narrow=True)
            for name in (*FLOWS, "stock")
        ]
        lines.append((names.good(good, SPOKEN), names.unit(unit, SPOKEN), *in_week, *so_far))
    if not lines:
        return [paragraph("report_form.line.nothing")]
    columns = [column("row", is_number=False), column("good", is_number=False), column("unit", is_number=False)]
    columns += [column(name, this_period(spans)) for name in ("received", "distributed")] if spans.is_one_week else []
    columns += [column(name, since_start()) for name in (*FLOWS, "stock")]
    rows = numbered(lines)
    return [Table(caption(3, "stock"), tuple(columns), rows, note=note(rows))]


def _communes(spans: Spans) -> Table:
    """Every commune that is looked at, and the gifts that name none, as on the screens."""
    cells = _split(BY_COMMUNE, "commune", spans)
    known = spans.so_far.communes
    codes = [*known, *sorted({code for code in cells if isinstance(code, str)} - set(known))]
    codes += [None] if None in cells else []
    return _by(4, "communes", "commune", codes, BY_COMMUNE, cells, names.commune, spans)


def _categories(spans: Spans) -> list[Block]:
    """The categories of which anything was received."""
    cells = _split(BY_CATEGORY, "donor_category", spans)
    codes = [code for code in (*reference.load().donor_categories, None) if code in cells]
    if not codes:
        return [paragraph("report_form.line.nothing")]
    return [_by(5, "categories", "donor_category", codes, BY_CATEGORY, cells, names.category, spans)]


def _split(codes: tuple[str, ...], by: str, spans: Spans) -> dict[str | None, dict[tuple[str, int], float]]:
    """Part -> (number, 0 in the weeks of the report or 1 since the start) -> its value, as the screens split it."""
    found: dict[str | None, dict[tuple[str, int], float]] = {}
    for code in codes:
        for place, view in enumerate((spans.period, spans.so_far)):
            for row in frames.split(view, code, by).to_dict("records"):
                part = None if pd.isna(row[by]) else row[by]
                found.setdefault(part, {})[code, place] = row["counted"]
    return found


def _by(
    number: int, name: str, by: str, parts: list, codes: tuple[str, ...], cells: dict, named, spans: Spans
) -> Table:
    """A row for each part, and their sum: the number itself."""
    views = (spans.period, spans.so_far)
    lines = []
    for part in parts:
        own = cells.get(part, {})
        told = [
            figure(own.get((code, place)), Address.of(code, **{by: part}), view, is_narrow=True)
            for place, view in enumerate(views)
            for code in codes
        ]
        lines.append((named(part, SPOKEN), *told))
    total = (
        t("report_form.column.total", SPOKEN),
        *(at(Address(code), view, is_narrow=True) for view in views for code in codes),
    )
    columns = [column("row", is_number=False), column({"commune": "commune"}.get(by, "category"), is_number=False)]
    columns += [column(code, group) for group in (this_period(spans), since_start()) for code in codes]
    rows = (*numbered(lines), ("", *total))
    return Table(caption(number, name), tuple(columns), rows, has_total=True, note=note(rows))


# III
def _sites(spans: Spans) -> list[Paragraph]:
    """How many sites were visited, which ones now, and which never."""
    so_far, now = frontline.coverage(spans.so_far), frontline.coverage(spans.period)
    ratio = sites_covered(so_far)
    visited = counted(ratio.numerator, "sites_visited", spans.so_far)
    sites = figure(ratio.denominator, None, spans.so_far)
    lines = [paragraph("report_form.line.visited", visited=visited, sites=sites)]
    lines.append(_named(now[now["visits"] > 0], "visited_now", "visited_none"))
    lines.append(_named(so_far[so_far["visits"] == 0], "not_visited", "all_visited"))
    return lines


def _named(coverage: pd.DataFrame, key: str, key_of_none: str) -> Paragraph:
    order = list(reference.load().sites)
    sites = sorted(coverage["site"], key=order.index)
    if not sites:
        return paragraph(f"report_form.line.{key_of_none}")
    return paragraph(f"report_form.line.{key}", sites="; ".join(names.site(site, SPOKEN) for site in sites))
