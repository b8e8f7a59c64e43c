"""The numbers, against tables computed by hand."""

from datetime import UTC, date, datetime
from itertools import count

import pandas as pd

from data import reference, schemas
from data.summing import summed_lines
from metrics.frontline import frontline_coverage, sites_covered
from metrics.measures import MEASURES, counted_rows, good_received, indicator_reported, total, totals_by, totals_by_week
from metrics.reports import (
    Ratio,
    campaign_weeks,
    communes_with_data,
    completeness,
    expected_reports,
    report_status,
    timeliness,
)
from metrics.selection import Selection, selected
from metrics.stock import Lines, cash_left, received_by_good, stock_by_good, unconverted

EA_TLING, NAM_DONG, TRUC_SON = "24640", "24649", "24661"


def made(kind: str, *rows: dict) -> pd.DataFrame:
    """A tidy frame as the store gives it, from rows with only what matters."""
    names = [column.name for column in schemas.columns(kind)]
    numbers = count(5)
    filled = [
        {"source_sheet": "Tờ 1", "source_row": next(numbers), "source_column": "D", "source_text": "x"} | row
        for row in rows
    ]
    frame = schemas.frame(kind, {name: [row.get(name) for row in filled] for name in names})
    return frame.assign(batch_id="b1", upload_number=pd.array([1] * len(rows), "Int64"), reading_no=0)


def goods(good: str, quantity: float | None, unit: str, **rest) -> dict:
    return {"good": good, "quantity": quantity, "unit": unit, "base_quantity": quantity, "base_unit": unit} | rest


def cash(amount: int, **rest) -> dict:
    return goods("cash", amount, "vnd", cash_vnd=amount) | rest


DONATIONS = made(
    "donations",
    cash(1_500_000, commune=EA_TLING, date=date(2021, 8, 2)),
    cash(500_000, commune=EA_TLING, date=date(2021, 8, 8)),  # the Sunday of the same week
    cash(250_000, commune=NAM_DONG, date=date(2021, 8, 9)),  # the Monday after
    cash(100_000),  # received at the district, no date
    goods("rice", 200, "kg", commune=NAM_DONG, date=date(2021, 8, 3), value_vnd=3_000_000),
    goods("rice", 12, "bag", commune=NAM_DONG, date=date(2021, 8, 3)),  # never added to kilograms
    goods("eggs", 300, "piece", commune=TRUC_SON, date=date(2021, 8, 4)),
)


def test_each_number_is_the_sum_of_its_rows():
    assert total(counted_rows(MEASURES["cash_received"], DONATIONS)) == 2_350_000
    assert total(counted_rows(MEASURES["goods_value"], DONATIONS)) == 3_000_000
    assert total(counted_rows(MEASURES["rice_received"], DONATIONS)) == 200
    assert total(counted_rows(good_received("rice", "bag"), DONATIONS)) == 12
    assert total(counted_rows(good_received("cash", "vnd"), DONATIONS)) == 2_350_000


def test_nothing_reported_is_missing_and_not_zero():
    assert total(counted_rows(MEASURES["cash_received"], schemas.empty("donations"))) is None
    assert total(counted_rows(MEASURES["rice_received"], DONATIONS[:3])) is None


def test_households_stand_on_the_first_line_of_their_row():
    frame = made(
        "distributions",
        goods("rice", 200, "kg", households=20, source_row=9),
        goods("eggs", 600, "piece", source_row=9),
        goods("rice", 50, "kg", households=5, source_row=10),
        goods("rice", 50, "kg", source_row=11),
    )
    assert total(counted_rows(MEASURES["households_supported"], frame)) == 25


def test_a_visit_is_one_site_on_one_day():
    frame = made(
        "frontline_support",
        goods("water", 10, "box", site="checkpoint_24655", date=date(2021, 8, 2)),
        goods("rice", 10, "kg", site="checkpoint_24655", date=date(2021, 8, 2)),
        goods("water", 5, "box", site="checkpoint_24655", date=date(2021, 8, 20)),
        goods("water", 5, "box", site="health_centre", date=date(2021, 8, 20)),
    )
    assert total(counted_rows(MEASURES["frontline_visits"], frame)) == 3
    coverage = frontline_coverage(
        frame, ["health_centre", "checkpoint_24655", "quarantine_area"], as_of=date(2021, 8, 30)
    )
    assert coverage["site"].tolist()[0] == "quarantine_area"
    assert coverage["visits"].tolist() == [0, 1, 2]
    assert coverage["days_since"].tolist()[1:] == [10, 10]
    assert sites_covered(coverage) == Ratio(2, 3)


def test_split_by_commune_and_by_week_keeps_the_sum():
    rows = counted_rows(MEASURES["cash_received"], DONATIONS)
    by_commune = totals_by(rows, "commune")
    assert by_commune["counted"].tolist() == [2_000_000, 250_000, 100_000]
    assert by_commune["commune"].tolist()[:2] == [EA_TLING, NAM_DONG]
    assert by_commune["commune"].isna().tolist() == [False, False, True]
    by_week = totals_by_week(rows)
    assert by_week["counted"].tolist() == [2_000_000, 250_000, 100_000]
    assert by_week["week_start_date"].tolist()[:2] == [pd.Timestamp(2021, 8, 2), pd.Timestamp(2021, 8, 9)]
    assert by_week["week_start_date"].isna().tolist() == [False, False, True]


def test_received_by_good():
    by_good = received_by_good(DONATIONS)
    assert by_good[["good", "base_unit", "quantity"]].values.tolist() == [
        ["eggs", "piece", 300],
        ["rice", "bag", 12],
        ["rice", "kg", 200],
    ]
    assert by_good["value_vnd"].tolist() == [pd.NA, pd.NA, 3_000_000]


