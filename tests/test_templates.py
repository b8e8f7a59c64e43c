"""Word templates of papers: an office edits one and both files follow; what is wrong in one is told in words."""

import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as strategies
from lxml import etree
from PIL import Image
from streamlit.testing.v1 import AppTest

from data import reference
from data.reference.tables import Fault
from data.reference.templates import FAULTS, PLACEHOLDERS, TemplateUnusable, sound_template, template_faults
from outgoing.papers.paper import Paper
from outgoing.papers.pdf import as_pdf
from outgoing.papers.thank_you import Donor, Gift, letter
from outgoing.papers.week_report import report
from outgoing.papers.word import as_docx
from report.filters import Filters
from tests.amounts import examples
from tests.test_week_report import STAMP, pdf_text, text_of, words
from tests.views import view_of
from ui.doors import exposure_report
from words import texts

CAMPAIGN = reference.load().campaign
DAY = date(2021, 9, 5)
CASH = Gift(date(2021, 8, 3), "cash", 1, "vnd", cash_vnd=1_005_000, code="ABCD-EFGH-JKLM")


def thanks(name: str = "Lê Văn Hùng", language: str = "vi", gifts: tuple[Gift, ...] = (CASH,)) -> Paper:
    return letter(Donor(name, "24649", "individual", gifts), CAMPAIGN, day=DAY, language=language)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Reference tables of an office, with templates of its own."""
    place = tmp_path / "reference"
    shutil.copytree(reference.FOLDER, place, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv("REFERENCE_DIR", str(place))
    return place


def edit(folder: Path, change: Callable[[Docx], object], name: str = "thank_you_vi") -> None:
    """As Word does: open, change, save."""
    path = folder / "templates" / f"{name}.docx"
    document = Document(path)
    change(document)
    document.save(path)


def line(document: Docx, start: str):
    return next(one for one in document.paragraphs if one.text.startswith(start))


def both(paper: Paper) -> tuple[str, str]:
    """What stands in the Word file and in the PDF, in the order in which it is read."""
    return " ".join(words([text_of(paper)])), " ".join(words([pdf_text(as_pdf(paper), "-raw")]))


# an office edits
def test_another_sentence_shows_in_both(folder):
    def change(document: Docx) -> None:
        line(document, "Số tiền, hàng hóa").runs[0].text = "Mỗi đồng, mỗi cân gạo của { donor } đều đến tay bà con."
        document.tables[0].cell(0, 0).paragraphs[0].runs[0].text = "HỘI ĐỒNG MẪU"

    edit(folder, change)
    for said in both(thanks()):
        assert "Mỗi đồng, mỗi cân gạo của Ông (Bà) Lê Văn Hùng đều đến tay bà con." in said
        assert "HỘI ĐỒNG MẪU" in said and "Số tiền, hàng hóa" not in said and "{" not in said


def test_a_placeholder_that_is_moved_shows_in_its_new_place(folder):
    def change(document: Docx) -> None:
        table, closing = line(document, "{table_gifts}"), line(document, "Tấm lòng")
        closing._p.addnext(table._p)
        line(document, "Tổng số tiền mặt").runs[0].text = "Bằng chữ: {cash_in_words}."

    edit(folder, change)
    for said in both(thanks()):
        assert said.index("Bằng chữ: Một triệu") < said.index("Tấm lòng") < said.index("ABCD-EFGH-JKLM")
        assert "Tổng số tiền mặt" not in said


def test_a_placeholder_in_several_runs_is_one(folder):
    """Word parts them as it likes: after a spelling check, a change of one letter's look."""

    def change(document: Docx) -> None:
        sentence = line(document, "Số tiền, hàng hóa")
        sentence.runs[0].text = "Kính chúc {"
        for part, is_bold in (("do", True), ("nor", False), ("} và {body} mạnh khỏe.", False)):
            sentence.add_run(part).bold = is_bold

    edit(folder, change)
    assert template_faults(folder) == []
    for said in both(thanks()):
        assert f"Kính chúc Ông (Bà) Lê Văn Hùng và {CAMPAIGN.body_vi} mạnh khỏe." in said


