"""Words of a PDF page with their places -> lines, and the rows of tables without drawn lines.

The heading says where the columns are: each of its labels is one, as wide as what stands below it. A line that has
nothing in the columns of numbers, close under a row, is the rest of a long text in that row.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from loaders.formats.texts_and_tables import Cell, Row

NUMBER = re.compile(r"[-+(]?\d")
PLAIN_NUMBER = re.compile(r"[-+(]?\d[\d.,/:\s)-]*(?:đ|đồng|vnđ|vnd)?", re.IGNORECASE)
GAP = 0.45  # of the height of the letters: a wider space is one between two columns
NEAR = 0.9  # of the height: a line as close as that to the one before may belong to it
LEAST_COLUMNS = 3
LOOKED_AHEAD = 6  # lines in which the first row must follow its heading


@dataclass
class Word:
    """A word and its box in points, from the top left corner of the page."""

    x0: float
    x1: float
    top: float
    bottom: float
    text: str
    is_taken: bool = False

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass
class Line:
    """What stands side by side on a page, cut into parts where the space is wide."""

    page: int
    words: list[Word]
    parts: list[list[Word]] = field(default_factory=list)

    def __post_init__(self):
        self.top, self.bottom = min(w.top for w in self.words), max(w.bottom for w in self.words)
        self.height = max(w.bottom - w.top for w in self.words)
        self.parts = [[word] for word in self.words[:1]]
        for before, word in pairwise(self.words):
            if word.x0 - max(w.x1 for w in self.parts[-1]) > GAP * (before.bottom - before.top):
                self.parts.append([word])
            else:
                self.parts[-1].append(word)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def has_number(self) -> bool:
        return any(NUMBER.match(part[0].text) for part in self.parts)

    @property
    def is_wide(self) -> bool:
        return len(self.parts) >= LEAST_COLUMNS

    def as_row(self) -> Row:
        return Row([Cell(_text(part)) for part in self.parts], page=self.page)

    def overlaps(self, lower: "Line") -> bool:
        """Whether a line stands beside the one that begins under its top: they are one row."""
        return self.page == lower.page and self.bottom > lower.top + 0.1 * self.height

    def is_near(self, other: "Line") -> bool:
        """Whether this line follows closely under the other."""
        return self.page == other.page and self.top - other.bottom < NEAR * min(self.height, other.height)


@dataclass
class Column:
    """A column of a table without lines: from where to where its labels and cells reach."""

    x0: float
    x1: float
    numbers: int = 0
    filled: int = 0

    @property
    def is_numbers(self) -> bool:
        return self.numbers * 5 >= self.filled * 3 > 0

    def distance(self, x0: float, x1: float) -> float:
        """How far away, or as a negative number how much they overlap."""
        return max(self.x0 - x1, x0 - self.x1)


def lines_of(words: list[Word], page: int) -> list[Line]:
    """The words in lines from top to bottom; a cell half way between two lines of text is in one with them."""
    lines: list[list[Word]] = []
    top, bottom = 0.0, 0.0
    for word in sorted(words, key=lambda w: (w.top, w.x0)):
        if lines and top <= word.middle <= bottom:
            lines[-1].append(word)
            bottom = max(bottom, word.bottom)
        else:
            lines.append([word])
            top, bottom = word.top, word.bottom
    return [Line(page, sorted(line, key=lambda w: w.x0)) for line in lines]


def rows_of(lines: list[Line]) -> list[Row]:
    """The rows of pages without drawn lines: lines of text as they are, tables in their columns."""
    heads = _headings(lines)
    starts = [*heads, len(lines)]
    rows = [line.as_row() for line in lines[: starts[0]]]
    labels: list[str] = []
    columns: list[Column] = []
    for start, stop in pairwise(starts):
        head, body = lines[start : heads[start]], lines[heads[start] : stop]
        if [line.text for line in head] != labels:  # else the heading again, on the next page
            labels = [line.text for line in head]
            columns = _columns(head, lines, heads, start)
            rows += _head_rows(head, columns)
        rows += _body_rows(body, columns)
    return rows


def _headings(lines: list[Line]) -> dict[int, int]:
    """The first line of each heading -> the first line behind it."""
    found: dict[int, int] = {}
    number = 0
    while number < len(lines):
        end = number
        while end < len(lines) and not lines[end].has_number and (end == number or lines[end].is_near(lines[end - 1])):
            end += 1
        if end == number:
            number += 1
            continue
        while number + 1 < end < len(lines) and _belongs_below(lines, end - 1):
            end -= 1  # the first row's long text begins above its numbers
        wide = [n for n in range(number, end) if lines[n].is_wide]
        follows = any(line.is_wide and line.has_number for line in lines[end : end + LOOKED_AHEAD])
        is_rest = number and lines[number].is_near(lines[number - 1]) and lines[number - 1].has_number
        if wide and follows and not is_rest:
            start = wide[0]
            while start > number and len(lines[start - 1].parts) > 1:
                start -= 1
            found[start] = end
        number = end
    return found


def _columns(head: list[Line], lines: list[Line], heads: dict[int, int], start: int) -> list[Column]:
    """The columns of a heading, as wide as the cells under it until another heading comes."""
    fullest = max(head, key=lambda line: len(line.parts))
    columns = [Column(part[0].x0, max(w.x1 for w in part)) for part in fullest.parts]
    texts = [line.text for line in head]
    body: list[Line] = []
    for first, end in heads.items():
        if first >= start:
            if [line.text for line in lines[first:end]] != texts:
                break
            later = [other for other in heads if other > first]
            body += [line for line in lines[end : later[0] if later else len(lines)] if line.is_wide]
    _reach_to_cells(columns, body)
    for _ in range(2):  # what reaches into one column alone makes it wider, and others fit then
        for line in body:
            for part in line.parts:
                x0, x1 = part[0].x0, max(word.x1 for word in part)
                met = [column for column in columns if column.distance(x0, x1) < 0]
                if len(met) == 1:
                    met[0].x0, met[0].x1 = min(met[0].x0, x0), max(met[0].x1, x1)
    for line in body:
        for column, cell in zip(columns, _cells(line, columns), strict=True):
            column.filled += bool(cell)
            column.numbers += bool(PLAIN_NUMBER.fullmatch(cell))
    return columns


def _reach_to_cells(columns: list[Column], body: list[Line]) -> None:
    """Widens each column to the cells that stand one under the other below its label."""
    blocks: list[list[float]] = []
    for x0, x1 in sorted((part[0].x0, max(word.x1 for word in part)) for line in body for part in line.parts):
        if blocks and x0 < blocks[-1][1]:
            blocks[-1][1] = max(blocks[-1][1], x1)
        else:
            blocks.append([x0, x1])
    met = [[column for column in columns if column.distance(*block) < 0] for block in blocks]
    taken = {id(column) for found in met for column in found}
    for block, found in zip(blocks, met, strict=True):
        free = [column for column in columns if id(column) not in taken]
        if not found and free:
            found = [min(free, key=lambda column: column.distance(*block))]
            taken.add(id(found[0]))
        if len(found) == 1:
            found[0].x0, found[0].x1 = min(found[0].x0, block[0]), max(found[0].x1, block[1])


def _cells(line: Line, columns: list[Column]) -> list[str]:
    return [_text(words) for words in _words_of(line, columns)]


def _words_of(line: Line, columns: list[Column]) -> list[list[Word]]:
    """The words of a line by columns: a part in the column that it meets; one that meets several, word by word."""
    cells: list[list[Word]] = [[] for _ in columns]
    for part in line.parts:
        x0, x1 = part[0].x0, max(word.x1 for word in part)
        met = [n for n, column in enumerate(columns) if column.distance(x0, x1) < 0]
        for piece in [part] if len(met) < 2 else [[word] for word in part]:
            left, right = piece[0].x0, max(word.x1 for word in piece)
            nearest = min(range(len(columns)), key=lambda n: columns[n].distance(left, right))
            cells[nearest] += piece
    return cells


def _text(words: list[Word]) -> str:
    """The words of a cell in reading order: those of one line side by side, then the next line."""
    ordered: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.top):
        if ordered and word.middle <= ordered[-1][0].bottom:
            ordered[-1].append(word)
        else:
            ordered.append([word])
    return " ".join(word.text for line in ordered for word in sorted(line, key=lambda w: w.x0))


def _head_rows(head: list[Line], columns: list[Column]) -> list[Row]:
    """Labels over several columns in a row of their own, and the labels of the columns, whose lines belong together."""
    above: dict[int, Cell] = {}
    labels: list[list[Word]] = [[] for _ in columns]
    for line in head:
        for part in line.parts:
            x0, x1 = part[0].x0, max(word.x1 for word in part)
            met = [n for n, column in enumerate(columns) if column.distance(x0, x1) < 0]
            nearest = min(range(len(columns)), key=lambda n: columns[n].distance(x0, x1))
            if len(met) > 1 and met[0] not in above and not any(labels[n] for n in met):
                above[met[0]] = Cell(_text(part), across=len(met))
            else:
                labels[nearest] += part
    rows = [Row([Cell(_text(words)) for words in labels], page=head[0].page)]
    if above:
        covered = {n + k for n, cell in above.items() for k in range(1, cell.across)}
        rows.insert(
            0, Row([above.get(n) or Cell("") for n in range(len(columns)) if n not in covered], page=head[0].page)
        )
    return rows


def _body_rows(body: list[Line], columns: list[Column]) -> list[Row]:
    cells = [_words_of(line, columns) for line in body]
    rows: list[list[list[Word]]] = []
    pages: list[int] = []
    for group in _groups(body, [_is_row(words, columns) for words in cells]):
        rows.append([[word for number in group for word in cells[number][column]] for column in range(len(columns))])
        pages.append(body[group[0]].page)
    return [Row([Cell(_text(cell)) for cell in row], page=page) for row, page in zip(rows, pages, strict=True)]


def _is_row(words: list[list[Word]], columns: list[Column]) -> bool:
    """Whether a line has something in a column of numbers: the rest of a long text has not."""
    return any(cell for cell, column in zip(words, columns, strict=True) if column.is_numbers)


def _belongs_below(lines: list[Line], number: int) -> bool:
    """Whether a line stands closer to the one below than to the one above."""
    if number + 1 >= len(lines) or not lines[number + 1].is_near(lines[number]):
        return False
    line, below = lines[number], lines[number + 1]
    if line.overlaps(below):
        return True
    above = lines[number - 1] if number else None
    if above is None or not line.is_near(above):
        return False
    return line.top - above.bottom > below.top - line.bottom + 0.15 * line.height


def _groups(lines: list[Line], is_row: list[bool]) -> list[list[int]]:
    """Which lines make one row: a long text goes on below; where numbers stand at half its height, above as well."""
    above = [not is_row[n] and _belongs_below(lines, n) for n in range(len(lines))]
    is_centred = any(above)
    groups: list[list[int]] = []
    before: list[int] = []  # lines above the row to which they belong
    most_below = 0
    for number, line in enumerate(lines):
        is_near = number > 0 and line.is_near(lines[number - 1])
        if not is_near:
            groups += [[n] for n in before]
            before, most_below = [], 0
        if is_row[number]:
            groups.append([*before, number])
            most_below = len(before) if is_centred else len(lines)
            before = []
        elif is_near and most_below and not above[number]:
            groups[-1].append(number)
            most_below -= 1
        elif is_centred:
            before.append(number)
        else:
            groups.append([number])
    return groups + [[n] for n in before]
