"""The lines that the public board adds up, and whose they are: what its groups have to protect."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from metrics.public.suppression import System, in_groups, is_safe
from metrics.stock import Lines

# the numbers of the splits: which of the lists, which of its columns; those of bought goods and of the frontline
# are about shops and sites, and need no protection
MEASURES = {
    "cash_received_vnd": ("gifts", "cash_vnd"),
    "goods_received_vnd": ("gifts", "value_vnd"),
    "goods_bought_vnd": ("bought", "cost_vnd"),
    "cash_distributed_vnd": ("support", "cash_vnd"),
    "goods_distributed_vnd": ("support", "value_vnd"),
    "frontline_vnd": ("frontline", "worth_vnd"),
    "households": ("support", "households"),
    "people": ("support", "people"),
}
SPLITS = {"gifts": ("commune", "donor_category", "week"), "support": ("commune", "week")}
TOTAL = {"total": {"all": "all"}}  # of the district: published always
NOT_STATED = ""  # the code of what a line does not say


@dataclass(frozen=True)
class Protected:
    """gifts, bought, support, frontline: the four lists, added up, with `week`, and what is missing as NOT_STATED.

    systems:   measure -> what must not be found out of its lines (metrics.public.suppression)
    withheld:  the measures of which not even the total of unnamed givers is of LEAST of them
    """

    gifts: pd.DataFrame
    bought: pd.DataFrame
    support: pd.DataFrame
    frontline: pd.DataFrame
    systems: Mapping[str, System]
    withheld: tuple[str, ...]


def protected(lines: Lines, systems: Mapping[str, System]) -> Protected:
    """The lists as the board needs them.

    in:      lines: the four lists, added up or in full; systems: measure -> the cells of its unnamed givers
    out:     Protected: of a measure that is withheld only the quantities of its goods remain in its system
    """
    frontline = with_codes(lines.frontline_support)
    worth = frontline[["value_vnd", "cash_vnd"]].astype("Float64").sum(axis=1, min_count=1)
    withheld = tuple(measure for measure in MEASURES if measure in systems and not is_safe(systems[measure], TOTAL))
    kept = {measure: _of_goods(system) if measure in withheld else system for measure, system in systems.items()}
    frames = (with_codes(frame) for frame in (lines.donations, lines.purchases, lines.distributions))
    return Protected(*frames, frontline.assign(worth_vnd=worth), kept, withheld)


def with_codes(rows: pd.DataFrame) -> pd.DataFrame:
    """With the Monday of each line as a text, and what is missing as NOT_STATED; the value of cash is not the value of
    a good."""
    codes, days = pd.factorize(rows["date"])  # the code of a missing day is -1: the last one
    mondays = pd.DatetimeIndex(days) - pd.to_timedelta(pd.DatetimeIndex(days).day_of_week, unit="D")
    weeks = np.array([*mondays.strftime("%Y-%m-%d"), NOT_STATED], dtype=object)
    made = {"week": pd.Series(weeks[codes], index=rows.index, dtype="str")}
    made |= {n: rows[n].fillna(NOT_STATED) for n in ("commune", "donor_category") if n in rows}
    if "value_vnd" in rows:
        made["value_vnd"] = rows["value_vnd"].where(rows["good"] != "cash")
    return rows.assign(**made)


def is_good(rows: pd.DataFrame) -> pd.Series:
    """Of which lines the quantity stands in the table of goods."""
    return rows["good"].ne("cash") & rows["base_quantity"].notna() & rows["base_unit"].notna()


def _of_goods(system: System) -> System:
    """The same lines in the tables of goods alone."""
    tables = {table for cell in system for table, _ in cell.at if table.startswith("good:")}
    return in_groups(system, {table: {c: c for cell in system for n, c in cell.at if n == table} for table in tables})
