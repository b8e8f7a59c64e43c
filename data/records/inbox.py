"""The inbox: what arrived by any road and waits to be accepted, sent back or set aside. Nothing is ever taken out.

An item is what one file says of itself when it arrives; its status follows from the records of the inbox and from the
log of the store: an upload in force that names the item makes it accepted, undoing that upload makes it wait again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

from data.access import Person, need
from data.database.engine import Database
from data.database.errors import StoreError
from data.database.events import INBOX, Journal, Record
from data.database.moments import moment
from data.database.originals import digest_of, keep_original, original
from data.database.state import State

STATUSES = (
    "waiting",
    "sent_back",  # the commune was asked to mend it
    "corrected",  # sent back, and what mends it has come
    "accepted",
    "set_aside",
    "refused",  # an attachment that is only listed, with the reason
)
OPEN = ("waiting", "sent_back", "refused")  # what a clerk still has to look after


@dataclass(frozen=True)
class Arrival:
    """A file as it arrives.

    road:      upload, google or mail
    key:       what it is known by: the same never arrives twice (road, message and place in it, or content)
    sender:    a mail address, or the number of a Google source; "" for a dropped file
    commune:   what the table of senders, or the source, says; None when nobody said
    is_known:  False for mail of an address that the table of senders does not have
    refused:   why a file is only listed; then there is no content
    parts:     of each sheet: kind, sheet, communes, week, is_urgent, rows, waiting, severities (when it arrived)
    unread:    codes of what could not be read
    corrects:  the item that this one mends
    replies:   ids of the messages that a mail answers, its own first
    """

    key: str
    road: str
    file: str
    received_at: datetime
    content: bytes = b""
    sender: str = ""
    subject: str = ""
    commune: str | None = None
    is_known: bool = True
    is_urgent: bool = False
    refused: str = ""
    parts: tuple[dict, ...] = ()
    unread: tuple[str, ...] = ()
    corrects: int | None = None
    replies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """An arrival in the inbox: its number, where it stands, and all that was done with it.

    why:      of the last act; upload: the one in force that counts it; undone: one that counted it before
    """

    number: int
    arrival: Arrival
    sha256: str
    arrived_at: datetime
    status: str = "waiting"
    why: str = ""
    upload: int | None = None
    undone: int | None = None
    corrected_by: tuple[int, ...] = ()
    records: tuple[Record, ...] = field(default=(), repr=False)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_urgent(self) -> bool:
        """By the subject of its mail, or because a sheet calls itself so."""
        return self.arrival.is_urgent or any(part["is_urgent"] for part in self.arrival.parts)


class Inbox:
    """The inbox of a store; `state` is always the store's, of the same moment."""

    def __init__(self, database: Database):
        self.database = database
        self.journal = Journal(database, INBOX)

    def version(self, *, max_age_seconds: float = 0) -> int:
        """Grows with every record (Journal.version)."""
        return self.journal.version(max_age_seconds=max_age_seconds)

    def items(self, state: State, *, as_of: datetime | None = None) -> dict[int, Item]:
        """number -> item, in order of arrival; as_of: as it was at a moment (with the state of that moment)."""
        records = self.journal.records()
        if as_of is not None:
            records = tuple(record for record in records if record.time <= moment(as_of))
        return _folded(records, state)

    def arrive(self, arrivals: Sequence[Arrival], *, who: Person, now: datetime) -> list[int]:
        """Keep what arrived; the number of each, in order. What is there already keeps its number and is not doubled.

        A dropped file that was set aside or sent back before waits again: the person who drops it means it.
        """
        need(who, "inbox.arrive")
        contents = {digest_of(a.content): a.content for a in arrivals if not a.refused}

        def make(records: tuple[Record, ...]) -> list[dict]:
            known = {record.details["key"]: record for record in records if record.act == "arrive"}
            last = {record.subject: record.act for record in records}
            made, number = [], sum(record.act == "arrive" for record in records)
            for arrival in arrivals:
                if arrival.key not in known:
                    number += 1
                    made.append(_arrived(number, arrival, "" if arrival.refused else digest_of(arrival.content)))
                    known[arrival.key] = None
                elif arrival.road == "upload" and known[arrival.key]:
                    subject = known[arrival.key].subject
                    if last[subject] in ("set_aside", "send_back"):
                        made.append({"act": "take_up", "subject": subject})
            return made

        def keep(connection: Connection, added: list[Record]) -> None:
            for digest in {record.details["sha256"] for record in added if record.act == "arrive"} - {""}:
                keep_original(connection, digest, contents[digest])

        self.journal.append(make, now=now, who=who, beside=keep)
        numbers = {r.details["key"]: int(r.subject) for r in self.journal.records() if r.act == "arrive"}
        return [numbers[arrival.key] for arrival in arrivals]

    def has_message(self, message: str) -> bool:
        """Whether anything of a mail arrived before."""
        start = f"mail:{message}:"
        return any(r.act == "arrive" and r.details["key"].startswith(start) for r in self.journal.records())

    def send_back(self, number: int, *, who: Person, now: datetime, why: str = "") -> None:
        """The commune is asked to mend it."""
        self._act("send_back", number, {"why": why}, who=who, now=now)

    def set_aside(self, number: int, *, who: Person, now: datetime, why: str) -> None:
        """It does not count and needs nothing more; the reason stays with it."""
        self._act("set_aside", number, {"why": why}, who=who, now=now)

    def take_up(self, number: int, *, who: Person, now: datetime) -> None:
        """It waits again."""
        self._act("take_up", number, {}, who=who, now=now)

    def say_known(self, number: int, upload: int, *, who: Person, now: datetime) -> None:
        """Its content counts already, through an upload that came another way."""
        self._act("known", number, {"upload": upload}, who=who, now=now)

    def tell_known(self, connection: Connection, number: int, upload: int, *, who: Person, now: datetime) -> None:
        """The same inside a transaction of the store; nothing where the item is told so already."""

        def make(records: tuple[Record, ...]) -> list[dict] | None:
            if number not in _numbers(records):
                raise StoreError("item_unknown", number)
            own = [r for r in records if r.subject == str(number)]
            is_told = own[-1].act == "known" and own[-1].details["upload"] == upload
            return None if is_told else [{"act": "known", "subject": str(number), "details": {"upload": upload}}]

        self.journal.add_to(connection, make, now=now, who=who)

    def link(self, number: int, corrects: int | None, *, who: Person, now: datetime) -> None:
        """Say which item this one mends; None: no one."""
        self._act("link", number, {"corrects": corrects}, who=who, now=now)

    def _act(self, act: str, number: int, details: dict, *, who: Person, now: datetime) -> None:
        self.journal.add(act, number, details, known=_numbers, error="item_unknown", who=who, now=now)

    def content(self, item: Item) -> bytes:
        """The bytes of an item as they arrived."""
        return original(self.database, item.sha256)


