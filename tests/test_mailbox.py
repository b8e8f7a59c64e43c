"""The mailbox against a real IMAP server: what is new is taken once, nothing deleted, nothing lost by a broken line."""

import sys
from dataclasses import replace
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from commands import files as command_line
from data.uploads.store import Store
from loaders.roads.arrivals import arrive_letter
from loaders.roads.mailbox import KEYWORD, MAIL_ERRORS, MailError, MailSettings, from_secrets, read_folder, read_mailbox
from tests.mail_server import PASSWORD, USER, MailServer, cut_after
from tests.ports import free_port
from tests.test_arrivals import gifts

NOW = datetime(2021, 8, 16, 9, 0).astimezone()


def message(number: int, *, sender="xa@vi.du", subject="Báo cáo tuần 32", files=(), size=0) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Xã <{sender}>", "vanphong@vi.du", subject
    made["Date"], made["Message-ID"] = "Fri, 13 Aug 2021 10:00:00 +0700", f"<{number}@vi.du>"
    made.set_content("Kính gửi văn phòng." + "x" * size)
    for name, content in files or [("ds.xlsx", gifts())]:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


@pytest.fixture(scope="module")
def running():
    if sys.platform != "linux":
        pytest.skip("dovecot runs on Linux only")
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def server(running):
    """The server with an empty mailbox."""
    box = running.client()
    _, (count,) = box.select("INBOX")
    if int(count):
        box.store("1:*", "+FLAGS", r"(\Deleted)")
        box.expunge()
    box.logout()
    return running


def settings(server, **more) -> MailSettings:
    return MailSettings("localhost", USER, PASSWORD, **({"port": server.port, "ca_file": server.ca_file} | more))


def taken(server, **more) -> list[str]:
    letters = []
    read_mailbox(settings(server, **more), letters.append)
    return [letter.id for letter in letters]


def test_new_messages_are_taken_once_and_stay_as_they_are(server):
    for number in range(3):
        server.put(message(number))
    assert taken(server) == ["<0@vi.du>", "<1@vi.du>", "<2@vi.du>"]
    flags = server.flags()
    assert len(flags) == 3 and all(KEYWORD in line and r"\Seen" not in line for line in flags)
    assert taken(server) == []
    server.put(message(3))
    assert taken(server) == ["<3@vi.du>"] and len(server.flags()) == 4


def test_a_message_that_someone_marked_for_deletion_is_not_expunged(server):
    server.put(message(1))
    box = server.client()
    box.select("INBOX")
    box.store("1", "+FLAGS", r"(\Deleted)")
    box.logout()
    taken(server)
    assert len(server.flags()) == 1


def test_a_letter_has_its_sender_subject_times_and_attachments(server):
    server.put(message(1, subject="KHẨN: báo cáo", files=[("a.xlsx", b"PK\x03\x04x"), ("v.exe", b"MZ")]))
    letters = []
    outcome = read_mailbox(settings(server), letters.append)
    (letter,) = letters
    assert (letter.sender, letter.subject, letter.is_urgent) == ("xa@vi.du", "KHẨN: báo cáo", True)
    assert letter.sent_at.isoformat() == "2021-08-13T10:00:00+07:00" and letter.arrived_at is not None
    assert [(a.name, a.refused) for a in letter.attachments] == [("a.xlsx", ""), ("v.exe", "mail_dangerous")]
    assert (outcome.seen, outcome.taken, outcome.attachments) == (1, 1, 2)


def test_what_fails_while_it_is_taken_is_not_marked_and_comes_again(server):
    server.put(message(1))

    def fail(letter):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        read_mailbox(settings(server), fail)
    assert taken(server) == ["<1@vi.du>"]


