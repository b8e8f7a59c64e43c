"""Where the numbers of a report stand: one Slot a cell, for a vertical, matrix, transposed or long table."""

import re
from dataclasses import dataclass
from datetime import date

from data.reference.names import fold, tidy
from loaders.cells.dates import find_week, parse_date
from loaders.cells.digits import TOO_LARGE, bounded
from loaders.cells.values import (
    Parsed,
    Style,
    number_style,
    parse_money,
    parse_number,
    parse_quantity,
    parse_scaled_money,
)
from loaders.evidence.columns import unit_of
from loaders.evidence.context import Book, Context, show, spread_down
from loaders.evidence.headers import bracketed, report_field
from loaders.evidence.indicator_names import (
    COUNT_WORDS,
    NUMBERED,
    commune_column,
    commune_columns,
    find_indicator,
    header_of,
    indicator_columns,
    is_end,
    label_column,
    section_of,
    share,
)
from loaders.formats.grid import column_letter
from loaders.tables.find_tables import Column, Table, is_blank, is_number_like, is_numbering
from loaders.tables.rows import is_total, unnumbered

ASIDE = {"serial", "week", "date", "unit", "note", "private", "document", "before", "commune", "address", "row_total"}
MOST = 10_000  # no sheet is so wide
PERIODS = ("value", "cumulative", "target")  # what a person may say of a column of numbers
NOT_REPORTED = re.compile(r"dan so|so (thon|buon|khau)|ty le|ti le|dien tich|xep hang|ngay|%|nhan khau")  # facts beside
BARE_TOTAL = re.compile(r"\W*(tổng|cộng|tổng cộng|tổng số|toàn huyện|cộng toàn huyện)\W*")
BESIDE = re.compile(r"\W*(lũy kế|đạt|tỷ lệ|tỉ lệ|so với|kế hoạch|chỉ tiêu|% )")
HAMLET = re.compile(r"\s*(thôn|buôn|bon|bản|ấp|tdp|tổ dân phố|tổ|khối|chi hội|khu)(\s+\S|\d)", re.IGNORECASE)


@dataclass(frozen=True)
class IndicatorCell:
    """One cell that holds a number: whose, of what, which number, and the unit it is written in."""

    row: int
    column: int
    commune: str | None
    week: date | None
    indicator: str
    field: str  # value, cumulative, target
    unit: tuple[str, float] | None
    part: str = ""  # a hamlet of the commune: its numbers add up


class IndicatorTable:
    """The state of reading one table of a weekly report or of targets."""

    def __init__(self, table: Table, context: Context, kind: str):
        self.table, self.context, self.kind = table, context, kind
        self.grid, self.reference = table.grid, context.reference
        self.book = Book(table.grid, context)
        self.said, self.units = context.said_columns(table), context.said_units()
        self.main = "target" if kind == "targets" else "value"
        self.slots: list[IndicatorCell] = []
        self.totals: list[IndicatorCell] = []
        self.layout = "vertical"
        self.columns: dict[str, str] = {}
        self.without_week: set[int] = set()  # rows whose own week cell is unreadable
        self.has_periods = False  # "Trong tuần" and "Lũy kế" in two rows of one commune
        self.sums: list[int] = []  # columns that add up the hamlets beside them
        self.hamlets: list[int] = []  # columns, or rows in a matrix, that are parts of one commune
        self.weeks: dict[int, date] = {}  # column -> the week that its header names
        self.styles: dict[int, Style] = {}
        self.declared: dict | None = None


def find_slots(sheet: IndicatorTable) -> None:
    day = sheet.context.day
    across = _said_across(sheet, indicator_columns(sheet.table, sheet.reference))
    communes = commune_columns(sheet.table, sheet.reference, day)
    labels = label_column(sheet.table, sheet.reference)
    named = commune_column(sheet.table, sheet.reference, day)
    if len(communes) >= 2 and labels is not None:
        sheet.layout = "transposed"
        fields = {c: "cumulative" if _is_cumulative(sheet, header_of(sheet.table, c)) else sheet.main for c in communes}
        _down(sheet, labels, communes, fields)
    elif labels is not None and (len(across) < 2 or labels not in across):
        sheet.layout = "long" if named is not None else "vertical"
        _down(sheet, labels, {}, _value_columns(sheet, labels, named), named)
    else:
        sheet.layout = "matrix"
        _across(sheet, across, named)
    if not (across if sheet.layout == "matrix" else communes or len(sheet.columns) > 1):
        sheet.book.note(
            "column_missing", sheet.table.header_start, sheet.table.columns[0].index, _heads(sheet), sheet.main
        )


