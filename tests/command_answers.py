"""The command lines called in this process: what a script sees of `python -m …`, without a new Python each time."""

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Answer:
    """As subprocess.CompletedProcess has them."""

    returncode: int
    stdout: str
    stderr: str


def answer_of(main: Callable[[list[str]], int], *arguments: object, cwd: Path = ROOT, store: object = "") -> Answer:
    """What a command says and with which code it ends, started in a folder, over a store."""
    out, error = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(error):
        patch.chdir(cwd)
        if store:
            patch.setenv("STORE_URL", str(store))
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as refused:  # how argparse refuses
            code = refused.code
    for stream in (out, error):
        stream.flush()
    return Answer(code, *(stream.buffer.getvalue().decode("utf-8") for stream in (out, error)))
