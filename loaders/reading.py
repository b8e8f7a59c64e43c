"""What goes into a read and what comes out: Source, Answers, Reading, Outcome."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import pandas as pd

from data.records.decisions import Layout
from loaders.problems import Problem, Severity, SheetError


@dataclass(frozen=True)
class Source:
    """A file as it arrived: its name and its bytes.

    envelope:  (place, text) of what was said around it: ("subject", of a mail), ("sender", the commune of a known
               sender). Read after everything that stands in the file; when both name a commune and differ, it is asked
    """

    name: str
    content: bytes
    envelope: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Answers:
    """What a person said about a sheet: never guessed, only asked.

    ticked:    keys of the ASKS problems (Problem.key) that the person confirmed
    columns:   (Header.key, field): what a column is; "unused", "good:CODE" and "indicator:CODE" are fields too
    units:     (key of Reading.unitless, unit): fills only what says no unit itself
    """

    kind: str | None = None
    commune: str | None = None
    week_start_date: date | None = None
    is_urgent: bool | None = None
    ticked: frozenset[str] = frozenset()
    columns: tuple[tuple[str, str], ...] = ()
    units: tuple[tuple[str, str], ...] = ()


class Header(NamedTuple):
    """One column of a table: its key (loaders.evidence.columns.column_keys), its label, its letter."""

    key: str
    label: str
    letter: str


@dataclass(frozen=True)
class Reading:
    """What one table of one sheet gave.

    frame:     the readable rows, tidy (data/schemas.py)
    waiting:   the rows that could not be read (schema "waiting"): they are kept and counted beside the totals
    columns:   field -> column letter, so that the cell of any field of a row can be computed
    layout:    long, wide, vertical, matrix, transposed or statement
    found_in:  what was understood -> (place, cell): place is one of header, title, letterhead, table, sheet_name,
               file_name, answer, decision (then the cell is the decision's number); of a field: who said its column
    is_counted: False for a hidden sheet, or one that repeats others, before a person ticked it
    declared:  what the sheet itself says its rows add up to, or None
    headers:   the columns of the table
    unitless:  what says no unit -> the unit proposed: "good:CODE", "indicator:CODE" or "column:" and a header's key
    fingerprint: of the headers of the sheet (loaders.evidence.layouts.fingerprint); "" for a sheet without a table
    decision:  the number of the decision on the layout that was used, and what of it
    """

    kind: str
    file: str
    sheet: str
    frame: pd.DataFrame
    waiting: pd.DataFrame
    remarks: pd.DataFrame
    problems: tuple[Problem, ...]
    columns: dict[str, str] = field(default_factory=dict)
    layout: str = "long"
    area: str = ""
    communes: tuple[str, ...] = ()
    week_start_date: date | None = None
    found_in: dict[str, tuple[str, str]] = field(default_factory=dict)
    declared: dict | None = None
    is_urgent: bool = False
    is_nil: bool = False
    is_hidden: bool = False
    is_counted: bool = True
    headers: tuple[Header, ...] = ()
    unitless: tuple[tuple[str, str], ...] = ()
    fingerprint: str = ""
    decision: int | None = None
    decided: Layout | None = None

    @property
    def place(self) -> str:
        """File and sheet: what answers are kept under, for a zip may hold two sheets of one name."""
        return f"{self.file}/{self.sheet}"

    @property
    def blocks(self) -> bool:
        """True when the sheet as a whole cannot be accepted like this."""
        return any(p.severity is Severity.BLOCKS and p.where.cell is None for p in self.problems)


@dataclass(frozen=True)
class Outcome:
    """All that a file gave: the readings, and the sheets or files that could not be read, each with its reason.

    marked:  the item of the inbox that our own list of faults in the file names, when the file is a marked-up copy
    """

    readings: tuple[Reading, ...] = ()
    unread: tuple[SheetError, ...] = ()
    marked: int | None = None


def questions(reading: Reading) -> list[Problem]:
    """What needs a tick."""
    return [problem for problem in reading.problems if problem.severity is Severity.ASKS]


def open_questions(reading: Reading, answers: Answers) -> list[Problem]:
    """Questions without a tick that would count in silence: those whose rows wait anyway are no hindrance."""
    rows = set(reading.waiting["source_row"].dropna().astype(int))
    codes = set(" ".join(reading.waiting["codes"]).split())  # a question on a column: its cells wait under its code
    return [
        problem
        for problem in questions(reading)
        if problem.key not in answers.ticked and problem.where.row not in rows and problem.code not in codes
    ]
