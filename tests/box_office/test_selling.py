"""Selling at the box office (D4)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.accounts import professions
from kring.accounts.models import Role, User
from kring.billing import settling
from kring.billing.models import Order
from kring.box_office import differences, refusals, selling, shifts
from kring.box_office.models import SaleKind, Taking
from kring.certificates.models import Certificate
from kring.checkin.scanning import scan
from kring.core.integrity_errors import violated_constraint
from kring.events.models import Event
from kring.events.refusals import PriceTooHigh, PriceTooLow
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import paying
from kring.payments.models import Payment
from kring.places.models import Pool
from kring.registrations import codes, correcting
from kring.registrations.models import Registration, Ticket
from kring.registrations.refusals import NoPlacesLeft, NothingChosen, NotOnSale
from kring.waiting.models import WaitingEntry
from tests import make
from tests.box_office.conftest import Desk
from tests.jobs import work
from tests.refusing import refuses
from tests.registrations import price_rules

pytestmark = pytest.mark.django_db


def test_ten_tickets_are_sold_for_cash_to_somebody_without_a_name(desk: Desk) -> None:
    taking = desk.sell(10)

    order = Order.objects.get()
    assert (order.state, order.total, order.buyer_name, order.buyer_email) == ("paid", Decimal(125), "", "")
    assert (taking.shift, taking.payment.order, taking.payment.amount) == (desk.shift, order, Decimal(125))
    assert (taking.payment.method, taking.payment.state, taking.payment.confirmed_by) == ("custom", "paid", desk.seller)
    rows = Registration.objects.all()
    assert {(each.state, each.attendee, each.shown_name) for each in rows} == {("completed", None, "Without a name")}
    assert Ticket.objects.count() == 10
    assert Pool.objects.get(pk=desk.attraction.pool_id).taken == 10


def test_no_account_is_made_up_and_no_mail_written_for_them(desk: Desk) -> None:
    people = User.objects.count()

    desk.sell(3)
    desk.sell(1, name="Jan Jansen")

    assert User.objects.count() == people
    assert not Message.objects.exists()


def test_with_an_address_the_mails_go_out_and_the_account_is_made_as_usual(desk: Desk) -> None:
    desk.sell(2, name="Jan Jansen", email="Jan@Example.org", language="nl")

    assert User.objects.get(email="jan@example.org").name == "Jan Jansen"
    sent = Message.objects.order_by("pk").values_list("template", "recipient")
    assert [*sent] == [("ticket", "jan@example.org")] * 2 + [("order-confirmed", "jan@example.org")]
    assert {each.attendee.email for each in Registration.objects.all()} == {"jan@example.org"}


def test_each_ticket_opens_the_door_once(desk: Desk) -> None:
    desk.sell(2)

    results = [
        scan(codes.code_of(each), event=desk.event, location=None, device="", user=None).result
        for each in [*Ticket.objects.all(), *Ticket.objects.all()]
    ]

    assert results == ["valid", "valid", "already_scanned", "already_scanned"]
    assert not Certificate.objects.exists()


def test_any_price_has_a_reason_and_each_ticket_keeps_its_own(desk: Desk) -> None:
    tickets = [
        selling.SoldTickets(desk.standard.pk, 2),
        selling.SoldTickets(desk.standard.pk, 1, Decimal("7.25"), "Came on foot"),
    ]
    sale = selling.Sale(tickets, kind=desk.kind("elsewhere").pk)

    selling.sell(desk.shift, desk.event, sale, by=desk.seller, secret="once")

    lines = Order.objects.get().lines.values_list("amount", "reason")
    assert [*lines] == [(Decimal("12.50"), ""), (Decimal("12.50"), ""), (Decimal("7.25"), "Came on foot")]
    assert AuditEntry.objects.get(action="order.sold_at_box_office").new == {
        "shift": 1,
        "kind": "Card terminal",
        "total": "32.25",
        "tickets": 3,
        "reason": "Came on foot",
    }


def test_a_kind_that_takes_nothing_makes_the_tickets_free_and_wants_a_reason(desk: Desk) -> None:
    with refuses(refusals.FreeNeedsReason):
        desk.sell(2, takes="nothing")

    taking = desk.sell(2, takes="nothing", reason="Speakers")

    assert taking.payment.amount == 0
    assert [*taking.payment.order.lines.values_list("amount", "reason")] == [(Decimal(0), "Speakers")] * 2


@pytest.mark.parametrize("price", ["-0.01", "12.505", "1000000", "NaN", "Infinity", "0.001"])
def test_a_price_that_is_none_is_refused(desk: Desk, price: str) -> None:
    with refuses(refusals.BadAmount):
        desk.sell(price=price, why="A mistake")

    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({"price": "5"}, refusals.ReasonMissing),
        ({"number": 0}, NothingChosen),
        ({"number": -1}, NothingChosen),
        ({"number": 21}, refusals.TooManyAtOnce),
        ({"email": "jan@example.org"}, refusals.NobodyToMail),
    ],
)
def test_what_cannot_be_sold_is_refused(desk: Desk, how: dict[str, Any], refusal: type[Exception]) -> None:
    with refuses(refusal):
        desk.sell(**how)

    assert not Order.objects.exists()


def test_a_kind_no_longer_offered_and_one_there_is_not_are_unknown(desk: Desk) -> None:
    cash = desk.kind("cash")
    SaleKind.objects.filter(pk=cash.pk).update(is_active=False)

    for kind in (cash.pk, 10**9):
        sale = selling.Sale([selling.SoldTickets(desk.standard.pk, 1)], kind=kind)
        with refuses(refusals.UnknownKind):
            selling.sell(desk.shift, desk.event, sale, by=desk.seller, secret="once")


def test_nothing_is_sold_of_what_is_off_sale_or_leads_into_a_group(desk: Desk) -> None:
    desk.standard.is_on_sale = False
    desk.standard.save()

    with refuses(NotOnSale):
        desk.sell()


def test_nobody_sells_in_the_shift_of_another_nor_in_a_closed_one(desk: Desk) -> None:
    with refuses(refusals.NotYourShift):
        desk.sell(by=make.staff(Role.Name.BOX_OFFICE))
    shifts.close(desk.shift, counted=Decimal(50), note="", by=desk.seller)

    with refuses(refusals.ShiftClosed):
        desk.sell()


def test_the_database_refuses_what_is_taken_in_a_closed_shift(desk: Desk) -> None:
    payment = desk.sell().payment
    shifts.close(desk.shift, counted=Decimal(50), note="", by=desk.seller)
    again = Payment.objects.create(
        order=payment.order, method="custom", amount=0, currency="EUR", reference="again", state="cancelled"
    )

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Taking.objects.create(shift=desk.shift, kind=desk.kind("cash"), payment=again)

    assert violated_constraint(refused.value) == "taking_is_in_an_open_shift"


def test_the_same_form_sells_once(desk: Desk) -> None:
    desk.sell(secret="the same")

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        desk.sell(secret="the same")

    assert violated_constraint(refused.value) == "order_secret_is_unique"
    assert Order.objects.count() == 1


def test_no_more_are_sold_than_there_are_places_unless_they_are_raised_with_a_reason(desk: Desk) -> None:
    Pool.objects.filter(pk=desk.attraction.pool_id).update(capacity=3)
    desk.sell(2)

    with refuses(NoPlacesLeft):
        desk.sell(4)
    desk.sell(4, more_places="The hall has a balcony")

    pool = Pool.objects.get(pk=desk.attraction.pool_id)
    assert (pool.capacity, pool.taken) == (6, 6)
    assert AuditEntry.objects.get(action="places.changed").new == {
        "added": {desk.attraction.name: 3},
        "reason": "The hall has a balcony",
    }


def test_a_reason_given_for_nothing_raises_nothing(desk: Desk) -> None:
    Pool.objects.filter(pk=desk.attraction.pool_id).update(capacity=3)

    desk.sell(3, more_places="To be sure")

    assert Pool.objects.get(pk=desk.attraction.pool_id).capacity == 3
    assert not AuditEntry.objects.filter(action="places.changed").exists()


def test_places_that_others_wait_for_stay_theirs(desk: Desk) -> None:
    Pool.objects.filter(pk=desk.attraction.pool_id).update(capacity=5)
    type(desk.attraction).objects.filter(pk=desk.attraction.pk).update(is_kept=True)

    with refuses(NoPlacesLeft):
        desk.sell(2)
    desk.sell(2, more_places="They came from far")

    pool = Pool.objects.get(pk=desk.attraction.pool_id)
    assert (pool.capacity, pool.taken) == (7, 2)
    assert not WaitingEntry.objects.exists()


def test_a_sale_is_undone_by_its_seller_and_the_money_goes_back(desk: Desk) -> None:
    taking = desk.sell(3)
    lines = [line.pk for line in taking.payment.order.lines.all()]

    selling.undo(taking, lines[:1], reason="One too many", by=desk.seller)
    order = Order.objects.get()
    assert (order.state, order.total) == ("paid", Decimal(25))
    selling.undo(taking, lines[1:], reason="They left", by=desk.seller)

    order.refresh_from_db()
    payment = Payment.objects.get()
    assert (order.state, payment.refunded) == ("cancelled", Decimal("37.50"))
    assert {each.state for each in Registration.objects.all()} == {"cancelled"}
    assert Pool.objects.get(pk=desk.attraction.pool_id).taken == 0
    assert not Message.objects.exists()


def test_nothing_is_undone_twice_nor_by_another_nor_in_a_closed_shift(desk: Desk) -> None:
    taking, other = desk.sell(2), make.staff(Role.Name.BOX_OFFICE)
    lines = [line.pk for line in taking.payment.order.lines.all()]
    selling.undo(taking, lines[:1], reason="One too many", by=desk.seller)

    with refuses(refusals.UndoneAlready):
        selling.undo(taking, lines[:1], reason="Again", by=desk.seller)
    with refuses(refusals.UndoneAlready):
        selling.undo(taking, [], reason="Nothing", by=desk.seller)
    with refuses(refusals.NotYourShift):
        selling.undo(taking, lines[1:], reason="Not mine", by=other)
    shifts.close(desk.shift, counted=Decimal(0), note="", by=desk.seller)
    with refuses(refusals.ShiftClosed):
        selling.undo(taking, lines[1:], reason="Too late", by=desk.seller)


def test_a_payment_that_staff_unticks_is_waited_for_and_may_come_again(desk: Desk) -> None:
    payment = desk.sell(2).payment

    paying.undo(payment, by=None, reason="The note was false")

    order = Order.objects.get()
    assert (order.state, shifts.figures(desk.shift).expected) == ("awaiting", Decimal(50))
    assert {each.state for each in Registration.objects.all()} == {"paying"}
    payment.refresh_from_db()
    paying.confirm(payment, by=desk.seller)
    order.refresh_from_db()
    assert (order.state, shifts.figures(desk.shift).expected) == ("paid", Decimal(75))


def test_staff_cancels_what_was_sold_without_a_name_and_nobody_is_written_to(desk: Desk) -> None:
    order = desk.sell(2).payment.order

    settling.cancel(order, reason="Rain")

    assert {each.state for each in Registration.objects.all()} == {"cancelled"}
    assert not Message.objects.exists()


def test_who_is_named_after_the_check_in_gets_the_certificate_like_everybody_else(desk: Desk) -> None:
    Event.objects.update(grants_certificates=True)
    desk.sell(2)
    named, other = Ticket.objects.order_by("pk")
    for each in (named, other):
        scan(codes.code_of(each), event=desk.event, location=None, device="", user=None)
    work()
    assert not Certificate.objects.exists()

    wanted = correcting.Correction("Marie", "marie@example.org", "")
    correcting.correct(named.registration_id, wanted, by_staff=True)
    work()

    assert [(each.ticket, each.name) for each in Certificate.objects.all()] == [(named, "Marie")]
    # The check-in stays.
    assert Ticket.objects.get(pk=named.pk).admitted_at


def test_whoever_has_no_name_yet_gets_one_from_staff_and_a_new_ticket_by_mail(desk: Desk) -> None:
    desk.sell()
    row, ticket = Registration.objects.get(), Ticket.objects.get()

    correcting.correct(row.pk, correcting.Correction("Marie", "marie@example.org", ""), by_staff=True)

    row.refresh_from_db()
    assert (row.attendee_name, row.attendee.email) == ("Marie", "marie@example.org")
    assert Ticket.objects.get().holder_number != ticket.holder_number
    assert [each.recipient for each in Message.objects.all()] == ["marie@example.org"]


def test_the_price_of_the_list_is_the_one_by_the_rules_of_the_moment(desk: Desk) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    price_rules.rule(desk.event, "dates", "percent_off", "20", settings={"before": tomorrow.isoformat()})
    desk.event.refresh_from_db()

    desk.sell(1)
    desk.sell(1, price="12.50", why="Wanted to give more")

    first, second = (order.lines.get() for order in Order.objects.order_by("pk"))
    assert (first.base, first.amount, first.reason, len(first.trace)) == (Decimal("12.50"), Decimal(10), "", 1)
    assert (second.amount, second.reason, second.trace) == (Decimal("12.50"), "Wanted to give more", [])


def _let_choose(desk: Desk) -> None:
    desk.attraction.ticket_types.update(lowest_price=Decimal(5))


@pytest.mark.parametrize(
    ("amount", "reason", "kept"),
    [
        ("7.50", "", (Decimal("7.50"), True, "")),
        ("3", "Child", (Decimal(3), False, "Child")),
        (None, "", (Decimal("12.50"), True, "")),
    ],
)
def test_what_the_buyer_chooses_needs_no_reason_from_the_lowest_price_on(
    desk: Desk, amount: str | None, reason: str, kept: Any
) -> None:
    _let_choose(desk)

    desk.sell(1, price=amount or "", why=reason)

    line = Order.objects.get().lines.get()
    assert (line.amount, line.is_chosen, line.reason) == kept


@pytest.mark.parametrize(("amount", "refusal"), [("4.99", PriceTooLow), ("10001", PriceTooHigh)])
def test_below_the_lowest_price_it_is_another_price_and_needs_a_reason(
    desk: Desk, amount: str, refusal: type[Exception]
) -> None:
    _let_choose(desk)

    with refuses(refusal):
        desk.sell(1, price=amount)


def test_who_shows_a_student_card_pays_the_students_price(desk: Desk) -> None:
    price_rules.student(desk.event)

    order = desk.sell(2, profession="student").payment.order

    assert [(each.amount, each.why) for each in order.lines.all()] == [(Decimal("7.50"), "Student")] * 2
    assert {each.profession for each in Registration.objects.all()} == {"student"}
    row = Registration.objects.select_related("line__order", "event", "attraction").first()
    assert row.profession_counted
    assert differences.difference_of(row) == Decimal(5)


def test_a_profession_that_is_not_in_the_list_makes_no_price(desk: Desk) -> None:
    price_rules.student(desk.event)

    with refuses(professions.UnknownProfession):
        desk.sell(profession="wizard")
    assert desk.sell().payment.amount == Decimal("12.50")


def test_each_ticket_may_have_a_name_and_the_others_have_the_buyers(desk: Desk) -> None:
    desk.sell(3, name="Jan Jansen", names=["Ada", "", "Kim"])

    assert [each.attendee_name for each in Registration.objects.order_by("pk")] == ["Ada", "Jan Jansen", "Kim"]
    with refuses(refusals.TooManyNames):
        desk.sell(1, names=["Ada", "Kim"])
