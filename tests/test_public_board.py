"""The public board: what is named, what is merged, and that nobody can be found again by subtracting."""

import tempfile
import unicodedata
from datetime import date, timedelta
from itertools import chain, combinations
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from data import reference, schemas
from data.access import Person
from data.uploads.store import Store
from loaders.reading import Reading
from metrics.public import cells as public_cells
from metrics.public import givers as public_givers
from metrics.public import suppression
from metrics.public import systems as public_systems
from metrics.public.board import Board, public_board
from metrics.public.givers import Pages
from metrics.public.names import is_organisation, public_names, shown_name
from metrics.public.suppression import REST
from metrics.public.systems import MEASURES
from metrics.stock import Lines
from outgoing.board import board_data
from tests.amounts import examples
from tests.random_store import AT, accept_random, random_lists

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


def whole_pages(lines: Lines) -> Pages:
    """The full frames as one page each."""
    refusals = lines.donations[lines.donations["may_publish"].eq(False).fillna(False)]  # noqa: E712  a column
    return Pages([refusals], [lines.donations], [lines.distributions])


def board_of(lines: Lines) -> Board:
    return public_board(lines, whole_pages(lines), frame("weekly_reports", []))


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


@examples(8, 200)
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


def test_smallest_cases_by_hand():
    """Two unnamed donors of the second commune are merged with the smallest that could stand alone."""
    communes = [0] * 5 + [1] * 3 + [2] * 2
    gifts = [gift(f"Trần Thị {'abcdefghij'[n]}", 100 + n, commune=COMMUNES[c]) for n, c in enumerate(communes)]
    table = board_of(lines_of(gifts)).tables["communes"].set_index("code")["cash_received_vnd"]
    assert table[COMMUNES[0]] == 510 and pd.isna(table[COMMUNES[1]]) and pd.isna(table[COMMUNES[2]])
    assert table[REST] == 105 + 106 + 107 + 108 + 109


def test_organisations_stand_alone_where_nobody_is_to_be_protected():
    gifts = [gift(f"Trần Thị {one}", 100) for one in "abc"]
    gifts += [gift("Công ty Ví Dụ", 900, category="business", commune=COMMUNES[1])]
    board = board_of(lines_of(gifts))
    table = board.tables["communes"].set_index("code")["cash_received_vnd"]
    assert table.to_dict() == {COMMUNES[0]: 300, COMMUNES[1]: 900} and board.merged == {}
    assert board.tables["organisations"]["donor"].tolist() == ["Công ty Ví Dụ"]


@pytest.mark.parametrize("unnamed", [1, 2])
def test_too_few_for_any_split(unnamed):
    """Then the total of the district is told, and neither a split nor what each named one gave."""
    gifts = [gift(f"Trần Thị {one}", 100) for one in "ab"[:unnamed]]
    gifts += [gift("Công ty Ví Dụ", 900, category="business")]
    board = board_of(lines_of(gifts))
    assert board.withheld == ("cash_received_vnd",)
    assert board.tables["flows"]["received_vnd"].iloc[0] == 900 + 100 * unnamed
    for name in ("communes", "categories", "weeks", "organisations", "unnamed"):
        assert board.tables[name]["cash_received_vnd"].isna().all()
    assert board.tables["organisations"]["donor"].tolist() == ["Công ty Ví Dụ"]


def test_gifts_without_a_name_are_one_donor_of_their_commune():
    nameless = [gift(None, 100) for _ in range(9)]
    assert board_of(lines_of(nameless)).withheld == ("cash_received_vnd",)
    others = [gift(None, 100, commune=code) for code in COMMUNES[1:3]]
    assert board_of(lines_of(nameless + others)).withheld == ()


def test_one_donor_written_in_several_ways_is_one():
    gifts = [gift(name, 100) for name in ("Trần Thị Thử", "TRẦN THỊ THỬ", "Tran Thi Thu", "Lê Văn Thử")]
    assert board_of(lines_of(gifts)).withheld == ("cash_received_vnd",)


