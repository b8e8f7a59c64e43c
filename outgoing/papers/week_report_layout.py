"""The pieces that the tables of the weekly report are made of: captions, columns, numbered rows, notes."""

from collections.abc import Iterable

from outgoing.papers.paper import Column, Figure, Heading, Run, Table
from outgoing.papers.week_report import SPOKEN
from outgoing.papers.week_report_numbers import Spans
from report.addresses import Address
from words import names
from words.texts import t


def heading(name: str, level: int = 1) -> Heading:
    return Heading(t(f"report_form.section.{name}", SPOKEN), level)


def column(name: str, group: str = "", *, is_number: bool = True) -> Column:
    return Column(t(f"report_form.column.{name}", SPOKEN), group, is_number)


def this_period(spans: Spans) -> str:
    """Over the columns of the weeks of the report."""
    return t("report_form.column.in_week" if spans.is_one_week else "report_form.column.in_period", SPOKEN)


def since_start() -> str:
    return t("report_form.column.so_far", SPOKEN)


def caption(number: int, name: str) -> str:
    return t("report_form.table.caption", SPOKEN, number=number, what=t(f"report_form.table.{name}", SPOKEN))


def numbered(lines: Iterable[tuple[Run, ...]]) -> tuple[tuple[Run, ...], ...]:
    return tuple((str(number), *line) for number, line in enumerate(lines, start=1))


def line(code: str, spans: Spans) -> tuple[Run, ...]:
    """ "Hộ được hỗ trợ (hộ)" in the weeks of the report, and since the start."""
    unit = names.unit_of(Address(code), SPOKEN)
    name = names.number(code, SPOKEN)
    return (f"{name} ({unit})" if unit and not code.startswith("indicator:") else name, *spans.both(code))


def two_columns(number: int, name: str, lines: list[tuple[Run, ...]], spans: Spans) -> Table:
    columns = (
        column("row", is_number=False),
        column("what", is_number=False),
        Column(this_period(spans), is_number=True),
        Column(since_start(), is_number=True),
    )
    return Table(caption(number, name), columns, numbered(lines))


def note(rows: Iterable[tuple[Run, ...]]) -> str:
    """What the sign means, where it stands."""
    has_missing = any(isinstance(cell, Figure) and cell.value is None for row in rows for cell in row)
    return t("report_form.table.none_known", SPOKEN) if has_missing else ""
