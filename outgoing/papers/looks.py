"""How the text of a Word document looks: what its styles say, those that they build on, and each paragraph itself."""

from collections.abc import Iterator
from typing import NamedTuple

from docx.document import Document as Docx
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from outgoing.papers.typeface import printable

TWIP_MM = 25.4 / 1440
SWITCHES = ("b", "i", "caps", "keepNext", "pageBreakBefore")
ALIGNS = {"center": "C", "right": "R", "end": "R", "both": "J", "distribute": "J"}
Look = dict[str, object]


class Piece(NamedTuple):
    """A text in one face; "\\t", "\\n" and "\\f" (a new page) stand alone."""

    text: str
    size: float
    style: str


def said(properties: Element | None) -> Look:
    """What the properties of a style, a paragraph or a run say of its look."""
    found: Look = {}
    for node in properties if properties is not None else ():
        name, value = _name(node), node.get(qn("w:val"))
        if name in SWITCHES:
            found[name] = value not in ("0", "false", "off")
        elif name == "u":
            found["u"] = value != "none"
        elif name == "sz" and value:
            found["size"] = float(value) / 2
        elif name == "jc":
            found["align"] = ALIGNS.get(value, "L")
        elif name in ("outlineLvl", "lang"):
            found[name] = value
        elif name in ("ind", "spacing"):
            told = {key.rpartition("}")[2]: amount for key, amount in node.attrib.items()}
            if {"firstLine", "hanging"} & set(told):
                told = {"firstLine": "0", "hanging": "0"} | told
            found |= {f"{name}.{key}": amount for key, amount in told.items()}
        elif name == "pBdr":
            found["rules"] = {_name(side) for side in node if side.get(qn("w:val")) not in ("nil", "none")}
        elif name == "tabs":
            stops = [(float(stop.get(qn("w:pos")) or 0) * TWIP_MM, stop.get(qn("w:leader"))) for stop in node]
            found["tabs"] = sorted(stops, key=lambda stop: stop[0])
    return found


def mm(look: Look, key: str) -> float:
    """A distance that is told in twentieths of a point."""
    return float(look.get(key, 0)) * TWIP_MM


def _name(node: Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


class Looks:
    """The looks of one document."""

    def __init__(self, document: Docx):
        element = document.styles.element
        self.styles = {style.styleId: style for style in element.style_lst}
        named = (style for style in element.style_lst if style.get(qn("w:default")) in ("1", "true"))
        self.normal = next((style.styleId for style in named if style.get(qn("w:type")) == "paragraph"), "")
        self.defaults: Look = {"size": 10.0}
        for path in ("w:docDefaults/w:pPrDefault/w:pPr", "w:docDefaults/w:rPrDefault/w:rPr"):
            self.defaults |= said(next(iter(element.xpath(path)), None))
        self.known: dict[str, Look] = {}

    def of_style(self, name: str) -> Look:
        """What a style says and those it is based on; the defaults of the document where there is no such style."""
        if name not in self.known:
            style = self.styles.get(name)
            if style is None:
                return self.defaults
            below = style.find(qn("w:basedOn"))
            base = self.of_style(below.get(qn("w:val"))) if below is not None else self.defaults
            self.known[name] = base | said(style.pPr) | said(style.rPr)
        return self.known[name]

    def of_line(self, line: Element) -> Look:
        return self.of_style(line.style or self.normal) | said(line.pPr)

    def mark_size(self, line: Element, look: Look) -> float:
        """Of an empty paragraph: of the sign that ends it."""
        mark = line.pPr.find(qn("w:rPr")) if line.pPr is not None else None
        return float((look | said(mark))["size"])

    def pieces(self, line: Element, look: Look, page: int) -> Iterator[Piece]:
        """The text of a paragraph, piece by piece; of its fields the number of the page."""
        face, hidden, in_field = look, set(), False
        for node in (node for child in line if child.tag != qn("w:pPr") for node in child.iter()):
            name = _name(node)
            if name == "r":
                face = self._of_run(look, node)
            elif name == "fldChar":
                in_field = node.get(qn("w:fldCharType")) != "end"
            elif name in ("fldSimple", "instrText"):
                hidden |= set(node.iter())
                if (node.get(qn("w:instr")) or node.text or "").split()[:1] == ["PAGE"]:
                    yield _piece(str(page), face)
            elif name == "t" and not in_field and node not in hidden:
                yield _piece(printable(node.text or ""), face)
            elif name in ("tab", "br", "cr"):
                sign = "\f" if node.get(qn("w:type")) == "page" else "\n"
                yield _piece("\t" if name == "tab" else sign, face)

    def _of_run(self, look: Look, run: Element) -> Look:
        named = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
        own = self.styles.get(named.get(qn("w:val"))) if named is not None else None
        return look | (said(own.rPr) if own is not None else {}) | said(run.rPr)


def _piece(text: str, look: Look) -> Piece:
    style = "B" * bool(look.get("b")) + "I" * bool(look.get("i")) + "U" * bool(look.get("u"))
    return Piece(text.upper() if look.get("caps") else text, float(look["size"]), style)
