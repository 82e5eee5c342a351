"""What a verb refuses, caught as core/transactions.py asks: with a block of its own, so that the test goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction


@contextmanager
def refuses(kind: type[Exception] | tuple[type[Exception], ...], match: str | None = None) -> Iterator[Any]:
    with pytest.raises(kind, match=match) as caught, transaction.atomic():
        yield caught
