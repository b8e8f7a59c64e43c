"""XML changed by splicing its bytes: what is not meant to change stays as it was written, to the last space.

expat says where each element stands; nothing is parsed into a tree and written anew.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

TAG = re.compile(rb"""<([^\s<>/]+)((?:\s+[^\s=<>"']+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>""")
ATTRIBUTE = re.compile(rb"""\s+([^\s=<>"']+)\s*=\s*("[^"]*"|'[^']*')""")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ENCODINGS = {"UTF-8", "UTF8", "US-ASCII", "ASCII"}


class NotEditable(Exception):
    """The workbook is written in a way that is not changed here: the list alone goes back."""


@dataclass
class Element:
    """One element and its place in the bytes: [start, head_end) is its tag, [inner_end, end) its end tag."""

    name: str
    attributes: dict[str, str]
    start: int
    head_end: int
    inner_end: int = 0
    end: int = 0
    is_empty: bool = False
    children: list["Element"] = field(default_factory=list)

    def first(self, name: str) -> "Element | None":
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> Iterator["Element"]:
        return (child for child in self.children if child.name == name)


@dataclass(frozen=True)
class Edit:
    """The bytes [start, end) become `new`; where both are equal it is put in."""

    start: int
    end: int
    new: bytes


def local(name: str) -> str:
    """ "x:row" -> "row"."""
    return name.rpartition(":")[2]


def prefix(data: bytes, element: Element) -> str:
    """What its name begins with: "x:", mostly nothing."""
    name = TAG.match(data, element.start)[1].decode()
    return name[: len(name) - len(local(name))]


def open_parser(data: bytes) -> expat.XMLParserType:
    """A parser that refuses what no spreadsheet program writes: entities, and other encodings than UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotEditable("UTF-16")

    def refuse(*_):
        raise NotEditable("DOCTYPE")

    def declared(_version, encoding, _standalone):
        if encoding and encoding.upper() not in ENCODINGS:
            raise NotEditable(encoding)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.XmlDeclHandler = declared
    return parser


def parse(parser: expat.XMLParserType, data: bytes) -> None:
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NotEditable("XML") from error


def head_at(data: bytes, start: int) -> tuple[int, bool]:
    """Where the tag that begins at `start` ends, and whether it is the whole element."""
    tag = TAG.match(data, start)
    if tag is None:
        raise NotEditable("tag")
    return tag.end(), tag[3] == b"/"


def outline(data: bytes, depth: int) -> Element:
    """The root of a small part with its descendants down to `depth` levels below it."""
    parser, path, level = open_parser(data), [], 0
    roots: list[Element] = []

    def open_element(name: str, attributes: dict[str, str]) -> None:
        nonlocal level
        level += 1
        if level <= depth + 1:
            start = parser.CurrentByteIndex
            head_end, is_empty = head_at(data, start)
            element = Element(local(name), attributes, start, head_end, is_empty=is_empty)
            (path[-1].children if path else roots).append(element)
            path.append(element)

    def close_element(_name: str) -> None:
        nonlocal level
        if level <= depth + 1:
            element = path.pop()
            element.inner_end = element.head_end if element.is_empty else parser.CurrentByteIndex
            element.end = element.head_end if element.is_empty else head_end_of_closing(data, element.inner_end)
        level -= 1

    parser.StartElementHandler, parser.EndElementHandler = open_element, close_element
    parse(parser, data)
    return roots[0]


def head_end_of_closing(data: bytes, start: int) -> int:
    return data.index(b">", start) + 1


def spliced(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with all edits made; the very same where there are none. Edits at one place keep their order."""
    made, position = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        made += [data[position : edit.start], edit.new]
        position = edit.end
    return b"".join([*made, data[position:]]) if made else data


def with_attributes(tag: bytes, **values: object) -> bytes:
    """A tag with attributes set anew, or taken out where the value is None; the others stay as they are written."""
    for name, value in values.items():
        key = name.encode()
        old = next((found for found in ATTRIBUTE.finditer(tag) if found[1] == key), None)
        new = b"" if value is None else b" %s=%s" % (key, attribute(value))
        if old:
            tag = tag[: old.start()] + new + tag[old.end() :]
        elif new:
            end = TAG.match(tag).start(3)
            while tag[end - 1 : end].isspace():
                end -= 1
            tag = tag[:end] + new + tag[end:]
    return tag


def attribute(value: object) -> bytes:
    """A value in quotes, ready for a tag; line breaks stay line breaks."""
    return quoteattr(clean(str(value))).encode("utf-8")


def text(value: str) -> str:
    """A text ready to stand between tags."""
    return escape(clean(value))


def clean(value: str) -> str:
    return NOT_IN_XML.sub("", value)


def with_child(data: bytes, parent: Element, child: bytes, *, count: int | None = None) -> list[Edit]:
    """`child` as the last inside `parent`; count: its attribute of that name from then on."""
    head = data[parent.start : parent.head_end]
    new = with_attributes(head, count=count) if count is not None else head
    if parent.is_empty:
        name = TAG.match(head)[1]
        return [Edit(parent.start, parent.end, opened(new) + child + b"</" + name + b">")]
    edits = [Edit(parent.inner_end, parent.inner_end, child)] if child else []
    return edits if new == head else [Edit(parent.start, parent.head_end, new), *edits]


def opened(tag: bytes) -> bytes:
    """ "<row r='1'/>" -> "<row r='1'>"."""
    found = TAG.fullmatch(tag)
    return tag if not found[3] else tag[: found.start(3)].rstrip() + b">"
