"""What is left of an event and from which price, however its limits meet (E8)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kring.events import clock
from kring.events.models import Event
from kring.events.occupancy import Occupancy
from kring.events.offering import availability_of
from kring.places import claiming
from tests import make
from tests.registrations.price_rules import rule

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


AN_HOUR = timedelta(hours=1)


@pytest.fixture
def early_bird(in_scope):
    """An early bird that is sold for another hour, and what comes after it."""
    attraction, ends = make.attraction(price="10.00"), timezone.now() + AN_HOUR
    attraction.ticket_types.update(name="Early bird", sold_until=ends)
    make.ticket_type(attraction, name="Regular", price="25.00", sold_from=ends)
    return attraction


def _at(event, moment, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return _left(event)


def test_each_type_has_a_sale_window_of_its_own(early_bird, monkeypatch):
    found, ends = _left(early_bird.event), early_bird.ticket_types.get(name="Early bird").sold_until
    [offer] = found.offers
    assert [(str(each.ticket_type), each.can_order) for each in offer.tickets] == [
        ("Early bird", True),
        ("Regular", False),
    ]
    assert (found.can_order, found.prices) == (True, {Decimal(10)})

    found = _at(early_bird.event, ends, monkeypatch)
    [offer] = found.offers
    assert [str(each.ticket_type) for each in offer.tickets] == ["Regular"]
    assert [str(each.ticket_type) for each in offer.withdrawn] == ["Early bird"]
    assert (found.can_order, found.prices) == (True, {Decimal(25)})


def test_where_all_types_come_later_it_opens_with_the_first_of_them(early_bird):
    early_bird.ticket_types.filter(name="Early bird").delete()
    starts = early_bird.ticket_types.get().sold_from

    found = _left(early_bird.event)

    assert (found.can_order, found.is_open, found.is_full, found.opens_at) == (False, False, False, starts)
    assert found.prices == {Decimal(25)}


def test_an_early_bird_sold_out_waits_for_its_successor(early_bird):
    early = early_bird.ticket_types.get(name="Early bird")
    early.pool = make.pool(1)
    early.save()
    _take(1, early_bird.pool, early.pool)

    found = _left(early_bird.event)

    assert (found.can_order, found.is_full, found.opens_at) == (False, False, early.sold_until)
    assert not found.can_wait


def test_when_the_last_type_is_no_longer_sold_registration_is_closed(early_bird):
    early_bird.ticket_types.filter(name="Regular").delete()
    early_bird.ticket_types.update(sold_until=timezone.now() - AN_HOUR)

    found = _left(early_bird.event)

    assert (found.is_open, found.is_full, found.opens_at, found.prices) == (False, False, None, set())
    assert [offer.tickets for offer in found.offers] == [[]]


def test_the_window_of_a_type_is_within_that_of_registration(early_bird):
    closes = timezone.now() + 2 * AN_HOUR
    early_bird.registration_opens_at, early_bird.registration_closes_at = timezone.now() + AN_HOUR / 2, closes
    early_bird.save()
    early_bird.ticket_types.filter(name="Regular").update(sold_until=timezone.now() + timedelta(days=9))

    [offer] = _left(early_bird.event).offers

    assert not offer.can_order
    assert offer.opens_at == early_bird.registration_opens_at
    assert [offer.ends_at(each) for each in offer.tickets] == [
        early_bird.ticket_types.get(name="Early bird").sold_until,
        closes,
    ]


@pytest.mark.parametrize("hours", [-1, 0.5, 1.5, 3])
def test_the_clock_and_the_page_agree_about_windows_of_types(early_bird, hours):
    early_bird.event.state = Event.State.ACCEPTED
    early_bird.event.save()
    regular = early_bird.ticket_types.get(name="Regular")
    early_bird.ticket_types.filter(name="Early bird").update(sold_from=timezone.now())
    early_bird.ticket_types.filter(name="Regular").update(sold_until=regular.sold_from + AN_HOUR)
    moment = timezone.now() + hours * AN_HOUR

    found = clock.with_state_at(Event.objects.filter(pk=early_bird.event_id), moment).get()

    states = {-1: "accepted", 0.5: "open", 1.5: "open", 3: "closed"}
    assert (found.state_now, found.is_full) == (states[hours], False)


def test_a_sale_that_ends_before_it_begins_is_refused_by_the_database(early_bird):
    with pytest.raises(IntegrityError, match="ticket_type_is_sold_from_before_until"), transaction.atomic():
        early_bird.ticket_types.filter(name="Early bird").update(sold_from=timezone.now() + AN_HOUR * 2)


@pytest.mark.parametrize("events", [1, 3])
def test_prices_of_several_events_with_rules_cost_two_statements_more(events, in_scope, django_assert_num_queries):
    plain = [make.attraction(price="60").event for _ in range(events)]
    ruled = [make.attraction(price="60").event for _ in range(events)]
    for event in ruled:
        rule(event, "first", settings={"places": 5})

    with CaptureQueriesContext(connection) as asked:
        availability_of(plain)
    with django_assert_num_queries(len(asked) + 2):
        found = availability_of(ruled)

    assert [each.price_from for each in found] == [Decimal("36.00")] * events
