"""Which rows of a tidy frame are looked at: days, communes, goods, categories, sites; said as conditions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from data import reference
from data.conditions import NOTHING, Condition, matching

Part = Mapping[str, str | date | None]  # name -> code or day; None where it is missing


@dataclass(frozen=True)
class Selection:
    """What is looked at; an empty part does not limit. Days are inclusive."""

    first_day: date | None = None
    last_day: date | None = None
    communes: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    donor_categories: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


DAYS = ("week", "until", "day")  # parts of time; each is about the column that says when
# what concerns goods alone: cash is a good of its own in the lists
IS_GOODS = Condition("good", "not_equal", "cash")


def selected(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The rows of a tidy frame that a selection keeps.

    in:      any frame of data/schemas.py; a part of the selection limits only frames that have its column
    out:     the same columns
    missing: a row without a date is left out as soon as a first or last day is given; the same for a commune
    errors:  none
    """
    return matching(frame, selection_conditions(frame.columns, selection))


def selection_conditions(columns: Collection[str], selection: Selection) -> tuple[Condition, ...]:
    """What `selected` asks of a row. columns: the names of those that the rows have."""
    day = day_column(columns)
    wanted = []
    if day and selection.first_day:
        wanted.append(Condition(day, "from", selection.first_day))
    if day and selection.last_day:
        wanted.append(Condition(day, "to", selection.last_day))
    for column, codes in (
        ("commune", selection.communes),
        ("good", selection.goods),
        ("donor_category", selection.donor_categories),
        ("site", selection.sites),
    ):
        if codes and column in columns:
            wanted.append(Condition(column, "in", tuple(codes)))
    return tuple(wanted)


def at(frame: pd.DataFrame, part: Part) -> pd.DataFrame:
    """The rows of one part of a number: one bar, one cell.

    in:      column -> its code, "week" -> a Monday, "until" -> the Monday of the last week that counts, "day" -> a
             day, "site_type" and "site_commune" -> what the reference table says of a site; None for the rows where it
             is missing
    out:     the same columns; no row when the frame has no such column
    """
    return matching(frame, part_conditions(frame.columns, part))


def part_conditions(columns: Collection[str], part: Part) -> tuple[Condition, ...]:
    """What `at` asks of a row. columns: the names of those that the rows have."""
    wanted: list[Condition] = []
    for name, value in part.items():
        column = day_column(columns) if name in DAYS else PLACES.get(name, name)
        if column is None or column not in columns:
            return (NOTHING,)
        if name in PLACES:
            wanted.append(Condition(column, "in", tuple(sites_of(name, value))))
        elif value is None:
            wanted.append(Condition(column, "missing"))
        elif name in DAYS:
            wanted += _on_days(column, name, value)
        else:
            wanted.append(Condition(column, "equal", value))
    return tuple(wanted)


def _on_days(column: str, name: str, day: date) -> list[Condition]:
    """name: of DAYS; day: its Monday, or the day."""
    first = date.fromordinal(day.toordinal())  # of a Timestamp, which SQL knows not, the plain day
    if name == "day":
        return [Condition(column, "equal", first)]
    sunday = date.fromordinal(min(first.toordinal() + 6, date.max.toordinal()))  # an address may name any Monday
    until = Condition(column, "to", sunday)
    return [until] if name == "until" else [Condition(column, "from", first), until]


# parts that group sites: a gift names its site, and the reference table of what sort it is and where it stands
PLACES = {"site_type": "site", "site_commune": "site"}


def sites_of(place: str, code: str | None) -> list[str]:
    """The sites of a type ("site_type") or of a commune ("site_commune"; None: of no commune)."""
    column = place.removeprefix("site_")
    return [site for site, row in reference.load().sites.items() if (row[column] or None) == code]


def day_column(columns: Collection[str]) -> str | None:
    """The column that says when: the day of a list, the week of a report."""
    return next((name for name in ("date", "week_start_date") if name in columns), None)


def lines_of(rows: pd.DataFrame) -> pd.Series:
    """How many lines of a sheet each row stands for: of summed lines their `lines`, else 1."""
    return rows["lines"] if "lines" in rows else pd.Series(1, index=rows.index, dtype="Int64")
