"""The meeting pack as plain data: what all of its slides say, collected at one moment; no Streamlit here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

BESIDE, BEFORE, STACKED = "beside", "before", "stacked"  # how the series of a chart stand to each other


@dataclass(frozen=True)
class Series:
    """One row of bars, or one line.

    values: None where nothing was reported: a gap, never zero
    labels: what stands at each value, as the page writes it; "" for none
    colors: one of all, or one of each value; is_hatched: told apart without colour
    """

    name: str
    values: tuple[float | None, ...]
    labels: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    is_hatched: bool = False
    is_square: bool = False  # the marker of a line


@dataclass(frozen=True)
class Chart:
    """A chart that can be edited in the office's own program.

    form:    "bars" (from left to right), "columns" or "lines"
    columns: the frame's column behind each series, for whoever compares
    heading: what stands above it: the unit
    longest: bars beyond it end at the edge, because one of them would press all others flat
    percent: the axis goes from 0 to 100
    """

    form: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    columns: tuple[str, ...]
    together: str = BESIDE
    heading: str = ""
    longest: float | None = None
    percent: bool = False


@dataclass(frozen=True)
class Table:
    """A table in words, as the page writes it. fills: (row, column) -> the colour of a cell; is_grid: all columns but
    the first are alike, and narrow; total: the texts of a last row."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    are_numbers: tuple[bool, ...]
    total: tuple[str, ...] = ()
    fills: Mapping[tuple[int, int], str] = field(default_factory=dict)
    is_grid: bool = False


@dataclass(frozen=True)
class SlideFigure:
    """One figure of a screen.

    coverage:  on how much it rests: "số liệu của 7/8 xã"
    meaning:   the definition, for the notes; note: lines below the figure
    frame:     codes and numbers; addresses: (row, column) -> the address of the number that stands there
    charts:    drawn one below the other; table: None when the charts say all of it
    """

    key: str
    title: str
    meaning: str
    frame: pd.DataFrame
    addresses: Mapping[tuple[int, str], str] = field(default_factory=dict)
    subject: str = ""
    coverage: str = ""
    note: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Section:
    """A screen and its figures."""

    title: str
    figures: tuple[SlideFigure, ...]


@dataclass(frozen=True)
class Headline:
    """One of the headline numbers. value: behind its words; None for a ratio, or when nothing was reported."""

    code: str
    name: str
    big: str
    small: tuple[str, ...]
    change: str
    meaning: str
    value: float | None = None


@dataclass(frozen=True)
class Matter:
    """A line of what needs attention."""

    text: str
    is_urgent: bool


@dataclass(frozen=True)
class Pack:
    """Everything that the slides say.

    moment: what was accepted later is nowhere in it; stamp: the same in words, on every slide, sheet and page
    link:   of the frozen dashboard, for the QR; None when there is none
    """

    moment: datetime
    stamp: str
    filters: str
    coverage: str
    language: str
    office: str
    campaign: str
    headlines: tuple[Headline, ...]
    story: str
    attention: tuple[Matter, ...]
    sections: tuple[Section, ...]
    link: str | None = None
