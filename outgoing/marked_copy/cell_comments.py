"""Comments in cells: the texts in the comments part, and the VML drawing without which Excel does not show them."""

import re
from collections.abc import Callable, Mapping
from html import unescape

from outgoing.marked_copy.package import CONTENT, Package
from outgoing.marked_copy.sheet_marks import Position, SheetEdits, letters, position
from outgoing.marked_copy.splicing import Edit, Element, NotEditable, outline, prefix, spliced, text, with_child

XMLNS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NO_COMMENTS = f'{DECLARED}<comments xmlns="{XMLNS}"><authors></authors><commentList></commentList></comments>'
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
SHAPE_NUMBER = re.compile(rb"_x0000_s(\d{1,9})")
SHAPE = re.compile(rb"<([^\s<>/:]+:)?shape[\s>].*?</(?:[^\s<>/:]+:)?shape\s*>", re.DOTALL)
ROW = re.compile(rb"<(?:[^\s<>/:]+:)?Row>\s*(\d{1,9})\s*<")
COLUMN = re.compile(rb"<(?:[^\s<>/:]+:)?Column>\s*(\d{1,9})\s*<")
ROOT = re.compile(rb"<xml[^<>]*>")
END = re.compile(rb"</xml\s*>\s*$")
WIDTH_PT, LINE_PT, LETTERS_A_LINE = 230, 13, 40


class Comments:
    """The comments of one sheet. Those that were there stay; ours of an earlier time are taken out first."""

    def __init__(self, package: Package, sheet: str, edits: SheetEdits):
        self.package, self.sheet, self.edits = package, sheet, edits
        self.part = package.related(sheet, "comments")
        relations = package.relations(sheet)
        self.drawing = relations.get(edits.drawing[0], ("", None))[1] if edits.drawing else None
        if edits.drawing and not self.drawing:
            raise NotEditable("legacyDrawing")

    def remove(self, is_ours: Callable[[str, str], bool]) -> None:
        """Takes out the comments for which is_ours(author, text) holds, with their boxes."""
        if not self.part:
            return
        data = self.package.read(self.part)
        root = outline(data, 3)
        authors = [_plain(data, author) for author in root.first("authors").children]
        cells, gone = set(), []
        for comment in root.first("commentList").all("comment"):
            number = int(comment.attributes.get("authorId", 0))
            author = authors[number] if number < len(authors) else ""
            if is_ours(author, _plain(data, comment)):
                gone.append(Edit(comment.start, comment.end, b""))
                cells.add(position(comment.attributes["ref"]))
        self.package.splice(self.part, gone)
        if gone and self.drawing:
            self._remove_boxes(cells)

    def taken(self) -> set[Position]:
        """The cells that have a comment: a second one would make the file unreadable to Excel."""
        if not self.part:
            return set()
        listed = outline(self.package.read(self.part), 2).first("commentList")
        return {position(comment.attributes["ref"]) for comment in listed.all("comment")}

    def add(self, texts: Mapping[Position, str], author: str) -> list[Edit]:
        """New comments, cell -> text; what the sheet's own XML needs for them."""
        if not texts:
            return []
        if not self.part:
            self.part = self.package.free("xl/comments{}.xml")
            self.package.write(self.part, NO_COMMENTS.encode())
            self.package.set_kind(self.part, f"{CONTENT}.spreadsheetml.comments+xml")
            self.package.relate(self.sheet, "comments", self.part)
        self._add_texts(texts, author)
        needed = []
        if not self.drawing:
            self.drawing = self.package.free("xl/drawings/vmlDrawing{}.vml")
            self.package.write(self.drawing, NO_SHAPES.encode())
            self.package.set_default("vml", f"{CONTENT}.vmlDrawing")
            needed.append(self.edits.legacy_drawing(self.package.relate(self.sheet, "vmlDrawing", self.drawing)))
        self._add_boxes(texts)
        return needed

    def _add_texts(self, texts: Mapping[Position, str], author: str) -> None:
        data = self.package.read(self.part)
        root = outline(data, 2)
        authors, listed, p = root.first("authors"), root.first("commentList"), prefix(data, root)
        known = [_plain(data, found) for found in authors.children]
        number = known.index(author) if author in known else len(known)
        made = "".join(
            f'<{p}comment ref="{letters(column)}{row}" authorId="{number}"><{p}text><{p}t xml:space="preserve">'
            f"{text(said)}</{p}t></{p}text></{p}comment>"
            for (row, column), said in sorted(texts.items())
        )
        new_author = f"<{p}author>{text(author)}</{p}author>" if author not in known else ""
        edits = with_child(data, authors, new_author.encode()) + with_child(data, listed, made.encode())
        self.package.splice(self.part, edits)

    def _add_boxes(self, texts: Mapping[Position, str]) -> None:
        data = self.package.read(self.drawing)
        end, root = END.search(data), ROOT.search(data)
        if not end or not root:
            raise NotEditable("VML")
        declared = all(f'xmlns:{p}="{address}"'.encode() in root[0] for p, address in VML.items())
        spaces = "" if declared else "".join(f' xmlns:{p}="{address}"' for p, address in VML.items())
        number = max((int(found) for found in SHAPE_NUMBER.findall(data)), default=1024)
        made = "" if b'id="_x0000_t202"' in data else SHAPE_TYPE.format(spaces=spaces)
        for place, ((row, column), said) in enumerate(sorted(texts.items()), start=number + 1):
            lines = sum(len(line) // LETTERS_A_LINE + 1 for line in said.splitlines()) + 1
            box = {"width": WIDTH_PT, "height": lines * LINE_PT, "row": row - 1, "column": column - 1}
            made += NEW_SHAPE.format(spaces=spaces, number=place, **box)
        self.package.write(self.drawing, spliced(data, [Edit(end.start(), end.start(), made.encode())]))

    def _remove_boxes(self, cells: set[Position]) -> None:
        """VML is often no sound XML, so the boxes are found as text."""
        data, edits = self.package.read(self.drawing), []
        for shape in SHAPE.finditer(data):
            row, column = ROW.search(shape[0]), COLUMN.search(shape[0])
            if b'ObjectType="Note"' in shape[0] and row and column:
                if (int(row[1]) + 1, int(column[1]) + 1) in cells:
                    edits.append(Edit(shape.start(), shape.end(), b""))
        self.package.splice(self.drawing, edits)


def _plain(data: bytes, element: Element) -> str:
    """The text inside an element, without its tags."""
    return unescape(re.sub(rb"<[^>]*>", b"", data[element.head_end : element.inner_end]).decode())
