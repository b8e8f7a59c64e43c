"""The words for people: both languages, the same placeholders, every one used, a sentence for every problem code."""

import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

from loaders.problems import CODES, SHEET_ERRORS, Severity, SourceUnreadable, Where, problem
from words import texts

ROOT = Path(__file__).parent.parent
ENTRIES = texts.entries()
SOURCES = [
    p
    for name in ("pages", "commands", "ui", "outgoing", "report", "words", "loaders", "data")
    for p in (ROOT / name).rglob("*.py")
] + [
    ROOT / "app.py",
    ROOT / "start.py",
]
ENGLISH = re.compile(r"\b(the|and|of|is|are|to|not|file|sheet|rows?|upload|cell|week|communes?)\b", re.IGNORECASE)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", sorted(ENTRIES))
def test_both_languages_with_the_same_placeholders(key):
    entry = ENTRIES[key]
    assert set(entry) == set(texts.LANGUAGES)
    assert all(text.strip() == text and text for text in entry.values())
    assert placeholders(entry["vi"]) == placeholders(entry["en"])


def test_no_english_in_the_vietnamese_texts():
    bare = {key: re.sub(r"\{.*?\}", "", entry["vi"]) for key, entry in ENTRIES.items()}
    wrong = {key: text for key, text in bare.items() if ENGLISH.search(text)}
    assert wrong == {}


def test_every_key_is_used():
    """Either as a whole, or as the start of a key that the code completes."""
    code = "\n".join(p.read_text("utf-8") for p in SOURCES if p.is_file())
    written = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)+)["']""", code))
    patterns = re.findall(r"""f["']((?:[a-z_]+\.)[a-z_.{}\[\]'()]*)["']""", code)
    completed = [re.compile(re.sub(r"\\\{.*?\\\}", r"[a-z0-9_.]+", re.escape(pattern))) for pattern in patterns]
    unused = {k for k in ENTRIES if k not in written and not any(pattern.fullmatch(k) for pattern in completed)}
    assert unused == set()


def test_every_written_key_exists():
    code = "\n".join(p.read_text("utf-8") for p in SOURCES if p.is_file())
    called = set(re.findall(r"""\bt\(\s*["']([a-z_.]+)["']""", code))
    assert called - set(ENTRIES) == set()


@pytest.mark.parametrize("code", [*CODES, *SHEET_ERRORS])
def test_every_code_has_its_sentences(code):
    assert {f"problems.{code}.{part}" for part in ("name", "what", "do")} <= set(ENTRIES)
    if CODES.get(code) is Severity.ASKS:
        assert f"problems.{code}.tick" in ENTRIES
    else:
        assert f"problems.{code}.tick" not in ENTRIES


def test_no_sentences_for_codes_that_do_not_exist():
    named = {key.split(".")[1] for key in ENTRIES if key.startswith("problems.")} - {"place"}
    assert named == {*CODES, *SHEET_ERRORS}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("proposed", [None, "1500"])
def test_every_problem_can_be_said(code, language, proposed):
    found = problem(code, Where("a.xlsx", "Tuần 37", "C14"), "1.500kg", proposed)
    said = texts.say(found, language)
    assert "C14" in said.where and said.what and said.do
    assert "{" not in " ".join(said)
    if found.severity is Severity.ASKS:
        assert texts.tick(found, language)


def test_a_problem_in_words():
    found = problem("number_unreadable", Where("a.xlsx", "Tuần 37", "C14"), "1.500kg", "1500")
    assert texts.say(found, "vi") == (
        "Ô C14, tờ “Tuần 37”",
        "“1.500kg”. Cần một số.",
        "Ghi 1500, đơn vị để ở cột Đơn vị tính.",
    )
    assert texts.tick(problem("number_ambiguous", found.where, "1,500", "1500"), "vi") == "Đúng, lấy 1.500"


def test_sums_stand_in_groups_and_codes_by_their_names():
    differs = problem("total_differs", Where("a.xlsx", "1", "D9"), "11135117800", "11135117801")
    assert "11.135.117.800" in texts.say(differs, "vi").what
    assert "11,135,117,801" in texts.say(differs, "en").do
    unsure = problem("kind_unsure", Where("a.xlsx", "1"), "STT", "donations; purchases")
    assert "Danh sách ủng hộ, Bảng kê mua hàng" in texts.say(unsure, "vi").do


def test_a_sheet_error_in_words():
    said = texts.say(SourceUnreadable("not_a_spreadsheet", Where("anh.xlsx")), "vi")
    assert said.where == "Tệp “anh.xlsx”" and "không phải là loại đọc được" in said.what


def test_the_command_line_gets_its_words_without_streamlit():
    code = "import sys, words.texts, words.names; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
