"""The external register of members (V3): found → eligible, not found → refused, anything else → never a silent yes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from kring.core.tenancy import scope
from kring.events.eligibility import Applicant, decide, forgetting, reference
from kring.events.eligibility.consulting import consult
from kring.events.eligibility.rules import rule
from kring.events.models import EligibilityRule, RegistryAnswer
from kring.organisations import audit
from tests import make
from tests.fakes.registry import Registry

pytestmark = pytest.mark.django_db(transaction=True)
ANNA = reference.PEOPLE[0]
STRANGER = {**ANNA, "pesel": "85051512346"}


@pytest.fixture
def registry(settings):
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with Registry() as running:
        yield running


@pytest.fixture
def attraction(organisation, registry):
    with scope(organisation):
        made = make.attraction()
        settings = {"address": registry.url, "token": reference.TOKEN, "asks_for_card": True}
        EligibilityRule.objects.create(attraction=made, key="registry", settings=settings)
    return made


def asked_about(attraction, answers):
    applicant = Applicant(name="Anna Nowak", answers=answers)
    number = consult(attraction.organisation_id, attraction, [applicant])
    with scope(attraction.organisation_id):
        return number, [(found.code, found.is_for_now) for found in decide(attraction, applicant)]


def test_who_is_found_may_come(attraction):
    assert asked_about(attraction, ANNA) == (1, [])


def test_case_spaces_and_hyphens_do_not_matter(attraction):
    last = reference.PEOPLE[3]

    assert asked_about(attraction, {**last, "first_name": "łukasz ", "last_name": "DĄBROWSKI ZAJĄC"}) == (1, [])


def test_who_is_not_found_is_refused(attraction):
    assert asked_about(attraction, STRANGER) == (1, [("not_found", False)])


@pytest.mark.parametrize(
    ("mood", "code"),
    [
        ("status 500", "registry_down"),
        ("silent", "registry_down"),
        ("garbage", "registry_down"),
        ("vague", "registry_down"),
        ("terse", "registry_down"),
        ("elsewhere", "registry_down"),
        ("mistaken", "somebody_else"),
    ],
)
def test_what_is_no_usable_answer_is_never_a_yes(attraction, registry, mood, code):
    registry.behave(mood)

    assert asked_about(attraction, ANNA) == (1, [(code, True)])


def test_of_a_registry_that_is_down_only_the_first_of_a_group_is_asked_about(attraction, registry):
    registry.behave("status 500")
    group = [Applicant(name=str(number), answers={**ANNA, "first_name": str(number)}) for number in range(20)]

    assert consult(attraction.organisation_id, attraction, group) == 1
    with scope(attraction.organisation_id):
        assert [found.code for found in decide(attraction, group[-1])] == ["not_asked"]


def test_before_anybody_was_asked_it_is_no_yes_either(attraction):
    with scope(attraction.organisation_id):
        [found] = decide(attraction, Applicant(answers=ANNA))

    assert (found.code, found.is_for_now) == ("not_asked", True)


def test_without_the_data_nobody_is_asked(attraction, registry):
    known = {name: value for name, value in ANNA.items() if name != "pesel"}

    assert asked_about(attraction, known) == (0, [("answer_needed", False)])
    assert registry.asked == []


def test_a_good_answer_is_not_asked_for_again_and_a_wrong_key_is_no_answer(attraction, registry):
    assert asked_about(attraction, ANNA)[0] == 1
    assert asked_about(attraction, ANNA) == (0, [])
    assert registry.asked == [ANNA]
    with scope(attraction.organisation_id):
        settings = {"address": registry.url + "?", "token": "wrong"}
        EligibilityRule.objects.update(settings=settings)

    assert asked_about(attraction, ANNA) == (1, [("registry_down", True)])


@pytest.mark.parametrize(
    ("mood", "later"),
    [("well", timedelta(days=8)), ("status 500", timedelta(minutes=2)), ("mistaken", timedelta(minutes=2))],
)
def test_an_old_answer_is_asked_for_again(attraction, registry, mood, later):
    registry.behave(mood)
    asked_about(attraction, ANNA)
    with scope(attraction.organisation_id):
        RegistryAnswer.objects.update(asked_at=timezone.now() - later)
    registry.behave("well")

    assert asked_about(attraction, ANNA) == (1, [])


def test_other_data_are_another_question(attraction):
    asked_about(attraction, ANNA)

    assert asked_about(attraction, {**ANNA, "membership_card": "AL002"}) == (1, [("not_found", False)])


def test_the_log_says_who_was_asked_about_and_no_number(attraction, registry):
    asked_about(attraction, ANNA)
    with scope(attraction.organisation_id):
        row = RegistryAnswer.objects.get()

    assert (row.name, row.result, row.trouble) == ("Anna Nowak", "found", "")
    assert row.registry == registry.url.removeprefix("http://")
    kept = " ".join(str(value) for value in vars(row).values())
    assert ANNA["pesel"] not in kept
    assert ANNA["membership_card"] not in kept


def test_nothing_about_a_person_is_printed(attraction, registry, capfd, caplog):
    registry.behave("garbage")
    asked_about(attraction, ANNA)
    printed = "".join(capfd.readouterr()) + caplog.text

    assert ANNA["pesel"] not in printed
    assert ANNA["last_name"] not in printed


def test_nobody_is_asked_within_a_transaction(attraction):
    with scope(attraction.organisation_id), pytest.raises(RuntimeError):
        consult(attraction.organisation_id, attraction, [Applicant(answers=ANNA)])


def test_the_question_is_posted_with_the_key_and_only_what_it_needs(attraction, registry):
    asked_about(attraction, {**ANNA, "phone": "+48 600 000 000"})

    assert registry.asked == [ANNA]
    assert registry.headers["Authorization"] == f"Bearer {reference.TOKEN}"


def test_the_pretend_registry_of_the_demo_speaks_the_same(organisation):
    with scope(organisation):
        made = make.attraction()
        settings = {"address": f"{organisation.url}/testregistry/people/", "token": reference.TOKEN}
        assert rule("registry").settings_form(settings).is_valid()
        EligibilityRule.objects.create(attraction=made, key="registry", settings=settings)

    assert asked_about(made, ANNA) == (1, [])
    assert asked_about(made, STRANGER) == (1, [("not_found", False)])


def test_answers_are_forgotten_after_a_year(attraction):
    asked_about(attraction, ANNA)
    with scope(attraction.organisation_id):
        assert forgetting.forget_old_answers() == 0
        RegistryAnswer.objects.update(asked_at=timezone.now() - timedelta(days=366))
        assert forgetting.forget_old_answers() == 1


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        ("timeout", "Het ledenregister antwoordde niet op tijd."),
        ("status 503", "Het ledenregister meldt een fout."),
        ("no JSON", "Het ledenregister gaf geen bruikbaar antwoord."),
        ("", ""),
    ],
)
def test_staff_read_a_sentence_about_a_registry_in_their_language(trouble, expected):
    with translation.override("nl"):
        assert RegistryAnswer(trouble=trouble).explanation == expected


def someone(number):
    return {**ANNA, "first_name": f"Anna {number}"}


def test_who_tries_many_numbers_is_told_so_and_the_registry_is_spared(attraction, registry, settings):
    settings.REGISTRY_PER_HOUR = 2

    with audit.acting(None, ip="192.0.2.7"):
        result = [asked_about(attraction, someone(number))[1] for number in range(4)]

    assert result == [[("not_found", False)]] * 2 + [[("too_often", True)]] * 2
    with scope(attraction.organisation_id):
        assert RegistryAnswer.objects.latest("pk").explanation.startswith("Too many requests")


def test_others_are_asked_about_meanwhile_until_it_is_too_much_for_the_event(attraction, settings, monkeypatch):
    settings.REGISTRY_PER_HOUR = 1
    monkeypatch.setattr("kring.events.eligibility.asking_limits.FOR_AN_EVENT", 3)

    result = []
    for number in range(5):
        with audit.acting(None, ip=f"192.0.{number}.7"):
            result += asked_about(attraction, someone(number))[1]

    assert result == [("not_found", False)] * 3 + [("too_often", True)] * 2


def test_what_was_answered_is_not_counted_again(attraction, settings):
    settings.REGISTRY_PER_HOUR = 1

    with audit.acting(make.user(), ip="192.0.2.7"):
        assert [asked_about(attraction, ANNA) for _again in range(3)] == [(1, []), (0, []), (0, [])]


def test_the_worker_asks_about_what_is_paid_without_a_limit(attraction, settings):
    settings.REGISTRY_PER_HOUR = 1

    with audit.acting(None, label="worker"):
        assert [asked_about(attraction, someone(number))[0] for number in range(3)] == [1, 1, 1]
