"""The store under kill -9, with several processes that write at once; run as a script, this file is one such writer."""

import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import data.journal
import data.store_rows
from data.access import Person
from data.store import Store
from data.store_check import check_store
from tests.test_store_parts import MONDAY, NOW, accept, gifts, report

ROOT = Path(__file__).resolve().parent.parent
WRITERS, KILLS, SECONDS = 3, 14, 120
LINES = 3  # of each list
ASKED = 6  # questions, and uploads, of each of four


def parts_of(name: str, count: int) -> list:
    lines = gifts([f"{name} {count} {line}" for line in range(LINES)], waits=1)
    return [
        lines,
        report({"donors": LINES}, week=MONDAY + timedelta(weeks=count), commune=name, said=f"{name} {count}"),
    ]


def write_until_killed(folder: str, name: str) -> None:
    """Accept one upload after the other, undo every fifth, and say what was acknowledged."""
    data.journal.TIDY_EVERY, data.store_rows.MANY_FILES = 4, 6  # housekeeping is killed as well
    store = Store(folder)
    print("ready", flush=True)
    for count in range(10_000):
        receipt = accept(store, *parts_of(name, count))
        print("accepted", receipt.number, count, flush=True)
        if count % 5 == 4:
            store.undo(receipt.number, who=Person(name, "editor"), now=store.history()["time"].iloc[-1].to_pydatetime())
            print("undone", receipt.number, count, flush=True)


def accept_when_told(folder: str, name: str) -> None:
    """One of several who accept the same file in the same moment."""
    store = Store(folder)
    print("ready", flush=True)
    sys.stdin.readline()
    receipt = accept(store, *parts_of("same", 0), content="same", who=Person(name, "editor"))
    print("accepted", receipt.number, receipt.already, flush=True)


def ask_when_told(folder: str, name: str) -> None:
    """One of several who write into the same journals in the same moment."""
    store = Store(folder)
    print("ready", flush=True)
    sys.stdin.readline()
    for count in range(ASKED):
        number = store.questions.ask("stock", name, commune=None, shown=count, who=Person(name, "editor"), now=NOW)
        print("asked", number, count, flush=True)
        accept(store, gifts([f"{name} {count}"]))


@dataclass
class Writer:
    """A process that writes to the store; what it says goes to a file, so that no word is lost when it is killed."""

    name: str
    process: subprocess.Popen
    said: Path

    def wait_ready(self) -> None:
        until = time.monotonic() + SECONDS
        while not self.said.read_text().startswith("ready\n"):
            assert self.process.poll() is None and time.monotonic() < until, "the writer did not start"
            time.sleep(0.02)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def words(self) -> list[tuple[str, int, str]]:
        """(act, number, …) of each whole line after "ready"."""
        lines = self.said.read_text().split("\n")[1:-1]
        return [(act, int(number), rest) for act, number, rest in (line.split() for line in lines)]


def start(act: str, folder: Path, name: str) -> Writer:
    said = folder.with_name(f"{name}.txt")
    command = [sys.executable, "-m", "tests.test_store_kill", act, str(folder), name]
    with open(said, "w") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=output, text=True)
    return Writer(name, process, said)


def kill_writers(folder: Path) -> list[tuple[str, str, int, int]]:
    """Keep some writers running, kill one after the other at any moment; (name, act, number, count) of each word."""
    chance, started, running = random.Random(26), [], []
    until = time.monotonic() + SECONDS
    for kill in range(KILLS):
        while len(running) < WRITERS:
            started.append(start("write", folder, f"w{len(started)}"))
            running.append(started[-1])
        writer = running.pop(0)
        writer.wait_ready()
        # on a busy machine too there is something to lose: one more upload a kill, whoever made it
        while sum(act == "accepted" for one in started for act, _, _ in one.words()) <= kill + 1:
            assert time.monotonic() < until, f"only {kill} kills"
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, 1.2))
        writer.kill()
        assert time.monotonic() < until, f"only {kill + 1} kills"
    for writer in running:
        writer.kill()
    return [(writer.name, act, number, int(count)) for writer in started for act, number, count in writer.words()]


