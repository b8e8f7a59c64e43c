"""Which rows are meant, said once: the same conditions keep rows of a frame in memory and rows of a table in SQL."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import ColumnElement, and_, false, true
from sqlalchemy.sql import ColumnCollection


@dataclass(frozen=True)
class Condition:
    """One condition on one column.

    test:   of TESTS; a row in which the column is missing fulfils "missing" and "not_true" alone
    value:  a code, a number, a date (days are whole); for "in" a tuple of codes. Never None: that is "missing"
    """

    column: str
    test: str
    value: object = None


NOTHING = Condition("", "never")  # fulfilled by no row


def _comparable(value: object) -> object:
    """A day as pandas compares it: a plain date is equal to no moment."""
    return pd.Timestamp(value) if isinstance(value, date) else value


_FRAME: dict[str, Callable] = {
    "equal": lambda values, value: values == _comparable(value),
    "not_equal": lambda values, value: values.notna() & (values != _comparable(value)),
    "in": lambda values, codes: values.notna() & values.isin(list(codes)),
    "missing": lambda values, _: values.isna(),
    "given": lambda values, _: values.notna(),
    "not_true": lambda values, _: ~values.fillna(False).astype(bool),
    "from": lambda values, day: values >= pd.Timestamp(day),
    "to": lambda values, day: values < pd.Timestamp(day) + pd.Timedelta(days=1),
}
_SQL: dict[str, Callable] = {
    "equal": lambda column, value: column == value,
    "not_equal": lambda column, value: column != value,
    "in": lambda column, codes: column.in_(list(codes)),
    "missing": lambda column, _: column.is_(None),
    "given": lambda column, _: column.is_not(None),
    "not_true": lambda column, _: column.is_distinct_from(true()),
    "from": lambda column, day: column >= day,
    "to": lambda column, day: column <= day,
}
TESTS = (*_FRAME, "never")


def matching(frame: pd.DataFrame, conditions: Iterable[Condition]) -> pd.DataFrame:
    """The rows of a frame that fulfil all conditions; the frame itself when there are none."""
    mask = None
    for condition in conditions:
        if condition.test == "never":
            return frame.iloc[:0]
        fulfilled = _FRAME[condition.test](frame[condition.column], condition.value)
        fulfilled = fulfilled.fillna(False).astype(bool) if fulfilled.dtype != bool else fulfilled
        mask = fulfilled if mask is None else mask & fulfilled
    return frame if mask is None else frame[mask]


def clause(columns: ColumnCollection, conditions: Iterable[Condition]) -> ColumnElement[bool]:
    """The same as SQL, over the columns of a table."""
    wanted = [false() if one.test == "never" else _SQL[one.test](columns[one.column], one.value) for one in conditions]
    return and_(true(), *wanted)
