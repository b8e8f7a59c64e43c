"""The list of sheets of a workbook: what is on it, our list put first, an earlier one of ours taken out."""

from collections.abc import Collection
from dataclasses import dataclass

from docx.opc.constants import CONTENT_TYPE, NAMESPACE, RELATIONSHIP_TYPE
from docx.opc.oxml import CT_Types
from docx.opc.packuri import CONTENT_TYPES_URI, PACKAGE_URI, PackURI
from lxml import etree

from loaders.tables.our_sheets import LIST_SHEET
from outgoing.marked_copy.cell_styles import EMPTY_STYLES
from outgoing.marked_copy.package import MAIN, RELATION_ID, XMLNS, NotEditable, Package

BOOKS = {
    CONTENT_TYPE.SML_SHEET_MAIN,
    CONTENT_TYPE.SML_TEMPLATE_MAIN,
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml",
}
WORKSHEET = f"{NAMESPACE.OFC_RELATIONSHIPS}/worksheet"  # python-docx 1.2 has no constant for it
MOST_NAME_LETTERS = 31
NO_ENTRIES = b"PK\x05\x06" + bytes(18)  # a zip without any


@dataclass(frozen=True)
class Sheet:
    """One tab: its place in the list, its name, its part, and whether it has cells (else it is a chart)."""

    element: etree._Element
    name: str
    part: PackURI
    has_cells: bool


class Workbook:
    """xl/workbook.xml of a package, whatever its name there.

    errors:  NotEditable where it is not written in the usual namespace (strict OOXML), or its parts are not there
    """

    def __init__(self, package: Package):
        self.package = package
        self.part = package.related(PACKAGE_URI, RELATIONSHIP_TYPE.OFFICE_DOCUMENT)
        if self.part is None or package.content_type(self.part) not in BOOKS:
            raise NotEditable("workbook")
        self.root = package.tree(self.part)
        self.listed = self.root.find(f"{MAIN}sheets")
        if self.root.tag != f"{MAIN}workbook" or self.listed is None:
            raise NotEditable("namespace")
        relations = package.relations(self.part)
        self.sheets = []
        for element in self.listed.iterchildren(f"{MAIN}sheet"):
            kind, part = relations[element.get(RELATION_ID)]
            if not package.has(part):
                raise NotEditable("sheet")
            self.sheets.append(Sheet(element, element.get("name", ""), part, kind == WORKSHEET))

    def styles(self) -> PackURI:
        """The part of the cell formats; a workbook without any gets one."""
        part = self.package.related(self.part, RELATIONSHIP_TYPE.STYLES)
        if part is None:
            part = self._beside("styles.xml")  # openpyxl looks for it under this name only
            self.package.add(part, EMPTY_STYLES, CONTENT_TYPE.SML_STYLES)
            self.package.relate(self.part, RELATIONSHIP_TYPE.STYLES, part)
        return part

    def set_first(self, content: bytes, old: Collection[str]) -> None:
        """Our list as the first sheet and the chosen one; old: names of our lists of an earlier time."""
        self._move_names(old)
        for sheet in self.sheets:
            if sheet.name in old:
                self.package.unrelate(self.part, sheet.element.get(RELATION_ID))
                self.package.remove(sheet.part)
                self.listed.remove(sheet.element)
        part = self.package.free(self._beside("worksheets/sheet{}.xml"))
        self.package.add(part, content, CONTENT_TYPE.SML_WORKSHEET)
        self._list(self.package.relate(self.part, WORKSHEET, part))
        for view in self.root.iterfind(f"{MAIN}bookViews/{MAIN}workbookView"):
            view.set("activeTab", "0")
            if "firstSheet" in view.attrib:
                view.set("firstSheet", "0")
        self.package.write(self.part, self.root)

    def _beside(self, name: str) -> PackURI:
        return PackURI.from_rel_ref(self.part.baseURI, name)

    def _list(self, relation: str) -> None:
        """Our list under a name and a number that no other sheet has."""
        others = list(self.listed.iterchildren(f"{MAIN}sheet"))
        taken = {sheet.get("name", "").lower() for sheet in others}
        name, number = LIST_SHEET, 1
        while name.lower() in taken:
            number += 1
            name = f"{LIST_SHEET} ({number})"[:MOST_NAME_LETTERS]
        identifier = max((int(sheet.get("sheetId", 0)) for sheet in others), default=0) + 1
        names = {"name": name, "sheetId": str(identifier), RELATION_ID: relation}
        sheet = etree.SubElement(self.listed, f"{MAIN}sheet", names, nsmap={"r": NAMESPACE.OFC_RELATIONSHIPS})
        self.listed.insert(0, sheet)

    def _move_names(self, old: Collection[str]) -> None:
        """Names that belong to one sheet tell it by its place, which moves; those of our old lists go with them."""
        kept = [number for number, sheet in enumerate(self.sheets) if sheet.name not in old]
        places = {number: place for place, number in enumerate(kept, start=1)}
        for name in self.root.findall(f"{MAIN}definedNames/{MAIN}definedName[@localSheetId]"):
            place, group = places.get(int(name.get("localSheetId"))), name.getparent()
            if place is None:
                group.remove(name)
            else:
                name.set("localSheetId", str(place))
            if not len(group):
                self.root.remove(group)


def empty_workbook() -> Workbook:
    """A workbook without a sheet, into which the list is put when it goes alone."""
    package, part, types = Package(NO_ENTRIES), PackURI("/xl/workbook.xml"), CT_Types.new()
    types.add_default("rels", CONTENT_TYPE.OPC_RELATIONSHIPS)
    package.write(CONTENT_TYPES_URI, types)
    package.add(part, f'<workbook xmlns="{XMLNS}"><sheets/></workbook>'.encode(), CONTENT_TYPE.SML_SHEET_MAIN)
    package.relate(PACKAGE_URI, RELATIONSHIP_TYPE.OFFICE_DOCUMENT, part)
    return Workbook(package)
