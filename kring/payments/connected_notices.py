"""Stripe's notices about connected accounts: they come to the platform, and are handed to whose account it is (B4)."""

from __future__ import annotations

from kring.core import jobs
from kring.core.json_input import read_json
from kring.core.tenancy import platform_scope, scope
from kring.organisations.platform_settings import value_of
from kring.payments import inbox
from kring.payments.method import BadNotification
from kring.payments.models import ProviderAccount, StripeConnection

# About the account itself: Stripe is asked, whatever they say.
ABOUT_THE_ACCOUNT = ("account.updated", "account.application.deauthorized")


def receive(body: bytes, signature: str) -> bool:
    """Verify and store; False where it is nobody's, of no interest, or was stored before. Raises BadNotification."""
    from kring.payments.methods.stripe.notices import READERS, verify

    try:
        verify(body, signature, [str(value_of("stripe_connect_webhook_secret"))])
        event = read_json(body)
        with platform_scope():
            found = StripeConnection.objects.filter(account_id=str(event["account"])).order_by("-pk").first()
        if found is None:
            return False
        if event["type"] in ABOUT_THE_ACCOUNT:
            jobs.later("payments.refresh_connection", organisation_id=found.organisation_id)
            return True
        if event["type"] not in READERS:
            return False
        report = READERS[event["type"]](event["data"]["object"], event["id"])
        with scope(found.organisation_id):
            rows = ProviderAccount.objects.filter(method="stripe", identity=found.account_id)
            account = rows.order_by("is_former", "-pk").first()
            if account is None or account.is_test == event["livemode"]:
                return False
            return inbox.accept("stripe", account.public_id, report, body)
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError):
        raise BadNotification from None
