"""The sheets beside the table of a form: how to fill it in, with an example; and the lists of its drop-downs."""

from collections.abc import Sequence
from datetime import date
from math import ceil

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from data.reference import Reference
from data.schemas import LINE_KINDS
from loaders.tables.our_sheets import CHOICES_SHEET, FORM_MARKER, GUIDE_SHEET
from outgoing.forms.form_checks import Days, prompt_of, source_of, written
from outgoing.forms.form_columns import LANGUAGE, Column, choices, unit_of_indicator, unit_words
from outgoing.forms.form_sheet import BOX, CENTRE, HEADER, LEFT, TOP, font, lock, put, set_print
from words import names
from words.texts import t

FAINT = "BFBFBF"
FIRST_CHOICE = 3  # the row under the heading of a list
SEVERAL = ("fractional_unit",)
LINE_HEIGHT = 17
HEADER_HEIGHT = 34


def add_lists(
    book: Workbook, wanted: Sequence[str], commune: str | None, week: date | None, reference: Reference
) -> dict[str, str]:
    """A hidden sheet with one list a column; name of a list -> the cells a drop-down points to."""
    sheet = book.create_sheet(CHOICES_SHEET)
    sheet["A1"] = FORM_MARKER
    sources = {}
    for number, name in enumerate(wanted, 1):
        letter, words = get_column_letter(number), choices(name, commune, week, reference)
        sheet.cell(2, number, t(f"forms.header.{'unit' if name in SEVERAL else name}", LANGUAGE)).font = font(bold=True)
        for row, word in enumerate(words, FIRST_CHOICE):
            sheet.cell(row, number, word).font = font()
        sheet.column_dimensions[letter].width = max((len(word) for word in words), default=8) + 2
        sources[name] = source_of(letter, FIRST_CHOICE, FIRST_CHOICE + max(len(words), 1) - 1)
    sheet.sheet_state = "hidden"
    lock(sheet)
    return sources


def add_guide(book: Workbook, kind: str, columns: Sequence[Column], days: Days, reference: Reference) -> None:
    """How to fill in: the steps, what goes into each column, an example."""
    sheet = book.create_sheet(GUIDE_SHEET)
    sheet.sheet_view.showGridLines = False
    example = _example(kind, columns, days, reference)
    last = max(len(columns), 6)
    for number in range(1, last + 1):
        wide = columns[number - 1].width if number <= len(columns) else 14
        sheet.column_dimensions[get_column_letter(number)].width = max(wide, 9)
    sheet.cell(1, 1, FORM_MARKER).font = font(size=8, color=FAINT)
    title = t("forms.guide.title", LANGUAGE, title=t(f"forms.title.{kind}", LANGUAGE))
    put(sheet, 2, 1, last, title, look=font(bold=True, size=15))
    row = _add_steps(sheet, 4, last, _steps(kind))
    row = _add_columns(sheet, row + 1, last, columns, days)
    _add_example(sheet, row + 1, columns, example, last)
    set_print(sheet, landscape=len(columns) > 7)
    lock(sheet)


def _steps(kind: str) -> list[str]:
    sheet, nil = names.kind(kind, LANGUAGE), t("forms.choice.nil", LANGUAGE)
    steps = [t("forms.guide.open", LANGUAGE, sheet=sheet)]
    if kind in LINE_KINDS:
        steps += [t("forms.guide.rows", LANGUAGE)]
    elif kind == "targets":
        steps += [t("forms.guide.targets", LANGUAGE, target=t("forms.header.target", LANGUAGE))]
    else:
        heads = {name: t(f"forms.header.{name}", LANGUAGE) for name in ("value", "cumulative")}
        steps += [t("forms.guide.numbers", LANGUAGE, **heads), t("forms.guide.remarks", LANGUAGE)]
    if kind != "targets":
        steps += [t("forms.guide.nil", LANGUAGE, nil=nil)]
    steps += [t("forms.guide.send", LANGUAGE)]
    return steps + ([t("forms.guide.print", LANGUAGE)] if kind in LINE_KINDS else [])


def _add_steps(sheet, row: int, last: int, steps: list[str]) -> int:
    put(sheet, row, 1, last, t("forms.guide.steps", LANGUAGE), look=font(bold=True), align=LEFT)
    for number, step in enumerate(steps, 1):
        put(sheet, row + number, 1, last, f"{number}. {step}", look=font(), align=TOP)
        _grow(sheet, row + number, step, 1, last)
    return row + len(steps) + 1


