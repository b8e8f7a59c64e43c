"""What changed against the week before, over the same communes: a report that is missing makes no fall."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pandas as pd

from data.reference import Campaign
from metrics.measures import Measure, counted_rows, limits, total
from metrics.reports import campaign_weeks
from metrics.selection import Selection, at, selected

WEEK = timedelta(days=7)
# lists that no commune keeps: the district writes down its own visits and purchases, so nothing of them is missing
OF_THE_DISTRICT = ("frontline_support", "purchases")


@dataclass(frozen=True)
class Change:
    """amount = later - earlier, of the week and of the week before; communes: over which (empty: not by commune)."""

    week: date
    earlier: float | None
    later: float | None
    communes: tuple[str, ...]

    @property
    def amount(self) -> float | None:
        if self.earlier is None and self.later is None:
            return None
        return (self.later or 0.0) - (self.earlier or 0.0)


def last_due_week(campaign: Campaign, *, now: datetime, last_day: date | None = None) -> date | None:
    """The Monday of the last week whose reports are due: a week that still runs is not compared with a whole one.

    in:      now: with its time zone; last_day: of the period that is looked at
    missing: None before the first report is due
    """
    weeks = campaign_weeks(campaign, min(now.astimezone(campaign.zone).date(), last_day or date.max))
    return max((week for week in weeks if campaign.due(week) <= now), default=None)


def same_communes(
    kind: str, frame: pd.DataFrame, week: date, nil: Collection[tuple[str, date]] = ()
) -> set[str | None] | None:
    """The communes that can be compared: with rows of the kind in the week and in the week before.

    in:      a tidy frame, or `summed_lines`, not yet selected; nil: (commune, Monday) that reported "nothing happened"
    out:     their codes, with None for rows that name no commune; None when the kind is not kept by communes
    """
    if kind in OF_THE_DISTRICT:
        return None
    both = []
    for monday in (week - WEEK, week):
        codes = at(frame, {"week": monday})["commune"].unique()
        found = {code if isinstance(code, str) else None for code in codes}
        both.append(found | {commune for commune, of_week in nil if of_week == monday})
    return both[0] & both[1]


def change_rows(
    measure: Measure,
    frame_of: Callable[[str], pd.DataFrame],
    selection: Selection,
    week: date,
    nil: Collection[tuple[str, date]] = (),
) -> pd.DataFrame:
    """The rows behind a change: those of the week, and with a minus those of the week before; their sum is the change.

    in:      selection: its days do not limit, for the week before may lie before the period
    out:     the columns of `counted_rows`
    missing: rows of communes without data in one of the two weeks are left out (see `same_communes`)
    """
    frame = frame_of(measure.kind)
    limited = limits(measure, replace(selection, first_day=week - WEEK, last_day=week + timedelta(days=6)))
    rows = counted_rows(measure, selected(frame, replace(limited, first_day=week - WEEK)))
    day = rows["date"] if "date" in rows else rows["week_start_date"]
    communes = same_communes(measure.kind, frame, week, nil)
    if communes is not None:
        is_kept = rows["commune"].isin([code for code in communes if code]) | (
            rows["commune"].isna() & (None in communes)
        )
        rows, day = rows[is_kept], day[is_kept]
    return rows.assign(counted=rows["counted"].where(day >= pd.Timestamp(week), -rows["counted"]))


def change(
    measure: Measure,
    frame_of: Callable[[str], pd.DataFrame],
    selection: Selection,
    week: date,
    nil: Collection[tuple[str, date]] = (),
) -> Change:
    """A measure in a week against the week before, over the same communes."""
    rows = change_rows(measure, frame_of, selection, week, nil)
    day = rows["date"] if "date" in rows else rows["week_start_date"]
    is_later = day >= pd.Timestamp(week)
    earlier, later = total(rows[~is_later]), total(rows[is_later])
    communes = same_communes(measure.kind, frame_of(measure.kind), week, nil) or set()
    chosen = {code for code in communes if code} & set(selection.communes or communes)
    return Change(week, None if earlier is None else -earlier, later, tuple(sorted(chosen)))
