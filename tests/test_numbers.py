"""Numbers, dates and weeks as people write them."""

from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from words import numbers


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1234567.5, "1.234.567,5", "1,234,567.5"),
        (0, "0", "0"),
        (-1500, "-1.500", "-1,500"),
        (12.345, "12,34", "12.34"),
        (None, "—", "—"),
        (pd.NA, "—", "—"),
        (float("nan"), "—", "—"),
    ],
)
def test_number(value, vi, en):
    assert numbers.number(value, "vi") == vi
    assert numbers.number(value, "en") == en


@given(st.integers(-(10**15), 10**15))
def test_a_written_number_reads_back(value):
    assert int(numbers.number(value, "vi").replace(".", "")) == value
    assert int(numbers.number(value, "en").replace(",", "")) == value


def test_money():
    assert numbers.money(1_500_000, "vi") == "1.500.000 đồng"
    assert numbers.money_short(1_250_000_000, "vi") == "1,25 tỷ đồng"
    assert numbers.money_short(1_250_000_000, "en") == "1.25 billion VND"
    assert numbers.money_short(2_350_000, "vi") == "2,35 triệu đồng"
    assert numbers.money_short(-2_000_000, "vi") == "-2 triệu đồng"
    assert numbers.money_short(999_999, "vi") == "999.999 đồng"
    assert numbers.money_short(pd.NA, "vi") == "—"


def test_days_and_weeks():
    assert numbers.day(date(2021, 7, 28), "vi") == "28/07/2021"
    assert numbers.day(pd.NaT, "vi") == "—"
    assert numbers.moment(datetime(2021, 7, 28, 16, 5), "vi") == "16:05 28/07/2021"
    assert numbers.week(date(2021, 8, 9), "vi") == "Tuần 32 (09/8–15/8/2021)"
    assert numbers.week(pd.Timestamp(2021, 8, 9), "vi") == "Tuần 32 (09/8–15/8/2021)"
    assert numbers.week(date(2021, 8, 30), "vi") == "Tuần 35 (30/8–05/9/2021)"
    assert numbers.week_short(date(2021, 8, 9), "en") == "Week 32"
    assert numbers.monday(date(2021, 8, 15)) == date(2021, 8, 9)


def test_shares():
    assert numbers.percent(87.5, "vi") == "87,5%"
    assert numbers.percent(None, "vi") == "—"
    assert numbers.ratio(7, 8) == "7/8"
    assert numbers.ratio(None, 8) == "—/8"
    assert numbers.with_unit(1500, "kg", "vi") == "1.500 kg"
    assert numbers.with_unit(pd.NA, "kg", "vi") == "—"
