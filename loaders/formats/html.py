"""HTML -> texts and tables: what banks export as ".xls", pages saved from a browser, and the same packed as MHTML.

Only what stands in the file is read: no script, no style sheet, no address is followed. Numbers stay the texts that
they are.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage

from lxml import etree, html

from loaders.formats.delimited import decode_text
from loaders.formats.limits import MEGABYTE
from loaders.formats.texts_and_tables import Cell, Piece, Row
from loaders.problems import SourceUnreadable, Where

MARKUP = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*-->\s*|<\?xml[^<>]*\?>\s*)*"
    r"<(?:!doctype\s+html|html|table|head|body|meta|title|div|style|font|center|p|h\d)\b",
    re.IGNORECASE | re.DOTALL,
)
MAIL_HEADER = re.compile(rb"\s*(?:[A-Za-z-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+")
PACKED_TYPE = re.compile(rb"^content-type:\s*(?:multipart/related|text/html)", re.IGNORECASE | re.MULTILINE)
CHARSET = re.compile(rb"""<(?:meta\b[^<>]*?charset|\?xml\b[^<>]*?encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
STRUCK = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
NEVER_SHOWN = {"script", "style", "head", "template", "noscript", "object", "embed", "iframe", "svg", "select"}
LINES = {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "center"}
LOOKED_AT = 4_000
MAX_BYTES = 15 * MEGABYTE  # a page takes thirty times its size in memory
MOST_PAGES = 100  # in one MHTML


def is_html(content: bytes) -> bool:
    """Whether the bytes are a page or a packed page, whatever their name says."""
    return _is_packed(content) or bool(MARKUP.match((decode_text(content[:LOOKED_AT]) or "").lstrip("\ufeff")))


def _is_packed(content: bytes) -> bool:
    head = MAIL_HEADER.match(content[:LOOKED_AT])
    return bool(head and PACKED_TYPE.search(head[0]))


def read_pages(content: bytes, where: Where) -> list[list[Piece]]:
    """The texts and tables of a page, or of each page with tables that an MHTML packs."""
    if len(content) > MAX_BYTES:
        raise SourceUnreadable("too_large", where, f"{len(content) / MEGABYTE:.0f} MB")
    pages = [read_page(page, where) for page in (_packed(content, where) if _is_packed(content) else [content])]
    return [page for page in pages if any(not isinstance(piece, str) for piece in page)] or pages[:1]


def _packed(content: bytes, where: Where) -> list[bytes]:
    """The pages of an MHTML: Excel packs one for each sheet."""
    try:
        message = message_from_bytes(content, policy=policy.default)
        parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
        return [_page_of(part) for part in parts[:MOST_PAGES]]
    except (MessageError, LookupError, ValueError, AttributeError, TypeError) as error:
        raise SourceUnreadable("truncated", where) from error


def _page_of(part: EmailMessage) -> bytes:
    page, charset = part.get_payload(decode=True) or b"", part.get_content_charset()
    return page if not charset or CHARSET.search(page[:LOOKED_AT]) else page.decode(charset, "replace").encode()


def read_page(content: bytes, where: Where) -> list[Piece]:
    """The texts and tables of one page in the order in which they stand."""
    try:
        page = html.document_fromstring(_text_of(content), parser=html.HTMLParser(no_network=True, huge_tree=False))
    except (etree.LxmlError, ValueError) as error:
        raise SourceUnreadable("truncated", where) from error
    return list(_pieces(page))


def _text_of(content: bytes) -> str:
    """The page as text. lxml refuses a text that says its own encoding, and NUL ends a text for it."""
    named, text = CHARSET.search(content[:LOOKED_AT]), None
    if named and not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            text = content.decode(named[1].decode("ascii"))
        except (LookupError, ValueError):
            text = None
    text = decode_text(content) or "" if text is None else text
    return re.sub(r"^\s*<\?xml[^<>]*\?>", "", text.lstrip("\ufeff").replace("\0", "")) or "<html/>"


def _pieces(element) -> Iterator[Piece]:
    """A table that holds tables only puts things beside each other: what it holds is read one after the other."""
    if not _is_shown(element):
        return
    if next(element.iterdescendants("table"), None) is None:
        if element.tag == "table":
            yield _table(element)
        else:
            yield from filter(None, _text(element).split("\n"))
        return
    if own := _tidy(element.text):
        yield own
    for child in element:
        yield from _pieces(child)
        if after := _tidy(child.tail):
            yield after


def _is_shown(element) -> bool:
    return isinstance(element.tag, str) and element.tag not in NEVER_SHOWN and not _is_hidden(element)


def _is_hidden(element) -> bool:
    return element.get("hidden") is not None or bool(HIDDEN.search(element.get("style", "")))


def _table(table) -> list[Row]:
    """Hidden cells keep their place, hidden rows are read and told, as in a workbook."""
    captions = [Row([Cell(_text(caption))]) for caption in table.iterchildren("caption")]
    rows = [
        Row([_cell(cell) for cell in row if cell.tag in ("td", "th")], _is_hidden(row))
        for row in table.iterdescendants("tr")
    ]
    return captions + rows


def _cell(cell) -> Cell:
    return Cell(_text(cell), _span(cell.get("colspan")), _span(cell.get("rowspan")), _is_struck(cell))


def _span(written: str | None) -> int:
    digits = (written or "").strip()
    return max(int(digits), 1) if digits.isascii() and digits.isdigit() and len(digits) < 7 else 1


def _is_struck(cell) -> bool:
    """Whether all that the cell shows is struck through."""
    while True:
        if cell.tag in ("s", "strike", "del") or STRUCK.search(cell.get("style", "")):
            return True
        if len(cell) != 1 or _tidy(cell.text) or _tidy(cell[0].tail) or not isinstance(cell[0].tag, str):
            return False
        cell = cell[0]


def _text(element) -> str:
    """What a person sees of an element, with a line break where the page breaks the line."""
    if not len(element):
        return _tidy(element.text)
    return "\n".join(filter(None, (_tidy(line) for line in "".join(_strings(element)).split("\n"))))


def _strings(element) -> Iterator[str]:
    yield _spaces(element.text)
    for child in element:
        if isinstance(child.tag, str) and child.tag not in NEVER_SHOWN and not _is_hidden(child):
            line = "\n" if child.tag in LINES else ""
            yield line if child.tag != "br" else "\n"
            yield from _strings(child)
            yield line
        yield _spaces(child.tail)


def _spaces(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""


def _tidy(text: str | None) -> str:
    return " ".join(text.split()) if text else ""
