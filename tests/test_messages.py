"""One message -> a Letter: names and subjects in every coding, what is attached, what is only listed and why."""

import email.policy
from email import message_from_bytes
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest

from data.reference.senders import read_senders
from loaders.cells.urgency import says_urgent
from loaders.roads.messages import read_headers, read_message
from tests.test_arrivals import gifts

BOOK = gifts()


def letter(*files, subject="Báo cáo", sender="Xã Nam Dong <NamDong@Vi.Du>", **headers) -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"] = sender, subject
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content("Kính gửi")
    for name, content, *kind in files:
        main, sub = (kind[0] if kind else "application/octet-stream").split("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


def listed(content: bytes) -> list[tuple[str, str]]:
    return [(attachment.name, attachment.refused) for attachment in read_message(content).attachments]


def test_a_plain_letter():
    told = {"Date": "Fri, 13 Aug 2021 10:00:00 +0700", "Message_ID": "<a@b>", "In_Reply_To": "<c@d>"}
    found = read_message(letter(("ds.xlsx", BOOK), **told))
    assert (found.id, found.sender, found.subject, found.replies_to) == (
        "<a@b>",
        "namdong@vi.du",
        "Báo cáo",
        ("<c@d>",),
    )
    assert found.sent_at.isoformat() == "2021-08-13T10:00:00+07:00" and found.arrived_at is None
    assert found.attachments[0].content == BOOK


def test_without_an_id_the_bytes_are_the_id_and_a_broken_date_is_none():
    first, second = letter(), letter(subject="khác")
    assert read_message(first).id.startswith("sha256:") and read_message(first).id == read_message(first).id
    assert read_message(first).id != read_message(second).id
    assert read_message(letter(Date="hôm qua")).sent_at is None


@pytest.mark.parametrize(
    "header",
    [
        b'attachment; filename="=?UTF-8?B?RGFuaCBzw6FjaC54bHN4?="',
        b"attachment; filename*=UTF-8''Danh%20s%C3%A1ch.xlsx",
        'attachment; filename="Danh sách.xlsx"'.encode(),
        b"attachment; filename*0*=UTF-8''Danh%20; filename*1*=s%C3%A1ch.xlsx",
    ],
)
def test_names_in_every_coding(header):
    raw = b"From: a@b.vn\r\nSubject: x\r\nContent-Type: application/octet-stream\r\nContent-Disposition: "
    raw += header + b"\r\nContent-Transfer-Encoding: 7bit\r\n\r\na,b\r\n"
    assert listed(raw) == [("Danh sách.xlsx", "")]


def test_names_lose_their_path_and_two_of_one_name_stay_apart():
    names = [name for name, _ in listed(letter(("../../etc/a.csv", b"x"), ("C:\\tam\\a.csv", b"y")))]
    assert len(set(names)) == 2 and all("/" not in name and "\\" not in name for name in names)


@pytest.mark.parametrize(
    "name, content, code",
    [
        ("bao cao.xlsx.exe", b"x", "mail_dangerous"),
        ("bao cao.xlsx", b"MZ\x90\x00", "mail_dangerous"),
        ("a.html", b"<html>", "mail_dangerous"),
        ("a.lnk", b"x", "mail_dangerous"),
        ("quyet dinh.doc", b"\xd0\xcf\x11\xe0", "mail_not_a_sheet"),
        ("anh.jpg", b"\xff\xd8\xff", "mail_not_a_sheet"),
        ("winmail.dat", b"\x78\x9f\x3e\x22", "mail_winmail"),
        ("smime.p7m", b"x", "mail_encrypted"),
    ],
)
def test_what_is_only_listed(name, content, code):
    (found,) = read_message(letter((name, content))).attachments
    assert (found.refused, found.content) == (code, b"")


def test_too_large_is_listed_and_not_kept(monkeypatch):
    monkeypatch.setattr("loaders.roads.attachments.LIMITS", type("L", (), {"max_bytes": 10}))
    (found,) = read_message(letter(("a.csv", b"x" * 11))).attachments
    assert (found.refused, found.content) == ("mail_too_large", b"")
    assert [a.refused for a in read_headers(letter(), arrived_at=None).attachments] == ["mail_too_large"]


def test_a_forwarded_message_gives_its_attachments_too():
    inner = read_message(letter(("ds.xlsx", BOOK)))
    outer = MIMEMultipart()
    outer["From"], outer["Subject"] = "huyen@vi.du", "Fwd"
    outer.attach(MIMEText("xem"))

    outer.attach(MIMEMessage(message_from_bytes(letter(("ds.xlsx", BOOK)), policy=email.policy.default)))
    assert [a.content for a in read_message(outer.as_bytes()).attachments] == [inner.attachments[0].content]


def test_logos_and_text_are_no_attachments():
    made = EmailMessage()
    made["From"], made["Subject"] = "a@b.vn", "x"
    made.set_content("chữ")
    made.add_alternative('<img src="cid:logo">', subtype="html")
    made.get_payload()[1].add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>")
    assert listed(made.as_bytes()) == []


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff\xfe", b"From: x", b"Content-Type: multipart/mixed\r\n\r\n--x", b"\n" * 99]
)
def test_garbage_is_a_letter_and_no_traceback(raw):
    assert read_message(raw).id.startswith("sha256:")


