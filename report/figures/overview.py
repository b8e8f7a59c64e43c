"""The figures of Tổng quan."""

from metrics.measures import MEASURES
from report import frames
from report.addresses import Address
from report.charts import bars
from report.figure import Figure
from report.view import View
from words import names, numbers
from words.texts import language, t

KINDS = ("donations", "distributions", "frontline_support", "weekly_reports")


def split_figure(by: str, code: str, view: View) -> Figure:
    frame = frames.split(view, code, by)
    unit = MEASURES[code].unit
    column = "week_start_date" if by == "week" else by

    def chart(language: str, theme: str):
        if by == "week":
            return bars.by_week(frame, code, unit, language=language, theme=theme)
        return bars.by_commune(frame, view.communes, code, unit, language=language, theme=theme)

    return Figure(
        key=f"by_{by}",
        title=t(f"overview.by_{by}.title"),
        meaning=t(f"overview.by_{by}.meaning"),
        frame=frame,
        opens={"counted": lambda row: Address.of(code, **{by: row[column]})},
        subject=f"{names.number(code)} ({names.measure_unit(code)})",
        chart=chart,
        whole=Address(code),
        picks="week" if by == "week" else "communes",
        names={column: "week" if by == "week" else "communes"},
        kinds=(MEASURES[code].kind,),
        total={"counted": numbers.number(frame["counted"].sum(), language())},
    )


def goods_figure(view: View) -> Figure:
    frame = frames.goods_received(view)
    return Figure(
        key="by_good",
        title=t("overview.by_good.title"),
        meaning=t("overview.by_good.meaning"),
        frame=frame,
        opens={
            "quantity": lambda row: Address(f"good:{row['good']}:{row['base_unit']}"),
            "value_vnd": lambda row: Address.of("goods_value", good=row["good"], base_unit=row["base_unit"]),
            "gifts": lambda row: Address.of("gifts", good=row["good"], base_unit=row["base_unit"]),
        },
        chart=lambda language, theme: bars.by_good(frame, language=language, theme=theme),
        picks="goods",
        names={"good": "goods"},
        kinds=("donations",),
    )
