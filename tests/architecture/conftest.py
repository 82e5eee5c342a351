"""Two organisations with everything in them: `ours` and `theirs`."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests import make, one_of_each


class Estate(NamedTuple):
    organisation: Any
    rows: dict[Any, Any]


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
