"""Frontline sites: visits, gifts, and days since the last visit; how much of each type or commune was visited."""

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from data.reference import Row
from metrics.reports import Ratio
from metrics.selection import lines_of
from metrics.sums import whole

NOT_FOR_DAYS = 14  # a site not visited for so long should be visited again


def frontline_coverage(support: pd.DataFrame, sites: Iterable[str], *, as_of: date) -> pd.DataFrame:
    """Every site with its visits and gifts; those that nobody visited come first, then the longest ago.

    in:      frontline_support (or of `summed_lines`), already selected; the codes of all sites
    out:     one row per site: site, visits, last_visit_date, days_since, gifts, value_vnd
    units:   a visit is one site on one day, however many gifts were brought; days up to as_of; gifts are lines of a
             sheet; value_vnd is the declared value of goods and the cash
    missing: a site without a visit has 0 visits, 0 gifts and no last day; gifts without a date are one visit of unknown
             day; value_vnd is missing where no value is declared and no cash was given, not zero
    errors:  none
    source:  plan 26/KH-MTTQ-BTT, II.4
    """
    by_visit = _by_visit(support)
    grouped = by_visit.groupby("site")
    sums = grouped[["gifts", "value_vnd"]].sum(min_count=1)
    found = pd.DataFrame({"visits": grouped.size(), "last_visit_date": grouped["date"].max()}).join(sums)
    table = found.reindex(list(sites)).rename_axis("site").reset_index()
    days_since = (pd.Timestamp(as_of) - table["last_visit_date"]).dt.days
    counts = {name: table[name].fillna(0).astype("Int64") for name in ("visits", "gifts")}
    table = table.assign(**counts, days_since=days_since.astype("Int64"), value_vnd=whole(table["value_vnd"]))
    order = table.assign(never=table["visits"].eq(0))
    order = order.sort_values(["never", "days_since"], ascending=False, kind="stable", ignore_index=True)
    return order[["site", "visits", "last_visit_date", "days_since", "gifts", "value_vnd"]]


def _by_visit(support: pd.DataFrame) -> pd.DataFrame:
    """One row per (site, day): site, date, gifts, value_vnd (Float64)."""
    goods = support["value_vnd"].astype("Float64").where(support["good"] != "cash")
    worth = goods.add(support["cash_vnd"].astype("Float64"), fill_value=0)  # missing where both are
    rows = support[["site", "date"]].assign(gifts=lines_of(support), value_vnd=worth)
    return rows.groupby(["site", "date"], dropna=False, sort=False).sum(min_count=1).reset_index()


def sites_covered(coverage: pd.DataFrame) -> Ratio:
    """Sites with at least one visit ÷ all sites."""
    return Ratio(int(coverage["visits"].gt(0).sum()), len(coverage))


def coverage_by(
    coverage: pd.DataFrame, sites_table: Mapping[str, Row], column: str, *, days: int = NOT_FOR_DAYS
) -> pd.DataFrame:
    """How many sites of each type, or of each commune, were visited.

    in:      coverage: of `frontline_coverage`; sites_table: code -> its row of data/reference/sites.csv; column: "type"
             or "commune"; days: after how many days a visited site counts as not visited for long
    out:     one row per value, in the order of the reference table: column, sites, visited, pct, not_for_14_days (or
             whatever `days` is); visited = at least one visit in the period
    units:   sites; pct from 0 to 100. A site last visited on the very 14th day counts in not_for_14_days; one never
             visited does not: it is the difference of sites and visited
    missing: a site of no commune stands in a row whose commune is missing; a site of which only undated gifts are
             known is visited, but not counted in not_for_14_days
    errors:  KeyError for a site that the table does not know
    source:  plan 26/KH-MTTQ-BTT, II.4
    """
    unknown = set(coverage["site"]) - set(sites_table)
    if unknown:
        raise KeyError(f"sites without a row: {sorted(unknown)}")
    overdue = f"not_for_{days}_days"
    order = {code: number for number, code in enumerate(sites_table)}
    sites = coverage.sort_values("site", key=lambda codes: codes.map(order))
    marks = pd.DataFrame(
        {
            column: pd.Series([sites_table[code][column] or None for code in sites["site"]], dtype="str"),
            "sites": 1,
            "visited": sites["visits"].gt(0).to_numpy(),
            overdue: sites["days_since"].ge(days).fillna(False).to_numpy(),
        }
    )
    counts = marks.groupby(column, dropna=False, sort=False).sum().astype("Int64").reset_index()
    pct = 100 * counts["visited"].astype("Float64") / counts["sites"].astype("Float64")
    return counts.assign(pct=pct)[[column, "sites", "visited", "pct", overdue]]
