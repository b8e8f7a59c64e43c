"""Each section of the public board as texts in one language: its table, its bars, its notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from metrics.public.board import Board
from metrics.public.suppression import REST
from metrics.public.systems import NOT_STATED
from words import names, numbers
from words.texts import t

CASH, VALUE = "cash_received_vnd", "goods_received_vnd"  # what donors gave
FLOWS = ("received", "bought", "distributed", "frontline", "left")
MOST_NAMES = 1000  # on a page; the files hold all


@dataclass(frozen=True)
class Bar:
    """One bar: how long of 1, what stands beside it; is_faint: of what is merged or not stated."""

    label: str
    share: float
    text: str
    is_faint: bool = False


@dataclass(frozen=True)
class Section:
    """A section: titles, rows and foot as texts; are_numbers tells the columns that stand to the right."""

    key: str
    title: str
    meaning: str
    titles: Sequence[str]
    rows: Sequence[Sequence[str]]
    are_numbers: Sequence[bool]
    foot: Sequence[str] = ()
    notes: Sequence[str] = ()
    bars: Sequence[Bar] = ()
    bars_title: str = ""
    can_search: bool = False


def code_name(column: str, code: str, language: str) -> str:
    """The name of a code in a split; of a week its number and days."""
    if column == "week":
        if code == NOT_STATED:
            return t("public.weeks.undated", language)
        return numbers.week(date.fromisoformat(code), language)
    return names.BY_COLUMN[column](code or None, language)


def measure_name(measure: str, language: str) -> str:
    return t(f"public.measure.{measure}", language)


def _column(name: str, language: str) -> str:
    return t(f"public.column.{name}", language)


def _joined(parts: Sequence[str], language: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return t("public.joined", language, first=", ".join(parts[:-1]), last=parts[-1])


# totals and splits
def goods_section(board: Board, language: str) -> Section:
    table = board.tables["goods"]
    labels = [_joined([names.good(code, language) for code in codes], language) for codes in table["codes"]]
    units = [names.unit(unit, language) for unit in table["base_unit"]]
    columns = [[numbers.number(value, language) for value in table[flow]] for flow in FLOWS]
    return Section(
        key="goods",
        title=t("public.goods.title", language),
        meaning=t("public.goods.meaning", language),
        titles=[
            _column("goods", language),
            _column("unit", language),
            *(measure_name(flow, language) for flow in FLOWS),
        ],
        rows=[list(row) for row in zip(labels, units, *columns, strict=True)],
        are_numbers=[False, False, *[True] * len(FLOWS)],
        bars=_passed_on(table, labels, units, language),
        bars_title=t("public.goods.bars", language),
    )


def _passed_on(table: pd.DataFrame, labels: Sequence[str], units: Sequence[str], language: str) -> list[Bar]:
    """How much of each good has left the stock."""
    found = []
    known = table[[*FLOWS[:-1]]].fillna(0).astype(float)
    for label, unit, row in zip(labels, units, known.itertuples(index=False), strict=True):
        came, went = row.received + row.bought, row.distributed + row.frontline
        told = {"out": numbers.number(went, language), "all": numbers.number(came, language), "unit": unit}
        if came > 0:
            found.append(Bar(label, min(went / came, 1), t("public.goods.passed_on", language, **told)))
    return found


def split_section(board: Board, name: str, column: str, language: str) -> Section:
    table = board.tables[name]
    told = {place[1]: codes for place, codes in board.merged.items() if place[0] == name}
    shown = [m for m in table.columns[1:] if table[m].notna().any()]
    rows = []
    for row in table.to_dict("records"):
        label = t("public.rest", language) if row["code"] == REST else code_name(column, row["code"], language)
        cells = [_cell(row[m], row["code"] in told.get(m, ()), language) for m in shown]
        rows.append([label, *cells])
    notes = []
    for measure, codes in told.items():
        of = _joined([code_name(column, code, language) for code in codes], language)
        notes.append(t("public.rule.of_measure", language, measure=measure_name(measure, language), names=of))
    sums = [numbers.number(table[m].sum(), language, decimals=0) for m in shown]
    return Section(
        key=name,
        title=t(f"public.{name}.title", language),
        meaning=t(f"public.{name}.meaning", language),
        titles=[_column(column, language), *(measure_name(m, language) for m in shown)],
        rows=rows if shown else [],
        are_numbers=[False, *[True] * len(shown)],
        foot=[t("public.total", language), *sums],
        notes=notes,
        bars=_bars(table, column, language) if CASH in shown else (),
        bars_title=measure_name(CASH, language),
    )


def _cell(value: object, is_merged: bool, language: str) -> str:
    return t("public.merged", language) if is_merged else numbers.number(value, language, decimals=0)


def _bars(table: pd.DataFrame, column: str, language: str) -> list[Bar]:
    known = table[table[CASH].notna()]
    if column != "week":
        known = known.sort_values(CASH, ascending=False, kind="stable")
        known = known.iloc[known["code"].isin([NOT_STATED, REST]).argsort(kind="stable")]
    longest = float(known[CASH].max()) or 1
    found = []
    for code, value in known[["code", CASH]].values:
        label = t("public.rest", language) if code == REST else code_name(column, code, language)
        text = numbers.money_short(value, language)
        found.append(Bar(label, max(float(value), 0) / longest, text, code in (NOT_STATED, REST)))
    return found


# donors and sites
def named_section(board: Board, name: str, language: str) -> Section:
    table, goods = board.tables[name], board.tables[f"{name}_goods"]
    shown = table.head(MOST_NAMES)
    given: dict[tuple, list[str]] = {}
    for donor, category, commune, good, unit, quantity in goods.itertuples(index=False):
        given.setdefault((donor, category, commune), []).append(_amount(good, unit, quantity, language))
    rows = []
    for row in shown.itertuples(index=False):
        what = "; ".join(given.get((row.donor, row.donor_category, row.commune), ())) or numbers.MISSING
        money = [numbers.number(getattr(row, m), language, decimals=0) for m in (CASH, VALUE)]
        rows.append([row.donor, names.commune(row.commune or None, language), money[0], what, money[1]])
    rest = len(table) - len(shown)
    more = t("public.more_names", language, shown=len(shown), rest=rest) if rest else ""
    measures = [measure_name(m, language) for m in (CASH, VALUE)]
    donor, commune, what = (_column(column, language) for column in ("donor", "commune", "given"))
    return Section(
        key=name,
        title=t(f"public.{name}.title", language),
        meaning=t(f"public.{name}.meaning", language),
        titles=[donor, commune, measures[0], what, measures[1]],
        rows=rows,
        are_numbers=[False, False, True, False, True],
        notes=[more] if more else (),
        can_search=len(rows) > 12,
    )


def _amount(good: str, unit: str, quantity: float, language: str) -> str:
    return f"{names.good(good, language)} {numbers.with_unit(quantity, names.unit(unit, language), language)}"


def unnamed_section(board: Board, language: str) -> Section:
    table, measures = board.tables["unnamed"], (CASH, VALUE)
    told = {place[1]: codes for place, codes in board.merged.items() if place[0] == "communes"}
    rows = []
    for row in table.to_dict("records"):
        commune = names.commune(row["code"] or None, language)
        label = t("public.unnamed.of", language, commune=names.inside(commune, language))
        cells = [_cell(row[m], row["code"] in told.get(m, ()), language) for m in measures]
        label = t("public.rest", language) if row["code"] == REST else label
        rows.append([label, numbers.number(row["donors"], language), *cells])
    return Section(
        key="unnamed",
        title=t("public.unnamed.title", language),
        meaning=t("public.unnamed.meaning", language),
        titles=[_column("donor", language), *(measure_name(m, language) for m in ("donors", *measures))],
        rows=rows,
        are_numbers=[False, True, True, True],
    )


def sites_section(board: Board, language: str) -> Section:
    given: dict[str, list[str]] = {}
    for site, good, unit, quantity in board.tables["sites_goods"].itertuples(index=False):
        given.setdefault(site, []).append(_amount(good, unit, quantity, language))
    rows = [
        [
            names.site(row.code, language),
            numbers.number(row.visits, language),
            numbers.day(row.last_visit_date, language),
            "; ".join(given.get(row.code, ())) or numbers.MISSING,
            numbers.number(row.frontline_vnd, language, decimals=0),
        ]
        for row in board.tables["sites"].itertuples(index=False)
    ]
    titles = [_column("site", language), measure_name("visits", language), _column("last_visit_date", language)]
    return Section(
        key="sites",
        title=t("public.sites.title", language),
        meaning=t("public.sites.meaning", language),
        titles=[*titles, _column("given", language), measure_name("frontline_vnd", language)],
        rows=rows,
        are_numbers=[False, True, False, False, True],
    )
