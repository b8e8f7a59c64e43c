"""Random sheets that must not be read as they look: what did not happen, another unit, sums that pass for lines."""

from dataclasses import replace
from datetime import date, timedelta

from tests.random_hands import COMMUNES, START, Hand, letterhead
from tests.random_lists import make_list
from tests.random_reports import chosen, label, unit_of, value
from tests.random_statements import make_statement
from tests.random_truth import Line, Truth
from tests.random_words import RECIPIENTS
from tests.random_writing import Column, Draft, Row, shuffled

Trap = tuple[Draft, str]
Gift = tuple[date, str, int]

NOT_HAPPENED = (
    ("donations", "DANH SÁCH ĐĂNG KÝ ỦNG HỘ"),
    ("donations", "DANH SÁCH CÁC ĐƠN VỊ CHƯA NỘP TIỀN, HÀNG ỦNG HỘ"),
    ("donations", "DANH SÁCH HỨA ỦNG HỘ"),
    ("donations", "DỰ KIẾN CÁC NGUỒN ỦNG HỘ"),
    ("distributions", "DANH SÁCH HỘ ĐỀ NGHỊ HỖ TRỢ"),
    ("distributions", "TỔNG HỢP NHU CẦU HỖ TRỢ"),
    ("distributions", "KẾ HOẠCH PHÂN BỔ HÀNG HỖ TRỢ"),
    ("distributions", "TỜ TRÌNH XIN HỖ TRỢ LƯƠNG THỰC"),
    ("purchases", "DỰ TRÙ MUA HÀNG"),
    ("frontline_support", "KẾ HOẠCH THĂM HỎI, TẶNG QUÀ TUYẾN ĐẦU"),
)


def gifts(hand: Hand) -> list[Gift]:
    return sorted((hand.day(), hand.party(), hand.amount()) for _ in range(hand.dice.randrange(6, 15)))


def truth_of(kept: list[Gift], *, must_ask: bool = False) -> Truth:
    lines = tuple(Line("cash", "vnd", float(amount), day.isoformat()) for day, _, amount in kept)
    return Truth("donations", lines, is_dated=True, must_ask=must_ask)


def cash_list(hand: Hand, columns: list[tuple[str, str]], rows: list[Row], truth: Truth, note: str = "") -> Draft:
    """A plain list of cash, all in đồng."""
    shown = [Column(key, text, format="dd/mm/yyyy" if key == "date" else "#,##0") for key, text in columns]
    lines = [*letterhead(hand, None), ("DANH SÁCH TIẾP NHẬN ỦNG HỘ", "")] + [("", note)] * bool(note)
    draft = Draft("donations", "trap", "Danh sach.xlsx", "Sheet1", tuple(shown), tuple(rows), truth, tuple(lines))
    return shuffled(draft, hand.dice) if hand.chance(0.3) else draft


PLAIN = [("serial", "STT"), ("date", "Ngày"), ("party", "Họ và tên"), ("cash", "Số tiền (đồng)")]


def cells_of(number: int, gift: Gift, amount: object = None) -> dict[str, object]:
    return {"serial": number, "date": gift[0], "party": gift[1], "cash": gift[2] if amount is None else amount}


def plain_rows(given: list[Gift]) -> list[Row]:
    return [Row(cells_of(n, gift)) for n, gift in enumerate(given, 1)]


def not_happened(hand: Hand) -> Trap:
    kind, title = hand.dice.choice(NOT_HAPPENED)
    drawn = make_list(hand, kind)
    above = (*letterhead(hand, None), (title, ""), ("", ""))
    return replace(drawn, above=above, truth=Truth(kind), name="Danh sach.xlsx"), f"“{title}” counted as done"


def unpaid_rows(hand: Hand) -> Trap:
    given = gifts(hand)
    paid = [n == 0 or hand.chance(0.6) for n in range(len(given))]
    words = hand.dice.choice(
        (("Đã nộp", "Chưa nộp"), ("Đã nhận", "Chưa nhận"), ("Đã chuyển", "Hứa chuyển sau"), ("x", ""))
    )
    head = {"x": "Đã nộp"}.get(words[0], hand.dice.choice(("Tình trạng", "Trạng thái", "Ghi chú")))
    rows = [
        Row(cells_of(n, g) | {"state": words[not ok]}) for n, (g, ok) in enumerate(zip(given, paid, strict=True), 1)
    ]
    kept = [g for g, ok in zip(given, paid, strict=True) if ok]
    return cash_list(hand, [*PLAIN, ("state", head)], rows, truth_of(kept)), f"rows marked “{words[1]}” counted"


