"""What pages are built of: tables, downloads, tiles, navigation. Every text from a sheet is escaped."""

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from ui import exports
from ui.texts import language, t

PAGES = {  # the address of each page, and its title
    "overview": "pages/tong_quan.py",
    "upload": "pages/nhap_so_lieu.py",
    "history": "pages/lich_su.py",
}


@lru_cache(maxsize=1)
def _style() -> str:
    return (Path(__file__).parent / "style.css").read_text("utf-8")


def draw_style() -> None:
    """The look of our own blocks, and Streamlit's English words replaced or hidden."""
    words = {
        "upload": t("upload.widget.button"),
        "limit": t("upload.widget.limit"),
        "drop": t("upload.widget.drop"),
        "add": t("upload.widget.add"),
        "refused": t("upload.widget.refused"),
    }
    variables = "".join(f"--text-{name}: '{text}';" for name, text in words.items())
    st.html(f"<style>:root{{{variables}}}\n{_style()}</style>")


def draw_table(
    frame: pd.DataFrame,
    *,
    caption: str,
    marks: dict[tuple[int, str], tuple[str, str]] | None = None,
    total: dict[str, str] | None = None,
) -> None:
    """A frame as a table.

    marks:  (row number, column) -> (kind of mark: "bad", "asks" or "negative", what it says); colour and sign both
    total:  column -> text of a last row
    """
    if frame.empty:
        st.caption(t("frame.table.empty"))
        return
    st.html(table_html(frame, caption=caption, marks=marks or {}, total=total or {}))


def plain(text: str) -> str:
    """A text from a file inside Markdown: no sign in it is a command."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~$:-])", r"\\\1", text)


def reload_page() -> None:
    """Have the browser load the page again from its address; this run still goes on."""
    st.html("<script>window.location.reload()</script>", unsafe_allow_javascript=True)


SIGNS = {"bad": "▲", "asks": "?", "negative": "▼", "new": "+", "changed": "↻", "known": "="}


def table_html(frame: pd.DataFrame, *, caption: str, marks: dict, total: dict) -> str:
    titles, rows, are_numbers = exports.shown(frame, language())
    kinds = ["number" if is_number else "text" for is_number in are_numbers]
    head = "".join(
        f'<th scope="col" class="{kind}">{escape(title)}</th>' for title, kind in zip(titles, kinds, strict=True)
    )
    body = []
    for number, row in enumerate(rows):
        cells = zip(frame.columns, row, kinds, strict=True)
        body.append(
            "<tr>" + "".join(_cell(text, kind, marks.get((number, name))) for name, text, kind in cells) + "</tr>"
        )
    foot = ""
    if total:
        cells = zip(frame.columns, kinds, strict=True)
        foot = (
            "<tfoot><tr>"
            + "".join(f'<td class="{k}">{escape(total.get(c, ""))}</td>' for c, k in cells)
            + "</tr></tfoot>"
        )
    return (
        f'<div class="mt-table" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody>{foot}</table></div>"
    )


def _cell(text: str, kind: str, mark: tuple[str, str] | None) -> str:
    if mark is None:
        return f'<td class="{kind}">{escape(text)}</td>'
    name, says = mark
    return (
        f'<td class="{kind} {name}" title="{escape(says)}"><span class="sign">{SIGNS[name]}</span> {escape(text)}</td>'
    )


def draw_downloads(frame: Callable[[], pd.DataFrame], *, file: str, title: str, key: str, label: str = "") -> None:
    """The table as CSV and XLSX; the bytes are made only when a person asks for them. label: what is downloaded."""
    spoken = language()  # the bytes are made in another thread, which knows no language
    with st.container(horizontal=True):
        st.download_button(
            f"{label} (CSV)" if label else t("frame.download.csv"),
            lambda: exports.as_csv(frame(), spoken),
            file_name=f"{file}.csv",
            mime="text/csv",
            key=f"csv_{key}",
            on_click="ignore",
        )
        st.download_button(
            f"{label} (Excel)" if label else t("frame.download.xlsx"),
            lambda: exports.as_xlsx(frame(), spoken, title),
            file_name=f"{file}.xlsx",
            mime=exports.XLSX,
            key=f"xlsx_{key}",
            on_click="ignore",
        )


def draw_tile(code: str, *, name: str, big: str, exact: str = "", beside: str = "") -> None:
    """One number: its name, the number, the exact number beside a short one, and what belongs to it."""
    lines = [f'<div class="name">{escape(name)}</div>', f'<div class="big">{escape(big)}</div>']
    lines += [f'<div class="small">{escape(text)}</div>' for text in (exact, beside) if text]
    st.html(f'<div class="mt-tile" data-measure="{escape(code)}">{"".join(lines)}</div>')


def draw_page_link(page: str, label: str, at: object = None) -> None:
    """A link to another page, with the language and the filters in its address."""
    query = {name: st.query_params[name] for name in st.query_params if name != "rows"}
    st.page_link(at or PAGES[page], label=label, query_params=query or None)


def draw_paged(total: int, size: int, key: str) -> slice:
    """Which rows of many are shown."""
    pages = max(1, -(-total // size))
    if pages == 1:
        return slice(0, total)
    page = st.selectbox(t("frame.table.page"), range(1, pages + 1), key=key, filter_mode=None, width=160)
    first = (page - 1) * size
    return slice(first, min(first + size, total))


def draw_navigation(languages: dict[str, str], change: Callable[[str], None], home: object = None) -> None:
    """The pages and the two languages, on every page; wraps on a phone. home: the overview under its other address."""
    with st.container(horizontal=True, key="navigation", vertical_alignment="center"):
        for page in PAGES:
            draw_page_link(page, t(f"frame.nav.{page}"), at=home if page == "overview" else None)
        for code, name in languages.items():
            kind = "primary" if code == language() else "tertiary"
            st.button(name, key=f"language_{code}", type=kind, on_click=change, args=(code,))
