from __future__ import annotations

import pytest

from tests.ports import free_port


@pytest.fixture
def unused_port() -> int:
    """Nobody listens there."""
    return free_port()
