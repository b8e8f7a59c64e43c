"""Weekly reports: one row is one indicator of one commune in one week (Báo cáo tuần, Biểu tổng hợp)."""

import re

import pandas as pd

from data import schemas
from data.reference.names import tidy
from loaders.evidence.context import Context
from loaders.evidence.indicator_names import commune_column, is_end
from loaders.formats.grid import Grid, column_letter
from loaders.kinds import indicators
from loaders.tables.find_tables import Table, is_signature

KIND = "weekly_reports"
TOPICS = {
    "difficulties": re.compile(
        r"(những )?(tồn tại|khó khăn|vướng mắc|hạn chế|kho khan|vuong mac)\b.*", re.IGNORECASE | re.DOTALL
    ),
    "proposals": re.compile(r"(những )?(đề xuất|kiến nghị|đề nghị|de xuat|kien nghi)\b.*", re.IGNORECASE | re.DOTALL),
}
CHAPTER = re.compile(r"\s*([IVX]+|[A-H])\s*[.)]")
HEADING = re.compile(
    r"((những|một số|các|về|và|của|trong|tuần|xã|khó khăn|vướng mắc|tồn tại|hạn chế|nguyên nhân|đề xuất|kiến nghị"
    r"|đề nghị|kho khan|vuong mac|de xuat|kien nghi|với|cấp trên|huyện)[ ,;/-]*)+"
)
LEAD = re.compile(r"^\s*(?:[-+*•]\s*|\(?(?:\d+(?:\.\d+)*|[ivxIVX]+|[a-hA-H])\s*[.)/-]\s*)+")


def read(table, context):
    """A table of indicators -> a Reading of one commune's week, or of several communes."""
    return indicators.read(table, context, KIND)


def remarks(grid: Grid, tables: list[Table], context: Context, commune: str | None) -> pd.DataFrame:
    """Difficulties and proposals of a report as text, with the cell each stands in.

    The text follows its heading after a colon, in the next cell or in the rows below it; or it is a column of a table.
    """
    found = [remark for table in tables for remark in _in_columns(table, context, commune)]
    headers = {row for table in tables for row in range(table.header_start, table.body_start)}
    found += [(commune, *remark) for remark in _in_text(grid, headers)]
    nothing = ("", "không", "không có", "khong", "khong co")
    found = [f for f in found if f[2].strip(" .-:").casefold() not in nothing]
    return schemas.frame(
        "remarks",
        {
            "commune": [f[0] for f in found],
            "week_start_date": [context.week_start_date] * len(found),
            "topic": [f[1] for f in found],
            "text": [f[2] for f in found],
            "source_sheet": [grid.sheet] * len(found),
            "source_row": [f[3] + 1 for f in found],
            "source_column": [column_letter(f[4]) for f in found],
            "source_text": [f[2] for f in found],
        },
    )


def _in_columns(table: Table, context: Context, commune: str | None):
    """A column "Khó khăn, kiến nghị" of a table: one remark a row, of the row's commune."""
    columns = [(c.index, topic) for c in table.columns if (topic := _topic(c.parts[-1]))]
    named = commune_column(table, context.reference, context.day) if columns else None
    for row in range(table.body_start, table.stop):
        cells = table.grid.rows[row]
        if is_end(cells):
            return
        for column, topic in columns:
            if isinstance(cells[column], str) and cells[column].strip():
                of_row = context.reference.commune(cells[named], context.day).code if named is not None else None
                yield of_row or commune, topic, tidy(cells[column]), row, column


def _in_text(grid: Grid, headers: set[int]):
    """Headings with their text, anywhere in the sheet but in the header of a table."""
    topic: str | None = None
    for number, row in enumerate(grid.rows):
        texts = [(c, cell) for c, cell in enumerate(row) if isinstance(cell, str) and len(cell.strip()) > 1]
        if not texts or number in headers:
            continue
        start = next(((c, cell) for c, cell in texts if any(map(_topic, cell.split("\n")))), None)
        if start:
            for line in start[1].split("\n"):
                topic, said = _line(line, topic)
                if topic and said:
                    yield topic, said, number, start[0]
            yield from ((topic, tidy(t), number, c) for c, t in texts if c > start[0] and topic)
        elif topic and len(texts) == 1 and not CHAPTER.match(texts[0][1]) and not is_signature(texts[0][1]):
            yield topic, tidy(LEAD.sub("", texts[0][1])), number, texts[0][0]
        else:
            topic = None


def _line(line: str, topic: str | None) -> tuple[str | None, str]:
    """(topic, text) of one line: a heading alone, a heading with its text, or more text of the topic before."""
    own = _topic(line)
    bare = tidy(LEAD.sub("", line))
    if own and HEADING.fullmatch(bare.strip(" .:").casefold()):
        return own, ""
    before, colon, after = bare.partition(":")
    if own and colon and HEADING.fullmatch(before.strip().casefold()):
        return own, after.strip()
    return own or topic, bare


def _topic(text: str) -> str | None:
    bare = LEAD.sub("", tidy(text))
    return next((name for name, words in TOPICS.items() if words.match(bare)), None)
