"""The first sheet of a marked-up copy: what is to be mended, with a link to each cell. Written as XML, read by no one
but people: the loaders pass over it (loaders/tables/our_sheets.py).
"""

from collections import Counter
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils.cell import get_column_letter

from loaders.problems import Severity
from loaders.tables.our_sheets import marker
from outgoing.marked_copy.cell_styles import COLOURS, Styles
from outgoing.marked_copy.package import XMLNS, clean
from outgoing.marked_copy.problem_list import Finding, severity_name
from words.texts import t

COLUMNS = {"number": 5, "severity": 13, "sheet": 16, "cell": 8, "what": 40, "do": 44, "value": 22}
MOST_LINKS = 60_000  # Excel holds 65,530 a sheet
MOST_LETTERS = 2_000  # of one cell of ours; Excel holds 32,767
HEADER = "FFD9E2EC"
BLUE, GREY = "FF0B5394", "FF8A8A8A"


def list_sheet(
    findings: Sequence[Finding],
    styles: Styles,
    *,
    file: str,
    item: int | None,
    language: str,
    links: bool,
    comments: int,
) -> bytes:
    """The XML of the sheet.

    links:     whether the sheets it speaks of are in the same workbook
    comments:  how many cells of a sheet have a comment at most, to be told; 0 when all have one
    """
    heads = [marker(item), t("outgoing.list.title", language), t("outgoing.list.file", language, file=file)]
    heads += _sentences(findings, language, links, comments)
    small = styles.listed(size=8, colour=GREY, wrap=False, border=False)
    looks = [small, styles.listed(bold=True, size=14, wrap=False, border=False)]
    plain = styles.listed(size=11, wrap=False, border=False)
    rows = [_row(r, [_cell(r, 1, h, (*looks, *[plain] * len(heads))[r - 1])]) for r, h in enumerate(heads, start=1)]
    top = len(heads) + 2
    if findings:
        bold = styles.listed(bold=True, size=11, fill=HEADER)
        titles = [t(f"outgoing.column.{name}", language) for name in COLUMNS]
        rows.append(_row(top, [_cell(top, c, title, bold) for c, title in enumerate(titles, start=1)]))
    cells = _Looks(styles)
    rows += [
        _finding_row(row, number, finding, cells, language)
        for number, (row, finding) in enumerate(enumerate(findings, start=top + 1), start=1)
    ]
    return _sheet(rows, _links(findings, top + 1) if links else "", top if findings else 0, language)


class _Looks:
    """The formats of the lines of the list."""

    def __init__(self, styles: Styles):
        self.plain = styles.listed(size=11)
        self.cell = {severity: styles.listed(size=11, fill=colour) for severity, colour in COLOURS.items()}
        self.link = {
            severity: styles.listed(size=11, fill=colour, link=True, colour=BLUE)
            for severity, colour in (*COLOURS.items(), (Severity.NOTES, ""))
        }


def _sentences(findings: Sequence[Finding], language: str, links: bool, comments: int) -> list[str]:
    """What to do, how much there is, and what the colours mean."""
    if not findings:
        return [t("outgoing.list.clean", language)]
    count = Counter(finding.severity for finding in findings)
    numbers = {"blocks": count[Severity.BLOCKS], "asks": count[Severity.ASKS]}
    if not links:
        return [t("outgoing.list.mend_there", language), t("outgoing.list.counts", language, **numbers)]
    sentences = [t("outgoing.list.mend_here", language), t("outgoing.list.colours", language, **numbers)]
    return sentences + ([t("outgoing.list.comments", language, number=comments)] if comments else [])


def _finding_row(row: int, number: int, finding: Finding, looks: _Looks, language: str) -> str:
    coloured = looks.cell.get(finding.severity, looks.plain)
    cells = [f'<c r="A{row}" s="{looks.plain}"><v>{number}</v></c>']
    cells.append(_cell(row, 2, severity_name(finding.severity, language), coloured))
    cells.append(_cell(row, 3, finding.sheet or finding.file, looks.plain))
    cells.append(_cell(row, 4, finding.cell or "", looks.link[finding.severity] if finding.cell else looks.plain))
    texts = (finding.what, finding.do, finding.value)
    cells += [_cell(row, column, words, looks.plain) for column, words in enumerate(texts, start=5)]
    return _row(row, cells)


def _row(row: int, cells: Sequence[str]) -> str:
    return f'<row r="{row}">{"".join(cells)}</row>'


def _cell(row: int, column: int, words: str, style: int) -> str:
    """A cell of text: as an inline text it is never a formula, whatever it begins with."""
    text = escape(clean(words[:MOST_LETTERS]))
    place = f'r="{get_column_letter(column)}{row}" s="{style}"'
    return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>' if words else f"<c {place}/>"


def _links(findings: Sequence[Finding], first_row: int) -> str:
    links = []
    for row, finding in enumerate(findings[:MOST_LINKS], start=first_row):
        if finding.sheet and finding.cell:
            quoted = finding.sheet.replace("'", "''")
            location = quoteattr(clean(f"'{quoted}'!{finding.cell}"))
            links.append(f'<hyperlink ref="D{row}" location={location} display="{finding.cell}"/>')
    return f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""


def _sheet(rows: Sequence[str], links: str, frozen: int, language: str) -> bytes:
    pane = (
        f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
        if frozen
        else ""
    )
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(COLUMNS.values(), start=1)
    )
    page = escape(t("outgoing.list.page", language))
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{XMLNS}"><sheetPr>'
        '<tabColor rgb="FFC0392B"/><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        f'<sheetView tabSelected="1" workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>{"".join(rows)}</sheetData>{links}'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;C{page} &amp;P/&amp;N</oddFooter></headerFooter></worksheet>"
    ).encode()
