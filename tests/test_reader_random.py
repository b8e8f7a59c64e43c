"""Sheets that the reader was never tuned to (tests/random_sheets.py): none silently wrong, and the laws of reading."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from data import reference
from data.reference.lexicon import Lexicon
from loaders import Source, read
from tests import amounts, random_sheets
from tests.random_truth import Truth, differences, problem_codes, reading_of
from tests.random_writing import Draft, as_ending, shuffled, with_header_style, written

SHEETS = amounts.amount(36, 300)
TRAPS = amounts.amount(48, 300)
DROPOUT_SEEDS = range(amounts.amount(25, 100))
LAW_SEEDS = range(amounts.amount(15, 100))
LISTS = ("donations", "donations", "statement", "distributions", "purchases", "frontline_support")


def silently_wrong(sheets: list[random_sheets.Sheet], known: reference.Reference | None = None) -> list[str]:
    """What stands in no question and is not what the sheet says: seed, form, field, expected, found."""
    wrong = []
    for sheet in sheets:
        outcome = read(Source(sheet.name, sheet.content), as_of=random_sheets.AS_OF, reference=known)
        if random_sheets.verdict(sheet, outcome) == "silent":
            differ = {name: f"{e!s:.150} / {f!s:.150}" for name, (e, f) in differences(sheet.truth, outcome).items()}
            wrong.append(f"{sheet.words} {sheet.seed} ({sheet.draft.form}) {sheet.trap}: {differ}")
    return wrong


@pytest.mark.parametrize("words", ["usual", "second", "unknown"])
def test_no_sheet_is_silently_wrong(words):
    wrong = silently_wrong([random_sheets.make(seed, words) for seed in range(SHEETS)])
    assert not wrong, f"{len(wrong)} of {SHEETS}:\n" + "\n".join(wrong)


def test_no_trap_is_silently_wrong():
    wrong = silently_wrong([random_sheets.make_trap(seed) for seed in range(TRAPS)])
    assert not wrong, f"{len(wrong)} of {TRAPS}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("taken_away", range(amounts.amount(3, 20)))
def test_a_third_of_the_lexicon_less_asks_more_and_is_never_silently_wrong(taken_away):
    """The dropout law: what the reader does not know it asks about."""
    chance = Random(taken_away)
    shipped = reference.load()
    poorer = reference.Reference(shipped.folder)
    poorer.lexicon = Lexicon(row for row in shipped.lexicon_rows if chance.random() > 1 / 3)
    assert silently_wrong([random_sheets.make(seed, "usual") for seed in DROPOUT_SEEDS], poorer) == []


def lists() -> list[Draft]:
    return [random_sheets.draft(seed, "usual", LISTS[seed % len(LISTS)]) for seed in LAW_SEEDS]


def lines_of(draft: Draft) -> Truth:
    """Everything that a sheet's lines say, in no order."""
    outcome = read(Source(draft.name, written(draft)), as_of=random_sheets.AS_OF)
    found = reading_of(outcome, draft.truth)
    return replace(found, lines=tuple(sorted(found.lines)))


def assert_same(others: list[tuple[Draft, Draft]]):
    """Each pair is read alike; all that are not are told at once."""
    differ = []
    for number, (one, other) in enumerate(others):
        first, second = lines_of(one), lines_of(other)
        if first != second:
            differ.append(f"{number} ({one.kind}, {one.form}): {_short(first, second)} / {_short(second, first)}")
    assert not differ, f"{len(differ)} of {len(others)}:\n" + "\n".join(differ)


def _short(found: Truth, other: Truth) -> str:
    """What only one of two readings says."""
    lines = list((Counter(found.lines) - Counter(other.lines)).elements())
    parties = sorted((found.parties or frozenset()) - (other.parties or frozenset()))
    return f"{found.kind or 'nothing'} {found.count} lines, {found.sums} {parties[:3]} {[tuple(n) for n in lines[:3]]}"


def test_columns_in_another_order_with_blank_ones_between_give_the_same_lines():
    drafts = lists()
    assert_same([(draft, shuffled(draft, Random(n), blanks=n % 3)) for n, draft in enumerate(drafts)])


def test_header_words_in_other_accents_or_case_give_the_same_lines():
    styles = ("upper", "nfd", "old", "bare")
    assert_same([(draft, with_header_style(draft, styles[n % 4])) for n, draft in enumerate(lists())])


def test_the_same_rows_as_xlsx_and_csv_give_the_same_lines():
    assert_same([(as_ending(draft, "xlsx"), as_ending(draft, "csv")) for draft in lists()])


def test_every_verdict_is_told():
    """The judge itself: a sheet against its own truth, against another, and with a question."""
    sheet = random_sheets.make(0, "usual")
    outcome = read(Source("x.txt", b""), as_of=random_sheets.AS_OF)
    assert random_sheets.verdict(sheet, outcome) == "asked" and problem_codes(outcome)
    whole = next(s for s in map(_usual, range(50)) if random_sheets.verdict(s, _outcome(s)) == "whole")
    other = replace(whole, truth=replace(whole.truth, lines=whole.truth.lines[1:], reports={}))
    assert random_sheets.verdict(other, _outcome(whole)) == "silent"
    told = replace(whole, truth=replace(whole.truth, must_ask=True))
    assert random_sheets.verdict(told, _outcome(whole)) == "silent"


def _usual(seed: int) -> random_sheets.Sheet:
    return random_sheets.make(seed, "usual")


def _outcome(sheet: random_sheets.Sheet):
    return read(Source(sheet.name, sheet.content), as_of=random_sheets.AS_OF)


def test_what_a_file_is_called_says_nothing_of_promises():
    """Our own marked-up copy is called "… - cần sửa.xlsx"."""
    sheet = next(s for s in map(_usual, range(50)) if s.kind == "donations" and s.name.endswith("xlsx"))
    named = replace(sheet, name="Nam Dong co loi - cần sửa.xlsx")
    codes = (problem_codes(_outcome(sheet)), problem_codes(_outcome(named)))
    assert "not_happened" not in codes[1] and "not_happened" not in codes[0]