def test_a_good_of_few_is_merged_within_its_unit_or_not_told():
    gifts = [line("rice", "kg", 10, donor_name=f"Trần Thị {one}", donor_category="individual") for one in "abcd"]
    gifts += [line("fruit", "kg", 5, donor_name=f"Lê Văn {one}", donor_category="individual") for one in "ab"]
    gifts += [line("milk", "box", 7, donor_name="Lý Thị Thử", donor_category="individual")]
    gifts += [line("milk", "box", 70, donor_name="Công ty Ví Dụ", donor_category="business")]
    board = board_of(lines_of(gifts))
    goods = board.tables["goods"]
    assert goods["codes"].tolist() == [("fruit", "rice")] and goods["received"].tolist() == [50]
    assert board.goods_withheld == (("milk", "box"),)


def test_households_are_protected_like_donors():
    few = [line(recipient_group="Hộ Thử", households=1, commune=code, quantity=100) for code in COMMUNES[:2]]
    many = [line(recipient_group="Hộ nghèo", households=20, commune=COMMUNES[2], quantity=100)]
    board = board_of(lines_of(support=few + many))
    table = board.tables["communes"].set_index("code")["households"]
    assert table[REST] == 22 and table.drop(REST).isna().all()
    assert board.merged["communes", "households"] == tuple(sorted(COMMUNES[:3]))


def test_goods_for_many_households_on_one_row_are_for_many():
    """Only the first good of a row carries the number of households."""
    rows = [line(recipient_group="Hộ nghèo", households=20, source_row=9, quantity=100)]
    rows += [line("rice", "kg", 50, recipient_group="Hộ nghèo", source_row=9, value_vnd=1000)]
    board = board_of(lines_of(support=rows))
    assert board.withheld == () and board.goods_withheld == ()
    assert board.tables["goods"]["distributed"].tolist() == [50]


@given(RANDOM)
@examples(5, 100)
def test_parts_add_up_to_the_totals(lines):
    """Merging loses nothing: every split of a measure adds up to its total, and the lists to what was received."""
    board = board_of(lines)
    flows = board.tables["flows"].fillna(0)
    totals = {"cash_received_vnd": flows["received_vnd"][0], "goods_received_vnd": flows["received_vnd"][1]}
    for measure, total in totals.items():
        if measure in board.withheld:
            continue
        for name in SPLITS:
            assert board.tables[name][measure].sum() == total
        named = sum(board.tables[name][measure].sum() for name in ("organisations", "persons"))
        assert named + board.tables["unnamed"][measure].sum() == total


# pages
def in_pages(frame: pd.DataFrame, size: int) -> list[pd.DataFrame]:
    return [frame.iloc[start : start + size].reset_index(drop=True) for start in range(0, len(frame), size)]


def same(board: Board, other: Board) -> bool:
    """Whether two boards say the same, to the last đồng; fractions of quantities, which are added up in another order,
    nearly."""
    assert board.tables.keys() == other.tables.keys()
    for name, table in board.tables.items():
        assert_frame_equal(table, other.tables[name], rtol=1e-12)
    told = [(b.merged, b.withheld, b.goods_withheld, b.doubtful, b.coverage) for b in (board, other)]
    return told[0] == told[1]


def accept(store: Store, lines: Lines, name: str) -> None:
    """Gifts and what was distributed, as one upload in which the lines of a row stand together."""
    frames = {"donations": lines.donations, "distributions": lines.distributions.sort_values("source_row")}
    own = {name: schemas.empty(name) for name in ("waiting", "remarks")} | {"problems": (), "columns": {}}
    parts = [
        Reading(kind=kind, file=name, sheet="1", frame=found[list(schemas.empty(kind))], **own)
        for kind, found in frames.items()
        if len(found)
    ]
    if parts:
        who = Person("An", "editor")
        store.accept(name=name, content=name.encode(), parts=parts, who=who, received_at=AT, now=AT)


