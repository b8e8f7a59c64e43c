"""A table of indicators -> one value a (commune, indicator): vertical, matrix, transposed matrix and long."""

import pandas as pd

from data import schemas
from loaders.cells.digits import is_too_large
from loaders.evidence.context import Context, show
from loaders.formats.grid import address, column_letter
from loaders.kinds.goods_lines import waiting_frame
from loaders.kinds.indicator_cells import (
    IndicatorCell,
    IndicatorTable,
    find_slots,
    is_beyond,
    number_of,
    number_quietly,
)
from loaders.reading import Reading
from loaders.tables import checks
from loaders.tables.find_tables import Table, is_blank


def read(table: Table, context: Context, kind: str) -> Reading:
    """A table of a weekly report or of targets -> a Reading with one row an indicator of a commune."""
    return _reading(IndicatorTable(table, context, kind))


def _reading(sheet: IndicatorTable) -> Reading:
    find_slots(sheet)
    frame = _frame(sheet)
    _check_totals(sheet)
    codes = tuple(sorted(set(frame["commune"].dropna()))) or ((sheet.context.commune,) if sheet.context.commune else ())
    weeks = sorted(set(frame["week_start_date"].dropna())) if sheet.kind == "weekly_reports" else []
    week = weeks[0].date() if len(weeks) == 1 else sheet.context.week_start_date
    return Reading(
        kind=sheet.kind,
        file=sheet.grid.file,
        sheet=sheet.grid.sheet,
        frame=frame,
        waiting=waiting_frame(sheet.book, sheet.kind),
        remarks=schemas.empty("remarks"),
        problems=checks.gathered(sheet.book.problems),
        columns=sheet.columns,
        layout=sheet.layout,
        area=sheet.table.area,
        communes=codes,
        week_start_date=week,
        found_in=sheet.context.found_in,
        declared=sheet.declared,
        is_urgent=sheet.context.is_urgent,
        is_hidden=sheet.grid.is_hidden,
        unitless=tuple(sheet.book.unitless.items()),
    )


def _frame(sheet: IndicatorTable) -> pd.DataFrame:
    entries: dict[tuple, dict] = {}
    has_communes = any(slot.commune not in (None, "?") for slot in sheet.slots)
    for slot in sheet.slots:
        if slot.commune == "?":
            if not is_blank(sheet.grid.rows[slot.row][slot.column]):
                sheet.book.wait(slot.row, slot.column, "commune_unknown")
            continue
        number = number_of(sheet, slot)
        if number is None:
            continue
        if slot.commune is None and has_communes:  # the district's own numbers beside those of its communes
            sheet.book.note("commune_unknown", slot.row, slot.column, show(sheet.grid.rows[slot.row][slot.column]))
            sheet.book.wait(slot.row, slot.column, "commune_unknown")
            continue
        if slot.row in sheet.without_week:
            sheet.book.wait(slot.row, slot.column, "week_missing")
            continue
        key = (slot.commune, slot.week, slot.indicator, slot.part, 0 if sheet.has_periods else slot.row)
        entry = entries.setdefault(key, {"row": slot.row, "column": slot.column})
        if slot.field in entry:
            _twice(sheet, slot, entry["row"], entry["column"])
            continue
        entry[slot.field] = number
        if slot.field == sheet.main:
            entry["column"] = slot.column
        else:
            entry["cumulative_column"] = slot.column
    kept = _without_repeats(sheet, entries)
    values = _values(sheet, kept)
    return schemas.frame(sheet.kind, values)


def _without_repeats(sheet: IndicatorTable, entries: dict[tuple, dict]) -> list[tuple[tuple, dict]]:
    """The same indicator of the same commune and week in two rows is asked about; the first counts."""
    seen: dict[tuple, dict] = {}
    kept = []
    for key, entry in entries.items():
        first = seen.setdefault(key[:4], entry)
        if first is entry or _twice_ticked(sheet, entry, first):
            kept.append((key, entry))
    return kept