def registered_beside_paid(hand: Hand) -> Trap:
    given = gifts(hand)
    names = hand.dice.choice((("Số tiền đăng ký", "Số tiền đã nộp"), ("Đăng ký", "Thực nộp"), ("Chỉ tiêu", "Đã nộp")))
    rows = [Row(cells_of(n, g) | {"planned": g[2] + 100_000}) for n, g in enumerate(given, 1)]
    columns = [*PLAIN[:3], ("planned", f"{names[0]} (đồng)"), ("cash", f"{names[1]} (đồng)")]
    return cash_list(hand, columns, rows, truth_of(given)), f"“{names[0]}” counted as received"


def other_currency(hand: Hand) -> Trap:
    given = gifts(hand)
    unit = hand.dice.choice(("USD", "EUR", "$", "đô la Mỹ", "LAK", "JPY"))
    rows = [Row(cells_of(n, g, hand.dice.randrange(1, 60) * 10)) for n, g in enumerate(given, 1)]
    if hand.chance(0.3):
        return cash_list(
            hand, [*PLAIN[:3], ("cash", "Số tiền")], rows, Truth("donations"), f"ĐVT: {unit}"
        ), f"{unit} as đồng"
    return cash_list(hand, [*PLAIN[:3], ("cash", f"Số tiền ({unit})")], rows, Truth("donations")), f"{unit} as đồng"


