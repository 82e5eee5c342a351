"""The REST API of Przelewy24, version 1. Raises KeysRefused; ProviderUnavailable without a valid answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import quote

import httpx
from django.conf import settings

from kring.core.json_input import read_json
from kring.payments.ledger import LedgerClosed
from kring.payments.method import KeysRefused, ProviderUnavailable, Settings

TIMEOUT_SECONDS = 8.0
# Other answers are about its own state.
ANSWERS = (200, 201, 400, 404, 409)
# The keys are right, and may not use this one.
CLOSED = (403, 404)

type Fields = Mapping[str, object]


@dataclass(frozen=True)
class Answer:
    """`data` is empty unless it did what was asked; else `error` is why not, in its words."""

    status: int
    data: Fields
    error: str = ""


@dataclass(frozen=True)
class Api:
    keys: Settings
    is_test: bool

    @property
    def merchant(self) -> dict[str, int]:
        merchant = int(self.keys["merchant_id"])
        return {"merchantId": merchant, "posId": int(self.keys.get("pos_id") or merchant)}

    @property
    def host(self) -> str:
        urls: Mapping[str, str] = settings.PROVIDER_URLS
        return urls["przelewy24_sandbox" if self.is_test else "przelewy24"]

    def is_open_to_us(self) -> bool:
        return self._ask("GET", "testAccess").status == 200

    def register(self, wish: Fields) -> Answer:
        return self._ask("POST", "transaction/register", {**self.merchant, **wish})

    def verify(self, wish: Fields) -> Answer:
        return self._ask("PUT", "transaction/verify", {**self.merchant, **wish})

    def transaction(self, session: str) -> Answer:
        return self._ask("GET", f"transaction/by/sessionId/{quote(session, safe='')}")

    def refund(self, wish: Fields) -> Answer:
        return self._ask("POST", "transaction/refund", wish)

    def refunds(self, order_id: int) -> Answer:
        return self._ask("GET", f"refund/by/orderId/{order_id}")

    def history(self, since: date, until: date) -> Fields:
        """Of at most 31 days. Raises LedgerClosed."""
        return self._report(f"report/history?dateFrom={since:%Y%m%d}&dateTo={until:%Y%m%d}")

    def more_history(self, token: str) -> Fields:
        return self._report(f"report/history/{quote(token, safe='')}")

    def _report(self, path: str) -> Fields:
        status, found = self._answered("GET", path)
        if status in CLOSED:
            raise LedgerClosed
        if status >= 400 or not found:
            raise ProviderUnavailable
        return found

    def _ask(self, verb: str, path: str, body: Fields | None = None) -> Answer:
        status, found = self._answered(verb, path, body)
        if status not in ANSWERS:
            raise ProviderUnavailable
        return _answer(status, found)

    def _answered(self, verb: str, path: str, body: Fields | None = None) -> tuple[int, Mapping[str, object]]:
        auth = (str(self.merchant["posId"]), str(self.keys["report_key"]))
        try:
            response = connections().request(
                verb, f"{self.host}/api/v1/{path}", json=body, auth=auth, timeout=TIMEOUT_SECONDS
            )
            found = read_json(response.content) if response.status_code in ANSWERS else {}
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise ProviderUnavailable from None
        if response.status_code == 401:
            raise KeysRefused
        if not isinstance(found, dict):
            raise ProviderUnavailable
        return response.status_code, found


def _answer(status: int, found: Mapping[str, object]) -> Answer:
    if status >= 400:
        return Answer(status, {}, _error(found.get("error")))
    if "data" not in found:
        raise ProviderUnavailable
    data = found["data"]
    return Answer(status, data if isinstance(data, dict) else {})


def _error(error: object) -> str:
    """A sentence, or one for each refund that was asked for."""
    if isinstance(error, list):
        return ", ".join(str(each.get("message", "")) for each in error if isinstance(each, dict))[:200]
    return str(error or "")[:200]


@lru_cache(maxsize=1)
def connections() -> httpx.Client:
    return httpx.Client(follow_redirects=False)
