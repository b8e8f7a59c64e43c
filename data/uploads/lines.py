"""Reading lines, where people read lines: behind a number, in a search, in letters, exports; a page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from data import schemas
from data.conditions import Condition, clause
from data.database import tables
from data.uploads import search_text
from data.uploads.sums import framed, read_all

PAGE = 5000
NEAR = 5000  # lines that are stepped over sooner than all are sorted
OF_LINE = ("upload_number", "reading_no", "line", "row_key", "row_occurrence")
COUNTED = {"kind": schemas.TEXT, "counted_field": schemas.TEXT, "counted": schemas.NUMBER, "balance": schemas.NUMBER}


@dataclass(frozen=True)
class LineQuery:
    """Some lines of one kind, and how much of each counts.

    where:     conditions on its columns
    field:     the column that is counted, None: each line as 1; sign: -1 for what went out
    once_per:  of lines equal in these columns one counts, the first by commune, good and place; then `of_part` limits
    words:     every word must occur in the line (data/uploads/search_text.py); is_open: in what is not hidden of it
    """

    kind: str
    where: tuple[Condition, ...] = ()
    field: str | None = None
    sign: int = 1
    once_per: tuple[str, ...] = ()
    of_part: tuple[Condition, ...] = ()
    words: str = ""
    is_open: bool = False


def columns_of(kinds: Sequence[str]) -> dict[str, str]:
    """Column -> dtype of all columns that lines of these kinds have, in the order of their schemas."""
    found: dict[str, str] = {}
    for kind in kinds:
        found |= {c.name: c.dtype for c in schemas.COLUMNS[kind]}
    return found | {c.name: c.dtype for c in schemas.PROVENANCE}


class LineReader:
    """The lines that are in force after one event. is_server: PostgreSQL."""

    def __init__(self, connection: Connection, event_no: int, *, is_server: bool):
        self.connection, self.event_no, self.is_server = connection, event_no, is_server

    def count(self, *queries: LineQuery) -> tuple[int, float | None]:
        """How many lines there are, and what they count together; None without a line."""
        count, total = 0, None
        for query in queries:
            counted = self._counted(query, {}).subquery()
            found, added = self.connection.execute(select(func.count(), func.sum(counted.c.counted))).one()
            count += found
            if found:
                total = (total or 0.0) + float(added or 0.0)
        return count, total

    def sums(self, query: LineQuery, fields: Sequence[str]) -> tuple[int, list[float | None]]:
        """How many lines there are, and the sum of each field; None where no line has it."""
        table = tables.lines[query.kind]
        asked = [func.sum(cast(table.c[name], Double)) for name in fields]
        found = self.connection.execute(select(func.count(), *asked).where(self._condition(query))).one()
        return found[0], list(found[1:])

    def page(
        self, *queries: LineQuery, order: Sequence[str], start: int = 0, most: int | None = None, balance: bool = False
    ) -> pd.DataFrame:
        """Some lines of one kind or of several together.

        order:   columns, "-name" for the largest first, "is_out" for what came in first; missing ones come last. Where
                 it does not name upload and line, they decide last
        balance: with `balance`: what the lines up to each one count together, in this order
        out:     the columns of the kinds, OF_LINE, kind, counted_field, counted
        """
        dtypes = columns_of([query.kind for query in queries])
        named = {name.removeprefix("-") for name in order}
        # the first pages of an order that an index has: the rest is not even looked at
        is_walked = {"upload_number", "line"} <= named and most is not None and start < NEAR
        parts = [self._counted(query, dtypes, is_walked) for query in queries]
        rows = (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
        if not {"upload_number", "line"} <= named:  # else it is the order of an index
            order = (*order, *(n for n in ("upload_number", "reading_no", "source_row", "line") if n not in named))
        by = [_by(rows, name) for name in order] + ([rows.c.kind] if len(parts) > 1 else [])
        asked = select(rows)
        if balance:
            asked = asked.add_columns(func.sum(rows.c.counted).over(order_by=by, rows=(None, 0)).label("balance"))
        found = self.connection.execute(asked.order_by(*by).offset(start).limit(most))
        return framed(dtypes | COUNTED, read_all(found), tuple(found.keys()))

    def pages(
        self, *queries: LineQuery, size: int = PAGE, columns: Sequence[str] | None = None
    ) -> Iterator[pd.DataFrame]:
        """All of the lines of one kind after the other, page after page by their own numbers: each costs the same.

        columns: only these, for half of the time; None: all
        """
        for query in queries:
            table, dtypes, last = tables.lines[query.kind], columns_of([query.kind]), 0
            names = ("id", *(columns or (*dtypes, *OF_LINE)))
            while True:
                asked = select(*(table.c[name] for name in names)).where(self._condition(query), table.c.id > last)
                rows = read_all(self.connection.execute(asked.order_by(table.c.id).limit(size)))
                if not rows:
                    break
                last = rows[-1].id
                yield framed(dtypes, rows, names).drop(columns="id")

    # the questions
    def _condition(self, query: LineQuery, is_walked: bool = False) -> ColumnElement[bool]:
        table = tables.lines[query.kind]
        # + 0: an index of the groups cannot be used, so the lines come in the order of the index that has it
        group = table.c.group_id + 0 if is_walked else table.c.group_id
        wanted = group.in_(tables.in_force(self.event_no)) & clause(table.c, query.where)
        if query.words.strip():
            wanted &= search_text.matches(table, query.words, is_server=self.is_server, is_open=query.is_open)
        return wanted

    def _counted(self, query: LineQuery, dtypes: dict[str, str], is_walked: bool = False) -> Select:
        """The lines of a query with COUNTED; dtypes: of the columns that are shown, null where the kind has none."""
        table, field = tables.lines[query.kind], query.field
        amount = cast(table.c[field], Double) if field and not query.once_per else literal(1.0, Double)
        shown = [
            table.c[name] if name in table.c else cast(null(), tables.TYPES[dtype]).label(name)
            for name, dtype in dtypes.items()
        ]
        told = [] if "kind" in table.c else [literal(query.kind).label("kind")]  # waiting rows tell it themselves
        told.append((literal(field) if field else cast(null(), Text)).label("counted_field"))
        told.append((amount * query.sign).label("counted"))
        asked = select(*shown, *(table.c[name] for name in OF_LINE), *told).where(self._condition(query, is_walked))
        return self._once(query, asked, [*dtypes, *OF_LINE, *COUNTED]) if query.once_per else asked

    def _once(self, query: LineQuery, asked: Select, names: Sequence[str]) -> Select:
        """Of the lines that repeat, the one that stands for them, where it is of the part that is asked for."""
        table = tables.lines[query.kind]
        order = [table.c[n].nulls_last() for n in ("commune", "good") if n in table.c]
        by = [table.c[name] for name in query.once_per]
        place = func.row_number().over(partition_by=by, order_by=[*order, table.c.upload_number, table.c.line])
        unseen = {one.column for one in query.of_part if one.column} - set(names)
        first = asked.add_columns(place.label("place"), *(table.c[name] for name in sorted(unseen))).subquery()
        kept = [column for column in first.c if column.name in names]
        return select(*kept).where(first.c.place == 1, clause(first.c, query.of_part))


def _by(rows, name: str) -> ColumnElement:
    if name == "is_out":
        return case((rows.c.counted < 0, 1), else_=0)
    column = rows.c[name.removeprefix("-")]
    order = column.desc() if name.startswith("-") else column.asc()
    return order if column.name in OF_LINE else order.nulls_last()  # those are never missing, as the index knows
