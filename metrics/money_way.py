"""The way of the money and of the goods: from those who gave, by way of purchases, to those who received."""

import pandas as pd

from metrics.measures import FLOWS, VALUES, counted_rows, flow, total, totals_by, value
from metrics.selection import lines_of
from metrics.stock import Lines
from metrics.sums import whole

FRAMES = ("donations", "purchases", "distributions", "frontline_support")
# source, target, code of the number on the link (metrics.measures.number_of); cash in is split by donor category
CASH_IN = ("donors", "cash", "received:cash:vnd")
LINKS = (
    ("cash", "purchases", "bought:cash:vnd"),
    ("cash", "cash_given", "distributed:cash:vnd"),
    ("cash", "cash_frontline", "frontline:cash:vnd"),
    ("cash", "cash_left", "stock:cash:vnd"),
    ("purchases", "goods", "value_bought"),
    ("donated_goods", "goods", "value_received"),
    ("goods", "goods_given", "value_distributed"),
    ("goods", "goods_frontline", "value_frontline"),
    ("goods", "goods_left", "value_left"),
)


def money_links(lines: Lines) -> pd.DataFrame:
    """Every way that money and the value of goods took, and what is left at its end.

    in:      donations, purchases, distributions, frontline_support, or their `summed_lines`, up to the day; all goods
    out:     one row a link: source, target, code (of metrics.measures.number_of), donor_category (of cash received),
             value_vnd; cash received by category first, the largest on top, then in the order of LINKS. What goes into
             `cash`, `purchases` and `goods` goes out of it, with what is left
    units:   vnd; goods are worth what the lists declare, bought goods what they cost
    missing: a link without any row is absent; a gift whose category is not stated has a missing donor_category; lines
             of goods without a declared value are not in it
    errors:  none; a negative rest is returned as it is: more went out than the sheets say came in
    source:  plan 26/KH-MTTQ-BTT, II.2.2
    """
    frames = dict(zip(FRAMES, (frame for _, frame in lines.flows()), strict=True))
    found = {}
    for name, (_, cash_sign, kind) in FLOWS.items():
        measure = flow(name, "cash", "vnd")
        found[measure.code] = (cash_sign, total(counted_rows(measure, frames[kind])))
    for name, (sign, kind, _) in VALUES.items():
        found[name] = (sign, total(counted_rows(value(name), frames[kind])))
    values = {code: amount for code, (_, amount) in found.items()}
    values["stock:cash:vnd"] = _rest([found[flow(name, "cash", "vnd").code] for name in FLOWS])
    values["value_left"] = _rest([found[name] for name in VALUES])
    by_category = totals_by(counted_rows(flow("received", "cash", "vnd"), frames["donations"]), "donor_category")
    rows = [(*CASH_IN, category, amount) for category, amount in by_category[["donor_category", "counted"]].values]
    rows += [(*link, None, values[link[2]]) for link in LINKS if values[link[2]] is not None]
    table = pd.DataFrame(rows, columns=["source", "target", "code", "donor_category", "value_vnd"])
    return table.astype({"donor_category": "str", "value_vnd": "Float64"})


def _rest(terms: list[tuple[int, float | None]]) -> float | None:
    known = [sign * amount for sign, amount in terms if amount is not None]
    return sum(known) if known else None


def purchases_by_good(purchases: pd.DataFrame) -> pd.DataFrame:
    """What was bought with the cash: every đồng of the purchases has its goods.

    in:      purchases, or their `summed_lines`, up to the day
    out:     one row per (good, base_unit): good, base_unit, quantity, cost_vnd, lines; the dearest first
    units:   base units; vnd. The sum of cost_vnd is all that was spent on purchases
    missing: lines without a base unit stand in a row of their own without a quantity, and so does a line that
             names cash as its good; a cost that no line tells is missing
    errors:  none
    """
    keys = ["good", "base_unit"]
    amounts = purchases[["base_quantity", "cost_vnd"]].astype("Float64")
    rows = purchases[keys].assign(quantity=amounts["base_quantity"], cost_vnd=amounts["cost_vnd"])
    sums = rows.assign(lines=lines_of(purchases)).groupby(keys, dropna=False).sum(min_count=1).reset_index()
    sums = sums.astype({"good": "str", "base_unit": "str", "lines": "Int64"})
    sums = sums.assign(cost_vnd=whole(sums["cost_vnd"]))
    order = sums.sort_values(["cost_vnd", *keys], ascending=[False, True, True], na_position="last", ignore_index=True)
    order["quantity"] = order["quantity"].where(order["base_unit"].notna() & order["good"].ne("cash"))
    return order
