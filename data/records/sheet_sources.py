"""The Google Sheets that the office follows: their links, how far they are trusted, and what came of the last look."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from data.access import Person
from data.database.engine import Database
from data.database.events import SHEETS, Journal, Record

DEFAULT_MINUTES = 15


@dataclass(frozen=True)
class SheetSource:
    """One Google Sheet.

    link:         the id in its address
    commune:      whose sheet it is, when the office says so; None when the sheet itself names the communes
    is_trusted:   new content counts by itself when nothing in it blocks or asks
    changed_at:   when its content last changed; fingerprint: of that content
    failed_at:    since when it cannot be fetched; reason: the code of why; both empty while it can
    """

    number: int
    link: str
    name: str
    commune: str | None = None
    is_trusted: bool = False
    minutes: int = DEFAULT_MINUTES
    who: str = ""
    added_at: datetime | None = None
    fingerprint: str = ""
    changed_at: datetime | None = None
    failed_at: datetime | None = None
    reason: str = ""
    found: str = ""

    def is_due(self, looked_at: datetime | None, now: datetime) -> bool:
        """Whether it is time to look again."""
        return looked_at is None or now - looked_at >= timedelta(minutes=self.minutes)


class SheetSources:
    """The sources of a store."""

    def __init__(self, database: Database):
        self.journal = Journal(database, SHEETS)

    def all(self) -> dict[int, SheetSource]:
        """number -> source, those that were removed left out."""
        return _folded(self.journal.records())

    def add(
        self,
        link: str,
        *,
        name: str,
        commune: str | None = None,
        is_trusted: bool = False,
        minutes: int = DEFAULT_MINUTES,
        who: Person,
        now: datetime,
    ) -> int:
        """Follow a sheet; the number of its source. One that is followed already keeps its number."""
        told = {"link": link, "name": name, "commune": commune, "is_trusted": is_trusted, "minutes": minutes}

        def make(records: tuple[Record, ...]) -> list[dict] | None:
            if any(source.link == link for source in _folded(records).values()):
                return None
            number = sum(record.act == "add" for record in records) + 1
            return [{"act": "add", "subject": str(number), "details": told}]

        self.journal.append(make, now=now, who=who)
        return next(number for number, source in self.all().items() if source.link == link)

    def change(self, number: int, *, who: Person, now: datetime, **told: object) -> None:
        """Say its name, commune, trust or minutes anew."""
        self._act("change", number, told, who=who, now=now)

    def remove(self, number: int, *, who: Person, now: datetime) -> None:
        """Follow it no more; what came from it stays."""
        self._act("remove", number, {}, who=who, now=now)

    def say_fetched(self, number: int, fingerprint: str, *, name: str, who: Person, now: datetime) -> None:
        """It was fetched; recorded only when that is news: other content, another name, or after a failure."""
        known = self.all().get(number)
        if known and (known.fingerprint, known.reason, known.name) == (fingerprint, "", name):
            return
        self._act("fetched", number, {"fingerprint": fingerprint, "name": name}, who=who, now=now)

    def say_failed(self, number: int, reason: str, found: str, *, who: Person, now: datetime) -> None:
        """It could not be fetched; recorded when the reason is another than before."""
        known = self.all().get(number)
        if known and known.reason == reason:
            return
        self._act("failed", number, {"reason": reason, "found": found}, who=who, now=now)

    def _act(self, act: str, number: int, details: dict, *, who: Person, now: datetime) -> None:
        self.journal.add(act, number, details, known=_folded, error="source_unknown", who=who, now=now)


def _folded(records: tuple[Record, ...]) -> dict[int, SheetSource]:
    found: dict[int, SheetSource] = {}
    for record in records:
        number, told = int(record.subject), record.details
        if record.act == "add":
            found[number] = SheetSource(number, who=record.who, added_at=record.time, **told)
        elif number not in found:
            continue
        elif record.act == "remove":
            del found[number]
        elif record.act == "change":
            found[number] = replace(found[number], **told)
        elif record.act == "fetched":
            is_new = told["fingerprint"] != found[number].fingerprint
            changed_at = record.time if is_new else found[number].changed_at
            found[number] = replace(
                found[number],
                name=told["name"],
                fingerprint=told["fingerprint"],
                changed_at=changed_at,
                failed_at=None,
                reason="",
                found="",
            )
        elif record.act == "failed":
            failed_at = found[number].failed_at or record.time
            found[number] = replace(found[number], failed_at=failed_at, reason=told["reason"], found=told["found"])
    return found
