"""At the desk, with the person in front of one: who is meant, whatever they can say (B10)."""

from __future__ import annotations

import pytest

from kring.checkin.looking_up import LookUpResult, look_up
from kring.core.searching import Unsearchable
from kring.core.tenancy import scope
from kring.registrations import codes
from tests import make
from tests.registrations.answering import answer
from tests.registrations.tickets import make_registration, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(in_scope):
    return make.event()


def found(words, event, limit=5):
    return look_up(words, event, limit=limit).people


def test_people_are_found_by_all_words_in_name_or_address_with_or_without_accents(event):
    ada = make_registration(event=event, attendee_name="Ada Łącka", attendee_email="ada@example.org")
    eve = make_registration(event=event, attendee_name="Eve Ada", attendee_email="eve@example.com")
    make_registration(attendee_name="Ada of another event")

    assert found("ada", event) == [ada, eve]
    assert found("lacka", event) == found("ADA łąc", event) == [ada]
    assert found("example.com", event) == [eve]
    assert found("ada", event, limit=1) == [ada]
    assert found("%% _", event) == found("", event) == []


def test_an_order_number_and_a_short_code_find_their_people(event):
    ticket = make_ticket(event=event, attendee_name="Zoë Żak")
    make_ticket(event=event)
    other = make_ticket(attendee_name="Elsewhere")

    number = ticket.registration.line.order.number
    for words in (number, number.lower(), short(ticket), short(ticket).lower(), codes.code_of(ticket)):
        assert found(words, event) == [ticket.registration], words
    assert found(short(other), event) == []


def short(ticket):
    return codes.without_signature(codes.code_of(ticket))


def test_a_chinese_name_is_found_by_any_of_its_letters(event):
    li = make_registration(event=event, attendee_name="李娜")
    make_registration(event=event, attendee_name="王芳")

    assert found("李", event) == found("娜", event) == found("李娜", event) == [li]


def test_who_is_called_nearly_so_is_offered_as_that(event):
    jan = make_registration(event=event, attendee_name="Jan Kowalski")

    assert look_up("kowalksi", event, limit=5) == LookUpResult([jan], are_similar=True)


def test_a_door_does_not_search_answers(event):
    ada = make_registration(event=event, attendee_name="Ada")
    answer(ada, {"diet": ("text", "Epilepsy")})

    assert found("epilepsy", event) == []


def test_one_letter_is_refused_and_not_everybody(event):
    make_registration(event=event, attendee_name="Ada")

    with pytest.raises(Unsearchable, match="at least two letters"):
        look_up("a", event, limit=5)


def test_people_of_another_organisation_are_not_found(organisation):
    with scope(make.organisation()):
        theirs = make_ticket(attendee_name="Ada")
        short_theirs = short(theirs)

    with scope(organisation):
        make_ticket(event=make.event(code=theirs.registration.event.code), attendee_name="Eve")
        assert found("ada", theirs.registration.event) == found(short_theirs, theirs.registration.event) == []


def test_finding_people_costs_the_same_for_one_and_for_many(event, django_assert_num_queries):
    for people in (1, 4):
        for _ in range(people):
            make_ticket(event=event, attendee_name="Ada")
        with django_assert_num_queries(3):
            people = found("ada", event, limit=20)
            assert [registration.tickets.all()[0].registration_id for registration in people]
