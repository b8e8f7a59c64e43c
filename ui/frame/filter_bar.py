"""The one set of filters on the screen; drawn once, by app.py.

In Streamlit 1.67 a widget bound to the query parameters writes its formatted label into the URL and loses the choice
when the language changes. So the widgets only show the value of report/filters.py, and
ui/frame/session.py writes the URL.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

import streamlit as st

from data.reference import load
from report.filters import Filters, read_moment, summary
from words import names, numbers
from words.texts import language, t


def draw_filters(
    filters: Filters, weeks: list[date], change: Callable[[Filters], None], fixed: Collection[str] = ()
) -> None:
    """The one set of filters. Each widget shows a part of the value and gives back a whole new one to `change`.

    fixed: the parts that a link keeps as they are: they are told in the line, and not offered
    """
    with st.container(horizontal=True, vertical_alignment="center", key="filter_bar"):
        # drawn also while it is closed: an expander that draws only when open closes whenever its line changes
        with st.expander(t("filters.title", summary=summary(filters)), key="filter_panel"):
            _draw_panel(filters, weeks, change, fixed)
        nothing = filters == Filters(**{part: getattr(filters, part) for part in fixed})
        st.button(t("filters.clear"), key="filters_clear", on_click=change, args=(Filters(),), disabled=nothing)


def _draw_panel(filters: Filters, weeks: list[date], change: Callable[[Filters], None], fixed: Collection[str]) -> None:
    known = load()
    if "communes" not in fixed:
        _draw_pills("communes", filters, list(known.communes()), names.commune, change)
        if known.assignments:
            _draw_choice("member", filters, [None, *known.assignments], _member_name, change)
        else:
            st.caption(t("filters.no_assignments"))
    options = sorted({*weeks, *(w for w in (filters.first_week, filters.last_week) if w)})
    left, right = st.columns(2)
    with left:
        _draw_choice("first_week", filters, [None, *options], _week_name, change)
    with right:
        _draw_choice("last_week", filters, [None, *options], _week_name, change)
    _draw_pills("goods", filters, list(known.goods), names.good, change)
    _draw_pills("donor_categories", filters, list(known.donor_categories), names.category, change)
    _draw_pills("sites", filters, list(known.sites), names.site, change)
    if "as_of" not in fixed:
        _draw_moment(filters, known.campaign.zone, change)


def _week_name(week: date | None) -> str:
    return numbers.week(week, language()) if week else t("filters.any_week")


def _member_name(member: str | None) -> str:
    return member or t("filters.any_member")


def _draw_pills(part: str, filters: Filters, options: list, name: Callable, change: Callable) -> None:
    key = f"filter_{part}_{language()}"
    st.session_state[key] = [code for code in getattr(filters, part) if code in options]

    def take() -> None:
        change(replace(filters, **{part: tuple(st.session_state[key])}))

    st.pills(t(f"filters.{part}"), options, selection_mode="multi", format_func=name, key=key, on_change=take)


def _draw_choice(part: str, filters: Filters, options: list, name: Callable, change: Callable) -> None:
    key = f"filter_{part}_{language()}"
    st.session_state[key] = getattr(filters, part)

    def take() -> None:
        changed = replace(filters, **{part: st.session_state[key]})
        if changed.first_week and changed.last_week and changed.first_week > changed.last_week:
            changed = replace(changed, first_week=st.session_state[key], last_week=st.session_state[key])
        change(changed)

    # Streamlit shows None by its own English placeholder
    look = {"format_func": name, "placeholder": name(None), "filter_mode": None}
    st.selectbox(t(f"filters.{part}"), options, key=key, on_change=take, **look)


def _draw_moment(filters: Filters, zone: ZoneInfo, change: Callable) -> None:
    """A typed moment: the calendar of Streamlit knows only English."""
    key = f"filter_as_of_{language()}"
    typed = st.session_state.get(key, "")
    is_unread = bool(typed.strip()) and read_moment(typed, zone) is None
    if not is_unread:
        moment = filters.as_of
        is_day = moment is not None and moment.time() == time.max
        st.session_state[key] = moment.strftime("%d/%m/%Y" if is_day else "%d/%m/%Y %H:%M:%S") if moment else ""

    def take() -> None:
        text = st.session_state[key]
        if not text.strip() or read_moment(text, zone):
            change(replace(filters, as_of=read_moment(text, zone)))

    st.text_input(t("filters.as_of"), key=key, on_change=take, placeholder=t("frame.day_form"))
    if is_unread:
        st.caption(t("filters.as_of_unread", text=typed.strip()))
