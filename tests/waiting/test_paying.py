"""Paying for what an invitation led to: what fails, takes days, or comes too late (W5, P4, P5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.payments import paying
from kring.places.models import Hold
from kring.waiting import ending, inviting
from kring.waiting.models import Invitation
from tests import jobs
from tests.payments import ordering
from tests.waiting.passing import let_pass
from tests.waiting.queueing import (
    begin,
    enlarge,
    free_one,
    fresh,
    invitation_of,
    let_order_lapse,
    pay,
    sold_out,
    start,
    states,
    taken,
    wait,
)

pytestmark = pytest.mark.usefixtures("in_scope")


def test_a_failed_payment_leaves_the_invitation_open_until_its_deadline(invited):
    attraction, eve, bob = invited
    order = begin(eve)
    paying.fail(start(order), "insufficient_funds")
    let_order_lapse(order)

    settling.expire_due()
    jobs.work()

    assert states(eve, bob) == ["invited", "waiting"]
    assert taken(attraction) == 1
    again = begin(eve)
    assert again != order
    pay(again)
    assert states(eve) == ["converted"]


def test_a_failed_payment_takes_nothing_away_of_the_deadline(invited):
    _attraction, eve, _bob = invited
    deadline = invitation_of(eve).expires_at

    order = begin(eve)
    paying.fail(start(order), "insufficient_funds")

    assert fresh(order).expires_at == deadline
    assert Hold.objects.get(registrations__line__order=order).expires_at == deadline


def test_a_failed_slow_payment_leaves_her_the_deadline_and_no_more(invited):
    _attraction, eve, _bob = invited
    deadline = invitation_of(eve).expires_at

    order = begin(eve)
    paying.fail(ordering.start(order, "transfer", days_to_pay=14).payment, "No money")

    assert fresh(order).expires_at == deadline
    assert Hold.objects.get(registrations__line__order=order).expires_at == deadline


def test_a_slow_method_keeps_the_places_beyond_the_deadline_as_long_as_it_takes(invited):
    attraction, eve, bob = invited
    deadline = invitation_of(eve).expires_at
    order = begin(eve)
    payment = ordering.start(order, "transfer", days_to_pay=14).payment
    assert fresh(order).expires_at > deadline + timedelta(days=11)

    let_pass(attraction.organisation, timedelta(days=5))
    # The deadline is over, and the order's time is not.
    settling.expire_due()
    ending.expire_due()
    inviting.fill(attraction.event_id)

    assert (fresh(order).state, *states(eve, bob)) == ("awaiting", "invited", "waiting")
    paying.confirm(payment)
    assert states(eve, bob) == ["converted", "waiting"]
    assert taken(attraction) == 1


def test_a_slow_payment_that_does_not_come_in_its_time_gives_the_place_to_the_next(invited):
    attraction, eve, bob = invited
    order = begin(eve)
    ordering.start(order, "transfer", days_to_pay=14)

    let_pass(attraction.organisation, timedelta(days=15))
    settling.expire_due()
    ending.expire_due()
    jobs.work()

    assert (fresh(order).state, *states(eve, bob)) == ("expired", "expired", "invited")
    assert taken(attraction) == 1


def test_after_a_failed_payment_she_can_begin_anew_though_no_worker_ran(invited):
    attraction, eve, bob = invited
    order = begin(eve)
    paying.fail(start(order), "insufficient_funds")
    let_order_lapse(order)
    inviting.fill(attraction.event_id)

    again = begin(eve)

    assert states(bob) == ["waiting"]
    assert again != order and fresh(order).state == "expired"
    pay(again)
    assert states(eve) == ["converted"]


def test_an_order_that_outlives_the_deadline_takes_the_invitation_with_it(invited):
    attraction, eve, bob = invited
    order = begin(eve)
    past = timezone.now() - timedelta(seconds=1)
    Invitation.objects.update(expires_at=past)
    let_order_lapse(order)
    Hold.objects.filter(registrations__line__order=order).update(expires_at=past)

    settling.expire_due()
    # The clock alone: its places are not kept for an overdue invitation until the worker runs.
    assert (invitation_of(eve).hold, taken(attraction)) == (None, 0)
    ending.expire_due()
    jobs.work()

    assert states(eve, bob) == ["expired", "invited"]


def test_late_money_finds_the_place_while_the_invitation_is_open(invited):
    attraction, eve, bob = invited
    order = begin(eve)
    payment = start(order)
    let_order_lapse(order)
    settling.expire_due()

    paying.confirm(payment)
    jobs.work()

    assert (fresh(order).state, *states(eve, bob)) == ("paid", "converted", "waiting")
    assert taken(attraction) == 1


def test_late_money_after_the_place_has_gone_on_is_for_staff_to_decide(invited):
    _attraction, eve, bob = invited
    order = begin(eve)
    payment = start(order)
    past = timezone.now() - timedelta(seconds=1)
    Invitation.objects.update(expires_at=past)
    let_order_lapse(order)
    Hold.objects.filter(registrations__line__order=order).update(expires_at=past)
    settling.expire_due()
    ending.expire_due()
    jobs.work()

    paying.confirm(payment)

    assert (fresh(order).state, *states(eve, bob)) == ("undecided", "expired", "invited")


def test_late_money_of_somebody_who_was_invited_once_more_frees_the_second_place():
    attraction = sold_out(places=2)
    eve = wait(attraction, name="eve")
    free_one(attraction)
    order = begin(eve)
    payment = start(order)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    let_order_lapse(order)
    settling.expire_due()
    ending.expire_due()
    enlarge(attraction)
    inviting.invite_selected(attraction.event, [eve.pk], by=None)
    assert states(eve) == ["invited"]

    paying.confirm(payment)
    jobs.work()

    assert states(eve) == ["converted"]
    assert not Invitation.objects.open().exists()
    assert taken(attraction) == 2
