from __future__ import annotations

import socket

import pytest


@pytest.fixture
def unused_port() -> int:
    """Nobody listens there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