def _grow(sheet, row: int, text: str, first: int, last: int) -> None:
    """A merged cell does not grow by itself: the row gets the lines that its text needs."""
    width = sum(sheet.column_dimensions[get_column_letter(n)].width for n in range(first, last + 1))
    sheet.row_dimensions[row].height = LINE_HEIGHT * ceil(len(text) / width) + 4


def _add_columns(sheet, row: int, last: int, columns: Sequence[Column], days: Days) -> int:
    """A table of two columns: the column of the form, and what goes into it."""
    put(sheet, row, 1, last, t("forms.guide.columns", LANGUAGE), look=font(bold=True), align=LEFT)
    heads = (t("forms.guide.column", LANGUAGE), t("forms.guide.what", LANGUAGE))
    told = [(c.header, prompt_of(c, days)) for c in columns if c.check]
    for number, texts in enumerate([heads, *told], row + 1):
        for first, end, text in ((1, 2, texts[0]), (3, last, texts[1])):
            is_head = number == row + 1
            cell = put(sheet, number, first, end, text, look=font(bold=is_head or first == 1), align=LEFT)
            for column in range(first, end + 1):
                sheet.cell(number, column).border = BOX
            if is_head:
                cell.fill = HEADER
        _grow(sheet, number, texts[1], 3, last)
    return row + len(told) + 2


def _add_example(sheet, row: int, columns: Sequence[Column], example: list[dict], last: int) -> None:
    put(sheet, row, 1, last, t("forms.guide.example", LANGUAGE), look=font(bold=True, italic=True), align=LEFT)
    for number, column in enumerate(columns, 1):
        head = sheet.cell(row + 1, number, column.header)
        head.font, head.fill, head.border, head.alignment = font(bold=True), HEADER, BOX, CENTRE
        for below, values in enumerate(example, row + 2):
            cell = sheet.cell(below, number, values.get(column.name))
            is_text = isinstance(cell.value, str)
            cell.font, cell.border, cell.alignment = font(italic=True), BOX, LEFT if is_text else CENTRE
            cell.number_format = "#,##0" if isinstance(cell.value, int) else cell.number_format
    sheet.row_dimensions[row + 1].height = HEADER_HEIGHT


def _example(kind: str, columns: Sequence[Column], days: Days, reference: Reference) -> list[dict]:
    """Two invented rows: one of goods and one of money; of a report two indicators."""
    if kind not in LINE_KINDS:
        codes = list(reference.indicators)[:2]
        shown = [{"serial": n, "indicator": reference.indicators[c].name} for n, c in enumerate(codes, 1)]
        units = [unit_of_indicator(code, reference) for code in codes]
        numbers = ({"value": 5, "cumulative": 12, "target": 60}, {"value": 240, "cumulative": 610, "target": 3000})
        return [row | {"unit": unit} | said for row, unit, said in zip(shown, units, numbers, strict=False)]
    good = next(row for code, row in reference.goods.items() if code != "cash")
    unit = next((w for w in unit_words(reference) if reference.unit(w)[0] == good["base_unit"]), "")
    first = {"serial": 1, "good": good.name, "quantity": 50, "unit": unit, "value_vnd": 750_000, "cost_vnd": 750_000}
    second = {"serial": 2, "cash_vnd": 500_000}
    if not any(column.name == "cash_vnd" for column in columns):
        second = first | {"serial": 2, "quantity": 20, "cost_vnd": 300_000}
    return [_named(row, days, reference, is_first=row is first) for row in (first, second)]


def _named(row: dict, days: Days, reference: Reference, *, is_first: bool) -> dict:
    """A row of the example with who, where and when."""
    donor = t("forms.example.donor_name", LANGUAGE) if is_first else t("forms.example.donor_group", LANGUAGE)
    categories, sites = list(reference.donor_categories.values()), list(reference.sites.values())
    yes = t("forms.choice.yes", LANGUAGE)
    named = {
        "date": written(days.example),
        "donor_name": donor,
        "donor_category": categories[0].name if categories and not is_first else None,
        "may_publish": yes if is_first else t("forms.choice.no", LANGUAGE),
        "commune": next((c.name for c in reference.communes(days.example).values()), None),
        "site": sites[0].name if sites else None,
        "households": 20 if is_first else 5,
        "people": 75 if is_first else 18,
    }
    texts = ("supplier", "recipient_group", "giver")
    return row | named | {name: t(f"forms.example.{name}", LANGUAGE) for name in texts}
