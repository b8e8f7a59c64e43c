"""Donations: one row is one gift line (Danh sách ủng hộ, Danh sách tiếp nhận, Sao kê)."""

from loaders.kinds import goods_lines
from loaders.kinds.list_table import Spec

KIND = "donations"
SPEC = Spec(
    kind=KIND,
    party="donor_name",
    neutral="donor_name",
    distinctive=("donor_name", "debit", "credit", "balance", "may_publish"),
    has_cash=True,
    money="value_vnd",
    commune_code="commune_not_stated",
)


def read(table, context):
    """A table of gifts -> a Reading whose frame has one row a gift line."""
    return goods_lines.read(table, context, SPEC)
