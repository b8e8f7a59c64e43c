"""Distributions: one row is goods or cash given to people (Danh sách cấp phát, hỗ trợ)."""

from loaders.evidence.headers import Lexicon
from loaders.kinds import goods_lines
from loaders.kinds.list_table import Spec

KIND = "distributions"
TITLES = {
    r"(danh sach|bang ke|bang tong hop|so).*(cap phat|ho tro|nhan qua|phan phat|trao tang|nhan ho tro|phat qua"
    r"|cap gao)": 6,
    r"cap phat|phan phat|trao qua|phat qua|nhan ho tro|distribution": 4,
    r"ho tro": 1,
}
HEADERS = {
    "recipient_name": r"(ho va|ho va ten|ho ten|ten)( ten)?( .*(nhan|chu ho|huong|ho tro).*)?|(ten )?(chu ho"
    r"|nguoi nhan)( .*)?",
    "recipient_group": r"(nhom |loai )?(doi tuong|nguoi|don vi|noi|dia diem)"
    r"( duoc| thu| nhan| ho tro| huong| thu huong| tiep nhan)+( .*)?"
    r"|doi tuong|noi nhan|don vi nhan.*|nhom nhan",
}
SPEC = Spec(
    kind=KIND,
    lexicon=Lexicon(HEADERS),
    party="recipient_group",
    distinctive=("households", "people", "recipient_group", "recipient_name"),
    has_cash=True,
    money="value_vnd",
    counts=("households", "people"),
    commune_code="commune_not_stated",
)


def read(table, context):
    """A table of support given -> a Reading whose frame has one row a line of goods or cash."""
    return goods_lines.read(table, context, SPEC)
