"""What was worked out for a view is kept: of many who ask at once, one works it out."""

from collections.abc import Callable
from functools import wraps
from threading import Condition

import pandas as pd
from cachetools import LRUCache
from cachetools import cached as keep
from cachetools.keys import hashkey

_all: list[Callable[[], None]] = []


def cached(most: int = 400) -> Callable[[Callable], Callable]:
    """For functions of a View or a Source, which tell themselves apart by their `key`; most: results that are kept.

    A frame comes as a copy that shares its values until somebody writes to it; anything else is shared by all who ask
    and is never changed.
    """

    def decorate(make: Callable) -> Callable:
        kept = keep(LRUCache(most), key=hashkey, condition=Condition())(make)
        _all.append(kept.cache_clear)

        @wraps(make)
        def read(*arguments, **named):
            result = kept(*arguments, **named)
            return result.copy(deep=False) if isinstance(result, pd.DataFrame) else result

        return read

    return decorate


def forget() -> None:
    """Nothing is kept any more: for tests, and for a store that was replaced under a running process."""
    for clear in _all:
        clear()
