"""Another district, another campaign: its tables are enough, and no word of the shipped one is left anywhere."""

import ast
import csv
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import reference
from data.reference import senders
from data.reference.tables import FAULTS, HEADLINES, NUMBERS, SHAPES, Fault, ReferenceUnusable, path_of
from metrics.measures import FIXED
from metrics.reconciliation import COMPARED
from tests.other_district import ROOT, TABLES, WORKBOOKS, write_tables
from ui.frame import page_list
from words import texts

SHIPPED = reference.load(reference.FOLDER)
YEARS = {"2021", "2025"}  # of the shipped campaign, and of the merger of its communes
# what nobody may read in the campaign of another district; "dịch vụ" is a service, "giao dịch" a transaction
WORDS = re.compile(
    r"cư jút|ea t['’]?ling|đắk|ea pô|nam dong|tâm thắng|cư knia|trúc sơn|covid|(?<!giao )dịch(?! vụ)|cách ly|quarantine"
    r"|kiểm dịch|cu jut|dak wil|dak drong|gạo|\brice\b|mì ăn liền|26/KH|\b246\d\d\b|\b2021\b",
    re.IGNORECASE,
)


def run(folder: Path, *command: str) -> subprocess.CompletedProcess:
    """A command in a process of its own, with the reference tables of a folder and a store beside them."""
    own = {"REFERENCE_DIR": str(folder), "STORE_URL": str(folder.parent / "store"), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=os.environ | own, capture_output=True, encoding="utf-8"
    )


# everything that a flood campaign shows
@pytest.fixture(scope="module")
def flood(tmp_path_factory) -> dict:
    place = tmp_path_factory.mktemp("flood")
    done = run(write_tables(place / "reference"), "tests.other_district", str(place))
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((place / "shown.json").read_text("utf-8"))


def test_its_workbooks_are_read_without_a_question(flood):
    kinds = ["donations", "donations", "distributions", "purchases", "frontline_support", "weekly_reports", "targets"]
    assert flood["read"] == {name: [kind] for name, kind in zip(WORKBOOKS, kinds, strict=True)}


def test_every_page_and_paper_is_there(flood):
    shown = flood["shown"]
    pages = {
        f"{state}{page} {language}"
        for state in ("", "empty ")
        for page in page_list.PAGES
        for language in "vi en".split()
    }
    assert pages <= set(shown)
    endings = {name.rpartition(".")[2] for name in set(shown) - pages}
    assert {"docx", "pdf", "pptx", "xlsx", "zip", "html", "csv", "json"} <= endings
    assert all(text.strip() for text in shown.values())


def test_no_word_of_the_shipped_campaign(flood):
    hits_of = {name: [hit.group() for hit in WORDS.finditer(text)] for name, text in flood["shown"].items()}
    assert {name: hits for name, hits in hits_of.items() if hits} == {}


def test_its_own_words_stand_in_their_place(flood):
    shown = flood["shown"]
    assert "Áo phao đã nhận" in shown["overview vi"] and "Life vests received" in shown["overview en"]
    assert "40 cái/quả áo phao" in shown["overview vi"]  # in the sentence for reading aloud
    assert "40 pieces of life vests" in shown["overview en"]
    assert "Tiền mặt ủng hộ" in shown["progress vi"] and "Bãi Dâu" in shown["reports vi"]
    assert "ví dụ: nguyen, áo phao, 5.000.000" in shown["goods vi"]
    assert "Giúp hộ ngập" in shown["form weekly_reports.xlsx"]
    assert "Chọn điểm sơ tán, trạm bơm trong danh sách." in shown["form frontline_support.xlsx"]
    assert "“Điểm sơ tán xã Bãi Dâu”" in shown["vi letter"]
    assert "Số lượt loa báo lũ" in next(text for name, text in shown.items() if name.startswith("vi bao-cao-tuan"))


