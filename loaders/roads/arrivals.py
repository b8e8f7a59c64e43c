"""What arrives by any road: read once, put into the inbox, and accepted by itself only where the office said so."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from types import MappingProxyType

from data import reference
from data.access import MACHINE, Person
from data.records.inbox import Arrival, Item
from data.reference import senders
from data.uploads.parts import Receipt
from data.uploads.store import Store
from loaders.child import read_safely
from loaders.evidence.layouts import sender_key
from loaders.reading import Answers, Outcome, Reading, Source
from loaders.roads.corrections import find_corrected
from loaders.roads.messages import Letter

MAILBOX = Person("mailbox", MACHINE)  # who put it into the inbox
NOTHING_ATTACHED = "mail_nothing_attached"
CLOCKS_DIFFER = timedelta(minutes=15)  # a sender's clock may be a little fast


# reading what arrived
def envelope(arrival: Arrival) -> tuple[tuple[str, str], ...]:
    """What was said around a file: the subject of its mail, the commune of its sender."""
    known = reference.load().communes()
    said = [("subject", arrival.subject)] if arrival.subject else []
    return (*said, ("sender", known[arrival.commune].name)) if arrival.commune in known else tuple(said)


def sender_of(arrival: Arrival) -> str:
    """What decisions on layouts are kept under."""
    return sender_key(arrival.road, arrival.sender, arrival.file)


def read_arrival(
    store: Store, arrival: Arrival, content: bytes, *, as_of: date, answers: Mapping[str, Answers] | None = None
) -> Outcome:
    """What a file gives, with what was said around it, what a person answered, and what is remembered of its sender."""
    decisions = partial(store.decisions.find, sender_of(arrival))
    source = Source(arrival.file, content, envelope(arrival))
    return read_safely(source, as_of=as_of, answers=answers, decisions=decisions)


def reread(store: Store, item: Item, *, as_of: date, answers: Mapping[str, Answers] | None = None) -> Outcome:
    """An item of the inbox read again."""
    return read_arrival(store, item.arrival, store.inbox.content(item), as_of=as_of, answers=answers)


def described(reading: Reading) -> dict:
    """What the inbox keeps about a sheet: small, and enough for its list."""
    weeks = [reading.week_start_date] if reading.week_start_date else []
    communes = set(reading.communes)
    if "week_start_date" in reading.frame and not weeks:
        weeks = [week.date() for week in reading.frame["week_start_date"].dropna().unique()]
    if "commune" in reading.frame:
        communes |= set(reading.frame["commune"].dropna().unique())
    return {
        "kind": reading.kind,
        "sheet": reading.sheet,
        "communes": sorted(communes),
        "weeks": sorted(week.isoformat() for week in weeks),
        "is_urgent": reading.is_urgent,
        "rows": len(reading.frame),
        "waiting": len(reading.waiting),
        "severities": dict(Counter(problem.severity.value for problem in reading.problems)),
    }


def arrive(
    store: Store,
    arrivals: Sequence[Arrival],
    *,
    who: Person,
    now: datetime,
    outcomes: Mapping[str, Outcome] = MappingProxyType({}),
) -> list[int]:
    """Read what is new and put it into the inbox, linked to what it mends; the item numbers, in order.

    outcomes:  key of an arrival -> what it gave, when it has been read already
    """
    items = store.items()
    known = {item.arrival.key for item in items.values()}
    made = []
    for arrival in arrivals:
        if not arrival.refused and arrival.key not in known:
            outcome = outcomes.get(arrival.key) or read_arrival(store, arrival, arrival.content, as_of=now.date())
            parts = tuple(described(reading) for reading in outcome.readings if reading.is_counted)
            arrival = replace(arrival, parts=parts, unread=tuple(error.code for error in outcome.unread))
            arrival = replace(arrival, corrects=find_corrected(items, arrival, outcome.marked))
        made.append(arrival)
    return store.inbox.arrive(made, who=who, now=now)


def dropped(name: str, content: bytes, now: datetime) -> Arrival:
    """A file that a clerk dropped; the same bytes under the same name are the same file."""
    digest = hashlib.sha256(content).hexdigest()
    return Arrival(key=f"upload:{digest}:{name}", road="upload", file=name, content=content, received_at=now)


def arrive_letter(store: Store, letter: Letter, *, now: datetime) -> list[int]:
    """The attachments of a message into the inbox; the item numbers. The same message never arrives twice.

    Received when the message says it was sent; a moment that has not come yet is not believed. A message of a known
    sender without any attachment is listed, for its report may stand in the text.
    """
    known = senders.load()
    said = letter.sent_at if letter.sent_at and letter.sent_at <= now + CLOCKS_DIFFER else letter.arrived_at
    told = Arrival(
        key="",
        road="mail",
        file="",
        received_at=min(said or now, now),
        sender=letter.sender,
        subject=letter.subject,
        commune=known.commune(letter.sender),
        is_known=known.knows(letter.sender),
        is_urgent=letter.is_urgent,
        replies=(letter.id, *letter.replies_to),
    )
    arrivals = [
        replace(told, key=_mail_key(letter, n, a.content), file=a.name, content=a.content, refused=a.refused)
        for n, a in enumerate(letter.attachments, 1)
    ]
    if not arrivals and told.is_known:
        arrivals = [replace(told, key=_mail_key(letter, 0, b""), file=letter.subject[:120], refused=NOTHING_ATTACHED)]
    return arrive(store, arrivals, who=MAILBOX, now=now)


def _mail_key(letter: Letter, place: int, content: bytes) -> str:
    """The same for the same attachment; a device that gives all its mail one id loses nothing."""
    return f"mail:{letter.id}:{place}:{hashlib.sha256(content).hexdigest()[:16]}"


# accepting
def first_received_at(items: Mapping[int, Item], item: Item) -> datetime:
    """When the first of a line of corrections was received: a correction does not make a report late."""
    received_at, seen = item.arrival.received_at, {item.number}
    while (earlier := items.get(item.arrival.corrects or 0)) and earlier.number not in seen:
        received_at, item = min(received_at, earlier.arrival.received_at), earlier
        seen.add(earlier.number)
    return received_at


def superseded(store: Store, items: Mapping[int, Item], item: Item) -> list[int]:
    """The uploads in force that an item is the newer state of: of what it mends, or of the same Google sheet."""
    numbers, seen, step = [], {item.number}, item
    while (earlier := items.get(step.arrival.corrects or 0)) and earlier.number not in seen:
        numbers += [earlier.upload] if earlier.upload else []
        seen.add(earlier.number)
        step = earlier
    if item.arrival.road == "google":
        same = [i for i in items.values() if (i.arrival.road, i.arrival.sender) == ("google", item.arrival.sender)]
        numbers += [i.upload for i in same if i.upload and i.number != item.number]
    return sorted(set(numbers))


def accept_item(store: Store, item: Item, parts: Sequence[Reading], *, who: Person, now: datetime, **how) -> Receipt:
    """Accept an item of the inbox; how: received_at, again, supersedes, as of Store.accept."""
    how.setdefault("received_at", first_received_at(store.items(), item))
    return store.accept(
        name=item.arrival.file,
        content=store.inbox.content(item),
        parts=parts,
        who=who,
        now=now,
        item=item.number,
        is_correction=item.arrival.corrects is not None,
        **how,
    )
