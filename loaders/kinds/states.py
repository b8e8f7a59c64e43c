"""Rows that say that they did not happen, or are no gift: failed, promised, interest, refunds, own transfers."""

from collections.abc import Iterable

from loaders.cells.values import parse_flag, parse_money
from loaders.evidence.context import each_once
from loaders.tables.find_tables import is_blank

NOT_DONE = ("undone", "promised")


def undone_rows(sheet, rows: Iterable[int]) -> set[int]:
    """Rows whose own state says that they failed or are not done: told, and left out."""
    column = sheet.roles.index("status")
    if column is None:
        return set()
    found = {row for row in rows if any(_says(sheet, sheet.grid.rows[row][column], what) for what in NOT_DONE)}
    for row in sorted(found):
        sheet.book.note("row_undone", row, column, sheet.grid.rows[row][column])
    return found


def rows_of_unknown_state(sheet) -> set[int]:
    """Positions of rows whose state is a word that nobody knows, beside others that say "done": asked."""
    column = sheet.roles.index("status")
    if column is None:
        return set()
    cells = sheet.cells(column)
    done = each_once(cells, lambda cell: _says(sheet, cell, "done"))
    return {
        position
        for position, cell in enumerate(cells)
        if any(done)
        and not done[position]
        and not is_blank(cell)
        and not sheet.book.note("row_in_doubt", sheet.data[position], column, cell)
    }


def struck_rows(sheet) -> set[int]:
    """Positions of rows whose amount or name is struck through: a clerk's way of deleting; asked."""
    names = [i for n in (sheet.spec.party, "recipient_name", "good") if (i := sheet.roles.index(n)) is not None]
    found = set()
    for position, row in enumerate(sheet.data):
        column = next((c for c in [*sheet.roles.amounts, *names] if (row, c) in sheet.grid.struck), None)
        is_struck = column is not None and not is_blank(sheet.grid.rows[row][column])
        if is_struck and not sheet.book.note("row_struck", row, column, sheet.grid.rows[row][column]):
            found.add(position)
    return found


def rows_in_doubt(sheet) -> set[int]:
    """Positions of rows whose remark says that they may not have happened: asked, unless a person ticked it."""
    if sheet.is_statement:
        return set()
    doubted = _unticked(sheet)
    places = [i for i in (sheet.roles.index("note"), *(c.index for c in sheet.roles.unknown)) if i is not None]
    for column in places:
        cells = sheet.cells(column)
        for position, doubtful in enumerate(each_once(cells, lambda cell: _says(sheet, cell, "promised"))):
            cell = cells[position]
            if doubtful and not sheet.book.note("row_in_doubt", sheet.data[position], column, cell):
                doubted.add(position)
    return doubted


def _unticked(sheet) -> set[int]:
    """Positions of rows without the tick that others have under "Đã nộp"."""
    column = sheet.roles.index("ticked")
    if column is None:
        return set()
    ticked = [parse_flag(cell).value is True for cell in sheet.cells(column)]
    label = next(c.label for c in sheet.table.columns if c.index == column)
    return {
        position
        for position, is_ticked in enumerate(ticked)
        if not is_ticked and not sheet.book.note("row_in_doubt", sheet.data[position], column, f"{label}: –")
    }


def rows_without_gift(sheet) -> set[int]:
    """Rows of a statement whose money is interest, a refund or an own transfer: they count in the balance alone."""
    columns = [i for name in ("note", "sign", "document") if (i := sheet.roles.index(name)) is not None]
    has_sides = {"debit", "sign", "balance"} & set(sheet.roles.fields) or "credit" in sheet.roles.words
    if not sheet.is_statement or not columns:
        return set()
    has_sides = has_sides or any(map(_is_negative, (cell for c in sheet.roles.cash for cell in sheet.cells(c.index))))
    found = set()
    for row in sheet.data:
        cells = sheet.grid.rows[row]
        column = next((c for c in columns if _says(sheet, cells[c], "no_gift")), None)
        if column is None and not has_sides:
            _doubt_payment(sheet, row, columns)
        if column is None or all(is_blank(cells[c.index]) for c in sheet.roles.cash):
            continue
        if not any(_says(sheet, cells[c], "gift") for c in columns):
            sheet.book.note("not_a_gift", row, column, cells[column])
            found.add(row)
        elif not sheet.book.note("row_in_doubt", row, column, cells[column]):
            sheet.bad.add(sheet.data.index(row))
    return found


def _is_negative(cell: object) -> bool:
    return cell < 0 if isinstance(cell, int | float) else parse_money(cell).code == "number_negative"


def _doubt_payment(sheet, row: int, columns: list[int]) -> None:
    """Where no column tells in from out, a remark that speaks of paying is asked about."""
    cells = sheet.grid.rows[row]
    column = next((c for c in columns if _says(sheet, cells[c], "paid") and not _says(sheet, cells[c], "gift")), None)
    if column is not None and not sheet.book.note("row_in_doubt", row, column, cells[column]):
        sheet.bad.add(sheet.data.index(row))


def _says(sheet, cell: object, what: str) -> bool:
    return isinstance(cell, str) and sheet.reference.lexicon.says(cell, what)
