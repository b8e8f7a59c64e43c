"""Facts across rows: declared totals, running balances, duplicates, dates outside the campaign, numbers left aside."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from data.reference.names import fold
from loaders.cells.digits import TOO_LARGE, is_too_large
from loaders.cells.values import parse_money, parse_number
from loaders.evidence.context import each_once, show
from loaders.formats.grid import address
from loaders.problems import Problem, Severity
from loaders.tables.find_tables import is_blank, is_number_like

MANY = 12  # more questions of one kind than this become one question on the column
COUNTED = re.compile(r"(\d+)\s*(người|đơn vị|lượt|hộ|dòng|khoản|tổ chức|cá nhân|suất|nhà hảo tâm)", re.IGNORECASE)
SUMMARY = re.compile(r"\b(tong hop|th chung|toan huyen|ca dot)\b")
TOLERANCE = 1e-6
ROUNDING = 0.02  # an amount rounded to thousands is no error


def totals(reader) -> dict | None:
    """What the sheet declares in its total and section rows, against the sum of the rows it read.

    A total fits when it equals the sum of its section or the sum of all rows. out: the grand total's numbers by
    field, its cell and whether it agrees; None when the sheet declares nothing.
    """
    for section in reader.rows.sections:
        for column, amount in _declared_cells(reader, section.row):
            expected = _sums_under(reader, section, column)
            if expected and not _is_among(amount, expected):
                reader.book.note("total_differs", section.row, column, show(amount), show(expected[0]))
    declared: dict | None = None
    for total in reader.rows.totals:
        if total.is_carried:
            continue
        for column, amount in _declared_cells(reader, total.row):
            expected = _sums_of_total(reader, total.row, column)
            agrees = _is_among(amount, expected)
            if not total.label:
                if declared is None or declared["row"] != total.row + 1:  # one question a row
                    reader.book.note("total_assumed", total.row, column, show(amount))
            elif not agrees:
                reader.book.note(
                    "total_differs", total.row, column, show(amount), show(expected[-1 if total.is_grand else 0])
                )
            if total.is_grand or declared is None:
                declared = _merged(reader, declared, total.row, column, amount, agrees)
        _check_count(reader, total)
    return declared


def _check_count(reader, total) -> None:
    """ "Tổng cộng: 12 người" against the number of rows."""
    counted = COUNTED.search(total.label) if total.is_grand else None
    if counted and int(counted[1]) != len(reader.data):
        first = reader.table.columns[0].index
        reader.book.note("count_differs", total.row, first, counted[0], f"{len(reader.data)}")


def _is_among(amount: float, sums: list[float]) -> bool:
    return any(abs(amount - value) <= TOLERANCE for value in sums)


def _declared_cells(reader, row: int) -> list[tuple[int, float]]:
    """(column, number) of every amount that a total or heading row carries."""
    wide = [range(a[1], a[3] + 1) for a in reader.grid.merged if a[0] <= row <= a[2] and a[3] > a[1]]
    shared = {
        c for span in wide for c in span if len(set(span) & set(reader.numbers)) > 1
    }  # one sum for several columns
    cells = ((column, _declared(reader, row, column)) for column in reader.numbers if column not in shared)
    return [(column, amount) for column, amount in cells if amount is not None]


def _merged(reader, declared, row, column, amount, agrees) -> dict:
    """The declared numbers of one row; a grand total further down replaces a subtotal."""
    cell = address(row, column)
    if declared is None or declared["row"] != row + 1:
        declared = {"row": row + 1, "agrees": True, "cells": {}}
    declared["cells"][_field_name(reader, column)] = {"cell": cell, "value": amount}
    declared["agrees"] = declared["agrees"] and agrees
    return declared


def _field_name(reader, column: int) -> str:
    if column in [c.index for c in reader.roles.cash]:
        return "cash_vnd"
    if column == reader.roles.index("money"):
        return reader.spec.money
    wide = next((w.good for w in reader.roles.wide if w.column.index == column), None)
    named = next((name for name, c in reader.roles.fields.items() if c.index == column), None)
    return wide or named or f"column_{column + 1}"


def _declared(reader, row: int, column: int) -> float | None:
    cell = reader.grid.rows[row][column]
    if is_blank(cell):
        return None
    is_money = _field_name(reader, column) in ("cash_vnd", "value_vnd", "cost_vnd")
    value = parse_money(cell, factor=reader.money_factor(column)) if is_money else parse_number(cell)
    if value.code == "number_ambiguous":
        value = parse_number(cell, whole=True)
    of_rows = _sum(reader.numbers[column].values())
    if of_rows and value.code == TOO_LARGE.code and not is_too_large(of_rows):  # it can be no total of these rows
        reader.book.note("total_differs", row, column, show(cell), show(of_rows))
    return value.value


def _sums_under(reader, section, column: int) -> list[float]:
    """What a heading's own number may stand for: the rows to the next heading, or to the next of its level."""
    numbers = reader.numbers[column]
    stops = [reader.rows.stop_of(section, reader.table.stop)]
    stops += [s.row for s in reader.rows.sections if s.row > section.row][:1]
    return [_sum(under) for stop in stops if (under := [v for r, v in numbers.items() if section.row < r < stop])]


