"""The inbox and the sources as a person sees them, in both languages; the timer; where a report stands."""

from datetime import datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data import reference
from data.access import Person
from data.records.inbox import pending_reports
from data.reference import senders
from data.reference.senders import Senders
from data.uploads.store import Store
from loaders import Source, read
from loaders.roads import arrivals
from loaders.roads.attachments import Attachment
from loaders.roads.google_links import REASONS, GoogleError
from loaders.roads.mailbox import MailError
from loaders.roads.messages import Letter
from metrics.reports import expected_reports, report_status
from tests.google_server import ROBOT, GoogleServer
from tests.test_arrivals import Sheet, gifts, letter, report
from tests.test_pages import ENGLISH, PAGES, RAW_KEY, ROOT, TECHNICAL, opened, words
from ui.frame import session, timer
from ui.intake.send_back import mailto, marked_name, marked_upload
from ui.intake.sources import reason

NOW = datetime(2021, 8, 16, 9, 0).astimezone()
DAY = timedelta(days=1)
WHO = {"who": Person("văn phòng", "admin"), "now": NOW}


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setattr(senders, "load", lambda: Senders({"namdong@vi.du": "24649"}))


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "kho"))
    return session.store()


@pytest.fixture
def busy(store) -> Store:
    """One of everything."""
    arrivals.arrive_letter(store, letter(("bc.xlsx", report("mười hai"))), now=NOW)
    arrivals.arrive_letter(store, letter(("ds.xlsx", gifts()), sender="la@noi.khac", number=2), now=NOW)
    bad = Letter("<3@x>", "namdong@vi.du", "xem", NOW, NOW, (Attachment("v.exe", b"", "mail_dangerous"),))
    arrivals.arrive_letter(store, bad, now=NOW)
    arrivals.arrive_letter(store, letter(("x.xlsx", report(5)), subject="KHẨN ngày 12/8/2021", number=4), now=NOW)
    arrivals.arrive(store, [arrivals.dropped("a.xlsx", gifts(letterhead="MTTQ XÃ CƯ KNIA"), NOW)], **WHO)
    store.sheets.add("ID1", name="Ủng hộ", **WHO)
    store.questions.ask("indicator:rice_kg;commune=24649", "Vì sao?", commune="24649", shown=400.0, **WHO)
    return store


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("page", ["inbox", "sources"])
def test_a_full_page_says_everything_in_its_language(busy, page, language):
    app = opened(page, lang=language)
    said = words(app)
    assert not app.exception
    bare = TECHNICAL.sub("", said)
    assert RAW_KEY.findall(bare) == []
    if language == "vi":
        assert ENGLISH.findall(bare) == []


def test_the_list_tells_what_who_for_which_commune_and_week_and_how_many_problems(busy):
    said = words(opened("inbox")).replace("\\", "")
    assert "1 · bc.xlsx" in said and "Xã Nam Dong" in said and "Tuần 32" in said and "1 chỗ phải sửa" in said
    assert "Thư của namdong@vi.du" in said and "văn phòng thả vào" in said
    assert said.index("4 · x.xlsx") < said.index("1 · bc.xlsx")  # urgent first
    assert "la@noi.khac" not in said  # apart


def test_an_item_opened_sent_back_and_set_aside(busy):
    app = opened("inbox")
    app.button(key="look_1").click().run()
    assert not app.exception
    app.toggle(key="send_back_item_1_vi").set_value(True).run()
    (letter_text,) = [area.value for area in app.text_area if area.label.startswith("Thư gửi xã")]
    assert "Nam Dong" in letter_text and "Vì sao?" in letter_text
    app.button(key="sent_item_1").click().run()
    assert busy.items()[1].status == "sent_back" and not app.exception


def test_an_item_is_accepted_and_undoing_brings_it_back(busy):
    app = opened("inbox")
    app.button(key="look_5").click().run()
    app.button(key="accept_item_5").click().run()
    assert not app.exception and busy.items()[5].status == "accepted"
    busy.undo(1, **WHO)
    assert busy.items()[5].status == "waiting"


