"""One cell -> several goods: "50kg gạo, 10 thùng mì và 2 triệu đồng". Pure. An uncertain piece is a problem."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from data.reference import Reference
from loaders.cells.digits import NUMBER, TOO_LARGE, Parsed, Style, clean, is_too_large, special
from loaders.cells.numbers import ABOUT, CURRENCY, HALF, NONE_AT_ALL, NOT_YET, SCALE, SCALE_END, parse_money
from loaders.cells.quantities import AMOUNT, Unit, measured, multiplied, split_pack, unit_of


@dataclass(frozen=True, slots=True)
class GoodsPart:
    """One good of a cell; quantity as written, base quantity = quantity * factor of the unit.

    unit:      None when the piece names none
    value_vnd: the value written beside it ("trị giá 2 triệu"): it is no gift of cash
    text:      the piece of the cell it was read from
    """

    good: str
    quantity: float
    unit: str | None
    factor: float
    text: str
    value_vnd: int | None = None


LONGEST_CELL = 2000  # a list of a hundred goods is shorter; a hostile cell must not cost time
OPENING = re.compile(
    r"(?:(?:xin )?(?:ủng hộ|tặng|trao tặng|trao|hỗ trợ|đóng góp|quyên góp|nhận|cấp|gửi|thêm|và|gồm có|bao gồm|gồm"
    r"|bằng hiện vật|hiện vật|số lượng|sl)\b[ :.]*)+"
)
MONEY = (
    rf"(?:{NUMBER} ?(?:{SCALE}){SCALE_END}(?: {NUMBER} ?(?:{SCALE}){SCALE_END})*"
    rf"(?:[0-9]{{1,3}}| [0-9]{{1,3}}(?= ?$)| {HALF})?(?:\.? ?{CURRENCY}(?!\w))?|{NUMBER} ?{CURRENCY}(?!\w)(?:,-)?)"
)
VALUE = re.compile(
    r"[ (,:–-]*(?P<word>(?:tổng )?(?:trị giá|giá trị|tương đương|quy (?:đổi|ra|thành)(?: tiền)?|thành tiền"
    r"|đơn giá|giá|mỗi [^\W\d_]+|=))"
    rf"[ :]*(?:khoảng |là )?(?P<money>{MONEY})(?P<per> ?/ ?[^\W\d_]+)?[ )]*$"
)
PRICE = re.compile(rf"[ (,]+(?P<times>[x×] ?)?(?P<money>{MONEY})(?P<per> ?/ ?[^\W\d_]+)?[ )]*$")
CASH = re.compile(rf"(?P<before>[^0-9]*?)[ :=-]*(?P<money>{MONEY}|{NUMBER})(?P<after>[^0-9]*)")
NAMED_FIRST = re.compile(rf"(?P<name>[^0-9(]*[^\W\d_(])[ :=.x-]*(?P<number>{AMOUNT}) ?(?P<rest>.*)")
NUMBER_FIRST = re.compile(rf"(?P<number>{AMOUNT}) ?(?P<rest>.*)")
NAME_END = re.compile(r"[ :=.x-]*(?:\b(?:sl|số lượng))?[ :=.-]*$")
EMPTY_WORDS = re.compile(r"(?: các loại| loại [0-9i]+)+$")


def parse_goods(
    cell: object, *, style: Style = Style.UNKNOWN, reference: Reference
) -> tuple[list[GoodsPart], list[Parsed]]:
    """The goods of a cell, and a problem for each piece that cannot be read. Nothing is dropped in silence."""
    if not isinstance(cell, str):
        return [], [] if cell is None else [Parsed(code="good_missing", text=str(cell))]
    whole = clean(cell)
    found = special(whole)
    if found is not None or NONE_AT_ALL.fullmatch(whole) or NOT_YET.fullmatch(whole):
        return [], [replace(found, text=whole)] if found and found.code else []
    if len(whole) > LONGEST_CELL:
        return [], [Parsed(code="good_unknown", text=whole[:LONGEST_CELL])]
    parts: list[GoodsPart] = []
    problems: list[Parsed] = []
    for piece in cut(cell, reference, problems):
        value = VALUE.fullmatch(piece)
        if value and len(parts) == 1 and not problems:
            found = [_valued(parts.pop(), value, style)]
        else:
            found = [Parsed(code="number_ambiguous", text=piece)] if value else _piece(piece, style, reference)
        for read in found:
            parts.append(read) if isinstance(read, GoodsPart) else problems.append(replace(read, text=piece))
    return parts, problems if parts or problems else [Parsed(code="good_unknown", text=whole)]


@lru_cache(maxsize=10_000)
def good_of(reference: Reference, words: str) -> str | None:
    """The good that words name, apart from "các loại" behind it."""
    words = words.strip(" .,:-")
    if not words or "?" in words:
        return None
    return reference.good_names.find(words) or reference.good_names.find(EMPTY_WORDS.sub("", words))


def _valued(part: GoodsPart, value: re.Match, style: Style) -> GoodsPart | Parsed:
    money = parse_money(value["money"], style=style)
    each = value.re is PRICE or value["per"] or value["word"].startswith(("mỗi", "đơn giá"))
    amount = money.value if money.value is None or not each else int(money.value * part.quantity)
    if money is TOO_LARGE or is_too_large(amount):
        return TOO_LARGE
    return part if amount is None else replace(part, value_vnd=amount)


def _piece(piece: str, style: Style, reference: Reference) -> list[GoodsPart | Parsed]:
    """One piece between separators; rarely two goods with nothing between them."""
    text = OPENING.sub("", piece, count=1) if OPENING.match(piece) else piece
    if about := ABOUT.match(text):
        return [_uncertain(read) for read in _piece(text[about.end() :], style, reference)]
    value = VALUE.search(text) or _price(text)
    if value and value.start():
        read = _piece(text[: value.start()], style, reference)
        return [_valued(p, value, style) if isinstance(p, GoodsPart) else p for p in read] if len(read) == 1 else read
    cash = _cash(text, style, reference)
    if cash is not None:
        return [replace(cash, text=piece)]
    pack = split_pack(text, reference)
    read = _packed(pack, style, reference) if pack else _amount(_without_notes(text), style, reference)
    if isinstance(read, Parsed) and (several := _several(text, style, reference)):
        return several
    return [replace(read, text=piece)]


def _price(text: str) -> re.Match | None:
    """ "… x 300.000đ", "… 300.000đ/suất": what one costs; money without such a sign may be a gift of cash."""
    found = PRICE.search(text)
    return found if found and (found["times"] or found["per"]) else None


def _uncertain(read: GoodsPart | Parsed) -> Parsed:
    """ "khoảng 50kg gạo"."""
    return read if isinstance(read, Parsed) else Parsed(code="number_unreadable", proposed=read.quantity, part=read)


def _cash(text: str, style: Style, reference: Reference) -> GoodsPart | Parsed | None:
    """ "2 triệu đồng", "tiền mặt: 500.000", "1.500.000đ tiền mặt"; None when it is something else."""
    found = CASH.fullmatch(_without_notes(text))
    if not found:
        return None
    words = [w for w in (found["before"].strip(" :=-."), found["after"].strip(" .")) if w]
    is_money = re.fullmatch(MONEY, found["money"])
    if any(good_of(reference, word) != "cash" for word in words) or not (words or is_money):
        return None
    money = parse_money(found["money"], style=style)
    likely = money.proposed if money.value is None else money.value
    part = None if likely is None else GoodsPart("cash", likely, "vnd", 1.0, text)
    return part if money.value is not None else replace(money, part=part)


def _without_notes(text: str) -> str:
    """A note in brackets without a number says nothing that counts: "50 kg gạo (gạo tẻ)"."""
    return " ".join(re.sub(r"\([^()0-9]*(?:\)|$)", " ", text).split())


def _amount(text: str, style: Style, reference: Reference) -> GoodsPart | Parsed:
    """ "50kg gạo" or "gạo: 50kg"; the problem says what is missing."""
    if first := NUMBER_FIRST.fullmatch(text):
        rest, name = first["rest"], ""
    elif first := NAMED_FIRST.fullmatch(text):
        rest, name = first["rest"], NAME_END.sub("", first["name"])
    else:
        good = good_of(reference, text)
        return Parsed(code="amount_missing") if good else _unknown(text, reference)
    note = re.fullmatch(r"([^(]*)\(([^()]*)\)?", rest)  # a note with a number in it
    rest, note = (note[1].strip(), note[2]) if note else (rest, "")
    if re.search(r"[0-9]", rest):
        return Parsed(code="number_unreadable")  # "2 thùng dầu 5 lít": 5 or 10 litres
    good, unit = _good_and_unit(name, rest, reference)
    if isinstance(good, Parsed):
        return good
    # in "10 bao gạo (500 kg)" the bracket may be the whole or one bag; a parcel's or a kilogram's bracket is a remark
    if note and reference.goods[good]["is_parcel"] != "true" and (unit is None or unit[0] not in ("kg", "litre")):
        return Parsed(code="number_unreadable")
    base = reference.goods[good]["base_unit"]
    parsed = measured(first["number"], unit, style, reference, whole=reference.units[base]["is_whole"] == "true")
    likely = parsed.proposed if parsed.value is None else parsed.value
    part = None if likely is None else GoodsPart(good, likely, *(unit or (None, 1.0)), text)
    return part if parsed.value is not None else replace(parsed, part=part)


def _good_and_unit(name: str, rest: str, reference: Reference) -> tuple[str | Parsed, Unit | None]:
    """Which words behind a number are its unit, and which name the good: "phần quà" before "phần"."""
    words = rest.split()
    named = good_of(reference, name) if name else None
    if name:
        for length in range(len(words), -1, -1):
            unit = unit_of(reference, " ".join(words[:length]))
            good = good_of(reference, " ".join([name, *words[length:]])) if length < len(words) else named
            if good and (unit or not length):
                return good, unit
        return (
            Parsed(code="unit_unknown") if named and len(words) == 1 else _unknown(f"{name} {rest}".strip(), reference)
        ), None
    if good := good_of(reference, rest):
        return good, _counted(good, words, reference)
    units = [(n, unit) for n in range(len(words), 0, -1) if (unit := unit_of(reference, " ".join(words[:n])))]
    for length, unit in units:
        if good := good_of(reference, " ".join(words[length:])):
            return good, unit
    if units and units[0][0] == len(words):
        return Parsed(code="good_missing"), None
    if not units and len(words) > 1 and good_of(reference, " ".join(words[1:])):
        return Parsed(code="unit_unknown"), None
    return (
        _unknown(" ".join(words[units[0][0] if units else 0 :]), reference) if words else Parsed(code="good_missing")
    ), None


def _counted(good: str, words: list[str], reference: Reference) -> Unit | None:
    """The unit inside a name: "quả trứng" piece, "suất cơm" meal, "túi quà" set; None for "khẩu trang"."""
    longest = next((unit for n in range(len(words), 0, -1) if (unit := unit_of(reference, " ".join(words[:n])))), None)
    base = reference.goods[good]["base_unit"]
    return (base, 1.0) if longest and reference.units[base]["is_whole"] == "true" and longest[1] == 1 else longest


def _unknown(words: str, reference: Reference) -> Parsed:
    return Parsed(code="good_unknown", proposed=next(iter(reference.good(words).candidates), None))


def _packed(pack: tuple[str, str, Unit], style: Style, reference: Reference) -> GoodsPart | Parsed:
    """ "30 vỉ trứng x 10 quả" -> 300 pieces; a good that is counted in its packs stays so."""
    outer, number, unit = pack
    read = _amount(outer, style, reference)
    content = measured(number, unit, style, reference)
    if isinstance(read, Parsed) or read.unit == reference.goods[read.good]["base_unit"]:
        return read
    total = multiplied(Parsed(read.quantity), content)
    return (
        replace(read, quantity=total.value, unit=unit[0], factor=unit[1])
        if total.value is not None
        else replace(total, part=None)
    )


def _several(text: str, style: Style, reference: Reference) -> list[GoodsPart | Parsed] | None:
    """ "10 thùng mì 50kg gạo": only when every segment is complete and certain by itself."""
    starts = [hit.start() for hit in re.finditer(rf"(?<![\w.,/]){AMOUNT}", text)]
    if len(starts) < 2 or starts[0] != 0 or "(" in text:
        return None
    bounds = [*starts, len(text)]
    segments = [text[a:b].strip() for a, b in zip(bounds, bounds[1:], strict=False)]
    read = [_cash(s, style, reference) or _amount(s, style, reference) for s in segments]
    complete = all(isinstance(part, GoodsPart) and part.good != "cash" for part in read)
    return [replace(part, text=s) for part, s in zip(read, segments, strict=True)] if complete else None


OUTSIDE_BRACKETS = r"(?![^(]*\))"
SEPARATOR = re.compile(rf" ?(?:[;+&]|,(?![0-9])|(?<![0-9]),| (?:và|cùng|với|kèm)(?= )){OUTSIDE_BRACKETS} ?")
DASH = re.compile(rf" [-–] (?=[0-9]){OUTSIDE_BRACKETS}")
BULLET = re.compile(r"[-–+*•●▪◦→ ]+(?=[^\W_])")
LIST_NUMBER = re.compile(r"([0-9]{1,2}) ?[.)] ?(?=[^\W\d])|([0-9]{1,2})[.)] (?=[0-9])")
# "20 suất quà gồm 5kg gạo …" says what a set holds; "Hiện vật gồm 50kg gạo …" is only a heading
OF_SETS = re.compile(r"[0-9]|\b(?:mỗi|một|từng)\b")
CONTENTS = re.compile(r"(.*?)[ (:,]*\b(?:bao gồm|gồm có|gồm|trong đó)\b[ :]*(.*)")


def cut(cell: str, reference: Reference, problems: list[Parsed]) -> list[str]:
    """The cell cut at its separators; what a gift set contains is not counted a second time, but asked about."""
    pieces: list[str] = []
    lines = [line for line in map(clean, re.split(r"[\n\r;•]+", cell)) if line]
    bare = _without_numbering(lines)
    for number, line in enumerate(bare):
        for names in _listed_names(reference):
            line = names.sub(lambda hit: re.sub(r"[^\w]+", " ", hit[0]), line)
        contents = CONTENTS.fullmatch(line)
        if contents and OF_SETS.search(contents[1]):
            _cut_line(contents[1], pieces)
            rest = " ".join([contents[2], *bare[number + 1 :]]).strip()
            problems.append(Parsed(code="number_ambiguous", text=rest or line))
            break
        _cut_line(contents[2].rstrip(")") if contents else line, pieces)
    return pieces


def _cut_line(line: str, pieces: list[str]) -> None:
    for piece in SEPARATOR.split(line):
        for place, chunk in enumerate(DASH.split(piece)):
            chunk = BULLET.sub("", chunk, count=1) if BULLET.match(chunk) else chunk
            if place and pieces and not re.search(r"[0-9]", pieces[-1]):
                pieces[-1] += " " + chunk  # "gạo - 50kg"
            elif chunk.strip(" .,:"):
                pieces.append(chunk.strip(" .,:"))


def _without_numbering(lines: list[str]) -> list[str]:
    """ "1. gạo 50kg", "2) mì 10 thùng": the numbers of a list are no quantities."""
    bare = [BULLET.sub("", line, count=1) if BULLET.match(line) else line for line in lines]
    found = [LIST_NUMBER.match(line) for line in bare]
    numbers = [int(hit[1] or hit[2]) for hit in found if hit]
    if len(numbers) == len(lines) and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and len(lines) > 1:
        return [line[hit.end() :] for line, hit in zip(bare, found, strict=True)]
    return bare


@lru_cache(maxsize=8)
def _listed_names(reference: Reference) -> tuple[re.Pattern, ...]:
    """Names that are lists themselves ("Rau, củ, quả"): their commas separate nothing."""
    names = {clean(name) for name in reference.good_names.labels if re.search(r"[,&+]| và ", name)}
    gap = r"(?: ?[,/–-] ?(?:và )?| và | )"
    words = [re.findall(r"[^\W_]+", name.replace(" và ", " ")) for name in sorted(names)]
    return tuple(re.compile(rf"\b{gap.join(parts)}\b") for parts in words)