@given(random_lists(), st.lists(RANDOM, max_size=2), st.sampled_from([3, 3, 8]))
@examples(2, 40)
def test_the_board_by_pages_is_that_of_the_full_frames(lists, more, size):
    """Of lists of several uploads, some of which have equal lines; pages of three lines cut rows of sheets in two."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(board_data, "PAGE", size)
        store = Store(folder)
        accept_random(store, lists)
        for number, lines in enumerate([*more, *more[:1]]):
            accept(store, lines, f"{number}.xlsx")
        full = Lines(*(store.current(kind) for kind in schemas.LINE_KINDS))
        expected = public_board(full, whole_pages(full), store.current("weekly_reports"))
        assert same(board_data.board_of_store(store), expected)


@pytest.mark.parametrize("size", range(1, 8))
def test_a_page_may_end_within_a_row_of_a_sheet(size):
    """Of six goods of one row the first alone says for how many households they are."""
    goods = ("rice", "fruit", "eggs", "milk", "salt", "sugar")
    many = [line(good, "kg", 10, recipient_group="Hộ nghèo", source_row=9) for good in goods]
    many[0] |= {"households": 20}
    few = [line("oil", "kg", 10, recipient_group="Hộ nghèo", households=1, source_row=10)]
    lines = lines_of(support=many + few)
    board = public_board(lines, Pages([], [], in_pages(lines.distributions, size)), frame("weekly_reports", []))
    told = board.tables["goods"]
    assert {code for codes in told["codes"] for code in codes} == {*goods, "oil"} and board.goods_withheld == ()
    assert board.tables["goods"]["codes"].map(len).max() == 2  # oil, which one household got, with another good


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_no_on_the_last_page_refuses_the_first(size):
    gifts = [gift("Công ty Ví Dụ", 5, category="business"), gift("Công ty Mẫu", 5, category="business")]
    gifts += [gift(f"Trần Thị {one}", 100) for one in "abc"]
    gifts += [gift("CÔNG TY VÍ DỤ", 5, category="business", may_publish=False)]
    lines = lines_of(gifts)
    refusals = lines.donations.iloc[-1:]
    board = public_board(lines, Pages([refusals], in_pages(lines.donations, size), []), frame("weekly_reports", []))
    assert board.tables["organisations"]["donor"].tolist() == ["Công ty Mẫu"]
    assert board.tables["unnamed"]["donors"].tolist() == [4]


def test_a_name_is_shown_as_it_was_written_first():
    names = ("CÔNG TY VÍ DỤ", "Công ty Ví Dụ", "công ty ví dụ")
    lines = lines_of([gift(name, 5, category="business", commune=code) for name in names for code in COMMUNES[:2]])
    board = public_board(lines, Pages([], in_pages(lines.donations, 2), []), frame("weekly_reports", []))
    assert board.tables["organisations"]["donor"].tolist() == ["CÔNG TY VÍ DỤ"] * 2
    assert board.tables["organisations"]["cash_received_vnd"].tolist() == [15, 15]


def test_what_is_kept_of_many_lines_is_little(monkeypatch):
    """However many givers there are, a cell keeps MOST_GIVERS of them; and what is collected is put together."""
    monkeypatch.setattr(public_cells, "MOST_WAITING", 50)
    monkeypatch.setattr(public_givers, "MOST_WAITING", 50)
    monkeypatch.setattr(public_cells, "MOST_GIVERS", 150)
    gifts = [gift(f"Trần Thị {number % 700}", 1) for number in range(2000)]
    gifts += [gift(f"Công ty Ví Dụ {number % 90}", 1, category="business") for number in range(400)]
    found = public_givers.givers(Pages([], in_pages(lines_of(gifts).donations, 100), []))
    (cell,) = found.systems["cash_received_vnd"]
    assert cell.givers == frozenset(range(150))  # the first ones, by where they came first
    assert found.unnamed_donors(["cash_vnd"]).to_dict() == {COMMUNES[0]: 700}
    assert len(found.named) == 90 and found.named["cash_vnd"].sum() == 400


def test_nothing_at_all():
    board = board_of(lines_of())
    assert board.withheld == () and board.coverage.numerator == 0
    assert all(table.empty for name, table in board.tables.items() if name not in ("flows", "sites"))


# names
@pytest.mark.parametrize(
    ("name", "category", "is_told"),
    [
        ("Công ty TNHH Ví Dụ", "business", True),
        ("Công ty TNHH Ví Dụ", None, True),
        ("CONG TY TNHH VI DU", None, True),
        ("Công ty TNHH Ví Dụ", "individual", False),  # the list says a person
        ("Vietcombank Ví Dụ", "business", True),
        ("Vietcombank Ví Dụ", None, False),  # nobody said that it is an organisation
        ("Nguyễn Văn Mẫu", "business", False),  # an owner
        ("NGUYEN VAN MAU", "group", False),
        ("Bà Thử và các bạn", "group", False),
        ("Cô Mẫu chợ Ví Dụ", "group", False),
        ("H'Mẫu Niê", "religious", False),
        ("Chi hội trưởng Mẫu", None, False),
        ("Chi hội Nông dân thôn 3", None, True),
        ("Cơ quan Ví Dụ", "agency", True),
        ("Trường THCS Ví Dụ", None, True),
        ("Tổ dân phố 5", "group", True),
        ("Quý Mẫu", None, False),
        ("Công Ân", None, False),
    ],
)
def test_who_is_an_organisation(name, category, is_told):
    assert is_organisation(name, category) == is_told


@pytest.mark.parametrize(
    ("written", "is_person", "shown"),
    [
        ("Công ty Ví Dụ, ĐT: 0900.000.000", False, "Công ty Ví Dụ"),
        ("Công ty Ví Dụ (0900 000 000)", False, "Công ty Ví Dụ"),
        ("Công ty Ví Dụ ０９００ ０００ ０００", False, "Công ty Ví Dụ"),
        ("Công ty Ví Dụ 09\u200b00000000", False, "Công ty Ví Dụ"),
        ("Công ty Ví Dụ STK 1234 5678 9", False, "Công ty Ví Dụ"),
        ("Công ty Ví Dụ mau@example.vn", False, "Công ty Ví Dụ"),
        ("Trường THCS 19/5", False, "Trường THCS 19/5"),
        ("Nhóm 0a9b0c0d0e0f0", False, None),
        ("0900000000", False, None),
        ("Trần Thị Thử, thôn 3, xã Ví Dụ", True, "Trần Thị Thử"),
        ("Trần Thị Thử (0900000000)", True, "Trần Thị Thử"),
        ("Trần Thị Thử - TDP 5", True, "Trần Thị Thử"),
        ("Trần Thị Thử thôn Ví Dụ", True, "Trần Thị Thử"),
        ("Y-Thử Niê", True, "Y-Thử Niê"),
        ("x", True, None),
    ],
)
def test_how_a_name_is_shown(written, is_person, shown):
    assert shown_name(written, is_person=is_person) == shown


@given(st.text(max_size=60), st.booleans())
def test_no_shown_name_can_hold_a_phone(text, is_person):
    shown = shown_name(text, is_person=is_person) or ""
    assert sum(c.isdigit() for c in shown) <= 5 and "@" not in shown


def test_a_yes_names_its_own_line_and_a_no_every_line():
    gifts = [
        gift("Trần Thị Thử", 1, may_publish=True),
        gift("Trần Thị Thử", 2),
        gift("Lê Văn Thử", 3, may_publish=True),
    ]
    gifts += [
        gift("LÊ VĂN THỬ", 4, may_publish=False),
        gift("Công ty Ví Dụ", 5, category="business", may_publish=False),
    ]
    shown = public_names(lines_of(gifts).donations)["shown"]
    assert [None if pd.isna(one) else one for one in shown] == ["Trần Thị Thử", None, None, None, None]


def test_doubtful_organisations_are_counted():
    gifts = [gift(name, category="business") for name in ("Nguyễn Văn Mẫu", "nguyen van mau", "0900000000", "Ví Dụ")]
    assert board_of(lines_of(gifts)).doubtful == 2
