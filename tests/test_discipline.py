"""Reporting discipline, freshness, stock and coverage, against tables computed by hand."""

import csv
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import reference, schemas
from data.reference import Commune, Row
from data.summing import summed_lines
from metrics.freshness import FRESHNESS, freshness
from metrics.frontline import coverage_by, frontline_coverage, sites_covered
from metrics.reports import (
    STATUSES,
    Ratio,
    completeness,
    completeness_by,
    completeness_so_far,
    expected_reports,
    report_status,
    timeliness,
)
from metrics.stock import Lines, cash_left, stock_by_good, unconverted

HAND_COMPUTED = Path(__file__).parent / "fixtures" / "hand_computed"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CAMPAIGN = replace(
    reference.load().campaign,
    start_date=date(2021, 7, 29),
    timezone="Asia/Ho_Chi_Minh",
    due_weekday=5,
    due_time=time(16),
    closing_date=None,
)
WEEK = date(2021, 8, 2)


def table(name: str) -> list[dict]:
    """The rows of a table computed by hand; an empty cell is None."""
    with open(HAND_COMPUTED / f"{name}.csv", encoding="utf-8", newline="") as file:
        return [{column: text or None for column, text in row.items()} for row in csv.DictReader(file)]


def cell(column: str, text: str | None) -> object:
    if text is None or column in ("commune", "type", "site", "good", "base_unit", "status"):
        return text
    if column.endswith("_date"):
        return pd.Timestamp(text)
    return text == "true" if text in ("true", "false") else float(Fraction(text))


def assert_meets(frame: pd.DataFrame, name: str) -> None:
    """Every cell is what the hand computed, in its order; no column and no row more."""
    wanted = table(name)
    assert list(frame.columns) == list(wanted[0])
    found = [[None if pd.isna(value) else value for value in row] for row in frame.astype(object).to_numpy()]
    assert found == [[cell(*pair) for pair in row.items()] for row in wanted]


def invented(code: str, valid_from: str, valid_to: str | None) -> Commune:
    last = date.fromisoformat(valid_to) if valid_to else None
    return Commune(code, code, code, "commune", date.fromisoformat(valid_from), last, None, None, 1, 1, "#4477AA")


EXPECTED = expected_reports(CAMPAIGN, [invented(**row) for row in table("communes")], date(2021, 8, 29))


def received(rows: list[dict]) -> pd.DataFrame:
    """Receptions as the store gives them, but with times in UTC."""
    frame = pd.DataFrame(rows, columns=list(table("receptions")[0]))
    for name in ("first_received_at", "last_corrected_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    for name in ("is_nil", "has_urgent"):
        frame[name] = frame[name].map({"true": True, "false": False}).astype("boolean")
    frame["week_start_date"] = pd.to_datetime(frame["week_start_date"])
    return frame.assign(last_upload=pd.to_numeric(frame["last_upload"]).astype("Int64"))


def status_at(now: datetime, rows: list[dict] | None = None) -> pd.DataFrame:
    return report_status(EXPECTED, received(table("receptions") if rows is None else rows), now=now)


NOW = datetime(2021, 8, 30, 8, tzinfo=ZONE)


def test_status_completeness_and_timeliness_are_those_computed_by_hand():
    status = status_at(NOW)
    of_commune = {row["code"]: number for number, row in enumerate(table("communes"))}
    told = status.sort_values("commune", key=lambda codes: codes.map(of_commune), kind="stable")
    columns = ["commune", "week_start_date", "is_received", "is_timely", "has_urgent", "status"]
    assert_meets(told[columns], "status.expected")
    assert_meets(completeness_by(status, "commune"), "by_commune.expected")
    assert_meets(completeness_so_far(status), "by_week.expected")
    of_week = completeness_by(status, "week_start_date")
    pd.testing.assert_frame_equal(of_week, completeness_so_far(status)[list(of_week.columns)])
    assert (completeness(status), timeliness(status)) == (Ratio(8, 11), Ratio(6, 11))
    assert status.set_index(["commune", "week_start_date"])["last_upload"].loc["stays"].tolist()[2] == 9


def test_nothing_is_expected_before_the_campaign():
    nothing = expected_reports(CAMPAIGN, [], date(2021, 7, 1))
    status = report_status(nothing, received([]), now=NOW)
    assert status["status"].tolist() == [] and completeness(status).pct is None
    assert completeness_by(status, "commune").empty and completeness_so_far(status).empty


def test_a_correction_never_turns_on_time_into_late():
    rows = table("receptions")
    assert rows[2]["last_corrected_at"]
    uncorrected = [*rows[:2], rows[2] | {"last_corrected_at": None}, *rows[3:]]
    pd.testing.assert_frame_equal(
        status_at(NOW).drop(columns="last_corrected_at"),
        status_at(NOW, uncorrected).drop(columns="last_corrected_at"),
    )


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (datetime(2021, 8, 2, 0, 0), "not_due"),
        (datetime(2021, 8, 5, 23, 59, 59), "not_due"),
        (datetime(2021, 8, 6, 0, 0), "due"),
        (datetime(2021, 8, 6, 16, 0), "due"),
        (datetime(2021, 8, 6, 16, 0, 1), "overdue"),
        (datetime(2021, 8, 30, 8, 0), "overdue"),
    ],
)
def test_one_report_through_its_week(now, status):
    urgent = {"commune": "leaves", "week_start_date": "2021-08-02", "has_urgent": "true"}
    for zone in (ZONE, ZoneInfo("UTC")):
        moment = now.replace(tzinfo=ZONE).astimezone(zone)
        row = {"commune": "leaves", "week_start_date": "2021-08-02", "is_nil": "false", "has_urgent": "false"}
        assert of_leaves(moment, []) == (status, False)
        assert of_leaves(moment, [urgent]) == (status, True)  # an urgent report is not the weekly one
        late = row | {"first_received_at": "2021-08-06T09:00:01Z"}
        assert of_leaves(moment, [late]) == ("late", False)
        assert of_leaves(moment, [late | {"is_nil": "true"}]) == ("nil", False)
        assert of_leaves(moment, [row | {"first_received_at": "2021-08-06T09:00:00Z"}]) == ("on_time", False)


