"""Rows that say that they did not happen, or are no gift: failed, promised, interest, refunds, own transfers."""

from collections.abc import Iterable

from loaders.tables.find_tables import is_blank


def undone_rows(sheet, rows: Iterable[int]) -> set[int]:
    """Rows whose own state says that they failed or are not done: told, and left out."""
    column = sheet.roles.index("status")
    if column is None:
        return set()
    found = {
        row for row in rows if any(_says(sheet, sheet.grid.rows[row][column], what) for what in ("undone", "promised"))
    }
    for row in sorted(found):
        sheet.book.note("row_undone", row, column, sheet.grid.rows[row][column])
    return found


def rows_in_doubt(sheet) -> set[int]:
    """Positions of rows whose remark says that they may not have happened: asked, unless a person ticked it."""
    if sheet.is_statement:
        return set()
    places = [i for i in (sheet.roles.index("note"), *(c.index for c in sheet.roles.unknown)) if i is not None]
    doubted = set()
    for column in places:
        for position, cell in enumerate(sheet.cells(column)):
            if _says(sheet, cell, "promised") and not sheet.book.note(
                "row_in_doubt", sheet.data[position], column, cell
            ):
                doubted.add(position)
    return doubted


def rows_without_gift(sheet) -> set[int]:
    """Rows of a statement whose money is interest, a refund or an own transfer: they count in the balance alone."""
    column = sheet.roles.index("note")
    if not sheet.is_statement or column is None:
        return set()
    found = set()
    for row in sheet.data:
        cell = sheet.grid.rows[row][column]
        if _says(sheet, cell, "no_gift") and any(not is_blank(sheet.grid.rows[row][c.index]) for c in sheet.roles.cash):
            if not _says(sheet, cell, "gift"):
                sheet.book.note("not_a_gift", row, column, cell)
                found.add(row)
            elif not sheet.book.note("row_in_doubt", row, column, cell):
                sheet.bad.add(sheet.data.index(row))
    return found


def _says(sheet, cell: object, what: str) -> bool:
    return isinstance(cell, str) and sheet.reference.lexicon.says(cell, what)
