"""PDF -> texts and tables: statements and lists that a computer printed, all pages as one sheet.

Where lines are drawn around the cells they say what a cell is; where not, the words stand under their headings
(pdf_columns). A page that is only a picture is told. pdfplumber is pure Python: a damaged file cannot end the process.
"""

import io
import logging
import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby

from loaders.formats.limits import MEGABYTE
from loaders.formats.pdf_columns import Line, Word, lines_of, rows_of
from loaders.formats.texts_and_tables import Cell, Row
from loaders.problems import SourceUnreadable, Where

MOST_PAGES = 300
MOST_LETTERS = 1_500_000  # in all pages; a page full of print has some 4,000
MOST_ON_PAGE = 40_000
LARGEST_STREAM = 60 * MEGABYTE  # a page in colour, scanned and unpacked, has 25 MB
LONGEST_SCRIPT = 4 * MEGABYTE  # what draws one page
STREAM = re.compile(rb"\bstream\r?\n")
UNKNOWN_LETTER = re.compile(r"\(cid:\d+\)")
LONG_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{5,}")
DIGITS = re.compile(r"\d+")
SAME_EDGE = 2.5  # points
WORDS = {"x_tolerance_ratio": 0.2, "use_text_flow": False, "keep_blank_chars": False}
logging.getLogger("pdfminer").setLevel(logging.ERROR)


