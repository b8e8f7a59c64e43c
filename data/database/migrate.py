"""The schema over the releases: made by Alembic, forwards only; a newer store under older code is refused in words."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Select, text
from sqlalchemy.dialects import postgresql, sqlite

from data.database import tables

FOLDER = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def state(connection: Connection) -> str:
    """ "none" where there are no tables, "older" or "newer" where another release made them, "ready" else."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        return "none"
    scripts = ScriptDirectory.from_config(_config())
    if found == scripts.get_current_head():
        return "ready"
    return "older" if found in {script.revision for script in scripts.walk_revisions()} else "newer"


def upgrade(connection: Connection) -> None:
    """Bring the schema to this release, inside the transaction of the caller; the views anew, for who may read them."""
    readers = _readers(connection)
    for name in reversed(_views()):  # before the tables change, which they would stand in the way of
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
    command.upgrade(_config(connection), "head")
    _make_views(connection)
    for name, reader in readers:
        who = reader if reader == "PUBLIC" else connection.dialect.identifier_preparer.quote(reader)
        connection.exec_driver_sql(f"GRANT SELECT ON {name} TO {who}")  # quoted, and its % doubled, for the driver


def _views() -> dict[str, Select]:
    return {"groups_in_force": tables.in_force()} | {name: tables.view_of(kind) for name, kind in tables.VIEWS.items()}


def _readers(connection: Connection) -> list[tuple[str, str]]:
    """(view, role): who may read the views beside their owner, on PostgreSQL."""
    if connection.dialect.name != "postgresql":
        return []
    told = "SELECT table_name, grantee FROM information_schema.table_privileges"
    told += " WHERE table_schema = current_schema() AND privilege_type = 'SELECT' AND grantee <> current_user"
    return [(name, reader) for name, reader in connection.execute(text(told)) if name in _views()]


def _make_views(connection: Connection) -> None:
    dialect = postgresql.dialect() if connection.dialect.name == "postgresql" else sqlite.dialect()
    for name, statement in _views().items():
        sql = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {sql}".replace("%%", "%"))
