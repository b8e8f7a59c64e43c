"""Pages, Word documents and PDFs are read like the workbook with the same rows, or told in words, within limits."""

import time
import zlib
from datetime import date

import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st

from loaders import Source
from loaders import read as read_lines
from loaders.formats import html as page_format
from tests import hostile
from tests.amounts import examples
from tests.documents import docx_of, html_of, mhtml_of, pdf_of, picture_pdf
from tests.test_sources import one, read, refusal, told

few, some = (
    examples(4, 60, phases=[Phase.explicit, Phase.generate]),
    examples(20, 150, phases=[Phase.explicit, Phase.generate]),
)  # a shrunk PDF costs minutes
ABOVE = ["ỦY BAN MTTQ VIỆT NAM XÃ NAM DONG", "DANH SÁCH ỦNG HỘ PHÒNG, CHỐNG DỊCH COVID-19"]
HEADER = ["STT", "Họ và tên", "Địa chỉ", "Ngày ủng hộ", "Số tiền (đồng)", "Ghi chú"]
WIDTHS = (6, 22, 15, 14, 17, 26)
WORDS = "Ông Bà Mẫu Thử Ví Dụ Nguyễn Trần Lê ủng hộ quỹ vắc xin chuyển khoản qua ngân hàng nhà máy".split()

names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
notes = st.one_of(st.just(""), st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join))
lines = st.tuples(names, st.integers(1, 20), st.integers(1, 28), st.integers(50, 10_000), notes)
lists = st.lists(lines, min_size=1, max_size=12)


def rows_of(drawn, is_text: bool) -> list[list]:
    """The list as a person types it into a workbook, or as it is written in a text."""
    rows: list[list] = [HEADER]
    for number, (name, hamlet, day, thousands, note) in enumerate(drawn, 1):
        money = f"{thousands * 1000:,}".replace(",", ".") if is_text else thousands * 1000
        rows.append([number, name, f"Thôn {hamlet}", f"{day:02}/08/2021", money, note])
    return rows


WRITERS = {
    "xls": lambda rows, above: hostile.xls_of([[text] for text in above] + rows),
    "ods": lambda rows, above: hostile.ods_of([[text] for text in above] + rows),
    "csv": lambda rows, above: hostile.csv_of([[text] for text in above] + rows),
    "html": html_of,
    "mht": lambda rows, above: mhtml_of(html_of(rows, above)),
    "docx": docx_of,
    "pdf": lambda rows, above: pdf_of(rows, above, widths=WIDTHS),
    "pdf, centred": lambda rows, above: pdf_of(rows, above, widths=WIDTHS, middle=True, right=(0, 4)),
    "pdf, no lines": lambda rows, above: pdf_of(rows, above, is_ruled=False, widths=WIDTHS),
    "pdf, no lines, numbers right": lambda rows, above: pdf_of(
        rows, above, is_ruled=False, widths=WIDTHS, right=(0, 4)
    ),
}


def lines_of(name: str, content: bytes):
    outcome = read_lines(Source(name, content), as_of=date(2021, 9, 15))
    assert not outcome.unread
    (reading,) = outcome.readings
    kept = (
        reading.frame.drop(columns=["source_row", "source_sheet", "source_text"]).astype(object).fillna("").astype(str)
    )
    asked = sorted((p.code, p.severity.value) for p in reading.problems)
    return reading.kind, reading.communes, kept.values.tolist(), asked


@few
@given(lists)
@pytest.mark.parametrize("way", WRITERS)
def test_the_same_rows_give_the_same_lines_in_every_format(way, drawn):
    expected = lines_of("ds.xlsx", hostile.xlsx_of([[text] for text in ABOVE] + rows_of(drawn, is_text=False)))
    is_text = way not in ("xls", "ods")
    assert lines_of(f"ds.{way.split(',')[0]}", WRITERS[way](rows_of(drawn, is_text), ABOVE)) == expected


@few
@given(lists, st.integers(90, 200))
@pytest.mark.parametrize("is_ruled", [True, False])
def test_a_table_over_several_pages_is_one_table(is_ruled, drawn, count):
    rows = rows_of((drawn * count)[:count], is_text=True)
    content = pdf_of(rows, ABOVE, is_ruled=is_ruled, widths=WIDTHS)
    assert content.count(b"/Type /Page\n") > 1
    outcome = read_lines(Source("ds.pdf", content), as_of=date(2021, 9, 15))
    (reading,) = outcome.readings
    assert len(reading.frame) == count
    assert reading.frame["cash_vnd"].sum() == sum(int(row[4].replace(".", "")) for row in rows[1:])


