"""The demo's sheets of the district office: targets, bank statement, purchases, distributions, frontline visits."""

import csv
import io
import random
from datetime import date, timedelta

from data.demo.ledger import GOODS, SITES, WEIGHTS, Support, Visit
from data.demo.lists import dotted
from data.demo.office import COMMUNES, Page
from data.demo.tally import Tally

TARGETS = (
    ("Tiền mặt (triệu đồng)", 60),
    ("Gạo (kg)", 1500),
    ("Mì tôm (thùng)", 90),
    ("Trứng gia cầm (quả)", 2500),
    ("Rau củ quả (kg)", 1200),
    ("Số hộ được hỗ trợ", 80),
)
PURCHASES = (
    ("rice", 1200, date(2021, 8, 5)),
    ("instant_noodles", 150, date(2021, 8, 5)),
    ("water", 120, date(2021, 8, 11)),
    ("masks", 3000, date(2021, 8, 12)),
    ("rice", 800, date(2021, 8, 19)),
    ("eggs", 1500, date(2021, 8, 20)),
    ("instant_noodles", 60, date(2021, 8, 26)),
    ("water", 60, date(2021, 9, 1)),
)


def office(title: str, *, width: int, name: str, day: str = "03 tháng 9") -> Page:
    page = Page(name)
    page.letterhead("Huyện Cư Jút", "Cư Jút", day=day, width=width, number=57)
    page.title(title, "(Kèm theo Kế hoạch số 26/KH-MTTQ-BTT)", width=width)
    return page


def targets() -> tuple[Page, Tally]:
    """Communes down, indicators across."""
    page = office("BIỂU GIAO CHỈ TIÊU VẬN ĐỘNG", width=8, name="Chỉ tiêu", day="29 tháng 7")
    tally = Tally("targets", communes=set(COMMUNES))
    page.two_header_rows("STT", "Xã, thị trấn", ("Chỉ tiêu giao", *(label for label, _ in TARGETS)))
    sums = [0] * len(TARGETS)
    for number, (code, name) in enumerate(COMMUNES.items(), 1):
        cells = [round(amount * WEIGHTS[code]) for _, amount in TARGETS]
        page.row(number, name[0].upper() + name[1:], *cells)
        sums = [a + b for a, b in zip(sums, cells, strict=True)]
        tally.rows += len(cells)
    page.row(None, "Tổng cộng", *sums)
    page.sign(width=8)
    return page, tally


