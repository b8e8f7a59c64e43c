"""The list of sheets of a workbook: what is on it, our list put first, an earlier one of ours taken out."""

from collections.abc import Collection
from dataclasses import dataclass

from loaders.tables.our_sheets import LIST_SHEET
from outgoing.marked_copy.cell_styles import EMPTY as EMPTY_STYLES
from outgoing.marked_copy.cell_styles import XMLNS
from outgoing.marked_copy.package import BOOKS, CONTENT, OFFICE, Package, relation_id
from outgoing.marked_copy.sheet_marks import unselected
from outgoing.marked_copy.splicing import Edit, NotEditable, attribute, outline, prefix, with_attributes, with_child

MOST_NAME_LETTERS = 31


@dataclass(frozen=True)
class Sheet:
    """One tab: its name, the id of its relation, its part, and whether it has cells (else it is a chart)."""

    name: str
    relation: str
    part: str
    has_cells: bool


class Workbook:
    """xl/workbook.xml of a package, whatever its name there.

    errors:  NotEditable where it is not written in the usual namespace (strict OOXML), or its parts are not found
    """

    def __init__(self, package: Package):
        self.package = package
        self.part = package.related("", "officeDocument") or ""
        if package.kind(self.part) not in BOOKS:
            raise NotEditable("workbook")
        self.data = package.read(self.part)
        self.root = outline(self.data, 2)
        self.prefix = prefix(self.data, self.root)
        if self.root.name != "workbook" or f'"{XMLNS}"'.encode() not in self.data[: self.root.head_end].replace(
            b"'", b'"'
        ):
            raise NotEditable("namespace")
        listed = self.root.first("sheets")
        if listed is None:
            raise NotEditable("sheets")
        self.listed = list(listed.all("sheet"))
        relations = package.relations(self.part)
        self.sheets = []
        for element in self.listed:
            identifier = relation_id(element) or ""
            kind, part = relations.get(identifier, ("", ""))
            if not package.has(part):
                raise NotEditable("sheet")
            self.sheets.append(Sheet(element.attributes.get("name", ""), identifier, part, kind == "worksheet"))

    def styles(self) -> str:
        """The part of the cell formats; a workbook without any gets one."""
        part = self.package.related(self.part, "styles")
        if part is None:
            part = self._beside("styles.xml")  # openpyxl looks for it under this name only
            self.package.write(part, EMPTY_STYLES)
            self.package.set_kind(part, f"{CONTENT}.spreadsheetml.styles+xml")
            self.package.relate(self.part, "styles", part)
        return part

    def set_first(self, sheet: bytes, old: Collection[str]) -> None:
        """Our list as the first sheet and the only chosen one; old: names of our lists of an earlier time."""
        for one in self.sheets:
            if one.name not in old:
                self.package.splice(one.part, unselected(self.package.read(one.part)))
        part = self.package.free(self._beside("worksheets/sheet{}.xml"))
        self.package.write(part, sheet)
        self.package.set_kind(part, f"{CONTENT}.spreadsheetml.worksheet+xml")
        relation = self.package.relate(self.part, "worksheet", part)
        self.package.splice(self.part, [*self._listed(relation, old), *self._views(), *self._names(old)])
        for one in self.sheets:
            if one.name in old:
                self.package.unrelate(self.part, one.relation)
                self.package.remove(one.part)

    def _beside(self, name: str) -> str:
        folder = self.part.rpartition("/")[0]
        return f"{folder}/{name}" if folder else name

    def _listed(self, relation: str, old: Collection[str]) -> list[Edit]:
        taken = {one.name.lower() for one in self.sheets if one.name not in old}
        name, number = LIST_SHEET, 1
        while name.lower() in taken:
            number += 1
            name = f"{LIST_SHEET} ({number})"[:MOST_NAME_LETTERS]
        identifier = max([int(e.attributes.get("sheetId", 0)) for e in self.listed], default=0) + 1
        made = f'<{self.prefix}sheet xmlns:r="{OFFICE}" name={attribute(name).decode()} sheetId="{identifier}" '
        made += f'r:id="{relation}"/>'
        gone = [Edit(e.start, e.end, b"") for e, s in zip(self.listed, self.sheets, strict=True) if s.name in old]
        sheets = self.root.first("sheets")
        if sheets.is_empty:
            return with_child(self.data, sheets, made.encode())
        return [Edit(sheets.head_end, sheets.head_end, made.encode()), *gone]

    def _views(self) -> list[Edit]:
        views = self.root.first("bookViews")
        edits = []
        for view in views.children if views else ():
            tag = self.data[view.start : view.head_end]
            first = "0" if "firstSheet" in view.attributes else None
            edits.append(Edit(view.start, view.head_end, with_attributes(tag, activeTab=0, firstSheet=first)))
        return edits

    def _names(self, old: Collection[str]) -> list[Edit]:
        """Names that belong to one sheet tell it by its place, which has moved."""
        kept = [number for number, sheet in enumerate(self.sheets) if sheet.name not in old]
        moved = {number: place for place, number in enumerate(kept, start=1)}
        group = self.root.first("definedNames")
        found = [e for e in group.children if "localSheetId" in e.attributes] if group else []
        gone = [e for e in found if int(e.attributes["localSheetId"]) not in moved]
        if gone and len(gone) == len(group.children):
            return [Edit(group.start, group.end, b"")]
        edits = [Edit(e.start, e.end, b"") for e in gone]
        for element in found:
            if element not in gone:
                tag = self.data[element.start : element.head_end]
                new = with_attributes(tag, localSheetId=moved[int(element.attributes["localSheetId"])])
                edits.append(Edit(element.start, element.head_end, new))
        return edits
