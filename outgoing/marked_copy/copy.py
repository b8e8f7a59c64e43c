"""What goes back to the sender: the own workbook with its faults marked, or where that is not possible their list.

The faulty cells are coloured and have a comment, a first sheet lists them. Nothing else of the file changes: its parts
are spliced (splicing.py), for openpyxl would lose saved results, pictures, rich text and form controls.
"""

import io
import zipfile
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from loaders.formats.limits import LIMITS, Budget
from loaders.formats.sources import open_grids
from loaders.formats.zips import files_in, open_archive, read_part
from loaders.problems import Severity, SheetError, Where
from loaders.reading import Outcome, Source
from loaders.tables.our_sheets import LIST_SHEET, is_list
from outgoing.marked_copy import package
from outgoing.marked_copy.cell_comments import Comments
from outgoing.marked_copy.cell_styles import Styles
from outgoing.marked_copy.list_sheet import list_sheet
from outgoing.marked_copy.package import Package
from outgoing.marked_copy.problem_list import Finding, comment, findings, severity_name
from outgoing.marked_copy.sheet_marks import Position, SheetEdits, position, seen_at
from outgoing.marked_copy.splicing import NotEditable, spliced
from outgoing.marked_copy.workbook import Sheet, Workbook
from words.texts import LANGUAGES, t

MOST_COMMENTS = 500  # a sheet; beyond that Excel grows slow, and nobody reads them
MOST_COMMENT_LETTERS = 1_000
PROGRAM = "docProps/app.xml"  # says which program saved the file
WORKBOOKS = (".xlsx", ".xlsm")
# a workbook without a sheet, into which the list is put when it goes alone
EMPTY_BOOK = {
    package.TYPES: (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{package.BOOKS[0]}"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{package.RELATIONS_XMLNS}"><Relationship Id="rId1" '
        f'Type="{package.OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>',
}
# what a file of another making can do to us here: the list alone goes back then
UNEDITABLE = (NotEditable, ValueError, LookupError, OverflowError, AttributeError, SheetError, zipfile.BadZipFile)


@dataclass(frozen=True)
class Returned:
    """A file to send back; is_marked: False when it is the list alone (of a zip: when none of its files is marked)."""

    name: str
    content: bytes
    is_marked: bool


def marked_copy(
    source: Source,
    outcome: Outcome,
    *,
    item: int | None,
    language: str = "vi",
    ticked: Container[str] = frozenset(),
) -> Returned:
    """The file with its faults marked.

    in:      outcome: what reading this source gave; item: its number in the inbox, carried by our list;
             ticked: keys of questions that the office has settled already
    out:     the sender's workbook, or the list alone as a workbook, or for a zip a zip of those
    errors:  none; what cannot be edited for any reason goes back as the list alone
    """
    found = findings(outcome, language, ticked)
    files = _files_inside(source)
    if files is None:
        return _returned(source, found, item, language)
    made = [_returned(one, own, item, language) for one in files if (own := _of(found, one.name))]
    rest = [one for one in found if one.file not in {file.name for file in files}]
    if rest or not made:
        made.append(_list_alone(source, rest, item, language))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as copy:
        for one in made:
            name = str(PurePosixPath(*PurePosixPath(one.name).parts[1:])) if "/" in one.name else one.name
            copy.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), one.content, zipfile.ZIP_DEFLATED)
    name = t("outgoing.file_marked", language, name=PurePosixPath(source.name).stem)
    return Returned(f"{name}.zip", packed.getvalue(), any(one.is_marked for one in made))


def _of(found: Sequence[Finding], file: str) -> list[Finding]:
    return [one for one in found if one.file == file]


def _files_inside(source: Source) -> list[Source] | None:
    """The files of a zip that is no workbook itself; None for everything else."""
    if not source.content.startswith(b"PK"):
        return None
    where, budget = Where(source.name), Budget.of(LIMITS)
    try:
        archive = open_archive(source.content, where, budget)
        names = {name.replace("\\", "/").lower() for name in archive.namelist()}
        if package.TYPES.lower() in names or "content.xml" in names:
            return None
        return [
            Source(f"{source.name}/{name}", read_part(archive, part, where, budget), source.envelope)
            for name, part in files_in(archive, where, budget)
        ]
    except UNEDITABLE:
        return None


def _returned(source: Source, found: Sequence[Finding], item: int | None, language: str) -> Returned:
    path = PurePosixPath(source.name)
    try:
        if path.suffix.lower() in WORKBOOKS or source.content.startswith(b"PK"):
            content = _marked(source, found, item, language)
            suffix = path.suffix if path.suffix.lower() in WORKBOOKS else ".xlsx"
            return Returned(_named(source, "outgoing.file_marked", suffix, language), content, True)
    except UNEDITABLE:
        pass
    return _list_alone(source, found, item, language)


