"""The living .xlsx of the meeting pack: what a View shows, as formulas over the rows that it is made of."""

from collections.abc import Callable
from dataclasses import replace

from data import reference
from metrics.measures import MEASURES
from outgoing.formula_workbook.book import Book, Cell, RowSheet, Screen, Table, camel
from outgoing.formula_workbook.number_formulas import Formulas, Labels, Place
from outgoing.formula_workbook.row_sheets import ranges, row_sheets
from outgoing.formula_workbook.screen_tables import Sheet, table
from outgoing.formula_workbook.writer import write
from report import registry, rows_behind
from report.addresses import Address
from report.figure import Figure
from report.figures import frontline, overview
from report.filters import summary
from report.registry import PAGES
from report.sentences import coverage
from report.sentences.headlines import headline_codes
from report.view import View
from words import names, numbers
from words.texts import language, t

OF_REPORTS = ("reports_received", "reports_on_time", "reports_expected")
MEANING_COLUMNS = 5  # over so many columns the meaning of a headline number is spread


def workbook(view: View, progress: Callable[[float], None] | None = None) -> bytes:
    """The whole file in the language of this run. progress: hears the share that is done, from 0 to 1."""
    tell = progress or (lambda share: None)
    return write(book(view, tell), lambda share: tell(0.6 + 0.4 * share))


def book(view: View, tell: Callable[[float], None] = lambda share: None) -> Book:
    """All that stands in the file, cell by cell; the first 60 hundredths of the way."""
    labels = Labels()
    rows = row_sheets(view, labels)
    tell(0.2)
    formulas = Formulas(ranges(rows), labels)
    screens = []
    chosen = figures_of(view)
    for number, (name, found) in enumerate(chosen.items()):
        screens.append(_screen(name, found, view, formulas, rows))
        tell(0.2 + 0.4 * (number + 1) / len(chosen))
    campaign = reference.load().campaign
    return Book(
        title=f"{t('living.title')} · {coverage.made_at(view)}",
        author=campaign.office_en if language() == "en" else campaign.office_vi,
        made_at=view.filters.as_of or view.asked_at,
        back=t("living.back"),
        page=t("living.page"),
        screens=tuple(screens),
        rows=tuple(rows.values()),
    )


def figures_of(view: View) -> dict[str, list[Figure]]:
    """Screen -> its figures. Maps and charts that show a table again are left out, and so are the single reports:
    their figures are listed one by one."""
    return {page: [one for one in registry.figures_of(view, page, "in_workbook") if len(one.frame)] for page in PAGES}


def _screen(name: str, found: list[Figure], view: View, formulas: Formulas, rows: dict[str, RowSheet]) -> Screen:
    # the moment stands in the stamp
    lines = (coverage.made_at(view), summary(replace(view.filters, as_of=None)))
    tables, named = [], None
    day_name = camel(t("living.up_to"))
    if name == "overview":
        campaign = reference.load().campaign
        office = campaign.office_en if language() == "en" else campaign.office_vi
        lines = (office, *lines, coverage.sentence(view, overview.KINDS), t("living.legend"))
        named = (t("living.up_to"), day_name, frontline.last_day(view))
        tables.append(headlines(view, formulas, Screen.first_row(lines)))
        tables.append(contents(rows, tables[-1].next_row))
    sheet = Sheet(formulas, view, day_name)
    for figure in found:
        first_row = tables[-1].next_row if tables else Screen.first_row(lines)
        tables.append(table(figure, _title(figure, found), first_row, sheet))
    return Screen(t(f"frame.nav.{name}"), lines, tuple(tables), named)


def _title(figure: Figure, found: list[Figure]) -> str:
    """With what is drawn, where several tables of a screen have one title."""
    is_shared = sum(one.title == figure.title for one in found) > 1
    return f"{figure.title}: {figure.subject}" if is_shared and figure.subject else figure.title


def headlines(view: View, formulas: Formulas, first_row: int) -> Table:
    """Name, number, unit and meaning of the headline numbers; with the cash left, when all is looked at."""
    codes = [*headline_codes(), *OF_REPORTS, *(["stock:cash:vnd"] if view.is_whole else [])]
    rows = [(*_headline(Address(code), view, formulas), *_meaning(code)) for code in codes]
    header = tuple(t(f"living.headlines.{name}") for name in ("measure", "amount", "unit", "meaning"))
    return Table(t("living.headlines.title"), "", first_row, header, tuple(rows))


def _headline(address: Address, view: View, formulas: Formulas) -> tuple[Cell, Cell, Cell]:
    value = rows_behind.number_at(address, view)
    if address.code not in MEASURES and value is None:  # of reports none is a number
        value = 0.0 if address.code in OF_REPORTS else None
    formula = formulas.of(address, Place(), is_missing=value is None)
    return Cell(names.number(address.code)), Cell(value, formula, "number"), Cell(names.unit_of(address))


def _meaning(code: str) -> tuple[Cell]:
    told = {"stock:cash:vnd": "goods.cash.meaning", "reports_expected": "measure.reports_received.meaning"}
    return (Cell(t(told[code]) if code in told else names.meaning(code), span=MEANING_COLUMNS),)


def contents(rows: dict[str, RowSheet], first_row: int) -> Table:
    """The sheets with links to them."""
    screens = [t(f"frame.nav.{name}") for name in ("progress", "goods", "frontline", "reports")]
    told = [(title, t("living.contents.screen")) for title in screens]
    for sheet in rows.values():
        told.append((sheet.title, t("living.contents.rows", count=numbers.number(sheet.length, language()))))
    lines = [(Cell(title, link=title), Cell(words, span=MEANING_COLUMNS)) for title, words in told]
    header = (t("living.contents.sheet"), t("living.contents.what"))
    return Table(t("living.contents.title"), "", first_row, header, tuple(lines))