def test_selection_limits_days_communes_and_goods():
    week = Selection(first_day=date(2021, 8, 2), last_day=date(2021, 8, 8))
    assert len(selected(DONATIONS, week)) == 5
    assert len(selected(DONATIONS, Selection(communes=(NAM_DONG,)))) == 3
    assert len(selected(DONATIONS, Selection(goods=("rice",), communes=(NAM_DONG,)))) == 2
    assert len(selected(DONATIONS, Selection())) == len(DONATIONS)


LINES = Lines(
    DONATIONS,
    made("purchases", goods("rice", 100, "kg", cost_vnd=1_600_000), goods("milk", None, "box")),
    made("distributions", goods("rice", 250, "kg"), goods("eggs", 350, "piece"), cash(400_000)),
    made("frontline_support", goods("rice", 20, "kg", site="health_centre"), cash(50_000, site="health_centre")),
)


def test_stock_is_received_and_bought_less_what_was_given():
    stock = stock_by_good(LINES).set_index(["good", "base_unit"])
    assert stock.loc[("rice", "kg"), "stock"] == 200 + 100 - 250 - 20
    assert stock.loc[("rice", "bag"), "stock"] == 12
    assert stock.loc[("eggs", "piece"), "stock"] == -50  # a fact about the sheets
    assert stock.loc[("eggs", "piece"), "bought"] is pd.NA
    assert ("milk", "box") not in stock.index
    assert unconverted(LINES) == 1


def test_cash_left():
    left = cash_left(LINES).iloc[0]
    assert left.to_dict() == {
        "received": 2_350_000,
        "bought": 1_600_000,
        "distributed": 400_000,
        "frontline": 50_000,
        "left": 300_000,
    }
    nothing = Lines(*(schemas.empty(kind) for kind in schemas.LINE_KINDS))
    assert cash_left(nothing)["left"].isna().all()
    assert stock_by_good(nothing).empty


def test_expected_reports_are_communes_times_weeks():
    known = reference.load()
    expected = expected_reports(known.campaign, known.all_communes, date(2021, 8, 15))
    assert campaign_weeks(known.campaign, date(2021, 8, 15)) == [date(2021, 7, 26), date(2021, 8, 2), date(2021, 8, 9)]
    assert len(expected) == 8 * 3
    assert expected["due_at"].iloc[0] == pd.Timestamp("2021-07-30 16:00", tz="Asia/Ho_Chi_Minh")
    assert campaign_weeks(known.campaign, date(2021, 7, 1)) == []


def test_a_correction_never_makes_a_report_late():
    known = reference.load()
    expected = expected_reports(known.campaign, known.all_communes, date(2021, 8, 1))
    receptions = pd.DataFrame(
        {
            "commune": [EA_TLING, NAM_DONG],
            "week_start_date": pd.to_datetime(["2021-07-26", "2021-07-26"]),
            "first_received_at": [datetime(2021, 7, 30, 8, 59, tzinfo=UTC), datetime(2021, 7, 30, 9, 1, tzinfo=UTC)],
            "last_corrected_at": [datetime(2021, 8, 20, tzinfo=UTC), pd.NaT],
        }
    )
    status = report_status(expected, receptions)
    assert completeness(status) == Ratio(2, 8)
    assert timeliness(status) == Ratio(1, 8)  # 16:00 in Vietnam is 09:00 UTC
    assert completeness(status).pct == 25
    assert Ratio(0, 0).pct is None


def test_urgent_reports_are_not_counted_with_the_weekly_ones():
    week = date(2021, 8, 2)
    base = {"week_start_date": week, "indicator": "rice_kg"}
    reports = made(
        "weekly_reports",
        {"commune": EA_TLING, "value": 120.5} | base,
        {"commune": NAM_DONG, "value": 80} | base,
        {"commune": TRUC_SON, "value": None} | base,
        {"commune": NAM_DONG, "value": 999, "is_urgent": True} | base,
    )
    assert total(counted_rows(indicator_reported("rice_kg", "kg"), reports)) == 200.5


def test_communes_with_data_counts_only_listed_ones():
    assert communes_with_data([DONATIONS], [EA_TLING, NAM_DONG, "24643"]) == Ratio(2, 3)


def test_summed_lines_give_the_same_numbers():
    """Lines that no filter tells apart are added up, and still count as so many lines."""
    twice = made(
        "donations",
        goods("rice", 10, "kg", commune=NAM_DONG, date=date(2021, 8, 3), value_vnd=150_000),
        goods("rice", 15, "kg", commune=NAM_DONG, date=date(2021, 8, 5)),  # the same week, without a value
        goods("milk", None, "box", commune=NAM_DONG, date=date(2021, 8, 5)),
        goods("milk", None, "box", commune=NAM_DONG, date=date(2021, 8, 6)),
    )
    small = summed_lines("donations", twice)
    assert len(small) == 3 and small["lines"].sum() == 4
    for code in ("rice_received", "goods_value", "gifts"):
        of_small, of_twice = (counted_rows(MEASURES[code], rows) for rows in (small, twice))
        assert total(of_small) == total(of_twice)
        # of a value count the lines that have one
        assert totals_by(of_small, "commune")["rows"].tolist() == totals_by(of_twice, "commune")["rows"].tolist()
    assert received_by_good(small).values.tolist() == received_by_good(twice).values.tolist()
    empty = [schemas.empty(kind) for kind in schemas.LINE_KINDS[1:]]
    assert unconverted(Lines(small, *empty)) == unconverted(Lines(twice, *empty)) == 2
