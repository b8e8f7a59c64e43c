"""Questions on a number and the communes' answers, kept with the number: asked where its rows are looked at."""

import streamlit as st

from data.records.number_questions import NumberQuestion
from report import addresses
from report.addresses import Address
from ui.frame import session
from words import names, numbers
from words.texts import language, plain, t


def open_texts(commune: str) -> list[str]:
    """The questions to a commune that have no answer yet, as sentences of a letter."""
    if not session.may("read.store"):
        return []
    asked = [q for q in session.store().questions.all().values() if q.is_open and q.commune == commune]
    return [f"{_name(question)}: {question.text}" for question in asked]


def _name(question: NumberQuestion) -> str:
    address = addresses.parse(question.address)
    return names.address(address) if address else question.address


def draw_about(address: Address, shown: float | None) -> None:
    """What was asked and answered on one number, and the field to ask; for whoever may ask."""
    if not session.may("questions.ask"):
        return
    chosen = session.filters().chosen_communes()
    if "commune" not in address.where and len(chosen) == 1:  # a number of the district, looked at for one commune
        address = Address(address.code, (*address.part, ("commune", next(iter(chosen)))))
    text, store = address.text(), session.store()
    for question in store.questions.about(text):
        _draw_thread(question, with_name=False)
    with st.expander(t("questions.ask.title")):
        asked = st.text_area(t("questions.ask.text"), key=f"question_{text}", max_chars=500)
        if st.button(t("questions.ask.do"), key=f"ask_{text}", disabled=not asked.strip()):
            commune = address.where.get("commune")
            told = {"commune": commune, "shown": shown, "who": session.who(), "now": session.now()}
            store.questions.ask(text, asked.strip(), **told)
            st.rerun(scope="fragment")


def draw_open() -> None:
    """All questions that wait for an answer, and the answered ones under a heading of their own."""
    asked = list(session.store().questions.all().values())
    if not asked:
        return
    waiting = [question for question in asked if question.is_open]
    st.header(t("questions.list.title"), anchor=False)
    st.markdown(t("questions.list.open", number=len(waiting)) if waiting else t("questions.list.none"))
    for question in waiting:
        _draw_thread(question, with_name=True)
    rest = [question for question in asked if not question.is_open]
    if rest:
        with st.expander(t("questions.list.past", number=len(rest))):
            for question in rest:
                _draw_thread(question, with_name=True)


def _draw_thread(question: NumberQuestion, *, with_name: bool) -> None:
    spoken = language()
    with st.container(border=True, key=f"thread_{question.number}_{with_name}"):
        title = f"**{plain(_name(question))}**  \n" if with_name else ""
        shown = "" if question.shown is None else t("questions.shown", value=numbers.number(question.shown, spoken))
        by = t("questions.by", who=question.who, when=numbers.moment(question.asked_at, spoken))
        st.markdown(f"{title}? {plain(question.text)}")
        st.caption(plain(" · ".join(part for part in (by, shown) if part)))
        for text, who, when in question.answers:
            st.markdown(f"→ {plain(text)}")
            st.caption(plain(t("questions.by", who=who, when=numbers.moment(when, spoken))))
        if not question.is_closed:
            _draw_answer(question, with_name)


def _draw_answer(question: NumberQuestion, with_name: bool) -> None:
    key = f"{question.number}_{with_name}"
    answer = st.text_input(t("questions.answer.text"), key=f"answer_{key}", max_chars=500)
    store, told = session.store(), {"who": session.who(), "now": session.now()}
    with st.container(horizontal=True):
        if st.button(t("questions.answer.do"), key=f"answer_do_{key}", disabled=not answer.strip()):
            store.questions.answer(question.number, answer.strip(), **told)
            st.rerun(scope="app" if with_name else "fragment")
        if not question.answers and st.button(t("questions.answer.close"), key=f"close_{key}", type="tertiary"):
            store.questions.close(question.number, **told)
            st.rerun(scope="app" if with_name else "fragment")
