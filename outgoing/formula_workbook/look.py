"""How the cells of the living workbook look: one format a kind, made when it is first needed."""

import xlsxwriter
from xlsxwriter.format import Format

FONT = {"font_name": "Arial", "font_size": 10, "valign": "top"}
BOX = {"border": 1, "border_color": "#BFC7D1"}
GREY, BLUE = "#5A6472", "#0B5394"
PLAIN = {
    "title": {"bold": True, "font_size": 14},
    "heading": {"bold": True, "font_size": 11, "font_color": BLUE},
    "line": {"font_color": GREY},
    "header": {"bold": True, "bg_color": "#D9E2EC", "text_wrap": True, "align": "center", "valign": "vcenter"} | BOX,
    "link": {"font_color": BLUE, "underline": 1},
}
# negative numbers are red and keep their sign: a negative stock is a fact about the sheets
WHOLE, FRACTION = ("#,##0;[Red]-#,##0", "#,##0.0#;[Red]-#,##0.0#")
DAY, MOMENT, SHARE = "dd/mm/yyyy", "hh:mm dd/mm/yyyy", "0.0%"


class Look:
    """The formats of one workbook."""

    def __init__(self, workbook: xlsxwriter.Workbook):
        self.workbook = workbook
        self.known: dict[object, Format] = {}

    def plain(self, name: str) -> Format:
        """Of a title, a heading, a line, the names of columns, a link."""
        return self._made(name, PLAIN[name])

    def of(self, kind: str, value: object = None, *, is_copied: bool = False, is_total: bool = False) -> Format:
        """Of a cell in a table."""
        number_format = _number_format(kind, value)
        key = (number_format, kind == "text", is_copied, is_total)
        if key in self.known:
            return self.known[key]
        look = BOX | _aligned(kind) | ({"num_format": number_format} if number_format else {"text_wrap": True})
        if is_copied:
            look = look | {"italic": True, "font_color": GREY}
        if is_total:
            look = look | {"bold": True, "bg_color": "#EEF2F6"}
        return self._made(key, look)

    def listed(self, kind: str, value: object = None) -> Format:
        """Of a cell in a row sheet, which has no lines around its many cells."""
        number_format = _number_format(kind, value)
        return self._made(("listed", number_format), _aligned(kind) | {"num_format": number_format or "General"})

    def _made(self, key: object, look: dict) -> Format:
        if key not in self.known:
            self.known[key] = self.workbook.add_format(FONT | look)
        return self.known[key]


def _aligned(kind: str) -> dict:
    return {"align": "right"} if kind in ("number", "percent") else {"align": "left", "indent": 1}


def _number_format(kind: str, value: object) -> str:
    if kind == "number":
        is_fraction = isinstance(value, float) and not value.is_integer()
        return FRACTION if is_fraction else WHOLE
    if kind.startswith("week:"):  # the name of the week before its Monday
        return f'"{kind.removeprefix("week:")}, "{DAY}'
    return {"date": DAY, "moment": MOMENT, "percent": SHARE}.get(kind, "")
