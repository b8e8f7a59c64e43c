"""The forms: filled in as a clerk's Excel saves them, they read back without a question and with nothing changed."""

import io
import zipfile
from datetime import date, datetime, timedelta
from functools import lru_cache

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from commands.files import main
from data.reference import load
from data.reference.names import tidy
from data.schemas import KINDS, LINE_KINDS
from loaders import Source, read
from loaders.cells.values import parse_flag
from loaders.cells.weeks import find_week
from loaders.tables.our_sheets import CHOICES_SHEET, FORM_MARKER, GUIDE_SHEET
from outgoing.forms import form_columns, forms
from tests.amounts import examples
from tests.command_answers import answer_of

REFERENCE = load()
WEEK, AS_OF = date(2021, 8, 9), date(2021, 9, 1)
OWN = "24640"  # Thị trấn Ea T'Ling: an apostrophe, and no "xã"
SUMMER_2025 = date(2025, 8, 11)  # the communes have merged, one is called as the district was
WORDS = "Nguyễn Thị Hồng Đào Trần Văn Sỹ chi hội phụ nữ thôn chùa Hoa Nghiêm công ty TNHH quỹ Lạc Hồng tổ".split()
FILLS = {(k, o) for k in KINDS for o in (True, False)}
FEW = examples(5, 40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@lru_cache
def blank(kind, commune=OWN, week=WEEK):
    return forms.form(kind, commune=commune, week=week)


@lru_cache
def columns(kind, commune):
    return [column.name for column in form_columns.columns_of(kind, commune)]


def opened(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return book, book.worksheets[0]


def saved(book):
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def header_row(sheet):
    return next(r for r in range(1, 15) if sheet.cell(r, 1).value == "STT")


def type_in(cell, value):
    """As a clerk can: only where the sheet is not locked."""
    assert not cell.protection.locked, cell.coordinate
    cell.value = value


def row_of(sheet, text):
    return next(row for row in sheet.iter_rows() if any(cell.value == text for cell in row))


def fill_head(sheet, commune=None):
    """The week and the commune, where the form leaves them open; Excel works the Sunday out by itself."""
    cells = row_of(sheet, "Từ ngày")
    type_in(next(c for c in cells if not c.protection.locked), datetime(WEEK.year, WEEK.month, WEEK.day))
    sunday = next(c for c in cells if isinstance(c.value, str) and c.value.startswith("=IF"))
    sunday.value = datetime(WEEK.year, WEEK.month, WEEK.day) + timedelta(days=6)
    if commune:
        type_in(next(c for c in row_of(sheet, "Đơn vị báo cáo:") if not c.protection.locked), commune)


def outcome_of(content, kind, commune=OWN, week=WEEK):
    return read(Source(forms.form_name(kind, commune, week), content), as_of=AS_OF)


def only_reading(outcome, kind):
    """The one reading, and not a word of complaint."""
    assert outcome.unread == ()
    (reading,) = outcome.readings
    assert reading.kind == kind
    assert [(p.code, p.where.cell, p.found) for p in reading.problems] == []
    assert reading.waiting.empty and reading.is_counted and not reading.is_urgent
    return reading


def told(frame, names):
    """The rows of a frame as plain values."""
    rows = frame[names].astype("object").where(frame[names].notna(), None).to_dict("records")
    return [{k: v.date() if isinstance(v, datetime) else v for k, v in row.items()} for row in rows]


# --- lists -----------------------------------------------------------------------------------------------------------

unique_names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
money = st.integers(5_000, 900_000_000)  # less is asked: hardly anybody gives less
GOODS = form_columns.choices("good", None, WEEK, REFERENCE)
UNITS = form_columns.unit_words(REFERENCE)


@st.composite
def goods_of_row(draw):
    unit = draw(st.sampled_from(UNITS))
    is_whole = REFERENCE.units[REFERENCE.unit(unit)[0]]["is_whole"] == "true"
    hundredths = st.integers(1, 5_000_000).map(lambda n: n / 100)
    quantity = draw(st.integers(1, 50_000) if is_whole else st.one_of(st.integers(1, 50_000), hundredths))
    return {"good": draw(st.sampled_from(GOODS)), "quantity": quantity, "unit": unit}


@st.composite
def list_row(draw, kind, is_own):
    row = {"date": draw(st.dates(REFERENCE.campaign.start_date, WEEK + timedelta(days=6)))}
    has_cash = kind != "purchases" and draw(st.booleans())
    if has_cash:
        row["cash_vnd"] = draw(money)
    if not has_cash or draw(st.booleans()):
        row |= draw(goods_of_row())
        row["cost_vnd" if kind == "purchases" else "value_vnd"] = draw(st.none() | money)
    if kind == "donations":
        row["donor_name"] = draw(unique_names)
        row["donor_category"] = draw(st.none() | st.sampled_from([c.name for c in REFERENCE.donor_categories.values()]))
        row["may_publish"] = draw(st.sampled_from([None, "Có", "Không"]))
        row["note"] = draw(st.none() | unique_names)
    if kind == "distributions":
        row["recipient_group"] = draw(unique_names)
        row |= {name: draw(st.none() | st.integers(1, 900)) for name in ("households", "people")}
    if kind == "purchases":
        row["supplier"] = draw(st.none() | unique_names)
    if kind == "frontline_support":
        row |= {"site": draw(st.sampled_from([s.name for s in REFERENCE.sites.values()])), "giver": draw(unique_names)}
    if not is_own and kind in ("donations", "distributions"):
        row["commune"] = draw(st.none() | st.sampled_from([c.name for c in REFERENCE.communes(WEEK).values()]))
    return row


PARTIES = ("donor_name", "recipient_group", "supplier", "giver")


@st.composite
def filled_list(draw, kind, is_own):
    """Rows of the table by their place; places are left out; every name is another one."""
    rows = draw(st.lists(list_row(kind, is_own), min_size=1, max_size=40))
    gaps = draw(st.lists(st.sampled_from([0, 0, 0, 1, 3]), min_size=len(rows), max_size=len(rows)))
    place, placed = 0, {}
    for number, (row, gap) in enumerate(zip(rows, gaps, strict=True)):
        named = {name: f"{row[name]} {number + 1}" for name in PARTIES if row.get(name)}
        placed[place + gap] = row | named
        place += gap + 1
    return placed


def expected_lines(kind, rows, commune):
    """What the reader must find, worked out from what was chosen: a row of money and goods gives two lines."""
    lines = []
    for row in rows.values():
        named = {name: value for name, value in row.items() if name in ("date", *PARTIES, "note")}
        if kind == "donations":
            category = row["donor_category"]
            named["donor_category"] = category and next(
                code for code, c in REFERENCE.donor_categories.items() if c.name == category
            )
            named["may_publish"] = {"Có": True, "Không": False}.get(row["may_publish"])
        if kind in ("donations", "distributions"):
            chosen = row.get("commune")
            codes = [code for code, c in REFERENCE.communes(WEEK).items() if c.name == chosen]
            named["commune"] = codes[0] if codes else commune
        if kind == "frontline_support":
            site = next(s for s in REFERENCE.sites.values() if s.name == row["site"])
            named |= {"site": site.code, "commune": site["commune"] or None}
        counts = {name: row[name] for name in ("households", "people") if name in row}
        cash, goods = row.get("cash_vnd"), row.get("good")
        if cash:
            amount = {"good": "cash", "quantity": float(cash), "unit": "vnd", "cash_vnd": cash}
            lines.append(named | amount | counts)
        if goods:
            code = next(code for code, g in REFERENCE.goods.items() if g.name == goods)
            unit = REFERENCE.unit(row["unit"])[0]
            unit = "meal" if code == "meals" and unit in ("set", "carton") else unit
            value = {name: row[name] for name in ("value_vnd", "cost_vnd") if name in row}
            amount = {"good": code, "quantity": float(row["quantity"]), "unit": unit}
            lines.append(named | amount | value | ({} if cash else counts))
    return lines


def fill_list(kind, commune, week, rows):
    book, sheet = opened(blank(kind, commune, week))
    if not week:
        fill_head(sheet)
    first, places = header_row(sheet) + 1, columns(kind, commune)
    for number, (place, row) in enumerate(sorted(rows.items()), 1):
        sheet.cell(first + place, 1).value = number  # Excel works the number of the row out by itself
        for name, value in row.items():
            if value is not None:
                day = datetime(value.year, value.month, value.day) if isinstance(value, date) else value
                type_in(sheet.cell(first + place, places.index(name) + 1), day)
    return saved(book)


def check_list(kind, is_own, rows):
    commune, week = (OWN, WEEK) if is_own else (None, None)
    reading = only_reading(outcome_of(fill_list(kind, commune, week, rows), kind, commune, week), kind)
    lines = expected_lines(kind, rows, commune)
    names = [c for c in reading.frame.columns if not c.startswith(("source_", "base_"))]
    assert told(reading.frame, names) == [{name: line.get(name) for name in names} for line in lines]
    assert reading.week_start_date == WEEK
    assert set(reading.frame["source_sheet"]) == {form_columns.names.kind(kind, "vi")}


@pytest.mark.parametrize("is_own", [True, False])
@pytest.mark.parametrize("kind", LINE_KINDS)
def test_a_list_reads_back(kind, is_own):
    @FEW
    @given(rows=filled_list(kind, is_own))
    def holds(rows):
        check_list(kind, is_own, rows)

    holds()


# --- reports and targets ---------------------------------------------------------------------------------------------


@st.composite
def report(draw, kind):
    """Indicator -> its numbers; at least one is filled in."""
    codes = draw(st.lists(st.sampled_from(list(REFERENCE.indicators)), min_size=1, unique=True))
    found = {}
    for code in codes:
        is_whole = REFERENCE.indicators[code]["is_whole"] == "true"
        number = st.integers(0, 900_000) if is_whole else st.integers(0, 90_000_000).map(lambda n: n / 100)
        value = draw(number)
        if kind == "targets":
            found[code] = {"target": value}
        else:
            told_so = {"value": value, "cumulative": round(value + draw(number), 2)}
            kept = draw(st.sampled_from([("value",), ("cumulative",), ("value", "cumulative")]))
            found[code] = {name: told_so[name] for name in kept}
    return found


def fill_report(kind, commune, week, numbers, remarks=()):
    book, sheet = opened(blank(kind, commune, week))
    if not commune:
        name = REFERENCE.communes(WEEK)[OWN].name
        type_in(next(c for c in row_of(sheet, "Đơn vị báo cáo:") if not c.protection.locked), name)
    if not week and kind == "weekly_reports":
        fill_head(sheet)
    places = columns(kind, commune)
    for code, row in numbers.items():
        cells = row_of(sheet, REFERENCE.indicators[code].name)
        for name, value in row.items():
            type_in(cells[places.index(name)], value)
    for label, text in remarks:
        row = row_of(sheet, label)[0].row
        type_in(sheet.cell(row + 1, 1), text)
    return saved(book)


LABELS = {"difficulties": "Khó khăn, vướng mắc:", "proposals": "Đề xuất, kiến nghị:"}
remark_texts = st.none() | st.lists(st.sampled_from(WORDS), min_size=2, max_size=12).map(" ".join)


@pytest.mark.parametrize("is_own", [True, False])
@pytest.mark.parametrize("kind", ["weekly_reports", "targets"])
def test_a_report_reads_back(kind, is_own):
    @FEW
    @given(numbers=report(kind), difficulties=remark_texts, proposals=remark_texts)
    def holds(numbers, difficulties, proposals):
        commune, week = (OWN, WEEK) if is_own else (None, None)
        texts = {"difficulties": difficulties, "proposals": proposals} if kind == "weekly_reports" else {}
        texts = {topic: text for topic, text in texts.items() if text}
        content = fill_report(kind, commune, week, numbers, [(LABELS[k], text) for k, text in texts.items()])
        reading = only_reading(outcome_of(content, kind, commune, week), kind)
        order = [code for code in REFERENCE.indicators if code in numbers]
        fields = ["target"] if kind == "targets" else ["value", "cumulative"]
        shown = [{"indicator": c} | {f: numbers[c].get(f) for f in fields} for c in order]
        assert told(reading.frame, ["indicator", *fields]) == shown
        assert set(reading.frame["commune"]) == {OWN}
        if kind == "weekly_reports":
            assert {day.date() for day in reading.frame["week_start_date"]} == {WEEK}
            assert dict(zip(reading.remarks["topic"], reading.remarks["text"], strict=True)) == {
                topic: tidy(text) for topic, text in texts.items()
            }

    holds()


def test_a_remark_of_several_lines_is_kept_whole():
    text = "Thiếu xe chở hàng\n- Đường vào thôn 5 bị ngập\n- Kho chưa có người trực"
    numbers = {"donors": {"value": 3}}
    content = fill_report("weekly_reports", OWN, WEEK, numbers, [(LABELS["difficulties"], text)])
    reading = only_reading(outcome_of(content, "weekly_reports"), "weekly_reports")
    assert reading.remarks["text"].tolist() == [tidy(text)]


# --- what is not filled in -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_form_is_an_empty_table(kind):
    outcome = outcome_of(blank(kind), kind)
    (reading,) = outcome.readings
    assert (reading.kind, reading.frame.empty, reading.is_nil, outcome.unread) == (kind, True, True, ())
    assert [p.code for p in reading.problems] == ["empty_table"]
    assert reading.communes == (OWN,)
    assert reading.week_start_date == (None if kind == "targets" else WEEK)


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "targets"])
def test_nothing_happened_is_said_with_one_choice(kind):
    book, sheet = opened(blank(kind))
    cell = next(c for c in row_of(sheet, "Cả tuần không có gì thì chọn ô bên:") if not c.protection.locked)
    type_in(cell, "Không phát sinh")
    outcome = outcome_of(saved(book), kind)
    (reading,) = outcome.readings
    assert (reading.is_nil, [p.code for p in reading.problems]) == (True, ["declared_empty"])


