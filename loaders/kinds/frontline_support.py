"""Frontline support: one row is one gift line to one site (Danh sách thăm hỏi, tặng quà tuyến đầu)."""

from loaders.evidence.headers import Lexicon
from loaders.kinds import goods_lines
from loaders.kinds.list_table import Spec

KIND = "frontline_support"
TITLES = {
    r".*(tham hoi|tham|tang qua|ho tro|dong vien).*(tuyen dau|chot|cach ly|tram y te|luc luong)": 8,
    r"tham hoi|tuyen dau|tang qua|frontline|cac chot": 5,
}
HEADERS = {
    "giver": r"(ten )?(don vi|nguoi|doan|co quan|to chuc)( di)? (tang|tham|trao|tham hoi|ung ho|ho tro|to chuc)( .*)?"
    r"|doan tham.*|ben tang|giver",
    "site": r"(ten )?(dia diem|diem|noi|don vi|luc luong|co so|chot|tram)"
    r"( .*(tham|nhan|tuyen dau|tang|chot|kiem dich|cach ly|y te|truc|ho tro).*)?"
    r"|(ten )?(chot|tram|diem|dia diem|luc luong)( .*)?|noi (tham|den|nhan).*|site",
}
SPEC = Spec(
    kind=KIND,
    lexicon=Lexicon(HEADERS),
    party="giver",
    distinctive=("site", "giver"),
    has_cash=True,
    money="value_vnd",
    has_site=True,
)


def read(table, context):
    """A table of visits -> a Reading whose frame has one row a gift line to a site."""
    return goods_lines.read(table, context, SPEC)
