"""Which indicator, which commune a label means: the words of reports, and the columns that hold them."""

import re
from collections.abc import Sequence
from datetime import date

from data.reference import Reference
from data.reference.names import fold, tidy
from loaders.evidence.headers import report_field
from loaders.evidence.indicator_words import indicator_words
from loaders.tables.find_tables import Column, Table, is_blank, is_number_like, is_signature
from loaders.tables.rows import is_total

NUMBERED = re.compile(r"^\s*(?:[-+*•]|\(?(?:\d+(?:\.\d+)*|[ivxIVX]+|[a-hA-H])\s*[.)/-])\s*")
COUNT_WORDS = re.compile(
    r"\s*(buổi|cuộc|lượt|lần|người|lượt người|hộ|gia đình|tờ|tờ rơi|điểm|chốt|suất|suất quà|phần|phần quà|đợt"
    r"|tin|bài|tin bài|đơn vị|tổ chức)\s*$",
    re.IGNORECASE,
)
SECTIONS = (
    ("1", r"tuyen truyen"),
    ("2", r"huy dong|ung ho|quyen gop|tiep nhan|van dong|nguon luc"),
    ("4", r"tuyen dau|tham hoi|luc luong"),
    ("3", r"ho tro|cham lo|cap phat|tieu thu|phoi hop|trao"),
)
SECTION_WORDS = {"1": "tuyên truyền", "2": "vận động", "3": "hỗ trợ", "4": "tuyến đầu"}


def section_of(text: str) -> str | None:
    """The section of the plan that a heading means: 1 communication, 2 gathering, 3 support, 4 frontline."""
    folded = fold(text)
    return next((number for number, words in SECTIONS if re.search(words, folded)), None)


def find_indicator(text: object, reference: Reference, heading: str = "") -> str | None:
    """The indicator that a label names; short labels ("Trị giá") take their meaning from the heading above."""
    whole = tidy(NUMBERED.sub("", str(text)))
    bare = tidy(re.sub(r"[(\[][^)\]]*[)\]]?", " ", whole)).strip(" :.;,-+")
    section = section_of(heading) if heading else None
    tries = [f"{SECTION_WORDS[section]} {bare}", f"{bare} {SECTION_WORDS[section]}"] if section else []
    short = re.sub(r"^(tổng số|tổng|số lượng)\s+", "", bare, flags=re.IGNORECASE)
    for label in [*tries, whole, bare, f"số {short}", short, re.split(r"\s*[,–-]\s*(?=[^\s]+$)", bare)[0]]:
        code = reference.indicator_names.find(label)
        if code:
            is_gathered = reference.indicators[code]["section"] == "2"
            return None if section in ("3", "4") and is_gathered else code
    code = indicator_words(reference).find(f"{SECTION_WORDS[section]} {bare}" if section else bare)
    is_gathered = bool(code) and reference.indicators[code]["section"] == "2"
    return None if section in ("3", "4") and is_gathered else code


def indicator_columns(table: Table, reference: Reference) -> dict[int, tuple[str, str]]:
    """Header columns that name an indicator: column -> (indicator, value | cumulative | target)."""
    found = {}
    for column in table.columns:
        fields = [report_field(part, reference) for part in column.parts]
        kind = next((f for f in ("cumulative", "target") if f in fields), "value")
        for number in range(len(column.parts) - 1, -1, -1):
            if number < len(column.parts) - 1 and not _says_no_more(fields[number + 1 :], column, reference):
                break  # "Tuyên truyền › Số người tham dự" is not "Tuyên truyền"
            heading = " ".join(column.parts[:number])
            code = find_indicator(column.parts[number], reference, heading)
            if code and fields[number] not in ("cumulative", "in_week", "serial", "commune"):
                found[column.index] = (code, kind)
                break
    return found


def _says_no_more(fields: list[str | None], column: Column, reference: Reference) -> bool:
    """Whether the labels below another only say a period, a unit or that it is a number."""
    below = column.parts[len(column.parts) - len(fields) :]
    plain = {"in_week", "cumulative", "target", "quantity", "unit", "cash", "value", "before"}
    return all(field in plain or reference.unit(part.strip("() ")) for field, part in zip(fields, below, strict=True))


def commune_columns(table: Table, reference: Reference, day: date) -> dict[int, str]:
    """Header columns that name a commune."""
    found = {}
    for column in table.columns:
        code = next((c for part in column.parts if (c := reference.commune(part, day).code)), None)
        if code:
            found[column.index] = code
    return found


def share(cells: Sequence[object], test) -> float:
    filled = [c for c in cells if not is_blank(c)]
    return sum(bool(test(c)) for c in filled) / len(filled) if filled else 0.0


def commune_column(table: Table, reference: Reference, day: date) -> int | None:
    """The column whose cells are commune names."""
    for column in table.columns:
        cells = [
            c for c in table.sample(column.index, 60) if not isinstance(c, str) or not (is_total(c) or is_signature(c))
        ]
        named = report_field(column.parts[-1], reference) == "commune"
        if cells and share(cells, lambda c: reference.commune(c, day).code) >= (0.3 if named else 0.6):
            return column.index
    return None


def label_column(table: Table, reference: Reference) -> int | None:
    """The column whose cells are indicator names."""
    best = (0, None)
    for column in table.columns:
        hits = sum(1 for c in table.sample(column.index, 120) if isinstance(c, str) and find_indicator(c, reference))
        if hits > best[0]:
            best = (hits, column.index)
    if best[0] >= 2:
        return best[1]
    heads = {report_field(part, reference) for column in table.columns for part in column.parts}
    content = next((c.index for c in table.columns if report_field(c.parts[-1], reference) == "content"), None)
    return content if best[0] == 1 and best[1] == content or heads & {"in_week", "cumulative"} else None


def is_end(cells: Sequence[object]) -> bool:
    """A signature row: words of office and no number."""
    filled = [c for c in cells if not is_blank(c)]
    return any(isinstance(c, str) and is_signature(c) for c in filled) and not any(is_number_like(c) for c in filled)


def header_of(table: Table, index: int) -> Column:
    return next(c for c in table.columns if c.index == index)


def headless(grid, reference: Reference) -> Table | None:
    """A report without a header: labels down and numbers beside them. None when there are fewer than three."""
    best: tuple[int, int] = (0, 0)
    for column in range(min(grid.width, 6)):
        hits = sum(
            1 for row in grid.rows[:300] if isinstance(row[column], str) and find_indicator(row[column], reference)
        )
        best = max(best, (hits, column))
    if best[0] < 3:
        return None
    labels = best[1]
    rows = [
        r for r, row in enumerate(grid.rows) if isinstance(row[labels], str) and find_indicator(row[labels], reference)
    ]
    numbers = {
        c: sum(isinstance(grid.rows[r][c], int | float) or bool(re.match(r"\s*\d", str(grid.rows[r][c]))) for r in rows)
        for c in range(labels + 1, grid.width)
    }
    filled = [c for c, n in numbers.items() if n >= 2]
    if len(filled) != 1:
        return None
    columns = (Column(labels, ("Nội dung",), rows[0]), Column(filled[0], ("Trong tuần",), rows[0]))
    above = tuple(
        (r, c, tidy(cell))
        for r in range(rows[0])
        for c, cell in enumerate(grid.rows[r])
        if isinstance(cell, str) and cell.strip()
    )
    return Table(grid, columns, rows[0], rows[0], len(grid.rows), above)
