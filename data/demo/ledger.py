"""The invented campaign behind the demo: gifts, support given, visits; the sheets are drawn from it."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

FIRST_MONDAY = date(2021, 7, 26)
WEEKS = tuple(FIRST_MONDAY + timedelta(days=7 * week) for week in range(6))
# good -> unit, words on a sheet, an ordinary price in đồng: only to make declared values look like an office's
GOODS = {
    "rice": ("kg", "Gạo", "kg", 15_000),
    "instant_noodles": ("box", "Mì tôm", "thùng", 110_000),
    "eggs": ("piece", "Trứng gà", "quả", 3_000),
    "vegetables": ("kg", "Rau củ quả", "kg", 8_000),
    "fruit": ("kg", "Trái cây", "kg", 12_000),
    "water": ("box", "Nước suối", "thùng", 90_000),
    "masks": ("piece", "Khẩu trang y tế", "cái", 1_500),
}
# how much a commune gives in a week, roughly by its size: an invented weight, not a population
WEIGHTS = {
    "24640": 1.8,
    "24643": 0.9,
    "24646": 0.7,
    "24649": 1.4,
    "24652": 1.2,
    "24655": 1.0,
    "24658": 0.8,
    "24661": 0.6,
}
DONORS = (
    ("Cơ quan Ví Dụ", "Cơ quan, đơn vị"),
    ("Trường học Minh Họa", "Cơ quan, đơn vị"),
    ("Hội Phụ nữ thôn", "Tập thể"),
    ("Chi hội Nông dân thôn", "Tập thể"),
    ("Công ty TNHH Thử Nghiệm", "Doanh nghiệp"),
    ("Nguyễn Văn Mẫu", "Cá nhân"),
    ("Trần Thị Thử", "Cá nhân"),
    ("H'Mẫu Niê", "Cá nhân"),
)
SITES = {
    "health_centre": ("24640", "Trung tâm Y tế huyện"),
    "checkpoint_24655": ("24655", "Chốt kiểm dịch xã Tâm Thắng"),
    "checkpoint_24646": ("24646", "Chốt kiểm dịch Eapô"),
    "health_station_24640": ("24640", "Trạm y tế TT.Ea TLing"),
    "health_station_24643": ("24643", "Trạm Y tế xã Đắk Wil"),
    "health_station_24649": ("24649", "Trạm y tế xã Nam Dong"),
    "health_station_24652": ("24652", "Trạm y tế xã Đắk D'rông"),
    "quarantine_area": (None, "Các khu cách ly"),
}
# which sites were visited in each week; the stations of Cư Knia and Trúc Sơn never: the dashboard lists them first
VISITED = (
    ("health_centre", "checkpoint_24655", "checkpoint_24646"),
    ("checkpoint_24655", "quarantine_area", "health_station_24649"),
    ("health_centre", "health_station_24640", "checkpoint_24646"),
    ("checkpoint_24655", "health_station_24652", "quarantine_area"),
    ("health_station_24643", "checkpoint_24655"),
    ("health_centre", "checkpoint_24646", "quarantine_area"),
)


@dataclass(frozen=True)
class Gift:
    """What one donor gave on one day."""

    commune: str
    day: date
    donor: str
    category: str
    cash_vnd: int = 0
    goods: dict[str, int] = field(default_factory=dict)

    @property
    def value_vnd(self) -> int:
        return sum(quantity * GOODS[good][3] for good, quantity in self.goods.items())

    @property
    def week(self) -> date:
        return self.day - timedelta(days=self.day.weekday())


@dataclass(frozen=True)
class Support:
    """What the households of one group in one commune received in one week."""

    commune: str
    day: date
    group: str
    households: int
    people: int
    goods: dict[str, int]

    @property
    def value_vnd(self) -> int:
        return sum(quantity * GOODS[good][3] for good, quantity in self.goods.items())

    @property
    def week(self) -> date:
        return self.day - timedelta(days=self.day.weekday())


@dataclass(frozen=True)
class Visit:
    """Gifts to one frontline site on one day."""

    site: str
    day: date
    goods: dict[str, int]

    @property
    def commune(self) -> str | None:
        return SITES[self.site][0]

    @property
    def value_vnd(self) -> int:
        return sum(quantity * GOODS[good][3] for good, quantity in self.goods.items())

    @property
    def week(self) -> date:
        return self.day - timedelta(days=self.day.weekday())


def gifts() -> list[Gift]:
    """Four to nine gifts a commune and week; in the first week only from the campaign's start on Thursday."""
    dice, made = random.Random(26), []
    for commune, weight in WEIGHTS.items():
        number = 0
        for week, monday in enumerate(WEEKS):
            for _ in range(round(weight * dice.randint(4, 6))):
                number += 1
                day = monday + timedelta(days=dice.randint(3, 4) if week == 0 else dice.randint(0, 4))
                made.append(_gift(dice, commune, day, number))
    return sorted(made, key=lambda gift: (gift.commune, gift.day))


def _gift(dice: random.Random, commune: str, day: date, number: int) -> Gift:
    name, category = DONORS[number % len(DONORS)]
    cash = dice.choice((200, 300, 500, 500, 1000, 1500, 2000, 3000, 5000)) * 1000
    good = dice.choice(("rice", "rice", "rice", *GOODS))  # rice is given most often
    step = {"kg": 10, "box": 1, "piece": 30}[GOODS[good][0]]
    quantity = step * dice.randint(3, 24)
    shape = dice.random()
    donor = f"{name} {number:02d}"
    if shape < 0.5:
        return Gift(commune, day, donor, category, cash)
    if shape < 0.85:
        return Gift(commune, day, donor, category, 0, {good: quantity})
    return Gift(commune, day, donor, category, cash, {good: quantity})


def support() -> list[Support]:
    """Every commune supports one group of households a week from the second week on."""
    dice, made = random.Random(4), []
    names = ("Hộ nghèo", "Hộ cận nghèo", "Hộ có người cách ly", "Lao động mất việc")
    for commune, weight in WEIGHTS.items():
        for week, monday in enumerate(WEEKS[1:]):
            households = round(weight * dice.randint(8, 14))
            goods = {"rice": 5 * households, "instant_noodles": (households + 2) // 3}
            day, people = monday + timedelta(days=dice.randint(1, 4)), households * 3 + dice.randint(0, 9)
            made.append(Support(commune, day, names[(week + len(made)) % 4], households, people, goods))
    return made


def visits() -> list[Visit]:
    """Noodles and water for every visited site, masks for the health workers."""
    dice, made = random.Random(7), []
    for monday, sites in zip(WEEKS, VISITED, strict=True):
        for site in sites:
            goods = {"instant_noodles": dice.randint(2, 5), "water": dice.randint(3, 8)}
            if site.startswith("health"):
                goods["masks"] = 50 * dice.randint(1, 4)
            made.append(Visit(site, monday + timedelta(days=dice.randint(3, 4)), goods))
    return made
