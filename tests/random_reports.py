"""Random weekly reports and targets: indicators down, communes down, or the other way round."""

from datetime import date, timedelta

from tests.random_hands import COMMUNES, START, Hand, foot, letterhead, with_unknown
from tests.random_truth import Truth
from tests.random_words import FILES, INDICATOR_SECTIONS, INDICATORS, TITLES, TOTALS
from tests.random_writing import Column, Draft, Row

UNKNOWN_INDICATORS = {
    "communication_sessions": "Bữa đi nói chuyện với bà con",
    "people_reached": "Tai nghe thấy",
    "leaflets": "Giấy rải",
    "donors": "Tấm lòng",
    "cash_vnd": "Hiện kim quyên",
    "rice_kg": "Hột gạo gom",
    "eggs_piece": "Hột gà",
    "households_supported": "Nóc nhà được đỡ",
    "gifts_given": "Giỏ đã phát",
    "frontline_visits": "Bận ghé chốt",
}
COUNTED = ("households_supported", "gifts_given")
Values = dict[tuple[str, str], float]


def chosen(hand: Hand, least: int, most: int) -> list[str]:
    """Indicators in the order of the campaign's sections."""
    count = hand.dice.randrange(least, most)
    names = set(hand.dice.sample(list(INDICATORS), count)) | {"cash_vnd"}
    return [name for name in INDICATORS if name in names]


def label(hand: Hand, indicator: str, is_unknown: bool = False) -> str:
    if is_unknown:
        hand.book.used.append(UNKNOWN_INDICATORS[indicator])
        return UNKNOWN_INDICATORS[indicator]
    return hand.book.choose(INDICATORS[indicator][2:4])


