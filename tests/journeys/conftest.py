"""Whole stories, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.post import Post, office


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    with office(settings) as box:
        yield box
