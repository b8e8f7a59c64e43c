"""The public board: what is named, what is merged, and that nobody can be found again by subtracting."""

import unicodedata
from datetime import date, timedelta
from itertools import chain, combinations
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import reference, schemas
from metrics import public_systems, suppression
from metrics.public_board import Board, public_board
from metrics.public_names import public_names
from metrics.public_systems import MEASURES
from metrics.stock import Lines
from metrics.suppression import REST

COMMUNES = list(reference.load().communes())[:4]
ORGANISATIONS = ("agency", "armed_forces", "religious", "business", "group")
GOODS = (("cash", "vnd"), ("rice", "kg"), ("fruit", "kg"), ("eggs", "piece"))
PRIME = 2**31 - 1
SPLITS = {"communes": "commune", "categories": "donor_category", "weeks": "week"}


# lists
def frame(kind: str, rows: list[dict]) -> pd.DataFrame:
    """A full frame of the store from what matters of each row; every row is one row of a sheet unless it says so."""
    number = len(rows)
    names = {column.name for column in schemas.columns(kind)}
    place = {"source_sheet": "1", "source_column": "D", "source_row": list(range(5, 5 + number))}
    values = {name: [row.get(name) for row in rows] for name in names if any(name in row for row in rows)}
    made = schemas.frame(kind, values | {name: v for name, v in place.items() if number and name not in values})
    return made.assign(batch_id="b", upload_number=1, reading_no=0)


def lines_of(gifts: list[dict] = (), support: list[dict] = (), frontline: list[dict] = ()) -> Lines:
    return Lines(
        frame("donations", list(gifts)),
        frame("purchases", []),
        frame("distributions", list(support)),
        frame("frontline_support", list(frontline)),
    )


def board_of(lines: Lines) -> Board:
    return public_board(lines, frame("weekly_reports", []))


def line(good: str = "cash", unit: str = "vnd", quantity: float = 1000, **others) -> dict:
    row = {"good": good, "unit": unit, "quantity": quantity, "base_quantity": quantity, "base_unit": unit}
    row |= {"cash_vnd": int(quantity)} if good == "cash" else {}
    return row | {"date": date(2021, 8, 2), "commune": COMMUNES[0]} | others


def gift(name: str | None, amount: int = 1000, **others) -> dict:
    return line(quantity=amount, donor_name=name, donor_category=others.pop("category", "individual"), **others)


def random_lines(seed: int, gifts: int, names: int, support: int) -> Lines:
    """Few names over few communes and weeks: so that groups are small and overlap in every way."""
    dice = Random(seed)

    def some() -> dict:
        good, unit = dice.choice(GOODS)
        quantity = float(dice.randrange(1, 10**6))
        day = dice.choice([None, *(date(2021, 8, 2) + timedelta(days=7 * n) for n in range(3))])
        found = line(good, unit, quantity, date=day, commune=dice.choice([None, *COMMUNES]))
        if good != "cash":
            found |= {"value_vnd": dice.choice([None, dice.randrange(1, 10**6)])}
            found |= dice.choice([{}, {}, {}, {"base_quantity": None, "base_unit": None}])
        return found

    def giver() -> dict:
        who = dice.randrange(names)
        name = dice.choice([None, f"Trần Thị Thử {'abcdefghijklmnopqrstuvwxyz'[who]}", f"Công ty Ví Dụ {who}"])
        category = dice.choice([None, "individual", "official", "business"])
        return {"donor_name": name, "donor_category": category, "may_publish": dice.choice([None, None, True, False])}

    def receiver() -> dict:
        group = dice.choice([None, f"Hộ Thử {dice.randrange(names)}"])
        return {
            "recipient_group": group,
            "households": dice.choice([None, 1, 1, 2, 20]),
            "source_row": dice.choice(ROWS),
        }

    ROWS = range(5, 5 + max(support, 1))
    return lines_of([some() | giver() for _ in range(gifts)], [some() | receiver() for _ in range(support)])


RANDOM = st.builds(
    random_lines, st.integers(0, 10**6), st.integers(0, 60), st.integers(1, 20), support=st.integers(0, 30)
)


