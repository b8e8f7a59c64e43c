"""The typeface of papers: Tinos, which is as wide as Times New Roman letter by letter and has every Vietnamese letter.

A .docx names Times New Roman, which every office has; a .pdf carries Tinos. The files in fonts/ are made of Tinos 1.33
(SIL Open Font License, fonts/Tinos-OFL.txt) with fontTools: pyftsubset Tinos-Regular.ttf --no-hinting
--layout-features='' --unicodes=U+20-7E,U+A0-24F,U+300-331,U+1E00-1EFF,U+2010-20AB,U+2116,U+2122,U+2190-2265
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent / "fonts"
FACES = {"": "Tinos-Regular.ttf", "B": "Tinos-Bold.ttf", "I": "Tinos-Italic.ttf", "BI": "Tinos-BoldItalic.ttf"}
POINT_MM = 25.4 / 72
UNKNOWN = "?"


@lru_cache(maxsize=4)
def _advances(style: str) -> dict[int, float]:
    """Letter -> its width as a part of the size."""
    font = TTFont(FOLDER / FACES[style])
    widths, size = font["hmtx"], font["head"].unitsPerEm
    return {code: widths[name][0] / size for code, name in font.getBestCmap().items()}


@lru_cache(maxsize=20_000)
def width_mm(text: str, size_pt: float, style: str = "") -> float:
    """How wide a text is; style: of FACES, and "U" where it is underlined."""
    advances = _advances(style.removesuffix("U"))
    return sum(advances.get(ord(letter), 0.5) for letter in text) * size_pt * POINT_MM


def writable(text: str) -> str:
    """The text in composed letters; what is no sign (a line break or a control sign in a remark) becomes a space."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in composed)


def printable(text: str) -> str:
    """The same; a sign that the typeface lacks (an emoji) becomes "?"."""
    known = _advances("")
    return "".join(letter if ord(letter) in known else UNKNOWN for letter in writable(text))
