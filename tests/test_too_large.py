"""Amounts beyond what a line may carry: whatever is read, none is in a frame, and each is told with its cell."""

import io
import math
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.reference import load
from data.schemas import COLUMNS, MOST, columns
from loaders import Answers, Source, read
from loaders.cells.values import Style, parse_goods, parse_money, parse_number, parse_quantity, parse_scaled_money
from loaders.formats.grid import address
from loaders.report import as_json
from loaders.tables.checks import MANY
from tests.amounts import examples
from tests.fixtures import golden
from tests.hostile import xlsx_of
from tests.test_codes import VISITS
from tests.test_reader_traps import HEAD, LIST

TOO_LARGE = "amount_too_large"
few = examples(15, 300)

# a number of any size, and a cell that says it, as (how large it is, cell)

WAYS = {
    "as a number": lambda n: n,
    "digits": str,
    "dots": lambda n: f"{n:,}".replace(",", "."),
    "spaces": lambda n: f"{n:,}".replace(",", " "),
    "scientific": lambda n: f"{n:.3e}",
}
sizes = st.builds(lambda first, zeros: first * 10**zeros, st.integers(1, 99_999), st.integers(0, 20))
signed = st.builds(lambda n, sign: n * sign, sizes, st.sampled_from([1, 1, 1, -1]))
edges = st.sampled_from([MOST, MOST + 1, -MOST, -MOST - 1, 9 * 10**18, 2**63 - 1, 2**63, -(2**63), 2**64])
written = st.builds(
    lambda n, way: (abs(float(WAYS[way](n))) if way == "scientific" else abs(n), WAYS[way](n)),
    st.one_of(signed, signed, signed, edges),
    st.sampled_from(list(WAYS)),
)
ENDLESS = [1e308, -1e308, 1.5e20, "9" * 400, "9.999" + ".999" * 80, "1e999", "inf", "-inf"]
cells = st.one_of(written, written, written, st.sampled_from([(math.inf, cell) for cell in ENDLESS]))


@dataclass(frozen=True)
class Sheet:
    """A small sheet of one kind: its head, row `number` with these amounts, where they stand, what multiplies them."""

    head: list[list]
    row: Callable[[int, list], list]
    columns: tuple[int, ...]
    factors: Callable[[int], tuple[int, ...]]


GIVERS = ["Hộ ông Thử", "Hộ bà Mẫu", "Nhóm Ví Dụ", "Trường Mẫu"]
PLACES = ["Nam Dong", "Ea Pô", "Tâm Thắng", "Trúc Sơn"]
GOODS = [("Gạo", "tấn"), ("Tiền mặt", "đồng"), ("Mì tôm", "thùng"), ("Muối", "gói")]
LINES = [("Gạo", "tấn"), ("Số tiền ủng hộ", "đồng"), ("Số hộ được hỗ trợ", "hộ"), ("Trứng", "quả")]
GIFTS = ["Mặt hàng", "Số lượng", "ĐVT", "Trị giá (đồng)"]
COMMUNE, PERIOD = ["ỦY BAN MTTQ XÃ NAM DONG"], ["BÁO CÁO TUẦN (Từ ngày 02/8/2021 đến ngày 08/8/2021)"]
TARGETS = ["BIỂU GIAO CHỈ TIÊU VẬN ĐỘNG ỦNG HỘ NĂM 2021"]
SHEETS = {
    "donations": Sheet(
        [*HEAD, ["STT", "Họ tên", *GIFTS]],
        lambda n, a: [n + 1, GIVERS[n], GOODS[n][0], a[0], GOODS[n][1], a[1]],
        (3, 5),
        lambda n: (1000 if n == 0 else 1, 1),
    ),
    "donations, wide": Sheet(
        [*HEAD, ["STT", "Họ tên", "Số tiền (triệu đồng)", "Gạo (tấn)", "Trị giá (đồng)"]],
        lambda n, a: [n + 1, GIVERS[n], *a],
        (2, 3, 4),
        lambda n: (1_000_000, 1000, 1),
    ),
    "purchases": Sheet(
        [["BẢNG KÊ MUA HÀNG"], ["STT", "Nhà cung cấp", "Mặt hàng", "Số lượng", "ĐVT", "Thành tiền (đồng)"]],
        lambda n, a: [n + 1, GIVERS[n], "Gạo", a[0], "tạ", a[1]],
        (3, 5),
        lambda n: (100, 1),
    ),
    "distributions": Sheet(
        [["DANH SÁCH CẤP PHÁT HỖ TRỢ XÃ NAM DONG"], ["STT", "Nơi nhận", "Số hộ", "Số khẩu", "Gạo (kg)"]],
        lambda n, a: [n + 1, f"Thôn {n + 1}", *a],
        (2, 3, 4),
        lambda n: (1, 1, 1),
    ),
    "frontline_support": Sheet(
        [VISITS[0], ["STT", "Nơi được thăm", *GIFTS]],
        lambda n, a: [n + 1, f"Trạm y tế xã {PLACES[n]}", GOODS[n][0], a[0], GOODS[n][1], a[1]],
        (3, 5),
        lambda n: (1000 if n == 0 else 1, 1),
    ),
    "weekly_reports": Sheet(
        [COMMUNE, PERIOD, ["TT", "Nội dung", "ĐVT", "Trong tuần", "Lũy kế"]],
        lambda n, a: [n + 1, *LINES[n], a[0], a[1]],
        (3, 4),
        lambda n: (1000, 1000) if n == 0 else (1, 1),
    ),
    "weekly_reports, matrix": Sheet(
        [PERIOD, ["STT", "Xã, thị trấn", "Số tiền (đồng)", "Gạo (tấn)", "Số hộ được hỗ trợ"]],
        lambda n, a: [n + 1, PLACES[n], *a],
        (2, 3, 4),
        lambda n: (1, 1000, 1),
    ),
    "targets": Sheet(
        [TARGETS, ["STT", "Xã, thị trấn", "Tiền mặt (triệu đồng)", "Rau củ quả (tạ)", "Số hộ được hỗ trợ"]],
        lambda n, a: [n + 1, PLACES[n], *a],
        (2, 3, 4),
        lambda n: (1_000_000, 100, 1),
    ),
}


