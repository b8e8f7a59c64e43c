"""Progress: what the weekly reports add up to, by commune, against the target of each."""

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from metrics.measures import totals_by
from metrics.reports import Ratio


def progress_by_commune(reported: pd.DataFrame, targets: pd.DataFrame, communes: Iterable[str]) -> pd.DataFrame:
    """What each commune reported of an indicator, its target, and how much of it is reached.

    in:      rows of `counted_rows` of an indicator and of its target, already selected; the codes of the communes
    out:     one row per commune: commune, reported, target, progress_pct; most of the target reached first, then the
             largest, those without a report last
    units:   of the indicator; percent, above 100 when more than the target was reached
    missing: without a report `reported` is missing, not zero; without a target, or with one of 0, there is no
             percentage
    errors:  none
    source:  plan 26/KH-MTTQ-BTT, II.2; a target is set for the whole campaign, whatever the period
    """
    codes = list(communes)
    sums = {
        name: totals_by(rows, "commune").set_index("commune")["counted"].reindex(codes).astype("Float64")
        for name, rows in (("reported", reported), ("target", targets))
    }
    table = pd.DataFrame(sums).rename_axis("commune").reset_index().astype({"commune": "str"})
    table["progress_pct"] = 100 * table["reported"] / table["target"].where(table["target"] > 0)
    return table.sort_values(["progress_pct", "reported"], ascending=False, kind="stable", ignore_index=True)


def district_progress(progress: pd.DataFrame) -> tuple[Ratio, int]:
    """Progress of all communes together: reported ÷ target, over the communes that have both; and their number.

    in:      progress: of `progress_by_commune`
    missing: a commune without a report, or without a target, is on neither side: a report that has not come makes no
             fall, and what was collected without a target makes no rise
    """
    both = progress[progress["progress_pct"].notna()]
    return Ratio(float(both["reported"].sum()), float(both["target"].sum())), len(both)


def weekly_values(reported: pd.DataFrame) -> pd.DataFrame:
    """What each commune reported in each week.

    in:      rows of `counted_rows` of indicators, already selected, with `indicator`
    out:     one row per (indicator, commune, week_start_date): value
    missing: a week without a report is absent, not zero
    """
    keys = ["indicator", "commune", "week_start_date"]
    sums = reported.groupby(keys, dropna=False, sort=False)["counted"].sum().astype("Float64")
    return sums.rename("value").reset_index().sort_values(keys, ignore_index=True)


def trends(weekly: pd.DataFrame, weeks: Iterable[date]) -> dict[str, tuple[float, ...]]:
    """Commune -> its values over the weeks, for a small line.

    in:      weekly: of `weekly_values`, of one indicator; the Mondays of the period
    missing: a week without a report is NaN: a gap, not a fall to zero
    """
    columns = pd.DatetimeIndex(list(weeks))
    wide = weekly.pivot(index="commune", columns="week_start_date", values="value").reindex(columns=columns)
    return {code: tuple(row) for code, row in zip(wide.index, wide.astype("float64").values.tolist(), strict=True)}


def per_head(progress: pd.DataFrame, population: Mapping[str, int | None]) -> pd.Series:
    """What was reported for one inhabitant; missing where the population is not known."""
    people = progress["commune"].map({code: number for code, number in population.items() if number})
    return progress["reported"] / people.astype("Float64")
