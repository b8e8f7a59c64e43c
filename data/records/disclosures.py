"""What left the house with names in it, or for the public: who took it, when, and what it was. Never the names."""

from datetime import datetime

from data.access import Person
from data.database.engine import Database
from data.database.events import DISCLOSURES, Journal, Record

ACTS = ("names", "original", "letters", "publish")


class Disclosures:
    """The disclosures of a store."""

    def __init__(self, database: Database):
        self.journal = Journal(database, DISCLOSURES)

    def all(self) -> tuple[Record, ...]:
        """Every record, oldest first; `details` says what it was."""
        return self.journal.records()

    def record(self, act: str, details: dict, *, who: Person, now: datetime) -> None:
        """Written before anything is shown: who may not take it gets NotAllowed and nothing else."""
        assert act in ACTS, act
        self.journal.append(lambda records: [{"act": act, "details": details}], now=now, who=who)
