"""Two who meet half-way wait for each other in one order, and never in a circle; over real connections.

Each test brings both to the worst moment: each has what it locks first, and wants what the other has.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import Role
from kring.billing import settling
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events import editing_parts
from kring.mail.models import Message
from kring.payments import paying
from kring.places.models import Pool
from kring.registrations import bulk, calling_off, cancelling
from kring.registrations.fulfilment import RegistrationFulfilment
from kring.registrations.models import Registration
from kring.waiting import answering, ending, free_places, inviting, joining
from kring.waiting.models import WaitingEntry
from tests import make
from tests.waiting.crossing import Crossing, in_scope
from tests.waiting.promises import come_to_rest, every_entry_is_in_one_state, every_place_has_one_owner
from tests.waiting.queueing import begin, enlarge, fresh, invitation_of, let_order_lapse, sold_out, start, states, wait
from tests.web.manage.attractions import test_attractions
from tests.web.manage.conftest import Staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crossing(monkeypatch: pytest.MonkeyPatch) -> Crossing:
    return Crossing(monkeypatch)


@pytest.fixture
def full(organisation: Any) -> Any:
    """Four are invited; two have begun to register, the second of them first; two more wait."""
    with scope(organisation):
        attraction = sold_out(places=1, price="10")
        attraction.entries = [wait(attraction, name=f"p{number}") for number in range(6)]
        enlarge(attraction, by=4)
        attraction.ordered = attraction.entries[1::-1]
        attraction.orders = [begin(entry) for entry in attraction.ordered]
        attraction.event = fresh(attraction.event)
        return attraction


def holds_what_it_promises(organisation: Any, attraction: Any) -> None:
    come_to_rest(organisation)
    with scope(organisation):
        every_place_has_one_owner([attraction])
        every_entry_is_in_one_state([attraction])


def test_an_order_is_cancelled_while_the_event_is_called_off(organisation, full, crossing):
    """The one has the places and wants the invitation; the other has the invitations and wants the places."""
    crossing.stop(0, answering, "order_lost", after=False)
    crossing.stop(1, ending, "_end", after=False)
    with scope(organisation):
        calling_off.call_off(full.event, reason="The hall burnt down")

    crossing.run(
        in_scope(organisation, lambda: settling.cancel(full.orders[0], reason="")),
        in_scope(organisation, lambda: ending.end(full.event_id)),
    )

    holds_what_it_promises(organisation, full)
    with scope(organisation):
        assert not WaitingEntry.objects.live().exists()


def test_unpaid_orders_expire_while_the_event_is_called_off(organisation, full, crossing):
    """The one lets go order after order, and has places of the first; the other wants the first invitation first."""
    crossing.stop(0, settling, "expire", others_first=True)
    crossing.stop(1, ending, "end", after=False)
    with scope(organisation):
        calling_off.call_off(full.event, reason="The hall burnt down")
        Order.objects.unpaid().update(expires_at="2020-01-01T00:00Z")

    crossing.run(in_scope(organisation, settling.expire_due), in_scope(organisation, lambda: ending.end(full.event_id)))

    holds_what_it_promises(organisation, full)
    with scope(organisation):
        assert not Order.objects.unpaid().exists()


def test_somebody_cancels_while_all_who_ordered_are_told_that_the_event_is_off(organisation, full, crossing):
    """The one has the places of the first order and wants the second order; the other has that and wants places."""
    crossing.stop(0, calling_off, "_let_go")
    crossing.stop(1, RegistrationFulfilment, "released", after=False)
    with scope(organisation):
        calling_off.call_off(full.event, reason="The hall burnt down")

    crossing.run(
        in_scope(organisation, lambda: calling_off.notify(full.event)),
        in_scope(organisation, lambda: settling.cancel(full.orders[1], reason="")),
    )

    holds_what_it_promises(organisation, full)
    with scope(organisation):
        assert not Order.objects.unpaid().exists()


@pytest.fixture
def late(organisation, full):
    """Money for the first order, which is over; its invitation has the place again."""
    with scope(organisation):
        payment = start(full.orders[0])
        let_order_lapse(full.orders[0])
        settling.expire_due()
        assert invitation_of(full.ordered[0]).hold_id is not None
        return payment


def test_late_money_comes_while_the_event_is_called_off(organisation, full, late, crossing):
    """The one gives the places of the invitation to its order; the other ends the invitation."""
    with scope(organisation):
        calling_off.call_off(full.event, reason="The hall burnt down")
    crossing.stop(0, answering, "order_paid", after=False)
    crossing.stop(1, ending, "_end", after=False)

    crossing.run(
        in_scope(organisation, lambda: paying.confirm(late)),
        in_scope(organisation, lambda: ending.end(full.event_id)),
    )

    holds_what_it_promises(organisation, full)


def test_late_money_comes_in_the_last_second_of_the_invitation(organisation, full, late, crossing, monkeypatch):
    """A second ago it was open; now the clock ends it."""
    with scope(organisation):
        invitation = invitation_of(full.ordered[0])
        past = timezone.now() - timedelta(seconds=1)
        type(invitation).objects.filter(pk=invitation.pk).update(expires_at=past)
        Message.objects.filter(pk=invitation.message_id).update(state="kept")
    monkeypatch.setattr(type(invitation), "is_over_by_the_clock", False)
    crossing.stop(0, answering, "order_paid", after=False)
    crossing.stop(1, ending, "_end", after=False)

    crossing.run(in_scope(organisation, lambda: paying.confirm(late)), in_scope(organisation, ending.expire_due))

    holds_what_it_promises(organisation, full)


def test_one_form_adds_places_and_ends_waiting_while_the_next_are_invited(organisation, full, crossing):
    """The one has the pool and wants the queue; the other has the queue and wants the pool."""
    with scope(organisation):
        walk = make.attraction(event=full.event, name="Walk", capacity=1, has_waiting_list=True)
        row = test_attractions.typed({"pk": walk.ticket_types.get().pk}, known=1, name="Walk", places="2")
        organiser = Staff(organisation, make.staff(Role.Name.ORGANISER))
        enlarge(full)
    crossing.stop(0, editing_parts, "set_places")
    crossing.stop(1, free_places, "hold_queue")

    crossing.run(
        lambda: organiser.act("attraction", full.event_id, walk.pk, **row),
        in_scope(organisation, lambda: inviting.fill(full.event_id)),
    )

    holds_what_it_promises(organisation, full)
    with scope(organisation):
        walk = type(walk).objects.select_related("pool").get(pk=walk.pk)
        assert (walk.pool.capacity, walk.has_waiting_list) == (2, False)


def test_limits_of_several_ticket_types_are_raised_while_the_next_are_invited(organisation, full, crossing):
    """The form has the types in the order of the page, the inviting job in the order of their keys."""
    with scope(organisation):
        first, second = full.ticket_types.get(), make.ticket_type(full, price="10", name="Student")
        for each in (first, second):
            type(each).objects.filter(pk=each.pk).update(pool=make.pool(9))
        type(full).objects.filter(pk=full.pk).update(days_to_pay=7)
        full.event.payment_options.create(method="cash")
        enlarge(full)
        wishes = [
            editing_parts.TicketTypeWish(each.name, each.price, pk=each.pk, places=10) for each in (second, first)
        ]
        attraction = type(full).objects.select_related("event", "pool").get(pk=full.pk)
        places = attraction.pool.capacity
    # Not at its own places, of which there are no more, but at those of the first type.
    crossing.stop(0, editing_parts, "set_places", skip=1, others_first=True)
    crossing.stop(1, free_places, "hold_queue")

    refused = crossing.run(
        in_scope(organisation, lambda: editing_parts.change_attraction(attraction, places=places, ticket_types=wishes)),
        in_scope(organisation, lambda: inviting.fill(full.event_id)),
    )

    assert refused == ["", ""]
    holds_what_it_promises(organisation, full)


def test_many_are_cancelled_at_once_while_one_of_them_declines(organisation, full, crossing):
    """The one has the places of the first and wants the order of the second; the other has that and wants places."""
    with scope(organisation):
        rows = Registration.objects.filter(line__order__in=full.orders)
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        invitation, by = invitation_of(full.ordered[1]), make.user()
    crossing.stop(0, cancelling, "cancel")
    crossing.stop(1, RegistrationFulfilment, "released", after=False)

    crossing.run(
        in_scope(organisation, lambda: bulk.begin(bulk.CANCEL, keys, by=by, reason="The hall is smaller")),
        in_scope(organisation, lambda: answering.decline(invitation)),
    )

    holds_what_it_promises(organisation, full)
    with scope(organisation):
        assert not Order.objects.filter(pk__in=[order.pk for order in full.orders]).unpaid().exists()


def test_she_declines_while_her_money_comes(organisation, full, crossing):
    """Both lock the order first: the first to lock the invitation has it."""
    with scope(organisation):
        payment, invitation = start(full.orders[0]), invitation_of(full.ordered[0])
    crossing.stop(0, settling, "by_kind", others_first=True)
    crossing.stop(1, answering, "decline", after=False)

    crossing.run(
        in_scope(organisation, lambda: paying.confirm(payment)),
        in_scope(organisation, lambda: answering.decline(invitation)),
    )

    holds_what_it_promises(organisation, full)
    with scope(organisation):
        assert states(full.ordered[0]) == ["converted"]


def test_she_declines_and_waits_on_while_the_next_are_invited(organisation, full, crossing):
    """An entry that begins to wait locks the queue first; else it holds places that the other wants."""
    with scope(organisation):
        other = make.attraction(event=full.event, name="Walk", capacity=0, has_waiting_list=True)
        both = wait(full, other, name="both")
        enlarge(full, by=3)
        invitation, _next = invitation_of(both), wait(full, name="next")
        enlarge_silently(full)
    crossing.stop(0, free_places, "hold_queue")

    crossing.run(
        in_scope(organisation, lambda: inviting.fill(full.event_id)),
        in_scope(organisation, lambda: answering.decline(invitation, keep_waiting=True)),
    )

    holds_what_it_promises(organisation, full)
    with scope(organisation):
        assert states(both) == ["waiting"]


def enlarge_silently(attraction: Any) -> None:
    """One place more, and nobody has been invited to it yet."""
    pool = Pool.objects.get(pk=attraction.pool_id)
    Pool.objects.filter(pk=pool.pk).update(capacity=pool.capacity + 1)


def test_whoever_begins_in_the_last_second_has_her_order(organisation, full, crossing, monkeypatch):
    """The deadline passes while they order; the expiring job comes before they are done, and leaves them alone."""
    with scope(organisation):
        invitation, ticket_type = invitation_of(full.entries[3]), full.ticket_types.get().pk
        past = timezone.now() - timedelta(seconds=1)
        type(invitation).objects.filter(pk=invitation.pk).update(expires_at=past)
        Message.objects.filter(pk=invitation.message_id).update(state="kept")
    # A second ago they were in time.
    monkeypatch.setattr(answering, "_refuse_if_over", lambda invitation: None)
    crossing.stop(0, answering, "_refuse_if_over", others_first=True)
    crossing.stop(1, ending, "expire_due", after=False)

    refused = crossing.run(
        in_scope(organisation, lambda: answering.begin(invitation, {ticket_type: 1}, language="en")),
        in_scope(organisation, lambda: ending.expire_due()),
    )

    assert refused == ["", ""]
    holds_what_it_promises(organisation, full)
    with scope(organisation):
        assert states(full.entries[3]) == ["invited"]
        assert fresh(invitation).order.state == "open"


def test_whoever_joins_in_the_last_second_hears_that_the_event_is_off(organisation, full, crossing):
    """Ending waits for those who are joining, so that nobody waits for what there is not."""
    crossing.stop(0, joining, "enter", others_first=True)
    crossing.stop(1, calling_off, "call_off", after=False)

    def call_off_and_end() -> None:
        calling_off.call_off(full.event, reason="The hall burnt down")
        ending.end(full.event_id)

    refused = crossing.run(
        in_scope(organisation, lambda: wait(full, name="late")), in_scope(organisation, call_off_and_end)
    )

    assert refused == ["", ""]
    with scope(organisation):
        assert not WaitingEntry.objects.live().exists()
        assert Message.objects.filter(template="waiting-ended", recipient="late@example.org").exists()
