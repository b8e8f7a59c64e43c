"""Runs the tests, as python3 start.py test does: ruff, the tests without a browser, the journeys with one.

--nightly: the same at full count (tests/amounts.py) with Spark and the long kills of tests/nightly; an hour or more.
"""

import signal
import subprocess
import sys

import start
from tests import machine

SPARK_VENV = start.ROOT / ".venv-spark"
AT_ONCE = ("-q", "-n", "2", "--dist")
BY_FILE = ("loadscope", "--no-loadscope-reorder")  # else the files of few and long tests came last, on one of the two
STEPS = (
    ("ruff check", ["ruff", "check", "."]),
    ("ruff format", ["ruff", "format", "--check", "."]),
    ("pytest", ["pytest", "tests", "--ignore=tests/e2e", "--ignore=tests/nightly", *AT_ONCE, *BY_FILE]),
    ("pytest tests/e2e", ["pytest", "tests/e2e", *AT_ONCE, "worksteal"]),
)
LONG = ("pytest tests/nightly", ["pytest", "tests/nightly", "-q"])


def prepare(is_nightly: bool) -> dict[str, str]:
    """Makes machine and .venv-spark ready; the environment of the tests."""
    browser = machine.get_ready(*machine.PROGRAMS, *(machine.SPARK if is_nightly else ()))
    if is_nightly:
        start.prepare(("requirements-spark.txt",), SPARK_VENV)
    how = {"TESTS": "nightly"} if is_nightly else {"TESTS": "daily", "TEST_POSTGRES_FSYNC": "off"}
    return start.child_environment(BROWSER_PATH=browser, **how)


def main(arguments: list[str]) -> int:
    is_nightly = "--nightly" in arguments
    environment, steps = prepare(is_nightly), (*STEPS, *([LONG] if is_nightly else []))
    for number, (title, order) in enumerate(steps, 1):
        start.say(f"[{number}/{len(steps)}] {title}", " ".join(order))
        code = subprocess.call([sys.executable, "-m", *order], cwd=start.ROOT, env=environment)
        if code:
            start.say(f"Bước “{title}” không đạt (mã {code}).", f"The step failed (code {code}).")
            return code
    start.say("Tất cả đều đạt.", "Everything passed.")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no pytest is left behind
    try:
        sys.exit(main(sys.argv[1:]))
    except start.Fault as fault:
        sys.exit(str(fault))
    except KeyboardInterrupt:
        sys.exit(130)
