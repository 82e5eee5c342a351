"""The rules of an event, as its prices are worked out from them (D2)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kring.events.models import Event, PriceRule
from kring.events.pricing import price_list
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def attraction(in_scope):
    return make.attraction(price="50")


def price_rule(**fields):
    defaults = {"key": "member", "names": {"en": "Members"}, "effect": "percent_off", "amount": Decimal(40)}
    return PriceRule.objects.create(**defaults | fields)


def rules_of(event):
    price_list.forget(event)
    return [each.id for each in price_list.rules_of(Event.objects.get(pk=event.pk))]


def test_those_of_the_event_and_its_attractions_in_their_order(attraction):
    event = attraction.event
    second = price_rule(event=event, position=2)
    first = price_rule(attraction=attraction, position=1)
    price_rule(event=event, is_active=False)
    price_rule(event=make.event())

    assert rules_of(event) == [first.pk, second.pk]


def test_of_a_ticket_type_those_that_are_for_it(attraction):
    event, standard = attraction.event, attraction.ticket_types.get()
    other = make.ticket_type(attraction)
    whole = price_rule(event=event)
    limited = price_rule(event=event, position=1, ticket_types=[other.pk])
    # Of a type that is gone: for none, never for all.
    price_rule(event=event, position=2, ticket_types=[])
    price_rule(attraction=make.attraction(event=event), position=3)
    event.refresh_from_db()

    rules = price_list.rules_of(event)
    assert [each.id for each in rules if each.is_for(standard.pk, attraction.pk)] == [whole.pk]
    assert [each.id for each in rules if each.is_for(other.pk, attraction.pk)] == [whole.pk, limited.pk]


def test_an_event_without_rules_costs_nothing_and_another_one_statement(attraction, django_assert_num_queries):
    event = attraction.event
    with django_assert_num_queries(0):
        assert price_list.rules_of(event) == ()
    rule = price_rule(event=event)
    event.refresh_from_db()

    with django_assert_num_queries(1):
        assert [each.id for each in price_list.rules_of(event)] == [rule.pk]
        assert len(price_list.rules_of(event)) == 1


def test_the_event_says_whether_it_has_rules_in_use(attraction):
    event = attraction.event

    def says():
        return Event.objects.get(pk=event.pk).has_price_rules

    assert not says()
    of_event, of_part = price_rule(event=event), price_rule(attraction=attraction)
    assert says()
    of_event.delete()
    assert says()
    PriceRule.objects.filter(pk=of_part.pk).update(is_active=False)
    assert not says()
    PriceRule.objects.filter(pk=of_part.pk).update(is_active=True)
    assert says()


def test_a_change_of_a_rule_is_a_change_of_the_event(attraction):
    before = Event.objects.get(pk=attraction.event_id).updated_at

    price_rule(attraction=attraction)

    assert Event.objects.get(pk=attraction.event_id).updated_at > before


def test_pools_by_their_rules(attraction):
    pool = make.pool(20)
    first = price_rule(attraction=attraction, key="first", settings={"places": 20}, pool=pool)
    price_rule(attraction=attraction, position=1)
    attraction.event.refresh_from_db()

    assert price_list.pools_of(price_list.rules_of(attraction.event)) == {first.pk: pool}


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"effect": "percent_off", "amount": "100.01"}, "price_rule_percentage_is_100_at_most"),
        ({"effect": "percent_on_top", "amount": "101"}, "price_rule_percentage_is_100_at_most"),
        ({"effect": "amount_off", "amount": "-0.01"}, "price_rule_amount_is_right"),
        ({"effect": "amount_off", "amount": "0"}, "price_rule_amount_is_right"),
        ({"effect": "fixed", "amount": "-0.01"}, "price_rule_amount_is_right"),
        ({"effect": "half"}, "price_rule_effect_is_known"),
        ({"names": {}}, "price_rule_has_a_name"),
        ({"event": None}, "price_rule_is_of_an_event_or_of_an_attraction"),
    ],
)
def test_the_database_refuses(attraction, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        price_rule(**{"event": attraction.event} | fields)


def test_a_rule_is_of_an_event_or_of_an_attraction(attraction):
    with pytest.raises(IntegrityError, match="price_rule_is_of_an_event_or_of_an_attraction"), transaction.atomic():
        price_rule(event=attraction.event, attraction=attraction)
