"""The demo's lists of gifts: each commune writes its own way, and has its own small fault."""

from datetime import date

from data.demo.ledger import GOODS, Gift
from data.demo.office import COMMUNES, Page
from data.demo.tally import Tally

WIDE = ("rice", "instant_noodles", "eggs", "vegetables", "fruit", "water", "masks")
LABELS = tuple(f"{GOODS[good][1]} ({GOODS[good][2]})" for good in WIDE)


def dotted(amount: int | None) -> str | None:
    """1500000 -> "1.500.000"."""
    return None if amount is None else f"{amount:,}".replace(",", ".")


def count(tally: Tally, gift: Gift, with_value: bool) -> None:
    """Adds what a row of the list says."""
    tally.communes.add(gift.commune)
    if gift.cash_vnd:
        tally.cash(gift.cash_vnd)
    tally.goods_line(gift.goods, gift.value_vnd if with_value else 0)


def start(code: str, title: str, width: int, office: str | None = None) -> tuple[Page, Tally]:
    page = Page("Danh sách")
    name = office or COMMUNES[code]
    page.letterhead(name, name.replace("xã ", "").replace("thị trấn ", ""), day="03 tháng 9", width=width, number=41)
    page.title(title, "(Kèm theo Báo cáo của Ủy ban MTTQ xã, thị trấn)", width=width)
    return page, Tally("donations")


def town_list(gifts: list[Gift]) -> tuple[Page, Tally]:
    """Ea T'Ling: sections by kind of donor, subtotals, a grand total, a declared value; orderly."""
    page, tally = start(
        "24640", "DANH SÁCH TẬP THỂ, CÁ NHÂN ỦNG HỘ PHÒNG, CHỐNG DỊCH COVID-19", 12, "thị trấn Ea T’Ling"
    )
    goods = ("Hiện vật", *LABELS)
    page.two_header_rows("STT", "Tên đơn vị, cá nhân", "Ngày", "Tiền mặt (đồng)", goods, "Quy đổi thành tiền (đồng)")
    grand = [0] * 9
    for mark, category in zip("ABCD", sorted({gift.category for gift in gifts}), strict=False):
        page.bold.add(page.row(mark, category))
        part = [0] * 9
        for number, gift in enumerate((g for g in gifts if g.category == category), 1):
            count(tally, gift, True)
            cells = [gift.cash_vnd, *(gift.goods.get(good, 0) for good in WIDE), gift.value_vnd]
            page.row(number, gift.donor, gift.day, *(cell or None for cell in cells))
            part = [a + b for a, b in zip(part, cells, strict=True)]
        page.row(None, f"Cộng {mark}", None, *part)
        grand = [a + b for a, b in zip(grand, part, strict=True)]
    page.row(None, "TỔNG CỘNG", None, *grand)
    page.sign(width=12)
    return page, tally


def dotted_list(gifts: list[Gift]) -> tuple[Page, Tally]:
    """Đắk Wil: every amount is text with dots; one donor has not paid yet."""
    page, tally = start("24643", "DANH SÁCH ỦNG HỘ", 7, "xã Đăk Wil")
    page.header("TT", "Họ và tên", "Ngày ủng hộ", "Số tiền (đồng)", "Tên hàng", "Số lượng", "ĐVT")
    for number, gift in enumerate(gifts, 1):
        good = next(iter(gift.goods), None)
        amount = [GOODS[good][1], dotted(gift.goods[good]), GOODS[good][2]] if good else [None] * 3
        count(tally, gift, False)
        page.row(number, gift.donor, gift.day.strftime("%d/%m/%Y"), dotted(gift.cash_vnd or None), *amount)
    page.row(len(gifts) + 1, "Nhà hảo tâm Ví Dụ 99", "03/09/2021", "chưa nộp")
    tally.waiting += 1
    tally.asks.append("number_unreadable")
    page.sign(width=7)
    return page, tally


def long_list(gifts: list[Gift]) -> tuple[Page, Tally]:
    """Ea Pô, which writes Eapô: one good a row, rice in tạ when it is much; money is a row, too."""
    page, tally = start("24646", "SỔ THEO DÕI TIẾP NHẬN ỦNG HỘ", 6, "xã Eapô")
    page.header("STT", "Ngày", "Người ủng hộ", "Tên hàng", "SL", "ĐVT")
    number = 0
    for gift in gifts:
        count(tally, gift, False)
        lines = [("Tiền mặt", gift.cash_vnd, "đồng")] if gift.cash_vnd else []
        for good, quantity in gift.goods.items():
            in_ta = good == "rice" and quantity >= 100
            lines.append((GOODS[good][1], quantity / 100 if in_ta else quantity, "tạ" if in_ta else GOODS[good][2]))
        for line in lines:
            number += 1
            page.row(number, gift.day, gift.donor, *line)
    page.sign()
    return page, tally


