"""Several processes that write to one store at once, and are killed with SIGKILL at any moment; over both databases.

What was acknowledged is there, whole, once; what was not is there whole or not at all; the chain is unbroken.
"""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from data import schemas
from data.access import Person
from data.database import tables
from data.records.inbox import Arrival
from data.summing import summed_lines
from data.upkeep.check import check_store
from data.uploads.lines import LineQuery, LineReader
from data.uploads.store import Store, StoreError
from data.uploads.sums import summed
from tests.amounts import amount
from tests.test_store_parts import MONDAY, NOW, accept, donors, gifts, report

WRITERS, KILLS, SECONDS = 3, amount(8, 40), 600
LINES = 3  # of each list
ASKED = 6  # questions, and uploads, of each of four
TOGETHER_SECONDS = float(os.environ.get("TOGETHER_SECONDS", amount(2, 6)))  # tests/nightly takes 60
ASLEEP = amount(10, 30)  # records that somebody sleeps through
BEATEN = ("already_undone", "already_in_force", "same_content_in_force", "upload_unknown")
# a process that has imported everything makes each writer: one is there in a few milliseconds, and knows nothing of us
FORKS = multiprocessing.get_context("forkserver")
# found from the folder in which the tests are started: Python 3.11 gives it no other path
FORKS.set_forkserver_preload(["tests.test_store_kill"])


def parts_of(name: str, count: int) -> list:
    week = MONDAY + timedelta(weeks=count)
    lines = gifts([f"{name} {count} {line}" for line in range(LINES)], waits=1)
    return [lines, report({"donors": LINES}, week=week, commune=name, said=f"{name} {count}")]


@dataclass
class Writer:
    """A process that writes to the store; what it says goes to a file, so that no word is lost when it is killed."""

    name: str
    process: multiprocessing.Process
    said: Path

    def wait_ready(self) -> None:
        until = time.monotonic() + SECONDS
        while "ready" not in self.said.read_text():
            assert self.process.is_alive() and time.monotonic() < until, "the writer did not start"
            time.sleep(0.01)

    def end(self, sign: int) -> None:
        os.kill(self.process.pid, sign)
        self.process.join()

    def words(self) -> list[tuple[str, int, str]]:
        """(act, number, …) of each whole line after "ready"."""
        lines = self.said.read_text().split("\n")[1:-1]
        return [(act, int(number), rest) for act, number, rest in (line.split() for line in lines)]


def say(said: str, *words: object) -> None:
    """One line, in one write, to whatever happens next."""
    with open(said, "a") as file:
        file.write(" ".join(map(str, words)) + "\n")


def write_until_killed(url: str, name: str, said: str) -> None:
    """Accept what came through the inbox, undo every third, ask a question, and say what was acknowledged."""
    store, who = Store(url), {"who": Person(name, "editor"), "now": NOW}
    say(said, "ready")
    for count in range(10_000):
        arrival = Arrival(key=f"{name} {count}", road="upload", file="a.xlsx", received_at=NOW, content=name.encode())
        (item,) = store.inbox.arrive([arrival], **who)
        say(said, "arrived", item, count)
        receipt = accept(store, *parts_of(name, count), item=item, who=who["who"])
        say(said, "accepted", receipt.number, count)
        if count % 3 == 2:
            store.undo(receipt.number, **who)
            say(said, "undone", receipt.number, count)
        number = store.questions.ask("stock", name, commune=None, shown=count, **who)
        say(said, "asked", number, count)


def accept_when_told(url: str, name: str, said: str) -> None:
    """One of several who accept the same file in the same moment."""
    store = Store(url)
    wait_for_others(said)
    receipt = accept(store, *parts_of("same", 0), content="same", who=Person(name, "editor"))
    say(said, "accepted", receipt.number, f"{receipt.already},{receipt.who}")


def ask_when_told(url: str, name: str, said: str) -> None:
    """One of several who write into the same journals in the same moment."""
    store = Store(url)
    wait_for_others(said)
    for count in range(ASKED):
        number = store.questions.ask("stock", name, commune=None, shown=count, who=Person(name, "editor"), now=NOW)
        say(said, "asked", number, count)
        accept(store, gifts([f"{name} {count}"]))


