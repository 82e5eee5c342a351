"""Staff say what participants of an event may change by themselves, and do it for them (R6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events import own_changes
from kring.events.models import EligibilityRule, Event, TicketType
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.registrations.models import Registration
from tests import make
from tests.registrations.changing import bought
from tests.web.manage.conftest import Staff, url
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db
RULE = {"may_pass_on": "on", "may_cancel": "on", "cancel_fee": "5,50", "fee_kind": "amount"}


@pytest.fixture
def event(organisation: Any) -> Event:
    with scope(organisation):
        return make.attraction(capacity=10).event


def now(event: Event) -> Event:
    with scope(event.organisation_id):
        return Event.objects.get(pk=event.pk)


def test_everything_is_off_until_somebody_switches_it_on(organiser: Staff, event: Event) -> None:
    assert not (event.may_pass_on or event.may_change or event.may_cancel)

    answer = organiser.act("own_changes", event.pk, **RULE, cancel_fee_from="2030-01-01T12:00")

    assert answer.status_code == 302
    kept = now(event)
    assert (kept.may_pass_on, kept.may_change, kept.may_cancel) == (True, False, True)
    assert (kept.cancel_fee, kept.cancel_fee_is_percent, kept.changes_until) == (Decimal("5.50"), False, None)
    with scope(event.organisation_id):
        assert AuditEntry.objects.get(action="event.own_changes").new["may_pass_on"] is True


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"cancel_fee": "100.01", "fee_kind": "percent"}, "100 at most"),
        ({"cancel_fee": "-0.01"}, "below zero"),
        ({"cancel_fee": ""}, "required"),
        ({"fee_kind": "gold"}, "gold"),
        ({"changes_until": "never"}, "date"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    organiser: Staff, event: Event, wrong: dict[str, str], word: str
) -> None:
    answer = organiser.act("own_changes", event.pk, **RULE | wrong)

    assert answer.status_code == 422 and word in words(answer)
    assert not now(event).may_cancel


def test_the_database_refuses_a_fee_that_is_none(event: Event) -> None:
    with scope(event.organisation_id):
        for wrong in ({"cancel_fee": -1}, {"cancel_fee": 101, "cancel_fee_is_percent": True}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Event.objects.update(**wrong)


def test_two_who_set_it_at_once_lose_nothing(organiser: Staff, event: Event) -> None:
    opened = fields(organiser.page("own_changes", event.pk))
    organiser.act("own_changes", event.pk, **fields(organiser.page("own_changes", event.pk)) | {"may_cancel": "on"})

    organiser.act("own_changes", event.pk, **opened | {"may_pass_on": "on"})

    assert (now(event).may_cancel, now(event).may_pass_on) == (True, True)


@pytest.mark.parametrize(
    ("fee", "is_percent", "amount", "due"),
    [
        ("5", False, "40", "5"),
        ("50", False, "40", "40"),
        ("10", True, "49.95", "5.00"),
        ("12.5", True, "0.20", "0.03"),
        ("100", True, "40", "40"),
        ("0", False, "40", "0"),
    ],
)
def test_a_fee_is_an_amount_or_a_share_and_never_more_than_the_price(
    fee: str, is_percent: bool, amount: str, due: str
) -> None:
    moment = timezone.now()
    event = Event(cancel_fee=Decimal(fee), cancel_fee_is_percent=is_percent)

    assert own_changes.fee_of(event, Decimal(amount), moment) == Decimal(due)
    event.cancel_fee_from = moment
    assert own_changes.fee_of(event, Decimal(amount), moment) == Decimal(due)
    assert own_changes.fee_of(event, Decimal(amount), moment - timedelta(microseconds=1)) == 0


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


def test_staff_keep_the_fee_of_the_rule_or_give_everything_back(organiser: Staff, sold: SimpleNamespace) -> None:
    with scope(organiser.organisation):
        Event.objects.update(cancel_fee=5)
    page = organiser.page("registration_cancellation", sold.pk)
    assert "€5.00 is kept, €35.00 goes back" in words(page)
    with scope(organiser.organisation):
        Event.objects.update(cancel_fee=8)

    again = organiser.act("registration_cancellation", sold.pk, **fields(page) | {"by_rule": "on", "reason": "Ill"})
    assert again.status_code == 422 and "is €32.00 now" in words(again)
    answer = organiser.act("registration_cancellation", sold.pk, **fields(again) | {"by_rule": "on", "reason": "Ill"})

    assert answer.status_code == 302
    with scope(organiser.organisation):
        order = Registration.objects.select_related("line__order").get().line.order
        assert (order.state, order.retained, order.reason[:3]) == ("cancelled", Decimal(8), "Ill")


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
