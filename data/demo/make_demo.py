"""Makes the demo's workbooks, their index and the truth. Run by hand: PYTHONPATH=. python data/demo/make_demo.py"""

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from data.demo import district, ledger, lists, reports
from data.demo.ledger import WEEKS
from data.demo.office import Page, xlsx
from data.demo.tally import Tally, summed

FOLDER = Path(__file__).parent
TRUTH = FOLDER.parents[1] / "tests" / "fixtures" / "demo_truth.json"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SECOND_WEEK, THIRD_WEEK, FOURTH_WEEK = WEEKS[1], WEEKS[2], WEEKS[3]
SLUGS = {
    "24640": "TT Ea Tling",
    "24643": "xa Dak Wil",
    "24646": "xa Eapo",
    "24649": "xa Nam Dong",
    "24652": "xa Dak DRong",
    "24655": "xa Tam Thang",
    "24658": "xa Cu Knia",
    "24661": "xa Truc Son",
}


def at(day: date, hour: int, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def weekly_files() -> Iterator[tuple[str, datetime, Page, Tally]]:
    """Every week's reports on its Friday, in time; the exceptions stand below."""
    for place, week in enumerate(WEEKS):
        friday, number = week + timedelta(days=4), week.isocalendar().week
        yield f"BC tuan {number} TT Ea Tling.xlsx", at(friday, 9, 10 + place), *reports.town_report(week)
        nil = week == FOURTH_WEEK
        yield f"Eapo tong hop tuan {number}.xlsx", at(friday, 10, 25 + place), *reports.own_matrix(week, is_nil=nil)
        slip = 10 * reports.values("24649", week)["people_reached"] if week == THIRD_WEEK else None
        yield f"Bao cao tuan {number} Nam Dong.xlsx", at(friday, 14, 5 + place), *reports.million_report(week, slip)
        absent = {SECOND_WEEK: "24658", FOURTH_WEEK: "24661"}.get(week)
        yield f"Bieu tong hop tuan {number}.xlsx", at(friday, 15, 30 + place), *reports.shared_matrix(week, absent)


def exceptional_files() -> Iterator[tuple[str, datetime, Page, Tally]]:
    """A correction, a late report, an urgent one; Trúc Sơn never reported the fourth week."""
    corrected = reports.million_report(THIRD_WEEK)
    yield "Bao cao tuan 32 Nam Dong (dinh chinh).xlsx", at(date(2021, 8, 16), 8, 15), *corrected
    late = reports.own_vertical("24658", SECOND_WEEK, "BÁO CÁO TUẦN", lambda name: True)
    yield "Cu Knia bao cao tuan 31 (nop muon).xlsx", at(date(2021, 8, 9), 8, 40), *late
    urgent = {"communication_sessions", "people_reached", "households_declared"}
    khan = reports.own_vertical("24655", FOURTH_WEEK, "BÁO CÁO ĐỘT XUẤT", lambda name: name in urgent)
    yield "Bao cao khan xa Tam Thang 18-8.xlsx", at(date(2021, 8, 18), 20, 30), *khan


def list_files() -> Iterator[tuple[str, datetime, Page, Tally]]:
    """The lists of gifts at the end of the sixth week; Nam Dong sent the first three weeks before."""
    gifts = ledger.gifts()
    early = [gift for gift in gifts if gift.commune == "24649" and gift.week <= THIRD_WEEK]
    yield "Danh sach ung ho xa Nam Dong (den 13-8).xlsx", at(date(2021, 8, 14), 9, 0), *lists.LISTS["24649"](early)
    for place, (code, draw) in enumerate(lists.LISTS.items()):
        drawn = draw([gift for gift in gifts if gift.commune == code])
        drawn[1].communes.add(code)
        yield f"Danh sach ung ho {SLUGS[code]}.xlsx", at(date(2021, 9, 3), 14, 2 + 8 * place), *drawn


def district_files() -> Iterator[tuple[str, datetime, Page, Tally]]:
    """What the district office itself keeps."""
    own_lists = ("24640", "24652")
    yield "Giao chi tieu 2021.xlsx", at(date(2021, 7, 29), 16, 45), *district.targets()
    yield "Bang ke mua hang.xlsx", at(date(2021, 9, 3), 15, 20), *district.purchases()
    support, visits = ledger.support(), ledger.visits()
    shared = [one for one in support if one.commune not in own_lists]
    yield "Tong hop cap phat.xlsx", at(date(2021, 9, 3), 15, 40), *district.distributions(shared)
    for code in own_lists:
        drawn = district.commune_distributions(code, [one for one in support if one.commune == code])
        yield f"Cap phat {SLUGS[code]}.xlsx", at(date(2021, 9, 3), 16, 10), *drawn
    first = district.frontline([v for v in visits if v.week <= THIRD_WEEK], "DANH SÁCH THĂM HỎI TUYẾN ĐẦU ĐỢT 1")
    yield "Tham hoi tuyen dau dot 1.xlsx", at(date(2021, 8, 16), 9, 30), *first
    second = district.frontline([v for v in visits if v.week > THIRD_WEEK], "DANH SÁCH THĂM HỎI TUYẾN ĐẦU ĐỢT 2")
    yield "Tham hoi tuyen dau dot 2.xlsx", at(date(2021, 9, 4), 9, 30), *second


# a later file that takes the place of an earlier one
REPLACED = {
    "Bao cao tuan 32 Nam Dong.xlsx": "Bao cao tuan 32 Nam Dong (dinh chinh).xlsx",
    "Danh sach ung ho xa Nam Dong (den 13-8).xlsx": "Danh sach ung ho xa Nam Dong.xlsx",
}


def files() -> list[tuple[str, datetime, bytes, Tally]]:
    """Every file with its moment of reception, its bytes and its truth, in order of reception."""
    drawn = [*weekly_files(), *exceptional_files(), *list_files(), *district_files()]
    made = [(name, moment, xlsx(page), tally) for name, moment, page, tally in drawn]
    content, tally = district.statement()
    made.append(("Sao ke tai khoan cuu tro.csv", at(date(2021, 9, 3), 17, 0), content, tally))
    return sorted(made, key=lambda file: file[1])


def truth(made: list[tuple[str, datetime, bytes, Tally]]) -> dict:
    current = [tally for name, _, _, tally in made if name not in REPLACED]
    return {
        "as_read": summed([tally for _, _, _, tally in made]),
        "current": summed(current),
        "replaced": REPLACED,
        "late": [["24658", SECOND_WEEK.isoformat()]],
        "missing": [["24661", FOURTH_WEEK.isoformat()]],
        "nil": [["24646", FOURTH_WEEK.isoformat()]],
        "urgent": [["24655", FOURTH_WEEK.isoformat()]],
        "disagreements": [
            {"commune": commune, "week_start_date": week.isoformat(), "indicator": indicator, "difference": difference}
            for (commune, week, indicator), difference in reports.DISAGREEMENTS.items()
        ],
        "files": {name: tally.as_json() for name, _, _, tally in made},
    }


def main() -> None:
    made = files()
    for name, _, content, _ in made:
        (FOLDER / name).write_bytes(content)
    with open(FOLDER / "index.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["file", "received_at"])
        writer.writerows([name, moment.isoformat()] for name, moment, _, _ in made)
    TRUTH.write_text(json.dumps(truth(made), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(made)} files")


if __name__ == "__main__":
    main()
