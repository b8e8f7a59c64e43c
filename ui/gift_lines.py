"""Gift lines with search and pages, fast over a million rows; and the lines that stand in no stock."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from data import schemas
from data.conditions import matching
from data.database.lines import LineQuery
from metrics.gift_lines import donor_shown
from metrics.selection import IS_GOODS, Selection, lines_of, selected, selection_conditions
from metrics.stock import UNCONVERTED
from ui import behind, exhibits, names, numbers, session, summary, texts, trouble
from ui.blocks import draw_downloads, draw_paged
from ui.exhibits import draw_heading
from ui.filters import summary as told_filters
from ui.tables import draw_table
from ui.texts import language, t
from ui.view import View, cached

PAGE_ROWS = 50
NEWEST = ("-date", "-upload_number", "line")  # as the index of the store has them
CELLS = ["upload_number", "file", "source_sheet", "cell"]


@dataclass(frozen=True)
class Found:
    """How many lines were found, and what they add up to; a sum of lines that say nothing is missing, not zero."""

    count: int
    cash_vnd: float | None
    value_vnd: float | None


def gift_query(view: View, query: str) -> LineQuery:
    """The gift lines of the view in which every word of the query occurs."""
    columns = [column.name for column in schemas.columns("donations")]
    return LineQuery("donations", selection_conditions(columns, view.selection), words=query)


@cached()
def found(view: View, query: str) -> Found:
    """What they are together: out of the summed lines when nothing is looked for."""
    if not query:
        rows = selected(session.small_frame("donations", view.filters.as_of), view.selection)
        sums = [rows["cash_vnd"], matching(rows, [IS_GOODS])["value_vnd"]]
        sums = [values.astype("Float64").sum(min_count=1) for values in sums]
        return Found(int(lines_of(rows).sum()), *(None if pd.isna(one) else float(one) for one in sums))
    asked = gift_query(view, query)
    with session.lines(view.filters.as_of) as reader:
        count, (cash,) = reader.sums(asked, ["cash_vnd"])
        _, (value,) = reader.sums(replace(asked, where=(*asked.where, IS_GOODS)), ["value_vnd"])
    return Found(count, cash, value)


def draw_gift_lines(view: View) -> None:
    """The heading, and under it what runs alone while a person types and turns pages."""
    draw_heading(t("goods.gifts.title"), t("goods.gifts.meaning"), "gift_lines")
    _draw_search(view)


@st.fragment
@trouble.calm
def _draw_search(view: View) -> None:
    texts.use(st.session_state.language)
    spoken = language()
    key = f"gift_page_{spoken}"
    query = st.text_input(
        t("goods.gifts.search"),
        placeholder=t("goods.gifts.search_for"),
        key=f"gift_query_{spoken}",
        max_chars=100,
        on_change=lambda: st.session_state.pop(key, None),  # what is found anew is read from its first page
    )
    may_name = session.may("disclosures.names")
    is_named = may_name and st.toggle(t("goods.gifts.named"), key=f"gift_names_{spoken}")
    session.log_names("goods", is_named)
    query = " ".join(query.split())
    hits = found(view, query)
    count = hits.count
    if not count:
        st.info(t("goods.gifts.nothing") if query else t("exhibit.nothing"))
        return
    st.markdown(f"**{told(hits)}**")
    pages = -(-count // PAGE_ROWS)
    if st.session_state.get(key, 1) > pages:
        st.session_state[key] = 1
    shown = draw_paged(count, PAGE_ROWS, key)
    title = t("goods.gifts.title")
    with st.container(key="goods_gift_lines"):
        page = lines(view, query, is_named=is_named, start=shown.start, most=shown.stop - shown.start)
        draw_table(page, caption=title)
    st.caption(t("frame.table.more", shown=numbers.number(shown.stop - shown.start, spoken), total=_count(count)))
    if count > behind.MOST_DOWNLOADED:
        st.caption(t("goods.gifts.too_many", most=_count(behind.MOST_DOWNLOADED)))
        return
    notes = [told_filters(view.filters), exhibits.made_at(view), told(hits)]
    notes += [t("goods.gifts.searched", query=query)] if query else []
    draw_downloads(
        lambda: lines(view, query, is_named=is_named),
        title=title,
        key="gift_lines",
        notes=notes,
        names={"page": "goods", "rows": count} if is_named else None,
    )


def told(hits: Found) -> str:
    """ "Tìm được 325 dòng · tiền mặt 438.200.000 đồng · hàng hóa trị giá 45.000.000 đồng"."""
    spoken = language()
    parts = [t("goods.gifts.found", count=_count(hits.count))]
    for name in ("cash_vnd", "value_vnd"):
        amount = getattr(hits, name)
        if amount is not None:
            parts.append(t(f"goods.gifts.sum_{name}", amount=numbers.money(amount, spoken)))
    return " · ".join(parts)


def _unnamed(commune: object) -> str:
    """ "Nhà hảo tâm (xã Nam Dong)"."""
    if not isinstance(commune, str):
        return t("goods.gifts.unnamed")
    return t("goods.gifts.unnamed_of", commune=names.inside(names.commune(commune)))


def _count(number: int) -> str:
    return numbers.number(number, language())


def lines(view: View, query: str, *, is_named: bool, start: int = 0, most: int | None = None) -> pd.DataFrame:
    """Some gift lines as people read them, the newest first; persons by first word and initials unless they are to be
    named.

    out: date, donor_name, donor_category, commune, good, quantity, unit, cash_vnd, value_vnd, upload_number, file,
         source_sheet, cell; note only with the names, as it may name a person
    """
    with session.lines(view.filters.as_of) as reader:
        rows = reader.page(gift_query(view, query), order=NEWEST, start=start, most=most)
    if not is_named:
        pairs = zip(rows["donor_name"], rows["donor_category"], strict=True)
        shown = pd.Series([donor_shown(*pair) for pair in pairs], dtype="str")
        if not session.may("disclosures.names"):  # names that this person may not read are missing in the rows
            shown = shown.fillna(rows["commune"].map(_unnamed, na_action=None))
        rows = rows.assign(donor_name=shown)
    columns = ["date", "donor_name", "donor_category", "commune", "good", "quantity", "unit", "cash_vnd", "value_vnd"]
    columns += ["note"] if is_named and rows["note"].notna().any() else []
    return pd.concat([rows[columns], _cells(rows)], axis=1)


def _cells(rows: pd.DataFrame) -> pd.DataFrame:
    counted = {"kind": rows.get("kind", "donations"), "counted_field": "quantity", "counted": rows["quantity"]}
    return behind.evidence(rows.assign(**counted))[CELLS]


# lines without a base quantity
def unconverted_rows(view: View, *, start: int = 0, most: int | None = None) -> pd.DataFrame:
    """Lines of goods that have no base quantity: counted in no stock."""
    up_to = Selection(last_day=view.selection.last_day, goods=view.filters.goods)
    asked = []
    for kind in schemas.LINE_KINDS:
        columns = [column.name for column in schemas.columns(kind)]
        asked.append(LineQuery(kind, (*selection_conditions(columns, up_to), *UNCONVERTED)))
    with session.lines(view.filters.as_of) as reader:
        return reader.page(*asked, order=("kind", "date"), start=start, most=most)


def draw_unconverted(view: View) -> None:
    """How many lines stand in no stock, and which, when a person wants to see them."""
    count = int(summary.unconverted_lines(view))
    if not count:
        return
    st.markdown(t("goods.unconverted.told", count=_count(count)))
    if st.toggle(t("goods.unconverted.show"), key=f"unconverted_{language()}"):
        title = t("goods.unconverted.title")
        shown = draw_paged(count, PAGE_ROWS, f"unconverted_page_{language()}")
        rows = unconverted_rows(view, start=shown.start, most=shown.stop - shown.start)
        draw_table(unconverted_lines(rows), caption=title)
        draw_downloads(lambda: unconverted_lines(unconverted_rows(view)), title=title, key="unconverted")


def unconverted_lines(rows: pd.DataFrame) -> pd.DataFrame:
    """kind, date, good, quantity, unit, then the cell."""
    return pd.concat([rows[["kind", "date", "good", "quantity", "unit"]], _cells(rows)], axis=1)
