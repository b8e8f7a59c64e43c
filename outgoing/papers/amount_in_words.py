"""An amount of money in words, as it stands on receipts: "Một triệu không trăm linh năm nghìn đồng"; and in English.

The rules of the Vietnamese form:
- Digits are read in threes: nghìn, triệu, tỷ. What is counted in tỷ may itself have thousands: 2.500.000.000.000 is
  "hai nghìn năm trăm tỷ" (num2words 0.5.14 says "hai nghìn tỷ năm trăm tỷ", and leaves out the zeros in between).
- Three zeros are not read: 1.000.000.000 is "một tỷ". After a higher group every other one is read to its hundreds,
  so that no digit can be put in later: 1.005.000 is "một triệu không trăm linh năm nghìn".
- Ten is mười, from twenty on mươi; after mươi: mốt, tư, lăm; after mười: lăm; no tens: linh một, linh bốn, linh năm.
- "đồng" ends it. "chẵn" is never added: no rule asks for it, and an amount is then written in one way only.
"""

MOST_VND = 10**15
DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
BILLION = 10**9
SCALES = ((10**6, "triệu"), (10**3, "nghìn"), (1, ""))

SMALL = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split()
)
TENS = ("", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split())
ENGLISH_SCALES = tuple(
    (10**power, name)
    for power, name in ((15, "quadrillion"), (12, "trillion"), (9, "billion"), (6, "million"), (3, "thousand"), (0, ""))
)


def amount_in_words(vnd: int, language: str = "vi") -> str:
    """A whole amount of đồng from 0 to 10^15 in words, with a capital first.

    errors: ValueError for a fraction, a negative or a larger amount: none of them stands on a receipt
    """
    if vnd != int(vnd) or not 0 <= vnd <= MOST_VND:
        raise ValueError("amount_in_words")
    words = [*_english(int(vnd)), "Vietnamese dong"] if language == "en" else [*_vietnamese(int(vnd)), "đồng"]
    text = " ".join(words)
    return text[0].upper() + text[1:]


def _vietnamese(number: int) -> list[str]:
    return _groups(number, is_first=True) or [DIGITS[0]]


def _groups(number: int, is_first: bool) -> list[str]:
    """is_first: nothing was read before it, so its leading zeros are not read."""
    billions, rest = divmod(number, BILLION)
    words = [*_groups(billions, is_first), "tỷ"] if billions else []
    for size, name in SCALES:
        group, rest = divmod(rest, size)
        if group:
            words += [*_three(group, is_first and not words), name]
    return [word for word in words if word]


def _three(group: int, is_first: bool) -> list[str]:
    """A number below 1000; unless it is the first one, with its hundreds."""
    hundreds, below = divmod(group, 100)
    tens, ones = divmod(below, 10)
    words = [DIGITS[hundreds], "trăm"] if hundreds or not is_first else []
    if tens == 0 and ones:
        return [*words, *(["linh"] if words else []), DIGITS[ones]]
    if tens == 1:
        words.append("mười")
    elif tens:
        words += [DIGITS[tens], "mươi"]
    if not ones:
        return words
    return [*words, ("lăm" if ones == 5 else DIGITS[ones]) if tens == 1 else AFTER_TENS.get(ones, DIGITS[ones])]


def _english(number: int) -> list[str]:
    words = []
    for size, name in ENGLISH_SCALES:
        group, number = divmod(number, size)
        if group:
            words += [*_english_three(group), name]
    return [word for word in words if word] or [SMALL[0]]


def _english_three(group: int) -> list[str]:
    hundreds, below = divmod(group, 100)
    words = [SMALL[hundreds], "hundred"] if hundreds else []
    if below < 20:
        return [*words, *([SMALL[below]] if below else [])]
    tens, ones = divmod(below, 10)
    return [*words, f"{TENS[tens]}-{SMALL[ones]}" if ones else TENS[tens]]
