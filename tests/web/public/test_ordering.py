"""Choosing tickets on the page of an event (R1, R5)."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.utils import timezone

from kring.billing.models import Order
from kring.core import dates
from kring.core.tenancy import scope
from kring.places.models import Pool
from tests import make
from tests.web.public.checkout import address_of, begin, choose, enter_attendees
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words


@pytest.fixture
def dinner(organisation):
    with scope(organisation):
        return make.attraction(name="Dinner", capacity=5, price="49.95")


def taken(attraction) -> int:
    with scope(attraction.organisation_id):
        return Pool.objects.get(pk=attraction.pool_id).taken


def orders(attraction) -> int:
    with scope(attraction.organisation_id):
        return Order.objects.count()


def test_one_click_holds_the_places_and_leads_to_who_comes(dinner, visitor):
    answer = choose(visitor, dinner, 2)

    assert answer.status_code == 302
    assert answer["Location"].endswith("/attendees/")
    assert taken(dinner) == 2


def test_who_chooses_nothing_is_told(dinner, visitor):
    answer = choose(visitor, dinner, 0)

    assert answer.status_code == 400
    assert "Choose how many tickets you want." in words(answer)


def test_when_too_few_are_left_the_page_says_so_and_keeps_what_was_chosen(dinner, visitor):
    begin(browser_on(dinner.organisation), dinner, 3)

    answer = choose(visitor, dinner, 4)

    assert answer.status_code == 409
    assert "There are not enough places left for Dinner · Standard. Nothing was ordered." in words(answer)
    assert [value for name, value in fields(answer).items() if name.startswith("quantity-")] == ["4"]
    assert taken(dinner) == 3


@pytest.mark.parametrize("quantity", ["21", "999", "9" * 5000])
def test_more_than_an_order_can_have_is_refused_with_the_limit(dinner, visitor, quantity):
    answer = choose(visitor, dinner, quantity)

    assert answer.status_code == 400
    assert "at most" in words(answer)
    assert taken(dinner) == 0


@pytest.mark.parametrize("quantity", ["", "-1", "0", "two", "1.5", "1e3", "\0", "🎟", "'; --"])
def test_what_is_no_number_orders_nothing(dinner, visitor, quantity):
    assert choose(visitor, dinner, quantity).status_code == 400
    assert taken(dinner) == 0


def test_tickets_of_another_event_or_organisation_cannot_be_ordered_here(organisation, dinner, visitor):
    other = make.organisation()
    with scope(other):
        foreign = make.attraction().ticket_types.get().pk
    with scope(organisation):
        elsewhere = make.attraction().ticket_types.get().pk

    for ticket_type in (foreign, elsewhere, 10**17):
        answer = visitor.post(f"{address_of(dinner)}order/", {f"quantity-{ticket_type}": "1"})
        assert answer.status_code == 409

    assert orders(dinner) == 0


def test_an_event_that_is_not_public_takes_no_orders(organisation, visitor):
    with scope(organisation):
        attraction = make.attraction(event=make.event(state="new"))

    answer = visitor.post(f"{address_of(attraction)}order/", {"quantity-1": "1"})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 302),
        ({"origin": "http://{host}"}, 302),
        ({}, 302),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "http://another.kring.localhost"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_only_our_own_pages_can_begin_an_order(dinner, headers, status):
    visitor = browser_on(dinner.organisation, enforce_csrf_checks=True)
    host = visitor.defaults["HTTP_HOST"]
    with scope(dinner.organisation):
        sent = {f"quantity-{dinner.ticket_types.get().pk}": "1"}

    answer = visitor.post(
        f"{address_of(dinner)}order/", sent, headers={name: value.format(host=host) for name, value in headers.items()}
    )

    assert answer.status_code == status


def test_the_same_form_sent_twice_begins_one_order(dinner, visitor):
    address = address_of(dinner)
    with scope(dinner.organisation):
        sent = {f"quantity-{dinner.ticket_types.get().pk}": "2", "key": fields(visitor.get(address))["key"]}

    first, second = (visitor.post(f"{address}order/", sent)["Location"] for _ in range(2))

    assert first == second
    assert (orders(dinner), taken(dinner)) == (1, 2)


def test_back_and_another_number_is_another_order(dinner, visitor):
    address = address_of(dinner)
    key = fields(visitor.get(address))["key"]
    with scope(dinner.organisation):
        ticket_type = dinner.ticket_types.get().pk

    for quantity in (1, 2):
        visitor.post(f"{address}order/", {f"quantity-{ticket_type}": quantity, "key": key})

    assert orders(dinner) == 2


def test_the_form_of_an_order_that_is_complete_begins_a_new_one(organisation, visitor):
    with scope(organisation):
        walk = make.attraction()
        sent = {f"quantity-{walk.ticket_types.get().pk}": "1", "key": "k" * 30}
    address = f"{address_of(walk)}order/"
    first = visitor.post(address, sent)["Location"]
    with scope(organisation):
        enter_attendees(visitor, Order.objects.get())

    assert visitor.post(address, sent)["Location"] != first


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_begin_one_order():
    organisation = make.organisation()
    with scope(organisation):
        dinner = make.attraction(capacity=5)
        sent = {f"quantity-{dinner.ticket_types.get().pk}": "2", "key": "k" * 30}
    answers, together = [], Barrier(4)

    def click():
        visitor = browser_on(organisation)
        connection.ensure_connection()
        together.wait()
        answers.append(visitor.post(f"{address_of(dinner)}order/", sent))
        connections.close_all()

    clicks = [Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()

    assert len({answer["Location"] for answer in answers}) == 1
    assert (orders(dinner), taken(dinner)) == (1, 2)


@pytest.mark.django_db
def test_where_an_account_is_wanted_one_logs_in_and_what_was_chosen_is_kept():
    organisation = make.organisation(guests_may_order=False)
    with scope(organisation):
        dinner = make.attraction(price="5")
        make.ticket_type(dinner, name="Children")
        ticket_type = f"quantity-{dinner.ticket_types.first().pk}"
    visitor = browser_on(organisation)

    answer = choose(visitor, dinner, 3)

    assert answer["Location"].startswith("/accounts/login/?next=/events/")
    assert orders(dinner) == 0
    visitor.force_login(make.user())
    back = visitor.get(answer["Location"].split("next=")[1].replace("%3F", "?").replace("%3D", "="))
    assert fields(back)[ticket_type] == "3"
    assert choose(visitor, dinner, 3)["Location"].endswith("/attendees/")


def test_beginning_an_order_costs_the_same_for_one_ticket_and_for_many(dinner, visitor, django_assert_max_num_queries):
    for tickets in (1, 4):
        address = address_of(dinner)
        with scope(dinner.organisation):
            sent = {f"quantity-{dinner.ticket_types.get().pk}": tickets, "key": "k" * (30 + tickets)}
        with django_assert_max_num_queries(20):
            assert visitor.post(f"{address}order/", sent).status_code == 302


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (1, "Standard: choose at least 2 in one order."),
        (2, ""),
        (3, ""),
        (4, "Standard: one order can have 3 at most."),
    ],
)
def test_one_order_has_as_many_of_a_type_as_it_may(dinner, visitor, number, message):
    with scope(dinner.organisation_id):
        dinner.ticket_types.update(fewest_per_order=2, most_per_order=3)

    answer = choose(visitor, dinner, number)

    assert answer.status_code == (400 if message else 302)
    assert not message or message in words(answer)
    assert taken(dinner) == (0 if message else number)


def test_a_row_that_comes_twice_is_limited_as_one(dinner, visitor):
    with scope(dinner.organisation_id):
        dinner.ticket_types.update(most_per_order=3)
        key = dinner.ticket_types.get().pk

    rows = {f"quantity-{key}": ["2", "2"], f"quantity-0{key}": ["2", "2"], "key": "k" * 22}
    visitor.post(f"/events/{dinner.event.slug}/order/", rows)

    assert taken(dinner) == 2


def test_the_page_says_how_many_one_order_may_have_and_begins_with_the_fewest(dinner, visitor):
    with scope(dinner.organisation_id):
        dinner.ticket_types.update(fewest_per_order=2, most_per_order=3)

    page = visitor.get(f"/events/{dinner.event.slug}/")

    assert "2 to 3 per order" in words(page)
    assert [value for name, value in fields(page).items() if name.startswith("quantity-")] == ["2"]
    assert 'max="3" data-fewest="2"' in page.content.decode()


def test_where_fewer_are_left_than_one_order_must_have_nothing_can_be_ordered(dinner, visitor):
    begin(browser_on(dinner.organisation), dinner, 4)
    with scope(dinner.organisation_id):
        dinner.ticket_types.update(fewest_per_order=2)

    assert not [name for name in fields(visitor.get(f"/events/{dinner.event.slug}/")) if name.startswith("quantity-")]


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ({"sold_from": timedelta(hours=1)}, "Standard can be ordered from "),
        ({"sold_until": timedelta(hours=-1)}, "Standard could be ordered until "),
        ({"sold_from": timedelta(hours=-1), "sold_until": timedelta(hours=1)}, ""),
    ],
)
def test_a_type_is_sold_within_its_own_window(dinner, visitor, window, message):
    with scope(dinner.organisation_id):
        dinner.ticket_types.update(**{name: timezone.now() + shift for name, shift in window.items()})

    answer = choose(visitor, dinner, 1)

    assert answer.status_code == (409 if message else 302)
    assert not message or message in words(answer)
    assert taken(dinner) == (0 if message else 1)


def test_the_page_says_from_when_and_until_when_a_type_is_sold(dinner, visitor):
    soon, later = timezone.now() + timedelta(hours=1), timezone.now() + timedelta(hours=2)
    with scope(dinner.organisation_id):
        dinner.ticket_types.update(sold_until=soon)
        regular = make.ticket_type(dinner, name="Regular", sold_from=soon, sold_until=later)

    page = visitor.get(f"/events/{dinner.event.slug}/")

    with timezone.override(dinner.organisation.zone):
        assert f"from {dates.deadline(soon)}" in words(page)
        assert f"until {dates.deadline(later)}" in words(page)
    assert f"quantity-{regular.pk}" not in fields(page)
