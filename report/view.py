"""What a screen or a paper shows: of which store and as whom, which filters, which moment, in which language."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

import pandas as pd

from data import reference
from data.access import Person
from data.uploads.store import Store
from metrics.selection import Selection
from report.filters import Filters
from report.source import Source, span
from words import texts


@dataclass(frozen=True, eq=False)
class View:
    """Everything that a number hangs on is in it: the same view gives the same numbers, whoever asks and wherever.

    day:          up to which the numbers speak (of today, of the as-of moment, of the demo)
    is_after_due: whether on that day the hour at which reports are due has passed
    language:     of the words; frames hold codes and numbers, which have none
    asked_at:     when the view was made: what a paper says about itself
    """

    source: Source
    filters: Filters
    day: date
    is_after_due: bool = False
    language: str = "vi"
    asked_at: datetime | None = None

    @cached_property
    def key(self) -> str:
        query = sorted(self.filters.to_query().items())
        return f"{self.source.key} {query} {self.day} {self.is_after_due}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def selection(self) -> Selection:
        return self.filters.selection()

    @property
    def now(self) -> datetime:
        """A moment that tells what is due as the real one does, and changes but twice a day: caches can keep it."""
        hour = time.max if self.is_after_due else time.min
        return datetime.combine(self.day, hour, reference.load().campaign.zone)

    @property
    def communes(self) -> list[str]:
        """The communes that are looked at, in the order of the reference table."""
        chosen = self.filters.chosen_communes()
        return [code for code in reference.load().communes() if not chosen or code in chosen]

    @property
    def is_whole(self) -> bool:
        """Nothing but the period and the as-of moment limits: numbers of the whole district may stand beside."""
        chosen = self.filters
        return not (chosen.chosen_communes() or chosen.goods or chosen.donor_categories or chosen.sites)

    @property
    def last_day(self) -> date:
        """The last day of the period that has come."""
        return min(self.day, self.selection.last_day or self.day)

    def limited(self, **changed: object) -> "View":
        """The same with other filters: `limited(goods=("rice",))`."""
        return replace(self, filters=replace(self.filters, **changed))

    # what is read of the store
    def summed(self, kind: str) -> pd.DataFrame:
        """The summed lines of a kind at this moment."""
        return self.source.summed(kind, self.filters.as_of)

    def frame(self, kind: str) -> pd.DataFrame:
        return self.source.frame(kind, self.filters.as_of)

    def lines(self):
        """The lines themselves, by pages: `with view.lines() as reader`."""
        return self.source.lines(self.filters.as_of)

    def receptions(self) -> pd.DataFrame:
        return self.source.receptions(self.filters.as_of)

    def pending(self) -> pd.DataFrame:
        return self.source.pending(self.filters.as_of)

    @property
    def has_demo(self) -> bool:
        return self.source.has_demo(self.filters.as_of)


def moment_of(source: Source, filters: Filters, now: datetime) -> datetime:
    """The moment that the numbers speak of: the chosen one, or now.

    While all there is is the demo, it has its own time: the end of its last week.
    """
    as_of = filters.as_of
    _, only_demo, last_day = span(source, as_of)
    if only_demo and last_day:
        sunday = last_day + timedelta(days=6 - last_day.weekday())
        end = datetime.combine(sunday, time.max, reference.load().campaign.zone)
        return min(as_of, end) if as_of else end
    return as_of or now


def view_at(source: Source, filters: Filters, moment: datetime, *, now: datetime, language: str = "vi") -> View:
    """The view whose numbers speak of a moment (`moment_of`); now: what the caller's clock says."""
    is_after_due = moment.time() > reference.load().campaign.due_time
    return View(source, filters, moment.date(), is_after_due, language, now)


def open_view(
    store: Store, person: Person, *, now: datetime, filters: Filters | None = None, language: str = "vi"
) -> View:
    """For a script: a store as a person may read it, now, and its language for all words that follow."""
    texts.use(language)
    source = Source(store, person, store.version(), store.inbox.version())
    chosen = filters or Filters()
    return view_at(source, chosen, moment_of(source, chosen, now), now=now, language=language)
