"""Guessing made slow: after a few wrong passcodes from one place, each further try has to wait longer."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

FREE_TRIES = 3
LONGEST_SECONDS = 300
MOST_PLACES = 10_000


@dataclass
class GuessingLimit:
    """The wrong tries of this process; threads share it. clock: seconds that only grow."""

    clock: Callable[[], float] = time.monotonic
    failures: dict[Hashable, tuple[int, float]] = field(default_factory=dict)  # place -> (how many, when the last)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_seconds(self, place: Hashable) -> float:
        """How long this place has to wait before its next try; 0 when it may try."""
        with self.lock:
            count, last = self.failures.get(place, (0, 0.0))
            return max(0.0, last + _pause(count) - self.clock()) if count else 0.0

    def attempt(self, place: Hashable, check: Callable[[], bool]) -> tuple[bool, float]:
        """(whether it was right, seconds to wait before the next try); one that comes too early is not looked at.

        The try is booked before it is checked, so that a hundred at once are not a hundred free tries.
        """
        with self.lock:
            count, last = self.failures.get(place, (0, 0.0))
            wait = last + _pause(count) - self.clock() if count else 0.0
            if wait > 0:
                return False, wait
            self.failures[place] = (count + 1, self.clock())
            while len(self.failures) > MOST_PLACES:
                self.failures.pop(next(iter(self.failures)))
        is_right = check()
        with self.lock:
            count, _ = self.failures.pop(place, (1, 0.0))
            if is_right:
                return True, 0.0
            self.failures[place] = (count, self.clock())  # a check takes a while: one waits from its answer on
        return False, self.wait_seconds(place)


def _pause(count: int) -> float:
    return 0.0 if count < FREE_TRIES else float(min(2 ** (count - FREE_TRIES + 1), LONGEST_SECONDS))
