"""The stock card of one good, or of the cash: by week, then line by line, each with its cause and its cell."""

import streamlit as st

from metrics.selection import lines_of
from report import frames, rows_behind
from report.addresses import Address
from report.figures.stock_card import _page, card_lines, cards, ledger, weeks_figure
from report.filters import summary as told_filters
from report.sentences import coverage
from report.view import View
from ui.frame import draw_rows
from ui.frame.blocks import draw_downloads, draw_paged
from ui.frame.draw_figure import draw_figure
from ui.frame.tables import draw_table
from words import names, numbers
from words.texts import language, t

PAGE_ROWS = 50


def draw_card(view: View) -> None:
    """The card of the good that a person chooses; the first of the table before."""

    def choose() -> None:
        st.selectbox(
            t("goods.card.choose"),
            options,
            format_func=lambda pair: names.good_in_unit(*pair),
            key=key,
            filter_mode=None,
        )

    options, key = cards(view), f"card_{language()}"
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
    good, unit = st.session_state.get(key) or options[0]
    draw_figure(weeks_figure(good, unit, view), view, choose)
    _draw_lines(good, unit, view)


# every line
def _draw_lines(good: str, unit: str, view: View) -> None:
    whole, up_to = Address(f"stock:{good}:{unit}"), frames.of_district(view)
    rows = rows_behind.rows_of(whole, up_to)
    count = int(lines_of(rows).sum())
    st.subheader(t("goods.card.lines", count=numbers.number(count, language())), anchor=False)
    if not count:
        st.caption(t("goods.card.no_lines"))
        return
    last_page = -(-count // PAGE_ROWS)
    key = f"card_page_{good}_{unit}_{language()}"
    # as a book lies open: at the last page written
    st.session_state[key] = min(st.session_state.get(key, last_page), last_page)
    shown = draw_paged(count, PAGE_ROWS, key)
    title = t("goods.card.caption", good=names.good_in_unit(good, unit))
    with st.container(key="goods_card_lines"):
        draw_table(card_lines(_page(up_to, good, unit, shown.start, shown.stop - shown.start), up_to), caption=title)
    undated = int(lines_of(rows[rows["date"].isna()]).sum())
    if undated:
        st.caption(t("goods.card.undated", count=numbers.number(undated, language())))
    if count > draw_rows.MOST_DOWNLOADED:
        st.caption(t("behind.too_many", most=numbers.number(draw_rows.MOST_DOWNLOADED, language())))
        return
    notes = (told_filters(view.filters), coverage.made_at(view))
    draw_downloads(
        lambda: card_lines(ledger(up_to, good, unit), up_to),
        title=title,
        key="card_lines",
        notes=notes,
        label=t("goods.card.download"),
    )
