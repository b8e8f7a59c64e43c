"""A flood campaign of an invented district: its reference tables and workbooks, and everything that it shows.

`python -m tests.other_district FOLDER` in a fresh process with REFERENCE_DIR, since tables are read once a process:
it reads and accepts the workbooks, opens every page in both languages, makes every paper, and writes what a person
can read of each into FOLDER/shown.json.
"""

import io
import json
import re
import shutil
import subprocess
import sys
from datetime import date, datetime
from html import unescape
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from openpyxl import Workbook

ROOT = Path(__file__).parent.parent
NOW = datetime(2024, 10, 5, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))  # a Saturday of the fourth week
TABLES = {
    "campaign.toml": """
name_vi = "MTTQ huyện Bình Lũng giúp dân vùng lũ"
name_en = "Bình Lũng Fatherland Front for the flooded"
office_vi = "Ủy ban MTTQ Việt Nam huyện Bình Lũng"
office_en = "Vietnamese Fatherland Front, Bình Lũng district"
plan = "15/KH-MTTQ"
district_vi = "Bình Lũng"
start_date = 2024-09-10
timezone = "Asia/Ho_Chi_Minh"
due_weekday = 5
due_time = 15:00:00
week_numbering = "iso"
superior_vi = ["Ủy ban MTTQ Việt Nam", "huyện Bình Lũng"]
issuer_vi = "Ban Thường trực"
place_vi = "Bình Lũng"
recipients_vi = ["UBND huyện", "Lưu: VT"]
""",
    "communes.csv": """
code,name,name_en,kind,valid_from,valid_to,merged_into,population,tile_row,tile_column,color
99001,Thị trấn Phú Lương,Phú Lương town,town,1990-01-01,,,12000,1,1,#4477AA
99004,Xã An Khê Thượng,An Khê Thượng,commune,1990-01-01,,,,1,2,#EE6677
99007,Xã Bãi Dâu,Bãi Dâu,commune,1990-01-01,,,,2,1,#228833
99010,Xã Vĩnh Tường Lâm,Vĩnh Tường Lâm,commune,1990-01-01,,,,2,2,#CCBB44
99013,Xã Hồng Sa,Hồng Sa,commune,1990-01-01,,,,2,3,#66CCEE
""",
    "goods.csv": """
code,name,name_en,base_unit,color
cash,Tiền mặt,Cash,vnd,#228833
life_vests,Áo phao,Life vests,piece,#4477AA
clean_water,Nước sạch,Clean water,litre,#EE6677
blankets,Chăn màn,Blankets,set,#CCBB44
""",
    "good_aliases.csv": "spelling,code,met_in\nphao cứu sinh,life_vests,list\nnước uống sạch,clean_water,list\n",
    "indicators.csv": """
code,section,name,name_en,unit,good,is_whole,compared_with
warnings_given,1,Số lượt loa báo lũ,Flood warnings,time,,true,
cash_given,2,Tiền mặt ủng hộ,Cash donated,vnd,cash,true,
vests_given,2,Áo phao ủng hộ,Life vests donated,piece,life_vests,true,
homes_helped,3,Số hộ ngập được hỗ trợ,Flooded households supported,households,,true,households_supported
wells_cleaned,3,Giếng đã thau rửa,Wells cleaned,giếng,,true,
""",
    "indicator_aliases.csv": "spelling,code,met_in\nloa báo lũ,warnings_given,report\n",
    "sections.csv": "code,name,name_en\n1,Báo tin lũ,Warnings\n2,Nguồn lực,Resources\n3,Giúp hộ ngập,Help\n",
    "headlines.csv": """
code,good,unit,name,name_en,meaning,meaning_en
life_vests_received,life_vests,piece,Áo phao đã nhận,Life vests received,Tổng số áo phao.,All life vests.
cash_received,,,,,,
households_supported,,,,,,
water_received,clean_water,litre,Nước sạch đã nhận,Clean water received,Tổng số lít nước sạch.,All clean water.
reports_on_time,,,,,,
sites_visited,,,,,,
""",
    "site_types.csv": """
code,name,name_en,words
shelter,Điểm sơ tán,Shelter,điểm sơ tán; sơ tán
pump_station,Trạm bơm,Pump station,trạm bơm
""",
    "sites.csv": """
code,type,commune,name,name_en
shelter_99007,shelter,99007,Điểm sơ tán xã Bãi Dâu,Bãi Dâu shelter
shelter_99010,shelter,99010,Điểm sơ tán xã Vĩnh Tường Lâm,Vĩnh Tường Lâm shelter
pump_station_99013,pump_station,99013,Trạm bơm xã Hồng Sa,Hồng Sa pump station
""",
    "senders.csv": "address,commune,note\nbaidau@example.vn,99007,\n",
}


