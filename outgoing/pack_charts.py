"""The charts of the meeting pack: the same small frames, names, colours and words as on the pages, as plain data."""

from collections.abc import Callable, Sequence

import pandas as pd

from metrics.frontline import NOT_FOR_DAYS
from metrics.measures import FLOWS
from outgoing.slides.content import BEFORE, STACKED, Chart, Series
from report.charts.heatmap import COLORS
from report.charts.look import FAINT, INK, NO_CODE, PLAIN, amount_text, commune_color, good_color
from report.charts.reports import MOST_NUMBERED_WEEKS as MOST_NUMBERED_REPORTS
from report.charts.sites import LONG_AGO, visit_text
from report.figure import Figure
from words import names, numbers
from words.texts import language, t

THEME = "light"  # slides are white: they are printed too
MOST_NUMBERED_WEEKS = 12  # that stand beside each other in letters for a whole room
IN, OUT = ("received", "bought"), ("distributed", "frontline")
Charts = tuple[Chart, ...]


def _values(column: pd.Series) -> tuple[float | None, ...]:
    return tuple(None if numbers.is_missing(value) else float(value) for value in column)


def _named(labels: Sequence[str], *columns: Sequence[float | None]) -> tuple[str, ...]:
    """Names of bars; where there is no bar at all, a dash says so."""
    rows = zip(labels, *columns, strict=True)
    return tuple(
        f"{label}  {numbers.MISSING}" if all(value is None for value in values) else label for label, *values in rows
    )


def _bars(labels: Sequence[str], series: Series, column: str, **look: object) -> Chart:
    return Chart("bars", _named(labels, series.values), (series,), (column,), **look)


def _said(values: Sequence[float | None], say: Callable[[float], str]) -> tuple[str, ...]:
    return tuple("" if value is None else say(value) for value in values)


# one number, split
def by_week(figure: Figure, name: str, unit: str, column: str = "counted") -> Charts:
    """Columns in the order of time; of many weeks the numbers are in the data of the chart only."""
    frame, spoken = figure.frame, language()
    values, weeks = _values(frame[column]), frame["week_start_date"]
    largest = max((abs(value) for value in values if value is not None), default=0)
    size, size_name = numbers.money_scale(largest, spoken) if unit == "vnd" else (1, "")
    labels = _said(values, lambda value: numbers.number(value / size, spoken, decimals=1))
    series = Series(
        name,
        values,
        labels if len(values) <= MOST_NUMBERED_WEEKS else (),
        tuple(NO_CODE if pd.isna(week) else PLAIN[THEME] for week in weeks),
    )
    return (Chart("columns", _named(_weeks(weeks), values), (series,), (column,), heading=size_name),)


def by_commune(figure: Figure, communes: Sequence[str], name: str, unit: str) -> Charts:
    """All communes, those without data too; what names no commune comes last and presses no other flat."""
    known = {c if isinstance(c, str) else None: v for c, v in figure.frame[["commune", "counted"]].values}
    codes = [*communes, *(code for code in known if code not in communes)]
    codes.sort(key=lambda c: (c is None, -float(known[c]) if not numbers.is_missing(known.get(c)) else 0))
    values = _values(pd.Series([known.get(code) for code in codes], dtype="Float64"))
    labels = _said(values, lambda value: amount_text(value, unit, language()))
    series = Series(name, values, labels, tuple(commune_color(code) for code in codes))
    longest = max((v for c, v in zip(codes, values, strict=True) if c and v is not None), default=None)
    return (_bars([names.commune(code) for code in codes], series, "counted", longest=longest),)


def by_category(figure: Figure, name: str, unit: str) -> Charts:
    frame = figure.frame.sort_values("counted", ascending=False, na_position="last")
    values = _values(frame["counted"])
    labels = _said(values, lambda value: amount_text(value, unit, language()))
    series = Series(name, values, labels, (PLAIN[THEME],))
    return (_bars([names.category(code) for code in frame["donor_category"]], series, "counted"),)


# goods: a chart of its own for each unit
def by_good(figure: Figure) -> Charts:
    known = figure.frame[figure.frame["quantity"].notna()]
    charts = []
    for unit in known["base_unit"].value_counts().index:
        part = known[known["base_unit"] == unit].sort_values("quantity", ascending=False)
        values = _values(part["quantity"])
        labels = _said(values, lambda value, unit=unit: numbers.with_unit(value, names.unit(unit), language()))
        series = Series(names.field("quantity"), values, labels, tuple(good_color(code) for code in part["good"]))
        goods = [names.good(code) for code in part["good"]]
        charts.append(_bars(goods, series, "quantity", heading=names.unit(unit)))
    return tuple(charts)


def in_and_out(figure: Figure) -> Charts:
    """Two bars a good: what came in (received, then bought), and what went out (distributed, then frontline)."""
    frame = figure.frame
    units = list(dict.fromkeys(frame["base_unit"]))
    return tuple(_in_and_out(frame[frame["base_unit"] == unit], unit) for unit in units)


def _in_and_out(part: pd.DataFrame, unit: str) -> Chart:
    """Every good has two places; a flow has its values at one of them, so the bars stack as they should."""
    colors = tuple(color for code in part["good"] for color in (good_color(code), INK[THEME]))
    made = []
    for flow in FLOWS:
        values = _values(part[flow])
        pairs = tuple(side for v in values for side in ((v, None) if flow in IN else (None, v)))
        labels = _said(pairs, lambda value: numbers.number(value, language()))
        made.append(Series(names.field(flow), pairs, labels, colors, is_hatched=flow in (IN[1], OUT[1])))
    names_of_bars = [
        t(f"pack.flow.{side}", good=names.good(code)) for code in part["good"] for side in ("came", "went")
    ]
    columns = zip(*(series.values for series in made), strict=True)
    dashed = _named(names_of_bars, *zip(*columns, strict=True))
    return Chart("bars", dashed, tuple(made), tuple(FLOWS), together=STACKED, heading=names.unit(unit))