@pytest.mark.parametrize(
    "subject, is_urgent",
    [
        ("KHẨN: báo cáo ngày 12/8", True),
        ("V/v báo cáo hỏa tốc", True),
        ("bao cao khan xa Nam Dong", True),
        ("Báo cáo đột xuất", True),
        ("Đề nghị khẩn trương nộp báo cáo tuần", False),
        ("ủng hộ khăn và khẩu trang", False),
        ("ung ho khan", False),
        ("Báo cáo tuần 32", False),
    ],
)
def test_which_subjects_are_urgent(subject, is_urgent):
    assert says_urgent(subject) is is_urgent


def test_the_table_of_senders_leaves_out_what_it_cannot_use(tmp_path):
    path: Path = tmp_path / "senders.csv"
    path.write_text(
        "address,commune,note\nXa@Vi.Du ,24649,\nhuyen@vi.du,,\nsai,24649,\nb@c.vn,99999,\nxa@vi.du,24640,\n"
    )
    found = read_senders(path, {"24649", "24640"})
    assert found.communes == {"xa@vi.du": "24649", "huyen@vi.du": None} and len(found.wrong_lines) == 3
    assert found.knows("XA@vi.du") and found.commune("huyen@vi.du") is None and not found.knows("b@c.vn")


@pytest.mark.parametrize(
    "header, name",
    [
        (b'attachment; filename="=?windows-1258?Q?B=E1o_c=E1o.xls?="', "Báo cáo.xls"),
        (b'attachment; filename="B\xe1o c\xe1o.xls"', "Báo cáo.xls"),
        (b'attachment; filename="B\xb8o c\xb8o tu\xc7n x\xb7.xls"', "Báo cáo tuần xã.xls"),  # TCVN3
        (b"attachment; filename=Bao cao tuan.xlsx", "Bao cao tuan.xlsx"),
        (b"attachment; filename=\"?.xlsx\"; filename*=UTF-8''B%C3%A1o.xlsx", "Báo.xlsx"),
        (b'attachment; filename="=?x-khong-co?Q?B=C3=A1o.xlsx?="', "Báo.xlsx"),
        ('attachment; filename="Ba\u0301o.xlsx"'.encode(), "Báo.xlsx"),
        (b'attachment; filename="=?UTF-8?Q?b=E1=BA?= =?UTF-8?Q?=A3ng.xlsx?="', "bảng.xlsx"),
    ],
)
def test_names_as_real_programs_write_them(header, name):
    raw = b"Content-Type: application/octet-stream\r\nContent-Disposition: " + header + b"\r\n\r\na\r\n"
    assert listed(raw) == [(name, "")]


@pytest.mark.parametrize(
    "sender, address",
    [
        ('"xa@vi.du" <Ke.Gian@khac.vn>', "ke.gian@khac.vn"),
        ("xa@vi.du <kegian@khac.vn>", "kegian@khac.vn"),
        ("xa@vi.du", "xa@vi.du"),
        ("Không có địa chỉ", ""),
    ],
)
def test_the_address_counts_and_not_the_name_before_it(sender, address):
    assert read_message(f"From: {sender}\r\n\r\n".encode()).sender == address


def test_a_program_in_a_zip_and_one_behind_turned_letters_are_dangerous():
    import io
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("bao cao/so lieu.XLSX.exe", b"x")
    assert listed(letter(("bao cao.zip", content.getvalue()))) == [("bao cao.zip", "mail_dangerous")]
    assert listed(letter(("bao cao\u202exslx.exe", b"x")))[0][1] == "mail_dangerous"
    assert listed(letter(("bao cao.exe. ", b"x")))[0][1] == "mail_dangerous"


def test_a_workbook_under_a_strange_name_goes_on():
    assert [refused for _, refused in listed(letter(("so lieu.dat", BOOK), ("so lieu", BOOK)))] == ["", ""]


def test_a_photographed_report_is_listed_and_a_logo_is_not():
    raw = EmailMessage()
    raw["From"] = "a@b.vn"
    raw.set_content("xem ảnh")
    for size in (2_000, 400_000):
        raw.add_attachment(b"\xff\xd8\xff" + b"x" * size, "image", "jpeg", filename=f"{size}.jpg", disposition="inline")
    assert listed(raw.as_bytes()) == [("400000.jpg", "mail_not_a_sheet")]


def test_our_own_letter_that_could_not_be_delivered_is_no_report():
    bounce = MIMEMultipart("report")
    bounce.attach(MIMEText("không gửi được"))
    bounce.attach(MIMEMessage(message_from_bytes(letter(("ds.xlsx", BOOK)))))
    assert listed(bounce.as_bytes()) == []


@pytest.mark.parametrize("kind", ["multipart", "message"])
def test_parts_within_parts_without_end_are_a_damaged_letter(kind):
    if kind == "multipart":
        head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(3_000))
    else:
        head = "Content-Type: message/rfc822\r\n\r\n" * 3_000
    found = read_message(f"Subject: thử\r\nFrom: a@b.vn\r\n{head}".encode())
    assert (found.sender, found.subject) == ("a@b.vn", "thử")
    assert [a.refused for a in found.attachments] in (["mail_unreadable"], [])
