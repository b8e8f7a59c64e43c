"""The JSON of `python -m loaders read`: one object for all files. Its form is fixed; others check against it."""

import pandas as pd

from loaders.problems import Problem, SheetError
from loaders.reading import Outcome, Reading

PASSED_OVER = ("sheet_not_recognised", "lock_file", "sheet_twice")  # beside sheets that were read they stop nothing


def as_json(outcomes: list[Outcome]) -> dict:
    """All readings and all that could not be read."""
    return {
        "readings": [of_reading(r) for outcome in outcomes for r in outcome.readings],
        "unread": [of_error(e) for outcome in outcomes for e in outcome.unread],
    }


def of_reading(reading: Reading) -> dict:
    """One reading; totals cover the readable rows only, goods in base units and without cash."""
    week = reading.week_start_date
    frame = reading.frame
    is_indicators = "indicator" in frame
    return {
        "file": reading.file,
        "sheet": reading.sheet,
        "kind": reading.kind,
        "communes": list(reading.communes),
        "week_start_date": week.isoformat() if week is not None else None,
        "rows": len(frame),
        "totals": {
            "cash_vnd": total(frame, "cash_vnd"),
            "value_vnd": total(frame, "value_vnd") or total(frame, "cost_vnd"),
            "goods": [] if is_indicators else goods(frame),
        },
        "indicators": indicators(frame) if is_indicators else [],
        "sites": sorted(frame["site"].dropna().unique().tolist()) if "site" in frame else [],
        "declared": reading.declared,
        "problems": [of_problem(p) for p in reading.problems],
    }


def total(frame: pd.DataFrame, column: str) -> int:
    """The sum of a money column in đồng; 0 where the kind has none."""
    return int(frame[column].sum()) if column in frame else 0


def goods(frame: pd.DataFrame) -> list[dict]:
    """Base quantities by good and base unit, without cash."""
    kept = frame[frame["good"] != "cash"]
    sums = kept.groupby(["good", "base_unit"], sort=True)["base_quantity"].sum()
    return [{"good": good, "unit": unit, "quantity": number(quantity)} for (good, unit), quantity in sums.items()]


def indicators(frame: pd.DataFrame) -> list[dict]:
    """The value of each commune, week and indicator; hamlets of a commune are added up."""
    column = "target" if "target" in frame else "value"
    keys = [name for name in ("commune", "week_start_date", "indicator") if name in frame]
    sums = frame.groupby(keys, sort=False, dropna=False)[column].sum(min_count=1)
    return [
        {
            "commune": None if pd.isna(key[0]) else key[0],
            "indicator": key[-1],
            "value": None if pd.isna(v) else number(v),
        }
        for key, v in sums.items()
    ]


def of_problem(found: Problem) -> dict:
    return {
        "code": found.code,
        "severity": found.severity.value,
        "cell": found.where.cell,
        "found": found.found,
        "proposed": found.proposed,
    }


def of_error(error: SheetError) -> dict:
    return {"file": error.where.file, "sheet": error.where.sheet, "code": error.code}


def number(value: float) -> int | float:
    """A whole number without its ".0"; others without floating noise."""
    value = round(float(value), 6)
    return int(value) if value.is_integer() else value


def exit_code(outcomes: list[Outcome]) -> int:
    """0 when nothing blocks, 1 when something does, 2 when a file gave nothing at all."""
    if any(not outcome.readings and outcome.unread for outcome in outcomes):
        return 2
    if any(error.code not in PASSED_OVER for outcome in outcomes for error in outcome.unread):
        return 2
    blocking = any(p.severity == "BLOCKS" for outcome in outcomes for r in outcome.readings for p in r.problems)
    return 1 if blocking else 0
