"""Lines added up give what all lines give; a condition keeps the same rows of a frame and of a table in SQL."""

import itertools
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Column, Date, Double, Integer, MetaData, Table, Text, create_engine, select

from data import schemas
from data.conditions import NOTHING, TESTS, Condition, clause, matching
from data.summing import summed_lines
from metrics.frontline import frontline_coverage
from metrics.measures import MEASURES, counted_rows, indicator_reported, measure_conditions, stock
from metrics.money_way import purchases_by_good
from metrics.selection import Selection, at, part_conditions, selected, selection_conditions
from metrics.stock import Lines, cash_left, received_by_good
from metrics.sums import whole
from tests.amounts import examples
from tests.test_metrics import EA_TLING, NAM_DONG, cash, goods, made

fewer = examples(12, 300)  # each makes frames, or a table

MONDAY = date(2021, 8, 2)
DAYS = [MONDAY + timedelta(days=number) for number in (-1, 0, 3, 6, 7, 20)]
WEEKS = [MONDAY, MONDAY + timedelta(days=7)]
WORDS = {
    "commune": [EA_TLING, NAM_DONG],
    "good": ["cash", "rice"],
    "base_unit": ["kg", "bag"],
    "donor_category": ["business"],
    "site": ["health_centre", "checkpoint_24655"],
    "indicator": ["rice_kg", "donors"],
}
# few values, so that lines meet; amounts whose sums are exact
VALUES = {
    schemas.TEXT: st.sampled_from(["a", "b", ""]),
    schemas.WHOLE: st.integers(-(10**12), 10**12),
    schemas.NUMBER: st.integers(-(10**6), 10**6).map(lambda number: number / 4),
    schemas.FLAG: st.booleans(),
}
SQL_TYPES = {
    schemas.TEXT: Text,
    schemas.WHOLE: BigInteger,
    schemas.NUMBER: Double,
    schemas.DATE: Date,
    schemas.FLAG: Boolean,
}


def values_of(column: schemas.Column) -> st.SearchStrategy:
    if column.dtype == schemas.DATE:
        found = st.sampled_from(WEEKS if column.name == "week_start_date" else DAYS)
    else:
        found = st.sampled_from(WORDS[column.name]) if column.name in WORDS else VALUES[column.dtype]
    return found if column.required else st.none() | found


def told(kind: str) -> list[schemas.Column]:
    """The columns that a random frame fills; the others are missing, and nothing here is about them."""
    names = {*itertools.chain(*schemas.SUMMED[kind]), "may_publish"}
    return [column for column in schemas.COLUMNS[kind] if column.name in names]


@st.composite
def frames(draw, kind: str) -> pd.DataFrame:
    found = draw(st.lists(st.fixed_dictionaries({c.name: values_of(c) for c in told(kind)}), max_size=12))
    return schemas.frame(kind, {column.name: [row[column.name] for row in found] for column in told(kind)})


def records(frame: pd.DataFrame) -> list[dict]:
    """The rows with None for what is missing, and plain days."""
    found = frame.astype(object).where(frame.notna(), None).to_dict("records")
    days = [name for name in frame if frame[name].dtype == schemas.DATE]
    return [row | {name: row[name] and row[name].date() for name in days} for row in found]


# --- lines added up
def added_up(kind: str, frame: pd.DataFrame) -> dict[tuple, list]:
    """By hand: what tells lines apart -> the sums of the fields, and how many lines."""
    keys, fields = schemas.SUMMED[kind]
    found: dict[tuple, list] = {}
    for row in records(frame):
        if row.get("date") and kind != "frontline_support":
            row["date"] -= timedelta(days=row["date"].weekday())
        of_group = (*(row[name] for name in keys), *(row[name] is None for name in fields))
        sums = found.setdefault(of_group, [None if row[name] is None else 0 for name in fields] + [0])
        for place, name in enumerate(fields):
            sums[place] = None if row[name] is None else sums[place] + row[name]
        sums[-1] += 1
    return found


