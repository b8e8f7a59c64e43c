"""Communes as tiles on a sketch, or in their real boundaries when the office has them; shade and words both."""

import math
from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from data import reference
from report.addresses import Address
from report.charts.look import FAINT, HOVER, INK, amount_text, finished, mark
from report.charts.progress import told
from words import names, numbers

# below a quarter, a half, three quarters, all of it, and reached: light to dark on a light page, dark to light on a
# dark one; told apart by all eyes, and in grey; between the inks a step is left out on which neither would read well
SHADES = {
    "light": ("#E4EFF8", "#BBD7EC", "#8DBBDD", "#2473AB", "#0B4A78"),
    "dark": ("#1B2A38", "#24425C", "#2F5F86", "#8DC1EA", "#CBE6FB"),
}
INKS = {"light": ("#000000",) * 3 + ("#FFFFFF",) * 2, "dark": ("#FFFFFF",) * 3 + ("#000000",) * 2}
LETTERS = 33  # of all tiles of a row together, on a phone of 360 px
NARROW, WIDE = frozenset("iíìịĩỉljtrfI.,' ()"), frozenset("mwMWĐDNGOQKHUR")  # half a letter, and a third more
TEXT_PX, LINE_PX, EDGE_PX, MAP_PX = 13, 18, 18, 430
BOLD = 0.97  # as many letters fit when they are bold
GAP = 0.06  # between tiles, as a share of one

Rings = Mapping[str, list[list[tuple[float, float]]]]


def shares(progress: pd.DataFrame) -> dict[str, float]:
    """Commune -> 0 to 1: the share of the target, or of the largest value where nobody has a target.

    missing: communes without a report, or without a target where others have one
    """
    if progress["target"].notna().any():
        values = progress["progress_pct"] / 100
    else:
        largest = progress["reported"].max()
        values = progress["reported"] / largest if not pd.isna(largest) and largest > 0 else progress["reported"] * 0
    known = zip(progress["commune"], values, strict=True)
    return {code: min(max(float(value), 0), 1) for code, value in known if not pd.isna(value)}


def shade(share: float, theme: str) -> tuple[str, str]:
    """(the colour of a share, the ink that reads on it)."""
    step = min(int(share * 4), 4)
    return SHADES[theme][step], INKS[theme][step]


def by_tile(progress: pd.DataFrame, code: str, unit: str, *, language: str, theme: str) -> go.Figure:
    """One tile a commune at its place on the sketch; a tile of a commune that is not looked at bears its name alone.

    progress: of metrics.progress.progress_by_commune; code: the indicator
    """
    communes = reference.load().communes()
    columns = max(commune.tile_column for commune in communes.values())
    lines = {c: _lines(c, _row(progress, c), unit, language, LETTERS / columns) for c in communes}
    looks = [_look(c, shares(progress), theme) for c in communes]
    trace = go.Bar(
        x=[commune.tile_column for commune in communes.values()],
        base=[-commune.tile_row + GAP / 2 for commune in communes.values()],
        y=[1 - GAP] * len(communes),
        width=1 - GAP,
        text=["<br>".join(words) for words in lines.values()],
        textposition="inside",
        insidetextanchor="middle",
        constraintext="none",
        textangle=0,
        insidetextfont={"size": TEXT_PX, "color": [ink for _, ink in looks]},
        marker={"color": [fill for fill, _ in looks], "line": {"color": FAINT[theme], "width": 1}},
        customdata=[_mark(c, _row(progress, c), code, unit, language) for c in communes],
        hovertemplate=HOVER,
    )
    figure = go.Figure(trace)
    rows = max(commune.tile_row for commune in communes.values())
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(visible=False, range=[0.5, columns + 0.5])
    figure.update_yaxes(visible=False, range=[-rows, 0])
    tallest = max(len(words) for words in lines.values())
    return finished(figure, rows * (tallest * LINE_PX + EDGE_PX) + 16, language, theme)


