from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """pytest's own folders are closed to others, and the server runs as somebody else when we are root."""
    with tempfile.TemporaryDirectory(prefix="kring-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
