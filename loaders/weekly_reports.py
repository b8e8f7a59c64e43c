"""Weekly reports: one row is one indicator of one commune in one week (Báo cáo tuần, Biểu tổng hợp)."""

import re

import pandas as pd

from data import schemas
from data.reference import tidy
from loaders import indicators
from loaders.grid import Grid, column_letter

KIND = "weekly_reports"
TITLES = {
    r"(bao cao|bieu|bang)( so lieu| ket qua| tong hop| nhanh| khan| dot xuat| cong tac| hoat dong"
    r"| hang)*.*(tuan|tong hop|khan|dot xuat)": 6,
    r"bao cao|bieu tong hop|tong hop ket qua|ket qua thuc hien|weekly|report": 3,
}
TOPICS = {
    "difficulties": re.compile(
        r"(những )?(tồn tại|khó khăn|vướng mắc|hạn chế|kho khan|vuong mac)\b.*", re.IGNORECASE | re.DOTALL
    ),
    "proposals": re.compile(r"(những )?(đề xuất|kiến nghị|đề nghị|de xuat|kien nghi)\b.*", re.IGNORECASE | re.DOTALL),
}
LEAD = re.compile(r"^\s*(?:[-+*•]\s*|\(?(?:\d+(?:\.\d+)*|[ivxIVX]+|[a-hA-H])\s*[.)/-]\s*)+")


def read(table, context):
    """A table of indicators -> a Reading of one commune's week, or of several communes."""
    return indicators.read(table, context, KIND)


def remarks(grid: Grid, commune: str | None, week) -> pd.DataFrame:
    """Difficulties and proposals of a report as text, with the cell each stands in.

    The text follows the heading after a colon, in the next cell, or in the rows below it.
    """
    found = []
    topic: str | None = None
    for number, row in enumerate(grid.rows):
        texts = [(c, cell) for c, cell in enumerate(row) if isinstance(cell, str) and len(cell.strip()) > 1]
        if not texts:
            continue
        start = next(((c, cell, t) for c, cell in texts if (t := _topic(cell))), None)
        if start:
            column, cell, topic = start
            after = re.split(r"[:：]", cell, maxsplit=1)
            if len(after) > 1 and after[1].strip():
                found.append((topic, tidy(after[1]), number, column))
            found += [(topic, tidy(t), number, c) for c, t in texts if c > column and not _topic(t)]
        elif (
            topic
            and len(texts) == 1
            and not re.match(r"\s*([IVX]+|[A-H])\s*[.)]", texts[0][1])
            and not _ends(texts[0][1])
        ):
            found.append((topic, tidy(LEAD.sub("", texts[0][1])), number, texts[0][0]))
        else:
            topic = None
    found = [f for f in found if f[1].strip(" .-:").casefold() not in ("", "không", "không có", "khong", "khong co")]
    return schemas.frame(
        "remarks",
        {
            "commune": [commune] * len(found),
            "week_start_date": [week] * len(found),
            "topic": [f[0] for f in found],
            "text": [f[1] for f in found],
            "source_sheet": [grid.sheet] * len(found),
            "source_row": [f[2] + 1 for f in found],
            "source_column": [column_letter(f[3]) for f in found],
            "source_text": [f[1] for f in found],
        },
    )


def _topic(text: str) -> str | None:
    bare = LEAD.sub("", tidy(text))
    return next((name for name, words in TOPICS.items() if words.match(bare) and len(LEAD.sub("", bare)) < 2000), None)


def _ends(text: str) -> bool:
    from loaders.rows import is_signature

    return is_signature(text)
