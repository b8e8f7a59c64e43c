"""Viewers of the running application, without a browser: Streamlit's own WebSocket and its own protobufs."""

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect as connect_async
from websockets.sync.client import connect

from words.texts import t

ROOT = Path(__file__).resolve().parents[2]
FAULT = t("frame.unexpected").partition("{code}")[0].strip()  # how a page begins that met an unexpected error
START_SECONDS = 60
RUN_SECONDS = 120
# a megabyte of figures is one message; on one computer nothing is compressed
CONNECTION = {"subprotocols": ["streamlit"], "max_size": None, "compression": None, "open_timeout": RUN_SECONDS}


@contextmanager
def running_application(store_url: str, script: str | Path = "app.py") -> Iterator[int]:
    """The application over a store, on a free port; yields the port. script: another page, with the same settings."""
    with application_process(store_url, script) as (port, _):
        yield port


@contextmanager
def application_process(store_url: str, script: str | Path = "app.py") -> Iterator[tuple[int, int]]:
    """The same with the number of its process: (port, process)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    command += ["--server.headless=true", "--logger.hideWelcomeMessage=true"]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "STORE_URL": store_url})
    try:
        _wait_until_ready(server, port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()


def _wait_until_ready(server: subprocess.Popen, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the application does not answer")


def address(port: int) -> str:
    return f"ws://127.0.0.1:{port}/_stcore/stream"


def origin(port: int) -> str:
    """As a browser says it: whoever says none is no browser of this computer, and sees the public board alone."""
    return f"http://127.0.0.1:{port}"


def question(page_hash: str = "") -> bytes:
    """What a browser sends to have a page's script run; without a hash the first page."""
    ask = BackMsg()
    ask.rerun_script.page_script_hash = page_hash
    ask.rerun_script.query_string = ""
    return ask.SerializeToString()


def is_last(message: ForwardMsg) -> bool:
    """The script has finished, st.rerun() included; an error on the page is raised, or we would measure that."""
    kind = message.WhichOneof("type")
    if kind == "delta":
        element = message.delta.new_element
        if element.WhichOneof("type") == "exception":
            raise RuntimeError(f"the page shows an error: {element.exception.type}")
        if element.WhichOneof("type") == "alert" and element.alert.body.startswith(FAULT):
            raise RuntimeError("the page shows that it met an error")
    return kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY


class Viewer:
    """An open screen. `run` asks for a page and waits until its script has finished."""

    def __init__(self, port: int):
        self.connection = connect(address(port), origin=origin(port), **CONNECTION)
        self.pages: dict[str, str] = {}  # address -> hash of the page's script

    def __enter__(self) -> "Viewer":
        self.socket = self.connection.__enter__()
        return self

    def __exit__(self, *exception) -> None:
        self.connection.__exit__(*exception)

    def run(self, page_hash: str = "") -> float:
        """Seconds from asking to the end of the script."""
        began = time.perf_counter()
        self.socket.send(question(page_hash))
        while True:
            message = ForwardMsg.FromString(self.socket.recv(timeout=RUN_SECONDS))
            if message.WhichOneof("type") == "navigation":
                self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            if is_last(message):
                return time.perf_counter() - began


@dataclass(frozen=True)
class Visit:
    """seconds: from connecting to the end of the script; what the server sent in it."""

    seconds: float
    messages: int
    sent_bytes: int


async def _visit(port: int) -> Visit:
    began, messages, sent_bytes = time.perf_counter(), 0, 0
    async with connect_async(address(port), origin=origin(port), **CONNECTION) as connection:
        await connection.send(question())
        async for data in connection:
            messages, sent_bytes = messages + 1, sent_bytes + len(data)
            if is_last(ForwardMsg.FromString(data)):
                return Visit(time.perf_counter() - began, messages, sent_bytes)
    raise RuntimeError("the application closed the connection")


def visit_at_once(port: int, viewers: int) -> list[Visit]:
    """New viewers, all at the same moment, each opening the first page once.

    This process needs about a twentieth of the time that the server needs for them (measured: 0.25 s for 100).
    """

    async def everyone() -> list[Visit]:
        return await asyncio.wait_for(asyncio.gather(*(_visit(port) for _ in range(viewers))), RUN_SECONDS)

    return asyncio.run(everyone())