def _sums_of_total(reader, row: int, column: int) -> list[float]:
    """What a total may stand for, the likeliest first: the rows since a heading or total before it; all rows last."""
    numbers = reader.numbers[column]
    everything = _sum(numbers.values())
    marks = [s.row for s in reader.rows.sections] + [t.row for t in reader.rows.totals]
    if not any(r < row for r in reader.data):  # the total stands above its rows
        stop = min([t.row for t in reader.rows.totals if t.row > row], default=reader.table.stop)
        return [_sum(v for r, v in numbers.items() if row < r < stop), everything]
    starts = sorted((mark for mark in marks if mark < row), reverse=True)
    return [_sum(v for r, v in numbers.items() if start < r < row) for start in [*starts, -1]] + [everything]


def _sum(values) -> float:
    return round(sum(values), 6)


def is_summary(reading) -> bool:
    """Whether the sheet calls itself a summary."""
    return bool(SUMMARY.search(fold(reading.sheet)))


def says_again(reading, others) -> bool:
    """Whether a sheet repeats others of its file: the same sums, the same values, or a summary by its own name."""
    elsewhere = [o for o in others if o.sheet != reading.sheet]
    if is_summary(reading) and elsewhere and not any(map(is_summary, elsewhere)):
        return True
    if "indicator" in reading.frame:
        keys = [c for c in ("commune", "week_start_date", "indicator", "value", "target") if c in reading.frame]
        others = elsewhere
        if not others:
            return False
        told = pd.concat([o.frame[keys] for o in others]).drop_duplicates()
        return len(reading.frame[keys].drop_duplicates().merge(told, how="inner")) == len(
            reading.frame[keys].drop_duplicates()
        )
    if sums_of([reading]) != sums_of(others):
        return False
    as_many = len(reading.frame) == sum(len(o.frame) for o in others)
    if elsewhere and as_many:  # two communes may give equal sums; a copy has equal rows
        return lines_of([reading]) == lines_of(others)
    return True


def lines_of(readings) -> list[tuple]:
    """What each line says, in any order."""
    columns = ("donor_name", "supplier", "recipient_group", "site", "good", "base_quantity", "base_unit")
    found = []
    for reading in readings:
        named = reading.frame[[c for c in columns if c in reading.frame]].astype("object").fillna("")
        found += [tuple(map(str, row)) for row in named.itertuples(index=False)]
    return sorted(found)


def sums_of(readings) -> dict[tuple[str, str], float]:
    """What readings of lines add up to: base quantity by good and unit, and money."""
    sums: dict[tuple[str, str], float] = {}
    for reading in readings:
        by_good = reading.frame.groupby(["good", "base_unit"])["base_quantity"].sum()
        for key, quantity in by_good.items():
            sums[key] = round(sums.get(key, 0) + float(quantity), 6)
    return sums


