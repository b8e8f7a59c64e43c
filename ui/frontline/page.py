"""The frontline: every site with its visits and gifts, the forgotten first; how much was visited, and when."""

from html import escape

import streamlit as st

from metrics.frontline import NOT_FOR_DAYS, sites_covered
from metrics.measures import number_of, total
from metrics.selection import lines_of, selected
from report import frames
from report.figures.frontline import (
    PLACES,
    _with_sign,
    coverage,
    coverage_sentence,
    covered_figure,
    gift_lines,
    gifts,
    sites_figure,
    timeline_figure,
)
from report.view import View
from ui.frame import blocks, demo, session
from ui.frame.draw_figure import draw_figure, draw_heading
from ui.frame.tables import draw_live, draw_table
from words import names, numbers
from words.texts import language, t

PAGE_GIFTS = 100


def draw_page() -> None:
    """The sites; on an empty store what to do next."""
    st.title(t("frontline.title"), anchor=False)
    if session.source().is_empty:
        demo.draw_empty()
        return
    view = session.view()
    draw_line(view)
    draw_figure(sites_figure(view), view)
    if len(view.filters.sites) == 1:
        draw_gifts(view.filters.sites[0], view)
    draw_covered(view)
    draw_figure(timeline_figure(view), view)


# the headline
def draw_line(view: View) -> None:
    """Visits, sites, gifts, value; what is a sum opens to its rows."""
    found, spoken = coverage(view), language()
    ratio, long_ago = sites_covered(found), found["days_since"].ge(NOT_FOR_DAYS).fillna(False)
    worth = total(frames.rows(number_of("frontline_worth"), view))
    facts = [
        (numbers.number(found["visits"].sum(), spoken), "visits", "frontline_visits"),
        (numbers.ratio(ratio.numerator, ratio.denominator), "visited", "sites_visited"),
        (_with_sign("△", int(long_ago.sum())), "long_ago", ""),
        (_with_sign("▲", ratio.denominator - ratio.numerator), "never", ""),
        (numbers.number(found["gifts"].sum(), spoken), "gifts", "frontline_gifts"),
        (numbers.money_short(worth, spoken), "worth", "frontline_worth"),
    ]
    items = "".join(_fact(big, t(f"frontline.line.{name}", days=NOT_FOR_DAYS), code) for big, name, code in facts)
    draw_live(f'<dl class="mt-line" aria-label="{escape(t("frontline.line.label"))}">{items}</dl>', "frontline_line")


def _fact(big: str, label: str, code: str) -> str:
    inside = f'<button type="button" data-click="rows:{code}">{escape(big)}</button>' if code else escape(big)
    return f"<div><dt>{escape(label)}</dt><dd>{inside}</dd></div>"


# by type, by commune
def draw_covered(view: View) -> None:
    key = f"covered_by_{language()}"

    def choose() -> None:
        st.segmented_control(
            t("frontline.covered.choose"),
            PLACES,
            format_func=lambda place: t(f"frontline.covered.by.{place}"),
            default="site_type",
            required=True,
            key=key,
            label_visibility="collapsed",
            wrap=True,
        )

    draw_figure(covered_figure(st.session_state.get(key) or "site_type", view), view, choose)


# one site
def draw_gifts(site: str, view: View) -> None:
    """What one site was given, line by line."""
    title = t("frontline.gifts_to.title", site=names.site(site))
    draw_heading(title, t("frontline.gifts_to.meaning"), "gifts_to")
    count = int(lines_of(selected(view.summed("frontline_support"), view.selection)).sum())
    if not count:
        st.info(t("frontline.gifts_to.none"))
        return
    shown = blocks.draw_paged(count, PAGE_GIFTS, f"gifts_page_{site}")
    page = gifts(view, start=shown.start, most=shown.stop - shown.start)
    draw_table(gift_lines(page, view), caption=title)
    blocks.draw_downloads(
        lambda: gift_lines(gifts(view), view), title=title, key="gifts_to", notes=(coverage_sentence(view),)
    )
