"""One viewer of the running application, without a browser: Streamlit's own WebSocket and its own protobufs."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
RUN_SECONDS = 120


@contextmanager
def running_application(store_url: str) -> Iterator[int]:
    """The application over a store, on a free port; yields the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    command += ["--server.headless=true", "--logger.hideWelcomeMessage=true"]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "STORE_URL": store_url})
    try:
        _wait_until_ready(server, port)
        yield port
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


class Viewer:
    """An open screen. `run` asks for a page and waits until its script has finished."""

    def __init__(self, port: int):
        self.connection = connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None)
        self.pages: dict[str, str] = {}  # address -> hash of the page's script

    def __enter__(self) -> "Viewer":
        self.socket = self.connection.__enter__()
        return self

    def __exit__(self, *exception) -> None:
        self.connection.__exit__(*exception)

    def run(self, page_hash: str = "") -> float:
        """Seconds from asking to the end of the script, st.rerun() included; an error on the page is raised."""
        ask = BackMsg()
        ask.rerun_script.page_script_hash = page_hash
        ask.rerun_script.query_string = ""
        began = time.perf_counter()
        self.socket.send(ask.SerializeToString())
        while True:
            message = ForwardMsg.FromString(self.socket.recv(timeout=RUN_SECONDS))
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(f"the page shows an error: {message.delta.new_element.exception.type}")
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return time.perf_counter() - began
