"""The headline numbers: which rows each one counts, and how much of every row. The sum of these rows is the number."""

from dataclasses import dataclass

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT


@dataclass(frozen=True)
class Measure:
    """A number on screen.

    kind, field:  the tidy frame and its column that is added up; a field of None counts rows as 1
    good, unit:   only lines of this good in this base unit
    once_per:     columns over which a line is counted once: two gifts to one site on one day are one visit
    whole_row:    the field belongs to a row of the sheet, not to one of its goods, so goods do not limit it: three
                  goods for 20 households are three lines, and the first of them carries the 20
    """

    code: str
    kind: str
    field: str | None
    unit: str
    good: str | None = None
    indicator: str | None = None
    once_per: tuple[str, ...] = ()
    whole_row: bool = False


MEASURES = {
    measure.code: measure
    for measure in (
        Measure("cash_received", "donations", "cash_vnd", "vnd", good="cash"),
        Measure("goods_value", "donations", "value_vnd", "vnd"),
        Measure("rice_received", "donations", "base_quantity", "kg", good="rice"),
        Measure("households_supported", "distributions", "households", "households", whole_row=True),
        Measure("frontline_visits", "frontline_support", None, "visit", once_per=("site", "date")),
    )
}


def good_received(good: str, unit: str) -> Measure:
    """The measure behind one bar of "received by good"."""
    if good == "cash":
        return MEASURES["cash_received"]
    return Measure(f"good:{good}:{unit}", "donations", "base_quantity", unit, good=good)


def indicator_reported(indicator: str, unit: str) -> Measure:
    """The measure behind one line of the weekly reports."""
    return Measure(f"indicator:{indicator}", "weekly_reports", "value", unit, indicator=indicator)


def counted_rows(measure: Measure, frame: IntoFrameT) -> IntoFrameT:
    """The rows that a number is made of, with `counted`: how much each one gives.

    in:      the tidy frame of measure.kind with the columns of the store, already selected
    out:     the same columns and `counted` (Float64); the sum of `counted` is the number
    units:   measure.unit
    missing: a row whose field is missing is not in it; urgent reports are not counted with the weekly ones
    errors:  none
    """
    rows = nw.from_native(frame)
    if measure.good:
        rows = rows.filter(nw.col("good") == measure.good)
        if measure.field == "base_quantity":
            rows = rows.filter(nw.col("base_unit") == measure.unit)
    if measure.field == "value_vnd":
        rows = rows.filter(nw.col("good") != "cash")
    if measure.indicator:
        rows = rows.filter(nw.col("indicator") == measure.indicator, ~nw.col("is_urgent").fill_null(False))
    if measure.field:
        rows = rows.filter(~nw.col(measure.field).is_null())
    if measure.once_per:
        # one of the repeated lines gives the amount: which one does not matter for the sum
        rows = rows.unique(list(measure.once_per), keep="any")
    amount = nw.col(measure.field) if measure.field else nw.lit(1)
    return rows.with_columns(amount.cast(nw.Float64).alias("counted")).to_native()


def total(rows: IntoFrameT) -> float | None:
    """The number itself: the sum of `counted`; None when there is no row (not reported is not zero)."""
    counted = nw.from_native(rows).select(nw.len().alias("rows"), nw.col("counted").sum()).to_native()
    return float(counted["counted"].iloc[0]) if counted["rows"].iloc[0] else None


def totals_by(rows: IntoFrameT, column: str) -> pd.DataFrame:
    """A number split by a column.

    in:      rows of `counted_rows`
    out:     one row per value of the column, the missing one included: column, counted, rows; largest first
    missing: a value that never occurs is absent, not zero
    """
    grouped = nw.from_native(rows).group_by(column, drop_null_keys=False)
    small = grouped.agg(nw.col("counted").sum(), nw.len().alias("rows")).to_native()
    small = small.astype({"rows": "Int64"})
    return small.sort_values(["counted", column], ascending=[False, True], na_position="last", ignore_index=True)


def totals_by_week(rows: IntoFrameT) -> pd.DataFrame:
    """A number split by weeks from Monday to Sunday.

    in:      rows of `counted_rows`, with `date` or `week_start_date`
    out:     one row per week: week_start_date (its Monday), counted, rows; in order of time, without a date last
    missing: a week in which nothing happened is absent, not zero
    """
    day = "date" if "date" in nw.from_native(rows).columns else "week_start_date"
    by_day = totals_by(rows, day)
    week_start_date = by_day[day] - pd.to_timedelta(by_day[day].dt.day_of_week, unit="D")
    small = by_day.assign(week_start_date=week_start_date.astype("datetime64[us]"))
    weeks = small.groupby("week_start_date", dropna=False)[["counted", "rows"]].sum(min_count=1)
    return weeks.reset_index().sort_values("week_start_date", na_position="last", ignore_index=True)
