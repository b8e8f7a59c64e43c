"""The numbers of the weekly report, each with its address and its filters, and the tables that they stand in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from data import reference
from metrics.measures import FLOWS, number_of
from outgoing.papers.paper import Column, Figure, Run, Table, Value
from report import frames, rows_behind
from report.addresses import Address
from report.filters import Filters
from report.view import View
from words import names, numbers
from words.texts import t

# the paper is Vietnamese in every session (words/texts/report_form.toml, always_vietnamese)
SPOKEN = "vi"
NONE_KNOWN = "…"
MOBILISING = "1"  # the section of the plan, in indicators.csv
SUPPORT = ("households_supported", "people_supported", "support_value")
# of the plan's section 3 help to sell produce stands before the visits, where a campaign counts it
COORDINATION = (
    "indicator:produce_sold_kg",
    "frontline_visits",
    "sites_visited",
    "frontline_gifts",
    "frontline_worth",
)
BY_COMMUNE = ("cash_received", "goods_value", "households_supported")
BY_CATEGORY = ("gifts", "cash_received", "goods_value")


# its numbers
@dataclass(frozen=True)
class Spans:
    """The same state of the store and the same communes twice: over the weeks of the report, and since the start."""

    period: View
    so_far: View
    first_week: date
    last_week: date

    @classmethod
    def of(cls, view: View, first_week: date, last_week: date) -> "Spans":
        return cls(_over(view, first_week, last_week), _over(view, None, last_week), first_week, last_week)

    @property
    def is_one_week(self) -> bool:
        return self.first_week == self.last_week

    def both(self, code: str, unit: str = "") -> tuple[Figure, Figure]:
        """A number in the weeks of the report, and since the start."""
        return at(Address(code), self.period, unit), at(Address(code), self.so_far, unit)


def _over(view: View, first_week: date | None, last_week: date) -> View:
    chosen = view.filters
    limited = Filters(first_week, last_week, communes=chosen.communes, member=chosen.member, as_of=chosen.as_of)
    return replace(view, filters=limited)


def figure(value: object, address: Address | None, view: View, unit: str = "", *, is_narrow: bool = False) -> Figure:
    """A number that a small frame of the screens has already; unit: written behind it; is_narrow: in a wide table,
    where what is not known is the sign of the statistical office for it, told below."""
    if numbers.is_missing(value):
        said = NONE_KNOWN if is_narrow else t("frame.no_value", SPOKEN)
        return Figure(said, None, address.text() if address else "", view.filters)
    written = f"{numbers.number(float(value), SPOKEN)} {unit}".strip()
    return Figure(written, float(value), address.text() if address else "", view.filters)


def at(address: Address, view: View, unit: str = "", *, is_narrow: bool = False) -> Figure:
    """The number behind an address (report.rows_behind.number_at)."""
    return figure(rows_behind.number_at(address, view), address, view, unit, is_narrow=is_narrow)


def counted(count: int, code: str, view: View) -> Figure:
    """A count of which zero is known to be zero; as on the screens, no rows stand behind a zero."""
    return figure(count, Address(code) if count else None, view)


# its tables
def tables(spans: Spans) -> dict[str, Value]:
    """Every table, by its placeholder."""
    codes = [code for code, row in reference.load().indicators.items() if row["section"] == MOBILISING]
    informing = [(names.indicator(code, SPOKEN), *spans.both(f"indicator:{code}")) for code in codes]
    visits = [_line(code, spans) for code in COORDINATION if number_of(code)]
    return {
        "table_mobilising": _two_columns(informing, spans),
        "table_cash": _cash(spans),
        "table_stock": _stock(spans),
        "table_communes": _communes(spans),
        "table_categories": _categories(spans),
        "table_support": _two_columns([_line(code, spans) for code in SUPPORT], spans),
        "table_frontline": _two_columns(visits, spans),
    }


def _column(name: str, group: str = "", *, is_number: bool = True) -> Column:
    return Column(t(f"report_form.column.{name}", SPOKEN), group, is_number)


def _this_period(spans: Spans) -> str:
    """Over the columns of the weeks of the report."""
    return t("report_form.column.in_week" if spans.is_one_week else "report_form.column.in_period", SPOKEN)


def _since_start() -> str:
    return t("report_form.column.so_far", SPOKEN)


def _numbered(lines: Iterable[tuple[Run, ...]]) -> tuple[tuple[Run, ...], ...]:
    return tuple((str(number), *line) for number, line in enumerate(lines, start=1))


def _line(code: str, spans: Spans) -> tuple[Run, ...]:
    """ "Hộ được hỗ trợ (hộ)" in the weeks of the report, and since the start."""
    unit = names.unit_of(Address(code), SPOKEN)
    name = names.number(code, SPOKEN)
    return (f"{name} ({unit})" if unit and not code.startswith("indicator:") else name, *spans.both(code))


def _two_columns(lines: list[tuple[Run, ...]], spans: Spans) -> Table:
    columns = (
        _column("row", is_number=False),
        _column("what", is_number=False),
        Column(_this_period(spans), is_number=True),
        Column(_since_start(), is_number=True),
    )
    return Table(columns, _numbered(lines))


def _note(rows: Iterable[tuple[Run, ...]]) -> str:
    """What the sign means, where it stands."""
    has_missing = any(isinstance(cell, Figure) and cell.value is None for row in rows for cell in row)
    return t("report_form.none_known", SPOKEN) if has_missing else ""


def _flows_in_week(good: str, unit: str, flows: Iterable[str], spans: Spans) -> list[Figure]:
    """What moved in the one week of the report, as on the stock card; over several weeks only the lists tell it."""
    if not spans.is_one_week:
        return []
    is_narrow = good != "cash"
    addresses = [Address.of(f"{flow}:{good}:{unit}", week=spans.last_week) for flow in flows]
    return [at(address, spans.so_far, is_narrow=is_narrow) for address in addresses]


def _cash(spans: Spans) -> Table:
    """The short account of the screen; what moved in the week beside it."""
    account = frames.cash(spans.so_far).iloc[0]
    lines = []
    for name in (*FLOWS, "stock"):
        so_far = figure(account["left" if name == "stock" else name], Address(f"{name}:cash:vnd"), spans.so_far)
        in_week = _flows_in_week("cash", "vnd", [name] if name in FLOWS else [], spans)
        if spans.is_one_week and not in_week:
            in_week = [""]  # what is left stands, it does not move
        lines.append((t(f"report_form.cash.{name}", SPOKEN), *in_week, so_far))
    columns = [_column("row", is_number=False), _column("what", is_number=False)]
    columns += [Column(_this_period(spans), is_number=True)] if spans.is_one_week else []
    columns.append(Column(_since_start(), is_number=True))
    return Table(tuple(columns), _numbered(lines))


def _stock(spans: Spans) -> Table | None:
    frame = frames.stock(spans.so_far)
    lines = []
    for row in frame[frame["good"] != "cash"].to_dict("records"):
        good, unit = row["good"], row["base_unit"]
        in_week = _flows_in_week(good, unit, ("received", "distributed"), spans)
        so_far = [
            figure(row[name], Address(f"{name}:{good}:{unit}"), spans.so_far, is_narrow=True)
            for name in (*FLOWS, "stock")
        ]
        lines.append((names.good(good, SPOKEN), names.unit(unit, SPOKEN), *in_week, *so_far))
    if not lines:
        return None
    columns = [_column("row", is_number=False), _column("good", is_number=False), _column("unit", is_number=False)]
    columns += [_column(name, _this_period(spans)) for name in ("received", "distributed")] if spans.is_one_week else []
    columns += [_column(name, _since_start()) for name in (*FLOWS, "stock")]
    rows = _numbered(lines)
    return Table(tuple(columns), rows, note=_note(rows))


def _communes(spans: Spans) -> Table:
    """Every commune that is looked at, and the gifts that name none, as on the screens."""
    cells = _split(BY_COMMUNE, "commune", spans)
    known = spans.so_far.communes
    codes = [*known, *sorted({code for code in cells if isinstance(code, str)} - set(known))]
    codes += [None] if None in cells else []
    return _by("commune", codes, BY_COMMUNE, cells, names.commune, spans)


def _categories(spans: Spans) -> Table | None:
    """The categories of which anything was received."""
    cells = _split(BY_CATEGORY, "donor_category", spans)
    codes = [code for code in (*reference.load().donor_categories, None) if code in cells]
    if not codes:
        return None
    return _by("donor_category", codes, BY_CATEGORY, cells, names.category, spans)


def _split(codes: tuple[str, ...], by: str, spans: Spans) -> dict[str | None, dict[tuple[str, int], float]]:
    """Part -> (number, 0 in the weeks of the report or 1 since the start) -> its value, as the screens split it."""
    found: dict[str | None, dict[tuple[str, int], float]] = {}
    for code in codes:
        for place, view in enumerate((spans.period, spans.so_far)):
            for row in frames.split(view, code, by).to_dict("records"):
                part = None if pd.isna(row[by]) else row[by]
                found.setdefault(part, {})[code, place] = row["counted"]
    return found


def _by(by: str, parts: list, codes: tuple[str, ...], cells: dict, named, spans: Spans) -> Table:
    """A row for each part, and their sum: the number itself."""
    views = (spans.period, spans.so_far)
    lines = []
    for part in parts:
        own = cells.get(part, {})
        told = [
            figure(own.get((code, place)), Address.of(code, **{by: part}), view, is_narrow=True)
            for place, view in enumerate(views)
            for code in codes
        ]
        lines.append((named(part, SPOKEN), *told))
    total = (
        t("report_form.column.total", SPOKEN),
        *(at(Address(code), view, is_narrow=True) for view in views for code in codes),
    )
    columns = [_column("row", is_number=False), _column({"commune": "commune"}.get(by, "category"), is_number=False)]
    columns += [_column(code, group) for group in (_this_period(spans), _since_start()) for code in codes]
    rows = (*_numbered(lines), ("", *total))
    return Table(tuple(columns), rows, has_total=True, note=_note(rows))
