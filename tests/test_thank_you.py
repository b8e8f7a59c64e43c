"""Thank-you letters: who is one donor, what stands in the letter, who may make one, and that it is written down."""

import io
import logging
import shutil
from datetime import date, datetime
from types import SimpleNamespace

import pandas as pd
import pytest
import streamlit as st
from docx import Document
from streamlit.testing.v1 import AppTest

from data import reference, schemas
from data.access import NotAllowed, Person
from data.uploads.keys import row_keys
from data.uploads.receipt_codes import receipt_code
from data.uploads.store import Store
from loaders.reading import Reading
from metrics.donors import by_donor, donors, found_donors, name_key
from outgoing.papers.thank_you import Donor, Gift, called, letter
from report.filters import Filters
from tests.test_week_report import pdf_text, text_of
from ui.doors import sign_in
from ui.doors.sign_in import Visitor
from ui.frame import session
from ui.meeting import thank_you

CAMPAIGN = reference.load().campaign
NAM_DONG, TAM_THANG = "24649", "24655"
AT = datetime(2021, 9, 1, 8, 0, tzinfo=CAMPAIGN.zone)
EDITOR = Person("An", "editor")
DAY, SECRET = date(2021, 9, 5), "k" * 40
# donor, category, commune, good, amount, day: invented
LINES = (
    ("Nguyễn Văn Mẫu", "individual", NAM_DONG, "cash", 500_000, date(2021, 8, 3)),
    ("NGUYỄN  VĂN MẪU ", "individual", NAM_DONG, "rice", 50, date(2021, 8, 9)),
    ("Nguyễn Văn Mẫu", "individual", TAM_THANG, "cash", 1_005_000, date(2021, 8, 3)),
    ("Nguyễn Văn Mẫu", "household", NAM_DONG, "cash", 70_000, None),
    ("Trần Thị Hòa", "individual", NAM_DONG, "cash", 200_000, date(2021, 8, 4)),
    ("Trần Thị Hoà", "individual", NAM_DONG, "cash", 300_000, date(2021, 8, 5)),
    ("Lê Văn Hùng", "individual", NAM_DONG, "cash", 100_000, date(2021, 8, 6)),
    ("Lê Văn Hưng", "individual", NAM_DONG, "cash", 900_000, date(2021, 8, 6)),
    ("Công ty TNHH Thử Nghiệm", "business", None, "cash", 20_000_000, date(2021, 8, 7)),
    (None, "individual", NAM_DONG, "cash", 50_000, date(2021, 8, 7)),
    (" ", "individual", NAM_DONG, "eggs", 30, date(2021, 8, 7)),
)
DONORS = 7


@pytest.fixture(scope="module", autouse=True)
def quiet():
    """Outside of a running page Streamlit warns at every call."""
    logging.getLogger("streamlit").setLevel(logging.CRITICAL)


def donations(lines=LINES) -> pd.DataFrame:
    count = len(lines)
    names, categories, communes, goods, amounts, days = (list(column) for column in zip(*lines, strict=True))
    is_cash = [good == "cash" for good in goods]
    units = [
        "vnd" if cash else {"rice": "kg", "eggs": "piece"}[good] for cash, good in zip(is_cash, goods, strict=True)
    ]
    values = {
        "date": days,
        "donor_name": names,
        "donor_category": categories,
        "commune": communes,
        "good": goods,
        "quantity": [float(amount) for amount in amounts],
        "unit": units,
        "base_quantity": [float(amount) for amount in amounts],
        "base_unit": units,
        "cash_vnd": [amount if cash else None for amount, cash in zip(amounts, is_cash, strict=True)],
        "value_vnd": [None if cash else 750_000 for cash in is_cash],
        "source_sheet": ["Tờ 1"] * count,
        "source_row": list(range(5, 5 + count)),
        "source_column": ["D"] * count,
    }
    return schemas.frame("donations", values)


def numbered(lines=LINES) -> pd.DataFrame:
    """As `thank_you._gifts` gives them, of one list in force."""
    frame = donations(lines).assign(upload_number=1)
    return by_donor(frame.assign(line=identities(frame)))


