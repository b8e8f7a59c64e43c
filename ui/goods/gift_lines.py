"""Gift lines with search and pages, fast over a million rows; and the lines that stand in no stock."""

import streamlit as st

from report import frames
from report.filters import summary as told_filters
from report.gift_lines import _count, found, lines, told, unconverted_lines, unconverted_rows
from report.sentences import coverage
from report.view import View
from ui.frame import draw_rows, session, trouble
from ui.frame.blocks import draw_downloads, draw_paged
from ui.frame.draw_figure import draw_heading
from ui.frame.tables import draw_table
from words import numbers, texts
from words.texts import language, t

PAGE_ROWS = 50


def draw_gift_lines(view: View) -> None:
    """The heading, and under it what runs alone while a person types and turns pages."""
    draw_heading(t("goods.gifts.title"), t("goods.gifts.meaning"), "gift_lines")
    _draw_search(view)


@st.fragment
@trouble.calm
def _draw_search(view: View) -> None:
    texts.use(st.session_state.language)
    spoken = language()
    key = f"gift_page_{spoken}"
    query = st.text_input(
        t("goods.gifts.search"),
        placeholder=t("goods.gifts.search_for"),
        key=f"gift_query_{spoken}",
        max_chars=100,
        on_change=lambda: st.session_state.pop(key, None),  # what is found anew is read from its first page
    )
    may_name = session.may("disclosures.names")
    is_named = may_name and st.toggle(t("goods.gifts.named"), key=f"gift_names_{spoken}")
    session.log_names("goods", is_named)
    query = " ".join(query.split())
    hits = found(view, query)
    count = hits.count
    if not count:
        st.info(t("goods.gifts.nothing") if query else t("figure.nothing"))
        return
    st.markdown(f"**{told(hits)}**")
    pages = -(-count // PAGE_ROWS)
    if st.session_state.get(key, 1) > pages:
        st.session_state[key] = 1
    shown = draw_paged(count, PAGE_ROWS, key)
    title = t("goods.gifts.title")
    with st.container(key="goods_gift_lines"):
        page = lines(view, query, is_named=is_named, start=shown.start, most=shown.stop - shown.start)
        draw_table(page, caption=title)
    st.caption(t("frame.table.more", shown=numbers.number(shown.stop - shown.start, spoken), total=_count(count)))
    if count > draw_rows.MOST_DOWNLOADED:
        st.caption(t("goods.gifts.too_many", most=_count(draw_rows.MOST_DOWNLOADED)))
        return
    notes = [told_filters(view.filters), coverage.made_at(view), told(hits)]
    notes += [t("goods.gifts.searched", query=query)] if query else []
    draw_downloads(
        lambda: lines(view, query, is_named=is_named),
        title=title,
        key="gift_lines",
        notes=notes,
        names={"page": "goods", "rows": count} if is_named else None,
    )


def draw_unconverted(view: View) -> None:
    """How many lines stand in no stock, and which, when a person wants to see them."""
    count = int(frames.unconverted_lines(view))
    if not count:
        return
    st.markdown(t("goods.unconverted.told", count=_count(count)))
    if st.toggle(t("goods.unconverted.show"), key=f"unconverted_{language()}"):
        title = t("goods.unconverted.title")
        shown = draw_paged(count, PAGE_ROWS, f"unconverted_page_{language()}")
        rows = unconverted_rows(view, start=shown.start, most=shown.stop - shown.start)
        draw_table(unconverted_lines(rows, view), caption=title)
        draw_downloads(lambda: unconverted_lines(unconverted_rows(view), view), title=title, key="unconverted")
