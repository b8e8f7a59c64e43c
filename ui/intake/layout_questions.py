"""Questions on the layout of a sheet: what a column is, which unit a column, good or indicator is counted in."""

from collections.abc import Callable, Sequence

import streamlit as st

from data import reference, schemas
from loaders import Reading
from loaders.evidence.layouts import OPEN_COLUMN
from loaders.reading import Header
from ui.intake.incoming_files import IncomingFile
from words import names
from words.texts import language, plain, t

MOST = 12  # more columns or goods than these are mended in the sheet itself
AMOUNTS = ("quantity", "goods", "cash_vnd", "value_vnd", "cost_vnd", "value", "cumulative", "target")
NOT_COLUMNS = {"base_quantity", "base_unit", "week_start_date", "indicator", "is_urgent"}


def draw_layout_questions(drop: IncomingFile, reading: Reading, key: str) -> None:
    """Boxes for the columns that were not read, or are read twice, and for the units that nothing names."""
    columns, units = asked_columns(drop, reading), asked_units(drop, reading)
    if columns:
        codes = {problem.code for problem in reading.problems}
        is_open = bool(codes & {"column_missing", "column_twice", "amount_missing", "indicator_unknown"})
        title = t("layouts.ask.columns", sheet=reading.sheet)
        with st.expander(plain(title), expanded=is_open, key=f"columns_{key}_{language()}"):
            st.caption(t("layouts.ask.columns_help"))
            for number, header in enumerate(columns[:MOST]):
                _draw_column(drop, reading, header, f"column_{number}_{key}_{language()}")
    if units:
        st.markdown(f"**{plain(t('layouts.ask.units', sheet=reading.sheet))}**")
        with st.container(horizontal=True):
            _draw_units(drop, reading, units, key)


# columns
def asked_columns(drop: IncomingFile, reading: Reading) -> list[Header]:
    """The columns to ask about: not read, with the meaning of another one, or answered before."""
    said = dict(drop.answer(reading.place).columns)
    told = {p.found for p in reading.problems if p.code in OPEN_COLUMN}
    codes = {problem.code for problem in reading.problems}
    read = set(reading.columns.values())
    rivals = (
        {reading.columns[name] for name in AMOUNTS if name in reading.columns} if "column_twice" in codes else set()
    )
    return [
        header
        for header in reading.headers
        if header.key in said
        or header.label in told
        or header.letter in rivals
        or ("column_missing" in codes and header.letter not in read)
    ]


def fields_of(reading: Reading) -> list[str]:
    """What a column of this kind of sheet can be: not used, an amount, another field, a good of its own."""
    known = reference.load()
    if reading.layout == "matrix":
        return ["unused", *(f"indicator:{code}" for code in known.indicators)]
    own = [column.name for column in schemas.COLUMNS[reading.kind] if column.name not in NOT_COLUMNS]
    if reading.kind not in schemas.LINE_KINDS:
        return ["unused", *(name for name in own if name in AMOUNTS)]
    amounts = [name for name in AMOUNTS if name in own or name == "goods"]
    goods = [f"good:{code}" for code in known.goods if code != "cash"]
    return ["unused", *amounts, *(name for name in own if name not in amounts), *goods]


def field_name(field: str) -> str:
    """What a column is, in words."""
    kind, _, code = field.partition(":")
    if kind == "good" and code:
        return t("layouts.field.good", good=names.good(code))
    if kind == "indicator" and code:
        return names.indicator(code)
    return t(f"layouts.field.{field}") if field in ("unused", "goods") else names.field(field)


def _draw_column(drop: IncomingFile, reading: Reading, header: Header, key: str) -> None:
    said = dict(drop.answer(reading.place).columns)
    now = next((name for name, letter in reading.columns.items() if letter == header.letter and name in AMOUNTS), None)
    label = t("layouts.ask.column", column=header.label)
    if now and header.key not in said:
        label = t("layouts.ask.column_read_as", column=header.label, field=field_name(now))

    def take(field: str | None) -> None:
        kept = {name: what for name, what in said.items() if name != header.key} | (
            {header.key: field} if field else {}
        )
        drop.say(reading.place, columns=tuple(sorted(kept.items())))

    draw_choice(plain(label), fields_of(reading), said.get(header.key), field_name, key, take)


# units
def asked_units(drop: IncomingFile, reading: Reading) -> dict[str, str]:
    """What says no unit, or was answered before -> the unit proposed; in one order whatever is answered first."""
    return dict(sorted((dict(drop.answer(reading.place).units) | dict(reading.unitless)).items()))


def _draw_units(drop: IncomingFile, reading: Reading, asked: dict[str, str], key: str) -> None:
    said = dict(drop.answer(reading.place).units)
    labels = {header.key: header.label for header in reading.headers}

    def take(keys: Sequence[str], unit: str | None) -> None:
        kept = {name: given for name, given in said.items() if name not in keys}
        kept |= {name: unit for name in keys} if unit else {}
        drop.say(reading.place, units=tuple(sorted(kept.items())))

    goods = [name for name in asked if name.startswith("good:")]
    if len(goods) > 1:
        given = {said.get(name) for name in goods}
        label = t("layouts.ask.unit_of_all", number=len(goods))
        one = given.pop() if len(given) == 1 else None
        key_all = f"unit_all_{key}_{language()}"
        draw_choice(label, _units(asked[goods[0]]), one, names.unit, key_all, lambda unit: take(goods, unit))
    for number, (name, proposed) in enumerate(list(asked.items())[:MOST]):
        kind, _, code = name.partition(":")
        shown = {"good": names.good, "indicator": names.indicator}.get(kind, lambda key: labels.get(key, key))(code)
        options = [reference.load().indicators[code]["unit"]] if kind == "indicator" else _units(proposed)
        label, own = t(f"layouts.ask.unit_of_{kind}", name=shown), f"unit_{number}_{key}_{language()}"
        draw_choice(plain(label), options, said.get(name), names.unit, own, lambda unit, name=name: take([name], unit))


def _units(proposed: str) -> list[str]:
    """The units of goods, the proposed one first."""
    return [proposed, *(code for code in reference.load().units if code not in (proposed, "vnd"))]


def draw_choice(
    label: str, options: Sequence, given: object, name: Callable[[object], str], key: str, take: Callable
) -> None:
    """A box with one choice, or none; `take` hears what was chosen."""
    choices = [None, *options] if given is None or given in options else [None, given, *options]
    st.session_state[key] = given  # one answer may be given by two boxes
    st.selectbox(
        label,
        choices,
        format_func=lambda code: t("upload.ask.choose") if code is None else name(code),
        key=key,
        on_change=lambda: take(st.session_state[key]),
        filter_mode=None,
        placeholder=t("upload.ask.choose"),
        width=360,
    )
