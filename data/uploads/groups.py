"""Groups of lines that count together or not at all: when each counts, told at accept and looked at after every event.

The lines of a list fall into groups by which earlier uploads have the same line: a line that stands in uploads 1 and 3
too counts only while neither of them does. Reports and targets fall into groups by what they report on, of which the
latest upload counts. So nothing has to be compared when numbers are read, and sums of groups are sums of lines.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from data import schemas
from data.database import tables
from data.database.errors import StoreError
from data.database.state import State
from data.uploads.parts import report_keys


@dataclass(frozen=True)
class Group:
    """Some lines of one kind of an upload.

    counts_when: of a list {} (always) or {"place", "before": [[earlier upload, its equal lines]]}: which of the equal
                 lines these are, counted from 0, and who has equal ones; of reports and targets {"key"}: what they
                 report on; of waiting rows and remarks {"reading_no"}: of which table they are
    """

    id: int
    upload_number: int
    kind: str
    counts_when: Mapping
    lines: int


class Groups:
    """The groups of a store, read once and then only what is new; for use inside a transaction.

    errors: StoreError store_damaged where it cannot be read when a group counts
    """

    def __init__(self) -> None:
        self._known: dict[int, Group] = {}

    def refresh(self, connection: Connection) -> dict[int, Group]:
        """Those that a transaction sees which has written none itself."""
        self._known = self.seen_by(connection)  # another thread may look at the one before
        return self._known

    def seen_by(self, connection: Connection) -> dict[int, Group]:
        """The same for one that has: it may still fail, and then other groups get their numbers. None is kept."""
        table, news = tables.groups, {}
        is_new = table.c.id > max(self._known, default=0)
        for row in connection.execute(select(table).where(is_new).order_by(table.c.id)):
            try:
                news[row.id] = Group(row.id, row.upload_number, row.kind, json.loads(row.counts_when), row.lines)
            except ValueError as error:
                raise StoreError("store_damaged", part=("sums", row.upload_number, row.kind)) from error
        return self._known | news


def in_force(state: State, groups: Iterable[Group]) -> set[int]:
    """The ids of the groups that count in a state."""
    numbers = set(state.in_force)
    return {group.id for group in groups if group.upload_number in numbers and _counts(state, group)}


def _counts(state: State, group: Group) -> bool:
    when, kind = group.counts_when, group.kind
    if kind in schemas.LINE_KINDS:
        is_counting = group.upload_number in state.counting_numbers[kind]
        return is_counting and _equal_before(state, kind, when) <= when.get("place", 0)
    if kind in state.owners:
        return state.owners[kind].get(tuple(when["key"])) == group.upload_number
    part = next(p for p in state.uploads[group.upload_number].details["parts"] if p["reading_no"] == when["reading_no"])
    return not state.is_settled(group.upload_number, part)


def _equal_before(state: State, kind: str, when: Mapping) -> int:
    """How many equal lines the earlier uploads count: of several that say the same, as many as the one with the most
    has; those of an upload that was to count beside them come on top."""
    counted = 0
    for number, lines in when.get("before", ()):
        if number in state.counting_numbers[kind]:
            counted = counted + lines if state.uploads[number].again == "all" else max(counted, lines)
    return counted


def grouped(
    kind: str, rows: pd.DataFrame, met: pd.DataFrame | None, ways: Mapping[int, str | None], again: str | None
) -> tuple[list[dict], np.ndarray]:
    """The groups of the rows of a new upload: when each counts, and for each row the place of its group in that list.

    in: rows: of parts.keyed_rows; met: row_key, upload_number, lines: the equal lines of earlier uploads, of a list;
        ways: upload -> its `again`
    """
    if kind in schemas.LINE_KINDS:
        whens = _of_lists(rows, met, ways, again)
    elif kind in schemas.KINDS:
        whens = [json.dumps({"key": key}) for key in report_keys(kind, rows)]
    else:
        whens = [json.dumps({"reading_no": number}) for number in rows["reading_no"].tolist()]
    codes, distinct = pd.factorize(np.array(whens, dtype=object))
    return [json.loads(when) for when in distinct], codes


def _of_lists(rows: pd.DataFrame, met: pd.DataFrame, ways: Mapping[int, str | None], again: str | None) -> list[str]:
    always = json.dumps({})
    whens = [always] * len(rows)
    if again == "all" or met.empty:
        return whens
    before: dict[int, list[list[int]]] = {}
    of_upload = met.groupby(["row_key", "upload_number"])["lines"].sum()  # its equal lines may lie in several groups
    for (key, number), lines in of_upload.items():
        before.setdefault(key, []).append([int(number), int(lines)])
    is_met = np.flatnonzero(rows["row_key"].isin(list(before)).to_numpy())
    keys, places = rows["row_key"].to_numpy(), rows["row_occurrence"].to_numpy()
    for position in is_met.tolist():
        place, equal = int(places[position]), before[int(keys[position])]
        if not any(ways[number] == "all" for number, _ in equal):
            # then only matters who has as many: so lists sent again and again make few groups
            place, equal = 0, [[number, 1] for number, lines in equal if lines > place]
        if equal:
            whens[position] = json.dumps({"place": place, "before": equal})
    return whens
