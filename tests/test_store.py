"""The store: what counts after accepts, undos and restores, in whatever order they come."""

import unicodedata
from collections import Counter
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import permutations
from operator import or_
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from data import schemas
from data.store import Store, StoreError
from data.store_files import OWN_NAMES, STORE_ERRORS
from tests.test_store_parts import MONDAY, NOW, Fault, TestPart, accept, donors, gifts, report, targets, values

HOUR = timedelta(hours=1)
WHO = {"who": "van_phong", "now": NOW}
LATER = {"who": "van_phong", "now": NOW + timedelta(days=30)}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "kho dữ liệu Đắk Nông")


# --- empty, and what comes out
def test_empty_store_writes_nothing_and_answers(tmp_path):
    store = Store(tmp_path / "new")
    assert store.version() == 0
    for kind in (*schemas.KINDS, "remarks", "waiting"):
        frame = store.current(kind)
        assert list(frame.columns)[: len(schemas.columns(kind))] == [c.name for c in schemas.columns(kind)]
        assert len(frame) == 0
    assert len(store.history()) == len(store.receptions()) == 0
    assert not (tmp_path / "new").exists()


def test_rows_come_back_with_their_dtypes_and_origin(store):
    part = gifts(["A", "B"])
    receipt = accept(store, part, targets({"rice_kg": 500}))
    assert (receipt.number, receipt.already, receipt.rows_by_kind) == (1, None, {"donations": 2, "targets": 1})
    again = Store(store.place.url).current("donations")
    assert_frame_equal(again[part.frame.columns], part.frame)
    schemas.schema("donations").validate(again[part.frame.columns])
    assert set(again["batch_id"]) == {receipt.batch_id}
    assert again[["upload_number", "reading_no"]].astype(int).values.tolist() == [[1, 0], [1, 0]]


def test_frame_that_is_not_tidy_is_refused_and_leaves_nothing(store):
    part = gifts(["A"])
    wrong = TestPart("donations", part.frame.drop(columns="good"))
    with pytest.raises(StoreError) as refused:
        accept(store, wrong)
    assert refused.value.code == "frame_not_tidy" and "A" not in refused.value.found.split()
    with pytest.raises(StoreError) as refused:
        accept(store)
    assert refused.value.code == "nothing_to_accept"
    assert store.version() == 0


def test_current_is_one_frame_until_something_changes(store):
    accept(store, gifts(["A"]))
    first = store.current("donations")
    assert store.current("donations") is first
    assert store.current("donations", as_of=NOW + HOUR) is first
    accept(store, gifts(["B"]))
    assert donors(store) == ["A", "B"]
    late = store.current("donations", as_of=NOW + HOUR)
    assert store.current("donations", as_of=NOW + HOUR) is late


# --- the same content
def test_same_file_twice_adds_nothing(store):
    first = accept(store, gifts(["A", "A"]), content="one")
    version = store.version()
    assert store.compare([gifts(["A", "A"])], b"one").already == 1
    again = accept(store, gifts(["A", "A"]), content="one")
    assert (again.number, again.already, again.batch_id) == (1, 1, first.batch_id)
    assert store.version() == version and donors(store) == ["A", "A"]


def test_saved_again_with_other_bytes_is_the_same(store):
    accept(store, gifts(["A", "B"]), report({"donors": 2}, said="thiếu xe"), content="one")
    moved = gifts(["B", "A"], sheet="Sheet1")
    assert accept(store, moved, report({"donors": 2}, said="thiếu xe"), content="two").already == 1
    assert accept(store, moved, report({"donors": 2}, said="thiếu người"), content="three").already is None


def test_undone_file_can_be_accepted_again(store):
    accept(store, gifts(["A"]), content="one")
    store.undo(1, **WHO)
    assert accept(store, gifts(["A"]), content="one").number == 2
    assert donors(store) == ["A"]
    with pytest.raises(StoreError) as refused:
        store.restore(1, **WHO)
    assert refused.value.code == "same_content_in_force"


