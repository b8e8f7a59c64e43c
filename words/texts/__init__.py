"""The words for people: texts/*.toml, Vietnamese and English side by side; no Streamlit here.

`t("upload.accept")` is a sentence in the language of this run; `say(problem)` tells what is wrong and what to do.
"""

import re
import tomllib
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from data.database.errors import StoreError
from data.reference import load
from data.reference.tables import Fault, ReferenceUnusable
from data.reference.templates import TemplateUnusable
from loaders.problems import Problem, SheetError, Where
from words.campaign import campaign_words
from words.numbers import number

FOLDER = Path(__file__).parent
LANGUAGES = ("vi", "en")
LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}
MOST_FAULTS = 20  # of a reference folder told at once: one wrong header may make a fault of every line
_language: ContextVar[str] = ContextVar("language", default="vi")


def use(language: str) -> None:
    """The language of this run from here on."""
    _language.set(language if language in LANGUAGES else "vi")


def language() -> str:
    return _language.get()


@lru_cache(maxsize=1)
def entries() -> dict[str, dict[str, str]]:
    """Every text: "upload.accept" -> {"vi": …, "en": …}; the first part is the file's name."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        _collect(path.stem, tomllib.loads(path.read_text("utf-8")), found)
    return found


def _collect(prefix: str, table: dict, found: dict) -> None:
    if all(isinstance(value, str) for value in table.values()):
        found[prefix] = table
        return
    for name, value in table.items():
        _collect(f"{prefix}.{name}", value, found)


def t(key: str, language: str | None = None, **values: object) -> str:
    """The text of a key with its values filled in.

    errors: KeyError for a key that no file has, or a value that is not given
    """
    spoken = language or _language.get()
    text = entries()[key][spoken]
    if "{campaign_" in text:
        values = campaign_words(load(), spoken) | values
    return text.format(**values) if values else text


class Said(NamedTuple):
    """A problem in words: where it is, what was found and is needed, what to do."""

    where: str
    what: str
    do: str


def place(where: Where, language: str | None = None) -> str:
    """ "Ô C14, tờ Tuần 37", "Tờ Tuần 37", or the name of the file."""
    if where.sheet is None:
        return t("problems.place.file", language, file=where.file)
    if where.cell is None:
        return t("problems.place.sheet", language, sheet=where.sheet)
    if where.page:
        return t("problems.place.page", language, sheet=where.sheet, cell=where.cell, page=where.page)
    return t("problems.place.cell", language, sheet=where.sheet, cell=where.cell)


# what is written as plain digits, and is easier to read in groups: "11.135.117.800"
SUMS = {"total_differs", "row_total_differs", "balance_differs", "debit_row", "cumulative_below"}
AMOUNTS = SUMS | {"balance_proposes", "number_ambiguous", "number_negative", "fraction_of_whole"}
OF_UNIT = ("unit_missing", "unit_unknown", "unit_not_convertible")  # what is proposed is a unit
NAMED = {"kind_unsure": "kind", "column_missing": "field", "column_twice": "field"}
PLAIN_NUMBER = re.compile(r"-?\d+(,\d+)?")


def _values(code: str, found: str, proposed: str | None, language: str | None) -> dict[str, str]:
    """What a sentence may show: sums in groups of digits, kinds and fields by their names, the rest as it was typed."""
    spoken = language or _language.get()
    is_typed = code in OF_UNIT  # what was found there is a cell's own text
    shown_found = _in_groups(found, spoken) if code in SUMS else found if is_typed else _by_name(code, found, spoken)
    text = proposed or ""
    return {
        "found": shown_found,
        "proposed": _in_groups(text, spoken) if code in AMOUNTS else _by_name(code, text, spoken),
    }


def _in_groups(text: str, language: str) -> str:
    return number(float(text.replace(",", ".")), language) if PLAIN_NUMBER.fullmatch(text) else text


def _by_name(code: str, text: str, language: str) -> str:
    if code in OF_UNIT:
        unit = load().units.get(text)
        return text if unit is None else unit["name_en" if language == "en" else "name"]
    if code not in NAMED:
        return text
    found = [entries().get(f"{NAMED[code]}.{part.strip()}") for part in text.split(";")]
    return ", ".join(name[language] for name in found) if all(found) else text


def say(problem: Problem | SheetError, language: str | None = None) -> Said:
    """A problem, or the reason why a file or sheet was not read, in words."""
    proposed = getattr(problem, "proposed", None)
    values = _values(problem.code, problem.found, proposed, language)
    key = f"problems.{problem.code}"
    do = f"{key}.do_proposed" if proposed and f"{key}.do_proposed" in entries() else f"{key}.do"
    return Said(
        place(problem.where, language),
        t(f"{key}.what", language, **values),
        t(do, language, **values),
    )


class StoreSaid(NamedTuple):
    """Why the store cannot do what was asked, in words: its name, what was found, what to do; and where it lies."""

    name: str
    what: str
    do: str
    place: str


def say_store(error: StoreError, language: str | None = None) -> StoreSaid:
    """One of OF_THE_STORE in words; the place is told apart: not everyone who looks need know it."""
    key = f"store.{error.code}"
    what = t(f"{key}.what", language)
    if error.code == "store_damaged":
        what += " " + _damaged(error.part, language)
    return StoreSaid(t(f"{key}.name", language), what, t(f"{key}.do", language), error.found)


def store_sentence(error: StoreError, language: str | None = None) -> str:
    """All of it in one paragraph: for the command line and the doctor."""
    said = say_store(error, language)
    place = f" {t('store.place', language, place=said.place)}" if said.place else ""
    return f"{said.what} {said.do}{place}"


def _damaged(part: tuple, language: str | None) -> str:
    """Which part of a store is damaged (StoreError.part)."""
    what, *told = part or ("whole",)
    if what in ("upload", "sums"):
        number, kind, *lines = told
        name = f"kind.{kind}" if f"kind.{kind}" in entries() else f"chain.table.{kind}"
        values = {"number": number, "kind": t(name, language), **dict(zip(("there", "told"), lines, strict=False))}
    elif what == "journal":
        values = {"journal": t(f"chain.table.{told[0]}", language)}
    else:
        values = {"digest": told[0]} if told else {}
    return t(f"store.part.{what}", language, **values)


def say_fault(fault: Fault, language: str | None = None) -> str:
    """What is wrong in a reference table: the file and line, what was found, what is needed, what to do."""
    file = f"{fault.file}, {t('reference.line', language, number=fault.line)}" if fault.line else fault.file
    key = f"reference.needed.{fault.needed}"
    words = {"file": file, "column": fault.column, "found": fault.found}
    words["needed"] = t(key, language) if key in entries() else fault.needed
    return (
        f"{t(f'reference.{fault.code}.what', language, **words)} {t(f'reference.{fault.code}.do', language, **words)}"
    )


def say_reference(error: ReferenceUnusable, place: object = None) -> str:
    """All that is wrong in the reference tables or a template, Vietnamese before English; place: the folder's name."""
    lines, key = [], "reference.template" if isinstance(error, TemplateUnusable) else "reference.unusable"
    for language in LANGUAGES:
        lines.append(t(key, language, folder=place or error.folder))
        lines += [f"- {say_fault(fault, language)}" for fault in error.faults[:MOST_FAULTS]]
        if (more := len(error.faults) - MOST_FAULTS) > 0:
            lines.append(f"- {t('reference.more', language, number=more)}")
    return "\n".join(lines)


def tick(problem: Problem, language: str | None = None) -> str:
    """What a person confirms with the box beside a question."""
    values = _values(problem.code, problem.found, problem.proposed, language)
    key = f"problems.{problem.code}.tick"
    with_proposal = f"{key}_proposed"
    return t(with_proposal if problem.proposed and with_proposal in entries() else key, language, **values)


def heading(code: str, language: str | None = None) -> str:
    """The short name of a kind of problem, over a group of them."""
    return t(f"problems.{code}.name", language)


def plain(text: str) -> str:
    """A text from a file inside Markdown: no sign in it is a command."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~$:-])", r"\\\1", text)
