"""Random lists: gifts, what was handed out, bought, given to the frontline. Records first, then a layout for them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from data.reference.names import fold
from tests.random_hands import COMMUNES, SITES, Hand, foot, letterhead, total_row, with_unknown
from tests.random_truth import Line, Truth
from tests.random_words import FILES, GOODS, GROUPS, RECIPIENTS, SECTIONS, SETS, SHEETS, SUBTOTALS, TITLES, TOTALS
from tests.random_writing import Column, Draft, Row

ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Amount:
    """So much of a good, by the name and the unit that the sheet uses; cash has the name "" and no unit."""

    good: str
    name: str
    unit: str
    quantity: float
    times: int = 1
    base_unit: str = "vnd"


@dataclass
class Record:
    """One line of a list before it has cells."""

    day: date
    place: str
    who: str
    amounts: list[Amount]
    value: int = 0
    households: int = 0
    people: int = 0


def good_amount(hand: Hand, good: str, name: str = "", unit: tuple | None = None) -> Amount:
    usual, second, units = GOODS[good]
    if hand.words == "second" and hand.chance(0.6):
        usual = second
    unit = unit or hand.dice.choice(units)
    quantity = hand.dice.choice((1, 2, 5, 10, 20, 25) if unit[1] == 1 else (1,)) * hand.dice.randrange(1, 20)
    quantity = quantity / 2 if unit[0] == "kg" and hand.chance(0.1) else quantity
    return Amount(good, name or hand.dice.choice(usual), unit[0], quantity, unit[1], unit[2])


def cash_amount(hand: Hand) -> Amount:
    return Amount("cash", "", "đồng", hand.amount())


@dataclass
class Plan:
    """What is the same for all rows of one list."""

    hand: Hand
    kind: str
    form: str
    commune: str | None
    has_commune_column: bool
    is_dated: bool
    has_value: bool
    is_grouped: bool


def planned(hand: Hand, kind: str) -> Plan:
    forms = {
        "donations": ("cash", "cash", "mixed", "wide", "text", "side"),
        "distributions": ("wide", "mixed", "side", "cash"),
        "purchases": ("bought",),
        "frontline_support": ("wide", "mixed", "text", "side"),
    }[kind]
    form = hand.dice.choice(forms)
    commune = hand.dice.choice(list(COMMUNES)) if kind != "purchases" and hand.chance(0.35) else None
    has_column = (
        kind in ("donations", "distributions") and not commune and (kind == "distributions" or hand.chance(0.4))
    )
    if kind == "frontline_support":
        commune = None
    has_value = form in ("mixed", "wide") and kind == "donations" and hand.chance(0.3)
    is_dated = kind == "purchases" or hand.chance(0.75)
    return Plan(hand, kind, form, commune, has_column, is_dated, has_value, kind == "donations" and hand.chance(0.3))


def records(plan: Plan) -> list[Record]:
    hand, many = plan.hand, plan.hand.dice.randrange(4, 22)
    goods = hand.dice.sample(list(GOODS), hand.dice.randrange(2, 6))
    wide = [good_amount(hand, good) for good in goods]
    drawn, seen = [], set()
    while len(drawn) < many:
        record = Record(hand.day(), _place(plan), _who(plan), _amounts(plan, wide))
        record.value = 0 if record.amounts[0].good == "cash" else hand.amount() * plan.has_value
        record.households = hand.dice.randrange(2, 60)
        record.people = record.households * hand.dice.randrange(2, 5) + 1
        keys = {(record.place, record.who, a.good, a.quantity) for a in record.amounts}
        if not keys & seen:
            drawn.append(record)
            seen |= keys
    return sorted(drawn, key=lambda r: r.day) if hand.chance(0.8) else drawn


def _place(plan: Plan) -> str:
    if plan.kind == "frontline_support":
        return plan.hand.dice.choice(list(SITES))
    if plan.kind == "purchases":
        return ""
    return plan.commune or (plan.hand.dice.choice(list(COMMUNES)) if plan.has_commune_column else "")


def _who(plan: Plan) -> str:
    if plan.kind == "donations":
        return plan.hand.party()
    if plan.kind == "distributions":
        return plan.hand.dice.choice(RECIPIENTS)
    return plan.hand.dice.choice(
        ("Chợ Ea T'ling", "Tạp hóa Phú Quý", "Đại lý Minh Phát", "HTX Nam Hà", "Siêu thị mini")
    )


def _amounts(plan: Plan, wide: list[Amount]) -> list[Amount]:
    hand, dice = plan.hand, plan.hand.dice
    if plan.form == "cash":
        return [cash_amount(hand)]
    if plan.form == "wide":
        some = dice.sample(wide, dice.randrange(1, len(wide) + 1))
        some = [good_amount(hand, a.good, a.name, (a.unit, a.times, a.base_unit)) for a in wide if a in some]
        return [cash_amount(hand)] * hand.chance(0.3) + some
    if plan.form == "side":
        cash = hand.chance(0.5)
        return [cash_amount(hand)] * cash + [good_amount(hand, dice.choice(list(GOODS)))] * (
            not cash or hand.chance(0.4)
        )
    if plan.form == "text":
        goods = [good_amount(hand, g) for g in dice.sample(list(GOODS), dice.randrange(1, 4))]
        return goods + [cash_amount(hand)] * hand.chance(0.3)
    if plan.form == "mixed" and hand.chance(0.25):
        return [cash_amount(hand)]
    return [good_amount(hand, dice.choice(list(GOODS)))]


def make_list(hand: Hand, kind: str) -> Draft:
    """A list of this kind as one hand writes it."""
    plan = planned(hand, kind)
    if plan.form == "mixed":  # cash stands in the column of quantities, in plain đồng
        hand.scale, hand.money_suffix, hand.money_style = 1, " (đồng)", hand.dice.choice(("number", "dots"))
    if kind == "purchases" and hand.scale > 1000:
        hand.scale, hand.money_suffix = 1, " (đồng)"
    lines = records(plan)
    columns, fill = _columns(plan, lines)
    rows = _rows(plan, columns, lines, fill)
    columns = with_unknown(hand, columns)
    commune = COMMUNES[plan.commune][0] if plan.commune else None
    return Draft(
        kind,
        plan.form + (", sections" if plan.is_grouped else ""),
        f"{hand.dice.choice(FILES[kind])}.xlsx",
        hand.dice.choice(SHEETS),
        tuple(columns),
        tuple(rows),
        _truth(plan, lines),
        above=tuple(_above(plan, commune)),
        below=tuple(foot(hand)),
        is_numbered=hand.chance(0.1),
    )


def _above(plan: Plan, commune: str | None) -> list[tuple[str, str]]:
    hand = plan.hand
    title = hand.book.choose(TITLES[plan.kind])
    lines = letterhead(hand, commune) + [(title, "")]
    if hand.chance(0.3):
        lines.append(("(Kèm theo Báo cáo số 12/BC-MTTQ-BTT)", ""))
    if plan.form == "cash" and hand.scale == 1 and hand.chance(0.3):
        lines.append(("", hand.dice.choice(("ĐVT: đồng", "Đơn vị tính: đồng"))))
    return lines + [("", "")] * hand.chance(0.5)


def _truth(plan: Plan, lines: list[Record]) -> Truth:
    is_placed = plan.kind == "frontline_support" or bool(plan.commune) or plan.has_commune_column
    drawn = tuple(
        Line(
            a.good,
            a.base_unit,
            round(float(a.quantity * a.times), 3),
            r.day.isoformat() if plan.is_dated else "",
            r.place if is_placed else "",
        )
        for r in lines
        for a in r.amounts
    )
    sums = {}
    if plan.kind == "purchases":
        sums["cost_vnd"] = sum(r.value for r in lines)
    if plan.has_value:
        sums["value_vnd"] = sum(r.value for r in lines)
    if plan.kind == "distributions":
        sums |= {"households": sum(r.households for r in lines), "people": sum(r.people for r in lines)}
    parties = frozenset(fold(r.who) for r in lines) if plan.kind == "donations" else None
    return Truth(plan.kind, drawn, sums=sums, parties=parties, is_dated=plan.is_dated, is_placed=is_placed)


Fill = dict[str, Callable[[Record], object]]


def _columns(plan: Plan, lines: list[Record]) -> tuple[list[Column], Fill]:
    """The columns, and what stands in each of them for a record."""
    hand, fill = plan.hand, {}
    lead: list[Column] = []
    if plan.is_dated:
        lead.append(hand.column("date"))
        fill["date"] = lambda r: hand.written_day(r.day)
    who = {"donations": "party", "distributions": "recipient", "frontline_support": "site", "purchases": None}[
        plan.kind
    ]
    if who:
        lead.append(hand.column(who))
        fill[who] = (lambda r: SITES[r.place]) if who == "site" else (lambda r: r.who)
    if plan.has_commune_column:
        spelling = hand.dice.randrange(3)
        lead.append(hand.column("commune"))
        fill["commune"] = lambda r: COMMUNES[r.place][spelling]
    if plan.kind == "distributions":
        lead += [hand.column("households"), hand.column("people")]
        fill |= {"households": lambda r: hand.count(r.households), "people": lambda r: hand.count(r.people)}
    if hand.chance(0.25):
        hand.dice.shuffle(lead)
    middle, more = FORMS[plan.form](plan, lines)
    tail = _tail(plan, fill)
    serial = [hand.column("serial")] if hand.chance(0.85) or plan.is_grouped else []
    return serial + lead + middle + tail, fill | more


def _tail(plan: Plan, fill: Fill) -> list[Column]:
    hand, tail = plan.hand, []
    if plan.has_value:
        tail.append(hand.money_column("value"))
        fill["value"] = lambda r: hand.money(r.value) if r.value else ""
    if plan.kind == "frontline_support" and hand.chance(0.4):
        tail.append(hand.column("giver"))
        fill["giver"] = lambda r: "UBMTTQ huyện"
    if plan.kind == "purchases" and hand.chance(0.6):
        tail.append(hand.column("supplier"))
        fill["supplier"] = lambda r: r.who
    for column, draw in hand.extras():
        if plan.has_commune_column and column.key == "address":
            continue
        tail.append(column)
        fill[column.key] = lambda r, draw=draw: draw()
    return tail


def _cash_column(plan: Plan) -> Column:
    return plan.hand.money_column("cash", word="cash" if plan.kind == "donations" else "cash out")


def _cash_form(plan: Plan, lines) -> tuple[list[Column], Fill]:
    hand = plan.hand
    return [_cash_column(plan)], {"cash": lambda r: hand.money(int(r.amounts[0].quantity))}


def _good_columns(plan: Plan) -> tuple[list[Column], Fill]:
    """Good, quantity, unit; or the unit beside the number in one cell."""
    hand = plan.hand
    columns = [hand.column("good"), hand.column("quantity")]

    def last(record: Record) -> Amount | None:
        goods = record.amounts if plan.form == "mixed" else [a for a in record.amounts if a.good != "cash"]
        return goods[-1] if goods else None

    fill: Fill = {"good": lambda r: (last(r).name or "Tiền mặt") if last(r) else ""}
    if hand.chance(0.65):
        columns.append(hand.column("unit"))
        fill["quantity"] = lambda r: _number(hand, last(r)) if last(r) else ""
        fill["unit"] = lambda r: last(r).unit if last(r) else ""
        return columns, fill
    gap = hand.dice.choice((" ", ""))
    fill["quantity"] = lambda r: f"{_decimal(hand, last(r))}{gap}{last(r).unit}" if last(r) else ""
    return columns, fill


def _number(hand: Hand, amount: Amount):
    return hand.money(int(amount.quantity)) if amount.good == "cash" else hand.count(amount.quantity)


def _decimal(hand: Hand, amount: Amount) -> str:
    if amount.good == "cash":
        return f"{int(amount.quantity):,}".replace(",", ".")
    return f"{amount.quantity:g}".replace(".", ",")


def _mixed_form(plan: Plan, lines) -> tuple[list[Column], Fill]:
    return _good_columns(plan)


def _side_form(plan: Plan, lines) -> tuple[list[Column], Fill]:
    """Cash in one column, the good beside it."""
    hand = plan.hand
    columns, fill = _good_columns(plan)
    if hand.chance(0.4):
        group = "Hàng hóa" if columns[0].base == "Hiện vật" else "Hiện vật"
        columns = [replace(column, group=group) for column in columns]
    cash = [_cash_column(plan)]
    fill["cash"] = lambda r: hand.money(int(r.amounts[0].quantity)) if r.amounts[0].good == "cash" else ""
    return (cash + columns if hand.chance(0.6) else columns + cash), fill


def _wide_form(plan: Plan, lines: list[Record]) -> tuple[list[Column], Fill]:
    """A column a good, its unit in the header, mostly under one merged header."""
    hand = plan.hand
    group = hand.dice.choice(GROUPS[SETS.index(hand.words)])
    shape = hand.dice.choice((" ({})", "\n({})", " ({})", ", {}"))
    columns, fill, kept, is_in_cell = [], {}, {}, hand.chance(0.12)
    if is_in_cell:
        shape = ""
    for amount in (a for r in lines for a in r.amounts):
        kept.setdefault(amount.good, amount)
    cash = kept.pop("cash", None)
    for good, amount in kept.items():
        columns.append(Column(f"good {good}", amount.name, shape.format(amount.unit), group))
        fill[f"good {good}"] = lambda r, good=good: _cell(hand, r, good, is_in_cell)
    if cash:
        columns.insert(0 if hand.chance(0.7) else len(columns), _cash_column(plan))
        fill["cash"] = lambda r: hand.money(int(r.amounts[0].quantity)) if r.amounts[0].good == "cash" else ""
    return columns, fill


def _cell(hand: Hand, record: Record, good: str, is_in_cell: bool):
    """The quantity of a good, or "50 kg" where the header says no unit."""
    amount = next((a for a in record.amounts if a.good == good), None)
    if amount is None:
        return ""
    return f"{_decimal(hand, amount)} {amount.unit}" if is_in_cell else hand.count(amount.quantity)


def _text_form(plan: Plan, lines) -> tuple[list[Column], Fill]:
    """Several goods in one cell: "50kg gạo, 10 thùng mì và 2.000.000 đồng"."""
    hand = plan.hand
    label = {
        "usual": ("Nội dung ủng hộ", "Hiện vật ủng hộ", "Tiền, hàng ủng hộ"),
        "second": ("Những thứ đã ủng hộ", "Tiền và hiện vật", "Số lượng, hiện vật"),
        "unknown": ("Góp gì", "Của ít lòng nhiều", "Lễ vật"),
    }[hand.words if plan.kind == "donations" else "usual"]
    if plan.kind != "donations":
        label = ("Nội dung quà tặng", "Quà tặng", "Quà, tiền mặt")
    comma, gap, last = hand.dice.choice((", ", "; ", "\n", " + ")), hand.dice.choice((" ", "")), hand.chance(0.4)

    def text(record: Record) -> str:
        parts = [f"{_decimal(hand, a)}{gap}{_unit_and_name(a)}" for a in record.amounts]
        return " và ".join((comma.join(parts[:-1]), parts[-1])) if last and len(parts) > 1 else comma.join(parts)

    hand.book.used.append(hand.dice.choice(label))
    return [Column("text", hand.book.used[-1])], {"text": text}


def _unit_and_name(amount: Amount) -> str:
    """ "thùng mì tôm", and never "phần phần quà"."""
    name = amount.name.lower()
    return name if name.startswith(amount.unit) else f"{amount.unit} {name}".strip()


def _bought_form(plan: Plan, lines: list[Record]) -> tuple[list[Column], Fill]:
    """Good, unit, quantity, price, cost."""
    hand = plan.hand
    for record in lines:
        price = hand.dice.randrange(5, 200) * 1000 * (2 if record.amounts[0].quantity % 1 else 1)
        record.value = int(price * record.amounts[0].quantity)
    columns, fill = _good_columns(plan)
    if hand.chance(0.7):
        columns.append(hand.money_column("price"))
        fill["price"] = lambda r: hand.money(int(r.value / r.amounts[0].quantity))
    columns.append(hand.money_column("cost"))
    fill["cost"] = lambda r: hand.money(r.value)
    return columns, fill


FORMS = {
    "cash": _cash_form,
    "mixed": _mixed_form,
    "side": _side_form,
    "wide": _wide_form,
    "text": _text_form,
    "bought": _bought_form,
}


def _rows(plan: Plan, columns: list[Column], lines: list[Record], fill: Fill) -> list[Row]:
    """The rows with sections, subtotals, a total somewhere, and a blank row here and there."""
    hand = plan.hand
    parts = _sections(plan, lines)
    place = hand.dice.choice(("after", "after", "heading", "none"))
    starts_again, number, rows = hand.chance(0.5), 0, []
    for index, (title, part) in enumerate(parts):
        sums = _sums(hand, columns, part)
        if title:
            heading = {"serial": ROMAN[index], "party": title}
            rows.append(Row(heading | (sums if place == "heading" else {})))
            number = 0 if starts_again else number
        for record in part:
            number += 1
            cells = {key: draw(record) for key, draw in fill.items()}
            rows.append(Row(cells | {"serial": number}))
        if title and place == "after" and (row := total_row(hand, columns, sums, SUBTOTALS, ROMAN[index])):
            rows.append(row)
    total = total_row(hand, columns, _sums(hand, columns, lines), TOTALS)
    where = hand.dice.choices(("bottom", "top", "none"), (60, 15, 25))[0]
    if total and where == "bottom":
        rows += [Row({})] * hand.chance(0.15) + [total]
    return [total, *rows] if total and where == "top" else rows


def _sections(plan: Plan, lines: list[Record]) -> list[tuple[str, list[Record]]]:
    if not plan.is_grouped or len(lines) < 6:
        return [("", lines)]
    titles = plan.hand.dice.sample(SECTIONS, 3)
    cut = sorted(plan.hand.dice.sample(range(1, len(lines)), 2))
    return list(zip(titles, (lines[: cut[0]], lines[cut[0] : cut[1]], lines[cut[1] :]), strict=True))


def _sums(hand: Hand, columns: list[Column], part: list[Record]) -> dict[str, object]:
    """What this hand adds up: money, counts, columns of one good."""
    sums: dict[str, object] = {}
    for column in columns:
        if column.key == "cash":
            sums["cash"] = hand.money(int(sum(a.quantity for r in part for a in r.amounts if a.good == "cash")), True)
        elif column.key in ("value", "cost"):
            sums[column.key] = hand.money(sum(r.value for r in part), True)
        elif column.key in ("households", "people"):
            sums[column.key] = sum(getattr(r, column.key) for r in part)
        elif column.key.startswith("good ") and column.suffix:
            good = column.key.removeprefix("good ")
            sums[column.key] = sum(a.quantity for r in part for a in r.amounts if a.good == good)
    return sums
