"""What stands in a form: the columns of each kind, what may be chosen in them, the words for units."""

from dataclasses import dataclass
from datetime import date
from math import ceil

from data.reference import Reference
from data.schemas import LINE_KINDS
from words import names
from words.texts import entries, t

LANGUAGE = "vi"  # a form goes to the communes' offices
DAY_FORMAT, WHOLE_FORMAT = "dd/mm/yyyy", "#,##0"


@dataclass(frozen=True)
class Column:
    """One column of a form.

    check:  date, list, number, whole, quantity, cumulative, text; None where nothing is filled in
    """

    name: str
    width: float
    check: str | None = None

    @property
    def header(self) -> str:
        return t(f"forms.header.{self.name}", LANGUAGE)


SERIAL = Column("serial", 6)
DATE = Column("date", 13, "date")
COMMUNE = Column("commune", 19, "list")
CASH = Column("cash_vnd", 16, "whole")
VALUE = Column("value_vnd", 16, "whole")
GOODS = (Column("good", 21, "list"), Column("quantity", 11, "quantity"), Column("unit", 10, "list"))
LINES = {
    "donations": (
        *(SERIAL, DATE, Column("donor_name", 32, "text"), Column("donor_category", 24, "list"), COMMUNE, CASH),
        *(*GOODS, VALUE, Column("may_publish", 12, "list"), Column("note", 20, "text")),
    ),
    "purchases": (SERIAL, DATE, *GOODS, Column("cost_vnd", 17, "whole"), Column("supplier", 30, "text")),
    "distributions": (
        *(SERIAL, DATE, COMMUNE, Column("recipient_group", 30, "text")),
        *(Column("households", 9, "whole"), Column("people", 9, "whole"), CASH, *GOODS, VALUE),
    ),
    "frontline_support": (
        *(SERIAL, DATE, Column("site", 34, "list"), Column("giver", 28, "text"), CASH, *GOODS, VALUE),
    ),
}
INDICATORS = {
    "weekly_reports": (Column("value", 17, "number"), Column("cumulative", 17, "cumulative")),
    "targets": (Column("target", 30, "number"),),
}


def columns_of(kind: str, commune: str | None) -> tuple[Column, ...]:
    """The columns of a form; in a commune's own list the letterhead says whose it is."""
    if kind in LINE_KINDS:
        return tuple(c for c in LINES[kind] if not (commune and c is COMMUNE))
    return (SERIAL, Column("indicator", 44), Column("unit", 14), *INDICATORS[kind])


def choices(name: str, commune: str | None, week: date | None, reference: Reference) -> list[str]:
    """What may be chosen in a column, as it is written."""
    if name == "commune":
        return [c.name for c in reference.communes(week).values()]
    if name == "good":
        return [row.name for code, row in reference.goods.items() if code != "cash"]
    if name == "unit":
        return unit_words(reference)
    if name == "fractional_unit":
        return [w for w in unit_words(reference) if reference.units[reference.unit(w)[0]]["is_whole"] != "true"]
    if name == "donor_category":
        return [row.name for row in reference.donor_categories.values()]
    if name == "site":  # the commune's own first
        own = {row.name for row in reference.sites.values() if row["commune"] == commune}
        return sorted((row.name for row in reference.sites.values()), key=lambda site: site not in own)
    return [t("forms.choice.yes", LANGUAGE), t("forms.choice.no", LANGUAGE)]


def unit_words(reference: Reference) -> list[str]:
    """The units of goods, each in the words that the reader knows: "cái/quả" are two, money has its own column."""
    found: list[str] = []
    for code, row in reference.units.items():
        if row["dimension"] == "money":
            continue
        aliases = [word for word, unit in reference.unit_factors.items() if unit == (code, 1.0)]
        known = [word for word in row.name.split("/") if reference.unit(word) == (code, 1.0)]
        found += known or aliases[:1]
    return found


def unit_of_indicator(code: str, reference: Reference) -> str:
    """ "kg", "đồng", "buổi"."""
    unit = reference.indicators[code]["unit"]
    key = f"forms.unit.{unit}"  # what a campaign alone counts is written as its table has it
    return t(f"forms.unit.{unit}", LANGUAGE) if key in entries() else names.unit(unit, LANGUAGE)


def section_heading(number: str, reference: Reference) -> str:
    """The heading over the indicators of a section of the plan; empty for one that the campaign has not named."""
    return reference.sections[number].name if number in reference.sections else ""


def sections(reference: Reference) -> dict[str, list[str]]:
    """Section of the plan -> its indicators, both in the order of the table."""
    found: dict[str, list[str]] = {}
    for code, row in reference.indicators.items():
        found.setdefault(row["section"], []).append(code)
    return found


def split(widths: list[float], right: float) -> int:
    """How many columns the left half of a letterhead takes, so that the right one keeps its width."""
    total = sum(widths)
    for count in range(ceil(len(widths) / 2), 1, -1):
        if total - sum(widths[:count]) >= right:
            return count
    return 2


def week_column(widths: list[float]) -> int:
    """Where the Monday stands, near the middle: a date fits, and so do the words left and right and the Sunday."""

    def fits(column: int) -> bool:
        left, own, beside, right = widths[: column - 1], widths[column - 1], widths[column], widths[column + 1 :][:2]
        return sum(left) >= 12 and own >= 13 and beside >= 10 and sum(right) >= 13

    places = [column for column in range(2, len(widths) - 1) if fits(column)]
    return min(places, key=lambda column: abs(column - len(widths) // 2), default=2)


def is_number(column: Column) -> bool:
    return column.check in ("number", "whole", "quantity", "cumulative")


def number_format(column: Column) -> str:
    if column.check == "date":
        return DAY_FORMAT
    return WHOLE_FORMAT if column.check == "whole" else "@" if column.check == "text" else "General"