def of_leaves(now: datetime, rows: list[dict]) -> tuple[str, bool]:
    status = status_at(now, rows)
    row = status[status["commune"].eq("leaves") & status["week_start_date"].eq(pd.Timestamp(WEEK))].iloc[0]
    assert row["status"] in STATUSES
    return row["status"], bool(row["has_urgent"])


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(TypeError):
        status_at(datetime(2021, 8, 6, 16, 0))


def test_a_missing_report_changes_completeness_and_nothing_else():
    whole, rows = status_at(NOW), table("receptions")
    gone = next(row for row in rows if (row["commune"], row["week_start_date"]) == ("joins", "2021-08-16"))
    less = status_at(NOW, [row for row in rows if row is not gone])
    is_gone = whole["commune"].eq("joins") & whole["week_start_date"].eq(pd.Timestamp(2021, 8, 16))
    pd.testing.assert_frame_equal(whole[~is_gone], less[~is_gone])
    assert less[is_gone]["status"].tolist() == ["overdue"]
    assert completeness(less) == Ratio(7, 11) and completeness(whole) == Ratio(8, 11)
    others = [completeness_by(one, "commune").set_index("commune").drop("joins") for one in (whole, less)]
    pd.testing.assert_frame_equal(*others)
    assert completeness_by(less, "commune")["expected"].tolist() == [3, 3, 5]


keys = st.tuples(st.sampled_from(["stays", "joins", "leaves", "unknown"]), st.integers(-1, 6))


@given(st.dictionaries(keys, st.tuples(st.integers(0, 240), st.booleans(), st.booleans())))
def test_shares_never_exceed_100_and_parts_add_up(came):
    rows = [
        {
            "commune": commune,
            "week_start_date": date(2021, 7, 26) + timedelta(weeks=week),
            "first_received_at": datetime(2021, 7, 28) + timedelta(weeks=week, hours=hours) if is_weekly else None,
            "is_nil": str(is_nil).lower(),
            "has_urgent": "true",
        }
        for (commune, week), (hours, is_nil, is_weekly) in came.items()
    ]
    status = status_at(NOW, rows)
    assert len(status) == 11
    for column in ("commune", "week_start_date"):
        shares = completeness_by(status, column)
        assert (shares["on_time"] <= shares["received"]).all() and (shares["received"] <= shares["expected"]).all()
        assert shares[["completeness_pct", "timeliness_pct"]].max().max() <= 100
        assert Ratio(shares["received"].sum(), shares["expected"].sum()) == completeness(status)
    last = completeness_so_far(status).iloc[-1]
    assert Ratio(last["on_time_so_far"], last["expected_so_far"]) == timeliness(status)
    assert status["is_received"].tolist() == status["status"].isin(["on_time", "late", "nil"]).tolist()


def uploads(*records: tuple) -> pd.DataFrame:
    columns = ["act", "is_in_force", "communes", "received_at"]
    frame = pd.DataFrame(list(records), columns=columns)
    received_at = pd.to_datetime(frame["received_at"], utc=True).dt.tz_convert(ZONE)
    return frame.assign(received_at=received_at, is_in_force=frame["is_in_force"].astype("boolean"))


