"""Bars: by commune, by good in frames of one unit each, by week."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from report.addresses import Address
from report.charts.look import (
    BAR_PX,
    FRAME_PX,
    HOVER,
    NO_CODE,
    PLAIN,
    amount_text,
    commune_color,
    finished,
    good_color,
    mark,
    room,
)
from words import names, numbers
from words.texts import t

MOST_NUMBERED_WEEKS = 16  # with more columns their numbers would run into each other; the table has them


def by_commune(
    totals: pd.DataFrame, communes: list[str], code: str, unit: str, *, language: str, theme: str
) -> go.Figure:
    """One bar a commune, all communes of the list: without data a dash stands in its place.

    totals: commune, counted (metrics.measures.totals_by); code: of the number that is split
    What names no commune comes last, in a bar as long as the longest at most: the district's own receipts are often
    many times those of a commune, and would press all others flat; its number stands beside it.
    """
    known = {c if isinstance(c, str) else None: value for c, value in totals[["commune", "counted"]].values}
    codes = [*communes, *(c for c in known if c not in communes)]
    codes.sort(key=lambda c: (c is None, -float(known[c]) if c in known and not pd.isna(known[c]) else 0))
    values = [known.get(c) for c in codes]
    longest = max((float(v) for c, v in zip(codes, values, strict=True) if c and not numbers.is_missing(v)), default=0)
    drawn = [min(v, longest) if c is None and longest else v for c, v in zip(codes, values, strict=True)]
    labels = [names.commune(c, language) for c in codes]
    texts = [amount_text(value, unit, language) for value in values]
    marks = [
        mark(label, text, c, Address.of(code, commune=c)) for label, text, c in zip(labels, texts, codes, strict=True)
    ]
    figure = go.Figure(bar_trace(drawn[::-1], [commune_color(c) for c in codes][::-1], marks[::-1]))
    figure.update_xaxes(range=room(pd.Series(drawn, dtype="Float64")))
    return finished(figure, len(codes) * BAR_PX + FRAME_PX, language, theme)


def by_category(totals: pd.DataFrame, code: str, unit: str, *, language: str, theme: str) -> go.Figure:
    """One bar a donor category, the largest on top.

    totals: donor_category, counted (metrics.measures.totals_by)
    """
    known = totals.sort_values("counted", na_position="first")
    labels = [names.category(c, language) for c in known["donor_category"]]
    texts = [amount_text(value, unit, language) for value in known["counted"]]
    marks = [
        mark(label, text, c, Address.of(code, donor_category=c))
        for label, text, c in zip(labels, texts, known["donor_category"], strict=True)
    ]
    figure = go.Figure(bar_trace(known["counted"].tolist(), [PLAIN[theme]] * len(known), marks))
    figure.update_xaxes(range=room(known["counted"]))
    return finished(figure, len(known) * BAR_PX + FRAME_PX, language, theme)


def by_good(received: pd.DataFrame, *, language: str, theme: str) -> go.Figure:
    """Bars by good, in a frame of its own for each unit: boxes are never drawn on the scale of kilograms.

    received: good, base_unit, quantity (metrics.stock.received_by_good)
    """
    known = received[received["quantity"].notna()]
    units = known["base_unit"].value_counts()
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
        marks = [
            mark(names.good(code, language), text, code, Address(f"good:{code}:{unit}"))
            for code, text in zip(part["good"], texts, strict=True)
        ]
        colors = [good_color(code) for code in part["good"]]
        figure.add_trace(bar_trace(part["quantity"].tolist(), colors, marks), row=row, col=1)
        figure.update_xaxes(range=room(part["quantity"]), row=row, col=1)
    figure.update_annotations(x=0, xanchor="left", font={"size": 15, "weight": 600})
    figure.update_layout(margin={"t": FRAME_PX - 8})  # the unit of the first frame stands above it
    return finished(figure, sum(heights) + FRAME_PX, language, theme)


def by_week(totals: pd.DataFrame, code: str, unit: str, *, language: str, theme: str) -> go.Figure:
    """One column a week in the order of time; rows without a date in a last, grey one.

    totals: week_start_date, counted (metrics.measures.totals_by_week)
    """
    weeks, values = totals["week_start_date"], totals["counted"]
    undated = t("figure.undated", language)
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
            mark(
                undated if pd.isna(week) else numbers.week(week, language),
                amount_text(value, unit, language),
                week,
                Address.of(code, week=week),
            )
            for week, value in zip(weeks, values, strict=True)
        ],
        hovertemplate=HOVER,
    )
    figure = go.Figure(trace)
    figure.update_yaxes(visible=False, range=room(values))
    figure.update_xaxes(type="category", tickangle=0)
    if size_name:
        figure.add_annotation(text=size_name, x=0, y=1, xref="paper", yref="paper", showarrow=False, xanchor="left")
    return finished(figure, 320, language, theme)


def bar_trace(values: list, colors: list, marks: list[list]) -> go.Bar:
    """Bars from left to right. The number stands under the name, not at the end: there a phone would cut it off."""
    return go.Bar(
        x=[0 if numbers.is_missing(value) else float(value) for value in values],
        y=[f"{label}<br><b>{text}</b>" for label, text, *_ in marks],
        orientation="h",
        marker={"color": colors},
        customdata=marks,
        hovertemplate=HOVER,
    )
