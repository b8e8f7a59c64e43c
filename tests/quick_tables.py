"""The tables of a new store: by the migrations for the first one of a process, by the same statements for the others.

Alembic takes a sixth of a second for each of some two thousand stores. Whatever is no new store of this release, and
all of tests/test_migrations.py, goes by the migrations themselves, as does every process that a test starts.
"""

from sqlalchemy import Connection, event

from data.database import migrate

really_upgrade, FOLDER = migrate.upgrade, migrate.FOLDER
_statements: dict[str, list[tuple]] = {}  # dialect -> what the migrations did


def upgrade(connection: Connection) -> None:
    dialect = connection.dialect.name
    if migrate.FOLDER != FOLDER or migrate.state(connection) != "none":
        really_upgrade(connection)
    elif dialect in _statements:
        for statement, parameters in _statements[dialect]:
            connection.exec_driver_sql(statement, parameters)
    else:
        _statements[dialect] = _noted(connection)


def _noted(connection: Connection) -> list[tuple]:
    """What the migrations write."""
    statements = []

    def note(_connection, _cursor, statement, parameters, *_) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        really_upgrade(connection)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return statements
