"""An invitation ends in a registration, or its places go on (W4, W5)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.events.models import PriceRule, TicketType, WaitingList
from kring.events.pricing import price_list
from kring.mail.models import Message
from kring.places.models import Hold
from kring.registrations.models import Ticket
from kring.registrations.refusals import NotOnSale, TooMany
from kring.waiting import answering, ending, inviting, joining, managing, refusals
from kring.waiting.models import Invitation, WaitingEntry
from tests import jobs, make
from tests.registrations.price_rules import rule
from tests.waiting.queueing import (
    begin,
    free_one,
    fresh,
    invitation_of,
    let_lapse,
    named,
    paid,
    pay,
    sold_out,
    states,
    taken,
    wait,
)

LATER = timedelta(microseconds=1)
pytestmark = pytest.mark.usefixtures("in_scope")


def test_an_invitation_that_is_paid_is_a_registration(invited):
    attraction, eve, bob = invited

    order = begin(eve)
    assert taken(attraction) == 1
    pay(order)

    assert states(eve, bob) == ["converted", "waiting"]
    assert invitation_of(eve).state == "converted"
    assert Ticket.objects.filter(registration__line__order=order).count() == 1
    assert taken(attraction) == 1


def test_the_link_used_twice_leads_to_the_same_order(invited):
    _attraction, eve, _bob = invited

    assert begin(eve) == begin(eve)


def test_a_link_that_was_used_up_says_so(invited):
    _attraction, eve, _bob = invited
    pay(begin(eve))

    with pytest.raises(refusals.InvitationOver):
        begin(eve)


def test_dead_by_the_clock_though_no_worker_ran(invited):
    attraction, eve, bob = invited
    let_lapse(eve)

    with pytest.raises(refusals.InvitationExpired):
        begin(eve)
    inviting.fill(attraction.event_id)
    assert states(bob) == ["invited"]


def test_after_the_deadline_the_place_goes_to_the_next_and_she_is_told(invited):
    attraction, eve, bob = invited
    let_lapse(eve)

    assert ending.expire_due() == 1
    assert ending.expire_due() == 0
    jobs.work()

    assert states(eve, bob) == ["expired", "invited"]
    assert taken(attraction) == 1


def test_an_order_she_begins_has_until_the_deadline(invited):
    _attraction, eve, _bob = invited

    order = begin(eve)

    assert order.expires_at == invitation_of(eve).expires_at
    assert Hold.objects.get(registrations__line__order=order).expires_at == order.expires_at


def test_whoever_began_in_time_has_half_an_hour_at_least(invited):
    attraction, eve, bob = invited
    soon = timezone.now() + timedelta(minutes=2)
    Invitation.objects.update(expires_at=soon)
    Hold.objects.filter(invitations__entry=eve).update(expires_at=soon)

    order = begin(eve)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert order.expires_at > timezone.now() + timedelta(minutes=29)
    assert ending.expire_due() == 0
    inviting.fill(attraction.event_id)
    assert states(bob) == ["waiting"]
    pay(order)
    assert states(eve) == ["converted"]


def test_a_party_that_takes_fewer_places_leaves_the_rest_to_the_next():
    attraction = sold_out(places=2)
    eve, bob = wait(attraction, party=2), wait(attraction)
    free_one(attraction)
    free_one(attraction)

    order = begin(eve, tickets=1)
    jobs.work()

    assert states(eve, bob) == ["invited", "invited"]
    pay(order)
    assert states(eve) == ["converted"]
    assert taken(attraction) == 2


def test_nobody_takes_more_places_than_she_waited_for_nor_of_something_else(invited):
    _attraction, eve, _bob = invited
    invitation = invitation_of(eve)
    other = make.attraction(event=invitation.entry.event)

    with pytest.raises(TooMany):
        begin(eve, tickets=2)
    with pytest.raises(NotOnSale):
        answering.begin(invitation, {other.ticket_types.get().pk: 1}, language="en")


@pytest.mark.parametrize("numbers", [{"fewest_per_order": 3}, {"most_per_order": 1}])
def test_of_places_that_are_kept_there_are_as_many_as_somebody_waited_for(numbers):
    attraction = sold_out(places=2)
    eve = wait(attraction, party=2)
    free_one(attraction)
    free_one(attraction)
    attraction.ticket_types.update(**numbers)

    assert begin(eve, tickets=2).lines.count() == 2


def test_declining_in_the_middle_of_ordering_cancels_the_order(invited):
    _attraction, eve, bob = invited
    order = begin(eve)
    stale = Invitation.objects.get(entry=eve)
    stale.order = None

    answering.decline(stale)
    jobs.work()

    assert (fresh(order).state, *states(eve, bob)) == ("cancelled", "declined", "invited")


def test_leaving_in_the_middle_of_ordering_does_too(invited):
    _attraction, eve, bob = invited
    order = begin(eve)

    joining.leave(fresh(eve))
    jobs.work()

    assert (fresh(order).state, *states(eve, bob)) == ("cancelled", "withdrawn", "invited")


def test_declining_is_possible_while_the_order_lives_after_the_deadline(invited):
    _attraction, eve, bob = invited
    order = begin(eve)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    answering.decline(invitation_of(eve))
    jobs.work()

    assert (fresh(order).state, *states(eve, bob)) == ("cancelled", "declined", "invited")


@pytest.mark.parametrize(("prices", "price"), [("joining", "10"), ("paying", "15")])
def test_the_price_is_the_one_that_was_promised(prices, price):
    attraction = sold_out(prices=prices)
    eve = wait(attraction)
    TicketType.objects.update(price=Decimal(15))
    free_one(attraction)

    assert [each for _type, each in answering.offered(invitation_of(eve))] == [Decimal(price)]
    assert begin(eve).total == Decimal(price)


def test_a_price_that_has_fallen_since_is_not_held_against_anybody_who_waited():
    attraction = sold_out(prices="joining")
    eve = wait(attraction)
    TicketType.objects.update(price=Decimal(8))
    free_one(attraction)

    assert begin(eve).total == Decimal(8)


@pytest.mark.parametrize(("prices", "price"), [("joining", "4"), ("paying", "10")])
def test_an_early_bird_of_the_day_of_joining_is_promised_too(prices, price):
    attraction = sold_out(prices=prices)
    ends = timezone.now() + timedelta(hours=1)
    rule(attraction.event, "dates", "amount_off", "6", settings={"after": None, "before": ends.isoformat()})
    eve = wait(attraction)
    PriceRule.objects.update(settings={"after": None, "before": (fresh(eve).joined_at + LATER).isoformat()})
    price_list.forget(attraction.event)
    free_one(attraction)

    assert [each for _type, each in answering.offered(invitation_of(eve))] == [Decimal(price)]
    assert begin(eve).total == Decimal(price)


def two_parts(**rules):
    best = sold_out(**rules)
    parts = [best, *(make.attraction(capacity=1, event=best.event, price="10") for _ in range(2))]
    for each in parts[1:]:
        paid(each)
    managing.change_list(best.event.waiting_lists.get())
    jobs.work()
    return [fresh(each) for each in parts]


def test_others_given_up_whoever_takes_a_place_waits_for_nothing_else():
    best, second, _third = two_parts(others="give_up")
    eve = wait(best, second)
    free_one(second)

    pay(begin(eve))

    assert states(eve) == ["converted"]
    assert not WaitingEntry.objects.live().exists()


def test_others_kept_whoever_takes_a_lower_choice_waits_on_for_the_better_with_her_turn():
    best, second, third = two_parts(others="keep")
    eve = wait(best, second, third, name="eve")
    bob = wait(best, name="bob")
    free_one(third)
    lowest = begin(eve)
    pay(lowest)

    free_one(second)
    again = WaitingEntry.objects.live().get(email="eve@example.org")
    middle = begin(again)
    pay(middle)
    assert (fresh(lowest).state, fresh(middle).state) == ("cancelled", "paid")
    message = Message.objects.filter(template="registration-cancelled").latest("pk")
    assert "You have the place you preferred" in message.text

    free_one(best)
    last = WaitingEntry.objects.live().get(email="eve@example.org")
    pay(begin(last))

    assert (fresh(middle).state, *states(bob, last)) == ("cancelled", "waiting", "converted")
    assert [taken(each) for each in (best, second, third)] == [1, 0, 0]


def test_a_blocked_payment_does_not_keep_others_from_theirs(invited):
    """An order that staff cancels gives its place back to the invitation it began with."""
    attraction, eve, bob = invited
    order = begin(eve)

    settling.cancel(order, reason="typing error")
    jobs.work()

    assert states(eve, bob) == ["invited", "waiting"]
    assert named(begin(eve)).state == Order.State.OPEN
    assert taken(attraction) == 1


def test_an_invitation_is_for_what_is_sold_now(invited):
    attraction, eve, _bob = invited
    early = attraction.ticket_types.get()
    regular = make.ticket_type(attraction, price="25.00")
    attraction.ticket_types.filter(pk=early.pk).update(sold_until=timezone.now() - timedelta(minutes=1))
    invitation = invitation_of(eve)

    assert [each.pk for each, _price in answering.offered(invitation)] == [regular.pk]
    with pytest.raises(NotOnSale):
        answering.begin(invitation, {early.pk: 1}, language="en")


def test_where_the_prices_of_joining_hold_so_do_the_types_sold_then(invited):
    attraction, eve, _bob = invited
    early = attraction.ticket_types.get()
    make.ticket_type(attraction, price="25.00")
    attraction.ticket_types.filter(pk=early.pk).update(sold_until=eve.joined_at + timedelta(microseconds=1))
    WaitingList.objects.update(prices=WaitingList.Prices.JOINING)

    assert early.pk in [each.pk for each, _price in answering.offered(invitation_of(eve))]
    assert answering.begin(invitation_of(eve), {early.pk: 1}, language="en").lines.count() == 1


def test_an_invitation_is_never_worth_nothing(invited):
    attraction, eve, _bob = invited
    attraction.ticket_types.update(sold_until=timezone.now() - timedelta(minutes=1))

    assert len(answering.offered(invitation_of(eve))) == 1
