"""The marks on one sheet: its faulty cells get our colour and comments; nothing else changes.

A comment is a text in the comments part and a box in a VML drawing, without which Excel does not show it.
"""

import io
import re
from collections.abc import Callable, Mapping

from docx.opc.constants import CONTENT_TYPE, NAMESPACE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter, range_boundaries

from loaders.problems import Severity
from outgoing.marked_copy.cell_styles import Styles
from outgoing.marked_copy.package import (
    MAIN,
    PARSER,
    RELATION_ID,
    SAFE,
    XMLNS,
    NotEditable,
    Package,
    as_bytes,
    checked,
    clean,
)

# what stands behind <legacyDrawing> in a sheet; AlternateContent wraps oleObjects or controls there
BEHIND = {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts"}
BEHIND |= {"extLst", "AlternateContent"}
ROWS_HERE = "\ue000rows\ue000"
NO_COMMENTS = f'<comments xmlns="{XMLNS}"><authors/><commentList/></comments>'
COMMENT = f"{MAIN}comment"
TEXT_SPACE = {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
VML = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
NO_SHAPES = (
    f'<xml xmlns:v="{VML["v"]}" xmlns:o="{VML["o"]}" xmlns:x="{VML["x"]}">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)
SHAPE_TYPE = (
    '<v:shapetype{spaces} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
NEW_SHAPE = (
    '<v:shape{spaces} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:59.25pt;'
    'margin-top:1.5pt;width:{width}pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" '
    'o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
# VML as Excel writes it is often no sound XML (<br> without an end), so its boxes are found as text
SHAPE_NUMBER = re.compile(rb"_x0000_s(\d{1,9})")
SHAPE = re.compile(rb"<([^\s<>/:]+:)?shape[\s>].*?</(?:[^\s<>/:]+:)?shape\s*>", re.DOTALL)
PLACE = (
    re.compile(rb"<(?:[^\s<>/:]+:)?Row>\s*(\d{1,9})\s*<"),
    re.compile(rb"<(?:[^\s<>/:]+:)?Column>\s*(\d{1,9})\s*<"),
)
ROOT = re.compile(rb"<xml[^<>]*>")
END = re.compile(rb"</xml\s*>\s*$")
WIDTH_PT, LINE_PT, LETTERS_A_LINE = 230, 13, 40
Position = tuple[int, int]


class Worksheet:
    """One sheet: all but its rows as a tree, each row as XML of its own.

    A tree of the rows would take a kilobyte for each cell; so only those are parsed anew that change.
    """

    def __init__(self, data: bytes):
        self.rows: dict[int, bytes] = {}
        number, parsing = 0, etree.iterparse(io.BytesIO(data), tag=f"{MAIN}row", **SAFE)
        for _, row in parsing:
            if row.getparent().tag == f"{MAIN}sheetData":
                number = int(row.get("r", number + 1))
                if number in self.rows:
                    raise NotEditable("rows")
                self.rows[number] = etree.tostring(row, encoding="UTF-8", with_tail=False)
                row.clear()
        self.root = checked(parsing.root, data)
        self.data = self.root.find(f"{MAIN}sheetData")
        if self.data is not None:
            del self.data[:]
            self.empty_row = etree.tostring(etree.SubElement(self.data, f"{MAIN}row"), encoding="UTF-8")
            del self.data[:]

    def content(self) -> bytes:
        if self.data is None:
            return as_bytes(self.root)
        self.data.text = ROWS_HERE
        before, behind = as_bytes(self.root).split(ROWS_HERE.encode())
        # a row as XML of its own declares the namespaces, which the sheet has declared already
        opening = self.empty_row.removesuffix(b"/>")
        tag = opening.partition(b" ")[0]
        rows = (self.rows[number] for number in sorted(self.rows))
        rows = (tag + row[len(opening) :] if row.startswith(opening) else row for row in rows)
        return b"".join([before, *rows, behind])

    def unselect(self) -> bool:
        """The sheet is no longer the chosen one: two chosen sheets would be written in together."""
        views = self.root.findall(f"{MAIN}sheetViews/{MAIN}sheetView")
        chosen = [view for view in views if view.attrib.pop("tabSelected", "0") in ("1", "true")]
        return bool(chosen)

    def seen_at(self, cells: set[Position]) -> dict[Position, Position]:
        """Where each cell is seen: itself, or the first cell of the merged area that covers it."""
        seen = {cell: cell for cell in cells}
        by_row: dict[int, list[int]] = {}
        for row, column in cells:
            by_row.setdefault(row, []).append(column)
        for area in self.root.iterfind(f"{MAIN}mergeCells/{MAIN}mergeCell"):
            left, top, right, bottom = range_boundaries(area.get("ref"))
            # an area may be as long as the sheet, and so may be the list of faulty rows
            rows = range(top, bottom + 1) if bottom - top < len(by_row) else [r for r in by_row if top <= r <= bottom]
            for row in rows:
                seen |= {(row, column): (top, left) for column in by_row.get(row, ()) if left <= column <= right}
        return seen

    def mark(self, wanted: Mapping[Position, Severity], styles: Styles, *, anew: bool) -> None:
        """Colours cells; anew: the copy was marked before, so our old colour is taken off all cells first."""
        if self.root.tag != f"{MAIN}worksheet" or self.data is None:
            raise NotEditable("sheet")
        columns = self.root.findall(f"{MAIN}cols/{MAIN}col")
        if anew:
            _take_off(columns, "style", styles)
        beneath = [(int(c.get("min")), int(c.get("max")), int(c.get("style", 0))) for c in columns]
        by_row: dict[int, dict[int, Severity]] = {}
        for (row, column), severity in wanted.items():
            by_row.setdefault(row, {})[column] = severity
        for number in sorted(self.rows.keys() | by_row.keys() if anew else by_row):
            row = etree.fromstring(self.rows.get(number, self.empty_row), PARSER)
            if number not in self.rows:
                row.set("r", str(number))
            if anew:
                _take_off([row, *row.iterchildren(f"{MAIN}c")], "s", styles)
            if number in by_row:
                _mark_row(row, number, by_row[number], beneath, styles)
            self.rows[number] = etree.tostring(row, encoding="UTF-8")

    @property
    def drawing(self) -> str | None:
        """The id of the relation to the drawing that shows the comments."""
        element = self.root.find(f"{MAIN}legacyDrawing")
        return None if element is None else element.get(RELATION_ID, "")

    @drawing.setter
    def drawing(self, identifier: str) -> None:
        before = [e for e in self.root.iterchildren("{*}*") if etree.QName(e).localname not in BEHIND]
        nsmap = {"r": NAMESPACE.OFC_RELATIONSHIPS}
        element = etree.SubElement(self.root, f"{MAIN}legacyDrawing", {RELATION_ID: identifier}, nsmap=nsmap)
        before[-1].addnext(element)


def _take_off(elements: list[etree._Element], attribute: str, styles: Styles) -> None:
    """Cells, rows and columns without our colour."""
    for element in elements:
        style = int(element.get(attribute, 0))
        if (plain := styles.plain(style)) != style:
            element.set(attribute, str(plain))


def _mark_row(
    row: etree._Element,
    number: int,
    wanted: Mapping[int, Severity],
    beneath: list[tuple[int, int, int]],
    styles: Styles,
) -> None:
    """Colours cells of one row; those that are not written in it yet get the format that is seen there."""
    cells: dict[int, etree._Element] = {}
    column = 0
    for cell in row.iterchildren(f"{MAIN}c"):
        reference = cell.get("r")
        last, column = column, coordinate_to_tuple(reference)[1] if reference else column + 1
        if column <= last:
            raise NotEditable("cells")
        cells[column] = cell
    for column in sorted(wanted.keys() - cells.keys()):
        style = next((style for first, last, style in beneath if first <= column <= last), 0)
        if row.get("customFormat") in ("1", "true"):
            style = int(row.get("s", 0))
        place = {"r": f"{get_column_letter(column)}{number}", "s": str(style)}
        cells[column] = etree.SubElement(row, f"{MAIN}c", place)
        row.insert(sum(other < column for other in cells), cells[column])
        row.attrib.pop("spans", None)  # only a hint for reading; it might end before the new cells
    for column, severity in wanted.items():
        cells[column].set("s", str(styles.marked(int(cells[column].get("s", 0)), severity)))


class Comments:
    """The comments of one sheet. Those that were there stay; ours of an earlier time are taken out first."""

    def __init__(self, package: Package, sheet: PackURI, worksheet: Worksheet):
        self.package, self.sheet, self.worksheet = package, sheet, worksheet
        self.part = package.related(sheet, RELATIONSHIP_TYPE.COMMENTS)
        self.root = package.tree(self.part) if self.part else etree.fromstring(NO_COMMENTS)
        self.authors, self.listed = self.root.find(f"{MAIN}authors"), self.root.find(f"{MAIN}commentList")
        if self.authors is None or self.listed is None:
            raise NotEditable("comments")
        relations = package.relations(sheet)
        self.drawing = None if worksheet.drawing is None else relations[worksheet.drawing][1]

    def remove(self, is_ours: Callable[[str, str], bool]) -> None:
        """Takes out the comments for which is_ours(author, text) holds, with their boxes."""
        authors, cells = self._authors(), set()
        for comment in self.listed.findall(COMMENT):
            number = int(comment.get("authorId", 0))
            author = authors[number] if number < len(authors) else ""
            if is_ours(author, comment.xpath("string()")):
                cells.add(coordinate_to_tuple(comment.get("ref")))
                self.listed.remove(comment)
        if cells:
            self.package.write(self.part, self.root)
        if cells and self.drawing:
            boxes = self.package.read(self.drawing)
            self.package.write(self.drawing, SHAPE.sub(lambda box: b"" if _cell(box[0]) in cells else box[0], boxes))

    def taken(self) -> set[Position]:
        """The cells that have a comment: a second one would make the file unreadable to Excel."""
        return {coordinate_to_tuple(comment.get("ref")) for comment in self.listed.iterchildren(COMMENT)}

    def add(self, texts: Mapping[Position, str], author: str) -> None:
        """New comments, cell -> text, with what the sheet needs to show them."""
        if not texts:
            return
        self._add_texts(texts, author)
        if self.part:
            self.package.write(self.part, self.root)
        else:
            self.part = self.package.free("/xl/comments{}.xml")
            self.package.add(self.part, self.root, CONTENT_TYPE.SML_COMMENTS)
            self.package.relate(self.sheet, RELATIONSHIP_TYPE.COMMENTS, self.part)
        if not self.drawing:
            self.drawing = self.package.free("/xl/drawings/vmlDrawing{}.vml")
            self.package.add(self.drawing, NO_SHAPES.encode(), CONTENT_TYPE.OFC_VML_DRAWING)
            self.worksheet.drawing = self.package.relate(self.sheet, RELATIONSHIP_TYPE.VML_DRAWING, self.drawing)
        self._add_boxes(texts)

    def _authors(self) -> list[str]:
        return [author.xpath("string()") for author in self.authors.iterchildren("{*}*")]

    def _add_texts(self, texts: Mapping[Position, str], author: str) -> None:
        if author not in self._authors():
            etree.SubElement(self.authors, f"{MAIN}author").text = author
        number = str(self._authors().index(author))
        for (row, column), text in sorted(texts.items()):
            place = {"ref": f"{get_column_letter(column)}{row}", "authorId": number}
            comment = etree.SubElement(self.listed, COMMENT, place)
            words = etree.SubElement(etree.SubElement(comment, f"{MAIN}text"), f"{MAIN}t", TEXT_SPACE)
            words.text = clean(text)

    def _add_boxes(self, texts: Mapping[Position, str]) -> None:
        data = self.package.read(self.drawing)
        end, root = END.search(data), ROOT.search(data)
        if not end or not root:
            raise NotEditable("VML")
        declared = all(f'xmlns:{p}="{address}"'.encode() in root[0] for p, address in VML.items())
        spaces = "" if declared else "".join(f' xmlns:{p}="{address}"' for p, address in VML.items())
        last = max(map(int, SHAPE_NUMBER.findall(data)), default=1024)
        boxes = "" if b'id="_x0000_t202"' in data else SHAPE_TYPE.format(spaces=spaces)
        for number, ((row, column), text) in enumerate(sorted(texts.items()), start=last + 1):
            lines = sum(len(line) // LETTERS_A_LINE + 1 for line in text.splitlines()) + 1
            box = {"width": WIDTH_PT, "height": lines * LINE_PT, "row": row - 1, "column": column - 1}
            boxes += NEW_SHAPE.format(spaces=spaces, number=number, **box)
        self.package.write(self.drawing, data[: end.start()] + boxes.encode() + data[end.start() :])


def _cell(box: bytes) -> Position | None:
    """The cell to which the box of a comment belongs; None for other shapes."""
    row, column = (place.search(box) for place in PLACE)
    is_note = b'ObjectType="Note"' in box and row and column
    return (int(row[1]) + 1, int(column[1]) + 1) if is_note else None
