"""Reading in a process of its own: the same outcome, and a file that ends its reader ends nothing else."""

import os
import pickle
from datetime import date

import pytest

from loaders import Source, child, read
from loaders.child import Reader, Stopped, read_safely
from loaders.problems import SourceUnreadable, Where
from tests import hostile
from tests.fixtures import golden
from tests.test_arrivals import gifts

AS_OF = date(2021, 9, 15)
BOOK = gifts()


@pytest.fixture
def reader(monkeypatch):
    own = Reader()
    monkeypatch.setattr(child, "READER", own)
    yield own
    own.stop()


def same(first, second) -> bool:
    return pickle.dumps(described(first)) == pickle.dumps(described(second))


def described(outcome):
    frames = [(r.kind, r.file, r.sheet, r.problems, r.frame.to_csv(), r.waiting.to_csv()) for r in outcome.readings]
    return frames, [(e.code, e.where, e.found) for e in outcome.unread], outcome.marked


@pytest.mark.parametrize("name", ["bundle.zip", "donations.xls", "donations.ods"])
def test_the_child_reads_as_we_do(reader, name):
    content = (golden.FOLDER / name).read_bytes()
    assert same(read_safely(Source(name, content), as_of=AS_OF), read(Source(name, content), as_of=AS_OF))


def test_one_child_reads_file_after_file(reader):
    for _ in range(3):
        assert read_safely(Source("a.xlsx", BOOK), as_of=AS_OF).readings
    first = reader.child.pid
    read_safely(Source("b.xlsx", b"PK\x03\x04"), as_of=AS_OF)
    assert reader.child.pid == first


def test_decisions_are_asked_of_the_parent(reader):
    asked = []
    source = Source("a.xlsx", BOOK)
    read_safely(source, as_of=AS_OF, decisions=lambda fingerprint: asked.append(fingerprint))
    assert asked == [read(source, as_of=AS_OF).readings[0].fingerprint]


class Deadly:
    """Ends the process that unpacks it, as a crash of a library does."""

    def __reduce__(self):
        return os._exit, (3,)


def test_a_child_that_was_ended_while_it_waited_is_no_fault_of_the_next_file(reader):
    read_safely(Source("a.xlsx", BOOK), as_of=AS_OF)
    reader.child.kill()
    reader.child.wait()
    reader.child.poll = lambda: None  # it ended just after it was looked at
    assert read_safely(Source("a.xlsx", BOOK), as_of=AS_OF).readings


def test_a_child_that_dies_names_its_file_and_the_next_is_read(reader):
    other = hostile.xlsx_of([["x"]])
    outcome = read_safely(Source("hong.xlsx", other), as_of=AS_OF, answers=Deadly())
    assert [(e.code, e.where.file) for e in outcome.unread] == [("reader_stopped", "hong.xlsx")]
    assert read_safely(Source("a.xlsx", BOOK), as_of=AS_OF).readings
    calm = reader.child.pid
    assert read_safely(Source("lai.xlsx", other), as_of=AS_OF).unread[0].code == "reader_stopped"  # set aside
    assert reader.child.pid == calm


def test_a_file_that_takes_too_long_is_stopped(monkeypatch):
    own = Reader()
    own.read(Source("a.xlsx", BOOK), AS_OF, None, {}, False)
    own.most_seconds = 0.05
    slow = hostile.xlsx_of([[n, "Ông Mẫu", 1000] for n in range(20_000)])
    with pytest.raises(Stopped):
        own.read(Source("cham.xlsx", slow), AS_OF, None, {}, False)
    own.most_seconds = 60
    assert own.read(Source("a.xlsx", BOOK), AS_OF, None, {}, False)[0].readings
    own.stop()


def test_a_file_that_needs_too_much_memory_is_stopped(monkeypatch):
    own = Reader(most_bytes=60 * 1024 * 1024)
    wide = hostile.csv_of([["x" * 30_000] * 100] * 30)
    with pytest.raises(Stopped):
        own.read(Source("lon.csv", wide), AS_OF, None, {}, False)
    own.stop()


def test_a_fault_of_ours_is_raised_here(reader):
    with pytest.raises(AttributeError):
        read_safely(Source("a.xlsx", BOOK), as_of=AS_OF, answers=5)


def test_without_a_child_the_file_is_read_here(reader, monkeypatch):
    monkeypatch.setattr("loaders.child.sys.executable", "/không/có/python")
    assert read_safely(Source("a.xlsx", BOOK), as_of=AS_OF).readings


def test_errors_come_through_a_pipe_whole():
    error = pickle.loads(pickle.dumps(SourceUnreadable("too_large", Where("a", "b", "C3"), "9 MB")))
    assert (type(error), error.code, error.where, error.found) == (
        SourceUnreadable,
        "too_large",
        Where("a", "b", "C3"),
        "9 MB",
    )