def test_original_is_kept_once_and_checked(store):
    accept(store, gifts(["A"]), content=b"\x00one", name="Danh sách Cư K'nia.xlsx")
    store.undo(1, **WHO)
    accept(store, gifts(["B"]), content=b"\x00one")
    assert store.original(1) == ("Danh sách Cư K'nia.xlsx", b"\x00one")
    (kept,) = Path(store.place.url, "originals").iterdir()
    kept.write_bytes(b"\x00two")
    with pytest.raises(StoreError, match="store_damaged"):
        store.original(1)


# --- lists
def test_list_sent_again_with_more_rows_counts_once(store):
    accept(store, gifts(["A", "B", "B"]))
    compared = store.compare([gifts(["A", "B", "B", "B", "C"])], b"more")
    assert (compared.parts[0].rows_known, compared.parts[0].rows_new) == (3, 2)
    assert compared.parts[0].related == [(1, 3, 3)] and compared.already is None
    receipt = accept(store, gifts(["A", "B", "B", "B", "C"]))
    assert (receipt.rows_known, receipt.rows_new) == (3, 2)
    assert donors(store) == ["A", "B", "B", "B", "C"]
    store.undo(1, **WHO)
    assert donors(store) == ["A", "B", "B", "B", "C"]
    store.undo(2, **WHO)
    store.restore(1, **WHO)
    assert donors(store) == ["A", "B", "B"]


def test_case_spaces_and_unicode_form_do_not_make_a_new_line(store):
    accept(store, gifts(["Hội Phụ nữ Đắk Wil"]))
    accept(store, gifts([unicodedata.normalize("NFD", "hội  phụ nữ  Đắk Wil ")]))
    assert len(donors(store)) == 1


def test_equal_rows_on_two_sheets_of_one_upload_both_count(store):
    accept(store, gifts(["A"], sheet="1"), gifts(["A"], sheet="2"))
    assert donors(store) == ["A", "A"]


def test_replace_takes_the_place_of_related_lists_only(store):
    accept(store, gifts(["A", "B"]))
    accept(store, gifts(["X"], commune="24655"))
    accept(store, gifts(["B", "C"]), again="replace")
    assert donors(store) == ["B", "C", "X"]
    history = store.history().set_index("number")
    assert history.loc[1, "replaced_by"] == (3,) and history.loc[2, "replaced_by"] == ()
    store.undo(3, **WHO)
    assert donors(store) == ["A", "B", "X"]


def test_what_was_replaced_stays_so_when_its_replacement_is_replaced(store):
    accept(store, gifts(["A", "B"]))
    accept(store, gifts(["B", "C"]), again="replace")
    accept(store, gifts(["C", "D"]), again="replace")
    assert donors(store) == ["C", "D"]
    store.undo(2, **WHO)
    assert donors(store) == ["A", "B", "C", "D"]


def test_all_counts_beside_and_is_known_later(store):
    accept(store, gifts(["A"]))
    accept(store, gifts(["A", "Z"]), again="all")
    assert donors(store) == ["A", "A", "Z"]
    accept(store, gifts(["A", "A", "Z", "Y"]))
    assert donors(store) == ["A", "A", "Y", "Z"]


def test_waiting_rows_are_settled_by_the_list_sent_again(store):
    accept(store, gifts(["A", "B"], waits=3))
    accept(store, gifts(["M", "N", "O"], waits=1))
    assert len(store.waiting()) == 4
    accept(store, gifts(["A", "B", "C", "D"]))
    assert store.waiting()["upload_number"].tolist() == [2]
    store.undo(3, **WHO)
    assert len(store.waiting()) == 4


def test_one_line_met_by_chance_settles_nothing(store):
    accept(store, gifts(["A", "B", "C"], waits=2))
    accept(store, gifts(["A", "P", "Q"]))
    assert len(store.waiting()) == 2


# --- reports and targets
def test_correction_replaces_and_undo_brings_back(store):
    accept(store, report({"donors": 4, "leaflets": 9}, said="thiếu xe"))
    receipt = accept(store, report({"donors": 5}, said="đủ xe"))
    assert receipt.replaced == [("24649", "2021-08-02", 1)]
    assert values(store) == {("24649", "donors"): 5}
    assert store.remarks()["text"].tolist() == ["đủ xe"]
    store.undo(2, **WHO)
    assert values(store) == {("24649", "donors"): 4, ("24649", "leaflets"): 9}
    assert store.remarks()["text"].tolist() == ["thiếu xe"]


