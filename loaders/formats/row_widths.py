"""Rows of a csv that have more cells than their header: amounts whose thousands were not quoted, put together again.

"350,000" without quotation marks becomes two cells, and everything behind it stands one column too far. Where the
rows fit their header in exactly one way, and all of them in the same columns, they are joined and a person is asked;
where not, the sheet is not accepted like this. Cells are never moved in silence.
"""

import re
from functools import cache

from loaders.problems import Problem, Where, problem

FIRST = re.compile(r"\s*[-+(]?[1-9]\d{0,2}")
MIDDLE = re.compile(r"\d{3}")
LAST = re.compile(r"\d{3}(?:\.\d+)?\)?\s*(?:đ|đồng|vnđ|vnd)?\s*", re.IGNORECASE)
TAIL = re.compile(r"0\d\d\)?\s*")  # nobody writes a number so: it is the end of one
NUMBER = re.compile(r"\s*[-+(]?\d")
MOST_WAYS, MOST_SHOWN = 64, 5
Way = tuple[int, ...]  # for each column, how many cells make it


def fit_rows(rows: list[list[str]], separator: str, where: Where) -> tuple[list[list[str]], list[Problem]]:
    """The rows with groups of thousands joined where that is certain, and what is to be told: one problem of a sort."""
    needed = _needed(rows)
    short = [n for n, row in enumerate(rows) if 2 < _filled(row) and len(row) < needed[n] and _has_number(row)]
    told = [problem("row_too_short", where, _listed(rows, short), max(needed))] if short else []
    possible = _possible_ways(rows, needed, separator)
    if not possible:
        return rows, told
    ways, first = _only_ways(possible), next(iter(possible))
    if ways is None:
        return rows, [problem("row_too_long", where, _listed(rows, list(possible)), needed[first]), *told]
    joined = list(rows)
    for number, way in ways.items():
        joined[number] = _joined(rows[number], way)
    old, new = next((old, new) for old, new in _pieces(rows[first], ways[first]) if old != new)
    return joined, [problem("thousands_joined", where, len(ways), f"{old} → {new}"), *told]


def _needed(rows: list[list[str]]) -> list[int]:
    """For each row the cells of the header above it: of the widest row so far in which no number stands."""
    widths, widest = [], 0
    for row in rows:
        if _filled(row) > 1 and not _has_number(row):
            widest = max(widest, len(row))
        widths.append(widest)
    return widths


def _possible_ways(rows: list[list[str]], needed: list[int], separator: str) -> dict[int, list[Way]]:
    """The rows with more cells than their header -> the ways to fit them.

    Empty cells at the end are no fault; but where groups of thousands would fill the header as well, it is unclear.
    """
    possible = {}
    for number, row in enumerate(rows):
        if 1 < needed[number] < len(row) and _has_number(row):
            ways = _ways(tuple(row), needed[number]) if separator == "," else []
            if ways or any(cell.strip() for cell in row[needed[number] :]):
                possible[number] = ways
    return possible


def _only_ways(possible: dict[int, list[Way]]) -> dict[int, Way] | None:
    """The one way in which each row fits, joined in the columns that some row leaves no choice about; else None."""
    if not all(possible.values()):
        return None
    certain: set[int] = set()
    for ways in possible.values():
        certain |= set.intersection(*map(_joined_columns, ways))
    fitting = {n: [way for way in ways if _joined_columns(way) <= certain] for n, ways in possible.items()}
    return {n: ways[0] for n, ways in fitting.items()} if all(len(ways) == 1 for ways in fitting.values()) else None


def _joined_columns(way: Way) -> set[int]:
    return {column for column, cells in enumerate(way) if cells > 1}


def _ways(cells: tuple[str, ...], needed: int) -> list[Way]:
    """All ways to make `needed` cells of these by joining groups of thousands; none where there are too many."""

    @cache
    def fits(start: int, left: int) -> bool:
        if start == len(cells) or not left:
            return start == len(cells) and not left
        return any(fits(start + size, left - 1) for size in _sizes(cells, start, len(cells) - start - left + 1))

    found: list[Way] = []
    open_ways: list[Way] = [()]
    while open_ways and len(found) <= MOST_WAYS:
        way = open_ways.pop()
        start, left = sum(way), needed - len(way)
        if start == len(cells) and not left:
            found.append(way)
        elif fits(start, left):
            open_ways += [(*way, size) for size in _sizes(cells, start, len(cells) - start - left + 1)]
    return found if len(found) <= MOST_WAYS else []


def _sizes(cells: tuple[str, ...], start: int, most: int) -> list[int]:
    """How many cells from here may be one: 1, and as many as make a number with groups of thousands."""
    sizes = [] if start and TAIL.fullmatch(cells[start]) and NUMBER.match(cells[start - 1]) else [1]
    if FIRST.fullmatch(cells[start]):
        for size in range(2, min(most, len(cells) - start) + 1):
            if LAST.fullmatch(cells[start + size - 1]):
                sizes.append(size)
            if not MIDDLE.fullmatch(cells[start + size - 1]):
                break
    return sizes


def _pieces(row: list[str], way: Way) -> list[tuple[str, str]]:
    """What stood in the file for each column, and what it is."""
    pieces, start = [], 0
    for size in way:
        cells = row[start : start + size]
        pieces.append((",".join(cells), "".join(cells)))
        start += size
    return pieces


def _joined(row: list[str], way: Way) -> list[str]:
    return [new for _, new in _pieces(row, way)]


def _filled(row: list[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _has_number(row: list[str]) -> bool:
    return any(NUMBER.match(cell) for cell in row)


def _listed(rows: list[list[str]], numbers: list[int]) -> str:
    """ "2: 5; 3: 5; … (27)": rows with their number of cells, and how many such rows there are."""
    shown = "; ".join(f"{n + 1}: {len(rows[n])}" for n in numbers[:MOST_SHOWN])
    return f"{shown}; … ({len(numbers)})" if len(numbers) > MOST_SHOWN else shown
