"""Spark over JDBC sees the numbers of the screen, of every view, on SQLite and on PostgreSQL."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import make_url

from data import schemas
from data.database.tables import VIEWS
from data.uploads.store import Store
from tests.test_outside_tools import assert_numbers, fill, question, told_in_doc

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = ROOT / ".venv-spark" / "bin" / "python"
TYPES = {
    schemas.TEXT: "string",
    schemas.WHOLE: "bigint",
    schemas.NUMBER: "double",
    schemas.DATE: "date",
    schemas.FLAG: "boolean",
}


class SparkReader:
    """A Spark of its own; what it is asked, and AssertionError with what it says is wrong."""

    def __init__(self) -> None:
        assert PYTHON.exists(), "python3 start.py test --nightly installs Spark"
        command, pipe = [PYTHON, Path(__file__).with_name("spark_reader.py")], subprocess.PIPE
        env = os.environ | {"PYTHONUTF8": "1", "TZ": "Asia/Ho_Chi_Minh"}
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8", env=env)

    def ask(self, **asked) -> list:
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, f"Spark has ended: {self._process.wait(timeout=60)}"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["rows"]

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def spark():
    reader = SparkReader()
    yield reader
    reader.stop()


def types_of(store: Store, kind: str) -> list[list[str]]:
    """The columns of a view and their types; to Spark whole numbers of SQLite are decimals without a fraction."""
    whole = "bigint" if store.database.is_server else "decimal(20,0)"
    told = [[column.name, TYPES[column.dtype]] for column in schemas.columns(kind)]
    told += [["upload_number", "bigint"], ["reading_no", "bigint"], ["file", "string"]]
    return [[name, whole if dtype == "bigint" else dtype] for name, dtype in told]


def options_of(store: Store, kind: str) -> dict[str, str]:
    """As docs/cong-cu-ngoai.md tells: over SQLite the types of days and of flags are told."""
    if store.database.is_server:
        url = make_url(store.url)
        place = {"url": f"jdbc:postgresql://{url.host}:{url.port}/{url.database}"}
        return place | {"user": url.username, "password": url.password, "dbtable": f"in_force_{kind}"}
    told = {schemas.DATE: "STRING", schemas.FLAG: "BOOLEAN"}
    columns = [f"{column.name} {told[column.dtype]}" for column in schemas.columns(kind) if column.dtype in told]
    options = {"url": f"jdbc:sqlite:{store.database.file}", "dbtable": f"in_force_{kind}"}
    return options | ({"customSchema": ", ".join(columns)} if columns else {})


def test_every_number_is_that_of_the_screen(store_address, spark):
    store = Store(store_address)
    fill(store)
    for view, kind in VIEWS.items():
        dates = [column.name for column in schemas.columns(kind) if column.dtype == schemas.DATE]
        types = spark.ask(read=view, options=options_of(store, kind), dates=dates)
        assert types == types_of(store, kind), view
        assert store.count(kind)
        assert_numbers(store, kind, spark.ask(sql=question(kind, "duckdb").replace('"', "`")))


def test_spark_is_told_what_the_document_tells(tmp_path, postgres_address, spark):
    stores = [Store(postgres_address), Store(tmp_path / "kho")]
    for store in stores:
        fill(store)
    url, told = make_url(postgres_address), told_in_doc("reader = spark")
    for name, here in {
        "db.example.vn/cujut": f"{url.host}:{url.port}/{url.database}",
        "xem_so_lieu": url.username,
        '"MẬT_KHẨU"': repr(url.password),
        "data/store/store.sqlite": str(stores[1].database.file),
    }.items():
        assert name in told
        told = told.replace(name, here)
    answers = spark.ask(python=told.split("\n\n"))
    assert answers == [[store.count("donations"), types_of(store, "donations")] for store in stores]