LINES = ["ALL", "NONE", "HORIZONTAL_LINES", "NO_HORIZONTAL_LINES", "MINIMAL", "SINGLE_TOP_LINE", "INTERNAL"]


@some
@given(lists, st.sampled_from(LINES), st.booleans(), st.sampled_from([(), (0, 4), (4,)]), st.sampled_from([7, 9, 11]))
def test_whatever_lines_are_drawn_the_same_lines_are_read(drawn, drawn_lines, middle, right, size):
    expected = lines_of("ds.xlsx", hostile.xlsx_of([[text] for text in ABOVE] + rows_of(drawn, is_text=False)))
    look = {"lines": drawn_lines, "middle": middle, "right": right, "size": size}
    assert lines_of("ds.pdf", pdf_of(rows_of(drawn, is_text=True), ABOVE, widths=WIDTHS, **look)) == expected


def test_a_place_in_a_pdf_names_its_page():
    rows = rows_of([("Ông Mẫu", 1, 1, 5, "")] * 150, is_text=True)
    rows[120][4] = "một ít"
    outcome = read_lines(Source("ds.pdf", pdf_of(rows, ABOVE, widths=WIDTHS)), as_of=date(2021, 9, 15))
    (found,) = [p for p in outcome.readings[0].problems if p.found == "một ít"]
    assert found.where.page == 3 and found.where.cell.startswith("E")


# pages of HTML


def test_a_page_behind_the_name_of_a_workbook():
    page = html_of([["STT", "Tên"], ["1", "An"]], ["DANH SÁCH"])
    for name in ("a.xls", "a.html", "a.htm", "a.csv", "so/a.xls"):
        grid = one(name, page)
        assert (grid.sheet, grid.rows) == ("a", [["DANH SÁCH", ""], ["STT", "Tên"], ["1", "An"]])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1258"])
def test_encodings_of_a_page(encoding):
    page = html_of([["Tên", "x"]], []).decode().replace("utf-8", encoding)
    assert one("a.xls", page.encode(encoding, "replace")).rows[0][1] == "x"


def test_spans_are_merged_areas():
    page = "<table><tr><td colspan=3>a<tr><td rowspan=2>b<td>c<td>d<tr><td colspan=2>e</table>"
    grid = one("a.xls", page.encode())
    assert grid.rows == [["a", "", ""], ["b", "c", "d"], ["", "e", ""]]
    assert set(grid.merged) == {(0, 0, 0, 2), (1, 0, 2, 0), (2, 1, 2, 2)}


def test_what_a_browser_does_not_show_is_not_read_and_hidden_rows_are_told():
    page = (
        "<script>var x='<table><tr><td>z</table>'</script><style>p{}</style><!-- x --><table><tr><td>a<br>b"
        "<script>1</script><span hidden>y</span><td>5&nbsp;000</tr><tr style='display: none'><td>c<td>d</table>"
    )
    grid = one("a.xls", f"<html><body>{page}".encode())
    assert grid.rows == [["a\nb", "5 000"], ["c", "d"]]
    assert told(grid) == [("hidden_rows", None, "1")]


def test_struck_cells_of_pages_and_documents():
    page = (
        "<table><tr><td><s>a</s><td><b><del>b</del></b><td style='text-decoration:line-through'>c<td><s>d</s>e</table>"
    )
    assert one("a.xls", page.encode()).struck == {(0, 0), (0, 1), (0, 2)}

    def strike(document, table):
        for cell in table.rows[0].cells[:2]:
            for run in cell.paragraphs[0].runs:
                run.font.strike = True
        table.cell(0, 1).paragraphs[0].add_run("x")

    assert one("a.docx", docx_of([["a", "b", "c"]], change=strike)).struck == {(0, 0)}


def test_a_table_in_a_table_of_layout_is_read():
    inner = "<table><tr><td>1<td>2</table>"
    page = f"<table><tr><td>trái<td>{inner}</tr></table><p>cuối"
    assert one("a.xls", page.encode()).rows == [["trái", ""], ["1", "2"], ["cuối", ""]]


