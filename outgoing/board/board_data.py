"""The open data of the public board: .csv, .json, their SHA-256, and all files of an edition together."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import pandas as pd

from data import schemas
from data.access import Person, need
from data.conditions import Condition
from data.records.disclosures import Disclosures
from data.reference import load
from data.uploads.lines import LineQuery, LineReader
from data.uploads.store import Store
from data.uploads.sums import summed
from metrics.public.board import Board, public_board
from metrics.public.givers import GIFT, SUPPORT, Pages
from metrics.public.suppression import LEAST, REST
from metrics.public.systems import MEASURES
from metrics.stock import Lines
from outgoing.board.board_page import page
from outgoing.board.board_sections import SPLITS, Edition
from outgoing.board.board_tables import code_name
from report.exports import escaped
from words import names
from words.texts import LANGUAGES, t

SCHEMA_VERSION = 1
HTML, CSV, JSON, SUMS = "cong-khai.html", "cong-khai.csv", "cong-khai.json", "SHA256SUMS"
CSV_COLUMNS = ("table", "code", "name_vi", "name_en", "good", "good_vi", "good_en", "measure", "number", "unit")
CSV_COLUMNS += ("as_of", "is_demonstration")  # the same on every line, so that a line that is copied still says it
UNITS = {"households": "households", "people": "people", "donors": "donors", "visits": "visits"}
NOWHERE = "not_stated"  # the code of what the lists do not say
DONORS = ("organisations", "persons")


# all files of an edition
def files(edition: Edition) -> dict[str, bytes]:
    """Name -> content: the page, the data, and the sums by which anybody sees that none was changed."""
    data = {CSV: as_csv(edition), JSON: as_json(edition)}
    made = {HTML: page(edition, {name: sha256(content) for name, content in data.items()}), **data}
    sums = "".join(f"{sha256(content)}  {name}\n" for name, content in made.items())
    return made | {SUMS: sums.encode()}


def publish(edition: Edition, *, who: Person, disclosures: Disclosures, now: datetime) -> dict[str, bytes]:
    """The files of an edition that is put before the public: who did it, and which files they are, is written down.

    errors: NotAllowed
    """
    need(who, "disclosures.publish")
    made = files(edition)
    sums = {name: sha256(content) for name, content in made.items() if name != SUMS}
    about = {"as_of": edition.as_of.isoformat(), "made_at": edition.made_at.isoformat(), "head": edition.head}
    disclosures.record("publish", about | {"sha256": sums}, who=who, now=now)
    return made


def as_zip(made: Mapping[str, bytes], at: datetime) -> bytes:
    """All files in one; equal for equal files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in made.items():
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# csv: one number a line
def as_csv(edition: Edition) -> bytes:
    """UTF-8 with its mark, so that Excel shows the accents; a merged number names all its codes."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    about = (edition.as_of.isoformat(timespec="seconds"), str(edition.is_demo).lower())
    for row in _lines(edition):
        writer.writerow([escaped(value) for value in (*row, *about)])
    return written.getvalue().encode("utf-8-sig")


def _lines(edition: Edition) -> Iterator[tuple]:
    tables, merged = edition.board.tables, edition.board.merged
    for flow, row in zip(("cash", "goods_value"), tables["flows"].to_dict("records"), strict=True):
        yield from _numbers("flows", flow, ("", ""), row)
    for row in tables["goods"].to_dict("records"):
        yield from _numbers("goods", " ".join(row["codes"]), ("", ""), row, row["codes"])
    for table, column in (*SPLITS.items(), ("unnamed", "commune")):
        for row in tables[table].to_dict("records"):
            for measure in tables[table].columns[1:]:
                codes = merged.get((table.replace("unnamed", "communes"), measure), ())
                codes = codes if row["code"] == REST else (row["code"],)
                spoken = tuple("; ".join(code_name(column, c, one) for c in codes) for one in LANGUAGES)
                yield from _numbers(table, " ".join(c or NOWHERE for c in codes), spoken, {measure: row[measure]})
    for table in DONORS:
        for row in tables[table].to_dict("records"):
            yield from _numbers(table, _donor_code(row), (row["donor"],) * 2, row)
        for row in tables[f"{table}_goods"].to_dict("records"):
            told = {"base_unit": row["unit"], "quantity": row["quantity"]}
            yield from _numbers(table, _donor_code(row), (row["donor"],) * 2, told, (row["good"],))
    for row in tables["sites"].to_dict("records"):
        yield from _numbers("sites", row["code"], _site_names(row["code"]), row)
    for row in tables["sites_goods"].to_dict("records"):
        told = {"base_unit": row["unit"], "quantity": row["quantity"]}
        yield from _numbers("sites", row["site"], _site_names(row["site"]), told, (row["good"],))


def _numbers(table: str, code: str, spoken: tuple, row: Mapping, goods: tuple = ()) -> Iterator[tuple]:
    """A line for each number of a row."""
    good_names = tuple("; ".join(names.good(good, one) for good in goods) for one in LANGUAGES)
    for name, value in row.items():
        if isinstance(value, int | float) and not pd.isna(value):
            unit = row.get("base_unit") or UNITS.get(name) or "vnd"
            yield (table, code, *spoken, " ".join(goods), *good_names, name, _plain(value), unit)


def _donor_code(row: Mapping) -> str:
    return f"{row['donor_category'] or NOWHERE} {row['commune'] or NOWHERE}"


def _site_names(code: str) -> tuple[str, ...]:
    return tuple(names.site(code, one) for one in LANGUAGES)


def _plain(value: float) -> int | float:
    return int(value) if float(value).is_integer() else float(value)


# json: the tables as they are, with the names of their codes
def as_json(edition: Edition) -> bytes:
    board, campaign = edition.board, load().campaign
    told = {
        "schema_version": SCHEMA_VERSION,
        "as_of": edition.as_of.isoformat(timespec="seconds"),
        "generated_at": edition.made_at.isoformat(timespec="seconds"),
        "log_head": edition.head,
        "is_demonstration": edition.is_demo,
        "source": {
            "office": {"vi": campaign.office_vi, "en": campaign.office_en},
            "campaign": {"vi": campaign.name_vi, "en": campaign.name_en},
            "plan": campaign.plan,
        },
        "standing": {"communes_with_data": board.coverage.numerator, "communes": board.coverage.denominator},
        "least_donors_or_households": LEAST,
        "tables": {name: [_row(row) for row in table.to_dict("records")] for name, table in board.tables.items()},
        "merged": [
            {"table": place[0], "measure": place[1], "codes": list(codes)} for place, codes in board.merged.items()
        ],
        "total_only": list(board.withheld),
        "goods_not_told": [{"good": good, "unit": unit} for good, unit in board.goods_withheld],
        "organisations_not_named": board.doubtful,
        "names": _names(),
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _row(row: Mapping) -> dict:
    made = {}
    for name, value in row.items():
        if isinstance(value, tuple):
            made[name] = list(value)
        elif pd.isna(value):
            made[name] = None
        elif isinstance(value, pd.Timestamp):
            made[name] = value.date().isoformat()
        else:
            made[name] = value if isinstance(value, str) else _plain(value)
    return made


def _names() -> dict:
    known = load()
    tables = {"commune": known.communes(), "good": known.goods, "unit": known.units, "site": known.sites}
    tables |= {"donor_category": known.donor_categories}
    found = {
        column: {code: {one: names.BY_COLUMN[column](code, one) for one in LANGUAGES} for code in table}
        for column, table in tables.items()
    }
    found["measure"] = {code: {one: t(f"public.measure.{code}", one) for one in LANGUAGES} for code in MEASURES}
    return found | {"rest": {one: t("public.rest", one) for one in LANGUAGES}}


PAGE = 20_000  # lines: of larger pages the board is not ready sooner
REFUSAL = Condition("may_publish", "equal", False)


def board_of_store(store: Store, as_of: datetime | None = None) -> Board:
    """All numbers and names come out of one look at the store, whatever is accepted meanwhile."""
    kinds = (*schemas.LINE_KINDS, "weekly_reports")
    with store.lines(as_of=as_of) as reader:
        if reader is None:
            *lists, reports = (store.summed(kind) for kind in kinds)
            return public_board(Lines(*lists), Pages((), (), ()), reports)
        *lists, reports = (summed(reader.connection, kind, reader.event_no) for kind in kinds)
        return public_board(Lines(*lists), _pages(reader), reports)


def _pages(reader: LineReader) -> Pages:
    def pages(query: LineQuery, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        return reader.pages(query, size=PAGE, columns=columns)

    return Pages(
        refusals=pages(LineQuery("donations", (REFUSAL,)), ("donor_name", "may_publish")),
        gifts=pages(LineQuery("donations"), GIFT),
        support=pages(LineQuery("distributions"), SUPPORT),
    )
