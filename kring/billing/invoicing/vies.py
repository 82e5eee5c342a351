"""The EU's service for VAT numbers (VIES): asked where it answers, and never waited for."""

from __future__ import annotations

import logging

from django.conf import settings

from kring.billing.models import InvoiceRequest
from kring.core import outgoing
from kring.core.tenancy import scope

log = logging.getLogger(__name__)

VatCheck = InvoiceRequest.VatCheck
# Greece has other letters there.
LETTERS = {"GR": "EL"}


def is_asked() -> bool:
    """Whether this installation asks at all (KRING_VIES)."""
    return bool(settings.VIES_URL)


def check(organisation_id: int, request_id: int) -> None:
    """What it says of the number of this request. To be called outside any scope: it takes up to 8 s."""
    with scope(organisation_id):
        request = InvoiceRequest.objects.filter(pk=request_id).first()
    if request is None or not request.vat_number or not is_asked():
        return
    answer = _answer(request.vat_number)
    with scope(organisation_id):
        # Only of the number that was asked about.
        InvoiceRequest.objects.filter(pk=request_id, vat_number=request.vat_number).update(vat_check=answer)


def _answer(number: str) -> str:
    letters = number[:2]
    body = {"countryCode": LETTERS.get(letters, letters), "vatNumber": number[2:]}
    try:
        answer = outgoing.post_json(settings.VIES_URL, body)
    except (outgoing.Unreachable, outgoing.BadAddress) as error:
        log.info("VIES gave no answer: %s", error)
        return VatCheck.NO_ANSWER
    match answer:
        case {"valid": True}:
            return VatCheck.VALID
        # It also says so of itself when a country's register is down; then it gives an error too.
        case {"valid": False, **rest} if rest.get("userError", "INVALID") in ("INVALID", "VALID", None):
            return VatCheck.INVALID
    return VatCheck.NO_ANSWER
