"""What a random sheet says, as a careful clerk reads it, and how far a reading is from that."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from data.reference.names import fold
from loaders import Outcome
from loaders.problems import Severity

ABOUT_PLACE = {"commune_not_stated"}  # asks where a gift was received, and nothing about values


class Line(NamedTuple):
    """One amount of one good; day and place are "" where the sheet does not say them or they are not compared."""

    good: str
    unit: str
    quantity: float
    day: str = ""
    place: str = ""


@dataclass(frozen=True)
class Truth:
    """Everything that must come out. None: not compared.

    reports:      (commune, indicator) -> value of the week, or the target
    cumulatives:  (commune, indicator) -> value since the start
    sums:         column of the frame -> its sum: cost_vnd, value_vnd, households, people
    parties:      the givers' names
    must_ask:     the sheet cannot be read without a question
    is_counted:   False where several ways to cut the sums into lines are right
    """

    kind: str
    lines: tuple[Line, ...] = ()
    reports: dict[tuple[str, str], float] = field(default_factory=dict)
    cumulatives: dict[tuple[str, str], float] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    parties: frozenset[str] | None = None
    is_dated: bool = False
    is_placed: bool = False
    must_ask: bool = False
    is_counted: bool = True

    @property
    def cash_vnd(self) -> int:
        return round(sum(line.quantity for line in self.lines if line.good == "cash"))

    @property
    def goods(self) -> dict[tuple[str, str], float]:
        totals: dict[tuple[str, str], float] = {}
        for line in self.lines:
            if line.good != "cash":
                pair = line.good, line.unit
                totals[pair] = round(totals.get(pair, 0) + line.quantity, 3)
        return totals

    @property
    def count(self) -> int:
        return len(self.lines)


def reading_of(outcome: Outcome, truth: Truth) -> Truth:
    """What the product read, told in the same words."""
    filled = [r for r in outcome.readings if not r.frame.empty]
    kinds = {r.kind for r in filled}
    kind = kinds.pop() if len(kinds) == 1 else " + ".join(sorted(kinds))
    frames = [r.frame for r in filled if r.kind == truth.kind]
    if not frames:
        return Truth(kind)
    frame = pd.concat(frames)
    if truth.kind in ("weekly_reports", "targets"):
        name = "value" if truth.kind == "weekly_reports" else "target"
        cumulatives = _by_indicator(frame, "cumulative") if name == "value" else {}
        return Truth(kind, reports=_by_indicator(frame, name), cumulatives=cumulatives)
    sums = {name: int(frame[name].sum()) for name in truth.sums}
    names = frame["donor_name"].dropna() if truth.parties is not None else ()
    parties = frozenset(fold(name) for name in names) if truth.parties is not None else None
    return Truth(kind, _lines(frame, truth), sums=sums, parties=parties)


def _by_indicator(frame: pd.DataFrame, name: str) -> dict[tuple[str, str], float]:
    known = frame[frame[name].notna() & frame["commune"].notna()]
    return {
        (c, i): round(float(v), 3) for c, i, v in zip(known["commune"], known["indicator"], known[name], strict=True)
    }


def _lines(frame: pd.DataFrame, truth: Truth) -> tuple[Line, ...]:
    place = "site" if truth.kind == "frontline_support" else "commune"
    blank = [""] * len(frame)
    days = frame["date"].dt.strftime("%Y-%m-%d").fillna("") if truth.is_dated else blank
    places = frame[place].fillna("") if truth.is_placed else blank
    quantities = frame["base_quantity"].fillna(-1)  # a line whose unit is not known
    units = frame["base_unit"].fillna("")
    cells = zip(frame["good"], units, quantities, days, places, strict=True)
    return tuple(Line(good, unit, round(float(q), 3), str(day), str(at)) for good, unit, q, day, at in cells)


def differences(truth: Truth, outcome: Outcome) -> dict[str, tuple]:
    """Field -> (expected, read), of all that differ."""
    reading = reading_of(outcome, truth)
    has_something = truth.lines or truth.reports or truth.cumulatives
    names = ["cash_vnd", "goods", "reports", "cumulatives", "sums"]
    names += ["count"] * truth.is_counted + ["parties"] * (truth.parties is not None)
    differ = {n: (getattr(truth, n), getattr(reading, n)) for n in names if getattr(truth, n) != getattr(reading, n)}
    if reading.kind != truth.kind and (has_something or reading.kind):
        differ["kind"] = (truth.kind, reading.kind)
    if not differ and truth.is_counted and Counter(reading.lines) != Counter(truth.lines):
        more, less = Counter(reading.lines) - Counter(truth.lines), Counter(truth.lines) - Counter(reading.lines)
        differ["lines"] = (list(less), list(more))
    return {name: _only_what_differs(*pair) for name, pair in differ.items()}


def _only_what_differs(expected, reading) -> tuple:
    if isinstance(expected, dict):
        keys = [k for k in expected.keys() | reading.keys() if expected.get(k) != reading.get(k)]
        return {k: expected.get(k) for k in keys}, {k: reading.get(k) for k in keys}
    if isinstance(expected, frozenset):
        return sorted(expected - (reading or set())), sorted((reading or set()) - expected)
    return expected, reading


def is_within(truth: Truth, outcome: Outcome) -> bool:
    """True when the reading says less than the sheet, but nothing else than it."""
    reading = reading_of(outcome, truth)
    if not reading.kind:
        return True
    return (
        reading.kind == truth.kind
        and _are_within(reading.lines, truth.lines)
        and reading.reports.items() <= truth.reports.items()
        and reading.cumulatives.items() <= truth.cumulatives.items()
        and all(reading.sums.get(name, 0) <= total for name, total in truth.sums.items())
        and (reading.parties or frozenset()) <= (truth.parties or frozenset())
    )


def _are_within(lines: tuple[Line, ...], true: tuple[Line, ...]) -> bool:
    """True when each line is one of the true ones; a day or a place that it does not name is not a wrong one."""
    left = list((Counter(true) - Counter(lines)).elements())
    for line in (Counter(lines) - Counter(true)).elements():
        same = [t for t in left if t[:3] == line[:3] and line.day in ("", t.day) and line.place in ("", t.place)]
        if not same:
            return False
        left.remove(same[0])
    return True


def problem_codes(outcome: Outcome) -> Counter:
    """Code -> how many problems that ask or block, and sheets that could not be read."""
    codes = Counter(e.code for e in outcome.unread)
    for reading in outcome.readings:
        codes.update(p.code for p in reading.problems if p.severity is not Severity.NOTES)
    return codes


def verdict_of(truth: Truth, outcome: Outcome) -> str:
    """whole, asked (nothing wrong is said), wrong_asked (a wrong proposal, but asked), silent (wrong, not asked)."""
    codes = problem_codes(outcome)
    asks = bool(set(codes) - ABOUT_PLACE)
    differ = differences(truth, outcome)
    if not differ:
        if truth.must_ask:
            return "asked" if asks else "silent"
        return "asked" if asks or (codes and truth.is_placed) else "whole"
    if not asks:
        return "silent"
    return "asked" if is_within(truth, outcome) else "wrong_asked"
