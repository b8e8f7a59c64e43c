"""The memory of layouts: by what a sheet and its sender are known again, and what a clerk's answers say for next time.

A decision is only ever used where the sheet, read without it, leaves open just what it settles; so a sheet on which
nothing is asked reads as if there were none, and a commune that the sheet itself names is never overruled.

What is kept, and why:
kind, commune, columns, units     what a person chose, where it was asked
column_twice, indicator_unknown   which column or row of the form is read follows from its words
unit_missing                      of a whole column or indicator: the form never says the unit
commune_not_stated, _conflict     whose sheet it is; only for a sender that identifies
What is not, and why:
the week, every value             they are what changes
hidden_sheet                      what is left in a hidden sheet has to be looked at each time
repeats_other_sheets, totals      they compare values
empty_table                       "nothing happened" is a fact of one week
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from data.access import Person
from data.records.decisions import OF_COMMUNE, Decision, Decisions, Layout
from data.reference import Reference, load
from data.reference.names import fold, tidy
from loaders.evidence.columns import column_keys, written_key
from loaders.problems import Problem, Severity, Where, problem
from loaders.reading import Answers, Reading
from loaders.tables.find_tables import Table

Find = Callable[[str], Decision | None] | Mapping[str, Decision]
ROUNDS = 5  # a kind that is settled may ask for a commune, this for a unit, …
OF_WORDS = ("column_twice", "indicator_unknown", "unit_missing")
ASKS_COMMUNE = {"commune_missing", "commune_not_stated"}
OPEN_COLUMN = ("column_missing", "column_unknown", "column_unsure", "column_twice", "indicator_unknown")
OWN_PLACES = ("title", "letterhead", "sheet_name", "file_name", "subject", "sender")

# what changes in the name of a file from week to week, without accents
CHANGING = re.compile(
    r"\b(tuan( thu)?|thang|ngay|nam|quy|dot|lan|so|tu|den|v|ver|version)( ngay)? ?\d+\b|\d+"
    r"|\b(tuan|week|ban (cuoi( cung)?|sao|sua|moi|chinh thuc)|(da )?sua( lai)?|bo sung|moi nhat|chinh thuc"
    r"|copy( of)?|final|new|ver|version)\b"
)
# words that half of all files are called by: alone they say nothing of whose file it is
GENERIC = frozenset(
    "bao cao bc danh sach ds ung ho tong hop th mau file tep book workbook sheet trang tinh bieu bang ke so lieu"
    " ket qua kq nop gui phong chong dich covid mttq ubmttq ubnd ub uy ban nhan dan mat tran to quoc viet nam xa"
    " phuong thi tt huyen quan dia tai van don vi co cac cua va ve theo cho tro cap phat mua hang tien hoa tiep"
    " tham hoi tuyen dau chien tang trao nguoi ngheo kho khan quy dong gop quyen chi tieu muc giao thu hoat cong"
    " tac doi nhanh dot xuat data export import download upload report weekly donations list"
    " document untitled scan image zalo received attachment khong de moi cuoi sua nhap chua xong chinh thuc tam"
    " hien vat luong pham gao mi trung rau sao thang ngay ra vao ngan thong tin".split()
)


# by what a sheet and its sender are known again
def fingerprint(tables: Sequence[Table]) -> str:
    """What the headers of a sheet are known by: the labels of all its tables, in order; "" without a table.

    Digits, accents and signs do not count ("Tuần 33" and "Tuần 34" are one label); nor do titles, rows and names. How a
    table lies (a good a row, a good a column, …) is not in it: it follows from the labels, and from rows that change.
    """
    if not tables:
        return ""
    seen = [list(column_keys(table.columns).values()) for table in tables]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]


def sender_key(road: str, sender: str, file_name: str) -> str:
    """By whom a sheet comes: the mail address, the number of the Google source; else the name of the file.

    Of a file's name stays what does not change from week to week: "Báo cáo Ea Pô tuần 33 (1).xlsx" -> "bao cao ea po".
    """
    if road != "upload" and sender:
        return f"{road}:{sender.strip().casefold()}"
    return f"file:{name_key(file_name)}"


def name_key(file_name: str) -> str:
    """The name of a file without its ending and without weeks, dates, "(1)", "bản cuối"; words without accents."""
    stem = re.sub(r"\.[A-Za-z]{2,5}$", "", file_name.replace("\\", "/").rsplit("/", 1)[-1])
    parted = "".join(" " * _begins_word(*pair) + pair[1] for pair in pairwise(f" {tidy(stem)}"))
    words = re.sub(r"[^a-z0-9]+", " ", fold(parted))
    return " ".join(word for word in CHANGING.sub(" ", words).split() if len(word) > 1)


def _begins_word(before: str, after: str) -> bool:
    """ "BaoCaoTuan33" is four words."""
    return (before.islower() and after.isupper()) or (before.isalnum() and before.isdigit() != after.isdigit())


def identifies(sender: str) -> bool:
    """Whether a sender's key says whose sheets these are: only then a kind and a commune are remembered.

    A mail address and a Google source do; the name of a file does when it has a word beside those of GENERIC and the
    names of the district: two
    communes that both send "bao cao.xlsx" must never be taken for one another.
    """
    road, _, name = sender.partition(":")
    campaign = load().campaign
    own = fold(f"{campaign.district_vi} {campaign.province_vi}").split()
    return road != "file" or bool(set(name.split()) - GENERIC - set(own))


# what a clerk's answers say for next time
def decided(reading: Reading, answers: Answers) -> Layout:
    """What of a person's answers on a sheet is about its layout."""
    ticks = {
        (asked.code, written_key(asked.found))
        for asked in reading.problems
        if asked.severity is Severity.ASKS and asked.key in answers.ticked and _is_of_layout(asked, reading)
    }
    return Layout(
        kind=answers.kind,
        commune=answers.commune,
        columns=tuple(sorted(answers.columns)),
        units=tuple(sorted(answers.units)),
        ticks=tuple(sorted(ticks)),
    )


