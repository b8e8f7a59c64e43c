"""The parts that the store is given: invented ones for all its tests, and the keys of their rows."""

from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
import pandas as pd

from data import schemas
from data.access import Person
from data.uploads.keys import row_keys
from data.uploads.parts import content_key

NOW = datetime(2021, 8, 10, 9, 0)
MONDAY = date(2021, 8, 2)


@dataclass(frozen=True)
class Fault:
    code: str
    severity: str


@dataclass(frozen=True)
class TestPart:
    """The attributes of a Reading that the store looks at."""

    __test__ = False

    kind: str
    frame: pd.DataFrame
    waiting: pd.DataFrame = field(default_factory=lambda: schemas.empty("waiting"))
    remarks: pd.DataFrame = field(default_factory=lambda: schemas.empty("remarks"))
    file: str = "danh sách.xlsx"
    sheet: str = "Tuần 31"
    problems: tuple = ()
    columns: dict = field(default_factory=dict)
    layout: str = "long"
    area: str = "A5:H20"
    communes: tuple = ()
    week_start_date: date | None = None
    is_urgent: bool = False
    is_nil: bool = False


def _cells(kind: str, rows: int) -> dict:
    numbers = list(range(6, 6 + rows))
    texts = {"source_sheet": ["Tuần 31"] * rows, "source_column": ["D"] * rows, "source_text": ["x"] * rows}
    return texts | {"source_row": numbers}


def waiting(kind: str, rows: int) -> pd.DataFrame:
    codes = {"kind": [kind] * rows, "codes": ["number_unreadable"] * rows}
    return schemas.frame("waiting", codes | _cells("waiting", rows))


def remarks(commune: str, week: date, text: str) -> pd.DataFrame:
    said = {"commune": [commune], "week_start_date": [week], "topic": ["difficulties"], "text": [text]}
    return schemas.frame("remarks", said | _cells("remarks", 1))


def gifts(lines: list[str], *, waits: int = 0, commune: str = "24649", **more) -> TestPart:
    """A donation list; a line is a donor's name, and equal names are equal lines of 10 kg of rice."""
    count = len(lines)
    values = {"donor_name": list(lines), "commune": [commune] * count, "good": ["rice"] * count, "unit": ["kg"] * count}
    values |= {"quantity": [10.0] * count, "base_quantity": [10.0] * count, "base_unit": ["kg"] * count}
    values |= {"date": [datetime(2021, 8, 3)] * count}
    frame = schemas.frame("donations", values | _cells("donations", count))
    return TestPart("donations", frame, waiting("donations", waits), communes=(commune,), **more)


def report(values: dict[str, float], *, commune="24649", week=MONDAY, waits=0, said="", is_urgent=False, **more):
    """A weekly report of one commune: indicator → value."""
    count = len(values)
    columns = {"commune": [commune] * count, "week_start_date": [week] * count, "indicator": list(values)}
    columns |= {"value": list(values.values()), "is_urgent": [is_urgent] * count}
    return TestPart(
        "weekly_reports",
        schemas.frame("weekly_reports", columns | _cells("weekly_reports", count)),
        waiting("weekly_reports", waits),
        remarks(commune, week, said) if said else schemas.empty("remarks"),
        communes=(commune,),
        week_start_date=week,
        is_urgent=is_urgent,
        **more,
    )


def targets(values: dict[str, float], commune: str = "24649") -> TestPart:
    columns = {"commune": [commune] * len(values), "indicator": list(values), "target": list(values.values())}
    frame = schemas.frame("targets", columns | _cells("targets", len(values)))
    return TestPart("targets", frame, communes=(commune,))


def accept(
    store, *parts, content: bytes | str | None = None, at: datetime = NOW, received: datetime | None = None, **more
):
    """Accept with what does not matter to the test filled in; without a content the rows make one."""
    if content is None:
        content = repr([part.frame.to_csv() + repr(part) for part in parts])
    content = content.encode() if isinstance(content, str) else content
    given = {"name": "danh sách.xlsx", "who": Person("van_phong", "editor"), "received_at": received or at, "now": at}
    return store.accept(content=content, parts=parts, **(given | more))


def donors(store, **more) -> list[str]:
    return sorted(store.current("donations", **more)["donor_name"])


def values(store, **more) -> dict:
    """(commune, indicator) → value of the weekly reports in force that are not urgent; each occurs once."""
    rows = store.current("weekly_reports", **more)
    rows = rows[~rows["is_urgent"].astype(bool)]
    found = {(r.commune, r.indicator): r.value for r in rows.itertuples()}
    assert len(found) == len(rows)
    return found


# stored for ever: when one of these moves, every known line becomes a new one
STORED_KEYS = [-3792017847961489464, 1881211574780323332]


def test_row_keys_stay_what_they_are():
    rows = gifts(["Hộ A", "hộ  a", "Hộ B"]).frame
    keys = row_keys("donations", rows)
    assert [keys[0], keys[2]] == STORED_KEYS and keys[0] == keys[1]
    elsewhere = rows.assign(source_row=pd.array([1, 2, 3], dtype="Int64"), donor_category="business")
    assert np.array_equal(row_keys("donations", elsewhere), keys)


def test_row_key_sees_every_column_of_the_key():
    rows = gifts(["Hộ A"]).frame
    others = {"date": datetime(2021, 8, 4), "commune": "24655", "good": "eggs", "quantity": 10.5, "value_vnd": 0}
    for name, value in others.items():
        changed = rows.assign(**{name: pd.Series([value]).astype(rows[name].dtype)})
        assert row_keys("donations", changed)[0] != row_keys("donations", rows)[0], name


def test_content_is_equal_in_any_order_but_not_with_other_words():
    both = [gifts(["A", "B"]), report({"donors": 1}, said="thiếu xe")]
    assert content_key(both) == content_key([both[1], gifts(["B", "A"], sheet="khác")])
    assert content_key(both) != content_key([both[0], report({"donors": 1}, said="đủ xe")])
    assert content_key([gifts(["A"])]) != content_key([gifts(["A"], waits=1)])
    assert content_key([report({}, is_nil=True)]) != content_key([report({})])
