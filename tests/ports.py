"""Ports of this machine that a server of a test can have."""

from __future__ import annotations

import random
import socket

# Below those the system gives to connections that go out: one of them would take the port before its server does.
_MINE = range(10_000, 32_000)


def free_port() -> int:
    while True:
        port = random.choice(_MINE)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
