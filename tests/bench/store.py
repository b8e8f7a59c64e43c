"""Seconds to accept 100,000 lines, to open a store of 1,000,000, to search in it; small records of four processes."""

import gc
import multiprocessing
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from data import schemas
from data.access import Person
from data.uploads.store import LineQuery, Store
from tests.bench.measures import Measure, median

ROWS, UPLOADS, SMALL_UPLOADS = 100_000, 10, 100
PROCESSES, RECORDS = 4, 150
NOW = datetime(2021, 9, 1, 8, 0)


@dataclass(frozen=True)
class BenchPart:
    """What the store looks at in a reading."""

    frame: pd.DataFrame
    kind: str = "donations"
    file: str = "danh sách.xlsx"
    sheet: str = "Danh sách"
    waiting: pd.DataFrame = field(default_factory=lambda: schemas.empty("waiting"))
    remarks: pd.DataFrame = field(default_factory=lambda: schemas.empty("remarks"))
    problems: tuple = ()
    columns: dict = field(default_factory=dict)
    layout: str = "long"
    area: str = ""
    communes: tuple = ()
    week_start_date: None = None
    is_urgent: bool = False
    is_nil: bool = False


def gifts(rows: int, seed: int) -> pd.DataFrame:
    """Invented gift lines, the same for the same seed."""
    chance = np.random.default_rng(seed)
    cash = chance.integers(1, 500, rows) * 10_000
    values = {
        "date": pd.Timestamp("2021-08-01") + pd.to_timedelta(chance.integers(0, 30, rows), "D"),
        "donor_name": [f"Hộ gia đình {seed}.{number}" for number in range(rows)],
        "donor_category": ["household"] * rows,
        "commune": chance.choice(["24640", "24643", "24646", "24649"], rows),
        "good": ["cash"] * rows,
        "quantity": cash.astype("float64"),
        "unit": ["vnd"] * rows,
        "base_quantity": cash.astype("float64"),
        "base_unit": ["vnd"] * rows,
        "cash_vnd": cash,
        "source_sheet": ["Danh sách"] * rows,
        "source_row": np.arange(6, 6 + rows),
        "source_column": ["E"] * rows,
        "source_text": [f"{amount:,}".replace(",", ".") for amount in cash],
    }
    return schemas.frame("donations", values)


def _seconds(act: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _accept(store: Store, frame: pd.DataFrame, number: int) -> None:
    at = NOW + timedelta(minutes=number)
    content, part = f"{number}.{len(frame)}".encode(), BenchPart(frame)
    store.accept(
        name=f"{number}.xlsx", content=content, parts=[part], who=Person("bench", "editor"), received_at=at, now=at
    )


def bench_store() -> list[Measure]:
    """Accept, open, sums and search of a large store; many small uploads; small records of several processes."""
    with tempfile.TemporaryDirectory() as folder:
        return _large(Path(folder)) + _many(Path(folder)) + _small_records(Path(folder))


def _large(folder: Path) -> list[Measure]:
    store, frames = Store(folder / "large"), [gifts(ROWS, seed) for seed in range(UPLOADS)]
    plain = folder / "plain.sqlite"
    with closing(sqlite3.connect(plain)) as connection:
        writes = [_seconds(lambda frame=frame: frame.to_sql("gifts", connection)) for frame in frames[:1]]
    accepts = [_seconds(lambda number=n, frame=f: _accept(store, frame, number)) for n, f in enumerate(frames)]
    del frames
    size = (folder / "large" / "store.sqlite").stat().st_size / 1e6
    opened = median([_seconds(lambda: Store(folder / "large").version()) for _ in range(3)])
    sums = median([_seconds(lambda: Store(folder / "large").summed("donations")) for _ in range(3)])
    again = Store(folder / "large")
    again.summed("donations")
    versions = _seconds(lambda: [again.version() for _ in range(100)]) * 10
    return [
        Measure("accept 100,000 lines into an empty store", accepts[0], "s"),
        Measure("  against pandas' own to_sql of the same frame", accepts[0] / median(writes), "times"),
        Measure("accept 100,000 lines beside 900,000", accepts[-1], "s"),
        Measure("the file of 1,000,000 lines", size, "MB"),
        Measure("open a store of 1,000,000 lines", opened, "s"),
        Measure("  and its first sums, every upload looked at", sums, "s", aim=1.0),
        Measure("  the sums again", _seconds(lambda: again.summed("donations")), "s"),
        Measure("version(), asked at every run of a page", versions, "ms", aim=2.0),
        *_searches(again),
    ]


def _searches(store: Store) -> list[Measure]:
    """Words as people type them: a name, a beginning, an amount, what is not there, a word that every line has."""
    made = []
    for words in ("gia dinh 7.123", "hộ gia đình 3.99", "4.990.000", "không có ai", "hộ gia đình"):
        query = LineQuery("donations", words=words)

        def look(query: LineQuery = query) -> None:
            with store.lines() as reader:
                reader.sums(query, ["cash_vnd"])
                reader.page(query, order=("-date", "-upload_number", "line"), most=50)

        aim = 100 if words != "hộ gia đình" else None
        made.append(
            Measure(
                f"search for “{words}” in 1,000,000 lines", median([_seconds(look) for _ in range(3)]) * 1000, "ms", aim
            )
        )
    return made


def _many(folder: Path) -> list[Measure]:
    store, frames = Store(folder / "many"), [gifts(100, seed) for seed in range(SMALL_UPLOADS)]
    accepts = [_seconds(lambda number=n, frame=f: _accept(store, frame, number)) for n, f in enumerate(frames)]
    sums = _seconds(lambda: Store(folder / "many").summed("donations"))
    return [
        Measure(f"accept one of {SMALL_UPLOADS} small uploads", median(accepts), "s"),
        Measure("  the slowest of them", max(accepts), "s"),
        Measure(f"the sums of {SMALL_UPLOADS} small uploads, from the disk", sums, "s"),
    ]


def _ask(folder: str, name: str, ready, go) -> None:
    store, who = Store(folder), Person(name, "editor")
    store.version()
    ready.release()
    go.wait()
    for count in range(RECORDS):
        store.questions.ask("stock", name, commune=None, shown=count, who=who, now=NOW)


def _small_records(folder: Path) -> list[Measure]:
    """Questions on a number, from four processes at once: each is on the disk before the next one."""
    context = multiprocessing.get_context("spawn")
    ready, go = context.Semaphore(0), context.Event()
    accepted = Store(folder / "small")
    _accept(accepted, gifts(10, 0), 0)
    told = [context.Process(target=_ask, args=(str(folder / "small"), f"w{n}", ready, go)) for n in range(PROCESSES)]
    for process in told:
        process.start()
    for _ in told:
        ready.acquire()
    start = time.perf_counter()
    go.set()
    for process in told:
        process.join()
    seconds = time.perf_counter() - start
    assert len(Store(folder / "small").questions.all()) == PROCESSES * RECORDS
    return [
        Measure(f"records a second, {PROCESSES} processes together", PROCESSES * RECORDS / seconds, "1/s", least=200)
    ]
