"""Dates and weeks: the case table tests/cases/dates.csv, and the laws that hold for any date."""

import csv
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reference import load
from loaders.cells.dates import Week, find_week, parse_date
from loaders.problems import CODES

CASES = Path(__file__).parent / "cases" / "dates.csv"
CAMPAIGN = load().campaign
DAYS = st.dates(date(2000, 1, 1), date(2050, 12, 31))


def cases(kind: str) -> list:
    with open(CASES, encoding="utf-8", newline="") as file:
        rows = [(number, row) for number, row in enumerate(csv.DictReader(file), 2) if row["kind"] == kind]
    return [pytest.param(row, id=f"{number}: {row['cell']!r}") for number, row in rows]


def typed(text: str, kind: str) -> object:
    """A cell as the file holds it."""
    if kind == "number":
        return int(text) if text.lstrip("-").isdigit() else float(text)
    if kind == "date":
        return datetime.fromisoformat(text)
    return {"text": text, "empty": None, "bool": True}[kind]


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def weeks(*texts: tuple[str, str], year: int | None = 2021) -> tuple[Week, str]:
    return find_week(texts, year=year, campaign=CAMPAIGN)


@pytest.mark.parametrize("row", cases("date"))
def test_date(row):
    parsed = parse_date(typed(row["cell"], row["type"]), year=int(row["year"]) if row["year"] else None)
    found = (parsed.value, parsed.code or "", parsed.proposed)
    assert found == (day(row["expected"]), row["code"], day(row["proposed"])), row["why"]
    assert parsed.code is None or parsed.code in CODES


@pytest.mark.parametrize("row", cases("week"))
def test_week(row):
    week, _ = weeks(("title", row["cell"]), year=int(row["year"]) if row["year"] else None)
    found = (week.start, week.code or "", week.proposed)
    assert found == (day(row["expected"]), row["code"], day(row["proposed"])), row["why"]
    assert week.code is None or week.code in CODES


def test_the_week_says_where_it_was_found_and_dates_are_trusted_first():
    texts = (
        ("letterhead", "Cư Jút, ngày 20 tháng 8 năm 2021"),
        ("sheet_name", "Tuần 33"),
        ("title", "từ 16/8 đến 22/8/2021"),
    )
    assert weeks(*texts) == (Week(date(2021, 8, 16), found="từ 16/8 đến 22/8/2021"), "title")
    assert weeks(texts[0], texts[1]) == (Week(date(2021, 8, 16), found="Tuần 33"), "sheet_name")
    assert weeks(texts[0]) == (Week(None, "week_missing"), "")


def test_a_file_name_of_last_week_is_a_conflict():
    week, label = weeks(("title", "Từ 16/8 đến 22/8/2021"), ("file_name", "tuan32_EaPo.xlsx"))
    assert (week.start, week.code, week.proposed, label) == (None, "week_conflict", date(2021, 8, 16), "title")
    week, label = weeks(("sheet_name", "Tuần 33"), ("file_name", "tuan32.xlsx"))
    assert (week.code, week.proposed, label) == ("week_conflict", date(2021, 8, 16), "sheet_name")


def test_without_a_year_the_campaign_gives_it():
    assert weeks(("title", "từ 09/8 đến 15/8"), year=None)[0].start == date(2021, 8, 9)
    assert weeks(("title", "Tuần 2"), year=2022)[0].start == date(2022, 1, 10)


@given(
    DAYS,
    st.sampled_from(["{d}/{m}/{y}", "{d:02}/{m:02}/{y}", "{d}.{m}.{y}", "{d}-{m}-{y}", "ngày {d} tháng {m} năm {y}"]),
)
def test_a_date_written_day_first_reads_back(written, style):
    text = style.format(d=written.day, m=written.month, y=written.year)
    assert parse_date(text).value == written


@given(DAYS)
def test_other_certain_spellings_read_back(written):
    serial = written.toordinal() - date(1899, 12, 30).toordinal()
    for cell in (
        serial,
        float(serial),
        str(serial),
        written,
        f"{written:%Y-%m-%d}",
        f"{written:%Y%m%d}",
        f"{written:%d%m%Y}",
    ):
        assert parse_date(cell).value == written
    assert parse_date(f"{written.day}/{written.month}", year=written.year).value == written


@given(st.dates(date(2000, 1, 3), date(2050, 12, 25)), st.integers(0, 6), st.integers(0, 6))
def test_any_part_of_a_week_is_that_week(some_day, first, last):
    monday = some_day - timedelta(days=some_day.weekday())
    start, end = (monday + timedelta(days=n) for n in sorted((first, last)))
    text = f"Từ ngày {start:%d/%m/%Y} đến ngày {end:%d/%m/%Y}"
    assert weeks(("title", text))[0].start == monday


@given(st.text("0123456789/.- ngàythstuầnđếW", max_size=24))
def test_any_text_gives_a_date_or_a_code_or_is_blank_and_never_raises(text):
    parsed = parse_date(text, year=2021)
    assert parsed.code is None or (parsed.value is None and parsed.code in CODES)
    assert not parsed.is_blank or not any(c.isalnum() for c in text)
    week = weeks(("title", text))[0]
    assert (week.start is None) is (week.code is not None)
    assert all(d is None or d.weekday() == 0 for d in (week.start, week.proposed))


@pytest.mark.parametrize("text", ["1, " * 9000, "1/" * 9000, "từ 1/1 " * 4000, "28/7 - " * 4000])
def test_a_hostile_cell_costs_no_time(text):
    started = time.process_time()  # of this process: others may keep the machine busy
    assert parse_date(text, year=2021).code == "date_unreadable"
    assert weeks(("title", text))[0]
    assert time.process_time() - started < 1
