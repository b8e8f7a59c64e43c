"""ods: repeated rows and columns under limits, merges, hidden rows, errors, formulas never calculated.

In an ods a row or a cell may say "the same a million times", so a file of one kilobyte can ask for any memory.
calamine reads all tables of an ods at once: a table that does not fit is emptied before calamine sees it.
"""

import re
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import unescape

from loaders.formats.limits import COLUMN_BITS, BookFacts, Budget, Cells, SheetFacts, TooMuch, cells_outside, without
from loaders.formats.relations import plain_xml
from loaders.formats.zips import repack
from loaders.problems import SourceUnreadable, Where

TOKEN = re.compile(
    rb"<(/?)table:(table-row|table-cell|covered-table-cell|table-column|table)(?=[\s/>])"
    rb"""(?:((?:\s+[^\s=<>"']+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>)?"""
)
ATTRIBUTE = re.compile(rb"""([^\s=<>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
PARAGRAPH = re.compile(rb"<text:p[^<>]*>([^<]*)<")
EMPTY_STRING_VALUE = re.compile(rb"\s+office:string-value=\"\"")
SPECIAL = re.compile(rb"-repeated|-spanned|table:formula|=.error|table:visibility|table:name=")
MAX_REPEAT = 1 << 30  # any larger number only means "to the end"


@dataclass
class _Table:
    """Where the reading of one table stands."""

    name: str
    start: int
    cells: Cells
    facts: SheetFacts = field(default_factory=lambda: SheetFacts(merged=[]))
    row: int = 0
    row_repeats: int = 1
    column: int = 0
    declared_column: int = 0


def scan(archive: zipfile.ZipFile, where: Where, budget: Budget) -> BookFacts:
    """The facts of the document's tables and the repacked bytes for calamine."""
    sheets: dict[str | int, SheetFacts] = {}

    def read(name: str, data: bytes) -> bytes:
        return scan_content(plain_xml(data), sheets, where, budget) if name == "content.xml" else data

    content = repack(archive, where, budget, read)
    has_macros = any(name.startswith(("Basic/", "Scripts/")) for name in archive.namelist())
    return BookFacts(content, sheets, has_macros)


def scan_content(data: bytes, sheets: dict[str | int, SheetFacts], where: Where, budget: Budget) -> bytes:
    """Fills `sheets` by table name; returns content.xml without what must not be read."""
    table, cut = None, []
    for token in TOKEN.finditer(data):
        closes, name = token[1] == b"/", token[2]
        if token[3] is None:  # an unusual tag might hide a repeat that calamine would follow
            raise SourceUnreadable("truncated", where)
        attributes = {} if closes or not SPECIAL.search(token[3]) else _attributes(token[3])
        if name == b"table" and not closes and table is None:
            table = _Table(_text(attributes.get(b"table:name", b"")), token.end(), Cells(budget.limits.max_cells))
        if table is None:
            continue
        if name == b"table" and (closes or token[4]):
            sheets[table.name] = table.facts
            cut += _cut_of(table, token.start(), budget)
            table = None
        elif name == b"table-row":
            _row(table, attributes, closes or bool(token[4]), not closes)
        elif name == b"table-column" and not closes:
            _column(table, attributes)
        elif not closes and name != b"table":
            _cell(table, attributes, token, data)
    data = without(data, cut)
    return EMPTY_STRING_VALUE.sub(b"", data) if b'calcext:value-type="error"' in data else data


def _cut_of(table: _Table, table_end: int, budget: Budget) -> list[tuple[int, int]]:
    try:
        outside = cells_outside(table.cells, budget.limits)
    except TooMuch as refused:
        table.facts.refused = refused
        return [(table.start, table_end)]
    table.facts.strays = [(*divmod(table.cells.positions[index], 1 << COLUMN_BITS), "") for index in outside]
    return [(table.cells.starts[index], table.cells.ends[index]) for index in outside]


def _row(table: _Table, attributes: dict[bytes, bytes], ends: bool, starts: bool) -> None:
    if starts:
        table.row_repeats, table.column = _repeats(attributes, b"rows"), 0
        if attributes.get(b"table:visibility") in (b"collapse", b"filter"):
            table.facts.hidden_rows.append((table.row, table.row + table.row_repeats - 1))
    if ends:
        table.row += table.row_repeats
        table.row_repeats = 1


def _column(table: _Table, attributes: dict[bytes, bytes]) -> None:
    last = table.declared_column + _repeats(attributes, b"columns") - 1
    if attributes.get(b"table:visibility") in (b"collapse", b"filter"):
        table.facts.hidden_columns.append((table.declared_column, last))
    table.declared_column = last + 1


def _cell(table: _Table, attributes: dict[bytes, bytes], token: re.Match, data: bytes) -> None:
    if not attributes and table.row_repeats == 1:  # nearly all cells: nothing special, perhaps a value
        if b"office:" in token[3]:
            table.cells.add(table.row, table.column, token.start(), _end_of(token, data))
        table.column += 1
        return
    repeats = _repeats(attributes, b"columns")
    first, last, row = table.column, table.column + repeats - 1, table.row
    table.column = last + 1
    has_formula = b"table:formula" in attributes
    if has_formula or b"office:" in token[3]:  # a value or the type of one
        is_repeated = repeats > 1 or table.row_repeats > 1
        table.cells.add(row + table.row_repeats - 1, last, token.start(), _end_of(token, data), is_repeated)
    if has_formula and b"office:value-type" not in token[3]:
        table.facts.uncalculated.add((row, first))
    if attributes.get(b"calcext:value-type") == b"error":
        shown = PARAGRAPH.match(data, token.end())
        table.facts.errors[row, first] = _text(shown[1]) if shown else "#VALUE!"
    down, across = (int(attributes.get(b"table:number-%s-spanned" % key, 1)) for key in (b"rows", b"columns"))
    if token[2] == b"table-cell" and (down > 1 or across > 1) and repeats == 1:
        table.facts.merged.append((row, first, row + down - 1, first + across - 1))


def _end_of(token: re.Match, data: bytes) -> int:
    if token[4]:
        return token.end()
    return max(data.find(b">", data.find(b"</table:", token.end())) + 1, token.end())


def _attributes(written: bytes) -> dict[bytes, bytes]:
    """By name; of two with one name the first counts, as calamine takes it."""
    return {key: double or single for key, double, single in reversed(ATTRIBUTE.findall(written))}


def _repeats(attributes: dict[bytes, bytes], of: bytes) -> int:
    written = attributes.get(b"table:number-%s-repeated" % of, b"1")
    return min(max(int(written), 1), MAX_REPEAT) if written.isdigit() and len(written) < 20 else MAX_REPEAT


def _text(raw: bytes) -> str:
    return unescape(raw.decode("utf-8", "replace"), {"&quot;": '"', "&apos;": "'"})
