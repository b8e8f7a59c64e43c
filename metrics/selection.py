"""Which rows of a tidy frame are looked at: days, communes, goods, categories, sites. Written with narwhals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import narwhals as nw
from narwhals.typing import IntoFrameT

from data import reference


@dataclass(frozen=True)
class Selection:
    """What is looked at; an empty part does not limit. Days are inclusive."""

    first_day: date | None = None
    last_day: date | None = None
    communes: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    donor_categories: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


def selected(frame: IntoFrameT, selection: Selection) -> IntoFrameT:
    """The rows of a tidy frame that a selection keeps.

    in:      any frame of data/schemas.py; a part of the selection limits only frames that have its column
    out:     the same columns
    missing: a row without a date is left out as soon as a first or last day is given; the same for a commune
    errors:  none
    """
    rows = nw.from_native(frame)
    day = day_column(rows)
    wanted = []
    if day and selection.first_day:
        wanted.append(nw.col(day) >= datetime.combine(selection.first_day, time.min))
    if day and selection.last_day:
        wanted.append(nw.col(day) <= datetime.combine(selection.last_day, time.max))
    for column, codes in (
        ("commune", selection.communes),
        ("good", selection.goods),
        ("donor_category", selection.donor_categories),
        ("site", selection.sites),
    ):
        if codes and column in rows.columns:
            wanted.append(nw.col(column).is_in(list(codes)))
    return kept(rows, wanted).to_native()


def kept(rows: nw.DataFrame, wanted: Sequence[nw.Expr]) -> nw.DataFrame:
    """The rows that fulfil all of the conditions: looked through once, not once for each."""
    return rows.filter(*wanted) if wanted else rows


def at(frame: IntoFrameT, part: Mapping[str, str | date | None]) -> IntoFrameT:
    """The rows of one part of a number: one bar, one cell.

    in:      column -> its code, "week" -> a Monday, "until" -> the Monday of the last week that counts, "day" -> a
             day, "site_type" and "site_commune" -> what the reference table says of a site; None for the rows where it
             is missing
    out:     the same columns; no row when the frame has no such column
    """
    rows = nw.from_native(frame)
    wanted = []
    for name, value in part.items():
        column = day_column(rows) if name in ("week", "until", "day") else PLACES.get(name, name)
        if column is None or column not in rows.columns:
            return rows.head(0).to_native()
        if name in PLACES:
            wanted.append(nw.col(column).is_in(sites_of(name, value)))
        elif value is None:
            wanted.append(nw.col(column).is_null())
        elif name == "week":
            first = datetime.combine(value, time.min)
            wanted += [nw.col(column) >= first, nw.col(column) < first + timedelta(days=7)]
        elif name == "until":
            wanted.append(nw.col(column) < datetime.combine(value, time.min) + timedelta(days=7))
        elif name == "day":
            wanted.append(nw.col(column) == datetime.combine(value, time.min))
        else:
            wanted.append(nw.col(column) == value)
    return kept(rows, wanted).to_native()


# parts that group sites: a gift names its site, and the reference table of what sort it is and where it stands
PLACES = {"site_type": "site", "site_commune": "site"}


def sites_of(place: str, code: str | None) -> list[str]:
    """The sites of a type ("site_type") or of a commune ("site_commune"; None: of no commune)."""
    column = place.removeprefix("site_")
    return [site for site, row in reference.load().sites.items() if (row[column] or None) == code]


def day_column(rows: nw.DataFrame) -> str | None:
    """The column that says when: the day of a list, the week of a report."""
    return next((name for name in ("date", "week_start_date") if name in rows.columns), None)


# what no filter and no screen tells apart is added up; a visit is told by its day, everything else by its week
CONDENSED = {
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
}


def condensed(kind: str, frame: IntoFrameT) -> IntoFrameT:
    """A small frame that gives the same numbers: lines that no filter can tell apart, added up.

    in:      the tidy frame of a kind, of full size; kinds that are not in CONDENSED are small, and stay as they are
    out:     its columns of CONDENSED, and `lines`: how many lines were added up; a day is the Monday of its week,
             except of a visit
    missing: lines with and without a field stay apart, so a sum is missing where all of its lines say nothing
    """
    if kind not in CONDENSED:
        return frame
    keys, fields = CONDENSED[kind]
    rows = nw.from_native(frame).select(*keys, *fields)
    if kind != "frontline_support":
        # the Monday of the week: the first one of the calendar is day 4 after 1970-01-01, from which weeks are counted
        rows = rows.with_columns(nw.col("date").dt.offset_by("-4d").dt.truncate("7d").dt.offset_by("4d"))
    # so every row that has a field counts as many lines as have it
    rows = rows.with_columns(*(nw.col(name).is_null().alias(f"without_{name}") for name in fields))
    grouped = rows.group_by(*keys, *(f"without_{name}" for name in fields), drop_null_keys=False)
    small = grouped.agg(*(nw.col(name).sum() for name in fields), nw.len().alias("lines"))
    given = [nw.when(~nw.col(f"without_{name}")).then(nw.col(name)).alias(name) for name in fields]
    return small.with_columns(*given).select(*keys, *fields, "lines").to_native()


def lines_of(rows: nw.DataFrame) -> nw.Expr:
    """How many lines of a sheet a row stands for: of a condensed frame its `lines`, else 1."""
    return nw.col("lines") if "lines" in rows.columns else nw.lit(1)
