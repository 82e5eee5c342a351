"""Codes on the page of an event and through the steps of an order (D2)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events import campaigning
from kring.events.models import Campaign, TicketType
from kring.registrations.models import CodeUse
from tests import make
from tests.payments.ordering import let_expire
from tests.registrations.codes import CODE, campaign
from tests.registrations.price_rules import attraction, rule, student
from tests.web.public.checkout import address_of, attendee_fields, begin, choose, enter_attendees, refreshed
from tests.web.public.conftest import browser_on
from tests.web.reading import words

NOT_HERE = "This code does not count here, or not now. Please check how it is written."


@pytest.fixture
def gala(organisation):
    with scope(organisation):
        return attraction(name="Gala")


@pytest.fixture
def friends(gala):
    with scope(gala.organisation_id):
        return campaign(gala.event)


def event_page(visitor: Any, gala: Any, code: str = "") -> Any:
    return visitor.get(address_of(gala), {"code": code} if code else {})


def order_of(answer: Any, gala: Any) -> Any:
    assert answer.status_code == 302, words(answer)
    with scope(gala.organisation_id):
        return Order.objects.get(secret=answer["Location"].split("/")[2])


def test_an_event_without_campaigns_asks_for_no_code(gala, visitor):
    assert "I have a code" not in words(event_page(visitor, gala))


def test_nor_does_one_whose_campaigns_are_switched_off(gala, friends, visitor):
    assert "I have a code" in words(event_page(visitor, gala))
    with scope(gala.organisation_id):
        campaigning.change_campaign(friends, campaigning.CampaignWish(name="Friends", is_active=False))

    assert "I have a code" not in words(event_page(visitor, gala))


def test_the_page_announces_no_rule_of_a_code(gala, friends, visitor):
    text = words(event_page(visitor, gala))

    assert "Friends" not in text and "50%" not in text


def test_a_link_with_the_code_shows_what_it_does(gala, friends, visitor):
    answer = event_page(visitor, gala, "friends-26")

    assert answer.status_code == 200
    assert "Your code FRIENDS26 remove FRIENDS26 Friends: 50% off" in words(answer)
    assert "instead of €60.00 €30.00 Friends" in words(answer)
    # What a search engine must not show to others.
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert "noindex" not in event_page(visitor, gala).content.decode()


def test_what_was_chosen_stays_when_a_code_is_entered(gala, friends, visitor):
    answer = choose(visitor, gala, 3, code="friends 26", apply="1")

    assert answer.status_code == 302 and answer["Location"].endswith("code=friends+26#tickets")
    page = visitor.get(answer["Location"]).content.decode()
    assert 'value="3"' in page and '<input type="hidden" name="code" value="FRIENDS26">' in page


def test_enter_in_a_number_orders_also_where_the_page_asks_for_a_code(gala, friends, visitor):
    assert "/attendees/" in choose(visitor, gala, 1, code="", apply="1")["Location"]


def test_the_code_is_remembered_through_the_steps_and_the_summary_says_why_it_costs_less(gala, friends, visitor):
    order = order_of(choose(visitor, gala, 2, code=CODE), gala)

    page = words(visitor.get(f"/orders/{order.secret}/attendees/"))
    assert "2 × Gala · Standard Friends instead of €120.00 €60.00" in page
    enter_attendees(visitor, order, 2)
    assert refreshed(order).total == Decimal("60.00")
    assert "Friends" in words(visitor.get(f"/orders/{order.secret}/payment/"))


def test_sent_twice_it_is_one_order_and_with_another_code_another(gala, friends, visitor):
    page = visitor.get(address_of(gala))
    first = choose(visitor, gala, 1, code=CODE, key="k" * 22)
    again = choose(visitor, gala, 1, code=CODE, key="k" * 22)
    without = choose(visitor, gala, 1, key="k" * 22)

    assert page.status_code == 200
    assert first["Location"] == again["Location"] != without["Location"]
    with scope(gala.organisation_id):
        assert CodeUse.objects.count() == 1


BAD = [
    "wrong",
    "FRIENDS27",
    "ı",
    "FRİENDS27",
    " ",
    "   -  ",
    "x" * 200,
    "FRIENDS26" + "x" * 200,
    "' OR 1=1; DROP TABLE events_campaign; --",
    "FRIENDS26' OR 'a'='a",
    "ＦＲＩＥＮＤＳ２７",
    "%",
    "_________",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("code", BAD)
def test_whatever_is_no_code_is_refused_in_the_same_words(gala, friends, visitor, code):
    answer = event_page(visitor, gala, code)

    if code.strip():
        assert (answer.status_code, NOT_HERE in words(answer)) == (422, True)
    else:
        assert answer.status_code == 200
    assert "€30.00" not in words(answer)
    ordered = choose(visitor, gala, 1, code=code)
    assert (ordered.status_code == 422) == bool(code.strip())


@pytest.mark.parametrize(
    "code",
    [
        "FRIENDS26",
        "friends26",
        "Friends-26",
        " friends 26 ",
        "ＦＲＩＥＮＤＳ２６",
        "FRİENDS26",
        "frıends26",
        "f.r.i.é.n.d.s.26",
    ],
)
def test_a_code_is_the_same_in_any_writing(gala, friends, visitor, code):
    assert order_of(choose(visitor, gala, 1, code=code), gala).total == Decimal("30.00")


@pytest.mark.parametrize("why", ["over", "to come", "off", "used up", "of another event"])
def test_what_does_not_count_sounds_like_what_never_was(gala, friends, visitor, why):
    now = timezone.now()
    with scope(gala.organisation_id):
        rows = Campaign.objects.filter(pk=friends.pk)
        if why == "over":
            rows.update(valid_until=now)
        elif why == "to come":
            rows.update(valid_from=now + timedelta(days=1))
        elif why == "off":
            campaign(gala.event, "OTHER", name="Other")
            rows.update(is_active=False)
        elif why == "used up":
            campaigning.change_campaign(friends, campaigning.CampaignWish(name="Friends", tickets_per_code=1))
        else:
            other = attraction(name="Other")
            campaign(other.event, "ELSEWHERE")
    if why == "used up":
        begin_with(visitor, gala)
    code = "ELSEWHERE" if why == "of another event" else CODE

    wrong, this = event_page(visitor, gala, "NOSUCHCODE"), event_page(visitor, gala, code)

    assert (wrong.status_code, this.status_code) == (422, 422)
    assert words(wrong).replace("NOSUCHCODE", "") == words(this).replace(code, "")


def begin_with(visitor: Any, gala: Any, tickets: int = 1) -> Any:
    return order_of(choose(visitor, gala, tickets, code=CODE), gala)


def test_wrong_tries_are_limited_whether_shown_or_ordered_with(gala, friends, visitor):
    for number in range(20):
        answer = event_page(visitor, gala, f"WRONG{number}") if number % 2 else choose(visitor, gala, 1, code="NOPE")
        assert answer.status_code == 422

    assert event_page(visitor, gala, CODE).status_code == 429
    assert "Too many codes were tried from here." in words(event_page(visitor, gala, CODE))
    assert choose(visitor, gala, 1, code=CODE).status_code == 429
    # Without a code nothing is limited.
    assert begin(visitor, gala).total == Decimal("60.00")


def test_right_ones_are_not_counted(gala, friends, visitor):
    for _number in range(25):
        assert event_page(visitor, gala, CODE).status_code == 200


def test_a_code_that_helps_nothing_is_answered_so(gala, friends, visitor):
    with scope(gala.organisation_id):
        rule(gala.event, "people", "percent_off", "60", name="Early", settings={"fewest": 1})

    assert "Your price is already lower." in words(event_page(visitor, gala, CODE))
    order = begin_with(visitor, gala)
    page = words(visitor.get(f"/orders/{order.secret}/attendees/"))
    assert "Your code FRIENDS26 changes nothing: your price is already lower." in page
    assert order.total == Decimal("24.00")


def test_also_once_it_is_known_who_comes(gala, friends, visitor):
    with scope(gala.organisation_id):
        student(gala.event, amount="75")
    order = begin_with(visitor, gala, 2)
    sent = attendee_fields(2) | {"profession-1": "student", "name-2": "Marie", "profession-2": "student"}

    text = words(visitor.post(f"/orders/{order.secret}/attendees/prices/", sent))

    assert "Your code FRIENDS26 changes nothing: your price is already lower." in text


def test_where_it_counts_for_some_of_the_tickets_the_summary_says_so(gala, friends, visitor):
    with scope(gala.organisation_id):
        campaigning.change_campaign(friends, campaigning.CampaignWish(name="Friends", tickets_per_order=1))

    order = begin_with(visitor, gala, 2)

    assert "For 1 ticket of an order." in words(event_page(visitor, gala, CODE))
    page = words(visitor.get(f"/orders/{order.secret}/attendees/"))
    assert "Your code FRIENDS26 does not count for all of these tickets." in page


def test_and_where_it_is_for_others(gala, visitor):
    with scope(gala.organisation_id):
        dinner = make.ticket_type(gala, price="100", name="Dinner")
        mine = campaign(gala.event, amount="")
        rule(gala.event, "code", settings={"campaign": mine.pk}, ticket_types=[dinner.pk])

    order = begin_with(visitor, gala)

    page = words(visitor.get(f"/orders/{order.secret}/attendees/"))
    assert "Your code FRIENDS26 is not for these tickets." in page


def test_ordered_again_it_has_the_code_still(gala, friends, visitor):
    order = begin_with(visitor, gala)
    with scope(gala.organisation_id):
        let_expire(order)
        settling.expire(order)

    page = visitor.get(f"/orders/{order.secret}/").content.decode()

    assert '<input type="hidden" name="code" value="FRIENDS26">' in page


def test_who_has_used_it_is_refused_at_their_address(gala, friends, organisation, visitor):
    with scope(gala.organisation_id):
        campaigning.change_campaign(friends, campaigning.CampaignWish(name="Friends", tickets_per_person=1))
    enter_attendees(visitor, begin_with(visitor, gala))

    answer = enter_attendees(visitor, begin_with(visitor, gala))

    assert answer.status_code == 422
    assert "more tickets would have the code than one person may have: 1." in words(answer)


@pytest.fixture
def backstage(gala):
    """A ticket type that only FRIENDS26 shows."""
    with scope(gala.organisation_id):
        made = make.ticket_type(gala, price="15.00", name="Backstage")
        TicketType.objects.filter(pk=made.pk).update(only_with_code=True)
        campaign(gala.event, amount="", ticket_types=[made.pk])
        return made


def test_a_ticket_type_that_only_a_code_shows_stands_nowhere_a_stranger_looks(gala, backstage, visitor):
    for address in ("/", address_of(gala), f"/events/{gala.event.slug}.ics", f"{address_of(gala)}waiting-list/"):
        page = visitor.get(address).content.decode()
        assert "Backstage" not in page and "15.00" not in page
    wrong = event_page(visitor, gala, "WRONG").content.decode()
    assert "Backstage" not in wrong


def test_with_the_code_it_can_be_ordered_and_without_it_is_unknown(gala, backstage, visitor):
    page = event_page(visitor, gala, CODE)
    assert "Your code FRIENDS26 remove FRIENDS26 Backstage" in words(page)
    key = f"quantity-{backstage.pk}"

    without = choose(visitor, gala, 0, **{key: 1})
    unknown = choose(visitor, gala, 0, **{f"quantity-{backstage.pk + 1000}": 1})
    assert (without.status_code, words(without)) == (unknown.status_code, words(unknown))

    order = order_of(choose(visitor, gala, 0, code=CODE, **{key: 1}), gala)
    assert order.total == Decimal("15.00")


def test_an_organisation_without_guests_keeps_the_code_over_the_log_in(gala, friends, organisation):
    organisation.guests_may_order = False
    organisation.save()
    visitor = browser_on(organisation)

    answer = choose(visitor, gala, 1, code=CODE)

    assert answer.status_code == 302 and f"code%3D{CODE}" in answer["Location"]
