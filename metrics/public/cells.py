"""The cells of the public board: which lines no table tells apart, and whose they are; filled page by page."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.summing import group_numbers
from metrics.public.suppression import MOST_GIVERS, Cell, Key, System
from metrics.public.systems import MEASURES, SPLITS, is_good

MOST_WAITING = 50_000  # of what comes page after page: then it is put together with what there is


class CellsOfList:
    """The cells of all measures of one list, "gifts" or "support"."""

    def __init__(self, name: str):
        self.cells = {measure: Cells(measure) for measure in MEASURES if MEASURES[measure][0] == name}
        self.order = Distinct()

    def add(self, rows: pd.DataFrame, is_unnamed: pd.Series | None = None) -> None:
        """in: lines of `with_codes` with giver and is_crowd; is_unnamed: which are to be protected, None: all"""
        self.order.add(rows["giver"].to_numpy())
        rows = rows if is_unnamed is None else rows[is_unnamed]
        for cells in self.cells.values():
            cells.add(rows)

    def systems(self) -> dict[str, System]:
        """Measure -> its cells. Givers are numbered as they came, so that the pages decide nothing."""
        return {measure: cells.system(self.order) for measure, cells in self.cells.items()}


def numbers_of(names: pd.Series) -> np.ndarray:
    """A number for each name, the same in every page.

    64 bits of a hash: of a million names two are one by chance once in thirty million boards. Then they count as one
    giver, which protects more and tells fewer: it is never the other way round.
    """
    return pd.util.hash_array(names.to_numpy(object), categorize=False).view("int64")


class Distinct:
    """Different numbers, each kept once with the place at which it came first."""

    def __init__(self) -> None:
        self.known, self.places = np.empty(0, "int64"), np.empty(0, "int64")
        self.new: list[tuple[np.ndarray, np.ndarray]] = []
        self.added, self.waiting = 0, 0

    def add(self, numbers: np.ndarray) -> None:
        different, first = np.unique(numbers, return_index=True)
        self.new.append((different, first + self.added))
        self.added, self.waiting = self.added + len(numbers), self.waiting + len(different)
        if self.waiting > max(MOST_WAITING, len(self.known)):
            self._put_together()

    def _put_together(self) -> None:
        known = np.concatenate([self.known, *(numbers for numbers, _ in self.new)])
        places = np.concatenate([self.places, *(places for _, places in self.new)])
        self.known, first = np.unique(known, return_index=True)
        self.places, self.new, self.waiting = places[first], [], 0

    def numbers(self) -> np.ndarray:
        """All of them, sorted."""
        if self.new:
            self._put_together()
        return self.known

    def places_of(self, numbers: np.ndarray) -> np.ndarray:
        """Where each of these, which were all added, came first."""
        at = np.searchsorted(self.numbers(), numbers)
        return self.places[at]


class Cells:
    """The lines of one measure that the tables do not tell apart, with whose they are: filled page by page.

    Of a cell the first MOST_GIVERS givers are kept, so that the pages decide nothing, and the memory that it takes
    follows from the codes of the tables, not from the lines.
    """

    def __init__(self, measure: str):
        name, self.field = MEASURES[measure]
        self.splits = SPLITS[name]
        self.givers: dict[tuple, set[int]] = {}
        self.crowds: set[tuple] = set()

    def add(self, rows: pd.DataFrame) -> None:
        """in: lines of `with_codes` with giver and is_crowd

        The value of goods stands together with their quantities: who knows what a kilogram costs turns one into the
        other.
        """
        is_counted = rows[self.field].notna()
        is_of_good = is_good(rows) & (self.field == "value_vnd")
        rows, is_counted, is_of_good = (part[is_counted | is_of_good] for part in (rows, is_counted, is_of_good))
        by = {name: rows[name].where(is_counted) for name in self.splits}
        by |= {"good": rows["good"].where(is_of_good), "unit": rows["base_unit"].where(is_of_good)}
        cell = group_numbers(list(by.values()))
        first = ~pd.Series(cell).duplicated().to_numpy()
        codes = [column[first].astype(object).where(column[first].notna(), None).tolist() for column in by.values()]
        at = list(zip(*codes, strict=True))
        self.crowds |= {at[number] for number in np.unique(cell[rows["is_crowd"].to_numpy(bool)])}
        pairs = pd.DataFrame({"cell": cell, "giver": rows["giver"].to_numpy()}).drop_duplicates()
        kept = [self.givers.setdefault(key, set()) for key in at]
        for number, giver in zip(pairs["cell"].tolist(), pairs["giver"].tolist(), strict=True):
            if len(kept[number]) < MOST_GIVERS:
                kept[number].add(giver)

    def system(self, order: Distinct) -> System:
        """All of them, as the law speaks of them. order: of all givers, who came first has the smallest number"""
        found = []
        for codes, givers in self.givers.items():
            numbers = order.places_of(np.fromiter(givers, "int64", len(givers)))
            found.append(Cell(_at(self.splits, codes), frozenset(numbers.tolist()), codes in self.crowds))
        return found


def _at(splits: Sequence[str], codes: tuple) -> Key:
    """Where lines of these codes stand; codes: of the splits, the good and its unit, None where they do not count."""
    *parts, good, unit = codes
    at = {(table, code) for table, code in zip(splits, parts, strict=True) if code is not None}
    at |= {("total", "all")} if at else set()
    return frozenset(at | ({(f"good:{unit}", good)} if good is not None else set()))