def gathered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems of a table; of a fault that a whole column has, the first cell with the count of the others.

    A question is one for its cell: who ticks it has looked at that cell.
    """
    causes = [(p.code, p.where.cell.rstrip("0123456789")) if _is_one_cause(p) else None for p in problems]
    many = {cause: count for cause, count in Counter(causes).items() if cause and count > MANY}
    kept = []
    for told, cause in zip(problems, causes, strict=True):
        if cause not in many:
            kept.append(told)
        elif more := many[cause] - 1:
            kept.append(replace(told, found=f"{told.found} (+{more})"))
            many[cause] = 1
    return tuple(kept)


def _is_one_cause(problem: Problem) -> bool:
    return problem.where.cell is not None and problem.severity is not Severity.ASKS


def row_totals(reader, frame) -> None:
    """A column "Tổng cộng" beside the amounts: cash and value of the row together."""
    column = reader.roles.index("row_total")
    if column is None:
        return
    sums: dict[int, float] = {}
    for name in ("cash_vnd", reader.spec.money):
        if name in frame:
            part = frame[["source_row", name]].dropna().groupby("source_row")[name].sum()
            for row, value in part.items():
                sums[row] = sums.get(row, 0) + value
    cells = reader.cells(column)
    parsed = each_once(cells, lambda cell: parse_money(cell, factor=reader.money_factor(column)))
    for row, value in zip(reader.data, parsed, strict=True):
        if value.value is not None and row + 1 in sums and abs(value.value - sums[row + 1]) > TOLERANCE:
            reader.book.note("row_total_differs", row, column, show(value.value), show(sums[row + 1]))


def unit_prices(reader) -> None:
    """Quantity x unit price against the amount of the row: one zero too many shows itself."""
    columns = [reader.roles.index(name) for name in ("quantity", "unit_price", "money")]
    if None in columns:
        return
    factor = reader.money_factor(columns[2])
    for row in reader.data:
        price, amount = (parse_money(reader.grid.rows[row][c], factor=factor).value for c in columns[1:])
        quantity = reader.numbers.get(columns[0], {}).get(row)
        if quantity and price and amount and abs(quantity * price - amount) > max(1, amount * ROUNDING):
            reader.book.note("row_total_differs", row, columns[2], show(amount), show(quantity * price))


def duplicates(reader, frame) -> None:
    """The same line twice in one sheet: same day, name, good and amount. Statements repeat small gifts: not asked."""
    if reader.is_statement or frame.empty:
        return
    party = reader.spec.party if reader.spec.party in frame else None
    names = [c for c in ("site", party) if c and c in frame]
    named = frame[frame[names].notna().any(axis=1)] if names else frame.iloc[:0]
    key = [
        c for c in frame.columns if not c.startswith("source_") and c not in ("note", "may_publish", "donor_category")
    ]
    if not named.duplicated(names).any():
        return
    repeated = named[named.duplicated(key, keep="first")]
    first_rows = named[named.duplicated(key, keep=False)].groupby(key, dropna=False)["source_row"].transform("min")
    for index, line in repeated.iterrows():
        cell = f"{line['source_column']}{line['source_row']}"
        row, column = line["source_row"] - 1, _column_index(line["source_column"])
        if line["source_row"] != first_rows[index]:
            reader.book.note("duplicate_rows", row, column, cell, f"{line['source_column']}{first_rows[index]}")


def _column_index(letter: str) -> int:
    index = 0
    for character in letter:
        index = index * 26 + ord(character) - 64
    return index - 1


def outside(reader) -> None:
    """Numbers after the end of the table that belong to no row of it."""
    behind = [] if reader.rows.end is None else range(reader.rows.end, reader.table.stop)
    for code, rows in (("after_total", reader.rows.after), ("outside_table", behind)):
        for row in rows:
            for column in reader.roles.amounts:
                cell = reader.grid.rows[row][column]
                if is_number_like(cell) and not is_blank(cell):
                    reader.book.note(code, row, column, show(cell))


def dates_outside(reader, column: int, cells: list, days: list[date | None]) -> list[date | None]:
    """Days before the campaign or after today: asked, with day and month swapped when that fits.

    A typed date whose month and day Excel swapped lies outside, its swapped form inside.
    """
    campaign = reader.reference.campaign
    first = campaign.start_date - timedelta(days=campaign.start_date.weekday())
    last = reader.context.as_of
    if not any(day is not None and not first <= day <= last for day in days):
        return days
    away = [p for p, day in enumerate(days) if day is not None and not first <= day <= last]
    inside = len(days) - len(away)
    swaps = {p: _swapped(days[p], first, last) for p in away}
    if len(away) > MANY and inside < len(away) and not any(swaps.values()):
        p = away[0]
        reader.book.note("date_outside", reader.data[p], column, f"{show(days[p])} (+{len(away) - 1})")
        return days
    out = list(days)
    for p in away:
        ticked = reader.book.note("date_outside", reader.data[p], column, show(days[p]), swaps[p] and show(swaps[p]))
        if swaps[p]:
            if not ticked:
                reader.bad.add(p)
            out[p] = swaps[p] if ticked else None
    return out


def _swapped(day: date, first: date, last: date) -> date | None:
    try:
        swapped = date(day.year, day.day, day.month)
    except ValueError:
        return None
    return swapped if first <= swapped <= last else None
