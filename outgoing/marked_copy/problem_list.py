"""What is to be mended, in words for the commune: one finding a line, for the list, the comments and the letter."""

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date

from openpyxl.utils.cell import coordinate_to_tuple

from loaders.problems import CODES, Problem, Severity, SheetError, SheetNotRecognised
from loaders.reading import Outcome
from words import names
from words.numbers import day, number
from words.texts import AMOUNTS, NAMED, PLAIN_NUMBER, entries, say, t

# told in the list although nothing must be done; other notes are for the office only
WORTH_TELLING = {"outside_table", "column_unknown", "amount_merged", "flag_unreadable", "hidden_rows"}
# whose `proposed` is what the cell should say; that of others is a place, a count or an example
REPAIRED = AMOUNTS - {"debit_row"} | {"amount_missing", "formula_without_value", "number_unreadable", "count_differs"}
REPAIRED |= {"date_unreadable", "date_ambiguous", "date_outside", "repeats_above", "column_missing"}
REPAIRED |= {"unit_missing", "unit_unknown", "unit_not_convertible", "good_unknown", "site_unknown"}
REPAIRED |= {"commune_unknown", "commune_conflict", "indicator_unknown"}
WEEKS = {"week_missing", "week_conflict", "week_not_monday"}


@dataclass(frozen=True)
class Finding:
    """One place to be looked at; sheet and cell are None where the file or the sheet as a whole is meant.

    name:  of this sort of problem; value: what the cell should say, "" where that is not known
    """

    code: str
    severity: Severity
    file: str
    sheet: str | None
    cell: str | None
    name: str
    what: str
    do: str
    value: str = ""

    @property
    def order(self) -> tuple:
        """Down the sheet; what concerns all of it first."""
        return coordinate_to_tuple(self.cell) if self.cell else (0, 0)


def findings(outcome: Outcome, language: str = "vi", ticked: Container[str] = frozenset()) -> list[Finding]:
    """Everything that goes back to the sender, sheet by sheet; ticked: keys of questions that the office settled."""
    problems = {p: None for reading in outcome.readings for p in reading.problems if p.key not in ticked}
    told = [p for p in problems if p.severity is not Severity.NOTES or p.code in WORTH_TELLING]
    made = [_finding(found, language) for found in (*told, *outcome.unread)]
    places = {place: number for number, place in enumerate(dict.fromkeys((f.file, f.sheet) for f in made))}
    return sorted(made, key=lambda f: (places[f.file, f.sheet], f.order))


def severity_name(severity: Severity, language: str) -> str:
    return t(f"outgoing.severity.{severity.lower()}", language)


def comment(found: Iterable[Finding], language: str) -> str:
    """What stands in the comment of a cell: all that is wrong with it."""
    parts = []
    for one in found:
        lines = [f"{severity_name(one.severity, language)}: {one.what}", one.do]
        lines += [t("outgoing.value", language, value=one.value)] if one.value else []
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _finding(found: Problem | SheetError, language: str) -> Finding:
    said, where = say(found, language), found.where
    own = f"outgoing.do.{found.code}"
    return Finding(
        found.code,
        _severity(found),
        where.file,
        where.sheet,
        where.cell,
        t(f"problems.{found.code}.name", language),
        said.what,
        t(own, language) if own in entries() else said.do,
        _value(found, language) if isinstance(found, Problem) else "",
    )


def _severity(found: Problem | SheetError) -> Severity:
    """A sheet of another sort beside the tables is only told; a file that cannot be opened must come again."""
    if isinstance(found, Problem):
        return CODES[found.code]
    return Severity.NOTES if isinstance(found, SheetNotRecognised) else Severity.BLOCKS


def _value(found: Problem, language: str) -> str:
    code, text = found.code, found.proposed or ""
    if not text or text == found.found:
        return ""
    if code == "duplicate_rows":
        return t("outgoing.same_as", language, cell=text)
    if code in WEEKS and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return day(date.fromisoformat(text), language)
    if code in NAMED:
        keys = [f"{NAMED[code]}.{part.strip()}" for part in text.split(";")]
        return ", ".join(t(key, language) for key in keys if key in entries())
    if code in ("unit_missing", "unit_unknown", "unit_not_convertible"):
        return names.unit(text, language)
    if code in AMOUNTS and PLAIN_NUMBER.fullmatch(text):
        return number(float(text.replace(",", ".")), language)
    return text if code in REPAIRED | WEEKS else ""
