"""The organisations' accounts with payment providers."""

from __future__ import annotations

from kring.core import codes
from kring.events import editing_parts
from kring.events.models import Event
from kring.payments.models import ProviderAccount


def offer_testpay(event: Event) -> None:
    """One can pay for it at the mock bank."""
    account = {"mode": ProviderAccount.Mode.LIVE, "name": str(event.organisation), "keys": {"key": codes.secret()}}
    ProviderAccount.objects.get_or_create(method="testpay", defaults=account)
    editing_parts.offer_payment(event, "testpay", {})


def offer_mollie(event: Event) -> None:
    """One can pay for it at the pretend Mollie, in test mode."""
    keys = {"key": f"test_{codes.secret().replace('-', '').replace('_', ''):x<30}"}
    account = {"mode": ProviderAccount.Mode.TEST, "name": str(event.organisation), "keys": keys}
    ProviderAccount.objects.get_or_create(method="mollie", defaults=account)
    editing_parts.offer_payment(event, "mollie", {})