def test_it_has_a_demonstration_only_of_its_own(flood, tmp_path):
    offers = [texts.t("frame.demo.load", language) for language in texts.LANGUAGES]
    assert not [name for name, text in flood["shown"].items() if any(offer in text for offer in offers)]
    assert SHIPPED.demo.samefile(ROOT / "data" / "demo")
    folder = write_tables(tmp_path / "reference")
    assert reference.load(folder).demo is None
    own = write_tables(tmp_path / "with_demo")
    (own / "campaign.toml").write_text('demo = "demo"\n' + TABLES["campaign.toml"], encoding="utf-8")
    assert reference.load(own).demo == own / "demo"


# no word of a campaign in the code
def words_of_code(path: Path) -> set[str]:
    """The texts in a file of Python that are no docstring, and the years."""
    tree = ast.parse(path.read_text("utf-8"))
    owners = (node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef))
    docstrings = {id(node.body[0].value) for node in owners if isinstance(node.body[0], ast.Expr)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docstrings]
    years = {str(node.value) for node in constants if isinstance(node.value, int) and 2001 < node.value < 2040}
    return {node.value for node in constants if isinstance(node.value, str)} | years


def test_the_code_knows_no_commune_no_good_and_no_day():
    places = [
        ROOT / "app.py",
        ROOT / "serve.py",
        *(
            path
            for room in ("ui", "outgoing", "report", "words", "metrics", "pages")
            for path in (ROOT / room).rglob("*.py")
        ),
    ]
    places += [path for room in ("loaders", "data") for path in (ROOT / room).rglob("*.py") if "demo" not in path.parts]
    codes = set(SHIPPED.goods) - {"cash", "other"} | set(SHIPPED.sites) | {c.code for c in SHIPPED.all_communes}
    names = WORDS.pattern.split("|covid")[0]
    wrong = {}
    for path in places:
        for word in words_of_code(path):
            if word in codes or word in YEARS or re.search(names, word, re.IGNORECASE):
                wrong.setdefault(path.name, set()).add(word)
    assert wrong == {}


def test_no_text_names_a_place_or_a_year():
    named = {key: text for key, entry in texts.entries().items() for text in entry.values() if WORDS.search(text)}
    assert named == {}


# which file counts
def test_only_what_is_the_same_everywhere_comes_from_the_shipped_tables(tmp_path):
    folder = write_tables(tmp_path / "reference")
    known = reference.load(folder)
    assert path_of(folder, "units") == reference.FOLDER / "units.csv" and known.unit("tạ") == ("kg", 100.0)
    assert known.donor_category("Nhà hảo tâm").code == "individual"
    for name in set(SHAPES) - {"units", "unit_aliases", "donor_categories", "donor_category_aliases", "lexicon"}:
        assert path_of(folder, name) in (folder / f"{name}.csv", None)
    assert known.good("gạo").code is None and known.commune("Nam Dong").code is None and known.packs == {}
    shutil.copy(reference.FOLDER / "units.csv", folder)
    assert path_of(folder, "unit_aliases") is None  # spellings of codes that this table may not have
    assert senders.load(folder).commune("baidau@example.vn") == "99007"


def test_without_a_table_of_headlines_those_of_no_good_are_shown(tmp_path):
    folder = write_tables(tmp_path / "reference")
    (folder / "headlines.csv").unlink()
    codes = [headline.code for headline in reference.load(folder).headlines]
    assert codes == [
        "cash_received",
        "goods_value",
        "households_supported",
        "frontline_visits",
        "reports_on_time",
    ]


def test_the_shipped_headlines_are_the_six():
    codes = [headline.code for headline in SHIPPED.headlines]
    assert codes == [
        "cash_received",
        "goods_value",
        "rice_received",
        "households_supported",
        "frontline_visits",
        "reports_on_time",
    ]


def test_what_a_table_may_name_is_what_the_metrics_have():
    assert set(NUMBERS) == set(FIXED) and set(HEADLINES) == {*FIXED, "reports_on_time"}
    assert set(COMPARED) <= set(NUMBERS)
    assert {row["compared_with"] for row in SHIPPED.indicators.values()} <= {"", *COMPARED}


