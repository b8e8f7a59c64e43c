"""Do a commune's weekly reports agree with the lists of the same week? Reported totals against sums of lines."""

from dataclasses import dataclass

import pandas as pd

from data import reference
from data.conditions import Condition, matching

KEY = ["commune", "week_start_date"]
STATES = ("agrees", "differs", "only_reported", "only_listed")
TOLERANCE = 0.005  # sums of kilograms carry the noise of binary fractions; half a hundredth is no difference


@dataclass(frozen=True)
class Listed:
    """What of a kind of lists an indicator is compared with.

    quantity:  of this good in this base unit (cash: the money)
    fields:    sums of these columns; a value of goods counts only on lines of goods
    visits:    distinct (site, day)
    """

    kind: str
    good: str | None = None
    unit: str | None = None
    fields: tuple[str, ...] = ()
    visits: bool = False


# what the column `compared_with` of indicators.csv may name -> its sum; those of goods follow from its column `good`
COMPARED = {
    "goods_value": Listed("donations", fields=("value_vnd",)),
    "households_supported": Listed("distributions", fields=("households",)),
    "support_value": Listed("distributions", fields=("value_vnd", "cash_vnd")),
    "frontline_visits": Listed("frontline_support", visits=True),
    "frontline_value": Listed("frontline_support", fields=("value_vnd", "cash_vnd")),
}
# which columns of a list are added up, and what tells its lines apart besides the commune and the day
FIELDS = {
    "donations": (("good", "base_unit"), ("base_quantity", "cash_vnd", "value_vnd")),
    "distributions": (("good",), ("cash_vnd", "value_vnd", "households")),
    "frontline_support": (("good", "site"), ("cash_vnd", "value_vnd")),
}


def compared() -> dict[str, Listed]:
    """Every indicator that lists can confirm, and with what, in the order of the report form."""
    sums = {}
    for code, row in reference.load().indicators.items():
        if row["good"]:
            sums[code] = Listed("donations", good=row["good"], unit=row["unit"])
        elif row["compared_with"]:
            sums[code] = COMPARED[row["compared_with"]]
    return sums


def reconciliation(
    reports: pd.DataFrame, donations: pd.DataFrame, distributions: pd.DataFrame, frontline_support: pd.DataFrame
) -> pd.DataFrame:
    """What the weekly reports say against what the lists of the same commune and week add up to.

    in:      weekly_reports, and the three tidy frames, or their `summed_lines`, not limited to some goods, donors or
             sites
    out:     one row per (commune, week_start_date, indicator) of which a report or a list says something, for the
             indicators of `compared`: reported, listed, difference (reported - listed), state (one of STATES); in
             order of weeks, communes and the report form
    units:   of the indicator; weeks from Monday to Sunday; amounts within 0.005 agree
    missing: a side that says nothing is missing, not zero, and so is the difference: only_reported, only_listed.
             A list says nothing when the commune has no line of its kind in that week, even if the report says 0:
             nobody keeps a list of nothing, and its lines may come later. When the commune has lines in the week, but
             none of that good, the list says 0: an answer to a report, but no row where no report speaks of it.
             Urgent reports are no weekly reports; a line without a day or a commune is in no week
    errors:  none. A list that cannot be counted to the end (rice in bags, no declared value at all, no row with
             households) is not held against a report that says as much or more: the uncounted lines may be the rest.
             When its counted part alone is above the report, they differ
    source:  plan 26/KH-MTTQ-BTT, III; a line that waits to be settled, or stands twice, shows here as a difference
    """
    wanted = compared()
    frames = {"donations": donations, "distributions": distributions, "frontline_support": frontline_support}
    lines = {kind: _by_day(frame, *FIELDS[kind]) for kind, frame in frames.items()}
    listed = pd.concat([_listed(what, lines[what.kind]).assign(indicator=code) for code, what in wanted.items()])
    table = _reported(reports, wanted).merge(listed, on=[*KEY, "indicator"], how="outer")
    is_enough = table["reported"].ge(table["listed"] - TOLERANCE) & table["is_partial"]
    table = table.assign(listed=table["listed"].mask(is_enough.fillna(False).astype(bool)))
    table = table[table["reported"].notna() | table["listed"].ne(0).fillna(False)]
    difference = table["reported"] - table["listed"]
    table = table.assign(difference=difference, state=_states(table, difference))
    order = {code: number for number, code in enumerate(wanted)}
    table = table.sort_values("indicator", key=lambda codes: codes.map(order))
    table = table.sort_values(["week_start_date", "commune"], kind="stable", ignore_index=True)
    return table[[*KEY, "indicator", "reported", "listed", "difference", "state"]]


