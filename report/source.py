"""A store as one person may read it, at the version that was found: summed lines, lines by pages, reports, history."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import pandas as pd

from data import reference, schemas
from data.access import Person, need
from data.access.readable import ReadableLines, of_commune, rows_for, scope_of
from data.records.inbox import pending_reports
from data.uploads.store import Store
from report.kept import cached

LOOK_SECONDS = 0.3  # 100 viewers at once ask once whether another process has written
FEW = ("weekly_reports", "targets", "remarks", "waiting")  # kinds of which there are no more lines than people read


@dataclass(frozen=True, eq=False)
class Source:
    """Where every number comes from.

    store:     whole; what of it may be read is asked here, never by those who draw
    person:    who reads
    version:   of the store, as it was found when the reader began; inbox: of what waits
    place:     tells one store of this process from another
    frozen_at: nothing that came later is ever shown to this person
    """

    store: Store
    person: Person
    version: int
    inbox: int = 0
    place: str = ""
    frozen_at: datetime | None = None

    @cached_property
    def key(self) -> str:
        """Two sources of one key give the same: what is kept for one person is never shown to another."""
        return f"{self.place or self.store.url} {self.version} {self.inbox} {scope_of(self.person)} {self.frozen_at}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Source) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    # who reads
    def may(self, act: str) -> bool:
        """Whether this person may do an act of data.access.LEAST."""
        return self.person.may(act)

    @property
    def sees_district(self) -> bool:
        """Whether numbers of the whole district (stock, cash left) are shown: none is of one commune alone."""
        return self.person.commune is None

    @property
    def whole_store(self) -> Store:
        """The store with uploads and inbox, for whoever may see them. Raises NotAllowed."""
        need(self.person, "read.store")
        return self.store

    # what is read; frames are shared: never change one
    def summed(self, kind: str, as_of: datetime | None = None) -> pd.DataFrame:
        """The lines of a kind added up (Store.summed)."""
        return _summed(self, kind, as_of)

    def frame(self, kind: str, as_of: datetime | None = None) -> pd.DataFrame:
        """All lines in force of a kind of FEW."""
        if kind not in FEW:
            raise ValueError(f"{kind} is read by pages")
        return _frame(self, kind, as_of)

    @contextmanager
    def lines(self, as_of: datetime | None = None) -> Iterator[ReadableLines]:
        """The lines themselves, by pages."""
        with self.store.lines(as_of=as_of) as reader:
            yield ReadableLines(reader, self.person)

    def receptions(self, as_of: datetime | None = None) -> pd.DataFrame:
        """When each weekly report came first, and when it was corrected last."""
        return _receptions(self, as_of)

    def pending(self, as_of: datetime | None = None) -> pd.DataFrame:
        """The weekly reports that wait in the inbox or were sent back (data.records.inbox.pending_reports)."""
        return _pending(self, as_of)

    def history(self, as_of: datetime | None = None) -> pd.DataFrame:
        """Every accept, undo, restore and clearing, up to a moment, for whoever may follow a number to its file."""
        events = _history(self, as_of)
        return events if self.may("read.numbers") else events.iloc[:0]

    def files(self) -> dict[int, str]:
        """Number of an upload -> the name of its file."""
        return _files(self)

    def where(self, number: int, reading_no: int, row: int, field: str) -> tuple[str, str, str | None]:
        """(file, sheet, cell) of a field of a row (Store.where)."""
        need(self.person, "read.numbers")
        return self.store.where(number, reading_no, row, field)

    # facts on the whole store
    @property
    def is_empty(self) -> bool:
        return not span(self, self.frozen_at)[0]

    def has_demo(self, as_of: datetime | None = None) -> bool:
        """Whether demonstration data count, now or at a moment: then everything that is shown or goes out says so."""
        return _has_demo(self, as_of)

    def weeks(self) -> list[date]:
        """The Mondays from the campaign's start to the last week that has data."""
        campaign = reference.load().campaign
        last = max(span(self, self.frozen_at)[2] or campaign.start_date, campaign.start_date)
        first = campaign.start_date - timedelta(days=campaign.start_date.weekday())
        return [first + timedelta(days=7 * number) for number in range(min((last - first).days // 7 + 1, 520))]


@cached(80)
def _summed(source: Source, kind: str, as_of: datetime | None) -> pd.DataFrame:
    return of_commune(source.person, source.store.summed(kind, as_of=as_of))


@cached(40)
def _frame(source: Source, kind: str, as_of: datetime | None) -> pd.DataFrame:
    return rows_for(source.person, kind, source.store.current(kind, as_of=as_of))


@cached(40)
def _receptions(source: Source, as_of: datetime | None) -> pd.DataFrame:
    return of_commune(source.person, source.store.receptions(as_of=as_of))


@cached(20)
def _pending(source: Source, as_of: datetime | None) -> pd.DataFrame:
    return of_commune(source.person, pending_reports(source.store.items(as_of=as_of).values()))


@cached(20)
def _history(source: Source, as_of: datetime | None) -> pd.DataFrame:
    return source.store.history(as_of=as_of)


@cached(20)
def _files(source: Source) -> dict[int, str]:
    uploads = source.history()
    accepted = uploads[uploads["act"] == "accept"]
    return dict(zip(accepted["number"].astype(int), accepted["file"], strict=True))


@cached(20)
def _has_demo(source: Source, as_of: datetime | None) -> bool:
    return bool(source.store.log.state(as_of).demo)


@cached(40)
def span(source: Source, as_of: datetime | None) -> tuple[bool, bool, date | None]:
    """(there is something, all of it is demo, a day of the last week that any line in force has)."""
    uploads = _history(source, as_of)
    in_force = uploads[(uploads["act"] == "accept") & uploads["is_in_force"]]
    last = [source.summed(kind, as_of)["date"].max() for kind in schemas.LINE_KINDS]
    last.append(source.summed("weekly_reports", as_of)["week_start_date"].max() + timedelta(days=6))
    days = [day.date() for day in last if not pd.isna(day)]
    has_demo = bool(in_force["is_demo"].any())
    return len(in_force) > 0, has_demo and bool(in_force["is_demo"].all()), max(days, default=None)
