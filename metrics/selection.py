"""Which rows of a tidy frame are looked at: days, communes, goods, donor categories. Written with narwhals."""

from dataclasses import dataclass
from datetime import date, datetime, time

import narwhals as nw
from narwhals.typing import IntoFrameT


@dataclass(frozen=True)
class Selection:
    """What is looked at; an empty part does not limit. Days are inclusive."""

    first_day: date | None = None
    last_day: date | None = None
    communes: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    donor_categories: tuple[str, ...] = ()


def selected(frame: IntoFrameT, selection: Selection) -> IntoFrameT:
    """The rows of a tidy frame that a selection keeps.

    in:      any frame of data/schemas.py; a part of the selection limits only frames that have its column
    out:     the same columns
    missing: a row without a date is left out as soon as a first or last day is given; the same for a commune
    errors:  none
    """
    rows = nw.from_native(frame)
    day = next((name for name in ("date", "week_start_date") if name in rows.columns), None)
    if day and selection.first_day:
        rows = rows.filter(nw.col(day) >= datetime.combine(selection.first_day, time.min))
    if day and selection.last_day:
        rows = rows.filter(nw.col(day) <= datetime.combine(selection.last_day, time.max))
    for column, codes in (
        ("commune", selection.communes),
        ("good", selection.goods),
        ("donor_category", selection.donor_categories),
    ):
        if codes and column in rows.columns:
            rows = rows.filter(nw.col(column).is_in(list(codes)))
    return rows.to_native()
