"""The lines of gifts, searched by words; and the lines that no stock counts."""

from dataclasses import dataclass, replace

import pandas as pd

from data import schemas
from data.conditions import matching
from data.uploads.lines import LineQuery
from metrics.gift_lines import donor_shown
from metrics.selection import IS_GOODS, Selection, lines_of, selected, selection_conditions
from metrics.stock import UNCONVERTED
from report import rows_behind
from report.kept import cached
from report.view import View
from words import names, numbers
from words.texts import language, t

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
        rows = selected(view.summed("donations"), view.selection)
        sums = [rows["cash_vnd"], matching(rows, [IS_GOODS])["value_vnd"]]
        sums = [values.astype("Float64").sum(min_count=1) for values in sums]
        return Found(int(lines_of(rows).sum()), *(None if pd.isna(one) else float(one) for one in sums))
    asked = gift_query(view, query)
    with view.lines() as reader:
        count, (cash,) = reader.sums(asked, ["cash_vnd"])
        _, (value,) = reader.sums(replace(asked, where=(*asked.where, IS_GOODS)), ["value_vnd"])
    return Found(count, cash, value)


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
    with view.lines() as reader:
        rows = reader.page(gift_query(view, query), order=NEWEST, start=start, most=most)
    if not is_named:
        pairs = zip(rows["donor_name"], rows["donor_category"], strict=True)
        shown = pd.Series([donor_shown(*pair) for pair in pairs], dtype="str")
        if not view.source.may("disclosures.names"):  # names that this person may not read are missing in the rows
            shown = shown.fillna(rows["commune"].map(_unnamed, na_action=None))
        rows = rows.assign(donor_name=shown)
    columns = ["date", "donor_name", "donor_category", "commune", "good", "quantity", "unit", "cash_vnd", "value_vnd"]
    columns += ["note"] if is_named and rows["note"].notna().any() else []
    return pd.concat([rows[columns], _cells(rows, view)], axis=1)


def _cells(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    counted = {"kind": rows.get("kind", "donations"), "counted_field": "quantity", "counted": rows["quantity"]}
    return rows_behind.evidence(rows.assign(**counted), view)[CELLS]


# lines without a base quantity
def unconverted_rows(view: View, *, start: int = 0, most: int | None = None) -> pd.DataFrame:
    """Lines of goods that have no base quantity: counted in no stock."""
    up_to = Selection(last_day=view.selection.last_day, goods=view.filters.goods)
    asked = []
    for kind in schemas.LINE_KINDS:
        columns = [column.name for column in schemas.columns(kind)]
        asked.append(LineQuery(kind, (*selection_conditions(columns, up_to), *UNCONVERTED)))
    with view.lines() as reader:
        return reader.page(*asked, order=("kind", "date"), start=start, most=most)


def unconverted_lines(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """kind, date, good, quantity, unit, then the cell."""
    return pd.concat([rows[["kind", "date", "good", "quantity", "unit"]], _cells(rows, view)], axis=1)
