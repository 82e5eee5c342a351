"""Codes in orders: what they change, how often, and what becomes of a use when the ticket is given back (D2)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kring.billing import settling
from kring.events import campaigning
from kring.events.models import Campaign, PriceRule
from kring.events.pricing import codes, price_list
from kring.events.pricing.codes import CodeUnknown
from kring.payments import paying
from kring.payments.free_of_charge import complete_for_free
from kring.payments.models import Payment
from kring.registrations import cancelling, code_statistics, filling, new_tickets, refusals
from kring.registrations.booking import Attendee, assign, book
from kring.registrations.code_statistics import CampaignNumbers
from kring.registrations.models import Registration
from tests import make
from tests.payments.ordering import fresh, let_expire, start
from tests.refusing import refuses
from tests.registrations.answering import form_of
from tests.registrations.codes import CODE, campaign, ordered, taken, uses
from tests.registrations.price_rules import attraction, rule, student

pytestmark = pytest.mark.usefixtures("in_scope")
MYSELF = Attendee(myself=True)
ACCOUNT = {"account": "NL91ABNA0417164300", "holder": "Club"}


def named(order: Any, *attendees: Attendee, **fields: Any) -> Any:
    who = {"buyer_name": "Jan", "buyer_email": "jan@example.org", "attendees": attendees or (MYSELF,)}
    return assign(order, **who | fields)


def prices(order: Any) -> list[str]:
    return [str(line.amount) for line in order.lines.order_by("position").all()]


def pay(order: Any) -> Payment:
    return start(fresh(order), "transfer", settings=ACCOUNT).payment


def expire(order: Any) -> None:
    let_expire(fresh(order))
    settling.expire(fresh(order))


def wish(of: Campaign, **fields: Any) -> campaigning.CampaignWish:
    names = ("name", "is_active", "valid_from", "valid_until", "tickets_per_code", "tickets_per_order")
    now = {name: getattr(of, name) for name in (*names, "tickets_per_person", "ticket_types")}
    return campaigning.CampaignWish(**now | {"money": of.most_money} | fields)


def test_who_has_the_code_pays_less_and_the_order_says_why():
    gala = attraction()
    campaign(gala.event)

    order = ordered(gala, 2, code="friends-26")

    assert (prices(order), order.total, order.code) == (["30.00", "30.00"], Decimal("60.00"), CODE)
    assert [line.why for line in order.lines.all()] == ["Friends", "Friends"]
    assert (taken(), uses()) == ((2, 6000), ["30.00", "30.00"])


def test_without_the_code_its_rule_is_for_nobody():
    gala = attraction()
    campaign(gala.event)

    order = fresh(book(gala.event, {gala.ticket_types.get().pk: 1}, language="en"))

    assert (prices(order), order.code, order.price_rules, taken()) == (["60.00"], "", [], (0, 0))


def test_another_campaigns_code_does_not_open_the_rule():
    gala = attraction()
    campaign(gala.event)
    campaign(gala.event, "SPONSOR", amount="", name="Sponsors")

    assert prices(ordered(gala, code="SPONSOR")) == ["60.00"]


def test_a_code_is_for_so_many_tickets_whatever_the_order_has():
    """Hi.Events #219: one use was one order, of any number of tickets."""
    gala = attraction()
    campaign(gala.event, tickets_per_code=3)

    first, second = ordered(gala, 2), ordered(gala, 2)

    assert (prices(first), prices(second)) == (["30.00", "30.00"], ["30.00", "60.00"])
    assert taken() == (3, 9000)
    with refuses(CodeUnknown):
        codes.enter(gala.event, CODE)


def test_orders_that_are_not_completed_count():
    """Hi.Events #1223: the use was counted when the order was completed, so that any number could be reserved."""
    gala = attraction()
    campaign(gala.event, tickets_per_code=1)

    ordered(gala)

    with refuses(CodeUnknown):
        codes.enter(gala.event, CODE)