def test_look_and_page_are_those_of_the_template(folder, tmp_path):
    def change(document: Docx) -> None:
        document.sections[0].page_width, document.sections[0].page_height = Mm(148), Mm(210)
        document.styles["Text"].font.size = Pt(18)

    small = as_pdf(thanks())
    edit(folder, change)
    large = as_pdf(thanks())
    assert pdf_text(small).count("\f") == 1 and pdf_text(large).count("\f") > 1
    (tmp_path / "a.pdf").write_bytes(large)
    told = subprocess.run(["pdfinfo", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout
    assert "419.5" in told and "595.3" in told  # A5


def test_the_number_of_a_page_as_word_itself_writes_it(folder):
    """A field of three signs with the number that was last shown between them, in a control."""

    def change(document: Docx) -> None:
        section = document.sections[0]
        section.different_first_page_header_footer = False
        head = section.header.paragraphs[0]
        for node in head._p.findall(qn("w:fldSimple")):
            head._p.remove(node)
        for kind in ("begin", "PAGE", "separate", "77", "end"):
            sign = OxmlElement({"PAGE": "w:instrText", "77": "w:t"}.get(kind, "w:fldChar"))
            sign.text = kind if kind in ("PAGE", "77") else None
            if sign.text is None:
                sign.set(qn("w:fldCharType"), kind)
            head.add_run()._r.append(sign)
        control, inside = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        head._p.addprevious(control)
        control.append(inside)
        inside.append(head._p)

    edit(folder, change)
    pages = pdf_text(as_pdf(thanks(gifts=(CASH,) * 60)), "-layout").split("\f")[:-1]
    assert [page.split()[0] for page in pages] == ["1", "2", "3"] and "77" not in " ".join(pages)


def test_a_break_is_where_it_stands_in_the_text(folder):
    def change(document: Docx) -> None:
        sentence = line(document, "Số tiền, hàng hóa")
        sentence.runs[0].text = "Trang trước"
        sentence.runs[0].add_break(WD_BREAK.PAGE)
        sentence.add_run("trang").add_break()
        sentence.add_run("sau").underline = True

    edit(folder, change)
    before, after = pdf_text(as_pdf(thanks()), "-layout").split("\f")[:-1]
    assert "Trang trước" in before and "\ntrang\nsau\n" in after


def test_a_part_that_is_deleted_is_missing_in_both(folder):
    def change(document: Docx) -> None:
        for start in ("{if_codes}", "{table_gifts}", "Phần ủng hộ đã"):
            gone = line(document, start)._p
            gone.getparent().remove(gone)

    edit(folder, change)
    for said in both(thanks()):
        assert "ABCD" not in said and "tra cứu" not in said and "trân trọng cảm ơn" in said


def test_each_template_of_a_folder_stands_for_itself(folder):
    (folder / "templates" / "thank_you_en.docx").unlink()
    edit(folder, lambda document: setattr(line(document, "THƯ CẢM ƠN").runs[0], "text", "LỜI CẢM ƠN"))
    assert "LỜI CẢM ƠN" in text_of(thanks()) and "LETTER OF THANKS" in text_of(thanks(language="en"))
    shutil.rmtree(folder / "templates")
    assert "THƯ CẢM ƠN" in text_of(thanks()) and template_faults(folder) == []


def test_no_value_is_taken_for_a_placeholder(folder):
    hostile = "Hội {commune} {{donor}} **<&>** {if_codes} {% x %} 😀"
    docx, pdf = both(thanks(hostile))
    assert f"{hostile}, xã Nam Dong, đã ủng hộ" in docx and f"{hostile.replace('😀', '?')}, xã Nam Dong, đã" in pdf


# what the code and the templates agree on
def test_every_placeholder_has_its_value_and_stands_in_the_shipped_templates(demo_store, monkeypatch):
    papers = [report(view_of(demo_store, Filters(), monkeypatch), STAMP), thanks(), thanks(language="en")]
    for paper in papers:
        assert set(paper.values) == set(PLACEHOLDERS[paper.template])
        document = Document(sound_template(reference.FOLDER, paper.template))
        parts = [document.element, document.sections[0].footer._element]
        written = "".join(node.text or "" for part in parts for node in part.iter(qn("w:t")))
        unused = {name for name in paper.values if f"{{{name}}}" not in written and f"{{if_{name}}}" not in written}
        assert unused <= {"body", "superior"} - ({"body"} if "{body}" in written else set()), paper.template
    assert {paper.template for paper in papers} == set(PLACEHOLDERS)


def test_a_thousand_letters_are_one_file_that_opens():
    document = Document(io.BytesIO(as_docx(*(thanks(f"Người Thử {number}") for number in range(1000)))))
    assert len(document.sections) == 1000 and len(document.tables) == 3000
    assert [one.text for one in document.paragraphs if "999" in one.text][0] == "Kính gửi: Ông (Bà) Người Thử 999"


def test_the_page_about_templates_names_every_placeholder():
    page = (reference.FOLDER.parent.parent / "docs" / "mau-van-ban.md").read_text("utf-8")
    every = {name.removesuffix("_so_far") for names in PLACEHOLDERS.values() for name in names}
    assert {name for name in every if f"{{{name}}}" not in page} == set()
    assert {name for name in PLACEHOLDERS if f"`{name}.docx`" not in page} == set()


# pages
@pytest.mark.parametrize("count", range(2, 40, 4))
def test_no_heading_and_no_signature_stands_alone(count, demo_store, monkeypatch):
    paper = report(view_of(demo_store, Filters(), monkeypatch), STAMP)
    paper = replace(paper, values=paper.values | {"difficulties": tuple(f"Khó khăn {n}" for n in range(count))})
    pages = [page.split(STAMP)[0].strip().splitlines() for page in pdf_text(as_pdf(paper), "-layout").split("\f")[:-1]]
    headings = [one.text for one in Document(io.BytesIO(as_docx(paper))).paragraphs if one.style.name[:7] == "Heading"]
    below = "VII. PHƯƠNG HƯỚNG, NHIỆM VỤ TUẦN TỚI"  # under it are dotted lines, which are no text
    assert below in headings and not {page[-1].strip() for page in pages} & (set(headings) - {below})
    assert "trân trọng báo cáo" in " ".join(pages[-1]) and "CHỦ TỊCH" in " ".join(pages[-1])


def test_a_place_narrower_than_a_letter_has_a_letter_a_line(folder):
    edit(folder, lambda document: line(document, "Số tiền").paragraph_format.__setattr__("left_indent", Mm(164)))
    assert pdf_text(as_pdf(thanks())).count("\f") > 2


def test_a_word_longer_than_the_page_is_cut_and_lost_nowhere():
    long = "x" * 300 + "đ"
    said = pdf_text(as_pdf(thanks(f"Hội {long}")), "-raw").replace("\n", "")
    assert said.count(long) == 2


# what is wrong in a template
def added(text: str) -> Callable[[Docx], object]:
    return lambda document: document.add_paragraph(text)


def with_node(name: str) -> Callable[[Docx], object]:
    return lambda document: document.paragraphs[0]._p.append(OxmlElement(name))


def with_picture(document: Docx) -> None:
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "png")
    document.add_picture(file)


def in_cell(document: Docx) -> None:
    document.tables[0].cell(0, 0).add_paragraph("{table_gifts}")


FILE = "templates/thank_you_vi.docx"
KNOWN = ", ".join(PLACEHOLDERS["thank_you_vi"])
WRONG = {
    "unknown": (added("Gửi {donr} và {donor}"), Fault("placeholder_unknown", FILE, column="{donr}", needed=KNOWN)),
    "of another": (added("{table_cash}"), Fault("placeholder_unknown", FILE, column="{table_cash}", needed=KNOWN)),
    "condition": (added("{if_no_x}"), Fault("placeholder_unknown", FILE, column="{if_no_x}", needed=KNOWN)),
    "open": (added("Gửi {donor"), Fault("brace_alone", FILE, found="Gửi {donor")),
    "closed": (added("donor} ơi"), Fault("brace_alone", FILE, found="donor} ơi")),
    "table in text": (added("Bảng {table_gifts}"), Fault("table_not_alone", FILE, column="{table_gifts}")),
    "table in cell": (in_cell, Fault("table_not_alone", FILE, column="{table_gifts}")),
    "picture": (with_picture, Fault("template_part", FILE, needed="part_picture")),
    "object": (with_node("w:object"), Fault("template_part", FILE, needed="part_object")),
    "bullets": (
        lambda document: document.add_paragraph("một", style="List Bullet"),
        Fault("template_part", FILE, needed="part_list"),
    ),
    "tracked": (with_node("w:ins"), Fault("template_part", FILE, needed="part_tracked")),
    "footnote": (with_node("w:footnoteReference"), Fault("template_part", FILE, needed="part_note")),
    "table in table": (
        lambda document: document.tables[0].cell(0, 0).add_table(1, 1),
        Fault("template_part", FILE, needed="part_table"),
    ),
}


def told(fault: Fault) -> None:
    for language in texts.LANGUAGES:
        sentence = texts.say_fault(fault, language)
        assert fault.file in sentence and fault.column in sentence and fault.found in sentence
        assert not fault.needed.startswith("part_") or texts.t(f"reference.needed.{fault.needed}", language) in sentence


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_file_and_place(name, folder):
    change, fault = WRONG[name]
    edit(folder, change)
    for make in (as_docx, as_pdf):
        with pytest.raises(TemplateUnusable) as caught:
            make(thanks())
        assert caught.value.faults == (fault,)
    assert template_faults(folder) == [fault]
    told(fault)
    assert as_docx(thanks(language="en")) and reference.load(folder)  # nobody is kept from the rest


def of_another_sort(content: bytes) -> bytes:
    """A .dotx under the name of a .docx."""
    changed = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b".document.main+xml", b".template.main+xml"))
    return changed.getvalue()


