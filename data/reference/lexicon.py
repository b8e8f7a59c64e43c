"""The words by which sheets name things: how well a label or a title fits each field, judged word by word."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from data.reference.names import fold, tidy, word_key

CLEAR = 0.6  # a label that fits a field less than this names nothing
MISSING = 3  # what a word of the phrase costs that the label lacks
AFTER, BEFORE, SLIGHT = 0.3, 0.8, 0.08  # what a word of the label costs that the phrase lacks; a word that says little
ALONE = 1.8  # beside a phrase of one word another word says more: "thu nhập" is no "thu"
BARE, OTHER_ACCENT = 0.95, 0.25  # a label typed without accents; a word that has another one
TURNED = 0.6
TURNED_ITSELF = ("cumulative", "before", "pledged", "target", "content", "note")  # other words of that kind fit them
LONGER = 0.02  # of two phrases that fit as well, the longer one says more
TYPO = 0.85
LONGEST, MOST_WORDS, SHORTEST_TYPO = 120, 16, 6
HEAD, OF_HEAD = 2, 0.4  # a phrase of this weight is a head: what follows it ("ngày nhận") costs less
MOST_HEARD = 400  # letters of a title or a remark that are listened to
EARLY = 0.01  # of two titles that say as much, the one that says it first
GAPS = 5  # words that may stand between those of a title
BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]?")


class Fit(NamedTuple):
    """How well a label names a field: 1 and more when every word says so."""

    score: float
    field: str
    is_turned: bool = False  # a word turns the meaning: "chưa nộp"


class Word(NamedTuple):
    text: str
    bare: str
    key: str  # with its accents, wherever the tone is placed


@lru_cache(maxsize=50_000)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of a label: brackets left out, CamelCase and slashes split."""
    text = tidy(text)
    outside = BRACKETS.sub(" ", text)
    parted = "".join(" " * (a.islower() and b.isupper()) + b for a, b in pairwise(f" {outside.strip() or text}"))
    found = re.findall(r"[^\W_]+|[#+$€£¥₩]", parted.casefold())
    return tuple(Word(word, fold(word), word_key(word)) for word in found)


class Phrase(NamedTuple):
    field: str
    words: tuple[Word, ...]
    weight: float


