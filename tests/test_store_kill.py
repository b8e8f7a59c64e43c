"""The store under kill -9, with several processes that write at once; run as a script, this file is one such writer."""

import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import data.store
import data.store_rows
from data.store import Store
from tests.test_store_parts import MONDAY, accept, gifts, report

ROOT = Path(__file__).resolve().parent.parent
WRITERS, KILLS, SECONDS = 3, 14, 40
LINES = 3  # of each list


def parts_of(name: str, count: int) -> list:
    lines = gifts([f"{name} {count} {line}" for line in range(LINES)], waits=1)
    return [
        lines,
        report({"donors": LINES}, week=MONDAY + timedelta(weeks=count), commune=name, said=f"{name} {count}"),
    ]


def write_until_killed(folder: str, name: str) -> None:
    """Accept one upload after the other, undo every fifth, and say what was acknowledged."""
    data.store.TIDY_EVERY, data.store_rows.MANY_FILES = 4, 6  # housekeeping is killed as well
    store = Store(folder)
    print("ready", flush=True)
    for count in range(10_000):
        receipt = accept(store, *parts_of(name, count))
        print("accepted", receipt.number, count, flush=True)
        if count % 5 == 4:
            store.undo(receipt.number, who=name, now=store.history()["time"].iloc[-1].to_pydatetime())
            print("undone", receipt.number, count, flush=True)


def accept_when_told(folder: str, name: str) -> None:
    """One of several who accept the same file in the same moment."""
    store = Store(folder)
    print("ready", flush=True)
    sys.stdin.readline()
    receipt = accept(store, *parts_of("same", 0), content="same", who=name)
    print("accepted", receipt.number, receipt.already, flush=True)


def start(act: str, folder: Path, name: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.test_store_kill", act, str(folder), name]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def kill_writers(folder: Path) -> list[tuple[str, str, int, int]]:
    """Keep some writers running, kill one after the other at any moment; what they acknowledged."""
    chance, started, said = random.Random(26), 0, []
    running: list[tuple[str, subprocess.Popen]] = []
    until = time.monotonic() + SECONDS
    for kill in range(KILLS):
        while len(running) < WRITERS:
            running.append((f"w{started}", start("write", folder, f"w{started}")))
            started += 1
        name, writer = running.pop(0)
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 1.2))
        writer.send_signal(signal.SIGKILL)
        said += [(name, *line.split()) for line in writer.communicate()[0].splitlines() if line.count(" ") == 2]
        assert time.monotonic() < until, f"only {kill + 1} kills"
    for name, writer in running:
        writer.kill()
        said += [(name, *line.split()) for line in writer.communicate()[0].splitlines() if line.count(" ") == 2]
    return [(name, act, int(number), int(count)) for name, act, number, count in said]


def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_half_is_seen(tmp_path):
    said = kill_writers(tmp_path / "kho")
    accepted = {number: (name, count) for name, act, number, count in said if act == "accepted"}
    assert len(accepted) == sum(act == "accepted" for _, act, _, _ in said) > KILLS  # no number was given twice

    store = Store(tmp_path / "kho")
    history = store.history()
    uploads = history[history["act"] == "accept"].set_index("number")
    assert uploads.index.tolist() == list(range(1, len(uploads) + 1))
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
    # and work goes on
    assert accept(store, *parts_of("after", 0)).number == len(uploads) + 1


def test_four_accept_the_same_file_at_once_and_it_counts_once(tmp_path):
    writers = [start("same", tmp_path / "kho", f"w{number}") for number in range(4)]
    assert [writer.stdout.readline() for writer in writers] == ["ready\n"] * 4
    for writer in writers:
        writer.stdin.write("now\n")
        writer.stdin.flush()
    answers = sorted(writer.communicate(timeout=30)[0].strip() for writer in writers)
    assert answers == ["accepted 1 1"] * 3 + ["accepted 1 None"]
    store = Store(tmp_path / "kho")
    assert store.version() == 1 and len(store.current("donations")) == LINES
    assert len(store.current("weekly_reports")) == len(store.waiting()) == 1


if __name__ == "__main__":
    {"write": write_until_killed, "same": accept_when_told}[sys.argv[1]](*sys.argv[2:])
