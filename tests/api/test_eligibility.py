"""Eligibility, checked by a program (V1)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.events.eligibility import reference
from kring.events.models import EligibilityRule, RegistryAnswer
from kring.registrations.models import Registration
from tests import make
from tests.fakes.registry import Registry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def attraction(organisation):
    with scope(organisation):
        made = make.attraction()
        EligibilityRule.objects.create(attraction=made, key="pesel")
        EligibilityRule.objects.create(event=made.event, key="member")
    return made


def check(program, attraction, token="registrations", **person):
    path = f"/events/{attraction.event.slug}/eligibility"
    return program(token)(path, json={"attraction": attraction.pk, **person})


def test_all_reasons_come_at_once_and_nobody_is_registered(program, attraction, organisation):
    answer = check(program, attraction, email="ada@example.org", answers={"pesel": "90010112340"})

    body = answer.json()
    assert (answer.status_code, body["eligible"]) == (200, False)
    assert [(each["rule"], each["code"], each["later"]) for each in body["reasons"]] == [
        ("member", "not_a_member", False),
        ("pesel", "pesel_wrong", False),
    ]
    assert body["reasons"][1]["detail"].startswith("Not a valid PESEL number.")
    with scope(organisation):
        assert not Registration.objects.exists()


def test_who_may_come_hears_no_reason(program, attraction, organisation):
    with scope(organisation):
        make.staff("member", email="ada@example.org")

    ada = {"email": "ADA@example.org", "answers": {"pesel": "90010112349"}}
    body = check(program, attraction, email_confirmed=True, **ada).json()

    assert body == {"eligible": True, "reasons": []}
    [typed] = check(program, attraction, **ada).json()["reasons"]
    assert typed["code"] == "not_a_member"


def test_a_registry_is_asked_and_a_silent_one_is_no_yes(program, attraction, organisation, settings):
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with Registry() as registry:
        with scope(organisation):
            EligibilityRule.objects.all().delete()
            address = {"address": registry.url, "token": reference.TOKEN}
            EligibilityRule.objects.create(attraction=attraction, key="registry", settings=address)
        registry.behave("status 500")
        down = check(program, attraction, answers=reference.PEOPLE[0]).json()
        registry.behave("well")
        found = check(program, attraction, answers=reference.PEOPLE[1]).json()

    assert [(each["code"], each["later"]) for each in down["reasons"]] == [("registry_down", True)]
    assert found == {"eligible": True, "reasons": []}
    with scope(organisation):
        assert RegistryAnswer.objects.count() == 2


@pytest.mark.parametrize(
    "unreadable", [{"pesel": ["a"]}, {"pesel": {"a": 1}}, {"birth_date": 5}, {"pesel": "\x00" * 11}]
)
def test_answers_that_are_none_are_missing(program, attraction, unreadable):
    answer = check(program, attraction, answers=unreadable)

    assert answer.status_code == 200
    assert answer.json()["reasons"][1]["code"] in ("answer_needed", "pesel_wrong")


def test_an_attraction_of_another_event_is_not_found(program, attraction, organisation):
    with scope(organisation):
        other = make.attraction()

    path = f"/events/{attraction.event.slug}/eligibility"
    assert program("registrations")(path, json={"attraction": other.pk}).status_code == 404


def test_a_token_for_events_may_not_ask(program, attraction):
    assert check(program, attraction, token="events").status_code == 403
