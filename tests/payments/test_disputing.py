"""Payers dispute payments with their banks: the organisation hears in time; all comes back when it wins (P4)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import Organisation
from kring.payments import refunding, refusals
from kring.payments.models import Dispute
from kring.payments.testpay import returning
from kring.registrations.models import Ticket
from tests import make
from tests.jobs import work
from tests.payments import ordering
from tests.payments.ordering import act, charge_of, euro, fresh
from tests.refusing import refuses


@pytest.fixture
def payment(organisation):
    with scope(organisation):
        order = ordering.order()
    payment = ordering.start(order, "testpay").payment
    act(organisation, payment, "pay")
    work()
    return payment


def at_its_site(organisation, payment, action):
    with scope(organisation):
        returning.act(charge_of(payment), action)
    work()


def facts(organisation, payment):
    with scope(organisation):
        return Dispute.objects.get().state, fresh(payment).charged_back, fresh(payment).left


def bars(organisation):
    with scope(organisation):
        return Ticket.objects.get().bars


def test_the_treasurer_hears_until_when_it_has_to_be_answered(organisation, payment):
    with scope(organisation):
        treasurer = make.staff("treasurer")

    at_its_site(organisation, payment, "dispute")

    assert facts(organisation, payment) == ("open", euro("49.95"), 0)
    with scope(organisation):
        mail = Message.objects.get(template="payment-disputed")
        assert mail.recipient == treasurer.email
        assert Dispute.objects.get().respond_by.isoformat() in str(mail.facts["deadline"])


def test_without_a_treasurer_the_organisation_hears(organisation, payment):
    at_its_site(organisation, payment, "dispute")

    with scope(organisation):
        assert Message.objects.get(template="payment-disputed").recipient == organisation.contact_email


def test_what_is_disputed_cannot_be_refunded_too(organisation, payment):
    at_its_site(organisation, payment, "dispute")

    with scope(organisation), refuses(refusals.RefundTooLarge):
        refunding.refund(fresh(payment), amount=euro("0.01"), reason="Ill", by=None)


def test_a_bank_takes_back_what_was_refunded_before(organisation, payment):
    """Both are facts: the organisation sees how much it lost."""
    with scope(organisation):
        refunding.refund(fresh(payment), amount=euro("49.95"), reason="Ill", by=None, how="cash")

    at_its_site(organisation, payment, "dispute")

    assert facts(organisation, payment) == ("open", euro("49.95"), euro("-49.95"))


@pytest.mark.parametrize(("action", "state", "gone"), [("dispute_won", "won", "0"), ("dispute_lost", "lost", "49.95")])
def test_it_ends_and_all_comes_back_when_it_is_won(organisation, payment, action, state, gone):
    at_its_site(organisation, payment, "dispute")
    at_its_site(organisation, payment, action)

    assert facts(organisation, payment) == (state, euro(gone), euro("49.95") - euro(gone))
    with scope(organisation):
        assert Message.objects.filter(template="payment-dispute-ended").count() == 1


def test_reports_twice_and_out_of_order_change_nothing_more(organisation, payment):
    at_its_site(organisation, payment, "dispute")
    with scope(organisation):
        charge = charge_of(payment)
        was_open = charge.disputes
    at_its_site(organisation, payment, "dispute_won")
    with scope(organisation):
        charge_of(payment).keep(disputes=was_open)
        fresh(payment).hinted()
    work()

    assert facts(organisation, payment)[:2] == ("won", 0)
    with scope(organisation):
        assert Message.objects.filter(template__startswith="payment-dispute").count() == 2


def test_tickets_open_doors_unless_the_organisation_says_otherwise(organisation, payment):
    at_its_site(organisation, payment, "dispute")

    assert bars(organisation) == []


def test_where_the_organisation_says_so_they_open_none_until_it_is_won(organisation, payment):
    Organisation.objects.filter(pk=organisation.pk).update(disputes_bar_tickets=True)
    organisation.refresh_from_db()

    at_its_site(organisation, payment, "dispute")
    assert bars(organisation) == ["dispute"]

    at_its_site(organisation, payment, "dispute_won")
    assert bars(organisation) == []
