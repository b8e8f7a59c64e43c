"""Find the tables of a sheet: header blocks of one to four rows, their columns, the rows below, the text above."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from data.reference.names import tidy
from loaders.formats.grid import Grid, address, column_letter

MAX_HEADER_ROWS = 4
SIGNATURE = re.compile(
    r"(nơi nhận|người lập|lập biểu|tm\s*\.|t/m|kt\s*\.|thủ trưởng|kế toán|thủ quỹ|người (giao|kiểm|phụ trách"
    r"|tổng hợp|báo cáo)|"
    r"xác nhận của|ban thường trực|trưởng ban|\(?ký[,. ]|chủ tịch$|phó chủ tịch$|ủy viên thường trực$).*"
    r"|.{0,40},?\s*ngày\s+.{1,8}tháng\s+.{1,8}năm.*"
)
TITLE = re.compile(r"\W*([ivx]+\W+)?(danh sách|báo cáo|bảng kê|biểu|tuần \d+|tuần thứ|từ ngày)\b")
UNIT_LABEL = re.compile(r"\(?\s*(đơn vị( tính)?|đvt|dvt|don vi tinh)\s*:?\s*\)?", re.IGNORECASE)
Word = Callable[[str], bool]
NUMBERING = re.compile(r"\(?\s*(\d{1,2}|[a-zA-Z])\s*\)?|\(?\d{1,2}\)?\s*=.*")


@dataclass(frozen=True)
class Column:
    """One column of a table: its labels from the top row of the header to the bottom one."""

    index: int
    parts: tuple[str, ...]
    row: int  # of the lowest label: where a question on the column points to

    @property
    def label(self) -> str:
        return " › ".join(self.parts)

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass(frozen=True)
class Table:
    """A header block and the rows under it; all indices 0-based, `stop` exclusive.

    above:     the texts between the table before (or the top of the sheet) and this header, as (row, column, text)
    inherited: the texts above the first table of the sheet, for a table further down
    """

    grid: Grid
    columns: tuple[Column, ...]
    header_start: int
    body_start: int
    stop: int
    above: tuple[tuple[int, int, str], ...] = ()
    inherited: tuple[tuple[int, int, str], ...] = ()
    repeated_headers: frozenset[int] = frozenset()

    @property
    def area(self) -> str:
        first, last = self.columns[0].index, self.columns[-1].index
        return f"{address(self.header_start, first)}:{address(max(self.stop - 1, self.header_start), last)}"

    def sample(self, column: int, most: int) -> list[object]:
        """The first filled cells of a column under the header."""
        rows = islice(self.grid.rows, self.body_start, self.stop)
        return list(islice((row[column] for row in rows if not is_blank(row[column])), most))

    def cells(self, column: int) -> list[object]:
        """The raw cells of a column under the header."""
        return [row[column] for row in self.grid.rows[self.body_start : self.stop]]


def is_number_like(cell: object) -> bool:
    """A number, a date, or a text that starts like one."""
    if isinstance(cell, str):
        text = cell.strip()
        return bool(text) and (text[0].isdigit() or (text[0] in "-+(" and text[1:2].isdigit()))
    return cell is not None


def is_signature(text: str) -> bool:
    return bool(SIGNATURE.fullmatch(tidy(text).casefold()))


def is_blank(cell: object) -> bool:
    return cell is None or cell == "" or (isinstance(cell, str) and not cell.strip())


class Finder:
    """Finds header rows. `is_field` knows header words, `is_unit` units, `is_name` goods, indicators and communes."""

    def __init__(self, grid: Grid, is_field: Word, is_name: Word, is_unit: Word):
        self.grid, self.is_field, self.is_name, self.is_unit = grid, is_field, is_name, is_unit
        self.across: dict[tuple[int, int], tuple[int, int, int, int]] = {}
        self.starts: dict[int, list[tuple[int, int, int, int]]] = {}
        for area in grid.merged:
            self.starts.setdefault(area[0], []).append(area)

    def tables(self) -> list[Table]:
        blocks = list(self._blocks())
        found: list[Table] = []
        for number, (start, end) in enumerate(blocks):
            stop = blocks[number + 1][0] if number + 1 < len(blocks) else len(self.grid.rows)
            columns = self._columns(start, end)
            same = found and [c.parts for c in found[-1].columns] == [c.parts for c in columns]
            if same and not self._ends_between(found[-1].body_start, start):
                repeated = found[-1].repeated_headers | set(range(start, end))
                found[-1] = replace(found[-1], stop=stop, repeated_headers=repeated)
                continue
            title = self._title_rows(found[-1].body_start if found else 0, start)
            if found:
                before = [t for t in found if t.stop == start]
                found = [replace(t, stop=title) if t in before else t for t in found]
            inherited = found[0].above if found else ()
            above = self._texts(title if found else 0, start)
            for group in self._side_by_side(columns, end, stop):
                found.append(Table(self.grid, tuple(group), start, end, stop, above, inherited))
        return found

    def _ends_between(self, body: int, start: int) -> bool:
        """Whether a title or a signature stands between a table and the same header again: then it is another table."""
        signed = (c for row in self.grid.rows[max(body, start - 12) : start] for c in row if isinstance(c, str))
        return any(map(self._is_title, range(max(body, start - 3), start))) or any(map(is_signature, signed))

    def _title_rows(self, first: int, start: int) -> int:
        """The first of the rows right above a header that hold no number and at most two texts."""
        row = start
        while row > first and start - row < 8:
            filled = [c for c in self.grid.rows[row - 1] if not is_blank(c)]
            if len(filled) > 2 or any(is_number_like(c) for c in filled):
                break
            row -= 1
        return row

    def _is_title(self, row: int) -> bool:
        """A title, or a unit of its own, begins another list, even under the same header."""
        texts = [c for c in self.grid.rows[row] if isinstance(c, str) and c.strip()]
        if any(re.search(r"\b(đvt|đơn vị tính)\s*:", tidy(text).casefold()) for text in texts):
            return True
        return len(texts) == 1 and bool(TITLE.match(tidy(texts[0]).casefold()))

    def _texts(self, first: int, stop: int) -> tuple[tuple[int, int, str], ...]:
        texts = []
        for number in range(first, stop):
            filled = [(c, cell) for c, cell in enumerate(self.grid.rows[number]) if not is_blank(cell)]
            written = [(number, c, tidy(cell)) for c, cell in filled if isinstance(cell, str)]
            if written and len(written) < len(filled) <= 8:  # "Từ ngày" | 09/08/2021 | "đến ngày" | 15/08/2021
                whole = " ".join(f"{c:%d/%m/%Y}" if isinstance(c, date) else str(c) for _, c in filled)
                written = [(number, written[0][1], tidy(whole.replace(":", " ")))]
            texts += written
        return tuple(texts)

    def _blocks(self):
        """Header blocks as (first row, row after the last)."""
        row, rows = 0, self.grid.rows
        while row < len(rows):
            if self._is_header(rows[row]):
                start = self._grown_up(row)
                end = self._grown_down(row)
                yield start, end
                row = end
            else:
                row += 1

    def _is_header(self, row: list[object]) -> bool:
        """At least two header words, or three names under one; no number in the row."""
        texts = []
        for cell in row:
            if isinstance(cell, str):
                text = cell.strip()
                if not text:
                    continue
                if text[0].isdigit() and not re.match(r"\d+([.,]\d+)?\s*[a-zđ]", text):
                    return False
                texts.append(text)
            elif cell is not None and not isinstance(cell, bool):
                return False
        if len(texts) < 2:
            return False
        fields = sum(map(self.is_field, texts))
        names = sum(1 for t in texts if not self.is_field(t) and self.is_name(t))
        known = fields + names
        return (
            known >= 2 and (fields >= 2 or (fields >= 1 and names >= 2) or names >= 3) and known * 5 >= len(texts) * 2
        )

    def _grown_up(self, row: int) -> int:
        spanning = [area[0] for areas in self.starts.values() for area in areas if area[0] < row <= area[2]]
        start = min([row, *spanning])
        return start if row - start < MAX_HEADER_ROWS else row

    def _grown_down(self, top: int) -> int:
        end = top + 1
        while end < len(self.grid.rows) and end - top < MAX_HEADER_ROWS and self._continues(top, end):
            end += 1
        return end

    def _continues(self, top: int, row: int) -> bool:
        """Whether a row still belongs to the header that starts at `top`."""
        cells = self.grid.rows[row]
        filled = [c for c, cell in enumerate(cells) if not is_blank(cell)]
        if not filled:
            return False
        covered = any(area[2] >= row for r in range(top, row) for area in self.starts.get(r, ()) if area[2] > area[0])
        texts = [cells[c] for c in filled]
        if not all(isinstance(t, str) for t in texts) or self._is_numbering(row):
            return False
        if self._is_units_row(texts):
            return True
        known = [self.is_field(t) or self.is_name(t) or self._is_unit_only(t) for t in texts]
        if any(is_number_like(t) and not k for t, k in zip(texts, known, strict=True)):
            return False
        if covered:
            return True
        under = [is_blank(self._header_text(row - 1, c)) or self._spreads(row - 1, c) for c in filled]
        fitting = sum(k or u for k, u in zip(known, under, strict=True))
        return fitting == len(filled) and any(known) and len(filled) >= 2 and any(under)

    def _is_units_row(self, texts: list[str]) -> bool:
        """ "đồng | kg | thùng", perhaps with "Đơn vị tính" before them: the units of the columns."""
        named = [t for t in texts if UNIT_LABEL.fullmatch(t.strip())]
        units = [t for t in texts if self.is_unit(t.strip("() "))]
        return len(units) >= 2 and len(units) + len(named) == len(texts)

    def _is_unit_only(self, text: str) -> bool:
        return bool(re.fullmatch(r"\s*\(?(đvt\s*:?)?\s*[\w. /đ]{1,14}\)?\s*", text)) and text.strip().startswith("(")

    def _spreads(self, row: int, column: int) -> bool:
        """Whether the label at a header cell stands over several columns."""
        area = self._area(row, column)
        if area:
            return area[3] > area[1]
        cells = self.grid.rows[row]
        return column + 1 < len(cells) and is_blank(cells[column + 1]) and not is_blank(cells[column])

    def _area(self, row: int, column: int):
        for r in range(max(0, row - MAX_HEADER_ROWS), row + 1):
            for area in self.starts.get(r, ()):
                if area[0] <= row <= area[2] and area[1] <= column <= area[3]:
                    return area
        return None

    def _header_text(self, row: int, column: int) -> str:
        area = self._area(row, column)
        cell = self.grid.rows[area[0]][area[1]] if area else self.grid.rows[row][column]
        return "" if is_blank(cell) else str(cell)

    def _is_numbering(self, row: int) -> bool:
        """(1) (2) (3), or A B 1 2, or 5=3+4."""
        return is_numbering(self.grid.rows[row])

    def _columns(self, start: int, end: int) -> list[Column]:
        """The columns with their joined labels; a label over several columns is repeated for each."""
        width = self.grid.width
        levels = [[self._header_text(row, column) for column in range(width)] for row in range(start, end)]
        for level, row in enumerate(range(start, end - 1)):  # csv and clumsy sheets: a label without a merge
            for column in range(1, width):
                blank = not levels[level][column] and not self._area(row, column)
                below = any(levels[k][column] for k in range(level + 1, len(levels)))
                if blank and below and levels[level][column - 1] and not self._is_deepest(levels, level, column - 1):
                    levels[level][column] = levels[level][column - 1]
        columns = []
        for column in range(width):
            parts: list[str] = []
            lowest = start
            for level, row in enumerate(range(start, end)):
                text = levels[level][column]
                if parts and UNIT_LABEL.fullmatch(text.strip()) and self._is_units_row(self._texts_of(row)):
                    continue
                if text and (not parts or tidy(text) != parts[-1]):
                    parts.append(tidy(text) if "\n" not in text else text.strip())
                    lowest = self._top_of(row, column)
            if parts:
                columns.append(Column(column, tuple(parts), lowest))
        return columns

    def _texts_of(self, row: int) -> list[str]:
        return [cell for cell in self.grid.rows[row] if isinstance(cell, str) and cell.strip()]

    def _is_deepest(self, levels: list[list[str]], level: int, column: int) -> bool:
        return not any(levels[k][column] for k in range(level + 1, len(levels)))

    def _top_of(self, row: int, column: int) -> int:
        area = self._area(row, column)
        return area[0] if area else row

    def _side_by_side(self, columns: list[Column], body: int, stop: int) -> list[list[Column]]:
        """Tables beside each other: the row number column comes again, or an empty column stands between."""
        groups: list[list[Column]] = [[]]
        serials = 0
        for column in columns:
            before = groups[-1][-1] if groups[-1] else None
            is_serial = column.parts[-1].casefold().strip(". ") in ("stt", "tt", "số tt")
            apart = (
                before is not None
                and column.index - before.index > 1
                and self._empty(before.index, column.index, body, stop)
                and self._comes_again(columns, column)
            )
            if groups[-1] and ((is_serial and serials) or apart):
                groups.append([])
                serials = 0
            serials += is_serial
            groups[-1].append(column)
        whole = [g for g in groups if sum(self.is_field(c.parts[-1]) or self.is_name(c.parts[-1]) for c in g) >= 2]
        return whole if len(whole) > 1 else [columns]

    def _comes_again(self, columns: list[Column], start: Column) -> bool:
        """Whether the columns from here on are called as those before: two tables, no empty column in one."""
        before = {column.label.casefold() for column in columns if column.index < start.index}
        after = {column.label.casefold() for column in columns if column.index >= start.index}
        return len(before & after) * 2 >= min(len(before), len(after))

    def _empty(self, left: int, right: int, body: int, stop: int) -> bool:
        rows = self.grid.rows[body : min(stop, body + 200)]
        return all(is_blank(row[c]) for row in rows for c in range(left + 1, right))


def is_numbering(row: list[object]) -> bool:
    """(1) (2) (3), or A B 1 2, or 5=3+4: a row that numbers the columns."""
    filled = [cell for cell in row if not is_blank(cell)]
    if len(filled) < 3 or any(isinstance(cell, date | datetime) for cell in filled):
        return False
    texts = [str(int(c)) if isinstance(c, int | float) and not isinstance(c, bool) else str(c).strip() for c in filled]
    if not all(NUMBERING.fullmatch(text) for text in texts):
        return False
    numbers = [int(re.sub(r"\D", "", t)) for t in texts if re.fullmatch(r"\(?\s*\d{1,2}\s*\)?", t)]
    return len(numbers) >= 2 and all(b - a == 1 for a, b in zip(numbers, numbers[1:], strict=False))
