"""A small office: two communes, private donors, everything that a store keeps; and what of it nobody else may see."""

from datetime import date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pandas as pd
from openpyxl import Workbook

from data import schemas
from data.access import Person
from data.records.decisions import Layout
from data.uploads.store import Store
from loaders import Reading
from loaders.roads import arrivals

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2021, 8, 10, 9, 0, tzinfo=ZONE)
EDITOR, ADMIN = Person("văn phòng", "editor"), Person("quản trị", "admin")
OWN, OTHER = "24649", "24643"  # xã Nam Dong, of which there are links; xã Đắk Wil, of which these must say nothing

# invented; none of these may reach anybody below an editor
PRIVATE = ("Trần Thị Bí Mật", "Lê Văn Kín", "Hồ Thị Giấu", "Đinh Văn Khuất", "số 0900 111 222", "bà Thử Góp")
PUBLISHED = "Vũ Thị Công Khai"  # agreed to be named
COMPANY = "Công ty Thử Nghiệm"
# words and numbers that only rows of the other commune have
OF_OTHER = ("Đắk Wil thiếu xe chở rau", "Dak Wil thang 8.xlsx", "7.654.321", "7654321", "Tờ Đắk Wil")
# names of files that are in force, in the inbox, or of the whole district
FILES = ("Nam Dong thang 8.xlsx", "Dak Wil thang 8.xlsx", "Mua hang huyen.xlsx", "Cho xem.xlsx")
OF_DISTRICT = ("4.321.000", "4321000", "Kho Thử")  # of the purchases, which belong to no commune


def reading(kind: str, file: str, sheet: str, values: dict, texts: list[str] | None = None, **rest) -> Reading:
    length = len(next(iter(values.values())))
    own = {"source_sheet": [sheet] * length, "source_row": list(range(8, 8 + length))}
    own |= {"source_column": ["E"] * length, "source_text": texts or ["1"] * length}
    rest.setdefault("waiting", schemas.empty("waiting"))
    rest.setdefault("remarks", schemas.empty("remarks"))
    return Reading(kind=kind, file=file, sheet=sheet, frame=schemas.frame(kind, values | own), problems=(), **rest)


def _goods(rows: list[tuple]) -> dict:
    """good, quantity, unit -> the columns of an amount, base quantities like the quantities."""
    columns = dict(zip(("good", "quantity", "unit"), map(list, zip(*rows, strict=True)), strict=True))
    return columns | {"base_quantity": columns["quantity"], "base_unit": columns["unit"]}


def _gifts(commune: str, cash: int, names: list[str]) -> dict:
    values = _goods([("cash", cash, "vnd"), ("rice", 200, "kg"), ("rice", 30, "kg"), ("cash", 5_000_000, "vnd")])
    return values | {
        "date": [date(2021, 8, 2)] * 4,
        "donor_name": [*names, COMPANY],
        "donor_category": ["individual", "household", None, "business"],
        "commune": [commune] * 4,
        "cash_vnd": [cash, None, None, 5_000_000],
        "value_vnd": [None, 3_000_000, None, None],
        "note": [PRIVATE[4], None, None, None],
        "may_publish": [None, None, True, None],
    }


