"""One measured number with its aim, and how it is printed; peak memory of this process."""

import statistics
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measure:
    """aim: the largest value that is good enough, least: the smallest one; None where there is no aim."""

    name: str
    value: float | None
    unit: str
    aim: float | None = None
    least: float | None = None

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.name:<58} not measured on this system"
        aims = [f"<= {self.aim:g}"] if self.aim is not None else []
        aims += [f">= {self.least:g}"] if self.least is not None else []
        aim = f"  aim {' '.join(aims)} {self.unit}: {'ok' if self.is_met else 'MISSED'}" if aims else ""
        return f"{self.name:<58} {self.value:>9.3g} {self.unit}{aim}"

    @property
    def is_met(self) -> bool:
        if self.value is None:
            return True
        return (self.aim is None or self.value <= self.aim) and (self.least is None or self.value >= self.least)


def median(values: list[float]) -> float:
    return statistics.median(values)


def memory_mb(process: int) -> float | None:
    """What another process holds now; None but on Linux."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def peak_memory_mb() -> float | None:
    """The most memory that this process has held; None on Windows.

    Linux carries ru_maxrss over from the process that started us, VmHWM it does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    if sys.platform == "win32":
        return None
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024  # bytes on macOS
