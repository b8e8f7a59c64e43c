"""What holds for every sheet, whatever stands in it: layout, decoration and order of the rows change no number."""

from collections import Counter
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import Answers, Source, read
from loaders.evidence.context import show
from loaders.formats.sources import open_grids
from loaders.problems import Severity
from tests.amounts import examples
from tests.fixtures import golden
from tests.hostile import xlsx_of

TITLE = "DANH SÁCH ỦNG HỘ PHÒNG, CHỐNG DỊCH XÃ NAM DONG"
PERIOD = "BÁO CÁO TUẦN (Từ ngày 02/8/2021 đến ngày 08/8/2021)"
GOODS = {"rice": ("Gạo", "kg"), "instant_noodles": ("Mì tôm", "thùng"), "eggs": ("Trứng", "quả")}
INDICATORS = {
    "people_reached": "Số người được tuyên truyền",
    "donors": "Số lượt ủng hộ",
    "rice_kg": "Gạo (kg)",
    "households_supported": "Số hộ được hỗ trợ",
}
COMMUNES = {"24649": "Nam Dong", "24646": "Ea Pô", "24655": "Tâm Thắng"}
GIVEN_VALUE = {  # the proposal of these codes is the value of a cell; of the others it is only told
    "balance_proposes",
    "date_ambiguous",
    "date_outside",
    "number_ambiguous",
    "number_negative",
    "repeats_above",
    "unit_missing",
}
few = examples(6, 60)


def read_rows(rows: list[list], answers: Answers | None = None):
    return read(Source("danh sach.xlsx", xlsx_of(rows)), as_of=golden.AS_OF, answers=answers)


def sums(outcome) -> dict[tuple[str, str], float]:
    """Base quantity of each good; nothing may be unread or wait."""
    assert not outcome.unread
    found: Counter = Counter()
    for reading in outcome.readings:
        assert reading.waiting.empty and not reading.blocks
        for good, unit, quantity in reading.frame[["good", "base_unit", "base_quantity"]].itertuples(index=False):
            found[good, unit] += quantity
    return dict(found)


def values(outcome) -> dict[tuple[str, str], float]:
    assert not outcome.unread
    assert all(reading.waiting.empty and not reading.blocks for reading in outcome.readings)
    frames = [reading.frame for reading in outcome.readings]
    rows = [row for f in frames for row in f[["commune", "indicator", "value"]].itertuples(index=False)]
    assert len({(row.commune, row.indicator) for row in rows}) == len(rows)
    return {(row.commune, row.indicator): float(row.value) for row in rows}


# random gifts: every giver once, at least one good each

amounts = st.dictionaries(st.sampled_from([*GOODS, "cash"]), st.integers(1, 900), min_size=1, max_size=4)
gifts = st.lists(st.tuples(st.integers(0, 30), amounts), min_size=3, max_size=8)


def quantity_of(good: str, amount: int) -> int:
    return amount * 5_000 if good == "cash" else amount


def expected(given_gifts) -> dict[tuple[str, str], int]:
    units = {"rice": "kg", "instant_noodles": "box", "eggs": "piece", "cash": "vnd"}
    found: Counter = Counter()
    for _, lines in given_gifts:
        for good, amount in lines.items():
            found[good, units[good]] += quantity_of(good, amount)
    return dict(found)


def day(number: int) -> str:
    return f"{date(2021, 8, 2) + timedelta(days=number):%d/%m/%Y}"


def wide(given_gifts) -> list[list]:
    goods = [*GOODS, "cash"]
    heads = [f"{name} ({unit})" for name, unit in GOODS.values()]
    rows = [["STT", "Ngày", "Họ tên, đơn vị", *heads, "Tiền mặt (đồng)"]]
    for number, (on, lines) in enumerate(given_gifts, 1):
        cells = [quantity_of(good, lines[good]) if good in lines else "" for good in goods]
        rows.append([number, day(on), f"Hộ ông Thử {number:02d}", *cells])
    return rows


def long(given_gifts) -> list[list]:
    rows = [["STT", "Ngày", "Họ tên, đơn vị", "Mặt hàng", "Số lượng", "Đơn vị tính"]]
    for number, (on, lines) in enumerate(given_gifts, 1):
        for good, amount in lines.items():
            name, unit = GOODS.get(good, ("Tiền mặt", "đồng"))
            rows.append([len(rows), day(on), f"Hộ ông Thử {number:02d}", name, quantity_of(good, amount), unit])
    return rows


@few
@given(gifts)
def test_long_and_wide_give_the_same_totals(given_gifts):
    assert sums(read_rows([[TITLE], *long(given_gifts)])) == expected(given_gifts)
    assert sums(read_rows([[TITLE], *wide(given_gifts)])) == expected(given_gifts)


@few
@given(gifts, st.data(), st.sampled_from([long, wide]))
def test_the_order_of_the_rows_changes_no_total(given_gifts, data, layout):
    header, *rows = layout(given_gifts)
    assert sums(read_rows([[TITLE], header, *data.draw(st.permutations(rows))])) == expected(given_gifts)


