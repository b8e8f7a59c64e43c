"""The rows behind a number: upload, file, sheet, cell, what is written there, what was counted; with their sum."""

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import streamlit as st

from data import reference
from data.database.lines import LineQuery, columns_of
from data.readable import empty_page, text_for
from metrics.changes import WEEK, Change, change_rows, last_due_week
from metrics.line_queries import change_queries, queries_behind
from metrics.measures import MEASURES, number_of, rows_behind, total
from metrics.reports import campaign_weeks, expected_reports, report_status
from metrics.selection import Selection, at, selected
from metrics.selection import lines_of as lines_in
from ui import addresses, names, number_questions, numbers, originals, session, texts, trouble
from ui.addresses import CHANGE, REPORTS, Address
from ui.blocks import draw_downloads, draw_paged
from ui.filters import summary
from ui.tables import draw_table
from ui.texts import language, t
from ui.view import KEYS, View, cached

PAGE_ROWS = 100
MOST_DOWNLOADED = 100_000  # more rows no office program opens with pleasure
# a field whose cell is not the one the line's amount stands in; it is computed from the reading's column map
OTHER_CELL = ("value_vnd", "cost_vnd", "households", "people")
BESIDE = ("date", "week_start_date", "commune", "site", "good", "indicator")


# which rows
def rows_of(address: Address, view: View) -> pd.DataFrame:
    """The summed rows that a number is made of, with `kind` and `counted`; `counted` adds up to the number."""
    code = address.code.removeprefix(f"{CHANGE}:")
    if code in REPORTS:
        return _reports(address, code, view)
    frame_of = _summed(view)
    if address.code == code:
        return rows_behind(number_of(code), frame_of, view.selection, address.where)
    measure, week = MEASURES[code], due_week(view)
    if week is None:
        return frame_of(measure.kind)[:0].assign(kind=measure.kind, counted_field=measure.field, counted=0.0)
    rows = change_rows(measure, frame_of, view.selection, week, nil_reports(view))
    return rows.assign(kind=measure.kind, counted_field=measure.field)


def _summed(view: View):
    return lambda kind: session.small_frame(kind, view.filters.as_of)


def lines_of(address: Address, view: View, *, start: int = 0, most: int | None = None) -> pd.DataFrame:
    """Some of the lines of the sheets that a number is made of, with their cells, in the order of time; their
    `counted` adds up to the number. Of reports: whether each expected one was received."""
    code = address.code.removeprefix(f"{CHANGE}:")
    if code in REPORTS:
        return _reports(address, code, view).iloc[start : None if most is None else start + most]
    queries = queries_of(address, view)
    if not queries:
        return empty_page(LineQuery(MEASURES[code].kind))
    days = [n for n in ("date", "week_start_date") if any(n in columns_of([query.kind]) for query in queries)]
    with session.lines(view.filters.as_of) as reader:
        return reader.page(*queries, order=days, start=start, most=most)


def queries_of(address: Address, view: View) -> tuple[LineQuery, ...]:
    """The questions to the store for these lines."""
    code = address.code.removeprefix(f"{CHANGE}:")
    if address.code == code:
        return queries_behind(number_of(code), view.selection, address.where)
    week = due_week(view)
    return change_queries(MEASURES[code], _summed(view), view.selection, week, nil_reports(view)) if week else ()


@cached(max_entries=5000, hash_funcs={**KEYS, Address: Address.text})
def number_at(address: Address, view: View) -> float | None:
    """The number itself."""
    return total(rows_of(address, view))


@cached()
def status_of(view: View) -> pd.DataFrame:
    """Every expected report of the period up to the day, with its reception and status."""
    known, selection = reference.load(), view.selection
    last = min(view.day, selection.last_day or view.day)
    expected = expected_reports(known.campaign, known.all_communes, last)
    limited = Selection(selection.first_day, selection.last_day, selection.communes)
    receptions = session.receptions(view.filters.as_of)
    pending = session.pending(view.filters.as_of)
    return report_status(selected(expected, limited), receptions, now=view.now, pending=pending)


def due_week(view: View) -> date | None:
    """The week that is compared with the week before."""
    return last_due_week(reference.load().campaign, now=view.now, last_day=view.selection.last_day)


def nil_reports(view: View) -> frozenset:
    """(commune, Monday) of the reports that say that nothing happened."""
    receptions = session.receptions(view.filters.as_of)
    nil = receptions[receptions["is_nil"].fillna(False)]
    return frozenset(zip(nil["commune"], nil["week_start_date"].dt.date, strict=True))


def _reports(address: Address, code: str, view: View) -> pd.DataFrame:
    """Expected reports as rows: each one (received, in time) counts 1; a change takes off those of the week before."""
    is_change = address.code != code
    # the week before may lie before the period
    status = status_of(replace(view, filters=replace(view.filters, first_week=None)) if is_change else view)
    status = at(status, address.where)
    columns = {"reports_received": "is_received", "reports_on_time": "is_timely"}
    counted = status[status[columns[code]]] if code in columns else status
    counted = counted.assign(kind="weekly_reports", counted=1.0)
    if not is_change:
        return counted.sort_values(["week_start_date", "commune"], ignore_index=True)
    week = due_week(view)
    sign = counted["week_start_date"].dt.date.map({week: 1.0, week and week - WEEK: -1.0})
    return counted.assign(counted=sign)[sign.notna()]


