"""What was received of each good."""

import pandas as pd

from data.conditions import matching
from metrics.selection import IS_GOODS, lines_of
from metrics.sums import whole


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
