"""Lines that nothing tells apart, added up: the small frames that screens are made of give the numbers of all lines."""

import numpy as np
import pandas as pd

from data import schemas

MOST = 9e18  # of a sum: Int64 holds a little more, by which a sum of floating-point numbers may be wrong
A_MONDAY = np.datetime64("1970-01-05")


def summed_lines(kind: str, frame: pd.DataFrame, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """A small frame that gives the same numbers: lines that no filter can tell apart, added up.

    in:      a tidy frame of the kind, of full size; by: further columns of it that tell lines apart. Kinds that are
             not in SUMMED have nothing to add up, and stay as they are
    out:     `by`, then the keys and fields of SUMMED with the dtypes of the schema, and `lines` (Int64): how many lines
             were added up; a day is the Monday of its week, except of a visit
    units:   of the fields
    missing: lines with and without a field stay apart, so a sum is missing where all of its lines say nothing, and
             every row that has a field stands for as many lines as have it; a missing key is a key of its own
    errors:  OverflowError for a sum of whole numbers beyond 9e18: beside each of them stands one of floating-point
             numbers, which shows it before Int64 would wrap round to a negative number without a word
    """
    if kind not in schemas.SUMMED:
        return frame
    keys, fields = (list(names) for names in schemas.SUMMED[kind])
    dtypes = {column.name: column.dtype for column in schemas.columns(kind)}
    rows = frame[[*by, *keys, *fields]].astype({name: dtypes[name] for name in (*keys, *fields)})
    if "date" in keys and kind != "frontline_support":
        rows["date"] = _mondays(rows["date"])
    # so a row without a field is in no group of rows that have it
    told_by = [*(rows[name] for name in (*by, *keys)), *(rows[name].isna() for name in fields)]
    group = group_numbers(told_by)
    first = rows.loc[~pd.Series(group).duplicated().to_numpy(), [*by, *keys]].reset_index(drop=True)
    lines = pd.array(np.bincount(group, minlength=len(first)), dtype="Int64")
    return first.join(_sums(kind, rows[fields], group)).assign(lines=lines)


def group_numbers(columns: list[pd.Series]) -> np.ndarray:
    """For each row the number of its group, 0, 1, 2 … as they appear; rows equal in all columns are one group.

    missing: equals missing. Codes are compared instead of texts: pandas itself takes several times as long to group
             by columns of texts some of which are missing
    """
    group = np.zeros(len(columns[0]), dtype="int64")
    for values in columns:
        codes, found = pd.factorize(values)  # a missing value has the code -1
        group = pd.factorize(group * (len(found) + 1) + codes + 1)[0]  # numbered anew, so that they stay small
    return group


def _sums(kind: str, amounts: pd.DataFrame, group: np.ndarray) -> pd.DataFrame:
    """One row a group, in their order."""
    sums = amounts.groupby(group, sort=False).sum(min_count=1)
    whole = [name for name in amounts if amounts[name].dtype == schemas.WHOLE]
    about = amounts[whole].astype("Float64").groupby(group, sort=False).sum()
    wrong = [name for name in whole if about[name].abs().gt(MOST).any()]
    if wrong:
        raise OverflowError(f"{kind}: {', '.join(wrong)}")
    return sums


def _mondays(days: pd.Series) -> pd.Series:
    """The Monday of the week of each day; missing stays missing."""
    whole = days.to_numpy("datetime64[D]")
    mondays = whole - (whole - A_MONDAY) % np.timedelta64(7, "D")
    return pd.Series(mondays.astype(schemas.DATE), index=days.index)