def test_a_workbook_of_pages_has_a_sheet_for_each():
    pages = [html_of([["a", "b"]]), html_of([["c", "d"]]), b"<html><frameset></frameset></html>"]
    grids, errors = read("a.mht", mhtml_of(*pages))
    assert not errors
    assert [(g.sheet, g.rows) for g in grids] == [("a (1)", [["a", "b"]]), ("a (2)", [["c", "d"]])]


@pytest.mark.parametrize("span", ["99999999999999999999", "-1", "x", "100%", "0", "1000000"])
def test_spans_beyond_sense(span):
    page = f"<table><tr><td colspan='{span}' rowspan='{span}'>a</td></tr><tr><td>b</table>"
    (grid,), errors = read("a.xls", page.encode())
    assert not errors and grid.rows[0][0] == "a" and len(grid.rows) == 2


def test_limits_of_pages(monkeypatch):
    row = "<tr>" + "<td>1" * 500
    assert refusal("a.xls", f"<table>{row}</table>".encode()).code == "too_many_columns"
    assert refusal("a.xls", ("<table>" + "<tr><td>1" * 100 + "</table>").encode(), max_rows=99).code == "too_many_rows"
    monkeypatch.setattr(page_format, "MAX_BYTES", 10)
    assert refusal("a.xls", html_of([["a"]])).code == "too_large"


HOSTILE_PAGES = ["<div>", "<table><tr><td>", "<table>", "<b>", "<!--", "<td rowspan=9999 colspan=399>", "&#0;", "<tr>"]


@pytest.mark.parametrize("piece", HOSTILE_PAGES)
def test_hostile_pages_end_in_linear_time(piece):
    started = time.process_time()
    grids, errors = read("a.xls", b"<html><body>" + piece.encode() * 200_000 + b"<table><tr><td>1")
    assert grids or errors
    assert time.process_time() - started < 10


# Word documents


def test_merged_cells_of_a_document():
    def merge(document, table):
        table.cell(0, 0).merge(table.cell(0, 2))
        table.cell(1, 0).merge(table.cell(2, 0))

    grid = one("a.docx", docx_of([["a", "", ""], ["b", "c", "d"], ["", "e", "f"]], ["đầu"], merge))
    assert grid.rows == [["đầu", "", ""], ["a", "", ""], ["b", "c", "d"], ["", "e", "f"]]
    assert set(grid.merged) == {(1, 0, 1, 2), (2, 0, 3, 0)}


def test_letterhead_title_and_table_of_a_document_are_one_sheet():
    def letterhead(document, table):
        head = document.add_table(1, 2)
        head.cell(0, 0).text, head.cell(0, 1).text = "XÃ NAM DONG", "CỘNG HÒA"
        document.element.body.insert(0, head._tbl)

    grid = one("a.docx", docx_of([["1", "An"]], ["DANH SÁCH"], letterhead))
    assert grid.rows == [["XÃ NAM DONG", "CỘNG HÒA"], ["DANH SÁCH", ""], ["1", "An"]]


def test_what_was_deleted_in_a_document_is_not_read():
    with_changes = (
        "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>cũ</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:tc><w:p><w:del><w:r><w:delText>5</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>7</w:t></w:r></w:ins><w:r><w:t>00</w:t></w:r></w:p></w:tc></w:tr>"
    )
    assert one("a.docx", raw_docx(f"<w:tbl>{with_changes}</w:tbl>")).rows == [["700"]]


def raw_docx(body: str, before: str = "") -> bytes:
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>'
    return hostile.zip_of({"[Content_Types].xml": "", "word/document.xml": before + text})


def test_damaged_documents_are_told():
    assert refusal("a.docx", raw_docx("<w:p>")).code == "truncated"
    assert refusal("a.docx", raw_docx("")).code == "empty_file"
    assert refusal("a.docx", raw_docx("<w:p/>", '<!DOCTYPE a [<!ENTITY b "bb">]>')).code == "zip_bomb"
    assert refusal("a.docx", raw_docx("<w:p><w:r>" * 3000)).code == "truncated"
    assert refusal("a.doc", hostile.ole_with("WordDocument")).code == "old_word"


# PDF


def test_pictures_are_told():
    assert refusal("a.pdf", picture_pdf(2)).code == "picture"
    for start in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"\0\0\0\x18ftypheic", b"II*\0"):
        assert refusal("anh.xlsx", start + bytes(200)).code == "picture"


def test_a_page_that_is_a_picture_is_asked_about():
    assert ("page_is_picture", None, "2, 3") in told(one("a.pdf", picture_pdf(2, with_text=1)))


