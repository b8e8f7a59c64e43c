"""Sort the rows under a header: data, section, total, aside; a signature ends the table."""

import re
from dataclasses import dataclass, field

from data.reference.names import fold, tidy
from loaders.tables.find_tables import Table, is_blank, is_number_like, is_numbering, is_signature

TOTAL = re.compile(
    r"(tổng|cộng|tổng cộng|tổng số|toàn huyện|tổng hợp|t\.? ?cộng|t/c|tc|tất cả|cộng chung|tổng chung)"
    r"|(tổng|cộng)( số)? (kinh phí|tiền|giá trị|trị giá|sl|số lượng)\b.*"
    r"|(tổng cộng|tổng số|toàn huyện|tổng toàn huyện)\b.*"
    r"|(cộng|tổng)\s+(mục|phần|nhóm|trang|tuần|tháng|xã|thôn|cụm|ngày|đợt|chuyển|mang|phát sinh|toàn|khối|loại"
    r"|tiền mặt|hiện vật|giá trị|thu|chi|số tiền|tiền)\b.*"
    r"|(cộng|tổng)\s*\(?(?:[ivx]+|[a-d]|\d+)\b.*"
    r"|cộng dồn\b.*|cộng lũy kế\b.*|lũy kế\b.*|phát sinh trong kỳ.*|số dư (đầu|cuối).*|(grand |sub)?total\b.*"
    r"|(tổng|cộng) kỳ (này|trước).*|(đã chi|còn lại|tồn quỹ|tồn cuối|chi trong kỳ|chuyển kỳ sau)\b.*"
    r"|(số |trang )?(trước )?(mang|chuyển) sang.*|.*\b(mang|chuyển) (sang|trang)( trang)?( sau)?"
)
TOTAL_BARE = re.compile(
    r"(tong|cong|tong cong|tong so|toan huyen)( \(?(?:[ivx]+|[a-d]|\d+)\)?)?|(tong cong|tong so)\s*[:(].*"
    r"|(so )?du (dau|cuoi).*|(grand |sub)?total\b.*"
)
GRAND = re.compile(r"tổng|tong|toàn huyện|toan huyen|grand|total")
FOOTNOTE = re.compile(r"\(?\s*(bằng chữ|số tiền bằng chữ|viết bằng chữ|ghi chú|lưu ý|\*).*")
NIL = re.compile(r"không (có )?phát sinh|khong (co )?phat sinh|không có số liệu|số lượng\s*:\s*0\b", re.IGNORECASE)
OF_WHICH = re.compile(r"[-+*• ]*(trong đó|trong do)\b")
SECTION_NUMBER = re.compile(r"[IVX]{1,5}|[A-H]|[a-h]")


CARRIED = re.compile(
    r"(đã chi|còn lại|tồn quỹ|tồn cuối|chi trong kỳ|chuyển kỳ sau).*|.*\b(mang|chuyển) (sang|trang)\b.*"
    r"|(cộng )?(dồn|lũy kế)\b.*|(số )?dư (đầu|cuối).*|số dư.*"
)


@dataclass(frozen=True)
class Total:
    """A row that adds up others: its label, whether all rows or only those of its section."""

    row: int
    label: str
    is_grand: bool

    @property
    def is_carried(self) -> bool:
        """It brings a number from elsewhere: another page, an earlier list."""
        return bool(CARRIED.fullmatch(self.label.casefold()))


@dataclass(frozen=True)
class Section:
    """A heading between rows; `number` is how it is numbered: roman, letter, small or text."""

    row: int
    label: str
    number: str


@dataclass
class Rows:
    """Rows by what they are (0-based row numbers of the sheet)."""

    data: list[int] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    aside: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)  # behind the grand total, without a number
    end: int | None = None

    def stop_of(self, section: Section, stop: int) -> int:
        """The row after a section: the next heading of its level or a higher one, or a grand total."""
        order = list(dict.fromkeys(s.number for s in sorted(self.sections, key=lambda s: s.row)))
        level = order.index(section.number)
        later = [s.row for s in self.sections if s.row > section.row and order.index(s.number) <= level]
        return min([*later, *(t.row for t in self.totals if t.row > section.row and t.is_grand), stop])

    def is_assumed(self, row: int) -> bool:
        return any(total.row == row and not total.label for total in self.totals)


def is_total(text: str) -> bool:
    """ "Tổng cộng", "Cộng I", "Toàn huyện"; but not "Tổng công ty …" or "Cộng đồng …"."""
    label = tidy(text).casefold().strip(" :.-*")
    if len(label) > 80:
        return False
    bare = fold(label)
    return bool(
        TOTAL.fullmatch(label)
        or (bare == label and TOTAL_BARE.fullmatch(bare))
        or re.fullmatch(r"(tong cong|tong so)( \(?(?:[ivx]+|[a-d]|\d+)\)?)?", bare)  # accents mistyped: "Tông cộng"
    )


