"""Reading in a process of its own, with limits of time and memory: a file that ends its reader ends nothing else.

One process is kept warm and reads file after file; when it dies or takes too long, the file is named and set aside, and
the next one gets a new process. Parent and child speak in pickles over pipes: the child is our own code.
"""

import atexit
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from hashlib import sha256
from pathlib import Path

from data.reference import folder, load
from loaders import read
from loaders.evidence.layouts import Decision, Find
from loaders.evidence.layouts import find as find_decision
from loaders.problems import SourceUnreadable, Where
from loaders.reading import Answers, Outcome, Source

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS = 180  # the largest sheet that is allowed takes a minute on an old computer
MOST_BYTES = 3 * 1024**3  # beyond what the child needs before it reads
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # else Windows shows a black one
READY, READ, RAISED, NO_MEMORY = "ready", "read", "raised", "no_memory"


class Stopped(Exception):
    """The child died, took too long, or had too little memory."""


class Died(Stopped):
    """The child ended by itself."""


class NoChild(Exception):
    """This computer starts no child."""


def read_safely(
    source: Source,
    *,
    as_of: date,
    answers: Answers | Mapping[str, Answers] | None = None,
    decisions: Find | None = None,
) -> Outcome:
    """What loaders.read gives; a file that ended a reader is in `unread` and is not tried again by this process."""
    known: dict[str, Decision] = {}
    try:
        outcome, asked = READER.read(source, as_of, answers, known, decisions is not None)
        known = {name: decision for name in asked if (decision := find_decision(decisions, name))}
        if known:
            outcome, _ = READER.read(source, as_of, answers, known, True)
    except Stopped:
        return Outcome(unread=(SourceUnreadable("reader_stopped", Where(source.name)),))
    except NoChild:
        return read(source, as_of=as_of, answers=answers, decisions=decisions)
    return outcome


class Reader:
    """The child and the files that ended one."""

    def __init__(self, most_seconds: float = MOST_SECONDS, most_bytes: int = MOST_BYTES):
        self.most_seconds, self.most_bytes = most_seconds, most_bytes
        self.child: subprocess.Popen | None = None
        self.lock = threading.Lock()
        self.set_aside: set[bytes] = set()

    def read(
        self, source: Source, as_of: date, answers: object, known: dict[str, Decision], has_decisions: bool
    ) -> tuple[Outcome, set[str]]:
        """The outcome, and the fingerprints for which decisions were asked."""
        digest = sha256(source.content).digest()
        with self.lock:
            if digest in self.set_aside:
                raise Stopped
            question = (source, as_of, answers, known, has_decisions, folder().absolute())
            try:
                said, *told = self._ask_twice(question)
            except Stopped:
                self.set_aside.add(digest)
                raise
        if said == RAISED:
            raise told[0]
        return told[0], told[1]

    def _ask_twice(self, question: tuple) -> tuple:
        """A child that was waiting may have been ended by the system: only what ends a new one too is to blame."""
        is_new = self._start()
        try:
            return self._ask(question)
        except Died:
            if is_new:
                raise
        self._start()
        return self._ask(question)

    def _start(self) -> bool:
        """Whether there was no child before."""
        if self.child is not None and self.child.poll() is None:
            return False
        command = [sys.executable, "-m", "loaders.child", str(self.most_bytes)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        try:
            self.child = subprocess.Popen(command, cwd=ROOT, creationflags=NO_WINDOW, **pipes)
            if pickle.load(self.child.stdout) != READY:
                raise NoChild
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self.stop()
            raise NoChild from error
        return True

    def _ask(self, question: tuple) -> tuple:
        child, is_late = self.child, threading.Event()

        def end() -> None:
            is_late.set()
            child.kill()

        timer = threading.Timer(self.most_seconds, end)
        timer.start()
        try:
            pickle.dump(question, child.stdin, pickle.HIGHEST_PROTOCOL)
            child.stdin.flush()
            answer = pickle.load(child.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self.stop()
            raise (Stopped if is_late.is_set() else Died) from error
        finally:
            timer.cancel()
        if answer[0] == NO_MEMORY:
            self.stop()
            raise Stopped
        return answer

    def stop(self) -> None:
        """Ends the child; the next file gets a new one."""
        child, self.child = self.child, None
        if child is not None:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                with suppress(OSError):
                    pipe.close()
            child.wait()


READER = Reader()
atexit.register(READER.stop)


def serve(most_bytes: int) -> None:
    """The child: reads what it is asked until the pipe is closed."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing printed may get between the answers
    _limit_memory(most_bytes)
    _send(answers, READY)
    while True:
        try:
            question = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = _answer(*question)
        except MemoryError:
            answer = (NO_MEMORY,)
        except Exception as error:  # a fault of ours: the parent raises it
            answer = (RAISED, error)
        _send(answers, answer)


def _answer(source: Source, as_of: date, answers: object, known: dict, has_decisions: bool, place: Path) -> tuple:
    asked: set[str] = set()

    def find(fingerprint: str) -> Decision | None:
        asked.add(fingerprint)
        return known.get(fingerprint)

    decisions = find if has_decisions else None
    outcome = read(source, as_of=as_of, answers=answers, reference=load(place), decisions=decisions)
    return READ, outcome, asked


def _send(pipe, answer: object) -> None:
    try:
        written = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        written = pickle.dumps((NO_MEMORY,))
    except Exception:  # an error that cannot be sent as it is
        written = pickle.dumps((RAISED, RuntimeError(repr(answer[1]))))
    pipe.write(written)
    pipe.flush()


def _limit_memory(most_bytes: int) -> None:
    """Where the system can: Linux. What is mapped already is not counted."""
    statistics = Path("/proc/self/statm")
    if statistics.exists():
        import resource

        mapped = int(statistics.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + most_bytes,) * 2)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