def identities(frame: pd.DataFrame) -> list[str]:
    """Of what receipt codes are made: the key of a line, and which of several equal ones it is."""
    keys = pd.Series(row_keys("donations", frame))
    told = zip(keys.tolist(), keys.groupby(keys).cumcount(), strict=True)
    return [f"{key & (1 << 64) - 1:016x}:{place}" for key, place in told]


# who is one donor
def test_a_donor_is_a_name_in_a_commune_and_category():
    table = donors(numbered())
    found = {
        (row["donor_name"], row["commune"], row["donor_category"]): (row["gifts"], row["cash_vnd"], row["value_vnd"])
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
    }
    assert found == {
        ("NGUYỄN VĂN MẪU", NAM_DONG, "individual"): (2, 500_000, 750_000),
        ("Nguyễn Văn Mẫu", TAM_THANG, "individual"): (1, 1_005_000, None),
        ("Nguyễn Văn Mẫu", NAM_DONG, "household"): (1, 70_000, None),
        ("Trần Thị Hoà", NAM_DONG, "individual"): (2, 500_000, None),
        ("Lê Văn Hùng", NAM_DONG, "individual"): (1, 100_000, None),
        ("Lê Văn Hưng", NAM_DONG, "individual"): (1, 900_000, None),
        ("Công ty TNHH Thử Nghiệm", None, "business"): (1, 20_000_000, None),
    }
    assert len(numbered()) == len(LINES) - 2  # who gave without a name gets no letter


def test_names_that_read_the_same():
    assert name_key("  Hoàng Thị  HÒA") == name_key("hoàng thị hoà")
    assert name_key("Lê Văn Hùng") != name_key("Lê Văn Hưng") != name_key("Le Van Hung")
    assert name_key("Y Blơ̆k Êban") != name_key("Y Blok Eban")
    assert name_key(" . ") == ""


def test_no_gifts_no_donors():
    nobody = by_donor(donations(LINES[-2:]).assign(line=""))
    assert nobody.empty and donors(nobody).empty


def test_searched_with_and_without_accents():
    table = donors(numbered())
    assert set(found_donors(table, "hung")["donor_name"]) == {"Lê Văn Hùng", "Lê Văn Hưng"}
    assert len(found_donors(table, "MẪU nguyen")) == 3 and found_donors(table, "không ai").empty


# the letter
def gift(**other) -> Gift:
    return Gift(
        **({"day": date(2021, 8, 3), "good": "cash", "quantity": 1, "unit": "vnd", "cash_vnd": 1_005_000} | other)
    )


def test_what_stands_in_a_letter():
    rice = Gift(None, "rice", 50.0, "kg", value_vnd=750_000, code="ABCD-EFGH-JKLM")
    paper = letter(Donor("Lê Văn Hùng", NAM_DONG, "individual", (gift(), rice)), CAMPAIGN, day=DAY)
    said = text_of(paper)
    assert "THƯ CẢM ƠN\n" in said and "Kính gửi: Ông (Bà) Lê Văn Hùng\n" in said and "Mã biên nhận ở mỗi dòng" in said
    assert "xã Nam Dong" in said and "1.005.000 đồng (bằng chữ: Một triệu không trăm linh năm nghìn đồng)" in said
    table = paper.values["table_gifts"]
    assert [column.title for column in table.columns][2:] == [
        "Nội dung",
        "Số lượng",
        "Giá trị quy đổi (đồng)",
        "Mã biên nhận",
    ]
    assert table.rows == (
        ("1", "03/08/2021", "Tiền mặt", "1.005.000 đồng", "", ""),
        ("2", "không ghi", "Gạo", "50 kg", "750.000", "ABCD-EFGH-JKLM"),
    )


