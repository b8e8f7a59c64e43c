"""Frontline sites: visits, and days since the last one."""

from collections.abc import Iterable
from datetime import date

import narwhals as nw
import pandas as pd

from metrics.ratios import Ratio


def frontline_coverage(support: pd.DataFrame, sites: Iterable[str], *, as_of: date) -> pd.DataFrame:
    """Every site with its visits; those that nobody visited come first.

    in:      frontline_support, already selected; the codes of all sites
    out:     one row per site: site, visits, last_visit_date, days_since
    units:   a visit is one site on one day, however many gifts were brought; days up to as_of
    missing: a site without a visit has 0 visits and no last day; gifts without a date are one visit of unknown day
    source:  plan 26/KH-MTTQ-BTT, II.4
    """
    visits = nw.from_native(support).select("site", "date").unique().to_native()
    grouped = visits.groupby("site")
    found = pd.DataFrame({"visits": grouped.size(), "last_visit_date": grouped["date"].max()})
    table = found.reindex(list(sites)).rename_axis("site").reset_index()
    days_since = (pd.Timestamp(as_of) - table["last_visit_date"]).dt.days
    table = table.assign(visits=table["visits"].fillna(0).astype("Int64"), days_since=days_since.astype("Int64"))
    never = table["visits"].eq(0)
    order = table.assign(never=never).sort_values(["never", "days_since"], ascending=False, kind="stable")
    return order.drop(columns="never").reset_index(drop=True)


def sites_covered(coverage: pd.DataFrame) -> Ratio:
    """Sites with at least one visit ÷ all sites."""
    return Ratio(int(coverage["visits"].gt(0).sum()), len(coverage))
