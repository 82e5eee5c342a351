"""Nobody passes a partner's number, however many press at the same moment (D3)."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import transaction

from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.partners import keeping, refusals, taking
from kring.partners.models import PartnerQuota
from kring.places.models import Claim
from kring.registrations import booking
from kring.registrations.models import Registration
from kring.registrations.refusals import NoPlacesLeft
from tests import make
from tests.partners.giving import complete, quota_of, registration_of, take, taken_of
from tests.places.test_at_once import at_once, without_the_trigger

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, TICKETS = 32, 3


def rush(organisation, quota):
    """As many as PEOPLE press the button of the link; what each was told, "" for who has a ticket."""

    def press(number):
        try:
            with scope(organisation):
                complete(taking.begin(quota, 1, language="en"), name=f"Guest{number}")
        except Refusal as refusal:
            return refusal.code
        return ""

    return at_once(press, PEOPLE)


def sold(organisation):
    with scope(organisation):
        return Registration.objects.live().count()


@contextmanager
def without_the_look_before(monkeypatch):
    """No row is locked and nothing is counted first: only the database is left to refuse."""
    related = ("partner", "event__pool", "ticket_type__pool", "ticket_type__attraction__pool", "pool", "hold")
    with monkeypatch.context() as patch:
        patch.setattr(taking, "locked", lambda pk: PartnerQuota.objects.select_related(*related).get(pk=pk))
        patch.setattr(taking, "left", lambda quota: PEOPLE)
        yield


def test_of_32_at_once_three_get_a_ticket_and_the_others_are_refused_in_words(organisation):
    with scope(organisation):
        attraction = make.attraction(capacity=100)
        quota = quota_of(attraction, TICKETS)

    got = rush(organisation, quota)

    assert sorted(got) == [""] * TICKETS + [refusals.AllTaken.code] * (PEOPLE - TICKETS)
    assert sold(organisation) == TICKETS
    with scope(organisation):
        assert (taken_of(quota.pool_id), taken_of(attraction.pool_id)) == (TICKETS, TICKETS)
        assert Message.objects.filter(template="partner-full").count() == 1


def test_the_database_alone_refuses_the_fourth(organisation, monkeypatch):
    with scope(organisation):
        quota = quota_of(make.attraction(capacity=100), TICKETS)

    with without_the_look_before(monkeypatch):
        got = rush(organisation, quota)

    assert sorted(got) == [""] * TICKETS + [NoPlacesLeft.code] * (PEOPLE - TICKETS)


def test_without_the_trigger_the_same_rush_gives_too_many(organisation, monkeypatch):
    with scope(organisation):
        quota = quota_of(make.attraction(capacity=100), TICKETS)

    with without_the_look_before(monkeypatch), without_the_trigger():
        rush(organisation, quota)

    assert sold(organisation) > TICKETS


def test_public_and_two_partners_at_once_take_no_more_than_there_are(organisation):
    with scope(organisation):
        attraction = make.attraction(capacity=10)
        ours, theirs = quota_of(attraction, 3), quota_of(attraction, 4)
        ticket_type = attraction.ticket_types.get()

    def press(number):
        try:
            with scope(organisation):
                if number % 3:
                    taking.begin(ours if number % 3 == 1 else theirs, 1, language="en")
                else:
                    booking.book(attraction.event, {ticket_type.pk: 1}, language="en")
        except Refusal:
            return None
        return number % 3

    got = at_once(press, PEOPLE)

    assert [got.count(who) for who in (0, 1, 2)] == [3, 3, 4]


def test_the_number_is_lowered_while_tickets_are_taken(organisation):
    with scope(organisation):
        attraction = make.attraction(capacity=20)
        quota = quota_of(attraction, 10)

    def press(number):
        try:
            with scope(organisation):
                if number == 0:
                    keeping.change_quota(quota, number=4, price=quota.price, free_from=None)
                else:
                    taking.begin(quota, 1, language="en")
        except Refusal:
            return False
        return True

    lowered, *taken = at_once(press, 16)

    with scope(organisation):
        number = 4 if lowered else 10
        assert sum(taken) == taken_of(quota.pool_id) == number
        assert taken_of(attraction.pool_id) == number


def test_unused_ones_come_free_while_the_last_are_taken(organisation):
    with scope(organisation):
        attraction = make.attraction(capacity=20)
        quota = quota_of(attraction, 10)

    def press(number):
        try:
            with scope(organisation):
                if number == 0:
                    PartnerQuota.objects.filter(pk=quota.pk).update(free_from=quota.created_at)
                    keeping.let_go_of_unused(quota.pk)
                else:
                    taking.begin(quota, 1, language="en")
        except Refusal:
            return False
        return True

    _freed, *taken = at_once(press, 12)

    with scope(organisation):
        claimed = sum(Claim.objects.filter(pool=quota.pool_id).values_list("quantity", flat=True))
        assert sum(taken) == claimed == taken_of(attraction.pool_id)


def test_a_ticket_is_handed_to_two_people_at_once_and_one_gets_it(organisation):
    with scope(organisation):
        quota = quota_of(make.attraction(), 1)
        registration = registration_of(take(quota))

    def press(number):
        try:
            with scope(organisation):
                taking.hand_over(quota, registration.pk, name=f"Guest {number}", email=f"g{number}@example.org")
        except Refusal:
            return False
        return True

    assert sum(at_once(press, 8)) == 1
    with scope(organisation):
        assert Message.objects.filter(template="partner-ticket-given").count() == 1


def test_nobody_takes_the_ticket_that_is_handed_over(organisation):
    with scope(organisation):
        quota = quota_of(make.attraction(), 1)
        registration = registration_of(take(quota))

    def press(number):
        try:
            with scope(organisation), transaction.atomic():
                if number == 0:
                    taking.hand_over(quota, registration.pk, name="Bob", email="bob@example.org")
                else:
                    taking.begin(quota, 1, language="en")
        except Refusal:
            return False
        return True

    assert at_once(press, 16) == [True] + [False] * 15
