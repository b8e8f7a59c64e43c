"""The numbers on screen: which rows each one counts, and how much of every row. The sum of these rows is the number."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import pandas as pd

from data import reference
from data.conditions import Condition, matching
from metrics.selection import IS_GOODS, Part, Selection, at, day_column, lines_of, selected


@dataclass(frozen=True)
class Measure:
    """A number that adds up one field of one kind of rows.

    kind, field:  the tidy frame and its column that is added up; a field of None counts rows as 1
    good, unit:   only lines of this good; of a base quantity, only in this base unit
    once_per:     columns over which a line is counted once: two gifts to one site on one day are one visit
    whole_row:    the field belongs to a row of the sheet, not to one of its goods, so goods do not limit it: three
                  goods for 20 households are three lines, and the first of them carries the 20
    is_of_district:  what stands at the end of the period: of the whole district, from the start on (see `limits`)
    """

    code: str
    kind: str
    field: str | None
    unit: str
    good: str | None = None
    indicator: str | None = None
    once_per: tuple[str, ...] = ()
    whole_row: bool = False
    is_of_district: bool = False

    @property
    def terms(self) -> tuple[tuple[int, "Measure"], ...]:
        return ((1, self),)


@dataclass(frozen=True)
class Balance:
    """A number made of others: what came in less what went out. Each term is a sign and a measure."""

    code: str
    unit: str
    terms: tuple[tuple[int, Measure], ...]
    is_of_district: bool = True


Number = Measure | Balance

CASH_RECEIVED = Measure("cash_received", "donations", "cash_vnd", "vnd", good="cash")
FIXED = {
    measure.code: measure
    for measure in (
        CASH_RECEIVED,
        Measure("goods_value", "donations", "value_vnd", "vnd"),
        Measure("gifts", "donations", None, "gift"),
        Measure("goods_bought", "purchases", "cost_vnd", "vnd"),
        Measure("households_supported", "distributions", "households", "households", whole_row=True),
        Measure("people_supported", "distributions", "people", "people", whole_row=True),
        Measure("support_value", "distributions", "value_vnd", "vnd"),
        Measure("frontline_visits", "frontline_support", None, "visit", once_per=("site", "date")),
        Measure("sites_visited", "frontline_support", None, "site", once_per=("site",)),
        Measure("frontline_gifts", "frontline_support", None, "gift"),
        Measure("frontline_value", "frontline_support", "value_vnd", "vnd"),
    )
}


class _Measures(Mapping[str, Measure]):
    """Those of every campaign, and after the gifts of cash and goods the headlines of the campaign in use."""

    def __getitem__(self, code: str) -> Measure:
        return FIXED[code] if code in FIXED else _of_campaign(reference.load())[code]

    def __iter__(self) -> Iterator[str]:
        first = ("cash_received", "goods_value")
        return iter((*first, *_of_campaign(reference.load()), *(code for code in FIXED if code not in first)))

    def __len__(self) -> int:
        return len(FIXED) + len(_of_campaign(reference.load()))


@lru_cache(maxsize=8)
def _of_campaign(known: reference.Reference) -> dict[str, Measure]:
    return {
        code: Measure(code, "donations", "base_quantity", headline.unit, good=headline.good)
        for code, headline in known.own_headlines.items()
    }


MEASURES = _Measures()
# the columns of a stock card: how the flow changes the stock of a good, and that of cash; its kind of rows
FLOWS = {
    "received": (1, 1, "donations"),
    "bought": (1, -1, "purchases"),
    "distributed": (-1, -1, "distributions"),
    "frontline": (-1, -1, "frontline_support"),
}
# what goods are worth as the sheets declare it: on their way in, and out
VALUES = {
    "value_received": (1, "donations", "value_vnd"),
    "value_bought": (1, "purchases", "cost_vnd"),
    "value_distributed": (-1, "distributions", "value_vnd"),
    "value_frontline": (-1, "frontline_support", "value_vnd"),
}


def good_received(good: str, unit: str) -> Measure:
    """The measure behind one bar of "received by good"."""
    if good == "cash":
        return CASH_RECEIVED
    return Measure(f"good:{good}:{unit}", "donations", "base_quantity", unit, good=good)


def good_given(good: str, unit: str) -> Measure:
    """What was distributed of a good in the period."""
    field = "cash_vnd" if good == "cash" else "base_quantity"
    return Measure(f"given:{good}:{unit}", "distributions", field, unit, good=good)


def flow(name: str, good: str, unit: str) -> Measure:
    """One column of a good's stock card; name: of FLOWS. Cash is the good "cash" in vnd, bought is what it paid."""
    kind = FLOWS[name][2]
    code = f"{name}:{good}:{unit}"
    if good != "cash":
        return Measure(code, kind, "base_quantity", unit, good=good, is_of_district=True)
    if name == "bought":
        return Measure(code, kind, "cost_vnd", unit, is_of_district=True, whole_row=True)
    return Measure(code, kind, "cash_vnd", unit, is_of_district=True, whole_row=True)


