"""Conclusions of the meeting: written down on a figure, listed until done, with the number as it was and as it is."""

import streamlit as st

from data import reference
from data.records.conclusions import Conclusion
from report import rows_behind
from report.addresses import Address
from report.filters import read_day
from report.sentences.conclusions import facts, in_order, known, line, number_text, open_ones, overdue, place_text
from report.view import View
from ui.frame import session, trouble
from ui.frame.blocks import draw_page_link
from ui.frame.page_list import PAGES
from words import numbers
from words.texts import language, plain, t

LETTERS = 500


# on a figure
def draw_about(figure: str, title: str, address: Address | None = None, page: str | None = None) -> None:
    """What was concluded on a figure, behind a small button; who may write finds the form there.

    figure, title: the key of the figure and how it is called; address: its number, kept as it stands now
    page: its name in ui/frame/page_list.py; that of this run when not given
    """
    view, page = session.view(), page or st.session_state.get("page_name", "overview")
    said = [one for one in open_ones(view) if (one.page, one.exhibit) == (page, figure)]
    may_write = session.may("conclusions.add") and view.filters.as_of is None
    if not said and not may_write:
        return
    label = t("conclusions.about" if figure else "conclusions.write") + (f" ({len(said)})" if said else "")
    key = f"conclusions_{figure}_{st.session_state.get('conclusions_made', 0)}_{language()}"
    # drawn only while it is open: there is one beside every figure
    with st.popover(label, key=key, type="tertiary", on_change="rerun") as opened:
        if not opened.open:
            return
        for one in said:
            st.markdown(f"**{plain(one.text)}**  \n{plain(facts(one, view.day))}")
        if may_write:
            _draw_form(page, figure, title, address, key)


def _draw_form(page: str, figure: str, title: str, address: Address | None, key: str) -> None:
    members = list(reference.load().assignments)
    with st.form(f"form_{key}", border=False, enter_to_submit=False):
        text = st.text_area(t("conclusions.form.text"), key=f"text_{key}", max_chars=LETTERS)
        member = st.pills(t("conclusions.form.member"), members, key=f"member_{key}") if members else None
        label = t("conclusions.form.other" if members else "conclusions.form.name")
        other = st.text_input(label, key=f"name_{key}", max_chars=80)
        typed = st.text_input(t("conclusions.form.due"), key=f"due_{key}", placeholder=t("frame.day_form"))
        is_sent = st.form_submit_button(t("conclusions.form.do"))
    if not is_sent:
        return
    due = read_day(typed)
    if not text.strip():
        st.warning(t("conclusions.form.empty"))
    elif typed.strip() and due is None:
        st.warning(t("conclusions.form.due_unread", text=typed.strip()))
    else:
        view = session.view()
        about = {"page": page, "exhibit": figure, "title": title, "query": view.filters.to_query()}
        if address is not None:
            about |= {"address": address.text(), "shown": rows_behind.number_at(address, view)}
        told = {"assignee": other.strip() or member or "", "due_date": due}
        store, by = session.shared_store(), {"who": session.who(), "now": session.now()}
        store.conclusions.add(text.strip(), **told, **about, **by)
        # the next form is a new one: empty, and closed
        st.session_state.conclusions_made = st.session_state.get("conclusions_made", 0) + 1
        session.say_once(t("conclusions.form.done"))
        st.rerun()


# all of them
def draw_all(view: View) -> None:
    """The conclusions of all meetings, what is overdue first; those that are done are folded away."""
    st.header(t("conclusions.title"), anchor=False)
    st.markdown(line(view) or t("conclusions.none"))
    # what was ticked off just now stays in its place, so that it can be taken back at once
    ticked = st.session_state.get("conclusions_ticked", ())
    found = known(view)
    for one in in_order([one for one in found if one.is_open or one.number in ticked]):
        _draw_one(one, view)
    done = [one for one in reversed(found) if not one.is_open and one.number not in ticked]
    if done:
        with st.expander(t("conclusions.past", number=len(done))):
            for one in done:
                _draw_one(one, view)
    if session.may("conclusions.add") and view.filters.as_of is None:
        draw_about("", "", page="meeting")


def _draw_one(one: Conclusion, view: View) -> None:
    with st.container(border=True, key=f"conclusion_{one.number}"):
        text = f"**{plain(one.text)}**" if one.is_open else f"~~{plain(one.text)}~~"
        lines = [text, plain(facts(one, view.day)), plain(number_text(one, view))]
        st.markdown("  \n".join(line for line in lines if line))
        by = {"who": one.who, "when": numbers.moment(one.made_at, language())}
        written = [t("conclusions.by", **by)]
        if not one.is_open:
            written.append(t("conclusions.done_by", who=one.done_by, when=numbers.moment(one.done_at, language())))
        st.caption(plain(" · ".join(written)))
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_tick(one, view)
            if one.page in PAGES and one.page != "meeting":
                draw_page_link(one.page, plain(place_text(one)), query=one.query)


def _draw_tick(one: Conclusion, view: View) -> None:
    """One click, and one click back."""
    act = "done" if one.is_open else "reopen"
    if not session.may(f"conclusions.{act}") or view.filters.as_of is not None:
        return
    kind = "secondary" if one.is_open else "tertiary"
    st.button(t(f"conclusions.{act}"), key=f"{act}_{one.number}", on_click=_tick, args=(one.number, act), type=kind)


@trouble.calm
def _tick(number: int, act: str) -> None:
    getattr(session.shared_store().conclusions, act)(number, who=session.who(), now=session.now())
    st.session_state.conclusions_ticked = (*st.session_state.get("conclusions_ticked", ()), number)


def draw_line(view: View) -> None:
    """The same as a way to the list."""
    told = line(view)
    if told:
        with st.container(key="conclusions_line"):
            draw_page_link("meeting", f"{'▲' if overdue(view) else '•'} {told}")
