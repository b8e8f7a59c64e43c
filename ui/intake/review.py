"""What one sheet gave: what was understood and from where, its problems in words, its rows."""

from html import escape

import pandas as pd
import streamlit as st

from loaders import Reading
from loaders.problems import CODES, Problem, Severity
from ui.frame import session, trouble
from ui.frame.blocks import draw_downloads, draw_paged
from ui.frame.tables import draw_table
from ui.intake.incoming_files import IncomingFile
from ui.intake.layout_memory import draw_applied, found_text
from ui.intake.questions import SHOWN_OF_A_CODE, draw_questions, draw_ticks
from words import names, numbers
from words.texts import entries, heading, language, plain, say, t

PREVIEW_ROWS = 50


def draw_reading(drop: IncomingFile, reading: Reading, key: str) -> None:
    """One sheet, from top to bottom."""
    st.subheader(t("upload.sheet.title", sheet=plain(reading.sheet), kind=names.kind(reading.kind)), anchor=False)
    if reading.file != drop.name:  # a workbook inside a zip
        st.caption(plain(reading.file.removeprefix(f"{drop.name}/")))
    if not reading.is_counted:
        st.caption(t("upload.sheet.uncounted"))
        draw_ticks(drop, reading, key)
        return
    _draw_left_out(drop, reading, key)
    if (reading.file, reading.sheet) in drop.left_out:
        return
    _draw_applied(reading)
    _draw_facts(reading)
    _draw_problems(reading, key)
    draw_ticks(drop, reading, key)
    draw_questions(drop, reading, key)
    _draw_preview(reading, drop, key)


def _draw_applied(reading: Reading) -> None:
    """What of an earlier decision on this layout was used, and the way to take it back."""
    if reading.decision is None:
        return
    decisions = session.store().decisions
    known = {decision.number: decision for decision in decisions.history()}

    @trouble.calm
    def revoke(number: int) -> None:
        decisions.revoke(number, who=session.who(), now=session.now())

    if reading.decision in known:
        draw_applied(reading, known[reading.decision], revoke)


def _draw_left_out(drop: IncomingFile, reading: Reading, key: str) -> None:
    """Only where there is a choice: a file of several sheets, or one that blocks."""
    if len(drop.outcome.readings) < 2:
        return
    place = (reading.file, reading.sheet)
    is_left_out = st.checkbox(
        t("upload.sheet.left_out"), value=place in drop.left_out, key=f"left_out_{key}_{language()}"
    )
    (drop.left_out.add if is_left_out else drop.left_out.discard)(place)


# what was understood
def _draw_facts(reading: Reading) -> None:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts(reading) if value)
    st.html(f'<dl class="mt-facts">{rows}</dl>')


def facts(reading: Reading) -> list[tuple[str, str]]:
    """What was understood of a sheet, each with the place it was found in."""
    spoken = language()
    communes = [names.commune(code) for code in reading.communes]
    shown = ", ".join(communes) if len(communes) <= 8 else t("upload.sheet.more_communes", number=len(communes))
    week = numbers.week(reading.week_start_date, spoken) if reading.week_start_date else ""
    count = {
        "rows": numbers.number(len(reading.frame), spoken),
        "waiting": numbers.number(len(reading.waiting), spoken),
    }
    rows = t("upload.sheet.rows_waiting" if len(reading.waiting) else "upload.sheet.rows_value", **count)
    marks = [t("upload.sheet.urgent")] * reading.is_urgent + [t("upload.sheet.nil")] * reading.is_nil
    return [
        (t("upload.sheet.kind"), _found(reading, "kind", names.kind(reading.kind))),
        (t("upload.sheet.communes"), _found(reading, "commune", shown)),
        (t("upload.sheet.week"), _found(reading, "week_start_date", week)),
        (t("upload.sheet.layout"), _layout(reading.layout)),
        (t("upload.sheet.area"), reading.area),
        (t("upload.sheet.rows"), " · ".join([rows, *marks])),
        (t("upload.sheet.totals"), " · ".join(totals(reading))),
        (t("upload.sheet.declared"), declared(reading)),
    ]


