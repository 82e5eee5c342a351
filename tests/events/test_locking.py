"""What of an event may be changed when, where the organisation wants the rule of document 001 (E4)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kring.events import editing, editing_parts
from kring.events.editing_parts import TicketTypeWish
from kring.events.models import Attraction, Event
from kring.events.refusals import (
    Contradiction,
    Locked,
    MorePlacesOnly,
    NeverOpen,
    NotEditable,
    NoWayToPay,
    WaitsForApproval,
)
from kring.places.refusals import TooFewPlaces
from kring.registrations.booking import book
from tests import make

LATER = [state for state in Event.State.values if state not in ("new", "pending")]
SOON = timezone.now() + timedelta(days=2)
CLOSED_ON_EVENTS = {
    "name": "Ball",
    "edition": "2",
    "slug": "ball",
    "code": "BALL",
    "location": "Elsewhere",
    "starts_at": SOON,
    "ends_at": timezone.now() + timedelta(days=90),
    "kind": "enrolment",
    "grants_certificates": True,
    "demanded": ["phone"],
}
OPEN_ON_EVENTS = {
    "summary": "Come",
    "description": "All of you",
    "registration_opens_at": timezone.now(),
    "registration_closes_at": SOON,
    "grace_days": 3,
}


@pytest.fixture
def in_scope(in_scope: Any) -> Any:
    in_scope.events_locked_once_accepted = True
    in_scope.save()
    return in_scope


def as_it_is(attraction: Attraction, **changes: Any) -> list[TicketTypeWish]:
    (made,) = attraction.ticket_types.all()
    fields = {name: getattr(made, name) for name in ("pk", "name", "price", "vat_rate", "is_on_sale")}
    return [TicketTypeWish(**fields | changes)]


def change_attraction(attraction: Attraction, places: int | None = 5, **fields: Any) -> None:
    editing_parts.change_attraction(attraction, places=places, ticket_types=as_it_is(attraction), **fields)


@pytest.fixture
def attraction(in_scope: Any) -> Attraction:
    """Of a public event, with five places of which two are taken."""
    made = make.attraction(capacity=5, days_to_pay=7)
    made.pool.taken = 2
    made.pool.save()
    return made


@pytest.mark.parametrize("state", LATER)
@pytest.mark.parametrize("name", CLOSED_ON_EVENTS)
def test_what_people_registered_for_stays(in_scope: Any, state: str, name: str) -> None:
    event = make.event(state=state)

    with pytest.raises(Locked) as refusal:
        editing.change_event(event, places=None, **{name: CLOSED_ON_EVENTS[name]})

    assert refusal.value.field == name
    assert "cannot be changed" in str(refusal.value)


@pytest.mark.parametrize("name", OPEN_ON_EVENTS)
def test_what_hurts_nobody_stays_open(in_scope: Any, name: str) -> None:
    event = make.event(state="closed", registration_opens_at=None)

    editing.change_event(event, places=None, **{name: OPEN_ON_EVENTS[name]})

    event.refresh_from_db()
    assert getattr(event, name) == OPEN_ON_EVENTS[name]


@pytest.mark.parametrize("fields", [CLOSED_ON_EVENTS, OPEN_ON_EVENTS])
def test_nothing_changes_while_somebody_decides(in_scope: Any, fields: dict[str, Any]) -> None:
    event = make.event(state="pending")

    for name, value in fields.items():
        with pytest.raises(WaitsForApproval):
            editing.change_event(event, places=None, **{name: value})


def test_a_form_that_changes_nothing_is_saved(in_scope: Any) -> None:
    event = make.event(state="open", name="Gala")

    editing.change_event(event, places=None, name="Gala", starts_at=event.starts_at, description="New")

    assert Event.objects.get().description == "New"


@pytest.mark.parametrize(
    ("places", "refusal"), [(4, MorePlacesOnly), (1, TooFewPlaces), (5, None), (6, None), (None, None)]
)
def test_there_may_be_more_places_and_never_fewer(attraction: Attraction, places: int | None, refusal: Any) -> None:
    if refusal is None:
        change_attraction(attraction, places)
    else:
        with pytest.raises(refusal):
            change_attraction(attraction, places)

    attraction.pool.refresh_from_db()
    assert attraction.pool.capacity == (5 if refusal else places)


def test_no_limit_is_more_than_any(in_scope: Any) -> None:
    attraction = make.attraction()

    with pytest.raises(MorePlacesOnly):
        change_attraction(attraction, 100)


def test_an_attraction_keeps_its_name_and_gets_other_dates(attraction: Attraction) -> None:
    with pytest.raises(Locked):
        change_attraction(attraction, name="Other")

    change_attraction(attraction, registration_closes_at=SOON, description="More", grace_days=2)


@pytest.mark.parametrize("change", [{"name": "VIP"}, {"vat_rate": Decimal(9)}])
def test_a_ticket_type_keeps_its_name_and_rate_of_vat(attraction: Attraction, change: dict[str, Any]) -> None:
    with pytest.raises(Locked):
        editing_parts.change_attraction(attraction, places=5, ticket_types=as_it_is(attraction, **change))


def test_a_price_changes_at_any_time_and_no_order_that_was_made(attraction: Attraction) -> None:
    attraction.event.payment_options.create(method="cash")
    (before,) = attraction.ticket_types.all()
    order = book(attraction.event, {before.pk: 1}, language="en")

    editing_parts.change_attraction(attraction, places=5, ticket_types=as_it_is(attraction, price=Decimal(5)))

    assert attraction.ticket_types.get().price == 5
    assert order.lines.get().amount == before.price != 5


def test_a_price_that_nobody_could_pay_is_refused(attraction: Attraction) -> None:
    with pytest.raises(NoWayToPay):
        editing_parts.change_attraction(attraction, places=5, ticket_types=as_it_is(attraction, price=Decimal(5)))


def test_how_many_one_order_may_have_changes_at_any_time(attraction: Attraction) -> None:
    few = as_it_is(attraction, fewest_per_order=2, most_per_order=4)
    editing_parts.change_attraction(attraction, places=5, ticket_types=few)

    made = attraction.ticket_types.get()
    assert (made.fewest_per_order, made.most_per_order) == (2, 4)


@pytest.mark.parametrize(("fewest", "most"), [(3, 2), (0, 2), (1, 21), (21, None), (1, 0)])
def test_numbers_that_do_not_fit_are_refused_by_the_database(attraction: Attraction, fewest: int, most: int) -> None:
    with pytest.raises(Contradiction):
        editing_parts.change_attraction(
            attraction, places=5, ticket_types=as_it_is(attraction, fewest_per_order=fewest, most_per_order=most)
        )


def test_a_ticket_type_may_be_taken_off_sale(attraction: Attraction) -> None:
    editing_parts.change_attraction(attraction, places=5, ticket_types=as_it_is(attraction, is_on_sale=False))

    assert not attraction.ticket_types.get().is_on_sale


def test_parts_come_and_go_while_the_event_is_new(attraction: Attraction) -> None:
    event, wish = attraction.event, TicketTypeWish("New", Decimal(0))
    option = event.payment_options.create(method="cash")
    acts = [
        lambda: editing_parts.add_attraction(event, places=None, ticket_types=[wish], name="New"),
        lambda: editing_parts.change_attraction(attraction, places=5, ticket_types=[wish]),
        lambda: editing_parts.remove_attraction(attraction),
        lambda: editing_parts.withdraw_payment(option),
    ]

    for act in acts:
        with pytest.raises(NotEditable):
            act()


def test_an_end_before_its_start_is_refused_and_nothing_is_kept(in_scope: Any) -> None:
    event = make.event(state="new")

    with pytest.raises(Contradiction) as refusal:
        editing.change_event(event, places=None, name="Other", ends_at=event.starts_at - timedelta(days=1))

    assert str(refusal.value) == "The event cannot end before it starts."
    assert Event.objects.get().name != "Other"


def test_a_window_that_ends_before_it_begins_is_refused(in_scope: Any) -> None:
    event = make.event(state="new")
    attraction = make.attraction(event=event, registration_closes_at=timezone.now() + timedelta(days=5))

    with pytest.raises(Contradiction):
        editing.change_event(event, places=None, registration_closes_at=timezone.now() - timedelta(days=90))
    with pytest.raises(NeverOpen):
        editing.change_event(event, places=None, registration_opens_at=timezone.now() + timedelta(days=6))
    with pytest.raises(NeverOpen):
        change_attraction(attraction, registration_closes_at=event.registration_opens_at - timedelta(days=1))
    with pytest.raises(NeverOpen):
        editing_parts.add_attraction(
            event,
            places=None,
            ticket_types=[TicketTypeWish("New", Decimal(0))],
            name="Late",
            registration_opens_at=event.starts_at + timedelta(days=1),
        )
    assert event.attractions.count() == 1


def test_a_way_to_pay_is_added_and_gets_another_key_at_any_time(attraction: Attraction) -> None:
    option = editing_parts.offer_payment(attraction.event, "transfer", {"account": "1"})

    editing_parts.change_payment(option, {"account": "2"})

    assert attraction.event.payment_options.get().settings == {"account": "2"}


@pytest.mark.parametrize("state", ["pending", "accepted"])
def test_what_was_submitted_a_moment_ago_is_not_changed_any_more(in_scope: Any, state: str) -> None:
    event = make.event(state=Event.State.NEW)
    make.attraction(event=event)
    mine = Event.objects.select_related("pool").get(pk=event.pk)
    Event.objects.filter(pk=event.pk).update(state=state)

    with pytest.raises(NotEditable):
        editing_parts.add_attraction(mine, places=None, ticket_types=[], name="Late")
    mine.state = Event.State.NEW
    with pytest.raises((Locked, WaitsForApproval)):
        editing.change_event(mine, places=None, name="Other")
