"""The tidy frames: for each kind its columns, dtypes, units, required fields and row key. The one contract.

A row of every frame also carries the cell its value stands in: source_sheet, source_row (1-based),
source_column (a letter), source_text (what was typed there).
"""

from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

TEXT, WHOLE, NUMBER, DATE, FLAG = "str", "Int64", "Float64", "datetime64[us]", "boolean"


@dataclass(frozen=True)
class Column:
    name: str
    dtype: str
    required: bool = False
    unit: str | None = None
    in_key: bool = False  # part of what makes two rows the same line


def _amount() -> tuple[Column, ...]:
    return (
        Column("good", TEXT, required=True, in_key=True),
        Column("quantity", NUMBER, required=True, unit="as written", in_key=True),
        Column("unit", TEXT, required=True, in_key=True),
        Column("base_quantity", NUMBER, unit="base_unit"),
        Column("base_unit", TEXT),
    )


PROVENANCE = (
    Column("source_sheet", TEXT, required=True),
    Column("source_row", WHOLE, required=True),
    Column("source_column", TEXT, required=True),
    Column("source_text", TEXT),
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "donations": (
        Column("date", DATE, in_key=True),
        Column("donor_name", TEXT, in_key=True),
        Column("donor_category", TEXT),
        Column("commune", TEXT, in_key=True),
        *_amount(),
        Column("cash_vnd", WHOLE, unit="vnd"),
        Column("value_vnd", WHOLE, unit="vnd", in_key=True),
        Column("note", TEXT, in_key=True),
        Column("may_publish", FLAG),
    ),
    "purchases": (
        Column("date", DATE, in_key=True),
        *_amount(),
        Column("cost_vnd", WHOLE, unit="vnd", in_key=True),
        Column("supplier", TEXT, in_key=True),
    ),
    "distributions": (
        Column("date", DATE, in_key=True),
        Column("commune", TEXT, in_key=True),
        Column("recipient_group", TEXT, in_key=True),
        Column("households", WHOLE, unit="households", in_key=True),
        Column("people", WHOLE, unit="people", in_key=True),
        *_amount(),
        Column("cash_vnd", WHOLE, unit="vnd"),
        Column("value_vnd", WHOLE, unit="vnd", in_key=True),
    ),
    "frontline_support": (
        Column("date", DATE, in_key=True),
        Column("site", TEXT, required=True, in_key=True),
        Column("commune", TEXT, in_key=True),
        *_amount(),
        Column("cash_vnd", WHOLE, unit="vnd"),
        Column("value_vnd", WHOLE, unit="vnd", in_key=True),
        Column("giver", TEXT, in_key=True),
    ),
    "weekly_reports": (
        Column("commune", TEXT, required=True, in_key=True),
        Column("week_start_date", DATE, required=True, in_key=True),
        Column("indicator", TEXT, required=True, in_key=True),
        Column("value", NUMBER, unit="of the indicator", in_key=True),
        Column("cumulative", NUMBER, unit="of the indicator", in_key=True),
        Column("is_urgent", FLAG),
    ),
    "targets": (
        Column("commune", TEXT, required=True, in_key=True),
        Column("indicator", TEXT, required=True, in_key=True),
        Column("target", NUMBER, required=True, unit="of the indicator", in_key=True),
    ),
    # text of a weekly report: difficulties, proposals
    "remarks": (
        Column("commune", TEXT, in_key=True),
        Column("week_start_date", DATE, in_key=True),
        Column("topic", TEXT, required=True),  # difficulties, proposals, other
        Column("text", TEXT, required=True, in_key=True),
    ),
    # rows that could not be read: they stand beside the totals until they are settled
    "waiting": (
        Column("kind", TEXT, required=True),
        Column("codes", TEXT, required=True),  # of the problems, joined by a space
    ),
}

KINDS = ("donations", "purchases", "distributions", "frontline_support", "weekly_reports", "targets")
LINE_KINDS = KINDS[:4]  # one row is one line of goods or cash; the others are indicators


def columns(kind: str) -> tuple[Column, ...]:
    """The kind's own columns, then the provenance columns."""
    return COLUMNS[kind] + PROVENANCE


def key(kind: str) -> list[str]:
    """The columns that make two rows the same line."""
    return [column.name for column in COLUMNS[kind] if column.in_key]


def schema(kind: str) -> pa.DataFrameSchema:
    """The pandera schema of one kind; extra columns are refused, order is fixed."""
    return pa.DataFrameSchema(
        {c.name: pa.Column(c.dtype, nullable=not c.required) for c in columns(kind)}, strict=True, ordered=True
    )


def frame(kind: str, values: dict[str, object]) -> pd.DataFrame:
    """A tidy frame from columns of values; a column that is not given is missing everywhere.

    in:      values: column -> list, array or scalar; lengths equal
    out:     every column of `columns(kind)`, in order, with its dtype
    errors:  KeyError for a column that the kind does not have
    """
    unknown = set(values) - {c.name for c in columns(kind)}
    if unknown:
        raise KeyError(f"{kind} has no column {sorted(unknown)}")
    length = next((len(v) for v in values.values() if hasattr(v, "__len__") and not isinstance(v, str)), 0)
    made = {}
    for column in columns(kind):
        given = values.get(column.name)
        if given is None or isinstance(given, str | int | float | bool):
            given = [given] * length
        made[column.name] = _array(given, column.dtype)
    return pd.DataFrame(made)


def empty(kind: str) -> pd.DataFrame:
    """A frame of the kind without rows."""
    return frame(kind, {})


def _array(values, dtype: str):
    if dtype == DATE:
        return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"))).astype(DATE)
    return pd.Series(pd.array(values, dtype=dtype))
