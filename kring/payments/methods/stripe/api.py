"""Calls to Stripe's API, by its own library; whatever goes wrong there is one of our refusals."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
import stripe
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kring.payments import platform_stripe
from kring.payments.method import Declined, KeysRefused, ProviderUnavailable

log = logging.getLogger(__name__)

# What is sent, for which its library has types of its own.
type Wanted = Any

TIMEOUT_SECONDS = 10
# It would send an id of this machine, and how long its requests took.
stripe.enable_telemetry = False


class TooFewRights(KeysRefused):
    code = "too_few_rights"
    message = _(
        "This restricted key may do too little. In Stripe, give it “write” for Checkout Sessions, Payment Intents,"
        " Charges and refunds, and Webhook Endpoints, and “read” for Disputes and Balance; or use the secret key."
    )
    field = "secret_key"


@contextmanager
def client(keys: Mapping[str, str]) -> Iterator[stripe.StripeClient]:
    """For a few calls, outside any transaction. Raises KeysRefused, ProviderUnavailable; nothing is tried again.

    Without a secret key of its own a connected account is reached with the platform's.
    """
    own = keys.get("secret_key", "")
    secret = own or platform_stripe.keys().get("secret_key", "")
    if not secret:
        raise KeysRefused
    with requests.Session() as session:
        # Stripe never redirects: whoever does is not Stripe.
        session.max_redirects = 0
        http = stripe.RequestsClient(timeout=TIMEOUT_SECONDS, session=session)
        with refusals():
            yield stripe.StripeClient(
                secret,
                stripe_account=None if own else keys["connected"],
                base_addresses={"api": settings.PROVIDER_URLS["stripe"]},
                http_client=http,
                max_network_retries=0,
            )


@contextmanager
def refusals() -> Iterator[None]:
    """What its library raises, as our refusals. Its messages may hold the payer's address: they are not logged."""
    try:
        yield
    except stripe.AuthenticationError:
        raise KeysRefused from None
    except stripe.PermissionError:
        raise TooFewRights from None
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        log.warning("Stripe declined a request: %s %s", error.code, getattr(error, "param", ""))
        raise Declined from None
    except stripe.StripeError as error:
        log.warning("Stripe did not answer as it should: %s %s", type(error).__name__, error.http_status)
        raise ProviderUnavailable from None
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        # An answer in a form that the library or we do not expect.
        log.warning("Stripe's answer was not understood: %s", type(error).__name__)
        raise ProviderUnavailable from None


def was_kept(error: stripe.StripeError) -> bool:
    """Stripe keeps the first answer to an idempotency key, also a failure, and repeats it for a day."""
    return (error.http_status or 0) >= 500 and (error.headers or {}).get("Idempotent-Replayed") == "true"
