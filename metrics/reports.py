"""Weekly reports: expected, received, in time. Definitions: every commune in force × every week of the campaign."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from data.reference import Campaign, Commune


@dataclass(frozen=True)
class Ratio:
    """numerator ÷ denominator in percent; without a denominator there is no percentage."""

    numerator: int
    denominator: int

    @property
    def pct(self) -> float | None:
        return 100 * self.numerator / self.denominator if self.denominator else None


KEY = ["commune", "week_start_date"]
RECEIVED = ["first_received_at", "last_corrected_at", "last_upload", "is_nil", "has_urgent"]
# where a report stands: nothing has come (before its day, on its day, after its time);
# it came and waits, or was sent back; or it is accepted
STATUSES = ("not_due", "due", "overdue", "submitted", "sent_back", "on_time", "late", "nil")
PENDING = ("submitted", "sent_back")


def campaign_weeks(campaign: Campaign, as_of: date) -> list[date]:
    """The Mondays of the campaign's weeks, from that of its start to that of the day or of its closing."""
    first = campaign.start_date - timedelta(days=campaign.start_date.weekday())
    last = min(as_of, campaign.closing_date or as_of)
    return (
        [first + timedelta(days=7 * number) for number in range((last - first).days // 7 + 1)] if last >= first else []
    )


def expected_reports(campaign: Campaign, communes: Iterable[Commune], as_of: date) -> pd.DataFrame:
    """The reports that are expected up to a day.

    in:      the campaign, all communes with their periods, the day
    out:     one row per (commune, week): commune, week_start_date, due_at (with the campaign's time zone)
    missing: a commune is expected only in weeks that end in its period
    source:  plan 26/KH-MTTQ-BTT, III (weekly reports)
    """
    known = list(communes)
    rows = [
        (commune.code, pd.Timestamp(week), pd.Timestamp(campaign.due(week)))
        for week in campaign_weeks(campaign, as_of)
        for commune in known
        if commune.holds_on(week + timedelta(days=6))
    ]
    frame = pd.DataFrame(rows, columns=[*KEY, "due_at"])
    due_at = pd.to_datetime(frame["due_at"], utc=True).astype("datetime64[us, UTC]").dt.tz_convert(campaign.zone)
    return frame.assign(due_at=due_at).astype({"commune": "str", "week_start_date": "datetime64[us]"})


def report_status(
    expected: pd.DataFrame,
    receptions: pd.DataFrame,
    *,
    now: datetime | None = None,
    pending: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Each expected report: whether it was received, whether in time, and where it stands at a moment.

    in:      expected: of `expected_reports`; receptions: of the store, one row per (commune, week); now: with its
             time zone, the moment that tells "not due", "due" and "overdue" apart; pending: of
             data.records.inbox.pending_reports, what waits or was sent back
    out:     the rows of expected with first_received_at, last_corrected_at, last_upload, is_nil, has_urgent,
             is_received, is_timely and, when `now` is given, status: one of STATUSES; with pending, also item: where
             it stands in the inbox
    units:   due from 00:00 of the due day in the zone of due_at; received or asked exactly at the due time is in time
    missing: not received has no time. The first reception decides: a correction moves only last_corrected_at, and
             never makes a report late. An urgent report is not the weekly one: it sets has_urgent and nothing else.
             A report that nobody expected is left out
    errors:  MergeError when receptions name a (commune, week) twice; TypeError when `now` has no time zone
    source:  plan 26/KH-MTTQ-BTT, III (weekly reports)
    """
    known = receptions.reindex(columns=[*KEY, *RECEIVED]).astype(
        {"week_start_date": "datetime64[us]", "commune": "str"}
    )
    merged = expected.merge(known, on=KEY, how="left", validate="many_to_one")
    received = pd.to_datetime(merged["first_received_at"], utc=True)
    due = pd.to_datetime(merged["due_at"], utc=True)
    flags = {name: merged[name].astype("boolean").fillna(False).astype(bool) for name in ("is_nil", "has_urgent")}
    status = merged.assign(
        **flags,
        last_upload=merged["last_upload"].astype("Int64"),
        is_received=received.notna(),
        is_timely=received.notna() & (received <= due),
    )
    if now is None:
        return status
    status = status.assign(status=_codes(status, pd.Timestamp(now).tz_convert("UTC")))
    return status if pending is None else _with_pending(status, pending)


def _with_pending(status: pd.DataFrame, pending: pd.DataFrame) -> pd.DataFrame:
    """What is not accepted but has come stands as submitted or sent back: it is asked for no more."""
    merged = status.merge(pending, on=KEY, how="left", validate="many_to_one")
    is_pending = merged["pending"].notna() & ~merged["is_received"]
    return merged.assign(status=merged["status"].mask(is_pending, merged["pending"])).drop(columns="pending")


def _codes(status: pd.DataFrame, now: pd.Timestamp) -> pd.Series:
    """One of STATUSES for every row; the first that holds."""
    due_day = pd.to_datetime(status["due_at"].dt.normalize(), utc=True)
    due = pd.to_datetime(status["due_at"], utc=True)
    codes = pd.Series("overdue", index=status.index, dtype="str")
    codes = codes.mask(now <= due, "due").mask(now < due_day, "not_due")
    codes = codes.mask(status["is_received"], "late").mask(status["is_timely"], "on_time")
    return codes.mask(status["is_received"] & status["is_nil"], "nil")


def completeness(status: pd.DataFrame) -> Ratio:
    """Received ÷ expected (see `completeness_by`)."""
    return Ratio(int(status["is_received"].sum()), len(status))


def timeliness(status: pd.DataFrame) -> Ratio:
    """Received by the due time ÷ expected; the first reception decides."""
    return Ratio(int(status["is_timely"].sum()), len(status))


def completeness_by(status: pd.DataFrame, column: str) -> pd.DataFrame:
    """Completeness and timeliness of each commune, or of each week.

    in:      status: of `report_status`; column: "commune" or "week_start_date"
    out:     one row per value of the column, in its order: column, expected, received, on_time, completeness_pct,
             timeliness_pct
    units:   percent, 0 to 100. Only expected reports are counted, so neither can exceed 100
    missing: a commune or week of which nothing was expected is absent: without a denominator there is no percentage
    source:  DHIS2, user documentation, Data visualizer, table "Data dimension types": reporting rate = actual ÷
             expected reports; reporting rate on time = those submitted in time ÷ expected. A nil report is a report
    """
    counts = _counts(status, column)
    return counts.assign(**_percentages(counts)).reset_index()


def completeness_so_far(status: pd.DataFrame) -> pd.DataFrame:
    """Completeness and timeliness of each week, and of all weeks up to it.

    in:      status: of `report_status`
    out:     one row per week, in order of time: the columns of `completeness_by`, then expected_so_far,
             received_so_far, on_time_so_far, completeness_so_far_pct, timeliness_so_far_pct
    units:   percent, 0 to 100; "so far" are sums over sums, never the mean of percentages
    missing: a week in which nothing was expected is absent
    source:  as `completeness_by`
    """
    counts = _counts(status, "week_start_date")
    so_far = counts.cumsum()
    table = counts.assign(**_percentages(counts), **so_far.add_suffix("_so_far"), **_percentages(so_far, "_so_far"))
    return table.reset_index()


def _counts(status: pd.DataFrame, column: str) -> pd.DataFrame:
    grouped = status.groupby(column, sort=True)
    counts = {
        "expected": grouped.size(),
        "received": grouped["is_received"].sum(),
        "on_time": grouped["is_timely"].sum(),
    }
    return pd.DataFrame(counts).astype("Int64")


def _percentages(counts: pd.DataFrame, suffix: str = "") -> dict[str, pd.Series]:
    expected = counts["expected"].astype("Float64")
    return {
        f"completeness{suffix}_pct": 100 * counts["received"].astype("Float64") / expected,
        f"timeliness{suffix}_pct": 100 * counts["on_time"].astype("Float64") / expected,
    }


def communes_with_data(frames: Iterable[pd.DataFrame], communes: Iterable[str]) -> Ratio:
    """Of how many communes there is anything in these frames: "số liệu của 7/8 xã".

    in:      selected tidy frames; those without a commune do not count
    out:     communes of the list that occur ÷ communes of the list
    """
    listed = set(communes)
    found: set[str] = set()
    for frame in frames:
        if "commune" in frame:
            found |= set(frame["commune"].dropna().unique())
    return Ratio(len(found & listed), len(listed))