def unnumbered(heading: str) -> str:
    """ "I. Cơ quan, đơn vị" -> "Cơ quan, đơn vị"."""
    return re.sub(r"^\W*([ivx]+|[a-h]|\d+)\s*[.)/-]\s*", "", heading, flags=re.IGNORECASE)


def classify(table: Table, serial: int | None, amounts: list[int], identity: list[int]) -> Rows:
    """Every row under the header, sorted by what it is.

    serial:    column of STT, if any      amounts: columns whose cells are counted
    identity:  columns that name a donor, a good, a site …; with one of them a row is data even without an amount
    """
    rows, kinds = table.grid.rows, Rows()
    seen: dict[str, bool] = {}
    span = [c.index for c in table.columns]
    first, last = span[0], span[-1] + 1
    was_breakdown = False
    for number in range(table.body_start, table.stop):
        row = rows[number]
        has_amount, breakdown = False, was_breakdown
        was_breakdown = False
        for column in amounts:
            cell = row[column]
            if cell != "" and cell is not None:
                has_amount = True
                break
        if has_amount and serial is not None and is_number(row[serial]):
            kinds.data.append(number)
            continue
        if number in table.repeated_headers:
            kinds.aside.append(number)
            continue
        filled = [c for c in range(first, last) if not is_blank(row[c])]
        if not filled:
            continue
        texts = [row[c] for c in filled if isinstance(row[c], str)]
        label = next((t for t in texts if not SECTION_NUMBER.fullmatch(t.strip(" .)"))), texts[0] if texts else "")
        if label and is_number_like(label):  # amounts as texts stand before the word: "700.000 | … | Cộng phát sinh"
            label = next((t for t in texts if is_total(t)), label)
        if label not in seen:
            seen[label] = is_total(label)
        if seen[label]:
            kinds.totals.append(Total(number, tidy(label), bool(GRAND.match(tidy(label).casefold()))))
        elif any(is_signature(t) for t in texts) and not any(is_number_like(row[c]) for c in filled):
            kinds.end = number
            break
        elif NIL.search(label) and len(filled) <= 2:
            kinds.aside.append(number)
        elif OF_WHICH.match(label.strip().casefold()) or (breakdown and _goes_on(row, serial, label)):
            kinds.aside.append(number)
            was_breakdown = True
        elif (number <= table.body_start + 1 and is_numbering(row)) or (
            len(filled) <= 2 and FOOTNOTE.fullmatch(tidy(label).casefold())
        ):
            kinds.aside.append(number)
        elif _is_section(row, serial, filled, has_amount, identity):
            kinds.sections.append(Section(number, tidy(label), _numbering(row, serial, label)))
        else:
            kinds.data.append(number)
    return kinds


def _goes_on(row: list[object], serial: int | None, label: str) -> bool:
    """A row under "Trong đó:" that still breaks the same amount down."""
    numbered = serial is not None and is_number(row[serial])
    return not numbered and bool(re.match(r"\s*[-+*•]|\s*(tiền mặt|chuyển khoản|hiện vật)", label.casefold()))


def _numbering(row: list[object], serial: int | None, label: str) -> str:
    lead = re.match(r"\s*([IVX]+|[A-H]|[a-h])\s*[.)/-]", label)
    number = str(row[serial]).strip(" .)") if serial is not None and not is_blank(row[serial]) else ""
    mark = number if SECTION_NUMBER.fullmatch(number) else lead[1] if lead else ""
    return "text" if not mark else "roman" if mark[0] in "IVX" else "letter" if mark.isupper() else "small"


def is_number(cell: object) -> bool:
    if isinstance(cell, str):
        return bool(re.fullmatch(r"\s*\d{1,6}([.]\d{1,3})?[.)]?\s*", cell))
    return isinstance(cell, int | float)


def _is_section(
    row: list[object], serial: int | None, filled: list[int], has_amount: bool, identity: list[int]
) -> bool:
    """A heading between rows: numbered I, II, A, B; or one text alone."""
    number = str(row[serial]).strip(" .)") if serial is not None and not is_blank(row[serial]) else ""
    number = "" if len(number) > 6 else number  # a heading that starts in the column of numbers
    if SECTION_NUMBER.fullmatch(number):
        return True
    texts = [str(row[c]) for c in filled]
    if not has_amount and len(filled) == 1 and not number:
        return True
    lead = re.match(r"([IVX]{1,5}|[A-H])\s*[.)/-]\s*\S", texts[0].strip())
    return bool(lead) and not has_amount and len([c for c in filled if c in identity]) <= 1 and not number
