"""How much the tests that draw, repeat or kill do: a little after every change, all of it every night.

TESTS=nightly, which `python3 start.py test --nightly` sets, asks for all. By day every example is the same one each
time, so that what passed yesterday passes today; by night they are drawn anew.
"""

import os

from hypothesis import HealthCheck, settings

IS_NIGHTLY = os.environ.get("TESTS") == "nightly"


def amount(daily: int, nightly: int) -> int:
    return nightly if IS_NIGHTLY else daily


def examples(daily: int, nightly: int, **more) -> settings:
    """So many examples of a property."""
    return settings(max_examples=amount(daily, nightly), **more)


def set_up() -> None:
    """What holds for every property. No deadline: a busy machine is no fault of the code."""
    settings.register_profile("daily", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile(
        "nightly", deadline=None, max_examples=2000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("nightly" if IS_NIGHTLY else "daily")
