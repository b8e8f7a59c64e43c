"""The zip that a workbook is: its parts, what is related to what, and the kind of content of each part."""

import io
import posixpath
import re
import zipfile
import zlib

from outgoing.marked_copy.splicing import Edit, Element, NotEditable, attribute, outline, prefix, spliced, with_child

TYPES = "[Content_Types].xml"
RELATIONS = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="%s"></Relationships>'
RELATIONS_XMLNS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT = "application/vnd.openxmlformats-officedocument"
BOOKS = (
    f"{CONTENT}.spreadsheetml.sheet.main+xml",
    f"{CONTENT}.spreadsheetml.template.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml",
)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Package:
    """The parts of one workbook. What is not written stays byte for byte what it was.

    errors:  NotEditable where two programs could understand the archive in two ways
    """

    def __init__(self, content: bytes):
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise NotEditable("zip") from error
        entries = self.archive.infolist()
        self.names = {entry.filename.lower(): entry.filename for entry in entries}
        if len(self.names) != len(entries) or any("\\" in name for name in self.names):
            raise NotEditable("names")
        if any(entry.flag_bits & 1 or entry.compress_type not in METHODS for entry in entries):
            raise NotEditable("method")
        self.written: dict[str, bytes] = {}
        self.gone: set[str] = set()

    def has(self, name: str) -> bool:
        return (name.lower() in self.names or name in self.written) and name not in self.gone

    def read(self, name: str) -> bytes:
        """One part as it is now."""
        if name in self.written:
            return self.written[name]
        if not self.has(name):
            raise NotEditable(name)
        try:
            return self.archive.read(self.names[name.lower()])
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise NotEditable(name) from error

    def write(self, name: str, data: bytes) -> None:
        self.written[self.names.get(name.lower(), name)] = data
        self.gone.discard(name)

    def splice(self, name: str, edits: list[Edit]) -> None:
        if edits:
            self.write(name, spliced(self.read(name), edits))

    def free(self, pattern: str) -> str:
        """The first name that no part has: free("xl/comments{}.xml")."""
        number = 1
        while self.has(pattern.format(number)) or pattern.format(number) in self.gone:
            number += 1
        return pattern.format(number)

    def content(self) -> bytes:
        """The workbook as a file, its parts in their old order, the new ones behind."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as copy:
            for entry in self.archive.infolist():
                if entry.filename not in self.gone:
                    made = zipfile.ZipInfo(entry.filename, entry.date_time)
                    made.compress_type, made.external_attr = entry.compress_type, entry.external_attr
                    copy.writestr(made, self.read(entry.filename))
            known = set(self.names.values())
            for name, data in self.written.items():
                if name not in known:
                    made = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                    made.compress_type = zipfile.ZIP_DEFLATED
                    copy.writestr(made, data)
        return packed.getvalue()

    # kinds of content
    def kind(self, name: str) -> str:
        """The content type of a part."""
        root = outline(self.read(TYPES), 1)
        path, ending = f"/{name}".lower(), posixpath.splitext(name)[1][1:].lower()
        for element in root.all("Override"):
            if element.attributes.get("PartName", "").lower() == path:
                return element.attributes.get("ContentType", "")
        defaults = (e for e in root.all("Default") if e.attributes.get("Extension", "").lower() == ending)
        return next((e.attributes.get("ContentType", "") for e in defaults), "")

    def set_kind(self, name: str, kind: str) -> None:
        data = self.read(TYPES)
        child = f'<{prefix(data, outline(data, 0))}Override PartName="/{name}" ContentType="{kind}"/>'
        self.splice(TYPES, with_child(data, outline(data, 0), child.encode()))

    def set_default(self, ending: str, kind: str) -> None:
        """The kind of all parts of an ending, where the file does not say it yet."""
        data = self.read(TYPES)
        root = outline(data, 1)
        if not any(e.attributes.get("Extension", "").lower() == ending for e in root.all("Default")):
            child = f'<{prefix(data, root)}Default Extension="{ending}" ContentType="{kind}"/>'
            self.splice(TYPES, [Edit(root.head_end, root.head_end, child.encode())])

    def remove(self, name: str) -> None:
        """Takes a part out, with its relations and its content type."""
        data = self.read(TYPES)
        own = [
            e
            for e in outline(data, 1).all("Override")
            if e.attributes.get("PartName", "").lower() == f"/{name}".lower()
        ]
        self.splice(TYPES, [Edit(e.start, e.end, b"") for e in own])
        for part in (name, relations_of(name)):
            self.written.pop(part, None)
            self.gone.add(self.names.get(part.lower(), part))

    # relations
    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Id -> (type without its address, path of the part) of what a part is related to inside the file."""
        path = relations_of(name)
        return {
            e.attributes["Id"]: (
                e.attributes.get("Type", "").rpartition("/")[2],
                self.path(name, e.attributes.get("Target", "")),
            )
            for e in (outline(self.read(path), 1).all("Relationship") if self.has(path) else ())
            if e.attributes.get("TargetMode") != "External" and "Id" in e.attributes
        }

    def path(self, name: str, target: str) -> str:
        """A relation's target as the path of a part, in its own spelling."""
        path = posixpath.normpath(
            target[1:] if target.startswith("/") else posixpath.join(posixpath.dirname(name), target)
        )
        return self.names.get(path.lower(), path)

    def related(self, name: str, kind: str) -> str | None:
        """The part that another one is related to in a certain way, or None."""
        return next((path for found, path in self.relations(name).values() if found == kind), None)

    def relate(self, name: str, kind: str, target: str) -> str:
        """A new relation from a part to another; its id."""
        path = relations_of(name)
        if not self.has(path):
            self.write(path, RELATIONS % RELATIONS_XMLNS.encode())
        data = self.read(path)
        root = outline(data, 1)
        taken = {e.attributes.get("Id", "").lower() for e in root.children}
        number = 1
        while f"rid{number}" in taken:
            number += 1
        way = posixpath.relpath(target, posixpath.dirname(name) or ".")
        child = f'<{prefix(data, root)}Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target='
        self.splice(path, with_child(data, root, child.encode() + attribute(way) + b"/>"))
        return f"rId{number}"

    def unrelate(self, name: str, identifier: str) -> None:
        path = relations_of(name)
        found = [e for e in outline(self.read(path), 1).children if e.attributes.get("Id") == identifier]
        self.splice(path, [Edit(e.start, e.end, b"") for e in found])


def relations_of(name: str) -> str:
    """ "xl/workbook.xml" -> "xl/_rels/workbook.xml.rels"."""
    folder, file = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{file}.rels")


def relation_id(element: Element) -> str | None:
    """The r:id of an element, whatever the letter before the colon."""
    return next((value for key, value in element.attributes.items() if re.fullmatch(r"[^:]+:id", key)), None)
