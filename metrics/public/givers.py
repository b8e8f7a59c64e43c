"""Who gave and who received, for the public board: found in one look at the lines, page after page.

Nothing is kept of a line but what the board tells of those who are named, and numbers that stand for the others.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.reference.names import fold
from data.summing import group_numbers
from metrics.public.cells import MOST_WAITING, CellsOfList, Distinct, numbers_of
from metrics.public.names import public_names, refused_names
from metrics.public.suppression import LEAST, System
from metrics.public.systems import with_codes

WHOLE_ROW = ["upload_number", "reading_no", "source_row"]  # of a sheet: several goods for the same households
# what is looked at of the lines
AMOUNT = ("date", "commune", "good", "base_quantity", "base_unit", "cash_vnd", "value_vnd")
GIFT = (*AMOUNT, "donor_name", "donor_category", "may_publish", "quantity", "unit")
SUPPORT = (*AMOUNT, "recipient_group", "households", "people", *WHOLE_ROW)
GIVEN = ("cash_vnd", "value_vnd")
DONOR = ["donor", "donor_category", "commune"]
NAMED = {
    "is_organisation": "bool",
    **dict.fromkeys((*DONOR, "good", "unit"), "str"),
    **dict.fromkeys((*GIVEN, "quantity"), "Float64"),
}


@dataclass(frozen=True)
class Pages:
    """The lines themselves, where single givers matter; each page a frame, none of them kept.

    refusals:  gift lines that say that their donor is not to be named: all of them, looked at before the others
    gifts, support: all lines of gifts and of what was distributed, with the columns GIFT and SUPPORT. Lines of one row
               of a sheet stand one after the other; a page may end within a row
    """

    refusals: Iterable[pd.DataFrame]
    gifts: Iterable[pd.DataFrame]
    support: Iterable[pd.DataFrame]


@dataclass(frozen=True)
class Givers:
    """What the pages say of single givers.

    named:     the gifts of those who are named, added up: the columns NAMED; goods in base units, else as written
    unnamed:   by commune what the others gave: cash_vnd, value_vnd
    donors:    (commune, has cash, has value) -> the numbers of the others who gave just that in one of their lines
    doubtful:  how many names are not told although their category is an organisation's
    systems:   measure -> the cells of its unnamed givers (metrics.public.suppression)
    """

    named: pd.DataFrame
    unnamed: pd.DataFrame
    donors: Mapping[tuple[str, bool, bool], np.ndarray]
    doubtful: int
    systems: Mapping[str, System]

    def unnamed_donors(self, fields: Iterable[str]) -> pd.Series:
        """Commune -> how many unnamed donors gave anything of these fields; communes without any are absent."""
        wanted = [name in set(fields) for name in GIVEN]
        found: dict[str, list[np.ndarray]] = {}
        for (commune, *has), numbers in self.donors.items():
            if any(is_there and is_wanted for is_there, is_wanted in zip(has, wanted, strict=True)):
                found.setdefault(commune, []).append(numbers)
        counts = [len(np.unique(np.concatenate(found[commune]))) for commune in sorted(found)]
        return pd.Series(counts, index=pd.Index(sorted(found), dtype="str"), dtype="Int64")


def givers(pages: Pages) -> Givers:
    """One look at all pages.

    in:      Pages; how the lines fall into pages changes nothing
    out:     Givers
    units:   vnd; goods in base units, else as they are written
    missing: a donor is one name in one commune, a recipient one group in one commune; all gifts without a name of a
             commune are one donor, all households without a number one household. A sum of lines without cash (value)
             is missing
    errors:  none
    """
    refused: set[str] = set()
    for page in pages.refusals:
        refused |= refused_names(page)
    gifts, support = _Gifts(refused), CellsOfList("support")
    for page in pages.gifts:
        gifts.add(page)
    for page in _whole_rows(pages.support):
        support.add(_received(page))
    donors = {at: found.numbers() for at, found in gifts.donors.items()}
    systems = gifts.cells.systems() | support.systems()
    return Givers(gifts.named.sums(), gifts.unnamed, donors, len(gifts.doubtful.numbers()), systems)


class _Gifts:
    """What is kept of the gifts."""

    def __init__(self, refused: set[str]):
        self.refused = refused
        self.named, self.doubtful, self.cells = _Named(), Distinct(), CellsOfList("gifts")
        self.unnamed = pd.DataFrame(columns=[*GIVEN], index=pd.Index([], dtype="str", name="commune"), dtype="Float64")
        self.donors: dict[tuple[str, bool, bool], Distinct] = {}

    def add(self, page: pd.DataFrame) -> None:
        rows = with_codes(page).join(public_names(page, self.refused))
        rows = rows.assign(giver=numbers_of(rows["folded"].fillna("") + " " + rows["commune"]), is_crowd=False)
        self.doubtful.add(numbers_of(rows.loc[rows["is_doubtful"], "folded"]))
        is_named = rows["shown"].notna()
        self.named.add(rows[is_named])
        self.cells.add(rows, ~is_named)
        self._add_unnamed(rows[~is_named])

    def _add_unnamed(self, rows: pd.DataFrame) -> None:
        has = [rows[name].notna() for name in GIVEN]
        for at, numbers in rows["giver"].groupby([rows["commune"], *has]):
            self.donors.setdefault(at, Distinct()).add(numbers.to_numpy())
        amounts = rows[[*GIVEN]].astype("Float64").groupby(rows["commune"]).sum(min_count=1)
        self.unnamed = pd.concat([self.unnamed, amounts]).groupby(level="commune").sum(min_count=1)


class _Named:
    """The gifts of those who are named, added up as they come."""

    def __init__(self) -> None:
        self.known, self.new = pd.DataFrame(columns=[*NAMED]).astype(NAMED), []
        self.written: dict[tuple[bool, str], str] = {}  # one way to write each name: capitals make no second donor

    def add(self, rows: pd.DataFrame) -> None:
        pairs = rows[["is_organisation", "shown"]].drop_duplicates()
        first = {
            (is_body, shown): self.written.setdefault((is_body, fold(shown)), shown)
            for is_body, shown in pairs.itertuples(index=False)
        }
        donor = [first[pair] for pair in zip(rows["is_organisation"], rows["shown"], strict=True)]
        has_base = rows["base_quantity"].notna()
        quantity = rows["base_quantity"].where(has_base, rows["quantity"])
        unit = rows["base_unit"].where(has_base, rows["unit"])
        made = rows.assign(donor=pd.Series(donor, index=rows.index, dtype="str"), quantity=quantity, unit=unit)
        self.new.append(_added_up(made[[*NAMED]].astype(NAMED)))
        if sum(map(len, self.new)) > max(MOST_WAITING, len(self.known)):
            self.known, self.new = self.sums(), []

    def sums(self) -> pd.DataFrame:
        return _added_up(pd.concat([self.known, *self.new], ignore_index=True))


def _added_up(rows: pd.DataFrame) -> pd.DataFrame:
    """One row of what nothing but the amounts tells apart, in the order in which they appear."""
    keys, amounts = [n for n in NAMED if NAMED[n] != "Float64"], [n for n in NAMED if NAMED[n] == "Float64"]
    group = group_numbers([rows[name] for name in keys])
    first = rows.loc[~pd.Series(group).duplicated().to_numpy(), keys].reset_index(drop=True)
    return first.join(rows[amounts].groupby(group).sum(min_count=1))


def _received(page: pd.DataFrame) -> pd.DataFrame:
    """Lines of what was distributed, with whose they are, and whether their row is about LEAST households or more."""
    is_crowd = page.groupby(WHOLE_ROW)["households"].transform("max").ge(LEAST).fillna(False).astype(bool)
    rows = with_codes(page)
    folded = {group: fold(group) for group in rows["recipient_group"].dropna().unique()}
    groups = rows["recipient_group"].map(folded).astype("str").fillna("")
    return rows.assign(giver=numbers_of(groups + " " + rows["commune"]), is_crowd=is_crowd)


def _whole_rows(pages: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The same lines in pages that never end within a row of a sheet."""
    held = None
    for page in pages:
        if page.empty:
            continue
        page = page if held is None else pd.concat([held, page], ignore_index=True)
        is_last = page[WHOLE_ROW].eq(page[WHOLE_ROW].iloc[-1]).all(axis=1)
        held = page[is_last]
        if not is_last.all():
            yield page[~is_last]
    if held is not None:
        yield held
