"""The same rows as a page of HTML, as MHTML, as a Word document, as a PDF with and without drawn lines."""

import io
from email.message import EmailMessage
from html import escape

import docx
from fpdf import FPDF
from fpdf.enums import Align, VAlign
from fpdf.fonts import FontFace

from outgoing.papers.typeface import FACES, FOLDER


def html_of(rows, above=(), attributes="", wrap="{}", row_attributes=None) -> bytes:
    """`wrap` stands around the text of each cell; row_attributes: number of the row -> what its tag says more."""
    lines = "".join(f"<p>{escape(str(text))}</p>\n" for text in above)
    more = row_attributes or {}
    cells = "".join(
        f"<tr {more.get(n, '')}>"
        + "".join(f"<td {attributes}>{wrap.format(escape(str(c)))}</td>" for c in row)
        + "</tr>\n"
        for n, row in enumerate(rows)
    )
    return f'<html><head><meta charset="utf-8"></head><body>{lines}<table>{cells}</table></body></html>'.encode()


def mhtml_of(*pages: bytes) -> bytes:
    """Pages packed as Excel's "single file web page" does."""
    message = EmailMessage()
    message["Subject"] = "Sổ làm việc"
    message.make_related()
    for number, page in enumerate(pages):
        part = EmailMessage()
        part.set_content(page.decode(), subtype="html", cte="quoted-printable", charset="utf-8")
        part["Content-Location"] = f"file:///C:/so/sheet{number:03}.htm"
        message.attach(part)
    message.replace_header("Content-Type", 'multipart/related; boundary="----=_NextPart_01"')
    return message.as_bytes()


def docx_of(rows, above=(), change=None) -> bytes:
    """`change(document, table)` may do whatever python-docx can before it is saved."""
    document = docx.Document()
    for text in above:
        document.add_paragraph(text)
    table = document.add_table(len(rows), max(map(len, rows)))
    for written, row in zip(table.rows, rows, strict=True):
        for cell, value in zip(written.cells, row, strict=False):
            cell.text = str(value)
    if change:
        change(document, table)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def pdf_of(
    rows, above=(), is_ruled=True, widths=None, size=9, middle=False, right=(), below=(), password=None, lines=None
) -> bytes:
    """`lines`: which are drawn; `right`: columns set to the right; middle: as high as the middle of their row."""
    paper = FPDF()
    paper.add_font("F", "", FOLDER / FACES[""])
    paper.set_font("F", size=size)
    paper.add_page()
    for text in above:
        paper.cell(0, 7, text, align=Align.C, new_x="LMARGIN", new_y="NEXT")
    aligned = [Align.R if column in right else Align.L for column in range(len(rows[0]))]
    look = FontFace()
    with paper.table(
        borders_layout=lines or ("ALL" if is_ruled else "NONE"),
        col_widths=widths,
        headings_style=look,
        line_height=size * 0.45,
        text_align=aligned,
        v_align=VAlign.M if middle else VAlign.T,
        padding=(0.8, 1, 0.8, 1),
    ) as table:
        for row in rows:
            written = table.row()
            for value in row:
                written.cell(str(value))
    for text in below:
        paper.cell(0, 7, text, new_x="LMARGIN", new_y="NEXT")
    if password:
        paper.set_encryption(owner_password="x", user_password=password)
    return bytes(paper.output())


def picture_pdf(pages: int = 1, with_text: int = 0) -> bytes:
    """Pages that hold a picture only, behind some with text."""
    from PIL import Image

    paper = FPDF()
    paper.add_font("F", "", FOLDER / FACES[""])
    paper.set_font("F", size=10)
    picture = Image.new("L", (200, 280), 200)
    for number in range(with_text):
        paper.add_page()
        paper.cell(0, 7, f"Trang có chữ {number}")
    for _ in range(pages):
        paper.add_page()
        paper.image(picture, 0, 0, 210)
    return bytes(paper.output())
