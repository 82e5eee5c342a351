"""A token opens what it is for, in its own organisation, until it is revoked (X2, A5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.accounts.models import ApiToken
from kring.core.tenancy import scope
from tests import make, one_of_each

SCOPES = ["events", "registrations", "members", "door"]
CALLS = {
    "/events": {"events"},
    "/events/congress": {"events", "door"},
    "/registrations": {"registrations"},
    "/registrations/1": {"registrations"},
    "/members": {"members"},
    "/members/1": {"members"},
    "/groups": {"members"},
    "/groups/1/members": {"members"},
    "/households": {"members"},
    "/households/1": {"members"},
    "/door/scan": {"door"},
}


@pytest.mark.parametrize("given", SCOPES)
@pytest.mark.parametrize(("path", "good"), CALLS.items())
def test_a_token_opens_what_its_scope_says(program, path, good, given):
    json = {"code": "x", "event": "congress"} if path == "/door/scan" else None

    answer = program(given)(path, json=json)

    assert (answer.status_code == 403) is (given not in good)
    assert answer.status_code != 401


@pytest.mark.parametrize("path", CALLS)
def test_without_a_token_nothing_opens(program, path):
    answer = program()(path, json={} if path == "/door/scan" else None)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer kring_wrong", "Basic YTpi", "Token x", "Bearer \xff", "Bearer a b"]
)
def test_an_unknown_token_opens_nothing(program, header):
    caller = program()
    caller.client.defaults["HTTP_AUTHORIZATION"] = header

    assert caller("/events").status_code == 401


def test_a_token_of_another_organisation_opens_nothing(program, organisation):
    elsewhere = make.organisation()
    theirs = program("events", at=elsewhere)
    theirs.client.defaults["HTTP_HOST"] = f"{organisation.subdomain}.kring.localhost"

    assert theirs("/events").status_code == 401


def test_a_revoked_token_opens_nothing(program, organisation):
    caller = program("events")
    with scope(organisation):
        ApiToken.objects.get().revoke()

    assert caller("/events").status_code == 401


def test_a_login_alone_opens_nothing(program, organisation):
    with scope(organisation):
        admin = make.staff("org_admin")
    caller = program()
    caller.client.force_login(admin)

    assert caller("/events").status_code == 401


def test_it_is_noted_when_a_token_was_used_but_not_more_than_once_a_minute(program, organisation):
    caller = program("events")
    before = timezone.now()

    caller("/events")
    first = _last_used(organisation)
    caller("/events")
    second = _last_used(organisation)
    with scope(organisation):
        ApiToken.objects.update(last_used_at=before - timedelta(minutes=2))
    caller("/events")
    third = _last_used(organisation)

    assert before <= first == second < third


def test_no_token_shows_anything_of_another_organisation(program, organisation):
    elsewhere = make.organisation()
    theirs = one_of_each.of(elsewhere, make.user())
    event, registration = (next(r for m, r in theirs.items() if m.__name__ == n) for n in ("Event", "Registration"))
    caller = program(*SCOPES)

    answers = [
        caller(f"/events/{event.slug}").status_code,
        caller(f"/registrations/{registration.pk}").status_code,
        caller("/door/scan", json={"code": "x", "event": event.code}).status_code,
        caller("/events").json()["items"],
        caller("/registrations").json()["items"],
    ]

    assert answers == [404, 404, 404, [], []]


def _last_used(organisation):
    with scope(organisation):
        return ApiToken.objects.get().last_used_at
