"""A table of goods and cash -> tidy lines: long (a good a row), wide (a good a column), several goods in a cell."""

from operator import itemgetter

import numpy as np
import pandas as pd

from data import schemas
from loaders.cells.digits import TOO_LARGE
from loaders.evidence.context import Book, Context, each_once, show
from loaders.formats.grid import column_letter
from loaders.kinds import statements
from loaders.kinds.amounts import money_of_rows, read_cash, read_goods_cells, read_long, read_wide
from loaders.kinds.list_table import Line, ListTable, Spec
from loaders.kinds.names_of_rows import names_of_rows
from loaders.reading import Reading
from loaders.tables import checks
from loaders.tables.find_tables import Table, is_blank


def read(table: Table, context: Context, spec: Spec) -> Reading:
    """A table of one of the four line kinds -> a Reading with one row a line of goods or cash."""
    sheet = ListTable(table, context, spec)
    _note_columns(sheet)
    read_cash(sheet)
    read_wide(sheet)
    if "quantity" in sheet.roles.fields and ("good" in sheet.roles.fields or not sheet.roles.wide):
        read_long(sheet)
        for group in sheet.roles.more:
            first, sheet.roles.fields = sheet.roles.fields, sheet.roles.fields | {"unit": None} | group
            read_long(sheet)
            sheet.roles.fields = first
    if "goods" in sheet.roles.fields:
        read_goods_cells(sheet)
    money = money_of_rows(sheet)
    if sheet.is_statement:
        statements.balances(sheet)
    names = names_of_rows(sheet)
    _note_without_amount(sheet)
    frame, waiting = _frame(sheet, names, money)
    declared = checks.totals(sheet)
    checks.row_totals(sheet, frame)
    checks.unit_prices(sheet)
    checks.duplicates(sheet, frame)
    checks.outside(sheet)
    return _made(sheet, frame, waiting, declared)


def _note_columns(sheet: ListTable) -> None:
    for column in sheet.roles.twice:
        sheet.book.note("column_twice", column.row, column.index, column.label)
    for column in sheet.roles.unknown:
        if column not in sheet.roles.unsure and any(not is_blank(cell) for cell in sheet.cells(column.index)):
            sheet.book.note("column_unknown", column.row, column.index, column.label)
    for column in sheet.roles.unsure:
        sheet.book.note("column_unsure", column.row, column.index, column.label)


def _note_without_amount(sheet: ListTable) -> None:
    """A named row without any amount is never dropped in silence."""
    having = {line.position for line in sheet.lines}
    waiting = {row for row, _ in sheet.book.waiting}
    amounts = [i for i in sheet.roles.amounts if i != sheet.roles.index("row_total")]
    for position, row in enumerate(sheet.data):
        if position in having or row in waiting or position in sheet.bad:
            continue
        column = amounts[0] if amounts else sheet.table.columns[-1].index
        if row in sheet.unmoved or row in sheet.no_gift:
            continue
        if (sheet.is_statement and statements.is_debit(sheet, row)) or _is_under_merge(sheet, row, amounts):
            continue
        uncalculated = next((c for c in amounts if (row, c) in sheet.grid.uncalculated), None)
        code = "amount_missing" if uncalculated is None else "formula_without_value"
        column = column if uncalculated is None else uncalculated
        sheet.book.note(code, row, column, show(sheet.grid.rows[row][column]))
        sheet.book.wait(row, column, code)


def _is_under_merge(sheet: ListTable, row: int, amounts: list[int]) -> bool:
    """An amount merged over several rows is counted once, in its first row."""
    for first, left, last, right in sheet.grid.merged:
        if first < row <= last and any(left <= column <= right for column in amounts):
            sheet.book.note("amount_merged", first, left, f"{first + 1}-{last + 1}")
            return True
    return False


