"""What is left: goods per base unit, and cash."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from data.conditions import Condition, matching
from metrics.measures import totals_by_week
from metrics.selection import IS_GOODS, Selection, lines_of, selected
from metrics.sums import whole

FLOWS = ("received", "bought", "distributed", "frontline")
WEEK = timedelta(days=7)
WEEKS_LOOKED_AT = 2  # one delivery more or less should not decide
UNCONVERTED = (IS_GOODS, Condition("base_quantity", "missing"))  # lines that stand in no stock


@dataclass(frozen=True)
class Lines:
    """The four tidy frames whose rows are lines of goods or cash."""

    donations: pd.DataFrame
    purchases: pd.DataFrame
    distributions: pd.DataFrame
    frontline_support: pd.DataFrame

    def flows(self) -> tuple[tuple[str, pd.DataFrame], ...]:
        frames = (self.donations, self.purchases, self.distributions, self.frontline_support)
        return tuple(zip(FLOWS, frames, strict=True))


def stock_by_good(lines: Lines) -> pd.DataFrame:
    """What is left of each good: received + bought - distributed - given to the frontline.

    in:      donations, purchases, distributions, frontline_support (data/schemas.py), one row a line, up to the day
    out:     one row per (good, base_unit): good, base_unit, received, bought, distributed, frontline, stock
    units:   base units; a line without a base quantity is left out and counted in `unconverted`
    missing: a good that never occurred is absent; a flow that never happened is missing, and taken as none in stock
    errors:  none; a negative stock is returned as it is, it is a fact about the sheets
    source:  plan 26/KH-MTTQ-BTT, II.2.2
    """
    found = pd.concat([_flow(name, frame) for name, frame in lines.flows()], ignore_index=True)
    wide = found.pivot_table(
        index=["good", "base_unit"], columns="flow", values="quantity", aggfunc=lambda v: v.sum(min_count=1)
    ).reindex(columns=list(FLOWS))
    wide = wide.astype("Float64")
    none = wide.fillna(0)
    wide["stock"] = none["received"] + none["bought"] - none["distributed"] - none["frontline"]
    return wide.rename_axis(columns=None).reset_index().sort_values(["good", "base_unit"], ignore_index=True)


def unconverted(lines: Lines) -> int:
    """How many lines of goods have no base quantity and stand in no stock."""
    return int(sum(lines_of(matching(frame, UNCONVERTED)).sum() for _, frame in lines.flows()))


def cash_left(lines: Lines) -> pd.DataFrame:
    """Cash left: received - spent on purchases - given in cash to people and to frontline sites.

    in:      the same four frames, up to the day
    out:     one row: received, bought, distributed, frontline, left
    units:   vnd, whole numbers unless one is too large for them
    missing: a flow that never happened is missing; without any flow `left` is missing too
    errors:  none; a negative rest is returned as it is
    source:  plan 26/KH-MTTQ-BTT, II.2.2
    """
    columns = ("cash_vnd", "cost_vnd", "cash_vnd", "cash_vnd")
    amounts = {name: frame[column] for (name, frame), column in zip(lines.flows(), columns, strict=True)}
    sums = {name: amount.astype("Float64").sum(min_count=1) for name, amount in amounts.items()}
    row = pd.DataFrame([sums]).astype("Float64")
    none = row.fillna(0)
    left = none["received"] - none["bought"] - none["distributed"] - none["frontline"]
    return row.assign(left=left.where(row.notna().any(axis=1))).apply(whole)


def _flow(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    rows = matching(frame, [IS_GOODS, Condition("base_quantity", "given")])
    sums = rows.groupby(["good", "base_unit"], dropna=False, sort=False)["base_quantity"].sum()
    return sums.rename("quantity").reset_index().assign(flow=name)


def running_out(lines: Lines, *, as_of: date) -> pd.DataFrame:
    """The goods that last less than a week, when as much goes out as in the last two weeks.

    in:      the four frames, or their `summed_lines`, up to the day; as_of: the day
    out:     one row per (good, base_unit) whose stock is above zero and below what went out in an average week: good,
             base_unit, stock, weekly_out, days_left
    units:   base units; weekly_out: distributed and given to the frontline in the last two whole weeks, from Monday to
             Sunday, that end by the day, divided by two; days_left = stock ÷ weekly_out × 7
    missing: a good of which nothing went out in these weeks is absent, and so is one whose stock is zero or negative
             (it has run out, or its sheets disagree); lines without a date are in the stock, not in weekly_out
    errors:  none
    source:  plan 26/KH-MTTQ-BTT, II.2.2
    """
    end = as_of - timedelta(days=(as_of.weekday() + 1) % 7)  # the last Sunday
    weeks = Selection(first_day=end - WEEKS_LOOKED_AT * WEEK + timedelta(days=1), last_day=end)
    out = [_flow(name, selected(frame, weeks)) for name, frame in lines.flows() if name in ("distributed", "frontline")]
    weekly = pd.concat(out).groupby(["good", "base_unit"])["quantity"].sum() / WEEKS_LOOKED_AT
    left = stock_by_good(lines)[["good", "base_unit", "stock"]]
    found = left.merge(weekly.rename("weekly_out").reset_index(), on=["good", "base_unit"])
    found = found[(found["stock"] > 0) & (found["stock"] < found["weekly_out"])]
    return found.assign(days_left=found["stock"] / found["weekly_out"] * 7).reset_index(drop=True)


def ledger_by_week(flows: Mapping[str, pd.DataFrame], signs: Mapping[str, int]) -> pd.DataFrame:
    """The stock card of one good by weeks.

    in:      flows: name of FLOWS -> the rows of `counted_rows` of that flow; signs: how each flow changes the stock
             (metrics.measures.FLOWS)
    out:     one row per week in which something moved: week_start_date, received, bought, distributed, frontline,
             stock at the end of the week; in order of time, lines without a date in the last row
    units:   of the good
    missing: a flow without lines in a week is missing, not zero, and changes nothing; a week without any is absent
    errors:  none; a negative stock stays
    """
    by_week = {name: totals_by_week(flows[name]).set_index("week_start_date")["counted"] for name in FLOWS}
    table = pd.DataFrame(by_week).rename_axis("week_start_date").astype("Float64").reset_index()
    table = table.astype({"week_start_date": "datetime64[us]"})
    table = table.sort_values("week_start_date", na_position="last", ignore_index=True)
    change = sum((table[name].fillna(0) * signs[name] for name in FLOWS), start=pd.Series(0.0, table.index, "Float64"))
    return table.assign(stock=change.cumsum())


def received_by_good(donations: pd.DataFrame) -> pd.DataFrame:
    """How much of each good was received, in each base unit by itself: boxes are never added to kilograms.

    in:      donations (or of `summed_lines`), already selected
    out:     one row per (good, base_unit): good, base_unit, quantity, value_vnd, gifts (lines of the sheets)
    units:   base units of data/reference/goods.csv and packs.csv
    missing: a good that never came is absent; a line without a base quantity counts in gifts only
    """
    rows = matching(donations, [IS_GOODS])
    amounts = {"quantity": rows["base_quantity"], "value_vnd": rows["value_vnd"]}
    amounts = {name: values.astype("Float64") for name, values in amounts.items()}
    lines = rows[["good", "base_unit"]].assign(**amounts, gifts=lines_of(rows))
    sums = lines.groupby(["good", "base_unit"], dropna=False, sort=False).sum(min_count=1).reset_index()
    small = sums.assign(value_vnd=whole(sums["value_vnd"]), gifts=sums["gifts"].astype("Int64"))
    return small.sort_values(["good", "base_unit"], ignore_index=True)