@pytest.mark.parametrize("count", [5_000, 20_000, 60_000, 130_000])
def test_a_connection_cut_in_the_middle_loses_nothing_and_doubles_nothing(server, tmp_path, count):
    for number in range(8):
        server.put(message(number, size=10_000))
    store = Store(tmp_path / "kho")

    def take(letter):
        arrive_letter(store, letter, now=NOW)

    with cut_after(server.port, count) as port, pytest.raises(MailError) as cut:
        read_mailbox(settings(server, port=port), take)
    assert cut.value.code in ("mail_cut", "mail_no_network")
    before = len(store.items())
    assert before < 8
    read_mailbox(settings(server), take)
    keys = [item.arrival.key.rpartition(":")[0] for item in store.items().values()]
    assert sorted(keys) == sorted({f"mail:<{number}@vi.du>:1" for number in range(8)})


def test_the_same_message_in_two_folders_is_one(server, tmp_path):
    sent = message(1)  # made once: a workbook made a second later has other bytes
    server.put(sent)
    server.put(sent, folder="Luu")
    store = Store(tmp_path / "kho")
    for folder in ("INBOX", "Luu"):
        read_mailbox(settings(server, folder=folder), lambda letter: arrive_letter(store, letter, now=NOW))
    assert len(store.items()) == 1


def test_a_wrong_password_a_wrong_folder_and_no_server_are_told_apart(server):
    for wrong, code in (
        ({"password": "sai"}, "mail_sign_in"),
        ({"folder": "Không có"}, "mail_no_folder"),
        ({"port": free_port()}, "mail_no_network"),
    ):
        with pytest.raises(MailError) as refused:
            read_mailbox(replace(settings(server), **wrong), print)
        assert refused.value.code == code and PASSWORD not in str(refused.value)


def test_an_unknown_certificate_or_one_of_another_name_gets_no_password(server):
    with pytest.raises(MailError) as refused:
        read_mailbox(settings(server, ca_file=None), print)
    assert refused.value.code == "mail_certificate"
    other = MailServer(name="thu.khac.vi.du")
    try:
        with pytest.raises(MailError) as refused:
            read_mailbox(settings(other), print)
        assert refused.value.code == "mail_certificate"
        assert "login" not in (other.folder / "dovecot.log").read_text().lower().replace("imap-login", "")
    finally:
        other.stop()


def test_of_many_messages_only_the_new_ones_are_fetched(server):
    box = server.client()
    for number in range(300):
        box.append("INBOX", f"({KEYWORD})", None, message(number, files=[("a.csv", b"x")]))
    box.logout()
    server.put(message(999))
    outcome = read_mailbox(settings(server), lambda letter: None)
    assert (outcome.seen, outcome.taken) == (1, 1)


@pytest.mark.parametrize("folder, rights", [("ChiDoc", "lr"), ("KhongTuKhoa", "lrs")])
def test_where_no_keyword_is_kept_the_memory_of_the_caller_decides(server, folder, rights):
    server.put(message(1), folder=folder)
    server.put(message(2), folder=folder)
    server.limit(folder, rights)
    assert taken(server, folder=folder) == ["<1@vi.du>", "<2@vi.du>"]
    assert not any(KEYWORD in line for line in server.flags(folder))
    again, asked = [], []

    def is_known(message_id: str) -> bool:
        asked.append(message_id)
        return message_id == "<1@vi.du>"

    outcome = read_mailbox(settings(server, folder=folder), again.append, is_known=is_known)
    assert [letter.id for letter in again] == ["<2@vi.du>"] and asked == ["<1@vi.du>", "<2@vi.du>"]
    assert (outcome.seen, outcome.taken) == (1, 1)


def test_messages_from_before_a_day_are_left_alone(server):
    server.put(message(1), at=datetime(2021, 7, 1, 12).timestamp())
    server.put(message(2), at=datetime(2021, 8, 1, 12).timestamp())
    assert taken(server, since=date(2021, 7, 29)) == ["<2@vi.du>"]


