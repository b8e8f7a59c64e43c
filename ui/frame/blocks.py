"""What pages are built of: tables, downloads, tiles, navigation. Every text from a sheet is escaped."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext

import pandas as pd
import streamlit as st

from report import exports
from report.exports import file_name
from ui.frame import session
from ui.frame.browser_files import browser_file
from ui.frame.page_list import PAGES
from ui.patches import in_browser
from words.texts import language, t


def draw_style(theme: str) -> None:
    """The look of our own blocks, and Streamlit's English words replaced or hidden."""
    scheme = f":root{{--mt-scheme: {theme};}}"  # for colours that follow the system: in a table that is no component
    st.html(f"<style>{in_browser.style()}\n{scheme}\n{browser_file(__file__, 'style.css')}</style>")


def reload_page() -> None:
    """Have the browser load the page again from its address; this run still goes on."""
    st.html("<script>window.location.reload()</script>", unsafe_allow_javascript=True)


def draw_downloads(
    frame: Callable[[], pd.DataFrame],
    *,
    title: str,
    key: str,
    notes: Sequence[str] = (),
    label: str = "",
    is_inside: bool = False,
    names: dict | None = None,
) -> None:
    """The table as CSV and XLSX; the bytes are made only when a person asks for them.

    notes: lines above the table of the XLSX: filters, up to when; label: what is downloaded, on the buttons;
    is_inside: the buttons stand in a row that is there already; names: when private persons are named in the table,
    what is written down about it before it is made
    """
    spoken, file = language(), file_name(title)  # the bytes are made in another thread, which knows no language

    def logged(make: Callable[[], bytes]) -> Callable[[], bytes]:
        return session.for_later(make, "names" if names else "", names)

    with nullcontext() if is_inside else st.container(horizontal=True):
        st.download_button(
            f"{label} (CSV)" if label else t("frame.download.csv"),
            logged(lambda: exports.as_csv(frame(), spoken)),
            file_name=f"{file}.csv",
            mime="text/csv",
            key=f"csv_{key}",
            on_click="ignore",
        )
        st.download_button(
            f"{label} (Excel)" if label else t("frame.download.xlsx"),
            logged(lambda: exports.as_xlsx(frame(), spoken, title, notes)),
            file_name=f"{file}.xlsx",
            mime=exports.XLSX,
            key=f"xlsx_{key}",
            on_click="ignore",
        )


def draw_page_link(page: str, label: str, at: object = None, query: dict[str, str] | None = None) -> None:
    """A link to another page, with the language and the filters in its address; query: other filters than those now."""
    now = {name: st.query_params[name] for name in st.query_params if name != "rows"}
    if query is not None:
        now = query | ({"lang": now["lang"]} if "lang" in now else {})
    st.page_link(at or PAGES[page].script, label=label, query_params=now or None)


def draw_paged(total: int, size: int, key: str) -> slice:
    """Which rows of many are shown."""
    pages = max(1, -(-total // size))
    if pages == 1:
        return slice(0, total)
    page = st.selectbox(t("frame.table.page"), range(1, pages + 1), key=key, filter_mode=None, width=160)
    first = (page - 1) * size
    return slice(first, min(first + size, total))
