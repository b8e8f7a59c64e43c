"""What arrives by any road: read with what was said around it, linked to what it mends, accepted only where allowed."""

import io
from datetime import datetime, timedelta

import pytest
from openpyxl import Workbook, load_workbook

from data.access import Person
from data.records.inbox import Arrival
from data.reference import senders
from data.reference.senders import Senders
from data.uploads.store import Store
from loaders import Source, read
from loaders.roads import arrivals
from loaders.roads.attachments import Attachment
from loaders.roads.corrections import compare_problems
from loaders.roads.google_sheets import Fetched, GoogleError
from loaders.roads.messages import Letter
from loaders.roads.refresh import look
from outgoing.marked_copy.copy import marked_copy

NOW = datetime(2021, 8, 16, 9, 0).astimezone()
DAY = timedelta(days=1)
WHO = {"who": Person("văn phòng", "admin"), "now": NOW}
GIFT_HEAD = ["STT", "Họ và tên", "Ngày", "Mặt hàng", "Số lượng", "ĐVT"]
GIFTS = [
    [1, "Bà Ví Dụ", "10/8/2021", "Gạo", 50, "kg"],
    [2, "Ông Thử", "11/8/2021", "Gạo", 20, "kg"],
    [3, "Cửa hàng Mẫu", "12/8/2021", "Mì tôm", 5, "thùng"],
]


def book(title: str, head: list, rows: list, *, letterhead: str = "", sheet: str = "Sheet1") -> bytes:
    made = Workbook()
    made.active.title = sheet
    for row in [[letterhead], [title], [], head, *rows]:
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def gifts(rows=GIFTS, letterhead="ỦY BAN MTTQ XÃ NAM DONG") -> bytes:
    return book("DANH SÁCH ỦNG HỘ", GIFT_HEAD, rows, letterhead=letterhead)


def report(
    value: object, week="Tuần 32 (từ ngày 09/8/2021 đến ngày 15/8/2021)", letterhead="MTTQ XÃ NAM DONG"
) -> bytes:
    rows = [[1, "Số người ủng hộ", "người", value, 30], [2, "Gạo", "kg", 100, 400]]
    return book(f"BÁO CÁO TUẦN {week}", ["STT", "Chỉ tiêu", "ĐVT", "Trong tuần", "Lũy kế"], rows, letterhead=letterhead)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "kho")


@pytest.fixture(autouse=True)
def known(monkeypatch):
    table = Senders({"namdong@vi.du": "24649", "huyen@vi.du": None})
    monkeypatch.setattr(senders, "load", lambda: table)


def letter(*files: tuple[str, bytes], sender="namdong@vi.du", subject="Báo cáo", number=1, sent=NOW - DAY, replies=()):
    attached = tuple(Attachment(name, content) for name, content in files)
    return Letter(f"<{number}@vi.du>", sender, subject, sent, NOW, attached, tuple(replies))


def frame(store, kind="donations"):
    return store.current(kind)


# --- mail
def test_mail_waits_with_sender_subject_and_its_own_time(store):
    (number,) = arrivals.arrive_letter(store, letter(("ds.xlsx", gifts())), now=NOW)
    item = store.items()[number]
    assert (item.status, item.arrival.sender, item.arrival.subject) == ("waiting", "namdong@vi.du", "Báo cáo")
    assert item.arrival.received_at == NOW - DAY and item.arrival.commune == "24649"
    (part,) = item.arrival.parts
    assert (part["kind"], part["communes"], part["rows"]) == ("donations", ["24649"], 3)
    assert len(frame(store)) == 0  # nothing counts unseen


def test_the_same_message_never_counts_twice(store):
    sent = letter(("a.xlsx", gifts()), ("b.xlsx", report(12)))
    assert arrivals.arrive_letter(store, sent, now=NOW) == [1, 2]
    assert arrivals.arrive_letter(store, sent, now=NOW + DAY) == [1, 2]
    assert len(store.items()) == 2


