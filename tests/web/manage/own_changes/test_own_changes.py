"""Staff say what participants of an event may change by themselves, and do it for them (R6)."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events import refund_terms
from kring.events.models import EligibilityRule, Event, RefundTerm, TicketType
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import paying
from kring.payments.models import Payment
from kring.registrations.models import Registration
from tests import make
from tests.registrations.changing import bought, fee, share
from tests.web.manage.conftest import Staff, url
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db
RULE = {"may_pass_on": "on", "may_cancel": "on"}


@pytest.fixture
def event(organisation: Any) -> Event:
    with scope(organisation):
        return make.attraction(capacity=10).event


def now(event: Event) -> Event:
    with scope(event.organisation_id):
        return Event.objects.get(pk=event.pk)


def test_everything_is_off_until_somebody_switches_it_on(organiser: Staff, event: Event) -> None:
    assert not (event.may_pass_on or event.may_change or event.may_cancel)

    answer = organiser.act("own_changes", event.pk, **RULE)

    assert answer.status_code == 302
    kept = now(event)
    assert (kept.may_pass_on, kept.may_change, kept.may_cancel) == (True, False, True)
    assert kept.changes_until is None
    with scope(event.organisation_id):
        assert AuditEntry.objects.get(action="event.own_changes").new["may_pass_on"] is True


def test_what_makes_no_sense_is_refused_beside_its_field(organiser: Staff, event: Event) -> None:
    answer = organiser.act("own_changes", event.pk, **RULE, changes_until="never")

    assert answer.status_code == 422 and "date" in words(answer)
    assert not now(event).may_cancel


def test_two_who_set_it_at_once_lose_nothing(organiser: Staff, event: Event) -> None:
    opened = fields(organiser.page("own_changes", event.pk))
    organiser.act("own_changes", event.pk, **fields(organiser.page("own_changes", event.pk)) | {"may_cancel": "on"})

    organiser.act("own_changes", event.pk, **opened | {"may_pass_on": "on"})

    assert (now(event).may_cancel, now(event).may_pass_on) == (True, True)


@pytest.fixture
def sold(organisation: Any) -> SimpleNamespace:
    with scope(organisation):
        ticket = bought(event=make.event())
        return SimpleNamespace(ticket=ticket, pk=ticket.registration_id, event=ticket.registration.event)


BO = {"person-name": "Bo Berg", "person-email": "bo@example.org", "person-reason": "Asked by phone"}


def test_staff_pass_a_ticket_on_where_participants_may_not(organiser: Staff, sold: SimpleNamespace) -> None:
    typed = fields(organiser.page("registration_passing_on", sold.pk))

    assert organiser.act("registration_passing_on", sold.pk, **typed | BO | {"person-reason": ""}).status_code == 422
    assert organiser.act("registration_passing_on", sold.pk, **typed | BO).status_code == 302

    page = words(organiser.page("registration", sold.pk))
    assert "Bo Berg" in page and "Asked by phone" in page


def test_staff_let_somebody_come_in_spite_of_a_rule_and_say_why(organiser: Staff, sold: SimpleNamespace) -> None:
    with scope(organiser.organisation):
        EligibilityRule.objects.create(event=sold.event, key="member", settings={}, position=1)
    typed = fields(organiser.page("registration_passing_on", sold.pk)) | BO

    refused = organiser.act("registration_passing_on", sold.pk, **typed)
    assert refused.status_code == 422 and "person-despite" in fields(refused)
    answer = organiser.act("registration_passing_on", sold.pk, **fields(refused) | {"person-despite": "Guest"})

    assert answer.status_code == 302
    with scope(organiser.organisation):
        assert Registration.objects.get().attendee_name == "Bo Berg"


def agree(organiser: Staff, *terms: RefundTerm) -> None:
    with scope(organiser.organisation):
        refund_terms.agree(Event.objects.get(), terms)


def test_staff_are_proposed_what_the_terms_give_and_read_it_anew_where_it_has_changed(
    organiser: Staff, sold: SimpleNamespace
) -> None:
    agree(organiser, fee(5))
    page = organiser.page("registration_cancellation", sold.pk)
    assert fields(page)["goes_back"] == "35.00" and "All but a fee of €5.00" in words(page)
    agree(organiser, fee(8))

    again = organiser.act("registration_cancellation", sold.pk, **fields(page) | {"reason": "Ill"})
    assert again.status_code == 422 and "is €32.00 now" in words(again)
    assert fields(again)["goes_back"] == "32.00"
    answer = organiser.act("registration_cancellation", sold.pk, **fields(again) | {"reason": "Ill"})

    assert answer.status_code == 302
    with scope(organiser.organisation):
        order = Registration.objects.select_related("line__order").get().line.order
        assert (order.state, order.retained, order.reason[:3]) == ("cancelled", Decimal(8), "Ill")


@pytest.mark.parametrize(("typed", "kept"), [("40", "0"), ("12,50", "27.50"), ("0", "40")])
def test_staff_decide_otherwise(organiser: Staff, sold: SimpleNamespace, typed: str, kept: str) -> None:
    agree(organiser, share(50))
    page = fields(organiser.page("registration_cancellation", sold.pk))
    assert page["goes_back"] == "20.00"

    answer = organiser.act("registration_cancellation", sold.pk, **page | {"goes_back": typed, "reason": "Ill"})

    assert answer.status_code == 302
    with scope(organiser.organisation):
        order = Registration.objects.select_related("line__order").get().line.order
        assert (order.retained, paying.surplus(order)) == (Decimal(kept), 40 - Decimal(kept))


@pytest.mark.parametrize("typed", ["40.01", "-1", "", "NaN", "1.001"])
def test_no_more_goes_back_than_was_paid(organiser: Staff, sold: SimpleNamespace, typed: str) -> None:
    agree(organiser, share(50))
    page = fields(organiser.page("registration_cancellation", sold.pk))

    answer = organiser.act("registration_cancellation", sold.pk, **page | {"goes_back": typed, "reason": "Ill"})

    assert answer.status_code == 422
    with scope(organiser.organisation):
        assert Registration.objects.get().state == "completed"


def test_what_is_refunded_is_proposed_by_the_terms_too(
    organiser: Staff, treasurer: Staff, sold: SimpleNamespace
) -> None:
    agree(organiser, share(50))
    with scope(organiser.organisation):
        payment = Payment.objects.get()

    page = treasurer.page("payment_refund", payment.pk)

    assert fields(page)["amount"] == "20.00" and "50% until the event begins" in words(page)


@pytest.mark.parametrize(("price", "state"), [("40", "paid"), ("55", "open")])
def test_staff_change_a_ticket_and_the_buyer_completes_what_is_to_be_paid(
    organiser: Staff, sold: SimpleNamespace, price: str, state: str
) -> None:
    with scope(organiser.organisation):
        to = make.attraction(event=sold.event, price=price, days_to_pay=14).ticket_types.get()
        TicketType.objects.filter(pk=to.pk).update(is_on_sale=False)
        Message.objects.all().delete()

    assert organiser.act("registration_change", sold.pk, to=to.pk, reason="").status_code == 422
    answer = organiser.act("registration_change", sold.pk, to=to.pk, reason="Asked by phone")

    with scope(organiser.organisation):
        order = Order.objects.get(lines__registrations__replaces=sold.pk)
        mails = set(Message.objects.values_list("template", flat=True))
    assert answer["Location"] == url("order", order.number) and order.state == state
    assert mails == ({"ticket", "order-confirmed"} if state == "paid" else {"change-begun"})
    assert "Asked by phone" in words(organiser.page("registration", sold.pk))
