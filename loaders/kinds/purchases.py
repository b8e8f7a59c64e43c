"""Purchases: one row is goods bought with the cash (Bảng kê mua hàng)."""

from loaders.evidence.headers import Lexicon
from loaders.kinds import goods_lines
from loaders.kinds.list_table import Spec

KIND = "purchases"
TITLES = {
    r"(bang ke|danh sach|so|bang tong hop|hoa don).*(mua|chi mua|mua sam)": 6,
    r"mua hang|mua sam|chi mua|hang hoa mua|mua nhu yeu pham|purchase|bang ke mua": 4,
}
HEADERS = {
    "supplier": r"(ten |don vi |noi |nguoi |nha |dia chi )*"
    r"(cung cap|ban|mua|ban hang|nguoi ban|cung ung|dai ly|cua hang|mua hang)( .*)?|nha cung cap.*|cua hang.*|supplier",
    "cost": r"(tong )?(thanh tien|so tien|chi phi|tong tien|gia tri|tri gia|tien hang|so tien chi)( .*)?|cost",
}
SPEC = Spec(
    kind=KIND,
    lexicon=Lexicon(HEADERS),
    party="supplier",
    distinctive=("supplier", "unit_price"),
    has_cash=False,
    money="cost_vnd",
)


def read(table, context):
    """A table of purchases -> a Reading whose frame has one row a good bought."""
    return goods_lines.read(table, context, SPEC)