def outcome_of(rows: list[list], ticked: frozenset[str] = frozenset(), change=None):
    source = Source("danh sach.xlsx", xlsx_of(rows, change=change))
    return read(source, as_of=golden.AS_OF, answers=Answers(ticked=ticked))


def problems_of(outcome):
    return [problem for reading in outcome.readings for problem in reading.problems]


def amounts_of(outcome) -> list[float]:
    """Every amount of every frame."""
    frames = [(r.frame, column.name) for r in outcome.readings for column in columns(r.kind) if column.unit]
    return [float(amount) for frame, name in frames for amount in frame[name].dropna()]


def test_these_are_the_amounts_of_the_schemas():
    named = {column.name for kind in COLUMNS for column in COLUMNS[kind] if column.unit}
    of_goods, of_people = {"quantity", "base_quantity", "cash_vnd", "value_vnd", "cost_vnd"}, {"households", "people"}
    assert named == of_goods | of_people | {"value", "cumulative", "target"}


@few
@given(st.sampled_from(list(SHEETS)), st.lists(st.tuples(cells, cells, cells), min_size=2, max_size=4))
@example("donations", [((math.inf, 1e308), (math.inf, "9" * 400), (1, 1))] * 4)
@example("targets", [((5 * 10**12, 5 * 10**12), (MOST, MOST), (9e18, -9e18))] * 3)
def test_no_amount_of_a_frame_is_too_large_and_each_that_would_be_is_told(name, drawn):
    sheet = SHEETS[name]
    outcome = outcome_of([*sheet.head, *(sheet.row(n, [cell for _, cell in row]) for n, row in enumerate(drawn))])
    assert {reading.kind for reading in outcome.readings} == {name.split(",")[0]} and not outcome.unread
    assert all(abs(amount) <= MOST for amount in amounts_of(outcome))
    assert "Infinity" not in str(as_json([outcome]))
    told = {(p.where.cell, p.code) for p in problems_of(outcome)}
    for number, row in enumerate(drawn):
        for (size, _), column, factor in zip(row, sheet.columns, sheet.factors(number), strict=False):
            cell = address(len(sheet.head) + number, column)
            # what is as written not too large may be asked about first: whether đồng are meant under "triệu đồng",
            # whether it is negative; 14 digits without a dot are an account
            first = ("number_ambiguous", "number_negative", "number_unreadable") if size <= MOST else ()
            assert size * factor <= MOST or told & {(cell, code) for code in (TOO_LARGE, *first)}


@few
@given(st.sampled_from(list(SHEETS)), st.lists(st.tuples(cells, cells, cells), min_size=2, max_size=4))
def test_no_tick_brings_an_amount_back_that_is_too_large(name, drawn):
    sheet = SHEETS[name]
    rows = [*sheet.head, *(sheet.row(n, [cell for _, cell in row]) for n, row in enumerate(drawn))]
    ticked = frozenset(problem.key for problem in problems_of(outcome_of(rows)))
    assert all(abs(amount) <= MOST for amount in amounts_of(outcome_of(rows, ticked)))


