"""An exhibit: one figure of a screen with its meaning, what it rests on, chart, table, downloads, and its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from data import reference
from metrics.reports import Ratio, communes_with_data
from metrics.selection import selected
from report import filters as ui_filters
from report.addresses import Address
from report.kept import cached
from report.view import View
from words import numbers
from words.texts import language, t

# a mark never speaks by colour alone
SIGNS = {"bad": "▲", "asks": "?", "negative": "▼", "new": "+", "changed": "↻", "known": "="}


@dataclass(frozen=True)
class Exhibit:
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
    standing: a sentence in place of that, for numbers of the whole district
    """

    key: str
    title: str
    meaning: str
    frame: pd.DataFrame
    opens: Mapping[str, Callable[[dict], Address | None]] = field(default_factory=dict)
    subject: str = ""
    figure: Callable[[str, str], object] | None = None
    whole: Address | None = None
    picks: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    standing: str = ""
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


@cached()
def coverage(view: View, kinds: tuple[str, ...]) -> Ratio:
    """Of how many communes that are looked at there is anything in these kinds of rows."""
    frames = [selected(view.summed(kind), view.selection) for kind in kinds]
    return communes_with_data(frames, view.communes)


def standing(view: View, kinds: tuple[str, ...] = (), whole: str = "") -> str:
    """ "Số liệu của 7/8 xã, thị trấn · đến hết ngày 05/09/2021"."""
    day = numbers.day(view.day, language())
    if whole or not kinds:
        return whole or t("exhibit.up_to", day=day)
    ratio = coverage(view, kinds)
    return t("exhibit.standing", communes=numbers.ratio(ratio.numerator, ratio.denominator), day=day)


def whole_district(view: View) -> str:
    """For numbers that no commune filter limits: stock, cash left."""
    return t("exhibit.whole_district", day=numbers.day(view.day, language()))


def made_at(view: View) -> str:
    """As of which moment and upload: what makes a file on paper comparable with the screen."""
    as_of = view.filters.as_of
    moment = ui_filters.moment_name(as_of) if as_of else numbers.moment(view.asked_at, language())
    made = t("exhibit.made_at", moment=moment, campaign=campaign_name())
    return f"{t('frame.demo.banner')} {made}" if view.has_demo else made


def campaign_name() -> str:
    campaign = reference.load().campaign
    return campaign.name_en if language() == "en" else campaign.name_vi