def _is_of_layout(asked: Problem, reading: Reading) -> bool:
    """A tick on words of the form; a missing unit only where it is asked for a column or indicator, not for a cell."""
    if asked.code != "unit_missing":
        return asked.code in OF_WORDS + OF_COMMUNE
    return "indicator" in reading.frame or asked.found in {header.label for header in reading.headers}


def decided_in(parts: Iterable[Reading], answers: Mapping[str, Answers]) -> dict[str, tuple[Reading, Layout]]:
    """Fingerprint -> a sheet of a file and what was decided on it.

    Of several sheets with one header only that on which they agree; a kind and a commune not at all inside a zip or
    where sheets with one header could be of two communes.
    """
    sheets: dict[str, tuple[Reading, Layout]] = {}
    for part in parts:  # the tables of a sheet share its answers
        layout = decided(part, answers.get(part.place) or answers.get(part.sheet) or Answers())
        layout = sheets[part.place][1].joined(layout) if part.place in sheets else layout
        sheets[part.place] = (part, layout.without_identity() if _is_zipped(part) else layout)
    found: dict[str, tuple[Reading, Layout]] = {}
    for part, layout in sheets.values():
        if part.fingerprint in found:
            part, before = found[part.fingerprint]
            layout = _common(before, layout)
        if part.fingerprint:
            found[part.fingerprint] = (part, layout)
    return {key: (part, layout) for key, (part, layout) in found.items() if not layout.is_empty}


def _common(first: Layout, second: Layout) -> Layout:
    both = {
        name: tuple(pair for pair in getattr(first, name) if pair in getattr(second, name))
        for name in ("columns", "units", "ticks")
    }
    kind = first.kind if first.kind == second.kind else None
    return replace(Layout(**both).without_identity(), kind=kind)


def keep_decisions(
    decisions: Decisions,
    sender: str,
    parts: Iterable[Reading],
    answers: Mapping[str, Answers],
    *,
    who: Person,
    now: datetime,
) -> list[int]:
    """Keep what was decided on the layouts of an accepted file; the numbers of the new decisions."""
    made = []
    for print_of_header, (part, layout) in decided_in(parts, answers).items():
        kept = layout if identifies(sender) else layout.without_identity()
        place = {"file": part.file, "sheet": part.sheet, "labels": _labels(part, kept)}
        number = decisions.keep(sender, print_of_header, kept, who=who, now=now, **place)
        made += [number] if number else []
    return made


def _labels(part: Reading, layout: Layout) -> dict[str, str]:
    """The keys of a layout -> the words as the sheet has them."""
    keys = {key for key, _ in layout.columns} | {key.removeprefix("column:") for key, _ in layout.units}
    headers = {header.key: header.label for header in part.headers if header.key in keys}
    return headers | {
        written_key(p.found): p.found for p in part.problems if (p.code, written_key(p.found)) in layout.ticks
    }


# what is known fills what nobody said
def find(decisions: Find | None, print_of_header: str) -> Decision | None:
    if not decisions or not print_of_header:
        return None
    return decisions(print_of_header) if callable(decisions) else decisions.get(print_of_header)


