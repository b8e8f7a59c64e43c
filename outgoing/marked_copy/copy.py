"""What goes back to the sender: the own workbook with its faults marked, or where that is not possible their list.

The faulty cells are coloured and have a comment, a first sheet lists them. Nothing else of the file changes: only the
parts concerned are written anew (package.py); openpyxl would lose saved results, pictures, rich text, form controls.
"""

import io
import zipfile
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from docx.opc.packuri import CONTENT_TYPES_URI
from openpyxl.utils.cell import coordinate_to_tuple

from loaders.formats.limits import LIMITS, Budget
from loaders.formats.sources import open_grids
from loaders.formats.zips import files_in, open_archive, read_part
from loaders.problems import Severity, Where
from loaders.reading import Outcome, Source
from loaders.tables.our_sheets import LIST_SHEET, is_list
from outgoing.marked_copy.cell_styles import Styles
from outgoing.marked_copy.list_sheet import list_sheet
from outgoing.marked_copy.package import NO_DATE, UNEDITABLE, Package
from outgoing.marked_copy.problem_list import Finding, comment, findings, severity_name
from outgoing.marked_copy.sheet_marks import Comments, Position, Worksheet
from outgoing.marked_copy.workbook import Sheet, Workbook, empty_workbook
from words.texts import LANGUAGES, t

MOST_COMMENTS = 500  # a sheet; beyond that Excel grows slow, and nobody reads them
MOST_COMMENT_LETTERS = 1_000
PROGRAM = "/docProps/app.xml"  # says which program saved the file
WORKBOOKS = (".xlsx", ".xlsm")


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
    problems = findings(outcome, language, ticked)
    files = _files_inside(source)
    if files is None:
        return _returned(source, problems, item, language)
    by_file = [(file, [problem for problem in problems if problem.file == file.name]) for file in files]
    returned = [_returned(file, own, item, language) for file, own in by_file if own]
    rest = [problem for problem in problems if problem.file not in {file.name for file in files}]
    if rest or not returned:
        returned.append(_list_alone(source, rest, item, language))
    name = t("outgoing.file_marked", language, name=PurePosixPath(source.name).stem)
    return Returned(f"{name}.zip", _zipped(returned), any(file.is_marked for file in returned))


