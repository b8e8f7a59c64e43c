"""The stock card of one good, or of the cash: what came in and went out line by line, and what was left."""

import pandas as pd

from metrics import measures
from metrics.stock import ledger_by_week
from report import frames, rows_behind
from report.addresses import Address
from report.charts.stock import by_week_end
from report.figure import Figure
from report.kept import cached
from report.sentences import coverage
from report.view import View
from words import names, numbers
from words.texts import language, t

CASH = ("cash", "vnd")


def cards(view: View) -> list[tuple[str, str]]:
    """The goods that have a card, in the order of the reference table; the cash last."""
    stock = frames.stock(view)
    goods = [(good, unit) for good, unit in stock[["good", "base_unit"]].values if good != "cash"]
    return [*goods, CASH]


@cached()
def _weeks(view: View, good: str, unit: str) -> pd.DataFrame:
    """The card by week (metrics.stock.ledger_by_week)."""
    flows = {name: frames.rows(measures.flow(name, good, unit), view) for name in measures.FLOWS}
    signs = {name: cash if good == "cash" else goods for name, (goods, cash, _) in measures.FLOWS.items()}
    return ledger_by_week(flows, signs)


def weeks_figure(good: str, unit: str, view: View) -> Figure:
    frame = _weeks(frames.of_district(view), good, unit)

    def flow_address(name: str):
        return lambda row: Address.of(f"{name}:{good}:{unit}", week=row["week_start_date"])

    def stock_address(row: dict) -> Address:
        whole = Address(f"stock:{good}:{unit}")
        week = row["week_start_date"]
        return whole if pd.isna(week) else Address.of(whole.code, until=week)

    is_dated = frame["week_start_date"].notna().any()
    return Figure(
        key=f"card_{good}_{unit}",
        title=t("goods.card.title"),
        meaning=t("goods.card.meaning"),
        frame=frame,
        opens={name: flow_address(name) for name in measures.FLOWS} | {"stock": stock_address},
        subject=t("goods.card.subject", good=names.good_in_unit(good, unit)),
        chart=(lambda language, theme: by_week_end(frame, good, unit, language=language, theme=theme))
        if is_dated
        else None,
        whole=Address(f"stock:{good}:{unit}"),
        coverage=t("goods.way.standing", day=numbers.day(view.day, language()))
        if good == "cash"
        else coverage.whole_district(view),
        marks={
            (number, "stock"): ("negative", t("goods.stock.negative_short"))
            for number, left in enumerate(frame["stock"])
            if left < 0
        },
    )


def ledger(view: View, good: str, unit: str, *, start: int = 0, most: int | None = None) -> pd.DataFrame:
    """Lines of a card in the order in which they happened, with what was left after each.

    out:     lines of behind.lines_of (`counted` is negative for what went out) and `balance`; oldest day first, of one
             day what came in first, without a date last
    units:   of the good; the last balance is the stock
    """
    queries = rows_behind.queries_of(Address(f"stock:{good}:{unit}"), view)
    with view.lines() as reader:
        return reader.page(*queries, order=("date", "is_out"), start=start, most=most, balance=True)


@cached(12)
def _page(view: View, good: str, unit: str, start: int, most: int) -> pd.DataFrame:
    return ledger(view, good, unit, start=start, most=most)


def card_lines(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """Lines of a card as a storekeeper reads them.

    in:      some lines of `ledger`
    out:     date, cause, came_in, went_out, balance, upload_number, file, source_sheet, cell, source_text
    """
    told = rows_behind.evidence(rows, view)
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
