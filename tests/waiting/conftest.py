from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from tests import make
from tests.waiting.queueing import free_one, sold_out, wait


@pytest.fixture
def organisation(db: None) -> Any:
    return make.organisation(guests_may_order=True)


@pytest.fixture
def in_scope(organisation: Any) -> Any:
    with scope(organisation):
        yield organisation


@pytest.fixture
def invited(in_scope: Any) -> Any:
    """Eve has an invitation for one place, Bob is the next."""
    attraction = sold_out()
    eve, bob = wait(attraction, name="eve"), wait(attraction, name="bob")
    free_one(attraction)
    return attraction, eve, bob
