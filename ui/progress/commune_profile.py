"""One commune in full: its weeks, indicators, gifts, what was given, sites, remarks, disagreements."""

from dataclasses import replace
from html import escape

import streamlit as st

from data import reference
from metrics.measures import MEASURES
from metrics.reports import completeness, timeliness
from report import frames, rows_behind
from report.figures.commune import (
    LATEST_GIFTS,
    differences_figure,
    goods_figure,
    latest_gifts,
    sites_figure,
    weeks_figure,
)
from report.sentences import remarks
from report.view import View
from ui.frame import session
from ui.frame.blocks import draw_page_link, draw_paged
from ui.frame.draw_figure import draw_figure, draw_heading
from ui.frame.tables import draw_live, draw_table
from ui.progress import indicator_grid
from ui.reports import report_remarks
from words import names, numbers
from words.texts import language, t

FACTS = ("cash_received", "goods_value", "households_supported", "frontline_visits")
PAGE_REMARKS = 6


def draw_profile(view: View) -> None:
    """One commune from top to bottom when one is chosen, else the choice."""
    code = view.communes[0] if len(view.communes) == 1 else None
    title = t("progress.one.title", commune=names.commune(code)) if code else t("progress.one.choose_title")
    draw_heading(title, t("progress.one.meaning"), "commune_profile")
    _draw_choice(code, view)
    if code is None:
        st.caption(t("progress.one.hint"))
        return
    _draw_facts(view)
    left, right = st.columns(2, gap="medium")
    with left:
        draw_figure(weeks_figure(view), view)
        draw_page_link("reports", t("progress.one.to_reports"))
    with right:
        _draw_remarks(view)
    indicator_grid.draw_indicators(view)
    draw_figure(differences_figure(view), view)
    left, right = st.columns(2, gap="medium")
    with left:
        draw_figure(goods_figure("donations", view), view)
    with right:
        draw_figure(goods_figure("distributions", view), view)
    _draw_latest_gifts(view)
    draw_figure(sites_figure(view), view)


def _draw_choice(code: str | None, view: View) -> None:
    """Choosing a commune here sets the one filter of all screens."""
    assigned = reference.load().assignments.get(view.filters.member or "", ())
    options = [c for c in reference.load().communes() if not assigned or c in assigned]
    options = options if session.source().sees_district else [session.who().commune]
    key = f"progress_commune_{language()}"
    st.session_state[key] = code if code in options else None

    def take() -> None:
        chosen = st.session_state[key]
        session.set_filters(replace(session.filters(), communes=(chosen,) if chosen else ()))

    def name(option: str | None) -> str:
        return names.commune(option) if option else t("progress.one.any")

    look = {"format_func": name, "placeholder": name(None), "filter_mode": None}
    st.selectbox(t("progress.one.choose"), [None, *options], key=key, on_change=take, **look)


def _draw_facts(view: View) -> None:
    """The numbers of the commune in one line; each opens its rows."""
    week, facts = rows_behind.due_week(view), []
    for code in FACTS:
        value = frames.headline(view, code, week).value
        facts.append((code, "" if value is None else code, _told(code, value)))
    status = rows_behind.status_of(view)
    for code, ratio in (("reports_received", completeness(status)), ("reports_on_time", timeliness(status))):
        facts.append((code, code if ratio.numerator else "", numbers.ratio(ratio.numerator, ratio.denominator)))
    items = "".join(_fact(*fact) for fact in facts)
    draw_live(f'<dl class="mt-line" aria-label="{escape(t("progress.one.facts"))}">{items}</dl>', "profile_facts")


def _told(code: str, value: float | None) -> str:
    if MEASURES[code].unit == "vnd":
        return numbers.money_short(value, language())
    return numbers.number(value, language())


def _fact(code: str, opens: str, text: str) -> str:
    inside = f'<button type="button" data-click="rows:{opens}">{escape(text)}</button>' if opens else escape(text)
    return f"<div><dt>{escape(names.number(code))}</dt><dd>{inside}</dd></div>"


def _draw_latest_gifts(view: View) -> None:
    st.subheader(t("progress.gifts.title", number=LATEST_GIFTS), anchor=False)
    frame = latest_gifts(view)
    if frame.empty:
        st.caption(t("progress.donations.none"))
        return
    draw_table(frame, caption=t("progress.gifts.title", number=LATEST_GIFTS))
    draw_page_link("goods", t("progress.gifts.all"))


def _draw_remarks(view: View) -> None:
    draw_heading(t("progress.remarks.title"), t("progress.remarks.meaning"), "profile_remarks")
    found = remarks.remarks(view)
    if found.empty:
        st.caption(t("progress.remarks.none"))
        return
    report_remarks.draw_remarks(found.iloc[draw_paged(len(found), PAGE_REMARKS, "page_profile_remarks")], view)
