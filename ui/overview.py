"""The overview: what stands, what changed, what needs attention, and the campaign's course."""

import streamlit as st

from metrics.measures import MEASURES
from ui import attention, conclusions, demo, exhibits, names, numbers, session, story, summary, tiles
from ui.addresses import Address
from ui.exhibits import Exhibit, draw_exhibit
from ui.figures import bars
from ui.texts import language, t
from ui.view import View

KINDS = ("donations", "distributions", "frontline_support", "weekly_reports")


def draw_page() -> None:
    """The overview; on an empty store what to do next."""
    st.title(t("overview.title"), anchor=False)
    if session.is_empty():
        demo.draw_empty()
        return
    view = session.view()
    st.markdown(exhibits.standing(view, KINDS))
    tiles.draw_tiles(view)
    conclusions.draw_line(view)
    left, right = st.columns(2, gap="medium")
    with left:
        attention.draw_attention(view)
    with right:
        story.draw_story(view)
    for by in ("week", "commune"):
        draw_split(by, view)
    draw_exhibit(goods_exhibit(view), view)


# charts
def draw_split(by: str, view: View) -> None:
    """A headline number by week or by commune, whichever number a person chooses."""
    key = f"measure_{by}_{language()}"

    def choose() -> None:
        st.segmented_control(
            t("overview.choose_measure"),
            tiles.TILES,
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
        opens={
            "quantity": lambda row: Address(f"good:{row['good']}:{row['base_unit']}"),
            "value_vnd": lambda row: Address.of("goods_value", good=row["good"], base_unit=row["base_unit"]),
            "gifts": lambda row: Address.of("gifts", good=row["good"], base_unit=row["base_unit"]),
        },
        figure=lambda language, theme: bars.by_good(frame, language=language, theme=theme),
        picks="goods",
        names={"good": "goods"},
        kinds=("donations",),
    )


def all_exhibits(view: View) -> list[Exhibit]:
    """Every figure of this screen, for every choice that a person can make on it."""
    splits = [split_exhibit(by, code, view) for by in ("week", "commune") for code in tiles.TILES]
    return [*splits, goods_exhibit(view)]
