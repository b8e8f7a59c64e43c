"""The lines that the public board adds up, and whose they are: what its groups have to protect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from data.names import fold
from metrics.stock import Lines
from metrics.suppression import LEAST, MOST_GIVERS, Cell, Key, System, in_groups, is_safe

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
WHOLE_ROW = ["upload_number", "reading_no", "source_row"]  # of a sheet: several goods for the same households


@dataclass(frozen=True)
class Protected:
    """gifts, bought, support, frontline: the four lists with `week`, and what is missing as NOT_STATED; gifts and
    support with `giver`, support with `is_crowd`, gifts with the columns of `public_names`.

    systems:   measure -> what must not be found out of its lines (metrics.suppression)
    withheld:  the measures of which not even the total of unnamed givers is of LEAST of them
    """

    gifts: pd.DataFrame
    bought: pd.DataFrame
    support: pd.DataFrame
    frontline: pd.DataFrame
    systems: Mapping[str, System]
    withheld: tuple[str, ...]


def protected(lines: Lines, shown: pd.DataFrame) -> Protected:
    """The lists as the board needs them.

    in:      lines: the full frames; shown: of metrics.public_names.public_names
    out:     Protected
    missing: a donor is one name in one commune, a recipient one group in one commune; all gifts without a name of a
             commune are one donor, all households without a number one household
    """
    gifts = _with_week(lines.donations).join(shown)
    gifts = gifts.assign(giver=_numbers(gifts["folded"].fillna("") + " " + gifts["commune"]), is_crowd=False)
    support = _with_week(lines.distributions)
    folded = {group: fold(group) for group in support["recipient_group"].dropna().unique()}
    groups = support["recipient_group"].map(folded).astype("str")
    is_crowd = support.groupby(WHOLE_ROW)["households"].transform("max").ge(LEAST).fillna(False).astype(bool)
    support = support.assign(giver=_numbers(groups.fillna("") + " " + support["commune"]), is_crowd=is_crowd)
    frontline = _with_week(lines.frontline_support)
    worth = frontline[["value_vnd", "cash_vnd"]].sum(axis=1, min_count=1)
    frames = {"gifts": gifts[gifts["shown"].isna()], "support": support}
    systems, withheld = {}, []
    for measure, (name, field) in MEASURES.items():
        if name in frames:
            system = _system(frames[name], field, SPLITS[name])
            if not is_safe(system, TOTAL):
                withheld.append(measure)
                units = {table for cell in system for table, _ in cell.at if table.startswith("good:")}
                system = _only(system, units)
            systems[measure] = system
    frontline = frontline.assign(worth_vnd=worth)
    return Protected(gifts, _with_week(lines.purchases), support, frontline, systems, tuple(withheld))


def _with_week(rows: pd.DataFrame) -> pd.DataFrame:
    """With the Monday of each line as a text; the value of cash is not the value of a good."""
    monday = rows["date"] - pd.to_timedelta(rows["date"].dt.day_of_week, unit="D")
    made = {"week": monday.dt.strftime("%Y-%m-%d").astype("str").fillna(NOT_STATED)}
    made |= {n: rows[n].fillna(NOT_STATED) for n in ("commune", "donor_category") if n in rows}
    if "value_vnd" in rows:
        made["value_vnd"] = rows["value_vnd"].where(rows["good"] != "cash")
    return rows.assign(**made)


def _numbers(names: pd.Series) -> pd.Series:
    return pd.Series(pd.factorize(names)[0], index=names.index)


def _system(rows: pd.DataFrame, field: str, splits: Sequence[str]) -> System:
    """The cells of a measure. The value of goods stands together with their quantities: who knows what a kilogram
    costs turns one into the other."""
    is_counted = rows[field].notna()
    is_good = rows["good"].ne("cash") & rows["base_quantity"].notna() & rows["base_unit"].notna()
    is_good &= field == "value_vnd"
    keys = pd.DataFrame({name: rows[name].where(is_counted) for name in splits})
    keys = keys.assign(good=rows["good"].where(is_good), unit=rows["base_unit"].where(is_good))
    by = list(keys)
    keys = keys.assign(giver=rows["giver"], is_crowd=rows["is_crowd"])[is_counted | is_good].drop_duplicates()
    keys = keys.sort_values("is_crowd", ascending=False, kind="stable")
    keys = keys[keys.groupby(by, dropna=False).cumcount() < MOST_GIVERS]
    met: dict[tuple, tuple[set[int], set[bool]]] = {}
    codes = zip(*(keys[name].astype(object).where(keys[name].notna(), None) for name in by), strict=True)
    for at, giver, is_crowd in zip(codes, keys["giver"].tolist(), keys["is_crowd"].tolist(), strict=True):
        givers, crowds = met.setdefault(at, (set(), set()))
        givers.add(giver)
        crowds.add(is_crowd)
    return [Cell(_at(splits, at), frozenset(givers), any(crowds)) for at, (givers, crowds) in met.items()]


def _at(splits: Sequence[str], codes: tuple) -> Key:
    """Where lines of these codes stand; codes: of the splits, the good and its unit, None where they do not count."""
    *parts, good, unit = codes
    at = {(table, code) for table, code in zip(splits, parts, strict=True) if code is not None}
    at |= {("total", "all")} if at else set()
    return frozenset(at | ({(f"good:{unit}", good)} if good is not None else set()))


def _only(system: System, tables: set[str]) -> System:
    """The same lines in these tables alone."""
    return in_groups(system, {table: {c: c for cell in system for n, c in cell.at if n == table} for table in tables})
