"""What a meeting concluded: what is to be done, by whom, until when, and on which figure it was said; until done."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from data.access import Person
from data.database.engine import Database
from data.database.events import CONCLUSIONS, Journal, Record
from data.database.moments import moment


@dataclass(frozen=True)
class Conclusion:
    """One conclusion. It is never reworded: a correction is a new one, and the old one is ticked off.

    assignee:   who is to do it; "" for nobody by name; due_date: the last day for it, None for no day
    page:       on which page it was made; exhibit, title: on which figure there, by its key (under the name that what
                is kept has for it) and as it was called then
    query:      the filters of that moment, as codes
    address:    the number it speaks of (report/addresses.py); "" for none
    shown:      that number as it stood; None when nothing was reported
    done_at:    when it was ticked off last, and by whom; empty while it is open
    """

    number: int
    text: str
    who: str
    made_at: datetime
    assignee: str = ""
    due_date: date | None = None
    page: str = ""
    exhibit: str = ""
    title: str = ""
    query: dict[str, str] = field(default_factory=dict)
    address: str = ""
    shown: float | None = None
    done_by: str = ""
    done_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    def is_overdue(self, day: date) -> bool:
        """The last day for it itself is still in time."""
        return self.is_open and self.due_date is not None and day > self.due_date


class Conclusions:
    """The conclusions of a store."""

    def __init__(self, database: Database):
        self.journal = Journal(database, CONCLUSIONS)

    def all(self, *, as_of: datetime | None = None, max_age_seconds: float = 0) -> dict[int, Conclusion]:
        """number -> conclusion, oldest first, now or as they stood at a moment.

        max_age_seconds: for how long what other processes wrote may go unseen; what this one wrote is seen at once
        """
        self.journal.version(max_age_seconds=max_age_seconds)
        records = self.journal.known()
        if as_of is not None:
            records = tuple(record for record in records if record.time <= moment(as_of))
        return _folded(records)

    def add(
        self,
        text: str,
        *,
        who: Person,
        now: datetime,
        assignee: str = "",
        due_date: date | None = None,
        page: str = "",
        exhibit: str = "",
        title: str = "",
        query: dict[str, str] | None = None,
        address: str = "",
        shown: float | None = None,
    ) -> int:
        """Write one down; its number."""
        told = {"text": text, "assignee": assignee, "due_date": due_date.isoformat() if due_date else None}
        told |= {"page": page, "exhibit": exhibit, "title": title, "query": query or {}}
        told |= {"address": address, "shown": shown}

        def make(records: tuple[Record, ...]) -> list[dict]:
            number = sum(record.act == "add" for record in records) + 1
            return [{"act": "add", "subject": str(number), "details": told}]

        return int(self.journal.append(make, now=now, who=who)[0].subject)

    def done(self, number: int, *, who: Person, now: datetime) -> None:
        """It is done."""
        self._act("done", number, who=who, now=now)

    def reopen(self, number: int, *, who: Person, now: datetime) -> None:
        """It is not done after all."""
        self._act("reopen", number, who=who, now=now)

    def _act(self, act: str, number: int, *, who: Person, now: datetime) -> None:
        self.journal.add(act, number, {}, known=_folded, error="conclusion_unknown", who=who, now=now)


def _folded(records: tuple[Record, ...]) -> dict[int, Conclusion]:
    found: dict[int, Conclusion] = {}
    for record in records:
        number = int(record.subject)
        if record.act == "add":
            due = record.details["due_date"]
            told = record.details | {"due_date": date.fromisoformat(due) if due else None}
            found[number] = Conclusion(number, who=record.who, made_at=record.time, **told)
        elif record.act == "done" and found[number].is_open:  # whoever ticks it off a second time changes nothing
            found[number] = replace(found[number], done_by=record.who, done_at=record.time)
        elif record.act == "reopen":
            found[number] = replace(found[number], done_by="", done_at=None)
    return found
