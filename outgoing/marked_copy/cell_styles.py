"""The cell formats of a workbook: each faulty cell's own format with our colour, and those of our list.

Formats that are there are never changed; ours are put behind them.
"""

import re

from loaders.problems import Severity
from outgoing.marked_copy.splicing import (
    ATTRIBUTE,
    Edit,
    Element,
    NotEditable,
    attribute,
    head_at,
    outline,
    prefix,
    spliced,
    with_attributes,
    with_child,
)

# soft, and not those of Excel's own palette: a colour by which our marks are known when a copy comes back
COLOURS = {Severity.BLOCKS: "FFF9C8C3", Severity.ASKS: "FFFDEBA9"}
MOST_FORMATS = 60_000  # Excel holds 65,490
XMLNS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EMPTY = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{XMLNS}">'
    '<fonts count="1"><font><sz val="12"/><name val="Times New Roman"/><family val="1"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()
GROUPS = ("fonts", "fills", "borders", "cellXfs")
FONT = (
    '<font>{bold}{underline}<sz val="{size}"/><color rgb="{colour}"/>'
    '<name val="Times New Roman"/><family val="1"/></font>'
)
LINE = '<{side} style="thin"><color rgb="FFB0B0B0"/></{side}>'
THIN = (
    "<border>" + "".join(LINE.format(side=side) for side in ("left", "right", "top", "bottom")) + "<diagonal/></border>"
)
AS_TEXT = 49  # the number format "@": what is typed over stays a text


