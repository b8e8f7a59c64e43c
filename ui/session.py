"""What one session holds: language, filters; and what all share: the store and its frames. The clock is here."""

import gc
import logging
import os
import secrets
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from data import reference, schemas
from data.access import NotAllowed, Person, need
from data.database.errors import StoreError
from data.inbox import pending_reports
from data.readable import ReadableLines, of_commune, rows_for, scope_of
from data.store import Store
from ui import filter_bar, sign_in, texts
from ui import filters as ui_filters
from ui import trouble as troubles
from ui.filters import Filters
from ui.sign_in import Visitor
from ui.view import View

log = logging.getLogger(__name__)
_acting: ContextVar[Visitor | None] = ContextVar("acting", default=None)  # in threads that have no session
LOOK_SECONDS = 0.3  # 100 viewers at once ask once whether another process has written


# the clock
def now() -> datetime:
    """This moment in the campaign's time zone."""
    return datetime.now(reference.load().campaign.zone)


# language and filters: in the session, and in the URL
def start() -> None:
    """Take language and filters from the URL when it brings others than this session wrote; then look at the store:
    what it cannot do is in `trouble`."""
    query = {name: st.query_params[name] for name in st.query_params}
    state = st.session_state
    if "filters" not in state or (query and query != state.get("query_written")):
        state.filters = Filters.from_query(query)
        state.language = query.get("lang") if query.get("lang") in texts.LANGUAGES else state.get("language", "vi")
        state.rows = query.get("rows", "")
    texts.use(state.language)
    state.visitor = state.version = None
    state.told = troubles.take()
    if state.told is None:
        try:
            _links()
            state.visitor = visitor()
            state.version = version()
        except StoreError as error:
            troubles.note(error)
            state.told = error


def trouble() -> StoreError | None:
    """Why this run shows no page, but what the store cannot do (ui/trouble_page.py)."""
    return st.session_state.told


def write_language() -> None:
    """What the URL says stays, but for the language: without the store nothing else is known of this run."""
    query = {name: st.query_params[name] for name in st.query_params if name != "lang"}
    if st.session_state.language != "vi":
        query["lang"] = st.session_state.language
    st.query_params.from_dict(query)
    st.session_state.query_written = query


def write_query(own: dict[str, str] | None = None) -> None:
    """Make the URL say what is shown, in codes; a page change has emptied it. own: what the page itself keeps there."""
    query = filters().to_query() | (own or {})
    if st.session_state.language != "vi":
        query["lang"] = st.session_state.language
    if st.session_state.get("rows"):
        query["rows"] = st.session_state.rows
    if query != {name: st.query_params[name] for name in st.query_params}:
        st.query_params.from_dict(query)
    st.session_state.query_written = query


def filters() -> Filters:
    """What is looked at; whoever came through a link cannot leave its commune, nor the moment it was frozen at."""
    chosen: Filters = st.session_state.filters
    if visitor().person.commune:
        chosen = replace(chosen, communes=(visitor().person.commune,), member=None)
    if frozen_at():
        chosen = replace(chosen, as_of=frozen_at())
    return chosen


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


# who looks
def visitor() -> Visitor:
    """Who looks in this session, as this run found it when it began.

    A callback or a fragment runs without app.py: it looks anew, and when somebody else looks than the page was drawn
    for (the link was revoked, the passcode changed), nothing of it is done and the whole page is drawn again.
    """
    if acting := _acting.get():
        return acting
    state, before = st.session_state, st.session_state.get("visitor")
    run = getattr(get_script_run_ctx(suppress_warning=True), "cursors", None)  # Streamlit 1.67: another in each run
    if before is not None and run is not None and state.get("visitor_of") is run:
        return before
    local_name = state.get("who") or texts.t("upload.who_default", state.get("language"))
    found = sign_in.visitor(now(), troubles.calm(_links)(), local_name)
    if run is not None:
        state.visitor, state.visitor_of = found, run
        if before is not None and not found.is_same(before):
            state.version = None
            st.rerun()
    return found


def _links() -> dict:
    return shared_store().links.all(max_age_seconds=LOOK_SECONDS)


def who() -> Person:
    """Whoever looks, accepts and undoes in this session."""
    return visitor().person


def may(act: str) -> bool:
    """Whether this person may do an act of data.access.LEAST."""
    return who().may(act)


