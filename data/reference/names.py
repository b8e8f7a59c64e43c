"""Written names -> keys and codes: one spelling of the same letters, names without accents, likely candidates."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process

ONE_SPELLING = str.maketrans("’‘`´ʼ＇Ðð", "''''''Đđ", "\u00ad\u200b\ufeff")
ODD = re.compile(r"[’‘`´ʼ＇Ðð\u00ad\u200b\ufeff]|[^\S ]|  |^ | $")
MOST_KEPT = 20_000  # answers to "what may be meant" that are remembered
COMMUNE_PREFIX = re.compile(
    r"^(ban thuong truc )?(ubnd|ub ?mttq|mttq|uy ban( nhan dan)?( mttq| mat tran to quoc)?"
    r"|mat tran( to quoc)?)?( viet nam| vn)?\s*"
    r"(xa|thi tran|tt|x|p|phuong)(?=[.\s])\.?\s*"
)


def tidy(text: object) -> str:
    """One spelling of the same characters: NFC, one kind of apostrophe, Đ for Ð, single spaces, no ends."""
    text = unicodedata.normalize("NFC", str(text))
    return " ".join(text.translate(ONE_SPELLING).split()) if ODD.search(text) else text


def tidy_all(texts: list[str]) -> list[str]:
    """tidy() of many texts at once: one look over all of them when, as mostly, none needs mending."""
    joined = unicodedata.normalize("NFC", "\x00".join(texts))
    if ODD.search(joined) or "\x00 " in joined or " \x00" in joined or joined.count("\x00") != len(texts) - 1:
        return [tidy(text) for text in texts]
    return joined.split("\x00")


def fold(text: object) -> str:
    """Lower case without accents: "Tổng cộng" -> "tong cong"."""
    text = unicodedata.normalize("NFD", tidy(text).casefold().replace("đ", "d"))
    return "".join(c for c in text if not unicodedata.combining(c))


@lru_cache(maxsize=8)
def _district_suffix(district: str) -> re.Pattern:
    return re.compile(r"[\s,;(–-]*(huyen|h\.)\s*" + r"\s*".join(map(re.escape, fold(district).split())) + ".*$")


def commune_key(text: object, district: str = "") -> str:
    """The key of a commune name, unique within a district, whose own name may stand behind it.

    "TT.Ea T’Ling" -> "eatling"; "Xã Đăk D'rông, huyện Cư Jút" -> "dakdrong" in the district "Cư Jút"
    """
    folded = _district_suffix(district).sub("", fold(text)) if district else fold(text)
    text = re.sub(r"\s*\(.*\)$", "", folded)
    return re.sub(r"[^a-z0-9]", "", COMMUNE_PREFIX.sub("", text.strip()))


def word_key(text: object) -> str:
    """The key of a good, unit, indicator: accents kept (cam is not cám), tone placement and signs ignored."""
    text = unicodedata.normalize("NFD", tidy(text).casefold())
    tones = "".join(sorted(c for c in text if c in "\u0300\u0301\u0303\u0309\u0323"))
    text = "".join(c for c in text if c not in "\u0300\u0301\u0303\u0309\u0323")
    return re.sub(r"[^\w%]+", " ", unicodedata.normalize("NFC", text)).strip() + ("|" + tones if tones else "")


@dataclass(frozen=True)
class Match:
    """What a written name means: a code, or else the likely names for a person to choose from."""

    code: str | None
    candidates: tuple[str, ...] = ()


# words that mean another thing without their accents: a can is no cân (kg), "bo" may be bó, "ca" no cá
MISLEADING = frozenset(("can", "bo", "lang", "qua", "dau", "ca", "cai", "con"))


class Names:
    """Written names -> codes of one table. Exact by key; without accents when that is unambiguous."""

    def __init__(self, spellings: list[tuple[str, str]], also: list[tuple[str, str]] = ()):
        """spellings are proposed to people; `also` (codes, English names) only match."""
        self.exact: dict[str, str] = {}
        self.kept: dict[tuple[str, int], tuple[str, ...]] = {}
        bare: dict[str, set[str]] = {}
        self.labels = dict(reversed(spellings))
        for spelling, code in [*spellings, *also]:
            self.exact.setdefault(word_key(spelling), code)
            bare.setdefault(self._bare(spelling), set()).add(code)
        self.bare = {key: codes.pop() for key, codes in bare.items() if len(codes) == 1}

    @staticmethod
    def _bare(text: object) -> str:
        return re.sub(r"[^\w%]+", " ", fold(text)).strip()

    def find(self, text: object) -> str | None:
        """The code; a name typed without any accent matches when only one thing is written so."""
        code = self.exact.get(word_key(text))
        if code is None and fold(text) == tidy(text).casefold() and self._bare(text) not in MISLEADING:
            code = self.bare.get(self._bare(text))
        return code

    def match(self, text: object) -> Match:
        code = self.find(text)
        return Match(code) if code else Match(None, self.near(text))

    def near(self, text: object, limit: int = 3) -> tuple[str, ...]:
        """Likely spellings, best first."""
        asked = (fold(text), limit)
        if asked not in self.kept:
            self.kept = self.kept if len(self.kept) < MOST_KEPT else {}
            self.kept[asked] = self._near(*asked)
        return self.kept[asked]

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {spelling: fold(spelling) for spelling in self.labels}

    def _near(self, folded: str, limit: int) -> tuple[str, ...]:
        found = process.extract(folded, self._folded, scorer=fuzz.WRatio, limit=8, score_cutoff=72)
        best: dict[str, str] = {}
        for _, _, spelling in found:
            best.setdefault(self.labels[spelling], spelling)
        return tuple(best.values())[:limit]


class GoodNames(Names):
    """Names of goods, which a brand or a grade may follow: "Gạo ST24", "Mì tôm Hảo Hảo"."""

    def find(self, text: object) -> str | None:
        """The code of the whole name, else of the name before words that are names of their own."""
        code = super().find(text)
        words = tidy(text).split()
        if code or len(words) < 2 or tidy(text).isupper():
            return code
        for length in range(len(words) - 1, 0, -1):
            if not _is_brand(words[length]):
                return None
            if code := super().find(" ".join(words[:length])):
                return code
        return None


def _is_brand(word: str) -> bool:
    return word[0].isupper() or any(map(str.isdigit, word))
