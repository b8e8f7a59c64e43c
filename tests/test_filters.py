"""Filters: what a link carries is codes, and whatever stands in a link gives filters."""

import shutil
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import reference
from metrics.selection import Selection
from report.filters import PARAMETERS, Filters, read_moment, summary, toggled

KNOWN = reference.load()
ZONE = KNOWN.campaign.zone
MONDAYS = st.dates(date(2021, 1, 4), date(2030, 1, 7)).map(lambda d: date.fromordinal(d.toordinal() - d.weekday()))


def some(codes):
    return st.lists(st.sampled_from(sorted(codes)), unique=True, max_size=4).map(tuple)


@st.composite
def made_filters(draw):
    weeks = sorted(draw(st.lists(MONDAYS, min_size=2, max_size=2)))
    return Filters(
        first_week=draw(st.sampled_from([None, weeks[0]])),
        last_week=draw(st.sampled_from([None, weeks[1]])),
        communes=draw(some(KNOWN.communes())),
        goods=draw(some(KNOWN.goods)),
        donor_categories=draw(some(KNOWN.donor_categories)),
        sites=draw(some(KNOWN.sites)),
        as_of=draw(st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(ZONE))),
    )


@given(made_filters())
def test_a_link_brings_back_the_same_filters(filters):
    assert Filters.from_query(filters.to_query()) == filters


@given(st.dictionaries(st.sampled_from([*PARAMETERS, "lang", "x"]), st.text()))
def test_any_link_gives_filters(query):
    filters = Filters.from_query(query)
    assert Filters.from_query(filters.to_query()) == filters


def test_unknown_codes_are_left_out():
    query = {
        "communes": "24649,99999,24649",
        "goods": "gạo,rice",
        "from": "hôm nay",
        "member": "ai đó",
        "as_of": "2021-13-01",
    }
    assert Filters.from_query(query) == Filters(communes=("24649",), goods=("rice",))


def test_a_day_of_a_week_means_its_monday_and_a_turned_span_means_none():
    assert Filters.from_query({"from": "2021-08-15"}).first_week == date(2021, 8, 9)
    assert Filters.from_query({"from": "2021-08-16", "to": "2021-08-02"}) == Filters()


def test_the_link_has_codes_and_no_names():
    filters = Filters(communes=("24640", "24649"), goods=("rice",), first_week=date(2021, 8, 2))
    assert filters.to_query() == {"from": "2021-08-02", "communes": "24640,24649", "goods": "rice"}
    assert Filters().to_query() == {}


def test_selection_covers_whole_weeks():
    filters = Filters(first_week=date(2021, 8, 2), last_week=date(2021, 8, 9), communes=("24649",))
    assert filters.selection() == Selection(first_day=date(2021, 8, 2), last_day=date(2021, 8, 15), communes=("24649",))


@pytest.fixture
def with_member(tmp_path):
    shutil.copytree(reference.FOLDER, tmp_path / "reference")
    assigned = "member,commune\nBan số 1,24640\nBan số 1,24643\n"
    (tmp_path / "reference" / "assignments.csv").write_text(assigned, "utf-8")
    return reference.load(tmp_path / "reference")


def test_a_member_sees_the_assigned_communes(with_member):
    filters = Filters.from_query({"member": "Ban số 1"}, with_member)
    assert filters.chosen_communes(with_member) == ("24640", "24643")
    narrowed = Filters(member="Ban số 1", communes=("24643", "24649"))
    assert narrowed.chosen_communes(with_member) == ("24643",)
    outside = Filters(member="Ban số 1", communes=("24649",))
    assert outside.chosen_communes(with_member) == ("24640", "24643")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)


@pytest.mark.parametrize("typed", ["15/8/2021 9:05", "09:05 15/08/2021", " 15/8/2021,  9:05:00 "])
def test_a_typed_moment(typed):
    assert read_moment(typed, ZONE) == at(2021, 8, 15, 9, 5)


def test_a_typed_day_means_its_end_also_in_the_link():
    end = read_moment("15/8/2021", ZONE)
    assert end == datetime.combine(date(2021, 8, 15), time.max, ZONE)
    assert Filters(as_of=end).to_query() == {"as_of": "2021-08-15"}
    assert Filters.from_query({"as_of": "2021-08-15"}).as_of == end
    assert Filters(as_of=at(2021, 8, 15, 16, 0)).to_query() == {"as_of": "2021-08-15T16:00:00"}
    assert Filters.from_query({"as_of": "2021-08-15T09:00:00+00:00"}).as_of == at(2021, 8, 15, 16, 0)


NO_MOMENTS = ("2021-08-15", "", "31/2/2021", "15/8/2021 25:00", "15/8/2021 16/8/2021", "hôm nay", "9:00")


@pytest.mark.parametrize("typed", NO_MOMENTS)
def test_what_is_no_moment(typed):
    assert read_moment(typed, ZONE) is None


def test_a_click_chooses_and_the_same_click_again_lets_go():
    chosen = toggled(Filters(goods=("rice",)), "communes", ("24649",))
    assert chosen == Filters(communes=("24649",), goods=("rice",))
    assert toggled(chosen, "communes", ("24640",)).communes == ("24640",)
    assert toggled(chosen, "communes", ("24649",)) == Filters(goods=("rice",))
    week = toggled(Filters(), "week", ("2021-08-09",))
    assert (week.first_week, week.last_week) == (date(2021, 8, 9), date(2021, 8, 9))
    assert toggled(week, "week", ("2021-08-09",)) == Filters()


def test_the_summary_names_what_limits():
    filters = Filters(communes=("24649",), first_week=date(2021, 8, 2), goods=("rice",))
    assert summary(filters) == "Xã Nam Dong · Tuần 31 → … · Gạo"
