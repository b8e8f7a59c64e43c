"""How a file is accepted, on the page of uploads as in the inbox: who and when, its sheets, its receipt."""

from datetime import date, datetime

import streamlit as st

from data import reference, schemas
from data.access import Person
from data.database.errors import StoreError
from report.filters import read_day
from ui.frame import session
from ui.frame.blocks import draw_page_link
from ui.intake import review
from ui.intake.incoming_files import IncomingFile
from ui.intake.send_back import draw_correction, draw_send_back
from words import names, numbers
from words.texts import language, plain, say, t


def draw_who_and_when(key: str, received: datetime | None = None) -> tuple[Person, datetime | None]:
    """Who accepts, and when it was received: when it came, unless a person says otherwise.

    key: what is asked about; received: when it came, now for what is dropped
    """
    now, state = session.now(), st.session_state
    came = (received or now).astimezone(now.tzinfo)
    state.setdefault(f"received_day{key}", f"{came:%d/%m/%Y}")
    state.setdefault(f"received_time{key}", f"{came:%H:%M}")
    first, second, third = st.columns(3)
    if session.visitor().road == "local":
        state.setdefault("who_input", session.who().name)
        session.set_who(first.text_input(t("upload.who"), key="who_input", max_chars=80))
    else:  # who has signed in is known
        first.text_input(t("upload.who"), session.who().name, key=f"who_known{key}", disabled=True)
    day = second.text_input(t("upload.received_day"), key=f"received_day{key}", max_chars=10)
    hour = third.text_input(t("upload.received_time"), key=f"received_time{key}", max_chars=5)
    received_at = _received_at(day, hour, now)
    if received_at is None:
        st.warning(t("upload.received_wrong"))
    return session.who(), received_at


def _received_at(day: str, hour: str, now: datetime) -> datetime | None:
    """The typed day and hour; None when they are none, or lie in the future."""
    try:
        clock = datetime.strptime(hour.strip(), "%H:%M").time()
    except ValueError:
        return None
    typed = read_day(day)
    moment = datetime.combine(typed, clock, reference.load().campaign.zone) if typed else None
    return moment if moment and moment <= now else None


def draw_drop(drop: IncomingFile, position: str, who: Person, received_at: datetime | None) -> None:
    """One file: its receipt, or its sheets and the buttons that accept it or send it back."""
    with st.container(border=True, key=f"drop_{position}"):
        st.header(plain(drop.name), anchor=False)
        if drop.receipt is not None:
            _draw_receipt(drop, position)
            return
        draw_correction(drop, position)
        _draw_unread(drop)
        for number, reading in enumerate(drop.outcome.readings):
            review.draw_reading(drop, reading, f"{position}_{number}")
        if drop.outcome.readings:
            _draw_overlap(drop, position)
            reason = drop.reason()
            if reason:
                st.warning(reason)
            disabled = bool(reason) or received_at is None
            if st.button(t("upload.accept"), type="primary", key=f"accept_{position}", disabled=disabled):
                accept([drop], who, received_at)
        draw_send_back(drop, position, who)


def _draw_unread(drop: IncomingFile) -> None:
    """What could not be read: the reason and what to do."""
    for error in drop.outcome.unread:
        where, what, do = say(error)
        lines = f"**{t('upload.unread.title')} – {plain(where)}.** {plain(what)} {plain(do)}"
        (st.info if error.code == "sheet_not_recognised" and drop.outcome.readings else st.error)(lines)


def _draw_overlap(drop: IncomingFile, position: str) -> None:
    """What of this file is in force already, and what to do with it."""
    if not drop.parts() or any(part.blocks for part in drop.parts()):
        return
    found = drop.compare()
    if found.already is not None:
        st.info(t("upload.overlap.same", number=found.already))
        return
    for replaced in [entry for part in found.parts for entry in part.replaces]:
        st.info(t("upload.overlap.report", **_replaced(replaced)))
    lists = [part for part in found.parts if part.kind in schemas.LINE_KINDS]
    known, new = sum(part.rows_known for part in lists), sum(part.rows_new for part in lists)
    if known or (lists and drop.supersedes):
        amounts = {"known": numbers.number(known, language()), "new": numbers.number(new, language())}
        st.info(t("upload.overlap.rows", **amounts))
        options = [*["supersede"] * bool(drop.supersedes), "add_new", "replace", "all"]
        drop.again = st.radio(
            t("upload.overlap.choose"),
            options,
            index=options.index(drop.again),
            format_func=lambda choice: t(f"upload.overlap.{choice}", numbers=_numbered(drop.supersedes)),
            key=f"again_{position}_{language()}",
        )


def _numbered(uploads: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in uploads)


def _replaced(entry: tuple[str, str, int]) -> dict[str, object]:
    """The commune, the week (or the indicator of a target) and the number of what an upload replaces."""
    commune, about, number = entry
    is_indicator = about in reference.load().indicators
    about = names.indicator(about) if is_indicator else numbers.week(date.fromisoformat(str(about)[:10]), language())
    return {"commune": names.commune(commune), "week": about, "number": number}


def accept(drops: list[IncomingFile], who: Person, received_at: datetime) -> None:
    """Accepts one file after the other; a file that fails says so, and the others go on."""
    failed = []
    progress = st.progress(0.0)
    for number, drop in enumerate(drops):
        progress.progress(number / len(drops), text=t("upload.accepting", file=drop.name))
        try:
            drop.accept(who, received_at)
        except Exception as error:  # nothing of this file was kept; the next one may still go
            if isinstance(error, StoreError) and error.is_of_the_store:
                raise  # nor could the next one
            failed.append(t("upload.failed", file=plain(drop.name), code=session.fault_code(error)))
    progress.empty()
    for text in failed:
        st.error(text)
    if not failed:
        st.rerun()


def _draw_receipt(drop: IncomingFile, position: str) -> None:
    """What was accepted, under which number, and where to see it."""
    receipt, spoken = drop.receipt, language()
    if receipt.already is not None:
        told = {"who": plain(receipt.who), "when": numbers.moment(receipt.time, language())}
        st.info(t("upload.receipt.already", file=plain(drop.name), number=receipt.already, **told))
    else:
        lines = [f"**{t('upload.receipt.title', file=plain(drop.name), number=receipt.number)}**"]
        for kind, rows in receipt.rows_by_kind.items():
            lines.append("- " + t("upload.receipt.rows", kind=names.kind(kind), rows=numbers.number(rows, spoken)))
        if receipt.rows_known and drop.again == "add_new":
            lines.append("- " + t("upload.receipt.known", rows=numbers.number(receipt.rows_known, spoken)))
        if receipt.waiting:
            lines.append("- " + t("upload.receipt.waiting", rows=numbers.number(receipt.waiting, spoken)))
        for replaced in receipt.replaced:
            lines.append("- " + t("upload.receipt.replaced", **_replaced(replaced)))
        st.success("\n".join(lines))
    with st.container(horizontal=True, key=f"receipt_links_{position}"):
        draw_page_link("overview", t("upload.receipt.see_overview"))
        draw_page_link("history", t("upload.receipt.see_history"))
