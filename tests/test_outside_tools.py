"""Outside tools see the numbers of the screen: DuckDB's own reader and plain SQL over the views of both databases."""

import math
import re
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql
from sqlalchemy import make_url

from data import schemas
from data.access import Person
from data.database.tables import VIEWS
from data.upkeep.backup import back_up
from data.uploads.store import Store
from tests.amounts import examples
from tests.outside_reader import OutsideReader, extension
from tests.random_store import accept_random
from tests.test_store_laws import STEPS, take
from tests.test_store_parts import MONDAY, NOW, accept, gifts, report, targets

ROOT = Path(__file__).resolve().parent.parent
WHO = {"who": Person("van_phong", "editor"), "now": NOW}
DOC = (ROOT / "docs" / "cong-cu-ngoai.md").read_text("utf-8")
WEEK = {  # the Monday of a day, as each of them says it
    "duckdb": "CAST(date_trunc('week', {}) AS DATE)",
    "postgresql": "CAST(date_trunc('week', {}) AS DATE)",
    "sqlite": "date({}, '-6 days', 'weekday 1')",
}
KEYS = {kind: keys for kind, (keys, _) in schemas.SUMMED.items()}
KEYS |= {"remarks": ("commune", "week_start_date", "topic"), "waiting": ("kind", "codes")}
TYPES = {schemas.TEXT: "VARCHAR", schemas.WHOLE: "BIGINT", schemas.NUMBER: "DOUBLE", schemas.DATE: "DATE"}


@pytest.fixture(scope="module")
def reader():
    reader = OutsideReader()
    yield reader
    reader.stop()


def fill(store: Store) -> None:
    """Lists that were sent again, corrected, replaced, undone: of each kind something counts and something does not."""
    for seed in (11, 12, 13):
        accept_random(store, (seed, 30))
    store.undo(2, **WHO)
    accept(store, gifts(["A", "A", "B"], waits=2))
    accept(store, gifts(["A", "B", "C"], waits=1, sheet="gửi lại"))
    accept(store, gifts(["A", "A", "D"], commune="24655"), again="all")
    accept(store, gifts(["A", "D"], commune="24655", sheet="khác"), again="all")
    accept(store, gifts(["E", "F", "G"]))
    accept(store, gifts(["E", "F", "G", "H"]), again="replace")
    for week in (MONDAY, MONDAY + timedelta(weeks=1)):
        accept(store, report({"donors": 3, "rice_kg": 2.5}, week=week, said="thiếu xe", waits=1))
    accept(store, report({"donors": 4}, said="đủ xe"), is_correction=True)
    accept(store, report({"donors": 9}, is_urgent=True))
    accept(store, targets({"donors": 50, "rice_kg": 1.5}), targets({"donors": 60}, commune="24655"))
    accept(store, targets({"donors": 70}))
    accept(store, gifts(["I", "J"]), supersedes=[4])
    for _ in range(2):
        store.undo(5, **WHO)
        store.restore(5, **WHO)
    store.undo(7, **WHO)


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def filled(request, tmp_path_factory):
    """A store with everything in it, for all who only read."""
    if request.param == "sqlite":
        store = Store(tmp_path_factory.mktemp("kho") / "kho dữ liệu Đắk Nông")
        fill(store)
        yield store
        return
    with request.getfixturevalue("postgres_server").database() as address:
        store = Store(address)
        fill(store)
        yield store
        store.database.close()


def place_of(store: Store) -> str | Path:
    return store.database.file or store.url


@pytest.fixture
def attached(filled, reader):
    """The same, that DuckDB has attached as `kho`."""
    reader.attach(place_of(filled))
    yield filled
    reader.detach()


@pytest.fixture
def small(store_address, reader):
    """A store of its own for a test that writes, attached too."""
    store = Store(store_address)
    accept(store, gifts(["A", "B"]))
    reader.attach(place_of(store))
    yield store
    reader.detach()


# questions in SQL
def numbers_of(kind: str) -> list[str]:
    added = [column.name for column in schemas.columns(kind) if column.dtype in (schemas.WHOLE, schemas.NUMBER)]
    return [*added, "upload_number", "reading_no"]


def is_week(kind: str, key: str) -> bool:
    return key == "date" and kind != "frontline_support"


def question(kind: str, dialect: str, place: str = "") -> str:
    """How many lines, and each number added up, by week, commune, good and what else tells lines apart on screen."""
    keys = [WEEK[dialect].format('"date"') if is_week(kind, key) else f'"{key}"' for key in KEYS[kind]]
    sums = [f'sum("{name}")' for name in numbers_of(kind)]
    by = ", ".join(keys)
    return f"SELECT {by}, count(*), {', '.join(sums)} FROM {place}in_force_{kind} GROUP BY {by}"


