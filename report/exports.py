"""A table as a file: CSV for any program, XLSX for the office. A text never becomes a formula."""

import io
import re
from collections.abc import Sequence

import pandas as pd
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from data.reference.names import fold
from words import names, numbers
from words.texts import t

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def escaped(value: object) -> object:
    """A text that a spreadsheet would run gets an apostrophe in front; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def labelled(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """The same frame as people read it: names for codes and columns; numbers and dates stay what they are."""
    made = {}
    for column in frame.columns:
        values = frame[column]
        if column in names.BY_COLUMN:
            values = values.map(lambda code, name=names.BY_COLUMN[column]: name(code, language))
        elif isinstance(values.dtype, pd.DatetimeTZDtype):
            values = values.dt.tz_localize(None)
        elif _is_trend(values):
            continue
        made[names.field(column, language)] = values.map(escaped) if _is_text(values) else values
    return pd.DataFrame(made)


def as_csv(frame: pd.DataFrame, language: str) -> bytes:
    """UTF-8 with its mark, so that Excel shows the accents."""
    return labelled(frame, language).to_csv(index=False).encode("utf-8-sig")


def as_xlsx(frame: pd.DataFrame, language: str, title: str, notes: Sequence[str] = ()) -> bytes:
    """One sheet named by the table: the title, the notes (filters, up to when), then the table."""
    file = io.BytesIO()
    sheet = "".join(c for c in title if c not in "[]:*?/\\'")[:31] or "1"
    lines = [title, *notes]
    table = labelled(frame, language)
    with pd.ExcelWriter(
        file, engine="openpyxl", date_format="DD/MM/YYYY", datetime_format="DD/MM/YYYY HH:MM"
    ) as writer:
        table.to_excel(writer, index=False, sheet_name=sheet, startrow=len(lines) + 1, freeze_panes=(len(lines) + 2, 0))
        page = writer.sheets[sheet]
        for row, line in enumerate(lines, start=1):
            page.cell(row, 1, escaped(line)).font = Font(bold=row == 1)
        for number, column in enumerate(table.columns, start=1):
            longest = max([len(str(column)), *(len(str(value)) for value in table[column].head(200))])
            page.column_dimensions[get_column_letter(number)].width = min(longest + 2, 48)
    return file.getvalue()


def shown(frame: pd.DataFrame, language: str) -> tuple[list[str], list[list[str]], list[bool]]:
    """(titles, rows of texts, which columns are numbers) as a page shows them."""
    columns = [_texts(frame, column, language) for column in frame.columns]
    titles = [names.field(column, language) for column in frame.columns]
    are_numbers = [pd.api.types.is_numeric_dtype(frame[c]) and not _is_flag(frame[c]) for c in frame.columns]
    return titles, [list(row) for row in zip(*columns, strict=True)], are_numbers


def _texts(frame: pd.DataFrame, column: str, language: str) -> list[str]:
    values = frame[column]
    if column in names.BY_COLUMN:
        return [names.BY_COLUMN[column](code, language) for code in values]
    if column == "week_start_date":
        return [numbers.week(value, language) for value in values]
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        write = numbers.moment if isinstance(values.dtype, pd.DatetimeTZDtype) else numbers.day
        return [write(value, language) for value in values]
    if _is_trend(values):
        return [""] * len(values)
    if column.endswith("_pct"):
        return [numbers.percent(value, language) for value in values]
    if _is_flag(values):
        return [numbers.MISSING if pd.isna(v) else t("frame.yes" if v else "frame.no", language) for v in values]
    if pd.api.types.is_numeric_dtype(values.dtype):
        return [numbers.number(value, language) for value in values]
    return [numbers.MISSING if numbers.is_missing(value) else str(value) for value in values]


def _is_flag(values: pd.Series) -> bool:
    return pd.api.types.is_bool_dtype(values.dtype)


def _is_text(values: pd.Series) -> bool:
    return values.dtype == object or pd.api.types.is_string_dtype(values.dtype)


def _is_trend(values: pd.Series) -> bool:
    """A column of small series, drawn as lines beside the numbers: a file has no use for it."""
    return values.dtype == object and len(values) > 0 and isinstance(values.iloc[0], tuple)


def file_name(title: str) -> str:
    """ "Tiền mặt theo xã" -> "tien-mat-theo-xa": a name that every system can keep."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(title)))[:80] or "bang"
