"""TCVN3 (ABC) and VNI text that arrived as Unicode: recognised over a whole sheet, decoded cell by cell.

Such text was typed with fonts like .VnTime or VNI-Times that draw Vietnamese letters over the codes of Western ones:
"Cư Jút" is stored as "C­ Jót". No error is ever raised, and the "ư" of TCVN3 is a soft hyphen that cleaners delete,
so this runs before anything cleans a cell.

Capital letters with accents were typed with .VnTimeH, whose codes are those of the small letters: what looked like
"ĐẮK" may come out as "ĐắK". A word without a small plain letter and with two capitals is therefore capitalised as a
whole; a word with fewer cannot be told and keeps small letters. Names are matched without case anyway.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

TCVN3_CODES = (
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
)
VNI_MARKS = {  # the letter typed after the vowel -> the vowel that both make
    "a": ("ùøûõïâáàåãäêéèúüë", "áàảãạâấầẩẫậăắằẳẵặ"),
    "e": ("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ"),
    "o": ("ùøûõïâáàåãä", "óòỏõọôốồổỗộ"),
    "u": ("ùøûõï", "úùủũụ"),
    "y": ("ùøûõ", "ýỳỷỹ"),
    "ô": ("ùøûõï", "ớờởỡợ"),
    "ö": ("ùøûõï", "ứừửữự"),
}
VNI_SINGLE = ("ôöñæóòî", "ơưđỉĩịỵ")  # í and ì are the same in both
# letters that neither encoding produces: a cell that has one is Unicode already
UNICODE_ONLY = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9\u0300-\u0323]")
HIGH = re.compile("[\u00a1-\u00ff]")
WORD = re.compile("[A-Za-z\u00a1-\u00ff]+")
EXAMPLES_LOOKED_AT = 20  # the shortest of the first ones is shown
MIN_WORDS = 3  # distinct ones: a single odd word is no evidence
MIN_SHARE_PCT = 75  # of the distinct words with codes above ASCII must make Vietnamese syllables


@dataclass(frozen=True)
class Encoding:
    """One way of typing: `decode_word` gives the Unicode word, `is_proof` tells a word that no Western text holds."""

    name: str
    decode_word: Callable[[str], str]
    is_proof: Callable[[str], bool]


def decode(rows: list[list[object]]) -> tuple[list[list[object]], str | None, str | None]:
    """The rows with legacy text as Unicode, the name of the encoding, and an example "C­ Jót → Cư Jút".

    Rows without strong evidence come back as they are, the very same object.
    """
    texts = {cell for row in rows for cell in row if cell.__class__ is str and not cell.isascii()}
    encoding = _recognise(texts)
    if encoding is None:
        return rows, None, None
    certain = {text: _is_legacy(text, encoding) for text in texts}
    decoded = _decode_rows(rows, certain, encoding)
    pairs = ((old, new) for one, other in zip(rows, decoded, strict=True) for old, new in zip(one, other, strict=True))
    changed = (f"{old} → {new}" for old, new in pairs if old != new and certain[old])
    examples = list(islice(changed, EXAMPLES_LOOKED_AT))
    return decoded, encoding.name, min(examples, key=len, default=None)


def _recognise(texts: set[str]) -> Encoding | None:
    """The encoding that the sheet as a whole shows: several words that only it explains, and few it cannot."""
    normal = (unicodedata.normalize("NFC", text) for text in texts)
    words = {
        word for text in normal if not UNICODE_ONLY.search(text) for word in WORD.findall(text) if HIGH.search(word)
    }
    if len(words) < MIN_WORDS:
        return None
    found = {}
    for encoding in ENCODINGS:
        explained = [word for word in words if is_syllable(encoding.decode_word(word))]
        signs = {word.lower() for word in explained if not is_syllable(word)}
        is_enough = len(signs) >= MIN_WORDS and len(explained) * 100 >= MIN_SHARE_PCT * len(words)
        if is_enough and any(encoding.is_proof(word) for word in signs):
            found[encoding] = len(explained)
    return max(found, key=found.get) if found else None


def _is_legacy(text: str, encoding: Encoding) -> bool | None:
    """Whether one cell is in the encoding; None where it could be either ("Xã" is also "Xó")."""
    text = unicodedata.normalize("NFC", text)
    words = [word for word in WORD.findall(text) if HIGH.search(word)]
    if UNICODE_ONLY.search(text) or not words:
        return False
    as_legacy = sum(is_syllable(encoding.decode_word(word)) for word in words)
    as_unicode = sum(is_syllable(word) for word in words)
    if as_legacy == as_unicode:
        return None
    return as_legacy > as_unicode


def _decode_rows(rows: list[list[object]], certain: dict[str, bool | None], encoding: Encoding) -> list[list[object]]:
    """Cells that could be either follow their row, else their column, else the sheet."""
    by_column = [
        Counter(certain.get(cell) for cell in column if cell.__class__ is str) for column in zip(*rows, strict=True)
    ]
    decoded = []
    for row in rows:
        of_row = Counter(certain.get(cell) for cell in row if cell.__class__ is str and cell in certain)
        new_row = list(row)
        for column, cell in enumerate(row):
            if cell.__class__ is not str or cell not in certain:
                continue
            is_legacy = certain[cell]
            if is_legacy is None:
                is_legacy = _follows(of_row, by_column[column])
            if is_legacy:
                new_row[column] = _decode_text(cell, encoding)
        decoded.append(new_row)
    return decoded


def _follows(row: Counter, column: Counter) -> bool:
    for neighbours in (row, column):
        if neighbours[True] != neighbours[False]:
            return neighbours[True] > neighbours[False]
    return True


def _decode_text(text: str, encoding: Encoding) -> str:
    text = unicodedata.normalize("NFC", text)
    return WORD.sub(lambda match: _decode_cased(match[0], encoding), text)


def _decode_cased(word: str, encoding: Encoding) -> str:
    decoded = encoding.decode_word(word)
    has_small = any(letter.isascii() and letter.islower() for letter in word)
    is_capital = not has_small and sum(letter.isupper() for letter in decoded) >= 2
    return decoded.upper() if is_capital else decoded


_TCVN3 = str.maketrans(*TCVN3_CODES)


def _from_tcvn3(word: str) -> str:
    return word.translate(_TCVN3)


def _is_tcvn3_proof(word: str) -> bool:
    """A symbol (¾ ¨ « ¬ soft hyphen) inside a word that decodes to a syllable: no Western text has that.

    "µm", "§a", "£m" are Western: a symbol before a single letter proves nothing.
    """
    inside = word if len(word) >= 3 else word[1:]
    has_symbol = any(not letter.isalpha() or letter in "ªµ" for letter in inside)
    return has_symbol and any(letter.isascii() for letter in word)


def _vni_pairs() -> dict[str, str]:
    pairs = {}
    for vowel, (marks, made) in VNI_MARKS.items():
        for mark, letter in zip(marks, made, strict=True):
            for typed in (vowel + mark, vowel + mark.upper()):
                pairs[typed] = letter
            for typed in (vowel.upper() + mark, vowel.upper() + mark.upper()):
                pairs[typed] = letter.upper()
    for typed, letter in zip(*VNI_SINGLE, strict=True):
        pairs[typed], pairs[typed.upper()] = letter, letter.upper()
    return pairs


_VNI = _vni_pairs()
_VNI_TYPED = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))


@lru_cache(maxsize=50_000)
def _from_vni(word: str) -> str:
    return _VNI_TYPED.sub(lambda match: _VNI[match[0]], word)


def _is_vni_proof(word: str) -> bool:
    """A vowel with its mark behind it: the share of explained words is what keeps French out ("où", "laïc")."""
    return _from_vni(word) != word


ENCODINGS = (Encoding("TCVN3", _from_tcvn3, _is_tcvn3_proof), Encoding("VNI", _from_vni, _is_vni_proof))


TONES = "\u0300\u0301\u0303\u0309\u0323"
NUCLEI = (
    "a ă â e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iê iêu iu yê yêu oa oă oe oi oo ôi ơi oai oay oao oeo ua uâ uê "
    "ui ưi uô uôi ươ ươi ươu ưu ưa uy uyê uya uyu uơ uây uau uao uai uay ue ueo uă uêu uo"
)
SYLLABLE = re.compile(
    "(?P<onset>(?:b|bl|br|ch|c|d|dr|đ|đr|gh|gi|gl|gr|g|h|hr|j|kh|kl|kn|kr|k|l|ml|mn|m|ngh|ng|nh|n|ph|pl|pr|p|qu|q|r|s|"
    "th|tr|t|v|w|x)?)"
    f"(?P<nucleus>{'|'.join(sorted(NUCLEI.split(), key=len, reverse=True))})"
    "(?P<coda>(?:ch|c|k|l|m|ng|nh|n|p|t)?)"
)
STOPPED = {"c", "ch", "p", "t"}  # after these only the tones sắc and nặng are possible
STOPPED_TONES = {"\u0301", "\u0323"}
NO_CODA = set(
    "ai ao au ay âu ây eo êu ia iêu iu yêu oi ôi ơi oai oay oao oeo ui ưi uôi ươi ươu ưu ưa uya uyu uây uau uao uai "
    "uay ueo uêu".split()
)
NEEDS_CODA = {"ă", "â", "iê", "yê", "uô", "ươ", "oă", "uâ", "uyê", "oo", "uă"}


@lru_cache(maxsize=100_000)
def is_syllable(word: str) -> bool:
    """True for "Đắk", "Thượng", "Jút"; False for "coưoperate", "ôIl", "été"."""
    letters, tones = [], []
    for character in unicodedata.normalize("NFD", word.lower()):
        (tones if character in TONES else letters).append(character)
    match = SYLLABLE.fullmatch(unicodedata.normalize("NFC", "".join(letters)))
    if match is None or len(tones) > 1:
        return False
    if match["coda"] in STOPPED and tones and tones[0] not in STOPPED_TONES:
        return False
    return match["nucleus"] not in (NO_CODA if match["coda"] else NEEDS_CODA)
