"""Whether a word can be a Vietnamese syllable: how a wrong decoding shows itself.

The onsets and endings also allow the names of the Central Highlands: Jút, Wil, DRông, Knia, Đắk.
"""

import re
import unicodedata
from functools import lru_cache

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
