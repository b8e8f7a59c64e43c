"""The wordings of random sheets: what offices write over columns, rows and sheets. The reader never sees this file.

Each entry is (usual, second, unknown): the plainest words of office lists; real words that a native clerk would
understand at once; words that a lexicon hardly has. An unknown word may cost a question, never a wrong number.
"""

from random import Random

SETS = ("usual", "second", "unknown")

FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "serial": (("STT", "TT", "Stt"), ("Số TT", "S.T.T", "Số thứ tự", "No."), ("Hàng", "#")),
    "date": (
        ("Ngày", "Ngày tháng", "Ngày, tháng, năm"),
        ("Thời gian", "Ngày nhận", "Thời điểm", "Ngày/tháng"),
        ("Bữa", "Dấu lịch", "Date in"),
    ),
    "party": (
        ("Họ và tên", "Người ủng hộ", "Đơn vị ủng hộ", "Tên đơn vị, cá nhân", "Tổ chức, cá nhân ủng hộ", "Nhà hảo tâm"),
        ("Tên người cho", "Người đóng góp", "Đơn vị/cá nhân trao tặng", "Mạnh thường quân", "Họ tên người tặng"),
        ("Tấm lòng vàng", "Ân nhân", "Quý bà con cô bác", "Bên A"),
    ),
    "cash": (
        ("Số tiền", "Số tiền ủng hộ", "Tiền mặt"),
        ("Số tiền đóng góp", "Tiền ủng hộ", "Kinh phí ủng hộ", "Số tiền đã nộp", "Số tiền thực nhận"),
        ("Hiện kim", "Ngân lượng", "Xiền góp", "Cash", "T/M"),
    ),
    "cash out": (
        ("Số tiền", "Số tiền hỗ trợ", "Tiền mặt"),
        ("Kinh phí hỗ trợ", "Tiền trao", "Số tiền đã trao", "Tiền hỗ trợ"),
        ("Hiện kim", "Bao thư", "Cash", "T/M"),
    ),
    "good": (
        ("Hiện vật", "Tên hàng", "Tên hàng hóa", "Loại hàng", "Mặt hàng"),
        ("Nhu yếu phẩm", "Chủng loại hàng", "Tên mặt hàng", "Loại nhu yếu phẩm", "Tên vật phẩm"),
        ("Đồ", "Phẩm vật", "Món", "Item"),
    ),
    "quantity": (
        ("Số lượng", "SL"),
        ("Khối lượng", "Số lượng hàng", "S.lượng", "Lượng hàng"),
        ("Nhiều ít", "Q'ty", "Bao nhiêu"),
    ),
    "unit": (("ĐVT", "Đơn vị tính", "Đvt"), ("Đ/v tính", "Đơn vị đo", "Đ.V.T"), ("Tính bằng", "UoM", "Cỡ")),
    "value": (
        ("Trị giá", "Giá trị quy đổi", "Giá trị"),
        ("Quy ra tiền", "Ước trị giá", "Thành tiền quy đổi"),
        ("Đáng giá", "Định giá", "Ước chừng"),
    ),
    "commune": (
        ("Xã, thị trấn", "Xã", "Tên xã", "Đơn vị xã, thị trấn"),
        ("Địa bàn xã", "Tên xã/thị trấn", "Xã - thị trấn", "Địa phương"),
        ("Cấp xã", "Nơi", "Mặt trận cơ sở"),
    ),
    "recipient": (
        ("Đối tượng", "Đối tượng hỗ trợ", "Đối tượng thụ hưởng"),
        ("Diện hỗ trợ", "Nhóm đối tượng", "Người được hỗ trợ"),
        ("Diện", "Bà con mình", "Phận"),
    ),
    "households": (("Số hộ", "Số hộ được hỗ trợ"), ("Tổng số hộ", "Hộ", "Số hộ nhận"), ("Nóc nhà", "HGĐ")),
    "people": (
        ("Số người", "Số nhân khẩu", "Số khẩu"),
        ("Nhân khẩu", "Tổng số khẩu", "Số người nhận"),
        ("Miệng ăn", "NK", "Đầu người"),
    ),
    "price": (("Đơn giá",), ("Giá mua", "Giá/đơn vị"), ("Giá lẻ",)),
    "cost": (
        ("Thành tiền", "Số tiền"),
        ("Tổng tiền", "Tiền thanh toán", "Tiền mua hàng"),
        ("Xuất quỹ", "Hết", "Amount"),
    ),
    "supplier": (("Nơi mua", "Người bán", "Nhà cung cấp"), ("Đơn vị bán", "Cửa hàng"), ("Mối hàng", "Sạp")),
    "site": (
        ("Đơn vị được thăm", "Địa điểm", "Đơn vị nhận", "Nơi thăm"),
        ("Chốt, trạm, khu cách ly", "Điểm thăm hỏi", "Đơn vị tuyến đầu", "Đơn vị được tặng quà"),
        ("Chỗ ghé", "Mặt trận", "Điểm nóng"),
    ),
    "giver": (("Đơn vị tặng", "Người tặng"), ("Đơn vị trao", "Bên trao quà"), ("Phái đoàn",)),
    "indicator": (("Nội dung", "Chỉ tiêu", "Nội dung thực hiện"), ("Tên chỉ tiêu", "Công việc"), ("Việc", "Đầu mục")),
    "week": (
        ("Trong tuần", "Kết quả trong tuần", "Thực hiện trong tuần"),
        ("Tuần này", "Số liệu trong tuần", "Phát sinh trong tuần"),
        ("Bảy bữa", "Đợt này"),
    ),
    "cumulative": (
        ("Lũy kế", "Lũy kế từ đầu đợt", "Lũy kế đến nay"),
        ("Cộng dồn", "Cộng dồn đến nay", "Lũy kế từ 29/7"),
        ("Gom lại", "YTD"),
    ),
    "target": (
        ("Chỉ tiêu giao", "Chỉ tiêu", "Số giao"),
        ("Mức giao", "Chỉ tiêu phấn đấu", "Chỉ tiêu được giao"),
        ("Khoán", "Mốc"),
    ),
    "posted": (("Ngày giao dịch", "Ngày GD", "Ngày"), ("Ngày hiệu lực", "Thời gian giao dịch", "Date"), ("Txn stamp",)),
    "debit": (("Ghi nợ", "Nợ", "Số tiền ghi nợ"), ("Phát sinh nợ", "Debit", "Tiền ra"), ("Rút", "Outflow")),
    "credit": (("Ghi có", "Có", "Số tiền ghi có"), ("Phát sinh có", "Credit", "Tiền vào"), ("Nạp", "Inflow")),
    "signed": (("Số tiền", "Số tiền giao dịch"), ("Phát sinh", "Số tiền GD", "Amount"), ("Biến động", "Txn")),
    "sign": (("Loại", "Nợ/Có", "Loại giao dịch"), ("Dấu", "C/D", "Thu/Chi"), ("Chiều",)),
    "balance": (("Số dư", "Số dư cuối"), ("Số dư sau giao dịch", "Balance", "Số dư TK"), ("Còn trong két",)),
    "content": (
        ("Nội dung", "Diễn giải", "Nội dung giao dịch"),
        ("Mô tả", "Nội dung chuyển khoản", "Nội dung chi tiết"),
        ("Lời nhắn", "Remark"),
    ),
    "status": (("Trạng thái",), ("Tình trạng", "Kết quả giao dịch"), ("State",)),
    "reference": (("Số tham chiếu", "Mã giao dịch", "Số CT"), ("Số bút toán", "Mã GD", "Ref No."), ("Trace",)),
    "fee": (("Phí", "Phí giao dịch"), ("Phí dịch vụ",), ("Charge",)),
}

