"""Frontline support: one row is one gift line to one site (Danh sách thăm hỏi, tặng quà tuyến đầu)."""

from loaders.kinds import goods_lines
from loaders.kinds.list_table import Spec

KIND = "frontline_support"
SPEC = Spec(
    kind=KIND,
    party="giver",
    neutral="giver",
    distinctive=("site", "giver"),
    has_cash=True,
    money="value_vnd",
    has_site=True,
)


def read(table, context):
    """A table of visits -> a Reading whose frame has one row a gift line to a site."""
    return goods_lines.read(table, context, SPEC)
