"""The schema over the releases: equal to the tables, brought forwards as a whole, a newer one refused."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from psycopg import sql
from sqlalchemy import inspect, make_url, text

from data.database import migrate, tables
from data.upkeep.check import check_store
from data.uploads.store import Store, StoreError
from tests import quick_tables
from tests.test_store_parts import NOW, accept, donors, gifts, report, values

# a column more, a table more, and another type of a column that a view shows
NEXT = '''
"""A release that is not there yet."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade():
    op.add_column("donations", sa.Column("thanked", sa.Boolean))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("uploads", "file", type_=sa.String(500))
    op.create_table("thanks", sa.Column("id", sa.Integer, primary_key=True))
'''
FAILS = "    raise ValueError('in the middle')\n"
BY_HAND = ("_newest", "_search")  # indexes that the tables do not tell, and the tables of words of SQLite


def is_by_hand(name: str) -> bool:
    return name.endswith(BY_HAND) or "_search_" in name


def filled(address: str) -> Store:
    store = Store(address)
    accept(store, gifts(["A", "B"], waits=1), report({"donors": 3}, said="x"))
    return store


@pytest.fixture(autouse=True)
def real_migrations(monkeypatch):
    monkeypatch.setattr(migrate, "upgrade", quick_tables.really_upgrade)


def test_other_tests_have_the_same_tables(tmp_path, monkeypatch):
    """Those that were made by the migrations, and by their statements again."""
    schemas = []
    for number, way in enumerate((quick_tables.really_upgrade, quick_tables.upgrade, quick_tables.upgrade)):
        monkeypatch.setattr(migrate, "upgrade", way)
        store = filled(str(tmp_path / str(number)))
        with store.database.reading() as connection:
            schemas.append(sorted(map(str, connection.execute(text("SELECT type, name, sql FROM sqlite_master")))))
    assert schemas[0] == schemas[1] == schemas[2] and len(schemas[0]) > 50


@pytest.fixture
def release(monkeypatch, tmp_path):
    """release(text): from now on this is the newest migration; None: the real ones again."""
    real = migrate.FOLDER

    def release(migration: str | None) -> None:
        folder = tmp_path / "migrations"
        shutil.rmtree(folder, ignore_errors=True)
        if migration is not None:
            shutil.copytree(real, folder, ignore=shutil.ignore_patterns("__pycache__"))
            (folder / "versions" / "0002_next.py").write_text(migration, "utf-8")
        monkeypatch.setattr(migrate, "FOLDER", real if migration is None else folder)

    return release


def revision(store: Store) -> str:
    with store.database.reading() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def test_the_migrations_make_the_tables(store_address):
    store, by_hand = filled(store_address), []

    def is_compared(_thing, name, kind, is_there, _other) -> bool:
        if kind in ("table", "index") and is_there and is_by_hand(name):
            by_hand.append(name)
            return False
        return True

    with store.database.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_compared, "compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, tables.metadata) == []
        assert set(inspect(connection).get_view_names()) == {*tables.VIEWS, "groups_in_force"}
    newest = {f"{kind}_newest" for kind in ("donations", "purchases", "distributions", "frontline_support")}
    searched = {f"{name}_search" for name in (*tables.SEARCHED, "uploads")}
    assert {name for name in by_hand if name.endswith(BY_HAND)} == newest | searched


def test_an_older_store_is_brought_forwards(store_address, release):
    store = filled(store_address)
    seen, head = (donors(store), values(store)), store.log.head()
    store.database.close()
    release(NEXT)
    newer = Store(store_address)
    assert (donors(newer), values(newer), newer.log.head()) == (*seen, head)
    assert revision(newer) == "0002" and check_store(newer.database).is_whole
    with newer.database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM in_force_donations")) == 2
        assert connection.execute(text("SELECT thanked FROM donations")).all() == [(None,), (None,)]
        assert "thanks" in inspect(connection).get_table_names()
    accept(newer, gifts(["C"]))
    assert donors(Store(store_address)) == ["A", "B", "C"]


def test_several_who_start_at_once_bring_it_forwards_once(store_address, release):
    filled(store_address).database.close()
    release(NEXT)
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda _: donors(Store(store_address)), range(3))) == [["A", "B"]] * 3
    assert revision(Store(store_address)) == "0002"


def test_a_migration_that_fails_leaves_the_store_as_it_was(store_address, release):
    store = filled(store_address)
    store.database.close()
    release(NEXT + FAILS)
    with pytest.raises(ValueError, match="in the middle"):
        Store(store_address)
    release(None)
    again = Store(store_address)
    assert revision(again) == "0001" and donors(again) == ["A", "B"] and check_store(again.database).is_whole
    with again.database.reading() as connection:
        assert "thanks" not in inspect(connection).get_table_names()
        assert "thanked" not in {column["name"] for column in inspect(connection).get_columns("donations")}
        assert connection.scalar(text("SELECT count(*) FROM in_force_donations")) == 2
    accept(again, gifts(["C"]))


def test_a_newer_store_is_refused_and_not_touched(store_address, release):
    filled(store_address).database.close()
    release(NEXT)
    newer = Store(store_address)
    head = newer.log.head()
    newer.database.close()
    release(None)
    for _ in range(2):
        with pytest.raises(StoreError) as refused:
            Store(store_address)
        assert refused.value.code == "store_newer"
    release(NEXT)
    assert Store(store_address).log.head() == head


def test_who_may_read_the_views_may_read_them_after_an_upgrade(postgres_server, postgres_address, release):
    store, database = filled(postgres_address), make_url(postgres_address).database
    store.database.close()
    role = sql.Identifier('Phòng "Tài chính" 100%')
    run = postgres_server.run
    run(sql.SQL("create role {} login password 'x'").format(role))
    try:
        run(sql.SQL("grant select on in_force_donations, uploads to {}").format(role), database)
        run("grant select on in_force_targets to public", database)
        release(NEXT)
        accept(Store(postgres_address), gifts(["C"]), at=NOW)
        url = make_url(postgres_address).set(drivername="postgresql")
        with psycopg.connect(
            host=url.host, port=url.port, dbname=database, user='Phòng "Tài chính" 100%', password="x", autocommit=True
        ) as connection:
            assert connection.execute("select count(*) from in_force_donations").fetchone() == (3,)
            assert connection.execute("select count(*) from in_force_targets").fetchone() == (0,)
            for name in ("in_force_purchases", "donations"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"select 1 from {name}")
    finally:
        run(sql.SQL("drop owned by {}; drop role {}").format(role, role), database)
