"""The hand that types a random sheet: its names, days, numbers, units, letterhead, and where it puts totals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from data import reference
from tests import random_words as words_of
from tests.random_writing import MONEY_FORMATS, Column, Row

AS_OF = date(2021, 9, 30)
START = date(2021, 8, 2)  # a Monday, the first whole week of the campaign
COMMUNES = {
    "24640": ("Ea T'Ling", "Thị trấn Ea T'Ling", "TT. Ea T'ling"),
    "24643": ("Đắk Wil", "Xã Đắk Wil", "Đăk Wil"),
    "24646": ("Ea Pô", "Xã Ea Pô", "EaPô"),
    "24649": ("Nam Dong", "Xã Nam Dong", "X. Nam Dong"),
    "24652": ("Đắk DRông", "Xã Đắk DRông", "Đắk D'rông"),
    "24655": ("Tâm Thắng", "Xã Tâm Thắng", "X. Tâm Thắng"),
    "24658": ("Cư Knia", "Xã Cư Knia", "Cư K'nia"),
    "24661": ("Trúc Sơn", "Xã Trúc Sơn", "X. Trúc Sơn"),
}
SITES = {code: site.name for code, site in reference.load().sites.items() if code != "quarantine_area"}
MONEY_SUFFIXES = (" (đồng)", " (VNĐ)", " (đ)", "\n(đồng)", "")


@dataclass
class Hand:
    """One clerk: the same styles for the whole sheet."""

    dice: Random
    words: str

    def __post_init__(self):
        dice = self.dice
        self.book = words_of.Wordbook(dice, self.words)
        self.money_style = dice.choices(
            ("number", "dots", "commas", "spaces", "dong", "short"),
            (58, 15, 9, 4, 7, 7 if self.words != "usual" else 2),
        )[0]
        self.date_style = dice.choices(("cell", "slash", "short", "dot", "words"), (45, 25, 15, 10, 5))[0]
        self.has_text_counts = self.chance(0.08)
        self.money_format = dice.choice(MONEY_FORMATS)
        self.scale, self.money_suffix = 1, "" if self.money_style == "short" else dice.choice(MONEY_SUFFIXES)
        if self.money_style == "number" and self.chance(0.12):
            self.scale, suffixes = dice.choice(
                ((1000, (" (nghìn đồng)", " (1.000 đồng)")), (1_000_000, (" (triệu đồng)",)))
            )
            self.money_suffix = dice.choice(suffixes)
        self.names: set[str] = set()

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def day(self) -> date:
        return START + timedelta(days=self.dice.randrange(50))

    def written_day(self, day: date):
        """A day as this hand writes it; a cell that is a date, or text with the day first."""
        if self.date_style == "cell":
            return day
        if self.date_style == "words":
            return f"ngày {day.day} tháng {day.month} năm {day.year}"
        pattern = {"slash": "{:02}/{:02}/{}", "short": "{}/{}/{}", "dot": "{:02}.{:02}.{}"}[self.date_style]
        return pattern.format(day.day, day.month, day.year)

    def amount(self) -> int:
        """Đồng of a gift: round, as gifts are."""
        return self.dice.choice((50_000, 100_000, 200_000, 500_000, 1_000_000)) * self.dice.choice(
            (1, 1, 2, 3, 5, 7, 15)
        )

    def money(self, value: int, is_total: bool = False):
        """An amount as this hand writes it, in the unit that stands over the column."""
        if self.scale > 1:
            scaled = value / self.scale
            return int(scaled) if scaled == int(scaled) else scaled
        style = self.money_style
        if style == "number":
            return value
        if style == "short" and not is_total:
            return self.short(value)
        mark = {"dots": ".", "commas": ",", "spaces": " "}.get(style, ".")
        return f"{value:,}".replace(",", mark) + ("đ" if style == "dong" else "")

    def count(self, value: float):
        """A quantity; some sheets hold their numbers as text."""
        return f"{value:g}".replace(".", ",") if self.has_text_counts else value

    @staticmethod
    def short(value: int) -> str:
        """500k, 2 triệu, 1tr5."""
        if value < 1_000_000:
            return f"{value // 1000}k"
        whole, rest = divmod(value, 1_000_000)
        if not rest:
            return f"{whole} triệu"
        return f"{whole}tr{rest // 100_000}" if rest % 100_000 == 0 else f"{value // 1000:,}k".replace(",", ".")

    def money_column(self, key: str, group: str = "", word: str = "") -> Column:
        """Money always says its unit where it is not plain đồng."""
        return Column(key, self.book.field(word or key), self.money_suffix, group, self.money_format)

    def column(self, key: str, group: str = "", suffix: str = "") -> Column:
        shown = "dd/mm/yyyy" if key in ("date", "posted") else "General"
        return Column(key, self.book.field(key), suffix, group, shown)

    def person(self) -> str:
        w = words_of
        return self._new(lambda: " ".join(map(self.dice.choice, (w.SURNAMES, w.MIDDLES, w.GIVEN))))

    def party(self) -> str:
        if self.chance(0.6):
            return self.chance(0.3) * self.dice.choice(("Ông ", "Bà ")) + self.person()
        return self._new(lambda: self.dice.choice(words_of.BODIES).format(self.dice.choice(words_of.PROPER)))

    def _new(self, draw: Callable[[], str]) -> str:
        name = draw()
        while name in self.names:
            name = draw()
        self.names.add(name)
        return name

    def extras(self, least: int = 0) -> list[tuple[Column, Callable]]:
        """Columns of no interest, each with what stands in its cells."""
        numbers = iter(range(self.dice.randrange(1, 900), 10_000))
        fill = {
            "phone": lambda: f"09{self.dice.randrange(10**7, 10**8)}",
            "identity": lambda: f"245{self.dice.randrange(10**5, 10**6)}",
            "blank": lambda: "",
            "receipt": lambda: next(numbers),
            "address": lambda: self.dice.choice(words_of.ADDRESSES),
            "remark": lambda: self.dice.choice(words_of.REMARKS),
        }
        chosen = self.dice.sample(words_of.EXTRAS, self.dice.choices((0, 1, 2, 3), (35, 35, 20, 10))[0] or least)
        return [(Column(what, self.dice.choice(labels)), fill[what]) for labels, what in chosen]


def letterhead(hand: Hand, commune: str | None) -> list[tuple[str, str]]:
    """The head of an administrative paper: who writes, the national motto; sometimes less."""
    who = f"XÃ {commune.upper()}" if commune else "HUYỆN CƯ JÚT"
    if commune and commune.startswith("Ea T"):
        who = f"THỊ TRẤN {commune.upper()}"
    lines = [
        ("ỦY BAN MTTQ VIỆT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (who, "Độc lập - Tự do - Hạnh phúc"),
        ("", ""),
    ]
    short = [
        (f"UBMTTQVN {who.lower() if not commune else ('xã ' + commune if 'XÃ' in who else 'thị trấn ' + commune)}", "")
    ]
    if commune:
        return lines if hand.chance(0.6) else short
    return hand.dice.choice((lines, short, [], []))


def foot(hand: Hand) -> list[tuple[str, str]]:
    """Place and day, and who signs."""
    if hand.chance(0.5):
        return []
    day = hand.day()
    lines = [
        ("", ""),
        ("", f"Cư Jút, ngày {day.day:02} tháng {day.month:02} năm {day.year}"),
        ("Người lập biểu", "TM. BAN THƯỜNG TRỰC"),
    ]
    return lines + [("", ""), ("Nguyễn Thị Lập", "Y Chủ Tịch")] * hand.chance(0.5)


def total_row(
    hand: Hand, columns: list[Column], sums: dict[str, object], ladder: tuple, number: str = ""
) -> Row | None:
    """A row that adds up, its word in the party's or the serial's column; None where nothing can be added."""
    if not sums:
        return None
    word = hand.book.choose(ladder)
    if hand.words == "unknown" and hand.chance(0.5):
        word = hand.dice.choice(ladder[2])
    texts = [
        c.key
        for c in columns
        if c.key in ("serial", "party", "recipient", "site", "good", "commune", "indicator", "content")
    ]
    place = hand.dice.choice(texts[:2]) if texts else columns[0].key
    return Row({place: word.format(number).strip()} | sums)


def with_unknown(hand: Hand, columns: list[Column]) -> list[Column]:
    """In the unknown set: one or two header words that hardly any lexicon has."""
    if hand.words != "unknown":
        return columns
    known = [n for n, c in enumerate(columns) if c.key in words_of.FIELDS and c.key != "serial"]
    changed = list(columns)
    for n in hand.dice.sample(known, min(len(known), hand.dice.choice((1, 2)))):
        old = columns[n]
        changed[n] = Column(old.key, hand.book.unknown(old.key), old.suffix, old.group, old.format)
    return changed
