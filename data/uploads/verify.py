"""Whether what counts is what the events say: looked at when an upload is loaded, or the store at another moment.

Only what costs little: how many lines stand in each group, what the summed lines add up to, and which groups count.
Whether each cell is as it was written, `python -m commands check` looks.
"""

import math
from collections.abc import Mapping, Set

from sqlalchemy import Connection, Double, Select, Table, cast, func, select

from data import schemas
from data.database import tables
from data.database.errors import StoreError
from data.database.events import UPLOADS
from data.database.state import Event, State
from data.uploads.groups import Group, Groups, in_force

TOLERANCE = 1e-9  # sums of fractions depend on their order in the last digits
EXACT = 2**53  # sums of whole numbers up to here do not
# what was changed by hand may end in
UNREADABLE = (KeyError, TypeError, AttributeError, ValueError, OverflowError, StopIteration)


class Verified:
    """Which uploads of a store this process has looked at, and after which events it has looked at what counts."""

    def __init__(self) -> None:
        self._uploads: set[int] = set()
        self._events: set[int] = set()

    def look(self, connection: Connection, now: State, asked: State, groups: Groups, name: str) -> None:
        """Look at every upload that was not looked at yet, and at what counts now and in the state that is asked for.

        errors: StoreError store_damaged with the upload, its kind and how many lines there are of how many
        """
        new = now.uploads.keys() - self._uploads
        states = [state for state in dict.fromkeys((now, asked)) if state.event_no not in self._events]
        if not new and not states:
            return
        try:
            known = groups.refresh(connection)
            fault = _cut_off(connection, now)
            if new and not fault:
                first = _first_group(known, new) if self._uploads else None
                fault = _wrong_lines(connection, [now.uploads[number] for number in sorted(new)], known, first)
            for state in states:
                fault = fault or _wrong_state(connection, state, known)
        except StoreError as error:
            raise StoreError(error.code, name, error.part) from error
        except UNREADABLE as error:
            raise StoreError("store_damaged", name) from error
        if fault:
            raise StoreError("store_damaged", name, fault)
        self._uploads |= new
        self._events |= {state.event_no for state in states}

    def forget(self) -> None:
        self._uploads, self._events = set(), set()


# events
def _cut_off(connection: Connection, now: State) -> tuple:
    """Uploads, or changes of what counts, of events that are not there any more."""
    last = [connection.execute(select(func.max(t.c.event_no))).scalar() for t in (tables.uploads, tables.group_states)]
    return ("journal", UPLOADS) if max(number or 0 for number in last) > now.event_no else ()


def _wrong_state(connection: Connection, state: State, groups: Mapping[int, Group]) -> tuple:
    """The first group that counts although its events do not make it count, or the other way round."""
    counting = set(connection.execute(tables.in_force(state.event_no)).scalars())
    wrong = sorted(counting ^ in_force(state, groups.values()))
    if wrong and wrong[0] not in groups:
        raise ValueError("a group of no upload counts")
    return ("sums", groups[wrong[0]].upload_number, groups[wrong[0]].kind) if wrong else ()


# lines and summed lines
def _first_group(groups: Mapping[int, Group], uploads: Set[int]) -> int:
    return min(
        (group.id for group in groups.values() if group.upload_number in uploads), default=max(groups, default=0) + 1
    )


def _wrong_lines(connection: Connection, uploads: list[Event], groups: Mapping[int, Group], first: int | None) -> tuple:
    """The first kind of an upload with other lines than its event, its groups and its summed lines say.

    first: the group from which on all are of these uploads; None: there are no others
    """
    for kind in tables.ROW_KINDS:
        wanted = _by_upload(groups, {group.id: group.lines for group in groups.values() if group.kind == kind})
        found = _by_upload(groups, _counts(connection, kind, first))
        sums = _by_upload(groups, _sums(connection, kind, first)) if kind in schemas.KINDS else {}
        for upload in uploads:
            number, told = upload.number, told_lines(upload, kind)
            there = found.get(number, {})
            if sum(there.values()) != told:
                return "upload", number, kind, sum(there.values()), told
            if there != wanted.get(number, {}) or _is_miscounted(upload, kind, there, sums.get(number, {})):
                return "sums", number, kind
    return ()


def told_lines(upload: Event, kind: str) -> int:
    """How many lines of a kind the event of an upload tells."""
    return upload.rows(kind) if kind in schemas.KINDS else sum(part[kind] for part in upload.details["parts"])


def _by_upload(groups: Mapping[int, Group], found: Mapping[int, object]) -> dict[int, dict]:
    """Upload -> its groups; lines in a group that no upload has count nowhere."""
    made: dict[int, dict] = {}
    for group in [group for group in found if group in groups]:
        made.setdefault(groups[group].upload_number, {})[group] = found[group]
    return made


def _counts(connection: Connection, kind: str, first: int | None) -> dict[int, int]:
    """Group -> how many lines of a kind there are; an index has all of it."""
    table = tables.lines[kind]
    asked = select(table.c.group_id, func.count()).group_by(table.c.group_id)
    return dict(connection.execute(_from_on(table, asked, first)).all())


def _sums(connection: Connection, kind: str, first: int | None) -> dict[int, dict[str, float]]:
    """Group -> what its summed lines add up to: `lines`, and each field that one of them has."""
    table, names = tables.summed[kind], ("lines", *schemas.SUMMED[kind][1])
    sums = [func.sum(cast(table.c[name], Double)).label(name) for name in names]
    asked = select(table.c.group_id, *sums).group_by(table.c.group_id)
    return {
        row.group_id: {name: row._mapping[name] for name in names if row._mapping[name] is not None}
        for row in connection.execute(_from_on(table, asked, first))
    }


def _from_on(table: Table, asked: Select, first: int | None) -> Select:
    return asked if first is None else asked.where(table.c.group_id >= first)


def _is_miscounted(upload: Event, kind: str, lines: Mapping[int, int], sums: Mapping[int, dict[str, float]]) -> bool:
    """Whether the summed lines do not stand for these lines, or add up to something else than the event tells."""
    if kind not in schemas.KINDS:
        return False
    if {group: of_group.get("lines") for group, of_group in sums.items()} != lines:
        return True
    if "totals" not in upload.details:  # a release before the database told none
        return False
    told = {name: value for name, value in upload.details["totals"].get(kind, {}).items() if name != "lines"}
    found: dict[str, float] = {}
    for of_group in sums.values():
        for name in of_group.keys() - {"lines"}:
            found[name] = found.get(name, 0.0) + of_group[name]
    return found.keys() != told.keys() or not all(is_same_sum(kind, name, found[name], told[name]) for name in told)


def is_same_sum(kind: str, name: str, one: float, other: float) -> bool:
    """Whether two sums of a field of summed lines, or of how many lines they are, are the same."""
    is_whole = name == "lines" or any(c.name == name and c.dtype == schemas.WHOLE for c in schemas.columns(kind))
    if is_whole and max(abs(one), abs(other)) < EXACT:
        return one == other
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=1e-6)
