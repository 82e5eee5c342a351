"""The buyer can be corrected: the link, the account and both addresses follow, and a stranger keeps no access (R7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kring.billing.models import Order
from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.registrations import codes, correcting_buyers
from kring.registrations.correcting import CorrectedTooOften, CorrectingIsOver
from kring.registrations.correcting_buyers import MOST_A_DAY, BuyersAlone
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.registrations.tickets import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_scope(organisation: Any) -> Any:
    with scope(organisation):
        yield


@pytest.fixture
def ticket(organisation: Any, in_scope: Any) -> Ticket:
    """A child's, without an address of its own: it has the buyer's, in which there is a typing error."""
    return ordered(attendee_name="Sofie Berg", attendee_email="mia@wrnog.example")


def ordered(event: Any = None, **fields: Any) -> Ticket:
    ticket = make_ticket(event=event or make.event(), **fields)
    details = {"buyer": None, "buyer_name": "Mia Berg", "buyer_email": "mia@wrnog.example"}
    Order.objects.filter(pk=order_of(ticket).pk).update(state="paid", paid_at=timezone.now(), **details)
    return ticket


def order_of(ticket: Ticket) -> Order:
    order: Order = Order.objects.select_related("buyer").get(lines__registrations=ticket.registration_id)
    return order


def correct(ticket: Ticket, *, by_staff: bool = True, **changes: Any) -> Order:
    order = order_of(ticket)
    given = {"name": order.buyer_name, "email": order.buyer_email, "by_staff": by_staff}
    return correcting_buyers.correct_buyer(order.pk, **given | changes)


def test_another_address_gets_another_link_and_the_stranger_keeps_no_key(ticket: Ticket, organisation: Any) -> None:
    old, old_code = order_of(ticket).secret, codes.code_of(ticket)
    new = correct(ticket, email="mia@wrong.example").secret

    visitor = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
    assert visitor.get(f"/orders/{old}/").status_code == 404
    assert visitor.get(f"/orders/{new}/").status_code == 200
    mails = Message.objects.filter(recipient="mia@wrnog.example")
    assert mails.count() == 1
    message = mails.get()
    assert new not in message.text + message.html and "wrong.example" not in message.text and not message.attachments
    link = Message.objects.get(recipient="mia@wrong.example", template="order-corrected")
    assert new in link.text and link.text.startswith("Hello Mia Berg,")
    now = Ticket.objects.select_related("registration__event").get(pk=ticket.pk)
    assert codes.code_of(now) != old_code
    assert now.registration.attendee_email == "mia@wrong.example"


def test_the_log_says_old_and_new(ticket: Ticket) -> None:
    correct(ticket, name="Mia van den Berg")

    entry = AuditEntry.objects.get(action="order.buyer_corrected")
    assert (entry.old, entry.new) == ({"name": "Mia Berg"}, {"name": "Mia van den Berg"})


def test_another_name_alone_changes_no_link_and_is_mailed_once(ticket: Ticket) -> None:
    before = order_of(ticket).secret
    order = correct(ticket, name="Mia van den Berg")

    assert order.secret == before
    assert [each.recipient for each in Message.objects.all()] == ["mia@wrnog.example"]
    assert "Mia Berg → Mia van den Berg" in Message.objects.get().text


def test_the_buyers_own_ticket_follows_and_another_persons_does_not(organisation: Any, in_scope: Any) -> None:
    ticket = ordered(attendee_name="Mia Berg", attendee_email="mia@wrnog.example")
    correct(ticket, name="Mia van den Berg", email="mia@wrong.example")
    now = Registration.objects.get(pk=ticket.registration_id)
    assert (now.attendee_name, now.attendee_email) == ("Mia van den Berg", "mia@wrong.example")

    other = ordered(attendee_name="Bo", attendee_email="bo@example.org")
    correct(other, email="mia@wrong.example")
    assert Registration.objects.get(pk=other.registration_id).attendee_email == "bo@example.org"

    left = ordered(attendee_name="Sofie", attendee_email="mia@wrnog.example")
    correct(left, email="mia@wrong.example", with_registrations=False)
    assert Registration.objects.get(pk=left.registration_id).attendee_email == "mia@wrnog.example"


def test_an_account_of_the_old_address_has_the_order_no_more(ticket: Ticket) -> None:
    stranger = make.user("mia@wrnog.example")
    Order.objects.update(buyer=stranger)

    assert correct(ticket, email="mia@wrong.example").buyer is None


def test_the_order_goes_to_the_account_for_which_the_new_address_is_proved_and_to_no_other(ticket: Ticket) -> None:
    mia, unproved = make.user("mia@wrong.example"), make.user("mia@other.example")
    unproved.emailaddress_set.update(verified=False)

    assert correct(ticket, email="mia@other.example").buyer is None
    assert correct(ticket, email="MIA@wrong.example").buyer == mia


def test_an_account_that_ordered_with_a_slip_of_the_pen_keeps_its_order(ticket: Ticket) -> None:
    mia = make.user("mia@work.example")
    Order.objects.update(buyer=mia)

    assert correct(ticket, email="mia@wrong.example").buyer == mia


def test_buyers_do_it_until_the_date_and_not_after(ticket: Ticket) -> None:
    event = ticket.registration.event
    event.data_changeable_until = timezone.now() - timedelta(minutes=1)
    event.save()
    with pytest.raises(CorrectingIsOver):
        correct(ticket, name="Mia", by_staff=False)

    event.data_changeable_until = timezone.now() + timedelta(minutes=1)
    event.save()
    assert correct(ticket, name="Mia", by_staff=False).buyer_name == "Mia"


def test_who_only_has_the_link_does_not_take_an_order_from_its_account(ticket: Ticket) -> None:
    mia = make.user("mia@work.example")
    Order.objects.update(buyer=mia)

    for thief in (None, make.user()):
        with pytest.raises(BuyersAlone):
            correct(ticket, email="thief@example.org", by_staff=False, by=thief)
    assert correct(ticket, email="mia@wrong.example", by_staff=False, by=mia).buyer == mia


def test_buyers_cannot_send_mails_to_strangers_all_day(ticket: Ticket) -> None:
    for number in range(MOST_A_DAY):
        correct(ticket, email=f"s{number}@example.org", by_staff=False, with_registrations=False)

    with pytest.raises(CorrectedTooOften):
        correct(ticket, email="last@example.org", by_staff=False, with_registrations=False)


def test_an_order_that_names_nobody_yet_is_not_corrected(ticket: Ticket) -> None:
    Order.objects.update(buyer_name="", buyer_email="")

    with pytest.raises(WrongState):
        correct(ticket, name="Mia", email="mia@wrong.example")


def test_nothing_differs_nothing_happens(ticket: Ticket) -> None:
    before = order_of(ticket).secret

    assert correct(ticket).secret == before
    assert not Message.objects.exists() and not AuditEntry.objects.filter(action="order.buyer_corrected").exists()


def test_the_key_that_made_the_order_makes_no_second_one(ticket: Ticket) -> None:
    Order.objects.update(secret="0123456789abcdef" * 2)

    new = correct(ticket, email="mia@wrong.example").secret
    assert new.startswith("0123456789abcdef") and new != "0123456789abcdef" * 2


def test_on_the_page_behind_the_link_the_buyer_goes_on_by_the_new_link(ticket: Ticket, organisation: Any) -> None:
    order = order_of(ticket)
    visitor = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
    assert f"/orders/{order.secret}/buyer/" in visitor.get(f"/orders/{order.secret}/").content.decode()
    page = visitor.get(f"/orders/{order.secret}/buyer/").content.decode()
    assert "Sofie Berg" in page and 'value="mia@wrnog.example"' in page

    wrong = visitor.post(f"/orders/{order.secret}/buyer/", {"name": "", "email": "nothing"})
    assert wrong.status_code == 422
    details = {"name": "Mia Berg", "email": "mia@wrong.example", "with_registrations": "on"}
    answer = visitor.post(f"/orders/{order.secret}/buyer/", details)

    assert answer.status_code == 302 and answer["Location"] == f"/orders/{order_of(ticket).secret}/"
    assert order.secret not in answer["Location"]
    assert visitor.get(f"/orders/{order.secret}/buyer/").status_code == 404
