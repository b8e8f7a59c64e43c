"""Amounts in words: a table worked out by hand, and a reader of its own that gets every number back."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outgoing.papers.amount_in_words import MOST_VND, amount_in_words

with open(Path(__file__).parent / "cases" / "amounts_in_words.csv", encoding="utf-8", newline="") as file:
    CASES = [(int(row["vnd"]), row["words"]) for row in csv.DictReader(file)]

VIETNAMESE = dict(zip("không một hai ba bốn năm sáu bảy tám chín".split(), range(10), strict=True))
VIETNAMESE |= {"mốt": 1, "tư": 4, "lăm": 5}
SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
ENGLISH = dict(zip(f"{SMALL} eighteen nineteen".split(), range(20), strict=True))
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ENGLISH |= {word: 10 * number for number, word in enumerate(TENS, start=2)}
ENGLISH_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15}

# amounts as people give them: few digits, many zeros; and any others
round_amounts = st.builds(
    lambda digits, zeros: min(digits * 10**zeros, MOST_VND - 1), st.integers(0, 99_999), st.integers(0, 11)
)
with_holes = st.lists(st.sampled_from([0, 0, 1, 4, 5, 10, 11, 15, 20, 21, 100, 101, 505, 999]), min_size=5, max_size=5)
amounts = st.one_of(
    round_amounts,
    st.integers(0, MOST_VND - 1),
    with_holes.map(lambda groups: sum(group * 1000**place for place, group in enumerate(groups))),
)


def read_vietnamese(words: str) -> int:
    """The number that Vietnamese words say; it knows nothing of how they were made."""
    whole = below_billion = group = digit = 0
    for word in words.lower().removesuffix(" đồng").split():
        if word in VIETNAMESE:
            digit = VIETNAMESE[word]
        elif word == "mười":
            group, digit = group + 10, 0
        elif word in ("mươi", "trăm"):
            group, digit = group + digit * {"mươi": 10, "trăm": 100}[word], 0
        elif word in ("nghìn", "triệu"):
            below_billion += (group + digit) * {"nghìn": 10**3, "triệu": 10**6}[word]
            group = digit = 0
        elif word == "tỷ":
            whole += (below_billion + group + digit) * 10**9
            below_billion = group = digit = 0
        else:
            assert word == "linh", word
    return whole + below_billion + group + digit


def read_english(words: str) -> int:
    whole = group = 0
    for word in words.lower().removesuffix(" vietnamese dong").replace("-", " ").split():
        if word == "hundred":
            group *= 100
        elif word in ENGLISH_SCALES:
            whole, group = whole + group * 10 ** ENGLISH_SCALES[word], 0
        else:
            group += ENGLISH[word]
    return whole + group


@pytest.mark.parametrize(("vnd", "words"), CASES)
def test_cases_by_hand(vnd, words):
    assert amount_in_words(vnd) == words
    assert read_vietnamese(words) == vnd


def test_there_are_many_cases():
    assert len(CASES) >= 60


@given(amounts)
def test_an_independent_reader_gets_the_number_back(vnd):
    words = amount_in_words(vnd)
    assert read_vietnamese(words) == vnd
    assert words[0].isupper() and words.endswith(" đồng") and "  " not in words
    assert read_english(amount_in_words(vnd, "en")) == vnd


@given(amounts)
def test_forms_that_nobody_says(vnd):
    words = f" {amount_in_words(vnd).lower()} "
    for wrong in (
        "mười mốt",
        "mười tư",
        "mười năm",
        "mươi một ",
        "mươi bốn",
        "mươi năm",
        "linh mốt",
        "linh tư",
        "linh lăm",
    ):
        assert wrong not in words, wrong
    assert vnd == 0 or not words.startswith(" không")
    assert " không nghìn" not in words and " không triệu" not in words and "tỷ tỷ" not in words


@pytest.mark.parametrize(
    ("vnd", "words"),
    [
        (0, "Zero Vietnamese dong"),
        (1_005_000, "One million five thousand Vietnamese dong"),
        (21_000_115, "Twenty-one million one hundred fifteen Vietnamese dong"),
        (2_500_000_000_000, "Two trillion five hundred billion Vietnamese dong"),
    ],
)
def test_in_english(vnd, words):
    assert amount_in_words(vnd, "en") == words


@pytest.mark.parametrize("vnd", [-1, 0.5, MOST_VND + 1])
def test_what_stands_on_no_receipt_is_refused(vnd):
    with pytest.raises(ValueError):
        amount_in_words(vnd)
