"""The demo's weekly reports: their numbers follow from the ledger, but for two seeded disagreements."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from data.demo import ledger
from data.demo.office import COMMUNES, Page
from data.demo.tally import Tally

# indicator -> (words on a sheet, unit on a sheet), in the order of a report; the sections begin at the keys below
INDICATORS = {
    "communication_sessions": ("Số buổi tuyên truyền", "buổi"),
    "people_reached": ("Số lượt người nghe", "người"),
    "broadcasts": ("Số lần phát thanh", "lần"),
    "leaflets": ("Số tờ rơi cấp phát", "tờ"),
    "households_declared": ("Số hộ khai báo y tế", "hộ"),
    "donors": ("Số lượt ủng hộ", "lượt"),
    "cash_vnd": ("Số tiền ủng hộ", "đồng"),
    "rice_kg": ("Gạo", "kg"),
    "instant_noodles_box": ("Mì tôm", "thùng"),
    "eggs_piece": ("Trứng gia cầm", "quả"),
    "vegetables_kg": ("Rau củ quả", "kg"),
    "fruit_kg": ("Trái cây", "kg"),
    "households_supported": ("Số hộ được hỗ trợ", "hộ"),
    "gifts_given": ("Số suất quà đã trao", "suất"),
    "support_value_vnd": ("Trị giá hỗ trợ", "đồng"),
    "frontline_visits": ("Số lượt thăm hỏi tuyến đầu", "lượt"),
}
SECTIONS = {
    "communication_sessions": ("I", "Công tác tuyên truyền, vận động"),
    "donors": ("II", "Tiếp nhận ủng hộ"),
    "households_supported": ("III", "Hỗ trợ người dân, thăm hỏi tuyến đầu"),
}
MATRIX = (
    "communication_sessions",
    "people_reached",
    "donors",
    "cash_vnd",
    "rice_kg",
    "instant_noodles_box",
    "eggs_piece",
    "vegetables_kg",
    "households_supported",
    "frontline_visits",
)
# what a report says beyond its lists, seeded for the reconciliation: (commune, week, indicator) -> difference
DISAGREEMENTS = {
    ("24649", ledger.WEEKS[4], "cash_vnd"): 2_000_000,
    ("24655", ledger.WEEKS[2], "rice_kg"): -20,
}


@lru_cache(maxsize=64)
def values(commune: str, week: date) -> dict[str, int]:
    """Every indicator of one commune in one week."""
    dice = random.Random(f"{commune} {week}")
    weight = ledger.WEIGHTS[commune]
    gifts = [gift for gift in ledger.gifts() if gift.commune == commune and gift.week == week]
    given = [one for one in ledger.support() if one.commune == commune and one.week == week]
    visits = [visit for visit in ledger.visits() if visit.commune == commune and visit.week == week]
    households = sum(one.households for one in given)
    sessions = round(weight * dice.randint(2, 5))
    told = {
        "communication_sessions": sessions,
        "people_reached": sessions * dice.randint(25, 45),
        "broadcasts": dice.randint(10, 21),
        "leaflets": round(weight * dice.randint(2, 6)) * 100,
        "households_declared": round(weight * dice.randint(5, 25)),
        "donors": len(gifts),
        "cash_vnd": sum(gift.cash_vnd for gift in gifts),
        "households_supported": households,
        "gifts_given": households,
        "support_value_vnd": sum(one.value_vnd for one in given),
        "frontline_visits": len(visits),
    }
    for good, name in (
        ("rice", "rice_kg"),
        ("instant_noodles", "instant_noodles_box"),
        ("eggs", "eggs_piece"),
        ("vegetables", "vegetables_kg"),
        ("fruit", "fruit_kg"),
    ):
        told[name] = sum(gift.goods.get(good, 0) for gift in gifts)
    return {name: max(0, told[name] + DISAGREEMENTS.get((commune, week, name), 0)) for name in INDICATORS}


def so_far(commune: str, week: date, indicator: str) -> int:
    """The running sum from the first week on."""
    return sum(values(commune, monday)[indicator] for monday in ledger.WEEKS if monday <= week)


def period(week: date) -> str:
    sunday = week + timedelta(days=6)
    number = week.isocalendar().week
    return f"Tuần {number} (từ ngày {week.day:02d}/{week.month}/2021 đến ngày {sunday.day:02d}/{sunday.month}/2021)"


def tally_of(week: date, communes: list[str], lines: int) -> Tally:
    return Tally("weekly_reports", rows=lines, communes=set(communes), weeks={week.isoformat()})


def town_report(week: date) -> tuple[Page, Tally]:
    """Ea T'Ling: letterhead, sections, 'Trong tuần | Lũy kế', difficulties and proposals, signature."""
    page = Page("Báo cáo tuần")
    friday = week + timedelta(days=4)
    day, number = f"{friday.day:02d} tháng {friday.month}", week.isocalendar().week
    page.letterhead("thị trấn Ea T’Ling", "Ea T’Ling", day=day, number=number)
    page.title("BÁO CÁO", "Kết quả tham gia phòng, chống dịch Covid-19", period(week))
    page.two_header_rows("TT", "Nội dung", "ĐVT", ("Kết quả thực hiện", "Trong tuần", "Lũy kế"), "Ghi chú")
    for serial, (indicator, (said, unit)) in enumerate(INDICATORS.items(), 1):
        if indicator in SECTIONS:
            page.bold.add(page.row(*SECTIONS[indicator]))
        value = values("24640", week)[indicator]
        page.row(serial, said, unit, value, so_far("24640", week, indicator))
    page.gap()
    page.row("Khó khăn, vướng mắc: Lực lượng mỏng, nhiều hộ ở xa trung tâm.", boxed=False)
    page.row("Đề xuất, kiến nghị: Đề nghị huyện bổ sung khẩu trang cho các tổ Covid cộng đồng.", boxed=False)
    page.sign()
    return page, tally_of(week, ["24640"], len(INDICATORS))


