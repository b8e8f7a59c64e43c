"""A messy sheet -> tidy frames and a list of problems. `read(source)` is the way in; KINDS is the registry.

Reading order: sources -> grid -> tables -> recognise -> kinds -> values -> a kind -> checks.
"""

import gc
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial

from data import schemas
from data.reference import Reference, load
from loaders.evidence import layouts, recognise
from loaders.evidence import which_kind as kinds
from loaders.evidence.columns import column_keys
from loaders.evidence.context import Context
from loaders.evidence.layouts import Find
from loaders.evidence.which_kind import KINDS
from loaders.formats.grid import Grid
from loaders.formats.sources import open_grids
from loaders.kinds import weekly_reports
from loaders.problems import Problem, SheetError, SheetNotRecognised, Where, problem
from loaders.reading import Answers, Header, Outcome, Reading, Source
from loaders.tables import checks, our_sheets
from loaders.tables.find_tables import Table

OF_WEEK = {"week_not_monday", "week_conflict", "week_missing"}
MOST_COMPARED = 25  # tables of one kind in a file; among more only one that calls itself a summary is compared
__all__ = ["KINDS", "Answers", "Outcome", "Reading", "Source", "read"]


def read(
    source: Source,
    *,
    as_of: date,
    answers: Answers | Mapping[str, Answers] | None = None,
    reference: Reference | None = None,
    decisions: Find | None = None,
) -> Outcome:
    """Everything that a file gives: its readings, and what could not be read.

    in:      answers: what a person said, for all sheets, or by Reading.place or sheet name
             decisions: fingerprint of a sheet -> the decision in force for its sender (loaders.evidence.layouts)
    out:     one Reading a table, visible sheets first; faults in data are problems of the readings, all at once
    errors:  none; a file or sheet that gives nothing is in `unread`, with its code
    """
    with without_gc():
        return _read(source, as_of, answers, reference or load(), decisions)


