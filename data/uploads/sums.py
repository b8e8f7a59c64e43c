"""Reading summed lines: what every number on screen is made of, however many lines stand behind it."""

from collections.abc import Mapping, Sequence

import pandas as pd
from sqlalchemy import Connection, Double, Result, Row, cast, func, select

from data import schemas
from data.database import tables
from data.database.errors import values_read


def summed(connection: Connection, kind: str, event_no: int) -> pd.DataFrame:
    """The summed lines of a kind that are in force after an event.

    out:     keys and fields of schemas.SUMMED and `lines`, with the dtypes of the schema; lines with and without a
             field stay apart, so a sum is missing where all of its lines say nothing
    """
    table = tables.summed[kind]
    keys, fields = schemas.SUMMED[kind]
    by = [table.c[name] for name in keys]
    without = [table.c[name].is_(None) for name in fields]
    # as floats: whole numbers would end the question where they do not fit; exact up to 2**53
    sums = [func.sum(cast(table.c[name], Double)).label(name) for name in fields]
    asked = select(*by, *sums, func.sum(table.c.lines).label("lines"))
    asked = asked.where(table.c.group_id.in_(tables.in_force(event_no))).group_by(*by, *without)
    return framed(dtypes_of(kind), read_all(connection.execute(asked)), (*keys, *fields, "lines"))


def framed(dtypes: Mapping[str, str], rows: Sequence, names: Sequence[str]) -> pd.DataFrame:
    """Rows of the database as a frame; a column without a dtype is a whole number. Of equal names the first counts."""
    columns = list(zip(*rows, strict=True)) if rows else [[] for _ in names]
    made: dict[str, pd.Series] = {}
    with values_read():
        for name, values in zip(names, columns, strict=True):
            made.setdefault(name, column_of(values, dtypes.get(name, schemas.WHOLE)))
    return pd.DataFrame(made)


def read_all(result: Result) -> Sequence[Row]:
    """All rows of an answer. errors: Unreadable, of which `told` makes store_damaged"""
    with values_read():
        return result.all()


def dtypes_of(kind: str) -> dict[str, str]:
    """Column -> dtype."""
    return {column.name: column.dtype for column in schemas.columns(kind)}


def column_of(values, dtype: str) -> pd.Series:
    """A column of plain values as the schema has it."""
    if dtype == schemas.DATE:
        return pd.Series(pd.array(values, dtype=object)).astype("datetime64[us]")
    if dtype == schemas.WHOLE:
        whole = [None if value is None else int(value) for value in values]
        return pd.Series(pd.array(whole, dtype=schemas.WHOLE))
    if dtype == schemas.FLAG:
        return pd.Series(pd.array([None if value is None else bool(value) for value in values], dtype=schemas.FLAG))
    return pd.Series(pd.array(list(values), dtype=dtype))