@pytest.mark.parametrize("content", [b"", b"PK", b"Kinh gui {donor}", "xlsx", "dotx", "damaged"])
def test_what_is_no_word_file_is_told(content, folder):
    path = folder / "templates" / "thank_you_vi.docx"
    if content == "xlsx":
        content = next((Path(__file__).parent / "fixtures").rglob("*.xlsx")).read_bytes()
    if content == "damaged":  # a stick that was pulled out
        content = path.read_bytes()
        content = content.replace(content[4000:4100], bytes(100))
    path.write_bytes(of_another_sort(path.read_bytes()) if content == "dotx" else content)
    with pytest.raises(TemplateUnusable) as caught:
        as_docx(thanks())
    (fault,) = caught.value.faults
    assert (fault.code, fault.file) == ("template_unreadable", FILE)
    told(fault)


def test_a_file_that_no_paper_uses_is_told(folder):
    shutil.copy(folder / "templates" / "week_report.docx", folder / "templates" / "báo cáo.docx")
    (folder / "templates" / "~$ek_report.docx").write_bytes(b"of an open Word")
    (fault,) = template_faults(folder)
    assert (fault.code, fault.file) == ("template_unknown", "templates/báo cáo.docx")
    told(fault)
    assert {fault.code for _, fault in WRONG.values()} | {"template_unknown", "template_unreadable"} == set(FAULTS)


