"""An organisation sets up its own Stripe account; payments go there, and a fee to the platform (B4)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kring.core.tenancy import scope
from kring.demo.counterparts.stripe import Stripe
from kring.mail.models import Message
from kring.organisations import platform_settings
from kring.organisations.models import AuditEntry
from kring.payments import platform_stripe, stripe_connect
from kring.payments.method import KeysRefused, ProviderUnavailable
from kring.payments.models import ProviderAccount, StripeConnection
from kring.payments.refusals import NotOffered
from tests import make
from tests.jobs import work
from tests.payments import ordering
from tests.payments.ordering import fresh
from tests.payments.pretending import press
from tests.plans.conftest import AtStripe

BACK = "https://club.kring.localhost/back/"


@pytest.fixture
def stripe(db, client, settings):
    with Stripe() as server:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "stripe": server.url}
        found = AtStripe(server, client)
        found.connect()
        yield found


def connection(organisation):
    with scope(organisation):
        return StripeConnection.objects.order_by("-pk").first()


def account(organisation):
    with scope(organisation):
        return ProviderAccount.objects.get(method="stripe")


def set_up(stripe, organisation, act="finish"):
    press(stripe_connect.begin(organisation, back=BACK), act)
    stripe.deliver()
    return stripe.server.kind("accounts")[connection(organisation).account_id]


def pay(organisation, stripe, act="card"):
    with scope(organisation):
        order = ordering.order()
    payment = ordering.start(order, "stripe", settings={}).payment
    session = stripe.server.kind("sessions")[payment.provider_id]
    with stripe.server.lock:
        stripe.server.act(session, act)
    stripe.deliver()
    return payment, session


def test_an_account_is_set_up_and_used_for_payments(stripe, organisation):
    url = stripe_connect.begin(organisation, back=BACK)
    assert connection(organisation).state == "onboarding"

    assert press(url, "finish") == BACK
    stripe.deliver()

    found = account(organisation)
    assert connection(organisation).state == "active"
    assert (found.is_in_use, found.mode, found.state) == (True, "test", "working")
    assert "sk_" not in str(found.keys)


def test_what_stripe_still_wants_to_know_is_kept(stripe, organisation):
    set_up(stripe, organisation, "part")

    found = connection(organisation)
    assert (found.state, found.requirements) == ("restricted", ["external_account"])
    with scope(organisation):
        assert not ProviderAccount.objects.exists()
    # The same account is set up further, not another one.
    set_up(stripe, organisation)
    assert (connection(organisation).pk, connection(organisation).state) == (found.pk, "active")
    assert len(stripe.server.of("accounts")) == 1


def test_a_payment_goes_to_the_organisations_own_account_with_a_fee(stripe, organisation):
    set_up(stripe, organisation)
    platform_settings.change("application_fee_percent", "2.5")

    payment, session = pay(organisation, stripe)

    with scope(organisation):
        assert fresh(payment).state == "paid"
    assert f"acct_{session['_account']}" == connection(organisation).account_id
    assert session["_intent"]["application_fee_amount"] == str(round(session["amount_total"] * Decimal("0.025")))


@pytest.mark.parametrize(
    ("units", "percent", "fee"), [(1000, "2.5", 25), (4995, "1", 50), (49, "1", 0), (50, "1", 1), (100, "", 0)]
)
def test_the_fee_is_rounded_half_up(db, units, percent, fee):
    if percent:
        platform_settings.change("application_fee_percent", percent)

    assert platform_stripe.fee_units(units) == fee


def test_stripe_wants_more_and_says_why(stripe, organisation):
    found = set_up(stripe, organisation)

    stripe.server.demand(found, "company.tax_id", "The number is not valid.")
    stripe.deliver()

    kept = connection(organisation)
    assert (kept.state, kept.requirements, kept.last_error) == (
        "restricted",
        ["company.tax_id"],
        "The number is not valid.",
    )


def test_disconnected_at_stripe_the_method_is_off_and_administrators_are_told_once(stripe, organisation):
    with scope(organisation):
        make.staff("org_admin", email="ada@example.org")
    found = set_up(stripe, organisation)

    stripe.server.disconnect(found)
    stripe.deliver(times=2)
    stripe_connect.refresh(organisation.pk)

    assert connection(organisation).state == "deauthorised"
    assert (account(organisation).is_in_use, account(organisation).state) == (False, "refused")
    with scope(organisation):
        order = ordering.order()
        rows = Message.objects.filter(template="stripe-disconnected")
        assert list(rows.values_list("recipient", flat=True)) == ["ada@example.org"]
        assert AuditEntry.objects.filter(action="stripe_connection.deauthorised").count() == 1
    with pytest.raises(NotOffered):
        ordering.start(order, "stripe", settings={})


def test_after_that_another_one_is_set_up(stripe, organisation):
    stripe.server.disconnect(set_up(stripe, organisation))
    stripe.deliver()

    set_up(stripe, organisation)

    assert connection(organisation).state == "active"
    with scope(organisation):
        assert ProviderAccount.objects.get(is_in_use=True).identity == connection(organisation).account_id


def test_another_organisations_notices_are_not_ours(stripe, organisation):
    other = make.organisation(subdomain="other")
    set_up(stripe, organisation)
    set_up(stripe, other)

    payment, _session = pay(other, stripe)

    with scope(other):
        assert fresh(payment).state == "paid"
    assert account(organisation).identity != account(other).identity


def test_notices_signed_for_the_platform_are_not_believed_here(stripe, organisation):
    found = set_up(stripe, organisation)
    stripe.server.disconnect(found)
    for each in stripe.server.notices:
        each.url = each.url.replace("/connected", "")

    assert stripe.deliver() == [401]


def test_a_platform_whose_key_was_revoked_disconnects_nobody(stripe, organisation):
    set_up(stripe, organisation)
    platform_settings.change("stripe_secret_key", "sk_test_platform_revoked")

    with pytest.raises(KeysRefused):
        stripe_connect.refresh(organisation.pk)

    assert connection(organisation).state == "active"


def test_stripe_is_down(stripe, organisation):
    stripe.server.behave("status 500")

    with pytest.raises(ProviderUnavailable):
        stripe_connect.begin(organisation, back=BACK)

    assert connection(organisation) is None
    assert work() == []
