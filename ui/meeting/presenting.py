"""Trình chiếu: the chosen screens one after the other, large, without menus; everything that it needs is in the URL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from report.filters import Filters, summary
from report.view import View
from ui.frame import session
from ui.frame.page_list import PAGES
from ui.frame.tables import draw_live
from ui.meeting import presented_screens, presented_slide
from ui.meeting.presented_screens import EVERYTHING, OF_PAGE, Slide, is_known, screen_name
from ui.meeting.presenting_keys import draw_hands
from words.texts import language, t

PARAMETERS = ("screens", "step", "refresh", "theme", "at")
THEMES = ("light", "dark")
STEP_SECONDS, REFRESH_SECONDS = (0, 3600), (5, 3600)
WORDS = ("previous", "next", "pause", "theme", "full", "leave", "paused")


@dataclass(frozen=True)
class Show:
    """What is presented.

    screens:         codes of ui/meeting/presented_screens.py, in their order
    step_seconds:    after how long the next one comes by itself; 0: only by hand
    refresh_seconds: after how long the numbers are looked at anew
    theme:           light or dark; "" as the system has it
    at:              which screen is shown, from 1 on
    """

    screens: tuple[str, ...] = EVERYTHING
    step_seconds: int = 0
    refresh_seconds: int = 60
    theme: str = ""
    at: int = 1

    def to_query(self) -> dict[str, str]:
        """The parameters of the URL, beside those of the filters."""
        parts = {
            "screens": ",".join(self.screens),
            "step": str(self.step_seconds or ""),
            "refresh": str(self.refresh_seconds) if self.refresh_seconds != Show.refresh_seconds else "",
            "theme": self.theme,
            "at": str(self.at) if self.at > 1 else "",
        }
        return {name: value for name, value in parts.items() if value}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Show":
        """Total: whatever stands in a URL gives a show."""
        screens = tuple(dict.fromkeys(code for code in str(query.get("screens", "")).split(",") if is_known(code)))
        theme = query.get("theme")
        return cls(
            screens=screens or EVERYTHING,
            step_seconds=_whole(query.get("step"), STEP_SECONDS, cls.step_seconds),
            refresh_seconds=_whole(query.get("refresh"), REFRESH_SECONDS, cls.refresh_seconds),
            theme=theme if theme in THEMES else "",
            at=_whole(query.get("at"), (1, 999), 1),
        )


def _whole(text: object, limits: tuple[int, int], otherwise: int) -> int:
    """A whole number within its limits."""
    written = str(text or "")
    if not (written.isascii() and written.isdigit() and len(written) < 9):
        return otherwise
    return min(max(int(written), limits[0]), limits[1])


# in the session and in the URL
def show() -> Show:
    return st.session_state.get("show") or Show()


def own_query() -> dict[str, str]:
    """What must stand in the URL beside the filters; what it says otherwise than we wrote is taken first."""
    query = {name: st.query_params[name] for name in PARAMETERS if name in st.query_params}
    state = st.session_state
    # after a key the URL of the browser may lag behind what was written last
    by_hand = state.pop("show_by_hand", False)
    if "show" not in state or (query != state.get("show_written") and not by_hand):
        state.show = Show.from_query(query)
    state.show_written = state.show.to_query()
    return state.show_written


def take(act: str) -> None:
    """What the hands ask for: "go:3", "theme:dark", "leave"; "refresh" needs but the run that follows."""
    name, _, value = act.partition(":")
    st.session_state.show_by_hand = True
    if name == "go":
        st.session_state.show = replace(show(), at=_whole(value, (1, 999), 1))
    elif name == "theme" and value in THEMES:
        st.session_state.show = replace(show(), theme=value)
    elif name == "leave":
        st.session_state.show_left = True


# the page
def draw_show() -> None:
    """The screen at which the show is, and its foot."""
    view = session.view()
    slides = presented_screens.slides(show().screens, view)
    at = min(show().at, len(slides))
    slide = slides[at - 1]
    if st.session_state.pop("show_left", False):
        _leave(slide)
    with st.container(key="show"):
        standing, chart_px = "", 0

        def draw() -> None:
            nonlocal standing, chart_px
            standing, chart_px = presented_slide.draw_slide(slide)

        session.run_calmly(draw)  # one screen that fails must not stop the others
        told = {"at": at, "count": len(slides), "step": show().step_seconds, "refresh": show().refresh_seconds}
        told |= {"theme": show().theme, "worn": session.theme(), "chart_px": chart_px}
        is_demo = t("frame.demo.banner") if view.has_demo else ""
        limits = summary(view.filters) if view.filters != Filters() else ""
        told["standing"] = " · ".join(part for part in (is_demo, standing, limits) if part)
        told["words"] = {name: t(f"presenting.hands.{name}") for name in WORDS}
        draw_hands(told, take)


def _leave(slide: Slide) -> None:
    """Back to the page on which the screen that was shown last lives, with the same filters."""
    query = session.filters().to_query() | ({"lang": language()} if language() != "vi" else {})
    st.switch_page(PAGES[slide.screen.page].script, query_params=query or None)


# from the other pages
def address(chosen: Show) -> dict[str, str]:
    """The parameters that open a show with the language and filters of now."""
    now = {name: st.query_params[name] for name in st.query_params if name not in ("rows", *PARAMETERS)}
    return now | chosen.to_query()


def draw_present_button(page: str) -> None:
    """Starts with the screens of a page, as they are chosen there; nothing on a page that has none."""
    if page == "meeting":
        draw_link(t("presenting.start"), Show())
    elif page in OF_PAGE:
        screens = tuple(_as_chosen(code) for code in OF_PAGE[page])
        draw_link(t("presenting.start"), Show(screens))


def _as_chosen(code: str) -> str:
    """A screen with what a person chose on its page."""
    state = st.session_state
    chosen = {
        "by_week": state.get(f"measure_week_{language()}"),
        "by_commune": state.get(f"measure_commune_{language()}"),
        "targets": state.get("progress_indicator"),
        "map": state.get("progress_indicator"),
        "covered": state.get(f"covered_by_{language()}"),
    }.get(code)
    return f"{code}.{chosen}" if chosen else code


def draw_link(label: str, chosen: Show) -> None:
    st.page_link(PAGES["present"].script, label=label, query_params=address(chosen))


# on the page of the meeting
def draw_chooser(view: View) -> None:
    """Which screens, in which order, how long, light or dark; and the address that shows them."""
    st.header(t("presenting.title"), anchor=False)
    st.markdown(t("presenting.what"))
    spoken = language()
    screens = st.multiselect(
        t("presenting.choose.screens"),
        [*OF_PAGE, *presented_screens.all_codes(view)],
        default=EVERYTHING,
        format_func=screen_name,
        key=f"present_screens_{spoken}",
        placeholder=t("presenting.choose.any"),
        filter_mode=None,
        select_all=False,
    )
    seconds = lambda number: t("presenting.seconds", number=number) if number else t("presenting.by_hand")  # noqa: E731
    columns = st.columns(3)
    with columns[0]:
        step = _pills("step", [0, 10, 20, 30, 60], 0, seconds)
    with columns[1]:
        theme = _pills("theme", ["", *THEMES], "", lambda theme: t(f"presenting.theme.{theme or 'system'}"))
    with columns[2]:
        refresh = _pills("refresh", [15, 60, 300], Show.refresh_seconds, seconds)
    chosen = Show(tuple(screens) or EVERYTHING, step, refresh, theme)
    with st.container(key="present_start"):
        draw_link(t("presenting.start"), chosen)
    _draw_address(chosen)
    st.caption(t("presenting.keys"))


def _pills(name: str, options: list, default: object, say: Callable[[object], str]) -> object:
    label, key = t(f"presenting.choose.{name}"), f"present_{name}_{language()}"
    return st.pills(label, options, default=default, required=True, wrap=True, format_func=say, key=key)


def _draw_address(chosen: Show) -> None:
    """For a screen in the hall that is opened by itself."""
    here = urlsplit(st.context.url or "")
    url = urlunsplit((here.scheme, here.netloc, PAGES["present"].address, urlencode(address(chosen), safe=","), ""))
    words = {name: escape(t(f"presenting.{name}")) for name in ("address", "copy", "copied")}
    button = f'<button type="button" class="plain" data-copy="{escape(url)}" data-done="{words["copied"]}">'
    html = f"<p class='mt-address'>{words['address']}: <code>{escape(url)}</code></p>"
    draw_live(f"{html}<p>{button}{words['copy']}</button></p>", f"present_address_{language()}")
