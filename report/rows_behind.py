"""The rows behind a number: upload, file, sheet, cell, what is written there, what was counted; with their sum."""

from dataclasses import replace
from datetime import date

import pandas as pd

from data import reference
from data.access.readable import empty_page, text_for
from data.uploads.lines import LineQuery, columns_of
from metrics.changes import WEEK, Change, change_rows, last_due_week
from metrics.line_queries import change_queries, queries_behind
from metrics.measures import MEASURES, number_of, rows_behind, total
from metrics.reports import campaign_weeks, expected_reports, report_status
from metrics.selection import Selection, at, selected
from report import originals
from report.addresses import CHANGE, REPORTS, Address
from report.kept import cached
from report.view import View
from words import numbers

# a field whose cell is not the one the line's amount stands in; it is computed from the reading's column map
OTHER_CELL = ("value_vnd", "cost_vnd", "households", "people")
BESIDE = ("date", "week_start_date", "commune", "site", "good", "indicator")


# which rows
def rows_of(address: Address, view: View) -> pd.DataFrame:
    """The summed rows that a number is made of, with `kind` and `counted`; `counted` adds up to the number."""
    code = address.code.removeprefix(f"{CHANGE}:")
    if code in REPORTS:
        return _reports(address, code, view)
    frame_of = view.summed
    if address.code == code:
        return rows_behind(number_of(code), frame_of, view.selection, address.where)
    measure, week = MEASURES[code], due_week(view)
    if week is None:
        return frame_of(measure.kind)[:0].assign(kind=measure.kind, counted_field=measure.field, counted=0.0)
    rows = change_rows(measure, frame_of, view.selection, week, nil_reports(view))
    return rows.assign(kind=measure.kind, counted_field=measure.field)


def lines_of(address: Address, view: View, *, start: int = 0, most: int | None = None) -> pd.DataFrame:
    """Some of the lines of the sheets that a number is made of, with their cells, in the order of time; their
    `counted` adds up to the number. Of reports: whether each expected one was received."""
    code = address.code.removeprefix(f"{CHANGE}:")
    if code in REPORTS:
        return _reports(address, code, view).iloc[start : None if most is None else start + most]
    queries = queries_of(address, view)
    if not queries:
        return empty_page(LineQuery(MEASURES[code].kind))
    days = [n for n in ("date", "week_start_date") if any(n in columns_of([query.kind]) for query in queries)]
    with view.lines() as reader:
        return reader.page(*queries, order=days, start=start, most=most)


def queries_of(address: Address, view: View) -> tuple[LineQuery, ...]:
    """The questions to the store for these lines."""
    code = address.code.removeprefix(f"{CHANGE}:")
    if address.code == code:
        return queries_behind(number_of(code), view.selection, address.where)
    week = due_week(view)
    return change_queries(MEASURES[code], view.summed, view.selection, week, nil_reports(view)) if week else ()


@cached(5000)
def number_at(address: Address, view: View) -> float | None:
    """The number itself."""
    return total(rows_of(address, view))


@cached()
def status_of(view: View) -> pd.DataFrame:
    """Every expected report of the period up to the day, with its reception and status."""
    known, selection = reference.load(), view.selection
    last = min(view.day, selection.last_day or view.day)
    expected = expected_reports(known.campaign, known.all_communes, last)
    limited = Selection(selection.first_day, selection.last_day, selection.communes)
    receptions = view.receptions()
    pending = view.pending()
    return report_status(selected(expected, limited), receptions, now=view.now, pending=pending)


def due_week(view: View) -> date | None:
    """The week that is compared with the week before."""
    return last_due_week(reference.load().campaign, now=view.now, last_day=view.selection.last_day)


def nil_reports(view: View) -> frozenset:
    """(commune, Monday) of the reports that say that nothing happened."""
    receptions = view.receptions()
    nil = receptions[receptions["is_nil"].fillna(False)]
    return frozenset(zip(nil["commune"], nil["week_start_date"].dt.date, strict=True))


