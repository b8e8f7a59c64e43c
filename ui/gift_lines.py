"""Gift lines with search and pages, fast over a million rows; and the lines that stand in no stock."""

from collections.abc import Mapping
from datetime import datetime

import narwhals as nw
import pandas as pd
import streamlit as st

from data import reference, schemas
from metrics.gift_lines import Found, donor_shown, found_lines, newest_first, searchable
from metrics.selection import Selection, selected
from ui import behind, exhibits, names, numbers, session, summary, texts
from ui.blocks import draw_downloads, draw_paged
from ui.exhibits import draw_heading
from ui.filters import summary as told_filters
from ui.tables import draw_table
from ui.texts import language, t
from ui.view import View, shared

PAGE_ROWS = 50
MOST_DOWNLOADED = 100_000  # more rows no office program opens with pleasure
CELLS = ["upload_number", "file", "source_sheet", "cell"]


@st.cache_resource(show_spinner=False, max_entries=2)
def _order(version: tuple[str, int, str], as_of: datetime | None):
    return newest_first(session.frame("donations", as_of))


@st.cache_resource(show_spinner=False, max_entries=2)
def _texts(version: tuple[str, int, str], as_of: datetime | None):
    """What is looked through; made when someone looks for something for the first time."""
    return searchable(session.frame("donations", as_of))


@shared(max_entries=24)
def found(view: View, query: str) -> Found:
    """The gift lines of the view in which every word of the query occurs."""
    as_of = view.filters.as_of
    goods = {code: (row.name, row.name_en) for code, row in reference.load().goods.items()}
    return found_lines(
        session.frame("donations", as_of),
        view.selection,
        query,
        order=_order(view.version, as_of),
        texts=lambda: _texts(view.version, as_of),
        good_names=goods,
    )


def draw_gift_lines(view: View) -> None:
    """The heading, and under it what runs alone while a person types and turns pages."""
    draw_heading(t("goods.gifts.title"), t("goods.gifts.meaning"), "gift_lines")
    _draw_search(view)


@st.fragment
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
    hits = found(view, " ".join(query.split()))
    count = len(hits.positions)
    if not count:
        st.info(t("goods.gifts.nothing") if query.strip() else t("exhibit.nothing"))
        return
    st.markdown(f"**{told(hits)}**")
    pages = -(-count // PAGE_ROWS)
    if st.session_state.get(key, 1) > pages:
        st.session_state[key] = 1
    shown = draw_paged(count, PAGE_ROWS, key)
    title = t("goods.gifts.title")
    with st.container(key="goods_gift_lines"):
        draw_table(lines(view, hits.positions[shown], is_named=is_named), caption=title)
    st.caption(t("frame.table.more", shown=numbers.number(shown.stop - shown.start, spoken), total=_count(count)))
    if count > MOST_DOWNLOADED:
        st.caption(t("goods.gifts.too_many", most=_count(MOST_DOWNLOADED)))
        return
    notes = [told_filters(view.filters), exhibits.made_at(view), told(hits)]
    notes += [t("goods.gifts.searched", query=query.strip())] if query.strip() else []
    draw_downloads(
        lambda: lines(view, hits.positions, is_named=is_named),
        title=title,
        key="gift_lines",
        notes=notes,
        names={"page": "goods", "rows": count} if is_named else None,
    )


def told(hits: Found) -> str:
    """ "Tìm được 325 dòng · tiền mặt 438.200.000 đồng · hàng hóa trị giá 45.000.000 đồng"."""
    spoken = language()
    parts = [t("goods.gifts.found", count=_count(len(hits.positions)))]
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


def lines(view: View, positions, *, is_named: bool) -> pd.DataFrame:
    """Some gift lines as people read them; persons by first word and initials unless they are to be named.

    out: date, donor_name, donor_category, commune, good, quantity, unit, cash_vnd, value_vnd, upload_number, file,
         source_sheet, cell; note only with the names, as it may name a person
    """
    rows = session.frame("donations", view.filters.as_of).iloc[positions].reset_index(drop=True)
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
def unconverted_rows(view: View) -> pd.DataFrame:
    """The lines of goods that have no base quantity: counted in no stock."""
    up_to = Selection(last_day=view.selection.last_day, goods=view.filters.goods)
    missing = (nw.col("good") != "cash") & nw.col("base_quantity").is_null()
    parts: Mapping[str, pd.DataFrame] = {
        kind: nw.from_native(selected(session.frame(kind, view.filters.as_of), up_to)).filter(missing).to_native()
        for kind in schemas.LINE_KINDS
    }
    columns = ["date", "good", "quantity", "unit", "upload_number", "reading_no", "source_sheet", "source_row"]
    columns += ["source_column", "source_text"]
    return pd.concat([part[columns].assign(kind=kind) for kind, part in parts.items()], ignore_index=True)


def draw_unconverted(view: View) -> None:
    """How many lines stand in no stock, and which, when a person wants to see them."""
    count = int(summary.unconverted_lines(view))
    if not count:
        return
    st.markdown(t("goods.unconverted.told", count=_count(count)))
    if st.toggle(t("goods.unconverted.show"), key=f"unconverted_{language()}"):
        rows = unconverted_rows(view)
        title = t("goods.unconverted.title")
        shown = draw_paged(len(rows), PAGE_ROWS, f"unconverted_page_{language()}")
        draw_table(unconverted_lines(rows.iloc[shown].reset_index(drop=True)), caption=title)
        draw_downloads(lambda: unconverted_lines(rows), title=title, key="unconverted")


def unconverted_lines(rows: pd.DataFrame) -> pd.DataFrame:
    """kind, date, good, quantity, unit, then the cell."""
    return pd.concat([rows[["kind", "date", "good", "quantity", "unit"]], _cells(rows)], axis=1)
