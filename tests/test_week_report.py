"""The weekly report on paper: its numbers are those of the screens, its form is that of Decree 30/2020/NĐ-CP."""

import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as strategies

from data import reference
from data.uploads.store import Store
from outgoing.papers.paper import Column, Figure, Paper, Table
from outgoing.papers.pdf import as_pdf
from outgoing.papers.tables import table_layout
from outgoing.papers.typeface import FACES, FOLDER, printable, width_mm
from outgoing.papers.week_report import about, period, period_name, report, short_day
from outgoing.papers.word import as_docx
from report import addresses, rows_behind
from report.filters import Filters
from report.view import View
from tests.amounts import IS_NIGHTLY, examples
from tests.random_store import accept_random, random_lists
from tests.views import FILTERS, NAMES, OF_ANY_DATA, view_of
from words import numbers, texts

CAMPAIGN = reference.load().campaign
TRUTH = json.loads((Path(__file__).parent / "fixtures" / "demo_truth.json").read_text("utf-8"))
WEEK = date(2021, 8, 16)  # the week in which the demo lacks a report
STAMP = "Số liệu tính đến 16:00 05/09/2021"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
TEXT_MM = 165
TITLE = f"BÁO CÁO: Kết quả {CAMPAIGN.plan_title_vi}, Tuần 35 (từ ngày 30/8/2021 đến ngày 05/9/2021)"
NOT_KNOWN = ("chưa có số liệu", "…")


@pytest.fixture(scope="module")
def whole(demo_store) -> Paper:
    with pytest.MonkeyPatch.context() as patch:
        return report(view_of(demo_store, Filters(), patch), STAMP)


def check(found: Paper, view: View, *, every: int = 1) -> int:
    """A number is the sum of the full rows behind its address, and is written as numbers are; how many have rows.

    every: looks at every second or fifth number, where looking at all takes too long
    """
    opened = 0
    for figure in list(found.figures())[::every]:
        if figure.value is None:
            assert figure.text in NOT_KNOWN
        else:
            assert figure.text.split()[0] == numbers.number(figure.value, "vi"), figure
        if figure.address:
            address = addresses.parse(figure.address)
            assert address is not None and address.text() == figure.address
            rows = rows_behind.lines_of(address, replace(view, filters=figure.filters))
            assert (figure.value is None) == rows.empty, figure
            assert rows["counted"].sum() == pytest.approx(figure.value or 0), figure
            opened += len(rows) > 0
    return opened


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_that_of_its_rows(name, demo_store, monkeypatch):
    view = view_of(demo_store, FILTERS[name], monkeypatch)
    assert check(report(view, STAMP), view, every=1 if name == "all" or IS_NIGHTLY else 5) > 10


@examples(
    1,
    12,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lists=random_lists(), filters=strategies.sampled_from(OF_ANY_DATA))
def test_over_random_data(lists, filters, tmp_path_factory):
    url = str(tmp_path_factory.mktemp("random") / "store")
    accept_random(Store(url), lists)
    with pytest.MonkeyPatch.context() as patch:
        view = view_of(url, filters, patch)
        found = report(view, STAMP)
        check(found, view, every=3)
        assert read_cells(as_docx(found)) == told_cells(found)


def test_the_check_can_fail(whole, demo_store, monkeypatch):
    view = view_of(demo_store, Filters(), monkeypatch)
    figure = whole.values["reports_received"]
    wrong = replace(figure, value=figure.value + 1, text=numbers.number(figure.value + 1, "vi"))
    with pytest.raises(AssertionError):
        check(replace(whole, values={"sites": wrong}), view)


def test_numbers_of_the_demo(whole):
    """Against the truth that was written with the demo's sheets, not by our readers."""
    told = {figure.address: figure.value for figure in whole.figures()}
    current = TRUTH["current"]
    assert told["received:cash:vnd"] == current["donations"]["cash_vnd"]
    assert told["bought:cash:vnd"] == current["purchases"]["value_vnd"]
    for good in current["donations"]["goods"]:
        assert told[f"received:{good['good']}:{good['unit']}"] == good["quantity"]
    assert text_of(whole).count("chưa có số liệu") > 3 and "(…): chưa có số liệu." in text_of(whole)