@pytest.mark.parametrize("kind", schemas.KINDS)
@fewer
@given(data=st.data())
def test_summed_lines_are_the_lines_added_up(kind, data):
    frame = data.draw(frames(kind))
    before = frame.copy()
    small = summed_lines(kind, frame)
    keys, fields = schemas.SUMMED[kind]
    dtypes = {column.name: column.dtype for column in schemas.columns(kind)} | {"lines": "Int64"}
    assert {name: str(dtype) for name, dtype in small.dtypes.items()} == {n: dtypes[n] for n in small.columns}
    assert list(small.columns) == [*keys, *fields, "lines"]
    rows = [tuple(row.values()) for row in records(small)]
    expected = [(*of_group[: len(keys)], *sums) for of_group, sums in added_up(kind, frame).items()]
    assert rows == expected  # in the order in which they first appear
    pd.testing.assert_frame_equal(frame, before)  # frames are shared


@fewer
@given(frame=frames("donations"), numbers=st.lists(st.sampled_from([7, 8]), min_size=12, max_size=12))
def test_further_columns_tell_lines_apart(frame, numbers):
    groups = frame.assign(group_id=pd.Series(numbers[: len(frame)], dtype="int64"))
    small = summed_lines("donations", groups, by=("group_id",))
    assert small.columns[0] == "group_id"
    for number in (7, 8):
        own = summed_lines("donations", groups[groups["group_id"] == number])
        pd.testing.assert_frame_equal(
            small[small["group_id"] == number].drop(columns="group_id").reset_index(drop=True), own
        )


def test_what_is_not_summed_stays_as_it_is():
    frame = schemas.empty("remarks")
    assert summed_lines("remarks", frame) is frame


def test_a_week_begins_on_monday_also_long_ago():
    days = [date(1969, 12, 28), date(1970, 1, 4), date(1970, 1, 5), date(9999, 12, 31), None]
    small = summed_lines("purchases", made("purchases", *(goods("rice", 1, "kg", date=day) for day in days)))
    expected = [date(1969, 12, 22), date(1969, 12, 29), date(1970, 1, 5), date(9999, 12, 27), None]
    assert [row["date"] for row in records(small)] == expected


# --- large sums
LARGE = 6 * 10**18  # two of them are more than Int64 holds


@pytest.mark.parametrize("sign", [1, -1])
def test_a_sum_that_would_wrap_round_is_an_error(sign):
    frame = made("donations", cash(sign * LARGE), cash(sign * LARGE), goods("rice", 1, "kg"))
    with pytest.raises(OverflowError, match="^donations: cash_vnd$"):
        summed_lines("donations", frame)
    apart = made("donations", cash(sign * LARGE, commune=EA_TLING), cash(sign * LARGE, commune=NAM_DONG))
    assert summed_lines("donations", apart)["cash_vnd"].tolist() == [sign * LARGE] * 2


def test_large_sums_are_exact_to_the_unit():
    frame = made("donations", cash(2**60), cash(1), cash(2**60))
    assert summed_lines("donations", frame)["cash_vnd"].tolist() == [2**61 + 1]


def test_what_is_left_of_too_much_is_not_negative():
    given_out = {"good": "rice", "quantity": 1.0, "unit": "kg", "site": "health_centre", "value_vnd": LARGE}
    lines = Lines(
        made("donations", *(cash(LARGE, commune=code) for code in (EA_TLING, NAM_DONG))),
        made("purchases", goods("rice", 1, "kg", cost_vnd=LARGE, date=MONDAY), goods("rice", 1, "kg", cost_vnd=LARGE)),
        made("distributions", goods("rice", 1, "kg", value_vnd=LARGE), goods("rice", 1, "kg", value_vnd=LARGE)),
        made("frontline_support", given_out, given_out | {"date": MONDAY}),
    )
    assert cash_left(lines).iloc[0].to_dict() == {
        "received": 1.2e19,
        "bought": 1.2e19,
        "distributed": None,
        "frontline": None,
        "left": 0,
    }
    assert cash_left(lines)["left"].dtype == "Int64"
    assert received_by_good(lines.distributions)["value_vnd"].tolist() == [1.2e19]
    assert purchases_by_good(lines.purchases)["cost_vnd"].tolist() == [1.2e19]
    coverage = frontline_coverage(lines.frontline_support, ["health_centre"], as_of=MONDAY)
    assert coverage["value_vnd"].tolist() == [1.2e19]