def plain_rows(store: Store, statement: str) -> list:
    """What the database itself answers to somebody who knows nothing of the application."""
    if store.database.is_server:
        with psycopg.connect(store.url.replace("+psycopg", "")) as connection:
            return connection.execute(statement).fetchall()
    with closing(sqlite3.connect(f"{store.database.file.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(statement).fetchall()


# the same in Python
def _plain(value: object) -> object:
    if value is None or pd.isna(value):
        return None
    return value.date().isoformat() if isinstance(value, datetime) else value


def added_up(kind: str, frame: pd.DataFrame, names: list[str]) -> dict[tuple, dict]:
    """What tells lines apart -> how many lines, and the sum of each number that any of them says."""
    found: dict[tuple, dict] = {}
    for row in frame.to_dict("records"):
        day = row.get("date")
        if is_week(kind, "date") and day is not None and not pd.isna(day):
            row["date"] = day - timedelta(days=day.weekday())
        sums = found.setdefault(tuple(_plain(row[key]) for key in KEYS[kind]), {"lines": 0})
        sums["lines"] += row.get("lines", 1)
        for name in [name for name in names if _plain(row[name]) is not None]:
            sums[name] = sums.get(name, 0) + row[name]
    return found


def answered(kind: str, rows: list) -> dict[tuple, dict]:
    keys, names, found = len(KEYS[kind]), ["lines", *numbers_of(kind)], {}
    for row in rows:
        key = tuple(value.isoformat() if hasattr(value, "isoformat") else value for value in row[:keys])
        told = zip(names, row[keys:], strict=True)
        found[key] = {name: float(value) for name, value in told if value is not None}
    assert len(found) == len(rows)
    return found


def assert_same(found: dict[tuple, dict], wanted: dict[tuple, dict]) -> None:
    assert found.keys() == wanted.keys()
    for key, sums in wanted.items():
        assert found[key].keys() == sums.keys(), key
        assert all(math.isclose(found[key][name], value, rel_tol=1e-9) for name, value in sums.items()), key


def assert_numbers(store: Store, kind: str, rows: list) -> None:
    """An answer is what the lines in force add up to, and what the screens are made of."""
    found = answered(kind, rows)
    assert_same(found, added_up(kind, store.current(kind), numbers_of(kind)))
    assert sum(sums["lines"] for sums in found.values()) == store.count(kind)
    if kind in schemas.KINDS:
        fields = schemas.SUMMED[kind][1]
        screen = {
            key: {name: value for name, value in sums.items() if name in ("lines", *fields)}
            for key, sums in found.items()
        }
        assert_same(screen, added_up(kind, store.summed(kind), list(fields)))


@pytest.mark.parametrize("way", ["duckdb", "its own driver"])
def test_every_number_is_that_of_the_screen(attached, reader, way):
    dialect = "postgresql" if attached.database.is_server else "sqlite"
    for kind in VIEWS.values():
        if way == "duckdb":
            assert_numbers(attached, kind, reader.rows(question(kind, "duckdb", "kho.")))
        else:
            assert_numbers(attached, kind, plain_rows(attached, question(kind, dialect)))
        if way == "duckdb" and dialect == "sqlite":  # SQLite runs the view, and DuckDB adds up
            view = f"in_force_{kind}"
            told = question(kind, "duckdb").replace(view, f"sqlite_scan('{attached.database.file}', '{view}')")
            assert_numbers(attached, kind, reader.rows(told))
        (written,) = plain_rows(attached, f"SELECT count(*) FROM {kind}")[0]
        assert 0 < attached.count(kind) < written, kind


@examples(3, 30)
@given(st.lists(st.one_of(st.integers(0, 10**6), STEPS), min_size=1, max_size=4))
def test_numbers_are_those_of_the_screen_whatever_happens(reader, steps):
    with TemporaryDirectory() as folder:
        store = Store(folder + "/kho")
        for number, step in enumerate(steps):
            if isinstance(step, int):
                accept_random(store, (step, step % 20 + 1))
            else:
                for more, one in enumerate(step):
                    take(store, one, number * 10 + more)
        if not store.database.exists():
            return
        reader.attach(store.database.file)
        try:
            for kind in VIEWS.values():
                assert_numbers(store, kind, reader.rows(question(kind, "duckdb", "kho.")))
                assert_numbers(store, kind, plain_rows(store, question(kind, "sqlite")))
        finally:
            reader.detach()
            store.database.close()


# what the views are
def test_columns_are_those_of_the_tidy_frame_with_their_types(attached, reader):
    """DuckDB parses the text of each view of SQLite itself."""
    flag = "BOOLEAN" if attached.database.is_server else "BIGINT"
    assert set(VIEWS.values()) == set(schemas.COLUMNS)
    for view, kind in VIEWS.items():
        wanted = [(c.name, TYPES.get(c.dtype, flag)) for c in schemas.columns(kind)]
        wanted += [("upload_number", "BIGINT"), ("reading_no", "BIGINT"), ("file", "VARCHAR")]
        described = reader.rows(f"DESCRIBE kho.{view}")
        assert [(name, dtype) for name, dtype, *_ in described] == wanted, view


def test_file_is_the_one_of_the_upload(attached, reader):
    told = reader.rows("SELECT DISTINCT upload_number, file FROM kho.in_force_donations ORDER BY 1")
    assert told and all(file == attached.log.state().upload(number).file for number, file in told)


# nobody waits for anybody
@pytest.fixture
def one_thread(reader):
    """With several, DuckDB reads each table of an SQLite file over a connection of its own: no one state of all."""
    reader.rows("SET threads = 1")
    yield
    reader.rows("RESET threads")


@pytest.mark.usefixtures("one_thread")
def test_a_reader_does_not_lock_the_application(small, reader):
    count = "SELECT count(*) FROM kho.in_force_donations"
    reader.rows("BEGIN")
    try:
        before = reader.rows(count)
        accept(small, gifts(["Mới 1", "Mới 2", "Mới 3"]))
        small.undo(1, **WHO)
        assert reader.rows(count) == before == [[2]]  # one transaction sees one state
    finally:
        reader.rows("COMMIT")
    assert reader.rows(count) == [[small.count("donations")]] == [[3]]


def test_the_application_does_not_lock_a_reader(small, reader):
    count = "SELECT count(*) FROM kho.in_force_donations"
    before = reader.rows(count)
    with small.database.writing():
        assert reader.rows(count) == before


# what docs/cong-cu-ngoai.md says
def told_in_doc(beginning: str) -> str:
    """The one block of commands that begins so."""
    blocks = [block.split("\n", 1)[1] for block in DOC.split("```")[1::2]]
    (found,) = [block for block in blocks if block.startswith(beginning)]
    return found


def test_the_questions_of_the_document(attached, reader):
    money, goods, rice = (reader.rows(one) for one in told_in_doc("SELECT commune").split(";\n") if one.strip())
    gifts_summed, reports = attached.summed("donations"), attached.summed("weekly_reports")
    for column, field in ((1, "cash_vnd"), (2, "value_vnd")):
        assert sum(row[column] or 0 for row in money) == gifts_summed[field].sum() > 0
    assert sum(row[2] or 0 for row in goods) == gifts_summed["base_quantity"].sum() > 0
    weekly = reports[reports["indicator"].eq("rice_kg") & ~reports["is_urgent"].fillna(False)]
    assert sum(row[2] or 0 for row in rice) == weekly["value"].sum() > 0


def test_duckdb_is_told_what_the_document_tells(tmp_path, reader, postgres_address):
    for url in (tmp_path / "kho", postgres_address):
        accept(Store(url), gifts(["A", "B"]))
    live, address = Store(tmp_path / "kho").database, make_url(postgres_address)
    told = told_in_doc("INSTALL sqlite")
    for name, here in {
        "THƯ_MỤC/store.sqlite": str(back_up(live, tmp_path / "sao")[0]),
        "data/store/store.sqlite": str(live.file),
        "host=db.example.vn": f"host=127.0.0.1 port={address.port}",
        "dbname=cujut": f"dbname={address.database}",
        "user=xem_so_lieu": f"user={address.username}",
        "MẬT_KHẨU": _quoted(address.password),
        "INSTALL sqlite; LOAD sqlite;": f"LOAD '{extension('sqlite_scanner')}';",
        "INSTALL postgres; LOAD postgres;": f"LOAD '{extension('postgres_scanner')}';",
    }.items():
        assert name in told
        told = told.replace(name, here)
    answers = [reader.rows(statement) for statement in re.sub(" +-- .*", "", told).split(";\n") if statement.strip()]
    assert [answer for answer in answers if answer and answer != [[True]]].count([[2]]) == 3
    for name in ("kho", "may_chu"):
        reader.detach(name)


def _quoted(password: str) -> str:
    """In a connection string of libpq that itself stands in a text of SQL."""
    return password.replace("\\", "\\\\").replace("'", "\\'").replace("'", "''")


def test_the_reading_role_of_the_document_sees_the_views_alone(postgres_server, postgres_address, reader):
    store = Store(postgres_address)
    fill(store)
    database, told = make_url(postgres_address).database, told_in_doc("CREATE ROLE xem_so_lieu")
    for name, here in (("MẬT_KHẨU", "mot-mat-khau"), ("DATABASE cujut", f"DATABASE {database}")):
        assert name in told
        told = told.replace(name, here)
    try:
        postgres_server.run(told, database)
        url = make_url(postgres_address).set(username="xem_so_lieu", password="mot-mat-khau", drivername="postgresql")
        address = url.render_as_string(hide_password=False)
        reader.attach(address)
        for kind in VIEWS.values():
            assert_numbers(store, kind, reader.rows(question(kind, "duckdb", "kho.")))
        reader.detach()
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in ("SELECT 1 FROM donations", "SELECT 1 FROM originals", "SELECT 1 FROM events"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                connection.execute("CREATE TABLE mine (a int)")
            connection.execute("SET default_transaction_read_only = off")
            for statement in ("CREATE TABLE mine (a int)", "DELETE FROM group_states"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
            assert connection.execute("SELECT count(*) FROM in_force_donations").fetchone()[0]
    finally:
        role = sql.Identifier("xem_so_lieu")
        postgres_server.run(sql.SQL("drop owned by {}; drop role {}").format(role, role), database)
