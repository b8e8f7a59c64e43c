"""The state of the store: which uploads are in force after a run of records, and what replaces what."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from data import schemas
from data.database.errors import StoreError

SETTLES_SHARE = (
    0.5  # a list settles an earlier one that it contains at least by half; a chance meeting of rows does not
)


@dataclass(frozen=True)
class Event:
    """One record.

    details of an accept: parts, overlaps {kind: [[earlier number, its rows met again, its rows]]}; where it is so,
    item, supersedes [earlier number], is_correction, row_hashes {kind: chain.rows_hash of its rows},
    totals {kind: {"lines": how many, field: what it adds up to}}
    """

    event_no: int
    time: datetime
    who: str
    act: str
    number: int | None = None
    why: str = ""
    batch_id: str | None = None
    file: str | None = None
    received_at: datetime | None = None
    sha256: str | None = None
    content_key: str | None = None
    again: str | None = None
    is_demo: bool = False
    details: dict = field(default_factory=dict)
    hash: str | None = None

    def parts(self, kind: str) -> list[dict]:
        return [part for part in self.details["parts"] if part["kind"] == kind]

    def keys(self, kind: str) -> set[tuple]:
        """What this upload reports on: (commune, week, is_urgent), or (commune, indicator) for targets."""
        return {tuple(key) for part in self.parts(kind) for key in part["keys"]}

    def rows(self, kind: str) -> int:
        return sum(part["rows"] for part in self.parts(kind))

    def overlaps(self, kind: str) -> list[tuple[int, int, int]]:
        return [tuple(entry) for entry in self.details["overlaps"].get(kind, [])]


class State:
    """Which uploads are in force after some events, and what replaces what."""

    def __init__(self, events: tuple[Event, ...]):
        self.events = events
        self.uploads = {event.number: event for event in events if event.act == "accept"}
        in_force: dict[int, bool] = {}
        for event in events:
            numbers = event.details["numbers"] if event.act == "clear_demo" else [event.number]
            in_force.update(dict.fromkeys(numbers, event.act in ("accept", "restore")))
        self.in_force = [number for number in sorted(in_force) if in_force[number]]

    def switched(self, number: int) -> "State":
        """This state with one upload undone, or restored."""
        other = State(self.events)
        other.in_force = sorted({*self.in_force} ^ {number})
        return other

    @property
    def event_no(self) -> int:
        return self.events[-1].event_no if self.events else 0

    @property
    def demo(self) -> list[int]:
        """The numbers of the demonstration's uploads in force."""
        return [number for number in self.in_force if self.uploads[number].is_demo]

    def upload(self, number: int) -> Event:
        if number not in self.uploads:
            raise StoreError("upload_unknown", number)
        return self.uploads[number]

    def same_content(self, sha256: str, content_key: str) -> int | None:
        """The upload in force that says the same, by its bytes or by what can be read in it.

        One of which something is replaced does not say it any more: the first state sent again after a wrong
        correction is news.
        """
        for number in self.in_force:
            upload = self.uploads[number]
            is_same = sha256 == upload.sha256 or content_key == upload.content_key
            if is_same and not self.replaced_by(number):
                return number
        return None

    @cached_property
    def owners(self) -> dict[str, dict[tuple, int]]:
        """For weekly reports and targets: what is reported on → the latest upload in force, which counts."""
        owners: dict[str, dict[tuple, int]] = {"weekly_reports": {}, "targets": {}}
        for number in self.in_force:
            for kind, of_kind in owners.items():
                of_kind.update(dict.fromkeys(self.uploads[number].keys(kind), number))
        return owners

    @cached_property
    def replaced(self) -> dict[tuple[str, int], set[int]]:
        """(kind, earlier number) → the uploads in force that were accepted to replace its list."""
        return self._earlier(lambda upload, met, rows: upload.again == "replace")

    @cached_property
    def settled(self) -> dict[tuple[str, int], set[int]]:
        """(kind, earlier number) → the uploads in force that settle its waiting rows and remarks."""
        return self._earlier(lambda upload, met, rows: upload.again == "replace" or met >= rows * SETTLES_SHARE)

    def _earlier(self, is_meant: Callable[[Event, int, int], bool]) -> dict[tuple[str, int], set[int]]:
        found: dict[tuple[str, int], set[int]] = {}
        for number in self.in_force:
            upload = self.uploads[number]
            for kind in upload.details["overlaps"]:
                for earlier, met, rows in upload.overlaps(kind):
                    if is_meant(upload, met, rows):
                        found.setdefault((kind, earlier), set()).add(number)
            for earlier in upload.details.get("supersedes", ()):
                for kind in schemas.LINE_KINDS:
                    if upload.parts(kind):
                        found.setdefault((kind, earlier), set()).add(number)
        return found

    def counting(self, kind: str) -> list[Event]:
        """The uploads in force with rows of a kind, without lists that a later upload replaces."""
        uploads = [self.uploads[number] for number in self.in_force if self.uploads[number].rows(kind)]
        return [upload for upload in uploads if (kind, upload.number) not in self.replaced]

    @cached_property
    def counting_numbers(self) -> dict[str, set[int]]:
        """List kind -> the numbers of the uploads that count (see `counting`)."""
        return {kind: {upload.number for upload in self.counting(kind)} for kind in schemas.LINE_KINDS}

    def replaced_by(self, number: int) -> tuple[int, ...]:
        """The later uploads in force because of which something of this one does not count."""
        upload, found = self.uploads[number], set()
        for kind in schemas.LINE_KINDS:
            found |= self.replaced.get((kind, number), set())
        for kind, owners in self.owners.items():
            found |= {owners[key] for key in upload.keys(kind) if owners.get(key, 0) > number}
        return tuple(sorted(found))

    def is_settled(self, number: int, part: dict) -> bool:
        """Waiting rows and remarks of a part stand until a later upload tells the same again."""
        if part["kind"] in schemas.LINE_KINDS:
            return (part["kind"], number) in self.settled
        owners = self.owners[part["kind"]]
        keys = {tuple(key) for key in part["keys"] or part["received"]}
        return bool(keys) and all(owners.get(key, 0) > number for key in keys)
