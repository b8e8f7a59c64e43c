"""The small frames of the screens, cached by what is viewed; all of them are made of the summed lines."""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from data import reference, schemas
from metrics.changes import Change, change
from metrics.frontline import frontline_coverage
from metrics.measures import MEASURES, Number, number_of, rows_behind, total, totals_by, totals_by_week
from metrics.reconciliation import reconciliation
from metrics.selection import selected
from metrics.stock import Lines, cash_left, received_by_good, running_out, stock_by_good, unconverted
from report import rows_behind as behind
from report.filters import Filters
from report.kept import cached
from report.view import View


@dataclass(frozen=True)
class Headline:
    """One headline number: its value, its change against the week before, its course over the weeks."""

    value: float | None
    change: Change | None
    weeks: tuple[float, ...]  # missing weeks are NaN


def frames(view: View):
    """kind -> its summed lines in this view."""
    return view.summed


def rows(number: Number, view: View, **part: object) -> pd.DataFrame:
    """The summed lines of a number, or of a part of it."""
    return rows_behind(number, frames(view), view.selection, part)


@cached()
def headline(view: View, code: str, week: date | None) -> Headline:
    """A headline number of the view; week: which is compared with the one before."""
    measure = MEASURES[code]
    found = rows(measure, view)
    changed = change(measure, frames(view), view.selection, week, behind.nil_reports(view)) if week else None
    by_week = totals_by_week(found).dropna(subset=["week_start_date"]).set_index("week_start_date")["counted"]
    course = by_week.reindex(pd.DatetimeIndex(weeks(view))).astype("float64")
    return Headline(total(found), changed, tuple(course))


def weeks(view: View) -> list[pd.Timestamp]:
    """The Mondays of the period up to the day, or to the last week that has data."""
    chosen, known = view.filters, view.source.weeks()
    first = chosen.first_week or known[0]
    last = chosen.last_week or max(week for week in known if week <= view.day or week == known[0])
    return list(pd.date_range(first, max(first, last), freq="7D"))


@cached()
def split(view: View, code: str, by: str) -> pd.DataFrame:
    """A number split by a column: commune, donor_category, site, or "week".

    out: by (a week is `week_start_date`), counted, rows
    """
    found = rows(number_of(code), view)
    return totals_by_week(found) if by == "week" else totals_by(found, by)


@cached()
def goods_received(view: View) -> pd.DataFrame:
    """What was received of each good, in each base unit by itself."""
    return received_by_good(selected(frames(view)("donations"), view.selection))


def of_district(view: View) -> View:
    """The view of what stands: no commune limits it, so a click on one computes nothing of it again."""
    chosen = view.filters
    return replace(view, filters=Filters(last_week=chosen.last_week, goods=chosen.goods, as_of=chosen.as_of))


def lines(view: View) -> Lines:
    """The four lists up to the end of the period, of the whole district: what stock is made of."""
    up_to = of_district(view)
    return Lines(*(selected(frames(up_to)(kind), up_to.selection) for kind in schemas.LINE_KINDS))


def stock(view: View) -> pd.DataFrame:
    """The stock of each good (metrics.stock.stock_by_good), in the order of the reference table."""
    return _stock(of_district(view))


@cached()
def _stock(view: View) -> pd.DataFrame:
    return in_order(stock_by_good(lines(view)), "good", reference.load().goods)


def cash(view: View) -> pd.DataFrame:
    """What became of the cash (metrics.stock.cash_left)."""
    return _cash(of_district(view))


@cached()
def _cash(view: View) -> pd.DataFrame:
    return cash_left(lines(view))


def running_low(view: View) -> pd.DataFrame:
    """The goods that will not last another week (metrics.stock.running_out)."""
    return _running_low(of_district(view))


@cached()
def _running_low(view: View) -> pd.DataFrame:
    return running_out(lines(view), as_of=min(view.day, view.selection.last_day or view.day))


def unconverted_lines(view: View) -> int:
    return _unconverted_lines(of_district(view))


@cached()
def _unconverted_lines(view: View) -> int:
    return unconverted(lines(view))


@cached()
def sites(view: View) -> pd.DataFrame:
    """Every site that is looked at, with its visits in the period (metrics.frontline.frontline_coverage)."""
    known, chosen = reference.load().sites, view.filters
    codes = [
        code
        for code, row in known.items()
        if (not chosen.sites or code in chosen.sites)
        and (not chosen.chosen_communes() or row["commune"] in chosen.chosen_communes())
    ]
    support = selected(frames(view)("frontline_support"), view.selection)
    return frontline_coverage(support, codes, as_of=min(view.day, view.selection.last_day or view.day))


def differences(view: View) -> pd.DataFrame:
    """The weekly reports of the period against the lists (metrics.reconciliation.reconciliation)."""
    selection = replace(view.selection, goods=(), donor_categories=(), sites=())
    return selected(_all_differences(replace(view, filters=Filters(as_of=view.filters.as_of))), selection)


@cached()
def _all_differences(view: View) -> pd.DataFrame:
    kinds = ("weekly_reports", "donations", "distributions", "frontline_support")
    return reconciliation(*(frames(view)(kind) for kind in kinds))


def in_order(frame: pd.DataFrame, column: str, table: dict) -> pd.DataFrame:
    """A small frame in the order of a reference table, whatever the language."""
    order = {code: number for number, code in enumerate(table)}
    return frame.sort_values(column, key=lambda codes: codes.map(order), kind="stable", ignore_index=True)
