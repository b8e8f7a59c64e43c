"""DuckDB as an outside tool: a process of its own that reads a store with DuckDB's own readers, as it is asked.

Never in the process of the application: DuckDB brings an SQLite of its own, and two of them in one process lose each
other's locks on a file; the tests died of it, with a bus error. Run as a script, this file is that process.
"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READERS = ("sqlite_scanner", "postgres_scanner")


class OutsideReader:
    """A DuckDB; `attach` a store, `rows` of a question, JSON's own types with days as text; AssertionError on error."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.outside_reader"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, encoding="utf-8")

    def rows(self, sql: str) -> list[list]:
        print(json.dumps(sql), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, f"DuckDB has ended: {self._process.wait(timeout=20)}"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["rows"]

    def attach(self, place: str | Path, name: str = "kho") -> None:
        """A file of SQLite, or the address of a PostgreSQL database."""
        kind = "postgres" if "://" in str(place) else "sqlite"
        told = str(place).replace("+psycopg", "").replace("'", "''")
        self.rows(f"ATTACH '{told}' AS {name} (TYPE {kind}, READ_ONLY)")

    def detach(self, name: str = "kho") -> None:
        self.rows(f"DETACH {name}")

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()


def extension(name: str) -> Path:
    """The file of an extension: of a package, for `INSTALL` would fetch it from the internet."""
    import duckdb

    (package,) = importlib.util.find_spec(f"duckdb_extension_{name}").submodule_search_locations
    return Path(package) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"


def answer_questions() -> None:
    import duckdb

    told = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    connection = duckdb.connect(config=told)
    for name in READERS:
        connection.execute(f"LOAD '{extension(name)}'")
    for line in sys.stdin:
        try:
            answer = {"rows": connection.execute(json.loads(line)).fetchall()}
        except duckdb.Error as error:
            answer = {"error": str(error)}
        print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8")
    answer_questions()
