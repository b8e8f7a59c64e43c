"""Seconds to accept 100,000 rows, to open the store again, to read 1,000,000 rows in force; beside plain Parquet."""

import gc
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from bench.measures import Measure, median
from data import schemas
from data.access import Person
from data.store import Store

ROWS, UPLOADS, SMALL_UPLOADS = 100_000, 10, 100
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
    """Accept, open, current and version of a large store; many small uploads; ratios to pandas' own Parquet."""
    with tempfile.TemporaryDirectory() as folder:
        return _large(Path(folder)) + _many(Path(folder))


def _large(folder: Path) -> list[Measure]:
    store, frames = Store(folder / "large"), [gifts(ROWS, seed) for seed in range(UPLOADS)]
    plain = folder / "plain.parquet"
    writes = [_seconds(lambda frame=frame: frame.to_parquet(plain)) for frame in frames[:3]]
    accepts = [_seconds(lambda number=n, frame=f: _accept(store, frame, number)) for n, f in enumerate(frames)]
    pd.concat(frames, ignore_index=True).to_parquet(plain)
    del frames
    opened = median([_seconds(lambda: Store(folder / "large").version()) for _ in range(3)])
    reads = median([_seconds(lambda: pd.read_parquet(plain, dtype_backend="numpy_nullable")) for _ in range(3)])
    currents = median([_seconds(lambda: Store(folder / "large").current("donations")) for _ in range(3)])
    again = Store(folder / "large")
    again.version()
    versions = _seconds(lambda: [again.version() for _ in range(100)]) * 10
    return [
        Measure("accept 100,000 rows into an empty store", accepts[0], "s"),
        Measure("  against writing the same frame as Parquet", accepts[0] / median(writes), "times"),
        Measure("accept 100,000 rows beside 900,000", accepts[-1], "s"),
        Measure("open a store of 1,000,000 rows", opened, "s"),
        Measure("current() of 1,000,000 rows, from the disk", currents, "s", aim=1.0),
        Measure("  against reading the same rows from Parquet", currents / reads, "times"),
        Measure("version(), asked at every run of a page", versions, "ms", aim=2.0),
    ]


def _many(folder: Path) -> list[Measure]:
    store, frames = Store(folder / "many"), [gifts(100, seed) for seed in range(SMALL_UPLOADS)]
    accepts = [_seconds(lambda number=n, frame=f: _accept(store, frame, number)) for n, f in enumerate(frames)]
    currents = _seconds(lambda: Store(folder / "many").current("donations"))
    return [
        Measure(f"accept one of {SMALL_UPLOADS} small uploads", median(accepts), "s"),
        Measure("  the slowest of them, with its tidying", max(accepts), "s"),
        Measure(f"current() of {SMALL_UPLOADS} small uploads", currents, "s"),
    ]
