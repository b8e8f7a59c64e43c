"""Laws of the store: undo and restore leave nothing behind, a moment can be seen again, order does not matter."""

from collections import Counter
from datetime import date, timedelta
from functools import reduce
from itertools import permutations
from operator import or_
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from data import schemas
from data.access import Person
from data.summing import summed_lines
from data.upkeep.check import check_store
from data.uploads.store import Store
from tests.amounts import examples
from tests.test_store_parts import MONDAY, NOW, accept, donors, gifts, report, targets

HOUR = timedelta(hours=1)
LATER = {"who": Person("van_phong", "editor"), "now": NOW + timedelta(days=30)}
LINES = st.lists(st.sampled_from("ABCD"), min_size=1, max_size=4)
STEPS = st.lists(st.one_of(LINES, st.integers(1, 4)), min_size=2, max_size=6)
SEEN = (*schemas.KINDS, "waiting", "remarks")


def everything(store, **more) -> dict:
    return {kind: store.current(kind, **more) for kind in SEEN} | {"receptions": store.receptions(**more)}


def assert_same(one: dict, other: dict) -> None:
    for kind in one:
        assert_frame_equal(one[kind], other[kind])


def assert_summed(store, **more) -> None:
    """What screens add up is what the lines add up to, whatever was accepted, undone and restored."""
    for kind in schemas.KINDS:
        keys, fields = schemas.SUMMED[kind]
        made = [store.summed(kind, **more), summed_lines(kind, store.current(kind, **more))]
        frames = [frame.astype({key: "object" for key in keys}).sort_values(list(keys)) for frame in made]
        assert_frame_equal(*(frame.reset_index(drop=True) for frame in frames), check_dtype=False)


def take(store, step, number: int) -> None:
    """A list and a report of as many gifts, or the undo or restore of an upload where there is one."""
    at = NOW + number * HOUR
    if isinstance(step, list):
        week = MONDAY + timedelta(weeks=len(step) % 2)
        accept(store, gifts(step, waits=len(step) % 3), report({"donors": number}, week=week), at=at)
        return
    uploads = store.history().query("act == 'accept'").set_index("number")
    if step in uploads.index:
        act = store.undo if uploads.loc[step, "is_in_force"] else store.restore
        act(step, who=Person("van_phong", "editor"), now=at)


@examples(2, 60)
@given(STEPS)
def test_whatever_happens_the_laws_hold(steps):
    with TemporaryDirectory() as folder:
        store, states = Store(folder), []
        for number, step in enumerate(steps):
            take(store, step, number)
            states.append(everything(store))
            assert_summed(store)
        reopened = Store(folder)
        for number, state in enumerate(states):
            assert_same(state, everything(reopened, as_of=NOW + number * HOUR))
            assert_summed(reopened, as_of=NOW + number * HOUR)

        in_force = store.history().query("act == 'accept' and is_in_force")["number"]
        lists = [Counter(step) for step in (s for s in steps if isinstance(s, list))]
        most = reduce(or_, [lists[number - 1] for number in in_force], Counter())
        assert Counter(donors(store)) == most

        for number in in_force:
            store.undo(number, **LATER)
            store.restore(number, **LATER)
            assert_same(states[-1], everything(store))
        new = accept(store, gifts(["A", "E"]), report({"donors": 99}), targets({"donors": 7}), at=LATER["now"])
        store.undo(new.number, **LATER)
        assert_same(states[-1], everything(store))
        assert check_store(store.database).is_whole


# --- order of uploads of different weeks
def test_order_of_uploads_of_different_weeks_does_not_matter(tmp_path):
    weeks = [date(2021, 8, 2) + timedelta(weeks=n) for n in range(3)]
    parts = [[report({"donors": n + 1}, week=week), gifts([f"tuần {n}", "ẩn danh"])] for n, week in enumerate(weeks)]
    seen = set()
    for number, order in enumerate(permutations(parts)):
        store = Store(tmp_path / str(number))
        for of_week in order:
            accept(store, *of_week)
        reports = store.current("weekly_reports")[["week_start_date", "value"]].sort_values("week_start_date")
        seen.add((reports.to_csv(index=False), tuple(donors(store))))
    assert len(seen) == 1
