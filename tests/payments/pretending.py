"""Paying at the pretend providers, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import httpx

from kring.core.tenancy import scope
from kring.demo.counterparts.server import Counterpart
from kring.payments import accounts, polling
from kring.payments.models import Payment, ProviderAccount
from tests.jobs import work
from tests.payments.ordering import fresh


def connect(organisation: Any, method: str, keys: dict[str, str], *, mode: str = "test") -> ProviderAccount:
    url = f"{organisation.url}/payments/{method}/notifications/"
    return accounts.connect(organisation, method, mode=mode, keys=keys, notify_url=url, by=None)


def press(url: str, act: str) -> str:
    """A button on a page of a provider; where it leads then."""
    answer = httpx.post(url, data={"act": act})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def deliver(visitor: Any, counterpart: Counterpart, *, times: int = 1) -> list[int]:
    """What the provider has to tell; our answers."""
    notices, counterpart.notices = counterpart.notices, []
    return [post(visitor, each.url, each.body, each.headers) for each in notices for _again in range(times)]


def post(visitor: Any, url: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(url)
    content_type = headers.get("Content-Type", "")
    more = {name: value for name, value in headers.items() if name != "Content-Type"}
    answer = visitor.post(f"{parts.path}?{parts.query}", body, content_type=content_type, headers=more)
    return int(answer.status_code)


def ask(organisation: Any, payment: Payment) -> Payment:
    """The provider is asked, however short ago it was; the payment afterwards."""
    with scope(organisation):
        Payment.objects.filter(pk=payment.pk).update(polled_at=None)
        fresh(payment).hinted()
    polling.ask(organisation.pk, payment.pk)
    return now(organisation, payment)


def now(organisation: Any, row: Any) -> Any:
    with scope(organisation):
        return fresh(row)


def delivered(
    visitor: Any, counterpart: Counterpart, organisation: Any, payment: Payment, *, times: int = 1
) -> Payment:
    """Its notices are delivered, and the jobs done; the payment afterwards."""
    with scope(organisation):
        Payment.objects.filter(pk=payment.pk).update(polled_at=None)
    assert set(deliver(visitor, counterpart, times=times)) <= {200}
    work()
    found: Payment = now(organisation, payment)
    return found


def eventually(is_so: Callable[[], bool]) -> None:
    """A request that is still under way at the provider has ended."""
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until
        Event().wait(0.01)
