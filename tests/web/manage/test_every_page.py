"""What holds for every page of the administration."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kring.core.tenancy import scope
from tests import make
from tests.web.manage import routes

pytestmark = pytest.mark.django_db

POST_ONLY = {"attraction_position"}


@pytest.fixture
def full(organisation: Any, world: SimpleNamespace) -> SimpleNamespace:
    with scope(organisation):
        world.message.attachments = [{"kind": "ticket", "id": world.ticket.pk}]
        world.message.subject_type, world.message.subject_id = "registration", world.registration.pk
        world.message.save()
        world.staff = make.staff("door")
    return world


@pytest.mark.parametrize("name", [name for name in routes.names() if name not in POST_ONLY])
def test_it_opens_for_the_administrator(admin: Any, full: SimpleNamespace, name: str) -> None:
    response = admin.get(routes.address(name, full))

    assert response.status_code in (200, 302), response
