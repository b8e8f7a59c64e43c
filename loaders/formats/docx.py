"""Word documents (.docx) -> texts and tables, from the XML of the text alone; nothing in them is run or followed."""

import zipfile
from collections.abc import Iterator

from lxml import etree

from loaders.formats.limits import MEGABYTE, Budget
from loaders.formats.relations import DOCTYPE
from loaders.formats.texts_and_tables import Cell, Piece, Row
from loaders.formats.zips import read_part
from loaders.problems import SourceUnreadable, Where

MAX_TEXT_BYTES = 40 * MEGABYTE  # of the XML of the text; its tree takes ten times as much
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT_WORD = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
LEFT_OUT = {"Fallback", "del", "moveFrom", "instrText", "delText", "pPr", "rPr", "tblPr", "footnoteReference"}
BREAKS = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-"}
IS_OFF = ("0", "false", "off")


def is_document(names: set[str]) -> bool:
    """Whether an archive with these names (in lower case) is a document of Word."""
    return "word/document.xml" in names


def read_document(archive: zipfile.ZipFile, where: Where, budget: Budget) -> list[Piece]:
    """The texts and tables of a document in the order in which they stand."""
    part = next(p for p in archive.infolist() if p.filename.replace("\\", "/").lower() == "word/document.xml")
    if part.file_size > MAX_TEXT_BYTES:
        raise SourceUnreadable("too_large", where, f"{part.file_size / MEGABYTE:.0f} MB")
    data = read_part(archive, part, where, budget)
    if DOCTYPE.search(data):
        raise SourceUnreadable("zip_bomb", where, "XML entities")
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
        body = etree.fromstring(data, parser).find("{*}body")
    except (etree.LxmlError, ValueError) as error:
        raise SourceUnreadable("truncated", where) from error
    if body is None:
        raise SourceUnreadable("truncated", where)
    return list(_pieces(body))


def _pieces(element) -> Iterator[Piece]:
    for child in element:
        name = _name(child)
        if name == "tbl":
            yield _table(child)
        elif name == "p":
            yield from filter(None, (" ".join(line.split()) for line in _text(child).split("\n")))
        elif name in ("sdt", "sdtContent", "ins", "customXml", "smartTag"):
            yield from _pieces(child)


def _name(element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _table(table) -> list[Row]:
    """The rows; a cell that is merged downwards is written in Word as one that begins and others that go on."""
    begun: dict[int, Cell] = {}
    return [
        Row(_cells(row, begun))
        for row in _children(table, "tr")
        if row.find("{*}trPr/{*}del") is None  # deleted row
    ]


def _children(element, name: str) -> Iterator:
    """The children of one name, also where they stand in a content control."""
    for child in element:
        if _name(child) == name:
            yield child
        elif _name(child) in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _children(child, name)


def _cells(row, begun: dict[int, Cell]) -> list[Cell]:
    skipped = _number(row.find("{*}trPr/{*}gridBefore"), 0)
    cells, column, met = [Cell("") for _ in range(skipped)], skipped, {}
    for element in _children(row, "tc"):
        across = _number(element.find("{*}tcPr/{*}gridSpan"), 1)
        merge = element.find("{*}tcPr/{*}vMerge")
        goes_on = merge is not None and _value(merge) in (None, "continue")
        if goes_on and column in begun:
            begun[column].down += 1
            met[column] = begun[column]
        else:
            cells.append(Cell(_lines(element), across, is_struck=_is_struck(element)))
            if merge is not None:
                met[column] = cells[-1]
        column += across
    begun.clear()
    begun |= met
    return cells


def _number(element, otherwise: int) -> int:
    written = (_value(element) if element is not None else None) or ""
    return max(int(written), otherwise) if written.isascii() and written.isdigit() and len(written) < 4 else otherwise


def _value(element) -> str | None:
    return element.get(f"{WORD}val") or element.get(f"{STRICT_WORD}val")


def _lines(cell) -> str:
    """The text of a cell, its paragraphs as lines; a table in it is text as well."""
    lines = (" ".join(line.split()) for paragraph in _paragraphs(cell) for line in _text(paragraph).split("\n"))
    return "\n".join(filter(None, lines))


def _paragraphs(element) -> Iterator:
    for child in element:
        if _name(child) == "p":
            yield child
        elif _name(child) not in LEFT_OUT:
            yield from _paragraphs(child)


def _text(paragraph) -> str:
    """What a person sees of a paragraph: without what was deleted, and without a text box said twice."""
    pieces = []
    for child in paragraph:
        name = _name(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name in BREAKS:
            pieces.append(BREAKS[name])
        elif name and name not in LEFT_OUT:
            pieces.append(_text(child))
            if name == "p":  # of a text box
                pieces.append("\n")
    return "".join(pieces)


def _is_struck(cell) -> bool:
    """Whether all letters of the cell are struck through."""
    runs = [run for run in cell.iterdescendants("{*}r") if "".join(run.itertext("{*}t")).strip()]
    return bool(runs) and all(
        any(_value(mark) not in IS_OFF for mark in run.iterfind("{*}rPr/{*}strike")) for run in runs
    )
