"""Who writes from which address: reference/senders.csv, kept by the office."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from data import reference


@dataclass(frozen=True)
class Senders:
    """communes: address -> commune code, None for the district's own; wrong_lines: lines that could not be used."""

    communes: dict[str, str | None]
    wrong_lines: tuple[int, ...] = ()

    def knows(self, address: str) -> bool:
        return address.strip().lower() in self.communes

    def commune(self, address: str) -> str | None:
        """The commune of a known sender; None for the district's own, and for an unknown one (see `knows`)."""
        return self.communes.get(address.strip().lower())


def read_senders(path: Path, codes: set[str]) -> Senders:
    """Reads the table; a line without an address, of an unknown commune, or contrary to an earlier one is left out."""
    communes: dict[str, str | None] = {}
    wrong: list[int] = []
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            address, code = ((row.get(name) or "").strip() for name in ("address", "commune"))
            address = address.lower()
            differs = address in communes and communes[address] != (code or None)
            if "@" not in address or (code and code not in codes) or differs:
                wrong.append(reader.line_num)
                continue
            communes[address] = code or None
    return Senders(communes, tuple(wrong))


def load(place: Path | None = None) -> Senders:
    """The senders of a folder of reference tables, read once per process; none where it has no such table."""
    return _load(place or reference.folder())


@lru_cache(maxsize=8)
def _load(place: Path) -> Senders:
    codes = {commune.code for commune in reference.load(place).all_communes}
    path = place / "senders.csv"
    return read_senders(path, codes) if path.exists() else Senders({})