class Lexicon:
    """All phrases of a reference folder, (field, phrase, weight) a row; names of places and things are words too."""

    def __init__(self, rows: Iterable[Mapping[str, str]], names: Iterable[str] = ()):
        self.phrases = [Phrase(r["field"], words_of(r["phrase"]), float(r.get("weight") or 1)) for r in rows]
        self.by_word: dict[str, list[Phrase]] = defaultdict(list)
        self.titles: dict[str, list[Phrase]] = defaultdict(list)
        self.known = {word.bare for name in names for word in words_of(name)}
        self.filler, self.before, self.turning = set(), set(), []
        for phrase in self.phrases:
            self._place(phrase)
        self.whole = {
            " ".join(word.bare for word in phrase.words): phrase
            for phrases in self.by_word.values()
            for phrase in phrases
        }
        self.seen: dict[str, tuple[Fit, ...]] = {}
        self.quick: dict[str, tuple[re.Pattern, dict[str, list[Phrase]]]] = {}

    def _place(self, phrase: Phrase) -> None:
        if ":" not in phrase.field:
            self.known |= {word.bare for word in phrase.words}
        if phrase.field == "prefix":
            self.before |= {word.bare for word in phrase.words}
        elif phrase.field == "filler":
            self.filler |= {word.bare for word in phrase.words}
        elif ":" in phrase.field:
            self.titles[phrase.field].append(phrase)
        else:
            for bare in {word.bare for word in phrase.words}:
                self.by_word[bare].append(phrase)
            if phrase.field == "turn":
                self.turning.append(phrase.words)

    # labels of columns
    def fits(self, label: str) -> tuple[Fit, ...]:
        """The fields that a label may name, best first; of a label in two languages ("Ghi có/Credit") each part."""
        if label not in self.seen:
            parts = [part for part in re.split(r"\s*[/\n|]\s*", label) if part.strip()] if len(label) < LONGEST else []
            best: dict[str, Fit] = {}
            for text in [label, *(parts if 1 < len(parts) <= 3 else ())]:
                for fit in self._fits(words_of(text)) if len(text) < LONGEST else ():
                    if fit.score > best.get(fit.field, Fit(0, "")).score:
                        best[fit.field] = fit
            self.seen[label] = tuple(sorted(best.values(), reverse=True))
        return self.seen[label]

    def field(self, label: str, fields: Iterable[str] = (), *, least: float = CLEAR) -> str | None:
        """The field that a label names, among some; None when it is no header word that we know."""
        among = set(fields)
        for fit in self.fits(label):
            if fit.score < least:
                return None
            if not among or fit.field in among:
                return fit.field
        return None

    def _fits(self, label: tuple[Word, ...]) -> list[Fit]:
        if not label or len(label) > MOST_WORDS:
            return []
        met = {id(phrase): phrase for word in label for phrase in self.by_word.get(word.bare, ())}
        best: dict[str, Fit] = {}
        for phrase in met.values():
            if phrase.field == "turn":
                continue
            score, is_turned = self._score(label, phrase.words, phrase.weight >= HEAD)
            if is_turned and phrase.field in TURNED_ITSELF:
                score, is_turned = score / TURNED, False
            if score > best.get(phrase.field, Fit(0, "")).score:
                best[phrase.field] = Fit(score, phrase.field, is_turned)
        if max((fit.score for fit in best.values()), default=0) < CLEAR and (near := self._typo(label)):
            best[near.field] = near
        return list(best.values())

    def _score(self, label: tuple[Word, ...], phrase: tuple[Word, ...], is_head: bool) -> tuple[float, bool]:
        """Hit by (covered + what the label says besides + what it lacks); a language whose head comes first."""
        at = {word.bare: number for number, word in reversed(list(enumerate(label)))}
        matched = {word.bare: at[word.bare] for word in phrase if word.bare in at}
        missing = len(phrase) - sum(word.bare in matched for word in phrase)
        if missing * 2 > len(matched):
            return 0, False
        bare = [word.bare for word in label]
        if any(bare.count(word.bare) < sum(w.bare == word.bare for w in phrase) for word in phrase if word.bare in at):
            return 0, False  # "hộ ủng hộ" is not "ủng hộ"
        is_bare = all(word.key == word.bare for word in label)
        hit = sum(self._judged(label[matched[w.bare]], w, is_bare) for w in phrase if w.bare in matched)
        first = min(matched.values())
        rest = [(n, word) for n, word in enumerate(label) if n not in set(matched.values())]
        before = sum(self._cost(word, True) for n, word in rest if n < first)
        after = sum(self._cost(word, False) for n, word in rest if n > first) * (OF_HEAD if is_head else 1)
        extra = (before + after) * (ALONE if len(phrase) == 1 and not is_head else 1)
        is_turned = self._turns([word for _, word in rest])
        score = hit / (len(phrase) - missing + extra + MISSING * missing) + LONGER * min(len(matched), 4)
        return score * (TURNED if is_turned else 1), is_turned

    def _judged(self, word: Word, meant: Word, is_bare: bool) -> float:
        if word.key == meant.key:
            return 1
        return BARE if is_bare else OTHER_ACCENT

    def _cost(self, word: Word, is_before: bool) -> float:
        if is_before and word.bare in self.before:
            return SLIGHT
        if word.bare in self.filler:
            return AFTER if is_before else SLIGHT
        return BEFORE if is_before else AFTER

    def _turns(self, rest: list[Word]) -> bool:
        """Whether words that a phrase does not have turn its meaning: chưa, còn, đăng ký."""
        is_bare = all(word.key == word.bare for word in rest)
        keys = {word.key for word in rest}
        bare = {word.bare for word in rest}
        return any(
            all(word.key in keys or (is_bare and len(words) > 1 and word.bare in bare) for word in words)
            for words in self.turning
        )

    def _typo(self, label: tuple[Word, ...]) -> Fit | None:
        """One wrong letter in a whole phrase."""
        text = " ".join(word.bare for word in label)
        if len(text) < SHORTEST_TYPO:
            return None
        near = process.extractOne(text, self.whole.keys(), scorer=Levenshtein.distance, score_cutoff=1)
        phrase = self.whole[near[0]] if near and len(near[0]) >= SHORTEST_TYPO else None
        return Fit(TYPO, phrase.field) if phrase and phrase.field != "turn" else None

    def unknown_words(self, label: str) -> list[str]:
        """Words of a label that stand in no phrase: what they do to its meaning, nobody knows."""
        return [word.bare for word in words_of(label) if word.bare not in self.known and not word.bare.isdigit()]

    def is_turned(self, label: str) -> bool:
        """Whether a label says that something did not happen yet, or not now."""
        return self._turns(list(words_of(label)))

    # titles and free text: the words in their order, some others between them
    def says(self, text: str, what: str) -> bool:
        """Whether a text says something of the table: "undone", "no_gift", …; quick where it does not."""
        if what not in self.quick:
            begins: dict[str, list[Phrase]] = defaultdict(list)
            for phrase in self.titles[f"says:{what}"]:
                begins[phrase.words[0].bare].append(phrase)
            forms = {form for ps in begins.values() for p in ps for form in (p.words[0].text, p.words[0].bare)}
            pattern = "|".join(map(re.escape, sorted(forms))) or "(?!)"
            self.quick[what] = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), begins
        pattern, begins = self.quick[what]
        if not pattern.search(text):
            return False
        said = words_of(text[:MOST_HEARD])
        return any(_in_order(said, p.words) >= 0 for word in set(said) for p in begins.get(word.bare, ()))

    def heard(self, text: str, prefix: str) -> dict[str, float]:
        """What a text says: fields that begin with a prefix ("kind:") -> the weight of its best phrase."""
        found: dict[str, float] = {}
        said = words_of(text[:MOST_HEARD])
        for field, phrases in self.titles.items():
            if field.startswith(prefix):
                heard = [(p, end) for p in phrases if (end := _in_order(said, p.words)) >= 0]
                if heard:
                    found[field.removeprefix(prefix)] = max(p.weight - EARLY * end for p, end in heard)
        return found


def _in_order(said: tuple[Word, ...], phrase: tuple[Word, ...]) -> int:
    """Where the words of a phrase end that stand in a text in their order, with small gaps; -1 when they do not."""
    if not {word.bare for word in phrase} <= {word.bare for word in said}:
        return -1
    is_bare = len(phrase) > 1 and all(word.key == word.bare for word in said)  # "LAI" alone may be a name
    starts = [n for n, word in enumerate(said) if _same(word, phrase[0], is_bare)]
    return min((end for start in starts if (end := _end_of(said, phrase[1:], start, is_bare)) >= 0), default=-1)


def _end_of(said: tuple[Word, ...], phrase: tuple[Word, ...], at: int, is_bare: bool) -> int:
    for meant in phrase:
        later = range(at + 1, min(at + 2 + GAPS, len(said)))
        at = next((n for n in later if _same(said[n], meant, is_bare)), -1)
        if at < 0:
            return -1
    return at


def _same(word: Word, meant: Word, is_bare: bool) -> bool:
    return word.key == meant.key or (is_bare and word.bare == meant.bare)