def _list_alone(source: Source, found: Sequence[Finding], item: int | None, language: str) -> Returned:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in EMPTY_BOOK.items():
            book.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
    book = Package(packed.getvalue())
    _put_list(Workbook(book), found, item, language, source.name, links=False, comments=0, old=set())
    return Returned(_named(source, "outgoing.file_list", ".xlsx", language), book.content(), False)


def _named(source: Source, key: str, suffix: str, language: str) -> str:
    """The sender's own name with what it is now; a copy that comes back again keeps the name it has."""
    path = PurePosixPath(source.name)
    endings = {
        t(each, spoken, name="") for each in ("outgoing.file_marked", "outgoing.file_list") for spoken in LANGUAGES
    }
    stem = path.stem.lstrip("~$")
    for ending in endings:
        stem = stem.removesuffix(ending)
    return str(path.with_name(f"{t(key, language, name=stem)}{suffix}"))


def _put_list(book: Workbook, found, item, language, file: str, *, links: bool, comments: int, old: set[str]) -> None:
    part = book.styles()
    styles = Styles(book.package.read(part))
    name = PurePosixPath(file).name
    sheet = list_sheet(found, styles, file=name, item=item, language=language, links=links, comments=comments)
    book.package.write(part, styles.content())
    book.set_first(sheet, old)


def _marked(source: Source, found: Sequence[Finding], item: int | None, language: str) -> bytes:
    """The workbook itself, with colours, comments and the list."""
    book = Workbook(Package(source.content))
    old = _old_lists(source, book)
    part = book.styles()
    styles = Styles(book.package.read(part), keeps_behind=not _is_saved_by_libreoffice(book.package))
    is_capped = False
    for sheet in book.sheets:
        cells = [one for one in found if one.sheet == sheet.name and one.cell]
        marked = [one for one in cells if one.severity is not Severity.NOTES]
        if sheet.has_cells and sheet.name not in old and (marked or old):
            is_capped |= _mark_sheet(book.package, sheet, marked, styles, language, anew=bool(old))
    book.package.write(part, styles.content())
    comments = MOST_COMMENTS if is_capped else 0
    _put_list(book, found, item, language, source.name, links=True, comments=comments, old=old)
    return book.package.content()


def _is_saved_by_libreoffice(parts: Package) -> bool:
    return parts.has(PROGRAM) and b"LibreOffice" in parts.read(PROGRAM)


def _old_lists(source: Source, book: Workbook) -> set[str]:
    """The names of our lists in a marked copy that came back."""
    if not any(LIST_SHEET in sheet.name for sheet in book.sheets):
        return set()
    grids, _ = open_grids(source)
    return {grid.sheet for grid in grids if is_list(grid)}


def _mark_sheet(
    parts: Package, sheet: Sheet, found: Sequence[Finding], styles: Styles, language: str, *, anew: bool
) -> bool:
    """Colours and comments of one sheet; True when there are more faulty cells than comments."""
    data = parts.read(sheet.part)
    seen = seen_at(data, {position(one.cell) for one in found})
    by_cell: dict[Position, list[Finding]] = {}
    for one in found:
        by_cell.setdefault(seen[position(one.cell)], []).append(one)
    worst = {
        cell: Severity.BLOCKS if any(one.severity is Severity.BLOCKS for one in own) else Severity.ASKS
        for cell, own in by_cell.items()
    }
    edits = SheetEdits(data, worst, styles, anew=anew)
    comments = Comments(parts, sheet.part, edits)
    if anew:
        comments.remove(_is_ours)
    taken = comments.taken()
    texts = {
        cell: comment(own, language)[:MOST_COMMENT_LETTERS]
        for cell, own in sorted(by_cell.items())
        if cell not in taken
    }
    kept = dict(list(texts.items())[:MOST_COMMENTS])
    needed = comments.add(kept, t("outgoing.author", language))
    parts.write(sheet.part, spliced(data, [*edits.edits, *needed]))
    return len(kept) < len(texts)


def _is_ours(author: str, said: str) -> bool:
    """A comment that an earlier marked copy brought; a person of the office may have the same name.

    LibreOffice and Google Sheets save comments without their author.
    """
    authors = {t("outgoing.author", language) for language in LANGUAGES} | {""}
    starts = tuple(
        f"{severity_name(severity, language)}: "
        for severity in (Severity.BLOCKS, Severity.ASKS)
        for language in LANGUAGES
    )
    return author.strip() in authors and said.startswith(starts)
