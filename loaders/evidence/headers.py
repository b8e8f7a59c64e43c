"""Header words -> fields: how Vietnamese sheets name their columns. One home for every spelling of a header.

A label is compared without accents, brackets and signs. The first pattern that fits the whole label wins,
so the order matters: "số tiền bằng chữ" must be met before "số tiền".
"""

import re
from functools import lru_cache

from data.reference.names import fold

# fields that every kind may have; a kind's own HEADERS come first
COMMON: dict[str, str] = {
    "serial": r"stt|tt|so tt|s t t|so thu tu|no|page ?id|#",
    "private": r".*(dien thoai|sdt|cccd|cmnd|can cuoc|so tk|tai khoan|email|ma so thue|ky nhan|ky ten|chu ky"
    r"|nam sinh|ngay sinh|sinh ngay|tuoi).*"
    r"|.*bang chu|so seri|don vi xac nhan",
    "balance": r"so du.*|ton( quy| cuoi)?|balance|running balance|luy ke so du",
    "debit": r"(so tien )?chi|money out|paid out|xuat quy|(so tien )?(ghi )?no|phat sinh no|ps no"
    r"|debit( amount)?|rut ra|tien ra|chi ra",
    "credit": r"(so tien )?thu|money in|paid in|(so tien )?(ghi )?co|phat sinh co|ps co|credit( amount)?"
    r"|tien vao|gui vao",
    "document": r"(so |ma |ky hieu |quyen )*(hoa don|chung tu|phieu|bien lai|but toan|tham chieu)( .*)?"
    r"|(so|ma) (giao dich|gd|ct|hd|tham chieu)( .*)?|doc ?no|reference|ma",
    "week": r"tuan|tuan bao cao|tuan so|week|ky bao cao",
    "date": r"(ngay|thoi gian|thoi diem)( .*)?|(tnx|trans|transaction|posting|value)? ?date|dau thoi gian|timestamp",
    "may_publish": r".*(cong khai|cong bo).*",
    "unit": r"dvt|don vi tinh|d v t|dv tinh|unit|dvi tinh",
    "pledged": r".*(dang ky|cam ket|hua|du kien).*|con (thieu|lai|no)( .*)?",
    "unit_price": r"(tri gia|gia tri|muc|so tien|dinh muc|don gia)( qua)?( cho)? (01|1|mot|moi) (suat|phan|ho"
    r"|nguoi|xa|don vi|qua|hop|thung).*"
    r"|don gia.*|gia (mua|ban)|gia 1 .*|price",
    "row_total": r"(tong|cong|tong cong|tong so|tong tri gia|tong gia tri|tong tien|tong so tien)( \d.*"
    r"| tien va hang.*| .*va hien vat.*| quy .*)?|total",
    "cash_value": r"(tri gia|gia tri|so) (bang )?tien mat",
    "value": r"(uoc )?(tong )?(tri gia|gia tri|tri gia)( .*)?|(hien vat )?quy (doi|ra)( .*)?|thanh tien( .*)?"
    r"|uoc tinh( .*)?|value"
    r"|hien vat quy (doi|ra) .*",
    "cash": r"(so tien )?(da|thuc) (nop|dong|thu|nhan|chuyen|dong gop|ung ho)( .*)?|(tong )?so tien( .*)?"
    r"|tien( mat| ung ho| ho tro| chuyen khoan)?( .*)?|kinh phi.*|chuyen khoan"
    r"|cash|amount|bang tien( .*)?|muc (ung ho|ho tro)",
    "people": r"(tong )?(so )?(luong )?(nguoi|nhan khau|khau)( duoc .*| nhan .*| ung ho| dong gop| tham gia)?",
    "quantity": r"so luong( .*)?|sl( .*)?|khoi luong( .*)?|trong luong|quantity|qty",
    "households": r"(tong )?(so )?(luong )?ho( (dan|gia dinh|ngheo|can ngheo|kho khan|ho tro|duoc .*|nhan .*))*",
    "commune": r"(ten )?(xa|xa thi tran|xa phuong|dia ban|dia phuong|don vi xa.*|xa phuong thi tran|ten xa.*"
    r"|cac xa.*|commune|don vi hanh chinh|xa tt)",
    "address": r"dia chi.*|noi o|que quan|thon.*|to dan pho|cho o|khu dan cu",
    "content": r"(cac )?noi dung( .*)?|(ten |cac |danh muc )?chi tieu( .*)?|tieu chi|hang muc|cong viec"
    r"|dien giai.*|mo ta.*"
    r"|transaction ?details?|description|nhiem vu|noi dung giao dich"
    r"|(so |muc |ket qua |da )?(ung ho|dong gop|quyen gop|ho tro|dong gop ung ho)( bang .*)?",
    "goods": r"hien vat( .*)?|hang hoa hien vat|bang hien vat|qua tang.*|hien vat tien.*|tien hien vat"
    r"|so luong hien vat|qua",
    "good": r"(ten |loai |cac |danh muc )*(mat hang|hang hoa|hang|vat pham|chung loai|hien vat|san pham|vat tu"
    r"|nhu yeu pham|mon qua|qua|hang hoa dich vu)( .*)?|goods?|item",
    "donor_category": r"(loai |nhom |phan loai )?(doi tuong|thanh phan)( ung ho| dong gop| van dong)?|loai hinh"
    r"|phan loai|loai|nhom|category",
    "unit_or_party": r"don vi|ten don vi|don vi dia phuong|co quan don vi|ten co quan don vi",
    "before": r".*(luy ke|cong don).*(tuan truoc|ky truoc|thang truoc|truoc do).*|(tuan|ky) truoc.*",
    "cumulative": r".*(luy ke|cong don|tu dau dot|den nay|tu dau chien dich|tu dau nam).*",
    "in_week": r".*(trong tuan|tuan nay|trong ky|ky nay|ca tuan).*|ket qua.*|thuc hien|so lieu.*|da thuc hien|value",
    "target": r"(giao )?muc tieu.*|ke hoach.*|(chi tieu )?(duoc )?giao( .*)?|chi tieu (giao|phan bo|van dong).*|target",
    "note": r"ghi chu.*|note|ghi chep|luu y",
}