def _numbers(records: tuple[Record, ...]) -> set[int]:
    return {int(record.subject) for record in records if record.act == "arrive"}


def _arrived(number: int, arrival: Arrival, digest: str) -> dict:
    details = asdict(replace(arrival, content=b""))
    details |= {"received_at": moment(arrival.received_at).isoformat(), "sha256": digest}
    del details["content"]
    return {"act": "arrive", "subject": str(number), "details": details}


def _folded(records: tuple[Record, ...], state: State) -> dict[int, Item]:
    """The items that the records make, oldest first."""
    of_item: dict[int, list[Record]] = {}
    for record in records:
        of_item.setdefault(int(record.subject), []).append(record)
    uploads: dict[int, list[int]] = {}
    for number, upload in state.uploads.items():
        if item := upload.details.get("item"):
            uploads.setdefault(item, []).append(number)
    items = {number: _item(number, told, uploads.get(number, []), state) for number, told in of_item.items()}
    for number, item in list(items.items()):
        earlier = items.get(item.arrival.corrects or 0)
        if earlier and item.status != "set_aside":
            status = "corrected" if earlier.status == "sent_back" else earlier.status
            mended = (*earlier.corrected_by, number)
            items[earlier.number] = replace(earlier, status=status, corrected_by=mended)
    return items


NAMES = {f.name for f in fields(Arrival)} - {"content"}


def _item(number: int, records: list[Record], uploads: list[int], state: State) -> Item:
    first, last = records[0], records[-1]
    told = {name: first.details[name] for name in NAMES if name in first.details}
    told |= {name: tuple(told[name]) for name in ("parts", "unread", "replies")}
    told["received_at"] = moment(datetime.fromisoformat(told["received_at"]))
    for record in records:
        if record.act == "link":
            told["corrects"] = record.details["corrects"]
    uploads = uploads + [record.details["upload"] for record in records if record.act == "known"]
    counting = [upload for upload in uploads if upload in state.in_force]
    status = {"send_back": "sent_back", "set_aside": "set_aside"}.get(_last_act(records), "waiting")
    if counting:
        status = "accepted"
    elif told["refused"] and status == "waiting":
        status = "refused"
    return Item(
        number=number,
        arrival=Arrival(**told),
        sha256=first.details["sha256"],
        arrived_at=first.time,
        status=status,
        why=last.details.get("why", "") if status != "accepted" else "",
        upload=max(counting, default=None),
        undone=None if counting else max(uploads, default=None),
        records=tuple(records),
    )


def _last_act(records: list[Record]) -> str:
    """The last record that says where an item stands; a link says nothing of it."""
    return next((record.act for record in reversed(records) if record.act != "link"), "arrive")


def pending_reports(items: Iterable[Item]) -> pd.DataFrame:
    """The weekly reports that came and are not accepted.

    out:  one row per (commune, week): commune, week_start_date, pending ("submitted", or "sent_back" when nothing newer
          has come), item: the latest of them; urgent reports are not the weekly ones
    """
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for item in items:
        if item.status not in ("waiting", "sent_back"):
            continue
        status = "submitted" if item.status == "waiting" else "sent_back"
        for part in item.arrival.parts:
            if part["kind"] == "weekly_reports" and not part["is_urgent"]:
                for key in ((commune, week) for commune in part["communes"] for week in part["weeks"]):
                    if status == "submitted" or key not in found or found[key][0] == "sent_back":
                        found[key] = (status, item.number)
    rows = [(commune, pd.Timestamp(week), *told) for (commune, week), told in found.items()]
    frame = pd.DataFrame(rows, columns=["commune", "week_start_date", "pending", "item"])
    return frame.astype({"commune": "str", "week_start_date": "datetime64[us]", "pending": "str", "item": "Int64"})
