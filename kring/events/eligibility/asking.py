"""Querying an external registry about one person: docs/registry.md is the contract (V3)."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac

from kring.core import outgoing
from kring.core.outgoing import BadAddress, Unreachable
from kring.events.models import RegistryAnswer
from kring.payments.testpay import wire

FOUND, NOT_FOUND, DOWN = RegistryAnswer.Result.FOUND, RegistryAnswer.Result.NOT_FOUND, RegistryAnswer.Result.DOWN
SOMEBODY_ELSE = "somebody else"
TOO_OFTEN = "asked too often"


@dataclass(frozen=True)
class Inquiry:
    """`person`: pesel, birth_date, membership_card, first_name, last_name; unknown ones are absent."""

    url: str
    token: str
    person: Mapping[str, str]

    @property
    def registry(self) -> str:
        """Its name in the log: the address without its possibly secret parts."""
        parts = urlsplit(self.url)
        return f"{parts.netloc}{parts.path}"[:200]

    @property
    def name(self) -> str:
        return f"{self.person.get('first_name', '')} {self.person.get('last_name', '')}".strip()[:200]

    @property
    def subject(self) -> str:
        """Recognises the same query again without revealing it."""
        query = json.dumps([self.url, sorted(self.person.items())])
        return salted_hmac("kring.registry", query, algorithm="sha256").hexdigest()


def ask(inquiry: Inquiry) -> tuple[str, str]:
    """The result, and the trouble if there is one. Takes 8 s at most; outside any transaction."""
    try:
        answer = _post(inquiry)
    except BadAddress:
        return DOWN, "not an address that is asked"
    except Unreachable as trouble:
        return DOWN, str(trouble)[:200]
    if not isinstance(answer, dict) or answer.get("found") not in (True, False):
        return DOWN, "not as agreed"
    if answer["found"] is False:
        return NOT_FOUND, ""
    found = answer.get("person")
    if not isinstance(found, dict):
        return DOWN, "not as agreed"
    return (FOUND, "") if is_same(inquiry.person, found) else (DOWN, SOMEBODY_ELSE)


def is_same(sent: Mapping[str, str], found: Mapping[str, object]) -> bool:
    """Whether the registry found the person it was queried about: it must repeat each value sent."""
    return all(_plain(found.get(name, "")) == _plain(value) for name, value in sent.items())


def _plain(value: object) -> str:
    """Ignores case, spaces and hyphens."""
    return re.sub(r"[\s\-–]+", " ", unicodedata.normalize("NFC", str(value))).strip().casefold()


def _post(inquiry: Inquiry) -> object:
    if not is_ours(inquiry.url):
        return outgoing.post_json(inquiry.url, inquiry.person, token=inquiry.token)
    headers = {"Authorization": f"Bearer {inquiry.token}", "Content-Type": "application/json"}
    answer = wire.call("POST", inquiry.url, headers=headers, body=json.dumps(inquiry.person).encode())
    if answer.status != 200:
        raise Unreachable(f"status {answer.status}")
    return json.loads(answer.body)


def is_ours(url: str) -> bool:
    """The simulated registry of the demo is in this installation: a process must not wait for itself."""
    netloc = urlsplit(url).netloc
    return bool(settings.TESTPAY) and (netloc == settings.NETLOC or netloc.endswith(f".{settings.NETLOC}"))