def by_shape(progress: pd.DataFrame, shapes: Rings, code: str, unit: str, *, language: str, theme: str) -> go.Figure:
    """The communes in their boundaries, shaded; a point in the middle of each takes the click and bears the words.

    shapes: commune -> its outer rings of (longitude, latitude)
    """
    dark = shares(progress)
    looks = {c: _look(c, dark, theme) for c in shapes}
    figure = go.Figure([_shape(rings, looks[c][0], theme) for c, rings in shapes.items()])
    middles = [_middle(rings) for rings in shapes.values()]
    figure.add_trace(
        go.Scatter(
            x=[x for x, _ in middles],
            y=[y for _, y in middles],
            mode="markers+text",
            marker={"size": 44, "color": "rgba(0,0,0,0)"},
            text=["<br>".join(_short_lines(c, _row(progress, c), unit, language)) for c in shapes],
            textfont={"size": TEXT_PX, "color": [ink for _, ink in looks.values()]},
            customdata=[_mark(c, _row(progress, c), code, unit, language) for c in shapes],
            hovertemplate=HOVER,
        )
    )
    latitude = sum(y for _, y in middles) / len(middles)
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(
        visible=False,
        scaleanchor="x",
        scaleratio=1 / math.cos(math.radians(latitude)),
        constrain="domain",
        constraintoward="top",
    )
    return finished(figure, MAP_PX, language, theme)


def _shape(rings: list[list[tuple[float, float]]], fill: str, theme: str) -> go.Scatter:
    """All parts of a commune in one trace; a gap lifts the pen between them."""
    points = [point for ring in rings for point in (*ring, (None, None))][:-1]
    return go.Scatter(
        x=[x for x, _ in points],
        y=[y for _, y in points],
        mode="lines",
        fill="toself",
        fillcolor=fill,
        line={"color": INK[theme], "width": 1},
        hoverinfo="skip",
    )


def _middle(rings: list[list[tuple[float, float]]]) -> tuple[float, float]:
    """The middle of the largest part, weighted by area."""
    area, x, y = max((_weighted(ring) for ring in rings), key=lambda found: abs(found[0]))
    return (x / (6 * area), y / (6 * area)) if area else rings[0][0]


def _weighted(ring: list[tuple[float, float]]) -> tuple[float, float, float]:
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = (x1 * y2 - x2 * y1) / 2
        area, x, y = area + cross, x + (x1 + x2) * cross * 2, y + (y1 + y2) * cross * 2
    return area, x, y


def _row(progress: pd.DataFrame, commune: str) -> dict | None:
    """The row of a commune; None when it is not looked at."""
    found = progress[progress["commune"] == commune].to_dict("records")
    return found[0] if found else None


def _look(commune: str, dark: dict[str, float], theme: str) -> tuple[str, str]:
    return shade(dark[commune], theme) if commune in dark else ("rgba(0,0,0,0)", INK[theme])


def _lines(commune: str, row: dict | None, unit: str, language: str, letters: float) -> list[str]:
    """Name, number, share of the target: in lines that a narrow tile can hold, never cut."""
    name = [f"<b>{line}</b>" for line in _wrapped(names.commune(commune, language), letters * BOLD)]
    if row is None:
        return name
    share = [] if numbers.is_missing(row["progress_pct"]) else [numbers.percent(row["progress_pct"], language)]
    return [*name, *_wrapped(amount_text(row["reported"], unit, language), letters), *share]


def _short_lines(commune: str, row: dict | None, unit: str, language: str) -> list[str]:
    """In real boundaries there is less room: the share, or the number where there is none."""
    lines = _lines(commune, row, unit, language, LETTERS / 4)
    name = [line for line in lines if line.startswith("<b>")]
    if row is None or numbers.is_missing(row["progress_pct"]):
        return lines
    return [*name, lines[-1]]


def _wrapped(text: str, letters: float) -> list[str]:
    """Lines of so many letters; a word that is longer stands alone, uncut."""
    lines: list[str] = []
    for word in text.split():
        if lines and _width(f"{lines[-1]} {word}") <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _width(text: str) -> float:
    return sum(0.45 if letter in NARROW else 1.33 if letter in WIDE else 1.0 for letter in text)


def _mark(commune: str, row: dict | None, code: str, unit: str, language: str) -> list:
    name = names.commune(commune, language)
    if row is None:
        return mark(name, "", commune, None)
    return mark(name, told(row, unit, language), commune, Address.of(f"indicator:{code}", commune=commune))