def test_a_device_that_repeats_an_id_loses_nothing(store):
    arrivals.arrive_letter(store, letter(("a.xlsx", gifts())), now=NOW)
    arrivals.arrive_letter(store, letter(("b.xlsx", gifts(GIFTS[:1]))), now=NOW)
    assert [item.arrival.file for item in store.items().values()] == ["a.xlsx", "b.xlsx"]


def test_a_sheet_without_a_commune_takes_that_of_its_known_sender_and_says_so(store):
    content = gifts(letterhead="")
    alone = read(Source("ds.xlsx", content), as_of=NOW.date()).readings[0]
    assert "commune_not_stated" in [p.code for p in alone.problems]
    arrivals.arrive_letter(store, letter(("ds.xlsx", content)), now=NOW)
    reading = arrivals.reread(store, store.items()[1], as_of=NOW.date()).readings[0]
    assert reading.found_in["commune"] == ("sender", "") and set(reading.frame["commune"]) == {"24649"}
    assert not [p for p in reading.problems if p.code.startswith("commune")]


def test_a_sheet_of_another_commune_than_its_sender_is_asked(store):
    arrivals.arrive_letter(store, letter(("ds.xlsx", gifts(letterhead="MTTQ XÃ CƯ KNIA"))), now=NOW)
    reading = arrivals.reread(store, store.items()[1], as_of=NOW.date()).readings[0]
    assert "commune_conflict" in [p.code for p in reading.problems]
    assert reading.communes == ("24658",)  # the sheet holds


def test_urgent_in_the_subject_makes_an_urgent_report(store):
    sent = letter(("bc.xlsx", report(12)), subject="KHẨN: báo cáo ngày 12/8/2021")
    arrivals.arrive_letter(store, sent, now=NOW)
    item = store.items()[1]
    assert item.arrival.is_urgent and item.arrival.parts[0]["is_urgent"]
    reading = arrivals.reread(store, item, as_of=NOW.date()).readings[0]
    assert reading.is_urgent
    arrivals.accept_item(store, item, [reading], **WHO)
    (reception,) = store.receptions().to_dict("records")
    assert reception["has_urgent"] and str(reception["first_received_at"]) == "NaT"


def test_the_week_may_stand_in_the_subject_alone(store):
    sent = letter(("bc.xlsx", report(12, week="")), subject="BC tuần từ ngày 09/8/2021 đến ngày 15/8/2021")
    arrivals.arrive_letter(store, sent, now=NOW)
    reading = arrivals.reread(store, store.items()[1], as_of=NOW.date()).readings[0]
    assert reading.week_start_date.isoformat() == "2021-08-09"
    assert reading.found_in["week_start_date"] == ("subject", "")


def test_unknown_senders_stand_apart_and_no_commune_is_taken_from_them(store):
    arrivals.arrive_letter(store, letter(("ds.xlsx", gifts()), sender="la@noi.khac"), now=NOW)
    item = store.items()[1]
    assert not item.arrival.is_known and item.arrival.commune is None


def test_a_time_that_has_not_come_is_not_believed(store):
    arrivals.arrive_letter(store, letter(("ds.xlsx", gifts()), sent=NOW + 30 * DAY), now=NOW)
    assert store.items()[1].arrival.received_at == NOW


def test_refused_attachments_and_mail_without_any_are_listed(store):
    bad = Letter("<1@x>", "namdong@vi.du", "xem", NOW, NOW, (Attachment("v.exe", b"", "mail_dangerous"),))
    arrivals.arrive_letter(store, bad, now=NOW)
    arrivals.arrive_letter(store, letter(subject="Số liệu ghi trong thư", number=2), now=NOW)
    assert arrivals.arrive_letter(store, letter(sender="la@noi.khac", number=3), now=NOW) == []
    told = [(item.status, item.arrival.refused, item.arrival.file) for item in store.items().values()]
    assert told == [
        ("refused", "mail_dangerous", "v.exe"),
        ("refused", "mail_nothing_attached", "Số liệu ghi trong thư"),
    ]