def do_everything(url: str, name: str, said: str) -> None:
    """Accept, undo, restore, clear, ask and look, as fast as it goes; whatever is seen must agree with itself."""
    store, chance, who = Store(url), random.Random(name), {"who": Person(name, "editor"), "now": NOW}
    wait_for_others(said)
    until, count = time.monotonic() + TOGETHER_SECONDS, 0
    while time.monotonic() < until or count < 3:  # on a busy machine too something is done
        count += 1
        act = chance.choice(("accept", "accept", "again", "undo", "restore", "demo", "clear", "look", "ask"))
        try:
            if act in ("accept", "demo"):
                accept(store, *parts_of(name, count), is_demo=act == "demo", who=who["who"])
            elif act == "again":
                accept(store, gifts([f"chung {chance.randrange(5)}" for _ in range(LINES)]), content=f"{name} {count}")
            elif act == "clear":
                store.clear_demo(**who)
            elif act == "ask":
                store.questions.ask("stock", name, commune=None, shown=count, **who)
            elif act == "look":
                assert_agrees(store)
            elif store.version():
                getattr(store, act)(chance.randint(1, max(store.log.known().uploads, default=1)), **who)
        except StoreError as error:  # the other one was faster
            assert error.code in BEATEN, error
        say(said, act, count, "-")


def assert_agrees(store: Store) -> None:
    """The summed lines and the lines after one event, whatever is written meanwhile."""
    event_no = store.version()
    if not event_no:
        return
    with store.database.reading() as connection:
        reader = LineReader(connection, event_no, is_server=store.database.is_server)
        for kind, field in (("donations", "base_quantity"), ("weekly_reports", "value")):
            small = summed(connection, kind, event_no)
            assert reader.count(LineQuery(kind, field=field)) == (
                int(small["lines"].sum()),
                pytest.approx(small[field].sum()) if len(small) else None,
            )


def wait_for_others(said: str) -> None:
    """Until the file "go" is there, beside what this one says."""
    say(said, "ready")
    while not Path(said).with_name("go").exists():
        time.sleep(0.002)


def start(act, url: str, folder: Path, name: str) -> Writer:
    said = folder / f"{name}.txt"
    said.touch()
    process = FORKS.Process(target=act, args=(url, name, str(said)), daemon=True)
    process.start()
    return Writer(name, process, said)


def at_once(act, url: str, folder: Path, count: int = 4) -> list[Writer]:
    """Several who begin in the same moment, after all are ready; all have ended well."""
    writers = [start(act, url, folder, f"w{number}") for number in range(count)]
    for writer in writers:
        writer.wait_ready()
    (folder / "go").touch()
    for writer in writers:
        writer.process.join(SECONDS)
        assert writer.process.exitcode == 0, writer.said.read_text()[-300:]
    return writers


def kill_writers(url: str, folder: Path, kills: int) -> list[tuple[str, str, int, int]]:
    """Keep some writers running, kill one after the other at any moment; (name, act, number, count) of each word."""
    chance, started, running = random.Random(26), [], []
    until = time.monotonic() + SECONDS * max(1, kills / KILLS)
    for kill in range(kills):
        while len(running) < WRITERS:
            started.append(start(write_until_killed, url, folder, f"w{len(started)}"))
            running.append(started[-1])
        writer = running.pop(0)
        writer.wait_ready()
        # on a busy machine too there is something to lose: one more upload for every two kills, whoever made it
        while sum(act == "accepted" for one in started for act, _, _ in one.words()) * 2 < kill:
            assert time.monotonic() < until, f"only {kill} kills"
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.25))
        writer.end(signal.SIGKILL)
    for writer in running:
        writer.end(signal.SIGKILL)
    return [(one.name, act, number, int(count)) for one in started for act, number, count in one.words()]