def statement() -> tuple[bytes, Tally]:
    """The district's account: gifts by transfer, one fee of the bank, a running balance."""
    dice, tally = random.Random(41), Tally("donations")
    balance, rows = 0, []
    for number in range(1, 41):
        day = date(2021, 7, 29) + timedelta(days=number * 36 // 41)
        amount = dice.choice((500, 1000, 1000, 2000, 3000, 5000, 10000, 20000)) * 1000
        if number == 33:
            balance -= 55_000
            rows.append([day, f"FT{number:05d}", "55.000", "", balance, "Thu phi dich vu tai khoan"])
            continue
        tally.cash(amount)
        balance += amount
        rows.append(
            [day, f"FT{number:05d}", "", dotted(amount), balance, f"Nha hao tam {number:02d} ung ho phong chong dich"]
        )
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Ngày giao dịch", "Số chứng từ", "Ghi nợ", "Ghi có", "Số dư", "Nội dung"])
    for day, document, debit, credit, left, said in rows:
        writer.writerow([day.strftime("%d/%m/%Y"), document, debit, credit, dotted(left), said])
    return out.getvalue().encode("utf-8-sig"), tally


def purchases() -> tuple[Page, Tally]:
    """Goods bought with the cash."""
    page, tally = office("BẢNG KÊ MUA HÀNG HỖ TRỢ NGƯỜI DÂN", width=9, name="Mua hàng"), Tally("purchases")
    labels = ("Số hóa đơn", "Ngày", "Nhà cung cấp", "Tên hàng", "ĐVT", "Số lượng", "Đơn giá", "Thành tiền")
    page.header("STT", *labels)
    for number, (good, quantity, day) in enumerate(PURCHASES, 1):
        _, said, unit, price = GOODS[good]
        tally.goods_line({good: quantity}, quantity * price)
        shop = f"Cửa hàng Ví Dụ {number % 3 + 1}"
        page.row(number, 230 + number, day, shop, said, unit, quantity, price, quantity * price)
    page.row(None, None, None, None, "Tổng cộng", None, None, None, tally.value_vnd)
    page.sign(width=9, left="Kế toán", right="Chủ tài khoản")
    return page, tally


def distributions(support: list[Support]) -> tuple[Page, Tally]:
    """Goods for households, one good a column, a commune column in the spelling of each commune."""
    page, tally = office("TỔNG HỢP CẤP PHÁT HÀNG HỖ TRỢ", width=9, name="Cấp phát"), Tally("distributions")
    spellings = {"24646": "Eapô", "24658": "Cư K'nia", "24643": "Đăk Wil"}
    goods = ("Hàng hóa", "Gạo (kg)", "Mì tôm (thùng)")
    page.two_header_rows("STT", "Xã, thị trấn", "Ngày", "Đối tượng", "Số hộ", "Số khẩu", goods, "Trị giá (đồng)")
    for number, given in enumerate(sorted(support, key=lambda one: (one.day, one.commune)), 1):
        tally.communes.add(given.commune)
        tally.goods_line(given.goods, given.value_vnd)
        name = spellings.get(given.commune, COMMUNES[given.commune])
        amounts = (given.households, given.people, given.goods["rice"], given.goods["instant_noodles"])
        page.row(number, name, given.day, given.group, *amounts, given.value_vnd)
    page.sign(width=9)
    return page, tally


def commune_distributions(code: str, support: list[Support]) -> tuple[Page, Tally]:
    """One commune's own list: what each group received stands in one cell."""
    page, tally = Page("Cấp phát"), Tally("distributions", communes={code})
    page.commune_letterhead(code, day="03 tháng 9", number=44)
    page.title("KẾT QUẢ HỖ TRỢ NGƯỜI DÂN KHÓ KHĂN DO DỊCH COVID-19", "(Từ ngày 02/8/2021 đến ngày 03/9/2021)")
    page.header("STT", "Đối tượng", "Số hộ", "Số khẩu", "Nội dung hỗ trợ", "Ngày hỗ trợ")
    for number, given in enumerate(support, 1):
        tally.goods_line(given.goods)
        said = f"{given.goods['rice']}kg gạo, {given.goods['instant_noodles']} thùng mì tôm"
        page.row(number, given.group, given.households, given.people, said, given.day)
    page.sign()
    return page, tally


def frontline(visits: list[Visit], title: str) -> tuple[Page, Tally]:
    """Visits with the site, the day and the giver merged over the gifts."""
    page, tally = office(title, width=8, name="Thăm hỏi"), Tally("frontline_support")
    page.header("STT", "Ngày", "Đơn vị được thăm", "Quà tặng", "Số lượng", "ĐVT", "Trị giá (đồng)", "Đơn vị tặng")
    for number, visit in enumerate(visits, 1):
        first = page.next_row
        tally.goods_line(visit.goods, visit.value_vnd)
        for place, (good, quantity) in enumerate(visit.goods.items()):
            top = (number, visit.day, SITES[visit.site][1]) if place == 0 else (None, None, None)
            _, said, unit, price = GOODS[good]
            page.row(*top, said, quantity, unit, quantity * price, "MTTQ huyện" if place == 0 else None)
        for column in (0, 1, 2, 7):
            page.merge(first, column, page.next_row - 1, column)
    page.row(None, None, "Tổng cộng", None, None, None, tally.value_vnd)
    page.sign(width=8)
    return page, tally
