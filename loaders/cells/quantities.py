"""One cell -> one number with its unit: "1,5 tạ", "10 thùng", "30 vỉ x 10 quả", "1 tấn 2 tạ". Pure."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from data.reference import Reference
from data.schemas import MOST
from loaders.cells.digits import (
    LONGEST_TEXT,
    NUMBER,
    TOO_LARGE,
    Digits,
    Parsed,
    Style,
    bounded,
    clean,
    is_too_large,
    plain,
    read_digits,
    special,
    unread_long,
)
from loaders.cells.numbers import ABOUT, CURRENCY_AFTER, MONEY_STEP, parse_money, parse_number

Unit = tuple[str, float]  # unit code, and how many of it the written unit is

SIGNS = "½¼¾⅓⅔⅛⅜⅝⅞"
AMOUNT = rf"(?:(?:[0-9]{{1,4}} )?[1-9]/[2-9](?![0-9/])|(?:[0-9]{{1,4}} ?)?[{SIGNS}]|{NUMBER}|nửa)"
WORDS = r"[^\W\d_]+\.?(?: [^\W\d_]+\.?)*"
MEASURE = re.compile(rf"({AMOUNT}) ?([^0-9\s].*)")
COMPOUND = re.compile(rf"({AMOUNT}) ?({WORDS}?) ?(?:({AMOUNT}) ?({WORDS})|(rưỡi|ruoi))")
# what one pack holds: "… x 10 quả", "… (10 quả/vỉ)", "…, mỗi vỉ 10 quả"
PACKS = (
    re.compile(
        rf"(?P<outer>.*\S) ?(?: x|[×*]|(?<=[0-9])x) ?(?P<number>{AMOUNT}) ?(?P<unit>{WORDS})(?: ?/ ?(?P<per>{WORDS}))?"
    ),
    re.compile(rf"(?P<outer>.*\S) ?[(,] ?(?P<number>{AMOUNT}) ?(?P<unit>{WORDS}) ?/ ?(?P<per>{WORDS})\)?"),
    re.compile(
        rf"(?P<outer>.*[^\s(,]) ?[(, ] ?mỗi (?P<per>{WORDS}?)(?: có| là|:)* (?P<number>{AMOUNT}) ?(?P<unit>{WORDS})\)?"
    ),
)


@lru_cache(maxsize=10_000)
def unit_of(reference: Reference, words: str) -> Unit | None:
    """A written unit -> (unit code, factor); None when it is none we know."""
    if not words or "?" in words:
        return None
    return reference.unit(words)


def measured(number: str, unit: Unit | None, style: Style, reference: Reference, *, whole: bool = False) -> Parsed:
    """The number as written, checked against its unit: no half box; but 1,5 chục is 15 pieces."""
    code, factor = unit or (None, 1.0)
    whole = reference.units[code]["is_whole"] == "true" if code else whole
    # "1.500 tấn" may well be one and a half: a ton counts a thousandfold
    digits = written(number, whole=whole, style=style, scale=factor if whole else factor * 1000)
    if digits and is_too_large(digits.likely):
        return TOO_LARGE
    if digits is None or digits.value is None:
        likely = digits.proposed if digits else None
        return Parsed(None, digits.code if digits else "number_unreadable", None if likely is None else plain(likely))
    if whole and (digits.value * Decimal(str(factor))) % 1:
        thousandfold = digits.value * 1000
        is_whole = thousandfold <= MOST and not thousandfold % 1
        return Parsed(code="fraction_of_whole", proposed=int(thousandfold) if is_whole else None)
    return Parsed(plain(digits.value))


def written(number: str, *, whole: bool, style: Style, scale: float) -> Digits | None:
    """read_digits for a number before a unit, where "1/2" is no date and "nửa" is a half."""
    if number == "nửa":
        return Digits(Decimal("0.5"))
    digits = read_digits(number, whole=whole, style=style, scale=scale)
    return Digits(digits.proposed) if digits and re.fullmatch(r"[1-9]/[2-9]", number) and digits.proposed else digits


def split_pack(text: str, reference: Reference) -> tuple[str, str, Unit] | None:
    """ "30 vỉ trứng x 10 quả" -> ("30 vỉ trứng", "10", piece); None when it does not say what one pack holds."""
    for pattern in PACKS:
        found = pattern.fullmatch(text)
        unit = unit_of(reference, found["unit"]) if found and re.search(r"[0-9]", found["outer"]) else None
        if unit and unit[0] != "vnd":
            per = unit_of(reference, found["per"] or "")
            outer = MEASURE.match(found["outer"]) or re.search(rf"({AMOUNT}) ?({WORDS})", found["outer"])
            outer_words = outer[2].split() if outer else []
            outer_units = [unit_of(reference, " ".join(outer_words[:n])) for n in (1, 2)]
            if per in outer_units or not found["per"]:
                return found["outer"].strip(" ,("), found["number"], unit
    return None


def parse_quantity(
    cell: object, *, style: Style = Style.UNKNOWN, reference: Reference
) -> tuple[Parsed, str | None, float]:
    """The number as written, the code of its unit (None when the cell names none) and the unit's factor.

    Money comes in đồng with factor 1; packs whose content is written are multiplied out.
    """
    if not isinstance(cell, str):
        return parse_number(cell, style=style), None, 1.0
    text = clean(cell)
    found = special(text)
    if found is not None:
        return found, None, 1.0
    if len(text) > LONGEST_TEXT:
        return unread_long(text), None, 1.0
    if MONEY_STEP.match(text) or CURRENCY_AFTER.search(text):
        return parse_money(cell, style=style), "vnd", 1.0
    measure = MEASURE.fullmatch(text)
    if measure and (unit := unit_of(reference, measure[2])):
        return measured(measure[1], unit, style, reference), *unit
    return (
        _compound(text, style, reference)
        or _packed(text, style, reference)
        or _odd(cell, text, measure, style, reference)
    )


def _compound(text: str, style: Style, reference: Reference) -> tuple[Parsed, str, float] | None:
    """ "1 tấn 2 tạ", "2 tấn rưỡi" in the base unit."""
    found = COMPOUND.fullmatch(text)
    first = unit_of(reference, found[2]) if found else None
    if not first:
        return None
    second = unit_of(reference, found[4]) if found[4] else first
    if not second or second[0] != first[0] or (found[4] and second[1] >= first[1]):
        return None
    total = Decimal(0)
    for number, unit in ((found[1], first), (found[3] or "nửa", second)):
        digits = written(number, whole=False, style=style, scale=unit[1] * 1000)
        if digits is None or digits.value is None:
            return None
        total += digits.value * Decimal(str(unit[1]))
    if is_too_large(total):
        return TOO_LARGE, first[0], 1.0
    return measured(str(total), (first[0], 1.0), Style.EN, reference), first[0], 1.0


def _packed(text: str, style: Style, reference: Reference) -> tuple[Parsed, str, float] | None:
    """ "30 vỉ x 10 quả" -> 300 pieces."""
    pack = split_pack(text, reference)
    if not pack:
        return None
    outer, number, unit = pack
    count, content = (
        parse_quantity(outer, style=style, reference=reference)[0],
        measured(number, unit, style, reference),
    )
    return multiplied(count, content), *unit


def multiplied(count: Parsed, content: Parsed) -> Parsed:
    """So many packs of so much; what is unsure in either stays unsure."""
    if TOO_LARGE in (count, content):
        return TOO_LARGE
    product = None
    if None not in (likely := [p.proposed if p.value is None else p.value for p in (count, content)]):
        product = plain(Decimal(str(likely[0])) * Decimal(str(likely[1])))
    code = count.code or content.code
    return bounded(Parsed(code=code, proposed=product) if code else Parsed(product))


def _odd(
    cell: str, text: str, measure: re.Match | None, style: Style, reference: Reference
) -> tuple[Parsed, str | None, float]:
    """A number alone, a negative or approximate quantity, an unknown unit, or no number at all."""
    if text[0] in "-–" and re.match(r"[-–] ?[0-9]", text):
        parsed, unit, factor = parse_quantity(text[1:], style=style, reference=reference)
        if unit and parsed.value is not None:
            parsed = Parsed(code="number_negative", proposed=-parsed.value)
        if unit and parsed.code in ("number_negative", "amount_too_large"):
            return parsed, unit, factor
    elif about := ABOUT.match(text):
        parsed, unit, factor = parse_quantity(text[about.end() :], style=style, reference=reference)
        likely = parsed.proposed if parsed.value is None else parsed.value
        unsure = parsed if parsed is TOO_LARGE else Parsed(code="number_unreadable", proposed=likely)
        return unsure, unit, factor
    parsed = parse_number(cell, style=style)
    if parsed.code == "number_unreadable" and measure and re.match(r"[^\W\d_(]", measure[2]):
        return replace(parsed, code="unit_unknown"), None, 1.0
    return parsed, None, 1.0
