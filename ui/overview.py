"""The overview: the headline numbers, charts by commune, good and week, stock, and from each number its rows."""

from datetime import date

import pandas as pd
import streamlit as st

from metrics.measures import MEASURES
from ui import behind, demo, figures, names, numbers, session, summary
from ui.blocks import draw_downloads, draw_page_link, draw_table, draw_tile
from ui.filters import Filters
from ui.summary import Summary
from ui.texts import language, t

CHART_MEASURES = ("cash_received", "goods_value", "rice_received", "households_supported", "frontline_visits")


def draw_page() -> None:
    """The overview; on an empty store what to do next."""
    st.title(t("overview.title"), anchor=False)
    if session.is_empty():
        demo.draw_empty()
    else:
        draw_overview()


def draw_overview() -> None:
    """Everything for the chosen filters."""
    filters, day = session.filters(), session.day()
    facts = summary.summary(session.version(), filters, day)
    communes = numbers.ratio(facts.communes.numerator, facts.communes.denominator)
    st.markdown(t("overview.stand", communes=communes, day=numbers.day(day, language())))
    if facts.waiting:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{t('overview.waiting', number=numbers.number(facts.waiting, language()))}**")
            draw_page_link("history", t("overview.see_history"))
    _draw_tiles(facts, is_whole=not (filters.chosen_communes() or filters.goods or filters.donor_categories))
    _draw_opened(filters, day)
    _draw_chart("commune", filters)
    _draw_chart("good", filters)
    _draw_chart("week", filters)
    _draw_stock(facts, day)
    _draw_cash(facts, day)
    _draw_reported(facts, filters)


def _draw_tiles(facts: Summary, is_whole: bool) -> None:
    """The headline numbers; what is left of the cash only beside the cash of the whole district."""
    spoken, found = language(), facts.numbers
    cash = facts.cash.iloc[0]
    with st.container(key="tiles"):
        for code in ("cash_received", "goods_value"):
            left = (
                t("overview.left", amount=numbers.money_short(cash["left"], spoken)) if code == "cash_received" else ""
            )
            short, exact = numbers.money_short(found[code], spoken), numbers.money(found[code], spoken)
            _draw_tile(code, short, exact if exact != short else "", left if is_whole else "")
        for code in ("rice_received", "households_supported"):
            _draw_tile(code, numbers.with_unit(found[code], t(f"overview.measure.{code}.unit"), spoken))
        sites = t("overview.sites", ratio=numbers.ratio(facts.sites.numerator, facts.sites.denominator))
        visits = numbers.with_unit(found["frontline_visits"], t("overview.measure.frontline_visits.unit"), spoken)
        _draw_tile("frontline_visits", visits, beside=sites)
        reports = (
            f"{numbers.number(facts.reports.numerator, spoken)}/{numbers.number(facts.reports.denominator, spoken)}"
        )
        timely = f"{facts.timely.numerator}/{facts.timely.denominator} ({numbers.percent(facts.timely.pct, spoken)})"
        _draw_tile(
            "reports_received", reports, numbers.percent(facts.reports.pct, spoken), t("overview.timely", ratio=timely)
        )


def _draw_tile(code: str, big: str, exact: str = "", beside: str = "") -> None:
    """One number with what it means and the way to its rows."""
    if big == numbers.MISSING:
        exact = t("frame.no_value")
    with st.container(border=True, key=f"tile_{code}"):
        draw_tile(code, name=t(f"overview.measure.{code}.name"), big=big, exact=exact, beside=beside)
        with st.container(horizontal=True):
            with st.popover(t("overview.meaning")):
                st.markdown(t(f"overview.measure.{code}.meaning"))
            label = t("overview.rows_close") if session.opened_rows() == code else t("overview.rows")
            st.button(label, key=f"rows_{code}", on_click=session.open_rows, args=(code,))


def _draw_opened(filters: Filters, day: date) -> None:
    """The rows behind the tile that was opened; the choice stands in the URL."""
    code = session.opened_rows()
    if code == "reports_received":
        with st.container(border=True):
            st.subheader(t("overview.behind.title", name=t("overview.measure.reports_received.name")))
            rows = summary.received_reports(session.version(), filters, day)
            sum_text = numbers.number(len(rows), language())
            st.markdown(f"**{t('overview.behind.sum', rows=sum_text, sum=sum_text)}**")
            draw_table(rows, caption=t("overview.measure.reports_received.name"))
            draw_downloads(lambda: rows, file=t("overview.behind.file"), title=code, key="opened")
    elif code in MEASURES:
        name = t(f"overview.measure.{code}.name")
        with st.container(border=True):
            st.subheader(t("overview.behind.title", name=name))
            behind.draw_rows(MEASURES[code], name, lambda: summary.rows_of(MEASURES[code], filters), "opened")


def _draw_chart(by: str, filters: Filters) -> None:
    """A chart, its table and its rows: one of them at a time, all from the same small frame."""
    _draw_heading(t(f"overview.chart.{by}.title"), t(f"overview.chart.{by}.meaning"))
    with st.container(horizontal=True):
        code = "cash_received" if by == "good" else _choose_measure(by)
        view = st.segmented_control(
            t("overview.choose_view"),
            ["chart", "table", "rows"],
            format_func=lambda name: t(f"overview.view.{name}"),
            default="chart",
            required=True,
            key=f"view_{by}_{language()}",
            label_visibility="collapsed",
            wrap=True,
        )
    frame = summary.split(session.version(), filters, code, by)
    if frame.empty:
        st.info(t("overview.empty.filtered"))
    elif view == "rows":
        _draw_chart_rows(frame, by, code, filters)
    else:
        title = _chart_title(by, code)
        if view == "table":
            total = {} if by == "good" else {"counted": numbers.number(frame["counted"].sum(), language())}
            draw_table(frame, caption=title, total=total)
        else:
            figure = summary.figure(session.version(), filters, code, by, language(), session.theme())
            st.plotly_chart(figure, theme=None, config=figures.CONFIG, key=f"chart_{by}", alt=title)
        draw_downloads(lambda: frame, file=t(f"overview.chart.{by}.file"), title=title, key=f"{by}_{code}")


