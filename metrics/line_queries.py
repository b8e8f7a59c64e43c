"""The lines behind a number, as questions to the store: the same ones that `rows_behind` keeps of a frame."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from data import schemas
from data.conditions import NOTHING, Condition
from data.uploads.lines import LineQuery
from metrics.changes import WEEK, same_communes
from metrics.measures import Measure, Number, limits, measure_conditions
from metrics.selection import Part, Selection, part_conditions, selection_conditions


def queries_behind(number: Number, selection: Selection, part: Part | None = None) -> tuple[LineQuery, ...]:
    """One question a term of the number, or of a part of it (metrics.measures.rows_behind)."""
    return tuple(_query(measure, sign, limits(measure, selection), part or {}) for sign, measure in number.terms)


def _query(measure: Measure, sign: int, selection: Selection, part: Part) -> LineQuery:
    columns = [column.name for column in schemas.columns(measure.kind)]
    where = (*selection_conditions(columns, selection), *measure_conditions(measure, columns))
    of_part = part_conditions(columns, part)
    asked = LineQuery(measure.kind, where, measure.field, sign)
    if measure.once_per:  # first which line stands for a visit, then of which part it is
        return replace(asked, once_per=measure.once_per, of_part=of_part)
    return replace(asked, where=(*of_part, *where))


def change_queries(
    measure: Measure,
    frame_of: Callable[[str], pd.DataFrame],
    selection: Selection,
    week: date,
    nil: Collection[tuple[str, date]] = (),
) -> tuple[LineQuery, ...]:
    """The questions for the lines behind a change (metrics.changes.change_rows); frame_of: of summed lines."""
    asked = []
    for monday, sign in ((week, 1), (week - WEEK, -1)):
        limited = limits(measure, replace(selection, last_day=monday + timedelta(days=6)))
        asked.append(_query(measure, sign, replace(limited, first_day=monday), {}))
    communes = same_communes(measure.kind, frame_of(measure.kind), week, nil)
    if communes is None:
        return tuple(asked)
    codes = tuple(sorted(code for code in communes if code))
    among = [Condition("commune", "in", codes)] if codes else []
    among += [Condition("commune", "missing")] if None in communes else []
    return tuple(_among(one, condition) for one in asked for condition in among or [NOTHING])


def _among(query: LineQuery, condition: Condition) -> LineQuery:
    """Of lines that count once, which one stands for them is told before its commune is looked at."""
    if query.once_per:
        return replace(query, of_part=(*query.of_part, condition))
    return replace(query, where=(condition, *query.where))
