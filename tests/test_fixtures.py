"""Every fixture is read as its truth says, and exactly as its golden texts show."""

import json
from collections import Counter

import pytest

from data.demo import make_demo
from data.schemas import LINE_KINDS
from loaders import read
from loaders.problems import Severity
from loaders.reading import Source
from tests.fixtures import golden, make_fixtures
from tests.fixtures.making import FIXTURES

NAMES = [fixture.name for fixture in FIXTURES]


def truths(name: str) -> list[dict]:
    told = json.loads((golden.FOLDER / "truth" / f"{name}.json").read_text("utf-8"))
    return told.get("readings", [told])


def counted(outcome):
    """The readings that count: a hidden sheet does not before it is ticked."""
    return [reading for reading in outcome.readings if not reading.is_hidden]


def problems_of(outcome):
    return [problem for reading in outcome.readings for problem in reading.problems]


def sum_of(readings, column: str) -> int:
    frames = [reading.frame for reading in readings if column in reading.frame.columns]
    return int(sum(frame[column].sum() for frame in frames))


def goods_of(readings) -> dict[tuple[str, str], float]:
    totals: Counter = Counter()
    for reading in readings:
        if reading.kind in LINE_KINDS:
            lines = reading.frame[reading.frame["good"] != "cash"]
            for good, unit, quantity in zip(lines["good"], lines["base_unit"], lines["base_quantity"], strict=True):
                totals[good, unit] += float(quantity)
    return {key: round(quantity, 6) for key, quantity in totals.items()}


def indicators_of(readings) -> list[tuple[str, str, float]]:
    found = []
    for reading in readings:
        if reading.kind not in LINE_KINDS:
            value = reading.frame["target" if reading.kind == "targets" else "value"]
            found += zip(
                reading.frame["commune"], reading.frame["indicator"], value.astype(float).round(6), strict=True
            )
    return sorted(found)


@pytest.fixture(scope="module")
def outcomes():
    read: dict = {}

    def outcome(name: str):
        if name not in read:
            read[name] = golden.outcome_of(name)
        return read[name]

    return outcome


@pytest.mark.parametrize("name", NAMES)
def test_what_was_understood(name, outcomes):
    told, readings = truths(name), counted(outcomes(name))
    kinds = {truth["kind"] for truth in told if truth["kind"]}
    assert {reading.kind for reading in readings} == kinds
    if not kinds:
        assert [error.code for error in outcomes(name).unread] == ["sheet_not_recognised"]
    if all(truth["communes"] is not None for truth in told):
        assert {c for r in readings for c in r.communes} == {c for truth in told for c in truth["communes"]}
    if kinds & {"weekly_reports"} and all(truth["week_start_date"] for truth in told):
        weeks = {reading.week_start_date.isoformat() for reading in readings if reading.week_start_date}
        assert weeks == {truth["week_start_date"] for truth in told}
    assert any(r.is_urgent for r in readings) == any(truth.get("is_urgent", False) for truth in told)
    assert any(r.is_nil for r in readings) == any(truth.get("is_nil", False) for truth in told)


@pytest.mark.parametrize("name", NAMES)
def test_rows_and_totals(name, outcomes):
    told, readings = truths(name), counted(outcomes(name))
    if all(truth["rows"] is not None for truth in told):
        assert sum(len(reading.frame) for reading in readings) == sum(truth["rows"] for truth in told)
    if all(truth["cash_vnd"] is not None for truth in told):
        assert sum_of(readings, "cash_vnd") == sum(truth["cash_vnd"] for truth in told)
    if all(truth["value_vnd"] is not None for truth in told):
        # the value of what was bought is its cost
        value = sum_of(readings, "value_vnd") + sum_of(readings, "cost_vnd")
        assert value == sum(truth["value_vnd"] for truth in told)
    if all(truth["goods"] is not None for truth in told):
        goods: Counter = Counter()
        for truth in told:
            for line in truth["goods"]:
                goods[line["good"], line["unit"]] += line["quantity"]
        assert goods_of(readings) == {key: round(quantity, 6) for key, quantity in goods.items()}
    for column in ("waiting", "published"):
        if any(column in truth for truth in told):
            frames = [
                r.waiting if column == "waiting" else r.frame[r.frame["may_publish"].fillna(False)] for r in readings
            ]
            assert sum(len(frame) for frame in frames) == sum(truth.get(column, 0) for truth in told)


@pytest.mark.parametrize("name", NAMES)
def test_indicators_sites_and_remarks(name, outcomes):
    told, readings = truths(name), counted(outcomes(name))
    if all(truth["rows"] is not None for truth in told):
        expected = [(i["commune"], i["indicator"], float(i["value"])) for truth in told for i in truth["indicators"]]
        assert indicators_of(readings) == sorted(expected)
    sites = {site for r in readings if "site" in r.frame.columns for site in r.frame["site"]}
    assert sites == {site for truth in told for site in truth["sites"]}
    remarks = [remark for r in readings for remark in zip(r.remarks["topic"], r.remarks["text"], strict=True)]
    for remark in (remark for truth in told for remark in truth.get("remarks", [])):
        assert any(topic == remark["topic"] and remark["text"] in text for topic, text in remarks)


