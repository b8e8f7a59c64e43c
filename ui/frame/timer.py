"""What runs by itself, once per process however many people look: the Google Sheets that are due, and the mailbox."""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import streamlit as st

from data.database.errors import StoreError
from data.records.sheet_sources import SheetSource
from data.uploads.store import Store
from loaders.roads.arrivals import arrive_letter
from loaders.roads.google_sheets import fetch
from loaders.roads.mailbox import MailError, MailOutcome, MailSettings, from_secrets, read_mailbox
from loaders.roads.refresh import Look, look
from ui.frame import session, trouble

log = logging.getLogger(__name__)
STEP_SECONDS = 20
MAIL_MINUTES = 15


@dataclass
class Looks:
    """What came of the last looks of this process; threads share it.

    sheets:  number of a source -> (when, what came of it); mail: (when, outcome or the code of why not)
    """

    sheets: dict[int, tuple[datetime, Look]] = field(default_factory=dict)
    mail: tuple[datetime, MailOutcome | str] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)  # one look at a time: nothing is fetched twice


# no cached resources: every browser may ask Streamlit to clear those (BackMsg.clear_cache), and all would run twice
_looks: dict[str, Looks] = {}
_clockworks: dict[str, threading.Event] = {}
_starting = threading.Lock()


def looks() -> Looks:
    """Those of the store of this process."""
    return _looks.setdefault(os.environ.get("STORE_URL") or "", Looks())


def secret(name: str) -> dict | None:
    """A table of .streamlit/secrets.toml; None when there is none."""
    try:
        return dict(st.secrets[name].to_dict())
    except (FileNotFoundError, KeyError, AttributeError):
        return None


def mail_settings() -> MailSettings | None:
    """The mailbox of the office; None when none is set up. Raises MailError when something is missing in it."""
    told = secret("mailbox")
    return None if told is None else from_secrets(told)


def keep_running() -> None:
    """Starts the clockwork of this process when there is something to fetch."""
    url = os.environ.get("STORE_URL") or ""
    if secret("mailbox") or session.shared_store().sheets.journal.version(max_age_seconds=session.LOOK_SECONDS):
        with _starting:
            if url not in _clockworks:
                _clockworks[url] = _clockwork()


def _clockwork() -> threading.Event:
    stopped = threading.Event()
    told = (session.shared_store(), looks(), secret("google_service_account"), secret("mailbox"))
    threading.Thread(target=_run, args=(stopped, *told), daemon=True, name="timer").start()
    return stopped


def _run(stopped: threading.Event, store: Store, told: Looks, key: dict | None, mailbox: dict | None) -> None:
    while not stopped.wait(STEP_SECONDS):
        try:
            step(store, told, key, mailbox, session.now)
        except StoreError as error:  # tried again at the next step
            if not error.is_of_the_store:
                log.warning("the timer could not use the store: %s", error.code)
            else:
                trouble.note(error)
        except Exception as error:  # a fault of ours must not stop the other sources for good
            session.fault_code(error)


def step(store: Store, told: Looks, key: dict | None, mailbox: dict | None, now: Callable[[], datetime]) -> None:
    """One step: whatever is due is looked at."""
    for source in store.sheets.all().values():
        looked_at = told.sheets[source.number][0] if source.number in told.sheets else None
        if source.is_due(looked_at, now()):
            look_at(store, told, source, key, now)
    if mailbox and (told.mail is None or now() - told.mail[0] >= timedelta(minutes=MAIL_MINUTES)):
        look_into_mail(store, told, mailbox, now)


def look_at(store: Store, told: Looks, source: SheetSource, key: dict | None, now: Callable[[], datetime]) -> Look:
    """Look at one Google Sheet now."""
    with told.lock:
        known = store.sheets.all().get(source.number, source)
        found = look(store, known, lambda link: fetch(link, key), now=now())
        told.sheets[source.number] = (now(), found)
        return found


def look_into_mail(store: Store, told: Looks, mailbox: dict, now: Callable[[], datetime]) -> MailOutcome | str:
    """Look into the mailbox now; the code of why not when it cannot be read."""
    with told.lock:
        try:
            found: MailOutcome | str = read_mailbox(
                from_secrets(mailbox),
                lambda letter: arrive_letter(store, letter, now=now()),
                is_known=store.inbox.has_message,
            )
        except MailError as error:
            found = error.code
        told.mail = (now(), found)
        return found
