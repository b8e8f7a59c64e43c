"""A server in front of the application, set up in a hurry: it passes everything on and does not tell of itself."""

import contextlib
import re
import socket
import socketserver
import threading
from collections.abc import Iterator

WAIT_SECONDS = 60


@contextlib.contextmanager
def careless_proxy(port: int, **headers: str) -> Iterator[int]:
    """The port of a proxy to one of this computer; headers that it writes anew, as nginx by itself does with Host."""

    class Passing(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            head = bytearray()
            while b"\r\n\r\n" not in head:
                head += self.request.recv(65_536)
            text = head.decode("latin-1")
            for name, value in headers.items():
                text = re.sub(rf"(?mi)^{name}: [^\r\n]*", f"{name}: {value}", text)
            with socket.create_connection(("127.0.0.1", port), WAIT_SECONDS) as inside:
                inside.sendall(text.encode("latin-1"))
                back = threading.Thread(target=_pass_on, args=(inside, self.request), daemon=True)
                back.start()
                _pass_on(self.request, inside)
                back.join(WAIT_SECONDS)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Passing)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65_536):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)
