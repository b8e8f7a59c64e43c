"""Indicators in other words than the lists have: every word must belong to one, its own word must be there."""

from collections import defaultdict
from functools import lru_cache

from data.reference import Reference
from data.reference.lexicon import Word, words_of

LEAST, LEAD = 0.72, 0.08  # how well a label must fit an indicator, and how much better than the next
EXTRA, MISSING = 0.25, 0.6
OTHER_WORDS = "dân người hộ lượt lần đã được tổ chức phòng chống dịch trên địa bàn số tổng cho tại ra việc công tác"


class IndicatorWords:
    """The words of every indicator: of its spellings, of its good, of its section of the plan."""

    def __init__(self, reference: Reference):
        self.lexicon = reference.lexicon
        self.phrases: list[tuple[str, tuple[Word, ...]]] = []
        self.vocabulary: dict[str, set[str]] = defaultdict(set)
        codes_with: dict[str, set[str]] = defaultdict(set)
        sections = {
            number: {word.bare for phrase in reference.lexicon.titles[f"section:{number}"] for word in phrase.words}
            for number in {row["section"] for row in reference.indicators.values()}
        }
        for code, spelling in _spellings(reference):
            words = words_of(spelling)
            if words:
                self.phrases.append((code, words))
                self.vocabulary[code] |= {word.bare for word in words}
                for word in words:
                    codes_with[word.bare].add(code)
        self.fillers = self.lexicon.filler | {word.bare for word in words_of(OTHER_WORDS)}
        for code, row in reference.indicators.items():
            self.vocabulary[code] |= sections[row["section"]] | {word.bare for word in words_of(row["unit"])}
        self.known = self.fillers.union(*self.vocabulary.values())
        self.rarity = {bare: len(codes) for bare, codes in codes_with.items()}

    def find(self, label: str) -> str | None:
        """The one indicator whose words a label uses; None where a word is foreign to it, or two fit as well."""
        said = words_of(label)
        if not all(word.bare in self.known for word in said) or not said or self.lexicon.is_turned(label):
            return None
        best: dict[str, float] = {}
        for code, phrase in self.phrases:
            score = self._score(said, phrase, self.vocabulary[code])
            best[code] = max(best.get(code, 0), score)
        ranked = sorted(best, key=lambda code: -best[code])
        if not ranked or best[ranked[0]] < LEAST:
            return None
        return ranked[0] if len(ranked) < 2 or best[ranked[0]] - best[ranked[1]] >= LEAD else None

    def _score(self, said: tuple[Word, ...], phrase: tuple[Word, ...], vocabulary: set[str]) -> float:
        is_bare = all(word.key == word.bare for word in said)
        keys = {word.bare if is_bare else word.key for word in said}
        met = [word for word in phrase if (word.bare if is_bare else word.key) in keys]
        own = [word.bare for word in phrase if word.bare not in self.fillers] or [word.bare for word in phrase]
        rarest = min(own, key=self.rarity.__getitem__)
        if rarest not in {word.bare for word in met}:
            return 0
        others = {word.bare for word in said} - {word.bare for word in phrase}
        if others - vocabulary - self.fillers:
            return 0
        lacking = [word for word in phrase if word not in met and word.bare not in self.fillers]
        extra = len(others - self.fillers)
        return len(met) / (len(met) + EXTRA * extra + MISSING * len(lacking)) + 0.01 * len(met)


def _spellings(reference: Reference):
    for spelling, code in reference.indicator_names.labels.items():
        yield code, spelling
    goods = {row["good"]: code for code, row in reference.indicators.items() if row["good"]}
    for spelling, good in reference.good_names.labels.items():
        if good in goods:
            yield goods[good], spelling


@lru_cache(maxsize=8)
def indicator_words(reference: Reference) -> IndicatorWords:
    """Of a reference folder, made once."""
    return IndicatorWords(reference)
