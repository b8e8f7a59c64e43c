"""Measures the speed: python3 start.py bench, or python -m tests.bench [read] [store] [pages] [browser] [viewers].

No part of the tests.
"""

import sys
from collections.abc import Callable
from importlib import import_module

from tests.bench.measures import Measure

SECTIONS = ("read", "store", "pages", "browser", "viewers")


def main(names: list[str]) -> int:
    """Prints every measure with its aim; a missed aim is told, and is no failure: machines differ."""
    unknown = set(names) - set(SECTIONS)
    if unknown:
        print(f"python -m tests.bench [{'] ['.join(SECTIONS)}]", file=sys.stderr)
        return 2
    for name in names or SECTIONS:
        print(f"\n{name}", flush=True)
        measure: Callable[[], list[Measure]] = getattr(import_module(f"tests.bench.{name}"), f"bench_{name}")
        for one in measure():
            print(f"  {one}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