def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_half_is_seen(tmp_path):
    said = kill_writers(tmp_path / "kho")
    accepted = {number: (name, count) for name, act, number, count in said if act == "accepted"}
    assert len(accepted) == sum(act == "accepted" for _, act, _, _ in said)  # no number was given twice
    assert len(accepted) > KILLS

    store = Store(tmp_path / "kho")
    history = store.history()
    uploads = history[history["act"] == "accept"].set_index("number")
    assert uploads.index.tolist() == list(range(1, len(uploads) + 1))
    assert set(accepted) <= set(uploads.index)
    assert len(uploads) - len(accepted) <= KILLS + WRITERS  # at most the one that was under way
    in_force = set(uploads.index[uploads["is_in_force"]])
    undone = {number for _, act, number, _ in said if act == "undone"}
    assert set(accepted) - in_force >= undone and undone.isdisjoint(in_force)

    rows = store.current("donations")
    assert set(rows["upload_number"]) == in_force
    assert (rows.groupby("upload_number").size() == LINES).all()
    for number in set(accepted) & in_force:
        name, count = accepted[number]
        mine = rows[rows["upload_number"] == number]["donor_name"].tolist()
        assert mine == [f"{name} {count} {line}" for line in range(LINES)]
    for kind in ("weekly_reports", "waiting", "remarks"):
        frame = store.current(kind)
        assert sorted(set(frame["upload_number"])) == sorted(in_force)
    assert all(store.original(number)[1] for number in uploads.index)
    assert check_store(store.place).is_whole
    # and work goes on
    assert accept(store, *parts_of("after", 0)).number == len(uploads) + 1
    assert check_store(store.place).is_whole


def four_at_once(act: str, folder: Path) -> list[Writer]:
    writers = [start(act, folder, f"w{number}") for number in range(4)]
    for writer in writers:
        writer.wait_ready()
    for writer in writers:
        writer.process.stdin.write("now\n")
        writer.process.stdin.flush()
    for writer in writers:
        writer.process.communicate(timeout=2 * SECONDS)
    return writers


def one_of_each(folder: Path) -> Store:
    store = Store(folder)
    accept(store, gifts(["first"]))
    store.questions.ask("stock", "first", commune=None, shown=None, who=Person("first", "editor"), now=NOW)
    return store


def test_four_who_write_at_once_make_one_unbroken_chain(tmp_path):
    store = one_of_each(tmp_path / "kho")
    check_four_write(store, sealed_from=1)


def test_four_who_write_at_once_into_a_store_before_the_hashes(tmp_path):
    from tests.test_chain import as_old  # the writers, who run this file, start faster without it

    store = one_of_each(tmp_path / "kho")
    as_old(store)
    check_four_write(store, sealed_from=2)


def check_four_write(store: Store, sealed_from: int) -> None:
    writers = four_at_once("asks", Path(store.url))
    numbers = [number for writer in writers for _, number, _ in writer.words()]
    assert sorted(numbers) == list(range(2, 4 * ASKED + 2))
    found = check_store(store.place)
    assert found.is_whole and found.uploads == 4 * ASKED + 1
    assert {of_one.records for of_one in found.chains.values()} == {4 * ASKED + 1}
    assert {of_one.sealed_from for of_one in found.chains.values()} == {sealed_from}


def test_four_accept_the_same_file_at_once_and_it_counts_once(tmp_path):
    writers = four_at_once("same", tmp_path / "kho")
    answers = sorted(word for writer in writers for word in writer.words())
    assert answers == [("accepted", 1, "1")] * 3 + [("accepted", 1, "None")]
    store = Store(tmp_path / "kho")
    assert store.version() == 1 and len(store.current("donations")) == LINES
    assert len(store.current("weekly_reports")) == len(store.waiting()) == 1


if __name__ == "__main__":
    {"write": write_until_killed, "same": accept_when_told, "asks": ask_when_told}[sys.argv[1]](*sys.argv[2:])