def _chart_title(by: str, code: str) -> str:
    title = t(f"overview.chart.{by}.title")
    if by == "good":
        return title
    return f"{title}: {t(f'overview.measure.{code}.name')} ({t(f'overview.measure.{code}.unit')})"


def _draw_heading(title: str, meaning: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(title, anchor=False, width="content")
        with st.popover(t("overview.meaning")):
            st.markdown(meaning)


def _choose_measure(by: str) -> str:
    return st.segmented_control(
        t("overview.choose_measure"),
        CHART_MEASURES,
        format_func=lambda code: t(f"overview.measure.{code}.name"),
        default="cash_received",
        required=True,
        key=f"measure_{by}_{language()}",
        label_visibility="collapsed",
        wrap=True,
    )


def _draw_chart_rows(frame: pd.DataFrame, by: str, code: str, filters: Filters) -> None:
    """The rows of one bar, or of all of them."""
    key = f"part_{by}_{code}_{language()}"
    if by == "good":
        pairs = [
            ("cash", "vnd"),
            *frame[frame["quantity"].notna()][["good", "base_unit"]].itertuples(index=False, name=None),
        ]
        pair = st.selectbox(
            t("overview.choose_part"), pairs, format_func=lambda p: names.good_in_unit(*p), key=key, filter_mode=None
        )
        measure = summary.measure_of("cash_received" if pair[0] == "cash" else f"good:{pair[0]}:{pair[1]}")
        behind.draw_rows(measure, names.good_in_unit(*pair), lambda: summary.rows_of(measure, filters), f"{by}_{pair}")
        return
    column = "commune" if by == "commune" else "week_start_date"
    parts = [None, *("" if numbers.is_missing(part) else part for part in frame[column])]
    part = st.selectbox(
        t("overview.choose_part"),
        parts,
        format_func=lambda p: _part_name(by, p),
        key=key,
        filter_mode=None,
        placeholder=_part_name(by, None),
    )
    name = f"{t(f'overview.measure.{code}.name')}, {_part_name(by, part)}"
    behind.draw_rows(MEASURES[code], name, summary.part_rows(MEASURES[code], filters, by, part), f"{by}_{code}_{part}")


def _part_name(by: str, part: object) -> str:
    if part is None:
        return t("overview.other_parts")
    if part == "":
        return t("overview.chart.week.undated") if by == "week" else names.commune(None)
    return names.commune(part) if by == "commune" else numbers.week(part, language())


def _draw_stock(facts: Summary, day: date) -> None:
    _draw_heading(t("overview.stock.title"), t("overview.stock.meaning"))
    st.caption(t("overview.whole_district", day=numbers.day(day, language())))
    negative = {
        (row, "stock"): ("negative", t("overview.negative")) for row in facts.stock.index[facts.stock["stock"] < 0]
    }
    draw_table(facts.stock, caption=t("overview.stock.title"), marks=negative)
    if negative:
        st.caption(t("overview.negative_note"))
    if facts.unconverted:
        st.caption(t("overview.unconverted", number=facts.unconverted))
    draw_downloads(lambda: facts.stock, file=t("overview.stock.file"), title=t("overview.stock.title"), key="stock")


def _draw_cash(facts: Summary, day: date) -> None:
    _draw_heading(t("overview.cash.title"), t("overview.cash.meaning"))
    st.caption(t("overview.whole_district", day=numbers.day(day, language())))
    cash = facts.cash.rename(columns={"left": "stock"})[["received", "bought", "distributed", "frontline", "stock"]]
    is_negative = (cash["stock"] < 0).fillna(False)
    negative = {(row, "stock"): ("negative", t("overview.negative")) for row in cash.index[is_negative]}
    draw_table(cash, caption=t("overview.cash.title"), marks=negative)
    draw_downloads(lambda: cash, file=t("overview.cash.file"), title=t("overview.cash.title"), key="cash")


def _draw_reported(facts: Summary, filters: Filters) -> None:
    """What the weekly reports say, and the cells behind one of their indicators."""
    if facts.reported.empty:
        return
    _draw_heading(t("overview.reported.title"), t("overview.reported.meaning"))
    draw_table(facts.reported.rename(columns={"value": "amount"}), caption=t("overview.reported.title"))
    draw_downloads(
        lambda: facts.reported, file=t("overview.reported.file"), title=t("overview.reported.title"), key="reported"
    )
    code = st.selectbox(
        t("overview.rows"),
        [None, *facts.reported["indicator"]],
        format_func=lambda c: names.indicator(c) if c else t("upload.ask.choose"),
        key=f"reported_rows_{language()}",
        filter_mode=None,
        placeholder=t("upload.ask.choose"),
    )
    if code:
        measure = summary.measure_of(f"indicator:{code}")
        behind.draw_rows(measure, names.indicator(code), lambda: summary.rows_of(measure, filters), f"reported_{code}")