@contextmanager
def without_gc():
    """A large sheet makes a million small objects and no cycles: looking for cycles costs a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(source: Source, as_of: date, answers, reference: Reference, decisions: Find | None) -> Outcome:
    grids, unread = open_grids(source)
    own = [replace(grid, envelope=source.envelope) for grid in our_sheets.without_lists(grids)]
    sheets = [read_sheet(g, reference, _answers_for(answers, g.file, g.sheet), as_of) for g in own]
    if decisions:
        sheets = _by_decisions(own, sheets, as_of, answers, reference, decisions)
    readings = [r for found in sheets for r in found if isinstance(r, Reading)]
    unread += [e for found in sheets for e in found if isinstance(e, SheetError)]
    readings = _without_summaries(readings, answers)
    return Outcome(tuple(sorted(readings, key=lambda r: r.is_hidden)), tuple(unread), our_sheets.item_of(grids))


def _by_decisions(grids: list[Grid], sheets: list[list], as_of: date, answers, reference: Reference, decisions: Find):
    """The sheets read again with what is known of their layouts, where they leave that open."""
    prints = [next((r.fingerprint for r in found if isinstance(r, Reading)), "") for found in sheets]
    read_so = []
    for grid, found, known in zip(grids, sheets, prints, strict=True):
        if decision := layouts.find(decisions, known):
            given, is_alone = _answers_for(answers, grid.file, grid.sheet), prints.count(known) == 1
            again = partial(_read_again, grid, reference, as_of)
            found = layouts.by_decision(found, decision, given, again, reference, is_alone=is_alone)
        read_so.append(found)
    return read_so


def _read_again(grid: Grid, reference: Reference, as_of: date, answers: Answers) -> list[Reading | SheetError]:
    return read_sheet(grid, reference, answers, as_of)


def _answers_for(answers, file: str, sheet: str) -> Answers:
    if isinstance(answers, Answers):
        return answers
    return (answers or {}).get(f"{file}/{sheet}") or (answers or {}).get(sheet, Answers())


def _without_summaries(readings: list[Reading], answers) -> list[Reading]:
    """A sheet that says again what other sheets of the file say ("Tổng hợp", a copy) would count twice: it is asked."""
    kept = list(readings)
    for kind in {r.kind for r in readings}:
        same = [i for i, r in enumerate(readings) if r.kind == kind and r.is_counted and not r.frame.empty]
        for number in sorted(same, key=lambda i: (not checks.is_summary(readings[i]), len(readings[i].frame), -i)):
            reading = readings[number]
            others = [o for i in same if i != number and (o := readings[i]).file == reading.file]
            compared = len(same) <= MOST_COMPARED or checks.is_summary(reading)
            if others and compared and checks.says_again(reading, others):
                given = _answers_for(answers, reading.file, reading.sheet)
                names = "; ".join(dict.fromkeys(r.sheet for r in others))
                asked = problem("repeats_other_sheets", problem_place(reading), reading.sheet, names)
                kept[number] = _uncounted(reading, asked, given)
                break
    return kept


def read_sheet(grid: Grid, reference: Reference, answers: Answers, as_of: date) -> list[Reading | SheetError]:
    """The readings of one sheet; a SheetNotRecognised when it is none of the kinds."""
    if recognise.is_empty(grid):
        return []
    tables = recognise.find_tables(grid, reference)
    found = [r for table in tables if (r := read_table(grid, table, reference, answers, as_of))]
    if not found:
        nil = _nil_report(grid, reference, answers, as_of)
        return [nil] if nil else [SheetNotRecognised("sheet_not_recognised", grid.where(), _first_texts(grid))]
    known = layouts.fingerprint(tables)
    found = [replace(reading, fingerprint=known) for reading in found]
    found[0] = replace(found[0], problems=grid.problems + found[0].problems)
    if found[0].kind == "weekly_reports":
        context = recognise.context_of(grid, tables[0], reference, answers, as_of)
        found[0] = _with_remarks(found[0], grid, tables, context)
    if not grid.is_hidden:
        return found
    return [_uncounted(r, problem("hidden_sheet", grid.where(), grid.sheet, len(r.frame)), answers) for r in found]


def read_table(grid: Grid, table: Table, reference: Reference, answers: Answers, as_of: date) -> Reading | None:
    """One table; None when nothing speaks for any kind."""
    context = recognise.context_of(grid, table, reference, answers, as_of)
    kind, place, likely = kinds.kind_of(grid, table, context)
    if kind is None:
        if not likely:
            return None
        unsure = problem("kind_unsure", grid.where(), "; ".join(c.label for c in table.columns), "; ".join(likely))
        kind, place, context = likely[0], ("", ""), replace(context, problems=(*context.problems, unsure))
    context = replace(context, found_in={"kind": place} | context.found_in)
    if kind in kinds.LISTS:  # its rows have their own days; a list of three weeks is as good as one of one
        context = replace(context, problems=tuple(p for p in context.problems if p.code not in OF_WEEK))
    reading = _asked(_marked_nil(_with_headers(KINDS[kind].read(table, context), table, answers), grid), context)
    plan = kinds.says(context, "plan") if kind in kinds.LISTS and not kinds.names_promises(table, context) else None
    return _uncounted(reading, problem("not_happened", grid.where(), plan[:120]), answers) if plan else reading


def _with_headers(reading: Reading, table: Table, answers: Answers) -> Reading:
    """A reading with the columns of its table, and which of them a person named."""
    keys = column_keys(table.columns)
    headers = tuple(Header(keys[column.index], column.label, column.letter) for column in table.columns)
    said = {header.letter for header in headers if header.key in dict(answers.columns)}
    found_in = {name: ("answer", "") for name, letter in reading.columns.items() if letter in said}
    return replace(reading, headers=headers, found_in=found_in | reading.found_in)


def _asked(reading: Reading, context: Context) -> Reading:
    """The questions that a whole sheet leaves open: which commune, which week."""
    asked: list[Problem] = []
    where = reading.frame
    sheet = problem_place(reading)
    if reading.kind in ("weekly_reports", "targets"):
        named = not where.empty and where["commune"].notna().all()
        if not named and not reading.communes:
            asked.append(problem("commune_missing", sheet))
    if reading.kind == "weekly_reports":
        dated = not where.empty and where["week_start_date"].notna().all()
        known = {"week_conflict", "week_not_monday"} & {p.code for p in reading.problems}
        if not dated and not reading.week_start_date and not known:
            asked.append(problem("week_missing", sheet, "", context.found_in.get("week_proposed", (None,))[0]))
        elif not dated and not reading.week_start_date:
            asked.append(problem("week_missing", sheet))
    return replace(reading, problems=(*reading.problems, *asked))


def problem_place(reading: Reading):
    return Where(reading.file, reading.sheet)


def _marked_nil(reading: Reading, grid: Grid) -> Reading:
    """A table without rows: said to be empty, or asked about."""
    if not reading.frame.empty or not reading.waiting.empty:
        return reading
    text = recognise.is_nil(grid)
    if not text and recognise.has_numbers(grid, reading.area):
        missing = problem("column_missing", grid.where(), reading.area)
        return replace(reading, problems=(*reading.problems, missing))
    code = "declared_empty" if text else "empty_table"
    note = problem(code, grid.where(), text or reading.area, None if text else "0")
    return replace(reading, is_nil=True, problems=(*reading.problems, note))


def _nil_report(grid: Grid, reference: Reference, answers: Answers, as_of: date) -> Reading | None:
    """A sheet without a table that says "không phát sinh": a report that counts as received."""
    text = recognise.is_nil(grid)
    if not text:
        return None
    above = tuple(
        (r, c, cell.strip())
        for r, row in enumerate(grid.rows)
        for c, cell in enumerate(row)
        if isinstance(cell, str) and cell.strip()
    )
    table = Table(grid, (), 0, 0, 0, above)
    context = recognise.context_of(grid, table, reference, answers, as_of)
    scores, places = kinds.title_scores(context)
    kind = answers.kind or max(scores, key=lambda name: scores[name])
    if not answers.kind and not scores[kind]:
        return None
    reading = Reading(
        kind=kind,
        file=grid.file,
        sheet=grid.sheet,
        frame=schemas.empty(kind),
        waiting=schemas.empty("waiting"),
        remarks=schemas.empty("remarks"),
        problems=(*grid.problems, *context.problems, problem("declared_empty", grid.where(), text)),
        communes=(context.commune,) if context.commune else (),
        week_start_date=context.week_start_date,
        found_in={"kind": places.get(kind, ("answer", ""))} | context.found_in,
        is_urgent=context.is_urgent,
        is_nil=True,
        is_hidden=grid.is_hidden,
    )
    return _with_remarks(_asked(reading, context), grid, [], context) if kind == "weekly_reports" else reading


def _with_remarks(reading: Reading, grid: Grid, tables: list[Table], context: Context) -> Reading:
    commune = reading.communes[0] if len(reading.communes) == 1 else None
    return replace(reading, remarks=weekly_reports.remarks(grid, tables, context, commune))


def _uncounted(reading: Reading, asked: Problem, answers: Answers) -> Reading:
    """A hidden sheet, or one that repeats others, is told, and counts only when a person ticks it."""
    if asked.key in answers.ticked:
        return replace(reading, problems=(asked, *reading.problems))
    return replace(
        reading,
        is_counted=False,
        problems=(asked,),
        frame=schemas.empty(reading.kind),
        waiting=schemas.empty("waiting"),
        remarks=schemas.empty("remarks"),
        declared=None,
    )


def _first_texts(grid: Grid) -> str:
    """The first words of a sheet, so that a person knows which one is meant."""
    texts = [str(cell).strip() for row in grid.rows[:20] for cell in row if isinstance(cell, str) and cell.strip()]
    return "; ".join(texts[:6])[:160]
