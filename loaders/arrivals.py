"""What arrives by any road: read once, put into the inbox, and accepted by itself only where the office said so."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from data import reference
from data.inbox import Arrival, Item
from data.store import Store
from data.store_parts import Receipt
from loaders import read
from loaders.corrections import find_corrected
from loaders.reading import Answers, Outcome, Reading, Source

CLOCKS_DIFFER = timedelta(minutes=15)  # a sender's clock may be a little fast


# reading what arrived
def envelope(arrival: Arrival) -> tuple[tuple[str, str], ...]:
    """What was said around a file: the subject of its mail, the commune of its sender."""
    known = reference.load().communes()
    said = [("subject", arrival.subject)] if arrival.subject else []
    return (*said, ("sender", known[arrival.commune].name)) if arrival.commune in known else tuple(said)


def source_of(item: Item, content: bytes) -> Source:
    return Source(item.arrival.file, content, envelope(item.arrival))


def reread(store: Store, item: Item, *, as_of: date, answers: Mapping[str, Answers] | None = None) -> Outcome:
    """An item of the inbox read again, with what a person answered."""
    return read(source_of(item, store.inbox.content(item)), as_of=as_of, answers=answers)


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


def arrive(store: Store, arrivals: Sequence[Arrival], *, who: str, now: datetime) -> list[int]:
    """Read what is new and put it into the inbox, linked to what it mends; the item numbers, in order."""
    items = store.items()
    known = {item.arrival.key for item in items.values()}
    made = []
    for arrival in arrivals:
        if not arrival.refused and arrival.key not in known:
            outcome = read(Source(arrival.file, arrival.content, envelope(arrival)), as_of=now.date())
            parts = tuple(described(reading) for reading in outcome.readings if reading.is_counted)
            arrival = replace(arrival, parts=parts, unread=tuple(error.code for error in outcome.unread))
            arrival = replace(arrival, corrects=find_corrected(items, arrival, outcome.marked))
        made.append(arrival)
    return store.inbox.arrive(made, who=who, now=now)


def dropped(name: str, content: bytes, now: datetime) -> Arrival:
    """A file that a clerk dropped; the same bytes under the same name are the same file."""
    digest = hashlib.sha256(content).hexdigest()
    return Arrival(key=f"upload:{digest}:{name}", road="upload", file=name, content=content, received_at=now)


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


def accept_item(store: Store, item: Item, parts: Sequence[Reading], *, who: str, now: datetime, **how) -> Receipt:
    """Accept an item of the inbox; how: received_at, again, supersedes, as of Store.accept."""
    how.setdefault("received_at", first_received_at(store.items(), item))
    receipt = store.accept(
        name=item.arrival.file,
        content=store.inbox.content(item),
        parts=parts,
        who=who,
        now=now,
        item=item.number,
        is_correction=item.arrival.corrects is not None,
        **how,
    )
    if receipt.already is not None:
        store.inbox.say_known(item.number, receipt.already, who=who, now=now)
    return receipt
