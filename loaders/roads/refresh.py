"""One look at a Google Sheet that the office follows: nothing new, waiting, accepted by itself, or failed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from data import schemas
from data.access import MACHINE, Person
from data.database.state import SETTLES_SHARE
from data.records.inbox import Arrival
from data.records.sheet_sources import SheetSource
from data.uploads.store import Store
from loaders.problems import Severity
from loaders.reading import Outcome
from loaders.roads.arrivals import accept_item, arrive, reread, superseded
from loaders.roads.google_sheets import Fetched, GoogleError

WHO = Person("Google Sheets", MACHINE)
NEWER = "newer_state"  # why an earlier state that still waited is set aside


@dataclass(frozen=True)
class Look:
    """What came of a look. state: unchanged, waiting, accepted or failed; item, upload: their numbers."""

    state: str
    reason: str = ""
    item: int | None = None
    upload: int | None = None


def look(
    store: Store, source: SheetSource, fetch: Callable[[str], Fetched], *, now: datetime, who: Person = WHO
) -> Look:
    """Fetch a sheet and take it in; what was there stays when it cannot be fetched.

    fetch:  the id of the sheet -> its content (loaders.roads.google_sheets.fetch with the office's key)
    errors: StoreError of the store; a sheet that cannot be fetched is a state and no error
    """
    try:
        fetched = fetch(source.link)
    except GoogleError as error:
        store.sheets.say_failed(source.number, error.code, error.found, who=who, now=now)
        return Look("failed", error.code)
    is_known = fetched.fingerprint == source.fingerprint
    if not is_known:
        result = _take(store, source, fetched, now=now, who=who)
    store.sheets.say_fetched(source.number, fetched.fingerprint, name=fetched.name, who=who, now=now)
    return Look("unchanged") if is_known else result


def _take(store: Store, source: SheetSource, fetched: Fetched, *, now: datetime, who: Person) -> Look:
    """New content into the inbox, in the place of an earlier state that still waits; accepted where it may be."""
    before = [
        item
        for item in store.items().values()
        if (item.arrival.road, item.arrival.sender) == ("google", str(source.number))
    ]
    arrival = Arrival(
        key=f"google:{source.number}:{len(before)}:{fetched.fingerprint}",
        road="google",
        file=fetched.name,
        content=fetched.content,
        received_at=now,
        sender=str(source.number),
        commune=source.commune,
    )
    (number,) = arrive(store, [arrival], who=who, now=now)
    for earlier in before:
        if earlier.is_open and earlier.number != number:
            store.inbox.set_aside(earlier.number, who=who, now=now, why=NEWER)
    upload = _accept_by_itself(store, number, now=now, who=who) if source.is_trusted else None
    return Look("accepted" if upload else "waiting", item=number, upload=upload)


def _accept_by_itself(store: Store, number: int, *, now: datetime, who: Person) -> int | None:
    """The number of the upload, or None when a person has to look: something blocks or asks, or much has gone."""
    items = store.items()
    item = items[number]
    outcome = reread(store, item, as_of=now.date())
    parts = [reading for reading in outcome.readings if reading.is_counted]
    earlier = superseded(store, items, item)
    if not parts or not is_clean(outcome) or not _goes_on(store, parts, store.inbox.content(item), earlier):
        return None
    receipt = accept_item(store, item, parts, who=who, now=now, supersedes=earlier)
    return receipt.already or receipt.number


def is_clean(outcome: Outcome) -> bool:
    """Nothing blocks, nothing is asked, every sheet was read."""
    severities = {problem.severity for reading in outcome.readings for problem in reading.problems}
    unread = [error for error in outcome.unread if error.code != "sheet_not_recognised"]
    return not unread and not severities & {Severity.BLOCKS, Severity.ASKS}


def _goes_on(store: Store, parts: list, content: bytes, earlier: list[int]) -> bool:
    """Whether a sheet still holds at least half of the lines of each earlier state: else it was emptied and used anew,
    and taking it for the newer state would take the earlier lines out of the numbers in silence."""
    compared = store.compare(parts, content)
    met: dict[tuple[str, int], bool] = {}
    for part in compared.parts:
        for number, again, rows in part.related:
            met[part.kind, number] = again >= rows * SETTLES_SHARE
    lists = {(kind, number) for kind in schemas.LINE_KINDS for number in earlier if store.rows_of(number, kind)}
    return all(met.get(one, False) for one in lists)
