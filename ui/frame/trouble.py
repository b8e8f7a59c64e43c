"""What the store as a whole cannot do, on its way from wherever it was met to the page that says so, and to the log."""

import logging
import os
import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import NoReturn

import streamlit as st

from data.database.errors import StoreError
from ui.patches import download_log, script_runs

log = logging.getLogger(__name__)
QUIET_SECONDS = 30  # a trouble that was met no more for so long is over; then the log says so, and hears of the next
_met: dict[str, tuple[str, float]] = {}  # which store -> what was met there last, and when
_lock = threading.Lock()


# the log
def note(error: StoreError) -> None:
    """One line in the log when something else is met than before, however many people look; no data is in it."""
    place = os.environ.get("STORE_URL") or ""
    with _lock:
        before = _met.get(place, ("", 0.0))[0]
        _met[place] = (str(error), time.monotonic())
    if before != str(error):
        log.error("the store: %s", error)


def note_well() -> None:
    """The store did what was asked; one line when it could not before."""
    place = os.environ.get("STORE_URL") or ""
    with _lock:
        if place not in _met or time.monotonic() - _met[place][1] < QUIET_SECONDS:
            return
        before = _met.pop(place)[0]
    log.warning("the store does what is asked again, after %s", before)


def is_untold(record: logging.LogRecord) -> bool:
    """Whether a line of Streamlit's own log tells of something else than a trouble that `note` has told already."""
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        if isinstance(error, StoreError) and error.is_of_the_store:
            return False
        error = error.__cause__
    return True


download_log.filter_download_log(is_untold)


# the screen
def tell(error: StoreError) -> NoReturn:
    """Leave everything of this run for the page that tells of a trouble; anything else is raised as it is."""
    if not error.is_of_the_store:
        raise error
    note(error)
    _waiting().append(error)
    st.rerun()
    raise error  # where there is no session


def _waiting() -> list[StoreError]:
    """What this session has to be told; the same list all the time, for the thread of a download has no session."""
    return st.session_state.setdefault("trouble", [])


def take() -> StoreError | None:
    """What has to be told now, once."""
    waiting = _waiting()
    found = waiting[-1] if waiting else None
    waiting.clear()
    return found


def calm(run: Callable) -> Callable:
    """For what runs without app.py, a callback or a fragment: a trouble of the store becomes the page that tells of it,
    and not Streamlit's own, which knows English alone."""

    @wraps(run)
    def calmly(*args, **kwargs):
        try:
            return run(*args, **kwargs)
        except StoreError as error:
            tell(error)

    return calmly


def teller() -> Callable[[StoreError], None]:
    """The same for a thread that has no session: what it calls makes the session that is here now tell of it."""
    waiting, run_again = _waiting(), script_runs.rerunner()

    def tell_later(error: StoreError) -> None:
        note(error)
        waiting.append(error)
        run_again()

    return tell_later
