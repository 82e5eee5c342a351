"""Two at the same moment: one account of a login service never opens two logins, nor one login two accounts (A2)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.accounts import claimed_roles, connecting
from kring.accounts.connecting import AlreadyConnected
from kring.accounts.models import Identity, IdentityProvider, Role, User
from kring.accounts.provider_login import Claimed
from kring.core.tenancy import scope
from tests import make
from tests.payments.test_at_the_same_moment import at_once, in_scope_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ours(transactional_db: Any) -> Any:
    return make.organisation()


@pytest.fixture
def service(ours: Any) -> IdentityProvider:
    given = {"key": 1, "name": "Scouts", "issuer": "https://id.example", "client_id": "kring", "client_secret": "x"}
    with scope(ours):
        return IdentityProvider.objects.create(**given, is_on=True)


def came(service: IdentityProvider, subject: str, email: str) -> Claimed:
    facts: dict[str, Any] = {"roles": [], "with_second_factor": False, "then": "", "at": 0.0}
    return Claimed(provider=service.pk, subject=subject, email=email, name="Ada", **facts)


@pytest.mark.parametrize(
    "attempts",
    [[("17", "a@example.org"), ("17", "b@example.org")], [("17", "a@example.org"), ("18", "a@example.org")]],
    ids=["one account", "one address"],
)
def test_one_opens_a_login_and_the_other_is_refused_with_nothing_left_behind(
    ours: Any, service: Any, attempts: list[tuple[str, str]]
) -> None:
    def opening(subject: str, email: str) -> Any:
        return in_scope_of(ours, lambda: connecting.open_new(service, came(service, subject, email), "en"))

    results = at_once(*(opening(*each) for each in attempts))

    assert sorted(type(each).__name__ for each in results) in (["AlreadyConnected", "User"], ["HasLogin", "User"])
    with scope(ours):
        assert Identity.objects.count() == 1
    assert User.objects.count() == 1


def test_roles_that_two_logins_give_at_once_are_given_once(ours: Any, service: Any) -> None:
    ada = make.user()

    results = at_once(*[in_scope_of(ours, lambda: claimed_roles.apply(service, ada, [Role.Name.DOOR]))] * 4)

    assert not any(isinstance(each, (Exception, AlreadyConnected)) for each in results)
    with scope(ours):
        assert [role.name for role in Role.objects.filter(user=ada)] == ["door"]
