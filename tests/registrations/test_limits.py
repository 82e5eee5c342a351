"""How much one address and one network may have of an event without paying (A7)."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from kring.billing.models import Order
from kring.core.addresses import mailbox
from kring.core.tenancy import scope
from kring.events.models import Attraction
from kring.organisations.models import Organisation
from kring.payments import paying
from kring.payments.models import Payment
from kring.places.models import Claim
from kring.registrations import filling, limits
from kring.registrations.booking import Attendee, assign, book
from kring.registrations.models import Registration
from kring.registrations.refusals import TooManyFree, TooManyHere, TooManyUnpaid
from tests import make
from tests.payments import ordering
from tests.places.test_at_once import at_once
from tests.refusing import refuses
from tests.registrations import price_rules
from tests.registrations.answering import form_of

ADA, HERE = "ada@example.org", "192.0.2.7"
_elsewhere = count(1)


@pytest.fixture
def organisation(db: None) -> Organisation:
    return make.organisation(held_places_per_address=4, held_places_per_network=6)


def begin(attraction: Attraction, tickets: int = 1, *, user: Any = None, network: str | None = None) -> Order:
    return book(
        attraction.event, {attraction.ticket_types.get().pk: tickets}, user=user, language="en", network=network
    )


def enter_attendees(order: Order, email: str = ADA, **more: Any) -> Order:
    number = order.lines.count()
    people = [Attendee(myself=False, name=f"Guest {n}", email=f"guest-{n}@example.org") for n in range(number)]
    return assign(order, buyer_name="Ada", buyer_email=email, attendees=people, **more)


def order(attraction: Attraction, tickets: int = 1, email: str = ADA, **more: Any) -> Order:
    """Of a visitor whose network has none yet."""
    return enter_attendees(begin(attraction, tickets, network=f"198.51.100.{next(_elsewhere)}"), email, **more)


def settled(made: Order, method: str) -> Order:
    ordering.start(made, method)
    made.refresh_from_db()
    return made


def test_one_address_holds_no_more_than_the_organisation_allows(in_scope: Any) -> None:
    attraction = make.attraction(price="10")
    order(attraction, 3)
    order(attraction)

    with refuses(TooManyUnpaid, match=f"at most 4 unpaid places .* write to {in_scope.contact_email}"):
        order(attraction)
    assert order(attraction, email="grace@example.org").counted_address
    assert order(make.attraction(price="10")).counted_address


@pytest.mark.parametrize("spelling", ["ADA@Example.org ", "ada+children@example.org"])
def test_another_spelling_is_the_same_mailbox(in_scope: Any, spelling: str) -> None:
    attraction = make.attraction(price="10")
    order(attraction, 4)

    with refuses(TooManyUnpaid):
        order(attraction, email=spelling)


def test_a_mailbox_in_another_script_is_known_and_dots_tell_people_apart() -> None:
    assert mailbox("Jan+1@MÜNCHEN.example") == mailbox("jan@xn--mnchen-3ya.example")
    assert mailbox("a.da@example.org") != mailbox("ada@example.org")


def test_zero_is_no_limit(in_scope: Any) -> None:
    in_scope.held_places_per_address = in_scope.held_places_per_network = 0
    in_scope.save()
    attraction = make.attraction(price="10")

    for _ in range(3):
        enter_attendees(begin(attraction, 3, network=HERE))


def test_what_is_paid_cancelled_or_over_by_the_clock_counts_no_more(in_scope: Any) -> None:
    attraction = make.attraction(price="10")
    paid = ordering.start(order(attraction, 4), "transfer").payment
    with refuses(TooManyUnpaid):
        order(attraction)

    paying.confirm(paid)
    late = order(attraction, 4)
    ordering.let_expire(late)

    assert order(attraction, 4).counted_address


def test_cash_on_site_counts_until_it_is_there(in_scope: Any) -> None:
    attraction = make.attraction(price="10")
    made = settled(order(attraction, 4), "cash")
    assert made.state == "paid"
    with refuses(TooManyUnpaid):
        order(attraction)

    paying.confirm(Payment.objects.get())

    assert order(attraction).counted_address


def test_free_places_count_for_an_address_that_nobody_has_confirmed(in_scope: Any) -> None:
    attraction, ada = make.attraction(), make.user(ADA)
    settled(order(attraction, 4), "free")

    with refuses(TooManyFree, match="Log in with this address"):
        order(attraction)
    assert order(attraction, user=ada).counted_address == ""
    with refuses(TooManyFree):
        order(attraction, user=make.user())


def test_naming_the_buyer_again_does_not_count_the_order_twice(in_scope: Any) -> None:
    made = order(make.attraction(price="10"), 4)

    assert enter_attendees(made).counted_address == made.counted_address


def test_staff_programs_and_those_who_waited_have_no_limit(in_scope: Any) -> None:
    attraction = make.attraction(price="10")
    order(attraction, 4)

    assert enter_attendees(begin(attraction, 3)).counted_address == ""
    assert order(attraction, 3, is_by_staff=True).counted_address == ""
    assert order(attraction, 3, user=make.staff("box_office")).counted_address == ""
    with refuses(TooManyUnpaid):
        order(attraction, user=make.staff("member"))
    for _ in range(3):
        begin(attraction, 4, user=make.staff("treasurer"), network=HERE)


def test_one_network_holds_no_more_than_the_organisation_allows(in_scope: Any) -> None:
    attraction = make.attraction(price="10")
    begin(attraction, 4, network=HERE)
    enter_attendees(begin(attraction, 2, network=HERE), "grace@example.org")

    with refuses(TooManyHere, match="Log in to order anyway"):
        begin(attraction, network=HERE)
    assert begin(attraction, network="2001:db8::/64").counted_network
    assert begin(make.attraction(price="10"), network=HERE).counted_network


def test_who_is_logged_in_behind_a_busy_network_has_a_count_of_their_own(in_scope: Any) -> None:
    attraction, ada = make.attraction(price="10"), make.user()
    begin(attraction, 6, network=HERE)

    begin(attraction, 4, user=ada, network=HERE)

    with refuses(TooManyUnpaid):
        begin(attraction, user=ada, network=HERE)
    nobody = make.user()
    nobody.emailaddress_set.update(verified=False)
    with refuses(TooManyHere):
        begin(attraction, user=nobody, network=HERE)


def test_what_a_network_got_free_counts_for_an_hour(in_scope: Any) -> None:
    attraction = make.attraction()
    settled(enter_attendees(begin(attraction, 4, network=HERE)), "free")
    settled(enter_attendees(begin(attraction, 2, network=HERE), "grace@example.org"), "free")
    with refuses(TooManyHere):
        begin(attraction, network=HERE)

    Order.objects.update(created_at=timezone.now() - timedelta(hours=1))

    assert begin(attraction, 4, network=HERE).counted_network


def test_the_table_tells_neither_who_nor_whether_it_is_the_same_at_two_events(in_scope: Any) -> None:
    one, other = (enter_attendees(begin(make.attraction(price="10"), network=HERE)) for _ in range(2))

    assert one.counted_address != other.counted_address and one.counted_network != other.counted_network
    assert ADA not in one.counted_address and HERE not in one.counted_network


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Over real connections, with one place less than two orders want."""

    def rush(self, organisation: Organisation) -> tuple[list[bool], int]:
        with scope(organisation):
            attraction = make.attraction(price="10")
            made = [begin(attraction, 2, network=f"198.51.100.{n}") for n in range(4)]

        def name(number: int) -> bool:
            try:
                with scope(organisation):
                    enter_attendees(made[number])
            except TooManyUnpaid:
                return False
            return True

        got = at_once(name, len(made))
        with scope(organisation):
            return got, Order.objects.exclude(counted_address="").count()

    def test_two_orders_of_one_address_are_never_both_the_last_one(self, organisation: Organisation) -> None:
        got, counted = self.rush(organisation)

        assert (sum(got), counted) == (2, 2)

    def test_without_the_lock_more_get_through(self, organisation: Organisation, monkeypatch: Any) -> None:
        """Negative control: all have looked before any writes."""

        def look_and_wait(_name: str, rows: Any) -> int:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM ({rows.sql}) AS counted", rows.values)
                [number] = cursor.fetchone()
            together.wait(timeout=60)
            return int(number)

        together, organisation.held_places_per_network = Barrier(4), 0
        monkeypatch.setattr(limits, "count_alone", look_and_wait)

        got, _counted = self.rush(organisation)

        assert sum(got) == 4

    def test_of_one_network_no_more_begin_than_it_may(self, organisation: Organisation) -> None:
        with scope(organisation):
            attraction = make.attraction(price="10")

        def take(_number: int) -> bool:
            try:
                with scope(organisation):
                    begin(attraction, 2, network=HERE)
            except TooManyHere:
                return False
            return True

        got = at_once(take, 8)

        with scope(organisation):
            assert (sum(got), Claim.objects.count()) == (3, 6)


def _answered(made: Order, meal: str) -> None:
    registration = Registration.objects.select_related("line__order", "event", "attraction", "attendee").get(
        line__order=made
    )
    requested = filling.requested_forms([registration])[registration.pk]
    filling.answer(registration, requested, basic=None, own={"meal": meal})


def test_what_an_answer_makes_free_counts_as_free_from_then_on(in_scope: Any) -> None:
    version = form_of({"meal": ("choice", {"none": "None", "dinner": "Dinner"})})
    evening = price_rules.attraction(price="10", form=version.form)
    free = make.ticket_type(evening, name="Free")
    settings = {"question": "meal", "answers": ["none"], "costs": {}}
    price_rules.rule(evening.event, "answer", "fixed", "0", settings=settings)
    places = book(evening.event, {free.pk: 4}, language="en", network="198.51.100.77")
    enter_attendees(places)

    made = book(evening.event, {evening.ticket_types.first().pk: 1}, language="en", network="198.51.100.78")
    made = enter_attendees(made)
    with refuses(TooManyFree), transaction.atomic():
        _answered(made, "none")

    _answered(Order.objects.get(pk=made.pk), "dinner")
    assert Order.objects.get(pk=made.pk).total == 10
