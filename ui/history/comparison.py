"""Two moments beside each other: the headline numbers as they stood at each, and the difference."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from report.filters import summary as filters_told
from report.sentences.comparison import NOW, compared, in_words, moment_before
from report.view import View
from ui.frame.draw_figure import draw_heading
from ui.frame.tables import draw_table
from words.texts import language, t

MOST_MOMENTS = 300  # of a long history the newest; the as-of filter takes any moment


def draw_comparison(view: View, uploads: pd.DataFrame) -> None:
    """Two choices, and the table as soon as both are made. uploads: the accepts of the history, newest first."""
    draw_heading(t("history.compare.title"), t("history.compare.meaning"), "compare")
    known = uploads.head(MOST_MOMENTS).set_index("number")
    options = [NOW, *known.index]
    first, second = st.columns(2)
    earlier = _choose(first, "first", options, known, None)
    later = _choose(second, "second", options, known, NOW)
    if earlier is None or later is None:
        return
    sides = [moment_before(number, known, view.filters.as_of) for number in (earlier, later)]
    st.caption(filters_told(replace(view.filters, as_of=None)))
    table = compared(view, *sides)
    with st.container(key="compared"):
        draw_table(in_words(table), caption=t("history.compare.title"))
    st.caption(t("history.compare.rows"))


def _choose(place, name: str, options: list, known: pd.DataFrame, chosen: int | None) -> int | None:
    spoken = language()  # whoever asks for the options, in whichever thread, gets them in the language of the page
    return place.selectbox(
        t(f"history.compare.{name}"),
        options,
        index=None if chosen is None else options.index(chosen),
        format_func=lambda number: _option(number, known, spoken),
        placeholder=t("history.compare.choose"),
        filter_mode=None,
        key=f"compare_{name}_{spoken}",
    )


def _option(number: int, known: pd.DataFrame, language: str) -> str:
    if number == NOW:
        return t("history.compare.now", language)
    return t("history.compare.before", language, number=number, file=known["file"][number])