@given(numbers=st.lists(st.none() | st.integers(-(2**53), 2**53), max_size=5))
def test_whole_numbers_stay_what_they_are(numbers):
    found = whole(pd.Series(numbers, dtype="Float64"))
    assert found.dtype == "Int64" and found.tolist() == [pd.NA if n is None else n for n in numbers]


# --- conditions
def table_of(kind: str) -> Table:
    columns = [Column(column.name, SQL_TYPES[column.dtype]) for column in told(kind)]
    return Table(kind, MetaData(), Column("place", Integer, primary_key=True), *columns)


def kept_in_sql(kind: str, frame: pd.DataFrame, conditions) -> list[int]:
    table, engine = table_of(kind), create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        rows = records(frame[[column.name for column in told(kind)]])
        rows = [row | {"place": place} for place, row in enumerate(rows)]
        if rows:
            connection.execute(table.insert(), rows)
        query = select(table.c.place).where(clause(table.c, conditions)).order_by(table.c.place)
        found = list(connection.scalars(query))
    engine.dispose()
    return found


TESTS_OF = {
    schemas.TEXT: ("equal", "not_equal", "in"),
    schemas.WHOLE: ("equal", "not_equal"),
    schemas.NUMBER: ("equal", "not_equal"),
    schemas.DATE: ("equal", "not_equal", "from", "to"),
    schemas.FLAG: ("equal", "not_true"),
}


@st.composite
def conditions_on(draw, kind: str, frame: pd.DataFrame) -> Condition:
    column = draw(st.sampled_from(told(kind)))
    test = draw(st.sampled_from([*TESTS_OF[column.dtype], "missing", "given"]))
    if test in ("missing", "given", "not_true"):
        return Condition(column.name, test)
    met = [row[column.name] for row in records(frame) if row[column.name] is not None]
    value = values_of(schemas.Column(column.name, column.dtype, required=True))
    value = value | st.sampled_from(met) if met else value
    return Condition(column.name, test, draw(st.lists(value, max_size=3).map(tuple) if test == "in" else value))


@fewer
@given(data=st.data())
def test_conditions_keep_the_same_rows_in_sql(data):
    kind = data.draw(st.sampled_from(["donations", "weekly_reports", "distributions"]))
    frame = data.draw(frames(kind))
    conditions = data.draw(st.lists(conditions_on(kind, frame) | st.just(NOTHING), max_size=3))
    assert matching(frame, conditions).index.tolist() == kept_in_sql(kind, frame, conditions)


def test_every_condition_is_compared_with_sql():
    assert {test for tests in TESTS_OF.values() for test in tests} | {"missing", "given", "never"} == {*TESTS}


@pytest.mark.parametrize(
    ("condition", "places"),
    [
        (Condition("date", "equal", MONDAY), [0]),
        (Condition("date", "from", MONDAY), [0, 1]),
        (Condition("date", "to", MONDAY), [0]),
        (Condition("date", "to", date.max), [0, 1]),
        (Condition("date", "not_equal", MONDAY), [1]),
        (Condition("donor_category", "not_equal", "business"), [1]),
        (Condition("donor_category", "in", ("business", None)), [0]),
        (Condition("may_publish", "not_true"), [1, 2]),
        (Condition("donor_category", "missing"), [2]),
        (NOTHING, []),
    ],
)
def test_a_missing_value_fulfils_next_to_nothing(condition, places):
    frame = made(
        "donations",
        cash(1, date=MONDAY, donor_category="business", may_publish=True),
        cash(2, date=MONDAY + timedelta(days=1), donor_category="agency", may_publish=False),
        cash(3),
    )
    assert matching(frame, [condition]).index.tolist() == places == kept_in_sql("donations", frame, [condition])


