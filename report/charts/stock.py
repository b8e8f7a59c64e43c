"""In against out of every good, in a frame of its own for each unit; and the stock at the end of each week."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from metrics.measures import FLOWS
from report.addresses import Address
from report.charts.look import FAINT, FRAME_PX, HOVER, INK, NO_CODE, finished, good_color, mark
from words import names, numbers
from words.texts import t

SLOT_PX, BAR_PX, TEXT_PX = 88, 15, 44  # of a good: two lines of words, then what came in, then what went out
ABOVE = ("received", "bought")


def in_and_out(stock: pd.DataFrame, said: dict[tuple[str, str], str], *, language: str, theme: str) -> go.Figure:
    """Two bars a good: above what came in (received, then bought), below what went out (distributed, then frontline).

    stock: good, base_unit, received, bought, distributed, frontline, stock; said: (good, unit) -> a word of warning
    """
    units = list(dict.fromkeys(stock["base_unit"]))
    parts = [stock[stock["base_unit"] == unit] for unit in units]
    heights = [len(part) * SLOT_PX + FRAME_PX for part in parts]
    figure = make_subplots(
        rows=len(units), cols=1, row_heights=[len(part) for part in parts], vertical_spacing=FRAME_PX / sum(heights)
    )
    for row, (unit, part) in enumerate(zip(units, parts, strict=True), start=1):
        longest = max(float(_sum(part, names).max()) for names in (ABOVE, tuple(FLOWS)[2:]))
        for flow in FLOWS:
            figure.add_trace(_bars(part, flow, unit, language, theme), row=row, col=1)
        for number, line in enumerate(part.to_dict("records")):
            figure.add_annotation(_words(line, number, said, language), row=row, col=1)
        figure.update_xaxes(range=[0, longest * 1.02 or 1], visible=False, row=row, col=1)
        figure.update_yaxes(range=[len(part) * SLOT_PX, 0], visible=False, row=row, col=1)
    figure.update_layout(barmode="overlay")
    return finished(figure, sum(heights), language, theme)


def _sum(part: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    return part[list(columns)].astype("Float64").fillna(0).sum(axis=1)


def _bars(part: pd.DataFrame, flow: str, unit: str, language: str, theme: str) -> go.Bar:
    is_in, is_second = flow in ABOVE, flow in ("bought", "frontline")
    before = part["received" if is_in else "distributed"].astype("Float64").fillna(0)
    known = part[flow].notna()
    places = [number * SLOT_PX + TEXT_PX + (0 if is_in else BAR_PX + 3) for number in range(len(part))]
    colors = [good_color(code) if is_in else INK[theme] for code in part["good"]]
    marks = [
        mark(
            f"{names.good(code, language)}: {t(f'field.{flow}', language)}",
            numbers.with_unit(value, names.unit(unit, language), language),
            code,
            Address(f"{flow}:{code}:{unit}"),
        )
        for code, value in part.loc[known, ["good", flow]].values
    ]
    keep = known.tolist()
    return go.Bar(
        x=part.loc[known, flow].astype(float).tolist(),
        base=before[known].astype(float).tolist() if is_second else 0,
        y=[place for place, is_kept in zip(places, keep, strict=True) if is_kept],
        offset=0,
        width=BAR_PX,
        orientation="h",
        marker={
            "color": [color for color, is_kept in zip(colors, keep, strict=True) if is_kept],
            "opacity": 1 if is_in else 0.62,
            "pattern": {"shape": "/" if is_second else "", "size": 6, "solidity": 0.5, "fillmode": "replace"},
            "line": {"width": 1, "color": NO_CODE},
        },
        customdata=marks,
        hovertemplate=HOVER,
    )


def _words(line: dict, number: int, said: dict[tuple[str, str], str], language: str) -> dict:
    """ "Gạo: còn 6.805 kg" and below it what came in and what went out."""
    unit = names.unit(line["base_unit"], language)
    first = t(
        "goods.stock.left",
        language,
        good=names.good(line["good"], language),
        amount=numbers.with_unit(line["stock"], unit, language),
    )
    warned = said.get((line["good"], line["base_unit"]), "")
    came, went = (
        sum(0 if numbers.is_missing(line[name]) else float(line[name]) for name in flows)
        for flows in (ABOVE, tuple(FLOWS)[2:])
    )
    second = t("goods.stock.in_out", language, came=numbers.number(came, language), went=numbers.number(went, language))
    warning = f" · <b>{warned}</b>" if warned else ""
    text = f"<b>{first}</b><br><span style='font-size:13px'>{second}{warning}</span>"
    place = {"x": 0, "xref": "x domain", "y": number * SLOT_PX + TEXT_PX - 2, "yanchor": "bottom"}
    return place | {"text": text, "xanchor": "left", "align": "left", "showarrow": False}


def by_week_end(ledger: pd.DataFrame, good: str, unit: str, *, language: str, theme: str) -> go.Figure:
    """The stock at the end of each week, as columns; below zero where the sheets gave out more than came in.

    ledger: week_start_date, stock (metrics.stock.ledger_by_week); lines without a date are not drawn
    """
    dated = ledger[ledger["week_start_date"].notna()]
    values = dated["stock"].astype(float)
    largest = values.abs().max() if len(values) else 0
    size, size_name = numbers.money_scale(largest, language) if unit == "vnd" else (1, "")
    marks = [
        mark(
            t("measure.until", language, week=numbers.week_short(week, language)),
            numbers.money_short(value, language) if unit == "vnd" else numbers.number(value, language),
            None,
            Address.of(f"stock:{good}:{unit}", until=week),
        )
        for week, value in zip(dated["week_start_date"], values, strict=True)
    ]
    trace = go.Bar(
        x=[numbers.week_short(week, language).replace(" ", "<br>") for week in dated["week_start_date"]],
        y=values.tolist(),
        text=[numbers.number(value / size, language, decimals=1) for value in values],
        textposition="outside" if len(values) <= 16 else "none",
        textangle=0,
        cliponaxis=False,
        marker={"color": good_color(good), "line": {"width": 1, "color": NO_CODE}},
        customdata=marks,
        hovertemplate=HOVER,
    )
    figure = go.Figure(trace)
    low, high = min([0.0, *values]), max([0.0, *values])
    figure.update_yaxes(visible=False, range=[low * 1.2, high * 1.18 or 1])
    figure.update_xaxes(type="category", tickangle=0)
    figure.add_hline(y=0, line={"width": 1, "color": FAINT[theme]})
    if size_name:
        at = {"x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
        figure.add_annotation(text=size_name, showarrow=False, **at)
        figure.update_layout(margin={"t": 32})
    return finished(figure, 320, language, theme)