def test_urgent_report_never_meets_the_weekly_one(store):
    accept(store, report({"donors": 4}))
    accept(store, report({"donors": 1}, is_urgent=True))
    assert values(store) == {("24649", "donors"): 4} and len(store.current("weekly_reports")) == 2
    accept(store, report({"donors": 6}))
    assert sorted(store.current("weekly_reports")["value"]) == [1, 6]
    assert store.receptions()["has_urgent"].tolist() == [True]


def test_part_is_urgent_where_its_rows_do_not_say(store):
    part = report({"donors": 1})
    frame = part.frame.assign(is_urgent=pd.array([None], dtype="boolean"))
    accept(store, TestPart("weekly_reports", frame, communes=("24649",), week_start_date=MONDAY, is_urgent=True))
    accept(store, report({"donors": 2}))
    assert sorted(store.current("weekly_reports")["value"]) == [1, 2]


def test_two_tables_of_one_report_add_up(store):
    accept(store, report({"donors": 4}), report({"leaflets": 9}, sheet="Biểu 2"))
    assert values(store) == {("24649", "donors"): 4, ("24649", "leaflets"): 9}


def test_nil_report_replaces_and_is_received(store):
    accept(store, report({"donors": 4}))
    accept(store, report({}, is_nil=True), at=NOW + HOUR)
    assert values(store) == {}
    (row,) = store.receptions().to_dict("records")
    assert row["is_nil"] and row["last_upload"] == 2


def test_unreadable_report_is_received_but_replaces_nothing(store):
    accept(store, report({"donors": 4}))
    accept(store, report({}, waits=2), at=NOW + HOUR)
    assert values(store) == {("24649", "donors"): 4} and len(store.waiting()) == 2
    accept(store, report({"donors": 5}), at=NOW + 2 * HOUR)
    assert len(store.waiting()) == 0


def test_later_target_replaces_only_its_own_indicator(store):
    accept(store, targets({"rice_kg": 500, "donors": 20}))
    accept(store, targets({"rice_kg": 700}))
    assert store.current("targets").set_index("indicator")["target"].to_dict() == {"donors": 20, "rice_kg": 700}


def test_first_reception_stays_whatever_corrects_it(store):
    early, late = datetime(2021, 8, 6, 15, 0), datetime(2021, 8, 9, 8, 0)
    accept(store, report({"donors": 4}), received=early, at=NOW)
    accept(store, report({"donors": 5}), received=late, at=NOW + HOUR)
    (row,) = store.receptions().to_dict("records")
    assert (
        row["first_received_at"].tz_localize(None) == early and str(row["first_received_at"].tz) == "Asia/Ho_Chi_Minh"
    )
    assert row["last_corrected_at"].tz_localize(None) == NOW + HOUR and row["last_upload"] == 2
    assert store.history()["received_at"].dt.tz_localize(None).tolist() == [early, late]
    store.undo(1, **WHO)
    (row,) = store.receptions().to_dict("records")
    assert row["first_received_at"].tz_localize(None) == late and pd.isna(row["last_corrected_at"])


# --- undo, history, demo
def test_wrong_undo_and_restore_say_why(store):
    accept(store, gifts(["A"]))
    for act, number, code in (("undo", 7, "upload_unknown"), ("restore", 1, "already_in_force")):
        with pytest.raises(StoreError) as refused:
            getattr(store, act)(number, **WHO)
        assert refused.value.code == code
    store.undo(1, **WHO)
    with pytest.raises(StoreError) as refused:
        store.undo(1, **WHO)
    assert refused.value.code == "already_undone"


def test_history_tells_each_act(store):
    accept(store, gifts(["A"], waits=2, problems=(Fault("number_unreadable", "BLOCKS"),) * 2), report({"donors": 1}))
    accept(store, report({"donors": 2}))
    store.undo(1, who="le_thu", now=NOW + HOUR, why="gửi nhầm")
    history = store.history()
    assert history["act"].tolist() == ["accept", "accept", "undo"]
    first, _, undo = history.to_dict("records")
    assert first["kinds"] == ("donations", "weekly_reports") and first["weeks"] == ("2021-08-02",)
    assert (first["rows"], first["waiting"], first["problems"], first["communes"]) == (2, 2, 2, ("24649",))
    assert not first["is_in_force"] and first["replaced_by"] == (2,)
    assert (undo["who"], undo["why"], undo["number"], undo["file"]) == ("le_thu", "gửi nhầm", 1, "danh sách.xlsx")
    assert history["time"].dt.tz_localize(None).tolist() == [NOW, NOW, NOW + HOUR]


