"""What one session holds: language, filters; and what all share: the store and its frames. The clock is here."""

import gc
import logging
import os
import secrets
import traceback
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pandas as pd
import streamlit as st

from data import reference, schemas
from data.inbox import pending_reports
from data.store import Store
from metrics.selection import condensed
from ui import filter_bar, texts
from ui import filters as ui_filters
from ui.filters import Filters
from ui.view import View

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.3  # 100 viewers at once ask once whether another process has written


# the clock
def now() -> datetime:
    """This moment in the campaign's time zone."""
    return datetime.now(reference.load().campaign.zone)


# language and filters: in the session, and in the URL
def start() -> None:
    """Take language and filters from the URL when it brings others than this session wrote."""
    query = {name: st.query_params[name] for name in st.query_params}
    state = st.session_state
    if "filters" not in state or (query and query != state.get("query_written")):
        state.filters = Filters.from_query(query)
        state.language = query.get("lang") if query.get("lang") in texts.LANGUAGES else state.get("language", "vi")
        state.rows = query.get("rows", "")
    texts.use(state.language)
    state.version = None
    state.version = version()


def write_query() -> None:
    """Make the URL say what is shown, in codes; a page change has emptied it."""
    query = filters().to_query()
    if st.session_state.language != "vi":
        query["lang"] = st.session_state.language
    if st.session_state.get("rows"):
        query["rows"] = st.session_state.rows
    if query != {name: st.query_params[name] for name in st.query_params}:
        st.query_params.from_dict(query)
    st.session_state.query_written = query


def filters() -> Filters:
    return st.session_state.filters


def set_filters(changed: Filters) -> None:
    st.session_state.filters = changed


def set_language(language: str) -> None:
    st.session_state.language = language


def open_rows(address: str) -> None:
    """Show the rows behind a number; "" closes them."""
    st.session_state.rows = address


def pick(part: str, codes: tuple[str, ...]) -> None:
    """A click on a mark filters by it; on the only one chosen, it filters no more."""
    set_filters(ui_filters.toggled(filters(), part, codes))


def take_click(text: str) -> None:
    """What a button inside a table asks for: "rows:ADDRESS" or "pick:PART:CODE"; anything else does nothing."""
    act, _, rest = text.partition(":")
    if act == "rows":
        open_rows(rest)
    elif act == "pick":
        part, _, code = rest.partition(":")
        if part in ui_filters.PICKED:
            pick(part, (code,))


def opened_rows() -> str:
    return st.session_state.get("rows", "")


def theme() -> str:
    """ "light" or "dark", for what cannot follow the page by itself."""
    return "dark" if st.context.theme.type == "dark" else "light"


def who() -> str:
    """Who accepts and undoes in this session."""
    return st.session_state.get("who") or texts.t("upload.who_default")


def set_who(name: str) -> None:
    st.session_state.who = name.strip()


def say_once(text: str) -> None:
    """A sentence for the next run: what was just done."""
    st.session_state.said = text


def draw_said() -> None:
    if text := st.session_state.pop("said", ""):
        st.success(text)


def draw_filters() -> None:
    """The one set of filters, with the weeks that the campaign and the data have."""
    filter_bar.draw_filters(filters(), weeks(), set_filters)


# the store and its full frames, once per process
@st.cache_resource(show_spinner=False)
def _store(url: str | None) -> Store:
    # once per process: what is loaded by now stays, and need not be looked through again by every collection (a sixth
    # of the time of a run)
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    return Store(url)


def store() -> Store:
    return _store(os.environ.get("STORE_URL"))


def version() -> tuple[str, int]:
    """What small cached frames are keyed by: which store, and its version as this run found it when it began."""
    url = os.environ.get("STORE_URL") or ""
    return st.session_state.get("version") or (url, store().version(max_age_seconds=LOOK_SECONDS))


def inbox_version() -> int:
    """Grows with all that happens in the inbox."""
    return store().inbox.version(max_age_seconds=LOOK_SECONDS)


@st.cache_data(show_spinner=False, max_entries=20)
def _pending(version: tuple[str, int], inbox: int, as_of: datetime | None) -> pd.DataFrame:
    return pending_reports(store().items(as_of=as_of).values())


def pending(as_of: datetime | None = None) -> pd.DataFrame:
    """The weekly reports that wait in the inbox or were sent back (data.inbox.pending_reports)."""
    return _pending(version(), inbox_version(), as_of)


