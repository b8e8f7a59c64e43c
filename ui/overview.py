"""The overview: what stands, what changed, what needs attention, and the campaign's course."""

import pandas as pd
import streamlit as st

from metrics.measures import MEASURES
from metrics.reports import completeness, timeliness
from ui import attention, behind, demo, exhibits, names, numbers, session, story, summary
from ui.addresses import Address
from ui.blocks import draw_tile
from ui.exhibits import Exhibit, draw_exhibit
from ui.figures import bars
from ui.tables import trend_svg
from ui.texts import language, t
from ui.view import View

TILES = ("cash_received", "goods_value", "rice_received", "households_supported", "frontline_visits")
KINDS = ("donations", "distributions", "frontline_support", "weekly_reports")


def draw_page() -> None:
    """The overview; on an empty store what to do next."""
    st.title(t("overview.title"), anchor=False)
    if session.is_empty():
        demo.draw_empty()
        return
    view = session.view()
    st.markdown(exhibits.standing(view, KINDS))
    draw_tiles(view)
    left, right = st.columns(2, gap="medium")
    with left:
        attention.draw_attention(view)
    with right:
        story.draw_story(view)
    for by in ("week", "commune"):
        draw_split(by, view)
    draw_exhibit(goods_exhibit(view), view)


# tiles
def draw_tiles(view: View) -> None:
    """The six headline numbers."""
    week = behind.due_week(view)
    with st.container(key="tiles"):
        for code in TILES:
            _draw_tile(code, summary.headline(view, code, week), view)
        _draw_reports_tile(view)


def _draw_tile(code: str, found: summary.Headline, view: View) -> None:
    spoken, unit = language(), t(f"measure.{code}.unit")
    if MEASURES[code].unit == "vnd":
        big, exact = numbers.money_short(found.value, spoken), numbers.money(found.value, spoken)
        exact = exact if exact != big else ""
    else:
        big, exact = numbers.with_unit(found.value, unit, spoken), ""
    beside = ""
    if code == "cash_received" and view.is_whole:
        left = summary.cash(view)["left"].iloc[0]
        beside = t("overview.left", amount=numbers.money_short(left, spoken))
    if code == "frontline_visits":
        sites = summary.sites(view)
        beside = t("overview.sites", ratio=numbers.ratio(sites["visits"].gt(0).sum(), len(sites)))
    _draw(code, big, exact or (t("frame.no_value") if found.value is None else ""), beside, _change(code, found, view))


def _change(code: str, found: summary.Headline, view: View) -> dict[str, str]:
    return {"change": change_text(code, found, view), "trend": trend_svg(found.weeks)}


def change_text(code: str, found: summary.Headline, view: View) -> str:
    """ "▲ +12,3 triệu đồng: tuần 35 so với tuần 34, cùng 7 xã"; a dash when there is nothing to compare."""
    spoken, changed = language(), found.change
    if changed is None or changed.amount is None:
        return ""
    amount = abs(changed.amount)
    is_money = MEASURES[code].unit == "vnd" if code in MEASURES else False
    told = numbers.money_short(amount, spoken) if is_money else numbers.number(amount, spoken)
    sign = "▲ +" if changed.amount > 0 else "▼ −"
    week, before = (numbers.week_short(day, spoken) for day in (changed.week, changed.week - pd.Timedelta(days=7)))
    over = t("overview.change.all") if view.is_whole else ""
    if changed.communes:
        over = t("overview.change.same", number=len(changed.communes))
    words = {"week": names.inside(week), "before": names.inside(before), "over": over}
    return sign + t("overview.change.text", amount=told, **words) if amount else t("overview.change.none", **words)


def _draw_reports_tile(view: View) -> None:
    spoken, status = language(), behind.status_of(view)
    on_time, received = timeliness(status), completeness(status)
    share = numbers.ratio(received.numerator, received.denominator)
    beside = t("overview.received", ratio=f"{share} ({numbers.percent(received.pct, spoken)})")
    by_week = status.groupby("week_start_date")["is_timely"].mean()
    big = numbers.ratio(on_time.numerator, on_time.denominator)
    code = "reports_on_time"
    changed = {"change": "", "trend": trend_svg(tuple(by_week))}
    if found := behind.reports_change(view):
        changed["change"] = change_text(code, summary.Headline(None, found, ()), view)
    _draw(code, big, numbers.percent(on_time.pct, spoken), beside, changed)


def _draw(code: str, big: str, exact: str, beside: str, changed: dict[str, str]) -> None:
    """One number with what it means and the way to its rows."""
    with st.container(border=True, key=f"tile_{code}"):
        draw_tile(code, name=t(f"measure.{code}.name"), big=big, exact=exact, beside=beside, **changed)
        with st.container(horizontal=True):
            with st.popover(t("exhibit.meaning"), type="tertiary", key=f"meaning_{code}_{language()}"):
                st.markdown(t(f"measure.{code}.meaning") + "\n\n" + t("overview.change.meaning"))
            st.button(t("exhibit.rows"), key=f"rows_{code}", on_click=session.open_rows, args=(code,), type="tertiary")


# charts
def draw_split(by: str, view: View) -> None:
    """A headline number by week or by commune, whichever number a person chooses."""
    key = f"measure_{by}_{language()}"

    def choose() -> None:
        st.segmented_control(
            t("overview.choose_measure"),
            TILES,
            format_func=names.number,
            default="cash_received",
            required=True,
            key=key,
            label_visibility="collapsed",
            wrap=True,
        )

    code = st.session_state.get(key) or "cash_received"
    draw_exhibit(split_exhibit(by, code, view), view, choose)


def split_exhibit(by: str, code: str, view: View) -> Exhibit:
    frame = summary.split(view, code, by)
    unit = MEASURES[code].unit
    column = "week_start_date" if by == "week" else by

    def figure(language: str, theme: str):
        if by == "week":
            return bars.by_week(frame, code, unit, language=language, theme=theme)
        return bars.by_commune(frame, view.communes, code, unit, language=language, theme=theme)

    return Exhibit(
        key=f"by_{by}",
        title=t(f"overview.by_{by}.title"),
        meaning=t(f"overview.by_{by}.meaning"),
        frame=frame,
        opens={"counted": lambda row: Address.of(code, **{by: row[column]})},
        subject=f"{names.number(code)} ({t(f'measure.{code}.unit')})",
        figure=figure,
        whole=Address(code),
        picks="week" if by == "week" else "communes",
        names={column: "week" if by == "week" else "communes"},
        kinds=(MEASURES[code].kind,),
        total={"counted": numbers.number(frame["counted"].sum(), language())},
    )


def goods_exhibit(view: View) -> Exhibit:
    frame = summary.goods_received(view)
    return Exhibit(
        key="by_good",
        title=t("overview.by_good.title"),
        meaning=t("overview.by_good.meaning"),
        frame=frame,
        opens={"quantity": lambda row: Address(f"good:{row['good']}:{row['base_unit']}")},
        figure=lambda language, theme: bars.by_good(frame, language=language, theme=theme),
        picks="goods",
        names={"good": "goods"},
        kinds=("donations",),
    )


def all_exhibits(view: View) -> list[Exhibit]:
    """Every figure of this screen, for every choice that a person can make on it."""
    splits = [split_exhibit(by, code, view) for by in ("week", "commune") for code in TILES]
    return [*splits, goods_exhibit(view)]
