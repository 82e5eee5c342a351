"""Taking a partner's tickets, giving them away, and taking them back (D3)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.events.models import Event
from kring.mail.models import Message
from kring.partners import fullness, keeping, refusals, taking
from kring.partners.models import PartnerQuota
from kring.registrations import cancelling
from kring.registrations.booking import Attendee, assign
from kring.registrations.correcting import CameInAlready
from kring.registrations.models import Registration, Ticket
from tests import jobs, make
from tests.partners.giving import as_it_is, at_a_price, complete, quota_of, registration_of, take, taken_of
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
LONG_AGO = timezone.now() - timedelta(days=400)


def mails(template):
    return list(Message.objects.filter(template=template).order_by("pk").values_list("recipient", flat=True))


def test_three_tickets_can_be_taken_and_the_fourth_is_refused_in_words():
    quota = quota_of(make.attraction(price="49.95"), 3)
    orders = [take(quota) for _ in range(3)]

    with refuses(refusals.AllTaken) as refused:
        taking.begin(quota, 1, language="en")

    assert str(refused.value) == f"All tickets of {quota.partner} are taken. Nothing was ordered."
    assert {order.state for order in orders} == {Order.State.PAID}
    assert Ticket.objects.count() == 3


def test_more_than_are_left_are_refused_with_their_number():
    quota = quota_of(make.attraction(), 3)
    take(quota, 2)

    with refuses(refusals.TooFewLeft) as refused:
        taking.begin(quota, 2, language="en")

    assert str(refused.value) == f"Only 1 ticket of {quota.partner} is left. Nothing was ordered."


def test_the_line_says_whose_ticket_it_is_and_costs_what_staff_set():
    attraction = make.attraction(price="49.95")
    free = taking.begin(quota_of(attraction), 1, language="en").lines.get()
    reduced = taking.begin(quota_of(attraction, price=at_a_price(attraction.event)), 1, language="en").lines.get()

    assert (free.amount, reduced.amount) == (0, 15)
    assert (free.base, free.reason) == (Decimal("49.95"), PartnerQuota.objects.earliest("pk").partner.name)


def test_the_type_need_not_be_on_sale_nor_its_registration_open():
    attraction = make.attraction(event=make.event(registration_opens_at=timezone.now() + timedelta(days=2)))
    attraction.ticket_types.update(is_on_sale=False)

    assert take(quota_of(attraction)).state == Order.State.PAID


def test_a_called_off_event_gives_no_tickets():
    quota = quota_of(make.attraction())
    Event.objects.update(state=Event.State.CANCELLED)

    with refuses(refusals.NoLongerOpen):
        taking.begin(quota, 1, language="en")


def test_an_order_that_nobody_finishes_leaves_its_ticket_to_the_next_and_never_to_the_public(expire_by_clock):
    attraction = make.attraction(capacity=3)
    quota = quota_of(attraction, 1)
    expire_by_clock(taking.begin(quota, 1, language="en"))

    take(quota)

    assert (taken_of(quota.pool_id), taken_of(attraction.pool_id)) == (1, 1)


def test_partner_and_staff_get_an_email_when_all_are_taken_once(organisation):
    admin = make.staff("org_admin")
    quota = quota_of(make.attraction(), 2)

    take(quota)
    assert mails("partner-full") == []
    take(quota)

    assert mails("partner-full") == [quota.partner.contact_email]
    assert mails("partner-full-staff") == [admin.email]


def test_they_get_it_again_when_a_ticket_given_back_is_taken():
    quota = quota_of(make.attraction(), 1)
    cancelling.cancel(registration_of(take(quota)), reason="Ill")

    take(quota)

    assert len(mails("partner-full")) == 2


def test_who_takes_the_last_one_and_gives_it_back_all_day_sends_them_few_emails():
    quota = quota_of(make.attraction(), 1, partner=make.partner(contact_email="bakery@example.org"))
    for _round in range(fullness.OFTEN.most + 2):
        cancelling.cancel(registration_of(take(quota)), reason="Ill")

    assert len(mails("partner-full")) == fullness.OFTEN.most


def test_emails_to_an_address_that_somebody_with_the_link_types_are_limited(settings):
    settings.UNPAID_TICKETS_PER_HOUR = 3
    quota = quota_of(make.attraction(), 4)
    for _order in range(4):
        take(quota, name="Victim")

    sent = Message.objects.filter(recipient__startswith="victim-0")
    assert sent.exclude(state=Message.State.HELD).count() == 3
    assert sent.count() == 4


def test_the_maker_of_the_event_gets_it_instead_of_the_administrators():
    maker = make.user()
    make.staff("org_admin")
    quota = quota_of(make.attraction(event=make.event(created_by=maker)), 1)

    take(quota)

    assert mails("partner-full-staff") == [maker.email]


def test_without_an_address_only_staff_gets_it():
    quota = quota_of(make.attraction(), 1, partner=make.partner(contact_email=""))

    take(quota)

    assert mails("partner-full") == []


def test_a_ticket_given_by_name_is_kept_for_that_person_who_fills_in_the_rest():
    quota = quota_of(make.attraction(), 1)

    order = taking.give(quota, name="Anna Nowak", email="Anna@example.org")

    assert mails("partner-ticket-given") == ["anna@example.org"]
    assert (order.buyer_name, order.buyer_email) == ("Anna Nowak", "anna@example.org")
    assert order.expires_at > timezone.now() + timedelta(days=6)
    assert taking.left(as_it_is(quota)) == 0
    assert complete(order).state == Order.State.PAID


def test_it_is_kept_no_longer_than_unused_ones_are():
    free_from = timezone.now() + timedelta(days=2)
    quota = quota_of(make.attraction(), 1, free_from=free_from)

    assert taking.give(quota, name="Anna", email="anna@example.org").expires_at == free_from


def test_the_partner_takes_a_ticket_back_and_can_give_it_again():
    quota = quota_of(make.attraction(), 1)
    registration = registration_of(take(quota))

    taking.take_back(quota, registration.pk)

    registration.refresh_from_db()
    assert registration.state == Registration.State.CANCELLED
    assert taking.left(as_it_is(quota)) == 1
    assert mails("registration-cancelled") == ["guest-0@example.org"]


def test_a_change_of_person_cancels_the_one_and_invites_the_other_in_one_step():
    quota = quota_of(make.attraction(), 1)
    registration = registration_of(take(quota))

    order = taking.hand_over(quota, registration.pk, name="Bob", email="bob@example.org")

    registration.refresh_from_db()
    assert registration.state == Registration.State.CANCELLED
    assert [each.pk for each in taking.taken(quota)] == [registration_of(order).pk]


def test_the_partner_changes_nothing_once_the_date_is_there():
    quota = quota_of(make.attraction(), 2)
    registration = registration_of(take(quota))
    Event.objects.update(starts_at=LONG_AGO)

    for act in (
        lambda: taking.take_back(quota, registration.pk),
        lambda: taking.hand_over(quota, registration.pk, name="Bob", email="bob@example.org"),
        lambda: taking.give(quota, name="Bob", email="bob@example.org"),
    ):
        with refuses(refusals.ChangingIsOver):
            act()


def test_somebody_who_is_in_keeps_the_ticket():
    quota = quota_of(make.attraction(), 1)
    registration = registration_of(take(quota))
    Ticket.objects.update(admitted_at=timezone.now())

    with refuses(CameInAlready):
        taking.take_back(quota, registration.pk)


def test_a_ticket_that_was_paid_for_is_not_taken_back_by_the_partner():
    attraction = make.attraction()
    quota = quota_of(attraction, 1, price=at_a_price(attraction.event))
    registration = registration_of(take(quota))

    with refuses(refusals.PaidFor):
        taking.take_back(quota, registration.pk)


def test_a_partner_reaches_only_those_who_have_her_own_tickets():
    attraction = make.attraction()
    quota, other = quota_of(attraction), quota_of(attraction)
    registration = registration_of(take(other))

    with refuses(refusals.NotTheirs):
        taking.take_back(quota, registration.pk)


def test_money_that_comes_late_finds_a_ticket_of_the_partner_that_is_left(expire_by_clock):
    attraction = make.attraction(capacity=1)
    quota = quota_of(attraction, 1, price=at_a_price(attraction.event))
    order = named_late(quota, expire_by_clock)

    assert settling.settle(order).state == Order.State.PAID
    assert (taken_of(quota.pool_id), taken_of(attraction.pool_id)) == (1, 1)


def test_money_that_comes_late_when_all_are_taken_is_for_staff_to_decide(expire_by_clock):
    attraction = make.attraction(capacity=2)
    quota = quota_of(attraction, 1, price=at_a_price(attraction.event))
    order = named_late(quota, expire_by_clock)
    take(quota)

    order = settling.settle(order)
    assert order.state == Order.State.UNDECIDED

    assert settling.settle(order, reason="Let them come").state == Order.State.PAID
    assert (taken_of(quota.pool_id), taken_of(attraction.pool_id)) == (1, 2)


def test_money_that_comes_after_the_tickets_were_removed_is_for_staff_to_decide(expire_by_clock):
    attraction = make.attraction(capacity=2)
    quota = quota_of(attraction, 1, price=at_a_price(attraction.event))
    order = named_late(quota, expire_by_clock)
    keeping.remove_quota(quota)

    order = settling.settle(order)
    assert order.state == Order.State.UNDECIDED

    assert settling.settle(order, reason="Let them come").state == Order.State.PAID
    assert taken_of(attraction.pool_id) == 1


def named_late(quota, expire_by_clock):
    order = taking.begin(quota, 1, language="en")
    assign(order, buyer_name="Ada", buyer_email="ada@example.org", attendees=[Attendee(True)])
    expire_by_clock(order)
    settling.expire_due()
    jobs.work()
    return Order.objects.get(pk=order.pk)


def test_a_date_that_has_come_leaves_what_is_taken_with_those_who_have_it():
    quota = quota_of(make.attraction(capacity=5), 3, free_from=timezone.now() + timedelta(days=1))
    registration = registration_of(take(quota))
    PartnerQuota.objects.update(free_from=timezone.now())
    keeping.let_go_of_unused(quota.pk)

    registration.refresh_from_db()
    assert registration.state == Registration.State.COMPLETED
