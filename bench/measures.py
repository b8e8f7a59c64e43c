"""One measured number with its aim, and how it is printed; peak memory of this process."""

import statistics
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measure:
    """aim: the largest value that is good enough; None where there is no aim."""

    name: str
    value: float | None
    unit: str
    aim: float | None = None

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.name:<58} not measured on this system"
        aim = "" if self.aim is None else f"  aim <= {self.aim:g} {self.unit}: {'ok' if self.is_met else 'MISSED'}"
        return f"{self.name:<58} {self.value:>9.3g} {self.unit}{aim}"

    @property
    def is_met(self) -> bool:
        return self.aim is None or self.value is None or self.value <= self.aim


def median(values: list[float]) -> float:
    return statistics.median(values)


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
