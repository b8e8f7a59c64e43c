"""What goes back to a commune: the letter, its own workbook marked up; and what its correction settled."""

from datetime import date
from pathlib import PurePosixPath
from urllib.parse import quote

import streamlit as st

from data import reference
from data.access import Person
from data.records.inbox import Item
from loaders.child import read_safely
from loaders.problems import Problem, Severity
from loaders.reading import Source
from loaders.roads.arrivals import reread
from loaders.roads.corrections import Settled, compare_problems
from outgoing.marked_copy.copy import marked_copy
from outgoing.marked_copy.letter import letter
from report.sentences.reminders import send_by
from ui.frame import session, trouble
from ui.frame.number_questions import open_texts
from ui.intake.incoming_files import IncomingFile
from words.texts import heading, language, plain, say, t

OCTETS = "application/octet-stream"
LONGEST_MAILTO = 1800  # more than that, mail programs of Windows cut off


def draw_send_back(drop: IncomingFile, position: str, who: Person) -> None:
    """The letter and the marked-up copy, ready; and that it was sent back."""
    item = session.store().items().get(drop.item or 0)
    if item is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"ways_{position}"):
        label = t("inbox.send_back.open" if has_faults(drop) or _asked(item, drop) else "inbox.send_back.open_anyway")
        st.toggle(label, key=f"send_back_{position}_{language()}")
        with st.popover(t("inbox.set_aside.open"), key=f"aside_{position}_{language()}"):
            _draw_set_aside(item, position, who)
    if st.session_state.get(f"send_back_{position}_{language()}"):
        _draw_letter(item, drop, position, who)


def has_faults(drop: IncomingFile) -> bool:
    """Whether there is anything to mend or to answer."""
    problems = [p for reading in drop.outcome.readings for p in reading.problems]
    return bool(drop.outcome.unread) or any(p.severity is not Severity.NOTES for p in problems)


def _commune(item: Item, drop: IncomingFile) -> str | None:
    named = {code for reading in drop.outcome.readings for code in reading.communes}
    return item.arrival.commune or (named.pop() if len(named) == 1 else None)


def _asked(item: Item, drop: IncomingFile) -> list[str]:
    """The open questions of the office on numbers of this commune."""
    commune = _commune(item, drop)
    return open_texts(commune) if commune else []


def _draw_letter(item: Item, drop: IncomingFile, position: str, who: Person) -> None:
    ticked = frozenset(key for answers in drop.answers.values() for key in answers.ticked)
    source, spoken = Source(drop.name, drop.content), language()
    returned = marked_copy(source, drop.outcome, item=item.number, language="vi", ticked=ticked)
    now = session.now()
    told = letter(
        drop.outcome,
        file=drop.name,
        commune=_commune(item, drop),
        received_at=item.arrival.received_at,
        item=item.number,
        questions=_asked(item, drop),
        send_by=send_by(now, reference.load().campaign.due_time),
        is_marked=returned.is_marked,
        language="vi",
        ticked=ticked,
    )
    st.markdown(f"**{t('inbox.send_back.subject')}:** {plain(told.subject)}")
    st.text_area(
        t("inbox.send_back.letter"), told.body, height=360, key=f"letter_{position}_{spoken}_{hash(told.body)}"
    )
    st.caption(t("inbox.send_back.marked" if returned.is_marked else "inbox.send_back.listed"))
    with st.container(horizontal=True, key=f"send_ways_{position}"):
        label = t("inbox.send_back.copy" if returned.is_marked else "inbox.send_back.list")
        st.download_button(
            label,
            session.for_later(lambda: returned.content, "original", {"item": item.number, "marked": True}),
            file_name=returned.name,
            mime=OCTETS,
            key=f"marked_{position}",
            on_click="ignore",
        )
        if item.arrival.road == "mail" and "@" in item.arrival.sender:
            st.link_button(t("inbox.send_back.mail"), mailto(item.arrival.sender, told.subject, told.body))
        if st.button(t("inbox.send_back.done"), key=f"sent_{position}", type="primary"):
            session.store().inbox.send_back(item.number, who=who, now=now)
            session.say_once(t("inbox.send_back.said", number=item.number, file=plain(drop.name)))
            st.rerun()