# columns of no interest: label -> what stands in them
EXTRAS = (
    (("Điện thoại", "SĐT", "Số điện thoại"), "phone"),
    (("Số CMND", "CMND/CCCD", "Số CCCD"), "identity"),
    (("Ký nhận", "Chữ ký", "Ký tên"), "blank"),
    (("Số phiếu thu", "Phiếu thu số", "Số biên lai"), "receipt"),
    (("Địa chỉ", "Nơi ở", "Địa chỉ (thôn, bon, TDP)"), "address"),
    (("Ghi chú", "Ghi chú khác"), "remark"),
)

TITLES = {
    "donations": (
        (
            "DANH SÁCH ỦNG HỘ PHÒNG, CHỐNG DỊCH COVID-19",
            "DANH SÁCH TỔ CHỨC, CÁ NHÂN ỦNG HỘ",
            "DANH SÁCH TIẾP NHẬN ỦNG HỘ",
        ),
        (
            "SỔ VÀNG GHI NHẬN TẤM LÒNG ỦNG HỘ",
            "BẢNG THEO DÕI TIẾP NHẬN HÀNG VÀ TIỀN ỦNG HỘ",
            "Bảng kê các khoản đã tiếp nhận",
        ),
    ),
    "statement": (
        ("SAO KÊ TÀI KHOẢN", "SAO KÊ GIAO DỊCH"),
        ("SỔ PHỤ TÀI KHOẢN", "LỊCH SỬ GIAO DỊCH", "STATEMENT OF ACCOUNT"),
    ),
    "distributions": (
        ("DANH SÁCH CẤP PHÁT HỖ TRỢ NGƯỜI DÂN", "DANH SÁCH HỖ TRỢ HỘ KHÓ KHĂN", "DANH SÁCH CẤP PHÁT HÀNG HỖ TRỢ"),
        (
            "BẢNG KÊ ĐÃ TRAO QUÀ CHO CÁC HỘ DÂN",
            "TỔNG HỢP HÀNG ĐÃ PHÁT CHO NHÂN DÂN",
            "KẾT QUẢ TRAO HÀNG CỨU TRỢ CHO DÂN",
        ),
    ),
    "purchases": (
        ("BẢNG KÊ MUA HÀNG", "BẢNG KÊ MUA HÀNG HÓA"),
        ("DANH SÁCH HÀNG ĐÃ MUA", "BẢNG KÊ CHI MUA NHU YẾU PHẨM"),
    ),
    "frontline_support": (
        ("DANH SÁCH THĂM HỎI, TẶNG QUÀ LỰC LƯỢNG TUYẾN ĐẦU", "DANH SÁCH TẶNG QUÀ TUYẾN ĐẦU"),
        ("KẾT QUẢ THĂM, ĐỘNG VIÊN CÁC CHỐT, TRẠM", "BẢNG KÊ QUÀ TẶNG CÁC CHỐT KIỂM DỊCH, TRẠM Y TẾ"),
    ),
    "weekly_reports": (
        ("BÁO CÁO TUẦN", "BÁO CÁO KẾT QUẢ CÔNG TÁC TUẦN", "BIỂU TỔNG HỢP KẾT QUẢ TUẦN"),
        ("SỐ LIỆU CÔNG TÁC PHÒNG, CHỐNG DỊCH HÀNG TUẦN", "KẾT QUẢ THỰC HIỆN TRONG TUẦN"),
    ),
    "targets": (
        ("GIAO CHỈ TIÊU", "BẢNG GIAO CHỈ TIÊU VẬN ĐỘNG"),
        ("PHÂN BỔ CHỈ TIÊU CHO CÁC XÃ, THỊ TRẤN", "BIỂU CHỈ TIÊU THI ĐUA"),
    ),
}

