"""Purchases: one row is goods bought with the cash (Bảng kê mua hàng)."""

from loaders.kinds import goods_lines
from loaders.kinds.list_table import Spec

KIND = "purchases"
SPEC = Spec(
    kind=KIND,
    party="supplier",
    neutral="supplier",
    distinctive=("supplier",),
    has_cash=False,
    money="cost_vnd",
)


def read(table, context):
    """A table of purchases -> a Reading whose frame has one row a good bought."""
    return goods_lines.read(table, context, SPEC)
