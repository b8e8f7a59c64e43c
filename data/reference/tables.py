"""The files of a folder of reference tables: where it is, what each of them must hold, and what is wrong in it."""

import csv
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, dataclass
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

SHIPPED = Path(__file__).parent
CAMPAIGN = "campaign.toml"
# what a campaign cannot be without; of what else is not there, there is nothing
NEEDED = ("communes", "sites", "site_types", "goods", "indicators")
# what is the same in every district, with the spellings that belong to it: taken from the shipped folder where a folder
# has none of its own
UNIVERSAL = {"units": "unit_aliases", "donor_categories": "donor_category_aliases", "lexicon": ""}
# the numbers of metrics/measures.py that a table may name
NUMBERS = (
    "cash_received",
    "goods_value",
    "gifts",
    "goods_bought",
    "households_supported",
    "people_supported",
    "support_value",
    "frontline_visits",
    "sites_visited",
    "frontline_gifts",
    "frontline_value",
)
# those that the lists of a commune and week are added up to (metrics/reconciliation.py)
COMPARED = ("goods_value", "households_supported", "support_value", "frontline_visits", "frontline_value")
REPORTS = "reports_on_time"
HEADLINES = (*NUMBERS, REPORTS)  # those that may stand at the top of the first page
HEADLINES_UNSAID = ("cash_received", "goods_value", "households_supported", "frontline_visits", REPORTS)

ALIASES = {"spelling": "text"}
NAMED = {"code": "text", "name": "text", "name_en": "text?"}
# table -> column -> what a cell holds: one of CELLS, or a code of another table. "?": it may be empty; "??": the column
# may be missing too, for a folder of an earlier version has none
SHAPES: dict[str, dict[str, str]] = {
    "communes": NAMED
    | {"kind": "text", "valid_from": "date", "valid_to": "date?", "merged_into": "communes?", "population": "whole?"}
    | {"tile_row": "whole", "tile_column": "whole", "color": "color"},
    "commune_aliases": ALIASES | {"code": "communes", "valid_to": "date??"},
    "site_types": NAMED | {"words": "text"},
    "sites": NAMED | {"type": "site_types", "commune": "communes?"},
    "site_aliases": ALIASES | {"code": "sites"},
    "units": NAMED | {"dimension": "text", "is_whole": "yes_no"},
    "unit_aliases": ALIASES | {"code": "units", "factor": "number"},
    "goods": NAMED | {"base_unit": "units", "color": "color", "is_parcel": "yes_no??"},
    "good_aliases": ALIASES | {"code": "goods"},
    "packs": {"good": "goods", "unit": "units", "base_unit": "units", "factor": "number"},
    "indicators": NAMED
    | {"section": "text?", "unit": "text", "good": "goods?", "is_whole": "yes_no", "compared_with": "compared??"},
    "indicator_aliases": ALIASES | {"code": "indicators"},
    "sections": NAMED,
    "headlines": {"code": "text", "good": "goods??", "unit": "units??"}
    | dict.fromkeys(("name", "name_en", "meaning", "meaning_en"), "text??"),
    "donor_categories": NAMED,
    "donor_category_aliases": ALIASES | {"code": "donor_categories"},
    "lexicon": {"field": "text", "phrase": "text", "weight": "number?", "met_in": "text??"},
    "assignments": {"member": "text", "commune": "communes"},
    # a wrong line of these two is left out and shown on its page: nobody else is kept out by it
    "senders": {"address": "text?", "commune": "text?"},
    "people": dict.fromkeys(("email", "name", "role", "commune"), "text?"),
}
FAULTS = (
    "folder_missing",
    "file_missing",
    "unreadable",
    "not_utf8",
    "not_toml",
    "column_missing",
    "cells_differ",
    "value_missing",
    "value_wrong",
    "code_unknown",
    "code_twice",
    "headline_unknown",
    "key_missing",
    "key_unknown",
    "cash_missing",
    "only_reports",
    "no_commune",
    "table_empty",
)


@dataclass(frozen=True)
class Fault:
    """What is wrong: one of FAULTS; file; line, column or key; what was found there and what is needed.

    needed:  for value_wrong the kind of a cell; for code_unknown the table that lists the codes; else words of the file
    """

    code: str
    file: str
    line: int | None = None
    column: str = ""
    found: str = ""
    needed: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}: {self.code}, found {self.found!r}, needed {self.needed!r}"


class ReferenceUnusable(Exception):
    """A folder of reference tables that cannot be used; `faults` names everything that is wrong in it."""

    def __init__(self, folder: Path, faults: list[Fault]):
        super().__init__(f"{folder}: {'; '.join(map(str, faults))}")
        self.folder, self.faults = folder, tuple(faults)


