"""What everyone may see: totals, their splits in groups that are large enough, and by name who may be named."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from data import reference
from metrics.frontline import frontline_coverage
from metrics.public.givers import DONOR, Givers, Pages, givers
from metrics.public.suppression import LEAST, REST, grouped
from metrics.public.systems import MEASURES, NOT_STATED, TOTAL, Protected, is_good, protected
from metrics.reports import Ratio, communes_with_data
from metrics.stock import FLOWS, Lines, cash_left, stock_by_good
from metrics.sums import whole

SPLITS = {"commune": "communes", "donor_category": "categories", "week": "weeks"}  # column of the lines -> table
GIVEN = ("cash_received_vnd", "goods_received_vnd")
NAMED = {"organisations": True, "persons": False}  # table -> of whom
STOCK = [*FLOWS, "left"]


@dataclass(frozen=True)
class Board:
    """All that is published; nothing else reaches a public page or file.

    tables:      name -> a small frame of codes and numbers; a column of numbers ends in its unit, or stands beside
                 the code of its unit. Of goods, what had to be merged stands in one row of several codes; in the
                 splits its numbers are missing, and stand in a last row, REST
    merged:      (split, measure) -> the codes whose numbers stand in REST, because some are about fewer than LEAST
    withheld:    measures (metrics.public.systems.MEASURES) with fewer than LEAST unnamed givers, or households, in
                 all: their total is published, no split of it, and no named donor's part
    goods_withheld: (good, unit) of which not even the total can be told apart
    doubtful:    how many donors stand as organisations in the lists and are not named, because the name looks like a
                 person's or like a number
    coverage:    communes with any line or report ÷ all communes
    """

    tables: Mapping[str, pd.DataFrame]
    merged: Mapping[tuple[str, str], tuple[str, ...]]
    withheld: tuple[str, ...]
    goods_withheld: tuple[tuple[str, str], ...]
    doubtful: int
    coverage: Ratio


def public_board(lines: Lines, pages: Pages, weekly_reports: pd.DataFrame) -> Board:
    """What may be published of the four lists.

    in:      lines: all that is in force, of all communes and weeks, added up (data.summing) or in full; pages: the
             lines of the same moment; weekly_reports, added up or in full, only tell which communes have data
    out:     Board
    units:   vnd, households, people, visits; goods in their base units, never added across units
    missing: what nobody gave is missing, not zero; so is what may not be told apart, which `withheld` and
             `goods_withheld` name
    errors:  none
    limit:   a reader who keeps every state of the board sees what each upload adds to the totals
    source:  plan 26/KH-MTTQ-BTT, II.2; Decree 93/2021 (totals received and distributed; see DOMAIN.md, Law)
    """
    found = givers(pages)
    known = protected(lines, found.systems)
    goods = _goods_groups(known)
    groups = {measure: _groups(measure, known, goods) for measure in MEASURES}
    tables = {"flows": _flows(lines), "goods": _goods(lines, goods)}
    tables |= {name: _split(column, known, groups) for column, name in SPLITS.items()}
    for name, is_organisation in NAMED.items():
        tables |= _named(name, found.named[found.named["is_organisation"].eq(is_organisation)], known.withheld)
    tables["unnamed"] = _unnamed(found, known.withheld, groups)
    tables |= _sites(lines.frontline_support)
    merged = {
        (name, measure): tuple(sorted(code for code, group in groups[measure][column].items() if group == REST))
        for column, name in SPLITS.items()
        for measure in tables[name].columns[1:]
    }
    frames = (lines.donations, lines.distributions, lines.frontline_support, weekly_reports)
    coverage = communes_with_data(frames, reference.load().communes())
    merged = {place: codes for place, codes in merged.items() if codes and place[1] not in known.withheld}
    return Board(tables, merged, known.withheld, _goods_withheld(lines, goods), found.doubtful, coverage)


# groups
def _goods_groups(known: Protected) -> dict[str, dict[str, str]]:
    """ "good:kg" -> good -> group: one table for each unit, the same for what came in and what went out."""
    goods: dict[str, set[str]] = {}
    for rows in (known.gifts, known.bought, known.support, known.frontline):
        for unit, good in rows.loc[is_good(rows), ["base_unit", "good"]].drop_duplicates().itertuples(index=False):
            goods.setdefault(f"good:{unit}", set()).add(good)
    return grouped([*known.systems.values()], {name: goods[name] for name in sorted(goods)}, accepted=TOTAL)


def _groups(measure: str, known: Protected, goods: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Column -> code -> group, of one measure."""
    rows = getattr(known, MEASURES[measure][0])
    codes = {column: rows[column].unique() for column in SPLITS if column in rows}
    systems = [known.systems[measure]] if measure in known.systems else []
    return grouped(systems, codes, accepted=TOTAL | goods)


def _untold(sums: pd.Series) -> pd.Series:
    return pd.Series(pd.NA, index=sums.index, dtype="Int64", name=sums.name)


