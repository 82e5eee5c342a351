"""Two organisations with everything in them: `ours` and `theirs`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests import make, one_of_each
from tests.module_rows import kept


class Estate(NamedTuple):
    organisation: Any
    rows: dict[Any, Any]


class Estates(NamedTuple):
    person: Any
    ours: Estate
    theirs: Estate


@pytest.fixture(scope="module")
def estates(django_db_setup, django_db_blocker) -> Iterator[Estates]:
    """Both, made once for a file whose tests only visit: its own `person`, `ours` and `theirs` are these."""
    with kept(django_db_blocker):
        person = make.user()
        yield Estates(person, _estate("ours", person), _estate("theirs", person))


@pytest.fixture
def person(db):
    """Known to both organisations: what they share is the login, and nothing else."""
    return make.user()


@pytest.fixture
def ours(person) -> Estate:
    return _estate("ours", person)


@pytest.fixture
def theirs(person) -> Estate:
    return _estate("theirs", person)


def _estate(subdomain: str, person: Any) -> Estate:
    organisation = make.organisation(subdomain=subdomain)
    return Estate(organisation, one_of_each.of(organisation, person))