def test_where_a_report_stands_goes_on_to_submitted_and_sent_back(busy):
    campaign, communes = reference.load().campaign, reference.load().all_communes
    expected = expected_reports(campaign, communes, NOW.date())

    def status() -> str:
        pending = pending_reports(busy.items().values())
        rows = report_status(expected, busy.receptions(), now=NOW, pending=pending)
        week = rows["week_start_date"].dt.date.astype(str) == "2021-08-09"
        return rows[(rows["commune"] == "24649") & week]["status"].item()

    assert status() == "submitted"  # the urgent one beside it is not the weekly one
    busy.inbox.send_back(1, **WHO)
    assert status() == "sent_back"
    (second,) = arrivals.arrive_letter(busy, letter(("bc2.xlsx", report(12)), number=9), now=NOW)
    assert status() == "submitted"
    item = busy.items()[second]
    parts = arrivals.reread(busy, item, as_of=NOW.date()).readings
    receipt = arrivals.accept_item(busy, item, parts, **WHO)
    assert status() == "late"
    busy.undo(receipt.number, **WHO)
    assert status() == "submitted"


def test_any_upload_gives_its_file_with_the_faults_marked(busy):
    item = busy.items()[1]
    parts = arrivals.reread(busy, item, as_of=NOW.date()).readings
    receipt = arrivals.accept_item(busy, item, parts, **WHO)
    content = marked_upload(receipt.number, "bc.xlsx")
    assert read(Source("bc.xlsx", content), as_of=NOW.date()).marked == 1
    assert marked_name("bc tuan.xlsx").endswith(".xlsx") and marked_name("cu.xls").endswith(".xlsx")
    assert marked_name("goi.zip").endswith(".zip")


def sources_with(secrets: dict) -> str:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    for name, value in secrets.items():
        app.secrets[name] = value
    app.run().switch_page(PAGES["sources"]).run()
    assert not app.exception
    return "\n".join([words(app), *(code.value for code in app.code)]).replace("\\", "")


def test_the_page_shows_whom_to_share_with_or_says_exactly_what_is_missing(store):
    key = {"client_email": "nhap@mau.iam.gserviceaccount.com", "private_key_id": "1", "private_key": "x"}
    said = sources_with({"google_service_account": key | {"private_key": ""}})
    assert "private_key" in said and "nhap@mau" not in said
    with GoogleServer() as google:
        assert ROBOT in sources_with({"google_service_account": google.credentials()})
    mailbox = {"host": "imap.vi.du", "user": "vanphong@vi.du", "password": "mat-khau-thu"}
    said = sources_with({"mailbox": mailbox})
    assert "vanphong@vi.du" in said and "mat-khau-thu" not in said
    assert "“password”" in sources_with({"mailbox": mailbox | {"password": ""}})


# --- the timer
def test_each_source_is_looked_at_when_it_is_due_and_one_failure_stops_no_other(store, monkeypatch):
    sheets = {"A": Sheet(gifts()), "B": Sheet(gifts(letterhead="MTTQ XÃ CƯ KNIA"))}
    asked: list[str] = []

    def fetch(link, key):
        asked.append(link)
        return sheets[link](link)

    monkeypatch.setattr(timer, "fetch", fetch)
    for link in sheets:
        store.sheets.add(link, name=link, **WHO)
    sheets["A"].fails = "no_network"
    told, clock = timer.Looks(), [NOW]
    for minutes in (0, 5, 16):
        clock[0] = NOW + timedelta(minutes=minutes)
        timer.step(store, told, None, None, lambda: clock[0])
    assert asked == ["A", "B", "A", "B"]
    assert {number: found.state for number, (_, found) in told.sheets.items()} == {1: "failed", 2: "unchanged"}
    assert store.sheets.all()[1].reason == "no_network" and len(store.items()) == 1


def test_a_mailbox_that_cannot_be_read_is_told_and_tried_again(store, monkeypatch):
    tries: list[int] = []

    def read(settings, take, is_known):
        tries.append(1)
        raise MailError("mail_cut")

    monkeypatch.setattr(timer, "read_mailbox", read)
    told, clock = timer.Looks(), [NOW]
    mailbox = {"host": "h", "user": "u", "password": "p"}
    for minutes in (0, 5, 16):
        clock[0] = NOW + timedelta(minutes=minutes)
        timer.step(store, told, None, mailbox, lambda: clock[0])
    assert len(tries) == 2 and told.mail[1] == "mail_cut"


def test_every_reason_has_its_words():
    for code in REASONS:
        GoogleError(code)
        assert all(reason(code, "x"))


def test_a_long_letter_is_left_to_be_pasted():
    assert "body=" in mailto("a@b.vn", "x", "ngắn") and "body=" not in mailto("a@b.vn", "x", "dài " * 900)