# --- corrections
def sent_back(store, content: bytes, file="bc tuan 32.xlsx") -> int:
    (number,) = arrivals.arrive_letter(store, letter((file, content)), now=NOW)
    store.inbox.send_back(number, **WHO)
    return number


def test_the_marked_copy_that_comes_back_mended_is_linked_and_says_what_it_settled(store):
    first = sent_back(store, report("mười hai"))
    item = store.items()[first]
    before = arrivals.reread(store, item, as_of=NOW.date())
    marked = marked_copy(Source(item.arrival.file, store.inbox.content(item)), before, item=first)
    mended = load_workbook(io.BytesIO(marked.content))
    sheet = mended["Sheet1"]
    cell = next(p.where.cell for p in before.readings[0].problems if p.code == "number_unreadable")
    sheet[cell] = 12
    file = io.BytesIO()
    mended.save(file)
    later = letter(("sua.xlsx", file.getvalue()), number=2, sent=NOW + DAY)
    (second,) = arrivals.arrive_letter(store, later, now=NOW + DAY)
    items = store.items()
    assert items[second].arrival.corrects == first
    assert (items[first].status, items[second].status) == ("corrected", "waiting")
    after = arrivals.reread(store, items[second], as_of=NOW.date() + DAY)
    found = compare_problems(before, after)
    assert [p.code for p in found.settled] == ["number_unreadable"] and found.left == found.new == ()
    arrivals.accept_item(store, items[second], after.readings, who=Person("văn phòng", "editor"), now=NOW + DAY)
    (reception,) = store.receptions().to_dict("records")
    assert reception["first_received_at"] == NOW - DAY and reception["last_corrected_at"] == NOW + DAY


def test_a_new_report_of_the_same_week_and_sender_is_the_correction_and_of_another_week_is_not(store):
    first = sent_back(store, report("mười hai"))
    (other,) = arrivals.arrive_letter(
        store, letter(("a.xlsx", report(3, week="Tuần 31 (02/8/2021 - 08/8/2021)")), number=2), now=NOW
    )
    (same,) = arrivals.arrive_letter(store, letter(("b.xlsx", report(12)), number=3), now=NOW)
    items = store.items()
    assert (items[other].arrival.corrects, items[same].arrival.corrects) == (None, first)


def test_another_communes_file_never_is_the_correction(store):
    sent_back(store, report("mười hai"))
    dropped = arrivals.dropped("bc.xlsx", report(5, letterhead="MTTQ XÃ CƯ KNIA"), NOW)
    (number,) = arrivals.arrive(store, [dropped], **WHO)
    assert store.items()[number].arrival.corrects is None


def test_what_is_still_wrong_is_still_open_even_where_rows_moved():
    rows = [[1, "A", "10/8/2021", "Gạo", "năm mươi?", "kg"], [2, "B", "11/8/2021", "Gạo", "nhiều", "kg"]]
    before = read(Source("a.xlsx", gifts(rows)), as_of=NOW.date())
    moved = [[0, "Mới", "09/8/2021", "Gạo", 1, "kg"], rows[0], [2, "B", "11/8/2021", "Gạo", 20, "kg"]]
    found = compare_problems(before, read(Source("a.xlsx", gifts(moved)), as_of=NOW.date()))
    assert [p.found for p in found.settled] == ["nhiều"] and [p.found for p in found.left] == ["năm mươi?"]


# --- Google
class Sheet:
    """A Google Sheet as it is fetched; `fails` is the code of why not."""

    def __init__(self, content: bytes):
        self.content, self.fails = content, ""

    def __call__(self, link: str) -> Fetched:
        if self.fails:
            raise GoogleError(self.fails)
        return Fetched("Ủng hộ.xlsx", self.content, str(hash(self.content)))