FILES = {
    "donations": ("Danh sach ung ho", "DS ủng hộ", "Danh sách tiếp nhận", "ung_ho_covid"),
    "statement": ("Sao ke", "sao_ke_tai_khoan", "Lich su giao dich", "AccountStatement"),
    "distributions": ("Danh sach cap phat", "DS hỗ trợ", "cap_phat"),
    "purchases": ("Bang ke mua hang", "Bảng kê mua hàng"),
    "frontline_support": ("Tham hoi tuyen dau", "DS tặng quà tuyến đầu"),
    "weekly_reports": ("Bao cao tuan", "Báo cáo tuần", "BC tuan"),
    "targets": ("Giao chi tieu", "Chỉ tiêu"),
}
SHEETS = ("Sheet1", "Sheet1", "Trang tính1", "Danh sách", "DS", "Biểu 1", "Phụ lục")

TOTALS = (
    ("Tổng cộng", "Cộng", "Tổng", "TỔNG CỘNG", "Tổng cộng:"),
    ("Tổng số", "Tổng cộng chung", "Tất cả", "Cộng chung", "TC", "Tổng toàn bộ"),
    ("Thảy thảy", "Sum", "∑", "Gộp hết", "Chốt sổ"),
)
SUBTOTALS = (("Cộng", "Cộng {}", "Tổng {}"), ("Cộng mục {}", "Tiểu cộng", "Cộng nhóm {}"), ("Gộp", "Sub {}"))
# over the columns of goods: of gifts received, of everything else
GROUPS = (
    ("Hiện vật", "Hàng hóa", "Hiện vật", ""),
    ("Nhu yếu phẩm", "Hàng hóa, nhu yếu phẩm", "Các mặt hàng", "Vật phẩm", ""),
    ("Hiện vật", "Của", ""),
)
SECTIONS = (
    "Cơ quan, đơn vị",
    "Doanh nghiệp",
    "Hội Liên hiệp Phụ nữ",
    "Hội Nông dân",
    "Đoàn Thanh niên",
    "Hội Cựu chiến binh",
    "Các cơ sở tôn giáo",
    "Cá nhân, nhà hảo tâm",
    "Các thôn, bon, tổ dân phố",
)

