from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from tests import make


@pytest.fixture
def organisation(db: None) -> Any:
    return make.organisation(guests_may_order=True)


@pytest.fixture
def in_scope(organisation: Any) -> Any:
    with scope(organisation):
        yield organisation
