"""What comes back after a sheet was sent back: which arrival it mends, and which of its problems are settled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.records.inbox import Arrival, Item
from loaders.problems import Problem, Severity
from loaders.reading import Outcome


@dataclass(frozen=True)
class Settled:
    """The problems of an earlier arrival against those of its correction; what is only told does not count."""

    settled: tuple[Problem, ...] = ()
    left: tuple[Problem, ...] = ()
    new: tuple[Problem, ...] = ()


def find_corrected(items: Mapping[int, Item], arrival: Arrival, marked: int | None) -> int | None:
    """The item that an arrival mends, or None.

    marked: the number that our own list of faults in the file carries
    Certain signs first: our own list, or a mail that answers the mail of an earlier item. Else the latest item that was
    sent back to the same sender and speaks of the same: kind, commune and week in common. Nothing else is guessed.
    """
    if marked in items and _is_same_office(items[marked].arrival, arrival):
        return marked
    earlier = [item for item in items.values() if not item.arrival.refused and item.arrival.key != arrival.key]
    for item in reversed(earlier):
        is_answer = bool(set(arrival.replies[1:]) & set(item.arrival.replies[:1]))
        if is_answer and _about(item.arrival, arrival):
            return item.number
    for item in reversed(earlier):
        if item.status == "sent_back" and _is_same_office(item.arrival, arrival) and _about(item.arrival, arrival):
            return item.number
    return None


def _is_same_office(earlier: Arrival, later: Arrival) -> bool:
    """Not of two different communes; a file that a clerk dropped may answer what came by mail."""
    return earlier.commune is None or later.commune is None or earlier.commune == later.commune


def _about(earlier: Arrival, later: Arrival) -> bool:
    """Whether any sheet of the two is of one kind, and of a common commune and week where both name them."""
    return any(
        a["kind"] == b["kind"] and _meet(a["communes"], b["communes"]) and _meet(a["weeks"], b["weeks"])
        for a in earlier.parts
        for b in later.parts
    )


def _meet(first: Iterable[str], second: Iterable[str]) -> bool:
    first, second = set(first), set(second)
    return not first or not second or bool(first & second)


def compare_problems(before: Outcome, after: Outcome) -> Settled:
    """Which problems of an earlier file its correction settled.

    A problem is still there when the same stands in the same cell; or, since rows move, the same text with the same
    fault elsewhere; or another text with the same fault in the same cell. Each new one answers for one old one.
    """
    old, new, left = _problems(before), _problems(after), []
    for same in (lambda p: (p.key, p.found), lambda p: (p.code, p.found), lambda p: p.key):
        waiting: dict[object, list[int]] = {}
        for number, problem in enumerate(new):
            waiting.setdefault(same(problem), []).append(number)
        met, stayed = set(), set()
        for number, problem in enumerate(old):
            if numbers := waiting.get(same(problem)):
                met.add(numbers.pop())
                stayed.add(number)
        left += [old[number] for number in sorted(stayed)]
        old = [problem for number, problem in enumerate(old) if number not in stayed]
        new = [problem for number, problem in enumerate(new) if number not in met]
    return Settled(tuple(old), tuple(left), tuple(new))


def _problems(outcome: Outcome) -> list[Problem]:
    return [p for reading in outcome.readings for p in reading.problems if p.severity is not Severity.NOTES]
