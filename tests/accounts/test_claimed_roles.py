"""Roles by claims: given and taken back at each login, never the last administrator's, by hand given ones untouched."""

from __future__ import annotations

from typing import Any

import pytest

from kring.accounts import claimed_roles, keeping_providers, staffing
from kring.accounts.models import IdentityProvider, Role
from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.django_db

ADMIN, DOOR, MEMBER, ORGANISER = Role.Name.ORG_ADMIN, Role.Name.DOOR, Role.Name.MEMBER, Role.Name.ORGANISER
MAP = {ADMIN: ["board"], DOOR: ["doors", "gate"], MEMBER: ["all"]}


@pytest.fixture(autouse=True)
def here(db: Any) -> Any:
    with scope(make.organisation()) as opened:
        yield opened


def service(**fields: Any) -> IdentityProvider:
    given = {"key": 1, "name": "Scouts", "issuer": "https://id.example", "client_id": "kring", "client_secret": "x"}
    return IdentityProvider.objects.create(**given | {"role_claim": "groups", "roles": MAP} | fields)


def held(user: Any) -> dict[str, bool]:
    """Each role, and whether a service gave it."""
    return {role.name: role.given_by_id is not None for role in Role.objects.filter(user=user)}


@pytest.mark.parametrize(
    ("path", "claims", "roles"),
    [
        ("groups", {"groups": ["gate", "other"]}, [DOOR]),
        ("groups", {"groups": "all"}, [MEMBER]),
        ("groups", {"groups": ["all", "board", "doors"]}, [DOOR, MEMBER, ADMIN]),
        ("realm_access.roles", {"realm_access": {"roles": ["board"]}}, [ADMIN]),
        ("https://id.example/roles", {"https://id.example/roles": ["board"]}, [ADMIN]),
        ("groups", {}, []),
        ("groups", {"groups": None}, []),
        ("groups", {"groups": {"board": True}}, []),
        ("groups", {"groups": [["board"], 7, None, {"a": "board"}]}, []),
        ("groups", {"groups": "board doors"}, []),
        ("a.b.c", {"a": {"b": "board"}}, []),
        ("", {"": ["board"]}, []),
    ],
)
def test_the_values_of_the_claim_say_which(path: str, claims: dict[str, Any], roles: list[str]) -> None:
    given = service(role_claim=path, roles=MAP if path else {})

    assert claimed_roles.claimed(given, claims) == sorted(roles)


def test_they_are_taken_back_and_given_by_hand_stay() -> None:
    ada, scouts = make.staff(ORGANISER), service()

    claimed_roles.apply(scouts, ada, [DOOR, ORGANISER])
    assert held(ada) == {DOOR: True, ORGANISER: False}
    claimed_roles.apply(scouts, ada, [MEMBER])
    assert held(ada) == {MEMBER: True, ORGANISER: False}
    claimed_roles.apply(scouts, ada, [])
    assert held(ada) == {ORGANISER: False}

    entries = AuditEntry.objects.filter(action="user.roles_changed").order_by("pk")
    assert [entry.actor_label for entry in entries] == ["Scouts"] * 3
    assert entries[0].new == {"roles": [DOOR, ORGANISER], "login_service": "Scouts"}


def test_one_service_takes_nothing_that_another_gave() -> None:
    ada, scouts, school = make.user(), service(), service(key=2, issuer="https://school.example")
    claimed_roles.apply(scouts, ada, [DOOR])

    claimed_roles.apply(school, ada, [])

    assert held(ada) == {DOOR: True}


def test_it_never_makes_or_takes_the_last_administrator() -> None:
    """Only who is one by hand counts: a service that breaks, or changes its mind, locks nobody out."""
    local, ada, scouts = make.staff(ADMIN), make.user(), service()
    claimed_roles.apply(scouts, ada, [ADMIN])

    with refuses(staffing.LastAdmin):
        staffing.remove(local)
    with refuses(staffing.LastAdmin):
        staffing.block(local)
    claimed_roles.apply(scouts, local, [])
    claimed_roles.apply(scouts, ada, [])
    assert (held(local), held(ada)) == ({ADMIN: False}, {})


def test_who_is_blocked_stays_as_they_are() -> None:
    """Taken and given again, the role would not be blocked any more."""
    make.staff(ADMIN)
    ada, scouts = make.user(), service()
    claimed_roles.apply(scouts, ada, [DOOR])
    staffing.block(ada)

    claimed_roles.apply(scouts, ada, [])
    claimed_roles.apply(scouts, ada, [DOOR, ADMIN])

    assert held(ada) == {DOOR: True}
    assert Role.objects.get(user=ada).blocked_at


def test_a_service_that_is_removed_takes_its_roles_along() -> None:
    ada, scouts = make.staff(ORGANISER), service()
    claimed_roles.apply(scouts, ada, [ADMIN, DOOR])

    keeping_providers.remove(scouts)

    assert held(ada) == {ORGANISER: False}