def million_list(gifts: list[Gift]) -> tuple[Page, Tally]:
    """Nam Dong: money in millions, with its total."""
    page, tally = start("24649", "TỔNG HỢP ỦNG HỘ PHÒNG, CHỐNG DỊCH", 12)
    page.row(*[None] * 9, "ĐVT: triệu đồng", boxed=False)
    page.header("STT", "Tổ chức, cá nhân", "Ngày", "Số tiền (triệu đồng)", *LABELS, "Ghi chú")
    for number, gift in enumerate(gifts, 1):
        count(tally, gift, False)
        cells = [gift.cash_vnd / 1_000_000, *(gift.goods.get(good, 0) for good in WIDE)]
        page.row(number, gift.donor, gift.day, *(cell or None for cell in cells))
    sums = [sum(gift.goods.get(good, 0) for gift in gifts) for good in WIDE]
    page.row(None, "Tổng cộng", None, round(tally.cash_vnd / 1_000_000, 3), *sums)
    page.sign(width=12)
    return page, tally


def one_cell_list(gifts: list[Gift]) -> tuple[Page, Tally]:
    """Đắk DRông: everything that a donor gave stands in one cell."""
    page, tally = start("24652", "DANH SÁCH CÁC ĐƠN VỊ, CÁ NHÂN ỦNG HỘ", 4, "xã Đắk D'rông")
    page.header("STT", "Đơn vị ủng hộ", "Nội dung ủng hộ", "Ngày tiếp nhận")
    for number, gift in enumerate(gifts, 1):
        count(tally, gift, False)
        said = [f"{quantity} {GOODS[good][2]} {GOODS[good][1].lower()}" for good, quantity in gift.goods.items()]
        said += [f"{dotted(gift.cash_vnd)} đồng"] if gift.cash_vnd else []
        page.row(number, gift.donor, ", ".join(said), gift.day)
    page.row(len(gifts) + 1, "Cửa hàng Ví Dụ 98", "2 cái bếp ga mini", date(2021, 9, 3))
    tally.waiting += 1
    tally.asks.append("good_unknown")
    page.sign(width=4)
    return page, tally


def bare_list(gifts: list[Gift]) -> tuple[Page, Tally]:
    """Tâm Thắng: no letterhead, the commune stands in the file name; one date with day and month swapped."""
    page, tally = Page("Sheet1"), Tally("donations")
    page.title("DANH SÁCH ỦNG HỘ ĐẾN NGÀY 03/9/2021")
    page.header("STT", "Họ tên", "Ngày", "Tiền (đồng)", "Hiện vật", "SL", "ĐVT")
    # 5 August typed as 8 May: before the campaign began, so it is asked about whatever day it is read on
    swapped = next(gift for gift in gifts if gift.day.month == 8 and gift.day.day <= 6)
    for number, gift in enumerate(gifts, 1):
        day = gift.day
        if gift is swapped:
            # its lines wait until a person has said which day is meant
            day = date(gift.day.year, gift.day.day, gift.day.month)
            tally.waiting += len(gift.goods) + bool(gift.cash_vnd)
        else:
            count(tally, gift, False)
        good = next(iter(gift.goods), None)
        amount = [GOODS[good][1], gift.goods[good], GOODS[good][2]] if good else [None] * 3
        page.row(number, gift.donor, day, gift.cash_vnd or None, *amount)
    tally.asks.append("date_outside")
    return page, tally


def wrong_total_list(gifts: list[Gift]) -> tuple[Page, Tally]:
    """Cư Knia: its total of money is 100,000 đ too much."""
    page, tally = start("24658", "DANH SÁCH ỦNG HỘ QUỸ PHÒNG, CHỐNG DỊCH", 11, "xã Cư K’nia")
    page.two_header_rows("STT", "Họ và tên", "Ngày", "Tiền mặt (đồng)", ("Hiện vật", *LABELS))
    for number, gift in enumerate(gifts, 1):
        count(tally, gift, False)
        page.row(number, gift.donor, gift.day, gift.cash_vnd or None, *(gift.goods.get(good) for good in WIDE))
    sums = [sum(gift.goods.get(good, 0) for gift in gifts) for good in WIDE]
    page.row(None, "Tổng cộng", None, tally.cash_vnd + 100_000, *sums)
    tally.asks.append("total_differs")
    page.sign(width=11)
    return page, tally


def doubled_list(gifts: list[Gift]) -> tuple[Page, Tally]:
    """Trúc Sơn: one line was entered twice."""
    page, tally = start("24661", "DANH SÁCH NHÂN DÂN ỦNG HỘ", 7)
    page.header("STT", "Họ và tên", "Ngày", "Số tiền", "Tên hàng hóa", "Số lượng", "Đơn vị tính")
    for number, gift in enumerate([*gifts, gifts[4]], 1):
        count(tally, gift, False)
        good = next(iter(gift.goods), None)
        amount = [GOODS[good][1], gift.goods[good], GOODS[good][2]] if good else [None] * 3
        page.row(number, gift.donor, gift.day, gift.cash_vnd or None, *amount)
    tally.asks.append("duplicate_rows")
    page.sign(width=7)
    return page, tally


LISTS = {
    "24640": town_list,
    "24643": dotted_list,
    "24646": long_list,
    "24649": million_list,
    "24652": one_cell_list,
    "24655": bare_list,
    "24658": wrong_total_list,
    "24661": doubled_list,
}
