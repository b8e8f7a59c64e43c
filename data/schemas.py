"""The tidy frames: for each kind its columns, dtypes, units, required fields and row key. The one contract.

A row of every frame also carries the cell its value stands in: source_sheet, source_row (1-based),
source_column (a letter), source_text (what was typed there).
"""

from dataclasses import dataclass

import pandas as pd

TEXT, WHOLE, NUMBER, DATE, FLAG = "str", "Int64", "Float64", "datetime64[us]", "boolean"
# the largest amount a line may carry: a million times a thousand million đồng; thousands of such lines still add up
# within 64 bits
MOST = 10**15
MOST_IN_SUM = 2**53  # of one amount over all lines of an upload: up to here a sum is exact, however it is added up


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

# kind -> (keys, fields): what no filter and no screen tells apart is added up (data/summing.py); a visit is told by its
# day, everything else by its week
SUMMED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "donations": (
        ("date", "commune", "good", "base_unit", "donor_category"),
        ("base_quantity", "cash_vnd", "value_vnd"),
    ),
    "purchases": (("date", "good", "base_unit"), ("base_quantity", "cost_vnd")),
    "distributions": (
        ("date", "commune", "good", "base_unit"),
        ("base_quantity", "cash_vnd", "value_vnd", "households", "people"),
    ),
    "frontline_support": (
        ("date", "site", "commune", "good", "base_unit"),
        ("base_quantity", "cash_vnd", "value_vnd"),
    ),
    "weekly_reports": (("commune", "week_start_date", "indicator", "is_urgent"), ("value", "cumulative")),
    "targets": (("commune", "indicator"), ("target",)),
}


def columns(kind: str) -> tuple[Column, ...]:
    """The kind's own columns, then the provenance columns."""
    return COLUMNS[kind] + PROVENANCE


def key(kind: str) -> list[str]:
    """The columns that make two rows the same line."""
    return [column.name for column in COLUMNS[kind] if column.in_key]


def check(kind: str, frame: pd.DataFrame) -> list[str]:
    """The columns of a frame that do not follow the schema; none of a tidy one.

    out:     names of columns with another dtype, or with a missing value where one is required; only "columns" when
             they are not just those of `columns(kind)` in their order. Never a value: it may be told in a log
    """
    expected = columns(kind)
    if list(frame.columns) != [column.name for column in expected]:
        return ["columns"]
    return [
        column.name
        for column in expected
        if str(frame[column.name].dtype) != column.dtype or (column.required and frame[column.name].hasnans)
    ]


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
