"""The status of the weekly reports: weeks down, communes across, each cell with a sign and a colour."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from metrics.reports import STATUSES
from report.charts.look import HOVER, INK, finished, mark
from words import names, numbers

# one dark ink reads on all of them in both themes; blue against red and the light against the dark for the colour-blind
COLORS = {
    "not_due": "#DDE3E8",
    "due": "#FBF0A0",
    "overdue": "#EE7663",
    "submitted": "#C9B6E4",
    "sent_back": "#F4C6D7",
    "on_time": "#7DBBE6",
    "late": "#F2B134",
    "nil": "#CFE6F5",
}
SIGNS = {
    "not_due": "·",
    "due": "…",
    "overdue": "✗",
    "submitted": "▷",
    "sent_back": "↩",
    "on_time": "✓",
    "late": "◔",
    "nil": "0",
}
URGENT = "!"
CELL_INK = INK["light"]
CELL_PX = 40
NAME_LETTERS = 12  # longer names of communes stand in two lines
LETTER_PX = 7
LEGEND = ("on_time", "late", "nil", "submitted", "sent_back", "overdue", "due", "not_due")
TITLE_PX = 20  # what Plotly takes for an axis title of one line


def status_map(
    status: pd.DataFrame,
    communes: list[str],
    says: Callable[[dict], str],
    *,
    opened: tuple[str, str] | None = None,
    language: str,
    theme: str,
) -> go.Figure:
    """One cell a commune and week, the latest week on top; a commune of which nothing is expected is left blank.

    status: of metrics.reports.report_status, with `status`; says: a row of it -> its status in words
    opened: the commune and the Monday, as text, of the report that is shown: framed
    A click gives "COMMUNE|MONDAY". The names of communes lie flat where there is room and stand upright on a phone.
    """
    weeks = sorted(status["week_start_date"].unique(), reverse=True)
    rows = status[status["commune"].isin(communes)].to_dict("records")
    places = [(communes.index(row["commune"]), weeks.index(row["week_start_date"])) for row in rows]
    figure = go.Figure([_fills(rows, places, len(communes), len(weeks)), _signs(rows, places, says, language)])
    labels = [_in_lines(names.commune(code, language)) for code in communes]
    room = max(len(line) for label in labels for line in label.split("<br>")) * LETTER_PX + 12
    figure.update_xaxes(range=[-0.5, len(communes) - 0.5], tickvals=list(range(len(communes))), ticktext=labels)
    figure.update_xaxes(side="top", autotickangles=[0, -90], ticks="", tickfont={"size": 12})
    week_names = [_week_label(week, language) for week in weeks]
    figure.update_yaxes(range=[len(weeks) - 0.5, -0.5], tickvals=list(range(len(weeks))), ticktext=week_names)
    figure.update_yaxes(tickfont={"size": 13}, ticks="", ticklabelstandoff=2)
    if opened:
        _frame(figure, communes, [pd.Timestamp(week).date().isoformat() for week in weeks], opened, theme)
    # no limit to the distance: a click anywhere in a cell is nearest to its own sign
    figure.update_layout(margin={"t": 8, "b": 8}, hovermode="closest", hoverdistance=-1)
    return finished(figure, room + CELL_PX * len(weeks) + 16, language, theme)


def under_title(figure: go.Figure) -> go.Figure:
    """The map with room for the title above the names of the communes.

    In Plotly 7 a margin at the top is not added to what the labels of an axis need, but an axis title is: so an empty
    one stands as far above the names as the title is high. Gone when both margins are added.
    """
    return figure.update_xaxes(title={"text": " ", "standoff": max(figure.layout.margin.t - TITLE_PX, 0)})


def _fills(rows: list[dict], places: list[tuple[int, int]], width: int, height: int) -> go.Heatmap:
    z: list[list] = [[None] * width for _ in range(height)]
    for row, (x, y) in zip(rows, places, strict=True):
        z[y][x] = STATUSES.index(row["status"])
    share = 1 / len(STATUSES)
    scale = [[(number + side) * share, COLORS[code]] for number, code in enumerate(STATUSES) for side in (0, 1)]
    return go.Heatmap(
        z=z, colorscale=scale, zmin=-0.5, zmax=len(STATUSES) - 0.5, showscale=False, hoverinfo="skip", xgap=3, ygap=3
    )


def _signs(rows: list[dict], places: list[tuple[int, int]], says: Callable[[dict], str], language: str) -> go.Scatter:
    """The signs, which also take the clicks: a heat map of Plotly takes none."""
    marks = []
    for row in rows:
        label = f"{names.commune(row['commune'], language)}<br>{numbers.week(row['week_start_date'], language)}"
        marks.append(mark(label, says(row), f"{row['commune']}|{row['week_start_date'].date().isoformat()}", None))
    ink = {"textfont": {"color": CELL_INK}, "marker": {"opacity": 0}}
    return go.Scatter(
        x=[x for x, _ in places],
        y=[y for _, y in places],
        mode="markers+text",
        text=[SIGNS[row["status"]] + (URGENT if row["has_urgent"] else "") for row in rows],
        textfont={"size": 17, "color": CELL_INK},
        marker={"size": 24, "opacity": 0},
        selected=ink,
        unselected=ink,
        customdata=marks,
        hovertemplate=HOVER,
    )


def _frame(figure: go.Figure, communes: list[str], weeks: list[str], opened: tuple[str, str], theme: str) -> None:
    commune, week = opened
    if commune in communes and week in weeks:
        x, y = communes.index(commune), weeks.index(week)
        line = {"color": INK[theme], "width": 3}
        figure.add_shape(type="rect", x0=x - 0.47, x1=x + 0.47, y0=y - 0.46, y1=y + 0.46, line=line)


def _in_lines(name: str) -> str:
    """A long name in two lines, broken at the space nearest to its middle."""
    spaces = [number for number, letter in enumerate(name) if letter == " "]
    if len(name) <= NAME_LETTERS or not spaces:
        return name
    middle = min(spaces, key=lambda number: abs(number - len(name) / 2))
    return f"{name[:middle]}<br>{name[middle + 1 :]}"


def _week_label(week: object, language: str) -> str:
    """The number of the week, and its days below: "Tuần 35", "30/8–05/9"."""
    short = numbers.week_short(week, language)
    days = numbers.week(week, language).partition("(")[2].rstrip(")")
    year = str((pd.Timestamp(week) + pd.Timedelta(days=6)).year)
    return f"{short}<br><span style='font-size:11px'>{days.removesuffix(year).rstrip('/ ')}</span>"
