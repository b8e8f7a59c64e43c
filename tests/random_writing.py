"""Random sheets on paper: a draft (columns, rows, what stands around them) becomes the bytes of an xlsx or csv file."""

import csv
import io
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from random import Random

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

MONEY_FORMATS = ("#,##0", "General", "#,##0", '#,##0\\ "đ"', "0")
OLD_TONES = {"òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ", "ủy": "uỷ", "úy": "uý", "ũy": "uỹ", "ùy": "uỳ"}


@dataclass(frozen=True)
class Column:
    """`key` names what stands in the column for the draft; the label is base and suffix ("Số tiền", " (đồng)")."""

    key: str
    base: str
    suffix: str = ""
    group: str = ""
    format: str = "General"

    @property
    def label(self) -> str:
        return self.base + self.suffix


@dataclass(frozen=True)
class Row:
    """Cells by the key of their column; is_unquoted: a csv's separators inside its texts cut them."""

    cells: dict[str, object]
    is_struck: bool = False
    is_unquoted: bool = False


@dataclass(frozen=True)
class Draft:
    """A sheet before it is written. above: lines of (left, right) texts; below: lines of text."""

    kind: str
    form: str
    name: str
    sheet: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    truth: object
    above: tuple[tuple[str, str], ...] = ()
    below: tuple[tuple[str, str], ...] = ()
    ending: str = "xlsx"
    separator: str = ","
    encoding: str = "utf-8-sig"
    is_numbered: bool = False
    margin: int = 0
    is_merged: bool = False  # the title over the whole width; one date over the rows of its day
    words_used: tuple[str, ...] = field(default=())


def restyled(text: str, style: str) -> str:
    """A text as other hands type it: upper case, decomposed, with the older tone placement, without accents."""
    if style == "upper":
        return text.upper()
    if style == "nfd":
        return unicodedata.normalize("NFD", text)
    if style == "old":
        for new, old in OLD_TONES.items():
            text = text.replace(new, old).replace(new.capitalize(), old.capitalize())
        return text
    if style == "bare":
        plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
        return "".join(c for c in plain if not unicodedata.combining(c))
    return text


def with_header_style(draft: Draft, style: str) -> Draft:
    """The same sheet, its header words in another style."""

    def other(column: Column) -> Column:
        base, suffix, group = (restyled(t, style) for t in (column.base, column.suffix, column.group))
        return replace(column, base=base, suffix=suffix, group=group)

    return replace(draft, columns=tuple(other(c) for c in draft.columns))


def shuffled(draft: Draft, dice: Random, blanks: int = 0) -> Draft:
    """The same sheet, its columns in another order, blank columns between; what is under one group stays together."""
    blocks = [list(block) for _, block in groupby(draft.columns, key=lambda c: c.group or c.key)]
    blocks += [[Column(f"blank{n}", "")] for n in range(blanks)]
    dice.shuffle(blocks)
    return replace(draft, columns=tuple(c for block in blocks for c in block))


def as_ending(draft: Draft, ending: str) -> Draft:
    """The same sheet in another format; a csv has no merged cells and no struck ones."""
    name = draft.name.rpartition(".")[0] + "." + ending
    return replace(draft, ending=ending, name=name, is_merged=draft.is_merged and ending != "csv")


def grid(draft: Draft) -> tuple[list[list], list[str], int]:
    """All cells, the merged ranges, and the row (from 0) of the first line under the header."""
    width, left = max(len(draft.columns), 4), draft.margin
    rows = [_spread(line, width) for line in draft.above]
    merges = []
    top = len(rows)
    rows.append([c.group or c.label for c in draft.columns])
    if any(c.group for c in draft.columns):
        rows.append([c.label if c.group else "" for c in draft.columns])
        merges = _header_merges(draft.columns, top + 1, left)
        rows[top] = _once_a_group(draft.columns)
    if draft.is_numbered:
        rows.append([f"({n})" for n in range(1, len(draft.columns) + 1)])
    first = len(rows)
    rows += [[row.cells.get(c.key, "") for c in draft.columns] for row in draft.rows]
    rows += [_spread(line, width) for line in draft.below]
    return [[""] * left + row for row in rows], merges, first


