"""What undoing or restoring an upload changes: told before it is done."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data import schemas
from data.store_files import Place
from data.store_select import LINE_BITS, rows_in_force
from data.store_state import State

SUMS = ("base_quantity", "cash_vnd", "value_vnd", "cost_vnd", "value", "target", "households", "people")
EFFECT_COLUMNS = {"kind": "str", "item": "str", "unit": "str", "rows": "Int64", **dict.fromkeys(SUMS, "Float64")}


@dataclass(frozen=True)
class Effect:
    """goes, comes: one row per (kind, item, unit): rows and sums; an item is a good or an indicator.

    Undoing: `goes` is what this upload counts, `comes` what it had replaced or kept out. Restoring: the reverse.
    """

    number: int
    act: str  # undo or restore
    goes: pd.DataFrame
    comes: pd.DataFrame
    communes: tuple[str, ...]
    weeks: tuple[str, ...]
    waiting_before: int
    waiting_after: int
    reports: tuple[tuple[str, str, int | None], ...]  # (commune, week, number of the upload whose report then counts)


def effect(place: Place, state: State, number: int) -> Effect:
    upload = state.upload(number)
    after = state.switched(number)
    goes, comes = [], []
    for kind in [kind for kind in schemas.KINDS if upload.rows(kind) or upload.keys(kind)]:
        old, new = rows_in_force(place, kind, state), rows_in_force(place, kind, after)
        goes.append(_sums(kind, _missing_in(old, new)))
        comes.append(_sums(kind, _missing_in(new, old)))
    parts = upload.details["parts"]
    keys = sorted(key for key in upload.keys("weekly_reports") if not key[2])
    owners, now_owners = after.owners["weekly_reports"], state.owners["weekly_reports"]
    return Effect(
        number=number,
        act="undo" if number in state.in_force else "restore",
        goes=_joined(goes),
        comes=_joined(comes),
        communes=tuple(sorted({code for part in parts for code in part["communes"]})),
        weeks=tuple(sorted({week for part in parts for week in part["weeks"]})),
        waiting_before=len(rows_in_force(place, "waiting", state)),
        waiting_after=len(rows_in_force(place, "waiting", after)),
        reports=tuple((k[0], k[1], owners.get(k)) for k in keys if owners.get(k) != now_owners.get(k)),
    )


def _missing_in(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    return rows[~np.isin(_places(rows), _places(others))]


def _places(rows: pd.DataFrame) -> np.ndarray:
    """One number for each row of a kind in the whole store."""
    return (rows["upload_number"].to_numpy("int64") << LINE_BITS) + rows["line"].to_numpy("int64")


def _sums(kind: str, rows: pd.DataFrame) -> pd.DataFrame:
    is_list = kind in schemas.LINE_KINDS
    item = rows["good"] if is_list else rows["indicator"]
    unit = rows["base_unit"].fillna(rows["unit"]) if is_list else pd.Series("", index=rows.index, dtype="str")
    names = [name for name in SUMS if name in rows]
    grouped = rows[names].groupby([item.rename("item"), unit.rename("unit")])
    summed = grouped.sum(min_count=1).assign(rows=grouped.size(), kind=kind).reset_index()
    return summed.reindex(columns=list(EFFECT_COLUMNS)).astype(EFFECT_COLUMNS)


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    empty = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in EFFECT_COLUMNS.items()})
    return pd.concat([empty, *frames], ignore_index=True)
