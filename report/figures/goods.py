"""The figures of Hàng hóa và tiền: stock, cash, and what was received and given by category, commune and week."""

import pandas as pd

from metrics.measures import MEASURES, number_of
from metrics.sums import whole
from report import frames
from report.addresses import Address
from report.charts import bars
from report.charts.stock import in_and_out
from report.figure import Figure
from report.figures.money_way import of_all_goods
from report.sentences import coverage
from report.view import View
from words import names, numbers
from words.texts import language, t

FLOWS = ("received", "bought", "distributed", "frontline", "stock")


CASH = ("received", "bought", "distributed", "frontline")


RECEIVED = ("cash_received", "goods_value", "gifts")


SPLITS = ("donor_category", "commune", "week")


# stock and cash
def stock_figure(view: View) -> Figure:
    """The stock of every good; what is negative and what runs out is said in words too."""
    frame = frames.stock(view)
    frame = frame[frame["good"] != "cash"].reset_index(drop=True)
    runs_out = {(row["good"], row["base_unit"]): row for row in frames.running_low(view).to_dict("records")}
    marks, notes, said = {}, [], {}
    for number, row in enumerate(frame.to_dict("records")):
        pair = (row["good"], row["base_unit"])
        what = {"good": names.good(pair[0]), "amount": _amount(row["stock"], pair[1])}
        if row["stock"] < 0:
            marks[number, "stock"] = ("negative", t("goods.stock.negative", **what))
            notes.append(f"▼ {t('goods.stock.negative', **what)}")
            said[pair] = f"▼ {t('goods.stock.negative_short')}"
        elif pair in runs_out:
            weekly = _amount(round(float(runs_out[pair]["weekly_out"]), 1), pair[1])
            days = numbers.number(float(runs_out[pair]["days_left"]), language(), decimals=0)
            sentence = t("goods.stock.running_out", weekly=weekly, days=days, **what)
            marks[number, "stock"] = ("bad", sentence)
            notes.append(f"▲ {sentence}")
            said[pair] = f"▲ {t('goods.stock.running_out_short')}"
    return Figure(
        key="stock",
        title=t("goods.stock.title"),
        meaning=t("goods.stock.meaning"),
        frame=frame,
        opens={name: _flow_address(name) for name in FLOWS},
        subject=t("goods.stock.subject"),
        chart=lambda language, theme: in_and_out(frame, said, language=language, theme=theme),
        picks="goods",
        names={"good": "goods"},
        coverage=coverage.whole_district(view),
        marks=marks,
        note="  \n".join(notes),
    )


def _flow_address(name: str):
    return lambda row: Address(f"{name}:{row['good']}:{row['base_unit']}")


def _amount(value: object, unit: str) -> str:
    return numbers.with_unit(value, names.unit(unit), language())


def cash_figure(view: View) -> Figure:
    """What became of the cash, as a short account."""
    row = frames.cash(of_all_goods(view)).iloc[0]
    found = {name: row[name] for name in CASH} | {"stock": row["left"]}
    known = [name for name, value in found.items() if not numbers.is_missing(value)]
    codes = {t(f"goods.cash.{name}"): name for name in known}
    amounts = pd.Series([found[name] for name in known], dtype="Float64")
    frame = pd.DataFrame({"entry": list(codes), "amount_vnd": whole(amounts)})
    is_over = "stock" in known and found["stock"] < 0
    sentence = t("goods.cash.negative", amount=numbers.money(found["stock"], language())) if is_over else ""
    return Figure(
        key="cash",
        title=t("goods.cash.title"),
        meaning=t("goods.cash.meaning"),
        frame=frame.astype({"entry": "str"}),
        opens={"amount_vnd": lambda row: Address(f"{codes[row['entry']]}:cash:vnd")},
        coverage=t("goods.way.standing", day=numbers.day(view.day, language())),
        marks={(len(known) - 1, "amount_vnd"): ("negative", sentence)} if is_over else {},
        note=f"▼ {sentence}" if is_over else "",
    )


# by category, commune and week
def split_codes(view: View) -> list[str]:
    """What can be split: money and gifts, then every good that was received or distributed in the period."""
    known = frames.goods_received(view).dropna(subset=["base_unit"])
    goods = [f"good:{good}:{unit}" for good, unit in known[["good", "base_unit"]].values]
    given = frames.stock(view).dropna(subset=["distributed"])
    given = [f"given:{good}:{unit}" for good, unit in given[["good", "base_unit"]].values if good != "cash"]
    return [*RECEIVED, *goods, "given:cash:vnd", *given]


def splits_of(code: str) -> tuple[str, ...]:
    """Who received has no donor category."""
    return SPLITS if number_of(code).kind == "donations" else SPLITS[1:]


def split_figure(by: str, code: str, view: View) -> Figure:
    frame = frames.split(view, code, by)
    number, column = number_of(code), "week_start_date" if by == "week" else by
    unit = names.unit_of(Address(code))

    def chart(language: str, theme: str):
        look = {"language": language, "theme": theme}
        if by == "commune":
            return bars.by_commune(frame, view.communes, code, number.unit, **look)
        return (bars.by_week if by == "week" else bars.by_category)(frame, code, number.unit, **look)

    return Figure(
        key=f"split_{by}",
        title=t(f"goods.split.by_{by}"),
        meaning=t(f"goods.split.meaning_{by}"),
        frame=frame,
        opens={"counted": lambda row: Address.of(code, **{by: row[column]})},
        subject=names.number(code) + (f" ({unit})" if unit else ""),
        chart=chart,
        whole=Address(code),
        picks={"week": "week", "commune": "communes"}.get(by, "donor_categories"),
        names={column: {"week": "week", "commune": "communes"}.get(by, "donor_categories")},
        kinds=(MEASURES[code].kind if code in MEASURES else number.kind,),
        total={"counted": numbers.number(frame["counted"].sum(), language())},
    )