def _layout(code: str) -> str:
    return t(f"layout.{code}") if f"layout.{code}" in entries() else code


def _found(reading: Reading, what: str, value: str) -> str:
    if not value or what not in reading.found_in:
        return value
    place, cell = reading.found_in[what]
    if f"layout.place.{place}" not in entries():
        return value
    if place == "decision":
        return found_text(value, cell)
    spoken = t(f"layout.place.{place}")
    if cell:
        return t("upload.sheet.found_at", value=value, place=spoken, cell=cell)
    return t("upload.sheet.found_in", value=value, place=spoken)


def totals(reading: Reading) -> list[str]:
    """What the rows add up to: money, and goods in each base unit by itself."""
    frame, spoken = reading.frame, language()
    out = []
    for column in ("cash_vnd", "value_vnd", "cost_vnd"):
        if column in frame and frame[column].notna().any():
            out.append(f"{names.field(column).split(' (')[0]}: {numbers.money(frame[column].sum(), spoken)}")
    if "good" in frame:
        kept = frame[(frame["good"] != "cash") & frame["base_quantity"].notna()]
        for (good, unit), amount in kept.groupby(["good", "base_unit"])["base_quantity"].sum().items():
            out.append(f"{names.good(good)}: {numbers.with_unit(amount, names.unit(unit), spoken)}")
    return out


def declared(reading: Reading) -> str:
    """The total that the sheet itself states, and whether the rows give the same."""
    cells = (reading.declared or {}).get("cells", {})
    if not cells:
        return ""
    told = [f"{names.total(name)}: {numbers.number(cell['value'], language())}" for name, cell in cells.items()]
    agrees = "declared_agrees" if reading.declared.get("agrees") else "declared_differs"
    return t(f"upload.sheet.{agrees}", value=" · ".join(told))


# problems
def _draw_problems(reading: Reading, key: str) -> None:
    """What blocks and what is told, grouped by what it is; the questions stand with their boxes."""
    rest = [problem for problem in reading.problems if problem.severity is not Severity.ASKS]
    if not reading.problems:
        st.markdown(t("upload.problems.none"))
        return
    groups: dict[str, list[Problem]] = {}
    for problem in rest:
        groups.setdefault(problem.code, []).append(problem)
    for code, group in groups.items():
        _draw_group(code, group)
    spoken = language()
    draw_downloads(
        lambda: problem_table(reading.problems, spoken),
        title=t("upload.problems.title"),
        key=f"problems_{key}",
        label=t("upload.problems.list"),
    )


def _draw_group(code: str, group: list[Problem]) -> None:
    is_blocking = group[0].severity is Severity.BLOCKS
    items = "".join(_item(problem) for problem in group[:SHOWN_OF_A_CODE])
    if len(group) <= 3:
        st.html(f'<ul class="mt-problems">{items}</ul>')
        return
    label = "upload.problems.blocking" if is_blocking else "upload.problems.noting"
    with st.expander(t(label, name=heading(code), number=len(group)), expanded=is_blocking):
        st.html(f'<ul class="mt-problems">{items}</ul>')
        if len(group) > SHOWN_OF_A_CODE:
            st.caption(t("frame.table.more", shown=SHOWN_OF_A_CODE, total=len(group)))


def _item(problem: Problem) -> str:
    sign = "▲" if problem.severity is Severity.BLOCKS else "•"
    where, what, do = (escape(text) for text in say(problem))
    return f'<li>{sign} <span class="where">{where}:</span> {what} {do}</li>'


def problem_table(problems: tuple[Problem, ...], language: str) -> pd.DataFrame:
    """All problems as a table that can be sent back to the commune."""
    rows = [(p.where.file, *say(p, language)) for p in problems]
    return pd.DataFrame(rows, columns=["file", "where", "what", "do"], dtype="str")