def _spread(line: tuple[str, str], width: int) -> list:
    cells = [""] * width
    cells[0] = line[0]
    if line[1]:
        cells[max(1, width - 2)] = line[1]
    return cells


def _once_a_group(columns: tuple[Column, ...]) -> list[str]:
    last, cells = "", []
    for column in columns:
        cells.append("" if column.group and column.group == last else column.group or column.label)
        last = column.group
    return cells


def _header_merges(columns: tuple[Column, ...], row: int, left: int) -> list[str]:
    merges, at = [], left + 1
    for group, block in groupby(columns, key=lambda c: c.group or c.key):
        size = len(list(block))
        start, end = get_column_letter(at), get_column_letter(at + size - 1)
        is_group = any(c.group == group for c in columns)
        if is_group and size > 1:
            merges.append(f"{start}{row}:{end}{row}")
        elif not is_group:
            merges.append(f"{start}{row}:{start}{row + 1}")
        at += size
    return merges


def _body_merges(draft: Draft, first: int) -> list[str]:
    """Lines above that stand alone, and the runs of one day; openpyxl empties all but the first cell of a range."""
    left, width = draft.margin + 1, len(draft.columns)
    end = get_column_letter(left + max(width, 4) - 1)
    start = get_column_letter(left)
    alone = [n for n, line in enumerate(draft.above, 1) if line[0] and not line[1]]
    merges = [f"{start}{n}:{end}{n}" for n in alone]
    for at, column in enumerate(draft.columns):
        if column.key == "date":
            letter = get_column_letter(left + at)
            merges += [f"{letter}{a + first + 1}:{letter}{b + first + 1}" for a, b in _runs(draft.rows)]
    return merges


def _runs(rows: tuple[Row, ...]) -> list[tuple[int, int]]:
    """First and last of the rows that follow each other with the same day."""
    days = [row.cells.get("date", "") for row in rows]
    runs, start = [], 0
    for n in range(1, len(days) + 1):
        if n == len(days) or days[n] != days[start] or not days[start]:
            runs.append((start, n - 1))
            start = n
    return [(a, b) for a, b in runs if b > a]


def written(draft: Draft) -> bytes:
    return _csv(draft) if draft.ending == "csv" else _xlsx(draft)


def _xlsx(draft: Draft) -> bytes:
    cells, merges, first = grid(draft)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = draft.sheet
    for r, row in enumerate(cells, 1):
        is_body = 0 <= r - 1 - first < len(draft.rows)
        struck = is_body and draft.rows[r - 1 - first].is_struck
        for c, value in enumerate(row, 1):
            if value == "" or value is None:
                continue
            cell = sheet.cell(r, c, value)
            if is_body and not isinstance(value, str):
                cell.number_format = draft.columns[c - 1 - draft.margin].format
            if struck:
                cell.font = Font(strike=True)
    for area in merges + (_body_merges(draft, first) if draft.is_merged else []):
        sheet.merge_cells(area)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _csv(draft: Draft) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=draft.separator, lineterminator="\r\n")
    cells, _, first = grid(draft)
    unquoted = {first + n for n, row in enumerate(draft.rows) if row.is_unquoted}
    for n, row in enumerate(cells):
        texts = [_typed(value, draft.separator) for value in row]
        if n in unquoted:
            file.write(draft.separator.join(texts) + "\r\n")
        else:
            writer.writerow(texts)
    return file.getvalue().encode(draft.encoding)


def _typed(value, separator: str) -> str:
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        text = f"{value:g}" if value < 100_000 else f"{value:.0f}"
        return text.replace(".", ",") if separator == ";" else text
    return "" if value is None else str(value)