def stock(good: str, unit: str) -> Balance:
    """What is left of a good, or of the cash, as the sum of its flows (metrics.stock gives all of them at once)."""
    signs = {name: cash if good == "cash" else goods for name, (goods, cash, _) in FLOWS.items()}
    terms = tuple((sign, flow(name, good, unit)) for name, sign in signs.items())
    return Balance(f"stock:{good}:{unit}", unit, terms)


def value(name: str) -> Measure:
    """The value of all goods on one of their ways; name: of VALUES. A filter by goods would part them from the cash
    that paid for them, so it does not limit."""
    _, kind, field = VALUES[name]
    return Measure(name, kind, field, "vnd", is_of_district=True, whole_row=True)


def value_left() -> Balance:
    """The value of goods that came in less the value of those that went out, as far as the sheets declare values."""
    return Balance("value_left", "vnd", tuple((sign, value(name)) for name, (sign, _, _) in VALUES.items()))


def frontline_worth() -> Balance:
    """What the gifts to the frontline are worth: the declared value of goods, and cash."""
    cash = Measure("frontline_cash", "frontline_support", "cash_vnd", "vnd")
    return Balance("frontline_worth", "vnd", ((1, FIXED["frontline_value"]), (1, cash)), is_of_district=False)


def indicator_reported(indicator: str, unit: str) -> Measure:
    """The measure behind one line of the weekly reports."""
    return Measure(f"indicator:{indicator}", "weekly_reports", "value", unit, indicator=indicator)


def target_of(indicator: str, unit: str) -> Measure:
    """The target of an indicator; it is set for the whole campaign."""
    return Measure(f"target:{indicator}", "targets", "target", unit, indicator=indicator)


def number_of(code: str) -> Number | None:
    """The number that a code means ("cash_received", "stock:rice:kg", "indicator:rice_kg"); None when it means none."""
    known = reference.load()
    family, _, rest = code.partition(":")
    good, _, unit = rest.partition(":")
    if code in MEASURES:
        return MEASURES[code]
    if code in VALUES:
        return value(code)
    if code == "value_left":
        return value_left()
    if code == "frontline_worth":
        return frontline_worth()
    if family in ("indicator", "target") and rest in known.indicators:
        make = indicator_reported if family == "indicator" else target_of
        return make(rest, known.indicators[rest]["unit"])
    if good in known.goods and unit in known.units:
        makers: dict[str, Callable[[str, str], Number]] = {"good": good_received, "given": good_given, "stock": stock}
        makers |= {name: lambda g, u, name=name: flow(name, g, u) for name in FLOWS}
        return makers[family](good, unit) if family in makers else None
    return None


def limits(measure: Measure, selection: Selection) -> Selection:
    """What of a selection limits one number.

    Goods do not limit what belongs to a whole row. What stands is of the whole district and counts from the start:
    purchases belong to no commune, and goods of earlier weeks are still there.
    """
    if measure.is_of_district:
        selection = Selection(last_day=selection.last_day, goods=selection.goods)
    if measure.kind == "targets":
        selection = Selection(communes=selection.communes)
    return replace(selection, goods=()) if measure.whole_row else selection