def follow(store, sheet, **more):
    number = store.sheets.add("ID1", name="ID1", commune="24649", **(more | WHO))

    def at(now):
        return look(store, store.sheets.all()[number], sheet, now=now)

    return at


def test_unchanged_content_makes_no_upload(store):
    at = follow(store, Sheet(gifts()))
    assert [at(NOW).state, at(NOW + DAY).state] == ["waiting", "unchanged"]
    assert len(store.items()) == 1 and store.version() == 0


def test_a_trusted_sheet_that_grows_and_is_edited_counts_once(store):
    sheet = Sheet(gifts())
    at = follow(store, sheet, is_trusted=True)
    assert at(NOW).state == "accepted" and frame(store)["quantity"].sum() == 75
    sheet.content = gifts(
        [*GIFTS[:2], [3, "Cửa hàng Mẫu", "12/8/2021", "Mì tôm", 8, "thùng"], [4, "C", "13/8/2021", "Gạo", 1, "kg"]]
    )
    assert at(NOW + DAY).state == "accepted"
    assert sorted(frame(store)["quantity"]) == [1, 8, 20, 50]
    store.undo(2, **WHO)
    assert sorted(frame(store)["quantity"]) == [5, 20, 50]


def test_a_trusted_sheet_with_anything_open_waits(store):
    sheet = Sheet(gifts([[1, "A", "10/8/2021", "Gạo", "nhiều", "kg"]]))
    at = follow(store, sheet, is_trusted=True)
    assert at(NOW).state == "waiting" and store.version() == 0
    sheet.content = gifts()
    assert at(NOW + DAY).state == "accepted"
    assert [item.status for item in store.items().values()] == ["set_aside", "accepted"]


def test_a_sheet_that_was_emptied_and_used_anew_waits_for_a_person(store):
    """Taken for the newer state, the earlier gifts would go out of the numbers in silence."""
    sheet = Sheet(gifts())
    at = follow(store, sheet, is_trusted=True)
    at(NOW)
    sheet.content = gifts([[1, "Người khác", "15/8/2021", "Gạo", 7, "kg"]])
    assert at(NOW + DAY).state == "waiting" and frame(store)["quantity"].sum() == 75


def test_the_last_good_state_stays_when_google_fails(store):
    sheet = Sheet(gifts())
    at = follow(store, sheet, is_trusted=True)
    at(NOW)
    for code in ("no_network", "no_access", "not_found"):
        sheet.fails = code
        assert (at(NOW + DAY).state, store.sheets.all()[1].reason) == ("failed", code)
        assert frame(store)["quantity"].sum() == 75
    sheet.fails = ""
    assert at(NOW + 2 * DAY).state == "unchanged" and store.sheets.all()[1].reason == ""


def test_a_sheet_that_goes_back_to_an_earlier_state_counts_as_it_is_now(store):
    sheet = Sheet(gifts())
    at = follow(store, sheet, is_trusted=True)
    at(NOW)
    first, sheet.content = sheet.content, gifts(GIFTS[:2])
    assert at(NOW + DAY).state == "accepted" and sorted(frame(store)["quantity"]) == [20, 50]
    sheet.content = first
    assert at(NOW + 2 * DAY).state == "accepted" and sorted(frame(store)["quantity"]) == [5, 20, 50]


# --- dropped files
def test_the_same_file_dropped_again_is_the_same_item(store):
    one = arrivals.dropped("a.xlsx", gifts(), NOW)
    assert arrivals.arrive(store, [one, one], **WHO) == [1, 1]
    assert arrivals.arrive(store, [arrivals.dropped("b.xlsx", gifts(), NOW)], **WHO) == [2]


def test_what_cannot_be_read_waits_with_its_reason(store):
    arrivals.arrive(
        store, [Arrival(key="upload:x", road="upload", file="x.xlsx", received_at=NOW, content=b"x")], **WHO
    )
    assert store.items()[1].arrival.unread and store.items()[1].status == "waiting"
