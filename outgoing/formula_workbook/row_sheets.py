"""The row sheets of the living workbook: every line that its numbers are made of, with file, sheet and cell."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data import reference, schemas
from data.access.readable import empty_page
from data.uploads.lines import LineQuery
from metrics.measures import FIXED, counted_rows
from metrics.selection import Selection, lines_of, selected, selection_conditions
from outgoing.formula_workbook.book import Column, RowSheet
from outgoing.formula_workbook.number_formulas import EXPECTED, IN_FILTER, IN_PERIOD, OF_REPORTS, Labels, undated
from report import rows_behind
from report.addresses import Address
from report.view import View
from words import names, numbers
from words.texts import language, t

MOST_ROWS = 200_000  # of a kind; more are added up by week, commune, good, so that the file can still be opened
PLACE = ("upload_number", "file", "source_sheet", "cell", "source_text")
TOLD = {  # what tells a row from others, then what is counted of it
    "donations": (("commune", "donor_category", "good", "base_unit"), ("base_quantity", "cash_vnd", "value_vnd")),
    "purchases": (("good", "base_unit"), ("base_quantity", "cost_vnd")),
    "distributions": (
        ("commune", "good", "base_unit"),
        ("base_quantity", "cash_vnd", "value_vnd", "households", "people"),
    ),
    "frontline_support": (
        ("site", "site_type", "site_commune", "commune", "good", "base_unit"),
        ("base_quantity", "cash_vnd", "value_vnd"),
    ),
    "weekly_reports": (("commune", "indicator"), ("value",)),
    "targets": (("commune", "indicator"), ("target",)),
}
ONCE = tuple(code for code, measure in FIXED.items() if measure.once_per)


@dataclass(frozen=True)
class Listed:
    """The rows of a kind that are listed. is_condensed: several lines of the sheets are one row."""

    kind: str
    rows: pd.DataFrame
    is_condensed: bool


def row_sheets(view: View, labels: Labels) -> dict[str, RowSheet]:
    """kind -> its row sheet; the expected reports last."""
    made = {kind: _sheet(listed(view, kind), view, labels) for kind in schemas.KINDS}
    return made | {EXPECTED: _expected(view, labels)}


def ranges(sheets: dict[str, RowSheet]) -> dict[tuple[str, str], str]:
    """(kind, column) -> the name of its cells."""
    return {(kind, key): name for kind, sheet in sheets.items() for key, name in sheet.ranges().items()}


# which rows
def listed(view: View, kind: str) -> Listed:
    """What the selection keeps; of goods and cash everything up to its last day, for stock counts from the start."""
    chosen = view.selection
    limited = Selection(last_day=chosen.last_day) if kind in schemas.LINE_KINDS else chosen
    if kind == "targets":
        limited = Selection(communes=chosen.communes)
    rows = selected(view.summed(kind), limited)
    is_condensed = lines_of(rows).sum() > MOST_ROWS and kind in schemas.LINE_KINDS
    if not is_condensed:
        columns = [column.name for column in schemas.columns(kind)]
        asked = LineQuery(kind, selection_conditions(columns, limited))
        with view.lines() as reader:
            pages = list(reader.pages(asked))
        rows = pd.concat(pages, ignore_index=True) if pages else empty_page(asked)
    order = [c for c in ("date", "week_start_date", "upload_number", "source_row", "commune", "good") if c in rows]
    return Listed(kind, rows.sort_values(order, ignore_index=True), is_condensed)


def flags(found: Listed, view: View) -> dict[str, np.ndarray]:
    """Columns of 0 and 1: rows within the filters, and those that a number counts once for several lines."""
    rows, chosen = found.rows.assign(position=np.arange(len(found.rows))), view.selection
    kept = selected(rows, chosen)
    made = {IN_FILTER: kept}
    if found.kind == "distributions" and chosen.goods:  # households belong to a row of the sheet, not to a good
        made[IN_PERIOD] = selected(rows, Selection(chosen.first_day, chosen.last_day, chosen.communes))
    for code, measure in FIXED.items():
        if measure.kind == found.kind and measure.once_per:
            made[code] = counted_rows(measure, kept)
    return {name: np.isin(rows["position"], part["position"]).astype(int) for name, part in made.items()}


# their columns
def _sheet(found: Listed, view: View, labels: Labels) -> RowSheet:
    kind, rows = found.kind, found.rows
    columns = [] if found.is_condensed else _place(kind, rows, view)
    day = rows["date"] if "date" in rows else rows.get("week_start_date")
    if "date" in rows and (kind == "frontline_support" or not found.is_condensed):
        columns.append(_named("date", "date", _days(day)))
    if day is not None:
        columns.append(_named("week_start_date", "date", _mondays(day)))
    told, counted = TOLD[kind]
    columns += [_named(name, "text", _labels(name, rows, labels)) for name in told]
    for name in counted:
        values = _amounts(name, rows)
        if name in rows_behind.OTHER_CELL and not found.is_condensed:
            columns += _other_cell(kind, name, rows, values, view)
        columns.append(_named(name, "number", _listed_numbers(values)))
    columns += _ones(found, view)
    return RowSheet(t(f"living.rows.{kind}"), _notes(found), tuple(columns))


def _ones(found: Listed, view: View) -> list[Column]:
    """How many lines a row is, and whether it counts."""
    rows, ones = found.rows, {}
    if found.kind in schemas.LINE_KINDS:
        ones = {"rows": rows["lines"] if found.is_condensed else np.ones(len(rows), int)} | flags(found, view)
    if found.kind == "weekly_reports":
        ones = {"is_urgent": rows["is_urgent"].fillna(False).astype(int)}
    return [_named(name, "number", list(map(int, values))) for name, values in ones.items()]


def _notes(found: Listed) -> tuple[str, ...]:
    if found.is_condensed:
        count = numbers.number(int(found.rows["lines"].sum()), language())
        return (t("living.condensed", lines=count, most=numbers.number(MOST_ROWS, language())),)
    return (t("living.told"),) + ((t("living.standing"),) if found.kind in schemas.LINE_KINDS else ())


def _place(kind: str, rows: pd.DataFrame, view: View) -> list[Column]:
    """Upload, file, sheet, cell and what is written there, as rows_behind.evidence tells them."""
    told = _evidence(kind, TOLD[kind][1][0], rows, view)
    kinds = {"upload_number": "number"}
    return [Column(_header(name), kinds.get(name, "text"), _present(told[name])) for name in PLACE]


def _other_cell(kind: str, name: str, rows: pd.DataFrame, values: pd.Series, view: View) -> list[Column]:
    """A value, a cost, a number of households has a cell of its own."""
    known = values.notna().to_numpy()
    told = _evidence(kind, name, rows[known], view)
    made = []
    for column, key in (("cell", "living.cell_of"), ("source_text", "living.text_of")):
        texts = np.full(len(rows), None, dtype=object)
        texts[known] = _present(told[column])
        made.append(Column(t(key, field=names.field(name)), "text", texts.tolist()))
    return made


def _evidence(kind: str, field: str, rows: pd.DataFrame, view: View) -> pd.DataFrame:
    return rows_behind.evidence(rows.assign(kind=kind, counted_field=field, counted=rows[field]), view)


def _amounts(name: str, rows: pd.DataFrame) -> pd.Series:
    """What of a field counts: cash is told as cash alone, and is no value of goods."""
    if name in ("base_quantity", "value_vnd"):
        return rows[name].mask(rows["good"] == "cash")
    return rows[name]


def _labels(name: str, rows: pd.DataFrame, labels: Labels) -> list[str]:
    codes = _place_codes(name, rows["site"]) if name in ("site_type", "site_commune") else rows[name]
    known = {code: labels.of(name, None if numbers.is_missing(code) else code) for code in codes.unique()}
    missing = labels.of(name, None) if codes.isna().any() else ""
    return [missing if numbers.is_missing(code) else known[code] for code in codes]


def _place_codes(name: str, sites: pd.Series) -> pd.Series:
    known, column = reference.load().sites, name.removeprefix("site_")
    return sites.map({site: known[site][column] or None for site in sites.unique()}).astype("str")


def _days(days: pd.Series) -> list:
    return [None if pd.isna(day) else day.to_pydatetime() for day in days]


def _mondays(days: pd.Series) -> list:
    mondays = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    return [undated() if day is None else day for day in _days(mondays)]


def _listed_numbers(values: pd.Series) -> list:
    return [None if pd.isna(value) else float(value) for value in values]


def _present(values: pd.Series) -> list:
    return [None if numbers.is_missing(value) else value for value in values]


# expected reports
def _expected(view: View, labels: Labels) -> RowSheet:
    """Every report that should have come, when it came, and whether it counts as received and as in time."""
    rows = rows_behind.rows_of(Address("reports_expected"), view)
    told = rows_behind.evidence(rows, view)
    columns = [
        _named("commune", "text", _labels("commune", rows, labels)),
        _named("week_start_date", "date", _mondays(rows["week_start_date"])),
    ]
    for name in ("due_at", "first_received_at", "last_corrected_at"):
        columns.append(Column(_header(name), "moment", _days(rows[name].dt.tz_localize(None))))
    columns.append(Column(_header("upload_number"), "number", _present(told["upload_number"])))
    columns.append(Column(_header("file"), "text", _present(told["file"])))
    ones = {"is_received": rows["is_received"], "is_timely": rows["is_timely"], "rows": rows["counted"]}
    columns += [_named(name, "number", list(map(int, values))) for name, values in ones.items()]
    return RowSheet(t(f"living.rows.{EXPECTED}"), (t("living.expected"),), tuple(columns))


# columns that screens have not, or under another name
OWN_HEADERS = (*OF_REPORTS.values(), "week_start_date", "site_commune", "is_urgent", IN_FILTER, IN_PERIOD, *ONCE)


def _header(name: str) -> str:
    return t(f"living.column.{name}") if name in OWN_HEADERS else names.field(name)


def _named(name: str, kind: str, values: list) -> Column:
    """A column that formulas ask for."""
    return Column(_header(name), kind, values, name)
