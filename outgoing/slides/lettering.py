"""How much room letters take on a slide, nearly: nothing may run over an edge, and no server has the office's fonts."""

import unicodedata
from collections.abc import Sequence

# widths of Arial in thousandths of its size, by letter; all others are as wide as a lower-case "n"
NARROW = dict.fromkeys("ijl'|", 222) | dict.fromkeys(" .,:;!/\\tfI[]·", 278) | dict.fromkeys('()r-“”"', 340)
WIDE = dict.fromkeys("mM%", 860) | dict.fromkeys("wW@—→", 1000) | dict.fromkeys("ABEKPSVXYĐ&", 680)
WIDE |= dict.fromkeys("CDHNRUGOQ△▲▼✓✗◔▷↩", 760)
SLIM = dict.fromkeys("cksvxyzJ", 500)
WIDTHS = NARROW | WIDE | SLIM
PLAIN, BOLD = 556, 1.07
LINE = 1.22  # height of a line, of the size of its letters
INCH_POINTS = 72


def width_inches(text: str, points: float, is_bold: bool = False) -> float:
    """The width of a text in one line."""
    letters = [letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)]
    size = sum(WIDTHS.get(letter, PLAIN) for letter in letters) / 1000 * (BOLD if is_bold else 1)
    return size * points / INCH_POINTS


def lines_of(text: str, width: float, points: float, is_bold: bool = False) -> int:
    """In how many lines a text stands in a width, broken between words."""
    lines, room = 1, width
    space = width_inches(" ", points, is_bold)
    for word in text.split():
        needed = width_inches(word, points, is_bold)
        if needed > room and room < width:
            lines, room = lines + 1, width
        while needed > width:  # a word longer than the line is broken by the program
            lines, needed = lines + 1, needed - width
        room -= needed + space
    return lines


def height_inches(texts: Sequence[str], width: float, points: float, is_bold: bool = False, gap: float = 0) -> float:
    """The height of paragraphs below each other."""
    lines = sum(lines_of(text, width, points, is_bold) for text in texts)
    return lines * points * LINE / INCH_POINTS + gap * max(len(texts) - 1, 0)