def measure_conditions(measure: Measure, columns: Collection[str]) -> tuple[Condition, ...]:
    """Which rows of its kind a measure counts. columns: the names of those that the rows have."""
    wanted = []
    if measure.good:
        wanted.append(Condition("good", "equal", measure.good))
        if measure.field == "base_quantity":
            wanted.append(Condition("base_unit", "equal", measure.unit))
    if measure.field == "value_vnd":
        wanted.append(IS_GOODS)
    if measure.indicator:
        wanted.append(Condition("indicator", "equal", measure.indicator))
    if "is_urgent" in columns:
        wanted.append(Condition("is_urgent", "not_true"))
    if measure.field:
        wanted.append(Condition(measure.field, "given"))
    return tuple(wanted)


def counted_rows(measure: Measure, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that a measure is made of, with `counted`: how much each one gives.

    in:      the tidy frame of measure.kind with the columns of the store (or of `summed_lines`), already selected
    out:     the same columns and `counted` (Float64); the sum of `counted` is the number
    units:   measure.unit
    missing: a row whose field is missing is not in it; urgent reports are not counted with the weekly ones
    errors:  none
    """
    rows = matching(frame, measure_conditions(measure, frame.columns))
    if measure.once_per:
        rows = _once(rows, measure.once_per)
    amount = rows[measure.field] if measure.field else lines_of(rows)
    return rows.assign(counted=amount.astype("Float64"))


def _once(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """One of the lines that repeat in these columns, standing for itself alone.

    It is always the same one, so that a visit whose lines name several communes is counted in one of them, and the
    parts add up to the whole.
    """
    order = [*columns, *(name for name in ("commune", "good") if name in rows)]
    once = rows.sort_values(order, kind="stable", na_position="last").drop_duplicates(list(columns))
    return once.assign(lines=pd.array([1] * len(once), dtype="Int64")) if "lines" in once else once


def rows_behind(
    number: Number,
    frame_of: Callable[[str], pd.DataFrame],
    selection: Selection = Selection(),  # noqa: B008  frozen
    part: Part | None = None,
) -> pd.DataFrame:
    """The rows behind a number, or behind a part of it: a bar, a cell of a table.

    in:      frame_of: kind -> its frame, of full size or summed; part: of metrics.selection.at
    out:     the rows of every term with `kind`, `counted_field` and `counted`, which is negative for what went out;
             the sum of `counted` is the number
    """
    found = []
    for sign, measure in number.terms:
        frame = selected(frame_of(measure.kind), limits(measure, selection))
        if measure.once_per:  # first which line stands for a visit, then of which part it is
            rows = at(counted_rows(measure, frame), part or {})
        else:
            rows = counted_rows(measure, at(frame, part or {}))
        found.append(rows.assign(kind=measure.kind, counted_field=measure.field, counted=rows["counted"] * sign))
    return found[0] if len(found) == 1 else pd.concat(found, ignore_index=True)


def total(rows: pd.DataFrame) -> float | None:
    """The number itself: the sum of `counted`; None when there is no row (not reported is not zero)."""
    return float(rows["counted"].sum()) if len(rows) else None


def totals_by(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """A number split by a column.

    in:      rows of `counted_rows`
    out:     one row per value of the column, the missing one included: column, counted, rows; largest first
    missing: a value that never occurs is absent, not zero
    """
    found = rows[[column, "counted"]].assign(rows=lines_of(rows))
    small = found.groupby(column, dropna=False, sort=False).sum().reset_index().astype({"rows": "Int64"})
    return small.sort_values(["counted", column], ascending=[False, True], na_position="last", ignore_index=True)


def totals_by_week(rows: pd.DataFrame) -> pd.DataFrame:
    """A number split by weeks from Monday to Sunday.

    in:      rows of `counted_rows`, with `date` or `week_start_date`
    out:     one row per week: week_start_date (its Monday), counted, rows; in order of time, without a date last
    missing: a week in which nothing happened is absent, not zero
    """
    day = day_column(rows.columns)
    by_day = totals_by(rows, day)
    week_start_date = by_day[day] - pd.to_timedelta(by_day[day].dt.day_of_week, unit="D")
    small = by_day.assign(week_start_date=week_start_date.astype("datetime64[us]"))
    weeks = small.groupby("week_start_date", dropna=False)[["counted", "rows"]].sum(min_count=1)
    return weeks.reset_index().sort_values("week_start_date", na_position="last", ignore_index=True)
