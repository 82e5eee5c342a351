"""What tickets cost, as those who buy them see it: before a rule and with it, and why (D2, R4)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.core.tenancy import scope
from kring.events.models import PriceRule
from kring.mail.models import Message
from kring.members import households
from kring.registrations.models import Registration
from tests import make
from tests.payments.ordering import SETTINGS, let_expire, start
from tests.registrations.answering import form_of
from tests.registrations.price_rules import attraction, rule, student
from tests.web.public.checkout import address_of, attendee_fields, begin, enter_attendees, refreshed
from tests.web.public.conftest import browser_on
from tests.web.reading import words


@pytest.fixture
def gala(organisation):
    with scope(organisation):
        made = attraction(name="Gala")
        student(made.event)
        return made


def marie(**fields: str) -> dict[str, str]:
    return {"name-2": "Marie", "profession-2": "student"} | fields


def asked(visitor: Any, order: Any, **fields: str) -> str:
    return words(visitor.post(f"/orders/{order.secret}/attendees/prices/", attendee_fields(2) | fields))


def early_bird(event: Any, *, ends: Any) -> PriceRule:
    dates = {"after": None, "before": ends.isoformat()}
    return rule(event, "dates", "amount_off", "15", name="Early bird", settings=dates)


def test_a_profession_is_asked_where_a_price_depends_on_it(gala, visitor):
    order = begin(visitor, gala, 2)

    page = visitor.get(f"/orders/{order.secret}/attendees/").content.decode()

    assert 'name="profession-2"' in page


def test_what_is_chosen_is_priced_before_it_is_sent_and_nothing_is_stored(gala, visitor):
    order = begin(visitor, gala, 2)

    text = asked(visitor, order, **marie())

    assert "1 × Gala · Standard Student instead of €60.00 €36.00" in text
    assert "Total €96.00" in text and "Continue: pay €96.00" in text
    with scope(order.organisation_id):
        assert refreshed(order).total == Decimal("120.00")
        assert {each.profession for each in Registration.objects.of_order(order)} == {""}
        assert {each.attendee_name for each in Registration.objects.of_order(order)} == {""}


def test_what_is_not_entered_yet_does_not_matter(gala, visitor):
    order = begin(visitor, gala, 2)

    text = words(visitor.post(f"/orders/{order.secret}/attendees/prices/", {"profession-2": "student"}))

    assert "Total €96.00" in text


def test_without_a_login_nobody_sees_a_members_price(gala, organisation, visitor):
    with scope(organisation):
        rule(gala.event, "member", amount="50", name="Member")
        ada = make.user("ada@example.org", name="Ada Lovelace")
        known_as = make.member(first_name="Ada", last_name="Lovelace", email="ada@example.org")
        known_as.user = ada
        known_as.save()
    known = browser_on(organisation)
    known.force_login(ada)
    order, by_login = begin(visitor, gala, 2), begin(known, gala, 2)

    assert "Total €120.00" in asked(visitor, order)
    assert "Total €90.00" in asked(known, by_login)
    # For somebody else at her own address she proves nothing.
    assert "Total €120.00" in asked(known, by_login, **{"who-1": "someone", "name-1": "Bob", "email-1": ""})


def test_a_guardian_sees_the_price_of_the_child(gala, organisation):
    with scope(organisation):
        rule(gala.event, "member", amount="50", name="Member")
        eva = make.user("eva@example.org", name="Eva Jansen")
        liv = make.member(first_name="Liv", birth_date=timezone.localdate() - timedelta(days=3000), email="")
        households.entrust(households.add_guardian(None, name="Eva Jansen", email=eva.email, user=eva), liv)
    browser = browser_on(organisation)
    browser.force_login(eva)
    order = begin(browser, gala, 2)

    assert "Total €90.00" in asked(browser, order, **{"who-2": f"child-{liv.pk}"})


def test_answers_are_priced_before_they_are_sent(organisation, visitor):
    with scope(organisation):
        walk = attraction(form=form_of({"birth_date": "date"}).form)
        rule(walk.event, "age", "fixed", "2.50", name="Child", settings={"youngest": None, "oldest": 11})
    order = begin(visitor, walk)
    enter_attendees(visitor, order)

    text = words(visitor.post(f"/orders/{order.secret}/data/1/prices/", {"own-birth_date": "2020-05-01"}))

    assert "Child" in text and "Total €2.50" in text
    with scope(organisation):
        assert Registration.objects.get(line__order=order).submission is None
    visitor.post(f"/orders/{order.secret}/data/1/", {"own-birth_date": "2020-05-01"})
    assert refreshed(order).total == Decimal("2.50")


def test_an_order_that_is_over_leads_to_its_page(gala, organisation, visitor):
    order = begin(visitor, gala, 2)
    with scope(organisation):
        let_expire(order)

    answer = visitor.post(f"/orders/{order.secret}/attendees/prices/", attendee_fields(2))

    assert answer["HX-Redirect"] == f"/orders/{order.secret}/"


def test_pay_page_order_page_and_confirmation_say_what_it_was_before_and_why(gala, organisation, visitor):
    order = begin(visitor, gala, 2)
    enter_attendees(visitor, order, 2, **marie())

    for page in ("payment/", ""):
        text = words(visitor.get(f"/orders/{order.secret}/{page}"))
        assert "Student instead of €60.00 €36.00" in text and "€96.00" in text

    visitor.post(f"/orders/{order.secret}/payment/", {"method": "cash"})
    with scope(organisation):
        mail = Message.objects.get(template="order-confirmed")
        assert "Standard: €36.00 instead of €60.00 (Student)" in mail.text


def test_where_no_rule_made_a_price_nothing_is_said_of_any(organisation, visitor):
    with scope(organisation):
        plain = attraction()
    order = begin(visitor, plain)
    page = visitor.get(f"/orders/{order.secret}/attendees/").content.decode()
    enter_attendees(visitor, order)
    visitor.post(f"/orders/{order.secret}/payment/", {"method": "cash"})

    assert "data-hx-post" not in page and "ticket-price" not in page
    with scope(organisation):
        assert "instead of" not in Message.objects.get(template="order-confirmed").text


def test_the_page_of_an_event_shows_what_anybody_pays_now(organisation, visitor):
    with scope(organisation):
        gala = attraction()
        early_bird(gala.event, ends=timezone.now() + timedelta(days=1))
        student(gala.event, combines=True)

    text = words(visitor.get(address_of(gala)))
    data = visitor.get(address_of(gala)).content.decode()

    assert "instead of €60.00 €45.00 Early bird" in text and "Early bird, Student" not in text
    assert '"price": "45.00"' in data
    assert "€45.00" in words(visitor.get("/"))


def test_the_first_so_many_are_shown_while_there_are_places_left(organisation, visitor):
    with scope(organisation):
        gala = attraction()
        rule(gala.event, "first", settings={"places": 1}, name="First one")
    assert "First one" in words(visitor.get(address_of(gala)))

    begin(visitor, gala)

    with scope(organisation):
        assert make.TicketType.objects.get(attraction=gala).price == Decimal("60.00")
    assert "First one" not in words(visitor.get(address_of(gala) + "?fresh=1"))


def test_who_orders_again_reads_first_what_has_changed_and_why(organisation, visitor):
    with scope(organisation):
        gala = attraction(name="Gala")
        bird = early_bird(gala.event, ends=timezone.now() + timedelta(days=1))
    order = begin(visitor, gala)
    enter_attendees(visitor, order)
    with scope(organisation):
        let_expire(order)
        settling.expire(refreshed(order))
        assert "The price has changed since" not in words(visitor.get(f"/orders/{order.secret}/"))
        ended = {"after": None, "before": (timezone.now() - timedelta(hours=1)).isoformat()}
        PriceRule.objects.filter(pk=bird.pk).update(settings=ended)

    text = words(visitor.get(f"/orders/{order.secret}/"))

    assert "The price has changed since" in text
    assert "Gala · Standard (Ada Lovelace): €45.00 → €60.00 no longer: Early bird" in text


def test_what_would_change_the_price_is_refused_in_the_form_while_somebody_pays(gala, organisation, visitor):
    with scope(organisation):
        gala.event.payment_options.create(method="transfer", settings=SETTINGS["transfer"])
    order = begin(visitor, gala, 2)
    enter_attendees(visitor, order, 2)
    with scope(organisation):
        start(refreshed(order), "transfer")

    answer = enter_attendees(visitor, order, 2, **marie(**{"name-2": "Friend 2"}))

    assert answer.status_code == 422
    assert "A payment is in progress: nothing that changes the price can be changed" in words(answer)
    assert 'value="Friend 2"' in answer.content.decode()
    assert refreshed(order).total == Decimal("120.00")
