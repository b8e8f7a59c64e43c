"""Bars of sites: days since the last visit, how much was visited. The name stands above its bar, whole on a phone."""

import pandas as pd
import plotly.graph_objects as go

from metrics.frontline import NOT_FOR_DAYS
from report.addresses import Address
from report.charts.look import FAINT, HOVER, INK, PLAIN, finished, mark
from words import names, numbers
from words.texts import t

ROW_PX, EDGE_PX = 48, 20  # height of a row (its name and its bar), and of the frame around all of them
LIMIT_PX = 26  # below the bars, for what the limit says
NEVER = {"light": "#B3261E", "dark": "#FF8A80"}
LONG_AGO = {"light": "#B26A00", "dark": "#FFB74D"}
TEXT_SHARE = 1.55  # the longest bar leaves about a third of the width for what stands after it


def since_visit(coverage: pd.DataFrame, *, language: str, theme: str) -> go.Figure:
    """One bar a site: the days since its last visit; never visited first, hatched, as long as the longest.

    coverage: site, visits, days_since (metrics.frontline.frontline_coverage), in its order
    """
    longest = max([NOT_FOR_DAYS, *(int(days) for days in coverage["days_since"].dropna())])
    values, texts, colors, shapes, marks = [], [], [], [], []
    for row in coverage.to_dict("records"):
        is_never, days = not row["visits"], row["days_since"]
        is_long = not is_never and not numbers.is_missing(days) and days >= NOT_FOR_DAYS
        values.append(longest if is_never else 0 if numbers.is_missing(days) else float(days))
        texts.append(visit_text(row["visits"], days, language))
        colors.append(NEVER[theme] if is_never else LONG_AGO[theme] if is_long else PLAIN[theme])
        shapes.append("/" if is_never else "")
        marks.append(_visits_mark(row, texts[-1], language))
    labels = [names.site(site, language) for site in coverage["site"]]
    ends = [max(value, NOT_FOR_DAYS) for value in values]  # words behind the limit, not across it
    figure = _named_bars(labels, values, texts, marks, colors, shapes, ends, "rgba(0,0,0,0)")
    _limit(figure, len(coverage), language, theme)
    figure.update_xaxes(range=[0, longest * TEXT_SHARE], visible=False)
    finished(figure, len(coverage) * ROW_PX + EDGE_PX + LIMIT_PX, language, theme)
    return figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": LIMIT_PX})


def _limit(figure: go.Figure, rows: int, language: str, theme: str) -> None:
    """A stroke at the limit beside every bar, not through the names; what it is stands below."""
    for row in range(rows):
        line = {"color": INK[theme], "width": 1.5, "dash": "dot"}
        figure.add_shape(type="line", x0=NOT_FOR_DAYS, x1=NOT_FOR_DAYS, y0=row - 0.45, y1=row + 0.02, line=line)
    if rows:
        place = {"x": NOT_FOR_DAYS, "y": -0.5, "yanchor": "top", "showarrow": False}
        figure.add_annotation(text=t("frontline.limit", language, days=NOT_FOR_DAYS), font={"size": 13}, **place)


def visit_text(visits: int, days: object, language: str) -> str:
    """ "31 ngày", "hôm nay", "chưa được thăm", "không rõ ngày"."""
    if not visits:
        return t("frontline.never_visited", language)
    if numbers.is_missing(days):
        return t("frontline.day_unknown", language)
    return days_text(days, language)


def days_text(days: int, language: str) -> str:
    """ "hôm nay", "1 ngày", "31 ngày"."""
    if days in (0, 1):
        return t("frontline.one_day" if days else "frontline.today", language)
    return t("frontline.days", language, days=numbers.number(days, language))


def _visits_mark(row: dict, text: str, language: str) -> list:
    """What was counted is the visits; without one there is nothing to open."""
    label = names.site(row["site"], language)
    if not row["visits"]:
        return mark(label, text, row["site"], None)
    visits = t("frontline.visits", language, visits=numbers.number(row["visits"], language))
    return mark(label, f"{text} · {visits}", row["site"], Address.of("frontline_visits", site=row["site"]))


def covered(coverage: pd.DataFrame, column: str, *, language: str, theme: str) -> go.Figure:
    """One bar a type or commune: the sites that were visited, before a faint one of all its sites.

    coverage: column ("site_type" or "site_commune"), sites, visited
    """
    name = names.BY_COLUMN[column]
    labels = [name(code, language) for code in coverage[column]]
    texts, marks = [], []
    for label, row in zip(labels, coverage.to_dict("records"), strict=True):
        words = {"visited": numbers.number(row["visited"], language), "sites": numbers.number(row["sites"], language)}
        texts.append(t("frontline.of_sites", language, **words))
        address = Address.of("sites_visited", **{column: row[column]}) if row["visited"] else None
        marks.append(mark(label, texts[-1], row[column] if column == "site_commune" else None, address))
    colors, shapes = [PLAIN[theme]] * len(labels), [""] * len(labels)
    values, ends = ([float(count) for count in coverage[name]] for name in ("visited", "sites"))
    figure = _named_bars(labels, values, texts, marks, colors, shapes, ends, FAINT[theme])
    figure.update_xaxes(range=[0, max([1.0, *coverage["sites"].astype(float)]) * TEXT_SHARE], visible=False)
    return finished(figure, len(coverage) * ROW_PX + EDGE_PX, language, theme)


def _named_bars(labels, values, texts, marks, colors, shapes, ends, behind: str) -> go.Figure:
    """Rows from top to bottom: the name, and below it its bar. Another, in the colour `behind`, reaches to `ends`, and
    after it stands the text."""
    rows = list(range(len(labels)))[::-1]
    where = {"y": [row - 0.2 for row in rows], "orientation": "h", "width": 0.36, "cliponaxis": False}
    words = {"text": texts, "textposition": "outside", "textfont": {"size": 14}}
    figure = go.Figure(go.Bar(x=ends, marker={"color": behind}, hoverinfo="skip", **where, **words))
    hatched = {"color": colors, "pattern": {"shape": shapes, "fillmode": "replace", "size": 7, "solidity": 0.4}}
    figure.add_trace(go.Bar(x=values, marker=hatched, customdata=marks, hovertemplate=HOVER, **where))
    named_rows(figure, labels, rows)
    return figure.update_layout(barmode="overlay")


def named_rows(figure: go.Figure, labels: list[str], rows: list[int]) -> None:
    """The names, each above the row of its marks, from the left edge on."""
    for label, row in zip(labels, rows, strict=True):
        place = {"x": 0, "xref": "paper", "xanchor": "left", "y": row + 0.22, "yanchor": "middle"}
        figure.add_annotation(text=label, showarrow=False, font={"size": 14}, **place)
    figure.update_yaxes(visible=False, range=[-0.5, len(labels) - 0.5])
