"""What can be presented: one figure or group of numbers a screen, and how each is drawn for a wall."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from zlib import crc32

import streamlit as st

from ui import (
    attention,
    behind,
    conclusions,
    exhibits,
    frontline,
    goods,
    names,
    overview,
    progress,
    report_map,
    reports,
    session,
    story,
    tiles,
)
from ui.exhibits import Exhibit
from ui.figures.look import config
from ui.tables import draw_live, draw_table
from ui.texts import language, t
from ui.view import View, shared

MOST_CONCLUSIONS = 8  # that fit on one screen


@dataclass(frozen=True)
class Screen:
    """A screen that can be chosen.

    page:     the page on which it lives, and to which one comes back from it
    make:     (view, choice) -> the figure; or draw: view -> draws it, for what is no figure
    choices:  view -> what it can be shown of, the first by itself; name: what one of them is called
    split:    (part of the filters, column of the frame, most): what is too much for one screen stands on several
    """

    page: str
    make: Callable[[View, str], Exhibit] | None = None
    draw: Callable[[View], None] | None = None
    choices: Callable[[View], list[str]] = lambda view: [""]
    name: Callable[[str], str] = lambda choice: ""
    split: tuple[str, str, int] | None = None


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
    _, html = story.told_twice(view, language())
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


def _map_exhibit(view: View, choice: str) -> Exhibit:
    """The map of the weekly reports, of the last weeks."""
    status = report_map.latest(behind.status_of(view))
    return Exhibit(
        key="reports_map",
        title=t("reports.map.title"),
        meaning=t("reports.map.meaning"),
        frame=report_map.map_table(status),
        subject=t("reports.map.subject"),
        figure=lambda language, theme: report_map.map_figure(status, view, language, theme),
        kinds=report_map.KINDS,
    )


def _tiles(view: View) -> list[str]:
    return list(tiles.TILES)


def _indicators(view: View) -> list[str]:
    known = progress.with_data(view)
    first = progress.first_choice(known)
    return [first, *(code for code in known if code != first)]


SCREENS = {
    "tiles": Screen("overview", draw=tiles.draw_tiles),
    "story": Screen("overview", draw=_draw_story),
    "attention": Screen("overview", draw=_draw_attention),
    "by_week": Screen(
        "overview", lambda view, code: overview.split_exhibit("week", code, view), choices=_tiles, name=names.number
    ),
    "by_commune": Screen(
        "overview", lambda view, code: overview.split_exhibit("commune", code, view), choices=_tiles, name=names.number
    ),
    "by_good": Screen("overview", lambda view, _: overview.goods_exhibit(view), split=("goods", "good", 8)),
    "targets": Screen(
        "progress",
        lambda view, code: progress.targets_exhibit(code, view, is_short=True),
        choices=_indicators,
        name=names.indicator,
        split=("communes", "commune", 8),
    ),
    "map": Screen(
        "progress", lambda view, code: progress.map_exhibit(code, view), choices=_indicators, name=names.indicator
    ),
    "stock": Screen("goods", lambda view, _: goods.stock_exhibit(view), split=("goods", "good", 5)),
    "cash": Screen("goods", lambda view, _: goods.cash_exhibit(view)),
    "way": Screen("goods", lambda view, _: goods.way_exhibit(view)),
    "categories": Screen(
        "goods",
        lambda view, code: goods.split_exhibit("donor_category", code, view),
        choices=lambda view: list(goods.RECEIVED),
        name=names.number,
    ),
    "sites": Screen("frontline", lambda view, _: frontline.sites_exhibit(view), split=("sites", "site", 12)),
    "covered": Screen(
        "frontline",
        lambda view, place: frontline.covered_exhibit(place, view),
        choices=lambda view: list(frontline.PLACES),
        name=lambda place: t(f"frontline.covered.by.{place}"),
    ),
    "timeline": Screen("frontline", lambda view, _: frontline.timeline_exhibit(view), split=("sites", "site", 12)),
    "reports_week": Screen("reports", lambda view, _: reports.weeks_exhibit(behind.status_of(view), "week")),
    "reports_communes": Screen("reports", lambda view, _: reports.communes_exhibit(behind.status_of(view))),
    "reports_map": Screen("reports", _map_exhibit),
    "conclusions": Screen("meeting", draw=_draw_conclusions),
}
OF_PAGE = {
    page: tuple(code for code, screen in SCREENS.items() if screen.page == page)
    for page in ("overview", "progress", "goods", "frontline", "reports", "meeting")
}
OF_DISTRICT = ("stock", "cash", "way")  # shown to whoever sees the whole district


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


def is_shown(code: str) -> bool:
    """Whether whoever looks may see it."""
    return session.sees_district() or code.partition(".")[0] not in OF_DISTRICT


def all_codes(view: View) -> list[str]:
    """Every screen with every choice that there is."""
    found = [(code, choice) for code, screen in SCREENS.items() if is_shown(code) for choice in screen.choices(view)]
    return [f"{code}.{choice}" if choice else code for code, choice in found]


def slides(codes: tuple[str, ...], view: View) -> list[Slide]:
    """The screens in their order; a page stands for all of its own, and what has too much for one stands on several."""
    each = [code for known in codes for code in OF_PAGE.get(known, (known,)) if is_shown(code)] or ["tiles"]
    return [slide for code in each for slide in _slides_of(code, view)]


def _slides_of(code: str, view: View) -> list[Slide]:
    bare, _, choice = code.partition(".")
    screen, choices = SCREENS[bare], SCREENS[bare].choices(view)
    choice = choice if choice in choices else choices[0]
    if screen.split is None:
        return [Slide(bare, choice, view)]
    part, column, most = screen.split
    codes = list(dict.fromkeys(screen.make(view, choice).frame[column].dropna()))
    count = max(1, -(-len(codes) // most))
    if count == 1:
        return [Slide(bare, choice, view)]
    size = -(-len(codes) // count)
    pieces = [tuple(codes[first : first + size]) for first in range(0, len(codes), size)]
    return [
        Slide(bare, choice, replace(view, filters=replace(view.filters, **{part: piece})), number, len(pieces))
        for number, piece in enumerate(pieces, start=1)
    ]


# how one is drawn
def draw_slide(slide: Slide) -> tuple[str, int]:
    """Heading and body. Gives (how much it rests on, how high the chart wants to be at letters of 15 px, or 0)."""
    screen = slide.screen
    if screen.make is None:
        _draw_heading(t(f"presenting.screen.{slide.code}"), "")
        with st.container(key=f"show_body_{slide.code}"):
            screen.draw(slide.view)
        kinds = () if slide.code == "conclusions" else overview.KINDS
        return exhibits.standing(slide.view, kinds), 0
    exhibit = screen.make(slide.view, slide.choice)
    part = f" ({slide.part}/{slide.parts})" if slide.parts > 1 else ""
    _draw_heading(exhibit.title + part, exhibit.subject)
    with st.container(key=f"show_body_{slide.code}"):
        height = _draw_exhibit(exhibit, slide)
    return exhibits.standing(slide.view, exhibit.kinds, exhibit.standing), height


def _draw_heading(title: str, subject: str) -> None:
    below = f"<p>{escape(subject)}</p>" if subject else ""
    st.html(f'<div class="mt-show-head"><h1>{escape(title)}</h1>{below}</div>')


def _draw_exhibit(exhibit: Exhibit, slide: Slide) -> int:
    if exhibit.frame.empty:
        st.html(f'<p class="mt-story">{escape(exhibit.empty or t("exhibit.nothing"))}</p>')
        return 0
    if exhibit.figure is None:
        # names do not filter here: there would be no way back
        clicks = {place: f"rows:{address.text()}" for place, address in exhibit.addresses().items()}
        look = {"marks": exhibit.marks, "total": exhibit.total, "clicks": clicks, "bars": exhibit.bars}
        key = f"table_{exhibit.key}_show_{language()}"
        draw_table(exhibit.frame, caption=exhibit.subject or exhibit.title, key=key, **look)
        return 0
    if slide.code == "reports_map":
        report_map.draw_legend()
    content = crc32(pickle.dumps(exhibit.frame))
    figure = _figure(slide.view, exhibit.key, slide.choice, content, language(), session.theme(), exhibit.figure)
    with st.container(key="show_chart"):
        _draw_chart(figure, exhibit, slide)
    if exhibit.note and "\n" not in exhibit.note:
        st.caption(exhibit.note)
    return int(figure.layout.height)


@shared()
def _figure(view: View, key: str, choice: str, content: int, language: str, theme: str, _make):
    """The chart without a title of its own: the screen has one. Words stay as large where bars become thinner."""
    return _make(language, theme).update_traces(constraintext="none", selector={"type": "bar"})


def _draw_chart(figure, exhibit: Exhibit, slide: Slide) -> None:
    """A click on a mark opens its rows; the chart is a new one after each, with nothing chosen in it."""
    opened = st.session_state.get("show_opened", 0)
    key = f"show_{slide.code}_{slide.choice}_{slide.part}_{opened}_{language()}"

    def take() -> None:
        points = st.session_state[key].selection.points
        found = [_opened(list(point["customdata"])) for point in points if point.get("customdata")]
        if any(found):
            session.open_rows(next(address for address in found if address))
        st.session_state.show_opened = opened + 1

    alt = t("presenting.alt", title=exhibit.subject or exhibit.title)
    look = config(language(), "") | {"displayModeBar": False}
    chosen = {"on_select": take, "selection_mode": "points"}
    st.plotly_chart(figure, theme=None, height="stretch", config=look, key=key, alt=alt, **chosen)


def _opened(data: list) -> str:
    """The address that a mark carries; a cell of the map of reports carries its report."""
    _, _, pick, address = data
    commune, _, week = str(pick).partition("|")
    return address or (f"reports_expected;commune={commune};week={week}" if week else "")
