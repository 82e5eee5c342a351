"""The platform's own account with Stripe is connected by its key alone: the webhook there is made by us."""

from __future__ import annotations

from django.db import transaction

from kring.organisations import platform_log, platform_settings
from kring.payments import platform_stripe
from kring.payments.connected_notices import ABOUT_THE_ACCOUNT
from kring.plans.inbox import EVENTS


def connect(secret_key: str) -> str:
    """Try the key, have Stripe notify us, and keep both; the account's name. To be called outside any transaction.

    Raises KeysRefused, ProviderUnavailable: then everything is as it was.
    """
    from kring.payments.methods.stripe import api, connecting
    from kring.payments.methods.stripe.notices import READERS

    with api.client({"secret_key": secret_key}) as client:
        name = connecting.account_name(client)
        secret = connecting.make_webhook(client, platform_stripe.notify_url(), EVENTS, of_connected=False)
        of_accounts = [*READERS, *ABOUT_THE_ACCOUNT]
        address = platform_stripe.connected_notify_url()
        other_secret = connecting.make_webhook(client, address, of_accounts, of_connected=True)
    with transaction.atomic():
        platform_settings.change("stripe_secret_key", secret_key)
        platform_settings.change("stripe_webhook_secret", secret)
        platform_settings.change("stripe_connect_webhook_secret", other_secret)
        platform_log.note("stripe.connected", label=name)
    return name
