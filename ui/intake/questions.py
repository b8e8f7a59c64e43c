"""What a sheet asks of a person: its kind, commune, week; and a box to tick beside everything that is unsure."""

from collections.abc import Callable
from datetime import date, timedelta

import streamlit as st

from data import reference, schemas
from loaders import Reading
from loaders.problems import Problem
from loaders.reading import questions
from ui.frame import session
from ui.intake.incoming_files import IncomingFile
from ui.intake.layout_questions import draw_choice, draw_layout_questions
from words import names, numbers
from words.texts import heading, language, plain, say, t, tick

SHOWN_OF_A_CODE = 20  # more places of one kind of problem than this are in the downloaded list only
ASKED_BY = {
    "kind": {"kind_unsure"},
    "commune": {"commune_missing", "commune_not_stated", "commune_conflict"},
    "week_start_date": {"week_missing", "week_conflict", "week_not_monday", "week_in_future"},
}
LABELS = {"kind": "kind", "commune": "commune", "week_start_date": "week"}


def draw_questions(drop: IncomingFile, reading: Reading, key: str) -> None:
    """What the sheet as a whole leaves open: kind, commune, week; columns and units."""
    _draw_whole(drop, reading, key)
    draw_layout_questions(drop, reading, key)


def _draw_whole(drop: IncomingFile, reading: Reading, key: str) -> None:
    """Kind, commune and week, where they are asked or were answered."""
    codes = {problem.code for problem in reading.problems}
    answers = drop.answer(reading.place)
    asked = [part for part, asking in ASKED_BY.items() if asking & codes or getattr(answers, part) is not None]
    if not asked:
        return
    options = {"kind": list(schemas.KINDS), "commune": list(reference.load().communes()), "week_start_date": _weeks()}
    name: dict[str, Callable] = {
        "kind": names.kind,
        "commune": names.commune,
        "week_start_date": lambda week: numbers.week(week, language()),
    }
    with st.container(horizontal=True):
        for part in asked:
            _draw_question(drop, reading, part, options[part], name[part], f"ask_{part}_{key}_{language()}")


def _draw_question(drop: IncomingFile, reading: Reading, part: str, options: list, name: Callable, key: str) -> None:
    given = getattr(drop.answer(reading.place), part)
    label = LABELS[part]
    title = t(f"upload.ask.{label}", sheet=reading.sheet)
    draw_choice(title, options, given, name, key, lambda chosen: drop.say(reading.place, **{part: chosen}))


def _weeks() -> list[date]:
    """The Mondays a report can be of: those of the campaign up to its close or a year, none in the future."""
    campaign = reference.load().campaign
    first = numbers.monday(campaign.start_date) - timedelta(days=28)
    last = min(session.now().date(), campaign.closing_date or campaign.start_date + timedelta(days=366))
    return [first + timedelta(days=7 * number) for number in range((last - first).days // 7 + 1)]


def draw_ticks(drop: IncomingFile, reading: Reading, key: str) -> None:
    """A box beside every question; one box for all when there are many of one kind."""
    groups: dict[str, list[Problem]] = {}
    for problem in questions(reading):
        groups.setdefault(problem.code, []).append(problem)
    for code, group in groups.items():
        if len(group) > 3:
            label = t("upload.ask.all_of", number=len(group), name=heading(code))
            _draw_tick(drop, reading.place, [p.key for p in group], label, f"all_{code}_{key}")
        for number, problem in enumerate(group[:SHOWN_OF_A_CODE]):
            where, what, do = say(problem)
            label = f"**{plain(where)}:** {plain(what)} {plain(do)}  \n→ **{plain(tick(problem))}**"
            _draw_tick(drop, reading.place, [problem.key], label, f"tick_{code}_{number}_{key}")


def _draw_tick(drop: IncomingFile, place: str, keys: list[str], label: str, key: str) -> None:
    key = f"{key}_{language()}"
    st.session_state[key] = set(keys) <= drop.answer(place).ticked

    def take() -> None:
        drop.tick(place, keys, st.session_state[key])

    st.checkbox(label, key=key, on_change=take)
