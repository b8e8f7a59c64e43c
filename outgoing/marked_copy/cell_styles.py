"""The cell formats of a workbook: each faulty cell's own format with our colour, and those of our list.

Formats that are there are never changed; ours are put behind them.
"""

from copy import deepcopy

from lxml import etree

from loaders.problems import Severity
from outgoing.marked_copy.package import MAIN, XMLNS, NotEditable

# soft, and not those of Excel's own palette: a colour by which our marks are known when a copy comes back
COLOURS = {Severity.BLOCKS: "FFF9C8C3", Severity.ASKS: "FFFDEBA9"}
MOST_FORMATS = 60_000  # Excel holds 65,490
EMPTY_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{XMLNS}">'
    '<fonts count="1"><font><sz val="12"/><name val="Times New Roman"/><family val="1"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()
GROUPS = ("fonts", "fills", "borders", "cellXfs")
LINE = '<{side} style="thin"><color rgb="FFB0B0B0"/></{side}>'
THIN = (
    "<border>" + "".join(LINE.format(side=side) for side in ("left", "right", "top", "bottom")) + "<diagonal/></border>"
)
AS_TEXT = 49  # the number format "@": what is typed over stays a text
BEHIND_SOLID = {"indexed": "64"}  # the system's own colour, which stands behind most solid fills


class Styles:
    """The tree of xl/styles.xml, with what is put behind its fonts, fills, borders and formats.

    keeps_behind:  False when a program saved the file that makes up the colour behind a solid fill (LibreOffice 7.4)
    """

    def __init__(self, root: etree._Element, *, keeps_behind: bool = True):
        self.root, self.keeps_behind = root, keeps_behind
        self.groups = {name: root.find(f"{MAIN}{name}") for name in GROUPS}
        if any(group is None for group in self.groups.values()):
            raise NotEditable("styles")
        self.items = {name: list(group.iterchildren("{*}*")) for name, group in self.groups.items()}
        # of equal ones the first
        self.numbers = {
            name: {_content(item): number for number, item in reversed(list(enumerate(items)))}
            for name, items in self.items.items()
        }
        self.known: dict[object, int] = {}

    def marked(self, index: int, severity: Severity) -> int:
        """The format of a faulty cell: its own with our colour."""
        key = (index, severity)
        if key not in self.known:
            front, _ = self._colours(index)
            beneath = front if front and not _is_ours(front) else BEHIND_SOLID
            self.known[key] = self._with_fill(index, self._solid({"rgb": COLOURS[severity]}, beneath))
        return self.known[key]

    def plain(self, index: int) -> int:
        """A format without our colour, with the one that was there before, when it carries ours; else itself.

        The colour before is kept as the one behind a solid fill, which no program shows and Excel saves.
        """
        if index not in self.known:
            front, behind = self._colours(index)
            is_kept = self.keeps_behind and behind not in ({}, BEHIND_SOLID) and not _is_ours(behind)
            before = self._like(behind) if is_kept and _is_ours(front) else 0
            self.known[index] = self._with_fill(index, before) if _is_ours(front) else index
        return self.known[index]

    def listed(self, *, bold=False, link=False, size=12, colour="FF000000", fill="", wrap=True, border=True) -> int:
        """A format of our list; all but numbers are texts, so that nothing typed by others is ever calculated."""
        font = (
            f'<font>{"<b/>" * bold}{"<u/>" * link}<sz val="{size}"/><color rgb="{colour}"/>'
            '<name val="Times New Roman"/><family val="1"/></font>'
        )
        font_id = self._put("fonts", _element(font))
        fill_id = self._solid({"rgb": fill}, BEHIND_SOLID) if fill else 0
        border_id = self._put("borders", _element(THIN)) if border else 0
        wrapped = ' wrapText="1"' * wrap
        xf = (
            f'<xf numFmtId="{AS_TEXT}" fontId="{font_id}" fillId="{fill_id}" borderId="{border_id}" xfId="0" '
            'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
            f'<alignment vertical="top"{wrapped}/></xf>'
        )
        return self._put("cellXfs", _element(xf))

    def _put(self, group: str, item: etree._Element) -> int:
        """The number of an item of a group: of the one that is there, or of a new one."""
        numbers, content = self.numbers[group], _content(item)
        if content not in numbers:
            if len(self.items[group]) >= MOST_FORMATS:
                raise NotEditable("formats")
            numbers[content] = len(self.items[group])
            self.items[group].append(item)
            self.groups[group].append(item)
            self.groups[group].set("count", str(len(self.items[group])))
        return numbers[content]

    def _with_fill(self, index: int, fill: int) -> int:
        look = deepcopy(self._item("cellXfs", index))
        look.set("fillId", str(fill))
        look.attrib.pop("applyFill", None)
        if fill:
            look.set("applyFill", "1")
        return self._put("cellXfs", look)

    def _item(self, group: str, number: int) -> etree._Element:
        if not 0 <= number < len(self.items[group]):
            raise NotEditable(group)
        return self.items[group][number]

    def _colours(self, index: int) -> tuple[dict[str, str], dict[str, str]]:
        """The colours in front and behind of the solid fill that a format has."""
        return _colours(self._item("fills", int(self._item("cellXfs", index).get("fillId", 0))))

    def _solid(self, front: dict[str, str], behind: dict[str, str]) -> int:
        fill = _element('<fill><patternFill patternType="solid"><fgColor/><bgColor/></patternFill></fill>')
        for element, colour in zip(fill[0], (front, behind), strict=True):
            element.attrib.update(colour)
        return self._put("fills", fill)

    def _like(self, front: dict[str, str]) -> int:
        """A solid fill of a colour, whatever stands behind it."""
        same = (number for number, fill in enumerate(self.items["fills"]) if _colours(fill)[0] == front)
        number = next(same, None)
        return self._solid(front, BEHIND_SOLID) if number is None else number


def _element(xml: str) -> etree._Element:
    return etree.fromstring(f'<styleSheet xmlns="{XMLNS}">{xml}</styleSheet>')[0]


def _content(item: etree._Element) -> tuple:
    """What makes two items the same: attributes in any order, without saying whether the fill applies."""
    attributes = frozenset((name, value) for name, value in item.attrib.items() if name != "applyFill")
    return item.tag, attributes, tuple(map(_content, item))


def _colours(fill: etree._Element) -> tuple[dict[str, str], dict[str, str]]:
    """The colours in front and behind of a solid fill; none for patterns and gradients."""
    colours = {"fgColor": {}, "bgColor": {}}
    for element in fill.iterfind(f"{MAIN}patternFill[@patternType='solid']/{MAIN}*"):
        colours[etree.QName(element).localname] = dict(element.attrib)
    return colours["fgColor"], colours["bgColor"]


def _is_ours(colour: dict[str, str]) -> bool:
    return colour.get("rgb", "").upper() in COLOURS.values()
