"""The stock card of one good, or of the cash: by week, then line by line, each with its cause and its cell."""

import pandas as pd
import streamlit as st

from metrics import measures
from metrics.selection import lines_of
from metrics.stock import ledger_by_week
from ui import behind, exhibits, names, numbers, session, summary
from ui.addresses import Address
from ui.blocks import draw_downloads, draw_paged
from ui.exhibits import Exhibit, draw_exhibit
from ui.figures.stock import by_week_end
from ui.filters import summary as told_filters
from ui.tables import draw_table
from ui.texts import language, t
from ui.view import View, cached, shared

PAGE_ROWS = 50
CASH = ("cash", "vnd")


def cards(view: View) -> list[tuple[str, str]]:
    """The goods that have a card, in the order of the reference table; the cash last."""
    stock = summary.stock(view)
    goods = [(good, unit) for good, unit in stock[["good", "base_unit"]].values if good != "cash"]
    return [*goods, CASH]


def draw_card(view: View) -> None:
    """The card of the good that a person chooses; the first of the table before."""

    def choose() -> None:
        st.selectbox(
            t("goods.card.choose"),
            options,
            format_func=lambda pair: names.good_in_unit(*pair),
            key=key,
            filter_mode=None,
        )

    options, key = cards(view), f"card_{language()}"
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
    good, unit = st.session_state.get(key) or options[0]
    draw_exhibit(weeks_exhibit(good, unit, view), view, choose)
    _draw_lines(good, unit, view)


@cached()
def _weeks(view: View, good: str, unit: str) -> pd.DataFrame:
    """The card by week (metrics.stock.ledger_by_week)."""
    flows = {name: summary.rows(measures.flow(name, good, unit), view) for name in measures.FLOWS}
    signs = {name: cash if good == "cash" else goods for name, (goods, cash, _) in measures.FLOWS.items()}
    return ledger_by_week(flows, signs)


def weeks_exhibit(good: str, unit: str, view: View) -> Exhibit:
    frame = _weeks(summary.standing(view), good, unit)

    def flow_address(name: str):
        return lambda row: Address.of(f"{name}:{good}:{unit}", week=row["week_start_date"])

    def stock_address(row: dict) -> Address:
        whole = Address(f"stock:{good}:{unit}")
        week = row["week_start_date"]
        return whole if pd.isna(week) else Address.of(whole.code, until=week)

    is_dated = frame["week_start_date"].notna().any()
    return Exhibit(
        key=f"card_{good}_{unit}",
        title=t("goods.card.title"),
        meaning=t("goods.card.meaning"),
        frame=frame,
        opens={name: flow_address(name) for name in measures.FLOWS} | {"stock": stock_address},
        subject=t("goods.card.subject", good=names.good_in_unit(good, unit)),
        figure=(lambda language, theme: by_week_end(frame, good, unit, language=language, theme=theme))
        if is_dated
        else None,
        whole=Address(f"stock:{good}:{unit}"),
        standing=t("goods.way.standing", day=numbers.day(view.day, language()))
        if good == "cash"
        else exhibits.whole_district(view),
        marks={
            (number, "stock"): ("negative", t("goods.stock.negative_short"))
            for number, left in enumerate(frame["stock"])
            if left < 0
        },
    )


# every line
def _draw_lines(good: str, unit: str, view: View) -> None:
    whole, up_to = Address(f"stock:{good}:{unit}"), summary.standing(view)
    rows = behind.rows_of(whole, up_to)
    count = int(lines_of(rows).sum())
    st.subheader(t("goods.card.lines", count=numbers.number(count, language())), anchor=False)
    if not count:
        st.caption(t("goods.card.no_lines"))
        return
    last_page = -(-count // PAGE_ROWS)
    key = f"card_page_{good}_{unit}_{language()}"
    # as a book lies open: at the last page written
    st.session_state[key] = min(st.session_state.get(key, last_page), last_page)
    shown = draw_paged(count, PAGE_ROWS, key)
    title = t("goods.card.caption", good=names.good_in_unit(good, unit))
    with st.container(key="goods_card_lines"):
        draw_table(card_lines(_page(up_to, good, unit, shown.start, shown.stop - shown.start)), caption=title)
    undated = int(lines_of(rows[rows["date"].isna()]).sum())
    if undated:
        st.caption(t("goods.card.undated", count=numbers.number(undated, language())))
    if count > behind.MOST_DOWNLOADED:
        st.caption(t("behind.too_many", most=numbers.number(behind.MOST_DOWNLOADED, language())))
        return
    notes = (told_filters(view.filters), exhibits.made_at(view))
    draw_downloads(
        lambda: card_lines(ledger(up_to, good, unit)),
        title=title,
        key="card_lines",
        notes=notes,
        label=t("goods.card.download"),
    )


def ledger(view: View, good: str, unit: str, *, start: int = 0, most: int | None = None) -> pd.DataFrame:
    """Lines of a card in the order in which they happened, with what was left after each.

    out:     lines of behind.lines_of (`counted` is negative for what went out) and `balance`; oldest day first, of one
             day what came in first, without a date last
    units:   of the good; the last balance is the stock
    """
    queries = behind.queries_of(Address(f"stock:{good}:{unit}"), view)
    with session.lines(view.filters.as_of) as reader:
        return reader.page(*queries, order=("date", "is_out"), start=start, most=most, balance=True)


@shared(max_entries=12)
def _page(view: View, good: str, unit: str, start: int, most: int) -> pd.DataFrame:
    return ledger(view, good, unit, start=start, most=most)


def card_lines(rows: pd.DataFrame) -> pd.DataFrame:
    """Lines of a card as a storekeeper reads them.

    in:      some lines of `ledger`
    out:     date, cause, came_in, went_out, balance, upload_number, file, source_sheet, cell, source_text
    """
    told = behind.evidence(rows)
    counted = rows["counted"].reset_index(drop=True).astype("Float64")
    cells = told[["upload_number", "file", "source_sheet", "cell", "source_text"]]
    card = pd.DataFrame(
        {
            "date": rows["date"].reset_index(drop=True),
            "cause": pd.Series([cause(row) for row in rows.to_dict("records")], dtype="str"),
            "came_in": counted.where(counted >= 0),
            "went_out": (-counted).where(counted < 0),
            "balance": rows["balance"].reset_index(drop=True).astype("Float64"),
        }
    )
    return pd.concat([card, cells], axis=1)


def cause(row: dict) -> str:
    """ "Cấp phát: Hộ cận nghèo, Xã Đắk DRông": what a line was, without the name of a person."""

    def stated(column: str, name=str) -> str:
        return name(row[column]) if isinstance(row[column], str) else ""

    kind = row["kind"]
    if kind == "donations":
        who = [stated("donor_category", names.category), stated("commune", names.commune)]
    elif kind == "purchases":
        who = [names.good(row["good"])] if row["counted"] < 0 else []
    elif kind == "distributions":
        who = [stated("recipient_group"), stated("commune", names.commune)]
    else:
        who = [stated("site", names.site)]
    told = ", ".join(part for part in who if part)
    return t(f"goods.cause.{kind}") + (f": {told}" if told else "")