def _said_across(sheet: IndicatorTable, across: dict[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
    """The columns of indicators, with what a person said of them."""
    found = {column: named for column, named in across.items() if column not in sheet.said}
    for column, field in sheet.said.items():
        code = field.removeprefix("indicator:")
        if code in sheet.reference.indicators and code != field:
            found[column] = (code, "value")
        elif field in PERIODS and column in across:
            found[column] = (across[column][0], field)
    return dict(sorted(found.items()))


def _period_column(sheet: IndicatorTable) -> int | None:
    """A column whose cells say "Trong tuần" or "Lũy kế" for their row."""
    for column in sheet.table.columns:
        cells = [c for c in sheet.table.sample(column.index, 40) if not is_blank(c)]
        fields = [report_field(c, sheet.reference) if isinstance(c, str) else None for c in cells]
        if len(cells) >= 2 and set(fields) == {"in_week", "cumulative"}:
            return column.index
    return None


def _is_cumulative(sheet: IndicatorTable, column: Column) -> bool:
    return "cumulative" in [report_field(part, sheet.reference) for part in column.parts]


def _column_week(sheet: IndicatorTable, column: Column) -> date | None:
    """The week that a header names: "Tuần 31" beside "Tuần 32"."""
    texts = [(part, part) for part in column.parts if report_field(part, sheet.reference) != "week"]
    return find_week(texts, year=sheet.context.year, campaign=sheet.reference.campaign)[0].start


def _heads(sheet: IndicatorTable) -> str:
    return "; ".join(c.label for c in sheet.table.columns)


def _value_columns(sheet: IndicatorTable, labels: int, named: int | None) -> dict[int, str]:
    """Columns right of the labels that hold the numbers: column -> value | cumulative | target."""
    found: dict[int, str] = {}
    for column in sheet.table.columns:
        if column.index in (labels, named):
            continue
        if column.index in sheet.said:
            found |= {column.index: field} if (field := sheet.said[column.index]) in PERIODS else {}
            continue
        fields = [report_field(part, sheet.reference) for part in column.parts]
        week = _column_week(sheet, column)
        if week and "unit" not in fields:
            sheet.weeks[column.index] = week
            found[column.index] = "cumulative" if "cumulative" in fields else sheet.main
        elif "before" in fields:
            continue
        elif "cumulative" in fields:
            found.setdefault(column.index, "cumulative")
        elif "target" in fields and (sheet.kind == "targets" or "in_week" not in fields):
            found.setdefault(column.index, "target")
        elif any(HAMLET.match(part) for part in column.parts):
            sheet.hamlets.append(column.index)
            found[column.index] = sheet.main
        elif {"in_week", "quantity", "cash", "value"} & set(fields) and "unit" not in fields:
            found.setdefault(column.index, sheet.main)
    _note_unsure(sheet, labels, {*found, *sheet.said, named})
    mains = [c for c, f in found.items() if f == sheet.main]
    if not mains:
        numeric = [
            c.index
            for c in sheet.table.columns
            if c.index > labels and c.index not in {*found, *sheet.said} and _is_numeric(sheet, c)
        ]
        found |= {numeric[0]: sheet.main} if len(numeric) == 1 else {}
    if any(c not in sheet.hamlets and c not in sheet.weeks for c in mains):
        found = {c: f for c, f in found.items() if c not in sheet.hamlets}  # the report's own column beside its parts
        mains = [c for c in mains if c not in sheet.hamlets]
        sheet.hamlets = []
    several = [*sheet.weeks, *sheet.hamlets, *(c for c in mains if c in sheet.said)]
    for extra in [c for c in mains if c not in several][0 if several else 1 :]:
        column = header_of(sheet.table, extra)
        sheet.book.note("column_twice", column.row, extra, column.label)
        del found[extra]
    if sheet.hamlets:
        sheet.sums = [c.index for c in sheet.table.columns if is_total(c.parts[-1]) and c.index not in sheet.hamlets]
        found = {c: f for c, f in found.items() if c not in sheet.sums}
    return {
        c: f
        for c, f in found.items()
        if f in (sheet.main, "cumulative") and not (sheet.kind == "targets" and f != "target")
    }


def _note_unsure(sheet: IndicatorTable, labels: int, taken: set) -> None:
    """A column of numbers beside the values whose heading nobody knows: a person has to say what it is."""
    for column in sheet.table.columns:
        known = any(report_field(part, sheet.reference) for part in column.parts)
        known = known or (bool(sheet.hamlets) and is_total(column.parts[-1]))
        aside = known or any(NOT_REPORTED.search(fold(part)) for part in column.parts) or column.index in taken
        if column.index > labels and not aside and taken & set(range(labels + 1, MOST)) and _is_numeric(sheet, column):
            sheet.book.note("column_unsure", column.row, column.index, column.label)


def _is_numeric(sheet: IndicatorTable, column: Column) -> bool:
    other = {"serial", "unit", "note", "commune", "date", "week", "document", "private"}
    named = report_field(column.parts[-1], sheet.reference) in other
    return not named and share(sheet.table.cells(column.index), is_number_like) >= 0.6


def _down(
    sheet: IndicatorTable, labels: int, communes: dict[int, str], fields: dict[int, str], named: int | None = None
) -> None:
    """Indicators down; the numbers of one commune, or of several across."""
    unit_column = next(
        (c.index for c in sheet.table.columns if "unit" in [report_field(p, sheet.reference) for p in c.parts]), None
    )
    if unit_column is None:
        unit_column = _unit_column(sheet, labels, set(communes) | set(fields))
    week_column = next(
        (c.index for c in sheet.table.columns if report_field(c.parts[-1], sheet.reference) in ("week",)), None
    )
    columns = communes or fields
    sheet.columns = {"indicator": column_letter(labels)}
    sheet.columns |= {f: column_letter(c) for c, f in fields.items()} if not communes else {}
    if unit_column is not None:
        sheet.columns["unit"] = column_letter(unit_column)
    total_columns = [
        c.index
        for c in sheet.table.columns
        if (communes or c.index in sheet.sums)
        and c.index not in communes
        and is_total(c.parts[-1])
        and not _is_cumulative(sheet, c)
    ]
    rows = range(sheet.table.body_start, sheet.table.stop)
    names = _spread(sheet, named, rows)
    if communes:
        _note_unread(sheet, {*communes, *total_columns, labels, unit_column, week_column}, "commune_unknown")
    heading, section_commune = "", None
    for row in rows:
        cells = sheet.grid.rows[row]
        label = cells[labels]
        has_number = any(not is_blank(cells[c]) for c in columns)
        if is_end(cells):
            break
        if is_numbering(cells):
            continue
        if is_blank(label) or row in sheet.table.repeated_headers:
            if not is_blank(cells[0]) and isinstance(cells[0], str) and section_of(cells[0]):
                heading = cells[0]
            continue
        of_heading = sheet.reference.commune(unnumbered(str(label)), sheet.context.day).code if not has_number else None
        if of_heading:
            section_commune, heading = of_heading, ""
            continue
        code = find_indicator(label, sheet.reference, heading)
        if not has_number and (code is None or section_of(str(label))) and _is_heading(sheet, cells, labels):
            heading = str(label)
            continue
        if code is None:
            if has_number and not BARE_TOTAL.fullmatch(tidy(label).casefold()):
                _unknown(sheet, row, labels, columns, label)
            continue
        unit = _row_unit(sheet, row, unit_column, label)
        week = _week(sheet, row, week_column) if week_column is not None else sheet.context.week_start_date
        for column in columns:
            if isinstance(names.get(row), str) and is_total(names[row]):
                sheet.totals.append(IndicatorCell(row, column, None, week, code, fields.get(column, sheet.main), unit))
                continue
            of_row = section_commune if is_blank(names.get(row)) else None
            part = str(column) if column in sheet.hamlets else ""
            commune = communes.get(column) or of_row or _commune(sheet, names.get(row, ""), row, named)
            column_week = sheet.weeks.get(column, week)
            sheet.slots.append(
                IndicatorCell(row, column, commune, column_week, code, fields.get(column, sheet.main), unit, part)
            )
        for column in total_columns:
            sheet.totals.append(IndicatorCell(row, column, None, week, code, sheet.main, unit))


def _spread(sheet: IndicatorTable, named: int | None, rows: range) -> dict[int, object]:
    """row -> the commune's name, merged cells repeated."""
    if named is None:
        return {}
    cells = [sheet.grid.rows[row][named] for row in rows]
    return dict(zip(rows, spread_down(sheet.grid, named, cells, rows), strict=True))


def _is_heading(sheet: IndicatorTable, cells: list[object], labels: int) -> bool:
    first = str(cells[0]).strip(" .)") if labels > 0 and not is_blank(cells[0]) else ""
    number = NUMBERED.match(str(cells[labels]))
    roman = re.fullmatch(r"[IVX]+|[A-H]", first) or (number and re.match(r"\s*[IVXA-H]", number[0]))
    return (
        bool(roman)
        or find_indicator(cells[labels], sheet.reference) is None
        or section_of(str(cells[labels])) is not None
    )


def _unit_column(sheet: IndicatorTable, labels: int, taken: set[int]) -> int | None:
    for column in sheet.table.columns:
        if column.index not in taken | {labels} and share(sheet.table.cells(column.index), sheet.reference.unit) >= 0.3:
            return column.index
    return None


def _unknown(sheet: IndicatorTable, row: int, labels: int, columns, label: object) -> None:
    candidates = sheet.reference.indicator(tidy(NUMBERED.sub("", str(label)))).candidates
    sheet.book.note("indicator_unknown", row, labels, tidy(label), "; ".join(candidates) or None)
    for column in columns:
        if not is_blank(sheet.grid.rows[row][column]):
            sheet.book.wait(row, column, "indicator_unknown")


def _row_unit(sheet: IndicatorTable, row: int, unit_column: int | None, label: object) -> tuple[str, float] | None:
    for text in (sheet.grid.rows[row][unit_column] if unit_column is not None else "", bracketed(str(label)) or ""):
        if not is_blank(text):
            return sheet.reference.unit(text) or (f"?{tidy(text)}", 1.0)
    return None


def _commune(sheet: IndicatorTable, name: object, row: int, column: int | None) -> str | None:
    if column is None or (isinstance(name, str) and is_total(name)):
        return sheet.context.commune
    if is_blank(name):  # a forgotten name is not the letterhead's commune
        sheet.book.note("commune_unknown", row, column)
        return "?"
    match = sheet.reference.commune(name, sheet.context.day)
    if match.code is None:
        sheet.book.note("commune_unknown", row, column, tidy(name), "; ".join(match.candidates) or None)
        return "?"
    return match.code


def _week(sheet: IndicatorTable, row: int, column: int) -> date | None:
    """The week that a cell names; a cell that names none is a problem, and its row waits."""
    week = _week_in(sheet, sheet.grid.rows[row][column])
    if week is None:
        sheet.book.note("week_missing", row, column, show(sheet.grid.rows[row][column]))
        sheet.without_week.add(row)
    return week


def _week_in(sheet: IndicatorTable, cell: object) -> date | None:
    if is_blank(cell):
        return sheet.context.week_start_date
    day = parse_date(cell, year=sheet.context.year).value if not isinstance(cell, int) else None
    if day is not None:
        return date.fromordinal(day.toordinal() - day.weekday())
    text = f"tuần {cell}" if isinstance(cell, int) or str(cell).strip().isdigit() else str(cell)
    return find_week([("cell", text)], year=sheet.context.year, campaign=sheet.reference.campaign)[0].start


def _across(sheet: IndicatorTable, across: dict[int, tuple[str, str]], named: int | None) -> None:
    """Indicators across; a commune a row (or one row for the sheet's commune)."""
    sheet.columns = {code if f == sheet.main else f"{code}_{f}": column_letter(c) for c, (code, f) in across.items()}
    if named is not None:
        sheet.columns["commune"] = column_letter(named)
    units = {c: _column_unit(sheet, header_of(sheet.table, c)) for c in across}
    _note_unread(sheet, {*across, named}, "indicator_unknown")
    week_column = next(
        (c.index for c in sheet.table.columns if report_field(c.parts[-1], sheet.reference) == "week"), None
    )
    period = _period_column(sheet)
    sheet.has_periods = period is not None
    rows = range(sheet.table.body_start, sheet.table.stop)
    names = _spread(sheet, named, rows)
    for row in rows:
        cells = sheet.grid.rows[row]
        has_number = any(not is_blank(cells[c]) for c in across)
        texts = [c for i, c in enumerate(cells) if isinstance(c, str) and c.strip() and i != period]
        if is_end(cells):
            break
        if not has_number or row in sheet.table.repeated_headers or _numbers_columns(sheet, row):
            continue
        if texts and named is not None and BESIDE.match(tidy(texts[0]).casefold()):
            continue  # "Lũy kế", "Đạt tỷ lệ": a line about the table, no commune
        is_sum = any(is_total(t) for t in texts[:2]) or _adds_up(sheet, across, named, names, row)
        week = sheet.context.week_start_date
        if week_column is not None and not is_sum:
            week = _week(sheet, row, week_column)
        commune = None if is_sum else _commune(sheet, names.get(row, ""), row, named)
        part = next((t for t in texts[:2] if HAMLET.match(t)), "") if named is None else ""
        of_row = report_field(str(cells[period]), sheet.reference) if period is not None else None
        for column, (code, kind) in across.items():
            field = "cumulative" if "cumulative" in (kind, of_row) else sheet.main
            slot = IndicatorCell(row, column, commune, week, code, field, units[column], part)
            (sheet.totals if is_sum else sheet.slots).append(slot)


def _note_unread(sheet: IndicatorTable, read: set[int | None], code: str) -> None:
    """A column of numbers whose header we do not know is asked about: it must not vanish."""
    for column in sheet.table.columns:
        fields = {report_field(part, sheet.reference) for part in column.parts}
        aside = bool(fields & ASIDE) or is_total(column.parts[-1]) or any(HAMLET.match(part) for part in column.parts)
        numbers = [c for c in sheet.table.sample(column.index, 60) if is_number_like(c)]
        if column.index in read or aside or not numbers or column.index in sheet.said:
            continue
        label = column.parts[-1]
        if NOT_REPORTED.search(fold(label)):
            sheet.book.note("column_unknown", column.row, column.index, column.label)
            continue
        match = sheet.reference.indicator(label) if code == "indicator_unknown" else sheet.reference.commune(label)
        sheet.book.note(code, column.row, column.index, column.label, "; ".join(match.candidates) or None)


def _adds_up(sheet: IndicatorTable, across: dict, named: int | None, names: dict[int, object], row: int) -> bool:
    """A row without a commune whose numbers are the sums of the rows above: their total; it is told."""
    if named is None or not is_blank(names.get(row)):
        return False
    above = [r for r in range(sheet.table.body_start, row) if not is_blank(names.get(r))]
    cells = sheet.grid.rows
    for column in across:
        amount = parse_number(cells[row][column], whole=True).value
        parts = [parse_number(cells[r][column], whole=True).value or 0 for r in above]
        if amount is not None and abs(sum(parts) - amount) > 1e-6:
            return False
    if len(above) < 2:
        return False
    sheet.book.note("total_assumed", row, next(iter(across)), show(cells[row][next(iter(across))]))
    return True


def _numbers_columns(sheet: IndicatorTable, row: int) -> bool:

    return row <= sheet.table.body_start + 1 and is_numbering(sheet.grid.rows[row])


def _column_unit(sheet: IndicatorTable, column: Column) -> tuple[str, float] | None:
    known = unit_of(column, sheet.reference)
    if known:
        return known
    text = bracketed(column.parts[-1])
    return (f"?{text}", 1.0) if text and len(text) < 12 else None


PHYSICAL = ("vnd", "kg", "litre", "box", "piece", "set")


def number_of(sheet: IndicatorTable, slot: IndicatorCell) -> float | None:
    """The number of a slot in the unit of its indicator; None when blank, unreadable or waiting."""
    cell = sheet.grid.rows[slot.row][slot.column]
    if is_blank(cell):
        if (slot.row, slot.column) in sheet.grid.uncalculated:
            sheet.book.note("formula_without_value", slot.row, slot.column)
            sheet.book.wait(slot.row, slot.column, "formula_without_value")
        return None
    row = sheet.reference.indicators[slot.indicator]
    target_unit, whole = row["unit"], row["is_whole"] == "true"
    factor = _factor(sheet, slot, target_unit)
    if factor is None:
        return None
    style = _style(sheet, slot.column)
    if target_unit == "vnd":
        parsed = parse_scaled_money(cell, factor=factor, style=style)
    elif target_unit in PHYSICAL:
        parsed = _physical(sheet, cell, slot, target_unit, factor, whole, style)
    else:
        text = COUNT_WORDS.sub("", cell) if isinstance(cell, str) else cell
        parsed = parse_number(text, whole=whole, style=style, factor=factor)
    settled = sheet.book.settle(parsed, slot.row, slot.column)
    return None if settled is None else float(settled)


def _style(sheet: IndicatorTable, column: int) -> Style:
    if column not in sheet.styles:
        sheet.styles[column] = number_style(sheet.table.cells(column))
    return sheet.styles[column]


def _physical(
    sheet: IndicatorTable, cell, slot: IndicatorCell, target: str, factor: float, whole: bool, style: Style
) -> Parsed:
    """Kilograms, boxes, pieces: a unit in the cell itself wins over the header's."""
    value, own, own_factor = parse_quantity(cell, style=style, reference=sheet.reference)
    if own and own != target:
        return Parsed(code="unit_not_convertible")
    if own:
        scale = own_factor
        return value if value.code or value.value is None else bounded(Parsed(value=value.value * scale))
    if value.code == "unit_unknown" and isinstance(cell, str) and COUNT_WORDS.search(cell):
        cell = COUNT_WORDS.sub("", cell)
    elif value.code == "unit_unknown":
        return value
    return parse_number(cell, whole=whole and factor == 1, style=style, factor=factor)


def _factor(sheet: IndicatorTable, slot: IndicatorCell, target: str) -> float | None:
    """How many of the indicator's unit one written unit is; None when they do not convert."""
    unit = slot.unit
    if target not in PHYSICAL:
        return unit[1] if unit and unit[0] in ("piece", "set", "meal") else 1.0
    if unit is None:
        if target == "vnd" or target in ("set", "piece"):
            return (
                sheet.context.unit[1]
                if target == "vnd" and sheet.context.unit and sheet.context.unit[0] == "vnd"
                else 1.0
            )
        return 1.0 if _unit_asked(sheet, slot, target) else None
    if unit[0] == target:
        return unit[1]
    if unit[0].startswith("?"):
        if target in ("set", "piece"):  # "tờ", "suất": words for pieces that are no units of goods
            return 1.0
        _once(sheet, "unit_unknown", slot, unit[0][1:])
        return None
    _once(sheet, "unit_not_convertible", slot, unit[0], target)
    return None


def _unit_asked(sheet: IndicatorTable, slot: IndicatorCell, target: str) -> bool:
    cell = sheet.grid.rows[slot.row][slot.column]
    own = parse_quantity(cell, style=Style.VI, reference=sheet.reference)[1] if isinstance(cell, str) else None
    if own:
        return True
    key = f"indicator:{slot.indicator}"
    if sheet.units.get(key) == (target, 1.0):
        return True
    sheet.book.unitless[key] = target
    ticked = _once(sheet, "unit_missing", slot, sheet.reference.indicators[slot.indicator].name, target)
    return ticked


def _once(sheet: IndicatorTable, code: str, slot: IndicatorCell, found: str, proposed: str | None = None) -> bool:
    """One question for a column of a matrix or a row of a vertical report; its cells wait until it is ticked."""
    by_column = sheet.layout == "matrix"
    column = slot.column if by_column else _label_index(sheet)
    row = header_of(sheet.table, slot.column).row if by_column else slot.row
    ticked = sheet.book.note(code, row, column, found, proposed)
    if not ticked:
        sheet.book.wait(slot.row, slot.column, code)
    return ticked


def _label_index(sheet: IndicatorTable) -> int:
    letter = sheet.columns.get("indicator", "A")
    return next((c.index for c in sheet.table.columns if c.letter == letter), 0)


def number_quietly(sheet: IndicatorTable, slot: IndicatorCell) -> float | None:
    """The number of a slot without noting its problems a second time."""
    problems, waiting = list(sheet.book.problems), {k: set(v) for k, v in sheet.book.waiting.items()}
    number = number_of(sheet, slot)
    sheet.book.problems, sheet.book.waiting = problems, waiting
    return number


def is_beyond(sheet: IndicatorTable, slot: IndicatorCell) -> bool:
    """Whether the number of a slot is more than any line may carry."""
    factor = slot.unit[1] if slot.unit else 1.0
    return parse_money(sheet.grid.rows[slot.row][slot.column], factor=factor).code == TOO_LARGE.code
