"""What was received of each good."""

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT

from metrics.selection import lines_of


def received_by_good(donations: IntoFrameT) -> pd.DataFrame:
    """How much of each good was received, in each base unit by itself: boxes are never added to kilograms.

    in:      donations (or `condensed`), already selected
    out:     one row per (good, base_unit): good, base_unit, quantity, value_vnd, gifts (lines of the sheets)
    units:   base units of data/reference/goods.csv and packs.csv
    missing: a good that never came is absent; a line without a base quantity counts in gifts only
    """
    rows = nw.from_native(donations).filter(nw.col("good") != "cash")
    grouped = (
        rows.with_columns(lines_of(rows).alias("gifts"))
        .group_by("good", "base_unit", drop_null_keys=False)
        .agg(
            nw.col("base_quantity").sum().alias("quantity"),
            nw.col("base_quantity").count().alias("known"),
            nw.col("value_vnd").sum(),
            nw.col("value_vnd").count().alias("valued"),
            nw.col("gifts").sum(),
        )
    )
    small = grouped.to_native().astype({"quantity": "Float64", "value_vnd": "Int64", "gifts": "Int64"})
    small["quantity"] = small["quantity"].where(small["known"] > 0)
    small["value_vnd"] = small["value_vnd"].where(small["valued"] > 0)
    small = small.sort_values(["good", "base_unit"], ignore_index=True)
    return small[["good", "base_unit", "quantity", "value_vnd", "gifts"]]
