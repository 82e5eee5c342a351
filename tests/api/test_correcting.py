"""Programs correct the data of a registration, by the rules of the pages (R7, X2)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.events.eligibility import reference
from kring.events.models import EligibilityRule
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.registrations import correcting
from kring.registrations.correcting import Correction
from kring.registrations.models import Registration
from tests import make
from tests.fakes.registry import Registry
from tests.registrations.answering import form_of, submit
from tests.registrations.tickets import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def registration(organisation: Any) -> Registration:
    with scope(organisation):
        made: Registration = make_ticket(
            attendee_name="Ana Nowak", attendee_email="ana@example.org", event=make.event_today()
        ).registration
        submit(
            made,
            form_of({"birth_date": "date", "shirt": ("choice", {"m": "Medium", "l": "Large"})}),
            birth_date="1990-01-01",
            shirt="m",
        )
    return made


@pytest.fixture
def patch(program: Any, registration: Registration) -> Any:
    caller = program("registrations:write")

    def patched(_pk: int = 0, **body: Any) -> Any:
        return caller.send(f"/registrations/{_pk or registration.pk}", json.dumps(body), method="PATCH")

    return patched


def fresh(registration: Registration) -> Registration:
    with scope(registration.organisation_id):
        found: Registration = Registration.objects.select_related("submission").get(pk=registration.pk)
        return found


def test_what_is_sent_is_another_and_the_rest_stays(patch: Any, registration: Registration) -> None:
    answer = patch(name="Anna Nowak", answers={"shirt": "l"})

    assert answer.status_code == 200
    assert answer.json()["attendee"] == {"name": "Anna Nowak", "email": "ana@example.org", "profession": ""}
    assert fresh(registration).submission.answers == {"birth_date": "1990-01-01", "shirt": "l"}
    with scope(registration.organisation_id):
        entry = AuditEntry.objects.get(action="registration.corrected")
    assert entry.old == {"attendee_name": "Ana Nowak", "“Shirt”": "Medium"}


def test_again_it_has_no_effect_and_no_mail(patch: Any, registration: Registration) -> None:
    for _ in range(2):
        assert patch(email="anna@example.org").status_code == 200

    with scope(registration.organisation_id):
        assert sorted(each.recipient for each in Message.objects.all()) == ["ana@example.org", "anna@example.org"]


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_kept(patch: Any, registration: Registration) -> None:
    answer = patch(name="Bo", answers={"shirt": "xxl", "birth_date": "never", "hat": "yes"}, basic={"city": "Ghent"})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:kring:refusal:answers_wrong")
    assert {each["pointer"] for each in answer.json()["errors"]} == {
        *("#/answers/shirt", "#/answers/birth_date", "#/answers/hat", "#/basic/city")
    }
    assert fresh(registration).attendee_name == "Ana Nowak"


def test_an_answer_of_null_is_taken_back(patch: Any, registration: Registration) -> None:
    assert patch(answers={"shirt": None}).status_code == 200

    assert fresh(registration).submission.answers == {"birth_date": "1990-01-01"}


def test_a_rule_is_asked_again_and_a_reason_lets_them_come_all_the_same(patch: Any, registration: Registration) -> None:
    with scope(registration.organisation_id):
        EligibilityRule.objects.create(event=registration.event, key="age", settings={"youngest": 18}, position=1)
    young = (timezone.localdate() - timedelta(days=4000)).isoformat()

    refused = patch(answers={"birth_date": young})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:kring:refusal:not_with_this")
    assert patch(answers={"birth_date": young}, despite_rules="With her mother").status_code == 200


def test_refusals_are_those_of_the_pages(patch: Any, registration: Registration) -> None:
    assert patch(_pk=registration.pk + 1, name="Bo").status_code == 404
    assert patch(email="nothing").json()["errors"][0]["pointer"] == "#/email"
    assert patch(name="\u202e \n").status_code == 422
    assert patch(profession="wizard").status_code == 422
    with scope(registration.organisation_id):
        Registration.objects.get(pk=registration.pk).cancel()
    assert patch(name="Bo").json()["type"] == "urn:kring:refusal:wrong_state"


def test_it_takes_the_scope_to_write(program: Any, registration: Registration) -> None:
    answer = program("registrations").send(f"/registrations/{registration.pk}", '{"name": "Bo"}', method="PATCH")

    assert answer.status_code == 403
    assert program("registrations")(f"/registrations/{registration.pk}").status_code == 200


@pytest.fixture
def registry(settings: Any, organisation: Any, registration: Registration) -> Any:
    """The attendee must be in it; the registered one is."""
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    names = ["pesel", "first_name", "last_name"]
    with Registry() as running:
        with scope(organisation):
            submit(registration, form_of(dict.fromkeys(names, "text")), **{n: reference.PEOPLE[0][n] for n in names})
            rule = {"address": running.url, "token": reference.TOKEN, "asks_for_card": False}
            EligibilityRule.objects.create(event=registration.event, key="registry", settings=rule, position=1)
        yield running


def test_a_registry_is_asked_of_whoever_it_is_now(patch: Any, registration: Registration, registry: Registry) -> None:
    other = {name: reference.PEOPLE[1][name] for name in ("pesel", "first_name", "last_name")}
    assert patch(answers=other).status_code == 200
    assert len(registry.asked) == 1

    stranger = patch(answers={"pesel": "90010112345"})
    assert stranger.status_code == 409 and len(registry.asked) == 2
    # Data that is not sent to the registry may be corrected whatever its answer is.
    assert patch(name="Anna Nowak").status_code == 200 and len(registry.asked) == 2
    assert fresh(registration).submission.answers == other


def test_no_registry_is_asked_within_a_transaction(registration: Registration, registry: Registry) -> None:
    """And what was done before it is undone meanwhile."""
    wanted = Correction("Bo", "bo@example.org", "", own={**fresh(registration).submission.answers, "pesel": "1"})
    states: list[str] = []

    def act(is_consulted: bool) -> bool:
        states.append(fresh(registration).attendee_name)
        return correcting.correct(
            registration.pk, wanted, by_staff=True, despite="Known to us", is_consulted=is_consulted
        )

    assert correcting.with_registries(registration.organisation_id, act)
    assert states == ["Ana Nowak", "Ana Nowak"] and fresh(registration).attendee_name == "Bo"