# progress
def against_targets(figure: Figure, unit: str) -> Charts:
    """Two bars a commune: the target as a grey frame, and what was reported of it."""
    frame, spoken = figure.frame, language()
    reported = _values(frame["reported"])
    shares = frame["progress_pct"] if "progress_pct" in frame else [None] * len(frame)
    told = [
        amount_text(value, unit, spoken)
        + ("" if numbers.is_missing(pct) else f" · {t('progress.reached', share=numbers.percent(pct, spoken))}")
        for value, pct in zip(frame["reported"], shares, strict=True)
    ]
    labels = tuple("" if value is None else text for value, text in zip(reported, told, strict=True))
    colors = tuple(commune_color(code) for code in frame["commune"])
    series = [Series(names.field("reported"), reported, labels, colors)]
    if "target" in frame:
        targets = _values(frame["target"])
        labels = _said(targets, lambda value: amount_text(value, unit, spoken))
        series.append(Series(names.field("target"), targets, labels, (FAINT[THEME],)))
    communes = [names.commune(code) for code in frame["commune"]]
    columns = ("reported", "target")[: len(series)]
    return (Chart("bars", _named(communes, reported), tuple(series), columns),)


# the frontline
def since_visit(figure: Figure) -> Charts:
    """The days since the last visit; who was never visited has no bar, and says so beside the name."""
    frame, spoken = figure.frame, language()
    days = _values(frame["days_since"])
    is_long = [value is not None and value >= NOT_FOR_DAYS for value in days]
    texts = [visit_text(*row, spoken) for row in frame[["visits", "days_since"]].values]
    labels = tuple(
        "" if value is None else f"{text} △" if late else text
        for value, text, late in zip(days, texts, is_long, strict=True)
    )
    colors = tuple(LONG_AGO[THEME] if late else PLAIN[THEME] for late in is_long)
    sites = [
        names.site(site) if value is not None else f"{names.site(site)}  {'' if visits else '▲ '}{text}"
        for site, value, visits, text in zip(frame["site"], days, frame["visits"], texts, strict=True)
    ]
    series = Series(names.field("days_since"), days, labels, colors)
    return (Chart("bars", tuple(sites), (series,), ("days_since",)),)


def covered(figure: Figure, place: str) -> Charts:
    """The sites that were visited, before a faint bar of all sites."""
    frame, spoken = figure.frame, language()
    labels = tuple(
        t("frontline.of_sites", visited=numbers.number(visited, spoken), sites=numbers.number(sites, spoken))
        for visited, sites in frame[["visited", "sites"]].values
    )
    places = tuple(names.BY_COLUMN[place](code) for code in frame[place])
    series = (
        Series(names.field("sites"), _values(frame["sites"]), labels, (FAINT[THEME],)),
        Series(names.field("visited"), _values(frame["visited"]), (), (PLAIN[THEME],)),
    )
    return (Chart("bars", places, series, ("sites", "visited"), together=BEFORE),)


# the reports
def reports_by_week(figure: Figure) -> Charts:
    """As on the page: expected, before it received, before it on time, each from zero on."""
    frame = figure.frame[::-1]  # the table has the newest first
    labels = tuple(numbers.ratio(*row) for row in frame[["received", "expected"]].values)
    looks = (("expected", FAINT[THEME]), ("received", COLORS["late"]), ("on_time", PLAIN[THEME]))
    series = tuple(
        Series(t(f"pack.reports.{name}"), _values(frame[name]), (), (color,), is_hatched=name == "received")
        for name, color in looks
    )
    if len(labels) <= MOST_NUMBERED_REPORTS:
        first = Series(series[0].name, series[0].values, labels, series[0].colors)
        series = (first, *series[1:])
    return (
        Chart("columns", _weeks(frame["week_start_date"]), series, tuple(name for name, _ in looks), together=BEFORE),
    )


def reports_so_far(figure: Figure) -> Charts:
    frame = figure.frame[::-1]
    made = []
    for name, color in (("completeness", INK[THEME]), ("timeliness", PLAIN[THEME])):
        values = _values(frame[f"{name}_so_far_pct"])
        labels = _said(values, lambda value: numbers.percent(value, language()))
        shown = labels if len(labels) <= MOST_NUMBERED_REPORTS else ()
        made.append(Series(t(f"pack.reports.{name}"), values, shown, (color,), is_square=name == "timeliness"))
    columns = ("completeness_so_far_pct", "timeliness_so_far_pct")
    return (Chart("lines", _weeks(frame["week_start_date"]), tuple(made), columns, percent=True),)


def _weeks(weeks: pd.Series) -> tuple[str, ...]:
    """ "Tuần 32"; with the year where a number comes twice."""
    short = [t("figure.undated") if pd.isna(week) else numbers.week_short(week, language()) for week in weeks]
    if len(set(short)) == len(short):
        return tuple(short)
    years = ["" if pd.isna(week) else f"/{week.isocalendar().year}" for week in weeks]
    return tuple(name + year for name, year in zip(short, years, strict=True))
