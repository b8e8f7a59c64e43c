"""How long loaders.read takes over calamine's raw read of the same workbook, and how much memory it holds.

Every read runs in a process of its own, so that the peak memory is its own; the two take turns, so that a busy
moment of the machine meets both. `python -m tests.bench.read ours|raw FILE` is such a process.
"""

import io
import json
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from tests.bench.measures import Measure, median, peak_memory_mb

ROWS = 100_000
ROUNDS = 3
AS_OF = date(2021, 12, 31)
COMMUNES = ("Ea T'Ling", "Đắk Wil", "Ea Pô", "Nam Dong", "Đắk DRông", "Tâm Thắng", "Cư Knia", "Trúc Sơn")
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "H'", "Y", "Hoàng", "Vũ", "Bùi", "Nông")
GOODS = (("Gạo", "kg"), ("Mì tôm", "thùng"), ("Trứng gà", "quả"), ("Rau củ", "kg"), ("Dầu ăn", "lít"))
HEADERS = ("STT", "Ngày", "Họ và tên người ủng hộ", "Xã", "Nội dung ủng hộ", "Số lượng", "ĐVT")
HEADERS += ("Giá trị quy đổi (đồng)", "Ghi chú")


def write_workbook(path: Path, rows: int = ROWS) -> None:
    """A donation list as an office keeps it: letterhead, title, one header row, mixed number and text cells, total."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    sheet.append(["ỦY BAN MTTQ VIỆT NAM", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"])
    sheet.append(["HUYỆN CƯ JÚT", None, None, None, "Độc lập - Tự do - Hạnh phúc"])
    sheet.append([])
    sheet.append([None, None, "DANH SÁCH ỦNG HỘ PHÒNG, CHỐNG DỊCH COVID-19"])
    sheet.append([None, None, None, None, None, None, None, "ĐVT: đồng"])
    sheet.append(list(HEADERS))
    cash = 0
    for number in range(1, rows + 1):
        row, given = gift(number)
        cash += given
        sheet.append(row)
    sheet.append([None, None, f"Tổng số tiền mặt ủng hộ: {cash:,} đồng".replace(",", ".")])
    book.save(path)


def gift(number: int) -> tuple[list[object], int]:
    """The cells of one line and its cash: half are cash, some numbers and dates are typed as text."""
    day = date(2021, 7, 29) + timedelta(days=number % 120)
    written_day = f"{day.day}/{day.month}/{day.year}" if number % 4 == 0 else day
    name = f"{FAMILY[number % len(FAMILY)]} Văn Mẫu {number:06d}"
    start = [number, written_day, name, COMMUNES[number % len(COMMUNES)]]
    note = "chuyển khoản" if number % 3 else f"theo phiếu số {number}"
    if number % 2:
        amount = 10_000 * (1 + number * 7 % 500)
        written = f"{amount:,}".replace(",", ".") if number % 3 == 0 else amount
        return [*start, "Tiền mặt", written, "đồng", None, note], amount
    good, unit = GOODS[number // 2 % len(GOODS)]
    quantity = 1 + number % 50
    return [*start, good, quantity, unit, quantity * 15_000, note], 0


def read_ours(content: bytes) -> dict:
    from loaders import read
    from loaders.reading import Source

    began = time.perf_counter()
    outcome = read(Source("danh-sach.xlsx", content), as_of=AS_OF)
    seconds = time.perf_counter() - began
    rows = sum(len(reading.frame) for reading in outcome.readings)
    cash = sum(int(r.frame["cash_vnd"].sum()) for r in outcome.readings if "cash_vnd" in r.frame)
    codes = {problem.code for reading in outcome.readings for problem in reading.problems}
    return {"seconds": seconds, "rows": rows, "cash_vnd": cash, "codes": sorted(codes)}


def read_raw(content: bytes) -> dict:
    from python_calamine import CalamineWorkbook

    began = time.perf_counter()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    return {"seconds": time.perf_counter() - began, "rows": len(rows)}


def read_apart(which: str, path: Path) -> dict:
    """One read in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.read", which, str(path)]
    return json.loads(subprocess.check_output(command, encoding="utf-8"))


def bench_read(rows: int = ROWS, rounds: int = ROUNDS) -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "danh-sach.xlsx"
        write_workbook(path, rows)
        taken = [(read_apart("raw", path), read_apart("ours", path)) for _ in range(rounds)]
    raw, ours = ([pair[side] for pair in taken] for side in (0, 1))
    raw_seconds, seconds = (median([one["seconds"] for one in side]) for side in (raw, ours))
    expected = sum(gift(number)[1] for number in range(1, rows + 1))
    if (ours[0]["rows"], ours[0]["cash_vnd"]) != (rows, expected):
        print(f"  ! read {ours[0]['rows']} rows, {ours[0]['cash_vnd']} đ; the sheet has {rows} rows, {expected} đ")
    peaks = [one["peak_mb"] for one in ours if one["peak_mb"] is not None]
    return [
        Measure(f"calamine's raw read of {rows:,} rows", raw_seconds, "s"),
        Measure(f"loaders.read of {rows:,} rows (problems: {' '.join(ours[0]['codes']) or 'none'})", seconds, "s"),
        Measure("loaders.read over calamine's raw read", seconds / raw_seconds, "x", 2.5),
        Measure("peak memory of loaders.read", max(peaks) if peaks else None, "MB", 600),
    ]


if __name__ == "__main__":
    read_one = {"ours": read_ours, "raw": read_raw}[sys.argv[1]]
    print(json.dumps(read_one(Path(sys.argv[2]).read_bytes()) | {"peak_mb": peak_memory_mb()}))