def test_a_message_too_large_to_be_fetched_is_listed_by_its_subject(server, monkeypatch):
    server.put(message(1, size=50_000))
    monkeypatch.setattr("loaders.roads.mailbox.LARGEST_MESSAGE", 40_000)
    letters = []
    read_mailbox(settings(server), letters.append)
    (letter,) = letters
    assert (letter.id, letter.sender) == ("<1@vi.du>", "xa@vi.du")
    assert [(a.name, a.refused) for a in letter.attachments] == [("Báo cáo tuần 32.eml", "mail_too_large")]


@pytest.mark.parametrize(
    "told, found",
    [
        ({}, "host"),
        ({"host": "h", "user": "u"}, "password"),
        ({"host": "h", "user": "u", "password": "p", "port": "993"}, "port"),
        ({"host": "h", "user": "u", "password": "p", "ca_file": "không có.pem"}, "ca_file"),
    ],
)
def test_settings_say_what_is_missing(told, found):
    with pytest.raises(MailError) as refused:
        from_secrets(told)
    assert (refused.value.code, refused.value.found) == ("mail_not_set", found)


def test_settings_with_their_defaults():
    found = from_secrets({"host": " imap.vi.du ", "user": "a", "password": "b"})
    assert (found.host, found.port, found.folder, found.ca_file) == ("imap.vi.du", 993, "INBOX", None)


def saved(folder: Path) -> Path:
    (folder / "con").mkdir()
    (folder / "1.eml").write_bytes(message(1))
    (folder / "con" / "2.EML").write_bytes(message(2, files=[("hoa don.doc", b"\xd0\xcf")]))
    (folder / "ghi chu.txt").write_text("không phải thư")
    return folder


def test_a_folder_of_saved_mail(tmp_path):
    letters = []
    outcome = read_folder(saved(tmp_path), letters.append)
    assert [letter.id for letter in letters] == ["<1@vi.du>", "<2@vi.du>"] and outcome.attachments == 2
    with pytest.raises(MailError) as refused:
        read_folder(tmp_path / "không có", print)
    assert refused.value.code == "mail_no_folder"


def test_the_command_takes_saved_mail_once_and_says_what_it_did(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "kho"))
    (tmp_path / "thu").mkdir()
    folder = saved(tmp_path / "thu")
    assert command_line.main(["mailbox", "--eml", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "2 thư, 2 tệp kèm: 1 tệp mới" in said and "hoa don.doc: Không phải loại đọc được" in said
    assert command_line.main(["mailbox", "--eml", str(folder), "--json"]) == 0
    assert '"new": 0' in capsys.readouterr().out and len(Store(tmp_path / "kho").items()) == 2


def test_the_command_says_why_an_attachment_cannot_be_read(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "kho"))
    (tmp_path / "1.eml").write_bytes(message(1, files=[("hong.xlsx", b"PK\x03\x04cut")]))
    assert command_line.main(["mailbox", "--eml", str(tmp_path / "1.eml")]) == 0
    assert "hong.xlsx: " in capsys.readouterr().out


def test_the_command_reads_the_mailbox_of_the_secrets(server, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "kho"))
    server.put(message(1))
    secrets = tmp_path / "secrets.toml"
    told = f'host="localhost"\nport={server.port}\nuser="{USER}"\npassword="{PASSWORD}"\nca_file="{server.ca_file}"'
    secrets.write_text(f"[mailbox]\n{told}\n")
    assert command_line.main(["mailbox", "--secrets", str(secrets)]) == 0
    assert "1 tệp mới trong Hộp chờ (1 của người gửi lạ)" in capsys.readouterr().out
    assert command_line.main(["mailbox", "--secrets", str(tmp_path / "none.toml")]) == 1
    said = capsys.readouterr().err
    assert "host" in said and PASSWORD not in said


def test_every_error_is_met_here():
    text = Path(__file__).read_text("utf-8")
    assert [code for code in MAIL_ERRORS if f'"{code}"' not in text] == []
