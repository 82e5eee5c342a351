"""What is left of an event and from which price, however its limits meet (E8)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kring.events.models import Event
from kring.events.occupancy import Occupancy
from kring.events.offering import availability_of
from kring.places import claiming
from tests import make

LATER = {"registration_opens_at": timezone.now() + timedelta(days=3)}
OVER = {"registration_closes_at": timezone.now() - timedelta(hours=1)}


def _take(number, *pools):
    claiming.claim([[pool for pool in pools if pool]] * number, expires_at=None)


def _left(event):
    [found] = availability_of([Event.objects.select_related("pool").get(pk=event.pk)])
    return found


@pytest.fixture
def event(in_scope):
    return make.event(capacity=10)


def test_the_places_of_the_whole_event_count_once(event):
    talks, dinner = make.attraction(event=event, capacity=10), make.attraction(event=event, capacity=10)
    assert _left(event).left == 10

    _take(2, event.pool, talks.pool)
    _take(2, event.pool, dinner.pool)

    assert (_left(event).left, [offer.left for offer in _left(event).offers]) == (6, [6, 6])


def test_they_count_where_the_attractions_have_no_limit(event):
    make.attraction(event=event)
    make.attraction(event=event)

    assert _left(event).left == 10


def test_what_the_ticket_types_can_give_is_a_limit(in_scope):
    attraction = make.attraction(capacity=100)
    attraction.ticket_types.update(pool=make.pool(2))
    assert _left(attraction.event).left == 2

    _take(2, attraction.pool, attraction.ticket_types.get().pool)

    found = _left(attraction.event)
    assert (found.left, found.is_full, found.offers[0].is_full, found.price_from) == (0, True, True, None)


def test_a_type_that_nobody_is_shown_gives_no_place(in_scope):
    attraction = make.attraction(capacity=100)
    attraction.ticket_types.update(pool=make.pool(3))
    make.ticket_type(attraction, price="1.00", is_on_sale=False)

    assert (_left(attraction.event).left, _left(attraction.event).price_from) == (3, Decimal(0))


def test_the_price_is_of_what_can_be_had(in_scope):
    attraction = make.attraction(capacity=100, price="10.00")
    early = attraction.ticket_types.get()
    early.pool = make.pool(1)
    early.save()
    make.ticket_type(attraction, price="25.00")
    assert (_left(attraction.event).price_from, _left(attraction.event).has_several_prices) == (Decimal(10), True)

    _take(1, attraction.pool, early.pool)

    assert (_left(attraction.event).price_from, _left(attraction.event).has_several_prices) == (Decimal(25), False)


@pytest.mark.parametrize("window", [LATER, OVER])
def test_what_cannot_be_had_now_counts_neither_for_places_nor_for_the_price(in_scope, window):
    now = make.attraction(capacity=4, price="25.00")
    make.attraction(event=now.event, capacity=40, price="10.00", **window)

    found = _left(now.event)
    assert (found.left, found.price_from, found.has_several_prices) == (4, Decimal(25), False)


def test_what_comes_later_is_said_when_nothing_is_left_now(in_scope):
    now = make.attraction(capacity=1, price="25.00")
    make.attraction(event=now.event, capacity=40, price="10.00", **LATER)
    _take(1, now.pool)

    found = _left(now.event)
    assert (found.is_full, found.opens_at, found.price_from) == (False, LATER["registration_opens_at"], Decimal(10))


def test_what_has_closed_is_not_full(in_scope):
    attraction = make.attraction(capacity=1, **OVER)
    _take(1, attraction.pool)

    assert (_left(attraction.event).is_full, _left(attraction.event).is_open) == (False, False)


def test_places_kept_for_who_waits_are_not_left(event):
    make.attraction(event=event, capacity=4, is_kept=True)
    make.attraction(event=event, capacity=10)

    assert _left(event).left == 6


def test_staff_sees_which_part_is_full_where_the_whole_has_no_limit(in_scope):
    dinner = make.attraction(capacity=5, price="10.00", name="Dinner")
    talks = make.attraction(event=dinner.event, name="Talks")
    vip = make.ticket_type(talks, name="VIP", pool=make.pool(1))
    _take(5, dinner.pool)
    _take(1, talks.pool, vip.pool)

    result = Occupancy.of(Event.objects.get(pk=dinner.event_id))
    assert (result.taken, result.capacity, result.full) == (6, None, ["Dinner", "Talks · VIP"])


def test_staff_sees_the_limit_that_ticket_types_are(event):
    attraction = make.attraction(event=event, capacity=100)
    attraction.ticket_types.update(pool=make.pool(2))

    assert Occupancy.of_attraction(attraction).capacity == 2
