"""Decisions on layouts: what a clerk said once about the columns of a sheet; kept, shown, and taken back.

A decision holds for one sender and one header (loaders/evidence/layouts.py). The later of two for the same is in force;
the earlier stays as replaced, and does not come back when the later one is taken back: then it is asked again.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from data.access import Person
from data.database.engine import Database
from data.database.errors import StoreError
from data.database.events import DECISIONS, Journal, Record

Pairs = tuple[tuple[str, str], ...]
OF_COMMUNE = ("commune_not_stated", "commune_conflict")  # a tick that says whose sheet it is


@dataclass(frozen=True)
class Layout:
    """What a person said about a sheet that holds for the next one too: never a week, never a value.

    columns:  (key of a header, field)
    units:    ("good:…", "indicator:…" or "column:…", unit)
    ticks:    (problem code, what was found, without its digits)
    """

    kind: str | None = None
    commune: str | None = None
    columns: Pairs = ()
    units: Pairs = ()
    ticks: Pairs = ()

    @property
    def is_empty(self) -> bool:
        return self == Layout()

    def joined(self, later: "Layout") -> "Layout":
        """Both; where they speak of the same the later one holds."""
        says_commune = later.commune or any(code in OF_COMMUNE for code, _ in later.ticks)
        kept = {(code, found) for code, found in self.ticks if not (says_commune and code in OF_COMMUNE)}
        return Layout(
            later.kind or self.kind,
            later.commune if says_commune else self.commune,
            tuple(sorted((dict(self.columns) | dict(later.columns)).items())),
            tuple(sorted((dict(self.units) | dict(later.units)).items())),
            tuple(sorted({*kept, *later.ticks})),
        )

    def without_identity(self) -> "Layout":
        """What may be held against a sheet whose sender is not known: the words of its header alone."""
        ticks = tuple((code, found) for code, found in self.ticks if code not in OF_COMMUNE)
        return replace(self, kind=None, commune=None, ticks=ticks)


@dataclass(frozen=True)
class Decision:
    """One decision.

    labels:  key in the layout -> the words as the sheet has them
    state:   in_force, replaced or revoked; then by whom, when and why it ended
    """

    number: int
    sender: str
    fingerprint: str
    layout: Layout
    file: str
    sheet: str
    who: str
    time: datetime
    labels: Mapping[str, str] = field(default_factory=dict)
    state: str = "in_force"
    ended_by: str = ""
    ended_at: datetime | None = None
    why: str = ""


class Decisions:
    """The decisions of a store."""

    def __init__(self, database: Database):
        self.journal = Journal(database, DECISIONS)

    def version(self, *, max_age_seconds: float = 0) -> int:
        """Grows with every record (Journal.version)."""
        return self.journal.version(max_age_seconds=max_age_seconds)

    def keep(
        self,
        sender: str,
        fingerprint: str,
        layout: Layout,
        *,
        file: str,
        sheet: str,
        who: Person,
        now: datetime,
        labels: Mapping[str, str] = MappingProxyType({}),
    ) -> int | None:
        """Keep what was said, beside what is in force for the same; the number, or None when that says it all."""

        def make(records: tuple[Record, ...]) -> list[dict] | None:
            before = _in_force(_folded(records), sender, fingerprint)
            whole = before.layout.joined(layout) if before else Layout().joined(layout)
            if whole == (before.layout if before else Layout()):
                return None
            number = sum(record.act == "keep" for record in records) + 1
            told = {"sender": sender, "fingerprint": fingerprint, "file": file, "sheet": sheet, "layout": asdict(whole)}
            told["labels"] = (dict(before.labels) if before else {}) | dict(labels)
            return [{"act": "keep", "subject": str(number), "details": told}]

        if not fingerprint or layout.is_empty:
            return None
        made = self.journal.append(make, now=now, who=who)
        return int(made[0].subject) if made else None

    def revoke(self, number: int, *, who: Person, now: datetime, why: str = "") -> None:
        """Take a decision back: from now on it is asked again. One that has ended already stays as it is."""

        def make(records: tuple[Record, ...]) -> list[dict] | None:
            decisions = _folded(records)
            if number not in decisions:
                raise StoreError("decision_unknown", number)
            is_over = decisions[number].state != "in_force"
            return None if is_over else [{"act": "revoke", "subject": str(number), "details": {"why": why}}]

        self.journal.append(make, now=now, who=who)

    def find(self, sender: str, fingerprint: str) -> Decision | None:
        """The decision in force for a header of a sender."""
        return _in_force(_folded(self.journal.records()), sender, fingerprint)

    def in_force(self) -> list[Decision]:
        """Newest first."""
        return [decision for decision in self.history() if decision.state == "in_force"]

    def history(self) -> list[Decision]:
        """Every decision, replaced and revoked ones too, newest first."""
        return list(reversed(_folded(self.journal.records()).values()))


def _in_force(decisions: dict[int, Decision], sender: str, fingerprint: str) -> Decision | None:
    same = [d for d in decisions.values() if (d.sender, d.fingerprint) == (sender, fingerprint)]
    return next((d for d in same if d.state == "in_force"), None)


def _folded(records: tuple[Record, ...]) -> dict[int, Decision]:
    found: dict[int, Decision] = {}
    for record in records:
        number, told = int(record.subject), record.details
        end = {"ended_by": record.who, "ended_at": record.time}
        if record.act == "keep":
            before = _in_force(found, told["sender"], told["fingerprint"])
            if before:
                found[before.number] = replace(before, state="replaced", **end)
            layout = _layout(told["layout"])
            names = {name: told[name] for name in ("sender", "fingerprint", "file", "sheet", "labels")}
            found[number] = Decision(number, layout=layout, who=record.who, time=record.time, **names)
        elif record.act == "revoke":
            found[number] = replace(found[number], state="revoked", why=told["why"], **end)
    return found


def _layout(told: dict) -> Layout:
    """A layout as JSON gives it back: its pairs are lists."""
    pairs = {name: tuple(tuple(pair) for pair in told[name]) for name in ("columns", "units", "ticks")}
    return Layout(told["kind"], told["commune"], **pairs)