def check_after_kills(url: str, words: list[tuple[str, str, int, int]]) -> None:
    """Nothing that was acknowledged is lost, nothing is half there, nothing is there twice."""
    store = Store(url)
    found = check_store(store.database)
    assert found.is_whole, found
    uploads = store.log.state().uploads
    told = {act: {(n, number, count) for n, a, number, count in words if a == act} for act in ("accepted", "undone")}
    assert len({number for _, number, _ in told["accepted"]}) == len(told["accepted"]) > 0
    of_lists = Counter(line.rsplit(" ", 1)[0] for line in all_donors(store))
    for name, number, count in told["accepted"]:
        assert uploads[number].who == name and of_lists[f"{name} {count}"] == LINES
    assert set(of_lists.values()) == {LINES}
    assert len(of_lists) == len(uploads) >= len(told["accepted"])
    for _, number, _ in told["undone"]:
        assert number not in store.log.state().in_force
    in_force = len(store.log.state().in_force)
    assert len(donors(store)) == LINES * in_force and len(store.waiting()) == in_force
    assert int(store.summed("donations")["lines"].sum()) == LINES * in_force
    items, questions = store.items(), store.questions.all()
    assert {number for _, act, number, _ in words if act == "arrived"} <= set(items)
    assert {number for _, act, number, _ in words if act == "asked"} <= set(questions)
    accepted = {item.number for item in items.values() if item.status == "accepted"}
    assert len(accepted) == in_force


def all_donors(store: Store) -> list[str]:
    """Of every list, in force or not."""
    return [row.donor_name for row in store.database.rows(select(tables.lines["donations"].c.donor_name))]


def test_killed_at_any_moment_nothing_is_lost_or_half_there(store_address, tmp_path):
    check_after_kills(store_address, kill_writers(store_address, tmp_path, KILLS))


def test_four_who_write_at_once_give_no_number_twice(store_address, tmp_path):
    writers = at_once(ask_when_told, store_address, tmp_path)
    numbers = [number for writer in writers for act, number, _ in writer.words() if act == "asked"]
    assert sorted(numbers) == list(range(1, 4 * ASKED + 1))
    found = check_store(Store(store_address).database)
    assert found.is_whole and found.uploads == 4 * ASKED
    assert {chain.records for chain in found.chains.values()} == {4 * ASKED}


def test_four_accept_the_same_file_at_once_and_it_counts_once(store_address, tmp_path):
    writers = at_once(accept_when_told, store_address, tmp_path)
    answers = sorted(rest for writer in writers for _, _, rest in writer.words())
    (first,) = {answer.partition(",")[2] for answer in answers}  # the others are told by whom it was accepted
    assert answers == [f"1,{first}"] * 3 + [f"None,{first}"]
    store = Store(store_address)
    assert store.version() == 1 and len(store.current("donations")) == LINES
    assert len(store.current("weekly_reports")) == len(store.waiting()) == 1


def test_two_who_do_everything_at_once(store_address, tmp_path):
    writers = at_once(do_everything, store_address, tmp_path, count=2)
    assert all(len(writer.words()) > 1 for writer in writers)
    store = Store(store_address)
    assert check_store(store.database).is_whole
    for kind in ("donations", "weekly_reports"):
        keys, fields = schemas.SUMMED[kind]
        made = summed_lines(kind, store.current(kind))
        for name in (*fields, "lines"):
            total = store.summed(kind)[name].astype("Float64").sum()
            assert total == pytest.approx(made[name].astype("Float64").sum())


@pytest.mark.parametrize("is_stopped", [False, True], ids=["idle", "stopped"])
def test_a_process_that_slept_through_many_records(store_address, tmp_path, is_stopped):
    """A laptop that was closed: what it writes next stands after what others wrote, and it sees what they wrote."""
    sleeper = start(ask_when_told, store_address, tmp_path, "ngủ")
    sleeper.wait_ready()
    if is_stopped:
        os.kill(sleeper.process.pid, signal.SIGSTOP)
    store = Store(store_address)
    for count in range(ASLEEP):
        accept(store, gifts([f"thức {count}"]))
        store.questions.ask("stock", "thức", commune=None, shown=count, who=Person("thức", "editor"), now=NOW)
    (tmp_path / "go").touch()
    if is_stopped:
        os.kill(sleeper.process.pid, signal.SIGCONT)
    sleeper.process.join(SECONDS)
    assert sleeper.process.exitcode == 0
    asked = [number for act, number, _ in sleeper.words() if act == "asked"]
    assert asked == list(range(ASLEEP + 1, ASLEEP + 1 + ASKED))
    assert len(donors(store)) == ASLEEP + ASKED and check_store(store.database).is_whole
