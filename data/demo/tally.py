"""What must be read in the demo's files, counted from the ledger while the sheets are drawn."""

from collections import Counter
from dataclasses import dataclass, field

from data.demo.ledger import GOODS


@dataclass
class Tally:
    """Rows and sums of one file; `waiting` are lines that cannot be read, `asks` the codes that must be asked."""

    kind: str
    rows: int = 0
    waiting: int = 0
    cash_vnd: int = 0
    value_vnd: int = 0
    goods: Counter = field(default_factory=Counter)
    communes: set[str] = field(default_factory=set)
    weeks: set[str] = field(default_factory=set)
    asks: list[str] = field(default_factory=list)

    def cash(self, amount_vnd: int) -> None:
        self.rows += 1
        self.cash_vnd += amount_vnd

    def goods_line(self, goods: dict[str, int], value_vnd: int = 0) -> None:
        for good, quantity in goods.items():
            self.rows += 1
            self.goods[good, GOODS[good][0]] += quantity
        self.value_vnd += value_vnd

    def as_json(self) -> dict:
        return {
            "kind": self.kind,
            "rows": self.rows,
            "waiting": self.waiting,
            "cash_vnd": self.cash_vnd,
            "value_vnd": self.value_vnd,
            "goods": [{"good": g, "unit": u, "quantity": n} for (g, u), n in sorted(self.goods.items())],
            "communes": sorted(self.communes),
            "weeks": sorted(self.weeks),
            "asks": self.asks,
        }


def summed(tallies: list[Tally]) -> dict[str, dict]:
    """Per kind: the sums over files."""
    totals: dict[str, Tally] = {}
    for one in tallies:
        total = totals.setdefault(one.kind, Tally(one.kind))
        total.rows += one.rows
        total.waiting += one.waiting
        total.cash_vnd += one.cash_vnd
        total.value_vnd += one.value_vnd
        total.goods.update(one.goods)
        total.communes |= one.communes
        total.weeks |= one.weeks
    return {kind: total.as_json() for kind, total in sorted(totals.items())}
