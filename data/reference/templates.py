"""The Word templates of papers: which there are, which placeholders each knows, and what is wrong in one.

An office edits them in Word: docs/mau-van-ban.md says how. A folder of reference tables brings its own in templates/;
what is not there is the shipped one. A fault in a template keeps nobody from the rest: its paper alone is not made.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from data.reference.tables import SHIPPED, Fault, ReferenceUnusable

FOLDER = "templates"
HEAD = ("superior", "issuer", "body", "place_date", "signer")
LETTER = (*HEAD, "donor", "commune", "campaign", "cash", "cash_in_words", "codes", "table_gifts")
WEEK_REPORT = (
    *HEAD,
    *("symbol", "plan", "plan_title", "period", "period_title", "in_period", "communes", "recipients", "stamp"),
    *("cash_received", "cash_received_so_far", "goods_value", "goods_value_so_far", "gifts", "gifts_so_far"),
    *("reports_received", "reports_on_time", "reports_expected", "missing_communes", "all_reported"),
    *("reports_received_so_far", "reports_on_time_so_far", "reports_expected_so_far"),
    *("sites", "sites_visited", "sites_visited_now", "sites_not_visited"),
    *("difficulties", "proposals", "other_remarks"),
    *("table_mobilising", "table_cash", "table_stock", "table_communes"),
    *("table_categories", "table_support", "table_frontline"),
)
PLACEHOLDERS = {"week_report": WEEK_REPORT, "thank_you_vi": LETTER, "thank_you_en": LETTER}
CONDITION = re.compile(r"^if_(no_)?")
BRACES = re.compile(r"\{\s*([^{}]*?)\s*\}|[{}]")
MAIN = b"wordprocessingml.document.main+xml"  # not of a .dotx or .docm under another name
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BROKEN = (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, ElementTree.ParseError)  # RuntimeError: a password
# what the PDF, which is drawn of the filled document, would lack
UNDRAWN = {"drawing": "picture", "pict": "picture", "object": "object", "numPr": "list"}
UNDRAWN |= {"ins": "tracked", "del": "tracked", "footnoteReference": "note", "endnoteReference": "note"}
SIZES = {"pgSz": ("w", "h"), "pgMar": ("left", "right", "top", "bottom")}
FAULTS = (
    "template_unknown",
    "template_unreadable",
    "template_part",
    "placeholder_unknown",
    "brace_alone",
    "table_not_alone",
)


class TemplateUnusable(ReferenceUnusable):
    """A template that no paper can be made of; `faults` names everything that is wrong in it."""


def sound_template(place: Path, name: str) -> Path:
    """The file of a template, the folder's own or the shipped one.

    errors: TemplateUnusable
    """
    path = _path(place, name)
    if faults := list(_of_template(path)):
        raise TemplateUnusable(place, faults)
    return path


def template_faults(place: Path) -> list[Fault]:
    """Everything that is wrong in the templates of a folder, and files that are no template."""
    own = sorted((place / FOLDER).glob("*")) if (place / FOLDER).is_dir() else []
    known = [f"{name}.docx" for name in PLACEHOLDERS]
    names = [path.name for path in own if path.name not in known and not path.name.startswith(("~$", "."))]
    faults = [Fault("template_unknown", f"{FOLDER}/{name}", needed=", ".join(known)) for name in names]
    return faults + [fault for name in PLACEHOLDERS for fault in _of_template(_path(place, name))]


def _path(place: Path, name: str) -> Path:
    own = place / FOLDER / f"{name}.docx"
    return own if own.exists() else SHIPPED / FOLDER / own.name


def _of_template(path: Path) -> Iterator[Fault]:
    file = f"{FOLDER}/{path.name}"
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [
                name for name in archive.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name)
            ]
            roots = {name: ElementTree.fromstring(archive.read(name)) for name in parts}
            styles = ElementTree.fromstring(archive.read("word/styles.xml"))
            body = roots["word/document.xml"].find(f"{W}body")
            is_word = MAIN in archive.read("[Content_Types].xml")
            has_pages = body.find(f"{W}sectPr") is not None and all(map(_is_sized, body.iter(f"{W}sectPr")))
    except (*BROKEN, KeyError, AttributeError) as error:
        yield Fault("template_unreadable", file, found=type(error).__name__)
        return
    if not (is_word and has_pages):
        yield Fault("template_unreadable", file)
        return
    numbered = {style.get(f"{W}styleId") for style in styles if style.find(f".//{W}numPr") is not None}
    for root in roots.values():
        styled = {node.get(f"{W}val") for node in root.iter(f"{W}pStyle")} & numbered
        tags = {node.tag.removeprefix(W) for node in root.iter()} | ({"numPr"} if styled else set())
        undrawn = {UNDRAWN[tag] for tag in tags & set(UNDRAWN)}
        undrawn |= {"table"} if root.find(f".//{W}tc//{W}tbl") is not None else set()
        for part in sorted(undrawn):
            yield Fault("template_part", file, needed=f"part_{part}")
        for line in root.iter(f"{W}p"):
            yield from _of_line(file, "".join(node.text or "" for node in line.iter(f"{W}t")), line in list(body))


def _is_sized(section: ElementTree.Element) -> bool:
    """Whether a section says how large its pages and their margins are."""
    told = [(section.find(f"{W}{name}"), sides) for name, sides in SIZES.items()]
    return all(node is not None and all(node.get(f"{W}{side}") for side in sides) for node, sides in told)


def _of_line(file: str, text: str, stands_free: bool) -> Iterator[Fault]:
    known = PLACEHOLDERS[Path(file).stem]
    for match in BRACES.finditer(text):
        name = match[1]
        if name is None:
            yield Fault("brace_alone", file, found=text[max(match.start() - 20, 0) : match.end() + 20])
        elif CONDITION.sub("", name) not in known:
            yield Fault("placeholder_unknown", file, column=match[0], needed=", ".join(known))
        elif name.startswith("table_") and not (stands_free and text.strip() == match[0]):
            yield Fault("table_not_alone", file, column=match[0])
