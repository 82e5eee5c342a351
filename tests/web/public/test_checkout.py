"""Naming the attendees of an order (R1, R3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import EligibilityRule
from kring.mail.models import Message
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.web.public.checkout import address_of, attendee_fields, begin, enter_attendees, refreshed
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words


@pytest.fixture
def dinner(organisation):
    with scope(organisation):
        return make.attraction(name="Dinner", capacity=5, price="49.95")


@pytest.fixture
def lecture(organisation):
    """For students and doctors only."""
    with scope(organisation):
        lecture = make.attraction(name="Lecture", capacity=5, price="5.00")
        make.professions("student", "arts", "dietist")
        EligibilityRule.objects.create(attraction=lecture, key="profession", settings={"allowed": ["student", "arts"]})
        return lecture


@pytest.fixture
def walk(organisation):
    with scope(organisation):
        return make.attraction(name="Walk", capacity=5)


def page(visitor, order):
    return visitor.get(f"/orders/{order.secret}/attendees/")


def registrations(order) -> list[tuple]:
    with scope(order.organisation_id):
        rows = Registration.objects.of_order(order)
        return list(rows.values_list("attendee_name", "attendee_email", "profession", "state"))


def test_the_summary_says_what_it_costs_and_how_long_it_is_kept(organisation, visitor):
    with scope(organisation):
        dinner = make.attraction(name="Dinner", price="49.95")
        dinner.ticket_types.update(vat_rate=21)
    order = begin(visitor, dinner, 2)

    text = words(page(visitor, order))

    kept_until = timezone.localtime(order.expires_at, organisation.zone).strftime("%H:%M")
    for expected in ["2 × Dinner · Standard €99.90", "Total €99.90", "of which 21% VAT €17.34", kept_until]:
        assert expected in text


def test_one_ticket_for_herself_and_one_for_somebody_else(dinner, visitor):
    order = begin(visitor, dinner, 2)

    answer = enter_attendees(visitor, order, 2)

    assert answer["Location"] == f"/orders/{order.secret}/payment/"
    assert registrations(order) == [
        ("Ada Lovelace", "ada@example.org", "", "filled_in"),
        ("Friend 2", "friend-2@example.org", "", "filled_in"),
    ]


def test_a_profession_is_asked_only_where_a_rule_depends_on_it(dinner, lecture, visitor):
    free, bound = begin(visitor, dinner, 2), begin(visitor, lecture, 2)
    wrong = enter_attendees(visitor, bound, 2, **{"profession-2": "astronaut"})
    enter_attendees(visitor, bound, 2, **{"profession-1": "arts", "profession-2": "student"})

    assert "Profession" not in words(page(visitor, free))
    assert "Select a valid choice." in words(wrong)
    assert [profession for _name, _email, profession, _state in registrations(bound)] == ["arts", "student"]
    found = page(visitor, bound)
    assert fields(found)["profession-2"] == "student"


def test_whoever_is_logged_in_finds_her_name_filled_in(dinner, visitor):
    ada = make.user("ada@example.org", name="Ada Lovelace")
    visitor.force_login(ada)

    order = begin(visitor, dinner)

    found = fields(page(visitor, order))
    assert (found["buyer_name"], found["buyer_email"], found["who-1"]) == ("Ada Lovelace", ada.email, "myself")
    assert order.buyer == ada


def test_going_back_one_finds_what_was_said(dinner, visitor):
    order = begin(visitor, dinner, 3)
    # A parent gives one address for all of them.
    enter_attendees(visitor, order, 3, **{"name-2": "Byron", "email-2": "ada@example.org"})

    found = fields(page(visitor, order))

    assert {name: found[name] for name in ("buyer_name", "who-1", "who-2", "name-2", "who-3")} == {
        "buyer_name": "Ada Lovelace",
        "who-1": "myself",
        "who-2": "someone",
        "name-2": "Byron",
        "who-3": "someone",
    }


def test_a_child_without_an_address_follows_the_buyers(dinner, visitor):
    order = begin(visitor, dinner, 2)

    enter_attendees(visitor, order, 2, **{"name-2": "Byron", "email-2": ""})
    assert registrations(order)[1][:2] == ("Byron", "ada@example.org")
    assert fields(page(visitor, order))["email-2"] == ""

    with scope(dinner.organisation_id):
        settling.settle(order)
        [mail] = [each for each in Message.objects.filter(template="ticket") if "Byron" in each.text]
    assert (mail.recipient, mail.recipient_name) == ("ada@example.org", "Ada Lovelace")
    assert "Standard (Byron)" in mail.text


@pytest.mark.parametrize(
    ("kind", "oldest", "rule", "who"),
    [
        ("enrolment", None, None, "someone"),
        ("event", 17, None, "someone"),
        ("event", None, 17, "someone"),
        ("event", 18, 18, "myself"),
        ("event", None, None, "myself"),
    ],
)
def test_myself_is_never_chosen_beforehand_where_children_come(organisation, visitor, kind, oldest, rule, who):
    with scope(organisation):
        group = make.attraction(event=make.event(kind=kind), oldest=oldest)
        if rule:
            EligibilityRule.objects.create(attraction=group, key="age", settings={"youngest": None, "oldest": rule})
    order = begin(visitor, group)

    assert fields(page(visitor, order))["who-1"] == who


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"buyer_name": ""}, "Enter your name."),
        ({"buyer_name": "   "}, "Enter your name."),
        ({"buyer_email": ""}, "Enter the address for the confirmation."),
        ({"buyer_email": "ada@"}, "Enter a valid email address."),
        ({"buyer_name": "x" * 10_000}, "Ensure this value has at most 200 characters"),
        ({"name-2": ""}, "Enter the attendee for ticket 2."),
        ({"email-2": "nobody"}, "Enter a valid email address."),
        ({"who-2": ""}, "This field is required."),
        ({"who-2": "nobody"}, "Select a valid choice."),
        ({"name-2": "a\0b"}, "This contains characters that cannot be displayed."),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(dinner, visitor, wrong, expected):
    order = begin(visitor, dinner, 2)
    sent = attendee_fields(2) | wrong

    answer = visitor.post(f"/orders/{order.secret}/attendees/", sent)

    assert answer.status_code == 422
    assert expected in words(answer)
    kept = fields(answer)
    assert {name: kept.get(name) for name in sent if name not in wrong} == {
        name: value for name, value in sent.items() if name not in wrong
    }
    assert {state for *_rest, state in registrations(order)} == {"new"}


def test_names_may_be_of_any_letters(walk, visitor):
    order = begin(visitor, walk)

    enter_attendees(visitor, order, buyer_name="Zażółć Gęślą 明子 O’Brien 🎉", buyer_email="Ada@Example.org")

    assert registrations(order)[0][:2] == ("Zażółć Gęślą 明子 O’Brien 🎉", "ada@example.org")


def test_what_was_typed_before_myself_was_chosen_does_not_count(walk, visitor):
    order = begin(visitor, walk)

    answer = enter_attendees(visitor, order, **{"name-1": "x" * 500, "email-1": "not an address"})

    assert answer.status_code == 302
    assert registrations(order)[0][:2] == ("Ada Lovelace", "ada@example.org")


def test_where_nothing_is_to_be_paid_it_is_complete_at_once(walk, visitor):
    order = begin(visitor, walk, 2)

    answer = enter_attendees(visitor, order, 2)

    assert answer["Location"] == f"/orders/{order.secret}/"
    assert refreshed(order).state == Order.State.PAID
    with scope(walk.organisation_id):
        assert Ticket.objects.count() == 2
        assert Message.objects.count() == 3  # two tickets, one confirmation


def test_sent_twice_it_is_complete_once(walk, visitor):
    order = begin(visitor, walk)

    answers = [enter_attendees(visitor, order)["Location"] for _ in range(2)]

    assert answers == [f"/orders/{order.secret}/"] * 2
    with scope(walk.organisation_id):
        assert (Ticket.objects.count(), Message.objects.count()) == (1, 2)


def test_an_order_that_was_paid_in_another_tab_leads_to_its_page(dinner, visitor):
    order = begin(visitor, dinner)
    enter_attendees(visitor, order)
    with scope(dinner.organisation_id):
        settling.settle(order)

    assert page(visitor, order)["Location"] == f"/orders/{order.secret}/"
    assert enter_attendees(visitor, order)["Location"] == f"/orders/{order.secret}/"


def test_when_the_time_ends_while_she_types_the_order_can_be_made_again_with_one_click(dinner, visitor):
    order = begin(visitor, dinner, 2)
    with scope(dinner.organisation_id):
        order.extend(timezone.now() - timedelta(seconds=1))

    answer = visitor.post(f"/orders/{order.secret}/attendees/", attendee_fields(2), follow=True)

    assert "The time is up" in words(answer)
    again = {name: value for name, value in fields(answer).items() if name != "csrfmiddlewaretoken"}
    answers = [visitor.post(f"{address_of(dinner)}order/", again)["Location"] for _ in range(2)]
    assert answers[0] == answers[1] != f"/orders/{order.secret}/attendees/"


@pytest.mark.django_db
def test_where_an_account_is_wanted_nobody_gets_around_it():
    organisation = make.organisation(guests_may_order=False)
    with scope(organisation):
        walk = make.attraction()
    visitor = browser_on(organisation)
    visitor.force_login(make.user())
    order = begin(visitor, walk)
    visitor.logout()

    assert page(visitor, order)["Location"] == f"/accounts/login/?next=/orders/{order.secret}/attendees/"
    assert enter_attendees(visitor, order)["Location"].startswith("/accounts/login/")
    assert refreshed(order).state == Order.State.OPEN


def test_a_complete_free_order_costs_what_it_may(walk, visitor, django_assert_max_num_queries):
    order = begin(visitor, walk)

    with django_assert_max_num_queries(75):
        enter_attendees(visitor, order)