def _zipped(files: Sequence[Returned]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            name = str(PurePosixPath(*PurePosixPath(file.name).parts[1:])) if "/" in file.name else file.name
            archive.writestr(zipfile.ZipInfo(name, NO_DATE), file.content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _files_inside(source: Source) -> list[Source] | None:
    """The files of a zip that is no workbook itself; None for everything else."""
    if not source.content.startswith(b"PK"):
        return None
    where, budget = Where(source.name), Budget.of(LIMITS)
    try:
        archive = open_archive(source.content, where, budget)
        names = {name.replace("\\", "/").lower() for name in archive.namelist()}
        if CONTENT_TYPES_URI.membername.lower() in names or "content.xml" in names:
            return None
        return [
            Source(f"{source.name}/{name}", read_part(archive, part, where, budget), source.envelope)
            for name, part in files_in(archive, where, budget)
        ]
    except UNEDITABLE:
        return None


def _returned(source: Source, problems: Sequence[Finding], item: int | None, language: str) -> Returned:
    path = PurePosixPath(source.name)
    try:
        if path.suffix.lower() in WORKBOOKS or source.content.startswith(b"PK"):
            content = _marked(source, problems, item, language)
            suffix = path.suffix if path.suffix.lower() in WORKBOOKS else ".xlsx"
            return Returned(_named(source, "outgoing.file_marked", suffix, language), content, True)
    except UNEDITABLE:
        pass
    return _list_alone(source, problems, item, language)


def _list_alone(source: Source, problems: Sequence[Finding], item: int | None, language: str) -> Returned:
    book = empty_workbook()
    _put_list(book, problems, item, language, source.name, links=False, comments=0, old=set())
    return Returned(_named(source, "outgoing.file_list", ".xlsx", language), book.package.content(), False)


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


def _put_list(
    book: Workbook, problems, item, language, file: str, *, links: bool, comments: int, old: set[str]
) -> None:
    part = book.styles()
    styles = Styles(book.package.tree(part))
    name = PurePosixPath(file).name
    sheet = list_sheet(problems, styles, file=name, item=item, language=language, links=links, comments=comments)
    book.package.write(part, styles.root)
    book.set_first(sheet, old)


def _marked(source: Source, problems: Sequence[Finding], item: int | None, language: str) -> bytes:
    """The workbook itself, with colours, comments and the list."""
    book = Workbook(Package(source.content))
    old = _old_lists(source, book)
    part = book.styles()
    styles = Styles(book.package.tree(part), keeps_behind=not _is_saved_by_libreoffice(book.package))
    is_capped = False
    for sheet in book.sheets:
        if sheet.name not in old:
            own = [p for p in problems if p.sheet == sheet.name and p.cell and p.severity is not Severity.NOTES]
            is_capped |= _mark_sheet(book.package, sheet, own, styles, language, anew=bool(old))
    book.package.write(part, styles.root)
    comments = MOST_COMMENTS if is_capped else 0
    _put_list(book, problems, item, language, source.name, links=True, comments=comments, old=old)
    return book.package.content()


def _is_saved_by_libreoffice(package: Package) -> bool:
    return package.has(PROGRAM) and b"LibreOffice" in package.read(PROGRAM)


def _old_lists(source: Source, book: Workbook) -> set[str]:
    """The names of our lists in a marked copy that came back."""
    if not any(LIST_SHEET in sheet.name for sheet in book.sheets):
        return set()
    grids, _ = open_grids(source)
    return {grid.sheet for grid in grids if is_list(grid)}


def _mark_sheet(
    package: Package, sheet: Sheet, problems: Sequence[Finding], styles: Styles, language: str, *, anew: bool
) -> bool:
    """Colours and comments of one sheet, which is chosen no more; True with more faulty cells than comments."""
    data = package.read(sheet.part)
    is_marked = sheet.has_cells and (anew or bool(problems))
    if not is_marked and b"tabSelected" not in data:
        return False
    worksheet, is_capped = Worksheet(data), False
    is_changed = worksheet.unselect()
    if is_marked:
        by_cell = _by_cell(worksheet, problems)
        worksheet.mark({cell: _worst(own) for cell, own in by_cell.items()}, styles, anew=anew)
        is_capped = _comment(Comments(package, sheet.part, worksheet), by_cell, language, anew=anew)
    if is_marked or is_changed:
        package.write(sheet.part, worksheet.content())
    return is_capped


def _by_cell(worksheet: Worksheet, problems: Sequence[Finding]) -> dict[Position, list[Finding]]:
    """Where each problem is seen."""
    seen = worksheet.seen_at({coordinate_to_tuple(problem.cell) for problem in problems})
    by_cell: dict[Position, list[Finding]] = {}
    for problem in problems:
        by_cell.setdefault(seen[coordinate_to_tuple(problem.cell)], []).append(problem)
    return by_cell


def _worst(problems: Sequence[Finding]) -> Severity:
    return Severity.BLOCKS if any(p.severity is Severity.BLOCKS for p in problems) else Severity.ASKS


def _comment(comments: Comments, by_cell: dict[Position, list[Finding]], language: str, *, anew: bool) -> bool:
    """Comments for the cells that have none; True when there are more such cells than comments."""
    if anew:
        comments.remove(_is_ours)
    free = sorted(by_cell.keys() - comments.taken())
    texts = {cell: comment(by_cell[cell], language)[:MOST_COMMENT_LETTERS] for cell in free[:MOST_COMMENTS]}
    comments.add(texts, t("outgoing.author", language))
    return len(texts) < len(free)


def _is_ours(author: str, text: str) -> bool:
    """A comment that an earlier marked copy brought; a person of the office may have the same name.

    LibreOffice and Google Sheets save comments without their author.
    """
    authors = {t("outgoing.author", language) for language in LANGUAGES} | {""}
    starts = tuple(
        f"{severity_name(severity, language)}: "
        for severity in (Severity.BLOCKS, Severity.ASKS)
        for language in LANGUAGES
    )
    return author.strip() in authors and text.startswith(starts)
