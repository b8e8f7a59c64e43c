"""Google Sheets with the real gspread and google-auth, against a small Google on loopback (tests/google_server.py)."""

import io
import os
import subprocess
import sys
import threading
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import requests

from loaders.formats.sources import open_grids
from loaders.reading import Source
from loaders.roads import google_sheets, google_transport
from loaders.roads.google_sheets import REASONS, GoogleError, Link, fetch, find_link, robot_address
from loaders.roads.google_transport import Patience, Quota
from tests.google_server import ROBOT, SHEET, XLSX, Fault, GoogleServer, Kept, talk_to
from words import texts

ROOT = Path(__file__).parent.parent
ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-abcde"
OTHER_ID = "1ZZZdEfGhIjKlMnOpQrStUvWxYz0123456789_-abcde"
met_codes: set[str] = set()


class FakeTime:
    """A clock that only sleeping moves; what was slept is kept."""

    def __init__(self):
        self.now, self.slept = 1000.0, []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def workbook(change=lambda book: None) -> bytes:
    """Everything that a conversion could spoil."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Tuần 37 'xã'"
    sheet.append(["UBND xã Mẫu", None, None])
    sheet.append(["STT", "Số tiền", "Ngày", "Giờ", "Công khai", "Ghi chú"])
    sheet.append([1, 1500, date(2021, 8, 15), time(9, 30), True, "01"])
    sheet.append([2, 1500.5, datetime(2021, 8, 16, 14, 30), None, False, "0900000000"])
    sheet.append([3, "1.500", "16/8", None, None, "'=1+1"])
    sheet["F5"].value, sheet["F5"].data_type = "=1+1", "s"
    sheet.append([None, None, 44423, -3, 0, "#REF!"])
    sheet["F6"].data_type = "s"
    sheet.append([None, "1,5"])
    sheet.append([None, None, "12/2021", 1e12, 0.35, "dòng\nhai"])
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("B7:B8")
    sheet.row_dimensions[4].hidden = True
    hidden = book.create_sheet("Nháp")
    hidden.append(["ẩn", 7])
    hidden.sheet_state = "hidden"
    change(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def said(content):
    """What the loaders see of a workbook."""
    grids, errors = open_grids(Source("x.xlsx", content))
    assert errors == []
    return [(g.sheet, g.is_hidden, g.merged, g.rows, [(p.code, p.found) for p in g.problems]) for g in grids]


@pytest.fixture(scope="module")
def server():
    with GoogleServer() as google:
        yield google


@pytest.fixture
def google(server):
    server.files = {ID: Kept("Ủng hộ tuần 37", workbook())}
    server.calls.clear()
    server.faults.clear()
    with talk_to(server.url):
        yield server


def quick(**changes) -> dict:
    """No real waiting."""
    time_passes = FakeTime()
    quota = Quota(clock=time_passes.clock, sleep=time_passes.sleep)
    return {"patience": Patience(**{"connect": 2, "read": 2, "jitter": 0} | changes), "quota": quota}


def code_of(google, link=ID, credentials=None, **how) -> str:
    with pytest.raises(GoogleError) as caught:
        fetch(link, credentials, **quick() | how)
    met_codes.add(caught.value.code)
    assert caught.value.__cause__ is None
    return caught.value.code, caught.value.found


# links
@pytest.mark.parametrize(
    ("pasted", "gid"),
    [
        (ID, None),
        (f"  {ID}\n", None),
        (f"https://docs.google.com/spreadsheets/d/{ID}/edit#gid=0", "0"),
        (f"https://docs.google.com/spreadsheets/d/{ID}/edit?gid=12#gid=12", "12"),
        (f"https://docs.google.com/spreadsheets/d/{ID}/edit?usp=sharing", None),
        (f"https://docs.google.com/spreadsheets/d/{ID}", None),
        (f"docs.google.com/spreadsheets/d/{ID}/", None),
        (f"http://docs.google.com/spreadsheets/u/1/d/{ID}/edit?usp=drive_link", None),
        (f"https://docs.google.com/a/mat-tran-mau.vn/spreadsheets/d/{ID}/htmlview", None),
        (f"https://docs.google.com/spreadsheets/d/{ID}/edit?usp=sharing&ouid=1&rtpof=true&sd=true", None),
        (f"https://docs.google.com/spreadsheets/d/{ID}/export?format=xlsx&gid=5", "5"),
        (f"https://docs.google.com/spreadsheets/d/{ID}/edit#gid=9&range=B3", "9"),
        (f"https://drive.google.com/file/d/{ID}/view?usp=sharing", None),
        (f"https://drive.google.com/file/u/0/d/{ID}/view", None),
        (f"https://drive.google.com/open?id={ID}", None),
        (f"https://drive.google.com/open?usp=drive_copy&id={ID}", None),
        (f"https://DOCS.google.com/spreadsheets/d/{ID}/edit", None),
        (f"<https://docs.google.com/spreadsheets/d/{ID}/edit>", None),
    ],
)
def test_every_usual_form_of_a_link(pasted, gid):
    assert find_link(pasted) == Link(ID, gid)
    assert find_link(find_link(pasted).url) == Link(ID, gid)


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("", "bad_link"),
        ("bảng ủng hộ tuần 37", "bad_link"),
        ("https://docs.google.com/", "not_a_sheet"),
        ("https://docs.google.com/spreadsheets/d/ngan/edit", "bad_link"),
        (f"https://docs.google.com/spreadsheets/d/{ID}%2F..%2Fx/edit", "bad_link"),
        (f"ftp://docs.google.com/spreadsheets/d/{ID}", "bad_link"),
        (f"file:///spreadsheets/d/{ID}", "bad_link"),
        (f"javascript:alert('{ID}')", "bad_link"),
        (f"https://docs.google.com:8443/spreadsheets/d/{ID}", "bad_link"),
        (f"https://docs.google.com@evil.example/spreadsheets/d/{ID}", "other_host"),
        (f"https://evil.example\\@docs.google.com/spreadsheets/d/{ID}", "other_host"),
        (f"https://evil.example#@docs.google.com/spreadsheets/d/{ID}", "other_host"),
        (f"https://docs.google.com.evil.example/spreadsheets/d/{ID}", "other_host"),
        (f"https://evildocs.google.com/spreadsheets/d/{ID}", "other_host"),
        (f"https://www.google.com/url?q=https://docs.google.com/spreadsheets/d/{ID}", "other_host"),
        (f"http://127.0.0.1/spreadsheets/d/{ID}", "other_host"),
        ("https://docs.google.com/spreadsheets/d/e/2PACX-1vQabcdefghijklmnop/pubhtml", "published_link"),
        ("https://docs.google.com/spreadsheets/d/e/2PACX-1vQabcdefghijklmnop/pub?output=xlsx", "published_link"),
        (f"https://docs.google.com/document/d/{ID}/edit", "not_a_sheet"),
        (f"https://docs.google.com/forms/d/{ID}/viewform", "not_a_sheet"),
        ("https://drive.google.com/drive/folders/1AbCdEfGhIjKlMnOpQrStUvWxYz", "not_a_sheet"),
    ],
)
def test_other_links_make_no_connection_at_all(pasted, code, google, monkeypatch):
    monkeypatch.setattr(requests.Session, "request", lambda *_, **__: pytest.fail("a connection was made"))
    if code == "not_a_sheet" and "/d/" not in pasted:
        code = ("not_a_sheet", "bad_link")
    assert code_of(google, pasted, google.credentials())[0] in code
    assert google.calls == []


# the roads
def test_private_sheet_by_its_export(google):
    google.files[ID].is_link_shared = False
    fetched = fetch(f"https://docs.google.com/spreadsheets/d/{ID}/edit", google.credentials(), **quick())
    assert (fetched.name, fetched.content, fetched.is_values_only) == (
        "Ủng hộ tuần 37.xlsx",
        workbook_of(google),
        False,
    )
    assert google.roads() == ["token", "about", "export"]


def workbook_of(google, id=ID):
    return google.files[id].content


def test_link_shared_sheet_without_a_key(google):
    google.files[ID].is_shared_with_robot = False
    fetched = fetch(ID, **quick())
    assert (fetched.name, fetched.content) == ("Ủng hộ tuần 37.xlsx", workbook_of(google))
    assert google.roads() == ["open_export", "open_answer"]


@pytest.mark.parametrize("has_key", [True, False])
def test_workbook_in_drive_comes_as_it_is(google, has_key):
    google.files[ID] = Kept("So_lieu.xlsx", workbook(), mime=XLSX)
    fetched = fetch(ID, google.credentials() if has_key else None, **quick())
    assert (fetched.name, fetched.content) == ("So_lieu.xlsx", workbook_of(google))
    assert google.roads()[-1] == ("media" if has_key else "open_download")


def test_shortcut_leads_to_its_sheet(google):
    google.files[OTHER_ID] = Kept("Lối tắt", b"", mime="application/vnd.google-apps.shortcut", target=ID)
    assert fetch(OTHER_ID, google.credentials(), **quick()).content == workbook_of(google)


@pytest.mark.parametrize("fault", [Fault(403, reason="exportSizeLimitExceeded"), Fault(500), Fault(seconds=0.6)])
def test_values_give_the_same_grid_as_the_export(google, fault):
    google.faults["export"] = [fault]
    fetched = fetch(ID, google.credentials(), **quick(read=0.3))
    assert fetched.is_values_only
    assert said(fetched.content) == said(workbook_of(google))
    assert google.roads().count("values") == 1 and google.roads().count("metadata") == 1
    google.faults.clear()
    assert fetched.fingerprint == fetch(ID, google.credentials(), **quick()).fingerprint


def test_nothing_is_changed_on_the_way_by_values(google):
    google.faults["export"] = [Fault(403, reason="exportSizeLimitExceeded")]
    (_, is_hidden, merged, rows, problems), hidden = said(fetch(ID, google.credentials(), **quick()).content)
    assert rows[2][:6] == [1, 1500, date(2021, 8, 15), time(9, 30), True, "01"]
    assert rows[3][:6] == [2, 1500.5, datetime(2021, 8, 16, 14, 30), "", False, "0900000000"]
    assert rows[4][:6] == [3, "1.500", "16/8", "", "", "=1+1"]
    assert rows[5][2:6] == [44423, -3, 0, "#REF!"]
    assert rows[6][1] == "1,5"
    assert rows[7][2:6] == ["12/2021", 10**12, 0.35, "dòng\nhai"]
    assert (is_hidden, set(merged)) == (False, {(0, 0, 0, 2), (6, 1, 7, 1)})
    assert ("hidden_rows", "1") in problems
    assert hidden[:2] == ("Nháp", True)


def test_dates_stay_serials_where_their_kinds_are_too_much(google):
    google.faults["export"] = [Fault(403, reason="exportSizeLimitExceeded")]
    google.faults["metadata"] = [Fault(500, times=5)]
    fetched = fetch(ID, google.credentials(), **quick())
    assert said(fetched.content)[0][3][2][2] == 44423


def test_many_sheets_are_asked_in_few_calls(google):
    google.files[ID].content = workbook(lambda book: [book.create_sheet(f"Tuần {n}").append([n]) for n in range(60)])
    google.faults["export"] = [Fault(403, reason="exportSizeLimitExceeded")]
    assert said(fetch(ID, google.credentials(), **quick()).content) == said(workbook_of(google))
    assert google.roads().count("values") == 2


def test_fingerprint_is_of_what_the_sheets_say(google):
    def fingerprint_of(change):
        google.files[ID].content = workbook(change)
        return fetch(ID, **quick()).fingerprint

    def cell(book):
        book.active["B3"] = 1501

    def hide(book):
        book["Nháp"].sheet_state = "visible"

    def colour(book):
        book.properties.creator = "người khác"
        book.active["B3"].font = openpyxl.styles.Font(bold=True)

    first = fingerprint_of(lambda book: None)
    assert fingerprint_of(colour) == first and google.files[ID].content != workbook()
    changes = [cell, hide, lambda book: book.active.merge_cells("A3:A4"), lambda book: book.active.insert_rows(3)]
    changes += [lambda book: setattr(book.active, "title", "Tuần 38")]
    assert len({first, *map(fingerprint_of, changes)}) == len(changes) + 1


def test_names_make_no_folders(google):
    google.files[ID].title = "Tuần 33/37 \\ xã"
    assert fetch(ID, google.credentials(), **quick()).name == "Tuần 33-37 - xã.xlsx"
    assert fetch(ID, **quick()).name == "Tuần 33-37 - xã.xlsx"


# refusals
def test_without_access(google):
    google.files[ID].is_shared_with_robot = google.files[ID].is_link_shared = False
    assert code_of(google, credentials=google.credentials()) == ("no_access", ROBOT)
    assert code_of(google) == ("not_shared", "")
    assert "open_answer" not in google.roads()  # the way to the sign-in page was not gone


def test_sign_in_page_instead_of_the_sheet(google):
    google.faults["open_export"] = [Fault(body=b"<html>Sign in</html>", headers={"Content-Type": "text/html"})]
    assert code_of(google)[0] == "not_shared"


@pytest.mark.parametrize("has_key", [True, False])
def test_deleted_or_never_there(google, has_key):
    key = google.credentials() if has_key else None
    google.files[ID].is_trashed = True
    assert code_of(google, credentials=key)[0] == "not_found"
    assert code_of(google, OTHER_ID, key)[0] == "not_found"


def test_something_else_in_drive(google):
    google.files[ID] = Kept("Công văn", b"", mime="application/vnd.google-apps.document")
    assert code_of(google, credentials=google.credentials()) == ("not_a_sheet", "Công văn")


@pytest.mark.parametrize("has_key", [True, False])
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(429), "quota"),
        (Fault(500), "google_down"),
        (Fault(503), "google_down"),
        (Fault(seconds=0.6), "no_network"),
        (Fault(is_cut=True), "no_network"),
        (Fault(302, headers={"Location": "https://evil.example/x"}), "other_host"),
        (Fault(302, headers={"Location": "http://docs.google.com/x"}), "other_host"),
        (Fault(302, headers={"Location": "https://docs.google.com.evil.example/x"}), "other_host"),
        (Fault(302, headers={"Location": "https://docs.google.com@evil.example/x"}), "other_host"),
        (Fault(302, headers={"Location": "https://www.google.com/sorry/index"}), "quota"),
        (Fault(302, headers={"Location": f"https://docs.google.com/spreadsheets/d/{ID}/export"}), "google_down"),
    ],
)
def test_what_can_go_wrong_on_the_way(google, fault, code, has_key):
    road = "about" if has_key else "open_answer" if fault.is_cut else "open_export"
    google.faults[road] = [Fault(**vars(fault))]
    if has_key and code == "google_down" and fault.status == 302:  # leads to a page without a key, and there round
        google.faults["open_export"] = [Fault(**vars(fault))]
    key = google.credentials() if has_key else None
    assert code_of(google, credentials=key, **quick(read=0.3))[0] == code


def test_cut_in_the_middle_of_export_and_values(google):
    google.faults["export"] = google.faults["values"] = [Fault(is_cut=True)]
    assert code_of(google, credentials=google.credentials())[0] == "no_network"


def test_nothing_there_to_talk_to(google, monkeypatch):
    with talk_to("http://127.0.0.1:9"):
        assert code_of(google)[0] == "no_network"
        assert code_of(google, credentials=google.credentials())[0] == "no_network"


def test_oversized_is_given_up_while_it_comes(google):
    google.files[ID].content = workbook() + b"\0" * 3_000_000
    assert code_of(google, max_bytes=1_048_576) == ("too_large", "1 MB")
    google.files[ID].mime = XLSX
    assert code_of(google, credentials=google.credentials(), max_bytes=1_048_576) == ("too_large", "1 MB")


@pytest.mark.parametrize(
    ("fault", "code", "found"),
    [
        (Fault(403, reason="accessNotConfigured", service="drive.googleapis.com"), "api_off", "Google Drive API"),
        (Fault(403, reason="SERVICE_DISABLED", service="sheets.googleapis.com"), "api_off", "Google Sheets API"),
        (Fault(403, reason="userRateLimitExceeded"), "quota", ""),
        (Fault(403, reason="insufficientFilePermissions"), "no_access", ROBOT),
        (Fault(401, reason="authError"), "key_refused", ROBOT),
        (Fault(403, body=b"<html>proxy</html>"), "no_access", ROBOT),
        (Fault(403, body=b'{"error": "strange"}'), "no_access", ROBOT),
        (Fault(200, body=b"no json"), "google_down", ""),
        (Fault(400, reason="badRequest"), "not_a_sheet", ""),
    ],
)
def test_refusals_in_the_words_of_google(google, fault, code, found):
    google.faults["about"] = [fault]
    assert code_of(google, credentials=google.credentials()) == (code, found)


# keys
def test_address_of_the_robot(google):
    assert robot_address(google.credentials()) == ROBOT
    assert robot_address(None) is robot_address({}) is None


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"private_key": ""}, "private_key"),
        ({"private_key": None, "client_email": " "}, "client_email, private_key"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----"}, "private_key"),
        ({"client_email": "robot"}, "client_email"),
        ({"type": "authorized_user"}, "type"),
        ({"private_key_id": ""}, "private_key_id"),
    ],
)
def test_broken_key_names_its_fields_and_nothing_more(google, change, found):
    broken = google.credentials() | change
    with pytest.raises(GoogleError) as caught:
        robot_address(broken)
    assert (caught.value.code, caught.value.found) == ("bad_credentials", found)
    assert code_of(google, credentials=broken) == ("bad_credentials", found)
    assert google.calls == []


def test_key_with_written_out_line_ends_works(google):
    key = google.credentials()
    key["private_key"] = key["private_key"].strip().replace("\n", "\\n")
    assert fetch(ID, key, **quick()).content == workbook_of(google)


def test_key_cannot_send_its_signature_elsewhere(google):
    key = google.credentials() | {"token_uri": "https://evil.example/token", "universe_domain": "evil.example"}
    assert fetch(ID, key, **quick()).content == workbook_of(google)


def test_revoked_key(google):
    google.faults["token"] = [Fault(400, body=b'{"error": "invalid_grant", "error_description": "account not found"}')]
    assert code_of(google, credentials=google.credentials()) == ("key_refused", ROBOT)


def test_token_server_in_trouble(google, monkeypatch):
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda _: None)
    google.faults["token"] = [Fault(503, body=b'{"error": "server_error"}')]
    assert code_of(google, credentials=google.credentials())[0] == "google_down"


# patience
def test_pauses_grow_and_the_answer_comes_at_last(google):
    how = quick()
    google.faults["open_export"] = [Fault(429, times=2), Fault(503, times=2)]
    assert fetch(ID, **how).content == workbook_of(google)
    assert how["quota"].sleep.__self__.slept == [1, 2, 4, 8]


def test_pauses_have_jitter(google):
    slept = []
    for _ in range(2):
        how = quick(jitter=1)
        google.faults["open_export"] = [Fault(429, times=2)]
        fetch(ID, **how)
        slept.append(how["quota"].sleep.__self__.slept)
    assert all(1 <= first <= 2 <= second <= 3 for first, second in slept) and slept[0] != slept[1]


@pytest.mark.parametrize(("asked", "waited"), [("7", 7), ("99999", 60), ("mai", 1)])
def test_retry_after_is_honoured_up_to_a_limit(google, asked, waited):
    how = quick()
    google.faults["open_export"] = [Fault(429, times=1, headers={"Retry-After": asked})]
    fetch(ID, **how)
    assert how["quota"].sleep.__self__.slept == [waited]


def test_all_tries_together_end_in_time(google):
    how = quick(total=100)
    google.faults["open_export"] = [Fault(429, headers={"Retry-After": "40"})]
    assert code_of(google, **how)[0] == "quota"
    assert how["quota"].sleep.__self__.slept == [40, 40]


def test_breaking_down_over_the_export_leaves_time_for_the_values(google):
    how = quick(total=100)
    google.faults["export"] = [Fault(503, headers={"Retry-After": "40"})]
    assert fetch(ID, google.credentials(), **how).is_values_only
    assert sum(how["quota"].sleep.__self__.slept) <= 50


def test_quota_counts_every_try_but_no_token(google):
    how = quick()
    quota = how["quota"]
    google.faults["about"] = [Fault(500, times=2)]
    fetch(ID, google.credentials(), **how)
    assert len(quota._taken) == len([road for road in google.roads() if road != "token"]) == 4


def test_the_61st_read_waits_for_its_minute():
    time_passes = FakeTime()
    quota = Quota(clock=time_passes.clock, sleep=time_passes.sleep)
    taken = []
    for _ in range(200):
        quota.take(until=10**9)
        taken.append(time_passes.now)
        time_passes.now += 0.1
    assert all(late - early > 59.999 for early, late in zip(taken, taken[60:], strict=False))
    with pytest.raises(GoogleError, match="quota"):
        for _ in range(61):
            quota.take(until=time_passes.now + 1)


def test_quota_holds_over_threads():
    time_passes = FakeTime()
    quota = Quota(reads=10, clock=time_passes.clock, sleep=time_passes.sleep)
    took = []

    def ask():
        for _ in range(5):
            try:
                quota.take(until=time_passes.now)
                took.append(1)
            except GoogleError:
                pass

    threads = [threading.Thread(target=ask) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(took) == 10


def test_one_quota_for_the_whole_process():
    assert (google_transport.QUOTA.reads, google_transport.QUOTA.seconds) == (60, 60.0)
    assert fetch.__kwdefaults__["quota"] is google_transport.QUOTA


# what holds for all
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://docs.google.com/",
        "https://docs.google.com:8443/",
        "https://docs.google.com@evil.example/",
        "https://user:word@docs.google.com/",
        "https://googleusercontent.com.evil.example/",
        "https://evilgoogleusercontent.com/",
        "https://127.0.0.1/",
        "https://accounts.google.com/",
    ],
)
def test_our_sessions_call_nobody_else(url, monkeypatch):
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", lambda *_, **__: pytest.fail("a connection was made"))
    how = quick()
    session = google_transport.confined(requests.Session(), how["patience"], how["quota"], until=2000)
    with pytest.raises(GoogleError):
        session.get(url, verify=False)


def test_certificates_are_always_checked(monkeypatch):
    met = []
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", lambda *_, **how: met.append(how["verify"]) or answer)
    answer = requests.Response()
    answer.status_code, answer.raw = 200, io.BytesIO(b"")
    how = quick()
    session = google_transport.confined(requests.Session(), how["patience"], how["quota"], until=2000)
    session.get("https://docs.google.com/", verify=False)
    assert met == [True]


def test_no_message_holds_the_key(google):
    """Neither in the error nor in what Python would print of it."""
    import traceback

    google.faults["about"] = [Fault(401, reason="authError")]
    key = google.credentials()
    with pytest.raises(GoogleError) as caught:
        fetch(ID, key, **quick())
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__dict__)
    assert key["private_key"][30:60] not in shown and google.token not in shown


@pytest.mark.parametrize("code", REASONS)
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_reason_has_its_sentences(code, language):
    said_of = [texts.t(f"google.{code}.{part}", language, found="Ω") for part in ("what", "do")]
    assert all(said_of) and "{" not in "".join(said_of)
    assert bool(REASONS[code]) == ("Ω" in "".join(said_of))


def test_only_these_reasons_have_sentences():
    assert {key.split(".")[1] for key in texts.entries() if key.startswith("google.")} == set(REASONS)


def test_a_process_of_its_own_can_use_this_google(google):
    code = (
        "import sys; from tests.google_server import talk_to; from loaders.roads.google_sheets import fetch\n"
        f"with talk_to({google.url!r}): print(len(fetch({ID!r}).content))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": "."}
    )
    assert ran.stdout.strip() == str(len(workbook_of(google))), ran.stderr


def test_every_reason_was_met():
    """Last: the tests above have met each of them (run as a whole file)."""
    if len(met_codes) > 5:
        assert met_codes == set(REASONS)


def test_public_names():
    assert set(google_sheets.__all__) <= set(dir(google_sheets)) and SHEET
