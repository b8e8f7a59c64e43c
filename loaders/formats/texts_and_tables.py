"""Documents (pages, Word, PDF) -> grids: texts and tables one under the other, as they would stand in a spreadsheet.

One document is one sheet: letterheads are tables of their own in Word and on pages, titles and weeks stand between
them, and all of that belongs to the table below.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from loaders.formats.grid import address
from loaders.formats.limits import Budget, SheetFacts
from loaders.problems import SourceUnreadable, Where


@dataclass
class Cell:
    """One cell of a table; across and down: how many columns and rows it covers."""

    text: str
    across: int = 1
    down: int = 1
    is_struck: bool = False


@dataclass
class Row:
    """One row of a table, from its first column; columns that a cell above covers are left out."""

    cells: list[Cell] = field(default_factory=list)
    is_hidden: bool = False
    page: int = 0  # of a document with pages


Piece = str | list[Row]  # a line of text, or a table


def lay_out(pieces: Iterable[Piece], where: Where, budget: Budget) -> tuple[list[list[str]], SheetFacts]:
    """The rows of one sheet, a rectangle, and what is merged, hidden and struck through in it."""
    rows: list[list[str]] = []
    facts = SheetFacts(merged=[])
    for piece in pieces:
        if isinstance(piece, str):
            rows.append([piece])
        else:
            _lay_table(piece, rows, facts, where, budget)
        if len(rows) > budget.limits.max_rows:
            raise SourceUnreadable("too_many_rows", where, address(len(rows) - 1, 0))
    width = max(map(len, rows), default=0)
    budget.spend_cells(len(rows) * width, where)
    return [row + [""] * (width - len(row)) for row in rows], facts


def _lay_table(table: list[Row], rows: list[list[str]], facts: SheetFacts, where: Where, budget: Budget) -> None:
    covered: dict[int, int] = {}  # column -> the row below the cell that covers it
    widest = budget.limits.max_columns
    end = len(rows) + len(table)
    for row in table:
        number, column = len(rows), 0
        texts: list[str] = []
        for cell in row.cells:
            while covered.get(column, 0) > number:
                column += 1
            if column >= widest:
                if not cell.text:
                    continue
                raise SourceUnreadable("too_many_columns", where, address(number, column))
            across, down = min(cell.across, widest - column), min(cell.down, end - number)
            texts += [""] * (column - len(texts)) + [cell.text]
            if across > 1 or down > 1:
                facts.merged.append((number, column, number + down - 1, column + across - 1))
            if cell.is_struck:
                facts.struck.add((number, column))
            covered |= dict.fromkeys(range(column, column + across), number + down)
            column += across
        if row.page:
            facts.pages[number] = row.page
        if row.is_hidden:
            facts.hidden_rows.append((number, number))
        rows.append(texts)
