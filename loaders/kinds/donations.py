"""Donations: one row is one gift line (Danh sách ủng hộ, Danh sách tiếp nhận, Sao kê)."""

from loaders.evidence.headers import COMMON, Lexicon
from loaders.kinds import goods_lines
from loaders.kinds.list_table import Spec

KIND = "donations"
TITLES = {
    r"danh sach.*(ung ho|tiep nhan|dong gop|quyen gop|tai tro|nha hao tam|van dong)": 6,
    r"(bang ke|bang tong hop|so theo doi|tong hop|so ghi).*(ung ho|tiep nhan|dong gop|quyen gop)": 5,
    r"sao ke|sao_ke|saoke|statement": 6,
    r"ung ho|tiep nhan|dong gop|quyen gop|tai tro|hao tam|van dong|donation": 2,
}
HEADERS = {
    "may_publish": COMMON["may_publish"],
    "donor_category": r"(loai |nhom |phan loai )(doi tuong|nguoi|don vi|nha hao tam).*"
    r"|doi tuong( ung ho| dong gop| van dong)?|thanh phan|loai hinh",
    "donor_name": r"ho( ung ho| dong gop| gia dinh)?|(ho va|ho va ten|ho ten|ten)( ten)?"
    r"( .*(ung ho|dong gop|tang|ca nhan|to chuc|don vi|hao tam|tai tro|nguoi).*)?|ho va ten.*"
    r"|(ten )?(to chuc|ca nhan|don vi|nguoi|nha hao tam|nha tai tro|manh thuong quan|doanh nghiep|tap the|co quan).*"
    r"(ung ho|dong gop|tai tro|hao tam|ca nhan|to chuc|gui|nop|quan|tang|chuyen)( .*)?"
    r"|nha hao tam.*|nha tai tro.*|donor( name)?"
    r"|(ten )?(tap the|doanh nghiep|to chuc|ca nhan|cong ty|manh thuong quan|ho gia dinh|hoi vien|can bo"
    r"|chi hoi|hoi|doan the|chi bo|chi doan|truong)( .*)?|ten (?!(loai |cac |danh muc )*(hang|mat hang|hien vat"
    r"|vat|loai"
    r"|qua|san pham|goi|chi tieu|xa|phuong|dia|thon|buon|to dan|don vi|co quan|nhu yeu|noi dung|mon|chung)).*",
}
SPEC = Spec(
    kind=KIND,
    lexicon=Lexicon(HEADERS),
    party="donor_name",
    distinctive=("donor_name", "debit", "credit", "balance", "may_publish"),
    has_cash=True,
    money="value_vnd",
    commune_code="commune_not_stated",
)


def read(table, context):
    """A table of gifts -> a Reading whose frame has one row a gift line."""
    return goods_lines.read(table, context, SPEC)
