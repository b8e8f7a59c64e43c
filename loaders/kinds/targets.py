"""Targets: one row is one indicator target of one commune (Chỉ tiêu, Giao chỉ tiêu)."""

from loaders.kinds import indicators

KIND = "targets"


def read(table, context):
    """A table of targets -> a Reading with one row an indicator of a commune."""
    return indicators.read(table, context, KIND)