# totals
def _flows(lines: Lines) -> pd.DataFrame:
    """Cash, and the value of goods: in, out, and what is left of the cash."""
    cash = cash_left(lines).assign(codes=[("cash",)])
    goods = {"codes": [("goods_value",)], "left": [pd.NA]}
    for name, frame in lines.flows():
        values = frame["cost_vnd"] if name == "bought" else frame["value_vnd"].where(frame["good"] != "cash")
        goods[name] = [values.astype("Float64").sum(min_count=1)]
    goods_value = pd.DataFrame(goods)
    goods_value[STOCK] = goods_value[STOCK].apply(whole)
    table = pd.concat([cash[["codes", *STOCK]], goods_value])
    return table.reset_index(drop=True).rename(columns={name: f"{name}_vnd" for name in STOCK})


def _goods(lines: Lines, groups: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """One row for each good, or merged goods, of a unit: received, bought, distributed, frontline, left."""
    stock = stock_by_good(lines).rename(columns={"stock": "left"})
    of_units = zip(stock["good"], stock["base_unit"], strict=True)
    stock = stock.assign(group=[groups.get(f"good:{unit}", {}).get(good) for good, unit in of_units])
    sums = stock[stock["group"].notna()].groupby(["base_unit", "group"])[STOCK].sum(min_count=1).reset_index()
    codes = [_of_group(groups[f"good:{unit}"], group) for unit, group in sums[["base_unit", "group"]].values]
    order = {good: number for number, good in enumerate(reference.load().goods)}
    table = sums.assign(codes=codes, place=[order.get(found[0], len(order)) for found in codes])
    return table.sort_values(["place", "base_unit"], ignore_index=True)[["codes", "base_unit", *STOCK]]


def _of_group(groups: Mapping[str, str], group: str) -> tuple[str, ...]:
    return tuple(sorted(code for code, of in groups.items() if of == group))


def _goods_withheld(lines: Lines, groups: Mapping[str, Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    pairs = stock_by_good(lines)[["good", "base_unit"]].itertuples(index=False)
    return tuple((good, unit) for good, unit in pairs if good not in groups.get(f"good:{unit}", {}))


def _split(column: str, known: Protected, groups: Mapping[str, Mapping]) -> pd.DataFrame:
    """One row a code and, where codes had to be merged, a last row REST: each measure whose lines say the column."""
    sums = {}
    for measure, (name, field) in MEASURES.items():
        rows = getattr(known, name)
        if column in rows:
            of_group = rows[field].astype("Float64").groupby(rows[column].map(groups[measure][column]))
            summed = whole(of_group.sum(min_count=1))
            sums[measure] = _untold(summed) if measure in known.withheld else summed
    table = pd.DataFrame(sums)
    seen = {code for of_measure in groups.values() for code in of_measure.get(column, ())}
    # in the order of their codes, what is not stated after them
    codes = sorted(seen, key=lambda code: (code == NOT_STATED, code))
    table = table.reindex([*codes, REST]).rename_axis("code").reset_index()
    return table.drop(index=table.index[-1]) if table.iloc[-1, 1:].isna().all() else table


# donors
def _named(name: str, gifts: pd.DataFrame, withheld: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Who is named, with what was given; and goods one by one, in base units, else as they are written."""
    amounts = {measure: gifts[MEASURES[measure][1]] for measure in GIVEN}
    sums = gifts[DONOR].assign(**amounts).groupby(DONOR).sum(min_count=1).apply(whole).reset_index()
    for measure in {*GIVEN} & {*withheld}:
        sums[measure] = _untold(sums[measure])
    worth = sums[[*GIVEN]].astype("Float64").fillna(0).sum(axis=1)
    sums = sums.assign(worth=worth).sort_values(["worth", *DONOR], ascending=[False, True, True, True])
    goods = gifts[gifts["good"] != "cash"]
    one_by_one = goods.groupby([*DONOR, "good", "unit"])["quantity"].sum().reset_index()
    return {name: sums.drop(columns="worth").reset_index(drop=True), f"{name}_goods": one_by_one}


def _unnamed(found: Givers, withheld: tuple[str, ...], groups: Mapping[str, Mapping]) -> pd.DataFrame:
    """Those who are not named, by commune: at least how many they are, and what they gave."""
    given = {measure: MEASURES[measure][1] for measure in GIVEN if measure not in withheld}
    donors = found.unnamed_donors(given.values())
    table = pd.DataFrame({"donors": donors.where(donors >= LEAST)})
    amounts = found.unnamed.loc[donors.index]
    for measure in GIVEN:
        of_group = amounts[MEASURES[measure][1]].groupby(amounts.index.map(groups[measure]["commune"]))
        sums = whole(of_group.sum(min_count=1)).rename(measure)
        table = table.join(sums if measure in given else _untold(sums), how="outer")
    order = [*sorted(set(table.index) - {NOT_STATED, REST}), NOT_STATED, REST]
    return table.reindex([code for code in order if code in table.index]).rename_axis("code").reset_index()


# the frontline: sites are no persons
def _sites(support: pd.DataFrame) -> dict[str, pd.DataFrame]:
    known = reference.load()  # the days since a visit are not told, so any day will do
    coverage = frontline_coverage(support, known.sites, as_of=known.campaign.start_date)
    coverage = coverage.rename(columns={"site": "code", "value_vnd": "frontline_vnd"}).sort_values("code")
    goods = support[is_good(support)].groupby(["site", "good", "base_unit"])["base_quantity"].sum().reset_index()
    goods = goods.rename(columns={"base_quantity": "quantity", "base_unit": "unit"})
    return {"sites": coverage[["code", "visits", "last_visit_date", "frontline_vnd"]], "sites_goods": goods}