def test_of_one_order_so_many_tickets_have_it_the_dearest_first():
    gala = attraction()
    dinner = make.ticket_type(gala, price="100.00", name="Dinner")
    campaign(gala.event, tickets_per_order=1)
    cheap = gala.ticket_types.order_by("pk").first().pk

    order = fresh(book(gala.event, {cheap: 2, dinner.pk: 1}, language="en", code=codes.enter(gala.event, CODE)))

    assert sorted(prices(order)) == ["50.00", "60.00", "60.00"]


def test_of_the_money_of_a_campaign_no_more_is_given_than_there_is():
    gala = attraction()
    campaign(gala.event, money=Decimal("75.00"))

    first, second = ordered(gala, 1), ordered(gala, 2)

    assert (prices(first), prices(second), taken()) == (["30.00"], ["30.00", "60.00"], (2, 6000))
    # What is left is not enough for another ticket, and never given in part.
    with refuses(refusals.CodeUsedUp):
        ordered(gala)


def test_a_use_and_its_money_are_given_back_when_the_order_expires():
    gala = attraction()
    campaign(gala.event, tickets_per_code=1, money=Decimal(30))
    let_expire(ordered(gala))

    assert prices(ordered(gala)) == ["30.00"]
    assert taken() == (1, 3000)


def test_also_by_the_clock_alone():
    gala = attraction()
    campaign(gala.event, tickets_per_code=1, money=Decimal(30))
    order = ordered(gala)
    past = timezone.now() - timedelta(seconds=1)
    Registration.objects.get(line__order=order).hold.__class__.objects.update(expires_at=past)

    assert prices(ordered(gala)) == ["30.00"]
    assert taken() == (1, 3000)


def test_and_when_it_is_cancelled_or_one_ticket_of_it_is():
    gala = attraction()
    campaign(gala.event, tickets_per_code=4)
    order, another = named(ordered(gala, 2), MYSELF, Attendee(False, "Marie", "marie@example.org")), ordered(gala)

    cancelling.cancel(Registration.objects.filter(line__order=order).first(), reason="Ill")
    assert taken() == (2, 6000)

    settling.cancel(fresh(another), reason="")
    assert taken() == (1, 3000)


def test_what_is_held_stays_when_the_campaign_ends_or_is_used_up_before_it_is_paid():
    gala = attraction()
    mine = campaign(gala.event, tickets_per_code=1)
    order = named(ordered(gala))

    campaigning.change_campaign(mine, wish(mine, is_active=False))
    order = named(fresh(order))

    paying.confirm(pay(order))
    assert (fresh(order).state, prices(order), taken()) == ("paid", ["30.00"], (1, 3000))


def test_and_when_its_rule_is_changed_while_somebody_pays():
    gala = attraction()
    campaign(gala.event)
    order = named(ordered(gala))
    payment = pay(order)
    PriceRule.objects.update(amount=10)

    paying.confirm(payment)

    assert (fresh(order).state, prices(order)) == ("paid", ["30.00"])


def test_a_payment_that_fails_gives_the_use_back_with_the_place():
    gala = attraction()
    campaign(gala.event, tickets_per_code=1)
    order = named(ordered(gala))
    paying.fail(pay(order), "declined")
    assert taken() == (1, 3000)

    expire(order)

    assert taken() == (0, 0)


def test_late_money_uses_the_code_again_where_it_is_still_there():
    gala = attraction()
    campaign(gala.event, tickets_per_code=1)
    order = named(ordered(gala))
    payment = pay(order)
    expire(order)
    assert taken() == (0, 0)

    paying.confirm(payment)

    assert (fresh(order).state, taken(), uses()) == ("paid", (1, 3000), ["30.00"])


def test_and_staff_decides_where_somebody_else_has_it_now():
    gala = attraction()
    campaign(gala.event, tickets_per_code=1)
    order = named(ordered(gala))
    payment = pay(order)
    expire(order)
    ordered(gala)

    paying.confirm(payment)

    assert (fresh(order).state, taken()) == ("undecided", (1, 3000))


