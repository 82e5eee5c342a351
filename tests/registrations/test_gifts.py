"""A gift on top of an order: a line of its own, which is no ticket (D1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kring.billing import settling
from kring.billing.models import Order, OrderLine
from kring.events import editing, lifecycle
from kring.events.models import Event
from kring.events.refusals import NoWayToPay
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import paying
from kring.payments.sums import sums
from kring.registrations import gifts, own_cancelling, reporting
from kring.registrations.booking import Attendee, assign, book
from kring.registrations.models import Registration, Ticket
from kring.registrations.refusals import PriceIsBeingPaid
from tests import make
from tests.jobs import work
from tests.payments.ordering import fresh, start
from tests.refusing import refuses
from tests.registrations.changing import event_with_changes, fee
from tests.registrations.price_rules import rule

pytestmark = pytest.mark.usefixtures("in_scope")

JAN, KIM = Attendee(myself=True), Attendee(myself=False, name="Kim", email="kim@example.org")


@pytest.fixture
def gala(in_scope: Any) -> Any:
    made = make.attraction(price="20", event=make.event(gift_for="our youth fund"))
    made.event.payment_options.create(method="cash")
    return made


def ordered(of: Any, gift: str | None = "5", *attendees: Attendee) -> Order:
    who = attendees or (JAN, KIM)
    order = fresh(book(of.event, {of.ticket_types.get().pk: len(who)}, language="en"))
    return given(order, gift, *who)


def given(order: Order, gift: str | None, *attendees: Attendee) -> Order:
    amount = None if gift is None else Decimal(gift)
    assign(order, buyer_name="Jan", buyer_email="jan@example.org", attendees=attendees or (JAN, KIM), gift=amount)
    return fresh(order)


def lines(order: Order) -> list[tuple[str, str]]:
    return [(each.kind, str(each.amount)) for each in order.lines.order_by("position")]


def paid(order: Order) -> Order:
    settling.settle(order)
    return fresh(order)


def test_it_is_a_line_of_its_own_and_no_ticket(gala: Any) -> None:
    order = ordered(gala)

    assert lines(order) == [("registration", "20.00"), ("registration", "20.00"), ("gift", "5.00")]
    assert (order.total, order.lines.get(kind="gift").description) == (Decimal(45), "Gift: our youth fund")
    assert Registration.objects.count() == 2
    assert Ticket.objects.count() == 0 == paid(order).lines.filter(kind="gift", registrations__isnull=False).count()
    assert Ticket.objects.count() == 2
    gala.pool.refresh_from_db()
    assert gala.pool.taken == 2


def test_it_is_changed_and_taken_back_as_long_as_nobody_pays(gala: Any) -> None:
    order = ordered(gala)

    assert given(order, "7.50").total == Decimal("47.50")
    assert given(order, None).total == Decimal("47.50")
    assert given(order, "0").total == Decimal(40)
    assert not OrderLine.objects.filter(kind="gift").exists()
    logged = AuditEntry.objects.filter(action="order.gift").order_by("pk").values_list("new", flat=True)
    assert [each["gift"] for each in logged] == ["5", "7.50", "0"]


def test_once_somebody_pays_it_stays_as_it_is(gala: Any) -> None:
    order = ordered(gala)
    start(order, "cash")

    with refuses(PriceIsBeingPaid), transaction.atomic():
        gifts.give(order, gala.event, Decimal(6))
    assert not gifts.give(order, gala.event, Decimal(5))


@pytest.mark.parametrize("amount", ["-1", "10000.01", "5.001", "NaN", "Infinity"])
def test_what_is_no_amount_is_no_gift(gala: Any, amount: str) -> None:
    with refuses(gifts.StrangeGift):
        ordered(gala, amount)


def test_nobody_gives_where_nobody_asks(gala: Any) -> None:
    Event.objects.update(gift_for="")

    with refuses(gifts.NoGifts):
        ordered(gala)


def test_a_gift_that_was_given_stays_when_it_is_asked_for_no_more(gala: Any) -> None:
    order = ordered(gala)
    Event.objects.update(gift_for="")

    assert given(order, None).total == Decimal(45)


def test_a_free_order_with_a_gift_is_to_be_paid(gala: Any) -> None:
    gala.ticket_types.update(price=0)
    order = ordered(gala, "2.50", JAN)

    assert order.total == Decimal("2.50")
    start(order, "cash")
    assert fresh(order).state in (Order.State.AWAITING_PAYMENT, Order.State.PAID)


def test_price_rules_do_nothing_to_it(gala: Any) -> None:
    rule(gala.event, "people", "percent_off", "50", settings={"fewest": 1})
    order = fresh(book(gala.event, {gala.ticket_types.get().pk: 2}, language="en"))

    assert given(order, "5").total == Decimal(25)
    assert given(order, "5", KIM, JAN).total == Decimal(25)


def test_some_tickets_cancelled_leave_it_and_the_last_one_takes_it_along(gala: Any) -> None:
    order = paid(ordered(gala))
    first, second = order.lines.filter(kind="registration")

    settling.cancel_line(first, reason="ill")
    assert (fresh(order).state, fresh(order).total) == ("paid", Decimal(25))
    settling.cancel_line(second, reason="ill too")

    assert (fresh(order).state, fresh(order).owed) == ("cancelled", Decimal(0))
    cancelled = sums(fresh(order), [], order.lines.all()).cancelled
    assert cancelled == Decimal(45)


def test_an_order_that_staff_reopens_is_still_kept_whatever_was_given_on_top(gala: Any) -> None:
    order = ordered(gala)
    order.mark_undecided()

    settling.reopen(fresh(order), reason="The bank was wrong")

    assert fresh(order).state == "awaiting"


def test_the_confirmation_names_it(gala: Any) -> None:
    paid(ordered(gala))
    work()

    text = Message.objects.get(template="order-confirmed").text
    assert "Gift: our youth fund: €5.00" in text


def test_the_report_counts_it_apart_from_tickets(gala: Any) -> None:
    paid(ordered(gala))
    ordered(gala, "50")

    [income] = [each for each in reporting.report(gala.event) if each.key == "income"]
    assert income.rows[-1] == ["Gifts", Decimal(5), 1]


def test_an_order_has_one_at_most(gala: Any) -> None:
    order = ordered(gala)

    with pytest.raises(IntegrityError, match="order_has_one_gift_at_most"), transaction.atomic():
        OrderLine.objects.create(order=order, kind="gift", position=9, description="More", amount=1)


def test_asking_for_one_takes_a_way_to_pay(in_scope: Any) -> None:
    event = make.event(state="new", gift_for="our youth fund")
    make.attraction(event=event)
    assert [type(each) for each in lifecycle.missing(event)] == [NoWayToPay]

    public = make.event()
    with refuses(NoWayToPay):
        editing.change_event(public, places=None, gift_for="our youth fund")


def test_who_cancels_all_tickets_by_the_rule_of_the_event_gets_back_what_was_shown_and_the_gift_is_kept(
    in_scope: Any,
) -> None:
    event = event_with_changes(fee(2), gift_for="our youth fund")
    made = make.attraction(price="20", event=event)
    event.payment_options.create(method="manual", settings={"text": "Pay Jan"})
    order = ordered(made)
    payment = start(order, "manual").payment
    paying.confirm(payment)
    rows = list(Registration.objects.of_order(order).select_related("line", "event"))

    own_cancelling.cancel(order.pk, [rows[0].pk], seen=Decimal(18))
    assert (fresh(order).total, fresh(order).retained) == (Decimal(25), Decimal(2))
    own_cancelling.cancel(order.pk, [rows[1].pk], seen=Decimal(18))

    assert (fresh(order).state, fresh(order).retained) == ("cancelled", Decimal(9))
    assert paying.surplus(fresh(order)) == Decimal(36)
