"""What is left: goods per base unit, and cash."""

from dataclasses import dataclass

import narwhals as nw
import pandas as pd

FLOWS = ("received", "bought", "distributed", "frontline")


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
    missing = (nw.col("good") != "cash") & nw.col("base_quantity").is_null()
    return sum(len(nw.from_native(frame).filter(missing)) for _, frame in lines.flows())


def cash_left(lines: Lines) -> pd.DataFrame:
    """Cash left: received - spent on purchases - given in cash to people and to frontline sites.

    in:      the same four frames, up to the day
    out:     one row: received, bought, distributed, frontline, left
    units:   vnd
    missing: a flow that never happened is missing; without any flow `left` is missing too
    errors:  none; a negative rest is returned as it is
    source:  plan 26/KH-MTTQ-BTT, II.2.2
    """
    columns = ("cash_vnd", "cost_vnd", "cash_vnd", "cash_vnd")
    sums = {name: frame[column].sum(min_count=1) for (name, frame), column in zip(lines.flows(), columns, strict=True)}
    row = pd.DataFrame([sums]).astype("Int64")
    none = row.fillna(0)
    left = none["received"] - none["bought"] - none["distributed"] - none["frontline"]
    return row.assign(left=left.where(row.notna().any(axis=1)))


def _flow(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    rows = nw.from_native(frame).filter(nw.col("good") != "cash", ~nw.col("base_quantity").is_null())
    sums = rows.group_by("good", "base_unit").agg(nw.col("base_quantity").sum().alias("quantity"))
    return sums.to_native().assign(flow=name)
