"""Two moments beside each other: the headline numbers as they stood at each, and the difference."""

from dataclasses import replace
from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from metrics.measures import MEASURES
from metrics.reports import completeness
from ui import behind, exhibits, names, numbers, summary
from ui.filters import summary as filters_told
from ui.tables import draw_table
from ui.texts import language, t
from ui.view import View

CODES = (
    "cash_received",
    "goods_value",
    "rice_received",
    "households_supported",
    "frontline_visits",
    "reports_received",
)
NOW = 0
JUST_BEFORE = timedelta(microseconds=1)  # the store keeps microseconds
MOST_MOMENTS = 300  # of a long history the newest; the as-of filter takes any moment


def draw_comparison(view: View, uploads: pd.DataFrame) -> None:
    """Two choices, and the table as soon as both are made. uploads: the accepts of the history, newest first."""
    exhibits.draw_heading(t("history.compare.title"), t("history.compare.meaning"), "compare")
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


def moment_before(number: int, known: pd.DataFrame, as_of: datetime | None) -> datetime | None:
    """The moment just before an upload; for NOW what is looked at: now, or the as-of moment."""
    return as_of if number == NOW else known["time"][number].to_pydatetime() - JUST_BEFORE


def compared(view: View, first: datetime | None, second: datetime | None) -> pd.DataFrame:
    """One row a headline number.

    out:     code, before, after, difference (after - before)
    missing: a number that nobody had reported is missing; of a difference it counts as nothing
    """
    rows = []
    for code in CODES:
        before, after = (_value(code, replace(view, filters=replace(view.filters, as_of=at))) for at in (first, second))
        known = not (before is None and after is None)
        rows.append((code, before, after, (after or 0) - (before or 0) if known else None))
    columns = ["code", "before", "after", "difference"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], "Float64"))


def _value(code: str, view: View) -> float | None:
    if code in MEASURES:
        return summary.headline(view, code, None).value
    return float(completeness(behind.status_of(view)).numerator)


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The same in words: names, amounts with their units, and a difference with its sign."""
    texts = {"measure": [names.number(code) for code in table["code"]]}
    for column in ("before", "after", "difference"):
        texts[column] = [_amount(code, value) for code, value in zip(table["code"], table[column], strict=True)]
    signs = ["+" if not numbers.is_missing(value) and value > 0 else "" for value in table["difference"]]
    texts["difference"] = [sign + text for sign, text in zip(signs, texts["difference"], strict=True)]
    return pd.DataFrame(texts)


def _amount(code: str, value: object) -> str:
    if code in MEASURES and MEASURES[code].unit == "vnd":
        return numbers.money_short(value, language())
    return numbers.with_unit(value, t(f"measure.{code}.unit"), language())
