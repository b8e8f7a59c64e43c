"""The screen of progress: any indicator of every commune against its target, a sketch map, and one commune in full."""

import streamlit as st

from data import reference
from report.figures.progress import (
    first_choice,
    has_numbers,
    line,
    map_figure,
    progress,
    table_figure,
    targets_figure,
    with_data,
)
from report.view import View
from ui.frame import demo, session
from ui.frame.draw_figure import draw_figure
from ui.frame.tables import draw_live
from ui.progress import commune_profile
from words import names
from words.texts import language, t


def draw_page() -> None:
    """The screen; on an empty store what to do next."""
    st.title(t("progress.title"), anchor=False)
    if session.source().is_empty:
        demo.draw_empty()
        return
    view = session.view()
    code = draw_choice(view)
    draw_line(code, view)
    if has_numbers(progress(view, code)):
        left, right = st.columns(2, gap="medium")
        with left:
            draw_figure(targets_figure(code, view), view)
        with right:
            draw_figure(map_figure(code, view), view)
        if len(view.communes) > 1:
            draw_figure(table_figure(code, view), view)
    commune_profile.draw_profile(view)


# which indicator
def draw_choice(view: View) -> str:
    """The indicator that is shown; the choice stays from page to page, and in both languages."""
    known, key = with_data(view), f"progress_indicator_{language()}"
    st.session_state[key] = st.session_state.get("progress_indicator") or first_choice(known)

    def take() -> None:
        st.session_state.progress_indicator = st.session_state[key]

    def name(code: str) -> str:
        shown = names.indicator(code)
        return shown if code in known else t("progress.no_reports", name=shown)

    options = list(reference.load().indicators)
    st.selectbox(t("progress.choose"), options, format_func=name, key=key, on_change=take, filter_mode=None)
    return st.session_state[key]


# all communes together
def draw_line(code: str, view: View) -> None:
    """One sentence: what was reported, and how much of the targets that is; its numbers open to their rows."""
    draw_live(f'<p class="mt-story">{line(code, view)}</p>', f"progress_line_{language()}")
