"""Hàng hóa và tiền: what came in, what went out, what is left; by category, commune and week; the way of the money."""

import streamlit as st

from report.figures.goods import cash_exhibit, split_codes, split_exhibit, splits_of, stock_exhibit
from report.figures.money_way import purchases_exhibit, way_exhibit
from report.view import View
from ui.frame import demo, session
from ui.frame.draw_exhibit import draw_exhibit
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
        draw_exhibit(stock_exhibit(view), view)
        gift_lines.draw_unconverted(view)
        draw_exhibit(cash_exhibit(view), view)
        stock_card.draw_card(view)
        draw_exhibit(way_exhibit(view), view)
        draw_exhibit(purchases_exhibit(view), view)
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
        draw_exhibit(split_exhibit(by, code, view), view)