def test_clear_demo_undoes_all_demo_in_one_act(store):
    accept(store, gifts(["A"]), is_demo=True)
    accept(store, report({"donors": 1}), is_demo=True)
    accept(store, gifts(["Thật"]))
    assert store.clear_demo(**WHO) == [1, 2]
    assert donors(store) == ["Thật"] and values(store) == {}
    assert store.clear_demo(**WHO) == []
    assert store.history()["act"].tolist() == ["accept"] * 3 + ["clear_demo"]
    assert store.history(with_demo=False)["number"].tolist() == [3]


def test_effect_tells_before_what_undo_and_restore_do(store):
    accept(store, gifts(["A", "B"]), report({"donors": 4}))
    accept(store, gifts(["B", "C"]), report({"donors": 5}))
    effect = store.effect(2)
    gone = effect.goes.set_index("item")
    assert (gone.loc["rice", "rows"], gone.loc["rice", "base_quantity"], gone.loc["donors", "value"]) == (1, 10, 5)
    assert effect.comes.set_index("item")["value"].to_dict() == {"donors": 4}
    assert effect.reports == (("24649", "2021-08-02", 1),)
    assert effect.act == "undo" and effect.communes == ("24649",) and effect.weeks == ("2021-08-02",)
    before = donors(store)
    store.undo(2, **WHO)
    back = store.effect(2)
    assert back.act == "restore"
    assert_frame_equal(back.comes, effect.goes)
    store.restore(2, **WHO)
    assert donors(store) == before


def test_where_gives_file_sheet_and_cell(store):
    accept(store, gifts(["A"], columns={"donor_name": "B"}))
    assert store.where(1, 0, 6, "donor_name") == ("danh sách.xlsx", "Tuần 31", "B6")
    assert store.where(1, 0, 6, "quantity") == ("danh sách.xlsx", "Tuần 31", "D6")
    assert store.where(1, 0, 6, "quantity", "F") == ("danh sách.xlsx", "Tuần 31", "F6")
    assert store.where(1, 0, 99, "quantity")[2] is None


# --- places
def test_place_is_given_by_store_url_also_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORE_URL", "kho Cư Jút")
    accept(Store(), gifts(["A"]))
    monkeypatch.chdir(Path(__file__).parent)
    assert donors(Store(tmp_path / "kho Cư Jút")) == ["A"]
    assert {p.name for p in (tmp_path / "kho Cư Jút").iterdir()} <= OWN_NAMES


def test_foreign_folder_and_file_are_refused(tmp_path):
    (tmp_path / "Ảnh.jpg").write_bytes(b"x")
    for url, code in ((tmp_path, "foreign_folder"), (tmp_path / "Ảnh.jpg", "not_a_folder")):
        with pytest.raises(StoreError) as refused:
            Store(url)
        assert refused.value.code == code


def test_place_that_cannot_be_written_is_told(store):
    Path(store.place.url).mkdir()
    Path(store.place.url, "originals").write_text("a file where a folder is needed")
    with pytest.raises(StoreError) as refused:
        accept(store, gifts(["A"]))
    assert refused.value.code == "store_not_writable"
    assert Store(store.place.url).version() == 0


def test_busy_store_gives_up_and_counts_nothing(store, monkeypatch):
    monkeypatch.setattr("data.store_log.ATTEMPTS", 2)
    monkeypatch.setattr("data.store_log.Log._commit", lambda log, event: False)
    with pytest.raises(StoreError) as refused:
        accept(store, gifts(["A"]))
    assert refused.value.code == "store_busy"
    assert donors(store) == []


def test_every_error_code_is_met_in_these_tests():
    text = Path(__file__).read_text("utf-8")
    assert [code for code in STORE_ERRORS if f'"{code}"' not in text] == []