# rows
def _draw_preview(reading: Reading, drop: IncomingFile, key: str) -> None:
    """The rows as they were read, with the cells in question marked; and the cells that wait."""
    with st.expander(t("upload.preview.title"), expanded=True):
        if len(reading.waiting):
            waiting = reading.waiting.iloc[:PREVIEW_ROWS]
            draw_table(
                _waiting_table(waiting),
                caption=t("upload.preview.waiting", sheet=reading.sheet),
                marks=_waiting_marks(waiting),
            )
        if reading.frame.empty:
            return
        shown = draw_paged(len(reading.frame), PREVIEW_ROWS, f"preview_{key}")
        part = reading.frame.iloc[shown].reset_index(drop=True)
        table, found = preview(part), marks(part, reading)
        states = row_states(reading, drop)[shown]
        if set(states) - {"new"}:  # on a first upload every row is new: nothing to tell apart
            table.insert(0, "state", [t(f"upload.preview.state.{state}") for state in states])
            found |= {(n, "state"): (state, t(f"upload.preview.state.{state}")) for n, state in enumerate(states)}
        draw_table(table, caption=t("upload.preview.caption", sheet=reading.sheet), marks=found)


def row_states(reading: Reading, drop: IncomingFile) -> list[str]:
    """For each row, against what is in force: "known", "new", or "changed" where a report takes another's place."""
    place = next((n for n, part in enumerate(drop.parts()) if part is reading), None)
    if place is None or any(part.blocks for part in drop.parts()):  # a report without its week is compared with nothing
        return ["new"] * len(reading.frame)
    compared = drop.compare().parts[place]
    other = "changed" if compared.replaces else "new"
    return ["known" if known else other for known in compared.is_known]


def preview(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns that say something, after the cell of the value."""
    cell = rows["source_column"] + rows["source_row"].astype("str")
    hidden = {"source_sheet", "source_row", "source_column", "source_text", "base_quantity", "base_unit"}
    hidden |= {"is_urgent"} if "is_urgent" in rows and not rows["is_urgent"].any() else set()
    kept = [c for c in rows.columns if c not in hidden and rows[c].notna().any()]
    return pd.concat([cell.rename("cell"), rows[kept], rows["source_text"]], axis=1)


def marks(rows: pd.DataFrame, reading: Reading) -> dict[tuple[int, str], tuple[str, str]]:
    """Where a problem points to a cell of these rows: (row number, column) -> (mark, what it says)."""
    field_of = {letter: field for field, letter in reading.columns.items() if field in rows}
    found: dict[tuple[int, str], tuple[str, str]] = {}
    by_row: dict[int, list[Problem]] = {}
    for problem in reading.problems:
        if problem.where.cell and problem.severity is not Severity.NOTES:
            by_row.setdefault(problem.where.row, []).append(problem)
    for position, (row, column) in enumerate(zip(rows["source_row"], rows["source_column"], strict=True)):
        for problem in by_row.get(int(row), ()):
            letter = problem.where.cell.rstrip("0123456789")
            name = "cell" if letter == column else field_of.get(letter, "cell")
            kind = "bad" if problem.severity is Severity.BLOCKS else "asks"
            found[(position, name)] = (kind, heading(problem.code))
    return found


def _waiting_table(waiting: pd.DataFrame) -> pd.DataFrame:
    reasons = [", ".join(heading(code) for code in codes.split()) for codes in waiting["codes"]]
    cells = waiting["source_column"] + waiting["source_row"].astype("str")
    return pd.DataFrame({"cell": cells, "source_text": waiting["source_text"], "codes": reasons}).reset_index(drop=True)


def _waiting_marks(waiting: pd.DataFrame) -> dict:
    """A sign for each waiting cell: to be mended, or only to be confirmed."""
    found = {}
    for row, codes in enumerate(waiting["codes"]):
        is_bad = any(CODES[code] is Severity.BLOCKS for code in codes.split())
        found[(row, "source_text")] = ("bad" if is_bad else "asks", heading(codes.split()[0]))
    return found
