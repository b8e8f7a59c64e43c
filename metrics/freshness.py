"""How fresh each commune's data is: days since the last upload in force that holds anything of it."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd

# in the order of the days: from which day on a commune is due, overdue, out of touch
DUE_DAY, OVERDUE_DAY, LOST_DAY = 7, 14, 21
FRESHNESS = ("fresh", "due", "overdue", "lost", "never")


def freshness(history: pd.DataFrame, communes: Iterable[str], *, as_of: date, zone: ZoneInfo) -> pd.DataFrame:
    """How long ago anything of each commune came, whatever its kind: a report, a list, an urgent report.

    in:      history: of the store (act, is_in_force, communes, received_at), one row per record; the codes of the
             communes; the day that is looked from; the campaign's zone, in which a day begins at 00:00
    out:     one row per commune, in the order given: commune, last_received_at, days, level (one of FRESHNESS)
    units:   whole days of the calendar: received yesterday at 23:59 is 1 day ago. Due from day 7, overdue from day
             14, lost from day 21
    missing: of a commune from which nothing came last_received_at and days are missing, its level is "never"; an
             upload that was undone, or received after the day, does not count
    errors:  none
    source:  plan 26/KH-MTTQ-BTT, III: reports are weekly, so one, two, three weeks without a sign
    """
    accepted = history[history["act"].eq("accept") & history["is_in_force"].fillna(False).astype(bool)]
    received_at = pd.to_datetime(accepted["received_at"], utc=True).dt.tz_convert(zone)
    of_commune = pd.DataFrame({"commune": accepted["communes"], "received_at": received_at})
    known = of_commune[received_at.dt.date <= as_of].explode("commune")
    last = known.groupby("commune")["received_at"].max().reindex(list(communes))
    today = pd.Timestamp(as_of, tz=zone)
    days = (today - last.dt.normalize()).dt.days.astype("Int64")
    table = pd.DataFrame({"last_received_at": last, "days": days, "level": _levels(days)})
    return table.rename_axis("commune").reset_index()


def _levels(days: pd.Series) -> pd.Series:
    fresh, due, overdue, lost, never = FRESHNESS
    levels = pd.Series(fresh, index=days.index, dtype="str")
    for first_day, level in ((DUE_DAY, due), (OVERDUE_DAY, overdue), (LOST_DAY, lost)):
        levels = levels.mask(days.ge(first_day).fillna(False).astype(bool), level)
    return levels.mask(days.isna(), never)
