"""The page behind an order's secret link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.core.rate_limits import Limit
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.mail.models import Message
from kring.registrations import calling_off
from kring.registrations.cancelling import cancel
from kring.registrations.models import Registration, Ticket
from kring.web.public import orders
from tests import make
from tests.payments import ordering
from tests.pdf import number_of_pages, text_of
from tests.web.public.checkout import begin, enter_attendees
from tests.web.public.conftest import browser_on
from tests.web.reading import words


@pytest.fixture
def order(organisation):
    """For Ada and a guest, both entered, nothing paid."""
    with scope(organisation):
        return ordering.order(tickets=2)


def page(visitor, order):
    return visitor.get(f"/orders/{order.secret}/")


def paid(order) -> Order:
    with scope(order.organisation_id):
        return settling.settle(order)


def test_before_it_is_said_who_comes_it_leads_there(organisation, visitor):
    with scope(organisation):
        attraction = make.attraction()

    text = words(page(visitor, begin(visitor, attraction)))

    assert "Your places are reserved" in text
    assert "Continue to attendees" in text


def test_before_it_is_paid_it_leads_to_the_payment(order, visitor):
    assert "Pay €99.90" in words(page(visitor, order))


def test_while_the_money_is_on_its_way_it_says_so(organisation, order, visitor):
    with scope(organisation):
        ordering.start(order, "transfer")

    assert "Payment in progress" in words(page(visitor, order))


def test_when_it_is_paid_each_ticket_is_there_with_its_code(order, visitor):
    paid(order)

    response = page(visitor, order)

    text = words(response)
    assert "See you at" in text
    assert "Your 2 tickets" in text
    assert ("Ada Lovelace" in text, "Guest 1" in text) == (True, True)
    assert response.content.decode().count('class="qr"') == 2


def test_each_ticket_can_be_had_as_pdf(organisation, order, visitor):
    paid(order)
    with scope(organisation):
        tickets = [ticket.pk for ticket in Ticket.objects.all()]

    answers = [visitor.get(f"/orders/{order.secret}/tickets/{pk}.pdf") for pk in tickets]

    assert [answer.content[:5] for answer in answers] == [b"%PDF-", b"%PDF-"]
    assert {answer["Cache-Control"] for answer in answers} == {
        "private, no-store, max-age=0, no-cache, must-revalidate"
    }


def test_all_tickets_of_an_order_can_be_had_as_one_pdf_which_the_confirmation_links_to(organisation, order, visitor):
    paid(order)
    address = f"/orders/{order.secret}/tickets.pdf"
    assert f'href="{address}"' in page(visitor, order).content.decode()
    with scope(organisation):
        assert address in Message.objects.get(template="order-confirmed").text

    answer = visitor.get(address)

    assert number_of_pages(answer.content) == 2
    assert ("Ada Lovelace" in text_of(answer.content), "Guest 1" in text_of(answer.content)) == (True, True)
    assert "private" in answer["Cache-Control"]


def test_who_asks_for_all_tickets_without_end_is_asked_to_wait(organisation, order, visitor, monkeypatch):
    paid(order)
    address = f"/orders/{order.secret}/tickets.pdf"
    monkeypatch.setattr(orders, "DOCUMENTS", Limit(2, timedelta(minutes=10)))

    answers = [visitor.get(address) for _time in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 600


def test_of_one_ticket_there_is_one_document_and_of_none_there_is_none(organisation, order, visitor):
    assert visitor.get(f"/orders/{order.secret}/tickets.pdf").status_code == 404
    paid(order)
    with scope(organisation):
        cancel(Registration.objects.get(attendee_name="Guest 1"), reason="Ill")

    assert "All tickets in one PDF" not in words(page(visitor, order))
    assert number_of_pages(visitor.get(f"/orders/{order.secret}/tickets.pdf").content) == 1


def test_a_cancelled_registration_has_no_ticket_any_more(organisation, order, visitor):
    paid(order)
    with scope(organisation):
        guest = Registration.objects.get(attendee_name="Guest 1")
        ticket = guest.tickets.get()
        cancel(guest, reason="Ill")

    assert "Your ticket" in words(page(visitor, order))
    assert visitor.get(f"/orders/{order.secret}/tickets/{ticket.pk}.pdf").status_code == 404


def test_when_the_event_was_called_off_it_says_why_and_gives_no_ticket(organisation, order, visitor):
    paid(order)
    with scope(organisation):
        ticket = Ticket.objects.first()
        event = Event.objects.get()
        make.session(ticket.registration.attraction)
        calling_off.call_off(event, reason="Storm")

    text = words(page(visitor, order))

    assert f"{event} was called off" in text
    assert "Reason: Storm" in text
    assert "See you at" not in text
    assert "Your ticket" not in text
    assert "Sessions" not in text
    assert visitor.get(f"/orders/{order.secret}/tickets/{ticket.pk}.pdf").status_code == 404


def test_when_the_time_is_over_it_says_so_by_the_clock(organisation, order, visitor):
    with scope(organisation):
        order.extend(timezone.now() - timedelta(seconds=1))
    assert "Nothing was charged" in words(page(visitor, order))

    with scope(organisation):
        settling.expire(order)
    assert "Order again" in words(page(visitor, order))


def test_when_it_was_cancelled_it_says_why(organisation, order, visitor):
    with scope(organisation):
        settling.cancel(order, reason="The hall burnt down")

    assert "Reason: The hall burnt down" in words(page(visitor, order))


def test_when_it_was_paid_too_late_nothing_is_lost_and_somebody_decides(organisation, visitor):
    with scope(organisation):
        attraction = make.attraction(capacity=1, price="49.95")
        order = ordering.order(attraction=attraction)
        order.extend(timezone.now() - timedelta(seconds=1))
        settling.expire(order)
    other = browser_on(organisation)
    enter_attendees(other, begin(other, attraction))

    assert paid(order).state == Order.State.UNDECIDED
    assert "Your payment came in after the places were gone" in words(page(visitor, order))


def test_nothing_on_the_way_keeps_it_or_lists_it_or_learns_its_address(order, visitor):
    response = page(visitor, order)

    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("secret", ["x", "x" * 32, "x" * 5000, "🎉", "' OR 1=1 --"])
def test_a_wrong_secret_finds_nothing(order, visitor, secret):
    for address in (
        f"/orders/{secret}/",
        f"/orders/{secret}/attendees/",
        f"/orders/{secret}/tickets/1.pdf",
        f"/orders/{secret}/tickets.pdf",
    ):
        assert visitor.get(address).status_code == 404


def test_a_secret_opens_nothing_at_another_organisation(order):
    paid(order)
    stranger = browser_on(make.organisation())

    with scope(order.organisation_id):
        ticket = Ticket.objects.first()
    for address in ("", "attendees/", f"tickets/{ticket.pk}.pdf", "tickets.pdf"):
        assert stranger.get(f"/orders/{order.secret}/{address}").status_code == 404


def test_a_ticket_of_another_order_is_not_found_here(organisation, order, visitor):
    with scope(organisation):
        other = ordering.order()
    paid(order)
    paid(other)
    with scope(organisation):
        ticket = Ticket.objects.get(registration__line__order=other)

    assert visitor.get(f"/orders/{order.secret}/tickets/{ticket.pk}.pdf").status_code == 404
    assert visitor.get(f"/orders/{order.secret}/tickets/{10**30}.pdf").status_code == 404