AMOUNT_FIELDS = ("cash", "credit", "quantity", "value", "cost", "goods", "row_total", "in_week", "cumulative", "target")
BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]?")


@lru_cache(maxsize=20_000)
def label_key(text: str) -> str:
    """A header label without accents, brackets and signs: "Số tiền (đồng)" -> "so tien"."""
    bare = BRACKETS.sub(" ", text)
    if not bare.strip():
        bare = text
    return " ".join(re.sub(r"[^a-z0-9#]+", " ", fold(bare)).split())


@lru_cache(maxsize=20_000)
def bracketed(text: str) -> str | None:
    """What stands in brackets, after a dash or in a second line: the unit of a column, often."""
    hit = BRACKETS.search(text)
    if hit and hit[1].strip():
        return hit[1].strip().removeprefix("ĐVT:").removeprefix("đvt:").strip()
    tail = re.split(r"\n|\s[-–/:,]\s|,\s", text.strip())
    return tail[-1].strip() if len(tail) > 1 and tail[-1].strip() else None


class Lexicon:
    """The header words of one kind: its own first, then those that every kind may have."""

    FIRST = ("serial", "private", "pledged", "balance", "debit", "credit", "document", "week", "date")

    def __init__(self, own: dict[str, str]):
        ordered = {name: COMMON[name] for name in self.FIRST} | own
        ordered |= {name: pattern for name, pattern in COMMON.items() if name not in ordered}
        self.patterns = tuple((field, re.compile(pattern)) for field, pattern in ordered.items())
        self.seen: dict[str, str | None] = {}

    def field(self, label: str) -> str | None:
        """The field that a header label names; None when it is no header word that we know."""
        if label not in self.seen and "nợ" in label.casefold() and "có" not in label.casefold():
            self.seen[label] = "debit"  # without accents it would be "No.", the number of a row
        if label not in self.seen:
            parts = re.split(r"\s*[/\n]\s*", label)  # "Ghi có/Credit"
            tries = [label, *parts] if 1 < len(parts) <= 3 else [label]
            self.seen[label] = next((field for text in tries if (field := self._field(label_key(text)))), None)
        return self.seen[label]

    def _field(self, key: str) -> str | None:
        if not key or len(key) > 70:
            return None
        return next((field for field, pattern in self.patterns if pattern.fullmatch(key)), None)


ANY = Lexicon({})
