"""Weekly reports: expected, received, in time. Definitions: every commune in force × every week of the campaign."""

from collections.abc import Iterable
from datetime import date, timedelta

import pandas as pd

from data.reference import Campaign, Commune
from metrics.ratios import Ratio


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
    frame = pd.DataFrame(rows, columns=["commune", "week_start_date", "due_at"])
    frame["week_start_date"] = pd.to_datetime(frame["week_start_date"]).astype("datetime64[us]")
    return frame.astype({"commune": "str"})


def report_status(expected: pd.DataFrame, receptions: pd.DataFrame) -> pd.DataFrame:
    """Each expected report: whether it was received, and whether in time.

    in:      expected: of `expected_reports`; receptions: of the store, one row per (commune, week)
    out:     the rows of expected with first_received_at, last_corrected_at, is_received, is_timely
    missing: not received has no time. A correction moves only last_corrected_at: it never makes a report late
    """
    columns = ["commune", "week_start_date", "first_received_at", "last_corrected_at"]
    known = receptions[columns].astype({"week_start_date": "datetime64[us]", "commune": "str"})
    merged = expected.merge(known, on=["commune", "week_start_date"], how="left")
    received = pd.to_datetime(merged["first_received_at"], utc=True)
    due = pd.to_datetime(merged["due_at"], utc=True)
    return merged.assign(is_received=received.notna(), is_timely=received.notna() & (received <= due))


def completeness(status: pd.DataFrame) -> Ratio:
    """Received ÷ expected."""
    return Ratio(int(status["is_received"].sum()), len(status))


def timeliness(status: pd.DataFrame) -> Ratio:
    """Received by the due time ÷ expected; the first reception decides."""
    return Ratio(int(status["is_timely"].sum()), len(status))


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


def reported_totals(reports: pd.DataFrame) -> pd.DataFrame:
    """What the weekly reports say, added up: the "in the week" values of each indicator.

    in:      weekly_reports, already selected
    out:     one row per indicator: indicator, value, reports (commune-weeks), communes
    units:   of the indicator
    missing: urgent reports are left out; an indicator that nobody reported is absent, not zero
    """
    weekly = reports[~reports["is_urgent"].fillna(False).astype(bool)]
    weekly = weekly[weekly["value"].notna()]
    grouped = weekly.groupby("indicator")
    totals = grouped.agg(value=("value", "sum"), reports=("value", "size"), communes=("commune", "nunique"))
    return totals.reset_index().astype({"value": "Float64", "reports": "Int64", "communes": "Int64"})
