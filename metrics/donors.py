"""Who gave: gift lines put together by donor."""

from functools import lru_cache

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.reference.names import tidy, word_key
from data.uploads.search_text import folded
from metrics.sums import whole

OWN = ["name_key", "commune", "donor_category"]


@lru_cache(maxsize=20_000)
def _word(word: str) -> str:
    return word_key(word)


def name_key(name: str) -> str:
    """Equal for names that a person reads as equal: case, spaces, signs and where the tone mark stands do not count.

    The marks themselves do: Hùng and Hưng of one commune are two persons, and neither may read what the other gave.
    """
    return " ".join(filter(None, map(_word, tidy(name).split())))


def by_donor(gifts: pd.DataFrame) -> pd.DataFrame:
    """The gift lines that name a donor, each with the number of its donor.

    in:      donations, already selected, full size
    out:     the same rows without those that name nobody, and `donor`: 0, 1, 2 …, the same for equal name, commune
             and category
    missing: a missing commune or category is a part of its own: it is not known to be the same donor
    errors:  none
    """
    codes, names = pd.factorize(gifts["donor_name"])
    keys = pd.Series([*map(name_key, names), ""], dtype="str").to_numpy(dtype=object)[codes]  # the last for code -1
    named = gifts.assign(name_key=keys)
    named = named[named["name_key"] != ""]
    donor = named.groupby(OWN, dropna=False, sort=False, observed=True).ngroup()
    return named.drop(columns="name_key").assign(donor=donor)


def donors(gifts: pd.DataFrame) -> pd.DataFrame:
    """One row a donor.

    in:      gifts: of `by_donor`
    out:     donor (its number), donor_name as it was written last, commune, donor_category, gifts (lines), cash_vnd,
             value_vnd (declared, of goods), last_date; in the order of communes and names
    units:   vnd
    missing: a sum of lines without cash (value) is missing, not zero; last_date when no line has a date
    errors:  none
    """
    amounts = gifts[["cash_vnd", "value_vnd"]].astype("Float64")
    goods_value = amounts["value_vnd"].mask(gifts["good"] == "cash")
    ordered = gifts.assign(cash_vnd=amounts["cash_vnd"], value_vnd=goods_value)
    ordered = ordered.sort_values("date", kind="stable", na_position="first")
    grouped = ordered.groupby("donor", sort=True)
    last = grouped[["donor_name", "commune", "donor_category"]].tail(1).assign(donor=lambda rows: ordered["donor"])
    sums = grouped[["cash_vnd", "value_vnd"]].sum(min_count=1).apply(whole)
    sums = sums.assign(gifts=grouped.size().astype("Int64"), last_date=grouped["date"].max())
    table = last.set_index("donor").join(sums).reset_index()
    table = table.assign(donor_name=table["donor_name"].map(tidy).astype("str"))
    columns = ["donor", "donor_name", "commune", "donor_category", "gifts", "cash_vnd", "value_vnd", "last_date"]
    return table.sort_values(["commune", "donor_name", "donor"], na_position="last", ignore_index=True)[columns]


def found_donors(table: pd.DataFrame, query: str) -> pd.DataFrame:
    """The rows of `donors` in whose name every word of the query occurs, with or without accents."""
    bare = folded(pa.array(table["donor_name"], pa.large_string()))
    is_found = pd.Series(True, index=table.index)
    for word in folded(pa.array([query]))[0].as_py().split():
        is_found &= pc.match_substring(bare, pattern=word).to_numpy(zero_copy_only=False).astype(bool)
    return table[is_found].reset_index(drop=True)
