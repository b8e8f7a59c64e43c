"""The hands of a presentation in the browser: keys, swipes, timer, full screen, theme, and the size of the chart."""

import streamlit as st

from ui import patches
from ui.frame.browser_files import browser_file

_show = st.components.v2.component(
    "presenting",
    html="""
    <div class="mt-show-foot">
      <div class="line"><i></i></div>
      <p class="standing"></p>
      <div class="hands">
        <b class="paused" role="status"></b>
        <button type="button" data-act="previous">‹</button>
        <span class="place"></span>
        <button type="button" data-act="next">›</button>
        <button type="button" data-act="pause"></button>
        <button type="button" data-act="theme">◐</button>
        <button type="button" data-act="full">⤢</button>
        <button type="button" data-act="leave">✕</button>
      </div>
      <button type="button" class="start" data-act="full" hidden></button>
    </div>
    """,
    js=browser_file(patches.__file__, "theme.js") + browser_file(__file__, "presenting_keys.js"),
    isolate_styles=False,
)


def draw_hands(data: dict, take) -> None:
    """The foot of the screen. data: at, count, step, refresh (seconds), theme, worn, chart_px, standing, words.

    take: gets "go:3", "theme:dark", "refresh" or "leave", each act once and in its order
    """

    def taken() -> None:
        heard(st.session_state.presenting_hands.act or "", take)

    _show(
        key="presenting_hands", data=data | {"heard": st.session_state.get("presenting_heard", 0)}, on_act_change=taken
    )


def heard(acts: str, take) -> None:
    """What a browser sends, "<serial>=<act> <serial>=<act>": the acts that were not heard before."""
    for item in acts.split():
        serial, _, act = item.partition("=")
        if serial.isdigit() and int(serial) > st.session_state.get("presenting_heard", 0):
            st.session_state.presenting_heard = int(serial)
            take(act)