# the attack: written without anything of the code that it attacks
def bare(text: object) -> str:
    """A name as a person would compare it: no accents, no capitals."""
    if pd.isna(text):
        return ""
    letters = unicodedata.normalize("NFD", str(text).casefold().replace("đ", "d"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def with_parts(rows: pd.DataFrame) -> pd.DataFrame:
    """The lines with the codes by which the board splits them."""
    monday = rows["date"] - pd.to_timedelta(rows["date"].dt.day_of_week, unit="D")
    made = {"week": [day.date().isoformat() if not pd.isna(day) else "" for day in monday]}
    made |= {name: rows[name].fillna("") for name in ("commune", "donor_category") if name in rows}
    return rows.assign(**made, value_vnd=rows["value_vnd"].where(rows["good"] != "cash")).reset_index(drop=True)


def told_by(board: Board, rows: pd.DataFrame, measure: str) -> list[np.ndarray]:
    """The sums of a measure that can be read from the board: for each one the lines that it adds up.

    Every sum is added up again, so that it is certain that these are its lines.
    """
    field = MEASURES[measure][1]
    found = []
    for name, column in SPLITS.items():
        table = board.tables[name]
        if measure not in table or column not in rows:
            continue
        merged = board.merged.get((name, measure), ())
        for code, number in table[["code", measure]].values:
            codes = merged if code == REST else (code,)
            if not pd.isna(number):
                is_in = rows[column].isin(codes).to_numpy()
                assert number == rows.loc[is_in, field].sum(), (name, code, measure)
                found.append(is_in & rows[field].notna().to_numpy())
    return found


def quantities_told(board: Board, rows: pd.DataFrame, flow: str) -> list[np.ndarray]:
    """The same of the quantities of goods."""
    found = []
    for codes, unit, number in board.tables["goods"][["codes", "base_unit", flow]].values:
        if not pd.isna(number):
            is_in = (rows["good"].isin(codes) & (rows["base_unit"] == unit)).to_numpy()
            assert number == pytest.approx(rows.loc[is_in, "base_quantity"].sum())
            found.append(is_in & rows["base_quantity"].notna().to_numpy())
    return found


def rank(matrix: np.ndarray) -> int:
    """Over the integers modulo a prime: exact arithmetic."""
    rest, found = matrix.astype("int64") % PRIME, 0
    for column in range(rest.shape[1]):
        pivots = np.flatnonzero(rest[found:, column])
        if len(pivots):
            pivot = found + pivots[0]
            rest[[found, pivot]] = rest[[pivot, found]]
            rest[found] = rest[found] * pow(int(rest[found, column]), -1, PRIME) % PRIME
            others = np.flatnonzero(rest[:, column])
            others = others[others != found]
            rest[others] = (rest[others] - rest[others, column][:, None] * rest[found]) % PRIME
            found += 1
    return found


def found_again(sums: list[np.ndarray], givers: np.ndarray) -> set[tuple[str, ...]]:
    """The sets of one or two givers of whose lines the sums tell something that nobody else's lines are part of.

    sums: the lines of each, without those that are known; givers: of each line, "" where it is known
    """
    matrix = np.array(sums, dtype="int64").reshape(len(sums), len(givers))[:, givers != ""]
    of_line = givers[givers != ""]
    columns, place = np.unique(
        np.vstack([matrix, np.unique(of_line, return_inverse=True)[1]]), axis=1, return_index=True
    )
    matrix, of_line, whole = columns[:-1], of_line[place], rank(matrix)
    known = sorted(set(of_line))
    sets = chain(((one,) for one in known), combinations(known, 2))
    # a combination that is zero for all others and not for these exists just when the rank falls without them
    return {few for few in sets if rank(matrix[:, ~np.isin(of_line, few)]) < whole}


def attack(lines: Lines, board: Board) -> dict[str, set]:
    """What somebody finds who has the whole board and knows every gift of all who are named."""
    gifts, support = with_parts(lines.donations), with_parts(lines.distributions)
    is_named = public_names(lines.donations)["shown"].notna().to_numpy()
    givers = np.array([f"{bare(n)}|{c}" for n, c in gifts[["donor_name", "commune"]].values], dtype=object)
    givers = np.where(is_named, "", givers)
    on_row = support.groupby("source_row")["households"].transform("max")
    few = np.array([f"{bare(n)}|{c}" for n, c in support[["recipient_group", "commune"]].values], dtype=object)
    few = np.where((on_row >= 3).fillna(False), "", few)
    found = {}
    for measure in MEASURES:
        rows, of_line = (gifts, givers) if MEASURES[measure][0] == "gifts" else (support, few)
        if MEASURES[measure][0] not in ("gifts", "support"):
            continue
        told = told_by(board, rows, measure)
        if measure in board.withheld:
            assert told == []
            continue
        told.append(rows[MEASURES[measure][1]].notna().to_numpy())  # the total of the district
        if measure.startswith("goods"):  # who knows the price of a good turns its value into its quantity
            told += quantities_told(board, rows, "received" if rows is gifts else "distributed")
        if len(rows):
            # a crowd may be among the lines: then nothing is about few, and its lines are never left out
            is_crowd = np.where(of_line == "", "crowd" if rows is support else "", of_line)
            found[measure] = {few for few in found_again(told, is_crowd) if "crowd" not in few}
    return {measure: sets for measure, sets in found.items() if sets}


@settings(max_examples=40)
@given(RANDOM)
def test_nobody_is_found_again(lines):
    assert attack(lines, board_of(lines)) == {}


@pytest.mark.parametrize("seed", range(8))
def test_the_attack_finds_people_where_nothing_is_merged(seed, monkeypatch):
    for module in (suppression, public_systems):
        monkeypatch.setattr(module, "is_safe", lambda system, groups: True)
    lines = random_lines(seed, 40, 12, 20)
    assert attack(lines, board_of(lines)) != {}


def counted_only(system, groups) -> bool:
    """What many offices do: every published group has three givers, and no more is looked at."""
    sizes: dict = {}
    for cell in suppression.in_groups(system, groups):
        for place in cell.at:
            sizes.setdefault(place, set()).update(cell.givers)
    return all(len(givers) >= 3 for givers in sizes.values())


def by_week_against_commune() -> Lines:
    """Every commune and week has three donors and more; the second commune gave in the second week, and one before."""
    first = [gift(f"Trần Thị Thử {name}", 100) for name in "abcd"]
    second = [gift(f"Lê Văn Thử {name}", 100, commune=COMMUNES[1], date=date(2021, 8, 9)) for name in "abcd"]
    return lines_of([*first, *second, gift("Lý Thị Thử", 777, commune=COMMUNES[1])])


def test_weeks_are_not_subtracted_from_communes(monkeypatch):
    lines = by_week_against_commune()
    assert attack(lines, board_of(lines)) == {}
    for module in (suppression, public_systems):
        monkeypatch.setattr(module, "is_safe", counted_only)
    assert ("ly thi thu|" + COMMUNES[1],) in attack(lines, board_of(lines))["cash_received_vnd"]
