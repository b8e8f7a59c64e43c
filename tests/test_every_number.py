"""Every number of every screen is the sum of the rows behind it: over the demo, and over random data."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as strategies

from data.uploads.store import Store
from metrics.measures import MEASURES
from report import addresses, frames, rows_behind
from report.addresses import Address
from report.figure import Figure
from report.figures import overview
from report.filters import Filters
from report.registry import PAGES, figures_of
from report.view import View
from tests.amounts import amount, examples
from tests.random_store import accept_random, random_lists
from tests.views import FILTERS, NAMES, OF_ANY_DATA, view_of
from words import numbers


def told(data: list, value: float | None) -> bool:
    """Whether the words of a mark say the number, in one of the ways in which numbers are written."""
    if value is None:
        return numbers.MISSING in data[1]
    ways = {
        numbers.number(value, "vi"),
        numbers.money_short(value, "vi"),
        numbers.number(value, "vi", decimals=1),
        numbers.number(abs(value), "vi"),
        numbers.money_short(abs(value), "vi"),
    }
    return any(way in data[1] for way in ways)


def _customdata(trace) -> list:
    """[label, text, pick, address] of every mark of a trace (report.charts.look.mark)."""
    found = trace.link.customdata if trace.type == "sankey" else trace.customdata
    return [] if found is None else [list(data) for data in found if data is not None and len(data) > 3]


def check(figure: Figure, view: View) -> int:
    """Every cell and every mark of a figure; how many numbers were looked at."""
    cells = figure.addresses()
    for (row, column), address in cells.items():
        shown = float(figure.frame[column].iat[row])
        behind_it = rows_behind.lines_of(address, view)["counted"].sum()
        assert behind_it == pytest.approx(shown, abs=1e-6), (figure.key, row, column, address.text())
        assert addresses.parse(address.text()) == address
        if column == "counted" and "rows" in figure.frame:
            assert len(rows_behind.lines_of(address, view)) == figure.frame["rows"].iat[row], (figure.key, row)
    chart = figure.chart("vi", "light") if figure.chart and not figure.frame.empty else None
    drawn = [data for trace in (chart.data if chart else ()) for data in _customdata(trace) if data[3]]
    for data in drawn:
        address = addresses.parse(data[3])
        assert address is not None, data
        rows = rows_behind.lines_of(address, view)
        assert told(list(data), rows["counted"].sum() if len(rows) else None), (figure.key, list(data))
    if figure.whole:
        assert addresses.parse(figure.whole.text()) == figure.whole
    return len(cells) + len(drawn)


def some_of_each(figures: list[Figure], most: int) -> list[Figure]:
    """At most so many of each kind of figure, from the first to the last: there is one for every report, every good."""
    kinds: dict[str, list[Figure]] = {}
    for figure in figures:
        kinds.setdefault(figure.title, []).append(figure)
    return [figure for of_kind in kinds.values() for figure in of_kind[:: -(-len(of_kind) // most)]]


@pytest.mark.parametrize("screen", PAGES, ids=str)
def test_over_the_demo(screen, demo_store, monkeypatch):
    view = view_of(demo_store, Filters(), monkeypatch)
    assert sum(check(figure, view) for figure in some_of_each(figures_of(view, screen), amount(3, 8))) > 30


@pytest.mark.parametrize("name", NAMES[1:])
@pytest.mark.parametrize("screen", PAGES, ids=str)
def test_over_the_demo_with_filters(screen, name, demo_store, monkeypatch):
    view = view_of(demo_store, FILTERS[name], monkeypatch)
    for figure in some_of_each(figures_of(view, screen), 2):
        check(figure, view)


@pytest.mark.parametrize("name", NAMES)
def test_headline_numbers_and_their_changes_over_the_demo(name, demo_store, monkeypatch):
    view = view_of(demo_store, FILTERS[name], monkeypatch)
    week = rows_behind.due_week(view)
    for code in MEASURES:
        found = frames.headline(view, code, week)
        rows = rows_behind.lines_of(Address(code), view)
        assert found.value == (pytest.approx(rows["counted"].sum()) if len(rows) else None), code
        if found.change is not None and found.change.amount is not None:
            changed = rows_behind.lines_of(Address(f"change:{code}"), view)["counted"].sum()
            assert changed == pytest.approx(found.change.amount), code


@examples(
    1,
    20,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lists=random_lists(), filters=strategies.sampled_from(OF_ANY_DATA))
def test_over_random_data(lists, filters, tmp_path_factory):
    url = str(tmp_path_factory.mktemp("random") / "store")
    accept_random(Store(url), lists)
    with pytest.MonkeyPatch.context() as patch:
        view = view_of(url, filters, patch)
        for screen in PAGES:
            for figure in some_of_each(figures_of(view, screen), 1):
                check(figure, view)


def test_the_check_can_fail(demo_store, monkeypatch):
    view = view_of(demo_store, Filters(), monkeypatch)
    right = overview.split_figure("commune", "cash_received", view)
    wrong = pd.DataFrame(right.frame).assign(counted=right.frame["counted"] + 1)
    broken = Figure(key="broken", title="", meaning="", frame=wrong, opens=right.opens)
    with pytest.raises(AssertionError):
        check(broken, view)
