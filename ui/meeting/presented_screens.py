"""What can be presented: one figure or group of numbers a screen, and which screens a choice makes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from html import escape

import streamlit as st

from report.figure import Figure
from report.registry import ENTRIES, PAGES, nowhere
from report.sentences import attention, conclusions, paragraph
from report.view import View
from ui.frame.tables import draw_live
from ui.overview import draw_headlines
from words.texts import language, t

MOST_CONCLUSIONS = 8  # that fit on one screen


@dataclass(frozen=True)
class Screen:
    """A screen that can be chosen.

    page:     the page on which it lives, and to which one comes back from it
    make:     (view, choice) -> the figure; or draw: view -> draws it, for what is no figure
    choices:  view -> what it can be shown of, the first by itself; name: what one of them is called
    split:    (part of the filters, most, view -> codes): what is too much for one screen stands on several
    """

    page: str
    make: Callable[[View, str], Figure] | None = None
    draw: Callable[[View], None] | None = None
    choices: Callable[[View], list[str]] = lambda view: [""]
    name: Callable[[str], str] = lambda choice: ""
    split: tuple[str, int, Callable[[View], Iterable[str]]] | None = None


@dataclass(frozen=True)
class Slide:
    """One screen as it is shown: of which view, the how manieth of how many parts."""

    code: str
    choice: str
    view: View
    part: int = 1
    parts: int = 1

    @property
    def screen(self) -> Screen:
        return SCREENS[self.code]


# what is no figure
def _draw_story(view: View) -> None:
    _, html = paragraph.told_twice(view, language())
    draw_live(f'<p class="mt-story">{html}</p>', f"show_story_{language()}")


def _draw_attention(view: View) -> None:
    found = sorted(attention.matters(view, language()), key=lambda matter: not matter.is_urgent)
    told = [f"{'▲' if matter.is_urgent else '•'} {escape(matter.text)}" for matter in found]
    told = told or ["✓ " + escape(t("overview.attention.nothing"))]
    st.html(f'<ul class="mt-told">{"".join(f"<li>{one}</li>" for one in told)}</ul>')


def _draw_conclusions(view: View) -> None:
    found = conclusions.open_ones(view)
    items = [
        f"<li>{escape(one.text)}<small>{escape(conclusions.facts(one, view.day))}</small></li>"
        for one in found[:MOST_CONCLUSIONS]
    ]
    if len(found) > MOST_CONCLUSIONS:
        more = t("conclusions.more", number=len(found) - MOST_CONCLUSIONS, page=t("frame.nav.meeting"))
        items.append(f"<li><small>{escape(more)}</small></li>")
    st.html(f'<ul class="mt-told">{"".join(items) or escape(t("conclusions.none"))}</ul>')


SCREENS = {
    "tiles": Screen("overview", draw=draw_headlines.draw_tiles),
    "story": Screen("overview", draw=_draw_story),
    "attention": Screen("overview", draw=_draw_attention),
    **{
        entry.code: Screen(entry.page, entry.large or entry.make, None, entry.in_show, entry.name, entry.split)
        for entry in ENTRIES.values()
        if entry.in_show is not nowhere
    },
    "conclusions": Screen("meeting", draw=_draw_conclusions),
}
OF_PAGE = {page: tuple(code for code, screen in SCREENS.items() if screen.page == page) for page in PAGES}
EVERYTHING = (*OF_PAGE, "conclusions")


# which screens
def is_known(code: str) -> bool:
    """ "goods" for all screens of a page, "by_week", or "by_week.rice_received"."""
    return code in OF_PAGE or code.partition(".")[0] in SCREENS


def screen_name(code: str) -> str:
    """What a screen is called where it is chosen: "Theo xã, thị trấn: Tiền mặt đã nhận"."""
    if code in OF_PAGE:
        return t(f"frame.nav.{code}")
    bare, _, choice = code.partition(".")
    name = t(f"presenting.screen.{bare}")
    return f"{name}: {SCREENS[bare].name(choice)}" if choice else name


def is_shown(code: str, view: View) -> bool:
    """Whether whoever looks may see it."""
    entry = ENTRIES.get(code.partition(".")[0])
    return entry is None or entry.is_for(view)


def all_codes(view: View) -> list[str]:
    """Every screen with every choice that there is."""
    found = [
        (code, choice) for code, screen in SCREENS.items() if is_shown(code, view) for choice in screen.choices(view)
    ]
    return [f"{code}.{choice}" if choice else code for code, choice in found]


def slides(codes: tuple[str, ...], view: View) -> list[Slide]:
    """The screens in their order; a page stands for all of its own, and what has too much for one stands on several."""
    each = [code for known in codes for code in OF_PAGE.get(known, (known,)) if is_shown(code, view)] or ["tiles"]
    return [slide for code in each for slide in _slides_of(code, view)]


def _slides_of(code: str, view: View) -> list[Slide]:
    bare, _, choice = code.partition(".")
    screen, choices = SCREENS[bare], SCREENS[bare].choices(view)
    choice = choice if choice in choices else choices[0]
    if screen.split is None:
        return [Slide(bare, choice, view)]
    part, most, codes_of = screen.split
    pieces = _pieces(list(dict.fromkeys(code for code in codes_of(view) if code == code)), most)
    if len(pieces) < 2:
        return [Slide(bare, choice, view)]
    return [
        Slide(bare, choice, replace(view, filters=replace(view.filters, **{part: piece})), number, len(pieces))
        for number, piece in enumerate(pieces, start=1)
    ]


def _pieces(codes: list[str], most: int) -> list[tuple[str, ...]]:
    """As few as are needed, with about as many in each."""
    count = max(1, -(-len(codes) // most))
    size = max(1, -(-len(codes) // count))
    return [tuple(codes[first : first + size]) for first in range(0, len(codes), size)]
