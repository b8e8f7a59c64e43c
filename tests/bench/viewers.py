"""How long 100 viewers wait who open the overview at once, against an empty Streamlit page with the same settings.

Both are served at the same time and take turns, so that a busy moment of the machine meets both.
"""

import tempfile

from data.uploads.store import Store
from tests.bench.empty_page import TITLE, running_page
from tests.bench.measures import Measure, median
from tests.bench.pages import accept_demo
from tests.bench.viewer import Visit, running_application, visit_at_once

VIEWERS, ROUNDS = 100, 3


def _last_seconds(rounds: list[list[Visit]]) -> float:
    """When the last viewer had everything, in the middle one of the rounds."""
    return median([max(visit.seconds for visit in visits) for visits in rounds])


def _middle_seconds(rounds: list[list[Visit]]) -> float:
    return median([median([visit.seconds for visit in visits]) for visits in rounds])


def bench_viewers() -> list[Measure]:
    """Until the last of 100 has seen the script's end, connecting included; one round before does not count."""
    with tempfile.TemporaryDirectory() as folder:
        accept_demo(Store(folder))
        with running_application(folder) as ours, running_page(TITLE) as empty:
            rounds = [(visit_at_once(ours, VIEWERS), visit_at_once(empty, VIEWERS)) for _ in range(1 + ROUNDS)]
    our_rounds, empty_rounds = map(list, zip(*rounds[1:], strict=True))
    our_last, empty_last = _last_seconds(our_rounds), _last_seconds(empty_rounds)
    one_visit = our_rounds[-1][0]
    return [
        Measure(f"demo: {VIEWERS} viewers at once, the last one has it all", our_last, "s"),
        Measure("  the middle one", _middle_seconds(our_rounds), "s"),
        Measure(f"an empty page: {VIEWERS} viewers at once, the last one", empty_last, "s"),
        Measure("  the demo against the empty page", our_last / empty_last, "times", aim=2),
        Measure("  the server sends to one of them", one_visit.messages, "messages"),
        Measure("  the size of these", one_visit.sent_bytes / 1024, "KB"),
    ]