def mailto(address: str, subject: str, body: str) -> str:
    """A link that opens the person's own mail program; a long letter is left to be pasted."""
    link = f"mailto:{quote(address)}?subject={quote(subject)}"
    full = f"{link}&body={quote(body)}"
    return full if len(full) <= LONGEST_MAILTO else link


def _draw_set_aside(item: Item, position: str, who: Person) -> None:
    why = st.text_input(t("inbox.set_aside.why"), key=f"aside_why_{position}", max_chars=200)
    if st.button(t("inbox.set_aside.do"), key=f"aside_do_{position}", disabled=not why.strip()):
        session.store().inbox.set_aside(item.number, who=who, now=session.now(), why=why.strip())
        session.say_once(t("inbox.set_aside.said", number=item.number, file=plain(item.arrival.file)))
        st.rerun()


def marked_name(file: str) -> str:
    """What the marked-up copy of a file is called, before it is made."""
    path = PurePosixPath(file)
    is_kept = path.suffix.lower() in (".xlsx", ".xlsm", ".zip")
    name = t("outgoing.file_marked" if is_kept else "outgoing.file_list", "vi", name=path.stem)
    return name + (path.suffix if is_kept else ".xlsx")


def marked_upload(number: int, file: str) -> bytes:
    """The marked-up copy of an upload, in force or not; made when it is asked for."""
    store, day = session.store(), session.now().date()
    _, content = store.original(number)
    item = next((item for item in store.items().values() if number in (item.upload, item.undone)), None)
    source = Source(file, content)
    outcome = reread(store, item, as_of=day) if item else read_safely(source, as_of=day)
    return marked_copy(source, outcome, item=item.number if item else None, language="vi").content


# corrections
@st.cache_data(show_spinner=False, max_entries=50)
def _before(store_url: str, decisions: int, number: int, day: date):
    store = session.store()
    return reread(store, store.items()[number], as_of=day)


def settled_by(drop: IncomingFile, earlier: Item) -> Settled:
    """Which problems of an earlier item this file settles."""
    decisions = session.store().decisions.version()
    before = _before(session.source().place, decisions, earlier.number, session.now().date())
    return compare_problems(before, drop.outcome)


def draw_correction(drop: IncomingFile, position: str) -> None:
    """What this file mends, which problems are settled, which are left; the link can be taken back."""
    items = session.store().items()
    item = items.get(drop.item or 0)
    earlier = items.get(item.arrival.corrects or 0) if item else None
    if earlier is None:
        return
    found = settled_by(drop, earlier)
    total = len(found.settled) + len(found.left)
    words = {"number": earlier.number, "file": plain(earlier.arrival.file)}
    with st.container(horizontal=True, vertical_alignment="center", key=f"corrects_{position}"):
        said = t("inbox.correction.of", **words)
        if total:
            said += " " + t("inbox.correction.settled", settled=len(found.settled), total=total)
        st.markdown(said, width="stretch")

        @trouble.calm
        def unlink() -> None:
            session.store().inbox.link(item.number, None, who=session.who(), now=session.now())
            drop.supersedes, drop.again = (), "add_new"

        st.button(t("inbox.correction.unlink"), key=f"unlink_{position}", on_click=unlink, type="tertiary")
    lists = {"done": found.settled, "left": found.left, "new": found.new}
    if any(lists.values()):
        with st.expander(t("inbox.correction.list"), expanded=bool(found.left or found.new)):
            for name, problems in lists.items():
                if problems:
                    lines = "\n".join(f"- {_line(problem)}" for problem in problems[:50])
                    st.markdown(f"**{t(f'inbox.correction.{name}', number=len(problems))}**\n{lines}")


def _line(problem: Problem) -> str:
    where, what, _ = say(problem)
    return f"{plain(where)}: {plain(what or heading(problem.code))}"
