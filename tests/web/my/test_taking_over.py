"""An open order for a child, which another guardian goes on with (M7)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from kring.accounts.models import User
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.members.models import Guardianship
from kring.organisations.models import AuditEntry
from kring.payments.models import Payment
from kring.registrations import taking_over
from kring.registrations.booking import Attendee, assign, book
from tests import make
from tests.payments.ordering import fresh, let_expire, start
from tests.refusing import refuses
from tests.web.my.families import family
from tests.web.public.conftest import browser_on
from tests.web.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(organisation: Any) -> SimpleNamespace:
    """The mother has ordered for her daughter and not paid yet: `order`."""
    found = family(organisation)
    with scope(organisation):
        camp = make.attraction(name="Camp", price="20")
        camp.event.payment_options.create(method="cash")
        found.camp, found.order = camp, ordered(found, camp, found.liv)
    return found


def ordered(home: SimpleNamespace, camp: Any, *members: Any) -> Order:
    mother = home.users[0]
    order = book(camp.event, {camp.ticket_types.get().pk: len(members)}, user=mother, language="en")
    who = [Attendee(False, each.name, mother.email, member=each.pk) for each in members]
    assign(fresh(order), user=mother, buyer_name=mother.name, buyer_email=mother.email, attendees=who)
    return fresh(order)


def father_of(home: SimpleNamespace) -> User:
    return home.users[1]


def test_the_father_sees_it_takes_it_over_and_pays(home: SimpleNamespace, organisation: Any) -> None:
    page = words(home.father.get("/portal/orders/"))
    assert f"Order {home.order.number}" in page and "Ordered by" in page

    answer = home.father.post(f"/portal/orders/{home.order.pk}/taking-over/", follow=True)

    assert answer.status_code == 200
    with scope(organisation):
        order, father = fresh(home.order), father_of(home)
        assert (order.buyer, order.buyer_email, order.state) == (father, father.email, "open")
        assert answer.redirect_chain[-1][0] == f"/orders/{order.secret}/"
        start(order, "cash")
        assert fresh(order).state == "paid"
        assert Message.objects.filter(template="order-confirmed", recipient=father.email).exists()


def test_who_ordered_is_notified_and_her_link_leads_nowhere(home: SimpleNamespace, organisation: Any) -> None:
    home.father.post(f"/portal/orders/{home.order.pk}/taking-over/")

    assert browser_on(organisation).get(f"/orders/{home.order.secret}/").status_code == 404
    with scope(organisation):
        mail = Message.objects.get(template="order-moved-away")
        entry = AuditEntry.objects.get(action="order.taken_over")
        assert mail.recipient == home.users[0].email
        assert (entry.actor, entry.old["email"], entry.new["email"]) == (
            father_of(home),
            home.users[0].email,
            father_of(home).email,
        )
    # She is a guardian too, and may take it over again.
    assert f"Order {home.order.number}" in words(home.mother.get("/portal/orders/"))


def test_two_do_not_take_it_from_each_other_without_end(home: SimpleNamespace, organisation: Any) -> None:
    mother, father = home.users[0], father_of(home)
    with scope(organisation):
        for who in [father, mother] * 2:
            taking_over.take_over(who, home.order.pk)
        with refuses(taking_over.TakenOverTooOften), transaction.atomic():
            taking_over.take_over(father, home.order.pk)

        assert fresh(home.order).buyer == mother
        assert Message.objects.filter(template="order-moved-away").count() == 4
        # Another order is counted on its own.
        other = ordered(home, home.camp, home.liv)
        taking_over.take_over(father, other.pk)


@pytest.mark.parametrize("right", ["may_register", "may_pay"])
def test_without_the_right_to_register_and_to_pay_it_is_not_theirs(
    home: SimpleNamespace, organisation: Any, right: str
) -> None:
    with scope(organisation):
        Guardianship.objects.filter(guardian__member=home.jan).update(**{right: False})

    assert home.order.number not in words(home.father.get("/portal/orders/"))
    assert home.father.post(f"/portal/orders/{home.order.pk}/taking-over/").status_code == 404
    with scope(organisation):
        assert fresh(home.order).buyer == home.users[0]


def test_what_costs_nothing_takes_no_right_to_pay(home: SimpleNamespace, organisation: Any) -> None:
    with scope(organisation):
        Guardianship.objects.filter(guardian__member=home.jan).update(may_pay=False)
        free = make.attraction(name="Free")
        order = ordered(home, free, home.liv)

        assert [each.pk for each in taking_over.open_to(father_of(home))] == [order.pk]


def test_an_order_for_somebody_else_as_well_is_not_taken_over(home: SimpleNamespace, organisation: Any) -> None:
    with scope(organisation):
        mixed = ordered(home, home.camp, home.liv, home.eva)

        with refuses(taking_over.NothingToTakeOver), transaction.atomic():
            taking_over.take_over(father_of(home), mixed.pk)


def test_a_stranger_takes_nothing_over(home: SimpleNamespace, organisation: Any) -> None:
    with scope(organisation):
        stranger, nobodys = make.user(), ordered(home, home.camp, home.liv).pk
        for pk in (home.order.pk, nobodys, 999_999):
            with refuses(taking_over.NothingToTakeOver), transaction.atomic():
                taking_over.take_over(stranger, pk)
        assert taking_over.open_to(stranger) == []


def test_what_is_paid_cancelled_or_past_its_time_is_not_open(home: SimpleNamespace, organisation: Any) -> None:
    with scope(organisation):
        paid = ordered(home, home.camp, home.liv)
        start(paid, "cash")
        let_expire(home.order)

        assert taking_over.open_to(father_of(home)) == []


def test_while_a_provider_is_asked_nobody_takes_it_over(home: SimpleNamespace, organisation: Any) -> None:
    with scope(organisation):
        Payment.objects.create(
            order=home.order,
            method="testpay",
            state="pending",
            provider_id="tp-1",
            amount=20,
            currency="EUR",
            reference="R-1",
        )

        with refuses(taking_over.BeingPaidByOthers), transaction.atomic():
            taking_over.take_over(father_of(home), home.order.pk)


def test_it_is_not_shown_twice_to_whom_it_belongs(home: SimpleNamespace, organisation: Any) -> None:
    with scope(organisation):
        assert taking_over.open_to(home.users[0]) == []
