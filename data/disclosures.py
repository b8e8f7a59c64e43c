"""What left the house with names in it, or for the public: who took it, when, and what it was. Never the names."""

from datetime import datetime

from data.access import Person
from data.journal import Journal, Record
from data.store_files import DISCLOSURES, Place

ACTS = ("names", "original", "letters", "publish")


class Disclosures:
    """The disclosures of a store."""

    def __init__(self, place: Place):
        self.journal = Journal(place, DISCLOSURES)

    def all(self) -> tuple[Record, ...]:
        """Every record, oldest first; `details` says what it was."""
        return self.journal.records()

    def record(self, act: str, details: dict, *, who: Person, now: datetime) -> None:
        """Written before anything is shown: who may not take it gets NotAllowed and nothing else."""
        assert act in ACTS, act
        self.journal.append(lambda records: [{"act": act, "details": details}], now=now, who=who)
