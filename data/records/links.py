"""Links that leaders get: what each one shows, until when, how often it was opened, whether it was revoked."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from data.access import PUBLIC, VIEWER, Person
from data.database.engine import Database
from data.database.events import LINKS, Journal, Record
from data.database.moments import moment

FULL, BOARD = "full", "public"  # scopes; beside them "commune:24649"


@dataclass(frozen=True)
class Link:
    """A link.

    page, query:    what it opens first: the name of a page, its filters as codes
    scope:          FULL, BOARD, or "commune:" and a code: the most that its visitors may ever see
    frozen_at:      its numbers are those of this moment; None for a link that follows what is accepted and undone
    passcode_hash:  argon2; "" for none
    openings:       when it was opened, oldest first
    """

    number: int
    page: str
    query: dict[str, str]
    scope: str
    expires_at: datetime
    who: str
    made_at: datetime
    frozen_at: datetime | None = None
    passcode_hash: str = field(default="", repr=False)
    note: str = ""
    openings: tuple[datetime, ...] = ()
    revoked_at: datetime | None = None
    revoked_by: str = ""

    def state(self, now: datetime) -> str:
        """revoked, expired or valid."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if now >= self.expires_at else "valid"

    def visitor(self, name: str) -> Person:
        """Whoever comes through it."""
        return Person(name, PUBLIC if self.scope == BOARD else VIEWER, commune_of(self.scope))


def commune_of(scope: str) -> str | None:
    """The commune of a scope; None when it is not of one."""
    family, _, code = scope.partition(":")
    return code if family == "commune" else None


class Links:
    """The links of a store."""

    def __init__(self, database: Database):
        self.journal = Journal(database, LINKS)
        self._known: tuple[tuple, dict[int, Link]] = ((), {})  # the records, what they make: each run asks

    def all(self, *, max_age_seconds: float = 0) -> dict[int, Link]:
        """number -> link, oldest first, not to be changed; what other processes wrote may go unseen for a while."""
        self.journal.version(max_age_seconds=max_age_seconds)
        records = self.journal.known()
        if self._known[0] is not records:  # as many records of another store are not the same
            self._known = records, _folded(records)
        return self._known[1]

    def make(
        self,
        *,
        page: str,
        query: dict[str, str],
        scope: str,
        expires_at: datetime,
        who: Person,
        now: datetime,
        frozen_at: datetime | None = None,
        passcode_hash: str = "",
        note: str = "",
    ) -> Link:
        """A new link; nobody but its signed address opens it (ui/doors/tokens.py)."""
        told = {"page": page, "query": query, "scope": scope, "note": note, "passcode_hash": passcode_hash}
        told["expires_at"] = moment(expires_at).isoformat()
        told["frozen_at"] = moment(frozen_at).isoformat() if frozen_at else None

        def add(records: tuple[Record, ...]) -> list[dict]:
            number = sum(record.act == "make" for record in records) + 1
            return [{"act": "make", "subject": str(number), "details": told}]

        number = int(self.journal.append(add, now=now, who=who)[0].subject)
        return self.all()[number]

    def open(self, number: int, *, who: Person, now: datetime) -> None:
        """Someone came through it."""
        self._act("open", number, who=who, now=now)

    def revoke(self, number: int, *, who: Person, now: datetime) -> None:
        """Nobody comes through it any more, nor stays."""
        self._act("revoke", number, who=who, now=now)

    def _act(self, act: str, number: int, *, who: Person, now: datetime) -> None:
        self.journal.add(act, number, {}, known=_folded, error="link_unknown", who=who, now=now)


def _folded(records: tuple[Record, ...]) -> dict[int, Link]:
    found: dict[int, Link] = {}
    openings: dict[int, list[datetime]] = {}
    for record in records:
        number = int(record.subject)
        if record.act == "make":
            told = dict(record.details)
            for name in ("expires_at", "frozen_at"):
                told[name] = moment(datetime.fromisoformat(told[name])) if told[name] else None
            found[number] = Link(number, who=record.who, made_at=record.time, **told)
        elif record.act == "open":
            openings.setdefault(number, []).append(record.time)
        elif record.act == "revoke" and found[number].revoked_at is None:
            found[number] = replace(found[number], revoked_at=record.time, revoked_by=record.who)
    return {number: replace(link, openings=tuple(openings.get(number, ()))) for number, link in found.items()}
