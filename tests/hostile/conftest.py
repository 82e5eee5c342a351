"""A full organisation, whoever tries it, and what broke."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from django.core.signals import got_request_exception

from kring.core.tenancy import scope
from tests import everything, make
from tests.architecture.visitors import Visitor

HOST = "ours.kring.localhost"


@pytest.fixture
def owner(db):
    return make.user()


@pytest.fixture
def rows(owner) -> dict[Any, Any]:
    organisation = make.organisation(subdomain="ours")
    return {**everything.of(organisation, owner), type(owner): owner}


@pytest.fixture
def organisation(rows):
    return next(iter(rows.values())).organisation


@pytest.fixture
def visitor(rows):
    return Visitor(HOST)


@pytest.fixture
def admin(rows, organisation):
    with scope(organisation):
        return Visitor(HOST, make.staff("org_admin"))


@pytest.fixture
def person(rows, owner):
    return Visitor(HOST, owner)


@pytest.fixture
def crashes():
    """The exceptions behind answers of 500, as text."""
    caught: list[str] = []

    def note(sender: Any, **kwargs: Any) -> None:
        kind, error, _trace = sys.exc_info()
        caught.append(f"{kind.__name__ if kind else ''}: {error}"[:300])

    got_request_exception.connect(note)
    yield caught
    got_request_exception.disconnect(note)
