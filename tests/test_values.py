"""Numbers, money, quantities and goods: the case tables of tests/cases, and the laws that hold for any number."""

import csv
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data.reference import load
from loaders.cells.values import (
    Style,
    number_style,
    parse_flag,
    parse_goods,
    parse_money,
    parse_number,
    parse_quantity,
    parse_text,
)
from loaders.problems import CODES

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list:
    with open(CASES / f"{name}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [pytest.param(row, id=f"{number}: {row['cell']!r}") for number, row in enumerate(rows, 2)]


def typed(text: str, kind: str) -> object:
    """A cell as the file holds it."""
    if kind == "number":
        return int(text) if text.lstrip("-").isdigit() else float(text)
    return {"text": lambda: text, "empty": lambda: None, "bool": lambda: text == "TRUE"}.get(
        kind, lambda: datetime.fromisoformat(text)
    )()


def amount(text: str) -> float | None:
    return float(text) if text else None


@pytest.mark.parametrize("row", cases("numbers"))
def test_number(row):
    cell, style, factor = typed(row["cell"], row["type"]), Style(row["style"] or "unknown"), float(row["factor"] or 1)
    if row["kind"] == "money":
        parsed = parse_money(cell, factor=factor, style=style)
    else:
        parsed = parse_number(cell, whole=row["whole"] == "yes", style=style, factor=factor)
    found = (parsed.value, parsed.code or "", parsed.proposed)
    assert found == (amount(row["expected"]), row["code"], amount(row["proposed"])), row["why"]
    assert parsed.code is None or parsed.code in CODES
    if row["whole"] == "yes" and parsed.value is not None:
        assert isinstance(parsed.value, int)


def shown(quantity: float, unit: str | None, factor: float, value_vnd: int | None = None) -> str:
    """ "1.5 kg x1000", "masks without a unit: 100 ?", "20 set =6000000"."""
    text = f"{quantity:.10g} {unit or '?'}" if quantity < 10**9 else f"{quantity} {unit or '?'}"
    text += "" if factor == 1 else f" x{factor:g}"
    return text if value_vnd is None else f"{text} ={value_vnd}"


@pytest.mark.parametrize("row", cases("quantities"))
def test_quantity(row):
    style = Style(row["style"] or "unknown")
    if row["kind"] == "goods":
        parts, problems = parse_goods(row["cell"], style=style, reference=load())
        found = "; ".join(f"{p.good} {shown(p.quantity, p.unit, p.factor, p.value_vnd)}" for p in parts)
        assert (found, "; ".join(sorted(p.code for p in problems))) == (row["expected"], row["code"]), row["why"]
        assert all(p.code in CODES and p.text for p in problems)
    else:
        parsed, unit, factor = parse_quantity(row["cell"], style=style, reference=load())
        found = "" if parsed.value is None else shown(parsed.value, unit, factor)
        assert (found, parsed.code or "", parsed.proposed) == (row["expected"], row["code"], amount(row["proposed"]))


def test_a_good_that_waits_for_a_tick_keeps_its_unit():
    _, (problem,) = parse_goods("khoảng 50kg gạo", reference=load())
    assert (problem.part.good, problem.part.quantity, problem.part.unit) == ("rice", 50, "kg")


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["1.500.000", "500"], Style.VI),
        (["12,5", "1.500"], Style.VI),
        (["1.234,5kg"], Style.VI),
        (["1,500,000", "x", None, 12.5], Style.EN),
        (["12.5"], Style.EN),
        (["1.500.000", "1,500,000"], Style.MIXED),
        (["12,5", "12.5"], Style.MIXED),
        (["1.500", "1,500", "500", "28.7.2021", "1.500-2.000"], Style.UNKNOWN),
        ([], Style.UNKNOWN),
    ],
)
def test_the_certain_cells_of_a_column_tell_its_style(cells, style):
    assert number_style(cells) is style


def test_flags():
    assert all(parse_flag(c).value is True for c in ("có", "Có", "x", "X", "✓", "đồng ý", "Yes", "true", 1, 1.0, True))
    assert all(parse_flag(c).value is False for c in ("không", "Không đồng ý", "no", 0, False, "ko"))
    assert all(parse_flag(c).is_blank for c in ("", None, "-", "…"))
    assert parse_flag("hỏi lại sau").code == "flag_unreadable"


def test_text_is_tidied_and_codes_stay_codes():
    assert parse_text(" Xã  Ea\u00a0Pô\n").value == "Xã Ea Pô"
    assert parse_text(24646.0).value == "24646"
    assert parse_text("007").value == "007"
    assert parse_text(datetime(2021, 8, 9)).value == "09/08/2021"
    assert parse_text("-").is_blank and parse_text(None).is_blank
    assert parse_text("#N/A").code == "cell_error"


def vietnamese(number: Decimal) -> str:
    """1234567.5 -> "1.234.567,5", as Babel writes it for vi."""
    return f"{number:,f}".translate(str.maketrans(",.", ".,"))


@given(st.integers(0, 10**12), st.sampled_from(list(Style)))
def test_a_whole_number_written_the_vietnamese_way_reads_back(number, style):
    assert parse_number(vietnamese(Decimal(number)), whole=True, style=style).value == number
    assert parse_money(f"{vietnamese(Decimal(number))} đồng").value == number


@given(st.integers(0, 10**9), st.text("0123456789", min_size=1, max_size=6).filter(lambda d: len(d) != 3))
def test_a_decimal_written_the_vietnamese_way_reads_back(whole, decimals):
    number = Decimal(f"{whole}.{decimals}")
    assert parse_number(vietnamese(number), style=Style.VI).value == float(number)


@given(st.text("0123456789.,-() 'đktr½/%x", max_size=14), st.booleans(), st.sampled_from(list(Style)))
def test_any_text_gives_a_value_or_a_code_or_is_blank_and_never_raises(text, whole, style):
    for parsed in (parse_number(text, whole=whole, style=style), parse_money(text, style=style)):
        assert parsed.code is None or (parsed.value is None and parsed.code in CODES)
        assert parsed.value is None or parsed.value >= 0
        assert not parsed.is_blank or not any(c.isalnum() for c in text)


@given(st.text("0123456789.,-+ gạokmìthùngđồvỉx()/\n", max_size=24))
def test_no_goods_cell_is_dropped_in_silence(text):
    assume("ko" not in text.split())  # "ko": nothing was given
    parts, problems = parse_goods(text, reference=load())
    assert parts or problems or not any(c.isalnum() for c in text)


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from([Style.VI, Style.EN, Style.MIXED, Style.UNKNOWN]))
def test_a_lone_group_of_three_is_never_guessed(head, group, style):
    """ "1,500" without a word for its meaning: only an English column makes it 1500."""
    parsed = parse_number(f"{head},{group:03}", style=style)
    assert (parsed.value is None) is (style is not Style.EN)


def test_a_hundred_thousand_cells_are_read_in_seconds():
    started = time.process_time()
    for number in range(100_000):
        parse_money(f"{number + 1}.500.000")
    assert time.process_time() - started < 5


@pytest.mark.parametrize("piece", ["1", "(", "50kg gạo ", "1 triệu ", "1 x ", "1, "])
def test_a_hostile_cell_costs_no_time(piece):
    text = piece * 9000
    started = time.process_time()
    assert parse_number(text).code and parse_money(text).code and parse_quantity(text, reference=load())[0].code
    assert parse_goods(text, reference=load())[1]
    assert time.process_time() - started < 1