def by_decision(
    found: list,
    decision: Decision,
    answers: Answers,
    read_again: Callable[[Answers], list],
    reference: Reference,
    *,
    is_alone: bool,
) -> list:
    """The readings of a sheet with what a decision says of that which they leave open.

    found:     the readings without it (and errors, left as they are)
    is_alone:  no other sheet of the file has this header: else nobody knows whose each of them is
    """
    layout = decision.layout
    if not is_alone or not identifies(decision.sender) or any(_is_zipped(r) for r in found if _is_reading(r)):
        layout = replace(layout.without_identity(), kind=layout.kind if identifies(decision.sender) else None)
    filled, settled, readings = answers, set(), found
    for _ in range(ROUNDS):
        told = [r for r in readings if _is_reading(r) and r.is_counted]
        more, keys = with_layout(filled, layout, told)
        settled |= keys
        if more == filled:
            break
        filled, readings = more, read_again(more)
    used = _used(layout, answers, filled, settled, readings)
    readings = [_marked(r, decision.number, used, answers, settled) if _is_reading(r) else r for r in readings]
    return [_with_other_commune(r, layout, reference) if _is_reading(r) else r for r in readings]


def _is_zipped(reading: Reading) -> bool:
    return ".zip/" in reading.file.casefold()


def _is_reading(found: object) -> bool:
    return isinstance(found, Reading)


def with_layout(answers: Answers, layout: Layout, readings: Sequence[Reading]) -> tuple[Answers, set[str]]:
    """A person's answers, filled up by what a layout says of that which the readings leave open; the keys it ticks."""
    problems = [asked for reading in readings for asked in reading.problems]
    codes = {asked.code for asked in problems}
    kind = answers.kind or (layout.kind if "kind_unsure" in codes else None)
    commune = answers.commune or (layout.commune if codes & ASKS_COMMUNE else None)
    columns, units = dict(answers.columns), dict(answers.units)
    if any(_is_open(key, reading) for key, _ in layout.columns for reading in readings):
        columns = dict(layout.columns) | columns
    missing = {key for reading in readings for key, _ in reading.unitless}
    units |= {key: unit for key, unit in layout.units if key in missing and key not in units}
    ticks = set(layout.ticks)
    keys = {
        p.key for r in readings for p in r.problems if (p.code, written_key(p.found)) in ticks and _is_of_layout(p, r)
    } - answers.ticked
    filled = replace(
        answers,
        kind=kind,
        commune=commune,
        columns=tuple(sorted(columns.items())),
        units=tuple(sorted(units.items())),
        ticked=answers.ticked | keys,
    )
    return filled, keys


def _is_open(key: str, reading: Reading) -> bool:
    """Whether a reading leaves open what the column of a key is."""
    labels = {header.label for header in reading.headers if header.key == key}
    told = [p for p in reading.problems if p.code in OPEN_COLUMN]
    return bool(labels) and any(p.code == "column_missing" or p.found in labels for p in told)


def _used(layout: Layout, before: Answers, after: Answers, settled: set[str], readings: list) -> Layout:
    """What of a layout was needed this time."""
    told = {(p.code, written_key(p.found)) for r in readings if _is_reading(r) for p in r.problems if p.key in settled}
    return Layout(
        kind=after.kind if not before.kind else None,
        commune=after.commune if not before.commune else None,
        columns=tuple(pair for pair in after.columns if pair not in before.columns),
        units=tuple(pair for pair in after.units if pair not in before.units),
        ticks=tuple(tick for tick in layout.ticks if tick in told),
    )


def _marked(reading: Reading, number: int, used: Layout, answers: Answers, settled: set[str]) -> Reading:
    """A reading that says what came from the decision; what it settled is asked no more."""
    if used.is_empty:
        return reading
    place = ("decision", str(number))
    found_in = dict(reading.found_in)
    said = dict(used.columns).keys() - dict(answers.columns).keys()
    letters = {header.letter for header in reading.headers if header.key in said}
    for what, (where, _) in reading.found_in.items():
        column = reading.columns.get(what)
        if where == "answer" and (getattr(used, what, None) or column in letters):
            found_in[what] = place
    problems = tuple(p for p in reading.problems if p.key not in settled)
    return replace(reading, found_in=found_in, problems=problems, decision=number, decided=used)


def _with_other_commune(reading: Reading, layout: Layout, reference: Reference) -> Reading:
    """A sheet that names another commune than its sender had before: the sheet holds, and it is asked."""
    place, _ = reading.found_in.get("commune", ("", ""))
    is_asked = any(p.code == "commune_conflict" for p in reading.problems)
    if not layout.commune or is_asked or place not in OWN_PLACES or layout.commune in reading.communes:
        return reading
    known = reference.communes(reading.week_start_date)
    named = [known[code].name for code in (*reading.communes, layout.commune) if code in known]
    where = Where(reading.file, reading.sheet)
    asked = problem("commune_conflict", where, "; ".join(named), named[0] if len(reading.communes) == 1 else None)
    return replace(reading, problems=(*reading.problems, asked))