@given(cells, st.sampled_from(["", " đồng", " triệu", " tỷ", "kg", " tấn", " thùng mì", " vỉ x 900.000 quả"]))
@pytest.mark.parametrize("before", ["", "khoảng ", "-", "gạo: ", "50kg gạo, trị giá "])
def test_no_cell_gives_or_proposes_a_number_that_is_too_large(before, drawn, after):
    cell = drawn[1] if not before and not after else f"{before}{drawn[1]}{after}"
    for style in Style:
        parts, faults = parse_goods(cell, style=style, reference=load())
        quantity, _, _ = parse_quantity(cell, style=style, reference=load())
        money = [parse_money(cell, factor=f, style=style) for f in (1, 1e9)]
        scaled = [parse_scaled_money(cell, factor=f, style=style) for f in (1, 1e3, 1e6, 1e9)]
        plain = [parse_number(cell, whole=whole, style=style, factor=1000) for whole in (True, False)]
        for parsed in (*faults, quantity, *money, *scaled, *plain):
            assert all(abs(n) <= MOST for n in (parsed.value, parsed.proposed) if isinstance(n, int | float))
        for part in (*parts, *(fault.part for fault in faults if fault.part)):
            assert part.quantity <= MOST and (part.value_vnd or 0) <= MOST


# what only the unit, or many cells together, make too large


@pytest.mark.parametrize(
    ("name", "row", "amounts"),
    [("donations", 0, [5 * 10**12, 1]), ("purchases", 0, [5 * 10**13, 1]), ("donations, wide", 1, [1, 5 * 10**12, 1])]
    + [("donations, wide", 0, [1, "50.000.000.000.000 tạ", 1]), ("weekly_reports", 0, ["50.000.000.000.000 tạ", 1])]
    + [("weekly_reports", 0, [1, 5 * 10**12]), ("weekly_reports, matrix", 0, [1, 5 * 10**12, 1])]
    + [("weekly_reports, matrix", 0, [1, "50.000.000.000.000 tạ", 1]), ("targets", 0, [1, 5 * 10**13, 1])]
    + [("donations", 1, ["5.000.000.000.000 tỷ đồng", 1]), ("targets", 0, ["5.000.000.000.000 tỷ đồng", 1, 1])],
)
def test_what_the_unit_makes_too_large(name, row, amounts):
    sheet = SHEETS[name]
    rows = [sheet.row(n, amounts if n == row else [7, 7, 7]) for n in range(3)]
    outcome = outcome_of([*sheet.head, *rows])
    column = sheet.columns[next(place for place, amount in enumerate(amounts) if amount != 1)]
    told = [(p.code, p.where.cell) for p in problems_of(outcome) if p.code != "row_total_differs"]
    assert told == [(TOO_LARGE, address(len(sheet.head) + row, column))]
    assert sum(len(r.waiting) for r in outcome.readings) == 1 and max(amounts_of(outcome)) < MOST


def test_millions_under_millions_are_first_taken_for_money_in_one():
    rows = [[1, "Ông Thử", 5 * 10**12, 5, 5], [2, "Bà Mẫu", 2, 5, 5]]
    (reading,) = outcome_of([*SHEETS["donations, wide"].head, *rows]).readings
    asked = [(p.code, p.where.cell, p.proposed) for p in reading.problems]
    assert asked == [("number_ambiguous", "C5", str(5 * 10**12))] and len(reading.waiting) == 1


def test_the_values_of_two_goods_of_a_row_together():
    heads = [
        ["STT", "Họ tên", "Gạo", "", "Mì tôm", ""],
        ["", "", "Số lượng (kg)", "Giá trị (đồng)", "Số lượng (thùng)", "Giá trị (đồng)"],
    ]
    rows = [*HEAD, *heads, [1, "Ông Thử", 5, 8 * 10**14, 5, 8 * 10**14], [2, "Bà Mẫu", 5, 100_000, 5, 200_000]]

    def merge(book):
        for area in ("A4:A5", "B4:B5", "C4:D4", "E4:F4"):
            book.active.merge_cells(area)

    outcome = outcome_of(rows, change=merge)
    (reading,) = outcome.readings
    assert reading.frame["value_vnd"].dropna().tolist() == [300_000] and len(reading.waiting) == 1
    assert [(p.code, p.where.cell, p.found) for p in reading.problems] == [(TOO_LARGE, "F6", str(16 * 10**14))]