def test_columns_and_sentences_without_content_are_left_out():
    goods_only = Gift(date(2021, 8, 3), "rice", 50.0, "kg")
    paper = letter(Donor("Hội Thử", None, "group", (goods_only,)), CAMPAIGN, day=DAY)
    said = text_of(paper)
    assert "bằng chữ" not in said and "Mã biên nhận" not in said and len(paper.values["table_gifts"].columns) == 4
    assert "trân trọng cảm ơn Hội Thử đã ủng hộ" in said


def test_in_english_the_amount_is_in_english_words():
    paper = letter(Donor("Tester Ltd", None, "business", (gift(),)), CAMPAIGN, day=DAY, language="en")
    assert "1,005,000 VND (in words: One million five thousand Vietnamese dong)" in text_of(paper)


@pytest.mark.parametrize(
    ("name", "category", "said"),
    [
        ("Lê Văn Hùng", "individual", "Ông (Bà) Lê Văn Hùng"),
        ("Bà Lê Thị Mẫu", "individual", "Bà Lê Thị Mẫu"),
        ("Chi hội Nông dân thôn 3", "member", "Chi hội Nông dân thôn 3"),
        ("Hộ Lê Văn Hùng", "household", "Hộ Lê Văn Hùng"),
        ("Lê Văn Hùng", None, "Lê Văn Hùng"),
        ("Công ty TNHH Thử Nghiệm", "business", "Công ty TNHH Thử Nghiệm"),
    ],
)
def test_how_a_donor_is_called(name, category, said):
    assert called(Donor(name, None, category, ()), "vi") == said


# the files
def test_every_donor_has_a_page_and_the_own_gifts_alone():
    options = {"spoken": "vi", "day": DAY, "secret": SECRET}
    pages = pdf_text(thank_you.letters(EDITOR, numbered(), ending="pdf", **options), "-layout").split("\f")[:-1]
    assert len(pages) == DONORS
    hung, hưng = (
        next(page for page in pages if f"Kính gửi: Ông (Bà) Lê Văn {name}" in page) for name in ("Hùng", "Hưng")
    )
    assert "100.000 đồng" in hung and "900.000" not in hung
    assert "900.000 đồng" in hưng and "100.000" not in hưng
    content = thank_you.letters(EDITOR, numbered(), ending="docx", **options)
    document = Document(io.BytesIO(content))
    assert len(document.sections) == DONORS
    assert [line.text for line in document.paragraphs].count("THƯ CẢM ƠN") == DONORS
    starts = document.element.body.xpath(".//w:sectPr/w:pgNumType/@w:start")
    assert starts == ["1"] * DONORS
    codes = {receipt_code(SECRET, line) for line in identities(donations())}
    told = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert len(told & codes) == len(LINES) - 2
    for code in told & codes:
        assert sum(page.count(code) for page in pages) == 1


def test_without_a_key_there_are_no_codes():
    content = thank_you.letters(EDITOR, numbered(), ending="docx", spoken="vi", day=DAY)
    assert "Mã biên nhận" not in "".join(Document(io.BytesIO(content)).element.body.itertext())


def test_many_letters_are_one_file():
    lines = [(f"Người Thử {number}", "individual", NAM_DONG, "cash", 1000 * number, DAY) for number in range(1, 61)]
    options = {"spoken": "vi", "day": DAY, "secret": SECRET}
    assert pdf_text(thank_you.letters(EDITOR, numbered(lines), ending="pdf", **options)).count("THƯ CẢM ƠN") == 60
    assert (
        len(Document(io.BytesIO(thank_you.letters(EDITOR, numbered(lines), ending="docx", **options))).sections) == 60
    )


@pytest.mark.parametrize(
    "person",
    [
        Person("", "public"),
        Person("Bình", "viewer"),
        Person("Bình", "viewer", NAM_DONG),
        Person("An", "editor", NAM_DONG),
        Person("máy", "machine"),
    ],
)
def test_who_may_not_write_to_donors_gets_nothing(person):
    with pytest.raises(NotAllowed):
        thank_you.letters(person, numbered(), ending="docx", spoken="vi", day=DAY)