def _twice_ticked(sheet: IndicatorTable, entry: dict, first: dict) -> bool:
    cell = sheet.grid.rows[entry["row"]][entry["column"]]
    ticked = sheet.book.note(
        "duplicate_rows", entry["row"], entry["column"], show(cell), address(first["row"], first["column"])
    )
    if not ticked:
        sheet.book.wait(entry["row"], entry["column"], "duplicate_rows")
    return ticked


def _twice(sheet: IndicatorTable, slot: IndicatorCell, row: int, column: int) -> None:
    cell = sheet.grid.rows[slot.row][slot.column]
    sheet.book.note("duplicate_rows", slot.row, slot.column, show(cell), address(row, column))
    sheet.book.wait(slot.row, slot.column, "duplicate_rows")


def _values(sheet: IndicatorTable, kept: list[tuple[tuple, dict]]) -> dict[str, list]:
    values = {
        "commune": [key[0] for key, _ in kept],
        "indicator": [key[2] for key, _ in kept],
        "source_sheet": [sheet.grid.sheet] * len(kept),
        "source_row": [entry["row"] + 1 for _, entry in kept],
        "source_column": [column_letter(entry["column"]) for _, entry in kept],
        "source_text": [show(sheet.grid.rows[entry["row"]][entry["column"]]) for _, entry in kept],
    }
    if sheet.kind == "targets":
        return values | {"target": [entry.get("target") for _, entry in kept]}
    for _, entry in kept:
        if (
            entry.get("cumulative") is not None
            and entry.get("value") is not None
            and entry["cumulative"] < entry["value"]
        ):
            sheet.book.note(
                "cumulative_below",
                entry["row"],
                entry["cumulative_column"],
                show(entry["cumulative"]),
                show(entry["value"]),
            )
    return values | {
        "week_start_date": [key[1] for key, _ in kept],
        "value": [entry.get("value") for _, entry in kept],
        "cumulative": [entry.get("cumulative") for _, entry in kept],
        "is_urgent": [sheet.context.is_urgent] * len(kept),
    }


def _check_totals(sheet: IndicatorTable) -> None:
    """ "Toàn huyện" against the communes: down a column in a matrix, along a row in its transpose."""
    cells: dict[str, dict] = {}
    agrees = True
    for total in sheet.totals:
        amount = number_quietly(sheet, total)
        same = [s for s in sheet.slots if s.indicator == total.indicator and s.field == total.field]
        along = sheet.layout == "transposed" or bool(sheet.sums)
        line = [s for s in same if (s.row == total.row if along else s.column == total.column)]
        numbers = {s.row: n for s in line if (n := number_quietly(sheet, s)) is not None}
        if along:
            numbers = dict(enumerate(n for s in line if (n := number_quietly(sheet, s)) is not None))
        code = "row_total_differs" if along else "total_differs"
        if numbers and not is_too_large(sum(numbers.values())) and is_beyond(sheet, total):  # no total of theirs
            cell = sheet.grid.rows[total.row][total.column]
            sheet.book.note(code, total.row, total.column, show(cell), show(round(sum(numbers.values()), 6)))
        if amount is None or not numbers:
            continue
        before = max([t.row for t in sheet.totals if t.row < total.row], default=-1)
        cluster = [n for row, n in numbers.items() if along or before < row < total.row]
        cells[f"{total.indicator}" if total.field == sheet.main else f"{total.indicator}_{total.field}"] = {
            "cell": address(total.row, total.column),
            "value": amount,
        }
        sums = [round(sum(cluster), 6), round(sum(numbers.values()), 6)]
        if not any(abs(s - amount) <= 1e-6 for s in sums):
            agrees = False
            sheet.book.note(code, total.row, total.column, show(amount), show(sums[1]))
    if cells:
        sheet.declared = {"row": sheet.totals[0].row + 1, "agrees": agrees, "cells": cells}
