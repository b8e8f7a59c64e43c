"""The decisions on layouts in words: all that are kept, with a button to take each back; and the one a sheet used."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from data import reference
from data.records.decisions import Decision, Layout
from loaders import Reading
from loaders.problems import Where, problem
from ui.intake.layout_questions import field_name
from words import names, numbers
from words.texts import heading, language, plain, t, tick


def draw_memory(decisions: Sequence[Decision], revoke: Callable[[int], None]) -> None:
    """Every decision in force; those that were replaced or taken back under a heading of their own.

    decisions:  Decisions.history(), newest first
    """
    st.header(t("layouts.memory.title"), anchor=False)
    st.markdown(t("layouts.memory.intro"))
    in_force = [decision for decision in decisions if decision.state == "in_force"]
    past = [decision for decision in decisions if decision.state != "in_force"]
    if not in_force:
        st.info(t("layouts.memory.none"))
    for decision in in_force:
        with st.container(key=f"decision_{decision.number}", gap=None):
            _draw_decision(decision)
            label = t("layouts.memory.revoke_number", number=decision.number)
            key = f"revoke_decision_{decision.number}"
            st.button(label, key=key, on_click=revoke, args=(decision.number,), type="tertiary")
    if past:
        with st.expander(t("layouts.memory.past", number=len(past))):
            for decision in past:
                _draw_decision(decision)


def _draw_decision(decision: Decision) -> None:
    what = "; ".join(described(decision.layout, decision.labels))
    st.markdown(f"**{plain(t('layouts.memory.item', number=decision.number, what=what))}**")
    about = {"sender": sender_name(decision.sender), "sheet": decision.sheet, "file": decision.file}
    about |= {"who": decision.who, "when": _moment(decision.time)}
    st.caption(plain(t("layouts.memory.about", **about)))
    if decision.state != "in_force":
        ended = t(f"layouts.memory.state.{decision.state}", who=decision.ended_by, when=_moment(decision.ended_at))
        st.caption(plain(f"{ended}. {decision.why}".strip()))


def draw_applied(reading: Reading, decision: Decision, revoke: Callable[[int], None]) -> None:
    """What of a decision this sheet used, in one line, and the button that takes it back."""
    if reading.decided is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"applied_{decision.number}_{reading.place}"):
        st.markdown(plain(applied(reading, decision)), width="stretch")
        key = f"revoke_applied_{decision.number}_{reading.place}_{reading.area}"
        st.button(t("layouts.memory.revoke"), key=key, on_click=revoke, args=(decision.number,), type="tertiary")


def applied(reading: Reading, decision: Decision) -> str:
    """ "Theo quyết định số 3 ngày 16/08/2021 của văn phòng: cột “SL” là Số lượng." """
    labels = dict(decision.labels) | {header.key: header.label for header in reading.headers}
    when = numbers.day(decision.time.astimezone(reference.load().campaign.zone), language())
    what = "; ".join(described(reading.decided, labels))
    return t("layouts.applied.line", number=decision.number, day=when, who=decision.who, what=what)


def found_text(value: str, number: str) -> str:
    """What was understood of a sheet by a decision: "Xã Nam Dong (theo quyết định số 3)"."""
    return t("layouts.applied.found", value=value, number=number)


def described(layout: Layout, labels: Mapping[str, str]) -> list[str]:
    """A layout in words, one part each."""
    said = [t("layouts.says.kind", kind=names.kind(layout.kind))] if layout.kind else []
    said += [t("layouts.says.commune", commune=names.commune(layout.commune))] if layout.commune else []
    for key, field in layout.columns:
        sentence = "column_unused" if field == "unused" else "column"
        values = {"column": labels.get(key, key)} | ({} if field == "unused" else {"field": field_name(field)})
        said.append(t(f"layouts.says.{sentence}", **values))
    for key, unit in layout.units:
        said.append(t("layouts.says.unit", name=unit_owner(key, labels), unit=names.unit(unit)))
    for code, found in layout.ticks:
        confirmed = tick(problem(code, Where(""), labels.get(found, found)))
        said.append(t("layouts.says.tick", name=labels.get(found) or heading(code), confirmed=confirmed))
    return said


def unit_owner(key: str, labels: Mapping[str, str]) -> str:
    """What a unit is of: a good, an indicator, or a column by its label."""
    kind, _, name = key.partition(":")
    return {"good": names.good, "indicator": names.indicator}.get(kind, lambda label: labels.get(label, label))(name)


def sender_name(sender: str) -> str:
    road, _, name = sender.partition(":")
    if road == "file":
        return t("layouts.sender.file", name=name) if name else t("layouts.sender.no_name")
    return t("layouts.sender.mail", name=name) if road == "mail" else t("layouts.sender.google", name=name)


def _moment(moment: object) -> str:
    return numbers.moment(moment.astimezone(reference.load().campaign.zone), language()) if moment else ""