# the panel
@pytest.fixture
def url(tmp_path, monkeypatch):
    store = Store(str(tmp_path / "store"))
    reading = Reading(
        kind="donations",
        file="ủng hộ.xlsx",
        sheet="Tờ 1",
        frame=donations(),
        waiting=schemas.empty("waiting"),
        remarks=schemas.empty("remarks"),
        problems=(),
        columns={},
        communes=(NAM_DONG, TAM_THANG),
    )
    store.accept(name="ủng hộ.xlsx", content=b"1", parts=[reading], who=EDITOR, received_at=AT, now=AT)
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    return str(tmp_path / "store")


def look_as(person: Person, monkeypatch) -> None:
    monkeypatch.setattr(sign_in, "visitor", lambda *rest: Visitor(person, "local"))


def panel() -> None:
    import streamlit as st

    from report.filters import Filters
    from ui.frame import session
    from ui.meeting import thank_you

    st.session_state.filters = Filters()
    st.session_state.setdefault("language", "vi")
    thank_you.draw_letters(session.view())


@pytest.mark.parametrize("spoken", ["vi", "en"])
def test_the_panel_finds_a_donor_and_writes_down_that_names_were_seen(url, spoken, monkeypatch):
    look_as(EDITOR, monkeypatch)
    app = AppTest.from_function(panel, default_timeout=180)
    app.session_state.language = spoken
    app.run()
    assert not app.exception and not app.selectbox and len(app.get("download_button")) == 0
    app.text_input[0].set_value("van hung").run()
    assert not app.exception
    assert [option.split(" · ")[0] for option in app.selectbox[0].options] == ["Lê Văn Hùng", "Lê Văn Hưng"]
    assert len(app.get("download_button")) == 1
    (record,) = Store(url).disclosures.all()
    assert (record.act, record.who) == ("names", "An") and "ung" not in str(record.details)


def test_whoever_may_not_sees_no_name(url, monkeypatch):
    look_as(Person("Bình", "viewer"), monkeypatch)
    app = AppTest.from_function(panel, default_timeout=180).run()
    assert not app.exception and not app.text_input and len(app.get("download_button")) == 0
    assert "Hùng" not in str(app)


def test_with_a_faulty_template_the_panel_says_so_and_offers_no_file(url, tmp_path, monkeypatch):
    folder = tmp_path / "reference"
    shutil.copytree(reference.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "templates" / "thank_you_vi.docx").write_bytes(b"x")
    monkeypatch.setenv("REFERENCE_DIR", str(folder))
    look_as(EDITOR, monkeypatch)
    app = AppTest.from_function(panel, default_timeout=180).run()
    app.text_input[0].set_value("van hung").run()
    (sentence,) = (error.value for error in app.error)
    assert not app.exception and "thank\\_you\\_vi.docx" in sentence and len(app.get("download_button")) == 0


def taken(person: Person, monkeypatch) -> object:
    """What the button of the panel gives, pressed by a person, for all donors."""
    given = SimpleNamespace(make=None)
    monkeypatch.setattr(st, "download_button", lambda label, make, **rest: setattr(given, "make", make))
    monkeypatch.setattr(st, "segmented_control", lambda label, options, **rest: options[0])
    st.session_state.filters, st.session_state.language = Filters(), "vi"
    look_as(person, monkeypatch)
    view = session.view()
    gifts = thank_you._gifts(view)
    thank_you._draw_download(gifts, list(thank_you._all_donors(view)["donor"]), view)
    return given.make()


def test_every_making_is_written_down_without_names(url, monkeypatch):
    content = taken(EDITOR, monkeypatch)
    assert len(Document(io.BytesIO(content)).sections) == DONORS
    (record,) = Store(url).disclosures.all()
    assert (record.act, record.who, record.details["letters"]) == ("letters", "An", DONORS)
    assert not any(line[0].strip() in str(record.details) for line in LINES if (line[0] or "").strip())


def test_a_button_that_was_kept_gives_a_viewer_nothing(url, monkeypatch):
    with pytest.raises(NotAllowed):
        taken(Person("Bình", "viewer"), monkeypatch)
    assert Store(url).disclosures.all() == ()
