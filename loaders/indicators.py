"""A table of indicators -> one value a (commune, indicator): vertical, matrix, transposed matrix and long."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from data import schemas
from data.reference import Reference, fold, tidy
from loaders.columns import unit_of
from loaders.context import Book, Context, show, spread_down
from loaders.dates import find_week, parse_date
from loaders.grid import address, column_letter
from loaders.headers import Lexicon, bracketed
from loaders.lines import waiting_frame
from loaders.reading import Reading
from loaders.rows import is_signature, is_total
from loaders.tables import Column, Table, is_blank, is_number_like
from loaders.values import Parsed, Style, number_style, parse_money, parse_number, parse_quantity

LEXICON = Lexicon(
    {
        "commune": r"(ten )?(xa|don vi|don vi dia phuong|dia ban|dia phuong|xa thi tran|cac xa.*|mttq.*|ten don vi|xa tt|commune)"
    }
)
NUMBERED = re.compile(r"^\s*(?:[-+*•]|\(?(?:\d+(?:\.\d+)*|[ivxIVX]+|[a-hA-H])\s*[.)/-])\s*")
COUNT_WORDS = re.compile(
    r"\s*(buổi|cuộc|lượt|lần|người|lượt người|hộ|gia đình|tờ|tờ rơi|điểm|chốt|suất|suất quà|phần|phần quà|đợt|tin|bài|tin bài|đơn vị|tổ chức)\s*$",
    re.IGNORECASE,
)
SECTIONS = (
    ("1", r"tuyen truyen"),
    ("2", r"huy dong|ung ho|quyen gop|tiep nhan|van dong|nguon luc"),
    ("4", r"tuyen dau|tham hoi|luc luong"),
    ("3", r"ho tro|cham lo|cap phat|tieu thu|phoi hop|trao"),
)
SECTION_WORDS = {"1": "tuyên truyền", "2": "vận động", "3": "hỗ trợ", "4": "tuyến đầu"}
PHYSICAL = ("vnd", "kg", "litre", "box", "piece", "set")


@dataclass(frozen=True)
class Slot:
    """One cell that holds a number: whose, of what, which number, and the unit it is written in."""

    row: int
    column: int
    commune: str | None
    week: date | None
    indicator: str
    field: str  # value, cumulative, target
    unit: tuple[str, float] | None


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
    return None


def indicator_columns(table: Table, reference: Reference) -> dict[int, tuple[str, str]]:
    """Header columns that name an indicator: column -> (indicator, value | cumulative | target)."""
    found = {}
    for column in table.columns:
        fields = [LEXICON.field(part) for part in column.parts]
        kind = next((f for f in ("cumulative", "target") if f in fields), "value")
        for number in range(len(column.parts) - 1, -1, -1):
            heading = " ".join(column.parts[:number])
            code = find_indicator(column.parts[number], reference, heading)
            if code and fields[number] not in ("cumulative", "in_week", "serial", "commune"):
                found[column.index] = (code, kind)
                break
    return found


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
    for column in table.columns[:4]:
        cells = [
            c for c in table.cells(column.index)[:60] if isinstance(c, str) and not is_total(c) and not is_signature(c)
        ]
        named = LEXICON.field(column.parts[-1]) == "commune"
        if cells and share(cells, lambda c: reference.commune(c, day).code) >= (0.3 if named else 0.6):
            return column.index
    return None


def label_column(table: Table, reference: Reference) -> int | None:
    """The column whose cells are indicator names."""
    best = (0, None)
    for column in table.columns[:4]:
        hits = sum(1 for c in table.cells(column.index)[:120] if isinstance(c, str) and find_indicator(c, reference))
        if hits > best[0]:
            best = (hits, column.index)
    if best[0] >= 2:
        return best[1]
    heads = {LEXICON.field(part) for column in table.columns for part in column.parts}
    content = next((c.index for c in table.columns if LEXICON.field(c.parts[-1]) == "content"), None)
    return content if best[0] == 1 and best[1] == content or heads & {"in_week", "cumulative"} else None


def _is_end(cells: Sequence[object]) -> bool:
    """A signature row: words of office and no number."""
    filled = [c for c in cells if not is_blank(c)]
    return any(isinstance(c, str) and is_signature(c) for c in filled) and not any(is_number_like(c) for c in filled)


def _header(table: Table, index: int) -> Column:
    return next(c for c in table.columns if c.index == index)


class IndicatorReader:
    """Reads one table of a weekly report or of targets."""

    def __init__(self, table: Table, context: Context, kind: str):
        self.table, self.context, self.kind = table, context, kind
        self.grid, self.reference = table.grid, context.reference
        self.book = Book(table.grid, context)
        self.main = "target" if kind == "targets" else "value"
        self.slots: list[Slot] = []
        self.totals: list[Slot] = []
        self.layout = "vertical"
        self.columns: dict[str, str] = {}

    def reading(self) -> Reading:
        self._find_slots()
        frame = self._frame()
        self._check_totals()
        codes = tuple(sorted(set(frame["commune"].dropna()))) or (
            (self.context.commune,) if self.context.commune else ()
        )
        weeks = sorted(set(frame["week_start_date"].dropna())) if self.kind == "weekly_reports" else []
        week = weeks[0].date() if len(weeks) == 1 else self.context.week_start_date
        return Reading(
            kind=self.kind,
            file=self.grid.file,
            sheet=self.grid.sheet,
            frame=frame,
            waiting=waiting_frame(self.book, self.kind),
            remarks=schemas.empty("remarks"),
            problems=tuple(self.book.problems),
            columns=self.columns,
            layout=self.layout,
            area=self.table.area,
            communes=codes,
            week_start_date=week,
            found_in=self.context.found_in,
            declared=self.declared,
            is_urgent=self.context.is_urgent,
            is_hidden=self.grid.is_hidden,
        )

    # --- where the numbers stand ---
    def _find_slots(self) -> None:
        day = self.context.day
        across = indicator_columns(self.table, self.reference)
        communes = commune_columns(self.table, self.reference, day)
        labels = label_column(self.table, self.reference)
        named = commune_column(self.table, self.reference, day)
        if len(communes) >= 2 and labels is not None:
            self.layout = "transposed"
            self._down(labels, communes, {})
        elif labels is not None and (len(across) < 2 or labels not in across):
            self.layout = "long" if named is not None else "vertical"
            self._down(labels, {}, self._value_columns(labels, named), named)
        else:
            self.layout = "matrix"
            self._across(across, named)
        if not (across if self.layout == "matrix" else communes or len(self.columns) > 1):
            self.book.note(
                "column_missing", self.table.header_start, self.table.columns[0].index, self._heads(), self.main
            )

    def _heads(self) -> str:
        return "; ".join(c.label for c in self.table.columns)

    def _value_columns(self, labels: int, named: int | None) -> dict[int, str]:
        """Columns right of the labels that hold the numbers: column -> value | cumulative | target."""
        found: dict[int, str] = {}
        for column in self.table.columns:
            if column.index in (labels, named):
                continue
            fields = [LEXICON.field(part) for part in column.parts]
            if "cumulative" in fields:
                found.setdefault(column.index, "cumulative")
            elif "target" in fields and (self.kind == "targets" or "in_week" not in fields):
                found.setdefault(column.index, "target")
            elif {"in_week", "quantity", "cash", "value"} & set(fields) and "unit" not in fields:
                found.setdefault(column.index, self.main)
        mains = [c for c, f in found.items() if f == self.main]
        if not mains:
            numeric = [
                c.index for c in self.table.columns if c.index > labels and c.index not in found and self._is_numeric(c)
            ]
            found |= {numeric[0]: self.main} if len(numeric) == 1 else {}
        for extra in mains[1:]:
            column = _header(self.table, extra)
            self.book.note("column_twice", column.row, extra, column.label)
            del found[extra]
        return {
            c: f
            for c, f in found.items()
            if f in (self.main, "cumulative") and not (self.kind == "targets" and f != "target")
        }

    def _is_numeric(self, column: Column) -> bool:
        other = {"serial", "unit", "note", "commune", "date", "week", "document", "private"}
        named = LEXICON.field(column.parts[-1]) in other
        return not named and share(self.table.cells(column.index), is_number_like) >= 0.6

    def _down(self, labels: int, communes: dict[int, str], fields: dict[int, str], named: int | None = None) -> None:
        """Indicators down; the numbers of one commune, or of several across."""
        unit_column = next((c.index for c in self.table.columns if "unit" in [LEXICON.field(p) for p in c.parts]), None)
        if unit_column is None:
            unit_column = self._unit_column(labels, set(communes) | set(fields))
        week_column = next((c.index for c in self.table.columns if LEXICON.field(c.parts[-1]) in ("week",)), None)
        columns = communes or fields
        self.columns = {"indicator": column_letter(labels)} | {f: column_letter(c) for c, f in fields.items()}
        if unit_column is not None:
            self.columns["unit"] = column_letter(unit_column)
        total_columns = [c.index for c in self.table.columns if is_total(c.parts[-1])] if communes else []
        rows = range(self.table.body_start, self.table.stop)
        names = (
            dict(zip(rows, spread_down(self.grid, named, [self.grid.rows[r][named] for r in rows], rows), strict=True))
            if named is not None
            else {}
        )
        heading = ""
        for row in rows:
            cells = self.grid.rows[row]
            label = cells[labels]
            has_number = any(not is_blank(cells[c]) for c in columns)
            if _is_end(cells):
                break
            if is_blank(label) or row in self.table.repeated_headers:
                if not is_blank(cells[0]) and isinstance(cells[0], str) and section_of(cells[0]):
                    heading = cells[0]
                continue
            code = find_indicator(label, self.reference, heading)
            if not has_number and (code is None or section_of(str(label))) and self._is_heading(cells, labels):
                heading = str(label)
                continue
            if code is None:
                if has_number and not is_total(str(label)):
                    self._unknown(row, labels, columns, label)
                continue
            unit = self._row_unit(row, unit_column, label)
            week = self._week(cells[week_column]) if week_column is not None else self.context.week_start_date
            for column in columns:
                commune = communes.get(column) or self._commune(names.get(row), row, named)
                self.slots.append(Slot(row, column, commune, week, code, fields.get(column, self.main), unit))
            for column in total_columns:
                self.totals.append(Slot(row, column, None, week, code, self.main, unit))

    def _is_heading(self, cells: list[object], labels: int) -> bool:
        first = str(cells[0]).strip(" .)") if labels > 0 and not is_blank(cells[0]) else ""
        number = NUMBERED.match(str(cells[labels]))
        roman = re.fullmatch(r"[IVX]+|[A-H]", first) or (number and re.match(r"\s*[IVXA-H]", number[0]))
        return (
            bool(roman)
            or find_indicator(cells[labels], self.reference) is None
            or section_of(str(cells[labels])) is not None
        )

    def _unit_column(self, labels: int, taken: set[int]) -> int | None:
        for column in self.table.columns:
            if (
                column.index not in taken | {labels}
                and share(self.table.cells(column.index), self.reference.unit) >= 0.3
            ):
                return column.index
        return None

    def _unknown(self, row: int, labels: int, columns, label: object) -> None:
        candidates = self.reference.indicator(tidy(NUMBERED.sub("", str(label)))).candidates
        self.book.note("indicator_unknown", row, labels, tidy(label), "; ".join(candidates) or None)
        for column in columns:
            if not is_blank(self.grid.rows[row][column]):
                self.book.wait(row, column, "indicator_unknown")

    def _row_unit(self, row: int, unit_column: int | None, label: object) -> tuple[str, float] | None:
        for text in (self.grid.rows[row][unit_column] if unit_column is not None else "", bracketed(str(label)) or ""):
            if not is_blank(text):
                return self.reference.unit(text) or (f"?{tidy(text)}", 1.0)
        return None

    def _commune(self, name: object, row: int, column: int | None) -> str | None:
        if is_blank(name):
            return self.context.commune
        match = self.reference.commune(name, self.context.day)
        if match.code is None:
            if not any(p.code == "commune_unknown" and p.where.row == row + 1 for p in self.book.problems):
                self.book.note("commune_unknown", row, column, tidy(name), "; ".join(match.candidates) or None)
            return "?"
        return match.code

    def _week(self, cell: object) -> date | None:
        if is_blank(cell):
            return self.context.week_start_date
        day = parse_date(cell, year=self.context.year).value if not isinstance(cell, int) else None
        if day is not None:
            return date.fromordinal(day.toordinal() - day.weekday())
        text = f"tuần {cell}" if isinstance(cell, int) or str(cell).strip().isdigit() else str(cell)
        return find_week([("cell", text)], year=self.context.year, campaign=self.reference.campaign)[0].start

    def _across(self, across: dict[int, tuple[str, str]], named: int | None) -> None:
        """Indicators across; a commune a row (or one row for the sheet's commune)."""
        self.columns = {code if f == self.main else f"{code}_{f}": column_letter(c) for c, (code, f) in across.items()}
        if named is not None:
            self.columns["commune"] = column_letter(named)
        units = {c: self._column_unit(_header(self.table, c)) for c in across}
        week_column = next((c.index for c in self.table.columns if LEXICON.field(c.parts[-1]) == "week"), None)
        for row in range(self.table.body_start, self.table.stop):
            cells = self.grid.rows[row]
            has_number = any(not is_blank(cells[c]) for c in across)
            texts = [c for c in cells if isinstance(c, str) and c.strip()]
            if _is_end(cells):
                break
            if not has_number or row in self.table.repeated_headers or self._numbers_columns(row):
                continue
            week = self._week(cells[week_column]) if week_column is not None else self.context.week_start_date
            is_sum = any(is_total(t) for t in texts[:2])
            commune = None if is_sum else self._commune(cells[named] if named is not None else "", row, named)
            for column, (code, kind) in across.items():
                slot = Slot(
                    row, column, commune, week, code, self.main if kind != "cumulative" else kind, units[column]
                )
                (self.totals if is_sum else self.slots).append(slot)

    def _numbers_columns(self, row: int) -> bool:
        from loaders.tables import is_numbering

        return row <= self.table.body_start + 1 and is_numbering(self.grid.rows[row])

    def _column_unit(self, column: Column) -> tuple[str, float] | None:
        known = unit_of(column, self.reference)
        if known:
            return known
        text = bracketed(column.parts[-1])
        return (f"?{text}", 1.0) if text and len(text) < 12 else None

    # --- the numbers ---
    def _number(self, slot: Slot) -> float | None:
        """The number of a slot in the unit of its indicator; None when blank, unreadable or waiting."""
        cell = self.grid.rows[slot.row][slot.column]
        if is_blank(cell):
            if (slot.row, slot.column) in self.grid.uncalculated:
                self.book.note("formula_without_value", slot.row, slot.column)
                self.book.wait(slot.row, slot.column, "formula_without_value")
            return None
        row = self.reference.indicators[slot.indicator]
        target_unit, whole = row["unit"], row["is_whole"] == "true"
        factor = self._factor(slot, target_unit)
        if factor is None:
            return None
        style = self._style(slot.column)
        if target_unit == "vnd":
            parsed = parse_money(cell, factor=factor, style=style)
        elif target_unit in PHYSICAL:
            parsed = self._physical(cell, slot, target_unit, factor, whole, style)
        else:
            text = COUNT_WORDS.sub("", cell) if isinstance(cell, str) else cell
            parsed = parse_number(text, whole=whole, style=style, factor=factor)
        settled = self.book.settle(parsed, slot.row, slot.column)
        return None if settled is None else float(settled)

    def _style(self, column: int) -> Style:
        if not hasattr(self, "_styles"):
            self._styles: dict[int, Style] = {}
        if column not in self._styles:
            self._styles[column] = number_style(self.table.cells(column))
        return self._styles[column]

    def _physical(self, cell, slot: Slot, target: str, factor: float, whole: bool, style: Style) -> Parsed:
        """Kilograms, boxes, pieces: a unit in the cell itself wins over the header's."""
        value, own, own_factor = parse_quantity(cell, style=style, reference=self.reference)
        if own and own != target:
            return Parsed(code="unit_not_convertible")
        if own:
            scale = own_factor
            return value if value.code or value.value is None else Parsed(value=value.value * scale)
        if value.code == "unit_unknown" and isinstance(cell, str) and COUNT_WORDS.search(cell):
            cell = COUNT_WORDS.sub("", cell)
        elif value.code == "unit_unknown":
            return value
        return parse_number(cell, whole=whole and factor == 1, style=style, factor=factor)

    def _factor(self, slot: Slot, target: str) -> float | None:
        """How many of the indicator's unit one written unit is; None when they do not convert."""
        unit = slot.unit
        if target not in PHYSICAL:
            return unit[1] if unit and unit[0] in ("piece", "set", "meal") else 1.0
        if unit is None:
            if target == "vnd" or target in ("set", "piece"):
                return (
                    self.context.unit[1]
                    if target == "vnd" and self.context.unit and self.context.unit[0] == "vnd"
                    else 1.0
                )
            return 1.0 if self._unit_asked(slot, target) else None
        if unit[0] == target:
            return unit[1]
        if unit[0].startswith("?"):
            if target in ("set", "piece"):  # "tờ", "suất": words for pieces that are no units of goods
                return 1.0
            self._once("unit_unknown", slot, unit[0][1:])
            return None
        self._once("unit_not_convertible", slot, unit[0], target)
        return None

    def _unit_asked(self, slot: Slot, target: str) -> bool:
        cell = self.grid.rows[slot.row][slot.column]
        own = parse_quantity(cell, style=Style.VI, reference=self.reference)[1] if isinstance(cell, str) else None
        if own:
            return True
        ticked = self._once("unit_missing", slot, self.reference.indicators[slot.indicator].name, target)
        return ticked

    def _once(self, code: str, slot: Slot, found: str, proposed: str | None = None) -> bool:
        """One question for a column of a matrix or a row of a vertical report; its cells wait until it is ticked."""
        by_column = self.layout == "matrix"
        column = slot.column if by_column else self._label_index()
        row = _header(self.table, slot.column).row if by_column else slot.row
        known = [p for p in self.book.problems if p.code == code and p.where.cell == address(row, column)]
        ticked = (
            known[0].key in self.context.answers.ticked if known else self.book.note(code, row, column, found, proposed)
        )
        if not ticked:
            self.book.wait(slot.row, slot.column, code)
        return ticked

    def _label_index(self) -> int:
        letter = self.columns.get("indicator", "A")
        return next((c.index for c in self.table.columns if c.letter == letter), 0)

    # --- the frame ---
    def _frame(self) -> pd.DataFrame:
        entries: dict[tuple, dict] = {}
        for slot in self.slots:
            if slot.commune == "?":
                if not is_blank(self.grid.rows[slot.row][slot.column]):
                    self.book.wait(slot.row, slot.column, "commune_unknown")
                continue
            number = self._number(slot)
            if number is None:
                continue
            key = (
                slot.commune,
                slot.week,
                slot.indicator,
                slot.row,
                slot.column if self.layout in ("matrix", "transposed") else 0,
            )
            if self.layout == "matrix":
                key = (slot.commune, slot.week, slot.indicator, slot.row, 0)
            entry = entries.setdefault(key, {"row": slot.row, "column": slot.column})
            if slot.field in entry:
                self._twice(slot, entry["row"], entry["column"])
                continue
            entry[slot.field] = number
            if slot.field == self.main:
                entry["column"] = slot.column
            else:
                entry["cumulative_column"] = slot.column
        kept = self._without_repeats(entries)
        values = self._values(kept)
        return schemas.frame(self.kind, values)

    def _without_repeats(self, entries: dict[tuple, dict]) -> list[tuple[tuple, dict]]:
        """The same indicator of the same commune and week in two rows is asked about; the first counts."""
        seen: dict[tuple, dict] = {}
        kept = []
        for key, entry in entries.items():
            first = seen.setdefault(key[:3], entry)
            if first is entry or self._twice_ticked(entry, first):
                kept.append((key, entry))
        return kept

    def _twice_ticked(self, entry: dict, first: dict) -> bool:
        cell = self.grid.rows[entry["row"]][entry["column"]]
        ticked = self.book.note(
            "duplicate_rows", entry["row"], entry["column"], show(cell), address(first["row"], first["column"])
        )
        if not ticked:
            self.book.wait(entry["row"], entry["column"], "duplicate_rows")
        return ticked

    def _twice(self, slot: Slot, row: int, column: int) -> None:
        cell = self.grid.rows[slot.row][slot.column]
        self.book.note("duplicate_rows", slot.row, slot.column, show(cell), address(row, column))
        self.book.wait(slot.row, slot.column, "duplicate_rows")

    def _values(self, kept: list[tuple[tuple, dict]]) -> dict[str, list]:
        values = {
            "commune": [key[0] for key, _ in kept],
            "indicator": [key[2] for key, _ in kept],
            "source_sheet": [self.grid.sheet] * len(kept),
            "source_row": [entry["row"] + 1 for _, entry in kept],
            "source_column": [column_letter(entry["column"]) for _, entry in kept],
            "source_text": [show(self.grid.rows[entry["row"]][entry["column"]]) for _, entry in kept],
        }
        if self.kind == "targets":
            return values | {"target": [entry.get("target") for _, entry in kept]}
        for key, entry in kept:
            if (
                entry.get("cumulative") is not None
                and entry.get("value") is not None
                and entry["cumulative"] < entry["value"]
            ):
                self.book.note(
                    "cumulative_below",
                    entry["row"],
                    entry["cumulative_column"],
                    show(entry["cumulative"]),
                    show(entry["value"]),
                )
        return values | {
            "week_start_date": [key[1] for key, _ in kept],
            "value": [entry.get("value") for _, entry in kept],
            "cumulative": [entry.get("cumulative") for _, entry in kept],
            "is_urgent": [self.context.is_urgent] * len(kept),
        }

    # --- totals ---
    declared: dict | None = None

    def _check_totals(self) -> None:
        """ "Toàn huyện" against the communes: down a column in a matrix, along a row in its transpose."""
        cells: dict[str, dict] = {}
        agrees = True
        for total in self.totals:
            amount = self._number_quietly(total)
            same = [s for s in self.slots if s.indicator == total.indicator and s.field == total.field]
            line = [
                s for s in same if (s.row == total.row if self.layout == "transposed" else s.column == total.column)
            ]
            numbers = [n for s in line if (n := self._number_quietly(s)) is not None]
            if amount is None or not numbers:
                continue
            cells[f"{total.indicator}" if total.field == self.main else f"{total.indicator}_{total.field}"] = {
                "cell": address(total.row, total.column),
                "value": amount,
            }
            if abs(sum(numbers) - amount) > 1e-6:
                agrees = False
                code = "row_total_differs" if self.layout == "transposed" else "total_differs"
                self.book.note(code, total.row, total.column, show(amount), show(round(sum(numbers), 6)))
        if cells:
            self.declared = {"row": self.totals[0].row + 1, "agrees": agrees, "cells": cells}

    def _number_quietly(self, slot: Slot) -> float | None:
        """The number of a slot without noting its problems a second time."""
        problems, waiting = list(self.book.problems), {k: set(v) for k, v in self.book.waiting.items()}
        number = self._number(slot)
        self.book.problems, self.book.waiting = problems, waiting
        return number


def read(table: Table, context: Context, kind: str) -> Reading:
    """A table of a weekly report or of targets -> a Reading with one row an indicator of a commune."""
    return IndicatorReader(table, context, kind).reading()


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
