"""Browsers on the sites of two organisations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from kring.core.tenancy import scope
from kring.demo.counterparts.openid import OpenIDProvider
from kring.mail.models import Message
from tests import make

ORIGIN = {"host": "ours.kring.localhost"}


@pytest.fixture(autouse=True)
def nobody_is_locked_out(db):
    cache.clear()


@pytest.fixture
def ours(db):
    return make.organisation(subdomain="ours", name="Our Club")


@pytest.fixture
def theirs(db):
    return make.organisation(subdomain="theirs")


@pytest.fixture
def provider(settings: Any) -> Iterator[OpenIDProvider]:
    """A login service elsewhere, which knows Ada as 17."""
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with OpenIDProvider() as provider:
        provider.people = {"17": {"name": "Ada", "email": "ada@example.org", "email_verified": True}}
        yield provider


@pytest.fixture
def browser():
    """A new browser on this organisation's site, or on a host of this name."""

    def on(place: Any, **given: Any) -> Client:
        host = place if isinstance(place, str) else f"{place.subdomain}.kring.localhost"
        return Client(headers={"host": host}, **given)

    return on


@pytest.fixture
def member():
    """Somebody with a confirmed address and a role at `organisation`."""

    def at(organisation: Any, **fields: Any) -> Any:
        with scope(organisation):
            return make.staff("member", **fields)

    return at


@pytest.fixture
def mails(ours):
    """The mails in our outbox: (template, to, first link), oldest first."""

    def read() -> list[tuple[str, str, str]]:
        with scope(ours):
            rows = list(Message.objects.order_by("pk"))
        return [(row.template, row.recipient, first_link(row)) for row in rows]

    return read


def first_link(message: Any) -> str:
    found = re.search(r"https?://\S+/accounts/\S+", message.text)
    return found[0] if found else ""


def log_in(client: Client, email: str, password: str = make.PASSWORD, **given: Any) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password} | given)


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
