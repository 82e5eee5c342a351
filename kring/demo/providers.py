"""The organisations' accounts with payment providers."""

from __future__ import annotations

from django.conf import settings

from kring.core import codes, jobs
from kring.core.tenancy import scope
from kring.demo.counterparts import przelewy24
from kring.events import editing_parts
from kring.events.models import Event
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.payments import accounts
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


def offer_stripe(event: Event) -> None:
    """One can pay for it at the pretend Stripe, in test mode, once that is up."""
    editing_parts.offer_payment(event, "stripe", {})
    jobs.later("demo.connect", method="stripe", key=f"sk_test_{event.organisation.subdomain.replace('-', '')}")


def connect(organisation_id: int, method: str, key: str) -> None:
    """As staff do on their page; with a pretend provider only."""
    if not settings.PROVIDER_URLS[method].startswith("http://127.0.0.1:"):
        return
    with scope(organisation_id):
        organisation = current_organisation()
        notify_url = link(organisation, "public:payment-notifications", method)
    keys = {"secret_key": key}
    accounts.connect(organisation, method, mode=ProviderAccount.Mode.TEST, keys=keys, notify_url=notify_url, by=None)


def offer_przelewy24(event: Event) -> None:
    """One can pay for it at the pretend Przelewy24, in test mode."""
    keys = {"merchant_id": str(przelewy24.MERCHANT), "pos_id": str(przelewy24.POS), "crc": przelewy24.CRC}
    account = {
        "mode": ProviderAccount.Mode.TEST,
        "name": str(przelewy24.MERCHANT),
        "keys": {**keys, "report_key": przelewy24.REPORT_KEY},
    }
    ProviderAccount.objects.get_or_create(method="przelewy24", defaults=account)
    editing_parts.offer_payment(event, "przelewy24", {})
