"""An exhibit: one figure of a screen with its meaning, what it rests on, chart, table, downloads, and its rows."""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zlib import crc32

import pandas as pd
import streamlit as st

from data import reference
from metrics.ratios import Ratio
from metrics.reports import communes_with_data
from metrics.selection import selected
from ui import conclusions, numbers, session
from ui import filters as ui_filters
from ui.addresses import Address
from ui.blocks import draw_downloads, file_name
from ui.figures.look import config, titled
from ui.tables import draw_table
from ui.texts import language, t
from ui.view import View, cached, shared


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
    frames = [selected(session.small_frame(kind, view.filters.as_of), view.selection) for kind in kinds]
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


def draw_exhibit(exhibit: Exhibit, view: View, controls: Callable[[], None] | None = None) -> None:
    """One exhibit from top to bottom. controls: widgets of its own, drawn under the heading."""
    draw_heading(exhibit.title, exhibit.meaning, exhibit.key, exhibit.whole)
    if controls:
        controls()
    if exhibit.frame.empty:
        st.info(exhibit.empty or t("exhibit.nothing"))
        return
    stands = standing(view, exhibit.kinds, exhibit.standing)
    shown = _draw_view_choice(exhibit)
    if shown == "chart":
        _draw_chart(exhibit, view, stands)
    else:
        st.caption(" · ".join(part for part in (exhibit.subject, stands) if part))
        _draw_table(exhibit)
    if exhibit.note:
        st.caption(exhibit.note)
    _draw_ways_on(exhibit, view, stands)


def draw_heading(title: str, meaning: str, key: str, whole: Address | None = None) -> None:
    """A section of a page, what it means, and what a meeting concluded on it. whole: the number of all of it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(title, anchor=False, width="content")
        with st.popover(t("exhibit.meaning"), key=f"meaning_{key}_{language()}", type="tertiary"):
            st.markdown(meaning)
        conclusions.draw_about(key, title, whole)


def _draw_view_choice(exhibit: Exhibit) -> str:
    if exhibit.figure is None:
        return "table"
    return st.segmented_control(
        t("exhibit.choose_view"),
        ["chart", "table"],
        format_func=lambda name: t(f"exhibit.view.{name}"),
        default="chart",
        required=True,
        key=f"view_{exhibit.key}_{language()}",
        label_visibility="collapsed",
    )


@shared()
def _figure(view: View, key: str, subject: str, stands: str, content: int, language: str, theme: str, _make):
    """The chart of an exhibit; whatever it is made of is in the frame (its content), the view or the subject."""
    return titled(_make(language, theme), subject, stands)


def _draw_chart(exhibit: Exhibit, view: View, stands: str) -> None:
    subject = exhibit.subject or exhibit.title
    content = crc32(pickle.dumps(exhibit.frame))
    figure = _figure(view, exhibit.key, subject, stands, content, language(), session.theme(), exhibit.figure)
    # another filter makes another chart: what was chosen in the old one is not carried over
    state = crc32(repr(view.filters).encode())
    key = f"chart_{exhibit.key}_{language()}_{state}"

    def take() -> None:
        points = st.session_state[key].selection.points
        picks = tuple(dict.fromkeys(point["customdata"][2] for point in points if point.get("customdata")))
        if exhibit.picks and any(picks):
            session.pick(exhibit.picks, tuple(code for code in picks if code))

    can_click = {"on_select": take, "selection_mode": "points"} if exhibit.picks else {}
    alt = t("exhibit.alt", title=subject, standing=stands)
    st.plotly_chart(figure, theme=None, config=config(language(), file_name(subject)), key=key, alt=alt, **can_click)


def _draw_table(exhibit: Exhibit) -> None:
    clicks = {place: f"rows:{address.text()}" for place, address in exhibit.addresses().items()}
    for column, part in exhibit.names.items():
        for number, code in enumerate(exhibit.frame[column]):
            if not numbers.is_missing(code):
                code = code.date().isoformat() if hasattr(code, "date") else code
                clicks[number, column] = f"pick:{part}:{code}"
    draw_table(
        exhibit.frame,
        caption=exhibit.subject or exhibit.title,
        key=f"table_{exhibit.key}_{language()}",
        marks=exhibit.marks,
        total=exhibit.total,
        clicks=clicks,
        bars=exhibit.bars,
    )


def _draw_ways_on(exhibit: Exhibit, view: View, stands: str) -> None:
    """To the rows, and to the files."""
    with st.container(horizontal=True):
        if exhibit.whole:
            address = exhibit.whole.text()
            st.button(t("exhibit.rows"), key=f"rows_{exhibit.key}", on_click=session.open_rows, args=(address,))
        notes = (exhibit.subject, stands, ui_filters.summary(view.filters), made_at(view))
        title = exhibit.title
        notes = [note for note in notes if note]
        draw_downloads(lambda: exhibit.frame, title=title, key=exhibit.key, notes=notes, is_inside=True)


def made_at(view: View) -> str:
    """As of which moment and upload: what makes a file on paper comparable with the screen."""
    as_of = view.filters.as_of
    moment = ui_filters.moment_name(as_of) if as_of else numbers.moment(session.now(), language())
    made = t("exhibit.made_at", moment=moment, campaign=campaign_name())
    return f"{t('frame.demo.banner')} {made}" if session.has_demo(as_of) else made


def campaign_name() -> str:
    campaign = reference.load().campaign
    return campaign.name_en if language() == "en" else campaign.name_vi