def write_tables(folder: Path) -> Path:
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return folder


# what its communes send
def workbook(*rows: tuple) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


GIFTS = ("STT", "Họ và tên", "Ngày", "Nội dung ủng hộ", "ĐVT", "Số lượng", "Trị giá (đồng)", "Số tiền (đồng)")
WORKBOOKS = {
    "Ủng hộ Bãi Dâu.xlsx": workbook(
        ("MTTQ xã Bãi Dâu",),
        ("DANH SÁCH ỦNG HỘ ĐỒNG BÀO VÙNG LŨ",),
        GIFTS,
        (1, "Công ty Mẫu Một", date(2024, 9, 17), "Phao cứu sinh", "cái", 40, 4_000_000, None),
        (2, "Nguyễn Văn Mẫu", date(2024, 9, 18), "Nước sạch", "lít", 600, 1_200_000, None),
        (3, "Nguyễn Văn Mẫu", date(2024, 9, 18), None, None, None, None, 2_500_000),
    ),
    "Ủng hộ Hồng Sa.xlsx": workbook(
        ("MTTQ xã Hồng Sa",),
        ("DANH SÁCH ỦNG HỘ",),
        GIFTS,
        (1, "Trần Thị Thử", date(2024, 9, 24), "Chăn màn", "bộ", 30, 3_000_000, None),
        (2, "Hội Mẫu", date(2024, 9, 25), None, None, None, None, 9_000_000),
    ),
    "Cấp phát Bãi Dâu.xlsx": workbook(
        ("MTTQ xã Bãi Dâu",),
        ("DANH SÁCH CẤP PHÁT HÀNG HỖ TRỢ",),
        ("STT", "Đối tượng", "Ngày", "Số hộ", "Tên hàng", "ĐVT", "Số lượng"),
        (1, "Hộ bị ngập", date(2024, 9, 20), 12, "Áo phao", "cái", 24),
        (2, "Hộ bị ngập", date(2024, 9, 20), 12, "Nước sạch", "lít", 240),
    ),
    "Mua hàng.xlsx": workbook(
        ("UBMTTQ huyện Bình Lũng",),
        ("BẢNG KÊ MUA HÀNG",),
        ("STT", "Ngày", "Tên hàng", "ĐVT", "Số lượng", "Thành tiền (đồng)", "Nơi bán"),
        (1, date(2024, 9, 19), "Áo phao", "cái", 20, 1_800_000, "Cửa hàng Mẫu"),
    ),
    "Thăm hỏi.xlsx": workbook(
        ("UBMTTQ huyện Bình Lũng",),
        ("DANH SÁCH THĂM HỎI, TẶNG QUÀ LỰC LƯỢNG TUYẾN ĐẦU",),
        ("STT", "Ngày", "Điểm được thăm", "Quà tặng", "ĐVT", "Số lượng"),
        (1, date(2024, 9, 21), "Điểm sơ tán xã Bãi Dâu", "Nước sạch", "lít", 100),
        (2, date(2024, 9, 22), "Trạm bơm xã Hồng Sa", "Chăn màn", "bộ", 5),
    ),
    "Báo cáo tuần Bãi Dâu.xlsx": workbook(
        ("MTTQ xã Bãi Dâu",),
        ("BÁO CÁO TUẦN",),
        ("(Từ ngày 16/9/2024 đến ngày 22/9/2024)",),
        ("STT", "Chỉ tiêu", "ĐVT", "Trong tuần"),
        (1, "Số lượt loa báo lũ", "lượt", 14),
        (2, "Tiền mặt ủng hộ", "đồng", 2_500_000),
        (3, "Áo phao ủng hộ", "cái", 45),
        (4, "Số hộ ngập được hỗ trợ", "hộ", 24),
        (5, "Giếng đã thau rửa", "giếng", 9),
    ),
    "Giao chỉ tiêu.xlsx": workbook(
        ("UBMTTQ huyện Bình Lũng",),
        ("GIAO CHỈ TIÊU",),
        ("STT", "Xã, thị trấn", "Tiền mặt ủng hộ", "Áo phao ủng hộ"),
        *((n, name, 10_000_000, 50) for n, name in enumerate(("Phú Lương", "Bãi Dâu", "Xã Hồng Sa"), 1)),
    ),
}