@pytest.mark.parametrize("name", NAMES)
def test_problems(name, outcomes):
    told, problems = truths(name), problems_of(outcomes(name))
    places = {(p.code, p.where.cell) for p in problems}
    codes = Counter(p.code for p in problems)
    expected = [(problem["code"], problem["cell"]) for truth in told for problem in truth["problems"]]
    assert {e for e in expected if e[1]} <= places
    assert {code for code, cell in expected if not cell} <= set(codes)
    allowed = {code for code, _ in expected} | {code for truth in told for code in truth.get("tolerated", [])}
    loud = [p for p in problems if p.severity is not Severity.NOTES and p.code not in allowed]
    assert [(p.code, str(p.where), p.found) for p in loud] == []


@pytest.mark.parametrize("name", NAMES)
def test_names_people_and_privacy(name, outcomes):
    told, readings = truths(name), counted(outcomes(name))
    for column in ("households", "people"):
        if any(column in truth for truth in told):
            assert sum_of(readings, column) == sum(truth.get(column, 0) for truth in told)
    if any("named" in truth for truth in told):
        frames = [reading.frame for reading in readings]
        assert sum(int(frame["donor_name"].notna().sum()) for frame in frames) == sum(t.get("named", 0) for t in told)
    for commune, cash_vnd in ((c, v) for truth in told for c, v in truth.get("by_commune", {}).items()):
        assert sum(int(r.frame.loc[r.frame["commune"] == commune, "cash_vnd"].sum()) for r in readings) == cash_vnd
    dates = {day for truth in told for day in truth.get("dates", [])}
    if dates:
        assert {f"{day:%Y-%m-%d}" for reading in readings for day in reading.frame["date"].dropna()} == dates
    kept = golden.rows_text(outcomes(name))
    assert [text for truth in told for text in truth.get("absent", []) if text in kept] == []


@pytest.mark.parametrize("name", NAMES)
def test_golden(name):
    for path, text in golden.texts_of(name).items():
        assert text == path.read_text("utf-8"), f"{path.name}: look, then golden.py --write {name}"


def test_every_file_is_on_the_list():
    assert golden.names() == sorted(NAMES)
    assert {path.name.removesuffix(".json") for path in (golden.FOLDER / "truth").iterdir()} == set(NAMES)
    goldens = {path.name for path in (golden.FOLDER / "golden").iterdir()}
    assert goldens == {f"{name}{end}" for name in NAMES for end in (".expected.csv", ".problems.txt")}


def test_readme_is_written_from_the_list():
    assert (golden.FOLDER / "README.md").read_text("utf-8") == make_fixtures.readme()


def test_truth_is_the_one_of_the_script():
    """The truths of the fixtures that need no second library to be made."""
    for made in FIXTURES:
        if not made.name.endswith((".xls", ".ods")):
            written = json.loads((golden.FOLDER / "truth" / f"{made.name}.json").read_text("utf-8"))
            assert json.loads(json.dumps(make_fixtures.truth_of(made, made.make()[1]))) == written


def demo_files() -> dict[str, dict]:
    return json.loads(make_demo.TRUTH.read_text("utf-8"))["files"]


@pytest.mark.parametrize("name", demo_files())
def test_demo_file(name):
    """Every demo file is read as the ledger behind it says; no sheet is blocked as a whole."""
    told = demo_files()[name]
    outcome = read(Source(name, (make_demo.FOLDER / name).read_bytes()), as_of=golden.AS_OF)
    readings = counted(outcome)
    assert not outcome.unread
    assert not any(reading.blocks for reading in readings)
    assert {reading.kind for reading in readings} == {told["kind"]}
    assert sum(len(reading.frame) for reading in readings) == told["rows"]
    assert sum(len(reading.waiting) for reading in readings) == told["waiting"]
    assert sum_of(readings, "cash_vnd") == told["cash_vnd"]
    assert sum_of(readings, "value_vnd") + sum_of(readings, "cost_vnd") == told["value_vnd"]
    assert goods_of(readings) == {(line["good"], line["unit"]): line["quantity"] for line in told["goods"]}
    if told["kind"] != "frontline_support":
        assert {c for r in readings for c in r.communes} == set(told["communes"])
    assert [r.week_start_date.isoformat() for r in readings if r.week_start_date and told["weeks"]] == told["weeks"]
    asked = {p.code for p in problems_of(outcome) if p.severity is not Severity.NOTES}
    assert asked == set(told["asks"])


def test_demo_is_the_one_of_the_script():
    made = make_demo.files()
    assert json.loads(json.dumps(make_demo.truth(made))) == json.loads(make_demo.TRUTH.read_text("utf-8"))
    received = (make_demo.FOLDER / "index.csv").read_text("utf-8").splitlines()[1:]
    assert [line.rpartition(",")[0].strip('"') for line in received] == [name for name, *_ in made]