def _of_commune(commune: str, file: str, sheet: str, cash: int, remark: str) -> list[Reading]:
    week = date(2021, 8, 2)
    told = {"commune": [commune], "week_start_date": [week], "topic": ["difficulties"], "text": [remark]}
    told |= {"source_sheet": [sheet], "source_row": [20], "source_column": ["B"], "source_text": [remark]}
    waiting = {"kind": ["donations"], "codes": ["number_unreadable"], "source_sheet": [sheet], "source_row": [30]}
    waiting |= {"source_column": ["E"], "source_text": [f"{PRIVATE[0]} chưa nộp"]}
    given = _goods([("rice", 50, "kg")]) | {"date": [date(2021, 8, 5)], "commune": [commune]}
    visit = _goods([("water", 20, "box")]) | {"date": [date(2021, 8, 4)], "commune": [commune]}
    report = {"commune": [commune], "week_start_date": [week], "indicator": ["cash_vnd"], "value": [cash]}
    target = {"commune": [commune], "indicator": ["cash_vnd"], "target": [cash * 2]}
    names = [PRIVATE[0], PRIVATE[1], PUBLISHED]
    where = {"communes": (commune,)}
    return [
        reading(
            "donations",
            file,
            sheet,
            _gifts(commune, cash, names),
            ["1", f"200 kg ({PRIVATE[5]})", "30", "5000000"],
            waiting=schemas.frame("waiting", waiting),
            **where,
        ),
        reading("distributions", file, sheet, given | {"recipient_group": [PRIVATE[3]], "households": [4]}, **where),
        reading(
            "frontline_support",
            file,
            sheet,
            visit | {"site": [f"health_station_{commune}"], "giver": [PRIVATE[2]]},
            **where,
        ),
        reading(
            "weekly_reports",
            file,
            sheet,
            report,
            remarks=schemas.frame("remarks", told),
            week_start_date=week,
            **where,
        ),
        reading("targets", file, sheet, target, **where),
    ]


def workbook(sheet: str = "Danh sách") -> bytes:
    """A list as a commune sends it, with a private donor."""
    book = Workbook()
    page = book.active
    page.title = sheet
    for row in (
        ["DANH SÁCH TIẾP NHẬN ỦNG HỘ"],
        ["XÃ NAM DONG"],
        ["STT", "Ngày", "Họ và tên", "Tiền mặt (đồng)"],
        [1, "03/8/2021", PRIVATE[1], "1.250.000"],
    ):
        page.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def fill(store: Store) -> Store:
    """Everything that a store keeps: uploads of two communes and of the district, the inbox, questions, decisions."""
    uploads = {
        FILES[0]: _of_commune(OWN, FILES[0], "Tờ Nam Dong", 1_500_000, "Nam Dong cần thêm khẩu trang"),
        FILES[1]: _of_commune(OTHER, FILES[1], OF_OTHER[4], 7_654_321, OF_OTHER[0]),
    }
    bought = _goods([("rice", 100, "kg")]) | {"date": [date(2021, 8, 3)]}
    bought |= {"cost_vnd": [4_321_000], "supplier": [OF_DISTRICT[2]]}
    uploads[FILES[2]] = [reading("purchases", FILES[2], "Mua", bought)]
    for number, (file, parts) in enumerate(uploads.items()):
        at = NOW + timedelta(minutes=number)
        store.accept(name=file, content=file.encode(), parts=parts, who=EDITOR, received_at=at, now=at)
    told = {"who": EDITOR, "now": NOW}
    arrivals.arrive(store, [arrivals.dropped(FILES[3], workbook(), NOW)], **told)
    store.questions.ask(f"cash_received;commune={OTHER}", "Vì sao?", commune=OTHER, shown=7_654_321.0, **told)
    store.decisions.keep("upload", "f", Layout(kind="donations"), file=FILES[3], sheet="Danh sách", **told)
    about = {"page": "overview", "exhibit": "by_week", "query": {"communes": OTHER}}
    store.conclusions.add("Đắk Wil gửi lại danh sách", assignee="Ông Thử", **about, **told)
    return store


def records(store: Store) -> dict[str, int]:
    """How many records each journal has: what a look must not change, and an act must."""
    journals = (store.inbox, store.sheets, store.questions, store.decisions, store.links, store.disclosures)
    found = {one.journal.name: len(one.journal.records()) for one in (*journals, store.conclusions)}
    return found | {"batches": len(store.log.state().events)}


def told(frame: pd.DataFrame) -> str:
    """Everything that stands in a frame, as one text."""
    return "\n".join(str(value) for row in frame.astype(object).to_numpy() for value in row)
