"""What one session holds: language, filters; and what all share: the store and its frames. The clock is here."""

import gc
import logging
import os
import secrets
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from datetime import date, datetime

import streamlit as st

from data import reference
from data.access import NotAllowed, Person, need
from data.database.errors import StoreError
from data.uploads.store import Store
from report import filters as ui_filters
from report.filters import Filters
from report.source import LOOK_SECONDS, Source
from report.view import View, moment_of, view_at
from ui.doors import sign_in
from ui.doors.sign_in import Visitor
from ui.frame import filter_bar
from ui.frame import trouble as troubles
from ui.patches import script_runs
from words import texts

log = logging.getLogger(__name__)
_acting: ContextVar[Visitor | None] = ContextVar("acting", default=None)  # in threads that have no session


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
    state.visitor = state.source = None
    state.told = troubles.take()
    if state.told is None:
        try:
            _links()
            state.visitor = visitor()
            state.source = source()
        except StoreError as error:
            troubles.note(error)
            state.told = error


def trouble() -> StoreError | None:
    """Why this run shows no page, but what the store cannot do (ui/frame/trouble_page.py)."""
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
    run = script_runs.run_mark()
    if before is not None and run is not None and state.get("visitor_of") is run:
        return before
    local_name = state.get("who") or texts.t("upload.who_default", state.get("language"))
    found = sign_in.visitor(now(), troubles.calm(_links)(), local_name)
    if run is not None:
        state.visitor, state.visitor_of = found, run
        if before is not None and not found.is_same(before):
            state.source = None
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
    filter_bar.draw_filters(filters(), source().weeks(), set_filters, fixed())


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


def source() -> Source:
    """What whoever looks may read, at the version that this run found when it began."""
    if known := st.session_state.get("source"):
        return known
    store = shared_store()
    number = store.version(max_age_seconds=LOOK_SECONDS)
    others = store.database.generation  # how often another store took the place of the one that was read
    place = f"{os.environ.get('STORE_URL') or ''}{f' {others}' * bool(others)}"
    return Source(store, who(), number, store.inbox.version(max_age_seconds=LOOK_SECONDS), place, frozen_at())


def moment() -> datetime:
    """The moment that the numbers speak of (report.view.moment_of)."""
    return moment_of(source(), filters(), now())


def day() -> date:
    """The day of `moment`."""
    return moment().date()


def view() -> View:
    """What every screen of this run shows."""
    return view_at(source(), filters(), moment(), now=now(), language=texts.language())


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
