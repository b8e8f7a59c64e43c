"""The command line as an IT person or a script uses it: exit codes, the fixed JSON, plain Vietnamese, import."""

import json
import subprocess
import sys

import pytest

from commands import __main__ as commands
from commands.files import main
from tests.command_answers import ROOT, Answer, answer_of
from words import texts

FIXTURES = ROOT / "tests" / "fixtures"
REAL = ROOT.parent / "shared" / "data"
CLEAN, BLOCKING = FIXTURES / "donations_letterhead_above.xlsx", FIXTURES / "donations_blank_amount.xlsx"
WITHOUT_WEEK = FIXTURES / "weekly_without_week.xlsx"


def run(*arguments: object, store: object = "") -> Answer:
    return answer_of(main, *arguments, store=store)


def told(*files: object) -> dict:
    return json.loads(run("read", *files, "--json").stdout)


def test_json_has_the_fixed_form():
    answer = told(FIXTURES / "frontline_merged_site_over_gifts.xlsx", FIXTURES / "weekly_vertical.xlsx", BLOCKING)
    assert set(answer) == {"readings", "unread"}
    for reading in answer["readings"]:
        assert list(reading) == [
            *("file", "sheet", "kind", "communes", "week_start_date", "rows", "totals"),
            *("indicators", "sites", "declared", "problems"),
        ]
        assert isinstance(reading["rows"], int)
        assert {type(reading["totals"][name]) for name in ("cash_vnd", "value_vnd")} == {int}
        assert all(set(good) == {"good", "unit", "quantity"} for good in reading["totals"]["goods"])
        assert "cash" not in [good["good"] for good in reading["totals"]["goods"]]
        assert all(set(line) == {"commune", "indicator", "value"} for line in reading["indicators"])
        for problem in reading["problems"]:
            assert list(problem) == ["code", "severity", "cell", "found", "proposed"]
            assert problem["severity"] in ("BLOCKS", "ASKS", "NOTES")
    weekly = answer["readings"][1]
    assert (weekly["kind"], len(weekly["week_start_date"])) == ("weekly_reports", 10)


@pytest.mark.parametrize(
    "files, code",
    [
        ([CLEAN], 0),
        ([BLOCKING], 1),
        ([FIXTURES / "staff_birthdays.xlsx"], 2),
        ([FIXTURES / "no such file.xlsx"], 2),
        ([FIXTURES], 2),
        ([CLEAN, BLOCKING], 1),
        ([CLEAN, FIXTURES / "no such file.xlsx"], 2),
    ],
)
def test_exit_codes(files, code):
    answer = run("read", *files)
    assert answer.returncode == code
    assert "Traceback" not in answer.stderr + answer.stdout


def test_as_a_command_of_its_own():
    """The rest calls `main` in this process; here a Python that knows nothing starts it, and its letters come out."""
    command = [sys.executable, "-m", "loaders", "read", str(BLOCKING)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (1, "") and "Dòng này chưa có số lượng hay số tiền." in done.stdout


def test_a_missing_file_is_unread_with_its_code():
    assert told(FIXTURES / "no such file.xlsx") == {
        "readings": [],
        "unread": [{"file": "no such file.xlsx", "sheet": None, "code": "source_unavailable"}],
    }


def test_plain_text_says_place_and_what_to_do():
    answer = run("read", BLOCKING).stdout
    assert "Ô E10, tờ “Danh sách”: Dòng này chưa có số lượng hay số tiền." in answer
    assert "Said(" not in answer


def test_import_numbers_uploads_and_recognises_the_same_file(tmp_path):
    assert "đã nhận, lần số 1" in run("import", CLEAN, store=tmp_path).stdout
    assert "đã nhận ở lần số 1" in run("import", CLEAN, store=tmp_path).stdout
    second = run("import", BLOCKING, store=tmp_path)
    assert (second.returncode, "lần số 2" in second.stdout) == (1, True)


def test_answers_on_the_command_line(tmp_path):
    refused = run("import", WITHOUT_WEEK, store=tmp_path)
    assert (refused.returncode, "chưa nhận" in refused.stdout) == (1, True)
    taken = run("import", WITHOUT_WEEK, "--week", "2021-08-11", "--json", store=tmp_path)
    answer = json.loads(taken.stdout)
    assert (taken.returncode, answer["receipts"][0]["number"]) == (0, 1)
    assert answer["readings"][0]["week_start_date"] == "2021-08-09"
    assert told(WITHOUT_WEEK)["readings"][0]["week_start_date"] is None


@pytest.mark.skipif(not REAL.exists(), reason="the folder with the real files is not beside the project")
def test_the_real_files():
    answer = told(REAL / "sao-ke-vietcombank-2024-09.csv", REAL / "gso.xls")
    statement = answer["readings"][0]
    assert (statement["kind"], statement["rows"]) == ("donations", 9_999)
    assert statement["totals"]["cash_vnd"] == 11_135_117_800
    assert [(p["code"], p["found"]) for p in statement["problems"]] == [("debit_row", "55000")]
    assert answer["unread"] == [{"file": "gso.xls", "sheet": "Sheet1", "code": "sheet_not_recognised"}]


# the one command line
def test_the_overview_names_every_command_in_both_languages(capsys):
    assert commands.main(["--help"]) == 0
    text = capsys.readouterr().out
    for name in commands.HOMES:
        assert f"\n  {name} " in text and texts.t(f"cli.overview.{name}", "en") in text


def test_an_unknown_command_is_told_what_there_is(capsys):
    assert commands.main(["docc"]) == 2 and commands.main([]) == 2
    assert "read" in capsys.readouterr().err


def test_the_same_command_under_the_earlier_name():
    """`python -m loaders read` and `python -m commands read` say the same, byte by byte."""
    path = str(FIXTURES / "donations_two_header_rows.xlsx")
    outputs = [
        subprocess.run([sys.executable, "-m", name, "read", path, "--json"], cwd=ROOT, capture_output=True)
        for name in ("loaders", "commands")
    ]
    assert outputs[0].stdout == outputs[1].stdout and json.loads(outputs[0].stdout)
    assert outputs[0].returncode == outputs[1].returncode