def million_report(week: date, wrong_people: int | None = None) -> tuple[Page, Tally]:
    """Nam Dong: money in millions of đồng; `wrong_people` is the slip that a correction repairs."""
    page = Page(f"Tuần {week.isocalendar().week}")
    page.commune_letterhead(
        "24649", day=f"{(week + timedelta(days=4)).day:02d} tháng {(week + timedelta(days=4)).month}"
    )
    page.title("BÁO CÁO TUẦN", period(week))
    page.header("STT", "Chỉ tiêu", "Đơn vị tính", "Trong tuần", "Lũy kế")
    for serial, (indicator, (said, unit)) in enumerate(INDICATORS.items(), 1):
        cells = [values("24649", week)[indicator], so_far("24649", week, indicator)]
        if indicator == "people_reached" and wrong_people is not None:
            cells = [wrong_people, wrong_people + cells[1] - cells[0]]
        if unit == "đồng":
            unit, cells = "triệu đồng", [cell / 1_000_000 for cell in cells]
        page.row(serial, said, unit, *cells)
    page.sign()
    return page, tally_of(week, ["24649"], len(INDICATORS))


def labels() -> list[str]:
    """Headers of the matrix: the unit in brackets where it says something."""
    plain = {"buổi", "người", "lượt", "hộ"}
    return [said if unit in plain else f"{said} ({unit})" for said, unit in (INDICATORS[name] for name in MATRIX)]


def own_matrix(week: date, is_nil: bool = False) -> tuple[Page, Tally]:
    """Ea Pô: the district's matrix with its own row only, the name as the plan writes it."""
    page = Page("Eapô")
    page.title("TỔNG HỢP KẾT QUẢ TUẦN CỦA XÃ EAPÔ", period(week), width=12)
    page.header("STT", "Xã", *labels())
    if is_nil:
        page.row("Trong tuần không phát sinh", boxed=False)
        return page, tally_of(week, ["24646"], 0)
    page.row(1, "Eapô", *(values("24646", week)[name] for name in MATRIX))
    return page, tally_of(week, ["24646"], len(MATRIX))


SHARED = ("24643", "24652", "24655", "24658", "24661")
SHARED_NAMES = ("Đăk Wil", "Đắk D'rông", "Tâm Thắng", "Cư Knia", "Trúc Sơn")


def shared_matrix(week: date, absent: str | None = None) -> tuple[Page, Tally]:
    """The sheet that five communes fill in together; an absent commune leaves its cells empty."""
    page = Page("Tổng hợp")
    page.letterhead("Huyện Cư Jút", "Cư Jút", width=12, number=week.isocalendar().week)
    page.title("BIỂU TỔNG HỢP KẾT QUẢ CÁC XÃ", period(week), width=12)
    page.header("STT", "Đơn vị", *labels())
    present = [code for code in SHARED if code != absent]
    sums = [sum(values(code, week)[name] for code in present) for name in MATRIX]
    page.bold.add(page.row(None, "Tổng cộng", *sums))
    for number, (code, name) in enumerate(zip(SHARED, SHARED_NAMES, strict=True), 1):
        cells = [values(code, week)[indicator] for indicator in MATRIX] if code in present else []
        page.row(number, name, *cells)
    page.sign(width=12)
    return page, tally_of(week, present, len(present) * len(MATRIX))


def own_vertical(code: str, week: date, title: str, pick: Callable[[str], bool]) -> tuple[Page, Tally]:
    """A plain vertical report: the late one of Cư Knia, the urgent one of Tâm Thắng."""
    page = Page("Sheet1")
    page.commune_letterhead(code, number=5)
    page.title(title, f"của Mặt trận {COMMUNES[code]}", period(week))
    page.header("TT", "Nội dung", "ĐVT", "Kết quả trong tuần")
    chosen = [name for name in INDICATORS if pick(name)]
    for number, name in enumerate(chosen, 1):
        page.row(number, *INDICATORS[name], values(code, week)[name])
    page.sign()
    return page, tally_of(week, [code], len(chosen))
