"""The part of a look through a store that is about uploads: their lines, their groups and their sums."""

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import product
from math import prod

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from data import schemas
from data.database import tables
from data.database.chain import in_utc
from data.database.events import UPLOADS
from data.summing import summed_lines
from data.upkeep.wrong import Wrong
from data.uploads.groups import grouped
from data.uploads.parts import joined_key, part_key
from data.uploads.sums import dtypes_of, framed
from data.uploads.verify import UNREADABLE, is_same_sum
from data.uploads.writing import plain, rows_hash

MOST_WAYS = 10_000


def wrong_uploads(connection: Connection, uploads: Sequence[dict]) -> Iterator[Wrong]:
    again = {upload["number"]: upload.get("again") for upload in uploads}
    told = connection.execute(select(tables.uploads.c.number).order_by(tables.uploads.c.number)).scalars().all()
    unknown = [number for number in told if number not in again]
    met = {kind: _met(connection, kind, again.keys()) for kind in schemas.LINE_KINDS if not unknown}
    for upload in uploads:
        wrong = _wrong_upload(connection, upload, met, again)
        for one in wrong:  # what later uploads meet in wrong lines is not what they met
            met.pop(one.table, None)
        yield from wrong
    for number in unknown:
        yield Wrong("upload_changed", UPLOADS, number)


def _wrong_upload(connection: Connection, upload: dict, met: Mapping[str, pd.DataFrame], again: dict) -> list[Wrong]:
    rows, wrong, number = {}, _wrong_row(connection, upload), upload["number"]
    for kind in tables.ROW_KINDS:
        try:
            rows[kind] = _rows(connection, kind, number)
        except UNREADABLE:  # SQLite keeps whatever is written, also a number or a day that is none
            wrong.append(Wrong("rows_changed", kind, number))
    try:
        wrong += _wrong_rows(upload, rows)
        whole = {kind: rows[kind] for kind in rows if kind not in {one.table for one in wrong}}
        wrong += _wrong_groups(connection, number, whole, met, again)
        return [*wrong, *_wrong_sums(connection, number, whole)]
    except UNREADABLE:  # an event that was changed by hand
        return [Wrong("record_unreadable", UPLOADS, upload["event_no"])]


def _wrong_row(connection: Connection, upload: dict) -> list[Wrong]:
    """The row of the table of uploads, which outside tools read."""
    try:
        found = connection.execute(select(tables.uploads).where(tables.uploads.c.number == upload["number"])).first()
    except UNREADABLE:
        found = None
    told = [upload[name] for name in ("event_no", "file", "sha256", "who", "time", "received_at")]
    told += [bool(upload.get("is_demo")), upload["details"].get("item")]
    if found is not None:
        moments = [in_utc(found.accepted_at), in_utc(found.received_at)]
        own = [found.event_no, found.file, found.sha256, found.who, *moments, found.is_demo, found.item]
        if own == told:
            return []
    return [Wrong("upload_changed", UPLOADS, upload["number"])]


def _rows(connection: Connection, kind: str, number: int) -> pd.DataFrame:
    """The lines that count with an upload in their order, as parts.keyed_rows made them."""
    table, groups, names = tables.lines[kind], tables.groups, _names(kind)
    of_upload = select(groups.c.id).where(groups.c.upload_number == number)
    asked = select(*(table.c[name] for name in names)).where(table.c.group_id.in_(of_upload)).order_by(table.c.line)
    rows = connection.execute(asked).all()
    return framed(dtypes_of(kind), rows, names) if rows else _no_rows(kind)


def _names(kind: str) -> list[str]:
    own = ["group_id", "upload_number", "reading_no", "line", "row_key", "row_occurrence"]
    return own + [column.name for column in schemas.columns(kind)]


@lru_cache(maxsize=len(tables.ROW_KINDS))
def _no_rows(kind: str) -> pd.DataFrame:
    return framed(dtypes_of(kind), [], _names(kind))


def _wrong_rows(upload: dict, rows: Mapping[str, pd.DataFrame]) -> list[Wrong]:
    number, details, wrong = upload["number"], upload["details"], []
    counts = {kind: (len(of_kind), _accepted(details, kind)) for kind, of_kind in rows.items()}
    miscounted = [kind for kind, (found, accepted) in counts.items() if found != accepted]
    wrong += [Wrong("rows_count", kind, number, f"{counts[kind][0]}/{counts[kind][1]}") for kind in miscounted]
    changed = [
        kind for kind, of_kind in rows.items() if kind not in miscounted and of_kind["upload_number"].ne(number).any()
    ]
    if "row_hashes" in details:
        for kind in [kind for kind in rows if len(rows[kind]) and kind not in (*miscounted, *changed)]:
            if rows_hash(plain(kind, rows[kind]), upload["batch_id"]) != details["row_hashes"].get(kind):
                changed.append(kind)
    elif not miscounted and not changed and len(rows) == len(tables.ROW_KINDS) and not _says_the_same(upload, rows):
        changed += [kind for kind, of_kind in rows.items() if len(of_kind)]
    return wrong + [Wrong("rows_changed", kind, number) for kind in changed]


def _accepted(details: dict, kind: str) -> int:
    """How many lines of a kind the event of an upload tells."""
    if kind in schemas.KINDS:
        return sum(part["rows"] for part in details["parts"] if part["kind"] == kind)
    return sum(part[kind] for part in details["parts"])