def test_the_sheets_beside_the_table_are_passed_over_but_no_table_of_the_commune():
    """With our marker a sheet is ours; a table that somebody wrote on a sheet of the same name is still read."""
    book, sheet = opened(blank("donations"))
    guide = book[GUIDE_SHEET]
    assert guide["A1"].value == FORM_MARKER
    assert len(outcome_of(saved(book), "donations").readings) == 1
    guide["A1"].value = None
    assert {r.sheet for r in outcome_of(saved(book), "donations").readings} > {GUIDE_SHEET}


def test_a_form_without_a_commune_is_no_form_of_the_commune_that_the_district_is_called_after():
    content = forms.form("distributions", week=SUMMER_2025)
    assert read(Source("a.xlsx", content), as_of=date(2025, 9, 1)).readings[0].communes == ()


# --- what Excel sees -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind, is_own", sorted(FILLS))
def test_a_form_is_made_for_excel_and_for_paper(kind, is_own):
    book, sheet = opened(blank(kind, *((OWN, WEEK) if is_own else (None, None))))
    assert [s.sheet_state for s in book] == ["visible", "visible", "hidden"]
    assert book.sheetnames[1:] == [GUIDE_SHEET, CHOICES_SHEET]
    for each in book:
        assert each.protection.sheet and not each.protection.password
    head = header_row(sheet)
    assert sheet.freeze_panes == f"A{head + 1}" and sheet.print_title_rows == f"${head}:${head}"
    assert not sheet.protection.formatColumns and not sheet.protection.formatRows
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (9, 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    fonts = {cell.font.name for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert fonts == {"Times New Roman"}


@pytest.mark.parametrize("kind, is_own", sorted(FILLS))
def test_every_cell_to_fill_in_has_a_check_that_excel_accepts(kind, is_own):
    """Excel repairs a file whose window texts or formulas are too long."""
    book, sheet = opened(blank(kind, *((OWN, WEEK) if is_own else (None, None))))
    checked = set()
    for check in sheet.data_validations.dataValidation:
        assert check.prompt and len(check.prompt) <= 255 and len(check.promptTitle) <= 32
        assert check.error and len(check.error) <= 225 and len(check.errorTitle) <= 32
        assert len(check.formula1) <= 255 and check.allow_blank
        checked |= {(row, column) for area in check.sqref.ranges for row, column in area.cells}
    merged = {(r, c) for a in sheet.merged_cells.ranges for r, c in list(a.cells)[1:]}
    unlocked = {(c.row, c.column) for row in sheet.iter_rows() for c in row if not c.protection.locked}
    assert checked == unlocked - merged and checked


@pytest.mark.parametrize("kind, is_own", sorted(FILLS))
def test_every_choice_of_a_drop_down_is_a_word_that_the_reader_knows(kind, is_own):
    book, sheet = opened(blank(kind, *((OWN, WEEK) if is_own else (None, None))))
    known = {
        "Mặt hàng": lambda word: REFERENCE.good(word).code,
        "Đơn vị tính": REFERENCE.unit,
        "Nhóm đối tượng": lambda word: REFERENCE.donor_category(word).code,
        "Điểm tuyến đầu": lambda word: REFERENCE.site(word).code,
        "Xã, thị trấn": lambda word: REFERENCE.commune(word, WEEK).code,
        "Đơn vị báo cáo": lambda word: REFERENCE.commune(word, WEEK).code,
        "Cho công khai tên": lambda word: parse_flag(word).value is not None,
    }
    pointed = [c for c in sheet.data_validations.dataValidation if c.type == "list" and "!" in c.formula1]
    for check in pointed:
        area = check.formula1.partition("!")[2].replace("$", "")
        words = [row[0].value for row in book[CHOICES_SHEET][area]]
        assert len(words) > 1 and all(map(known[check.promptTitle], words)), check.promptTitle
    assert bool(pointed) == (kind in LINE_KINDS or not is_own)


def test_the_own_sites_stand_first():
    assert form_columns.choices("site", "24655", WEEK, REFERENCE)[:2] == [
        "Trạm Y tế xã Tâm Thắng",
        "Chốt kiểm dịch xã Tâm Thắng",
    ]


# --- names, the zip, the command line --------------------------------------------------------------------------------


def test_names_of_files():
    assert forms.form_name("weekly_reports", "24649", date(2021, 8, 18)) == "Bao cao tuan 33 - Xa Nam Dong.xlsx"
    assert forms.form_name("donations", OWN, WEEK) == "Danh sach ung ho tuan 32 - Thi tran Ea TLing.xlsx"
    assert forms.form_name("weekly_reports", None, None) == "Bao cao tuan.xlsx"
    assert forms.form_name("weekly_reports", "24649", date(2022, 1, 5)) == "Bao cao tuan 1-2022 - Xa Nam Dong.xlsx"


@pytest.mark.parametrize("week", [WEEK, date(2021, 12, 27), date(2022, 1, 3), date(2024, 12, 30), SUMMER_2025])
def test_the_name_alone_tells_the_commune_and_the_week(week):
    for kind in [k for k in KINDS if k != "targets"]:
        for code in REFERENCE.communes(week):
            name = forms.form_name(kind, code, week)
            assert name.isascii() and not set(name) & set('\\/:*?"<>|')
            stem = name.removesuffix(".xlsx")
            assert REFERENCE.communes_in(stem, week) == [code]
            assert find_week([("", stem)], year=None, campaign=REFERENCE.campaign)[0].start == week


def test_the_zip_has_the_forms_of_every_commune():
    archive = zipfile.ZipFile(io.BytesIO(forms.all_forms(SUMMER_2025 + timedelta(days=2))))
    assert archive.testzip() is None
    names = archive.namelist()
    assert len(names) == len(set(names)) == 3 * 4
    assert "Xa Dak Wil/Bao cao tuan 33-2025 - Xa Dak Wil.xlsx" in names
    for code, commune in (("24649", "Xa Nam Dong"), ("24640", "Xa Cu Jut")):
        name = next(n for n in names if n.startswith(f"{commune}/Danh sach cap phat"))
        (reading,) = read(Source(name, archive.read(name)), as_of=date(2025, 9, 1)).readings
        assert (reading.kind, reading.communes) == ("distributions", (code,))
        assert (reading.week_start_date, [p.code for p in reading.problems]) == (SUMMER_2025, ["empty_table"])


def run(*arguments, cwd):
    return answer_of(main, "template", *arguments, cwd=cwd)


def test_the_command_line_writes_a_form_here_or_there(tmp_path):
    here = run("weekly_reports", "--commune", "24649", "--week", "2021-08-18", cwd=tmp_path)
    name = "Bao cao tuan 33 - Xa Nam Dong.xlsx"
    assert (here.returncode, here.stdout.strip(), here.stderr) == (0, name, "")
    assert opened((tmp_path / name).read_bytes())[1].title == "Báo cáo tuần"
    run("targets", "--out", tmp_path / "giao.xlsx", cwd=tmp_path)
    assert opened((tmp_path / "giao.xlsx").read_bytes())[1].title == "Giao chỉ tiêu"


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["all"], "--week"),
        (["targets", "--commune", "24661", "--week", "2025-08-11"], "24661"),
        (["targets", "--out", "no such folder/a.xlsx"], "Không ghi được"),
    ],
)
def test_the_command_line_says_what_is_missing(arguments, said, tmp_path):
    answer = run(*arguments, cwd=tmp_path)
    assert (answer.returncode, answer.stdout) == (2, "") and said in answer.stderr
    assert "Traceback" not in answer.stderr and list(tmp_path.iterdir()) == []
