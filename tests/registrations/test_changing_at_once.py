"""Many change their tickets at once, over real connections: no place too many, and nobody locked out (R5, R6)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.billing.models import Order
from kring.checkin import scanning
from kring.core.tenancy import scope
from kring.events.models import TicketType
from kring.payments.refusals import AlreadyPaid
from kring.places.models import Claim, Pool
from kring.registrations import changing, codes, replacing
from kring.registrations.models import Registration, Ticket
from kring.registrations.refusals import NoPlacesLeft
from tests import make
from tests.places.test_at_once import at_once, without_the_trigger
from tests.registrations.changing import bought, event_with_changes
from tests.registrations.test_changing import complete, orders_add_up
from tests.waiting.crossing import Crossing, in_scope

PEOPLE, PLACES = 12, 3
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def there(organisation: Any) -> list[Ticket]:
    """The tickets of as many people for one workshop of an event that has no place left."""
    with scope(organisation):
        at = event_with_changes(capacity=PEOPLE)
        workshop = make.attraction(event=at, price="40", capacity=PEOPLE, days_to_pay=14)
        return [bought(attraction=workshop) for _ in range(PEOPLE)]


def other(tickets: list[Ticket], capacity: int) -> TicketType:
    event = tickets[0].registration.event
    return make.attraction(event=event, price="40", capacity=capacity, days_to_pay=14).ticket_types.get()


def change(organisation: Any, ticket: Ticket, to: TicketType) -> bool:
    try:
        with scope(organisation):
            order = changing.begin(ticket.registration_id, to.pk)
    except NoPlacesLeft:
        return False
    with scope(organisation):
        complete(order)
    return True


def test_of_twelve_who_want_the_last_three_places_three_get_them_and_nine_keep_theirs(organisation, there):
    with scope(organisation):
        full = other(there, PLACES)

    done = at_once(lambda number: change(organisation, there[number], full), PEOPLE)

    assert sum(done) == PLACES
    with scope(organisation):
        assert Claim.objects.filter(pool=full.attraction.pool).count() == PLACES
        assert Claim.objects.filter(pool=there[0].registration.attraction.pool_id).count() == PEOPLE - PLACES
        assert Registration.objects.filter(state="completed").count() == PEOPLE
        assert Pool.objects.get(pk=there[0].registration.event.pool_id).taken == PEOPLE
        orders_add_up()


def test_without_the_trigger_the_same_rush_gives_away_too_many(organisation, there):
    with scope(organisation):
        full = other(there, PLACES)

    with without_the_trigger():
        done = at_once(lambda number: change(organisation, there[number], full), PEOPLE)

    assert sum(done) > PLACES


def test_who_change_places_with_each_other_never_lock_each_other_out(organisation, there):
    with scope(organisation):
        there_and_back = [other(there, PEOPLE), there[0].registration.ticket_type]
        for ticket in there[: PEOPLE // 2]:
            complete(changing.begin(ticket.registration_id, there_and_back[0].pk))
        tickets = list(Ticket.objects.filter(registration__state="completed").select_related("registration"))

    def swap(number: int) -> bool:
        mine = tickets[number]
        return change(organisation, mine, there_and_back[mine.registration.ticket_type_id == there_and_back[0].pk])

    assert all(at_once(swap, PEOPLE))
    with scope(organisation):
        taken = [Claim.objects.filter(pool=each.attraction.pool_id).count() for each in there_and_back]
        assert taken == [PEOPLE // 2] * 2
        orders_add_up()


def test_two_clicks_on_the_last_step_change_it_once(organisation, there):
    with scope(organisation):
        order = changing.begin(there[0].registration_id, other(there, PLACES).pk)

    def finish(_number: int) -> bool:
        try:
            with scope(organisation):
                complete(order)
        except AlreadyPaid:
            return False
        return True

    assert sum(at_once(finish, 4)) == 1
    with scope(organisation):
        orders_add_up()


def test_a_ticket_that_the_door_scans_while_the_other_is_completed_is_let_in_and_not_changed(
    organisation, there, monkeypatch
):
    ticket, crossing, found = there[0], Crossing(monkeypatch), {}
    with scope(organisation):
        order = changing.begin(ticket.registration_id, other(there, PLACES).pk)

    def scan() -> None:
        event = ticket.registration.event
        found["scan"] = scanning.scan(codes.code_of(ticket), event=event, location=None, device="", user=None).valid

    crossing.stop(0, scanning, "let_in")
    crossing.stop(1, replacing, "_give_up", after=False)
    crossing.run(in_scope(organisation, scan), in_scope(organisation, lambda: complete(order)))

    with scope(organisation):
        assert found["scan"]
        assert Registration.objects.get(pk=ticket.registration_id).state == "completed"
        assert Order.objects.get(pk=order.pk).state == Order.State.UNDECIDED
        orders_add_up()


def test_another_change_is_begun_while_the_first_is_completed(organisation, there, monkeypatch):
    """The one has the new order and wants the old one; the other would have the old one and want the new."""
    crossing = Crossing(monkeypatch)
    with scope(organisation):
        one, two = other(there, PLACES), other(there, PLACES)
        order = changing.begin(there[0].registration_id, one.pk)

    crossing.stop(0, replacing, "_old", after=False)
    crossing.stop(1, changing, "_locked", after=False)
    refused = crossing.run(
        in_scope(organisation, lambda: complete(order)),
        in_scope(organisation, lambda: changing.begin(there[0].registration_id, two.pk)),
    )

    with scope(organisation):
        states = sorted(Registration.objects.filter(attendee_email="ada@example.org").values_list("state", flat=True))
        assert states.count("completed") == PEOPLE
        assert any(refused) or Order.objects.get(pk=order.pk).state == Order.State.CANCELLED
        orders_add_up()
