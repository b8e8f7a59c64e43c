"""Text with separators (csv, tsv, txt) -> rows of text: the encoding and the separator are found from the content."""

import csv
import io
import re
import unicodedata

SEPARATORS = "\t;|,"  # at a tie the first: a comma also stands inside numbers and texts
NAMED_SEPARATOR = re.compile(r"\ufeff?sep=(.)\r?\n")  # Excel's own hint in the first line
SAMPLE_CHARACTERS = 20_000
SAMPLE_BYTES = 4_000
MARKS = (  # utf-32 first: its mark begins like that of utf-16
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# cp1258 writes tones as characters of their own, after the vowel; read as cp1252 they would be ÌÒÞìò or a lone accent
TONES = "\u0300\u0309\u0303\u0301\u0323"
TONED_LETTER = re.compile(f"[aăâeêioôơuưy][{TONES}]", re.IGNORECASE)
CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MAX_CONTROL_SHARE = 0.001
# a quotation mark that is never closed would swallow the rest of the file into one cell
MAX_CELL_CHARACTERS = 32_767  # what Excel's cells hold
MAX_LINES_IN_CELL = 200


def decode_text(content: bytes) -> str | None:
    """Bytes of a text file as text; None when they are no text. Nothing undecodable is dropped."""
    text = _decode(content)
    if len(CONTROL.findall(text[:SAMPLE_CHARACTERS])) > MAX_CONTROL_SHARE * min(len(text), SAMPLE_CHARACTERS):
        return None
    return text


def _decode(content: bytes) -> str:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    sample = content[:SAMPLE_BYTES]
    zeros = (sample[0::2].count(0), sample[1::2].count(0))
    if max(zeros) > len(sample) // 5 and min(zeros) * 4 < max(zeros):
        return content.decode("utf-16-le" if zeros[1] > zeros[0] else "utf-16-be", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_one_byte(content)


def _decode_one_byte(content: bytes) -> str:
    """Windows-1258 when its tones stand after vowels, as they must; else cp1252, which keeps TCVN3 and VNI whole."""
    vietnamese = content.decode("cp1258", errors="replace")
    tones = sum(vietnamese.count(tone) for tone in TONES)
    toned = len(TONED_LETTER.findall(unicodedata.normalize("NFC", vietnamese))) + len(TONED_LETTER.findall(vietnamese))
    if tones and toned >= 0.8 * tones and "\ufffd" not in vietnamese:
        return unicodedata.normalize("NFC", vietnamese)
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        # the five bytes that cp1252 leaves open stay visible as C1 characters
        return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in content)


def find_separator(text: str) -> str:
    """The separator that splits most lines of the beginning into the same number of cells, and more than one."""
    if named := NAMED_SEPARATOR.match(text):
        return named[1]
    sample = text[:SAMPLE_CHARACTERS]
    return max(SEPARATORS, key=lambda mark: _regularity(sample, mark))


def _regularity(sample: str, separator: str) -> float:
    widths = [len(row) for row in _parse(sample, separator) if row]
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0
    usual = max(set(wide), key=wide.count)
    # in tenths: a letterhead of a few lines must not decide against the separator of the table
    return round(10 * wide.count(usual) / len(widths))


def read_rows(text: str) -> tuple[list[list[str]], str]:
    """The rows of the text, each as long as it is, and their separator."""
    separator = find_separator(text)
    rows = _parse(text, separator)
    if any(cell.count("\n") > MAX_LINES_IN_CELL for row in rows for cell in row if len(cell) > MAX_LINES_IN_CELL):
        rows = _parse(text, separator, csv.QUOTE_NONE)
    return rows, separator


def _parse(text: str, separator: str, quoting: int = csv.QUOTE_MINIMAL) -> list[list[str]]:
    limit = csv.field_size_limit(MAX_CELL_CHARACTERS)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting))
    except csv.Error:
        if quoting == csv.QUOTE_NONE:
            return [line.split(separator) for line in text.splitlines()]
        return _parse(text, separator, csv.QUOTE_NONE)
    finally:
        csv.field_size_limit(limit)
