"""A port for a server that a test is about to start; whoever else asks meanwhile gets another."""

import itertools
import os
import socket

# below those that a system gives to connections by itself, and from another place for each process of tests
FIRST, COUNT = 10_000, 20_000
_numbers = itertools.count(os.getpid() * 97)


def free_port() -> int:
    for number in itertools.islice(_numbers, COUNT):
        port = FIRST + number % COUNT
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that has just ended does not count
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise OSError("every port is taken")