def test_parts_of_time_by_hand():
    days = [MONDAY + timedelta(days=number) for number in (-1, 0, 6, 7)]
    frame = made("donations", *(cash(1, date=day) for day in [*days, None]))
    found = {name: at(frame, {name: MONDAY}).index.tolist() for name in ("week", "until", "day")} | {
        "without a day": at(frame, {"week": None}).index.tolist()
    }
    assert found == {"week": [1, 2], "until": [0, 1, 2], "day": [1], "without a day": [4]}
    assert at(frame, {"week": pd.Timestamp(MONDAY)}).index.tolist() == [1, 2]
    assert at(frame, {"until": date.max}).index.tolist() == [0, 1, 2, 3]  # an address may say so
    assert part_conditions(["commune"], {"week": MONDAY}) == part_conditions([], {"site": None}) == (NOTHING,)


SELECTIONS = st.builds(
    Selection,
    first_day=st.none() | st.sampled_from(DAYS),
    last_day=st.none() | st.sampled_from(DAYS),
    communes=st.sampled_from([(), (EA_TLING,), (EA_TLING, NAM_DONG)]),
    goods=st.sampled_from([(), ("rice",)]),
    donor_categories=st.sampled_from([(), ("business",)]),
    sites=st.sampled_from([(), ("health_centre",)]),
)
PARTS = st.fixed_dictionaries(
    {},
    optional={
        "commune": st.sampled_from([None, EA_TLING]),
        "week": st.none() | st.sampled_from(WEEKS),
        "until": st.sampled_from([*WEEKS, pd.Timestamp(MONDAY), date.max]),
        "day": st.none() | st.sampled_from(DAYS),
        "good": st.sampled_from(["rice"]),
        "site_type": st.sampled_from(["checkpoint"]),
        "site_commune": st.sampled_from([None, "24655"]),
    },
)
COUNTED = [*MEASURES.values(), indicator_reported("rice_kg", "kg"), *(one for _, one in stock("rice", "kg").terms)]


@fewer
@given(data=st.data(), measure=st.sampled_from(COUNTED), selection=SELECTIONS, part=PARTS)
def test_the_rows_of_a_number_are_the_same_in_sql(data, measure, selection, part):
    kind, names = measure.kind, {column.name for column in told(measure.kind)}
    frame = data.draw(frames(kind))
    by_sql = [selection_conditions(names, selection), part_conditions(names, part), measure_conditions(measure, names)]
    places = kept_in_sql(kind, frame, [condition for conditions in by_sql for condition in conditions])
    rows = at(selected(frame, selection), part)
    if measure.once_per:  # of the lines of a visit one counts: which one is not a matter of conditions
        counted = counted_rows(measure, rows)
        assert set(counted.index) <= set(places)
        visits = {tuple(row.values()) for row in records(frame.loc[places, list(measure.once_per)])}
        assert len(counted) == len(visits)
    else:
        assert counted_rows(measure, rows).index.tolist() == places


# --- the schema
def test_a_frame_that_is_not_tidy_is_told_by_its_columns():
    frame = schemas.frame("targets", {"commune": ["24649"], "indicator": ["rice_kg"], "target": [5.0]})
    assert schemas.check("targets", frame) == ["source_sheet", "source_row", "source_column"]  # required, and missing
    tidy = frame.assign(source_sheet="Tờ 1", source_row=pd.array([5], "Int64"), source_column="D")
    assert schemas.check("targets", tidy) == []
    assert schemas.check("targets", tidy.assign(target=[5])) == ["target"]
    assert schemas.check("targets", tidy[tidy.columns[::-1]]) == ["columns"]
    assert schemas.check("targets", tidy.drop(columns="target")) == ["columns"]
    assert schemas.check("targets", tidy.assign(more=1)) == ["columns"]