def test_who_did_not_report(demo_store, monkeypatch):
    ((commune, week),) = TRUTH["missing"]
    assert week == WEEK.isoformat() and commune == "24661"
    found = text_of(report(view_of(demo_store, Filters(first_week=WEEK, last_week=WEEK), monkeypatch), STAMP))
    assert "- Trong kỳ, chưa nhận được báo cáo của: xã Trúc Sơn." in found
    assert "đã nhận 7/8 báo cáo" in found
    two_weeks = Filters(first_week=WEEK - timedelta(days=7), last_week=WEEK)
    several = text_of(report(view_of(demo_store, two_weeks, monkeypatch), STAMP))
    assert "xã Trúc Sơn (tuần 33)" in several and "Trong kỳ" in several and "Trong tuần" not in several


def test_remarks_are_quoted_and_room_is_left(whole):
    said = text_of(whole)
    assert "- Thị trấn Ea T'Ling (tuần 35): Lực lượng mỏng, nhiều hộ ở xa trung tâm." in said
    assert re.findall(r"(?:\t\n)+", said) == ["\t\n" * 3, "\t\n" * 3, "\t\n" * 6]


def test_the_weeks_of_the_report(demo_store, monkeypatch):
    last = date(2021, 8, 30)
    assert period(view_of(demo_store, Filters(), monkeypatch)) == (last, last)
    assert period(view_of(demo_store, Filters(first_week=WEEK), monkeypatch)) == (WEEK, last)
    assert period(view_of(demo_store, Filters(last_week=WEEK), monkeypatch)) == (date(2021, 7, 26), WEEK)
    running = replace(view_of(demo_store, Filters(), monkeypatch), day=date(2021, 9, 3))
    assert period(running) == (date(2021, 8, 23), date(2021, 8, 23))  # the week that runs is not over
    assert period_name(WEEK, WEEK) == "tuần 33 (từ ngày 16/8/2021 đến ngày 22/8/2021)"
    assert [short_day(date(2021, 2, 3)), short_day(date(2021, 12, 28))] == ["03/02/2021", "28/12/2021"]


def test_an_empty_store_gives_a_report_without_numbers(tmp_path, monkeypatch):
    view = view_of(str(tmp_path / "store"), Filters(), monkeypatch)
    found = report(view, STAMP)
    known = [figure for figure in found.figures() if figure.value]
    # how many reports and sites there should be is known without any sheet
    assert {figure.address for figure in known} <= {"reports_expected", ""}
    assert as_docx(found) and as_pdf(found)


def test_it_is_vietnamese_in_an_english_session(whole, demo_store, monkeypatch):
    view = view_of(demo_store, Filters(), monkeypatch)
    texts.use("en")
    try:
        assert report(view, STAMP) == whole
        assert "in Vietnamese" in texts.t("report_form.always_vietnamese")
    finally:
        texts.use("vi")


def test_a_campaign_without_the_new_keys_has_a_head_and_foot_too(whole):
    """A reference folder of an earlier version, or of another office."""
    bare = {"plan_date": None, "plan_title_vi": "", "superior_vi": (), "issuer_vi": "", "place_vi": ""}
    campaign = replace(CAMPAIGN, **bare, report_symbol="BC", signer_vi=(), recipients_vi=())
    paper = replace(whole, values=whole.values | about(campaign, WEEK, WEEK, WEEK))
    said = text_of(paper)
    assert CAMPAIGN.office_vi.upper() in said and "Cư Jút, ngày" in said and "/BC\n" in said
    assert f"Kết quả {CAMPAIGN.name_vi}" in said and "Nơi nhận" not in said
    assert CAMPAIGN.office_vi.upper() in " ".join(words([pdf_text(as_pdf(paper))]))


# read back
def text_of(found: Paper) -> str:
    """Everything that stands in the Word file, a line each paragraph."""
    body = Document(io.BytesIO(as_docx(found))).element.body
    return "\n".join(line.text for line in body.iter(qn("w:p")))


def told_cells(found: Paper) -> list[list[list[str]]]:
    tables = [value for value in found.values.values() if isinstance(value, Table)]
    return [[list(map(str, row)) for row in table.rows] for table in tables]


def read_cells(content: bytes) -> list[list[list[str]]]:
    """The rows of every table with lines, without its headings."""
    made = []
    for table in Document(io.BytesIO(content)).tables:
        if table._tbl.tblStyle_val == "TableGrid":
            rows = [row for row in table.rows if row._tr.trPr.find(qn("w:tblHeader")) is None]
            made.append([[cell.text for cell in row.cells] for row in rows])
    return made


