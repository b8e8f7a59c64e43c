"""The public board of what is in force in a store, now or at a moment."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import pandas as pd

from data import schemas
from data.conditions import Condition
from data.database.lines import LineQuery, LineReader
from data.database.sums import summed
from data.store import Store
from metrics.public_board import Board, public_board
from metrics.public_givers import GIFT, SUPPORT, Pages
from metrics.stock import Lines

PAGE = 20_000  # lines: of larger pages the board is not ready sooner
REFUSAL = Condition("may_publish", "equal", False)


def board_of_store(store: Store, as_of: datetime | None = None) -> Board:
    """All numbers and names come out of one look at the store, whatever is accepted meanwhile."""
    kinds = (*schemas.LINE_KINDS, "weekly_reports")
    with store.lines(as_of=as_of) as reader:
        if reader is None:
            *lists, reports = (store.summed(kind) for kind in kinds)
            return public_board(Lines(*lists), Pages((), (), ()), reports)
        *lists, reports = (summed(reader.connection, kind, reader.event_no) for kind in kinds)
        return public_board(Lines(*lists), _pages(reader), reports)


def _pages(reader: LineReader) -> Pages:
    def pages(query: LineQuery, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        return reader.pages(query, size=PAGE, columns=columns)

    return Pages(
        refusals=pages(LineQuery("donations", (REFUSAL,)), ("donor_name", "may_publish")),
        gifts=pages(LineQuery("donations"), GIFT),
        support=pages(LineQuery("distributions"), SUPPORT),
    )
