"""The letter that goes with a marked-up copy: what was received, what is good, what is to be mended, until when."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.reference import load
from loaders.problems import Severity
from loaders.reading import Outcome
from loaders.tables.our_sheets import LIST_SHEET
from outgoing.marked_copy.problem_list import Finding, findings
from words import names, numbers
from words.texts import entries, t

MOST_POINTS = 15
MOST_CELLS = 6  # of one point, named one by one


@dataclass(frozen=True)
class Letter:
    """Plain text, ready to copy or to mail."""

    subject: str
    body: str


def letter(
    outcome: Outcome,
    *,
    file: str,
    commune: str | None,
    received_at: datetime | None,
    item: int | None,
    questions: Sequence[str] = (),
    send_by: datetime | None = None,
    is_marked: bool = True,
    language: str = "vi",
    ticked: Container[str] = frozenset(),
) -> Letter:
    """The letter to the sender of a file.

    in:      commune: its code, None when it is not known; questions: of the office, sentences; send_by: until when an
             answer is asked for; is_marked: whether the attached file is the marked copy (Returned.is_marked);
             ticked: keys of questions that the office has settled already
    """
    found = [one for one in findings(outcome, language, ticked) if one.severity is not Severity.NOTES]
    asked = bool(found or questions)
    blocks = [
        [_to(commune, language)],
        [_received(file, received_at, language), *_read(outcome, language)],
        _points(found, file, language) or [t("outgoing.letter.clean", language)],
        [t("outgoing.letter.questions", language), *_numbered(questions)] if questions else [],
        [_how(found, is_marked, send_by, language)] if asked else [],
        [t("outgoing.letter.thanks", language)],
        [_office(language)],
    ]
    body = "\n\n".join("\n".join(lines) for lines in blocks if lines)
    return Letter(_subject(file, item, asked, language), body + "\n")


def _subject(file: str, item: int | None, asked: bool, language: str) -> str:
    file = " ".join(file.split())
    if not asked:
        return t("outgoing.letter.subject_clean", language, file=file)
    if item is None:
        return t("outgoing.letter.subject", language, file=file)
    return t("outgoing.letter.subject_item", language, file=file, item=item)


def _to(commune: str | None, language: str) -> str:
    if commune is None:
        return t("outgoing.letter.to_sender", language)
    return t("outgoing.letter.to", language, commune=names.inside(names.commune(commune, language), language))


def _office(language: str) -> str:
    campaign = load().campaign
    return campaign.office_en if language == "en" else campaign.office_vi


def _received(file: str, received_at: datetime | None, language: str) -> str:
    if received_at is None:
        return t("outgoing.letter.received_once", language, office=_office(language), file=file)
    when = _when(received_at, language)
    return t("outgoing.letter.received", language, office=_office(language), file=file, **when)


def _when(moment: datetime, language: str) -> dict[str, str]:
    """The hour and the day where the office is."""
    there = moment.astimezone(load().campaign.zone) if moment.tzinfo else moment
    return {"hour": f"{there:%H:%M}", "day": numbers.day(there, language)}


def _read(outcome: Outcome, language: str) -> list[str]:
    """How much is good already, and how much waits."""
    counted = [reading for reading in outcome.readings if reading.is_counted and len(reading.frame)]
    waiting = sum(len(reading.waiting) for reading in outcome.readings if reading.is_counted)
    rows: dict[str, int] = {}
    for reading in counted:
        rows[reading.sheet] = rows.get(reading.sheet, 0) + len(reading.frame)
    if not rows:
        return [t("outgoing.letter.nothing_read", language)]
    named = [
        t("outgoing.letter.sheet_rows", language, sheet=sheet, rows=numbers.number(count, language))
        for sheet, count in rows.items()
    ]
    total = numbers.number(sum(rows.values()), language)
    said = [t("outgoing.letter.rows", language, rows=total, sheets="; ".join(named))]
    if waiting:
        said.append(t("outgoing.letter.waiting", language, waiting=numbers.number(waiting, language)))
    return said


def _points(found: Sequence[Finding], file: str, language: str) -> list[str]:
    """The points one by one: what must be mended before what is to be confirmed, the same fault of a sheet once."""
    groups: dict[tuple, list[Finding]] = {}
    for one in found:
        groups.setdefault((one.severity is not Severity.BLOCKS, one.file, one.sheet, one.code, one.do), []).append(one)
    ordered = [group for _, group in sorted(groups.items(), key=lambda pair: pair[0][0])]
    if not ordered:
        return []
    said = [t("outgoing.letter.points", language)]
    said += _numbered([_point(group, file, language) for group in ordered[:MOST_POINTS]])
    left = sum(len(group) for group in ordered[MOST_POINTS:])
    if left:
        said.append(t("outgoing.letter.more", language, number=numbers.number(left, language), list=LIST_SHEET))
    return said


def _numbered(lines: Sequence[str]) -> list[str]:
    return [f"{number}. {line}" for number, line in enumerate(lines, start=1)]


def _point(group: Sequence[Finding], file: str, language: str) -> str:
    """ "Tờ “Tuần 37”, ô C14: “1.500kg”. Cần một số. Ghi 1500." """
    one = group[0]
    # the sentences of the screens name the value themselves, those written for a commune never do
    is_told = one.value in one.do and f"outgoing.do.{one.code}" not in entries()
    value = "" if len(group) > 1 or is_told or not one.value else t("outgoing.value", language, value=one.value) + "."
    said = " ".join(part for part in (_place(group, language), one.do, value) if part)
    inside = one.file.removeprefix(f"{file}/")
    return said if inside == file else f"{inside} – {said}"


def _place(group: Sequence[Finding], language: str) -> str:
    one = group[0]
    if one.sheet is None:
        return one.what
    if one.cell is None:
        return t("outgoing.letter.at_sheet", language, sheet=one.sheet, what=one.what)
    if len(group) == 1:
        return t("outgoing.letter.at_cell", language, sheet=one.sheet, cell=one.cell, what=one.what)
    cells = ", ".join(each.cell or "" for each in group[:MOST_CELLS]) + ("…" if len(group) > MOST_CELLS else "")
    what = names.inside(one.name, "vi")
    return t("outgoing.letter.at_cells", language, sheet=one.sheet, number=len(group), cells=cells, what=what)


def _how(found: Sequence[Finding], is_marked: bool, send_by: datetime | None, language: str) -> str:
    until = " " + t("outgoing.letter.until", language, **_when(send_by, language)) if send_by else ""
    if not found:
        return t("outgoing.letter.how_answered", language, until=until)
    if not is_marked:
        return t("outgoing.letter.how_listed", language, until=until)
    has_cells = any(one.cell for one in found)
    return t("outgoing.letter.how_marked" if has_cells else "outgoing.letter.how_listed_first", language, until=until)