# a list with a site that nobody knows: what goes back to its commune says how to write one
UNKNOWN_SITE = workbook(
    ("UBMTTQ huyện Bình Lũng",),
    ("DANH SÁCH THĂM HỎI, TẶNG QUÀ LỰC LƯỢNG TUYẾN ĐẦU",),
    ("STT", "Ngày", "Điểm được thăm", "Quà tặng", "ĐVT", "Số lượng"),
    (1, date(2024, 9, 28), "Nhà văn hóa Mẫu", "Nước sạch", "lít", 100),
)


def accept_all(who) -> dict[str, list[str]]:
    """Every workbook read and accepted; file -> what was read in it and what was wrong there."""
    from data.uploads.store import Store
    from loaders import Source, read

    read_as = {}
    for name, content in WORKBOOKS.items():
        outcome = read(Source(name, content), as_of=NOW.date())
        read_as[name] = [part.kind for part in outcome.readings if part.is_counted and not part.blocks]
        read_as[name] += [f"{asked.code} {asked.where.cell}" for part in outcome.readings for asked in part.problems]
        parts = [part for part in outcome.readings if part.is_counted and not part.blocks]
        Store().accept(name=name, content=content, parts=parts, who=who, received_at=NOW, now=NOW)
    return read_as


# what is shown
def pages() -> dict[str, str]:
    """Page and language -> every text that is sent to the browser, of an empty store or of a full one."""
    from streamlit.testing.v1 import AppTest

    from ui.frame import page_list
    from words import texts

    shown = {}
    for language in texts.LANGUAGES:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        app.query_params["lang"] = language
        texts.use(language)  # AppTest asks for the options of a choice outside of the session
        app.run()
        for name, page in page_list.PAGES.items():
            app.switch_page(page.script).run()
            assert not app.exception and not app.error, (name, app.exception, app.error)
            shown[f"{name} {language}"] = "\n".join(map(sent, app))
    return shown


def sent(element) -> str:
    """All of an element, figures and tables too; a heading, a chart and a style are one thing to the wire."""
    proto = getattr(element, "proto", None)
    content = proto.SerializeToString().decode("utf-8", "ignore") if hasattr(proto, "SerializeToString") else ""
    return unescape(re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), content))


