"""The timeline of visits: sites down, days across, one mark a visit; the name of a site stands above its row."""

from datetime import date, timedelta
from math import ceil, sqrt

import pandas as pd
import plotly.graph_objects as go

from report.addresses import Address
from report.charts.look import FAINT, HOVER, NO_CODE, PLAIN, finished, mark
from report.charts.sites import EDGE_PX, NEVER, ROW_PX, named_rows
from words import names, numbers
from words.texts import t

MOST_TICKS = 4  # days that can stand beside each other on a phone
MANY_WEEKS = 16  # from here on marks are drawn smaller: the visits of two weeks must not become one spot
UNDATED_SHARE = 0.2  # of the width, for visits whose day is not stated


def of_visits(
    visits: pd.DataFrame, sites: list[str], first: date, last: date, *, language: str, theme: str
) -> go.Figure:
    """A row for every site of the list, visited or not; a mark is larger the more gifts were brought.

    visits: site, date, frontline_gifts; one row a visit. first, last: the days at the two ends
    """
    rows = {site: len(sites) - 1 - number for number, site in enumerate(sites)}
    days = max((last - first).days, 1)
    undated = pd.Timestamp(first) + timedelta(days=days * (1 + UNDATED_SHARE / 2) + 1)
    has_undated = bool(visits["date"].isna().any())
    known = visits[visits["site"].isin(rows)]
    figure = go.Figure(_marks(known, rows, undated, days, language, theme))
    named_rows(figure, [names.site(site, language) for site in sites], list(rows.values()))
    visited = set(known["site"])
    for site, row in rows.items():
        if site in visited:
            line = {"color": FAINT[theme], "width": 1}
            figure.add_shape(
                type="line", xref="paper", x0=0, x1=1, y0=row - 0.2, y1=row - 0.2, layer="below", line=line
            )
        else:
            text = "▲ " + t("frontline.never_visited", language)
            place = {"x": 0, "xref": "paper", "xanchor": "left", "y": row - 0.2, "yanchor": "middle"}
            figure.add_annotation(text=text, showarrow=False, font={"size": 13, "color": NEVER[theme]}, **place)
    end = pd.Timestamp(last) + timedelta(days=days * (UNDATED_SHARE if has_undated else 0.05))
    ticks = _ticks(first, last, language)
    if has_undated:
        ticks[undated] = t("figure.undated", language).replace(" ", "<br>", 1)
    axis = {"tickvals": list(ticks), "ticktext": list(ticks.values()), "tickangle": 0, "tickfont": {"size": 13}}
    figure.update_xaxes(range=[pd.Timestamp(first) - timedelta(days=days * 0.04), end], type="date", **axis)
    return finished(figure, len(sites) * ROW_PX + EDGE_PX + 28, language, theme)


def _marks(visits: pd.DataFrame, rows: dict, undated: pd.Timestamp, days: int, language: str, theme: str) -> go.Scatter:
    is_undated = visits["date"].isna()
    largest = 22 if days < 7 * MANY_WEEKS else 12
    marks = []
    for row in visits.to_dict("records"):
        is_missing = numbers.is_missing(row["date"])
        day = t("figure.undated", language) if is_missing else numbers.day(row["date"], language)
        gifts = t("frontline.gifts", language, gifts=numbers.number(row["frontline_gifts"], language))
        address = Address.of("frontline_gifts", site=row["site"], day=row["date"])
        marks.append(mark(f"{names.site(row['site'], language)}, {day}", gifts, row["site"], address))
    return go.Scatter(
        x=visits["date"].fillna(undated).tolist(),
        y=[rows[site] - 0.2 for site in visits["site"]],
        mode="markers",
        marker={
            "size": [min(largest, largest * (0.3 + 0.2 * sqrt(gifts))) for gifts in visits["frontline_gifts"]],
            "color": [NO_CODE if missing else PLAIN[theme] for missing in is_undated],
            "symbol": ["diamond" if missing else "circle" for missing in is_undated],
            "opacity": 0.85,
        },
        cliponaxis=False,
        customdata=marks,
        hovertemplate=HOVER,
    )


def _ticks(first: date, last: date, language: str) -> dict[pd.Timestamp, str]:
    """A few Mondays, evenly apart; the year is told where there is more than one."""
    mondays = list(pd.date_range(numbers.monday(first), last, freq="7D"))
    chosen = mondays[:: max(1, ceil(len(mondays) / MOST_TICKS))]
    return {day: _tick(day, first.year != last.year, language) for day in chosen}


def _tick(day: pd.Timestamp, with_year: bool, language: str) -> str:
    if language == "en":
        return f"{day.day} {day:%b}" + (f"<br>{day.year}" if with_year else "")
    return f"{day:%d}/{day.month}" + (f"<br>{day.year}" if with_year else "")
