"""How long each page's script takes, and what memory: with the demo, and with a million lines against ten thousand."""

import csv
import tempfile
from collections.abc import Callable
from datetime import datetime

import numpy as np
import pandas as pd

from data import reference, schemas
from data.access import Person
from data.uploads.store import Store
from loaders import read
from loaders.reading import Reading, Source
from tests.bench.measures import Measure, median, memory_mb
from tests.bench.viewer import ROOT, Viewer, application_process, running_application

DEMO = ROOT / "data" / "demo"
RERUNS = 15
UPLOADS, FEW, MANY = 10, 1_000, 100_000  # lists; lines of each of a small store, and of a large one
NOW = datetime(2021, 9, 15, 8, 0, tzinfo=reference.load().campaign.zone)


def accept_demo(store: Store) -> None:
    """The demo as the application accepts it: every workbook of data/demo through the same reader."""
    with open(DEMO / "index.csv", encoding="utf-8-sig", newline="") as file:
        received = {row["file"]: datetime.fromisoformat(row["received_at"]) for row in csv.DictReader(file)}
    for name, received_at in received.items():
        content = (DEMO / name).read_bytes()
        parts = [r for r in read(Source(name, content), as_of=NOW.date()).readings if not r.blocks]
        if parts:
            store.accept(
                name=name,
                content=content,
                parts=parts,
                who=Person("bench", "editor"),
                received_at=received_at,
                now=NOW,
                is_demo=True,
            )


def accept_lists(store: Store, rows_per_upload: int) -> None:
    """Ten lists of invented gifts, no two alike."""
    for upload in range(UPLOADS):
        name = f"danh-sach-{upload:02d}.xlsx"
        part = gifts(name, upload, rows_per_upload)
        store.accept(
            name=name, content=name.encode(), parts=[part], who=Person("bench", "editor"), received_at=NOW, now=NOW
        )


def gifts(name: str, upload: int, rows: int = 100_000) -> Reading:
    """One list of gifts as a reading: cash and goods over all communes and twenty weeks."""
    number = np.arange(rows) + upload * rows
    tables = reference.load()
    communes, goods = np.array(list(tables.communes())), np.array(list(tables.goods))
    units = np.array([row["base_unit"] for row in tables.goods.values()])
    good = number % len(goods)
    quantity = np.where(good == 0, 10_000.0 * (1 + number % 500), 1.0 + number % 50)
    frame = schemas.frame(
        "donations",
        {
            "date": pd.Timestamp(2021, 7, 29) + pd.to_timedelta(number % 140, unit="D"),
            "donor_name": pd.Series(number).map("Nguyễn Văn Mẫu {:07d}".format),
            "commune": communes[number % len(communes)],
            "good": goods[good],
            "quantity": quantity,
            "unit": units[good],
            "base_quantity": quantity,
            "base_unit": units[good],
            "cash_vnd": pd.Series(quantity).where(good == 0).astype("Int64"),
            "source_sheet": "Danh sách",
            "source_row": np.arange(rows) + 8,
            "source_column": "F",
        },
    )
    return Reading(
        kind="donations",
        file=name,
        sheet="Danh sách",
        frame=frame,
        waiting=schemas.empty("waiting"),
        remarks=schemas.empty("remarks"),
        problems=(),
        columns={"donor_name": "C", "commune": "D", "quantity": "F"},
    )


def measure_pages(title: str, fill: Callable[[Store], None], aim_ms: float) -> list[Measure]:
    """Fills a new store, opens every page once, then measures its reruns."""
    measures = []
    with tempfile.TemporaryDirectory() as folder:
        fill(Store(folder))
        with running_application(folder) as port, Viewer(port) as viewer:
            measures.append(Measure(f"{title}: first page, first viewer", viewer.run(), "s"))
            for address, page_hash in viewer.pages.items():
                viewer.run(page_hash)
                warm = median([viewer.run(page_hash) for _ in range(RERUNS)]) * 1000
                measures.append(Measure(f"{title}: /{address}", warm, "ms", aim_ms))
    return measures


def compare_pages(few: str, many: str) -> list[Measure]:
    """Every page over a large store against the same page over a small one, in turns: a busy moment meets both."""
    measures, slowest = [], 0.0
    with application_process(few) as (port_few, pid_few), application_process(many) as (port_many, pid_many):
        with Viewer(port_few) as small, Viewer(port_many) as large:
            measures.append(Measure("1,000,000 lines: first page, first viewer", large.run(), "s"))
            measures.append(Measure("  against 10,000 lines", measures[-1].value / small.run(), "times"))
            for address, page_hash in large.pages.items():
                first = large.run(page_hash)
                first_small = small.run(small.pages[address])
                runs = [(large.run(page_hash), small.run(small.pages[address])) for _ in range(RERUNS)]
                warm = [median([run[of] for run in runs]) for of in (0, 1)]
                measures.append(Measure(f"1,000,000 lines: /{address}", warm[0] * 1000, "ms", 300))
                measures.append(Measure("  against 10,000 lines", warm[0] / warm[1], "times", 1.3))
                measures.append(Measure("  opened for the first time", first, "s"))
                measures.append(Measure("    against 10,000 lines", first / first_small, "times"))
                slowest = max(slowest, warm[0] / warm[1])
        memory = [memory_mb(pid) for pid in (pid_many, pid_few)]
    measures.append(Measure("the slowest page against 10,000 lines", slowest, "times", 1.3))
    if None not in memory:
        measures.append(Measure("memory of the application over 1,000,000 lines", memory[0], "MB", 400))
        measures.append(Measure("  against 10,000 lines", memory[0] / memory[1], "times", 1.2))
    return measures


def bench_pages() -> list[Measure]:
    demo = measure_pages("demo", accept_demo, 100)
    with tempfile.TemporaryDirectory() as few, tempfile.TemporaryDirectory() as many:
        for folder, rows in ((few, FEW), (many, MANY)):
            accept_lists(Store(folder), rows)
        return demo + compare_pages(few, many)
