"""Sending the simulated provider's notifications."""

from __future__ import annotations

import json

from kring.core.tenancy import scope
from kring.payments.testpay import signing, wire
from kring.payments.testpay.models import TestpayCharge


class NotAccepted(Exception):
    """The merchant did not answer 200: sent again later."""


def notify(organisation_id: int, charge_id: int, event: dict[str, object]) -> None:
    """One signed POST, outside any transaction. Raises NotAccepted, or OSError where the network fails."""
    with scope(organisation_id):
        charge = TestpayCharge.objects.get(pk=charge_id)
    body = json.dumps(event).encode()
    headers = {"Content-Type": "application/json", signing.HEADER: signing.signature(body, charge.key["key"])}
    status = wire.deliver(charge.notify_url, headers=headers, body=body)
    if status != 200:
        raise NotAccepted(f"{charge.notify_url} answered {status}")
