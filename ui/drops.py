"""The files that a person dropped: read again with every answer, compared with what is in force, accepted."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import streamlit as st

from loaders import Answers, Outcome, Reading, Source, read
from loaders.problems import Severity
from loaders.reading import open_questions
from ui import session
from ui.texts import heading, t


@dataclass
class Drop:
    """One dropped file and all that was said about it; lives in the session until it is taken off the screen."""

    name: str
    content: bytes
    answers: dict[str, Answers] = field(default_factory=dict)
    left_out: set[tuple[str, str]] = field(default_factory=set)
    again: str = "add_new"
    outcome: Outcome | None = None
    read_with: dict[str, Answers] | None = None
    compared_at: tuple | None = None
    comparison: object = None
    receipt: object = None

    def answer(self, place: str) -> Answers:
        return self.answers.get(place, Answers())

    def say(self, place: str, **parts: object) -> None:
        """Write an answer down; the file is read again in this run."""
        self.answers[place] = replace(self.answer(place), **parts)

    def tick(self, place: str, keys: list[str], is_ticked: bool) -> None:
        ticked = self.answer(place).ticked
        self.say(place, ticked=ticked | set(keys) if is_ticked else ticked - set(keys))

    def read(self) -> None:
        """Reads the file when it was not read with these answers yet."""
        if self.outcome is None or self.read_with != self.answers:
            source = Source(self.name, self.content)
            self.outcome = read(source, as_of=session.now().date(), answers=dict(self.answers))
            self.read_with, self.compared_at = dict(self.answers), None

    def parts(self) -> list[Reading]:
        """The readings that would be accepted."""
        return [r for r in self.outcome.readings if r.is_counted and (r.file, r.sheet) not in self.left_out]

    def compare(self) -> object:
        """What of this is in force already; asked of the store once for each state of both."""
        state = (session.version(), frozenset(self.left_out))
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

    def accept(self, who: str, received_at: datetime) -> None:
        """One act for all sheets of the file."""
        self.receipt = session.store().accept(
            name=self.name,
            content=self.content,
            parts=self.parts(),
            who=who,
            received_at=received_at,
            now=session.now(),
            again=self.again,
        )


def dropped(files: list) -> list[Drop]:
    """The drops of the files now in the uploader; a file that was taken away is forgotten."""
    known: dict[str, Drop] = st.session_state.setdefault("drops", {})
    for gone in set(known) - {file.file_id for file in files}:
        del known[gone]
    for file in files:
        if file.file_id not in known:
            known[file.file_id] = Drop(file.name, file.getvalue())
    return [known[file.file_id] for file in files]


def read_all(drops: list[Drop], tell: Callable[[float, str], None]) -> None:
    """Reads what is new or was answered; `tell` hears the share done and what is being read."""
    waiting = [drop for drop in drops if drop.outcome is None or drop.read_with != drop.answers]
    for number, drop in enumerate(waiting):
        tell(number / len(waiting), t("upload.reading", file=drop.name, number=number + 1, total=len(waiting)))
        drop.read()