class Styles:
    """xl/styles.xml with what is put behind its fonts, fills, borders and formats.

    keeps_behind:  False when a program saved the file that makes up the colour behind a solid fill (LibreOffice 7.4)
    """

    def __init__(self, data: bytes, *, keeps_behind: bool = True):
        self.data, self.root, self.keeps_behind = data, outline(data, 4), keeps_behind
        if self.root.attributes.get("xmlns", XMLNS) != XMLNS or any(not self.root.first(name) for name in GROUPS):
            raise NotEditable("styles")
        self.prefix = prefix(data, self.root)
        self.old = {name: self.root.first(name).children for name in GROUPS}
        self.raw = {name: [data[e.start : e.end] for e in found] for name, found in self.old.items()}
        self.fills = [_solid(fill) for fill in self.old["fills"]]
        self.formats: dict[tuple, int] = {}
        for index, raw in reversed(list(enumerate(self.raw["cellXfs"]))):
            self.formats[_same(raw)] = index
        self.known: dict[object, int] = {}

    def marked(self, index: int, severity: Severity) -> int:
        """The format of a faulty cell: its own with our colour."""
        key = (index, severity)
        if key not in self.known:
            own = self.fills[self._fill_of(index)]
            beneath = own[0] if own and own[0] and not own[2] else ()
            colour = (("rgb", COLOURS[severity]),)
            self.known[key] = self._with_fill(index, self._fill(colour, beneath))
        return self.known[key]

    def plain(self, index: int) -> int:
        """A format without our colour, with the one that was there before, when it carries ours; else itself.

        The colour before is kept as the one behind a solid fill, which no program shows and Excel saves.
        """
        if index not in self.known:
            front, behind, is_ours = self.fills[self._fill_of(index)] or ((), (), False)
            is_told = self.keeps_behind and behind not in ((), (("indexed", "64"),)) and not _is_ours(behind)
            before = self._like(behind) if is_told else 0
            self.known[index] = self._with_fill(index, before) if is_ours else index
        return self.known[index]

    def listed(self, *, bold=False, link=False, size=12, colour="FF000000", fill="", wrap=True, border=True) -> int:
        """A format of our list; all but numbers are texts, so that nothing typed by others is ever calculated."""
        font = FONT.format(bold="<b/>" * bold, underline="<u/>" * link, size=size, colour=colour)
        fill_id = self._fill((("rgb", fill),), ()) if fill else 0
        ids = (self._put("fonts", font), fill_id, self._put("borders", THIN) if border else 0)
        wrapped = '<alignment vertical="top" wrapText="1"/>' if wrap else '<alignment vertical="top"/>'
        made = (
            f'<xf numFmtId="{AS_TEXT}" fontId="{ids[0]}" fillId="{ids[1]}" borderId="{ids[2]}" xfId="0" '
            f'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{wrapped}</xf>'
        )
        return self._format(self._prefixed(made))

    def content(self) -> bytes:
        edits: list[Edit] = []
        for name in GROUPS:
            new = self.raw[name][len(self.old[name]) :]
            if new:
                element = self.root.first(name)
                edits += with_child(self.data, element, b"".join(new), count=len(self.raw[name]))
        return spliced(self.data, edits)

    def _fill_of(self, index: int) -> int:
        if not 0 <= index < len(self.raw["cellXfs"]):
            raise NotEditable("format")
        written = dict(ATTRIBUTE.findall(_head(self.raw["cellXfs"][index]))).get(b"fillId", b'"0"')
        number = int(written[1:-1]) if written[1:-1].isdigit() else -1
        if not 0 <= number < len(self.fills):
            raise NotEditable("fill")
        return number

    def _with_fill(self, index: int, fill: int) -> int:
        raw = self.raw["cellXfs"][index]
        head = _head(raw)
        return self._format(with_attributes(head, fillId=fill, applyFill=1 if fill else None) + raw[len(head) :])

    def _format(self, raw: bytes) -> int:
        same = _same(raw)
        if same not in self.formats:
            if len(self.raw["cellXfs"]) >= MOST_FORMATS:
                raise NotEditable("formats")
            self.raw["cellXfs"].append(raw)
            self.formats[same] = len(self.raw["cellXfs"]) - 1
        return self.formats[same]

    def _fill(self, front: tuple, behind: tuple) -> int:
        """The number of a solid fill: the one that is there, or a new one."""
        wanted = (front, behind or (("indexed", "64"),), _is_ours(front))
        if wanted not in self.fills:
            colours = [
                f"<{name} {_written(found)}/>" for name, found in zip(("fgColor", "bgColor"), wanted, strict=False)
            ]
            made = f'<fill><patternFill patternType="solid">{"".join(colours)}</patternFill></fill>'
            self.raw["fills"].append(self._prefixed(made))
            self.fills.append(wanted)
        return self.fills.index(wanted)

    def _like(self, front: tuple) -> int:
        """A solid fill of a colour, whatever stands behind it."""
        found = next((i for i, fill in enumerate(self.fills) if fill and fill[0] == front), None)
        return self._fill(front, ()) if found is None else found

    def _put(self, group: str, made: str) -> int:
        raw = self._prefixed(made)
        if raw not in self.raw[group]:
            self.raw[group].append(raw)
        return self.raw[group].index(raw)

    def _prefixed(self, made: str) -> bytes:
        return re.sub(r"<(/?)", rf"<\1{self.prefix}", made).encode()


def _head(raw: bytes) -> bytes:
    """The tag at the beginning of an element."""
    return raw[: head_at(raw, 0)[0]]


def _solid(fill: Element) -> tuple[tuple, tuple, bool] | None:
    """(front, behind, whether it is ours) of a solid fill; None for patterns and gradients."""
    pattern = fill.first("patternFill")
    if pattern is None or pattern.attributes.get("patternType") != "solid":
        return None
    colours = [pattern.first(name) for name in ("fgColor", "bgColor")]
    front, behind = (tuple(sorted(e.attributes.items())) if e else () for e in colours)
    return front, behind, _is_ours(front)


def _is_ours(front: tuple) -> bool:
    return dict(front).get("rgb", "").upper() in COLOURS.values()


def _written(colour: tuple) -> str:
    return " ".join(f"{name}={attribute(value).decode()}" for name, value in colour)


def _same(raw: bytes) -> tuple[tuple, bytes]:
    """What makes two formats the same: attributes in any order, without saying whether the fill applies."""
    head = _head(raw)
    written = {name: value[1:-1] for name, value in ATTRIBUTE.findall(head) if name != b"applyFill"}
    return tuple(sorted(written.items())), raw[len(head) :]
