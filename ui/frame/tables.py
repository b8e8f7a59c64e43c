"""Tables on a page: numbers that open to their rows, names that filter, bars and trends. Texts are escaped here."""

from collections.abc import Mapping
from html import escape

import pandas as pd
import streamlit as st

from report import exports
from report.figure import SIGNS
from ui.frame import session
from ui.frame.browser_files import browser_file
from words.texts import language, t

TREND_WIDTH, TREND_HEIGHT = 96, 24
Cells = Mapping[tuple[int, str], str]

# st.html cannot tell of a click, so pieces with buttons are mounted as a component; all HTML is made in this project
_live = st.components.v2.component(
    "live_html",
    html='<div class="mt-live"></div>',
    js=browser_file(__file__, "tables.js"),
    isolate_styles=False,
)


def draw_live(html: str, key: str) -> None:
    """Our own HTML with buttons: data-click "rows:ADDRESS" opens rows, "pick:PART:CODE" filters, data-copy copies."""

    def take() -> None:
        session.take_click(st.session_state[key].clicked or "")

    _live(key=key, data={"html": html}, on_clicked_change=take)


def draw_table(
    frame: pd.DataFrame,
    *,
    caption: str,
    key: str = "",
    marks: Mapping[tuple[int, str], tuple[str, str]] | None = None,
    total: Mapping[str, str] | None = None,
    clicks: Cells | None = None,
    bars: Mapping[str, float] | None = None,
) -> None:
    """A frame as a table.

    marks:   (row number, column) -> (kind of mark: "bad", "asks" or "negative", what it says); colour and sign both
    total:   column -> text of a last row
    clicks:  (row number, column) -> what a click on the cell does (see `draw_live`); needs a key
    bars:    column -> the value that fills the cell; a column of tuples is drawn as a trend
    """
    if frame.empty:
        st.caption(t("frame.table.empty"))
        return
    html = table_html(frame, caption=caption, marks=marks, total=total, clicks=clicks, bars=bars)
    if clicks:
        draw_live(html, key)
    else:
        st.html(html)


def table_html(
    frame: pd.DataFrame, *, caption: str, marks=None, total=None, clicks: Cells | None = None, bars=None
) -> str:
    marks, total, clicks, bars = marks or {}, total or {}, clicks or {}, bars or {}
    titles, rows, are_numbers = exports.shown(frame, language())
    kinds = ["number" if is_number else "text" for is_number in are_numbers]
    head = "".join(f'<th scope="col" class="{k}">{escape(name)}</th>' for name, k in zip(titles, kinds, strict=True))
    body = []
    for number, row in enumerate(rows):
        cells = []
        for name, text, kind in zip(frame.columns, row, kinds, strict=True):
            value = frame[name].iat[number]
            inside = trend_svg(value) if isinstance(value, tuple) else escape(text)
            inside = _button(inside, clicks.get((number, name)))
            if name in bars and not pd.isna(value):
                inside = _bar(float(value) / bars[name]) + inside
            cells.append(_cell(inside, kind, marks.get((number, name))))
        body.append(f"<tr>{''.join(cells)}</tr>")
    foot = ""
    if total:
        cells = zip(frame.columns, kinds, strict=True)
        last = "".join(f'<td class="{k}">{escape(total.get(c, ""))}</td>' for c, k in cells)
        foot = f"<tfoot><tr>{last}</tr></tfoot>"
    return (
        f'<div class="mt-table" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody>{foot}</table></div>"
    )


def _button(inside: str, click: str | None) -> str:
    return f'<button type="button" data-click="{escape(click)}">{inside}</button>' if click else inside


def _cell(inside: str, kind: str, mark: tuple[str, str] | None) -> str:
    if mark is None:
        return f'<td class="{kind}">{inside}</td>'
    name, says = mark
    return f'<td class="{kind} {name}" title="{escape(says)}"><span class="sign">{SIGNS[name]}</span> {inside}</td>'


def _bar(share: float) -> str:
    """A bar behind a number: full at 1, never longer; the number beside it says the rest."""
    return f'<span class="mt-bar" aria-hidden="true"><i style="width:{100 * min(max(share, 0), 1):.1f}%"></i></span>'


def trend_svg(values: tuple) -> str:
    """A small line over the weeks; a missing week is a gap. The numbers stand elsewhere, so it is silent to readers."""
    known = [float(value) for value in values if not pd.isna(value)]
    if not known:
        return ""
    low, high = min(0.0, *known), max(known)
    scale = (TREND_HEIGHT - 6) / ((high - low) or 1)
    step = (TREND_WIDTH - 6) / max(len(values) - 1, 1)
    path, last, is_open = [], "", False
    for number, value in enumerate(values):
        if pd.isna(value):
            is_open = False
            continue
        x, y = 3 + number * step, TREND_HEIGHT - 3 - (float(value) - low) * scale
        path.append(f"{'L' if is_open else 'M'}{x:.1f} {y:.1f}")
        last, is_open = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>', True
    return (
        f'<svg class="mt-trend" viewBox="0 0 {TREND_WIDTH} {TREND_HEIGHT}" width="{TREND_WIDTH}" '
        f'height="{TREND_HEIGHT}" aria-hidden="true"><path d="{"".join(path)}"/>{last}</svg>'
    )
