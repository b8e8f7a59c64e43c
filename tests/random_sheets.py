"""Random sheets of every kind with what they say: `make(seed, words)`, `make_trap(seed)`, `verdict(sheet, outcome)`.

The words are this generator's own (tests/random_words.py); the reader is never tuned to them, nor they to the reader.
"""

from dataclasses import dataclass, replace
from random import Random

from loaders import Outcome
from tests.random_hands import AS_OF, COMMUNES, Hand
from tests.random_lists import make_list
from tests.random_reports import make_report, make_targets
from tests.random_statements import make_statement
from tests.random_truth import Truth, verdict_of
from tests.random_writing import Draft, restyled, shuffled, with_header_style, written

__all__ = ["AS_OF", "KINDS", "Sheet", "draft", "make", "make_trap", "sheet_of", "verdict"]

KINDS = (
    *("donations",) * 5,
    *("statement",) * 3,
    *("distributions",) * 2,
    "purchases",
    "frontline_support",
    *("weekly_reports",) * 3,
    "targets",
)
STYLES = ("plain", "plain", "plain", "upper", "nfd", "old", "bare")


@dataclass(frozen=True)
class Sheet:
    """A file and what it says.

    kind:        the product's code
    ending:      xlsx or csv
    words_used:  the wordings that the draw chose
    trap:        of a trap: what would be wrong if it were read in silence
    """

    name: str
    content: bytes
    kind: str
    truth: Truth
    ending: str
    words_used: tuple[str, ...]
    seed: int
    words: str
    draft: Draft
    trap: str = ""


def make(seed: int, words: str) -> Sheet:
    """One sheet, always the same for the same seed and set of words (usual, second, unknown)."""
    return sheet_of(draft(seed, words), seed, words)


def sheet_of(drawn: Draft, seed: int, words: str, trap: str = "") -> Sheet:
    """A draft written to a file."""
    return Sheet(
        drawn.name,
        written(drawn),
        drawn.truth.kind,
        drawn.truth,
        drawn.ending,
        drawn.words_used,
        seed,
        words,
        drawn,
        trap,
    )


def draft(seed: int, words: str, kind: str | None = None) -> Draft:
    """A sheet before it is written, so that a test can write it in several ways."""
    hand = Hand(Random(f"{seed} {words}"), words)
    kind = kind or hand.dice.choice(KINDS)
    makers = {"statement": make_statement, "weekly_reports": make_report, "targets": make_targets}
    drawn = makers[kind](hand) if kind in makers else make_list(hand, kind)
    return _dressed(hand, drawn)


def _dressed(hand: Hand, drawn: Draft) -> Draft:
    """What does not change what a sheet says: style of letters, order of columns, margins, format of the file."""
    style = hand.dice.choice(STYLES)
    drawn = with_header_style(drawn, style)
    if style in ("nfd", "old", "bare"):
        drawn = _typed_so(drawn, style, is_whole=style != "bare" or hand.chance(0.4))
    is_list = drawn.form not in ("matrix", "transposed", "vertical")
    if is_list and hand.chance(0.25):
        drawn = shuffled(drawn, hand.dice, hand.dice.choice((0, 0, 1, 2)))
    if not drawn.form.startswith("statement") and hand.chance(0.2):
        drawn = replace(
            drawn, ending="csv", name=drawn.name.replace(".xlsx", ".csv"), separator=hand.dice.choice(",;\t")
        )
    elif drawn.ending == "csv":
        drawn = replace(drawn, name=drawn.name.replace(".xlsx", ".csv"))
    if drawn.ending == "csv" and drawn.sheet in (names[0] for names in COMMUNES.values()):
        drawn = replace(drawn, name=f"{drawn.sheet} {drawn.name}")  # a csv has no sheet that could say the commune
    margin = 1 if drawn.ending == "xlsx" and hand.chance(0.15) else 0
    is_merged = drawn.ending == "xlsx" and hand.chance(0.3)
    return replace(drawn, margin=margin, is_merged=is_merged, words_used=tuple(hand.book.used))


def _typed_so(drawn: Draft, style: str, *, is_whole: bool) -> Draft:
    """What stands above the table, and in its cells, in the style of its header."""
    above = tuple((restyled(left, style), restyled(right, style)) for left, right in drawn.above)
    if not is_whole:
        return replace(drawn, above=above)
    rows = [
        replace(row, cells={k: restyled(v, style) if isinstance(v, str) else v for k, v in row.cells.items()})
        for row in drawn.rows
    ]
    return replace(drawn, above=above, rows=tuple(rows))


def make_trap(seed: int) -> Sheet:
    """A sheet with something that must be asked or left out."""
    from tests.random_traps import draw_trap

    hand = Hand(Random(f"{seed} trap"), "usual")
    drawn, trap = draw_trap(hand)
    return sheet_of(replace(drawn, words_used=tuple(hand.book.used)), seed, "trap", trap)


def verdict(sheet: Sheet, outcome: Outcome) -> str:
    """whole: all is right and nothing is asked; asked: nothing wrong is said; wrong_asked; silent: wrong, not asked."""
    return verdict_of(sheet.truth, outcome)
