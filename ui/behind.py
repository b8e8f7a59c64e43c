"""The rows behind a number: upload, file, sheet, cell, what is written there, what was counted; with their sum."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from metrics.measures import MEASURES, Measure, total
from ui import names, numbers, session
from ui.blocks import draw_downloads, draw_paged, draw_table
from ui.texts import language, t

PAGE_ROWS = 100
# a field whose cell is not the one the line's amount stands in; it is computed from the reading's column map
OTHER_CELL = ("value_vnd", "households")
BESIDE = {
    "donations": ("date", "commune", "good"),
    "distributions": ("date", "commune", "good"),
    "frontline_support": ("date", "site", "good"),
    "weekly_reports": ("week_start_date", "commune", "indicator"),
}


def draw_rows(measure: Measure, name: str, rows: Callable[[], pd.DataFrame], key: str) -> None:
    """The rows as a table with their sum, and as a download. Donors and recipients are not named here."""
    found = rows()
    if found.empty:
        st.caption(t("overview.behind.none"))
        return
    order = [column for column in ("date", "week_start_date", "upload_number", "source_row") if column in found]
    found = found.sort_values(order, ignore_index=True)
    amount = numbers.number(total(found), language())
    told = f"{amount} {_unit(measure)}".strip()
    st.markdown(f"**{t('overview.behind.sum', rows=numbers.number(len(found), language()), sum=told)}**")
    shown = draw_paged(len(found), PAGE_ROWS, f"page_{key}")
    title = t("overview.behind.title", name=name)
    draw_table(evidence(measure, found.iloc[shown]), caption=title, total={"counted": amount})
    if len(found) > PAGE_ROWS:
        st.caption(
            t(
                "frame.table.more",
                shown=numbers.number(shown.stop - shown.start, language()),
                total=numbers.number(len(found), language()),
            )
        )
    draw_downloads(lambda: evidence(measure, found), file=t("overview.behind.file"), title=title, key=key)


def _unit(measure: Measure) -> str:
    """The word for a measure's unit; the name of an indicator says its own."""
    if measure.code in MEASURES:
        return t(f"overview.measure.{measure.code}.unit")
    return names.unit(measure.unit) if measure.good else ""


def evidence(measure: Measure, rows: pd.DataFrame) -> pd.DataFrame:
    """Each row with its file, sheet and cell.

    in:      rows of metrics.measures.counted_rows
    out:     upload_number, file, source_sheet, cell, source_text, counted, and what tells the row from others
    """
    files = _files()
    is_other = measure.field in OTHER_CELL
    cells = _other_cells(measure, rows) if is_other else rows["source_column"] + rows["source_row"].astype(str)
    table = pd.DataFrame(
        {
            "upload_number": rows["upload_number"],
            "file": rows["upload_number"].map(files).astype("str"),
            "source_sheet": rows["source_sheet"],
            "cell": pd.Series(cells, index=rows.index, dtype="str"),
        }
    )
    if not is_other:
        table["source_text"] = rows["source_text"]
    table["counted"] = rows["counted"]
    return pd.concat([table, rows[[c for c in BESIDE[measure.kind] if c in rows]]], axis=1).reset_index(drop=True)


def _files() -> dict[int, str]:
    """Upload number -> name of its file."""
    uploads = session.history()
    accepted = uploads[uploads["act"] == "accept"]
    return dict(zip(accepted["number"], accepted["file"], strict=True))


def _other_cells(measure: Measure, rows: pd.DataFrame) -> list[str]:
    """The cell of another field of the same row: its column is the same for all rows of a reading."""
    column_of: dict[tuple[int, int], str] = {}
    cells = []
    for number, reading_no, row in zip(rows["upload_number"], rows["reading_no"], rows["source_row"], strict=True):
        reading = (int(number), int(reading_no))
        if reading not in column_of:
            _, _, cell = session.store().where(*reading, int(row), measure.field)
            column_of[reading] = (cell or "").rstrip("0123456789")
        cells.append(f"{column_of[reading]}{row}" if column_of[reading] else numbers.MISSING)
    return cells
