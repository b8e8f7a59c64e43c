"""Bank statements: debits are no gifts, a running balance proves the rows, a blank amount is proposed from it."""

from loaders.cells.values import parse_money
from loaders.evidence.context import show

TOLERANCE = 1e-6


def is_debit(reader, row: int) -> bool:
    """Money that left the account: reported, no gift."""
    column = reader.roles.index("debit")
    if row in reader.debits:
        return True
    return column is not None and bool(_money_out(reader.grid.rows[row][column]))


def _money_out(cell: object) -> float | None:
    """What left the account; some banks write it with a minus in its own column."""
    out = parse_money(cell)
    return abs(out.proposed) if out.code == "number_negative" else out.value


def balances(reader) -> None:
    """Debits are told; a running balance is checked; a blank amount between two balances gets their difference."""
    debit, balance = reader.roles.index("debit"), reader.roles.index("balance")
    moves: dict[int, float | None] = {}
    credits = {}
    for column in [c.index for c in reader.roles.cash]:
        credits |= reader.numbers.get(column, {})
    for row in reader.data:
        out = _money_out(reader.grid.rows[row][debit]) if debit is not None else None
        if out:
            reader.book.note("debit_row", row, debit, show(out))
        out = out or reader.debits.get(row)
        blank = not out and row not in credits
        moves[row] = None if blank else credits.get(row, 0) - (out or 0)
    if balance is None or not reader.roles.cash:
        return
    known = []
    for row in reader.data:
        value = parse_money(reader.grid.rows[row][balance]).value
        if value is not None:
            known.append((row, value))
    _check_balances(reader, moves, known, balance)


def _check_balances(reader, moves: dict[int, float | None], known: list[tuple[int, float]], balance: int) -> None:
    steps = list(zip(known, known[1:], strict=False))
    data = reader.data
    place = {row: i for i, row in enumerate(data)}

    def between(first: int, second: int, is_newest_first: bool) -> list[int]:
        start, stop = place[first], place[second]
        return data[start:stop] if is_newest_first else data[start + 1 : stop + 1]

    def fits(is_newest_first: bool) -> int:
        return sum(
            abs(abs(b[1] - a[1]) - abs(sum(moves[r] or 0 for r in between(a[0], b[0], is_newest_first)))) <= TOLERANCE
            and (
                (b[1] - a[1])
                * (-1 if is_newest_first else 1)
                * sum(moves[r] or 0 for r in between(a[0], b[0], is_newest_first))
                >= 0
            )
            for a, b in steps
        )

    newest_first = fits(True) > fits(False)
    for a, b in steps:
        rows = between(a[0], b[0], newest_first)
        difference = (a[1] - b[1]) if newest_first else (b[1] - a[1])
        missing = difference - sum(moves[r] or 0 for r in rows)
        blanks = [r for r in rows if moves[r] is None]
        if blanks and abs(missing) <= TOLERANCE:
            reader.unmoved |= set(blanks)
        elif len(blanks) == 1 and missing > 0:
            _propose(reader, blanks[0], round(missing))
        elif abs(missing) > TOLERANCE and not blanks:
            reader.book.note(
                "balance_differs", b[0], balance, show(b[1]), show(b[1] + (missing if newest_first else -missing))
            )


def _propose(reader, row: int, amount: int) -> None:
    """A blank amount: the difference of the balances is proposed, and counts only after a tick."""
    column = reader.roles.cash[0].index
    if reader.book.note("balance_proposes", row, column, "", amount):
        reader.take_cash(row, column, amount)
    else:
        reader.book.wait(row, column, "balance_proposes")