def test_the_word_file_says_the_same(whole):
    content = as_docx(whole)
    assert read_cells(content) == told_cells(whole)
    said = text_of(whole)
    for name, value in whole.values.items():
        for text in value if isinstance(value, tuple) else [value]:
            assert isinstance(text, Table) or name == "stamp" or str(text or "") in said, name


def test_cells_are_as_wide_as_their_columns(whole):
    """LibreOffice goes by the one, Word by the other."""
    for table in Document(io.BytesIO(as_docx(whole))).tables:
        columns = [column.width for column in table.columns]
        for row in table._tbl.tr_lst:
            spans = [cell.grid_span for cell in row.tc_lst]
            starts = [sum(spans[:number]) for number in range(len(spans))]
            wanted = [sum(columns[start : start + span]) for start, span in zip(starts, spans, strict=True)]
            assert [cell.width for cell in row.tc_lst] == pytest.approx(wanted, abs=Pt(1))


def test_the_word_file_has_the_form_of_the_decree(whole):
    document = Document(io.BytesIO(as_docx(whole)))
    (section,) = document.sections
    assert [round(side / Mm(1)) for side in (section.page_width, section.page_height)] == [210, 297]
    for margin, least, most in (
        (section.top_margin, 20, 25),
        (section.bottom_margin, 20, 25),
        (section.left_margin, 30, 35),
        (section.right_margin, 15, 20),
    ):
        assert Mm(least) - Pt(1) <= margin <= Mm(most)
    assert section.different_first_page_header_footer and not section.first_page_header.paragraphs[0]._p.xpath(".//w:t")
    field = section.header.paragraphs[0]._p.find(qn("w:fldSimple"))
    assert field.get(qn("w:instr")) == "PAGE"
    assert section.header.paragraphs[0].style.paragraph_format.alignment == 1  # in the middle
    assert section.footer.paragraphs[0].text == section.first_page_footer.paragraphs[0].text == STAMP
    assert document.core_properties.title == TITLE and document.core_properties.created.year == 2021
    for name, least, most in (("Text", 13, 14), ("Heading 1", 13, 14), ("Title line", 13, 14), ("Page number", 13, 14)):
        font = document.styles[name].font
        assert font.name == "Times New Roman" and Pt(least) <= font.size <= Pt(most), name
    assert document.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"


def test_the_letterhead_is_that_of_the_plan(whole):
    head, foot = (lambda tables: (tables[0], tables[-1]))(Document(io.BytesIO(as_docx(whole))).tables)
    office, nation, number, place = [cell for row in head.rows for cell in row.cells]
    lines = [line for line in office.paragraphs if line.text]
    assert [line.text for line in lines] == ["ỦY BAN MTTQ VIỆT NAM", "HUYỆN CƯ JÚT", "BAN THƯỜNG TRỰC"]
    assert [bool(line.runs[0].bold) for line in lines] == [False, False, True]
    assert [line.text for line in nation.paragraphs[:2]] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", MOTTO]
    assert [line.runs[0].font.size for line in nation.paragraphs[:2]] == [Pt(13), Pt(14)]
    assert re.fullmatch(r"Số: +/BC-MTTQ-BTT", number.text)
    assert place.text == "Cư Jút, ngày 05 tháng 9 năm 2021" and place.paragraphs[0].runs[0].italic
    assert rule_mm(nation.paragraphs[2], 97) == pytest.approx(width_mm(MOTTO, 14, "B"), abs=0.5)
    share = rule_mm(office.paragraphs[3], 68) / width_mm("BAN THƯỜNG TRỰC", 13, "B")
    assert 1 / 3 <= share <= 1 / 2
    left, right = foot.rows[0].cells
    assert left.paragraphs[0].text == "Nơi nhận:" and left.paragraphs[-1].text == "- Lưu: VT."
    assert left.paragraphs[0].runs[0].bold and left.paragraphs[0].runs[0].italic
    assert [left.paragraphs[n].runs[0].font.size for n in (0, 1)] == [Pt(12), Pt(11)]
    assert [line.text for line in right.paragraphs[:2]] == ["TM. BAN THƯỜNG TRỰC", "CHỦ TỊCH"]


def rule_mm(line, room_mm: float) -> float:
    """How long the line is that a paragraph is drawn in to."""
    form = line.paragraph_format
    return room_mm - (form.left_indent + form.right_indent) / Mm(1)


