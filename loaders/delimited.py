"""Text with separators (csv, tsv, txt) -> rows of text: the encoding and the separator are found from the content."""

import csv
import io
import re
import unicodedata

SEPARATORS = ",;\t|"
SAMPLE_CHARACTERS = 20_000
# cp1258 shares the letters that are not in it with no one: a byte above 0x80 that forms a tone after a vowel
TONE_BYTES = re.compile(rb"[\xcc\xd2\xde\xec\xf2]")
TONED_LETTER = re.compile("[aăâeêioôơuưyAĂÂEÊIOÔƠUƯY][\u0300\u0301\u0303\u0309\u0323]")


def decode_text(content: bytes) -> str | None:
    """Bytes of a text file as NFC text; None when they are no text at all."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def find_separator(text: str) -> str:
    """The separator that splits most lines of the beginning into the same number of cells, and more than one."""
    sample = text[:SAMPLE_CHARACTERS]
    return max(SEPARATORS, key=lambda mark: _regularity(sample, mark))


def _regularity(sample: str, separator: str) -> float:
    widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if row]
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0
    usual = max(set(wide), key=wide.count)
    return wide.count(usual) / len(widths) + usual / 1000


def read_rows(text: str) -> list[list[object]]:
    """The rows of the text as a rectangle."""
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=find_separator(text)))
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]
