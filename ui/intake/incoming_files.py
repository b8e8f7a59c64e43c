"""What a person looks at before it counts, a dropped file or an item of the inbox: read with every answer, accepted."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import streamlit as st

from data.access import Person
from data.records.inbox import Arrival, Item
from loaders import Answers, Outcome, Reading
from loaders.evidence.layouts import keep_decisions
from loaders.problems import Severity
from loaders.reading import open_questions
from loaders.roads import arrivals
from ui.frame import session
from words.texts import heading, t


@dataclass
class IncomingFile:
    """One file and all that was said about it; lives in the session until it is taken off the screen.

    item:        its number in the inbox
    supersedes:  uploads in force that it is the newer state of; again: how it meets what is there ("supersede", or as
                 of Store.accept)
    """

    arrival: Arrival
    content: bytes
    item: int | None = None
    is_on_uploader: bool = False
    supersedes: tuple[int, ...] = ()
    answers: dict[str, Answers] = field(default_factory=dict)
    left_out: set[tuple[str, str]] = field(default_factory=set)
    again: str = "add_new"
    outcome: Outcome | None = None
    read_with: tuple | None = None
    compared_at: tuple | None = None
    comparison: object = None
    receipt: object = None

    @property
    def name(self) -> str:
        return self.arrival.file

    def answer(self, place: str) -> Answers:
        return self.answers.get(place, Answers())

    def say(self, place: str, **parts: object) -> None:
        """Write an answer down; the file is read again in this run."""
        self.answers[place] = replace(self.answer(place), **parts)

    def tick(self, place: str, keys: list[str], is_ticked: bool) -> None:
        ticked = self.answer(place).ticked
        self.say(place, ticked=ticked | set(keys) if is_ticked else ticked - set(keys))

    @property
    def state(self) -> tuple:
        """What a reading depends on: the answers, and what is remembered of layouts."""
        return dict(self.answers), session.store().decisions.version()

    def read(self) -> None:
        """Reads the file when it was not read like this yet."""
        if self.outcome is None or self.read_with != self.state:
            state, today = self.state, session.now().date()
            self.outcome = arrivals.read_arrival(
                session.store(), self.arrival, self.content, as_of=today, answers=dict(self.answers)
            )
            self.read_with, self.compared_at = state, None

    def parts(self) -> list[Reading]:
        """The readings that would be accepted."""
        return [r for r in self.outcome.readings if r.is_counted and (r.file, r.sheet) not in self.left_out]

    def compare(self) -> object:
        """What of this is in force already; asked of the store once for each state of both."""
        state = (session.source().key, frozenset(self.left_out))
        if self.compared_at != state:
            self.comparison = session.store().compare(self.parts(), self.content)
            self.compared_at = state
        return self.comparison

    def reason(self) -> str:
        """Why this file cannot be accepted yet, in words; empty when it can."""
        parts = self.parts()
        if not parts:
            return t("upload.reason.nothing")
        for part in parts:
            blocking = [p for p in part.problems if p.severity is Severity.BLOCKS and p.where.cell is None]
            if blocking:
                return t("upload.reason.blocks", sheet=part.sheet, what=heading(blocking[0].code).lower())
        asked = sum(len(open_questions(part, self.answer(part.place))) for part in parts)
        return t("upload.reason.asks", number=asked) if asked else ""

    def accept(self, who: Person, received_at: datetime) -> None:
        """One act for all sheets of the file; what was decided on its layout is kept for the next one."""
        store, now = session.store(), session.now()
        supersedes = self.supersedes if self.again == "supersede" else ()
        again = "add_new" if self.again == "supersede" else self.again
        items = store.items()
        item = items[self.item]
        if self.is_on_uploader and item.arrival.corrects:  # the time typed there is of all files on the screen
            received_at = min(received_at, arrivals.first_received_at(items, item))
        how = {"received_at": received_at, "again": again, "supersedes": supersedes}
        self.receipt = arrivals.accept_item(store, item, self.parts(), who=who, now=now, **how)
        sender = arrivals.sender_of(self.arrival)
        keep_decisions(store.decisions, sender, self.parts(), self.answers, who=who, now=now)


def dropped(files: list) -> list[IncomingFile]:
    """The drops of the files now in the uploader; a file that was taken away is off the screen, and in the inbox."""
    known: dict[str, IncomingFile] = st.session_state.setdefault("drops", {})
    for gone in set(known) - {file.file_id for file in files}:
        del known[gone]
    for file in files:
        if file.file_id not in known:
            content = file.getvalue()
            known[file.file_id] = IncomingFile(
                arrivals.dropped(file.name, content, session.now()), content, is_on_uploader=True
            )
    return [known[file.file_id] for file in files]


def opened(item: Item) -> IncomingFile:
    """An item of the inbox as a drop; what was said about it stays in the session."""
    known: dict[int, IncomingFile] = st.session_state.setdefault("opened_items", {})
    if item.number not in known:
        known[item.number] = IncomingFile(item.arrival, session.store().inbox.content(item), item.number)
    drop = known[item.number]
    drop.arrival = item.arrival
    if item.status != "accepted":  # its upload was undone
        drop.receipt = None
    if not drop.supersedes:
        store = session.store()
        drop.supersedes = tuple(arrivals.superseded(store, store.items(), item))
        drop.again = "supersede" if drop.supersedes else drop.again
    return drop


def read_all(drops: list[IncomingFile], tell: Callable[[float, str], None]) -> None:
    """Reads what is new or was answered; `tell` hears the share done and what is being read."""
    waiting = [drop for drop in drops if drop.outcome is None or drop.read_with != drop.state]
    for number, drop in enumerate(waiting):
        tell(number / len(waiting), t("upload.reading", file=drop.name, number=number + 1, total=len(waiting)))
        drop.read()
    _put_into_inbox([drop for drop in drops if drop.item is None])


def _put_into_inbox(drops: list[IncomingFile]) -> None:
    """What was dropped is kept at once: a closed browser loses nothing."""
    if not drops:
        return
    store, now, who = session.store(), session.now(), session.who()
    outcomes = {drop.arrival.key: drop.outcome for drop in drops}
    numbers = arrivals.arrive(store, [drop.arrival for drop in drops], who=who, now=now, outcomes=outcomes)
    items = store.items()
    for drop, number in zip(drops, numbers, strict=True):
        drop.item = number
        drop.supersedes = tuple(arrivals.superseded(store, items, items[number]))
        drop.again = "supersede" if drop.supersedes else drop.again
