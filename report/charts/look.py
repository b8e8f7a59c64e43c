"""The one look of all charts: template, colours, the title inside the picture, what each mark carries."""

import textwrap

import pandas as pd
import plotly.graph_objects as go

from data import reference
from report.addresses import Address
from words import numbers
from words.texts import t

# one button, the picture as PNG
CONFIG = {
    "displayModeBar": True,
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
    "responsive": True,
}
INK = {"light": "#1A1F24", "dark": "#F2F5F8"}
PAPER = {"light": "#FFFFFF", "dark": "#12161B"}
PLAIN = {"light": "#0B5A8F", "dark": "#7CC0F4"}
FAINT = {"light": "#D5DCE3", "dark": "#3E4A56"}  # behind a bar: the target; a line of the grid
NO_CODE = "#8A949E"  # a gift whose commune is not stated
FONT = "Be Vietnam Pro, sans-serif"
BAR_PX, FRAME_PX = 46, 44  # height of a bar with its gap, and of the frame around the bars of one unit
TITLE_LETTERS = 34  # bold ones that fit on a phone of 360 px beside the button of the picture
LINE_PX = 21


def config(language: str, file_name: str) -> dict:
    """How a chart behaves; the words of its one button come in as a language of Plotly's own."""
    words = {"Download plot as a PNG": t("figure.png", language)}
    locale = {"locale": language, "locales": {language: {"dictionary": words, "format": {}}}}
    return CONFIG | locale | {"toImageButtonOptions": {"format": "png", "filename": file_name, "scale": 2}}


def template(theme: str, language: str) -> go.layout.Template:
    """Calm, no grid, numbers separated as the language does. The paper has a colour, for a picture of its own."""
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "automargin": True, "title": None}
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 15, "color": INK[theme]},
            "paper_bgcolor": PAPER[theme],
            "plot_bgcolor": "rgba(0,0,0,0)",
            "separators": ",." if language == "vi" else ".,",
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "showlegend": False,
            "bargap": 0.25,
            "dragmode": False,
            "hoverlabel": {"font": {"family": FONT, "size": 15}},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": NO_CODE, "activecolor": INK[theme]},
            "xaxis": axis,
            "yaxis": axis,
        }
    )


def commune_color(code: object) -> str:
    communes = reference.load().communes()
    return communes[code].color if isinstance(code, str) and code in communes else NO_CODE


def good_color(code: object) -> str:
    goods = reference.load().goods
    return goods[code]["color"] if code in goods else NO_CODE


def amount_text(value: object, unit: str, language: str) -> str:
    """What stands at a mark: money short, other numbers whole, missing in a dash."""
    return numbers.money_short(value, language) if unit == "vnd" else numbers.number(value, language)


def mark(label: str, text: str, pick: object, address: Address | None) -> list:
    """What each mark of a chart carries as customdata: its name, its number in words, what a click filters by, and
    the address of its number (so that it can be followed, and tested)."""
    if pick is None or pick != pick:  # what is not stated cannot be filtered by
        pick = ""
    elif hasattr(pick, "isoformat"):
        pick = pick.isoformat()[:10]
    return [label, text, pick, address.text() if address else ""]


HOVER = "%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>"


def room(values: pd.Series) -> list[float]:
    """From zero, or below it, to the largest, with room for a number."""
    known = [0.0, *values.dropna().astype(float)]
    return [min(known) * 1.15, max(known) * 1.15 or 1]


def finished(chart: go.Figure, height: int, language: str, theme: str) -> go.Figure:
    chart.update_layout(template=template(theme, language), height=max(height, 160))
    if chart.data and getattr(chart.data[0], "orientation", None) == "h":
        chart.update_xaxes(visible=False)
        chart.update_yaxes(ticklabelstandoff=8)
    return chart


def titled(chart: go.Figure, subject: str, standing: str) -> go.Figure:
    """The figure with what it shows and how much it rests on inside the picture, broken into lines for a phone."""
    lines = [f"<b>{line}</b>" for line in textwrap.wrap(subject, TITLE_LETTERS)]
    lines += [f"<span style='font-size:13px'>{line}</span>" for line in textwrap.wrap(standing, TITLE_LETTERS + 10)]
    top = (chart.layout.margin.t or 8) + LINE_PX * len(lines) + 12
    title = {"text": "<br>".join(lines), "font": {"size": 15}, "x": 0, "xanchor": "left", "xref": "container"}
    title |= {"y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 14, "l": 8}}
    return chart.update_layout(title=title, margin={"t": top}, height=(chart.layout.height or 320) + top - 8)
