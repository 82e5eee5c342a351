"""The administration of one organisation, in which something has happened, and clients with a role in it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kring.accounts.models import Role
from kring.core.tenancy import scope
from tests import make, one_of_each

URLCONF = "kring.web.urls"


class Staff(Client):
    """A user with one role, on the organisation's own host."""

    def __init__(self, organisation: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(headers={"host": f"{organisation.subdomain}.kring.localhost"}, **kwargs)
        self.organisation, self.user = organisation, user
        if user:
            self.force_login(user)

    def page(self, name: str, /, *args: Any, **query: Any) -> Any:
        return self.get(url(name, *args), query)

    def act(self, name: str, /, *args: Any, **data: Any) -> Any:
        return self.post(url(name, *args), data)


def url(name: str, *args: Any) -> str:
    return reverse(f"manage:{name}", urlconf=URLCONF, args=args)


@pytest.fixture
def staff(organisation: Any) -> Any:
    """`staff("door")`: a client logged in as somebody with that role; `staff(None)`: a visitor."""

    def staff(role: str | None, **kwargs: Any) -> Staff:
        with scope(organisation):
            return Staff(organisation, make.staff(role) if role else None, **kwargs)

    return staff


@pytest.fixture
def admin(staff: Any) -> Staff:
    return staff(Role.Name.ORG_ADMIN)


@pytest.fixture
def organiser(staff: Any) -> Staff:
    return staff(Role.Name.ORGANISER)


@pytest.fixture
def treasurer(staff: Any) -> Staff:
    return staff(Role.Name.TREASURER)


@pytest.fixture
def world(organisation: Any) -> SimpleNamespace:
    """One row of everything, by the name of its model: `world.event`, `world.tickettype`."""
    rows = one_of_each.of(organisation, make.user("visitor@example.org", name="Vera Visitor"))
    return SimpleNamespace(**{model._meta.model_name: row for model, row in rows.items()})