def test_a_pdf_without_anything_on_it():
    from fpdf import FPDF

    paper = FPDF()
    paper.add_page()
    assert refusal("a.pdf", bytes(paper.output())).code == "empty_file"


def test_locked_damaged_and_long_pdfs_are_told():
    rows = [["STT", "Tên", "Tiền"], ["1", "An", "500"]]
    assert refusal("a.pdf", pdf_of(rows, password="khoa")).code == "password_protected"
    assert one("a.pdf", pdf_of(rows, password="")).rows == rows  # only what may be done with it is locked
    content = pdf_of(rows)
    assert refusal("a.pdf", content[: len(content) // 3]).code == "truncated"
    assert refusal("a.pdf", b"%PDF-1.7 \x00\x01").code == "truncated"


def test_a_pdf_of_two_thousand_pages_is_told():
    from fpdf import FPDF

    paper = FPDF()
    for _ in range(2000):
        paper.add_page()
    started = time.process_time()
    error = refusal("a.pdf", bytes(paper.output()))
    assert (error.code, error.found) == ("too_many_pages", "2000")
    assert time.process_time() - started < 10


@pytest.mark.parametrize("twice", [False, True])
def test_a_pdf_that_unpacks_to_far_more_is_told(twice):
    packed = zlib.compress(bytes(100 * 1024 * 1024), 9)
    if twice:
        packed = zlib.compress(packed, 9)
    content = pdf_of([["a"]]) + b"\n9 0 obj\n<< /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream\nendobj\n"
    assert refusal("a.pdf", content).code == "zip_bomb"


PDF = pdf_of(rows_of([("Ông Mẫu", 1, 1, 5, "")] * 5, is_text=True), ABOVE, widths=WIDTHS)


@some
@given(st.data())
def test_damaged_pdfs_end_in_grids_or_errors(data):
    content = bytearray(PDF)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    grids, errors = read("a.pdf", bytes(content))
    assert grids or errors


def test_a_statement_with_a_letterhead_and_a_page_number_on_each_page():
    from fpdf import FPDF

    from outgoing.papers.typeface import FACES, FOLDER

    class Statement(FPDF):
        def header(self):
            self.set_font("F", size=9)
            self.cell(0, 6, "NGÂN HÀNG MẪU - CHI NHÁNH ĐẮK NÔNG", new_x="LMARGIN", new_y="NEXT")

        def footer(self):
            self.set_y(-15)
            self.cell(0, 6, f"Trang {self.page_no()}")

    paper = Statement()
    paper.add_font("F", "", FOLDER / FACES[""])
    paper.add_page()
    paper.cell(0, 6, "SAO KÊ TÀI KHOẢN", new_x="LMARGIN", new_y="NEXT")
    paper.set_x(10)
    for text, x in (("Ngày", 10), ("Nội dung", 40), ("Ghi nợ", 110), ("Ghi có", 140), ("Số dư", 170)):
        paper.text(x, 35, text)
    y, balance = 40, 0
    for number in range(100):
        if y > 270:
            paper.add_page()
            y = 25
        balance += 1000 * (number + 1)
        paper.text(10, y, f"{number % 28 + 1:02}/08/2021")
        paper.text(40, y, f"MAU {number} CHUYEN TIEN UNG HO")
        paper.text(110, y, "")
        for value, right in ((1000 * (number + 1), 160), (balance, 190)):
            shown = f"{value:,}".replace(",", ".")
            paper.text(right - paper.get_string_width(shown), y, shown)
        y += 4
        if number % 3 == 0:
            paper.text(40, y, "PHONG CHONG DICH COVID-19")
            y += 4
        y += 1
    (grid,), errors = read("sao ke.pdf", bytes(paper.output()))
    assert not errors
    texts = [" ".join(row).split() for row in grid.rows]
    assert sum("NGÂN" in row for row in texts) == 1 and not any("Trang" in row for row in texts)
    table = [row for row in grid.rows if row[0][:1].isdigit()]
    assert [(row[2], row[3]) for row in table] == [("", f"{1000 * n:,}".replace(",", ".")) for n in range(1, 101)]
    assert [row[1] for row in table][:2] == [
        "MAU 0 CHUYEN TIEN UNG HO PHONG CHONG DICH COVID-19",
        "MAU 1 CHUYEN TIEN UNG HO",
    ]
