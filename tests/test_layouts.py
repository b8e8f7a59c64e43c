"""The memory of layouts: asked once, then known; never another sender's, never a week, never in silence."""

import io
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.access import Person
from data.database.engine import Database
from data.records.decisions import Decision, Decisions, Layout
from loaders import Answers, Source, read
from loaders.evidence import layouts
from loaders.evidence.layouts import decided, identifies, keep_decisions, name_key, sender_key
from loaders.problems import Severity
from loaders.reading import Reading, open_questions
from tests.amounts import examples
from tests.fixtures import golden

AS_OF = date(2021, 9, 15)
NOW = datetime(2021, 8, 16, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MAIL = "mail:xa@cujut.example"
GIFTS = "DANH SÁCH ỦNG HỘ PHÒNG, CHỐNG DỊCH"
HEAD = ["STT", "Họ và tên", "Mặt hàng", "ĐVT", "SLg (mới)"]
ROWS = [[1, "Bà Mẫu", "Gạo", "kg", 50], [2, "Ông Thử", "Mì tôm", "thùng", 4]]
NEXT_ROWS = [[1, "Chị Ví Dụ", "Gạo", "kg", 120], [2, "Anh Thí Dụ", "Trứng", "quả", 30], [3, "Bà Mẫu", "Gạo", "kg", 7]]
KEY = "slg moi"


def book(sheets: dict[str, list[list]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def taken(rows, answers=None, decisions=None, head=HEAD, above=(["ỦY BAN MTTQ XÃ EA PÔ"], [GIFTS], []), name="a.xlsx"):
    """The one reading of a sheet."""
    content = book({"Tuần 32": [*above, head, *rows]})
    outcome = read(Source(name, content), as_of=AS_OF, answers=answers, decisions=decisions)
    assert len(outcome.readings) == 1, outcome
    return outcome.readings[0]


def decision(layout: Layout, reading: Reading, sender=MAIL, number=3) -> dict[str, Decision]:
    made = Decision(number, sender, reading.fingerprint, layout, reading.file, reading.sheet, "văn phòng", NOW)
    return {reading.fingerprint: made}


def learned(reading: Reading, answers: Answers, sender=MAIL) -> dict[str, Decision]:
    """What is kept of a person's answers on a sheet, as the store would find it."""
    (layout,) = [layout for _, layout in layouts.decided_in([reading], {reading.place: answers}).values()]
    return decision(layout, reading, sender)


def open_codes(reading: Reading) -> set[str]:
    asked = {p.code for p in open_questions(reading, Answers())}
    return asked | {p.code for p in reading.problems if p.severity is Severity.BLOCKS}


def assert_same(first: Reading, second: Reading) -> None:
    for name in ("frame", "waiting", "remarks"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
    same = ("kind", "communes", "week_start_date", "columns", "layout", "declared", "unitless")
    assert [getattr(first, name) for name in same] == [getattr(second, name) for name in same]


# --- new answers: a column, a unit
def test_a_column_that_is_not_known_is_named_by_a_person():
    before = taken(ROWS)
    assert before.frame.empty and "column_unsure" in {p.code for p in before.problems}
    assert [h.label for h in before.headers if h.key == KEY] == ["SLg (mới)"]
    named = taken(ROWS, Answers(columns=((KEY, "quantity"),)))
    assert named.frame["base_quantity"].tolist() == [50, 4] and named.waiting.empty
    assert named.columns["quantity"] == "E" and named.found_in["quantity"] == ("answer", "")
    assert not {"column_unsure", "amount_missing"} & {p.code for p in named.problems}


def test_of_two_columns_with_one_meaning_a_person_takes_the_second():
    head = ["STT", "Họ và tên", "Số tiền", "Số tiền thực nộp"]
    rows = [[1, "Bà Mẫu", 500_000, 300_000], [2, "Ông Thử", 100_000, 100_000]]
    asked = taken(rows, head=head)
    assert "column_twice" in open_codes(asked) and asked.frame["cash_vnd"].sum() == 600_000
    said = Answers(columns=(("so tien", "unused"), ("so tien thuc nop", "cash_vnd")))
    answered = taken(rows, said, head=head)
    assert answered.frame["cash_vnd"].sum() == 400_000 and "column_twice" not in open_codes(answered)
    assert "column_twice" not in open_codes(taken(rows, Answers(columns=(("so tien thuc nop", "unused"),)), head=head))


def test_a_column_becomes_a_good():
    head = ["STT", "Họ và tên", "Gạo (kg)", "ST25 loại mới"]
    rows = [[1, "Bà Mẫu", 10, 5], [2, "Ông Thử", 20, 6]]
    said = Answers(columns=(("st0 loai moi", "good:rice"),), units=(("column:st0 loai moi", "kg"),))
    assert taken(rows, head=head).frame["base_quantity"].sum() == 30
    assert taken(rows, said, head=head).frame["base_quantity"].sum() == 41


def test_a_unit_that_is_missing_is_given_for_a_good_once():
    head = ["STT", "Họ và tên", "Mặt hàng", "Số lượng"]
    rows = [[1, "Bà Mẫu", "Gạo", 50], [2, "Ông Thử", "Gạo", 20], [3, "Chị Ví Dụ", "Mì tôm", "3 thùng"]]
    asked = taken(rows, head=head)
    assert "unit_missing" in open_codes(asked) or not asked.waiting.empty
    assert asked.unitless == (("good:rice", "kg"),)
    answered = taken(rows, Answers(units=(("good:rice", "kg"),)), head=head)
    assert answered.frame.groupby("good")["base_quantity"].sum()["rice"] == 70 and answered.unitless == ()
    assert set(answered.frame["unit"]) == {"kg", "box"}  # what the cell itself says holds


def test_a_value_column_of_a_report_is_named_by_a_person():
    above = [["ỦY BAN MTTQ XÃ NAM DONG"], ["BÁO CÁO TUẦN 32 NĂM 2021"], []]
    head = ["STT", "Nội dung", "ĐVT", "Số A", "Số B"]
    rows = [[1, "Số người ủng hộ", "người", 5, 9], [2, "Gạo", "kg", 100, 900]]
    assert "column_missing" in open_codes(taken(rows, head=head, above=above))
    said = Answers(columns=(("so a", "value"), ("so b", "cumulative")))
    reading = taken(rows, said, head=head, above=above)
    assert (reading.kind, reading.columns["value"], reading.columns["cumulative"]) == ("weekly_reports", "D", "E")
    assert reading.frame["value"].tolist() == [5, 100] and reading.frame["cumulative"].tolist() == [9, 900]
    assert "column_missing" not in open_codes(reading)


def test_a_column_of_a_table_of_communes_becomes_an_indicator():
    above = [["BIỂU TỔNG HỢP TUẦN 32 NĂM 2021"], []]
    rows = [[1, "Nam Dong", 5, 100], [2, "Ea Pô", 7, 200], [3, "Trúc Sơn", 1, 50]]
    head = ["STT", "Xã", "Số người ủng hộ", "Lúa xay xát"]
    assert "indicator_unknown" in open_codes(taken(rows, head=head, above=above))
    said = Answers(columns=(("lua xay xat", "indicator:rice_kg"),), units=(("indicator:rice_kg", "kg"),))
    reading = taken(rows, said, head=head, above=above)
    assert reading.frame.groupby("indicator")["value"].sum().to_dict() == {"donors": 13, "rice_kg": 350}
    assert open_codes(reading) == set() and reading.waiting.empty


def test_a_persons_column_goes_before_one_that_is_only_called_so():
    above = [["ỦY BAN MTTQ XÃ NAM DONG"], ["BÁO CÁO TUẦN 32 NĂM 2021"], []]
    rows = [[1, "Số người ủng hộ", "người", 5, 9], [2, "Gạo", "kg", 100, 900]]
    head = ["STT", "Nội dung", "ĐVT", "Trong tuần", "Số B"]
    reading = taken(rows, Answers(columns=(("so b", "value"),)), head=head, above=above)
    assert reading.frame["value"].tolist() == [9, 900] and "column_twice" in open_codes(reading)


def test_a_column_is_the_value_of_the_goods_or_cash_as_a_person_says():
    head = ["STT", "Họ và tên", "Mặt hàng", "ĐVT", "Số lượng", "Cột X"]
    rows = [[1, "Bà Mẫu", "Gạo", "kg", 50, 700_000], [2, "Ông Thử", "Gạo", "kg", 4, 60_000]]
    worth = taken(rows, Answers(columns=(("cot x", "value_vnd"),)), head=head)
    assert worth.frame["value_vnd"].sum() == 760_000 and worth.frame["cash_vnd"].isna().all()
    assert worth.columns["value_vnd"] == "F"
    cash = taken(rows, Answers(columns=(("cot x", "cash_vnd"),)), head=head)
    assert cash.frame["cash_vnd"].sum() == 760_000 and cash.frame["value_vnd"].isna().all()


# --- by what a sheet is known again
def test_rows_titles_dates_names_and_weeks_do_not_change_the_fingerprint():
    first = taken(ROWS, head=[*HEAD, "Tuần 32 (9/8)"])
    second = taken(
        NEXT_ROWS, head=[*HEAD, "Tuần 33 (16/8)"], above=(["MTTQ XÃ NAM DONG"], [GIFTS + " TUẦN 33"]), name="b"
    )
    assert first.fingerprint and first.fingerprint == second.fingerprint
    assert first.blocks is False and taken(ROWS).fingerprint != first.fingerprint


@pytest.mark.parametrize(
    "change", [lambda h: h[::-1], lambda h: h[:-1], lambda h: [*h, "Ghi chú"], lambda h: [*h[:-1], "SLg (tấn)"]]
)
def test_a_changed_header_is_another_layout(change):
    assert layouts.fingerprint([]) == ""
    kept = learned(taken(ROWS), Answers(columns=((KEY, "quantity"),)))
    width = len(change(HEAD))
    rows = [[*row, "", ""][:width] for row in NEXT_ROWS]
    assert taken(rows, decisions=kept, head=change(HEAD)).decision is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Báo cáo Ea Pô tuần 33.xlsx", "bao cao ea po"),
        ("bao_cao_ea_po_tuan33 (1).XLSX", "bao cao ea po"),
        ("BaoCaoEaPo Tuần 34 - bản cuối.xls", "bao cao ea po"),
        ("Báo cáo Ea Pô từ 16-8 đến 22-8-2021.ods", "bao cao ea po"),
        ("Copy of Bao cao Ea Po thang 8 nam 2021.xlsx", "bao cao ea po"),
        ("Nam Dong 2021-08-16.csv", "nam dong"),
        ("tuan 33.xlsx", ""),
        ("zip/Danh sách ủng hộ.xlsx", "danh sach ung ho"),
    ],
)
def test_a_file_is_known_by_what_stays_in_its_name(name, key):
    assert name_key(name) == key and sender_key("upload", "", name) == f"file:{key}"


def test_mail_and_google_are_known_by_their_sender():
    assert sender_key("mail", " Xa@CuJut.example ", "bao cao.xlsx") == MAIL
    assert sender_key("google", "3", "Tờ") == "google:3"
    assert identifies(MAIL) and identifies("google:3") and identifies("file:bao cao ea po")
    generic = [
        "bao cao",
        "",
        "danh sach ung ho",
        "tong hop",
        "mau bieu",
        "file",
        "book",
        "so lieu xa",
        "bao cao huyen cu jut",
    ]
    assert not any(identifies(f"file:{name}") for name in generic)


# --- the laws
CASES = {
    "column": (HEAD, ROWS, NEXT_ROWS, Answers(columns=((KEY, "quantity"),))),
    "unit": (
        ["STT", "Họ và tên", "Mặt hàng", "Số lượng"],
        [[1, "Bà Mẫu", "Gạo", 50]],
        [[1, "Ông Thử", "Gạo", 20], [2, "Bà Mẫu", "Gạo", 8]],
        Answers(units=(("good:rice", "kg"),)),
    ),
    "commune": (
        ["STT", "Họ và tên", "Số tiền (đ)"],
        [[1, "Bà Mẫu", 500_000]],
        [[1, "Ông Thử", 20_000], [2, "Bà Mẫu", 8_000]],
        Answers(commune="24649"),
    ),
    "ticks": (
        ["STT", "Họ và tên", "Số tiền", "Số tiền thực nộp"],
        [[1, "Bà Mẫu", 500_000, 1]],
        [[1, "Ông Thử", 20_000, 2], [2, "Bà Mẫu", 8_000, 3]],
        Answers(ticked=frozenset({"Tuần 32!D4:column_twice", "Tuần 32!:commune_not_stated"})),
    ),
}
PLAIN = ([""], [GIFTS], [])


@pytest.mark.parametrize("case", CASES)
def test_what_was_answered_once_is_not_asked_again_and_gives_the_same(case):
    head, first_rows, next_rows, answers = CASES[case]
    above = PLAIN if case in ("commune", "ticks") else (["ỦY BAN MTTQ XÃ EA PÔ"], [GIFTS], [])
    first = taken(first_rows, answers, head=head, above=above)
    kept = learned(first, answers)
    by_hand = taken(next_rows, answers, head=head, above=above)
    known = taken(next_rows, decisions=kept, head=head, above=above, name="khac.xlsx")
    assert open_codes(taken(next_rows, head=head, above=above)) or case == "unit"
    assert open_codes(known) == set() and known.waiting.empty
    assert_same(known, by_hand)
    assert known.decision == 3 and known.decided == kept[first.fingerprint].layout
    assert all(place != "answer" for place, _ in known.found_in.values())
    if case in ("column", "commune"):
        assert ("decision", "3") in known.found_in.values()
    # asked again: after it was taken back, for another sender, with another header
    assert taken(next_rows, decisions={}, head=head, above=above).decision is None
    assert taken(next_rows, decisions=lambda _: None, head=head, above=above).decision is None
    other = taken([[*row, 1] for row in next_rows], decisions=kept, head=[*head, "Cột lạ"], above=above)
    assert other.decision is None


@given(st.lists(st.tuples(st.sampled_from(["Gạo", "Mì tôm"]), st.integers(1, 900)), min_size=1, max_size=6))
@examples(5, 60)
def test_whatever_the_rows_a_known_column_reads_as_if_answered_by_hand(lines):
    rows = [
        [n, f"Người {n}", good, "kg" if good == "Gạo" else "thùng", amount] for n, (good, amount) in enumerate(lines, 1)
    ]
    answers = Answers(columns=((KEY, "quantity"),))
    known = taken(rows, decisions=learned(taken(ROWS), answers))
    assert_same(known, taken(rows, answers))
    assert known.frame["quantity"].sum() == sum(amount for _, amount in lines)


def test_a_persons_own_answer_wins():
    kept = learned(taken(ROWS), Answers(columns=((KEY, "quantity"),)))
    reading = taken(ROWS, Answers(columns=((KEY, "note"),)), decisions=kept)
    assert reading.columns["note"] == "E" and reading.decision is None
    head, rows = [*HEAD, "Cột X"], [[*row, 700_000] for row in ROWS]
    both = (("cot x", "cash_vnd"), (KEY, "quantity"))
    kept = decision(Layout(columns=both), taken(rows, head=head))
    reading = taken(rows, Answers(columns=(("cot x", "value_vnd"),)), decisions=kept, head=head)
    assert reading.decided == Layout(columns=((KEY, "quantity"),))
    assert (reading.columns["value_vnd"], reading.columns["quantity"]) == ("F", "E")
    assert (reading.found_in["value_vnd"], reading.found_in["quantity"]) == (("answer", ""), ("decision", "3"))


def test_a_kind_that_was_unsure_is_known_next_time():
    head, above = ["STT", "Họ và tên", "Nội dung", "Số tiền"], ([""],)
    rows = [[1, "Bà Mẫu", "hỗ trợ", 500_000]]
    asked = taken(rows, head=head, above=above)
    if "kind_unsure" not in open_codes(asked):
        pytest.skip("the reader is sure of this one")
    kept = learned(asked, Answers(kind="donations", commune="24649"))
    known = taken(rows, head=head, above=above, decisions=kept)
    assert open_codes(known) == set() and (known.kind, known.communes) == ("donations", ("24649",))
    assert known.found_in["kind"] == ("decision", "3")
    generic = {known.fingerprint: replace(kept[known.fingerprint], sender="file:danh sach")}
    assert "kind_unsure" in open_codes(taken(rows, head=head, above=above, decisions=generic))


# --- whose sheet it is
HEAD_CASH = ["STT", "Họ và tên", "Số tiền (đ)"]
CASH = [[1, "Bà Mẫu", 500_000]]


def test_a_commune_is_never_taken_from_a_file_that_does_not_identify():
    reading = taken(CASH, head=HEAD_CASH, above=PLAIN)
    kept = decision(Layout(commune="24649"), reading, sender="file:bao cao")
    again = taken(CASH, head=HEAD_CASH, above=PLAIN, decisions=kept)
    assert again.communes == () and "commune_not_stated" in open_codes(again)


def test_the_sheets_own_commune_wins_and_is_asked():
    kept = decision(Layout(commune="24649"), taken(CASH, head=HEAD_CASH, above=PLAIN))
    reading = taken(CASH, head=HEAD_CASH, decisions=kept)
    assert reading.communes == ("24646",) or reading.frame["commune"].nunique() == 1
    assert reading.frame["commune"].iloc[0] != "24649" and reading.found_in["commune"][0] != "decision"
    assert open_codes(reading) == {"commune_conflict"}
    (asked,) = [p for p in reading.problems if p.code == "commune_conflict"]
    assert len(asked.found.split("; ")) == 2 and asked.proposed in asked.found


def test_two_sheets_with_one_header_are_of_nobody_in_particular():
    rows = [*PLAIN, HEAD_CASH, *CASH]
    sheets = {"A": rows, "B": [*PLAIN, HEAD_CASH, [1, "Ông Thử", 70_000], [2, "Chị Ví Dụ", 10_000]]}
    plain = taken(CASH, head=HEAD_CASH, above=PLAIN)
    outcome = read(Source("a.xlsx", book(sheets)), as_of=AS_OF, decisions=decision(Layout(commune="24649"), plain))
    assert [r.fingerprint for r in outcome.readings] == [plain.fingerprint] * 2
    assert all("commune_not_stated" in open_codes(r) for r in outcome.readings)
    answers = {r.place: Answers(commune=code) for r, code in zip(outcome.readings, ("24649", "24646"), strict=True)}
    assert layouts.decided_in(outcome.readings, answers) == {}


def test_what_concerns_a_week_or_a_value_is_not_kept():
    rows = [[1, "Bà Mẫu", "1,500"], [2, "Ông Thử", 500_000], [2, "Ông Thử", 500_000]]
    reading = taken(rows, head=HEAD_CASH, above=PLAIN)
    every = frozenset(p.key for p in reading.problems)
    said = decided(reading, Answers(week_start_date=date(2021, 8, 9), is_urgent=True, ticked=every))
    assert said == Layout(ticks=(("commune_not_stated", ""),))


# --- kept, and used, through the store
def test_from_the_answer_to_next_week_and_back(tmp_path):
    store = Decisions(Database(tmp_path / "store"))
    answers = Answers(columns=((KEY, "quantity"),), commune="24649")
    first = taken(ROWS, answers)
    generic, mail = sender_key("upload", "", "bao cao tuan 33.xlsx"), sender_key("mail", "xa@cujut.example", "")
    assert keep_decisions(store, mail, [first], {first.place: answers}, who=Person("văn phòng", "editor"), now=NOW) == [
        1
    ]
    assert (
        keep_decisions(store, mail, [first], {first.place: answers}, who=Person("văn phòng", "editor"), now=NOW) == []
    )
    assert keep_decisions(
        store, generic, [first], {first.place: answers}, who=Person("văn phòng", "editor"), now=NOW
    ) == [2]
    assert store.find(generic, first.fingerprint).layout == Layout(columns=((KEY, "quantity"),))
    assert store.find(mail, first.fingerprint).labels == {KEY: "SLg (mới)"}

    def known(header: str):
        return store.find(mail, header)

    second = taken(NEXT_ROWS, decisions=known)
    assert second.decision == 1 and second.frame["quantity"].sum() == 157
    # nothing was answered this time, so nothing new is kept
    assert keep_decisions(store, mail, [second], {}, who=Person("văn phòng", "editor"), now=NOW) == []
    store.revoke(1, who=Person("văn phòng", "editor"), now=NOW)
    assert taken(NEXT_ROWS, decisions=known).frame.empty


# --- a decision changes nothing where nothing is asked
EVERYTHING = Layout(kind="purchases", commune="24649", units=(("good:rice", "box"),), columns=(("so luong", "note"),))


@pytest.mark.parametrize("name", golden.names())
def test_a_sheet_on_which_nothing_is_asked_is_not_touched_by_any_decision(name):
    def any_decision(header: str) -> Decision:
        return Decision(1, MAIL, header, EVERYTHING, name, "", "văn phòng", NOW)

    source = Source(name, (golden.FOLDER / name).read_bytes())
    plain = read(source, as_of=AS_OF)
    unrelated = read(source, as_of=AS_OF, decisions={"another header": any_decision("another header")})
    assert golden.rows_text(unrelated) == golden.rows_text(plain)
    assert golden.problems_text(unrelated) == golden.problems_text(plain)
    forced = read(source, as_of=AS_OF, decisions=any_decision)
    for before, after in zip(plain.readings, forced.readings, strict=True):
        asked = {p.code for p in before.problems} & {*layouts.OPEN_COLUMN, *layouts.ASKS_COMMUNE, "kind_unsure"}
        if not asked and not before.unitless:
            pd.testing.assert_frame_equal(before.frame, after.frame)
            assert after.decision is None