def _frame(
    sheet: ListTable, names: dict[str, list], money: dict[int, tuple[int, int]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    lines = sorted(sheet.lines, key=itemgetter(0, 5))
    codes = {p.where.row: p.code for p in sheet.book.problems} if sheet.bad else {}
    for line in lines if sheet.bad else ():
        if line.position in sheet.bad:
            row = sheet.data[line.position]
            sheet.book.wait(row, line.column, codes.get(row + 1, "number_unreadable"))
    base_units, base_quantities = _in_base_units(sheet, lines)
    waiting, data, good_lines = sheet.book.waiting, sheet.data, lines
    if waiting:
        kept = [i for i, line in enumerate(lines) if (data[line.position], line.column) not in waiting]
        good_lines, base_units = [lines[i] for i in kept], [base_units[i] for i in kept]
        base_quantities = base_quantities[kept]
    at = [line.position for line in good_lines]
    first = ~pd.Series(at).duplicated().to_numpy()
    is_goods = np.array([line.good != "cash" for line in good_lines], dtype=bool)
    first_goods = is_goods & ~pd.Series(np.where(is_goods, at, -1)).duplicated().to_numpy() if at else first
    values = {name: [column[p] for p in at] for name, column in names.items()}
    for name in sheet.spec.counts:
        values[name] = [v if is_first else None for v, is_first in zip(values[name], first, strict=True)]
    values |= {
        "good": [line.good for line in good_lines],
        "quantity": [line.quantity for line in good_lines],
        "unit": [line.unit for line in good_lines],
        "base_quantity": base_quantities,
        "base_unit": base_units,
        sheet.spec.money: [
            line.value if p not in money else money[p][0] if is_first else None
            for p, is_first, line in zip(at, first_goods, good_lines, strict=True)
        ],
        "source_sheet": [sheet.grid.sheet] * len(at),
        "source_row": [sheet.data[p] + 1 for p in at],
        "source_column": each_once([line.column for line in good_lines], column_letter),
        "source_text": each_text([sheet.grid.rows[data[line.position]][line.column] for line in good_lines]),
    }
    if sheet.spec.has_cash:
        values["cash_vnd"] = [line.cash for line in good_lines]
    return schemas.frame(sheet.spec.kind, values), waiting_frame(sheet.book, sheet.spec.kind)


def _in_base_units(sheet: ListTable, lines: list[Line]) -> tuple[list[str], np.ndarray]:
    """Base unit and base quantity of every line; one that the unit makes too large waits."""
    base = each_once([(line.unit, line.good) for line in lines], lambda pair: sheet.reference.to_base(1.0, *pair))
    amounts = np.round([line.quantity * line.factor * pack for line, (pack, _) in zip(lines, base, strict=True)], 6)
    for number in np.flatnonzero(np.abs(amounts) > schemas.MOST):
        row, column = sheet.data[lines[number].position], lines[number].column
        sheet.book.note(TOO_LARGE.code, row, column, show(sheet.grid.rows[row][column]))
        sheet.book.wait(row, column, TOO_LARGE.code)
    return [unit for _, unit in base], amounts


def _made(sheet: ListTable, frame: pd.DataFrame, waiting: pd.DataFrame, declared: dict | None) -> Reading:
    codes = tuple(sorted(frame["commune"].dropna().unique())) if "commune" in frame else ()
    fields = {
        name: column.letter
        for name, column in sheet.roles.fields.items()
        if name not in ("private", "document", "recipient_name", "pledged")
    }
    fields |= {"cash_vnd": sheet.roles.cash[0].letter} if sheet.roles.cash else {}
    if "money" in fields:
        fields[sheet.spec.money] = fields.pop("money")
    layout = "statement" if sheet.is_statement else "wide" if sheet.roles.wide else "long"
    return Reading(
        kind=sheet.spec.kind,
        file=sheet.grid.file,
        sheet=sheet.grid.sheet,
        frame=frame,
        waiting=waiting,
        remarks=schemas.empty("remarks"),
        problems=checks.gathered(sheet.book.problems),
        columns=fields,
        layout=layout,
        area=sheet.table.area,
        communes=codes or ((sheet.context.commune,) if sheet.context.commune else ()),
        week_start_date=sheet.context.week_start_date,
        found_in=sheet.context.found_in,
        declared=declared,
        is_urgent=sheet.context.is_urgent,
        is_hidden=sheet.grid.is_hidden,
        unitless=tuple(sheet.book.unitless.items()),
    )


def waiting_frame(book: Book, kind: str) -> pd.DataFrame:
    """The rows of which something could not be read: one row each, with its first cell, all codes and texts."""
    rows: dict[int, list[tuple[int, set[str]]]] = {}
    for (row, column), codes in sorted(book.waiting.items()):
        rows.setdefault(row, []).append((column, codes))
    return schemas.frame(
        "waiting",
        {
            "kind": [kind] * len(rows),
            "codes": [" ".join(sorted(set().union(*(codes for _, codes in cells)))) for cells in rows.values()],
            "source_sheet": [book.grid.sheet] * len(rows),
            "source_row": [row + 1 for row in rows],
            "source_column": [column_letter(cells[0][0]) for cells in rows.values()],
            "source_text": ["; ".join(show(book.grid.rows[r][c]) for c, _ in cells) for r, cells in rows.items()],
        },
    )


def each_text(cells: list[object]) -> list[str]:
    return each_once(cells, lambda cell: cell if isinstance(cell, str) else show(cell))
