"""Questions on a number, and the communes' answers: kept with the number, whatever is uploaded, undone or corrected."""

from dataclasses import dataclass, replace
from datetime import datetime

from data.access import Person
from data.database.engine import Database
from data.database.events import QUESTIONS, Journal, Record


@dataclass(frozen=True)
class NumberQuestion:
    """A question on a number.

    address:  the number's own (report/addresses.py): what it adds up and which part; it names no upload
    shown:    the number as it stood when it was asked about; None when nothing was reported
    answers:  (text, who wrote it down, when), oldest first
    """

    number: int
    address: str
    commune: str | None
    text: str
    who: str
    asked_at: datetime
    shown: float | None = None
    answers: tuple[tuple[str, str, datetime], ...] = ()
    is_closed: bool = False

    @property
    def is_open(self) -> bool:
        return not self.is_closed and not self.answers


class NumberQuestions:
    """The questions of a store."""

    def __init__(self, database: Database):
        self.journal = Journal(database, QUESTIONS)

    def all(self) -> dict[int, NumberQuestion]:
        """number -> question, oldest first."""
        return _folded(self.journal.records())

    def about(self, address: str) -> list[NumberQuestion]:
        """The questions on one number, oldest first."""
        return [question for question in self.all().values() if question.address == address]

    def ask(
        self, address: str, text: str, *, commune: str | None, shown: float | None, who: Person, now: datetime
    ) -> int:
        """Ask about a number; the number of the question."""
        told = {"address": address, "text": text, "commune": commune, "shown": shown}

        def make(records: tuple[Record, ...]) -> list[dict]:
            number = sum(record.act == "ask" for record in records) + 1
            return [{"act": "ask", "subject": str(number), "details": told}]

        return int(self.journal.append(make, now=now, who=who)[0].subject)

    def answer(self, number: int, text: str, *, who: Person, now: datetime) -> None:
        """Write down what the commune says."""
        self._act("answer", number, {"text": text}, who=who, now=now)

    def close(self, number: int, *, who: Person, now: datetime) -> None:
        """It needs no answer any more."""
        self._act("close", number, {}, who=who, now=now)

    def _act(self, act: str, number: int, details: dict, *, who: Person, now: datetime) -> None:
        self.journal.add(act, number, details, known=_folded, error="question_unknown", who=who, now=now)


def _folded(records: tuple[Record, ...]) -> dict[int, NumberQuestion]:
    found: dict[int, NumberQuestion] = {}
    for record in records:
        number = int(record.subject)
        if record.act == "ask":
            found[number] = NumberQuestion(number, who=record.who, asked_at=record.time, **record.details)
        elif record.act == "answer":
            said = (record.details["text"], record.who, record.time)
            found[number] = replace(found[number], answers=(*found[number].answers, said))
        elif record.act == "close":
            found[number] = replace(found[number], is_closed=True)
    return found