# a spelling ends with the commune that it means
def test_an_old_spelling_is_not_read_as_the_commune_that_has_its_code_today():
    assert SHIPPED.commune("Eapô", date(2021, 8, 1)).code == SHIPPED.commune("Eapô", date(2025, 6, 30)).code == "24646"
    assert SHIPPED.commune("Eapô", date(2025, 7, 1)).code is None
    assert SHIPPED.commune("Đăk Wil", date(2025, 6, 30)).code == "24643"
    assert SHIPPED.commune("Xã Nam Dong, huyện Cư Jút", date(2021, 8, 1)).code == "24649"


# what is wrong in a table
def replaced(name: str, old: str, new: str):
    def change(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


WRONG = {
    "file_missing": (lambda folder: (folder / "goods.csv").unlink(), Fault("file_missing", "goods.csv")),
    "unreadable": (
        lambda folder: ((folder / "goods.csv").unlink(), (folder / "goods.csv").mkdir()),
        Fault("unreadable", "goods.csv", found="PermissionError" if os.name == "nt" else "IsADirectoryError"),
    ),
    "not_utf8": (
        lambda folder: (folder / "sites.csv").write_bytes(b"code,type,commune,name,name_en\na,b,c,Tr\xb9m,x\n"),
        Fault("not_utf8", "sites.csv", 2),
    ),
    "not_toml": (
        replaced("campaign.toml", "due_weekday = 5", "due_weekday = thứ sáu"),
        Fault("not_toml", "campaign.toml", 9, found="Invalid value (at line 9, column 15)"),
    ),
    "column_missing": (
        replaced("sections.csv", "code,name,name_en", "code;name;name_en"),
        Fault("column_missing", "sections.csv", 1, "code, name, name_en", "code;name;name_en", "code,name,name_en"),
    ),
    "cells_differ": (
        replaced("site_types.csv", "Trạm bơm,Pump", "Trạm, bơm,Pump"),
        Fault("cells_differ", "site_types.csv", 3, found="5", needed="4"),
    ),
    "value_missing": (
        replaced("headlines.csv", "Áo phao đã nhận", ""),
        Fault("value_missing", "headlines.csv", 2, "name", needed="text"),
    ),
    "value_wrong": (
        replaced("communes.csv", "1990-01-01", "01/01/1990"),
        Fault("value_wrong", "communes.csv", 2, "valid_from", "01/01/1990", "date"),
    ),
    "code_unknown": (
        replaced("sites.csv", "shelter,99007", "shelter,99070"),
        Fault("code_unknown", "sites.csv", 2, "commune", "99070", "communes.csv"),
    ),
    "code_twice": (
        replaced("goods.csv", "blankets,", "life_vests,"),
        Fault("code_twice", "goods.csv", 5, "code", "life_vests"),
    ),
    "headline_unknown": (
        replaced("headlines.csv", "sites_visited,", "sites_seen,"),
        Fault("headline_unknown", "headlines.csv", 7, "code", "sites_seen", ", ".join(HEADLINES)),
    ),
    "key_missing": (
        replaced("campaign.toml", 'plan = "15/KH-MTTQ"\n', ""),
        Fault("key_missing", "campaign.toml", column="plan", needed="text"),
    ),
    "only_reports": (
        lambda folder: (folder / "headlines.csv").write_text("code\nreports_on_time\n", encoding="utf-8"),
        Fault("only_reports", "headlines.csv", found="reports_on_time"),
    ),
    "no_commune": (
        replaced("campaign.toml", "start_date = 2024-09-10", "start_date = 1989-09-10"),
        Fault("no_commune", "communes.csv", found="1989-09-10"),
    ),
    "table_empty": (
        lambda folder: (
            (folder / "indicators.csv").write_text(TABLES["indicators.csv"].strip().split("\n")[0], encoding="utf-8")
            and (folder / "indicator_aliases.csv").unlink()
        ),
        Fault("table_empty", "indicators.csv"),
    ),
    "cash_missing": (
        lambda folder: [
            replaced("goods.csv", "cash,Tiền mặt,Cash,vnd,#228833\n", "")(folder),
            replaced("indicators.csv", "vnd,cash,", "vnd,,")(folder),
        ],
        Fault("cash_missing", "goods.csv"),
    ),
}


@pytest.mark.parametrize("code", WRONG)
def test_what_is_wrong_is_told_with_its_place(code, tmp_path):
    folder = write_tables(tmp_path / "reference")
    change, fault = WRONG[code]
    change(folder)
    with pytest.raises(ReferenceUnusable) as caught:
        reference.load(folder)
    assert caught.value.faults == (fault,)
    for language in texts.LANGUAGES:
        sentence = texts.say_fault(fault, language)
        assert fault.file in sentence and fault.found in sentence and "{" not in sentence
        assert str(fault.line or "") in sentence and fault.column in sentence


def test_other_values_of_the_campaign(tmp_path):
    wrong = {
        "due_weekday = 5": ("due_weekday = 8", "weekday", "8"),
        "due_time = 15:00:00": ('due_time = "15:00"', "time", "15:00"),
        "Asia/Ho_Chi_Minh": ("Asia/Hanoi", "timezone", "Asia/Hanoi"),
        "start_date = 2024-09-10": ("start_date = 2024-09-10T08:00:00", "date", "2024-09-10 08:00:00"),
    }
    for number, (old, (new, needed, written)) in enumerate(wrong.items()):
        folder = write_tables(tmp_path / str(number))
        replaced("campaign.toml", old, new)(folder)
        with pytest.raises(ReferenceUnusable) as caught:
            reference.load(folder)
        (fault,) = caught.value.faults
        assert (fault.code, fault.needed, fault.found) == ("value_wrong", needed, written) and fault.line
    folder = write_tables(tmp_path / "first")
    replaced("campaign.toml", "start_date", 'first_indicators = ["rice_kg"]\nstart_date')(folder)
    with pytest.raises(ReferenceUnusable) as caught:
        reference.load(folder)
    first = Fault("code_unknown", "campaign.toml", 7, "first_indicators", "rice_kg", "indicators.csv")
    assert caught.value.faults == (first,)
    folder = write_tables(tmp_path / "unknown")
    replaced("campaign.toml", "plan =", "Plan =")(folder)
    with pytest.raises(ReferenceUnusable) as caught:
        reference.load(folder)
    assert [(fault.code, fault.column) for fault in caught.value.faults] == [
        ("key_unknown", "Plan"),
        ("key_missing", "plan"),
    ]


def test_every_fault_has_its_sentences_and_is_produced():
    parts = {f"reference.{code}.{part}" for code in FAULTS for part in ("what", "do")}
    assert parts <= set(texts.entries())
    assert set(FAULTS) == {*WRONG, "folder_missing", "key_unknown"}


def test_a_folder_that_is_not_there_is_told_once_in_both_languages(tmp_path):
    done = run(tmp_path / "nowhere", "loaders", "read", "x.xlsx")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "Không có thư mục" in done.stderr and "There is no folder" in done.stderr and "REFERENCE_DIR" in done.stderr


def test_a_wrong_table_stands_on_the_page_with_its_line(tmp_path, monkeypatch):
    folder = write_tables(tmp_path / "reference")
    WRONG["code_unknown"][0](folder)
    monkeypatch.setenv("REFERENCE_DIR", str(folder))
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    (sentence,) = (error.value.replace("\\", "") for error in app.error)
    assert not app.exception and not app.title
    assert "sites.csv, dòng 2, cột commune: không có mã “99070”; cần một mã trong communes.csv" in sentence
    assert "sites.csv, line 2, column commune: no code “99070”" in sentence and str(tmp_path) not in sentence


def test_the_shipped_tables_have_no_column_that_is_not_known():
    for name, shape in SHAPES.items():
        with open(reference.FOLDER / f"{name}.csv", encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert set(shape) <= set(header), name
