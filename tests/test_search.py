"""Looking for words in lines and uploads: with and without accents, in any order, đ as d; over both databases."""

from datetime import datetime

import pandas as pd
import pyarrow as pa
import pytest

from data import schemas
from data.access import Person
from data.access.readable import ReadableLines
from data.conditions import Condition
from data.uploads.lines import LineQuery
from data.uploads.search_text import folded
from data.uploads.store import Store
from tests.test_metrics import EA_TLING, NAM_DONG, cash, goods, made
from tests.test_store_parts import TestPart, accept, report

EDITOR, VIEWER = Person("văn phòng", "editor"), Person("lãnh đạo", "viewer")
TEXTS = {"source_sheet": "str", "source_column": "str"}
NEWEST = ("-date", "-upload_number", "line")


def day(number: int) -> datetime:
    return datetime(2021, 8, number)


GIFTS = (
    goods("rice", 5, "kg", date=day(3), donor_name="Nguyễn Đức Mẫu", commune=NAM_DONG),
    cash(5_000_000, date=day(5), donor_name="Công ty Thử Nghiệm", note="đợt 2", donor_category="business"),
    goods("eggs", 30, "piece", donor_name="Trần Thị Thử", value_vnd=90_000, commune=EA_TLING),
    goods("instant_noodles", 4, "box", date=day(5)),
)


def given(*rows: dict, kind: str = "donations") -> TestPart:
    """A list of these rows; the place of each in it stands in source_row."""
    frame = made(kind, *rows)[[column.name for column in schemas.columns(kind)]]
    places = pd.array(range(len(frame)), dtype="Int64")
    return TestPart(kind, frame.assign(source_sheet="Tờ", source_column="D", source_row=places).astype(TEXTS))


@pytest.fixture
def store(store_address):
    store = Store(store_address)
    accept(store, given(*GIFTS), name="Ủng hộ đợt 1.xlsx")
    yield store
    store.database.close()


def found(store: Store, query: str, *where: Condition, who: Person = EDITOR) -> list[int]:
    """The places of the lines in the list, the newest day first."""
    with store.lines() as reader:
        page = ReadableLines(reader, who).page(LineQuery("donations", where, words=query), order=NEWEST)
    return page["source_row"].tolist()


ASKED = [
    ("", [1, 3, 0, 2]),  # the newest day first, of one day as the sheet has it, without a date last
    ("nguyen", [0]),
    ("NGUYỄN duc", [0]),
    ("duc nguyen", [0]),
    ("đuc", [0]),
    ("thu", [1, 2]),
    ("thu nghiem", [1]),
    ("nghi", [1]),  # the beginning of a word is enough
    ("dot", [1]),
    ("mi an lien", [3]),
    ("gạo", [0]),
    ("rice mau", [0]),
    ("5.000.000", [1]),
    ("5,000,000", [1]),
    ("5000000", [1]),
    ("90000", [2]),
    ("9000", []),  # a number is found as a whole
    ("không có ai", []),
    (".*", []),
    ('" OR 1=1 --', []),
    ("thu' & !'nghiem", [1]),
]


def test_what_is_found(store):
    assert [(query, found(store, query)) for query, _ in ASKED] == ASKED


def test_what_is_found_adds_up_and_keeps_to_the_filters(store):
    with store.lines() as reader:
        assert reader.sums(LineQuery("donations"), ["cash_vnd", "value_vnd"]) == (4, [5_000_000, 90_000])
        assert reader.sums(LineQuery("donations", words="nguyen"), ["cash_vnd"]) == (1, [None])
        assert reader.sums(LineQuery("donations", words="khong ai"), ["cash_vnd"]) == (0, [None])
    assert found(store, "thu", Condition("commune", "in", (EA_TLING,))) == [2]
    assert found(store, "", Condition("date", "from", day(4).date())) == [1, 3]


def test_what_does_not_count_is_not_found(store):
    before = found(store, "nguyen")
    accept(store, given(GIFTS[0]), name="gửi lại.xlsx")
    assert found(store, "nguyen") == before
    for number in (1, 2):
        store.undo(number, who=EDITOR, now=day(20))
    assert found(store, "nguyen") == []
    with store.lines(as_of=day(19)) as reader:
        page = reader.page(LineQuery("donations", words="nguyen"), order=NEWEST)
    assert page["donor_name"].tolist() == ["Nguyễn Đức Mẫu"]


def test_whoever_reads_no_names_finds_nothing_by_them(store):
    """Nor is told by the number of hits whether a name or a note is there; organisations and goods are found."""
    assert found(store, "nguyen", who=VIEWER) == found(store, "dot", who=VIEWER) == []
    assert found(store, "thu", who=VIEWER) == found(store, "nghiem", who=VIEWER) == [1]
    assert found(store, "gao", who=VIEWER) == [0]
    assert found(store, "90000", who=VIEWER) == [2]
    of_commune = Person("xã", "viewer", NAM_DONG)
    assert found(store, "gao", who=of_commune) == [0] and found(store, "trung", who=of_commune) == []
    for marked in ("zhnguyen", "zh"):
        assert found(store, marked, who=VIEWER) == []


def test_uploads_are_found_by_file_sender_and_what_stands_in_them(store):
    accept(
        store,
        report({"donors": 3}, said="Đường trơn, thiếu xe"),
        name="Báo cáo tuần.xlsx",
        who=Person("chị Lan", "editor"),
    )
    assert store.uploads_with("dot 1") == {1} and store.uploads_with("bao cao") == {2}
    assert store.uploads_with("LAN") == {2} and store.uploads_with("thieu duong") == {2}
    assert store.uploads_with("nghiem") == {1} and store.uploads_with("xlsx") == {1, 2}
    assert store.uploads_with("nam dong duong tron") == {2}  # its commune, and what stands in a remark
    assert store.uploads_with("gao dot") == {1}  # of which one stands in a line, the other in the name of the file
    assert store.uploads_with("không có") == store.uploads_with(" ") == set()
    store.undo(1, who=EDITOR, now=day(20))
    assert store.uploads_with("nghiem") == {1}  # history knows what is undone


def test_an_empty_store_finds_nothing(tmp_path):
    store = Store(tmp_path / "kho")
    with store.lines() as reader:
        lines = ReadableLines(reader, EDITOR)
        assert lines.page(LineQuery("donations", words="x"), order=NEWEST).empty
        assert lines.sums(LineQuery("donations"), ["cash_vnd"]) == (0, [None]) and lines.count(
            LineQuery("targets")
        ) == (0, None)
    assert store.uploads_with("x") == set() and not (tmp_path / "kho").exists()


def test_folded():
    assert folded(pa.array(["Nguyễn Đức", "ĐẮK", None, "H’Bia"])).to_pylist() == ["nguyen duc", "dak", None, "h’bia"]
