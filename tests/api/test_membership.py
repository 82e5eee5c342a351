"""The register offered to others: Kring's own client asks another organisation of Kring (docs/registry.md)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kring.accounts.models import ApiToken, Role
from kring.core import outgoing
from kring.core.outgoing import Unreachable
from kring.core.tenancy import scope
from kring.events.eligibility import asking
from kring.events.eligibility.asking import Inquiry
from kring.events.eligibility.rules.registry import Registry
from kring.members import numbering, status
from kring.members.models import Member, MembershipType
from kring.organisations.models import AuditEntry
from tests import make
from tests.web.manage.conftest import Staff

PATH = "/api/v1/membership"


@pytest.fixture
def register(organisation):
    """Offered, with one member: `Łucja van den Berg`, number SVO-7, an adult since May 2024."""
    with scope(organisation):
        settings = numbering.settings()
        settings.offered_about = "all"
        settings.save()
        make.member(
            number="SVO-7",
            first_name="Łucja Maria",
            call_name="Łucja",
            name_prefix="van den",
            last_name="Berg",
            birth_date=date(1990, 2, 28),
            joined_on=date(2024, 5, 1),
            type=MembershipType.objects.create(name="adult"),
        )
    return organisation


@pytest.fixture
def key(organisation):
    with scope(organisation):
        _token, key = ApiToken.issue(name="Zlot", scopes=["membership"], created_by=make.staff("org_admin"))
    return key


@pytest.fixture
def network(monkeypatch, organisation):
    """Requests of Kring's client arrive at the organisation's own server."""
    host = f"{organisation.subdomain}.kring.localhost"

    def post_json(url: str, body: Any, *, token: str) -> Any:
        headers = {"host": host, "authorization": f"Bearer {token}"}
        answer = Client(headers=headers).post(PATH, body, content_type="application/json")
        if answer.status_code != 200:
            raise Unreachable(f"status {answer.status_code}")
        return answer.json()

    monkeypatch.setattr(outgoing, "post_json", post_json)
    return f"https://{host}{PATH}"


LUCJA = {"first_name": "lucja", "last_name": "Van Den BERG"}


@pytest.mark.parametrize(
    "person",
    [
        LUCJA | {"membership_card": "SVO-7"},
        LUCJA | {"membership_card": "svo-7"},
        LUCJA | {"birth_date": "1990-02-28"},
        LUCJA | {"birth_date": "1990-02-28", "membership_card": "svo-7"},
        {"first_name": "Łucja Maria", "last_name": "Berg", "birth_date": "1990-02-28"},
    ],
)
def test_krings_client_finds_a_member_of_another_organisation(register, key, network, person):
    assert asking.ask(Inquiry(network, key, person)) == (asking.FOUND, "")


@pytest.mark.parametrize(
    "person",
    [
        LUCJA | {"membership_card": "8"},
        LUCJA | {"birth_date": "1990-02-27"},
        LUCJA | {"birth_date": "1990-02-28", "membership_card": "8"},
        LUCJA | {"first_name": "Lucy", "membership_card": "svo-7"},
        LUCJA | {"last_name": "B", "membership_card": "svo-7"},
    ],
)
def test_nobody_else_is_found(register, key, network, person):
    assert asking.ask(Inquiry(network, key, person)) == (asking.NOT_FOUND, "")


def ask(program: Any, **person: Any) -> Any:
    return program("membership")("/membership", json=LUCJA | {"membership_card": "svo-7"} | person)


def test_the_answer_says_since_when_and_as_what_and_repeats_what_was_asked(register, program):
    assert ask(program).json() == {
        "found": True,
        "person": LUCJA | {"membership_card": "svo-7"},
        "membership": {"valid": True, "since": "2024-05-01", "type": "adult"},
    }
    assert ask(program, membership_card="8").json() == {"found": False}


@pytest.mark.parametrize("state", ["suspended", "left", "deceased"])
def test_whoever_is_suspended_or_gone_is_not_found(register, program, state):
    with scope(register):
        status.change_status(Member.objects.get(), state, on=timezone.localdate() - timedelta(days=1))
    assert ask(program).json() == {"found": False}


def test_members_who_do_not_share_their_data_can_be_left_out(register, program):
    with scope(register):
        settings = numbering.settings()
        settings.offered_about = "consenting"
        settings.save()
    assert ask(program).json() == {"found": False}
    with scope(register):
        Member.objects.update(sharing_consent=True)
    assert ask(program).json()["found"]


def test_a_register_that_is_not_offered_answers_nothing(organisation, program):
    assert (ask(program).status_code, ask(program).json()["type"]) == (404, "urn:kring:refusal:not_offered")


def test_only_a_token_with_this_right_asks_and_it_opens_nothing_else(register, program):
    assert (
        program("members", "members:write")("/membership", json=LUCJA | {"membership_card": "svo-7"}).status_code == 403
    )
    assert program()("/membership", json={}).status_code == 401
    with_right = program("membership")
    assert {with_right(path).status_code for path in ("/members", "/groups", "/households", "/registrations")} == {403}
    assert with_right("/membership").status_code == 405


@pytest.mark.parametrize(
    "person",
    [
        {"membership_card": ""},
        {"membership_card": 7},
        {"membership_card": "%"},
        {"pesel": "90010112349"},
        {"birth_date": "28-02-1990"},
        {"birth_date": "2026-02-31"},
        {"first_name": ""},
        {"first_name": "\0"},
        {"first_name": "x" * 200},
    ],
    ids=str,
)
def test_a_question_it_cannot_answer_finds_nobody(register, program, person):
    answer = ask(program, **person)
    assert answer.status_code == 422 or answer.json() == {"found": False}


def test_each_question_is_in_the_log_without_the_name_of_a_stranger(register, program):
    ask(program)
    ask(program, first_name="Stranger")
    with scope(register):
        entries = list(AuditEntry.objects.filter(action="register.asked").order_by("pk"))
    assert [(each.new["found"], each.actor_label) for each in entries] == [
        (True, "API: Website"),
        (False, "API: Website"),
    ]
    assert "Stranger" not in str([vars(each) for each in entries])


def test_a_date_of_birth_is_not_found_by_trying_all(register, program):
    asked = program("membership")
    answers = [
        asked("/membership", json=LUCJA | {"birth_date": f"1991-01-{day:02}"}).status_code for day in range(1, 25)
    ]
    assert answers == [200] * 20 + [429] * 4
    assert asked("/membership", json=LUCJA | {"last_name": "Bos", "birth_date": "1991-01-01"}).status_code == 200


@pytest.mark.parametrize(
    "names",
    [
        [{"first_name": name} for name in ("Łucja", "-LUCJA", "Luc\u200bja", "łúcja", "Łucja Maria", "Lucja ")],
        [{"last_name": name} for name in ("Berg", "van den Berg", "Van-den Bérg", "VAN  DEN berg")],
    ],
)
def test_the_same_name_written_otherwise_is_one_name(register, program, names):
    asked = program("membership")
    answers = [
        asked("/membership", json=LUCJA | {"birth_date": "1991-01-01"} | names[number % len(names)]).status_code
        for number in range(22)
    ]
    assert answers == [200] * 20 + [429] * 2


def test_one_member_is_asked_about_so_often_by_whatever_name(register, program):
    """By call name and number, and by the first name in the passport: dates of birth are not tried twice as often."""
    with scope(register):
        Member.objects.update(call_name="Lusia")
    asked = program("membership")
    names = ["Lusia", "Łucja Maria"]
    wrong = {"membership_card": "svo-7", "birth_date": "1991-01-01"}
    answers = [asked("/membership", json=LUCJA | wrong | {"first_name": names[n % 2]}).status_code for n in range(22)]
    assert answers == [200] * 20 + [429] * 2


def test_the_administrator_switches_it_on_and_the_secretary_cannot(staff, organisation):
    page = staff(Role.Name.ORG_ADMIN).act("register_offering", offered_about="consenting")
    assert page.status_code == 302
    with scope(organisation):
        assert numbering.settings().offered_about == "consenting"
    assert staff(Role.Name.SECRETARY).page("register_offering").status_code == 403
    assert "/api/v1/membership" in staff(Role.Name.ORG_ADMIN).page("register_offering").content.decode()


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        ({}, ["pesel", "first_name", "last_name"]),
        ({"asks_for_card": True}, ["pesel", "membership_card", "first_name", "last_name"]),
        ({"identified_by": "birth_date"}, ["birth_date", "first_name", "last_name"]),
        (
            {"identified_by": "membership_card", "asks_for_card": True},
            ["membership_card", "first_name", "last_name"],
        ),
    ],
)
def test_the_rule_asks_by_what_the_register_knows(settings, asked):
    assert [name for (name,) in Registry(settings).questions()] == asked


@pytest.fixture
def staff(organisation):
    def staff(role: str) -> Staff:
        with scope(organisation):
            return Staff(organisation, make.staff(role))

    return staff