def thousands_unsaid(hand: Hand) -> Trap:
    given = gifts(hand)
    rows = [Row(cells_of(n, g, g[2] // 1000)) for n, g in enumerate(given, 1)]
    head = hand.dice.choice(("Số tiền", "Số tiền ủng hộ", "Số tiền (đồng)"))
    return cash_list(hand, [*PLAIN[:3], ("cash", head)], rows, truth_of(given, must_ask=True)), "thousands as đồng"


def units_disagree(hand: Hand) -> Trap:
    given = gifts(hand)
    note = hand.dice.choice(("ĐVT: nghìn đồng", "Đơn vị tính: triệu đồng", "ĐVT: 1.000 đồng"))
    return cash_list(hand, PLAIN, plain_rows(given), truth_of(given, must_ask=True), note), f"“{note}” passed over"


def unit_in_format(hand: Hand) -> Trap:
    """5 that is shown as "5 triệu đồng" by the format of its cell alone."""
    times, unit = hand.dice.choice(((1_000_000, "triệu đồng"), (1_000, "nghìn đồng")))
    given = [(day, who, max(amount // times, 1) * times) for day, who, amount in gifts(hand)]
    rows = [Row(cells_of(n, g, g[2] // times)) for n, g in enumerate(given, 1)]
    drawn = cash_list(hand, [*PLAIN[:3], ("cash", "Số tiền")], rows, truth_of(given))
    columns = [replace(c, format=f'#,##0" {unit}"') if c.key == "cash" else c for c in drawn.columns]
    return replace(drawn, columns=tuple(columns)), f"{unit} of the format passed over"


def shifted_row(hand: Hand) -> Trap:
    """A csv that was written without quotes: a comma in a name pushes the receipt's number under the amount."""
    given = gifts(hand)
    at = hand.dice.randrange(1, len(given))
    given[at] = (given[at][0], "Công ty TNHH Hoa Sen, chi nhánh Cư Jút", given[at][2])
    rows = [Row(cells_of(n, g) | {"receipt": 500 + n}, is_unquoted=n == at + 1) for n, g in enumerate(given, 1)]
    columns = (Column("receipt", "Số phiếu thu"), Column("cash", "Số tiền (đồng)"))
    drawn = cash_list(hand, PLAIN, rows, truth_of(given))
    plain = tuple(Column(key, text) for key, text in PLAIN[:3])
    return replace(drawn, columns=plain + columns, ending="csv", name="Danh sach.csv"), "a shifted cell as an amount"


def wordless_total(hand: Hand) -> Trap:
    """The sum of some rows, or of all, under no word or one that nobody writes."""
    given = gifts(hand)
    rows = plain_rows(given)
    cut = hand.dice.choice((len(rows), len(rows), len(rows) // 2))
    word = hand.dice.choice(("", "", "Gút sổ", "Hết thảy là", "Vậy là", "=", "Sum"))
    total = Row({hand.dice.choice(("serial", "party")): word, "cash": sum(g[2] for g in given[:cut])})
    rows = rows[:cut] + [total] + rows[cut:] if cut < len(rows) or hand.chance(0.7) else [total, *rows]
    return cash_list(hand, PLAIN, rows, truth_of(given)), f"a total under “{word}” counted as a gift"


def parts_of_a_line(hand: Hand) -> Trap:
    """A body's sum, and under it who gave how much of it."""
    given, rows, size = gifts(hand)[:6], [], 3
    for number, start in enumerate((0, size), 1):
        part = given[start : start + size]
        whole = (part[0][0], f"{('Hội Phụ nữ', 'Hội Nông dân')[number - 1]} huyện", sum(g[2] for g in part))
        rows.append(Row(cells_of(number, whole)))
        lead = hand.dice.choice(("- ", "+ ", "Trong đó: "))
        rows += [Row(cells_of("", (g[0], lead + g[1], g[2]))) for g in part]
    truth = replace(truth_of(given), is_counted=False)  # the bodies, or those behind them: the sum is the same
    return cash_list(hand, PLAIN, rows, truth), "a body and its parts both counted"


def struck_rows(hand: Hand) -> Trap:
    given = gifts(hand)
    struck = [n > 0 and (n == 1 or hand.chance(0.2)) for n in range(len(given))]
    rows = [replace(row, is_struck=out) for row, out in zip(plain_rows(given), struck, strict=True)]
    kept = [g for g, out in zip(given, struck, strict=True) if not out]
    return cash_list(hand, PLAIN, rows, truth_of(kept)), "struck-through rows counted"


def not_gifts_in_statement(hand: Hand) -> Trap:
    """Interest, refunds, own transfers, failed payments."""
    what = hand.dice.choice(("interest", "refund", "own", "failed"))
    drawn = make_statement(hand, [what])
    while "credit" in drawn.form or (what == "failed") != any(c.key == "status" for c in drawn.columns):
        drawn = make_statement(hand, [what])
    ending = drawn.ending
    return replace(drawn, name=f"Sao ke.{ending}"), f"{what} counted as gifts"


def _report(hand: Hand, columns: list[tuple[str, str]], rows: list[Row], truth: Truth, period: str, code: str) -> Draft:
    shown = tuple(Column(key, text, format="#,##0") for key, text in columns)
    above = (*letterhead(hand, COMMUNES[code][0]), ("BÁO CÁO KẾT QUẢ CÔNG TÁC", ""), (period, ""), ("", ""))
    return Draft("weekly_reports", "trap", "Bao cao.xlsx", "Sheet1", shown, tuple(rows), truth, above)


def cumulative_as_week(hand: Hand) -> Trap:
    """One column of numbers, under a period that began with the campaign."""
    code, names, end = (
        hand.dice.choice(list(COMMUNES)),
        chosen(hand, 4, 10),
        START + timedelta(weeks=hand.dice.randrange(2, 7)),
    )
    end -= timedelta(days=1)
    period = hand.dice.choice(
        ("(Từ ngày 29/7/2021 đến ngày {:%d/%m/%Y})", "Lũy kế đến ngày {:%d/%m/%Y}", "(Tính đến ngày {:%d/%m/%Y})")
    )
    values = {(code, n): float(value(hand, n)) for n in names}
    rows = [
        Row({"serial": n, "indicator": label(hand, i), "unit": unit_of(hand, i), "value": values[code, i]})
        for n, i in enumerate(names, 1)
    ]
    columns = [
        ("serial", "STT"),
        ("indicator", "Nội dung"),
        ("unit", "ĐVT"),
        ("value", hand.dice.choice(("Kết quả", "Số lượng"))),
    ]
    truth = Truth("weekly_reports", cumulatives=values)
    return _report(hand, columns, rows, truth, period.format(end), code), "a sum since 29 July as one week"


def other_column_beside(hand: Hand) -> Trap:
    """Last week, a plan, what is left, beside what happened this week."""
    code, names, week = (
        hand.dice.choice(list(COMMUNES)),
        chosen(hand, 4, 10),
        START + timedelta(weeks=hand.dice.randrange(7)),
    )
    heads = hand.dice.choice(
        (("Tuần trước", "Tuần này"), ("Kế hoạch", "Thực hiện"), ("Cùng kỳ", "Trong tuần"), ("Tỷ lệ %", "Kết quả"))
    )
    values = {(code, n): float(value(hand, n)) for n in names}
    rows = [
        Row(
            {
                "serial": n,
                "indicator": label(hand, i),
                "unit": unit_of(hand, i),
                "value": values[code, i],
                "other": value(hand, i),
            }
        )
        for n, i in enumerate(names, 1)
    ]
    two = [("other", heads[0]), ("value", heads[1])]
    columns = [("serial", "STT"), ("indicator", "Nội dung"), ("unit", "ĐVT"), *(two if hand.chance(0.6) else two[::-1])]
    period = f"(Từ ngày {week:%d/%m/%Y} đến ngày {week + timedelta(days=6):%d/%m/%Y})"
    truth = Truth("weekly_reports", reports=values)
    return _report(hand, columns, rows, truth, period, code), f"“{heads[0]}” as this week's number"


def rate_or_rest(hand: Hand) -> Trap:
    """Kilograms a household, or what is left, beside what was handed out."""
    rate = hand.dice.choice(("Định mức (kg/hộ)", "Mức hỗ trợ (kg/hộ)", "Gạo (kg/hộ)"))
    is_rate, rest = hand.chance(0.5), "Gạo còn lại (kg)"
    done = hand.dice.choice(("Tổng số gạo đã cấp (kg)", "Gạo đã cấp (kg)", "Số gạo cấp phát (kg)", "Gạo (kg)"))
    rows, lines = [], []
    for number in range(1, hand.dice.randrange(6, 13)):
        day, code = hand.day(), hand.dice.choice(list(COMMUNES))
        households, each = hand.dice.randrange(2, 40), hand.dice.choice((5, 10, 15))
        lines.append(Line("rice", "kg", float(households * each), day.isoformat(), code))
        cells = {"serial": number, "date": day, "commune": COMMUNES[code][0], "who": hand.dice.choice(RECIPIENTS)}
        other = each if is_rate else 5000 - number * 31
        rows.append(Row(cells | {"households": households, "other": other, "rice": households * each}))
    heads = ("STT", "Ngày", "Xã", "Đối tượng", "Số hộ", rate if is_rate else rest, done)
    keys = ("serial", "date", "commune", "who", "households", "other", "rice")
    formats = ("General", "dd/mm/yyyy", *("General",) * 5)
    columns = tuple(Column(k, h, format=f) for k, h, f in zip(keys, heads, formats, strict=True))
    sums = {"households": sum(row.cells["households"] for row in rows)}
    truth = Truth("distributions", tuple(lines), sums=sums, is_dated=True, is_placed=True)
    above = (*letterhead(hand, None), ("DANH SÁCH CẤP PHÁT GẠO", ""))
    drawn = Draft("distributions", "trap", "Cap phat.xlsx", "Sheet1", columns, tuple(rows), truth, above)
    return drawn, f"“{columns[5].label}” counted as handed out"


TRAPS = (
    not_happened,
    not_happened,
    unpaid_rows,
    registered_beside_paid,
    other_currency,
    thousands_unsaid,
    units_disagree,
    unit_in_format,
    shifted_row,
    wordless_total,
    wordless_total,
    parts_of_a_line,
    struck_rows,
    not_gifts_in_statement,
    not_gifts_in_statement,
    cumulative_as_week,
    other_column_beside,
    rate_or_rest,
)


def draw_trap(hand: Hand) -> Trap:
    """A trap, and what would be wrong if it were read in silence; its name stands in the draft's form."""
    trap = hand.dice.choice(TRAPS)
    drawn, wrong = trap(hand)
    return replace(drawn, form=f"trap {trap.__name__}"), wrong
