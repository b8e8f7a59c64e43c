"""The rows behind a number, over the page: as a table with their sum, and as a download."""

import re

import streamlit as st

from metrics.measures import total
from metrics.selection import lines_of as lines_in
from report import addresses
from report.addresses import Address
from report.filters import summary
from report.rows_behind import evidence, is_open, lines_of, rows_of
from report.view import View
from ui.frame import number_questions, session, trouble
from ui.frame.blocks import draw_downloads, draw_paged
from ui.frame.tables import draw_table
from words import names, numbers, texts
from words.texts import language, t


# how they are shown
def draw_opened(view: View) -> None:
    """The rows of the number that was opened, over the page; which one stands in the URL."""
    address = addresses.parse(session.opened_rows())
    if address is None or not is_open(address, view):
        return
    name = names.address(address)

    @st.dialog(t("behind.title", name=name), width="large", on_dismiss=lambda: session.open_rows(""))
    @trouble.calm
    def rows_dialog() -> None:
        texts.use(st.session_state.language)  # paging runs this function alone
        draw_rows(address, view)

    rows_dialog()


def draw_rows(address: Address, view: View) -> None:
    """The lines as a table with their sum, and as a download. Donors and recipients are not named here."""
    rows = rows_of(address, view)
    name, key = names.address(address), re.sub(r"\W+", "_", address.text())
    count = int(lines_in(rows).sum())
    if not count:
        st.markdown(t("behind.none"))
        number_questions.draw_about(address, None)
        return
    amount = numbers.number(total(rows), language())
    told = f"{amount} {names.unit_of(address)}".strip()
    st.markdown(f"**{t('behind.sum', rows=numbers.number(count, language()), sum=told)}**")
    st.caption(summary(view.filters))
    shown = draw_paged(count, PAGE_ROWS, f"page_{key}")
    title = t("behind.title", name=name)
    page = lines_of(address, view, start=shown.start, most=shown.stop - shown.start)
    draw_table(evidence(page, view), caption=title, total={"counted": amount})
    if count > PAGE_ROWS:
        on_page = numbers.number(shown.stop - shown.start, language())
        st.caption(t("frame.table.more", shown=on_page, total=numbers.number(count, language())))
    if count > MOST_DOWNLOADED:
        st.caption(t("behind.too_many", most=numbers.number(MOST_DOWNLOADED, language())))
    else:
        draw_downloads(
            lambda: evidence(lines_of(address, view), view), title=title, key="opened", notes=(summary(view.filters),)
        )
    number_questions.draw_about(address, total(rows))


PAGE_ROWS = 100


MOST_DOWNLOADED = 100_000  # more rows no office program opens with pleasure
