"""The store: what counts after accepts, undos and restores, in whatever order they come."""

import unicodedata
from datetime import datetime, timedelta

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy import select, update

from data import schemas
from data.access import Person
from data.database import tables
from data.upkeep.check import check_store
from data.uploads.store import Store, StoreError
from tests.test_store_parts import MONDAY, NOW, Fault, TestPart, accept, donors, gifts, report, targets, values

HOUR = timedelta(hours=1)
WHO = {"who": Person("van_phong", "editor"), "now": NOW}


@pytest.fixture
def store(store_address):
    """Everything here is asked of both databases."""
    store = Store(store_address)
    yield store
    store.database.close()


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
    again = Store(store.url).current("donations")
    assert_frame_equal(again[part.frame.columns], part.frame)
    assert schemas.check("donations", again[part.frame.columns]) == []
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


def test_summed_lines_follow_what_changes(store):
    accept(store, gifts(["A", "A"]), report({"donors": 3}))
    assert store.summed("donations")[["base_quantity", "lines"]].values.tolist() == [[20.0, 2]]
    accept(store, gifts(["B"]), at=NOW + HOUR)
    assert store.summed("donations")["lines"].tolist() == [3]
    assert store.summed("donations", as_of=NOW)["lines"].tolist() == [2]
    assert store.summed("weekly_reports")["value"].tolist() == [3.0]
    assert store.summed("purchases").empty and store.count("donations") == 3


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
    assert len(store.database.rows(select(tables.originals.c.sha256))) == 1
    with store.database.writing() as connection:
        connection.execute(update(tables.originals).values(content=b"\x00two"))
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


def test_minus_zero_and_signs_that_no_database_keeps(store):
    part = gifts(["Hộ \x00A", "Hộ B"])
    quantities = pd.array([-0.0, 5.0], dtype="Float64")
    frame = part.frame.assign(quantity=quantities, base_quantity=quantities)
    accept(store, TestPart("donations", frame), name="tệp \ud800\x00.xlsx")
    assert donors(store) == ["Hộ A", "Hộ B"] and store.original(1)[0] == "tệp ?.xlsx"
    assert check_store(store.database).is_whole


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
    store.undo(1, who=Person("le_thu", "editor"), now=NOW + HOUR, why="gửi nhầm")
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
