"""Random statements of banks and wallets: gifts among money out, interest, failed payments, refunds, own transfers."""

from dataclasses import dataclass
from datetime import date, timedelta

from tests.random_hands import Hand, with_unknown
from tests.random_truth import Line, Truth
from tests.random_words import ADDRESSES, FILES, TITLES
from tests.random_writing import Column, Draft, Row

OUT = ("Chuyen tien mua gao dot {}", "Rut tien mat chi ho tro dot {}", "Thanh toan tien mua mi tom hoa don {}")
INTEREST = ("Tra lai tien gui thang {}", "Lai nhap goc tien gui ky {}", "TRA LAI KHONG KY HAN THANG {}")
REFUND = ("Hoan tien giao dich loi FT2123{}", "Hoan tra giao dich khong thanh cong {}")
OWN = ("Chuyen noi bo giua hai tai khoan UBMTTQ huyen Cu Jut lan {}", "Dieu chuyen von noi bo tai khoan UBMTTQ lan {}")
GIFTS = (
    "{} ung ho quy vac xin",
    "{} UNG HO PHONG CHONG DICH",
    "{} chuyen khoan ung ho covid",
    "MBVCB.{n}.{} ung ho",
    "{} ung ho Cu Jut chong dich",
)
OPENING = ("Số dư đầu kỳ", "Số dư đầu", "Dư đầu kỳ")
CLOSING = ("Số dư cuối kỳ", "Dư cuối kỳ")
FOOT = ("Cộng phát sinh", "Tổng cộng", "Tổng phát sinh", "Cộng")
DONE = ("Thành công", "Hoàn thành", "Success")
FAILED = ("Thất bại", "Không thành công", "Đã hủy", "Failed")


@dataclass(frozen=True)
class Move:
    """One line of a statement. what: gift, out, interest, refund, own, failed."""

    day: date
    what: str
    amount: int
    content: str

    @property
    def sign(self) -> int:
        return {"out": -1, "failed": 0}.get(self.what, 1)


def moves(hand: Hand, kinds: list[str]) -> list[Move]:
    """Oldest first."""
    dice, drawn = hand.dice, []
    day = hand.day()
    for n in range(dice.randrange(8, 30)):
        day = min(day + timedelta(days=dice.choice((0, 0, 1, 2))), date(2021, 9, 25))
        what = "gift" if hand.chance(0.75) or n == 0 else dice.choice(kinds)
        text = {"out": OUT, "interest": INTEREST, "refund": REFUND, "own": OWN}.get(what, GIFTS)
        content = dice.choice(text).format(
            hand.person().upper() if text is GIFTS else n + 1, n=dice.randrange(10**6, 10**7)
        )
        amount = dice.randrange(1, 90) * 137 if what == "interest" else hand.amount()
        drawn.append(Move(day, what, amount, content))
    return drawn


@dataclass
class Form:
    """What columns a statement has."""

    amounts: str  # two, signed, sign, credit
    has_status: bool
    has_balance: bool
    has_reference: bool
    has_fee: bool
    is_newest_first: bool
    opening: int


def make_statement(hand: Hand, kinds: list[str] | None = None) -> Draft:
    """A statement; gifts are its credits that neither came from ourselves or the bank nor failed."""
    dice = hand.dice
    hand.scale, hand.money_suffix = 1, dice.choice(("", "", " (VND)"))
    hand.money_style = dice.choices(("number", "dots", "commas"), (60, 15, 25))[0]
    hand.date_style = dice.choice(("cell", "slash", "slash", "short"))
    form = _form(hand)
    more = ["out"] + ["interest", "own", "refund"] * (hand.words != "usual") + ["failed"] * form.has_status
    lines = moves(hand, kinds or (more if form.amounts != "credit" else ["gift"]))
    columns = _columns(hand, form)
    rows = _rows(hand, form, lines)
    gifts = tuple(Line("cash", "vnd", float(m.amount), m.day.isoformat()) for m in lines if m.what == "gift")
    return Draft(
        "donations",
        f"statement, {form.amounts}",
        f"{dice.choice(FILES['statement'])}.xlsx",
        dice.choice(("Sheet1", "Sao kê", "Statement")),
        tuple(with_unknown(hand, columns)),
        tuple(rows),
        Truth("donations", gifts, is_dated=True),
        above=tuple(_above(hand, form, lines)),
        ending=dice.choice(("xlsx", "csv")),
        separator=dice.choice((",", ";", "\t")),
        encoding=dice.choice(("utf-8-sig", "utf-8")),
    )


def _form(hand: Hand) -> Form:
    amounts = hand.dice.choice(("two", "two", "signed", "sign", "credit"))
    some = [hand.chance(share) for share in (0.3, 0.55, 0.6, 0.15, 0.4)]
    return Form(amounts, *some, hand.dice.randrange(0, 50) * 1_000_000)


