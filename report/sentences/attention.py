"""What needs attention: one line each, the most urgent first, each with the way to its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from metrics.frontline import NOT_FOR_DAYS
from report import frames, rows_behind
from report.filters import Filters
from report.kept import cached
from report.view import View
from words import names, numbers
from words.texts import language, t

RECENT = timedelta(days=13)  # urgent reports and remarks: of this week and the one before
RECENT_WEEKS = 2  # overdue reports by name; what is missing from before is told as a number
NAMED = 4


@dataclass(frozen=True)
class Matter:
    """One line: what it is, how urgent, and the page and filters where it can be seen."""

    text: str
    page: str
    filters: Filters
    is_urgent: bool = True


@cached()
def matters(view: View, language: str) -> list[Matter]:
    """Everything that the figures in view ask for, in the language of this run."""
    found = (_stock, _reports, _words, _sites, _differences, _nil_with_lists, _inbox, _waiting)
    return [matter for find in found for matter in find(view)]


def listed(things: Sequence[str]) -> str:
    """ "A, B, C và 2 nơi khác"."""
    if len(things) <= NAMED:
        return ", ".join(things)
    first = ", ".join(things[: NAMED - 1])
    return t("overview.attention.and_more", names=first, number=len(things) - NAMED + 1)


def _of_week(filters: Filters, week: date, communes: tuple[str, ...] = ()) -> Filters:
    return replace(filters, first_week=week, last_week=week, communes=communes or filters.communes)


def _stock(view: View) -> Iterator[Matter]:
    if not view.source.sees_district:
        return
    found = frames.stock(view)
    for row in found[found["stock"] < 0].to_dict("records"):
        amount = numbers.with_unit(-row["stock"], names.unit(row["base_unit"]), language())
        text = t("overview.attention.negative", name=names.good(row["good"]), amount=amount)
        yield Matter(text, "goods", replace(view.filters, goods=(row["good"],)))
    cash = frames.cash(view)["left"].iloc[0]
    if not numbers.is_missing(cash) and cash < 0:
        text = t("overview.attention.negative", name=names.good("cash"), amount=numbers.money(-cash, language()))
        yield Matter(text, "goods", view.filters)
    for row in frames.running_low(view).to_dict("records"):
        amount = numbers.with_unit(row["stock"], names.unit(row["base_unit"]), language())
        text = t("overview.attention.running_out", name=names.good(row["good"]), amount=amount)
        yield Matter(text, "goods", replace(view.filters, goods=(row["good"],)), is_urgent=False)


def _reports(view: View) -> Iterator[Matter]:
    status = rows_behind.status_of(view)
    for code in ("overdue", "due"):
        missing = status[status["status"] == code]
        weeks = sorted(missing["week_start_date"].unique(), reverse=True)
        for week in weeks[:RECENT_WEEKS]:
            communes = [
                names.inside(names.commune(c)) for c in missing.loc[missing["week_start_date"] == week, "commune"]
            ]
            words = {"week": numbers.week_short(week, language()), "communes": listed(communes)}
            yield Matter(t(f"overview.attention.{code}", **words), "reports", _of_week(view.filters, week.date()))
        earlier = missing[missing["week_start_date"].isin(weeks[RECENT_WEEKS:])]
        if len(earlier):
            yield Matter(t("overview.attention.overdue_earlier", number=len(earlier)), "reports", view.filters)
    if late := int((status["status"] == "late").sum()):
        yield Matter(t("overview.attention.late", number=late), "reports", view.filters, is_urgent=False)


def _words(view: View) -> Iterator[Matter]:
    """Urgent reports and remarks of the last days: they were written to be read."""
    status = rows_behind.status_of(view)
    since = pd.Timestamp(view.day - RECENT)
    for row in status[status["has_urgent"] & (status["week_start_date"] >= since)].to_dict("records"):
        week = row["week_start_date"]
        words = {"commune": names.inside(names.commune(row["commune"])), "week": numbers.week_short(week, language())}
        place = _of_week(view.filters, week.date(), (row["commune"],))
        yield Matter(t("overview.attention.urgent", **words), "reports", place)
    remarks = view.frame("remarks")
    recent = remarks[remarks["commune"].isin(view.communes) & (remarks["week_start_date"] >= since)]
    for week, number in recent.groupby("week_start_date").size().sort_index(ascending=False).items():
        words = {"week": numbers.week_short(week, language()), "number": number}
        place = _of_week(view.filters, week.date())
        yield Matter(t("overview.attention.remarks", **words), "reports", place, is_urgent=False)


def _sites(view: View) -> Iterator[Matter]:
    found = frames.sites(view)
    never = found.loc[found["visits"].eq(0), "site"]
    long_ago = found.loc[found["days_since"].ge(NOT_FOR_DAYS).fillna(False), "site"]
    for code, sites in (("never", never), ("long_ago", long_ago)):
        if len(sites):
            words = {"number": len(sites), "sites": listed([names.site(site) for site in sites])}
            yield Matter(t(f"overview.attention.{code}", **words), "frontline", view.filters, code == "never")


def _differences(view: View) -> Iterator[Matter]:
    found = frames.differences(view)
    differs = found[found["state"] == "differs"]
    if len(differs):
        communes = listed([names.inside(names.commune(code)) for code in dict.fromkeys(differs["commune"])])
        words = {"number": len(differs), "communes": communes}
        yield Matter(t("overview.attention.differs", **words), "reports", view.filters)


def _nil_with_lists(view: View) -> Iterator[Matter]:
    """A commune that reports that nothing happened, while its lists of the week have lines."""
    status, found = rows_behind.status_of(view), frames.differences(view)
    listed_only = found[found["state"] == "only_listed"][["commune", "week_start_date"]].drop_duplicates()
    nil = status[status["status"] == "nil"].merge(listed_only, on=["commune", "week_start_date"])
    for row in nil.to_dict("records"):
        week = row["week_start_date"]
        words = {
            "commune": names.inside(names.commune(row["commune"])),
            "week": names.inside(numbers.week_short(week, language())),
        }
        place = _of_week(view.filters, week.date(), (row["commune"],))
        yield Matter(t("overview.attention.nil_with_lists", **words), "reports", place, is_urgent=False)


def _inbox(view: View) -> Iterator[Matter]:
    """What came and waits for a person; urgent reports by themselves. Only for whoever may see the inbox."""
    if not view.source.may("read.store"):
        return
    items = view.source.whole_store.items(as_of=view.filters.as_of).values()
    waiting = [item for item in items if item.status == "waiting"]
    urgent = [item for item in waiting if item.arrival.is_known and item.is_urgent]
    if urgent:
        yield Matter(t("overview.attention.inbox_urgent", number=len(urgent)), "inbox", view.filters)
    if len(waiting) > len(urgent):
        text = t("overview.attention.inbox", number=len(waiting) - len(urgent))
        yield Matter(text, "inbox", view.filters, is_urgent=False)


def _waiting(view: View) -> Iterator[Matter]:
    if not view.source.may("read.store"):
        return
    waiting = view.source.whole_store.count("waiting", as_of=view.filters.as_of)
    if waiting:
        number = numbers.number(waiting, language())
        yield Matter(t("overview.attention.waiting", number=number), "history", view.filters)
