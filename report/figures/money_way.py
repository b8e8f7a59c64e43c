"""The way of the money and of the goods: the Sankey, and what the purchases brought."""

from dataclasses import replace

import pandas as pd

from metrics.money_way import money_links, purchases_by_good
from report import frames
from report.addresses import Address
from report.charts.flows import link_address, link_name, money_way
from report.figure import Figure
from report.kept import cached
from report.sentences import coverage
from report.view import View
from words import numbers
from words.texts import language, t


def of_all_goods(view: View) -> View:
    """The view of what stands, of all goods: a filter by goods would part the cash from what it bought."""
    up_to = frames.of_district(view)
    return replace(up_to, filters=replace(up_to.filters, goods=()))


@cached()
def _links(view: View) -> pd.DataFrame:
    return money_links(frames.lines(view))


def way_figure(view: View) -> Figure:
    """Cash in → purchases → goods in → goods out."""
    found = _links(of_all_goods(view))
    ends = [link_name(*row) for row in found[["source", "target", "donor_category"]].values]
    addresses = dict(zip(ends, map(link_address, found.to_dict("records")), strict=True))
    frame = pd.DataFrame(ends, columns=["way_from", "way_to"], dtype="str").assign(amount_vnd=found["value_vnd"])
    negative = [number for number, value in enumerate(found["value_vnd"]) if value < 0]
    drawn = bool(found["value_vnd"].abs().sum())
    return Figure(
        key="way",
        title=t("goods.way.title"),
        meaning=t("goods.way.meaning"),
        frame=frame,
        opens={"amount_vnd": lambda row: addresses[row["way_from"], row["way_to"]]},
        subject=t("goods.way.subject"),
        chart=(lambda language, theme: money_way(found, language=language, theme=theme)) if drawn else None,
        coverage=t("goods.way.standing", day=numbers.day(view.day, language())),
        marks={(number, "amount_vnd"): ("negative", t("goods.way.negative")) for number in negative},
        note=f"▼ {t('goods.way.negative')}" if negative else "",
    )


@cached()
def _purchases(view: View) -> tuple[pd.DataFrame, int]:
    """(metrics.money_way.purchases_by_good, how many lines tell no cost)."""
    lines = frames.lines(view).purchases
    return purchases_by_good(lines), int(lines.loc[lines["cost_vnd"].isna(), "lines"].sum())


def purchases_figure(view: View) -> Figure:
    """Every đồng of the purchases has its goods."""
    found, uncosted = _purchases(frames.of_district(view))
    without = found[found["quantity"].isna()]["lines"].sum()
    notes = [t("goods.purchases.unconverted", count=numbers.number(without, language()))] if without else []
    notes += [t("goods.purchases.uncosted", count=numbers.number(uncosted, language()))] if uncosted else []
    return Figure(
        key="purchases",
        title=t("goods.purchases.title"),
        meaning=t("goods.purchases.meaning"),
        frame=found[["good", "base_unit", "quantity", "cost_vnd"]],
        opens={
            # a line that names cash as its good has a cost, and no quantity
            "quantity": lambda row: (
                Address(f"bought:{row['good']}:{row['base_unit']}") if row["good"] != "cash" else None
            ),
            "cost_vnd": lambda row: Address.of("bought:cash:vnd", good=row["good"], base_unit=row["base_unit"]),
        },
        names={"good": "goods"},
        coverage=coverage.whole_district(view),
        total={"cost_vnd": numbers.number(found["cost_vnd"].sum(min_count=1), language())},
        note="  \n".join(notes),
        empty=t("goods.purchases.empty"),
    )
