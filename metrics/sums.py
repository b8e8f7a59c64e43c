"""Sums of whole numbers that never turn negative by being too large."""

import pandas as pd

from data.summing import MOST


def whole(sums: pd.Series) -> pd.Series:
    """Sums made as Float64, as whole numbers (Int64) again where these hold all of them.

    A sum of Int64 beyond 2**63 wraps round to a negative number without a word; Float64 only becomes less exact, and
    below 2**53 is exact to the unit. So what may be large is added up as Float64, and then given to this.
    """
    amounts = sums.astype("Float64")
    return amounts if amounts.abs().gt(MOST).any() else amounts.astype("Int64")