# which folder, which file
def folder() -> Path:
    """The folder of reference tables in use: what REFERENCE_DIR names, else the shipped one."""
    return _named(os.environ.get("REFERENCE_DIR", "").strip())


@lru_cache(maxsize=8)
def _named(name: str) -> Path:
    return Path(name).expanduser().resolve() if name else SHIPPED


def path_of(place: Path, name: str) -> Path | None:
    """The file of a table; None when there is none. Spellings go with the table whose codes they mean."""
    own = place / f"{name}.csv"
    if own.exists():
        return own
    is_shipped = name in UNIVERSAL or any(
        name == aliases and not (place / f"{table}.csv").exists() for table, aliases in UNIVERSAL.items()
    )
    return SHIPPED / own.name if is_shipped else None


# what a cell may hold
def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\d+(\.\d+)?", text)) and float(text) > 0


CELLS: dict[str, Callable[[str], bool]] = {
    "text": bool,
    "date": _is_date,
    "whole": str.isdecimal,
    "number": _is_number,
    "yes_no": ("true", "false").__contains__,
    "color": lambda text: bool(re.fullmatch(r"#[0-9A-Fa-f]{6}", text)),
    "compared": COMPARED.__contains__,
}


# reading
def read_rows(place: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table that is sound; none where the folder has no such table, "" where it has no such column."""
    path = path_of(place, name)
    if path is None:
        return []
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [dict.fromkeys(SHAPES[name], "") | row for row in csv.DictReader(file)]


def check(place: Path, campaign: tuple[Field, ...]) -> None:
    """Raises ReferenceUnusable with everything that is wrong in a folder. campaign: the keys of campaign.toml."""
    if not place.is_dir():
        raise ReferenceUnusable(place, [Fault("folder_missing", str(place))])
    faults = list(_of_campaign(place / CAMPAIGN, campaign))
    tables: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for name in SHAPES:
        tables[name], wrong = _lines(place, name)
        faults += wrong
    broken = {fault.file.removesuffix(".csv") for fault in faults}
    for name, lines in tables.items():
        if name not in broken:  # else every row of it would be told as well
            faults += _of_rows(name, lines, tables, broken)
    if not broken & {"goods"} and "cash" not in {row["code"] for _, row in tables["goods"]}:
        faults.append(Fault("cash_missing", "goods.csv"))
    if tables["headlines"] and not {row["code"] for _, row in tables["headlines"]} - {REPORTS}:
        faults.append(Fault("only_reports", "headlines.csv", found=REPORTS))
    if "indicators" not in broken and not tables["indicators"]:
        faults.append(Fault("table_empty", "indicators.csv"))
    if not faults:
        faults += _between(place / CAMPAIGN, tables)
    if faults:
        raise ReferenceUnusable(place, faults)


def _lines(place: Path, name: str) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    """(number of the line, row) of a table, and what is wrong with its form."""
    path, file = path_of(place, name), f"{name}.csv"
    if path is None:
        return [], [Fault("file_missing", file)] if name in NEEDED else []
    text, wrong = _text(path)
    if wrong:
        return [], [wrong]
    reader = csv.reader(text.splitlines(keepends=True))
    header = next(reader, [])
    missing = [column for column, kind in SHAPES[name].items() if column not in header and not kind.endswith("??")]
    if missing:
        return [], [Fault("column_missing", file, 1, ", ".join(missing), ",".join(header), ",".join(SHAPES[name]))]
    lines, faults = [], []
    for cells in reader:
        if len(cells) == len(header):
            lines.append((reader.line_num, dict(zip(header, cells, strict=True))))
        elif cells:
            counts = {"found": str(len(cells)), "needed": str(len(header))}
            faults.append(Fault("cells_differ", file, reader.line_num, **counts))
    return lines, faults


def _text(path: Path) -> tuple[str, Fault | None]:
    try:
        return path.read_bytes().decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return "", Fault("not_utf8", path.name, line)
    except OSError as error:
        return "", Fault("unreadable", path.name, found=type(error).__name__)


def _of_rows(name: str, lines: list, tables: dict, broken: set[str]) -> Iterator[Fault]:
    """What is wrong in the cells of a table: each by itself, as a code of another table, as a code of its own."""
    file, seen = f"{name}.csv", set()
    for line, row in lines:
        for column, shape in SHAPES[name].items():
            kind, cell = shape.rstrip("?"), row.get(column, "")
            if not cell:
                if not shape.endswith("?"):
                    yield Fault("value_missing", file, line, column, needed=kind)
            elif kind in CELLS:
                if not CELLS[kind](cell):
                    yield Fault("value_wrong", file, line, column, cell, kind)
            elif kind not in broken and cell not in {other["code"] for _, other in tables[kind]}:
                yield Fault("code_unknown", file, line, column, cell, f"{kind}.csv")
        own = (row.get("code"), row.get("valid_from"))  # a commune's code may come again with another period
        if "name" in SHAPES[name] and "code" in row:
            if own in seen:
                yield Fault("code_twice", file, line, "code", row["code"])
            seen.add(own)
        if name == "headlines":
            yield from _of_headline(line, row)
        if name == "indicators" and row["good"] and "units" not in broken:  # it is added to lines of that good
            if row["unit"] not in {other["code"] for _, other in tables["units"]}:
                yield Fault("code_unknown", file, line, "unit", row["unit"], "units.csv")


def _of_headline(line: int, row: dict[str, str]) -> Iterator[Fault]:
    """One of HEADLINES, or a number of the campaign's own: of a good in a unit, with its name and meaning."""
    if not row.get("good"):
        if row["code"] not in HEADLINES:
            yield Fault("headline_unknown", "headlines.csv", line, "code", row["code"], ", ".join(HEADLINES))
        return
    if row["code"] in HEADLINES or not re.fullmatch(r"[a-z][a-z0-9_]*", row["code"]):
        yield Fault("value_wrong", "headlines.csv", line, "code", row["code"], "own_code")
    for column in ("unit", "name", "meaning"):
        if not row.get(column):
            yield Fault("value_missing", "headlines.csv", line, column, needed="text")


def _between(path: Path, tables: dict[str, list[tuple[int, dict[str, str]]]]) -> Iterator[Fault]:
    """What of the campaign and the tables does not go together: without a commune on the first day nobody reports."""
    text = _text(path)[0]
    written = tomllib.loads(text)
    start, codes = written["start_date"].isoformat(), {row["code"] for _, row in tables["indicators"]}
    if not any(row["valid_from"] <= start <= (row["valid_to"] or "9999") for _, row in tables["communes"]):
        yield Fault("no_commune", "communes.csv", found=start)
    for code in written.get("first_indicators", []):
        if code not in codes:
            line = _line_of("first_indicators", text)
            yield Fault("code_unknown", path.name, line, "first_indicators", code, "indicators.csv")


# campaign.toml
KINDS = {str: "text", int: "whole", date: "date", time: "time", tuple[str, ...]: "list", dict[str, str]: "table"}
OF_KIND = {"text": str, "whole": int, "date": date, "time": time, "list": list, "table": dict}


def _of_campaign(path: Path, known: tuple[Field, ...]) -> Iterator[Fault]:
    if not path.exists():
        yield Fault("file_missing", path.name)
        return
    text, wrong = _text(path)
    if wrong:
        yield wrong
        return
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        yield Fault("not_toml", path.name, int(line[1]) if line else None, found=str(error))
        return
    fields = {field.name: field for field in known}
    for key in written.keys() - fields.keys():
        yield Fault("key_unknown", path.name, _line_of(key, text), key, needed=", ".join(fields))
    for key, field in fields.items():
        if key not in written:
            if field.default is MISSING and field.default_factory is MISSING:
                yield Fault("key_missing", path.name, column=key, needed=_kind(field))
        elif not _is_value(key, written[key], _kind(field)):
            yield Fault("value_wrong", path.name, _line_of(key, text), key, str(written[key]), _need(key, field))


def _kind(field: Field) -> str:
    kinds = [kind for of_type, kind in KINDS.items() if field.type == of_type or field.type == (of_type | None)]
    return kinds[0]


def _need(key: str, field: Field) -> str:
    return {"timezone": "timezone", "due_weekday": "weekday"}.get(key, _kind(field))


def _is_value(key: str, value: object, kind: str) -> bool:
    if not isinstance(value, OF_KIND[kind]) or isinstance(value, bool) or hasattr(value, "hour") and kind == "date":
        return False
    if key == "timezone":
        return _is_zone(value)
    if kind in ("list", "table"):
        return all(isinstance(part, str) for part in (value.values() if kind == "table" else value))
    return key != "due_weekday" or 1 <= value <= 7


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError; a folder of zones, an OSError
        return False


def _line_of(key: str, text: str) -> int | None:
    match = re.search(rf"^\s*(\[+\s*)?{re.escape(key)}\s*[=\].]", text, re.MULTILINE)
    return text[: match.end()].count("\n") + 1 if match else None
