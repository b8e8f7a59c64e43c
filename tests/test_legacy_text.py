"""TCVN3 and VNI text is recognised on strong evidence only, and right Unicode text is never touched."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reference import load
from loaders.formats.legacy_text import _VNI, TCVN3_CODES, decode, is_syllable
from loaders.formats.sources import open_grids
from loaders.reading import Source

REAL_FILE = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "communesVN-tcvn3.csv"
TO_TCVN3 = str.maketrans(TCVN3_CODES[1], TCVN3_CODES[0])
TO_VNI = {letter: typed for typed, letter in _VNI.items() if typed.islower() or typed.isupper()}

VIETNAMESE = (
    "Ủy ban Mặt trận Tổ quốc Việt Nam huyện Cư Jút danh sách ủng hộ phòng chống dịch bệnh gạo trứng rau củ quả mì tôm "
    "nước mắm đường sữa khẩu trang kính gửi hộ nghèo cận thôn buôn tổ dân phố trường tiểu học chùa giáo xứ tiền mặt "
    "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đắk Wil Ea Pô Nam Dong Tâm Thắng Trúc Sơn Knia "
    "số lượng đơn vị tính ghi chú ngày tháng năm người nhận khuyến uống thuở quý hòa thủy xã toán khoá loài hoà"
).split()
FRENCH = (
    "où là dès été même être hôtel Noël maïs naïve Thaï laïc coût goût août français garçon élève père mère forêt île "
    "théâtre « œuvre » sûr dû crû reçu déjà voilà plaît connaît bientôt côté pâte tôt âge aîné Raoul Loïc Haïti égoïste"
).split()
WESTERN = (
    "co\u00adoperate 5µm §a §12 £m ¥n ©2020 Acme® n° m² ½ ¼ «mot» für über schön Käse grün Tür niño año caña façade"
).split()


def tcvn3(text: str) -> str:
    small = str.maketrans(
        {letter: letter.lower() for letter in text if letter not in TCVN3_CODES[1] and ord(letter) > 127}
    )
    return text.translate(small).translate(TO_TCVN3)


def vni(text: str) -> str:
    return "".join(TO_VNI.get(letter, letter) for letter in text)


def decoded(*texts: str) -> list[str]:
    rows, _, _ = decode([[text] for text in texts])
    return [row[0] for row in rows]


@pytest.mark.skipif(
    not REAL_FILE.exists(), reason="the folder with real files lies beside the repository, and is not here"
)
def test_the_eight_communes_of_the_real_file():
    grids, errors = open_grids(Source(REAL_FILE.name, REAL_FILE.read_bytes()))
    assert not errors
    rows = grids[0].rows
    of_district = [row for row in rows if row[rows[0].index("D_CODE")] == "662"]
    codes = {row[rows[0].index("C_CODE")]: row[rows[0].index("C_NAMEVI")] for row in of_district}
    assert {load().commune(name).code for name in codes.values()} == set(codes) == set(load().communes())
    assert {row[rows[0].index("D_NAME")] for row in of_district} == {"Cư Jút"}
    assert [(problem.code, problem.found) for problem in grids[0].problems] == [("legacy_font_decoded", "TCVN3")]


@pytest.mark.skipif(
    not REAL_FILE.exists(), reason="the folder with real files lies beside the repository, and is not here"
)
def test_the_real_file_saved_as_ansi():
    """As Excel saves it with its old fonts: one byte a letter, no UTF-8."""
    content = REAL_FILE.read_text("utf-8").encode("latin-1")
    grids, _ = open_grids(Source("a.csv", content))
    utf8, _ = open_grids(Source("a.csv", REAL_FILE.read_bytes()))
    assert grids[0].rows == utf8[0].rows


def test_tcvn3_and_its_report():
    rows, name, example = decode([["C\u00ad Jót", "§¾k Dr«ng", "Tróc S¬n", 5], ["Tam Th¾ng", "", "Ea P«", None]])
    assert rows == [["Cư Jút", "Đắk Drông", "Trúc Sơn", 5], ["Tam Thắng", "", "Ea Pô", None]]
    assert (name, example) == ("TCVN3", "Ea P« → Ea Pô")  # the shortest one


def test_vni_and_its_report():
    typed = ["Uûy ban Maët traän Toå quoác", "huyeän Cö Juùt", "Ñaêk Noâng", "Nguyeãn Thò Thöû", "TRÖÙNG GAØ"]
    rows, name, _ = decode([[text] for text in typed])
    assert [row[0] for row in rows] == [
        "Ủy ban Mặt trận Tổ quốc",
        "huyện Cư Jút",
        "Đăk Nông",
        "Nguyễn Thị Thử",
        "TRỨNG GÀ",
    ]
    assert name == "VNI"


def test_decomposed_cells_are_decoded_too():
    """Some programs write ó as o and an accent; the codes of TCVN3 come apart then."""
    typed = [unicodedata.normalize("NFD", text) for text in ("C\u00ad Jót", "Tróc S¬n", "Th¾ng", "§¾k Dr«ng")]
    assert decoded(*typed) == ["Cư Jút", "Trúc Sơn", "Thắng", "Đắk Drông"]


def test_capital_letters_typed_with_a_capital_font():
    assert decoded("TæNG CéNG", "§¾K L¾K", "THÞ TRÊN", "Hµ Néi", "S¬n")[:4] == [
        "TỔNG CỘNG",
        "ĐẮK LẮK",
        "THỊ TRẤN",
        "Hà Nội",
    ]


def test_unicode_headers_over_tcvn3_cells():
    rows, name, _ = decode(
        [["Số lượng", "Xã", "Ghi chú"], ["C\u00ad Jót", "Tróc S¬n", "§¾k Wil"], ["Th¾ng", "Kim Hû", "xóm Mới"]]
    )
    assert name == "TCVN3"
    assert rows == [["Số lượng", "Xã", "Ghi chú"], ["Cư Jút", "Trúc Sơn", "Đắk Wil"], ["Thắng", "Kim Hỷ", "xóm Mới"]]


def test_a_single_odd_word_is_no_evidence():
    for text in ("C\u00ad", "S¬n", "Th¾ng", "Juùt"):
        assert decoded(text) == [text]


def test_right_text_comes_back_as_the_very_same_object():
    rows = [VIETNAMESE, FRENCH, WESTERN]
    assert decode(rows)[0] is rows


@given(st.lists(st.sampled_from(VIETNAMESE + FRENCH + WESTERN), min_size=1, max_size=30))
def test_unicode_vietnamese_french_and_english_are_never_touched(words):
    assert decode([words, [" ".join(words)]]) == ([words, [" ".join(words)]], None, None)


@given(st.lists(st.sampled_from(FRENCH), min_size=1, max_size=12, unique=True))
def test_few_french_words_are_never_touched(words):
    assert decode([[word] for word in words])[1] is None


@given(st.lists(st.text(max_size=12), max_size=12))
def test_nothing_but_text_cells_changes(texts):
    rows = [[text, 1, None, 2.5] for text in texts]
    result, _, _ = decode(rows)
    assert [row[1:] for row in result] == [row[1:] for row in rows]
    assert [len(row) for row in result] == [len(row) for row in rows]


@given(st.lists(st.sampled_from([word for word in VIETNAMESE if word.isalpha()]), min_size=1, max_size=20))
def test_what_was_typed_in_tcvn3_reads_back(words):
    lower = [word.lower() for word in words] + ["thắng", "lượng", "những", "đường"]
    assert decoded(*map(tcvn3, lower)) == lower


@given(st.lists(st.sampled_from([word for word in VIETNAMESE if word.isalpha()]), min_size=1, max_size=20))
def test_what_was_typed_in_vni_reads_back(words):
    lower = [word.lower() for word in words] + ["thắng", "lượng", "những", "đường"]
    assert decoded(*map(vni, lower)) == lower


def test_legacy_text_in_a_workbook_is_reported_at_its_sheet():
    content = "Tªn x·;Sè l\u00adîng\nC\u00ad Jót;5\nTróc S¬n;7\n".encode()
    grids, _ = open_grids(Source("a.csv", content))
    assert grids[0].rows == [["Tên xã", "Số lượng"], ["Cư Jút", "5"], ["Trúc Sơn", "7"]]
    problem = grids[0].problems[0]
    assert (problem.code, problem.found, str(problem.where)) == ("legacy_font_decoded", "TCVN3", "a")
    assert " → " in problem.proposed


def test_syllables():
    assert all(is_syllable(word) for word in VIETNAMESE if word != "Ea")  # two syllables
    assert not any(is_syllable(word) for word in ("coưoperate", "ôIl", "été", "bọr", "ẻt", "Acmeđ"))


def test_codes_are_one_to_one():
    assert len(set(TCVN3_CODES[0])) == len(set(TCVN3_CODES[1])) == len(TCVN3_CODES[0]) == len(TCVN3_CODES[1])