def pdf_text(content: bytes, *options: str) -> str:
    program = shutil.which("pdftotext")
    assert program, "pdftotext (poppler-utils) is needed for this test"
    made = subprocess.run([program, *options, "-", "-"], input=content, capture_output=True, check=True)
    return made.stdout.decode("utf-8")


def words(parts: Iterable[str]) -> list[str]:
    return " ".join(parts).split()


def test_the_pdf_says_the_same_as_text(whole):
    """Every word, with the right letters, however lines and cells are broken."""
    said = words([pdf_text(as_pdf(whole), "-raw")])
    told = words([printable(text_of(whole).replace("\t", " "))])
    missing = set(told) - set(said)
    assert missing == set()
    numbers_told = [figure.text.split()[0] for figure in whole.figures() if figure.value is not None]
    for text in set(numbers_told):  # "8/8" is one word of two numbers
        assert sum(text in re.split(r"[/;]", word.strip(".,;")) for word in said) >= 1, text
    assert " ".join(said).count(STAMP) == pdf_text(as_pdf(whole)).count("\f")


def test_the_pdf_carries_title_language_and_typeface(whole):
    content = as_pdf(whole)
    assert b"/Lang (vi-VN)" in content and content.count(b"/FontFile2") == 4 and b"/DisplayDocTitle true" in content
    pages = pdf_text(content, "-layout").split("\f")[:-1]
    firsts = [page.split(maxsplit=1)[0] for page in pages]
    assert firsts == ["ỦY", *(str(number) for number in range(2, len(pages) + 1))]  # no number on the first page
    assert "BÁO CÁO" in pages[0] and "TM. BAN THƯỜNG TRỰC" in pages[-1]


def test_the_same_report_gives_the_same_pdf(whole):
    assert as_pdf(whole) == as_pdf(whole)


def test_the_typeface_is_small_and_free():
    for file in FACES.values():
        assert (FOLDER / file).stat().st_size < 150_000
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "Tinos-OFL.txt").read_text("utf-8")
    every = "".join(chr(code) for code in range(0x1EA0, 0x1EFA)) + "ĂăÂâĐđÊêÔôƠơƯưĨĩŨũ…–“”’₫"
    assert printable(every) == every


def test_signs_that_no_paper_has_do_no_harm(whole):
    hostile = "Nguye\u0302\u0303n\x0b😀\u200b\u0001 =1+1 **đậm** __x__ {y}"
    paper = replace(whole, values=whole.values | {"difficulties": (hostile, "{{x}} <&> {if_y}")})
    lines = [line.text for line in Document(io.BytesIO(as_docx(paper))).paragraphs]
    assert "- Nguyễn 😀   =1+1 **đậm** __x__ {y}" in lines and "- {{x}} <&> {if_y}" in lines
    said = " ".join(words([pdf_text(as_pdf(paper))]))
    assert "- Nguyễn ? =1+1 **đậm** __x__ {y}" in said and "- {{x}} <&> {if_y}" in said


@pytest.mark.parametrize("longest", ["1", "123.456.789.012.345", "xã có một cái tên rất dài mà không ai đoán trước"])
def test_tables_always_fit_the_page_and_break_no_number(longest):
    columns = tuple(Column(f"Cột {number}", "Nhóm" if number > 2 else "", number > 1) for number in range(6))
    table = Table(columns, (("1", longest, "…", "1.000", longest, "2"),))
    size, widths = table_layout(table, TEXT_MM)
    assert sum(widths) == pytest.approx(TEXT_MM) and min(widths) > 0
    for text, width in zip(table.rows[0], widths, strict=True):
        assert max(width_mm(word, size) for word in text.split()) <= width


def test_a_long_table_repeats_its_heading(whole):
    one = whole.values["table_mobilising"]
    figure = Figure("1.000", 1000.0, "", Filters())
    long = replace(one, rows=tuple((str(number), "Dòng", figure, figure) for number in range(1, 120)))
    content = as_pdf(replace(whole, values=whole.values | {"table_mobilising": long}))
    pages = [page for page in pdf_text(content, "-layout").split("\f")[:-1] if re.search(r"\d +Dòng", page)]
    assert len(pages) >= 3 and all("Nội dung" in page for page in pages)
    assert re.findall(r"^ *(\d+) +Dòng", "\n".join(pages), re.M) == [str(number) for number in range(1, 120)]
