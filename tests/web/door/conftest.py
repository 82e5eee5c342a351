"""An event with an entrance and a ticket, and clients on the organisation's own host."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from kring.accounts.models import ApiToken
from kring.checkin.models import Location
from kring.core.tenancy import scope
from kring.registrations import codes
from tests import make
from tests.registrations.tickets import make_ticket

PATH = "/api/ticket/validate"


@pytest.fixture
def gate(organisation: Any) -> SimpleNamespace:
    with scope(organisation):
        event = make.event_today(name="VGBC", edition="2026", code="VGBC2026")
        ticket = make_ticket(event=event, attendee_name="Jan Jansen")
        entrance = Location.objects.create(event=event, name="Main entrance")
        code = codes.code_of(ticket)
    return SimpleNamespace(organisation=organisation, event=event, entrance=entrance, ticket=ticket, code=code)


@pytest.fixture
def visit(organisation: Any) -> Any:
    """A client on this organisation's host: `visit()`, `visit("door")` with that role, `visit(user)`."""

    def visit(who: Any = None, **kwargs: Any) -> Client:
        client = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"}, **kwargs)
        if isinstance(who, str):
            with scope(organisation):
                who = make.staff(who)
        if who is not None:
            client.force_login(who)
        return client

    return visit


@pytest.fixture
def volunteer(visit: Any) -> Client:
    return visit("door")


@pytest.fixture
def program(organisation: Any, visit: Any) -> Any:
    """A program with a token of these scopes: `program("door")`."""

    def program(*scopes: str) -> SimpleNamespace:
        with scope(organisation):
            token, key = ApiToken.issue(name="Turnstile", scopes=list(scopes), created_by=make.staff("org_admin"))
        client = visit(enforce_csrf_checks=True)
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        return SimpleNamespace(client=client, token=token, key=key)

    return program