@dataclass
class Page:
    """One page: the tables with drawn lines as (top, rows), and the lines of text outside of them."""

    number: int
    tables: list[tuple[float, list[Row]]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    letters: int = 0
    unknown: int = 0
    has_picture: bool = False


def read_pdf(content: bytes, where: Where) -> tuple[list[list[Row]], list[int]]:
    """The rows of all pages in reading order, each with its page, and the numbers of pages that are only a picture."""
    _check_streams(content, where)
    pages = _pages(content, where)
    letters = sum(page.letters for page in pages)
    pictures = [page.number for page in pages if not page.letters and page.has_picture]
    if not letters or sum(page.unknown for page in pages) * 5 > letters:
        raise SourceUnreadable("picture" if letters or pictures else "empty_file", where)
    _drop_furniture(pages)
    pieces: list[list[Row]] = []
    for is_ruled, group in groupby(pages, lambda page: bool(page.tables)):
        together = list(group)
        pieces += _ruled_rows(together) if is_ruled else [rows_of([line for page in together for line in page.lines])]
    return pieces, pictures


def _check_streams(content: bytes, where: Where) -> None:
    """No stream may unpack to more than any page needs: pdfminer unpacks each as a whole."""
    view = memoryview(content)
    for match in STREAM.finditer(content):
        if content[match.end() : match.end() + 1] in (b"\x78", b"\x48", b"\x58", b"\x68"):
            try:
                inner = zlib.decompressobj().decompress(view[match.end() :], LARGEST_STREAM + 1)
                if inner[:1] == b"\x78":
                    inner = zlib.decompressobj().decompress(inner, LARGEST_STREAM + 1)
            except zlib.error:
                continue
            if len(inner) > LARGEST_STREAM:
                raise SourceUnreadable("zip_bomb", where, f"> {LARGEST_STREAM // MEGABYTE} MB")


def _pages(content: bytes, where: Where) -> list[Page]:
    import pdfplumber  # half a second that nobody pays who reads workbooks
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            if len(document.pages) > MOST_PAGES:
                raise SourceUnreadable("too_many_pages", where, str(len(document.pages)))
            return _read_all(document, where)
    except SourceUnreadable:
        raise
    except PdfminerException as error:
        is_locked = any(isinstance(cause, PDFPasswordIncorrect) for cause in (*error.args, error.__cause__))
        raise SourceUnreadable("password_protected" if is_locked else "truncated", where) from error
    except MemoryError as error:
        raise SourceUnreadable("too_large", where) from error
    except Exception as error:  # pdfminer meets damage with KeyError, TypeError, struct.error, RecursionError ...
        raise SourceUnreadable("truncated", where) from error


def _read_all(document, where: Where) -> list[Page]:
    pages, letters = [], 0
    for number, page in enumerate(document.pages, 1):
        if sum(len(script.get_data()) for script in page.page_obj.contents) > LONGEST_SCRIPT:
            raise SourceUnreadable("too_large", where, f"{number}")
        letters += len(page.chars)
        if len(page.chars) > MOST_ON_PAGE or letters > MOST_LETTERS:
            raise SourceUnreadable("too_large", where, f"> {MOST_LETTERS}")
        pages.append(_read_page(page, number))
        page.close()  # forgets its letters
    return pages


def _read_page(page, number: int) -> Page:
    upright = _without_watermarks(page)
    letters = [letter["text"] for letter in upright.chars if letter["text"].strip()]
    read = Page(
        number,
        letters=len(letters),
        unknown=sum(1 for letter in letters if UNKNOWN_LETTER.fullmatch(letter)),
        has_picture=bool(page.images),
    )
    words = [Word(w["x0"], w["x1"], w["top"], w["bottom"], w["text"]) for w in upright.extract_words(**WORDS)]
    lines = lines_of(words, number)
    for table in upright.find_tables():
        is_whole = _is_whole(table.bbox, lines) and not _holds_lists(table.cells, words, number)
        if is_whole and (rows := _ruled_table(table.cells, words, number)):
            read.tables.append((table.bbox[1], rows))
    read.lines = lines_of([word for word in words if not word.is_taken], number)
    return read


def _without_watermarks(page):
    """The page without letters that stand at a slant, and without those printed twice to look bold."""
    if not all(letter["upright"] for letter in page.chars):
        page = page.filter(lambda thing: thing.get("upright", True))
    places = {(letter["text"], round(letter["x0"]), round(letter["top"])) for letter in page.chars}
    return page.dedupe_chars() if len(places) * 10 < len(page.chars) * 9 else page


def _is_whole(box: tuple[float, float, float, float], lines: list[Line]) -> bool:
    """Whether the drawn lines go around the whole table: no row stands beside, close above or close below."""
    x0, top, x1, bottom = box
    for line in lines:
        is_inside = top < line.middle < bottom
        if is_inside and any(word.x1 < x0 or word.x0 > x1 for word in line.words):
            return False
        gap = max(top - line.bottom, line.top - bottom)
        is_across = any(word.x0 < x1 and word.x1 > x0 for word in line.words)
        if not is_inside and is_across and line.is_wide and gap < line.height:
            return False
    return True


def _holds_lists(boxes: list[tuple[float, float, float, float]], words: list[Word], page: int) -> bool:
    """Whether two cells hold several numbers one under the other: there are lines between columns, not between rows."""
    lists = 0
    for x0, top, x1, bottom in boxes:
        inside = [w for w in words if x0 <= w.centre < x1 and top <= w.middle < bottom]
        texts = [line.text for line in lines_of(inside, page)]
        lists += sum(1 for text in texts if LONG_NUMBER.fullmatch(text)) > 1
    return lists > 1


def _ruled_table(boxes: list[tuple[float, float, float, float]], words: list[Word], page: int) -> list[Row]:
    """The rows of a table with drawn lines; none where it is a frame, or a background of lines of text."""
    lefts, tops = _edges([box[0] for box in boxes]), _edges([box[1] for box in boxes])
    if len(lefts) < 2 or len(tops) < 2:
        return []
    columns, rows = [*lefts, float("inf")], [*tops, float("inf")]
    cells: dict[tuple[int, int], Cell] = {}
    for x0, top, x1, bottom in boxes:
        inside = [w for w in words if not w.is_taken and x0 <= w.centre < x1 and top <= w.middle < bottom]
        row, column = _at(rows, top), _at(columns, x0)
        across = max(sum(1 for edge in lefts if x0 + SAME_EDGE < edge < x1 - SAME_EDGE) + 1, 1)
        down = max(sum(1 for edge in tops if top + SAME_EDGE < edge < bottom - SAME_EDGE) + 1, 1)
        cells[row, column] = Cell(_joined(inside, page), across, down)
        for word in inside:
            word.is_taken = True
    return _with_gaps(cells, len(tops), len(lefts), page)


def _edges(positions: list[float]) -> list[float]:
    """The distinct positions, those that are the same line once."""
    kept: list[float] = []
    for position in sorted(positions):
        if not kept or position - kept[-1] > SAME_EDGE:
            kept.append(position)
    return kept


def _at(edges: list[float], position: float) -> int:
    return next(n for n, edge in enumerate(edges) if edge >= position - SAME_EDGE)


def _joined(words: list[Word], page: int) -> str:
    """The text of a cell; a number that was too long for its cell is one number."""
    lines = [line.text for line in lines_of(words, page)]
    return ("" if all(re.fullmatch(r"[\d.,]+", line) for line in lines) else " ").join(lines)


def _with_gaps(cells: dict[tuple[int, int], Cell], height: int, width: int, page: int) -> list[Row]:
    """Rows from the first column on: an empty cell where no lines are drawn."""
    covered = {
        (row + down, column + across)
        for (row, column), cell in cells.items()
        for down in range(cell.down)
        for across in range(cell.across)
        if (down, across) != (0, 0)
    }
    return [
        Row([cells.get((row, c)) or Cell("") for c in range(width) if (row, c) not in covered], page=page)
        for row in range(height)
    ]


def _drop_furniture(pages: list[Page]) -> None:
    """Letterheads and page numbers that stand on each page: only those at the top of the first page are kept."""
    if len(pages) < 2:
        return
    met = Counter(key for page in pages for key in {_key(line) for line in page.lines})
    for page in pages:
        tops = [top for top, _ in page.tables] + [line.top for line in page.lines if line.is_wide]
        first, last = min(tops, default=0), max(tops, default=0)
        page.lines = [
            line
            for line in page.lines
            if met[_key(line)] * 2 <= len(pages)
            or (not page.tables and first <= line.top <= last)
            or (page is pages[0] and line.top < first)
        ]


def _key(line: Line) -> tuple[str, int]:
    return DIGITS.sub("#", line.text), round(line.top / 4)


def _ruled_rows(pages: list[Page]) -> list[list[Row]]:
    pieces: list[list[Row]] = []
    for page in pages:
        found = [(top, rows) for top, rows in page.tables] + [(line.top, [line.as_row()]) for line in page.lines]
        pieces += [rows for _, rows in sorted(found, key=lambda piece: piece[0])]
    return pieces
