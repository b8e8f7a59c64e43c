"""Groups so large that no sum of theirs, nor any difference of published sums, is about one or two givers alone.

The law that is kept, for every sort of lines whose sums are published ("system") and all its tables together:
a combination of published sums that is zero for all givers but fewer than LEAST is zero for everybody.

Why `is_safe` proves it: a published sum gives each line the weight 1 or 0, so a combination gives equal weights to all
lines that stand in the same groups of all tables (their common column of the matrix sums × lines). It is determined by
its weights on any lines whose columns span those of all lines. `is_safe` finds LEAST such sets of lines of which no
two share a giver. Whoever knows, or leaves out, fewer than LEAST givers leaves one of the sets whole: a combination
that is zero on it is zero everywhere. It may refuse what is safe, never allow what is not; numbers are exact fractions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

LEAST = 3  # givers, or households that receive
REST = "+"  # the group of all codes of a table that do not stand by themselves
# of a cell: is_safe uses up LEAST times the rank of the tables at most, mostly fewer than this; whoever is not kept can
# only make it refuse what would be safe
MOST_GIVERS = 300

Groups = Mapping[str, Mapping[str, str]]  # table -> code -> group; what has no group is not published
Key = frozenset[tuple[str, str]]  # of lines: (table, code or group) in every table that counts them


@dataclass(frozen=True)
class Cell:
    """The lines that no table tells apart.

    at:        where they stand: a (table, code) for every table that counts them
    givers:    whose they are: numbers, at most MOST_GIVERS of them
    is_crowd:  one of the lines stands for LEAST households or more, and so is about nobody
    """

    at: Key
    givers: frozenset[int]
    is_crowd: bool = False


System = Sequence[Cell]


class Span:
    """The vectors of zeros and ones that were added, reduced, so that one that adds nothing new is known."""

    def __init__(self) -> None:
        self.rows: dict[tuple, dict[tuple, int | Fraction]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def adds(self, ones: Iterable[tuple]) -> bool:
        """Whether a vector with ones in these places is new; then it is added."""
        left: dict[tuple, int | Fraction] = dict.fromkeys(ones, 1)
        while left:
            first = min(left)
            row = self.rows.get(first)
            if row is None:
                lead = left[first]  # mostly 1 or -1: whole numbers stay whole, and are twenty times as fast
                inverse = lead if lead in (1, -1) else 1 / Fraction(lead)
                self.rows[first] = {place: value * inverse for place, value in left.items()}
                return True
            times = left[first]
            for place, value in row.items():
                rest = left.get(place, 0) - times * value
                if rest:
                    left[place] = rest
                else:
                    left.pop(place, None)
        return False


def in_groups(system: System, groups: Groups) -> list[Cell]:
    """The same lines as the groups of some tables tell them apart; other tables are not there."""
    met: dict[Key, tuple[set[int], bool]] = {}
    for cell in system:
        at = frozenset((table, groups[table][code]) for table, code in cell.at if code in groups.get(table, ()))
        givers, is_crowd = met.get(at, (set(), False))
        if len(givers) < MOST_GIVERS:
            givers |= cell.givers
        met[at] = (givers, is_crowd or cell.is_crowd)
    return [Cell(at, frozenset(givers), is_crowd) for at, (givers, is_crowd) in met.items() if at]


def is_safe(system: System, groups: Groups) -> bool:
    """Whether the sums of these groups can be published together (see above)."""
    cells = in_groups(system, groups)
    cells.sort(key=lambda cell: (not cell.is_crowd, -len(cell.givers), sorted(cell.at)))
    everything = Span()
    for cell in cells:
        everything.adds(cell.at)
    taken: set[int] = set()
    for _ in range(LEAST):
        span, used = Span(), set()
        for cell in cells:
            if len(span) == len(everything):
                break
            free = cell.givers - taken
            if (free or cell.is_crowd) and span.adds(cell.at) and not cell.is_crowd:
                used.add(min(free & used or free))
        if len(span) < len(everything):
            return False
        taken |= used
    return True


def grouped(systems: Sequence[System], tables: Mapping[str, Iterable[str]], accepted: Groups) -> dict[str, dict]:
    """The finest groups that are found for each table, so that all systems stay safe together.

    in:   tables: table -> its codes, the most important table first; accepted: what is published anyway
    out:  table -> code -> group: the code itself, or REST; a code is left out where not even REST is safe

    Codes come out of the rest one by one, those with the most givers first: what cannot stand alone stays with the
    smallest that could.
    """
    found: dict[str, Mapping[str, str]] = dict(accepted)
    for table, codes in tables.items():
        found[table] = _groups_of(systems, table, sorted(set(codes)), found)
    return {table: dict(found[table]) for table in tables}


def _groups_of(systems: Sequence[System], table: str, codes: list[str], found: Groups) -> dict[str, str]:
    apart = {code: code for code in codes}
    known = {**found, table: apart}
    # what the tables so far tell apart is enough to know, and far less than all cells
    touched = [in_groups(system, known) for system in systems if any(table == name for c in system for name, _ in c.at)]
    same = {name: {group: group for group in groups.values()} for name, groups in known.items()}

    def all_safe(groups: dict[str, str]) -> bool:
        return all(is_safe(system, same | {table: groups}) for system in touched)

    if all_safe(apart):
        return apart
    sizes = _sizes(touched, table)
    groups = {code: REST if code in sizes else code for code in codes}  # nothing is to be protected in the others
    if not all_safe(groups):
        return {code: code for code in codes if code not in sizes}
    for code in sorted(sizes, key=lambda code: (-sizes[code], code)):
        trial = groups | {code: code}
        if all_safe(trial):
            groups = trial
    return groups


def _sizes(systems: Iterable[System], table: str) -> dict[str, int]:
    """Code -> how many givers its lines have, over all systems; a crowd counts as many."""
    sizes: dict[str, int] = {}
    for system in systems:
        givers: dict[str, set[int]] = {}
        for cell in system:
            code = dict(cell.at).get(table)
            if code is not None:
                givers.setdefault(code, set()).update(cell.givers)
                sizes[code] = sizes.get(code, 0) + (MOST_GIVERS if cell.is_crowd else 0)
        for code, found in givers.items():
            sizes[code] = sizes.get(code, 0) + len(found)
    return sizes
