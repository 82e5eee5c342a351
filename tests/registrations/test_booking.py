"""From choosing to the ticket (R1, R3, R5)."""

from __future__ import annotations

import pytest

from kring.accounts.models import User
from kring.billing import settling
from kring.billing.models import Order
from kring.billing.refusals import OrderGone
from kring.mail.models import Message
from kring.places.models import Pool
from kring.registrations import refusals
from kring.registrations.booking import Attendee, assign, book
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


def ordered(attraction, *, tickets=2, user=None):
    ticket_type = attraction.ticket_types.get()
    return book(attraction.event, {ticket_type.pk: tickets}, user=user, language="en")


def for_two(order, user=None):
    return assign(
        order,
        user=user,
        buyer_name="Jan Jansen",
        buyer_email="Jan@example.org",
        attendees=[
            Attendee(myself=True),
            Attendee(myself=False, name="Marie de Vries", email="marie@example.org", profession="student"),
        ],
    )


def test_two_places_are_held_from_the_moment_of_choosing():
    attraction = make.attraction(capacity=3, price="49.95")

    order = ordered(attraction)

    assert order.total == make.Decimal("99.90")
    assert Pool.objects.get(pk=attraction.pool_id).taken == 2


def test_whoever_asks_for_more_than_is_left_gets_nothing_and_is_told():
    attraction = make.attraction(capacity=1)

    with refuses(refusals.NoPlacesLeft) as refused:
        ordered(attraction, tickets=2)

    assert attraction.name in str(refused.value)
    assert Pool.objects.get(pk=attraction.pool_id).taken == 0
    assert not Registration.objects.exists()


def test_each_attendee_gets_a_ticket_and_a_mail_of_her_own_and_the_other_a_link_for_a_password():
    order = for_two(ordered(make.attraction(price="49.95")))

    settling.settle(order)

    order.refresh_from_db()
    assert order.state == Order.State.PAID
    assert Ticket.objects.count() == 2
    assert list(Message.objects.order_by("pk").values_list("template", "recipient")) == [
        ("ticket", "jan@example.org"),
        ("ticket-from-somebody", "marie@example.org"),
        ("order-confirmed", "jan@example.org"),
    ]
    message = Message.objects.get(recipient="marie@example.org")
    assert message.subject.startswith("Jan Jansen bought a ticket for you")
    assert "/accounts/welcome/" in message.html and "/accounts/welcome/" in message.text
    marie = User.objects.get(email="marie@example.org")
    assert (marie.name, marie.has_usable_password()) == ("Marie de Vries", False)


def test_an_existing_account_is_used_and_not_changed():
    marie = make.user("marie@example.org", name="Marie Curie")

    settling.settle(for_two(ordered(make.attraction())))

    marie.refresh_from_db()
    assert marie.name == "Marie Curie"
    assert Registration.objects.get(attendee=marie).attendee_name == "Marie de Vries"


def test_settling_twice_gives_one_ticket_each():
    order = for_two(ordered(make.attraction()))

    settling.settle(order)
    settling.settle(order)

    assert Ticket.objects.count() == 2
    assert Message.objects.count() == 3


def test_an_unpaid_order_lets_go_when_its_time_is_over(expire_by_clock):
    attraction = make.attraction(capacity=2)
    order = for_two(ordered(attraction))
    expire_by_clock(order)

    assert settling.expire_due() == 1
    assert settling.expire_due() == 0

    assert Pool.objects.get(pk=attraction.pool_id).taken == 0
    assert set(Registration.objects.values_list("state", flat=True)) == {"expired"}
    assert Message.objects.get().template == "order-expired"


def test_dead_by_the_clock_is_dead_without_the_worker(expire_by_clock):
    attraction = make.attraction(capacity=2)
    order = ordered(attraction)
    expire_by_clock(order)

    again = ordered(attraction)

    assert again.is_unpaid
    assert Pool.objects.get(pk=attraction.pool_id).taken == 2
    with refuses(OrderGone):
        for_two(order)


def test_money_that_comes_late_gets_the_place_if_there_is_one(expire_by_clock):
    attraction = make.attraction(capacity=2)
    order = for_two(ordered(attraction))
    expire_by_clock(order)
    settling.expire_due()

    settling.settle(order)

    order.refresh_from_db()
    assert order.state == Order.State.PAID
    assert Pool.objects.get(pk=attraction.pool_id).taken == 2
    assert Ticket.objects.count() == 2


def test_money_that_comes_when_the_places_are_gone_waits_for_a_decision_and_both_are_told(expire_by_clock):
    make.staff("treasurer", email="money@example.org")
    attraction = make.attraction(capacity=2, price="10")
    order = for_two(ordered(attraction))
    expire_by_clock(order)
    settling.expire_due()
    ordered(attraction, tickets=1)

    settling.settle(order)

    order.refresh_from_db()
    assert order.state == Order.State.UNDECIDED
    assert not Ticket.objects.exists()
    messages = set(Message.objects.filter(template__startswith="paid-too-late").values_list("template", "recipient"))
    assert messages == {("paid-too-late", "jan@example.org"), ("paid-too-late-staff", "money@example.org")}


def test_an_undecided_order_gets_its_places_once_there_are_some(expire_by_clock):
    attraction = make.attraction(capacity=2, price="10")
    order = for_two(ordered(attraction))
    expire_by_clock(order)
    settling.expire_due()
    settling.cancel(for_two(ordered(attraction)), reason="test")
    other = ordered(attraction, tickets=2)
    settling.settle(order)
    settling.cancel(other, reason="gone")

    settling.settle(order)

    order.refresh_from_db()
    assert order.state == Order.State.PAID


def test_what_staff_cancelled_does_not_come_back_to_life_by_a_late_payment():
    order = for_two(ordered(make.attraction()))
    settling.cancel(order, reason="double")

    settling.settle(order)

    order.refresh_from_db()
    assert order.state == Order.State.UNDECIDED


def test_more_than_an_order_may_hold_is_refused_before_anything_is_locked():
    with refuses(refusals.TooMany):
        ordered(make.attraction(), tickets=21)


def test_an_account_behind_a_shared_address_is_the_buyers_else_the_first_ones():
    order = ordered(make.attraction(capacity=10), tickets=4)
    people = [
        ("Tim", "maria@example.org"),
        ("Lena", "MARIA@example.org"),
        ("Max", "x@example.org"),
        ("Eva", "x@example.org"),
    ]
    who = [Attendee(myself=False, name=name, email=email) for name, email in people]
    assign(order, buyer_name="Maria Nowak", buyer_email="Maria@example.org", attendees=who)
    settling.settle(order)

    assert User.objects.get(email="maria@example.org").name == "Maria Nowak"
    assert User.objects.get(email="x@example.org").name == "Max"