def papers(who) -> dict[str, str]:
    """File -> its text: the pack, the board, the forms, letters to donors and to a commune, its marked copy."""
    import streamlit as st

    from data import reference
    from data.uploads.store import Store
    from loaders import Source, read
    from outgoing import pack
    from outgoing.board import board_data
    from outgoing.board.board_data import board_of_store
    from outgoing.board.board_sections import Edition
    from outgoing.forms import forms
    from outgoing.marked_copy.copy import marked_copy
    from outgoing.marked_copy.letter import letter
    from report.filters import Filters
    from report.rows_behind import status_of
    from report.sentences import reminders
    from ui.frame import session
    from ui.meeting import thank_you
    from words import texts

    st.session_state.filters = Filters()
    view, papers_text = session.view(), {}
    name, faulty = "Thăm hỏi lạ.xlsx", UNKNOWN_SITE
    outcome = read(Source(name, faulty), as_of=NOW.date())
    for language in texts.LANGUAGES:
        texts.use(language)
        fixed, files = pack.make(view, lambda view: "https://so-lieu.example.vn", lambda share, file: None, lambda: NOW)
        papers_text |= {f"{language} {file}": text_of(file, content) for file, content in files.items()}
        zipped = pack.zipped(files, fixed.filters.as_of)
        with ZipFile(io.BytesIO(zipped)) as archive:  # the same files, whose texts are there already
            assert {inner: archive.read(inner) for inner in archive.namelist()} == files
            papers_text[f"{language} pack.zip"] = "\n".join(archive.namelist())
        gifts = thank_you._gifts(view)
        for ending in thank_you.MAKERS:
            paper = thank_you.letters(who, gifts, ending=ending, spoken=language, day=NOW.date())
            papers_text[f"{language} thanks.{ending}"] = text_of(f"thanks.{ending}", paper)
        about = {"file": name, "commune": "99007", "received_at": NOW, "item": 1}
        papers_text[f"{language} letter"] = str(letter(outcome, **about, language=language))
        returned = marked_copy(Source(name, faulty), outcome, item=1, language=language)
        papers_text[f"{language} marked.xlsx"] = text_of("marked.xlsx", returned.content)
        papers_text[f"{language} reminders"] = str(reminders.reminders(status_of(view), NOW))
    texts.use("vi")
    edition = Edition(board_of_store(Store(), None), NOW, NOW, "head", "", False)
    papers_text |= {file: text_of(file, content) for file, content in board_data.files(edition).items()}
    week = date(2024, 9, 30)
    for kind in ("donations", "purchases", "distributions", "frontline_support", "weekly_reports", "targets"):
        papers_text[f"form {kind}.xlsx"] = text_of("form.xlsx", forms.form(kind, commune="99010", week=week))
    papers_text["all forms"] = forms.all_forms_name(week)
    assert reference.folder() == reference.load().folder
    return papers_text


def text_of(name: str, content: bytes) -> str:
    """What a person can read in a file: of what is packed, in all its parts."""
    if name.endswith(".pdf"):
        program = shutil.which("pdftotext")
        assert program, "pdftotext (poppler-utils) is needed for this test"
        done = subprocess.run([program, "-", "-"], input=content, capture_output=True, check=True)
        return done.stdout.decode()
    if content[:2] == b"PK":
        with ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(text_of(inner, archive.read(inner)) for inner in archive.namelist())
    text = content.decode("utf-8", "ignore")
    attributes = re.findall(r'="([^"]*[^\W\d][^"]*)"', text) if name.endswith((".xml", ".html")) else []
    return unescape("\n".join([re.sub(r"<[^>]+>", "", text), *dict.fromkeys(attributes)]))


def main(folder: Path) -> None:
    from streamlit.logger import set_log_level

    from data.access import Person
    from ui.frame import session

    set_log_level("critical")  # outside of a running page Streamlit warns at every call
    session.now = lambda: NOW
    who = Person("văn phòng", "editor")
    shown = {f"empty {page}": text for page, text in pages().items()}
    read_as = accept_all(who)
    shown |= pages() | papers(who)
    (folder / "shown.json").write_text(
        json.dumps({"read": read_as, "shown": shown}, ensure_ascii=False), encoding="utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
