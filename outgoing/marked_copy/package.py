"""A workbook as the package of parts (OPC) that it is: reading and writing them, their relations and content types.

Relations and content types are read and written by python-docx. Its package as a whole is not used: it writes all
relations anew and loses the parts to which none leads; here, what is not written stays byte for byte what it was.
"""

import io
import re
import zipfile
from itertools import count

from docx.opc.constants import NAMESPACE, RELATIONSHIP_TARGET_MODE
from docx.opc.oxml import CT_Relationships, parse_xml
from docx.opc.packuri import CONTENT_TYPES_URI, PackURI
from lxml import etree

from loaders.formats.limits import LIMITS, Budget
from loaders.formats.zips import open_archive, read_part
from loaders.problems import SheetError, Where

SAFE = {"resolve_entities": False, "no_network": True, "huge_tree": False, "strip_cdata": False}
PARSER = etree.XMLParser(**SAFE)
ENCODINGS = {"UTF-8", "UTF8", "US-ASCII", "ASCII"}  # what spreadsheet programs write
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NO_DATE = (1980, 1, 1, 0, 0, 0)
XMLNS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAIN = f"{{{XMLNS}}}"
RELATION_ID = f"{{{NAMESPACE.OFC_RELATIONSHIPS}}}id"


class NotEditable(Exception):
    """The workbook is written in a way that is not changed here: the list alone goes back."""


# what a file of another making can do to us, as by an attribute that is not there: the list alone goes back then
UNEDITABLE = (NotEditable, SheetError, etree.LxmlError, zipfile.BadZipFile)
UNEDITABLE += (ValueError, LookupError, OverflowError, AttributeError, TypeError)


class Package:
    """The parts of one workbook, by their names as in "/xl/workbook.xml".

    errors:  NotEditable where two programs could understand the archive in two ways, SheetError beyond the limits
    """

    def __init__(self, content: bytes):
        self.archive = open_archive(content, Where(""), Budget.of(LIMITS))
        self.entries = {f"/{entry.filename}": entry for entry in self.archive.infolist()}
        self.spelling = {name.lower(): PackURI(name) for name in self.entries}
        if len(self.spelling) != len(self.archive.infolist()) or any("\\" in name for name in self.entries):
            raise NotEditable("names")
        self.written: dict[str, bytes] = {}

    def has(self, part: str) -> bool:
        return part.lower() in self.spelling

    def read(self, part: str) -> bytes:
        """One part as it is now."""
        if not self.has(part):
            raise NotEditable(part)
        part = self.spelling[part.lower()]
        if part in self.written:
            return self.written[part]
        return read_part(self.archive, self.entries[part], Where(""), Budget.of(LIMITS))

    def tree(self, part: str) -> etree._Element:
        data = self.read(part)
        return checked(etree.fromstring(data, PARSER), data)

    def write(self, part: str, content: bytes | etree._Element) -> None:
        part = self.spelling.setdefault(part.lower(), PackURI(part))
        self.written[part] = content if isinstance(content, bytes) else as_bytes(content)

    def free(self, pattern: str) -> PackURI:
        """The first name that no part has: free("/xl/comments{}.xml")."""
        return next(PackURI(name) for n in count(1) if not self.has(name := pattern.format(n)))

    def content(self) -> bytes:
        """The workbook as a file, its parts in their old order, the new ones behind."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as copy:
            for name in [*self.entries, *(name for name in self.written if name not in self.entries)]:
                if self.spelling.get(name.lower()) == name:
                    copy.writestr(_entry(name, self.entries.get(name)), self.read(name))
        return packed.getvalue()

    # content types
    def content_type(self, part: PackURI) -> str:
        types = self._opc(CONTENT_TYPES_URI)
        own = {e.partname.lower(): e.content_type for e in types.overrides}
        by_ending = {e.extension.lower(): e.content_type for e in types.defaults}
        return own.get(part.lower()) or by_ending.get(part.ext.lower(), "")

    def add(self, part: PackURI, content: bytes | etree._Element, content_type: str) -> None:
        """A new part; only XML has a content type for each part, of other parts their ending tells it."""
        types = self._opc(CONTENT_TYPES_URI)
        if part.ext == "xml":
            types.add_override(part, content_type)
        elif part.ext not in {e.extension.lower() for e in types.defaults}:
            types.add_default(part.ext, content_type)
        self.write(CONTENT_TYPES_URI, types)
        self.write(part, content)

    def remove(self, part: PackURI) -> None:
        """Takes a part out, with its relations and its content type."""
        types = self._opc(CONTENT_TYPES_URI)
        for override in types.overrides:
            if override.partname.lower() == part.lower():
                types.remove(override)
        self.write(CONTENT_TYPES_URI, types)
        for name in (part, part.rels_uri):
            self.written.pop(self.spelling.pop(name.lower(), name), None)

    # relations
    def relations(self, part: PackURI) -> dict[str, tuple[str, PackURI]]:
        """Id -> (type, part) of what a part is related to inside the file."""
        inside = (
            e for e in self._relations(part).Relationship_lst if e.target_mode != RELATIONSHIP_TARGET_MODE.EXTERNAL
        )
        targets = {e.rId: (e.reltype, PackURI.from_rel_ref(part.baseURI, e.target_ref or "")) for e in inside}
        return {key: (kind, self.spelling.get(name.lower(), name)) for key, (kind, name) in targets.items()}

    def related(self, part: PackURI, kind: str) -> PackURI | None:
        """The part that another one is related to in a certain way, or None."""
        return next((target for own, target in self.relations(part).values() if own == kind), None)

    def relate(self, part: PackURI, kind: str, target: PackURI) -> str:
        """A new relation from a part to another; its id."""
        relations = self._relations(part)
        taken = {(e.rId or "").lower() for e in relations.Relationship_lst}
        identifier = next(f"rId{n}" for n in count(1) if f"rid{n}" not in taken)
        relations.add_rel(identifier, kind, target.relative_ref(part.baseURI))
        self.write(part.rels_uri, relations)
        return identifier

    def unrelate(self, part: PackURI, identifier: str) -> None:
        relations = self._relations(part)
        for relation in relations.Relationship_lst:
            if relation.rId == identifier:
                relations.remove(relation)
        self.write(part.rels_uri, relations)

    def _relations(self, part: PackURI) -> CT_Relationships:
        return self._opc(part.rels_uri) if self.has(part.rels_uri) else CT_Relationships.new()

    def _opc(self, part: PackURI) -> etree._Element:
        data = self.read(part)
        return checked(parse_xml(data), data)


def checked(root: etree._Element, data: bytes) -> etree._Element:
    """Refuses what no spreadsheet program writes: entities, and other encodings than UTF-8."""
    document = root.getroottree().docinfo
    if data.startswith(UTF_16) or document.doctype or (document.encoding or "UTF-8").upper() not in ENCODINGS:
        raise NotEditable("DOCTYPE or encoding")
    return root


def as_bytes(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True)


def clean(text: str) -> str:
    return NOT_IN_XML.sub("", text)


def _entry(name: str, old: zipfile.ZipInfo | None) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name[1:], old.date_time if old else NO_DATE)
    entry.compress_type = old.compress_type if old else zipfile.ZIP_DEFLATED
    entry.external_attr = old.external_attr if old else 0
    return entry
