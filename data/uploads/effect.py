"""What undoing or restoring an upload changes: told before it is done."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, Double, cast, func, literal_column, select

from data import schemas
from data.database import tables
from data.database.state import State
from data.uploads.groups import Group, in_force

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


def effect(connection: Connection, state: State, groups: dict[int, Group], number: int) -> Effect:
    """in: groups: all of the store (data.uploads.groups.Groups)"""
    upload, after = state.upload(number), state.switched(number)
    before, later = in_force(state, groups.values()), in_force(after, groups.values())
    parts = upload.details["parts"]
    keys = sorted(key for key in upload.keys("weekly_reports") if not key[2])
    owners, now_owners = after.owners["weekly_reports"], state.owners["weekly_reports"]
    return Effect(
        number=number,
        act="undo" if number in state.in_force else "restore",
        goes=_sums(connection, [groups[group] for group in before - later]),
        comes=_sums(connection, [groups[group] for group in later - before]),
        communes=tuple(sorted({code for part in parts for code in part["communes"]})),
        weeks=tuple(sorted({week for part in parts for week in part["weeks"]})),
        waiting_before=_waiting(groups, before),
        waiting_after=_waiting(groups, later),
        reports=tuple((k[0], k[1], owners.get(k)) for k in keys if owners.get(k) != now_owners.get(k)),
    )


def _waiting(groups: dict[int, Group], counting: set[int]) -> int:
    return sum(groups[group].lines for group in counting if groups[group].kind == "waiting")


def _sums(connection: Connection, groups: list[Group]) -> pd.DataFrame:
    """What the lines of some groups add up to, by good or indicator and unit."""
    found = []
    for kind in schemas.KINDS:
        table, ids = tables.lines[kind], [group.id for group in groups if group.kind == kind]
        is_list = kind in schemas.LINE_KINDS
        item = table.c.good if is_list else table.c.indicator
        unit = func.coalesce(table.c.base_unit, table.c.unit) if is_list else literal_column("''")
        by = [item, unit] if is_list else [item]
        sums = [func.sum(cast(table.c[name], Double)).label(name) for name in SUMS if name in table.c]
        asked = select(item.label("item"), unit.label("unit"), func.count().label("rows"), *sums)
        asked = asked.where(table.c.group_id.in_(ids)).group_by(*by).order_by(*by)
        if ids:
            found += [{"kind": kind, **row._mapping} for row in connection.execute(asked)]
    return pd.DataFrame(found, columns=list(EFFECT_COLUMNS)).astype(EFFECT_COLUMNS)
