"""What an xlsx shows beside a number: the unit in its number format ("5 triệu đồng"), and cells struck through."""

import re
from html import unescape
from typing import NamedTuple

PREFIX = rb"(?:[^\s<>/]+:)?"
FONTS = re.compile(rb"<" + PREFIX + rb"fonts\b[^>]*>(.*?)</" + PREFIX + rb"fonts>", re.DOTALL)
FONT = re.compile(rb"<" + PREFIX + rb"font\s*/>|<" + PREFIX + rb"font\b[^>]*>(.*?)</" + PREFIX + rb"font>", re.DOTALL)
STRIKE = re.compile(rb"<" + PREFIX + rb"strike\b([^>]*)>")
FORMATS = re.compile(rb"<" + PREFIX + rb"numFmt\b([^>]*)>")
CELL_STYLES = re.compile(rb"<" + PREFIX + rb"cellXfs\b[^>]*>(.*?)</" + PREFIX + rb"cellXfs>", re.DOTALL)
STYLE = re.compile(rb"<" + PREFIX + rb"xf\b([^>]*)>")
ATTRIBUTE = re.compile(rb"""\b(fontId|numFmtId|formatCode|val)\s*=\s*("[^"]*"|'[^']*')""")
QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|([€£¥₩$])')
SCALED = re.compile(r"[0#?](,+)(?![0#?,])")
CELL = rb"""<%sc\b(?=[^>]*\br=["']([A-Z]{1,3})([0-9]{1,7})["'])[^>]*\bs=["'](%s)["'][^>]*[^/]>"""
LONGEST = 2_000_000  # bytes of a stylesheet that is looked through


class Shown(NamedTuple):
    """What the format of a cell says: words beside the number, and how many thousands it leaves out."""

    text: str
    thousands: int


class Marks(NamedTuple):
    """Numbers of cell styles: those that strike through, and those that show words beside the number."""

    struck: frozenset[bytes]
    shown: dict[bytes, Shown]


def read_marks(data: bytes) -> Marks:
    """The styles of a workbook that change what a person sees in a cell."""
    if len(data) > LONGEST:
        return Marks(frozenset(), {})
    fonts = FONTS.search(data)
    struck_fonts = {
        str(number).encode()
        for number, font in enumerate(FONT.finditer(fonts[1]) if fonts else ())
        if font[1] and (strike := STRIKE.search(font[1])) and _of(strike[1]).get(b"val") not in (b"0", b"false")
    }
    codes = (_of(match[1]) for match in FORMATS.finditer(data))
    shown = {c[b"numFmtId"]: s for c in codes if b"numFmtId" in c and (s := _shown(c.get(b"formatCode", b"")))}
    styles = CELL_STYLES.search(data)
    struck, marked = set(), {}
    for number, style in enumerate(STYLE.finditer(styles[1]) if styles else ()):
        given, key = _of(style[1]), str(number).encode()
        if given.get(b"fontId") in struck_fonts:
            struck.add(key)
        if given.get(b"numFmtId") in shown:
            marked[key] = shown[given[b"numFmtId"]]
    return Marks(frozenset(struck), marked)


def _of(attributes: bytes) -> dict[bytes, bytes]:
    return {name: value[1:-1] for name, value in ATTRIBUTE.findall(attributes)}


def _shown(code: bytes) -> Shown | None:
    """The words of the first part of a format: '#,##0" triệu"' -> triệu; '#,##0,,' leaves out millions."""
    positive = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', unescape(code.decode("utf-8", "replace")))[0]
    words = "".join("".join(groups) for groups in QUOTED.findall(positive)).strip(" ()-–.")
    scaled = SCALED.search(QUOTED.sub("", positive))
    thousands = len(scaled[1]) if scaled else 0
    return Shown(words, thousands) if words or thousands else None


def marked_cells(data: bytes, marks: Marks) -> tuple[set[tuple[int, int]], dict[tuple[int, int], Shown]]:
    """The cells of a sheet that have such a style: struck through, shown with words."""
    struck, shown = set(), {}
    wanted = marks.struck | marks.shown.keys()
    if not wanted:
        return struck, shown
    pattern = re.compile(CELL % (PREFIX, b"|".join(sorted(wanted))))
    for match in pattern.finditer(data):
        place = int(match[2]) - 1, _column(match[1])
        if match[3] in marks.struck:
            struck.add(place)
        if match[3] in marks.shown:
            shown[place] = marks.shown[match[3]]
    return struck, shown


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1