@pytest.mark.parametrize(
    ("days", "level"),
    [
        (0, "fresh"),
        (6, "fresh"),
        (7, "due"),
        (8, "due"),
        (13, "due"),
        (14, "overdue"),
        (15, "overdue"),
        (20, "overdue"),
        (21, "lost"),
        (22, "lost"),
    ],
)
def test_freshness_counts_days_of_the_calendar(days, level):
    day = date(2021, 9, 30) - timedelta(days=days)
    # 00:00 in Vietnam is still the day before in UTC
    for at in (time(0, 0), time(12, 0), time(23, 59, 59)):
        history = uploads(("accept", True, ("a", "b"), datetime.combine(day, at, ZONE)))
        row = freshness(history, ["b"], as_of=date(2021, 9, 30), zone=ZONE).iloc[0]
        assert (row["commune"], row["days"], row["level"]) == ("b", days, level)
        assert row["last_received_at"] == datetime.combine(day, at, ZONE)


def test_freshness_looks_at_the_latest_upload_in_force():
    history = uploads(
        ("accept", True, ("a",), datetime(2021, 9, 20, 8, tzinfo=ZONE)),
        ("accept", True, ("a", "b"), datetime(2021, 9, 1, 8, tzinfo=ZONE)),  # accepted later, received earlier
        ("accept", False, ("a", "c"), datetime(2021, 9, 28, 8, tzinfo=ZONE)),
        ("undo", False, ("a", "c"), datetime(2021, 9, 28, 8, tzinfo=ZONE)),
        ("accept", True, (), datetime(2021, 9, 29, 8, tzinfo=ZONE)),
        ("accept", True, ("b",), datetime(2021, 10, 1, 0, 0, tzinfo=ZONE)),  # after the day
        ("clear_demo", pd.NA, ("c",), None),
    )
    found = freshness(history, ["c", "b", "a"], as_of=date(2021, 9, 30), zone=ZONE)
    assert found["commune"].tolist() == ["c", "b", "a"]
    assert found["days"].tolist() == [pd.NA, 29, 10]
    assert found["level"].tolist() == ["never", "lost", "due"]
    empty = freshness(history.head(0), ["a"], as_of=date(2021, 9, 30), zone=ZONE)
    assert empty["level"].tolist() == ["never"] and set(found["level"]) < set(FRESHNESS)


def tidy(kind: str, rows: list[dict]) -> pd.DataFrame:
    names = [column.name for column in schemas.columns(kind)]
    return schemas.frame(kind, {name: [row.get(name) for row in rows] for name in names})


def line(row: dict) -> dict:
    """A line of a table, with numbers."""
    numbers = ("base_quantity", "cash_vnd", "cost_vnd", "value_vnd")
    given = {name: float(row[name]) for name in numbers if row.get(name)}
    day = {"date": date.fromisoformat(row["date"])} if row.get("date") else {"date": None}
    return row | given | day


def test_stock_and_cash_are_those_computed_by_hand():
    rows = [line(row) for row in table("lines")]
    lines = Lines(*(tidy(kind, [row for row in rows if row["kind"] == kind]) for kind in schemas.LINE_KINDS))
    assert_meets(stock_by_good(lines), "stock.expected")
    assert_meets(cash_left(lines), "cash.expected")
    assert unconverted(lines) == 1


def test_coverage_is_that_computed_by_hand():
    visits = tidy("frontline_support", [line(row) for row in table("visits")])
    sites = {row["code"]: Row(row["code"], "", "", {k: v or "" for k, v in row.items()}) for row in table("sites")}
    for frame in (visits, summed_lines("frontline_support", visits)):
        coverage = frontline_coverage(frame, sites, as_of=date(2021, 8, 31))
        assert_meets(coverage, "coverage.expected")
        assert sites_covered(coverage) == Ratio(4, 5)
        assert_meets(coverage_by(coverage, sites, "type"), "by_type.expected")
        assert_meets(coverage_by(coverage, sites, "commune"), "by_site_commune.expected")
    assert coverage_by(coverage, sites, "type", days=13)["not_for_13_days"].tolist() == [2, 0, 0]
    with pytest.raises(KeyError, match="camp"):
        coverage_by(coverage, {code: row for code, row in sites.items() if code != "camp"}, "type")


def test_nobody_visited_anything():
    coverage = frontline_coverage(schemas.empty("frontline_support"), ["a", "b"], as_of=WEEK)
    assert coverage[["site", "visits", "gifts"]].to_numpy().tolist() == [["a", 0, 0], ["b", 0, 0]]
    assert coverage[["last_visit_date", "days_since", "value_vnd"]].isna().all(axis=None)


def test_a_commune_that_has_ended_proposes_the_one_it_went_into():
    """After the merger nobody guesses: the old name is asked about, and the commune it became part of stands first."""
    known = reference.load()
    for ended in (commune for commune in known.all_communes if commune.merged_into and commune.valid_to):
        match = known.commune(ended.name, ended.valid_to + timedelta(days=1))
        into = next(c.name for c in known.all_communes if c.code == ended.merged_into and not c.valid_to)
        assert match.code == ended.merged_into or match.candidates[0] == into, ended.name
