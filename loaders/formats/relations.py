"""Which part of an xlsx or xlsb holds which sheet, from the workbook's list and its relations."""

import posixpath
from xml.parsers import expat

from loaders.problems import SourceUnreadable, Where

MAX_SMALL_PART_BYTES = 5_000_000


def sheet_parts(workbook: bytes, relations: bytes, where: Where) -> dict[str, str]:
    """Sheet name -> path of its part in the archive, in lower case."""
    targets = {
        attributes.get("Id"): attributes.get("Target", "")
        for name, attributes in elements(relations, where)
        if name == "Relationship"
    }
    parts = {}
    for name, attributes in elements(workbook, where):
        identifier = next((value for key, value in attributes.items() if key.endswith(":id")), None)
        if name == "sheet" and identifier in targets:
            parts[attributes.get("name", "")] = part_path(targets[identifier])
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