def test_the_doctor_tells_it_in_both_languages(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    exposure_report.main([])
    assert texts.t("doctor.templates", "vi") in capsys.readouterr().out
    edit(folder, added("{donr}"))
    assert exposure_report.main([]) == 1
    out = capsys.readouterr().out
    assert f"{FILE}: không có chỗ điền {{donr}}." in out and f"{FILE}: there is no placeholder {{donr}}." in out


def page() -> None:
    import streamlit as st

    from ui.frame import trouble_page

    st.text(str(trouble_page.draw_template_faults("thank_you_vi")))


def test_a_page_tells_it_in_both_languages(folder, tmp_path):
    assert not AppTest.from_function(page).run().error
    edit(folder, added("{donr}"))
    app = AppTest.from_function(page).run()
    (sentence,) = (error.value.replace("\\", "") for error in app.error)
    assert not app.exception and str(tmp_path) not in sentence and app.text[0].value == "True"
    assert "Chưa lập được văn bản từ mẫu Word." in sentence and "không có chỗ điền {donr}" in sentence
    assert "No paper can be made of the Word template." in sentence and "no placeholder {donr}" in sentence


@examples(50, 2000, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(hurt=strategies.randoms(use_true_random=False))
def test_a_hurt_template_is_told_or_filled(hurt, tmp_path_factory):
    """Whatever is missing in it: never another error, and never without end."""
    place = tmp_path_factory.getbasetemp() / "hurt"
    if not place.exists():
        shutil.copytree(reference.FOLDER, place, ignore=shutil.ignore_patterns("__pycache__"))
    path = place / "templates" / "thank_you_vi.docx"
    path.write_bytes(hurt_file((reference.FOLDER / "templates" / path.name).read_bytes(), hurt))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REFERENCE_DIR", str(place))
        for make in (as_docx, as_pdf):
            try:
                assert make(thanks())
            except TemplateUnusable as error:
                assert error.faults[0].file == FILE


def hurt_file(content: bytes, hurt) -> bytes:
    """Some elements and attributes of its text and its styles are gone."""
    changed = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(changed, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name in ("word/document.xml", "word/styles.xml"):
                root = etree.fromstring(data)
                for node in hurt.sample(list(root.iter())[1:], hurt.choice((1, 3, 20))):
                    if node.attrib and hurt.random() < 0.5:
                        del node.attrib[hurt.choice(list(node.attrib))]
                    elif node.getparent() is not None:
                        node.getparent().remove(node)
                data = etree.tostring(root)
            target.writestr(name, data)
    return changed.getvalue()