def sees_district() -> bool:
    """Whether numbers of the whole district (stock, cash left, purchases) are shown: none is of one commune alone."""
    return who().commune is None


def fixed() -> tuple[str, ...]:
    """The parts of the filters that whoever looks cannot change."""
    return (("communes",) if who().commune else ()) + (("as_of",) if frozen_at() else ())


def frozen_at() -> datetime | None:
    """The moment whose numbers a frozen link shows."""
    link = visitor().link
    return link.frozen_at if link else None


def set_who(name: str) -> None:
    """How a person at this computer, who has not signed in, calls himself."""
    st.session_state.who = name.strip()
    st.session_state.visitor = sign_in.named(visitor(), name.strip() or texts.t("upload.who_default"))


def link_key() -> str | None:
    """The office's own key, of which receipt codes are made; None where none can be kept."""
    made_by = sign_in.signer()
    return made_by.key if made_by else None


def log_disclosure(act: str, details: dict) -> None:
    """Write down who takes what with names in it, before it is shown. Raises NotAllowed."""
    shared_store().disclosures.record(act, details, who=who(), now=now())


def log_names(page: str, shown: object) -> None:
    """Before names of private persons are drawn: written down each time that something is shown which was not before.

    shown: what of them; nothing when none. Not left to a callback: a state that comes with the first run has none.
    """
    key = f"names_shown_{page}"
    if shown and shown != st.session_state.get(key):
        log_disclosure("names", {"page": page, "rows": None})
    st.session_state[key] = shown


def for_later(make: Callable[[], bytes], act: str = "", details: dict | None = None) -> Callable[[], bytes]:
    """For a download: made when it is pressed, in a thread that has no session, as the person who was shown the button.

    act, details: what is written down before, when names go out with it (`log_disclosure`). A link that was revoked
    since gives nothing any more.
    """
    found, spoken, tell = visitor(), texts.language(), troubles.teller()

    def made() -> bytes:
        try:
            return made_as()
        except StoreError as error:
            if error.is_of_the_store:
                tell(error)
            raise

    def made_as() -> bytes:
        if found.link and _links()[found.link.number].state(now()) != "valid":
            raise NotAllowed("read.numbers")
        texts.use(spoken)
        before = _acting.set(found)
        try:
            if act:
                log_disclosure(act, details or {})
            return make()
        finally:
            _acting.reset(before)

    return made


def say_once(text: str) -> None:
    """A sentence for the next run: what was just done."""
    st.session_state.said = text


def draw_said() -> None:
    if text := st.session_state.pop("said", ""):
        st.success(text)


def draw_filters() -> None:
    """The one set of filters, with the weeks that the campaign and the data have."""
    filter_bar.draw_filters(filters(), weeks(), set_filters, fixed())


# the store and its full frames, once per process
@st.cache_resource(show_spinner=False)
def _store(url: str | None) -> Store:
    store = Store(url)  # one that cannot be opened is not kept: the next run tries again
    # once per process: what is loaded by now stays, and need not be looked through again by every collection (a sixth
    # of the time of a run)
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    return store


def shared_store() -> Store:
    """The store of this process; for what this module and the timer do. Pages take `store`, which asks who looks."""
    return _store(os.environ.get("STORE_URL"))


def store() -> Store:
    """The whole store, for whoever may see uploads and the inbox. Raises NotAllowed."""
    need(who(), "read.store")
    return shared_store()


def where(number: int, reading_no: int, row: int, field: str) -> tuple[str, str, str | None]:
    """(file, sheet, cell) of a field of a row that this person may read (Store.where)."""
    need(who(), "read.numbers")
    return shared_store().where(number, reading_no, row, field)


def version() -> tuple[str, int, str]:
    """What small cached frames are keyed by: which store, its version as this run found it when it began, and what of
    it this person may read."""
    if known := st.session_state.get("version"):
        return known
    store, scope = shared_store(), scope_of(who())
    number = store.version(max_age_seconds=LOOK_SECONDS)
    others = store.database.generation  # how often another store took the place of the one that was read
    return f"{os.environ.get('STORE_URL') or ''}{f' {others}' * bool(others)}", number, scope


def inbox_version() -> int:
    """Grows with all that happens in the inbox."""
    return shared_store().inbox.version(max_age_seconds=LOOK_SECONDS)


@st.cache_data(show_spinner=False, max_entries=20)
def _pending(version: tuple[str, int, str], inbox: int, as_of: datetime | None) -> pd.DataFrame:
    return of_commune(who(), pending_reports(shared_store().items(as_of=as_of).values()))


