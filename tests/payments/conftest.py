from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def visitor(client: Any, organisation: Any) -> Any:
    """A browser on the organisation's site."""
    client.defaults["HTTP_HOST"] = f"{organisation.subdomain}.kring.localhost"
    return client