def test_the_households_that_share_one_merged_amount():
    head = [["DANH SÁCH CẤP PHÁT HỖ TRỢ XÃ NAM DONG"], ["STT", "Nơi nhận", "Số hộ", "Gạo (kg)"]]
    rows = [[1, "Thôn 1", 6 * 10**14, 5], [2, "Thôn 2", 6 * 10**14, ""], [3, "Thôn 3", 7, 5]]
    (reading,) = outcome_of([*head, *rows], change=lambda book: book.active.merge_cells("D3:D4")).readings
    assert reading.frame["households"].tolist() == [7] and len(reading.waiting) == 1
    assert (TOO_LARGE, "D3") in [(p.code, p.where.cell) for p in reading.problems]


def test_a_whole_column_is_one_problem_with_their_count():
    rows = [[n, f"Hộ ông Thử {n:02d}", 10**18 + n] for n in range(1, MANY + 9)]
    (reading,) = outcome_of([*HEAD, LIST, *rows]).readings
    found = [(p.code, p.where.cell, p.found) for p in reading.problems]
    assert found == [(TOO_LARGE, "C5", f"{10**18} (+{len(rows) - 1})")]
    assert reading.frame.empty and reading.waiting["codes"].tolist() == [TOO_LARGE] * len(rows)
    few_rows = outcome_of([*HEAD, LIST, *rows[:MANY]])
    assert [p.where.cell for p in problems_of(few_rows)] == [f"C{row}" for row in range(5, MANY + 5)]


@pytest.mark.parametrize("total", [9e18, "9.000.000.000.000.000.000", "9.000.000 tỷ"])
def test_a_total_that_is_too_large_is_none_of_its_rows(total):
    rows = [[1, "Ông Thử", 100_000], [2, "Bà Mẫu", 200_000], ["", "Tổng cộng", total]]
    (reading,) = outcome_of([*HEAD, LIST, *rows]).readings
    assert len(reading.frame) == 2 and not reading.blocks
    assert [(p.code, p.where.cell, p.proposed) for p in reading.problems] == [("total_differs", "C7", "300000")]
    matrix = [[1, "Nam Dong", 10], [2, "Ea Pô", 20], ["", "Toàn huyện", total]]
    (reading,) = outcome_of([PERIOD, ["STT", "Xã, thị trấn", "Số tiền (đồng)"], *matrix]).readings
    assert len(reading.frame) == 2
    assert [(p.code, p.where.cell, p.proposed) for p in reading.problems] == [("total_differs", "C5", "30")]


def test_the_sign_of_a_statement_beside_an_amount_that_cannot_be_read():
    head = [*HEAD, ["Ngày giao dịch", "Loại GD", "Số tiền", "Diễn giải"]]
    rows = [["02/08/2021", "C", 500_000, "Ủng hộ"], ["03/08/2021", "D", 9e18, "Phí"]]
    rows += [["04/08/2021", "D", "chưa rõ", "Phí"], ["05/08/2021", "D", 55_000, "Phí"]]
    (reading,) = outcome_of([*head, *rows]).readings
    assert reading.layout == "statement" and reading.frame["cash_vnd"].tolist() == [500_000]
    told = [(p.code, p.where.cell) for p in reading.problems]
    assert told == [(TOO_LARGE, "C6"), ("number_unreadable", "C7"), ("debit_row", "C8")]


def test_a_number_of_a_file_that_no_computer_can_hold():
    content = xlsx_of([*HEAD, LIST, [1, "Ông Thử", 100_000], [2, "Bà Mẫu", 777]])
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"<v>777</v>", b"<v>1e999</v>"))
    (reading,) = read(Source("danh sach.xlsx", changed.getvalue()), as_of=golden.AS_OF).readings
    assert reading.frame["cash_vnd"].tolist() == [100_000]
    assert [(p.code, p.where.cell) for p in reading.problems] == [(TOO_LARGE, "C6")]


@pytest.mark.parametrize("column", range(6))
@pytest.mark.parametrize("cell", [*ENDLESS, "9" * 5000, "²", 9e18, -9e18])
def test_in_no_column_does_a_number_stop_the_reading(column, cell):
    row = [2, "Ông Thử", "Gạo", 5, "kg", 100_000]
    row[column] = cell
    outcome = outcome_of([*SHEETS["donations"].head, [1, "Bà Mẫu", "Gạo", 5, "kg", 100_000], row])
    assert not outcome.unread and all(abs(amount) <= MOST for amount in amounts_of(outcome))
