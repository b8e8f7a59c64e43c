"""Hàng hóa và tiền: what came in, what went out, what is left; by category, commune and week; the way of the money."""

import streamlit as st

from report.figures.goods import cash_figure, split_codes, split_figure, splits_of, stock_figure
from report.figures.money_way import purchases_figure, way_figure
from report.view import View
from ui.frame import demo, session
from ui.frame.draw_figure import draw_figure
from ui.goods import gift_lines, stock_card
from words import names
from words.texts import language, t


def draw_page() -> None:
    """The screen; on an empty store what to do next."""
    st.title(t("frame.nav.goods"), anchor=False)
    if session.source().is_empty:
        demo.draw_empty()
        return
    view = session.view()
    if session.source().sees_district:
        draw_figure(stock_figure(view), view)
        gift_lines.draw_unconverted(view)
        draw_figure(cash_figure(view), view)
        stock_card.draw_card(view)
        draw_figure(way_figure(view), view)
        draw_figure(purchases_figure(view), view)
    draw_splits(view)
    gift_lines.draw_gift_lines(view)


def draw_splits(view: View) -> None:
    """One number by donor category, commune and week."""
    st.header(t("goods.split.title"), anchor=False)
    code = st.selectbox(
        t("goods.split.choose"),
        split_codes(view),
        format_func=names.number,
        key=f"goods_split_{language()}",
        filter_mode=None,
    )
    for by in splits_of(code):
        draw_figure(split_figure(by, code, view), view)