def pending(as_of: datetime | None = None) -> pd.DataFrame:
    """The weekly reports that wait in the inbox or were sent back (data.inbox.pending_reports)."""
    return _pending(version(), inbox_version(), as_of)


FEW = ("weekly_reports", "targets", "remarks", "waiting")  # kinds of which there are no more lines than people read


def frame(name: str, as_of: datetime | None = None) -> pd.DataFrame:
    """All lines in force of a kind of FEW, as far as this person may read them: never change it."""
    assert name in FEW, name
    return _frame(version(), name, as_of)


@st.cache_resource(show_spinner=False, max_entries=24)
def _frame(version: tuple[str, int, str], name: str, as_of: datetime | None) -> pd.DataFrame:
    return rows_for(who(), name, shared_store().current(name, as_of=as_of))


@st.cache_resource(show_spinner=False, max_entries=40)
def _small(version: tuple[str, int, str], kind: str, as_of: datetime | None) -> pd.DataFrame:
    return of_commune(who(), shared_store().summed(kind, as_of=as_of))


def small_frame(kind: str, as_of: datetime | None = None) -> pd.DataFrame:
    """The lines of a kind added up (Store.summed), as far as this person may read them; shared by all sessions: never
    change it."""
    return _small(version(), kind, as_of)


@contextmanager
def lines(as_of: datetime | None = None) -> Iterator[ReadableLines]:
    """The lines themselves, by pages, as far as this person may read them."""
    with shared_store().lines(as_of=as_of) as reader:
        yield ReadableLines(reader, who())


@st.cache_data(show_spinner=False, max_entries=20)
def _history(version: tuple[str, int, str], as_of: datetime | None = None) -> pd.DataFrame:
    return shared_store().history(as_of=as_of)


def history(as_of: datetime | None = None) -> pd.DataFrame:
    """Every accept, undo, restore and clearing, up to a moment, for whoever may follow a number to its file."""
    found = _history(version(), as_of)
    return found if may("read.numbers") else found.iloc[:0]


@st.cache_data(show_spinner=False, max_entries=40)
def _receptions(version: tuple[str, int, str], as_of: datetime | None) -> pd.DataFrame:
    return of_commune(who(), shared_store().receptions(as_of=as_of))


def receptions(as_of: datetime | None = None) -> pd.DataFrame:
    """When each weekly report came first, and when it was corrected last."""
    return _receptions(version(), as_of)


# facts on the whole store, small, per version
@st.cache_data(show_spinner=False, max_entries=40)
def _span(version: tuple[str, int, str], as_of: datetime | None) -> tuple[bool, bool, date | None]:
    """(there is something, all of it is demo, a day of the last week that any line in force has)."""
    uploads = _history(version, as_of)
    in_force = uploads[(uploads["act"] == "accept") & uploads["is_in_force"]]
    last = [small_frame(kind, as_of)["date"].max() for kind in schemas.LINE_KINDS]
    last.append(small_frame("weekly_reports", as_of)["week_start_date"].max() + timedelta(days=6))
    days = [day.date() for day in last if not pd.isna(day)]
    has_demo = bool(in_force["is_demo"].any())
    return len(in_force) > 0, has_demo and bool(in_force["is_demo"].all()), max(days, default=None)


def is_empty() -> bool:
    return not _span(version(), frozen_at())[0]


@st.cache_data(show_spinner=False, max_entries=20)
def _has_demo(version: tuple[str, int, str], as_of: datetime | None) -> bool:
    return bool(shared_store().log.state(as_of).demo)


def has_demo(as_of: datetime | None = None) -> bool:
    """Whether demonstration data count, now or at a moment: then everything that is shown or goes out says so."""
    return _has_demo(version(), as_of)


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
    last = max(_span(version(), frozen_at())[2] or campaign.start_date, campaign.start_date)
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
    """Run a page; an unexpected error becomes one sentence with a code, a trouble of the store a page of its own."""
    try:
        run()
    except NotAllowed:
        st.warning(texts.t("access.not_allowed"))
    except Exception as error:  # Streamlit's own stop and rerun are no Exception
        if isinstance(error, StoreError) and error.is_of_the_store:
            troubles.tell(error)
        st.error(texts.t("frame.unexpected", code=fault_code(error)))
    else:
        troubles.note_well()