@cached()
def reports_change(view: View) -> Change | None:
    """How many more reports came in time than in the week before; None without two weeks that are due."""
    week = due_week(view)
    if week is None or week - WEEK < campaign_weeks(reference.load().campaign, week)[0]:
        return None
    counted = rows_of(Address(f"{CHANGE}:reports_on_time"), view)["counted"]
    return Change(week, -counted[counted < 0].sum(), counted[counted > 0].sum(), tuple(view.communes))


# how they are shown
def draw_opened(view: View) -> None:
    """The rows of the number that was opened, over the page; which one stands in the URL."""
    address = addresses.parse(session.opened_rows())
    if address is None or not is_open(address):
        return
    name = names.address(address)

    @st.dialog(t("behind.title", name=name), width="large", on_dismiss=lambda: session.open_rows(""))
    @trouble.calm
    def rows_dialog() -> None:
        texts.use(st.session_state.language)  # paging runs this function alone
        draw_rows(address, view)

    rows_dialog()


def is_open(address: Address) -> bool:
    """Whether whoever looks may follow this number to its rows: the public none, one commune alone none of stock."""
    if not session.may("read.numbers"):
        return False
    return session.sees_district() or not getattr(number_of(address.code), "is_standing", False)


def draw_rows(address: Address, view: View) -> None:
    """The lines as a table with their sum, and as a download. Donors and recipients are not named here."""
    rows = rows_of(address, view)
    name, key = names.address(address), re.sub(r"\W+", "_", address.text())
    count = int(lines_in(rows).sum())
    if not count:
        st.markdown(t("behind.none"))
        number_questions.draw_about(address, None)
        return
    amount = numbers.number(total(rows), language())
    told = f"{amount} {names.unit_of(address)}".strip()
    st.markdown(f"**{t('behind.sum', rows=numbers.number(count, language()), sum=told)}**")
    st.caption(summary(view.filters))
    shown = draw_paged(count, PAGE_ROWS, f"page_{key}")
    title = t("behind.title", name=name)
    page = lines_of(address, view, start=shown.start, most=shown.stop - shown.start)
    draw_table(evidence(page), caption=title, total={"counted": amount})
    if count > PAGE_ROWS:
        on_page = numbers.number(shown.stop - shown.start, language())
        st.caption(t("frame.table.more", shown=on_page, total=numbers.number(count, language())))
    if count > MOST_DOWNLOADED:
        st.caption(t("behind.too_many", most=numbers.number(MOST_DOWNLOADED, language())))
    else:
        draw_downloads(
            lambda: evidence(lines_of(address, view)), title=title, key="opened", notes=(summary(view.filters),)
        )
    number_questions.draw_about(address, total(rows))


def evidence(rows: pd.DataFrame) -> pd.DataFrame:
    """Each row with its file, sheet and cell.

    in:      lines of `lines_of`, of one kind or of several
    out:     cell, source_text, counted (what a phone has room for), then source_sheet, file, upload_number, and what
             tells the row from others
    """
    if "first_received_at" in rows:
        return _receptions(rows)
    cells, written = _cells(rows)
    table = pd.DataFrame(
        {
            "cell": pd.Series(cells, index=rows.index, dtype="str"),
            "source_text": pd.Series(written, index=rows.index, dtype="str"),
            "counted": rows["counted"],
            "source_sheet": rows["source_sheet"],
            "file": rows["upload_number"].map(_files()).astype("str"),
            "upload_number": rows["upload_number"],
        }
    )
    kinds = rows[["kind"]] if rows["kind"].nunique() > 1 else rows[[]]
    beside = rows[[column for column in BESIDE if column in rows and rows[column].notna().any()]]
    return pd.concat([table, kinds, beside], axis=1).reset_index(drop=True)


def _receptions(rows: pd.DataFrame) -> pd.DataFrame:
    columns = ["commune", "week_start_date", "due_at", "first_received_at", "last_corrected_at", "is_timely", "counted"]
    files = rows["last_upload"].map(_files()).astype("str")
    return rows[columns].assign(upload_number=rows["last_upload"], file=files).reset_index(drop=True)


def _files() -> dict[int, str]:
    """Upload number -> name of its file."""
    uploads = session.history()
    accepted = uploads[uploads["act"] == "accept"]
    return dict(zip(accepted["number"], accepted["file"], strict=True))


def _cells(rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """(the cell, what is written in it) of what was counted of each row.

    A row keeps the cell of its amount; that of another field of the same row is in the same column for a whole
    reading, and what is written there is looked up in the file as it came.
    """
    own = (rows["source_column"] + rows["source_row"].astype(str)).tolist()
    written, who = rows["source_text"].tolist(), session.who()
    found: dict[tuple, tuple[object, str]] = {}  # the sheet, and the letter of the column
    places = zip(rows["upload_number"], rows["reading_no"], rows["source_row"], rows["counted_field"], strict=True)
    for position, (number, reading_no, row, field) in enumerate(places):
        if field not in OTHER_CELL:
            continue
        reading = (int(number), int(reading_no), field)
        if reading not in found:
            file, sheet, cell = session.where(*reading[:2], int(row), field)
            found[reading] = (originals.sheet_of(int(number), file, sheet), (cell or "").rstrip("0123456789"))
        grid, letter = found[reading]
        own[position] = f"{letter}{row}" if letter else numbers.MISSING
        written[position] = text_for(who, originals.text_in(grid, letter, int(row))) if letter else None
    return own, written
