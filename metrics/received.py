"""What was received, by commune, good and week."""

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT

from metrics.measures import MEASURES, counted_rows, totals_by, totals_by_week


def received_by_commune(donations: IntoFrameT) -> pd.DataFrame:
    """Cash and declared value of goods of each commune.

    in:      donations, already selected
    out:     one row per commune: commune, cash_vnd, value_vnd, gifts (rows); a gift without a commune is a row too
    units:   vnd
    missing: a commune without gifts is absent; without a declared value its value_vnd is missing, not zero
    source:  plan 26/KH-MTTQ-BTT, II.2.2
    """
    return _money_by(donations, "commune").sort_values("commune", na_position="last", ignore_index=True)


def received_by_week(donations: IntoFrameT) -> pd.DataFrame:
    """Cash and declared value of goods of each week from Monday to Sunday.

    in:      donations, already selected
    out:     one row per week: week_start_date, cash_vnd, value_vnd; gifts without a date in a last row
    units:   vnd
    missing: a week without gifts is absent, not zero
    """
    cash, value = (totals_by_week(counted_rows(MEASURES[code], donations)) for code in ("cash_received", "goods_value"))
    cash, value = (
        frame.rename(columns={"counted": name})[["week_start_date", name]]
        for frame, name in ((cash, "cash_vnd"), (value, "value_vnd"))
    )
    merged = cash.merge(value, on="week_start_date", how="outer")
    return merged.sort_values("week_start_date", na_position="last", ignore_index=True)


def received_by_good(donations: IntoFrameT) -> pd.DataFrame:
    """How much of each good was received, in each base unit by itself: boxes are never added to kilograms.

    in:      donations, already selected
    out:     one row per (good, base_unit): good, base_unit, quantity, value_vnd, gifts (rows)
    units:   base units of data/reference/goods.csv and packs.csv
    missing: a good that never came is absent; a line without a base quantity counts in gifts only
    """
    rows = nw.from_native(donations).filter(nw.col("good") != "cash")
    grouped = rows.group_by("good", "base_unit", drop_null_keys=False).agg(
        nw.col("base_quantity").sum().alias("quantity"),
        nw.col("base_quantity").count().alias("known"),
        nw.col("value_vnd").sum(),
        nw.col("value_vnd").count().alias("valued"),
        nw.len().alias("gifts"),
    )
    small = grouped.to_native().astype({"quantity": "Float64", "value_vnd": "Int64", "gifts": "Int64"})
    small["quantity"] = small["quantity"].where(small["known"] > 0)
    small["value_vnd"] = small["value_vnd"].where(small["valued"] > 0)
    small = small.sort_values(["good", "base_unit"], ignore_index=True)
    return small[["good", "base_unit", "quantity", "value_vnd", "gifts"]]


def _money_by(donations: IntoFrameT, column: str) -> pd.DataFrame:
    cash, value = (
        totals_by(counted_rows(MEASURES[code], donations), column).set_index(column)["counted"]
        for code in ("cash_received", "goods_value")
    )
    grouped = nw.from_native(donations).group_by(column, drop_null_keys=False)
    small = grouped.agg(nw.len().alias("gifts")).to_native().set_index(column)
    small = small.assign(cash_vnd=cash, value_vnd=value).reset_index()
    small = small.astype({"cash_vnd": "Int64", "value_vnd": "Int64", "gifts": "Int64"})
    return small[[column, "cash_vnd", "value_vnd", "gifts"]]
