"""Attendee or buyer correct what was typed: behind the order's link, and in the portal (R7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import Profile
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import EligibilityRule
from kring.mail.models import Message
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.registrations.answering import form_of, submit
from tests.registrations.tickets import make_ticket
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words


@pytest.fixture
def ticket(organisation: Any) -> Ticket:
    with scope(organisation):
        made = make_ticket(attendee_name="Ana Nowak", attendee_email="ana@example.org", event=make.event())
        submit(made.registration, form_of({"shirt": "text", "birth_date": "date"}), shirt="M", birth_date="1990-01-01")
        Order.objects.update(state="paid", paid_at=timezone.now())
    return made


@pytest.fixture
def behind_the_link(ticket: Ticket, visitor: Any) -> Any:
    """The page's address, and who opens it."""
    with scope(ticket.organisation_id):
        secret = Order.objects.get(lines__registrations=ticket.registration_id).secret
    return visitor, f"/orders/{secret}/registrations/{ticket.registration_id}/correction/"


@pytest.fixture
def in_the_portal(ticket: Ticket, organisation: Any) -> Any:
    browser = browser_on(organisation)
    log_in(browser, ticket)
    return browser, f"/portal/registrations/{ticket.registration_id}/correction/"


@pytest.fixture(params=["behind_the_link", "in_the_portal"])
def page(request: Any) -> Any:
    return request.getfixturevalue(request.param)


def log_in(browser: Any, ticket: Ticket) -> None:
    with scope(ticket.organisation_id):
        attendee = Registration.objects.get(pk=ticket.registration_id).attendee
        Profile.objects.create(user=attendee)
    browser.force_login(attendee)


def fresh(ticket: Ticket) -> Registration:
    with scope(ticket.organisation_id):
        found: Registration = Registration.objects.select_related("submission", "event").get(pk=ticket.registration_id)
        return found


def sent(page: Any, **changes: str) -> Any:
    browser, address = page
    typed = fields(browser.get(address)) | {name.replace("__", "-"): value for name, value in changes.items()}
    return browser.post(address, typed)


def test_it_says_what_was_typed_and_keeps_what_is_put_right(page: Any, ticket: Ticket) -> None:
    answer = sent(page, person__name="Anna Nowak", own__shirt="L")

    assert answer.status_code == 302
    now = fresh(ticket)
    assert (now.attendee_name, now.submission.answers["shirt"]) == ("Anna Nowak", "L")
    with scope(ticket.organisation_id):
        assert Message.objects.get().recipient == "ana@example.org"


def test_all_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(page: Any, ticket: Ticket) -> None:
    answer = sent(page, person__name="", person__email="nothing", own__birth_date="never", own__shirt="XL")

    assert answer.status_code == 422 and fields(answer)["own-shirt"] == "XL"
    assert fresh(ticket).attendee_name == "Ana Nowak"


def test_a_rule_refuses_and_asks_participants_for_no_reason(page: Any, ticket: Ticket) -> None:
    with scope(ticket.organisation_id):
        EligibilityRule.objects.create(event=fresh(ticket).event, key="age", settings={"youngest": 18}, position=1)
    answer = sent(page, own__birth_date=timezone.localdate().isoformat(), person__despite="I am her mother")

    assert answer.status_code == 422 and "Nothing was changed." in words(answer)
    assert "person-despite" not in fields(answer)
    assert fresh(ticket).submission.answers["birth_date"] == "1990-01-01"


def test_of_two_who_correct_at_once_neither_loses_what_the_other_put_right(page: Any, ticket: Ticket) -> None:
    browser, address = page
    first, second = fields(browser.get(address)), fields(browser.get(address))

    assert browser.post(address, first | {"person-name": "Anna Nowak"}).status_code == 302
    assert browser.post(address, second | {"own-shirt": "L"}).status_code == 302
    now = fresh(ticket)
    assert (now.attendee_name, now.submission.answers["shirt"]) == ("Anna Nowak", "L")

    clash = browser.post(address, second | {"person-name": "Anja Nowak"})
    assert clash.status_code == 422 and "It is now: “Anna Nowak”" in words(clash)


def test_after_the_date_it_is_the_organisers(page: Any, ticket: Ticket) -> None:
    browser, address = page
    typed = fields(browser.get(address))
    with scope(ticket.organisation_id):
        event = fresh(ticket).event
        event.data_changeable_until = timezone.now() - timedelta(minutes=1)
        event.save()

    assert browser.get(address).status_code == 409
    assert browser.post(address, typed | {"person-name": "Bo"}).status_code == 409
    assert fresh(ticket).attendee_name == "Ana Nowak"


def test_it_is_nobody_elses(ticket: Ticket, organisation: Any, visitor: Any) -> None:
    browser = browser_on(organisation)
    with scope(organisation):
        another = make_ticket()
    log_in(browser, another)
    with scope(organisation):
        other = Order.objects.get(lines__registrations=another.registration_id).secret

    address = f"registrations/{ticket.registration_id}/correction/"
    assert browser.post(f"/portal/{address}", {"person-name": "Bo"}).status_code == 404
    assert visitor.post(f"/orders/{other}/{address}", {"person-name": "Bo"}).status_code == 404
    assert fresh(ticket).attendee_name == "Ana Nowak"
