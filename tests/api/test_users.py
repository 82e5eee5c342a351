"""The staff of the organisation, read and changed by a program (A6, X2)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import ApiToken, IdentityProvider, Role, User, UserSession
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from tests import make
from tests.accounts.conftest import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(program: Any) -> Any:
    """`call("PUT", "/users/1/roles", roles=[…])`, with a token that may write."""
    with_token = program("users:write")

    def call(method: str, path: str, key: str = "", **body: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        sent = json.dumps(body) if body else ""
        return with_token.client.generic(
            method, f"/api/v1{path}", sent, content_type="application/json", headers=headers
        )

    return call


@pytest.fixture
def nel(organisation: Any) -> User:
    with scope(organisation):
        return make.staff("door", name="Nel", email="nel@example.org")


def roles_of(organisation: Any, user: User) -> dict[str, Any]:
    with scope(organisation):
        return dict(Role.objects.filter(user=user).values_list("name", "until"))


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_everybody_who_works_here_with_roles_and_nothing_secret(program: Any, organisation: Any, nel: User) -> None:
    with scope(organisation):
        Role.objects.filter(user=nel).update(until=timezone.localdate() - timedelta(days=1))

    found = program("users")("/users").json()["items"]

    assert found[0] == {
        "id": nel.pk,
        "name": "Nel",
        "email": "nel@example.org",
        "roles": [
            {
                "name": "door",
                "until": (timezone.localdate() - timedelta(days=1)).isoformat(),
                "is_over": True,
                "given_by": None,
            }
        ],
        "is_blocked": False,
        "has_second_factor": False,
        "last_seen_at": None,
    }


def test_chosen_by_role_and_by_address(program: Any, nel: User) -> None:
    call = program("users")

    assert [each["id"] for each in call("/users", role="door").json()["items"]] == [nel.pk]
    assert [each["id"] for each in call("/users", email="NEL@example.org").json()["items"]] == [nel.pk]
    assert call("/users", role="treasurer").json()["items"] == []
    assert call("/users", role="queen").status_code == 422


def test_nobody_of_another_organisation_is_found_or_touched(call: Any, organisation: Any) -> None:
    other = make.organisation()
    with scope(other):
        stranger = make.staff("org_admin")
    with scope(organisation):
        buyer = make.user()

    for user in (stranger, buyer):
        assert call("GET", f"/users/{user.pk}").status_code == 404
        assert call("PUT", f"/users/{user.pk}/roles", roles=[{"name": "door"}]).status_code == 404
        assert call("PUT", f"/users/{user.pk}/block").status_code == 404
        assert call("DELETE", f"/users/{user.pk}/sessions").status_code == 404
        assert call("DELETE", f"/users/{user.pk}").status_code == 404
    assert roles_of(other, stranger) == {"org_admin": None}


def test_reading_changes_nothing(program: Any, organisation: Any, nel: User) -> None:
    reading = program("users")

    assert reading("/users", json={"email": "new@example.org", "name": "New", "roles": ["door"]}).status_code == 403
    assert reading.send(f"/users/{nel.pk}/roles", '{"roles": [{"name": "org_admin"}]}', "PUT").status_code == 403
    assert reading.send(f"/users/{nel.pk}", "", "DELETE").status_code == 403


# -- inviting --------------------------------------------------------------------------------------


def test_somebody_is_invited_by_email_in_the_log_as_the_program(call: Any, organisation: Any) -> None:
    until = (timezone.localdate() + timedelta(days=30)).isoformat()

    answer = call("POST", "/users", email="new@example.org", name="New", language="nl", roles=["door"], until=until)

    assert answer.status_code == 201, answer.content
    assert answer.json()["roles"] == [{"name": "door", "until": until, "is_over": False, "given_by": None}]
    with scope(organisation):
        mail = Message.objects.get()
        assert (mail.template, mail.recipient, mail.language) == ("role-given", "new@example.org", "nl")
        entry = AuditEntry.objects.get(action="user.roles_changed")
        assert (entry.actor, entry.actor_label) == (None, "API: Website")


def test_the_same_invitation_with_its_key_is_one_mail(call: Any, organisation: Any) -> None:
    given = {"email": "new@example.org", "name": "New", "roles": ["door"]}

    answers = [call("POST", "/users", key="a-key-of-its-own", **given) for _time in range(2)]

    assert [each.status_code for each in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    with scope(organisation):
        assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"roles": []}, {"roles": ["queen"]}, {"until": "2020-01-01"}, {"email": "nobody"}, {"name": " "}],
)
def test_what_is_wrong_invites_nobody(call: Any, organisation: Any, wrong: dict[str, Any]) -> None:
    answer = call("POST", "/users", **{"email": "new@example.org", "name": "New", "roles": ["door"]} | wrong)

    assert answer.status_code == 422
    with scope(organisation):
        assert not Message.objects.exists()


# -- roles -----------------------------------------------------------------------------------------


def test_roles_are_set_exactly_each_with_its_own_end(call: Any, organisation: Any, nel: User) -> None:
    until = timezone.localdate() + timedelta(days=7)
    wanted = [{"name": "treasurer", "until": until.isoformat()}, {"name": "organiser"}]

    answer = call("PUT", f"/users/{nel.pk}/roles", roles=wanted)

    assert answer.status_code == 200, answer.content
    assert roles_of(organisation, nel) == {"treasurer": until, "organiser": None}
    call("PUT", f"/users/{nel.pk}/roles", roles=wanted)
    with scope(organisation):
        [entry] = AuditEntry.objects.filter(action="user.roles_changed")
        assert (entry.old, entry.new) == (
            {"roles": ["door"]},
            {"roles": ["organiser", "treasurer"], "until": until.isoformat()},
        )


@pytest.mark.parametrize(
    "roles",
    [
        [],
        [{"name": "door"}, {"name": "door", "until": "2999-01-01"}],
        [{"name": "door", "until": "2020-01-01"}],
        [{"name": "member", "until": "2999-01-01"}],
        [{"name": "org_admin", "given_by": "Scouts"}],
    ],
)
def test_what_makes_no_sense_changes_no_role(call: Any, organisation: Any, nel: User, roles: Any) -> None:
    assert call("PUT", f"/users/{nel.pk}/roles", roles=roles).status_code == 422
    assert roles_of(organisation, nel) == {"door": None}


def test_the_last_administrator_stays_whatever_a_program_asks(call: Any, organisation: Any) -> None:
    with scope(organisation):
        last = Role.objects.get(name="org_admin").user
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()

    answers = [
        call("PUT", f"/users/{last.pk}/roles", roles=[{"name": "door"}]),
        call("PUT", f"/users/{last.pk}/roles", roles=[{"name": "org_admin", "until": tomorrow}]),
        call("PUT", f"/users/{last.pk}/block"),
        call("DELETE", f"/users/{last.pk}"),
    ]

    assert [refused(each) for each in answers] == [(409, "last_admin")] * 4
    assert roles_of(organisation, last) == {"org_admin": None}


# -- what its maker may not do ------------------------------------------------------------------------


def test_a_token_does_no_more_than_its_maker_may_now(call: Any, organisation: Any, nel: User) -> None:
    """An administrator who lacks the second factor that is demanded cannot open the page of users."""
    organisation.second_factor_from, organisation.second_factor_roles = timezone.localdate(), ["org_admin"]
    organisation.second_factor_grace_days = 0
    organisation.save()

    answers = [
        call("POST", "/users", email="new@example.org", name="New", roles=["org_admin"]),
        call("PUT", f"/users/{nel.pk}/roles", roles=[{"name": "org_admin"}]),
        call("PUT", f"/users/{nel.pk}/block"),
        call("DELETE", f"/users/{nel.pk}/block"),
        call("DELETE", f"/users/{nel.pk}/sessions"),
        call("DELETE", f"/users/{nel.pk}"),
    ]

    assert [refused(each) for each in answers] == [(403, "beyond_maker")] * 6
    assert roles_of(organisation, nel) == {"door": None}


def test_a_token_ends_with_the_role_of_its_maker(call: Any, organisation: Any, nel: User) -> None:
    with scope(organisation):
        maker = ApiToken.objects.get().created_by
        make.staff("org_admin")
        Role.objects.filter(user=maker).update(until=timezone.localdate() - timedelta(days=1))

    assert call("PUT", f"/users/{nel.pk}/roles", roles=[{"name": "org_admin"}]).status_code == 401


# -- blocking, sessions, removing ----------------------------------------------------------------------


def logged_in(organisation: Any, user: User) -> Any:
    from django.test import Client

    client = Client(headers={"host": f"{organisation.subdomain}.kring.localhost", "User-Agent": "Firefox/130.0"})
    log_in(client, user.email)
    assert UserSession.objects.filter(user=user).exists()
    return client


def test_a_block_ends_sessions_at_once_and_is_taken_back(call: Any, organisation: Any, nel: User) -> None:
    client = logged_in(organisation, nel)

    assert call("PUT", f"/users/{nel.pk}/block").json()["is_blocked"] is True
    assert client.get("/scan").status_code == 302
    assert call("PUT", f"/users/{nel.pk}/block").json()["is_blocked"] is True
    assert call("DELETE", f"/users/{nel.pk}/block").json()["is_blocked"] is False
    with scope(organisation):
        actions = AuditEntry.objects.filter(action__startswith="user.").values_list("action", "actor_label")
        assert list(actions.order_by("pk")) == [
            ("user.blocked", "API: Website"),
            ("user.unblocked", "API: Website"),
        ]


def test_sessions_here_are_listed_without_their_keys_and_ended(call: Any, organisation: Any, nel: User) -> None:
    client, other = logged_in(organisation, nel), make.organisation()
    with scope(organisation):
        service = IdentityProvider.objects.create(
            key=1, name="Scouts", issuer="https://x.example", client_id="x", client_secret="hush"
        )
    UserSession.objects.filter(user=nel).update(identity_provider=service.pk)
    UserSession.objects.create(
        session_key="elsewhere", user=nel, organisation=other, expire_date=timezone.now() + timedelta(days=1)
    )

    answer = call("GET", f"/users/{nel.pk}/sessions")

    [found] = answer.json()
    assert (found["login_service"], "Firefox" in found["browser"]) == ("Scouts", True)
    assert client.session.session_key not in answer.content.decode()
    assert call("DELETE", f"/users/{nel.pk}/sessions").json() == {"ended": 1}
    assert UserSession.objects.filter(user=nel).count() == 1
    assert call("DELETE", f"/users/{nel.pk}/sessions").json() == {"ended": 0}


def test_who_is_removed_has_no_role_and_keeps_the_login(call: Any, organisation: Any, nel: User) -> None:
    client = logged_in(organisation, nel)

    assert call("DELETE", f"/users/{nel.pk}").status_code == 204
    assert client.get("/portal/").status_code == 302
    assert roles_of(organisation, nel) == {}
    assert User.objects.filter(pk=nel.pk, is_active=True).exists()
    assert call("DELETE", f"/users/{nel.pk}").status_code == 404


def test_a_list_costs_the_same_however_many(
    program: Any, organisation: Any, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    call = program("users")
    call("/users")
    with scope(organisation):
        for _each in range(3):
            make.staff("door")
    with django_assert_max_num_queries(30) as few:
        call("/users")
    with scope(organisation):
        for _each in range(20):
            make.staff("organiser")
    with django_assert_num_queries(len(few)):
        assert len(call("/users").json()["items"]) == 24
