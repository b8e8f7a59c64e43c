"""Random lists of every kind, with everything that real ones lack: dates, communes, units, values."""

from datetime import date, datetime, timedelta
from random import Random

from hypothesis import strategies

from data import reference, schemas
from data.access import Person
from data.uploads.store import Store
from loaders.reading import Reading

KNOWN = reference.load()
COMMUNES, SITES = list(KNOWN.communes()), list(KNOWN.sites)
CATEGORIES = list(KNOWN.donor_categories)
INDICATORS = ["cash_vnd", "rice_kg", "instant_noodles_box", "households_supported", "frontline_visits", "donors"]
START = date(2021, 7, 26)
DAYS = 42
AT = datetime(2021, 9, 10, 8, 0, tzinfo=KNOWN.campaign.zone)
GOODS = (("cash", "vnd"), ("rice", "kg"), ("rice", "bag"), ("eggs", "piece"), ("milk", "box"), ("vegetables", "kg"))


def random_lists() -> strategies.SearchStrategy:
    """A seed and how many rows of each kind: small enough to be told apart when something fails."""
    return strategies.tuples(strategies.integers(0, 10**6), strategies.integers(0, 40))


def accept_random(store: Store, lists: tuple[int, int]) -> None:
    seed, rows = lists
    dice = Random(seed)
    parts = [
        _reading(kind, [_row(kind, dice) for _ in range(rows)], number) for number, kind in enumerate(schemas.KINDS)
    ]
    parts = [part for part in parts if len(part.frame)]
    if parts:
        content = f"{seed} {rows}".encode()
        store.accept(
            name="ngẫu nhiên.xlsx", content=content, parts=parts, who=Person("thử", "editor"), received_at=AT, now=AT
        )


def _maybe(dice: Random, value, share: float = 0.8):
    return value if dice.random() < share else None


def _row(kind: str, dice: Random) -> dict:
    commune, day = dice.choice(COMMUNES), START + timedelta(days=dice.randrange(DAYS))
    if kind == "targets":
        return {"commune": commune, "indicator": dice.choice(INDICATORS), "target": float(dice.randrange(1, 5000))}
    if kind == "weekly_reports":
        week = day - timedelta(days=day.weekday())
        value = _maybe(dice, float(dice.randrange(0, 5000)))
        row = {"commune": commune, "week_start_date": week, "indicator": dice.choice(INDICATORS), "value": value}
        return row | {"is_urgent": dice.random() < 0.1}
    good, unit = dice.choice(GOODS)
    quantity = float(dice.randrange(1, 400)) * (1000 if good == "cash" else 0.5)
    is_known = good == "cash" or dice.random() < 0.85
    row = {"date": _maybe(dice, day), "good": good, "quantity": quantity, "unit": unit}
    row |= {"base_quantity": quantity if is_known else None, "base_unit": unit if is_known else None}
    worth = None if good == "cash" else _maybe(dice, dice.randrange(0, 9) * 100_000, 0.6)
    if kind == "purchases":
        return row | {"cost_vnd": worth}
    row |= {"commune": _maybe(dice, commune), "cash_vnd": int(quantity) if good == "cash" else None, "value_vnd": worth}
    if kind == "donations":
        return row | {"donor_name": "Nguyễn Văn Mẫu", "donor_category": _maybe(dice, dice.choice(CATEGORIES))}
    if kind == "distributions":
        return row | {"households": _maybe(dice, dice.randrange(1, 50)), "people": _maybe(dice, dice.randrange(1, 99))}
    return row | {"site": dice.choice(SITES)}


def _reading(kind: str, rows: list[dict], number: int) -> Reading:
    if kind in ("weekly_reports", "targets"):  # one report a commune and week names an indicator once
        keys = ("commune", "week_start_date", "indicator", "is_urgent")
        rows = list({tuple(row.get(key) for key in keys): row for row in rows}.values())
    count = len(rows)
    names = [column.name for column in schemas.columns(kind)]
    provenance = {
        "source_sheet": "Tờ",
        "source_column": "D",
        "source_text": "x",
        "source_row": list(range(5, 5 + count)),
    }
    values = {name: [row.get(name) for row in rows] for name in names if name not in provenance}
    return Reading(
        kind=kind,
        file="ngẫu nhiên.xlsx",
        sheet=f"Tờ {number}",
        frame=schemas.frame(kind, values | (provenance if count else {})),
        waiting=schemas.empty("waiting"),
        remarks=schemas.empty("remarks"),
        problems=(),
        columns={"households": "C", "people": "B", "value_vnd": "E", "cost_vnd": "E"},
        communes=tuple(dict.fromkeys(row["commune"] for row in rows if row.get("commune"))),
    )