def _met(connection: Connection, kind: str, numbers: Set[int]) -> pd.DataFrame:
    """The lines of a list kind that several groups have, as writing.met_lines gives them."""
    table, groups = tables.lines[kind], tables.groups
    several = select(table.c.row_key).group_by(table.c.row_key)
    several = several.having(func.min(table.c.group_id) != func.max(table.c.group_id))
    asked = select(table.c.row_key, table.c.group_id, func.count()).where(table.c.row_key.in_(several))
    uploads = dict(connection.execute(select(groups.c.id, groups.c.upload_number)).all())
    rows = [
        (key, group, lines, uploads[group])
        for key, group, lines in connection.execute(asked.group_by(table.c.row_key, table.c.group_id))
        if isinstance(key, int) and uploads.get(group) in numbers  # in any other group a line counts nowhere
    ]
    return pd.DataFrame(rows, columns=["row_key", "group_id", "lines", "upload_number"]).astype("int64")


def _wrong_groups(
    connection: Connection, number: int, rows: Mapping[str, pd.DataFrame], met: Mapping[str, pd.DataFrame], again: dict
) -> Iterator[Wrong]:
    """The groups of an upload against those that its lines make beside the lines of earlier uploads."""
    table = tables.groups
    asked = select(table).where(table.c.upload_number == number).order_by(table.c.id)
    stored = connection.execute(asked).all()
    for kind, of_kind in rows.items():
        own = [group for group in stored if group.kind == kind]
        if not own and not len(of_kind):
            continue
        earlier = met.get(kind)
        if kind in schemas.LINE_KINDS:
            if earlier is None:
                continue
            earlier = earlier[earlier["upload_number"].lt(number) & earlier["row_key"].isin(of_kind["row_key"])]
        whens, codes = grouped(kind, of_kind, earlier, again, again[number])
        made = [(json.dumps(when), count) for when, count in zip(whens, np.bincount(codes).tolist(), strict=True)]
        first = own[0].id if own else 0
        is_same = [group.id for group in own] == list(range(first, first + len(own)))
        is_same = is_same and [(group.counts_when, group.lines) for group in own] == made
        if not is_same or of_kind["group_id"].tolist() != (codes + first).tolist():
            yield Wrong("groups_changed", kind, number)


def _wrong_sums(connection: Connection, number: int, rows: Mapping[str, pd.DataFrame]) -> Iterator[Wrong]:
    """The summed lines of an upload against its lines added up anew."""
    groups = tables.groups
    for kind in [kind for kind in rows if kind in schemas.KINDS]:
        table, names = tables.summed[kind], [*_summed_by(kind)[0], *_summed_by(kind)[1]]
        of_upload = select(groups.c.id).where(groups.c.upload_number == number)
        asked = select(*(table.c[name] for name in names)).where(table.c.group_id.in_(of_upload))
        try:
            stored = connection.execute(asked).all()
            is_same = bool(stored) == bool(len(rows[kind]))
            if is_same and stored:
                made = summed_lines(kind, rows[kind], by=("group_id",))
                is_same = _same(kind, framed(dtypes_of(kind), stored, names), made)
        except UNREADABLE:
            is_same = False
        if not is_same:
            yield Wrong("sums_changed", kind, number)


def _summed_by(kind: str) -> tuple[list[str], list[str]]:
    keys, fields = schemas.SUMMED[kind]
    return ["group_id", *keys], [*fields, "lines"]


def _same(kind: str, one: pd.DataFrame, other: pd.DataFrame) -> bool:
    keys, fields = _summed_by(kind)
    if len(one) != len(other):
        return False
    both = [_sorted(frame, keys, fields) for frame in (one, other)]
    for name in (*keys, *fields):
        for left, right in zip(*(frame[name].tolist() for frame in both), strict=True):
            if pd.isna(left) or pd.isna(right):
                if not (pd.isna(left) and pd.isna(right)):
                    return False
            elif name in fields and not is_same_sum(kind, name, left, right):
                return False
            elif name in keys and left != right:
                return False
    return True


def _sorted(frame: pd.DataFrame, keys: list[str], fields: list[str]) -> pd.DataFrame:
    given = {f"given_{name}": frame[name].isna() for name in fields}
    order = frame[keys].astype(str).assign(**given)
    return frame.loc[order.sort_values(list(order)).index].reset_index(drop=True)


# uploads of a release before the hashes
def _says_the_same(upload: dict, rows: Mapping[str, pd.DataFrame]) -> bool:
    """Whether the lines still give the content_key.

    The key tells all that a row says, not the cell it came from. The week of a report of several weeks was not
    recorded: each is tried, and where there are too many ways only the count of the rows is known.
    """
    keys = [_possible_keys(part, rows) for part in upload["details"]["parts"]]
    if prod(len(ways) for ways in keys) > MOST_WAYS:
        return True
    return upload["content_key"] in {joined_key(ways) for ways in product(*keys)}


def _possible_keys(part: dict, rows: Mapping[str, pd.DataFrame]) -> list[str]:
    of_part = {}
    for kind in (part["kind"], "waiting", "remarks"):
        of_part[kind] = rows[kind][rows[kind]["reading_no"] == part["reading_no"]]
    weeks = part["weeks"] if len(part["weeks"]) == 1 else ["", *part["weeks"]]
    return [part_key(of_part, part["communes"], week, part["is_urgent"], part["is_nil"]) for week in weeks]