def test_a_code_that_is_not_needed_after_all_can_be_used_again():
    """A student pays less than with the code, which is good for one ticket only."""
    gala = attraction()
    student(gala.event, amount="100")
    campaign(gala.event, tickets_per_code=1)
    order = named(ordered(gala), Attendee(False, "Marie", "marie@example.org", "student"))
    assert (prices(fresh(order)), taken()) == (["0.00"], (1, 0))

    complete_for_free(fresh(order))

    assert (fresh(order).state, taken(), uses()) == ("paid", (0, 0), [])


def dining(money: str) -> Any:
    """Registered with a code of 50 % off all, of which dinner is a part: the registration, to choose a meal."""
    version = form_of({"meal": ("choice", {"none": "None", "dinner": "Dinner"})})
    gala = attraction(form=version.form)
    meals = {"question": "meal", "answers": ["dinner"], "costs": {}}
    rule(gala.event, "answer", "amount_on_top", "20", settings=meals)
    campaign(gala.event, money=Decimal(money))
    PriceRule.objects.filter(key="code").update(combines=True)
    price_list.forget(gala.event)
    named(ordered(gala))
    return Registration.objects.select_related("line__order", "attraction", "event", "hold").get()


def choose_dinner(registration: Any) -> Any:
    requested = filling.requested_forms([registration])[registration.pk]
    filling.answer(registration, requested, basic=None, own={"meal": "dinner"})
    return fresh(registration.line.order)


def test_the_money_follows_the_price():
    registration = dining("40.00")
    assert taken() == (1, 3000)

    order = choose_dinner(registration)

    assert (prices(order), taken(), uses()) == (["40.00"], (1, 4000), ["40.00"])


def test_where_there_is_not_so_much_the_ticket_has_the_code_no_more():
    registration = dining("39.99")

    order = choose_dinner(registration)

    assert (prices(order), order.total, taken(), uses()) == (["80.00"], Decimal("80.00"), (0, 0), [])


def test_each_person_uses_it_so_often_however_the_address_is_written():
    gala = attraction()
    campaign(gala.event, tickets_per_person=1)
    named(ordered(gala), buyer_email="jan@example.org")

    with refuses(refusals.CodeUsedByPerson):
        named(ordered(gala), buyer_email="Jan+club@example.org")

    assert prices(named(ordered(gala), buyer_email="marie@example.org")) == ["30.00"]


def test_what_is_over_counts_no_more():
    gala = attraction()
    campaign(gala.event, tickets_per_person=1)
    let_expire(named(ordered(gala)))
    cancelled = named(ordered(gala))
    settling.cancel(cancelled, reason="")

    assert prices(named(ordered(gala))) == ["30.00"]


def test_who_types_somebody_elses_address_uses_up_nothing_of_theirs():
    gala = attraction()
    campaign(gala.event, tickets_per_person=1)
    named(ordered(gala), buyer_email="marie@example.org")
    marie = make.user("marie@example.org", name="Marie")

    assert prices(named(ordered(gala), buyer_email="marie@example.org", user=marie)) == ["30.00"]

    # Once she has proved it, she is counted, and so is anybody with her address.
    with refuses(refusals.CodeUsedByPerson):
        named(ordered(gala), buyer_email="marie@example.org", user=marie)
    with refuses(refusals.CodeUsedByPerson):
        named(ordered(gala), buyer_email="marie@example.org")


def hidden(price: str = "60.00") -> Any:
    """An attraction with a ticket type that only a code shows."""
    gala = attraction(price)
    gala.ticket_types.update(only_with_code=True)
    return gala


