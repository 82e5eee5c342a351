"""The parts of an event (E3, D1, P1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kring.events import editing_parts
from kring.events.editing_parts import TicketTypeWish
from kring.events.models import Attraction, Event, PaymentOption, TicketType
from kring.events.refusals import DaysToPayMissing, HasRegistrations, LimitTooLate, Taken
from kring.organisations.models import AuditEntry
from kring.places.models import Pool
from tests import make
from tests.refusing import refuses
from tests.registrations import price_rules
from tests.registrations.tickets import make_registration

FREE = TicketTypeWish("Free", Decimal(0))
PAID = TicketTypeWish("Standard", Decimal("49.95"), vat_rate=Decimal(21))


def in_new_event(**fields: Any) -> Attraction:
    """In an event that is still new: later nothing is added or taken away (E4)."""
    return make.attraction(event=make.event(state="new"), **fields)


def as_it_is(ticket_type: TicketType, **changes: Any) -> TicketTypeWish:
    fields = {name: getattr(ticket_type, name) for name in ("pk", "name", "price", "vat_rate", "is_on_sale")}
    return TicketTypeWish(**fields | changes)


def test_an_attraction_comes_with_its_places_and_ticket_types_at_the_end_of_the_list(in_scope: Any) -> None:
    event = in_new_event().event

    made = editing_parts.add_attraction(event, places=30, days_to_pay=7, name="Workshop", ticket_types=[PAID, FREE])

    assert list(event.attractions.all())[-1] == made
    assert made.pool.capacity == 30
    types = made.ticket_types.values_list("name", "price", "vat_rate", "pool", "position")
    assert list(types) == [
        ("Standard", Decimal("49.95"), Decimal(21), None, 0),
        ("Free", Decimal(0), Decimal(0), None, 1),
    ]


def test_an_attraction_without_limit_has_a_pool_that_counts(in_scope: Any) -> None:
    made = editing_parts.add_attraction(make.event(state="new"), places=None, name="Field", ticket_types=[FREE])

    assert made.pool.capacity is None


@pytest.mark.parametrize(
    ("places", "types", "needed"),
    [
        (10, [PAID], True),
        (None, [PAID], False),
        (10, [FREE], False),
        (None, [TicketTypeWish("VIP", Decimal(5), places=3)], True),
    ],
    ids=["limited and priced", "unlimited", "free", "a limited type"],
)
def test_days_to_pay_are_required_when_places_are_limited_and_a_price_is_asked(
    in_scope: Any, places: int | None, types: list[TicketTypeWish], needed: bool
) -> None:
    event = make.event(state="new")

    if not needed:
        editing_parts.add_attraction(event, places=places, name="A", ticket_types=types)
        return
    with pytest.raises(DaysToPayMissing):
        editing_parts.add_attraction(event, places=places, name="A", ticket_types=types)
    assert editing_parts.add_attraction(event, places=places, name="A", ticket_types=types, days_to_pay=3)


def test_two_attractions_of_an_event_have_different_names(in_scope: Any) -> None:
    event = in_new_event(name="Workshop").event

    with pytest.raises(Taken) as refusal:
        editing_parts.add_attraction(event, places=None, name="Workshop", ticket_types=[FREE])

    assert str(refusal.value) == "This event already has an attraction with this name."
    assert Pool.objects.count() == 1


def test_a_changed_price_is_logged_with_the_old_one(in_scope: Any) -> None:
    attraction = in_new_event(price="40")
    (standard,) = attraction.ticket_types.all()

    editing_parts.change_attraction(attraction, places=None, ticket_types=[as_it_is(standard, price=Decimal(45)), FREE])

    assert list(attraction.ticket_types.values_list("name", "price")) == [
        ("Standard", Decimal(45)),
        ("Free", Decimal(0)),
    ]
    logged = list(AuditEntry.objects.order_by("pk").values_list("action", "old", "new"))
    assert logged[0] == ("ticket_type.changed", {"price": "40.00"}, {"price": "45"})
    assert [action for action, _old, _new in logged] == ["ticket_type.changed", "ticket_type.created"]


def test_a_ticket_type_nobody_names_stays(in_scope: Any) -> None:
    attraction = in_new_event()
    kept = make.ticket_type(attraction, name="Made meanwhile")
    removed = make.ticket_type(attraction, name="Removed")

    editing_parts.change_attraction(attraction, places=None, ticket_types=[], removed=[removed.pk])

    assert kept in attraction.ticket_types.all()
    assert removed not in attraction.ticket_types.all()


def test_ticket_types_may_have_places_of_their_own(in_scope: Any) -> None:
    vip = TicketTypeWish("VIP", Decimal(0), places=3)
    attraction = editing_parts.add_attraction(make.event(state="new"), places=None, name="A", ticket_types=[vip, FREE])
    made, free = attraction.ticket_types.all()
    assert (made.pool.capacity, free.pool) == (3, None)

    editing_parts.change_attraction(
        attraction, places=None, ticket_types=[as_it_is(made, places=5), as_it_is(free, places=2)]
    )

    assert [each.pool.capacity for each in attraction.ticket_types.select_related("pool")] == [5, 2]


def test_a_type_that_people_could_buy_without_being_counted_gets_no_limit(in_scope: Any) -> None:
    attraction = make.attraction()
    (standard,) = attraction.ticket_types.all()

    with pytest.raises(LimitTooLate):
        editing_parts.change_attraction(attraction, places=None, ticket_types=[as_it_is(standard, places=2)])


def test_swapped_names_are_refused_not_a_crash(in_scope: Any) -> None:
    attraction = in_new_event()
    first, second = attraction.ticket_types.get(), make.ticket_type(attraction, name="Reduced")

    with pytest.raises(Taken):
        editing_parts.change_attraction(
            attraction,
            places=None,
            ticket_types=[as_it_is(first, name="Reduced"), as_it_is(second, name="Standard")],
        )


def test_what_somebody_registered_for_is_not_removed(in_scope: Any) -> None:
    registration = make_registration()
    attraction = registration.attraction
    Event.objects.update(state="new")
    attraction.event.refresh_from_db()

    with pytest.raises(HasRegistrations):
        editing_parts.remove_attraction(attraction)
    with pytest.raises(HasRegistrations):
        editing_parts.change_attraction(
            Attraction.objects.get(pk=attraction.pk),
            places=attraction.pool.capacity,
            ticket_types=[],
            removed=[registration.ticket_type_id],
        )

    assert Attraction.objects.filter(pk=attraction.pk).exists()
    assert TicketType.objects.filter(pk=registration.ticket_type_id).exists()


def test_an_attraction_nobody_registered_for_goes_with_its_pools(in_scope: Any) -> None:
    attraction = in_new_event(capacity=5)

    editing_parts.remove_attraction(attraction)

    assert (Attraction.objects.count(), Pool.objects.count()) == (0, 0)


def test_attractions_move_up_and_down_and_stop_at_the_ends(in_scope: Any) -> None:
    event = make.event(state="new")
    first, second, third = (make.attraction(event=event, name=name) for name in "ABC")

    editing_parts.move_attraction(third, up=True)
    assert list(event.attractions.all()) == [first, third, second]

    editing_parts.move_attraction(Attraction.objects.get(pk=first.pk), up=True)
    editing_parts.move_attraction(Attraction.objects.get(pk=second.pk), up=False)
    assert list(event.attractions.all()) == [first, third, second]


def test_a_way_to_pay_is_offered_once(in_scope: Any) -> None:
    event = make.event(state="new")
    editing_parts.offer_payment(event, "cash", {})
    editing_parts.offer_payment(event, "transfer", {"account": "NL91ABNA0417164300"})

    with pytest.raises(Taken):
        editing_parts.offer_payment(event, "cash", {})

    assert list(event.payment_options.values_list("method", "position")) == [("cash", 0), ("transfer", 1)]


def test_the_log_does_not_repeat_the_settings_of_a_method(in_scope: Any) -> None:
    option = editing_parts.offer_payment(make.event(state="new"), "mollie", {"key": "secret"})

    editing_parts.change_payment(option, {"key": "other secret"})
    editing_parts.change_payment(option, {"key": "other secret"})
    editing_parts.withdraw_payment(PaymentOption.objects.get())

    logged = list(AuditEntry.objects.order_by("pk").values_list("action", "old", "new"))
    assert logged == [
        ("payment_option.added", None, {"method": "mollie"}),
        ("payment_option.changed", None, {"method": "mollie"}),
        ("payment_option.removed", {"method": "mollie"}, None),
    ]


def test_limited_places_that_only_a_rule_or_a_gift_costs_something_for_need_days_to_pay_too(in_scope: Any) -> None:
    free = [TicketTypeWish("Free", Decimal(0))]
    charged, asked = make.event(state="new"), make.event(state="new", gift_for="our youth fund")
    price_rules.rule(charged, "people", "amount_on_top", "5", settings={"fewest": 1})

    for event in (charged, asked):
        with refuses(DaysToPayMissing):
            editing_parts.add_attraction(event, name="Talk", places=10, ticket_types=free)
        editing_parts.add_attraction(event, name="Hall", places=None, ticket_types=free)
    editing_parts.add_attraction(make.event(state="new"), name="Talk", places=10, ticket_types=free)
