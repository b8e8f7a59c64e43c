"""xlsx and xlsm: what the sheet XML says beyond calamine, and the far cells that must not reach it.

Searched as bytes, because the common case has to cost little: 100,000 rows are 48 MB of XML. The quick searches only
decide that a closer look is not needed; whatever they do not understand gets the closer look.
"""

import io
import posixpath
import re
import zipfile
from functools import lru_cache
from html import unescape

from loaders.formats.limits import (
    COLUMN_BITS,
    BookFacts,
    Budget,
    Cells,
    Limits,
    SheetFacts,
    TooMuch,
    cells_outside,
    without,
)
from loaders.formats.relations import facts_by_name, plain_xml, sheet_parts
from loaders.formats.styles import Marks, marked_cells, read_marks
from loaders.formats.zips import read_part, repack
from loaders.problems import Where

# No input takes quadratic time: a piece never runs past the next tag, and attributes end at their quote.
PREFIX = rb"(?:[^\s<>/:]+:)?"
ATTRIBUTES = rb"""((?:\s+[^\s=<>"']+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*"""
# Any cell that is not plainly within A1:Z299999, or A1:ZZ299999. Only s and t may follow the r: of two r, calamine
# takes the last one.
REST_OF_TAG = rb'(?:\s?/?>| t="[a-zA-Z]*+"(?:\s?/?>| s="[0-9]*+"\s?/?>)| s="[0-9]*+"(?:\s?/?>| t="[a-zA-Z]*+"\s?/?>))'
FAR_CELL = re.compile(rb'<c(?! r="[A-Z][12]?[0-9]{1,5}+"' + REST_OF_TAG + rb")[\s/>]")
FAR_OR_WIDE_CELL = re.compile(rb'<c(?! r="[A-Z]{1,2}[12]?[0-9]{1,5}+"' + REST_OF_TAG + rb")[\s/>]")
NEAR_ROWS, NEAR_COLUMNS = 299_999, 26
COLUMNS, ROWS = re.compile(rb'<c r="([A-Z]+)'), re.compile(rb'<c r="[A-Z]+([0-9]+)')
PLAIN_REFERENCE = re.compile(rb' r="([A-Z]{1,3}+)([0-9]{1,7}+)"(?: [st]="\w*+")*+')
MANY_COLONS = 1_000
MANY_TIMES = 3  # as many empty formatted cells as could ever be read: no sheet of a commune
MAX_DIGITS = 9  # anything longer is far outside as well
EMPTY_SHEET = b"<worksheet><sheetData/></worksheet>"
PREFIXED_CELL = re.compile(rb"<[^\s<>/]+:c[\s/>]")
ROW_OR_CELL = re.compile(rb"<" + PREFIX + rb"(row|c)(?=[\s/>])(?:" + ATTRIBUTES + rb"(/?>))?")
CELL_END = re.compile(rb"</" + PREFIX + rb"c\s*>")
ATTRIBUTE = re.compile(rb"""([^\s=<>"']+)\s*=\s*("[^"]*"|'[^']*')""")
QUOTED_REFERENCE = re.compile(rb"""["']([A-Za-z]*)(\d+)["']""")
REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]*)(\d+)""")
FORMULA_ONLY = re.compile(
    (
        rb"<Pc" + ATTRIBUTES + rb">\s*<Pf\b(?:[^<>]*/>|[^<>]*>[^<]*</Pf\s*>)\s*(<Pv\s*(?:/>|>\s*</Pv\s*>))?\s*</Pc\s*>"
    ).replace(b"P", PREFIX)
)
IS_TEXT_RESULT = re.compile(rb"""\st\s*=\s*["']str["']""")
ERROR_CELL = re.compile(rb"(<" + PREFIX + rb"""c\s[^<>]*?\bt=)["']e["']""")
HIDDEN = re.compile(rb"<" + PREFIX + rb"""(row|col)\s([^<>]*\bhidden=["'](?:1|true)["'][^<>]*)>""")
NUMBER = {name: re.compile(rb"""\b%s=["'](\d+)""" % name) for name in (b"r", b"min", b"max")}
IS_SHARED_TEXT = re.compile(rb"""\st\s*=\s*["']s["']""")
SHARED_ITEM = re.compile(rb"<" + PREFIX + rb"si[\s>](.*?)</" + PREFIX + rb"si\s*>", re.DOTALL)
SHARED = "shared:"  # before the number of a shared text that is still to be looked up
TEXT = re.compile(rb"<" + PREFIX + rb"(?:v|t)\b[^<>]*>([^<]*)<")


def scan(archive: zipfile.ZipFile, where: Where, budget: Budget) -> BookFacts:
    """The facts of the workbook's sheets and the repacked bytes for calamine."""
    by_part: dict[str, SheetFacts] = {}
    small: dict[str, bytes] = {}

    marks = _marks(archive, where, budget)

    def read(name: str, data: bytes) -> bytes:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            data = data.decode("utf-16", "replace").encode("utf-8", "replace")
        if name.lower().endswith((".xml", ".rels")):
            data = plain_xml(data)
        if name.lower().endswith(("workbook.xml", "workbook.xml.rels")):
            small[posixpath.basename(name).lower()] = data
        if b"sheetData" in data:
            by_part[name.lower()], data = scan_sheet(data, budget)
            by_part[name.lower()].struck, by_part[name.lower()].shown = marked_cells(data, marks)
        return data

    content = repack(archive, where, budget, read)
    _name_strays(content, by_part)
    names = [name.lower() for name in archive.namelist()]
    parts = sheet_parts(small.get("workbook.xml", b""), small.get("workbook.xml.rels", b""), where)
    return BookFacts(
        content,
        facts_by_name(parts, by_part, where),
        has_macros=any(name.endswith("vbaproject.bin") for name in names),
        has_external_links=any(name.startswith("xl/externallinks/") for name in names),
    )


def _marks(archive: zipfile.ZipFile, where: Where, budget: Budget) -> Marks:
    """What the stylesheet says; it may stand behind the sheets in the archive."""
    part = next(
        (p for p in archive.infolist() if p.filename.lower().replace("\\", "/").endswith("xl/styles.xml")), None
    )
    return read_marks(read_part(archive, part, where, budget) if part else b"")


def scan_sheet(data: bytes, budget: Budget) -> tuple[SheetFacts, bytes]:
    """The facts of one sheet, and its XML as calamine may read it."""
    facts = SheetFacts()
    is_plain = not _has_prefixed_cells(data) and _fits_plainly(data, budget.limits)
    if not is_plain:
        try:
            data = _cut_strays(data, facts, budget)
        except TooMuch as refused:
            facts.refused = refused
            return facts, EMPTY_SHEET
    if not is_plain or b"</f>" in data:
        facts.uncalculated = _uncalculated(data)
    if not is_plain or b'hidden="' in data:
        _find_hidden(data, facts)
    # a byte search for one rare character costs nothing, and every error begins with it
    if b"#" in data and (not is_plain or b't="e"' in data):
        # calamine's Python side gives "" for an error; as text the error is seen
        data = ERROR_CELL.sub(rb'\1"str"', data)
    return facts, data


def _fits_plainly(data: bytes, limits: Limits) -> bool:
    """Whether every cell is written in the usual way, and all of them together fit the limits for certain."""
    if not FAR_CELL.search(data):
        height, width = NEAR_ROWS, NEAR_COLUMNS
        if height <= limits.max_rows and height * width <= limits.max_cells:
            return True
    elif FAR_OR_WIDE_CELL.search(data):
        return False
    width = max(map(_column_index, set(COLUMNS.findall(data))), default=0) + 1
    height = max(map(_row_index, set(ROWS.findall(data))), default=0) + 1
    return width <= limits.max_columns and height <= limits.max_rows and width * height <= limits.max_cells


def _has_prefixed_cells(data: bytes) -> bool:
    """Whether there is <x:c>: some libraries write so. Colons are rare in sheets, so each one is looked at."""
    position = data.find(b":")
    for _ in range(MANY_COLONS):
        if position < 0:
            return False
        if data[position + 1 : position + 2] == b"c":
            break
        position = data.find(b":", position + 1)
    return b":c" in data and PREFIXED_CELL.search(data) is not None


def _cells(data: bytes, most: int) -> Cells:
    """Every cell with content. A cell without a reference follows the one before it, as calamine counts."""
    cells, row, column, end = Cells(most), -1, 0, 0
    for count, match in enumerate(ROW_OR_CELL.finditer(data)):
        plain = PLAIN_REFERENCE.fullmatch(match[2] or b"")
        letters, digits = plain.groups() if plain else _reference(match[2] or b"")
        if match[3] is None or digits is None or count > MANY_TIMES * most:
            raise TooMuch("too_large" if count > MANY_TIMES * most else "truncated", (max(row, 0), column))
        if match[1] == b"row":
            row, column = (_row_index(digits) if digits else row + 1), 0
            continue
        at_row = row
        if digits:
            at_row, column = _row_index(digits), _column_index(letters)
        if match[3] == b">" and not CELL_END.match(data, match.end()):
            if end < match.end():
                closing = CELL_END.search(data, match.end())
                end = closing.end() if closing else len(data)
            cells.add(at_row, column, match.start(), end)
        column += 1
    return cells


def _reference(attributes: bytes) -> tuple[bytes, bytes | None]:
    """Letters and digits of the one attribute r, both empty without one; None for the digits when it makes no sense."""
    written = [value for name, value in ATTRIBUTE.findall(attributes) if name == b"r"]
    if not written:
        return b"", b""
    reference = QUOTED_REFERENCE.fullmatch(written[0])
    return reference.groups() if reference and len(written) == 1 else (b"", None)


def _row_index(digits: bytes) -> int:
    return int(digits[:MAX_DIGITS]) - 1


@lru_cache(maxsize=20_000)
def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters.upper()[:MAX_DIGITS]:
        index = index * 26 + letter - 64
    return index - 1


def _cut_strays(data: bytes, facts: SheetFacts, budget: Budget) -> bytes:
    cells = _cells(data, budget.limits.max_cells)
    outside = cells_outside(cells, budget.limits)
    for index in outside:
        text = TEXT.search(data, cells.starts[index], cells.ends[index])
        is_shared = IS_SHARED_TEXT.search(data, cells.starts[index], cells.ends[index])
        found = (SHARED if is_shared else "") + (_written(text[1]) if text else "")
        row, column = divmod(cells.positions[index], 1 << COLUMN_BITS)
        facts.strays.append((row, column, found))
    return without(data, [(cells.starts[i], cells.ends[i]) for i in outside])


def _written(data: bytes) -> str:
    """A text of the file as a person wrote it: "l&#7905; tay" is "lỡ tay"."""
    return unescape(data.decode("utf-8", "replace"))


def _name_strays(content: io.BytesIO, by_part: dict[str, SheetFacts]) -> None:
    """The texts of the cut cells that only hold a number into the workbook's shared texts."""
    if not any(text.startswith(SHARED) for facts in by_part.values() for _, _, text in facts.strays):
        return
    with zipfile.ZipFile(content) as copy:
        shared = next((copy.read(name) for name in copy.namelist() if name.lower().endswith("sharedstrings.xml")), b"")
    content.seek(0)
    texts = [_written(b"".join(TEXT.findall(item))) for item in SHARED_ITEM.findall(shared)]
    for facts in by_part.values():
        for position, (row, column, text) in enumerate(facts.strays):
            number = text.removeprefix(SHARED)
            if number != text:
                is_there = number.isdigit() and int(number) < len(texts)
                facts.strays[position] = (row, column, texts[int(number)] if is_there else "")


def _uncalculated(data: bytes) -> set[tuple[int, int]]:
    """Formula cells without a saved value. An empty text result (t="str" with an empty v) is a value."""
    found = set()
    for match in FORMULA_ONLY.finditer(data):
        reference = REFERENCE.search(match[1])
        is_empty_text = IS_TEXT_RESULT.search(match[1]) and match[2]
        if reference and not is_empty_text:
            found.add((_row_index(reference[2]), _column_index(reference[1])))
    return found


def _find_hidden(data: bytes, facts: SheetFacts) -> None:
    for match in HIDDEN.finditer(data):
        numbers = {name: _row_index(hit[1]) for name, pattern in NUMBER.items() if (hit := pattern.search(match[2]))}
        if match[1] == b"row" and b"r" in numbers:
            facts.hidden_rows.append((numbers[b"r"], numbers[b"r"]))
        elif match[1] == b"col" and b"min" in numbers and b"max" in numbers:
            facts.hidden_columns.append((numbers[b"min"], numbers[b"max"]))