@pytest.mark.parametrize("name", ["batches", "donations"])
@pytest.mark.parametrize("damage", ["log", "rows", "no_log"])
def test_damage_is_one_clear_error(store, name, damage):
    accept(store, gifts(["A"]))
    table = Path(store.place.url, name)
    if damage == "no_log":
        (table / "_delta_log").rename(table.with_name(".lost"))
    for path in table.glob({"log": "_delta_log/*.json", "rows": "*.parquet", "no_log": "_none"}[damage]):
        path.write_bytes(b"garbage")
    with pytest.raises(StoreError) as refused:
        Store(store.place.url).current("donations")
    assert refused.value.code == "store_damaged"


def test_small_files_are_joined_and_nothing_changes(store, monkeypatch):
    monkeypatch.setattr("data.store.TIDY_EVERY", 4)
    monkeypatch.setattr("data.store_rows.MANY_FILES", 8)
    names = [f"Hộ {number:02}" for number in range(17)]
    for name in names:
        accept(store, gifts([name]))
    assert len(store.place.table("donations").file_uris()) < 8
    assert len(store.place.table("batches").file_uris()) < 8
    assert donors(Store(store.place.url)) == names
    assert store.current("donations")["upload_number"].tolist() == list(range(1, 18))
    assert Store(store.place.url).history()["number"].tolist() == list(range(1, 18))


# --- laws
LINES = st.lists(st.sampled_from("ABCD"), min_size=1, max_size=4)
STEPS = st.lists(st.one_of(LINES, st.integers(1, 4)), min_size=2, max_size=6)
SEEN = (*schemas.KINDS, "waiting", "remarks")


def everything(store, **more) -> dict:
    return {kind: store.current(kind, **more) for kind in SEEN} | {"receptions": store.receptions(**more)}


def assert_same(one: dict, other: dict) -> None:
    for kind in one:
        assert_frame_equal(one[kind], other[kind])


def take(store, step, number: int) -> None:
    """A list and a report of as many gifts, or the undo or restore of an upload where there is one."""
    at = NOW + number * HOUR
    if isinstance(step, list):
        week = MONDAY + timedelta(weeks=len(step) % 2)
        accept(store, gifts(step, waits=len(step) % 3), report({"donors": number}, week=week), at=at)
        return
    uploads = store.history().query("act == 'accept'").set_index("number")
    if step in uploads.index:
        act = store.undo if uploads.loc[step, "is_in_force"] else store.restore
        act(step, who="van_phong", now=at)


@settings(max_examples=12)
@given(STEPS)
def test_whatever_happens_the_laws_hold(steps):
    with TemporaryDirectory() as folder:
        store, states = Store(folder), []
        for number, step in enumerate(steps):
            take(store, step, number)
            states.append(everything(store))
        reopened = Store(folder)
        for number, state in enumerate(states):
            assert_same(state, everything(reopened, as_of=NOW + number * HOUR))

        in_force = store.history().query("act == 'accept' and is_in_force")["number"]
        lists = [Counter(step) for step in (s for s in steps if isinstance(s, list))]
        most = reduce(or_, [lists[number - 1] for number in in_force], Counter())
        assert Counter(donors(store)) == most

        for number in in_force:
            store.undo(number, **LATER)
            store.restore(number, **LATER)
            assert_same(states[-1], everything(store))
        new = accept(store, gifts(["A", "E"]), report({"donors": 99}), targets({"donors": 7}), at=LATER["now"])
        store.undo(new.number, **LATER)
        assert_same(states[-1], everything(store))


# --- order of uploads of different weeks
def test_order_of_uploads_of_different_weeks_does_not_matter(tmp_path):
    weeks = [date(2021, 8, 2) + timedelta(weeks=n) for n in range(3)]
    parts = [[report({"donors": n + 1}, week=week), gifts([f"tuần {n}", "ẩn danh"])] for n, week in enumerate(weeks)]
    seen = set()
    for number, order in enumerate(permutations(parts)):
        store = Store(tmp_path / str(number))
        for of_week in order:
            accept(store, *of_week)
        reports = store.current("weekly_reports")[["week_start_date", "value"]].sort_values("week_start_date")
        seen.add((reports.to_csv(index=False), tuple(donors(store))))
    assert len(seen) == 1