def _reports(address: Address, code: str, view: View) -> pd.DataFrame:
    """Expected reports as rows: each one (received, in time) counts 1; a change takes off those of the week before."""
    is_change = address.code != code
    # the week before may lie before the period
    status = status_of(replace(view, filters=replace(view.filters, first_week=None)) if is_change else view)
    status = at(status, address.where)
    columns = {"reports_received": "is_received", "reports_on_time": "is_timely"}
    counted = status[status[columns[code]]] if code in columns else status
    counted = counted.assign(kind="weekly_reports", counted=1.0)
    if not is_change:
        return counted.sort_values(["week_start_date", "commune"], ignore_index=True)
    week = due_week(view)
    sign = counted["week_start_date"].dt.date.map({week: 1.0, week and week - WEEK: -1.0})
    return counted.assign(counted=sign)[sign.notna()]


@cached()
def reports_change(view: View) -> Change | None:
    """How many more reports came in time than in the week before; None without two weeks that are due."""
    week = due_week(view)
    if week is None or week - WEEK < campaign_weeks(reference.load().campaign, week)[0]:
        return None
    counted = rows_of(Address(f"{CHANGE}:reports_on_time"), view)["counted"]
    return Change(week, -counted[counted < 0].sum(), counted[counted > 0].sum(), tuple(view.communes))


def is_open(address: Address, view: View) -> bool:
    """Whether whoever looks may follow this number to its rows: the public none, one commune alone none of stock."""
    if not view.source.may("read.numbers"):
        return False
    return view.source.sees_district or not getattr(number_of(address.code), "is_of_district", False)


def evidence(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """Each row with its file, sheet and cell.

    in:      lines of `lines_of`, of one kind or of several
    out:     cell, source_text, counted (what a phone has room for), then source_sheet, file, upload_number, and what
             tells the row from others
    """
    if "first_received_at" in rows:
        return _receptions(rows, view)
    cells, written = _cells(rows, view)
    table = pd.DataFrame(
        {
            "cell": pd.Series(cells, index=rows.index, dtype="str"),
            "source_text": pd.Series(written, index=rows.index, dtype="str"),
            "counted": rows["counted"],
            "source_sheet": rows["source_sheet"],
            "file": rows["upload_number"].map(view.source.files()).astype("str"),
            "upload_number": rows["upload_number"],
        }
    )
    kinds = rows[["kind"]] if rows["kind"].nunique() > 1 else rows[[]]
    beside = rows[[column for column in BESIDE if column in rows and rows[column].notna().any()]]
    return pd.concat([table, kinds, beside], axis=1).reset_index(drop=True)


def _receptions(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    columns = ["commune", "week_start_date", "due_at", "first_received_at", "last_corrected_at", "is_timely", "counted"]
    files = rows["last_upload"].map(view.source.files()).astype("str")
    return rows[columns].assign(upload_number=rows["last_upload"], file=files).reset_index(drop=True)


def _cells(rows: pd.DataFrame, view: View) -> tuple[list[str], list[str]]:
    """(the cell, what is written in it) of what was counted of each row.

    A row keeps the cell of its amount; that of another field of the same row is in the same column for a whole
    reading, and what is written there is looked up in the file as it came.
    """
    own = (rows["source_column"] + rows["source_row"].astype(str)).tolist()
    written, who = rows["source_text"].tolist(), view.source.person
    found: dict[tuple, tuple[object, str]] = {}  # the sheet, and the letter of the column
    places = zip(rows["upload_number"], rows["reading_no"], rows["source_row"], rows["counted_field"], strict=True)
    for position, (number, reading_no, row, field) in enumerate(places):
        if field not in OTHER_CELL:
            continue
        reading = (int(number), int(reading_no), field)
        if reading not in found:
            file, sheet, cell = view.source.where(*reading[:2], int(row), field)
            grid = originals.sheet_of(view.source, int(number), file, sheet)
            found[reading] = (grid, (cell or "").rstrip("0123456789"))
        grid, letter = found[reading]
        own[position] = f"{letter}{row}" if letter else numbers.MISSING
        written[position] = text_for(who, originals.text_in(grid, letter, int(row))) if letter else None
    return own, written
