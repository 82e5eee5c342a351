"""A child without an address of its own has the buyer's: mails greet the buyer, and name the child."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from kring.billing.models import Order
from kring.certificates import issuing
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.registrations import calling_off, cancelling, mailing, reissuing
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.registrations.tickets import let_in_at, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(organisation: Any) -> Any:
    """Sofie's registration, ordered by Mia with Mia's own address."""
    with scope(organisation):
        made = make_ticket(attendee_name="Sofie", attendee_email="mia@example.org", event=make.event_today())
        Order.objects.update(state="paid", paid_at=timezone.now(), buyer_name="Mia Berg", buyer_email="mia@example.org")
        yield Ticket.objects.select_related("registration__line__order").get(pk=made.pk)


def sent(template: str) -> Message:
    return Message.objects.get(template=template, recipient="mia@example.org")


def greets_mia(mail: Message) -> bool:
    return "Mia Berg," in mail.text.partition("\n")[0] and "Sofie," not in mail.text.partition("\n")[0]


def test_cancelling(ticket: Ticket) -> None:
    cancelling.cancel(ticket.registration, reason="Ill")

    mail = sent("registration-cancelled")
    assert greets_mia(mail) and "This is about: Sofie." in mail.text


def test_cancelling_of_oneself_says_no_more(ticket: Ticket) -> None:
    Registration.objects.update(attendee_name="Mia Berg")
    cancelling.cancel(Registration.objects.select_related("line").get(), reason="Ill")

    mail = sent("registration-cancelled")
    assert greets_mia(mail) and "It is about" not in mail.text


def test_a_certificate(ticket: Ticket) -> None:
    let_in_at(ticket, "North gate")
    issuing.issue(ticket.pk)

    mail = sent("certificate")
    assert greets_mia(mail) and "This is about: Sofie." in mail.text


def test_an_event_called_off(ticket: Ticket) -> None:
    event = ticket.registration.event
    calling_off.call_off(event, reason="Storm")
    calling_off.notify(event)

    assert greets_mia(sent("event-cancelled"))


def test_a_ticket_sent_again(ticket: Ticket) -> None:
    reissuing.send_again(ticket)

    mail = sent("ticket")
    assert greets_mia(mail) and "Standard (Sofie)" in mail.text


def test_a_mail_in_the_organisers_own_words_may_greet_who_reads_it(ticket: Ticket) -> None:
    registration, words = ticket.registration, ("News", "Hello {reader}, bring shoes for {name}.")
    sent = mailing.send(registration, subject=words[0], text=words[1])

    assert "Hello Mia Berg, bring shoes for Sofie." in sent.text
    # Who gets how many is counted by the same words.
    [counted] = mailing.who_reads_what(Registration.objects.all(), *words)
    assert counted == mailing.mail_of(registration, *words)