LETTERHEAD = [
    ["ỦY BAN MTTQ VIỆT NAM HUYỆN CƯ JÚT", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["ỦY BAN MTTQ XÃ NAM DONG", "", "", "Độc lập - Tự do - Hạnh phúc"],
    ["Số: 12/BC-MTTQ", "", "", "Nam Dong, ngày 10 tháng 8 năm 2021"],
]
SIGNATURE = [[], ["", "NGƯỜI LẬP BIỂU", "", "TM. BAN THƯỜNG TRỰC"], ["", "(Ký, ghi rõ họ tên)", "", "CHỦ TỊCH"]]


@few
@given(gifts, st.data(), st.sampled_from([long, wide]), st.booleans(), st.booleans(), st.integers(0, 2))
def test_decoration_changes_no_total(given_gifts, data, layout, has_letterhead, has_signature, columns_before):
    rows: list[list] = []
    for row in layout(given_gifts):
        rows += [row] + [[]] * data.draw(st.integers(0, 1 if rows else 0))
    rows = [[""] * columns_before + row for row in rows]
    above, below = LETTERHEAD if has_letterhead else [], SIGNATURE if has_signature else []
    assert sums(read_rows([*above, [TITLE], [], *rows, *below])) == expected(given_gifts)


# random indicators

reported = st.fixed_dictionaries({code: st.integers(1, 900) for code in INDICATORS})
reports = st.fixed_dictionaries({code: reported for code in COMMUNES})


def vertical(commune: str, report: dict[str, int]) -> list[list]:
    lines = [[n, INDICATORS[code], report[code]] for n, code in enumerate(INDICATORS, 1)]
    return [[f"ỦY BAN MTTQ XÃ {COMMUNES[commune].upper()}"], [PERIOD], ["STT", "Chỉ tiêu", "Trong tuần"], *lines]


def matrix(report) -> list[list]:
    lines = [[n, COMMUNES[c], *(report[c][code] for code in INDICATORS)] for n, c in enumerate(COMMUNES, 1)]
    return [[PERIOD], ["STT", "Xã, thị trấn", *INDICATORS.values()], *lines]


def transposed(report) -> list[list]:
    lines = [[n, INDICATORS[code], *(report[c][code] for c in COMMUNES)] for n, code in enumerate(INDICATORS, 1)]
    return [[PERIOD], ["STT", "Chỉ tiêu", *COMMUNES.values()], *lines]


@few
@given(reports)
def test_vertical_matrix_and_transposed_give_the_same_values(report):
    told = {(c, code): float(value) for c, lines in report.items() for code, value in lines.items()}
    assert values(read_rows(matrix(report))) == told
    assert values(read_rows(transposed(report))) == told
    one_by_one = [values(read_rows(vertical(commune, lines))) for commune, lines in report.items()]
    assert {key: value for found in one_by_one for key, value in found.items()} == told


# numbers as people type them

WAYS = {
    "dots": lambda n: f"{n:,}".replace(",", "."),
    "dots and đ": lambda n: f"{n:,}đ".replace(",", "."),
    "spaces": lambda n: f"{n:,}".replace(",", " "),
    "commas and zeros": lambda n: f"{n:,}.00",
    "thousands": lambda n: f"{n // 1000} nghìn",
    "millions": lambda n: f"{n / 1_000_000:g} triệu".replace(".", ","),
    "as a number": lambda n: n,
}
# no thousands in it: "1,001 triệu" may be 1.001 million, so it is asked about
money = st.integers(101, 9_999).map(lambda ten_thousands: ten_thousands * 10_000)


@few
@given(st.lists(st.tuples(money, st.sampled_from(list(WAYS))), min_size=3, max_size=8))
def test_money_typed_the_vietnamese_way_reads_back(typed):
    rows = [[n, f"Hộ ông Thử {n:02d}", WAYS[way](amount)] for n, (amount, way) in enumerate(typed, 1)]
    outcome = read_rows([[TITLE], ["STT", "Họ tên", "Số tiền (đồng)"], *rows])
    assert [int(v) for r in outcome.readings for v in r.frame["cash_vnd"]] == [amount for amount, _ in typed]


# what a person ticks, and where each number comes from: on all fixtures


@cache
def outcome_of(name: str):
    return golden.outcome_of(name)


def lines_of(outcome) -> Counter:
    """Every tidy row and every waiting row, each with its row in the sheet."""
    frames = [(r.kind, f) for r in outcome.readings for f in (r.frame, r.waiting)]
    return Counter(
        (row["source_sheet"], int(row["source_row"]), kind, *(golden.cell(value) for value in row.values()))
        for kind, frame in frames
        for row in frame.to_dict("records")
    )


@pytest.mark.parametrize("name", golden.names())
def test_a_tick_gives_what_was_proposed_and_changes_nothing_else(name):
    before = outcome_of(name)
    asked = [p for r in before.readings for p in r.problems if p.severity is Severity.ASKS and p.proposed]
    for problem in (p for p in asked if p.where.cell):
        answers = Answers(ticked=frozenset({problem.key}))
        after = read(Source(name, (golden.FOLDER / name).read_bytes()), as_of=golden.AS_OF, answers=answers)
        gone, come = lines_of(before) - lines_of(after), lines_of(after) - lines_of(before)
        if problem.code not in GIVEN_VALUE:
            assert not gone and not come
            continue
        place = (problem.where.sheet, problem.where.row)
        assert {line[:2] for line in [*gone, *come]} == {place}
        assert sum(come.values()) == sum(gone.values()) == 1
        assert written(problem.proposed) in next(iter(come))


def written(proposed: str) -> str:
    """A proposal as golden.cell writes the same value: days as ISO dates, decimals with a point."""
    parts = proposed.split("/")
    return "-".join(reversed(parts)) if len(parts) == 3 else proposed.replace(",", ".")


@pytest.mark.parametrize("name", golden.names())
def test_every_row_names_the_cell_it_was_read_from(name):
    grids = open_grids(Source(name, (golden.FOLDER / name).read_bytes()))[0]
    rows = {(grid.file, grid.sheet): grid.rows for grid in grids}
    for reading in outcome_of(name).readings:
        for row in reading.frame.to_dict("records"):
            cells = rows[reading.file, row["source_sheet"]][row["source_row"] - 1]
            assert show(cells[column_number(row["source_column"])]) == golden.cell(row["source_text"])


def column_number(letters: str) -> int:
    """ "A" -> 0, "AA" -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
