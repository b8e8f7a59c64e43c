"""Measures of an administrative paper (Decree 30/2020/NĐ-CP, Appendix I), the same in .docx and .pdf."""

from outgoing.papers.paper import MOTTO, Column, Figure, Paper, Run, Table
from outgoing.papers.typeface import width_mm

PAGE_MM = (210, 297)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 20, 20, 30, 15  # allowed: 20-25, 20-25, 30-35, 15-20
TEXT_MM = PAGE_MM[0] - LEFT_MM - RIGHT_MM
HEAD_MM = (68, TEXT_MM - 68)  # the office on the left, the nation on the right
FOOT_MM = (80, TEXT_MM - 80)  # who receives it, who signs
INDENT_MM = 12.7

NATION_PT, OFFICE_PT, NUMBER_PT = 13, 13, 13  # 12-13
MOTTO_PT, DATE_PT, TITLE_PT, BODY_PT, SIGNER_PT, PAGE_PT = 14, 14, 14, 14, 14, 14  # 13-14
RECIPIENTS_PT, RECIPIENT_PT = 12, 11
NOTE_PT, STAMP_PT = 12, 9
TABLE_PT = (12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0)  # the largest in which no word and no number is broken

OFFICE_RULE = TITLE_RULE = 0.4  # of the text above it: 1/3 to 1/2
NAME_LINE = "." * 36
SIGNING_MM = 28  # room for the signature and the seal
CELL_MM = 1.0  # beside the text of a cell
MOST_ROWS_TOGETHER = 12  # a table of no more rows stands on one page


def rule_mm(text: str, size_pt: float, share: float, most_mm: float) -> float:
    """How long the line under a text is."""
    return min(width_mm(text, size_pt, "B"), most_mm) * share


def motto_rule_mm() -> float:
    """As long as the motto itself."""
    return width_mm(MOTTO, MOTTO_PT, "B")


def fitting_pt(text: str, most_mm: float, size_pt: float, style: str) -> float:
    """The size in which a line of the letterhead stays one line: one point less where the decree allows it."""
    return size_pt if width_mm(text, size_pt, style) <= most_mm else size_pt - 1


def head_rows(columns: tuple[Column, ...]) -> list[list[tuple[str, int, int]]]:
    """The heading rows of a table: (text, columns, rows) of each cell that begins there."""
    if not any(column.group for column in columns):
        return [[(column.title, 1, 1) for column in columns]]
    top, below = [], []
    for number, column in enumerate(columns):
        if not column.group:
            top.append((column.title, 1, 2))
            continue
        below.append((column.title, 1, 1))
        if number and columns[number - 1].group == column.group:
            text, width, height = top[-1]
            top[-1] = (text, width + 1, height)
        else:
            top.append((column.group, 1, 1))
    return [top, below]


def is_missing(cell: Run) -> bool:
    return isinstance(cell, Figure) and cell.value is None


def table_layout(table: Table) -> tuple[float, list[float]]:
    """(size of the letters, width of each column in mm): no word or number is broken, what is left goes to words."""
    for size in TABLE_PT:
        least = [_least_mm(number, table, size) for number in range(len(table.columns))]
        if sum(least) <= TEXT_MM:
            break
    wanted = [max(_wanted_mm(number, table, size), low) for number, low in enumerate(least)]
    spare, asked = TEXT_MM - sum(least), sum(wanted) - sum(least)
    if spare < asked or not asked:
        share = spare / asked if asked else 0
        widths = [low + (want - low) * share for low, want in zip(least, wanted, strict=True)]
    else:
        widths = wanted
    left = TEXT_MM - sum(widths)  # what nobody needs, and what too narrow a page lacks
    growing = [number for number, column in enumerate(table.columns) if number] or [0]
    return size, [w + (left / len(growing) if number in growing else 0) for number, w in enumerate(widths)]


def _least_mm(number: int, table: Table, size: float) -> float:
    """The longest word of a column."""
    words = [word for row in table.rows for word in str(row[number]).split()]
    longest = max([width_mm(word, size, "B" if table.has_total else "") for word in words], default=0)
    head = max(width_mm(word, size, "B") for word in table.columns[number].title.split() or [""])
    return max(longest, head) + 2 * CELL_MM + 0.4


def _wanted_mm(number: int, table: Table, size: float) -> float:
    """The longest text of a column, as far as it is worth a line of its own."""
    texts = [str(row[number]) for row in table.rows if not is_missing(row[number])]
    return max([width_mm(text, size) for text in texts], default=0) + 2 * CELL_MM + 0.4


def signature_lines(paper: Paper) -> tuple[str, ...]:
    """Who signs, in capitals."""
    return tuple(line.upper() for line in paper.signer)
