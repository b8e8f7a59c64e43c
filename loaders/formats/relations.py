"""Which part of an xlsx or xlsb holds which sheet, and XML parts as plain as calamine needs them."""

import posixpath
import re
from collections.abc import Iterable
from xml.parsers import expat
from xml.sax.saxutils import escape

from loaders.formats.limits import SheetFacts, TooMuch
from loaders.problems import SourceUnreadable, Where

CDATA = b"<![CDATA["
DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b[^<>]*\?>")
LETTER = re.compile(rb"&#(?:[xX]0*([2-7][0-9a-fA-F])|0*([3-9][0-9]|1[01][0-9]|12[0-7]));")  # "&#48;" for a plain "0"
PLAIN = re.compile(rb"[0-9A-Za-z.+ -]")
NOT_ELEMENTS = re.compile(rb"<(?:!--|!\[CDATA\[|\?)")
ENDS = {b"<!--": b"-->", CDATA: b"]]>", b"<?": b"?>"}
MAX_SMALL_PART_BYTES = 5_000_000


def plain_xml(data: bytes) -> bytes:
    """XML without comments and instructions, CDATA as escaped text, digits as digits: what office programs see in it.

    calamine reads <v>5<!-- -->00000</v> as 5, and nothing of a CDATA section. The very same object where there is none.
    """
    declaration = DECLARATION.match(data)
    pieces, position, start = [], 0, declaration.end() if declaration else 0
    while opening := NOT_ELEMENTS.search(data, max(position, start)):
        mark = ENDS[opening[0]]
        end = data.find(mark, opening.end())
        if end < 0:  # damaged: calamine says so
            break
        pieces.append(data[position : opening.start()])
        if opening[0] == CDATA:
            pieces.append(escape(data[opening.end() : end].decode("utf-8", "replace")).encode("utf-8"))
        position = end + len(mark)
    data = b"".join([*pieces, data[position:]]) if pieces else data
    return LETTER.sub(_letter, data) if LETTER.search(data) else data


def _letter(match: re.Match) -> bytes:
    code = int(match[1], 16) if match[1] else int(match[2])
    letter = bytes([code]) if code < 128 else b""
    return letter if PLAIN.fullmatch(letter) else match[0]


def facts_by_name(
    listed: Iterable[tuple[str, str]], by_part: dict[str, SheetFacts], where: Where
) -> dict[str | int, SheetFacts]:
    """(sheet name, part) in workbook order -> the facts of each sheet; the second listing of one part is not read."""
    sheets: dict[str | int, SheetFacts] = {}
    listed_as: dict[str, str] = {}
    for name, part in listed:
        if name in sheets:
            raise SourceUnreadable("truncated", where, name)
        if part in listed_as:
            sheets[name] = SheetFacts(refused=TooMuch("sheet_twice", (0, 0)))
        elif part in by_part:
            sheets[name] = by_part[part]
        listed_as.setdefault(part, name)
    return sheets


def sheet_parts(workbook: bytes, relations: bytes, where: Where) -> list[tuple[str, str]]:
    """(sheet name, path of its part in the archive, in lower case), in workbook order."""
    targets = {
        attributes.get("Id"): attributes.get("Target", "")
        for name, attributes in elements(relations, where)
        if name == "Relationship"
    }
    parts = []
    for name, attributes in elements(workbook, where):
        identifier = next((value for key, value in attributes.items() if key.endswith(":id")), None)
        if name == "sheet" and identifier in targets:
            parts.append((attributes.get("name", ""), part_path(targets[identifier])))
    return parts


def part_path(target: str) -> str:
    """A relation's target as a path in the archive: relative ones start in xl/."""
    path = target[1:] if target.startswith("/") else posixpath.join("xl", target)
    return posixpath.normpath(path).lower()


def elements(xml: bytes, where: Where) -> list[tuple[str, dict[str, str]]]:
    """The elements of a small XML part, names without prefix. Entities are refused, not expanded."""
    found: list[tuple[str, dict[str, str]]] = []
    if not xml:
        return found
    if len(xml) > MAX_SMALL_PART_BYTES:
        raise SourceUnreadable("too_large", where, "workbook.xml")

    def refuse(*_):
        raise SourceUnreadable("zip_bomb", where, "XML entities")

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise SourceUnreadable("truncated", where) from error
    return found