def frame(name: str, as_of: datetime | None = None) -> pd.DataFrame:
    """The rows in force of a kind, remarks or waiting rows; full size, held once by the store: never change it."""
    return store().current(name, as_of=as_of)


@st.cache_resource(show_spinner=False, max_entries=40)
def _small(version: tuple[str, int], kind: str, as_of: datetime | None) -> pd.DataFrame:
    return condensed(kind, frame(kind, as_of))


def small_frame(kind: str, as_of: datetime | None = None) -> pd.DataFrame:
    """The same numbers in far fewer rows (metrics.selection.condensed); shared by all sessions: never change it."""
    return _small(version(), kind, as_of)


@st.cache_data(show_spinner=False, max_entries=20)
def _history(version: tuple[str, int], as_of: datetime | None = None) -> pd.DataFrame:
    return store().history(as_of=as_of)


def history(as_of: datetime | None = None) -> pd.DataFrame:
    """Every accept, undo, restore and clearing, up to a moment."""
    return _history(version(), as_of)


@st.cache_data(show_spinner=False, max_entries=40)
def _receptions(version: tuple[str, int], as_of: datetime | None) -> pd.DataFrame:
    return store().receptions(as_of=as_of)


def receptions(as_of: datetime | None = None) -> pd.DataFrame:
    """When each weekly report came first, and when it was corrected last."""
    return _receptions(version(), as_of)


# facts on the whole store, small, per version
@st.cache_data(show_spinner=False, max_entries=40)
def _span(version: tuple[str, int], as_of: datetime | None) -> tuple[bool, bool, date | None]:
    """(there is something, all of it is demo, the last day that any row in force has)."""
    uploads = _history(version, as_of)
    in_force = uploads[(uploads["act"] == "accept") & uploads["is_in_force"]]
    last = [frame(kind, as_of)["date"].max() for kind in schemas.LINE_KINDS]
    last.append(frame("weekly_reports", as_of)["week_start_date"].max() + timedelta(days=6))
    days = [day.date() for day in last if not pd.isna(day)]
    has_demo = bool(in_force["is_demo"].any())
    return len(in_force) > 0, has_demo and bool(in_force["is_demo"].all()), max(days, default=None)


def is_empty() -> bool:
    return not _span(version(), None)[0]


@st.cache_data(show_spinner=False, max_entries=20)
def _has_demo(version: tuple[str, int]) -> bool:
    uploads = _history(version)
    return bool((uploads["is_in_force"] & uploads["is_demo"] & (uploads["act"] == "accept")).any())


def has_demo() -> bool:
    return _has_demo(version())


def moment() -> datetime:
    """The moment that the numbers speak of: the chosen one, or now.

    While all there is is the demo, it has its own time: the end of its last week.
    """
    as_of = filters().as_of
    _, only_demo, last_day = _span(version(), as_of)
    if only_demo and last_day:
        sunday = last_day + timedelta(days=6 - last_day.weekday())
        end = datetime.combine(sunday, time.max, reference.load().campaign.zone)
        return min(as_of, end) if as_of else end
    return as_of or now()


def day() -> date:
    """The day of `moment`."""
    return moment().date()


def weeks() -> list[date]:
    """The Mondays from the campaign's start to the last week that has data."""
    campaign = reference.load().campaign
    last = max(_span(version(), None)[2] or campaign.start_date, campaign.start_date)
    first = campaign.start_date - timedelta(days=campaign.start_date.weekday())
    return [first + timedelta(days=7 * number) for number in range(min((last - first).days // 7 + 1, 520))]


def view() -> View:
    """What every screen of this run shows."""
    at = moment()
    is_after_due = at.time() > reference.load().campaign.due_time
    return View(version(), filters(), at.date(), is_after_due, inbox_version())


# faults of our own
def fault_code(error: Exception) -> str:
    """A short code for a person; the log has the code and the place, never the data."""
    code = secrets.token_hex(3).upper()
    places = "".join(traceback.format_tb(error.__traceback__))
    log.error("unexpected %s, code %s\n%s", type(error).__name__, code, places)
    return code


def run_calmly(run: Callable[[], None]) -> None:
    """Run a page; an unexpected error becomes one sentence with a code."""
    try:
        run()
    except Exception as error:  # Streamlit's own stop and rerun are no Exception
        st.error(texts.t("frame.unexpected", code=fault_code(error)))