def test_a_ticket_type_that_only_a_code_shows_is_unknown_to_anybody_else():
    gala = hidden()
    key = gala.ticket_types.get().pk
    campaign(gala.event, amount="", ticket_types=[key])
    campaign(gala.event, "SPONSOR", name="Sponsors")

    for code in (None, codes.enter(gala.event, "SPONSOR")):
        with refuses(refusals.NotOnSale) as refused:
            book(gala.event, {key: 1}, language="en", code=code)
        with refuses(refusals.NotOnSale) as unknown:
            book(gala.event, {key + 1000: 1}, language="en", code=code)
        assert str(refused.value) == str(unknown.value)

    assert prices(ordered(gala)) == ["60.00"]
    assert (taken(), uses()) == ((1, 0), ["0.00"])


def test_a_code_may_show_a_ticket_type_and_make_it_cheaper():
    """alf.io #685: an access code could not give a discount."""
    gala = hidden()
    campaign(gala.event, tickets_per_code=1, ticket_types=[gala.ticket_types.get().pk])

    order = named(ordered(gala))

    assert (prices(order), taken(), uses()) == (["30.00"], (1, 3000), ["30.00"])


def test_it_is_sold_as_often_as_the_code_says():
    gala = hidden()
    campaign(gala.event, amount="", tickets_per_code=1, ticket_types=[gala.ticket_types.get().pk])

    with refuses(refusals.CodeUsedUp):
        ordered(gala, 2)

    entered = codes.enter(gala.event, CODE)
    ordered(gala)
    # Whoever saw the page a moment before.
    with refuses(refusals.CodeUsedUp):
        book(gala.event, {gala.ticket_types.get().pk: 1}, language="en", code=entered)
    assert taken() == (1, 0)


def test_the_use_of_a_ticket_type_that_only_a_code_shows_is_kept_when_it_is_bought():
    gala = hidden("0")
    campaign(gala.event, amount="", ticket_types=[gala.ticket_types.get().pk])

    complete_for_free(named(ordered(gala)))

    assert (taken(), uses()) == ((1, 0), ["0.00"])


def test_what_came_of_a_campaign():
    gala = attraction()
    mine = campaign(gala.event, "ONE1", "TWO2")
    paid = named(ordered(gala, 2, code="ONE1"), MYSELF, Attendee(False, "Marie", "marie@example.org"))
    paying.confirm(pay(paid))
    ordered(gala, code="TWO2")
    let_expire(ordered(gala, code="TWO2"))

    assert code_statistics.of_campaigns([mine]) == {
        mine.pk: CampaignNumbers(codes=2, tickets=2, open=1, people=1, given=Decimal(60), sold=Decimal(60))
    }


def test_what_tickets_would_cost_with_a_code_stores_nothing():
    gala = attraction()
    campaign(gala.event, tickets_per_code=1)
    types = list(gala.ticket_types.select_related("attraction__event"))

    quotes = new_tickets.ask_now(gala.event, types * 2, [], code=codes.enter(gala.event, CODE))

    assert ([str(each.price) for each in quotes], taken()) == (["30.00", "60.00"], (0, 0))


@pytest.mark.parametrize("tickets", [1, 6])
def test_ordering_with_a_code_costs_the_same_for_one_ticket_and_for_many(tickets, django_assert_num_queries):
    gala = attraction()
    campaign(gala.event, tickets_per_code=1000, money=Decimal(5000))
    wanted = {gala.ticket_types.get().pk: tickets}
    ordered(gala)

    # The code; then as without one, with its pools, in a block of their own, and what each ticket has of it.
    with django_assert_num_queries(13):
        book(gala.event, wanted, language="en", code=codes.enter(gala.event, CODE))


def test_an_order_without_a_code_asks_nothing_of_codes():
    gala = attraction()
    wanted = {gala.ticket_types.get().pk: 2}
    with CaptureQueriesContext(connection) as before:
        book(gala.event, wanted, language="en")
    campaign(gala.event, amount="")

    with CaptureQueriesContext(connection) as after:
        book(gala.event, wanted, language="en")

    assert len(after) == len(before)
    assert not any("campaign" in query["sql"] for query in after.captured_queries)
