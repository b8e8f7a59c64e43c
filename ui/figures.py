"""Small frame in, Plotly figure out: one template, colours by commune and good from the reference tables.

No modebar and no other built-in words: Plotly speaks English only. Every chart has its table and download beside it.
"""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from data import reference
from ui import names, numbers
from ui.texts import t

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showTips": False, "responsive": True}
INK = {"light": "#1A1F24", "dark": "#F2F5F8"}
PLAIN = {"light": "#0B5A8F", "dark": "#7CC0F4"}
NO_CODE = "#8A949E"  # a gift whose commune is not stated
FONT = "Be Vietnam Pro, sans-serif"
BAR_PX, FRAME_PX = 46, 44  # height of a bar with its gap, and of the frame around the bars of one unit
MOST_NUMBERED_WEEKS = 16  # with more columns their numbers would run into each other; the table has them


def template(theme: str, language: str) -> go.layout.Template:
    """The one look: calm, no grid, transparent, numbers separated as the language does."""
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "automargin": True, "title": None}
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 15, "color": INK[theme]},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "separators": ",." if language == "vi" else ".,",
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "showlegend": False,
            "bargap": 0.25,
            "dragmode": False,
            "hoverlabel": {"font": {"family": FONT, "size": 15}},
            "xaxis": axis,
            "yaxis": axis,
        }
    )


def commune_color(code: object) -> str:
    communes = reference.load().communes()
    return communes[code].color if isinstance(code, str) and code in communes else NO_CODE


def good_color(code: str) -> str:
    goods = reference.load().goods
    return goods[code]["color"] if code in goods else NO_CODE


def amount_text(value: object, unit: str, language: str) -> str:
    """What stands at a bar: money short, other numbers whole, missing in a dash."""
    return numbers.money_short(value, language) if unit == "vnd" else numbers.number(value, language)


def by_commune(totals: pd.DataFrame, communes: list[str], unit: str, *, language: str, theme: str) -> go.Figure:
    """One bar a commune, all communes of the list: without data a dash stands in its place.

    totals: commune, counted (metrics.measures.totals_by)
    """
    known = {code if isinstance(code, str) else None: value for code, value in totals[["commune", "counted"]].values}
    codes = [*communes, *(code for code in known if code not in communes)]
    codes.sort(key=lambda code: (code is None, -float(known[code]) if code in known else 0))
    return _bars(
        [names.commune(code, language) for code in codes],
        [known.get(code) for code in codes],
        [commune_color(code) for code in codes],
        unit,
        language=language,
        theme=theme,
    )


def by_good(received: pd.DataFrame, *, language: str, theme: str) -> go.Figure:
    """One frame for each base unit, so that boxes never stand against kilograms; one bar a good.

    received: good, base_unit, quantity (metrics.received.received_by_good)
    """
    known = received[received["quantity"].notna()]
    units = known.groupby("base_unit")["quantity"].size().sort_values(ascending=False, kind="stable")
    heights = [count * BAR_PX + FRAME_PX for count in units]
    figure = make_subplots(
        rows=max(len(units), 1),
        cols=1,
        row_heights=heights or None,
        vertical_spacing=FRAME_PX / sum(heights) if len(units) > 1 else 0,
        subplot_titles=[names.unit(unit, language) for unit in units.index],
    )
    for row, unit in enumerate(units.index, start=1):
        part = known[known["base_unit"] == unit].sort_values("quantity")
        texts = [numbers.with_unit(value, names.unit(unit, language), language) for value in part["quantity"]]
        bars = _bar_trace(
            [names.good(code, language) for code in part["good"]],
            part["quantity"].tolist(),
            [good_color(code) for code in part["good"]],
            texts,
        )
        figure.add_trace(bars, row=row, col=1)
        figure.update_xaxes(range=_range(part["quantity"]), row=row, col=1)
    figure.update_annotations(x=0, xanchor="left", font={"size": 15, "weight": 600})
    figure.update_layout(margin={"t": FRAME_PX - 8})  # the unit of the first frame stands above it
    return _finished(figure, sum(heights) + FRAME_PX, language, theme)


def by_week(totals: pd.DataFrame, unit: str, *, language: str, theme: str) -> go.Figure:
    """One column a week in the order of time; rows without a date in a last, grey one.

    totals: week_start_date, counted (metrics.measures.totals_by_week)
    """
    weeks, values = totals["week_start_date"], totals["counted"]
    undated = t("overview.chart.week.undated", language)
    largest = values.abs().max()
    size, size_name = numbers.money_scale(largest, language) if unit == "vnd" and not pd.isna(largest) else (1, "")
    trace = go.Bar(
        x=[undated if pd.isna(week) else numbers.week_short(week, language).replace(" ", "<br>") for week in weeks],
        y=values.tolist(),
        text=[numbers.number(value / size, language, decimals=1) for value in values],
        textposition="outside" if len(values) <= MOST_NUMBERED_WEEKS else "none",
        textangle=0,
        cliponaxis=False,
        marker={"color": [NO_CODE if pd.isna(week) else PLAIN[theme] for week in weeks]},
        customdata=[
            [undated if pd.isna(week) else numbers.week(week, language), amount_text(value, unit, language)]
            for week, value in zip(weeks, values, strict=True)
        ],
        hovertemplate="%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>",
    )
    figure = go.Figure(trace)
    figure.update_yaxes(visible=False, range=_range(values))
    figure.update_xaxes(type="category", tickangle=0)
    if size_name:
        figure.add_annotation(text=size_name, x=0, y=1, xref="paper", yref="paper", showarrow=False, xanchor="left")
    return _finished(figure, 320, language, theme)


def _bars(labels: list, values: list, colors: list, unit: str, *, language: str, theme: str) -> go.Figure:
    """Bars from left to right, the first on top."""
    texts = [amount_text(value, unit, language) for value in values]
    figure = go.Figure(_bar_trace(labels[::-1], values[::-1], colors[::-1], texts[::-1]))
    figure.update_xaxes(range=_range(pd.Series(values, dtype="Float64")))
    return _finished(figure, len(labels) * BAR_PX + FRAME_PX, language, theme)


def _bar_trace(labels: list, values: list, colors: list, texts: list) -> go.Bar:
    """The number stands under the name, not at the end of the bar: there a phone would cut it off."""
    return go.Bar(
        x=[0 if numbers.is_missing(value) else float(value) for value in values],
        y=[f"{label}<br><b>{text}</b>" for label, text in zip(labels, texts, strict=True)],
        orientation="h",
        marker={"color": colors},
        customdata=list(zip(labels, texts, strict=True)),
        hovertemplate="%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>",
    )


def _range(values: pd.Series) -> list[float]:
    """From zero, or below it, to the largest, with room for a number."""
    known = [0.0, *values.dropna().astype(float)]
    return [min(known) * 1.15, max(known) * 1.15 or 1]


def _finished(figure: go.Figure, height: int, language: str, theme: str) -> go.Figure:
    figure.update_layout(template=template(theme, language), height=max(height, 160))
    if figure.data and figure.data[0].orientation == "h":
        figure.update_xaxes(visible=False)
        figure.update_yaxes(ticklabelstandoff=8)
    return figure
