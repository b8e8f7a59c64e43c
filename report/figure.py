"""A figure: one figure of a screen with its meaning, what it rests on, chart, table, downloads, and its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from report.addresses import Address
from words import numbers

# a mark never speaks by colour alone
SIGNS = {"bad": "▲", "asks": "?", "negative": "▼", "new": "+", "changed": "↻", "known": "="}


@dataclass(frozen=True)
class Figure:
    """What a figure is made of; chart and table come from the same small frame, so that they cannot differ.

    key:      of its widgets; title: the heading; meaning: what it says, in a sentence or two
    frame:    codes and numbers, in the order of the table
    opens:    column -> the address of its number in a row (the row as a dict); a cell without one is no button
    subject:  what exactly is drawn, inside the picture: "Tiền mặt đã nhận (đồng)"
    figure:   (language, theme) -> the chart; None for a table alone
    whole:    the address of the whole, behind "Xem từng dòng"
    picks:    what a click on a mark filters by: communes, goods, donor_categories, sites or week
    names:    column -> the same for a name in the table
    kinds:    of which rows it is made, for "số liệu của 7/8 xã"; empty when it is not by commune
    coverage: a sentence in place of that, for numbers of the whole district
    """

    key: str
    title: str
    meaning: str
    frame: pd.DataFrame
    opens: Mapping[str, Callable[[dict], Address | None]] = field(default_factory=dict)
    subject: str = ""
    chart: Callable[[str, str], object] | None = None
    whole: Address | None = None
    picks: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    coverage: str = ""
    marks: Mapping[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    total: Mapping[str, str] = field(default_factory=dict)
    bars: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    empty: str = ""  # what to do when there is nothing, else the sentence about filters

    def addresses(self) -> dict[tuple[int, str], Address]:
        """(row number, column) -> the address of the number that stands there; missing numbers have none."""
        rows = self.frame.to_dict("records")
        found = {}
        for column, address in self.opens.items():
            for number, row in enumerate(rows):
                if not numbers.is_missing(row[column]) and (made := address(row)):
                    found[number, column] = made
        return found