def value(hand: Hand, indicator: str) -> int:
    _, _, _, _, largest, step = INDICATORS[indicator]
    return hand.dice.randrange(1, largest // step) * step


def unit_of(hand: Hand, indicator: str) -> str:
    return INDICATORS[indicator][0]


def make_report(hand: Hand) -> Draft:
    """A weekly report of one commune, or of all of them."""
    hand.scale, hand.money_style = 1, hand.dice.choice(("number", "number", "dots"))
    week = START + timedelta(weeks=hand.dice.randrange(7))
    form = hand.dice.choice(("vertical", "vertical", "matrix", "transposed"))
    return {"vertical": _vertical, "matrix": _matrix, "transposed": _transposed}[form](hand, week, "weekly_reports")


def make_targets(hand: Hand) -> Draft:
    hand.scale, hand.money_style = 1, hand.dice.choice(("number", "number", "dots"))
    form = hand.dice.choice(("long", "matrix", "matrix", "transposed"))
    return {"long": _long_targets, "matrix": _matrix, "transposed": _transposed}[form](hand, None, "targets")


def shown(hand: Hand, indicator: str, amount: float):
    """Money and what is counted in this hand's style; kilograms as a number, for "1.250" kg may be little or much."""
    return amount if INDICATORS[indicator][0] == "kg" else hand.money(int(amount))


def _draft(hand: Hand, kind: str, form: str, columns, rows, truth: Truth, above, sheet="Sheet1") -> Draft:
    name = f"{hand.dice.choice(FILES[kind])}.xlsx"
    below = tuple(foot(hand)) if kind == "targets" else ()
    return Draft(kind, form, name, sheet, tuple(columns), tuple(rows), truth, tuple(above), below)


def above(hand: Hand, kind: str, week: date | None, commune: str | None) -> list[tuple[str, str]]:
    """Letterhead, title and the week as its title says it."""
    lines = letterhead(hand, commune) + [(hand.book.choose(TITLES[kind]), "")]
    if week:
        end, number = week + timedelta(days=6), week.isocalendar().week
        said = f"Từ ngày {week:%d/%m/%Y} đến ngày {end:%d/%m/%Y}"
        lines.append(
            (hand.dice.choice((f"({said})", f"Tuần {number} ({said.lower()})", f"Tuần {number} năm 2021")), "")
        )
    return lines + [("", "")] * hand.chance(0.4)


def _vertical(hand: Hand, week: date, kind: str) -> Draft:
    """Indicators down; in the week and since the start across."""
    code, names = hand.dice.choice(list(COMMUNES)), chosen(hand, 4, 15)
    has_cumulative = hand.chance(0.75)
    keys = ["indicator"] + ["unit"] * hand.chance(0.8) + ["week"] + ["cumulative"] * has_cumulative
    columns = [hand.column("serial")] + [hand.column(key) for key in keys]
    unknown = hand.dice.choice([*UNKNOWN_INDICATORS]) if hand.words == "unknown" and hand.chance(0.5) else ""
    columns = columns if unknown in names else with_unknown(hand, columns)
    weekly = {n: float(value(hand, n)) for n in names}
    cumulative = {n: v * hand.dice.randrange(1, 4) for n, v in weekly.items()} if has_cumulative else {}
    rows = _vertical_rows(hand, weekly, cumulative, unknown, has_unit="unit" in keys)
    truth = Truth(
        kind,
        reports={(code, n): v for n, v in weekly.items()},
        cumulatives={(code, n): v for n, v in cumulative.items()},
    )
    head, sheet = _named(hand, kind, week, COMMUNES[code][0])
    return _draft(hand, kind, "vertical", columns, rows, truth, head, sheet)


def _vertical_rows(hand: Hand, weekly: dict, cumulative: dict, unknown: str, *, has_unit: bool) -> list[Row]:
    rows, last, has_sections = [], 0, hand.chance(0.5)
    for number, name in enumerate(weekly, 1):
        section = INDICATORS[name][1]
        if has_sections and section != last:
            rows.append(
                Row({"serial": ("I", "II", "III", "IV")[section - 1], "indicator": INDICATOR_SECTIONS[section]})
            )
        last = section
        text = label(hand, name, name == unknown) + ("" if has_unit else f" ({unit_of(hand, name)})")
        cells = {"serial": number, "indicator": text, "unit": unit_of(hand, name)}
        numbers = {"week": shown(hand, name, weekly[name]), "cumulative": shown(hand, name, cumulative.get(name, 0))}
        rows.append(Row(cells | numbers))
    return rows


def _named(hand: Hand, kind: str, week: date, name: str) -> tuple[list[tuple[str, str]], str]:
    """What stands above, and the name of the sheet; one of them says whose report it is."""
    place = hand.dice.choices(("letterhead", "title", "sheet"), (65, 20, 15))[0]
    head = above(hand, kind, week, name if place == "letterhead" else None)
    if place == "title":
        who = f"{'THỊ TRẤN' if name.startswith('Ea T') else 'XÃ'} {name.upper()}"
        head = [(f"{left} {who}" if left in sum(TITLES[kind], ()) else left, right) for left, right in head]
    return head, name if place == "sheet" else "Sheet1"


def _values(hand: Hand, names: list[str]) -> tuple[list[str], Values]:
    codes = list(COMMUNES) if hand.chance(0.7) else hand.dice.sample(list(COMMUNES), 5)
    if hand.chance(0.4):
        hand.dice.shuffle(codes)
    return codes, {(c, n): float(value(hand, n)) for c in codes for n in names}


def _unknown_of(hand: Hand, names: list[str]) -> str:
    known = [n for n in names if n in UNKNOWN_INDICATORS]
    return hand.dice.choice(known) if known and hand.words == "unknown" else ""


def _matrix(hand: Hand, week: date | None, kind: str) -> Draft:
    """Communes down, indicators across."""
    names = chosen(hand, 3, 8)
    codes, values = _values(hand, names)
    unknown, spelling, has_groups = _unknown_of(hand, names), hand.dice.randrange(3), hand.chance(0.3)
    columns = [hand.column("serial")] * hand.chance(0.8) + [hand.column("commune")]
    for name in names:
        group = INDICATOR_SECTIONS[INDICATORS[name][1]] if has_groups else ""
        columns.append(Column(name, label(hand, name, name == unknown), f" ({unit_of(hand, name)})", group, "#,##0"))
    rows = [
        Row({"serial": n, "commune": COMMUNES[c][spelling]} | {i: shown(hand, i, values[c, i]) for i in names})
        for n, c in enumerate(codes, 1)
    ]
    sums = {i: shown(hand, i, sum(values[c, i] for c in codes)) for i in names}
    rows = _with_total(hand, rows, Row({"commune": _total_word(hand)} | sums))
    truth = Truth(kind, reports=values)
    return _draft(hand, kind, "matrix", columns, rows, truth, above(hand, kind, week, None))


def _total_word(hand: Hand) -> str:
    if hand.words == "unknown" and hand.chance(0.4):
        return hand.dice.choice(TOTALS[2])
    return hand.book.choose(((*TOTALS[0], "Toàn huyện"), (*TOTALS[1], "Cả huyện", "Toàn huyện"), ()))


def _with_total(hand: Hand, rows: list[Row], total: Row) -> list[Row]:
    where = hand.dice.choices(("bottom", "top", "none"), (50, 20, 30))[0]
    return [*rows, total] if where == "bottom" else [total, *rows] if where == "top" else rows


def _transposed(hand: Hand, week: date | None, kind: str) -> Draft:
    """Indicators down, communes across, mostly with a column that adds up."""
    names = chosen(hand, 3, 9)
    codes, values = _values(hand, names)
    unknown, spelling = _unknown_of(hand, names), hand.dice.randrange(2)
    columns = [hand.column("serial")] * hand.chance(0.7) + [hand.column("indicator"), hand.column("unit")]
    across = [Column(f"at {c}", COMMUNES[c][spelling], format="#,##0") for c in codes]
    total = Column("total", _total_word(hand), format="#,##0")
    where = hand.dice.choice(("last", "first", "none"))
    columns += [total] * (where == "first") + across + [total] * (where == "last")
    rows = []
    for number, name in enumerate(names, 1):
        cells = {"serial": number, "indicator": label(hand, name, name == unknown), "unit": unit_of(hand, name)}
        cells |= {f"at {c}": shown(hand, name, values[c, name]) for c in codes}
        rows.append(Row(cells | {"total": shown(hand, name, sum(values[c, name] for c in codes))}))
    truth = Truth(kind, reports=values)
    return _draft(hand, kind, "transposed", columns, rows, truth, above(hand, kind, week, None))


def _long_targets(hand: Hand, week: None, kind: str) -> Draft:
    """One target of one commune a row."""
    names = chosen(hand, 2, 4)
    codes, values = _values(hand, names)
    columns = [
        hand.column("serial"),
        hand.column("commune"),
        hand.column("indicator"),
        hand.column("unit"),
        hand.column("target"),
    ]
    if columns[2].base == columns[4].base:
        columns[2] = Column("indicator", "Nội dung")
    labels, spelling = {n: label(hand, n) for n in names}, hand.dice.randrange(3)
    rows = [
        Row(
            {"serial": n, "commune": COMMUNES[c][spelling], "indicator": labels[i], "unit": unit_of(hand, i)}
            | {"target": shown(hand, i, v)}
        )
        for n, ((c, i), v) in enumerate(values.items(), 1)
    ]
    truth = Truth(kind, reports=values)
    return _draft(hand, kind, "long", with_unknown(hand, columns), rows, truth, above(hand, kind, None, None))