def _reported(reports: pd.DataFrame, wanted: dict[str, Listed]) -> pd.DataFrame:
    is_weekly = ~reports["is_urgent"].fillna(False).astype(bool)
    said = reports[is_weekly & reports["value"].notna() & reports["indicator"].isin(list(wanted))]
    sums = said.groupby([*KEY, "indicator"])["value"].sum().astype("Float64")
    return sums.rename("reported").reset_index()


def _by_day(frame: pd.DataFrame, keys: tuple[str, ...], fields: tuple[str, ...]) -> pd.DataFrame:
    """The lines of a list as one row per commune, day and `keys`: sums, how many lines said something, the week."""
    told = matching(frame, [Condition("commune", "given"), Condition("date", "given")])
    by = ["commune", "date", *keys]
    amounts = {name: told[name].astype("Float64") for name in fields}
    known = {f"{name}_known": told[name].notna().astype("int64") for name in fields}
    rows = told[by].assign(**amounts, **known, rows=1)
    small = rows.groupby(by, dropna=False, sort=False).sum().reset_index()
    monday = small["date"] - pd.to_timedelta(small["date"].dt.day_of_week, unit="D")
    return small.assign(week_start_date=monday.dt.normalize().astype("datetime64[us]"))


def _listed(what: Listed, lines: pd.DataFrame) -> pd.DataFrame:
    """One row per (commune, week) with a line of the kind: listed, is_partial (lines of it could not be counted)."""
    weeks = pd.MultiIndex.from_frame(lines[KEY].drop_duplicates())
    if what.visits:
        visits = lines.drop_duplicates(["commune", "date", "site"]).groupby(KEY).size()
        counted, is_partial = visits.reindex(weeks, fill_value=0).astype("Float64"), pd.Series(False, index=weeks)
    elif what.good:
        counted, is_partial = _of_good(what.good, what.unit, lines, weeks)
    else:
        counted, is_partial = _of_fields(what.fields, lines, weeks)
    table = pd.DataFrame({"listed": counted, "is_partial": is_partial.astype("boolean")}).reset_index()
    return table.astype({"commune": "str", "week_start_date": "datetime64[us]"})


def _of_good(good: str, unit: str | None, lines: pd.DataFrame, weeks: pd.MultiIndex) -> tuple[pd.Series, pd.Series]:
    """Partial where one line of the good is in another unit, or has no quantity in the unit it is counted in."""
    field = "cash_vnd" if good == "cash" else "base_quantity"
    of_good = lines[lines["good"].eq(good).fillna(False)]
    in_unit = of_good[of_good["base_unit"].eq(unit).fillna(False)] if field == "base_quantity" else of_good
    sums = in_unit.groupby(KEY)[[field, f"{field}_known"]].sum().reindex(weeks, fill_value=0)
    rows = of_good.groupby(KEY)["rows"].sum().reindex(weeks, fill_value=0)
    return sums[field].astype("Float64"), rows > sums[f"{field}_known"]


def _of_fields(fields: tuple[str, ...], lines: pd.DataFrame, weeks: pd.MultiIndex) -> tuple[pd.Series, pd.Series]:
    """A row of a sheet gives its value or its households once, on one of its lines: partial where no line has any."""
    is_cash = lines["good"].eq("cash").fillna(False)
    counted, is_partial = pd.Series(0.0, index=weeks, dtype="Float64"), pd.Series(False, index=weeks)
    for field in fields:
        own = {"value_vnd": lines[~is_cash], "cash_vnd": lines[is_cash]}.get(field, lines)
        sums = own.groupby(KEY)[[field, f"{field}_known"]].sum().reindex(weeks)
        counted = counted + sums[field].astype("Float64").fillna(0)
        is_partial = is_partial | sums[f"{field}_known"].eq(0).fillna(False).astype(bool)
    return counted, is_partial


def _states(table: pd.DataFrame, difference: pd.Series) -> pd.Series:
    agrees, differs, only_reported, only_listed = STATES
    states = pd.Series(differs, index=table.index, dtype="str")
    states = states.mask(difference.abs().le(TOLERANCE).fillna(False).astype(bool), agrees)
    return states.mask(table["listed"].isna(), only_reported).mask(table["reported"].isna(), only_listed)
