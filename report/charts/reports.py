"""Completeness and timeliness of the weekly reports by week: columns of counts, and lines of cumulated shares."""

import pandas as pd
import plotly.graph_objects as go

from report.addresses import Address
from report.charts.heatmap import COLORS
from report.charts.look import FAINT, HOVER, INK, PLAIN, finished, mark
from words import numbers
from words.texts import t

MOST_NUMBERED_WEEKS = 10  # with more columns, what stands above them would run together on a phone
MOST_NAMED_WEEKS = 14
FEWEST_PLACES = 4  # a single week is no wall
HEIGHT = 330
HATCHED = {"shape": "/", "size": 6, "solidity": 0.25, "fgcolor": INK["light"], "fillmode": "overlay"}
PERCENTS = [0, 25, 50, 75, 100]


def by_week(shares: pd.DataFrame, *, language: str, theme: str) -> go.Figure:
    """A column a week, as high as the reports expected: on time, late above it, what is missing on top.

    shares: of metrics.reports.completeness_so_far
    The columns stand one before the other from zero on, so that each has its own number: expected, received, on time.
    """
    rows = shares.to_dict("records")
    texts = [
        t("reports.received_of", language, **{name: int(row[name]) for name in ("received", "on_time", "expected")})
        for row in rows
    ]
    layers = (
        ("expected", "missing", None, {"color": FAINT[theme]}),
        ("received", "late", "reports_received", {"color": COLORS["late"], "pattern": HATCHED}),
        ("on_time", "on_time", "reports_on_time", {"color": PLAIN[theme]}),
    )
    figure = go.Figure()
    for column, name, code, look in layers:
        marks = [
            _mark(row, text, code if row[column] else None, language) for row, text in zip(rows, texts, strict=True)
        ]
        figure.add_bar(
            x=list(range(len(rows))),
            y=[int(row[column]) for row in rows],
            name=t(f"reports.by_week.{name}", language),
            marker=look,
            customdata=marks,
            hovertemplate=HOVER,
            width=0.72,
        )
    if len(rows) <= MOST_NUMBERED_WEEKS:
        shown = [numbers.ratio(row["received"], row["expected"]) for row in rows]
        figure.update_traces(
            text=shown, textposition="outside", cliponaxis=False, textangle=0, selector={"marker.color": FAINT[theme]}
        )
    figure.update_yaxes(visible=False, range=[0, 1.15 * float(shares["expected"].max() or 1)])
    figure.update_layout(barmode="overlay")
    return _with_weeks(figure, shares, language, theme)


def so_far(shares: pd.DataFrame, *, language: str, theme: str) -> go.Figure:
    """Two lines: the shares received and on time of all weeks up to each. Shares are no sums and open no rows."""
    rows = shares.to_dict("records")
    texts = [
        t(
            "reports.so_far_of",
            language,
            completeness=numbers.percent(row["completeness_so_far_pct"], language),
            timeliness=numbers.percent(row["timeliness_so_far_pct"], language),
        )
        for row in rows
    ]
    lines = (("completeness", INK[theme], "circle", "solid"), ("on_time", PLAIN[theme], "square", "dash"))
    figure = go.Figure()
    for name, color, symbol, dash in lines:
        column = "completeness_so_far_pct" if name == "completeness" else "timeliness_so_far_pct"
        figure.add_scatter(
            x=list(range(len(rows))),
            y=shares[column].astype(float).tolist(),
            name=t(f"reports.by_week.{name}", language),
            mode="lines+markers",
            line={"color": color, "dash": dash, "width": 3},
            marker={"symbol": symbol, "size": 9},
            customdata=[_mark(row, text, None, language) for row, text in zip(rows, texts, strict=True)],
            hovertemplate=HOVER,
        )
    figure.update_yaxes(range=[0, 106], tickvals=PERCENTS, ticktext=[f"{pct}%" for pct in PERCENTS], showgrid=True)
    figure.update_yaxes(gridcolor=FAINT[theme])
    return _with_weeks(figure, shares, language, theme)


def _mark(row: dict, text: str, code: str | None, language: str) -> list:
    week = row["week_start_date"]
    return mark(numbers.week(week, language), text, week, Address.of(code, week=week) if code else None)


def _with_weeks(figure: go.Figure, shares: pd.DataFrame, language: str, theme: str) -> go.Figure:
    """The numbers of the weeks below, not all of them when there are many; the legend under them."""
    weeks = shares["week_start_date"].tolist()
    places = list(range(0, len(weeks), max(1, -(-len(weeks) // MOST_NAMED_WEEKS))))
    named = [str(numbers.week_number(weeks[place].date())) for place in places]
    figure.update_xaxes(tickvals=places, ticktext=named, tickangle=0)
    figure.update_xaxes(range=[-0.6, max(len(weeks), FEWEST_PLACES) - 0.4])
    figure.update_xaxes(title={"text": t("reports.by_week.axis", language), "font": {"size": 13}})
    legend = {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom", "traceorder": "reversed"}
    legend |= {"itemclick": False, "itemdoubleclick": False}
    figure.update_layout(showlegend=True, legend=legend, margin={"b": 84})
    return finished(figure, HEIGHT, language, theme)
