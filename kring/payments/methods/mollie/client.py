"""Mollie's own client: its time-outs, and its failures as ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache

import httpx
from django.conf import settings
from mollie import ClientSDK
from mollie.models import ClientError, NoResponseError, Security
from mollie.utils import BackoffStrategy, RetryConfig

from kring.payments.method import Declined, KeysRefused, ProviderUnavailable, Settings

TIMEOUT_SECONDS = 8.0
# We try again ourselves, later.
NO_RETRIES = RetryConfig("none", BackoffStrategy(1, 1, 1, 1), False)


class NotDone(Declined):
    """It answered that it will not do this; `detail` are its own words."""

    def __init__(self, detail: str) -> None:
        super().__init__()
        self.detail = detail


class Gone(NotDone):
    """It does not exist, or not any more."""


def mollie(keys: Settings) -> ClientSDK:
    return ClientSDK(
        security=Security(api_key=keys["key"]),
        server_url=settings.PROVIDER_URLS["mollie"],
        client=connections(),
        async_client=_unused(),
        retry_config=NO_RETRIES,
        timeout_ms=int(TIMEOUT_SECONDS * 1000),
    )


def ask[T](call: Callable[[], T]) -> T:
    """Raises KeysRefused, NotDone for another refusal in its format, else ProviderUnavailable."""
    try:
        return call()
    except ClientError as error:
        raise _refusal(error) from None
    except (httpx.HTTPError, httpx.InvalidURL, NoResponseError, ValueError):
        raise ProviderUnavailable from None


def _refusal(error: ClientError) -> KeysRefused | ProviderUnavailable:
    if error.status_code == 401:
        return KeysRefused()
    if not 400 <= error.status_code < 500 or error.status_code in (408, 429):
        return ProviderUnavailable()
    try:
        kind = Gone if error.status_code in (404, 410) else NotDone
        return kind(str(json.loads(error.body)["detail"]))
    except (ValueError, KeyError, TypeError):
        return ProviderUnavailable()


@lru_cache(maxsize=1)
def connections() -> httpx.Client:
    return httpx.Client(follow_redirects=False)


@lru_cache(maxsize=1)
def _unused() -> httpx.AsyncClient:
    """The client would make one for itself each time."""
    return httpx.AsyncClient()