def _columns(hand: Hand, form: Form) -> list[Column]:
    amounts = {"two": ["debit", "credit"], "signed": ["signed"], "sign": ["signed", "sign"], "credit": ["credit"]}
    if form.amounts == "two" and hand.chance(0.2):
        amounts["two"] = ["credit", "debit"]
    keys = ["serial"] * hand.chance(0.4) + ["posted"] + ["reference"] * form.has_reference
    middle = amounts[form.amounts] + ["fee"] * form.has_fee + ["balance"] * form.has_balance
    text = ["content"]
    keys += text + middle if hand.chance(0.4) else middle + text
    keys += ["status"] * form.has_status
    money = {"debit", "credit", "signed", "fee", "balance"}
    columns = [hand.money_column(key) if key in money else hand.column(key) for key in keys]
    if len({c.base for c in columns}) < len(columns):  # "Ngày" and "Loại" are never two columns of one statement
        return _columns(hand, form)
    return columns


def _rows(hand: Hand, form: Form, lines: list[Move]) -> list[Row]:
    dice, balance, rows = hand.dice, form.opening, []
    signs = dice.choice((("Có", "Nợ"), ("C", "D"), ("+", "-"), ("Ghi có", "Ghi nợ"), ("Tiền vào", "Tiền ra")))
    is_plus, done, failed = hand.chance(0.3), dice.choice(DONE), dice.choice(FAILED)
    blank = dice.choice(("", "", 0))
    for move in lines:
        balance += move.sign * move.amount
        shown, is_out = hand.money(move.amount), move.what == "out"
        signed = hand.money(-move.amount) if is_out else f"+{shown}" if is_plus and isinstance(shown, str) else shown
        rows.append(
            {
                "posted": hand.written_day(move.day),
                "reference": f"FT21{dice.randrange(10**8, 10**9)}",
                "content": move.content,
                "debit": shown if is_out else blank,
                "credit": blank if is_out else shown,
                "signed": shown if form.amounts == "sign" else signed,
                "sign": signs[is_out],
                "balance": hand.money(balance),
                "fee": 0,
                "status": failed if move.what == "failed" else done,
            }
        )
    if form.is_newest_first:
        rows.reverse()
    for number, cells in enumerate(rows, 1):
        cells["serial"] = number
    return [*_edges(hand, form, [Row(cells) for cells in rows], balance), *_foot(hand, form, lines)]


def _edges(hand: Hand, form: Form, rows: list[Row], closing: int) -> list[Row]:
    """Rows of the opening and the closing balance."""
    if not form.has_balance or hand.chance(0.5):
        return rows
    first, last = (
        Row({"content": hand.dice.choice(OPENING), "balance": hand.money(form.opening)}),
        Row({"content": hand.dice.choice(CLOSING), "balance": hand.money(closing)}),
    )
    return [last, *rows, first] if form.is_newest_first else [first, *rows, last]


def _foot(hand: Hand, form: Form, lines: list[Move]) -> list[Row]:
    if form.amounts not in ("two", "credit") or form.has_status or hand.chance(0.5):
        return []
    sums = {
        "credit": hand.money(sum(m.amount for m in lines if m.what != "out")),
        "debit": hand.money(sum(m.amount for m in lines if m.what == "out")),
    }
    return [Row({hand.dice.choice(("content", "posted")): hand.dice.choice(FOOT)} | sums)]


def _above(hand: Hand, form: Form, lines: list[Move]) -> list[tuple[str, str]]:
    if hand.chance(0.2):
        return []
    days = sorted(m.day for m in lines)
    period = f"Từ ngày {days[0]:%d/%m/%Y} đến ngày {days[-1]:%d/%m/%Y}"
    above = [
        (
            hand.dice.choice(
                ("NGÂN HÀNG NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN", "NGAN HANG TMCP CONG THUONG", "Ví điện tử")
            ),
            "",
        ),
        (hand.book.choose(TITLES["statement"]), ""),
        ("Chủ tài khoản: UB MTTQ VIET NAM HUYEN CU JUT", "Loại tiền: VND"),
        (f"Số tài khoản: 53002050{hand.dice.randrange(10**4, 10**5)}", period),
        (f"Địa chỉ: {hand.dice.choice(ADDRESSES)}, Cư Jút", ""),
    ]
    kept = [line for n, line in enumerate(above) if n in (1, 2) or hand.chance(0.7)]
    if hand.chance(0.3):
        kept.append((f"Số dư đầu kỳ: {form.opening:,} VND", ""))
    return kept + [("", "")] * hand.chance(0.5)