# code -> (usual names, second names, (unit, times the base unit, base unit) …)
GOODS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, int, str], ...]]] = {
    "rice": (("Gạo",), ("Gạo tẻ", "Gạo nếp", "Gạo thơm"), (("kg", 1, "kg"), ("ký", 1, "kg"), ("tạ", 100, "kg"))),
    "instant_noodles": (("Mì tôm", "Mì ăn liền", "Mì gói"), ("Mỳ tôm", "Mì Hảo Hảo"), (("thùng", 1, "box"),)),
    "eggs": (("Trứng gà", "Trứng"), ("Trứng vịt", "Hột vịt"), (("quả", 1, "piece"), ("chục", 10, "piece"))),
    "vegetables": (
        ("Rau củ", "Rau xanh", "Bí đỏ", "Bắp cải"),
        ("Rau củ các loại", "Su su", "Khoai lang", "Cải thảo"),
        (("kg", 1, "kg"), ("tạ", 100, "kg")),
    ),
    "fruit": (("Chuối", "Trái cây"), ("Cam", "Thanh long", "Hoa quả"), (("kg", 1, "kg"),)),
    "cooking_oil": (("Dầu ăn",), ("Dầu ăn Tường An",), (("lít", 1, "litre"),)),
    "fish_sauce": (("Nước mắm",), ("Mắm",), (("chai", 1, "bottle"),)),
    "salt": (("Muối",), ("Muối i-ốt",), (("kg", 1, "kg"),)),
    "sugar": (("Đường",), ("Đường cát",), (("kg", 1, "kg"),)),
    "milk": (("Sữa", "Sữa tươi"), ("Sữa hộp",), (("thùng", 1, "box"),)),
    "water": (("Nước uống", "Nước suối"), ("Nước khoáng", "Nước đóng chai"), (("thùng", 1, "box"),)),
    "masks": (("Khẩu trang",), ("Khẩu trang y tế",), (("cái", 1, "piece"), ("chiếc", 1, "piece"))),
    "sanitizer": (("Nước sát khuẩn",), ("Nước rửa tay sát khuẩn", "Cồn sát khuẩn"), (("chai", 1, "bottle"),)),
    "protective_suits": (("Đồ bảo hộ",), ("Quần áo bảo hộ",), (("bộ", 1, "set"),)),
    "gift_sets": (("Phần quà",), ("Suất quà", "Túi quà"), (("phần", 1, "set"), ("suất", 1, "set"))),
}

