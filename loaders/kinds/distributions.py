"""Distributions: one row is goods or cash given to people (Danh sách cấp phát, hỗ trợ)."""

from loaders.kinds import goods_lines
from loaders.kinds.list_table import Spec

KIND = "distributions"
SPEC = Spec(
    kind=KIND,
    party="recipient_group",
    neutral="recipient_name",
    distinctive=("households", "people", "recipient_group", "recipient_name"),
    has_cash=True,
    money="value_vnd",
    counts=("households", "people"),
    commune_code="commune_not_stated",
)


def read(table, context):
    """A table of support given -> a Reading whose frame has one row a line of goods or cash."""
    return goods_lines.read(table, context, SPEC)