# code -> (unit in words, section, usual names, second names, largest value, step)
INDICATORS: dict[str, tuple[str, int, tuple[str, ...], tuple[str, ...], int, int]] = {
    "communication_sessions": ("buổi", 1, ("Số buổi tuyên truyền",), ("Số cuộc tuyên truyền",), 30, 1),
    "people_reached": ("người", 1, ("Số người được tuyên truyền",), ("Số lượt người nghe tuyên truyền",), 3000, 1),
    "broadcasts": ("lượt", 1, ("Số lượt phát thanh",), ("Số lần phát thanh", "Phát trên loa truyền thanh"), 60, 1),
    "leaflets": ("tờ", 1, ("Số tờ rơi đã phát", "Số tờ rơi"), ("Cấp phát tờ rơi", "Tờ rơi tuyên truyền"), 2000, 10),
    "households_declared": ("hộ", 1, ("Số hộ khai báo y tế",), ("Vận động hộ dân khai báo y tế",), 400, 1),
    "donors": ("lượt", 2, ("Số lượt ủng hộ", "Số lượt người ủng hộ"), ("Số tổ chức, cá nhân đã ủng hộ",), 200, 1),
    "cash_vnd": (
        "đồng",
        2,
        ("Tiền mặt", "Số tiền ủng hộ"),
        ("Tiền vận động được", "Kinh phí vận động"),
        90_000_000,
        50_000,
    ),
    "rice_kg": ("kg", 2, ("Gạo",), ("Gạo các loại", "Gạo vận động được"), 3000, 5),
    "instant_noodles_box": ("thùng", 2, ("Mì tôm", "Mì ăn liền"), ("Mỳ gói",), 500, 1),
    "eggs_piece": ("quả", 2, ("Trứng", "Trứng gà"), ("Trứng gia cầm",), 5000, 10),
    "vegetables_kg": ("kg", 2, ("Rau, củ, quả", "Rau củ"), ("Rau xanh các loại",), 6000, 10),
    "fruit_kg": ("kg", 2, ("Trái cây",), ("Hoa quả các loại",), 900, 5),
    "households_supported": ("hộ", 3, ("Số hộ được hỗ trợ",), ("Số hộ khó khăn đã hỗ trợ",), 400, 1),
    "gifts_given": ("suất", 3, ("Số suất quà đã trao",), ("Số phần quà trao tặng",), 300, 1),
    "support_value_vnd": ("đồng", 3, ("Giá trị hỗ trợ",), ("Tổng trị giá hỗ trợ",), 80_000_000, 100_000),
    "produce_sold_kg": ("kg", 3, ("Nông sản hỗ trợ tiêu thụ",), ("Hỗ trợ tiêu thụ nông sản",), 9000, 50),
    "frontline_visits": ("lượt", 4, ("Số lượt thăm tuyến đầu",), ("Số lượt thăm hỏi các chốt, trạm",), 20, 1),
    "frontline_gift_value_vnd": (
        "đồng",
        4,
        ("Giá trị quà tặng tuyến đầu",),
        ("Trị giá quà tặng tuyến đầu",),
        30_000_000,
        100_000,
    ),
}
INDICATOR_SECTIONS = {
    1: "Công tác tuyên truyền",
    2: "Vận động ủng hộ",
    3: "Hỗ trợ người dân",
    4: "Thăm hỏi lực lượng tuyến đầu",
}

SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Y", "H'", "Nông", "Triệu")
MIDDLES = ("Văn", "Thị", "Đức", "Thanh", "Minh", "Ngọc", "Quốc", "Thu", "Xuân", "Hữu")
GIVEN = (
    "An",
    "Bình",
    "Cường",
    "Dung",
    "Hạnh",
    "Hùng",
    "Lan",
    "Long",
    "Mai",
    "Nam",
    "Phúc",
    "Sơn",
    "Thảo",
    "Tuấn",
    "Yến",
)
BODIES = (
    "Công ty TNHH {}",
    "Trường Tiểu học {}",
    "Hợp tác xã {}",
    "Cửa hàng {}",
    "Chùa {}",
    "Giáo xứ {}",
    "Doanh nghiệp tư nhân {}",
    "Nhóm thiện nguyện {}",
    "Chi bộ thôn {}",
    "Tạp hóa {}",
)
PROPER = (
    "Hoa Sen",
    "Phước Lộc",
    "Minh Phát",
    "Kim Đồng",
    "Hoàng Gia",
    "Thành Công",
    "Bảo Ngọc",
    "Phú Quý",
    "Đại Thành",
)
RECIPIENTS = (
    "Hộ nghèo",
    "Hộ cận nghèo",
    "Hộ khó khăn do dịch",
    "Người cách ly tại nhà",
    "Lao động mất việc",
    "Người cao tuổi neo đơn",
    "Sinh viên về quê",
    "Hộ đồng bào dân tộc thiểu số",
    "Hộ trong khu phong tỏa",
)
ADDRESSES = ("Thôn 1", "Thôn 2", "Thôn 5", "Bon U1", "Bon U2", "Tổ dân phố 3", "TDP 4", "Buôn Nui")
REMARKS = ("", "", "", "đợt 1", "nhận tại trụ sở", "gửi qua thôn", "có ảnh", "đã viết thư cảm ơn")


class Wordbook:
    """The words of one sheet: each field is named once, and what was used is kept."""

    def __init__(self, dice: Random, words: str):
        self.dice, self.words, self.used = dice, words, []

    def choose(self, ladder: tuple) -> str:
        """A wording of this set: the second one mixes in plain words, as people do."""
        is_second = self.words == "second" and self.dice.random() < 0.75
        self.used.append(self.dice.choice(ladder[1] if is_second else ladder[0]))
        return self.used[-1]

    def field(self, name: str) -> str:
        return self.choose(FIELDS[name])

    def unknown(self, name: str) -> str:
        self.used.append(self.dice.choice(FIELDS[name][2]))
        return self.used[-1]
